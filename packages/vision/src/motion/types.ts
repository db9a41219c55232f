/**
 * The words of motion understanding. Motion vectors show where the picture changes, not who or what is there: a
 * person who stands still is not seen, and a shadow is.
 *
 * Coordinates of areas, regions and tracks are shares of the picture's width and height, 0 to 1, from the top left.
 */

/** A point as shares of the picture's width and height. */
export type Point = readonly [x: number, y: number];

/**
 * Something that a person drew on the picture. A `zone` is a polygon (3 to 64 points) in which motion is reported; an
 * `ignore` polygon hides its macroblocks from everything; a `line` (2 to 16 points) reports tracks that cross it.
 */
export type Area = {
  /** Unique within the camera. */
  readonly id: string;
  /** What it does. */
  readonly kind: "zone" | "ignore" | "line";
  /** Corners: 3 to 64 for a polygon, 2 to 16 for a line. */
  readonly points: readonly Point[];
  /** Zones: seconds a track has to stay before `dwell` is reported; undefined: never. */
  readonly dwellSeconds?: number | undefined;
  /**
   * Lines: which crossings count, seen along the line from its first to its last point: to its right, to its left, or
   * both (default).
   */
  readonly direction?: "right" | "left" | "both" | undefined;
};

/** Motion of the camera itself between two frames, removed from the field before anything else looks at it. */
export type CameraMotion = {
  /** Shift of the picture's content in pixels per frame, positive right and down. */
  readonly x: number;
  /** The same downwards. */
  readonly y: number;
  /** Growth of the picture's content per frame: 0 none, 0.01 one percent. */
  readonly zoom: number;
  /** Whether the camera moves enough that single vectors mean little. */
  readonly moving: boolean;
};

/** A connected part of the mask. Box and centre in shares of the picture. */
export type Region = {
  /** Left edge. */
  readonly x: number;
  /** Top edge. */
  readonly y: number;
  /** Width of the box. */
  readonly width: number;
  /** Height of the box. */
  readonly height: number;
  /** Centre of mass. */
  readonly centre: Point;
  /** Macroblocks. */
  readonly size: number;
  /** Mean motion in shares of the picture's width and height per second. */
  readonly velocity: Point;
};

/** A region that is followed over time. */
export type Track = Region & {
  /** Counts up from 1 within a stream; never used twice. */
  readonly id: number;
  /** Seconds (stream time) when it was first and last seen. */
  readonly from: number;
  /** Stream time in seconds at which it was last seen. */
  readonly seen: number;
  /** Ids of zones it is in. */
  readonly zones: readonly string[];
};

/** What can be reported about a camera's picture. */
export type MotionEventKind =
  /** Something moves in the picture (area null) or in a zone. */
  | "motion"
  /** A track stayed in a zone for its `dwellSeconds`. */
  | "dwell"
  /** A track crossed a line; `direction` says to which side. */
  | "line-crossing"
  /** The picture was replaced by another one (a cut, or a camera that was turned and stands again). */
  | "scene-cut"
  /** The camera itself moves: shaken, turned, panned. */
  | "camera-moved"
  /** The picture has lost its detail: covered, sprayed, out of focus, dark. */
  | "camera-covered"
  /** Frames arrive and nothing in them changes at all, not even noise. */
  | "camera-frozen";

/** Beginning or end of something, or something that has no length (`moment`). */
export type MotionEvent = {
  /** What was seen. */
  readonly kind: MotionEventKind;
  /** Whether this is its beginning, its end, or all of it. */
  readonly phase: "begin" | "end" | "moment";
  /** Pairs a beginning with its end; unique within a stream. */
  readonly number: number;
  /** Stream time in seconds at which it began, ended or happened (not when that was noticed). */
  readonly at: number;
  /** The zone or line, or null for the whole picture. */
  readonly area: string | null;
  /** The track, or null. */
  readonly track: number | null;
  /** How strong, 0 to 1; for an end, the strongest seen. */
  readonly score: number;
  /** Lines: the side to which it was crossed. */
  readonly direction: "right" | "left" | null;
};

/** What one frame adds. The arrays belong to the analyzer and are valid until the next frame. */
export type MotionFrame = {
  /** Stream time in seconds. */
  readonly timestamp: number;
  /** Macroblock columns. */
  readonly mbWidth: number;
  /** Macroblock rows. */
  readonly mbHeight: number;
  /** Motion of the camera itself. */
  readonly camera: CameraMotion;
  /** Evidence of change per macroblock, 0 to 1: accumulated over every frame, with bounded staleness. */
  readonly evidence: Float32Array;
  /** 1 where a macroblock is dynamic, else 0; `ignore` areas are 0. */
  readonly mask: Uint8Array;
  /** Share of macroblocks that are dynamic, 0 to 1. */
  readonly activity: number;
  /** How sure it is that something moves, 0 to 1; the figure behind `motion` events. */
  readonly score: number;
  /** The same for each zone, in the order in which they were given. */
  readonly zones: readonly { readonly id: string; readonly score: number }[];
  /** Connected parts of the mask, largest first. */
  readonly regions: readonly Region[];
  /** Confirmed tracks, also those that stand still for a while. */
  readonly tracks: readonly Track[];
  /** What began, ended or happened with this frame. */
  readonly events: readonly MotionEvent[];
};
