import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltPage, openBuiltPage } from "../../../test/support/built-page.ts";
import { inChromium, noChromium } from "../../../test/support/chromium.ts";
import { openNodeExecutor } from "../src/node/executor.ts";
import type { HostTensor, Tensor } from "../src/runtime/types.ts";
import {
  emptyCache,
  largestDifference,
  refreshFeeds,
  refreshStep,
  SLOTS,
} from "./support/refresh-step.ts";

const FILES = { fused: refreshStep("fused"), decomposed: refreshStep("decomposed") };
/** As strict as a page with WebAssembly can be: nothing from elsewhere, no script but files. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'";
const SUBSET = [3, 9, 17, 30, 39];

/** What the page and its worker do: open an executor as an application would, and run the model that is sent. */
const SHARED = `
import { openWebExecutor } from "@symbion/neural/web";

const bytes = async (name) => new Uint8Array(await (await fetch("/" + name)).arrayBuffer());
const ARRAYS = { float32: Float32Array, int64: BigInt64Array };
const host = ({ type, shape, data }) => ({
  type, shape, data: ARRAYS[type].from(data, type === "int64" ? BigInt : Number),
});

export const refresh = async (options, feeds, cache) => {
  const executor = await openWebExecutor(options);
  const { backend, threads, attention } = executor;
  const program = await executor.load({ model: await bytes(attention + ".onnx"), name: "step" });
  const k = await executor.keep(host(cache));
  const v = await executor.keep(host(cache));
  const results = [];
  for (const inputs of feeds) {
    const given = { k, v };
    for (const [name, tensor] of Object.entries(inputs)) given[name] = host(tensor);
    // Two runs that overlap: the second must wait for the first. Both write the same rows.
    const [out] = await Promise.all([
      program.run(given, { ko: k, vo: v }, ["y"]),
      program.run(given, { ko: k, vo: v }, ["y"]),
    ]);
    const read = async (tensor) => Array.from("read" in tensor ? await tensor.read() : tensor.data);
    results.push({
      outputs: Object.keys(out), y: Array.from(out.y.data), k: await read(k), v: await read(v),
    });
  }
  const kept = "read" in k;
  const wrong = await program.run({ ...given(feeds[0]), k, v, slots: host(feeds[0].x) })
    .then(() => "", String);
  await executor.dispose();
  const late = kept ? await k.read().then(() => "", String) : "";
  return { backend, threads, attention, kept, results, wrong, late };
};

const given = (inputs) =>
  Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, host(tensor)]));
`;

const PAGE = `
import { openWebExecutor } from "@symbion/neural/web";
import { refresh } from "./shared.js";

window.refresh = refresh;
window.refreshInWorker = (...args) => new Promise((resolve, reject) => {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => typeof data === "string" ? reject(new Error(data)) : resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage(args);
});
window.open = (options) => openWebExecutor(options).then(({ backend }) => backend, String);
window.ready = true;
`;

const WORKER = `
import { refresh } from "./shared.js";
self.onmessage = ({ data }) => refresh(...data).then(self.postMessage, (error) => self.postMessage(String(error)));
`;

type Run = { readonly y: number[]; readonly k: number[]; readonly v: number[] };
type Report = {
  readonly backend: string;
  readonly threads: number;
  readonly attention: string;
  readonly kept: boolean;
  readonly results: readonly (Run & { readonly outputs: string[] })[];
  readonly wrong: string;
  readonly late: string;
};

/** Feeds as JSON, which has no typed arrays and no 64-bit integers. */
function plain(feeds: Readonly<Record<string, HostTensor>>): unknown {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]) => [name, plainTensor(tensor)]),
  );
}

function plainTensor({ type, shape, data }: HostTensor): unknown {
  return { type, shape, data: Array.from(data as Float32Array, Number) };
}

const steps = [refreshFeeds(Array.from({ length: SLOTS }, (_, i) => i)), refreshFeeds(SUBSET)];

