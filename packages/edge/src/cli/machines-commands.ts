/** `symbion machines …`: what may be asked for. What is done stands in `machines*.ts`, loaded when it is needed. */

import { UsageError } from "@symbion/core";
import { type Command, InvalidArgumentError, Option } from "commander";
import type {
  ExplainCommandOptions,
  PredictCommandOptions,
  TrainCommandOptions,
} from "./machines.ts";
import type { EvaluateCommandOptions, StreamCommandOptions } from "./machines-cmapss.ts";
import type { ReplayCommandOptions } from "./machines-replay.ts";

const SETS = ["FD001", "FD002", "FD003", "FD004"] as const;

/** Adds `symbion machines` with its commands. */
export function addMachinesCommands(program: Command): void {
  const machines = program
    .command("machines")
    .description("train, ask, explain, evaluate and replay models of machines' remaining life")
    .helpCommand(false)
    .action((_options, command: Command) => {
      const names = command.commands.map((known) => known.name()).join(", ");
      const [unknown] = command.args;
      const got = unknown === undefined ? "none; see symbion machines --help" : `"${unknown}"`;
      throw new UsageError(`expected a command (machines ${names}), got ${got}`);
    })
    .allowExcessArguments();

  tableOptions(
    machines
      .command("train")
      .allowExcessArguments(false)
      .description("learn from machines' rows in a CSV or Parquet file, and write a file of models")
      .argument("<file>", "a table: a row per machine and moment, lives that end in failure")
      .option("-o, --out <file>", "where the models go; default: the table's name with .symbion"),
  )
    .option("--cap <life>", "longest life told apart; default: 0.6 of the median life", positive)
    .option(
      "--horizon <life>",
      "failures within so much are warned of; default: a quarter of the cap",
      positive,
    )
    .option("--running", "machines whose rows end still run, unless a column says that they failed")
    .option("--json", "one JSON document on standard output")
    .action(async (file: string, options: TrainCommandOptions) => {
      const { trainCommand } = await import("./machines.ts");
      await trainCommand(file, options);
    });

  machines
    .command("predict")
    .allowExcessArguments(false)
    .description("forecast the remaining life of the machines in a table")
    .argument("<models>", "a file of symbion machines train")
    .argument("<file>", "a table with the same columns; its rows may end anywhere")
    .option("--all", "every row instead of each machine's last one")
    .option("--json", "NDJSON: one line per forecast")
    .action(async (models: string, file: string, options: PredictCommandOptions) => {
      const { predictCommand } = await import("./machines.ts");
      await predictCommand(models, file, options);
    });

  machines
    .command("explain")
    .allowExcessArguments(false)
    .description("say which sensors carry a forecast, and by how much (exact SHAP values)")
    .argument("<models>", "a file of symbion machines train")
    .argument("<file>", "a table with the same columns")
    .option("--machine <id>", "which machine; default: the one that is expected to fail first")
    .option("--row <number>", "which of its rows, from 1; default: the last", whole)
    .option("--json", "one JSON document")
    .action(async (models: string, file: string, options: ExplainCommandOptions) => {
      const { explainCommand } = await import("./machines.ts");
      await explainCommand(models, file, options);
    });

  const folder = "folder with train_FD00N.txt, test_FD00N.txt and RUL_FD00N.txt";
  machines
    .command("evaluate")
    .allowExcessArguments(false)
    .description("measure forecasts on C-MAPSS (Saxena 2008), complete or with sensors missing")
    .requiredOption("--cmapss <folder>", folder)
    .addOption(new Option("--set <name>", "subset").choices(SETS).makeOptionMandatory())
    .option(
      "--missing <what>",
      "what is taken away from the test engines: none, mcar:0.5, dead:5, blackout:10, joined by +",
      "none",
    )
    .option("--seed <number>", "decides what is missing; default: 0", whole, 0)
    .option("--json", "one JSON document")
    .action(async (options: EvaluateCommandOptions) => {
      const { evaluateCommand } = await import("./machines-cmapss.ts");
      await evaluateCommand(options);
    });
  machines
    .command("stream")
    .allowExcessArguments(false)
    .description("measure learning in motion: engines of one C-MAPSS subset after another's")
    .requiredOption("--cmapss <folder>", folder)
    .addOption(
      new Option("--pretrain <name>", "subset that is learned before")
        .choices(SETS)
        .default("FD001"),
    )
    .addOption(
      new Option("--stream <name>", "subset whose engines then come one by one")
        .choices(SETS)
        .makeOptionMandatory(),
    )
    .option("--seed <number>", "decides the order of the engines; default: 0", whole, 0)
    .option("--json", "one JSON document")
    .action(async (options: StreamCommandOptions) => {
      const { streamCommand } = await import("./machines-cmapss.ts");
      await streamCommand(options);
    });

  tableOptions(
    machines
      .command("replay")
      .allowExcessArguments(false)
      .description(
        "play a table as if it happened now: forecast each row, learn when a machine fails, tell the errors",
      )
      .argument("<file>", "a table: a row per machine and moment"),
  )
    .option("--cap <life>", "longest life told apart; default: 0.6 of the median life", positive)
    .option("--every <rows>", "print every so many rows of a machine; default: 10", whole, 10)
    .option("--json", "NDJSON: a line per forecast and per version, then the totals")
    .action(async (file: string, options: ReplayCommandOptions) => {
      const { replayCommand } = await import("./machines-replay.ts");
      await replayCommand(file, options);
    });
}

/** What a table's columns are. */
function tableOptions(command: Command): Command {
  return command
    .option("--machine <column>", "column that names the machine; default: found by its name")
    .option("--age <column>", "column of the time in service; default: found by its name")
    .option(
      "--event <column>",
      "column that is true where a machine fails; default: found by its name",
    )
    .option(
      "--settings <columns>",
      "columns that tell how machines are operated, separated by commas",
      columns,
    )
    .option("--sensors <columns>", "columns that measure them; default: all other numbers", columns)
    .option("--ignore <columns>", "columns to leave out", columns)
    .option(
      "--life-unit <unit>",
      "what lives are counted in; default: by the age column, else cycle",
    );
}

function columns(text: string): readonly string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) {
    throw new InvalidArgumentError(`expected a number above 0, got "${text}"`);
  }
  return value;
}

function whole(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError(`expected a whole number from 0 on, got "${text}"`);
  }
  return value;
}
