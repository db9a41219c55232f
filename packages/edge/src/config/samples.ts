/** What a node shows without a configuration: a scene drawn by a program, shipped with it. */

import { fileURLToPath } from "node:url";
import type { CameraArea } from "@symbion/core";
import { DEFAULT_RECORD } from "./schema.ts";
import type { CameraConfig } from "./types.ts";

/** Path of a sample video. */
export function samplePath(name: "yard"): string {
  return fileURLToPath(new URL(`../../samples/${name}.mp4`, import.meta.url));
}

/**
 * The lawn, over which a cat strolls, a line across the street, which cars and a walker cross, and the tree, whose leaves
 * never rest.
 */
const YARD_AREAS: readonly CameraArea[] = [
  {
    id: "lawn",
    name: "Lawn",
    kind: "zone",
    points: [
      [0, 0.76],
      [0.53, 0.71],
      [0.56, 1],
      [0, 1],
    ],
    dwellSeconds: 5,
    direction: "both",
  },
  {
    id: "street",
    name: "Street",
    kind: "line",
    points: [
      [0.42, 0.46],
      [0.42, 0.66],
    ],
    dwellSeconds: null,
    direction: "both",
  },
  {
    id: "tree",
    name: "Tree",
    kind: "ignore",
    points: [
      [0, 0],
      [0.29, 0],
      [0.29, 0.3],
      [0.2, 0.39],
      [0, 0.43],
    ],
    dwellSeconds: null,
    direction: "both",
  },
];

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
      areas: YARD_AREAS,
      motion: { sensitivity: "normal" },
      record: DEFAULT_RECORD,
    },
  ];
}
