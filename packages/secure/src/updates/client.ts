/**
 * The device's side of updates: TUF's client workflow (1.0, section 5) with the guards that make attacks fail.
 *
 * | attack | guard |
 * |---|---|
 * | arbitrary software | thresholds of dual signatures, hash and length of every file |
 * | rollback | versions never go back, across restarts |
 * | freeze | everything expires; the time is never taken to be before the latest one that was trusted |
 * | endless data | every fetch has a limit, and stops there |
 * | mix and match | the timestamp names the snapshot, the snapshot the targets, by hash |
 * | wrong software | a file is asked for by path, and the path fixes its hash |
 * | malicious mirror | other mirrors are asked when what one sent was refused |
 * | compromised keys | below the threshold they sign nothing; a new root replaces them |
 */

import { sha256 } from "@noble/hashes/sha2.js";
import type { Primitives } from "../primitives/types.ts";
import { concat, hex, sameBytes } from "../sealed/bytes.ts";
import { UpdateError } from "./errors.ts";
import {
  type Envelope,
  isSignedBy,
  type Metadata,
  type MetadataLink,
  type MetadataOf,
  parseMetadata,
  type RootMetadata,
  type SnapshotMetadata,
  type TargetsMetadata,
  type TimestampMetadata,
  type UpdateRole,
  type UpdateTarget,
} from "./metadata.ts";

/** Where updates come from: a folder, a USB stick, a server. */
export interface UpdateSource {
  /** For messages: a host's name or a folder, without credentials. */
  readonly name: string;
  /**
   * Opens a file of the repository by its relative path; null where there is none. What it throws, at once or while
   * bytes come, counts as unavailable. It may stop behind `limit` bytes.
   */
  open(path: string, limit: number): Promise<AsyncIterable<Uint8Array> | null>;
}

/** Names under which a client keeps its state. */
export const UPDATE_STATE_NAMES = ["root", "timestamp", "snapshot", "targets", "time"] as const;

/** One of {@link UPDATE_STATE_NAMES}. */
export type UpdateStateName = (typeof UPDATE_STATE_NAMES)[number];

/** Where a client keeps what it trusts. A write is all or nothing, and on the disk when it resolves. */
export interface UpdateState {
  /** What was written last; null where nothing was. */
  read(name: UpdateStateName): Promise<Uint8Array | null>;
  /** Replaces it; null removes it. */
  write(name: UpdateStateName, bytes: Uint8Array | null): Promise<void>;
}

/** State in memory, for pages and tests. */
export function memoryUpdateState(): UpdateState {
  const kept = new Map<UpdateStateName, Uint8Array>();
  return {
    async read(name) {
      return kept.get(name) ?? null;
    },
    async write(name, bytes) {
      if (bytes === null) kept.delete(name);
      else kept.set(name, bytes.slice());
    },
  };
}

/** SHA-256 over parts. */
export interface StreamHash {
  /** The next part. */
  update(part: Uint8Array): void;
  /** 32 bytes; ends it. */
  digest(): Uint8Array;
}

/** What an update client is made of. */
export type UpdateClientOptions = {
  /** Implementation of the signatures. */
  readonly primitives: Primitives;
  /** What is trusted across restarts. */
  readonly state: UpdateState;
  /** Asked in this order. */
  readonly sources: readonly UpdateSource[];
  /** The first root, from a channel that is trusted: it comes with the software. */
  readonly root: Uint8Array;
  /** Milliseconds since 1970; default the system's clock. */
  readonly clock?: (() => number) | undefined;
  /** Default: one in JavaScript. */
  readonly hash?: (() => StreamHash) | undefined;
};

/** What a refresh has found. */
export type UpdateOverview = {
  /** Version of each role. */
  readonly versions: Readonly<Record<UpdateRole, number>>;
  /** When the first of them expires, ms since 1970. */
  readonly expires: number;
  /** The files that are published. */
  readonly targets: readonly UpdateTarget[];
};

/** Longest root and timestamp, bytes. */
const ROOT_LIMIT = 1_048_576;
const TIMESTAMP_LIMIT = 262_144;

/** Longest snapshot and targets, whatever is announced. */
const METADATA_LIMIT = 16_777_216;

/** Most roots in one refresh. */
const ROOT_STEPS = 1024;

