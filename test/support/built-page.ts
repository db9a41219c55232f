/** A package in a real browser: scripts built as an application's bundler would, served on loopback, opened in Chromium. */

import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { build, defaultClientConditions } from "vite";
import { chromiumPath } from "./chromium.ts";

/** What is built and how it is served. */
export type BuiltPageOptions = {
  /** Sources by file name: `page.js` is what the page loads; it sets `window.ready`. */
  readonly sources: Readonly<Record<string, string>> & { readonly "page.js": string };
  /** The page's Content-Security-Policy; none where absent. */
  readonly policy?: string;
  /** Serves a path that was not built, `/name`; undefined: not found. */
  readonly serve?: (path: string) => Uint8Array | undefined;
  /** More switches of Chromium's. */
  readonly switches?: readonly string[];
};

/** A page that is open. */
export type BuiltPage = {
  readonly browser: Browser;
  readonly page: Page;
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** The folder that was built. */
  readonly out: string;
  /** Addresses elsewhere that the page asked for. */
  readonly foreign: readonly string[];
  /** Ends browser and server, removes the folder. */
  close(): Promise<void>;
};

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** Builds, serves and opens a page. It is isolated, so that it may have threads that share memory. */
export async function openBuiltPage(options: BuiltPageOptions): Promise<BuiltPage> {
  // Inside the repository, so that the packages' own names resolve.
  const cache = fileURLToPath(new URL("../../node_modules/.cache", import.meta.url));
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "built-page-"));
  const out = join(folder, "out");
  const sources = {
    ...options.sources,
    "index.html": '<script type="module" src="./page.js"></script>',
  };
  for (const [name, text] of Object.entries(sources)) await writeFile(join(folder, name), text);
  await build({
    root: folder,
    logLevel: "error",
    configFile: false,
    resolve: { conditions: ["source", ...defaultClientConditions] },
    worker: { format: "es" },
    build: { outDir: out, target: "esnext", minify: false },
  });
  const server = await serve(out, options);
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: ["--headless", "--no-sandbox", "--no-first-run", ...(options.switches ?? [])],
  });
  const foreign: string[] = [];
  const close = async (): Promise<void> => {
    await browser.close();
    server.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const page = await (await browser.newContext()).newPage();
    page.on("request", (request) => {
      if (!/^(blob:)?http:\/\/127\.0\.0\.1/.test(request.url())) foreign.push(request.url());
    });
    await page.goto(`${origin}/`);
    await page.waitForFunction("window.ready");
    return { browser, page, origin, out, foreign, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function serve(out: string, { policy, serve: more }: BuiltPageOptions): Promise<Server> {
  const server = createServer((request, response) => {
    const path = request.url === "/" ? "/index.html" : (request.url ?? "");
    const file = join(out, path);
    const body = existsSync(file) ? readFileSync(file) : more?.(path);
    response.writeHead(body === undefined ? 404 : 200, {
      "content-type": TYPES[extname(path)] ?? "application/octet-stream",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      ...(policy === undefined ? {} : { "content-security-policy": policy }),
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
