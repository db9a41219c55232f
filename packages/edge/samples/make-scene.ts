/**
 * Draws the sample scene: raw RGB frames on standard output, for ffmpeg to encode once.
 *
 * The street that stands still is ray-marched once with sky occlusion and soft lamp light, and its geometry kept.
 * Each frame then adds what changes: head-lamp light on that geometry, the actors ray-marched inside their boxes,
 * leaves swaying before the lens, glow around bright spots, and sensor noise. All motion repeats after
 * {@link DURATION} seconds, so the clip loops without a seam.
 *
 * Run: `node packages/edge/samples/make-scene.ts | ffmpeg …` (the whole line stands in samples/README.md).
 */
import {
  type Actor,
  actorsAt,
  fbm,
  groundHeight,
  HOUSES,
  hash,
  LAMP_HEIGHT,
  LAMPS,
  Material,
  noise,
  smoothstep,
  staticDistance,
  surface,
} from "./scene.ts";

const WIDTH = 1280;
const HEIGHT = 720;
const FPS = 15;
const DURATION = 24;

const EYE_Y = 4.7;
const EYE_Z = -1;
const PITCH = 0.235;
const FOCAL = WIDTH / 2 / Math.tan((73 / 2) * (Math.PI / 180));
const COS = Math.cos(PITCH);
const SIN = Math.sin(PITCH);
const FAR = 90;

const pixels = WIDTH * HEIGHT;
const position = new Float32Array(pixels * 3);
const normal = new Float32Array(pixels * 3);
const albedo = new Float32Array(pixels * 3);
const depth = new Float32Array(pixels).fill(FAR);
const base = new Float32Array(pixels * 3);

const ray = { x: 0, y: 0, z: 0 };

function aim(px: number, py: number): void {
  const u = (px - WIDTH / 2) / FOCAL;
  const v = (HEIGHT / 2 - py) / FOCAL;
  const length = Math.hypot(u, v, 1);
  ray.x = u / length;
  ray.y = (v * COS - SIN) / length;
  ray.z = (v * SIN + COS) / length;
}

const colour: [number, number, number] = [0, 0, 0];

function sky(x: number, y: number, z: number): void {
  const up = Math.max(0, y);
  const west = smoothstep(0.9, -0.7, x / Math.hypot(x, z + 0.2));
  const glow = Math.exp(-up * 7) * (0.35 + 0.65 * west);
  const cloud =
    smoothstep(0.45, 0.75, fbm((x / (up + 0.13)) * 0.7 + 4, (z / (up + 0.13)) * 1.3)) *
    smoothstep(0.02, 0.16, up);
  colour[0] = 0.025 + 0.7 * glow + cloud * (0.1 + 0.3 * glow);
  colour[1] = 0.045 + 0.27 * glow + cloud * (0.075 + 0.12 * glow);
  colour[2] = 0.14 + 0.11 * glow + cloud * (0.1 + 0.1 * glow);
}

function windowLight(house: number, column: number, row: number): number {
  const lit = hash(house * 7 + column * 3.1, row * 5.3 + 2);
  return lit > 0.52 ? 0.5 + lit : 0;
}

