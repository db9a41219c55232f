/**
 * Tracks: regions followed over time under ids that last.
 *
 * A frame's regions are given to tracks in steps, each at the least total cost: to tracks that were seen a moment ago,
 * with pieces that belong to them; to those that are about to be confirmed; to those that coast (they stood still, or
 * were hidden); and to those seen once or twice. Tracks whose regions have run together go on side by side on their predictions until
 * the region splits. Nothing gets an id before it was seen for several frames and has either moved or stayed.
 */

import { assign, FORBIDDEN } from "./assignment.ts";
import { AxisFilter } from "./filter.ts";
import type { Point, Region, Track } from "./types.ts";

/** Times and counts of a {@link Tracker}. */
export type TrackerOptions = {
  /** Frames in which something has to be seen before it gets an id; default 3. */
  readonly confirmFrames?: number;
  /** Seconds over which it has to be seen; default 0.2. */
  readonly confirmSeconds?: number;
  /** Seconds after which it gets an id though it moves on the spot; default 1.5. */
  readonly settleSeconds?: number;
  /** Seconds for which a track is kept that is not seen, because it stands still or is hidden; default 10. */
  readonly coastSeconds?: number;
  /** Seconds for which tracks are kept apart whose regions have run together; default 5. */
  readonly mergeSeconds?: number;
};

/** A position of a track's foot (the middle of its lower edge) in the past. */
export type TrailPoint = { readonly at: number; readonly foot: Point };

/** Timestamps may step back by this much: pictures in decoding order. Beyond it the stream began anew. */
const REORDER_SECONDS = 1;
/** A track not seen for longer coasts. */
const RECENT_SECONDS = 0.5;
/** Unconfirmed tracks are dropped after this long without a region. */
const TENTATIVE_SECONDS = 0.4;
/** Tracks that head out of the picture are dropped after this long without a region. */
const LEAVING_SECONDS = 0.7;
/** Tracks that were lost in a region shared with another are dropped after this long. */
const LOST_SECONDS = 1.5;
/** Difference of velocities (0 to 1) from which two are not one. */
const OPPOSITE = 0.7;
/** Something this fast does not stop from one frame to the next, shares of the picture per second. */
const FAST = 0.1;
/** How near to the edge they have to be, and how fast, in shares of the picture (per second). */
const EDGE = 0.02;
const LEAVING_SPEED = 0.01;
/** Time in which the velocity of something unseen falls to a third. */
const SLOWING_SECONDS = 0.25;
/** Something that was hidden may come out again where its way leads, after this long. */
const HIDDEN_SECONDS = 2;
/** Of the frames since its first, an unconfirmed track has to be seen in so many. */
const CONFIRM_SHARE = 0.6;
/** How straight the way of an unconfirmed track has to be: distance over length. */
const CONFIRM_STRAIGHT = 0.5;
/** How far the vectors of an unconfirmed track may be from its way, 0 to 1. */
const CONFIRM_MISMATCH = 0.6;
/** A track is kept unseen for no more than so many times as long as it was seen. */
const COAST_SHARE = 3;
/** A track this old knows its size: a region so many times as large is shared with something new, for so long. */
const GROWN_SECONDS = 1;
const BURST_AREA = 1.8;
const BURST_SECONDS = 4;
/** A region below this share of a track's size tells that something in it moves, not where it goes. */
const GLIMPSE_AREA = 0.3;
/** Uncertainty of its velocity, per second; and what is left of a track's velocity where it has none. */
const GLIMPSE_SIGMA = 0.1;
const GLIMPSE_SLOWS = 0.7;
/** Cost of a mere glimpse. */
const GLIMPSE_COST = 0.7;
/** Cost above which a region is rather not taken. Half a width aside costs about 0.6, beside each other 0.9. */
const ALONE = 0.8;
/** Greatest uncertainty of a predicted position that is admitted, in shares of the picture. */
const MAX_SIGMA = 0.03;
/** What may separate touching boxes: about a macroblock. */
const SLACK: Point = [0.015, 0.025];
/** Positions kept of a track that is not yet confirmed. */
const TRAIL_POINTS = 64;

type Box = { x: number; y: number; width: number; height: number };

