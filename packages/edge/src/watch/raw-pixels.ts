/** Pixels of a raw byte stream, which has no times: all of it is decoded, and pictures are counted. */

import type { MediaError } from "@symbion/codec/containers";
import { imageBlocks, type PixelBlocks } from "@symbion/neural";
import type { BlockSource, Grid } from "@symbion/vision";
import { type DecodedPicture, PictureDecoder } from "./decoder.ts";

/** Pixels of one raw stream. */
export class RawPixels implements BlockSource {
  readonly #indexOf: (timestamp: number) => number;
  readonly #pull: () => Promise<boolean>;
  #waiting: Uint8Array[] = [];
  #decoder: PictureDecoder | null = null;
  #pictures: DecodedPicture[] = [];
  #wanted = 0;
  #ended = false;
  #failure: MediaError | null = null;
  #wake: () => void = () => undefined;
  #decoded = 0;

  /**
   * @param indexOf number of the picture, in the order of display, that has a presentation time
   * @param pull waits until a further chunk was taken in; false at the end
   */
  constructor(indexOf: (timestamp: number) => number, pull: () => Promise<boolean>) {
    this.#indexOf = indexOf;
    this.#pull = pull;
  }

  get decoded(): number {
    return this.#decoded;
  }

  /** Takes the next bytes. */
  take(chunk: Uint8Array): void {
    this.#waiting.push(chunk);
  }

  async blocks(
    timestamp: number,
    grid: Grid,
    blockSize: number,
    wanted: Int32Array,
  ): Promise<PixelBlocks | null> {
    const width = grid.columns * blockSize;
    const height = grid.rows * blockSize;
    this.#wanted = this.#indexOf(timestamp);
    this.#decoder ??= this.#start(width, height);
    const decoder = this.#decoder;
    while (!this.#ended) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#pictures = this.#pictures.filter(({ index }) => index >= this.#wanted);
      if (this.#pictures[0]?.index === this.#wanted) break;
      const chunk = this.#waiting.shift();
      if (chunk !== undefined) await decoder.write(chunk);
      else if (!(await this.#pull())) {
        decoder.finish();
        await woken;
      }
    }
    if (this.#failure?.code === "no-ffmpeg") throw this.#failure;
    const picture = this.#pictures.find(({ index }) => index === this.#wanted);
    if (picture === undefined) return null;
    return imageBlocks({ width, height, data: picture.rgb }, blockSize, wanted);
  }

  async close(): Promise<void> {
    this.#decoder?.kill();
    this.#ended = true;
    this.#wake();
  }

  #start(width: number, height: number): PictureDecoder {
    return new PictureDecoder({
      ...{ width, height, input: "h264" },
      onPicture: (picture) => {
        this.#decoded++;
        if (picture.index >= this.#wanted) this.#pictures.push(picture);
        this.#wake();
      },
      onEnd: (reason) => {
        this.#ended = true;
        this.#failure = reason;
        this.#wake();
      },
    });
  }
}
