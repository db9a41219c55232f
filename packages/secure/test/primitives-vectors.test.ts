import { describe, expect, test } from "vitest";
import { nativeEngine } from "./support/native-engine.ts";
import { type Tally, total, VECTOR_FILES } from "./support/official-vectors.ts";
import { portableEngine } from "./support/portable-engine.ts";
import { loadVectors, vectorsAbsent } from "./support/shared-vectors.ts";

/** What each implementation makes of all files; anything not counted as passed says why. */
const EXPECTED = {
  native: {
    passed: 4252,
    skipped: {
      "a nonce of another length than 12 bytes, which is refused": 76,
      "AES-192, which is none of our AEADs": 103,
      "node:crypto has neither FIPS 204's internal interface nor external mu": 174,
      "SLH-DSA is none of our primitives, and node:crypto has not its internal interface": 85,
      "a KEM that is none of ours": 7,
      "a one-stage KDF (SHAKE), which is none of ours": 2,
    },
  },
  portable: {
    passed: 4491,
    skipped: {
      "a nonce of another length than 12 bytes, which is refused": 76,
      "AES-192, which is none of our AEADs": 103,
      "SLH-DSA is none of our primitives; its small sets take long in JavaScript": 20,
      "a KEM that is none of ours": 7,
      "a one-stage KDF (SHAKE), which is none of ours": 2,
    },
  },
} as const;

describe.each([
  { engine: nativeEngine, expected: EXPECTED.native },
  { engine: portableEngine, expected: EXPECTED.portable },
])("official vectors, $engine.name", ({ engine, expected }) => {
  const tallies: Record<string, Tally> = {};

  test.for(VECTOR_FILES)("$path", ({ path, run }, context) => {
    if (vectorsAbsent !== null) context.skip(vectorsAbsent);
    const tally = run(loadVectors(path), engine);
    tallies[path] = tally;
    expect(tally.loaded).toBeGreaterThan(0);
    expect(tally.failures).toEqual([]);
  });

  test("none is missing, and none is left out without a reason", (context) => {
    if (vectorsAbsent !== null) context.skip(vectorsAbsent);
    const all = total(Object.values(tallies));
    expect(all).toEqual({ ...expected, loaded: 4699, failed: 0, failures: [] });
    const wycheproof = Object.entries(tallies).filter(([path]) => path.startsWith("wycheproof/"));
    expect(total(wycheproof.map(([, tally]) => tally)).loaded).toBe(4235);
    const left = Object.values(all.skipped).reduce((sum, number) => sum + number, 0);
    expect(all.passed + left).toBe(all.loaded);
  });
});
