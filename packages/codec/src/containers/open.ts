/**
 * From bytes to H.264 access units. MP4 (also fragmented), QuickTime, Matroska and MPEG-TS are read by mediabunny;
 * raw Annex B and FLV, which it does not read, here. Another codec is refused by name.
 */

import {
  type EncodedPacket,
  EncodedPacketSink,
  Input,
  InputDisposedError,
  type InputVideoTrack,
  MATROSKA,
  MP4,
  MPEG_TS,
  QTFF,
  UnsupportedInputFormatError,
  WEBM,
} from "mediabunny";
import { AnnexBSplitter } from "./annexb.ts";
import { type Bytes, type MediaSource, openBytes, streamSource } from "./bytes.ts";
import { MediaError, rejectUnknownKeys, toMediaError, unsupportedCodec } from "./errors.ts";
import { FlvReader } from "./flv.ts";
import { cleanMatroska } from "./matroska.ts";
import {
  cleanFragments,
  type Mp4,
  type Mp4Track,
  presented,
  readMp4,
  type SampleDescription,
} from "./mp4.ts";
import { codecName, mp4vName } from "./names.ts";
import { SNIFF_BYTES, sniff, transportStreamCodec } from "./sniff.ts";

/** Containers that are read without ffmpeg. */
export type Container = "MP4" | "QuickTime" | "Matroska" | "WebM" | "MPEG-TS" | "FLV" | "Annex B";

/** One coded picture (or field) as its container holds it. */
export type AccessUnit = {
  /** NAL units, framed as {@link Video.framing} says. */
  readonly data: Uint8Array;
  /** Presentation time in seconds; undefined in a raw byte stream, which has no times. */
  readonly timestamp: number | undefined;
  /** Whether decoding can start here. */
  readonly keyframe: boolean;
  /** A new AVCDecoderConfigurationRecord, in force from this unit on. */
  readonly avcC?: Uint8Array;
  /** Whether this unit does not follow the one before: a looped file starts again. */
  readonly restart?: true;
};

/** An H.264 stream, opened. */
export type Video = {
  /** The source's name in messages. */
  readonly name: string;
  readonly codec: "H.264";
  /** A {@link Container}, or what ffmpeg calls the format that it reads for us. */
  readonly container: string;
  /** Width in pixels as the container states it; undefined where only the bitstream does. */
  readonly width: number | undefined;
  /** Height in pixels, likewise. */
  readonly height: number | undefined;
  /** Frames per second, measured on the first frames of a file; undefined for streams and raw bytes. */
  readonly frameRate: number | undefined;
  /** `avcc`: length-prefixed NAL units; `annexb`: start codes; `stream`: start codes, cut anywhere. */
  readonly framing: "avcc" | "annexb" | "stream";
  /** AVCDecoderConfigurationRecord in force at the start, when `framing` is `avcc`. */
  readonly avcC: Uint8Array | undefined;
  /** Whether the units come in real time. */
  readonly live: boolean;
  /** When a frame with this timestamp is shown, in seconds; undefined where an edit list hides it. */
  present(timestamp: number): number | undefined;
  /**
   * Access units in decoding order, with backpressure. Can be called again for a file, once for a stream.
   * Throws {@link MediaError} (and nothing else) where the container breaks off.
   */
  accessUnits(): AsyncGenerator<AccessUnit, void, void>;
  /** Frees the source and ends running iterations. */
  close(): Promise<void>;
};

/** Options of {@link openVideo}. */
export type OpenOptions = {
  /** Name of the source in messages; default `input`. */
  readonly name?: string;
  /** Aborting closes the source; reading then throws {@link MediaError} `aborted`. */
  readonly signal?: AbortSignal;
};

/** The times of most sources are shown as they are. */
export const presentAsIs = (timestamp: number): number => timestamp;

/**
 * Opens a source and finds its H.264 track: the first one, where there are several. Throws {@link MediaError}: no
 * bytes, no video, another codec (named), a broken container.
 */
