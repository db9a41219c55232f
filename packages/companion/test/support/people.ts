import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** People's recordings beside the repository; the folder is not part of it. */
export const peopleFolder: string = resolve(
  fileURLToPath(import.meta.url),
  "../../../../../../shared/data/people",
);

/** Why tests over {@link peopleFolder} cannot run here, or null when they can. */
export const peopleAbsent: string | null = existsSync(resolve(peopleFolder, "hrv-pyhrv"))
  ? null
  : `no recordings: ${peopleFolder} is absent`;

/** A text file of the folder. */
export function peopleText(...path: string[]): string {
  return readFileSync(resolve(peopleFolder, ...path), "utf8");
}

/** A NumPy array of 64-bit whole numbers. */
export function peopleNumbers(...path: string[]): Float64Array {
  const bytes = readFileSync(resolve(peopleFolder, ...path));
  const from = 10 + bytes.readUInt16LE(8);
  const count = (bytes.length - from) / 8;
  return Float64Array.from({ length: count }, (_, i) => Number(bytes.readBigInt64LE(from + 8 * i)));
}

/** Evenly and normally distributed numbers that are the same in every run (mulberry32, Box and Muller). */
export function chance(seed: number): { even: () => number; normal: () => number } {
  let state = seed;
  const even = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - even())) * Math.cos(2 * Math.PI * even());
  return { even, normal };
}

/** The item at a place that the test knows to be there. */
export function at<T>(items: ArrayLike<T>, place: number): T {
  const item = items[place];
  if (item === undefined) throw new RangeError(`expected an item at ${place}, got none`);
  return item;
}
