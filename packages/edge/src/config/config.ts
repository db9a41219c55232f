/**
 * Reading `symbion.yaml`. One wrong line must not stop the rest: what cannot be used is left out and becomes a
 * problem with its line and column, which the node shows; only a file that is no YAML at all is an error.
 */

import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { maskCredentials, UsageError } from "@symbion/core";
import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from "yaml";
import type { z } from "zod";
import { cameraSchema, KNOWN_KEYS, serverSchema } from "./schema.ts";

/** A camera to run. */
export type CameraConfig = {
  /** Its name in addresses: letters, digits, `-` and `_`, at most 63. */
  readonly id: string;
  /** Its name for people; the id where the file gives none. */
  readonly name: string;
  /** Where its video comes from: an address, or an absolute path. */
  readonly source: { readonly url: string } | { readonly file: string };
  /** Whether a file starts again at its end. */
  readonly loop: boolean;
  /** Whether a file is played at its own speed. */
  readonly realtime: boolean;
  /** Whether the pictures are drawn by a program. */
  readonly simulated: boolean;
};

/** A camera whose entry cannot be used. */
export type DisabledCamera = {
  /** Its id, or `camera-N` (its place in the list, from 1) where that is what is wrong. */
  readonly id: string;
  /** What it is called on the page. */
  readonly name: string;
  /** The first problem of its entry, `FILE:LINE:COLUMN: …`, credentials masked. */
  readonly reason: string;
};

/** A configuration, usable as it is. */
export type NodeConfig = {
  /** Address to listen on. */
  readonly host: string;
  /** Port to listen on; undefined where the file names none (8480 or the next free one is taken). */
  readonly port: number | undefined;
  /** Cameras to run, at most {@link MAX_CAMERAS}, in the order of the file. */
  readonly cameras: readonly CameraConfig[];
  /** Cameras whose entries cannot be used. */
  readonly disabled: readonly DisabledCamera[];
  /** What is wrong, `FILE:LINE:COLUMN: …` each, credentials masked. */
  readonly problems: readonly string[];
};

/** Port of a node that is told nothing. */
export const DEFAULT_PORT = 8480;

/** Most cameras of one node. */
export const MAX_CAMERAS = 64;

type Path = readonly (string | number)[];

/**
 * Reads and checks a configuration file. Throws `UsageError` where it cannot be read or is no YAML mapping.
 *
 * @param path The file; relative camera files are found beside it.
 * @param environment Values for `${NAME}`.
 */
export async function loadConfig(
  path: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<NodeConfig> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const got = code === "ENOENT" ? "no such file" : code === "EISDIR" ? "a directory" : code;
    throw new UsageError(`${path}: expected a configuration file, got ${got}`, { cause: error });
  }
  return parseConfig(text, path, environment);
}

