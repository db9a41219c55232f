/** `symbion privacy …`: what may be asked for. What is done stands in `privacy.ts`, loaded when it is needed. */

import { UsageError } from "@symbion/core";
import { type Command, InvalidArgumentError, Option } from "commander";
import type {
  AccountCommandOptions,
  AuditCommandOptions,
  BudgetCommandOptions,
  ReleaseCommandOptions,
} from "./privacy.ts";

/** Mechanisms that the accountant knows; checked again where it is asked. */
const MECHANISM_NAMES = [
  "gaussian",
  "laplace",
  "discrete-gaussian",
  "discrete-laplace",
  "randomised-response",
] as const;

const CONFIG = "configuration of the node; default: symbion.yaml here";

/** Adds `symbion privacy` with its commands. */
export function addPrivacyCommands(program: Command, setExitCode: (code: number) => void): void {
  const privacy = program
    .command("privacy")
    .description("differential privacy: budgets, single releases, audits, the accountant")
    .helpCommand(false)
    .action((_options, command: Command) => {
      const names = command.commands.map((known) => known.name()).join(", ");
      const [unknown] = command.args;
      const got = unknown === undefined ? "none; see symbion privacy --help" : `"${unknown}"`;
      throw new UsageError(`expected a command (privacy ${names}), got ${got}`);
    })
    .allowExcessArguments();

  privacy
    .command("account")
    .allowExcessArguments(false)
    .description("say what a mechanism that runs so often costs: an upper bound of epsilon")
    .addOption(
      new Option("--mechanism <name>", "noise").choices(MECHANISM_NAMES).makeOptionMandatory(),
    )
    .requiredOption("--scale <number>", "sigma of Gaussian noise, b of Laplace noise", above(0))
    .requiredOption("--sensitivity <number>", "most that one unit changes the value", above(0))
    .requiredOption("--count <number>", "how often it runs on the same data", whole(1, 1e9))
    .option("--sampling <share>", "share of units that takes part each time; default: 1", share, 1)
    .requiredOption("--delta <number>", "delta, 0 to below 1", delta)
    .option("--json", 'one JSON document: {"epsilon","method"}')
    .action(async (options: AccountCommandOptions) => {
      const { accountCommand } = await import("./privacy.ts");
      accountCommand(options);
    });

  privacy
    .command("release")
    .allowExcessArguments(false)
    .description("tell one number of a table, or a number, with exact discrete Gaussian noise")
    .argument("[table]", "a CSV file; without one, --value says the number")
    .option("--value <number>", "the true number, instead of a table", number)
    .addOption(
      new Option("--statistic <name>", "what is told of the table").choices(["count", "sum"]),
    )
    .option("--column <name>", "column that is summed")
    .option("--by <name>", "column that names whom a row is about; default: each row by itself")
    .option("--most <number>", "rows that count of each; default: 1", whole(1, 1e6))
    .option(
      "--min <number>",
      "smaller values are raised to this; public, stated before looking",
      number,
    )
    .option(
      "--max <number>",
      "larger values are cut to this; public, stated before looking",
      number,
    )
    .option(
      "--step <number>",
      "grid of the answer, a power of two; default: 1 for counts, else at most a 1000th of the range",
      above(0),
    )
    .requiredOption("--rho <number>", "budget of this release, zCDP's rho", above(0))
    .option("--delta <number>", "delta for which epsilon is told; default: 1e-6", delta, 1e-6)
    .option(
      "--ledger <folder>",
      "spend it from the budget in this folder, which is made if missing",
    )
    .option("--subject <name>", "with --ledger: whom the data is about")
    .option("--purpose <text>", "with --ledger: what the number is for")
    .option("--budget <rho>", "with --ledger: most for the purpose, per subject and day", above(0))
    .option("--name <text>", "with --ledger: name of the release; the same one is free again")
    .option("--json", "one JSON document")
    .action(async (table: string | undefined, options: ReleaseCommandOptions) => {
      const { releaseCommand } = await import("./privacy.ts");
      await releaseCommand(table, options);
    });

  privacy
    .command("audit")
    .allowExcessArguments(false)
    .description(
      "run the configured releases on neighbouring inputs and prove a lower bound of their loss; exit code 2 if one exceeds its claim",
    )
    .argument("[release]", "id of a release in share.releases; default: all")
    .option("-c, --config <file>", CONFIG)
    .option("--trials <number>", "runs per input; default: 20000", whole(200, 1e7), 20_000)
    .option("--confidence <share>", "chance with which a bound holds; default: 0.999", share, 0.999)
    .option("--json", "one JSON document")
    .action(async (release: string | undefined, options: AuditCommandOptions) => {
      const { auditCommand } = await import("./privacy.ts");
      setExitCode(await auditCommand(release, options));
    });

  privacy
    .command("budget")
    .allowExcessArguments(false)
    .description("show what is spent and left, by subject, purpose and day")
    .option("-c, --config <file>", CONFIG)
    .option("--url <address>", "address of the node's page; default: where the configuration says")
    .option("--json", "one JSON document")
    .action(async (options: BudgetCommandOptions) => {
      const { budgetCommand } = await import("./privacy.ts");
      await budgetCommand(options);
    });
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("expected a number.");
}

function above(least: number): (text: string) => number {
  return (text) => {
    const value = number(text);
    if (value > least) return value;
    throw new InvalidArgumentError(`expected a number above ${least}.`);
  };
}

function share(text: string): number {
  const value = number(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError("expected a number above 0 and up to 1.");
}

function delta(text: string): number {
  const value = number(text);
  if (value >= 0 && value < 1) return value;
  throw new InvalidArgumentError("expected a number from 0 to below 1.");
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}.`);
  };
}
