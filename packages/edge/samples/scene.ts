/**
 * Geometry and materials of the sample scene: a quiet street at dusk, seen by a camera on a house wall.
 *
 * The world is a signed distance field in metres: x to the right, y up, z away from the camera. Everything that
 * stands still lives in {@link staticDistance}; everything that moves is a {@link Actor} with its own field and box.
 * Fields return the distance and leave the material of the nearest part in {@link surface}, so that the inner loop
 * of the renderer allocates nothing.
 */

/** What a surface is made of; the renderer turns it into colour. */
export const Material = {
  Ground: 0,
  Wall: 1,
  Roof: 2,
  Hedge: 3,
  Bark: 4,
  Metal: 5,
  Lamp: 6,
  Paint: 7,
  Glass: 8,
  Tyre: 9,
  HeadLight: 10,
  TailLight: 11,
  Cloth: 12,
  Trousers: 13,
  Skin: 14,
  Fur: 15,
  Plastic: 16,
  Foliage: 17,
} as const;

/** One value of {@link Material}. */
export type Material = (typeof Material)[keyof typeof Material];

/** Material and part number of the last field evaluation. */
export const surface: { material: Material; part: number } = { material: Material.Ground, part: 0 };

const fract = (v: number): number => v - Math.floor(v);

/** Hash of a lattice point to [0, 1). */
export function hash(x: number, y: number): number {
  return fract(Math.sin(x * 127.1 + y * 311.7) * 43758.5453);
}

/** Smooth value noise in [0, 1). */
export function noise(x: number, y: number): number {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const fx = x - ix;
  const fy = y - iy;
  const ux = fx * fx * (3 - 2 * fx);
  const uy = fy * fy * (3 - 2 * fy);
  const a = hash(ix, iy);
  const b = hash(ix + 1, iy);
  const c = hash(ix, iy + 1);
  const d = hash(ix + 1, iy + 1);
  return a + (b - a) * ux + (c - a) * uy + (a - b - c + d) * ux * uy;
}

/** Four octaves of {@link noise}, in [0, 1). */
export function fbm(x: number, y: number): number {
  return (
    0.5 * noise(x, y) +
    0.25 * noise(x * 2.03 + 7, y * 2.03) +
    0.15 * noise(x * 4.1, y * 4.1 + 3) +
    0.1 * noise(x * 8.3 + 1, y * 8.3)
  );
}

/** Hermite step from 0 at `a` to 1 at `b`. */
export function smoothstep(a: number, b: number, v: number): number {
  const t = Math.min(1, Math.max(0, (v - a) / (b - a)));
  return t * t * (3 - 2 * t);
}

function box(
  x: number,
  y: number,
  z: number,
  hx: number,
  hy: number,
  hz: number,
  round: number,
): number {
  const qx = Math.abs(x) - hx + round;
  const qy = Math.abs(y) - hy + round;
  const qz = Math.abs(z) - hz + round;
  const outside = Math.hypot(Math.max(qx, 0), Math.max(qy, 0), Math.max(qz, 0));
  return outside + Math.min(Math.max(qx, qy, qz), 0) - round;
}

function capsule(
  x: number,
  y: number,
  z: number,
  ax: number,
  ay: number,
  az: number,
  bx: number,
  by: number,
  bz: number,
  radius: number,
): number {
  const px = x - ax;
  const py = y - ay;
  const pz = z - az;
  const dx = bx - ax;
  const dy = by - ay;
  const dz = bz - az;
  const t = (px * dx + py * dy + pz * dz) / (dx * dx + dy * dy + dz * dz);
  const h = Math.min(1, Math.max(0, t));
  return Math.hypot(px - dx * h, py - dy * h, pz - dz * h) - radius;
}

/** Street lamps: x and z of the head in metres; the head hangs at {@link LAMP_HEIGHT}. */
export const LAMPS: readonly (readonly [number, number])[] = [
  [-7.2, 17.9],
  [8.4, 17.9],
];

