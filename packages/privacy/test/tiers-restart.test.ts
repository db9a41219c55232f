import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type BudgetKey, ReleaseDesk, type Told } from "../src/index.ts";
import { openFileLedger } from "../src/node/index.ts";
import { POLICY } from "./support/tiers.ts";

const KEY: BudgetKey = { subject: "yard", purpose: "traffic", window: "2026-11-23" };

describe("release desk over a file", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tiers-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A process's life: opens the ledger, tells, and is gone. */
  const tell = (recipient: string, steps: bigint): Extract<Told, { told: true }> => {
    const ledger = openFileLedger(join(folder, "ledger"), {
      rules: [{ purpose: "traffic", subject: null, rho: 0.5 }],
    });
    try {
      const desk = new ReleaseDesk({ policy: POLICY, ledger });
      const answer = desk.tell(recipient, KEY, "people", { steps, step: 1, sensitivity: 1 });
      if (!answer.told) throw new Error(answer.reason);
      return answer;
    } finally {
      ledger.close();
    }
  };

  it("repeats what was told after a restart, for nothing, whatever the data is then", () => {
    const first = tell("press", 41n);
    const again = tell("blog", 1000n);
    expect(again.release).toEqual(first.release);
    expect(again.spent).toBe(0);
    expect(again.remaining).toBe(first.remaining);
  });

  it("tells a better tier later from the same draw, for the difference", () => {
    const low = tell("press", 41n);
    const high = tell("phone", 1000n);
    expect(high.spent).toBeCloseTo(0.495, 12);
    expect(high.remaining).toBeCloseTo(0, 12);
    // The same draw: near the value of then, not of now.
    expect(Math.abs(high.release.value - 41)).toBeLessThan(8);
    expect(tell("press", 0n).release).toEqual(low.release);
  });
});
