import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type FrameSignal, MbKind } from "@symbion/codec";
import { signals } from "@symbion/codec/containers";
import { openInput } from "@symbion/codec/node";
import { describe, expect, test } from "vitest";
import { MotionAnalyzer } from "../src/motion/analyzer.ts";
import { CameraHealth, type CameraHealthOptions } from "../src/motion/camera-health.ts";
import type { CameraMotion, MotionEvent } from "../src/motion/types.ts";
import { fixtureFrames } from "./support/fixtures.ts";
import { makeFrame, randomNumbers } from "./support/signals.ts";

/** In the fixtures it happens at 6.3 s, and is over at 11.3 s where it passes. */
const BEGIN = 6.3;
const END = 11.3;
/** Pictures come every tenth of a second. */
const NEAR = 0.21;

const CASES: readonly (readonly [name: string, events: readonly [string, number][]])[] = [
  [
    "black-plain",
    [
      ["camera-covered begin", BEGIN],
      ["camera-covered end", END],
    ],
  ],
  [
    "black-rich",
    [
      ["camera-covered begin", BEGIN],
      ["camera-covered end", END],
    ],
  ],
  [
    "black-endless",
    [
      ["camera-covered begin", BEGIN],
      ["camera-covered end", END],
    ],
  ],
  [
    "black-noisy",
    [
      ["camera-covered begin", BEGIN],
      ["camera-covered end", END],
    ],
  ],
  [
    "blur-plain",
    [
      ["camera-covered begin", BEGIN],
      ["camera-covered end", END],
    ],
  ],
  [
    "blur-constant",
    [
      ["camera-covered begin", BEGIN],
      ["camera-covered end", END],
    ],
  ],
  ["frozen-rich", [["camera-frozen begin", BEGIN]]],
  ["frozen-constant", [["camera-frozen begin", BEGIN]]],
  ["cut-plain", [["scene-cut moment", BEGIN]]],
  ["cut-rich", [["scene-cut moment", BEGIN]]],
  ["cut-endless", [["scene-cut moment", BEGIN]]],
  [
    "pan-plain",
    [
      ["camera-moved begin", BEGIN],
      ["camera-moved end", BEGIN + 2],
      ["scene-cut moment", BEGIN + 2],
    ],
  ],
  ["calm-rich", []],
  ["brighter-plain", []],
  ["brighter-endless", []],
  ["flash-endless", []],
  ["lorry-rich", []],
  ["night-constant", []],
  ["screen-plain", []],
];

const health = (events: readonly MotionEvent[]): MotionEvent[] =>
  events.filter((event) => event.area === null && event.kind !== "motion");

describe.each(["display", "decode"] as const)("what happens to a camera, in %s order", (order) => {
  test.each(CASES)("%s", (name, wanted) => {
    const analyzer = new MotionAnalyzer();
    const events = fixtureFrames(name, order).flatMap((frame) =>
      health(analyzer.push(frame).events),
    );
    expect(events.map((event) => `${event.kind} ${event.phase}`)).toEqual(
      wanted.map(([what]) => what),
    );
    events.forEach((event, at) => {
      expect(
        Math.abs(event.at - (wanted[at]?.[1] ?? 0)),
        `${event.kind} at ${event.at}`,
      ).toBeLessThan(NEAR);
      expect(event).toMatchObject({ area: null, track: null, direction: null });
      expect(event.score).toBeGreaterThan(0);
      expect(event.score).toBeLessThanOrEqual(1);
    });
  });
});

