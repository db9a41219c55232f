import { describe, expect, test } from "vitest";
import { StreamClock } from "../src/motion/clock.ts";

/** Timestamps of a stream with `back` B pictures after each reference, in decoding order. */
function decodingOrder(groups: number, back: number, rate: number): number[] {
  const times = [0];
  for (let group = 0; group < groups; group++) {
    const reference = (group + 1) * (back + 1);
    times.push(reference);
    for (let b = back; b >= 1; b--) times.push(reference - b);
  }
  return times.map((frame) => frame / rate);
}

describe("stream time", () => {
  test.each([
    [0, 25],
    [3, 25],
    [7, 60],
    [1, 8],
  ])("with %d pictures reordered at %d frames per second", (back, rate) => {
    const clock = new StreamClock();
    const breaks = decodingOrder(60, back, rate).filter((at) => clock.advance(at) === "break");
    expect(breaks).toEqual([0]);
    expect(clock.interval * rate).toBeCloseTo(1, 1);
    expect(clock.now).toBeCloseTo((60 * (back + 1)) / rate, 9);
    expect(clock.settled).toBeCloseTo(clock.now - back / rate, 9);
  });

  test("a gap and a new beginning break it, and leave the frame time as it was", () => {
    const clock = new StreamClock();
    for (let frame = 0; frame < 50; frame++) clock.advance(frame / 20);
    expect(clock.advance(100)).toBe("break");
    for (let frame = 1; frame < 50; frame++) expect(clock.advance(100 + frame / 20)).toBe("on");
    expect(clock.advance(3)).toBe("break");
    expect(clock.now).toBe(3);
    expect(clock.interval).toBeCloseTo(1 / 20, 3);
  });

  test("the same time again is no error", () => {
    const clock = new StreamClock();
    for (let frame = 0; frame < 20; frame++) expect(Number.isFinite(clock.interval)).toBe(true);
    clock.advance(1);
    clock.advance(1);
    clock.advance(1);
    expect(clock.interval).toBeGreaterThan(0);
  });
});
