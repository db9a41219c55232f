/** `symbion models serve`: a model behind OpenAI's interface, until it is told to end. */

import { type Command, InvalidArgumentError } from "commander";

/** Options of `symbion models serve`. */
export type ModelsServeOptions = {
  readonly model: string;
  readonly folder?: string;
  readonly host: string;
  readonly port: number;
  readonly precision: "f32" | "q8" | "q4";
  readonly threads?: number;
  readonly queue?: number;
  readonly maxBody?: number;
  readonly maxTokens?: number;
  readonly remoteMedia?: true;
  readonly origin?: readonly string[];
  readonly json?: true;
};

/** Adds the command to `symbion models`. */
export function addModelsServeCommand(models: Command): void {
  models
    .command("serve")
    .allowExcessArguments(false)
    .description("serve a model on this machine to clients of OpenAI's interface")
    .option(
      "-m, --model <model>",
      "folder with a checkpoint, id of a pulled model, or mini: the one that comes along",
      "mini",
    )
    .option("--folder <folder>", "folder of pulled models")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("-p, --port <number>", "port to listen on; 0 takes a free one", whole(0, 65535), 8085)
    .option("--precision <bits>", "weights as f32, q8 or q4", precision, "q8")
    .option("--threads <number>", "threads of the CPU; default: 1", whole(1, 256))
    .option("--queue <number>", "requests that may wait while one runs; default: 8", whole(0, 1000))
    .option("--max-body <MiB>", "largest request; default: 32", whole(1, 1024))
    .option(
      "--max-tokens <number>",
      "tokens of an answer unless asked; default: 1024",
      whole(1, 1e6),
    )
    .option("--remote-media", "fetch images and videos at public http(s) addresses")
    .option("--origin <origin...>", "web pages that may use the server; default: none")
    .option("--json", "NDJSON: an address to begin with, then what goes wrong")
    .addHelpText("after", "\nWith SYMBION_API_KEY set, clients must send it as their API key.")
    .action(async (options: ModelsServeOptions) => {
      await modelsServeCommand(options);
    });
}

/** Serves until a signal ends it. Throws `UsageError` for a model or port that cannot be used. */
export async function modelsServeCommand(options: ModelsServeOptions): Promise<void> {
  const { openModel } = await import("../models/open.ts");
  const { createModelsApp } = await import("../models/server.ts");
  const { listen } = await import("../server/listen.ts");
  const { SYMBION_API_KEY: apiKey } = process.env;
  const chat = await openModel(options.model, {
    models: options.folder,
    precision: options.precision,
    threads: options.threads,
  });
  try {
    const app = createModelsApp(chat, {
      host: options.host,
      apiKey: apiKey === "" ? undefined : apiKey,
      queue: options.queue,
      bodyBytes: options.maxBody === undefined ? undefined : options.maxBody << 20,
      defaultTokens: options.maxTokens,
      remoteMedia: options.remoteMedia,
      origins: options.origin,
      onError: (error) => {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        process.stderr.write(options.json ? `${JSON.stringify({ error: text })}\n` : `${text}\n`);
      },
    });
    const server = await listen(app, options.host, options.port, options.port !== 0);
    const address = server.host.includes(":") ? `[${server.host}]` : server.host;
    const url = `http://${address}:${server.port}/v1`;
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ url, model: chat.id })}\n`
        : `${chat.id} at ${url}; Ctrl-C ends it\n`,
    );
    await new Promise<void>((resolve) => {
      process.once("SIGINT", resolve);
      process.once("SIGTERM", resolve);
    });
    await server.close();
  } finally {
    await chat.close();
  }
}

function precision(text: string): "f32" | "q8" | "q4" {
  if (text === "f32" || text === "q8" || text === "q4") return text;
  throw new InvalidArgumentError(`expected f32, q8 or q4, got "${text}"`);
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected ${least} to ${most}, got "${text}"`);
  };
}
