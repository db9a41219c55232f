/** The usual figures of multi-object tracking, over boxes. */

import { assign, FORBIDDEN } from "../../src/motion/assignment.ts";

type Box = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** Counts over all frames, see {@link TrackScore}. */
export type TrackFigures = {
  /** True boxes. */
  readonly truths: number;
  readonly missed: number;
  readonly invented: number;
  /** Times at which a true object went on under another id. */
  readonly switches: number;
  /** Multi-object tracking accuracy: 1 - (missed + invented + switches) / truths. */
  readonly mota: number;
  /** Mean distance of matched centres, shares of the picture. */
  readonly error: number;
  /** Ids that matched each true object. */
  readonly ids: ReadonlyMap<string | number, readonly number[]>;
};

/** Matches tracks with truth frame by frame: a track fits where its box overlaps the true one enough. */
export class TrackScore {
  readonly #overlap: number;
  #truths = 0;
  #missed = 0;
  #invented = 0;
  #switches = 0;
  #distance = 0;
  #matched = 0;
  readonly #last = new Map<string | number, number>();
  readonly #ids = new Map<string | number, Set<number>>();

  /** @param overlap least intersection over union of a match */
  constructor(overlap = 0.2) {
    this.#overlap = overlap;
  }

  /** Adds a frame. */
  add(
    truth: readonly (Box & { readonly name: string | number })[],
    tracks: readonly (Box & { readonly id: number })[],
  ): void {
    const costs = new Float64Array(truth.length * tracks.length);
    truth.forEach((object, row) => {
      tracks.forEach((track, column) => {
        const fit = overlapOf(object, track);
        const same = this.#last.get(object.name) === track.id ? 1 : 0;
        // As is usual, who was matched before stays so while the boxes fit.
        costs[row * tracks.length + column] = fit < this.#overlap ? FORBIDDEN : 2 - fit - same;
      });
    });
    const columns = assign(costs, truth.length, tracks.length, 3);
    let hits = 0;
    truth.forEach((object, row) => {
      const track = tracks[columns[row] as number];
      if (track === undefined) {
        this.#missed++;
        return;
      }
      hits++;
      const before = this.#last.get(object.name);
      if (before !== undefined && before !== track.id) this.#switches++;
      this.#last.set(object.name, track.id);
      const ids = this.#ids.get(object.name) ?? new Set();
      this.#ids.set(object.name, ids.add(track.id));
      this.#distance += Math.hypot(
        object.x + object.width / 2 - track.x - track.width / 2,
        object.y + object.height / 2 - track.y - track.height / 2,
      );
    });
    this.#matched += hits;
    this.#truths += truth.length;
    this.#invented += tracks.length - hits;
  }

  /** The figures so far. */
  figures(): TrackFigures {
    const wrong = this.#missed + this.#invented + this.#switches;
    return {
      truths: this.#truths,
      missed: this.#missed,
      invented: this.#invented,
      switches: this.#switches,
      mota: 1 - wrong / Math.max(1, this.#truths),
      error: this.#distance / Math.max(1, this.#matched),
      ids: new Map([...this.#ids].map(([name, ids]) => [name, [...ids]])),
    };
  }
}

/** Intersection over union. */
export function overlapOf(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (a.width * a.height + b.width * b.height - width * height);
}
