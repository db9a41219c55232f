/** The words of standing questions as zod schemas; see schemas.ts. */

import {
  type CameraWatch,
  WATCH_POLICIES,
  type WatchAnswer,
  type WatchEdit,
  type WatchEvidence,
  type WatchFrame,
  type WatchPolicy,
  type WatchQuestion,
  type WatchStages,
  type WatchWindow,
} from "@symbion/core";
import { z } from "zod";
import { named } from "./schemas.ts";

const moment = z.number().describe("milliseconds since 1970");
const count = z.int().min(0);
const milliseconds = z.number().min(0);
const operations = z.number().min(0).describe("multiplications and additions");

const watchPolicy: z.ZodType<WatchPolicy> = named<WatchPolicy>("WatchPolicy")(
  z.enum(WATCH_POLICIES),
);

const watchQuestion: z.ZodType<WatchQuestion> = named<WatchQuestion>("WatchQuestion")(
  z.strictObject({
    id: z.string(),
    ask: z.string(),
    every: z.number().min(0).describe("least seconds between two answers; 0: every window"),
  }),
);

/** The blocks of one sampled picture, as `/api/events` tells them. */
export const watchFrame: z.ZodType<WatchFrame> = named<WatchFrame>("WatchFrame")(
  z.strictObject({
    camera: z.string(),
    at: moment,
    timestamp: z.number().describe("seconds of the stream"),
    columns: count,
    rows: count,
    kept: count,
    mask: z.base64().describe("one bit per block, rows from the top, lowest bit first"),
    whole: z.enum([
      "none",
      "policy",
      "first",
      "schedule",
      "keyframe",
      "scene-cut",
      "drift",
      "gap",
      "blind",
      "moving-camera",
      "crowded",
    ]),
  }),
);

const watchAnswer: z.ZodType<WatchAnswer> = named<WatchAnswer>("WatchAnswer")(
  z.strictObject({
    question: z.string(),
    ask: z.string(),
    text: z.string(),
    known: z.boolean().describe('false: to be shown as "don\'t know"'),
    confidence: z.number().min(0).max(1),
  }),
);

const watchStages: z.ZodType<WatchStages> = named<WatchStages>("WatchStages")(
  z.strictObject({
    parse: milliseconds,
    plan: milliseconds,
    pixels: milliseconds,
    encode: milliseconds,
    refresh: milliseconds,
    answer: milliseconds,
  }),
);

const watchEvidence: z.ZodType<WatchEvidence> = named<WatchEvidence>("WatchEvidence")(
  z.strictObject({
    at: moment,
    timestamp: z.number().describe("seconds of the stream"),
    whole: z.boolean(),
    blocks: z.array(count).readonly(),
  }),
);

/** One window's answers. */
export const watchWindow: z.ZodType<WatchWindow> = named<WatchWindow>("WatchWindow")(
  z.strictObject({
    id: z.string(),
    camera: z.string(),
    from: moment,
    to: moment,
    partial: z.boolean(),
    policy: watchPolicy,
    answers: z.array(watchAnswer).readonly(),
    evidence: z.array(watchEvidence).readonly(),
    columns: count,
    rows: count,
    blocksKept: count,
    blocksTotal: count,
    tokensRefreshed: count,
    tokensReused: count,
    flops: operations,
    fullFlops: operations,
    firstTokenMs: milliseconds,
    stages: watchStages,
  }),
);

/** A camera's standing questions. */
export const cameraWatch: z.ZodType<CameraWatch> = named<CameraWatch>("CameraWatch")(
  z.strictObject({
    camera: z.string(),
    state: z.enum(["off", "loading", "live", "failed"]),
    reason: z.string().nullable(),
    model: z.string(),
    policy: watchPolicy,
    threshold: z.number().min(0),
    unit: z.enum(["px", "probability"]),
    defaultThreshold: z.number().min(0),
    questions: z.array(watchQuestion).readonly(),
    windows: count,
    dropped: count,
    blocksKept: count,
    blocksTotal: count,
    flops: operations,
    fullFlops: operations,
    latest: watchWindow.nullable(),
  }),
);

/** Largest threshold that can be asked for, in pixels per frame. */
const MOST = 16;

/** A change of how a camera is watched. */
export const watchEdit: z.ZodType<WatchEdit> = named<WatchEdit>("WatchEdit")(
  z.strictObject({
    policy: watchPolicy.optional(),
    threshold: z
      .number()
      .min(0)
      .max(MOST)
      .nullable()
      .describe("null: the policy's own; a probability is at most 1")
      .optional(),
  }),
);