/** Checks the text of a configuration; `name` is the file's name in messages and the base of relative paths. */
export function parseConfig(
  text: string,
  name: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): NodeConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number | undefined): string => {
    const { line, col } = lines.linePos(offset ?? 0);
    return `${name}:${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  const broken = document.errors[0];
  if (broken !== undefined) {
    throw new UsageError(`${place(broken.pos[0])}: expected YAML, got ${oneLine(broken.message)}`);
  }
  if (document.contents !== null && !isMap(document.contents)) {
    throw new UsageError(`${place(0)}: expected a mapping with "cameras", got ${kindOf(document)}`);
  }
  const check = new Check(document, place);
  check.substitute(environment);
  return check.config(dirname(resolve(name)));
}

function oneLine(text: string): string {
  return maskCredentials(text.split("\n")[0] ?? text);
}

function kindOf(document: Document): string {
  const { contents } = document;
  return isSeq(contents)
    ? "a list"
    : isScalar(contents)
      ? JSON.stringify(contents.value)
      : "nothing";
}

class Check {
  readonly #document: Document;
  readonly #place: (offset: number | undefined) => string;
  readonly #problems: string[] = [];
  /** Problems found before the entries are looked at, by index of the camera they belong to. */
  readonly #spoiled = new Map<number, string>();

  constructor(document: Document, place: (offset: number | undefined) => string) {
    this.#document = document;
    this.#place = place;
  }

  /** Replaces `${NAME}` in every value; `$${` stands for a plain `${`. */
  substitute(environment: Readonly<Record<string, string | undefined>>): void {
    const cameras = this.#document.get("cameras");
    visit(this.#document, {
      Scalar: (key, node, ancestors) => {
        if (key === "key" || typeof node.value !== "string" || !node.value.includes("${")) return;
        node.value = node.value.replace(/\$?\$\{([^}]*)\}/g, (whole, variable: string) => {
          if (whole.startsWith("$$")) return whole.slice(1);
          const value = environment[variable];
          if (value !== undefined) return value;
          const problem = this.#report(
            node,
            `expected the environment variable ${variable}, got none of that name`,
          );
          const entry = isSeq(cameras)
            ? cameras.items.findIndex((item) => ancestors.includes(item as Node))
            : -1;
          if (entry >= 0) this.#spoiled.set(entry, problem);
          return "";
        });
      },
    });
  }

  config(folder: string): NodeConfig {
    const raw = (this.#document.toJS() ?? {}) as Record<string, unknown>;
    for (const key of Object.keys(raw)) {
      if (!KNOWN_KEYS.root.includes(key)) this.#unknownKey([], key, KNOWN_KEYS.root);
    }
    const server = serverSchema.safeParse(raw.server ?? {});
    if (!server.success) this.#issues(server.error, ["server"], raw.server, KNOWN_KEYS.server);
    const usable = server.success ? server.data : { host: "127.0.0.1", port: undefined };
    const cameras: CameraConfig[] = [];
    const disabled: DisabledCamera[] = [];
    const list = raw.cameras ?? [];
    if (!Array.isArray(list)) {
      this.#report(this.#node(["cameras"]), `cameras: expected a list, got ${typeof list}`);
    } else {
      for (const [index, entry] of list.entries()) {
        const result = this.#camera(index, entry, folder, cameras);
        if ("reason" in result) disabled.push(result);
        else cameras.push(result);
      }
    }
    return {
      host: usable.host,
      port: usable.port,
      cameras,
      disabled,
      problems: this.#problems,
    };
  }

  #camera(
    index: number,
    entry: unknown,
    folder: string,
    others: readonly CameraConfig[],
  ): CameraConfig | DisabledCamera {
    const path = ["cameras", index];
    const fields = typeof entry === "object" && entry !== null ? entry : {};
    const label =
      "id" in fields && typeof fields.id === "string" ? fields.id : `camera-${index + 1}`;
    const disable = (reason: string): DisabledCamera => ({ id: label, name: label, reason });
    const spoiled = this.#spoiled.get(index);
    if (spoiled !== undefined) return disable(spoiled);
    const parsed = cameraSchema.safeParse(entry);
    if (!parsed.success) {
      return disable(this.#issues(parsed.error, path, entry, KNOWN_KEYS.camera));
    }
    const { id, name, url, file, loop, realtime } = parsed.data;
    if (others.some((other) => other.id === id)) {
      const where = this.#node([...path, "id"]);
      return disable(
        this.#report(where, `cameras[${index}].id: expected an id of its own, got "${id}" again`),
      );
    }
    if (others.length >= MAX_CAMERAS) {
      const where = this.#node(path);
      return disable(this.#report(where, `cameras: expected at most ${MAX_CAMERAS}, got one more`));
    }
    return {
      id,
      name: name ?? id,
      source: url === undefined ? { file: resolve(folder, file ?? "") } : { url },
      loop: loop ?? true,
      realtime: realtime ?? true,
      simulated: false,
    };
  }

  /** Reports every issue of a section; returns the first, for the camera's own line. */
  #issues(error: z.ZodError, base: Path, value: unknown, known: readonly string[]): string {
    const texts: string[] = [];
    // A misspelt key makes its right spelling look missing: one complaint is enough.
    const misspelt = error.issues.some(({ code }) => code === "unrecognized_keys");
    for (const issue of error.issues) {
      if (misspelt && issue.code === "custom" && issue.path.length === 0) continue;
      const path = [...base, ...issue.path.filter((step) => typeof step !== "symbol")];
      if (issue.code === "unrecognized_keys") {
        for (const key of issue.keys) texts.push(this.#unknownKey(path, key, known));
        continue;
      }
      const got = issue.path.reduce<unknown>(
        (at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step],
        value,
      );
      const shown =
        issue.code === "custom" && issue.path.length === 0
          ? `the keys ${Object.keys((value ?? {}) as object).join(", ")}`
          : show(got);
      texts.push(
        this.#report(this.#node(path), `${dotted(path)}: expected ${wanted(issue)}, got ${shown}`),
      );
    }
    return texts[0] ?? "";
  }

  #unknownKey(path: Path, key: string, known: readonly string[]): string {
    const nearest = nearestKey(key, known);
    const hint = nearest === null ? `known: ${known.join(", ")}` : `did you mean "${nearest}"?`;
    const map = this.#node(path);
    const pair = isMap(map)
      ? map.items.find((item) => isScalar(item.key) && item.key.value === key)
      : undefined;
    const where = isNode(pair?.key) ? pair.key : map;
    return this.#report(where, `${dotted([...path, key])}: unknown key; ${hint}`);
  }

  /** The node at a path, or the nearest one above it. */
  #node(path: Path): Node | null {
    for (let length = path.length; length >= 0; length--) {
      const node =
        length === 0 ? this.#document.contents : this.#document.getIn(path.slice(0, length), true);
      if (isNode(node)) return node;
    }
    return null;
  }

  #report(node: Node | null, text: string): string {
    const problem = maskCredentials(`${this.#place(node?.range?.[0])}: ${text}`);
    this.#problems.push(problem);
    return problem;
  }
}

function dotted(path: Path): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`,
    "",
  );
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a mapping";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text;
}

/** What an issue would have accepted, as a noun phrase. */
function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected === "int" ? "a whole number" : `a ${issue.expected}`;
    case "too_small":
      return `at least ${issue.minimum}${issue.origin === "string" ? " characters" : ""}`;
    case "too_big":
      return `at most ${issue.maximum}${issue.origin === "string" ? " characters" : ""}`;
    default:
      return issue.message;
  }
}

/** The known key closest to `key` (at most two edits, or a third of its length), or null. */
export function nearestKey(key: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(key.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(key.toLowerCase(), candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
