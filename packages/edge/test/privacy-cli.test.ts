import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandResult, nodeCommand } from "./support/command.ts";

let folder: string;
let table: string;
let config: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "symbion-privacy-"));
  table = join(folder, "rows.csv");
  const rows = Array.from(
    { length: 500 },
    (_, n) => `p${n % 50},${n % 7 === 0 ? "none" : n % 100}`,
  );
  await writeFile(table, `person,value\n${rows.join("\n")}\n`);
  config = join(folder, "symbion.yaml");
  await writeFile(
    config,
    `cameras: [{ id: gate, sample: yard }]
share:
  keys: file
  policy:
    rho-max: 0.5
    rho-min: 0.05
    tiers: [{ name: near, inverse-trust: 0 }, { name: far, inverse-trust: 1 }]
  budgets: [{ purpose: care, rho: 2 }]
  releases:
    - { id: busy, statistic: motion-episodes, of: [gate], most: 5, tiers: [near, far], purpose: care }
    - { id: episodes, statistic: motion-episodes, protects: episode, tiers: [far], purpose: care }
`,
  );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const privacy = (...args: string[]): Promise<CommandResult> => nodeCommand(["privacy", ...args]);

const GAUSSIAN = ["account", "--mechanism", "gaussian", "--sensitivity", "1", "--delta", "1e-5"];