export async function openVideo(source: MediaSource, options: OpenOptions = {}): Promise<Video> {
  rejectUnknownKeys("openVideo", options, ["name", "signal"]);
  const name = options.name ?? "input";
  const bytes = openBytes(source);
  const { signal } = options;
  let close = (): Promise<void> => bytes.close();
  signal?.addEventListener("abort", () => void close(), { once: true });
  try {
    if (signal?.aborted) throw new MediaError("aborted", name, "aborted");
    const video = await detect(bytes, name);
    close = () => video.close();
    return signal === undefined ? video : abortable(video, signal);
  } catch (error) {
    await close();
    if (signal?.aborted) throw new MediaError("aborted", name, "aborted");
    throw toMediaError(name, error);
  }
}

/** The same video, whose iterations end with {@link MediaError} `aborted` once `signal` is aborted. */
export function abortable(video: Video, signal: AbortSignal): Video {
  return {
    ...video,
    async *accessUnits() {
      try {
        for await (const unit of video.accessUnits()) {
          if (signal.aborted) break;
          yield unit;
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      }
      if (signal.aborted) throw new MediaError("aborted", video.name, "aborted");
    },
  };
}

async function detect(bytes: Bytes, name: string): Promise<Video> {
  // A live stream must not be kept waiting for a megabyte when its first bytes say what it is.
  let head = await bytes.head(2048);
  if (head.length === 0) throw new MediaError("empty", name, "expected video, got 0 bytes");
  let found = sniff(head);
  if (found.kind === "unknown") {
    head = await bytes.head(SNIFF_BYTES);
    found = sniff(head);
  }
  switch (found.kind) {
    case "unknown":
      throw new MediaError(
        "not-video",
        name,
        "not a video: expected MP4, Matroska, MPEG-TS, FLV or an H.264 byte stream, " +
          `got ${bytes.size ?? "a stream of"} bytes starting ${hex(head.subarray(0, 8))}`,
      );
    case "codec":
      throw unsupportedCodec(name, found.codec);
    case "foreign":
      throw new MediaError("no-ffmpeg", name, `${found.container} is read through ffmpeg only`);
    case "annexb":
      return annexBVideo(bytes, name);
    case "flv":
      return await flvVideo(bytes, name);
    default:
      return await containerVideo(bytes, name, found.kind);
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

function annexBVideo(bytes: Bytes, name: string): Video {
  return {
    name,
    codec: "H.264",
    container: "Annex B",
    width: undefined,
    height: undefined,
    frameRate: undefined,
    framing: "stream",
    avcC: undefined,
    live: false,
    present: presentAsIs,
    async *accessUnits() {
      const splitter = new AnnexBSplitter();
      try {
        for await (const chunk of bytes.chunks()) {
          for (const unit of splitter.push(chunk)) yield { ...unit, timestamp: undefined };
        }
      } catch (error) {
        throw toMediaError(name, error);
      }
      for (const unit of splitter.end()) yield { ...unit, timestamp: undefined };
    },
    close: () => bytes.close(),
  };
}

/** FLV states its codec and parameters in the first tags: these are read before the video counts as open. */
async function flvVideo(bytes: Bytes, name: string): Promise<Video> {
  const units = flvUnits(bytes, name);
  const first = await units.next();
  if (first.done || first.value.avcC === undefined) {
    throw new MediaError("no-video-track", name, "FLV without an H.264 configuration");
  }
  const begin = first.value;
  let fresh = true;
  return {
    name,
    codec: "H.264",
    container: "FLV",
    width: undefined,
    height: undefined,
    frameRate: undefined,
    framing: "avcc",
    avcC: begin.avcC,
    live: false,
    present: presentAsIs,
    async *accessUnits() {
      // The first pass goes on with the reader that detection began; a file can be read again.
      const pass = fresh ? units : flvUnits(bytes, name);
      if (fresh) yield begin;
      fresh = false;
      yield* pass;
    },
    close: () => bytes.close(),
  };
}

async function* flvUnits(bytes: Bytes, name: string): AsyncGenerator<AccessUnit, void, void> {
  const reader = new FlvReader();
  let avcC: Uint8Array | undefined;
  try {
    for await (const chunk of bytes.chunks()) {
      for (const item of reader.push(chunk)) {
        if (item.kind === "unsupported") throw unsupportedCodec(name, item.codec);
        if (item.kind === "damaged") throw new MediaError("damaged", name, item.what);
        if (item.kind === "config") avcC = item.avcC;
        else {
          const { data, timestamp, keyframe } = item;
          yield { data, timestamp, keyframe, ...(avcC === undefined ? {} : { avcC }) };
          avcC = undefined;
        }
      }
    }
  } catch (error) {
    throw toMediaError(name, error);
  }
}

const CONTAINER_NAMES: Readonly<Record<string, Container>> = {
  MP4: "MP4",
  "QuickTime File Format": "QuickTime",
  Matroska: "Matroska",
  WebM: "WebM",
  "MPEG Transport Stream": "MPEG-TS",
};

const FORMATS = [MP4, QTFF, MATROSKA, WEBM, MPEG_TS];

type Opened = {
  readonly input: Input;
  readonly tracks: readonly InputVideoTrack[];
  readonly track: InputVideoTrack | undefined;
};

async function containerVideo(
  bytes: Bytes,
  name: string,
  kind: "isobmff" | "matroska" | "mpeg-ts",
): Promise<Video> {
  const mp4: Mp4 =
    kind === "isobmff"
      ? await readMp4(bytes, name)
      : { tracks: [], fragmented: false, missingBytes: 0 };
  const head = await bytes.head(SNIFF_BYTES >> (bytes.size === undefined ? 6 : 0));
  // Structures that mediabunny would stumble over are cleaned away on the way to it.
  const clean = kind === "matroska" ? cleanMatroska : mp4.fragmented ? cleanFragments : undefined;
  const open = async (): Promise<Opened> => {
    const source = clean === undefined ? bytes.source() : streamSource(clean(bytes.chunks()));
    const input = new Input({ formats: FORMATS, source });
    const tracks = await input.getVideoTracks().catch((error: unknown) => {
      input.dispose();
      throw error;
    });
    return { input, tracks, track: await firstH264(tracks) };
  };
  const opened = await open();
  const { input, tracks, track } = opened;
  try {
    const format = await input.getFormat();
    if (track === undefined) await refuseTracks(name, tracks, mp4.tracks, kind, head);
    else {
      const reopen = clean === undefined ? undefined : open;
      return await trackVideo(bytes, name, { ...opened, track }, reopen, format.name, mp4);
    }
    throw new MediaError("no-video-track", name, "no video track");
  } catch (error) {
    input.dispose();
    if (error instanceof UnsupportedInputFormatError) {
      throw new MediaError(
        "not-video",
        name,
        "looks like a video container but cannot be read as one",
        {
          cause: error,
        },
      );
    }
    throw error;
  }
}

async function firstH264(tracks: readonly InputVideoTrack[]): Promise<InputVideoTrack | undefined> {
  for (const track of tracks) if ((await track.getCodec()) === "avc") return track;
  return undefined;
}

async function refuseTracks(
  name: string,
  tracks: readonly InputVideoTrack[],
  mp4Tracks: readonly Mp4Track[],
  kind: string,
  head: Uint8Array,
): Promise<void> {
  const description = mp4Tracks[0]?.descriptions[0];
  if (description !== undefined) throw unsupportedCodec(name, entryName(description));
  const track = tracks[0];
  if (track !== undefined) {
    const id = (await track.getInternalCodecId()) ?? (await track.getCodec());
    const codec = await track.getCodec();
    throw unsupportedCodec(name, codecName(typeof id === "string" ? id : (codec ?? "unknown")));
  }
  const streamed = kind === "mpeg-ts" ? transportStreamCodec(head) : undefined;
  if (streamed !== undefined && streamed !== "H.264") throw unsupportedCodec(name, streamed);
}

async function trackVideo(
  bytes: Bytes,
  name: string,
  opened: Opened & { readonly track: InputVideoTrack },
  /** How to start again where a pass uses up its input. */
  reopen: (() => Promise<Opened>) | undefined,
  format: string,
  file: Mp4,
): Promise<Video> {
  const { track } = opened;
  const inputs: Set<Input> = new Set([opened.input]);
  let next: Opened | undefined = opened;
  const mp4 = file.tracks.find((candidate) => candidate.id === track.id);
  const descriptions = mp4?.descriptions ?? [];
  for (const description of descriptions) {
    if (description.format !== "avc1" && description.format !== "avc3") {
      throw unsupportedCodec(name, entryName(description));
    }
  }
  if (mp4?.fragmented && descriptions.length > 1) {
    const codec = `fragmented MP4 with ${descriptions.length} sample descriptions`;
    throw unsupportedCodec(name, codec);
  }
  const config = await track.getDecoderConfig();
  const firstRun = mp4?.runs[0]?.description ?? 0;
  const avcC = descriptions[firstRun]?.avcC ?? toBytes(config?.description);
  if (avcC === undefined && mp4 !== undefined) {
    throw new MediaError("damaged", name, "H.264 track without its configuration (avcC)");
  }
  // Reading ahead would cost a live stream its latency.
  const stats = bytes.size === undefined ? undefined : await track.computePacketStats(64);
  const rate = stats?.averagePacketRate;
  let closed = false;
  const edited = mp4 !== undefined && !mp4.fragmented && mp4.edits.length > 0 ? mp4 : undefined;
  return {
    name,
    codec: "H.264",
    container: CONTAINER_NAMES[format] ?? format,
    width: await track.getCodedWidth(),
    height: await track.getCodedHeight(),
    frameRate: rate !== undefined && Number.isFinite(rate) && rate > 0 ? rate : undefined,
    framing: avcC === undefined ? "annexb" : "avcc",
    avcC,
    live: false,
    present: edited ? (timestamp) => presented(edited, timestamp + edited.origin) : presentAsIs,
    async *accessUnits() {
      let sample = 0;
      let run = 0;
      try {
        const pass = next ?? (await reopen?.()) ?? opened;
        if (reopen !== undefined) next = undefined;
        inputs.add(pass.input);
        for await (const packet of new EncodedPacketSink(pass.track ?? track).packets()) {
          const following = mp4?.runs[run + 1];
          const changes = following !== undefined && sample >= following.firstSample;
          if (changes) run++;
          const config = changes ? descriptions[mp4?.runs[run]?.description ?? 0]?.avcC : undefined;
          yield toUnit(packet, config);
          sample++;
        }
      } catch (error) {
        if (closed && error instanceof InputDisposedError) return;
        throw toMediaError(name, error);
      }
      if (file.missingBytes > 0 && !closed) {
        const what = `the file ends ${file.missingBytes} bytes early; read what is there`;
        throw new MediaError("truncated", name, what);
      }
    },
    async close() {
      closed = true;
      for (const input of inputs) input.dispose();
      await bytes.close();
    },
  };
}

function entryName(description: SampleDescription): string {
  const { format, objectType } = description;
  return format === "mp4v" ? mp4vName(objectType) : codecName(format);
}

function toUnit(packet: EncodedPacket, avcC: Uint8Array | undefined): AccessUnit {
  const { data, timestamp } = packet;
  const keyframe = packet.type === "key";
  return avcC === undefined ? { data, timestamp, keyframe } : { data, timestamp, keyframe, avcC };
}

function toBytes(description: AllowSharedBufferSource | undefined): Uint8Array | undefined {
  if (description === undefined) return undefined;
  if (ArrayBuffer.isView(description)) {
    return new Uint8Array(description.buffer, description.byteOffset, description.byteLength);
  }
  return new Uint8Array(description);
}
