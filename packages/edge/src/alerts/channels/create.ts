/** From a channel's configuration to the channel. */

import { maskCredentials } from "@symbion/core";
import type { ChannelConfig } from "../../config/types.ts";
import type { Store } from "../../store/types.ts";
import type { Channel, ChannelHost, Outcome } from "./channel.ts";
import { reasonOf } from "./channel.ts";
import type { VapidKeys } from "./vapid.ts";

/** What channels of some kind need besides their configuration. */
export type ChannelParts = {
  readonly host: ChannelHost;
  readonly store: Store;
  readonly vapid: () => Promise<VapidKeys>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/**
 * The channel of a configuration. One that cannot be used (an address that is none) is a channel all the same: it
 * says why, and what is sent through it waits. The libraries of a kind are loaded when there is a channel of it: most
 * nodes have one or two, and each costs a start some time. Never rejects.
 */
export async function createChannel(config: ChannelConfig, parts: ChannelParts): Promise<Channel> {
  try {
    switch (config.kind) {
      case "webhook": {
        const { WebhookChannel } = await import("./webhook.ts");
        return new WebhookChannel(config, parts.now);
      }
      case "webpush": {
        const { WebPushChannel } = await import("./webpush.ts");
        return new WebPushChannel(config, parts.store, parts.vapid);
      }
      case "mqtt": {
        const { MqttChannel } = await import("./mqtt.ts");
        return new MqttChannel(config, parts.host);
      }
      case "email": {
        const { EmailChannel } = await import("./email.ts");
        return new EmailChannel(config, parts.host.nodeName);
      }
    }
  } catch (error) {
    return brokenChannel(config, maskCredentials(reasonOf(error)));
  }
}

function brokenChannel(config: ChannelConfig, reason: string): Channel {
  const outcome: Outcome = { state: "retry", result: reason };
  return {
    id: config.id,
    kind: config.kind,
    target: "",
    rate: { burst: 1, perSecond: 1 },
    problem: () => Promise.resolve(reason),
    send: () => Promise.resolve(outcome),
    stop: () => Promise.resolve(),
  };
}
