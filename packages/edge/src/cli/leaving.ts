/** Commands that let something out write it down for the node, which takes it over when it runs. */

import { existsSync } from "node:fs";
import { UsageError } from "@symbion/core";
import { ConfigFile } from "../config/file.ts";
import type { Door } from "../share/door.ts";
import { type JournalDraft, journal } from "../share/journal.ts";

/** To be called when it is known what became of it. */
export type Left = ReturnType<typeof journal>;

/**
 * Writes down that something is about to leave. Where the data folder of the node (of `config`, default: the one of the
 * working folder) does not exist there is no node to tell, and nothing is written. Throws `UsageError` where it cannot be
 * written down: nothing may leave then.
 */
export async function leaving(config: string | undefined, draft: JournalDraft): Promise<Left> {
  const folder = await dataFolder(config);
  return folder === null ? () => {} : leavingFrom(folder, draft);
}

/** The same for a data folder that is known; where it does not exist, nothing is written. */
export function leavingFrom(folder: string, draft: JournalDraft): Left {
  if (!existsSync(folder)) return () => {};
  try {
    return journal(folder, draft);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `${folder}: expected to write down what is about to leave, got ${code ?? "an error"}`,
      { cause: error },
    );
  }
}

/** Writing down one thing after the other, for a command that runs for long. */
export type Journaling = {
  /** Data folder of the node that it is written down for; null: there is no node here. */
  readonly folder: string | null;
  /** As {@link leaving}. */
  readonly open: (draft: JournalDraft) => Left;
};

/** Looks once whether there is a node to write things down for. */
export async function journaling(config?: string): Promise<Journaling> {
  const folder = await dataFolder(config);
  return folder !== null && existsSync(folder)
    ? { folder, open: (draft) => leavingFrom(folder, draft) }
    : { folder: null, open: () => () => {} };
}

/** The same as a door: releases of a command are written down beside the node, which takes them over. */
export function journalDoor({ open }: Journaling): Pick<Door, "open"> {
  return {
    open: async ({ recipient, route, what, purpose, payloadBytes }) => {
      const at = Date.now();
      const left = open({ recipient, route, what, purpose, payloadBytes });
      return {
        release: {
          ...{ id: String(at), at, recipient, route, what, purpose, payloadBytes },
          ...{ subject: null, tier: null, privacy: null, securityBytes: null, session: null },
          ...{ state: "pending", reason: "" },
        },
        end: async (ending) => left(ending),
      };
    },
  };
}

async function dataFolder(config: string | undefined): Promise<string | null> {
  try {
    const file = await ConfigFile.open(config ?? null);
    file.close();
    const { folder } = file.current.store;
    return folder;
  } catch (error) {
    // Without a usable configuration nobody knows where a node's data would be.
    if (error instanceof UsageError) return null;
    throw error;
  }
}
