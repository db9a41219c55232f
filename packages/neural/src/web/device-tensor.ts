/** Tensors in GPU memory. */

import type * as Ort from "onnxruntime-common";
import { byteLength, type ConstantData, type DataType } from "../graph/types.ts";
import { arrayFor } from "../runtime/checks.ts";
import type { DeviceTensor } from "../runtime/ort.ts";
import type { Queue } from "../runtime/queue.ts";
import { ExecutionError, type HostTensor } from "../runtime/types.ts";
import type { OrtWeb } from "../runtime/wasm.ts";

// WebGPU's GPUBufferUsage and GPUMapMode, which TypeScript's library does not declare.
const MAP_READ = 0x1;
const COPY_SRC = 0x4;
const COPY_DST = 0x8;
const STORAGE = 0x80;
const MODE_READ = 1;

/** Kernels read and write whole groups of 16 bytes. */
const ALIGNMENT = 16;

/** Copies a tensor to a GPU. @throws {ExecutionError} for int8, which WebGPU buffers of ONNX Runtime cannot hold. */
export function toDevice(
  ort: OrtWeb,
  device: GPUDevice,
  queue: Queue,
  { type, shape, data }: HostTensor,
): DeviceTensor {
  if (type === "int8") throw new ExecutionError("expected a type that WebGPU has, got int8");
  const bytes = byteLength(type, data.length);
  const size = Math.max(1, Math.ceil(bytes / ALIGNMENT)) * ALIGNMENT;
  const buffer = device.createBuffer({
    size,
    usage: STORAGE | COPY_SRC | COPY_DST,
    mappedAtCreation: true,
  });
  new Uint8Array(buffer.getMappedRange()).set(
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  buffer.unmap();
  let tensor: Ort.Tensor | undefined = ort.Tensor.fromGpuBuffer(buffer, {
    dataType: type,
    dims: shape,
  });
  return {
    type,
    shape,
    get device(): Ort.Tensor | undefined {
      return tensor;
    },
    async read(): Promise<ConstantData> {
      if (tensor === undefined) {
        throw new ExecutionError("expected a tensor in use, got one that was disposed");
      }
      return queue(() => download(device, buffer, size, type, data.length));
    },
    dispose(): void {
      if (tensor === undefined) return;
      tensor = undefined;
      // Runs that were asked for before still use it.
      void queue(async () => buffer.destroy());
    },
  };
}

async function download(
  device: GPUDevice,
  buffer: GPUBuffer,
  size: number,
  type: DataType,
  count: number,
): Promise<ConstantData> {
  const staging = device.createBuffer({ size, usage: MAP_READ | COPY_DST });
  try {
    const commands = device.createCommandEncoder();
    commands.copyBufferToBuffer(buffer, 0, staging, 0, size);
    device.queue.submit([commands.finish()]);
    await staging.mapAsync(MODE_READ);
    const result = arrayFor(type, count);
    const bytes = new Uint8Array(result.buffer);
    bytes.set(new Uint8Array(staging.getMappedRange(), 0, bytes.length));
    return result;
  } catch (error) {
    throw new ExecutionError(`a tensor cannot be read from the GPU: ${String(error)}`, {
      cause: error,
    });
  } finally {
    staging.destroy();
  }
}
