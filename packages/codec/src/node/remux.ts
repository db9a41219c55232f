/**
 * Sources that ffmpeg reads for us: cameras and other network streams, and containers such as AVI. ffmpeg only
 * copies packets (`-c copy`), nothing is decoded. The pipe carries FLV because it keeps both timestamps and hands
 * over an access unit with its last byte: half a millisecond after the camera sent it. Fragmented MP4 and raw H.264
 * hold each unit back until the next one (40 ms at 25 frames per second), MPEG-TS and Matroska for 250 ms and more.
 */

import { Readable } from "node:stream";
import { MediaError, toMediaError, unsupportedCodec } from "../containers/errors.ts";
import { codecName } from "../containers/names.ts";
import { openVideo, type Video } from "../containers/open.ts";
import { type FfmpegChild, lastWords, startFfmpeg } from "./ffmpeg.ts";

/** What to remux, and how to name it. */
export type RemuxOptions = {
  /** Path or URL as ffmpeg takes it. */
  readonly url: string;
  /** Name in messages, credentials masked. */
  readonly name: string;
  /** Container in messages until ffmpeg has said what it is. */
  readonly kind: string;
  /** How RTSP packets travel. */
  readonly rtspTransport: "tcp" | "udp";
  /** Seconds without a byte before a network source counts as gone. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
};

/** Formats a local file may have. Playlists are left out: they could name any other file or address. */
const FILE_FORMATS =
  "avi,flv,live_flv,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,mpeg,mxf,gxf,nut,asf,rm,ogg,ivf,dv,wtv,h264,hevc,m4v,mpegvideo,av1,obu";

const LIVE_SCHEMES: ReadonlySet<string> = new Set(
  "rtsp rtsps rtmp rtmps rtp udp srt tcp".split(" "),
);

/** Network schemes passed on to ffmpeg. */
export const SCHEMES: ReadonlySet<string> = new Set([...LIVE_SCHEMES, "http", "https"]);

type Running = { readonly video: Video; readonly child: FfmpegChild };

/** Opens a source through ffmpeg. Throws {@link MediaError}: no ffmpeg, unreachable, not video, another codec. */
export async function openRemuxed(options: RemuxOptions): Promise<Video> {
  const { name } = options;
  let current: Running | undefined = await start(options);
  const { video, child } = current;
  const stream = videoLine(child.log());
  const all: Set<Running> = new Set([current]);
  let closed = false;
  return {
    ...video,
    name,
    container: inputFormat(child.log()) ?? options.kind,
    width: stream.width,
    height: stream.height,
    frameRate: undefined,
    live: LIVE_SCHEMES.has(scheme(options.url)),
    async *accessUnits() {
      // A pipe can be read once: a second pass starts ffmpeg again.
      const mine = current ?? (await start(options));
      current = undefined;
      all.add(mine);
      try {
        yield* mine.video.accessUnits();
        if (options.signal?.aborted) throw new MediaError("aborted", name, "aborted");
        const code = await mine.child.ended;
        if (code !== 0 && code !== null) {
          throw new MediaError(
            "truncated",
            name,
            `the stream broke off: ${lastWords(mine.child.log())}`,
          );
        }
      } catch (error) {
        if (options.signal?.aborted) throw new MediaError("aborted", name, "aborted");
        if (!closed) throw error;
      } finally {
        all.delete(mine);
        mine.child.kill();
      }
    },
    async close() {
      closed = true;
      for (const one of all) one.child.kill();
      await Promise.all([...all].map((one) => one.child.ended));
    },
  };
}

/** FLV first; raw H.264 where a source, such as a raw stream on a web server, has no timestamps to carry. */
const OUTPUTS = [
  "-flvflags no_duration_filesize -flush_packets 1 -f flv",
  "-flush_packets 1 -f h264",
] as const;

async function start(options: RemuxOptions): Promise<Running> {
  const { name, url, signal } = options;
  let failure: unknown;
  for (const output of OUTPUTS) {
    if (signal?.aborted) break;
    const child = startFfmpeg(
      [
        ...["-loglevel", "repeat+level+info", ...inputOptions(options), "-i", url],
        ...["-map", "0:V:0", "-c", "copy", ...output.split(" "), "pipe:1"],
      ],
      name,
      url,
    );
    const abort = (): void => child.kill();
    signal?.addEventListener("abort", abort, { once: true });
    try {
      const stream = Readable.toWeb(child.stdout) as ReadableStream<Uint8Array>;
      return { video: await openVideo(stream, { name }), child };
    } catch (error) {
      child.stdout.resume();
      const code = await child.ended;
      const log = child.log();
      failure = explain(options, log, code, error);
      if (videoLine(log).codec !== "h264" || !/Invalid argument|timestamp/.test(log.join("\n")))
        break;
    }
  }
  throw signal?.aborted ? new MediaError("aborted", name, "aborted") : failure;
}

function inputOptions(options: RemuxOptions): string[] {
  const micros = String(Math.round(options.timeout * 1e6));
  switch (scheme(options.url)) {
    case "":
      return [
        "-protocol_whitelist",
        "file",
        "-format_whitelist",
        FILE_FORMATS,
        "-fflags",
        "+genpts",
      ];
    case "rtsp":
    case "rtsps":
      return ["-rtsp_transport", options.rtspTransport, "-timeout", micros, "-fpsprobesize", "0"];
    case "http":
    case "https":
      return [
        "-protocol_whitelist",
        "http,https,httpproxy,tcp,tls,crypto,data",
        "-rw_timeout",
        micros,
        "-fflags",
        "+genpts",
      ];
    default:
      return ["-fpsprobesize", "0"];
  }
}

/** Scheme of a URL, "" for a path. */
export function scheme(url: string): string {
  return /^([a-z][a-z0-9+.-]+):\/\//i.exec(url)?.[1]?.toLowerCase() ?? "";
}

function explain(
  options: RemuxOptions,
  log: readonly string[],
  code: number | null,
  error: unknown,
): MediaError {
  const { name } = options;
  const stream = videoLine(log);
  if (error instanceof MediaError && error.code === "unsupported") return error;
  if (stream.codec === "ansi") return notVideo(name);
  if (stream.codec !== undefined && stream.codec !== "h264") {
    return unsupportedCodec(name, codecName(stream.codec));
  }
  const words = lastWords(log);
  const text = log.join("\n");
  if (/matches no streams|does not contain any stream/.test(text)) {
    return new MediaError("no-video-track", name, "no video track");
  }
  const local = scheme(options.url) === "";
  if (local || /Invalid data found|moov atom not found/.test(words)) return notVideo(name);
  if (code === 0 || code === null) return toMediaError(name, error);
  return new MediaError(
    "unreachable",
    name,
    `cannot be opened: ${words.replace(`${name}: `, "")}`,
    {
      cause: error,
    },
  );
}

function notVideo(name: string): MediaError {
  return new MediaError(
    "not-video",
    name,
    "not a video: expected MP4, Matroska, MPEG-TS, AVI, an H.264 byte stream or another container that ffmpeg reads",
  );
}

type VideoLine = {
  readonly codec?: string;
  readonly width: number | undefined;
  readonly height: number | undefined;
};

/** The input's first video stream as ffmpeg describes it: `Stream #0:0: Video: h264 (High), yuv420p, 1280x720, ...`. */
function videoLine(log: readonly string[]): VideoLine {
  const line = log.find((text) => /Stream #0:\d+.*: Video: /.test(text)) ?? "";
  const codec = /: Video: (\w+)/.exec(line)?.[1];
  const size = /, (\d{2,5})x(\d{2,5})/.exec(line);
  return {
    ...(codec === undefined ? {} : { codec }),
    width: size?.[1] === undefined ? undefined : Number(size[1]),
    height: size?.[2] === undefined ? undefined : Number(size[2]),
  };
}

function inputFormat(log: readonly string[]): string | undefined {
  return log.map((line) => /Input #0, ([^,]+)/.exec(line)?.[1]).find((name) => name !== undefined);
}
