/** The `symbion` command line: its commands, its help, and what becomes an exit code. */

import { readFileSync } from "node:fs";
import { MediaError } from "@symbion/codec/containers";
import { type Role, UsageError, WATCH_POLICIES } from "@symbion/core";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { Logging, LogLevel } from "mediabunny";
import { EXAMPLE_CONFIG } from "../config/example.ts";
import type { AccessCommandOptions, PasswordCommandOptions } from "./access.ts";
import type { BackupCommandOptions } from "./backup.ts";
import type { BenchCommandOptions } from "./bench.ts";
import { addCompanionCommands } from "./companion-commands.ts";
import type { ConfigCheckOptions } from "./config.ts";
import type { DiscoverCommandOptions } from "./discover.ts";
import type { DoctorCommandOptions } from "./doctor.ts";
import { addLinkCommands } from "./link-commands.ts";
import { addMachinesCommands } from "./machines-commands.ts";
import { addModelsCommands } from "./models-commands.ts";
import { addModelsServeCommand } from "./models-serve.ts";
import type { OpenApiCommandOptions } from "./openapi.ts";
import { surviveClosedPipe } from "./output.ts";
import { addPrivacyCommands } from "./privacy-commands.ts";
import type { ProbeCommandOptions } from "./probe.ts";
import type { RestoreCommandOptions } from "./restore.ts";
import type { SignalsCommandOptions } from "./signals.ts";
import type { SupportCommandOptions } from "./support.ts";
import type { UpCommandOptions } from "./up.ts";
import type { WatchCommandOptions } from "./watch.ts";

/** Exit code for bad use and bad input; 0 is success and 1 a defect. */
const BAD_INPUT = 2;

/**
 * Runs one command and resolves with its exit code: 0 only on success, 2 after one line on stderr for bad use or
 * bad input. Anything else is thrown.
 *
 * @param args - the arguments behind the program's name
 */
