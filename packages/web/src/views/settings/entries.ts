/** Entries of the configuration as forms know them, and saving them one by one. */

import type { ConfigDocument, ConfigOutcome } from "@symbion/core";
import { ApiFailure, request } from "../../api/request.ts";

/** An alert rule as it stands in the file. Keys that no form knows are kept as they are. */
export type RuleEntry = {
  readonly id: string;
  readonly name?: string | undefined;
  readonly when: string | readonly string[];
  readonly cameras?: readonly string[] | undefined;
  readonly areas?: readonly string[] | undefined;
  /** Lengths of time as written: seconds, or "5 min". */
  readonly hold?: string | number | undefined;
  readonly clear?: string | number | undefined;
  readonly cooldown?: string | number | undefined;
  readonly severity?: string | undefined;
  readonly notify?: readonly string[] | undefined;
  readonly "notify-resolved"?: boolean | undefined;
  readonly quiet?: readonly { readonly from: string; readonly to: string }[] | undefined;
};

/** All rules of the file. */
export type RuleEntries = { readonly version: string; readonly rules: readonly RuleEntry[] };

/**
 * Changes one entry. An outdated version is asked for again: entries of others are not touched by it. Throws an
 * `Error` with the problems where the entry was refused.
 */
export async function changeEntry(
  method: "PUT" | "DELETE",
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { version } = await request<ConfigDocument>("GET", "/api/config");
    try {
      const outcome = await request<ConfigOutcome>(method, path, { body: { version, ...body } });
      if (!outcome.saved) throw new Error(outcome.problems.join(" "));
      return;
    } catch (error) {
      if (attempt >= 3 || !(error instanceof ApiFailure) || error.status !== 409) throw error;
    }
  }
}
