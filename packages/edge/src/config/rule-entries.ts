/** The alert rules of a configuration file as entries, for forms. */

import { parse } from "yaml";
import type { ConfigFile } from "./file.ts";
import type { AlertRule } from "./types.ts";

/** An entry of `alerts:` with all its keys; lengths of time as written. */
export type RuleEntry = { readonly id: string } & Readonly<Record<string, unknown>>;

/** The entries, and the version of the file that they were read from. */
export type RuleEntryList = { readonly version: string; readonly rules: readonly RuleEntry[] };

/**
 * The rules as they stand in the file; the built-in one where the file says nothing of rules. Entries that are no
 * mapping with an id, or come from a file that is no YAML, are left out: the configuration's problems name them.
 */
export async function ruleEntries(file: ConfigFile): Promise<RuleEntryList> {
  const { text, version } = await file.document();
  const written = alertsOf(text);
  if (written === null) return { version, rules: file.current.rules.map(entryOf) };
  return { version, rules: written.filter(isEntry).map(withLists) };
}

/** The list below `alerts:`; null where there is none. */
function alertsOf(text: string): readonly unknown[] | null {
  let root: unknown;
  try {
    root = parse(text, { logLevel: "silent", merge: true });
  } catch {
    return [];
  }
  const { alerts } = (root ?? {}) as { readonly alerts?: unknown };
  if (alerts === undefined || alerts === null) return null;
  return Array.isArray(alerts) ? alerts : [];
}

function isEntry(value: unknown): value is RuleEntry {
  return typeof (value as { id?: unknown } | null)?.id === "string";
}

/** Keys that may hold one item or a list of them. */
const LISTS = ["when", "cameras", "areas", "notify", "quiet"];

function withLists(entry: RuleEntry): RuleEntry {
  return Object.fromEntries(
    Object.entries(entry).map(([key, value]) => [
      key,
      LISTS.includes(key) && !Array.isArray(value) ? [value] : value,
    ]),
  ) as RuleEntry;
}

/** Without what is as it is by default. */
function entryOf(rule: AlertRule): RuleEntry {
  return {
    id: rule.id,
    name: rule.name,
    when: rule.kinds,
    hold: rule.holdSeconds,
    clear: rule.clearSeconds,
    cooldown: rule.cooldownSeconds,
    severity: rule.severity,
  };
}
