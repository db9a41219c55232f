/** What happens in a clip: things with paths, drawn at random. */

import { MINI_HEIGHT, MINI_WIDTH } from "../../src/mini/prompt.ts";
import { Random } from "../random.ts";
import { aspectOf, type Rgb } from "./shapes.ts";
import {
  COLOURS,
  type Colour,
  type Kind,
  type Pose,
  type Scene,
  SIDES,
  type Side,
  type Thing,
  type Variant,
} from "./types.ts";

/** Upright height in pixels at the middle of the ground. */
const HEIGHTS: Readonly<Record<Kind, number>> = {
  person: 68,
  car: 48,
  dog: 34,
  box: 30,
  ball: 26,
  bag: 30,
  bike: 46,
};

/** Pixels per second. */
const SPEEDS: Readonly<Record<Kind, readonly [number, number]>> = {
  person: [45, 100],
  car: [80, 170],
  dog: [60, 130],
  box: [40, 80],
  ball: [60, 140],
  bag: [40, 80],
  bike: [70, 140],
};

const PAINTS: Readonly<Record<Colour, Rgb>> = {
  red: [202, 38, 38],
  green: [42, 150, 62],
  blue: [40, 78, 205],
  yellow: [228, 202, 42],
  white: [238, 238, 238],
  black: [28, 28, 32],
};

/** Things that move by themselves, things that are carried, and who carries. */
const MOVERS: readonly Kind[] = ["person", "person", "person", "car", "car", "dog", "ball", "bike"];
const ITEMS: readonly Kind[] = ["box", "bag", "ball"];
const STANDERS: readonly Kind[] = ["person", "car", "dog", "box", "ball", "bag", "bike"];

/** What a mover does. */
const ACTS = [
  "cross",
  "cross",
  "enter",
  "leave",
  "wander",
  "visit",
  "drop",
  "drop",
  "fall",
  "fall",
];

/** Draws a clip. */
export function drawScene(seed: number, duration: number, variant: Variant): Scene {
  const random = new Random(seed);
  const unseen = variant.shapes === "unseen";
  const stage = new Stage(random, unseen, duration);
  const movers = random.pick([0, 1, 1, 1, 1, 2, 2, 2, 3]);
  const standers = random.pick(movers === 0 ? [0, 1, 1, 2, 3] : [0, 0, 0, 1, 1, 2]);
  for (let i = 0; i < standers; i++) stage.stand();
  for (let i = 0; i < movers; i++) stage.act(random.pick(ACTS));
  return { duration, things: stage.things, variant, seed };
}

type Waypoint = { readonly time: number; readonly x: number; readonly y: number };

class Stage {
  readonly things: Thing[] = [];
  readonly #random: Random;
  readonly #unseen: boolean;
  readonly #duration: number;
  /** Places already taken: middle and half width. */
  readonly #taken: [x: number, y: number, half: number][] = [];

  constructor(random: Random, unseen: boolean, duration: number) {
    this.#random = random;
    this.#unseen = unseen;
    this.#duration = duration;
  }

  /** Something that stands there all the time. */
  stand(): void {
    const look = this.#look(this.#random.pick(STANDERS));
    const [x, y] = this.#place(look);
    this.#add(look, [{ time: 0, x, y }]);
  }

