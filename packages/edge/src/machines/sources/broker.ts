/** One connection to an MQTT broker, for as long as it lasts: trying again is the source's business. */

import { randomBytes } from "node:crypto";
import { connect, type IPublishPacket, type MqttClient } from "mqtt";
import { aborted } from "./source.ts";

/** Longest time for setting up a connection, and for closing it, in milliseconds. */
const CONNECT_MS = 10_000;
const CLOSE_MS = 1000;

/** What is done with a connection. */
export type BrokerOptions = {
  /** `mqtt://` or `mqtts://`, with user and password where needed. */
  readonly url: string;
  /** Filters to subscribe to, QoS 1. */
  readonly filters: readonly string[];
  /** It is connected and subscribed; `publish` sends a message with QoS 0. */
  readonly onReady: (publish: (topic: string, payload: Uint8Array) => void) => void;
  readonly onMessage: (topic: string, payload: Buffer, packet: IPublishPacket) => void;
};

/** Resolves when `signal` is aborted; rejects where the connection cannot be made or is lost. */
export async function withBroker(options: BrokerOptions, signal: AbortSignal): Promise<void> {
  const url = new URL(options.url);
  const secure = url.protocol === "mqtts:";
  const client: MqttClient = connect({
    protocol: secure ? "mqtts" : "mqtt",
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (secure ? 8883 : 1883) : Number(url.port),
    ...(url.username === ""
      ? {}
      : {
          username: decodeURIComponent(url.username),
          password: decodeURIComponent(url.password),
        }),
    clientId: `symbion-${randomBytes(6).toString("hex")}`,
    clean: true,
    keepalive: 30,
    connectTimeout: CONNECT_MS,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
  });
  const failed = new Promise<never>((_, reject) => {
    let reason: Error | null = null;
    client.on("error", (error) => {
      reason = error;
      // What is refused is not closed by itself.
      client.end(true);
    });
    client.on("close", () => {
      reject(reason ?? new Error(`${url.host}: the broker closed the connection`));
    });
  });
  // Whoever is aborted does not wait for it.
  failed.catch(() => undefined);
  client.on("message", (topic, payload, packet) => {
    if (!signal.aborted) options.onMessage(topic, payload, packet);
  });
  client.on("connect", () => {
    client.subscribe([...options.filters], { qos: 1 }, (error, granted) => {
      const refused = granted?.find(({ qos }) => qos > 2);
      if (error !== null || refused !== undefined) {
        client.end(true);
        return;
      }
      options.onReady((topic, payload) => client.publish(topic, Buffer.from(payload), { qos: 0 }));
    });
  });
  try {
    await Promise.race([failed, aborted(signal)]);
  } finally {
    const closed = new Promise<void>((resolve) => client.end(false, {}, () => resolve()));
    const late = setTimeout(() => client.end(true), CLOSE_MS);
    await Promise.race([
      closed,
      new Promise((resolve) => setTimeout(resolve, 2 * CLOSE_MS).unref()),
    ]);
    clearTimeout(late);
  }
}
