import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { checkDocs } from "../scripts/gates/docs.ts";
import { checkImports } from "../scripts/gates/imports.ts";
import { checkLockfile } from "../scripts/gates/lockfile.ts";
import { checkShape } from "../scripts/gates/shape.ts";

const folders: string[] = [];

/** A small repository in a temporary folder, removed after the test. */
function repository(files: Record<string, string | object>): string {
  const root = mkdtempSync(join(tmpdir(), "symbion-gates-"));
  folders.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    const text = typeof content === "string" ? content : JSON.stringify(content);
    writeFileSync(join(root, path), text);
  }
  return root;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe("gate: documented exports", () => {
  const manifest = { exports: { ".": { source: "./src/index.ts" } } };
  const check = (files: Record<string, string>): string[] =>
    checkDocs(
      repository({
        "packages/a/package.json": manifest,
        ...Object.fromEntries(
          Object.entries(files).map(([name, text]) => [`packages/a/src/${name}`, text]),
        ),
      }),
    );

  it("accepts documented exports and ignores what is not exported", () => {
    const text = `
      const hidden = 1;
      /** Metres between two points, never negative. */
      export function distance(a: number, b: number): number { return Math.abs(a - b) * hidden; }
      /** A place on the map. */
      export type Place = {
        /** Degrees north, -90 to 90. */
        latitude: number;
      };
    `;
    expect(check({ "index.ts": text })).toEqual([]);
  });

  it.each([
    ["a missing comment", "export const speed: number = 1;", "index.ts:1: speed"],
    ["a comment that is no doc comment", "// Metres per second.\nexport const v: number = 1;", "v"],
    [
      "a comment that repeats the name",
      "/** The frame type. */\nexport type FrameType = 1;",
      "Frame",
    ],
    ["an empty comment", "/** */\nexport class Empty {}", "Empty"],
    [
      "a comment that belongs to something else",
      "/** Two metres. */\nconst a = 1;\nexport const b: 1 = 1;",
      "b",
    ],
  ])("objects to %s", (_, text, where) => {
    const problems = check({ "index.ts": text });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(where);
  });

  it("follows re-exports by name, by star and through imports", () => {
    const problems = check({
      "index.ts": `export { one as uno } from "./one.ts"; export * from "./many.ts";
        import { three } from "./three.ts"; export { three };`,
      "one.ts": "export const one: 1 = 1; export const unused: 0 = 0;",
      "many.ts": "export const two: 2 = 2; export const twin: 2 = 2;",
      "three.ts": "const three: 3 = 3; export { three };",
    });
    expect(problems.map((problem) => problem.split(": ")[1]).sort()).toEqual(
      ["one", "three", "twin", "two"].sort(),
    );
  });

  it("looks at members of types, interfaces and classes, private ones excepted", () => {
    const problems = check({
      "index.ts": `
        /** Options of the thing, all in seconds. */
        export type Options = Readonly<{
          delay: number;
          kind: "fixed";
        }> | {
          /** Seconds to rest. */
          rest: number;
        };
        /** Where it is: columns and rows from 0. */
        export type Place = { column: number; row: number };
        /** A source of readings over time. */
        export interface Source {
          read(): number;
        }
        /** A thing that counts what passes. */
        export class Counter {
          #hidden = 0;
          private secret = 0;
          constructor(start: number) { this.#hidden = start + this.secret; }
          get value(): number { return this.#hidden; }
          /** Adds one and returns the sum. */
          add(): number { return ++this.#hidden; }
        }`,
    });
    expect(problems.map((problem) => problem.split(": ")[1])).toEqual([
      "Options.delay",
      "Source.read",
      "Counter.value",
    ]);
  });

  it("objects to a door without a source", () => {
    expect(check({})).toEqual(['packages/a/package.json: exports["."]: no source file']);
  });
});

