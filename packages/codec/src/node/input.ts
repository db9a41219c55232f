/** One door for Node: a path or a URL to an H.264 video. */

import { createReadStream } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { RandomAccess } from "../containers/bytes.ts";
import { MediaError, rejectUnknownKeys } from "../containers/errors.ts";
import { openVideo, type Video } from "../containers/open.ts";
import { asLive } from "../containers/pacing.ts";
import { maskCredentials } from "./ffmpeg.ts";
import { openRemuxed, SCHEMES, scheme } from "./remux.ts";

/** Options of {@link openInput}. */
export type InputOptions = {
  /** Play a file for ever, timestamps going on. Default false. */
  readonly loop?: boolean;
  /** Release a file's access units at their time, as a camera would. Default false. */
  readonly realtime?: boolean;
  /** Access units per second assumed for raw byte streams when `loop` or `realtime` is set. Default 25. */
  readonly frameRate?: number;
  /** How RTSP packets travel. Default `tcp`. */
  readonly rtspTransport?: "tcp" | "udp";
  /** Seconds without a byte after which a network source counts as gone. Default 10. */
  readonly timeout?: number;
  /** Name in messages; default: the path or URL, credentials masked. */
  readonly name?: string;
  /** Aborting ends the reading and any child process; iterations throw {@link MediaError} `aborted`. */
  readonly signal?: AbortSignal;
};

/**
 * Opens a file, a pipe (`-` is standard input) or a URL. MP4, Matroska, MPEG-TS, FLV and raw H.264 files are read
 * directly; network streams and other containers through an ffmpeg child that copies packets and decodes nothing.
 * Throws {@link MediaError}: missing, a directory, empty, not a video, another codec (named), unreachable, no ffmpeg.
 */
export async function openInput(target: string, options: InputOptions = {}): Promise<Video> {
  rejectUnknownKeys("openInput", options, [
    "loop",
    "realtime",
    "frameRate",
    "rtspTransport",
    "timeout",
    "name",
    "signal",
  ]);
  const { loop, realtime, frameRate, signal } = options;
  const video = await openOnce(target, options);
  return asLive(video, {
    ...(loop === undefined ? {} : { loop }),
    ...(realtime === undefined ? {} : { realtime }),
    ...(frameRate === undefined ? {} : { frameRate }),
    ...(signal === undefined ? {} : { signal }),
  });
}

async function openOnce(target: string, options: InputOptions): Promise<Video> {
  const name = options.name ?? maskCredentials(target);
  const { rtspTransport = "tcp", timeout = 10, signal } = options;
  const open = { name, ...(signal === undefined ? {} : { signal }) };
  const remux = { ...open, rtspTransport, timeout };
  const protocol = scheme(target);
  if (protocol !== "" && protocol !== "file") {
    if (!SCHEMES.has(protocol)) {
      const known = [...SCHEMES].join(", ");
      throw new MediaError(
        "unreachable",
        name,
        `expected a path or one of ${known}, got "${protocol}:"`,
      );
    }
    return await openRemuxed({ ...remux, url: target, kind: protocol.toUpperCase() });
  }
  if (target === "-") return await openVideo(webStream(process.stdin), { ...open, name: "stdin" });

  const path = protocol === "file" ? fileURLToPath(target) : target;
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new MediaError("unreachable", name, fileProblem(cause), { cause });
  });
  if (found.isDirectory()) {
    throw new MediaError("unreachable", name, "expected a video file, got a directory");
  }
  if (!found.isFile()) return await openVideo(webStream(createReadStream(path)), open);
  try {
    return await openVideo(await openFile(path, name, found.size), open);
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    const wrapped = error.codec?.includes("V_MS/VFW") === true;
    if (!FFMPEG_MAY_READ.has(error.code) && !wrapped) throw error;
    return await openRemuxed({ ...remux, url: path, kind: "file" }).catch((second: unknown) => {
      // Where ffmpeg knows no better, what our own reading found is the more precise message.
      const better = second instanceof MediaError && SAYS_MORE.has(second.code);
      throw better || wrapped || error.code === "no-ffmpeg" ? second : error;
    });
  }
}

/** What ffmpeg may still make sense of. */
const FFMPEG_MAY_READ: ReadonlySet<string> = new Set([
  "not-video",
  "damaged",
  "truncated",
  "no-video-track",
  "no-ffmpeg",
]);
const SAYS_MORE: ReadonlySet<string> = new Set(["unsupported", "aborted"]);

async function openFile(path: string, name: string, size: number): Promise<RandomAccess> {
  const handle: FileHandle = await open(path, "r").catch((cause: NodeJS.ErrnoException) => {
    throw new MediaError("unreachable", name, fileProblem(cause), { cause });
  });
  return {
    size,
    async read(start, end) {
      const bytes = new Uint8Array(end - start);
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(
          bytes,
          filled,
          bytes.length - filled,
          start + filled,
        );
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled === bytes.length ? bytes : bytes.subarray(0, filled);
    },
    close: () => handle.close(),
  };
}

function webStream(stream: Readable): ReadableStream<Uint8Array> {
  return Readable.toWeb(stream) as ReadableStream<Uint8Array>;
}

function fileProblem(cause: NodeJS.ErrnoException): string {
  if (cause.code === "ENOENT" || cause.code === "ENOTDIR") return "no such file";
  if (cause.code === "EACCES" || cause.code === "EPERM") return "permission denied";
  return cause.message;
}
