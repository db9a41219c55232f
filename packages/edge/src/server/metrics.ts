/**
 * `/metrics` in Prometheus' text format. Cameras and the node are read when somebody asks; only requests, deliveries
 * and the event loop's delay are counted as they go. Every label has a bounded set of values: cameras and channels
 * come from the configuration, routes from the table.
 */

import { monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, Gauge, Histogram, type LabelValues, Registry } from "@prometheus-io/client";
import type { CameraState, CameraStatus } from "@symbion/core";
import type { AppParts } from "./parts.ts";
import type { Streams } from "./streams.ts";

/** Media type of the answer. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

const STATES: readonly CameraState[] = ["starting", "live", "retrying", "ended", "disabled"];

/** Upper bounds of request durations in seconds. */
const DURATIONS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Sampling interval of the event loop's delay, milliseconds. */
const LOOP_RESOLUTION = 10;
/** So long a delay is remembered, milliseconds. */
const LOOP_WINDOW = 60_000;

type CameraFigure = readonly [
  name: string,
  help: string,
  kind: "counter" | "gauge",
  read: (camera: CameraStatus) => number,
];

const CAMERA_FIGURES: readonly CameraFigure[] = [
  ["frames_per_second", "Frames that arrive per second.", "gauge", (c) => c.stats.fps],
  ["frames_total", "Frames whose signals were read.", "counter", (c) => c.stats.frames],
  [
    "damaged_frames_total",
    "Frames with lost or unreadable bits.",
    "counter",
    (c) => c.stats.damagedFrames,
  ],
  [
    "decoded_frames_total",
    "Frames whose pixels were decoded.",
    "counter",
    (c) => c.stats.decodedFrames,
  ],
  [
    "dropped_frames_total",
    "Frames not sent to pages that were too slow.",
    "counter",
    (c) => c.stats.droppedFrames,
  ],
  ["video_seconds_total", "Seconds of video read.", "counter", (c) => c.stats.videoSeconds],
  [
    "cpu_seconds_per_video_second",
    "CPU time that one second of video costs.",
    "gauge",
    (c) => c.stats.cpuMsPerVideoSecond / 1000,
  ],
  ["bits_per_second", "Bits per second of video.", "gauge", (c) => c.stats.bitsPerSecond],
  ["motion_ratio", "Share of macroblocks that move, 0 to 1.", "gauge", (c) => c.stats.motionShare],
  [
    "activity_ratio",
    "Share of macroblocks that are dynamic, camera motion and noise taken out, 0 to 1.",
    "gauge",
    (c) => c.stats.activity,
  ],
  [
    "backlog_seconds",
    "How much later than it came the slowest of the last frames was read.",
    "gauge",
    (c) => c.stats.backlogMs / 1000,
  ],
  ["watchers", "Connections that watch the camera.", "gauge", (c) => c.stats.watchers],
  ["restarts_total", "Times its source was opened again.", "counter", (c) => c.restarts],
];

/** A request that was answered. */
export type RequestRecord = {
  readonly method: string;
  /** Path of the table's route, or `other`. */
  readonly route: string;
  readonly status: number;
  /** Until the answer's headers were known. */
  readonly seconds: number;
};

/** The node's figures for Prometheus. */
export class Metrics {
  readonly #registry: Registry = new Registry();
  readonly #requests: Counter<"method" | "route" | "status">;
  readonly #durations: Histogram<"method" | "route">;
  readonly #loop: ReturnType<typeof monitorEventLoopDelay>;
  #loopSince: number = performance.now();

