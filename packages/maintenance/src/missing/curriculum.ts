/**
 * What is taken from complete lives so that models learn to do without: scattered values, whole sensors, blackouts, and mixes
 * of them, drawn anew for each life and copy.
 */

import type { Random } from "@symbion/neural";
import type { NormalisedRun } from "../manipulation/types.ts";

/** What a life loses. */
export type Loss = {
  /** Sensors that never say anything. */
  readonly dead: readonly number[];
  /** Share of all other values that are lost, each by itself. */
  readonly scattered: number;
  /** Rows of blackouts, from and to (exclusive), ascending. */
  readonly blackouts: readonly (readonly [from: number, to: number])[];
};

/** How losses are drawn. */
export type Curriculum = {
  /** Most dead sensors; at most as many as leave one living. */
  readonly dead: number;
  /** Greatest share of scattered values. */
  readonly scattered: number;
  /** Longest blackout in rows. */
  readonly blackout: number;
};

/** Nothing is lost. */
export const NO_LOSS: Loss = { dead: [], scattered: 0, blackouts: [] };

/** Up to 8 dead sensors, up to 90 % scattered, blackouts of up to 30 rows. */
export const REFERENCE_CURRICULUM: Curriculum = { dead: 8, scattered: 0.9, blackout: 30 };

/**
 * Draws a loss: scattered alone (3 in 10), dead sensors alone (3 in 10), both (4 in 10); or, if asked for, blackouts with
 * pauses between them, in one of three lives on top of either.
 */
export function drawLoss(
  random: Random,
  curriculum: Curriculum,
  sensors: number,
  rows: number,
  dark: boolean,
): Loss {
  const kind = random.next();
  const most = Math.min(curriculum.dead, sensors - 1);
  const mild = dark && random.next() < 2 / 3;
  const dead = mild || kind < 0.3 ? 0 : Math.floor(random.next() * (most + 1));
  const scattered = mild || (kind >= 0.3 && kind < 0.6) ? 0 : random.next() * curriculum.scattered;
  const blackouts: [number, number][] = [];
  if (dark) {
    let at = Math.floor(random.next() * curriculum.blackout);
    while (at < rows) {
      const from = at + 5 + Math.floor(random.next() * 30);
      const to = from + 1 + Math.floor(random.next() * curriculum.blackout);
      blackouts.push([from, to]);
      at = to;
    }
  }
  return { dead: drawDistinct(random, sensors, dead), scattered, blackouts };
}

/** Some of the numbers from 0 up to `of`, ascending. */
export function drawDistinct(random: Random, of: number, count: number): number[] {
  const all = Array.from({ length: of }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const at = i + Math.floor(random.next() * (of - i));
    [all[i], all[at]] = [all[at], all[i]];
  }
  return all.slice(0, count).sort((a, b) => a - b);
}

/** Values of a run without what is lost; the run itself stays as it is. */
export function lose(run: NormalisedRun, loss: Loss, random: Random): Float32Array {
  const n = run.sensors.length;
  const z = run.z.slice();
  const rows = run.run.rows;
  for (const s of loss.dead) for (let i = 0; i < rows; i++) z[i * n + s] = Number.NaN;
  if (loss.scattered > 0) {
    for (let k = 0; k < z.length; k++) if (random.next() < loss.scattered) z[k] = Number.NaN;
  }
  for (const [from, to] of loss.blackouts) {
    z.fill(Number.NaN, from * n, Math.min(rows, to) * n);
  }
  return z;
}
