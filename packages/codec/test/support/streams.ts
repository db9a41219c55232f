import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from "mediabunny";
import type { FrameSignal, H264ParserOptions } from "../../src/index.ts";
import { H264Parser } from "../../src/index.ts";

const here: string = dirname(fileURLToPath(import.meta.url));

/** The project's own clips. */
export const fixturesFolder: string = resolve(here, "../fixtures");

/** What other decoders say of clips and streams: see oracle/README.md. */
export const goldenFolder: string = resolve(here, "../golden");

/** Real streams beside the repository; the folder is not part of it. */
export const sharedVideoFolder: string = resolve(here, "../../../../../shared/data/video");

/** Why tests over {@link sharedVideoFolder} cannot run here, or null when they can. */
export const sharedAbsent: string | null = existsSync(join(sharedVideoFolder, "oracle"))
  ? null
  : `no conformance streams: ${sharedVideoFolder} is absent`;

/** Streams of the shared folder: path of the stream and of its reference vectors. */
export function sharedStreams(): { name: string; path: string; oracle: string }[] {
  if (sharedAbsent !== null) return [];
  return ["conformance", "camera"].flatMap((folder) =>
    readdirSync(join(sharedVideoFolder, folder))
      .sort()
      .map((name) => ({
        name: `${folder}/${name}`,
        path: join(sharedVideoFolder, folder, name),
        oracle: join(sharedVideoFolder, "oracle", `${name}.ndjson`),
      }))
      .filter((stream) => existsSync(stream.oracle)),
  );
}

/** Path of one shared stream by its file name. */
export function sharedStream(name: string): string {
  const folder = name.endsWith(".mp4") ? "camera" : "conformance";
  return join(sharedVideoFolder, folder, name);
}

/** Clips of {@link fixturesFolder}, by path. */
export function fixtureClips(): string[] {
  return readdirSync(fixturesFolder)
    .filter((name) => name.endsWith(".264"))
    .sort()
    .map((name) => join(fixturesFolder, name));
}

/** Name of a clip without its folder and suffix. */
export function clipName(path: string): string {
  return basename(path).replace(/\.264$/, "");
}

/** A file as plain bytes: unlike a Buffer's, their slices are copies. */
export function readBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path));
}

/** Lines of an NDJSON file. */
export function readLines<T>(path: string): T[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

/** Runs the parser over Annex B bytes, handed over in chunks of the given size. */
export function parseBytes(
  bytes: Uint8Array,
  options: H264ParserOptions,
  chunk = bytes.length,
): H264Parser {
  const parser = new H264Parser(options);
  for (let at = 0; at < bytes.length; at += chunk) parser.push(bytes.subarray(at, at + chunk));
  parser.end();
  return parser;
}

/** Runs the parser over a file: MP4 through a demuxer, anything else as Annex B. */
export async function parseFile(
  path: string,
  onFrame: (frame: FrameSignal) => void,
  order: "display" | "decode" = "display",
): Promise<H264Parser> {
  if (!path.endsWith(".mp4")) return parseBytes(readFileSync(path), { onFrame, order });
  const parser = new H264Parser({ onFrame, order });
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  if (track === null) throw new Error(`expected a video track in ${path}, found none`);
  const description = (await track.getDecoderConfig())?.description;
  if (description === undefined) throw new Error(`expected a decoder configuration in ${path}`);
  parser.configure(
    ArrayBuffer.isView(description)
      ? new Uint8Array(description.buffer, description.byteOffset, description.byteLength)
      : new Uint8Array(description),
  );
  for await (const packet of new EncodedPacketSink(track).packets()) {
    parser.pushAccessUnit(packet.data, packet.timestamp);
  }
  parser.end();
  input.dispose();
  return parser;
}
