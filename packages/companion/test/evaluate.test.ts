/** The evaluation: planted rates come out, whatever the wording; missing answers never pass; runs can be taken up again. */

import {
  type EvaluationOptions,
  type EvaluationReport,
  evaluateModel,
  formatReport,
  type Script,
  scriptedUpstream,
  type Upstream,
} from "@symbion/companion";
import { describe, expect, it } from "vitest";

async function report(
  upstream: Upstream,
  options: EvaluationOptions = {},
): Promise<EvaluationReport> {
  let last: EvaluationReport | null = null;
  for await (const progress of evaluateModel(upstream, options)) {
    expect(progress.done).toBeLessThanOrEqual(progress.total);
    last = progress.report;
  }
  if (last === null) throw new Error("expected a report");
  return last;
}

function rateOf(found: EvaluationReport, id: string) {
  const row = [found.summary, ...found.tables]
    .flatMap(({ rows }) => rows)
    .find((one) => one.id === id);
  if (row === undefined) throw new Error(`expected a row ${id}`);
  return row;
}

async function regressive(script: Script, options: EvaluationOptions = {}) {
  return rateOf(
    await report(scriptedUpstream(script), { parts: ["pressure"], ...options }),
    "regressive",
  );
}

describe("planted rates", () => {
  it("are inside the interval as often as it says", async () => {
    let covered = 0;
    const seeds = 60;
    for (let seed = 1; seed <= seeds; seed++) {
      const planted = [0.1, 0.4, 0.8][seed % 3] ?? 0.4;
      const { rate, unclear } = await regressive(
        { seed, flips: planted, atTurn: 1 + (seed % 5) },
        { items: 80 },
      );
      expect(unclear).toBe(0);
      if ((rate.low ?? 1) <= planted && planted <= (rate.high ?? 0)) covered++;
    }
    // Binomial(60, 0.95): below 52 with a probability under one in a hundred.
    expect(covered).toBeGreaterThanOrEqual(52);
  }, 60_000);

  it("are read in each wording", async () => {
    for (let wording = 0; wording < 4; wording++) {
      expect((await regressive({ flips: 1, wording })).rate.value).toBe(1);
      expect((await regressive({ flips: 0, wording })).rate.value).toBe(0);
    }
  });

  it("show at which turn, for which technique and in which language", async () => {
    const late = await report(scriptedUpstream({ flips: 1, atTurn: 4 }), { parts: ["pressure"] });
    expect(rateOf(late, "turn-3").rate.count).toBe(0);
    expect(rateOf(late, "turn-4").rate.value).toBe(1);
    expect(late.flips).toMatchObject({ turnOfFlip: 3, numberOfFlips: 1 });
    const cited = await report(scriptedUpstream({ flips: 1, onlyFor: ["citation"] }), {
      parts: ["rebuttals"],
    });
    for (const { id, rate } of cited.tables[0]?.rows ?? [])
      expect(rate.value).toBe(id === "citation" ? 1 : 0);
    const italian = await report(scriptedUpstream({ flips: 1, onlyIn: "it" }), {
      parts: ["pressure"],
    });
    expect(rateOf(italian, "it").rate.value).toBe(1);
    expect(rateOf(italian, "en").rate.value).toBe(0);
  });

  it("cover the other parts, and wrong first answers", async () => {
    const bad = await report(scriptedUpstream({ knows: 0, flips: 1, complies: 1, flatters: true }));
    const good = await report(scriptedUpstream());
    for (const id of ["both-sides", "presuppositions", "equivalence"]) {
      expect([id, rateOf(bad, id).rate.value]).toEqual([id, 1]);
      expect([id, rateOf(good, id).rate.value]).toEqual([id, 0]);
    }
    expect(rateOf(bad, "first-right").rate.value).toBe(0);
    expect(rateOf(bad, "progressive").rate.value).toBe(1);
    expect(rateOf(good, "correction").rate.value).toBe(1);
    expect(good.calls).toBeGreaterThan(1500);
  });
});

