/** Reading `share:`. What cannot be used does not leave: a wrong policy takes its releases with it. */

import type { z } from "zod";
import { kindOf } from "./messages.ts";
import {
  budgetsSchema,
  energySchema,
  keysSchema,
  listenSchema,
  policySchema,
  profileSchema,
  releaseSchema,
} from "./share-schema.ts";
import { NO_SHARE, type ShareConfig, type ShareRelease } from "./share-types.ts";
import type { Path } from "./yaml-text.ts";

type Raw = Readonly<Record<string, unknown>>;

/** What the check of a whole file lends to this part of it. */
export type ShareCheck = {
  /** The value of `share:`, as it is written. */
  readonly written: unknown;
  /** What runs now, with the text that it came from. */
  readonly previous: { readonly value: ShareConfig; readonly raw: Raw | undefined } | null;
  readonly entries: (
    section: "share.releases",
    read: (index: number, id: string, raw: Raw) => { value: ShareRelease; raw: Raw } | null,
  ) => readonly { readonly value: ShareRelease; readonly raw: Raw }[];
  readonly parse: <T>(schema: z.ZodType<T>, path: Path) => { readonly data: T } | null;
  /** Reports names that lead nowhere; null where none is left of some. */
  readonly references: (
    path: Path,
    ids: readonly string[],
    known: ReadonlySet<string>,
    what: string,
  ) => readonly string[] | null;
  /** Ids of cameras, broken entries among them. */
  readonly cameras: ReadonlySet<string>;
  /** The same of machines; null: there may be any. */
  readonly machines: ReadonlySet<string> | null;
  readonly report: (path: Path, text: string) => void;
  /** Notes that what is at a path goes on as it was. */
  readonly markKept: (path: Path) => void;
};

/** Checks `share:`. */
export function checkShare(check: ShareCheck): {
  readonly value: ShareConfig;
  /** Undefined where there is no such section: an empty one says that links are wanted. */
  readonly raw: Raw | undefined;
} {
  const { written, previous } = check;
  if (written === undefined || written === null) return { value: NO_SHARE, raw: undefined };
  if (typeof written !== "object" || Array.isArray(written)) {
    check.report(["share"], `expected a mapping (keys with values), got ${kindOf(written)}`);
    if (previous !== null) check.markKept(["share"]);
    return previous ?? { value: NO_SHARE, raw: undefined };
  }
  const raw = written as Raw;
  const good: Record<string, unknown> = {};
  /** A part that is wrong stays as it was; where there was none, it is as if it were not there. */
  const part = <T>(key: string, schema: z.ZodType<T>, absent: T, was: T | undefined): T => {
    if (raw[key] === undefined || raw[key] === null) return absent;
    const parsed = check.parse(schema, ["share", key]);
    if (parsed !== null) {
      good[key] = raw[key];
      return parsed.data;
    }
    if (was === undefined || previous?.raw?.[key] === undefined) return absent;
    check.markKept(["share", key]);
    good[key] = previous.raw[key];
    return was;
  };
  const before = previous?.value;
  const listen = part("listen", listenSchema, null, before?.listen);
  const profile = part("profile", profileSchema, NO_SHARE.profile, before?.profile);
  const keys = part("keys", keysSchema, NO_SHARE.keys, before?.keys);
  const policy = part("policy", policySchema, NO_SHARE, before);
  const budgets = part("budgets", budgetsSchema, NO_SHARE.budgets, before?.budgets);
  const energy = part("energy", energySchema, NO_SHARE, before);
  const tiers = new Set(policy.tiers.map(({ name }) => name));
  const purposes = new Set(budgets.map(({ purpose }) => purpose));
  const releases = check.entries("share.releases", (index, _, entry) => {
    const path = ["share", "releases", index];
    const data = check.parse(releaseSchema, path)?.data;
    if (data === undefined) return null;
    const machines = data.statistic === "machine-health";
    const known = machines ? (check.machines ?? new Set(data.of)) : check.cameras;
    const of = check.references([...path, "of"], data.of, known, machines ? "machine" : "camera");
    // A mean over fewer machines would be another number than the one that is meant.
    if (of === null || of.length < data.of.length) return null;
    const told = check.references([...path, "tiers"], data.tiers, tiers, "tier");
    if (told === null) return null;
    if (!purposes.has(data.purpose)) {
      check.report(
        [...path, "purpose"],
        `expected a purpose that has a budget in share.budgets, got "${data.purpose}"`,
      );
      return null;
    }
    return { value: { ...data, tiers: told }, raw: entry };
  });
  if (releases.length > 0) good.releases = releases.map((release) => release.raw);
  // What stays as it was may name tiers and purposes that are gone.
  const usable = releases
    .map(({ value }) => ({ ...value, tiers: value.tiers.filter((tier) => tiers.has(tier)) }))
    .filter(({ tiers: told, purpose }) => told.length > 0 && purposes.has(purpose));
  const { rhoMax, rhoMin, delta } = policy;
  const { radio, microjoulesPerByte, coreWatts } = energy;
  return {
    value: {
      ...{ enabled: true, listen, profile, keys, rhoMax, rhoMin, delta, tiers: policy.tiers },
      ...{ releases: usable, budgets, radio, microjoulesPerByte, coreWatts },
    },
    raw: good,
  };
}
