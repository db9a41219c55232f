/** The labelled clips: area under the curve, events, and what vectors cannot tell. */

import { atLeast, plain, type Row, type RunOptions } from "../../../bench/rows.ts";
import { type Analysis, analyse, eventFrames } from "./analyse.ts";
import { hasFfmpeg, type Labelled, labelledClips } from "./clips.ts";
import { changedShares, pixelMotion } from "./ground-truth.ts";
import {
  areaUnderCurve,
  centredMean,
  type Interval,
  labelFrames,
  matchEvents,
} from "./statistics.ts";

/** Goals: area under the curve per clip; precision and recall of events. */
const GOALS = { traffic: 0.97, person: 0.97, car: 0.9, events: 0.9 };
/** The plain signal is a mean over so many frames, half of them in the future. */
const WINDOW = 7;

const AUC = "AUC";

/** The clips where they and ffmpeg are at hand; says so and returns null where not. */
export async function labelledOrNote(options: RunOptions): Promise<Labelled | null> {
  const clips = labelledClips();
  if (clips === null) options.note("no labelled clips beside the repository: part left out");
  else if (!(await hasFfmpeg()))
    options.note("no ffmpeg for the labels from pixels: part left out");
  else return clips;
  return null;
}

/** How well the score tells frames with motion from those without; peer: the plain signal of the same run. */
export async function* accuracyRows(options: RunOptions): AsyncGenerator<Row, void, void> {
  const clips = await labelledOrNote(options);
  if (clips === null) return;
  const { traffic, person, car } = clips;
  const rectangle = { box: traffic.box, of: [traffic.width, traffic.height] } as const;
  const personMoves = await pixelMotion(person.path, person.width, person.height);
  const carMoves = await pixelMotion(car.path, car.width, car.height);
  const boxChanges = await changedShares(traffic.path, traffic.width, traffic.height, traffic.box);
  for (const order of ["display", "decode"] as const) {
    const suffix = order === "display" ? "" : ", decoding order";
    const of = async (path: string): Promise<Analysis> => await analyse(path, { order });
    const inBox = await analyse(traffic.path, { order, rectangle });
    const tight = labelFrames(inBox.scores.length, traffic.tight);
    const padded = labelFrames(inBox.scores.length, traffic.padded);
    yield curve(`traffic, tight events${suffix}`, inBox, tight, GOALS.traffic);
    if (order === "display") {
      const shifted = traffic.tight.map(([a, b]) => [a - 1, b - 1] as const);
      const anchor = labelFrames(inBox.scores.length, shifted);
      yield curve("traffic, tight events, frames counted from 1", inBox, anchor, null);
      const pixels = areaUnderCurve(centredMean(boxChanges, WINDOW), tight);
      const ours = areaUnderCurve(inBox.scores, tight);
      yield atLeast("traffic, tight events; peer: pixel difference", ours, AUC, null, pixels);
    }
    yield curve(`traffic, padded events${suffix}`, inBox, padded, null);
    const walking = await of(person.path);
    yield curve(`person, pixel motion${suffix}`, walking, personMoves, GOALS.person);
    yield curve(`car, pixel motion${suffix}`, await of(car.path), carMoves, GOALS.car);
    if (order === "decode") continue;
    const present = labelFrames(walking.scores.length, person.presence);
    const raw = areaUnderCurve(centredMean(walking.raw, WINDOW), present);
    yield plain("person, PRESENCE by the plain signal (people stand still)", raw, AUC);
    yield plain(
      "person, PRESENCE by the score (people stand still)",
      areaUnderCurve(walking.scores, present),
      AUC,
    );
  }
}

function curve(
  name: string,
  analysis: Analysis,
  labels: readonly boolean[],
  least: number | null,
): Row {
  const ours = areaUnderCurve(analysis.scores, labels);
  const raw = areaUnderCurve(centredMean(analysis.raw, WINDOW), labels);
  return atLeast(name, ours, AUC, least, raw);
}

/**
 * Events of the labelled box, matched one to one with an intersection of at least half of the union. The labels come
 * from a detector that goes on for some time after the last motion: ten frames (0.4 s) in the tight list, two seconds
 * in the other; events are compared with that time added. The analyzer is asked to hold about as long: 0.5 s, because
 * what this detector still sees of a car's shadow is over two frames sooner for us, and two seconds.
 */
export async function* eventRows(options: RunOptions): AsyncGenerator<Row, void, void> {
  const clips = await labelledOrNote(options);
  if (clips === null) return;
  const { traffic } = clips;
  const rectangle = { box: traffic.box, of: [traffic.width, traffic.height] } as const;
  for (const order of ["display", "decode"] as const) {
    for (const [kind, labels, hold, added] of [
      ["tight", traffic.tight, 0.5, 0.4],
      ["padded", traffic.padded, 2, 2],
    ] as const) {
      const analysis = await analyse(traffic.path, { order, rectangle, holdSeconds: hold });
      const events = eventFrames(analysis, "rectangle", added);
      const match = matchEvents(events, labels);
      const name = `traffic, ${kind} events${order === "display" ? "" : ", decoding order"}`;
      options.note(`${name}: ${show(events)}; labels ${show(labels)}`);
      yield atLeast(`${name}: precision`, match.precision, "", GOALS.events);
      yield atLeast(`${name}: recall`, match.recall, "", GOALS.events);
      yield plain(`${name}: mean overlap`, match.overlap, "IoU");
    }
  }
}

function show(intervals: readonly Interval[]): string {
  return intervals.map(([first, last]) => `${first}-${last}`).join(" ");
}
