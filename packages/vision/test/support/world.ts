/**
 * Small worlds of known truth: boxes that walk over a picture, seen as a mask of macroblocks with holes, flicker and
 * vectors, as an encoder's field shows them. Deterministic by seed.
 */

import { MbKind } from "@symbion/codec";
import { findRegions } from "../../src/motion/regions.ts";
import type { Region } from "../../src/motion/types.ts";

/** A generator of numbers in [0, 1) (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** A leg of a walk: from `at` seconds on with this velocity in shares per second. */
export type Leg = { readonly at: number; readonly vx: number; readonly vy: number };

/** Something that walks: its box's centre at its first leg's time, its size, its legs in order, and its end. */
export type Walker = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly legs: readonly Leg[];
  readonly until: number;
};

/** Where a walker is, and whether it moves. */
export type Sighting = {
  readonly walker: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly vx: number;
  readonly vy: number;
};

/** Walkers that are in the picture at a time, as boxes from the top left. */
export function sightings(walkers: readonly Walker[], seconds: number): Sighting[] {
  return walkers.flatMap((walker, index) => {
    const first = walker.legs[0] as Leg;
    if (seconds < first.at || seconds > walker.until) return [];
    let { x, y } = walker;
    let current = first;
    walker.legs.forEach((leg, at) => {
      if (leg.at > seconds) return;
      const next = walker.legs[at + 1];
      const spent = Math.min(seconds, next?.at ?? seconds) - leg.at;
      x += spent * leg.vx;
      y += spent * leg.vy;
      current = leg;
    });
    if (x < 0 || x > 1 || y < 0 || y > 1) return [];
    return [
      {
        walker: index,
        x: x - walker.width / 2,
        y: y - walker.height / 2,
        width: walker.width,
        height: walker.height,
        vx: current.vx,
        vy: current.vy,
      },
    ];
  });
}

/** How a {@link Screen} shows a world. */
export type ScreenOptions = {
  readonly seed: number;
  /** Frames per second. */
  readonly rate: number;
  /** Share of a moving walker's macroblocks that are seen; default 0.85. */
  readonly seen?: number;
  /** Flickering patches per frame; default 0. */
  readonly flicker?: number;
  /** Share of frames in which nothing is seen at all; default 0. */
  readonly missed?: number;
};

const COLUMNS = 80;
const ROWS = 45;

/** Shows worlds as regions of an 80 x 45 mask (1280 x 720). What stands still is not seen. */
export class Screen {
  readonly #options: Required<ScreenOptions>;
  readonly #random: () => number;

  constructor(options: ScreenOptions) {
    this.#options = { seen: 0.85, flicker: 0, missed: 0, ...options };
    this.#random = randomFrom(options.seed);
  }

  /** The regions of one frame. */
  regions(shown: readonly Sighting[]): Region[] {
    const { rate, seen, flicker, missed } = this.#options;
    const random = this.#random;
    const mask = new Uint8Array(COLUMNS * ROWS);
    const velocity = new Int16Array(2 * COLUMNS * ROWS);
    if (random() >= missed) {
      for (const { x, y, width, height, vx, vy } of shown) {
        if (vx === 0 && vy === 0) continue;
        for (let row = Math.round(y * ROWS); row < Math.round((y + height) * ROWS); row++) {
          for (let column = Math.round(x * COLUMNS); column < (x + width) * COLUMNS; column++) {
            if (row < 0 || row >= ROWS || column < 0 || column >= COLUMNS) continue;
            if (random() > seen) continue;
            const mb = row * COLUMNS + column;
            mask[mb] = 1;
            velocity[2 * mb] = Math.round(((4 * 1280 * vx) / rate) * (0.8 + 0.4 * random()));
            velocity[2 * mb + 1] = Math.round(((4 * 720 * vy) / rate) * (0.8 + 0.4 * random()));
          }
        }
      }
      for (let patch = 0; patch < flicker; patch++) {
        const column = Math.floor(random() * (COLUMNS - 3));
        const row = Math.floor(random() * (ROWS - 3));
        for (let at = 0; at < 6; at++) {
          const mb = (row + Math.floor(random() * 3)) * COLUMNS + column + Math.floor(random() * 3);
          mask[mb] = 1;
          velocity[2 * mb] = Math.round(16 * (random() - 0.5));
        }
      }
    }
    return findRegions({
      mbWidth: COLUMNS,
      mbHeight: ROWS,
      width: 1280,
      height: 720,
      mask,
      evidence: Float32Array.from(mask),
      velocity,
      kind: new Uint8Array(COLUMNS * ROWS).fill(MbKind.Inter),
      interval: 1 / rate,
    });
  }
}
