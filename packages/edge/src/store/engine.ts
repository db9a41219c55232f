/**
 * The store's inside, synchronous, in the store's own thread: the database with its tables, what becomes of failures,
 * and housekeeping. Time comes from outside, so that a test can make clocks jump.
 */

import { closeSync, fsync, mkdirSync, open, readdirSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Clip, type StoreStatus, UsageError } from "@symbion/core";
import type { StoreConfig } from "../config/types.ts";
import { Activity } from "./activity.ts";
import { COMPANION_FOLDER } from "./archive.ts";
import type { Leftovers } from "./clip-names.ts";
import { ClockGuard } from "./clock.ts";
import type { Database } from "./database.ts";
import { type Failure, failureOf, messageOf, StoreError } from "./errors.ts";
import { Insights } from "./insights.ts";
import { Lists } from "./lists.ts";
import { type FolderLock, lockFolder } from "./lock.ts";
import type { Read, StoreProblem, Write } from "./messages.ts";
import { DATABASE_FILE, emptyDatabase, openDatabase, openToRead, type Suspicion } from "./open.ts";
import { Readings } from "./readings.ts";
import { finishRestore } from "./restore-plan.ts";
import { Retention, type Space, type StepResult, type Tables } from "./retention.ts";
import { Sharing } from "./sharing.ts";
import { Streams } from "./streams.ts";
import { WriteMeter } from "./written.ts";

/** How often the companion's files are looked at, milliseconds. */
const COMPANION_INTERVAL = 60_000;
/** Bytes of the disk that a small file takes. */
const KEY_BYTES = 4096;

/** Folder of clips inside the data folder. */
export const CLIP_FOLDER = "clips";

/** What became of one write: its value, or why it was not stored. */
export type Outcome = { readonly value: unknown } | { readonly error: StoreError };

/** Clocks, in milliseconds. */
export type Clocks = {
  /** Since 1970. */
  readonly wall: () => number;
  /** Since any moment, never going back. */
  readonly mono: () => number;
};

/** Clocks of the machine. */
export const SYSTEM_CLOCKS: Clocks = { wall: Date.now, mono: () => performance.now() };

/** Free space below this many reserves is worth a word, which stands until there are that many. */
const LOW_FACTOR = 1.5;
const ENOUGH_FACTOR = 2;

/** Bytes that are freed at once when the disk is full, at least. */
const EMERGENCY_BYTES = 16 << 20;

/**
 * Free bytes below which a failed write means a full disk, whatever the code says, and a disk that was full is not
 * taken for mended because some small write fits in.
 */
const NO_SPACE = 1 << 19;

type Inside = Tables & {
  readonly activity: Activity;
  readonly streams: Streams;
  readonly writable: boolean;
};

/** One open data folder. */
export class StoreEngine {
  readonly clipFolder: string;
  #config: StoreConfig;
  readonly #clocks: Clocks;
  readonly #path: string;
  readonly #retention: Retention;
  readonly #meter: WriteMeter;
  #inside: Inside;
  #lock: FolderLock | null = null;
  #clock: ClockGuard;
  #trouble: StoreProblem | null = null;
  #low: string | null = null;
  #notice: string | null = null;
  #suspicion: Suspicion = "none";
  /** Clips whose files went in an emergency and whose rows are still there. */
  #gone: string[] = [];
  #companionSeen = { at: Number.NEGATIVE_INFINITY, bytes: 0 };
  #space: Space = { databaseBytes: 0, clipBytes: 0, companionBytes: 0, freeBytes: 0 };

  /**
   * Opens the folder, making it where it is missing. Throws `UsageError` where another node has it or its database is
   * of a newer schema; anything else leaves a store that says what is wrong and is tried again by
   * {@link StoreEngine.retry}.
   */
  constructor(config: StoreConfig, clocks: Clocks = SYSTEM_CLOCKS) {
    this.#config = config;
    this.#clocks = clocks;
    this.#path = join(config.folder, DATABASE_FILE);
    this.clipFolder = join(config.folder, CLIP_FOLDER);
    this.#retention = new Retention(config, this.clipFolder);
    this.#meter = new WriteMeter(clocks.mono());
    this.#inside = this.#open();
    this.#clock = this.#startClock();
    this.#measure();
  }

