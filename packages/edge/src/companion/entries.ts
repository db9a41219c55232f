/** Records of answers in the log. */

import type { ErasedEntry, LogEntry, Turn } from "@symbion/companion";

/** The record of an answer; null for entries of other kinds, and erased ones. */
export function turnOf(entry: LogEntry | ErasedEntry): Turn | null {
  if ("erased" in entry || (entry.kind !== "answer" && entry.kind !== "handover")) return null;
  // Entries of earlier releases say nothing of answers that were put back.
  return { restored: [], ...(entry.body as unknown as Partial<Turn>) } as Turn;
}
