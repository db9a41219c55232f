/**
 * What the MQTT channel shows of the node's state: retained topics that say at any time which rules fire where, and
 * their description for Home Assistant's MQTT discovery. Pure: rules, cameras and alerts in, topics out.
 */

import type { Alert } from "@symbion/core";
import type { AlertRule } from "../../config/types.ts";
import { type NamedCamera, sourceName } from "../words.ts";

/** What topics are made from. */
export type StateView = {
  /** Id of the channel: only rules that notify it are shown. */
  readonly channel: string;
  /** First level of all topics. */
  readonly topic: string;
  /** Prefix of Home Assistant's discovery topics; null: none. */
  readonly discovery: string | null;
  readonly nodeName: string;
  readonly rules: readonly AlertRule[];
  readonly cameras: readonly NamedCamera[];
  readonly firing: readonly Alert[];
  /** Further sources that have fired, by rule. */
  readonly seen: ReadonlyMap<string, ReadonlySet<string>>;
};

/** Kinds that belong to the node and not to a camera. */
const NODE_KINDS = new Set(["disk", "node-down"]);

/** Kinds that are about machines and not about cameras. */
const MACHINE_KINDS = new Set([
  "machine-anomaly",
  "machine-failing",
  "machine-failed",
  "sensor-fault",
  "model-learned",
]);

/** Kinds that Home Assistant shows as motion; everything else is a problem. */
const MOTION_KINDS = new Set(["motion", "dwell", "line-crossing"]);

/** A text as one level of a topic, and as an id of Home Assistant: letters, digits, `-` and `_`. */
export function topicLevel(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]/g, "_");
}

/** Topic of the messages about a rule's alerts at a source. */
export function alertTopic(topic: string, rule: string, source: string): string {
  return `${topic}/alerts/${topicLevel(rule)}/${topicLevel(source)}`;
}

/** Topic that says `online` or `offline`. */
export function statusTopic(topic: string): string {
  return `${topic}/status`;
}

/** Filters that match every topic this node leaves on the broker, for finding what is left of earlier configurations. */
export function ownFilters(view: Pick<StateView, "topic" | "discovery">): string[] {
  const { topic, discovery } = view;
  const filters = [`${topic}/state/+/+`, `${topic}/alerts/+/+`];
  if (discovery !== null) {
    filters.push(`${discovery}/binary_sensor/${topicLevel(topic)}/+/config`);
  }
  return filters;
}

/** Sources that a rule may fire for, as far as they are known. */
function sourcesOf(rule: AlertRule, view: StateView): Set<string> {
  const sources = new Set<string>(view.seen.get(rule.id));
  for (const { id, machine } of view.cameras) {
    const fits = (kind: string): boolean =>
      kind.includes(":") ||
      (!NODE_KINDS.has(kind) && MACHINE_KINDS.has(kind) === (machine === true));
    if (!rule.kinds.some(fits)) continue;
    if (rule.cameras.length === 0 || rule.cameras.includes(id)) sources.add(id);
  }
  if (
    rule.kinds.some((kind) => NODE_KINDS.has(kind)) &&
    (rule.cameras.length === 0 || rule.cameras.includes("node"))
  ) {
    sources.add("node");
  }
  return sources;
}

/** All retained topics with their payloads, except {@link statusTopic}. */
export function stateTopics(view: StateView): Map<string, string> {
  const { topic, discovery, nodeName, cameras } = view;
  const node = topicLevel(topic);
  const topics = new Map<string, string>();
  const on = new Set(view.firing.map(({ rule, source }) => JSON.stringify([rule, source])));
  const nodeDevice = {
    identifiers: [`symbion_${node}`],
    name: nodeName,
    manufacturer: "Symbion",
    model: "Node",
  };
  const describe = (id: string, config: object): void => {
    if (discovery === null) return;
    const shared = { unique_id: `symbion_${node}_${id}`, origin: { name: "Symbion" } };
    topics.set(
      `${discovery}/binary_sensor/${node}/${id}/config`,
      JSON.stringify({ ...config, ...shared }),
    );
  };
  describe("status", {
    name: "Connection",
    device_class: "connectivity",
    entity_category: "diagnostic",
    state_topic: statusTopic(topic),
    payload_on: "online",
    payload_off: "offline",
    device: nodeDevice,
  });
  for (const rule of view.rules) {
    if (!rule.notify.includes(view.channel)) continue;
    const motion = rule.kinds.every((kind) => MOTION_KINDS.has(kind));
    for (const source of sourcesOf(rule, view)) {
      const state = `${topic}/state/${topicLevel(rule.id)}/${topicLevel(source)}`;
      topics.set(state, on.has(JSON.stringify([rule.id, source])) ? "ON" : "OFF");
      describe(`${topicLevel(source)}_${topicLevel(rule.id)}`, {
        name: rule.name,
        device_class: motion ? "motion" : "problem",
        state_topic: state,
        json_attributes_topic: alertTopic(topic, rule.id, source),
        availability_topic: statusTopic(topic),
        device:
          source === "node"
            ? nodeDevice
            : {
                identifiers: [`symbion_${node}_${topicLevel(source)}`],
                name: sourceName(source, cameras, nodeName),
                manufacturer: "Symbion",
                model: cameras.some(({ id, machine }) => id === source && machine === true)
                  ? "Machine"
                  : "Camera",
                via_device: `symbion_${node}`,
              },
      });
    }
  }
  return topics;
}
