/** What is true of a clip, from the simulation: where each thing is in each sampled frame, and what happened. */

import { MINI_HEIGHT, MINI_WIDTH } from "../src/mini/prompt.ts";
import type { Colour, Kind, Pose, Scene, Side, Thing } from "./scene/types.ts";

/** A box in pixels. */
export type Bounds = {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
};

/** A thing in one sampled frame. */
export type Sight = {
  /** Share of it that is inside the picture, 0 to 1. */
  readonly seen: number;
  readonly bounds: Bounds;
  /** Middle of its bounds. */
  readonly x: number;
  readonly y: number;
  /** Carried by another thing. */
  readonly held: boolean;
  /** Lies on the ground after a fall (or is about to). */
  readonly fallen: boolean;
  /** The fall is over. */
  readonly down: boolean;
};

/** A thing's sights, one per sampled frame. */
export type Track = { readonly thing: Thing; readonly sights: readonly Sight[] };

/** A thing counts as there from this share on, and as gone below {@link ABSENT}; between, nothing is asked about it. */
const PRESENT = 0.55;
const ABSENT = 0.04;

/** Follows all things of a scene through sampled frames. */
export function trackScene(scene: Scene, times: readonly number[]): Track[] {
  return scene.things.map((thing) => ({
    thing,
    sights: times.map((time) => sightOf(thing, time)),
  }));
}

/** Where a thing is in the picture, upright or fallen. */
export function boundsOf(thing: Thing, pose: Pose): Bounds {
  const half = (pose.size * thing.aspect) / 2;
  if (Math.abs(pose.angle) < 0.05) {
    return {
      left: pose.x - half,
      right: pose.x + half,
      top: pose.y - pose.size,
      bottom: pose.y,
    };
  }
  const cos = Math.cos(pose.angle);
  const sin = Math.sin(pose.angle);
  const tipX = pose.x + pose.size * sin;
  const tipY = pose.y - pose.size * cos;
  const wide = half * Math.max(Math.abs(cos), 0.3);
  const tall = half * Math.abs(sin);
  return {
    left: Math.min(pose.x, tipX) - wide,
    right: Math.max(pose.x, tipX) + wide,
    top: Math.min(pose.y, tipY) - tall,
    bottom: Math.max(pose.y, tipY) + tall,
  };
}

function sightOf(thing: Thing, time: number): Sight {
  const pose = thing.at(time);
  const none = { left: 0, top: 0, right: 0, bottom: 0 };
  if (pose === null)
    return { seen: 0, bounds: none, x: 0, y: 0, held: false, fallen: false, down: false };
  const bounds = boundsOf(thing, pose);
  const width = Math.min(bounds.right, MINI_WIDTH) - Math.max(bounds.left, 0);
  const height = Math.min(bounds.bottom, MINI_HEIGHT) - Math.max(bounds.top, 0);
  const area = (bounds.right - bounds.left) * (bounds.bottom - bounds.top);
  return {
    seen: Math.max(0, width) * Math.max(0, height) * (1 / area),
    bounds,
    x: (bounds.left + bounds.right) / 2,
    y: (bounds.top + bounds.bottom) / 2,
    held: thing.dropped !== undefined && time < thing.dropped.time,
    fallen: Math.abs(pose.angle) > 0.25,
    down: Math.abs(pose.angle) > 1.2,
  };
}

/** Yes, no, or too close to call. */
export type Ternary = boolean | null;

/** What one thing did within a window of frames. */
export type Deed = {
  readonly kind: Kind;
  readonly colour: Colour;
  /** In the picture at some moment; null when only a sliver of it was. */
  readonly appeared: Ternary;
  /** In the picture in the newest frame. */
  readonly present: Ternary;
  readonly entered: Ternary;
  /** Where it came in. */
  readonly enteredFrom: Side | null;
  readonly left: Ternary;
  readonly leftTo: Side | null;
  /** Carried at the end, or all the time. */
  readonly held: boolean;
  readonly leftBehind: Ternary;
  readonly fell: Ternary;
  /** Lies on the ground in the newest frame. */
  readonly lying: Ternary;
  /** Went from one half of the picture to the other. */
  readonly crossed: Ternary;
  readonly moved: Ternary;
  /** Direction of its way through the window; null when it didn't go far or went askew. */
  readonly direction: "left" | "right" | "up" | "down" | null;
  /** Third of the picture it is in at the end; null when on a border between them. */
  readonly place: "left" | "middle" | "right" | null;
};

