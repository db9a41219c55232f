/**
 * What mediabunny does not tell about an MP4 or QuickTime video track: every sample description with its avcC
 * (ISO/IEC 14496-12 8.5.2, 14496-15 5.3.3), which sample uses which (8.7.4), and the edit list (8.6.6). Without
 * these, a file joined from two encoders would be parsed with the wrong parameter sets, and frames that an edit
 * list hides would be counted.
 */

import { type Bytes, ByteWindow } from "./bytes.ts";
import { MediaError } from "./errors.ts";
import { ascii } from "./sniff.ts";

/** One entry of a track's sample description box. */
export type SampleDescription = {
  /** Sample entry type: `avc1`, `avc3`, `hvc1`, ... */
  readonly format: string;
  /** AVCDecoderConfigurationRecord, where present. */
  readonly avcC: Uint8Array | undefined;
  /** objectTypeIndication of an `mp4v` entry (ISO/IEC 14496-1 7.2.6.6), where present. */
  readonly objectType: number | undefined;
};

/** A run of samples, in decode order, that share a sample description. */
export type DescriptionRun = { readonly firstSample: number; readonly description: number };

/** A part of the media that is shown: from `mediaStart` to `mediaEnd`, at `shift` seconds later. */
export type Edit = {
  readonly mediaStart: number;
  readonly mediaEnd: number;
  readonly shift: number;
};

/** A video track of an MP4. Times in seconds of media time. */
export type Mp4Track = {
  readonly id: number;
  readonly descriptions: readonly SampleDescription[];
  readonly runs: readonly DescriptionRun[];
  /** Edits in presentation order; empty: everything is shown. */
  readonly edits: readonly Edit[];
  /** Media time of what mediabunny calls timestamp 0. */
  readonly origin: number;
  readonly fragmented: boolean;
  /** What is wrong with its sample tables. */
  readonly problem: string | undefined;
};

/** Largest movie box read into memory: an index of some ten million samples. */
const MAX_MOOV = 1 << 28;
/** Most samples of a track: a month at 25 frames per second. */
const MAX_SAMPLES = 1 << 26;
/** Largest movie box waited for in a stream. */
const MAX_STREAMED_MOOV = 1 << 26;

type Box = { readonly type: string; readonly start: number; readonly end: number };

/** What a walk over an MP4's outer boxes finds. */
export type Mp4 = {
  /** Video tracks in file order; empty where there is no movie box before the first fragment. */
  readonly tracks: readonly Mp4Track[];
  /** Whether there may be fragments. */
  readonly fragmented: boolean;
  /** Bytes that the last box lacks; 0 for a stream. */
  readonly missingBytes: number;
};

/**
 * Reads an MP4's index. Throws {@link MediaError} where there is none and no fragment either, and where its tables
 * contradict each other in a way that would make a reader loop or fill memory.
 */
export async function readMp4(bytes: Bytes, where: string): Promise<Mp4> {
  let at = 0;
  let tracks: readonly Mp4Track[] | undefined;
  let fragments = false;
  let missingBytes = 0;
  while (bytes.size === undefined || at + 8 <= bytes.size) {
    const header = await window(bytes, at, 16);
    if (header === undefined || header.length < 8) break;
    const view = new DataView(header.buffer, header.byteOffset, header.length);
    const type = ascii(header, 4, 4);
    let size = view.getUint32(0);
    if (size === 1 && header.length >= 16) size = Number(view.getBigUint64(8));
    if (size === 0) size = (bytes.size ?? at) - at;
    if (size < 8) break;
    if (bytes.size !== undefined) missingBytes = Math.max(0, at + size - bytes.size);
    if (type === "moov" && missingBytes === 0) {
      const moov = size <= MAX_MOOV ? await window(bytes, at, size) : undefined;
      tracks = moov === undefined ? [] : parseMovie(moov);
      // The rest of a stream is not waited for.
      if (bytes.size === undefined) break;
    }
    if (bytes.size === undefined && type === "mdat") {
      throw new MediaError(
        "damaged",
        where,
        "an MP4 whose index (moov) lies behind its data cannot be read from a stream; open it as a file",
      );
    }
    if (type === "moof") {
      tracks ??= [];
      fragments = true;
      break;
    }
    at += size;
  }
  if (tracks === undefined) {
    throw new MediaError(
      "truncated",
      where,
      "an MP4 without its index (moov): cut short, or never finished by its recorder",
    );
  }
  const problem = tracks.find((track) => track.problem !== undefined)?.problem;
  if (problem !== undefined) throw new MediaError("damaged", where, problem);
  return {
    tracks,
    fragmented: fragments || tracks.some((track) => track.fragmented),
    missingBytes,
  };
}

