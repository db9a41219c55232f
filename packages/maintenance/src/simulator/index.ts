/** Simulated machines: fleets that run in accelerated time, and tables of whole lives. */

export { SENSOR_FAULTS, type SensorFault, type SensorFaultKind } from "./faults.ts";
export {
  FleetSimulator,
  SIMULATED_KINDS,
  type SimulatedMachine,
  type SimulatedPosition,
  type SimulatedRow,
  type SimulatorOptions,
  simulatedKind,
  simulatedMachines,
} from "./fleet.ts";
export type { LifeEnd, SimulatedTruth } from "./life.ts";
export { type LivesOptions, simulateLives } from "./lives.ts";
