/**
 * Benchmarks of the node: sixteen cameras at work, how soon the first frame comes, alerts, a million events, many
 * readers, what reaches the disk, and killed processes. Run with `symbion bench node`.
 */

import { atMost, none, plain } from "../../../bench/rows.ts";
import type { BenchOptions, BenchRow } from "../src/cli/bench.ts";
import { measureAlerts } from "./alerts.ts";
import { benchApi } from "./api.ts";
import { loadRows } from "./load.ts";
import { startRows } from "./start.ts";
import { killWriters, timeline, wear } from "./store.ts";

type Part = (options: BenchOptions) => AsyncIterable<BenchRow>;

const PARTS: Readonly<Record<string, Part>> = {
  load: loadRows,
  start: startRows,
  alerts: alertRows,
  timeline: timelineRows,
  wear: wearRows,
  api: benchApi,
  kill: killRows,
};

/** Names of the parts. */
export const parts: readonly string[] = Object.keys(PARTS);

/** Runs all parts, or those in `options.only`. */
export async function* run(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  for (const [name, rows] of Object.entries(PARTS)) {
    if (options.only.length === 0 || options.only.includes(name)) yield* rows(options);
  }
}

async function* alertRows(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  const count = options.quick ? 100 : 400;
  options.note(`alerts: ${count} of them to a webhook and a broker on this machine`);
  const figures = await measureAlerts(count);
  yield plain("alert: decision to hand-off, median", figures.handOff.p50, "ms");
  yield atMost("alert: decision to hand-off, 99 %", figures.handOff.p99, "ms", 50);
  yield plain("alert: decision to arrival, webhook, 99 %", figures.webhook.p99, "ms");
  yield plain("alert: decision to arrival, MQTT, 99 %", figures.mqtt.p99, "ms");
  yield none("alert: messages lost", figures.lost);
  yield none("alert: messages repeated", figures.repeated);
}

async function* timelineRows(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  const count = options.quick ? 100_000 : 1_000_000;
  const figures = await timeline(count, options.quick ? 300 : 2000, options.note);
  const name = `${count.toLocaleString("en")} events`;
  yield plain(`${name}: stored per second`, figures.writesPerSecond, "1/s");
  yield plain(`${name}: database`, figures.databaseBytes / 2 ** 20, "MiB");
  yield plain(`${name}: question, median`, figures.p50, "ms");
  yield atMost(`${name}: question, 99 %`, figures.p99, "ms", 50);
  yield plain(`${name}: question, slowest`, figures.worst, "ms");
}

async function* wearRows(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  options.note("wear: some hours of a node, with the clock turned by hand");
  for (const events of [200, 5000]) {
    const figures = wear(16, events, options.quick ? 2 : 6);
    const name = `16 cameras, ${events} events a day: database writes`;
    yield plain(name, figures.databaseBytesPerDay / 2 ** 20, "MiB a day");
    yield plain(`${name}, times its growth`, figures.amplification, "");
  }
}

async function* killRows(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  const kills = options.quick ? 10 : 100;
  options.note(`kill: ${kills} times at random moments`);
  const figures = await killWriters(kills);
  yield plain(`${kills} kills: acknowledged records`, figures.acknowledged, "");
  yield none(`${kills} kills: lost`, figures.lost);
  yield none(`${kills} kills: damaged databases`, figures.corrupt);
  yield none(`${kills} kills: starts refused`, figures.refused);
}
