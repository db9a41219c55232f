/** What machines cost a node that runs: each row's update and forecast, with models that were learned from simulated lives. */

import type { MachineSample } from "@symbion/core";
import { atMost, percentile, plain, type Row, type RunOptions } from "../../../bench/rows.ts";
import {
  createMonitor,
  FleetSimulator,
  type KindMonitor,
  restoreMonitor,
  runLearningJob,
  SIMULATED_KINDS,
  type SimulatedRow,
} from "../src/index.ts";

/** Rows of the past that are learned from, and rows that are measured. */
const PAST = 1500;
const ROWS = 4000;
const ROW_MS = 1000;

/** Rows of update and forecast, of saving and of restoring. */
export async function* nodeRows(options: RunOptions): AsyncGenerator<Row, void, void> {
  for (const kind of SIMULATED_KINDS) {
    const { monitor, simulator, clock } = await learned(kind);
    const times = measure(monitor, simulator, clock, options.quick ? ROWS / 4 : ROWS);
    const name = `${kind}: update and forecast per row`;
    yield plain(`${name}, median`, percentile(times, 0.5), "ms");
    yield atMost(`${name}, 99 %`, percentile(times, 0.99), "ms", 1);
    yield plain(`${name}, most`, Math.max(...times), "ms");
    let began = performance.now();
    const state = monitor.save();
    yield plain(`${kind}: saving`, performance.now() - began, "ms");
    yield plain(`${kind}: state`, state.length / 1e6, "MB");
    began = performance.now();
    restoreMonitor(state);
    yield plain(`${kind}: restoring`, performance.now() - began, "ms");
  }
}

type Learned = {
  readonly monitor: KindMonitor;
  readonly simulator: FleetSimulator;
  readonly clock: { step: number };
};

/** A monitor that has learned from four machines' past. */
async function learned(kind: string): Promise<Learned> {
  const simulator = new FleetSimulator({ kinds: [kind], machines: 4, seed: 11 });
  const [declaration] = simulator.kinds;
  if (declaration === undefined) throw new TypeError("a fleet has a kind");
  const monitor = createMonitor(declaration);
  const clock = { step: 0 };
  for (; clock.step < PAST; clock.step++) {
    const rows = simulator.step((clock.step + 0.5) * ROW_MS);
    for (const { samples } of rows) take(monitor, samples);
    monitor.advance((clock.step + 1) * ROW_MS);
    end(monitor, rows, clock.step);
  }
  const job = monitor.due();
  if (job === null) throw new TypeError("lives have ended: there is something to learn");
  monitor.install(await runLearningJob(job));
  return { monitor, simulator, clock };
}

function take(monitor: KindMonitor, samples: readonly MachineSample[]): void {
  for (const sample of samples) monitor.take(sample);
}

function end(monitor: KindMonitor, rows: readonly SimulatedRow[], step: number): void {
  for (const { machine, ended } of rows) {
    if (ended !== null) monitor.end(machine, (step + 1) * ROW_MS, ended);
  }
}

/** Milliseconds per row: all values of one machine's row are taken, then time goes on. Learning is done elsewhere. */
function measure(
  monitor: KindMonitor,
  simulator: FleetSimulator,
  clock: { step: number },
  wanted: number,
): number[] {
  const times: number[] = [];
  while (times.length < wanted) {
    const rows = simulator.step((clock.step + 0.5) * ROW_MS);
    clock.step++;
    let count = 0;
    const began = performance.now();
    for (const { samples } of rows) {
      take(monitor, samples);
      if (samples.length > 0) count++;
    }
    const changed = monitor.advance(clock.step * ROW_MS);
    const took = performance.now() - began;
    if (changed.length > 0 && count > 0) times.push(took / count);
    end(monitor, rows, clock.step - 1);
    if (monitor.due() !== null) monitor.abandon("the benchmark only forecasts");
  }
  return times;
}
