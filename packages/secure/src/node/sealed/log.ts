/**
 * A sealed log in a folder: `segment-NNNNNNNN.sealed` with records that only the recipient can read, and
 * `segment-NNNNNNNN.keys` with the data keys that can be destroyed. One writer at a time; the writer cannot read what it
 * wrote. An append resolves when it is on the disk; appends that come together share one flush.
 *
 * After a crash a segment is closed where its last whole frame ends, and the next append begins a new one, because the
 * keys of the old one died with the process.
 */

import { join } from "node:path";
import { KeyStoreError, SecureError } from "../../errors.ts";
import { hpkeSuite } from "../../hpke/hpke.ts";
import type { Identity } from "../../identity/types.ts";
import type { AeadName, Primitives } from "../../primitives/types.ts";
import { concat, hex, sameBytes, utf8 } from "../../sealed/bytes.ts";
import { SEGMENT_EXPORT } from "../../sealed/contents.ts";
import {
  encodeKeyEntry,
  encodeKeysHeader,
  KEY_ENTRY_LENGTH,
  KEYS_HEADER_LENGTH,
  LABEL_LENGTH,
  parseKeys,
  wrapKey,
} from "../../sealed/keys.ts";
import { leafHash, MerklePeaks } from "../../sealed/merkle.ts";
import {
  CHECKPOINT_CONTEXT,
  checkpointMessage,
  encodeCheckpoint,
  encodeFrame,
  encodeHeader,
  encodeNotice,
  FRAME,
  HEADER_LENGTH,
  headerInfo,
  parseHeader,
  RECORD_LIMIT,
  type SegmentHeader,
  SUITES,
  sealBody,
} from "../../sealed/segment.ts";
import { type LogState, LogVerifier, signerOf } from "../../sealed/verify.ts";
import { nativePrimitives } from "../primitives/native.ts";
import {
  codeOf,
  type DurableFile,
  type DurableFiles,
  lockFolder,
  replaceFile,
  systemFiles,
} from "./files.ts";
import { keysName, parseState, segmentName, segmentPlaces } from "./folder.ts";
import { recoverSegment } from "./recover.ts";

/** Where and how to keep a sealed log. */
export type SealedLogOptions = {
  /** Folder of the log; made where there is none. */
  readonly folder: string;
  /** Signs checkpoints. */
  readonly identity: Identity;
  /** X-Wing public key of whoever may read, 1,216 bytes. */
  readonly recipient: Uint8Array;
  /** Default: those of Node.js. */
  readonly primitives?: Primitives | undefined;
  /** Default `AES-256-GCM`. */
  readonly aead?: "AES-256-GCM" | "ChaCha20-Poly1305" | undefined;
  /** A segment is closed when it has so many bytes; 64 KiB at least, default 16 MiB. */
  readonly segmentBytes?: number | undefined;
  /** A segment is closed when it is so old, ms; default a day. */
  readonly segmentMs?: number | undefined;
  /** Most records without a signature; default 256. */
  readonly checkpointRecords?: number | undefined;
  /** Longest time that a record waits for a signature, ms; default 10 s. */
  readonly checkpointMs?: number | undefined;
  /**
   * File elsewhere that keeps the last signed state. Opening is refused where the log no longer contains it, so that
   * nobody puts an older copy of the folder back.
   */
  readonly witness?: string | undefined;
  /** Milliseconds since 1970; a clock that goes back is not followed. */
  readonly clock?: (() => number) | undefined;
  /** File operations; default: the system's. */
  readonly files?: DurableFiles | undefined;
};

const KNOWN_OPTIONS: readonly string[] = [
  "folder",
  "identity",
  "recipient",
  "primitives",
  "aead",
  "segmentBytes",
  "segmentMs",
  "checkpointRecords",
  "checkpointMs",
  "witness",
  "clock",
  "files",
];

