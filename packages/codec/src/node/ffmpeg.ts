/**
 * The ffmpeg child process: found on PATH or at `SYMBION_FFMPEG`, killed with its consumer, never a shell, its last
 * words kept for the error message, credentials masked in everything that is shown.
 */

import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { MediaError } from "../containers/errors.ts";

/** A running ffmpeg. */
export type FfmpegChild = {
  /** Its standard output. */
  readonly stdout: Readable;
  /** Resolves with the exit code when it has ended; null when it was killed. Rejects when it cannot start. */
  readonly ended: Promise<number | null>;
  /** All that is kept of its messages: the first 40 and the last 20 lines, credentials masked. */
  log(): string[];
  /** Called for each complete line of its messages, if set. */
  onLine: ((line: string) => void) | undefined;
  /** Ends it: SIGTERM, and SIGKILL two seconds later. */
  kill(): void;
};

const KEEP_FIRST = 40;
const KEEP_LAST = 20;

const running: Set<ChildProcessByStdio<null, Readable, Readable>> = new Set();
let exitHook = false;

/** Starts ffmpeg with `args`; `secret` (a URL with credentials) never appears in its log. */
export function startFfmpeg(args: readonly string[], name: string, secret?: string): FfmpegChild {
  const program = process.env.SYMBION_FFMPEG ?? "ffmpeg";
  const child = spawn(program, ["-hide_banner", "-nostdin", "-nostats", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  if (!exitHook) {
    exitHook = true;
    process.once("exit", () => {
      for (const one of running) one.kill("SIGKILL");
    });
  }
  const first: string[] = [];
  const last: string[] = [];
  let rest = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    const lines = (rest + text).split(/\r?\n|\r/);
    rest = (lines.pop() ?? "").slice(-4096);
    for (const raw of lines) {
      const line = maskCredentials(secret === undefined ? raw : raw.replaceAll(secret, name));
      if (first.length < KEEP_FIRST) first.push(line);
      else {
        last.push(line);
        if (last.length > KEEP_LAST) last.shift();
      }
      self.onLine?.(line);
    }
  });
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", (cause: NodeJS.ErrnoException) => {
      running.delete(child);
      reject(
        cause.code === "ENOENT"
          ? new MediaError(
              "no-ffmpeg",
              name,
              `this source needs ffmpeg, and "${program}" was not found: install it (Debian: apt-get install ffmpeg)`,
            )
          : new MediaError("no-ffmpeg", name, `cannot start "${program}": ${cause.message}`, {
              cause,
            }),
      );
    });
    child.once("close", (code) => {
      running.delete(child);
      clearTimeout(timer);
      resolve(code);
    });
  });
  // Whoever needs the outcome awaits `ended`; nobody has to.
  ended.catch(() => undefined);
  const self: FfmpegChild = {
    stdout: child.stdout,
    ended,
    log: () => [...first, ...last],
    onLine: undefined,
    kill() {
      if (child.exitCode !== null || child.signalCode !== null || timer !== undefined) return;
      child.stdout.destroy();
      child.kill("SIGTERM");
      timer = setTimeout(() => child.kill("SIGKILL"), 2000);
      timer.unref();
    },
  };
  return self;
}

/** The last message worth showing: errors before chatter. `level+` logs mark each line with its level. */
export function lastWords(log: readonly string[]): string {
  const errors = log.filter((line) => /\[(error|fatal|panic)\]/.test(line));
  const line = errors.at(-1) ?? log.at(-1) ?? "no message";
  return line.replace(/\[[^\]]*\] ?/g, "").trim();
}

/** Replaces user names, passwords and keys in URLs by `***`. */
export function maskCredentials(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]*(?:@[^\s/?#@]*)*@/gi, "$1***@")
    .replace(/([?&][^=&\s#]*(?:pass|pwd|token|key|secret|auth|sig)[^=&\s#]*=)[^&\s#]*/gi, "$1***");
}