type Live = {
  /** 0 until confirmed. */
  id: number;
  readonly x: AxisFilter;
  readonly y: AxisFilter;
  width: number;
  height: number;
  size: number;
  /** Offset of the centre of mass from the centre of the box. */
  offset: [number, number];
  from: number;
  seen: number;
  hits: number;
  /** Frames since the first, and the length of the way, until confirmed. */
  frames: number;
  way: number;
  /** Sum of its regions' velocities where they were known, and in how many frames. */
  drift: [number, number];
  drifts: number;
  readonly origin: Point;
  /** Where it was last seen and how fast it was. */
  last: { readonly x: number; readonly y: number; readonly vx: number; readonly vy: number };
  /** Since when its region is shared with another track; null: it is not. */
  mergedFrom: number | null;
  readonly trail: TrailPoint[];
};

function intersection(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

function area(box: Box): number {
  return box.width * box.height;
}

/** Difference of two velocities relative to their size, 0 to 1; 0.5 where the region's is not known. */
function velocityMismatch(vx: number, vy: number, [x, y]: Point): number {
  if (x === 0 && y === 0) return 0.5;
  return Math.hypot(vx - x, vy - y) / (Math.hypot(vx, vy) + Math.hypot(x, y) + 0.05);
}

/** Cost of a region for a track that is expected in a box, 0 to 1.2, forbidden beyond a reach. */
function price(box: Box, region: Region, reachX: number, reachY: number, mismatch: number): number {
  const dx =
    Math.abs(region.x + region.width / 2 - box.x - box.width / 2) /
    (0.5 * (region.width + box.width) + reachX);
  const dy =
    Math.abs(region.y + region.height / 2 - box.y - box.height / 2) /
    (0.5 * (region.height + box.height) + reachY);
  if (dx > 1 || dy > 1) return FORBIDDEN;
  const common = intersection(box, region);
  const union = area(box) + area(region) - common;
  return 0.4 * Math.hypot(dx, dy) + 0.35 * (1 - common / union) + 0.25 * mismatch;
}

/** Follows the regions of one stream. Feed it every frame, in display or decoding order. */
export class Tracker {
  readonly #options: Required<TrackerOptions>;
  #tracks: Live[] = [];
  #ids = 0;
  #time = Number.NEGATIVE_INFINITY;

  constructor(options: TrackerOptions = {}) {
    this.#options = {
      confirmFrames: options.confirmFrames ?? 3,
      confirmSeconds: options.confirmSeconds ?? 0.2,
      settleSeconds: options.settleSeconds ?? 1.5,
      coastSeconds: options.coastSeconds ?? 10,
      mergeSeconds: options.mergeSeconds ?? 5,
    };
  }

  /** Drops all tracks: the picture was replaced. Ids go on counting. */
  clear(): void {
    this.#tracks = [];
  }

  /**
   * Where a track's foot was from its first sight until it was confirmed, oldest first; empty for unknown ids. Lets
   * areas count what happened before the track had an id.
   */
  trail(id: number): readonly TrailPoint[] {
    return this.#tracks.find((track) => track.id === id)?.trail ?? [];
  }

  /**
   * Takes a frame's regions and returns the confirmed tracks: those seen in it, and those that coast, whose `seen`
   * lies in the past. Times that step back by up to a second count as pictures in decoding order; a longer step back
   * begins a new stream: all tracks are dropped.
   *
   * @param timestamp stream time in seconds
   */
  update(timestamp: number, regions: readonly Region[]): Track[] {
    if (timestamp < this.#time - REORDER_SECONDS) {
      this.clear();
      this.#time = timestamp;
    }
    const lag = Math.max(0, this.#time - timestamp);
    if (timestamp > this.#time) this.#advance(timestamp);
    this.#retire();
    this.#match(timestamp, lag, regions);
    return this.#tracks.filter((track) => track.id > 0).map((track) => this.#publish(track));
  }

  #advance(timestamp: number): void {
    const seconds = Number.isFinite(this.#time) ? timestamp - this.#time : 0;
    this.#time = timestamp;
    for (const track of this.#tracks) {
      // What was missed in one frame only has hardly stopped.
      const unseen = timestamp - seconds - track.seen;
      if (unseen > 0.1) {
        const factor = Math.exp(-seconds / SLOWING_SECONDS);
        track.x.slow(factor);
        track.y.slow(factor);
      }
      track.x.advance(seconds);
      track.y.advance(seconds);
      track.frames++;
      if (
        timestamp - track.seen > RECENT_SECONDS &&
        timestamp - seconds - track.seen <= RECENT_SECONDS
      ) {
        // From here on it is taken to stand where it was last seen.
        track.x.rest(track.last.x);
        track.y.rest(track.last.y);
      }
    }
  }

  #match(timestamp: number, lag: number, regions: readonly Region[]): void {
    const owner: (Live | null)[] = regions.map(() => null);
    const recent = (track: Live): boolean => this.#time - track.seen <= RECENT_SECONDS;
    const active = this.#tracks.filter((track) => track.id > 0 && recent(track));
    this.#assign(active, regions, owner, lag);
    const pieces = this.#attachPieces(regions, owner, lag);
    const sharing = this.#findSharing(active, regions, owner, lag);
    const rest = this.#tracks.filter((track) => !active.includes(track));
    const fresh = (track: Live): boolean => track.hits < this.#options.confirmFrames;
    for (const group of [
      rest.filter((track) => track.id === 0 && !fresh(track)),
      rest.filter((track) => track.id > 0),
      rest.filter((track) => track.id === 0 && fresh(track)),
    ]) {
      this.#assign(group, regions, owner, lag);
    }
    for (let at = 0; at < regions.length; at++) {
      const track = owner[at];
      if (track === undefined || pieces.has(at)) continue;
      if (track === null) this.#begin(timestamp, regions[at]);
      else if (!sharing.has(track)) {
        let measured = regions[at];
        for (const [piece, whole] of pieces) {
          if (whole === at) measured = join(measured, regions[piece]);
        }
        if (this.#bursts(track, measured)) this.#share(track, timestamp, measured);
        else this.#observe(track, timestamp, lag, measured);
      }
    }
    for (const [track, region] of sharing) this.#share(track, timestamp, regions[region]);
  }

  /** Gives free regions to tracks at the least total cost. */
  #assign(
    tracks: readonly Live[],
    regions: readonly Region[],
    owner: (Live | null)[],
    lag: number,
  ): void {
    const free = owner.flatMap((track, at) => (track === null ? [at] : []));
    if (tracks.length === 0 || free.length === 0) return;
    const costs = new Float64Array(tracks.length * free.length);
    for (let row = 0, at = 0; row < tracks.length; row++) {
      const box = this.#predict(tracks[row], lag);
      for (const region of free) costs[at++] = this.#cost(tracks[row], box, regions[region]);
    }
    const columns = assign(costs, tracks.length, free.length, ALONE);
    for (let row = 0; row < tracks.length; row++) {
      if (columns[row] >= 0) owner[free[columns[row]]] = tracks[row];
    }
  }

  #predict(track: Live, lag: number): Box {
    return {
      x: track.x.before(lag) - track.width / 2,
      y: track.y.before(lag) - track.height / 2,
      width: track.width,
      height: track.height,
    };
  }

  #cost(track: Live, box: Box, region: Region): number {
    const unseen = this.#time - track.seen;
    if (this.#glimpses(track, region)) {
      if (unseen > RECENT_SECONDS) return FORBIDDEN;
      const within = intersection(region, inflate(box)) >= 0.7 * area(region);
      return within ? GLIMPSE_COST : FORBIDDEN;
    }
    const { x, y, vx, vy } = track.last;
    const turn = velocityMismatch(vx, vy, region.velocity);
    // Who leaves at speed neither turns at the edge nor stops: that is somebody who enters.
    if (track.id > 0 && leaves(track)) {
      const fast = Math.hypot(vx, vy) > FAST;
      const stands = fast && region.velocity[0] === 0 && region.velocity[1] === 0;
      if (stands || turn > OPPOSITE || unseen > RECENT_SECONDS) return FORBIDDEN;
    }
    if (unseen <= RECENT_SECONDS) {
      const reachX = SLACK[0] + 2 * Math.min(MAX_SIGMA, track.x.sigma);
      const reachY = SLACK[1] + 2 * Math.min(MAX_SIGMA, track.y.sigma);
      const mismatch = velocityMismatch(track.x.velocity, track.y.velocity, region.velocity);
      return price(box, region, reachX, reachY, mismatch);
    }
    // What stood still goes on from its place; what was hidden comes out where its way leads.
    const place = price(box, region, SLACK[0], SLACK[1], 0.5);
    if (unseen > HIDDEN_SECONDS) return place;
    if (turn >= 0.5) return place;
    const ahead = {
      x: x + unseen * vx - track.width / 2,
      y: y + unseen * vy - track.height / 2,
      width: track.width,
      height: track.height,
    };
    return Math.min(place, price(ahead, region, 2 * SLACK[0], 2 * SLACK[1], turn));
  }

  /** Free regions that are pieces of a region with an owner: index of the piece to index of the whole. */
  #attachPieces(
    regions: readonly Region[],
    owner: (Live | null)[],
    lag: number,
  ): Map<number, number> {
    const pieces = new Map<number, number>();
    for (let piece = 0; piece < regions.length; piece++) {
      if (owner[piece] !== null) continue;
      const part = regions[piece];
      for (let whole = 0; whole < regions.length; whole++) {
        const track = owner[whole];
        if (track === null || track === undefined || pieces.has(whole)) continue;
        const box = this.#predict(track, lag);
        if (intersection(part, inflate(box)) < 0.6 * area(part)) continue;
        // Two that walk apart leave a gap between them.
        const both = join(regions[whole], part);
        if (area(part) + area(regions[whole]) < 0.55 * area(both)) continue;
        if (area(both) > 1.5 * area(inflate(box))) continue;
        const { x, y } = track;
        if (velocityMismatch(x.velocity, y.velocity, part.velocity) > 0.6) continue;
        pieces.set(piece, whole);
        owner[piece] = track;
        break;
      }
    }
    return pieces;
  }

  /** Tracks whose regions have run together, with the region that they share. */
  #findSharing(
    active: readonly Live[],
    regions: readonly Region[],
    owner: readonly (Live | null)[],
    lag: number,
  ): Map<Live, number> {
    const sharing = new Map<Live, number>();
    for (const track of active) {
      if (owner.includes(track)) continue;
      const box = this.#predict(track, lag);
      let best = 0.4 * area(box);
      let shared = -1;
      for (let at = 0; at < regions.length; at++) {
        const common = intersection(box, regions[at]);
        if (owner[at] !== null && common > best) {
          best = common;
          shared = at;
        }
      }
      const other = owner[shared];
      if (other === null || other === undefined) continue;
      sharing.set(track, shared);
      sharing.set(other, shared);
    }
    return sharing;
  }

  #begin(timestamp: number, region: Region): void {
    const x = region.x + region.width / 2;
    const y = region.y + region.height / 2;
    const known = region.velocity[0] !== 0 || region.velocity[1] !== 0;
    const doubt = known ? 0.1 : 0.4;
    this.#tracks.push({
      id: 0,
      x: new AxisFilter(x, region.velocity[0], SLACK[0], doubt, 0.3),
      y: new AxisFilter(y, region.velocity[1], SLACK[1], doubt, 0.3),
      width: region.width,
      height: region.height,
      size: region.size,
      offset: [region.centre[0] - x, region.centre[1] - y],
      from: timestamp,
      seen: timestamp,
      hits: 1,
      frames: 1,
      way: 0,
      drift: [region.velocity[0], region.velocity[1]],
      drifts: known ? 1 : 0,
      origin: [x, y],
      last: { x, y, vx: 0, vy: 0 },
      mergedFrom: null,
      trail: [{ at: timestamp, foot: [x, region.y + region.height] }],
    });
  }

  /** Whether a region is too small to say where its track goes. */
  #glimpses(track: Live, region: Region): boolean {
    if (track.id === 0 || track.seen - track.from < GROWN_SECONDS) return false;
    return area(region) < GLIMPSE_AREA * track.width * track.height;
  }

  /** Whether a region is so much larger than its track that something else has come into it. */
  #bursts(track: Live, region: Region): boolean {
    // What is still entering grows.
    const grown = touchesEdge(this.#predict(track, 0)) ? GROWN_SECONDS : GROWN_SECONDS / 2;
    if (track.id === 0 || track.seen - track.from < grown) return false;
    if (area(region) < BURST_AREA * track.width * track.height) return false;
    if (track.mergedFrom === null || this.#time - track.mergedFrom < BURST_SECONDS) return true;
    // It stays so large: it is the track's own size.
    track.width = region.width;
    track.height = region.height;
    return false;
  }

  #observe(track: Live, timestamp: number, lag: number, region: Region): void {
    const x = region.x + region.width / 2;
    const y = region.y + region.height / 2;
    const [vx, vy] = region.velocity;
    const known = vx !== 0 || vy !== 0;
    const away = timestamp - track.seen;
    if (this.#glimpses(track, region)) {
      if (known) {
        track.x.observeVelocity(vx, GLIMPSE_SIGMA);
        track.y.observeVelocity(vy, GLIMPSE_SIGMA);
      } else {
        track.x.slow(GLIMPSE_SLOWS);
        track.y.slow(GLIMPSE_SLOWS);
      }
      track.seen = Math.max(track.seen, timestamp);
      return;
    }
    if (away > RECENT_SECONDS && Math.abs(x - track.x.position) > track.width / 2) {
      track.x.rest(x);
      track.y.rest(y);
    }
    track.x.observe(x, SLACK[0] / 2 + 0.1 * region.width, lag);
    track.y.observe(y, SLACK[1] / 2 + 0.1 * region.height, lag);
    if (known) {
      track.drift[0] += vx;
      track.drift[1] += vy;
      track.drifts++;
      const sigma = 0.05 + 0.3 * Math.hypot(vx, vy);
      track.x.observeVelocity(vx, sigma);
      track.y.observeVelocity(vy, sigma);
    }
    // Boxes breathe as parts of a body stop and go.
    const blend = 0.3;
    track.width += blend * (region.width - track.width);
    track.height += blend * (region.height - track.height);
    track.offset[0] += blend * (region.centre[0] - x - track.offset[0]);
    track.offset[1] += blend * (region.centre[1] - y - track.offset[1]);
    track.size = region.size;
    track.mergedFrom = null;
    track.hits++;
    track.from = Math.min(track.from, timestamp);
    track.seen = Math.max(track.seen, timestamp);
    track.way += Math.hypot(track.x.position - track.last.x, track.y.position - track.last.y);
    track.last = {
      x: track.x.position,
      y: track.y.position,
      vx: track.x.velocity,
      vy: track.y.velocity,
    };
    if (track.id === 0) {
      if (track.trail.length < TRAIL_POINTS && lag === 0) {
        const foot: Point = [track.x.position, track.y.position + track.height / 2];
        track.trail.push({ at: timestamp, foot });
      }
      if (this.#confirms(track)) track.id = ++this.#ids;
    }
  }

  #confirms(track: Live): boolean {
    const { confirmFrames, confirmSeconds, settleSeconds } = this.#options;
    const age = track.seen - track.from;
    if (track.hits < confirmFrames || age < confirmSeconds) return false;
    if (track.hits < CONFIRM_SHARE * track.frames) return false;
    if (age >= settleSeconds) return true;
    const x = track.last.x - track.origin[0];
    const y = track.last.y - track.origin[1];
    if (Math.hypot(x, y) < CONFIRM_STRAIGHT * track.way) return false;
    // Flicker jumps about: its vectors do not lead where it goes. Without vectors it takes longer to be sure.
    if (track.drifts === 0) {
      if (track.hits < 2 * confirmFrames) return false;
    } else {
      const drift: Point = [track.drift[0] / track.drifts, track.drift[1] / track.drifts];
      if (velocityMismatch(x / age, y / age, drift) > CONFIRM_MISMATCH) return false;
    }
    const [dx, dy] = [Math.abs(x), Math.abs(y)];
    return dx > Math.min(0.03, 0.4 * track.width) || dy > Math.min(0.05, 0.4 * track.height);
  }

  /** A track within a region that is not its alone: it goes on as predicted, but not out of the region. */
  #share(track: Live, timestamp: number, region: Region): void {
    const hold = (axis: AxisFilter, from: number, length: number, own: number): void => {
      const room = Math.max(0, (length - own) / 2);
      const middle = from + length / 2;
      axis.position = Math.min(middle + room, Math.max(middle - room, axis.position));
    };
    hold(track.x, region.x, region.width, track.width);
    hold(track.y, region.y, region.height, track.height);
    track.last = {
      x: track.x.position,
      y: track.y.position,
      vx: track.x.velocity,
      vy: track.y.velocity,
    };
    track.mergedFrom ??= timestamp;
    track.seen = Math.max(track.seen, timestamp);
  }

  /** Drops what is gone: left, flickered, stood for too long, or is one with an older track. */
  #retire(): void {
    const merged = this.#tracks.filter((track) => track.mergedFrom !== null && track.id > 0);
    const absorbed = new Set<Live>();
    for (const track of merged) {
      // One object whose parts were taken for two is told by the youth of its second track.
      const age = (track.mergedFrom ?? 0) - track.from;
      const patience = age < 1 ? 0.5 : this.#options.mergeSeconds;
      const elder = merged.some(
        (other) =>
          other !== track &&
          !absorbed.has(other) &&
          (other.from < track.from || (other.from === track.from && other.id < track.id)) &&
          intersection(this.#predict(other, 0), this.#predict(track, 0)) > 0,
      );
      if (elder && this.#time - (track.mergedFrom ?? 0) > patience) absorbed.add(track);
    }
    this.#tracks = this.#tracks.filter((track) => {
      if (absorbed.has(track)) return false;
      const unseen = this.#time - track.seen;
      if (track.id === 0) return unseen <= TENTATIVE_SECONDS;
      const earned = Math.max(LEAVING_SECONDS, COAST_SHARE * (track.seen - track.from));
      const kept = Math.min(earned, this.#options.coastSeconds);
      // What is lost within a shared region was a part of the other, or has gone along with it.
      if (track.mergedFrom !== null) return unseen <= Math.min(kept, LOST_SECONDS);
      return unseen <= (leaves(track) ? LEAVING_SECONDS : kept);
    });
  }

  #publish(track: Live): Track {
    const left = Math.min(1, Math.max(0, track.x.position - track.width / 2));
    const top = Math.min(1, Math.max(0, track.y.position - track.height / 2));
    const right = Math.min(1, Math.max(0, track.x.position + track.width / 2));
    const bottom = Math.min(1, Math.max(0, track.y.position + track.height / 2));
    return {
      id: track.id,
      from: track.from,
      seen: track.seen,
      x: left,
      y: top,
      width: right - left,
      height: bottom - top,
      centre: [
        Math.min(right, Math.max(left, track.x.position + track.offset[0])),
        Math.min(bottom, Math.max(top, track.y.position + track.offset[1])),
      ],
      size: track.size,
      velocity: [track.x.velocity, track.y.velocity],
      zones: [],
    };
  }
}

