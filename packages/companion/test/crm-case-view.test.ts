/** What cases show, and that figures rest on what they say they rest on. Golden values: oracle/crm_figures.py (SciPy). */

import { describe, expect, it } from "vitest";
import {
  type CaseMetrics,
  type CaseRecord,
  type CaseTone,
  caseMetrics,
  readCase,
  summarizeCases,
} from "../src/crm/case-view.ts";
import { complaintsIn } from "../src/crm/complaints.ts";
import { type Figure, mean, median, share, spearman } from "../src/crm/figures.ts";
import { openSample } from "../src/crm/sample.ts";
import { WORDS_TONE } from "../src/crm/tone.ts";
import type { CrmCase, CrmChange, CrmMessage } from "../src/crm/types.ts";

const VALUES = [3.1, 4.7, 0.4, 9.9, 2.2, 5.0, 5.0, 7.3, 1.1, 6.8, 3.3, 8.6];
const PAIRS: [number, number][] = [
  [0.1, 2],
  [0.4, 3],
  [-0.5, 1],
  [0.9, 5],
  [0.2, 2],
  [0.0, 4],
  [-0.9, 1],
  [0.7, 4],
  [0.4, 5],
  [0.3, 3],
  [-0.1, 2],
  [0.8, 4],
];
const MANY = Array.from({ length: 61 }, (_, i) => ((i * 37) % 101) / 7);

describe("figures", () => {
  const close = (figure: Figure, [value, low, high]: readonly number[], digits = 9): void => {
    expect(figure.value).toBeCloseTo(Number(value), digits);
    expect(figure.low).toBeCloseTo(Number(low), digits);
    expect(figure.high).toBeCloseTo(Number(high), digits);
  };

  it("agree with SciPy", () => {
    close(share(3, 20), [0.15, 0.05236874589621662, 0.3604188647407569]);
    close(share(0, 7), [0, 0, 0.35433043506668743]);
    close(share(50, 50), [1, 0.9286524008666412, 1]);
    close(mean(VALUES), [4.783333333333333, 2.9089030163749467, 6.65776365029172], 4);
    close(mean(MANY), [7.1896955503512885, 6.098316436635126, 8.28107466406745], 4);
    close(median(VALUES), [4.85, 2.2, 7.3]);
    close(median(VALUES.slice(0, 6)), [3.9, 0.4, 9.9]);
    close(median(MANY), [7.142857142857143, 5.285714285714286, 9]);
    close(median(Array.from({ length: 1200 }, (_, i) => (i * 7919) % 1200)), [599.5, 565, 634]);
    close(spearman(PAIRS), [0.8215595703244571, 0.38510008029297715, 0.9576826204147559]);
  });

  it("are none where there is too little, or nothing to compare", () => {
    const none = (n: number): Figure => ({ n, value: null, low: null, high: null });
    expect(share(4, 4)).toEqual(none(4));
    expect(mean([1, 2, 3, 4])).toEqual(none(4));
    expect(median([1, 2, 3, 4, 5])).toEqual(none(5));
    expect(spearman(PAIRS.slice(0, 9))).toEqual(none(9));
    expect(spearman(PAIRS.map(([x]) => [x, 3]))).toEqual(none(12));
    expect(mean([])).toEqual(none(0));
  });

  it("stay on their scale, and do not call equals certain", () => {
    expect(mean([5, 5, 5, 5, 4], [1, 5]).high).toBe(5);
    expect(mean([5, 5, 5, 5, 5], [1, 5])).toEqual({ n: 5, value: 5, low: 1, high: 5 });
  });

  it("hold what they promise: 95 of 100 intervals contain the truth", () => {
    let state = 99;
    // Mulberry32: neighbours of a linear congruential generator are too much alike for pairs.
    const random = (): number => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
      return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 2 ** 32;
    };
    const held = { share: 0, mean: 0, median: 0 };
    const rounds = 4000;
    for (let round = 0; round < rounds; round++) {
      const waits = Array.from({ length: 15 }, () => -Math.log(random()));
      const normal = Array.from(
        { length: 8 },
        () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random()),
      );
      // Over all shares: at a single one, counts are too coarse for any interval (0.915 for 15 things and 0.3).
      const truth = random();
      const hits = waits.filter(() => random() < truth).length;
      const has = ({ low, high }: Figure, truth: number): number =>
        Number(Number(low) <= truth && truth <= Number(high));
      held.share += has(share(hits, 15), truth);
      held.mean += has(mean(normal), 0);
      held.median += has(median(waits), Math.LN2);
    }
    for (const count of Object.values(held)) {
      expect(count / rounds).toBeGreaterThan(0.94);
      expect(count / rounds).toBeLessThan(0.99);
    }
  });
});

const HOUR = 3_600_000;

