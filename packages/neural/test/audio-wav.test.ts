import { describe, expect, test } from "vitest";
import { resample } from "../src/audio/resample.ts";
import { monoAt, readWav, SoundError } from "../src/audio/wav.ts";
import { seeded } from "./support/seeded.ts";

type Layout = {
  tag?: number;
  bits: number;
  channels?: number;
  rate?: number;
  extensible?: boolean;
  dataLength?: number;
  before?: Uint8Array;
};

/** A WAV file around sample bytes. */
function wav(data: Uint8Array, layout: Layout): Uint8Array {
  const { tag = 1, bits, channels = 1, rate = 16000, extensible = false } = layout;
  const formatLength = extensible ? 40 : 16;
  const before = layout.before ?? new Uint8Array(0);
  const bytes = new Uint8Array(12 + 8 + formatLength + before.length + 8 + data.length);
  const view = new DataView(bytes.buffer);
  const text = (at: number, value: string): void => bytes.set(new TextEncoder().encode(value), at);
  text(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, formatLength, true);
  view.setUint16(20, extensible ? 0xfffe : tag, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, (rate * channels * bits) / 8, true);
  view.setUint16(32, (channels * bits) / 8, true);
  view.setUint16(34, bits, true);
  if (extensible) {
    view.setUint16(36, 22, true);
    view.setUint16(44, tag, true);
    bytes.set([0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71], 46);
  }
  const at = 20 + formatLength;
  bytes.set(before, at);
  text(at + before.length, "data");
  view.setUint32(at + before.length + 4, layout.dataLength ?? data.length, true);
  bytes.set(data, at + before.length + 8);
  return bytes;
}

function bytesOf(array: Float32Array | Float64Array | Int16Array | Int32Array): Uint8Array {
  return new Uint8Array(array.buffer);
}

