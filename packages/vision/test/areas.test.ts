import { UsageError } from "@symbion/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AreaWatch, footOf, ignoreMask } from "../src/motion/areas.ts";
import { checkAreas } from "../src/motion/check-areas.ts";
import type { TrailPoint } from "../src/motion/tracks.ts";
import type { Area, MotionEvent, Point, Track } from "../src/motion/types.ts";

const left: Area = {
  id: "left",
  kind: "zone",
  points: [
    [0, 0],
    [0.5, 0],
    [0.5, 1],
    [0, 1],
  ],
};
const right: Area = { ...left, id: "right", points: left.points.map(([x, y]) => [x + 0.5, y]) };
/** From the top to the bottom: its right is the picture's left. */
const door: Area = {
  id: "door",
  kind: "line",
  points: [
    [0.5, 0],
    [0.5, 1],
  ],
};

/** A track whose foot stands at a point. */
function at(foot: Point, seen: number, more: Partial<Track> = {}): Track {
  return {
    id: 1,
    x: foot[0] - 0.05,
    y: foot[1] - 0.2,
    width: 0.1,
    height: 0.2,
    centre: [foot[0], foot[1] - 0.1],
    size: 20,
    velocity: [0, 0],
    from: 0,
    seen,
    zones: [],
    ...more,
  };
}

/** Runs tracks at ten frames per second through areas; null: no track in that frame. */
class Film {
  readonly events: MotionEvent[] = [];
  readonly watch: AreaWatch;
  zones: readonly string[] = [];
  time = 0;

  constructor(areas: readonly Area[]) {
    let number = 0;
    this.watch = new AreaWatch(areas, () => ++number);
  }

  frame(tracks: readonly Track[], score = 0.5, trail?: (id: number) => TrailPoint[]): void {
    const input = { timestamp: this.time, tracks, score };
    const output = this.watch.update(trail === undefined ? input : { ...input, trail });
    this.events.push(...output.events);
    this.zones = output.tracks.flatMap((track) => track.zones);
    this.time = Math.round(10 * this.time + 1) / 10;
  }

  /** One track along a path, a point per frame. */
  path(feet: readonly Point[], more: Partial<Track> = {}): this {
    for (const foot of feet) this.frame([at(foot, this.time, more)]);
    return this;
  }

  nobody(frames: number): this {
    for (let count = 0; count < frames; count++) this.frame([]);
    return this;
  }

  of(kind: MotionEvent["kind"]): MotionEvent[] {
    return this.events.filter((event) => event.kind === kind);
  }
}

/** Points from one place to another, both included. */
function way(from: Point, to: Point, frames: number): Point[] {
  return Array.from({ length: frames }, (_, frame) => {
    const share = frames === 1 ? 1 : frame / (frames - 1);
    return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
  });
}

describe("zones", () => {
  test("a track is in the zone where its foot is", () => {
    const film = new Film([left, right]);
    const zones = way([0.1, 0.5], [0.9, 0.5], 41).map((foot) => film.path([foot]).zones);
    expect(zones[0]).toEqual(["left"]);
    expect(zones[40]).toEqual(["right"]);
    // For a moment it is in both: it has left a zone when it stays out.
    expect(zones[22]).toEqual(["left", "right"]);
    expect(film.events).toEqual([]);
  });

  test("a head over a zone is not in it, a foot is", () => {
    const upper: Area = {
      ...left,
      id: "upper",
      points: [
        [0, 0],
        [1, 0],
        [1, 0.5],
        [0, 0.5],
      ],
    };
    expect(new Film([upper]).path(way([0.5, 0.6], [0.5, 0.6], 10)).zones).toEqual([]);
    expect(new Film([upper]).path(way([0.5, 0.45], [0.5, 0.45], 10)).zones).toEqual(["upper"]);
  });

  test("a foot on the picture's lower edge is in a zone that reaches it", () => {
    const film = new Film([left]).path(way([0.2, 1], [0.3, 1], 10));
    expect(film.zones).toEqual(["left"]);
  });

  test("jitter on the edge is one stay", () => {
    const jitter = Array.from(
      { length: 60 },
      (_, frame): Point => [0.5 + (frame % 3 === 0 ? 0.01 : -0.01), 0.5],
    );
    const film = new Film([{ ...left, dwellSeconds: 3 }]).path(jitter).nobody(30);
    expect(film.of("dwell")).toHaveLength(2);
  });

  test("dwell begins when the time is up, ends when the track leaves, and names both", () => {
    const film = new Film([{ ...left, dwellSeconds: 3 }])
      .path(way([0.2, 0.5], [0.2, 0.5], 51))
      .path(way([0.7, 0.5], [0.7, 0.5], 20));
    expect(film.of("dwell")).toMatchObject([
      { phase: "begin", at: 3, track: 1, area: "left" },
      { phase: "end", at: 5.1, track: 1, area: "left", number: film.of("dwell")[0]?.number },
    ]);
  });

  test("passing through is no dwell", () => {
    const film = new Film([{ ...left, dwellSeconds: 3 }]).path(way([0.1, 0.5], [0.9, 0.5], 40));
    expect(film.of("dwell")).toEqual([]);
  });

  test("a track that coasts still dwells, though nothing moves", () => {
    const film = new Film([{ ...left, dwellSeconds: 4 }]).path(way([0.2, 0.5], [0.2, 0.5], 11));
    for (let frame = 0; frame < 60; frame++) film.frame([at([0.2, 0.5], 1)]);
    film.nobody(10);
    expect(film.of("dwell")).toMatchObject([
      { phase: "begin", at: 4 },
      // When it was given up nobody knows when it left: it was last seen before the dwelling began.
      { phase: "end", at: 4 },
    ]);
  });

  test("an end carries the strongest score", () => {
    const film = new Film([{ ...left, dwellSeconds: 0.1 }]);
    for (const score of [0.3, 0.4, 0.9, 0.2]) film.frame([at([0.2, 0.5], film.time)], score);
    film.nobody(30);
    expect(film.events.at(-1)).toMatchObject({ phase: "end", score: 0.9 });
  });

  test("what a track did before it was confirmed counts by its trail", () => {
    const film = new Film([{ ...left, dwellSeconds: 1 }]);
    const trail = way([0.7, 0.5], [0.3, 0.5], 9).map((foot, frame) => ({
      at: frame / 10 - 0.9,
      foot,
    }));
    film.frame([at([0.3, 0.5], 0)], 0.5, () => trail);
    for (let frame = 0; frame < 10; frame++) film.frame([at([0.3, 0.5], film.time)]);
    // It entered between the points at 0.5 and 0.45, at -0.4 s.
    expect(film.of("dwell")[0]?.at).toBeCloseTo(0.6);
  });
});

