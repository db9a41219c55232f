/** What all WebAssembly builds of ONNX Runtime have in common, in browsers and in Node.js. */

import type * as Ort from "onnxruntime-common";
import type { OrtBackend, OrtModule } from "./ort.ts";
import { createQueue, type Queue } from "./queue.ts";
import type { Model } from "./types.ts";

/** A WebAssembly build. */
export type OrtWeb = OrtModule & Pick<typeof Ort, "env">;

/** Settings that a build takes once, before its first session. */
export type WasmSettings = {
  /** Threads asked for; those of the first executor hold for all of a build's. */
  readonly threads: number;
  /** URL of the folder with the build's .wasm and .mjs files; undefined: beside the script. */
  readonly assets?: string | undefined;
};

type Started = { readonly threads: number; readonly queue: Queue };

/** Sessions of a build share its memory and its device, so they share a queue too. */
const builds = new WeakMap<object, Started>();

/** Sets a build up, the first time, and gives what its executors share. */
export function startBuild(ort: OrtWeb, { threads, assets }: WasmSettings): Started {
  const known = builds.get(ort.env);
  if (known !== undefined) return known;
  // Without shared memory there are no threads, and the library says so on the console.
  const shared = globalThis.crossOriginIsolated ?? typeof SharedArrayBuffer === "function";
  const started = { threads: shared ? threads : 1, queue: createQueue() };
  ort.env.logLevel = "fatal";
  ort.env.wasm.numThreads = started.threads;
  if (assets !== undefined) {
    ort.env.wasm.wasmPaths = assets.endsWith("/") ? assets : `${assets}/`;
  }
  builds.set(ort.env, started);
  return started;
}

/** ONNX Runtime's CPU kernels in WebAssembly. */
export function wasmBackend(ort: OrtWeb, settings: WasmSettings): OrtBackend {
  return {
    backend: "web-wasm",
    ort,
    ...startBuild(ort, settings),
    session: { executionProviders: ["wasm"], logSeverityLevel: 4 },
    writesHost: false,
    files: fetchedFiles,
  };
}

/** Buffers go in by name; anything else is an address (in Node a path) that the library reads from. */
export function fetchedFiles(
  _name: string,
  { external = {} }: Model,
): Ort.InferenceSession.SessionOptions {
  const externalData = Object.entries(external).map(([path, data]) => ({ path, data }));
  return externalData.length === 0 ? {} : { externalData };
}
