/**
 * Web push: to every browser that has subscribed, through its maker's push service. The message is encrypted for the
 * browser (RFC 8291), so the service sees when something is told but not what; the node signs in with its VAPID key
 * (RFC 8292). A subscription that the service says is gone is removed.
 */

import { createHash } from "node:crypto";
import webpush, { type Urgency } from "web-push";
import type { ChannelConfig } from "../../config/types.ts";
import type { PushSubscriptionRecord, Store } from "../../store/types.ts";
import { oneLine } from "../words.ts";
import { type Channel, type Message, type Outcome, reasonOf, redactor } from "./channel.ts";
import { post } from "./http.ts";
import type { VapidKeys } from "./vapid.ts";

/** How long push services keep a message for a browser that is off, in seconds: four hours. */
const TTL_SECONDS = 4 * 3600;

/** Messages whose finished browsers are remembered while others are tried again. */
const MAX_REMEMBERED = 100;

/** What a browser's service worker gets, as JSON. `url` is a path of the node's page, or a full address. */
export type PushPayload = {
  readonly title: string;
  readonly body: string;
  readonly url: string;
  /** Same for all messages about an alert: the later one takes the place of the earlier on the screen. */
  readonly tag: string;
  readonly alert: string | null;
  readonly event: Message["event"];
  readonly severity: string;
  /** Milliseconds since 1970. */
  readonly at: number;
};

/** The path of the node's page that shows an alert, or the alerts. */
export function alertPath(alert: string | null): string {
  return alert === null ? "/#/alerts" : `/#/alerts/${encodeURIComponent(alert)}`;
}

/** What became of a message for one browser. */
type Sent = "delivered" | "gone" | "refused" | "retry";

/** A channel to all subscribed browsers. Delivered: at least one push service took it and none has to be asked again. */
export class WebPushChannel implements Channel {
  readonly id: string;
  readonly kind = "webpush";
  readonly target: string;
  readonly rate: Channel["rate"] = { burst: 30, perSecond: 1 };
  readonly #contact: string;
  readonly #store: Store;
  readonly #vapid: () => Promise<VapidKeys>;
  /** Browsers that have a message already, by message. */
  readonly #finished = new Map<string, Set<string>>();

