import { UsageError } from "@symbion/core";
import { describe, expect, test } from "vitest";
import { electrodermal } from "../src/cues/eda.ts";
import { regionColour } from "../src/cues/region.ts";
import { type ColourSample, videoPulse } from "../src/cues/rppg.ts";
import { VoiceMeter } from "../src/cues/voice.ts";
import { at, chance } from "./support/people.ts";
import { skinTrace } from "./support/skin-trace.ts";

describe("electrodermal activity", () => {
  /** A level that drifts, with responses that rise in a second and fall over several. */
  function conductance(rate: number, peaks: readonly [number, number][]): number[] {
    return Array.from({ length: 120 * rate }, (_, i) => {
      const at = i / rate;
      let value = 2 + 0.002 * at;
      for (const [from, size] of peaks) {
        const since = at - from;
        if (since > 0)
          value += size * Math.min(1, since / 1.5) * Math.exp(-Math.max(0, since - 1.5) / 3);
      }
      return value;
    });
  }

  test("finds responses with their size at any rate, and the level under them", () => {
    const peaks: [number, number][] = [
      [20, 0.5],
      [50, 0.2],
      [80, 0.05],
    ];
    for (const rate of [4, 10, 32]) {
      const { responses, quality, level, perMinute } = electrodermal(
        conductance(rate, peaks),
        rate,
      );
      expect(quality.usable).toBe(true);
      expect(responses.map(({ onset }) => Math.round(onset / 10) * 10)).toEqual([20, 50, 80]);
      responses.forEach(({ amplitude, peak }, i) => {
        expect(amplitude / at(peaks, i)[1]).toBeGreaterThan(0.6);
        expect(amplitude / at(peaks, i)[1]).toBeLessThan(1.1);
        expect(Math.abs(peak - at(peaks, i)[0] - 1.5)).toBeLessThan(1);
      });
      expect(perMinute).toBeCloseTo(1.5, 5);
      expect(Math.abs(level - 2.12)).toBeLessThan(0.1);
    }
    expect(electrodermal(conductance(4, []), 4).responses).toEqual([]);
  });

  test("tonic and phasic part add up to the smoothed signal", () => {
    const samples = conductance(4, [[30, 0.4]]);
    const { tonic, phasic } = electrodermal(samples, 4);
    const sum = tonic.reduce(
      (total, value, i) => total + value + at(phasic, i) - at(samples, i),
      0,
    );
    expect(Math.abs(sum / samples.length)).toBeLessThan(0.002);
  });

  test("refuses lost contact, movement and too little", () => {
    const good = conductance(4, []);
    expect(
      electrodermal(
        good.map(() => 0),
        4,
      ).quality.usable,
    ).toBe(false);
    expect(
      electrodermal(
        good.map(() => Number.NaN),
        4,
      ).quality.usable,
    ).toBe(false);
    expect(electrodermal(good.slice(0, 30), 4).quality.why).toMatch(/ten seconds/);
    const jumping = good.map((value, i) => (i % 40 === 0 ? value + 8 : value));
    expect(electrodermal(jumping, 4)).toMatchObject({ quality: { usable: false }, responses: [] });
    expect(electrodermal([], 4).quality.usable).toBe(false);
    expect(() => electrodermal(good, 0)).toThrow(UsageError);
  });
});

