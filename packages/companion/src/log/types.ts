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
  /** SHA-256 of the line, hex; the next entry's line holds it. */
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

/** Where a log's lines and keys are kept: memory, IndexedDB, files. */
export type LogStore = {
  /** All lines in order. */
  lines(): AsyncIterable<string>;
  /** Appends one line durably; resolves when a loss of power cannot take it. */
  append(line: string): Promise<void>;
  /** A subject's key by its id; null where it was destroyed or never was. */
  key(id: string): Promise<Uint8Array | null>;
  /** Keeps a key durably. */
  putKey(id: string, key: Uint8Array): Promise<void>;
  /** Destroys a key: overwritten where the medium allows, then removed. */
  destroyKey(id: string): Promise<void>;
  /** Lets go of files and locks; nothing may be called afterwards. */
  close(): Promise<void>;
};