describe("WAV files", () => {
  test.each<[string, Uint8Array, Layout, number[]]>([
    ["8 bits", Uint8Array.of(0, 128, 255), { bits: 8 }, [-1, 0, 127 / 128]],
    [
      "16 bits",
      bytesOf(Int16Array.of(-32768, 1, 32767)),
      { bits: 16 },
      [-1, 2 ** -15, 32767 / 32768],
    ],
    [
      "24 bits",
      Uint8Array.of(0, 0, 0x80, 1, 0, 0, 0xff, 0xff, 0xff),
      { bits: 24 },
      [-1, 2 ** -23, -(2 ** -23)],
    ],
    ["32 bits", bytesOf(Int32Array.of(-(2 ** 31), 2 ** 30)), { bits: 32 }, [-1, 0.5]],
    ["float", bytesOf(Float32Array.of(0.25, -2)), { bits: 32, tag: 3 }, [0.25, -2]],
    ["double", bytesOf(Float64Array.of(0.125)), { bits: 64, tag: 3 }, [0.125]],
    ["extensible", bytesOf(Int16Array.of(16384)), { bits: 16, extensible: true }, [0.5]],
    [
      "extensible float",
      bytesOf(Float32Array.of(0.5)),
      { bits: 32, tag: 3, extensible: true },
      [0.5],
    ],
  ])("of %s are read", (_, data, layout, expected) => {
    const sound = readWav(wav(data, layout));
    expect(sound.rate).toBe(16000);
    expect(sound.channels.map((channel) => [...channel])).toEqual([expected]);
  });

  test("channels are told apart and mixed; other chunks, odd ones too, are passed over", () => {
    const other = Uint8Array.of(0x4c, 0x49, 0x53, 0x54, 3, 0, 0, 0, 9, 9, 9, 0);
    const data = bytesOf(Int16Array.of(16384, 0, -16384, 32767 - 16384));
    const sound = readWav(wav(data, { bits: 16, channels: 2, rate: 44100, before: other }));
    expect(sound.channels.map(([value]) => value)).toEqual([0.5, 0]);
    expect([...monoAt(sound, 44100)][0]).toBe(0.25);
    expect(() => monoAt({ rate: 1, channels: [] }, 16000)).toThrow(RangeError);
  });

  test("a stream of unknown length is read to its end, a half sample left out", () => {
    const data = bytesOf(Int16Array.of(1, 2, 3));
    const sound = readWav(wav(data.subarray(0, 5), { bits: 16, dataLength: 0xffffffff }));
    expect(sound.channels[0]?.length).toBe(2);
  });

  const plain = wav(bytesOf(Int16Array.of(1, 2, 3)), { bits: 16 });

  test.each<[string, Uint8Array, RegExp]>([
    ["nothing", new Uint8Array(0), /byte 0: expected a RIFF WAVE file, got nothing/],
    ["another file", Uint8Array.of(0x49, 0x44, 0x33), /got bytes 49 44 33/],
    ["data cut short", plain.subarray(0, -2), /byte 44: expected 6 bytes of samples, got 4/],
    ["no data", plain.subarray(0, 36), /expected a data chunk, got the end/],
    ["no format", plain.subarray(0, 12), /expected a format chunk, got the end/],
    ["a format cut short", plain.subarray(0, 30), /format of at least 16 bytes, got 10/],
    ["compressed sound", wav(new Uint8Array(2), { bits: 4, tag: 17 }), /got format 17 of 4 bits/],
    ["no channels", wav(new Uint8Array(2), { bits: 16, channels: 0 }), /got 0 in 0 bytes/],
    ["no rate", wav(new Uint8Array(2), { bits: 16, rate: 0 }), /768000 Hz, got 0/],
    [
      "a sample that is no number",
      wav(bytesOf(Float32Array.of(1, Number.NaN)), { bits: 32, tag: 3 }),
      /byte 48: expected a finite sample, got NaN/,
    ],
  ])("%s is refused by name", (_, bytes, message) => {
    expect(() => readWav(bytes)).toThrow(message);
    expect(() => readWav(bytes)).toThrow(SoundError);
  });

  test("damage anywhere is refused or read, never anything else", () => {
    const bytes = wav(bytesOf(Int16Array.from({ length: 40 }, (_, i) => i)), { bits: 16 });
    const places = seeded("places", 2000, 0.5, 0.5);
    for (const [i, share] of seeded("lengths", 2000, 0.5, 0.5).entries()) {
      const bad = bytes.slice(0, i % 3 === 0 ? Math.floor(share * bytes.length) : bytes.length);
      const place = Math.floor(Number(places[i]) * Math.min(bad.length, 44));
      if (bad.length > 0) bad[place] = i & 255;
      try {
        for (const channel of readWav(bad).channels)
          expect(channel.every(Number.isFinite)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(SoundError);
      }
    }
  });
});

describe("resampling", () => {
  const tone = (hertz: number, rate: number, count: number): Float32Array =>
    Float32Array.from({ length: count }, (_, i) =>
      Math.sin((2 * Math.PI * hertz * i) / rate + 0.3),
    );

  /** Largest difference away from the ends, where the sound is cut off. */
  function inner(a: Float32Array, b: Float32Array, margin: number): number {
    let largest = 0;
    for (let i = margin; i < a.length - margin; i++) {
      largest = Math.max(largest, Math.abs((a[i] as number) - (b[i] as number)));
    }
    return largest;
  }

  test.each([8000, 11025, 22050, 44100, 48000, 44099, 96000])(
    "a tone at %i Hz is the tone at 16 kHz",
    (rate) => {
      const hertz = 0.4 * Math.min(rate, 16000);
      const result = resample(tone(hertz, rate, rate / 4), rate, 16000);
      expect(result.length).toBe(Math.ceil((Math.floor(rate / 4) * 16000) / rate));
      expect(inner(result, tone(hertz, 16000, result.length), 400)).toBeLessThan(1e-4);
    },
  );

  test("what 16 kHz cannot carry is gone, and what 8 kHz did not have is not made up", () => {
    const high = resample(tone(9000, 48000, 24000), 48000, 16000);
    expect(inner(high, new Float32Array(high.length), 400)).toBeLessThan(1e-4);
    const low = resample(tone(3000, 8000, 4000), 8000, 16000);
    expect(inner(low, tone(3000, 16000, low.length), 400)).toBeLessThan(1e-4);
  });

  test("silence stays, a level stays, and the same rate is the same sound", () => {
    const level = resample(new Float32Array(8000).fill(0.5), 44100, 16000);
    expect(inner(level, new Float32Array(level.length).fill(0.5), 400)).toBeLessThan(1e-4);
    const sound = tone(100, 16000, 10);
    expect(resample(sound, 16000, 16000)).toBe(sound);
    expect(resample(new Float32Array(0), 44100, 16000).length).toBe(0);
    expect(() => resample(sound, 0, 16000)).toThrow(/positive rate, got 0/);
    expect(() => resample(sound, 8000, Number.NaN)).toThrow(RangeError);
  });
});