/** The same two steps on this machine's CPU. */
async function onCpu(): Promise<Run[]> {
  const executor = await openNodeExecutor();
  const program = await executor.load({ model: FILES.fused });
  const k: Tensor = await executor.keep(emptyCache());
  const v: Tensor = await executor.keep(emptyCache());
  const runs: Run[] = [];
  for (const feeds of steps) {
    const { y } = await program.run({ ...feeds, k, v }, { ko: k, vo: v }, ["y"]);
    const list = (tensor: Tensor | undefined): number[] =>
      Array.from((tensor as HostTensor).data as Float32Array);
    runs.push({ y: list(y), k: list(k), v: list(v) });
  }
  await executor.dispose();
  return runs;
}

describe.skipIf(noChromium !== null)(inChromium("executors in a real browser"), () => {
  let built: BuiltPage;
  let page: Page;
  let expected: Run[];

  beforeAll(async () => {
    expected = await onCpu();
    built = await openBuiltPage({
      sources: { "shared.js": SHARED, "page.js": PAGE, "worker.js": WORKER },
      policy: POLICY,
      serve(path) {
        const model = /^\/(fused|decomposed)\.onnx$/.exec(path)?.[1] as keyof typeof FILES;
        return FILES[model];
      },
      switches: ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
    });
    ({ page } = built);
  });

  afterAll(() => built?.close());

  async function refresh(options: object, name = "refresh"): Promise<Report> {
    const args = [options, steps.map(plain), plainTensor(emptyCache())];
    return page.evaluate<Report>(`window.${name}(...${JSON.stringify(args)})`);
  }

  test("WebAssembly with two threads computes what the CPU computes", async () => {
    expect(await page.evaluate("crossOriginIsolated")).toBe(true);
    const report = await refresh({ prefer: ["web-wasm"], threads: 2 });
    expect(report).toMatchObject({
      backend: "web-wasm",
      threads: 2,
      attention: "fused",
      kept: false,
    });
    checkResults(report, 2e-5);
    expect(page.workers().length).toBeGreaterThan(0);
  });

  test("so it does in a worker, with threads of its own", async () => {
    const report = await refresh({ prefer: ["web-wasm"], threads: 2 }, "refreshInWorker");
    expect(report).toMatchObject({ backend: "web-wasm", threads: 2 });
    checkResults(report, 2e-5);
  });

  test("WebGPU keeps the cache on the device and computes what the CPU computes", async () => {
    const report = await refresh({ prefer: ["web-webgpu"] });
    expect(report).toMatchObject({ backend: "web-webgpu", kept: true });
    // The adapter in software gets the operator wrong, which the self-check has to notice.
    expect(report.attention).toBe("decomposed");
    checkResults(report, 2e-5);
    expect(report.late).toContain("expected a tensor in use, got one that was disposed");
    // Compiling shaders for an adapter in software takes seconds of work.
  }, 600_000);

  test("an adapter in software is not taken unasked", async () => {
    expect(await page.evaluate("window.open({})")).toBe("web-wasm");
  });

  test("no file comes from elsewhere, and the page has none of the native library", () => {
    expect(built.foreign).toEqual([]);
    const files = readdirSync(join(built.out, "assets"));
    expect(files.filter((name) => name.endsWith(".wasm")).length).toBe(2);
    const scripts = files.filter((name) => /\.m?js$/.test(name));
    for (const name of scripts) {
      expect(readFileSync(join(built.out, "assets", name), "utf8")).not.toContain(
        "onnxruntime_binding",
      );
    }
    // What the page loads before it opens an executor.
    const first = scripts.find((name) => name.startsWith("index")) ?? "";
    expect(statSync(join(built.out, "assets", first)).size).toBeLessThan(200_000);
  });

  function checkResults({ results, wrong }: Report, tolerance: number): void {
    expect(results.length).toBe(expected.length);
    for (const [i, { y, k, v, outputs }] of results.entries()) {
      const run = expected[i] as Run;
      expect(outputs).toEqual(["y"]);
      expect(largestDifference(y, run.y)).toBeLessThan(tolerance);
      expect(largestDifference(k, run.k)).toBeLessThan(tolerance);
      expect(largestDifference(v, run.v)).toBeLessThan(tolerance);
    }
    expect(wrong).toContain("step: input slots: expected int64 [rows, 1], got float32 [1, 40, 64]");
  }
});
