/** A page whose every complaint and every request to somebody else is written down. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Result } from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** A page and what is to be held against it. */
export type Watched = {
  readonly page: Page;
  /** Errors in the page and its console. */
  readonly complaints: string[];
  /** Requests that went to anybody but the node. */
  readonly strangers: string[];
  close(): Promise<void>;
};

/** Opens a page in a browser context of its own. */
export async function openWatched(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const strangers: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    const own = host === new URL(url).host || protocol === "blob:" || protocol === "data:";
    if (!own) strangers.push(request.url());
  });
  await page.goto(url);
  return { page, complaints, strangers, close: () => context.close() };
}

let axe: Promise<string> | null = null;

const EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * What axe-core finds wrong on a page, each as one line. `rules` asks for these alone. The page's policy lets no script
 * in, so it comes by the debugger.
 */
export async function violations(page: Page, rules: readonly string[] = []): Promise<string[]> {
  axe ??= readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  await page.evaluate(await axe);
  const what =
    rules.length > 0
      ? { type: "rule" as const, values: [...rules] }
      : { type: "tag" as const, values: EVERYTHING };
  const found = await page.evaluate(async (runOnly) => {
    const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run(document, { runOnly });
    return violations as Result[];
  }, what);
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary ?? ""}`),
  );
}
