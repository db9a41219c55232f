/** `symbion restore`: a node as it was when its archive was made. */

import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type RestoreReport, UsageError } from "@symbion/core";
import { parseConfig } from "../config/config.ts";
import { DEFAULT_CONFIG, defaultConfig } from "../config/defaults.ts";
import { ConfigFile } from "../config/file.ts";
import { configInArchive, restore } from "../store/restore.ts";

/** Options of `symbion restore`. */
export type RestoreCommandOptions = {
  readonly config?: string;
  readonly dryRun?: true;
  readonly json?: true;
};

/**
 * Restores an archive, or with `dryRun` says what it holds. Throws `UsageError` (exit code 2) where it cannot be
 * restored: then nothing has changed.
 */
export async function restoreCommand(file: string, options: RestoreCommandOptions): Promise<void> {
  const configPath = resolve(options.config ?? DEFAULT_CONFIG);
  const folder = await dataFolder(file, configPath);
  const dryRun = options.dryRun === true;
  const report = await restore(file, { folder, configPath, dryRun });
  if (options.json) process.stdout.write(`${JSON.stringify({ folder, dryRun, ...report })}\n`);
  if (!report.ok) throw new UsageError(report.reason ?? `${file}: cannot be restored`);
  if (!options.json) process.stdout.write(describe(report, folder, configPath, dryRun));
}

/** The data folder of the configuration that is there; where there is none, of the one in the archive. */
async function dataFolder(file: string, configPath: string): Promise<string> {
  if (existsSync(configPath)) return (await ConfigFile.open(configPath)).current.store.folder;
  const text = await configInArchive(file);
  const config =
    text === null ? defaultConfig(dirname(configPath)) : await parseConfig(text, configPath);
  return config.store.folder;
}

function describe(
  { createdAt, version, schema, insights, alerts, clips, config }: RestoreReport,
  folder: string,
  configPath: string,
  dryRun: boolean,
): string {
  const made = new Date(createdAt ?? 0).toISOString();
  const what = `${insights} insights, ${alerts} alerts, ${clips} clips${config ? ", the configuration" : ""}`;
  const lines = [
    `a backup of ${made}, made by version ${version} (schema ${schema}): ${what}`,
    dryRun
      ? `would go to ${folder}${config ? ` and ${configPath}` : ""}; nothing was changed`
      : `restored to ${folder}${config ? ` and ${configPath}` : ""}; what was there is beside it, before-restore-…`,
  ];
  return `${lines.join("\n")}\n`;
}
