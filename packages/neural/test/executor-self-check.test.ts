import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openNodeExecutor } from "../src/node/executor.ts";
import { checkAttention } from "../src/runtime/self-check.ts";
import { ExecutionError, type Executor, type HostTensor } from "../src/runtime/types.ts";
import type { ChildReport } from "./support/open-child.ts";
import { largestDifference } from "./support/refresh-step.ts";

/** A software adapter for WebGPU, with a fault: its attention operator is wrong from 32 rows on. */
const SOFTWARE = "/usr/lib/chromium/vk_swiftshader_icd.json";

let executor: Executor;
beforeAll(async () => {
  executor = await openNodeExecutor();
});
afterAll(() => executor.dispose());

type Fault = (name: string, out: HostTensor, rows: number) => HostTensor;

/** The CPU with a fault planted: what programs give is changed on its way out. */
function faulty(fault: Fault): Pick<Executor, "load" | "backend"> & { readonly loaded: string[] } {
  const loaded: string[] = [];
  return {
    backend: "node-cpu",
    loaded,
    async load(model) {
      const name = model.name ?? "";
      loaded.push(name);
      const program = await executor.load(model);
      return {
        ...program,
        async run(feeds, into, only) {
          const { out } = await program.run(feeds, into, only);
          return { out: fault(name, out as HostTensor, feeds.q?.shape[1] ?? 0) };
        },
      };
    },
  };
}

/** Changes one number of many. */
function nudge(out: HostTensor, by: number): HostTensor {
  const data = Float32Array.from(out.data as Float32Array);
  const at = data.length - 7;
  data[at] = (data[at] as number) + by;
  return { ...out, data };
}

describe("the self-check", () => {
  test("passes where attention is right", async () => {
    expect(await checkAttention(executor)).toBe("fused");
    expect(executor.attention).toBe("fused");
    expect(await checkAttention(faulty((_name, out) => out))).toBe("fused");
  });

  test.each(["64", "64 one by one", "256", "512"])(
    "finds an operator that is wrong for heads of %s alone",
    async (heads) => {
      const broken = faulty((name, out) =>
        name === `self-check (fused, heads of ${heads})` ? nudge(out, 0.05) : out,
      );
      expect(await checkAttention(broken)).toBe("decomposed");
      expect(broken.loaded.filter((name) => name.includes("decomposed")).length).toBe(4);
    },
  );

  test.each([
    ["many rows", (rows: number) => rows > 1],
    ["one row", (rows: number) => rows === 1],
  ])("finds an operator that is wrong for %s alone", async (_what, when) => {
    const broken = faulty((name, out, rows) =>
      name.includes("fused") && when(rows) ? nudge(out, -0.05) : out,
    );
    expect(await checkAttention(broken)).toBe("decomposed");
  });

  test.each([
    ["not a number", (out: HostTensor) => nudge(out, Number.NaN)],
    ["too short", (out: HostTensor) => ({ ...out, data: out.data.slice(1) })],
    ["nothing", (out: HostTensor) => ({ ...out, data: out.data.slice(0, 0) })],
  ])("takes a result that is %s for wrong", async (_what, change) => {
    const broken = faulty((name, out) => (name.includes("fused") ? change(out) : out));
    expect(await checkAttention(broken)).toBe("decomposed");
  });

  test("an operator that there is not is an operator that is wrong", async () => {
    const broken = faulty((name, out) => {
      if (name.includes("fused")) throw new ExecutionError("no such operator");
      return out;
    });
    expect(await checkAttention(broken)).toBe("decomposed");
  });

  test("gives up where both forms are wrong, and on errors that are no device's", async () => {
    await expect(checkAttention(faulty((_name, out) => nudge(out, 0.25)))).rejects.toThrow(
      "node-cpu: expected attention within 0.001 of the reference, got an error of 0.25 as one " +
        "operator and 0.25 as products and a softmax",
    );
    const bug = faulty(() => {
      throw new TypeError("a bug");
    });
    await expect(checkAttention(bug)).rejects.toThrow(TypeError);
  });
});

const CHILD = fileURLToPath(new URL("./support/open-child.ts", import.meta.url));

/** Opens an executor where the environment names the Vulkan drivers. */
async function openWith(drivers: string, ...prefer: string[]): Promise<ChildReport> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=source", CHILD, ...prefer],
    { env: { ...process.env, VK_ICD_FILENAMES: drivers, VK_DRIVER_FILES: drivers } },
  );
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as ChildReport;
}

describe("WebGPU in Node", () => {
  test("without an adapter says what was tried, or goes on to the CPU", async (context) => {
    if (process.platform !== "linux") context.skip("needs Linux, where drivers can be hidden");
    const none = await openWith("/nonexistent.json", "node-webgpu");
    expect(none).toMatchObject({
      error: expect.stringMatching(
        /none of 1 works: node-webgpu: .*cannot be loaded on node-webgpu/,
      ),
    });
    expect(await openWith("/nonexistent.json", "node-webgpu", "node-cpu")).toMatchObject({
      backend: "node-cpu",
      attention: "fused",
    });
  });

  test("on a faulty adapter uses products and a softmax, and is right", async (context) => {
    if (!existsSync(SOFTWARE)) context.skip(`needs the software adapter ${SOFTWARE}`);
    const report = await openWith(SOFTWARE, "node-webgpu");
    if ("error" in report) return context.skip(`needs libvulkan: ${report.error}`);
    expect(report).toMatchObject({ backend: "node-webgpu", attention: "decomposed" });
    const cpu = await openWith(SOFTWARE, "node-cpu");
    if ("error" in cpu) throw new Error(cpu.error);
    expect(largestDifference(report.y, cpu.y)).toBeLessThan(2e-5);
    expect(largestDifference(report.k, cpu.k)).toBeLessThan(2e-5);
    // Compiling shaders for an adapter in software takes seconds of work.
  }, 600_000);
});
