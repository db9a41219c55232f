/**
 * One clip on its way to the disk: a fragmented MP4 that is playable up to its last fragment at any moment, so that a
 * killed node loses seconds, not clips. Coded pictures go in as they came; nothing is encoded. Fragments begin at
 * keyframes and are written in one go each, in order: gentle on flash memory.
 */

import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import {
  EncodedPacket,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  Output,
  StreamTarget,
} from "mediabunny";
import { PART } from "./clip-names.ts";

/** Shortest fragment in seconds: cameras with a keyframe every second get one write for two of them. */
const FRAGMENT_SECONDS = 2;

/** The stream that a clip is cut from. Width and height in pixels. */
export type ClipTrack = {
  /** `avc1.PPCCLL`. */
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** Where units are length-prefixed; undefined: they have start codes. */
  readonly avcC: Uint8Array | undefined;
};

/** What a clip's file says about itself, so that it can be listed again without the database. */
export type ClipLabel = {
  readonly source: string;
  /** ms since 1970. */
  readonly from: number;
  readonly insights: readonly string[];
};

/** A clip being written. Methods may be called without waiting for the one before. */
export class ClipFile {
  readonly #path: string;
  readonly #track: ClipTrack;
  readonly #label: ClipLabel;
  readonly #frameSeconds: number;
  readonly #source: EncodedVideoPacketSource = new EncodedVideoPacketSource("avc");
  #file: FileHandle | null = null;
  #output: Output | null = null;
  #bytes = 0;
  #queuedBytes = 0;
  #failure: Error | null = null;
  #chain: Promise<void>;

  /**
   * @param path Where the file is when it is finished; until then {@link PART} follows its name.
   * @param frameSeconds How long a picture is shown where no next one tells.
   */
  constructor(path: string, track: ClipTrack, label: ClipLabel, frameSeconds: number) {
    this.#path = path;
    this.#track = track;
    this.#label = label;
    this.#frameSeconds = frameSeconds;
    this.#chain = this.#begin().catch((error: unknown) => this.#fail(error));
  }

  /** Bytes that were handed over and have not been taken yet: a measure of a disk that is too slow. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Why nothing more is written, or null. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** Adds a coded picture, in decoding order; `seconds` is when it is shown, from 0. The bytes must not change. */
  add(data: Uint8Array, seconds: number, keyframe: boolean): void {
    this.#queuedBytes += data.length;
    const { codec, width, height, avcC } = this.#track;
    this.#then(async () => {
      this.#queuedBytes -= data.length;
      if (this.#failure !== null) return;
      const type = keyframe ? "key" : "delta";
      await this.#source.add(new EncodedPacket(data, type, seconds, this.#frameSeconds), {
        decoderConfig: {
          codec,
          codedWidth: width,
          codedHeight: height,
          ...(avcC === undefined ? {} : { description: avcC }),
        },
      });
    });
  }

  /** Completes the file and gives it its name. Resolves with its size; rejects where it could not be written. */
  async finish(): Promise<number> {
    this.#then(async () => {
      if (this.#failure !== null) return;
      await this.#output?.finalize();
      await this.#file?.datasync();
    });
    await this.#chain;
    await this.#file?.close().catch((error: unknown) => this.#fail(error));
    if (this.#failure === null) {
      await finishPart(this.#path).catch((error: unknown) => this.#fail(error));
    }
    if (this.#failure !== null) {
      await this.#output?.cancel().catch(() => undefined);
      await rm(`${this.#path}${PART}`, { force: true }).catch(() => undefined);
      throw this.#failure;
    }
    return this.#bytes;
  }

  async #begin(): Promise<void> {
    const file = await open(`${this.#path}${PART}`, "wx");
    this.#file = file;
    const sink = new WritableStream<{ readonly data: Uint8Array; readonly position: number }>({
      write: async ({ data, position }) => {
        for (let done = 0; done < data.length; ) {
          const { bytesWritten } = await file.write(
            data,
            done,
            data.length - done,
            position + done,
          );
          done += bytesWritten;
        }
        this.#bytes = Math.max(this.#bytes, position + data.length);
      },
    });
    const output = new Output({
      format: new Mp4OutputFormat({
        fastStart: "fragmented",
        minimumFragmentDuration: FRAGMENT_SECONDS,
      }),
      target: new StreamTarget(sink),
    });
    output.addVideoTrack(this.#source);
    output.setMetadataTags({ comment: formatLabel(this.#label) });
    await output.start();
    this.#output = output;
  }

  #then(step: () => Promise<void>): void {
    this.#chain = this.#chain.then(step).catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
  }
}

/** Gives a complete `PATH.part` its name, durably. */
export async function finishPart(path: string): Promise<void> {
  await rename(`${path}${PART}`, path);
  try {
    const folder = await open(dirname(path), "r");
    await folder.sync().finally(() => folder.close());
  } catch {
    // Folders cannot be opened on every system; the clip is complete all the same.
  }
}

/** The label as it stands in the file's comment. */
export function formatLabel(label: ClipLabel): string {
  return JSON.stringify({ symbion: 1, ...label });
}

/** Reads a comment; null where it is not one of ours. */
export function parseLabel(comment: string): ClipLabel | null {
  let label: Partial<ClipLabel & { symbion: number }>;
  try {
    label = JSON.parse(comment) as typeof label;
  } catch {
    return null;
  }
  if (typeof label !== "object" || label === null || label.symbion !== 1) return null;
  const { source, from, insights } = label;
  if (typeof source !== "string" || typeof from !== "number" || !Number.isFinite(from)) return null;
  if (!Array.isArray(insights) || !insights.every((id) => typeof id === "string")) return null;
  return { source, from, insights };
}
