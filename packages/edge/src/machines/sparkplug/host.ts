/**
 * A Sparkplug B 3.0 host application's view of edge nodes and their devices: births tell names, types and aliases, data
 * comes by alias, deaths say that nothing is known any more. What does not fit together makes it ask for a new birth:
 * an unknown node, a gap in the sequence, an alias that no birth told (after a restart of ours, for instance).
 *
 * Pure: messages in, values and commands out.
 */

import type { MachineSample, Quality } from "@symbion/core";
import { DATA_TYPES, decodePayload, encodePayload, type Metric, type Payload } from "./payload.ts";
import { PayloadError } from "./wire.ts";

/** What messages come to. */
export type HostEvents = {
  /** Values of a device, or of an edge node itself (`device` null), in the order in which they came. */
  readonly values: (
    from: { readonly group: string; readonly edge: string; readonly device: string | null },
    samples: readonly Omit<MachineSample, "machine">[],
  ) => void;
  /** A message to be published. */
  readonly publish: (topic: string, payload: Uint8Array) => void;
  /** Something that cannot be used, in one line. */
  readonly problem: (text: string) => void;
};

/** A birth is asked for at most so often of one edge node, milliseconds. */
const REBIRTH_INTERVAL = 5000;
/** Edge nodes and metrics that are remembered. */
const MOST_EDGES = 1024;
const MOST_METRICS = 20_000;

type Known = {
  readonly name: string;
  readonly datatype: number | null;
  readonly unit: string | null;
};

/** Metrics of a device, or of an edge node itself. */
type Device = {
  readonly metrics: Map<string, Known>;
  alive: boolean;
};

type Edge = {
  readonly group: string;
  readonly edge: string;
  /** Names by alias: aliases are unique over an edge node and its devices. */
  readonly aliases: Map<number, { readonly device: string | null; readonly metric: Known }>;
  readonly devices: Map<string | null, Device>;
  /** Sequence number of the last message; null: no birth was seen. */
  seq: number | null;
  bdSeq: number | null;
  askedAt: number;
};

/** Metrics of every edge node that are about Sparkplug itself. */
const OWN = /^(?:bdSeq$|Node Control\/|Device Control\/)/;

/** Follows all edge nodes. */
export class SparkplugHost {
  readonly #events: HostEvents;
  readonly #edges = new Map<string, Edge>();

  constructor(events: HostEvents) {
    this.#events = events;
  }

  /** Edge nodes and devices that are alive. */
  get alive(): number {
    let alive = 0;
    for (const { devices } of this.#edges.values()) {
      for (const device of devices.values()) if (device.alive) alive++;
    }
    return alive;
  }

