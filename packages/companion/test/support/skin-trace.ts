import type { ColourSample } from "../../src/cues/rppg.ts";
import { chance } from "./people.ts";

/** What a made-up trace of skin colour has in it. */
export type TraceShape = {
  readonly seed: number;
  /** Beats per minute. */
  readonly rate: number;
  readonly framesPerSecond: number;
  readonly seconds: number;
  /** Size of the pulse as a share of the light; 0 is no pulse. */
  readonly pulse: number;
  /** Standard deviation of each channel's own noise, in levels of 255. */
  readonly noise: number;
  /** Changes of light as a share of it: drift and a swing of 0.3 to 1.8 Hz, equal in all channels. */
  readonly motion: number;
};

/**
 * A pulse with its second harmonic on skin of levels 150, 110 and 90, in the colours of blood (de Haan and Jeanne 2013),
 * with frames up to 15 % early or late.
 */
export function skinTrace(shape: TraceShape): ColourSample[] {
  const { even, normal } = chance(shape.seed);
  const phase = even() * 2 * Math.PI;
  const swingPhase = even() * 2 * Math.PI;
  const swingRate = 0.3 + even() * 1.5;
  const out: ColourSample[] = [];
  let drift = 0;
  for (let at = 0; at < shape.seconds; ) {
    const turn = (2 * Math.PI * shape.rate * at) / 60 + phase;
    const beat = shape.pulse * (Math.cos(turn) + 0.3 * Math.cos(2 * turn));
    drift = 0.97 * drift + shape.motion * 0.3 * normal();
    const swing = shape.motion * Math.sin(2 * Math.PI * swingRate * at + swingPhase);
    const light = Math.max(0.2, 1 + drift + swing);
    out.push({
      at,
      red: 150 * light * (1 + 0.33 * beat) + shape.noise * normal(),
      green: 110 * light * (1 + 0.77 * beat) + shape.noise * normal(),
      blue: 90 * light * (1 + 0.53 * beat) + shape.noise * normal(),
    });
    at += (1 / shape.framesPerSecond) * (1 + 0.3 * (even() - 0.5));
  }
  return out;
}
