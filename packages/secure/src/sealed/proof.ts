/** Proofs about single records: that one is in a log as it was signed, for somebody who has neither log nor key. */

import type { PublicIdentity } from "../identity/types.ts";
import type { Primitives } from "../primitives/types.ts";
import { concat } from "./bytes.ts";
import { foldPeaks, type Hash, leafHash, verifyInclusion } from "./merkle.ts";
import {
  type Checkpoint,
  FRAME,
  HEADER_LENGTH,
  parseCheckpoint,
  parseFrame,
  parseHeader,
} from "./segment.ts";
import { verifyCheckpoint } from "./verify.ts";

/** That a sealed record is in a log. */
export type RecordProof = {
  /** Number of the record. */
  readonly index: number;
  /** Its leaf: the kind of frame, then the sealed body. */
  readonly leaf: Uint8Array;
  /** Hashes from the leaf to the root. */
  readonly path: readonly Uint8Array[];
  /** Signed state of the log that contains it. */
  readonly checkpoint: Checkpoint;
};

/** Whether an identity vouches that the record is in its log at that place. */
export function verifyRecordProof(
  primitives: Primitives,
  identity: PublicIdentity,
  proof: RecordProof,
): boolean {
  if (!verifyCheckpoint(primitives, identity, proof.checkpoint)) return false;
  const hash = (data: Uint8Array): Uint8Array => primitives.sha256(data);
  const { checkpoint, index, leaf, path } = proof;
  const root = foldPeaks(hash, checkpoint.peaks);
  return verifyInclusion(hash, leafHash(hash, leaf), index, checkpoint.size, path, root);
}

/** A leaf of a segment, or a checkpoint between leaves. */
export type SegmentLeaf =
  | {
      readonly checkpoint: null;
      readonly index: number;
      readonly hash: Uint8Array;
      readonly data: Uint8Array;
    }
  | { readonly checkpoint: Checkpoint };

/** Leaves and checkpoints of a segment in order; ends at the first byte that is damaged. */
export function* segmentLeaves(
  hash: Hash,
  segment: Uint8Array,
): Generator<SegmentLeaf, void, void> {
  const header = parseHeader(segment);
  if (typeof header === "string") return;
  let index = header.first;
  for (let offset = HEADER_LENGTH; offset < segment.length; ) {
    const frame = parseFrame(segment, offset, index);
    if (frame === null || !frame.intact) return;
    offset = frame.end;
    if (frame.kind === FRAME.checkpoint) {
      const checkpoint = parseCheckpoint(frame.body);
      if (checkpoint === null) return;
      yield { checkpoint };
      continue;
    }
    const data = concat(new Uint8Array([frame.kind]), frame.body);
    yield { checkpoint: null, index: index++, hash: leafHash(hash, data), data };
  }
}
