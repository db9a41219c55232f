import { describe, expect, test } from "vitest";
import type { VectorLine, VectorTotal } from "./support/digest.ts";
import { readReference, vectorLine, vectorTotal } from "./support/digest.ts";
import {
  parseFile,
  readLines,
  sharedAbsent,
  sharedStream,
  sharedStreams,
} from "./support/streams.ts";

async function parsedLines(path: string): Promise<VectorLine[]> {
  const lines: VectorLine[] = [];
  await parseFile(path, (frame) => lines.push(vectorLine(frame)));
  return lines;
}

describe("vectors equal FFmpeg's on every frame", () => {
  if (sharedAbsent !== null) test.skip(sharedAbsent);

  test.for(sharedStreams())("$name", async ({ path, oracle }) => {
    const expected = readReference(readLines<VectorLine | VectorTotal>(oracle));
    const lines = await parsedLines(path);
    for (const [n, line] of lines.entries()) {
      expect(line, `frame ${n}`).toEqual(expected.frames[n]);
    }
    expect(vectorTotal(lines)).toEqual(expected.total);
  });
});

describe("two codings of one video have the same vectors", () => {
  if (sharedAbsent !== null) test.skip(sharedAbsent);

  const twins = [
    ["FREXT01_JVC_D.264", "FREXT02_JVC_C.264"],
    ["HPCA_BRCM_C.264", "HPCV_BRCM_A.264"],
    ["SVA_BA2_D.264", "SarVui.264"],
  ] as const;
  test.for(sharedAbsent === null ? twins : [])("%s = %s", async ([one, other]) => {
    const [a, b] = [await parsedLines(sharedStream(one)), await parsedLines(sharedStream(other))];
    expect(vectorTotal(a)).toEqual(vectorTotal(b));
    expect(a.length).toBeGreaterThan(0);
  });
});
