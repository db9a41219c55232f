import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { build, defaultClientConditions } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SIMULATED_KINDS } from "../src/index.ts";

const CHROMIUM = process.env.SYMBION_CHROMIUM ?? "/usr/bin/chromium";
const reason = existsSync(CHROMIUM) ? null : `no Chromium at ${CHROMIUM}`;
/** As strict as a page with WebAssembly can be. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'";

/** What the page does: simulate lives, train on them as an application would, forecast, detect. */
const PAGE = `
import {
  calibrate, features, fitAutoencoder, fitPrincipal, fitRecurrent, NormaliserLearner, REFERENCE_FEATURES, simulateLives,
} from "@symbion/maintenance";
import { openWebExecutor } from "@symbion/neural/web";

window.learn = async (kind) => {
  const executor = await openWebExecutor({ prefer: ["web-wasm"], threads: 1 });
  const fleet = simulateLives({ kind, lives: 8 });
  const learner = new NormaliserLearner(fleet.channels);
  for (const run of fleet.runs) learner.learn(run);
  const normaliser = learner.freeze();
  const runs = fleet.runs.map((run) => normaliser.apply(run));
  const CAP = Math.max(...fleet.runs.map(({ age }) => age.at(-1))) / 2;
  const errors = [];
  const model = await fitRecurrent(executor, runs, {
    cap: CAP, hidden: 8, window: 10, epochs: 4, stride: 6, rate: 0.01,
    progress: ({ error }) => { errors.push(error); return true; },
  });
  const program = await model.load(executor);
  const { forecasts } = await program.answer(runs.slice(0, 1));
  const plain = model.forecasts(runs[0]);
  const apart = Math.max(...plain.map((life, i) => Math.abs(life - forecasts[i])));
  const table = features(runs.slice(0, 2), REFERENCE_FEATURES);
  const losses = [];
  const detector = await fitAutoencoder(executor, table, {
    window: 4, hidden: 4, lessons: 640, progress: (_, loss) => { losses.push(loss); return true; },
  });
  const { threshold } = calibrate([fitPrincipal(table).scores(table)], 0.05);
  const result = {
    backend: executor.backend, errors, apart, bytes: model.encode().length, losses, threshold,
    score: detector.scores(table).at(-1),
  };
  await executor.dispose();
  return result;
};
window.ready = true;
`;

type Report = {
  readonly backend: string;
  readonly errors: number[];
  readonly apart: number;
  readonly bytes: number;
  readonly losses: number[];
  readonly threshold: number;
  readonly score: number;
};

describe.skipIf(reason !== null)(
  reason === null ? "learning in a real browser" : `learning in a browser (skipped: ${reason})`,
  () => {
    let folder: string;
    let server: Server;
    let browser: Browser;
    let page: Page;
    let foreign: string[];

    beforeAll(async () => {
      // Inside the repository, so that the packages' own names resolve.
      const cache = fileURLToPath(new URL("../../../node_modules/.cache", import.meta.url));
      await mkdir(cache, { recursive: true });
      folder = await mkdtemp(join(cache, "recurrent-test-"));
      const out = join(folder, "out");
      await writeFile(join(folder, "page.js"), PAGE);
      await writeFile(
        join(folder, "index.html"),
        '<script type="module" src="./page.js"></script>',
      );
      await build({
        root: folder,
        logLevel: "error",
        configFile: false,
        resolve: { conditions: ["source", ...defaultClientConditions] },
        worker: { format: "es" },
        build: { outDir: out, target: "esnext", minify: false },
      });
      const types: Record<string, string> = {
        ".html": "text/html",
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
      };
      server = createServer((request, response) => {
        const path = request.url === "/" ? "/index.html" : (request.url ?? "");
        const file = join(out, path);
        const body = existsSync(file) ? readFileSync(file) : undefined;
        response.writeHead(body === undefined ? 404 : 200, {
          "content-type": types[extname(path)] ?? "application/octet-stream",
          "cross-origin-opener-policy": "same-origin",
          "cross-origin-embedder-policy": "require-corp",
          "content-security-policy": POLICY,
        });
        response.end(body);
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const address = server.address();
      const port = address !== null && typeof address === "object" ? address.port : 0;
      browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: ["--headless", "--no-sandbox", "--no-first-run"],
      });
      page = await browser.newPage();
      foreign = [];
      page.on("request", (request) => {
        if (!/^(blob:)?http:\/\/127\.0\.0\.1/.test(request.url())) foreign.push(request.url());
      });
      await page.goto(`http://127.0.0.1:${port}/`);
      await page.waitForFunction("window.ready");
    });

    afterAll(async () => {
      await browser?.close();
      server?.close();
      await rm(folder, { recursive: true, force: true });
    });

    test("an LSTM and an autoencoder learn there, and nothing leaves the page", async () => {
      const report = await page.evaluate<Report>(
        `window.learn(${JSON.stringify(SIMULATED_KINDS[0])})`,
      );
      expect(report.backend).toBe("web-wasm");
      expect(report.errors.length).toBe(4);
      expect(report.errors.at(-1)).toBeLessThan(0.7 * (report.errors[0] ?? 0));
      expect(report.apart).toBeLessThan(1e-2);
      expect(report.bytes).toBeGreaterThan(1000);
      const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
      expect(mean(report.losses.slice(-3))).toBeLessThan(mean(report.losses.slice(0, 3)));
      expect(report.threshold).toBeGreaterThan(0);
      expect(report.score).toBeGreaterThan(0);
      expect(foreign).toEqual([]);
    }, 600_000);
  },
);
