/**
 * What a frame says per macroblock, in units that do not depend on the encoder: motion per frame, size of the
 * residual in sample values, effort in bits. Planes have a border of one macroblock of zeros on each side, so that
 * sums over neighbours need no special cases: macroblock (x, y) lies at `(y + 1) * stride + x + 1`.
 */

import { type FrameSignal, MbKind, MbPartition, NO_REFERENCE } from "@symbion/codec";

/** Largest speed that is told apart, luma samples per frame. */
const FASTEST = 16;
/** Below this speed in samples per frame a vector says that its macroblock stands. */
const STANDS = 0.2;
/** Quantiser step per QP from -12 (index 0), as mean sample value per level of a macroblock's coefficients. */
const STEPS: Float32Array = Float32Array.from(
  { length: 64 },
  (_, index) => 2 ** ((index - 12 - 4) / 6) / 256,
);
/** log2(1 + bits). */
const EFFORTS: Float32Array = Float32Array.from({ length: 4096 }, (_, bits) => Math.log2(1 + bits));
const LOGARITHMS: Float32Array = Float32Array.from({ length: 2049 }, (_, at) =>
  Math.log2(1 + at / 64),
);
const LAST_EFFORT = EFFORTS.length - 1;
const MISSING: number = MbKind.Missing;
const SKIP: number = MbKind.Skip;
const WHOLE: number = MbPartition.P16x16;
/** What {@link FrameSignal.sliceTypes} holds for a B slice. */
const B_SLICE = 1;

/** Bits of {@link Observation.busy}. */
export const SPENT = 1;
export const MOVES = 2;

/** Planes of one frame; see the file's head for their layout. Filled anew by every {@link observe}. */
export class Observation {
  readonly mbWidth: number;
  readonly mbHeight: number;
  /** Distance between rows of the planes. */
  readonly stride: number;
  /** Motion of the content in luma samples per frame: the fastest quadrant's, lists averaged; 0 in intra ones. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Length of that motion. */
  readonly speed: Float32Array;
  /** log2(1 + 2 speed): 1 at half a sample. */
  readonly motion: Float32Array;
  /** log2(1 + 16 r), r being the mean size of the residual in sample values. */
  readonly residual: Float32Array;
  /** log2(1 + bits). */
  readonly effort: Float32Array;
  /** 1 where coded in intra prediction. */
  readonly intra: Uint8Array;
  /** {@link SPENT} where residual or effort is not 0, {@link MOVES} where motion is not: most macroblocks are at rest. */
  readonly busy: Uint8Array;
  /** Means of {@link residual} and {@link effort} over the picture. */
  meanResidual = 0;
  meanEffort = 0;
  /** Macroblocks that nothing was decoded for, and that are intra coded. */
  missing = 0;
  intras = 0;
  /** Inter macroblocks that do not stand, before the camera's motion is taken off. */
  moving = 0;
  /** Sum of the quantisers of all macroblocks. */
  quantisers = 0;

  constructor(mbWidth: number, mbHeight: number) {
    this.mbWidth = mbWidth;
    this.mbHeight = mbHeight;
    this.stride = mbWidth + 2;
    const size = this.stride * (mbHeight + 2);
    this.x = new Float32Array(size);
    this.y = new Float32Array(size);
    this.speed = new Float32Array(size);
    this.motion = new Float32Array(size);
    this.residual = new Float32Array(size);
    this.effort = new Float32Array(size);
    this.intra = new Uint8Array(size);
    this.busy = new Uint8Array(size);
  }
}

/** Samples per frame and quarter sample of a vector, per list and reference of the slice at hand; 0: not known yet. */
const scales = new Float64Array(64);

/** Fills the planes from a frame. Its size has to be that of the planes. */
export function observe(frame: FrameSignal, into: Observation): void {
  const { mbWidth, mbHeight, kind, qp, residual, bits } = frame;
  const { residual: residuals, effort, intra, busy, stride } = into;
  let sumResidual = 0;
  let sumEffort = 0;
  let missing = 0;
  let intras = 0;
  let quantisers = 0;
  into.x.fill(0);
  into.y.fill(0);
  into.speed.fill(0);
  into.motion.fill(0);
  for (let row = 0, mb = 0; row < mbHeight; row++) {
    let at = (row + 1) * stride + 1;
    for (const end = at + mbWidth; at < end; at++, mb++) {
      quantisers += qp[mb];
      const mbKind = kind[mb];
      if (mbKind === MISSING) {
        missing++;
        residuals[at] = 0;
        effort[at] = 0;
        intra[at] = 0;
        busy[at] = 0;
        continue;
      }
      const levels = residual[mb];
      const size = levels === 0 ? 0 : logarithm(16 * levels * STEPS[qp[mb] + 12]);
      const spent = EFFORTS[Math.min(bits[mb], LAST_EFFORT)];
      residuals[at] = size;
      effort[at] = spent;
      sumResidual += size;
      sumEffort += spent;
      busy[at] = size + spent > 0 ? SPENT : 0;
      const coded = mbKind < SKIP ? 1 : 0;
      intra[at] = coded;
      intras += coded;
    }
  }
  readMotion(frame, into);
  const counted = Math.max(1, mbWidth * mbHeight - missing);
  into.meanResidual = sumResidual / counted;
  into.meanEffort = sumEffort / counted;
  into.missing = missing;
  into.intras = intras;
  into.quantisers = quantisers;
}

