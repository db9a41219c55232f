import { spawn } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BudgetKey } from "../src/index.ts";
import { openLedgerOn } from "../src/node/file-ledger.ts";
import { LedgerError, openFileLedger } from "../src/node/index.ts";
import { at } from "./support/laws.ts";

const KEY: BudgetKey = { subject: "yard", purpose: "statistics", window: "2026-11-23" };
const POLICY = { rules: [{ purpose: "statistics", subject: null, rho: 1 }] };

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "symbion-ledger-"));
  path = join(folder, "budgets.ledger");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs {@link ./support/ledger-child.ts} until it was killed, by us after `count` lines or by itself before `step`. */
async function killed(count: number, from: number, step = 0): Promise<readonly [string[], string]> {
  const child = spawn(
    process.execPath,
    [
      "--conditions=source",
      "--disable-warning=ExperimentalWarning",
      fileURLToPath(new URL("./support/ledger-child.ts", import.meta.url)),
      ...[path, String(from), String(step)],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let text = "";
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += String(chunk);
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.split("\n").length > count + 1) child.kill("SIGKILL");
  }
  await ended;
  // What was told in a line that is cut off was told all the same, but cannot be checked.
  return [text.split("\n").slice(1, -1), errors];
}

/** Checks what killed processes told against the file they left. */
function expectKept(told: readonly string[], deaths: number): void {
  const ledger = openFileLedger(path, { rules: [{ purpose: "p", subject: null, rho: 1000 }] });
  const key = { subject: "s", purpose: "p", window: "w" };
  for (const line of told) {
    const [i, value] = line.split(" ");
    expect(ledger.recall(key, `n${i}`)).toEqual({ all: Number(value) });
  }
  const { spentRho } = at(ledger.budgets(), 0);
  expect(spentRho).toBeGreaterThanOrEqual(0.5 * told.length);
  // At most one charge of each life was written down and not told, and one told in a line that was cut off.
  expect(spentRho).toBeLessThanOrEqual(0.5 * (told.length + 2 * deaths));
  ledger.close();
}

