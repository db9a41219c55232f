/** A source that runs, and what it told. */

import type { MachineSample, MachineSource } from "@symbion/core";
import { SourceRunner, type SourceSession } from "../../src/machines/sources/source.ts";

export type SourceBench = {
  readonly runner: SourceRunner;
  readonly samples: MachineSample[];
  readonly ends: string[];
  readonly log: string[];
  /** The newest value of a sensor. */
  newest(sensor: string): MachineSample | null;
};

/** Runs a session with short pauses; machines whose name begins with "un" are refused. */
export function runSource(
  session: SourceSession,
  options: { readonly failed?: string; readonly type?: MachineSource["type"] } = {},
): SourceBench {
  const samples: MachineSample[] = [];
  const ends: string[] = [];
  const log: string[] = [];
  const runner = new SourceRunner({
    ...{ id: "test", type: options.type ?? "mqtt", target: "test://user:secret@here", session },
    failed: options.failed ?? null,
    take: (taken) => {
      const refused = new Map<string, string>();
      for (const sample of taken) {
        if (sample.machine.startsWith("un")) refused.set(sample.machine, "never seen");
        else samples.push(sample);
      }
      return refused;
    },
    end: (machine, _at, how) => ends.push(`${machine} ${how}`),
    log: (text) => log.push(text),
    firstPause: 20,
  });
  return {
    ...{ runner, samples, ends, log },
    newest: (sensor) => samples.findLast((one) => one.sensor === sensor) ?? null,
  };
}
