/**
 * A place that machines' values come from, kept running: what fails is tried again after pauses that grow, says why, and
 * is well again with the first value.
 */

import { type MachineSample, type MachineSource, maskCredentials } from "@symbion/core";
import { reasonOf } from "../monitors.ts";

/** Pauses between attempts, in milliseconds: doubled from the first to the longest. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60_000;
/** A session that worked for so long begins with short pauses again, milliseconds. */
const GOOD_SESSION = 30_000;
/** Machines whose names are remembered, and problems that are. */
const MOST_MACHINES = 1024;
const MOST_TOLD = 100;

/** What will not work however often it is tried: a package or file that is not there, for instance. */
export class HopelessError extends Error {
  override readonly name: string = "HopelessError";
}

/** What a session tells, and asks. */
export type SourceContext = {
  /** Values, oldest first. `kind`: what unknown machines are taken for; null: they are refused. */
  readonly take: (samples: readonly MachineSample[], kind: string | null) => void;
  /** A life is over. */
  readonly end: (machine: string, at: number, how: "failed" | "serviced") => void;
  /** It is connected, and works. */
  readonly live: () => void;
  /** Something that came cannot be used. */
  readonly problem: (text: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/**
 * One attempt: runs until its signal is aborted, resolves where it is over for good (a file has ended), rejects where it
 * is to be tried again, with {@link HopelessError} where not.
 */
export type SourceSession = (context: SourceContext, signal: AbortSignal) => Promise<void>;

/** What a runner is told. */
export type SourceRunnerOptions = {
  readonly id: string;
  readonly type: MachineSource["type"];
  /** Address or file; credentials are masked here. */
  readonly target: string;
  readonly session: SourceSession;
  /** Sensor whose change to anything but 0 ends its machine's life, or null. */
  readonly failed: string | null;
  /** Takes values; returns why each refused one was, by its machine. */
  readonly take: (
    samples: readonly MachineSample[],
    kind: string | null,
  ) => ReadonlyMap<string, string>;
  readonly end: (machine: string, at: number, how: "failed" | "serviced") => void;
  /** One line for each thing the owner should know. */
  readonly log: (text: string) => void;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Shortest pause between attempts, milliseconds; for tests. */
  readonly firstPause?: number | undefined;
};

/** Runs one source. */
export class SourceRunner {
  readonly #options: SourceRunnerOptions;
  readonly #now: () => number;
  readonly #abort = new AbortController();
  readonly #done: Promise<void>;
  readonly #machines = new Set<string>();
  /** Machines whose `failed` value was true last. */
  readonly #broken = new Set<string>();
  #state: MachineSource["state"] = "starting";
  #reason: string | null = null;
  #retryAt: number | null = null;
  #samples = 0;
  #lastSampleAt: number | null = null;
  #problems = 0;
  #problem: string | null = null;
  #failures = 0;
  /** Problems that were logged: each is once, however often it comes. */
  readonly #toldProblems = new Set<string>();

  /** Begins at once. */
  constructor(options: SourceRunnerOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#done = this.#run();
  }

  /** How it is doing. */
  status(): MachineSource {
    const { id, type, target } = this.#options;
    return {
      ...{ id, type, target: maskCredentials(target), state: this.#state, reason: this.#reason },
      ...{ retryAt: this.#retryAt, samples: this.#samples, lastSampleAt: this.#lastSampleAt },
      ...{ problems: this.#problems, problem: this.#problem, machines: [...this.#machines] },
    };
  }

  /** Ends it. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    const { id, session, log } = this.#options;
    while (!signal.aborted) {
      const attempt = new AbortController();
      const stop = (): void => attempt.abort();
      signal.addEventListener("abort", stop, { once: true });
      const began = performance.now();
      try {
        await session(this.#context(attempt.signal), attempt.signal);
        if (!signal.aborted) {
          this.#state = "ended";
          log(`source ${id}: ended`);
        }
        return;
      } catch (error) {
        if (signal.aborted) return;
        const reason = maskCredentials(reasonOf(error));
        if (reason !== this.#reason) log(`source ${id}: ${reason}`);
        this.#reason = reason;
        if (error instanceof HopelessError) {
          this.#state = "failed";
          return;
        }
        if (performance.now() - began > GOOD_SESSION) this.#failures = 0;
      } finally {
        signal.removeEventListener("abort", stop);
        // What a session has left open hears that it is over.
        attempt.abort();
      }
      const first = this.#options.firstPause ?? FIRST_PAUSE;
      const pause = Math.min(LONGEST_PAUSE, first * 2 ** this.#failures++);
      this.#state = "retrying";
      this.#retryAt = this.#now() + pause;
      await sleep(pause, signal);
      this.#retryAt = null;
    }
  }

  #context(signal: AbortSignal): SourceContext {
    return {
      take: (samples, kind) => {
        if (!signal.aborted) this.#take(samples, kind);
      },
      end: (machine, at, how) => {
        if (!signal.aborted) this.#options.end(machine, at, how);
      },
      live: () => {
        if (!signal.aborted) this.#live();
      },
      problem: (text) => this.#count(1, text),
      now: this.#now,
    };
  }

  #live(): void {
    if (this.#state === "live") return;
    if (this.#state === "retrying") this.#options.log(`source ${this.#options.id}: works again`);
    this.#state = "live";
    this.#reason = null;
  }

  #count(problems: number, text: string): void {
    if (!this.#toldProblems.has(text)) {
      if (this.#toldProblems.size >= MOST_TOLD) this.#toldProblems.clear();
      this.#toldProblems.add(text);
      this.#options.log(`source ${this.#options.id}: ${text}`);
    }
    this.#problems += problems;
    this.#problem = text;
  }

  #take(samples: readonly MachineSample[], kind: string | null): void {
    if (samples.length === 0) return;
    const { failed } = this.#options;
    const values = failed === null ? samples : samples.filter(({ sensor }) => sensor !== failed);
    const refused = this.#options.take(values, kind);
    let taken = samples.length;
    for (const { machine } of samples) {
      if (refused.has(machine)) taken--;
      else if (this.#machines.size < MOST_MACHINES) this.#machines.add(machine);
    }
    this.#samples += taken;
    if (taken > 0) this.#lastSampleAt = this.#now();
    for (const [, reason] of refused) this.#count(1, reason);
    if (failed !== null) this.#endings(samples, failed);
  }

  #endings(samples: readonly MachineSample[], failed: string): void {
    for (const { machine, sensor, value, at } of samples) {
      if (sensor !== failed || value === null) continue;
      const broken = value !== 0;
      if (broken && !this.#broken.has(machine)) this.#options.end(machine, at, "failed");
      if (broken) this.#broken.add(machine);
      else this.#broken.delete(machine);
    }
  }
}

/** Waits, unless a signal is aborted before. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const over = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal.addEventListener("abort", over, { once: true });
  });
}

/** Resolves when a signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Loads an optional package, or says in one line what to do. */
export async function optional<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") throw error;
    throw new HopelessError(`expected the optional package ${name}, got none: npm install ${name}`);
  }
}
