import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type FrameSignal, MbKind } from "@symbion/codec";
import { describe, expect, test } from "vitest";
import { MotionAnalyzer, type MotionEvent, type MotionOptions } from "../src/motion/index.ts";
import { fixtureFrames } from "./support/fixtures.ts";
import { type Block, makeFrame, type Picture, randomNumbers, thing } from "./support/signals.ts";

const CODEC_FIXTURES = fileURLToPath(new URL("../../codec/test/fixtures/", import.meta.url));
const SOURCES = fileURLToPath(new URL("../src/motion/", import.meta.url));

/** Pushes all frames; what was seen of each, copied, and all events. */
function watch(
  frames: Iterable<FrameSignal>,
  options: MotionOptions = {},
): {
  seen: { at: number; score: number; activity: number; mask: Uint8Array; zones: number[] }[];
  events: MotionEvent[];
} {
  const analyzer = new MotionAnalyzer(options);
  const events: MotionEvent[] = [];
  const seen = [];
  for (const frame of frames) {
    const result = analyzer.push(frame);
    events.push(...result.events);
    const { timestamp: at, score, activity } = result;
    const zones = result.zones.map((zone) => zone.score);
    seen.push({ at, score, activity, mask: result.mask.slice(), zones });
  }
  events.push(...analyzer.end());
  return { seen, events };
}

function motionOf(events: readonly MotionEvent[], area: string | null = null): MotionEvent[] {
  return events.filter((event) => event.kind === "motion" && event.area === area);
}

/** A stream of P pictures with an I picture every two seconds. */
function* stream(
  count: number,
  block: (n: number) => Picture["block"],
  from = 0,
): Generator<FrameSignal, void, void> {
  for (let index = from; index < from + count; index++) {
    const content = block(index);
    yield makeFrame({
      index,
      type: index % 50 === 0 ? "I" : "P",
      ...(content === undefined ? {} : { block: content }),
    });
  }
}

const box = (id: string, left: number, top: number, right: number, bottom: number) =>
  ({
    id,
    kind: "zone",
    points: [
      [left, top],
      [right, top],
      [right, bottom],
      [left, bottom],
    ],
  }) as const;

describe("something that moves", () => {
  // Enters at frame 50, walks to the right at 2 macroblocks per second, leaves at frame 150.
  const walk = (n: number): Picture["block"] =>
    n < 50 || n >= 150 ? undefined : thing(4 + Math.floor((n - 50) * 0.08), 8, 4, 7, [1.28, 0]);

  test("is in the mask where it is, and nowhere else", () => {
    const { seen } = watch(stream(140, walk));
    const mask = seen[130]?.mask as Uint8Array;
    let inside = 0;
    let outside = 0;
    for (let mb = 0; mb < mask.length; mb++) {
      if (mask[mb] === 0) continue;
      const x = mb % 40;
      const y = Math.floor(mb / 40);
      // One macroblock around counts as its edge.
      if (x >= 9 && x < 15 && y >= 7 && y < 16) inside++;
      else outside++;
    }
    expect(inside).toBeGreaterThanOrEqual(28);
    expect(outside).toBe(0);
    expect(seen[49]?.mask.every((value) => value === 0)).toBe(true);
  });

  test("is one event, from its real beginning to its real end", () => {
    const events = motionOf(watch(stream(260, walk)).events);
    expect(events.map((event) => event.phase)).toEqual(["begin", "end"]);
    expect(events[0]?.number).toBe(events[1]?.number);
    expect(Math.abs((events[0]?.at ?? 0) - 2)).toBeLessThanOrEqual(0.12);
    expect(Math.abs((events[1]?.at ?? 0) - 6)).toBeLessThanOrEqual(0.12);
    expect(events[1]?.score).toBeGreaterThan(0.6);
  });

  test("is reported for the zone that it is in, and not for another", () => {
    const areas = [box("way", 0, 0.3, 1, 0.8), box("sky", 0, 0, 1, 0.2)];
    const { events, seen } = watch(stream(260, walk), { areas });
    expect(motionOf(events, "way").map((event) => event.phase)).toEqual(["begin", "end"]);
    expect(motionOf(events, "sky")).toEqual([]);
    expect(seen[120]?.zones[0]).toBeGreaterThan(0.6);
    expect(seen[120]?.zones[1]).toBe(0);
  });

  test("is not seen where it is to be ignored", () => {
    const areas = [{ ...box("way", 0, 0.3, 1, 0.8), kind: "ignore" } as const];
    const { events, seen } = watch(stream(260, walk), { areas });
    expect(motionOf(events)).toEqual([]);
    expect(seen.every((one) => one.score < 0.05 && one.activity === 0)).toBe(true);
  });

  test("leaves the mask within half a second of its last frame (bounded staleness)", () => {
    const { seen } = watch(stream(200, walk));
    const last = seen.findLastIndex((one) => one.activity > 0);
    expect(last).toBeGreaterThanOrEqual(148);
    expect(last).toBeLessThan(150 + 13);
  });

  test("stays over an I picture, and leaves the mask within a second if only I pictures follow", () => {
    const inside = watch(stream(120, walk)).seen;
    expect(inside[100]?.activity).toBeGreaterThan(0.8 * (inside[99]?.activity ?? 0));
    const intra = Array.from({ length: 60 }, (_, at) => makeFrame({ index: 90 + at, type: "I" }));
    const { seen } = watch([...stream(90, walk), ...intra]);
    expect(seen[89]?.activity).toBeGreaterThan(0);
    expect(seen.findLastIndex((one) => one.activity > 0)).toBeLessThan(90 + 25);
  });

  test("pauses without an end of the event, if it holds for so long", () => {
    const pausing = (n: number): Picture["block"] => (n >= 80 && n < 110 ? undefined : walk(n));
    expect(motionOf(watch(stream(260, pausing)).events)).toHaveLength(2);
    const short = watch(stream(260, pausing), { holdSeconds: 0.5 });
    expect(motionOf(short.events)).toHaveLength(4);
  });

  test("must last: a single frame is no event", () => {
    const flash = (n: number): Picture["block"] =>
      n === 80 ? thing(10, 8, 6, 6, [3, 0]) : undefined;
    expect(motionOf(watch(stream(150, flash)).events)).toEqual([]);
  });

  test("may be small at high sensitivity and must be large at low", () => {
    const small = (n: number): Picture["block"] =>
      n < 50 || n >= 150 ? undefined : thing(6 + Math.floor((n - 50) * 0.08), 8, 2, 2, [1.28, 0]);
    expect(motionOf(watch(stream(200, small), { sensitivity: 0 }).events)).toEqual([]);
    expect(motionOf(watch(stream(200, small), { sensitivity: 1 }).events)).toHaveLength(2);
  });
});

