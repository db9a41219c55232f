/** Talking to the node that runs on a configuration, as its page does. */

import { type NodeStatus, UsageError } from "@symbion/core";
import { DEFAULT_PORT } from "../config/defaults.ts";
import { ConfigFile } from "../config/file.ts";
import type { NodeConfig } from "../config/types.ts";
import { ownAddress } from "../doctor/places.ts";

/** Options by which a command finds its node. */
export type NodeOptions = {
  readonly config?: string;
  /** Address of the node's page. */
  readonly url?: string;
};

/** Milliseconds for a node to say that it is there, and for an answer. */
const PATIENCE = 2000;
const ANSWER_PATIENCE = 90_000;

/** The node that runs, or, where none does, the configuration that it would run on. */
export type Found = { readonly node: NodeClient | null; readonly config: NodeConfig };

/**
 * Looks for the node of a configuration at its host and port, or at `url`. Throws `UsageError` for a configuration that
 * cannot be read, and where nothing answers at a `url`.
 */
export async function findNode(options: NodeOptions): Promise<Found> {
  const file = await ConfigFile.open(options.config ?? null);
  file.close();
  const config = file.current;
  const { url } = options;
  if (url !== undefined && !/^https?:\/\//.test(url)) {
    throw new UsageError(`--url: expected the address of a node's page, got "${url}"`);
  }
  const address = url ?? ownAddress(config.host, config.port ?? DEFAULT_PORT);
  const there = (await answers(address)) ? new NodeClient(address) : null;
  const node = url !== undefined || (await runsOn(there, file.path)) ? there : null;
  if (url !== undefined && node === null) {
    throw new UsageError(`--url: expected a node at ${url}, nothing answers there`);
  }
  return { node, config };
}

/** Whether a node runs on this configuration: another one may have the port. */
async function runsOn(node: NodeClient | null, path: string): Promise<boolean> {
  if (node === null) return false;
  try {
    const status = await node.get<NodeStatus>("/api/status");
    return status.config.path === path;
  } catch {
    // It does not say before somebody has signed in: what is asked next will say what is missing.
    return true;
  }
}

async function answers(address: string): Promise<boolean> {
  try {
    const answer = await fetch(new URL("/healthz", address), {
      signal: AbortSignal.timeout(PATIENCE),
      redirect: "manual",
    });
    const health: unknown = await answer.json();
    return typeof health === "object" && health !== null && "ok" in health;
  } catch {
    return false;
  }
}

/** A node's HTTP interface. On loopback without a password it needs nothing; else the token in SYMBION_TOKEN. */
export class NodeClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** JSON at a path. Throws `UsageError` with what the node says. */
  get<T>(path: string): Promise<T> {
    return this.#ask<T>("GET", path, undefined, {});
  }

  /** Changes something. */
  async change<T>(
    method: "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
  ): Promise<T> {
    const session = await this.get<{ readonly csrf: string | null }>("/api/session");
    const headers: Record<string, string> =
      session.csrf === null ? {} : { "X-Symbion-CSRF": session.csrf };
    return await this.#ask<T>(method, path, body, headers);
  }

  async #ask<T>(
    method: string,
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>>,
  ): Promise<T> {
    const { SYMBION_TOKEN: token } = process.env;
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(new URL(path, this.url), {
        method,
        redirect: "manual",
        headers: {
          ...headers,
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        signal: AbortSignal.timeout(ANSWER_PATIENCE),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      text = await answer.text();
    } catch (error) {
      throw new UsageError(`${this.url}: the node does not answer`, { cause: error });
    }
    const value = parse(text);
    if (answer.ok) return value as T;
    const said = (value as { readonly error?: unknown } | null)?.error;
    const hint = answer.status === 401 ? " (set SYMBION_TOKEN to a token of the node)" : "";
    throw new UsageError(
      `${typeof said === "string" ? said : `the node answered ${answer.status}`}${hint}`,
    );
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
