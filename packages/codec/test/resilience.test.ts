import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FrameSignal } from "../src/index.ts";
import { copySignal, H264Parser, MbKind } from "../src/index.ts";
import {
  BitWriter,
  idrSliceUnit,
  joinUnits,
  nalUnit,
  ppsUnit,
  sliceUnit,
  splitUnits,
  spsUnit,
} from "./support/bit-writer.ts";
import type { VectorLine } from "./support/digest.ts";
import { vectorLine } from "./support/digest.ts";
import { kindMap } from "./support/macroblocks.ts";
import { fixturesFolder, parseBytes, readBytes } from "./support/streams.ts";

function clip(name: string): Uint8Array[] {
  return splitUnits(readBytes(join(fixturesFolder, `${name}.264`)));
}

function isSlice(unit: Uint8Array): boolean {
  return (unit[0]! & 31) === 1 || (unit[0]! & 31) === 5;
}

/** Position among the units of the n-th coded slice. */
function slicePosition(units: readonly Uint8Array[], n: number): number {
  return units.flatMap((unit, at) => (isSlice(unit) ? [at] : []))[n]!;
}

function frames(units: readonly Uint8Array[]): FrameSignal[] {
  const kept: FrameSignal[] = [];
  parseBytes(joinUnits(units), { onFrame: (frame) => kept.push(copySignal(frame)) });
  return kept;
}

/** Everything said about a stream: the reason it is refused for, and all diagnostics. */
function complaints(units: readonly Uint8Array[]): {
  frames: number;
  refusedSlices: number;
  text: string;
} {
  let count = 0;
  const said: string[] = [];
  const parser = parseBytes(joinUnits(units), {
    onFrame: () => {
      count++;
    },
    onDiagnostic: (diagnostic) => said.push(diagnostic.message),
  });
  return {
    frames: count,
    refusedSlices: parser.stats.refusedSlices,
    text: [parser.unsupported ?? "", ...said].join("\n"),
  };
}

/** Vectors by frame, without the running number. */
function digests(list: readonly FrameSignal[]): Omit<VectorLine, "frame">[] {
  return list.map((frame) => {
    const { frame: _, ...line } = vectorLine(frame);
    return line;
  });
}

describe("damage", () => {
  // I P P, then again from an IDR picture.
  const intact = clip("parameter-sets-cavlc");

  test("a slice cut short damages its frame, and the next IDR picture is clean again", () => {
    const units = [...intact];
    const at = slicePosition(units, 1);
    units[at] = units[at]!.subarray(0, units[at]!.length >> 1);
    const [good, bad] = [frames(intact), frames(units)];
    expect(bad.map((frame) => frame.damaged).slice(0, 2)).toEqual([false, true]);
    expect(bad[1]!.kind.includes(MbKind.Missing)).toBe(true);
    expect(digests(bad.slice(-3))).toEqual(digests(good.slice(-3)));
    expect(bad.slice(-3).some((frame) => frame.damaged)).toBe(false);
  });

  test("a lost picture is counted and told, and the next IDR picture is clean again", () => {
    const units = intact.toSpliced(slicePosition(intact, 1), 1);
    const [good, bad] = [frames(intact), frames(units)];
    expect(bad.length).toBe(good.length - 1);
    expect(complaints(units).text).toMatch(/frame_num/);
    expect(parseBytes(joinUnits(units), { onFrame: () => undefined }).stats.lostFrames).toBe(1);
    expect(digests(bad.slice(-3))).toEqual(digests(good.slice(-3)));
    expect(bad.slice(-3).some((frame) => frame.damaged)).toBe(false);
  });

  test("a lost slice leaves its macroblocks missing and the others as they were", () => {
    const units = clip("frame-cavlc-p");
    const [good, bad] = [frames(units), frames(units.toSpliced(slicePosition(units, 4), 1))];
    expect(bad.length).toBe(good.length);
    expect([bad[0]!.damaged, bad[1]!.damaged]).toEqual([false, true]);
    const [whole, part] = [kindMap(good[1]!), kindMap(bad[1]!)];
    const missing = Array.from(bad[1]!.kind, (kind) => kind === MbKind.Missing);
    expect(missing.filter(Boolean).length).toBe(19);
    missing.forEach((lost, mb) => {
      if (!lost) expect(part.slice(3 * mb, 3 * mb + 3)).toBe(whole.slice(3 * mb, 3 * mb + 3));
    });
  });

  test("a stream that begins amid slices starts at the first picture that can be decoded", () => {
    const units = intact.slice(slicePosition(intact, 1));
    const bad = frames(units);
    expect(digests(bad.slice(-3))).toEqual(digests(frames(intact).slice(-3)));
  });

  test("bytes that are no video give no frame and no error", () => {
    for (const bytes of [
      new Uint8Array(0),
      new Uint8Array(1000),
      new Uint8Array(1000).fill(255),
      new TextEncoder().encode("not a video".repeat(100)),
      joinUnits([idrSliceUnit({})]),
      joinUnits([spsUnit({})]),
      joinUnits([ppsUnit({})]),
    ]) {
      let count = 0;
      const parser = parseBytes(bytes, {
        onFrame: () => {
          count++;
        },
      });
      expect(count).toBe(0);
      expect(parser.unsupported).toBeNull();
    }
  });

  test("a picture larger than the bound is refused before anything is allocated for it", () => {
    const before = process.memoryUsage().arrayBuffers;
    const sizes: [number, number][] = [
      [65_536, 65_536],
      [2 ** 31, 1],
      [2 ** 32 - 1, 2 ** 32 - 1],
      [1000, 1000],
    ];
    for (const [widthInMbs, heightInMapUnits] of sizes) {
      const units = [spsUnit({ widthInMbs, heightInMapUnits }), ppsUnit({}), idrSliceUnit({})];
      expect(complaints(units).frames).toBe(0);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 2 ** 20);
  });

  test("maxMacroblocks lowers the bound", () => {
    let count = 0;
    parseBytes(joinUnits(intact), {
      onFrame: () => {
        count++;
      },
      maxMacroblocks: 47,
    });
    expect(count).toBe(0);
  });

  test("cropping wider than the picture never gives an empty frame", () => {
    const units = [
      spsUnit({ crop: [40, 40, 30, 30] }),
      ppsUnit({}),
      idrSliceUnit({ data: new Uint8Array(40) }),
    ];
    for (const frame of frames(units))
      expect(Math.min(frame.width, frame.height)).toBeGreaterThan(0);
  });
});

