import fc from "fast-check";
import { expect, test } from "vitest";
import { StreamClock } from "../src/pipeline/stream-clock.ts";

/** Frames every 40 ms from stream time 0, the stream's zero being `start` on the wall, each late by `delay(i)`. */
function run(
  clock: StreamClock,
  start: number,
  frames: number,
  delay: (i: number) => number,
): void {
  for (let i = 0; i < frames; i++) clock.observe(i * 0.04, start + i * 40 + delay(i));
}

test("late frames do not move the clock", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 30 }), (delays) => {
      const clock = new StreamClock();
      run(clock, 1_000_000, delays.length, (i) => (i % 7 === 0 ? 0 : (delays[i] as number)));
      expect(clock.at(0.4)).toBe(1_000_400);
      expect(clock.takeWorst()).toBe(Math.max(...delays.map((d, i) => (i % 7 === 0 ? 0 : d))));
      expect(clock.takeWorst()).toBe(0);
    }),
  );
});

test("a stream whose clock runs 1 in 1000 slow is followed within a minute", () => {
  const clock = new StreamClock();
  const start = 5_000_000;
  let last = 0;
  for (let i = 0; i < 25 * 600; i++) {
    last = i * 0.04;
    clock.observe(last, start + i * 40.04);
  }
  const wall = start + (25 * 600 - 1) * 40.04;
  expect(Math.abs(clock.at(last) - wall)).toBeLessThan(100);
});

test("frames in decoding order, shown out of order, are not late", () => {
  const clock = new StreamClock();
  const order = [0, 3, 1, 2, 6, 4, 5, 9, 7, 8];
  for (const [i, frame] of order.entries()) clock.observe(frame * 0.04, 1000 + i * 40);
  expect(clock.takeWorst()).toBeLessThanOrEqual(80);
});