/** Height of the lamp heads, metres. */
export const LAMP_HEIGHT = 5.6;

/** Houses across the street: centre x, z, half width, half depth, height of the eaves, tint index. */
export const HOUSES: readonly (readonly [number, number, number, number, number, number])[] = [
  [-15.5, 28.5, 6, 4, 5.2, 0],
  [0.5, 29.5, 6.6, 4.2, 4.4, 1],
  [16.5, 28.2, 6, 4, 5.4, 2],
  [32, 29, 5.5, 4, 4.6, 1],
  [-31.5, 29, 6, 4, 4.6, 2],
];

/** Height of the ground, metres: the road lies a kerb's height below the pavements. */
export function groundHeight(z: number): number {
  return 0.13 * (smoothstep(11.85, 11.75, z) + smoothstep(18.15, 18.25, z)) - 0.13;
}

type CarShape = {
  readonly bodyHalf: number;
  readonly cabinCentre: number;
  readonly cabinHalf: number;
  readonly cabinY: number;
  readonly cabinHalfY: number;
};

const SALOON: CarShape = {
  bodyHalf: 2.15,
  cabinCentre: -0.2,
  cabinHalf: 1.12,
  cabinY: 1.08,
  cabinHalfY: 0.36,
};

const VAN: CarShape = {
  bodyHalf: 2.45,
  cabinCentre: -0.35,
  cabinHalf: 1.95,
  cabinY: 1.3,
  cabinHalfY: 0.66,
};

/** Field of a car around its own origin, nose towards +x. */
function carDistance(x: number, y: number, z: number, shape: CarShape): number {
  let best = box(x, y - 0.58, z, shape.bodyHalf, 0.34, 0.88, 0.2);
  surface.material = Material.Paint;
  surface.part = 0;
  if (best < 0.3) {
    const az = Math.abs(z);
    if (x > shape.bodyHalf - 0.16 && az > 0.48 && Math.abs(y - 0.66) < 0.1) {
      surface.material = Material.HeadLight;
    } else if (x < -shape.bodyHalf + 0.12 && az > 0.52 && Math.abs(y - 0.72) < 0.09) {
      surface.material = Material.TailLight;
    } else if (y < 0.34) {
      surface.material = Material.Tyre;
    }
  }
  const lean = 1 + Math.max(0, y - 0.8) * 0.55;
  const cx = (x - shape.cabinCentre) * lean;
  const cz = z * (1 + Math.max(0, y - 0.9) * 0.18);
  const cabin = box(cx, y - shape.cabinY, cz, shape.cabinHalf, shape.cabinHalfY, 0.78, 0.2) * 0.8;
  if (cabin < best) {
    best = cabin;
    const top = shape.cabinY + shape.cabinHalfY - 0.1;
    const pillar = Math.abs(fract((cx / shape.cabinHalf) * 1 + 0.5) - 0.5) > 0.46;
    surface.material = y > 0.92 && y < top && !pillar ? Material.Glass : Material.Paint;
  }
  const wx = Math.abs(x) - shape.bodyHalf * 0.62;
  const wz = Math.abs(z) - 0.8;
  const wheel = Math.max(Math.hypot(wx, y - 0.33) - 0.33, Math.abs(wz) - 0.11);
  if (wheel < best) {
    best = wheel;
    surface.material = Math.hypot(wx, y - 0.33) < 0.19 ? Material.Metal : Material.Tyre;
  }
  return best;
}

