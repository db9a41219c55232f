/** Gate: package-lock.json installs everywhere, and from any registry. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "./source.ts";

type Entry = {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

/** The folders in which Node.js would look for a dependency of the package at `path`. */
function lookupPaths(path: string, name: string): string[] {
  const paths = [`node_modules/${name}`];
  const parts = path === "" ? [] : path.split("/");
  for (let count = parts.length; count > 0; count--) {
    if (parts[count - 1] === "node_modules") continue;
    paths.unshift(`${parts.slice(0, count).join("/")}/node_modules/${name}`);
  }
  return paths;
}

/**
 * Objections to a lockfile: an optional dependency that is not locked (npm leaves out, silently, a
 * platform's binary that it could not obtain when the lockfile was written; that platform then
 * cannot install), or an address of one particular registry.
 */
export function checkLockfile(root: string): Problem[] {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Readonly<Record<string, Entry>>;
  };
  const problems: Problem[] = [];
  for (const [path, entry] of Object.entries(packages)) {
    const owner = path || "the root package";
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      if (lookupPaths(path, name).some((candidate) => candidate in packages)) continue;
      problems.push(`package-lock.json: ${owner}: optional dependency ${name} is not locked`);
    }
    if (entry.link !== true && entry.resolved !== undefined) {
      problems.push(`package-lock.json: ${owner}: resolved to ${entry.resolved}, not by name`);
    }
  }
  return problems;
}
