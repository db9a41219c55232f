/**
 * Program: parses a file in a loop for a number of minutes of video, as fast as it can, and prints how resident
 * memory went and how many frames were lost. Usage: long-stream.ts FILE MINUTES
 */

import { readSignals } from "@symbion/codec/containers";
import { openInput } from "@symbion/codec/node";

const [file = "", minutes = "1"] = process.argv.slice(2);
const length = Number(minutes) * 60;
/** Readings of resident memory, in bytes, at even steps of video time. */
const readings: number[] = [];
const STEPS = 60;

let units = 0;
let frames = 0;
let damaged = 0;
const video = await openInput(file, { loop: true });
const counted = {
  ...video,
  async *accessUnits() {
    for await (const unit of video.accessUnits()) {
      if ((unit.timestamp ?? 0) >= length) return;
      units++;
      yield unit;
    }
  },
};
await readSignals(counted, {
  onFrame(frame) {
    frames++;
    if (frame.damaged) damaged++;
    if (frame.timestamp >= ((readings.length + 1) * length) / STEPS) {
      readings.push(process.memoryUsage.rss());
    }
  },
});
await video.close();
process.stdout.write(`${JSON.stringify({ units, frames, damaged, readings })}\n`);
