/** Decodes a file's pictures beside the page's own player, for the model alone. */

/** Units that may wait in the decoder before the file has to. */
const MOST_QUEUED = 30;

/** A decoder whose pictures go to one taker. */
export class FilePixels {
  readonly #decoder: VideoDecoder;
  #ready = false;

  /** @param take gets each picture with its time in seconds; the picture is closed afterwards */
  constructor(take: (frame: VideoFrame, timestamp: number) => void) {
    this.#decoder = new VideoDecoder({
      output: (frame) => {
        take(frame, frame.timestamp / 1e6);
        frame.close();
      },
      // A damaged picture ends the decoder; the next keyframe starts it again.
      error: () => {
        this.#ready = false;
      },
    });
  }

  /** Begins with a keyframe of this codec. */
  configure(codec: string, description: Uint8Array | undefined): void {
    if (this.#decoder.state === "closed") return;
    this.#decoder.configure({
      codec,
      optimizeForLatency: true,
      ...(description === undefined ? {} : { description }),
    });
    this.#ready = true;
  }

  /** Takes the next unit. */
  push(data: Uint8Array, timestamp: number, keyframe: boolean): void {
    if (!this.#ready || this.#decoder.state !== "configured") return;
    if (this.#decoder.decodeQueueSize > MOST_QUEUED && !keyframe) return;
    const type = keyframe ? "key" : "delta";
    this.#decoder.decode(
      new EncodedVideoChunk({ type, data, timestamp: Math.round(timestamp * 1e6) }),
    );
  }
}
