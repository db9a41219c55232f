/**
 * Readers of the values of a configuration, as zod types. The message of an issue is a noun phrase: what would have
 * been right. `meta` describes for editors what a function of ours accepts.
 */

import { isIP } from "node:net";
import { INSIGHT_KINDS } from "@symbion/core";
import { z } from "zod";
import { DURATION_PATTERN, readDuration, readSize, SIZE_PATTERN } from "./units.ts";

const ID_PATTERN = "^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$";
const ID_WORDS = "1 to 63 letters, digits, - or _, first no sign";

/** A text without line breaks and control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is kept out
export const ONE_LINE: RegExp = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/;

/** A value read by a function of ours; `json` describes it for editors. Undefined means: not `what`. */
export function accept<T>(
  what: string,
  json: Readonly<Record<string, unknown>>,
  read: (value: unknown) => T | undefined,
): z.ZodType<T> {
  return z
    .unknown()
    .transform((value, context): T => {
      const result = read(value);
      if (result !== undefined) return result;
      context.addIssue({ code: "custom", message: what });
      return z.NEVER;
    })
    .meta(json) as z.ZodType<T>;
}

/** An id: what addresses and rules use. */
export function id(of: string): z.ZodType<string> {
  return z
    .string()
    .regex(new RegExp(ID_PATTERN), ID_WORDS)
    .describe(`Id of the ${of}: ${ID_WORDS}.`);
}

/** A name for people: one line of at most 80 characters. */
export function label(description: string): z.ZodType<string> {
  return z.string().min(1).max(80).regex(ONE_LINE, "a text on one line").describe(description);
}

/** A length of time from `least` to `most`, in seconds. */
export function seconds(description: string, least: number, most: number): z.ZodType<number> {
  const span = `${words(least)} to ${words(most)}`;
  return accept(
    `a length of time from ${span} ("30 s", "5 min", "1 h 30 min", or seconds)`,
    {
      anyOf: [
        { type: "string", pattern: DURATION_PATTERN },
        { type: "number", minimum: least, maximum: most },
      ],
      description: `${description} "30 s", "5 min", "1 h 30 min", or a number of seconds; ${span}.`,
    },
    (value) => {
      const result = readDuration(value);
      return result === undefined || result < least || result > most ? undefined : result;
    },
  );
}

function words(duration: number): string {
  for (const [unit, factor] of [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
  ] as const) {
    if (duration >= factor && duration % factor === 0) return `${duration / factor} ${unit}`;
  }
  return `${duration} s`;
}

/** Days as a fraction; a bare number is refused, since it would be seconds everywhere else. */
export function days(description: string): z.ZodType<number> {
  return accept(
    'a length of time with its unit, from 1 min to 100 years ("30 d", "12 h")',
    {
      type: "string",
      pattern: DURATION_PATTERN,
      description: `${description} "14 d", "12 h", "1 y"; 1 min to 100 years.`,
    },
    (value) => {
      const result = typeof value === "string" ? readDuration(value) : undefined;
      return result === undefined || result < 60 || result > 3_153_600_000
        ? undefined
        : result / 86_400;
    },
  );
}

/** A number of bytes, at least `least`. */
export function size(description: string, least: number, leastWords: string): z.ZodType<number> {
  return accept(
    `a size of at least ${leastWords} ("10 GB", "500 MB", "1 GiB")`,
    {
      anyOf: [
        { type: "string", pattern: SIZE_PATTERN },
        { type: "integer", minimum: least },
      ],
      description: `${description} "10 GB", "500 MB", "1 GiB", or a number of bytes; at least ${leastWords}.`,
    },
    (value) => {
      const result = readSize(value);
      return result === undefined || result < least ? undefined : result;
    },
  );
}

/** True and false, also as the words that other YAML dialects have for them. */
export function flag(description: string): z.ZodType<boolean> {
  return accept(
    "true or false",
    { enum: [true, false, "yes", "no", "on", "off"], description },
    (value) =>
      value === true || value === "yes" || value === "on"
        ? true
        : value === false || value === "no" || value === "off"
          ? false
          : undefined,
  );
}

/** One text or a list of texts; always a list afterwards. */
export function oneOrMore(
  what: string,
  description: string,
  item: Readonly<Record<string, unknown>>,
  accepts: (text: string) => boolean,
  least = 1,
): z.ZodType<readonly string[]> {
  return z
    .unknown()
    .transform((value, context): readonly string[] => {
      const list = Array.isArray(value) ? value : [value];
      if (list.length < least) {
        context.addIssue({ code: "custom", message: `${what}, or a list of them` });
      }
      for (const [index, text] of list.entries()) {
        if (typeof text === "string" && accepts(text)) continue;
        context.addIssue({
          code: "custom",
          message: what,
          path: Array.isArray(value) ? [index] : [],
        });
      }
      return [...new Set(list)];
    })
    .meta({
      anyOf: [item, { type: "array", items: item, minItems: least }],
      description,
    }) as z.ZodType<readonly string[]>;
}

// One of the node's own, or `PACKAGE:KIND` of a plug-in.
function isKind(text: string): boolean {
  return (INSIGHT_KINDS as readonly string[]).includes(text) || /^[^\s:]+:[^\s:]+$/.test(text);
}

/** One or more kinds of insights. */
export function kinds(description: string): z.ZodType<readonly string[]> {
  return oneOrMore(
    `a kind of insights (${INSIGHT_KINDS.join(", ")}, or PACKAGE:KIND of a plug-in)`,
    description,
    { type: "string", anyOf: [{ enum: [...INSIGHT_KINDS] }, { pattern: "^[^\\s:]+:[^\\s:]+$" }] },
    isKind,
  );
}

/** One or more ids of something else in the file; `least` 0 allows an empty list. */
export function ids(of: string, description: string, least: number): z.ZodType<readonly string[]> {
  return oneOrMore(
    `the id of a ${of}`,
    description,
    { type: "string" },
    (text) => text.length > 0,
    least,
  );
}

/** An address with one of the schemes; `parses`: it has to be a URL, not only to look like one. */
export function address(
  schemes: readonly string[],
  description: string,
  parses: boolean,
): z.ZodType<string> {
  const starts = schemes.map((scheme) => `${scheme}://`).join(", ");
  return z
    .string()
    .refine((text) => {
      const scheme = /^([a-z][a-z0-9+.-]*):\/\/[^\s]+$/i.exec(text)?.[1]?.toLowerCase();
      return scheme !== undefined && schemes.includes(scheme) && (!parses || URL.canParse(text));
    }, `an address beginning with ${starts}`)
    .describe(description);
}

/** A name of a host or an IP address, without scheme and port. */
export function host(description: string): z.ZodType<string> {
  return accept(
    "a host name or address without scheme and port",
    { type: "string", pattern: "^[A-Za-z0-9:][A-Za-z0-9._:%-]*$", maxLength: 253, description },
    (value) =>
      typeof value === "string" &&
      value.length <= 253 &&
      (isIP(value) !== 0 || /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(value))
        ? value
        : undefined,
  );
}
