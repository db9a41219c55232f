/** What the analyzer costs per frame, beside the parser that feeds it. */

import { existsSync } from "node:fs";
import { H264Parser } from "@symbion/codec";
import { openInput } from "@symbion/codec/node";
import { median, type Row, type RunOptions } from "../../../bench/rows.ts";
import { MotionAnalyzer } from "../src/motion/index.ts";
import { labelledClips, samplePath } from "./clips.ts";

/** Frames that are kept to be analysed again and again. */
const FRAMES = 240;

/** Microseconds of CPU per frame, steady state, median of several rounds that alternate with the parser's. */
export async function* costRows(options: RunOptions): AsyncGenerator<Row, void, void> {
  const clips = labelledClips();
  const list: (readonly [string, string, number | null])[] = [
    ["sample yard 720p", samplePath, 300],
  ];
  if (clips !== null && existsSync(clips.traffic.path)) {
    list.push(["traffic 720p", clips.traffic.path, 300], ["car 432p", clips.car.path, null]);
  }
  for (const [name, path, most] of list) {
    const video = await openInput(path);
    const units: { data: Uint8Array; timestamp: number | undefined }[] = [];
    for await (const unit of video.accessUnits()) {
      units.push({ data: unit.data.slice(), timestamp: unit.timestamp });
      if (units.length === FRAMES) break;
    }
    const length = units.length / (video.frameRate ?? 25);
    let passes = 0;
    const analyzer = new MotionAnalyzer();
    const parse = (withAnalyzer: boolean): void => {
      const offset = passes++ * length;
      const parser = new H264Parser({
        order: "decode",
        // Fresh from the parser, as in use: frames that were kept would have to come from memory first.
        onFrame: (frame) => {
          if (withAnalyzer) analyzer.push(frame);
        },
      });
      if (video.avcC !== undefined) parser.configure(video.avcC);
      for (const unit of units) {
        const timestamp = unit.timestamp === undefined ? undefined : unit.timestamp + offset;
        parser.pushAccessUnit(unit.data, timestamp);
      }
      parser.end();
    };
    await video.close();
    const ours: number[] = [];
    const parsers: number[] = [];
    for (let round = 0; round < (options.quick ? 6 : 16); round++) {
      const both = micros(() => parse(true)) / units.length;
      const alone = micros(() => parse(false)) / units.length;
      // The first rounds warm up.
      if (round < 3) continue;
      ours.push(both - alone);
      parsers.push(alone);
    }
    const value = median(ours);
    const peer = median(parsers);
    yield {
      name: `${name}: analyzer; peer: parser`,
      value,
      unit: "us/frame",
      peer,
      ratio: peer / value,
      goal: most === null ? null : `< ${most}`,
      met: most === null ? null : value < most,
    };
  }
}

function micros(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
