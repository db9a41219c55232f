/**
 * Trying a source before it is saved: opens it, reads a few seconds of its stream, says what it is, or in plain words
 * why it cannot be used. Nothing of the stream is kept; one picture is decoded where a preview is asked for.
 */

import { lookup } from "node:dns/promises";
import { stat } from "node:fs/promises";
import { connect, isIP } from "node:net";
import { resolve } from "node:path";
import { H264Parser } from "@symbion/codec";
import { codecString, MediaError, type Video } from "@symbion/codec/containers";
import { openInput } from "@symbion/codec/node";
import { maskCredentials, type ProbeResult, UsageError } from "@symbion/core";
import { URL_SCHEMES } from "../config/schema.ts";
import type { CameraSource } from "../config/types.ts";
import { annexB } from "../pipeline/h264-bytes.ts";
import { decodeStill } from "../server/snapshot.ts";

/** Options of {@link probe}. */
export type ProbeOptions = {
  /** Milliseconds until a source that has shown no picture counts as unusable, 100 to 120 000. Default 10 000. */
  readonly timeoutMs?: number;
  /** Whether to decode the first keyframe, where ffmpeg is installed. Default true. */
  readonly preview?: boolean;
  /** Ends the probe early; the result then says so. */
  readonly signal?: AbortSignal;
};

const OPTIONS: readonly string[] = ["timeoutMs", "preview", "signal"];

/** What messages call the source, so that its address is in none. */
const NAME = "source";

/** Seconds of video read at most from a source that runs in real time. */
const LIVE_SECONDS = 3;

/** Seconds of video read at most from a file, which costs no waiting. */
const FILE_SECONDS = 20;

/** Seconds of video that a frame rate is measured over at least, where the source has so many. */
const RATE_SECONDS = 1;

/** Most bytes of pictures read. */
const MAX_BYTES = 64 << 20;

/** Frames per second at which a raw byte stream without times is played. */
const RAW_FRAME_RATE = 25;

const PREVIEW_WIDTH = 640;

/**
 * Says what a source is. Never rejects for the source's sake: what is wrong with it becomes `reason`, one line without
 * credentials that says what to do. Throws `UsageError` for an unknown option or a time out of range.
 */
