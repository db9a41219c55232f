/**
 * Verification of a sealed log by anybody who has the public identity of the node that wrote it: no key is needed, and
 * no content is seen. Whatever is wrong becomes a named problem; foreign bytes never throw.
 */

import { identityDigest, verifyIdentity } from "../identity/identity.ts";
import type { PublicIdentity } from "../identity/types.ts";
import type { Primitives } from "../primitives/types.ts";
import { hex, sameBytes } from "./bytes.ts";
import { foldPeaks, type Hash, leafHash, MerklePeaks } from "./merkle.ts";
import {
  CHECKPOINT_CONTEXT,
  type Checkpoint,
  checkpointMessage,
  FRAME,
  type Frame,
  fitsAt,
  HEADER_LENGTH,
  type Notice,
  parseCheckpoint,
  parseFrame,
  parseHeader,
  parseNotice,
  type SegmentHeader,
} from "./segment.ts";

/** What can be wrong with a log. */
export const LOG_PROBLEM_CODES = [
  /** Bytes of a header or of a frame are not what was written. */
  "damaged",
  /** A frame stands at another place than it was written for. */
  "reordered",
  /** Records are not those that were signed: replaced, added or left out by someone who mended the checksums. */
  "altered",
  /** A checkpoint's signature is not that of the identity. */
  "forged",
  /** The segment was signed by another identity. */
  "foreign",
  /** A segment, or a checkpoint, belongs to another log or another past. */
  "spliced",
  /** A segment lies in the place of another. */
  "swapped",
  /** A segment between others is not there. */
  "missing",
  /** A segment that is not the last ends before its closing checkpoint. */
  "truncated",
  /** The last segment ends in the middle of a frame, as after a crash; opening the log for writing mends it. */
  "torn",
  /** The log is shorter than a checkpoint that was seen before. */
  "rolled-back",
  /** The log is not a continuation of a checkpoint that was seen before. */
  "forked",
] as const;

/** One of {@link LOG_PROBLEM_CODES}. */
export type LogProblemCode = (typeof LOG_PROBLEM_CODES)[number];

/** One thing that is wrong with a log. */
export type LogProblem = {
  /** What kind of problem it is. */
  readonly code: LogProblemCode;
  /** Number of the segment, by its place; 0 for the log as a whole. */
  readonly segment: number;
  /** Offset in bytes within the segment. */
  readonly offset: number;
  /** What was expected and what came. */
  readonly message: string;
};

/** A state of a log that was vouched for: small enough to be kept elsewhere and compared later. */
export type LogState = {
  /** Name of the log, 32 hexadecimal digits. */
  readonly log: string;
  /** Records and notices. */
  readonly size: number;
  /** Root of the Merkle tree over them, 64 hexadecimal digits. */
  readonly root: string;
  /** When it was signed, ms since 1970. */
  readonly at: number;
};

/** A segment by its place: `place` is the number in its file's name. */
export type PlacedSegment = { readonly place: number; readonly bytes: Uint8Array };

/** What verification found. */
export type LogReport = {
  /** Empty: all is as it was written and signed. */
  readonly problems: readonly LogProblem[];
  /** The last state that was vouched for; null where there is none. */
  readonly state: LogState | null;
  /** Segments that were looked at. */
  readonly segments: number;
  /** Records and notices that are there, vouched for or not. */
  readonly size: number;
  /** Records behind the last checkpoint: their checksums fit, nobody has signed them yet. */
  readonly unsigned: number;
  /** Checkpoints whose signature holds. */
  readonly checkpoints: number;
  /** Keys that were destroyed on purpose. */
  readonly notices: readonly Notice[];
};

/** How to verify. */
export type VerifyLogOptions = {
  /** A state of the same log that was seen before: the log must contain it. */
  readonly known?: LogState | undefined;
  /** Place of the first segment that is given; default 1. What lies before it is not looked at. */
  readonly from?: number | undefined;
};

/** SHA-256 that names the identity that signs a segment. */
export function signerOf(primitives: Primitives, identity: PublicIdentity): Uint8Array {
  return identityDigest(primitives, identity);
}

