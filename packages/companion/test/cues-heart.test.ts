import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "@symbion/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBeatText, readPolarHrm } from "../src/cues/beat-files.ts";
import { cleanBeats } from "../src/cues/beats.ts";
import { readEmpaticaIntervals, readEmpaticaSignal } from "../src/cues/empatica.ts";
import { readHeartRateMeasurement } from "../src/cues/heart-rate-measurement.ts";
import {
  heartRateVariability,
  lombSpectrum,
  timeDomain,
  welchSpectrum,
} from "../src/cues/variability.ts";
import { chance, peopleAbsent, peopleFolder, peopleNumbers, peopleText } from "./support/people.ts";

/** Beats whose intervals swing at 0.1 and 0.25 Hz; powers are half the squares of the sizes. */
function swinging(beats: number, low: number, high: number): Float64Array {
  const intervals = new Float64Array(beats);
  let at = 0;
  for (let i = 0; i < beats; i++) {
    intervals[i] =
      900 + low * Math.sin(2 * Math.PI * 0.1 * at) + high * Math.sin(2 * Math.PI * 0.25 * at);
    at += (intervals[i] ?? 0) / 1000;
  }
  return intervals;
}

describe("time domain", () => {
  test("equals the definitions on a series that can be computed by hand", () => {
    const measures = timeDomain([800, 860, 800, 900]);
    expect(measures).toMatchObject({ count: 4, meanMs: 840, nn50: 3, pnn50: 100 });
    expect(measures?.sdnn).toBeCloseTo(Math.sqrt((1600 + 400 + 1600 + 3600) / 3), 10);
    expect(measures?.rmssd).toBeCloseTo(Math.sqrt((3600 + 3600 + 10_000) / 3), 10);
    // Of the signed differences 60, -60, 100, whose mean is 100 / 3.
    expect(measures?.sdsd).toBeCloseTo(Math.sqrt((3600 + 3600 + 10_000 - 10_000 / 3) / 2), 10);
    expect(measures?.heartRate).toBeCloseTo(60_000 / 840, 10);
  });

  test("leaves out differences that touch a beat which is not used", () => {
    const measures = timeDomain([800, 810, 1500, 790, 800], [1, 1, 0, 1, 1]);
    expect(measures?.count).toBe(4);
    expect(measures?.rmssd).toBeCloseTo(10, 10);
    expect(timeDomain([800])).toBeNull();
    expect(timeDomain([])).toBeNull();
  });

  test("equals the published report of pyhrv to three decimals", (context) => {
    if (peopleAbsent !== null) context.skip(peopleAbsent);
    const measures = timeDomain(peopleNumbers("hrv-pyhrv", "SampleNNISeriesLong.npy"));
    const shown = Object.fromEntries(
      Object.entries(measures ?? {}).map(([name, value]) => [name, value.toFixed(3)]),
    );
    expect(shown).toEqual({
      count: "4684.000",
      meanMs: "768.438",
      heartRate: "78.080",
      meanRate: "78.990",
      sdnn: "85.357",
      rmssd: "60.523",
      // The report's 43.391 is the deviation of the differences without their sign.
      sdsd: "60.530",
      nn50: "1338.000",
      pnn50: "28.571",
    });
    const short = timeDomain(peopleNumbers("hrv-pyhrv", "SampleNNISeriesShort.npy"));
    expect(short?.sdnn).toBeCloseTo(95.69035398754954, 3);
    expect(short?.rmssd).toBeCloseTo(101.30063401766522, 3);
    expect(short?.meanRate).toBeCloseTo(68.21534718213636, 3);
  });
});

