/** The sealed log: what is written is read, what is changed is named, what is erased is gone. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  KeyStoreError,
  type LogProblemCode,
  type LogReport,
  type LogState,
  portablePrimitives,
  SecureError,
  verifyConsistency,
  verifyLog,
  verifyRecordProof,
} from "../src/index.ts";
import {
  proveSealedGrowth,
  proveSealedRecord,
  readSealedFolder,
  type SealedLogOptions,
  verifySealedFolder,
} from "../src/node/index.ts";
import { keysName, segmentName } from "../src/node/sealed/folder.ts";
import { parseKeys } from "../src/sealed/keys.ts";
import { FRAME, HEADER_LENGTH, parseFrame, parseHeader } from "../src/sealed/segment.ts";
import { temporary } from "./support/folders.ts";
import { flip, flipAny, item } from "./support/items.ts";
import { seeded } from "./support/memory-files.ts";
import {
  bytes,
  contents,
  openLog,
  primitives,
  reader,
  stranger,
  writer,
} from "./support/sealed.ts";

/** A log of three segments with ten records each. */
async function threeSegments(options: Partial<SealedLogOptions> = {}): Promise<string> {
  const folder = temporary();
  const log = await openLog(folder, { checkpointRecords: 4, ...options });
  for (let at = 0; at < 30; at++) {
    await log.append(bytes(`record ${at}`), at % 3 === 0 ? "ann" : null);
    if (at % 10 === 9) await log.closeSegment();
  }
  await log.close();
  return folder;
}

function codes(report: LogReport): LogProblemCode[] {
  return [...new Set(report.problems.map(({ code }) => code))];
}

function verify(folder: string, known?: LogState): Promise<LogReport> {
  return verifySealedFolder(folder, writer.public, { known });
}

function change(folder: string, place: number, edit: (segment: Uint8Array) => Uint8Array): void {
  const path = join(folder, segmentName(place));
  writeFileSync(path, edit(new Uint8Array(readFileSync(path))));
}

/** Offsets of the frames of a segment, and its end. */
function frameOffsets(segment: Uint8Array): { kind: number; start: number; end: number }[] {
  const header = parseHeader(segment);
  if (typeof header === "string") throw new Error(header);
  let position = header.first;
  const found = [];
  for (let offset = HEADER_LENGTH; offset < segment.length; ) {
    const frame = parseFrame(segment, offset, position);
    if (frame === null) throw new Error("malformed");
    found.push({ kind: frame.kind, start: frame.start, end: frame.end });
    if (frame.kind !== FRAME.checkpoint) position++;
    offset = frame.end;
  }
  return found;
}