describe("gate: imports along the table", () => {
  const check = (name: string, files: Record<string, string>, manifest: object = {}): string[] =>
    checkImports(
      repository({
        [`packages/${name}/package.json`]: manifest,
        ...Object.fromEntries(
          Object.entries(files).map(([path, text]) => [`packages/${name}/src/${path}`, text]),
        ),
      }),
    );
  const codec = { peerDependencies: { mediabunny: "1" } };

  it.each([
    [
      "codec",
      "containers/a.ts",
      'import { Input } from "mediabunny"; import "../index.ts";',
      codec,
    ],
    [
      "codec",
      "node/a.ts",
      'import "node:fs"; import "mediabunny"; import "../containers/b.ts";',
      codec,
    ],
    ["codec", "browser/a.ts", 'import "mediabunny"; import "../h264/b.ts";', codec],
    ["codec", "h264/a.ts", 'export * from "../signal.ts";', codec],
    [
      "edge",
      "a.ts",
      'import "@symbion/codec/node"; import "node:http";',
      { dependencies: { "@symbion/codec": "*" } },
    ],
    ["web", "a.tsx", 'import "preact/hooks";', { dependencies: { preact: "*" } }],
  ])("accepts in %s %s", (name, path, text, manifest) => {
    expect(check(name, { [path]: text }, manifest)).toEqual([]);
  });

  const mayImportCore = { dependencies: { "@symbion/core": "*", "@symbion/edge": "*", yaml: "*" } };
  it.each([
    ["core", "a.ts", 'import "@symbion/edge";', "no sibling", mayImportCore],
    ["core", "a.ts", 'import "node:fs";', "browsers", mayImportCore],
    [
      "codec",
      "signal.ts",
      'import type { Clock } from "@symbion/core";',
      "no sibling",
      mayImportCore,
    ],
    ["codec", "h264/a.ts", 'import "mediabunny";', "no package", codec],
    [
      "codec",
      "h264/a.ts",
      'export * from "../containers/b.ts";',
      "may not use its containers",
      codec,
    ],
    ["codec", "index.ts", 'export { x } from "./node/index.ts";', "may not use its node", codec],
    ["codec", "containers/a.ts", 'import "node:fs";', "browsers", codec],
    ["codec", "browser/a.ts", 'const x = await import("yaml");', "may import mediabunny", codec],
    ["web", "a.tsx", 'import "@symbion/edge";', "core, codec", mayImportCore],
    ["edge", "a.ts", 'import "../../codec/src/index.ts";', "leaves the package", mayImportCore],
    ["edge", "a.ts", 'import "hono";', "not a dependency", mayImportCore],
    ["extra", "a.ts", "", "not in the table", {}],
  ])("objects in %s %s to %s", (name, path, text, reason, manifest) => {
    const problems = check(name, { [path]: text }, manifest);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(reason);
  });
});

describe("gate: lockfile for every platform", () => {
  const check = (packages: object): string[] =>
    checkLockfile(repository({ "package-lock.json": { packages } }));
  const optionalDependencies = { "tool-linux-x64": "1", "tool-darwin-arm64": "1" };

  it("accepts binaries at the root and inside their package", () => {
    expect(
      check({
        "": {},
        "packages/a": { resolved: "packages/a", link: true },
        "node_modules/tool": { optionalDependencies },
        "node_modules/tool/node_modules/tool-linux-x64": {},
        "node_modules/tool-darwin-arm64": {},
      }),
    ).toEqual([]);
  });

  it("objects to a binary that is missing or lies where it is not found", () => {
    const problems = check({
      "node_modules/tool": { optionalDependencies },
      "node_modules/other/node_modules/tool-linux-x64": {},
      "node_modules/tool-darwin-arm64": {},
    });
    expect(problems).toEqual([
      "package-lock.json: node_modules/tool: optional dependency tool-linux-x64 is not locked",
    ]);
  });

  it("objects to a registry's address", () => {
    const problems = check({ "node_modules/a": { resolved: "https://example.org/a.tgz" } });
    expect(problems).toHaveLength(1);
  });
});

describe("gate: shape of files", () => {
  const check = (path: string, text: string): string[] => checkShape(repository({ [path]: text }));

  it.each([
    ["packages/a/src/a.ts", "export const any: unknown = 1; // any"],
    ["vite.config.ts", "export default {};"],
    ["packages/a/dist/a.d.ts", "export default any;"],
    ["packages/a/src/long.ts", "// line\n".repeat(1200)],
  ])("accepts %s", (path, text) => {
    expect(check(path, text)).toEqual([]);
  });

  it.each([
    ["a default export", "export default 1;", "default export"],
    ["any", "export function f(x: Array<any>): void { x.pop(); }", "type any"],
    ["a cast to any", "const x = (1 as any).y;", "type any"],
    ["a long file", "// line\n".repeat(1201), "1201 lines"],
  ])("objects to %s", (_, text, reason) => {
    const problems = check("packages/a/src/a.ts", text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(reason);
  });
});