/** Whether an identity vouches for a checkpoint. */
export function verifyCheckpoint(
  primitives: Primitives,
  identity: PublicIdentity,
  checkpoint: Checkpoint,
): boolean {
  const message = checkpointMessage(checkpoint);
  return verifyIdentity(primitives, identity, CHECKPOINT_CONTEXT, message, checkpoint.signature);
}

/** Verifies the segments of a log, in the order of their places. */
export function verifyLog(
  primitives: Primitives,
  identity: PublicIdentity,
  segments: Iterable<PlacedSegment>,
  options: VerifyLogOptions = {},
): LogReport {
  const verifier = new LogVerifier(primitives, identity, options);
  for (const segment of segments) verifier.add(segment);
  return verifier.finish();
}

/** Places that are tried in all for frames whose checksum does not fit. */
const PLACES_TRIED = 5_000_000;

/** Problems that say why a tree does not fit any more. */
type Found = { problem: boolean };

/** Verifies segment by segment, so that not all of them have to be in memory at once. */
export class LogVerifier {
  readonly #primitives: Primitives;
  readonly #identity: PublicIdentity;
  readonly #hash: Hash;
  readonly #signer: Uint8Array;
  readonly #known: LogState | undefined;
  readonly #problems: LogProblem[] = [];
  readonly #notices: Notice[] = [];
  #log: Uint8Array | null = null;
  #segments = 0;
  #checkpoints = 0;
  #place = 0;
  /** Tree so far; null where it is not known because something before is missing. */
  #tree: MerklePeaks | null;
  /** Hash of the body of the closing checkpoint of the segment before; null where it is not known. */
  #closing: Uint8Array | null = new Uint8Array(32);
  /** The last segment that has no closing checkpoint. */
  #open: { place: number; offset: number } | null = null;
  #torn: LogProblem | null = null;
  #state: LogState | null = null;
  #size = 0;
  #knownSeen = false;
  #tries = PLACES_TRIED;

  constructor(primitives: Primitives, identity: PublicIdentity, options: VerifyLogOptions = {}) {
    this.#primitives = primitives;
    this.#identity = identity;
    this.#hash = (data) => primitives.sha256(data);
    this.#signer = signerOf(primitives, identity);
    this.#known = options.known;
    this.#place = (options.from ?? 1) - 1;
    this.#tree = new MerklePeaks(this.#hash);
    if (this.#place > 0) this.#lose();
    this.#meetKnown();
  }

  /** The next segment. */
  add({ place, bytes }: PlacedSegment): void {
    this.#segments++;
    this.#endOpen();
    if (place !== this.#place + 1) {
      this.#report(
        "missing",
        this.#place + 1,
        0,
        `expected segment ${this.#place + 1}, got ${place}`,
      );
      this.#lose();
    }
    this.#place = place;
    const header = parseHeader(bytes);
    if (typeof header === "string") {
      this.#report("damaged", place, 0, header);
      this.#lose();
      return;
    }
    if (!this.#accepts(header, place)) {
      this.#lose();
      return;
    }
    this.#walk(place, bytes, header);
  }

  /** What was found; call it once. */
  finish(): LogReport {
    if (this.#torn !== null) this.#problems.push(this.#torn);
    const known = this.#known;
    const signed = this.#state?.size ?? 0;
    if (known !== undefined && !this.#knownSeen) {
      if (this.#log !== null && hex(this.#log) !== known.log) {
        this.#report("spliced", 0, 0, `expected log ${known.log}, got ${hex(this.#log)}`);
      } else if (signed < known.size) {
        this.#report(
          "rolled-back",
          0,
          0,
          `expected at least ${known.size} signed records, got ${signed}`,
        );
      } else if (this.#problems.length === 0) {
        this.#report("forked", 0, 0, `the state of ${known.size} records never was`);
      }
    }
    return {
      problems: this.#problems,
      state: this.#state,
      segments: this.#segments,
      size: this.#size,
      unsigned: Math.max(0, this.#size - signed),
      checkpoints: this.#checkpoints,
      notices: this.#notices,
    };
  }

  #report(code: LogProblemCode, segment: number, offset: number, message: string): void {
    this.#problems.push({ code, segment, offset, message });
  }