type Trusted = {
  readonly root: Envelope<RootMetadata>;
  readonly timestamp: Envelope<TimestampMetadata>;
  readonly snapshot: Envelope<SnapshotMetadata>;
  readonly targets: Envelope<TargetsMetadata>;
};

/** Keeps a device's files as their publisher signs them. One client per state at a time. */
export class UpdateClient {
  readonly #options: UpdateClientOptions;
  #trusted: Trusted | null = null;

  constructor(options: UpdateClientOptions) {
    for (const key of Object.keys(options)) {
      if (!["primitives", "state", "sources", "root", "clock", "hash"].includes(key)) {
        throw new TypeError(`options: ${key} is not known`);
      }
    }
    this.#options = options;
  }

  /**
   * Fetches and checks the metadata. Throws `UpdateError` for whatever is refused; what was trusted before stays.
   */
  async refresh(): Promise<UpdateOverview> {
    this.#trusted = null;
    const now = await this.#now();
    const root = await this.#refreshRoot(now);
    const timestamp = await this.#refreshTimestamp(root.signed, now);
    const snapshot = await this.#refreshSnapshot(root.signed, timestamp.signed, now);
    const targets = await this.#refreshTargets(root.signed, snapshot.signed, now);
    // Only a time at which everything was valid is remembered: a clock that runs ahead cannot lock updates out.
    await this.#options.state.write("time", new TextEncoder().encode(String(now)));
    this.#trusted = { root, timestamp, snapshot, targets };
    return this.#overview(this.#trusted);
  }

  /**
   * What is known without asking anybody: the metadata of the last refresh, while they are valid. Throws `UpdateError`
   * (`expired`, `unavailable`, `state`).
   */
  async load(): Promise<UpdateOverview> {
    const now = await this.#now();
    const root = await this.#storedRoot();
    const timestamp = await this.#stored("timestamp", root.signed);
    const snapshot = await this.#stored("snapshot", root.signed);
    const targets = await this.#stored("targets", root.signed);
    if (timestamp === null || snapshot === null || targets === null) {
      throw new UpdateError("unavailable", "updates: nothing was fetched yet");
    }
    for (const { signed } of [root, timestamp, snapshot, targets]) checkExpiry(signed, now);
    await this.#checkLink("snapshot", timestamp.signed.snapshot, snapshot.signed);
    await this.#checkLink("targets", snapshot.signed.targets, targets.signed);
    this.#trusted = { root, timestamp, snapshot, targets };
    return this.#overview(this.#trusted);
  }

  /**
   * A file's bytes, checked as they come. Only the end shows that all of it is right: use it when the generator has
   * returned. Throws `UpdateError`: a source that sends other bytes ends it, {@link UpdateClient.fetch} goes on with
   * the next source.
   */
  async *download(path: string, source?: UpdateSource): AsyncGenerator<Uint8Array, void, void> {
    const target = this.target(path);
    const from = source ?? this.#options.sources[0];
    if (from === undefined) throw new UpdateError("unavailable", `${path}: there is no source`);
    const parts = await open(from, targetFile(target), target.length);
    if (parts === null) throw new UpdateError("unavailable", `${path}: ${from.name} has it not`);
    yield* this.#checked(target, parts, from);
  }

