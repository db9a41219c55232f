/** Paints the frames of a clip. */

import { MINI_HEIGHT, MINI_WIDTH } from "../../src/mini/prompt.ts";
import { Random } from "../random.ts";
import { type Background, MARGIN, paintBackground } from "./background.ts";
import { type Form, formsOf, type Rgb } from "./shapes.ts";
import type { Pose, Scene, Thing } from "./types.ts";

/** Paints frames of one scene. */
export type Renderer = {
  /** RGB bytes of the picture at a time: [192, 336, 3]. Written into `into` where one is given. */
  frame(time: number, into?: Uint8Array): Uint8Array;
};

/** How the camera behaves. */
type Camera = {
  /** Deviation of the sensor's noise, in levels. */
  readonly noise: number;
  /** Largest shake in pixels. */
  readonly shake: number;
  /** Brightness over time: slow swing and its phase, and a sudden change. */
  readonly swing: number;
  readonly phase: number;
  readonly step: number;
  readonly stepAt: number;
  readonly gain: number;
  readonly warmth: number;
};

const NOISE = gaussianTable();

/** A renderer of a scene. `line` draws a line down the middle of the picture, as some scenes have it. */
export function createRenderer(scene: Scene): Renderer {
  const random = new Random(scene.seed ^ 0x5ce9e);
  const background = paintBackground(
    MINI_WIDTH,
    MINI_HEIGHT,
    scene.variant.layouts === "unseen",
    random,
  );
  const camera = drawCamera(scene);
  const line = random.chance(0.35);
  const lineColour = random.pick<Rgb>([
    [215, 205, 90],
    [205, 205, 205],
  ]);
  if (line) drawLine(background, lineColour);
  const canvas = new Float32Array(3 * MINI_WIDTH * MINI_HEIGHT);
  const unseen = scene.variant.shapes === "unseen";
  return {
    frame(time, into = new Uint8Array(canvas.length)) {
      const noise = new Random(scene.seed * 31 + Math.round(time * 1000));
      const dx = MARGIN + Math.round(camera.shake * noise.range(-1, 1));
      const dy = MARGIN + Math.round(camera.shake * noise.range(-1, 1));
      for (let y = 0; y < MINI_HEIGHT; y++) {
        const from = 3 * ((y + dy) * background.width + dx);
        const row = background.data.subarray(from, from + 3 * MINI_WIDTH);
        canvas.set(row, 3 * y * MINI_WIDTH);
      }
      const placed: { thing: Thing; pose: Pose }[] = [];
      for (const thing of scene.things) {
        const pose = thing.at(time);
        if (pose !== null) {
          placed.push({
            thing,
            pose: { ...pose, x: pose.x + MARGIN - dx, y: pose.y + MARGIN - dy },
          });
        }
      }
      // Nearer things cover farther ones; what is carried is in front of its carrier.
      placed.sort((a, b) => depth(a.thing, a.pose, time) - depth(b.thing, b.pose, time));
      for (const { thing, pose } of placed) paintThing(canvas, thing, pose, unseen);
      const gain =
        camera.gain *
        (1 + camera.swing * Math.sin(time * 2.2 + camera.phase)) *
        (time > camera.stepAt ? 1 + camera.step : 1);
      develop(canvas, into, gain, camera, noise);
      return into;
    },
  };
}

/** Whether a scene's camera shakes. */
export function shakes(scene: Scene): boolean {
  return drawCamera(scene).shake > 0;
}

function drawCamera({ seed, duration }: Scene): Camera {
  const random = new Random(seed ^ 0xca3e7a);
  return {
    noise: random.range(0.5, random.chance(0.3) ? 7 : 3),
    shake: random.chance(0.15) ? random.range(0.5, 2.4) : 0,
    swing: random.chance(0.3) ? random.range(0.01, 0.07) : 0,
    phase: random.range(0, 6),
    step: random.chance(0.12) ? random.range(-0.25, 0.25) : 0,
    stepAt: random.range(0, duration),
    gain: random.range(0.72, 1.12),
    warmth: random.range(-0.06, 0.06),
  };
}

