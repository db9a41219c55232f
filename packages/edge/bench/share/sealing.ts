/**
 * Sealing measured: single records and 4 MiB beside age's hybrid recipients, records in a context, and the sealed log:
 * what a record costs in bytes, appends, verification, reading. CPU time of all threads, medians, taken in turns.
 */

import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CONTEXT_RECORD_OVERHEAD,
  createIdentity,
  createRecordOpener,
  createRecordSealer,
  openBytes,
  openRecord,
  SEALED_RECORD_OVERHEAD,
  sealBytes,
  sealRecord,
} from "@symbion/secure";
import {
  nativePrimitives,
  openSealedLog,
  readSealedFolder,
  verifySealedFolder,
} from "@symbion/secure/node";
import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";
import { atMost, plain } from "../../../../bench/rows.ts";
import type { BenchOptions, BenchRow } from "../../src/cli/bench.ts";

const RECORD = 256;
const LOG_RECORD = 200;
const BULK = 4 * 2 ** 20;

/** What is measured in turns, by name. */
type Contenders = Readonly<Record<string, () => unknown>>;

/** Rows of the part `sealing`. */
export async function* sealingRows(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  const primitives = nativePrimitives();
  const reader = primitives.kem("X-Wing").generate();
  const identity = await generateHybridIdentity();
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);

  options.note("sealing: records of 256 bytes beside age");
  const record = primitives.random(RECORD);
  const sealed = sealRecord(primitives, reader.publicKey, record, "bench");
  const aged = await encrypter.encrypt(record);
  same(openRecord(primitives, reader.secretKey, sealed, "bench"), record);
  same(await decrypter.decrypt(aged), record);
  yield beside(
    atMost("sealed record, bytes on top", sealed.length - RECORD, "B", SEALED_RECORD_OVERHEAD),
    aged.length - RECORD,
  );
  const small = await inTurns(options, options.quick ? 20 : 60, {
    seal: () => sealRecord(primitives, reader.publicKey, record, "bench"),
    ageSeal: () => encrypter.encrypt(record),
    open: () => openRecord(primitives, reader.secretKey, sealed, "bench"),
    ageOpen: () => decrypter.decrypt(aged),
  });
  yield beside(atMost("sealed record, sealing (CPU)", small.seal, "ms", 0.6), small.ageSeal);
  yield beside(atMost("sealed record, opening (CPU)", small.open, "ms", 0.6), small.ageOpen);

  const sealer = createRecordSealer(primitives, reader.publicKey, "bench");
  const opener = createRecordOpener(primitives, reader.secretKey, sealer.opening, "bench");
  const inContext = await inTurns(options, options.quick ? 200 : 2000, {
    both: () => opener.open(sealer.seal(record)),
  });
  yield atMost("record in a context, bytes on top", CONTEXT_RECORD_OVERHEAD, "B", 24);
  yield atMost("record in a context, sealed and opened (CPU)", inContext.both, "ms", 0.05);

  yield* bulkRows(options, encrypter, decrypter);
  yield* logRows(options);
}

/** 4 MiB in memory. */
async function* bulkRows(
  options: BenchOptions,
  encrypter: Encrypter,
  decrypter: Decrypter,
): AsyncGenerator<BenchRow, void, void> {
  options.note("sealing: 4 MiB beside age");
  const primitives = nativePrimitives();
  const reader = primitives.kem("X-Wing").generate();
  const data = new Uint8Array(BULK);
  for (let at = 0; at < BULK; at += 65_536) data.set(primitives.random(65_536), at);
  const seal = (aead: "AES-256-GCM" | "ChaCha20-Poly1305") => (): Uint8Array =>
    sealBytes(primitives, reader.publicKey, data, { aead });
  const sealed = seal("AES-256-GCM")();
  const aged = await encrypter.encrypt(data);
  same(openBytes(primitives, reader.secretKey, sealed), data);
  same(await decrypter.decrypt(aged), data);
  const bulk = await inTurns(options, options.quick ? 3 : 10, {
    gcm: seal("AES-256-GCM"),
    chacha: seal("ChaCha20-Poly1305"),
    open: () => openBytes(primitives, reader.secretKey, sealed),
    ageSeal: () => encrypter.encrypt(data),
    ageOpen: () => decrypter.decrypt(aged),
  });
  yield beside(atMost("4 MiB, sealed with AES-256-GCM (CPU)", bulk.gcm, "ms", 6), bulk.ageSeal);
  const name = "4 MiB, sealed with ChaCha20-Poly1305 (CPU)";
  yield beside(plain(name, bulk.chacha, "ms"), bulk.ageSeal);
  yield beside(plain("4 MiB, opened (CPU)", bulk.open, "ms"), bulk.ageOpen);
  yield plain("bulk sealing", BULK / 1e6 / (bulk.gcm / 1e3), "MB/s");
}

