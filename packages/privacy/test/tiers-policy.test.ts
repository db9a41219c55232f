import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkTierPolicy,
  PrivacyError,
  policyBytes,
  policyFromBytes,
  type TierPolicy,
  tierBudget,
  tierOf,
} from "../src/index.ts";
import { POLICY } from "./support/tiers.ts";

const wrong: readonly (readonly [string, unknown, RegExp])[] = [
  ["no object", 5, /^policy: expected an object with version/],
  ["null", null, /^policy: expected an object/],
  ["an unknown key", { ...POLICY, epsilon: 1 }, /^policy: expected only .*, got "epsilon"/],
  ["a fraction of a version", { ...POLICY, version: 1.5 }, /^policy.version: .* got 1.5/],
  ["version 0", { ...POLICY, version: 0 }, /^policy.version/],
  ["no budget", { ...POLICY, rhoMax: 0 }, /^policy.rhoMax: .* got 0/],
  ["NaN", { ...POLICY, rhoMax: Number.NaN }, /^policy.rhoMax: .* got NaN/],
  ["a budget as text", { ...POLICY, rhoMin: "0.1" }, /^policy.rhoMin: .* got "0.1"/],
  ["rhoMin above rhoMax", { ...POLICY, rhoMin: 0.6 }, /^policy.rhoMin: expected at most/],
  ["no tiers", { ...POLICY, tiers: [] }, /^policy.tiers: expected a list of 1 to 64/],
  [
    "T above 1",
    { ...POLICY, tiers: [{ name: "a", inverseTrust: 1.1 }] },
    /tiers\[0\].inverseTrust/,
  ],
  [
    "an unknown key of a tier",
    { ...POLICY, tiers: [{ name: "a", inverseTrust: 1, sigma: 2 }] },
    /tiers\[0\]: expected only name, inverseTrust, got "sigma"/,
  ],
  [
    "one T twice",
    { ...POLICY, tiers: [...POLICY.tiers, { name: "guest", inverseTrust: 1 }] },
    /tiers\[4\]: expected another number than policy.tiers\[3\], got 1/,
  ],
  [
    "T twice as 0 and -0",
    { ...POLICY, tiers: [...POLICY.tiers, { name: "guest", inverseTrust: -0 }] },
    /expected another number/,
  ],
  [
    "one name twice",
    { ...POLICY, tiers: [...POLICY.tiers, { name: "owner", inverseTrust: 0.9 }] },
    /expected another string than policy.tiers\[0\], got "owner"/,
  ],
  [
    "a name with a line break",
    { ...POLICY, tiers: [{ name: "a\nb", inverseTrust: 1 }] },
    /tiers\[0\].name/,
  ],
  ["a decomposed name", { ...POLICY, tiers: [{ name: "e\u0301", inverseTrust: 1 }] }, /NFC/],
  ["half a character", { ...POLICY, recipients: { "\ud800": "owner" } }, /well-formed/],
  ["a recipient of no tier", { ...POLICY, recipients: { x: "nobody" } }, /got "nobody"/],
  ["a recipient without a name", { ...POLICY, recipients: { "": "owner" } }, /1 to 256/],
  ["recipients in a list", { ...POLICY, recipients: ["owner"] }, /^policy.recipients: .* object/],
];

/** Policies that are right, of all kinds. */
const policies: fc.Arbitrary<TierPolicy> = fc
  .record({
    version: fc.integer({ min: 1, max: 2 ** 40 }),
    rhos: fc.tuple(
      fc.double({ min: 1e-9, max: 1e3, noNaN: true }),
      fc.double({ min: 1e-9, max: 1e3, noNaN: true }),
    ),
    trusts: fc.uniqueArray(
      fc.double({ min: 0, max: 1, noNaN: true }).map((t) => t + 0),
      {
        minLength: 1,
        maxLength: 8,
      },
    ),
    people: fc.array(
      fc.tuple(fc.stringMatching(/^[a-z0-9:_]{1,12}$/), fc.integer({ min: 0, max: 7 })),
    ),
  })
  .map(({ version, rhos, trusts, people }) => ({
    version,
    rhoMax: Math.max(...rhos),
    rhoMin: Math.min(...rhos),
    tiers: trusts.map((inverseTrust, i) => ({ name: `tier ${i}`, inverseTrust })),
    recipients: Object.fromEntries(people.map(([id, i]) => [id, `tier ${i % trusts.length}`])),
  }));

