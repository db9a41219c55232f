/** A node's HTTP interface on a real port, with a real store, real alerting and cameras that a test makes up. */

import { scryptSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CameraStatus,
  type CameraWatch,
  type ConfigOutcome,
  type NodeStatus,
  packRecord,
  type RestoreReport,
  type WatchWindow,
} from "@symbion/core";
import { createAlerts } from "../../src/alerts/index.ts";
import { CompanionService, companionFolder } from "../../src/companion/service.ts";
import { SAMPLE_COMPANION, SAMPLE_CRM } from "../../src/config/companion-types.ts";
import type { AlertRule, ChannelConfig } from "../../src/config/types.ts";
import { createApp } from "../../src/server/app.ts";
import type { Asset } from "../../src/server/assets.ts";
import { Auth } from "../../src/server/auth.ts";
import { listen } from "../../src/server/listen.ts";
import { LiveHub } from "../../src/server/live.ts";
import type { AppParts, CameraSubscription, Download, EntryEdit } from "../../src/server/parts.ts";
import { ownNames } from "../../src/server/security.ts";
import type { Door } from "../../src/share/door.ts";
import { openStore } from "../../src/store/index.ts";
import type { Store } from "../../src/store/types.ts";
import { machinesPart } from "./machine-part.ts";
import { sharePart } from "./share-part.ts";
import { storeConfig } from "./store-data.ts";

/** An answer, read to its end unless it is one that stays open. */
export type Answered = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

export type Asked = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as JSON, with its content type. */
  readonly json?: unknown;
  readonly body?: string | Buffer;
};

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** A request with headers that fetch() would not let through. */
export function ask(url: string, asked: Asked = {}): Promise<Answered> {
  const body = asked.json === undefined ? asked.body : JSON.stringify(asked.json);
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      agent,
      method: asked.method ?? "GET",
      headers: {
        ...(asked.json === undefined ? {} : { "Content-Type": "application/json" }),
        ...(body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) }),
        ...asked.headers,
      } as Record<string, string | string[]>,
    });
    outgoing.on("error", reject);
    outgoing.on("response", (response) => {
      const chunks: Buffer[] = [];
      const done = (): void =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        });
      const open = /^(?:text\/event-stream|application\/octet-stream)/;
      if (open.test(response.headers["content-type"] ?? "")) {
        response.once("error", () => {});
        done();
        outgoing.destroy();
        return;
      }
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", done);
      response.on("error", reject);
    });
    outgoing.end(body);
  });
}

