/**
 * The queue's journal: one JSON line for each thing that happened to an intent, with a checksum. The state is what the
 * lines say in order, so that a crash at any place leaves a state that was true.
 */

import { UsageError } from "@symbion/core";
import type { FieldConflict } from "./conflict.ts";
import { CRM_ERROR_KINDS, CrmError, type CrmErrorKind } from "./errors.ts";
import { type CrmIntent, checkIntent } from "./intents.ts";

/** What happened to an intent. */
export type QueueRecord =
  | { readonly t: "put"; readonly at: number; readonly intent: CrmIntent }
  | { readonly t: "try"; readonly at: number; readonly id: string; readonly times?: number }
  | {
      readonly t: "fail";
      readonly at: number;
      readonly id: string;
      readonly kind: CrmErrorKind;
      readonly why: string;
      readonly landed: boolean;
      readonly next: number;
      /** By how much failures in a row that speak against the intent go up. */
      readonly counts: number;
    }
  | {
      readonly t: "done";
      readonly at: number;
      readonly id: string;
      readonly record: string;
      readonly outcome: "applied" | "already";
      readonly dropped: readonly FieldConflict[];
    }
  | {
      readonly t: "park";
      readonly at: number;
      readonly id: string;
      readonly why: string;
      readonly landed: boolean;
    }
  | {
      readonly t: "conflict";
      readonly at: number;
      readonly id: string;
      readonly conflicts: readonly FieldConflict[];
    }
  | { readonly t: "edit"; readonly at: number; readonly intent: CrmIntent }
  | { readonly t: "again"; readonly at: number; readonly id: string }
  | { readonly t: "drop"; readonly at: number; readonly id: string };

/** Where an intent stands. */
export type QueueItem = {
  /** The intent; an edit that a person decided anew is its newest version. */
  readonly intent: CrmIntent;
  /**
   * `waiting`: to be sent; `conflict`: somebody has to decide; `parked`: the system will not take it; `done`: it took
   * effect.
   */
  readonly state: "waiting" | "conflict" | "parked" | "done";
  /** When it was put in, milliseconds since 1970. */
  readonly putAt: number;
  /** Tries that were begun. */
  readonly tries: number;
  /** Failures in a row that speak against the intent itself, not against the network. */
  readonly failures: number;
  /** Not before, milliseconds since 1970. */
  readonly nextAt: number;
  /** Whether a try may have taken effect without this being known. */
  readonly mayHaveLanded: boolean;
  /** Why it waits or is parked, one sentence; empty where nothing went wrong. */
  readonly why: string;
  /** Fields in conflict, or fields that the policy `theirs` left alone. */
  readonly conflicts: readonly FieldConflict[];
  /** Id of the record that it became; null until it is done. */
  readonly record: string | null;
};

/** The table of CRC-32 (ISO 3309), made on first use. */
let table: Uint32Array | null = null;

function crc32(text: string): string {
  if (table === null) {
    table = new Uint32Array(256);
    for (let i = 0; i < 256; i++) {
      let value = i;
      for (let bit = 0; bit < 8; bit++)
        value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
      table[i] = value;
    }
  }
  let crc = 0xffffffff;
  for (const byte of new TextEncoder().encode(text)) crc = table[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0");
}

/** A record as the store keeps it. */
export function writeLine(record: QueueRecord): string {
  const json = JSON.stringify(record);
  return `${crc32(json)} ${json}`;
}

/**
 * A line's record.
 *
 * @param place Number of the line, from 1.
 * @throws CrmError of kind `store` for a line that is not as it was written.
 */
export function readLine(line: string, place: number): QueueRecord {
  const json = line.slice(9);
  if (line[8] !== " " || crc32(json) !== line.slice(0, 8)) {
    throw new CrmError(
      "store",
      `the queue's line ${place}: expected what was written, got other bytes`,
    );
  }
  const record = JSON.parse(json) as QueueRecord;
  if (record.t === "put" || record.t === "edit") {
    try {
      checkIntent(record.intent);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw new CrmError("store", `the queue's line ${place}: ${error.message}`, { cause: error });
    }
  }
  if (record.t === "fail" && !CRM_ERROR_KINDS.includes(record.kind)) {
    throw new CrmError("store", `the queue's line ${place}: expected a known kind of failure`);
  }
  return record;
}

/**
 * What a record makes of an item.
 *
 * @param item Null where the intent was not known before.
 * @returns Null where the item is gone.
 */
export function applyRecord(item: QueueItem | null, record: QueueRecord): QueueItem | null {
  if (record.t === "put") {
    return {
      intent: record.intent,
      state: "waiting",
      putAt: record.at,
      tries: 0,
      failures: 0,
      nextAt: record.at,
      mayHaveLanded: false,
      why: "",
      conflicts: [],
      record: null,
    };
  }
  if (item === null) return null;
  switch (record.t) {
    case "try":
      // A crash after this line leaves it open whether the request went out.
      return { ...item, tries: item.tries + (record.times ?? 1), mayHaveLanded: true };
    case "fail":
      return {
        ...item,
        failures: item.failures + record.counts,
        nextAt: record.next,
        mayHaveLanded: record.landed,
        why: record.why,
      };
    case "done":
      return {
        ...item,
        state: "done",
        record: record.record,
        mayHaveLanded: false,
        why: "",
        conflicts: record.dropped,
      };
    case "park":
      return { ...item, state: "parked", why: record.why, mayHaveLanded: record.landed };
    case "conflict":
      return {
        ...item,
        state: "conflict",
        conflicts: record.conflicts,
        mayHaveLanded: false,
        why: "somebody else changed the same fields",
      };
    case "edit":
      return {
        ...item,
        intent: record.intent,
        state: "waiting",
        failures: 0,
        nextAt: record.at,
        why: "",
        conflicts: [],
      };
    case "again":
      return { ...item, state: "waiting", failures: 0, nextAt: record.at, why: "" };
    case "drop":
      return null;
  }
}
