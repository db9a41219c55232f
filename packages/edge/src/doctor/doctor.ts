/** `symbion doctor`: everything that is worth looking at when something does not work, looked at once. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type DoctorCheck, maskCredentials, type NodeStatus, UsageError } from "@symbion/core";
import { checkConfig, describeReadError } from "../config/config.ts";
import { DEFAULT_CONFIG, defaultConfig } from "../config/defaults.ts";
import type { NodeConfig } from "../config/types.ts";
import type { Door } from "../share/door.ts";
import { checkCompanionServers } from "./companion.ts";
import {
  check,
  checkClock,
  checkFfmpeg,
  checkMemory,
  checkNode,
  checkPage,
  checkTimeZone,
  ffmpegVersion,
} from "./machine.ts";
import {
  checkConfigProblems,
  checkDataFolder,
  checkLock,
  checkPort,
  checkSecretsFile,
  checkSpace,
  freeBytes,
} from "./places.ts";
import { checkCameras, checkChannels, checkMachineSources, checkRunningCameras } from "./reach.ts";

/** Options of {@link runDoctor}. */
export type DoctorOptions = {
  /** Configuration file. Default: `symbion.yaml` in the working folder if there is one, else the built-in sample. */
  readonly config?: string;
  /** The node that asks about itself: its folder and port are in use as they should be, its cameras are open. */
  readonly node?: { readonly config: NodeConfig; readonly status: NodeStatus };
  /** Whether to open each camera for a moment. Default false. */
  readonly cameras?: boolean;
  /** Whether to connect to the servers of the channels. Default true. */
  readonly channels?: boolean;
  /**
   * What a question to a server elsewhere passes before it leaves. Default: none, such servers are connected to and asked
   * nothing.
   */
  readonly door?: Pick<Door, "open">;
  /** Folder of the built page. Default: the one shipped beside this package. */
  readonly page?: string;
  /** Ends the trying of cameras. */
  readonly signal?: AbortSignal;
};

const OPTIONS: readonly string[] = [
  "config",
  "node",
  "cameras",
  "channels",
  "door",
  "page",
  "signal",
];

/** What a configuration file comes to. */
export type LoadedConfig = {
  /** Path of the file, or null for the built-in sample. */
  readonly from: string | null;
  /** The file's text, or null where it cannot be read. */
  readonly text: string | null;
  /** Null where it cannot be read, or is no YAML mapping. */
  readonly config: NodeConfig | null;
  readonly problems: readonly string[];
  /** Values of secrets that it refers to. */
  readonly secrets: readonly string[];
};

/** Reads a configuration for the doctor, which wants to know about every mistake: never rejects. */
export async function loadForDoctor(path: string | undefined): Promise<LoadedConfig> {
  const from = path ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : null);
  const nothing = { from, text: null, config: null, secrets: [] };
  if (from === null) return { ...nothing, config: defaultConfig(process.cwd()), problems: [] };
  let text: string;
  try {
    text = await readFile(from, "utf8");
  } catch (error) {
    const got = describeReadError(error);
    return { ...nothing, problems: [`${from}: expected a configuration file, got ${got}`] };
  }
  const checked = checkConfig(text, from);
  if ("broken" in checked) return { ...nothing, text, problems: [checked.broken.text] };
  const { config, problems, secrets } = checked;
  return { from, text, config, problems: problems.map((problem) => problem.text), secrets };
}

/**
 * Runs every check; `failed` means that something does not work, `warning` that it may not for long or for everybody.
 * Texts hold no credentials. Never rejects for what it finds. Throws `UsageError` for an unknown option.
 */
export async function runDoctor(options: DoctorOptions = {}): Promise<DoctorCheck[]> {
  for (const key of Object.keys(options)) {
    if (!OPTIONS.includes(key)) {
      throw new UsageError(`runDoctor: expected one of ${OPTIONS.join(", ")}, got option "${key}"`);
    }
  }
  const { node } = options;
  const loaded = await loadForDoctor(options.config);
  const config = node?.config ?? loaded.config;
  const page = options.page ?? fileURLToPath(new URL("../../../web/dist", import.meta.url));
  const networkCameras = config?.cameras.filter(({ source }) => "url" in source).length ?? 0;
  const checks: (DoctorCheck | readonly DoctorCheck[] | Promise<DoctorCheck | DoctorCheck[]>)[] = [
    checkNode(),
    ffmpegVersion().then((version) => checkFfmpeg(version, networkCameras)),
    checkMemory(),
    checkClock(),
    checkTimeZone(config?.rules.some(({ quiet }) => quiet.length > 0) === true),
    checkPage(page),
    checkConfigProblems(loaded.from, node?.status.problems ?? loaded.problems),
    ...(loaded.from === null ? [] : [checkSecretsFile(resolve(loaded.from))]),
  ];
  if (config !== null) {
    const { store } = config;
    const used = node === undefined ? 0 : stored(node.status);
    checks.push(
      checkDataFolder(store),
      freeBytes(store.folder).then((free) => checkSpace(store, free, used)),
      ...(node === undefined ? [checkLock(store), checkPort(config)] : [checkStore(node.status)]),
    );
    if (node !== undefined) checks.push(checkRunningCameras(node.status.cameras));
    else if (options.cameras === true) checks.push(checkCameras(config.cameras, options.signal));
    if (options.channels !== false) checks.push(checkChannels(config.channels));
    if (node === undefined) checks.push(checkMachineSources(config.machines.sources));
    checks.push(checkCompanionServers(config.companion, options.door ?? null));
  }
  const done = (await Promise.all(checks)).flat();
  return done.map((one) => ({ ...one, text: mask(one.text, loaded.secrets) }));
}

function stored({ store }: NodeStatus): number {
  return store.databaseBytes + store.clipBytes + store.companionBytes;
}

function checkStore({ store }: NodeStatus): DoctorCheck {
  return store.problem === null
    ? check("store", "ok", `${(store.writtenBytesPerDay / 1e6).toFixed(1)} MB written per day`)
    : check("store", "failed", store.problem);
}

function mask(text: string, secrets: readonly string[]): string {
  const masked = secrets
    .filter((secret) => secret !== "")
    .reduce((all, secret) => all.replaceAll(secret, "***"), text);
  return maskCredentials(masked.replace(/\s+/g, " ").trim());
}
