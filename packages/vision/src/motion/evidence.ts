/**
 * Evidence of change per macroblock: how likely it is that its pixels changed visibly since the frame before.
 *
 * Each frame gives a first guess by logistic regression on what the frame says about the macroblock, its eight
 * neighbours, the frames just before, and what both usually cost there (sensor noise and a careless encoder spend bits
 * on what stands still; see weights.ts). Where there is always some change, as in leaves and on water, that much is
 * taken off. What is left is accumulated over every frame: evidence rises within two frames and is gone half a second
 * after its cause (bounded staleness); pictures that say nothing about change (I pictures) leave it as it is, for half a
 * second at most.
 */

import type { Observation } from "./observation.ts";
import { FEATURES, WEIGHTS } from "./weights.ts";

/** Time constants in seconds: evidence rising and falling, recent frames, usual cost. */
const RISE = 0.08;
const FALL = 0.15;
const RECENT = 0.2;
const USUAL = 20;
/** Pictures of a type after which its usual cost is roughly known. */
const WARM_UP = 32;
/**
 * Logits up to which a habit is none and beyond which it does not grow; how much of it is taken off; and how fast it
 * changes per second, in a stream's first seconds and later.
 */
const NO_HABIT = -2;
const MOST_HABIT = 4;
const HABIT_FACTOR = 1.5;
const HABIT_PER_SECOND = 0.02;
const FIRST_HABIT_PER_SECOND = 0.3;
const FIRST_SECONDS = 10;
/** Seconds between steps of the habit. */
const HABIT_INTERVAL = 0.25;
/** From this speed in samples per frame on a vector means motion (tau of the codec-guided policies). */
const TAU = 0.5;
/** While the camera moves, what differs from its motion by less than this share of it moves with it. */
const AGAINST_CAMERA = 0.3;
/** Logits below this, a probability of a twentieth, count as no evidence. */
const NOTHING = -3;
/** Recent motion and effort below this are over. */
const QUIET = 0.1;
/** Beyond this share of intra macroblocks a picture does not say what changed. */
const UNSAID = 0.9;
/** Seconds for which evidence stays as it is while pictures say nothing. */
const HELD = 0.5;
/** A row or column of which so much is intra coded is refreshed by the encoder, if few are. */
const REFRESHED = 0.9;

/** Accumulated evidence of one stream. One instance per picture size. */
export class Evidence {
  /** 0 to 1 per macroblock, raster order. Belongs to this object, changed by every {@link update}. */
  readonly values: Float32Array;
  /** The last picture's guess alone, not accumulated: 0 to 1 per macroblock. Belongs to this object. */
  readonly guess: Float32Array;
  /** The first {@link Evidence.guesses} entries: macroblocks whose guess is not 0, ascending. */
  readonly guessed: Uint32Array;
  /** Number of macroblocks whose guess is not 0. */
  guesses = 0;
  readonly #mbWidth: number;
  readonly #mbHeight: number;
  /** Sums of motion over 3x3, recent frames weighted most. */
  readonly #recentMotion: Float32Array;
  /** What usual residual and effort add to the logit, for P and B pictures each, and how many of each there were. */
  readonly #usual: readonly [Float32Array, Float32Array];
  readonly #seen: [number, number] = [0, 0];
  /** Median logit of late. */
  readonly #habit: Float32Array;
  #seconds = 0;
  /** Seconds since a picture said something. */
  #unsaid = 0;
  readonly #refreshedColumns: Uint16Array;
  /** Of the picture at hand, laid out as its planes. */
  readonly #shares: Float64Array;

  constructor(mbWidth: number, mbHeight: number) {
    const count = mbWidth * mbHeight;
    this.#mbWidth = mbWidth;
    this.#mbHeight = mbHeight;
    this.values = new Float32Array(count);
    this.guess = new Float32Array(count);
    this.guessed = new Uint32Array(count);
    this.#recentMotion = new Float32Array(count);
    this.#usual = [new Float32Array(count), new Float32Array(count)];
    this.#habit = new Float32Array(count).fill(NO_HABIT);
    this.#refreshedColumns = new Uint16Array(mbWidth);
    this.#shares = new Float64Array((mbWidth + 2) * (mbHeight + 2));
  }

  /** Forgets what was seen last, but not what is usual: after a cut or a gap in the stream. */
  clear(): void {
    this.values.fill(0);
    this.guess.fill(0);
    this.guesses = 0;
    this.#recentMotion.fill(0);
  }

