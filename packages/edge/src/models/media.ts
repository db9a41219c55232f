/** Images and short videos of requests: from data URLs, or over HTTP where that is allowed, to pixels. */

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RgbImage, VideoFrame } from "@symbion/neural";
import { decode as decodePng } from "fast-png";
import { decode as decodeJpeg } from "jpeg-js";
import { ALL_FORMATS, BufferSource, Input } from "mediabunny";
import { badRequest, ModelApiError } from "./errors.ts";
import { fetchPublic } from "./remote.ts";

/** What media a server takes. */
export type MediaLimits = {
  /** Whether `http(s)://` addresses are fetched, and then only from public hosts. */
  readonly remote: boolean;
  /** Most bytes of one image or video. */
  readonly bytes: number;
};

/** Most pixels of an image, in millions. */
const MEGAPIXELS = 50;
/** Most pictures of a video; where it would have more at the wanted rate, they come more slowly. */
const MOST_FRAMES = 32;
/** Longest side of a video's pictures, pixels. */
const FRAME_SIDE = 1280;
/** Milliseconds that ffmpeg may take. */
const PATIENCE = 60_000;
/** Most bytes of pixels that ffmpeg may give. */
const MOST_PIXELS = 256 << 20;

/** Reads an image. @throws {ModelApiError} 400 saying what is wrong with it. */
export async function readImage(
  url: string,
  param: string,
  limits: MediaLimits,
  signal: AbortSignal,
): Promise<RgbImage> {
  const bytes = await readUrl(url, param, limits, signal);
  try {
    if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47])) return png(bytes, param);
    if (startsWith(bytes, [0xff, 0xd8, 0xff])) return jpeg(bytes);
  } catch (error) {
    if (error instanceof ModelApiError) throw error;
    throw badRequest(
      param,
      `${param}: expected an image that can be read, got one that cannot: ${text(error)}`,
    );
  }
  const format = IMAGE_FORMATS.find(({ magic }) => magic(bytes))?.demuxer;
  if (format === undefined) {
    throw badRequest(
      param,
      `${param}: expected a PNG, JPEG, WebP, GIF or BMP image, got other bytes`,
    );
  }
  const [image] = await decode(bytes, format, ["-frames:v", "1"], param, signal);
  if (image === undefined)
    throw badRequest(param, `${param}: expected an image that can be read, got one that cannot`);
  return image;
}

/** Reads a video: so many pictures a second, at most 32 in all. @throws {ModelApiError} 400 saying what is wrong with it. */
export async function readVideo(
  url: string,
  param: string,
  perSecond: number,
  limits: MediaLimits,
  signal: AbortSignal,
): Promise<VideoFrame[]> {
  const bytes = await readUrl(url, param, limits, signal);
  const isMp4 = String.fromCharCode(...bytes.subarray(4, 8)) === "ftyp";
  const isWebm = startsWith(bytes, [0x1a, 0x45, 0xdf, 0xa3]);
  if (!isMp4 && !isWebm)
    throw badRequest(param, `${param}: expected an MP4 or WebM video, got other bytes`);
  const seconds = await durationOf(bytes).catch((error: unknown) => {
    throw badRequest(
      param,
      `${param}: expected a video that can be read, got one that cannot: ${text(error)}`,
    );
  });
  const rate = Math.min(perSecond, MOST_FRAMES / Math.max(1, seconds));
  const filter = `fps=${rate.toFixed(6)}:round=up:start_time=0,scale='min(${FRAME_SIDE},iw)':'min(${FRAME_SIDE},ih)':force_original_aspect_ratio=decrease`;
  const images = await decode(
    bytes,
    isMp4 ? "mov" : "matroska",
    ["-an", "-vf", filter, "-frames:v", String(MOST_FRAMES)],
    param,
    signal,
  );
  if (images.length === 0)
    throw badRequest(param, `${param}: expected a video with pictures, got none`);
  return images.map((image, i) => ({ image, seconds: i / rate }));
}

async function readUrl(
  url: string,
  param: string,
  limits: MediaLimits,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (/^https?:/i.test(url)) {
    if (!limits.remote) {
      throw badRequest(
        param,
        `${param}: expected a data: URL, got an address; this server fetches none`,
      );
    }
    return await fetchPublic(url, param, limits.bytes, signal);
  }
  const match = /^data:([\w.+-]+\/[\w.+-]+)?(?:;[\w-]+=[^;,]*)*;base64,/i.exec(url.slice(0, 256));
  if (match === null)
    throw badRequest(
      param,
      `${param}: expected a data: URL in base64, got ${JSON.stringify(url.slice(0, 30))}`,
    );
  const bytes = Buffer.from(url.slice(match[0].length), "base64");
  if (bytes.length === 0)
    throw badRequest(param, `${param}: expected an image or video, got no bytes`);
  if (bytes.length > limits.bytes) {
    throw badRequest(
      param,
      `${param}: expected at most ${limits.bytes} bytes, got ${bytes.length}`,
    );
  }
  return bytes;
}

