/** The Bluetooth characteristic Heart Rate Measurement (0x2A37) of the Heart Rate service (0x180D). */

/** What one notification says. */
export type HeartRateMeasurement = {
  /** Beats per minute as the sensor computes it; 0 where it has none. */
  readonly heartRate: number;
  /** Whether the sensor feels skin; null where it does not say. */
  readonly contact: boolean | null;
  /** Energy since the last reset in kilojoules, or null; 65,535 also stands for more. */
  readonly energyKilojoules: number | null;
  /** Intervals between beats in milliseconds, oldest first. */
  readonly intervals: readonly number[];
};

/** A measurement, or what is wrong with the bytes. */
export type HeartRateResult =
  | { readonly ok: true; readonly measurement: HeartRateMeasurement }
  | { readonly ok: false; readonly why: string };

/** Bytes of the longest attribute value in Bluetooth (Core Specification, Vol. 3, Part F, 3.2.9). */
const LONGEST = 512;

/**
 * Reads one notification. Bits of the first byte: 0 sixteen-bit rate, 1 and 2 contact, 3 energy, 4 intervals in 1/1024 s.
 * The three reserved bits are ignored, as the specification asks. Never throws.
 */
export function readHeartRateMeasurement(bytes: ArrayBufferView): HeartRateResult {
  const { byteLength } = bytes;
  if (byteLength < 2 || byteLength > LONGEST) {
    return wrong(`2 to ${LONGEST} bytes`, byteLength);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, byteLength);
  const flags = view.getUint8(0);
  const wide = (flags & 1) !== 0;
  const hasEnergy = (flags & 8) !== 0;
  const hasIntervals = (flags & 16) !== 0;
  const needed = 1 + (wide ? 2 : 1) + (hasEnergy ? 2 : 0);
  if (byteLength < needed) return wrong(`at least ${needed} bytes by its flags`, byteLength);
  const rest = byteLength - needed;
  if (!hasIntervals && rest > 0) return wrong(`${needed} bytes by its flags`, byteLength);
  if (rest % 2 !== 0) return wrong("intervals of two bytes each", byteLength);
  const intervals: number[] = [];
  for (let at = needed; at < byteLength; at += 2) {
    intervals.push((view.getUint16(at, true) * 1000) / 1024);
  }
  return {
    ok: true,
    measurement: {
      heartRate: wide ? view.getUint16(1, true) : view.getUint8(1),
      contact: (flags & 4) === 0 ? null : (flags & 2) !== 0,
      energyKilojoules: hasEnergy ? view.getUint16(wide ? 3 : 2, true) : null,
      intervals,
    },
  };
}

function wrong(what: string, bytes: number): HeartRateResult {
  return {
    ok: false,
    why: `heart rate measurement: expected ${what}, got ${bytes} bytes`,
  };
}
