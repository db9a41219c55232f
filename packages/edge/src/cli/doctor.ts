/** `symbion doctor`: what works and what does not. */

import { UsageError } from "@symbion/core";
import { runDoctor } from "../doctor/index.ts";
import { journalDoor, journaling } from "./leaving.ts";

/** Options of `symbion doctor`. */
export type DoctorCommandOptions = {
  readonly config?: string;
  readonly cameras?: true;
  readonly json?: true;
};

/** Prints every check. Throws `UsageError` (exit code 2) that names those that failed. */
export async function doctorCommand(options: DoctorCommandOptions): Promise<void> {
  const checks = await runDoctor({
    ...(options.config === undefined ? {} : { config: options.config }),
    cameras: options.cameras === true,
    door: journalDoor(await journaling(options.config)),
  });
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = options.json
    ? [JSON.stringify({ checks })]
    : checks.map(({ name, state, text }) => `  ${state.padEnd(7)}  ${name.padEnd(width)}  ${text}`);
  process.stdout.write(`${lines.join("\n")}\n`);
  const failed = checks.filter(({ state }) => state === "failed").map(({ name }) => name);
  if (failed.length > 0) {
    throw new UsageError(
      `${failed.length} of ${checks.length} checks failed: ${failed.join(", ")}`,
    );
  }
}
