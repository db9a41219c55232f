/** How much each macroblock of a frame has changed, as strength: 1 is the policy's threshold. */

import { type FrameSignal, MbKind, MbPartition } from "@symbion/codec";
import { CameraEstimator } from "../motion/camera-motion.ts";
import { Evidence } from "../motion/evidence.ts";
import { Observation, observe, removeCamera } from "../motion/observation.ts";
import type { CameraMotion } from "../motion/types.ts";
import type { Policy } from "./policy.ts";

/** What made a block be kept. Values of {@link Change.causes} and of plans. */
export const Cause = {
  /** Nothing: the block has not changed. */
  None: 0,
  /** Motion, or evidence of visible change. */
  Change: 1,
  /** An intra macroblock in a P or B picture. */
  Intra: 2,
  /** A large residual. */
  Residual: 3,
  /** Many bits. */
  Bits: 4,
  /** Nothing could be read there: lost or damaged. */
  Damage: 5,
  /** It was not kept for too long. */
  Stale: 6,
  /** The picture was kept whole. */
  Whole: 7,
} as const;

/** One value of {@link Cause}. */
export type Cause = (typeof Cause)[keyof typeof Cause];

/** Strength of what counts as changed whatever the threshold. */
const CERTAIN = 1.5;
/** Beyond this share of intra macroblocks a P or B picture is another picture. */
const CUT = 0.6;
/** Beyond this share of intra macroblocks a frame says nothing about the camera's motion. */
const MOSTLY_INTRA = 0.75;
/** Largest strength: comparisons stay exact in single precision. */
const MOST = 1e6;

const MISSING: number = MbKind.Missing;
const SKIP: number = MbKind.Skip;
const WHOLE: number = MbPartition.P16x16;
const STILL: CameraMotion = { x: 0, y: 0, zoom: 0, moving: false };

/** 4x4 blocks that hold a macroblock's different vectors, by its partition. */
const PARTS: readonly Uint8Array[] = [
  Uint8Array.of(),
  Uint8Array.of(0),
  Uint8Array.of(0, 8),
  Uint8Array.of(0, 2),
  Uint8Array.from({ length: 16 }, (_, block) => block),
];

/** Change of one stream, frame by frame. One instance per picture size and policy. */
export class Change {
  /** Per macroblock; 1 and more: changed. Belongs to this object, filled anew by every {@link update}. */
  readonly strengths: Float32Array;
  /** A {@link Cause} per macroblock. */
  readonly causes: Uint8Array;
  /** The first {@link Change.count} entries: macroblocks whose strength is not 0, ascending. */
  readonly raised: Uint32Array;
  /** Number of macroblocks whose strength is not 0. */
  count = 0;
  /** Motion of the camera in the last frame. */
  camera: CameraMotion = STILL;
  /** Whether the last frame says anything about change: an I picture does not. */
  said = false;
  /** Whether the last frame is another picture than the one before. */
  cut = false;
  /** Factor on thresholds for the last frame: below 1 where the encoder saves. */
  factor = 1;

  #unordered = false;
  readonly #policy: Policy;
  readonly #planes: Observation | null;
  readonly #estimator: CameraEstimator | null;
  readonly #evidence: Evidence | null;

  constructor(mbWidth: number, mbHeight: number, policy: Policy) {
    const count = mbWidth * mbHeight;
    this.strengths = new Float32Array(count);
    this.causes = new Uint8Array(count);
    this.raised = new Uint32Array(count);
    this.#policy = policy;
    const vectorsOnly = policy.signal === "vectors" && policy.scale === "raw";
    const needed = !vectorsOnly || policy.residual !== null;
    this.#planes = needed ? new Observation(mbWidth, mbHeight) : null;
    this.#estimator = policy.removeCamera ? new CameraEstimator() : null;
    this.#evidence = policy.signal === "evidence" ? new Evidence(mbWidth, mbHeight) : null;
  }

  /** Forgets what was seen last, but not what is usual: after a gap in the stream. */
  clear(): void {
    this.#evidence?.clear();
    this.camera = STILL;
  }

