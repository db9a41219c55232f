/**
 * Bulk sealing: one X-Wing encapsulation, then AEAD chunks of 64 KiB in the STREAM construction (Hoang, Reyhanitabar,
 * Rogaway, Vizár 2015; the layout of nonces is that of age): eleven bytes count the chunk, one flags the last. What is
 * cut off, moved or added is refused. Layout: `SYMBULK`, version, suite, 1,120 bytes of encapsulation, chunks.
 */

import { SecureError } from "../errors.ts";
import { hpkeSuite } from "../hpke/hpke.ts";
import type { Aead, AeadName, Primitives } from "../primitives/types.ts";
import { concat, sameBytes, u64, utf8 } from "./bytes.ts";
import { CHUNK_LENGTH, ENCAPSULATION_LENGTH, SUITES, TAG_LENGTH } from "./segment.ts";

/** First bytes; the last is the version of the layout. */
const MAGIC = concat(utf8("SYMBULK"), new Uint8Array([1]));

/** Bytes before the first chunk. */
export const BULK_HEADER_LENGTH: number = MAGIC.length + 1 + ENCAPSULATION_LENGTH;

/** How bulk data is sealed. */
export type BulkOptions = {
  /** What it is for; it opens under the same purpose only. Default: empty. */
  readonly purpose?: string | undefined;
  /** Default `AES-256-GCM`; `ChaCha20-Poly1305` for processors without AES instructions. */
  readonly aead?: "AES-256-GCM" | "ChaCha20-Poly1305" | undefined;
};

const EMPTY = new Uint8Array(0);
const EXPORT = utf8("symbion sealed bulk key");
const SEALED_CHUNK = CHUNK_LENGTH + TAG_LENGTH;

function info(suite: number, purpose: string): Uint8Array {
  return concat(MAGIC, new Uint8Array([suite]), utf8(`symbion sealed bulk ${purpose}`));
}

function suiteOf(aead: AeadName): number {
  const found = Object.entries(SUITES).find(([, name]) => name === aead);
  if (found === undefined)
    throw new RangeError(`aead: expected ${Object.values(SUITES).join(" or ")}, got ${aead}`);
  return Number(found[0]);
}

