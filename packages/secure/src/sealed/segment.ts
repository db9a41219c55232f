/**
 * Bytes of a sealed segment. A segment is a header, then frames; each frame is `kind | length | body | CRC-32`, the
 * checksum also over the number of records before it, so that a moved frame shows.
 *
 * | kind | body |
 * |---|---|
 * | 1 record | number of its data key (LEB128), then AEAD chunks of 64 KiB and 16 bytes each, the last flagged |
 * | 2 checkpoint | flags, size of the tree, time, SHA-256 of the header, peaks of the tree, dual signature |
 * | 3 notice | that a data key was destroyed: segment, label of the key, time |
 *
 * Records and notices are the leaves of one Merkle tree over all segments of a log: leaf data is `kind | body`. The
 * header names the log, the segment's place in it and the last checkpoint before it, so that segments form a chain.
 * The key behind a segment is HPKE's exporter secret of one X-Wing encapsulation in the header; it wraps the data keys,
 * which lie in a file of their own (`keys.ts`) so that they can be destroyed.
 */

import type { AeadName, Primitives } from "../primitives/types.ts";
import { ByteReader, concat, crc32, u32, u64, utf8, varint } from "./bytes.ts";
import { foldPeaks, type Hash, peakCount } from "./merkle.ts";

/** First bytes of a segment; the last is the version of the layout. */
export const SEGMENT_MAGIC: Uint8Array = concat(utf8("SYMSEAL"), new Uint8Array([1]));

/** Suites by the byte that names them in headers. All: X-Wing, HKDF-SHA256, SHA-256, ML-DSA-65 + Ed25519. */
export const SUITES: Readonly<Record<number, AeadName>> = {
  1: "AES-256-GCM",
  2: "ChaCha20-Poly1305",
};

/** Bytes of an X-Wing ciphertext. */
export const ENCAPSULATION_LENGTH = 1120;

/** Plain bytes of a full AEAD chunk. */
export const CHUNK_LENGTH = 65_536;

/** Bytes that an AEAD adds to a chunk. */
export const TAG_LENGTH = 16;

/** Most plain bytes of one record: 16 MiB. */
export const RECORD_LIMIT = 16_777_216;

/** Bytes of a dual signature of ML-DSA-65 and Ed25519. */
const SIGNATURE_LENGTH = 3373;

/** Context under which checkpoints are signed. */
export const CHECKPOINT_CONTEXT = "symbion sealed checkpoint";

/** Kinds of frames. */
export const FRAME = { record: 1, checkpoint: 2, notice: 3 } as const;

/** What stands at the beginning of a segment. */
export type SegmentHeader = {
  /** Byte that names the suite, a key of {@link SUITES}. */
  readonly suite: number;
  /** 16 random bytes that name the log. */
  readonly log: Uint8Array;
  /** Place in the log, from 1. */
  readonly segment: number;
  /** Number of the first record: records in the segments before. */
  readonly first: number;
  /** When it was begun, ms since 1970. */
  readonly created: number;
  /** SHA-256 of the closing checkpoint of the segment before; zeros in the first. */
  readonly previous: Uint8Array;
  /** SHA-256 of the public keys of the identity that signs. */
  readonly signer: Uint8Array;
  /** X-Wing ciphertext for the recipient, 1,120 bytes. */
  readonly encapsulation: Uint8Array;
};

/** Bytes of a header before the encapsulation; they are HPKE's `info`. */
export const HEADER_INFO_LENGTH: number = 8 + 1 + 16 + 4 + 8 + 8 + 32 + 32;

/** Bytes of a header. */
export const HEADER_LENGTH: number = HEADER_INFO_LENGTH + ENCAPSULATION_LENGTH + 4;

/** The part of a header to which the encapsulation is bound. */
export function headerInfo(header: Omit<SegmentHeader, "encapsulation">): Uint8Array {
  return concat(
    SEGMENT_MAGIC,
    new Uint8Array([header.suite]),
    header.log,
    u32(header.segment),
    u64(header.first),
    u64(header.created),
    header.previous,
    header.signer,
  );
}

/** Bytes of a header. */
export function encodeHeader(header: SegmentHeader): Uint8Array {
  const bytes = concat(headerInfo(header), header.encapsulation);
  return concat(bytes, u32(crc32(bytes)));
}