describe("pulse from video", () => {
  const shape = { framesPerSecond: 30, seconds: 20, pulse: 0.01, noise: 0.2, motion: 0 };

  test("POS and CHROM are within a beat per minute where they answer, at any frame rate", () => {
    for (const method of ["pos", "chrom"] as const) {
      let answers = 0;
      for (let seed = 1; seed <= 36; seed++) {
        const rate = 48 + 3 * seed;
        const framesPerSecond = at([12, 15, 24, 30, 60], seed % 5);
        const motion = at([0, 0.01, 0.03], seed % 3);
        const trace = skinTrace({ ...shape, seed, rate, framesPerSecond, motion });
        const { heartRate, quality } = videoPulse(trace, { method });
        expect(heartRate === null).toBe(!quality.usable);
        if (heartRate === null) continue;
        answers++;
        expect(Math.abs(heartRate - rate), `${method}, ${rate}`).toBeLessThanOrEqual(1);
      }
      expect(answers).toBeGreaterThan(30);
    }
  });

  test("noise without a pulse is refused, still or moving", () => {
    let answers = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const motion = at([0, 0.02, 0.1], seed % 3);
      const trace = skinTrace({ ...shape, seed, rate: 60, pulse: 0, noise: 0.5, motion });
      if (videoPulse(trace).heartRate !== null) answers++;
    }
    expect(answers).toBeLessThanOrEqual(2);
  });

  test("a strong second harmonic does not double the rate", () => {
    const trace: ColourSample[] = Array.from({ length: 600 }, (_, i) => {
      const turn = 2 * Math.PI * (55 / 60) * (i / 30);
      const beat = 0.01 * (Math.cos(turn) + 1.1 * Math.cos(2 * turn));
      return {
        at: i / 30,
        red: 150 * (1 + 0.33 * beat),
        green: 110 * (1 + 0.77 * beat),
        blue: 90 * (1 + 0.53 * beat),
      };
    });
    expect(Math.abs((videoPulse(trace).heartRate ?? 0) - 55)).toBeLessThan(1);
  });

  test("says why it refuses", () => {
    const trace = skinTrace({ ...shape, seed: 1, rate: 70 });
    const why = (samples: readonly ColourSample[]): string => videoPulse(samples).quality.why;
    expect(why([])).toMatch(/no frames/);
    expect(why(trace.slice(0, 100))).toMatch(/seconds/);
    expect(why(trace.filter((_, i) => i % 6 === 0))).toMatch(/frames per second/);
    expect(why(trace.filter((_, i) => i < 200 || i > 260))).toMatch(/gap/);
    expect(why(trace.map((one) => ({ ...one, red: 254 })))).toMatch(/bright/);
    expect(why(trace.map((one) => ({ ...one, blue: 3 })))).toMatch(/dark/);
    expect(why(trace.map((one) => ({ ...one, red: 150, green: 110, blue: 90 })))).toMatch(/change/);
    expect(why(trace.map((one) => ({ ...one, red: Number.NaN })))).toMatch(/no frames/);
    expect(() => videoPulse(trace, { method: "green" as never })).toThrow(UsageError);
  });

  test("a region's colour leaves out what cannot be skin", () => {
    const [width, height] = [40, 30];
    const data = new Uint8ClampedArray(width * height * 4);
    for (let i = 0; i < width * height; i++) {
      data.set(i % width < 20 ? [200, 150, 120, 255] : [20, 200, 20, 255], 4 * i);
    }
    const picture = { width, height, data };
    const colour = regionColour(picture, { x: 10, y: 0, width: 20, height: 30 }, 1.5);
    expect(colour).toEqual({ at: 1.5, red: 200, green: 150, blue: 120, share: 0.5 });
    expect(regionColour(picture, { x: 25, y: 0, width: 10, height: 10 }, 0)).toBeNull();
    expect(regionColour(picture, { x: -500, y: 0, width: 10, height: 10 }, 0)).toBeNull();
    expect(() =>
      regionColour({ ...picture, width: 41 }, { x: 0, y: 0, width: 9, height: 9 }, 0),
    ).toThrow(UsageError);
    expect(() => regionColour(picture, { x: 0, y: 0, width: 0, height: 9 }, 0)).toThrow(UsageError);
  });
});

