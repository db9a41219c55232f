/** The accountability log in a folder: tampering that is found, what an entry costs in time and bytes. */

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccountabilityLog, type LogStore, memoryLogStore } from "@symbion/companion";
import { openFileLog } from "@symbion/companion/node";
import { atLeast, percentile, plain, type Row, type RunOptions } from "../../../bench/rows.ts";

const ENTRIES = 24;

/** Rows of the part `log`. */
export async function* logRows(options: RunOptions): AsyncGenerator<Row, void, void> {
  yield* tampering(options);
  yield* cost(options);
}

async function* tampering({ quick, note }: RunOptions): AsyncGenerator<Row, void, void> {
  const store = memoryLogStore();
  await fill(await AccountabilityLog.open(store), ENTRIES);
  const lines: string[] = [];
  for await (const line of store.lines()) lines.push(line);
  let state = 20;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const edits: Readonly<Record<string, () => string[]>> = {
    "a changed bit": () => {
      const at = random(lines.length);
      const bytes = new TextEncoder().encode(lines[at]);
      const place = random(bytes.length);
      bytes[place] = (bytes[place] ?? 0) ^ (1 << random(8));
      return lines.with(at, new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
    },
    "a removed line": () => lines.toSpliced(random(lines.length), 1),
    "two lines exchanged": () => {
      const a = random(lines.length - 1);
      return lines.with(a, lines[a + 1] ?? "").with(a + 1, lines[a] ?? "");
    },
    "a line doubled": () => {
      const at = random(lines.length);
      return lines.toSpliced(at, 0, lines[at] ?? "");
    },
    "the end cut off": () => lines.slice(0, random(lines.length)),
  };
  let found = 0;
  let tried = 0;
  for (const [name, edit] of Object.entries(edits)) {
    let missed = 0;
    for (let i = 0; i < (quick ? 100 : 600); i++) {
      const changed = edit();
      tried++;
      const check = await AccountabilityLog.check(withLines(store, changed));
      if (check.ok) missed++;
      else found++;
    }
    if (missed > 0) note(`log: ${name} was missed ${missed} times`);
  }
  note(`log: ${found} of ${tried} edits found`);
  yield atLeast("log: tampering found", (100 * found) / tried, "%", 100);
}

async function* cost({ quick }: RunOptions): AsyncGenerator<Row, void, void> {
  const folder = mkdtempSync(join(tmpdir(), "symbion-log-bench-"));
  try {
    const log = await AccountabilityLog.open(await openFileLog(folder));
    const count = quick ? 200 : 1000;
    const times = await fill(log, count);
    const begun = performance.now();
    await log.verify();
    const checked = performance.now() - begun;
    await log.close();
    const { size } = statSync(join(folder, "log.ndjson"));
    yield plain("log: an entry, durable, p50", percentile(times, 0.5), "ms");
    yield plain("log: an entry, durable, p99", percentile(times, 0.99), "ms");
    yield plain("log: verifying an entry", checked / count, "ms");
    yield plain("log: an entry of 1 kB, on disk", size / count, "B");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(log: AccountabilityLog, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const begun = performance.now();
    await log.append({ kind: "answer", subject: `talk ${i % 10}`, body: "word ".repeat(200) });
    times.push(performance.now() - begun);
  }
  return times;
}

function withLines(store: LogStore, lines: readonly string[]): LogStore {
  return {
    ...store,
    async *lines() {
      yield* lines;
    },
  };
}
