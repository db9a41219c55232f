/**
 * Kinds of machines that are simulated: how they are operated, how they wear, and what their sensors make of it. The
 * formulas are simplified physics (affinity laws of pumps, pressure drops, friction heat); the coefficients are chosen so
 * that wear shows late and weakly against operation and noise, as it does on real machines.
 */

import type { MachineSensor } from "@symbion/core";

/** What a sensor's value is computed from at one moment. */
export type Physics = {
  /** Operating settings by name. */
  readonly setting: Readonly<Record<string, number>>;
  /** Damage by failure mode: 0 is new, 1 is failed. */
  readonly damage: Readonly<Record<string, number>>;
  /** Air temperature in °C. */
  readonly ambient: number;
};

/** A sensor or setting of a simulated kind. */
export type SensorModel = {
  /** Name, unique within the kind. */
  readonly name: string;
  /** Unit symbol. */
  readonly unit: string;
  /** Settings tell how the machine is operated. */
  readonly role: MachineSensor["role"];
  /** Least value that it can measure, in its unit. */
  readonly least: number;
  /** Greatest value that it can measure, in its unit. */
  readonly most: number;
  /** Standard deviation of its noise, in its unit. */
  readonly noise: number;
  /** It reports in every so many rows. */
  readonly every: number;
  /** Share of the last value that stays from row to row, 0 up to 1: masses warm up slowly. */
  readonly inertia: number;
  /** What it would show without noise. */
  readonly value: (physics: Physics) => number;
  /** Some machines' sensors were bought elsewhere and report in this unit: a value of ours is `(value + offset) * factor`. */
  readonly foreign: {
    readonly unit: string;
    readonly offset: number;
    readonly factor: number;
  } | null;
};

/** A way in which a machine is operated for a while. */
export type RegimeModel = {
  /** How often it is chosen, beside the others'. */
  readonly weight: number;
  /** How fast the machine wears in it: 1 is the average. */
  readonly stress: number;
  /** Settings by name. */
  readonly setting: Readonly<Record<string, number>>;
};

/** A way to fail. */
export type ModeModel = {
  /** Name, as labels give it. */
  readonly name: string;
  /** Median life in rows if nothing else failed before. */
  readonly rows: number;
  /** Deviation of the logarithm of lives. */
  readonly spread: number;
  /** How late damage shows: damage grows as exp(growth * used life). */
  readonly growth: number;
};

/** A kind of machine as the simulator knows it. */
export type KindModel = {
  /** Unique; says that it is simulated. */
  readonly id: string;
  /** What people call one of them. */
  readonly name: string;
  /** What lives are counted in. */
  readonly lifeUnit: string;
  /** Time in service that one row stands for, in the life unit. */
  readonly lifePerRow: number;
  /** Ways of operation. */
  readonly regimes: readonly RegimeModel[];
  /** Ways to fail. */
  readonly modes: readonly ModeModel[];
  /** Sensors and settings. */
  readonly sensors: readonly SensorModel[];
};

type Part = Pick<SensorModel, "name" | "unit" | "least" | "most" | "noise" | "value"> &
  Partial<Pick<SensorModel, "every" | "inertia" | "foreign">>;

function sensor(part: Part): SensorModel {
  return { role: "sensor", every: 1, inertia: 0, foreign: null, ...part };
}

function setting(name: string, unit: string, most: number, noise: number): SensorModel {
  const value = ({ setting: at }: Physics): number => at[name];
  return {
    ...{ role: "setting", every: 1, inertia: 0, foreign: null },
    ...{ name, unit, least: 0, most, noise, value },
  };
}

/** Share of nominal speed of a pump at 2900 revolutions per minute. */
const turning = ({ setting: { speed } }: Physics): number => speed / 2900;

/** Flow in m³/h: rises with speed and valve, falls as the impeller erodes. */
function pumpFlow(at: Physics): number {
  return 80 * turning(at) * (0.55 + 0.0045 * at.setting.valve) * (1 - 0.2 * at.damage.impeller);
}

/** Discharge pressure in bar: rises with the square of the speed, and as the valve closes. */
function pumpPressure(at: Physics): number {
  const closed = 1.15 - 0.003 * at.setting.valve;
  return 1 + 8.5 * turning(at) ** 2 * closed * (1 - 0.16 * at.damage.impeller);
}