/** Albedo of a static point in `colour`; returns emitted light. */
function paintStatic(x: number, y: number, z: number, ny: number, nz: number): number {
  const material = surface.material;
  const part = surface.part;
  let r = 0.2;
  let g = 0.2;
  let b = 0.2;
  let emit = 0;
  if (material === Material.Ground) {
    const fine = fbm(x * 9, z * 9);
    if (z > 11.8 && z < 18.2) {
      const worn = fbm(x * 0.5, z * 1.7);
      const tracks = smoothstep(0.5, 0.1, Math.abs(Math.abs(((z - 11.8) % 3.2) - 1.65) - 0.75));
      const tone = 0.052 + 0.03 * fine + 0.022 * worn + tracks * 0.012;
      r = tone;
      g = tone;
      b = tone * 1.08;
      const dash = Math.abs(z - 15) < 0.07 && ((x % 3) + 3) % 3 < 1.7;
      const edge = Math.abs(z - 12.05) < 0.05 || Math.abs(z - 17.95) < 0.05;
      if (dash || edge) {
        const paint = 0.36 + 0.2 * fine;
        r = paint;
        g = paint;
        b = paint * 0.95;
      }
    } else if ((z > 10 && z <= 11.8) || (z >= 18.2 && z < 20)) {
      const slab = Math.min(((x % 1.2) + 1.2) % 1.2, (((z - 10) % 0.9) + 0.9) % 0.9);
      const tone = (0.16 + 0.06 * fine) * (slab < 0.03 ? 0.6 : 1);
      r = tone * 1.04;
      g = tone;
      b = tone * 0.94;
    } else if (x > 0.6 && x < 5.9 && z < 10) {
      const seam = Math.min(((x % 1.06) + 1.06) % 1.06, ((z % 1.06) + 1.06) % 1.06);
      const tone = (0.125 + 0.07 * fine) * (seam < 0.03 ? 0.55 : 1);
      r = tone * 1.08;
      g = tone;
      b = tone * 0.9;
    } else {
      const blade = fbm(x * 26, z * 9);
      const patch = fbm(x * 0.8 + 9, z * 0.8);
      const tone = 0.35 + 0.7 * blade + 0.45 * patch;
      r = 0.052 * tone;
      g = 0.086 * tone;
      b = 0.03 * tone;
    }
  } else if (material === Material.Wall) {
    const house = HOUSES[part] as (typeof HOUSES)[number];
    const tints = [
      [0.3, 0.19, 0.13],
      [0.38, 0.36, 0.31],
      [0.26, 0.28, 0.3],
    ] as const;
    const tint = tints[house[5]] as readonly [number, number, number];
    const board =
      house[5] === 0
        ? 0.85 + 0.3 * hash(Math.floor(x * 4 + (Math.floor(y * 8) % 2) * 0.5), Math.floor(y * 8))
        : 0.9 + 0.1 * smoothstep(0, 0.15, (y * 4) % 1);
    r = tint[0] * board;
    g = tint[1] * board;
    b = tint[2] * board;
    const u = x - house[0];
    if (nz < -0.7 && Math.abs(u) < house[2] && y < house[4]) {
      const spacing = (house[2] * 2) / 5;
      const column = Math.floor((u + house[2]) / spacing);
      const inColumn = u + house[2] - (column + 0.5) * spacing;
      const rows = house[4] > 5 ? 2 : 1;
      const rowHeight = rows === 2 ? 2.5 : 3;
      const row = Math.floor(y / rowHeight);
      const inRow = y - row * rowHeight - (rows === 2 ? 1.55 : 1.75);
      if (column === 2 && row === 0) {
        if (Math.abs(inColumn) < 0.55 && y < 2.25) {
          r = 0.1 + 0.1 * (part % 2);
          g = 0.06;
          b = 0.05;
          if (Math.abs(inColumn) < 0.28 && y > 1.5 && y < 2) {
            emit = 0.7;
          }
        }
      } else if (row < rows && Math.abs(inColumn) < 0.74 && Math.abs(inRow) < 0.68) {
        const frame =
          Math.abs(inColumn) > 0.66 ||
          Math.abs(inRow) > 0.6 ||
          Math.abs(inColumn) < 0.035 ||
          Math.abs(inRow - 0.1) < 0.03;
        if (frame) {
          r = g = b = 0.5;
        } else {
          const light = windowLight(part, column, row);
          r = 0.02;
          g = 0.025;
          b = 0.04;
          const curtain =
            0.6 +
            0.4 * smoothstep(0.2, 0.55, Math.abs(inColumn)) * (0.7 + 0.3 * Math.sin(inColumn * 40));
          emit = light * curtain * (1 - 0.25 * Math.max(0, inRow));
        }
      }
    }
  } else if (material === Material.Roof) {
    const tile =
      0.75 + 0.35 * hash(Math.floor(x * 3), Math.floor(y * 4)) * smoothstep(0, 0.25, (y * 4) % 1);
    r = 0.13 * tile;
    g = 0.075 * tile;
    b = 0.065 * tile;
    if (part === 2) {
      r = g = b = 0.07 * tile;
    }
  } else if (material === Material.Hedge) {
    const leaf = 0.4 + 0.9 * fbm(x * 14 + z * 5, y * 14);
    r = 0.026 * leaf;
    g = 0.055 * leaf;
    b = 0.02 * leaf;
  } else if (material === Material.Foliage) {
    const leaf = 0.3 + 0.9 * fbm(x * 4, y * 4);
    r = 0.012 * leaf;
    g = 0.018 * leaf;
    b = 0.016 * leaf;
  } else if (material === Material.Bark) {
    const bark = 0.6 + 0.7 * fbm(x * 22, y * 4);
    r = 0.085 * bark;
    g = 0.065 * bark;
    b = 0.05 * bark;
  } else if (material === Material.Lamp) {
    r = g = b = 0.3;
    emit = ny < -0.3 ? 9 : 0;
  } else if (material === Material.Paint) {
    r = 0.1;
    g = 0.16;
    b = 0.17;
  } else if (material === Material.Glass) {
    r = g = b = 0.015;
  } else if (material === Material.Tyre) {
    r = g = b = 0.02;
  } else if (material === Material.Plastic) {
    r = part === 0 ? 0.03 : 0.05;
    g = part === 0 ? 0.1 : 0.07;
    b = part === 0 ? 0.05 : 0.16;
  } else if (material === Material.Metal && part === 2) {
    r = 0.3;
    g = 0.05;
    b = 0.04;
  }
  colour[0] = r;
  colour[1] = g;
  colour[2] = b;
  return emit;
}

