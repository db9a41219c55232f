/**
 * The sealed log of releases: what left, appended as it ends, readable with the node's keys only, signed with its identity.
 * Rows of the database can be changed by whoever has the disk; of this log, nothing can be changed, left out or put in
 * another order without `symbion link verify` saying so. One log a year; those of the year before last and earlier go.
 */

import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Release } from "@symbion/core";
import type { Identity } from "@symbion/secure";
import {
  type KeyVault,
  nativePrimitives,
  openSealedLog,
  readSealedFolder,
  type SealedLog,
  verifySealedFolder,
} from "@symbion/secure/node";

/** Logs of so many years are kept, this year's among them. */
const YEARS = 2;

/** What {@link verifyEvidence} found in one log. */
export type EvidenceReport = {
  /** Year of the log. */
  readonly year: string;
  /** Records in it. */
  readonly records: number;
  readonly intact: boolean;
  /** What is wrong, in sentences. */
  readonly problems: readonly string[];
};

/** An open sealed log. */
export class Evidence {
  readonly #log: SealedLog;

  private constructor(log: SealedLog) {
    this.#log = log;
  }

  /** Opens this year's log, and removes those that are too old. */
  static async open(
    folder: string,
    vault: Pick<KeyVault, "identity" | "deriveKey">,
    now: number,
  ): Promise<Evidence> {
    const year = new Date(now).getUTCFullYear();
    for (const name of await yearsIn(folder)) {
      if (Number(name) <= year - YEARS) {
        await rm(join(folder, name), { recursive: true, force: true });
      }
    }
    const log = await openSealedLog({
      folder: join(folder, String(year)),
      identity: vault.identity,
      recipient: readerOf(vault).publicKey,
    });
    return new Evidence(log);
  }

  /** Adds a release; resolves when it is on the disk. */
  async add(release: Release): Promise<void> {
    await this.#log.append(Buffer.from(JSON.stringify(release)));
  }

  /** Signs what is not signed yet, and gives the folder back. */
  close(): Promise<void> {
    return this.#log.close();
  }
}

/** Checks every log of a folder; also while a node writes to it. */
export async function verifyEvidence(
  folder: string,
  identity: Identity,
): Promise<readonly EvidenceReport[]> {
  const reports: EvidenceReport[] = [];
  for (const year of await yearsIn(folder)) {
    const { size, problems } = await verifySealedFolder(join(folder, year), identity.public);
    reports.push({
      ...{ year, records: size, intact: problems.length === 0 },
      problems: problems.map(({ code, message }) => `${code}: ${message}`),
    });
  }
  return reports;
}

/** Releases of a folder's logs, oldest first. */
export async function* readEvidence(
  folder: string,
  vault: Pick<KeyVault, "deriveKey">,
): AsyncGenerator<string, void, undefined> {
  const { secretKey } = readerOf(vault);
  for (const year of await yearsIn(folder)) {
    for await (const record of readSealedFolder(join(folder, year), secretKey)) {
      if (record.data !== null) yield Buffer.from(record.data).toString("utf8");
    }
  }
}

async function yearsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^\d{4}$/.test(name)).sort();
}

function readerOf(vault: Pick<KeyVault, "deriveKey">): {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
} {
  const seed = vault.deriveKey("release log reader");
  return nativePrimitives().kem("X-Wing").fromSeed(seed);
}