/** What opening found and mended. */
export type SealedLogOpening = {
  /** Bytes of unfinished frames that a crash had left behind. */
  readonly cutBytes: number;
  /** Places in the last segment where bytes were damaged; `verifySealedFolder` says which. */
  readonly damaged: number;
};

/** A segment that is being written. */
type Open = {
  readonly header: SegmentHeader;
  readonly headerHash: Uint8Array;
  readonly wrapping: Uint8Array;
  readonly path: string;
  readonly keysPath: string;
  file: DurableFile | null;
  keysFile: DurableFile | null;
  /** Bytes that are on the disk for sure. */
  length: number;
  keyCount: number;
  readonly dataKeys: Map<string, { readonly number: number; readonly key: Uint8Array }>;
};

type Pending = {
  readonly kind: "record" | "notice" | "sign" | "close-segment" | "erase";
  readonly data: Uint8Array;
  readonly subject: string | null;
  readonly run: (() => Promise<number>) | null;
  readonly resolve: (index: number) => void;
  readonly reject: (error: unknown) => void;
};

/** A log that is open for appending. */
export class SealedLog {
  readonly #options: SealedLogOptions;
  readonly #primitives: Primitives;
  readonly #files: DurableFiles;
  readonly #suite: number;
  readonly #labelKey: Uint8Array;
  readonly #release: () => void;
  /** What opening found. */
  readonly opening: SealedLogOpening;
  #log: Uint8Array;
  #place: number;
  #closing: Uint8Array;
  #tree: MerklePeaks;
  #signed: LogState | null;
  #at: number;
  #open: Open | null = null;
  #unsigned = 0;
  #pending: Pending[] = [];
  #running: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;
  readonly #labels = new Map<string, Uint8Array>();

  /** Use {@link openSealedLog}. */
  constructor(options: SealedLogOptions, start: Start) {
    this.#options = options;
    this.#primitives = start.primitives;
    this.#files = start.files;
    this.#suite = start.suite;
    this.#labelKey = start.labelKey;
    this.#release = start.release;
    this.opening = start.opening;
    this.#log = start.log;
    this.#place = start.place;
    this.#closing = start.closing;
    this.#tree = start.tree;
    this.#signed = start.signed;
    this.#at = start.at;
  }

  /** Records and notices that are on the disk. */
  get size(): number {
    return this.#tree.size;
  }

  /** The last signed state; null before the first. */
  get state(): LogState | null {
    return this.#signed;
  }

  /**
   * Appends a record of at most 16 MiB; resolves with its number when it is on the disk. Rejects with `KeyStoreError`
   * where that is not possible (disk full, file gone); then the record is not in the log, and a later append may work
   * again.
   * @param subject Whom it is about: what is appended with a subject can be destroyed with it.
   */
  append(data: Uint8Array, subject: string | null = null): Promise<number> {
    if (data.length > RECORD_LIMIT) {
      const message = `record: at most ${RECORD_LIMIT} bytes, got ${data.length}`;
      return Promise.reject(new RangeError(message));
    }
    return this.#enqueue("record", data.slice(), subject, null);
  }