const lit: [number, number, number] = [0, 0, 0];

function lampShadow(x: number, y: number, z: number, tx: number, ty: number, tz: number): number {
  const dx = tx - x;
  const dy = ty - y;
  const dz = tz - z;
  const length = Math.hypot(dx, dy, dz);
  let shade = 1;
  for (let t = 0.15; t < length - 0.5; ) {
    const d = staticDistance(x + (dx * t) / length, y + (dy * t) / length, z + (dz * t) / length);
    if (d < 0.004) {
      return 0;
    }
    shade = Math.min(shade, (10 * d) / t);
    t += Math.max(0.06, Math.min(d, 1.5));
  }
  return shade;
}

/** Light falling on a point, in `lit`: sky, afterglow in the west, street lamps. `shadows` marches towards lamps. */
function gatherLight(
  x: number,
  y: number,
  z: number,
  nx: number,
  ny: number,
  nz: number,
  open: number,
  shadows: boolean,
): void {
  const up = 0.5 + 0.5 * ny;
  const west = Math.max(0, -nx * 0.8 + ny * 0.35 - nz * 0.3);
  lit[0] = open * (0.15 * up + 0.04 + 0.3 * west);
  lit[1] = open * (0.2 * up + 0.045 + 0.15 * west);
  lit[2] = open * (0.36 * up + 0.075 + 0.07 * west);
  for (const [lx, lz] of LAMPS) {
    const dx = lx - x;
    const dy = LAMP_HEIGHT - 0.15 - y;
    const dz = lz - z;
    const square = dx * dx + dy * dy + dz * dz;
    if (square > 500) {
      continue;
    }
    const length = Math.sqrt(square);
    const facing = Math.max(0, (nx * dx + ny * dy + nz * dz) / length);
    const cone = smoothstep(0.12, 0.75, dy / length);
    let power = (46 * facing * cone) / (square + 3);
    if (power > 0.01 && shadows) {
      power *= lampShadow(x + nx * 0.03, y + ny * 0.03, z + nz * 0.03, lx, LAMP_HEIGHT - 0.3, lz);
    }
    lit[0] += power * 1.0;
    lit[1] += power * 0.68;
    lit[2] += power * 0.34;
  }
}