const PUMP: KindModel = {
  id: "simulated-pump",
  name: "Pump",
  lifeUnit: "h",
  lifePerRow: 2,
  regimes: [
    { weight: 3, stress: 0.8, setting: { speed: 1450, valve: 80 } },
    { weight: 4, stress: 1, setting: { speed: 2150, valve: 65 } },
    { weight: 2, stress: 1.4, setting: { speed: 2900, valve: 90 } },
  ],
  modes: [
    { name: "bearing", rows: 720, spread: 0.28, growth: 4 },
    { name: "seal", rows: 900, spread: 0.3, growth: 4.5 },
    { name: "impeller", rows: 850, spread: 0.25, growth: 2.5 },
  ],
  sensors: [
    setting("speed", "1/min", 3600, 4),
    setting("valve", "%", 100, 0.2),
    sensor({ name: "flow", unit: "m3/h", least: 0, most: 120, noise: 0.7, value: pumpFlow }),
    sensor({ name: "pressure", unit: "bar", least: 0, most: 16, noise: 0.06, value: pumpPressure }),
    sensor({
      ...{ name: "power", unit: "kW", least: 0, most: 60, noise: 0.25 },
      value: (at) => {
        const efficiency = 0.74 * (1 - 0.16 * at.damage.impeller - 0.07 * at.damage.bearing);
        return (pumpFlow(at) * pumpPressure(at)) / 36 / efficiency;
      },
    }),
    sensor({
      ...{ name: "vibration", unit: "mm/s", least: 0, most: 25, noise: 0.16 },
      value: (at) =>
        0.9 + 1.5 * turning(at) + 5.5 * at.damage.bearing ** 1.3 + 0.9 * at.damage.impeller,
    }),
    sensor({
      ...{ name: "bearing-temperature", unit: "°C", least: -20, most: 150, noise: 0.4 },
      foreign: { unit: "°F", offset: 160 / 9, factor: 1.8 },
      inertia: 0.85,
      value: (at) => at.ambient + 14 + 17 * turning(at) ** 2 + 24 * at.damage.bearing,
    }),
    sensor({
      ...{ name: "leakage", unit: "ml/min", least: 0, most: 200, noise: 1.1, every: 3 },
      value: (at) => 5 + 3 * turning(at) + 60 * at.damage.seal,
    }),
    sensor({
      ...{ name: "suction-temperature", unit: "°C", least: -20, most: 80, noise: 0.3 },
      inertia: 0.9,
      value: (at) => 0.6 * at.ambient + 8,
    }),
  ],
};

const PRESS: KindModel = {
  id: "simulated-press",
  name: "Press",
  lifeUnit: "cycle",
  lifePerRow: 10,
  regimes: [
    { weight: 3, stress: 0.8, setting: { force: 400, rate: 12 } },
    { weight: 3, stress: 1.05, setting: { force: 650, rate: 10 } },
    { weight: 2, stress: 1.35, setting: { force: 900, rate: 8 } },
  ],
  modes: [
    { name: "cylinder seal", rows: 700, spread: 0.28, growth: 3.5 },
    { name: "oil pump", rows: 800, spread: 0.25, growth: 3 },
    { name: "valve", rows: 950, spread: 0.3, growth: 5 },
  ],
  sensors: [
    setting("force", "kN", 1200, 1.5),
    setting("rate", "1/min", 30, 0.05),
    sensor({
      ...{ name: "oil-pressure", unit: "MPa", least: 0, most: 40, noise: 0.12 },
      foreign: { unit: "bar", offset: 0, factor: 10 },
      value: ({ setting: s, damage: d }) =>
        4 + 0.022 * s.force * (1 - 0.08 * d["oil pump"] - 0.05 * d["cylinder seal"]),
    }),
    sensor({
      ...{ name: "stroke-time", unit: "s", least: 0, most: 20, noise: 0.03 },
      value: ({ setting: s, damage: d }) =>
        (42 / s.rate) * (1 + 0.1 * d["oil pump"] + 0.07 * d["cylinder seal"] + 0.09 * d.valve),
    }),
    sensor({
      ...{ name: "oil-temperature", unit: "°C", least: -20, most: 120, noise: 0.35 },
      inertia: 0.9,
      value: ({ setting: s, damage: d, ambient }) =>
        ambient + 12 + 0.019 * s.force + 11 * d["cylinder seal"] + 9 * d["oil pump"],
    }),
    sensor({
      ...{ name: "motor-current", unit: "A", least: 0, most: 150, noise: 0.6 },
      value: ({ setting: s, damage: d }) =>
        18 + 0.0052 * s.force * s.rate * (1 + 0.13 * d["oil pump"]),
    }),
    sensor({
      ...{ name: "case-drain", unit: "l/min", least: 0, most: 30, noise: 0.13, every: 2 },
      value: ({ setting: s, damage: d }) => 0.8 + 0.0015 * s.force + 6 * d["oil pump"] ** 1.2,
    }),
    sensor({
      ...{ name: "force-error", unit: "kN", least: -100, most: 100, noise: 1.4 },
      value: ({ setting: s, damage: d }) =>
        0.004 * s.force + 22 * d.valve ** 1.2 + 10 * d["cylinder seal"],
    }),
    sensor({
      ...{ name: "holding-loss", unit: "kPa/s", least: 0, most: 500, noise: 2.5 },
      value: ({ setting: s, damage: d }) => 10 + 0.02 * s.force + 110 * d["cylinder seal"],
    }),
  ],
};

