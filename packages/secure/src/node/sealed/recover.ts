/** Closing a segment that its writer could not close. */

import { KeyStoreError } from "../../errors.ts";
import type { Identity } from "../../identity/types.ts";
import type { Primitives } from "../../primitives/types.ts";
import { hex, sameBytes } from "../../sealed/bytes.ts";
import { leafHash, MerklePeaks } from "../../sealed/merkle.ts";
import {
  CHECKPOINT_CONTEXT,
  type Checkpoint,
  checkpointMessage,
  encodeCheckpoint,
  encodeFrame,
  FRAME,
  type Frame,
  HEADER_LENGTH,
  parseCheckpoint,
  parseFrame,
  parseHeader,
} from "../../sealed/segment.ts";
import { findCheckpoint, type LogState, signerOf, verifyCheckpoint } from "../../sealed/verify.ts";
import type { DurableFiles } from "./files.ts";

/** Where a log goes on after its last segment. */
export type Recovered = {
  readonly opening: { readonly cutBytes: number; readonly damaged: number };
  readonly log: Uint8Array;
  /** SHA-256 of the closing checkpoint. */
  readonly closing: Uint8Array;
  readonly tree: MerklePeaks;
  readonly signed: LogState;
  readonly at: number;
};

type Walk = {
  readonly tree: MerklePeaks;
  /** Behind the last whole frame. */
  readonly end: number;
  readonly damaged: number;
  /** Body of the closing checkpoint. */
  readonly closing: Uint8Array | null;
  readonly at: number;
};

/**
 * Reads the last segment, cuts off what a crash left unfinished and closes it with a checkpoint, unless it is closed.
 * Throws `KeyStoreError` where nothing of the segment can be trusted.
 */
export async function recoverSegment(
  primitives: Primitives,
  identity: Identity,
  files: DurableFiles,
  path: string,
  clock: () => number = Date.now,
): Promise<Recovered> {
  const bytes = (await files.read(path)) ?? new Uint8Array(0);
  const header = parseHeader(bytes);
  if (typeof header === "string") throw new KeyStoreError(`${path}: ${header}`);
  if (!sameBytes(header.signer, signerOf(primitives, identity.public))) {
    throw new KeyStoreError(`${path}: expected a segment of this identity, got one of another`);
  }
  const hash = (data: Uint8Array): Uint8Array => primitives.sha256(data);
  const headerHash = hash(bytes.subarray(0, HEADER_LENGTH));
  const holds = (checkpoint: Checkpoint): boolean =>
    verifyCheckpoint(primitives, identity.public, checkpoint);
  const walk = walkSegment(bytes, header.first, headerHash, hash, holds);
  if (walk === null) throw new KeyStoreError(`${path}: expected a signed checkpoint, got none`);
  const { tree } = walk;
  const log = header.log;
  const state = (at: number): LogState => {
    return { log: hex(log), size: tree.size, root: hex(tree.root()), at };
  };
  if (walk.closing !== null) {
    return {
      opening: { cutBytes: 0, damaged: walk.damaged },
      log,
      closing: hash(walk.closing),
      tree,
      signed: state(walk.at),
      at: walk.at,
    };
  }
  const at = Math.max(walk.at, Math.floor(clock()));
  const unsigned = { final: true, size: tree.size, at, header: headerHash, peaks: tree.peaks };
  const signature = identity.sign(CHECKPOINT_CONTEXT, checkpointMessage(unsigned));
  const body = encodeCheckpoint({ ...unsigned, signature });
  const file = await files.open(path);
  try {
    await file.truncate(walk.end);
    // What the process wrote last may not be on the disk yet: it must be before a signature over it is.
    await file.sync();
    await file.write(encodeFrame(FRAME.checkpoint, body, tree.size), walk.end);
    await file.sync();
  } finally {
    await file.close();
  }
  return {
    opening: { cutBytes: bytes.length - walk.end, damaged: walk.damaged },
    log,
    closing: hash(body),
    tree,
    signed: state(at),
    at,
  };
}

function walkSegment(
  bytes: Uint8Array,
  first: number,
  headerHash: Uint8Array,
  hash: (data: Uint8Array) => Uint8Array,
  holds: (checkpoint: Checkpoint) => boolean,
): Walk | null {
  let tree: MerklePeaks | null = null;
  let position = first;
  let offset = HEADER_LENGTH;
  let damaged = 0;
  let at = 0;
  while (offset < bytes.length) {
    const frame = parseFrame(bytes, offset, position);
    const checkpoint = frame === null ? null : signedIn(frame, headerHash, holds);
    const isLeaf = frame?.intact === true && frame.kind !== FRAME.checkpoint;
    if (frame === null || (checkpoint === null && !isLeaf) || (tree === null && isLeaf)) {
      // Whole and signed bytes behind it: this is damage. Otherwise a crash cut the writing short.
      const next = findCheckpoint(bytes, offset + 1, headerHash, holds);
      if (next === null) break;
      damaged++;
      offset = next.start;
      position = next.size;
      continue;
    }
    offset = frame.end;
    if (checkpoint === null) {
      tree?.append(leafHash(hash, new Uint8Array([frame.kind]), frame.body));
      position++;
      continue;
    }
    const signed = new MerklePeaks(hash, checkpoint.size, checkpoint.peaks);
    if (tree !== null && !sameBytes(tree.root(), signed.root())) damaged++;
    tree = signed;
    position = checkpoint.size;
    at = checkpoint.at;
    if (checkpoint.final) return { tree, end: offset, damaged, closing: frame.body, at };
  }
  return tree === null ? null : { tree, end: offset, damaged, closing: null, at };
}

function signedIn(
  frame: Frame,
  headerHash: Uint8Array,
  holds: (checkpoint: Checkpoint) => boolean,
): Checkpoint | null {
  if (frame.kind !== FRAME.checkpoint || !frame.intact) return null;
  const checkpoint = parseCheckpoint(frame.body);
  if (checkpoint === null || !sameBytes(checkpoint.header, headerHash)) return null;
  return holds(checkpoint) ? checkpoint : null;
}
