/**
 * The offline queue: whatever shall be written to a CRM system is put here first, durably, and sent when the system can
 * be reached. Each intent takes effect once, however often the program or the network dies in between: a try is written
 * down before it begins, so that a repetition knows that it has to look first, and the intent's id travels as the
 * record's external id. Intents of one case go out in the order in which they were put in.
 */

import { expected, UsageError } from "@symbion/core";
import { CONFLICT_POLICIES, type ConflictPolicy, CrmConflict } from "./conflict.ts";
import type { ApplyResult, CrmConnector } from "./connector.ts";
import { CrmError } from "./errors.ts";
import { type CaseRef, type CrmIntent, checkIntent, type EditCase } from "./intents.ts";
import {
  applyRecord,
  type QueueItem,
  type QueueRecord,
  readLine,
  writeLine,
} from "./queue-journal.ts";
import type { QueueStore } from "./queue-store.ts";

/** Bounds, waits and policy of a queue; what is left out has the default that stands beside it. */
export type QueueOptions = {
  /** What to do with fields in conflict. Default `ask`. */
  readonly onConflict?: ConflictPolicy;
  /** Intents that are not done, at most. Default 10,000. */
  readonly maxItems?: number;
  /** Done intents that are remembered, so that others may refer to them. Default 1,000. */
  readonly keepDone?: number;
  /** First wait after a failure, milliseconds; doubles with each. Default 1,000. */
  readonly firstWait?: number;
  /** Longest wait, milliseconds. Default 300,000. */
  readonly longestWait?: number;
  /** Failures in a row after which an intent is parked; a dead network or a busy system does not count. Default 8. */
  readonly maxFailures?: number;
  /** Cases that are written to at the same time. Default 4. */
  readonly parallel?: number;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
  /** A number from 0 to below 1, for the spread of waits. Default `Math.random`. */
  readonly random?: () => number;
};

/** What one round of sending did. */
export type SyncResult = {
  /** Intents that took effect in this round. */
  readonly applied: number;
  /** Of these: they had taken effect before, by a try whose answer was lost. */
  readonly already: number;
  /** Intents that wait now. */
  readonly waiting: number;
  /** Intents that a person has to decide on. */
  readonly conflicts: number;
  /** Intents that the system will not take. */
  readonly parked: number;
  /** When to try again, milliseconds since 1970; null where nothing waits for a time. */
  readonly nextAt: number | null;
  /** Why the round ended early (no network, no login, too busy), one sentence; empty where it did not. */
  readonly stopped: string;
};

/** A person's decision on an edit in conflict. `theirs` gives the edit's conflicting fields up. */
export type ConflictDecision = "mine" | "theirs";

const KNOWN_OPTIONS = [
  "onConflict",
  "maxItems",
  "keepDone",
  "firstWait",
  "longestWait",
  "maxFailures",
  "parallel",
  "now",
  "random",
];

/** Failures that say something of the way, not of the intent: the round ends, and nothing is counted. */
const OF_THE_WAY = new Set(["unreachable", "busy", "login"]);

/** Failures that no repetition mends. */
const FINAL = new Set(["rejected", "missing", "forbidden"]);

/** The journal is written anew when it has so many lines more than twice the items. */
const SLACK = 2000;

/** See the file's head. */
export class CrmQueue {
  readonly #store: QueueStore;
  readonly #connector: CrmConnector;
  readonly #options: Required<QueueOptions>;
  /** In the order in which they were put in. */
  readonly #items = new Map<string, QueueItem>();
  #lines = 0;
  #open = 0;
  #done = 0;
  #syncing: Promise<SyncResult> | null = null;
  #writing: Promise<unknown> = Promise.resolve();
  /** No request before this: the system asked for it, or could not be reached. */
  #pausedUntil = 0;
  #pauses = 0;

  private constructor(store: QueueStore, connector: CrmConnector, options: Required<QueueOptions>) {
    this.#store = store;
    this.#connector = connector;
    this.#options = options;
  }