describe("tier policy", () => {
  it.each(wrong)("refuses %s", (_, policy, message) => {
    expect(() => checkTierPolicy(policy)).toThrow(PrivacyError);
    expect(() => checkTierPolicy(policy)).toThrow(message);
  });

  it("never throws anything but its own error, whatever a file holds", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        try {
          checkTierPolicy(value);
        } catch (error) {
          expect(error).toBeInstanceOf(PrivacyError);
        }
      }),
    );
  });

  it("treats __proto__ as the name that it is", () => {
    const recipients = JSON.parse('{"__proto__": "owner"}') as Record<string, string>;
    const policy = checkTierPolicy({ ...POLICY, recipients });
    expect(tierOf(policy, "__proto__")?.name).toBe("owner");
    expect(tierOf(policy, "constructor")).toBeNull();
    expect(tierOf(policyFromBytes(policyBytes(policy)), "__proto__")?.name).toBe("owner");
  });

  it("has the same bytes in any order of writing, and other bytes for any other meaning", () => {
    fc.assert(
      fc.property(policies, policies, fc.integer(), (policy, other, turn) => {
        const shifted = [...policy.tiers.slice(turn % 7), ...policy.tiers.slice(0, turn % 7)];
        const again = {
          recipients: Object.fromEntries(Object.entries(policy.recipients).reverse()),
          tiers: shifted.map(({ name, inverseTrust }) => ({ inverseTrust, name })),
          rhoMin: policy.rhoMin,
          rhoMax: policy.rhoMax,
          version: policy.version,
        };
        expect(policyBytes(again)).toEqual(policyBytes(policy));
        expect(policyFromBytes(policyBytes(policy))).toEqual(checkTierPolicy(policy));
        const newer = { ...policy, version: policy.version + 1 };
        expect(policyBytes(newer)).not.toEqual(policyBytes(policy));
        const same =
          JSON.stringify(checkTierPolicy(other)) === JSON.stringify(checkTierPolicy(policy));
        expect(Buffer.compare(policyBytes(other), policyBytes(policy)) === 0).toBe(same);
      }),
    );
  });

  it("pins its bytes, which signatures are over", () => {
    expect(new TextDecoder().decode(policyBytes(POLICY))).toBe(
      'symbion tier policy 1\n[3,0.5,0.005,[["owner",0],["family",0.3],["utility",0.7],["public",1]],' +
        '[["blog","public"],["grid","utility"],["phone","owner"],["press","public"],["tablet","family"]]]',
    );
  });

  it("refuses bytes that are not canonical, and garbage, with its own error", () => {
    const text = new TextDecoder().decode(policyBytes(POLICY));
    for (const spelling of [
      text.replace("0.5", "0.50"),
      `${text} `,
      text.replace('["blog","public"],', ""),
      text.replace("policy 1", "policy 2"),
      text.slice(0, -1),
      "",
    ]) {
      const bytes = new TextEncoder().encode(spelling);
      if (spelling.includes('["grid"') && !spelling.includes("blog")) {
        // Another policy, canonical as well: the signature is what tells it from the first.
        expect(policyFromBytes(bytes).recipients).not.toHaveProperty("blog");
      } else expect(() => policyFromBytes(bytes)).toThrow(PrivacyError);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => policyFromBytes(bytes)).toThrow(PrivacyError);
      }),
    );
    fc.assert(
      fc.property(fc.json(), (json) => {
        const bytes = new TextEncoder().encode(`symbion tier policy 1\n${json}`);
        expect(() => policyFromBytes(bytes)).toThrow(PrivacyError);
      }),
    );
  });
});

describe("tier budget", () => {
  it("is rhoMax at T = 0, rhoMin at T = 1, and falls geometrically between", () => {
    const range = { rhoMax: 0.5, rhoMin: 0.005 };
    expect(tierBudget(range, 0)).toBe(0.5);
    expect(tierBudget(range, 1)).toBe(0.005);
    expect(tierBudget(range, 0.5)).toBeCloseTo(0.05, 15);
    expect(() => tierBudget(range, 1.01)).toThrow(PrivacyError);
    expect(() => tierBudget(range, Number.NaN)).toThrow(PrivacyError);
  });

  it("never grows with T and never leaves [rhoMin, rhoMax]", () => {
    fc.assert(
      fc.property(
        policies,
        fc.double({ min: 0, max: 1 }),
        fc.double({ min: 0, max: 1 }),
        (p, a, b) => {
          fc.pre(!Number.isNaN(a) && !Number.isNaN(b));
          const less = tierBudget(p, Math.min(a, b));
          const more = tierBudget(p, Math.max(a, b));
          expect(more).toBeLessThanOrEqual(less);
          expect(less).toBeLessThanOrEqual(p.rhoMax);
          expect(more).toBeGreaterThanOrEqual(p.rhoMin);
        },
      ),
    );
  });
});
