import type { InsightPage } from "@symbion/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { samplePath } from "../src/config/samples.ts";
import { camera, get, live, NodeBench, until } from "./support/running-node.ts";

let bench: NodeBench;

beforeEach(async () => {
  bench = await NodeBench.make();
});

afterEach(async () => {
  await bench.close();
});

const file = JSON.stringify(samplePath("yard"));
const one = (id: string, more = ""): string =>
  `  - { id: ${id}, file: ${file}, loop: true${more} }\n`;

test("a changed file touches only the cameras that it is about", async () => {
  await bench.write(`cameras:\n${one("a")}${one("b")}${one("c")}`);
  const node = await bench.start();
  for (const id of ["a", "b", "c"]) await live(node, id);
  const frames = camera(node, "a").stats.frames;
  const zone = ", areas: [{ id: z, kind: zone, points: [[0,0],[1,0],[1,1]] }]";
  await bench.write(`cameras:\n${one("a", zone)}${one("c", ", name: See")}${one("d")}`);
  await until(() => (node.status().cameras.some(({ id }) => id === "d") ? true : null));
  expect(node.status().cameras.map(({ id }) => id)).toEqual(["a", "c", "d"]);
  expect(camera(node, "a")).toMatchObject({ state: "live", restarts: 0 });
  expect(camera(node, "a").areas).toMatchObject([{ id: "z", kind: "zone" }]);
  expect(camera(node, "c")).toMatchObject({ state: "live", name: "See", restarts: 0 });
  // Not opened again: "a" and "c" were live all the time and went on counting.
  expect(bench.lines.filter((line) => /camera [ac] (live|starting)/.test(line))).toHaveLength(2);
  await live(node, "d");
  await until(() => (camera(node, "a").stats.frames > frames ? true : null));
});

test("a file that is broken for a while stops nothing", async () => {
  await bench.write(`cameras:\n${one("a")}`);
  const node = await bench.start();
  await live(node, "a");
  await bench.write(`cameras:\n${one("a")}  - { id: b, file: [}\n`);
  await until(() => (node.status().problems.length > 0 ? true : null));
  expect(node.status().config.lastGood).toBe(false);
  expect(camera(node, "a")).toMatchObject({ state: "live", restarts: 0 });
  await bench.write(`cameras:\n${one("a")}${one("b")}`);
  await live(node, "b");
  expect(node.status()).toMatchObject({ problems: [], config: { lastGood: true } });
});

test("a node whose file cannot be read from the start runs, says so, and takes a mended file", async () => {
  await bench.write("cameras: [}\n");
  const node = await bench.start({ config: bench.config });
  expect(node.status().cameras).toEqual([]);
  expect(node.status().problems[0]).toContain("symbion.yaml:1:");
  expect((await fetch(`${node.url}healthz`)).status).toBe(200);
  await bench.write(`cameras:\n${one("a")}`);
  await live(node, "a");
});

test("what the built-in sample shows becomes events and a clip", async () => {
  const node = await bench.start();
  await live(node, "yard");
  expect(camera(node, "yard").simulated).toBe(true);
  const seen = await until(async () => {
    const { items } = await get<InsightPage>(node.url, "api/insights?kind=line-crossing");
    return items.length > 0 ? items : null;
  }, 60);
  expect(seen[0]).toMatchObject({ source: "yard", area: "street" });
});
