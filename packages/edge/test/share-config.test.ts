import { describe, expect, test } from "vitest";
import { checkConfig, parseConfig } from "../src/config/config.ts";
import { NO_SHARE } from "../src/config/share-types.ts";
import type { NodeConfig } from "../src/config/types.ts";
import { statisticOf } from "../src/share/values.ts";

const POLICY = `  policy:
    rho-max: 0.5
    rho-min: 0.005
    tiers: [{ name: near, inverse-trust: 0 }, { name: far, inverse-trust: 1 }]
  budgets: [{ purpose: care, rho: 2 }]
`;

function read(text: string): NodeConfig {
  return parseConfig(`cameras: [{ id: gate, sample: yard }]\n${text}`, "symbion.yaml", {});
}

/** A release with some keys. */
function release(keys: string): string {
  return `share:\n${POLICY}  releases: [{ id: busy, tiers: [far], purpose: care, ${keys} }]\n`;
}

describe("share", () => {
  test("is off unless there is such a section, and tells nothing unless a release says so", () => {
    expect(read("").share).toEqual(NO_SHARE);
    expect(read("share:\n").share).toEqual(NO_SHARE);
    expect(read("share: {}\n").share).toEqual({ ...NO_SHARE, enabled: true });
  });

  test("is read with its defaults", () => {
    const { share, problems } = read(
      `${release("statistic: motion-episodes")}  listen: "[::1]:8490"\n  energy: { radio: lte-m }\n`,
    );
    expect(problems).toEqual([]);
    expect(share).toMatchObject({
      ...{ enabled: true, listen: { host: "::1", port: 8490 }, profile: "hybrid", keys: "auto" },
      ...{ rhoMax: 0.5, rhoMin: 0.005, delta: 1e-6, radio: "lte-m", microjoulesPerByte: 30 },
      budgets: [{ purpose: "care", rho: 2 }],
    });
    expect(share.releases).toEqual([
      {
        ...{ id: "busy", statistic: "motion-episodes", of: [], slotSeconds: 900, most: 20 },
        ...{ protects: "slot", tiers: ["far"], purpose: "care" },
      },
    ]);
  });

  test.each([
    [
      release("statistic: steps"),
      /^symbion\.yaml:8:\d+: share\.releases\[0\]\.statistic: expected/,
    ],
    [release("statistic: alerts, slot: 7 min"), /of which a day holds a whole number/],
    [release("statistic: alerts, of: [gate]"), /"of" not for alerts/],
    [release("statistic: machine-health"), /how many machines there are has to be public/],
    [release("statistic: motion-seconds, protects: episode"), /"slot" where no episodes/],
    [release("statistic: motion-episodes, of: [gaet]"), /expected the id of a camera.*"gate"/],
    [release("statistic: motion-episodes, most: 0"), /most: expected/],
    [
      release("statistic: alerts").replace("[far]", "[fra]"),
      /expected the id of a tier, got "fra"/,
    ],
    [
      release("statistic: alerts").replace("purpose: care, statistic", "purpose: cure, statistic"),
      /expected a purpose that has a budget in share\.budgets, got "cure"/,
    ],
  ])("a release that cannot be used is not told: %s", (text, words) => {
    const { share, problems } = read(text);
    expect(share.releases).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(words);
  });

  test("a wrong policy takes its releases with it: nothing is told under budgets nobody chose", () => {
    const text = release("statistic: alerts").replace("rho-max: 0.5", "rho-max: 0.001");
    const { share, problems } = read(text);
    expect(share).toMatchObject({ enabled: true, tiers: [], releases: [] });
    expect(problems.join("\n")).toContain('rho-min: expected at most "rho-max"');
  });

  test("what was right goes on as it was while the file is wrong", () => {
    const good = checkConfig(release("statistic: alerts"), "symbion.yaml", { environment: {} });
    if ("broken" in good) throw new Error("expected a configuration");
    const bad = release("statistic: alerts").replace("rho-min: 0.005", "rho-min: lots");
    const now = checkConfig(bad, "symbion.yaml", { environment: {}, previous: good });
    if ("broken" in now) throw new Error("expected a configuration");
    expect(now.config.share).toEqual(good.config.share);
    expect(now.problems[0]?.text).toContain("(it stays as it was)");
  });

  test.each([
    ["share: { lisen: x }\n", /unknown key; did you mean "listen"/],
    ["share: [1]\n", /expected a mapping/],
    ["share: { listen: 8490 }\n", /expected an address and a port/],
    ["share: { profile: weak }\n", /profile: expected/],
    ["share: { energy: { radio: pigeon } }\n", /radio: expected/],
  ])("%s is a problem with its place", (text, words) => {
    const { problems } = read(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^symbion\.yaml:2:\d+: /);
    expect(problems[0]).toMatch(words);
  });
});

describe("a statistic's sensitivity", () => {
  const base = read(release("statistic: motion-episodes, most: 5")).share.releases[0];
  if (base === undefined) throw new Error("expected a release");

  test("follows from the configuration, whatever the values are", () => {
    for (const values of [[], [1], Array.from({ length: 99 }, () => 1)]) {
      expect(statisticOf(base, values)).toMatchObject({ step: 1, sensitivity: 5 });
      expect(Number(statisticOf(base, values).steps)).toBe(Math.min(5, values.length));
      const single = statisticOf({ ...base, protects: "episode" }, values);
      expect(single).toMatchObject({ sensitivity: 1 });
    }
    const seconds = { ...base, statistic: "motion-seconds", most: 900 } as const;
    for (const value of [-5, 0, 12.4, 1e9, Number.POSITIVE_INFINITY, null]) {
      const { steps, sensitivity } = statisticOf(seconds, [value]);
      expect(sensitivity).toBe(900);
      expect(steps >= 0n && steps <= 900n).toBe(true);
    }
  });

  test("of a mean is that of one machine among those that are named", () => {
    const health = { ...base, statistic: "machine-health", of: ["a", "b"], most: 1 } as const;
    const low = statisticOf(health, [0, null]);
    const high = statisticOf(health, [1, null]);
    expect(Number(high.steps - low.steps)).toBe(low.sensitivity);
    expect(low.sensitivity * low.step).toBeCloseTo(0.5, 12);
    expect(Number(statisticOf(health, [1, 1]).steps) * high.step).toBe(1);
  });
});
