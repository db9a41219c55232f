/** The only door between a person's body and the companion. */

import { expected } from "@symbion/core";
import { ConsentError } from "../errors.ts";
import { type GatedSource, GatedStream } from "./gated.ts";
import { NOTICE_VERSION } from "./notices.ts";
import {
  type ConsentState,
  emptyState,
  isPurpose,
  isSensor,
  LONGEST_GRANTS,
  readState,
  writeState,
} from "./state.ts";
import { memoryConsentStorage } from "./storage.ts";
import { ForwardTime } from "./time.ts";
import {
  type ConsentStorage,
  type Grant,
  type GrantRequest,
  type Inference,
  type InferenceDraft,
  type LiveSensor,
  PURPOSES,
  type Purpose,
  SENSORS,
  SETTINGS,
  type Sensor,
  type Setting,
} from "./types.ts";

/** How a kernel is made. */
export type ConsentOptions = {
  /**
   * Where the companion is used, from the node's configuration. It holds for the kernel's life: there is no call that
   * changes it.
   */
  readonly setting: Setting;
  /** Where grants are kept; in memory where left out. */
  readonly storage?: ConsentStorage;
  /** Milliseconds since 1970; `Date.now` where left out. */
  readonly clock?: () => number;
  /** Milliseconds from any start that are never set back; `performance.now` where left out. */
  readonly monotonic?: () => number;
  /** Calls back once after so many milliseconds and returns what cancels it; timers of the platform where left out. */
  readonly timer?: (ms: number, call: () => void) => () => void;
};

/** How a source is put behind the kernel. */
export type GateOptions = {
  /**
   * Switches the device off, called the moment the stream ends for whatever reason but the source's own end. A source
   * that waits for its next sample cannot be shut through its iterator alone.
   */
  readonly onStop?: () => void;
};

/** Removes what somebody keeps of a person, as `deleteAll` is called. */
export type Eraser = () => void | Promise<void>;

/** Inferences that are held; the oldest go first. */
const MOST_INFERENCES = 2000;
/** How much time may pass unwritten, in milliseconds: what a reload with a changed clock could gain. */
const WRITE_EVERY_MS = 10_000;
/** Longest single wait for an expiry, in milliseconds; a clock set forward is noticed after at most this. */
const LONGEST_WAIT_MS = 30_000;

/**
 * Off until a person grants a sensor for a purpose, and off again when that ends, is withdrawn or deleted. Samples pass
 * only through {@link gate}; what is made of them is listed only through {@link record}.
 *
 * At `workplace` and in `education` no grant can be given, none that a storage holds is live, and nothing can be
 * recorded. A storage that was opened in such a setting once stays locked, also for a kernel that is later told
 * `private`; only another storage is free. Deleting everything keeps the lock.
 */
export class ConsentKernel {
  #setting: Setting;
  readonly #storage: ConsentStorage;
  readonly #timer: (ms: number, call: () => void) => () => void;
  readonly #time: ForwardTime;
  readonly #streams = new Set<GatedSource>();
  readonly #watchers = new Set<(live: readonly LiveSensor[]) => void>();
  readonly #erasers = new Set<Eraser>();
  #inferences: Inference[] = [];
  #nextId = 1;
  #state: ConsentState = emptyState();
  #text: string | null = null;
  #written = 0;
  #cancelTimer: (() => void) | null = null;
  /** Whether a withdrawal could not be written: nothing passes until something can be. */
  #shut = false;