  /**
   * Takes a frame, its camera motion removed.
   *
   * @param type coding type of the picture
   * @param interval seconds per frame
   * @param cameraSpeed samples per frame by which the camera moves the picture; 0: it stands. While it moves, only
   * vectors that clearly differ from its motion count, and nothing is learned
   * @returns whether the picture said anything; if not, evidence is that of the frame before
   */
  update(
    planes: Observation,
    type: "I" | "P" | "B",
    interval: number,
    cameraSpeed: number,
  ): boolean {
    const count = this.#mbWidth * this.#mbHeight;
    if (type === "I" || planes.intras + planes.missing >= UNSAID * count) {
      this.#unsaid += interval;
      if (this.#unsaid > HELD) this.#fade(interval);
      return false;
    }
    this.#unsaid = 0;
    this.#findRefreshed(planes);
    const b = type === "B" ? 1 : 0;
    if (cameraSpeed > 0) {
      this.#guess(planes, b, interval, 0, Math.max(1, AGAINST_CAMERA * cameraSpeed));
    } else {
      // The usual is learned fast at first.
      const seen = this.#seen[b]++;
      const rate = 1 / (Math.min(seen, USUAL / interval) + 1);
      // Once known it changes slowly: every fourth picture is enough.
      const usualRate = seen < WARM_UP ? rate : seen % 4 === 0 ? Math.min(1, 4 * rate) : 0;
      this.#guess(planes, b, interval, usualRate, 0);
    }
    return true;
  }

  /** Lets evidence fall where pictures have said nothing for long. */
  #fade(interval: number): void {
    const kept = Math.exp(-interval / FALL);
    this.guess.fill(0);
    this.guesses = 0;
    for (let mb = 0; mb < this.values.length; mb++) {
      if (this.values[mb] > 0) this.values[mb] = approach(this.values[mb], 0, 1 - kept);
    }
  }

  /** Counts intra macroblocks per column; columns of them in a P picture are the encoder's refresh. */
  #findRefreshed(planes: Observation): void {
    const width = this.#mbWidth;
    const height = this.#mbHeight;
    const columns = this.#refreshedColumns.fill(0);
    if (planes.intras < height) return;
    for (let row = 0; row < height; row++) {
      const at = (row + 1) * planes.stride + 1;
      for (let column = 0; column < width; column++) columns[column] += planes.intra[at + column];
    }
    let refreshed = 0;
    for (let column = 0; column < width; column++) {
      columns[column] = columns[column] >= REFRESHED * height ? 1 : 0;
      refreshed += columns[column];
    }
    if (refreshed > width / 4) columns.fill(0);
  }

  #habitStep(interval: number): number {
    const before = Math.floor(this.#seconds / HABIT_INTERVAL);
    this.#seconds += interval;
    const steps = Math.floor(this.#seconds / HABIT_INTERVAL) - before;
    const perSecond = this.#seconds < FIRST_SECONDS ? FIRST_HABIT_PER_SECOND : HABIT_PER_SECOND;
    return perSecond * steps * HABIT_INTERVAL;
  }

  /** @param slowest speed in samples per frame below which nothing counts; 0: everything counts */
  #guess(
    planes: Observation,
    b: 0 | 1,
    interval: number,
    usualRate: number,
    slowest: number,
  ): void {
    const width = this.#mbWidth;
    const height = this.#mbHeight;
    const { stride, motion, residual, effort, speed, intra, busy } = planes;
    const { values, guess, guessed } = this;
    const recentMotion = this.#recentMotion;
    const usual = this.#usual[b];
    const habit = this.#habit;
    const columns = this.#refreshedColumns;
    const w = WEIGHTS[b];
    const rise = 1 - Math.exp(-interval / RISE);
    const fall = 1 - Math.exp(-interval / FALL);
    const recently = 1 - Math.exp(-interval / RECENT);
    const habitStep = slowest > 0 ? 0 : this.#habitStep(interval);
    let guesses = 0;
    const base =
      w[FEATURES.constant] +
      w[FEATURES.meanResidual] * planes.meanResidual +
      w[FEATURES.meanEffort] * planes.meanEffort;
    // Sums over 3x3 include the middle: what it weighs by itself is corrected for.
    const ofMotion = w[FEATURES.motion] - w[FEATURES.motionAround];
    const ofEffort = w[FEATURES.effort] - w[FEATURES.effortAround];
    const ofResidual = w[FEATURES.residual] - w[FEATURES.residualAround];
    const ofIntra = w[FEATURES.intra];
    const ofMoves = w[FEATURES.moves];
    const ofAgreement = w[FEATURES.agreement];
    const ofRecentMotion = w[FEATURES.recentMotion];
    const ofUsualResidual = w[FEATURES.usualResidual];
    const ofUsualEffort = w[FEATURES.usualEffort];
    const shares = this.#weigh(planes, w);
    for (let row = 0, mb = 0; row < height; row++) {
      const first = (row + 1) * stride + 1;
      const refreshedRow = isRefreshedRow(planes, first, width);
      // The columns to the left, in the middle and to the right: what is busy, how much moves, what it all says.
      let left = 0;
      let leftM = 0;
      let leftShare = 0;
      let middle = busy[first - stride] | busy[first] | busy[first + stride];
      let middleM = motion[first - stride] + motion[first] + motion[first + stride];
      let middleShare = shares[first - stride] + shares[first] + shares[first + stride];
      for (let column = 0; column < width; column++, mb++) {
        const at = first + column;
        const up = at - stride + 1;
        const down = at + stride + 1;
        const right = busy[up] | busy[at + 1] | busy[down];
        const rightM = motion[up] + motion[at + 1] + motion[down];
        const rightShare = shares[up] + shares[at + 1] + shares[down];
        const around = left | middle | right;
        const sumM = leftM + middleM + rightM;
        const share = leftShare + middleShare + rightShare;
        left = middle;
        leftM = middleM;
        leftShare = middleShare;
        middle = right;
        middleM = rightM;
        middleShare = rightShare;
        const recent = recentMotion[mb];
        if (around === 0 && recent < QUIET) {
          // The shorter way for what is at rest.
          if (recent > 0) recentMotion[mb] = 0;
          if (guess[mb] > 0) guess[mb] = 0;
          if (values[mb] > 0) values[mb] = approach(values[mb], 0, fall);
          if (habitStep > 0) habit[mb] = Math.max(NO_HABIT, habit[mb] - habitStep);
          if (usualRate > 0) usual[mb] = towards(usual[mb], 0, usualRate);
          continue;
        }
        const m = motion[at];
        const e = effort[at];
        const r = residual[at];
        let z =
          base +
          ofMotion * m +
          ofEffort * e +
          ofResidual * r +
          share +
          ofRecentMotion * recent +
          usual[mb];
        recentMotion[mb] = approach(recent, m + sumM, recently);
        if (usualRate > 0) {
          usual[mb] = towards(usual[mb], ofUsualResidual * r + ofUsualEffort * e, usualRate);
        }
        if (intra[at] === 1) {
          if (refreshedRow || columns[column] === 1) {
            if (guess[mb] > 0) guessed[guesses++] = mb;
            continue;
          }
          z += ofIntra;
        }
        if (speed[at] >= TAU) z += ofMoves;
        // Where agreement could not make evidence of it, it is not asked for.
        if (sumM > 0.5 && z > NOTHING - ofAgreement) z += ofAgreement * agreement(planes, at);
        const usualZ = habit[mb];
        // A step up or down by turns: what settles is the median, which something that comes by does not move.
        if (habitStep > 0) {
          if (z > usualZ) habit[mb] = Math.min(MOST_HABIT, usualZ + habitStep);
          else habit[mb] = Math.max(NO_HABIT, usualZ - habitStep);
        }
        const over = z - HABIT_FACTOR * (usualZ - NO_HABIT);
        if (over < NOTHING || speed[at] < slowest) {
          guess[mb] = 0;
          if (values[mb] > 0) values[mb] = approach(values[mb], 0, fall);
          continue;
        }
        const fresh = 1 / (1 + Math.exp(-over));
        guess[mb] = fresh;
        guessed[guesses++] = mb;
        values[mb] = approach(values[mb], fresh, fresh > values[mb] ? rise : fall);
      }
    }
    this.guesses = guesses;
  }

  /** What each macroblock adds to the logits of itself and of its eight neighbours. */
  #weigh({ motion, effort, residual }: Observation, w: Float32Array): Float64Array {
    const shares = this.#shares;
    const ofMotion = w[FEATURES.motionAround];
    const ofEffort = w[FEATURES.effortAround];
    const ofResidual = w[FEATURES.residualAround];
    for (let at = 0; at < shares.length; at++) {
      shares[at] = ofMotion * motion[at] + ofEffort * effort[at] + ofResidual * residual[at];
    }
    return shares;
  }
}

