/** A minimal MP4 writer for tests: several sample descriptions, edit lists, any sample entry. Index at the end. */

/** One sample, in decoding order. */
export type Mp4Sample = {
  readonly data: Uint8Array;
  /** Presentation time in ticks. */
  readonly pts: number;
  /** Whether decoding can start here; without any such sample, no sync table is written. */
  readonly keyframe?: boolean;
  /** Index into the descriptions. Default 0. */
  readonly description?: number;
};

/** What to write. Ticks are 1/1000 s for media and movie alike. */
export type Mp4File = {
  readonly width: number;
  readonly height: number;
  readonly descriptions: readonly { readonly format: string; readonly config?: Uint8Array }[];
  readonly samples: readonly Mp4Sample[];
  /** Ticks per sample in decoding order. */
  readonly duration: number;
  readonly edits?: readonly { readonly duration: number; readonly mediaTime: number }[];
};

const u8 = (...values: number[]): Uint8Array => Uint8Array.from(values);
const u16 = (value: number): Uint8Array => u8((value >> 8) & 255, value & 255);
const u32 = (value: number): Uint8Array =>
  u8((value >>> 24) & 255, (value >> 16) & 255, (value >> 8) & 255, value & 255);
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

function box(type: string, ...parts: Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 8);
  return Uint8Array.from(Buffer.concat([u32(length), ascii(type), ...parts]));
}

const zeros = (count: number): Uint8Array => new Uint8Array(count);

/** The file's bytes. */
export function writeMp4(file: Mp4File): Uint8Array {
  const ftyp = box("ftyp", ascii("isom"), u32(0), ascii("isomavc1"));
  const mdat = box("mdat", ...file.samples.map((sample) => sample.data));
  const total = file.duration * file.samples.length;

  const entries = file.descriptions.map(({ format, config }) =>
    box(
      format,
      ...[zeros(6), u16(1), zeros(16), u16(file.width), u16(file.height)],
      ...[u32(0x480000), u32(0x480000), u32(0), u16(1), zeros(32), u16(24), u16(0xffff)],
      config === undefined ? zeros(0) : box("avcC", config),
    ),
  );
  // One chunk per sample, so that each may name its description.
  let offset = ftyp.length + 8;
  const offsets: Uint8Array[] = [];
  for (const sample of file.samples) {
    offsets.push(u32(offset));
    offset += sample.data.length;
  }
  const count = u32(file.samples.length);
  const sync = file.samples.flatMap((sample, i) => (sample.keyframe ? [u32(i + 1)] : []));
  const stbl = box(
    "stbl",
    sync.length === 0 ? zeros(0) : box("stss", u32(0), u32(sync.length), ...sync),
    box("stsd", u32(0), u32(entries.length), ...entries),
    box("stts", u32(0), u32(1), count, u32(file.duration)),
    box(
      "ctts",
      ...[u32(0x01000000), count],
      ...file.samples.flatMap((sample, i) => [u32(1), u32(sample.pts - i * file.duration)]),
    ),
    box(
      "stsc",
      ...[u32(0), count],
      ...file.samples.flatMap((sample, i) => [
        u32(i + 1),
        u32(1),
        u32((sample.description ?? 0) + 1),
      ]),
    ),
    box("stsz", u32(0), u32(0), count, ...file.samples.map((sample) => u32(sample.data.length))),
    box("stco", u32(0), count, ...offsets),
  );
  const matrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].map(u32);
  const edts =
    file.edits === undefined
      ? zeros(0)
      : box(
          "edts",
          box(
            "elst",
            ...[u32(0), u32(file.edits.length)],
            ...file.edits.flatMap((edit) => [
              u32(edit.duration),
              u32(edit.mediaTime),
              u32(0x10000),
            ]),
          ),
        );
  const trak = box(
    "trak",
    box(
      "tkhd",
      ...[u32(3), zeros(8), u32(1), u32(0), u32(total), zeros(8), zeros(8), ...matrix],
      ...[u32(file.width << 16), u32(file.height << 16)],
    ),
    edts,
    box(
      "mdia",
      box("mdhd", u32(0), zeros(8), u32(1000), u32(total), u16(0x55c4), u16(0)),
      box("hdlr", u32(0), u32(0), ascii("vide"), zeros(12), ascii("v\0")),
      box(
        "minf",
        box("vmhd", u32(1), zeros(8)),
        box("dinf", box("dref", u32(0), u32(1), box("url ", u32(1)))),
        stbl,
      ),
    ),
  );
  const mvhd = box(
    "mvhd",
    ...[u32(0), zeros(8), u32(1000), u32(total), u32(0x10000), u16(0x100), zeros(10)],
    ...[...matrix, zeros(24), u32(2)],
  );
  return Uint8Array.from(Buffer.concat([ftyp, mdat, box("moov", mvhd, trak)]));
}