describe("CameraHealth", () => {
  const STILL: CameraMotion = { x: 0, y: 0, zoom: 0, moving: false };

  /** Feeds frames to a new one, with nothing else known. */
  function feed(
    frames: readonly FrameSignal[],
    options: CameraHealthOptions = {},
    ignored: Uint8Array | null = null,
    camera: (frame: FrameSignal) => CameraMotion = () => STILL,
  ): { events: MotionEvent[]; camera: CameraHealth } {
    let numbers = 0;
    const watched = new CameraHealth(() => ++numbers, options);
    const mask = new Uint8Array(frames[0]?.kind.length ?? 0);
    const events = frames.flatMap((frame) =>
      watched.update({ frame, camera: camera(frame), mask, ignored }),
    );
    return { events, camera: watched };
  }

  const frozen = fixtureFrames("frozen-rich");
  const black = fixtureFrames("black-plain");
  const at = (frame: FrameSignal, timestamp: number): FrameSignal => ({ ...frame, timestamp });
  const kinds = (events: readonly MotionEvent[]): string[] =>
    events.map((event) => `${event.kind} ${event.phase}`);

  test("a frozen picture ends with the first that lives again, and each number pairs two events", () => {
    const lives = frozen.slice(1, 20).map((frame, n) => at(frame, 14.3 + n / 10));
    const { events } = feed([...frozen, ...lives]);
    expect(kinds(events)).toEqual(["camera-frozen begin", "camera-frozen end"]);
    expect(events[1]?.number).toBe(events[0]?.number);
    expect(Math.abs((events[1]?.at ?? 0) - 14.3)).toBeLessThan(0.31);
  });

  test("how long nothing has to change can be told", () => {
    const begins = (frozenSeconds: number): number | undefined => {
      let numbers = 0;
      const watched = new CameraHealth(() => ++numbers, { frozenSeconds });
      const mask = new Uint8Array(240);
      return frozen.find(
        (frame) => watched.update({ frame, camera: STILL, mask, ignored: null }).length > 0,
      )?.timestamp;
    };
    expect(begins(2)).toBeCloseTo(8.3, 0);
    expect(begins(7)).toBeCloseTo(13.3, 0);
    expect(begins(30)).toBeUndefined();
  });

  test("a picture that was at rest for longer before is not called frozen", () => {
    // The same rest twice: the first teaches that this camera may rest for so long.
    const rest = frozen.filter((frame) => frame.timestamp > 6.5 && frame.timestamp < 10);
    const lively = frozen.filter((frame) => frame.timestamp < 6);
    const sequence = [...lively, ...rest, ...lively, ...rest, ...rest];
    const { events } = feed(sequence.map((frame, n) => at(frame, n / 10)));
    expect(events).toEqual([]);
  });

  test("a clock in the picture does not hide that the rest is frozen, where it is ignored", () => {
    const ticking = frozen.map((frame, n) => {
      const mv = frame.mv.map((vectors) => vectors.slice()) as [Int16Array, Int16Array];
      if (frame.timestamp > 6 && n % 5 === 0) {
        for (let mb = 0; mb < 8; mb++) mv[0].fill(40, 32 * mb, 32 * mb + 32);
      }
      return { ...frame, mv };
    });
    const clock = new Uint8Array(240);
    clock.fill(1, 0, 20);
    expect(feed(ticking).events).toEqual([]);
    expect(kinds(feed(ticking, {}, clock).events)).toEqual(["camera-frozen begin"]);
  });

  test("damaged frames are passed over", () => {
    const broken = fixtureFrames("calm-rich").map((frame, n) =>
      n > 60 && n < 90
        ? {
            ...frame,
            damaged: true,
            kind: new Uint8Array(240).fill(MbKind.Intra16x16),
            residual: new Uint32Array(240),
          }
        : frame,
    );
    expect(feed(broken).events).toEqual([]);
    expect(feed(broken.map((frame) => ({ ...frame, damaged: false }))).events).not.toEqual([]);
  });

  test("a fifth of the noise is still noise", () => {
    // About eleven macroblocks of each picture change by noise; from some time on only two do, or none.
    const quieter = (left: number): FrameSignal[] =>
      fixtureFrames("brighter-plain").map((frame) => {
        if (frame.timestamp < BEGIN || frame.type === "I") return frame;
        const moving = new Int16Array(frame.mv[0].length).fill(8, 0, 32 * left);
        const kind = new Uint8Array(240).fill(MbKind.Skip);
        return { ...frame, kind, mv: [moving, new Int16Array(moving.length)] };
      });
    expect(feed(quieter(2)).events).toEqual([]);
    expect(kinds(feed(quieter(0)).events)).toEqual(["camera-frozen begin"]);
  });

  test("what is seen while the camera moves is judged when it stands", () => {
    const { events } = feed(fixtureFrames("pan-plain"), {}, null, (frame) => {
      const moving = frame.timestamp > 6.25 && frame.timestamp < 10.45;
      return { x: moving ? 10 : 0, y: 0, zoom: 0, moving };
    });
    expect(kinds(events).slice(0, 2)).toEqual(["camera-moved begin", "camera-moved end"]);
    expect(events[1]?.at).toBeCloseTo(10.4);
    // The next keyframe would come at 15 s, which is after the end of this stream.
    expect(events).toHaveLength(2);
  });

  test("a cover that does not last is none", () => {
    const short = black.filter((frame) => frame.timestamp < 6.8 || frame.timestamp > 11.2);
    expect(feed(short.map((frame, n) => at(frame, n / 10))).events).toEqual([]);
    expect(
      kinds(
        feed(
          short.map((frame, n) => at(frame, n / 10)),
          { settleSeconds: 0.2 },
        ).events,
      ),
    ).toEqual(["camera-covered begin", "camera-covered end"]);
  });

  test("a pause, a new stream and a new size end what is open, and raise nothing by themselves", () => {
    const covered = black.filter((frame) => frame.timestamp < 10);
    const calm = black.filter((frame) => frame.timestamp < 5);
    for (const next of [
      calm.map((frame) => at(frame, frame.timestamp + 30)),
      calm,
      fixtureFrames("calm-rich").map((frame) => ({ ...frame, mbWidth: 12, mbHeight: 20 })),
    ]) {
      const { events } = feed([...covered, ...next]);
      expect(kinds(events)).toEqual(["camera-covered begin", "camera-covered end"]);
    }
    const small = black.slice(0, 40).map((frame) => ({
      ...frame,
      mbWidth: 10,
      kind: frame.kind.subarray(0, 120),
      mbHeight: 12,
    }));
    expect(feed([...calm, ...small]).events).toEqual([]);
  });

  test("end() closes what is open, and says so once", () => {
    const { events, camera } = feed(black.filter((frame) => frame.timestamp < 10));
    expect(camera.blind).toBe(true);
    expect(camera.end()).toMatchObject([
      { kind: "camera-covered", phase: "end", number: events[0]?.number },
    ]);
    expect(camera.end()).toEqual([]);
    expect(camera.blind).toBe(false);
  });

  test("a knock is no movement, a shake and a slow pan are", () => {
    const calm = fixtureFrames("calm-rich");
    const move = (shift: number, from: number, until: number, shaken = false) =>
      feed(calm, {}, null, (frame) => {
        const moving = frame.timestamp > from && frame.timestamp < until;
        const sign = shaken && Math.round(10 * frame.timestamp) % 2 === 0 ? -1 : 1;
        return { x: moving ? sign * shift : 0, y: 0, zoom: 0, moving };
      }).events;
    expect(move(8, 4.05, 4.25)).toEqual([]);
    expect(kinds(move(8, 4.05, 5.05, true))).toEqual(["camera-moved begin", "camera-moved end"]);
    const [begin, end] = move(1, 4.05, 8.05);
    expect(begin?.at).toBeCloseTo(4.1);
    expect(end?.at).toBeCloseTo(8);
  });
});

