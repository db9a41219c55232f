import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defaultClientConditions, defineConfig, type Plugin } from "vite";

/** What only those who ask a model questions need: kept once it was fetched, not ahead. */
const HEAVY = /\.(wasm|safetensors|bin)$/;

const PUBLIC = join(import.meta.dirname, "public");

/** Writes into the service worker which files make up the page, and a version that changes with them. */
function shellOf(): Plugin {
  return {
    name: "symbion:shell",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const hash = createHash("sha256");
      const files = ["/"];
      const heavy: string[] = [];
      for (const name of Object.keys(bundle).toSorted()) {
        if (name === "sw.js" || name.endsWith(".map")) continue;
        const output = bundle[name];
        hash.update(name).update(output?.type === "chunk" ? output.code : (output?.source ?? ""));
        if (HEAVY.test(name)) heavy.push(`/${name}`);
        else if (name !== "index.html") files.push(`/${name}`);
      }
      for (const name of readdirSync(PUBLIC).toSorted()) {
        hash.update(name).update(readFileSync(join(PUBLIC, name)));
        files.push(`/${name}`);
      }
      const worker = bundle["sw.js"];
      if (worker?.type !== "chunk") throw new Error("sw.js: expected a chunk, got none");
      const shell = JSON.stringify({ version: hash.digest("hex").slice(0, 12), files, heavy });
      worker.code = worker.code.replaceAll("__SHELL__", () => shell);
    },
  };
}

// Siblings are read as TypeScript ("source"), so the page never contains a stale build of them.
export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: ["source", ...defaultClientConditions] },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  plugins: [shellOf()],
  build: {
    target: "es2022",
    sourcemap: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        page: join(import.meta.dirname, "index.html"),
        sw: join(import.meta.dirname, "src/sw/sw.ts"),
      },
      output: {
        entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
      },
    },
  },
});
