/** Checks of files, folders and ports that the configuration names. */

import { existsSync, statSync } from "node:fs";
import { access, constants, open, rm, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { type DoctorCheck, UsageError } from "@symbion/core";
import { DEFAULT_PORT } from "../config/defaults.ts";
import { SECRETS_FILE, secretsPath } from "../config/references.ts";
import type { NodeConfig, StoreConfig } from "../config/types.ts";
import { lockFolder } from "../store/lock.ts";
import { check } from "./machine.ts";

/** Problems of a configuration that a check shows. */
const SHOWN_PROBLEMS = 5;

/** Milliseconds for the node at a port to say that it is one. */
const PATIENCE = 2000;

/** What is wrong with the configuration. */
export function checkConfigProblems(from: string | null, problems: readonly string[]): DoctorCheck {
  if (from === null) {
    return check("configuration", "ok", "no file: the built-in sample is shown");
  }
  if (problems.length === 0) return check("configuration", "ok", from);
  const shown = problems.slice(0, SHOWN_PROBLEMS);
  const more = problems.length - shown.length;
  const text = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
  return check("configuration", "failed", text);
}

/** Whether the file with the secrets is for its owner only. */
export function checkSecretsFile(config: string): DoctorCheck {
  const found = statSync(secretsPath(config), { throwIfNoEntry: false });
  if (found === undefined) return check("secrets file", "ok", `no ${SECRETS_FILE}`);
  const mode = (found.mode & 0o777).toString(8);
  // Windows has no such bits: everything looks readable there.
  return process.platform !== "win32" && (found.mode & 0o077) !== 0
    ? check(
        "secrets file",
        "failed",
        `expected ${SECRETS_FILE} for its owner only (chmod 600), got mode ${mode}`,
      )
    : check("secrets file", "ok", `mode ${mode}`);
}

/** Whether data can be written where it should go. Tries it with a small file. */
export async function checkDataFolder({ folder }: StoreConfig): Promise<DoctorCheck> {
  const name = "data folder";
  if (!existsSync(folder)) {
    const above = firstExisting(folder);
    return await access(above, constants.W_OK | constants.X_OK).then(
      () => check(name, "ok", `${folder} will be made`),
      (error) => check(name, "failed", `${folder} cannot be made: ${codeOf(error)} in ${above}`),
    );
  }
  const file = join(folder, `.doctor-${process.pid}`);
  try {
    const handle = await open(file, "wx");
    try {
      await handle.writeFile("symbion");
      await handle.sync();
    } finally {
      await handle.close();
      await rm(file, { force: true });
    }
    return check(name, "ok", folder);
  } catch (error) {
    return check(name, "failed", `${folder} cannot be written to: ${codeOf(error)}`);
  }
}

/** Free bytes of the disk that a folder is, or will be, on; null where nobody says. */
export async function freeBytes(folder: string): Promise<number | null> {
  return await statfs(firstExisting(folder)).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  );
}

/**
 * Whether there is room.
 *
 * @param free Bytes free on the disk.
 * @param used Bytes that the node's data takes already.
 */
export function checkSpace(store: StoreConfig, free: number | null, used: number): DoctorCheck {
  const name = "disk space";
  if (free === null) return check(name, "warning", "unknown: the file system does not say");
  const gb = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  const { quotaBytes, reserveBytes } = store;
  if (free <= reserveBytes) {
    const text = `${gb(free)} free, ${gb(reserveBytes)} are to stay free: nothing more is stored`;
    return check(name, "failed", text);
  }
  const room = free - reserveBytes + used;
  if (room < quotaBytes) {
    const text = `${gb(free)} free: the quota of ${gb(quotaBytes)} cannot be used up, ${gb(room)} can`;
    return check(name, "warning", text);
  }
  return check(name, "ok", `${gb(free)} free`);
}

/** Whether another node has the data folder. */
export function checkLock({ folder }: StoreConfig): DoctorCheck {
  const name = "data folder lock";
  // A lock is taken only to try it: where there is none yet, none is made.
  if (!existsSync(join(folder, "node.lock"))) return check(name, "ok", "free");
  try {
    lockFolder(folder).release();
    return check(name, "ok", "free");
  } catch (error) {
    if (error instanceof UsageError) return check(name, "ok", "a node uses it");
    return check(name, "failed", `cannot be locked: ${codeOf(error)}`);
  }
}

/** Whether the port is free, or a node's. */
export async function checkPort({ host, port }: NodeConfig): Promise<DoctorCheck> {
  const name = "port";
  const wanted = port ?? DEFAULT_PORT;
  if (wanted === 0) return check(name, "ok", "any free one");
  const refusal = await tryListening(host, wanted);
  if (refusal === null) return check(name, "ok", `${wanted} is free`);
  if (refusal === "EADDRINUSE") {
    if (await isNode(host, wanted)) return check(name, "ok", `a node answers at ${wanted}`);
    return port === undefined
      ? check(name, "warning", `${wanted} is another program's: the next free one is taken`)
      : check(name, "failed", `${wanted} is another program's`);
  }
  return check(name, "failed", `cannot listen on ${host}:${wanted}: ${refusal}`);
}

function tryListening(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve(codeOf(error)));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}

/** An address of this machine, as a program on it reaches the node. */
export function ownAddress(host: string, port: number): string {
  const name = host === "0.0.0.0" || host === "" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

async function isNode(host: string, port: number): Promise<boolean> {
  try {
    const answer = await fetch(`${ownAddress(host, port)}/healthz`, {
      signal: AbortSignal.timeout(PATIENCE),
      redirect: "manual",
    });
    await answer.body?.cancel();
    return answer.status === 200 || answer.status === 503;
  } catch {
    return false;
  }
}

function firstExisting(path: string): string {
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(at) || dirname(at) === at) return at;
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
}