describe("a sealed log", () => {
  it("is read as it was written, by the recipient alone", async () => {
    const folder = await threeSegments();
    const read = await contents(folder);
    expect([...read.values()]).toEqual(Array.from({ length: 30 }, (_, at) => `record ${at}`));
    const other = primitives.kem("X-Wing").generate();
    for await (const record of readSealedFolder(folder, other.secretKey)) {
      expect(record.data).toBeNull();
      expect(record.lost).toBe("no-key");
    }
    const all = readdirSync(folder).map((name) => readFileSync(join(folder, name), "latin1"));
    expect(all.join("")).not.toContain("record 1");
    expect(all.join("")).not.toContain("ann");
  });

  it("verifies with the public identity alone, in both implementations", async () => {
    const folder = await threeSegments();
    const report = await verify(folder);
    expect(report).toMatchObject({ problems: [], segments: 3, size: 30, unsigned: 0 });
    const portable = await verifySealedFolder(folder, writer.public, {
      primitives: portablePrimitives(),
    });
    expect(portable).toEqual(report);
    expect(codes(await verifySealedFolder(folder, stranger.public))).toEqual(["foreign"]);
  });

  it("takes empty and large records, and large ones of exactly whole chunks", async () => {
    const folder = temporary();
    const log = await openLog(folder, { aead: "ChaCha20-Poly1305" });
    const lengths = [0, 1, 65_535, 65_536, 65_537, 131_072, 300_001];
    for (const length of lengths) await log.append(new Uint8Array(length).fill(length % 251));
    await expect(log.append(new Uint8Array(16_777_217))).rejects.toThrow(RangeError);
    await log.close();
    let at = 0;
    for await (const { data } of readSealedFolder(folder, reader.secretKey)) {
      expect(data).toEqual(new Uint8Array(item(lengths, at)).fill(item(lengths, at) % 251));
      at++;
    }
    expect(at).toBe(lengths.length);
  });

  it("adds at most 24 bytes to a record of up to 16 KiB", async () => {
    const folder = temporary();
    const log = await openLog(folder, { checkpointRecords: 1_000_000 });
    await log.append(new Uint8Array(200));
    await log.checkpoint();
    const path = join(folder, segmentName(1));
    const before = readFileSync(path).length;
    for (const length of [0, 100, 200, 5000, 16_300]) {
      const start = readFileSync(path).length;
      await log.append(new Uint8Array(length));
      expect(readFileSync(path).length - start - length).toBeLessThanOrEqual(24);
    }
    expect(readFileSync(path).length).toBeGreaterThan(before);
    await log.close();
  });

  it("continues over restarts, rotates by size and age, and follows no clock that goes back", async () => {
    const folder = temporary();
    let now = 1_000_000;
    for (let run = 0; run < 3; run++) {
      const log = await openLog(folder, {
        clock: () => now,
        segmentMs: 1000,
        segmentBytes: 65_536,
      });
      await log.append(bytes(`a ${run}`));
      now += 2000;
      await log.append(bytes(`b ${run}`));
      await log.append(new Uint8Array(70_000));
      await log.append(bytes(`c ${run}`));
      await log.close();
      now -= 900_000;
    }
    const report = await verify(folder);
    expect(report).toMatchObject({ problems: [], segments: 7, size: 12 });
    expect(report.state?.at).toBe(1_002_000);
  });

  it("shares a flush and a signature among appends that come together", async () => {
    const folder = temporary();
    const log = await openLog(folder);
    const numbers = await Promise.all(
      Array.from({ length: 500 }, (_, at) => log.append(bytes(String(at)))),
    );
    expect(numbers).toEqual(Array.from({ length: 500 }, (_, at) => at));
    await log.close();
    const report = await verify(folder);
    expect(report.problems).toEqual([]);
    expect(report.checkpoints).toBeLessThanOrEqual(4);
  });

  it("signs what waits after a while by itself", async () => {
    const folder = temporary();
    const log = await openLog(folder, { checkpointMs: 1 });
    await log.append(bytes("one"));
    await expect.poll(() => log.state?.size).toBe(1);
    expect((await verify(folder)).unsigned).toBe(0);
    await log.close();
  });

  it("refuses options that are not known, keys of other lengths and a second writer", async () => {
    const folder = temporary();
    const wrong = { folder, identity: writer, recipient: reader.publicKey, checkpoints: 3 };
    await expect(openLog(folder, wrong as Partial<SealedLogOptions>)).rejects.toThrow(TypeError);
    await expect(openLog(folder, { recipient: new Uint8Array(32) })).rejects.toThrow(SecureError);
    await expect(openLog(folder, { segmentBytes: 10 })).rejects.toThrow(RangeError);
    const log = await openLog(folder);
    await expect(openLog(folder)).rejects.toThrow(KeyStoreError);
    await log.close();
    await expect(log.append(bytes("late"))).rejects.toThrow(KeyStoreError);
    await (await openLog(folder)).close();
    await expect(openLog(join(folder, "labels.key"))).rejects.toThrow();
  });

  it("lets one of two processes write, and recovers when that one is killed", async () => {
    const folder = temporary();
    const script = fileURLToPath(new URL("./support/sealed-child.ts", import.meta.url));
    const child = spawn(process.execPath, ["--conditions=source", script, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let acknowledged = -1;
    let text = "";
    const enough = new Promise<void>((resolve) => {
      child.stdout.on("data", (part: Buffer) => {
        text += part.toString();
        const lines = text.split("\n");
        acknowledged = Number(lines.at(-2) ?? -1);
        if (acknowledged >= 50) resolve();
      });
    });
    await enough;
    await expect(openLog(folder)).rejects.toThrow(/only writer/);
    child.kill("SIGKILL");
    await once(child, "close");
    const log = await openLog(folder);
    expect(log.size).toBeGreaterThan(acknowledged);
    await log.append(bytes("after"));
    await log.close();
    expect((await verify(folder)).problems).toEqual([]);
    const read = await contents(folder);
    for (let at = 0; at <= acknowledged; at++) expect(read.get(at)).toBe(`child ${at}`);
  });
});

describe("whoever changes a log", () => {
  it("and flips any bit of it is found out", async () => {
    const folder = await threeSegments();
    const path = join(folder, segmentName(2));
    const good = new Uint8Array(readFileSync(path));
    const random = seeded(1);
    for (let round = 0; round < 60; round++) {
      const bad = good.slice();
      flipAny(bad, random);
      writeFileSync(path, bad);
      const found = codes(await verify(folder));
      expect(found.length).toBeGreaterThan(0);
      // Also when nobody has written on: the last segment alone.
      const alone = verifyLog(primitives, writer.public, [{ place: 2, bytes: bad }], { from: 2 });
      expect(alone.problems.length).toBeGreaterThan(0);
    }
    change(folder, 2, () => good);
    const frame = item(frameOffsets(good), 3);
    change(folder, 2, (segment) => {
      return flip(segment, frame.start + 10, 1);
    });
    expect(codes(await verify(folder))).toEqual(["damaged"]);
  });

  it("and reorders records is found out", async () => {
    const folder = await threeSegments();
    change(folder, 1, (segment) => {
      const frames = frameOffsets(segment).filter(({ kind }) => kind === FRAME.record);
      const [a, b] = [item(frames, 1), item(frames, 2)];
      const [first, second] = [segment.slice(a.start, a.end), segment.slice(b.start, b.end)];
      segment.set(second, a.start);
      segment.set(first, a.start + second.length);
      return segment;
    });
    expect(codes(await verify(folder))).toContain("reordered");
  });

  it("and leaves a record out, or mends checksums, is found out", async () => {
    const folder = await threeSegments();
    change(folder, 1, (segment) => {
      const frame = item(
        frameOffsets(segment).filter(({ kind }) => kind === FRAME.record),
        2,
      );
      return Uint8Array.from([...segment.slice(0, frame.start), ...segment.slice(frame.end)]);
    });
    expect((await verify(folder)).problems.length).toBeGreaterThan(0);
    const { encodeFrame } = await import("../src/sealed/segment.ts");
    const other = await threeSegments();
    change(other, 1, (segment) => {
      const frame = item(
        frameOffsets(segment).filter(({ kind }) => kind === FRAME.record),
        2,
      );
      const parsed = parseFrame(segment, frame.start, 2);
      const body = (parsed?.body ?? new Uint8Array(0)).slice();
      flip(body, 5, 1);
      segment.set(encodeFrame(FRAME.record, body, 2), frame.start);
      return segment;
    });
    expect(codes(await verify(other))).toEqual(["altered"]);
  });

  it("and cuts a segment is found out", async () => {
    const folder = await threeSegments();
    const whole = new Uint8Array(readFileSync(join(folder, segmentName(2))));
    const frames = frameOffsets(whole);
    change(folder, 2, (segment) => segment.slice(0, item(frames, -1).start));
    expect(codes(await verify(folder))).toEqual(["truncated"]);
    change(folder, 2, () => whole.slice(0, item(frames, 2).start + 5));
    expect(codes(await verify(folder))).toContain("truncated");
    change(folder, 2, () => whole);
    expect((await verify(folder)).problems).toEqual([]);
  });

  it("and swaps, removes or inserts segments is found out", async () => {
    const folder = await threeSegments();
    const path = (place: number): string => join(folder, segmentName(place));
    const [one, two, three] = [path(1), path(2), path(3)];
    const kept = new Uint8Array(readFileSync(one));
    copyFileSync(two, one);
    writeFileSync(two, kept);
    expect(codes(await verify(folder))).toContain("swapped");
    copyFileSync(one, two);
    writeFileSync(one, kept);
    expect((await verify(folder)).problems).toEqual([]);
    const second = new Uint8Array(readFileSync(two));
    rmSync(two);
    expect(codes(await verify(folder))).toEqual(["missing"]);
    const other = await threeSegments();
    copyFileSync(join(other, segmentName(2)), two);
    expect(codes(await verify(folder))).toEqual(["spliced"]);
    writeFileSync(two, second);
    copyFileSync(join(other, segmentName(3)), three);
    expect(codes(await verify(folder))).toEqual(["spliced"]);
  });

  it("and moves a segment or a checkpoint behind a gap is found out", async () => {
    const folder = await threeSegments();
    const other = await threeSegments();
    const third = join(folder, segmentName(3));
    // Without its closing checkpoint the second says nothing of what follows it.
    change(folder, 2, (segment) => segment.slice(0, item(frameOffsets(segment), -1).start));
    copyFileSync(join(other, segmentName(3)), third);
    expect(codes(await verify(folder))).toEqual(["truncated", "spliced"]);
    // The opening checkpoint of the third vouches for the same records as the closing one of the second.
    const again = await threeSegments();
    const after = new Uint8Array(readFileSync(join(again, segmentName(3))));
    const opening = item(frameOffsets(after), 0);
    change(again, 2, (segment) => {
      segment.set(
        after.subarray(opening.start, opening.end),
        item(frameOffsets(segment), -1).start,
      );
      return segment;
    });
    expect(codes(await verify(again))).toEqual(["spliced", "truncated"]);
    const longer = await threeSegments();
    change(longer, 2, (segment) => Uint8Array.from([...segment, 1, 2, 3]));
    expect(codes(await verify(longer))).toEqual(["spliced"]);
  });

  it("and puts another past of the same log in is found out", async () => {
    // The same log continued twice from a copy: both pasts are signed by the writer.
    const folder = temporary();
    const first = await openLog(folder);
    await first.append(bytes("shared"));
    await first.close();
    const grow = async (text: string): Promise<LogState | null> => {
      const log = await openLog(folder);
      await log.append(bytes(text));
      await log.append(bytes(text));
      await log.close();
      return log.state;
    };
    const one = await grow("one");
    expect((await verify(folder, one ?? undefined)).problems).toEqual([]);
    const pastOne = new Uint8Array(readFileSync(join(folder, segmentName(2))));
    rmSync(join(folder, segmentName(2)));
    rmSync(join(folder, keysName(2)));
    const two = await grow("two");
    expect(codes(await verify(folder, one ?? undefined))).toEqual(["forked"]);
    expect((await verify(folder, two ?? undefined)).problems).toEqual([]);
    const third = await openLog(folder);
    await third.append(bytes("third"));
    await third.close();
    writeFileSync(join(folder, segmentName(2)), pastOne);
    expect(codes(await verify(folder))).toEqual(["spliced"]);
  });

  it("and puts an older copy back is found out by a state that was kept", async () => {
    const folder = temporary();
    const witness = join(temporary(), "witness.json");
    const log = await openLog(folder, { witness });
    for (let at = 0; at < 5; at++) await log.append(bytes(`${at}`));
    await log.closeSegment();
    const saved = new Uint8Array(readFileSync(join(folder, segmentName(1))));
    const frames = frameOffsets(saved);
    for (let at = 5; at < 9; at++) await log.append(bytes(`${at}`));
    await log.close();
    const known = log.state ?? undefined;
    rmSync(join(folder, segmentName(2)));
    expect(codes(await verify(folder))).toEqual([]);
    expect(codes(await verify(folder, known))).toEqual(["rolled-back"]);
    await expect(openLog(folder, { witness })).rejects.toThrow(/rolled-back/);
    change(folder, 1, () => saved.slice(0, item(frames, 1).end));
    await expect(openLog(folder, { witness })).rejects.toThrow(/rolled-back/);
    rmSync(join(folder, segmentName(1)));
    await expect(openLog(folder, { witness })).rejects.toThrow(/rolled-back/);
    writeFileSync(witness, "nonsense");
    await expect(openLog(folder, { witness })).rejects.toThrow(KeyStoreError);
  });

  it("and forges a checkpoint is found out", async () => {
    const folder = await threeSegments();
    const { encodeFrame, encodeCheckpoint, parseCheckpoint } = await import(
      "../src/sealed/segment.ts"
    );
    change(folder, 3, (segment) => {
      const last = frameOffsets(segment).at(-1);
      if (last === undefined) throw new Error("no frames");
      const frame = parseFrame(segment, last.start, 30);
      const checkpoint = parseCheckpoint(frame?.body ?? new Uint8Array(0));
      if (checkpoint === null) throw new Error("no checkpoint");
      const body = encodeCheckpoint({ ...checkpoint, at: checkpoint.at + 1 });
      segment.set(encodeFrame(FRAME.checkpoint, body, 30), last.start);
      return segment;
    });
    expect(codes(await verify(folder))).toEqual(["forged"]);
  });

  it("meets no exception, whatever the bytes", async () => {
    const folder = await threeSegments();
    const good = [1, 2, 3].map(
      (place) => new Uint8Array(readFileSync(join(folder, segmentName(place)))),
    );
    const random = seeded(2);
    for (let round = 0; round < 300; round++) {
      const segments = good.map((one) => one.slice());
      const victim = item(segments, Math.floor(random() * 3));
      for (let edits = Math.floor(random() * 8); edits >= 0; edits--) {
        const at = Math.floor(random() * victim.length);
        victim[at] = Math.floor(random() * 256);
      }
      const cut = Math.floor(random() * victim.length);
      const placed = segments.map((one, at) => {
        return { place: at + 1, bytes: one === victim && random() < 0.5 ? one.slice(0, cut) : one };
      });
      const report = verifyLog(primitives, writer.public, placed);
      expect(Array.isArray(report.problems)).toBe(true);
      const { readSegment } = await import("../src/index.ts");
      for (const { bytes: segment } of placed) {
        for (const record of readSegment(primitives, reader.secretKey, segment, victim)) {
          expect(record.lost).not.toBe(null);
        }
      }
    }
  });
});

describe("proofs", () => {
  it("show one record and the growth of the log to whoever has the identity", async () => {
    const folder = await threeSegments();
    const before = await verify(folder);
    const log = await openLog(folder);
    await log.append(bytes("more"));
    await log.close();
    const after = await verify(folder);
    for (const index of [0, 13, 29, 30]) {
      const proof = await proveSealedRecord(folder, index);
      expect(verifyRecordProof(primitives, writer.public, proof)).toBe(true);
      expect(verifyRecordProof(primitives, stranger.public, proof)).toBe(false);
      expect(verifyRecordProof(primitives, writer.public, { ...proof, index: index + 1 })).toBe(
        false,
      );
      const leaf = proof.leaf.slice();
      flip(leaf, 3, 1);
      expect(verifyRecordProof(primitives, writer.public, { ...proof, leaf })).toBe(false);
    }
    await expect(proveSealedRecord(folder, 31)).rejects.toThrow(SecureError);
    const path = await proveSealedGrowth(folder, 30, 31);
    const root = (report: LogReport): Uint8Array =>
      Uint8Array.from(Buffer.from(report.state?.root ?? "", "hex"));
    const hash = (data: Uint8Array): Uint8Array => primitives.sha256(data);
    expect(verifyConsistency(hash, 30, root(before), 31, root(after), path)).toBe(true);
    expect(verifyConsistency(hash, 30, root(after), 31, root(after), path)).toBe(false);
    await expect(proveSealedGrowth(folder, 30, 40)).rejects.toThrow(SecureError);
  });
});

describe("erasing", () => {
  it("a subject destroys its content everywhere, and the log still verifies", async () => {
    const folder = await threeSegments();
    const saved = [1, 2, 3].map((place) => readFileSync(join(folder, keysName(place))));
    const log = await openLog(folder);
    await log.append(bytes("fresh"), "ann");
    expect(await log.eraseSubject("ann")).toBe(4);
    expect(await log.eraseSubject("ann")).toBe(0);
    expect(await log.eraseSubject("bob")).toBe(0);
    // The same subject may come back; what was erased stays erased.
    await log.append(bytes("again"), "ann");
    await log.close();
    const read = await contents(folder);
    for (let at = 0; at < 30; at++) {
      expect(read.get(at)).toBe(at % 3 === 0 ? "(destroyed)" : `record ${at}`);
    }
    expect(read.get(30)).toBe("(destroyed)");
    expect([...read.values()].at(-1)).toBe("again");
    const report = await verify(folder);
    expect(report.problems).toEqual([]);
    expect(report.notices.map(({ segment }) => segment)).toEqual([1, 2, 3, 4]);
    for (const [at, bytesBefore] of saved.entries()) {
      const now = readFileSync(join(folder, keysName(at + 1)));
      const entries = parseKeys(new Uint8Array(now), new Uint8Array(now.subarray(8, 40))) ?? [];
      expect(entries.map(({ state }) => state).sort()).toEqual(["destroyed", "live"]);
      for (const { state, wrapped } of entries) {
        expect(wrapped.every((byte) => byte === 0)).toBe(state === "destroyed");
      }
      expect(now.length).toBe(bytesBefore.length);
      expect(now.equals(bytesBefore)).toBe(false);
    }
  });

  it("a segment destroys all of its content, also of the one that is being written", async () => {
    const folder = await threeSegments();
    const log = await openLog(folder);
    await log.append(bytes("fourth"), "eve");
    expect(await log.eraseSegment(2)).toBe(2);
    expect(await log.eraseSegment(4)).toBe(1);
    await log.close();
    const read = await contents(folder);
    expect(read.get(9)).toBe("record 9");
    for (let at = 10; at < 20; at++) expect(read.get(at)).toBe("(destroyed)");
    expect(read.get(20)).toBe("record 20");
    expect(read.get(30)).toBe("(destroyed)");
    expect((await verify(folder)).problems).toEqual([]);
  });

  it("by removing the file of keys makes content unreadable, and the log still verifies", async () => {
    const folder = await threeSegments();
    rmSync(join(folder, keysName(1)));
    const read = await contents(folder);
    expect(read.get(4)).toBe("(no-key)");
    expect(read.get(14)).toBe("record 14");
    expect((await verify(folder)).problems).toEqual([]);
  });

  it("is refused where the names of subjects are lost, rather than missing some", async () => {
    const folder = await threeSegments();
    rmSync(join(folder, "labels.key"));
    await expect(openLog(folder)).rejects.toThrow(KeyStoreError);
  });
});
