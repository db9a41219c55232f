/** `symbion support`: a file to send to somebody who helps. */

import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { type NodeStatus, UsageError } from "@symbion/core";
import { DEFAULT_PORT } from "../config/defaults.ts";
import type { NodeConfig } from "../config/types.ts";
import { loadForDoctor, runDoctor, supportBundle } from "../doctor/index.ts";
import { ownAddress } from "../doctor/places.ts";
import { leaving } from "./leaving.ts";

/** Options of `symbion support`. */
export type SupportCommandOptions = { readonly config?: string; readonly names?: true };

/** Milliseconds for a running node to answer. */
const PATIENCE = 3000;

/** Writes the bundle. Throws `UsageError` where the file exists already or cannot be written. */
export async function supportCommand(file: string, options: SupportCommandOptions): Promise<void> {
  const config = options.config === undefined ? {} : { config: options.config };
  const [loaded, doctor] = await Promise.all([loadForDoctor(options.config), runDoctor(config)]);
  const status = loaded.config === null ? null : await runningStatus(loaded.config);
  const bundle = await supportBundle({
    version: version(),
    configText: loaded.text,
    config: loaded.config,
    secrets: loaded.secrets,
    doctor,
    status,
    log: ["a node that runs keeps its last lines: its page offers a bundle with them"],
    names: options.names === true,
  });
  const left = await leaving(options.config, {
    ...{ recipient: "a person", route: "export", purpose: "carried away by a person" },
    ...{ what: "a support bundle, redacted", payloadBytes: bundle.length },
  });
  try {
    await writeFile(file, bundle, { flag: "wx", mode: 0o600 });
    left({ state: "sent" });
  } catch (error) {
    left({ state: "failed", reason: "it was not written" });
    const { code } = error as NodeJS.ErrnoException;
    const got = code === "EEXIST" ? "one that does" : code;
    throw new UsageError(`${file}: expected a file that does not exist yet, got ${got}`, {
      cause: error,
    });
  }
  const node = status === null ? "no node answered" : "with the running node's figures";
  process.stdout.write(`${file}: ${(bundle.length / 1000).toFixed(1)} kB, ${node}\n`);
}

/** What the node at the configuration's port shows, where one answers without a password. */
async function runningStatus({ host, port }: NodeConfig): Promise<NodeStatus | null> {
  try {
    const answer = await fetch(`${ownAddress(host, port ?? DEFAULT_PORT)}/api/status`, {
      signal: AbortSignal.timeout(PATIENCE),
      redirect: "manual",
    });
    const status: unknown = answer.ok ? await answer.json() : null;
    const fits = typeof status === "object" && status !== null && "cameras" in status;
    return fits ? (status as NodeStatus) : null;
  } catch {
    return null;
  }
}

function version(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