describe("what is no motion", () => {
  test("sensor noise: sparse random vectors, bits and intra macroblocks", () => {
    const random = randomNumbers(5);
    const noisy = (): Picture["block"] => () => {
      const dice = random();
      if (dice < 0.03) return { motion: [4 * random() - 2, 4 * random() - 2], bits: 12 };
      if (dice < 0.05) return { kind: MbKind.Intra16x16, bits: 30, residual: 4 };
      return { kind: MbKind.Skip, bits: random() < 0.3 ? 8 : 0 } satisfies Block;
    };
    const { events, seen } = watch(stream(1500, noisy));
    expect(motionOf(events)).toEqual([]);
    const mean = seen.reduce((sum, one) => sum + one.activity, 0) / seen.length;
    expect(mean).toBeLessThan(0.002);
  });

  test("columns of intra macroblocks by which an encoder refreshes the picture", () => {
    const refresh =
      (n: number): Picture["block"] =>
      (x) =>
        x === n % 40 ? { kind: MbKind.Intra16x16, bits: 300, residual: 120 } : null;
    const { events, seen } = watch(stream(400, refresh));
    expect(motionOf(events)).toEqual([]);
    expect(seen.every((one) => one.activity === 0 && one.score < 0.02)).toBe(true);
  });

  test("a place that is never at rest, once that is known", () => {
    const random = randomNumbers(9);
    // Water: every macroblock of it moves by a sample or so at any time, this way or that.
    const water = (): Picture["block"] => (x, y) =>
      x >= 4 && x < 16 && y >= 12 && y < 20
        ? { motion: [2.5 * random() - 1.25, 2.5 * random() - 1.25], bits: 26, residual: 8 }
        : null;
    const { seen } = watch(stream(25 * 240, water));
    const share = (from: number, to: number): number =>
      seen.slice(from, to).reduce((sum, one) => sum + one.activity, 0) / (to - from);
    expect(share(25, 75)).toBeGreaterThan(0.03);
    expect(share(5500, 6000)).toBeLessThan(0.003);
  });

  test("strong noise in all of the picture", () => {
    const random = randomNumbers(6);
    const storm = (): Picture["block"] => () => ({
      motion: [3 * random() - 1.5, 3 * random() - 1.5],
      bits: 20 + Math.floor(20 * random()),
      residual: Math.floor(16 * random()),
    });
    const { events, seen } = watch(stream(1000, storm));
    expect(motionOf(events)).toEqual([]);
    expect(seen.slice(50).every((one) => one.activity < 0.02)).toBe(true);
  });

  test("a light that changes everywhere at once", () => {
    const flicker =
      (n: number): Picture["block"] =>
      () =>
        n % 5 === 0 ? { bits: 14, residual: 3 } : null;
    expect(motionOf(watch(stream(500, flicker)).events)).toEqual([]);
  });
});

