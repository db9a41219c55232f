/** WAV files (RIFF/WAVE, PCM and IEEE float) as numbers; runs in browsers. */

import { resample } from "./resample.ts";

/** Bytes are no sound that can be read; the message says what was expected, what came, and at which byte. */
export class SoundError extends Error {
  override readonly name = "SoundError";
}

/** Sound in memory. */
export type Sound = {
  /** Samples per second of each channel. */
  readonly rate: number;
  /** One array per channel, all of one length; full scale is -1 to 1. */
  readonly channels: readonly Float32Array[];
};

type Format = {
  readonly kind: "integer" | "float";
  readonly channels: number;
  readonly rate: number;
  /** Bytes of one sample of one channel. */
  readonly width: number;
};

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
/** Last 14 bytes of the sub-format of WAVEFORMATEXTENSIBLE; the first two are a format as above. */
const MEDIA_GUID = "000000001000800000aa00389b71";
/** Length that writers put down who cannot go back to correct it. */
const UNKNOWN_LENGTH = 0xffffffff;
const MAX_CHANNELS = 64;
const MIN_RATE = 1000;
const MAX_RATE = 768_000;

/**
 * Reads a WAV file: PCM of 8, 16, 24 or 32 bits, float of 32 or 64 bits, up to 64 channels, 1 to 768 kHz. A stream
 * whose length its writer did not know is read to its end.
 * @throws {SoundError} for anything else.
 */
export function readWav(bytes: Uint8Array): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const mark = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (mark(0) !== "RIFF" || mark(8) !== "WAVE") {
    throw new SoundError(`byte 0: expected a RIFF WAVE file, got ${shown(bytes.subarray(0, 12))}`);
  }
  let format: Format | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const kind = mark(at);
    const length = view.getUint32(at + 4, true);
    const from = at + 8;
    if (kind === "data") {
      if (format === undefined) {
        throw new SoundError(`byte ${at}: expected the format in front of the data, got data`);
      }
      return { rate: format.rate, channels: samples(view, from, length, format) };
    }
    if (kind === "fmt ") format = readFormat(view, from, Math.min(length, bytes.length - from));
    // Chunks begin at even bytes.
    at = from + length + (length % 2);
  }
  throw new SoundError(
    `byte ${bytes.length}: expected a ${format === undefined ? "format" : "data"} chunk, got the end`,
  );
}

/** All channels in one, at another rate. @throws {RangeError} when the sound has no channel or a rate is no number. */
export function monoAt(sound: Sound, rate: number): Float32Array {
  const [first, ...others] = sound.channels;
  if (first === undefined) throw new RangeError("expected sound of at least one channel, got none");
  let mixed = first;
  if (others.length > 0) {
    mixed = first.map((value, i) => {
      let sum = value;
      for (const channel of others) sum += channel[i];
      return sum / (others.length + 1);
    });
  }
  return resample(mixed, sound.rate, rate);
}

function readFormat(view: DataView, at: number, length: number): Format {
  if (length < 16) {
    throw new SoundError(`byte ${at}: expected a format of at least 16 bytes, got ${length}`);
  }
  const channels = view.getUint16(at + 2, true);
  const rate = view.getUint32(at + 4, true);
  const block = view.getUint16(at + 12, true);
  const bits = view.getUint16(at + 14, true);
  let tag = view.getUint16(at, true);
  if (tag === EXTENSIBLE && length >= 40) {
    const guid = new Uint8Array(view.buffer, view.byteOffset + at + 26, 14);
    const text = Array.from(guid, (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (text === MEDIA_GUID) tag = view.getUint16(at + 24, true);
  }
  const widths = tag === PCM ? [8, 16, 24, 32] : tag === FLOAT ? [32, 64] : [];
  if (!widths.includes(bits)) {
    throw new SoundError(
      `byte ${at}: expected PCM of 8, 16, 24 or 32 bits or float of 32 or 64, got format ${tag} of ${bits} bits`,
    );
  }
  const width = bits / 8;
  if (channels < 1 || channels > MAX_CHANNELS || block !== channels * width) {
    throw new SoundError(
      `byte ${at}: expected 1 to ${MAX_CHANNELS} channels of ${width} bytes, got ${channels} in ${block} bytes`,
    );
  }
  if (rate < MIN_RATE || rate > MAX_RATE) {
    throw new SoundError(`byte ${at + 4}: expected ${MIN_RATE} to ${MAX_RATE} Hz, got ${rate}`);
  }
  return { kind: tag === FLOAT ? "float" : "integer", channels, rate, width };
}

function samples(view: DataView, from: number, length: number, format: Format): Float32Array[] {
  const there = view.byteLength - from;
  const block = format.channels * format.width;
  if (length > there && length !== UNKNOWN_LENGTH) {
    throw new SoundError(`byte ${from}: expected ${length} bytes of samples, got ${there}`);
  }
  const count = Math.floor(Math.min(length, there) / block);
  const read = reader(view, format);
  return Array.from({ length: format.channels }, (_, channel) => {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      const at = from + i * block + channel * format.width;
      const value = read(at);
      if (!Number.isFinite(value)) {
        throw new SoundError(`byte ${at}: expected a finite sample, got ${value}`);
      }
      values[i] = value;
    }
    return values;
  });
}

function reader(view: DataView, { kind, width }: Format): (at: number) => number {
  if (kind === "float") {
    return width === 4 ? (at) => view.getFloat32(at, true) : (at) => view.getFloat64(at, true);
  }
  switch (width) {
    case 1:
      // The only unsigned one.
      return (at) => (view.getUint8(at) - 128) / 2 ** 7;
    case 2:
      return (at) => view.getInt16(at, true) / 2 ** 15;
    case 3:
      return (at) => ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 2 ** 23;
    default:
      return (at) => view.getInt32(at, true) / 2 ** 31;
  }
}

function shown(bytes: Uint8Array): string {
  if (bytes.length === 0) return "nothing";
  return `bytes ${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ")}`;
}