  /** Throws where the contact is neither an e-mail address (with or without `mailto:`) nor an https address. */
  constructor(
    config: Extract<ChannelConfig, { kind: "webpush" }>,
    store: Store,
    vapid: () => Promise<VapidKeys>,
  ) {
    this.id = config.id;
    const { contact } = config;
    this.#contact = /^(mailto|https):/i.test(contact) ? contact : `mailto:${contact}`;
    if (!/^(mailto:\S+@\S+|https:\/\/\S+)$/i.test(this.#contact)) {
      throw new TypeError("contact: expected an e-mail address or an https address");
    }
    this.target = "subscribed browsers";
    this.#store = store;
    this.#vapid = vapid;
  }

  size(message: Message): number {
    return Buffer.byteLength(payload(message));
  }

  async problem(): Promise<string | null> {
    const subscriptions = await this.#store.pushSubscriptions();
    return subscriptions.length === 0 ? "no browser has subscribed yet" : null;
  }

  async send(message: Message, signal: AbortSignal): Promise<Outcome> {
    let subscriptions: readonly PushSubscriptionRecord[];
    let keys: VapidKeys;
    try {
      subscriptions = await this.#store.pushSubscriptions();
      keys = await this.#vapid();
    } catch (error) {
      return { state: "retry", result: reasonOf(error) };
    }
    if (subscriptions.length === 0) {
      return { state: "failed", result: "no browser has subscribed" };
    }
    const finished = this.#finished.get(message.id) ?? new Set<string>();
    this.#finished.set(message.id, finished);
    if (this.#finished.size > MAX_REMEMBERED) {
      this.#finished.delete(this.#finished.keys().next().value ?? "");
    }
    const reasons = new Set<string>();
    const waits: number[] = [];
    const counts: Record<Sent, number> = {
      delivered: finished.size,
      gone: 0,
      refused: 0,
      retry: 0,
    };
    await Promise.all(
      subscriptions
        .filter(({ endpoint }) => !finished.has(endpoint))
        .map(async (subscription) => {
          const redact = redactor([subscription.endpoint, ...Object.values(subscription.keys)]);
          try {
            const { sent, reason, afterMs } = await this.#push(subscription, keys, message, signal);
            counts[sent]++;
            if (sent === "delivered") finished.add(subscription.endpoint);
            if (reason !== "") reasons.add(redact(reason));
            if (afterMs !== null) waits.push(afterMs);
          } catch (error) {
            counts.retry++;
            reasons.add(redact(reasonOf(error)));
          }
        }),
    );
    const parts = Object.entries(counts).filter(([, count]) => count > 0);
    const summary = parts.map(([name, count]) => `${count} ${name}`).join(", ");
    const result = oneLine([summary, ...reasons].join("; "), 200);
    if (counts.retry > 0) {
      return {
        state: "retry",
        result,
        ...(waits.length > 0 ? { afterMs: Math.max(...waits) } : {}),
      };
    }
    this.#finished.delete(message.id);
    return { state: counts.delivered > 0 ? "delivered" : "failed", result };
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  async #push(
    subscription: PushSubscriptionRecord,
    keys: VapidKeys,
    message: Message,
    signal: AbortSignal,
  ): Promise<{ sent: Sent; reason: string; afterMs: number | null }> {
    const url = URL.parse(subscription.endpoint);
    if (url?.protocol !== "https:") {
      await this.#store.deletePushSubscription(subscription.endpoint);
      return { sent: "gone", reason: "a subscription without an https address", afterMs: null };
    }
    let request: { readonly headers: Record<string, string>; readonly body: Buffer };
    try {
      request = webpush.generateRequestDetails(subscription, payload(message), {
        vapidDetails: { subject: this.#contact, ...keys },
        TTL: TTL_SECONDS,
        urgency: urgency(message),
        topic: topic(message),
      });
    } catch {
      // Its keys are no keys: nothing can ever be encrypted for it.
      await this.#store.deletePushSubscription(subscription.endpoint);
      return { sent: "gone", reason: "a subscription with unusable keys", afterMs: null };
    }
    const answer = await post(url, request.headers, request.body, signal);
    const reason = `${url.host}: HTTP ${answer.status}`;
    if (answer.status >= 200 && answer.status < 300) {
      return { sent: "delivered", reason: "", afterMs: null };
    }
    if (answer.status === 404 || answer.status === 410) {
      await this.#store.deletePushSubscription(subscription.endpoint);
      return { sent: "gone", reason, afterMs: null };
    }
    const later = answer.status === 429 || answer.status === 408 || answer.status >= 500;
    return { sent: later ? "retry" : "refused", reason, afterMs: answer.retryAfterMs };
  }
}

function payload(message: Message): string {
  const { alert } = message;
  const content: PushPayload = {
    title: message.title,
    body: message.text,
    url: message.url ?? alertPath(alert?.id ?? null),
    tag: alert?.id ?? message.id,
    alert: alert?.id ?? null,
    event: message.event,
    severity: alert?.severity ?? "info",
    at: message.at,
  };
  return JSON.stringify(content);
}

/** How much battery a message is worth (RFC 8030, 5.3). */
function urgency(message: Message): Urgency {
  if (message.event === "resolved") return "low";
  return message.alert?.severity === "info" ? "normal" : "high";
}

/** A message that waits at the push service is replaced by a later one of the same topic (RFC 8030, 5.4). */
function topic(message: Message): string {
  return createHash("sha256")
    .update(message.alert?.id ?? message.id)
    .digest("base64url")
    .slice(0, 32);
}
