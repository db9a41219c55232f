import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fft } from "../src/accounting/fft.ts";
import { erfcx, upperTail } from "../src/accounting/normal.ts";
import { discreteGaussianPair, exchanged, gaussianPair, sampled } from "../src/accounting/pairs.ts";
import { composedEpsilon, gridOf } from "../src/accounting/pld.ts";
import { gaussianRdp, laplaceRdp, sampledGaussianRdp } from "../src/accounting/rdp.ts";
import {
  type AccountRequest,
  account,
  accountAll,
  gaussianDelta,
  gaussianEpsilon,
  gaussianSigma,
  MECHANISMS,
  PrivacyError,
  RDP_ORDERS,
  rdpEpsilon,
  zcdpDelta,
  zcdpEpsilon,
  zcdpRho,
} from "../src/index.ts";
import { at } from "./support/laws.ts";

type Row = AccountRequest & { readonly epsilon: string; readonly tight: number };
const own = JSON.parse(
  readFileSync(new URL("./golden/accounting.json", import.meta.url), "utf8"),
) as { readonly rows: readonly Row[] };

/** A question with defaults. */
function ask(request: Partial<AccountRequest>): AccountRequest {
  const defaults = { mechanism: "gaussian", scale: 1, sensitivity: 1, count: 1 } as const;
  return { ...defaults, sampling: 1, delta: 1e-6, ...request };
}