export async function runCli(args: readonly string[]): Promise<number> {
  surviveClosedPipe(process.stdout);
  // What a file has wrong is told once, by the command.
  Logging.level = LogLevel.Silent;
  let exitCode = 0;
  const program = createProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_INPUT;
    if (error instanceof MediaError || error instanceof UsageError) {
      process.stderr.write(`symbion: ${oneLine(error.message)}\n`);
      return BAD_INPUT;
    }
    throw error;
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

// Each command's module is loaded when it runs: printing signals needs no web server.
function createProgram(setExitCode: (code: number) => void): Command {
  const program = new Command("symbion")
    .description(
      "An edge-intelligence node: codec signals, live cameras, machine health, a companion, private sharing, benchmarks.",
    )
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand(false)
    .showSuggestionAfterError(false)
    .configureOutput({
      outputError: (text, write) => write(`symbion: ${oneLine(text.replace(/^error: /, ""))}\n`),
    })
    .exitOverride()
    .action((_options, command: Command) => {
      const [unknown] = command.args;
      const names = command.commands.map((known) => known.name()).join(", ");
      throw new UsageError(
        unknown === undefined
          ? `expected a command (${names}), got none; see symbion --help`
          : `expected a command (${names}), got "${unknown}"`,
      );
    })
    .allowExcessArguments();

  program
    .command("up")
    .allowExcessArguments(false)
    .description("run the node: cameras, API and the dashboard")
    .option(
      "-c, --config <file>",
      "configuration; default: symbion.yaml here, else built-in samples",
    )
    .option(
      "--host <address>",
      "address to listen on; default: the configuration's, else 127.0.0.1",
    )
    .option("-p, --port <number>", "port to listen on; 0 takes a free one", port)
    .option("--json", "write the log as NDJSON")
    .action(async (options: UpCommandOptions) => {
      const { upCommand } = await import("./up.ts");
      await upCommand(options);
    });

  program
    .command("signals")
    .allowExcessArguments(false)
    .description("print the codec signals of a video, one line per frame in output order")
    .argument("<source>", "video file, `-` for standard input, or a URL (rtsp://, http://, ...)")
    .option("--json", "NDJSON: a line per frame, then the totals")
    .option(
      "--vectors",
      'add "mvs": [source, w, h, dst_x, dst_y, motion_x, motion_y] each; implies --json',
    )
    .action(async (source: string, options: SignalsCommandOptions) => {
      const { signalsCommand } = await import("./signals.ts");
      setExitCode(await signalsCommand(source, options));
    });

  program
    .command("watch")
    .allowExcessArguments(false)
    .description("ask a vision-language model about a video, window by window, while it is read")
    .argument("<source>", "video file, `-` for standard input, or a URL (rtsp://, http://, ...)")
    .requiredOption("--ask <question>", "a question; may be given several times", gather, [])
    .addOption(
      new Option("--policy <name>", "which blocks of a picture the model sees again")
        .choices(WATCH_POLICIES)
        .default("symbion"),
    )
    .option("--threshold <number>", "change from which on a block is kept", between(0, 1024))
    .option("--model <name>", "mini (comes with it), the id of a pulled model, or a folder", "mini")
    .option("--window <seconds>", "length of a window; default: the model's", between(0, 86_400))
    .option("--stride <seconds>", "time between windows; default: the model's", between(0, 86_400))
    .option(
      "--fps <number>",
      "sampled pictures per second; default: the model's",
      between(0.01, 60),
    )
    .option(
      "--floor <share>",
      "confidence below which the answer is don't know",
      between(0, 1),
      0.5,
    )
    .option("--threads <number>", "threads of the model; default: 1", between(1, 64))
    .option("--plans", "with --json: a line per sampled picture with its kept blocks")
    .option("--json", "NDJSON: a line per window, then the totals")
    .action(async (source: string, options: WatchCommandOptions) => {
      const { watchCommand } = await import("./watch.ts");
      setExitCode(await watchCommand(source, options));
    });

  program
    .command("probe")
    .allowExcessArguments(false)
    .description(
      "try a camera or file: container, codec, size, frame rate, or why it cannot be used",
    )
    .argument("<source>", "video file, or a URL (rtsp://, http://, ...)")
    .option("--json", "one JSON document, with a preview picture")
    .option("--timeout <seconds>", "how long to wait for a picture; default: 10", between(0.1, 120))
    .action(async (source: string, options: ProbeCommandOptions) => {
      const { probeCommand } = await import("./probe.ts");
      setExitCode(await probeCommand(source, options));
    });

  program
    .command("discover")
    .allowExcessArguments(false)
    .description("look for cameras on the local network (ONVIF, mDNS)")
    .option("--json", "one JSON document")
    .option("--timeout <seconds>", "how long to listen; default: 4", between(0.2, 60))
    .option("--user <name>", "account to ask cameras with; password in SYMBION_CAMERA_PASSWORD")
    .action(async (options: DiscoverCommandOptions) => {
      const { discoverCommand } = await import("./discover.ts");
      await discoverCommand(options);
    });

  const config = program
    .command("config")
    .description("check a configuration, or describe what may stand in it")
    .helpCommand(false)
    .addHelpText("after", () => `\nAn example of symbion.yaml:\n\n${EXAMPLE_CONFIG}`)
    .action((_options, command: Command) => {
      const names = command.commands.map((known) => known.name()).join(", ");
      const [unknown] = command.args;
      const got = unknown === undefined ? "none; see symbion config --help" : `"${unknown}"`;
      throw new UsageError(`expected a command (config ${names}), got ${got}`);
    })
    .allowExcessArguments();
  config
    .command("check")
    .allowExcessArguments(false)
    .description("say what is wrong in a configuration, one line per problem")
    .argument("[file]", "configuration; default: symbion.yaml here")
    .option("--json", "one JSON document on standard output")
    .action(async (file: string | undefined, options: ConfigCheckOptions) => {
      const { configCheckCommand } = await import("./config.ts");
      setExitCode(await configCheckCommand(file, options));
    });
  config
    .command("schema")
    .allowExcessArguments(false)
    .description("print the JSON Schema of symbion.yaml, for editors")
    .action(async () => {
      const { configSchemaCommand } = await import("./config.ts");
      configSchemaCommand();
    });

  program
    .command("doctor")
    .allowExcessArguments(false)
    .description(
      "check machine, configuration, data folder, port and channels; exit code 2 if a check failed",
    )
    .option(
      "-c, --config <file>",
      "configuration; default: symbion.yaml here, else built-in samples",
    )
    .option("--cameras", "open each camera for a moment, too")
    .option("--json", "one JSON document")
    .action(async (options: DoctorCommandOptions) => {
      const { doctorCommand } = await import("./doctor.ts");
      await doctorCommand(options);
    });

  program
    .command("support")
    .allowExcessArguments(false)
    .description(
      "write a bundle for somebody who helps: versions, checks, configuration without secrets",
    )
    .argument("<file>", "the .tar.gz to write; none is overwritten")
    .option(
      "-c, --config <file>",
      "configuration; default: symbion.yaml here, else built-in samples",
    )
    .option("--names", "keep names, ids, hosts and paths readable")
    .action(async (file: string, options: SupportCommandOptions) => {
      const { supportCommand } = await import("./support.ts");
      await supportCommand(file, options);
    });

  program
    .command("backup")
    .allowExcessArguments(false)
    .description("write one archive of configuration and database; the node may be running")
    .argument("<file>", "the .tar.gz to write; none is overwritten")
    .option(
      "-c, --config <file>",
      "configuration; default: symbion.yaml here, else built-in samples",
    )
    .option("--clips", "add the clips' files")
    .option("--json", "one JSON document")
    .action(async (file: string, options: BackupCommandOptions) => {
      const { backupCommand } = await import("./backup.ts");
      await backupCommand(file, options);
    });

  program
    .command("restore")
    .allowExcessArguments(false)
    .description("put an archive back; what was there is moved aside; the node must not be running")
    .argument("<file>", "an archive of symbion backup")
    .option("-c, --config <file>", "where the configuration is or goes; default: symbion.yaml here")
    .option("--dry-run", "only check the archive and say what it holds")
    .option("--json", "one JSON document")
    .action(async (file: string, options: RestoreCommandOptions) => {
      const { restoreCommand } = await import("./restore.ts");
      await restoreCommand(file, options);
    });

  program
    .command("openapi")
    .allowExcessArguments(false)
    .description("print the OpenAPI 3.1 document of the node's HTTP interface")
    .option("--json", "on one line")
    .action(async (options: OpenApiCommandOptions) => {
      const { openApiCommand } = await import("./openapi.ts");
      openApiCommand(version(), options);
    });

  addAccessCommands(program);

  addMachinesCommands(program);

  addModelsServeCommand(addModelsCommands(program));

  addCompanionCommands(program, setExitCode);

  addPrivacyCommands(program, setExitCode);

  addLinkCommands(program, setExitCode);

  program
    .command("bench")
    .allowExcessArguments(false)
    .description(
      "re-measure the published figures on this machine, beside the peer in the same run",
    )
    .argument("[area]", "what to measure; default: every area")
    .option("--json", "end with one JSON line of all rows")
    .option("--quick", "one run of each instead of the median of five, and shorter endurance runs")
    .option("--only <parts>", "parts of the area to run, separated by commas")
    .option("--soak <minutes>", "minutes of video for the memory soak", positive)
    .option("--fuzz <streams>", "number of mutated streams for the fuzz run", positive)
    .action(async (area: string | undefined, options: BenchCommandOptions) => {
      const { benchCommand } = await import("./bench.ts");
      await benchCommand(area, options);
    });
  return program;
}

/** Who may use a node. */
function addAccessCommands(program: Command): void {
  const file = "configuration; default: symbion.yaml here, else the data of a node without one";
  program
    .command("password")
    .allowExcessArguments(false)
    .description("set the password of a node that is stopped; read from the terminal or stdin")
    .option("-c, --config <file>", file)
    .option("--generate", "draw one and print it")
    .option("--remove", "have none any more")
    .option("--json", "one JSON document")
    .action(async (options: PasswordCommandOptions) => {
      const { passwordCommand } = await import("./access.ts");
      await passwordCommand(options);
    });
  const token = program
    .command("token")
    .description("make, list and end API tokens of a node that is stopped")
    .helpCommand(false)
    .action((_options, command: Command) => {
      const names = command.commands.map((known) => known.name()).join(", ");
      const [unknown] = command.args;
      const got = unknown === undefined ? "none; see symbion token --help" : `"${unknown}"`;
      throw new UsageError(`expected a command (token ${names}), got ${got}`);
    })
    .allowExcessArguments();
  token
    .command("add")
    .allowExcessArguments(false)
    .description("make a token and print it: it is shown only now")
    .argument("<name>", "what it is for")
    .option("--role <role>", "viewer (reads) or admin (changes)", role, "viewer" as const)
    .option("-c, --config <file>", file)
    .option("--json", "one JSON document")
    .action(async (name: string, options: AccessCommandOptions & { readonly role: Role }) => {
      const { addTokenCommand } = await import("./access.ts");
      await addTokenCommand(name, options.role, options);
    });
  token
    .command("list")
    .allowExcessArguments(false)
    .description("list the tokens, without their secrets")
    .option("-c, --config <file>", file)
    .option("--json", "one JSON document")
    .action(async (options: AccessCommandOptions) => {
      const { listTokensCommand } = await import("./access.ts");
      await listTokensCommand(options);
    });
  token
    .command("remove")
    .allowExcessArguments(false)
    .description("end a token and the sessions that began with it")
    .argument("<id>", "as listed")
    .option("-c, --config <file>", file)
    .option("--json", "one JSON document")
    .action(async (id: string, options: AccessCommandOptions) => {
      const { removeTokenCommand } = await import("./access.ts");
      await removeTokenCommand(id, options);
    });
}

function role(text: string): Role {
  if (text === "viewer" || text === "admin") return text;
  throw new InvalidArgumentError(`expected viewer or admin, got "${text}"`);
}

function gather(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65535) {
    throw new InvalidArgumentError(`expected a port from 0 to 65535, got "${text}"`);
  }
  return value;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) {
    throw new InvalidArgumentError(`expected a number above 0, got "${text}"`);
  }
  return value;
}

function between(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !(value >= least && value <= most)) {
      throw new InvalidArgumentError(`expected ${least} to ${most}, got "${text}"`);
    }
    return value;
  };
}

function version(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
