/**
 * The companion's lists of words, written out: checking requests and describing the interface must not load the layer,
 * which a node without a companion never needs. The schemas made of them are compared with the layer's types at compile
 * time, and a test compares the lists.
 */

import { z } from "zod";

/** A conversation's id: what erases its entries in the log. */
export const conversationId: z.ZodType<string> = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/)
  .describe("1 to 64 letters, digits, - and _");

/** Stages in the order in which an answer passes them. */
export const STAGE_NAMES = [
  "red-flags",
  "request",
  "upstream",
  "sycophancy",
  "advice",
  "rephrasing",
  "meaning",
  "log",
] as const;

/** Results of the red-flag gate, most urgent first. */
export const DISPOSITION_NAMES = ["emergency", "doctor", "self-care", "unknown"] as const;

/** What can be sensed. */
export const SENSOR_NAMES = ["heart", "skin", "camera", "microphone"] as const;

/** What it may be used for. */
export const PURPOSE_NAMES = ["show", "soften"] as const;

/** Where cases stand. */
export const CASE_STATE_NAMES = ["open", "waiting", "closed"] as const;

/** What customers say outright. */
export const COMPLAINT_NAMES = [
  "complaint",
  "refund",
  "manager",
  "legal",
  "leaving",
  "again",
] as const;

/** Most messages of a conversation, and most characters of them together. */
export const MOST_TURN_MESSAGES = 200;

/** See {@link MOST_TURN_MESSAGES}. */
export const MOST_TURN_CHARACTERS = 1_000_000;
