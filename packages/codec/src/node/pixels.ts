/** Pixels in Node: an ffmpeg child decodes, scales and converts; started for each request, ended with it. */

import { MediaError, rejectUnknownKeys } from "../containers/errors.ts";
import type { Picture, PixelOptions, PixelSource } from "../containers/pixels.ts";
import { type FfmpegChild, lastWords, maskCredentials, startFfmpeg } from "./ffmpeg.ts";

/** Pictures of a file or URL through ffmpeg. Errors are {@link MediaError}. */
export function ffmpegPixels(target: string): PixelSource {
  const name = maskCredentials(target);
  const children: Set<FfmpegChild> = new Set();
  return {
    async frameAt(timestamp, options) {
      rejectUnknownKeys("frameAt", options, ["format", "width"]);
      if (!(timestamp >= 0)) return null;
      // The fps filter shows what is on screen at its start time; the seek goes to the key frame before that.
      const still = `fps=1000:start_time=${timestamp}:round=near`;
      const args = decodeArguments(
        target,
        options,
        ["-noaccurate_seek", "-ss", String(timestamp)],
        still,
      );
      const one = [...args.slice(0, -1), "-frames:v", "1", ...args.slice(-1)];
      for await (const picture of run(target, name, children, options.format, one)) return picture;
      return null;
    },
    frames(options) {
      rejectUnknownKeys("frames", options, ["format", "width", "frameRate", "start", "end"]);
      const range = [
        ...(options.start === undefined ? [] : ["-ss", String(options.start)]),
        ...(options.end === undefined ? [] : ["-to", String(options.end)]),
      ];
      const rate = options.frameRate === undefined ? undefined : `fps=${options.frameRate}`;
      const args = decodeArguments(target, options, range, rate);
      return run(target, name, children, options.format, args);
    },
    async close() {
      for (const child of children) child.kill();
      await Promise.all([...children].map((child) => child.ended.catch(() => null)));
    },
  };
}

async function* run(
  target: string,
  name: string,
  children: Set<FfmpegChild>,
  format: "rgba" | "jpeg",
  args: readonly string[],
): AsyncGenerator<Picture, void, void> {
  const child = startFfmpeg(args, name, target);
  children.add(child);
  // One line of the showinfo filter per picture: its time and size, in the order of the pictures.
  const infos = new Queue<{ timestamp: number; width: number; height: number }>();
  child.onLine = (line) => {
    const found = /pts_time:\s*(-?[\d.]+).* s:(\d+)x(\d+)/.exec(line);
    if (found === null) return;
    infos.push({ timestamp: Number(found[1]), width: Number(found[2]), height: Number(found[3]) });
  };
  child.ended.then(
    () => infos.end(),
    () => infos.end(),
  );
  const bytes = new Reader(child.stdout);
  let pictures = 0;
  try {
    while (true) {
      const info = await infos.shift();
      if (info === undefined) break;
      const size = 4 * info.width * info.height;
      const data = format === "rgba" ? await bytes.take(size) : await bytes.takeJpeg();
      if (data === undefined) break;
      pictures++;
      yield { ...info, format, data };
    }
    const code = await child.ended;
    if (code !== 0 && code !== null) {
      const reason = pictures === 0 ? "unreachable" : "damaged";
      throw new MediaError(reason, name, `no pictures from it: ${lastWords(child.log())}`);
    }
  } finally {
    children.delete(child);
    child.kill();
  }
}

/** Decode, pick (`timing` is a filter), scale, report each picture's time and size, convert, to the pipe. */
function decodeArguments(
  target: string,
  options: PixelOptions,
  range: readonly string[],
  timing: string | undefined,
): string[] {
  const scale = options.width === undefined ? undefined : `scale=${options.width}:-2`;
  const filters = [timing, scale, "showinfo=checksum=0"].filter((filter) => filter !== undefined);
  return [
    ...["-loglevel", "repeat+level+info", "-copyts", ...range, "-i", target],
    ...["-map", "0:V:0", "-vf", filters.join(","), "-fps_mode", "passthrough"],
    ...(options.format === "rgba"
      ? ["-f", "rawvideo", "-pix_fmt", "rgba"]
      : ["-f", "image2pipe", "-c:v", "mjpeg", "-q:v", "4"]),
    "pipe:1",
  ];
}

/** Values awaited in order. */
class Queue<T> {
  #values: T[] = [];
  #waiting: ((value: T | undefined) => void)[] = [];
  #ended = false;

  push(value: T): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#values.push(value);
    else next(value);
  }

  end(): void {
    this.#ended = true;
    for (const next of this.#waiting.splice(0)) next(undefined);
  }

  shift(): Promise<T | undefined> {
    if (this.#values.length > 0 || this.#ended) return Promise.resolve(this.#values.shift());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** Exact numbers of bytes, or whole JPEG files, out of a pipe. */
class Reader {
  readonly #chunks: AsyncIterator<Buffer>;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async take(size: number): Promise<Uint8Array | undefined> {
    while (this.#length < size) if (!(await this.#more())) return undefined;
    return this.#cut(size);
  }

  /** Up to the end-of-image marker, which cannot occur inside entropy-coded data. */
  async takeJpeg(): Promise<Uint8Array | undefined> {
    let searched = 0;
    while (true) {
      const all = this.#join();
      for (let at = all.indexOf(0xff, searched); at >= 0; at = all.indexOf(0xff, at + 1)) {
        if (all[at + 1] === 0xd9) return this.#cut(at + 2);
      }
      searched = Math.max(0, all.length - 1);
      if (!(await this.#more())) return undefined;
    }
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done) return false;
    this.#parts.push(next.value);
    this.#length += next.value.length;
    return true;
  }

  #join(): Buffer {
    if (this.#parts.length !== 1) this.#parts = [Buffer.concat(this.#parts, this.#length)];
    return this.#parts[0] ?? Buffer.alloc(0);
  }

  #cut(size: number): Uint8Array {
    const all = this.#join();
    this.#parts = [all.subarray(size)];
    this.#length -= size;
    return new Uint8Array(all.buffer, all.byteOffset, size).slice();
  }
}