  act(act: string): void {
    const random = this.#random;
    const kind: Kind = act === "drop" || act === "fall" ? "person" : random.pick(MOVERS);
    const look = this.#look(kind);
    const speed = random.range(...SPEEDS[kind]);
    const start = random.range(-1.5, this.#duration - 2);
    const side = this.#side();
    if (act === "cross") {
      const [from, to] = this.#across(look, side);
      this.#add(look, walk(start, speed, [from, to]));
    } else if (act === "enter") {
      const to = this.#place(look);
      this.#add(look, walk(start, speed, [this.#outside(look, side, to), to]));
    } else if (act === "leave") {
      const from = this.#place(look);
      this.#add(look, walk(start + 1.5, speed, [from, this.#outside(look, side, from)]));
    } else if (act === "wander") {
      const from = this.#place(look);
      this.#add(look, walk(start + 1.5, speed * 0.8, [from, this.#place(look)]));
    } else if (act === "visit") {
      const to = this.#place(look);
      const inward = walk(start, speed, [this.#outside(look, side, to), to]);
      const leaving = this.#outside(look, this.#side(), to);
      const pause = (inward.at(-1) as Waypoint).time + random.range(0.6, 2.5);
      this.#add(look, [...inward, ...walk(pause, speed, [to, leaving])]);
    } else if (act === "fall") {
      this.#fall(look, start, speed, side);
    } else {
      this.#drop(look, start, speed, side);
    }
  }

  #fall(look: Look, start: number, speed: number, side: Side): void {
    const random = this.#random;
    const to = this.#place(look, 40);
    const inside = random.chance(0.5);
    const path = inside
      ? walk(Math.max(0.3, start), speed, [this.#place(look, 40), to])
      : walk(start, speed, [this.#outside(look, side, to), to]);
    const from = (path.at(-1) as Waypoint).time + random.range(-0.2, 0.8);
    this.#add(look, path, [from, from + random.range(0.35, 0.8)]);
  }

  #drop(look: Look, start: number, speed: number, side: Side): void {
    const random = this.#random;
    const item = this.#look(random.pick(ITEMS));
    const spot = this.#place(look);
    const inside = random.chance(0.25);
    const arriving = inside
      ? walk(start, speed, [this.#place(look), spot])
      : walk(start, speed, [this.#outside(look, side, spot), spot]);
    const time = (arriving.at(-1) as Waypoint).time + random.range(0, 0.5);
    const away = random.chance(0.6)
      ? this.#outside(look, this.#side(), spot)
      : this.#place(look, 10, spot[0], 75);
    const path = [...arriving, ...walk(time + 0.2, speed, [spot, away])];
    const carrier = this.#add(look, path);
    const heldAt = (at: number): Pose | null => {
      const pose = carrier.at(at);
      if (pose === null) return null;
      const size = item.size * scaleAt(pose.y);
      const held = { x: pose.x + 0.3 * pose.size * pose.facing, y: pose.y - 0.22 * pose.size };
      return { ...held, size, facing: pose.facing, angle: 0, gait: 0 };
    };
    const last = heldAt(time) as Pose;
    const ground = (carrier.at(time) as Pose).y + 1;
    const size = item.size * scaleAt(ground);
    this.things.push({
      kind: item.kind,
      colour: item.colour,
      rgb: item.rgb,
      style: item.style,
      aspect: item.aspect,
      dropped: { time, by: carrier },
      at(now) {
        if (now < time) return heldAt(now);
        const t = Math.min(1, (now - time) / 0.25);
        return { ...last, x: last.x, y: last.y + t * (ground - last.y), size };
      },
    });
  }

  #look(kind: Kind): Look {
    const random = this.#random;
    const style = Array.from({ length: 4 }, () => random.unit());
    const colour = random.pick(COLOURS);
    const jitter = (value: number): number => value + random.range(-14, 14);
    const [r, g, b] = PAINTS[colour];
    const all = colour === "white" ? random.range(-18, 6) : random.range(-12, 14);
    return {
      kind,
      colour,
      style,
      rgb: [jitter(r + all), jitter(g + all), jitter(b + all)],
      aspect: aspectOf(kind, style, this.#unseen),
      size: HEIGHTS[kind] * random.range(0.88, 1.14),
    };
  }

  #side(): Side {
    return this.#random.chance(0.75)
      ? this.#random.pick(["left", "right"])
      : this.#random.pick(SIDES);
  }

  /** A free place on the ground. */
  #place(look: Look, margin = 14, far = 0, distance = 0): [number, number] {
    const half = (look.aspect * look.size) / 2;
    for (let tries = 0; ; tries++) {
      const x = this.#random.range(half + margin, MINI_WIDTH - half - margin);
      const y = this.#random.range(104, MINI_HEIGHT - 6);
      if (tries < 20) {
        if (
          this.#taken.some(
            ([tx, ty, th]) => Math.abs(tx - x) < th + half + 6 && Math.abs(ty - y) < 60,
          )
        )
          continue;
        if (Math.abs(x - far) < distance) continue;
      }
      this.#taken.push([x, y, half]);
      return [x, y];
    }
  }

  /** Just outside the picture, on a side, level with a place. */
  #outside(look: Look, side: Side, level: readonly [number, number]): [number, number] {
    const reach = (look.aspect * look.size * 1.25) / 2 + 8;
    if (side === "left") return [-reach, level[1]];
    if (side === "right") return [MINI_WIDTH + reach, level[1]];
    return side === "top" ? [level[0], -6] : [level[0], MINI_HEIGHT + look.size * 1.3 + 6];
  }

  #across(look: Look, side: Side): [[number, number], [number, number]] {
    const random = this.#random;
    const opposite = { left: "right", right: "left", top: "bottom", bottom: "top" } as const;
    const level: [number, number] = [
      random.range(60, MINI_WIDTH - 60),
      random.range(108, MINI_HEIGHT - 6),
    ];
    return [this.#outside(look, side, level), this.#outside(look, opposite[side], level)];
  }

  #add(look: Look, path: readonly Waypoint[], falls?: readonly [number, number]): Thing {
    const still = this.#random.chance(0.5) ? 1 : -1;
    const thing: Thing = {
      kind: look.kind,
      colour: look.colour,
      rgb: look.rgb,
      style: look.style,
      aspect: look.aspect,
      falls,
      at: (time) => along(path, time, look.size, still, falls),
    };
    this.things.push(thing);
    return thing;
  }
}

type Look = {
  readonly kind: Kind;
  readonly colour: Colour;
  readonly rgb: Rgb;
  readonly style: readonly number[];
  readonly aspect: number;
  readonly size: number;
};

/** Nearer things are larger. `y` is the foot. */
function scaleAt(y: number): number {
  return 0.72 + (0.5 * (Math.min(Math.max(y, 60), 210) - 60)) / 130;
}

function walk(
  start: number,
  speed: number,
  points: readonly (readonly [number, number])[],
): Waypoint[] {
  let time = start;
  return points.map(([x, y], i) => {
    if (i > 0) time += Math.hypot(x - points[i - 1][0], y - points[i - 1][1]) / speed;
    return { time, x, y };
  });
}

function along(
  path: readonly Waypoint[],
  time: number,
  size: number,
  still: 1 | -1,
  falls: readonly [number, number] | undefined,
): Pose {
  let { x, y } = path[0];
  let gait = 0;
  let facing = still;
  // A fallen person doesn't walk on.
  const now = falls === undefined ? time : Math.min(time, falls[1]);
  for (let i = 1; i < path.length; i++) {
    const a = path[i - 1];
    const b = path[i];
    if (now <= a.time) break;
    const t = b.time > a.time ? Math.min(1, (now - a.time) / (b.time - a.time)) : 1;
    x = a.x + t * (b.x - a.x);
    y = a.y + t * (b.y - a.y);
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    gait += (t * length) / size;
    if (Math.abs(b.x - a.x) > 1) facing = b.x > a.x ? 1 : -1;
  }
  let angle = 0;
  if (falls !== undefined && time > falls[0]) {
    const t = Math.min(1, (time - falls[0]) / (falls[1] - falls[0]));
    angle = facing * 1.5 * t * t;
  }
  return { x, y, size: size * scaleAt(y), facing, angle, gait };
}
