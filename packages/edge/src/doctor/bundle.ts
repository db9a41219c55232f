/** The support bundle: what somebody who helps needs to know about a node, and nothing that is nobody's business. */

import { cpus, release, totalmem, type, uptime } from "node:os";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { type DoctorCheck, type NodeStatus, UsageError } from "@symbion/core";
import { pack } from "tar-stream";
import { stringify } from "yaml";
import type { NodeConfig } from "../config/types.ts";
import { readMapping } from "../config/yaml-text.ts";
import { ffmpegVersion } from "./machine.ts";
import { Redactor } from "./redact.ts";

/** What goes into a bundle. */
export type SupportInput = {
  /** Version of the node. */
  readonly version: string;
  /** The configuration file's text; null where there is none. */
  readonly configText: string | null;
  /** The same, resolved: tells what has to be hidden; null where it cannot be used. */
  readonly config: NodeConfig | null;
  /** Further texts to hide: values of secrets, passwords, tokens. */
  readonly secrets?: readonly string[];
  readonly doctor: readonly DoctorCheck[];
  /** The running node's; null where none runs. */
  readonly status: NodeStatus | null;
  /** How the plug-ins are doing. */
  readonly plugins?: readonly unknown[];
  /** Last lines of the log, oldest first. */
  readonly log: readonly string[];
  /** Whether names, ids, hosts and paths stay readable. Default false: they become `camera-1`, `host-1`. */
  readonly names?: boolean;
};

const KEYS: readonly string[] = [
  "version",
  "configText",
  "config",
  "secrets",
  "doctor",
  "status",
  "plugins",
  "log",
  "names",
];

/** Most characters of the log, its end. */
const MAX_LOG = 1 << 20;

/**
 * A `.tar.gz` with versions, the configuration without secrets, the doctor's findings, status, plug-ins and log. Throws
 * `UsageError` for an unknown key.
 */
export async function supportBundle(input: SupportInput): Promise<Buffer<ArrayBuffer>> {
  for (const key of Object.keys(input)) {
    if (!KEYS.includes(key)) {
      throw new UsageError(`supportBundle: expected one of ${KEYS.join(", ")}, got "${key}"`);
    }
  }
  const redactor = new Redactor({ names: input.names ?? false });
  for (const secret of input.secrets ?? []) redactor.secret(secret);
  for (const name of Object.keys(process.env)) {
    if (/pass|secret|token|key/i.test(name)) redactor.secret(process.env[name] ?? "");
  }
  // Everything that is hidden has to be known before the first text is written.
  if (input.config !== null) redactor.learn(input.config);
  const config = configuration(input.configText, redactor);
  const json = (value: unknown): string => `${JSON.stringify(redactor.json(value), null, 2)}\n`;
  const files: Readonly<Record<string, string>> = {
    "README.txt": readme(input.names ?? false),
    "versions.json": json(await versions(input.version)),
    "config.yaml": config,
    "doctor.json": json(input.doctor),
    "status.json": json(input.status),
    "store.json": json(input.status?.store ?? null),
    "plugins.json": json(input.plugins ?? []),
    "log.txt": `${redactor.text(input.log.join("\n").slice(-MAX_LOG))}\n`,
  };
  const archive = pack();
  for (const [name, text] of Object.entries(files)) {
    archive.entry({ name: `symbion-support/${name}`, mode: 0o600, mtime: new Date() }, text);
  }
  archive.finalize();
  return gzipSync(await buffer(archive));
}

/** What may be seen of the configuration. Of a text that is no YAML nothing is, but what it holds is hidden as well. */
function configuration(text: string | null, redactor: Redactor): string {
  if (text === null) return "# no configuration file\n";
  const read = readMapping(text, "symbion.yaml");
  if ("broken" in read) {
    for (const line of text.split("\n")) {
      const value = /^[\s-]*(?:[^\s:]+:\s+)?["']?(.*?)["']?\s*$/.exec(line)?.[1] ?? "";
      redactor.config({ broken: value });
    }
    const lines = text.split("\n").length;
    return `# ${lines} lines, no YAML: ${redactor.text(read.broken.text)}\n`;
  }
  return stringify(redactor.config(read.value));
}

async function versions(version: string): Promise<Readonly<Record<string, unknown>>> {
  const list = cpus();
  return {
    symbion: version,
    node: process.versions.node,
    openssl: process.versions.openssl,
    sqlite: process.versions.sqlite,
    platform: `${process.platform}-${process.arch}`,
    system: `${type()} ${release()}`,
    processors: `${list.length} x ${(list[0]?.model ?? "unknown").trim()}`,
    memoryBytes: totalmem(),
    availableBytes: process.availableMemory(),
    systemUptimeSeconds: Math.round(uptime()),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ffmpeg: await ffmpegVersion(),
    at: new Date().toISOString(),
  };
}

function readme(names: boolean): string {
  return `A Symbion support bundle. Look through it before you send it: it is plain text.

versions.json  what the node runs on
config.yaml    the configuration; user names, passwords, keys, plug-in options, header values and the
               paths of addresses are left out, as is every word that is not the configuration's own
doctor.json    what "symbion doctor" found
status.json    what the page shows: cameras, figures, problems
store.json     sizes of the stored data; no picture, event or clip is in here
plugins.json   how the plug-ins are doing
log.txt        the last lines of the log

${
  names
    ? "Names, ids, hosts and file paths are readable, as was asked for."
    : "Names, ids, hosts and file paths are replaced: camera-1 is the same camera in every file."
}
What was left out of the configuration is left out of the other files as well.
`;
}
