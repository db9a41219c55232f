import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

type Manifest = {
  readonly name: string;
  readonly exports?: Readonly<Record<string, { readonly default: string }>>;
};

const doors = readdirSync(join(root, "packages")).flatMap((folder) => {
  const text = readFileSync(join(root, "packages", folder, "package.json"), "utf8");
  const { name, exports = {} } = JSON.parse(text) as Manifest;
  return Object.entries(exports).map(([door, { default: file }]) => ({
    door: name + door.slice(1),
    file: join(root, "packages", folder, file),
  }));
});

it("finds the packages' doors", () => {
  expect(doors.map(({ door }) => door)).toContain("@symbion/codec/containers");
});

// Tests run on the sources; these alone see what users of the packages get.
it.for(doors)("$door loads as built", ({ door, file }, context) => {
  if (!existsSync(file)) context.skip("needs the built packages (tsc -b)");
  const code = `console.log(Object.keys(await import(${JSON.stringify(door)})).length)`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "-e", code],
    { cwd: root, encoding: "utf8" },
  );
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(Number(stdout)).toBeGreaterThan(0);
});

it("the symbion command starts as built", (context) => {
  const main = join(root, "packages/edge/dist/main.js");
  if (!existsSync(main)) context.skip("needs the built packages (tsc -b)");
  const { status, stdout } = spawnSync(process.execPath, [main, "--help"], { encoding: "utf8" });
  expect(status).toBe(0);
  expect(stdout).toContain("signals");
});