function mirror(nx: number, ny: number, nz: number, strength: number): void {
  const dot = ray.x * nx + ray.y * ny + ray.z * nz;
  const fresnel = strength * (0.06 + 0.94 * (1 + Math.min(0, dot)) ** 4);
  const r = colour[0];
  const g = colour[1];
  const b = colour[2];
  sky(ray.x - 2 * dot * nx, Math.abs(ray.y - 2 * dot * ny) * 0.8 + 0.02, ray.z - 2 * dot * nz);
  colour[0] = r + colour[0] * fresnel;
  colour[1] = g + colour[1] * fresnel;
  colour[2] = b + colour[2] * fresnel;
}

/** Shades one ray into the static scene; result in `colour`, geometry kept for the first ray of a pixel. */
function shadeStatic(index: number, keep: boolean): void {
  let t = 2;
  let hit = false;
  for (let step = 0; step < 160 && t < FAR; step++) {
    const d = staticDistance(ray.x * t, EYE_Y + ray.y * t, EYE_Z + ray.z * t);
    if (d < 0.0008 * t) {
      hit = true;
      break;
    }
    t += d;
  }
  if (!hit) {
    sky(ray.x, ray.y, ray.z);
    return;
  }
  const x = ray.x * t;
  const y = EYE_Y + ray.y * t;
  const z = EYE_Z + ray.z * t;
  const e = 0.004 + 0.0006 * t;
  let nx = staticDistance(x + e, y, z) - staticDistance(x - e, y, z);
  let ny = staticDistance(x, y + e, z) - staticDistance(x, y - e, z);
  let nz = staticDistance(x, y, z + e) - staticDistance(x, y, z - e);
  const length = Math.hypot(nx, ny, nz) || 1;
  nx /= length;
  ny /= length;
  nz /= length;
  let open = 1;
  for (let i = 1; i <= 5; i++) {
    const reach = 0.12 * i * i;
    const d = staticDistance(x + nx * reach, y + ny * reach, z + nz * reach);
    open -= (Math.max(0, reach - d) / reach) * (0.34 / i);
  }
  open = Math.max(0.12, open);
  staticDistance(x, y, z);
  const material = surface.material;
  const emit = paintStatic(x, y, z, ny, nz);
  const r = colour[0];
  const g = colour[1];
  const b = colour[2];
  if (keep) {
    depth[index] = t;
    const at = index * 3;
    position[at] = x;
    position[at + 1] = y;
    position[at + 2] = z;
    normal[at] = nx;
    normal[at + 1] = ny;
    normal[at + 2] = nz;
    albedo[at] = r;
    albedo[at + 1] = g;
    albedo[at + 2] = b;
  }
  gatherLight(x, y, z, nx, ny, nz, open, true);
  colour[0] = r * lit[0] + emit * 1.0;
  colour[1] = g * lit[1] + emit * 0.5;
  colour[2] = b * lit[2] + emit * 0.16;
  if (material === Material.Paint || material === Material.Glass) {
    mirror(nx, ny, nz, 0.9);
  }
  const haze = 1 - Math.exp(-Math.max(0, t - 12) * 0.0045);
  const cr = colour[0];
  const cg = colour[1];
  const cb = colour[2];
  sky(ray.x, 0.04, ray.z);
  colour[0] = cr + (colour[0] * 0.6 - cr) * haze;
  colour[1] = cg + (colour[1] * 0.6 - cg) * haze;
  colour[2] = cb + (colour[2] * 0.6 - cb) * haze;
}

function drawStatic(): void {
  for (let py = 0; py < HEIGHT; py++) {
    for (let px = 0; px < WIDTH; px++) {
      const index = py * WIDTH + px;
      for (let s = 0; s < 4; s++) {
        aim(px + 0.25 + 0.5 * (s & 1), py + 0.25 + 0.5 * (s >> 1));
        shadeStatic(index, s === 0);
        for (let c = 0; c < 3; c++) {
          base[index * 3 + c] =
            (base[index * 3 + c] as number) + Math.min(2.5, colour[c] as number) / 4;
        }
      }
    }
  }
}