  /** What a person should know, most urgent first, or null. */
  get problem(): StoreProblem | null {
    if (this.#trouble !== null) return this.#trouble;
    if (this.#low !== null) return { kind: "low", text: this.#low };
    return this.#notice === null ? null : { kind: "damaged", text: this.#notice };
  }

  /** Quota, reserve and days from now on; the folder stays. */
  configure(config: StoreConfig): void {
    this.#config = { ...config, folder: this.#config.folder };
    this.#retention.configure(this.#config);
  }

  /** Whether writes fail at present. */
  get failing(): boolean {
    return this.#trouble !== null;
  }

  /** Figures of now; those of clips as of the last commit or housekeeping. */
  status(): StoreStatus {
    const databaseBytes = this.#databaseBytes();
    const freeBytes = this.#freeBytes();
    this.#space = { ...this.#space, databaseBytes, freeBytes };
    const { clipBytes, companionBytes } = this.#space;
    return {
      databaseBytes,
      clipBytes,
      companionBytes,
      quotaBytes: this.#config.quotaBytes,
      freeBytes,
      writtenBytes: this.#meter.bytes,
      writtenBytesPerDay: this.#meter.perDay(this.#clocks.mono()),
      problem: this.#trouble?.text ?? this.#notice,
    };
  }

  /** Stores what was handed over, in one transaction. Never throws: each write has its outcome. */
  commit(writes: readonly Write[]): Outcome[] {
    try {
      const values = this.#write(() => writes.map((write) => this.#apply(write)));
      for (const write of writes) if (write.what === "clip") this.#countClip(write.clip);
      return values.map((value) => ({ value }));
    } catch (error) {
      const failure = this.#failed(error);
      if (failure === "corrupt") return this.#afterCorruption(writes);
      // One record that cannot be stored must not take the others with it.
      const alone = failure === "invalid" || failure === "defect";
      if (alone && writes.length > 1) return writes.flatMap((write) => this.commit([write]));
      const storeError = this.#toStoreError(error, failure);
      return writes.map(() => ({ error: storeError }));
    }
  }

  /** Answers a question. Throws `UsageError` for bad ones, {@link StoreError} where the data cannot be read. */
  read({ method, args }: Read): unknown {
    try {
      return this.#answer({ method, args } as Read);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      const failure = this.#failed(error);
      if (failure === "corrupt") {
        this.#beginAnew(error);
        return this.#answer({ method, args } as Read);
      }
      throw this.#toStoreError(error, failure);
    }
  }

  /** After a commit, when nobody waits: moves the log into the database if it has grown. */
  afterCommit(): void {
    if (!this.#inside.writable) return;
    this.#guarded(() => this.#inside.db.checkpointIfDue());
  }

  /**
   * Sums up readings and deletes what is old or too much, a little; whether there is more to do. Never throws.
   */
  housekeep(): boolean {
    this.#measure();
    if (!this.#inside.writable || this.#trouble !== null) return false;
    let result = "idle" as StepResult;
    this.#guarded(() => {
      const { wall, mono } = this.#clocks;
      const now = this.#clock.now(wall(), mono());
      this.#write(() => this.#inside.readings.rollUp(wall()));
      result = this.#retention.step(this.#inside, now, this.#space);
      this.#measure();
      this.#judge(result);
    });
    return result === "more";
  }

  /** Once a day or so: what only costs space. */
  tidy(): void {
    if (!this.#inside.writable || this.#trouble !== null) return;
    this.#guarded(() => {
      const { db, activity, streams } = this.#inside;
      this.#write(() => {
        activity.prune();
        db.run(
          `DELETE FROM streams WHERE NOT EXISTS
             (SELECT 1 FROM insights INDEXED BY insights_stream WHERE stream = streams.id)`,
        );
        db.run(
          "INSERT OR REPLACE INTO meta (key, value) VALUES ('clock', ?)",
          String(this.#clock.anchor),
        );
      });
      streams.reload();
    });
  }