export function camera(changes: Partial<CameraStatus> = {}): CameraStatus {
  return {
    id: "gate",
    name: "Front gate",
    source: "rtsp://***@camera/1",
    simulated: false,
    state: "live",
    reason: null,
    restarts: 1,
    lastRestart: { at: 1_700_000_000_000, reason: "silent for 10 s" },
    retryAt: null,
    width: 1280,
    height: 720,
    container: "RTSP",
    areas: [
      {
        id: "drive",
        name: "Drive",
        kind: "zone",
        points: [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
        dwellSeconds: null,
        direction: "both",
      },
    ],
    active: ["motion"],
    recording: true,
    stats: {
      fps: 15,
      frames: 1000,
      damagedFrames: 1,
      decodedFrames: 2,
      decodedShare: 0.002,
      videoSeconds: 66.5,
      cpuMsPerVideoSecond: 8,
      bitsPerSecond: 1_000_000,
      motionShare: 0.01,
      activity: 0.02,
      backlogMs: 5,
      watchers: 0,
      droppedFrames: 3,
    },
    ...changes,
  };
}

/** A window of the camera `gate` with one answer. */
export const WATCH_WINDOW: WatchWindow = {
  id: "w1",
  camera: "gate",
  from: 1_700_000_000_000,
  to: 1_700_000_003_500,
  partial: false,
  policy: "symbion",
  answers: [{ question: "cars", ask: "How many cars?", text: "two", known: true, confidence: 0.9 }],
  evidence: [{ at: 1_700_000_003_500, timestamp: 3.5, whole: false, blocks: [3, 4] }],
  columns: 7,
  rows: 4,
  blocksKept: 4,
  blocksTotal: 56,
  tokensRefreshed: 6,
  tokensReused: 50,
  flops: 1e9,
  fullFlops: 2e10,
  firstTokenMs: 12.5,
  stages: { parse: 1, plan: 0.5, pixels: 2, encode: 3, refresh: 4, answer: 5 },
};

/** A camera's standing questions, as they are at the start. */
function cameraWatch(camera: string): CameraWatch {
  return {
    camera,
    state: "live",
    reason: null,
    model: "mini",
    policy: "symbion",
    threshold: 0.4,
    unit: "probability",
    defaultThreshold: 0.4,
    questions: [{ id: "cars", ask: "How many cars?", every: 0 }],
    windows: 1,
    dropped: 0,
    blocksKept: 4,
    blocksTotal: 56,
    flops: 1e9,
    fullFlops: 2e10,
    latest: WATCH_WINDOW,
  };
}

const RULE: AlertRule = {
  id: "motion-in-drive",
  name: "Motion in the drive",
  severity: "warning",
  kinds: ["motion"],
  cameras: [],
  areas: [],
  minScore: 0,
  holdSeconds: 0,
  clearSeconds: 10,
  cooldownSeconds: 0,
  quiet: [],
  notify: ["hook"],
  notifyResolved: false,
};

/** Nobody listens there: what is sent fails at once. */
const CHANNEL: ChannelConfig = {
  id: "hook",
  kind: "webhook",
  url: "http://127.0.0.1:9/",
  secret: null,
  headers: {},
};

export type ServerOptions = {
  /** Whether it counts as listening on loopback only. Default true; the port is always on loopback. */
  readonly loopback?: boolean;
  /** A password that is set already; hashed so that checking it takes no time. */
  readonly password?: string;
  readonly now?: () => number;
  readonly assets?: ReadonlyMap<string, Asset>;
  readonly cameras?: CameraStatus[];
  readonly folder?: string;
  readonly parts?: Partial<AppParts>;
};

export type TestServer = {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly parts: AppParts;
  readonly store: Store;
  readonly auth: Auth;
  readonly live: LiveHub;
  readonly cameras: CameraStatus[];
  readonly log: string[];
  /** Passwords that were drawn at the start. */
  readonly announced: string[];
  /** Edits that reached the configuration. */
  readonly edits: EntryEdit[];
  readonly subscriptions: Set<CameraSubscription>;
  /** How often the status was made for `/api/events`. */
  tellings(): number;
  ask(path: string, asked?: Asked): Promise<Answered>;
  json(path: string, asked?: Asked): Promise<unknown>;
  close(): Promise<void>;
};

export const CONFIG_VERSION = "v1";

export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "symbion-server-"));
  const store = await openStore(storeConfig(folder));
  const log: string[] = [];
  const announced: string[] = [];
  const now = options.now ?? Date.now;
  if (options.password !== undefined) await store.putState("auth", seeded(options.password));
  const auth = await Auth.open({
    store,
    loopback: options.loopback ?? true,
    log: (text) => log.push(text),
    announce: (password) => announced.push(password),
    now,
  });
  const cameras = options.cameras ?? [camera()];
  const status = (): NodeStatus => ({
    version: "1.2.3",
    uptimeSeconds: 12.5,
    cpuMsPerSecond: 100,
    memoryBytes: 1e8,
    snapshots: true,
    problems: [],
    name: "test",
    config: { path: "/somewhere/symbion.yaml", editable: true, lastGood: true },
    store: store.status(),
    firing: 0,
    backlog: { messages: 0, oldestSeconds: 0 },
    cameras,
  });
  let tellings = 0;
  const told = (): NodeStatus => {
    tellings++;
    return status();
  };
  const live = new LiveHub({ status: told, store, now });
  const alerts = await createAlerts({
    store,
    rules: [RULE],
    channels: [CHANNEL],
    nodeName: "test",
    cameras: () => cameras,
    publicUrl: null,
    log: (text) => log.push(text),
  });
  const closing = new AbortController();
  const subscriptions = new Set<CameraSubscription>();
  const edits: EntryEdit[] = [];
  const outcome: ConfigOutcome = { saved: true, version: "v2", problems: [] };
  const download = (name: string): Download => ({
    name,
    type: "application/gzip",
    body: new Blob([`archive ${name}`]).stream(),
  });
  const companion = new CompanionService({
    ...{ door: openDoor, folder: companionFolder(folder), log: (text) => log.push(text) },
    now,
  });
  companion.configure({ ...SAMPLE_COMPANION, crm: SAMPLE_CRM });
  const parts: AppParts = {
    cameras: {
      status: () => cameras,
      statusOf: (id) => cameras.find((one) => one.id === id) ?? null,
      has: (id) => cameras.some((one) => one.id === id && one.state !== "disabled"),
      subscribe: () => subscribe(subscriptions),
    },
    watch: {
      status: (id) => (cameras.some((one) => one.id === id) ? cameraWatch(id) : null),
      recent: (id, limit) =>
        cameras.some((one) => one.id === id) ? [WATCH_WINDOW].slice(0, limit) : null,
      change: (id, { policy, threshold }) => {
        if (!cameras.some((one) => one.id === id)) return null;
        const changed = cameraWatch(id);
        return {
          ...changed,
          policy: policy ?? changed.policy,
          threshold: threshold ?? changed.defaultThreshold,
        };
      },
    },
    machines: machinesPart(),
    share: sharePart(),
    companion,
    status,
    snapshots: { take: async () => new Uint8Array([0xff, 0xd8, 0xff, 0xd9]) },
    store,
    alerts,
    config: {
      document: async () => ({
        path: "/somewhere/symbion.yaml",
        text: "cameras: []\n",
        version: CONFIG_VERSION,
        problems: [],
      }),
      rules: async () => ({ version: CONFIG_VERSION, rules: [{ id: "night", when: ["motion"] }] }),
      schema: () => ({ type: "object" }),
      check: async (text) => (text === "" ? ["1:1: expected a mapping, got nothing"] : []),
      replace: async (version) => (version === CONFIG_VERSION ? outcome : "outdated"),
      edit: async (version, edit) => {
        if (version !== CONFIG_VERSION) return "outdated";
        if ("id" in edit && edit.id === "missing") return "missing";
        edits.push(edit);
        return outcome;
      },
    },
    backup: {
      create: async ({ clips }) => download(clips ? "all.tar.gz" : "small.tar.gz"),
      restore: async (): Promise<RestoreReport> => ({
        ok: true,
        reason: null,
        createdAt: 1,
        version: "1.2.3",
        schema: 1,
        insights: 1,
        alerts: 2,
        clips: 3,
        config: true,
      }),
      folder,
      maxBytes: () => 4 << 20,
    },
    probe: async (target) =>
      "url" in target
        ? {
            ok: true,
            container: "RTSP",
            codec: "avc1.640028",
            width: 1280,
            height: 720,
            fps: 15,
            keyframeSeconds: 2,
            preview: null,
          }
        : { ok: false, reason: "no such file" },
    discover: async () => [
      { name: "Camera", address: "192.0.2.7", via: "onvif", urls: [], detail: "Maker Model" },
    ],
    doctor: async () => [{ name: "disk", state: "ok", text: "10 GB free" }],
    support: async () => download("support.tar.gz"),
    plugins: () => [],
    auth,
    live,
    assets: options.assets ?? new Map(),
    names: ownNames("127.0.0.1"),
    closing: closing.signal,
    log: (text) => log.push(text),
    now: options.now,
    ...options.parts,
  };
  const server = await listen(createApp(parts), "127.0.0.1", 0, true);
  const url = `http://127.0.0.1:${server.port}`;
  return {
    url,
    port: server.port,
    folder,
    parts,
    store,
    auth,
    live,
    cameras,
    log,
    announced,
    edits,
    subscriptions,
    tellings: () => tellings,
    ask: (path, asked) => ask(url + path, asked),
    json: async (path, asked) => JSON.parse(String((await ask(url + path, asked)).body)),
    close: async () => {
      closing.abort();
      live.close();
      await server.close();
      await alerts.stop();
      await companion.stop();
      await store.close();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Lets everything out; the door has tests of its own. */
const openDoor: Pick<Door, "open"> = {
  open: async ({ privacy = null, subject = null, tier = null, id = "r1", ...draft }) => ({
    release: {
      ...{ ...draft, id, at: 0, privacy, subject, tier, securityBytes: null, session: null },
      ...{ state: "pending", reason: "" },
    },
    end: async () => {},
  }),
};

function seeded(password: string): unknown {
  const parameters = { cost: 16, blockSize: 1, parallelization: 1 };
  const salt = Buffer.from("salt");
  const hash = scryptSync(password, salt, 32, { N: 16, r: 1, p: 1 }).toString("base64url");
  return {
    version: 1,
    secret: `of the node of ${Math.random()}`,
    password: { ...parameters, salt: salt.toString("base64url"), hash },
    sessions: [],
    tokens: [],
  };
}

function subscribe(open: Set<CameraSubscription>): CameraSubscription {
  const closed = Promise.withResolvers<void>();
  let end: (() => void) | null = null;
  const subscription: CameraSubscription = {
    stream: new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(packRecord({ kind: "dropped", frames: 1 }));
        end = () => controller.close();
      },
      cancel: () => {
        end = null;
        subscription.close();
      },
    }),
    closed: closed.promise,
    close: () => {
      open.delete(subscription);
      end?.();
      end = null;
      closed.resolve();
    },
  };
  open.add(subscription);
  return subscription;
}
