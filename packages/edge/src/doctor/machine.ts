/** Checks of the machine: what the node runs on, and what it needs beside itself. */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import type { DoctorCheck } from "@symbion/core";

/** Lowest major version of Node.js. */
const REQUIRED_NODE = 24;

/** Least memory that a node needs for itself, and that should be left, bytes. */
const LEAST_MEMORY = 512 * 2 ** 20;
const LEAST_AVAILABLE = 128 * 2 ** 20;

/** A year in which nobody runs this version: the clock is not set. */
const FIRST_YEAR = 2026;
const LAST_YEAR = 2100;

/** How far the clock may have been moved since the process began, ms. */
const MAX_JUMP = 2000;

/** Makes a check's record. */
export function check(name: string, state: DoctorCheck["state"], text: string): DoctorCheck {
  return { name, state, text };
}

/** Whether this Node.js is recent enough. */
export function checkNode(version: string = process.versions.node): DoctorCheck {
  const enough = Number(version.split(".")[0]) >= REQUIRED_NODE;
  const text = `${version} on ${process.platform}-${process.arch}, ${availableParallelism()} cores`;
  return enough
    ? check("Node.js", "ok", text)
    : check("Node.js", "failed", `expected ${REQUIRED_NODE} or newer, got ${text}`);
}

/** First line of `ffmpeg -version`, or null where it does not start. */
export function ffmpegVersion(): Promise<string | null> {
  const program = process.env.SYMBION_FFMPEG ?? "ffmpeg";
  return new Promise((resolve) => {
    execFile(program, ["-version"], { timeout: 5000 }, (error, stdout) => {
      resolve(error === null ? (stdout.split("\n")[0] ?? "").slice(0, 100) : null);
    });
  });
}

/** Whether ffmpeg is there, and whether anything needs it. */
export function checkFfmpeg(version: string | null, networkCameras: number): DoctorCheck {
  if (version !== null) {
    const number = /version (\S+)/.exec(version)?.[1] ?? version;
    return check("ffmpeg", "ok", number);
  }
  const how = "not found; install it (Debian: apt-get install ffmpeg)";
  return networkCameras > 0
    ? check("ffmpeg", "failed", `${how}: ${networkCameras} network cameras need it`)
    : check("ffmpeg", "warning", `${how} for network cameras and still pictures`);
}

/** Whether there is memory, bytes. */
export function checkMemory(
  total: number = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
  available: number = process.availableMemory(),
): DoctorCheck {
  const mib = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
  const text = `${mib(available)} of ${mib(total)} available`;
  const enough = total >= LEAST_MEMORY && available >= LEAST_AVAILABLE;
  return check("memory", enough ? "ok" : "warning", enough ? text : `little is left: ${text}`);
}

/**
 * Whether the clock is set, and stays set.
 *
 * @param now Milliseconds since 1970.
 * @param expected What they should be after the steady clock, since the process began.
 */
export function checkClock(
  now: number = Date.now(),
  expected: number = performance.timeOrigin + performance.now(),
): DoctorCheck {
  const year = new Date(now).getUTCFullYear();
  if (!(year >= FIRST_YEAR && year <= LAST_YEAR)) {
    return check("clock", "failed", `expected the present, got the year ${year}: set the clock`);
  }
  const jump = Math.round((now - expected) / 100) / 10;
  if (Math.abs(jump * 1000) > MAX_JUMP) {
    const text = `it was moved by ${jump} s since the process began: is the time synchronised (NTP)?`;
    return check("clock", "warning", text);
  }
  return check("clock", "ok", new Date(now).toISOString());
}

/** Which time zone quiet hours are in. */
export function checkTimeZone(
  quietHours: boolean,
  zone: string = Intl.DateTimeFormat().resolvedOptions().timeZone,
): DoctorCheck {
  if (quietHours && /^(?:Etc\/)?(?:UTC|GMT|Universal|Zulu)$/i.test(zone)) {
    const text = `${zone}: quiet hours are in UTC; set the machine's time zone if that is not meant`;
    return check("time zone", "warning", text);
  }
  return check("time zone", "ok", zone);
}

/** Whether the page that the node serves is there. */
export function checkPage(folder: string): DoctorCheck {
  return existsSync(join(folder, "index.html"))
    ? check("page", "ok", "built")
    : check("page", "warning", "not built: run npm run build");
}
