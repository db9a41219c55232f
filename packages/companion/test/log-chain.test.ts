import { describe, expect, it } from "vitest";
import { LogError } from "../src/errors.ts";
import { base64, MAX_BODY, unbase64 } from "../src/log/format.ts";
import { AccountabilityLog } from "../src/log/log.ts";
import { memoryLogStore } from "../src/log/memory-store.ts";
import type { LogCheck, LogEntry, LogStore } from "../src/log/types.ts";
import { verifyExport } from "../src/log/verify-export.ts";

async function linesOf(store: LogStore): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of store.lines()) lines.push(line);
  return lines;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** A store with other lines and the keys and head of the first one. */
function withLines(store: LogStore, lines: readonly string[]): LogStore {
  return {
    ...store,
    async *lines() {
      yield* lines;
    },
  };
}

async function filled(count: number): Promise<{ store: LogStore; log: AccountabilityLog }> {
  const store = memoryLogStore();
  let clock = 1_790_000_000_000;
  const log = await AccountabilityLog.open(store, { now: () => clock++ });
  for (let i = 0; i < count; i++) {
    await log.append({
      kind: "answer",
      subject: `talk ${i % 3}`,
      body: { turn: i, said: "être 🙂" },
    });
  }
  return { store, log };
}

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe("AccountabilityLog", () => {
  it("gives back what was written, in order, and says nothing of the subject in its lines", async () => {
    const { store, log } = await filled(7);
    const entries = (await all(log.entries())) as LogEntry[];
    expect(entries.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(entries[4]).toMatchObject({ subject: "talk 1", kind: "answer", body: { turn: 4 } });
    const mine = (await all(log.entries({ subject: "talk 2" }))) as LogEntry[];
    expect(mine.map(({ seq }) => seq)).toEqual([2, 5]);
    expect((await all(log.entries({ from: 2, to: 4 }))).map(({ seq }) => seq)).toEqual([2, 3]);
    expect((await linesOf(store)).join()).not.toMatch(/talk|answer|turn/);
    expect(await log.verify()).toMatchObject({ ok: true, entries: 7, erased: 0, problem: null });
  });

  it("keeps the order of calls that overlap, and what was said at the time of the call", async () => {
    const log = await AccountabilityLog.open(memoryLogStore());
    const body = { n: 0 };
    const written = await Promise.all(
      Array.from({ length: 50 }, (_, i) => {
        body.n = i;
        return log.append({ kind: "answer", subject: "s", body });
      }),
    );
    expect(written.map(({ seq }) => seq)).toEqual(written.map((_, i) => i));
    const read = (await all(log.entries())) as LogEntry[];
    expect(read.map((entry) => (entry.body as { n: number }).n)).toEqual(written.map((_, i) => i));
    expect(read.map(({ hash }) => hash)).toEqual(written.map(({ hash }) => hash));
  });

  it("takes a clock that runs backwards", async () => {
    const times = [5000, 1000, 0, -7];
    const log = await AccountabilityLog.open(memoryLogStore(), { now: () => times.shift() ?? 9 });
    for (let i = 0; i < 5; i++) await log.append({ kind: "k", subject: "s", body: i });
    expect((await all(log.entries())).map(({ at }) => at)).toEqual([5000, 1000, 0, -7, 9]);
    expect((await log.verify()).ok).toBe(true);
  });

  it("erases a subject for good and still proves the rest", async () => {
    const { store, log } = await filled(9);
    expect(await log.eraseSubject("talk 1")).toBe(true);
    expect(await log.eraseSubject("talk 1")).toBe(false);
    expect(await log.eraseSubject("nobody")).toBe(false);
    const check = await log.verify();
    expect(check).toMatchObject({ ok: true, entries: 10, erased: 3 });
    const entries = await all(log.entries());
    expect(entries.filter((entry) => "erased" in entry).map(({ seq }) => seq)).toEqual([1, 4, 7]);
    expect(await all(log.entries({ subject: "talk 1" }))).toEqual([]);
    // Later entries of the same subject are new ones.
    await log.append({ kind: "answer", subject: "talk 1", body: "again" });
    expect((await all(log.entries({ subject: "talk 1" }))).length).toBe(1);
    const again = await AccountabilityLog.open(store);
    expect(await again.verify()).toMatchObject({ ok: true, entries: 11, erased: 3 });
  });

  it("finishes an erasure that a crash cut short", async () => {
    const { store } = await filled(4);
    const crash = (): Promise<void> => Promise.reject(new Error("crash"));
    const dying = await AccountabilityLog.open({ ...store, destroyKey: crash });
    await expect(dying.eraseSubject("talk 0")).rejects.toThrow("crash");
    const after = await AccountabilityLog.open(store);
    expect(await all(after.entries({ subject: "talk 0" }))).toEqual([]);
    expect(await after.verify()).toMatchObject({ ok: true, entries: 5, erased: 2 });
  });

  it("refuses drafts that cannot be written, and writes nothing then", async () => {
    const log = await AccountabilityLog.open(memoryLogStore());
    const odd = [
      { kind: "", subject: "s", body: 1 },
      { kind: "k", subject: "", body: 1 },
      { kind: "k", subject: "s", body: Number.NaN },
      { kind: "k", subject: "s", body: undefined },
      { kind: "k", subject: "s", body: new Date() },
      { kind: "k", subject: "s", body: "x".repeat(MAX_BODY) },
    ];
    for (const draft of odd) {
      await expect(log.append(draft as never)).rejects.toThrow(/log entry: expected/);
    }
    expect(log.head).toBeNull();
    await expect(AccountabilityLog.open(memoryLogStore(), { clock: 1 } as never)).rejects.toThrow(
      /expected now/,
    );
  });

  it("writes nothing more after the store failed", async () => {
    const store = memoryLogStore();
    let fail = false;
    const log = await AccountabilityLog.open({
      ...store,
      append: (line) => (fail ? Promise.reject(new Error("disk")) : store.append(line)),
    });
    await log.append({ kind: "k", subject: "s", body: 1 });
    fail = true;
    await expect(log.append({ kind: "k", subject: "s", body: 2 })).rejects.toThrow(LogError);
    fail = false;
    await expect(log.append({ kind: "k", subject: "s", body: 3 })).rejects.toThrow(/open it again/);
    await log.close();
    await expect(log.append({ kind: "k", subject: "s", body: 3 })).rejects.toThrow(/closed/);
  });

  it("finds every change of every byte of a small log", async () => {
    const { store, log } = await filled(3);
    await log.eraseSubject("talk 2");
    const bytes = new TextEncoder().encode((await linesOf(store)).join("\n"));
    const missed: number[] = [];
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of [1, 4, 32, 128]) {
        const changed = bytes.slice();
        changed[at] = (changed[at] ?? 0) ^ bit;
        const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(changed);
        if (await passes(withLines(store, text.split("\n")))) missed.push(at);
      }
    }
    expect(missed).toEqual([]);
    expect(await passes(store)).toBe(true);
  }, 60_000);

  it("finds lines that were removed, moved, doubled, cut off or put in", async () => {
    const { store, log } = await filled(40);
    const lines = await linesOf(store);
    const other = await linesOf((await filled(40)).store);
    const next = random(5);
    const pick = (): number => Math.floor(next() * lines.length);
    const forms: Record<string, (i: number, j: number) => string[]> = {
      removed: (i) => lines.toSpliced(i, 1),
      moved: (i, j) => lines.with(i, lines[j] ?? "").with(j, lines[i] ?? ""),
      doubled: (i) => lines.toSpliced(i, 0, lines[i] ?? ""),
      "cut off": (i) => lines.slice(0, i),
      "put in": (i) => lines.toSpliced(i, 0, other[i] ?? ""),
      exchanged: (i) => lines.with(i, other[i] ?? ""),
    };
    for (const [name, form] of Object.entries(forms)) {
      for (let round = 0; round < 60; round++) {
        const i = pick();
        const j = (i + 1 + Math.floor(next() * (lines.length - 1))) % lines.length;
        expect(await passes(withLines(store, form(i, j))), `${name} ${i} ${j}`).toBe(false);
      }
    }
    // Even with a head that was cut as well, one that was noted elsewhere tells.
    const noted = log.head;
    const short = memoryLogStore(lines.slice(0, 30), null);
    expect((await AccountabilityLog.check(short)).ok).toBe(true);
    const check = await AccountabilityLog.check(
      short,
      noted === null ? {} : { expectedHead: noted },
    );
    expect(check.problem).toMatch(/at least 40 entries, got 30/);
    await expect(AccountabilityLog.open(withLines(store, lines.slice(0, 39)))).rejects.toThrow(
      /lines are missing/,
    );
  });

  it("finds thousands of random edits of a larger log", async () => {
    const { store } = await filled(30);
    const lines = await linesOf(store);
    const next = random(11);
    const signs = '0123456789abcdefABCxyz+/="{},: \u00e9';
    let tried = 0;
    for (let round = 0; round < 2000; round++) {
      const at = Math.floor(next() * lines.length);
      const line = lines[at] ?? "";
      const place = Math.floor(next() * line.length);
      const sign = signs[Math.floor(next() * signs.length)];
      const cut = next() < 0.5 ? 1 : 0;
      const changed = line.slice(0, place) + sign + line.slice(place + cut);
      if (changed === line) continue;
      tried++;
      const check = await passes(withLines(store, lines.with(at, changed)));
      expect(check, `${at} ${place}`).toBe(false);
    }
    expect(tried).toBeGreaterThan(1800);
  }, 120_000);

  it("finds a key that was put in the place of another", async () => {
    const { store } = await filled(3);
    const found: LogCheck = await AccountabilityLog.check({
      ...store,
      key: async () => new Uint8Array(32),
    });
    expect(found.problem).toMatch(/expected the key of its id/);
  });
});

