/** Opens an executor in a process of its own, whose environment decides which adapters there are; prints what it got. */

import { type NodeBackend, openNodeExecutor } from "../../src/node/executor.ts";
import type { HostTensor } from "../../src/runtime/types.ts";
import { emptyCache, refreshFeeds, refreshStep, SLOTS } from "./refresh-step.ts";

/** What the process prints, as one line of JSON. */
export type ChildReport =
  | { readonly error: string }
  | {
      readonly backend: string;
      readonly attention: string;
      /** Rows and keys after all rows were computed, and some of them again in place. */
      readonly y: readonly number[];
      readonly k: readonly number[];
    };

async function report(prefer: readonly NodeBackend[]): Promise<ChildReport> {
  try {
    const executor = await openNodeExecutor({ prefer });
    const { backend, attention } = executor;
    const program = await executor.load({ model: refreshStep(attention) });
    const k = await executor.keep(emptyCache());
    const v = await executor.keep(emptyCache());
    const all = Array.from({ length: SLOTS }, (_, i) => i);
    const into = { ko: k, vo: v };
    await program.run({ ...refreshFeeds(all), k, v }, into, ["y"]);
    const { y } = await program.run({ ...refreshFeeds([3, 9, 39]), k, v }, into, ["y"]);
    const list = (tensor: HostTensor | undefined): number[] =>
      Array.from((tensor?.data ?? []) as Float32Array);
    return { backend, attention, y: list(y), k: list(k as HostTensor) };
  } catch (error) {
    return { error: String(error) };
  }
}

if (process.argv[1] === import.meta.filename) {
  const result = await report(process.argv.slice(2) as NodeBackend[]);
  // Dawn's threads may outlive the work; nothing is left to wait for.
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}
