/**
 * One or two sentences about what to do (ISO 13374: advisory generation). They say no more than the interval does, keep faults
 * of sensors apart from faults of machines, and leave decisions to people.
 */

import type { MachineForecast, MachineHealth, MachineSensor, SensorState } from "@symbion/core";

/** What is known of a machine. */
export type Advisable = {
  /** Health, or null before the first row. */
  readonly health: MachineHealth | null;
  /** Forecast, or null before the first row. */
  readonly forecast: MachineForecast | null;
  /** All declared sensors with their states: faults of sensors are told apart from the machine's. */
  readonly sensors: readonly MachineSensor[];
  /** Where it is in its life. */
  readonly state: "waiting" | "live" | "silent" | "failed";
  /** Unit of lives. */
  readonly lifeUnit: string;
};

/** Probabilities of failure within the horizon from which on one plans, and from which on one acts. */
export const PLAN_FROM = 0.1;
/** See {@link PLAN_FROM}. */
export const ACT_FROM = 0.5;

/** What is wrong with a sensor, in words. */
const FAULTS: Readonly<Record<Exclude<SensorState, "good">, string>> = {
  missing: "says nothing",
  stale: "has not reported for too long",
  stuck: "shows the same value again and again",
  "out-of-range": "shows values that it cannot measure",
  bad: "is called bad by its source",
};

/** Most sensors that a sentence names. */
const NAMED = 3;

/** Advice for one machine. */
export function advise(machine: Advisable): string {
  const { state, forecast, health } = machine;
  if (state === "waiting") return "Waiting for the first values.";
  if (state === "failed") return "This life is over. A new one begins with the next values.";
  const faults = sensorAdvice(machine.sensors);
  if (state === "silent") {
    return join(
      "No values come any more: check the connection and the power of the source.",
      faults,
    );
  }
  if (forecast === null || health === null)
    return join("Too few values yet to say anything.", faults);
  return join(machineAdvice(machine, forecast, health), faults);
}

function machineAdvice(
  { lifeUnit }: Advisable,
  forecast: MachineForecast,
  health: MachineHealth,
): string {
  const odd = health.anomaly !== null && health.anomaly > 1;
  if (forecast.remaining === null || forecast.low === null) {
    const because = forecast.reason === null ? "" : ` (${forecast.reason})`;
    if (odd) {
      return `Behaves unlike a healthy machine${carriedBy(health)}: have somebody look at it. How long it will last is not known${because}.`;
    }
    const usual = health.anomaly === null ? "" : "Nothing unusual. ";
    return `${usual}How long it will last is not known${because}.`;
  }
  const between = span(forecast, lifeUnit);
  const probability = forecast.failure?.probability ?? 0;
  if (probability >= ACT_FROM) {
    return `Likely to fail within ${amount(forecast.failure?.within ?? 0, lifeUnit)}; ${between} left in 9 of 10 such cases. Ask the person in charge to take it out of service or to repair it now${carried(forecast)}.`;
  }
  if (probability >= PLAN_FROM) {
    return `May fail soon: ${between} left in 9 of 10 such cases. Plan maintenance, and have a person check it${carried(forecast)}.`;
  }
  if (odd) {
    return `Behaves unlike a healthy machine${carriedBy(health)}, but no failure is expected soon (${between} left): have somebody look at it.`;
  }
  return `Nothing to do: ${between} left in 9 of 10 such cases.`;
}

function span({ low, high }: MachineForecast, unit: string): string {
  const least = Math.floor(low ?? 0);
  return high === null
    ? `at least ${amount(least, unit)}`
    : `${least} to ${amount(Math.ceil(high), unit)}`;
}

function amount(value: number, unit: string): string {
  const words: Readonly<Record<string, string>> = { h: "hours", d: "days", cycle: "cycles" };
  const one: Readonly<Record<string, string>> = { h: "hour", d: "day", cycle: "cycle" };
  const name = (value === 1 ? one[unit] : words[unit]) ?? unit;
  return `${Number.isInteger(value) ? value : value.toPrecision(2)} ${name}`;
}

function carried({ carriers }: MachineForecast): string {
  const names = carriers.filter(({ sensor, effect }) => sensor !== "age" && effect < 0);
  return names.length === 0 ? "" : `; it shows most in ${list(names.map(({ sensor }) => sensor))}`;
}

function carriedBy({ carriers }: MachineHealth): string {
  return carriers.length === 0 ? "" : ` in ${list(carriers.map(({ sensor }) => sensor))}`;
}

/** Faults of sensors, apart from what is said of the machine. */
function sensorAdvice(sensors: readonly MachineSensor[]): string {
  const broken = sensors.filter((sensor) => sensor.state !== "good");
  if (broken.length === 0) return "";
  const states = new Set(broken.map((sensor) => sensor.state));
  const names = list(broken.map((sensor) => sensor.name));
  const [state] = states;
  const verb = states.size === 1 && state !== undefined && state !== "good" ? FAULTS[state] : "";
  if (broken.length === 1) {
    return `Sensor ${names} ${verb}: that is a fault of the sensor or its line, not of the machine.`;
  }
  return `${broken.length} of ${sensors.length} sensors give no usable values (${names}): check them and their lines; this says nothing about the machine.`;
}

function list(names: readonly string[]): string {
  const named = names.slice(0, NAMED);
  const rest = names.length - named.length;
  if (rest > 0) return `${named.join(", ")} and ${rest} more`;
  return named.length < 2
    ? named.join("")
    : `${named.slice(0, -1).join(", ")} and ${named[named.length - 1]}`;
}

function join(...sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== "").join(" ");
}