  /**
   * Opens a queue on what its store kept.
   *
   * @throws CrmError of kind `store` where the store's lines are damaged before the last.
   */
  static async open(
    store: QueueStore,
    connector: CrmConnector,
    options: QueueOptions = {},
  ): Promise<CrmQueue> {
    const queue = new CrmQueue(store, connector, checkOptions(options));
    for await (const line of store.lines()) queue.#take(readLine(line, ++queue.#lines));
    queue.#forget();
    return queue;
  }

  /**
   * Puts an intent in, durably, before this resolves. The same intent again changes nothing.
   *
   * @returns Where it stands.
   * @throws UsageError for what is no intent or holds something inferred, and for another intent under a known id.
   * @throws CrmError of kind `full` or `store`; nothing was put in then.
   */
  async put(intent: CrmIntent): Promise<QueueItem> {
    const [item] = await this.putAll([intent]);
    return item;
  }

  /** The same for several: all are put in, or none. */
  async putAll(intents: readonly CrmIntent[]): Promise<QueueItem[]> {
    // A copy, so that nobody changes it after it was checked.
    const copies = intents.map((intent) => checkIntent(structuredClone(intent)));
    return this.#exclusive(async () => {
      const fresh = new Map<string, CrmIntent>();
      for (const intent of copies) {
        const known = this.#items.get(intent.id)?.intent ?? fresh.get(intent.id);
        if (known === undefined) {
          this.#checkRefs(intent, fresh);
          fresh.set(intent.id, intent);
        } else if (!sameJson(known, intent)) {
          throw expected("an id of its own for each intent", intent.id, "intent.id");
        }
      }
      if (this.#open + fresh.size > this.#options.maxItems) {
        throw new CrmError(
          "full",
          `the queue holds ${this.#open} of at most ${this.#options.maxItems} intents: connect, or decide on what waits`,
        );
      }
      const at = this.#options.now();
      await this.#write([...fresh.values()].map((put) => ({ t: "put", at, intent: put })));
      return copies.map((intent) => this.#get(intent.id));
    });
  }

  /** All intents that are not forgotten, in the order in which they were put in. */
  items(): QueueItem[] {
    return [...this.#items.values()];
  }

  /** One intent; null where it is not known, or was done long ago. */
  item(id: string): QueueItem | null {
    return this.#items.get(id) ?? null;
  }

  /**
   * Sends what is due, until nothing is or the system cannot be reached. Rounds never overlap: a second call joins the
   * first. Never rejects for what the system does; that is in the result.
   *
   * @throws CrmError of kind `store` where the queue cannot write down what happens. Nothing more is sent then.
   */
  sync(signal?: AbortSignal): Promise<SyncResult> {
    this.#syncing ??= this.#round(signal).finally(() => {
      this.#syncing = null;
    });
    return this.#syncing;
  }

  /**
   * Decides on an edit in conflict. `mine` writes it over what was shown as theirs, and is a conflict again if that has
   * changed since; `theirs` gives up the fields in conflict and goes on with the others.
   */
  async decide(id: string, decision: ConflictDecision): Promise<QueueItem | null> {
    return this.#exclusive(async () => {
      const item = this.#expect(id, "conflict");
      const edit = item.intent as EditCase;
      const at = this.#options.now();
      const fields = new Set<string>(item.conflicts.map(({ field }) => field));
      if (decision === "mine") {
        const seen = Object.fromEntries(item.conflicts.map((one) => [one.field, one.theirs]));
        const intent = { ...edit, base: { ...edit.base, ...seen } };
        await this.#write([{ t: "edit", at, intent }]);
      } else {
        const keep = (values: object): object =>
          Object.fromEntries(Object.entries(values).filter(([field]) => !fields.has(field)));
        const changes = keep(edit.changes);
        if (Object.keys(changes).length === 0) await this.#write([{ t: "drop", at, id }]);
        else {
          const intent = { ...edit, base: keep(edit.base), changes } as EditCase;
          await this.#write([{ t: "edit", at, intent }]);
        }
      }
      return this.item(id);
    });
  }

  /** Lets a parked intent try again. What it may have done in an earlier try is looked for first. */
  async retry(id: string): Promise<QueueItem> {
    return this.#exclusive(async () => {
      this.#expect(id, "parked");
      await this.#write([{ t: "again", at: this.#options.now(), id }]);
      return this.#get(id);
    });
  }

  /**
   * To be called after an older copy of the store was put in its place: what waits in it, or is parked, may have been
   * sent since, so that it is looked for before it is sent.
   */
  async doubt(): Promise<void> {
    await this.#exclusive(async () => {
      const at = this.#options.now();
      const open = [...this.#items.values()].filter(({ state }) => state !== "done");
      await this.#write(open.map(({ intent }) => ({ t: "try", at, id: intent.id, times: 0 })));
    });
  }

  /** Takes an intent out for good. Intents that refer to it stay, and are parked at the next round. */
  async drop(id: string): Promise<void> {
    await this.#exclusive(async () => {
      const item = this.#items.get(id);
      if (item === undefined || item.state === "done") {
        throw expected("an intent that waits, is parked or in conflict", id, "intent.id");
      }
      if (this.#syncing !== null && item.state === "waiting") {
        throw new UsageError(
          "expected a moment in which nothing is being sent, got one in which something is",
        );
      }
      await this.#write([{ t: "drop", at: this.#options.now(), id }]);
    });
  }

  /** Ends the current round and lets go of the store. */
  async close(): Promise<void> {
    await this.#syncing?.catch(() => undefined);
    await this.#writing.catch(() => undefined);
    await this.#store.close();
  }

  async #round(signal: AbortSignal | undefined): Promise<SyncResult> {
    const round: Round = { applied: 0, already: 0, stopped: "", broken: null };
    if (this.#options.now() < this.#pausedUntil) round.stopped = "waiting before the next try";
    const work = new Work(this.#chains());
    const worker = async (): Promise<void> => {
      for (;;) {
        if (round.stopped !== "" || signal?.aborted === true) return;
        const ids = work.take();
        if (ids === null) return;
        await this.#step(ids, work, round, signal).catch((error: unknown) => {
          round.broken ??= { error };
          round.stopped = "the queue cannot be written";
        });
      }
    };
    await Promise.all(Array.from({ length: this.#options.parallel }, worker));
    if (round.broken !== null) throw round.broken.error;
    await this.#exclusive(async () => this.#compact());
    const { applied, already, stopped } = round;
    return { applied, already, stopped, ...this.#counts() };
  }

  /** What waits, by case, in order. */
  #chains(): Map<string, string[]> {
    const chains = new Map<string, string[]>();
    for (const [id, { intent, state }] of this.#items) {
      if (state !== "waiting") continue;
      const chain = this.#chain(intent);
      const ids = chains.get(chain);
      if (ids === undefined) chains.set(chain, [id]);
      else ids.push(id);
    }
    return chains;
  }

  /** Deals with the first intent of a case that nobody else is writing to. */
  async #step(
    ids: string[],
    work: Work,
    round: Round,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const id = ids[0];
    const item = this.#items.get(id);
    if (item?.state === "waiting") {
      if (item.nextAt > this.#options.now()) return;
      const refs = this.#resolve(item.intent);
      if (refs.wait !== null) {
        work.aside(refs.wait, ids);
        return;
      }
      await this.#send(item, refs, round, signal);
      const after = this.#items.get(id);
      if (after?.state === "waiting") return;
      if (after?.state === "done") work.free(id);
    }
    ids.shift();
    if (ids.length > 0) work.put(ids);
  }

  async #send(
    item: QueueItem,
    refs: Resolved,
    round: Round,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { now, onConflict } = this.#options;
    const { intent, mayHaveLanded } = item;
    const { id } = intent;
    if (refs.never !== null) {
      await this.#note({ t: "park", at: now(), id, why: refs.never, landed: mayHaveLanded });
      return;
    }
    await this.#note({ t: "try", at: now(), id });
    let result: ApplyResult;
    try {
      const { caseId, contactId } = refs;
      const request = { intent, caseId, contactId, mayHaveLanded, onConflict };
      result = await this.#connector.apply(request, signal);
    } catch (error) {
      await this.#failed(item, error, round, signal);
      return;
    }
    const { id: record, outcome, dropped = [] } = result;
    await this.#note({ t: "done", at: now(), id, record, outcome, dropped });
    this.#pauses = 0;
    round.applied++;
    if (outcome === "already") round.already++;
  }

  async #failed(
    item: QueueItem,
    error: unknown,
    round: Round,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { now, maxFailures } = this.#options;
    const { id } = item.intent;
    const at = now();
    const why = error instanceof Error ? oneLine(error.message) : "unknown failure";
    if (signal?.aborted === true) {
      const kind = "unreachable";
      const stop = "stopped by its user";
      await this.#note({
        t: "fail",
        at,
        id,
        kind,
        why: stop,
        landed: true,
        next: at,
        counts: 0,
      });
      round.stopped = stop;
      return;
    }
    if (error instanceof CrmConflict) {
      await this.#note({ t: "conflict", at, id, conflicts: error.conflicts });
      return;
    }
    if (!(error instanceof CrmError)) {
      await this.#note({ t: "park", at, id, why, landed: true });
      return;
    }
    // What an earlier try may have done stays open until somebody has looked.
    const landed = error.mayHaveLanded || item.mayHaveLanded;
    if (FINAL.has(error.kind)) {
      await this.#note({ t: "park", at, id, why, landed });
      return;
    }
    const counts = !OF_THE_WAY.has(error.kind);
    if (counts && item.failures + 1 >= maxFailures) {
      const times = `${item.failures + 1} tries failed; the last: ${why}`;
      await this.#note({ t: "park", at, id, why: times, landed });
      return;
    }
    const turns = counts ? item.failures : this.#pauses;
    const next = at + Math.max(this.#wait(turns), Math.min(error.retryAfter ?? 0, 86_400_000));
    const { kind } = error;
    await this.#note({
      t: "fail",
      at,
      id,
      kind,
      why,
      landed,
      next: counts ? next : at,
      counts: Number(counts),
    });
    if (!counts) {
      this.#pauses++;
      this.#pausedUntil = Math.max(this.#pausedUntil, next);
      round.stopped = why;
    }
  }

  /** Doubles with each turn, with a spread of half of it, so that many nodes do not come back at once. */
  #wait(turns: number): number {
    const { firstWait, longestWait, random } = this.#options;
    const full = Math.min(longestWait, firstWait * 2 ** Math.min(turns, 30));
    return full / 2 + (full / 2) * random();
  }

  #counts(): Pick<SyncResult, "waiting" | "conflicts" | "parked" | "nextAt"> {
    let waiting = 0;
    let conflicts = 0;
    let parked = 0;
    let nextAt: number | null = null;
    const heads = new Set<string>();
    for (const { state, nextAt: due, intent } of this.#items.values()) {
      if (state === "conflict") conflicts++;
      else if (state === "parked") parked++;
      if (state !== "waiting") continue;
      waiting++;
      const chain = this.#chain(intent);
      // Only the first of a case has a time; the others wait for it.
      if (heads.has(chain)) continue;
      heads.add(chain);
      if (this.#resolve(intent).wait !== null) continue;
      const at = Math.max(due, this.#pausedUntil);
      nextAt = nextAt === null ? at : Math.min(nextAt, at);
    }
    return { waiting, conflicts, parked, nextAt };
  }

  /** Intents with the same chain go out one after the other. */
  #chain(intent: CrmIntent): string {
    if (intent.kind === "create-case" || intent.kind === "create-contact") return `+${intent.id}`;
    if ("id" in intent.case) return this.#creator(intent.case.id) ?? `=${intent.case.id}`;
    return `+${intent.case.intent}`;
  }

  /** The chain of a case that was created here and is now spoken of by the system's id. */
  #creator(record: string): string | null {
    const id = this.#created.get(record);
    return id === undefined ? null : `+${id}`;
  }

  /** Cases that were created here: the system's id to the intent's. */
  readonly #created = new Map<string, string>();

  /** The ids that an intent speaks of, as far as they are known by now. */
  #resolve(intent: CrmIntent): Resolved {
    const refs: { -readonly [Key in keyof Resolved]: Resolved[Key] } = {
      caseId: null,
      contactId: null,
      wait: null,
      never: null,
    };
    const one = (ref: CaseRef | undefined): string | null => {
      if (ref === undefined) return null;
      if ("id" in ref) return ref.id;
      const item = this.#items.get(ref.intent);
      if (item === undefined) refs.never = `refers to ${ref.intent}, which was taken out`;
      else if (item.record === null) refs.wait = ref.intent;
      return item?.record ?? null;
    };
    refs.caseId = one("case" in intent ? intent.case : undefined);
    refs.contactId = one(intent.kind === "create-case" ? intent.contact : undefined);
    if (refs.never !== null) refs.wait = null;
    return refs;
  }

  #checkRefs(intent: CrmIntent, fresh: ReadonlyMap<string, CrmIntent>): void {
    const check = (ref: CaseRef | undefined, kind: string): void => {
      if (ref === undefined || "id" in ref) return;
      const target = this.#items.get(ref.intent)?.intent ?? fresh.get(ref.intent);
      if (target?.kind !== kind) {
        throw expected(`an earlier ${kind} intent of this queue`, ref.intent, "intent");
      }
    };
    if ("case" in intent) check(intent.case, "create-case");
    if (intent.kind === "create-case") check(intent.contact, "create-contact");
  }

  #expect(id: string, state: QueueItem["state"]): QueueItem {
    const item = this.#items.get(id);
    if (item?.state !== state) throw expected(`an intent that is ${state}`, id, "intent.id");
    return item;
  }

  #get(id: string): QueueItem {
    const item = this.#items.get(id);
    if (item === undefined) throw expected("an intent of this queue", id, "intent.id");
    return item;
  }

  #note(record: QueueRecord): Promise<void> {
    return this.#exclusive(() => this.#write([record]));
  }

  async #write(records: readonly QueueRecord[]): Promise<void> {
    if (records.length === 0) return;
    try {
      await this.#store.append(records.map(writeLine));
    } catch (error) {
      if (error instanceof CrmError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new CrmError("store", `the queue cannot be written: ${oneLine(why)}`, { cause: error });
    }
    this.#lines += records.length;
    for (const record of records) this.#take(record);
    this.#forget();
  }

  #take(record: QueueRecord): void {
    const id = "intent" in record ? record.intent.id : record.id;
    const before = this.#items.get(id) ?? null;
    const after = applyRecord(before, record);
    if (before !== null) this.#count(before, -1);
    if (after === null) this.#items.delete(id);
    else {
      this.#items.set(id, after);
      this.#count(after, 1);
      if (after.state === "done" && after.intent.kind === "create-case" && after.record !== null) {
        this.#created.set(after.record, id);
      }
    }
  }

  #count(item: QueueItem, by: number): void {
    if (item.state === "done") this.#done += by;
    else this.#open += by;
  }

  /** Forgets the oldest done intents that nobody refers to any more. */
  #forget(): void {
    const most = this.#options.keepDone;
    if (this.#done <= most + Math.ceil(most / 4)) return;
    const needed = new Set<string>();
    for (const { intent, state } of this.#items.values()) {
      if (state === "done") continue;
      if ("case" in intent && "intent" in intent.case) needed.add(intent.case.intent);
      if (intent.kind === "create-case" && intent.contact && "intent" in intent.contact) {
        needed.add(intent.contact.intent);
      }
    }
    for (const [id, item] of this.#items) {
      if (this.#done <= most) return;
      if (item.state !== "done" || needed.has(id)) continue;
      this.#items.delete(id);
      this.#done--;
      if (item.record !== null) this.#created.delete(item.record);
    }
  }

  /** Writes the journal anew where it is mostly history. */
  async #compact(): Promise<void> {
    if (this.#lines <= 2 * 4 * this.#items.size + SLACK) return;
    const records = [...this.#items.values()].flatMap(history);
    await this.#store.replace(records.map(writeLine));
    this.#lines = records.length;
  }

  /** One writer at a time: the order of lines is the order of things. */
  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#writing.then(work, work);
    this.#writing = run.catch(() => undefined);
    return run;
  }
}

