/** The accountability log: what was answered, and why it was allowed to. */

/** JSON, as the log writes it. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** What is written down. */
export type LogDraft = {
  /** `answer`, `consent`, `cue`, `handover`, `crm`; a word of the writer's. */
  readonly kind: string;
  /** Whom it is about: a conversation's id for instance. Its entries can be erased together. */
  readonly subject: string;
  /** What happened; readable until the subject is erased. */
  readonly body: Json;
};

/** An entry that can be read. */
export type LogEntry = LogDraft & {
  /** Place in the log, from 0, without gaps. */
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** SHA-256 over all that its line says, hex; the line ends with it and the next line holds it as `prev`. */
  readonly hash: string;
};

/** An entry whose key was destroyed: that it was there can be proven, what it said is gone. */
export type ErasedEntry = Pick<LogEntry, "seq" | "at" | "hash"> & { readonly erased: true };

/** What verifying a log found. */
export type LogCheck = {
  /** Whether every line is as it was written, in its place. */
  readonly ok: boolean;
  /** Entries that were looked at. */
  readonly entries: number;
  /** Of them: erased. */
  readonly erased: number;
  /** Hash of the last entry; null for an empty log. */
  readonly head: string | null;
  /** The first objection: which entry, what was expected, what came; null where `ok`. */
  readonly problem: string | null;
};

/** How far a log had come: kept apart from its lines, so that lines missing at the end are noticed. */
export type LogHead = {
  /** Lines up to and including that one; at least 1. */
  readonly entries: number;
  /** Hash of that line, 64 hex digits. */
  readonly hash: string;
};

/** Where a log's lines and keys are kept: memory, IndexedDB, files. */
export type LogStore = {
  /** Bytes of an unfinished last line that were cut off when the store was opened; 0: there was none. */
  readonly repaired: number;
  /** All lines in order. */
  lines(): AsyncIterable<string>;
  /** Appends one line durably; resolves when a loss of power cannot take it. */
  append(line: string): Promise<void>;
  /** How far the log had come at the last {@link LogStore.putHead}; null where that was never told. */
  head(): Promise<LogHead | null>;
  /**
   * Keeps how far the log has come. A loss of power may take the last of these, never a line; so a log may be longer than
   * its head says and is not shorter unless somebody took lines.
   */
  putHead(head: LogHead): Promise<void>;
  /** A subject's key by its id; null where it was destroyed or never was. */
  key(id: string): Promise<Uint8Array | null>;
  /** Keeps a key durably. */
  putKey(id: string, key: Uint8Array): Promise<void>;
  /** Destroys a key: overwritten where the medium allows, then removed. */
  destroyKey(id: string): Promise<void>;
  /** Lets go of files and locks; nothing may be called afterwards. */
  close(): Promise<void>;
};
