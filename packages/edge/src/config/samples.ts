/** What a node shows without a configuration: two scenes drawn by programs, shipped with it. */

import { fileURLToPath } from "node:url";
import type { CameraArea, WatchQuestion } from "@symbion/core";
import { DEFAULT_RECORD, type SampleName } from "./schema.ts";
import type { CameraConfig } from "./types.ts";

/** Path of a sample video. */
export function samplePath(name: SampleName): string {
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

/** What the embedded model is asked about the plain scene, which is of the kind that it was trained on. */
const PLAIN_QUESTIONS: readonly WatchQuestion[] = [
  { id: "happened", ask: "What happened?", every: 0 },
  { id: "entered", ask: "What entered?", every: 0 },
  { id: "person", ask: "Is there a person?", every: 0 },
];

/** The built-in cameras. */
export function sampleCameras(): (CameraConfig & { readonly id: SampleName })[] {
  const common = {
    loop: true,
    realtime: true,
    simulated: true,
    motion: { sensitivity: "normal" },
    record: DEFAULT_RECORD,
  } as const;
  return [
    {
      ...common,
      id: "yard",
      name: "Front yard",
      source: { file: samplePath("yard") },
      areas: YARD_AREAS,
      questions: [],
    },
    {
      ...common,
      id: "plain",
      name: "Plain scene",
      source: { file: samplePath("plain") },
      areas: [],
      questions: PLAIN_QUESTIONS,
    },
  ];
}
