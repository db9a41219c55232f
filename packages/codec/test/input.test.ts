import { describe, expect, test } from "vitest";
import { H264Parser } from "../src/index.ts";
import { configurationRecord, joinSample, joinUnits, splitUnits } from "./support/bit-writer.ts";
import type { VectorLine } from "./support/digest.ts";
import { vectorLine } from "./support/digest.ts";
import { clipName, fixtureClips, parseBytes, readBytes } from "./support/streams.ts";

function parsed(run: (parser: H264Parser) => void): VectorLine[] {
  const lines: VectorLine[] = [];
  const parser = new H264Parser({ onFrame: (frame) => lines.push(vectorLine(frame)) });
  run(parser);
  parser.end();
  return lines;
}

/** Groups NAL units to access units: a new one begins with a slice of macroblock 0, or with what precedes it. */
function accessUnits(units: readonly Uint8Array[]): Uint8Array[][] {
  const groups: Uint8Array[][] = [[]];
  let slices = false;
  for (const unit of units) {
    const type = unit[0]! & 31;
    const slice = type === 1 || type === 5;
    // first_mb_in_slice = 0 is the single bit 1.
    const begins = slice ? (unit[1]! & 0x80) !== 0 : type >= 6 && type <= 9;
    if (slices && begins) {
      groups.push([]);
      slices = false;
    }
    groups.at(-1)?.push(unit);
    slices ||= slice;
  }
  return groups;
}

const clips = fixtureClips().map((path) => ({ name: clipName(path), path }));

describe("the same frames, however the bytes come", () => {
  test.for(clips)("$name", ({ name, path }) => {
    const bytes = readBytes(path);
    const units = splitUnits(bytes);
    const whole = parsed((parser) => parser.push(bytes));
    for (const chunk of [1, 7, 1021]) {
      const lines: VectorLine[] = [];
      parseBytes(bytes, { onFrame: (frame) => lines.push(vectorLine(frame)) }, chunk);
      expect(lines, `chunks of ${chunk}`).toEqual(whole);
    }
    const groups = accessUnits(units);
    const annexB = parsed((parser) => {
      for (const [n, group] of groups.entries()) parser.pushAccessUnit(joinUnits(group), n / 25);
    });
    expect(annexB, "Annex B access units").toEqual(whole);
    // A decoder configuration holds one size; a change of it comes with another configuration.
    if (name === "x264-two-sizes") return;
    const samples = parsed((parser) => {
      parser.configure(configurationRecord(units));
      for (const [n, group] of groups.entries()) parser.pushAccessUnit(joinSample(group), n / 25);
    });
    expect(samples, "container samples").toEqual(whole);
  });
});

test("container times arrive with their frames, in display order", () => {
  const path = clips.find((clip) => clip.name === "x264-pyramid")?.path ?? "";
  const groups = accessUnits(splitUnits(readBytes(path)));
  const times: number[] = [];
  const types: string[] = [];
  const parser = new H264Parser({
    onFrame: (frame) => {
      times.push(frame.timestamp);
      types.push(frame.type);
    },
  });
  // Presentation order of the access units, taken from the picture order count in decoding order.
  const pocs: number[] = [];
  parseBytes(readBytes(path), { onFrame: (frame) => pocs.push(frame.poc), order: "decode" });
  const ranks = pocs.map((poc) => pocs.filter((other) => other < poc).length);
  for (const [n, group] of groups.entries()) {
    parser.pushAccessUnit(joinUnits(group), 10 + ranks[n]! / 25);
  }
  parser.end();
  expect(times).toEqual(ranks.map((_, n) => 10 + n / 25));
  expect(types[0]).toBe("I");
});
