/** AI4I 2020 (UCI 601): 10,000 independent rows of a simulated milling machine, with five ways to fail. */

import { expected } from "@symbion/core";
import type { Matrix } from "../boosting/types.ts";
import { readTable } from "./table.ts";

/** Ways to fail, as the file's columns name them. They are results, not inputs: a model that is given them cheats. */
export const AI4I_MODES = ["TWF", "HDF", "PWF", "OSF", "RNF"] as const;

/** The rows of AI4I 2020. */
export type Ai4i = {
  /** What is measured: air and process temperature in K, speed in rpm, torque in Nm, tool wear in min. */
  readonly x: Matrix;
  /** 1 where the machine failed. */
  readonly failed: Uint8Array;
  /** 1 where it failed in each way. */
  readonly modes: Readonly<Record<(typeof AI4I_MODES)[number], Uint8Array>>;
};

/** Reads `ai4i2020.csv`. @throws UsageError naming file and line. */
export async function readAi4i(file: string): Promise<Ai4i> {
  const { fleet } = await readTable(file, {
    machine: null,
    age: "UDI",
    event: null,
    ignore: ["Product ID", "Type"],
  });
  const [run] = fleet.runs;
  const names = fleet.channels.map((channel) => channel.name);
  const rows = run?.rows ?? 0;
  const column = (name: string): Float32Array => {
    const at = names.indexOf(name);
    if (at < 0 || run === undefined) throw expected(`a column ${name}`, names, file);
    return Float32Array.from({ length: rows }, (_, i) => run.values[i * names.length + at]);
  };
  const flag = (name: string): Uint8Array => Uint8Array.from(column(name));
  const results: readonly string[] = ["Machine failure", ...AI4I_MODES];
  const inputs = names.filter((name) => !results.includes(name));
  const data = new Float32Array(rows * inputs.length);
  inputs.forEach((name, c) => {
    data.set(column(name), c * rows);
  });
  return {
    x: { rows, names: inputs, data },
    failed: flag("Machine failure"),
    modes: Object.fromEntries(AI4I_MODES.map((mode) => [mode, flag(mode)])) as Ai4i["modes"],
  };
}