  /** A whole file, from the first source that has the right bytes. For files that fit into memory. */
  async fetch(path: string): Promise<Uint8Array> {
    return this.#anySource(`target ${path}`, async (source) => {
      const parts: Uint8Array[] = [];
      for await (const part of this.download(path, source)) parts.push(part);
      return concat(...parts);
    });
  }

  /** What is published under a path. Throws `UpdateError` (`unknown-target`), also before the first refresh. */
  target(path: string): UpdateTarget {
    const target = this.#trusted?.targets.signed.targets.get(path);
    if (target === undefined) {
      throw new UpdateError("unknown-target", `${path}: it is not among the published files`);
    }
    return target;
  }

  /** Sources in the order in which they are asked. */
  get sources(): readonly UpdateSource[] {
    return this.#options.sources;
  }

  async *#checked(
    target: UpdateTarget,
    parts: AsyncIterable<Uint8Array>,
    source: UpdateSource,
  ): AsyncGenerator<Uint8Array, void, void> {
    const hash = (this.#options.hash ?? nobleHash)();
    let length = 0;
    for await (const part of named(parts, source)) {
      length += part.length;
      if (length > target.length) {
        throw new UpdateError(
          "length",
          `${target.path}: expected ${target.length} bytes, got more`,
        );
      }
      hash.update(part);
      yield part;
    }
    if (length < target.length) {
      const message = `${target.path}: expected ${target.length} bytes, got ${length}`;
      throw new UpdateError("length", message);
    }
    if (hex(hash.digest()) !== target.sha256) {
      throw new UpdateError(
        "hash",
        `${target.path}: expected other bytes than ${source.name} sent`,
      );
    }
  }

  async #refreshRoot(now: number): Promise<Envelope<RootMetadata>> {
    let root = await this.#storedRoot();
    for (let step = 0; step < ROOT_STEPS; step++) {
      const next = await this.#nextRoot(root.signed);
      if (next === null) {
        checkExpiry(root.signed, now);
        return root;
      }
      // From here on stored metadata count only where the new keys signed them: a thief of old keys who raised version
      // numbers loses them with the keys.
      await this.#options.state.write("root", next.bytes);
      root = next.envelope;
    }
    throw new UpdateError("length", `root: expected at most ${ROOT_STEPS} new versions, got more`);
  }

  /** The root after one, signed by both; null where no source has any. */
  async #nextRoot(
    current: RootMetadata,
  ): Promise<{ envelope: Envelope<RootMetadata>; bytes: Uint8Array } | null> {
    const version = current.version + 1;
    let refused: UpdateError | null = null;
    let isLast = false;
    for (const source of this.#options.sources) {
      try {
        const bytes = await read(source, `${version}.root.json`, ROOT_LIMIT, "root");
        if (bytes === null) {
          isLast = true;
          continue;
        }
        const envelope = parseMetadata(this.#options.primitives, "root", bytes);
        this.#checkSigned(envelope, current);
        this.#checkSigned(envelope, envelope.signed);
        if (envelope.signed.version !== version) {
          const came = envelope.signed.version;
          throw new UpdateError("rollback", `root: expected version ${version}, got ${came}`);
        }
        return { envelope, bytes };
      } catch (error) {
        refused = asUpdateError(error);
      }
    }
    // One source that answers properly is enough to go on; what another one sent is its own problem.
    if (isLast) return null;
    throw refused ?? new UpdateError("unavailable", "root: there is no source");
  }

  async #refreshTimestamp(root: RootMetadata, now: number): Promise<Envelope<TimestampMetadata>> {
    const old = await this.#stored("timestamp", root);
    let refused: UpdateError | null = null;
    let best: { envelope: Envelope<TimestampMetadata>; bytes: Uint8Array } | null = null;
    // All sources are asked: one that holds a new timestamp back does no harm while another one has it.
    for (const source of this.#options.sources) {
      try {
        const bytes = await read(source, "timestamp.json", TIMESTAMP_LIMIT, "timestamp");
        if (bytes === null) {
          throw new UpdateError("unavailable", `timestamp: ${source.name} has none`);
        }
        const envelope = this.#checkTimestamp(bytes, root, old, now);
        const version = best?.envelope.signed.version ?? 0;
        if (envelope.signed.version > version) best = { envelope, bytes };
      } catch (error) {
        refused = moreTelling(refused, asUpdateError(error));
      }
    }
    if (best === null) {
      throw refused ?? new UpdateError("unavailable", "timestamp: there is no source");
    }
    await this.#options.state.write("timestamp", best.bytes);
    return best.envelope;
  }

  #checkTimestamp(
    bytes: Uint8Array,
    root: RootMetadata,
    old: Envelope<TimestampMetadata> | null,
    now: number,
  ): Envelope<TimestampMetadata> {
    const envelope = parseMetadata(this.#options.primitives, "timestamp", bytes);
    this.#checkSigned(envelope, root);
    const { snapshot, version } = envelope.signed;
    if (old !== null) {
      checkVersion(envelope.signed, old.signed.version);
      checkLinked("snapshot", snapshot.version, old.signed.snapshot.version);
      if (version === old.signed.version && !sameBytes(envelope.message, old.message)) {
        const message = `timestamp: expected version ${version} as it was, got another`;
        throw new UpdateError("mismatch", message);
      }
    }
    checkExpiry(envelope.signed, now);
    return envelope;
  }

  async #refreshSnapshot(
    root: RootMetadata,
    timestamp: TimestampMetadata,
    now: number,
  ): Promise<Envelope<SnapshotMetadata>> {
    const old = await this.#stored("snapshot", root);
    const link = timestamp.snapshot;
    return this.#linked("snapshot", root, link, now, (signed) => {
      if (old === null) return;
      checkVersion(signed, old.signed.version);
      checkLinked("targets", signed.targets.version, old.signed.targets.version);
    });
  }

  async #refreshTargets(
    root: RootMetadata,
    snapshot: SnapshotMetadata,
    now: number,
  ): Promise<Envelope<TargetsMetadata>> {
    const old = await this.#stored("targets", root);
    return this.#linked("targets", root, snapshot.targets, now, (signed) => {
      if (old !== null) checkVersion(signed, old.signed.version);
    });
  }

  /** Metadata that other metadata name by version, length and hash. */
  async #linked<R extends "snapshot" | "targets">(
    role: R,
    root: RootMetadata,
    link: MetadataLink,
    now: number,
    check: (signed: MetadataOf[R]) => void,
  ): Promise<Envelope<MetadataOf[R]>> {
    const limit = Math.min(link.length, METADATA_LIMIT);
    const { envelope, bytes } = await this.#anySource(role, async (source) => {
      const stored = await this.#options.state.read(role);
      const bytes =
        stored !== null && this.#fits(stored, link)
          ? stored
          : await read(source, `${link.version}.${role}.json`, limit, role);
      if (bytes === null) throw new UpdateError("unavailable", `${role}: ${source.name} has none`);
      if (bytes.length !== link.length) {
        const message = `${role}: expected ${link.length} bytes, got ${bytes.length}`;
        throw new UpdateError("length", message);
      }
      if (!this.#fits(bytes, link)) {
        throw new UpdateError("mismatch", `${role}: expected other bytes than ${source.name} sent`);
      }
      const envelope = parseMetadata(this.#options.primitives, role, bytes);
      this.#checkSigned(envelope as Envelope<Metadata>, root);
      if (envelope.signed.version !== link.version) {
        const message = `${role}: expected version ${link.version}, got ${envelope.signed.version}`;
        throw new UpdateError("mismatch", message);
      }
      check(envelope.signed);
      checkExpiry(envelope.signed, now);
      return { envelope, bytes };
    });
    await this.#options.state.write(role, bytes);
    return envelope;
  }

  #fits(bytes: Uint8Array, link: MetadataLink): boolean {
    return (
      bytes.length === link.length && hex(this.#options.primitives.sha256(bytes)) === link.sha256
    );
  }

  /** Asks the sources until one answers properly; the first refusal that is more than silence is what is thrown. */
  async #anySource<T>(what: string, ask: (source: UpdateSource) => Promise<T>): Promise<T> {
    let refused: UpdateError | null = null;
    for (const source of this.#options.sources) {
      try {
        return await ask(source);
      } catch (error) {
        refused = moreTelling(refused, asUpdateError(error));
      }
    }
    throw refused ?? new UpdateError("unavailable", `${what}: there is no source`);
  }

  #checkSigned(envelope: Envelope<Metadata>, root: RootMetadata): void {
    if (isSignedBy(this.#options.primitives, envelope, root)) return;
    const { role } = envelope.signed;
    const { threshold } = root.roles[role];
    throw new UpdateError(
      "signatures",
      `${role}: expected ${threshold} valid signatures, got fewer`,
    );
  }

  async #checkLink(role: UpdateRole, link: MetadataLink, signed: Metadata): Promise<void> {
    const bytes = await this.#options.state.read(role);
    if (bytes !== null && this.#fits(bytes, link) && signed.version === link.version) return;
    throw new UpdateError("unavailable", `${role}: the last refresh was not finished`);
  }

  /** The root of the state, or the one that came with the software where that is newer. */
  async #storedRoot(): Promise<Envelope<RootMetadata>> {
    const { primitives, root, state } = this.#options;
    const given = parseMetadata(primitives, "root", root);
    this.#checkSigned(given, given.signed);
    const bytes = await state.read("root");
    if (bytes === null) return given;
    const stored = this.#own("root", bytes);
    if (!isSignedBy(primitives, stored, stored.signed)) damaged("root");
    return stored.signed.version < given.signed.version ? given : stored;
  }

  /** Metadata of the state; null where there are none, or where they are not signed by the keys of today. */
  async #stored<R extends "timestamp" | "snapshot" | "targets">(
    role: R,
    root: RootMetadata,
  ): Promise<Envelope<MetadataOf[R]> | null> {
    const bytes = await this.#options.state.read(role);
    if (bytes === null) return null;
    const envelope = this.#own(role, bytes);
    return isSignedBy(this.#options.primitives, envelope as Envelope<Metadata>, root)
      ? envelope
      : null;
  }

  #own<R extends UpdateRole>(role: R, bytes: Uint8Array): Envelope<MetadataOf[R]> {
    try {
      return parseMetadata(this.#options.primitives, role, bytes);
    } catch {
      return damaged(role);
    }
  }

  /** The time: the clock's, but never before one at which an update was accepted. */
  async #now(): Promise<number> {
    const bytes = await this.#options.state.read("time");
    const clock = Math.floor((this.#options.clock ?? Date.now)());
    if (bytes === null) return clock;
    const text = new TextDecoder().decode(bytes);
    if (!/^\d{1,15}$/.test(text)) damaged("time");
    return Math.max(clock, Number(text));
  }

  #overview({ root, timestamp, snapshot, targets }: Trusted): UpdateOverview {
    const all = [root, timestamp, snapshot, targets].map(({ signed }) => signed.expires);
    return {
      versions: {
        root: root.signed.version,
        targets: targets.signed.version,
        snapshot: snapshot.signed.version,
        timestamp: timestamp.signed.version,
      },
      expires: Math.min(...all),
      targets: [...targets.signed.targets.values()],
    };
  }
}