/** Field of everything that stands still. */
export function staticDistance(x: number, y: number, z: number): number {
  let best = (y - groundHeight(z)) * 0.9;
  let material: Material = Material.Ground;
  let part = 0;

  if (z < 19.5) {
    best = Math.min(best, 20.6 - z + 0.2);
  } else {
    for (let i = 0; i < HOUSES.length; i++) {
      const [hx, hz, halfX, halfZ, eaves] = HOUSES[i] as (typeof HOUSES)[number];
      const wall = box(x - hx, y - eaves / 2, z - hz, halfX, eaves / 2, halfZ, 0.02);
      if (wall < best) {
        best = wall;
        material = Material.Wall;
        part = i;
      }
      const slope = Math.max(
        (Math.abs(z - hz) - halfZ - 0.4) * 0.5 + (y - eaves) * 0.866,
        Math.abs(x - hx) - halfX - 0.4,
        eaves - 0.25 - y,
      );
      if (slope < best) {
        best = slope;
        material = Material.Roof;
        part = i;
      }
      const chimney = box(x - hx - halfX * 0.55, y - eaves - 2.2, z - hz - 0.6, 0.4, 1, 0.4, 0.02);
      if (chimney < best) {
        best = chimney;
        material = Material.Wall;
        part = i;
      }
    }
    for (let i = 0; i < 11; i++) {
      const tx = -30 + i * 6 + 3 * hash(i, 4);
      const tz = 36 + 3 * hash(i, 9);
      const size = 2.4 + 1.4 * hash(i, 2);
      let crown = Math.hypot((x - tx) * 0.9, (y - 4.4 - size * 0.35) * 0.8, z - tz) - size;
      if (crown < 1.2) {
        crown += 1.1 * fbm(x * 0.9 + z * 0.5, y * 0.9 + z * 0.3) - 0.6;
      }
      if (crown * 0.7 < best) {
        best = crown * 0.7;
        material = Material.Foliage;
        part = i;
      }
    }
  }

  for (const [lx, lz] of LAMPS) {
    const post = Math.min(
      capsule(x, y, z, lx, 0, lz + 1.6, lx, LAMP_HEIGHT + 0.1, lz + 1.6, 0.07),
      capsule(x, y, z, lx, LAMP_HEIGHT + 0.1, lz + 1.6, lx, LAMP_HEIGHT + 0.15, lz, 0.045),
    );
    if (post < best) {
      best = post;
      material = Material.Metal;
      part = 1;
    }
    const head = box(x - lx, y - LAMP_HEIGHT, z - lz, 0.16, 0.07, 0.34, 0.05);
    if (head < best) {
      best = head;
      material = Material.Lamp;
    }
  }

  if (z > 12.5) {
    best = Math.min(best, z - 11.6);
  } else {
    const left = box(x + 7.4, y - 0.45, z - 9.4, 6.9, 0.5, 0.42, 0.2);
    const right = box(x - 11.6, y - 0.45, z - 9.4, 5.4, 0.5, 0.42, 0.2);
    let hedge = Math.min(left, right);
    if (hedge < 0.5) {
      hedge += 0.16 * fbm(x * 6 + z * 3, y * 6 - z * 2) - 0.1;
    }
    if (hedge * 0.8 < best) {
      best = hedge * 0.8;
      material = Material.Hedge;
      part = 0;
    }
    const trunk = Math.min(
      capsule(x, y, z, -5.6, 0, 8, -5.4, 2.6, 8.1, 0.2),
      capsule(x, y, z, -5.4, 2.5, 8.1, -6.6, 4.8, 8.4, 0.11),
      capsule(x, y, z, -5.4, 2.5, 8.1, -4.2, 4.6, 7.9, 0.1),
      capsule(x, y, z, -5.4, 2.5, 8.1, -5.4, 5.4, 8.2, 0.1),
    );
    if (trunk < best) {
      best = trunk;
      material = Material.Bark;
    }
    const post = Math.min(
      box(x - 0.15, y - 0.5, z - 9.7, 0.05, 0.5, 0.05, 0.01),
      box(x - 0.15, y - 1.1, z - 9.7, 0.13, 0.15, 0.24, 0.08),
    );
    if (post < best) {
      best = post;
      material = Material.Metal;
      part = 2;
    }
    for (let i = 0; i < 2; i++) {
      const bin = box(x - 6.7 - i * 0.85, y - 0.5, z - 8.35, 0.3, 0.5, 0.32, 0.06);
      if (bin < best) {
        best = bin;
        material = Material.Plastic;
        part = i;
      }
    }
    // The parked car faces the camera, so its nose points to -z.
    const parked = carDistance(7.5 - z, y, x - 3.2, SALOON);
    if (parked < best) {
      best = parked;
      material = surface.material;
      if (material === Material.HeadLight || material === Material.TailLight) {
        material = Material.Metal;
      }
      part = 9;
    }
  }
  surface.material = material;
  surface.part = part;
  return best;
}

