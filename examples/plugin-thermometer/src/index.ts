/** A source: the temperature of this machine, and an insight for as long as it is hot. */

import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import {
  definePlugin,
  type PluginContext,
  type PluginRecord,
  type Quality,
  type SymbionPlugin,
} from "@symbion/edge/plugin";
import { z } from "zod";

const options = z.strictObject({
  /** A file that holds thousandths of a degree Celsius, as Linux writes them. */
  file: z.string().min(1).default("/sys/class/thermal/thermal_zone0/temp"),
  /** Make the values up instead of reading them. They are called simulated wherever they appear. */
  simulate: z.boolean().default(false),
  intervalSeconds: z.number().min(0.01).max(3600).default(10),
  /** Degrees Celsius from which on it is hot. */
  hotAbove: z.number().default(80),
});

type Options = z.infer<typeof options>;

const NAME = "symbion-plugin-thermometer";

/** The plug-in. */
export const plugin: SymbionPlugin<Options> = definePlugin<Options>({
  name: NAME,
  apiVersion: 1,
  options,
  source: temperatures,
});

async function* temperatures(context: PluginContext<Options>): AsyncGenerator<PluginRecord> {
  const { file, simulate, intervalSeconds, hotAbove } = context.options;
  const source = simulate ? "simulated" : "node";
  let celsius: number | null = 50;
  let hot: { id: string; from: number; peak: number } | null = null;
  while (!context.signal.aborted) {
    const at = Date.now();
    celsius = simulate ? wander(celsius ?? 50) : await read(file);
    const quality: Quality = celsius === null ? "missing" : "good";
    yield { source, name: "temperature", at, value: celsius, unit: "°C", quality };

    const isHot = celsius !== null && celsius > hotAbove;
    if (isHot && hot === null) hot = { id: context.insightId(at), from: at, peak: 0 };
    if (hot !== null) {
      hot.peak = Math.max(hot.peak, celsius ?? 0);
      yield {
        id: hot.id,
        source,
        kind: `${NAME}:hot`,
        from: hot.from,
        to: isHot ? null : at,
        area: null,
        track: null,
        score: Math.min(1, Math.max(0, (hot.peak - hotAbove) / 20)),
        direction: null,
        text: `${hot.peak.toFixed(1)} °C at most, over ${hotAbove} °C${simulate ? " (simulated)" : ""}`,
      };
      if (!isHot) hot = null;
    }
    await pause(intervalSeconds * 1000, undefined, { signal: context.signal }).catch(
      () => undefined,
    );
  }
}

/** Degrees, or null where the file cannot be read or holds something else: that is data, too. */
async function read(file: string): Promise<number | null> {
  const text = await readFile(file, "utf8").catch(() => "");
  const value = Number(text.trim()) / 1000;
  return text.trim() !== "" && Number.isFinite(value) ? value : null;
}

/** A random walk between 20 and 100 degrees. */
function wander(celsius: number): number {
  return Math.min(100, Math.max(20, celsius + (Math.random() - 0.5) * 4));
}