describe("lines", () => {
  test("a crossing counts once, with side and time", () => {
    const film = new Film([door]).path(way([0.3, 0.5], [0.7, 0.5], 41));
    expect(film.events).toMatchObject([
      { kind: "line-crossing", phase: "moment", area: "door", track: 1, direction: "left" },
    ]);
    expect(film.events[0]?.at).toBeCloseTo(2, 1);
    film.path(way([0.7, 0.5], [0.3, 0.5], 41));
    expect(film.events.map((event) => event.direction)).toEqual(["left", "right"]);
  });

  test("only wanted directions count", () => {
    const there = way([0.3, 0.5], [0.7, 0.5], 21);
    const path = [...there, ...there.toReversed()];
    const directions = (direction: Area["direction"]): (string | null)[] =>
      new Film([{ ...door, direction }]).path(path).events.map((event) => event.direction);
    expect(directions("left")).toEqual(["left"]);
    expect(directions("right")).toEqual(["right"]);
    expect(directions("both")).toEqual(["left", "right"]);
    expect(directions(undefined)).toEqual(["left", "right"]);
  });

  test("jitter on the line does not count, whatever its pattern", () => {
    const jitter = fc.array(fc.double({ min: -0.015, max: 0.015, noNaN: true }), {
      minLength: 2,
      maxLength: 80,
    });
    fc.assert(
      fc.property(jitter, fc.boolean(), (offsets, onwards) => {
        const film = new Film([door])
          .path(way([0.3, 0.5], [0.48, 0.5], 10))
          .path(offsets.map((offset): Point => [0.5 + offset, 0.5]))
          .path(way(onwards ? [0.55, 0.5] : [0.45, 0.5], onwards ? [0.8, 0.5] : [0.2, 0.5], 20));
        const counts = { left: 0, right: 0 };
        for (const event of film.events) counts[event.direction ?? "left"]++;
        // Who stands on the far side for more than a second has crossed, and may return; the balance is what counts.
        expect(counts.left - counts.right).toBe(onwards ? 1 : 0);
        expect(counts.left).toBeLessThanOrEqual(1 + offsets.length / 20);
      }),
      { numRuns: 300 },
    );
  });

  test("going around the end of a line is no crossing", () => {
    const short: Area = {
      ...door,
      points: [
        [0.5, 0.3],
        [0.5, 0.6],
      ],
    };
    const around: Point[] = [
      ...way([0.3, 0.5], [0.3, 0.9], 10),
      ...way([0.3, 0.9], [0.7, 0.9], 10),
      ...way([0.7, 0.9], [0.7, 0.5], 10),
    ];
    expect(new Film([short]).path(around).events).toEqual([]);
  });

  test("a track that is gone right behind the line has crossed; one that is only predicted has not", () => {
    const path = way([0.3, 0.5], [0.505, 0.5], 20);
    expect(new Film([door]).path(path).nobody(1).events).toHaveLength(1);
    const film = new Film([door]).path(way([0.3, 0.5], [0.48, 0.5], 20));
    for (const foot of way([0.5, 0.5], [0.6, 0.5], 5)) film.frame([at(foot, 1.9)]);
    expect(film.nobody(1).events).toEqual([]);
  });

  test("a crossing before the track was confirmed counts by its trail", () => {
    const film = new Film([door]);
    const trail = way([0.4, 0.5], [0.6, 0.5], 11).map((foot, frame) => ({
      at: frame / 10 - 1.1,
      foot,
    }));
    film.frame([at([0.61, 0.5], 0)], 0.5, () => trail);
    expect(film.events).toMatchObject([{ kind: "line-crossing", direction: "left" }]);
    expect(film.events[0]?.at).toBeCloseTo(-0.6);
  });

  test("the same direction does not count twice within the refractory time, and does after it", () => {
    const hop: Point[] = [
      [0.3, 0.5],
      [0.7, 0.5],
    ];
    const film = new Film([door]).path([...hop, ...hop, ...hop]);
    expect(film.events.filter((event) => event.direction === "left")).toHaveLength(1);
    film.path(way([0.3, 0.5], [0.3, 0.5], 25)).path(hop);
    expect(film.events.filter((event) => event.direction === "left")).toHaveLength(2);
  });
});

