/**
 * What kind of bytes are these? Decided from the first bytes alone, by magic numbers and, for elementary streams,
 * by the NAL unit headers behind start codes (ITU-T H.264 7.3.1, H.265 7.3.1.2, H.266 7.3.1.2).
 */

/** Containers and elementary streams told apart by {@link sniff}. */
export type Sniffed =
  | { readonly kind: "isobmff" | "matroska" | "mpeg-ts" | "flv" | "annexb" }
  | { readonly kind: "codec"; readonly codec: string }
  /** A container that only ffmpeg reads. */
  | { readonly kind: "foreign"; readonly container: string }
  | { readonly kind: "unknown" };

/** How many bytes {@link sniff} looks at. */
export const SNIFF_BYTES: number = 1 << 20;

const BOXES: ReadonlySet<string> = new Set(
  "ftyp styp moov mdat moof sidx free skip wide pnot emsg prft".split(" "),
);

const IVF_CODECS: Readonly<Record<string, string>> = {
  VP80: "VP8 (IVF)",
  VP90: "VP9 (IVF)",
  AV01: "AV1 (IVF)",
};

/** Names the format of a source by its first bytes ({@link SNIFF_BYTES} of them, fewer at the end). */
export function sniff(head: Uint8Array): Sniffed {
  if (ascii(head, 4, 4) !== "" && BOXES.has(ascii(head, 4, 4))) return { kind: "isobmff" };
  if (head[0] === 0x1a && head[1] === 0x45 && head[2] === 0xdf && head[3] === 0xa3) {
    return { kind: "matroska" };
  }
  if (isTransportStream(head)) return { kind: "mpeg-ts" };
  if (ascii(head, 0, 3) === "FLV" && head[3] === 1) return { kind: "flv" };
  if (ascii(head, 0, 4) === "DKIF") {
    const fourcc = ascii(head, 8, 4);
    return { kind: "codec", codec: IVF_CODECS[fourcc] ?? `${fourcc} (IVF)` };
  }
  for (const [magic, container] of FOREIGN) {
    if (ascii(head, 0, magic.length) === magic) return { kind: "foreign", container };
  }
  return sniffElementary(head);
}

const FOREIGN: readonly (readonly [string, string])[] = [
  ["RIFF", "AVI"],
  ["\x30\x26\xb2\x75", "ASF"],
  ["\x00\x00\x01\xba", "MPEG program stream"],
  ["\x06\x0e\x2b\x34", "MXF"],
  ["OggS", "Ogg"],
  ["nut/", "NUT"],
  [".RMF", "RealMedia"],
];

/** MPEG-TS: sync bytes 188 apart, or 192 (with a 4-byte time code) or 204 (with parity). */
function isTransportStream(head: Uint8Array): boolean {
  for (const [offset, step] of [
    [0, 188],
    [4, 192],
    [0, 204],
  ] as const) {
    const packets = Math.min(5, Math.floor((head.length - offset) / step));
    let synced = packets >= 2;
    for (let i = 0; i < packets && synced; i++) synced = head[offset + i * step] === 0x47;
    if (synced) return true;
  }
  return false;
}

const H264_PROFILES: ReadonlySet<number> = new Set([
  44, 66, 77, 83, 86, 88, 100, 110, 118, 122, 128, 134, 135, 138, 139, 144, 244,
]);

/** How far into a stream the first start code may lie: leading zero bytes or the rest of a cut NAL unit. */
const MAX_LEADING_BYTES = 1 << 16;