describe("real cameras that stand still report nothing", () => {
  const folder = fileURLToPath(new URL("../../../../shared/data/video/camera/", import.meta.url));

  test.for([
    "dvrscan_traffic_camera.mp4",
    "intel_car-detection.mp4",
    "intel_one-by-one-person-detection.mp4",
  ])("%s", async (name, context) => {
    if (!existsSync(folder + name)) return context.skip(`no camera clips: ${folder} is absent`);
    const analyzer = new MotionAnalyzer();
    const events: MotionEvent[] = [];
    const video = await openInput(folder + name);
    for await (const frame of signals(video, { order: "decode" })) {
      events.push(...health(analyzer.push(frame).events));
    }
    await video.close();
    expect(events).toEqual([]);
  });
});

test("keyframes that never agree with each other are noise: at most one cut, not one for each", () => {
  const random = randomNumbers(3);
  let number = 0;
  const health = new CameraHealth(() => ++number);
  const still: CameraMotion = { x: 0, y: 0, zoom: 0, moving: false };
  const cuts: MotionEvent[] = [];
  for (let index = 0; index < 1500; index++) {
    const type = index % 25 === 0 ? "I" : "P";
    const frame = makeFrame({
      type,
      index,
      block: () => (type === "I" ? { residual: random() * 250, bits: 40 + random() * 300 } : null),
    });
    const mask = new Uint8Array(frame.kind.length);
    cuts.push(
      ...health
        .update({ frame, camera: still, mask, ignored: null })
        .filter(({ kind }) => kind === "scene-cut"),
    );
  }
  expect(cuts.length).toBeLessThanOrEqual(1);
});
