/** Reading a sealed log with the recipient's key. */

import { hpkeSuite } from "../hpke/hpke.ts";
import type { Primitives } from "../primitives/types.ts";
import { hex, utf8 } from "./bytes.ts";
import { parseKeys, unwrapKey } from "./keys.ts";
import {
  FRAME,
  HEADER_INFO_LENGTH,
  HEADER_LENGTH,
  openBody,
  parseCheckpoint,
  parseFrame,
  parseHeader,
  recordKey,
  SUITES,
} from "./segment.ts";
import { findCheckpoint } from "./verify.ts";

/** One record as it is read. */
export type LogRecord = {
  /** Number in the log, from 0; notices take numbers as well. */
  readonly index: number;
  /** Content; null where it cannot be read, and `lost` says why. */
  readonly data: Uint8Array | null;
  /**
   * Null for a record that was read. `destroyed`: its key was destroyed on purpose; `no-key`: the key is missing,
   * damaged, or for another recipient; `damaged`: the record is not what was written.
   */
  readonly lost: "destroyed" | "no-key" | "damaged" | null;
  /** Label of the subject's key, 32 hexadecimal digits; empty where it is not known. */
  readonly label: string;
};

/** Purpose of the key that is derived from a segment's encapsulation. */
export const SEGMENT_EXPORT: Uint8Array = utf8("symbion sealed segment key");

/** The key that wraps a segment's data keys; null where the bytes are no segment. */
export function segmentKey(
  primitives: Primitives,
  secretKey: Uint8Array,
  segment: Uint8Array,
): Uint8Array | null {
  const header = parseHeader(segment);
  if (typeof header === "string") return null;
  const suite = hpkeSuite(primitives, { kem: "X-Wing", aead: SUITES[header.suite] });
  const receiver = suite.setupReceiver(secretKey, header.encapsulation, {
    info: segment.subarray(0, HEADER_INFO_LENGTH),
  });
  const key = receiver.export(SEGMENT_EXPORT, 32);
  receiver.close();
  return key;
}

/**
 * Reads the records of one segment. Nothing is said about what is missing or signed: verify for that. After damaged
 * bytes reading goes on at the next checkpoint.
 * @param keys The segment's file of data keys; null where it is gone.
 */
export function* readSegment(
  primitives: Primitives,
  secretKey: Uint8Array,
  segment: Uint8Array,
  keys: Uint8Array | null,
): Generator<LogRecord, void, void> {
  const header = parseHeader(segment);
  const wrapping = segmentKey(primitives, secretKey, segment);
  if (typeof header === "string" || wrapping === null) return;
  const headerHash = primitives.sha256(segment.subarray(0, HEADER_LENGTH));
  const entries = keys === null ? [] : (parseKeys(keys, headerHash) ?? []);
  const opened = entries.map((entry, number) =>
    unwrapKey(primitives, header.suite, wrapping, number, entry),
  );
  let index = header.first;
  for (let offset = HEADER_LENGTH; offset < segment.length; ) {
    const frame = parseFrame(segment, offset, index);
    if (frame === null) {
      const next = findCheckpoint(segment, offset + 1, headerHash, () => true);
      if (next === null) return;
      for (; index < next.size; index++) yield { index, data: null, lost: "damaged", label: "" };
      offset = next.start;
      continue;
    }
    offset = frame.end;
    if (frame.kind === FRAME.checkpoint) {
      const checkpoint = parseCheckpoint(frame.body);
      if (frame.intact && checkpoint !== null) index = checkpoint.size;
      continue;
    }
    const place = index++;
    if (frame.kind === FRAME.notice) continue;
    const number = recordKey(frame.body)?.number;
    const entry = number === undefined ? undefined : entries[number];
    const label = entry === undefined ? "" : hex(entry.label);
    const key = number === undefined ? null : (opened[number] ?? null);
    if (key === null || number === undefined) {
      yield { index: place, data: null, lost: why(frame.intact, entry?.state), label };
      continue;
    }
    const aead = SUITES[header.suite];
    const at = { aead, key, header: headerHash, index: place, keyNumber: number };
    const data = openBody(primitives, at, frame.body);
    yield { index: place, data, lost: data === null ? "damaged" : null, label };
  }
}

function why(intact: boolean, state: string | undefined): LogRecord["lost"] {
  if (!intact) return "damaged";
  return state === "destroyed" ? "destroyed" : "no-key";
}
