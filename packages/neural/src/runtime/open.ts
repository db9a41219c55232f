/** Choosing a backend: the first one of a list that opens and computes correctly. */

import { type OrtBackend, ortExecutor } from "./ort.ts";
import { checkAttention } from "./self-check.ts";
import { type Backend, ExecutionError, type Executor } from "./types.ts";

/** How each backend that an environment has is opened. */
export type Openers<B extends Backend> = Readonly<Record<B, () => Promise<OrtBackend>>>;

/**
 * Opens the first backend that works.
 * @throws {ExecutionError} when none does, with what each one said; or when one is named that there is not.
 */
export async function openFirst<B extends Backend>(
  prefer: readonly B[],
  openers: Openers<B>,
): Promise<Executor> {
  const known = Object.keys(openers);
  for (const backend of prefer) {
    if (!known.includes(backend)) {
      throw new ExecutionError(`expected backends out of ${known.join(", ")}, got ${backend}`);
    }
  }
  const failures: string[] = [];
  for (const backend of prefer) {
    try {
      const opened = await openers[backend]();
      const form = await checkAttention(ortExecutor(opened, "fused"));
      return ortExecutor(opened, form);
    } catch (error) {
      failures.push(`${backend}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new ExecutionError(
    `expected a device to run models on, none of ${prefer.length} works: ${failures.join("; ")}`,
  );
}

/** @throws {ExecutionError} for an unknown key, or threads that are no positive integer. */
export function checkOptions(options: object, keys: readonly string[]): void {
  for (const [key, value] of Object.entries(options)) {
    if (!keys.includes(key)) {
      throw new ExecutionError(`expected options out of ${keys.join(", ")}, got ${key}`);
    }
    if (key === "threads" && value !== undefined && !(Number.isInteger(value) && value > 0)) {
      throw new ExecutionError(`threads: expected a positive integer, got ${value}`);
    }
  }
}
