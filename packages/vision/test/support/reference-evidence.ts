/**
 * Evidence of change once more, macroblock by macroblock and without a short cut: every neighbour is looked at, every
 * sum is formed anew, nothing is passed over because it is at rest. For frames (not fields or MBAFF) of a camera that
 * stands, without an encoder's rolling refresh.
 */

import { type FrameSignal, MbKind, MbPartition } from "@symbion/codec";
import { FEATURES, WEIGHTS } from "../../src/motion/weights.ts";

type Place = {
  readonly x: number;
  readonly y: number;
  readonly speed: number;
  readonly motion: number;
  readonly residual: number;
  readonly effort: number;
  readonly intra: boolean;
};

const NOWHERE: Place = { x: 0, y: 0, speed: 0, motion: 0, residual: 0, effort: 0, intra: false };

/** One stream's evidence, frame by frame. */
export class ReferenceEvidence {
  /** Accumulated evidence per macroblock. */
  readonly values: number[];
  /** The last picture's guess alone. */
  readonly guess: number[];
  readonly #recent: number[];
  readonly #usual: readonly [number[], number[]];
  readonly #habit: number[];
  readonly #seen: [number, number] = [0, 0];
  #seconds = 0;

  constructor(count: number) {
    const zeros = (): number[] => new Array<number>(count).fill(0);
    this.values = zeros();
    this.guess = zeros();
    this.#recent = zeros();
    this.#usual = [zeros(), zeros()];
    this.#habit = zeros().fill(-2);
  }

