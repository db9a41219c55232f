/** What runs in browsers only: the executors over WebAssembly and WebGPU. */

export { openWebExecutor, type WebBackend, type WebExecutorOptions } from "./executor.ts";
