/** `npm start`: builds the page where it is stale and becomes `symbion up`. */
import { join } from "node:path";
import { buildPage, isPageFresh } from "./page.ts";
import { root } from "./tools.ts";

if (!isPageFresh()) {
  console.log("Building the page ...");
  if (!buildPage()) process.exit(1);
}
const command = join(root, "packages/edge/bin/symbion.js");
process.argv = [process.execPath, command, "up", ...process.argv.slice(2)];
await import(command);
