/** `symbion backup`: one archive of a node, running or not. */

import { dirname, resolve } from "node:path";
import { DEFAULT_CONFIG } from "../config/defaults.ts";
import { ConfigFile } from "../config/file.ts";
import { backupToFile } from "../store/backup.ts";
import { leavingFrom } from "./leaving.ts";

/** Options of `symbion backup`. */
export type BackupCommandOptions = {
  readonly config?: string;
  readonly clips?: true;
  readonly json?: true;
};

/** Writes the archive. Throws `UsageError`: no configuration, no data, a file that exists or cannot be written. */
export async function backupCommand(file: string, options: BackupCommandOptions): Promise<void> {
  const configPath = resolve(options.config ?? DEFAULT_CONFIG);
  const config = await ConfigFile.open(options.config ?? null, { folder: dirname(configPath) });
  const { folder } = config.current.store;
  const source = { folder, configPath, clips: options.clips === true };
  const left = leavingFrom(folder, {
    ...{ recipient: "a person", route: "export", purpose: "carried away by a person" },
    what: `a backup of configuration, database and the companion's log${source.clips ? ", with clips" : ""}`,
  });
  const summary = await backupToFile(source, file).catch((error: unknown) => {
    left({ state: "failed", reason: "it was not written" });
    throw error;
  });
  left({ state: "sent", payloadBytes: summary.bytes });
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ file, folder, ...summary })}\n`);
    return;
  }
  const parts = [
    "the database",
    ...(summary.config ? ["the configuration"] : []),
    ...(summary.companion ? ["the companion's log with its keys"] : []),
    options.clips ? `${summary.clips} clips` : "no clips (--clips adds them)",
  ];
  process.stdout.write(
    `${file}: ${(summary.bytes / 1e6).toFixed(1)} MB, ${parts.join(", ")}\n` +
      "It holds keys and what the configuration says in clear, but not the file with secrets: keep both safe.\n",
  );
}
