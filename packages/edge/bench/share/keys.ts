/**
 * Keys measured: small records sealed and opened (HPKE with X-Wing) beside `hpke` on WebCrypto and age's hybrid
 * recipients, dual signatures, the portable fallback, and what opening a key vault costs. CPU time of all threads.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createIdentity,
  hpkeSuite,
  type Primitives,
  portablePrimitives,
  verifyIdentity,
} from "@symbion/secure";
import { nativePrimitives, openKeyVault } from "@symbion/secure/node";
import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_MLKEM768_X25519 } from "hpke";
import { atMost, plain } from "../../../../bench/rows.ts";
import type { BenchOptions, BenchRow } from "../../src/cli/bench.ts";

const RECORD = 256;

/** What is measured beside each other, by name. */
type Contenders = Readonly<Record<string, () => unknown>>;

/** Rows of the part `keys`. */
export async function* keysRows(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  const native = nativePrimitives();
  const portable = portablePrimitives();
  yield* recordRows(options, native, portable);
  yield* contextRows(options, native);
  yield* signatureRows(options, native, portable);
  yield* vaultRows(options);
}

/** Single-shot records of 256 bytes. */
async function* recordRows(
  options: BenchOptions,
  native: Primitives,
  portable: Primitives,
): AsyncGenerator<BenchRow, void, void> {
  options.note("keys: records of 256 bytes, sealed and opened beside hpke and age");
  const text = native.random(RECORD);
  const keys = native.kem("X-Wing").generate();
  const ours = (primitives: Primitives): ReturnType<typeof hpkeSuite> =>
    hpkeSuite(primitives, { kem: "X-Wing", aead: "AES-256-GCM" });
  const fast = ours(native);
  const slow = ours(portable);
  const suite = new CipherSuite(KEM_MLKEM768_X25519, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
  const [publicKey, secretKey] = [
    await suite.DeserializePublicKey(keys.publicKey),
    await suite.DeserializePrivateKey(keys.secretKey),
  ];
  const identity = await generateHybridIdentity();
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);

  const sealed = fast.seal(keys.publicKey, text);
  const theirs = await suite.Seal(publicKey, text);
  const aged = await encrypter.encrypt(text);
  const seal = await measure(options, {
    native: () => fast.seal(keys.publicKey, text),
    portable: () => slow.seal(keys.publicKey, text),
    hpke: () => suite.Seal(publicKey, text),
    age: () => encrypter.encrypt(text),
  });
  const open = await measure(options, {
    native: () => fast.open(keys.secretKey, sealed),
    portable: () => slow.open(keys.secretKey, sealed),
    hpke: () => suite.Open(secretKey, theirs.encapsulatedSecret, theirs.ciphertext),
    age: () => decrypter.decrypt(aged),
  });
  const name = "sealed record of 256 B";
  const more = sealed.length - RECORD;
  yield beside(atMost(`${name}: bytes on top`, more, "B", 1136), aged.length - RECORD);
  yield beside(atMost(`${name}: seal`, seal.native, "ms", 0.6), seal.age);
  yield beside(plain(`${name}: seal, beside hpke`, seal.native, "ms"), seal.hpke);
  yield beside(atMost(`${name}: open`, open.native, "ms", 0.6), open.age);
  yield beside(plain(`${name}: open, beside hpke`, open.native, "ms"), open.hpke);
  yield beside(plain(`${name}: seal, portable`, seal.portable, "ms"), seal.age);
  yield beside(plain(`${name}: open, portable`, open.portable, "ms"), open.age);
}

