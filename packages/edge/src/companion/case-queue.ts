/**
 * Writes to a CRM system, from the moment in which a person asks for them: written down first, sent when the system can
 * be reached, once. What waits is there again after the node was killed, and is looked for before it is sent again.
 */

import { existsSync, rmSync } from "node:fs";
import {
  type CaseWrite,
  type CaseWrites,
  type ConflictDecision,
  type ConflictPolicy,
  type CrmConnector,
  type CrmIntent,
  CrmQueue,
  caseWriteOf,
  countWrites,
  memoryQueueStore,
  type QueueItem,
  type WriteCounts,
} from "@symbion/companion";
import { openFileQueue } from "@symbion/companion/node";
import { UsageError } from "@symbion/core";
import { RESTORED } from "../store/archive.ts";

/** What the queue needs. */
export type CaseQueueOptions = {
  /** File of the journal; null: in memory, for the sample. */
  readonly file: string | null;
  readonly connector: CrmConnector;
  readonly onConflict: ConflictPolicy;
  /** One line for what the owner should know. */
  readonly log: (text: string) => void;
};

/** Longest wait between two tries, milliseconds: whoever mended a system does not wait long to see it work. */
const LONGEST_WAIT = 60_000;
/** Rounds follow each other no sooner, milliseconds. */
const LEAST_WAIT = 100;
/** Wait after the journal could not be written, milliseconds. */
const AFTER_DEFECT = 30_000;
/** Done writes that are remembered, so that a request that is repeated writes nothing twice. */
const DONE_KEPT = 200;
/** Writes that are shown at most. */
const MOST_SHOWN = 200;
/** Done writes that are shown. */
const DONE_SHOWN = 20;

/** What became of a person's wish about one write: `missing`: there is none; `otherwise`: it is in no such state. */
export type Wished = CaseWrite | "missing" | "otherwise";

/** See the file's head. */
export class CaseQueue {
  readonly #queue: CrmQueue;
  readonly #log: (text: string) => void;
  readonly #ending = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #nextAt: number | null = null;
  #problem = "";

  private constructor(queue: CrmQueue, log: (text: string) => void) {
    this.#queue = queue;
    this.#log = log;
  }

  /** Opens it; sends nothing yet. Rejects with `CrmError` of kind `store`. */
  static async open({ file, connector, onConflict, log }: CaseQueueOptions): Promise<CaseQueue> {
    const store = file === null ? memoryQueueStore() : await openFileQueue(file);
    try {
      const restored = file !== null && existsSync(`${file}${RESTORED}`);
      const options = { onConflict, longestWait: LONGEST_WAIT, keepDone: DONE_KEPT };
      const queue = await CrmQueue.open(store, connector, options);
      if (restored) {
        await queue.doubt();
        rmSync(`${file}${RESTORED}`, { force: true });
      }
      return new CaseQueue(queue, log);
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Sends what waits, now and later, until it is closed. */
  begin(): void {
    this.#plan(0);
  }

  /** Puts a write in: it is on the disk when this resolves. Rejects with `UsageError` and `CrmError`. */
  async put(intent: CrmIntent): Promise<CaseWrite> {
    const item = await this.#queue.put(intent);
    this.#plan(0);
    return caseWriteOf(item);
  }

  /** All that is not done, and what was done last. */
  writes(): CaseWrites {
    const items = this.#queue.items();
    const open = items.filter(({ state }) => state !== "done").slice(0, MOST_SHOWN);
    const done = items.filter(({ state }) => state === "done").slice(-DONE_SHOWN);
    return {
      ...this.counts(),
      writes: [...open, ...done.reverse()].map(caseWriteOf),
      ...{ nextAt: this.#nextAt, problem: this.#problem },
    };
  }

  counts(): WriteCounts {
    return countWrites(this.#queue);
  }

  /** Why nothing is sent at the moment; empty where nothing stands in the way. */
  get problem(): string {
    return this.#problem;
  }

  /** Decides between two values. */
  async decide(id: string, decision: ConflictDecision): Promise<Wished> {
    return await this.#wish(id, "conflict", (item) =>
      this.#queue.decide(id, decision).then((decided) => decided ?? item),
    );
  }

  /** Lets a parked write try again. */
  async retry(id: string): Promise<Wished> {
    return await this.#wish(id, "parked", () => this.#queue.retry(id));
  }

  /** Gives a write up that is parked, in conflict, or waits while nothing is being sent. */
  async drop(id: string): Promise<Wished> {
    const item = this.#queue.item(id);
    if (item === null) return "missing";
    if (item.state === "done") return "otherwise";
    try {
      await this.#queue.drop(id);
    } catch (error) {
      // It is being sent at this moment.
      if (error instanceof UsageError) return "otherwise";
      throw error;
    }
    return caseWriteOf(item);
  }

  /** One round, now; for commands, which do not stay. Rejects with `CrmError` of kind `store`. */
  async send(): Promise<void> {
    const { stopped } = await this.#queue.sync(this.#ending.signal);
    this.#problem = this.#why(stopped);
  }

  /** Ends what is being sent, and lets go of the journal. What waits stays in it. */
  async close(): Promise<void> {
    this.#ending.abort(new Error("the node ends"));
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#queue.close();
  }

  async #wish(
    id: string,
    state: QueueItem["state"],
    work: (item: QueueItem) => Promise<QueueItem>,
  ): Promise<Wished> {
    const item = this.#queue.item(id);
    if (item === null) return "missing";
    if (item.state !== state) return "otherwise";
    const after = await work(item);
    this.#plan(0);
    return caseWriteOf(after);
  }

  /** What stopped the last try says more than that the next one is waited for. */
  #why(stopped: string): string {
    if (stopped === "") return "";
    const waiting = this.#queue.items().find(({ state, why }) => state === "waiting" && why !== "");
    return waiting?.why ?? stopped;
  }

  #plan(wait: number): void {
    if (this.#ending.signal.aborted) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#round(), wait);
    this.#timer.unref();
  }

  async #round(): Promise<void> {
    try {
      const { nextAt, stopped, waiting } = await this.#queue.sync(this.#ending.signal);
      // The reason is not for the log: systems repeat in it what was to be written.
      if (stopped !== "" && this.#problem === "") {
        this.#log(
          `crm: the system does not take anything now; ${waiting} writes wait in the queue`,
        );
      }
      this.#problem = this.#why(stopped);
      this.#nextAt = nextAt;
      if (nextAt !== null) this.#plan(Math.max(LEAST_WAIT, nextAt - Date.now()));
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
      this.#log(`crm: ${this.#problem}`);
      this.#plan(AFTER_DEFECT);
    }
  }
}
