/** The labelled clips beside the checkout, and re-encodes of them in other qualities, kept in the temporary folder. */

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Rectangle } from "./analyse.ts";
import type { Interval } from "./statistics.ts";

const FOLDER = fileURLToPath(new URL("../../../../shared/data/video/camera/", import.meta.url));

/** A fixed camera's clip. */
export type Clip = {
  readonly name: string;
  readonly path: string;
  readonly width: number;
  readonly height: number;
};

/** What is labelled; null where the clips are not at hand. */
export type Labelled = {
  readonly traffic: Clip & {
    readonly box: Rectangle;
    /** Motion in the box and ten frames after it; and two seconds after it. */
    readonly tight: readonly Interval[];
    readonly padded: readonly Interval[];
  };
  readonly person: Clip & { readonly presence: readonly Interval[] };
  readonly car: Clip & { readonly presence: readonly Interval[] };
};

type Labels = Readonly<
  Record<
    string,
    {
      readonly roi_xywh?: Rectangle;
      readonly events_post10?: readonly Interval[];
      readonly events_default_MOG2?: readonly Interval[];
      readonly presence_intervals?: readonly Interval[];
      readonly presence_intervals_pixel_bgsub?: readonly Interval[];
    }
  >
>;

/** The built-in sample camera. */
export const samplePath: string = fileURLToPath(
  new URL("../../edge/samples/yard.mp4", import.meta.url),
);

/** Reads the labels; null where the clips are not beside the checkout. */
export function labelledClips(): Labelled | null {
  const file = join(FOLDER, "labels.json");
  if (!existsSync(file)) return null;
  const labels = JSON.parse(readFileSync(file, "utf8")) as Labels;
  const clip = (name: string, file_: string, width: number, height: number): Clip => ({
    ...{ name, path: join(FOLDER, file_), width, height },
  });
  const traffic = "dvrscan_traffic_camera.mp4";
  const person = "intel_one-by-one-person-detection.mp4";
  const car = "intel_car-detection.mp4";
  return {
    traffic: {
      ...clip("traffic", traffic, 1280, 720),
      box: labels[traffic]?.roi_xywh ?? [0, 0, 1280, 720],
      tight: labels[traffic]?.events_post10 ?? [],
      padded: labels[traffic]?.events_default_MOG2 ?? [],
    },
    person: {
      ...clip("person", person, 768, 432),
      presence: labels[person]?.presence_intervals ?? [],
    },
    car: {
      ...clip("car", car, 768, 432),
      presence: labels[car]?.presence_intervals_pixel_bgsub ?? [],
    },
  };
}

/** Ways to encode a camera's picture: what cameras, recorders and cheap encoders do. */
export const ENCODERS: Readonly<Record<string, readonly string[]>> = {
  "CRF 23": ["-preset", "medium", "-crf", "23"],
  "CRF 35": ["-preset", "medium", "-crf", "35"],
  "Baseline, keyframe each second": [
    ...["-preset", "veryfast", "-profile:v", "baseline", "-crf", "26", "-g", "25"],
  ],
  "low-delay, no tools": [
    ...["-preset", "ultrafast", "-tune", "zerolatency", "-crf", "28", "-g", "50"],
  ],
  "intra refresh": [
    ...[
      "-preset",
      "veryfast",
      "-bf",
      "0",
      "-crf",
      "28",
      "-x264-params",
      "intra-refresh=1:keyint=50",
    ],
  ],
  "constant 300 kbit/s": [
    ...["-preset", "veryfast", "-bf", "0", "-b:v", "300k", "-maxrate", "300k", "-bufsize", "300k"],
    ...["-g", "100"],
  ],
  "360p CRF 28": ["-vf", "scale=640:360", "-preset", "veryfast", "-crf", "28"],
};

/** Runs ffmpeg to its end, giving it `input` on standard input where there is one. */
export async function ffmpeg(
  args: readonly string[],
  input?: (write: (bytes: Uint8Array) => Promise<void>) => Promise<void>,
): Promise<void> {
  const child = spawn("ffmpeg", ["-v", "error", "-y", ...args], {
    stdio: [input === undefined ? "ignore" : "pipe", "ignore", "pipe"],
  });
  let words = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    words += text;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const { stdin } = child;
  if (input !== undefined && stdin !== null) {
    await input(
      (bytes) =>
        new Promise((resolve, reject) => {
          stdin.write(bytes, (error) => (error ? reject(error) : resolve()));
        }),
    );
    stdin.end();
  }
  const code = await ended;
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${words.trim().slice(-400)}`);
}

/** Whether ffmpeg can be started. */
export async function hasFfmpeg(): Promise<boolean> {
  return await ffmpeg(["-version"]).then(
    () => true,
    (error: Error) =>
      !("code" in error && error.code === "ENOENT") && error.message.includes("ended"),
  );
}

/** A file of the temporary folder, made by `make` where it is not there yet. */
export async function kept(
  name: string,
  note: (text: string) => void,
  make: (path: string) => Promise<void>,
): Promise<string> {
  const folder = join(tmpdir(), "symbion-bench");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  if (existsSync(path)) return path;
  note(`making ${path} ...`);
  const unfinished = `${path}.part.mp4`;
  await make(unfinished);
  renameSync(unfinished, path);
  return path;
}

/** A clip encoded again. */
export async function reencode(
  clip: Clip,
  encoder: string,
  note: (text: string) => void,
): Promise<string> {
  const settings = ENCODERS[encoder] ?? [];
  const name = `motion-${clip.name}-${encoder.replace(/\W+/g, "-")}.mp4`;
  return await kept(name, note, (path) =>
    ffmpeg([
      ...["-i", clip.path, "-an", "-fps_mode", "passthrough", "-c:v", "libx264"],
      ...settings,
      ...["-pix_fmt", "yuv420p", path],
    ]),
  );
}
