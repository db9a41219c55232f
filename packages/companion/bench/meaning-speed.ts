/** The gate's time: on a busy machine the clock measures others as well, so the thread's own time stands beside it. */

import { compareMeaning } from "@symbion/companion";
import { atMost, percentile, plain, type Row, type RunOptions } from "../../../bench/rows.ts";
import { seeded } from "./mutators/mutator.ts";
import { wrapped } from "./mutators/warm.ts";

/** Runs of each round that are not counted: a cold program's. */
const COLD = 100;

/** Rows on texts of 1 kB between kind words, and on how time grows with length. */
export function* speedRows(
  texts: readonly string[],
  { quick, note }: RunOptions,
): Generator<Row, void, void> {
  const source = texts.join(" ");
  const chance = seeded(5);
  const cut = (length: number): string => {
    const whole =
      source.length > 2 * length ? source : source.repeat(Math.ceil((2 * length) / source.length));
    const from = Math.floor(chance() * (whole.length - length));
    return whole.slice(from, from + length);
  };
  const rounds: number[][] = [];
  let own = 0;
  let calls = 0;
  for (let round = 0; round < 3; round++) {
    const wall: number[] = [];
    const pairs = Array.from({ length: COLD + (quick ? 200 : 1500) }, () => {
      const text = cut(1024);
      return [text, wrapped(text, "en", chance)] as const;
    });
    const before = process.threadCpuUsage();
    for (const [text, other] of pairs) {
      const begun = performance.now();
      compareMeaning(text, other, { language: "en" });
      wall.push(performance.now() - begun);
    }
    const { user, system } = process.threadCpuUsage(before);
    own += (user + system) / 1000;
    calls += pairs.length;
    rounds.push(wall.slice(COLD));
  }
  const p99 = rounds.map((wall) => percentile(wall, 0.99));
  note(`gate on 1 kB, p99 of three rounds: ${p99.map((ms) => ms.toFixed(2)).join(", ")} ms`);
  yield plain("gate on 1 kB, the thread's own time, mean", own / calls, "ms");
  yield plain("gate on 1 kB, p50", percentile(rounds.flat(), 0.5), "ms");
  // Other jobs on the same cores only ever add time.
  yield atMost("gate on 1 kB, p99 of the calmest of three rounds", Math.min(...p99), "ms", 5);
  // Many at once: the thread's clock has coarse ticks.
  const perKb = (size: number): number => {
    const pairs = Array.from({ length: Math.ceil((quick ? 500_000 : 2_000_000) / size) }, () => {
      const text = cut(size);
      return [text, wrapped(text, "en", chance)] as const;
    });
    const before = process.threadCpuUsage();
    for (const [text, other] of pairs) compareMeaning(text, other, { language: "en" });
    const { user, system } = process.threadCpuUsage(before);
    return ((user + system) / 1000) * (1024 / (size * pairs.length));
  };
  const small = perKb(4096);
  const large = perKb(60_000);
  note(`per kB: ${small.toFixed(2)} ms at 4 kB, ${large.toFixed(2)} ms at 60 kB`);
  yield atMost("time per kB, 60 kB against 4 kB", large / small, "x", 3);
}