async function window(bytes: Bytes, at: number, length: number): Promise<Uint8Array | undefined> {
  if (bytes.size !== undefined) return await bytes.read(at, at + length);
  if (at + length > MAX_STREAMED_MOOV) return undefined;
  await bytes.head(at + length);
  return await bytes.read(at, at + length);
}

/** Video tracks in a whole `moov` box. Broken boxes are skipped. */
export function parseMovie(moov: Uint8Array): Mp4Track[] {
  const view = new DataView(moov.buffer, moov.byteOffset, moov.length);
  const children = boxes(view, 8, moov.length);
  const mvhd = children.find((box) => box.type === "mvhd");
  const movieTimescale = mvhd === undefined ? 0 : timescale(view, mvhd);
  const fragmented = children.some((box) => box.type === "mvex");
  const tracks: Mp4Track[] = [];
  for (const trak of children) {
    if (trak.type !== "trak") continue;
    const track = parseTrack(view, trak, movieTimescale, fragmented);
    if (track !== undefined) tracks.push(track);
  }
  return tracks;
}

function parseTrack(
  view: DataView,
  trak: Box,
  movieTimescale: number,
  fragmented: boolean,
): Mp4Track | undefined {
  const mdia = find(view, trak, "mdia");
  const tkhd = find(view, trak, "tkhd");
  const hdlr = mdia && find(view, mdia, "hdlr");
  const mdhd = mdia && find(view, mdia, "mdhd");
  const stbl = mdia && find(view, mdia, "minf", "stbl");
  const stsd = stbl && find(view, stbl, "stsd");
  if (!tkhd || !hdlr || !mdhd || !stbl || !stsd) return undefined;
  if (text(view, hdlr.start + 8) !== "vide") return undefined;
  const id = u32(view, tkhd.start + (view.getUint8(tkhd.start) === 1 ? 20 : 12));

  const mediaTimescale = timescale(view, mdhd) || 1;
  const elst = find(view, trak, "edts", "elst");
  const stsc = find(view, stbl, "stsc");
  const chunkTable = find(view, stbl, "stco") ?? find(view, stbl, "co64");
  return {
    id,
    descriptions: boxes(view, stsd.start + 8, stsd.end).map((entry) => ({
      format: entry.type,
      avcC: avcC(view, entry),
      objectType: entry.type === "mp4v" ? objectType(view, entry) : undefined,
    })),
    runs: stsc && chunkTable ? descriptionRuns(view, stsc, u32(view, chunkTable.start + 4)) : [],
    ...(elst
      ? editList(view, elst, movieTimescale || mediaTimescale, mediaTimescale)
      : { edits: [], origin: 0 }),
    fragmented,
    problem: tableProblem(view, stbl),
  };
}

/** Steps that finding every sample by summing up its chunk may take. */
const MAX_STEPS = 2e10;

/**
 * Checks that a sample table's counts agree with each other and with the room that their boxes have. Files in the
 * wild list a few samples too many or too few; hostile ones list four billion.
 */
