/** ONNX Runtime in Node.js. */

import { availableParallelism } from "node:os";
import { basename, dirname, resolve } from "node:path";
import type { InferenceSession } from "onnxruntime-common";
import { checkOptions, openFirst } from "../runtime/open.ts";
import type { OrtBackend } from "../runtime/ort.ts";
import { createQueue } from "../runtime/queue.ts";
import { ExecutionError, type Executor, type Model } from "../runtime/types.ts";
import { wasmBackend } from "../runtime/wasm.ts";

/** Backends of Node.js. WebAssembly runs where there is no native library, and slower. */
export type NodeBackend = "node-cpu" | "node-webgpu" | "web-wasm";

/** How an executor is opened. */
export type NodeExecutorOptions = {
  /** Threads within an operator, from 1; default 1. More than the machine has are not used. */
  readonly threads?: number | undefined;
  /**
   * Backends in the order in which they are tried; default the CPU, then WebAssembly. WebGPU (Vulkan, Metal, Direct3D
   * 12) has to be asked for: an adapter in software is no different to the library and slower than the CPU, and
   * tensors are copied to and from the device in each run.
   */
  readonly prefer?: readonly NodeBackend[] | undefined;
};

/**
 * Opens ONNX Runtime on this machine and checks that it computes attention correctly.
 * @throws {ExecutionError} when no backend works, with what each one said.
 */
export async function openNodeExecutor(options: NodeExecutorOptions = {}): Promise<Executor> {
  checkOptions(options, ["threads", "prefer"]);
  const threads = Math.min(options.threads ?? 1, availableParallelism());
  return openFirst<NodeBackend>(options.prefer ?? ["node-cpu", "web-wasm"], {
    "node-cpu": () => openNative("node-cpu", threads),
    "node-webgpu": () => openNative("node-webgpu", threads),
    "web-wasm": async () => wasmBackend(await import("onnxruntime-web"), { threads }),
  });
}

async function openNative(
  backend: "node-cpu" | "node-webgpu",
  threads: number,
): Promise<OrtBackend> {
  const ort = await import("onnxruntime-node").catch((error: unknown) => {
    throw new ExecutionError(
      `onnxruntime-node has no library for ${process.platform}-${process.arch}, or it cannot be loaded: ${String(error)}`,
      { cause: error },
    );
  });
  return {
    backend,
    ort,
    threads,
    session: {
      executionProviders: [backend === "node-cpu" ? "cpu" : "webgpu"],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // What goes wrong is thrown; the library need not print it too.
      logSeverityLevel: 4,
    },
    writesHost: true,
    queue: createQueue(),
    files: externalFiles,
  };
}

// Threads that wait spin by default and burn a core between frames.
const SESSION = { intra_op: { allow_spinning: "0" } };

/**
 * Buffers go in by name. Files are mapped: the native library looks for them beside the model's file, or, for a model
 * in memory, in the one folder that it is told; not at all once it has been given a buffer.
 */
function externalFiles(
  name: string,
  { model, external = {} }: Model,
): InferenceSession.SessionOptions {
  const buffers: { path: string; data: Uint8Array }[] = [];
  const files: string[] = [];
  let folder = typeof model === "string" ? resolve(dirname(model)) : undefined;
  for (const [location, data] of Object.entries(external)) {
    if (typeof data !== "string") {
      buffers.push({ path: location, data });
      continue;
    }
    const path = resolve(data);
    folder ??= dirname(path);
    if (basename(path) !== location || dirname(path) !== folder) {
      throw new ExecutionError(`${name}: expected ${location} in ${folder}, got ${path}`);
    }
    files.push(location);
  }
  if (buffers.length > 0 && files.length > 0) {
    throw new ExecutionError(
      `${name}: expected external constants all in buffers or all in files, got ${buffers[0]?.path} in a buffer and ${files[0]} in a file`,
    );
  }
  if (buffers.length > 0) return { extra: { session: SESSION }, externalData: buffers };
  if (files.length === 0 || typeof model === "string") return { extra: { session: SESSION } };
  const place = { model_external_initializers_file_folder_path: folder };
  return { extra: { session: { ...SESSION, ...place } } };
}
