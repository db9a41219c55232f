import { expect, test } from "vitest";
import type { FuzzResult } from "./support/fuzz.ts";
import { fuzzCase, runFuzzCase } from "./support/fuzz.ts";
import { fixtureClips, readBytes } from "./support/streams.ts";

const cases = 240;

// Far above what any case takes, so that only a hang is caught on a busy machine.
const hangMilliseconds = 10_000;

const memoryBound = 600 * 2 ** 20;

test(`${cases} damaged streams: no throw, no hang, whole frames, bounded memory`, () => {
  const clips = fixtureClips().map(readBytes);
  const before = process.memoryUsage().arrayBuffers;
  const results: FuzzResult[] = [];
  for (let seed = 1; seed <= cases; seed++) {
    const fuzz = fuzzCase(clips, seed);
    const result = runFuzzCase(fuzz);
    expect(result.fault, `seed ${seed}, ${fuzz.mutation}`).toBeNull();
    expect(result.milliseconds, `seed ${seed}, ${fuzz.mutation}`).toBeLessThan(hangMilliseconds);
    const held = process.memoryUsage().arrayBuffers - before;
    expect(held, `bytes held at seed ${seed}, ${fuzz.mutation}`).toBeLessThan(memoryBound);
    results.push(result);
  }
  // The mutations must not be so coarse that nothing is left to parse, nor so mild that all is well.
  expect(results.filter((result) => result.frames > 0).length).toBeGreaterThan(cases / 4);
  expect(results.filter((result) => result.damaged > 0).length).toBeGreaterThan(cases / 8);
}, 120_000);
