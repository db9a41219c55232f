import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { MacroblockLine, ResidualLine } from "./support/macroblocks.ts";
import { frameBits, macroblockLine, residualLine } from "./support/macroblocks.ts";
import {
  clipName,
  fixtureClips,
  goldenFolder,
  parseFile,
  readLines,
  sharedAbsent,
  sharedStream,
} from "./support/streams.ts";

type Reference = { name: string; path: string; golden: string };

function references(kind: "macroblocks" | "residual"): { own: Reference[]; shared: Reference[] } {
  const folder = join(goldenFolder, kind);
  const own = fixtureClips().map((path) => ({
    name: clipName(path),
    path,
    golden: join(folder, `${clipName(path)}.ndjson`),
  }));
  const shared = readdirSync(join(folder, "shared")).map((file) => {
    const name = file.replace(/\.ndjson$/, "");
    return { name, path: sharedStream(name), golden: join(folder, "shared", file) };
  });
  return { own: own.filter((clip) => existsSync(clip.golden)), shared };
}

async function checkKinds({ path, golden }: Reference): Promise<void> {
  const expected = readLines<MacroblockLine>(golden);
  const lines: MacroblockLine[] = [];
  await parseFile(path, (frame) => {
    if (lines.length < expected.length) lines.push(macroblockLine(frame, lines.length));
  });
  for (const [n, line] of lines.entries()) expect(line, `frame ${n}`).toEqual(expected[n]);
  expect(lines.length).toBe(expected.length);
}

async function checkLevels({ path, golden }: Reference): Promise<void> {
  const expected = readLines<ResidualLine>(golden);
  const lines: ResidualLine[] = [];
  const onFrame = (frame: Parameters<typeof residualLine>[0]): void => {
    const reference = expected[lines.length];
    if (reference === undefined) return;
    const bits = reference.bits === null ? null : frameBits(frame);
    lines.push({ ...residualLine(frame, lines.length), bits });
  };
  await parseFile(path, onFrame, "decode");
  for (const [n, line] of lines.entries()) expect(line, `picture ${n}`).toEqual(expected[n]);
  expect(lines.length).toBe(expected.length);
}

describe("macroblock kinds and quantisers equal FFmpeg's", () => {
  const { own, shared } = references("macroblocks");
  test.for(own)("$name", checkKinds);
  if (sharedAbsent !== null) test.skip(sharedAbsent);
  else test.for(shared)("$name", checkKinds);
});

describe("residual levels and slice data bits equal the JM reference decoder's", () => {
  const { own, shared } = references("residual");
  test.for(own)("$name", checkLevels);
  if (sharedAbsent !== null) test.skip(sharedAbsent);
  else test.for(shared)("$name", checkLevels);
});