const frame = new Float32Array(pixels * 3);

/** Head-lamp light and contact shadow of a vehicle on the static geometry. */
function lightRoad(actor: Actor): void {
  const direction = Math.cos(actor.yaw);
  const nose = actor.x + direction * actor.half[0];
  for (let i = 0, at = 0; i < pixels; i++, at += 3) {
    const dx = (position[at] as number) - nose;
    const dz = (position[at + 2] as number) - actor.z;
    if ((depth[i] as number) >= FAR || dz * dz > 60 || dx * dx > 300) {
      continue;
    }
    const y = position[at + 1] as number;
    const ahead = dx * direction;
    if (actor.lights && ahead > 0.05) {
      const dy = y - 0.5;
      const square = ahead * ahead + dy * dy + dz * dz;
      const length = Math.sqrt(square);
      const facing =
        (-(normal[at] as number) * dx -
          (normal[at + 1] as number) * (dy - 0.4) -
          (normal[at + 2] as number) * dz) /
        length;
      const cone = smoothstep(0.8, 0.985, ahead / length) * smoothstep(0.55, -0.3, dy);
      const power = (22 * Math.max(0, facing) * cone) / (square * 0.35 + 3);
      frame[at] = (frame[at] as number) + (albedo[at] as number) * power;
      frame[at + 1] = (frame[at + 1] as number) + (albedo[at + 1] as number) * power * 0.9;
      frame[at + 2] = (frame[at + 2] as number) + (albedo[at + 2] as number) * power * 0.72;
    }
    if (y < 0.1) {
      const ox = Math.max(0, Math.abs((position[at] as number) - actor.x) - actor.half[0] + 0.15);
      const oz = Math.max(0, Math.abs(dz) - actor.half[2] + 0.15);
      const shade = 0.25 + 0.75 * smoothstep(0, actor.lights ? 0.9 : 0.4, Math.hypot(ox, oz));
      if (shade < 1) {
        frame[at] = (frame[at] as number) * shade;
        frame[at + 1] = (frame[at + 1] as number) * shade;
        frame[at + 2] = (frame[at + 2] as number) * shade;
      }
      const behind = -dx * direction - actor.half[0] * 2;
      if (actor.lights && behind > 0) {
        const red = 0.5 / (1 + behind * behind + dz * dz * 2);
        frame[at] = (frame[at] as number) + (albedo[at] as number) * red * 4;
      }
    }
  }
}

function paintActor(actor: Actor, material: Material, y: number): number {
  const [r, g, b] = actor.tint;
  let tone: readonly [number, number, number] = [r, g, b];
  let emit = 0;
  if (material === Material.Glass) tone = [0.012, 0.014, 0.018];
  else if (material === Material.Tyre) tone = [0.018, 0.018, 0.02];
  else if (material === Material.Metal) tone = [0.24, 0.24, 0.26];
  else if (material === Material.Trousers) tone = [0.035, 0.04, 0.06];
  else if (material === Material.Skin) tone = [0.4, 0.24, 0.17];
  else if (material === Material.Fur) tone = [r * (0.7 + 0.6 * noise(y * 30, 1)), g, b];
  else if (material === Material.HeadLight) emit = 5;
  else if (material === Material.TailLight) emit = 1.6;
  colour[0] = tone[0];
  colour[1] = tone[1];
  colour[2] = tone[2];
  return emit;
}