/** Something that moves: a field in its own coordinates and where it stands in this frame. */
export type Actor = {
  /** Position of its origin on the ground, metres. */
  readonly x: number;
  /** Distance of its origin from the camera plane, metres. */
  readonly z: number;
  /** Direction of its nose: radians from +x towards +z. */
  readonly yaw: number;
  /** Half extents of its box, metres; the box stands on the ground. */
  readonly half: readonly [number, number, number];
  /** Linear RGB of paint, cloth or fur. */
  readonly tint: readonly [number, number, number];
  /** Whether it has lamps that light the road. */
  readonly lights: boolean;
  /** Field in its own coordinates. */
  readonly distance: (x: number, y: number, z: number) => number;
};

function personDistance(x: number, y: number, z: number, phase: number): number {
  const swing = Math.sin(phase) * 0.42;
  const lift = Math.abs(Math.cos(phase)) * 0.04;
  const hipY = 0.92 + lift;
  const kneeBack = Math.max(0, Math.cos(phase)) * 0.16;
  const kneeFront = Math.max(0, -Math.cos(phase)) * 0.16;
  const legs = Math.min(
    capsule(x, y, z, 0, hipY, 0.1, swing * 0.5 + kneeBack, 0.5, 0.1, 0.085),
    capsule(x, y, z, swing * 0.5 + kneeBack, 0.5, 0.1, swing, 0.07 + kneeBack * 0.6, 0.1, 0.065),
    capsule(x, y, z, 0, hipY, -0.1, -swing * 0.5 + kneeFront, 0.5, -0.1, 0.085),
    capsule(
      x,
      y,
      z,
      -swing * 0.5 + kneeFront,
      0.5,
      -0.1,
      -swing,
      0.07 + kneeFront * 0.6,
      -0.1,
      0.065,
    ),
  );
  let best = legs;
  surface.material = Material.Trousers;
  const shoulder = hipY + 0.5;
  const torso = Math.min(
    capsule(x, y, z * 0.8, 0, hipY + 0.05, 0, 0.03, shoulder - 0.05, 0, 0.17),
    capsule(x, y, z, 0.02, shoulder, 0.2, -swing * 0.55, shoulder - 0.33, 0.26, 0.06),
    capsule(
      x,
      y,
      z,
      -swing * 0.55,
      shoulder - 0.33,
      0.26,
      -swing * 0.5 + 0.12,
      shoulder - 0.58,
      0.25,
      0.05,
    ),
    capsule(x, y, z, 0.02, shoulder, -0.2, swing * 0.55, shoulder - 0.33, -0.26, 0.06),
    capsule(
      x,
      y,
      z,
      swing * 0.55,
      shoulder - 0.33,
      -0.26,
      swing * 0.5 + 0.12,
      shoulder - 0.58,
      -0.25,
      0.05,
    ),
  );
  if (torso < best) {
    best = torso;
    surface.material = Material.Cloth;
  }
  const head = Math.hypot(x - 0.05, (y - shoulder - 0.24) * 0.88, z) - 0.11;
  if (head < best) {
    best = head;
    surface.material = y > shoulder + 0.27 || x < 0 ? Material.Trousers : Material.Skin;
  }
  return best;
}