function png(bytes: Uint8Array, param: string): RgbImage {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 24)
    throw badRequest(param, `${param}: expected a whole PNG, got ${bytes.length} bytes`);
  const pixels = header.getUint32(16) * header.getUint32(20);
  if (pixels > MEGAPIXELS * 1e6) {
    throw badRequest(
      param,
      `${param}: expected at most ${MEGAPIXELS} million pixels, got ${Math.ceil(pixels / 1e6)}`,
    );
  }
  const { width, height, data, channels, depth, palette } = decodePng(bytes, { checkCrc: false });
  const result = new Uint8Array(width * height * 3);
  const shift = depth === 16 ? 8 : 0;
  // Palettes, and greys of fewer than 8 bits, have a byte or less per pixel.
  const factor = palette === undefined && depth < 8 ? 255 / (2 ** depth - 1) : 1;
  const line = Math.ceil((width * channels * depth) / 8);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = (y * width + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const from = channels < 3 ? 0 : channel;
        let value: number;
        if (depth < 8) {
          const bit = x * depth;
          const byte = data[y * line + (bit >> 3)] as number;
          value = (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
        } else {
          value = (data[(y * width + x) * channels + from] as number) >> shift;
        }
        result[to + channel] =
          palette === undefined ? value * factor : (palette[value]?.[channel] ?? 0);
      }
    }
  }
  return { width, height, data: result };
}

function jpeg(bytes: Uint8Array): RgbImage {
  const { width, height, data } = decodeJpeg(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: true,
    maxResolutionInMP: MEGAPIXELS,
    maxMemoryUsageInMB: 1024,
  });
  return { width, height, data };
}

const IMAGE_FORMATS: readonly { readonly demuxer: string; magic(bytes: Uint8Array): boolean }[] = [
  {
    demuxer: "webp_pipe",
    magic: (bytes) =>
      startsWith(bytes, [...Buffer.from("RIFF")]) &&
      startsWith(bytes.subarray(8), [...Buffer.from("WEBP")]),
  },
  { demuxer: "gif", magic: (bytes) => startsWith(bytes, [...Buffer.from("GIF8")]) },
  { demuxer: "bmp_pipe", magic: (bytes) => startsWith(bytes, [...Buffer.from("BM")]) },
];

async function durationOf(bytes: Uint8Array): Promise<number> {
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });
  try {
    return await input.computeDuration();
  } finally {
    input.dispose();
  }
}

/**
 * Has ffmpeg decode a file to pictures. The demuxer is named and only files may be opened: what comes from strangers
 * could otherwise be a play-list that makes it read other files or the network.
 */
async function decode(
  bytes: Uint8Array,
  demuxer: string,
  options: readonly string[],
  param: string,
  signal: AbortSignal,
): Promise<RgbImage[]> {
  const folder = await mkdtemp(join(tmpdir(), "symbion-media-"));
  try {
    const file = join(folder, "input");
    await writeFile(file, bytes, { mode: 0o600 });
    const args = [
      "-hide_banner",
      "-nostdin",
      "-loglevel",
      "error",
      "-protocol_whitelist",
      "file,pipe",
    ];
    args.push("-f", demuxer, "-i", `file:${file}`, ...options);
    args.push("-f", "image2pipe", "-c:v", "ppm", "pipe:1");
    return pictures(await runFfmpeg(args, param, signal));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runFfmpeg(args: readonly string[], param: string, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const program = process.env.SYMBION_FFMPEG ?? "ffmpeg";
    execFile(
      program,
      args,
      {
        encoding: "buffer",
        maxBuffer: MOST_PIXELS,
        timeout: PATIENCE,
        killSignal: "SIGKILL",
        signal,
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if (signal.aborted) reject(signal.reason as Error);
        else if (error.code === "ENOENT") {
          reject(
            badRequest(
              param,
              `${param}: expected a PNG or JPEG image; others and videos need ffmpeg, which this machine lacks`,
            ),
          );
        } else {
          const why = stderr.toString("utf8").trim().split("\n").at(-1) ?? "";
          const said =
            why === "" ? text(error) : why.replaceAll(/\S*symbion-media-\S*/g, "the file");
          reject(
            badRequest(
              param,
              `${param}: expected a file that ffmpeg can read: ${said.slice(0, 200)}`,
            ),
          );
        }
      },
    );
  });
}

/** Portable pixmaps, one behind the other. */
function pictures(bytes: Buffer): RgbImage[] {
  const found: RgbImage[] = [];
  for (let at = 0; at < bytes.length; ) {
    const header = /^P6\n(\d+) (\d+)\n255\n/.exec(bytes.toString("latin1", at, at + 40));
    if (header === null) break;
    const [width, height] = [Number(header[1]), Number(header[2])];
    const from = at + header[0].length;
    at = from + width * height * 3;
    if (at > bytes.length) break;
    found.push({ width, height, data: bytes.subarray(from, at) });
  }
  return found;
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
