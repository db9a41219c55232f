/**
 * Runs the parser over damaged streams and prints a summary; exits with 1 when a case fails.
 *
 *     node packages/codec/bench/fuzz.ts [CASES] [FIRST_SEED]      10,000 cases unless told
 */
import { fuzzCase, runFuzzCase } from "../test/support/fuzz.ts";
import { fixtureClips, readBytes } from "../test/support/streams.ts";

const hangMilliseconds = 1000;

const cases = Number(process.argv[2] ?? 10_000);
const first = Number(process.argv[3] ?? 1);
if (!Number.isInteger(cases) || cases < 1 || !Number.isInteger(first)) {
  console.error(`expected counts as whole numbers, got ${process.argv.slice(2).join(" ")}`);
  process.exit(2);
}

const clips = fixtureClips().map(readBytes);
const byMutation = new Map<string, { cases: number; frames: number; damaged: number }>();
let slowest = { milliseconds: 0, seed: 0, mutation: "" };
let peak = 0;
let failures = 0;
let refused = 0;

for (let seed = first; seed < first + cases; seed++) {
  const fuzz = fuzzCase(clips, seed);
  const result = runFuzzCase(fuzz);
  const row = byMutation.get(fuzz.mutation) ?? { cases: 0, frames: 0, damaged: 0 };
  row.cases++;
  row.frames += result.frames;
  row.damaged += result.damaged;
  byMutation.set(fuzz.mutation, row);
  if (result.refused) refused++;
  if (result.milliseconds > slowest.milliseconds) {
    slowest = { milliseconds: result.milliseconds, seed, mutation: fuzz.mutation };
  }
  const { rss } = process.memoryUsage();
  if (rss > peak) peak = rss;
  if (result.fault !== null || result.milliseconds > hangMilliseconds) {
    failures++;
    const what = result.fault ?? `${result.milliseconds.toFixed(0)} ms`;
    console.error(`seed ${seed}, ${fuzz.mutation}: ${what}`);
  }
}

console.table(Object.fromEntries(byMutation));
console.log(
  `${cases} cases, ${failures} failed, ${refused} refused; slowest ` +
    `${slowest.milliseconds.toFixed(0)} ms (seed ${slowest.seed}, ${slowest.mutation}); ` +
    `peak resident ${(peak / 2 ** 20).toFixed(0)} MiB`,
);
if (failures > 0) process.exitCode = 1;