function chunkNonce(chunk: number, last: boolean): Uint8Array {
  const nonce = new Uint8Array(12);
  nonce.set(u64(chunk), 3);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** Length of what `length` bytes become. */
export function bulkLength(length: number): number {
  const chunks = Math.max(1, Math.ceil(length / CHUNK_LENGTH));
  return BULK_HEADER_LENGTH + length + chunks * TAG_LENGTH;
}

/** Seals or opens chunk after chunk; knows the number of the next. */
class Chunks {
  readonly #aead: Aead;
  readonly #key: Uint8Array;
  #next = 0;
  #ended = false;

  constructor(aead: Aead, key: Uint8Array) {
    this.#aead = aead;
    this.#key = key;
  }

  seal(plain: Uint8Array, last: boolean): Uint8Array {
    return this.#aead.seal(this.#key, this.#nonce(last), EMPTY, plain);
  }

  sealInto(plain: Uint8Array, last: boolean, target: Uint8Array, at: number): void {
    if (this.#aead.sealInto === undefined) target.set(this.seal(plain, last), at);
    else this.#aead.sealInto(this.#key, this.#nonce(last), EMPTY, plain, target, at);
  }

  open(sealed: Uint8Array, last: boolean): Uint8Array {
    const plain = new Uint8Array(Math.max(0, sealed.length - TAG_LENGTH));
    this.openInto(sealed, last, plain, 0);
    return plain;
  }

  openInto(sealed: Uint8Array, last: boolean, target: Uint8Array, at: number): void {
    const number = this.#next;
    const nonce = this.#nonce(last);
    if (!this.#opens(nonce, sealed, target, at)) {
      throw new SecureError(`sealed data: chunk ${number} does not open`);
    }
    if (sealed.length === TAG_LENGTH && number > 0) {
      throw new SecureError("sealed data: expected bytes in the last chunk, got none");
    }
  }

  #opens(nonce: Uint8Array, sealed: Uint8Array, target: Uint8Array, at: number): boolean {
    const aead = this.#aead;
    if (aead.openInto !== undefined) {
      return aead.openInto(this.#key, nonce, EMPTY, sealed, target, at);
    }
    const plain = aead.open(this.#key, nonce, EMPTY, sealed);
    if (plain !== null) target.set(plain, at);
    return plain !== null;
  }

  #nonce(last: boolean): Uint8Array {
    if (this.#ended) throw new SecureError("sealed data: expected nothing behind the last chunk");
    this.#ended = last;
    return chunkNonce(this.#next++, last);
  }
}

function beginSealing(
  primitives: Primitives,
  recipient: Uint8Array,
  options: BulkOptions,
): { header: Uint8Array; chunks: Chunks } {
  const aead = options.aead ?? "AES-256-GCM";
  const suite = suiteOf(aead);
  const sender = hpkeSuite(primitives, { kem: "X-Wing", aead }).setupSender(recipient, {
    info: info(suite, options.purpose ?? ""),
  });
  const key = sender.export(EXPORT, 32);
  sender.close();
  const header = concat(MAGIC, new Uint8Array([suite]), sender.encapsulated);
  return { header, chunks: new Chunks(primitives.aead(aead), key) };
}

function beginOpening(
  primitives: Primitives,
  secretKey: Uint8Array,
  header: Uint8Array,
  options: Pick<BulkOptions, "purpose">,
): Chunks {
  if (header.length < BULK_HEADER_LENGTH || !sameBytes(header.subarray(0, 8), MAGIC)) {
    throw new SecureError("sealed data: expected the header of sealed data, got other bytes");
  }
  const suite = header[MAGIC.length];
  const aead = SUITES[suite];
  if (aead === undefined) throw new SecureError(`sealed data: suite ${suite} is not known`);
  const encapsulated = header.subarray(MAGIC.length + 1, BULK_HEADER_LENGTH);
  const receiver = hpkeSuite(primitives, { kem: "X-Wing", aead }).setupReceiver(
    secretKey,
    encapsulated,
    { info: info(suite, options.purpose ?? "") },
  );
  const key = receiver.export(EXPORT, 32);
  receiver.close();
  return new Chunks(primitives.aead(aead), key);
}

/** Seals bytes that are in memory. */
export function sealBytes(
  primitives: Primitives,
  recipient: Uint8Array,
  data: Uint8Array,
  options: BulkOptions = {},
): Uint8Array {
  const { header, chunks } = beginSealing(primitives, recipient, options);
  const sealed = new Uint8Array(bulkLength(data.length));
  sealed.set(header, 0);
  let at = header.length;
  for (let start = 0; start === 0 || start < data.length; start += CHUNK_LENGTH) {
    const end = Math.min(data.length, start + CHUNK_LENGTH);
    chunks.sealInto(data.subarray(start, end), end === data.length, sealed, at);
    at += end - start + TAG_LENGTH;
  }
  return sealed;
}

/** Opens what {@link sealBytes} or {@link sealStream} made. Throws `SecureError` for anything else. */
export function openBytes(
  primitives: Primitives,
  secretKey: Uint8Array,
  sealed: Uint8Array,
  options: Pick<BulkOptions, "purpose"> = {},
): Uint8Array {
  const chunks = beginOpening(primitives, secretKey, sealed, options);
  const body = sealed.length - BULK_HEADER_LENGTH;
  const count = Math.max(1, Math.ceil(body / SEALED_CHUNK));
  const length = body - count * TAG_LENGTH;
  if (length < 0) throw new SecureError("sealed data: expected a chunk behind the header");
  const data = new Uint8Array(length);
  let at = 0;
  for (let start = BULK_HEADER_LENGTH; start < sealed.length; start += SEALED_CHUNK) {
    const end = Math.min(sealed.length, start + SEALED_CHUNK);
    chunks.openInto(sealed.subarray(start, end), end === sealed.length, data, at);
    at += end - start - TAG_LENGTH;
  }
  return data;
}

/** Seals a stream: the header first, then a part for each 64 KiB. */
export async function* sealStream(
  primitives: Primitives,
  recipient: Uint8Array,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: BulkOptions = {},
): AsyncGenerator<Uint8Array, void, void> {
  const { header, chunks } = beginSealing(primitives, recipient, options);
  yield header;
  let held: Uint8Array | null = null;
  for await (const block of blocks(source, CHUNK_LENGTH)) {
    if (held !== null) yield chunks.seal(held, false);
    held = block;
  }
  yield chunks.seal(held ?? EMPTY, true);
}

/**
 * Opens a stream. What comes out before the end is authentic, but only the end shows that nothing was cut off: act on
 * it when the generator has returned. Throws `SecureError` for anything that was not sealed for this key.
 */
export async function* openStream(
  primitives: Primitives,
  secretKey: Uint8Array,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: Pick<BulkOptions, "purpose"> = {},
): AsyncGenerator<Uint8Array, void, void> {
  let chunks: Chunks | null = null;
  let held: Uint8Array | null = null;
  for await (const block of blocks(source, SEALED_CHUNK, BULK_HEADER_LENGTH)) {
    if (chunks === null) {
      chunks = beginOpening(primitives, secretKey, block, options);
      continue;
    }
    if (held !== null) yield chunks.open(held, false);
    held = block;
  }
  if (chunks === null || held === null) {
    throw new SecureError("sealed data: expected a header and a chunk, the stream ends before");
  }
  yield chunks.open(held, true);
}

/** Cuts a stream into blocks of one length, the first of another where that is given; the last may be shorter. */
async function* blocks(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  length: number,
  first: number = length,
): AsyncGenerator<Uint8Array, void, void> {
  let wanted = first;
  let block = new Uint8Array(wanted);
  let filled = 0;
  for await (const part of source) {
    for (let at = 0; at < part.length; ) {
      const count = Math.min(part.length - at, wanted - filled);
      block.set(part.subarray(at, at + count), filled);
      filled += count;
      at += count;
      if (filled < wanted) continue;
      yield block;
      wanted = length;
      block = new Uint8Array(wanted);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}
