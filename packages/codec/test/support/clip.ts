/** A fixture clip taken apart, to be put into containers. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AnnexBSplitter } from "../../src/containers/annexb.ts";
import { H264Parser } from "../../src/index.ts";
import { fixturesFolder } from "./streams.ts";

/** One access unit of a {@link Clip}. */
export type ClipUnit = {
  /** With start codes. */
  readonly annexB: Uint8Array;
  /** With four-byte lengths, without parameter sets. */
  readonly avcc: Uint8Array;
  readonly nals: readonly Uint8Array[];
  readonly keyframe: boolean;
  /** Presentation time in ms: 40 per frame. */
  readonly pts: number;
};

/** A raw stream as access units. */
export type Clip = {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly avcC: Uint8Array;
  readonly parameterSets: readonly Uint8Array[];
  readonly units: readonly ClipUnit[];
};

/** NAL units of Annex B bytes, without start codes and trailing zeros. */
export function nalUnits(bytes: Uint8Array): Uint8Array[] {
  const out: Uint8Array[] = [];
  const text = Buffer.from(bytes);
  const code = Buffer.from([0, 0, 1]);
  for (let at = text.indexOf(code); at >= 0; ) {
    const next = text.indexOf(code, at + 3);
    let end = next < 0 ? text.length : next;
    while (end > at + 3 && text[end - 1] === 0) end--;
    out.push(Uint8Array.from(text.subarray(at + 3, end)));
    at = next;
  }
  return out;
}

/** Loads `NAME.264` of the fixtures; frame pictures only, one access unit per frame. */
export function loadClip(name: string): Clip {
  const bytes = Uint8Array.from(readFileSync(join(fixturesFolder, `${name}.264`)));
  const splitter = new AnnexBSplitter();
  const pieces = [...splitter.push(bytes), ...splitter.end()];
  const codes: [idrs: number, poc: number][] = [];
  let size = { width: 0, height: 0 };
  let idrs = 0;
  const parser = new H264Parser({
    order: "decode",
    onFrame(frame) {
      if (frame.idr) idrs++;
      codes.push([idrs, frame.poc]);
      size = { width: frame.width, height: frame.height };
    },
  });
  parser.push(bytes);
  parser.end();
  if (codes.length !== pieces.length)
    throw new Error(`${name}: ${codes.length} frames, ${pieces.length} units`);
  const display = codes.map((_, i) => i).sort((a, b) => order(codes, a) - order(codes, b));

  const sets = new Map<string, Uint8Array>();
  const units = pieces.map(({ data, keyframe }, i) => {
    const nals = nalUnits(data);
    const slices = nals.filter((nal) => (at(nal, 0) & 31) < 7);
    for (const nal of nals) if (isParameterSet(nal)) sets.set(nal.join(), nal);
    const parts = slices.flatMap((nal) => [lengthOf(nal), nal]);
    return {
      annexB: data,
      avcc: Uint8Array.from(Buffer.concat(parts)),
      nals,
      keyframe,
      pts: 40 * display.indexOf(i),
    };
  });
  const parameterSets = [...sets.values()];
  return { bytes, ...size, avcC: avcConfiguration(parameterSets), parameterSets, units };
}

function order(codes: readonly [number, number][], i: number): number {
  const [idr, poc] = codes[i] ?? [0, 0];
  return idr * 1e6 + poc;
}

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

function isParameterSet(nal: Uint8Array): boolean {
  const type = at(nal, 0) & 31;
  return type === 7 || type === 8;
}

function lengthOf(nal: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(nal.length);
  return bytes;
}

/** AVCDecoderConfigurationRecord (ISO/IEC 14496-15 5.3.3.1) with four-byte lengths. */
export function avcConfiguration(parameterSets: readonly Uint8Array[]): Uint8Array {
  const sps = parameterSets.filter((nal) => (at(nal, 0) & 31) === 7);
  const pps = parameterSets.filter((nal) => (at(nal, 0) & 31) === 8);
  const first = sps[0] ?? new Uint8Array(4);
  const listed = (sets: readonly Uint8Array[]): Uint8Array[] =>
    sets.flatMap((set) => [Uint8Array.of(set.length >> 8, set.length & 255), set]);
  return Uint8Array.from(
    Buffer.concat([
      Uint8Array.of(1, at(first, 1), at(first, 2), at(first, 3), 0xff, 0xe0 | sps.length),
      ...listed(sps),
      Uint8Array.of(pps.length),
      ...listed(pps),
    ]),
  );
}
