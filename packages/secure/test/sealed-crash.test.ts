/** A sealed log whose process is killed, whose power is cut, or whose disk is full at every single operation. */

import { describe, expect, it } from "vitest";
import type { Aead, Primitives } from "../src/index.ts";
import { KeyStoreError } from "../src/index.ts";
import { type SealedLog, verifySealedFolder } from "../src/node/index.ts";
import { hex } from "../src/sealed/bytes.ts";
import { temporary } from "./support/folders.ts";
import { item } from "./support/items.ts";
import { MemoryFiles, seeded } from "./support/memory-files.ts";
import { bytes, contents, openLog, primitives, writer } from "./support/sealed.ts";

const folder = temporary();

type Run = {
  readonly acknowledged: Map<number, string>;
  /** Erasing: asked for, and acknowledged. */
  erasing: boolean;
  erased: boolean;
  finished: boolean;
};

function newRun(): Run {
  return { acknowledged: new Map(), erasing: false, erased: false, finished: false };
}

/** Longer than a checkpoint, and than many sectors. */
const LONG = "is long ".repeat(2000);

/** What a node does with its log: appends alone and together, signs, begins segments, erases, restarts. */
async function use(files: MemoryFiles, run: Run): Promise<void> {
  const options = { files, checkpointRecords: 3, clock: () => 1_000_000 };
  const append = async (log: SealedLog, text: string, subject: string | null): Promise<void> => {
    run.acknowledged.set(await log.append(bytes(text), subject), text);
  };
  let log = await openLog(folder, options);
  try {
    await append(log, "one", null);
    await Promise.all([append(log, "two", "ann"), append(log, LONG, null)]);
    await log.closeSegment();
    await append(log, "four", "ann");
    await append(log, `five ${LONG}`, null);
    await log.close();
    log = await openLog(folder, options);
    await append(log, "six", null);
    run.erasing = true;
    await log.eraseSubject("ann");
    run.erased = true;
    await append(log, "seven", null);
    await log.close();
    run.finished = true;
  } finally {
    await log.close().catch(() => {});
  }
}

async function check(files: MemoryFiles, run: Run): Promise<void> {
  const log = await openLog(folder, { files, clock: () => 1_000_000 });
  const size = log.size;
  run.acknowledged.set(await log.append(bytes("after"), null), "after");
  await log.close();
  expect(size).toBeGreaterThanOrEqual(run.acknowledged.size - 1);
  if (run.erasing) {
    // Asking again finishes what was cut short.
    const again = await openLog(folder, { files });
    await again.eraseSubject("ann");
    await again.close();
    run.erased = true;
  }
  const report = await verifySealedFolder(folder, writer.public, { files });
  expect(report.problems).toEqual([]);
  expect(report.unsigned).toBe(0);
  const read = await contents(folder, files);
  for (const [index, text] of run.acknowledged) {
    const isAnn = text === "two" || text === "four";
    if (isAnn && run.erased) expect(read.get(index)).toBe("(destroyed)");
    else if (isAnn && run.erasing)
      expect([text, "(destroyed)", "(no-key)"]).toContain(read.get(index));
    else expect(read.get(index)).toBe(text);
  }
}

describe("killed at every operation", () => {
  for (const [name, powerCut] of [
    ["as a process", false],
    ["with the power cut", true],
    ["with the power cut, and the first sector lost", "first"],
  ] as const) {
    it(`${name}, nothing that was acknowledged is lost`, async () => {
      let operations = 0;
      for (let crashAt = 1, round = 0; ; crashAt++) {
        const files = new MemoryFiles(seeded(crashAt + 1000 * round));
        files.crashAt = crashAt;
        const run: Run = newRun();
        await use(files, run).catch((error) => {
          if (run.finished) throw error;
        });
        operations = files.operations;
        files.restart(powerCut);
        await check(files, run);
        if (!run.finished) continue;
        // What a power cut leaves is chance: several rounds.
        if (powerCut !== true || ++round === 3) break;
        crashAt = 0;
      }
      // The scenario has as many steps as that: the loop above went through all of them.
      expect(operations).toBeGreaterThan(40);
    });
  }
});

describe("a full disk", () => {
  it("fails appends by name, keeps what is there, and goes on when there is room", async () => {
    const files = new MemoryFiles(seeded(1));
    const log = await openLog(folder, { files, checkpointRecords: 3 });
    const run: Run = newRun();
    const fail = (names: readonly string[]) => (name: string) => {
      if (names.includes(name)) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
    };
    let refused = 0;
    const kinds = [["write"], ["sync"], ["write", "truncate"], ["create"], ["rename"]];
    for (let at = 0; at < 40; at++) {
      files.fault = at % 3 === 2 ? fail(item(kinds, at % kinds.length)) : null;
      if (at % 7 === 3) await log.closeSegment().catch(() => {});
      try {
        run.acknowledged.set(
          await log.append(bytes(`text ${at}`), at % 2 ? "ann" : null),
          `text ${at}`,
        );
      } catch (error) {
        refused++;
        expect(error).toBeInstanceOf(KeyStoreError);
        expect((error as Error).message).toContain("the disk is full");
      }
    }
    files.fault = null;
    await log.close();
    expect(refused).toBeGreaterThan(5);
    expect(run.acknowledged.size).toBe(40 - refused);
    await check(files, run);
  });

  it("never makes a nonce of a data key serve twice", async () => {
    const files = new MemoryFiles(seeded(3));
    const seen = new Map<string, string>();
    const watched = watchSeals(primitives, (aead, key, nonce, plain) => {
      const name = `${aead} ${hex(key)} ${hex(nonce)}`;
      expect(seen.get(name) ?? hex(plain)).toBe(hex(plain));
      seen.set(name, hex(plain));
    });
    const log = await openLog(folder, { files, primitives: watched });
    for (let at = 0; at < 30; at++) {
      files.fault =
        at % 4 === 1
          ? (name) => {
              if (name === "sync") throw Object.assign(new Error("no space"), { code: "ENOSPC" });
            }
          : null;
      await log.append(bytes(`text ${at}`)).catch(() => {});
    }
    files.fault = null;
    await log.close();
    expect(seen.size).toBeGreaterThan(30);
  });
});

function watchSeals(
  inner: Primitives,
  onSeal: (aead: string, key: Uint8Array, nonce: Uint8Array, plain: Uint8Array) => void,
): Primitives {
  return {
    ...inner,
    aead(name): Aead {
      const aead = inner.aead(name);
      return {
        name: aead.name,
        keyLength: aead.keyLength,
        open: (key, nonce, aad, sealed) => aead.open(key, nonce, aad, sealed),
        seal(key, nonce, aad, plain) {
          onSeal(name, key, nonce, plain);
          return aead.seal(key, nonce, aad, plain);
        },
      };
    },
  };
}