function tableProblem(view: DataView, stbl: Box): string | undefined {
  const rows = (type: string, size: number, header = 8): number[] | undefined => {
    const box = find(view, stbl, type);
    if (box === undefined) return undefined;
    const count = u32(view, box.start + header - 4);
    if (count * size > box.end - box.start - header) return undefined;
    return Array.from({ length: count }, (_, i) => box.start + header + size * i);
  };
  const stsz = find(view, stbl, "stsz");
  const uniform = stsz === undefined ? 0 : u32(view, stsz.start + 4);
  const samples = u32(view, (stsz ?? find(view, stbl, "stz2") ?? stbl).start + 8);
  if (stsz !== undefined && uniform === 0 && rows("stsz", 4, 12) === undefined) {
    return `stsz lists ${samples} sample sizes, more than it has room for`;
  }
  if (samples > MAX_SAMPLES)
    return `stsz lists ${samples} samples, at most ${MAX_SAMPLES} are read`;
  for (const [type, size] of [
    ["stts", 8],
    ["ctts", 8],
    ["stsc", 12],
    ["stss", 4],
    ["stco", 4],
    ["co64", 8],
  ] as const) {
    const list = rows(type, size);
    if (list === undefined) {
      if (find(view, stbl, type) === undefined) continue;
      return `${type} lists more entries than it has room for`;
    }
    if (type === "stts" || type === "ctts") {
      const counted = list.reduce((sum, at) => sum + u32(view, at), 0);
      if (counted > 2 * samples + 1000) return `${type} counts ${counted} samples, stsz ${samples}`;
    }
    if (type === "stsc") {
      const most = list.reduce((max, at) => Math.max(max, u32(view, at + 4)), 0);
      if (most > 2 * samples + 1000 || most * samples > MAX_STEPS)
        return `stsc puts ${most} samples into a chunk`;
    }
  }
  return undefined;
}

/** VisualSampleEntry: 8 bytes of SampleEntry and 70 of its own, then boxes (14496-12 12.1.3). */
function avcC(view: DataView, entry: Box): Uint8Array | undefined {
  const box = boxes(view, entry.start + 78, entry.end).find((child) => child.type === "avcC");
  return (
    box && new Uint8Array(view.buffer, view.byteOffset + box.start, box.end - box.start).slice()
  );
}

/** ES_Descriptor > DecoderConfigDescriptor > objectTypeIndication, behind the box's version and flags. */
function objectType(view: DataView, entry: Box): number | undefined {
  const esds = boxes(view, entry.start + 78, entry.end).find((child) => child.type === "esds");
  if (esds === undefined) return undefined;
  for (let at = esds.start + 4; at + 6 < esds.end; at++) {
    if (view.getUint8(at) !== 4) continue;
    let body = at + 1;
    while (body + 1 < esds.end && view.getUint8(body) >= 0x80) body++;
    return view.getUint8(body + 1);
  }
  return undefined;
}

function descriptionRuns(view: DataView, stsc: Box, chunkCount: number): DescriptionRun[] {
  const runs: DescriptionRun[] = [];
  const count = Math.min(u32(view, stsc.start + 4), Math.floor((stsc.end - stsc.start - 8) / 12));
  let sample = 0;
  for (let i = 0; i < count; i++) {
    const at = stsc.start + 8 + 12 * i;
    const firstChunk = u32(view, at);
    const nextChunk = i + 1 < count ? u32(view, at + 12) : chunkCount + 1;
    const description = u32(view, at + 8) - 1;
    if (runs.at(-1)?.description !== description) runs.push({ firstSample: sample, description });
    sample += Math.max(0, nextChunk - firstChunk) * u32(view, at + 4);
  }
  return runs;
}

function editList(
  view: DataView,
  elst: Box,
  movieTimescale: number,
  mediaTimescale: number,
): Pick<Mp4Track, "edits" | "origin"> {
  const wide = view.getUint8(elst.start) === 1;
  const entrySize = wide ? 20 : 12;
  const count = Math.min(
    u32(view, elst.start + 4),
    Math.floor((elst.end - elst.start - 8) / entrySize),
  );
  const edits: Edit[] = [];
  let presented = 0;
  let origin: number | undefined;
  for (let i = 0; i < count; i++) {
    const at = elst.start + 8 + entrySize * i;
    const duration = wide ? Number(view.getBigUint64(at)) : u32(view, at);
    const time = wide ? Number(view.getBigInt64(at + 8)) : view.getInt32(at + 4);
    if (time >= 0) {
      const mediaStart = time / mediaTimescale;
      // Durations are in the movie's coarser time scale: rounded to a media tick, as players do.
      const ticks = Math.round((duration / movieTimescale) * mediaTimescale);
      origin ??= mediaStart - presented / movieTimescale;
      edits.push({
        mediaStart,
        mediaEnd: duration === 0 ? Number.POSITIVE_INFINITY : (time + ticks) / mediaTimescale,
        shift: presented / movieTimescale - mediaStart,
      });
    }
    presented += duration;
  }
  return { edits, origin: origin ?? 0 };
}