function depth(thing: Thing, pose: Pose, time: number): number {
  const held = thing.dropped !== undefined && time < thing.dropped.time + 0.25;
  return held ? pose.y + 0.35 * pose.size + 1000 * Number(time < thing.dropped.time) : pose.y;
}

function drawLine({ data, width, height }: Background, rgb: Rgb): void {
  const middle = MARGIN + MINI_WIDTH / 2;
  for (let y = Math.round(height * 0.5); y < height; y++) {
    for (let x = middle - 1; x <= middle; x++) {
      for (let c = 0; c < 3; c++) {
        const at = 3 * (y * width + x) + c;
        data[at] = 0.3 * data[at] + 0.7 * rgb[c];
      }
    }
  }
}

/** Exposure, sensor noise and rounding to bytes. */
function develop(
  canvas: Float32Array,
  into: Uint8Array,
  gain: number,
  { noise, warmth }: Camera,
  random: Random,
): void {
  const red = gain * (1 + warmth);
  const blue = gain * (1 - warmth);
  const row = 3 * MINI_WIDTH;
  for (let y = 0; y < MINI_HEIGHT; y++) {
    let n = random.bits() % (NOISE.length - row);
    const end = (y + 1) * row;
    for (let at = y * row; at < end; at += 3, n += 3) {
      const r = canvas[at] * red + noise * NOISE[n] + 0.5;
      const g = canvas[at + 1] * gain + noise * NOISE[n + 1] + 0.5;
      const b = canvas[at + 2] * blue + noise * NOISE[n + 2] + 0.5;
      into[at] = r < 0 ? 0 : r > 255 ? 255 : r;
      into[at + 1] = g < 0 ? 0 : g > 255 ? 255 : g;
      into[at + 2] = b < 0 ? 0 : b > 255 ? 255 : b;
    }
  }
}

function paintThing(canvas: Float32Array, thing: Thing, pose: Pose, unseen: boolean): void {
  const half = (pose.size * thing.aspect) / 2;
  // A soft shadow on the ground.
  const shadow: Form = { form: "ellipse", x: 0, y: 0, rx: 1, ry: 1, rgb: [0, 0, 0] };
  if (thing.dropped === undefined || pose.gait === 0) {
    const rx = half * (Math.abs(pose.angle) > 0.7 ? 2 : 1.05) + 2;
    const cx = pose.x + Math.sin(pose.angle) * pose.size * 0.5;
    paint(canvas, shadow, 0.28, (x, y) => (Math.hypot((x - cx) / rx, (y - pose.y) / 4) - 1) * 4, [
      cx - rx - 1,
      pose.y - 5,
      cx + rx + 1,
      pose.y + 5,
    ]);
  }
  const cos = Math.cos(pose.angle);
  const sin = Math.sin(pose.angle);
  for (const form of formsOf(thing, pose, unseen)) {
    // Picture to the thing's own frame: turned about the foot, y up, facing right.
    const scale = 1 / pose.size;
    const toLocal = (x: number, y: number): [number, number] => {
      const px = (x - pose.x) * scale;
      const py = (pose.y - y) * scale;
      return [(cos * px - sin * py) * pose.facing, sin * px + cos * py];
    };
    const [lx, ly, hx, hy] = extent(form);
    const corners = [
      [lx, ly],
      [lx, hy],
      [hx, ly],
      [hx, hy],
    ].map(([x, y]) => {
      const fx = x * pose.facing;
      return [
        pose.x + pose.size * (cos * fx + sin * y),
        pose.y - pose.size * (-sin * fx + cos * y),
      ] as const;
    });
    const xs = corners.map(([x]) => x);
    const ys = corners.map(([, y]) => y);
    paint(
      canvas,
      form,
      1,
      (x, y) => {
        const [u, v] = toLocal(x, y);
        return distance(form, u, v) * pose.size;
      },
      [Math.min(...xs) - 1, Math.min(...ys) - 1, Math.max(...xs) + 1, Math.max(...ys) + 1],
    );
  }
}

