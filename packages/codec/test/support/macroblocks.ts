import type { FrameSignal } from "../../src/index.ts";
import { MbKind, MbPartition } from "../../src/index.ts";
import { sha256 } from "./digest.ts";

/** One frame of a macroblock reference: see oracle/mb_maps.py. */
export type MacroblockLine = {
  readonly frame: number;
  readonly intra: number;
  readonly pcm: number;
  readonly skip: number;
  readonly direct: number;
  readonly inter: number;
  readonly field: number;
  readonly qp: number;
  readonly kinds: string;
  readonly qps: string;
};

/** One frame of a residual reference: see oracle/jm_residual.py. */
export type ResidualLine = {
  readonly frame: number;
  readonly residual: number;
  readonly bits: number | null;
  readonly sha256: string;
};

/** Three characters per macroblock: kind and lists, split, field. */
export function kindMap(frame: FrameSignal): string {
  let text = "";
  for (let mb = 0; mb < frame.kind.length; mb++) {
    text += kindLetter(frame, mb) + splitLetter(frame, mb) + (frame.field[mb] === 1 ? "=" : " ");
  }
  return text;
}

/** QP_Y per macroblock, joined by commas; 0 for I_PCM. */
export function qpMap(frame: FrameSignal): string {
  return Array.from(frame.qp, (qp, mb) => (frame.kind[mb] === MbKind.IntraPcm ? 0 : qp)).join(",");
}

/** The frame's line of a macroblock reference, at position `n` of the output. */
export function macroblockLine(frame: FrameSignal, n: number): MacroblockLine {
  const kinds = kindMap(frame);
  const qps = qpMap(frame);
  const count = (letters: string): number => {
    let sum = 0;
    for (let at = 0; at < kinds.length; at += 3) if (letters.includes(kinds[at]!)) sum++;
    return sum;
  };
  return {
    frame: n,
    intra: count("iIP"),
    pcm: count("P"),
    skip: count("S"),
    direct: count("D"),
    inter: count("><X"),
    field: frame.field.reduce((sum, flag) => sum + flag, 0),
    qp: qps.split(",").reduce((sum, qp) => sum + Number(qp), 0),
    kinds: sha256(kinds),
    qps: sha256(qps),
  };
}

/** The frame's line of a residual reference, at position `n` of the decoding order. */
export function residualLine(frame: FrameSignal, n: number): Omit<ResidualLine, "bits"> {
  return {
    frame: n,
    residual: frame.residual.reduce((sum, levels) => sum + levels, 0),
    sha256: sha256(frame.residual.join(",")),
  };
}

/** Bits spent on the frame's macroblocks. */
export function frameBits(frame: FrameSignal): number {
  return frame.bits.reduce((sum, bits) => sum + bits, 0);
}

function kindLetter(frame: FrameSignal, mb: number): string {
  switch (frame.kind[mb]) {
    case MbKind.Intra4x4:
    case MbKind.Intra8x8:
      return "i";
    case MbKind.Intra16x16:
      return "I";
    case MbKind.IntraPcm:
      return "P";
    case MbKind.Skip:
      return "S";
    case MbKind.Direct:
      return "D";
    case MbKind.Inter:
      if (frame.partition[mb] === MbPartition.P8x8) return "X";
      return listLetter(uses(frame.refIdx[0], mb), uses(frame.refIdx[1], mb));
    default:
      return "?";
  }
}

function listLetter(first: boolean, second: boolean): string {
  if (first && second) return "X";
  if (first) return ">";
  return second ? "<" : "?";
}

function uses(refIdx: Int8Array, mb: number): boolean {
  return refIdx.subarray(4 * mb, 4 * mb + 4).some((index) => index >= 0);
}

function splitLetter(frame: FrameSignal, mb: number): string {
  if (frame.kind[mb] !== MbKind.Inter) return " ";
  switch (frame.partition[mb]) {
    case MbPartition.P16x8:
      return "-";
    case MbPartition.P8x16:
      return "|";
    case MbPartition.P8x8:
      return "+";
    default:
      return " ";
  }
}