describe("AreaWatch", () => {
  test("numbers pair beginnings with ends, each once", () => {
    const film = new Film([{ ...left, dwellSeconds: 1 }, { ...right, dwellSeconds: 1 }, door]);
    for (let lap = 0; lap < 3; lap++) {
      film
        .path(way([0.1, 0.5], [0.9, 0.5], 40), { id: lap + 1 })
        .path(way([0.9, 0.5], [0.1, 0.5], 40), { id: lap + 1 })
        .nobody(30);
    }
    const open = new Map<number, MotionEvent>();
    const used = new Set<number>();
    for (const event of film.events) {
      if (event.phase === "end") {
        const begin = open.get(event.number);
        expect(begin).toMatchObject({ kind: event.kind, area: event.area, track: event.track });
        expect(event.at).toBeGreaterThanOrEqual(begin?.at ?? Number.POSITIVE_INFINITY);
        open.delete(event.number);
      } else {
        expect(used.has(event.number)).toBe(false);
        used.add(event.number);
        if (event.phase === "begin") open.set(event.number, event);
      }
    }
    expect(open.size).toBe(0);
    expect(film.of("line-crossing")).toHaveLength(6);
    expect(film.of("dwell").length).toBeGreaterThanOrEqual(12);
  });

  test("areas that stay keep their state while others change", () => {
    const film = new Film([{ ...left, dwellSeconds: 3 }, right]).path(
      way([0.2, 0.5], [0.2, 0.5], 20),
    );
    const ended = film.watch.setAreas([right, { dwellSeconds: 3, ...left }, door]);
    expect(ended).toEqual([]);
    film.path(way([0.2, 0.5], [0.2, 0.5], 20));
    expect(film.of("dwell")).toMatchObject([{ phase: "begin", at: 3 }]);
    expect(film.watch.setAreas([{ ...left, dwellSeconds: 4 }])).toMatchObject([
      { kind: "dwell", phase: "end", track: 1, area: "left" },
    ]);
  });

  test("a line that is drawn behind somebody is not crossed by what he did before", () => {
    const film = new Film([]).path(way([0.3, 0.5], [0.7, 0.5], 20));
    film.watch.setAreas([door]);
    film.path(way([0.7, 0.5], [0.9, 0.5], 10)).nobody(2);
    expect(film.events).toEqual([]);
  });

  test("late frames change nothing; a new stream ends what was open and begins again", () => {
    const film = new Film([{ ...left, dwellSeconds: 0.3 }]).path(way([0.2, 0.5], [0.2, 0.5], 20));
    film.time = 1.5;
    film.frame([at([0.9, 0.5], 1.9)]);
    expect(film.zones).toEqual(["left"]);
    film.time = 0;
    film.path(way([0.2, 0.5], [0.2, 0.5], 5), { id: 2 });
    expect(film.of("dwell")).toMatchObject([
      { phase: "begin", number: 1, at: 0.3, track: 1 },
      { phase: "end", number: 1, at: 1.9, track: 1 },
      { phase: "begin", number: 2, at: 0.3, track: 2 },
    ]);
    expect(film.watch.end()).toMatchObject([{ phase: "end", number: 2 }]);
    expect(film.watch.end()).toEqual([]);
  });
});

test("footOf is the middle of the lower edge", () => {
  expect(footOf({ x: 0.25, y: 0.5, width: 0.5, height: 0.25 })).toEqual([0.5, 0.75]);
});

