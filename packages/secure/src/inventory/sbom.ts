/**
 * A software bill of materials (CycloneDX 1.6) from a lockfile of npm: every package with its version, licence, hash and
 * what it depends on. Made offline; the same lockfile yields the same bytes.
 */

import { SecureError } from "../errors.ts";
import { hex } from "../sealed/bytes.ts";
import type { JsonObject } from "../updates/canonical.ts";
import { fromBase64 } from "../updates/canonical.ts";
import { type CycloneDx, finishBom, npmPurl } from "./cyclonedx.ts";

/** How to make a software bill. */
export type SoftwareBomOptions = {
  /** Also packages that are only needed to build and test; they are marked as excluded. Default false. */
  readonly dev?: boolean | undefined;
  /** Licence of a package where the lockfile has none, by its path (`node_modules/x`); null: not known. */
  readonly licence?: ((path: string) => string | null) | undefined;
};

type Entry = {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly integrity: string | null;
  readonly license: string | null;
  readonly isDev: boolean;
  readonly isOptional: boolean;
  readonly isLocal: boolean;
  readonly needs: readonly string[];
};

/** SPDX identifiers that are written as such; others are written as names. */
const SPDX: readonly string[] = [
  "0BSD",
  "AFL-2.1",
  "Apache-2.0",
  "Artistic-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC-BY-3.0",
  "CC-BY-4.0",
  "CC0-1.0",
  "EPL-2.0",
  "GPL-3.0-only",
  "ISC",
  "LGPL-3.0-only",
  "LGPL-3.0-or-later",
  "MIT",
  "MIT-0",
  "MPL-2.0",
  "Python-2.0",
  "Unlicense",
  "WTFPL",
  "Zlib",
];

/** Names of hashes in integrity strings, and bytes of their digests. */
const INTEGRITY: ReadonlyMap<string, readonly [name: string, length: number]> = new Map([
  ["sha1", ["SHA-1", 20]],
  ["sha256", ["SHA-256", 32]],
  ["sha384", ["SHA-384", 48]],
  ["sha512", ["SHA-512", 64]],
]);

/**
 * A bill of what a lockfile of version 2 or 3 installs. Throws `SecureError` for anything else.
 * @param lock The parsed `package-lock.json`.
 */
export function softwareBom(lock: unknown, options: SoftwareBomOptions = {}): CycloneDx {
  const root = record(lock, "package-lock.json");
  if (root.lockfileVersion !== 2 && root.lockfileVersion !== 3) {
    throw new SecureError("lockfile: expected version 2 or 3, got another");
  }
  const packages = record(root.packages, "packages of the lockfile");
  const links = linksOf(packages);
  const entries = Object.entries(packages).flatMap(([path, value]) => {
    const entry = entryOf(path, value, options);
    return entry === null ? [] : [entry];
  });
  const own = record(packages[""] ?? {}, "the package itself");
  const product = {
    name: textOf(root.name) ?? "product",
    version: textOf(root.version) ?? "0.0.0",
  };
  const kept = entries.filter((entry) => !entry.isDev || options.dev === true);
  const byPath = new Map(kept.map((entry) => [entry.path, entry]));
  const components = new Map<string, JsonObject>();
  const edges = new Map<string, Set<string>>();
  for (const entry of kept) {
    const ref = npmPurl(entry.name, entry.version);
    // The same version in two folders is one component: what either needs, it depends on.
    if (!components.has(ref)) components.set(ref, componentOf(entry, ref));
    const needed = edges.get(ref) ?? new Set<string>();
    for (const name of entry.needs) {
      const found = resolve(name, entry.path, byPath, links);
      if (found !== null) needed.add(npmPurl(found.name, found.version));
    }
    edges.set(ref, needed);
  }
  const ownRef = npmPurl(product.name, product.version);
  const direct = new Set<string>();
  const wanted = [...needsOf(own), ...(options.dev === true ? keysOf(own.devDependencies) : [])];
  for (const name of wanted) {
    const found = resolve(name, "", byPath, links);
    if (found !== null) direct.add(npmPurl(found.name, found.version));
  }
  for (const entry of kept) if (entry.isLocal) direct.add(npmPurl(entry.name, entry.version));
  edges.set(ownRef, direct);
  const dependencies = [...edges].sort(byKey).map(([ref, needed]) => {
    return { ref, dependsOn: [...needed].filter((one) => one !== ref).sort() };
  });
  return finishBom(
    product,
    [...components].sort(byKey).map(([, component]) => component),
    dependencies,
  );
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : Number(a[0] > b[0]);
}