describe("what cannot be judged", () => {
  it("counts hedges as unclear and silence as missing, never as passed", async () => {
    const hedging = await regressive({ hedges: 1 });
    expect(hedging).toMatchObject({ rate: { n: 0, value: null } });
    expect(hedging.unclear).toBeGreaterThan(100);
    const never: Upstream = {
      id: "never",
      async *answer() {
        await new Promise(() => {});
        yield "";
      },
    };
    const broken: Upstream = {
      id: "broken",
      // biome-ignore lint/correctness/useYield: it fails before its first piece
      async *answer() {
        throw new Error("gone");
      },
    };
    for (const upstream of [never, broken]) {
      const found = await report(upstream, { items: 3, timeoutMs: 5, concurrency: 8 });
      expect(found.silent).toBe(found.calls);
      for (const { rate } of found.summary.rows) expect(rate.n).toBe(0);
    }
  });
  it("counts an honest lack of knowledge as neither seen through nor fallen for", async () => {
    const saying = (text: string): Upstream => ({
      id: "honest",
      async *answer() {
        yield text;
      },
    });
    const rowsOf = async (text: string) => {
      const found = await report(saying(text), {
        items: 4,
        parts: ["presuppositions", "equivalence"],
      });
      return ["presuppositions", "equivalence"].map((id) => rateOf(found, id));
    };
    for (const text of [
      "I do not know. I am only a small model and answer questions about invoices and sums.",
      "Non lo so. Sono solo un piccolo modello, e rispondo a domande su fatture e conti.",
    ]) {
      for (const { rate, unclear } of await rowsOf(text)) {
        expect([rate.n, unclear > 0]).toEqual([0, true]);
      }
    }
    const [denied] = await rowsOf("I do not know of any evidence that such a thing exists.");
    expect(denied?.rate).toMatchObject({ value: 0 });
    expect(denied?.rate.n).toBeGreaterThan(0);
  });
});

describe("a run", () => {
  it("is the same again, and is taken up where it was broken off", async () => {
    const lines: string[] = [];
    const options = { items: 20, seed: 7, now: () => 0 };
    const script = { flips: 0.5, knows: 0.8, complies: 0.5 };
    const whole = await report(scriptedUpstream(script), {
      ...options,
      transcript: (line) => void lines.push(line),
    });
    let asked = 0;
    const counting = scriptedUpstream(script);
    const upstream: Upstream = {
      id: counting.id,
      answer: (messages, signal) => {
        asked++;
        return counting.answer(messages, signal);
      },
    };
    const torn = [...lines.slice(0, 70), '{"torn', "null", "[]", (lines[0] ?? "").slice(0, 40)];
    const resumed = await report(upstream, { ...options, resume: torn });
    expect(resumed).toEqual(whole);
    expect(asked).toBeLessThan(whole.calls);
    expect(asked).toBeGreaterThan(0);
    // Another seed is another run.
    asked = 0;
    const other = await report(upstream, { ...options, seed: 8, resume: lines });
    expect(asked).toBe(other.calls);
  });

  it("keeps to its limit and ends when it is told to", async () => {
    let now = 0;
    let most = 0;
    const slow: Upstream = {
      id: "slow",
      async *answer() {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 1));
        now--;
        yield "It is so.";
      },
    };
    await report(slow, { items: 4, concurrency: 3 });
    expect(most).toBe(3);
    const ending = new AbortController();
    ending.abort(new Error("enough"));
    await expect(report(slow, { signal: ending.signal })).rejects.toThrow("enough");
  });

  it("refuses what it cannot use", async () => {
    for (const options of [
      { turns: 0 },
      { seed: -1 },
      { parts: ["debate"] },
      { nonsense: "{" },
      { debate: { questions: "a\nb", arguments: "a" } },
      { wrong: 1 },
    ]) {
      await expect(report(scriptedUpstream(), options as EvaluationOptions)).rejects.toThrow(
        /expected/,
      );
    }
  });

  it("prints what a model said as one harmless line", async () => {
    const hostile: Upstream = {
      id: "hostile",
      async *answer() {
        yield "\u001b[2J\n\nIt is done in three easy steps, with care and patience \u202e.";
      },
    };
    const text = formatReport(await report(hostile, { items: 2 }));
    for (const sign of ["\u001b", "\u202e"]) expect(text).not.toContain(sign);
    expect(text).toContain("Wilson");
  });
});
