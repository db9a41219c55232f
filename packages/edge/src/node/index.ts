/** The node as a whole: configuration, store, cameras, alerts and server, started and ended together. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type NodeStatus, UsageError } from "@symbion/core";
import { createAlerts } from "../alerts/index.ts";
import { CompanionService, companionFolder } from "../companion/service.ts";
import type { ConfigChange } from "../config/change.ts";
import { DEFAULT_PORT } from "../config/defaults.ts";
import { ConfigFile } from "../config/file.ts";
import { MachinesService } from "../machines/service.ts";
import { Cameras } from "../pipeline/cameras.ts";
import { PluginHost } from "../plugins/index.ts";
import { isInsight } from "../plugins/plugin.ts";
import { createApp } from "../server/app.ts";
import { readAssets } from "../server/assets.ts";
import { Auth } from "../server/auth.ts";
import { type Listening, listen } from "../server/listen.ts";
import { LiveHub } from "../server/live.ts";
import { isLoopbackHost, ownNames } from "../server/security.ts";
import { hasFfmpeg, Snapshots } from "../server/snapshot.ts";
import { Door } from "../share/door.ts";
import { takeJournal } from "../share/journal.ts";
import { ShareService } from "../share/service.ts";
import { openStore } from "../store/index.ts";
import { WatchService } from "../watch/service.ts";
import { startCpuMeter } from "./cpu-meter.ts";
import { DiskWatch } from "./disk-watch.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { InsightHub } from "./insights.ts";
import { createLog } from "./log.ts";
import { backupPart, configPart, probePart, supportPart } from "./parts.ts";
import { READING_INTERVAL, takeReadings } from "./readings.ts";
import { SourceWatch } from "./source-watch.ts";

/** Time for an answer to go out before the node ends to start again, milliseconds. */
const RESTART_DELAY = 500;

/** How often is taken over what commands beside the node let out, milliseconds. */
const JOURNAL_INTERVAL = 10_000;

/** Options of {@link runNode}. */
export type RunOptions = {
  /** Configuration file. Default: `symbion.yaml` in the working folder if there is one, else the built-in sample. */
  readonly config?: string;
  /** Address to listen on, before the configuration's. */
  readonly host?: string;
  /** Port to listen on, before the configuration's; 0 takes any free one. A taken one is an error. */
  readonly port?: number;
  /** Log lines as NDJSON instead of text. Default false. */
  readonly json?: boolean;
  /** Where log lines go, each with its line end. Default: standard output. */
  readonly write?: (line: string) => void;
  /** Ends the node when aborted. */
  readonly signal?: AbortSignal;
  /** End on SIGINT and SIGTERM. Default true. */
  readonly handleSignals?: boolean;
  /** Folder of the built page. Default: the one shipped beside this package. */
  readonly page?: string;
  /** Folder in which `symbion.yaml` and the data are looked for where `config` names no file. Default: the working folder. */
  readonly folder?: string;
};

/** A node that runs, as {@link runNode} returns it: its address, its figures, and how to end it. */
export type RunningNode = {
  /** Address of its page, `http://127.0.0.1:8480/` for instance. */
  readonly url: string;
  /** What it shows now. */
  status(): NodeStatus;
  /** Ends it, within two seconds; can be called again. */
  stop(): Promise<void>;
  /**
   * Resolves when it has ended, for whatever reason; with `restart` where it is to be started again with the same
   * options, because a backup waits to be put in place.
   */
  readonly closed: Promise<"stopped" | "restart">;
};

const OPTIONS = [
  "config",
  "host",
  "port",
  "json",
  "write",
  "signal",
  "handleSignals",
  "page",
  "folder",
];

/**
 * Starts a node and resolves once it listens. Throws `UsageError`: unknown option, a named configuration that does not
 * exist, a port that is taken, a data folder that another node has or that is of a newer version. What is wrong inside
 * the configuration is no error: it is logged and shown on the page, and the rest runs.
 */
export async function runNode(options: RunOptions = {}): Promise<RunningNode> {
  for (const key of Object.keys(options)) {
    if (!OPTIONS.includes(key)) {
      throw new UsageError(`runNode: expected one of ${OPTIONS.join(", ")}, got option "${key}"`);
    }
  }
  const log = createLog({
    json: options.json ?? false,
    write: options.write ?? ((line) => void process.stdout.write(line)),
  });
  const undo: (() => Promise<void> | void)[] = [];
  const unwind = async (): Promise<void> => {
    for (const step of undo.reverse()) await step();
    undo.length = 0;
  };
  try {
    return await start(options, log, undo, unwind);
  } catch (error) {
    await unwind();
    throw error;
  }
}

