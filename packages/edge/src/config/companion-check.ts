/** Reading `companion:`. What is wrong stays as it was; where nothing was, the layer keeps still rather than guess. */

import { resolve } from "node:path";
import type { z } from "zod";
import {
  crmSchema,
  keepSchema,
  languageSchema,
  longestAnswerSchema,
  longestSchema,
  promptSchema,
  rephraseSchema,
  settingSchema,
  upstreamSchema,
  warmthSchema,
} from "./companion-schema.ts";
import {
  type CompanionConfig,
  NO_COMPANION,
  type RephraserConfig,
  SAMPLE_COMPANION,
} from "./companion-types.ts";
import { kindOf } from "./messages.ts";
import type { Path } from "./yaml-text.ts";

type Raw = Readonly<Record<string, unknown>>;

/** What the check of a whole file lends to this part of it. */
export type CompanionCheck = {
  /** The value of `companion:`, as it is written; undefined where there is no such section. */
  readonly written: unknown;
  /** Base of relative paths. */
  readonly folder: string;
  /** What runs now, with the text that it came from. */
  readonly previous: { readonly value: CompanionConfig; readonly raw: Raw | undefined } | null;
  readonly parse: <T>(schema: z.ZodType<T>, path: Path) => { readonly data: T } | null;
  readonly report: (path: Path, text: string) => void;
  /** Notes that what is at a path goes on as it was. */
  readonly markKept: (path: Path) => void;
};

/** Checks `companion:`. An empty section asks for the layer with the sample model. */
export function checkCompanion({
  written,
  folder,
  previous,
  parse,
  report,
  markKept,
}: CompanionCheck): {
  readonly value: CompanionConfig;
  /** Undefined where there is no such section. */
  readonly raw: Raw | undefined;
} {
  if (written === undefined) return { value: NO_COMPANION, raw: undefined };
  if (written !== null && (typeof written !== "object" || Array.isArray(written))) {
    report(["companion"], `expected a mapping (keys with values), got ${kindOf(written)}`);
    if (previous !== null) markKept(["companion"]);
    return previous ?? { value: NO_COMPANION, raw: undefined };
  }
  const raw = (written ?? {}) as Raw;
  const good: Record<string, unknown> = {};
  let usable = true;
  /** @param broken What holds where the part is wrong and there was none before; undefined: the layer cannot run. */
  const part = <T>(
    key: string,
    schema: z.ZodType<T>,
    absent: T,
    was: T | undefined,
    broken: T | undefined,
  ): T => {
    if (raw[key] === undefined || raw[key] === null) return absent;
    const parsed = parse(schema, ["companion", key]);
    if (parsed !== null) {
      good[key] = raw[key];
      return parsed.data;
    }
    if (was !== undefined && previous?.raw?.[key] !== undefined) {
      markKept(["companion", key]);
      good[key] = previous.raw[key];
      return was;
    }
    if (broken === undefined) usable = false;
    return broken ?? absent;
  };
  const before = previous?.value;
  const base = SAMPLE_COMPANION;
  const value: CompanionConfig = {
    // A model that was meant and cannot be read is no reason to ask another one.
    upstream: part("upstream", upstreamSchema, base.upstream, before?.upstream, undefined),
    rephraseWith: inFolder(
      part("rephrase-with", rephraseSchema, base.rephraseWith, before?.rephraseWith, null),
      folder,
    ),
    prompt: part("prompt", promptSchema, base.prompt, before?.prompt, base.prompt),
    longestSeconds: part(
      "longest",
      longestSchema,
      base.longestSeconds,
      before?.longestSeconds,
      base.longestSeconds,
    ),
    longestAnswer: part(
      "longest-answer",
      longestAnswerSchema,
      base.longestAnswer,
      before?.longestAnswer,
      base.longestAnswer,
    ),
    language: part("language", languageSchema, base.language, before?.language, null),
    warmth: part("warmth", warmthSchema, base.warmth, before?.warmth, base.warmth),
    // Nobody knows which was meant: the lock holds.
    setting: part("setting", settingSchema, base.setting, before?.setting, "workplace"),
    keepDays: part("keep", keepSchema, base.keepDays, before?.keepDays, null),
    crm: part("crm", crmSchema, base.crm, before?.crm, null),
    enabled: true,
  };
  return { value: { ...value, enabled: usable }, raw: good };
}

/** A path that was kept is absolute already. */
function inFolder(config: RephraserConfig | null, folder: string): RephraserConfig | null {
  if (config === null || config.examples === null) return config;
  return { ...config, examples: resolve(folder, config.examples) };
}
