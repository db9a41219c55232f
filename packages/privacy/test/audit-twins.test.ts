import { describe, expect, it } from "vitest";
import { TWINS } from "../bench/twins.ts";
import { accusations, auditRelease } from "../src/index.ts";
import { seededRandom } from "./support/tiers.ts";

const REPETITIONS = 20;

describe.each(TWINS.map((twin) => [twin.name, twin] as const))("audit of %s", (_, twin) => {
  const audit = (seed: number, broken: boolean): readonly string[] => {
    const [draw0, draw1] = twin.pair(seededRandom(seed), broken);
    const { trials, scores = [] } = twin;
    return accusations(auditRelease(draw0, draw1, { trials, scores }), twin.claim);
  };

  it("flags the broken twin every time", () => {
    for (let seed = 0; seed < REPETITIONS; seed++) {
      expect(audit(1000 + seed, true), `seed ${seed}`).not.toEqual([]);
    }
  });

  it("never flags the sound one", () => {
    for (let seed = 0; seed < REPETITIONS; seed++) {
      expect(audit(2000 + seed, false), `seed ${seed}`).toEqual([]);
    }
  });
});
