/** Listening on a port, or on the next free one. */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { UsageError } from "@symbion/core";
import type { Hono } from "hono";

/** A server that listens. */
export type Listening = {
  readonly host: string;
  readonly port: number;
  /** Ends all connections and stops listening. */
  close(): Promise<void>;
};

/** How many ports after the first one are tried. */
const MAX_TRIES = 20;

/**
 * Serves `app`. Throws `UsageError` where the port is taken (`exact`), where none of the next {@link MAX_TRIES} is
 * free, or where the host is no address of this machine.
 *
 * @param exact Whether only this port will do.
 */
export async function listen(
  app: Hono,
  host: string,
  port: number,
  exact: boolean,
): Promise<Listening> {
  const server = createServer(
    { maxHeaderSize: 16_384, requestTimeout: 30_000, headersTimeout: 10_000 },
    getRequestListener(app.fetch, { overrideGlobalObjects: false }),
  );
  server.maxConnections = 512;
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
