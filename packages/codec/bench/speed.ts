/**
 * Frames per CPU second beside ffmpeg exporting vectors, clip by clip, worst first.
 *
 * Rules against fooling oneself: CPU time (user and system, all threads), never wall time; ours and ffmpeg's runs
 * alternate; medians; each clip is repeated until it has at least 3000 frames, so that process start weighs little;
 * in the "whole process" rows process start counts on both sides, and with it the time that V8 takes to optimise the
 * parser; in the "steady" rows, which are what a node that runs for days sees, neither does: ours is a second round in
 * the same process, and ffmpeg's start, measured on one frame, is taken off. Both read the same MP4 file.
 */

import { median, type Row, type RunOptions } from "../../../bench/rows.ts";
import { buildPackage, hasFfmpeg, run, runProgram } from "./child.ts";
import { type Clip, speedClips } from "./clips.ts";

type Figure = { readonly frames: number; readonly seconds: number };
type Sample = {
  readonly whole: Figure;
  readonly steady: Figure;
  readonly ffmpeg: Figure;
  readonly start: Figure;
};

const MIN_FRAMES = 3000;
const RUNS = 5;

/** Two rows per clip: whole process, steady state. */
export async function* speedRows(options: RunOptions): AsyncGenerator<Row, void, void> {
  if (!(await hasFfmpeg())) {
    options.note("speed: skipped, it needs ffmpeg as the peer: apt-get install ffmpeg");
    return;
  }
  await buildPackage();
  const clips = await speedClips(options.note);
  const samples = new Map<Clip, Sample[]>(clips.map((clip) => [clip, []]));
  const rounds = new Map<Clip, number>();
  for (const clip of clips) {
    const once = await ffmpegSeconds(clip.path, 1);
    rounds.set(clip, Math.ceil(MIN_FRAMES / Math.max(1, once.frames)));
  }
  for (let i = 0; i < (options.quick ? 1 : RUNS); i++) {
    for (const clip of clips) {
      options.note(`speed: run ${i + 1}, ${clip.name}`);
      samples.get(clip)?.push(await sample(clip, rounds.get(clip) ?? 1));
    }
  }
  const rows = [...samples].flatMap(([clip, list]) => [
    row(clip, "whole process", list, (s) => [rate(s.whole), rate(s.ffmpeg)]),
    row(clip, "steady", list, (s) => [rate(s.steady), rate(without(s.ffmpeg, s.start))]),
  ]);
  yield* rows.sort((a, b) => (a.ratio ?? 0) - (b.ratio ?? 0));
  for (const [clip, list] of samples) {
    if (clip.floor === undefined) continue;
    const value = median(list.map((one) => rate(one.whole)));
    yield {
      name: `${clip.name}, floor`,
      value,
      unit: "frames/CPU-s",
      goal: `>= ${clip.floor}`,
      met: value >= clip.floor,
    };
  }
}

async function sample(clip: Clip, rounds: number): Promise<Sample> {
  const ours = await runProgram<Pick<Sample, "whole" | "steady">>("./parse-clip.ts", [
    clip.path,
    String(rounds),
  ]);
  const ffmpeg = await ffmpegSeconds(clip.path, rounds);
  if (ffmpeg.frames !== ours.whole.frames) {
    throw new Error(
      `${clip.name}: ${ours.whole.frames} frames of ours, ${ffmpeg.frames} of ffmpeg's`,
    );
  }
  return { ...ours, ffmpeg, start: await ffmpegSeconds(clip.path, 1, 1) };
}

/** CPU time of one ffmpeg process that decodes with vectors; `-benchmark` reports it. */
async function ffmpegSeconds(path: string, rounds: number, frames?: number): Promise<Figure> {
  const { stderr } = await run("ffmpeg", [
    ...["-hide_banner", "-benchmark", "-stream_loop", String(rounds - 1)],
    ...["-flags2", "+export_mvs", "-threads", "1", "-i", path, "-map", "0:v:0"],
    ...(frames === undefined ? [] : ["-frames:v", String(frames)]),
    ...["-fps_mode", "passthrough", "-f", "null", "-"],
  ]);
  const time = /utime=([\d.]+)s stime=([\d.]+)s/.exec(stderr);
  const count = [...stderr.matchAll(/frame=\s*(\d+)/g)].at(-1)?.[1];
  if (time === null || count === undefined) throw new Error("ffmpeg -benchmark printed no times");
  return { frames: Number(count), seconds: Number(time[1]) + Number(time[2]) };
}

function without(all: Figure, start: Figure): Figure {
  return { frames: all.frames - start.frames, seconds: all.seconds - start.seconds };
}

function rate(figure: Figure): number {
  return figure.frames / figure.seconds;
}

function row(
  clip: Clip,
  kind: string,
  list: readonly Sample[],
  pair: (sample: Sample) => [number, number],
): Row {
  const value = median(list.map((one) => pair(one)[0]));
  const peer = median(list.map((one) => pair(one)[1]));
  const ratio = value / peer;
  const least = clip.slow ? 1.5 : 1;
  return {
    name: `${clip.name}, ${kind}`,
    value,
    unit: "frames/CPU-s",
    peer,
    ratio,
    goal: `>= ${least} x ffmpeg`,
    met: ratio >= least,
  };
}
