/**
 * The clips that speed is measured on: three fixed cameras where they are at hand, and re-encodes of the first at
 * several bit rates; elsewhere re-encodes of the project's own sample. Re-encodes are kept in the temporary folder.
 */

import { existsSync, mkdirSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./child.ts";

/** A clip, and how fast it must be parsed at least. */
export type Clip = {
  readonly name: string;
  readonly path: string;
  /** Whether it has at most 1 Mbit/s, where more is asked of the ratio. */
  readonly slow: boolean;
  /** Frames per CPU second, where a floor is set. */
  readonly floor?: number;
};

const camera = (name: string): string =>
  fileURLToPath(new URL(`../../../../shared/data/video/camera/${name}`, import.meta.url));
const SAMPLE = fileURLToPath(new URL("../../edge/samples/yard.mp4", import.meta.url));

/** The built-in sample camera: 1280x720, 15 frames per second. */
export const sampleClip: string = SAMPLE;

/** Makes what is missing and lists the clips. Needs ffmpeg with libx264. */
export async function speedClips(note: (text: string) => void): Promise<Clip[]> {
  const traffic = camera("dvrscan_traffic_camera.mp4");
  const haveCameras = existsSync(traffic);
  const clips: Clip[] = haveCameras
    ? [
        { name: "traffic camera 720p 0.69 Mbit/s", path: traffic, slow: true, floor: 250 },
        {
          name: "person camera 432p 0.19 Mbit/s",
          path: camera("intel_one-by-one-person-detection.mp4"),
          slow: true,
        },
        {
          name: "car camera 432p 0.62 Mbit/s, Baseline",
          path: camera("intel_car-detection.mp4"),
          slow: true,
        },
      ]
    : [{ name: "sample yard 720p", path: SAMPLE, slow: true }];
  if (!haveCameras) note("no camera clips beside the repository: measuring on the built-in sample");
  const source = haveCameras ? traffic : SAMPLE;
  const label = haveCameras ? "traffic" : "yard";
  for (const rate of [0.7, 1, 2, 4]) {
    const path = await reencode(source, label, rate, note);
    const name = `${label} re-encoded 720p ${rate} Mbit/s`;
    clips.push({ name, path, slow: rate <= 1, ...(rate === 4 ? { floor: 120 } : {}) });
  }
  return clips;
}

async function reencode(
  source: string,
  label: string,
  megabits: number,
  note: (text: string) => void,
): Promise<string> {
  const folder = join(tmpdir(), "symbion-bench");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${label}-720p-${megabits}M.mp4`);
  if (existsSync(path)) return path;
  note(`encoding ${path} ...`);
  const unfinished = `${path}.part.mp4`;
  const rate = `${Math.round(megabits * 1000)}k`;
  await run("ffmpeg", [
    ...["-v", "error", "-y", "-i", source, "-an", "-vf", "scale=1280:720"],
    ...["-c:v", "libx264", "-preset", "medium", "-b:v", rate, "-maxrate", rate],
    ...["-bufsize", `${Math.round(megabits * 2000)}k`, unfinished],
  ]);
  renameSync(unfinished, path);
  return path;
}
