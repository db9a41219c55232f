/** MQTT with Sparkplug B payloads; see `../sparkplug/host.ts` for how they are understood. */

import type { SparkplugSourceConfig } from "../../config/machine-types.ts";
import { SparkplugHost } from "../sparkplug/host.ts";
import { withBroker } from "./broker.ts";
import type { SourceSession } from "./source.ts";

/** Listens to edge nodes and their devices. */
export function sparkplugSession(
  config: SparkplugSourceConfig,
  sensors: () => ReadonlySet<string>,
): SourceSession {
  return async (context, signal) => {
    let publish: (topic: string, payload: Uint8Array) => void = () => {};
    const host = new SparkplugHost({
      values: ({ group, edge, device }, samples) => {
        const machine = machineName(config.machine, group, edge, device);
        const known = sensors();
        context.take(
          samples.map((sample) => ({
            ...sample,
            machine,
            sensor: sensorName(sample.sensor, known),
          })),
          config.kind,
        );
      },
      publish: (topic, payload) => publish(topic, payload),
      problem: (text) => context.problem(text),
    });
    await withBroker(
      {
        url: config.url,
        filters: [`spBv1.0/${config.group ?? "+"}/#`],
        onReady: (send) => {
          publish = send;
          context.live();
        },
        onMessage: (topic, payload) => host.take(topic, payload, context.now()),
      },
      signal,
    );
  };
}

/** A machine's id out of Sparkplug's names: an edge node's own metrics belong to the edge node. */
export function machineName(
  pattern: string,
  group: string,
  edge: string,
  device: string | null,
): string {
  const name = pattern
    .replaceAll("{group}", group)
    .replaceAll("{edge}", edge)
    .replaceAll("{device}", device ?? edge);
  // What an id may not hold becomes a dash.
  return name
    .replace(/[^A-Za-z0-9_-]+/g, "-")
    .replace(/^[-_]+/, "")
    .slice(0, 63);
}

/** A metric's name as sensors are declared: whole, or its last part ("Inputs/Vibration" is "Vibration"). */
export function sensorName(metric: string, known: ReadonlySet<string>): string {
  if (known.has(metric)) return metric;
  const last = metric.split("/").at(-1) ?? metric;
  return known.has(last) ? last : metric;
}
