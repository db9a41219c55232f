/** The executor over ONNX Runtime's JavaScript interface, which onnxruntime-node and onnxruntime-web share. */

import type * as Ort from "onnxruntime-common";
import type { ConstantData, DataType } from "../graph/types.ts";
import { checkData, checkTensor, type Declared, type Lengths } from "./checks.ts";
import type { Queue } from "./queue.ts";
import {
  type AttentionForm,
  type Backend,
  ExecutionError,
  type Executor,
  type HostTensor,
  type KeptTensor,
  type Model,
  type Program,
  type Tensor,
} from "./types.ts";

/** The part of an ONNX Runtime package that is used here. */
export type OrtModule = Pick<typeof Ort, "InferenceSession" | "Tensor">;

/** A kept tensor with what ONNX Runtime needs of it. */
export type DeviceTensor = KeptTensor & {
  /** The tensor as ONNX Runtime has it; undefined once disposed. */
  readonly device: Ort.Tensor | undefined;
};

/** What sets one backend apart from another. */
export type OrtBackend = {
  readonly backend: Backend;
  readonly ort: OrtModule;
  readonly threads: number;
  /** Options of every session: execution provider, threads. */
  readonly session: Ort.InferenceSession.SessionOptions;
  /** Whether ONNX Runtime writes into host arrays that it is given as outputs. */
  readonly writesHost: boolean;
  /** What must not happen at once: runs, loads and copies of all executors that share a runtime. */
  readonly queue: Queue;
  /** Puts a tensor into device memory, in its turn; undefined where the host's memory is the device's. */
  readonly keep?: ((tensor: HostTensor) => Promise<DeviceTensor>) | undefined;
  /** Session options by which a model's external files are found. @throws {ExecutionError} when they cannot be. */
  readonly files: (name: string, model: Model) => Ort.InferenceSession.SessionOptions;
};

/** Makes an executor of a backend. */
export function ortExecutor(given: OrtBackend, attention: AttentionForm): Executor {
  const programs = new Set<Program>();
  const kept = new Set<DeviceTensor>();
  let disposed = false;
  const inUse = (): void => {
    if (disposed) {
      throw new ExecutionError(`expected an executor in use, got ${given.backend} after disposal`);
    }
  };
  return {
    backend: given.backend,
    threads: given.threads,
    attention,
    async load(model) {
      inUse();
      const program = await loadProgram(given, model, (ended) => programs.delete(ended));
      programs.add(program);
      return program;
    },
    async keep(tensor) {
      inUse();
      checkData("a tensor to keep", tensor);
      if (given.keep === undefined) return tensor;
      const { keep } = given;
      const made = await given.queue(() => keep(tensor));
      kept.add(made);
      return made;
    },
    async dispose() {
      disposed = true;
      await Promise.all([...programs].map((program) => program.dispose()));
      for (const tensor of kept) tensor.dispose();
      kept.clear();
    },
  };
}

