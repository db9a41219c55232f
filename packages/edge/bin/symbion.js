#!/usr/bin/env node
// The `symbion` command. In a checkout it runs the TypeScript sources as they are, so nothing built
// can be stale; an installed package (where Node.js refuses to strip types) runs its built files.
// Plain ES2020: on an older Node.js this file re-runs itself on a recent one.
import { existsSync } from "node:fs";
import module from "node:module";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import { endWithParent, findNode, handOver, isCurrentEnough, refuse } from "./node24.js";

const source = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const inCheckout = existsSync(source) && !source.split(sep).includes("node_modules");
const flags = inCheckout ? ["--conditions=source"] : [];

if (isCurrentEnough() && flags.every((flag) => process.execArgv.includes(flag))) {
  if (inCheckout) {
    // Compiled code is kept beside the installed packages: starting takes half the time.
    const cache = fileURLToPath(new URL("../../../node_modules/.cache/symbion", import.meta.url));
    module.enableCompileCache(cache);
    // For its threads: they look here.
    process.env.NODE_COMPILE_CACHE ??= cache;
  }
  endWithParent();
  await import(new URL(inCheckout ? "../src/main.ts" : "../dist/main.js", import.meta.url).href);
} else {
  const node = findNode(import.meta.url);
  if (node === null) refuse("symbion");
  else handOver(node, [...flags, fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
}
