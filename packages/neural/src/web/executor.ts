/** ONNX Runtime in browsers. */

import { checkOptions, openFirst } from "../runtime/open.ts";
import type { OrtBackend } from "../runtime/ort.ts";
import { ExecutionError, type Executor } from "../runtime/types.ts";
import { fetchedFiles, startBuild, type WasmSettings, wasmBackend } from "../runtime/wasm.ts";
import { toDevice } from "./device-tensor.ts";

/** Backends of browsers. */
export type WebBackend = "web-wasm" | "web-webgpu";

/** How an executor is opened. */
export type WebExecutorOptions = {
  /**
   * Threads of WebAssembly, from 1; default half of the machine's, at most 4. One where the page is not isolated (see
   * `crossOriginIsolated`). The first executor of a page decides for those after it.
   */
  readonly threads?: number | undefined;
  /**
   * Backends in the order in which they are tried; default WebGPU on a real GPU, then WebAssembly. An adapter in
   * software is used only when WebGPU is named here.
   */
  readonly prefer?: readonly WebBackend[] | undefined;
  /**
   * URL of the folder with onnxruntime-web's `ort-wasm-*` files. Default: bundlers that know
   * `new URL("file", import.meta.url)`, such as Vite, ship the files beside the script, and they are found there.
   */
  readonly assets?: string | undefined;
};

/**
 * Opens ONNX Runtime in this page and checks that it computes attention correctly. The library and its WebAssembly (14 MB,
 * with WebGPU 27 MB) are loaded when the backend is tried.
 * @throws {ExecutionError} when no backend works, with what each one said.
 */
export async function openWebExecutor(options: WebExecutorOptions = {}): Promise<Executor> {
  checkOptions(options, ["threads", "prefer", "assets"]);
  const half = Math.ceil((globalThis.navigator?.hardwareConcurrency ?? 1) / 2);
  const settings = { threads: options.threads ?? Math.min(4, half), assets: options.assets };
  return openFirst<WebBackend>(options.prefer ?? ["web-webgpu", "web-wasm"], {
    "web-wasm": async () => {
      const ort = await import("onnxruntime-web/wasm").catch(missing);
      return wasmBackend(ort, settings);
    },
    "web-webgpu": () => openWebGpu(settings, options.prefer !== undefined),
  });
}

async function openWebGpu(settings: WasmSettings, software: boolean): Promise<OrtBackend> {
  const gpu = globalThis.navigator?.gpu;
  if (gpu === undefined) throw new ExecutionError("expected a browser with WebGPU, this has none");
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) throw new ExecutionError("expected a WebGPU adapter, there is none");
  const { vendor, architecture, isFallbackAdapter } = adapter.info;
  if (!software && (isFallbackAdapter || architecture === "swiftshader")) {
    throw new ExecutionError(`expected a GPU, got ${vendor} ${architecture} in software`);
  }
  const ort = await import("onnxruntime-web/webgpu").catch(missing);
  const { threads, queue } = startBuild(ort, settings);
  ort.env.webgpu.powerPreference = "high-performance";
  return {
    backend: "web-webgpu",
    ort,
    threads,
    session: { executionProviders: ["webgpu"], logSeverityLevel: 4 },
    writesHost: false,
    queue,
    // The library has a device once it has a session, which the self-check has seen to.
    keep: async (tensor) => toDevice(ort, await ort.env.webgpu.device, queue, tensor),
    files: fetchedFiles,
  };
}

function missing(error: unknown): never {
  throw new ExecutionError(`onnxruntime-web could not be loaded: ${String(error)}`, {
    cause: error,
  });
}
