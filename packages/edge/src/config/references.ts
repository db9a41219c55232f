/**
 * References in values: `${NAME}` is the environment's, `${secret:NAME}` comes from a file beside the configuration
 * that only its owner can read. They are resolved in values after the YAML was read, so that no value can become
 * structure; and messages show the reference, never what it stands for.
 */

import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Problem } from "./yaml-text.ts";
import { type Path, readMapping } from "./yaml-text.ts";

/** Name of the file with the secrets, beside the configuration. */
export const SECRETS_FILE = "symbion-secrets.yaml";

/** Values of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Secrets by name. */
export type Secrets = {
  readonly values: ReadonlyMap<string, string>;
  /** Why there are none, for messages; null where the file was read. */
  readonly missing: string | null;
  /** What is wrong with the file; values never stand in it. */
  readonly problems: readonly Problem[];
};

/** No secrets at all. */
export const NO_SECRETS: Secrets = { values: new Map(), missing: "no such file", problems: [] };

/** Where the secrets of a configuration are. */
export function secretsPath(config: string): string {
  return join(dirname(config), SECRETS_FILE);
}

/**
 * Reads a file of secrets, a map of names to texts. A file that others can read is used, with a problem that says so:
 * refusing it would take the cameras down.
 *
 * @param name The file's name in messages; default its path.
 */
export function readSecrets(path: string, name: string = path): Secrets {
  let text: string;
  let mode: number;
  try {
    text = readFileSync(path, "utf8");
    mode = statSync(path).mode;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "an error";
    if (code === "ENOENT") return NO_SECRETS;
    const got = code === "EISDIR" ? "a directory" : code;
    return unreadable(
      `${name}: expected a file that can be read, got ${got}`,
      "an unreadable file",
    );
  }
  const read = readMapping(text, name, true);
  if ("broken" in read) return unreadable(read.broken.text, "an unreadable file");
  const problems = [...read.problems];
  // Windows has no such bits: everything looks readable there.
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    const got = (mode & 0o777).toString(8);
    problems.push(own(`${name}: expected a file for its owner only (chmod 600), got mode ${got}`));
  }
  const values = new Map<string, string>();
  for (const [key, value] of Object.entries(read.value)) {
    if (typeof value === "string") values.set(key, value);
    else problems.push(own(`${name}: ${key}: expected a text, got something else`));
  }
  return { values, missing: null, problems };
}

function unreadable(text: string, missing: string): Secrets {
  return { values: new Map(), missing, problems: [own(text)] };
}

function own(text: string): Problem {
  return { text, kind: text.replace(/:\d+:\d+:/, ":"), offset: 0 };
}

/** What resolving found. */
export type Resolved = {
  readonly value: unknown;
  /** Where it failed, and why. */
  readonly failures: readonly { readonly path: Path; readonly text: string }[];
  /** Paths of values that held a reference, as JSON. */
  readonly paths: ReadonlySet<string>;
  /** Secrets that were used. */
  readonly used: ReadonlySet<string>;
};

/** A reference, or `$${`, which stands for itself. */
const REFERENCE = /\$?\$\{([^{}]*)\}/g;

/** Whether a text holds a reference (an escaped one does not count). */
export function hasReference(text: string): boolean {
  return [...text.matchAll(REFERENCE)].some(([whole]) => !whole.startsWith("$$"));
}

/** A text that resolves to `text` literally. */
export function escapeReferences(text: string): string {
  return text.replace(/\$\{(?=[^{}]*\})/g, "$$$${");
}

/** Places where a secret may stand: what is masked or never shown. */
export function isSecretPlace(path: Path): boolean {
  const [section, , key] = path;
  if (section === "machines")
    return path[1] === "sources" && path.length === 4 && path[3] === "url";
  if (section === "cameras") return key === "url" && path.length === 3;
  if (section === "channels") return key === "url" || key === "secret" || key === "headers";
  return section === "plugins" && key === "options";
}

/** Replaces the references in every text of a value; keys stay as they are. */
export function resolveReferences(
  value: unknown,
  environment: Environment,
  secrets: Secrets,
): Resolved {
  const failures: { path: Path; text: string }[] = [];
  const paths = new Set<string>();
  const used = new Set<string>();
  const lookUp = (name: string, path: Path): string => {
    const secret = /^secret:(.*)$/s.exec(name)?.[1];
    const fail = (text: string): string => {
      failures.push({ path, text });
      return "";
    };
    if (name === "" || secret === "") {
      return fail("expected a name between the braces, got none ($${ stands for a plain ${)");
    }
    if (secret === undefined) {
      const found = Object.hasOwn(environment, name) ? environment[name] : undefined;
      return found ?? fail(`expected the environment variable ${name}, got none of that name`);
    }
    if (!isSecretPlace(path)) {
      return fail(
        "expected secrets only in addresses, secrets, headers and plug-in options, got one here",
      );
    }
    const found = secrets.values.get(secret);
    if (found !== undefined) {
      used.add(found);
      return found;
    }
    const got = secrets.missing ?? "none of that name";
    return fail(`expected the secret ${secret} in ${SECRETS_FILE}, got ${got}`);
  };
  const walk = (at: unknown, path: Path): unknown => {
    if (Array.isArray(at)) return at.map((item, index) => walk(item, [...path, index]));
    if (typeof at === "object" && at !== null) {
      const copy: Record<string, unknown> = Object.create(null);
      for (const [key, item] of Object.entries(at)) copy[key] = walk(item, [...path, key]);
      return copy;
    }
    if (typeof at !== "string" || !at.includes("${")) return at;
    const encoded = path.at(-1) === "url" ? userPart(at) : null;
    return at.replace(REFERENCE, (whole, name: string, offset: number) => {
      if (whole.startsWith("$$")) return whole.slice(1);
      paths.add(JSON.stringify(path));
      const found = lookUp(name, path);
      if (encoded === null || offset < encoded.from || offset >= encoded.to) return found;
      // One reference for both user and password keeps the colon between them.
      return encoded.single
        ? found.split(/:(.*)/s, 2).map(encodeURIComponent).join(":")
        : encodeURIComponent(found);
    });
  };
  return { value: walk(value, []), failures, paths, used };
}

/** Where user and password stand in an address as it is written, or null if it has none. */
function userPart(text: string): { from: number; to: number; single: boolean } | null {
  // References hold no slash or at sign of the address.
  const plain = text.replace(REFERENCE, (whole) => "_".repeat(whole.length));
  const start = /^[a-z][a-z0-9+.-]*:\/\//i.exec(plain)?.[0].length;
  if (start === undefined) return null;
  const length = plain.slice(start).search(/[/?#]/);
  const authority = plain.slice(start, length < 0 ? undefined : start + length);
  const at = authority.lastIndexOf("@");
  if (at < 0) return null;
  return { from: start, to: start + at, single: !authority.slice(0, at).includes(":") };
}