/** Records in a context that is open already. */
async function* contextRows(
  options: BenchOptions,
  native: Primitives,
): AsyncGenerator<BenchRow, void, void> {
  const text = native.random(RECORD);
  const keys = native.kem("X-Wing").generate();
  const ours = hpkeSuite(native, { kem: "X-Wing", aead: "AES-256-GCM" }).setupSender(
    keys.publicKey,
  );
  const suite = new CipherSuite(KEM_MLKEM768_X25519, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
  const { ctx } = await suite.SetupSender(await suite.DeserializePublicKey(keys.publicKey));
  const seal = await measure(options, {
    native: () => ours.seal(text),
    hpke: () => ctx.Seal(text),
  });
  const name = "record in an open context";
  yield atMost(`${name}: bytes on top`, ours.seal(text).length - RECORD, "B", 24);
  yield beside(atMost(`${name}: seal`, seal.native, "ms", 0.05), seal.hpke);
}

/** ML-DSA-65 and Ed25519 together, over 1 KiB. */
async function* signatureRows(
  options: BenchOptions,
  native: Primitives,
  portable: Primitives,
): AsyncGenerator<BenchRow, void, void> {
  options.note("keys: dual signatures over 1 KiB");
  const message = native.random(1024);
  const seed = native.random(32);
  const [fast, slow] = [createIdentity(native, seed), createIdentity(portable, seed)];
  const signature = fast.sign("bench", message);
  const who = fast.public;
  const times = await measure(options, {
    sign: () => fast.sign("bench", message),
    verify: () => verifyIdentity(native, who, "bench", message, signature),
    signPortable: () => slow.sign("bench", message),
    verifyPortable: () => verifyIdentity(portable, who, "bench", message, signature),
  });
  yield plain("dual signature: bytes", signature.length, "B");
  yield beside(
    plain("dual signature: sign, beside portable", times.sign, "ms"),
    times.signPortable,
  );
  yield beside(
    plain("dual signature: verify, beside portable", times.verify, "ms"),
    times.verifyPortable,
  );
}

/** Opening a vault: by its key file, and by a passphrase at the usual cost. */
async function* vaultRows(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  const root = mkdtempSync(join(tmpdir(), "symbion-keys-"));
  try {
    const byFile = { folder: join(root, "file"), keychain: null };
    const byPassphrase = { folder: join(root, "words"), passphrase: "a passphrase to measure" };
    await openKeyVault(byFile);
    await openKeyVault(byPassphrase);
    const times = await measure(options, {
      file: async () => (await openKeyVault(byFile)).close(),
      passphrase: async () => (await openKeyVault(byPassphrase)).close(),
    });
    yield plain("key vault: open by key file", times.file, "ms");
    yield plain("key vault: open by passphrase", times.passphrase, "ms");
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function beside(row: BenchRow, peer: number): BenchRow {
  return { ...row, peer, ratio: peer / row.value };
}

/** CPU time of one call each, ms: medians of rounds in which all take turns, so that what disturbs one disturbs all. */
async function measure<C extends Contenders>(
  options: BenchOptions,
  contenders: C,
): Promise<Record<keyof C, number>> {
  const rounds = options.quick ? 3 : 9;
  const atATime = options.quick ? 20_000 : 60_000;
  const names = Object.keys(contenders);
  const batch: Record<string, number> = {};
  const taken: Record<string, number[]> = {};
  for (const name of names) {
    taken[name] = [];
    // Warmed up, and as many calls as fill a round.
    await cpu(contenders[name] as () => unknown, 5);
    const one = await cpu(contenders[name] as () => unknown, 10);
    batch[name] = Math.max(1, Math.min(2000, Math.round(atATime / one)));
    await cpu(contenders[name] as () => unknown, batch[name] as number);
  }
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const one = await cpu(contenders[name] as () => unknown, batch[name] as number);
      taken[name]?.push(one / 1000);
    }
  }
  const median = (values: readonly number[]): number =>
    [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
  return Object.fromEntries(names.map((name) => [name, median(taken[name] ?? [])])) as Record<
    keyof C,
    number
  >;
}

/** CPU time of one of `times` calls, all threads, microseconds. */
async function cpu(run: () => unknown, times: number): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}