/**
 * Moves a mean towards a value. What has nearly faded is gone: numbers too small for the normal format cost a hundred
 * times as much as others.
 */
function approach(mean: number, value: number, rate: number): number {
  const next = mean + rate * (value - mean);
  return next < 1e-6 ? 0 : next;
}

/** The same for a mean that may be negative. */
function towards(mean: number, value: number, rate: number): number {
  const next = mean + rate * (value - mean);
  return next < 1e-6 && next > -1e-6 ? 0 : next;
}

/** Length of the sum of the nine vectors around over the sum of their lengths; 0 where they hardly have any. */
function agreement({ stride, x, y, speed }: Observation, at: number): number {
  let sum = 0;
  let sumX = 0;
  let sumY = 0;
  for (let row = at - stride; row <= at + stride; row += stride) {
    sum += speed[row - 1] + speed[row] + speed[row + 1];
    sumX += x[row - 1] + x[row] + x[row + 1];
    sumY += y[row - 1] + y[row] + y[row + 1];
  }
  return sum > TAU ? Math.sqrt(sumX * sumX + sumY * sumY) / sum : 0;
}

/** Whether an encoder refreshes this row by intra macroblocks: a row of them between rows that are none. */
function isRefreshedRow(planes: Observation, at: number, width: number): boolean {
  const { intra, stride } = planes;
  if (planes.intras < width || planes.intras > 4 * width) return false;
  let sum = 0;
  let next = 0;
  for (let column = 0; column < width; column++) {
    sum += intra[at + column];
    next += intra[at + column - stride] + intra[at + column + stride];
  }
  return sum >= REFRESHED * width && next < 2 * width;
}
