/**
 * Connected regions of a mask of macroblocks: one per person or car, as far as gaps between their parts are small.
 *
 * Runs of dynamic macroblocks are found row by row and joined by union-find, so the work grows with what moves and
 * not with how far gaps are closed.
 */

import { MbKind } from "@symbion/codec";
import type { Point, Region } from "./types.ts";

/** What {@link findRegions} reads; arrays have one entry per macroblock in raster order, velocity two. */
export type RegionInput = {
  readonly mbWidth: number;
  readonly mbHeight: number;
  /** Cropped size of the picture in luma samples. */
  readonly width: number;
  readonly height: number;
  /** 1 where a macroblock is dynamic, else 0. */
  readonly mask: Uint8Array;
  /** Evidence of change, 0 to 1: weights of the centre of mass. */
  readonly evidence: Float32Array;
  /** Velocity x, y interleaved in quarter luma samples per frame, camera motion removed. */
  readonly velocity: Int16Array | Float32Array;
  /** `MbKind` values: only inter macroblocks know a velocity. */
  readonly kind: Uint8Array;
  /** Seconds per frame, above 0. */
  readonly interval: number;
};

/** How {@link findRegions} joins and discards. */
export type RegionOptions = {
  /**
   * Macroblocks that may lie between two parts of one region, in each direction. Default: one per 60 macroblocks of
   * the picture's width, rounded (352 pixels: 0, 1280: 1, 1920: 2, 3840: 4).
   */
  readonly gap?: number;
  /** Smallest region in macroblocks. Default: 0.06 % of the picture, at least 2 (1280 x 720: 3). */
  readonly minimum?: number;
  /** At most this many regions, the largest; default 48. */
  readonly limit?: number;
};

/** Squared speed in quarter samples per frame from which a vector counts as motion of the region. */
const MOVING = 2;
/** A region whose moving macroblocks are fewer than this share of its inter macroblocks stands still. */
const MOVING_SHARE = 0.15;

/** Macroblocks whose vectors are looked at, per region. */
const SAMPLES = 48;

/** Runs: row, first and last column, parent in the union-find forest. Grown as needed, used within one call only. */
let rows = new Int32Array(256);
let starts = new Int32Array(256);
let ends = new Int32Array(256);
let parents = new Int32Array(256);
/** Sums per root run. */
let slots = new Int32Array(256);
const speeds = new Float32Array(2 * SAMPLES);

function grow(runs: number): void {
  const size = 2 * runs;
  const copy = (old: Int32Array): Int32Array<ArrayBuffer> => {
    const wider = new Int32Array(size);
    wider.set(old);
    return wider;
  };
  rows = copy(rows);
  starts = copy(starts);
  ends = copy(ends);
  parents = copy(parents);
  slots = new Int32Array(size);
}

function root(run: number): number {
  let at = run;
  while (parents[at] !== at) {
    parents[at] = parents[parents[at]];
    at = parents[at];
  }
  return at;
}

/** Finds the runs of each row, gaps closed, and joins those that touch within the gap. Returns their number. */
function joinRuns({ mask, mbWidth }: RegionInput, gap: number): number {
  let runs = 0;
  // First run of the present row, and of the rows that it can touch.
  let first = 0;
  let reach = 0;
  // Nearly all of a mask is zeros, and nothing finds the others faster.
  for (let mb = mask.indexOf(1); mb >= 0; mb = mask.indexOf(1, mb + 1)) {
    const row = Math.floor(mb / mbWidth);
    const column = mb - row * mbWidth;
    if (runs > first && rows[runs - 1] === row) {
      if (column - ends[runs - 1] <= gap + 1) {
        ends[runs - 1] = column;
        continue;
      }
    } else {
      joinRow(reach, first, runs, gap);
      first = runs;
      while (reach < first && rows[reach] < row - gap - 1) reach++;
    }
    if (runs === rows.length) grow(runs);
    rows[runs] = row;
    starts[runs] = column;
    ends[runs] = column;
    parents[runs] = runs;
    runs++;
  }
  joinRow(reach, first, runs, gap);
  return runs;
}

/** Joins the runs of a row (`first` to `end`) with those of the rows before it (from `reach` on). */
function joinRow(reach: number, first: number, end: number, gap: number): void {
  for (let run = first; run < end; run++) {
    const from = starts[run] - gap - 1;
    const to = ends[run] + gap + 1;
    for (let other = reach; other < first; other++) {
      if (ends[other] < from || starts[other] > to) continue;
      const a = root(run);
      const b = root(other);
      if (a !== b) parents[Math.max(a, b)] = Math.min(a, b);
    }
  }
}