  /** Tries to write again after a failure, opening the files anew where that may help. Never throws. */
  retry(): void {
    if (this.#trouble === null) return;
    const reopen = !this.#inside.writable || this.#trouble.kind === "unwritable";
    if (reopen) {
      this.#trouble = null;
      this.#inside.db.close();
      this.#inside = this.#open();
      if (this.failing) return;
    }
    try {
      const gone = this.#gone;
      this.#write(() => {
        for (const id of gone) this.#inside.lists.forgetClip(id);
        this.#inside.db.run(
          "INSERT OR REPLACE INTO meta (key, value) VALUES ('probe', ?)",
          String(this.#clocks.wall()),
        );
      });
      this.#gone = [];
    } catch (error) {
      const failure = this.#failed(error);
      if (failure === "corrupt") this.#beginAnew(error);
    }
    this.#measure();
  }

  /** Makes what has been committed survive a power cut; calls back when done, whether or not it could be. */
  syncLog(done: () => void): void {
    // A descriptor of our own: SQLite's locks are on other files, closing this one does not drop them.
    open(`${this.#path}-wal`, "r", (failed, file) => {
      if (failed !== null) return done();
      fsync(file, () => {
        closeSync(file);
        done();
      });
    });
  }

  /** Brings the clip table into line with the folder: rows without a file go. Returns the files without a row. */
  reconcileClips(): Leftovers {
    const { lost, ...leftovers } = this.#inside.lists.compareClipFiles();
    if (lost.length > 0 && this.#inside.writable) {
      this.#guarded(() =>
        this.#write(() => {
          for (const id of lost) this.#inside.lists.forgetClip(id);
        }),
      );
    }
    return leftovers;
  }

  /** Ids of a source's insights that went on at some time of a span. */
  insightsDuring(source: string, from: number, to: number): string[] {
    const page = this.#inside.insights.list({ sources: [source], from, to, limit: 1000 });
    return page.items.map(({ id }) => id);
  }

  /** Closes and gives the folder up. */
  close(): void {
    this.tidy();
    try {
      this.#inside.db.close();
    } finally {
      this.#lock?.release();
      this.#lock = null;
    }
  }

  #open(): Inside {
    const { folder, quotaBytes } = this.#config;
    const wall = this.#clocks.wall();
    try {
      mkdirSync(this.clipFolder, { recursive: true });
      this.#lock ??= lockFolder(folder);
      finishRestore(folder);
      const { db, notice } = openDatabase(this.#path, quotaBytes, wall, this.#suspicion);
      this.#notice = notice ?? this.#notice;
      return inside(db, this.clipFolder, true);
    } catch (error) {
      if (error instanceof UsageError) {
        this.#lock?.release();
        throw error;
      }
      this.#failed(error);
      return inside(openToRead(this.#path) ?? emptyDatabase(), this.clipFolder, false);
    }
  }

  #startClock(): ClockGuard {
    const row = this.#inside.db.get("SELECT value FROM meta WHERE key = 'clock'");
    const anchor = row === undefined ? null : Number(row.value);
    return new ClockGuard(anchor, this.#clocks.wall(), this.#clocks.mono());
  }

  #write<T>(body: () => T): T {
    if (!this.#inside.writable) {
      throw new StoreError(
        this.#trouble?.kind === "full" ? "full" : "unwritable",
        this.#trouble?.text ?? "the store is not open",
      );
    }
    const value = this.#inside.db.transaction(body);
    if (this.#trouble !== null && this.#freeBytes() >= NO_SPACE) this.#trouble = null;
    return value;
  }

  #apply(write: Write): unknown {
    const { lists, insights, readings, sharing } = this.#inside;
    switch (write.what) {
      case "readings":
        return readings.put(write.readings);
      case "insight":
        return insights.put(write.insight);
      case "alert":
        return lists.putAlert(write.alert, write.deliveries);
      case "delivery":
        return lists.putDelivery(write.delivery);
      case "clip":
        return lists.putClip(write.clip);
      case "delete-clip":
        return lists.deleteClip(write.id);
      case "silence":
        return lists.putSilence(write.silence);
      case "delete-silence":
        return lists.deleteSilence(write.id);
      case "subscription":
        return lists.putPushSubscription(write.subscription);
      case "delete-subscription":
        return lists.deletePushSubscription(write.endpoint);
      case "release":
        return sharing.putRelease(write.release, write.message);
      case "aggregate":
        return sharing.putAggregate(write.incoming);
      case "state":
        return lists.putState(write.key, write.value);
      default:
        return write satisfies never;
    }
  }

  #answer(read: Read): unknown {
    const { lists, insights, readings, activity, sharing } = this.#inside;
    switch (read.method) {
      case "insights":
        return insights.list(...read.args);
      case "alerts":
        return lists.alerts(...read.args);
      case "alert":
        return lists.alert(...read.args);
      case "clips":
        return lists.clips(...read.args);
      case "clip":
        return lists.clip(...read.args);
      case "deliveries":
        return lists.deliveries(...read.args);
      case "dueDeliveries":
        return lists.dueDeliveries(...read.args);
      case "backlog":
        return lists.backlog();
      case "strip":
        return activity.strip(...read.args, this.#clocks.wall());
      case "readings":
        return readings.query(...read.args);
      case "releases":
        return sharing.releases(...read.args);
      case "release":
        return sharing.release(...read.args);
      case "releaseCounts":
        return sharing.counts();
      case "outgoing":
        return sharing.outgoing(...read.args);
      case "waiting":
        return sharing.waiting();
      case "aggregates":
        return sharing.aggregates(...read.args);
      case "silences":
        return lists.silences();
      case "pushSubscriptions":
        return lists.pushSubscriptions();
      case "state":
        return lists.state(...read.args);
      default:
        return read satisfies never;
    }
  }

  /** Runs housekeeping whose failure only matters as the store's state. */
  #guarded(body: () => void): void {
    try {
      body();
    } catch (error) {
      const failure = this.#failed(error);
      if (failure === "corrupt") this.#beginAnew(error);
    }
  }

  /** Takes note of a failure; what is in memory is read again, for the transaction came to nothing. */
  #failed(error: unknown): Failure {
    let failure = failureOf(error);
    if (failure === "unwritable" && this.#freeBytes() < NO_SPACE) failure = "full";
    if (failure === "full" || failure === "unwritable") {
      this.#trouble = { kind: failure, text: this.#describe(failure, error) };
      if (failure === "full") this.#emergency();
    }
    if (failure !== "corrupt") this.#reload();
    return failure;
  }

  #reload(): void {
    // During the constructor there is nothing yet.
    if (this.#inside === undefined) return;
    try {
      this.#inside.streams.reload();
      this.#inside.readings.reload();
    } catch {
      // It will fail again where it is asked.
    }
  }

  #describe(failure: "full" | "unwritable", error: unknown): string {
    const { folder, quotaBytes } = this.#config;
    if (failure === "unwritable") {
      return `${folder} cannot be written to (${messageOf(error)}): nothing is stored until that is mended`;
    }
    const atQuota = this.#freeBytes() > NO_SPACE;
    return atQuota
      ? `${folder}: the database has reached the quota of ${megabytes(quotaBytes)}: nothing is stored until old data is gone`
      : `the disk of ${folder} is full: nothing is stored until there is space again`;
  }

  /** A full disk: the files of the oldest clips make room for what matters more. */
  #emergency(): void {
    if (this.#inside === undefined) return;
    try {
      const { disk } = this.#retention.excess({ ...this.#space, freeBytes: this.#freeBytes() });
      const bytes = Math.max(EMERGENCY_BYTES, disk);
      if (this.#gone.length === 0) {
        this.#gone = this.#retention.deleteClipFiles(this.#inside, bytes);
      }
    } catch {
      // What cannot be deleted stays.
    }
  }

  #afterCorruption(writes: readonly Write[]): Outcome[] {
    try {
      this.#beginAnew(new Error("its pages contradict each other"));
      const values = this.#write(() => writes.map((write) => this.#apply(write)));
      return values.map((value) => ({ value }));
    } catch (error) {
      const storeError = this.#toStoreError(error, this.#failed(error));
      return writes.map(() => ({ error: storeError }));
    }
  }

  /** The database turned out to be damaged: it is checked when opened, and put aside. */
  #beginAnew(error: unknown): void {
    this.#suspicion = this.#suspicion === "none" ? "some" : "certain";
    try {
      this.#inside.db.close();
    } catch {
      // A damaged database may not even close.
    }
    this.#inside = this.#open();
    this.#notice ??= `the database was damaged (${messageOf(error)}) and has been opened again`;
  }

  #toStoreError(error: unknown, failure: Failure): StoreError {
    if (error instanceof StoreError) return error;
    if (failure === "full" || failure === "unwritable") {
      return new StoreError(failure, this.#trouble?.text ?? messageOf(error), { cause: error });
    }
    return new StoreError("invalid", `not stored: ${messageOf(error)}`, { cause: error });
  }

  #countClip(clip: Clip): void {
    this.#meter.add(clip.bytes);
  }

  #measure(): void {
    this.#space = {
      databaseBytes: this.#databaseBytes(),
      clipBytes: this.#clipBytes(),
      companionBytes: this.#companionBytes(),
      freeBytes: this.#freeBytes(),
    };
  }

  #databaseBytes(): number {
    return sizeOf(this.#path) + sizeOf(`${this.#path}-wal`);
  }

  #clipBytes(): number {
    try {
      let bytes = this.#inside.lists.clipBytes();
      for (const name of readdirSync(this.clipFolder)) {
        if (name.endsWith(".part")) bytes += sizeOf(join(this.clipFolder, name));
      }
      return bytes;
    } catch {
      return this.#space.clipBytes;
    }
  }

  /** Looked at seldom: there is a key for each conversation. */
  #companionBytes(): number {
    const now = this.#clocks.mono();
    if (now - this.#companionSeen.at >= COMPANION_INTERVAL) {
      this.#companionSeen = { at: now, bytes: companionBytes(this.#config.folder) };
    }
    return this.#companionSeen.bytes;
  }

  #freeBytes(): number {
    try {
      const { bavail, bsize } = statfsSync(this.#config.folder);
      return bavail * bsize;
    } catch {
      return Number.MAX_SAFE_INTEGER;
    }
  }

  #judge(result: StepResult): void {
    const { folder, quotaBytes, reserveBytes } = this.#config;
    const { freeBytes } = this.#space;
    if (result === "stuck") {
      const { quota } = this.#retention.excess(this.#space);
      this.#low =
        quota > 0
          ? `${folder}: more than the quota of ${megabytes(quotaBytes)} is in use, and nothing of it may be deleted yet`
          : `the disk of ${folder} has ${megabytes(freeBytes)} left, less than the reserve of ${megabytes(reserveBytes)}`;
    } else if (freeBytes < (this.#low === null ? LOW_FACTOR : ENOUGH_FACTOR) * reserveBytes) {
      this.#low = `the disk of ${folder} has ${megabytes(freeBytes)} left; below ${megabytes(reserveBytes)} old clips are deleted`;
    } else if (result === "idle") this.#low = null;
  }
}

function inside(db: Database, clipFolder: string, writable: boolean): Inside {
  const streams = new Streams(db);
  const activity = new Activity(db, streams);
  return {
    db,
    streams,
    activity,
    insights: new Insights(db, streams, activity),
    lists: new Lists(db, clipFolder),
    readings: new Readings(db),
    sharing: new Sharing(db),
    writable,
  };
}

/** Of the log, of what waits for a CRM system, and of the keys, which take a block of the disk each. */
function companionBytes(folder: string): number {
  const at = join(folder, COMPANION_FOLDER);
  const names = (below: string): string[] => {
    try {
      return readdirSync(join(at, below));
    } catch {
      return [];
    }
  };
  const files = [...names("."), ...names("crm").map((name) => join("crm", name))];
  const bytes = files.reduce((sum, name) => sum + sizeOf(join(at, name)), 0);
  return bytes + names("keys").length * KEY_BYTES;
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

function megabytes(bytes: number): string {
  return bytes >= 10 * 2 ** 30
    ? `${Math.round(bytes / 2 ** 30)} GB`
    : `${Math.round(bytes / 2 ** 20)} MB`;
}
