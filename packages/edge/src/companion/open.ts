/** Model servers by their addresses, for commands: keys come from the environment, never from the command line. */

import { readFileSync } from "node:fs";
import {
  modelRephraser,
  openAiUpstream,
  type Rephraser,
  type Upstream,
  upstreamHost,
  upstreamModels,
} from "@symbion/companion";
import { readTriplets, type TripletsRead } from "@symbion/companion/node";
import { UsageError } from "@symbion/core";
import type { ServedUpstream } from "./server.ts";

/** A server as commands name it. */
export type ServerOptions = {
  readonly url: string;
  /** Default: the first model that it lists. */
  readonly model?: string | undefined;
  /** Name of the environment variable with its key. */
  readonly apiKeyEnv?: string | undefined;
  /** Longest silence, seconds; default 120. */
  readonly timeout?: number | undefined;
};

/** Makes the requests of a server. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

type Told = { url: string; apiKey?: string; timeoutMs?: number; fetch?: Fetch };

function told({ url, apiKeyEnv, timeout }: ServerOptions, fetch: Fetch | undefined): Told {
  const apiKey = keyOf(apiKeyEnv);
  return {
    url,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }),
    ...(fetch === undefined ? {} : { fetch }),
  };
}

/** One model of a server. Throws `UsageError` for an address or a key that cannot be used. */
export function openUpstream(options: ServerOptions, fetch?: Fetch): Upstream {
  return openAiUpstream({ ...told(options, fetch), model: options.model });
}

/**
 * A server whose model proposes warmer words.
 *
 * @param examples A user's own file of triplets (IDRE for instance), shown to the model. Throws `UsageError` for one that
 *   cannot be read.
 */
export function openRephraser(
  options: ServerOptions,
  fetch?: Fetch,
  examples?: string | undefined,
): Rephraser {
  const upstream = openUpstream(options, fetch);
  if (examples === undefined) return modelRephraser(upstream);
  return modelRephraser(upstream, { examples: readTripletFile(examples).triplets });
}

/** Triplets of a file. Throws `UsageError` where it cannot be read or holds none. */
export function readTripletFile(path: string): TripletsRead {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code = "an error" } = error as NodeJS.ErrnoException;
    throw new UsageError(`${path}: expected a file of triplets, got ${code}`, { cause: error });
  }
  const read = readTriplets(text);
  if (read.triplets.length > 0) return read;
  throw new UsageError(
    `${path}: expected triplets, got none; ${read.problems[0] ?? "it is empty"}`,
  );
}

/** A server with all its models. */
export function openServer(options: ServerOptions, fetch?: Fetch): ServedUpstream {
  const server = told(options, fetch);
  return {
    host: upstreamHost(options.url),
    open: (model, parameters, onEnd) =>
      openAiUpstream({ ...server, ...(model === null ? {} : { model }), parameters, onEnd }),
    models: (signal) => upstreamModels(server, signal),
  };
}

function keyOf(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const key = process.env[name];
  if (key === undefined || key === "") {
    throw new UsageError(`expected an API key in the environment variable ${name}, got none`);
  }
  return key;
}
