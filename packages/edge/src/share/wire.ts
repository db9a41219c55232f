/**
 * Messages between nodes: numbers with noise, as JSON. What arrives was written by somebody else: it is checked member
 * by member, and what does not fit is a reason in words, never an exception.
 */

import type { Aggregate } from "@symbion/core";
import { z } from "zod";

/** Most bytes of one message, and numbers in it. */
export const MOST_MESSAGE_BYTES: number = 1 << 16;
const MOST_ITEMS = 256;

/** How far ahead of this node's clock a number's window may end, milliseconds. */
const CLOCK_TOLERANCE = 86_400_000;

/** A number as it goes over the wire: an {@link Aggregate} without what the receiver adds. */
export type WireItem = Omit<Aggregate, "id" | "at" | "peer" | "session"> & {
  /** The sender's id of the release. */
  readonly release: string;
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is kept out
const LINE = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/;
const text = (least: number, most: number): z.ZodString =>
  z.string().min(least).max(most).regex(LINE);
const moment = z.number().min(0).max(8.64e15);

const item = z.strictObject({
  release: z.string().regex(/^[0-9a-z]{1,12}-[0-9a-z]{1,20}$/),
  what: text(1, 200),
  subject: text(1, 80).nullable(),
  window: z
    .tuple([moment, moment])
    .readonly()
    .refine(([from, to]) => from < to),
  value: z.number(),
  deviation: z.number().min(0),
  unit: text(0, 20),
  tier: text(1, 64),
  epsilon: z.number().min(0),
  delta: z.number().min(0).max(1),
  privacyUnit: text(1, 200),
}) satisfies z.ZodType<WireItem>;

const envelope = z.strictObject({
  symbion: z.literal("aggregates"),
  version: z.literal(1),
  items: z.array(item).min(1).max(MOST_ITEMS),
});

/** One number as text, as it waits in the outbox. */
export function encodeItem(value: WireItem): string {
  return JSON.stringify(value);
}

/** Texts of {@link encodeItem} as one message. */
export function encodeMessage(items: readonly string[]): string {
  return `{"symbion":"aggregates","version":1,"items":[${items.join(",")}]}`;
}

/** As many of the first items as fit into one message. */
export function fitting<T extends { readonly message: string }>(items: readonly T[]): readonly T[] {
  let bytes = encodeMessage([]).length;
  const count = items.findIndex(({ message }, index) => {
    bytes += Buffer.byteLength(message) + 1;
    return index >= MOST_ITEMS || (index > 0 && bytes > MOST_MESSAGE_BYTES);
  });
  return count < 0 ? items : items.slice(0, count);
}

/** What a message holds, or why it holds nothing. */
export function decodeMessage(
  message: string,
  now: number,
): { readonly items: readonly WireItem[] } | { readonly problem: string } {
  if (Buffer.byteLength(message) > 2 * MOST_MESSAGE_BYTES) {
    return { problem: `expected at most ${2 * MOST_MESSAGE_BYTES} bytes, got more` };
  }
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    return { problem: "expected JSON, got something else" };
  }
  const parsed = envelope.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.map(String).join(".") ?? "";
    return { problem: `expected numbers with noise, got something else at "${path.slice(0, 80)}"` };
  }
  const { items } = parsed.data;
  if (items.some(({ window }) => window[1] > now + CLOCK_TOLERANCE)) {
    return { problem: "expected windows of the past, got one that ends tomorrow or later" };
  }
  return { items };
}
