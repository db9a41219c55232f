/**
 * Still pictures for a browser that cannot decode H.264 itself: the camera's last keyframe through ffmpeg. The only
 * place where the node decodes pixels, one frame at a time, and only while somebody asks; every frame is counted.
 */

import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ffmpegPixels } from "@symbion/codec/node";
import type { Cameras } from "../pipeline/cameras.ts";

/** Shortest time between two decoded keyframes of a camera, milliseconds. */
const MIN_INTERVAL = 400;

/** Width of a still picture in pixels. */
const WIDTH = 960;

/** Whether ffmpeg starts on this machine. */
export function hasFfmpeg(): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.env.SYMBION_FFMPEG ?? "ffmpeg", ["-version"], { stdio: "ignore" });
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
  });
}

/**
 * The first picture of an Annex B byte stream as a JPEG file, `width` pixels wide; null where there is none. Rejects
 * with `MediaError` where ffmpeg is missing or cannot decode it.
 */
export async function decodeStill(
  stream: Uint8Array,
  width: number = WIDTH,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const folder = await mkdtemp(join(tmpdir(), "symbion-"));
  try {
    const file = join(folder, "keyframe.h264");
    await writeFile(file, stream);
    const pixels = ffmpegPixels(file);
    try {
      for await (const picture of pixels.frames({ format: "jpeg", width })) {
        return new Uint8Array(picture.data);
      }
      return null;
    } finally {
      await pixels.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Still = { readonly at: number; readonly jpeg: Promise<Uint8Array<ArrayBuffer> | null> };

/** Still pictures of a node's cameras, made on demand and shared by everybody who asks at the same time. */
export class Snapshots {
  readonly #cameras: Cameras;
  readonly #stills = new Map<string, Still>();

  constructor(cameras: Cameras) {
    this.#cameras = cameras;
  }

  /** A JPEG file, or null where the camera has shown no keyframe or ffmpeg cannot decode it. */
  take(id: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const now = performance.now();
    const last = this.#stills.get(id);
    if (last !== undefined && now - last.at < MIN_INTERVAL) return last.jpeg;
    const jpeg = this.#decode(id).catch(() => null);
    this.#stills.set(id, { at: now, jpeg });
    return jpeg;
  }

  async #decode(id: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const stream = await this.#cameras.keyframe(id);
    if (stream === null) return null;
    const still = await decodeStill(stream);
    if (still !== null) this.#cameras.countDecoded(id, 1);
    return still;
  }
}
