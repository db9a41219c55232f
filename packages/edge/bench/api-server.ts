/**
 * The server that `api.ts` measures, in a process of its own: the HTTP interface with a real store full of events,
 * real alerting and 16 cameras that are described and do not run. Speaks with its parent: says where it listens, and
 * begins to make events when it is told to.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CameraStatus, Insight, NodeStatus } from "@symbion/core";
import { createAlerts } from "../src/alerts/index.ts";
import { CompanionService } from "../src/companion/service.ts";
import { sortableId } from "../src/ids.ts";
import { createApp } from "../src/server/app.ts";
import { Auth } from "../src/server/auth.ts";
import { listen } from "../src/server/listen.ts";
import { LiveHub } from "../src/server/live.ts";
import { ownNames } from "../src/server/security.ts";
import { ShareOff } from "../src/share/errors.ts";
import { openStore } from "../src/store/index.ts";
import type { ApiServerMessage, ApiServerOrder } from "./api.ts";

const STORED = Number(process.argv[2] ?? 20_000);
const CAMERAS = 16;
/** Milliseconds between events while they are made. */
const INTERVAL = 40;

const folder = mkdtempSync(join(tmpdir(), "symbion-bench-api-"));
const store = await openStore({
  folder,
  quotaBytes: 2 ** 30,
  reserveBytes: 0,
  days: { readings: 30, insights: 30, alerts: 30, clips: 30 },
});

/** What a node without a share section says. */
const off = (): Promise<never> => Promise.reject(new ShareOff());

function camera(index: number): CameraStatus {
  return {
    id: `camera-${index}`,
    name: `Camera ${index}`,
    source: "rtsp://***@camera/1",
    simulated: true,
    state: "live",
    reason: null,
    restarts: 0,
    lastRestart: null,
    retryAt: null,
    width: 1920,
    height: 1080,
    container: "RTSP",
    areas: [],
    active: [],
    recording: true,
    stats: {
      fps: 15,
      frames: 100_000,
      damagedFrames: 0,
      decodedFrames: 0,
      decodedShare: 0,
      videoSeconds: 6666,
      cpuMsPerVideoSecond: 9,
      bitsPerSecond: 2_000_000,
      motionShare: 0.01,
      activity: 0.01,
      backlogMs: 0,
      watchers: 0,
      droppedFrames: 0,
    },
  };
}

function event(at: number, index: number): Insight {
  return {
    id: sortableId(at),
    source: `camera-${index % CAMERAS}`,
    kind: index % 3 === 0 ? "dwell" : "motion",
    from: at,
    to: at + 4000,
    area: index % 2 === 0 ? "drive" : null,
    track: index,
    score: (index % 100) / 100,
    direction: null,
    text: "Something moved in the drive",
  };
}

const cameras = Array.from({ length: CAMERAS }, (_, index) => camera(index));
const now = Date.now();
const filling: Promise<void>[] = [];
for (let index = 0; index < STORED; index++) {
  filling.push(store.putInsight(event(now - (STORED - index) * 5000, index)));
}
await Promise.all(filling);

const began = performance.now();
const status = (): NodeStatus => ({
  version: "0.0.0",
  uptimeSeconds: (performance.now() - began) / 1000,
  cpuMsPerSecond: 0,
  memoryBytes: process.memoryUsage.rss(),
  snapshots: false,
  problems: [],
  name: "bench",
  config: { path: "", editable: false, lastGood: true },
  store: store.status(),
  firing: 0,
  backlog: { messages: 0, oldestSeconds: 0 },
  cameras,
});
const log = (text: string): void => void process.stderr.write(`${text}\n`);
const live = new LiveHub({ status, store });
const closing = new AbortController();
const refuse = (): Promise<never> => Promise.reject(new Error("not measured"));
const alerts = await createAlerts({
  store,
  rules: [],
  channels: [],
  nodeName: "bench",
  cameras: () => cameras,
  publicUrl: null,
  log,
});
const server = await listen(
  createApp({
    cameras: {
      status: () => cameras,
      statusOf: (id) => cameras.find((one) => one.id === id) ?? null,
      has: () => false,
      subscribe: () => null,
    },
    watch: { status: () => null, recent: () => null, change: () => null },
    machines: {
      list: () => [],
      status: () => null,
      curve: async () => null,
      kinds: () => [],
      kind: () => null,
      rollback: async () => null,
      push: () => null,
      end: () => false,
      sources: () => [],
    },
    share: {
      ...{ status: off, invite: off, enrol: off, forget: off, setTier: off },
      ...{ policy: off, inventory: off, exportLog: off },
    },
    companion: new CompanionService({ door: { open: refuse }, folder: "", log }),
    status,
    snapshots: null,
    store,
    alerts,
    config: {
      document: refuse,
      rules: refuse,
      schema: () => ({}),
      check: refuse,
      replace: refuse,
      edit: refuse,
    },
    backup: { create: refuse, restore: refuse, folder, maxBytes: () => 0 },
    probe: refuse,
    discover: refuse,
    doctor: refuse,
    support: refuse,
    plugins: () => [],
    auth: await Auth.open({ store, loopback: true, log, announce: log }),
    live,
    assets: new Map(),
    names: ownNames("127.0.0.1"),
    closing: closing.signal,
    log,
  }),
  "127.0.0.1",
  0,
  true,
);

function tell(message: ApiServerMessage): void {
  process.send?.(message);
}

async function make(seconds: number): Promise<void> {
  const ids: string[] = [];
  const end = performance.now() + seconds * 1000;
  const cpu = process.cpuUsage();
  const told: Promise<void>[] = [];
  for (let index = 0; performance.now() < end; index++) {
    const one = event(Date.now(), index);
    // Told when it is on disk, as the node does it. How long that takes is not the interface's figure.
    const telling = store.putInsight(one).then(() => {
      live.publish("insight", { ...one, from: Date.now() });
      ids.push(one.id);
    });
    told.push(telling);
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
  await Promise.all(told);
  const { user, system } = process.cpuUsage(cpu);
  tell({ type: "made", ids, cpuMs: (user + system) / 1000, disconnected: live.disconnected });
}

process.on("message", (order: ApiServerOrder) => {
  if (order.type === "make") void make(order.seconds);
  else {
    closing.abort();
    live.close();
    server
      .close()
      .then(() => alerts.stop())
      .then(() => store.close())
      .finally(() => {
        rmSync(folder, { recursive: true, force: true });
        process.exit(0);
      });
  }
});
tell({ type: "listening", port: server.port });
