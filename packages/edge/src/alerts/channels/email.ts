/** E-mail over SMTP: one message per delivery, its `Message-ID` made from the delivery's id. */

import { createTransport, type Transporter } from "nodemailer";
import type { ChannelConfig } from "../../config/types.ts";
import { type Channel, type Message, type Outcome, reasonOf, redactor } from "./channel.ts";

/** Longest waits for a connection, a greeting and an answer, in milliseconds. */
const CONNECT_MS = 10_000;
const ANSWER_MS = 15_000;

const LOOPBACK = new Set(["localhost", "127.0.0.1", "::1"]);

/**
 * A channel to mailboxes. `smtps://` speaks TLS from the start. `smtp://` changes to TLS where the server offers it,
 * and demands it before a password is sent to any machine but this one. A 5xx answer to the message ends the
 * delivery; everything else, a refused password included, is tried again.
 */
export class EmailChannel implements Channel {
  readonly id: string;
  readonly kind = "email";
  readonly target: string;
  readonly rate: Channel["rate"] = { burst: 20, perSecond: 1 / 30 };
  readonly #from: string;
  readonly #to: readonly string[];
  readonly #domain: string;
  readonly #nodeName: string;
  readonly #transport: Transporter;
  readonly #redact: (text: string) => string;

  /** Throws for a URL that is not smtp or smtps, and without a recipient. */
  constructor(config: Extract<ChannelConfig, { kind: "email" }>, nodeName: string) {
    this.id = config.id;
    const url = new URL(config.url);
    if (url.protocol !== "smtp:" && url.protocol !== "smtps:") {
      throw new TypeError(`expected an smtp or smtps address, got ${url.protocol}`);
    }
    if (config.to.length === 0) throw new TypeError("expected at least one recipient, got none");
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const secure = url.protocol === "smtps:";
    const user = decodeURIComponent(url.username);
    const pass = decodeURIComponent(url.password);
    this.target = `${config.to.join(", ")} via ${url.host}`;
    this.#from = config.from;
    this.#to = config.to;
    this.#domain = /@([a-z0-9.-]+)>?\s*$/i.exec(config.from)?.[1] ?? "symbion.invalid";
    this.#nodeName = nodeName;
    this.#redact = redactor([pass, url.password]);
    this.#transport = createTransport({
      host,
      port: url.port === "" ? (secure ? 465 : 587) : Number(url.port),
      secure,
      requireTLS: !secure && user !== "" && !LOOPBACK.has(host),
      ...(user === "" ? {} : { auth: { user, pass } }),
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: ANSWER_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  problem(): Promise<string | null> {
    return Promise.resolve(null);
  }

  async send(message: Message): Promise<Outcome> {
    try {
      const sent = await this.#transport.sendMail({
        from: { name: this.#nodeName, address: addressOf(this.#from) },
        to: [...this.#to],
        subject: message.title,
        text: mailText(message),
        messageId: `<${message.id.replace(/[^\w.+-]/g, "_")}@${this.#domain}>`,
        date: new Date(message.at),
        headers: {
          // RFC 3834: no holiday replies to a machine.
          "Auto-Submitted": "auto-generated",
          "X-Symbion-Event": message.event,
        },
      });
      return { state: "delivered", result: this.#redact(String(sent.response ?? "accepted")) };
    } catch (error) {
      const result = this.#redact(reasonOf(error));
      return { state: isRefusal(error) ? "failed" : "retry", result };
    }
  }

  stop(): Promise<void> {
    this.#transport.close();
    return Promise.resolve();
  }
}

/** Whether the server refused this message for good: 5xx after the log-in. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !("responseCode" in error) || !("code" in error)) return false;
  const { responseCode, code } = error;
  const aboutMessage = code === "EENVELOPE" || code === "EMESSAGE";
  return aboutMessage && typeof responseCode === "number" && responseCode >= 500;
}

/** The address inside `Name <address>`, or the text itself. */
function addressOf(from: string): string {
  return /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from.trim();
}

function mailText(message: Message): string {
  const { alert } = message;
  const lines = [message.text, ""];
  if (alert !== null) {
    lines.push(`Where: ${alert.sourceName}${alert.area === null ? "" : `, ${alert.area}`}`);
    lines.push(`Began: ${localTime(alert.from)}`);
    if (message.event === "resolved" && alert.resolvedAt !== null) {
      lines.push(`Over: ${localTime(alert.resolvedAt)}`);
    }
    lines.push(`Rule: ${alert.ruleName} (${alert.severity})`);
    if (message.url !== null) lines.push(`See: ${message.url}`);
    lines.push("");
  }
  lines.push("-- ", `Symbion node ${message.node}`);
  return `${lines.join("\n")}\n`;
}

/** `2026-05-04 23:10:05 +02:00`, in the process's time zone. */
function localTime(at: number): string {
  const date = new Date(at);
  const offset = -date.getTimezoneOffset();
  const local = new Date(at + offset * 60_000).toISOString().slice(0, 19).replace("T", " ");
  const two = (value: number): string => String(Math.trunc(Math.abs(value))).padStart(2, "0");
  return `${local} ${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
}