/** Reads a header, or says in words what is wrong with it. */
export function parseHeader(bytes: Uint8Array): SegmentHeader | string {
  const reader = new ByteReader(bytes);
  const magic = reader.take(8);
  if (reader.failed) return `expected a header of ${HEADER_LENGTH} bytes, got ${bytes.length}`;
  if (SEGMENT_MAGIC.some((byte, at) => magic[at] !== byte)) return "not a sealed segment";
  const header: SegmentHeader = {
    suite: reader.u8(),
    log: reader.take(16).slice(),
    segment: reader.u32(),
    first: reader.u64(),
    created: reader.u64(),
    previous: reader.take(32).slice(),
    signer: reader.take(32).slice(),
    encapsulation: reader.take(ENCAPSULATION_LENGTH).slice(),
  };
  const end = reader.offset;
  const crc = reader.u32();
  if (reader.failed) return `expected a header of ${HEADER_LENGTH} bytes, got ${bytes.length}`;
  if (crc32(bytes.subarray(0, end)) !== crc) return "the header's checksum does not fit";
  if (SUITES[header.suite] === undefined) return `suite ${header.suite} is not known`;
  if (header.segment === 0) return "segments count from 1";
  return header;
}

/** A frame within a segment. */
export type Frame = {
  /** One of {@link FRAME}. */
  readonly kind: number;
  /** A view of the body. */
  readonly body: Uint8Array;
  /** Offset of the frame and of what follows it. */
  readonly start: number;
  readonly end: number;
  /** Whether the checksum fits the frame at this place. */
  readonly intact: boolean;
  /** Checksum as written, and of kind, length and body alone. */
  readonly crc: number;
  readonly partial: number;
};

/** Longest body: a record of {@link RECORD_LIMIT} bytes with its tags. */
const BODY_LIMIT = RECORD_LIMIT + (RECORD_LIMIT / CHUNK_LENGTH) * TAG_LENGTH + 5;

/** Bytes of a frame that stands behind `position` records. */
export function encodeFrame(kind: number, body: Uint8Array, position: number): Uint8Array {
  const head = concat(new Uint8Array([kind]), varint(body.length));
  const crc = crc32(u64(position), crc32(body, crc32(head)));
  return concat(head, body, u32(crc));
}

/** Reads the frame at `offset`; null where no whole frame of a known kind begins there. */
export function parseFrame(bytes: Uint8Array, offset: number, position: number): Frame | null {
  const reader = new ByteReader(bytes, offset);
  const kind = reader.u8();
  if (kind < FRAME.record || kind > FRAME.notice) return null;
  const length = reader.varint();
  if (length > BODY_LIMIT) return null;
  const body = reader.take(length);
  const partial = crc32(bytes.subarray(offset, reader.offset));
  const crc = reader.u32();
  if (reader.failed) return null;
  const intact = crc32(u64(position), partial) === crc;
  return { kind, body, start: offset, end: reader.offset, intact, crc, partial };
}

/** Whether a frame's checksum fits it behind `position` records. */
export function fitsAt(frame: Frame, position: number): boolean {
  return crc32(u64(position), frame.partial) === frame.crc;
}

/** What a node vouches for: that its log had so many records, with that root. */
export type Checkpoint = {
  /** Whether the segment ends here. */
  readonly final: boolean;
  /** Leaves of the tree: records and notices of the whole log so far. */
  readonly size: number;
  /** When it was signed, ms since 1970. */
  readonly at: number;
  /** SHA-256 of the header of the segment it stands in. */
  readonly header: Uint8Array;
  /** Hashes of the tree's full subtrees, largest first. */
  readonly peaks: readonly Uint8Array[];
  /** 3,373 bytes, over all of the above. */
  readonly signature: Uint8Array;
};

/** What is signed of a checkpoint. */
export function checkpointMessage(checkpoint: Omit<Checkpoint, "signature">): Uint8Array {
  return concat(
    new Uint8Array([checkpoint.final ? 1 : 0]),
    u64(checkpoint.size),
    u64(checkpoint.at),
    checkpoint.header,
    ...checkpoint.peaks,
  );
}

/** Body of a checkpoint's frame. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  return concat(checkpointMessage(checkpoint), checkpoint.signature);
}

/** Reads a checkpoint; null where the bytes are none. */
export function parseCheckpoint(body: Uint8Array): Checkpoint | null {
  const reader = new ByteReader(body);
  const flags = reader.u8();
  const size = reader.u64();
  const at = reader.u64();
  const header = reader.take(32).slice();
  if (reader.failed || flags > 1) return null;
  const peaks: Uint8Array[] = [];
  for (let left = peakCount(size); left > 0; left--) peaks.push(reader.take(32).slice());
  const signature = reader.take(SIGNATURE_LENGTH).slice();
  if (reader.failed || reader.left > 0) return null;
  return { final: flags === 1, size, at, header, peaks, signature };
}

