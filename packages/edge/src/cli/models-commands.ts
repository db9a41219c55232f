/** `symbion models …`: what may be asked for. What is done stands in `models.ts`, loaded when it is needed. */

import { UsageError } from "@symbion/core";
import type { Command } from "commander";
import type { ModelsCommandOptions, PullCommandOptions } from "./models.ts";

const FOLDER = "folder of pulled models; default: SYMBION_MODELS, else in the user's data folder";

/**
 * Adds `symbion models` with its commands.
 * @returns The group, for commands that come from elsewhere.
 */
export function addModelsCommands(program: Command): Command {
  const models = program
    .command("models")
    .description("pull, list, check and remove the models that a node can run")
    .helpCommand(false)
    .addHelpText(
      "after",
      "\nThe hub is asked at HF_ENDPOINT, with the token HF_TOKEN; HF_HUB_OFFLINE=1 asks nobody.",
    )
    .action((_options, command: Command) => {
      const names = command.commands.map((known) => known.name()).join(", ");
      const [unknown] = command.args;
      const got = unknown === undefined ? "none; see symbion models --help" : `"${unknown}"`;
      throw new UsageError(`expected a command (models ${names}), got ${got}`);
    })
    .allowExcessArguments();
  models
    .command("pull")
    .allowExcessArguments(false)
    .description("pull a model from a hub, or what is missing of it; goes on where it stopped")
    .argument("<id>", "owner/name, or owner/name@revision")
    .option("--include <pattern...>", "files to pull instead of those that are needed to run it")
    .option("--exclude <pattern...>", "files to leave out")
    .option("--folder <folder>", FOLDER)
    .option("--json", "NDJSON: what happens, then the model")
    .action(async (id: string, options: PullCommandOptions) => {
      const { pullCommand } = await import("./models.ts");
      await pullCommand(id, options);
    });
  models
    .command("list")
    .allowExcessArguments(false)
    .description("list the pulled models: size, licence, revision, complete or not")
    .option("--folder <folder>", FOLDER)
    .option("--json", "one JSON document")
    .action(async (options: ModelsCommandOptions) => {
      const { listCommand } = await import("./models.ts");
      await listCommand(options);
    });
  models
    .command("remove")
    .allowExcessArguments(false)
    .description("remove a model, or one revision of it, and what was converted from it")
    .argument("<id>", "owner/name, or owner/name@revision")
    .option("--folder <folder>", FOLDER)
    .option("--json", "one JSON document")
    .action(async (id: string, options: ModelsCommandOptions) => {
      const { removeCommand } = await import("./models.ts");
      await removeCommand(id, options);
    });
  models
    .command("verify")
    .allowExcessArguments(false)
    .description("read every file again and compare its checksum; exit code 2 if one is wrong")
    .argument("[id]", "owner/name, or owner/name@revision; default: all")
    .option("--folder <folder>", FOLDER)
    .option("--json", "one JSON document")
    .action(async (id: string | undefined, options: ModelsCommandOptions) => {
      const { verifyCommand } = await import("./models.ts");
      await verifyCommand(id, options);
    });
  return models;
}