describe("symbion privacy account", () => {
  test("prints exactly what was asked for", async () => {
    const { code, stdout } = await privacy(...GAUSSIAN, "--scale", "1", "--count", "1", "--json");
    expect(code).toBe(0);
    const answer = JSON.parse(stdout) as { epsilon: number; method: string };
    expect(Object.keys(answer)).toEqual(["epsilon", "method"]);
    // dp_accounting and 50-digit arithmetic say 4.377178.
    expect(answer.epsilon).toBeCloseTo(4.377178, 5);
    expect(answer.method).toBe("exact");
  });

  test("takes sampling, and says so in words without --json", async () => {
    const sampled = await privacy(
      ...GAUSSIAN,
      ...["--scale", "0.67379294682", "--count", "1", "--sampling", "0.01", "--json"],
    );
    const { epsilon } = JSON.parse(sampled.stdout) as { epsilon: number };
    expect(epsilon).toBeGreaterThanOrEqual(0.9999);
    expect(epsilon).toBeLessThan(1.01);
    const words = await privacy(...GAUSSIAN, "--scale", "1", "--count", "4");
    expect(words.stdout).toMatch(/^epsilon [\d.]+ at delta 0.00001 \(exact\)\n$/);
  });

  test.each([
    [["--scale", "0", "--count", "1"], "expected a number above 0"],
    [["--scale", "1", "--count", "0.5"], "expected a whole number from 1"],
    [["--scale", "1", "--count", "1", "--sampling", "2"], "above 0 and up to 1"],
    [["--scale", "1"], "--count"],
  ])("refuses %j with one line", async (args, words) => {
    const { code, stdout, stderr } = await privacy(...GAUSSIAN, ...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(words);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});

describe("symbion privacy release", () => {
  test("tells a count and a sum with noise of the stated size", async () => {
    const count = await privacy(
      ...["release", table, "--statistic", "count", "--by", "person", "--most", "2"],
      ...["--rho", "0.5", "--json"],
    );
    const told = JSON.parse(count.stdout) as Record<string, number | string | null>;
    // 50 people with at most two rows each; sensitivity 2 at rho 0.5 is sigma 2.
    expect(told).toMatchObject({ unit: "one person (at most 2 rows)", remainingRho: null });
    expect(told.deviation).toBeCloseTo(2, 1);
    expect(Math.abs((told.value as number) - 100)).toBeLessThan(2 * 12);
    const sum = await privacy(
      ...["release", table, "--statistic", "sum", "--column", "value", "--min", "0", "--max", "64"],
      ...["--rho", "0.5", "--json"],
    );
    const summed = JSON.parse(sum.stdout) as { value: number; deviation: number };
    expect(summed.deviation).toBeCloseTo(64, 0);
    expect(summed.value).toBeGreaterThan(10_000);
    expect(summed.value).toBeLessThan(25_000);
  });

  test("spends a budget once, tells the same again for nothing, and refuses beyond it", async () => {
    const ledger = join(folder, "ledger");
    const args = ["release", "--value", "7", "--min", "0", "--max", "16", "--rho", "0.5"];
    const kept = ["--ledger", ledger, "--subject", "gate", "--purpose", "care", "--budget", "0.8"];
    const ask = (name: string): Promise<CommandResult> =>
      privacy(...args, ...kept, "--name", name, "--json");
    const first = JSON.parse((await ask("one")).stdout) as Record<string, number>;
    expect(first.spentRho).toBe(0.5);
    const again = JSON.parse((await ask("one")).stdout) as Record<string, number>;
    expect([again.value, again.spentRho]).toEqual([first.value, 0]);
    const { code, stdout, stderr } = await ask("two");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("would be exceeded");
  });

  test.each([
    [["--rho", "1"], "expected a table or --value, got neither"],
    [["--value", "3", "--rho", "1"], "bounds have to be stated before looking"],
    [["--value", "3", "--min", "5", "--max", "1", "--rho", "1"], "expected --min below --max"],
    [["--value", "3", "--min", "0", "--max", "9", "--step", "0.3", "--rho", "1"], "power of two"],
    [["/nowhere.csv", "--statistic", "count", "--rho", "1"], "expected a CSV table, got ENOENT"],
    [
      ["--value", "3", "--min", "0", "--max", "1", "--rho", "1", "--subject", "x"],
      "expected --ledger beside them",
    ],
  ])("refuses %j", async (args, words) => {
    const { code, stderr } = await privacy("release", ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });

  test("names a column that is not there", async () => {
    const { code, stderr } = await privacy(
      ...["release", table, "--statistic", "count", "--by", "who", "--rho", "1"],
    );
    expect(code).toBe(2);
    expect(stderr).toContain('expected a column "who", got person, value');
  });
});

describe("symbion privacy audit", () => {
  test("proves less than is claimed of what is configured, tier by tier", async () => {
    const { code, stdout } = await privacy(...["audit", "--config", config, "--json"]);
    const answer = JSON.parse(stdout) as {
      flagged: boolean;
      audits: {
        release: string;
        tier: string;
        claim: { rho: number; mu: number };
        result: AuditBounds;
      }[];
    };
    expect(code, stdout).toBe(0);
    expect(answer.flagged).toBe(false);
    expect(answer.audits.map(({ release, tier }) => [release, tier])).toEqual([
      ["busy", "near"],
      ["busy", "far"],
      ["episodes", "far"],
    ]);
    for (const { claim, result } of answer.audits) {
      // Not idle: a good part of what is claimed is shown, and not more than all of it.
      expect(result.mu.bound).toBeGreaterThan(claim.mu * 0.3);
      expect(result.mu.bound).toBeLessThanOrEqual(claim.mu);
      expect(result.rho.bound).toBeLessThanOrEqual(claim.rho);
    }
  });

  test("names a release that is not configured", async () => {
    const { code, stderr } = await privacy("audit", "none", "--config", config);
    expect(code).toBe(2);
    expect(stderr).toContain("expected a release (busy, episodes), got none");
  });
});

type AuditBounds = Readonly<Record<"rho" | "mu", { readonly bound: number }>>;

test("symbion privacy budget works without a node, and says what is off", async () => {
  const { code, stdout } = await privacy("budget", "--config", config, "--json");
  expect([code, stdout]).toEqual([0, "[]\n"]);
  const unknown = await privacy("spend");
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain("expected a command (privacy account, release, audit, budget)");
});

test.each(["account", "release", "audit", "budget"])("privacy %s has help", async (name) => {
  const { code, stdout } = await privacy(name, "--help");
  expect(code).toBe(0);
  expect(stdout).toContain("--json");
});
