/** What a plug-in hands over is foreign data: it is taken as it should be, or not at all. */

import type { Insight, Reading } from "@symbion/core";
import { z } from "zod";
import type { PluginRecord } from "./plugin.ts";

/** A checked record, or why it is none. */
export type Checked =
  | { readonly ok: true; readonly record: PluginRecord }
  | { readonly ok: false; readonly reason: string };

const id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, "expected 1 to 63 letters, digits, - or _");
/** Until the year 5138, as far as ids go. */
const time = z.number().min(0).max(1e14);
const line = (length: number): z.ZodString =>
  z
    .string()
    .max(length)
    .regex(/^[^\p{Cc}\u2028\u2029]*$/u, "expected one line without control characters");

const reading: z.ZodType<Reading> = z
  .strictObject({
    source: id,
    name: z
      .string()
      .regex(/^[A-Za-z0-9][\w.:/-]{0,79}$/, "expected 1 to 80 letters, digits, . : / - or _"),
    at: time,
    value: z.number().nullable(),
    unit: line(16),
    quality: z.enum(["good", "uncertain", "bad", "missing"]),
  })
  .refine(({ value, quality }) => (value === null) === (quality === "missing"), {
    message: 'expected null exactly where the quality is "missing"',
    path: ["value"],
  });

const insight: z.ZodType<Insight> = z
  .strictObject({
    id: z.string().regex(/^[0-9a-z]{9}-[0-9a-z]{1,40}$/, "expected an id made by insightId()"),
    source: id,
    kind: z.string().max(200),
    from: time,
    to: time.nullable(),
    area: id.nullable(),
    track: z.int().min(0).nullable(),
    score: z.number().min(0).max(1),
    direction: z.enum(["right", "left"]).nullable(),
    text: line(500),
  })
  .refine(({ from, to }) => to === null || to >= from, {
    message: "expected no time before from",
    path: ["to"],
  })
  .refine((one) => one.id.startsWith(`${timeDigits(one.from)}-`), {
    message: "expected an id made by insightId(from)",
    path: ["id"],
  });

function timeDigits(at: number): string {
  return Math.floor(at).toString(36).padStart(9, "0");
}

const KIND = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** How far a clock may be ahead, ms. */
const MAX_AHEAD = 24 * 3_600_000;

/** Checks what the plug-in `plugin` hands over at `now` (ms since 1970). */
export function checkRecord(value: unknown, plugin: string, now: number): Checked {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { ok: false, reason: `expected a reading or an insight, got ${typeof value}` };
  }
  if ("kind" in value) {
    const checked = insight.safeParse(value);
    if (!checked.success) return refuse("insight", checked.error);
    const { kind, from } = checked.data;
    if (!kind.startsWith(`${plugin}:`) || !KIND.test(kind.slice(plugin.length + 1))) {
      const got = JSON.stringify(kind.slice(0, 80));
      return { ok: false, reason: `insight: kind: expected "${plugin}:KIND", got ${got}` };
    }
    return inTime("insight", checked.data, from, now);
  }
  const checked = reading.safeParse(value);
  if (!checked.success) return refuse("reading", checked.error);
  return inTime("reading", checked.data, checked.data.at, now);
}

function inTime(what: string, record: PluginRecord, at: number, now: number): Checked {
  if (at <= now + MAX_AHEAD) return { ok: true, record };
  return { ok: false, reason: `${what}: expected a time that is not days ahead, got ${at}` };
}

function refuse(what: string, error: z.ZodError): Checked {
  const issue = error.issues[0];
  const where = issue?.path.map(String).join(".") ?? "";
  const text = (issue?.message ?? "not as expected").replace(/\s+/g, " ").slice(0, 160);
  return { ok: false, reason: `${[what, where].filter(Boolean).join(": ")}: ${text}` };
}
