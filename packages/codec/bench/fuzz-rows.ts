/** Mutated streams: none may crash the parser, hold it for a second, or fill memory. */

import { fileURLToPath } from "node:url";
import type { Row, RunOptions } from "../../../bench/rows.ts";
import { run } from "./child.ts";

/** Ten thousand mutations of the fixture clips, in a process of their own. */
export async function* fuzzRows(options: RunOptions): AsyncGenerator<Row, void, void> {
  const streams = Math.round(options.fuzzStreams ?? (options.quick ? 500 : 10_000));
  options.note(`fuzz: ${streams} mutated streams`);
  const program = fileURLToPath(new URL("./fuzz.ts", import.meta.url));
  const { stdout } = await run(process.execPath, [program, String(streams)], [0, 1]);
  const line = stdout.trim().split("\n").at(-1) ?? "";
  const found = /(\d+) failed.*slowest (\d+) ms.*peak resident (\d+) MiB/.exec(line);
  if (found === null) throw new Error(`expected a summary of the fuzz run, got "${line}"`);
  const [failed, slowest, peak] = found.slice(1).map(Number) as [number, number, number];
  const name = `fuzz, ${streams} streams`;
  yield {
    name: `${name}: crashes and hangs`,
    value: failed,
    unit: "streams",
    goal: "0",
    met: failed === 0,
  };
  yield {
    name: `${name}: slowest`,
    value: slowest,
    unit: "ms",
    goal: "< 1000",
    met: slowest < 1000,
  };
  yield { name: `${name}: peak memory`, value: peak, unit: "MiB", goal: null, met: null };
}
