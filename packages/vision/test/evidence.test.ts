import { type FrameSignal, MbKind, MbPartition } from "@symbion/codec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Evidence } from "../src/motion/evidence.ts";
import { Observation, observe } from "../src/motion/observation.ts";
import { ReferenceEvidence } from "./support/reference-evidence.ts";
import { makeFrame, randomNumbers } from "./support/signals.ts";

/** What comes and goes: a noisy picture in which some macroblocks move, in parts, towards one or two references. */
function drawFrame(index: number, mbWidth: number, mbHeight: number, seed: number): FrameSignal {
  const draw = randomNumbers(seed + 7919 * index);
  // Quiet pictures in between let all fade.
  const unrest = index % 16 < 6 ? 0 : draw() < 0.5 ? 0.15 : 0.6;
  const frame = makeFrame({ index, type: draw() < 0.4 ? "B" : "P", mbWidth, mbHeight });
  frame.sliceTypes[0] = frame.type === "B" ? 1 : 0;
  for (let entry = 0; entry < 64; entry++) {
    frame.refPoc[entry] = frame.poc + (entry < 32 ? -2 : 2) * (1 + (entry % 3));
  }
  for (let mb = 0; mb < frame.kind.length; mb++) {
    if (draw() >= unrest) continue;
    frame.bits[mb] = Math.floor(draw() * 30);
    frame.residual[mb] = draw() < 0.5 ? 0 : Math.floor(draw() * 60);
    frame.qp[mb] = 18 + Math.floor(draw() * 25);
    const kind = draw();
    if (kind < 0.08) frame.kind[mb] = kind < 0.02 ? MbKind.Missing : MbKind.Intra4x4;
    else if (kind < 0.7) move(frame, mb, draw);
  }
  return frame;
}

function move(frame: FrameSignal, mb: number, draw: () => number): void {
  frame.kind[mb] = draw() < 0.3 ? MbKind.Skip : MbKind.Inter;
  const whole = draw() < 0.5;
  frame.partition[mb] = whole ? MbPartition.P16x16 : MbPartition.P8x8;
  const lists = frame.type === "P" ? 1 : 1 + Math.floor(draw() * 3);
  const fast = draw() < 0.3 ? 40 : 6;
  for (const list of [0, 1] as const) {
    const used = (lists & (1 << list)) !== 0;
    const same = [Math.round((draw() - 0.5) * fast), Math.round((draw() - 0.5) * fast)] as const;
    for (let quadrant = 0; quadrant < 4; quadrant++) {
      frame.refIdx[list][4 * mb + quadrant] = used ? Math.floor(draw() * 3) : -1;
      if (whole) frame.refIdx[list][4 * mb + quadrant] = frame.refIdx[list][4 * mb] ?? -1;
      for (let part = 0; part < 4; part++) {
        const block = (quadrant & 1) * 2 + (quadrant >> 1) * 8 + (part & 1) + (part >> 1) * 4;
        const at = 2 * (16 * mb + block);
        const own = whole ? same : [Math.round((draw() - 0.5) * fast), same[1]];
        frame.mv[list][at] = used ? (own[0] ?? 0) : 0;
        frame.mv[list][at + 1] = used ? (own[1] ?? 0) : 0;
      }
    }
  }
}

describe("evidence", () => {
  it("equals a reference that looks at everything, in quiet and busy pictures", () => {
    const streams = fc.record({
      mbWidth: fc.integer({ min: 2, max: 9 }),
      mbHeight: fc.integer({ min: 2, max: 7 }),
      length: fc.integer({ min: 1, max: 70 }),
      interval: fc.constantFrom(0.5, 0.1, 0.04, 1 / 60),
      seed: fc.integer({ min: 1, max: 1e6 }),
    });
    let moved = 0;
    let faded = 0;
    fc.assert(
      fc.property(streams, ({ mbWidth, mbHeight, length, interval, seed }) => {
        const planes = new Observation(mbWidth, mbHeight);
        const evidence = new Evidence(mbWidth, mbHeight);
        const reference = new ReferenceEvidence(mbWidth * mbHeight);
        for (let index = 0; index < length; index++) {
          const frame = drawFrame(index, mbWidth, mbHeight, seed);
          observe(frame, planes);
          // Rows and columns of intra macroblocks, and pictures of little else, are another story.
          const { intras, missing } = planes;
          if (intras + missing >= Math.min(mbWidth, mbHeight)) continue;
          evidence.update(planes, frame.type, interval, 0);
          reference.update(frame, interval);
          const listed = [...evidence.guessed.subarray(0, evidence.guesses)];
          const there = reference.guess.flatMap((guess, mb) => (guess > 0 ? [mb] : []));
          expect(listed).toEqual(there);
          for (let mb = 0; mb < mbWidth * mbHeight; mb++) {
            expect(evidence.guess[mb]).toBeCloseTo(reference.guess[mb] ?? -1, 5);
            expect(evidence.values[mb]).toBeCloseTo(reference.values[mb] ?? -1, 5);
          }
          moved += there.length;
          faded += reference.values.filter((value, mb) => value > 0 && !there.includes(mb)).length;
        }
      }),
      { numRuns: 60 },
    );
    // What is compared is not nothing.
    expect(moved).toBeGreaterThan(1000);
    expect(faded).toBeGreaterThan(1000);
  });
});