  constructor(options: ConsentOptions) {
    for (const key of Object.keys(options)) {
      if (!["setting", "storage", "clock", "monotonic", "timer"].includes(key)) {
        throw expected("setting, storage, clock, monotonic or timer", key, "ConsentKernel");
      }
    }
    if (!SETTINGS.includes(options.setting)) {
      throw expected(`one of ${SETTINGS.join(", ")}`, options.setting, "ConsentKernel: setting");
    }
    this.#storage = options.storage ?? memoryConsentStorage();
    this.#timer = options.timer ?? platformTimer;
    const kept = this.#read();
    const clock = options.clock ?? Date.now;
    const away = clock() - kept.clock;
    const monotonic = options.monotonic ?? (() => performance.now());
    this.#time = new ForwardTime(clock, monotonic, kept.time + (away > 0 ? away : 0));
    const setting = options.setting === "private" ? (kept.locked ?? "private") : options.setting;
    this.#setting = setting;
    this.#state = kept;
    // Set back while nobody counted: how much of a grant is used up cannot be known.
    const setBack = away < 0;
    if (setting !== "private" || setBack) this.#state.grants = [];
    if (this.#state.grants.length === 0) this.#time.settle();
    if (setting !== "private") {
      this.#state.locked = setting;
      this.#text = null;
      // Whether or not this can be written, no grant is live under this setting.
      this.#write();
    } else if (setBack) this.#write();
    this.#plan();
  }

  /** The strictest of what the configuration says and what the storage was ever opened under. */
  get setting(): Setting {
    return this.#setting;
  }

  /** Permissions that are live now. */
  grants(): readonly Grant[] {
    const now = this.#now();
    return this.#state.grants.filter((grant) => this.#isLive(grant, now));
  }

  /** Whether a sample of this sensor may pass for this purpose now. */
  permits(sensor: Sensor, purpose: Purpose): boolean {
    const now = this.#now();
    return this.#state.grants.some(
      (grant) => grant.sensor === sensor && grant.purpose === purpose && this.#isLive(grant, now),
    );
  }

  /**
   * Takes a person's yes; one that is there for the same sensor and purpose is replaced.
   *
   * @throws UsageError where the request is malformed, too long, or names a notice that is not the present one.
   * @throws ConsentError where the setting forbids it, or the storage cannot keep it.
   */
  grant(request: GrantRequest): Grant {
    const { sensor, purpose, forMs, notice } = request;
    checkScope(sensor, purpose, "grant");
    this.#refuseBySetting(`a grant for ${sensor}`);
    const longest = LONGEST_GRANTS[sensor];
    if (!(forMs > 0 && forMs <= longest)) {
      throw expected(`more than 0 and at most ${longest} ms`, forMs, `grant for ${sensor}: forMs`);
    }
    if (notice !== NOTICE_VERSION) {
      throw expected(`the notice ${NOTICE_VERSION}`, notice, `grant for ${sensor}: notice`);
    }
    if (this.grants().length === 0) {
      this.#state.grants = [];
      this.#time.settle();
    }
    const from = this.#time.now();
    const grant: Grant = { sensor, purpose, from, until: from + forMs, notice };
    const before = this.#state.grants;
    this.#state.grants = [...before.filter((other) => !sameScope(other, grant)), grant];
    if (!this.#write()) {
      this.#state.grants = before;
      throw new ConsentError(
        `grant for ${sensor}: expected a storage that can be written, got none; nothing was granted`,
      );
    }
    this.#shut = false;
    this.#plan();
    return grant;
  }

