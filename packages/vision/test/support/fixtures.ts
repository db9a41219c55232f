/** The streams of test/fixtures (made by make-camera-streams.sh) as frames. */

import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { copySignal, type FrameSignal, H264Parser } from "@symbion/codec";

const folder: string = resolve(dirname(fileURLToPath(import.meta.url)), "../fixtures");

/** Frames of a fixture (of `folder`), copied; in the order in which the parser hands them out. */
export function fixtureFrames(
  name: string,
  order: "display" | "decode" = "display",
  from: string = folder,
): FrameSignal[] {
  const frames: FrameSignal[] = [];
  const parser = new H264Parser({ order, onFrame: (frame) => frames.push(copySignal(frame)) });
  parser.push(readFileSync(resolve(from, `${name}.264`)));
  parser.end();
  return frames;
}