/** The sealed log, in a folder of the temporary directory. */
async function* logRows(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  options.note("sealing: the sealed log");
  const primitives = nativePrimitives();
  const identity = createIdentity(primitives);
  const reader = primitives.kem("X-Wing").generate();
  const folder = mkdtempSync(join(tmpdir(), "symbion-bench-log-"));
  try {
    const log = await openSealedLog({ folder, identity, recipient: reader.publicKey });
    const record = primitives.random(LOG_RECORD);
    const count = options.quick ? 2000 : 20_000;
    const append = async (): Promise<void> => {
      const waiting: Promise<number>[] = [];
      for (let at = 0; at < count; at++) {
        waiting.push(log.append(record, at % 10 === 0 ? "subject" : null));
        if (waiting.length === 500) await Promise.all(waiting.splice(0));
      }
      await Promise.all(waiting);
    };
    await append();
    const together = await cpu(append);
    const alone = options.quick ? 20 : 200;
    const began = performance.now();
    for (let at = 0; at < alone; at++) await log.append(record);
    const each = (performance.now() - began) / alone;
    await log.close();
    const bytes = readdirSync(folder)
      .filter((name) => name.startsWith("segment-"))
      .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    const records = 2 * count + alone;
    yield plain(
      "log, bytes on top of a record, signatures and keys included",
      bytes / records - LOG_RECORD,
      "B",
    );
    yield plain("log, append in batches of 500 (CPU)", (together / count) * 1e3, "us");
    yield plain("log, append alone until it is on the disk (wall)", each, "ms");
    const verifying = await cpu(async () => {
      const report = await verifySealedFolder(folder, identity.public);
      if (report.problems.length > 0 || report.size !== records) throw new Error("log: not sound");
    });
    yield plain("log, verified by anybody", records / (verifying / 1e3), "records/s");
    let read = 0;
    const reading = await cpu(async () => {
      for await (const { data } of readSealedFolder(folder, reader.secretKey)) {
        if (data?.length === LOG_RECORD) read++;
      }
    });
    if (read !== records) throw new Error(`log: expected ${records} records, read ${read}`);
    yield plain("log, read by its recipient", records / (reading / 1e3), "records/s");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** CPU time of one call, ms, all threads. */
async function cpu(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e3;
}

/** Median CPU time of one call, ms, of each contender, measured in turns. */
async function inTurns<T extends Contenders>(
  options: BenchOptions,
  calls: number,
  contenders: T,
): Promise<Readonly<Record<keyof T, number>>> {
  const rounds = options.quick ? 1 : 5;
  const times = new Map<string, number[]>();
  for (let round = -1; round < rounds; round++) {
    for (const [name, work] of Object.entries(contenders)) {
      // What the one before left to be collected is not this one's work.
      for (let call = 0; call < Math.ceil(calls / 4); call++) await work();
      await sleep(20);
      const time = await cpu(async () => {
        for (let call = 0; call < calls; call++) await work();
      });
      // The first round warms up.
      if (round >= 0) times.set(name, [...(times.get(name) ?? []), time / calls]);
    }
  }
  const medians = [...times].map(([name, all]) => {
    const sorted = all.sort((a, b) => a - b);
    return [name, sorted[Math.floor(sorted.length / 2)] ?? Number.NaN] as const;
  });
  return Object.fromEntries(medians) as Record<keyof T, number>;
}

/** A row beside the peer's figure; less is better. */
function beside(row: BenchRow, peer: number): BenchRow {
  return { ...row, peer, ratio: peer / row.value };
}

/** Throws where a benchmark did not do its work. */
function same(a: Uint8Array, b: Uint8Array): void {
  if (Buffer.compare(a, b) !== 0) throw new Error("what was opened is not what was sealed");
}
