import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
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
import { LogError } from "../src/errors.ts";
import { AccountabilityLog } from "../src/log/log.ts";
import { openFileLog } from "../src/node/log/file-store.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "symbion-log-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function fill(count: number): Promise<void> {
  const log = await AccountabilityLog.open(await openFileLog(folder));
  for (let i = 0; i < count; i++) {
    await log.append({
      kind: "answer",
      subject: `talk ${i % 2}`,
      body: { turn: i, text: "é".repeat(i) },
    });
  }
  await log.close();
}

async function count(): Promise<number> {
  const log = await AccountabilityLog.open(await openFileLog(folder));
  try {
    let entries = 0;
    for await (const entry of log.entries()) if (entry.seq >= 0) entries++;
    return entries;
  } finally {
    await log.close();
  }
}

describe("openFileLog", () => {
  it("keeps a log over processes, its keys readable by their owner only", async () => {
    await fill(5);
    expect(await count()).toBe(5);
    expect(statSync(join(folder, "log.ndjson")).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, "keys")).length).toBe(5);
    for (const name of readdirSync(join(folder, "keys"))) {
      expect(statSync(join(folder, "keys", name)).mode & 0o777).toBe(0o600);
    }
  });

  it("is held by one at a time, and let go by a process that was killed", async () => {
    const store = await openFileLog(folder);
    await expect(openFileLog(folder)).rejects.toThrow(/it is in use/);
    const module = fileURLToPath(new URL("../src/node/log/file-store.ts", import.meta.url));
    const script = `import(${JSON.stringify(module)}).then((m) => m.openFileLog(${JSON.stringify(folder)})).then(() => process.kill(process.pid, "SIGKILL"), (e) => { console.log(e.message); process.exit(3); });`;
    const run = (): ReturnType<typeof spawnSync> =>
      spawnSync(process.execPath, ["--conditions=source", "--input-type=module", "-e", script]);
    const second = run();
    expect([second.status, String(second.stdout)]).toEqual([3, expect.stringMatching(/in use/)]);
    await store.close();
    expect(run().signal).toBe("SIGKILL");
    await (await openFileLog(folder)).close();
    await expect(store.append("x")).rejects.toThrow(LogError);
  });

  it("cuts off a last line that a crash left unfinished, and says so in the log", async () => {
    await fill(3);
    appendFileSync(join(folder, "log.ndjson"), '{"v":1,"seq":3,"at":17');
    const log = await AccountabilityLog.open(await openFileLog(folder));
    const kinds: string[] = [];
    for await (const entry of log.entries()) kinds.push("kind" in entry ? entry.kind : "erased");
    expect(kinds).toEqual(["answer", "answer", "answer", "repair"]);
    expect(await log.verify()).toMatchObject({ ok: true, entries: 4 });
    await log.close();
    expect(await count()).toBe(4);
  });

  it("opens after a loss of power at any byte of the last line, with every earlier entry", async () => {
    await fill(3);
    const path = join(folder, "log.ndjson");
    const whole = readFileSync(path);
    const head = readFileSync(join(folder, "head"));
    const start = whole.lastIndexOf(10, whole.length - 2) + 1;
    // The head lags behind as it does when the line was never confirmed.
    const log = await AccountabilityLog.open(await openFileLog(folder));
    await log.append({ kind: "answer", subject: "talk 0", body: 3 });
    await log.close();
    const longer = readFileSync(path);
    for (let length = whole.length; length < longer.length; length += 7) {
      writeFileSync(path, longer);
      truncateSync(path, length);
      writeFileSync(join(folder, "head"), head);
      const again = await AccountabilityLog.open(await openFileLog(folder));
      expect((await again.verify()).entries).toBe(length === whole.length ? 3 : 4);
      await again.close();
    }
    expect(start).toBeGreaterThan(0);
  });

  it("tells when whole lines are missing at the end, or the head was changed", async () => {
    await fill(4);
    const path = join(folder, "log.ndjson");
    const whole = readFileSync(path);
    truncateSync(path, whole.lastIndexOf(10, whole.length - 2) + 1);
    const open = async (): Promise<unknown> => {
      const store = await openFileLog(folder);
      try {
        return await AccountabilityLog.open(store);
      } finally {
        await store.close();
      }
    };
    await expect(open()).rejects.toThrow(/expected at least 4 entries, got 3: lines are missing/);
    writeFileSync(path, whole);
    await expect(open()).resolves.toBeDefined();
    writeFileSync(join(folder, "head"), "x".repeat(256));
    await expect(open()).rejects.toThrow(/expected how far the log has come/);
  });

  it("finds every changed byte of its files", async () => {
    await fill(2);
    const path = join(folder, "log.ndjson");
    const whole = readFileSync(path);
    const store = await openFileLog(folder);
    const missed: number[] = [];
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(path, changed);
      if ((await AccountabilityLog.check(store)).ok) missed.push(at);
    }
    // Without its last line end, the last line reads the same; opening it again cuts it off and finds it missing.
    expect(missed.filter((at) => at < whole.length - 1)).toEqual([]);
    await store.close();
  });

  it("overwrites and removes a key that is destroyed", async () => {
    await fill(4);
    const store = await openFileLog(folder);
    const log = await AccountabilityLog.open(store);
    expect(await log.eraseSubject("talk 1")).toBe(true);
    expect(readdirSync(join(folder, "keys")).length).toBe(3);
    await log.close();
    const again = await AccountabilityLog.open(await openFileLog(folder));
    expect(await again.verify()).toMatchObject({ ok: true, entries: 5, erased: 2 });
    await again.close();
  });

  it("refuses a folder that cannot be made, and ids that are paths", async () => {
    writeFileSync(join(folder, "file"), "");
    await expect(openFileLog(join(folder, "file"))).rejects.toThrow(LogError);
    const store = await openFileLog(folder);
    await expect(store.key("../head")).rejects.toThrow(LogError);
    await store.close();
  });
});