const GEARBOX: KindModel = {
  id: "simulated-gearbox",
  name: "Conveyor gearbox",
  lifeUnit: "h",
  lifePerRow: 4,
  regimes: [
    { weight: 2, stress: 0.7, setting: { load: 250, belt: 1.2 } },
    { weight: 4, stress: 1, setting: { load: 480, belt: 1.8 } },
    { weight: 2, stress: 1.4, setting: { load: 700, belt: 2.4 } },
  ],
  modes: [
    { name: "gear pitting", rows: 760, spread: 0.25, growth: 4 },
    { name: "output bearing", rows: 800, spread: 0.3, growth: 4.5 },
    { name: "lubrication", rows: 880, spread: 0.25, growth: 2.5 },
  ],
  sensors: [
    setting("load", "t/h", 1200, 6),
    setting("belt", "m/s", 4, 0.01),
    sensor({
      ...{ name: "torque", unit: "N.m", least: 0, most: 4000, noise: 12 },
      value: ({ setting: s, damage: d }) =>
        180 + ((1.35 * s.load) / s.belt) * (1 + 0.07 * d.lubrication),
    }),
    sensor({
      ...{ name: "input-vibration", unit: "mm/s", least: 0, most: 25, noise: 0.13 },
      value: ({ setting: s, damage: d }) => 0.7 + 0.5 * s.belt + 3.6 * d["gear pitting"] ** 1.2,
    }),
    sensor({
      ...{ name: "output-vibration", unit: "mm/s", least: 0, most: 25, noise: 0.15 },
      foreign: { unit: "in/s", offset: 0, factor: 1 / 25.4 },
      value: ({ setting: s, damage: d }) =>
        0.6 + 0.4 * s.belt + 4.8 * d["output bearing"] ** 1.3 + 1.1 * d["gear pitting"],
    }),
    sensor({
      ...{ name: "oil-temperature", unit: "°C", least: -20, most: 140, noise: 0.4 },
      inertia: 0.92,
      value: ({ setting: s, damage: d, ambient }) =>
        ambient + 16 + 0.026 * s.load + 19 * d.lubrication + 5 * d["output bearing"],
    }),
    sensor({
      ...{ name: "oil-pressure", unit: "kPa", least: 0, most: 600, noise: 2.2 },
      value: ({ setting: s, damage: d }) => 190 + 24 * s.belt - 62 * d.lubrication,
    }),
    sensor({
      ...{ name: "oil-particles", unit: "1/ml", least: 0, most: 5000, noise: 16, every: 4 },
      value: ({ damage: d }) =>
        120 + 620 * d["gear pitting"] + 240 * d["output bearing"] + 90 * d.lubrication,
    }),
    sensor({
      ...{ name: "sound", unit: "dB", least: 30, most: 130, noise: 0.5 },
      value: ({ setting: s, damage: d }) =>
        68 + 3.5 * s.belt + 5 * d["gear pitting"] + 3 * d.lubrication,
    }),
  ],
};

/** All simulated kinds. */
export const KIND_MODELS: readonly KindModel[] = [PUMP, PRESS, GEARBOX];
