/**
 * Pixels, on demand only. Everything else in this package works without decoding; where a picture is needed after
 * all, it comes through this one interface: from ffmpeg in Node (`@symbion/codec/node`) or WebCodecs in a browser
 * (`@symbion/codec/browser`).
 */

/** How pictures are wanted. */
export type PixelOptions = {
  /** `rgba`: 8-bit RGBA rows without padding; `jpeg`: a JPEG file. */
  readonly format: "rgba" | "jpeg";
  /** Width in pixels to scale to; the height follows. Default: as coded. */
  readonly width?: number;
};

/** Which pictures {@link PixelSource.frames} yields. */
export type FramesOptions = PixelOptions & {
  /** Pictures per second, taken evenly; default: every frame. */
  readonly frameRate?: number;
  /** First time in seconds; default: from the start. */
  readonly start?: number;
  /** Time in seconds to stop before; default: to the end. */
  readonly end?: number;
};

/** One picture. */
export type Picture = {
  /** Presentation time in seconds. */
  readonly timestamp: number;
  /** What {@link Picture.data} holds. */
  readonly format: "rgba" | "jpeg";
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** RGBA samples (`4 * width * height` bytes) or a JPEG file. */
  readonly data: Uint8Array;
};

/** A video's pixels. */
export type PixelSource = {
  /** The picture shown at `timestamp` (seconds), or null before the first and after the last one. */
  frameAt(timestamp: number, options: PixelOptions): Promise<Picture | null>;
  /** Pictures in display order, with backpressure. Leaving the loop frees the decoder. */
  frames(options: FramesOptions): AsyncGenerator<Picture, void, void>;
  /** Ends everything that is running. */
  close(): Promise<void>;
};