function record(
  said: readonly (readonly [number, CrmMessage["from"], string, boolean?])[],
  states: readonly (readonly [number, CrmChange["fromState"], CrmChange["toState"]])[] = [],
  more: Partial<CrmCase> = {},
): CaseRecord {
  const state = states.at(-1)?.[2] ?? "open";
  return {
    case: {
      id: "c",
      number: "1",
      intent: null,
      subject: "s",
      description: "",
      status: state,
      state,
      priority: null,
      contact: null,
      escalated: false,
      satisfaction: null,
      createdAt: 0,
      updatedAt: 0,
      closedAt: null,
      revision: "1",
      ...more,
    },
    messages: said.map(([hours, from, text, internal = false], i) => ({
      id: `m${i}`,
      caseId: "c",
      at: hours * HOUR,
      from,
      internal,
      text,
      author: null,
      intent: null,
    })),
    changes: states.map(([hours, fromState, toState]) => ({
      at: hours * HOUR,
      what: "state" as const,
      from: fromState,
      to: String(toState),
      fromState,
      toState,
    })),
  };
}

/** Words that say their figure themselves: what is tested here is the counting. */
const tone: CaseTone = {
  sentiment: (text) =>
    /\[s(-?[\d.]+)\]/.exec(text)?.[1] === undefined
      ? null
      : Number(/\[s(-?[\d.]+)\]/.exec(text)?.[1]),
  empathy: (text) =>
    /\[e([\d.]+)\]/.exec(text)?.[1] === undefined ? null : Number(/\[e([\d.]+)\]/.exec(text)?.[1]),
};

describe("one case", () => {
  it("measures waiting from the customer's side: notes inside and rules answer nobody", () => {
    const metrics = caseMetrics(
      record(
        [
          [0, "customer", "[s-0.8] broken"],
          [1, "agent", "note inside [e2]", true],
          [2, "system", "we got your mail"],
          [5, "agent", "sorry [e1]"],
          [6, "customer", "[s0.6] thanks"],
          [7, "agent", "welcome [e2]"],
        ],
        [
          [5, "open", "closed"],
          [6, "closed", "open"],
          [8, "open", "closed"],
        ],
        { satisfaction: 4 },
      ),
      tone,
    );
    expect(metrics).toMatchObject({
      firstResponse: 5 * HOUR,
      resolution: 8 * HOUR,
      reopened: 1,
      everClosed: true,
      escalated: false,
      satisfaction: 4,
      firstSentiment: -0.8,
      lastSentiment: 0.6,
      fromCustomer: 2,
      answers: 2,
      empathy: { n: 2, value: 1.5, low: null, high: null },
    });
    expect(metrics.sentimentDelta).toBeCloseTo(1.4);
  });

  it("leaves out what there is nothing for", () => {
    expect(caseMetrics(record([[0, "customer", "[s-1] hello"]]), tone)).toMatchObject({
      firstResponse: null,
      resolution: null,
      lastSentiment: null,
      sentimentDelta: null,
      everClosed: false,
      empathy: { n: 0, value: null },
    });
    expect(
      caseMetrics(
        record([
          [0, "customer", "no figure"],
          [1, "customer", "[s7] out of scale"],
        ]),
        tone,
      ),
    ).toMatchObject({ firstSentiment: null, lastSentiment: 1, sentimentDelta: null });
    expect(caseMetrics(record([[0, "customer", "x"]]))).toMatchObject({
      firstSentiment: null,
      empathy: { n: 0 },
    });
  });

  it("takes the description as the first message, and reopened cases as not resolved", () => {
    const metrics = caseMetrics(
      record(
        [[2, "agent", "yes"]],
        [
          [2, "open", "closed"],
          [3, "closed", "waiting"],
        ],
        { description: "[s-0.5] My manager is a lawyer" },
      ),
      tone,
    );
    expect(metrics).toMatchObject({
      firstSentiment: -0.5,
      firstResponse: 2 * HOUR,
      resolution: null,
      reopened: 1,
      everClosed: true,
      fromCustomer: 1,
    });
    expect(metrics.complaints).toEqual(["manager", "legal"]);
  });
});

describe("what is said outright", () => {
  it("is found in English and Italian, and not where it is denied", () => {
    for (const [text, found] of [
      ["This is unacceptable, I want my money back.", ["complaint", "refund"]],
      [
        "I have been waiting for weeks, for the third time. I will never order from you again.",
        ["leaving", "again"],
      ],
      ["Please cancel my account and let me speak to your supervisor.", ["manager", "leaving"]],
      ["My solicitor will contact you.", ["legal"]],
      [
        "È inaccettabile: voglio il rimborso o chiamo il mio avvocato.",
        ["complaint", "refund", "legal"],
      ],
      ["Sono delusa, nessuno risponde. Vorrei disdire.", ["complaint", "leaving", "again"]],
      ["I have no complaints, thank you.", []],
      ["I am not disappointed at all.", []],
      ["Non voglio un rimborso, solo il pezzo giusto.", []],
      ["Thanks, all good.", []],
      ["", []],
    ] as const) {
      expect(complaintsIn(text, /[èì]|Sono|Non/.test(text) ? "it" : "en"), text).toEqual(found);
    }
  });

  it("bears any text", () => {
    for (const text of [
      "\ud800",
      "\u0000".repeat(1000),
      "never ".repeat(10_000),
      "complain".repeat(100_000),
    ]) {
      expect(Array.isArray(complaintsIn(text, "en"))).toBe(true);
    }
  });
});

