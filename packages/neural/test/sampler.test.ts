/** Sampling against transformers' processors (oracle/sampling.py), and the drawn distribution against its own law. */

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  GenerationError,
  Random,
  Sampler,
  type SamplingOptions,
  StopFilter,
} from "../src/index.ts";
import { randomScores } from "./support/text.ts";

type Case = {
  readonly options: Omit<SamplingOptions, "logitBias"> & {
    readonly logitBias?: Record<string, number>;
  };
  readonly prompt: number[];
  readonly logits: number[];
  readonly scores: (number | null)[];
};

const golden = JSON.parse(
  readFileSync(new URL("golden/sampling.json", import.meta.url), "utf8"),
) as Case[];

function optionsOf({ options }: Case): SamplingOptions {
  const { logitBias, ...rest } = options;
  if (logitBias === undefined) return rest;
  const entries = Object.entries(logitBias).map(([id, bias]): [number, number] => [
    Number(id),
    bias,
  ]);
  return { ...rest, logitBias: new Map(entries) };
}

/** Pearson's statistic of counts against probabilities, and its degrees of freedom. */
function chiSquare(
  counts: Float64Array,
  expected: Float64Array,
): { statistic: number; free: number } {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let statistic = 0;
  let cells = 0;
  for (let i = 0; i < counts.length; i++) {
    const want = (expected[i] as number) * total;
    if (want === 0) continue;
    cells++;
    statistic += ((counts[i] as number) - want) ** 2 / want;
  }
  return { statistic, free: cells - 1 };
}

/** Upper bound that the statistic exceeds about once in a million (Wilson and Hilferty's approximation). */
function bound(free: number): number {
  return free * (1 - 2 / (9 * free) + 4.75 * Math.sqrt(2 / (9 * free))) ** 3;
}

function probabilities(scores: Float32Array): Float64Array {
  const most = Math.max(...scores);
  const parts = Float64Array.from(scores, (score) => Math.exp(score - most));
  const sum = parts.reduce((a, b) => a + b, 0);
  return parts.map((part) => part / sum);
}

describe("Sampler.process", () => {
  it.each(golden.map((one, i) => [i, JSON.stringify(one.options), one] as const))(
    "case %i, %s: scores of transformers",
    (_i, _name, one) => {
      const scores = Float32Array.from(one.logits);
      new Sampler(optionsOf(one), one.prompt).process(scores);
      for (const [i, want] of one.scores.entries()) {
        if (want === null) expect(scores[i], `token ${i}`).toBe(-Infinity);
        else expect(Math.abs((scores[i] as number) - want), `token ${i}`).toBeLessThan(1e-5);
      }
    },
  );

  it("keeps nothing but allowed tokens", () => {
    fc.assert(
      fc.property(fc.integer(), fc.uniqueArray(fc.nat(99), { minLength: 1 }), (seed, ids) => {
        const mask = new Uint32Array(4);
        for (const id of ids) mask[id >> 5] = (mask[id >> 5] as number) | (1 << (id & 31));
        const scores = randomScores(new Random(seed), 100, 3);
        const { token } = new Sampler({ topK: 7, topP: 0.9, seed }).draw(scores, mask);
        expect(ids).toContain(token);
      }),
    );
  });

  it("subtracts frequency and presence penalties for what was drawn, not for the prompt", () => {
    const sampler = new Sampler({ frequencyPenalty: 0.5, presencePenalty: 0.25 }, [0]);
    for (const token of [1, 1, 2]) sampler.record(token);
    const scores = new Float32Array(4);
    sampler.process(scores);
    expect([...scores]).toEqual([0, -1.25, -0.75, 0]);
  });
});

