/**
 * MQTT: a standing connection to a broker. Messages go to `TOPIC/alerts/RULE/SOURCE` with QoS 1 and count as
 * delivered with the broker's PUBACK; they are retained, so a message that comes twice replaces itself and whoever
 * connects later sees the latest. `TOPIC/status` says `online` or `offline` (the broker's last will), and
 * `TOPIC/state/RULE/SOURCE` says `ON` while an alert fires, whether or not people are notified. With discovery, Home
 * Assistant gets a binary sensor per camera and rule.
 *
 * The broker is brought to what should be: on connecting, on Home Assistant's birth message and on every change, and
 * what earlier configurations left behind is taken away.
 */

import { randomBytes } from "node:crypto";
import { Socket } from "node:net";
import { connect, type MqttClient } from "mqtt";
import type { ChannelConfig } from "../../config/types.ts";
import {
  type Channel,
  type ChannelHost,
  type Message,
  type Outcome,
  reasonOf,
  redactor,
} from "./channel.ts";
import {
  alertTopic,
  ownFilters,
  type StateView,
  stateTopics,
  statusTopic,
  topicLevel,
} from "./discovery.ts";
import { webhookBody } from "./webhook.ts";

/** Pauses between attempts to connect, in milliseconds: doubled from the first to the longest. */
const FIRST_RECONNECT = 1000;
const LONGEST_RECONNECT = 60_000;

/** Longest time for setting up a connection, and how long a message waits for that, in milliseconds. */
const CONNECT_MS = 10_000;
const WAIT_FOR_CONNECTION = 3000;

/** How long a connection may take to close, in milliseconds. */
const CLOSE_MS = 1500;

const PROTOCOLS = new Set(["mqtt:", "mqtts:"]);

/** A channel to an MQTT broker (3.1.1). See the file's head. */
export class MqttChannel implements Channel {
  readonly id: string;
  readonly kind = "mqtt";
  readonly target: string;
  readonly rate: Channel["rate"] = { burst: 200, perSecond: 20 };
  readonly #topic: string;
  readonly #discovery: string | null;
  readonly #host: ChannelHost;
  readonly #client: MqttClient;
  readonly #redact: (text: string) => string;
  /** What the broker has from this connection. */
  readonly #published = new Map<string, string>();
  readonly #seen = new Map<string, Set<string>>();
  #reason = "connecting";
  /** The last attempt to connect has failed, and the next has not begun. */
  #down = false;
  #looking = false;
  #bringing = false;
  #bringAgain = false;
  #stopped = false;