describe("a ledger in a file", () => {
  it("remembers charges, values, refusals and closed windows", () => {
    const first = openFileLedger(path, POLICY);
    expect(first.commit({ key: KEY, statistic: "a", rho: 0.7, memo: { low: -3.25 } }).granted).toBe(
      true,
    );
    expect(first.commit({ key: KEY, statistic: "b", rho: 0.7, memo: { low: 1 } }).granted).toBe(
      false,
    );
    const old = { ...KEY, window: "2026-11-20" };
    first.commit({ key: old, statistic: "a", rho: 0.1, memo: { low: 2 } });
    first.closeBefore("2026-11-22");
    first.close();
    const second = openFileLedger(path, POLICY);
    expect(second.recall(KEY, "a")).toEqual({ low: -3.25 });
    expect(second.budgets()).toEqual([{ key: KEY, spentRho: 0.7, totalRho: 1, refused: 1 }]);
    expect(second.ask(old, "b", 0.1).granted).toBe(false);
    expect(second.ask(KEY, "b", 0.31).granted).toBe(false);
    expect(second.ask(KEY, "a", 0.7)).toMatchObject({ granted: true, spent: 0 });
    second.close();
    second.close();
    expect(() => second.ask(KEY, "a", 0.7)).toThrow(/it is closed/);
  });

  it("keeps names and values of every kind as they were", () => {
    const key = {
      subject: "caf\u00e9 \ud83d\ude80 \ud800\n\0",
      purpose: "statistics",
      window: "w",
    };
    const memo = Object.assign(Object.create(null) as Record<string, number>, {
      ...{ "a\nb": -0, tiny: 5e-324, large: 1.7976931348623157e308 },
    });
    const first = openFileLedger(path, POLICY);
    first.commit({ key, statistic: "\u2028", rho: 2 ** -70, memo });
    first.close();
    const second = openFileLedger(path, POLICY);
    expect(second.recall(key, "\u2028")).toEqual({ "a\nb": 0, tiny: 5e-324, large: memo.large });
    expect(second.commit({ key, statistic: "\u2028", rho: 2 ** -70, memo })).toMatchObject({
      spent: 0,
    });
    expect(at(second.budgets(), 0).spentRho).toBe(2 ** -70);
    second.close();
  });

  it("refunds nothing and forgets nothing when it is killed again and again", async () => {
    const told: string[] = [];
    for (let round = 0; round < 6; round++) {
      const [lines] = await killed(3 + 7 * round, told.length + 2 * round);
      expect(lines.length).toBeGreaterThanOrEqual(3);
      told.push(...lines);
    }
    expectKept(told, 6);
  });

  it("refunds nothing when it is killed before any one of its operations on the disk", async () => {
    const told: string[] = [];
    let next = 0;
    let life = 0;
    // The first opening has about 9 of them, a charge 2, writing anew 6: every kind comes more than once.
    for (let step = 1; step <= 20; step++, life++) {
      const [lines] = await killed(1e9, next, step);
      told.push(...lines);
      next += lines.length + 1;
    }
    expect(told.length).toBeGreaterThan(12);
    expectKept(told, life);
  });

  it("belongs to one process, and to the next when that was killed", async () => {
    const first = openFileLedger(path, POLICY);
    first.commit({ key: KEY, statistic: "a", rho: 0.1, memo: {} });
    expect(() => openFileLedger(path, POLICY)).toThrow(/in use by another process/);
    const [lines, errors] = await killed(0, 0);
    expect(lines).toEqual([]);
    expect(errors).toMatch(/LedgerError.*in use by another process/);
    expect(first.commit({ key: KEY, statistic: "b", rho: 0.1, memo: {} }).granted).toBe(true);
    first.close();
    openFileLedger(path, POLICY).close();
  });

  it("leaves out what is of no use any more, and stays as it was", () => {
    const ledger = openFileLedger(path, {
      rules: [{ purpose: "statistics", subject: null, rho: 9 }],
    });
    const memo = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`tier ${i}`, i / 7]));
    for (let day = 10; day < 30; day++) {
      const key = { ...KEY, window: `2026-11-${day}` };
      for (let slot = 0; slot < 12; slot++) {
        ledger.commit({ key, statistic: `slot ${slot}`, rho: 0.125, memo });
      }
      ledger.closeBefore(key.window);
    }
    ledger.close();
    // All charges together would be about 900 kB.
    expect(statSync(path).size).toBeLessThan(600_000);
    expect(existsSync(`${path}.new`)).toBe(false);
    const again = openFileLedger(path, POLICY);
    const key = { ...KEY, window: "2026-11-29" };
    expect(again.budgets()).toEqual([{ key, spentRho: 1.5, totalRho: 1, refused: 0 }]);
    expect(again.recall(key, "slot 11")).toEqual(memo);
    expect(again.ask({ ...KEY, window: "2026-11-28" }, "new", 0.1).granted).toBe(false);
    again.close();
  });

  it("drops an unfinished end, and refuses every other damage rather than refund", () => {
    const ledger = openFileLedger(path, POLICY);
    for (let i = 0; i < 4; i++) {
      ledger.commit({ key: KEY, statistic: `s${i}`, rho: 0.125, memo: { all: i } });
    }
    ledger.close();
    const whole = readFileSync(path);
    const lines = whole.toString().split("\n").slice(0, -1);
    const spent = (): number => {
      const opened = openFileLedger(path, POLICY);
      const rho = opened.budgets()[0]?.spentRho ?? 0;
      opened.commit({ key: KEY, statistic: "more", rho: 2 ** -20, memo: {} });
      opened.close();
      return rho;
    };
    const start = whole.length - (lines.at(-1)?.length ?? 0) - 1;
    for (let length = start; length < whole.length; length += 9) {
      writeFileSync(path, whole);
      truncateSync(path, length);
      expect(spent()).toBe(0.375);
      // What comes after a repaired end is found again.
      expect(spent()).toBe(0.375 + 2 ** -20);
    }
    writeFileSync(path, Buffer.concat([whole, Buffer.alloc(100)]));
    expect(spent()).toBe(0.5);
    // Any changed byte, any line that is missing, doubled or elsewhere.
    for (let place = 0; place < whole.length; place += 5) {
      const changed = Buffer.from(whole);
      changed[place] = at(changed, place) ^ (1 << (place % 7));
      writeFileSync(path, changed);
      if (place < whole.length - 1) expect(() => openFileLedger(path, POLICY)).toThrow(LedgerError);
    }
    for (const wrong of [
      lines.toSpliced(2, 1),
      lines.toSpliced(2, 0, at(lines, 2)),
      lines.toSpliced(1, 2, at(lines, 2), at(lines, 1)),
      ["symbion-ledger 2", ...lines.slice(1)],
      lines.slice(1),
      [],
    ]) {
      writeFileSync(path, wrong.map((line) => `${line}\n`).join(""));
      expect(() => openFileLedger(path, POLICY)).toThrow(LedgerError);
    }
    writeFileSync(path, "not a ledger at all".repeat(40));
    expect(() => openFileLedger(path, POLICY)).toThrow(/it is no ledger/);
    expect(() => openFileLedger(join(folder, "nowhere", "ledger"), POLICY)).toThrow(
      /cannot be opened/,
    );
  });
});

describe("a full disk", () => {
  it("grants nothing, and goes on when there is room", async () => {
    const { machineDisk } = await import("../src/node/disk.ts");
    let full = false;
    const disk = {
      ...machineDisk,
      write: (file: number, bytes: Uint8Array, at: number): number => {
        if (!full) return machineDisk.write(file, bytes, at);
        // Half of it fits.
        machineDisk.write(file, bytes.subarray(0, bytes.length >> 1), at);
        throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      },
    };
    const ledger = openLedgerOn(disk, path, POLICY);
    ledger.commit({ key: KEY, statistic: "a", rho: 0.25, memo: { all: 1 } });
    full = true;
    const charge = { key: KEY, statistic: "b", rho: 0.25, memo: { all: 2 } };
    expect(() => ledger.commit(charge)).toThrow(/the disk is full/);
    expect(() => ledger.commit({ ...charge, rho: 5 })).toThrow(LedgerError);
    expect(() => ledger.closeBefore("2026-11-24")).toThrow(LedgerError);
    expect(ledger.recall(KEY, "b")).toBeNull();
    expect(ledger.budgets()).toMatchObject([{ spentRho: 0.25, refused: 0 }]);
    full = false;
    expect(ledger.commit({ ...charge, statistic: "c" }).granted).toBe(true);
    ledger.close();
    const again = openFileLedger(path, POLICY);
    expect(at(again.budgets(), 0).spentRho).toBe(0.5);
    expect(again.recall(KEY, "b")).toBeNull();
    again.close();
  });
});