describe("a camera that moves", () => {
  test("is told from what moves in the scene: motion recovered, mask empty", () => {
    const analyzer = new MotionAnalyzer();
    for (const frame of stream(40, () => () => ({ motion: [3.25, -1.5], bits: 6 }))) {
      const { camera, mask, evidence } = analyzer.push(frame);
      if (frame.type === "I") continue;
      expect(Math.abs(camera.x - 3.25)).toBeLessThan(0.25);
      expect(Math.abs(camera.y + 1.5)).toBeLessThan(0.25);
      expect(Math.abs(camera.zoom)).toBeLessThan(1e-3);
      expect(camera.moving).toBe(true);
      expect(mask.every((value) => value === 0)).toBe(true);
      expect(evidence.every((value) => value < 0.02)).toBe(true);
    }
  });

  test("begins no motion event", () => {
    const pan = (n: number): Picture["block"] =>
      n >= 60 && n < 120 ? () => ({ motion: [4, 0], bits: 20, residual: 6 }) : undefined;
    expect(motionOf(watch(stream(300, pan)).events)).toEqual([]);
  });

  test("leaves what moves against it in the mask", () => {
    const analyzer = new MotionAnalyzer();
    const own = thing(18, 8, 6, 8, [-5, 1]);
    let mask: Uint8Array = new Uint8Array(0);
    for (const frame of stream(30, () => (x, y) => own(x, y) ?? { motion: [3, 0], bits: 6 })) {
      mask = analyzer.push(frame).mask;
    }
    const inside = mask.reduce((sum, value, mb) => {
      const [x, y] = [mb % 40, Math.floor(mb / 40)];
      return sum + (x >= 17 && x < 25 && y >= 7 && y < 17 ? value : 0);
    }, 0);
    expect(inside).toBeGreaterThanOrEqual(40);
    expect(mask.reduce((sum, value) => sum + value, 0)).toBe(inside);
  });
});

describe("order of the frames", () => {
  /** A scene coded with three B pictures between references, in decoding order. */
  function* coded(count: number): Generator<FrameSignal, void, void> {
    const at = (n: number): Picture["block"] =>
      n < 40 || n >= 120 ? undefined : thing(4 + Math.floor((n - 40) * 0.1), 8, 4, 7, [1.6, 0]);
    const frame = (index: number, shown: number, type: "I" | "P" | "B"): FrameSignal => {
      const block = at(shown);
      const distance = type === "P" ? 4 : 1;
      return makeFrame({ index, shown, type, distance, ...(block === undefined ? {} : { block }) });
    };
    yield frame(0, 0, "I");
    for (let index = 1, shown = 4; shown <= count; shown += 4, index += 4) {
      yield frame(index, shown, "P");
      for (let back = 3; back >= 1; back--) yield frame(index + 4 - back, shown - back, "B");
    }
  }

  test("decoding order and display order tell the same story", () => {
    const decoded = watch(coded(220));
    const displayed = watch([...coded(220)].sort((a, b) => a.timestamp - b.timestamp));
    const times = ({ events }: { events: readonly MotionEvent[] }): (readonly [string, number])[] =>
      motionOf(events).map((event) => [event.phase, event.at]);
    expect(times(decoded).map(([phase]) => phase)).toEqual(["begin", "end"]);
    times(decoded).forEach(([phase, at], index) => {
      const [otherPhase, otherAt] = times(displayed)[index] ?? ["", 0];
      expect(phase).toBe(otherPhase);
      expect(Math.abs(at - otherAt)).toBeLessThanOrEqual(0.16);
    });
  });

  test("real streams give the same events in both", () => {
    for (const name of ["x264-pyramid", "x264-open-gop"]) {
      const read = (order: "display" | "decode"): number =>
        watch(codecFrames(`${name}.264`, order)).seen.length;
      expect(read("decode")).toBe(read("display"));
    }
  });
});

function codecFrames(name: string, order: "display" | "decode"): FrameSignal[] {
  return fixtureFrames(name.replace(/\.264$/, ""), order, CODEC_FIXTURES);
}

