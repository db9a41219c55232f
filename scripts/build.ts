/** `npm run build`: every package's JavaScript and declarations, and the page. */
import { buildPage } from "./page.ts";
import { runTool } from "./tools.ts";

if (!runTool("tsc", ["-b"]) || !buildPage()) process.exitCode = 1;
