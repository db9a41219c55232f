/** The node's log: text for people or NDJSON for programs, and its last lines for the support bundle. */

import { maskCredentials } from "@symbion/core";
import pino from "pino";

/** Lines kept for the support bundle. */
const KEPT_LINES = 500;

/** Where the node writes what happens. Credentials in URLs are masked on the way. */
export type Log = {
  info(text: string): void;
  warn(text: string): void;
  /** The node listens: its address, the configuration's file (null: built-in sample) and the number of cameras. */
  ready(url: string, from: string | null, cameras: number): void;
  /** Shows something to whoever started the node, and keeps it nowhere. */
  secret(what: string, value: string): void;
  /** The last lines, oldest first, each with its time. */
  recent(): readonly string[];
};

/** Makes a log. `write` gets whole lines with their ends. */
export function createLog(options: {
  readonly json: boolean;
  readonly write: (line: string) => void;
}): Log {
  const kept: string[] = [];
  const keep = (level: string, text: string): string => {
    const masked = maskCredentials(text);
    kept.push(`${new Date().toISOString()} ${level} ${masked}`);
    if (kept.length > KEPT_LINES) kept.shift();
    return masked;
  };
  const recent = (): readonly string[] => [...kept];
  if (options.json) {
    const lines = pino(
      {
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (level) => ({ level }) },
      },
      { write: options.write },
    );
    return {
      info: (text) => lines.info(keep("info", text)),
      warn: (text) => lines.warn(keep("warn", text)),
      ready: (url, config, cameras) => {
        keep("info", `listening on ${url}`);
        lines.info({ url, config, cameras }, "listening");
      },
      secret: (what, value) => lines.warn(`${what}: ${value}`),
      recent,
    };
  }
  return {
    info: (text) => options.write(`${keep("info", text)}\n`),
    warn: (text) => options.write(`warning: ${keep("warn", text)}\n`),
    ready: (url, from, count) => {
      keep("info", `listening on ${url}`);
      const what =
        from === null
          ? "no configuration yet: showing the built-in simulated sample"
          : `${count} camera${count === 1 ? "" : "s"} from ${from}`;
      options.write(`Symbion is running (${what}).\n\n  ${url}\n\nCtrl-C ends it.\n`);
    },
    secret: (what, value) => options.write(`\n${what}:\n\n  ${value}\n\n`),
    recent,
  };
}