  /**
   * Withdraws a permission at once, for one purpose or for all: streams end, and their sources are shut.
   *
   * @throws ConsentError where the storage cannot be written: nothing passes any more in this kernel, but what the
   *   storage holds may be live again in the next one.
   */
  revoke(sensor: Sensor, purpose?: Purpose): void {
    if (!isSensor(sensor)) throw expected(`one of ${SENSORS.join(", ")}`, sensor, "revoke");
    if (purpose !== undefined) checkScope(sensor, purpose, "revoke");
    this.#now();
    this.#withdraw(
      (grant) => grant.sensor === sensor && (purpose === undefined || grant.purpose === purpose),
    );
  }

  /**
   * Samples of a source, as long as the grant lives; each one is asked for at the moment it passes. The source is first
   * read when the stream is. When the grant ends, so does the stream, and the source is shut.
   *
   * @throws ConsentError where there is no live grant; the source is not touched.
   */
  gate<T>(
    sensor: Sensor,
    purpose: Purpose,
    source: AsyncIterable<T>,
    options: GateOptions = {},
  ): AsyncIterableIterator<T> {
    checkScope(sensor, purpose, "gate");
    this.#refuseBySetting(`sensing ${sensor}`);
    if (!this.permits(sensor, purpose)) {
      throw new ConsentError(
        `sensing ${sensor} to ${purpose}: expected a live grant, got none; nothing was read`,
      );
    }
    const stream = new GatedStream(
      {
        live: (asked, use) => this.permits(asked, use),
        now: () => this.#time.now(),
        changed: (one) => this.#changed(one),
      },
      sensor,
      purpose,
      source,
      options.onStop,
    );
    this.#streams.add(stream);
    return stream;
  }

  /** Sensors that are being read now, for the light. */
  live(): readonly LiveSensor[] {
    this.#now();
    const lights: LiveSensor[] = [];
    for (const stream of this.#streams) {
      const { light } = stream;
      if (light !== null) lights.push(light);
    }
    return lights;
  }

  /** Calls back with {@link live} whenever a light goes on, changes or goes out; returns what ends that. */
  watch(watcher: (live: readonly LiveSensor[]) => void): () => void {
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  /**
   * Lists something that was inferred, so that the person can see and delete it. Whatever uses an inference records it
   * first.
   *
   * @throws ConsentError where a sensor that it is made of has no live grant for its purpose.
   */
  record(draft: InferenceDraft): Inference {
    this.#refuseBySetting("an inference");
    if (draft.sensors.length === 0) throw expected("at least one sensor", [], "record: sensors");
    for (const sensor of draft.sensors) {
      checkScope(sensor, draft.purpose, "record");
      if (!this.permits(sensor, draft.purpose)) {
        throw new ConsentError(
          `an inference from ${sensor} to ${draft.purpose}: expected a live grant, got none; nothing was kept`,
        );
      }
    }
    const { sensors, purpose, kind, value } = draft;
    const inference: Inference = {
      id: this.#nextId++,
      at: this.#time.now(),
      sensors: [...sensors],
      purpose,
      kind,
      value,
    };
    this.#inferences.push(inference);
    if (this.#inferences.length > MOST_INFERENCES) this.#inferences.shift();
    return inference;
  }

  /** Everything that was inferred and not deleted, oldest first; at most the last 2000. */
  inferences(): readonly Inference[] {
    return [...this.#inferences];
  }

  /** Deletes an inference; false where there is none of this id. */
  forget(id: number): boolean {
    const before = this.#inferences.length;
    this.#inferences = this.#inferences.filter((inference) => inference.id !== id);
    return this.#inferences.length < before;
  }

  /** Registers somebody who keeps something of a person; returns what takes it back. */
  onErase(eraser: Eraser): () => void {
    this.#erasers.add(eraser);
    return () => {
      this.#erasers.delete(eraser);
    };
  }

  /**
   * Withdraws all grants, ends all streams, deletes all inferences and calls all erasers. Resolves when all erasers
   * have; grants, streams and inferences are gone before it returns.
   *
   * @throws ConsentError where an eraser or the storage failed; everything else was done all the same.
   */
  async deleteAll(): Promise<void> {
    const failures: string[] = [];
    this.#inferences = [];
    this.#now();
    try {
      this.#withdraw(() => true);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
    const erased = await Promise.allSettled([...this.#erasers].map(async (eraser) => eraser()));
    for (const one of erased) {
      if (one.status === "rejected") {
        failures.push(one.reason instanceof Error ? one.reason.message : String(one.reason));
      }
    }
    if (failures.length > 0) {
      throw new ConsentError(`delete all: expected everything gone, got ${failures.join("; ")}`);
    }
  }

  /** Ends all streams and timers; grants stay in the storage for the next visit. */
  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    for (const stream of [...this.#streams]) stream.stop();
    this.#keepTime(true);
  }

  #isLive(grant: Grant, now: number): boolean {
    return this.setting === "private" && !this.#shut && grant.from <= now && now < grant.until;
  }

  /** The kernel's time, after taking up what other kernels over the same storage have written. */
  #now(): number {
    let text: string | null;
    try {
      text = this.#storage.read();
    } catch {
      text = null;
    }
    if (text !== this.#text) {
      this.#state = readState(text);
      this.#text = text;
      this.#time.advance(this.#state.time);
      // Another kernel has opened it at a workplace; nothing here takes that back.
      if (this.#setting === "private") this.#setting = this.#state.locked ?? "private";
      if (this.#setting !== "private") {
        this.#state.locked = this.#setting;
        this.#state.grants = [];
      }
    }
    const now = this.#time.now();
    this.#keepTime(false);
    return now;
  }

  /** Writes the time so far, so that a visit that ends without a word loses little of it. */
  #keepTime(always: boolean): void {
    if (this.#state.grants.length === 0) return;
    const now = this.#time.now();
    if (always || now - this.#written >= WRITE_EVERY_MS) this.#write();
  }

  #read(): ConsentState {
    try {
      this.#text = this.#storage.read();
    } catch {
      this.#text = null;
    }
    return readState(this.#text);
  }

  #write(): boolean {
    this.#state.time = this.#time.now();
    this.#state.clock = this.#time.clock;
    const text = writeState(this.#state);
    try {
      this.#storage.write(text);
    } catch {
      return false;
    }
    this.#text = text;
    this.#written = this.#state.time;
    return true;
  }

  #withdraw(which: (grant: Grant) => boolean): void {
    this.#state.grants = this.#state.grants.filter((grant) => !which(grant));
    const written = this.#write();
    if (!written) this.#shut = true;
    for (const stream of [...this.#streams]) {
      if (!this.permits(stream.scope.sensor, stream.scope.purpose)) stream.stop();
    }
    if (!written) {
      throw new ConsentError(
        "revoke: expected a storage that can be written, got none; nothing passes any more now, but clear the storage before the next visit",
      );
    }
    this.#plan();
  }

  #refuseBySetting(what: string): void {
    this.#now();
    if (this.setting === "private") return;
    throw new ConsentError(
      `${what}: expected the setting private, got ${this.setting}, where nothing is inferred from a body`,
    );
  }

  #changed(stream: GatedSource): void {
    if (stream.light === null) this.#streams.delete(stream);
    const live = this.live();
    for (const watcher of [...this.#watchers]) watcher(live);
  }

  /** Wakes up for the next expiry, so that a silent source is shut and its light goes out in time. */
  #plan(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const grants = this.grants();
    if (grants.length === 0) {
      this.#stopDead();
      return;
    }
    const now = this.#time.now();
    const next = Math.min(...grants.map((grant) => grant.until - now), LONGEST_WAIT_MS);
    this.#cancelTimer = this.#timer(Math.max(1, next), () => {
      this.#stopDead();
      this.#plan();
    });
  }

  #stopDead(): void {
    for (const stream of [...this.#streams]) {
      if (!this.permits(stream.scope.sensor, stream.scope.purpose)) stream.stop();
    }
  }
}

function sameScope(one: Grant, other: Grant): boolean {
  return one.sensor === other.sensor && one.purpose === other.purpose;
}

function checkScope(sensor: unknown, purpose: unknown, where: string): void {
  if (!isSensor(sensor)) throw expected(`one of ${SENSORS.join(", ")}`, sensor, `${where}: sensor`);
  if (!isPurpose(purpose)) {
    throw expected(`one of ${PURPOSES.join(", ")}`, purpose, `${where}: purpose`);
  }
}

function platformTimer(ms: number, call: () => void): () => void {
  const timer: unknown = setTimeout(call, ms);
  // In Node.js a wait for an expiry is no reason to keep a process alive; in a page it is only a number.
  if (typeof timer === "object" && timer !== null && "unref" in timer) {
    const { unref } = timer;
    if (typeof unref === "function") unref.call(timer);
  }
  return () => clearTimeout(timer as ReturnType<typeof setTimeout>);
}
