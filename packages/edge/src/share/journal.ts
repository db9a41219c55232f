/**
 * Releases of commands that run beside the node, or without one: a model that is pulled, a backup that is written. Only
 * the node writes to its database; commands append lines to a file, each made durable before the first byte leaves, and
 * the node takes them over.
 */

import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { RELEASE_ROUTES, RELEASE_STATES, type Release } from "@symbion/core";
import { z } from "zod";
import { sortableId } from "../ids.ts";
import type { Store } from "../store/types.ts";
import type { Ending } from "./door.ts";

/** Name of the file in the data folder. */
export const JOURNAL_FILE = "releases.ndjson";

/** Time for a command to finish the line that it is writing, milliseconds. */
const SETTLE = 100;

/** Longest line that is believed, in characters. */
const LONGEST_LINE = 10_000;

const line = z.object({
  id: z.string().min(1).max(64),
  at: z.number(),
  recipient: z.string().max(300),
  route: z.enum(RELEASE_ROUTES),
  what: z.string().max(300),
  purpose: z.string().max(300),
  payloadBytes: z.number().min(0),
  state: z.enum(RELEASE_STATES),
  reason: z.string().max(300),
});

/** What a command lets out. */
export type JournalDraft = Pick<Release, "recipient" | "route" | "what" | "purpose"> & {
  readonly payloadBytes?: number;
};

/**
 * Writes down that something is about to leave; resolves with what is to be called when it is known what became of it.
 * Throws what the file system throws: nothing may leave then.
 */
export function journal(
  folder: string,
  draft: JournalDraft,
  now: number = Date.now(),
): (ending: Pick<Ending, "state" | "reason" | "payloadBytes">) => void {
  const release = {
    ...{ id: sortableId(now), at: now, ...draft, payloadBytes: draft.payloadBytes ?? 0 },
    ...{ state: "pending", reason: "" },
  };
  mkdirSync(folder, { recursive: true });
  append(folder, release);
  return ({ state, reason = "", payloadBytes }) =>
    append(folder, {
      ...{ ...release, state, reason },
      payloadBytes: payloadBytes ?? release.payloadBytes,
    });
}

function append(folder: string, release: object): void {
  const file = openSync(join(folder, JOURNAL_FILE), "a", 0o600);
  try {
    // A line that a power cut tore ends here.
    writeSync(file, `\n${JSON.stringify(release)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Takes over what commands wrote down; a line that is none is left out. Killed in between, it is taken over again. */
export async function takeJournal(
  folder: string,
  store: Pick<Store, "putRelease" | "flush">,
): Promise<number> {
  const path = join(folder, JOURNAL_FILE);
  const taken = `${path}.taken`;
  let count = 0;
  // What an earlier run had not finished comes first.
  for (const again of [true, false]) {
    if (!again) {
      const moved = await rename(path, taken).then(
        () => true,
        () => false,
      );
      if (!moved) break;
      // Whoever had it open when it was renamed has written by then.
      await setTimeout(SETTLE);
    }
    const text = await readFile(taken, "utf8").catch(() => null);
    if (text === null) continue;
    for (const one of text.split("\n")) {
      const release = one.length > LONGEST_LINE ? null : read(one);
      if (release === null) continue;
      await store.putRelease(release, null);
      count++;
    }
    await store.flush();
    await rm(taken, { force: true });
  }
  return count;
}

function read(text: string): Release | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = line.safeParse(value);
  if (!parsed.success) return null;
  return {
    ...parsed.data,
    ...{ subject: null, tier: null, privacy: null, securityBytes: null, session: null },
  };
}
