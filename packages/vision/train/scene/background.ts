/** What lies behind the things: procedural places, with texture and clutter. RGB bytes, larger than the picture by a margin. */

import type { Random } from "../random.ts";
import type { Rgb } from "./shapes.ts";

/** Pixels around the picture, so that a shaking camera sees something there. */
export const MARGIN = 6;

/** A painted place. */
export type Background = {
  readonly width: number;
  readonly height: number;
  /** RGB 0..255. [height, width, 3]. */
  readonly data: Float32Array;
  /** Row, from the picture's top, at which the ground begins. */
  readonly horizon: number;
};

type Painter = (canvas: Canvas, random: Random) => number;

/** Paints a place. `unseen` takes layouts that the trained clips never have. */
export function paintBackground(
  width: number,
  height: number,
  unseen: boolean,
  random: Random,
): Background {
  const canvas = new Canvas(width + 2 * MARGIN, height + 2 * MARGIN);
  const paint = random.pick(unseen ? UNSEEN : TRAINED);
  const horizon = paint(canvas, random);
  canvas.grain(random, random.range(2, 9));
  canvas.light(random);
  return { width: canvas.width, height: canvas.height, data: canvas.data, horizon };
}

class Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.data = new Float32Array(3 * width * height);
  }

  /** A rectangle, its colour changing from top to bottom. */
  fill(x: number, y: number, x2: number, y2: number, top: Rgb, bottom: Rgb = top): void {
    const left = Math.max(0, Math.round(x));
    const right = Math.min(this.width, Math.round(x2));
    const first = Math.max(0, Math.round(y));
    const last = Math.min(this.height, Math.round(y2));
    for (let row = first; row < last; row++) {
      const t = (row - y) / Math.max(1, y2 - y);
      const r = top[0] + t * (bottom[0] - top[0]);
      const g = top[1] + t * (bottom[1] - top[1]);
      const b = top[2] + t * (bottom[2] - top[2]);
      let at = 3 * (row * this.width + left);
      for (let column = left; column < right; column++) {
        this.data[at++] = r;
        this.data[at++] = g;
        this.data[at++] = b;
      }
    }
  }

  /** An ellipse of one colour. */
  blob(cx: number, cy: number, rx: number, ry: number, rgb: Rgb): void {
    for (let y = Math.max(0, Math.ceil(cy - ry)); y < Math.min(this.height, cy + ry); y++) {
      const half = rx * Math.sqrt(Math.max(0, 1 - ((y - cy) / ry) ** 2));
      this.fill(cx - half, y, cx + half, y + 1, rgb);
    }
  }

  /** A grid of joints: bricks (every other course shifted) or tiles. */
  joints(y: number, y2: number, w: number, h: number, bricks: boolean, factor: number): void {
    for (let row = Math.max(0, Math.round(y)); row < Math.min(this.height, y2); row++) {
      const course = Math.floor((row - y) / h);
      const shift = bricks && course % 2 === 1 ? w / 2 : 0;
      const level = row - y - course * h < 1;
      for (let column = 0; column < this.width; column++) {
        if (!level && (column + shift) % w >= 1) continue;
        const at = 3 * (row * this.width + column);
        for (let c = 0; c < 3; c++) this.data[at + c] *= factor;
      }
    }
  }

  /** Smooth noise in two sizes over everything. */
  grain(random: Random, strength: number): void {
    for (const cell of [random.range(3, 7), random.range(14, 40)]) {
      const across = Math.ceil(this.width / cell) + 2;
      const down = Math.ceil(this.height / cell) + 2;
      const values = Float32Array.from({ length: across * down }, () => random.range(-1, 1));
      for (let y = 0; y < this.height; y++) {
        const v = y / cell;
        const row = Math.floor(v);
        const fy = v - row;
        for (let x = 0; x < this.width; x++) {
          const u = x / cell;
          const column = Math.floor(u);
          const fx = u - column;
          const at = row * across + column;
          const above = values[at] + fx * (values[at + 1] - values[at]);
          const below = values[at + across] + fx * (values[at + across + 1] - values[at + across]);
          const add = strength * (above + fy * (below - above));
          const pixel = 3 * (y * this.width + x);
          this.data[pixel] += add;
          this.data[pixel + 1] += add;
          this.data[pixel + 2] += add;
        }
      }
    }
  }

  /** Light that falls off to one side. */
  light(random: Random): void {
    const dx = random.range(-0.25, 0.25) / this.width;
    const dy = random.range(-0.25, 0.25) / this.height;
    for (let y = 0, at = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) {
        const factor = 1 + dx * (x - this.width / 2) + dy * (y - this.height / 2);
        for (let c = 0; c < 3; c++, at++) this.data[at] *= factor;
      }
    }
  }
}

