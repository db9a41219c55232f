import { performance } from "node:perf_hooks";
import type { FrameSignal } from "../../src/index.ts";
import { H264Parser } from "../../src/index.ts";
import {
  configurationRecord,
  idrSliceUnit,
  joinSample,
  joinUnits,
  ppsUnit,
  splitUnits,
  spsUnit,
} from "./bit-writer.ts";

/** A damaged stream, and how to hand it over. */
export type FuzzCase = {
  readonly seed: number;
  readonly mutation: string;
  readonly units: readonly Uint8Array[];
  readonly bytes: Uint8Array;
  /** Bytes per push; 0 hands the units over as container samples. */
  readonly chunk: number;
};

/** What the parser made of a case. */
export type FuzzResult = {
  readonly frames: number;
  readonly damaged: number;
  readonly refused: boolean;
  readonly milliseconds: number;
  /** What went wrong, or null. */
  readonly fault: string | null;
};

/** Source of pseudo-random integers (mulberry32), the same on every machine. */
export function randomSource(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Random = (below: number) => number;
/** A random element of a list that is not empty. */
function pick<T>(list: readonly T[], random: Random): T {
  return list[random(list.length)] as T;
}

type Mutation = (units: Uint8Array[], random: Random, other: Uint8Array[]) => Uint8Array[];

const sliceTypes: readonly number[] = [1, 5];

function flipBits(units: Uint8Array[], random: Random): Uint8Array[] {
  for (let n = 1 + random(40); n > 0; n--) {
    const unit = pick(units, random);
    unit[random(unit.length)]! ^= 1 << random(8);
  }
  return units;
}

function flipSliceBits(units: Uint8Array[], random: Random): Uint8Array[] {
  const slices = units.filter((unit) => sliceTypes.includes(unit[0]! & 31));
  if (slices.length === 0) return flipBits(units, random);
  for (let n = 1 + random(6); n > 0; n--) {
    const slice = pick(slices, random);
    // The header, where one bit changes what all others mean, is hit as often as the rest.
    const reach = random(2) === 0 ? Math.min(10, slice.length) : slice.length;
    slice[random(reach)]! ^= 1 << random(8);
  }
  return units;
}

function flipSetBits(units: Uint8Array[], random: Random): Uint8Array[] {
  const sets = units.filter((unit) => (unit[0]! & 31) === 7 || (unit[0]! & 31) === 8);
  for (let n = 1 + random(4); n > 0 && sets.length > 0; n--) {
    const set = pick(sets, random);
    set[1 + random(Math.max(1, set.length - 1))]! ^= 1 << random(8);
  }
  return units;
}

function truncateUnits(units: Uint8Array[], random: Random): Uint8Array[] {
  return units.map((unit) => (random(4) === 0 ? unit.subarray(0, 1 + random(unit.length)) : unit));
}

function cutStream(units: Uint8Array[], random: Random): Uint8Array[] {
  const at = random(units.length);
  return [...units.slice(0, at), units[at]!.subarray(0, random(units[at]!.length))];
}

function shuffleUnits(units: Uint8Array[], random: Random): Uint8Array[] {
  for (let n = 1 + random(8); n > 0; n--) {
    const [from, to] = [random(units.length), random(units.length)];
    const unit = units[from]!;
    if (random(3) === 0) units.splice(to, 0, unit.slice());
    else if (random(2) === 0 && units.length > 1) units.splice(from, 1);
    else [units[from], units[to]] = [units[to]!, unit];
  }
  return units;
}

function spliceStreams(units: Uint8Array[], random: Random, other: Uint8Array[]): Uint8Array[] {
  const head = units.slice(0, 1 + random(units.length));
  const tail = other.slice(random(other.length));
  return random(2) === 0 ? [...head, ...tail] : [...tail, ...head];
}

function spliceUnits(units: Uint8Array[], random: Random, other: Uint8Array[]): Uint8Array[] {
  return units.map((unit) => {
    const donor = pick(other, random);
    if (random(5) !== 0) return unit;
    const at = random(unit.length);
    return Uint8Array.from([...unit.subarray(0, at), ...donor.subarray(random(donor.length))]);
  });
}

function fillRuns(units: Uint8Array[], random: Random): Uint8Array[] {
  for (let n = 1 + random(3); n > 0; n--) {
    const unit = pick(units, random);
    const at = random(unit.length);
    unit.fill(pick([0, 255, 3, 1], random), at, at + 1 + random(64));
  }
  return units;
}

function noise(units: Uint8Array[], random: Random): Uint8Array[] {
  const blob = (): Uint8Array => {
    const unit = Uint8Array.from({ length: 1 + random(400) }, () => random(256));
    unit[0] = pick([1, 5, 7, 8, 6, 9, 2, 3, 4, 14, 15, 20], random) | (random(4) << 5);
    return unit;
  };
  for (let n = 1 + random(4); n > 0; n--) units.splice(random(units.length), 0, blob());
  return units;
}

const sizes: readonly number[] = [1, 2, 45, 120, 512, 4096, 65536, 2 ** 20, 2 ** 31, 2 ** 32 - 2];

function hostileSps(units: Uint8Array[], random: Random): Uint8Array[] {
  const any = (): number => pick(sizes, random);
  const sps = spsUnit({
    profile: pick([66, 77, 88, 100, 110, 122, 244, 118, random(256)], random),
    level: pick([10, 30, 40, 52, 62, random(256)], random),
    chromaFormat: random(5),
    bitDepth: 8 + random(8),
    log2MaxFrameNum: 4 + random(16),
    pocType: random(4),
    pocCycle: pick([0, 1, 255, 256, 2 ** 20], random),
    refFrames: pick([0, 1, 4, 16, 17, 2 ** 16], random),
    widthInMbs: random(2) === 0 ? any() : 1 + random(600),
    heightInMapUnits: random(2) === 0 ? any() : 1 + random(300),
    frameMbsOnly: random(2) === 0,
    crop: random(2) === 0 ? undefined : [any(), any(), random(9), random(9)],
  });
  const at = units.findIndex((unit) => (unit[0]! & 31) === 7);
  if (random(2) === 0) units[Math.max(0, at)] = sps;
  else units.splice(random(units.length), 0, sps);
  return units;
}

function hugePictures(units: Uint8Array[], random: Random): Uint8Array[] {
  const cabac = random(2) === 0;
  const slices = Array.from({ length: 1 + random(6) }, () =>
    idrSliceUnit({
      firstMb: random(3) === 0 ? pick(sizes, random) : 0,
      type: random(10),
      data: Uint8Array.from({ length: random(300) }, () => random(256)),
    }),
  );
  const [widthInMbs, heightInMapUnits] = pick<[number, number]>(
    [
      [544, 256],
      [256, 544],
      [1055, 132],
      [139264, 1],
    ],
    random,
  );
  const sets = [
    spsUnit({ level: 62, refFrames: 16, widthInMbs, heightInMapUnits }),
    ppsUnit({ cabac }),
  ];
  return [...units.slice(0, random(units.length)), ...sets, ...slices];
}

const mutations: Record<string, Mutation> = {
  flipBits,
  flipSliceBits,
  flipSetBits,
  truncateUnits,
  cutStream,
  shuffleUnits,
  spliceStreams,
  spliceUnits,
  fillRuns,
  noise,
  hostileSps,
  hugePictures,
};

/** The damaged stream of a seed, made from whole clips (Annex B bytes). */
export function fuzzCase(clips: readonly Uint8Array[], seed: number): FuzzCase {
  const random = randomSource(seed);
  const clip = (): Uint8Array[] =>
    splitUnits(pick(clips, random))
      .filter((unit) => unit.length > 0)
      .map((unit) => unit.slice());
  const [mutation, mutate] = pick(Object.entries(mutations), random);
  const mutated = mutate(clip(), random, clip());
  const units = mutated.filter((unit) => unit.length > 0);
  const chunk = pick([0, 1, 97, 4096, 2 ** 30], random);
  return { seed, mutation, units, bytes: joinUnits(units), chunk };
}

/** Runs the parser over a case. Never throws: what goes wrong is told in the result. */
export function runFuzzCase(fuzz: FuzzCase): FuzzResult {
  let frames = 0;
  let damaged = 0;
  let fault: string | null = null;
  let refused = false;
  const onFrame = (frame: FrameSignal): void => {
    frames++;
    if (frame.damaged) damaged++;
    fault ??= wrongFrame(frame);
  };
  const start = performance.now();
  try {
    const parser = new H264Parser({ onFrame });
    if (fuzz.chunk === 0) pushSamples(parser, fuzz);
    else {
      for (let at = 0; at < fuzz.bytes.length; at += fuzz.chunk) {
        parser.push(fuzz.bytes.subarray(at, at + fuzz.chunk));
      }
    }
    parser.end();
    refused = parser.unsupported !== null;
  } catch (error) {
    fault ??= `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  const milliseconds = performance.now() - start;
  // Bytes can hold start codes that no unit began with, but never more than one in three.
  const bound = fuzz.bytes.length / 3;
  if (frames > bound) fault ??= `${frames} frames from ${fuzz.bytes.length} bytes`;
  return { frames, damaged, refused, milliseconds, fault };
}

function pushSamples(parser: H264Parser, fuzz: FuzzCase): void {
  const hasSets = [7, 8].every((type) => fuzz.units.some((unit) => (unit[0]! & 31) === type));
  const usable = fuzz.units.every((unit) => (unit[0]! & 31) !== 7 || unit.length >= 4);
  if (hasSets && usable) parser.configure(configurationRecord(fuzz.units));
  else parser.configure(fuzz.bytes.subarray(0, 64));
  fuzz.units.forEach((unit, n) => {
    const sample = joinSample([unit]);
    // One length in eight lies.
    if (n % 8 === 7) sample[fuzz.seed & 3]! ^= 1 << (fuzz.seed & 7);
    parser.pushAccessUnit(sample, n / 25);
  });
}

/** What is wrong with a frame's shape, or null. */
function wrongFrame(frame: FrameSignal): string | null {
  const count = frame.mbWidth * frame.mbHeight;
  if (!(count > 0 && frame.width > 0 && frame.height > 0)) {
    return `frame of ${frame.width}x${frame.height}`;
  }
  const perMacroblock: (keyof FrameSignal)[] = [
    "kind",
    "partition",
    "field",
    "qp",
    "transform8x8",
    "codedBlockPattern",
    "residual",
    "bits",
    "slice",
  ];
  for (const key of perMacroblock) {
    const { length } = frame[key] as Uint8Array;
    if (length !== count) return `${key} has ${length} entries for ${count} macroblocks`;
  }
  for (const list of [0, 1] as const) {
    if (frame.mv[list].length !== 32 * count || frame.refIdx[list].length !== 4 * count) {
      return `list ${list} has ${frame.mv[list].length} and ${frame.refIdx[list].length} entries`;
    }
  }
  for (let mb = 0; mb < count; mb++) {
    if (frame.kind[mb]! > 7 || frame.partition[mb]! > 4) return `macroblock ${mb} of no known kind`;
    // A field may come without its partner: its rows are missing though nothing was lost.
    if (frame.kind[mb] === 0 && !frame.damaged && frame.structure !== "fields")
      return `macroblock ${mb} missing, frame not damaged`;
  }
  return null;
}
