/** What people draw on a camera's picture, and what comes back drawn over it. Shared by node and page. */

/** A point as shares of the picture's width and height, 0 to 1 from the top left. */
export type PicturePoint = readonly [x: number, y: number];

/** A zone, line or ignored polygon as the configuration and the page know it. */
export type CameraArea = {
  /** Unique within the camera. */
  readonly id: string;
  /** Its name for people. */
  readonly name: string;
  /** `zone` reports, `ignore` hides, `line` counts crossings. */
  readonly kind: "zone" | "ignore" | "line";
  /** Corners: 3 to 64 for a polygon, 2 to 16 for a line. */
  readonly points: readonly PicturePoint[];
  /** Zones: seconds until `dwell` is reported, or null: never. */
  readonly dwellSeconds: number | null;
  /** Lines: the crossings that count, seen along the line. */
  readonly direction: "right" | "left" | "both";
};

/** Something that moves, as drawn over the picture. Box in shares of the picture. */
export type TrackBox = {
  /** Number of the track, never used twice in a stream. */
  readonly id: number;
  /** Left edge. */
  readonly x: number;
  /** Top edge. */
  readonly y: number;
  /** Width of the box. */
  readonly width: number;
  /** Height of the box. */
  readonly height: number;
  /** Shares of the picture per second. */
  readonly velocity: PicturePoint;
  /** Zones it is in. */
  readonly zones: readonly string[];
};
