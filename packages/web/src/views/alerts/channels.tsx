/** Channels: where messages go, how the last one fared, and a way to try. */

import type { ChannelInfo, Delivery } from "@symbion/core";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { onLive } from "../../api/live.ts";
import { request } from "../../api/request.ts";
import { ago } from "../../format.ts";
import { Button, Empty, Panel, Problem } from "../../parts/controls.tsx";
import { Icon } from "../../parts/icon.tsx";
import { useLoaded, useTask } from "../../parts/task.ts";
import { href } from "../../router.ts";
import { isAdmin, now, say } from "../../state.ts";

/** What people call the kinds. */
export const CHANNEL_KIND: Readonly<Record<ChannelInfo["kind"], string>> = {
  webpush: "Push",
  webhook: "Webhook",
  mqtt: "MQTT",
  email: "E-mail",
};

/** The channels of the configuration. */
export function Channels(): JSX.Element {
  const { data, problem, set } = useLoaded(
    (signal) => request<ChannelInfo[]>("GET", "/api/channels", { signal }),
    "channels",
  );
  const took = (delivery: Delivery): void => {
    if (data === null) return;
    set(
      data.map((one) => (one.id === delivery.channel ? { ...one, lastDelivery: delivery } : one)),
    );
  };
  useEffect(() => onLive("delivery", took));
  return (
    <Panel
      title="Channels"
      actions={
        isAdmin.value && (
          <a class="button small" href={href("settings", ["channels"])}>
            <Icon name="edit" />
            <span>Edit</span>
          </a>
        )
      }
    >
      <Problem text={problem} />
      {data !== null && data.length === 0 ? (
        <Empty>No channel yet: alerts show on this page only.</Empty>
      ) : (
        <ul class="side-list">
          {(data ?? []).map((channel) => (
            <Channel key={channel.id} channel={channel} onDelivery={took} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Channel(props: {
  readonly channel: ChannelInfo;
  readonly onDelivery: (delivery: Delivery) => void;
}): JSX.Element {
  const { channel, onDelivery } = props;
  const task = useTask();
  const last = channel.lastDelivery;
  const test = (): void => {
    void task.run(async () => {
      const path = `/api/channels/${encodeURIComponent(channel.id)}/test`;
      const delivery = await request<Delivery>("POST", path);
      onDelivery(delivery);
      if (delivery.state === "delivered") say(`Test through ${channel.id} arrived.`, "good");
      else throw new Error(`The test did not arrive: ${delivery.result || "no answer yet"}`);
    });
  };
  return (
    <li>
      <span class="side-what">
        <b>
          {CHANNEL_KIND[channel.kind]} <span class="soft">{channel.id}</span>
        </b>
        <small>{channel.target}</small>
        {last !== null && (
          <small class={last.state === "delivered" ? "" : "warned"}>
            {deliveryText(last, now.value)}
          </small>
        )}
        {channel.problem !== null && <small class="warned">{channel.problem}</small>}
        <Problem text={task.problem} />
      </span>
      {isAdmin.value && (
        <Button small icon="send" busy={task.busy} onClick={test}>
          Test
        </Button>
      )}
    </li>
  );
}

/** What became of a message, as a short sentence. */
export function deliveryText(delivery: Delivery, at: number): string {
  const tries = delivery.attempts > 1 ? ` after ${delivery.attempts} tries` : "";
  if (delivery.state === "delivered") {
    return `Delivered ${ago(delivery.deliveredAt ?? delivery.createdAt, at)}${tries}`;
  }
  const result = delivery.result === "" ? "" : `: ${delivery.result}`;
  if (delivery.state === "failed") return `Given up${tries}${result}`;
  const again =
    delivery.nextAt === null
      ? ""
      : `, next try in ${Math.max(0, Math.round((delivery.nextAt - at) / 1000))} s`;
  return `Waiting${tries}${again}${result}`;
}