  /** Takes a message; `now` in ms since 1970. Bytes that are no payload are a problem, never an error. */
  take(topic: string, bytes: Uint8Array, now: number): void {
    const [namespace, group, type, name, device, ...rest] = topic.split("/");
    if (namespace !== "spBv1.0" || group === undefined || group === "STATE") return;
    if (type === undefined || name === undefined || rest.length > 0) {
      this.#events.problem(
        `${topic}: expected spBv1.0/GROUP/TYPE/EDGE[/DEVICE], got another topic`,
      );
      return;
    }
    try {
      this.#dispatch(topic, { group, type, name, device: device ?? null, bytes, now });
    } catch (error) {
      if (!(error instanceof PayloadError)) throw error;
      this.#events.problem(`${topic}: ${error.message}`);
    }
  }

  /** The connection is lost: nothing that was heard holds any more until births come anew. */
  lost(): void {
    for (const edge of this.#edges.values()) edge.seq = null;
  }

  #dispatch(
    topic: string,
    message: {
      readonly group: string;
      readonly type: string;
      readonly name: string;
      readonly device: string | null;
      readonly bytes: Uint8Array;
      readonly now: number;
    },
  ): void {
    const { group, type, name, device, bytes, now } = message;
    const edge = this.#edge(group, name);
    if (edge === null) {
      this.#events.problem(`${topic}: expected at most ${MOST_EDGES} edge nodes, got one more`);
      return;
    }
    switch (type) {
      case "NBIRTH":
        this.#nodeBirth(edge, decodePayload(bytes), now);
        return;
      case "NDEATH":
        this.#nodeDeath(edge, decodePayload(bytes), now);
        return;
      case "DBIRTH": {
        const payload = decodePayload(bytes);
        if (device === null || !this.#follows(edge, payload.seq, now)) return;
        this.#birth(edge, device, payload, now);
        return;
      }
      case "DDEATH":
        if (device === null || !this.#follows(edge, decodePayload(bytes).seq, now)) return;
        this.#death(edge, device, now);
        return;
      case "NDATA":
      case "DDATA":
        this.#data(edge, type === "NDATA" ? null : device, bytes, now);
    }
  }

  #nodeBirth(edge: Edge, payload: Payload, now: number): void {
    edge.aliases.clear();
    // Devices are dead until they are born again (specification, 6.4.20).
    for (const id of edge.devices.keys()) if (id !== null) this.#death(edge, id, now);
    edge.seq = payload.seq ?? 0;
    edge.bdSeq = payload.metrics.find(({ name }) => name === "bdSeq")?.value ?? null;
    edge.askedAt = Number.NEGATIVE_INFINITY;
    this.#birth(edge, null, payload, now);
  }

  #nodeDeath(edge: Edge, payload: Payload, now: number): void {
    const bdSeq = payload.metrics.find(({ name }) => name === "bdSeq")?.value ?? null;
    // The last will of a connection that was replaced meanwhile says nothing about the present one.
    if (edge.bdSeq !== null && bdSeq !== null && bdSeq !== edge.bdSeq) return;
    edge.seq = null;
    for (const id of edge.devices.keys()) this.#death(edge, id, now);
  }

  #birth(edge: Edge, id: string | null, payload: Payload, now: number): void {
    const device: Device = { metrics: new Map(), alive: true };
    edge.devices.set(id, device);
    for (const { name, alias, datatype, unit } of payload.metrics) {
      if (name === null || OWN.test(name)) continue;
      if (device.metrics.size >= MOST_METRICS || edge.aliases.size >= MOST_METRICS) break;
      const metric: Known = { name, datatype, unit };
      device.metrics.set(name, metric);
      if (alias !== null) edge.aliases.set(alias, { device: id, metric });
    }
    this.#tell(edge, id, payload, now);
  }

  #death(edge: Edge, id: string | null, now: number): void {
    const device = edge.devices.get(id);
    if (device === undefined || !device.alive) return;
    device.alive = false;
    // A death is knowledge: from now on there are no values.
    this.#events.values(
      { group: edge.group, edge: edge.edge, device: id },
      [...device.metrics.values()].flatMap(({ name, unit, datatype }) =>
        (datatype ?? 0) > DATA_TYPES.boolean
          ? []
          : [{ sensor: name, at: now, value: null, unit, quality: "missing", historical: false }],
      ),
    );
  }

  #data(edge: Edge, id: string | null, bytes: Uint8Array, now: number): void {
    const device = edge.devices.get(id);
    const payload = decodePayload(bytes, (name, alias) => {
      const known =
        name === null
          ? alias === null
            ? undefined
            : edge.aliases.get(alias)?.metric
          : device?.metrics.get(name);
      return known?.datatype ?? null;
    });
    if (!this.#follows(edge, payload.seq, now)) return;
    if (device === undefined || !device.alive) {
      this.#askBirth(edge, now, `data of ${id ?? edge.edge} without its birth`);
      return;
    }
    this.#tell(edge, id, payload, now);
  }

  /** Whether a message is the next one of its edge node; if not, a birth is asked for and it is left out. */
  #follows(edge: Edge, seq: number | null, now: number): boolean {
    if (edge.seq === null) {
      this.#askBirth(edge, now, "a message without a birth before");
      return false;
    }
    const wanted = (edge.seq + 1) % 256;
    if (seq !== wanted) {
      edge.seq = null;
      this.#askBirth(edge, now, `sequence number ${seq ?? "none"} where ${wanted} was expected`);
      return false;
    }
    edge.seq = wanted;
    return true;
  }

  #askBirth(edge: Edge, now: number, why: string): void {
    if (now - edge.askedAt < REBIRTH_INTERVAL) return;
    edge.askedAt = now;
    this.#events.problem(`${edge.group}/${edge.edge}: ${why}: a new birth is asked for`);
    const payload = encodePayload({
      timestamp: now,
      metrics: [
        {
          ...{ name: "Node Control/Rebirth", timestamp: now },
          ...{ datatype: DATA_TYPES.boolean, value: true },
        },
      ],
    });
    this.#events.publish(`spBv1.0/${edge.group}/NCMD/${edge.edge}`, payload);
  }

  #tell(edge: Edge, id: string | null, payload: Payload, now: number): void {
    const samples: Omit<MachineSample, "machine">[] = [];
    for (const metric of payload.metrics) {
      const known = this.#known(edge, id, metric);
      if (known === null) {
        if (metric.name !== null && OWN.test(metric.name)) continue;
        this.#askBirth(edge, now, `metric ${metric.name ?? metric.alias ?? "without a name"}`);
        continue;
      }
      // Texts and tables are no measurements.
      const isText = (metric.datatype ?? known.datatype ?? 0) > DATA_TYPES.boolean;
      if (isText) continue;
      samples.push({
        sensor: known.name,
        at: metric.timestamp ?? payload.timestamp ?? now,
        value: metric.value,
        unit: metric.unit ?? known.unit,
        quality: qualityOf(metric),
        historical: metric.historical,
      });
    }
    if (samples.length > 0) {
      this.#events.values({ group: edge.group, edge: edge.edge, device: id }, samples);
    }
  }

  /** What a metric is, by its name or its alias; null where no birth told. */
  #known(edge: Edge, id: string | null, { name, alias }: Metric): Known | null {
    if (name !== null) return edge.devices.get(id)?.metrics.get(name) ?? null;
    const found = alias === null ? undefined : edge.aliases.get(alias);
    return found !== undefined && found.device === id ? found.metric : null;
  }

  #edge(group: string, name: string): Edge | null {
    const key = `${group}/${name}`;
    const there = this.#edges.get(key);
    if (there !== undefined) return there;
    if (this.#edges.size >= MOST_EDGES) return null;
    const edge: Edge = {
      ...{ group, edge: name, aliases: new Map(), devices: new Map() },
      ...{ seq: null, bdSeq: null, askedAt: Number.NEGATIVE_INFINITY },
    };
    this.#edges.set(key, edge);
    return edge;
  }
}

function qualityOf({ isNull, value, quality }: Metric): Quality {
  if (isNull || value === null) return "missing";
  return quality === null || quality === 192 ? "good" : "bad";
}