function drawActor(actor: Actor): void {
  const floor = groundHeight(actor.z);
  const [hx, hy, hz] = actor.half;
  const reach = Math.hypot(hx, hz);
  let left = WIDTH;
  let right = 0;
  let top = HEIGHT;
  let bottom = 0;
  for (let corner = 0; corner < 8; corner++) {
    const x = actor.x + (corner & 1 ? reach : -reach);
    const y = floor + (corner & 2 ? 2 * hy : 0) - EYE_Y;
    const z = actor.z + (corner & 4 ? reach : -reach) - EYE_Z;
    const vz = z * COS - y * SIN;
    const vy = y * COS + z * SIN;
    const px = WIDTH / 2 + (x / vz) * FOCAL;
    const py = HEIGHT / 2 - (vy / vz) * FOCAL;
    left = Math.min(left, px);
    right = Math.max(right, px);
    top = Math.min(top, py);
    bottom = Math.max(bottom, py);
  }
  left = Math.max(0, Math.floor(left));
  right = Math.min(WIDTH - 1, Math.ceil(right));
  top = Math.max(0, Math.floor(top));
  bottom = Math.min(HEIGHT - 1, Math.ceil(bottom));
  const c = Math.cos(actor.yaw);
  const s = Math.sin(actor.yaw);
  const field = (x: number, y: number, z: number): number =>
    actor.distance(
      (x - actor.x) * c + (z - actor.z) * s,
      y - floor,
      (z - actor.z) * c - (x - actor.x) * s,
    );
  const middle = Math.hypot(actor.x, EYE_Y - floor - hy, actor.z - EYE_Z);
  const radius = Math.hypot(hx, hy, hz) + 0.1;
  for (let py = top; py <= bottom; py++) {
    for (let px = left; px <= right; px++) {
      const index = py * WIDTH + px;
      let cover = 0;
      let r = 0;
      let g = 0;
      let b = 0;
      for (let sample = 0; sample < 4; sample++) {
        aim(px + 0.25 + 0.5 * (sample & 1), py + 0.25 + 0.5 * (sample >> 1));
        let t = middle - radius;
        let hit = false;
        for (let step = 0; step < 60 && t < middle + radius; step++) {
          const d = field(ray.x * t, EYE_Y + ray.y * t, EYE_Z + ray.z * t);
          if (d < 0.0006 * t) {
            hit = true;
            break;
          }
          t += d * 0.9;
        }
        if (!hit || t > (depth[index] as number)) {
          continue;
        }
        const x = ray.x * t;
        const y = EYE_Y + ray.y * t;
        const z = EYE_Z + ray.z * t;
        const material = surface.material;
        const e = 0.006;
        let nx = field(x + e, y, z) - field(x - e, y, z);
        let ny = field(x, y + e, z) - field(x, y - e, z);
        let nz = field(x, y, z + e) - field(x, y, z - e);
        const length = Math.hypot(nx, ny, nz) || 1;
        nx /= length;
        ny /= length;
        nz /= length;
        const open = 0.35 + 0.65 * smoothstep(0, 0.7, y - floor);
        gatherLight(x, y, z, nx, ny, nz, open, false);
        const emit = paintActor(actor, material, y);
        colour[0] = colour[0] * lit[0] + emit;
        colour[1] = colour[1] * lit[1] + emit * (material === Material.TailLight ? 0.06 : 0.92);
        colour[2] = colour[2] * lit[2] + emit * (material === Material.TailLight ? 0.04 : 0.75);
        if (material === Material.Paint || material === Material.Glass) {
          mirror(nx, ny, nz, 0.9);
        }
        cover += 0.25;
        r += Math.min(5, colour[0]) * 0.25;
        g += Math.min(5, colour[1]) * 0.25;
        b += Math.min(5, colour[2]) * 0.25;
      }
      if (cover > 0) {
        const at = index * 3;
        frame[at] = (frame[at] as number) * (1 - cover) + r;
        frame[at + 1] = (frame[at + 1] as number) * (1 - cover) + g;
        frame[at + 2] = (frame[at + 2] as number) * (1 - cover) + b;
      }
    }
  }
}

type Leaf = {
  x: number;
  y: number;
  z: number;
  size: number;
  angle: number;
  tone: number;
  phase: number;
};

