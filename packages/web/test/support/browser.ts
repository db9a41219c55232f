/** What the page's tests share: a Chromium, the built page, a look at a page's colours. */

import { existsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { build } from "vite";

const CHROMIUM = process.env.SYMBION_CHROMIUM ?? "/usr/bin/chromium";

/** Why there can be no browser, or null. */
export const reason: string | null = existsSync(CHROMIUM) ? null : `no Chromium at ${CHROMIUM}`;

/** A suite's name, with the reason where it is skipped. */
export function named(name: string): string {
  return reason === null ? name : `${name} (skipped: ${reason})`;
}

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
];

/** Starts Chromium. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

/** Builds the page into a folder of its own and answers where it is. */
export async function buildPage(): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), "symbion-page-")), "page");
  await build({
    root: fileURLToPath(new URL("../..", import.meta.url)),
    logLevel: "error",
    build: { outDir: folder, emptyOutDir: true, sourcemap: false },
  });
  return folder;
}
