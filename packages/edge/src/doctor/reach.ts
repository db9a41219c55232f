/** Checks of what is beyond the machine: cameras, and the servers that notifications go to. */

import { lookup } from "node:dns/promises";
import { access } from "node:fs/promises";
import { createRequire } from "node:module";
import { connect, isIP } from "node:net";
import type { CameraStatus, DoctorCheck } from "@symbion/core";
import type { MachineSourceConfig } from "../config/machine-types.ts";
import type { CameraConfig, ChannelConfig } from "../config/types.ts";
import { probe } from "../discovery/index.ts";
import { check } from "./machine.ts";

/** Cameras that are tried at the same time. */
const TOGETHER = 4;

/** Milliseconds for a name to be resolved and a connection to be made. */
const PATIENCE = 3000;

/** Opens each camera for a moment and says what it is. */
export async function checkCameras(
  cameras: readonly CameraConfig[],
  signal: AbortSignal | undefined,
): Promise<DoctorCheck[]> {
  const results: DoctorCheck[] = [];
  const waiting = [...cameras.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, { id, source }] = next;
      const result = await probe(source, {
        preview: false,
        ...(signal === undefined ? {} : { signal }),
      });
      results[index] = result.ok
        ? check(
            `camera ${id}`,
            "ok",
            `${result.container}, ${result.width}x${result.height}, ${result.fps} frames/s`,
          )
        : check(`camera ${id}`, "failed", result.reason);
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, work));
  return results;
}

/** What a running node says of its cameras: they are not opened a second time. */
export function checkRunningCameras(cameras: readonly CameraStatus[]): DoctorCheck[] {
  return cameras.map(({ id, state, reason, restarts, stats }) => {
    const name = `camera ${id}`;
    if (state === "live" || state === "ended") {
      const again = restarts > 0 ? `, opened again ${restarts} times` : "";
      return check(name, "ok", `${state}, ${stats.fps.toFixed(1)} frames/s${again}`);
    }
    return check(name, state === "starting" ? "warning" : "failed", reason ?? state);
  });
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  "http:": 80,
  "https:": 443,
  "mqtt:": 1883,
  "mqtts:": 8883,
  "smtp:": 587,
  "smtps:": 465,
};

const MACHINE_PORTS: Readonly<Record<string, number>> = {
  "mqtt:": 1883,
  "mqtts:": 8883,
  "opc.tcp:": 4840,
  "tcp:": 502,
};

/** Optional packages that sources need. */
const PACKAGES: Readonly<Partial<Record<MachineSourceConfig["type"], string>>> = {
  opcua: "node-opcua-client",
  modbus: "modbus-serial",
};

/** Whether each source of machines' values can be reached: its package, its file, or a connection. Nothing is sent. */
export async function checkMachineSources(
  sources: readonly MachineSourceConfig[],
): Promise<DoctorCheck[]> {
  return await Promise.all(
    sources.map(async (source) => {
      const name = `machines ${source.id}`;
      if (source.type === "sample") return check(name, "ok", "a simulated fleet");
      if (source.type === "replay") {
        const there = await access(source.file).then(
          () => true,
          () => false,
        );
        return there
          ? check(name, "ok", `${source.file} is there`)
          : check(name, "failed", `${source.file} cannot be read`);
      }
      const missing = PACKAGES[source.type];
      if (missing !== undefined && !isInstalled(missing)) {
        return check(name, "failed", `the package ${missing} is missing: npm install ${missing}`);
      }
      // Two schemes that URL parsers do not know have hosts all the same.
      const [, scheme = "", authority = ""] =
        /^([a-z.]+:)\/\/(?:[^/@]*@)?([^/]*)/i.exec(source.url) ?? [];
      const [, host = "", port = ""] = /^(\[[^\]]+\]|[^:]*)(?::(\d+))?$/.exec(authority) ?? [];
      const at = Number(port) || (MACHINE_PORTS[scheme.toLowerCase()] ?? 0);
      const plain = host.replace(/^\[|\]$/g, "");
      if (plain === "" || at === 0) return check(name, "failed", "its address has no host");
      const problem = await connectTo(plain, at);
      return problem === null
        ? check(name, "ok", `${plain}:${at} accepts connections`)
        : check(name, "failed", `${plain}:${at}: ${problem}`);
    }),
  );
}

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** Whether the server of each channel can be connected to. Nothing is sent. */
export async function checkChannels(channels: readonly ChannelConfig[]): Promise<DoctorCheck[]> {
  return await Promise.all(
    channels.map(async (channel) => {
      const name = `channel ${channel.id}`;
      if (channel.kind === "webpush") {
        return check(name, "ok", "each browser names its own push service");
      }
      const url = URL.parse(channel.url);
      const host = url?.hostname.replace(/^\[|\]$/g, "") ?? "";
      const port = Number(url?.port) || (DEFAULT_PORTS[url?.protocol ?? ""] ?? 0);
      if (host === "" || port === 0) return check(name, "failed", "its address has no host");
      const problem = await connectTo(host, port);
      return problem === null
        ? check(name, "ok", `${host}:${port} accepts connections`)
        : check(name, "failed", `${host}:${port}: ${problem}`);
    }),
  );
}

/** Why no connection comes about, or null. */
export async function connectTo(host: string, port: number): Promise<string | null> {
  if (isIP(host) === 0) {
    const late = new Promise<"late">((resolve) => {
      setTimeout(() => resolve("late"), PATIENCE).unref();
    });
    const found = await Promise.race([lookup(host).catch((error: Error) => error), late]);
    if (found === "late") return "its name is not resolved in time";
    if (found instanceof Error) {
      return `no such host (${(found as NodeJS.ErrnoException).code ?? found.message})`;
    }
  }
  return await new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PATIENCE });
    const end = (problem: string | null): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.once("connect", () => end(null));
    socket.once("timeout", () => end("no answer"));
    socket.once("error", (error: NodeJS.ErrnoException) => {
      end(error.code === "ECONNREFUSED" ? "connection refused" : (error.code ?? error.message));
    });
  });
}