  /** Takes a P or B picture, most of which is not intra coded. `interval`: seconds per frame. */
  update(frame: FrameSignal, interval: number): void {
    const { mbWidth, mbHeight } = frame;
    const places = Array.from(frame.kind, (_, mb) => placeOf(frame, mb));
    const at = (column: number, row: number): Place =>
      column < 0 || row < 0 || column >= mbWidth || row >= mbHeight
        ? NOWHERE
        : (places[row * mbWidth + column] ?? NOWHERE);
    const there = frame.kind.filter((kind) => kind !== MbKind.Missing).length;
    const mean = (pick: (place: Place) => number): number =>
      places.reduce((sum, place) => sum + pick(place), 0) / Math.max(1, there);
    const meanResidual = mean(({ residual }) => residual);
    const meanEffort = mean(({ effort }) => effort);
    const b = frame.type === "B" ? 1 : 0;
    const weight = (name: keyof typeof FEATURES): number => WEIGHTS[b][FEATURES[name]] ?? 0;
    const seen = this.#seen[b]++;
    const rate = 1 / (Math.min(seen, 20 / interval) + 1);
    const learned = seen < 32 ? rate : seen % 4 === 0 ? Math.min(1, 4 * rate) : 0;
    const before = Math.floor(this.#seconds / 0.25);
    this.#seconds += interval;
    const steps = Math.floor(this.#seconds / 0.25) - before;
    const step = (this.#seconds < 10 ? 0.3 : 0.02) * steps * 0.25;
    const share = (seconds: number): number => 1 - Math.exp(-interval / seconds);
    places.forEach((place, mb) => {
      const column = mb % mbWidth;
      const row = Math.floor(mb / mbWidth);
      const around = [-1, 0, 1].flatMap((down) =>
        [-1, 0, 1].map((across) => at(column + across, row + down)),
      );
      const sum = (pick: (one: Place) => number): number =>
        around.reduce((total, one) => total + pick(one), 0);
      const motion = sum((one) => one.motion);
      const effort = sum((one) => one.effort);
      const residual = sum((one) => one.residual);
      const recent = this.#recent[mb] ?? 0;
      const usual = this.#usual[b];
      const habit = this.#habit[mb] ?? 0;
      const value = this.values[mb] ?? 0;
      if (motion + effort + residual === 0 && recent < 0.1) {
        this.#recent[mb] = 0;
        this.guess[mb] = 0;
        this.values[mb] = faded(value + share(0.15) * (0 - value));
        if (step > 0) this.#habit[mb] = Math.fround(Math.max(-2, habit - step));
        usual[mb] = faded((usual[mb] ?? 0) * (1 - learned));
        return;
      }
      let z =
        weight("constant") +
        weight("meanResidual") * meanResidual +
        weight("meanEffort") * meanEffort +
        weight("motion") * place.motion +
        weight("effort") * place.effort +
        weight("residual") * place.residual +
        weight("motionAround") * (motion - place.motion) +
        weight("effortAround") * (effort - place.effort) +
        weight("residualAround") * (residual - place.residual) +
        weight("recentMotion") * recent +
        (usual[mb] ?? 0);
      this.#recent[mb] = faded(recent + share(0.2) * (place.motion + motion - recent));
      const cost = weight("usualResidual") * place.residual + weight("usualEffort") * place.effort;
      usual[mb] = faded((usual[mb] ?? 0) + learned * (cost - (usual[mb] ?? 0)));
      if (place.intra) z += weight("intra");
      if (place.speed >= 0.5) z += weight("moves");
      if (motion > 0.5 && z > -3 - weight("agreement")) {
        const all = sum((one) => one.speed);
        const length = Math.hypot(
          sum((one) => one.x),
          sum((one) => one.y),
        );
        z += all > 0.5 ? (weight("agreement") * length) / all : 0;
      }
      if (step > 0) {
        const next = z > habit ? Math.min(4, habit + step) : Math.max(-2, habit - step);
        this.#habit[mb] = Math.fround(next);
      }
      const over = z - 1.5 * (habit + 2);
      const fresh = over < -3 ? 0 : 1 / (1 + Math.exp(-over));
      this.guess[mb] = Math.fround(fresh);
      this.values[mb] = faded(value + share(fresh > value ? 0.08 : 0.15) * (fresh - value));
    });
  }
}

/** As it is kept: in single precision, what has nearly gone is gone. */
function faded(value: number): number {
  return Math.abs(value) < 1e-6 ? 0 : Math.fround(value);
}

function placeOf(frame: FrameSignal, mb: number): Place {
  const kind = frame.kind[mb] ?? 0;
  if (kind === MbKind.Missing) return NOWHERE;
  const stepOf = 2 ** (((frame.qp[mb] ?? 0) - 4) / 6) / 256;
  const fastest = kind < MbKind.Skip ? ([0, 0] as const) : fastestOf(frame, mb);
  const [x, y] = [Math.fround(fastest[0]), Math.fround(fastest[1])];
  const speed = Math.fround(Math.hypot(...fastest));
  return {
    ...{ x, y, speed },
    motion: Math.fround(logarithm(2 * Math.min(Math.hypot(...fastest), 16))),
    residual: Math.fround(logarithm(16 * (frame.residual[mb] ?? 0) * Math.fround(stepOf))),
    effort: Math.fround(Math.log2(1 + Math.min(4095, frame.bits[mb] ?? 0))),
    intra: kind < MbKind.Skip,
  };
}

/** Motion of the content of the fastest quadrant, lists averaged, samples per frame; its first block stands for it. */
function fastestOf(frame: FrameSignal, mb: number): readonly [number, number] {
  let best: readonly [number, number] = [0, 0];
  const whole = frame.partition[mb] === MbPartition.P16x16;
  for (const quadrant of whole ? [0] : [0, 1, 2, 3]) {
    const vectors: [number, number][] = [];
    for (const list of [0, 1] as const) {
      const reference = frame.refIdx[list][4 * mb + quadrant] ?? -1;
      if (reference < 0) continue;
      const entry = ((frame.slice[mb] ?? 0) * 2 + list) * 32 + reference;
      const steps = (frame.poc - (frame.refPoc[entry] ?? 0)) / 2;
      const distance = Math.abs(steps) < 1 ? 1 : steps;
      const block = 16 * mb + 2 * (quadrant & 1) + 8 * (quadrant >> 1);
      const part = (place: number): number => (-0.25 / distance) * (frame.mv[list][place] ?? 0);
      vectors.push([part(2 * block), part(2 * block + 1)]);
    }
    if (vectors.length === 0) continue;
    const mean = (axis: 0 | 1): number =>
      vectors.reduce((sum, vector) => sum + vector[axis], 0) / vectors.length;
    const [x, y] = [mean(0), mean(1)];
    // Of equally fast ones the first counts, so they are compared by squares, which are formed alike everywhere.
    if (x * x + y * y > best[0] * best[0] + best[1] * best[1]) best = [x, y];
  }
  return best;
}

/** log2(1 + value), in steps of 1/64 below 32. */
function logarithm(value: number): number {
  return Math.log2(1 + (value < 32 ? Math.floor(64 * value + 0.5) / 64 : value));
}