describe("the accountant", () => {
  it.each(own.rows.map((row) => [`${row.mechanism} ${row.scale} x${row.count} ${row.delta}`, row]))(
    "is never below the definition, and near it: %s",
    (_, { epsilon, tight, ...request }) => {
      const found = account(request).epsilon;
      expect(found).toBeGreaterThanOrEqual(Number(epsilon));
      expect(found / Number(epsilon) - 1).toBeLessThan(tight);
    },
  );

  it("gives every bound, the best as its answer, and a pure one without delta", () => {
    const all = accountAll(ask({ mechanism: "laplace", scale: 2, count: 30 }));
    expect(all.map(({ method }) => method)).toEqual(["pure", "pld", "rdp"]);
    expect(account(ask({ mechanism: "laplace", scale: 2, count: 30 }))).toEqual(all[1]);
    expect(account(ask({ mechanism: "laplace", scale: 2, count: 3, delta: 0 }))).toEqual({
      epsilon: expect.closeTo(1.5, 9),
      method: "pure",
    });
    expect(account(ask({ delta: 0 })).epsilon).toBe(Number.POSITIVE_INFINITY);
    expect(account(ask({ mechanism: "discrete-gaussian", delta: 0 })).epsilon).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  it("costs more for more runs, less noise, less delta, more of a sample; less in smaller samples", () => {
    const mechanism = fc.constantFrom(...MECHANISMS.filter((name) => name !== "gaussian"));
    fc.assert(
      fc.property(
        mechanism,
        fc.integer({ min: 2, max: 8 }),
        fc.integer({ min: 1, max: 12 }),
        (name, scale, count) => {
          const base = ask({ mechanism: name, scale, count, delta: 1e-5 });
          const { epsilon } = account(base);
          const slack = 1 + 1e-6;
          expect(account({ ...base, count: count + 1 }).epsilon * slack).toBeGreaterThan(epsilon);
          expect(account({ ...base, scale: scale + 1 }).epsilon).toBeLessThan(epsilon * slack);
          expect(account({ ...base, delta: 1e-7 }).epsilon * slack).toBeGreaterThan(epsilon);
          if (name === "randomised-response") return;
          const half = account({ ...base, sampling: 0.5 }).epsilon;
          expect(half).toBeLessThan(epsilon * slack);
        },
      ),
      { numRuns: 10, seed: 4 },
    );
  });

  it("by distributions of losses is never below the exact Gaussian, sampled or not", () => {
    for (const sigma of [0.5, 1, 6]) {
      for (const count of [1, 2, 37, 100]) {
        const exact = gaussianEpsilon(sigma / Math.sqrt(count), 1e-6);
        const found = composedEpsilon(gaussianPair(sigma), count, 1e-6);
        expect(found).toBeGreaterThanOrEqual(exact);
        expect(found / exact - 1).toBeLessThan(2e-5);
      }
    }
    const whole = sampled(gaussianPair(2), 1 - 1e-9);
    expect(composedEpsilon(whole, 10, 1e-5)).toBeCloseTo(
      gaussianEpsilon(2 / Math.sqrt(10), 1e-5),
      4,
    );
  });

  it("finds what lies between the pure bound and the others, where the greatest loss is likelier than delta", () => {
    // Values of dp_accounting 0.6.0's PLDAccountant.
    for (const [scale, count, delta, epsilon] of [
      [0.5956502342093727, 19, 9.023719789782395e-7, 31.680683344401814],
      [0.5560653785590277, 24, 9.729347264050644e-8, 42.795183674178],
    ] as const) {
      const found = account(ask({ mechanism: "laplace", scale, count, delta }));
      expect(found.method).toBe("pld");
      expect(found.epsilon).toBeGreaterThanOrEqual(epsilon);
      expect(found.epsilon / epsilon - 1).toBeLessThan(1e-6);
    }
  });

  it("holds for many runs at a tiny delta too", () => {
    const exact = gaussianEpsilon(19.2 / Math.sqrt(39e3), 2e-13);
    const found = composedEpsilon(gaussianPair(19.2), 39e3, 2e-13);
    expect(found).toBeGreaterThanOrEqual(exact);
    expect(found / exact - 1).toBeLessThan(1e-3);
  });

  it("keeps all mass of both distributions on its grid", () => {
    for (const pair of [
      gaussianPair(0.8),
      sampled(gaussianPair(0.8), 0.02),
      discreteGaussianPair(3, 2),
    ]) {
      for (const one of [pair, exchanged(pair)]) {
        const { masses, first, step, infinite } = gridOf(one, 3);
        let [p, q] = [infinite, 0];
        masses.forEach((mass, i) => {
          p += mass;
          q += mass * Math.exp(-(first + i) * step);
        });
        expect(p).toBeCloseTo(1, 12);
        expect(q).toBeCloseTo(1, 9);
      }
    }
  });

  it("gives no bound where no delta is left for what lies beyond its grid", () => {
    const found = account(ask({ mechanism: "discrete-gaussian", scale: 5, delta: 1e-300 }));
    expect(found).toMatchObject({ method: "zcdp" });
    expect(composedEpsilon(gaussianPair(1), 5, 1e-30)).toBe(Number.POSITIVE_INFINITY);
  });

  it("inverts what it converts", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 20, noNaN: true }),
        fc.double({ min: 1, max: 12, noNaN: true }),
        (epsilon, digits) => {
          const delta = 10 ** -digits;
          const sigma = gaussianSigma(epsilon, delta);
          expect(gaussianDelta(sigma, epsilon) / delta).toBeCloseTo(1, 6);
          expect(gaussianEpsilon(sigma, delta) / epsilon).toBeCloseTo(1, 6);
          const rho = zcdpRho(epsilon, delta);
          expect(zcdpEpsilon(rho, delta) / epsilon).toBeCloseTo(1, 6);
          // A Gaussian of this rho costs less than the conversion says.
          expect(gaussianEpsilon(Math.sqrt(1 / (2 * rho)), delta)).toBeLessThan(
            epsilon * (1 + 1e-9),
          );
        },
      ),
      { numRuns: 60, seed: 11 },
    );
  });

  it("does not follow the classical rule where that is wrong", () => {
    // sqrt(2 ln(1.25 / delta)) / epsilon at epsilon = 20 is no (20, 1e-5).
    const classical = Math.sqrt(2 * Math.log(1.25e5)) / 20;
    expect(account(ask({ scale: classical, delta: 1e-5 })).epsilon).toBeGreaterThan(25);
  });

  it("refuses questions that make no sense, and says what was expected", () => {
    const bad: readonly (readonly [Partial<Record<keyof AccountRequest, unknown>>, RegExp])[] = [
      [{ mechanism: "exponential" }, /mechanism: expected gaussian, laplace.*got exponential/],
      [{ scale: 0 }, /scale: expected a finite number above 0, got 0/],
      [{ scale: Number.NaN }, /scale/],
      [{ scale: 1e-9 }, /0\.001 to 10\^9 times/],
      [{ sensitivity: -1 }, /sensitivity/],
      [{ mechanism: "discrete-laplace", sensitivity: 1.5 }, /a whole number for a discrete/],
      [{ count: 0.5 }, /count: expected a whole number from 1/],
      [{ sampling: 0 }, /sampling/],
      [{ sampling: 0.5, mechanism: "randomised-response" }, /1 for randomised response/],
      [{ delta: 1 }, /delta: expected a number from 0 to below 1, got 1/],
    ];
    for (const [change, message] of bad) {
      expect(() => account({ ...ask({}), ...change } as AccountRequest)).toThrow(message);
      expect(() => account({ ...ask({}), ...change } as AccountRequest)).toThrow(PrivacyError);
    }
    expect(() => account({ ...ask({}), sigma: 3 } as AccountRequest)).toThrow(/got sigma/);
    expect(() => rdpEpsilon([2], [], 0.1)).toThrow(PrivacyError);
    expect(() => zcdpDelta(-1, 1)).toThrow(PrivacyError);
  });
});

