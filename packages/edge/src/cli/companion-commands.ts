/** `symbion companion …`: what may be asked for. What is done stands in modules that are loaded when they are needed. */

import { UsageError } from "@symbion/core";
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import type { CrmOptions } from "./companion-crm.ts";
import type { EvaluateOptions } from "./companion-evaluate.ts";
import type { HrvOptions } from "./companion-hrv.ts";
import type { IdreOptions } from "./companion-idre.ts";
import type { LogCommandOptions } from "./companion-log.ts";
import type { CompanionServeOptions } from "./companion-serve.ts";

const WARMTH_NAMES = ["plain", "kind", "gentle"] as const;
const SETTING_NAMES = ["private", "workplace", "education"] as const;
const LANGUAGE_NAMES = ["en", "it"] as const;
const JSON_OUT = "one JSON document";

type RephraseOptions = {
  readonly with?: string;
  readonly model?: string;
  readonly apiKeyEnv?: string;
  readonly examples?: string;
};

/** Adds `symbion companion` with its commands. */
export function addCompanionCommands(program: Command, setExitCode: (code: number) => void): void {
  const companion = group(
    program,
    "companion",
    "a layer after any model: serve it, check texts, evaluate models, read its log",
  );

  companion
    .command("serve")
    .allowExcessArguments(false)
    .description("put the layer in front of any server of OpenAI's interface")
    .requiredOption(
      "--upstream <url>",
      "the model's server, http://127.0.0.1:11434/v1 for instance",
    )
    .option("-m, --model <name>", "model that is asked; default: the one that a client asks for")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("-p, --port <number>", "port to listen on; 0 takes a free one", whole(0, 65_535), 8086)
    .option("--api-key-env <name>", "environment variable with the upstream's API key")
    .option("--log <folder>", "write answers down in an accountability log there")
    .addOption(
      new Option("--language <language>", "of all answers; default: the question's").choices(
        LANGUAGE_NAMES,
      ),
    )
    .addOption(new Option("--warmth <warmth>", "of answers").choices(WARMTH_NAMES).default("kind"))
    .option(
      "--rephrase-with <url>",
      "a server whose model proposes warmer words; default: the grammar",
    )
    .option("--rephrase-model <name>", "its model; default: the first that it lists")
    .option("--rephrase-examples <file>", "triplets that it is shown, IDRE for instance")
    .addOption(
      new Option("--setting <setting>", "where it is used")
        .choices(SETTING_NAMES)
        .default("private"),
    )
    .option("--timeout <seconds>", "longest silence of the model; default: 120", whole(1, 3600))
    .option("--no-prompt", "do not ask the model to answer plainly")
    .option("--origin <origin...>", "web pages that may use the server; default: none")
    .option("--json", "NDJSON: an address to begin with, then what goes wrong")
    .addHelpText(
      "after",
      "\nWith SYMBION_API_KEY set, clients must send it as their API key; to listen on other than\nloopback addresses it has to be set.",
    )
    .action(async (options: CompanionServeOptions) => {
      const { companionServeCommand } = await import("./companion-serve.ts");
      await companionServeCommand(options);
    });

  batch(
    companion,
    "compare",
    'whether two texts say the same: {"id","neutral","rephrased"} -> {"id","same","differences"}',
  );
  batch(
    companion,
    "triage",
    'how urgent an account is: {"id","text","age"?} -> {"id","disposition","rules"}',
  );
  batch(
    companion,
    "screen",
    'whether a request is refused: {"id","text"} -> {"id","refuse","why"}',
  );
  batch(
    companion,
    "rephrase",
    'the same more warmly: {"id","query","answer","language"?,"warmth"?} -> {"id","text","changed","fellBack"}',
  );

  function batch(
    parent: Command,
    name: "compare" | "triage" | "screen" | "rephrase",
    description: string,
  ): void {
    const command = parent
      .command(name)
      .allowExcessArguments(false)
      .description(`NDJSON from stdin, a line out per line in; ${description}`)
      .option("--json", "accepted, as everywhere; the output is NDJSON in any case")
      .addHelpText(
        "after",
        '\nA line that is no such object, has other members, or is longer than 1 MiB becomes {"id"?,"error"};\nthe others are answered all the same, and the exit code is 2.',
      );
    if (name === "rephrase") {
      command
        .option(
          "--with <url>",
          "a server whose model proposes the words; default: the built-in grammar",
        )
        .option("-m, --model <name>", "its model; default: the first that it lists")
        .option("--examples <file>", "triplets that it is shown, IDRE for instance")
        .option("--api-key-env <name>", "environment variable with its API key");
    }
    command.action(async (options: RephraseOptions) => {
      const { batchCommand } = await import("./companion-batch.ts");
      const { openRephraser } = await import("../companion/open.ts");
      const { with: url, model, apiKeyEnv, examples } = options;
      const rephraser =
        url === undefined ? null : openRephraser({ url, model, apiKeyEnv }, undefined, examples);
      setExitCode(await batchCommand(name, rephraser));
    });
  }

  companion
    .command("evaluate")
    .allowExcessArguments(false)
    .description(
      "measure how a model gives way: flips under pushback, false presuppositions, both sides",
    )
    .requiredOption("--upstream <url>", "the model's server")
    .option("-m, --model <name>", "its model; default: the first that it lists")
    .option("--api-key-env <name>", "environment variable with its API key")
    .option("--layer", "ask it through the layer")
    .option("--seed <number>", "chooses items and wording", whole(0, 4_294_967_295), 1)
    .option("--items <number>", "most items of a part; default: all", whole(1, 100_000))
    .option("--turns <number>", "turns of pushback", whole(1, 10), 5)
    .option("--concurrency <number>", "conversations at the same time", whole(1, 64), 2)
    .option("--report <file>", "write the report as a page, FILE.html; none is overwritten")
    .option("--timeout <seconds>", "longest silence of the model; default: 120", whole(1, 3600))
    .option("--json", "one JSON document on stdout")
    .action(async (options: EvaluateOptions) => {
      const { evaluateCommand } = await import("./companion-evaluate.ts");
      await evaluateCommand(options);
    });

  companion
    .command("hrv")
    .allowExcessArguments(false)
    .description(
      "heart-rate variability of a recording: a text of beat intervals, Polar .hrm, Apple Health export",
    )
    .argument("<file>", "the recording; nothing of it leaves this machine")
    .option("--as-is", "take every interval as it stands, without looking for bad beats")
    .option("--json", JSON_OUT)
    .action(async (file: string, options: HrvOptions) => {
      const { hrvCommand } = await import("./companion-hrv.ts");
      setExitCode(await hrvCommand(file, options));
    });
  companion
    .command("idre")
    .allowExcessArguments(false)
    .description(
      "read your own copy of IDRE, or other triplets, and say what gate and empathy score make of it",
    )
    .argument("<file>", "JSON, JSON lines, CSV or TSV: query, neutral and empathetic answer")
    .addOption(
      new Option("--language <language>", "of the triplets").choices(LANGUAGE_NAMES).default("it"),
    )
    .option("--json", JSON_OUT)
    .action(async (file: string, options: IdreOptions) => {
      const { idreCommand } = await import("./companion-idre.ts");
      idreCommand(file, options);
    });

  const crm = group(
    companion,
    "crm",
    "cases of the CRM system in the configuration: show, answer, edit",
    "companion ",
  );
  const config = "configuration of the node; default: symbion.yaml here, else the simulated sample";
  crm
    .command("cases")
    .allowExcessArguments(false)
    .description("list cases with their figures")
    .option("-c, --config <file>", config)
    .option("--search <words>", "words that the subject has to contain")
    .option("--limit <number>", "most cases", whole(1, 50), 20)
    .option("--json", JSON_OUT)
    .action(async (options: CrmOptions) => {
      const { casesCommand } = await import("./companion-crm.ts");
      await casesCommand(options);
    });
  crm
    .command("case")
    .allowExcessArguments(false)
    .description("show one case: what was said and done")
    .argument("<id>", "as listed")
    .option("-c, --config <file>", config)
    .option("--json", JSON_OUT)
    .action(async (id: string, options: CrmOptions) => {
      const { caseCommand } = await import("./companion-crm.ts");
      await caseCommand(id, options);
    });

  const writing = (name: string, description: string): Command =>
    crm
      .command(name)
      .allowExcessArguments(false)
      .description(description)
      .option("-c, --config <file>", config)
      .option("--url <address>", "the node's page, where it is not at its configuration's address")
      .option("--json", JSON_OUT);
  const kept =
    "\nIt is on the disk before anything is sent, and is sent once. The simulated sample forgets all at once.";
  for (const [name, description, internal] of [
    ["reply", "answer a case; waits in the queue where the system cannot be reached", false],
    ["comment", "the same for people inside only", true],
  ] as const) {
    writing(name, description)
      .argument("<id>", "of the case, as listed")
      .argument("<text>", "what to say; - takes it from stdin")
      .addHelpText("after", kept)
      .action(async (id: string, text: string, options: CrmOptions) => {
        const { sayCommand } = await import("./companion-crm.ts");
        await sayCommand(id, text, options, internal);
      });
  }
  writing("status", "set a case's status, unless somebody else has changed it meanwhile")
    .argument("<id>", "of the case, as listed")
    .argument("<status>", "the system's own word")
    .addHelpText("after", kept)
    .action(async (id: string, status: string, options: CrmOptions) => {
      const { statusCommand } = await import("./companion-crm.ts");
      await statusCommand(id, status, options);
    });
  writing(
    "queue",
    "show what waits to be sent, conflicts, and what the system will not take",
  ).action(async (options: CrmOptions) => {
    const { queueCommand } = await import("./companion-crm.ts");
    await queueCommand(options);
  });
  writing("send", "send what waits, where no node runs").action(async (options: CrmOptions) => {
    const { sendCommand } = await import("./companion-crm.ts");
    await sendCommand(options);
  });
  writing("decide", "decide on an edit that met somebody else's")
    .argument("<write>", "its id, as the queue shows it")
    .addArgument(
      new Argument("<which>", "mine: written over what was shown; theirs: it stays").choices([
        "mine",
        "theirs",
      ]),
    )
    .action(async (id: string, which: "mine" | "theirs", options: CrmOptions) => {
      const { decideCommand } = await import("./companion-crm.ts");
      await decideCommand(id, which, options);
    });
  for (const [name, description] of [
    ["retry", "try a write again that the system would not take"],
    ["drop", "give a write up; what has been sent stays sent"],
  ] as const) {
    writing(name, description)
      .argument("<write>", "its id, as the queue shows it")
      .action(async (id: string, options: CrmOptions) => {
        const { decideCommand } = await import("./companion-crm.ts");
        await decideCommand(id, name, options);
      });
  }

  const log = group(
    companion,
    "log",
    "read, check, export and erase an accountability log",
    "companion ",
  );
  const folder = "folder of the log; that of a node is symbion-data/companion";
  log
    .command("verify")
    .allowExcessArguments(false)
    .description(
      "check every line of a log, or of an exported file; exit code 2 if one was tampered with",
    )
    .argument("<log>", `${folder}; or an exported .ndjson file`)
    .option("--json", JSON_OUT)
    .action(async (path: string, options: LogCommandOptions) => {
      const { verifyLogCommand } = await import("./companion-log.ts");
      setExitCode(await verifyLogCommand(path, options));
    });
  log
    .command("show")
    .allowExcessArguments(false)
    .description("print the entries of a log that is not in use")
    .argument("<folder>", folder)
    .option("--conversation <id>", "only those of this conversation")
    .option("--json", "NDJSON: an entry per line")
    .action(async (path: string, options: LogCommandOptions) => {
      const { showLogCommand } = await import("./companion-log.ts");
      await showLogCommand(path, options);
    });
  log
    .command("export")
    .allowExcessArguments(false)
    .description(
      "write a log as NDJSON that others can verify; entries stay encrypted unless named",
    )
    .argument("<folder>", folder)
    .option("--clear <conversation...>", "conversations whose entries are put in clear")
    .option("--json", "accepted, as everywhere; the output is NDJSON in any case")
    .action(async (path: string, options: LogCommandOptions) => {
      const { exportLogCommand } = await import("./companion-log.ts");
      await exportLogCommand(path, options);
    });
  log
    .command("erase")
    .allowExcessArguments(false)
    .description("destroy the key of a conversation: nobody can read its entries again")
    .argument("<folder>", folder)
    .argument("<conversation>", "its id")
    .option("--json", JSON_OUT)
    .action(async (path: string, conversation: string, options: LogCommandOptions) => {
      const { eraseLogCommand } = await import("./companion-log.ts");
      await eraseLogCommand(path, conversation, options);
    });
  log
    .command("replay")
    .allowExcessArguments(false)
    .description("compute every logged answer again; exit code 2 if one comes out otherwise")
    .argument("<folder>", folder)
    .option("--json", JSON_OUT)
    .action(async (path: string, options: LogCommandOptions) => {
      const { replayLogCommand } = await import("./companion-log.ts");
      setExitCode(await replayLogCommand(path, options));
    });
}

/** A command that only has commands. */
function group(parent: Command, name: string, description: string, prefix = ""): Command {
  return parent
    .command(name)
    .description(description)
    .helpCommand(false)
    .action((_options, command: Command) => {
      const names = command.commands.map((known) => known.name()).join(", ");
      const [unknown] = command.args;
      const got =
        unknown === undefined ? `none; see symbion ${prefix}${name} --help` : `"${unknown}"`;
      throw new UsageError(`expected a command (${prefix}${name} ${names}), got ${got}`);
    })
    .allowExcessArguments();
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected ${least} to ${most}, got "${text}"`);
  };
}