  /** Takes a frame of the size that this was made for. `interval`: seconds per frame. */
  update(frame: FrameSignal, interval: number): void {
    this.#forget();
    const all = frame.kind.length;
    const planes = this.#planes;
    const { poor } = this.#policy;
    let intras: number;
    if (planes === null) {
      intras = countIntras(frame);
      this.factor = poor !== null && sumOf(frame.qp) >= poor.qp * all ? poor.factor : 1;
    } else {
      observe(frame, planes);
      intras = planes.intras;
      this.factor = poor !== null && planes.quantisers >= poor.qp * all ? poor.factor : 1;
    }
    this.said = frame.type !== "I" && intras < 0.9 * all;
    this.cut = frame.type !== "I" && intras >= CUT * all;
    if (planes !== null && this.#estimator !== null) {
      if (intras < MOSTLY_INTRA * all) this.camera = this.#estimator.estimate(planes);
      removeCamera(planes, this.camera);
    }
    // Evidence learns what is usual from every frame, so it is told of those that say nothing, too.
    if (this.#evidence !== null && planes !== null) {
      const { x, y, moving } = this.camera;
      const speed = moving ? Math.max(0.5, Math.hypot(x, y)) : 0;
      this.#evidence.update(planes, frame.type, interval, speed);
    }
    if (frame.type !== "I") {
      const threshold = this.#policy.threshold * this.factor;
      if (this.#evidence !== null) this.#fromEvidence(this.#evidence, threshold);
      else if (planes !== null && this.#policy.scale === "per-frame") {
        this.#fromSpeeds(planes, threshold);
      } else this.#fromVectors(frame, threshold);
      this.#others(frame, planes);
    }
    this.#damage(frame);
    if (this.#unordered) this.raised.subarray(0, this.count).sort();
  }

  /** Takes back what the last frame raised. */
  #forget(): void {
    const { strengths, causes, raised } = this;
    for (let at = 0; at < this.count; at++) {
      strengths[raised[at]] = 0;
      causes[raised[at]] = Cause.None;
    }
    this.count = 0;
    this.#unordered = false;
  }

  /**
   * The lesser of what has gathered and twice what this frame says by itself: what lingers of an earlier frame is no
   * change of this one.
   */
  #fromEvidence({ values, guess, guessed, guesses }: Evidence, threshold: number): void {
    for (let at = 0; at < guesses; at++) {
      const mb = guessed[at];
      const value = Math.min(values[mb], 2 * guess[mb]);
      if (value > 0) this.#put(mb, value, threshold);
    }
  }

  #fromSpeeds(planes: Observation, threshold: number): void {
    const { mbWidth, mbHeight, stride, speed } = planes;
    for (let row = 0, mb = 0; row < mbHeight; row++) {
      let at = (row + 1) * stride + 1;
      for (const end = at + mbWidth; at < end; at++, mb++) {
        if (speed[at] > 0) this.#put(mb, speed[at], threshold);
      }
    }
  }

  /** Longest vector of either list in luma samples, as coded. */
  #fromVectors({ kind, partition, field, mv }: FrameSignal, threshold: number): void {
    const [first, second] = mv;
    for (let mb = 0; mb < kind.length; mb++) {
      if (kind[mb] < SKIP) continue;
      const at = 32 * mb;
      const shape = partition[mb];
      if (shape === WHOLE && (first[at] | first[at + 1] | second[at] | second[at + 1]) === 0) {
        continue;
      }
      const stretch = field[mb] === 1 ? 2 : 1;
      let longest = 0;
      for (const block of PARTS[shape] ?? PARTS[4]) {
        const vector = at + 2 * block;
        const y0 = stretch * first[vector + 1];
        const y1 = stretch * second[vector + 1];
        const square0 = first[vector] * first[vector] + y0 * y0;
        const square1 = second[vector] * second[vector] + y1 * y1;
        if (square0 > longest) longest = square0;
        if (square1 > longest) longest = square1;
      }
      if (longest > 0) this.#put(mb, Math.sqrt(longest) / 4, threshold);
    }
  }

  #put(mb: number, value: number, threshold: number): void {
    const strength = threshold === 0 ? MOST : Math.min(MOST, value / threshold);
    this.#raise(mb, strength, strength >= 1 ? Cause.Change : Cause.None);
  }

  #raise(mb: number, strength: number, cause: Cause): void {
    const { strengths } = this;
    const before = strengths[mb];
    strengths[mb] = strength;
    this.causes[mb] = cause;
    // What is too small for single precision is 0.
    if (before > 0 || strengths[mb] === 0) return;
    const { raised, count } = this;
    if (count > 0 && mb < raised[count - 1]) this.#unordered = true;
    raised[count] = mb;
    this.count = count + 1;
  }

  /** Signals that can be added: intra macroblocks, size of the residual, bits. */
  #others({ kind, bits }: FrameSignal, planes: Observation | null): void {
    const policy = this.#policy;
    const raise = (mb: number, cause: Cause): void => {
      if (this.strengths[mb] < CERTAIN) this.#raise(mb, CERTAIN, cause);
    };
    if (policy.intra) {
      for (let mb = 0; mb < kind.length; mb++) {
        if (kind[mb] < SKIP && kind[mb] !== MISSING) raise(mb, Cause.Intra);
      }
    }
    if (policy.bits !== null) {
      for (let mb = 0; mb < kind.length; mb++) if (bits[mb] >= policy.bits) raise(mb, Cause.Bits);
    }
    if (policy.residual !== null && planes !== null) {
      const least = Math.log2(1 + 16 * policy.residual);
      const { mbWidth, mbHeight, stride, residual } = planes;
      for (let row = 0, mb = 0; row < mbHeight; row++) {
        let at = (row + 1) * stride + 1;
        for (const end = at + mbWidth; at < end; at++, mb++) {
          if (residual[at] >= least && residual[at] > 0) raise(mb, Cause.Residual);
        }
      }
    }
  }

  /** Where nothing could be read, anything may have happened. */
  #damage({ kind, damaged }: FrameSignal): void {
    if (!damaged) return;
    for (let mb = 0; mb < kind.length; mb++) {
      if (kind[mb] === MISSING) this.#raise(mb, CERTAIN, Cause.Damage);
    }
  }
}

function countIntras({ kind }: FrameSignal): number {
  let intras = 0;
  for (let mb = 0; mb < kind.length; mb++) if (kind[mb] < SKIP && kind[mb] !== MISSING) intras++;
  return intras;
}

function sumOf(values: Int8Array): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at];
  return sum;
}
