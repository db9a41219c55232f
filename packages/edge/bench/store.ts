/** Measurements of the store, for the node's benchmark and its tests. */

import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import type { Alert, Delivery, Insight, Reading } from "@symbion/core";
import { sortableId } from "../src/ids.ts";
import { StoreEngine } from "../src/store/engine.ts";
import { openStore } from "../src/store/index.ts";
import type { Write } from "../src/store/messages.ts";
import type { InsightQuery, Store } from "../src/store/types.ts";

/** What a killed writer's folder came to. */
export type KillReport = {
  readonly kills: number;
  /** Records that the store had acknowledged before the kills. */
  readonly acknowledged: number;
  /** Of these, how many were not there afterwards. */
  readonly lost: number;
  /** Rounds after which SQLite's integrity check found something. */
  readonly corrupt: number;
  /** Starts that failed, for a stale lock for instance. */
  readonly refused: number;
};

const TABLES: Readonly<Record<string, string>> = {
  insight: "insights",
  alert: "alerts",
  delivery: "deliveries",
};

/** Ends a writing store with SIGKILL at random moments, `kills` times on one folder, and counts what is missing. */
export async function killWriters(kills: number): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), "symbion-kill-"));
  const report = { kills, acknowledged: 0, lost: 0, corrupt: 0, refused: 0 };
  try {
    for (let round = 0; round < kills; round++) {
      const told = await runAndKill(folder, round);
      if (told === null) {
        report.refused++;
        continue;
      }
      report.acknowledged += told.length;
      const db = new DatabaseSync(join(folder, "symbion.sqlite"));
      for (const [kind, id] of told) {
        const table = TABLES[kind];
        const row = db.prepare(`SELECT 1 FROM ${table} WHERE id = ?`).get(id);
        if (row === undefined) report.lost++;
      }
      const check = db.prepare("PRAGMA integrity_check").get();
      if (Object.values(check ?? {})[0] !== "ok") report.corrupt++;
      db.close();
    }
    return report;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the writer was told is stored, up to its end; null where it did not start. */
async function runAndKill(folder: string, round: number): Promise<[string, string][] | null> {
  const script = fileURLToPath(new URL("./store-writer.ts", import.meta.url));
  const child: ChildProcess = spawn(
    process.execPath,
    ["--conditions=source", script, folder, String(round)],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  let text = "";
  let timer: NodeJS.Timeout | undefined;
  child.stdout?.setEncoding("latin1").on("data", (chunk: string) => {
    text += chunk;
    // From the first word on: into the first commit, or into any later one.
    timer ??= setTimeout(() => child.kill("SIGKILL"), randomInt(0, 300));
  });
  await new Promise<void>((resolve) => child.once("close", () => resolve()));
  clearTimeout(timer);
  if (text === "") return null;
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split(" ") as [string, string])
    .filter(([kind]) => kind in TABLES);
}

/** Figures of a store with many insights. Times in milliseconds. */
export type TimelineReport = {
  readonly insights: number;
  readonly writesPerSecond: number;
  readonly databaseBytes: number;
  /** Bytes that filling it made the kernel write, for each insight. */
  readonly writtenBytesPerInsight: number;
  readonly queries: number;
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
  /** CPU time of the whole process for a question, p99: what a busy machine's queues do not change. */
  readonly cpuP99: number;
  /** By kind of question, its p99. */
  readonly p99ByKind: Readonly<Record<string, number>>;
};

const DAY = 86_400_000;

/** Fills a store with `count` insights of a year and asks it `queries` questions of every kind that the page asks. */
export async function timeline(
  count: number,
  queries: number,
  note: (text: string) => void,
): Promise<TimelineReport> {
  const folder = mkdtempSync(join(tmpdir(), "symbion-timeline-"));
  const store = await openStore({
    folder,
    quotaBytes: 64 * 2 ** 30,
    reserveBytes: 0,
    days: { readings: 1e5, insights: 1e5, alerts: 1e5, clips: 1e5 },
  });
  try {
    const end = Date.now();
    const start = end - 365 * DAY;
    const began = performance.now();
    for (let n = 0; n < count; ) {
      const batch: Promise<void>[] = [];
      for (let i = 0; i < 5000 && n < count; i++, n++) {
        batch.push(store.putInsight(someInsight(start + ((end - start) * n) / count)));
      }
      await store.flush();
      await Promise.all(batch);
      if (n % 250_000 === 0) note(`${n} insights stored`);
    }
    const writesPerSecond = (count / (performance.now() - began)) * 1000;
    const { writtenBytes, databaseBytes } = await settled(store);
    const times = new Map<string, number[]>();
    const cpu: number[] = [];
    for (let n = 0; n < queries; n++) {
      const [kind, ask] = someQuestion(store, start, end);
      const cpuBefore = process.cpuUsage();
      const before = performance.now();
      await ask();
      const { user, system } = process.cpuUsage(cpuBefore);
      cpu.push((user + system) / 1000);
      const list = times.get(kind) ?? [];
      list.push(performance.now() - before);
      times.set(kind, list);
    }
    const all = [...times.values()].flat().sort((a, b) => a - b);
    return {
      insights: count,
      writesPerSecond,
      databaseBytes,
      writtenBytesPerInsight: writtenBytes / count,
      queries: all.length,
      p50: quantile(all, 0.5),
      p99: quantile(all, 0.99),
      worst: all.at(-1) ?? 0,
      cpuP99: quantile(
        cpu.sort((a, b) => a - b),
        0.99,
      ),
      p99ByKind: Object.fromEntries(
        [...times].map(([kind, list]) => [
          kind,
          quantile(
            list.sort((a, b) => a - b),
            0.99,
          ),
        ]),
      ),
    };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a node writes in a day. */
export type WearReport = {
  readonly cameras: number;
  readonly eventsPerDay: number;
  /** Bytes that the database makes the kernel write in a day; clips come on top. */
  readonly databaseBytesPerDay: number;
  /** The same as a multiple of the bytes by which the database grows. */
  readonly amplification: number;
};

const HOUR = 3_600_000;

/**
 * What a store writes in a day with so many cameras (five readings each every 15 s) and events (an insight that begins
 * and ends, an alert, a delivery): some hours of it, with the clock turned by hand and the log flushed every half
 * minute, as the kernel does by itself.
 */
export function wear(cameras: number, eventsPerDay: number, hours: number): WearReport {
  const folder = mkdtempSync(join(tmpdir(), "symbion-wear-"));
  let wall = Date.UTC(2026, 5, 1);
  const start = wall;
  const config = {
    folder,
    quotaBytes: 2 ** 33,
    reserveBytes: 0,
    days: { readings: 30, insights: 30, alerts: 30, clips: 30 },
  };
  const engine = new StoreEngine(config, { wall: () => wall, mono: () => wall - start });
  try {
    let sized = 0;
    let written = 0;
    const names = ["fps", "activity", "cpu", "bitrate", "backlog"];
    // The first hour fills the log; what is measured comes after it.
    for (; wall < start + (hours + 1) * HOUR; wall += 15_000) {
      const readings: Reading[] = [];
      for (let camera = 0; camera < cameras; camera++) {
        for (const name of names) {
          const value = randomInt(1000) / 7;
          readings.push({
            source: `camera-${camera}`,
            name,
            at: wall,
            value,
            unit: "",
            quality: "good",
          });
        }
      }
      commitAll(engine, [[{ what: "readings", readings }]]);
      if (randomInt(86_400_000) < eventsPerDay * 15_000) commitAll(engine, eventWrites(wall));
      if (wall % 60_000 === 0) {
        commitAll(engine, [
          [{ what: "state", key: "heartbeat", value: { at: wall, clean: false } }],
        ]);
        while (engine.housekeep());
      }
      if (wall % 30_000 === 0) flushFiles(folder);
      if (wall === start + HOUR)
        ({ databaseBytes: sized, writtenBytes: written } = engine.status());
    }
    const end = engine.status();
    const bytes = end.writtenBytes - written;
    return {
      cameras,
      eventsPerDay,
      databaseBytesPerDay: (bytes / hours) * 24,
      amplification: bytes / Math.max(1, end.databaseBytes - sized),
    };
  } finally {
    engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function commitAll(engine: StoreEngine, commits: readonly (readonly Write[])[]): void {
  for (const writes of commits) {
    engine.commit(writes);
    engine.afterCommit();
  }
}

/** The commits of one event. */
function eventWrites(at: number): Write[][] {
  const insight = someInsight(at);
  const alert: Alert = {
    ...{ id: sortableId(at), rule: "drive", source: insight.source, area: null, kind: "motion" },
    ...{ severity: "warning", state: "firing", title: "Camera: motion", text: insight.text },
    ...{ from: at, firedAt: at, resolvedAt: null, count: 1, insight: insight.id },
    ...{ suppressed: null, acknowledgedAt: null },
  };
  const delivery: Delivery = {
    ...{ id: sortableId(at), alert: alert.id, event: "firing", channel: "phone", state: "waiting" },
    ...{ createdAt: at, nextAt: at, attempts: 0, deliveredAt: null, result: "" },
  };
  const delivered: Delivery = {
    ...delivery,
    state: "delivered",
    attempts: 1,
    deliveredAt: at + 300,
  };
  return [
    [
      { what: "insight", insight: { ...insight, to: null } },
      { what: "alert", alert, deliveries: [delivery] },
    ],
    [{ what: "delivery", delivery: delivered }],
    [
      { what: "insight", insight },
      {
        what: "alert",
        alert: { ...alert, state: "resolved", resolvedAt: at + 60_000 },
        deliveries: [],
      },
    ],
  ];
}

function flushFiles(folder: string): void {
  for (const name of ["symbion.sqlite", "symbion.sqlite-wal"]) {
    const file = openSync(join(folder, name), "r");
    fsyncSync(file);
    closeSync(file);
  }
}

/** The status after the next write, which brings it up to date. */
async function settled(store: Store): Promise<ReturnType<Store["status"]>> {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await store.putState("node-id", "x");
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return store.status();
}

const KINDS = ["motion", "motion", "motion", "dwell", "line-crossing", "scene-cut"];
const AREAS = [null, null, "drive", "door", "yard"];

function pick<T>(list: readonly [T, ...T[]] | readonly T[]): T {
  return list[randomInt(list.length)] as T;
}

function someInsight(at: number): Insight {
  const from = Math.round(at);
  const rare = randomInt(20_000) === 0;
  const length = randomInt(100) === 0 ? randomInt(12 * 3_600_000) : randomInt(60_000);
  return {
    id: sortableId(from),
    source: `camera-${randomInt(16)}`,
    kind: rare ? "camera-covered" : pick(KINDS),
    from,
    to: from + length,
    area: rare ? null : pick(AREAS),
    track: randomInt(1000),
    score: randomInt(1000) / 1000,
    direction: null,
    text: "Something moved in the drive",
  };
}

/** A question that the page may ask, and its kind. */
function someQuestion(
  store: Store,
  start: number,
  end: number,
): [kind: string, ask: () => Promise<unknown>] {
  const at = start + randomInt(1, 365) * DAY;
  const span = pick([3_600_000, DAY, 7 * DAY, 30 * DAY]);
  const list = (query: InsightQuery): Promise<unknown> => store.insights(query);
  const questions: readonly [string, () => Promise<unknown>][] = [
    ["newest", () => list({})],
    ["page in the past", () => list({ before: `${at}~` })],
    ["span", () => list({ from: at - span, to: at })],
    ["camera", () => list({ sources: [`camera-${randomInt(16)}`], before: `${at}~` })],
    ["kind and area", () => list({ kinds: ["dwell"], areas: ["door"], before: `${at}~` })],
    ["rare kind", () => list({ kinds: ["camera-covered"], before: `${at}~` })],
    ["rare kind in span", () => list({ kinds: ["camera-covered"], from: at - span, to: at })],
    ["nothing", () => list({ kinds: ["scene-cut"], areas: ["nowhere"], from: at - span, to: at })],
    ["going on", () => list({ open: true })],
    ["1000 of a camera", () => list({ sources: ["camera-3"], limit: 1000, before: `${at}~` })],
    ["strip of a day", () => store.strip({ from: at - DAY, to: at, points: 288 })],
    ["strip of a week", () => store.strip({ from: at - 7 * DAY, to: at, points: 1000 })],
    ["strip of a year", () => store.strip({ from: start, to: end, points: 1000 })],
  ];
  return pick(questions) as [string, () => Promise<unknown>];
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
