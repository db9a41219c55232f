import { createHash } from "node:crypto";
import type { FrameSignal } from "../../src/index.ts";
import { listVectors } from "../../src/index.ts";

/** One frame of a reference file: see oracle/README.md. */
export type VectorLine = {
  readonly frame: number;
  readonly type: string;
  readonly vectors: number;
  readonly sha256: string;
};

/** The last line of a reference file. */
export type VectorTotal = {
  readonly frames: number;
  readonly vectors: number;
  readonly sha256: string;
};

/** SHA-256 of a text, as hex. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The frame's line of a reference file: vectors counted and hashed as sorted text. */
export function vectorLine(frame: FrameSignal): VectorLine {
  const { count, rows } = listVectors(frame);
  const lines: string[] = new Array(count);
  for (let v = 0; v < count; v++) lines[v] = `${rows.subarray(7 * v, 7 * v + 7).join(" ")}\n`;
  lines.sort();
  return {
    frame: frame.index,
    type: frame.type,
    vectors: count,
    sha256: sha256(lines.join("")),
  };
}

/** The last line that belongs to a file's frame lines. */
export function vectorTotal(lines: readonly VectorLine[]): VectorTotal {
  return {
    frames: lines.length,
    vectors: lines.reduce((sum, line) => sum + line.vectors, 0),
    sha256: sha256(lines.map((line) => line.sha256).join("")),
  };
}

/** Splits a reference file into its frame lines (only what the parser must equal) and its total. */
export function readReference(lines: readonly (VectorLine | VectorTotal)[]): {
  frames: VectorLine[];
  total: VectorTotal;
} {
  const frames: VectorLine[] = [];
  for (const line of lines) {
    if ("frames" in line) return { frames, total: line };
    const { frame, type, vectors, sha256: hash } = line;
    frames.push({ frame, type, vectors, sha256: hash });
  }
  throw new Error("expected a last line with the total, found none");
}