function tint(random: Random, base: Rgb, spread: number): Rgb {
  const all = random.range(-spread, spread);
  const one = (value: number): number => value + all + random.range(-spread, spread) * 0.5;
  return [one(base[0]), one(base[1]), one(base[2])];
}

const WALLS: readonly Rgb[] = [
  [186, 178, 165],
  [150, 140, 132],
  [172, 184, 190],
  [205, 198, 182],
  [128, 138, 128],
  [160, 150, 170],
];
const FLOORS: readonly Rgb[] = [
  [120, 112, 100],
  [98, 100, 104],
  [142, 128, 106],
  [130, 136, 138],
  [92, 84, 76],
];

function yard(canvas: Canvas, random: Random): number {
  const { width, height } = canvas;
  const horizon = height * random.range(0.28, 0.45);
  const wall = tint(random, random.pick(WALLS), 18);
  canvas.fill(0, 0, width, horizon, wall, tint(random, wall, 8));
  if (random.chance(0.7)) {
    canvas.joints(0, horizon, random.range(10, 26), random.range(5, 12), true, 0.86);
  }
  const floor = tint(random, random.pick(FLOORS), 16);
  canvas.fill(0, horizon, width, height, floor, tint(random, floor, 14));
  for (let i = random.integer(0, 2); i > 0; i--) {
    const x = random.range(0, width);
    const w = random.range(18, 40);
    const dark = tint(random, [80, 84, 92], 20);
    canvas.fill(x, horizon - random.range(35, 60), x + w, horizon, dark);
  }
  clutter(canvas, random, horizon);
  return horizon;
}

function road(canvas: Canvas, random: Random): number {
  const { width, height } = canvas;
  const horizon = height * random.range(0.25, 0.4);
  canvas.fill(0, 0, width, horizon, tint(random, [150, 175, 205], 20), [200, 210, 215]);
  for (let x = -10; x < width; ) {
    const w = random.range(20, 70);
    const top = horizon - random.range(10, 45);
    canvas.fill(x, top, x + w, horizon, tint(random, random.pick(WALLS), 25));
    x += w + random.range(0, 30);
  }
  const grass = tint(random, [92, 118, 72], 16);
  canvas.fill(0, horizon, width, height, grass, tint(random, grass, 12));
  const top = horizon + (height - horizon) * random.range(0.12, 0.35);
  const bottom = top + (height - top) * random.range(0.55, 0.9);
  const tar = tint(random, [92, 94, 98], 12);
  canvas.fill(0, top, width, bottom, tar, tint(random, tar, 10));
  const middle = (top + bottom) / 2;
  for (let x = random.range(0, 30); x < width; x += 42) {
    canvas.fill(x, middle - 1.5, x + 20, middle + 1.5, [205, 205, 200]);
  }
  return horizon;
}

function room(canvas: Canvas, random: Random): number {
  const { width, height } = canvas;
  const horizon = height * random.range(0.35, 0.5);
  const wall = tint(random, random.pick(WALLS), 20);
  canvas.fill(0, 0, width, horizon, wall, tint(random, wall, 10));
  const floor = tint(random, random.pick(FLOORS), 18);
  canvas.fill(0, horizon, width, height, floor, tint(random, floor, 12));
  if (random.chance(0.5)) canvas.joints(horizon, height, random.range(18, 40), 14, false, 0.9);
  const window = random.range(20, width - 80);
  if (random.chance(0.6)) {
    canvas.fill(
      window,
      horizon * 0.2,
      window + random.range(35, 70),
      horizon * 0.7,
      [205, 220, 232],
    );
  }
  clutter(canvas, random, horizon);
  return horizon;
}

