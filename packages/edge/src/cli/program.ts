/** The `symbion` command line: its commands, its help, and what becomes an exit code. */

import { readFileSync } from "node:fs";
import { MediaError } from "@symbion/codec/containers";
import { UsageError } from "@symbion/core";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { Logging, LogLevel } from "mediabunny";
import type { BenchCommandOptions } from "./bench.ts";
import { surviveClosedPipe } from "./output.ts";
import type { SignalsCommandOptions } from "./signals.ts";
import type { UpCommandOptions } from "./up.ts";

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
    .description("An edge-intelligence node: codec signals, live cameras, benchmarks.")
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

function version(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
