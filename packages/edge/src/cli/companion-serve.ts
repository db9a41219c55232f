/** `symbion companion serve`: the layer in front of any server of OpenAI's interface, until it is told to end. */

import type { Language, Setting, Warmth } from "@symbion/companion";
import { UsageError } from "@symbion/core";
import { type Journaling, journaling } from "./leaving.ts";

/** Options of `symbion companion serve`. */
export type CompanionServeOptions = {
  readonly upstream: string;
  readonly model?: string;
  readonly host: string;
  readonly port: number;
  readonly apiKeyEnv?: string;
  readonly log?: string;
  readonly language?: Language;
  readonly warmth: Warmth;
  readonly rephraseWith?: string;
  readonly rephraseModel?: string;
  readonly rephraseExamples?: string;
  readonly setting: Setting;
  readonly timeout?: number;
  readonly prompt: boolean;
  readonly origin?: readonly string[];
  readonly json?: true;
};

/** Serves until a signal ends it. Throws `UsageError` for an address, a key, a log or a port that cannot be used. */
export async function companionServeCommand(options: CompanionServeOptions): Promise<void> {
  const { AccountabilityLog, LogError, RULES_VERSION } = await import("@symbion/companion");
  const { openFileLog } = await import("@symbion/companion/node");
  const { createCompanionApp } = await import("../companion/server.ts");
  const { openRephraser, openServer } = await import("../companion/open.ts");
  const { isOnThisMachine } = await import("../companion/place.ts");
  const { listen } = await import("../server/listen.ts");
  const { isLoopbackHost } = await import("../server/security.ts");
  const { SYMBION_API_KEY: apiKey = "" } = process.env;
  if (!isLoopbackHost(options.host) && apiKey === "") {
    throw new UsageError(
      `--host: expected a loopback address, or SYMBION_API_KEY set so that not everybody may ask, got ${options.host} without it`,
    );
  }
  const { upstream: url, model, apiKeyEnv, timeout } = options;
  const places = [url, ...(options.rephraseWith === undefined ? [] : [options.rephraseWith])];
  const remote = [
    ...new Set(
      places.filter((place) => !isOnThisMachine(urlOf(place))).map((place) => new URL(place).host),
    ),
  ];
  const journal = remote.length === 0 ? null : await journaling();
  const upstream = openServer({ url, apiKeyEnv, timeout }, through(journal, url));
  const rephraser =
    options.rephraseWith === undefined
      ? null
      : openRephraser(
          { url: options.rephraseWith, model: options.rephraseModel, timeout },
          through(journal, options.rephraseWith),
          options.rephraseExamples,
        );
  const log =
    options.log === undefined
      ? null
      : await openFileLog(options.log)
          .then((store) => AccountabilityLog.open(store))
          .catch((error: unknown) => {
            if (!(error instanceof LogError)) throw error;
            throw new UsageError(`--log: ${error.message}`, { cause: error });
          });
  const say = (text: string, fields: object): void => {
    process.stdout.write(options.json ? `${JSON.stringify(fields)}\n` : `${text}\n`);
  };
  try {
    const app = createCompanionApp({
      ...{
        host: options.host,
        apiKey: apiKey === "" ? undefined : apiKey,
        origins: options.origin,
      },
      ...{ upstream, model: model ?? null, log, setting: options.setting, warmth: options.warmth },
      ...{ language: options.language ?? null, prompt: options.prompt },
      ...(rephraser === null ? {} : { rephraser }),
      ...(timeout === undefined ? {} : { silenceMs: timeout * 1000 }),
      onError: (error) => {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        process.stderr.write(options.json ? `${JSON.stringify({ error: text })}\n` : `${text}\n`);
      },
    });
    const server = await listen(app, options.host, options.port, options.port !== 0);
    const address = server.host.includes(":") ? `[${server.host}]` : server.host;
    const served = `http://${address}:${server.port}/v1`;
    const leaves = leavesText(remote, journal);
    say(
      `the companion at ${served}, in front of ${upstream.host}; ${leaves}; ${options.log === undefined ? "no log is kept (--log FOLDER)" : `log in ${options.log}`}; Ctrl-C ends it`,
      {
        ...{ url: served, upstream: upstream.host, model: model ?? null, rules: RULES_VERSION },
        ...{ setting: options.setting, log: options.log ?? null, remote },
        journal: journal !== null && journal.folder !== null,
      },
    );
    await new Promise<void>((resolve) => {
      process.once("SIGINT", resolve);
      process.once("SIGTERM", resolve);
    });
    await server.close();
  } finally {
    await log?.close();
  }
}

function leavesText(remote: readonly string[], journal: Journaling | null): string {
  if (journal === null) return "nothing leaves this machine";
  const to = `what people write goes to ${remote.join(" and ")}`;
  return journal.folder === null
    ? `${to}, and there is no node here that each request would be written down for`
    : `${to}; each request is written down for the node in ${journal.folder}`;
}

/** Requests that are written down before they leave, where there is a node to write them down for. */
function through(
  journal: Journaling | null,
  place: string,
): ((url: string, init: RequestInit) => Promise<Response>) | undefined {
  if (journal === null || journal.folder === null) return undefined;
  const { host } = new URL(place);
  return async (url, init) => {
    const payloadBytes = typeof init.body === "string" ? Buffer.byteLength(init.body) : 0;
    const left = journal.open({
      ...{
        recipient: host,
        route: "model",
        what: "a conversation",
        purpose: "answered by a model",
      },
      payloadBytes,
    });
    try {
      const response = await fetch(url, init);
      left({ state: "sent" });
      return response;
    } catch (error) {
      left({ state: "failed", reason: "the server could not be reached" });
      throw error;
    }
  };
}

function urlOf(text: string): string {
  if (URL.canParse(text)) return text;
  throw new UsageError(`expected an http(s) address, got "${text}"`);
}
