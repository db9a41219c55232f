/** What the page's tests share: a Chromium, the built page, a look at a page's colours. */

import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { build } from "vite";
import { chromiumPath } from "../../../../test/support/chromium.ts";

export { inChromium as named, noChromium as reason } from "../../../../test/support/chromium.ts";

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
  return chromium.launch({ executablePath: chromiumPath, args: FLAGS });
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