type Draft = {
  left: number;
  right: number;
  top: number;
  bottom: number;
  size: number;
  weight: number;
  x: number;
  y: number;
  readonly runs: number[];
};

/** Median of the first `count` values of `speeds` from `from` on. */
function median(from: number, count: number): number {
  const sorted = speeds.subarray(from, from + count).sort();
  const half = count >> 1;
  return count % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Median velocity of the moving inter macroblocks of a region, per second; 0, 0 where it stands or nobody knows. */
function velocityOf(draft: Draft, input: RegionInput): Point {
  const { mask, kind, velocity, mbWidth } = input;
  // Of a large region a sample is enough, spread over all of it.
  const step = Math.ceil(draft.size / SAMPLES);
  let member = 0;
  let inter = 0;
  let moving = 0;
  for (const run of draft.runs) {
    const line = rows[run] * mbWidth;
    for (let mb = line + starts[run]; mb <= line + ends[run]; mb++) {
      if (mask[mb] === 0 || member++ % step !== 0 || kind[mb] < MbKind.Skip) continue;
      inter++;
      const x = velocity[2 * mb];
      const y = velocity[2 * mb + 1];
      if (x * x + y * y < MOVING) continue;
      speeds[moving] = x;
      speeds[SAMPLES + moving] = y;
      moving++;
    }
  }
  if (moving === 0 || moving < MOVING_SHARE * inter) return [0, 0];
  const perSecond = 1 / (4 * input.interval);
  return [
    (median(0, moving) * perSecond) / input.width,
    (median(SAMPLES, moving) * perSecond) / input.height,
  ];
}

/**
 * Connected regions of the mask (diagonals connect), largest first. Macroblocks of the mask with no more than `gap`
 * others between them belong to one region; regions below `minimum` macroblocks are left out.
 *
 * A region's velocity is the median of its moving inter macroblocks. It is 0, 0 where fewer than 15 % of them move,
 * and where the picture has no vectors (I pictures): 0, 0 also means "not known".
 */
export function findRegions(input: RegionInput, options: RegionOptions = {}): Region[] {
  const { mask, evidence, mbWidth, mbHeight, width, height } = input;
  const gap = options.gap ?? Math.round(mbWidth / 60);
  const minimum = options.minimum ?? Math.max(2, Math.ceil(0.0006 * mbWidth * mbHeight));
  const runs = joinRuns(input, gap);
  const drafts: Draft[] = [];
  for (let run = 0; run < runs; run++) {
    const top = root(run);
    if (top === run) {
      slots[run] = drafts.length;
      drafts.push({
        left: mbWidth,
        right: 0,
        top: rows[run],
        bottom: 0,
        size: 0,
        weight: 0,
        x: 0,
        y: 0,
        runs: [],
      });
    }
    const draft = drafts[slots[top]];
    const row = rows[run];
    const start = starts[run];
    const end = ends[run];
    draft.runs.push(run);
    draft.left = Math.min(draft.left, start);
    draft.right = Math.max(draft.right, end);
    draft.bottom = row;
    for (let column = start; column <= end; column++) {
      if (mask[row * mbWidth + column] === 0) continue;
      // A trace of weight keeps the centre inside where nothing has evidence.
      const weight = evidence[row * mbWidth + column] + 1e-3;
      draft.size++;
      draft.weight += weight;
      draft.x += weight * column;
      draft.y += weight * row;
    }
  }
  const large = drafts.filter((draft) => draft.size >= minimum);
  large.sort((a, b) => b.size - a.size);
  if (large.length > (options.limit ?? 48)) large.length = options.limit ?? 48;
  return large.map((draft) => {
    const x = (16 * draft.left) / width;
    const y = (16 * draft.top) / height;
    return {
      x,
      y,
      width: Math.min(1, (16 * (draft.right + 1)) / width) - x,
      height: Math.min(1, (16 * (draft.bottom + 1)) / height) - y,
      centre: [
        Math.min(1, (16 * (draft.x / draft.weight) + 8) / width),
        Math.min(1, (16 * (draft.y / draft.weight) + 8) / height),
      ],
      size: draft.size,
      velocity: velocityOf(draft, input),
    };
  });
}
