import { expect, test } from "vitest";
import { type FrameSignal, MbKind, macroblockField, movingShare, openField } from "../src/index.ts";

/** Two macroblocks: one that moves by (mvx, mvy) from a reference `frames` before, one intra. */
function frame(mvx: number, mvy: number, frames: number, list: 0 | 1 = 0): FrameSignal {
  const mv = [new Int16Array(64), new Int16Array(64)] as const;
  const refIdx = [new Int8Array(8).fill(-1), new Int8Array(8).fill(-1)] as const;
  refIdx[list].fill(0, 0, 4);
  for (let block = 0; block < 16; block++) mv[list].set([mvx, mvy], 2 * block);
  const refPoc = new Int32Array(64);
  refPoc[32 * list] = 100 - 2 * frames;
  return {
    index: 0,
    type: "B",
    idr: false,
    poc: 100,
    timestamp: 0,
    structure: "frame",
    damaged: false,
    width: 32,
    height: 16,
    mbWidth: 2,
    mbHeight: 1,
    kind: new Uint8Array([MbKind.Inter, MbKind.Intra4x4]),
    partition: new Uint8Array(2),
    field: new Uint8Array(2),
    qp: new Int8Array([26, -6]),
    transform8x8: new Uint8Array(2),
    codedBlockPattern: new Uint8Array(2),
    residual: new Uint32Array([7, 1 << 20]),
    bits: new Uint32Array([12, 1 << 20]),
    mv,
    refIdx,
    slice: new Int32Array(2),
    sliceTypes: new Uint8Array(1),
    refPoc,
  };
}

test("velocity points where the picture goes, per frame, from either list", () => {
  expect([...macroblockField(frame(-12, 8, 1)).velocity]).toEqual([12, -8, 0, 0]);
  expect([...macroblockField(frame(-12, 8, 2)).velocity]).toEqual([6, -4, 0, 0]);
  expect([...macroblockField(frame(12, -8, -2, 1)).velocity]).toEqual([6, -4, 0, 0]);
});

test("a missing reference counts as the frame before", () => {
  const one = frame(-12, 8, 1);
  one.refPoc.fill(-0x80000000);
  expect([...macroblockField(one).velocity]).toEqual([12, -8, 0, 0]);
});

test("a field macroblock's vertical motion is in field lines", () => {
  const one = frame(-12, 8, 1);
  one.field[0] = 1;
  expect([...macroblockField(one).velocity]).toEqual([12, -16, 0, 0]);
});

test("a field survives being sent", () => {
  const field = macroblockField(frame(-12, 8, 1));
  const shifted = new Uint8Array(field.bytes.length + 1);
  shifted.set(field.bytes, 1);
  const again = openField(shifted.subarray(1));
  expect(again).not.toBeNull();
  expect([...(again?.bits ?? [])]).toEqual([12, 0xffff]);
  expect([...(again?.residual ?? [])]).toEqual([7, 0xffff]);
  expect([...(again?.qp ?? [])]).toEqual([26, -6]);
  expect([...(again?.kind ?? [])]).toEqual([MbKind.Inter, MbKind.Intra4x4]);
  expect(openField(new Uint8Array(11))).toBeNull();
});

test("buffers are reused where they fit", () => {
  const field = macroblockField(frame(-12, 8, 1));
  expect(macroblockField(frame(4, 0, 1), field)).toBe(field);
  expect([...field.velocity]).toEqual([-4, 0, 0, 0]);
});

test("the share that moves", () => {
  expect(movingShare(macroblockField(frame(-12, 8, 1)))).toBe(0.5);
  expect(movingShare(macroblockField(frame(1, 0, 1)))).toBe(0);
});
