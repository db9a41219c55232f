/** Builds the dashboard page (packages/web) with vite. */
import { join } from "node:path";
import { newest, root, runTool } from "./tools.ts";

const inputs = [
  "package-lock.json",
  "packages/codec/src",
  "packages/core/src",
  "packages/maintenance/src",
  "packages/neural/src",
  "packages/vision/src",
  "packages/web/index.html",
  "packages/web/package.json",
  "packages/web/public",
  "packages/web/src",
  "packages/web/vite.config.ts",
];

/** Whether the built page is at least as new as everything it is made from. */
export function isPageFresh(): boolean {
  const built = newest(join(root, "packages/web/dist/index.html"));
  return built > 0 && inputs.every((input) => newest(join(root, input)) <= built);
}

/** Builds the page; false if vite failed (it has said why). */
export function buildPage(): boolean {
  return runTool("vite", ["build", "packages/web", "--logLevel", "warn"]);
}