describe("Sampler.draw", () => {
  const size = 24;
  const logits = randomScores(new Random(9), size, 1.5);
  const draws = 40_000;
  const count = (pick: (sampler: Sampler) => number, options: SamplingOptions): Float64Array => {
    const sampler = new Sampler({ seed: 12, ...options });
    const counts = new Float64Array(size);
    for (let i = 0; i < draws; i++) {
      const token = pick(sampler);
      counts[token] = (counts[token] as number) + 1;
    }
    return counts;
  };

  it.each([
    [{}],
    [{ temperature: 0.6 }],
    [{ topK: 6, temperature: 1.3 }],
    [{ topP: 0.8 }],
  ] as const)("draws as often as %j says (chi-square)", (options) => {
    const scores = logits.slice();
    new Sampler(options).process(scores);
    const counts = count((sampler) => sampler.draw(logits.slice()).token, options);
    const { statistic, free } = chiSquare(counts, probabilities(scores));
    expect(statistic).toBeLessThan(bound(free));
    for (const [token, score] of scores.entries())
      if (score === -Infinity) expect(counts[token]).toBe(0);
  });

  it("the same test finds a sampler that is a little wrong", () => {
    const expected = probabilities(logits);
    // Temperature 1.06 instead of 1.
    const counts = count((sampler) => sampler.draw(logits.slice()).token, { temperature: 1.06 });
    const { statistic, free } = chiSquare(counts, expected);
    expect(statistic).toBeGreaterThan(bound(free));
  });

  it("is the same for a seed, and another for another", () => {
    const text = (seed: number): string => {
      const sampler = new Sampler({ seed });
      return Array.from({ length: 40 }, () => sampler.draw(logits.slice()).token).join();
    };
    expect(text(5)).toBe(text(5));
    expect(new Set([text(5), text(6), text(5.5), text(-5), text(2 ** 40)]).size).toBe(5);
  });

  it("takes the best with temperature 0", () => {
    const { token } = new Sampler({ temperature: 0 }).draw(logits.slice());
    expect(token).toBe(logits.indexOf(Math.max(...logits)));
  });

  it("tells the model's own probabilities", () => {
    const sampler = new Sampler({ logprobs: 3, temperature: 0.1, seed: 3 });
    const { token, logprob, top = [] } = sampler.draw(logits.slice());
    const expected = probabilities(logits);
    expect(logprob).toBeCloseTo(Math.log(expected[token] as number), 5);
    const order = [...expected.entries()].sort(([, a], [, b]) => b - a).slice(0, 3);
    expect(top.map((one) => one.token)).toEqual(order.map(([id]) => id));
    expect(Math.exp(top[0]?.logprob ?? 0)).toBeCloseTo(order[0]?.[1] ?? -1, 5);
  });

  it("says so when scores are no numbers", () => {
    const broken = new Float32Array(4).fill(Number.NaN);
    expect(() => new Sampler().draw(broken)).toThrow(GenerationError);
    expect(() => new Sampler({ temperature: 0 }).draw(broken)).toThrow(/scores that are numbers/);
    expect(() => new Sampler().draw(new Float32Array(3), new Uint32Array(1))).toThrow(
      GenerationError,
    );
  });

  it.each([
    [{ temperature: -1 }, /temperature: expected a number from 0 to 100, got -1/],
    [{ topP: 0 }, /topP: expected a number above 0 to 1, got 0/],
    [{ topK: 1.5 }, /topK: expected a whole number from 0, got 1.5/],
    [{ logprobs: 21 }, /logprobs/],
    [{ seed: Number.NaN }, /seed/],
    [{ topk: 3 }, /topk: expected an option of sampling/],
    [{ logitBias: new Map([[-1, 2]]) }, /logitBias/],
  ])("refuses %j", (options, message) => {
    expect(() => new Sampler(options as SamplingOptions)).toThrow(message);
  });
});

describe("StopFilter", () => {
  it("lets out all text up to the first stop string, whatever the pieces", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 30 });
    const stops = fc.array(
      fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 4 }),
      {
        maxLength: 3,
      },
    );
    fc.assert(
      fc.property(letters, stops, fc.array(fc.nat(6), { maxLength: 20 }), (text, stop, cuts) => {
        const filter = new StopFilter(stop);
        // What a reader who looks at each character sees: the first place where a stop string ends.
        const ends = Array.from({ length: text.length }, (_, i) => i + 1);
        const endsAt = (end: number) => stop.filter((one) => text.slice(0, end).endsWith(one));
        const end = ends.find((one) => endsAt(one).length > 0);
        const longest = end === undefined ? "" : (endsAt(end).toSorted(byLength).at(-1) ?? "");
        const before = text.slice(0, end === undefined ? text.length : end - longest.length);
        let out = "";
        let at = 0;
        for (const length of [...cuts, text.length]) {
          out += filter.push(text.slice(at, at + length));
          at += length;
          expect(before.startsWith(out), out).toBe(true);
        }
        out += filter.end();
        expect(out).toBe(before);
        expect(filter.found).toBe(end === undefined ? null : longest);
      }),
      { numRuns: 1000, examples: [["aacc", ["c", "acc"], [3]]] },
    );
  });
});

function byLength(a: string, b: string): number {
  return a.length - b.length;
}
