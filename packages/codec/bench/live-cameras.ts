/**
 * Program: runs the sample as a number of live cameras in one process and prints CPU time and how late frames were.
 * Usage: live-cameras.ts FILE CAMERAS SECONDS
 */

import { readSignals } from "@symbion/codec/containers";
import { openInput } from "@symbion/codec/node";

const [file = "", cameras = "16", seconds = "20"] = process.argv.slice(2);
const length = Number(seconds);
/** Cameras start one after the other, as they would; the first seconds warm up and are not counted. */
const STAGGER = 1000 / 15 / Number(cameras);
const WARM_UP = 5;

let frames = 0;
const late: number[] = [];

async function camera(index: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, index * STAGGER));
  const abort = new AbortController();
  const video = await openInput(file, { loop: true, realtime: true, signal: abort.signal });
  let start: number | undefined;
  let units = 0;
  const timed = {
    ...video,
    async *accessUnits() {
      for await (const unit of video.accessUnits()) {
        // Units are released in decoding order: the n-th is due n frame times after the first.
        start ??= performance.now();
        const due = start + (units++ * 1000) / (video.frameRate ?? 15);
        if (due - start > (WARM_UP + length) * 1000) return;
        yield unit;
        // The consumer has taken it: parsed.
        if (due - start > WARM_UP * 1000) late.push(performance.now() - due);
      }
    },
  };
  await readSignals(timed, { onFrame: () => void frames++ });
  await video.close();
}

const all = Promise.all(Array.from({ length: Number(cameras) }, (_, i) => camera(i)));
await new Promise((resolve) => setTimeout(resolve, WARM_UP * 1000));
const before = process.cpuUsage();
const from = performance.now();
const counted = frames;
await all;
const usage = process.cpuUsage(before);
const wall = (performance.now() - from) / 1000;
late.sort((a, b) => a - b);
const percentile = (share: number): number => late[Math.floor(share * (late.length - 1))] ?? 0;
process.stdout.write(
  `${JSON.stringify({
    cpuSeconds: (usage.user + usage.system) / 1e6,
    wall,
    frames: frames - counted,
    medianLate: percentile(0.5),
    worstLate: percentile(1),
    p99Late: percentile(0.99),
  })}\n`,
);
