import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { fixturesFolder } from "./support/streams.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");
const clip = join(fixturesFolder, "frame-cabac-temporal.264");

/** Runs code as a module of this package, with a clip as its argument and on its standard input. */
function run(code: string): string {
  const done = spawnSync(
    process.execPath,
    ["--conditions=source", "--input-type=module-typescript", "-e", code, "example.ts", clip],
    {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      encoding: "utf8",
      input: readFileSync(clip),
    },
  );
  expect(done.stderr).toBe("");
  expect(done.status).toBe(0);
  return done.stdout;
}

test("the ten lines run", () => {
  const code = examples[0] ?? "";
  expect(code.split("\n").filter((line) => line.trim() !== "").length).toBe(10);
  const lines = run(code).trimEnd().split("\n");
  expect(lines.length).toBe(9);
  for (const line of lines)
    expect(line).toMatch(/^\d+\.\d\d s {2}[IPB] {2}\d+ moving, \d+ skipped$/);
});

test("the parser alone runs", () => {
  const lines = run(examples[1] ?? "")
    .trimEnd()
    .split("\n");
  expect(lines.map((line) => Number(line.split(" ")[0]))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});