/**
 * Where media time is presented, in seconds, or undefined where the edit list hides it. Edits are searched in
 * order; comparison allows for the rounding of times kept as fractions.
 */
export function presented(track: Mp4Track, mediaTime: number): number | undefined {
  if (track.edits.length === 0) return mediaTime;
  const slack = 1e-7;
  for (const edit of track.edits) {
    if (mediaTime >= edit.mediaStart - slack && mediaTime < edit.mediaEnd - slack) {
      return mediaTime + edit.shift;
    }
  }
  return undefined;
}

/** Largest fragment header passed on. */
const MAX_MOOF = 1 << 24;
/** Most samples of a fragment that are described by nothing but their number. */
const MAX_UNDESCRIBED = 1 << 16;

/**
 * Passes a fragmented MP4 on, with those fragment headers (`moof`) turned into free space whose runs count more
 * samples than they describe: four bytes could otherwise make a reader list four billion samples.
 */
export async function* cleanFragments(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const input = new ByteWindow(chunks);
  while (await input.has(8)) {
    const view = viewOf(input.bytes);
    const type = text(view, 4);
    let size = view.getUint32(0);
    if (size === 1 && (await input.has(16))) size = Number(viewOf(input.bytes).getBigUint64(8));
    if (size < 8) break;
    if (type !== "moof") {
      yield* input.pass(size);
      continue;
    }
    const moof = (await input.take(size, MAX_MOOF))?.slice();
    if (moof === undefined) return;
    if (!fragmentIsSound(viewOf(moof))) moof.set([0x66, 0x72, 0x65, 0x65], 4);
    yield moof;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** 14496-12 8.8.8: per sample four bytes for each of the flags 0x100, 0x200, 0x400 and 0x800. */
function fragmentIsSound(view: DataView): boolean {
  for (const traf of boxes(view, 8, view.byteLength)) {
    if (traf.type !== "traf") continue;
    for (const box of boxes(view, traf.start, traf.end)) {
      if (box.type !== "trun") continue;
      const flags = u32(view, box.start) & 0xffffff;
      const count = u32(view, box.start + 4);
      const header = 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
      let size = 0;
      for (let bit = 0x100; bit <= 0x800; bit <<= 1) if (flags & bit) size += 4;
      if (size === 0 ? count > MAX_UNDESCRIBED : header + count * size > box.end - box.start)
        return false;
    }
  }
  return true;
}

function timescale(view: DataView, header: Box): number {
  return u32(view, header.start + (view.getUint8(header.start) === 1 ? 20 : 12));
}

function find(view: DataView, parent: Box, ...path: string[]): Box | undefined {
  let box: Box | undefined = parent;
  for (const type of path)
    box = box && boxes(view, box.start, box.end).find((b) => b.type === type);
  return box;
}

/** The boxes between two offsets; `start` of each is behind its header. Stops at the first broken one. */
function boxes(view: DataView, start: number, end: number): Box[] {
  const out: Box[] = [];
  let at = start;
  while (at + 8 <= end) {
    let size = u32(view, at);
    let header = 8;
    if (size === 1 && at + 16 <= end) {
      size = Number(view.getBigUint64(at + 8));
      header = 16;
    } else if (size === 0) size = end - at;
    if (size < header || at + size > end) break;
    out.push({ type: text(view, at + 4), start: at + header, end: at + size });
    at += size;
  }
  return out;
}

function u32(view: DataView, at: number): number {
  return at + 4 <= view.byteLength ? view.getUint32(at) : 0;
}

function text(view: DataView, at: number): string {
  return ascii(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), at, 4);
}