test("ignoreMask joins ignore areas, and only these", () => {
  expect(ignoreMask([left, door], 4, 1, 64, 16)).toBeNull();
  const ignored: Area[] = [
    { ...left, kind: "ignore", points: left.points.map(([x, y]) => [x / 2, y]) },
    { ...right, kind: "ignore", points: right.points.map(([x, y]) => [x / 2 + 0.5, y]) },
    right,
  ];
  expect([...(ignoreMask(ignored, 4, 1, 64, 16) ?? [])]).toEqual([1, 0, 0, 1]);
});

describe("checkAreas", () => {
  test("returns plain copies of good areas", () => {
    const areas = [
      { ...left, dwellSeconds: 30 },
      { ...door, direction: "left" },
      { ...right, kind: "ignore" },
    ];
    const checked = checkAreas(areas);
    expect(checked).toEqual(areas);
    expect(checked[0]?.points).not.toBe(areas[0]?.points);
    expect(checkAreas([{ ...left, dwellSeconds: undefined, direction: undefined }])).toEqual([
      left,
    ]);
    expect(checkAreas([])).toEqual([]);
  });

  test.each([
    [{}, "areas: expected a list of areas, got {}"],
    [[7], "areas[0]: expected an area with id, kind and points, got 7"],
    [[null], "areas[0]: expected an area with id, kind and points, got null"],
    [
      [{ ...left, colour: "red" }],
      'areas[0]: expected one of id, kind, points, dwellSeconds, direction, got "colour"',
    ],
    [[{ ...left, id: "" }], 'areas[0].id: expected a text of 1 to 64 characters, got ""'],
    [[left, right, left], 'areas[2].id: expected an id of its own, got "left"'],
    [[{ ...left, kind: "area" }], 'areas[0].kind: expected zone, ignore or line, got "area"'],
    [
      [{ ...left, points: left.points.slice(0, 2) }],
      'areas[0].points: expected 3 to 64 points, got "2 points"',
    ],
    [
      [{ ...door, points: door.points.slice(0, 1) }],
      'areas[0].points: expected 2 to 16 points, got "1 points"',
    ],
    [[{ ...left, points: "all" }], 'areas[0].points: expected 3 to 64 points, got "all"'],
    [
      [
        {
          ...left,
          points: [
            [0, 0],
            [1, 0],
            [1, 1.01],
          ],
        },
      ],
      "areas[0].points[2]: expected [x, y], each 0 to 1, got [1,1.01]",
    ],
    [
      [
        {
          ...left,
          points: [
            [0, 0],
            [1, Number.NaN],
            [1, 1],
          ],
        },
      ],
      "areas[0].points[1]: expected [x, y], each 0 to 1, got [1,null]",
    ],
    [
      [
        {
          ...left,
          points: [
            [0, 0],
            [1, 0, 0],
            [1, 1],
          ],
        },
      ],
      "areas[0].points[1]: expected [x, y], each 0 to 1, got [1,0,0]",
    ],
    [
      [
        {
          ...left,
          points: [
            [0, 0],
            [0.5, 0.5],
            [1, 1],
          ],
        },
      ],
      "areas[0].points: expected a polygon with an area, got [[0,0],[0.5,0.5],[1,1]]",
    ],
    [
      [
        {
          ...door,
          points: [
            [0.5, 0.5],
            [0.5, 0.5],
          ],
        },
      ],
      "areas[0].points: expected a line with a length, got [[0.5,0.5],[0.5,0.5]]",
    ],
    [
      [{ ...left, dwellSeconds: 0 }],
      "areas[0].dwellSeconds: expected seconds above 0, at most a day, got 0",
    ],
    [
      [{ ...left, dwellSeconds: Number.NaN }],
      "areas[0].dwellSeconds: expected seconds above 0, at most a day, got null",
    ],
    [
      [{ ...door, dwellSeconds: 3 }],
      'areas[0]: expected no dwellSeconds but on a zone, got "line"',
    ],
    [[{ ...door, direction: "up" }], 'areas[0].direction: expected right, left or both, got "up"'],
    [[{ ...left, direction: "left" }], 'areas[0]: expected no direction but on a line, got "zone"'],
  ])("says what is wrong: %#", (value, message) => {
    expect(() => checkAreas(value)).toThrow(new UsageError(message));
  });

  test("says where in a configuration, and that there are too many", () => {
    expect(() => checkAreas([0], "cameras[2].areas")).toThrow("cameras[2].areas[0]: expected");
    const many = Array.from({ length: 65 }, (_, id) => ({ ...left, id: String(id) }));
    expect(() => checkAreas(many)).toThrow("areas: expected at most 64 areas, got 65");
  });

  test("whatever comes, only a UsageError goes", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (value) => {
        try {
          checkAreas(value);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});
