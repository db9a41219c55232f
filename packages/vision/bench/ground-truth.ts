/**
 * Motion as pixels tell it: the labels where a clip comes without events, and the peer where it has some. Luma at half
 * size (every other sample); a pixel has changed if it differs by more than 15 from the frame before, a frame has
 * motion if more than 0.2 % of its pixels have changed.
 */

import { spawn } from "node:child_process";
import type { Rectangle } from "./analyse.ts";

const CHANGED = 15;
const MOTION_SHARE = 0.002;

/** Share of the pixels of `box` (default: the picture) that changed in each frame, in display order; 0 in the first. */
export async function changedShares(
  path: string,
  width: number,
  height: number,
  box: Rectangle = [0, 0, width, height],
): Promise<number[]> {
  const w = width >> 1;
  const h = height >> 1;
  const size = w * h;
  const [left, top, right, bottom] = [box[0], box[1], box[0] + box[2], box[1] + box[3]].map(
    (value) => value >> 1,
  ) as [number, number, number, number];
  const args = ["-v", "error", "-i", path, "-map", "0:v:0", "-fps_mode", "passthrough"];
  const filter = `scale=${w}:${h}:flags=neighbor,format=gray`;
  const child = spawn("ffmpeg", [...args, "-vf", filter, "-f", "rawvideo", "-"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let last: Uint8Array | null = null;
  const frame = new Uint8Array(size);
  let filled = 0;
  const shares: number[] = [];
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    for (let from = 0; from < chunk.length; ) {
      const part = chunk.subarray(from, from + size - filled);
      frame.set(part, filled);
      filled += part.length;
      from += part.length;
      if (filled < size) continue;
      filled = 0;
      let changed = 0;
      for (let y = top; last !== null && y < bottom; y++) {
        for (let at = y * w + left; at < y * w + right; at++) {
          const difference = (frame[at] as number) - (last[at] as number);
          if (difference > CHANGED || difference < -CHANGED) changed++;
        }
      }
      shares.push(changed / ((right - left) * (bottom - top)));
      last ??= new Uint8Array(size);
      last.set(frame);
    }
  }
  return shares;
}

/** Whether the pixels of each frame say that something moves. */
export async function pixelMotion(path: string, width: number, height: number): Promise<boolean[]> {
  const shares = await changedShares(path, width, height);
  return shares.map((share) => share > MOTION_SHARE);
}
