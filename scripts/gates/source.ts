/** Reading the repository's sources for the gates: which files there are, and their syntax trees. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { type ESTree, parseSync } from "vite";

/** One thing that a gate objects to: where, and what was expected. */
export type Problem = string;

/** A parsed source file. */
export type Source = {
  /** Path from the repository's root, with `/`. */
  readonly path: string;
  /** The file's text. */
  readonly text: string;
  /** Its syntax tree, comments and list of imports and exports. */
  readonly parsed: ReturnType<typeof parseSync>;
};

/** A node of a syntax tree, seen as a plain record. */
export type Node = { readonly type: string; readonly start: number; readonly end: number } & {
  readonly [key: string]: unknown;
};

const skippedFolders = new Set(["node_modules", "dist", "dist-types", "coverage"]);

/** Paths (from `root`, with `/`) of the files under `folder` whose name matches; sorted. */
export function listFiles(root: string, folder: string, name: RegExp): string[] {
  const found: string[] = [];
  const walk = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.name.startsWith(".") || skippedFolders.has(entry.name)) continue;
      const child = join(path, entry.name);
      if (entry.isDirectory()) walk(child);
      else if (name.test(entry.name)) found.push(relative(root, child).split(sep).join("/"));
    }
  };
  walk(join(root, folder));
  return found.sort();
}

/** Parses one TypeScript file; throws with the parser's message if it is not valid. */
export function parseSource(root: string, path: string): Source {
  const text = readFileSync(join(root, path), "utf8");
  const parsed = parseSync(path, text);
  const [error] = parsed.errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  return { path, text, parsed };
}

/** The top-level statements of a file. */
export function statements(source: Source): readonly Node[] {
  return (source.parsed.program as ESTree.Program).body as unknown as Node[];
}

/** Line number, from 1, of a character offset. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** Visits a tree's nodes, parents first. */
export function visit(value: unknown, seen: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, seen);
  } else if (typeof value === "object" && value !== null) {
    if (typeof (value as Node).type === "string") seen(value as Node);
    for (const child of Object.values(value)) visit(child, seen);
  }
}