/** Where a target lies in a repository: its hash is in the name, so that old and new ones lie side by side. */
export function targetFile({ path, sha256 }: Pick<UpdateTarget, "path" | "sha256">): string {
  const slash = path.lastIndexOf("/") + 1;
  return `targets/${path.slice(0, slash)}${sha256}.${path.slice(slash)}`;
}

function nobleHash(): StreamHash {
  const hash = sha256.create();
  return {
    update(part) {
      hash.update(part);
    },
    digest: () => hash.digest(),
  };
}

function damaged(name: UpdateStateName): never {
  throw new UpdateError("state", `${name}: what was kept on this device is damaged`);
}

function checkExpiry(signed: Metadata, now: number): void {
  if (signed.expires > now) return;
  const at = new Date(signed.expires).toISOString();
  throw new UpdateError(
    "expired",
    `${signed.role}: expected one that is valid, got one until ${at}`,
  );
}

function checkVersion(signed: Metadata, least: number): void {
  if (signed.version >= least) return;
  const message = `${signed.role}: expected version ${least} or above, got ${signed.version}`;
  throw new UpdateError("rollback", message);
}

function checkLinked(role: UpdateRole, version: number, least: number): void {
  if (version >= least) return;
  throw new UpdateError("rollback", `${role}: expected version ${least} or above, got ${version}`);
}