describe("foreign streams", () => {
  const files = readdirSync(CODEC_FIXTURES).filter((file) => file.endsWith(".264"));

  test.each(files)(
    "%s is read to its end: evidence and scores from 0 to 1, events in pairs",
    (file) => {
      for (const order of ["display", "decode"] as const) {
        const analyzer = new MotionAnalyzer({ areas: [box("all", 0, 0, 1, 1)] });
        const open = new Map<number, string>();
        const note = (events: readonly MotionEvent[]): void => {
          for (const event of events) {
            expect(Number.isFinite(event.at)).toBe(true);
            if (event.phase === "begin") open.set(event.number, event.kind);
            if (event.phase !== "end") continue;
            expect(open.get(event.number)).toBe(event.kind);
            open.delete(event.number);
          }
        };
        for (const frame of codecFrames(file, order)) {
          const result = analyzer.push(frame);
          note(result.events);
          expect(result.evidence).toHaveLength(frame.mbWidth * frame.mbHeight);
          expect(result.evidence.every((value) => value >= 0 && value <= 1)).toBe(true);
          expect(result.score).toBeGreaterThanOrEqual(0);
          expect(result.score).toBeLessThanOrEqual(1);
        }
        note(analyzer.end());
        expect([...open]).toEqual([]);
      }
    },
  );

  test("frames that are damaged, change their size or jump in time are taken as they come", () => {
    const random = randomNumbers(3);
    const analyzer = new MotionAnalyzer({ areas: [box("all", 0, 0, 1, 1)] });
    for (let index = 0; index < 600; index++) {
      const small = Math.floor(index / 40) % 2 === 1;
      const frame = makeFrame({
        index,
        type: random() < 0.1 ? "I" : random() < 0.5 ? "B" : "P",
        shown: Math.floor(random() * 1e4) - 100,
        mbWidth: small ? 11 : 22,
        mbHeight: small ? 1 : 18,
        damaged: random() < 0.3,
        distance: Math.floor(random() * 5) - 2,
        block: () => ({
          kind: Math.floor(random() * 8) as MbKind,
          motion: [2000 * random() - 1000, 2000 * random() - 1000],
          bits: Math.floor(random() * 1e6),
          residual: Math.floor(random() * 1e6),
        }),
      });
      const result = analyzer.push(frame);
      expect(result.mask).toHaveLength(frame.kind.length);
      expect(result.evidence.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
    analyzer.end();
  });

  test("a change of size ends what was open, and what follows is seen again", () => {
    const walk = (n: number): Picture["block"] =>
      thing(4 + (Math.floor(n * 0.08) % 20), 8, 4, 7, [2, 0]);
    const frames = [
      ...stream(100, walk),
      ...[...stream(100, () => undefined, 100)].map((_, at) => {
        const block = walk(at);
        const index = 100 + at;
        return makeFrame({ index, mbWidth: 30, mbHeight: 20, ...(block ? { block } : {}) });
      }),
    ];
    const { events } = watch(frames);
    const phases = motionOf(events).map((event) => event.phase);
    expect(phases).toEqual(["begin", "end", "begin", "end"]);
  });
});

describe("the analyzer's arrays and areas", () => {
  test("arrays are used again from frame to frame", () => {
    const analyzer = new MotionAnalyzer();
    const [first, second] = [...stream(2, () => undefined)].map((frame) => analyzer.push(frame));
    expect(second?.mask).toBe(first?.mask);
    expect(second?.evidence).toBe(first?.evidence);
  });

  test("areas may change while running: ends of removed zones come, the others go on", () => {
    const walk = (): Picture["block"] => thing(10, 8, 5, 6, [2, 0]);
    const analyzer = new MotionAnalyzer({ areas: [box("a", 0, 0, 1, 1), box("b", 0, 0, 1, 1)] });
    const events: MotionEvent[] = [];
    for (const frame of stream(40, walk)) events.push(...analyzer.push(frame).events);
    analyzer.setAreas([box("a", 0, 0, 1, 1)]);
    for (const frame of stream(10, walk, 40)) events.push(...analyzer.push(frame).events);
    expect(motionOf(events, "a").map((event) => event.phase)).toEqual(["begin"]);
    expect(motionOf(events, "b").map((event) => event.phase)).toEqual(["begin", "end"]);
    expect(() => analyzer.setAreas([box("", 0, 0, 1, 1)])).toThrow("areas[0]");
    expect(motionOf(analyzer.end(), "a").map((event) => event.phase)).toEqual(["end"]);
  });

  test.each([
    [{ sensitivty: 1 }, "sensitivty"],
    [{ sensitivity: 2 }, "sensitivity: expected a number from 0 to 1"],
    [{ sensitivity: "extreme" }, "sensitivity: expected a number from 0 to 1"],
    [{ sensitivity: "toString" }, "sensitivity"],
    [{ holdSeconds: -1 }, "holdSeconds: expected seconds"],
    [{ minimumSeconds: Number.NaN }, "minimumSeconds: expected seconds"],
    [{ areas: "all" }, "areas: expected a list"],
  ])("rejects %j", (options, words) => {
    expect(() => new MotionAnalyzer(options as MotionOptions)).toThrow(words);
  });

  test("needs nothing of Node.js: it also runs in browsers", () => {
    for (const file of readdirSync(SOURCES)) {
      const text = readFileSync(join(SOURCES, file), "utf8");
      expect(text, file).not.toMatch(/from "node:|\bprocess\.|\bBuffer\b/);
    }
  });
});
