/** Runs a clip through parser and analyzer, and the plain signal that the analyzer is compared with. */

import { H264Parser, listVectors, type VectorList } from "@symbion/codec";
import { openInput } from "@symbion/codec/node";
import { type Area, MotionAnalyzer, type MotionEvent } from "../src/motion/index.ts";

/** A rectangle in luma samples: left, top, width, height. */
export type Rectangle = readonly [x: number, y: number, width: number, height: number];

/** Result of a clip; lists have one entry per frame, by time. */
export type Analysis = {
  readonly times: number[];
  /** The analyzer's score: of the rectangle if there was one, else of the picture. */
  readonly scores: number[];
  /** Share of the area with vectors of half a sample and more, as they are: the plain signal. */
  readonly raw: number[];
  readonly activity: number[];
  readonly moving: number;
  readonly events: MotionEvent[];
  readonly width: number;
  readonly height: number;
};

/** What {@link analyse} may be told. */
export type AnalyseOptions = {
  readonly order?: "display" | "decode";
  /** Watch only this part: a zone of the analyzer, in samples of a picture `of` wide. */
  readonly rectangle?: { readonly box: Rectangle; readonly of: readonly [number, number] };
  readonly holdSeconds?: number;
};

/** Reads a clip to its end. */
export async function analyse(path: string, options: AnalyseOptions = {}): Promise<Analysis> {
  const { rectangle } = options;
  const areas: Area[] = rectangle === undefined ? [] : [zone(rectangle.box, rectangle.of)];
  const analyzer = new MotionAnalyzer({
    areas,
    ...(options.holdSeconds === undefined ? {} : { holdSeconds: options.holdSeconds }),
  });
  const frames: { at: number; score: number; raw: number; activity: number }[] = [];
  const events: MotionEvent[] = [];
  const list: VectorList = { count: 0, rows: new Int32Array(0) };
  let raw = 0;
  let moving = 0;
  let width = 0;
  let height = 0;
  const video = await openInput(path);
  const parser = new H264Parser({
    order: options.order ?? "display",
    onFrame: (frame) => {
      const result = analyzer.push(frame);
      ({ width, height } = frame);
      if (result.camera.moving) moving++;
      events.push(...result.events);
      const scale = rectangle === undefined ? 1 : width / rectangle.of[0];
      const box = rectangle?.box.map((value) => value * scale) ?? [0, 0, width, height];
      // A picture without vectors keeps the value of the one before.
      raw = plainSignal(listVectors(frame, list), box as unknown as Rectangle) ?? raw;
      frames.push({
        at: frame.timestamp,
        score: rectangle === undefined ? result.score : (result.zones[0]?.score ?? 0),
        raw,
        activity: result.activity,
      });
    },
  });
  if (video.avcC !== undefined) parser.configure(video.avcC);
  for await (const unit of video.accessUnits()) {
    if (video.framing === "stream") parser.push(unit.data);
    else parser.pushAccessUnit(unit.data, unit.timestamp);
  }
  parser.end();
  await video.close();
  events.push(...analyzer.end());
  frames.sort((a, b) => a.at - b.at);
  return {
    times: frames.map(({ at }) => at),
    scores: frames.map(({ score }) => score),
    raw: frames.map((frame) => frame.raw),
    activity: frames.map(({ activity }) => activity),
    moving,
    events,
    width,
    height,
  };
}

function zone([x, y, w, h]: Rectangle, [width, height]: readonly [number, number]): Area {
  const left = x / width;
  const right = (x + w) / width;
  const top = y / height;
  const bottom = (y + h) / height;
  const points = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ] as const;
  return { id: "rectangle", kind: "zone", points };
}

function plainSignal({ count, rows }: VectorList, [x, y, w, h]: Rectangle): number | undefined {
  if (count === 0) return undefined;
  let area = 0;
  const value = (at: number): number => rows[at] as number;
  for (let at = 0; at < 7 * count; at += 7) {
    const dx = value(at + 3) - x;
    const dy = value(at + 4) - y;
    if (dx < 0 || dy < 0 || dx >= w || dy >= h) continue;
    if (value(at + 5) ** 2 + value(at + 6) ** 2 >= 4) area += value(at + 1) * value(at + 2);
  }
  return area / (w * h);
}

/** Motion events of the whole picture (null) or of the zone, as frames: from beginning to end plus `hold` seconds. */
export function eventFrames(
  analysis: Analysis,
  area: string | null,
  hold: number,
): [number, number][] {
  const { times } = analysis;
  const frameAt = (time: number): number => {
    const found = times.findLastIndex((at) => at <= time + 1e-6);
    return Math.max(0, found);
  };
  return analysis.events
    .filter((event) => event.kind === "motion" && event.phase === "begin" && event.area === area)
    .map((begin) => {
      const end = analysis.events.find(
        (event) => event.phase === "end" && event.number === begin.number,
      );
      return [frameAt(begin.at), frameAt((end?.at ?? times.at(-1) ?? 0) + hold)];
    });
}
