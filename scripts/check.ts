/**
 * `npm test`: every check, in the order in which a failure is cheapest to find. Stops at the first
 * step that fails. The last line says how many tests passed, failed and were skipped; the lines
 * before it say why tests were skipped.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { startVitest, type TestModule } from "vitest/node";
import { runGates } from "./gates/main.ts";
import { buildPage } from "./page.ts";
import { root, runTool } from "./tools.ts";

type Counts = { passed: number; failed: number; skipped: number };
type Skip = { name: string; reason: string };

function onPath(command: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Chromium and ffmpeg are Debian packages: installed where that is possible, else asked for. */
function provideSystemTools(): void {
  const missing = ["chromium", "ffmpeg"].filter((command) => !onPath(command));
  if (missing.length === 0) return;
  const list = missing.join(" ");
  if (process.getuid?.() === 0 && existsSync("/etc/debian_version")) {
    console.log(`Installing ${list} (apt-get) ...`);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const apt = (args: string[]) =>
      spawnSync("apt-get", args, { env, stdio: ["ignore", "ignore", "inherit"], timeout: 600_000 });
    apt(["-qq", "update"]);
    apt(["-qq", "install", "-y", "--no-install-recommends", ...missing]);
  }
  const absent = missing.filter((command) => !onPath(command));
  if (absent.length > 0) {
    console.log(
      `Not found: ${absent.join(", ")}; tests that need them are skipped. ` +
        `On Debian: apt-get install ${absent.join(" ")}`,
    );
  }
}

function collect(modules: readonly TestModule[], counts: Counts, skips: Skip[]): void {
  for (const module of modules) {
    let failed = 0;
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === "passed") counts.passed++;
      else if (result.state === "failed") failed++;
      else {
        const name = `${module.relativeModuleId} > ${test.fullName}`;
        const note = result.state === "skipped" ? result.note : "the run ended before it";
        counts.skipped++;
        skips.push({ name, reason: note ?? "no reason given" });
      }
    }
    // A file that cannot be loaded, or a failing hook, fails without a test of its own.
    if (failed === 0 && module.state() === "failed") failed = 1;
    counts.failed += failed;
  }
}

function printSkips(skips: readonly Skip[]): void {
  if (skips.length === 0) return;
  const byReason = Map.groupBy(skips, (skip) => skip.reason);
  console.log("Skipped:");
  for (const [reason, group] of byReason) {
    console.log(`  ${reason} (${group.length})`);
    for (const skip of group) console.log(`    ${skip.name}`);
  }
}

async function runTests(filters: string[]): Promise<boolean> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const skips: Skip[] = [];
  const summary = {
    onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
      collect(modules, counts, skips);
      counts.failed += errors.length;
    },
  };
  const vitest = await startVitest("test", filters, {
    root,
    watch: false,
    reporters: ["default", summary],
  });
  await vitest.close();
  printSkips(skips);
  if (counts.passed + counts.failed === 0) {
    console.log("npm test: no test ran");
    counts.failed = 1;
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  return counts.failed === 0;
}

/** Named steps before the tests; each says on the terminal what is wrong and returns false. */
const steps: readonly (readonly [name: string, step: () => boolean | Promise<boolean>])[] = [
  ["format and lint (biome check)", () => runTool("biome", ["check", "--error-on-warnings", "."])],
  ["types of the packages (tsc -b)", () => runTool("tsc", ["-b"])],
  ["types of tests and scripts", () => runTool("tsc", ["-b", "tsconfig.test.json"])],
  ["gates", () => runGates()],
  ["build of the page (vite build)", () => buildPage()],
];

async function main(): Promise<boolean> {
  provideSystemTools();
  for (const [name, step] of steps) {
    const start = performance.now();
    const passed = await step();
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${passed ? "ok    " : "FAILED"} ${name}, ${seconds} s`);
    if (!passed) {
      console.log(`npm test: stopped at: ${name}`);
      console.log("0 passed, 1 failed, 0 skipped");
      return false;
    }
  }
  return await runTests(process.argv.slice(2));
}

process.exitCode = (await main()) ? 0 : 1;
