/**
 * Motion of the camera itself: a shift and a growth of the whole picture, found by voting and a robust fit, so that
 * what moves in the scene does not take part.
 */

import type { Observation } from "./observation.ts";
import type { CameraMotion } from "./types.ts";

/** Half a side of the voting grid, in cells of one sample per frame; faster motion does not vote. */
const REACH = 48;
const SIDE = 2 * REACH + 1;
/** A standing camera shows this share of standing macroblocks at least. */
const STANDING = 0.35;
/** Vectors this far (in samples per frame, or relative to the motion) from a motion follow it. */
const NEAR = 0.75;
const RELATIVE = 0.15;
/** What has to follow the camera's motion: so much of all vectors, and of those in most parts of the picture. */
const FOLLOWING = 0.5;
const PART_FOLLOWING = 0.3;
const PARTS = 3;
/** Fits after the vote, each with the vectors near the one before. */
const ROUNDS = 4;
/** From this speed on, at the picture's edges in samples per frame, the camera counts as moving. */
const MOVING = 0.5;

const STILL: CameraMotion = { x: 0, y: 0, zoom: 0, moving: false };

/** Estimates one stream's camera motion, frame by frame, from vectors that still contain it. */
export class CameraEstimator {
  readonly #votes = new Uint16Array(SIDE * SIDE);
  readonly #followers = new Float64Array(PARTS * PARTS);
  readonly #members = new Float64Array(PARTS * PARTS);

  /** Camera motion of a frame; all zero where no motion is shared by most of the picture. */
  estimate(planes: Observation): CameraMotion {
    const { mbWidth, mbHeight, intras, missing, moving } = planes;
    const inter = mbWidth * mbHeight - intras - missing;
    const standing = inter - moving;
    if (inter < 0.25 * mbWidth * mbHeight || standing >= STANDING * inter) return STILL;
    const [x, y] = this.#vote(planes);
    return this.#refine(planes, x, y);
  }

  /** The commonest motion, by a histogram of whole samples smoothed over neighbouring cells. */
  #vote(planes: Observation): [number, number] {
    const { mbWidth, mbHeight, stride, intra } = planes;
    const votes = this.#votes.fill(0);
    for (let row = 0; row < mbHeight; row++) {
      let at = (row + 1) * stride + 1;
      for (const end = at + mbWidth; at < end; at++) {
        if (intra[at] === 1) continue;
        const x = Math.round(planes.x[at]);
        const y = Math.round(planes.y[at]);
        if (Math.abs(x) > REACH || Math.abs(y) > REACH) continue;
        votes[(y + REACH) * SIDE + x + REACH]++;
      }
    }
    let best = 0;
    let found = REACH * SIDE + REACH;
    for (let y = 1; y < SIDE - 1; y++) {
      for (let cell = y * SIDE + 1; cell < y * SIDE + SIDE - 1; cell++) {
        if (votes[cell] === 0) continue;
        const near = votes[cell - 1] + votes[cell + 1] + votes[cell - SIDE] + votes[cell + SIDE];
        const sum = 2 * votes[cell] + near;
        if (sum > best) {
          best = sum;
          found = cell;
        }
      }
    }
    return [(found % SIDE) - REACH, Math.floor(found / SIDE) - REACH];
  }

  /** Fits shift and growth by least squares to the vectors near the motion found so far, and judges the result. */
  #refine(planes: Observation, voteX: number, voteY: number): CameraMotion {
    const { mbWidth, mbHeight, stride, intra } = planes;
    let x = voteX;
    let y = voteY;
    let zoom = 0;
    const followers = this.#followers;
    const members = this.#members;
    for (let round = 0; round < ROUNDS; round++) {
      let n = 0;
      let sumX = 0;
      let sumY = 0;
      let sumU = 0;
      let sumV = 0;
      let along = 0;
      let square = 0;
      followers.fill(0);
      members.fill(0);
      // A wide net first: growth has spread the vectors around the commonest one.
      const net = (NEAR + RELATIVE * Math.hypot(x, y)) * (round < 2 ? 2 : 1);
      for (let row = 0; row < mbHeight; row++) {
        const v = 16 * (row + 0.5 - mbHeight / 2);
        const part = Math.floor((row * PARTS) / mbHeight) * PARTS;
        let at = (row + 1) * stride + 1;
        for (let column = 0; column < mbWidth; column++, at++) {
          if (intra[at] === 1) continue;
          const u = 16 * (column + 0.5 - mbWidth / 2);
          const cell = part + Math.floor((column * PARTS) / mbWidth);
          members[cell]++;
          const dx = planes.x[at];
          const dy = planes.y[at];
          if (Math.abs(dx - x - zoom * u) > net || Math.abs(dy - y - zoom * v) > net) continue;
          followers[cell]++;
          n++;
          sumX += dx;
          sumY += dy;
          sumU += u;
          sumV += v;
          along += dx * u + dy * v;
          square += u * u + v * v;
        }
      }
      if (n < 8) return STILL;
      const spread = square - (sumU * sumU + sumV * sumV) / n;
      zoom = spread <= 0 ? 0 : (along - (sumX * sumU + sumY * sumV) / n) / spread;
      x = (sumX - zoom * sumU) / n;
      y = (sumY - zoom * sumV) / n;
    }
    let all = 0;
    let following = 0;
    let parts = 0;
    for (let cell = 0; cell < members.length; cell++) {
      all += members[cell];
      following += followers[cell];
      if (followers[cell] >= PART_FOLLOWING * members[cell]) parts++;
    }
    // What fills the middle, a lorry for example, is not the camera: its edges have to follow as well.
    if (following < FOLLOWING * all || parts < PARTS * PARTS - 2) return STILL;
    const growth = Math.abs(zoom) * 8 * Math.max(mbWidth, mbHeight);
    const moving = Math.hypot(x, y) + growth >= MOVING;
    return { x, y, zoom, moving };
  }
}