describe("its arithmetic", () => {
  it("knows normal tails: reflection, Mills' ratio, a fixed point", () => {
    expect(upperTail(1.959963984540054)).toBeCloseTo(0.025, 15);
    for (const x of [0.1, 1, 2.1, 2.3, 5, 20, 38]) {
      expect(upperTail(x) + upperTail(-x)).toBeCloseTo(1, 15);
      const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
      expect(upperTail(x)).toBeLessThan(density / x);
      expect(upperTail(x)).toBeGreaterThan((density * x) / (x * x + 1));
      // d/dx erfcx = 2 x erfcx - 2 / sqrt(pi)
      const h = 1e-4;
      const slope = (erfcx(x + h) - erfcx(x - h)) / (2 * h);
      expect(slope).toBeCloseTo(2 * x * erfcx(x) - 2 / Math.sqrt(Math.PI), 5);
    }
  });

  it("transforms forth and back, and a shift into phases", () => {
    const n = 256;
    const re = Float64Array.from({ length: n }, (_, i) => Math.sin(i * i));
    const im = Float64Array.from({ length: n }, (_, i) => Math.cos(3 * i));
    const [a, b] = [re.slice(), im.slice()];
    fft(a, b, false);
    let direct = 0;
    for (let i = 0; i < n; i++) {
      const angle = (-2 * Math.PI * 5 * i) / n;
      direct += at(re, i) * Math.cos(angle) - at(im, i) * Math.sin(angle);
    }
    expect(a[5]).toBeCloseTo(direct, 9);
    fft(a, b, true);
    for (let i = 0; i < n; i++)
      expect([a[i], b[i]]).toEqual([expect.closeTo(at(re, i), 12), expect.closeTo(at(im, i), 12)]);
  });
});

const shared = fileURLToPath(
  new URL("../../../../shared/data/privacy/dp/dp-golden.json", import.meta.url),
);

type Conversion = {
  readonly orders: readonly number[];
  readonly rdp_const: number;
  readonly delta: number;
  readonly eps: number;
  readonly order: number;
};
type GoldenRow = Readonly<Record<string, number | string>>;
type Golden = Readonly<Record<string, readonly GoldenRow[]>>;