describe("what is not supported is refused by name", () => {
  const files: [string, RegExp][] = [
    ["fmo", /FMO|slice group/i],
    ["data-partitioning", /partition|Extended/i],
    ["switching-p", /\bSP\b|switching|Extended/i],
    ["chroma-422", /4:2:2/],
    ["chroma-444", /4:4:4/],
  ];
  test.for(files)("%s clip", ([name, words]) => {
    const units = splitUnits(readBytes(join(fixturesFolder, "unsupported", `${name}.264`)));
    const said = complaints(units);
    expect(said.text).toMatch(words);
    if (name === "fmo" || name.startsWith("chroma")) expect(said.frames).toBe(0);
  });

  const data = new Uint8Array(40).fill(0x5a);
  const made: [string, RegExp, Uint8Array[]][] = [
    ["FMO", /FMO|slice group/i, [spsUnit({ profile: 66 }), ppsUnit({ sliceGroups: 2 })]],
    ["4:2:2", /4:2:2/, [spsUnit({ profile: 122, chromaFormat: 2 }), ppsUnit({})]],
    ["4:4:4", /4:4:4/, [spsUnit({ profile: 244, chromaFormat: 3 }), ppsUnit({})]],
  ];
  test.for(made)("%s in parameter sets", ([, words, sets]) => {
    const said = complaints([...sets, idrSliceUnit({ data })]);
    expect(said.frames).toBe(0);
    expect(said.text).toMatch(words);
  });

  test.for([
    ["SP", 8, /\bSP\b/],
    ["SI", 9, /\bSI\b/],
  ] as const)("%s slices", ([, type, words]) => {
    const units = [spsUnit({}), ppsUnit({}), idrSliceUnit({ data }), sliceUnit({ type, data })];
    expect(complaints(units).text).toMatch(words);
  });

  test("arbitrary slice order changes nothing: every slice stands for itself", () => {
    const units = clip("frame-cavlc-p");
    const [first, second] = [slicePosition(units, 3), slicePosition(units, 4)];
    const swapped = [...units];
    [swapped[first], swapped[second]] = [swapped[second]!, swapped[first]!];
    expect(digests(frames(swapped))).toEqual(digests(frames(units)));
    expect(frames(swapped).map(kindMap)).toEqual(frames(units).map(kindMap));
  });

  test.for([
    ["SVC or MVC slice", 20],
    ["3D-AVC slice", 21],
    ["subset parameter set", 15],
  ] as const)("%s units are named, and the base layer is parsed", ([, type]) => {
    const units = clip("frame-cabac-p");
    const layer = nalUnit(type, 3, new BitWriter().u(24, 0x80_0000).u(32, 0x5a5a5a5a).payload());
    const said = complaints(units.flatMap((unit) => (isSlice(unit) ? [unit, layer] : [unit])));
    expect(said.text).toMatch(/SVC|MVC|layer|view/i);
    expect(said.frames).toBe(8);
    expect(said.refusedSlices).toBe(0);
  });
});

test("a field pair whose fields are both IDR, as some encoders write it, is one frame", () => {
  const field = (bottom: number): Uint8Array => {
    // first_mb, slice_type I, pps, frame_num, field_pic, bottom, idr_pic_id, POC, marking, QP, deblocking
    const bits = new BitWriter().ue(0).ue(7).ue(0).u(4, 0).u(1, 1).u(1, bottom).ue(0).u(8, bottom);
    bits.u(2, 0).se(0).ue(1);
    for (let mb = 0; mb < 2; mb++) bits.ue(1).ue(0).se(0).u(1, 1); // Intra 16x16 without levels
    return nalUnit(5, 3, bits.payload());
  };
  const sets = [spsUnit({ widthInMbs: 2, heightInMapUnits: 1, frameMbsOnly: false }), ppsUnit({})];
  const [frame, ...others] = frames([...sets, field(0), field(1)]);
  expect(others).toEqual([]);
  expect(frame).toMatchObject({ structure: "fields", type: "I", idr: true, damaged: false });
  expect([...(frame?.kind ?? [])]).toEqual(Array(4).fill(MbKind.Intra16x16));
});

test("options are checked", () => {
  const onFrame = (): void => undefined;
  const strange = { onFrame, threads: 4 };
  expect(() => new H264Parser(strange)).toThrow(/threads/);
});
