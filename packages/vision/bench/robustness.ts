/** Does it hold elsewhere? Other encoders, and scenes of known content. */

import { atLeast, plain, type Row, type RunOptions } from "../../../bench/rows.ts";
import { labelledOrNote } from "./accuracy.ts";
import { analyse, eventFrames } from "./analyse.ts";
import { ENCODERS, ffmpeg, hasFfmpeg, kept, reencode } from "./clips.ts";
import { pixelMotion } from "./ground-truth.ts";
import { drawScene, MOVING_SCENES, SCENE, type Scene, STILL_SCENES } from "./scenes.ts";
import { areaUnderCurve, centredMean, labelFrames } from "./statistics.ts";

/** The labelled clips in other qualities: worst first within each clip. */
export async function* encoderRows(options: RunOptions): AsyncGenerator<Row, void, void> {
  const clips = await labelledOrNote(options);
  if (clips === null) return;
  const { traffic, person, car } = clips;
  const encoders = Object.keys(ENCODERS).slice(0, options.quick ? 2 : undefined);
  const size = [traffic.width, traffic.height] as const;
  for (const clip of [traffic, person, car]) {
    const moves = clip === traffic ? null : await pixelMotion(clip.path, clip.width, clip.height);
    const rows: Row[] = [];
    for (const encoder of encoders) {
      const path = await reencode(clip, encoder, options.note);
      const analysis = await analyse(path, {
        ...(clip === traffic ? { rectangle: { box: traffic.box, of: size } } : {}),
      });
      const labels = moves ?? labelFrames(analysis.scores.length, traffic.tight);
      const value = areaUnderCurve(analysis.scores, labels);
      const raw = areaUnderCurve(centredMean(analysis.raw, 7), labels);
      rows.push(atLeast(`${clip.name}, ${encoder}`, value, "AUC", null, raw));
    }
    yield* rows.sort((a, b) => a.value - b.value);
  }
}

/** Scenes in which nothing moves (every event is false), and scenes in which something comes by now and then. */
export async function* sceneRows(options: RunOptions): AsyncGenerator<Row, void, void> {
  if (!(await hasFfmpeg())) {
    options.note("no ffmpeg to encode the scenes: part left out");
    return;
  }
  const minutes = options.quick ? 1 : 5;
  for (const scene of STILL_SCENES) {
    const path = await encodeScene(scene, minutes * 60, options.note);
    for (const order of options.quick ? (["decode"] as const) : (["display", "decode"] as const)) {
      const analysis = await analyse(path, { order });
      const false_ = eventFrames(analysis, null, 0).length;
      const name = `${scene.name}, ${minutes} min${order === "decode" ? ", decoding order" : ""}`;
      yield {
        name: `${name}: false events`,
        value: false_,
        unit: "events",
        goal: "0",
        met: false_ === 0,
      };
      const alarms = analysis.events.filter(
        (event) => event.kind !== "motion" && event.phase !== "end",
      );
      yield plain(`${name}: camera alarms`, alarms.length, "events");
    }
  }
  for (const scene of MOVING_SCENES) {
    const seconds = options.quick ? 60 : 200;
    const path = await encodeScene(scene, seconds, options.note);
    const analysis = await analyse(path, { order: "decode", holdSeconds: 0.5 });
    const truth = scene.truth(analysis.times.length);
    const events = eventFrames(analysis, null, 0);
    const touches = (a: readonly [number, number], b: readonly [number, number]): boolean =>
      a[0] <= b[1] && b[0] <= a[1];
    const seen = truth.filter((visit) => events.some((event) => touches(event, visit)));
    const right = events.filter((event) => truth.some((visit) => touches(event, visit)));
    const labels = labelFrames(analysis.times.length, truth);
    const raw = areaUnderCurve(centredMean(analysis.raw, 7), labels);
    const share = seen.length / truth.length;
    yield plain(`${scene.name}: visits seen`, share, "share");
    yield plain(
      `${scene.name}: events that are visits`,
      events.length === 0 ? 0 : right.length / events.length,
      "share",
    );
    yield plain(
      `${scene.name}: events per visit seen`,
      seen.length === 0 ? 0 : right.length / seen.length,
      "",
    );
    yield atLeast(
      `${scene.name}: frames`,
      areaUnderCurve(analysis.scores, labels),
      "AUC",
      null,
      raw,
    );
  }
}

async function encodeScene(
  scene: Scene,
  seconds: number,
  note: (text: string) => void,
): Promise<string> {
  const { width, height, frameRate } = SCENE;
  const name = `motion-scene-${scene.name.replace(/\W+/g, "-")}-${seconds}s.mp4`;
  return await kept(name, note, (path) =>
    ffmpeg(
      [
        ...["-f", "rawvideo", "-pix_fmt", "gray", "-s", `${width}x${height}`],
        ...["-r", String(frameRate), "-i", "-"],
        ...["-c:v", "libx264", "-preset", "veryfast", "-crf", "26", "-g", "60"],
        ...["-pix_fmt", "yuv420p", path],
      ],
      (write) => drawScene(scene, seconds * frameRate, write),
    ),
  );
}
