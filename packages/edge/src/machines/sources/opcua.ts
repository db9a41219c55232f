/**
 * OPC UA: variables are subscribed to, and status codes and source timestamps come with the values. Whatever ends the
 * session or the subscription ends the attempt: the next one connects, subscribes and monitors from the beginning, so that
 * no subscription is ever silently gone.
 */

import type { MachineSample, Quality } from "@symbion/core";
import type { OpcUaSourceConfig } from "../../config/machine-types.ts";
import { reasonOf } from "../monitors.ts";
import { aborted, HopelessError, optional, type SourceSession } from "./source.ts";

/** Publishing interval and the number of them after which a silent server says that it is there. */
const PUBLISHING_MS = 500;
const KEEP_ALIVE = 4;
/** A subscription of which nothing was heard for so long is gone, milliseconds. */
const SILENCE_MS = 10 * PUBLISHING_MS * KEEP_ALIVE;
/** Values of a variable that wait on the server between two publications. */
const QUEUE = 10;
/** Longest time for closing a session, milliseconds. */
const CLOSE_MS = 1500;

type OpcUa = typeof import("node-opcua-client");

/** Subscribes to a server's variables. */
export function opcUaSession(config: OpcUaSourceConfig): SourceSession {
  return async (context, signal) => {
    const opcua = await optional("node-opcua-client", () => import("node-opcua-client"));
    const { address, user } = splitUser(config.url);
    const client = opcua.OPCUAClient.create({
      applicationName: "Symbion",
      endpointMustExist: false,
      keepSessionAlive: true,
      // The source tries again itself, with everything that belongs to a connection.
      connectionStrategy: { maxRetry: 0, initialDelay: 200, maxDelay: 200 },
    });
    const lost = Promise.withResolvers<never>();
    lost.promise.catch(() => undefined);
    const lose = (reason: string): void => lost.reject(new Error(`${address}: ${reason}`));
    client.on("connection_lost", () => lose("the connection was lost"));
    client.on("close", () => lose("the connection was closed"));
    const work = async (): Promise<void> => {
      await client.connect(address);
      const session = await client.createSession(
        user === null
          ? { type: opcua.UserTokenType.Anonymous }
          : { type: opcua.UserTokenType.UserName, userName: user.name, password: user.password },
      );
      session.on("session_closed", () => lose("the session was closed"));
      session.on("keepalive_failure", () => lose("the session is silent"));
      await subscribe(opcua, session, config, context, lose, signal);
    };
    try {
      await Promise.race([
        work().catch((error: unknown) => {
          throw error instanceof HopelessError
            ? error
            : new Error(`${address}: ${reasonOf(error)}`);
        }),
        lost.promise,
        aborted(signal),
      ]);
    } finally {
      await close(client);
    }
  };
}

async function subscribe(
  opcua: OpcUa,
  session: import("node-opcua-client").ClientSession,
  config: OpcUaSourceConfig,
  context: Parameters<SourceSession>[0],
  lose: (reason: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: Math.min(PUBLISHING_MS, config.intervalMs),
    requestedMaxKeepAliveCount: KEEP_ALIVE,
    requestedLifetimeCount: 10 * KEEP_ALIVE,
    maxNotificationsPerPublish: 0,
    publishingEnabled: true,
    priority: 1,
  });
  let heard = performance.now();
  const hear = (): void => {
    heard = performance.now();
  };
  subscription.on("keepalive", hear);
  subscription.on("terminated", () => lose("the subscription was ended by the server"));
  subscription.on("internal_error", (error: Error) => lose(reasonOf(error)));
  const watch = setInterval(() => {
    if (performance.now() - heard > SILENCE_MS) lose("the subscription is silent");
  }, SILENCE_MS / 4);
  watch.unref();
  signal.addEventListener("abort", () => clearInterval(watch), { once: true });
  let monitored = 0;
  for (const { machine, sensor, node } of config.nodes) {
    const item = await subscription.monitor(
      { nodeId: opcua.resolveNodeId(node), attributeId: opcua.AttributeIds.Value },
      { samplingInterval: config.intervalMs, discardOldest: true, queueSize: QUEUE },
      opcua.TimestampsToReturn.Both,
    );
    if (item.statusCode.value !== 0) {
      context.problem(`${node}: ${item.statusCode.name}`);
      continue;
    }
    monitored++;
    item.on("changed", (data) => {
      hear();
      const value = numberOf(data.value.value as unknown);
      const quality = qualityOf(data.statusCode.value);
      if (value === null && quality === "good") {
        context.problem(`${node}: expected a number, got ${typeof data.value.value}`);
      }
      const at = (data.sourceTimestamp ?? data.serverTimestamp)?.getTime() ?? context.now();
      const sample: MachineSample = {
        ...{ machine, sensor, at, value, unit: null, historical: false },
        quality: value === null && quality === "good" ? "bad" : quality,
      };
      context.take([sample], null);
    });
  }
  if (monitored === 0) throw new Error("expected a variable that can be monitored, got none");
  context.live();
  await aborted(signal);
}

/** Quality of a status code: its two highest bits (OPC UA part 4, 7.39). */
export function qualityOf(statusCode: number): Quality {
  const severity = statusCode >>> 30;
  return severity === 0 ? "good" : severity === 1 ? "uncertain" : "bad";
}

/** Numbers and flags; 64-bit integers come in two halves, high first. */
function numberOf(value: unknown): number | null {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "bigint") return Number(value);
  if (
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((half) => typeof half === "number")
  ) {
    return (value[0] as number) * 2 ** 32 + (value[1] as number);
  }
  return null;
}

function splitUser(url: string): {
  readonly address: string;
  readonly user: { readonly name: string; readonly password: string } | null;
} {
  const found = /^(opc\.tcp:\/\/)([^/@]*)@(.*)$/i.exec(url);
  if (found === null) return { address: url, user: null };
  const [, scheme = "", who = "", rest = ""] = found;
  const colon = who.indexOf(":");
  const name = decodeURIComponent(colon < 0 ? who : who.slice(0, colon));
  const password = colon < 0 ? "" : decodeURIComponent(who.slice(colon + 1));
  return { address: scheme + rest, user: { name, password } };
}

/** A server that is gone does not answer a goodbye: it is not waited for. */
async function close(client: InstanceType<OpcUa["OPCUAClient"]>): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS).unref());
  await Promise.race([client.disconnect().catch(() => undefined), late]);
}
