/** What runs a model: one interface over ONNX Runtime in Node (CPU, WebGPU) and in the browser (WebAssembly, WebGPU). */

import type { ConstantData, DataType } from "../graph/types.ts";

/** Elements in this process's memory, outermost axis first. */
export type HostTensor = {
  /** Element type. */
  readonly type: DataType;
  /** Lengths of the axes. */
  readonly shape: readonly number[];
  /** Elements, row-major. */
  readonly data: ConstantData;
};

/** Elements that stay where the executor keeps them (GPU memory); made by {@link Executor.keep}. */
export type KeptTensor = {
  /** Element type. */
  readonly type: DataType;
  /** Lengths of the axes. */
  readonly shape: readonly number[];
  /** Copies the elements out. */
  read(): Promise<ConstantData>;
  /** Frees the memory; the tensor must not be used afterwards. */
  dispose(): void;
};

/** Something a program reads or writes. */
export type Tensor = HostTensor | KeptTensor;

/** Kind of device and library. */
export type Backend = "node-cpu" | "node-webgpu" | "web-wasm" | "web-webgpu";

/** How attention has to be written for a device: as ONNX Runtime's operator, or as products and a softmax. */
export type AttentionForm = "fused" | "decomposed";

/** Bytes of a model and of the constants beside it. */
export type Model = {
  /** ONNX ModelProto, or in Node the path of a file with one. */
  readonly model: Uint8Array | string;
  /**
   * Where external constants lie, by their `location`: all in buffers, or (in Node) all in files. Files are mapped
   * into memory and cost half of what buffers cost; they lie in one folder, under the names of their locations.
   */
  readonly external?: Readonly<Record<string, Uint8Array | string>>;
  /**
   * Whether lengths differ from run to run; default false. Then ONNX Runtime does not plan memory ahead for those that it
   * has seen, which would take more of it and gain nothing.
   */
  readonly varied?: boolean;
  /** What messages call the model; default: the file's name, or "model". */
  readonly name?: string;
};

/** A loaded model. */
export interface Program {
  /** Names of its inputs. */
  readonly inputs: readonly string[];
  /** Names of its outputs. */
  readonly outputs: readonly string[];
  /**
   * Runs once. `into` names outputs that are written into given tensors; an input's own tensor may be given, then it
   * is updated in place (key-value caches; the graph must not read the old contents after it has written the new).
   * Outputs not named come back as new host tensors; with `only`, just those. Runs of one executor follow each other
   * in the order of the calls; tensors must not be changed before a run has ended. Feeds that are no inputs are left
   * aside, so that programs can share them.
   * @throws {ExecutionError} when an input is missing or of another type or shape, or the device fails.
   */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    into?: Readonly<Record<string, Tensor>>,
    only?: readonly string[],
  ): Promise<Record<string, HostTensor>>;
  /** Frees the model's memory. */
  dispose(): Promise<void>;
}

/** A device with ONNX Runtime on it. */
export interface Executor {
  /** Which device and library it is. */
  readonly backend: Backend;
  /** Threads used within an operator. */
  readonly threads: number;
  /** Which form of attention gave right results here at start-up, for heads of 64, 256 and 512. */
  readonly attention: AttentionForm;
  /** Loads a model. @throws {ExecutionError} with what the runtime said. */
  load(model: Model): Promise<Program>;
  /** Puts a tensor where programs can read and write it without copies. On the CPU that is the host tensor itself. */
  keep(tensor: HostTensor): Promise<Tensor>;
  /** Frees what the executor holds: its programs and kept tensors as well. */
  dispose(): Promise<void>;
}

/** A model could not be loaded or run; the message says which one, what was expected and what came. */
export class ExecutionError extends Error {
  override readonly name = "ExecutionError";
}