  /** Signs what is there; resolves with the state that was signed. */
  async checkpoint(): Promise<LogState> {
    await this.#enqueue("sign", NOTHING, null, null);
    if (this.#signed === null) throw new KeyStoreError("sealed log: there is nothing to sign yet");
    return this.#signed;
  }

  /** Closes the segment; the next append begins a new one, with new keys. */
  async closeSegment(): Promise<void> {
    await this.#enqueue("close-segment", NOTHING, null, null);
  }

  /**
   * Destroys all data keys of a subject, then writes down that it did. What was appended with this subject can never be
   * read again, while the log still verifies. Resolves with the number of keys. On file systems and flash that keep old
   * blocks the overwritten keys may survive there until the blocks are reused; keys in backups survive as well.
   */
  eraseSubject(subject: string): Promise<number> {
    const label = this.#label(subject);
    return this.#enqueue("erase", NOTHING, null, () => this.#eraseWhere(label, null));
  }

  /** Destroys all data keys of a segment; the same limits. */
  async eraseSegment(segment: number): Promise<number> {
    if (this.#open?.header.segment === segment) await this.closeSegment();
    return this.#enqueue("erase", NOTHING, null, () => this.#eraseWhere(null, segment));
  }

  /** Waits for what was appended, signs it, closes the segment and gives the folder back. */
  async close(): Promise<void> {
    if (this.#closed) return;
    const ended = this.#enqueue("close-segment", NOTHING, null, null);
    this.#closed = true;
    try {
      await ended;
    } finally {
      if (this.#timer !== null) clearTimeout(this.#timer);
      await this.#forget();
      this.#labelKey.fill(0);
      this.#release();
    }
  }

  #enqueue(
    kind: Pending["kind"],
    data: Uint8Array,
    subject: string | null,
    run: Pending["run"],
  ): Promise<number> {
    if (this.#closed) return Promise.reject(new KeyStoreError("sealed log: it is closed"));
    return new Promise((resolve, reject) => {
      this.#pending.push({ kind, data, subject, run, resolve, reject });
      this.#running ??= this.#drain();
    });
  }

  async #drain(): Promise<void> {
    // Appends of the same turn of the event loop share a flush.
    await null;
    while (this.#pending.length > 0) {
      const first = this.#pending[0];
      if (first.kind === "erase") {
        this.#pending.shift();
        await first.run?.().then(first.resolve, (error) => first.reject(storeError(error)));
        continue;
      }
      await this.#commit(takeBatch(this.#pending));
    }
    this.#running = null;
  }

  /** Brings a batch to the disk and settles each of it. Records do not wait for the signature that follows them. */
  async #commit(batch: readonly Pending[]): Promise<void> {
    const records = batch.filter(({ kind }) => kind === "record" || kind === "notice");
    const others = batch.filter(({ kind }) => kind === "sign" || kind === "close-segment");
    try {
      const indexes = await this.#write(records);
      records.forEach((one, at) => {
        one.resolve(indexes[at]);
      });
    } catch (error) {
      for (const one of batch) one.reject(storeError(error));
      return;
    }
    try {
      await this.#vouch(
        others.some(({ kind }) => kind === "close-segment"),
        others.length > 0,
      );
      for (const one of others) one.resolve(this.#tree.size);
    } catch (error) {
      // A signature that is due is tried again with the next batch.
      for (const one of others) one.reject(storeError(error));
    }
    this.#schedule();
  }

  /** Writes and flushes records; the memory follows only when the disk has them. */
  async #write(batch: readonly Pending[]): Promise<number[]> {
    if (batch.length === 0) return [];
    await this.#rotateIfDue();
    const open = this.#open ?? (await this.#begin());
    const tree = this.#tree.copy();
    const frames: Uint8Array[] = [];
    const indexes: number[] = [];
    try {
      await this.#reopen(open);
      for (const one of batch) {
        indexes.push(tree.size);
        const kind = one.kind === "record" ? FRAME.record : FRAME.notice;
        const body = one.kind === "record" ? await this.#sealed(open, tree.size, one) : one.data;
        frames.push(encodeFrame(kind, body, tree.size));
        tree.append(leafHash(this.#hash, new Uint8Array([kind]), body));
      }
      await this.#flush(open, concat(...frames));
      this.#tree = tree;
      this.#unsigned += batch.length;
      return indexes;
    } catch (error) {
      await this.#fail(open);
      throw error;
    }
  }

  /**
   * Signs what is on the disk, where that is asked for or due. The checkpoint is written after the records were flushed:
   * a disk that reorders writes never has a signature over records that it lost.
   */
  async #vouch(closing: boolean, asked: boolean): Promise<void> {
    const open = this.#open;
    if (open === null) return;
    const isDue = this.#unsigned >= (this.#options.checkpointRecords ?? 256);
    if (!closing && !isDue && !(asked && this.#unsigned > 0)) return;
    try {
      await this.#reopen(open);
      const signed = this.#sign(open, this.#tree, closing);
      await this.#flush(open, signed.frame);
      this.#unsigned = 0;
      await this.#adopt(signed, closing);
    } catch (error) {
      await this.#fail(open);
      throw error;
    }
  }

  async #flush(open: Open, bytes: Uint8Array): Promise<void> {
    await open.file?.write(bytes, open.length);
    await open.file?.sync();
    open.length += bytes.length;
  }

  readonly #hash = (data: Uint8Array): Uint8Array => this.#primitives.sha256(data);

  async #adopt(
    signed: { readonly body: Uint8Array; readonly state: LogState },
    closing: boolean,
  ): Promise<void> {
    this.#signed = signed.state;
    this.#at = signed.state.at;
    if (closing) {
      this.#closing = this.#hash(signed.body);
      await this.#forget();
    }
    if (this.#options.witness !== undefined) {
      // The records are safe already: a witness that cannot be written now is written with the next state.
      const text = utf8(`${JSON.stringify(signed.state)}\n`);
      await replaceFile(this.#files, this.#options.witness, text).catch(() => {});
    }
  }

  #sign(
    open: Open,
    tree: MerklePeaks,
    final: boolean,
  ): { frame: Uint8Array; body: Uint8Array; state: LogState } {
    const at = this.#now();
    const unsigned = { final, size: tree.size, at, header: open.headerHash, peaks: tree.peaks };
    const signature = this.#options.identity.sign(CHECKPOINT_CONTEXT, checkpointMessage(unsigned));
    const body = encodeCheckpoint({ ...unsigned, signature });
    const frame = encodeFrame(FRAME.checkpoint, body, tree.size);
    const state = { log: hex(this.#log), size: tree.size, root: hex(tree.root()), at };
    return { frame, body, state };
  }

  #now(): number {
    return Math.max(this.#at, Math.floor((this.#options.clock ?? Date.now)()));
  }

  #schedule(): void {
    if (this.#unsigned === 0 || this.#timer !== null || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (!this.#closed) this.#enqueue("sign", NOTHING, null, null).catch(() => this.#schedule());
    }, this.#options.checkpointMs ?? 10_000);
    this.#timer.unref();
  }

  async #rotateIfDue(): Promise<void> {
    const open = this.#open;
    if (open === null) return;
    const full = open.length >= (this.#options.segmentBytes ?? 16 * 2 ** 20);
    const old = this.#now() - open.header.created >= (this.#options.segmentMs ?? 86_400_000);
    if (full || old) await this.#vouch(true, true);
  }

  /** Makes the next segment: its keys' file, then itself with a first checkpoint, under its name when it is whole. */
  async #begin(): Promise<Open> {
    const created = this.#now();
    const unsealed = {
      suite: this.#suite,
      log: this.#log,
      segment: this.#place + 1,
      first: this.#tree.size,
      created,
      previous: this.#closing,
      signer: signerOf(this.#primitives, this.#options.identity.public),
    };
    const sender = hpkeSuite(this.#primitives, {
      kem: "X-Wing",
      aead: SUITES[this.#suite],
    }).setupSender(this.#options.recipient, { info: headerInfo(unsealed) });
    const wrapping = sender.export(SEGMENT_EXPORT, 32);
    sender.close();
    const header = { ...unsealed, encapsulation: sender.encapsulated };
    const bytes = encodeHeader(header);
    const headerHash = this.#hash(bytes);
    const path = join(this.#options.folder, segmentName(header.segment));
    const keysPath = join(this.#options.folder, keysName(header.segment));
    const open: Open = {
      header,
      headerHash,
      wrapping,
      path,
      keysPath,
      file: null,
      keysFile: null,
      length: 0,
      keyCount: 0,
      dataKeys: new Map(),
    };
    await replaceFile(this.#files, keysPath, encodeKeysHeader(headerHash));
    const signed = this.#sign(open, this.#tree, false);
    const whole = concat(bytes, signed.frame);
    await replaceFile(this.#files, path, whole);
    open.length = whole.length;
    this.#open = open;
    this.#place = header.segment;
    await this.#adopt(signed, false);
    return open;
  }

  /** After a failure: cut off what may have been written, before anything else is. */
  async #reopen(open: Open): Promise<void> {
    if (open.keysFile === null) {
      const file = await this.#files.open(open.keysPath);
      try {
        await file.truncate(KEYS_HEADER_LENGTH + open.keyCount * KEY_ENTRY_LENGTH);
      } catch (error) {
        await file.close().catch(() => {});
        throw error;
      }
      open.keysFile = file;
    }
    if (open.file === null) {
      const file = await this.#files.open(open.path);
      try {
        await file.truncate(open.length);
      } catch (error) {
        await file.close().catch(() => {});
        throw error;
      }
      open.file = file;
    }
  }

  /**
   * What failed may be on the disk nevertheless. Its data keys are given up: nothing else is ever sealed with their
   * nonces.
   */
  async #fail(open: Open): Promise<void> {
    forgetKeys(open);
    const { file, keysFile } = open;
    open.file = null;
    open.keysFile = null;
    await file?.truncate(open.length).catch(() => {});
    await file?.close().catch(() => {});
    await keysFile?.close().catch(() => {});
  }

  async #forget(): Promise<void> {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    forgetKeys(open);
    open.wrapping.fill(0);
    await open.file?.close().catch(() => {});
    await open.keysFile?.close().catch(() => {});
  }

  async #sealed(open: Open, index: number, { data, subject }: Pending): Promise<Uint8Array> {
    const label = this.#label(subject);
    const name = hex(label);
    let dataKey = open.dataKeys.get(name);
    if (dataKey === undefined) {
      const key = this.#primitives.random(32);
      const number = open.keyCount;
      const wrapped = wrapKey(this.#primitives, this.#suite, open.wrapping, number, label, key);
      const at = KEYS_HEADER_LENGTH + number * KEY_ENTRY_LENGTH;
      await open.keysFile?.write(encodeKeyEntry({ live: true, label, wrapped }), at);
      await open.keysFile?.sync();
      open.keyCount++;
      dataKey = { number, key };
      open.dataKeys.set(name, dataKey);
    }
    const place = {
      aead: SUITES[this.#suite],
      key: dataKey.key,
      header: open.headerHash,
      index,
      keyNumber: dataKey.number,
    };
    return sealBody(this.#primitives, place, data);
  }

  /** Name of a subject's keys: nobody without the label key can tell whose they are. */
  #label(subject: string | null): Uint8Array {
    const text = subject === null ? "log" : `subject ${subject}`;
    const known = this.#labels.get(text);
    if (known !== undefined) return known;
    const label = this.#primitives.hmacSha256(this.#labelKey, utf8(text)).slice(0, LABEL_LENGTH);
    if (this.#labels.size >= LABELS_KEPT) this.#labels.clear();
    this.#labels.set(text, label);
    return label;
  }

  async #eraseWhere(label: Uint8Array | null, only: number | null): Promise<number> {
    const { folder } = this.#options;
    const places = segmentPlaces(await this.#files.list(folder), "keys");
    let destroyed = 0;
    const notices: Uint8Array[] = [];
    for (const segment of places) {
      if (only !== null && segment !== only) continue;
      const count = await this.#eraseIn(segment, label);
      if (count === 0) continue;
      destroyed += count;
      const named = label ?? new Uint8Array(LABEL_LENGTH);
      notices.push(encodeNotice({ segment, label: named, at: this.#now() }));
    }
    const kept = this.#open;
    if (kept !== null && label !== null) {
      kept.dataKeys.get(hex(label))?.key.fill(0);
      kept.dataKeys.delete(hex(label));
    }
    if (notices.length === 0) return destroyed;
    await this.#write(notices.map((data) => ({ ...NOTICE, data })));
    await this.#vouch(false, false);
    return destroyed;
  }

  async #eraseIn(segment: number, label: Uint8Array | null): Promise<number> {
    const path = join(this.#options.folder, keysName(segment));
    const bytes = await this.#files.read(path);
    if (bytes === null) return 0;
    const entries = parseKeys(bytes, bytes.slice(8, KEYS_HEADER_LENGTH));
    if (entries === null) {
      throw new KeyStoreError(`${path}: expected data keys, got other bytes`);
    }
    const file = await this.#files.open(path);
    let count = 0;
    try {
      for (const [number, entry] of entries.entries()) {
        if (entry.state === "destroyed") continue;
        if (label !== null && !sameBytes(entry.label, label)) continue;
        const at = KEYS_HEADER_LENGTH + number * KEY_ENTRY_LENGTH;
        await file.write(encodeKeyEntry({ ...entry, live: false }), at);
        count++;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    return count;
  }
}

const NOTHING = new Uint8Array(0);

const NOTICE: Pending = {
  kind: "notice",
  data: NOTHING,
  subject: null,
  run: null,
  resolve: () => {},
  reject: () => {},
};

/** Labels that are remembered. */
const LABELS_KEPT = 4096;

/** Most content of one flush; what is behind it waits for the next. */
const BATCH_BYTES = 4 * 2 ** 20;

/** Takes what can be written with one flush: up to an erasure or behind the end of a segment. */
function takeBatch(pending: Pending[]): Pending[] {
  let count = 0;
  let bytes = 0;
  for (const one of pending) {
    if (one.kind === "erase" || bytes > BATCH_BYTES) break;
    count++;
    bytes += one.data.length;
    if (one.kind === "close-segment") break;
  }
  return pending.splice(0, count);
}

function forgetKeys(open: Open): void {
  for (const { key } of open.dataKeys.values()) key.fill(0);
  open.dataKeys.clear();
}

function storeError(error: unknown): Error {
  if (error instanceof KeyStoreError || error instanceof SecureError) return error;
  const code = codeOf(error);
  const words = code === "ENOSPC" || code === "EDQUOT" ? "the disk is full" : messageOf(error);
  return new KeyStoreError(`sealed log: ${words}`, { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "it cannot be written";
}

/** What the constructor needs besides the options. */
type Start = {
  readonly primitives: Primitives;
  readonly files: DurableFiles;
  readonly suite: number;
  readonly labelKey: Uint8Array;
  readonly release: () => void;
  readonly opening: SealedLogOpening;
  readonly log: Uint8Array;
  readonly place: number;
  readonly closing: Uint8Array;
  readonly tree: MerklePeaks;
  readonly signed: LogState | null;
  readonly at: number;
};

/**
 * Opens a folder for appending; makes it where there is none and mends what a crash left behind. Throws `KeyStoreError`
 * where another writer is at work, the last segment cannot be continued, or the log does not contain the witness's
 * state.
 */
export async function openSealedLog(options: SealedLogOptions): Promise<SealedLog> {
  checkOptions(options);
  const primitives = options.primitives ?? nativePrimitives();
  const files = options.files ?? systemFiles;
  const { folder } = options;
  await files.makeFolder(folder);
  const release = lockFolder(join(folder, "lock"));
  try {
    const places = await tidy(files, folder);
    const labelKey = await openLabelKey(files, folder, primitives, places.length > 0);
    await checkWitness(options, primitives, files, places);
    const hash = (data: Uint8Array): Uint8Array => primitives.sha256(data);
    const last = places.at(-1);
    const start = { primitives, files, suite: options.aead === "ChaCha20-Poly1305" ? 2 : 1 };
    if (last === undefined) {
      return new SealedLog(options, {
        ...start,
        labelKey,
        release,
        opening: { cutBytes: 0, damaged: 0 },
        log: primitives.random(16),
        place: 0,
        closing: new Uint8Array(32),
        tree: new MerklePeaks(hash),
        signed: null,
        at: 0,
      });
    }
    const path = join(folder, segmentName(last));
    const recovered = await recoverSegment(
      primitives,
      options.identity,
      files,
      path,
      options.clock,
    );
    return new SealedLog(options, { ...start, labelKey, release, place: last, ...recovered });
  } catch (error) {
    release();
    throw storeError(error);
  }
}

function checkOptions(options: SealedLogOptions): void {
  for (const key of Object.keys(options)) {
    if (!KNOWN_OPTIONS.includes(key)) throw new TypeError(`options: ${key} is not known`);
  }
  const { aead = "AES-256-GCM", segmentBytes = 65_536, recipient } = options;
  const aeads: readonly AeadName[] = Object.values(SUITES);
  if (!aeads.includes(aead))
    throw new RangeError(`aead: expected ${aeads.join(" or ")}, got ${aead}`);
  if (!(segmentBytes >= 65_536)) {
    throw new RangeError(`segmentBytes: expected 65536 at least, got ${segmentBytes}`);
  }
  if (recipient.length !== 1216) {
    throw new SecureError(
      `recipient: expected an X-Wing key of 1216 bytes, got ${recipient.length}`,
    );
  }
  for (const name of ["segmentMs", "checkpointRecords", "checkpointMs"] as const) {
    const value = options[name] ?? 1;
    if (!(value >= 1)) throw new RangeError(`${name}: expected 1 at least, got ${value}`);
  }
}

/** Removes what a crash left half made; places of the segments, in order. */
async function tidy(files: DurableFiles, folder: string): Promise<number[]> {
  const names = await files.list(folder);
  const places = segmentPlaces(names, "sealed");
  const orphans = segmentPlaces(names, "keys").filter((place) => place > (places.at(-1) ?? 0));
  for (const name of names.filter((one) => one.endsWith(".tmp"))) {
    await files.remove(join(folder, name));
  }
  for (const place of orphans) await files.remove(join(folder, keysName(place)));
  return places;
}

async function openLabelKey(
  files: DurableFiles,
  folder: string,
  primitives: Primitives,
  used: boolean,
): Promise<Uint8Array> {
  const path = join(folder, "labels.key");
  const bytes = await files.read(path);
  if (bytes?.length === 32) return bytes.slice();
  if (used) {
    throw new KeyStoreError(`${path}: expected the 32 bytes that name subjects' keys, got others`);
  }
  const made = primitives.random(32);
  await replaceFile(files, path, made);
  return made;
}

/** Refuses a log that lacks the state which the witness has seen. */
async function checkWitness(
  options: SealedLogOptions,
  primitives: Primitives,
  files: DurableFiles,
  places: readonly number[],
): Promise<void> {
  if (options.witness === undefined) return;
  const text = await files.read(options.witness);
  if (text === null) return;
  const known = parseState(text);
  if (known === null) {
    throw new KeyStoreError(`${options.witness}: expected the state of a log, got other bytes`);
  }
  const paths = places.map((place) => join(options.folder, segmentName(place)));
  let from = 0;
  const segments: { place: number; bytes: Uint8Array }[] = [];
  // From behind, until the segment in which that state was signed.
  for (let at = places.length - 1; at >= 0; at--) {
    const bytes = (await files.read(paths[at])) ?? NOTHING;
    segments.unshift({ place: places[at], bytes });
    const header = parseHeader(bytes.subarray(0, HEADER_LENGTH));
    from = places[at];
    if (typeof header !== "string" && header.first <= known.size) break;
  }
  const verifier = new LogVerifier(primitives, options.identity.public, { known, from });
  for (const segment of segments) verifier.add(segment);
  const problem = verifier
    .finish()
    .problems.find(({ code, segment }) => segment === 0 || code === "spliced");
  if (problem !== undefined) {
    throw new KeyStoreError(`${options.folder}: ${problem.code}: ${problem.message}`);
  }
}