describe("a set of cases", () => {
  const one = (i: number): CaseMetrics =>
    caseMetrics(
      record(
        [
          [0, "customer", `[s${-0.5 + (i % 5) / 10}] x ${i % 4 === 0 ? "I demand a refund" : ""}`],
          ...(i % 10 === 9 ? [] : ([[1 + i, "agent", `y [e${(i % 3) / 2}]`]] as const)),
          [2 + i, "customer", `[s${(i % 5) / 5}]`],
        ],
        i % 2 === 0
          ? [[3 + i, "open", "closed"]]
          : i % 4 === 1
            ? [
                [1, "open", "closed"],
                [2, "closed", "open"],
              ]
            : [],
        { satisfaction: i % 2 === 0 ? 1 + (i % 5) : null, escalated: i % 5 === 0 },
      ),
      tone,
    );

  it("counts what each figure rests on", () => {
    const summary = summarizeCases(Array.from({ length: 40 }, (_, i) => one(i)));
    expect(summary).toMatchObject({
      cases: 40,
      unanswered: 4,
      open: 20,
      firstResponse: { n: 36 },
      resolution: { n: 20 },
      reopened: { n: 30, value: 10 / 30 },
      escalated: { n: 40, value: 0.2 },
      satisfaction: { n: 20, value: 3 },
      responseRate: { n: 30, value: 20 / 30 },
      sentimentDelta: { n: 40 },
      empathy: { n: 36 },
    });
    expect(summary.complaints.refund).toMatchObject({ n: 40, value: 0.25 });
    // The last message's figure was made to rise with the stated satisfaction, the replies' empathy was not.
    expect(summary.calibration.sentiment.value).toBeCloseTo(1, 9);
    expect(Math.abs(Number(summary.calibration.empathy.value))).toBeLessThan(0.3);
    for (const figure of [
      summary.firstResponse,
      summary.reopened,
      summary.satisfaction,
      summary.sentimentDelta,
    ]) {
      expect(Number(figure.low)).toBeLessThanOrEqual(Number(figure.value));
      expect(Number(figure.high)).toBeGreaterThanOrEqual(Number(figure.value));
    }
  });

  it("says nothing of few cases", () => {
    const few = summarizeCases([one(1), one(2), one(4)]);
    const figures = [
      few.firstResponse,
      few.reopened,
      few.satisfaction,
      few.escalated,
      few.empathy,
      few.calibration.sentiment,
    ];
    expect(figures.map(({ value, low }) => [value, low])).toEqual(figures.map(() => [null, null]));
    expect(summarizeCases([]).cases).toBe(0);
  });
});

describe("the sample", () => {
  it("says that it is simulated, and is the same each time", async () => {
    const now = (): number => Date.UTC(2026, 10, 23);
    const sample = openSample({ now });
    expect(sample.label).toMatch(/simulated/);
    const { items } = await sample.cases();
    expect(items).toEqual((await openSample({ now }).cases()).items);
    expect(items.every(({ updatedAt }) => updatedAt <= now())).toBe(true);
    const metrics = await Promise.all(
      items.map(async ({ id }) => caseMetrics(await readCase(sample, id))),
    );
    const summary = summarizeCases(metrics);
    expect(summary).toMatchObject({ cases: 6, unanswered: 1, escalated: { n: 6 } });
    expect(metrics.some(({ reopened }) => reopened === 1)).toBe(true);
    expect(metrics.flatMap(({ complaints }) => complaints)).toEqual(
      expect.arrayContaining(["complaint", "refund"]),
    );
    // An angry beginning and a thankful end read as such, in both languages.
    const read = await Promise.all(
      items.map(async ({ id }) => caseMetrics(await readCase(sample, id), WORDS_TONE)),
    );
    const of = (subject: string): CaseMetrics | undefined =>
      read[items.findIndex((one) => one.subject === subject)];
    for (const subject of ["Parcel has not arrived", "Il tostapane non si accende"]) {
      expect(of(subject)?.sentimentDelta, subject).toBeGreaterThan(0);
      expect(of(subject)?.empathy.value, subject).toBeGreaterThan(0);
    }
    expect(WORDS_TONE.sentiment("")).toBeNull();
    expect(WORDS_TONE.empathy(" ")).toBeNull();
    await expect(readCase(sample, "nothing")).rejects.toMatchObject({ kind: "missing" });
  });
});
