/**
 * Scenes of known content, drawn as raw luma: a textured wall under sensor noise, to which one thing is added. What
 * moves, and when, is known exactly, and in most of them nothing does.
 */

import type { Interval } from "./statistics.ts";

/** Size and rate of all scenes. */
export const SCENE = { width: 640, height: 360, frameRate: 15 } as const;

/** What happens in a scene. */
export type Scene = {
  readonly name: string;
  /** Draws frame `n` over the still picture in `into`; noise is added afterwards. */
  readonly draw: (into: Float32Array, n: number, random: () => number) => void;
  /** Standard deviation of the noise, in luma values. */
  readonly noise: number;
  /** Frames in which something moves. */
  readonly truth: (frames: number) => Interval[];
};

const { width, height, frameRate } = SCENE;

/** A generator of numbers from 0 to 1 that is the same in every run. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 0x1_0000_0000;
  };
}

/** Value noise on a lattice of `cell` samples, 0 to 1. */
function texture(seed: number, cell: number): (x: number, y: number) => number {
  const random = randomNumbers(seed);
  const lattice = Float32Array.from({ length: 64 * 64 }, random);
  return (x, y) => {
    const u = x / cell;
    const v = y / cell;
    const column = Math.floor(u);
    const row = Math.floor(v);
    const at = (dx: number, dy: number): number =>
      lattice[(((row + dy) & 63) << 6) | ((column + dx) & 63)] as number;
    const fx = u - column;
    const fy = v - row;
    return (
      (at(0, 0) * (1 - fx) + at(1, 0) * fx) * (1 - fy) + (at(0, 1) * (1 - fx) + at(1, 1) * fx) * fy
    );
  };
}

/** The still picture: light and dark, parts with texture and parts without, edges. */
export function stillPicture(): Float32Array {
  const coarse = texture(7, 60);
  const fine = texture(11, 5);
  const rough = texture(13, 90);
  const picture = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const brick = y < 180 && ((x >> 3) % 9 === 0 || (y >> 3) % 5 === 0) ? 25 : 0;
      picture[y * width + x] = 60 + 80 * coarse(x, y) + 70 * rough(x, y) ** 3 * fine(x, y) + brick;
    }
  }
  return picture;
}

function nothing(): Interval[] {
  return [];
}

/** Visits: something enters every `PERIOD` frames and crosses in `CROSSING` frames, from alternating sides. */
const PERIOD = 150;
const CROSSING = 60;

function crossing(name: string, size: number, contrast: number, noise: number): Scene {
  const skin = texture(23, 6);
  return {
    name,
    noise,
    draw: (into, n) => {
      const phase = n % PERIOD;
      const visit = Math.floor(n / PERIOD);
      if (phase < PERIOD - CROSSING) return;
      const share = (phase - (PERIOD - CROSSING)) / CROSSING;
      const across = share * (width + size) - size;
      const left = Math.round(visit % 2 === 0 ? across : width - size - across);
      const top = 40 + ((visit * 67) % (height - 80 - size));
      for (let y = 0; y < size; y++) {
        for (let x = Math.max(0, -left); x < size && left + x < width; x++) {
          const at = (top + y) * width + left + x;
          into[at] = (into[at] ?? 0) + contrast * (0.4 + skin(x, y + 100 * visit));
        }
      }
    },
    truth: (frames) =>
      Array.from(
        { length: Math.floor(frames / PERIOD) },
        (_, visit) => [visit * PERIOD + PERIOD - CROSSING, (visit + 1) * PERIOD - 1] as const,
      ),
  };
}

function rain(drops: number): Scene {
  return {
    name: "rain",
    noise: 3,
    truth: nothing,
    draw: (into, _, random) => {
      for (let drop = 0; drop < drops; drop++) {
        const x = Math.floor(random() * width);
        const top = Math.floor(random() * height);
        const length = 12 + Math.floor(random() * 20);
        const light = 12 + 25 * random();
        for (let y = top; y < Math.min(height, top + length); y++) {
          into[y * width + x] = (into[y * width + x] ?? 0) + light;
        }
      }
    },
  };
}

function brighter(name: string, gain: (seconds: number) => number): Scene {
  return {
    name,
    noise: 3,
    truth: nothing,
    draw: (into, n) => {
      const factor = gain(n / frameRate);
      for (const [at, light] of into.entries()) into[at] = light * factor;
    },
  };
}

/** Scenes in which nothing moves: no event is right. */
export const STILL_SCENES: readonly Scene[] = [
  { name: "noise", noise: 3, truth: nothing, draw: () => {} },
  { name: "strong noise (night)", noise: 9, truth: nothing, draw: () => {} },
  rain(40),
  // A lamp's flicker against the frame rate, and a cloud before the sun every 40 s.
  brighter("flicker", (t) => 1 + 0.03 * Math.sin(2 * Math.PI * 3.3 * t)),
  brighter("clouds", (t) => 1 - 0.35 * Math.max(0, Math.sin((2 * Math.PI * t) / 40)) ** 2),
  brighter("exposure steps", (t) => (Math.floor(t / 20) % 2 === 0 ? 1 : 0.8)),
];

/** Scenes in which something comes by every ten seconds. */
export const MOVING_SCENES: readonly Scene[] = [
  crossing("large, clear", 96, 60, 3),
  crossing("small, clear", 32, 60, 3),
  crossing("large, faint", 96, 20, 3),
  crossing("small, faint", 32, 25, 3),
  crossing("large, night", 96, 45, 9),
];

/** Draws a scene frame by frame as 8-bit luma. */
export async function drawScene(
  scene: Scene,
  frames: number,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const still = stillPicture();
  const picture = new Float32Array(still.length);
  const random = randomNumbers(99);
  // Noise is drawn once and shifted from frame to frame: as good, and a hundred times as fast.
  const pool = Float32Array.from(
    { length: 1 << 20 },
    () => (random() + random() + random() + random() - 2) * Math.sqrt(3),
  );
  for (let n = 0; n < frames; n++) {
    picture.set(still);
    scene.draw(picture, n, random);
    const bytes = new Uint8Array(picture.length);
    let from = Math.floor(random() * pool.length);
    for (let at = 0; at < bytes.length; at++) {
      from = (from + 1) & (pool.length - 1);
      const light = (picture[at] ?? 0) + scene.noise * (pool[from] ?? 0);
      bytes[at] = Math.min(255, Math.max(0, light + 0.5));
    }
    await write(bytes);
  }
}
