/**
 * A file of small encrypted records that survives power cuts at any moment. Each record has two slots of 4 KiB and is
 * written to them in turn: the write goes over the older version, so whatever becomes of it, the newer one before it is
 * untouched; and old secrets are overwritten, not kept. A slot holds a nonce and AES-256-GCM over version and content;
 * its tag tells a whole slot from a torn one. Slot zero of the file tells what it is and proves the wrapping key.
 */

import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomFillSync,
} from "node:crypto";
import { dirname, join } from "node:path";
import { KeyStoreError } from "../../errors.ts";
import { codeOf, type DurableFile, type DurableFiles, replaceFile } from "../sealed/files.ts";

/** Bytes of a slot: what disks and page caches write at once. */
const SLOT = 4096;
const NONCE = 12;
const TAG = 16;
const HEAD = 8;
/** Bytes of a record's content. */
export const SLOT_CONTENT: number = SLOT - NONCE - TAG - HEAD;
const MAGIC = Buffer.from("symbion link keys 1\n", "latin1");
const SALT = 32;
/** Most records of a file: 512 MiB. */
const RECORDS_MOST = 65_536;

type Version = { readonly version: number; readonly content: Uint8Array };

/** A record as it was found. */
export type SlotRecord = { readonly index: number; readonly content: Uint8Array };

function aad(salt: Uint8Array, slot: number): Uint8Array {
  const bytes = new Uint8Array(SALT + 4);
  bytes.set(salt);
  new DataView(bytes.buffer).setUint32(SALT, slot);
  return bytes;
}

/** Seals into `out`, which is a slot. */
function seal(key: KeyObject, associated: Uint8Array, plain: Uint8Array, out: Uint8Array): void {
  const nonce = nextNonce();
  out.set(nonce);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(associated);
  out.set(cipher.update(plain), NONCE);
  cipher.final();
  out.set(cipher.getAuthTag(), SLOT - TAG);
}

function open(key: KeyObject, associated: Uint8Array, slot: Uint8Array): Uint8Array | null {
  const decipher = createDecipheriv("aes-256-gcm", key, slot.subarray(0, NONCE))
    .setAAD(associated)
    .setAuthTag(slot.subarray(SLOT - TAG));
  // Plain bytes: a Buffer's slices would be views of what is wiped later.
  const plain = Uint8Array.from(decipher.update(slot.subarray(NONCE, SLOT - TAG)));
  try {
    decipher.final();
  } catch {
    return null;
  }
  return plain;
}

/** What one slot holds, while it is sealed; zeros otherwise. */
const plain = new Uint8Array(HEAD + SLOT_CONTENT);
const plainView = new DataView(plain.buffer);

/** An open file of records. One writer at a time per record; different records may be written at once. */
export class SlotFile {
  readonly #file: DurableFile;
  readonly #key: KeyObject;
  readonly #salt: Uint8Array;
  readonly #versions: number[];
  readonly #path: string;
  /** Sealed slots that no write holds any more. */
  readonly #spare: Uint8Array[] = [];
  #broken = false;
  /** Records as they were found when the file was opened. */
  readonly found: readonly SlotRecord[];
  /** Slots that a power cut left half written, and that their other versions stand in for. */
  readonly torn: number;

  private constructor(
    path: string,
    file: DurableFile,
    key: KeyObject,
    salt: Uint8Array,
    versions: number[],
    found: readonly SlotRecord[],
    torn: number,
  ) {
    this.#path = path;
    this.#file = file;
    this.#key = key;
    this.#salt = salt;
    this.#versions = versions;
    this.found = found;
    this.torn = torn;
  }

  /**
   * Opens a file, or makes one.
   * @param wrappingKey 32 bytes that the records are encrypted under.
   * @throws KeyStoreError Another kind of file, another wrapping key, damage that no power cut leaves, or a disk that
   * refuses.
   */
  static async open(files: DurableFiles, path: string, wrappingKey: Uint8Array): Promise<SlotFile> {
    try {
      let bytes = await files.read(path);
      if (bytes === null) {
        await replaceFile(files, path, newFile(wrappingKey));
        bytes = await files.read(path);
      } else {
        // Had power been cut between a rename and the folder's flush, this file could still vanish.
        await files.syncFolder(dirname(path));
      }
      if (bytes === null) throw new KeyStoreError(`${path}: vanished as soon as it was made`);
      return await SlotFile.#read(files, path, bytes, wrappingKey);
    } catch (error) {
      if (error instanceof KeyStoreError) throw error;
      throw new KeyStoreError(`${path}: cannot be opened (${codeOf(error) || "no code"})`, {
        cause: error,
      });
    }
  }