  /** Begins to connect. Throws for a URL that is not mqtt or mqtts. */
  constructor(config: Extract<ChannelConfig, { kind: "mqtt" }>, host: ChannelHost) {
    this.id = config.id;
    const url = new URL(config.url);
    if (!PROTOCOLS.has(url.protocol)) {
      throw new TypeError(`expected an mqtt or mqtts address, got ${url.protocol}`);
    }
    this.target = `${url.protocol}//${url.host}, topic ${config.topic}`;
    this.#topic = config.topic;
    this.#discovery = config.discovery;
    this.#host = host;
    const password = decodeURIComponent(url.password);
    this.#redact = redactor([password, url.password]);
    this.#client = connect({
      protocol: url.protocol === "mqtts:" ? "mqtts" : "mqtt",
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port === "" ? (url.protocol === "mqtts:" ? 8883 : 1883) : Number(url.port),
      ...(url.username === "" ? {} : { username: decodeURIComponent(url.username), password }),
      clientId: `symbion-${randomBytes(6).toString("hex")}`,
      clean: true,
      keepalive: 30,
      connectTimeout: CONNECT_MS,
      reconnectPeriod: FIRST_RECONNECT,
      reconnectOnConnackError: true,
      resubscribe: false,
      queueQoSZero: false,
      manualConnect: true,
      will: {
        topic: statusTopic(this.#topic),
        payload: Buffer.from("offline"),
        qos: 1,
        retain: true,
      },
    });
    this.#client.on("connect", () => this.#connected());
    this.#client.on("message", (topic, payload, packet) =>
      this.#hear(topic, payload.toString("utf8"), packet.retain),
    );
    this.#client.on("error", (error) => {
      this.#reason = this.#redact(reasonOf(error));
    });
    this.#client.on("reconnect", () => {
      this.#down = false;
      const pause = this.#client.options.reconnectPeriod ?? FIRST_RECONNECT;
      this.#client.options.reconnectPeriod = Math.min(LONGEST_RECONNECT, pause * 2);
    });
    // Connecting says who and where this node is: that is written down before.
    void host
      .leaving(this.id, `presence of the node at ${this.target}, again after each break`, 0)
      .then(() => {
        if (!this.#stopped) this.#client.connect();
      });
    this.#client.on("close", () => {
      this.#down = true;
      if (this.#reason === "") {
        this.#reason = "the broker closed the connection";
        if (!this.#stopped) host.log(`channel ${this.id}: ${this.#reason}`);
      }
    });
  }

  size(message: Message): number {
    return Buffer.byteLength(webhookBody(message));
  }

  problem(): Promise<string | null> {
    return Promise.resolve(this.#client.connected ? null : `not connected: ${this.#reason}`);
  }

  async send(message: Message, signal: AbortSignal): Promise<Outcome> {
    if (!(await this.#untilConnected(signal))) {
      return { state: "retry", result: `not connected: ${this.#reason}` };
    }
    const { alert } = message;
    const topic =
      alert === null ? `${this.#topic}/test` : alertTopic(this.#topic, alert.rule, alert.source);
    return new Promise((resolve) => {
      const options = { qos: 1, retain: alert !== null } as const;
      this.#client.publish(topic, webhookBody(message), options, (error) => {
        signal.removeEventListener("abort", abort);
        resolve(
          error
            ? { state: "retry", result: this.#redact(reasonOf(error)) }
            : { state: "delivered", result: `PUBACK for ${topic}` },
        );
      });
      const number = this.#client.getLastMessageId();
      // Else the client would send it by itself after the next connect, and the queue would, too.
      const abort = (): void => void this.#client.removeOutgoingMessage(number);
      signal.addEventListener("abort", abort, { once: true });
    });
  }

  changed(): void {
    if (this.#looking || this.#stopped) return;
    this.#looking = true;
    setImmediate(() => {
      this.#looking = false;
      if (!this.#stopped) void this.#bring();
    });
  }

  async stop(retired: boolean): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    const client = this.#client;
    const closed = new Promise<void>((resolve) => {
      const timer = setTimeout(() => client.end(true, () => resolve()), CLOSE_MS);
      const end = (): void => {
        client.end(!client.connected, () => {
          clearTimeout(timer);
          resolve();
        });
      };
      if (!client.connected) {
        end();
        return;
      }
      if (retired) {
        for (const topic of this.#published.keys()) this.#takeAway(topic);
      }
      const last = retired ? "" : "offline";
      client.publish(statusTopic(this.#topic), last, { qos: 1, retain: true }, end);
    });
    await closed;
  }

  #connected(): void {
    this.#reason = "";
    this.#down = false;
    this.#client.options.reconnectPeriod = FIRST_RECONNECT;
    this.#published.clear();
    // Many small packets in a row: each would wait for the acknowledgement of the one before.
    const { stream } = this.#client;
    if (stream instanceof Socket) stream.setNoDelay(true);
    this.#host.log(`channel ${this.id} is connected`);
    const { discovery } = this.#view();
    const filters = ownFilters({ topic: this.#topic, discovery });
    if (discovery !== null) filters.push(`${discovery}/status`);
    this.#client.subscribe(filters, { qos: 1 }, (error) => {
      if (error) this.#host.log(`channel ${this.id}: ${this.#redact(reasonOf(error))}`);
    });
    this.#publish(statusTopic(this.#topic), "online");
    void this.#bring();
    this.#host.ready(this.id);
  }

  /** Publishes what differs from what the broker has, after that was written down. One run at a time. */
  async #bring(): Promise<void> {
    this.#bringAgain = true;
    if (this.#bringing) return;
    this.#bringing = true;
    while (this.#bringAgain) {
      this.#bringAgain = false;
      if (!this.#client.connected) break;
      const wanted = stateTopics(this.#view());
      const changed = [...wanted].filter(([topic, text]) => this.#published.get(topic) !== text);
      const gone = [...this.#published.keys()].filter((topic) => !wanted.has(topic));
      const count = changed.length + gone.length;
      if (count > 0) {
        const bytes = changed.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
        const what = `states of ${count} rules and sources to ${this.target}`;
        await this.#host.leaving(this.id, what, bytes);
      }
      this.#publishStates();
    }
    this.#bringing = false;
  }

  #publishStates(): void {
    if (!this.#client.connected || this.#stopped) return;
    const wanted = stateTopics(this.#view());
    for (const topic of [...this.#published.keys()]) {
      if (wanted.has(topic)) continue;
      this.#published.delete(topic);
      this.#takeAway(topic);
    }
    for (const [topic, payload] of wanted) {
      if (this.#published.get(topic) === payload) continue;
      this.#published.set(topic, payload);
      this.#publish(topic, payload);
    }
  }

  /** Home Assistant was started, or the broker holds something of ours: if it is from an earlier configuration, it goes. */
  #hear(topic: string, payload: string, retained: boolean): void {
    if (this.#stopped) return;
    if (this.#discovery !== null && topic === `${this.#discovery}/status`) {
      if (payload !== "online" || retained) return;
      this.#published.clear();
      this.#publish(statusTopic(this.#topic), "online");
      void this.#bring();
      return;
    }
    if (!retained || payload === "" || this.#published.has(topic)) return;
    // The last message about a source that is unknown may be a plug-in's and stays, as long as its rule does.
    const rule = topic.startsWith(`${this.#topic}/alerts/`) ? topic.split("/").at(-2) : undefined;
    const { rules } = this.#view();
    const shown = rules.some(
      ({ id, notify }) => topicLevel(id) === rule && notify.includes(this.id),
    );
    if (!shown) this.#publish(topic, "");
  }

  /** Takes a retained topic from the broker; with a source's state goes the last message about it. */
  #takeAway(topic: string): void {
    this.#publish(topic, "");
    const state = `${this.#topic}/state/`;
    if (topic.startsWith(state)) {
      this.#publish(`${this.#topic}/alerts/${topic.slice(state.length)}`, "");
    }
  }

  #view(): StateView {
    const firing = this.#host.firing();
    const cameras = this.#host.cameras();
    for (const { rule, source } of firing) {
      if (cameras.some(({ id }) => id === source)) continue;
      const sources = this.#seen.get(rule) ?? new Set();
      this.#seen.set(rule, sources.add(source));
    }
    return {
      channel: this.id,
      topic: this.#topic,
      discovery: this.#discovery === null ? null : this.#discovery.replace(/\/+$/, ""),
      nodeName: this.#host.nodeName,
      rules: this.#host.rules(),
      cameras,
      firing,
      seen: this.#seen,
    };
  }

  /** State, not a message: if it is lost with the connection, the next connection publishes everything again. */
  #publish(topic: string, payload: string): void {
    this.#client.publish(topic, payload, { qos: 1, retain: true }, () => {});
  }

  /** Waits for an attempt to connect that goes on; answers whether there is a connection. */
  #untilConnected(signal: AbortSignal): Promise<boolean> {
    const client = this.#client;
    if (client.connected || this.#down || this.#stopped) return Promise.resolve(client.connected);
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        client.off("connect", done);
        client.off("close", done);
        signal.removeEventListener("abort", done);
        resolve(client.connected);
      };
      const timer = setTimeout(done, WAIT_FOR_CONNECTION);
      client.once("connect", done);
      client.once("close", done);
      signal.addEventListener("abort", done, { once: true });
    });
  }
}
