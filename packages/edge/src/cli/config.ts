/** `symbion config`: what is wrong in a configuration, and what may stand in one. */

import { readFile } from "node:fs/promises";
import { UsageError } from "@symbion/core";
import { type Checked, checkConfig, describeReadError } from "../config/config.ts";
import { DEFAULT_CONFIG } from "../config/defaults.ts";
import { configJsonSchema } from "../config/json-schema.ts";

/** Options of `symbion config check`. */
export type ConfigCheckOptions = { readonly json?: true };

/**
 * Prints each problem of a configuration as a line on stderr and a summary on stdout (with `--json` one document on
 * stdout instead), and resolves with the exit code: 0 without problems, 2 with. Throws `UsageError` where there is no
 * file to read.
 *
 * @param path The file; default `symbion.yaml` in the working folder.
 */
export async function configCheckCommand(
  path: string | undefined,
  options: ConfigCheckOptions,
): Promise<number> {
  const file = path ?? DEFAULT_CONFIG;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file));
  } catch (error) {
    const got = error instanceof TypeError ? "no UTF-8 text" : describeReadError(error);
    throw new UsageError(`${file}: expected a configuration file, got ${got}`, { cause: error });
  }
  const checked = checkConfig(text, file);
  const problems =
    "broken" in checked ? [checked.broken.text] : checked.problems.map((problem) => problem.text);
  if (options.json === true) {
    const counts = "broken" in checked ? null : count(checked);
    process.stdout.write(`${JSON.stringify({ file, problems, parts: counts })}\n`);
  } else {
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    process.stdout.write(`${file}: ${summary(checked, problems.length)}\n`);
  }
  return problems.length === 0 ? 0 : 2;
}

/** Prints the JSON Schema of a configuration. */
export function configSchemaCommand(): void {
  process.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
}

function count({ config }: Checked): Readonly<Record<string, number>> {
  return {
    cameras: config.cameras.length,
    disabled: config.disabled.length,
    rules: config.rules.length,
    channels: config.channels.length,
    plugins: config.plugins.length,
  };
}

function summary(checked: ReturnType<typeof checkConfig>, problems: number): string {
  const found = problems === 0 ? "no problems" : plural(problems, "problem");
  if ("broken" in checked) return `${found}; nothing can be used`;
  const { config } = checked;
  const parts = [
    plural(config.cameras.length, "camera"),
    plural(config.rules.length, "rule"),
    plural(config.channels.length, "channel"),
    plural(config.plugins.length, "plug-in"),
  ];
  return `${parts.join(", ")} can be used; ${found}`;
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