/** Blends a form's colour where the signed distance (pixels, negative inside) says so; lighter above, darker below. */
function paint(
  canvas: Float32Array,
  form: Form,
  opacity: number,
  signed: (x: number, y: number) => number,
  [x1, y1, x2, y2]: readonly [number, number, number, number],
): void {
  const left = Math.max(0, Math.floor(x1));
  const right = Math.min(MINI_WIDTH - 1, Math.ceil(x2));
  const top = Math.max(0, Math.floor(y1));
  const bottom = Math.min(MINI_HEIGHT - 1, Math.ceil(y2));
  const [r, g, b] = form.rgb;
  const height = Math.max(1, y2 - y1);
  for (let y = top; y <= bottom; y++) {
    const light = 1.07 - (0.14 * (y - y1)) / height;
    for (let x = left; x <= right; x++) {
      const cover = 0.5 - signed(x + 0.5, y + 0.5);
      if (cover <= 0) continue;
      const a = opacity * Math.min(1, cover);
      const at = 3 * (y * MINI_WIDTH + x);
      canvas[at] += a * (r * light - canvas[at]);
      canvas[at + 1] += a * (g * light - canvas[at + 1]);
      canvas[at + 2] += a * (b * light - canvas[at + 2]);
    }
  }
}

/** Bounds of a form in its own frame. */
function extent(form: Form): [number, number, number, number] {
  if (form.form === "bar") {
    return [
      Math.min(form.x, form.x2) - form.r,
      Math.min(form.y, form.y2) - form.r,
      Math.max(form.x, form.x2) + form.r,
      Math.max(form.y, form.y2) + form.r,
    ];
  }
  if (form.form === "ring") {
    const r = form.r + form.width;
    return [form.x - r, form.y - r, form.x + r, form.y + r];
  }
  const turned = form.turn === undefined ? null : Math.max(form.rx, form.ry);
  const rx = turned ?? form.rx;
  const ry = turned ?? form.ry;
  return [form.x - rx, form.y - ry, form.x + rx, form.y + ry];
}

/** Signed distance to a form in its own frame (an approximation for ellipses). */
function distance(form: Form, x: number, y: number): number {
  if (form.form === "bar") {
    const dx = form.x2 - form.x;
    const dy = form.y2 - form.y;
    const along = ((x - form.x) * dx + (y - form.y) * dy) / (dx * dx + dy * dy);
    const t = Math.min(1, Math.max(0, along));
    return Math.hypot(x - form.x - t * dx, y - form.y - t * dy) - form.r;
  }
  let u = x - form.x;
  let v = y - form.y;
  if (form.form === "ring") return Math.abs(Math.hypot(u, v) - form.r) - form.width / 2;
  if (form.turn !== undefined) {
    const cos = Math.cos(form.turn);
    const sin = Math.sin(form.turn);
    [u, v] = [cos * u + sin * v, cos * v - sin * u];
  }
  if (form.form === "ellipse") {
    return (Math.hypot(u / form.rx, v / form.ry) - 1) * Math.min(form.rx, form.ry);
  }
  const round = form.round ?? 0;
  const qx = Math.abs(u) - form.rx + round;
  const qy = Math.abs(v) - form.ry + round;
  const outside = Math.hypot(Math.max(qx, 0), Math.max(qy, 0));
  return outside + Math.min(Math.max(qx, qy), 0) - round;
}

function gaussianTable(): Float32Array {
  const random = new Random(20261);
  return Float32Array.from({ length: 1 << 18 }, () => random.normal());
}