/** Of two refusals the first, unless it only says that nothing came. */
function moreTelling(first: UpdateError | null, second: UpdateError): UpdateError {
  return first === null || first.code === "unavailable" ? second : first;
}

function asUpdateError(error: unknown): UpdateError {
  if (error instanceof UpdateError) return error;
  const words = error instanceof Error ? error.message : "it cannot be fetched";
  return new UpdateError("unavailable", `updates: ${words}`, { cause: error });
}

async function open(
  source: UpdateSource,
  path: string,
  limit: number,
): Promise<AsyncIterable<Uint8Array> | null> {
  try {
    return await source.open(path, limit);
  } catch (error) {
    throw asUpdateError(error);
  }
}

/** Errors of a source become `UpdateError`s. */
async function* named(
  parts: AsyncIterable<Uint8Array>,
  source: UpdateSource,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* parts;
  } catch (error) {
    if (error instanceof UpdateError) throw error;
    const words = error instanceof Error ? error.message : "it broke off";
    throw new UpdateError("unavailable", `${source.name}: ${words}`, { cause: error });
  }
}

/** Reads a small file; never more than `limit` bytes. */
async function read(
  source: UpdateSource,
  path: string,
  limit: number,
  what: string,
): Promise<Uint8Array | null> {
  const opened = await open(source, path, limit);
  if (opened === null) return null;
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of named(opened, source)) {
    length += part.length;
    if (length > limit) {
      throw new UpdateError("length", `${what}: expected at most ${limit} bytes, got more`);
    }
    parts.push(part);
  }
  return concat(...parts);
}