function sniffElementary(head: Uint8Array): Sniffed {
  let h264Slices = 0;
  let hevcParameterSets = 0;
  let vvcParameterSets = 0;
  let at = nextStartCode(head, 0);
  if (at < 0 || at > MAX_LEADING_BYTES) return { kind: "unknown" };
  const first = head[at] ?? 0;
  for (; at >= 0 && at + 4 <= head.length; at = nextStartCode(head, at)) {
    const b0 = head[at] ?? 0;
    const b1 = head[at + 1] ?? 0;
    if (b0 >= 0x80) continue;
    const type = b0 & 0x1f;
    const isSps = type === 7 && b0 >= 0x20 && H264_PROFILES.has(b1);
    if (isSps && (head[at + 3] ?? 0) >= 9 && (head[at + 3] ?? 0) <= 62) return { kind: "annexb" };
    // nuh_layer_id 0, nuh_temporal_id_plus1 1 and a VPS, SPS or PPS type
    if (b1 === 1 && (b0 === 0x40 || b0 === 0x42 || b0 === 0x44)) hevcParameterSets++;
    if (b0 === 0 && (b1 === 0x71 || b1 === 0x79 || b1 === 0x81)) vvcParameterSets++;
    if (hevcParameterSets >= 2) return { kind: "codec", codec: "HEVC (raw byte stream)" };
    if (vvcParameterSets >= 2) return { kind: "codec", codec: "VVC (raw byte stream)" };
    if (type === 1 || type === 5) h264Slices++;
  }
  if (first === 0xb3) return { kind: "codec", codec: "MPEG-1/2 video (raw byte stream)" };
  if (first === 0xb0 || first === 0xb5 || (first >= 0x20 && first <= 0x2f && h264Slices === 0)) {
    return { kind: "codec", codec: "MPEG-4 Part 2 (raw byte stream)" };
  }
  return { kind: "unknown" };
}

/** Index of the byte after the next start code `00 00 01` at or after `from`, or -1. */
export function nextStartCode(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(1, from + 2);
  while (at >= 0) {
    if (bytes[at - 1] === 0 && bytes[at - 2] === 0) return at + 1;
    at = bytes.indexOf(1, at + 1);
  }
  return -1;
}

/** The first programme's video stream type in an MPEG-TS head (ISO/IEC 13818-1 2.4.4.9), by codec name. */
export function transportStreamCodec(head: Uint8Array): string | undefined {
  const step = head[4] === 0x47 && head[196] === 0x47 ? 192 : head[204] === 0x47 ? 204 : 188;
  let pmtPid = -1;
  for (let at = step === 192 ? 4 : 0; at + 188 <= head.length; at += step) {
    if (head[at] !== 0x47 || ((head[at + 1] ?? 0) & 0x40) === 0) continue;
    const pid = (((head[at + 1] ?? 0) & 0x1f) << 8) | (head[at + 2] ?? 0);
    let p = at + 4;
    if (((head[at + 3] ?? 0) & 0x20) !== 0) p += 1 + (head[p] ?? 0);
    p += 1 + (head[p] ?? 0);
    const end = Math.min(
      at + 188,
      p + 3 + ((((head[p + 1] ?? 0) & 0x0f) << 8) | (head[p + 2] ?? 0)) - 4,
    );
    if (pid === 0 && head[p] === 0) {
      for (let q = p + 8; q + 4 <= end && pmtPid < 0; q += 4) {
        const program = ((head[q] ?? 0) << 8) | (head[q + 1] ?? 0);
        if (program !== 0) pmtPid = (((head[q + 2] ?? 0) & 0x1f) << 8) | (head[q + 3] ?? 0);
      }
    } else if (pid === pmtPid && head[p] === 2) {
      let q = p + 12 + ((((head[p + 10] ?? 0) & 0x0f) << 8) | (head[p + 11] ?? 0));
      while (q + 5 <= end) {
        const name = TS_VIDEO[head[q] ?? 0];
        if (name !== undefined) return name;
        q += 5 + ((((head[q + 3] ?? 0) & 0x0f) << 8) | (head[q + 4] ?? 0));
      }
      return undefined;
    }
  }
  return undefined;
}

const TS_VIDEO: Readonly<Record<number, string>> = {
  1: "MPEG-1 video (stream type 0x01)",
  2: "MPEG-2 video (stream type 0x02)",
  16: "MPEG-4 Part 2 (stream type 0x10)",
  27: "H.264",
  31: "SVC (stream type 0x1f)",
  32: "MVC (stream type 0x20)",
  33: "JPEG 2000 (stream type 0x21)",
  36: "HEVC (stream type 0x24)",
  51: "VVC (stream type 0x33)",
  66: "AVS (stream type 0x42)",
  210: "AVS2 (stream type 0xd2)",
  234: "VC-1 (stream type 0xea)",
};

/** `length` bytes as ASCII, or "" where they are not there. */
export function ascii(bytes: Uint8Array, at: number, length: number): string {
  if (at + length > bytes.length) return "";
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
