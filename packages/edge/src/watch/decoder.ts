/**
 * An ffmpeg child that decodes what it is fed and hands back scaled RGB pictures with their times. It is fed only as
 * far as somebody wants a picture, which is what keeps decoding rare.
 */

import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { MediaError } from "@symbion/codec/containers";

/** A decoded picture. */
export type DecodedPicture = {
  /** Presentation time in milliseconds as it was fed. */
  readonly ms: number;
  /** Counts pictures in the order of display, from 0. */
  readonly index: number;
  /** RGB rows without padding. */
  readonly rgb: Uint8Array;
};

/** Options of a {@link PictureDecoder}. */
export type DecoderOptions = {
  /** Size of the pictures that come out. */
  readonly width: number;
  readonly height: number;
  /** `flv`, or `h264`: a raw byte stream, which has no times. */
  readonly input: "flv" | "h264";
  /** Called in the order of display. */
  readonly onPicture: (picture: DecodedPicture) => void;
  /** Called once, with why where it was not asked to end. */
  readonly onEnd: (reason: MediaError | null) => void;
};

const children = new Set<ChildProcessByStdio<Writable, Readable, Readable>>();
let exitHook = false;

/** One child. */
export class PictureDecoder {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #options: DecoderOptions;
  readonly #infos: { ms: number; index: number }[] = [];
  #parts: Buffer[] = [];
  #bytes = 0;
  #log = "";
  #words = "";
  #ended = false;
  #closing = false;

  constructor(options: DecoderOptions) {
    this.#options = options;
    const { width, height, input } = options;
    const program = process.env.SYMBION_FFMPEG ?? "ffmpeg";
    const filters = `scale=${width}:${height}:flags=bicubic,showinfo=checksum=0`;
    const child = spawn(
      program,
      [
        ...["-hide_banner", "-nostdin", "-nostats", "-loglevel", "repeat+level+info"],
        // One thread gives pictures back at once; several would hold as many back. Nothing is to be guessed.
        ...["-threads", "1", "-probesize", "32", "-analyzeduration", "0", "-fpsprobesize", "0"],
        ...["-copyts", "-f", input, "-i", "pipe:0", "-map", "0:v:0", "-vf", filters],
        ...["-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"],
      ],
      { stdio: ["pipe", "pipe", "pipe"] },
    );
    this.#child = child;
    children.add(child);
    if (!exitHook) {
      exitHook = true;
      process.once("exit", () => {
        for (const one of children) one.kill("SIGKILL");
      });
    }
    // A child that is gone shows as `close`; what is still being written to it does not matter.
    child.stdin.on("error", () => undefined);
    child.stderr.setEncoding("utf8").on("data", (text: string) => this.#hear(text));
    child.stdout.on("data", (chunk: Buffer) => {
      this.#parts.push(chunk);
      this.#bytes += chunk.length;
      this.#cut();
    });
    child.once("error", (cause: NodeJS.ErrnoException) => this.#failed(program, cause));
    child.once("close", (code) => {
      this.#cut();
      const failed = code !== 0 && !this.#closing;
      const words = this.#words.replace(/\[[^\]]*\] ?/g, "").trim() || `exit code ${code}`;
      this.#end(failed ? new MediaError("damaged", "pixels", `ffmpeg: ${words}`) : null);
    });
  }

  /** Feeds bytes. Returns a promise where the decoder has to catch up first. */
  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#ended || this.#closing) return undefined;
    if (this.#child.stdin.write(bytes)) return undefined;
    return new Promise((resolve) => {
      const done = (): void => {
        this.#child.stdin.off("drain", done);
        this.#child.off("close", done);
        resolve();
      };
      this.#child.stdin.once("drain", done);
      this.#child.once("close", done);
    });
  }

  /** Says that nothing more comes: what is held back comes out, then it ends. */
  finish(): void {
    this.#child.stdin.end();
  }

  /** Ends it at once. */
  kill(): void {
    this.#closing = true;
    this.#child.stdin.destroy();
    this.#child.stdout.destroy();
    this.#child.kill("SIGKILL");
  }

  #hear(text: string): void {
    const lines = (this.#log + text).split("\n");
    this.#log = (lines.pop() ?? "").slice(-4096);
    for (const line of lines) {
      const found = /n:\s*(\d+) pts:.*pts_time:\s*(-?[\d.]+|NOPTS)/.exec(line);
      if (found !== null) {
        const seconds = Number(found[2]);
        this.#infos.push({ index: Number(found[1]), ms: Math.round(1000 * seconds) });
      } else if (/\[(error|fatal)\]/.test(line)) this.#words = line;
    }
    this.#cut();
  }

  /** Pairs each picture's bytes with the line that tells its time; either may come first. */
  #cut(): void {
    const size = 3 * this.#options.width * this.#options.height;
    while (this.#bytes >= size && this.#infos.length > 0) {
      const all =
        this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
      const info = this.#infos.shift() as { ms: number; index: number };
      this.#parts = [all.subarray(size)];
      this.#bytes -= size;
      this.#options.onPicture({ ...info, rgb: all.subarray(0, size) });
    }
  }

  #failed(program: string, cause: NodeJS.ErrnoException): void {
    const why =
      cause.code === "ENOENT"
        ? `pixels need ffmpeg, and "${program}" was not found: install it (Debian: apt-get install ffmpeg)`
        : `cannot start "${program}": ${cause.message}`;
    this.#end(new MediaError("no-ffmpeg", "pixels", why, { cause }));
  }

  #end(reason: MediaError | null): void {
    if (this.#ended) return;
    this.#ended = true;
    children.delete(this.#child);
    this.#options.onEnd(reason);
  }
}