describe("frequency domain", () => {
  test("gives the power that was put in, in both ways", () => {
    const beats = swinging(900, 40, 25);
    for (const spectrum of [welchSpectrum(beats), lombSpectrum(beats)]) {
      expect((spectrum.lf ?? 0) / 800).toBeGreaterThan(0.95);
      expect((spectrum.lf ?? 0) / 800).toBeLessThan(1.05);
      expect((spectrum.hf ?? 0) / 312.5).toBeGreaterThan(0.95);
      expect((spectrum.hf ?? 0) / 312.5).toBeLessThan(1.05);
      expect(spectrum.vlf).toBeLessThan(20);
      expect(spectrum.ratio).toBeCloseTo((spectrum.lf ?? 0) / (spectrum.hf ?? 1), 10);
    }
  });

  test("Lomb and Scargle does not need the beats that are missing", () => {
    const beats = swinging(400, 40, 25);
    const { even } = chance(3);
    const withHoles = beats.map((value) => (even() < 0.03 ? 4000 : value));
    const { time, lomb, corrected } = heartRateVariability(withHoles);
    expect(corrected).toBeGreaterThan(0.01);
    expect(time?.sdnn).toBeGreaterThan(20);
    expect((lomb?.lf ?? 0) + (lomb?.hf ?? 0)).toBeGreaterThan(500);
  });

  test("equals pyhrv's published Welch powers within 5 %", (context) => {
    if (peopleAbsent !== null) context.skip(peopleAbsent);
    const published = {
      // The report's segments of an hour's series are 300 samples long, which is 75 seconds.
      Long: [75, 2050.743568530359, 2942.5372448423686, 1648.0967694750873],
      Short: [300, 2660.7682014296, 1561.5567256403754, 5337.081162110837],
    };
    for (const [name, [segmentSeconds, ...powers]] of Object.entries(published)) {
      const beats = peopleNumbers("hrv-pyhrv", `SampleNNISeries${name}.npy`);
      const { vlf, lf, hf } = welchSpectrum(beats, { segmentSeconds: segmentSeconds ?? 300 });
      [vlf, lf, hf].forEach((power, i) => {
        expect(Math.abs((power ?? 0) / (powers[i] ?? 0) - 1), `${name} ${i}`).toBeLessThan(0.05);
      });
    }
  });

  test("refuses bands for which a recording is too short, and says so", () => {
    const bands = (seconds: number) => {
      const { vlf, lf, hf, why } = welchSpectrum(swinging(Math.ceil(seconds / 0.9) + 1, 40, 25));
      return [vlf !== null, lf !== null, hf !== null, why.split(";").length - (why === "" ? 1 : 0)];
    };
    expect(bands(310)).toEqual([true, true, true, 0]);
    expect(bands(200)).toEqual([false, true, true, 1]);
    expect(bands(90)).toEqual([false, false, true, 2]);
    expect(bands(40)).toEqual([false, false, false, 3]);
    expect(lombSpectrum(swinging(50, 40, 25)).hf).toBeNull();
    expect(() => welchSpectrum(swinging(900, 1, 1), { segmentSeconds: 5 })).toThrow(UsageError);
  });
});

describe("cleaning", () => {
  test("finds premature beats with their pauses, missed and doubled beats, and leaves breathing", () => {
    const beats = Array.from(swinging(400, 30, 30));
    expect(cleanBeats(beats).corrected).toBe(0);
    beats[100] = 550;
    beats[101] = 1250;
    beats[200] = 1800;
    beats[300] = 450;
    beats[301] = 450;
    beats[350] = Number.NaN;
    const { good, intervals, corrected } = cleanBeats(beats);
    const bad = [...good.keys()].filter((i) => good[i] === 0);
    expect(bad).toEqual([100, 101, 200, 300, 301, 350]);
    expect(corrected).toBeCloseTo(6 / 400, 10);
    for (const i of bad) expect(Math.abs((intervals[i] ?? 0) - 900)).toBeLessThan(80);
    const { time } = heartRateVariability(beats);
    expect(
      Math.abs((time?.rmssd ?? 0) - (timeDomain(swinging(400, 30, 30))?.rmssd ?? 0)),
    ).toBeLessThan(1);
  });

  test("refuses what is mostly artefact or too little, whatever it is, without throwing", () => {
    expect(heartRateVariability([800, 810]).quality).toMatchObject({ usable: false });
    const { even } = chance(5);
    const noise = Array.from({ length: 300 }, () => 300 + 1500 * even());
    const refused = heartRateVariability(noise);
    expect(refused).toMatchObject({ time: null, welch: null, lomb: null });
    expect(refused.quality.why).toMatch(/artefacts/);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.double(), fc.integer({ min: 200, max: 2500 }))), (raw) => {
        const { quality, time } = heartRateVariability(raw);
        expect(quality.usable).toBe(time !== null);
      }),
    );
  });

  test("keeps apart good and bad recordings", (context) => {
    if (peopleAbsent !== null) context.skip(peopleAbsent);
    const rest = heartRateVariability(
      readBeatText(peopleText("hrv-rhenanbartels", "rest_rri.txt")),
    );
    expect(rest.corrected).toBeLessThan(0.01);
    expect(rest.time?.sdnn).toBeCloseTo(56.05, 1);
    // A record with premature ventricular beats and noise, by its annotations of beats at 360 Hz.
    const marks = peopleText("heartpy", "118e00_ann.csv").trim().split(/\s+/).map(Number);
    const intervals = marks.slice(1).map((mark, i) => ((mark - (marks[i] ?? 0)) * 1000) / 360);
    expect(timeDomain(intervals)?.heartRate).toBeCloseTo(81.063, 3);
    expect(heartRateVariability(intervals).quality.usable).toBe(false);
  });
});

