/**
 * Zones and lines: which tracks are in them, for how long, and which crossed. (Whether anything moves in a zone at all
 * does not need tracks: see detector.ts.)
 *
 * A track is where its foot is, the middle of its box's lower edge: what people draw lies on the ground, and a person
 * whose head covers a zone behind him is not in it. (So a zone drawn around a window or a shelf has to reach down to
 * where the feet are, or where the moving part's lower edge is.) Leaving a zone counts after half a second outside,
 * crossing a line once the foot is clear of it; jitter on an edge therefore counts neither twice nor at all.
 */

import {
  distanceToLine,
  firstCrossing,
  insidePolygon,
  lineCrossings,
  rasterise,
} from "./geometry.ts";
import type { TrailPoint } from "./tracks.ts";
import type { Area, MotionEvent, Point, Track } from "./types.ts";

/** Times of an {@link AreaWatch}, in seconds of the stream. */
export type AreaWatchOptions = {
  /** Within this time a track's second crossing of a line in the same direction does not count; default 2. */
  readonly refractorySeconds?: number;
};

/** What {@link AreaWatch.update} takes. */
export type AreaInput = {
  /** Stream time in seconds. */
  readonly timestamp: number;
  /** Confirmed tracks, coasting ones among them. */
  readonly tracks: readonly Track[];
  /** How sure it is that something moves, 0 to 1: becomes the score of the events. */
  readonly score: number;
  /** Where a track that was just confirmed has been before (`Tracker.trail`). */
  readonly trail?: (id: number) => readonly TrailPoint[];
};

/** What {@link AreaWatch.update} returns. */
export type AreaOutput = {
  /** The same tracks with their zones. */
  readonly tracks: readonly Track[];
  readonly events: readonly MotionEvent[];
};

/** Timestamps may step back by this much (pictures in decoding order); beyond it the stream began anew. */
const REORDER_SECONDS = 1;
/** Time outside a zone before a track has left it. */
const LEAVE_SECONDS = 0.5;
/** A foot on the other side of a line, but not clear of it, has crossed after this time. */
const SETTLE_SECONDS = 1;
/** Greatest distance from a line at which a foot is clear of it; small tracks need less. */
const CLEAR = 0.02;

type Member = {
  /** Since when it is in the zone. */
  since: number;
  /** When its foot was last in the zone and seen. */
  last: number;
  /** When its foot was first outside; null: it is inside. */
  outside: number | null;
  /** Number of the open `dwell` event, its beginning and strongest score. */
  dwell: { readonly number: number; readonly at: number; score: number } | null;
};

type Zone = { readonly area: Area; readonly members: Map<number, Member> };

type Walk = {
  foot: Point;
  at: number;
  /** Crossings since the foot was last clear of the line, and when the last one happened. */
  net: number;
  crossed: number;
  /** When a crossing was last counted, per direction. */
  right: number;
  left: number;
};

type Line = { readonly area: Area; readonly walks: Map<number, Walk> };

/** The middle of the lower edge of a track's or region's box. */
export function footOf(box: {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}): Point {
  return [box.x + box.width / 2, box.y + box.height];
}

/**
 * Mask of the macroblocks that lie in an area of kind `ignore`, 1 where ignored; null where there is none. Zones and
 * lines are passed over.
 *
 * @param width cropped width of the picture in luma samples
 * @param height cropped height
 */
export function ignoreMask(
  areas: readonly Area[],
  mbWidth: number,
  mbHeight: number,
  width: number,
  height: number,
): Uint8Array | null {
  let mask: Uint8Array | null = null;
  for (const area of areas) {
    if (area.kind !== "ignore") continue;
    mask ??= new Uint8Array(mbWidth * mbHeight);
    rasterise(area.points, mbWidth, mbHeight, width, height, mask);
  }
  return mask;
}

/** Watches tracks against zones and lines; `ignore` areas are passed over, see {@link ignoreMask}. */
export class AreaWatch {
  readonly #number: () => number;
  readonly #refractory: number;
  #zones: Zone[] = [];
  #lines: Line[] = [];
  #time = Number.NEGATIVE_INFINITY;
  /** Highest track id met: only tracks beyond it bring a trail along. */
  #newest = 0;