/** Whether a track touched the picture's edge on the side to which it moved when it was last seen, or is outside. */
function leaves({ last, width, height }: Live): boolean {
  const out = (position: number, velocity: number, length: number): boolean => {
    if (position < 0 || position > 1) return true;
    if (position - length / 2 < EDGE) return velocity < -LEAVING_SPEED;
    return position + length / 2 > 1 - EDGE && velocity > LEAVING_SPEED;
  };
  return out(last.x, last.vx, width) || out(last.y, last.vy, height);
}

function touchesEdge({ x, y, width, height }: Box): boolean {
  return x < EDGE || y < EDGE || x + width > 1 - EDGE || y + height > 1 - EDGE;
}

function inflate(box: Box): Box {
  const x = 0.1 * box.width + SLACK[0];
  const y = 0.1 * box.height + SLACK[1];
  return { x: box.x - x, y: box.y - y, width: box.width + 2 * x, height: box.height + 2 * y };
}

/** Two regions as one, around both. */
function join(a: Region, b: Region): Region {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  const share = b.size / (a.size + b.size);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
    centre: [
      a.centre[0] + share * (b.centre[0] - a.centre[0]),
      a.centre[1] + share * (b.centre[1] - a.centre[1]),
    ],
    size: a.size + b.size,
    velocity: a.size >= b.size ? a.velocity : b.velocity,
  };
}