describe("files", () => {
  test("text in milliseconds or seconds, with headings and remarks", () => {
    expect([...readBeatText("\uFEFFRR\r\n# rest\r\n800\r\n\r\n810,\n")]).toEqual([800, 810]);
    expect([...readBeatText("0.8\n0.81\n")]).toEqual([800, 810]);
    for (const text of ["", "RR\n", "800\nabc\n", "800 810\n", "800\nInfinity\n"]) {
      expect(() => readBeatText(text, "f.txt")).toThrow(UsageError);
    }
    expect(() => readBeatText("800\nabc", "f.txt")).toThrow(/f\.txt, line 2.*"abc"/);
  });

  test("Polar recordings of beats, and not of mean rates", (context) => {
    expect([...readPolarHrm("[Params]\nInterval=238\n[HRData]\n700\n710\n")]).toEqual([700, 710]);
    expect(() => readPolarHrm("[Params]\nInterval=5\n[HRData]\n70\n")).toThrow(/Interval=238/);
    expect(() => readPolarHrm("[Params]\nInterval=238\n[HRData]\nx\n")).toThrow(UsageError);
    expect(() => readPolarHrm("")).toThrow(UsageError);
    if (peopleAbsent !== null) context.skip(peopleAbsent);
    const beats = readPolarHrm(peopleText("hrv-rhenanbartels", "exercise_rri.hrm"));
    expect(beats).toHaveLength(4117);
    // The file's own length: 42 minutes, 41.7 seconds.
    const seconds = beats.reduce((sum, interval) => sum + interval, 0) / 1000;
    expect(Math.abs(seconds - (42 * 60 + 41.7))).toBeLessThan(1);
  });

  test("Empatica's even signals and intervals", (context) => {
    const signal = readEmpaticaSignal("1644227574.000000\r\n4.000000\r\n0.1\r\nx\r\n0.3\r\n");
    expect(signal).toMatchObject({ start: 1644227574, rate: 4 });
    expect([...signal.values]).toEqual([0.1, Number.NaN, 0.3]);
    for (const text of ["", "a\n4\n", "1644227574\n0\n1", "1644227574,1\n4,4\n1,2"]) {
      expect(() => readEmpaticaSignal(text)).toThrow(UsageError);
    }
    const beats = readEmpaticaIntervals("1644227574.0, IBI\n1.5,0.75\nx,1\n1.2,0.7\n2.25,0.75\n");
    expect([...beats.times]).toEqual([1.5, 2.25]);
    if (peopleAbsent !== null) context.skip(peopleAbsent);
    const path = resolve(peopleFolder, "stress-predict", "S02", "HR.csv");
    expect(readEmpaticaSignal(readFileSync(path, "utf8")).values[0]).toBe(118);
  });
});

describe("Bluetooth heart rate measurement", () => {
  test("reads every combination of its flags", () => {
    for (let flags = 0; flags < 32; flags++) {
      const bytes = [flags, ...((flags & 1) === 0 ? [72] : [0x2c, 0x01])];
      if ((flags & 8) !== 0) bytes.push(0x10, 0x27);
      if ((flags & 16) !== 0) bytes.push(0x00, 0x04, 0x00, 0x02);
      const result = readHeartRateMeasurement(Uint8Array.from(bytes));
      expect(result, `flags ${flags}`).toEqual({
        ok: true,
        measurement: {
          heartRate: (flags & 1) === 0 ? 72 : 300,
          contact: (flags & 4) === 0 ? null : (flags & 2) !== 0,
          energyKilojoules: (flags & 8) === 0 ? null : 10_000,
          intervals: (flags & 16) === 0 ? [] : [1000, 500],
        },
      });
    }
  });

  test("answers malformed bytes with what is wrong, and reads a view inside a larger buffer", () => {
    for (const bytes of [[], [0], [1, 72], [8, 72], [8, 72, 1], [0, 72, 1], [16, 72, 1]]) {
      expect(readHeartRateMeasurement(Uint8Array.from(bytes))).toMatchObject({ ok: false });
    }
    const inside = new DataView(Uint8Array.from([9, 9, 0, 61, 9]).buffer, 2, 2);
    expect(readHeartRateMeasurement(inside)).toMatchObject({ measurement: { heartRate: 61 } });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const result = readHeartRateMeasurement(bytes);
        if (result.ok) expect(result.measurement.heartRate).toBeGreaterThanOrEqual(0);
        else expect(result.why).toMatch(/expected/);
      }),
    );
  });
});