  /**
   * @param areas what was drawn, as `checkAreas` returns it
   * @param number hands out event numbers, each once within the stream
   */
  constructor(areas: readonly Area[], number: () => number, options: AreaWatchOptions = {}) {
    this.#number = number;
    this.#refractory = options.refractorySeconds ?? 2;
    this.setAreas(areas);
  }

  /**
   * Replaces the areas. Those that stay as they are keep who is in them and who crossed; what was open in the others
   * ends now: the events that say so.
   */
  setAreas(areas: readonly Area[]): MotionEvent[] {
    const events: MotionEvent[] = [];
    const zones = new Map(this.#zones.map((zone) => [JSON.stringify(zone.area), zone]));
    const lines = new Map(this.#lines.map((line) => [JSON.stringify(line.area), line]));
    const nextZones: Zone[] = [];
    const nextLines: Line[] = [];
    for (const given of areas) {
      const area = plain(given);
      const key = JSON.stringify(area);
      if (area.kind === "zone") {
        nextZones.push(zones.get(key) ?? { area, members: new Map() });
        zones.delete(key);
      } else if (area.kind === "line") {
        nextLines.push(lines.get(key) ?? { area, walks: new Map() });
      }
    }
    for (const zone of zones.values()) this.#close(zone, events);
    this.#zones = nextZones;
    this.#lines = nextLines;
    return events;
  }

  /** Ends what is open and forgets all tracks: the stream has ended, or the picture was replaced. */
  end(): MotionEvent[] {
    const events: MotionEvent[] = [];
    for (const zone of this.#zones) this.#close(zone, events);
    for (const line of this.#lines) line.walks.clear();
    return events;
  }

  /**
   * Takes a frame's tracks. Frames that come late (pictures in decoding order) change nothing; a step back of more
   * than a second ends what is open and begins anew.
   */
  update(input: AreaInput): AreaOutput {
    const events: MotionEvent[] = [];
    if (input.timestamp < this.#time - REORDER_SECONDS) {
      events.push(...this.end());
      this.#time = Number.NEGATIVE_INFINITY;
    }
    if (input.timestamp > this.#time) {
      this.#time = input.timestamp;
      for (const zone of this.#zones) this.#watchZone(zone, input, events);
      for (const line of this.#lines) this.#watchLine(line, input, events);
      for (const track of input.tracks) this.#newest = Math.max(this.#newest, track.id);
    }
    if (this.#zones.length === 0) return { tracks: input.tracks, events };
    const tracks = input.tracks.map((track) => {
      const zones = this.#zones.filter((zone) => zone.members.has(track.id));
      return zones.length === 0 ? track : { ...track, zones: zones.map((zone) => zone.area.id) };
    });
    return { tracks, events };
  }

  #watchZone(zone: Zone, input: AreaInput, events: MotionEvent[]): void {
    const { timestamp } = input;
    const points = zone.area.points;
    for (const track of input.tracks) {
      const [x, y] = footOf(track);
      const inside = insidePolygon(points, Math.min(x, INNER), Math.min(y, INNER));
      let member = zone.members.get(track.id);
      if (member === undefined) {
        if (!inside) continue;
        member = {
          since: this.#enteredAt(points, track, input),
          last: track.seen,
          outside: null,
          dwell: null,
        };
        zone.members.set(track.id, member);
      }
      if (inside) {
        member.outside = null;
        member.last = Math.max(member.last, Math.min(track.seen, timestamp));
      } else {
        member.outside ??= timestamp;
        if (timestamp - member.outside >= LEAVE_SECONDS) {
          this.#leave(zone, track.id, member, member.outside, events);
          continue;
        }
      }
      this.#dwell(zone, track.id, member, input, events);
    }
    for (const [id, member] of zone.members) {
      if (!input.tracks.some((track) => track.id === id)) {
        this.#leave(zone, id, member, member.last, events);
      }
    }
  }

  /** Since when a track that is in a zone now has been in it. */
  #enteredAt(points: readonly Point[], track: Track, input: AreaInput): number {
    let since = input.timestamp;
    if (track.id <= this.#newest) return since;
    const trail = input.trail?.(track.id) ?? [];
    for (let at = trail.length - 1; at >= 0; at--) {
      const [x, y] = trail[at].foot;
      if (!insidePolygon(points, Math.min(x, INNER), Math.min(y, INNER))) break;
      since = Math.min(since, trail[at].at);
    }
    return since;
  }

  #dwell(zone: Zone, id: number, member: Member, input: AreaInput, events: MotionEvent[]): void {
    const needed = zone.area.dwellSeconds;
    if (member.dwell !== null) {
      member.dwell.score = Math.max(member.dwell.score, input.score);
    } else if (
      needed !== undefined &&
      member.outside === null &&
      input.timestamp - member.since >= needed
    ) {
      const at = member.since + needed;
      member.dwell = { number: this.#number(), at, score: input.score };
      events.push(
        event("dwell", "begin", member.dwell.number, at, zone.area.id, id, input.score, null),
      );
    }
  }

  #leave(zone: Zone, id: number, member: Member, at: number, events: MotionEvent[]): void {
    zone.members.delete(id);
    if (member.dwell === null) return;
    const { number, at: began, score } = member.dwell;
    const ended = Math.max(began, at);
    events.push(event("dwell", "end", number, ended, zone.area.id, id, score, null));
  }

  #close(zone: Zone, events: MotionEvent[]): void {
    for (const [id, member] of zone.members) this.#leave(zone, id, member, member.last, events);
  }

  #watchLine(line: Line, input: AreaInput, events: MotionEvent[]): void {
    for (const track of input.tracks) {
      // A foot that is only predicted crosses nothing.
      if (track.seen < input.timestamp) continue;
      const foot = footOf(track);
      let walk = line.walks.get(track.id);
      if (walk === undefined) {
        walk = {
          foot,
          at: input.timestamp,
          net: 0,
          crossed: input.timestamp,
          right: Number.NEGATIVE_INFINITY,
          left: Number.NEGATIVE_INFINITY,
        };
        line.walks.set(track.id, walk);
        const trail = track.id > this.#newest ? (input.trail?.(track.id) ?? []) : [];
        if (trail.length > 0) {
          walk.foot = trail[0].foot;
          walk.at = trail[0].at;
          for (const point of trail) step(line.area.points, walk, point.foot, point.at);
        }
      }
      step(line.area.points, walk, foot, input.timestamp);
      const clear = Math.min(CLEAR, track.width / 4, track.height / 4);
      const settled = input.timestamp - walk.crossed >= SETTLE_SECONDS;
      if (settled || distanceToLine(line.area.points, foot[0], foot[1]) >= clear) {
        this.#count(line, track.id, walk, input.score, events);
      }
    }
    for (const [id, walk] of line.walks) {
      if (input.tracks.some((track) => track.id === id)) continue;
      // It crossed and was gone before it was clear of the line, as at a door or the picture's edge.
      this.#count(line, id, walk, input.score, events);
      line.walks.delete(id);
    }
  }

  #count(line: Line, id: number, walk: Walk, score: number, events: MotionEvent[]): void {
    const { net } = walk;
    walk.net = 0;
    if (net === 0) return;
    const direction = net > 0 ? "right" : "left";
    const wanted = line.area.direction ?? "both";
    if (wanted !== "both" && wanted !== direction) return;
    if (walk.crossed - walk[direction] < this.#refractory) return;
    walk[direction] = walk.crossed;
    events.push(
      event(
        "line-crossing",
        "moment",
        this.#number(),
        walk.crossed,
        line.area.id,
        id,
        score,
        direction,
      ),
    );
  }
}

/** Coordinates of 1 lie on the picture's edge and would be outside of an area that reaches it. */
const INNER = 1 - 1e-6;

/** Moves a foot on, and notes what it crossed and when. */
function step(points: readonly Point[], walk: Walk, foot: Point, at: number): void {
  const share = firstCrossing(points, walk.foot, foot);
  if (share !== null) {
    walk.net += lineCrossings(points, walk.foot, foot);
    walk.crossed = walk.at + share * (at - walk.at);
  }
  walk.foot = foot;
  walk.at = at;
}

function event(
  kind: MotionEvent["kind"],
  phase: MotionEvent["phase"],
  number: number,
  at: number,
  area: string | null,
  track: number | null,
  score: number,
  direction: MotionEvent["direction"],
): MotionEvent {
  return { kind, phase, number, at, area, track, score, direction };
}

/** The same area with its keys in one order, so that equal areas have equal texts. */
function plain(area: Area): Area {
  return {
    id: area.id,
    kind: area.kind,
    points: area.points.map(([x, y]) => [x, y] as const),
    dwellSeconds: area.dwellSeconds,
    direction: area.direction,
  };
}