export async function probe(
  source: CameraSource,
  options: ProbeOptions = {},
): Promise<ProbeResult> {
  for (const key of Object.keys(options)) {
    if (!OPTIONS.includes(key)) {
      throw new UsageError(`probe: expected one of ${OPTIONS.join(", ")}, got option "${key}"`);
    }
  }
  const { timeoutMs = 10_000, preview = true } = options;
  if (!(timeoutMs >= 100 && timeoutMs <= 120_000)) {
    throw new UsageError(`probe: timeoutMs: expected 100 to 120000, got ${timeoutMs}`);
  }
  // A path always: "-" would be the process's own standard input.
  const target = "url" in source ? source.url : resolve(source.file);
  const refusal = "url" in source ? refuseAddress(source.url) : await refuseFile(target);
  if (refusal !== null) return { ok: false, reason: refusal };

  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  const signals = [late.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const signal = AbortSignal.any(signals);
  const seen = new Observation();
  let video: Video | undefined;
  let failure: unknown;
  try {
    if ("url" in source) await resolveHost(source.url, signal);
    video = await openInput(target, { name: NAME, signal, timeout: timeoutMs / 1000 });
    await seen.read(video, "url" in source, late.signal);
  } catch (error) {
    failure = error;
  } finally {
    clearTimeout(timer);
    await video?.close().catch(() => undefined);
  }
  if (options.signal?.aborted) return { ok: false, reason: "stopped before it was done" };
  const result = video === undefined ? null : seen.result(video);
  if (result !== null) {
    if (!result.ok || !preview) return result;
    return { ...result, preview: await seen.preview(options.signal) };
  }
  const seconds = `${timeoutMs / 1000} s`;
  if (late.signal.aborted) {
    const open = video === undefined && "url" in source && (await accepts(source.url));
    return { ok: false, reason: tooLate(video !== undefined, open, seen.units, seconds) };
  }
  if (failure !== undefined) return { ok: false, reason: explain(failure, "url" in source) };
  return {
    ok: false,
    reason: `the source ended after ${seen.units} pictures without a keyframe`,
  };
}

/** Why an address cannot be a camera's, or null. */
function refuseAddress(url: string): string | null {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\/[^\s]+$/i.exec(url)?.[1]?.toLowerCase();
  if (scheme !== undefined && URL_SCHEMES.includes(scheme)) return null;
  return `expected an address beginning with ${URL_SCHEMES.map((one) => `${one}://`).join(", ")}`;
}

/** Why a path cannot be a video's, or null. Opening a pipe or device could wait for ever. */
async function refuseFile(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  if (found === null || found.isFile() || found.isDirectory()) return null;
  return "expected a video file, got a pipe or device";
}

/** Rejects where the address names a host that no name server knows: ffmpeg would only speak of an error. */
async function resolveHost(url: string, signal: AbortSignal): Promise<void> {
  const host = URL.parse(url)?.hostname.replace(/^\[|\]$/g, "") ?? "";
  if (host === "" || isIP(host) !== 0) return;
  const aborted = new Promise<void>((done) => {
    signal.addEventListener("abort", () => done(), { once: true });
  });
  await Promise.race([lookup(host), aborted]).catch((cause: NodeJS.ErrnoException) => {
    const what = cause.code === "ENOTFOUND" ? "no such host" : "its name cannot be resolved now";
    throw new MediaError("unreachable", NAME, `${what} (${cause.code}); try its IP address`, {
      cause,
    });
  });
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  "rtsp:": 554,
  "rtsps:": 322,
  "rtmp:": 1935,
  "rtmps:": 443,
  "http:": 80,
  "https:": 443,
};

/** Milliseconds for a connection to be made. */
const CONNECT_PATIENCE = 1000;

/** Whether somebody takes connections at the address. */
function accepts(url: string): Promise<boolean> {
  const at = URL.parse(url);
  const host = at?.hostname.replace(/^\[|\]$/g, "") ?? "";
  const port = Number(at?.port) || (DEFAULT_PORTS[at?.protocol ?? ""] ?? 0);
  if (host === "" || port === 0) return Promise.resolve(false);
  return new Promise((done) => {
    const socket = connect({ host, port, timeout: CONNECT_PATIENCE });
    const end = (answer: boolean): void => {
      socket.destroy();
      done(answer);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}

function tooLate(opened: boolean, accepting: boolean, units: number, seconds: string): string {
  const keyframes = "set the camera's keyframe (I-frame) interval to 1 to 4 s";
  if (units > 0) return `it sends video, but no keyframe within ${seconds}: ${keyframes}`;
  if (opened) return `it answers, but sent no video within ${seconds}`;
  return accepting
    ? `it takes connections, but sent no picture within ${seconds}: are protocol, port and path right? If so, ${keyframes}`
    : `no answer within ${seconds}: is the camera switched on, and the address and port right?`;
}

/** What a few seconds of a stream have shown. */
class Observation {
  /** Access units so far. */
  units = 0;
  #bytes = 0;
  #times: number[] = [];
  #keyTimes: number[] = [];
  #key: Uint8Array<ArrayBuffer> | null = null;
  #codec: string | null = null;
  #width = 0;
  #height = 0;
  #unsupported: string | null = null;

  /** Reads until enough is known, or it is too late. */
  async read(video: Video, live: boolean, late: AbortSignal): Promise<void> {
    let avcC = video.avcC;
    const began = performance.now();
    const limit = live ? LIVE_SECONDS : FILE_SECONDS;
    for await (const unit of video.accessUnits()) {
      if (late.aborted) return;
      this.units++;
      this.#bytes += unit.data.length;
      avcC = unit.avcC ?? avcC;
      const elapsed = (performance.now() - began) / 1000;
      const untimed = live ? elapsed : (this.units - 1) / RAW_FRAME_RATE;
      const time = unit.timestamp ?? untimed;
      this.#times.push(time);
      if (unit.keyframe) {
        this.#keyTimes.push(time);
        if (this.#key === null) this.#look(unit.data, avcC);
      }
      if (this.#enough(limit) || this.#bytes > MAX_BYTES) return;
      if (this.#key !== null && live && elapsed > limit) return;
    }
  }

  /** The outcome, or null where no keyframe has come. */
  result(video: Video): ProbeResult | null {
    if (this.#key === null) return null;
    const codec = this.#codec;
    const width = video.width ?? this.#width;
    const height = video.height ?? this.#height;
    if (this.#unsupported !== null) {
      return { ok: false, reason: `H.264 with ${this.#unsupported}: Symbion cannot read it yet` };
    }
    if (codec === null || width === 0 || height === 0) {
      return { ok: false, reason: "the stream's first keyframe is damaged" };
    }
    const [first, second] = this.#keyTimes;
    const interval = first === undefined || second === undefined ? null : second - first;
    return {
      ok: true,
      container: video.container === "rtsp" ? "RTSP" : video.container,
      codec,
      width,
      height,
      fps: video.frameRate === undefined ? this.#rate() : round(video.frameRate),
      keyframeSeconds: interval === null ? null : round(interval),
      preview: null,
    };
  }

  /** The first keyframe as a data URL, or null without ffmpeg. */
  async preview(signal: AbortSignal | undefined): Promise<string | null> {
    if (this.#key === null || signal?.aborted) return null;
    const jpeg = await decodeStill(this.#key, PREVIEW_WIDTH).catch(() => null);
    return jpeg === null ? null : `data:image/jpeg;base64,${Buffer.from(jpeg).toString("base64")}`;
  }

  #look(data: Uint8Array, avcC: Uint8Array | undefined): void {
    this.#key = annexB(avcC, data);
    this.#codec = codecString(avcC, data);
    const parser = new H264Parser({
      order: "decode",
      onFrame: (frame) => {
        this.#width = frame.width;
        this.#height = frame.height;
      },
    });
    if (avcC !== undefined) parser.configure(avcC);
    parser.pushAccessUnit(data, 0);
    parser.end();
    if (parser.stats.refusedSlices > 0) this.#unsupported = parser.unsupported;
  }

  #enough(limit: number): boolean {
    if (this.#key === null) return false;
    const span = this.#span(this.#times);
    return (this.#keyTimes.length >= 2 && span >= RATE_SECONDS) || span >= limit;
  }

  /** Pictures are told in decoding order: the span is that of the extremes. */
  #span(times: readonly number[]): number {
    return times.length < 2 ? 0 : Math.max(...times) - Math.min(...times);
  }

  #rate(): number {
    // A camera's first time may be a guess of ffmpeg's, made before the camera has told its clock.
    const times = this.#times.length > 3 ? this.#times.slice(1) : this.#times;
    const span = this.#span(times);
    return span > 0 ? round((times.length - 1) / span) : 0;
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** What a message of ffmpeg or of the reading means, and what to do about it. First match counts. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /401|unauthorized|authorization failed/i,
    "the camera refuses this user name or password (401): check them; many cameras have an account of its own for RTSP or ONVIF",
  ],
  [
    /403|forbidden/i,
    "the camera forbids this user to see the stream (403): give the account the right to watch live video",
  ],
  [
    /404|not found|454/i,
    "the camera has no stream at this path (404): look up the RTSP path in its manual, or let discovery suggest one",
  ],
  [
    /connection refused/i,
    "connection refused: nothing listens at this address and port; is RTSP switched on in the camera?",
  ],
  [
    /no route to host|network is unreachable|host is unreachable/i,
    "the camera cannot be reached from this network: no route to its address",
  ],
  [
    /timed out|timeout/i,
    "no answer in time: is the camera switched on, and the address and port right?",
  ],
  [
    /connection reset|broken pipe|end of file|input\/output error/i,
    "the connection was closed by the other side: it may not speak this protocol, or has too many viewers",
  ],
  [
    /461|unsupported transport|protocol not (?:supported|found)/i,
    "the camera does not offer this way of transport: expected RTSP over TCP",
  ],
  [/5\d\d server error|server returned 5/i, "the camera answers with an error of its own (5xx)"],
];

/** The reason in plain words, credentials masked. */
function explain(error: unknown, remote: boolean): string {
  const message = maskCredentials(error instanceof Error ? error.message : String(error));
  const text = withoutName(message.replace(/\s+/g, " ").trim());
  if (!(error instanceof MediaError)) return text;
  switch (error.code) {
    case "unsupported":
      return /hevc|h\.?265/i.test(error.codec ?? "")
        ? `its video is H.265 (${error.codec}), which Symbion does not read yet: switch the camera, or its second stream, to H.264`
        : `its video is ${error.codec ?? "in another codec"}, and Symbion reads H.264: switch the camera to H.264`;
    case "not-video":
      return remote
        ? "it answers, but not with video: are protocol, port and path right?"
        : "this is not video: expected MP4, Matroska, MPEG-TS, AVI or an H.264 byte stream";
    case "no-video-track":
      return "there is no video in it, only other tracks";
    case "empty":
      return "it is empty";
    case "no-ffmpeg":
      return "it needs ffmpeg, which is not installed (Debian: apt-get install ffmpeg)";
    case "unreachable":
    case "truncated":
      return HINTS.find(([pattern]) => pattern.test(text))?.[1] ?? text;
    default:
      return text;
  }
}

/** A message without the source's name in front. */
function withoutName(text: string): string {
  return text.startsWith(`${NAME}: `) ? text.slice(NAME.length + 2) : text;
}