function hall(canvas: Canvas, random: Random): number {
  const { width, height } = canvas;
  const horizon = height * random.range(0.22, 0.38);
  const wall = tint(random, random.pick(WALLS), 15);
  canvas.fill(0, 0, width, horizon, tint(random, wall, 12), wall);
  const floor = tint(random, random.pick(FLOORS), 20);
  canvas.fill(0, horizon, width, height, floor, tint(random, floor, 10));
  const step = random.range(24, 50);
  for (let x = 0; x < width; x += step) {
    canvas.fill(x, 0, x + step * 0.2, horizon, tint(random, wall, 6));
  }
  if (random.chance(0.5)) {
    const stripe = random.pick<Rgb>([
      [190, 175, 90],
      [200, 200, 196],
    ]);
    const y = horizon + (height - horizon) * random.range(0.2, 0.8);
    canvas.fill(0, y, width, y + 3, stripe);
  }
  clutter(canvas, random, horizon);
  return horizon;
}

/** Furniture, crates, plants: dull things that never move. */
function clutter(canvas: Canvas, random: Random, horizon: number): void {
  for (let i = random.integer(0, 4); i > 0; i--) {
    const x = random.range(0, canvas.width);
    const base = horizon + random.range(0, 14);
    const w = random.range(10, 45);
    const h = random.range(12, 46);
    const rgb = tint(random, random.pick([...WALLS, ...FLOORS]), 25);
    if (random.chance(0.7)) {
      canvas.fill(x, base - h, x + w, base, rgb, tint(random, rgb, 14));
      if (random.chance(0.5)) canvas.fill(x, base - h / 2, x + w, base - h / 2 + 2, [70, 66, 62]);
    } else {
      canvas.blob(x, base - h * 0.7, w * 0.4, h * 0.4, tint(random, [70, 105, 60], 20));
      canvas.fill(x - 3, base - h * 0.4, x + 3, base, [85, 65, 50]);
    }
  }
}

/** Snow with trees and a winding path: bright ground, no wall. */
function snow(canvas: Canvas, random: Random): number {
  const { width, height } = canvas;
  const horizon = height * random.range(0.3, 0.42);
  canvas.fill(0, 0, width, horizon, tint(random, [165, 178, 195], 12), [205, 208, 212]);
  canvas.fill(0, horizon, width, height, tint(random, [200, 204, 210], 8));
  for (let i = random.integer(3, 7); i > 0; i--) {
    const x = random.range(0, width);
    const h = random.range(30, 60);
    canvas.fill(x - 2, horizon - h * 0.3, x + 2, horizon + 4, [80, 66, 58]);
    for (let k = 0; k < 5; k++) {
      canvas.blob(
        x,
        horizon - h * (0.25 + 0.15 * k),
        12 - 2 * k,
        5,
        tint(random, [62, 84, 70], 10),
      );
    }
  }
  const phase = random.range(0, 6);
  for (let y = Math.floor(horizon); y < height; y++) {
    const t = (y - horizon) / (height - horizon);
    const x = width / 2 + 60 * Math.sin(phase + 2 * t);
    canvas.fill(x - 12 - 40 * t, y, x + 12 + 40 * t, y + 1, [168, 162, 152]);
  }
  return horizon;
}

/** A store seen from above its aisle: shelves with many small coloured goods on both sides. */
function shelves(canvas: Canvas, random: Random): number {
  const { width, height } = canvas;
  const horizon = height * 0.45;
  canvas.fill(0, 0, width, horizon, tint(random, [120, 116, 112], 12));
  const floor = tint(random, [176, 172, 164], 14);
  canvas.fill(0, horizon, width, height, floor, tint(random, floor, 8));
  for (let y = 8; y < horizon - 8; y += 20) {
    for (let x = random.range(0, 6); x < width; ) {
      const w = random.range(4, 11);
      const h = random.range(7, 14);
      const goods = tint(random, [130, 120, 115], 50);
      canvas.fill(x, y + 16 - h, x + w, y + 16, goods);
      x += w + random.range(0, 4);
    }
    canvas.fill(0, y + 16, width, y + 18, [70, 68, 66]);
  }
  canvas.joints(horizon, height, 30, 30, false, 0.93);
  return horizon;
}

const TRAINED: readonly Painter[] = [yard, road, room, hall];
const UNSEEN: readonly Painter[] = [snow, shelves];