async function passes(store: LogStore): Promise<boolean> {
  return (await AccountabilityLog.check(store)).ok;
}

describe("verifyExport", () => {
  it("proves an export, with entries in clear for whom they are about", async () => {
    const { log } = await filled(6);
    await log.eraseSubject("talk 2");
    const plain = await all(log.export());
    expect(await verifyExport(plain)).toMatchObject({ ok: true, entries: 7, erased: 2, clear: 0 });
    const open = await all(log.export({ clear: ["talk 0", "talk 2", "nobody"] }));
    expect(await verifyExport(open.join("\n"))).toMatchObject({ ok: true, entries: 7, clear: 2 });
    expect(open.join()).toContain("talk 0");
    expect(open.join()).not.toContain("talk 1");
    expect(await verifyExport(open, { expectedHead: log.head as never })).toMatchObject({
      ok: true,
    });
  });

  it("finds every changed byte, and lines that are missing, also those in clear", async () => {
    const { log } = await filled(3);
    const lines = await all(log.export({ clear: ["talk 0"] }));
    const bytes = new TextEncoder().encode(lines.join("\n"));
    const missed: number[] = [];
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 7));
      const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(changed);
      if ((await verifyExport(text)).ok) missed.push(at);
    }
    expect(missed).toEqual([]);
    for (let i = 0; i < lines.length; i++) {
      expect((await verifyExport(lines.toSpliced(i, 1))).ok, `without ${i}`).toBe(false);
      expect((await verifyExport(lines.toSpliced(i, 0, lines[i] ?? ""))).ok, `twice ${i}`).toBe(
        false,
      );
    }
  }, 60_000);

  it("says of other text that it is none", async () => {
    for (const odd of [
      "",
      "{}",
      "null",
      "\ud800",
      '{"export":"symbion-log","v":1,"head":{}}',
      "x".repeat(1e6),
    ]) {
      expect((await verifyExport(odd)).ok).toBe(false);
    }
    const log = await AccountabilityLog.open(memoryLogStore());
    expect(await verifyExport(await all(log.export()))).toMatchObject({ ok: true, entries: 0 });
  });
});

describe("Base64", () => {
  it("knows one way of writing bytes only", () => {
    for (let length = 0; length < 20; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 73 + length) & 255);
      const text = base64(bytes);
      expect(text).toBe(Buffer.from(bytes).toString("base64"));
      expect(unbase64(text)).toEqual(bytes);
    }
    for (const odd of ["QQ=", "QR==", "QUI", "Q===", "QQ==QQ==", "Q Q=", "-_8="]) {
      expect(unbase64(odd), odd).toBeNull();
    }
  });
});
