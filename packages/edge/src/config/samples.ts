/** The cameras of a node without a configuration: scenes drawn by a program, shipped with it. */

import { fileURLToPath } from "node:url";
import type { CameraConfig } from "./config.ts";

/** A configuration file that `--help` and the README quote. */
export const EXAMPLE_CONFIG = `server:
  host: 127.0.0.1
  port: 8480
cameras:
  - id: gate
    name: Front gate
    url: rtsp://\${CAM_USER}:\${CAM_PASSWORD}@192.168.1.20/stream1
  - id: workshop
    file: recordings/workshop.mp4
`;

/** Path of a sample video. */
export function samplePath(name: "yard"): string {
  return fileURLToPath(new URL(`../../samples/${name}.mp4`, import.meta.url));
}

/** The built-in cameras. */
export function sampleCameras(): CameraConfig[] {
  return [
    {
      id: "yard",
      name: "Front yard",
      source: { file: samplePath("yard") },
      loop: true,
      realtime: true,
      simulated: true,
    },
  ];
}