describe("golden values of dp_accounting 0.6.0", () => {
  const golden = existsSync(shared) ? (JSON.parse(readFileSync(shared, "utf8")) as Golden) : null;
  const rows = (name: string, least: number): readonly GoldenRow[] => {
    const found = golden?.[name] ?? [];
    expect(found.length).toBeGreaterThanOrEqual(least);
    return found;
  };
  /** Not below, but for the last digits of a double, and at most `above` above. */
  const near = (found: number, wanted: number | string | undefined, above: number): void => {
    expect(found / Number(wanted) - 1).toBeGreaterThanOrEqual(-1e-12);
    expect(found / Number(wanted) - 1).toBeLessThanOrEqual(above);
  };

  it("Gaussian: sigma, delta, compositions", (context) => {
    if (golden === null) return context.skip("needs ../shared/data/privacy");
    for (const { eps, delta, sigma } of rows("analytic_gaussian_sigma_sens1", 66)) {
      near(gaussianSigma(Number(eps), Number(delta)), sigma, 1e-8);
    }
    for (const { sigma, eps, delta } of rows("gaussian_delta", 42)) {
      if (Number(delta) > 1e-300) near(gaussianDelta(Number(sigma), Number(eps)), delta, 1e-11);
    }
    for (const row of rows("gaussian_composed", 50)) {
      const [scale, count, delta] = [Number(row.sigma), Number(row.k), Number(row.delta)];
      near(account(ask({ scale, count, delta })).epsilon, row.eps_exact, 1e-8);
      const losses = RDP_ORDERS.map((order) => count * gaussianRdp(scale, order));
      near(rdpEpsilon(RDP_ORDERS, losses, delta).epsilon, row.eps_rdp, 1e-9);
    }
  });

  it("Laplace: compositions", (context) => {
    if (golden === null) return context.skip("needs ../shared/data/privacy");
    for (const row of rows("laplace_composed", 40)) {
      const [scale, count, delta] = [Number(row.b), Number(row.k), Number(row.delta)];
      near(account(ask({ mechanism: "laplace", scale, count, delta })).epsilon, row.eps_pld, 1e-4);
      const losses = RDP_ORDERS.map((order) => count * laplaceRdp(scale, order));
      near(rdpEpsilon(RDP_ORDERS, losses, delta).epsilon, row.eps_rdp, 1e-9);
    }
  });

  it("Gaussian on Poisson samples", (context) => {
    if (golden === null) return context.skip("needs ../shared/data/privacy");
    const whole = RDP_ORDERS.filter((order) => Number.isInteger(order));
    for (const row of rows("poisson_gaussian", 10)) {
      const [scale, sampling, count] = [Number(row.sigma), Number(row.q), Number(row.k)];
      const delta = Number(row.delta);
      near(account(ask({ scale, sampling, count, delta })).epsilon, row.eps_pld, 1e-4);
      // Fractional orders, which the peer has and we do not, are at most this much better.
      const losses = whole.map((order) => count * sampledGaussianRdp(scale, sampling, order));
      near(rdpEpsilon(whole, losses, delta).epsilon, row.eps_rdp, 0.02);
    }
  });

  it("discrete mechanisms, trees, conversions", (context) => {
    if (golden === null) return context.skip("needs ../shared/data/privacy");
    for (const row of rows("discrete", 16)) {
      if (row.eps === undefined) continue;
      const [value, delta] = [Number(row.param), Number(row.delta)];
      if (row.mech === "discrete_laplace") {
        const request = ask({ mechanism: "discrete-laplace", scale: 1 / value, delta });
        near(account(request).epsilon, row.eps, 1e-4);
      } else {
        const losses = RDP_ORDERS.map((order) => gaussianRdp(value, order));
        near(rdpEpsilon(RDP_ORDERS, losses, delta).epsilon, row.eps, 1e-9);
      }
    }
    const orders = [
      ...Array.from({ length: 99 }, (_, i) => 1 + (i + 1) / 10),
      ...Array.from({ length: 52 }, (_, i) => 12 + i),
    ];
    for (const { noise_multiplier, steps, delta, eps } of rows(
      "tree_aggregation_single_epoch",
      12,
    )) {
      const levels = Math.floor(Math.log2(Number(steps))) + 1;
      const losses = orders.map((order) => levels * gaussianRdp(Number(noise_multiplier), order));
      near(rdpEpsilon(orders, losses, Number(delta)).epsilon, eps, 1e-9);
    }
    for (const { rho, eps, delta_cks } of rows("zcdp_to_delta_CKS20", 35)) {
      if (Number(delta_cks) > 1e-300) near(zcdpDelta(Number(rho), Number(eps)), delta_cks, 1e-11);
    }
    for (const { rho, delta, eps_cks } of rows("zcdp_to_eps", 15)) {
      near(zcdpEpsilon(Number(rho), Number(delta)), eps_cks, 1e-9);
    }
    const {
      orders: few,
      rdp_const,
      delta,
      eps,
      order,
    } = (golden as unknown as { readonly rdp_to_eps: Conversion }).rdp_to_eps;
    const found = rdpEpsilon(
      few,
      few.map(() => rdp_const),
      delta,
    );
    expect(found).toEqual({ epsilon: expect.closeTo(eps, 12), order });
  });
});