function catDistance(x: number, y: number, z: number, phase: number): number {
  const s = Math.sin(phase) * 0.07;
  const tail = Math.sin(phase * 0.5) * 0.08;
  surface.material = Material.Fur;
  return Math.min(
    capsule(x, y, z, -0.17, 0.25, 0, 0.15, 0.26, 0, 0.075),
    capsule(x, y, z, 0.15, 0.28, 0, 0.25, 0.35, 0, 0.05),
    Math.hypot(x - 0.28, y - 0.37, z) - 0.068,
    capsule(x, y, z, 0.27, 0.4, 0.04, 0.26, 0.46, 0.045, 0.016),
    capsule(x, y, z, 0.27, 0.4, -0.04, 0.26, 0.46, -0.045, 0.016),
    capsule(x, y, z, 0.15, 0.22, 0.04, 0.15 + s, 0.03, 0.04, 0.024),
    capsule(x, y, z, 0.15, 0.22, -0.04, 0.15 - s, 0.03, -0.04, 0.024),
    capsule(x, y, z, -0.17, 0.22, 0.04, -0.17 - s, 0.03, 0.04, 0.026),
    capsule(x, y, z, -0.17, 0.22, -0.04, -0.17 + s, 0.03, -0.04, 0.026),
    capsule(x, y, z, -0.22, 0.28, 0, -0.4, 0.4, tail * 0.5, 0.022),
    capsule(x, y, z, -0.4, 0.4, tail * 0.5, -0.45, 0.54, tail, 0.018),
  );
}

type Drive = {
  readonly start: number;
  readonly speed: number;
  readonly heading: 1 | -1;
  readonly van: boolean;
  readonly tint: readonly [number, number, number];
};

const DRIVES: readonly Drive[] = [
  { start: 1.5, speed: 7.6, heading: 1, van: false, tint: [0.32, 0.03, 0.03] },
  { start: 6.6, speed: 8.4, heading: -1, van: false, tint: [0.2, 0.21, 0.23] },
  { start: 12.2, speed: 6.8, heading: 1, van: true, tint: [0.4, 0.38, 0.33] },
  { start: 17.4, speed: 8.8, heading: -1, van: false, tint: [0.03, 0.09, 0.2] },
];

const ROAD_END = 22;

/** Actors on stage at time `t` seconds, farthest first. Nobody is in view at t = 0, so that the scene loops. */
export function actorsAt(t: number): Actor[] {
  const actors: Actor[] = [];
  for (const drive of DRIVES) {
    const along = (t - drive.start) * drive.speed - ROAD_END;
    if (along > -ROAD_END && along < ROAD_END) {
      const shape = drive.van ? VAN : SALOON;
      actors.push({
        x: along * drive.heading,
        z: drive.heading > 0 ? 13.5 : 16.5,
        yaw: drive.heading > 0 ? 0 : Math.PI,
        half: [shape.bodyHalf + 0.05, drive.van ? 1.02 : 0.76, 0.95],
        tint: drive.tint,
        lights: true,
        distance: (x, y, z) => carDistance(x, y, z, shape),
      });
    }
  }
  const walk = (t - 2) * 1.32 - 12.6;
  if (walk > -12.6 && walk < 13) {
    const phase = walk * 4.1;
    actors.push({
      x: -walk,
      z: 10.9,
      yaw: Math.PI,
      half: [0.62, 0.95, 0.42],
      tint: [0.36, 0.17, 0.03],
      lights: false,
      distance: (x, y, z) => personDistance(x, y, z, phase),
    });
  }
  const stroll = (t - 8.5) * 0.84;
  if (stroll > 0 && stroll < 11) {
    const phase = stroll * 15;
    actors.push({
      x: -7.6 + stroll * 0.95,
      z: 7.6 - stroll * 0.31,
      yaw: -0.32,
      half: [0.52, 0.32, 0.16],
      tint: [0.5, 0.24, 0.09],
      lights: false,
      distance: (x, y, z) => catDistance(x, y, z, phase),
    });
  }
  return actors.sort((a, b) => b.z - a.z);
}