/** What a thing did between the frames `from` and `to`, both included. */
export function deedOf({ thing, sights }: Track, from: number, to: number): Deed {
  const window = sights.slice(from, to + 1);
  const first = window[0];
  const last = window.at(-1) as Sight;
  const there = (sight: Sight): Ternary =>
    sight.seen >= PRESENT ? true : sight.seen <= ABSENT ? false : null;
  const anywhere = window.some((sight) => there(sight) === true);
  const nowhere = window.every((sight) => there(sight) === false);
  const appeared = anywhere ? true : nowhere ? false : null;
  const visible = window.filter((sight) => sight.seen > ABSENT);
  const start = visible[0];
  const end = visible.at(-1);
  const dx = start && end ? end.x - start.x : 0;
  const dy = start && end ? end.bounds.bottom - start.bounds.bottom : 0;
  const fallenAtFirst = first.fallen;
  const moved = motion(window);
  const wentIn = there(first) === false && appeared === true;
  const wentOut = there(last) === false && appeared === true;
  return {
    kind: thing.kind,
    colour: thing.colour,
    appeared,
    present: there(last),
    entered:
      appeared === false ? false : there(first) === null || appeared === null ? null : wentIn,
    enteredFrom: wentIn && start ? sideOf(start) : null,
    left: appeared === false ? false : there(last) === null || appeared === null ? null : wentOut,
    leftTo: wentOut && end ? sideOf(end) : null,
    held: last.held || window.every((sight) => sight.held),
    leftBehind: leftBehind(thing, sights, from, to),
    fell:
      thing.falls === undefined
        ? false
        : !last.fallen
          ? false
          : fallenAtFirst
            ? null
            : lies(window),
    lying: !last.fallen ? false : there(last) === true && last.down ? true : null,
    crossed: crossing(window),
    moved,
    direction: Math.abs(dx) < 45 && Math.abs(dy) < 45 ? null : heading(dx, dy),
    place: third(last.x),
  };
}

/** A fall counts when its end was seen: the person lies in the last two frames. */
function lies(window: readonly Sight[]): Ternary {
  return window.length > 1 && window[window.length - 2].fallen ? true : null;
}

function motion(window: readonly Sight[]): Ternary {
  let most = 0;
  for (let i = 1; i < window.length; i++) {
    const [a, b] = [window[i - 1], window[i]];
    if (a.seen <= ABSENT && b.seen <= ABSENT) continue;
    if (a.fallen !== b.fallen) most = Math.max(most, 20);
    const went = Math.hypot(b.x - a.x, b.y - a.y);
    const share = Math.max(a.seen, b.seen);
    most = Math.max(most, share < 0.3 ? Math.min(went, 5) : went);
  }
  return most > 9 ? true : most > 1 ? null : false;
}

function crossing(window: readonly Sight[]): Ternary {
  const middle = MINI_WIDTH / 2;
  const sides = window
    .filter((sight) => sight.seen > 0.3)
    .map((sight) => (Math.abs(sight.x - middle) < 14 ? 0 : Math.sign(sight.x - middle)));
  if (sides.includes(-1) && sides.includes(1)) return true;
  return sides.includes(0) ? null : false;
}

function leftBehind(thing: Thing, sights: readonly Sight[], from: number, to: number): Ternary {
  if (thing.dropped === undefined) return false;
  const last = sights[to];
  if (last.held) return false;
  // Put down before the window began: it stands there like anything else.
  if (!sights[from].held) return false;
  return last.seen < PRESENT ? null : true;
}

function heading(dx: number, dy: number): Deed["direction"] {
  if (Math.abs(dx) > 1.7 * Math.abs(dy)) return dx > 0 ? "right" : "left";
  if (Math.abs(dy) > 1.7 * Math.abs(dx)) return dy > 0 ? "down" : "up";
  return null;
}

/** The border nearest to where something comes in or goes out. */
function sideOf({ bounds }: Sight): Side | null {
  const gaps: [Side, number][] = [
    ["left", bounds.left],
    ["right", MINI_WIDTH - bounds.right],
    ["top", bounds.top],
    ["bottom", MINI_HEIGHT - bounds.bottom],
  ];
  gaps.sort((a, b) => a[1] - b[1]);
  // Seen for the first time well inside, or in a corner: no telling.
  if (gaps[0][1] > 60 || gaps[1][1] - gaps[0][1] < 12) return null;
  return gaps[0][0];
}

function third(x: number): Deed["place"] {
  const t = x / MINI_WIDTH;
  if (t < 0.3) return "left";
  if (t > 0.7) return "right";
  return t > 0.37 && t < 0.63 ? "middle" : null;
}