function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new SecureError(`${what}: expected an object, got something else`);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function keysOf(value: unknown): string[] {
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}

function needsOf(value: Readonly<Record<string, unknown>>): string[] {
  return [...keysOf(value.dependencies), ...keysOf(value.optionalDependencies)];
}

/** Folders of workspaces by the path under which they are linked. */
function linksOf(packages: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const links = new Map<string, string>();
  for (const [path, value] of Object.entries(packages)) {
    const { link, resolved } = record(value, path);
    const target = textOf(resolved);
    if (link === true && target !== null) links.set(path, target);
  }
  return links;
}

function entryOf(path: string, value: unknown, options: SoftwareBomOptions): Entry | null {
  const fields = record(value, path);
  if (path === "" || fields.link === true) return null;
  const folder = path.lastIndexOf("node_modules/");
  const isLocal = folder < 0;
  const name = textOf(fields.name) ?? (isLocal ? null : path.slice(folder + 13));
  const version = textOf(fields.version);
  if (name === null || version === null) return null;
  return {
    path,
    name,
    version,
    integrity: textOf(fields.integrity),
    license: textOf(fields.license) ?? options.licence?.(path) ?? null,
    isDev: fields.dev === true,
    isOptional: fields.optional === true || fields.devOptional === true,
    isLocal,
    needs: [...needsOf(fields), ...keysOf(fields.peerDependencies)],
  };
}

/** The package that a name means in a folder: its own `node_modules` first, then those above. */
function resolve(
  name: string,
  from: string,
  byPath: ReadonlyMap<string, Entry>,
  links: ReadonlyMap<string, string>,
): Entry | null {
  for (let folder = from; ; ) {
    const path = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    const found = byPath.get(links.get(path) ?? path);
    if (found !== undefined) return found;
    if (folder === "") return null;
    const above = folder.lastIndexOf("/node_modules/");
    folder = above < 0 ? "" : folder.slice(0, above);
  }
}

function componentOf(entry: Entry, ref: string): JsonObject {
  const slash = entry.name.startsWith("@") ? entry.name.indexOf("/") : -1;
  const hashes = entry.integrity === null ? [] : hashesOf(entry.integrity);
  return {
    type: "library",
    "bom-ref": ref,
    ...(slash > 0 ? { group: entry.name.slice(0, slash) } : {}),
    name: entry.name.slice(slash + 1),
    version: entry.version,
    scope: entry.isDev ? "excluded" : entry.isOptional ? "optional" : "required",
    ...(hashes.length > 0 ? { hashes } : {}),
    ...(entry.license === null ? {} : { licenses: licensesOf(entry.license) }),
    purl: ref,
  };
}

function licensesOf(text: string): JsonObject[] {
  if (SPDX.includes(text)) return [{ license: { id: text } }];
  if (/ (AND|OR|WITH) /.test(text)) return [{ expression: text }];
  return [{ license: { name: text } }];
}

function hashesOf(integrity: string): JsonObject[] {
  return integrity.split(/\s+/).flatMap((one) => {
    const dash = one.indexOf("-");
    const kind = INTEGRITY.get(one.slice(0, dash));
    const bytes = fromBase64(one.slice(dash + 1));
    if (kind === undefined || bytes === null || bytes.length !== kind[1]) return [];
    return [{ alg: kind[0], content: hex(bytes) }];
  });
}
