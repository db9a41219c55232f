/** Contenders beside one another. */

import type { Row } from "../../../bench/rows.ts";

/** A time beside a peer's: how many times faster, which has to be at least `least`. */
export function faster(
  name: string,
  value: number,
  unit: string,
  peer: number,
  least: number | null,
): Row {
  const ratio = peer / value;
  return {
    name,
    value,
    unit,
    peer,
    ratio,
    goal: least === null ? null : `>= ${least}x`,
    met: least === null ? null : ratio >= least,
  };
}

/** Milliseconds of CPU (all threads) and on the clock. */
export type Times = { readonly cpu: number; readonly wall: number };

/**
 * Least times of each contender over some rounds; in a round each runs once, so that what else the machine does hits
 * all alike. The first round only warms up.
 */
export async function race<Name extends string>(
  contenders: Readonly<Record<Name, () => Promise<unknown>>>,
  rounds: number,
): Promise<Record<Name, Times>> {
  const best = {} as Record<Name, Times>;
  const entries = Object.entries(contenders) as [Name, () => Promise<unknown>][];
  for (let round = 0; round <= rounds; round++) {
    for (const [name, run] of entries) {
      const before = process.cpuUsage();
      const start = performance.now();
      await run();
      const wall = performance.now() - start;
      const { user, system } = process.cpuUsage(before);
      const cpu = (user + system) / 1000;
      const least = round <= 1 ? undefined : best[name];
      best[name] = {
        cpu: Math.min(cpu, least?.cpu ?? cpu),
        wall: Math.min(wall, least?.wall ?? wall),
      };
    }
  }
  return best;
}