async function loadProgram(
  given: OrtBackend,
  model: Model,
  onDispose: (program: Program) => void,
): Promise<Program> {
  const name = model.name ?? nameOf(model.model);
  const options = {
    ...given.session,
    enableMemPattern: model.varied !== true,
    ...given.files(name, model),
  };
  const create = (): Promise<Ort.InferenceSession> =>
    typeof model.model === "string"
      ? given.ort.InferenceSession.create(model.model, options)
      : given.ort.InferenceSession.create(model.model, options);
  const session = await given.queue(create).catch((error: unknown) => {
    throw new ExecutionError(`${name}: cannot be loaded on ${given.backend}: ${text(error)}`, {
      cause: error,
    });
  });
  const inputs = declarations(session.inputMetadata);
  const outputs = declarations(session.outputMetadata);
  let released: Promise<void> | undefined;
  const program: Program = {
    inputs: session.inputNames,
    outputs: session.outputNames,
    async run(feeds, into = {}, only) {
      if (released !== undefined) {
        throw new ExecutionError(`${name}: expected a program in use, got one that was disposed`);
      }
      const lengths: Lengths = new Map();
      const ready: Record<string, Ort.Tensor> = {};
      const made = new Map<Tensor, Ort.Tensor>();
      const convert = (what: string, declared: Declared, tensor: Tensor): Ort.Tensor => {
        checkTensor(what, declared, tensor, lengths);
        // One tensor as feed and fetch has to be one for ONNX Runtime too.
        const known = made.get(tensor) ?? toOrt(given.ort, what, tensor);
        made.set(tensor, known);
        return known;
      };
      for (const [input, declared] of inputs) {
        const tensor = feeds[input];
        if (tensor === undefined) {
          throw new ExecutionError(
            `${name}: expected input ${input}, got ${Object.keys(feeds).join(", ") || "none"}`,
          );
        }
        ready[input] = convert(`${name}: input ${input}`, declared, tensor);
      }
      const fetches: Record<string, Ort.Tensor | null> = {};
      for (const output of only ?? session.outputNames) {
        expectOutput(name, outputs, output);
        fetches[output] = null;
      }
      const copied: [output: string, target: HostTensor][] = [];
      for (const [output, tensor] of Object.entries(into)) {
        const declared = expectOutput(name, outputs, output);
        const target = convert(`${name}: output ${output}`, declared, tensor);
        if ("data" in tensor && !given.writesHost) {
          copied.push([output, tensor]);
          fetches[output] = null;
        } else fetches[output] = target;
      }
      if (Object.keys(fetches).length === 0) {
        throw new ExecutionError(`${name}: expected at least one output, none was asked for`);
      }
      const results = await given
        .queue(() => session.run(ready, fetches))
        .catch((error: unknown) => {
          throw new ExecutionError(`${name}: failed on ${given.backend}: ${text(error)}`, {
            cause: error,
          });
        });
      for (const [output, target] of copied) {
        copyInto(`${name}: output ${output}`, fromOrt(results[output] as Ort.Tensor), target);
      }
      const fresh: Record<string, HostTensor> = {};
      for (const [output, result] of Object.entries(results)) {
        if (into[output] === undefined) fresh[output] = fromOrt(result as Ort.Tensor);
      }
      return fresh;
    },
    dispose() {
      released ??= given.queue(() => session.release());
      onDispose(program);
      return released;
    },
  };
  return program;
}

function declarations(
  metadata: readonly Ort.InferenceSession.ValueMetadata[],
): ReadonlyMap<string, Declared> {
  const found = new Map<string, Declared>();
  for (const value of metadata) {
    const { name } = value;
    found.set(name, value.isTensor ? value : { name, type: "no tensor", shape: [] });
  }
  return found;
}

function expectOutput(
  name: string,
  outputs: ReadonlyMap<string, Declared>,
  output: string,
): Declared {
  const declared = outputs.get(output);
  if (declared === undefined) {
    throw new ExecutionError(
      `${name}: expected an output of ${[...outputs.keys()].join(", ")}, got ${output}`,
    );
  }
  return declared;
}

function toOrt(ort: OrtModule, what: string, tensor: Tensor): Ort.Tensor {
  if ("device" in tensor) {
    const { device } = tensor as DeviceTensor;
    if (device === undefined) {
      throw new ExecutionError(`${what}: expected a tensor in use, got one that was disposed`);
    }
    return device;
  }
  if (!("data" in tensor)) {
    throw new ExecutionError(`${what}: expected a tensor of this executor, got a foreign one`);
  }
  const { type, data, shape } = tensor;
  const made = new ort.Tensor(type as "float32", data as Float32Array, shape);
  // Where the platform has Float16Array the library turns bits into one, which its native part cannot read.
  if (type === "float16") Object.defineProperty(made, "data", { value: data });
  return made;
}

function fromOrt(tensor: Ort.Tensor): HostTensor {
  const { type, dims, data } = tensor;
  const array = data as ConstantData;
  const bits =
    type === "float16" && !(data instanceof Uint16Array)
      ? new Uint16Array(array.buffer, array.byteOffset, array.length)
      : array;
  return { type: type as DataType, shape: dims, data: bits };
}

function copyInto(what: string, from: HostTensor, to: HostTensor): void {
  if (from.shape.join() !== to.shape.join()) {
    throw new ExecutionError(
      `${what}: expected a tensor of [${from.shape.join(", ")}], got [${to.shape.join(", ")}]`,
    );
  }
  (to.data as Float32Array).set(from.data as Float32Array);
}

function nameOf(model: Uint8Array | string): string {
  return typeof model === "string" ? (model.split(/[\\/]/).at(-1) ?? model) : "model";
}

/** What the runtime said, in one line of bounded length. */
function text(error: unknown): string {
  const said = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").trim();
  return said.length > 500 ? `${said.slice(0, 500)}...` : said;
}