describe("voice", () => {
  /** Periods of a made-up voice, each a burst of harmonics, uneven by chance. */
  function voice(
    rate: number,
    seconds: number,
    pitch: (at: number) => number,
    level: (at: number) => number = () => 0.4,
    uneven: { jitter: number; shimmer: number; made?: [number, number][] } = {
      jitter: 0,
      shimmer: 0,
    },
  ): Float32Array {
    const out = new Float32Array(Math.round(seconds * rate));
    const { even } = chance(12);
    for (let start = 0; start < out.length; ) {
      const period = (rate / pitch(start / rate)) * (1 + uneven.jitter * (even() - 0.5));
      const size = level(start / rate) * (1 + uneven.shimmer * (even() - 0.5));
      uneven.made?.push([period, size]);
      for (let i = Math.ceil(start); i < Math.min(out.length, start + period); i++) {
        const turn = (2 * Math.PI * (i - start)) / period - Math.PI;
        out[i] =
          (size * (Math.cos(turn) + 0.5 * Math.cos(2 * turn) + 0.3 * Math.cos(3 * turn))) / 1.8;
      }
      start += period;
    }
    return out;
  }

  function measured(pcm: Float32Array, rate: number): ReturnType<VoiceMeter["prosody"]> {
    const meter = new VoiceMeter(rate);
    for (let from = 0; from < pcm.length; from += 777) meter.push(pcm.subarray(from, from + 777));
    return meter.prosody();
  }

  test("pitch and its range at common sample rates", () => {
    for (const rate of [16_000, 44_100, 48_000]) {
      for (const hertz of [90, 140, 220, 330]) {
        const prosody = measured(
          voice(rate, 3, () => hertz),
          rate,
        );
        expect(Math.abs((prosody.pitch ?? 0) / hertz - 1)).toBeLessThan(0.01);
        expect(prosody.pitchRange).toBeLessThan(0.3);
      }
    }
    // An even glide over an octave: the middle 80 % are 9.6 semitones.
    const glide = measured(
      voice(16_000, 6, (at) => 120 * 2 ** (at / 6)),
      16_000,
    );
    expect(Math.abs((glide.pitchRange ?? 0) - 9.6)).toBeLessThan(0.5);
  });

  test("jitter and shimmer follow what was put in", () => {
    const steady = measured(
      voice(48_000, 3, () => 120),
      48_000,
    );
    expect(steady.jitter).toBeLessThan(0.003);
    expect(steady.shimmer).toBeLessThan(0.01);
    const made: [number, number][] = [];
    const uneven = { jitter: 0.04, shimmer: 0.2, made };
    const rough = measured(
      voice(
        48_000,
        6,
        () => 120,
        () => 0.4,
        uneven,
      ),
      48_000,
    );
    const mean = (list: readonly number[]): number =>
      list.reduce((sum, value) => sum + value, 0) / list.length;
    const relative = (values: readonly number[]): number =>
      mean(values.slice(1).map((value, i) => Math.abs(value - at(values, i)))) / mean(values);
    // A peak is in the middle of its period, so from peak to peak there are two halves of neighbours.
    const spacing = made.slice(1).map(([period], i) => (period + at(made, i)[0]) / 2);
    const sizes = made.map(([, size]) => size);
    expect((rough.jitter ?? 0) / relative(spacing)).toBeGreaterThan(0.9);
    expect((rough.jitter ?? 0) / relative(spacing)).toBeLessThan(1.1);
    expect((rough.shimmer ?? 0) / relative(sizes)).toBeGreaterThan(0.9);
    expect((rough.shimmer ?? 0) / relative(sizes)).toBeLessThan(1.1);
  });

  test("bursts, pauses and level", () => {
    // Four bursts a second for two seconds, half a second of silence, and the same again.
    const level = (at: number): number =>
      at > 2 && at < 2.5
        ? 0
        : 0.02 + 0.38 * Math.sin(Math.PI * 4 * (at > 2.4 ? at - 2.5 : at)) ** 2;
    const prosody = measured(
      voice(16_000, 4.5, () => 150, level),
      16_000,
    );
    expect(prosody.pauses).toBe(1);
    expect(Math.abs((prosody.pauseShare ?? 0) - 0.5 / 4.5)).toBeLessThan(0.03);
    expect(Math.abs((prosody.pace ?? 0) - 4)).toBeLessThan(0.8);
    expect(prosody.level).toBeLessThan(-8);
    expect(prosody.level).toBeGreaterThan(-25);
  });

  test("refuses silence, noise and an overdriven microphone, and forgets on request", () => {
    const { normal } = chance(4);
    const noise = Float32Array.from({ length: 48_000 }, () => 0.1 * normal());
    expect(measured(noise, 16_000)).toMatchObject({ quality: { usable: false }, pitch: null });
    expect(measured(new Float32Array(48_000), 16_000).quality.usable).toBe(false);
    const loud = voice(16_000, 3, () => 150).map((value) => Math.max(-1, Math.min(1, 9 * value)));
    expect(measured(loud, 16_000).quality.why).toMatch(/overdriven/);
    const meter = new VoiceMeter(16_000);
    meter.push(voice(16_000, 3, () => 150));
    meter.push([Number.NaN, Number.POSITIVE_INFINITY]);
    expect(meter.prosody().quality.usable).toBe(true);
    meter.reset();
    expect(meter.prosody().quality.usable).toBe(false);
    expect(() => new VoiceMeter(100)).toThrow(UsageError);
  });
});