/** Root that a checkpoint vouches for. */
export function checkpointRoot(hash: Hash, checkpoint: Checkpoint): Uint8Array {
  return foldPeaks(hash, checkpoint.peaks);
}

/** That a data key was destroyed on purpose. */
export type Notice = {
  /** Segment whose key it was. */
  readonly segment: number;
  /** Label of the key, 16 bytes; all zeros: every key of the segment. */
  readonly label: Uint8Array;
  /** When, ms since 1970. */
  readonly at: number;
};

/** Body of a notice's frame. */
export function encodeNotice(notice: Notice): Uint8Array {
  return concat(u32(notice.segment), notice.label, u64(notice.at));
}

/** Reads a notice; null where the bytes are none. */
export function parseNotice(body: Uint8Array): Notice | null {
  const reader = new ByteReader(body);
  const notice = { segment: reader.u32(), label: reader.take(16).slice(), at: reader.u64() };
  return reader.failed || reader.left > 0 ? null : notice;
}

/** Bytes that a record of `length` plain bytes has once it is sealed, its key's number left out. */
export function sealedLength(length: number): number {
  return length + Math.max(1, Math.ceil(length / CHUNK_LENGTH)) * TAG_LENGTH;
}

/** Where a record stands; all of it is authenticated. */
export type RecordPlace = {
  /** Name of the AEAD. */
  readonly aead: AeadName;
  /** Data key, 32 bytes. */
  readonly key: Uint8Array;
  /** SHA-256 of the segment's header. */
  readonly header: Uint8Array;
  /** Number of the record in the log. */
  readonly index: number;
  /** Number of the data key in the segment. */
  readonly keyNumber: number;
};

/** Body of a record's frame. Throws `RangeError` for more than {@link RECORD_LIMIT} bytes. */
export function sealBody(primitives: Primitives, place: RecordPlace, data: Uint8Array): Uint8Array {
  if (data.length > RECORD_LIMIT) {
    throw new RangeError(`record: at most ${RECORD_LIMIT} bytes, got ${data.length}`);
  }
  const aead = primitives.aead(place.aead);
  const number = varint(place.keyNumber);
  const aad = concat(place.header, number);
  const parts = [number];
  for (let start = 0, chunk = 0; chunk === 0 || start < data.length; chunk++) {
    const end = Math.min(data.length, start + CHUNK_LENGTH);
    const nonce = recordNonce(place.index, chunk, end === data.length);
    parts.push(aead.seal(place.key, nonce, aad, data.subarray(start, end)));
    start = end;
  }
  return concat(...parts);
}

/** Number of the data key of a record, and where its sealed bytes begin; null for a malformed body. */
export function recordKey(body: Uint8Array): { number: number; sealed: Uint8Array } | null {
  const reader = new ByteReader(body);
  const number = reader.varint();
  if (reader.failed || reader.left < TAG_LENGTH) return null;
  return { number, sealed: body.subarray(reader.offset) };
}

/** Opens a record's body; null where it was not sealed at that place with that key. */
export function openBody(
  primitives: Primitives,
  place: RecordPlace,
  body: Uint8Array,
): Uint8Array | null {
  const parts = recordKey(body);
  if (parts === null || parts.number !== place.keyNumber) return null;
  const { sealed } = parts;
  const aead = primitives.aead(place.aead);
  const aad = concat(place.header, varint(place.keyNumber));
  const opened: Uint8Array[] = [];
  for (let start = 0, chunk = 0; chunk === 0 || start < sealed.length; chunk++) {
    const end = Math.min(sealed.length, start + CHUNK_LENGTH + TAG_LENGTH);
    if (end - start < TAG_LENGTH) return null;
    const nonce = recordNonce(place.index, chunk, end === sealed.length);
    const plain = aead.open(place.key, nonce, aad, sealed.subarray(start, end));
    if (plain === null) return null;
    opened.push(plain);
    start = end;
  }
  return opened.length === 1 ? opened[0] : concat(...opened);
}

/** STREAM's nonce: seven bytes of the record's number, four of the chunk's, one that flags the last chunk. */
function recordNonce(index: number, chunk: number, last: boolean): Uint8Array {
  const nonce = new Uint8Array(12);
  nonce.set(u64(index).subarray(1), 0);
  nonce.set(u32(chunk), 7);
  nonce[11] = last ? 1 : 0;
  return nonce;
}
