/** The node as a whole: configuration, cameras and server, started and ended together. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type NodeStatus, UsageError } from "@symbion/core";
import pino from "pino";
import { DEFAULT_PORT, loadConfig, type NodeConfig } from "../config/config.ts";
import { sampleCameras } from "../config/samples.ts";
import { Cameras } from "../pipeline/cameras.ts";
import { createApp } from "../server/app.ts";
import { readAssets } from "../server/assets.ts";
import { type Listening, listen } from "../server/listen.ts";
import { ownNames } from "../server/security.ts";
import { hasFfmpeg, Snapshots } from "../server/snapshot.ts";

/** File that is read when none is named. */
export const DEFAULT_CONFIG = "symbion.yaml";

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
};

/** A node that runs, as {@link runNode} returns it: its address, its figures, and how to end it. */
export type RunningNode = {
  /** Address of its page, `http://127.0.0.1:8480/` for instance. */
  readonly url: string;
  /** What it shows now. */
  status(): NodeStatus;
  /** Ends it, within two seconds; can be called again. */
  stop(): Promise<void>;
  /** Resolves when it has ended, for whatever reason. */
  readonly closed: Promise<void>;
};

const OPTIONS = ["config", "host", "port", "json", "write", "signal", "handleSignals", "page"];

/** How far back the node's own CPU figure looks, milliseconds. */
const CPU_WINDOW = 5000;

/**
 * Starts a node and resolves once it listens. Throws `UsageError`: unknown option, configuration that is missing or
 * no YAML, port taken. Single wrong lines of the configuration are no error: they are logged and shown on the page.
 */
export async function runNode(options: RunOptions = {}): Promise<RunningNode> {
  for (const key of Object.keys(options)) {
    if (!OPTIONS.includes(key)) {
      throw new UsageError(`runNode: expected one of ${OPTIONS.join(", ")}, got option "${key}"`);
    }
  }
  const log = logger(options);
  const { config, from } = await configuration(options);
  for (const problem of config.problems) log.warn(problem);

  const [assets, ffmpeg, version] = await Promise.all([
    readAssets(options.page ?? fileURLToPath(new URL("../../../web/dist", import.meta.url))),
    hasFfmpeg(),
    packageVersion(),
  ]);
  const cameras = new Cameras(config.cameras, config.disabled, (text) => log.info(text));
  const closing = new AbortController();
  const started = performance.now();
  const cpu = cpuMeter();
  const status = (): NodeStatus => ({
    version,
    uptimeSeconds: (performance.now() - started) / 1000,
    cpuMsPerSecond: cpu.perSecond(),
    memoryBytes: process.memoryUsage.rss(),
    snapshots: ffmpeg,
    problems: config.problems,
    cameras: cameras.status(),
  });

  const host = options.host ?? config.host;
  const wanted = options.port ?? config.port;
  const app = createApp({
    cameras,
    status,
    snapshots: ffmpeg ? new Snapshots(cameras) : null,
    assets,
    names: ownNames(host),
    closing: closing.signal,
  });
  let server: Listening;
  try {
    server = await listen(app, host, wanted ?? DEFAULT_PORT, wanted !== undefined);
  } catch (error) {
    cpu.stop();
    await cameras.stop();
    throw error;
  }
  const url = `http://${host.includes(":") ? `[${host}]` : reachable(host)}:${server.port}/`;
  if (wanted === undefined && server.port !== DEFAULT_PORT) {
    log.warn(`port ${DEFAULT_PORT} is in use: taking ${server.port}`);
  }
  if (!isLoopback(host)) {
    log.warn(`listening on ${host}: everybody who reaches this machine sees its cameras`);
  }
  if (assets.size === 0) log.warn("the page is not built: run npm run build");
  log.ready(url, from, config.cameras.length);

  const ended = Promise.withResolvers<void>();
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
      options.signal?.removeEventListener("abort", onSignal);
      closing.abort();
      cpu.stop();
      await cameras.stop();
      await server.close();
      log.info("stopped");
      ended.resolve();
    })();
    return stopping;
  };
  const onSignal = (): void => void stop();
  if (options.handleSignals ?? true) {
    process.once("SIGINT", onSignal);
    process.once("SIGTERM", onSignal);
  }
  options.signal?.addEventListener("abort", onSignal, { once: true });
  if (options.signal?.aborted) onSignal();
  return { url, status, stop, closed: ended.promise };
}

async function configuration(
  options: RunOptions,
): Promise<{ config: NodeConfig; from: string | null }> {
  const path = options.config ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : null);
  if (path !== null) return { config: await loadConfig(path), from: resolve(path) };
  const config = {
    host: "127.0.0.1",
    port: undefined,
    cameras: sampleCameras(),
    disabled: [],
    problems: [],
  };
  return { config, from: null };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}

/** An address that a browser on this machine can open. */
function reachable(host: string): string {
  return host === "0.0.0.0" ? "127.0.0.1" : host;
}

async function packageVersion(): Promise<string> {
  const file = fileURLToPath(new URL("../../package.json", import.meta.url));
  return (JSON.parse(await readFile(file, "utf8")) as { version: string }).version;
}

type Log = {
  info(text: string): void;
  warn(text: string): void;
  ready(url: string, from: string | null, cameras: number): void;
};

function logger({
  json = false,
  write = (line) => void process.stdout.write(line),
}: RunOptions): Log {
  if (json) {
    const lines = pino(
      {
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (level) => ({ level }) },
      },
      { write },
    );
    return {
      info: (text) => lines.info(text),
      warn: (text) => lines.warn(text),
      ready: (url, config, cameras) => lines.info({ url, config, cameras }, "listening"),
    };
  }
  return {
    info: (text) => write(`${text}\n`),
    warn: (text) => write(`warning: ${text}\n`),
    ready: (url, from, count) => {
      const what =
        from === null
          ? `no ${DEFAULT_CONFIG} here: showing the built-in simulated sample`
          : `${count} camera${count === 1 ? "" : "s"} from ${from}`;
      write(`Symbion is running (${what}).\n\n  ${url}\n\nCtrl-C ends it.\n`);
    },
  };
}

/** CPU time of the process over the last seconds. */
function cpuMeter(): { perSecond: () => number; stop: () => void } {
  type Sample = { readonly at: number; readonly cpu: number };
  const take = (): Sample => {
    const { user, system } = process.cpuUsage();
    return { at: performance.now(), cpu: (user + system) / 1000 };
  };
  const samples = [take()];
  const timer = setInterval(() => {
    const sample = take();
    samples.push(sample);
    while (samples.length > 2 && sample.at - (samples[1] as Sample).at >= CPU_WINDOW)
      samples.shift();
  }, 1000);
  timer.unref();
  return {
    perSecond: () => {
      const first = samples[0] as Sample;
      const last = samples.at(-1) as Sample;
      return last.at > first.at ? ((last.cpu - first.cpu) * 1000) / (last.at - first.at) : 0;
    },
    stop: () => clearInterval(timer),
  };
}
