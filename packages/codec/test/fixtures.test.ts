import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { VectorLine, VectorTotal } from "./support/digest.ts";
import { readReference, vectorLine, vectorTotal } from "./support/digest.ts";
import { clipName, fixtureClips, goldenFolder, parseFile, readLines } from "./support/streams.ts";

describe("vectors of the project's clips equal FFmpeg's", () => {
  test.for(fixtureClips().map((path) => ({ name: clipName(path), path })))(
    "$name",
    async ({ name, path }) => {
      const golden = join(goldenFolder, "vectors", `${name}.ndjson`);
      const expected = readReference(readLines<VectorLine | VectorTotal>(golden));
      const lines: VectorLine[] = [];
      const parser = await parseFile(path, (frame) => {
        expect(frame.damaged, `frame ${frame.index} damaged`).toBe(false);
        lines.push(vectorLine(frame));
      });
      expect(parser.unsupported).toBeNull();
      for (const [n, line] of lines.entries()) {
        expect(line, `frame ${n}`).toEqual(expected.frames[n]);
      }
      expect(vectorTotal(lines)).toEqual(expected.total);
    },
  );
});
