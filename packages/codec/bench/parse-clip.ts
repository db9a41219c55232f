/**
 * Program: parses a file a number of times and prints the CPU time: of the whole process until the end of the first
 * `rounds` passes, and of as many passes again, when everything is warm. Usage: parse-clip.ts FILE ROUNDS
 */

import { H264Parser } from "@symbion/codec";
import { openInput } from "@symbion/codec/node";

const [file = "", rounds = "1"] = process.argv.slice(2);
let frames = 0;

async function pass(): Promise<void> {
  const video = await openInput(file);
  const parser = new H264Parser({ onFrame: () => void frames++ });
  if (video.avcC !== undefined) parser.configure(video.avcC);
  for await (const unit of video.accessUnits()) parser.pushAccessUnit(unit.data, unit.timestamp);
  parser.end();
  await video.close();
}

const seconds = (usage: NodeJS.CpuUsage): number => (usage.user + usage.system) / 1e6;

for (let i = 0; i < Number(rounds); i++) await pass();
const whole = { frames, seconds: seconds(process.cpuUsage()) };
const before = process.cpuUsage();
for (let i = 0; i < Number(rounds); i++) await pass();
const steady = { frames: frames - whole.frames, seconds: seconds(process.cpuUsage(before)) };
process.stdout.write(`${JSON.stringify({ whole, steady })}\n`);