/** What an intent speaks of: ids, or the intent that it waits for, or why it never will be known. */
type Resolved = {
  readonly caseId: string | null;
  readonly contactId: string | null;
  readonly wait: string | null;
  readonly never: string | null;
};

/** A round of sending, as it goes on. */
type Round = {
  applied: number;
  already: number;
  stopped: string;
  broken: { readonly error: unknown } | null;
};

/** Cases that can be dealt with now, each by one worker at a time, in turn. */
class Work {
  readonly #ready: string[][];
  readonly #aside = new Map<string, string[][]>();
  #next = 0;

  constructor(chains: ReadonlyMap<string, string[]>) {
    this.#ready = [...chains.values()];
  }

  take(): string[] | null {
    return this.#next < this.#ready.length ? this.#ready[this.#next++] : null;
  }

  put(ids: string[]): void {
    this.#ready.push(ids);
  }

  /** Until another intent is done. */
  aside(intent: string, ids: string[]): void {
    const others = this.#aside.get(intent);
    if (others === undefined) this.#aside.set(intent, [ids]);
    else others.push(ids);
  }

  free(intent: string): void {
    for (const ids of this.#aside.get(intent) ?? []) this.put(ids);
    this.#aside.delete(intent);
  }
}

/** The shortest journal that says the same of an item. */
function history(item: QueueItem): QueueRecord[] {
  const { intent, putAt: at } = item;
  const { id } = intent;
  const records: QueueRecord[] = [{ t: "put", at, intent }];
  const { tries: times, failures: counts, mayHaveLanded: landed, nextAt: next, why } = item;
  if (times > 0 || landed) {
    records.push({ t: "try", at, id, times });
    records.push({ t: "fail", at, id, kind: "broken", why, landed, next, counts });
  }
  if (item.state === "parked") {
    records.push({ t: "park", at, id, why, landed });
  } else if (item.state === "conflict") {
    records.push({ t: "conflict", at, id, conflicts: item.conflicts });
  } else if (item.state === "done") {
    const record = item.record ?? "";
    records.push({ t: "done", at, id, record, outcome: "applied", dropped: item.conflicts });
  }
  return records;
}

function checkOptions(options: QueueOptions): Required<QueueOptions> {
  for (const name of Object.keys(options)) {
    if (!KNOWN_OPTIONS.includes(name)) {
      throw expected(`only ${KNOWN_OPTIONS.join(", ")}`, name, "queue options");
    }
  }
  const whole = (name: string, value: number, least: number, most: number): number => {
    if (!Number.isInteger(value) || value < least || value > most) {
      throw expected(`a whole number from ${least} to ${most}`, value, name);
    }
    return value;
  };
  const onConflict = options.onConflict ?? "ask";
  if (!CONFLICT_POLICIES.includes(onConflict)) {
    throw expected(CONFLICT_POLICIES.join(" or "), onConflict, "onConflict");
  }
  return {
    onConflict,
    maxItems: whole("maxItems", options.maxItems ?? 10_000, 1, 1_000_000),
    keepDone: whole("keepDone", options.keepDone ?? 1000, 0, 1_000_000),
    firstWait: whole("firstWait", options.firstWait ?? 1000, 1, 86_400_000),
    longestWait: whole("longestWait", options.longestWait ?? 300_000, 1, 86_400_000),
    maxFailures: whole("maxFailures", options.maxFailures ?? 8, 1, 1000),
    parallel: whole("parallel", options.parallel ?? 4, 1, 64),
    now: options.now ?? Date.now,
    random: options.random ?? Math.random,
  };
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