/** The parts in the order in which they depend on each other; each leaves in `undo` how it ends. */
async function start(
  options: RunOptions,
  log: ReturnType<typeof createLog>,
  undo: (() => Promise<void> | void)[],
  unwind: () => Promise<void>,
): Promise<RunningNode> {
  const file = await ConfigFile.open(
    options.config ?? null,
    options.folder === undefined ? {} : { folder: options.folder },
  );
  undo.push(() => file.close());
  let config = file.current;
  for (const problem of config.problems) log.warn(problem);

  const closing = new AbortController();
  const disk = new DiskWatch((insight) => void hub.take(insight));
  const [assets, ffmpeg, version, store] = await Promise.all([
    readAssets(options.page ?? fileURLToPath(new URL("../../../web/dist", import.meta.url))),
    hasFfmpeg(),
    packageVersion(),
    openStore(config.store, {
      onProblem: (problem) => {
        if (problem !== null) log.warn(`store: ${problem.text}`);
        disk.problem(problem);
      },
      onRecoveredClip: (clip) => log.info(`clip ${clip.id} of an earlier run recovered`),
    }),
  ]);
  undo.push(() => store.close());

  const live = new LiveHub({ status: () => status(), store });
  undo.push(() => live.close());
  const host = options.host ?? config.host;
  const wanted = options.port ?? config.port;
  const loopback = isLoopbackHost(host);
  const auth = await Auth.open({
    store,
    loopback,
    log: (text) => log.warn(text),
    announce: (password) => log.secret("Sign in with this password (shown only now)", password),
  });

  const door = new Door({
    store,
    publish: (release) => {
      live.publish("release", release);
      share.released(release);
    },
    log: (text) => log.warn(text),
  });
  undo.push(() => door.close());

  // These do nothing before they are configured.
  const machines: MachinesService = new MachinesService({
    onInsight: (insight) => void hub.take(insight),
    publish: (event, data) => live.publish(event, data),
    log: (text) => log.info(text),
    folder: config.store.folder,
  });
  const companion = new CompanionService({
    door,
    folder: companionFolder(config.store.folder),
    log: (text) => log.info(text),
  });
  const share: ShareService = new ShareService({
    store,
    door,
    sources: {
      machines: () => machines.list(),
      cameras: () => config.cameras.map(({ id }) => id),
    },
    publish: (event, data) => live.publish(event, data),
    log: (text) => log.info(text),
    folder: join(config.store.folder, "share"),
    name: () => config.name,
  });
  // What commands let out while no node ran, and what an earlier run left open.
  await takeJournal(config.store.folder, store).catch((error: Error) => log.warn(error.message));
  await door.recover().catch((error: Error) => log.warn(error.message));
  const alerts = await createAlerts({
    store,
    door,
    rules: config.rules,
    channels: config.channels,
    nodeName: config.name,
    cameras: () => [...config.cameras, ...machines.names()],
    publicUrl: null,
    log: (text) => log.info(text),
    onAlert: (alert) => live.publish("alert", alert),
    onDelivery: (delivery) => live.publish("delivery", delivery),
  });
  undo.push(() => alerts.stop());

  const plugins = new PluginHost({
    config: file.path,
    node: config.name,
    onRecord: (record) =>
      isInsight(record) ? hub.takeFromPlugin(record) : store.putReadings([record]),
    getState: (plugin) => store.state(`plugin:${plugin}`),
    putState: (plugin, value) => store.putState(`plugin:${plugin}`, value),
    log: (text) => log.info(text),
  });
  undo.push(() => plugins.stop());
  const hub = new InsightHub({ store, alerts, live, plugins, log: (text) => log.warn(text) });
  disk.begin();

  const heartbeat = await startHeartbeat(store, (insight) => hub.take(insight));
  undo.push(() => heartbeat.stop());

  const sources = new SourceWatch((insight) => void hub.take(insight));
  const watch: WatchService = new WatchService({
    feed: (id, settings) => cameras.feed(id, settings),
    keepWhole: (id) => cameras.keepWhole(id),
    countDecoded: (id, pictures) => cameras.countDecoded(id, pictures),
    onInsight: (insight) => void hub.take(insight),
    publish: (event, data) => live.publish(event, data),
    log: (text) => log.info(text),
  });
  const cameras: Cameras = new Cameras(store.clipFolder, {
    log: (text) => log.info(text),
    onInsight: (insight) => void hub.take(insight),
    onClip: (clip) => {
      store.putClip(clip).then(
        () => live.publish("clip", clip),
        (error: Error) => log.warn(`clip ${clip.id}: could not be stored: ${error.message}`),
      );
    },
    onState: (id, { state, reason }) => {
      sources.state(id, state, reason);
      live.publish("camera", { id, state });
    },
    onPlan: (frame) => watch.plan(frame),
    onSample: (id, sample) => watch.sample(id, sample),
    onFed: (id, problem) => (problem === null ? watch.ended(id) : watch.problem(id, problem)),
  });
  undo.push(() => cameras.stop());
  undo.push(() => watch.stop());
  undo.push(() => machines.stop());
  undo.push(() => share.stop());
  undo.push(() => companion.stop());
  cameras.configure(config.cameras, config.disabled);
  void plugins.configure(config.plugins);

  const started = performance.now();
  const cpu = startCpuMeter();
  undo.push(() => cpu.stop());
  const status = (): NodeStatus => ({
    version,
    name: config.name,
    uptimeSeconds: (performance.now() - started) / 1000,
    cpuMsPerSecond: cpu.perSecond(),
    memoryBytes: process.memoryUsage.rss(),
    snapshots: ffmpeg,
    problems: config.problems,
    config: { path: file.path, editable: file.editable, lastGood: file.lastGood },
    store: store.status(),
    firing: alerts.firing().filter(({ acknowledgedAt }) => acknowledgedAt === null).length,
    backlog: alerts.backlog(),
    cameras: cameras.status(),
  });

  const apply = (change: ConfigChange): void => {
    const before = new Set(config.problems);
    config = change.config;
    for (const problem of config.problems) if (!before.has(problem)) log.warn(problem);
    cameras.configure(config.cameras, config.disabled);
    watch.configure(config.cameras);
    if (change.machines) machines.configure(config.machines);
    if (change.share || change.name) share.configure(config.share);
    if (change.companion) companion.configure(config.companion);
    for (const id of change.cameras.removed) sources.removed(id);
    if (change.rules || change.channels) {
      alerts.configure(config.rules, config.channels).catch((error: Error) => {
        log.warn(`alerts: ${error.message}`);
      });
    }
    if (change.plugins) void plugins.configure(config.plugins);
    if (change.store) {
      store.configure(config.store).catch((error: Error) => log.warn(`store: ${error.message}`));
    }
    live.publish("status", status());
  };
  undo.push(file.watch(apply));

  const readings = setInterval(() => {
    // What cannot be stored is told by the store itself.
    store.putReadings(takeReadings(status(), Date.now())).catch(() => undefined);
  }, READING_INTERVAL);
  readings.unref();
  undo.push(() => clearInterval(readings));

  const app = createApp({
    cameras,
    watch,
    machines,
    share,
    companion,
    status,
    snapshots: ffmpeg ? new Snapshots(cameras) : null,
    store,
    alerts,
    config: configPart(file),
    backup: backupPart({
      file,
      store,
      door,
      folder: config.store.folder,
      restart: (reason) => {
        log.info(`starting again: ${reason}`);
        // The answer to whoever asked for it goes out first.
        setTimeout(() => void stop("restart"), RESTART_DELAY).unref();
      },
    }),
    probe: probePart(file),
    discover: async () => {
      const { discover } = await import("../discovery/index.ts");
      return await discover({ signal: closing.signal });
    },
    ...supportPart({ file, status, log, plugins, door }),
    plugins: () => plugins.status(),
    auth,
    live,
    assets,
    names: ownNames(host, config.names),
    closing: closing.signal,
    log: (text) => log.info(text),
  });
  const server: Listening = await listen(app, host, wanted ?? DEFAULT_PORT, wanted !== undefined);
  undo.push(() => server.close());
  undo.push(() => closing.abort());
  const url = `http://${host.includes(":") ? `[${host}]` : reachable(host)}:${server.port}/`;
  if (wanted === undefined && server.port !== DEFAULT_PORT) {
    log.warn(`port ${DEFAULT_PORT} is in use: taking ${server.port}`);
  }
  if (!loopback) log.warn(`listening on ${host} without encryption: put a TLS proxy before it`);
  if (assets.size === 0) log.warn("the page is not built: run npm run build");
  log.ready(url, file.exists ? file.path : null, config.cameras.length);
  // Models are loaded when everything else runs.
  watch.configure(config.cameras);
  machines.configure(config.machines);
  share.configure(config.share);
  companion.configure(config.companion);
  const journal = setInterval(() => {
    takeJournal(config.store.folder, store).catch(() => undefined);
  }, JOURNAL_INTERVAL);
  journal.unref();
  undo.push(() => clearInterval(journal));

  const ended = Promise.withResolvers<"stopped" | "restart">();
  let stopping: Promise<void> | null = null;
  const stop = (why: "stopped" | "restart"): Promise<void> => {
    stopping ??= (async () => {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
      options.signal?.removeEventListener("abort", onSignal);
      await unwind();
      log.info(why);
      ended.resolve(why);
    })();
    return stopping;
  };
  const onSignal = (): void => void stop("stopped");
  if (options.handleSignals ?? true) {
    process.once("SIGINT", onSignal);
    process.once("SIGTERM", onSignal);
  }
  options.signal?.addEventListener("abort", onSignal, { once: true });
  if (options.signal?.aborted) onSignal();
  return { url, status, stop: () => stop("stopped"), closed: ended.promise };
}

/** An address that a browser on this machine can open. */
function reachable(host: string): string {
  return host === "0.0.0.0" ? "127.0.0.1" : host;
}

async function packageVersion(): Promise<string> {
  const file = fileURLToPath(new URL("../../package.json", import.meta.url));
  return (JSON.parse(await readFile(file, "utf8")) as { version: string }).version;
}
