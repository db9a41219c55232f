import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { listFiles } from "../scripts/gates/source.ts";

const root = join(import.meta.dirname, "..");
const documents = listFiles(root, ".", /\.md$/);
const examples = documents.flatMap((path) => {
  const text = readFileSync(join(root, path), "utf8");
  const code = /```ts\n(.*?)```/s.exec(text)?.[1];
  return /(^|\/)README\.md$/.test(path) && code !== undefined ? [{ path, code }] : [];
});

it("finds the documents", () => {
  expect(documents).toEqual(expect.arrayContaining(["README.md", "ARCHITECTURE.md"]));
  expect(examples.map(({ path }) => path)).toEqual(expect.arrayContaining(["README.md"]));
});

it.each(documents)("%s links to files that exist", (path) => {
  const text = readFileSync(join(root, path), "utf8");
  const targets = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(
    ([, target]) => target as string,
  );
  const local = targets.filter((target) => !/^[a-z]+:/.test(target));
  const missing = local.filter((target) => !existsSync(join(root, dirname(path), target)));
  expect(missing).toEqual([]);
});

/** A clip of the project's own for an example's file name, by its ending. */
function clip(name: string): string {
  const folder = name.endsWith(".mp4") ? "packages/edge/samples" : "packages/codec/test/fixtures";
  const ending = name.slice(name.lastIndexOf("."));
  const found = readdirSync(join(root, folder)).find((file) => file.endsWith(ending));
  if (found === undefined)
    throw new Error(`${folder}: expected a clip ending in ${ending}, got none`);
  return join(root, folder, found);
}

it.each(examples)("the example in $path runs", { timeout: 120_000 }, ({ code }) => {
  const folder = mkdtempSync(join(tmpdir(), "symbion-example-"));
  try {
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    for (const [, name] of code.matchAll(/"([\w-]+\.(?:mp4|mkv|264))"/g)) {
      copyFileSync(clip(name as string), join(folder, name as string));
    }
    writeFileSync(join(folder, "example.mts"), code);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--conditions=source", "example.mts"],
      { cwd: folder, encoding: "utf8" },
    );
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).not.toBe("");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
