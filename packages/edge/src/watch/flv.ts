/**
 * H.264 access units as an FLV byte stream (Adobe Flash Video File Format 10.1, annex E): the smallest container that
 * carries presentation times through a pipe to a decoder.
 */

/** First bytes of the stream: video only, no tag before the first. */
export const FLV_HEADER: Uint8Array = Uint8Array.of(
  ...[0x46, 0x4c, 0x56, 1, 1, 0, 0, 0, 9],
  ...[0, 0, 0, 0],
);

const VIDEO_TAG = 9;
const AVC = 7;
const SEQUENCE_HEADER = 0;
const NAL_UNITS = 1;

/** An AVCDecoderConfigurationRecord as a tag. */
export function flvConfiguration(avcC: Uint8Array, decodeMs: number): Uint8Array {
  return tag(avcC, true, SEQUENCE_HEADER, decodeMs, 0);
}

/**
 * A coded picture as a tag.
 *
 * @param data length-prefixed NAL units, framed as the record before says
 * @param decodeMs when it is decoded, never less than that of the tag before
 * @param presentMs when it is shown; not before it is decoded, and at most two hours after
 */
export function flvPicture(
  data: Uint8Array,
  keyframe: boolean,
  decodeMs: number,
  presentMs: number,
): Uint8Array {
  return tag(data, keyframe, NAL_UNITS, decodeMs, presentMs - decodeMs);
}

function tag(
  body: Uint8Array,
  keyframe: boolean,
  kind: number,
  decodeMs: number,
  delayMs: number,
): Uint8Array {
  const size = 5 + body.length;
  const bytes = new Uint8Array(11 + size + 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, (VIDEO_TAG << 24) | size);
  // 24 bits of the time, then the 8 above them; the stream id is 0.
  view.setUint32(4, ((decodeMs & 0xff_ffff) << 8) | (decodeMs >>> 24));
  bytes[11] = ((keyframe ? 1 : 2) << 4) | AVC;
  view.setUint32(12, (kind << 24) | (delayMs & 0xff_ffff));
  bytes.set(body, 16);
  view.setUint32(11 + size, 11 + size);
  return bytes;
}

/** NAL unit types of parameter sets. */
const SPS = 7;
const PPS = 8;

/** NAL units of an Annex B byte stream, without start codes and trailing zeros. */
export function splitAnnexB(data: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  let start = -1;
  for (let at = 0; at + 2 < data.length; at++) {
    if (data[at] !== 0 || data[at + 1] !== 0 || data[at + 2] !== 1) continue;
    if (start >= 0) units.push(trimmed(data.subarray(start, at)));
    start = at + 3;
    at += 2;
  }
  if (start >= 0) units.push(trimmed(data.subarray(start)));
  return units.filter(({ length }) => length > 0);
}

function trimmed(unit: Uint8Array): Uint8Array {
  let end = unit.length;
  while (end > 0 && unit[end - 1] === 0) end--;
  return unit.subarray(0, end);
}

/** NAL units with four bytes of length before each. */
export function lengthPrefixed(units: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(units.reduce((sum, { length }) => sum + 4 + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const unit of units) {
    view.setUint32(at, unit.length);
    bytes.set(unit, at + 4);
    at += 4 + unit.length;
  }
  return bytes;
}

/** The configuration record that a unit's own parameter sets make; null where it has none. */
export function configurationOf(units: readonly Uint8Array[]): Uint8Array | null {
  const sets = (type: number): Uint8Array[] =>
    units.filter((unit) => ((unit[0] as number) & 0x1f) === type && unit.length >= 4).slice(0, 31);
  const sps = sets(SPS);
  const pps = sets(PPS);
  const first = sps[0];
  if (first === undefined || pps.length === 0) return null;
  const parts: Uint8Array[] = [Uint8Array.of(1, ...first.subarray(1, 4), 0xff, 0xe0 | sps.length)];
  for (const set of sps) parts.push(sizeOf(set), set);
  parts.push(Uint8Array.of(pps.length));
  for (const set of pps) parts.push(sizeOf(set), set);
  return Buffer.concat(parts);
}

function sizeOf(set: Uint8Array): Uint8Array {
  return Uint8Array.of(set.length >> 8, set.length & 0xff);
}