  /** From here on nothing is known of what came before. */
  #lose(): void {
    this.#tree = null;
    this.#closing = null;
  }

  /** Called when another segment follows: the one before must have been closed. */
  #endOpen(): void {
    this.#torn = null;
    if (this.#open === null) return;
    const { place, offset } = this.#open;
    this.#report("truncated", place, offset, "expected a closing checkpoint, the segment ends");
    this.#open = null;
    this.#closing = null;
    this.#tree = null;
  }

  #accepts(header: SegmentHeader, place: number): boolean {
    if (!sameBytes(header.signer, this.#signer)) {
      const came = hex(header.signer).slice(0, 16);
      this.#report("foreign", place, 0, `expected a segment of the identity, got one of ${came}`);
      return false;
    }
    this.#log ??= header.log;
    if (!sameBytes(header.log, this.#log)) {
      const message = `expected log ${hex(this.#log)}, got ${hex(header.log)}`;
      this.#report("spliced", place, 0, message);
      return false;
    }
    if (header.segment !== place) {
      this.#report("swapped", place, 0, `expected segment ${place}, got ${header.segment}`);
      return false;
    }
    if (this.#closing !== null && !sameBytes(header.previous, this.#closing)) {
      this.#report("spliced", place, 0, "the segment continues another one than that before it");
      this.#tree = null;
    }
    return true;
  }

  #walk(place: number, bytes: Uint8Array, header: SegmentHeader): void {
    const headerHash = this.#hash(bytes.subarray(0, HEADER_LENGTH));
    const since: Found = { problem: this.#tree === null };
    let offset = HEADER_LENGTH;
    let closing: Uint8Array | null = null;
    if (this.#tree !== null && this.#tree.size !== header.first) {
      const message = `expected to begin with record ${this.#tree.size}, got ${header.first}`;
      this.#report("spliced", place, 0, message);
      since.problem = true;
    }
    let position = header.first;
    while (offset < bytes.length) {
      if (closing !== null) {
        this.#report("spliced", place, offset, "expected nothing behind the closing checkpoint");
        break;
      }
      const frame = parseFrame(bytes, offset, position);
      if (frame === null || (!frame.intact && !this.#isMoved(frame, header, bytes.length))) {
        const next = findCheckpoint(bytes, offset + 1, headerHash, (found) => this.#holds(found));
        if (next === null) {
          this.#tornAt(place, offset, bytes.length);
          break;
        }
        this.#report("damaged", place, offset, "the bytes are not those that were written");
        since.problem = true;
        this.#tree = null;
        offset = next.start;
        position = next.size;
        continue;
      }
      if (!frame.intact) {
        this.#report("reordered", place, offset, `the frame was not written as record ${position}`);
        since.problem = true;
      }
      offset = frame.end;
      if (frame.kind === FRAME.checkpoint) {
        const checkpoint = this.#checkpoint(place, frame, headerHash, position, since);
        if (checkpoint === null) continue;
        position = checkpoint.size;
        if (checkpoint.final) closing = this.#hash(frame.body);
        this.#keep(checkpoint, header);
      } else {
        this.#leaf(frame, since);
        position++;
        this.#size = Math.max(this.#size, position);
      }
    }
    this.#closing = closing;
    this.#open = closing === null ? { place, offset } : null;
  }

  /** A frame whose checksum fits another place of the segment. Foreign bytes do not keep it busy for long. */
  #isMoved(frame: Frame, header: SegmentHeader, length: number): boolean {
    const most = header.first + Math.ceil(length / 24);
    for (let position = header.first; position <= most && this.#tries > 0; position++) {
      this.#tries--;
      if (fitsAt(frame, position)) return true;
    }
    return false;
  }

  #tornAt(place: number, offset: number, length: number): void {
    const message = `${length - offset} bytes are no whole frame`;
    this.#torn = { code: "torn", segment: place, offset, message };
  }

  #leaf(frame: Frame, since: Found): void {
    if (frame.kind === FRAME.notice) {
      const notice = parseNotice(frame.body);
      if (notice !== null) this.#notices.push(notice);
    }
    if (this.#tree === null || since.problem) return;
    this.#tree.append(leafHash(this.#hash, new Uint8Array([frame.kind]), frame.body));
    this.#meetKnown();
  }

  #holds(checkpoint: Checkpoint): boolean {
    return verifyCheckpoint(this.#primitives, this.#identity, checkpoint);
  }

  /** A checkpoint whose signature holds and which belongs here; null otherwise. */
  #checkpoint(
    place: number,
    frame: Frame,
    headerHash: Uint8Array,
    position: number,
    since: Found,
  ): Checkpoint | null {
    const checkpoint = parseCheckpoint(frame.body);
    if (checkpoint === null) {
      this.#report("damaged", place, frame.start, "the checkpoint is malformed");
      since.problem = true;
      return null;
    }
    if (!sameBytes(checkpoint.header, headerHash)) {
      this.#report("spliced", place, frame.start, "the checkpoint belongs to another segment");
      since.problem = true;
      return null;
    }
    if (!this.#holds(checkpoint)) {
      this.#report("forged", place, frame.start, "the checkpoint's signature does not hold");
      since.problem = true;
      return null;
    }
    this.#checkpoints++;
    const root = foldPeaks(this.#hash, checkpoint.peaks);
    const tree = this.#tree;
    if (
      !since.problem &&
      tree !== null &&
      (position !== checkpoint.size || !sameBytes(tree.root(), root))
    ) {
      const message = `expected the ${checkpoint.size} records that were signed, got ${position} others`;
      this.#report("altered", place, frame.start, message);
    }
    return checkpoint;
  }

  /** Goes on from what was signed, whatever stood before it. */
  #keep(checkpoint: Checkpoint, header: SegmentHeader): void {
    this.#tree = new MerklePeaks(this.#hash, checkpoint.size, checkpoint.peaks);
    this.#size = Math.max(this.#size, checkpoint.size);
    this.#state = {
      log: hex(header.log),
      size: checkpoint.size,
      root: hex(this.#tree.root()),
      at: checkpoint.at,
    };
    this.#meetKnown();
  }

  #meetKnown(): void {
    const known = this.#known;
    if (known === undefined || this.#tree === null || this.#knownSeen) return;
    if (this.#tree.size !== known.size) return;
    const sameLog = this.#log === null ? known.size === 0 : hex(this.#log) === known.log;
    if (sameLog && hex(this.#tree.root()) === known.root) this.#knownSeen = true;
  }
}

/** The next checkpoint of a segment that `holds`, at or behind `from`. */
export function findCheckpoint(
  bytes: Uint8Array,
  from: number,
  headerHash: Uint8Array,
  holds: (checkpoint: Checkpoint) => boolean,
): { readonly start: number; readonly size: number } | null {
  // Kind, two bytes of length, flags, size and time stand before the header's hash.
  const before = 1 + 2 + 17;
  for (let at = from; ; at++) {
    at = bytes.indexOf(headerHash[0], at);
    if (at < 0 || at + 32 > bytes.length) return null;
    const start = at - before;
    if (start < from || !sameBytes(bytes.subarray(at, at + 32), headerHash)) continue;
    // Two bytes of length end below 128: what claims to be longer is no checkpoint, and costs no checksum.
    if (bytes[start + 1] < 128 || bytes[start + 2] >= 128) continue;
    const frame = parseFrame(bytes, start, 0);
    if (frame === null || frame.kind !== FRAME.checkpoint) continue;
    const checkpoint = parseCheckpoint(frame.body);
    if (checkpoint === null || !fitsAt(frame, checkpoint.size) || !holds(checkpoint)) continue;
    return { start, size: checkpoint.size };
  }
}