function growLeaves(): Leaf[] {
  const leaves: Leaf[] = [];
  const centres = [
    [-6.7, 5.0, 8.4, 1.5],
    [-4.3, 4.9, 7.9, 1.35],
    [-5.4, 5.7, 8.2, 1.7],
    [-7.6, 4.5, 8.2, 1.0],
    [-5.5, 4.3, 7.7, 1.0],
  ] as const;
  for (let i = 0; i < 5200; i++) {
    const [cx, cy, cz, size] = centres[i % centres.length] as (typeof centres)[number];
    const a = hash(i, 1) * Math.PI * 2;
    const u = hash(i, 2) * 2 - 1;
    const rr = size * (0.35 + 0.65 * Math.cbrt(hash(i, 3)));
    const ring = Math.sqrt(1 - u * u);
    const dx = ring * Math.cos(a);
    const dz = ring * Math.sin(a);
    leaves.push({
      x: cx + rr * dx,
      y: cy + rr * u * 0.75,
      z: cz + rr * dz,
      size: 0.05 + 0.06 * hash(i, 5),
      angle: hash(i, 6) * Math.PI,
      tone: (0.35 + 0.65 * (0.5 + 0.5 * u)) * (0.6 + 0.8 * hash(i, 7)) * (dz < 0 ? 1 : 0.6),
      phase: a,
    });
  }
  return leaves.sort((a, b) => b.z - a.z);
}

function drawLeaves(leaves: readonly Leaf[], t: number): void {
  const turn = (2 * Math.PI * t) / DURATION;
  const gust = 0.55 + 0.45 * Math.sin(turn * 2) * Math.sin(turn * 3 + 1);
  for (const leaf of leaves) {
    const reach = Math.max(0, leaf.y - 2.6) * 0.03;
    const sway =
      reach * gust * (Math.sin(turn * 7 + leaf.x) + 0.4 * Math.sin(turn * 17 + leaf.phase));
    const flutter = 0.02 * gust * Math.sin(turn * 29 + leaf.phase * 5);
    const x = leaf.x + sway + flutter;
    const y = leaf.y + sway * 0.3 + flutter - EYE_Y;
    const z = leaf.z - EYE_Z;
    const vz = z * COS - y * SIN;
    const px = WIDTH / 2 + (x / vz) * FOCAL;
    const py = HEIGHT / 2 - ((y * COS + z * SIN) / vz) * FOCAL;
    const long = (leaf.size / vz) * FOCAL;
    const short = long * 0.5;
    const angle = leaf.angle + flutter * 6;
    const c = Math.cos(angle);
    const s = Math.sin(angle);
    const r = leaf.tone * 0.02;
    const g = leaf.tone * 0.03;
    const b = leaf.tone * 0.018;
    for (let iy = Math.max(0, Math.floor(py - long)); iy <= Math.min(HEIGHT - 1, py + long); iy++) {
      for (
        let ix = Math.max(0, Math.floor(px - long));
        ix <= Math.min(WIDTH - 1, px + long);
        ix++
      ) {
        const dx = ix - px;
        const dy = iy - py;
        const u = (dx * c + dy * s) / long;
        const v = (dy * c - dx * s) / short;
        const cover = Math.min(1, Math.max(0, (1 - Math.hypot(u, v)) * 2.2));
        if (cover > 0) {
          const at = (iy * WIDTH + ix) * 3;
          frame[at] = (frame[at] as number) * (1 - cover) + r * cover;
          frame[at + 1] = (frame[at + 1] as number) * (1 - cover) + g * cover;
          frame[at + 2] = (frame[at + 2] as number) * (1 - cover) + b * cover;
        }
      }
    }
  }
}

const GLOW_SCALE = 8;
const glowWidth = WIDTH / GLOW_SCALE;
const glowHeight = HEIGHT / GLOW_SCALE;
const glow = new Float32Array(glowWidth * glowHeight * 3);
const spare = new Float32Array(glow.length);