  static async #read(
    files: DurableFiles,
    path: string,
    bytes: Uint8Array,
    wrappingKey: Uint8Array,
  ): Promise<SlotFile> {
    if (bytes.length < SLOT || MAGIC.compare(bytes, 0, MAGIC.length) !== 0) {
      throw new KeyStoreError(`${path}: a file of link keys expected, got something else`);
    }
    const salt = bytes.slice(MAGIC.length, MAGIC.length + SALT);
    const key = fileKey(wrappingKey, salt);
    if (!provesKey(key, salt, bytes)) {
      throw new KeyStoreError(`${path}: the wrapping key is not the one that these keys are under`);
    }
    const versions: number[] = [];
    const found: SlotRecord[] = [];
    let torn = 0;
    const records = Math.ceil((bytes.length - SLOT) / (2 * SLOT));
    for (let index = 0; index < records; index++) {
      const at = SLOT * (1 + 2 * index);
      const read = [0, 1].map((side) =>
        readSlot(
          key,
          salt,
          1 + 2 * index + side,
          bytes.subarray(at + side * SLOT, at + (side + 1) * SLOT),
        ),
      );
      const [a, b] = read;
      if (a === "torn" && b === "torn") {
        throw new KeyStoreError(`${path}: both versions of record ${index} are damaged`);
      }
      if (a === "torn" || b === "torn") torn++;
      const whole = read.filter((side): side is Version => typeof side === "object");
      whole.sort((x, y) => y.version - x.version);
      versions.push(whole[0]?.version ?? 0);
      if (whole[0] !== undefined) found.push({ index, content: whole[0].content });
    }
    return new SlotFile(path, await files.open(path), key, salt, versions, found, torn);
  }

  /** Records, free ones too. */
  get records(): number {
    return this.#versions.length;
  }

  /** Makes room for another record, which is on the disk once it is written. */
  grow(): number {
    if (this.#versions.length >= RECORDS_MOST) {
      throw new KeyStoreError(
        `${this.#path}: at most ${RECORDS_MOST} records expected, got one more`,
      );
    }
    return this.#versions.push(0) - 1;
  }

  /**
   * Replaces a record. When this resolves the new content is on the disk; when it rejects, the old or the new one is.
   * @param content At most {@link SLOT_CONTENT} bytes; sealed before this returns its promise, so it can be wiped then.
   * @throws KeyStoreError The disk refused (full, for instance). After a failed flush nobody knows what the disk holds,
   * and every later write is refused until the file is opened anew.
   */
  async write(index: number, content: Uint8Array): Promise<void> {
    if (this.#broken) {
      throw new KeyStoreError(`${this.#path}: a flush failed before; open the store anew`);
    }
    const version = (this.#versions[index] ?? 0) + 1;
    plainView.setFloat64(0, version);
    plain.set(content, HEAD);
    const slot = 1 + 2 * index + (version % 2);
    const sealed = this.#spare.pop() ?? new Uint8Array(SLOT);
    try {
      seal(this.#key, aad(this.#salt, slot), plain, sealed);
    } finally {
      plain.fill(0, 0, HEAD + content.length);
    }
    try {
      await this.#file.write(sealed, slot * SLOT);
    } catch (error) {
      throw this.#failed("written", error);
    }
    try {
      await this.#file.sync();
    } catch (error) {
      this.#broken = true;
      throw this.#failed("flushed", error);
    }
    this.#versions[index] = version;
    this.#spare.push(sealed);
  }

  #failed(what: string, error: unknown): KeyStoreError {
    return new KeyStoreError(`${this.#path}: cannot be ${what} (${codeOf(error) || "no code"})`, {
      cause: error,
    });
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** A key object: OpenSSL's ciphers begin several times faster with one than with bytes. */
function fileKey(wrappingKey: Uint8Array, salt: Uint8Array): KeyObject {
  const key = new Uint8Array(hkdfSync("sha256", wrappingKey, salt, "symbion link keys 1", 32));
  const object = createSecretKey(key);
  key.fill(0);
  return object;
}

/** Random bytes, fetched for many nonces at once. */
const nonces = new Uint8Array(NONCE * 64);
let nonceAt = nonces.length;

function nextNonce(): Uint8Array {
  if (nonceAt === nonces.length) {
    randomFillSync(nonces);
    nonceAt = 0;
  }
  nonceAt += NONCE;
  return nonces.subarray(nonceAt - NONCE, nonceAt);
}

function newFile(wrappingKey: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(SLOT);
  bytes.set(MAGIC);
  const salt = randomFillSync(bytes.subarray(MAGIC.length, MAGIC.length + SALT));
  const nonce = randomFillSync(bytes.subarray(MAGIC.length + SALT, MAGIC.length + SALT + NONCE));
  const cipher = createCipheriv("aes-256-gcm", fileKey(wrappingKey, salt), nonce);
  cipher.setAAD(aad(salt, 0)).final();
  bytes.set(cipher.getAuthTag(), MAGIC.length + SALT + NONCE);
  return bytes;
}

function provesKey(key: KeyObject, salt: Uint8Array, bytes: Uint8Array): boolean {
  const at = MAGIC.length + SALT;
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(at, at + NONCE))
    .setAAD(aad(salt, 0))
    .setAuthTag(bytes.subarray(at + NONCE, at + NONCE + TAG));
  try {
    decipher.final();
    return true;
  } catch {
    return false;
  }
}

function readSlot(
  key: KeyObject,
  salt: Uint8Array,
  slot: number,
  bytes: Uint8Array,
): Version | "empty" | "torn" {
  if (bytes.every((byte) => byte === 0)) return "empty";
  if (bytes.length < SLOT) return "torn";
  const plain = open(key, aad(salt, slot), bytes);
  if (plain === null) return "torn";
  const version = new DataView(plain.buffer, plain.byteOffset).getFloat64(0);
  return { version, content: plain.slice(HEAD) };
}

/** Where a folder keeps its records. */
export function slotPath(folder: string): string {
  return join(folder, "link.keys");
}