/** Fills in the motion of inter macroblocks; what is there has to be 0. */
function readMotion(frame: FrameSignal, into: Observation): void {
  const { mbWidth, mbHeight, kind, partition, slice, field } = frame;
  const { x, y, speed, motion, busy, stride } = into;
  const [first, second] = frame.mv;
  const firstWords = words(first);
  const secondWords = words(second);
  const [firstRef, secondRef] = frame.refIdx;
  // Without a B slice the second list is empty.
  const bidirectional = frame.sliceTypes.includes(B_SLICE);
  let current = -1;
  let moving = 0;
  for (let row = 0, mb = 0; row < mbHeight; row++) {
    let at = (row + 1) * stride + 1;
    for (let column = 0; column < mbWidth; column++, mb++, at++) {
      if (kind[mb] < SKIP) continue;
      const whole = partition[mb] === WHOLE;
      const start = 32 * mb;
      // Most macroblocks stand still. (Vectors of lists that are not used are zero.)
      if (whole && firstWords[16 * mb] === 0 && (!bidirectional || secondWords[16 * mb] === 0))
        continue;
      if (slice[mb] !== current) {
        current = slice[mb];
        scales.fill(0);
      }
      // One vector for all of a 16x16 macroblock; else the fastest of four (smaller parts do as their quadrant's first).
      const quadrants = whole ? 1 : 4;
      const stretch = field[mb] === 1 ? 2 : 1;
      let fastest = 0;
      for (let quadrant = 0; quadrant < quadrants; quadrant++) {
        const vector = start + (quadrant & 1) * 4 + (quadrant >> 1) * 16;
        const x0 = first[vector];
        const y0 = first[vector + 1];
        const x1 = second[vector];
        const y1 = second[vector + 1];
        if ((x0 | y0 | x1 | y1) === 0) continue;
        const slot = 4 * mb + quadrant;
        const reference0 = firstRef[slot];
        const reference1 = secondRef[slot];
        let sumX = 0;
        let sumY = 0;
        if (reference0 >= 0) {
          const scale = scaleOf(frame, mb, 0, reference0);
          sumX = scale * x0;
          sumY = scale * y0;
        }
        if (reference1 >= 0) {
          const scale = scaleOf(frame, mb, 1, reference1);
          const share = reference0 >= 0 ? 0.5 : 1;
          sumX = share * (sumX + scale * x1);
          sumY = share * (sumY + scale * y1);
        }
        sumY *= stretch;
        const square = sumX * sumX + sumY * sumY;
        if (square <= fastest) continue;
        fastest = square;
        x[at] = sumX;
        y[at] = sumY;
      }
      if (fastest === 0) continue;
      const length = Math.sqrt(fastest);
      speed[at] = length;
      if (speed[at] >= STANDS) moving++;
      const size = logarithm(2 * Math.min(length, FASTEST));
      motion[at] = size;
      if (size > 0) busy[at] |= MOVES;
    }
  }
  into.moving = moving;
}

/** Vectors as words of x and y together: one look tells whether both are 0. */
function words(vectors: Int16Array): Int32Array {
  const own = vectors.byteOffset % 4 === 0 ? vectors : vectors.slice();
  return new Int32Array(own.buffer, own.byteOffset, own.length >> 1);
}

/** Takes the camera's motion off the vectors. */
export function removeCamera(
  planes: Observation,
  camera: { readonly x: number; readonly y: number; readonly zoom: number },
): void {
  const { mbWidth, mbHeight, stride, x, y, speed, motion, intra, busy } = planes;
  if (camera.x === 0 && camera.y === 0 && camera.zoom === 0) return;
  for (let row = 0; row < mbHeight; row++) {
    let at = (row + 1) * stride + 1;
    for (let column = 0; column < mbWidth; column++, at++) {
      if (intra[at] === 1) continue;
      x[at] -= camera.x + camera.zoom * 16 * (column + 0.5 - mbWidth / 2);
      y[at] -= camera.y + camera.zoom * 16 * (row + 0.5 - mbHeight / 2);
      speed[at] = Math.hypot(x[at], y[at]);
      motion[at] = logarithm(2 * Math.min(speed[at], FASTEST));
      busy[at] = (busy[at] & SPENT) | (motion[at] > 0 ? MOVES : 0);
    }
  }
}

/** log2(1 + value): from a table, to 1/64, up to 32. */
function logarithm(value: number): number {
  return value < 32 ? LOGARITHMS[(64 * value + 0.5) | 0] : Math.log2(1 + value);
}

/** Samples per frame and quarter sample of a vector to a reference. */
function scaleOf(frame: FrameSignal, mb: number, list: 0 | 1, reference: number): number {
  const slot = 32 * list + (reference & 31);
  if (scales[slot] === 0 || frame.structure === "mbaff") {
    scales[slot] = -0.25 / distance(frame, mb, list, reference);
  }
  return scales[slot];
}

/** Frames between a picture and its reference, negative for later ones; 1 where it is not known. */
function distance(frame: FrameSignal, mb: number, list: number, reference: number): number {
  const index = frame.structure === "mbaff" && frame.field[mb] === 1 ? reference >> 1 : reference;
  const poc = frame.refPoc[(frame.slice[mb] * 2 + list) * 32 + index];
  if (poc === undefined || poc === NO_REFERENCE) return 1;
  const steps = (frame.poc - poc) / 2;
  return Math.abs(steps) < 1 ? 1 : steps;
}