/** Blurred light of the bright spots, at an eighth of the size. */
function makeGlow(): void {
  glow.fill(0);
  for (let py = 0; py < HEIGHT; py++) {
    for (let px = 0; px < WIDTH; px++) {
      const at = (py * WIDTH + px) * 3;
      const to = (Math.floor(py / GLOW_SCALE) * glowWidth + Math.floor(px / GLOW_SCALE)) * 3;
      for (let c = 0; c < 3; c++) {
        glow[to + c] =
          (glow[to + c] as number) + Math.max(0, (frame[at + c] as number) - 0.75) / 64;
      }
    }
  }
  for (let pass = 0; pass < 3; pass++) {
    for (const [dx, dy] of [
      [1, 0],
      [0, 1],
    ] as const) {
      spare.set(glow);
      for (let y = 0; y < glowHeight; y++) {
        for (let x = 0; x < glowWidth; x++) {
          for (let c = 0; c < 3; c++) {
            let sum = 0;
            for (let k = -2; k <= 2; k++) {
              const sx = Math.min(glowWidth - 1, Math.max(0, x + k * dx));
              const sy = Math.min(glowHeight - 1, Math.max(0, y + k * dy));
              sum += spare[(sy * glowWidth + sx) * 3 + c] as number;
            }
            glow[(y * glowWidth + x) * 3 + c] = sum / 5;
          }
        }
      }
    }
  }
}

let seed = 0x2545f491;
function gaussian(): number {
  let sum = 0;
  for (let i = 0; i < 3; i++) {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    sum += seed / 0x80000000;
  }
  return sum;
}

const output = Buffer.alloc(pixels * 3);

/** Exposure, glow, lens falloff, film curve, gamma and noise; writes `output`. */
function develop(): void {
  for (let py = 0; py < HEIGHT; py++) {
    const gy = Math.min(glowHeight - 1.001, Math.max(0, (py + 0.5) / GLOW_SCALE - 0.5));
    const y0 = Math.floor(gy);
    const fy = gy - y0;
    for (let px = 0; px < WIDTH; px++) {
      const gx = Math.min(glowWidth - 1.001, Math.max(0, (px + 0.5) / GLOW_SCALE - 0.5));
      const x0 = Math.floor(gx);
      const fx = gx - x0;
      const ux = px / WIDTH - 0.5;
      const uy = py / HEIGHT - 0.5;
      const falloff = 1 - 0.75 * (ux * ux + uy * uy);
      const grain = gaussian() * 1.1;
      const at = (py * WIDTH + px) * 3;
      const g0 = (y0 * glowWidth + x0) * 3;
      const g1 = g0 + glowWidth * 3;
      for (let c = 0; c < 3; c++) {
        const bloom =
          ((glow[g0 + c] as number) * (1 - fx) + (glow[g0 + 3 + c] as number) * fx) * (1 - fy) +
          ((glow[g1 + c] as number) * (1 - fx) + (glow[g1 + 3 + c] as number) * fx) * fy;
        const v = ((frame[at + c] as number) + bloom * 1.25) * falloff * 1.75;
        const film = (v * (2.51 * v + 0.03)) / (v * (2.43 * v + 0.59) + 0.14);
        output[at + c] = Math.min(255, Math.max(0, 255 * Math.min(1, film) ** (1 / 2.2) + grain));
      }
    }
  }
}

async function main(): Promise<void> {
  const only = process.argv[2] === undefined ? undefined : Number(process.argv[2]);
  drawStatic();
  const leaves = growLeaves();
  for (let n = only ?? 0; n < (only === undefined ? FPS * DURATION : only + 1); n++) {
    const t = n / FPS;
    frame.set(base);
    const actors = actorsAt(t);
    for (const actor of actors) {
      lightRoad(actor);
    }
    for (const actor of actors) {
      drawActor(actor);
    }
    drawLeaves(leaves, t);
    makeGlow();
    develop();
    await new Promise<void>((resolve) => process.stdout.write(output, () => resolve()));
  }
}

await main();
