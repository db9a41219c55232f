/** Listening on a port, or on the next free one, with bounds on what a connection may do before anybody looks at it. */

import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { UsageError } from "@symbion/core";
import { clientOf, isLoopbackAddress } from "./limits.ts";

/** A server that listens. */
export type Listening = {
  readonly host: string;
  readonly port: number;
  /** Ends all connections and stops listening. */
  close(): Promise<void>;
};

/** What answers requests: a hono application for instance. */
export type Answering = {
  /** Answers one request; `env` holds Node's own objects. */
  readonly fetch: (request: Request, env: never) => Response | Promise<Response>;
};

/** How many ports after the first one are tried. */
const MAX_TRIES = 20;

/** Most connections at once, and most of one client over the network. */
const MAX_CONNECTIONS = 1024;
const MAX_CONNECTIONS_PER_CLIENT = 128;

/** Longest time for the headers of a request, milliseconds. */
const HEADERS_PATIENCE = 10_000;
/**
 * Longest time for a whole request, milliseconds: an archive to restore takes its time. Shorter bounds on bodies are
 * kept where they are read.
 */
const REQUEST_PATIENCE = 3_600_000;

/**
 * Serves `app`. Throws `UsageError` where the port is taken (`exact`), where none of the next {@link MAX_TRIES} is
 * free, or where the host is no address of this machine.
 *
 * @param exact Whether only this port will do.
 */
export async function listen(
  app: Answering,
  host: string,
  port: number,
  exact: boolean,
): Promise<Listening> {
  const server = createServer(
    {
      maxHeaderSize: 16_384,
      requestTimeout: REQUEST_PATIENCE,
      headersTimeout: HEADERS_PATIENCE,
      connectionsCheckingInterval: 2000,
    },
    getRequestListener(app.fetch as Parameters<typeof getRequestListener>[0], {
      overrideGlobalObjects: false,
    }),
  );
  server.maxConnections = MAX_CONNECTIONS;
  boundClients(server);
  const last = exact || port === 0 ? port : Math.min(65535, port + MAX_TRIES);
  for (let candidate = port; ; candidate++) {
    const code = await bind(server, host, candidate);
    if (code === null) break;
    if (code !== "EADDRINUSE") {
      const reason =
        code === "EACCES"
          ? "permission denied (ports below 1024 need privileges)"
          : code === "EADDRNOTAVAIL" || code === "ENOTFOUND"
            ? "no address of this machine"
            : code;
      throw new UsageError(`server: expected to listen on ${host}:${candidate}, got ${reason}`);
    }
    if (candidate >= last) {
      const ports = last === port ? `port ${port}` : `a free port from ${port} to ${last}`;
      throw new UsageError(`server: expected ${ports} on ${host}, got a port already in use`);
    }
  }
  const address = server.address() as AddressInfo;
  return {
    host,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Keeps one client over the network from taking all connections. */
function boundClients(server: Server): void {
  const open = new Map<string, number>();
  server.on("connection", (socket: Socket) => {
    const address = socket.remoteAddress ?? "";
    if (isLoopbackAddress(address)) return;
    const client = clientOf(address);
    const count = (open.get(client) ?? 0) + 1;
    open.set(client, count);
    socket.once("close", () => {
      const left = (open.get(client) ?? 1) - 1;
      if (left > 0) open.set(client, left);
      else open.delete(client);
    });
    if (count > MAX_CONNECTIONS_PER_CLIENT) socket.destroy();
  });
}

/** Resolves with null once the server listens, or with the error's code. */
function bind(server: Server, host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => resolve(error.code ?? error.message);
    server.once("error", failed);
    server.listen({ host, port }, () => {
      server.off("error", failed);
      resolve(null);
    });
  });
}
