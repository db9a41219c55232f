/**
 * Alignment of two sequences of keys: rare runs that stand in both are fixed first, so that what remains to be aligned
 * is short; there, a dynamic programme prefers few, long runs of equal keys over many scattered ones.
 */

/** Pairs of equal places, rising in both sequences. */
export type Alignment = {
  /** For each place of the first sequence its partner in the second, or -1. */
  readonly partner: Int32Array;
  /** Whether a stretch was too different to be aligned at all. */
  readonly gaveUp: boolean;
};

const RUN = 4;
/** Length of a run of equal keys at an edge that is no chance. */
const SURE = 8;
/** Cells that a stretch between two anchors, and that all of them together, may cost. */
const CELLS_ONE = 400_000;
/** Below this no anchors are looked for. */
const CELLS_PLAIN = 4096;
const CELLS_ALL = 4_000_000;
const MATCH = 3;
const OPEN = -4;

/** Aligns two sequences of keys; `weights` (per place of the first) say how much a match is worth, 1 or more. */
export function align(
  a: readonly string[],
  b: readonly string[],
  weights: readonly number[],
): Alignment {
  const partner = new Int32Array(a.length).fill(-1);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) {
    partner[head] = head;
    head++;
  }
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  ) {
    partner[a.length - 1 - tail] = b.length - 1 - tail;
    tail++;
  }
  // A short run at an edge may be a chance: "This must be hard. This medicine…".
  if (head < SURE && head < a.length) {
    partner.fill(-1, 0, head);
    head = 0;
  }
  if (tail < SURE && tail < a.length - head) {
    partner.fill(-1, a.length - tail);
    tail = 0;
  }
  const aEnd = a.length - tail;
  const bEnd = b.length - tail;
  let budget = CELLS_ALL;
  let gaveUp = false;
  let fromA = head;
  let fromB = head;
  const fill = (toA: number, toB: number, followed: boolean): void => {
    const cells = (toA - fromA) * (toB - fromB);
    if (cells === 0) return;
    if (cells > CELLS_ONE || cells > budget) {
      gaveUp = true;
      return;
    }
    budget -= cells;
    between(a, b, weights, partner, fromA, toA, fromB, toB, followed);
  };
  const small = (aEnd - head) * (bEnd - head) <= CELLS_PLAIN;
  for (const [i, j] of small ? [] : anchors(a, b, head, aEnd, head, bEnd)) {
    fill(i, j, true);
    let length = 0;
    while (i + length < aEnd && j + length < bEnd && a[i + length] === b[j + length]) {
      if (partner[i + length] !== -1) break;
      partner[i + length] = j + length;
      length++;
    }
    fromA = i + length;
    fromB = j + length;
  }
  fill(aEnd, bEnd, tail > 0);
  return { partner, gaveUp };
}

/** Starts of runs that stand once in each sequence, in rising order in both, not overlapping. */
function anchors(
  a: readonly string[],
  b: readonly string[],
  a0: number,
  a1: number,
  b0: number,
  b1: number,
): [number, number][] {
  const once = (keys: readonly string[], start: number, end: number): Map<string, number> => {
    const places = new Map<string, number>();
    for (let i = start; i + RUN <= end; i++) {
      const run = keys.slice(i, i + RUN).join(" ");
      places.set(run, places.has(run) ? -1 : i);
    }
    return places;
  };
  const inB = once(b, b0, b1);
  const pairs: [number, number][] = [];
  for (const [run, i] of once(a, a0, a1)) {
    const j = inB.get(run);
    if (i >= 0 && j !== undefined && j >= 0) pairs.push([i, j]);
  }
  pairs.sort((x, y) => x[0] - y[0]);
  const rising = longestRising(pairs);
  const kept: [number, number][] = [];
  let endA = a0;
  let endB = b0;
  for (const [i, j] of rising) {
    if (i < endA || j < endB) continue;
    kept.push([i, j]);
    let length = 0;
    while (i + length < a1 && j + length < b1 && a[i + length] === b[j + length]) length++;
    endA = i + length;
    endB = j + length;
  }
  return kept;
}

function longestRising(pairs: readonly [number, number][]): [number, number][] {
  const ends: number[] = [];
  const before = new Int32Array(pairs.length).fill(-1);
  for (let p = 0; p < pairs.length; p++) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[ends[middle]][1] < pairs[p][1]) low = middle + 1;
      else high = middle;
    }
    if (low > 0) before[p] = ends[low - 1];
    ends[low] = p;
  }
  const found: [number, number][] = [];
  for (let p = ends.at(-1) ?? -1; p >= 0; p = before[p]) found.push(pairs[p]);
  return found.reverse();
}

/**
 * Tables of the recursion, kept from call to call: `way` says how a gap cell was reached, 0 from the left's gap, 1 from
 * above's gap, 2 from this cell's run. Scores are small multiples of a half, which 32 bits keep.
 */
let scratch = { run: new Float32Array(0), gap: new Float32Array(0), way: new Uint8Array(0) };

/** Gotoh's recursion with two states: inside a run of matches, or in a gap. */
function between(
  a: readonly string[],
  b: readonly string[],
  weights: readonly number[],
  partner: Int32Array,
  a0: number,
  a1: number,
  b0: number,
  b1: number,
  followed: boolean,
): void {
  const rows = a1 - a0;
  const columns = b1 - b0;
  const width = columns + 1;
  const none = -1e9;
  const size = (rows + 1) * width;
  if (scratch.run.length < size) {
    scratch = {
      run: new Float32Array(size),
      gap: new Float32Array(size),
      way: new Uint8Array(size),
    };
  }
  const { run: inRun, gap: inGap, way } = scratch;
  inRun.fill(none, 0, size);
  inGap.fill(0, 0, width);
  inRun[0] = 0;
  inGap[0] = 0;
  for (let j = 1; j <= columns; j++) way[j] = 0;
  for (let i = 1; i <= rows; i++) {
    way[i * width] = 1;
    inGap[i * width] = 0;
  }
  for (let i = 1; i <= rows; i++) {
    const key = a[a0 + i - 1];
    const weight = MATCH * weights[a0 + i - 1];
    for (let j = 1; j <= columns; j++) {
      const here = i * width + j;
      if (key === b[b0 + j - 1]) {
        const diagonal = here - width - 1;
        inRun[here] = weight + Math.max(inRun[diagonal], inGap[diagonal] + OPEN);
      }
      const left = inGap[here - 1];
      const above = inGap[here - width];
      const run = inRun[here];
      if (run >= left && run >= above) {
        inGap[here] = run;
        way[here] = 2;
      } else if (left >= above) {
        inGap[here] = left;
        way[here] = 0;
      } else {
        inGap[here] = above;
        way[here] = 1;
      }
    }
  }
  let i = rows;
  let j = columns;
  // After the stretch an anchor may follow: a run may go right up to it, a gap must be left for it.
  const leaving = followed ? OPEN : 0;
  let run =
    inRun[i * width + j] > none / 2 && inRun[i * width + j] >= inGap[i * width + j] + leaving;
  while (i > 0 && j > 0) {
    const here = i * width + j;
    if (run) {
      partner[a0 + i - 1] = b0 + j - 1;
      const diagonal = here - width - 1;
      run = inRun[diagonal] >= inGap[diagonal] + OPEN && inRun[diagonal] > none / 2;
      i--;
      j--;
    } else if (way[here] === 2) run = true;
    else if (way[here] === 0) j--;
    else i--;
  }
}