  constructor(parts: AppParts, streams: Streams) {
    this.#requests = new Counter({
      name: "symbion_http_requests_total",
      help: "Requests by method, route of the API (other: files of the page, unknown paths) and status.",
      labelNames: ["method", "route", "status"] as const,
      registers: [this.#registry],
    });
    this.#durations = new Histogram({
      name: "symbion_http_request_duration_seconds",
      help: "Time from a request's headers to those of its answer.",
      labelNames: ["method", "route"] as const,
      buckets: DURATIONS,
      registers: [this.#registry],
    });
    this.#loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION });
    this.#loop.enable();
    this.#addNode(parts, streams);
    this.#addCameras(parts);
    this.#addAlerts(parts);
  }

  /** Counts a request. */
  count({ method, route, status, seconds }: RequestRecord): void {
    this.#requests.inc({ method, route, status: String(status) });
    this.#durations.observe({ method, route }, seconds);
  }

  /** All figures as text. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** Stops watching the event loop. */
  stop(): void {
    this.#loop.disable();
  }

  #addNode(parts: AppParts, streams: Streams): void {
    this.#gauge("build_info", "Version of the node; always 1.", ["version"], (set) =>
      set({ version: parts.status().version }, 1),
    );
    this.#number("uptime_seconds", "Time since the node started.", "gauge", () => {
      return parts.status().uptimeSeconds;
    });
    this.#number("process_cpu_seconds_total", "CPU time of the process.", "counter", () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    });
    this.#number("process_resident_memory_bytes", "Resident memory.", "gauge", () => {
      return process.memoryUsage.rss();
    });
    this.#gauge("event_loop_delay_seconds", LOOP_HELP, ["statistic"], (set) => {
      const excess = (nanoseconds: number): number =>
        Math.max(0, nanoseconds / 1e9 - LOOP_RESOLUTION / 1000);
      set({ statistic: "p50" }, excess(this.#loop.percentile(50)));
      set({ statistic: "p99" }, excess(this.#loop.percentile(99)));
      set({ statistic: "max" }, excess(this.#loop.max));
      if (performance.now() - this.#loopSince < LOOP_WINDOW) return;
      this.#loop.reset();
      this.#loopSince = performance.now();
    });
    this.#gauge("store_bytes", "Bytes on disk by class.", ["class"], (set) => {
      const store = parts.store.status();
      set({ class: "database" }, store.databaseBytes);
      set({ class: "clips" }, store.clipBytes);
      set({ class: "companion" }, store.companionBytes);
    });
    const store = (
      name: string,
      help: string,
      read: () => number,
      kind: "gauge" | "counter" = "gauge",
    ): void => this.#number(`store_${name}`, help, kind, read);
    const { store: kept } = parts;
    store("quota_bytes", "Most bytes that stored data may take.", () => kept.status().quotaBytes);
    store("free_bytes", "Bytes free on the disk.", () => kept.status().freeBytes);
    store(
      "written_bytes_total",
      "Bytes written since the node started.",
      () => kept.status().writtenBytes,
      "counter",
    );
    store("usable", "Whether something can be stored, 0 or 1.", () =>
      kept.status().problem === null ? 1 : 0,
    );
    this.#gauge(
      "crm_writes",
      "Writes to the CRM system that are not done, by what they wait for.",
      ["state"],
      (set) => {
        const counts = parts.companion.writeCounts();
        if (counts === null) return;
        set({ state: "waiting" }, counts.waiting);
        set({ state: "conflict" }, counts.conflicts);
        set({ state: "parked" }, counts.parked);
      },
    );
    this.#gauge("open_streams", "Connections that stay open, by kind.", ["kind"], (set) => {
      set({ kind: "camera" }, streams.count("camera"));
      set({ kind: "events" }, streams.count("events"));
      set({ kind: "turn" }, streams.count("turn"));
    });
    this.#number(
      "events_disconnected_total",
      "Readers of events that were disconnected because they did not keep up.",
      "counter",
      () => parts.live.disconnected,
    );
  }

  #addCameras(parts: AppParts): void {
    for (const [name, help, kind, read] of CAMERA_FIGURES) {
      const fill = (set: (labels: Record<"camera", string>, value: number) => void): void => {
        for (const camera of parts.cameras.status()) set({ camera: camera.id }, read(camera));
      };
      if (kind === "gauge") this.#gauge(`camera_${name}`, help, ["camera"], fill);
      else this.#counter(`camera_${name}`, help, ["camera"], fill);
    }
    this.#gauge(
      "camera_state",
      "1 for the state that a camera is in, 0 for the others.",
      ["camera", "state"],
      (set) => {
        for (const { id, state } of parts.cameras.status()) {
          for (const one of STATES) set({ camera: id, state: one }, one === state ? 1 : 0);
        }
      },
    );
  }

  #addAlerts(parts: AppParts): void {
    this.#gauge("alerts_firing", "Alerts that fire, by severity.", ["severity"], (set) => {
      const firing = parts.alerts.firing();
      for (const severity of ["info", "warning", "critical"]) {
        set({ severity }, firing.filter((alert) => alert.severity === severity).length);
      }
    });
    this.#number("backlog_messages", "Notifications that wait for delivery.", "gauge", () => {
      return parts.alerts.backlog().messages;
    });
    this.#number("backlog_oldest_seconds", "Age of the oldest of these.", "gauge", () => {
      return parts.alerts.backlog().oldestSeconds;
    });
    const deliveries = new Counter({
      name: "symbion_deliveries_total",
      help: "Outcomes of attempts to notify, by channel: delivered, failed (given up), waiting (to be tried again).",
      labelNames: ["channel", "state"] as const,
      registers: [this.#registry],
    });
    parts.live.onPublish((event, data) => {
      if (event !== "delivery" || !("channel" in data)) return;
      if (data.attempts > 0) deliveries.inc({ channel: data.channel, state: data.state });
    });
  }

  /** A figure without labels that is read when it is asked for. */
  #number(name: string, help: string, kind: "gauge" | "counter", read: () => number): void {
    const shape = { name: `symbion_${name}`, help, registers: [this.#registry] };
    if (kind === "gauge") {
      new Gauge({
        ...shape,
        collect(): void {
          this.set(read());
        },
      });
      return;
    }
    new Counter({
      ...shape,
      collect(): void {
        this.reset();
        this.inc(read());
      },
    });
  }

  #gauge<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    fill: (set: (labels: LabelValues<L>, value: number) => void) => void,
  ): void {
    new Gauge<L>({
      name: `symbion_${name}`,
      help,
      labelNames,
      registers: [this.#registry],
      collect(): void {
        // Cameras that are gone leave no series behind.
        this.reset();
        fill((labels, value) => this.set(labels, value));
      },
    });
  }

  /** A count that somebody else keeps. */
  #counter<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    fill: (set: (labels: LabelValues<L>, value: number) => void) => void,
  ): void {
    new Counter<L>({
      name: `symbion_${name}`,
      help,
      labelNames,
      registers: [this.#registry],
      collect(): void {
        this.reset();
        fill((labels, value) => this.inc(labels, value));
      },
    });
  }
}

const LOOP_HELP = "How much later than planned the event loop runs, over the last minute at most.";
