import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AxisFilter } from "../src/motion/filter.ts";

/** The oracle: the textbook's filter, with matrices written out as arrays. */
class Textbook {
  x = [0.2, 0];
  p = [
    [0.02 ** 2, 0],
    [0, 0.4 ** 2],
  ];

  advance(t: number): void {
    const f = [
      [1, t],
      [0, 1],
    ];
    const q = [
      [t ** 3 / 3, t ** 2 / 2],
      [t ** 2 / 2, t],
    ];
    this.x = f.map((row) => dot(row, this.x));
    const fp = f.map((row) => [0, 1].map((column) => dot(row, columnOf(this.p, column))));
    this.p = fp.map((row, i) => f.map((other, j) => dot(row, other) + 0.09 * (q[i]?.[j] ?? 0)));
  }

  correct(h: readonly number[], value: number, sigma: number): void {
    const ph = this.p.map((row) => dot(row, h));
    const s = dot(h, ph) + sigma ** 2;
    const residual = value - dot(h, this.x);
    this.x = this.x.map((state, i) => state + ((ph[i] ?? 0) / s) * residual);
    this.p = this.p.map((row, i) => row.map((v, j) => v - ((ph[i] ?? 0) * (ph[j] ?? 0)) / s));
  }
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

function columnOf(matrix: readonly (readonly number[])[], column: number): number[] {
  return matrix.map((row) => row[column] ?? 0);
}

const start = (): AxisFilter => new AxisFilter(0.2, 0, 0.02, 0.4, 0.3);

describe("AxisFilter", () => {
  test("does what the textbook's matrices do, late observations included", () => {
    const act = fc.tuple(
      fc.nat(3),
      fc.double({ min: 0.01, max: 0.5, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const filter = start();
        const oracle = new Textbook();
        for (const [kind, seconds, value] of acts) {
          if (kind === 0) {
            filter.advance(seconds);
            oracle.advance(seconds);
          } else if (kind === 3) {
            filter.observeVelocity(value - 0.5, 0.05);
            oracle.correct([0, 1], value - 0.5, 0.05);
          } else {
            const lag = kind === 1 ? 0 : seconds;
            filter.observe(value, 0.01, lag);
            oracle.correct([1, -lag], value, 0.01);
          }
        }
        expect(filter.position).toBeCloseTo(oracle.x[0] ?? 0, 6);
        expect(filter.velocity).toBeCloseTo(oracle.x[1] ?? 0, 6);
      }),
    );
  });

  test("learns a steady motion from its positions, whatever the intervals", () => {
    const intervals = fc.array(fc.double({ min: 0.02, max: 0.3, noNaN: true }), {
      minLength: 25,
      maxLength: 40,
    });
    fc.assert(
      fc.property(intervals, fc.double({ min: -0.3, max: 0.3, noNaN: true }), (steps, velocity) => {
        const filter = start();
        let time = 0;
        for (const step of steps) {
          time += step;
          filter.advance(step);
          filter.observe(0.2 + velocity * time, 0.01);
        }
        expect(filter.position).toBeCloseTo(0.2 + velocity * time, 2);
        expect(Math.abs(filter.velocity - velocity)).toBeLessThan(0.05);
        expect(filter.before(0.1)).toBeCloseTo(filter.position - 0.1 * filter.velocity);
      }),
    );
  });

  test("a late observation that fits changes nothing, one that does not pulls the right way", () => {
    const filter = start();
    for (let frame = 1; frame <= 30; frame++) {
      filter.advance(0.1);
      filter.observe(0.2 + 0.01 * frame, 0.01);
    }
    const { position, velocity } = filter;
    filter.observe(filter.before(0.15), 0.01, 0.15);
    expect(filter.position).toBeCloseTo(position, 9);
    expect(filter.velocity).toBeCloseTo(velocity, 9);
    filter.observe(filter.before(0.15) + 0.02, 0.01, 0.15);
    expect(filter.position).toBeGreaterThan(position);
  });

  test("is the surer the more it sees, and the less sure the longer it sees nothing", () => {
    const filter = start();
    const first = filter.sigma;
    for (let frame = 0; frame < 10; frame++) {
      filter.advance(0.1);
      filter.observe(0.2, 0.01);
    }
    const known = filter.sigma;
    expect(known).toBeLessThan(first);
    filter.advance(1);
    expect(filter.sigma).toBeGreaterThan(2 * known);
  });

  test("velocities count by their uncertainty; rest() forgets", () => {
    const filter = start();
    filter.observeVelocity(0.2, 0.01);
    expect(filter.velocity).toBeCloseTo(0.2, 2);
    filter.observeVelocity(-0.2, 1);
    expect(filter.velocity).toBeCloseTo(0.2, 1);
    filter.slow(0.5);
    expect(filter.velocity).toBeCloseTo(0.1, 2);
    filter.rest(0.7);
    filter.advance(5);
    expect(filter.position).toBe(0.7);
  });

  test("stays finite, whatever comes", () => {
    const act = fc.tuple(
      fc.nat(3),
      fc.double({ min: 0, max: 5, noNaN: true }),
      fc.double({ min: -2, max: 2, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
        const filter = start();
        for (const [kind, seconds, value] of acts) {
          if (kind === 0) filter.advance(seconds);
          else if (kind === 1) filter.observe(value, 0.01);
          else if (kind === 2) filter.observe(value, 0.01, Math.min(1, seconds));
          else filter.observeVelocity(value, 0.05);
          expect(Number.isFinite(filter.position + filter.velocity + filter.sigma)).toBe(true);
        }
      }),
    );
  });
});
