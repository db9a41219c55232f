/**
 * Webhooks: one HTTP POST per message with a JSON body that stays stable, an `Idempotency-Key` and, where there is a
 * secret, a signature `X-Symbion-Signature: t=SECONDS,v1=HEX`, the HMAC-SHA256 of `SECONDS.BODY`. The time inside
 * what is signed lets a receiver refuse what is old.
 */

import { createHmac } from "node:crypto";
import type { ChannelConfig } from "../../config/types.ts";
import { type Channel, type Message, type Outcome, reasonOf, redactor } from "./channel.ts";
import { type HttpAnswer, post } from "./http.ts";

/** Headers that belong to the message and cannot be set in the configuration. */
const OWN_HEADERS = new Set([
  "content-type",
  "content-length",
  "host",
  "idempotency-key",
  "transfer-encoding",
  "user-agent",
  "x-symbion-signature",
]);

/** Statuses that say something about this message and will be the same the next time. */
const REFUSALS = new Set([400, 410, 413, 415, 422]);

/** The body of a webhook. Fields are added, never changed or removed, within one `version`. Times in ms since 1970. */
export type WebhookBody = {
  readonly version: 1;
  /** Same as the `Idempotency-Key`: what comes twice is one message. */
  readonly id: string;
  readonly event: Message["event"];
  readonly node: string;
  readonly title: string;
  readonly text: string;
  readonly url: string | null;
  readonly at: number;
  readonly alert: Message["alert"];
};

/** The JSON text that is posted for a message; also what MQTT carries. */
export function webhookBody(message: Message): string {
  const { id, event, node, title, text, url, at, alert } = message;
  return JSON.stringify({
    version: 1,
    id,
    event,
    node,
    title,
    text,
    url,
    at,
    alert,
  } satisfies WebhookBody);
}

/** The value of `X-Symbion-Signature` for a body sent at a time (seconds since 1970). */
export function signature(secret: string, seconds: number, body: string): string {
  const code = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${code}`;
}

/**
 * A channel that posts to a URL. Delivered is what was answered with 2xx. An answer that is about this message (400,
 * 410, 413, 415, 422) ends it; every other one, a wrong address or password included, is tried again: once it is put
 * right, what waited arrives.
 */
export class WebhookChannel implements Channel {
  readonly id: string;
  readonly kind = "webhook";
  readonly target: string;
  readonly rate: Channel["rate"] = { burst: 50, perSecond: 5 };
  readonly #url: URL;
  readonly #secret: string | null;
  readonly #headers: Record<string, string> = {};
  readonly #redact: (text: string) => string;
  readonly #now: () => number;

  /** `now` gives milliseconds since 1970. Throws for a URL that is not http or https. */
  constructor(config: Extract<ChannelConfig, { kind: "webhook" }>, now: () => number = Date.now) {
    this.id = config.id;
    this.#url = new URL(config.url);
    if (this.#url.protocol !== "http:" && this.#url.protocol !== "https:") {
      throw new TypeError(`expected an http or https address, got ${this.#url.protocol}`);
    }
    // Many services put the secret into the path, so only the host is shown.
    const bare = this.#url.pathname === "/" && this.#url.search === "";
    this.target = `${this.#url.protocol}//${this.#url.host}${bare ? "" : "/…"}`;
    this.#secret = config.secret;
    this.#now = now;
    const { username, password } = this.#url;
    if (username !== "" || password !== "") {
      const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      this.#headers.Authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
      this.#url.username = "";
      this.#url.password = "";
    }
    for (const [name, value] of Object.entries(config.headers)) {
      if (!OWN_HEADERS.has(name.toLowerCase())) this.#headers[name] = value;
    }
    this.#redact = redactor([
      ...(config.secret === null ? [] : [config.secret]),
      ...(bare ? [] : [config.url, `${this.#url.pathname}${this.#url.search}`]),
      ...[username, password].map(decodeURIComponent),
      ...Object.values(this.#headers),
    ]);
  }

  size(message: Message): number {
    return Buffer.byteLength(webhookBody(message));
  }

  problem(): Promise<string | null> {
    return Promise.resolve(null);
  }

  async send(message: Message, signal: AbortSignal): Promise<Outcome> {
    const body = webhookBody(message);
    const headers: Record<string, string> = {
      ...this.#headers,
      "Content-Type": "application/json; charset=utf-8",
      "User-Agent": "Symbion",
      "Idempotency-Key": message.id,
    };
    if (this.#secret !== null) {
      const seconds = Math.floor(this.#now() / 1000);
      headers["X-Symbion-Signature"] = signature(this.#secret, seconds, body);
    }
    try {
      return this.#judge(await post(this.#url, headers, body, signal));
    } catch (error) {
      return { state: "retry", result: this.#redact(reasonOf(error)) };
    }
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  #judge({ status, text, retryAfterMs }: HttpAnswer): Outcome {
    if (status >= 200 && status < 300) return { state: "delivered", result: `HTTP ${status}` };
    const redirect = status >= 300 && status < 400 ? " (redirects are not followed)" : "";
    const said = text.trim() === "" ? "" : `: ${text.slice(0, 120)}`;
    const result = this.#redact(`HTTP ${status}${redirect}${said}`);
    if (REFUSALS.has(status)) return { state: "failed", result };
    return { state: "retry", result, ...(retryAfterMs === null ? {} : { afterMs: retryAfterMs }) };
  }
}
