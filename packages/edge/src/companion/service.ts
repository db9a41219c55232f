/**
 * The companion, as the node sees it: the layer after a model, its accountability log, evaluations of the model. Without
 * a `companion` section nothing here runs; without a log that can be written nothing is answered. A model elsewhere is
 * reached through the node's door.
 */

import { join } from "node:path";
import type {
  AccountabilityLog,
  AnswerMemory,
  CaseDetail,
  CasesPage,
  CaseWrite,
  CaseWrites,
  CompanionStatus,
  ConflictDecision,
  CrmIntent,
  ErasedEntry,
  EvaluationState,
  Json,
  LogCheck,
  LogEntry,
  LogPage,
  ReplayResult,
  StageResult,
  Turn,
  TurnRequest,
  WriteCounts,
} from "@symbion/companion";
import { type CompanionConfig, NO_COMPANION } from "../config/companion-types.ts";
import type { CompanionPart, Download } from "../server/parts.ts";
import { carryAway } from "../share/carry.ts";
import type { Door } from "../share/door.ts";
import type { Wished } from "./case-queue.ts";
import type { Cases, CasesQuery } from "./cases.ts";
import type { Running } from "./engine.ts";
import { turnOf } from "./entries.ts";
import { Evaluations } from "./evaluations.ts";
import { isOnThisMachine } from "./place.ts";
import { CompanionOff } from "./refusals.ts";

/** What the service needs from around it. */
export type CompanionHost = {
  readonly door: Pick<Door, "open">;
  /** Folder of the log. */
  readonly folder: string;
  /** One line for each thing the owner should know. */
  readonly log: (text: string) => void;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
};

/** Conversations are looked at so often for those that are too old, milliseconds. */
const SWEEP_INTERVAL = 6 * 3_600_000;
const DAY = 86_400_000;
/** Turns at once: each may wait for a slow model. */
const MOST_TURNS = 16;

const NO_LOG: LogCheck = { ok: true, entries: 0, erased: 0, head: null, problem: null };

type Engine = typeof import("./engine.ts");

/** See the file's head. */
export class CompanionService implements CompanionPart {
  readonly #host: CompanionHost;
  readonly #now: () => number;
  readonly #evaluations: Evaluations;
  #config: CompanionConfig = NO_COMPANION;
  #log: AccountabilityLog | null = null;
  #check: LogCheck = NO_LOG;
  #memory: AnswerMemory | null = null;
  #running: Running | null = null;
  #problem = "";
  #turns = 0;
  #sweep: NodeJS.Timeout | null = null;
  #cases: Cases | null = null;
  #engine: Engine | null = null;
  readonly #closing = new AbortController();
  /** Ends when everything that was configured so far is in force. */
  #ready: Promise<void> = Promise.resolve();

  constructor(host: CompanionHost) {
    this.#host = host;
    this.#now = host.now ?? Date.now;
    this.#evaluations = new Evaluations(this.#now);
  }

  /** Answers as this configuration says from now on. What is being answered is finished as it began. */
  configure(config: CompanionConfig): void {
    if (this.#closing.signal.aborted) return;
    this.#ready = this.#ready
      .then(() => this.#apply(config))
      .catch((error: unknown) => {
        this.#problem = error instanceof Error ? error.message : String(error);
        this.#host.log(`companion: ${this.#problem}`);
      });
  }

  /** Resolves when what was configured is in force. */
  ready(): Promise<void> {
    return this.#ready;
  }

  /** Ends what is under way and closes the log. */
  async stop(): Promise<void> {
    this.#closing.abort(new Error("the node ends"));
    this.#evaluations.stop();
    if (this.#sweep !== null) clearInterval(this.#sweep);
    await this.#ready;
    this.#running = null;
    await this.#log?.close();
    this.#log = null;
    await this.#cases?.close();
    this.#cases = null;
  }

  async status(): Promise<CompanionStatus> {
    await this.#ready;
    const { upstream, language, setting, warmth } = this.#config;
    const head = this.#log?.head ?? null;
    return {
      model: this.#running?.upstream.id ?? "",
      simulated: this.#config.enabled && upstream === null,
      examples:
        this.#config.enabled && upstream === null ? (this.#engine?.SAMPLE_EXAMPLES ?? []) : [],
      remote:
        upstream === null || isOnThisMachine(upstream.url) ? null : new URL(upstream.url).host,
      ...{ setting, language, warmth, rules: this.#engine?.RULES_VERSION ?? "" },
      log: {
        ...this.#check,
        entries: head?.entries ?? this.#check.entries,
        head: head?.hash ?? this.#check.head,
      },
      crm: this.#cases?.status() ?? null,
      problem: this.#problem,
    };
  }

  async turn(
    request: TurnRequest,
    stages: (result: StageResult) => void,
    signal: AbortSignal,
  ): Promise<Turn> {
    const { layer } = await this.#open();
    if (this.#turns >= MOST_TURNS) {
      throw new CompanionOff(
        `expected at most ${MOST_TURNS} questions at once, got one more`,
        true,
      );
    }
    this.#turns++;
    try {
      const { messages, ...options } = request;
      const both = AbortSignal.any([signal, this.#closing.signal]);
      return await layer.respond(messages, { ...options, stages }, both);
    } finally {
      this.#turns--;
    }
  }

  async logPage(
    before: number | null,
    limit: number,
    conversation: string | null,
  ): Promise<LogPage> {
    const log = await this.#openLog();
    const to = Math.min(before ?? Number.POSITIVE_INFINITY, log.head?.entries ?? 0);
    const subject = conversation === null ? {} : { subject: conversation };
    const found: (LogEntry | ErasedEntry)[] = [];
    // Reading goes from the first line on, as the chain does: the newest ones of it are kept.
    for await (const entry of log.entries({ ...subject, to })) {
      found.push(entry);
      if (found.length > limit + 1) found.shift();
    }
    const more = found.length > limit;
    const entries = found.slice(more ? 1 : 0).reverse();
    return { entries, next: more ? (entries.at(-1)?.seq ?? null) : null };
  }

  async checkLog(): Promise<LogCheck> {
    const log = await this.#openLog();
    this.#check = await log.verify();
    return this.#check;
  }

  async exportLog(client: string): Promise<Download> {
    const log = await this.#openLog();
    const day = new Date(this.#now()).toISOString().slice(0, 10);
    return await carryAway(
      this.#host.door,
      "the companion's log, its entries encrypted",
      () => ({
        name: `symbion-companion-${day}.ndjson`,
        type: "application/x-ndjson",
        body: bodyOf(log.export()),
      }),
      client,
    );
  }

  async replay(seq: number): Promise<ReplayResult | "missing" | "unreadable"> {
    const log = await this.#openLog();
    for await (const entry of log.entries({ from: seq, to: seq + 1 })) {
      const turn = turnOf(entry);
      if (turn === null) return "unreadable";
      const { replayTurn } = await import("./engine.ts");
      return await replayTurn(turn);
    }
    return "missing";
  }

  async erase(conversation: string): Promise<boolean> {
    const log = await this.#openLog();
    this.#memory?.forget(conversation);
    const erased = await log.eraseSubject(conversation);
    if (erased) this.#check = await log.verify();
    return erased;
  }

  async note(kind: string, subject: string, body: Json): Promise<void> {
    const log = await this.#openLog();
    await log.append({ kind, subject, body });
  }

  async evaluate(layer: boolean): Promise<EvaluationState | "running"> {
    const running = await this.#open();
    const { openLayer } = await import("./engine.ts");
    // The evaluation's own questions are nobody's conversation: they are not written down one by one.
    const host = { door: this.#host.door, log: null, memory: null, now: this.#now };
    const through = openLayer(this.#config, host).layer;
    const started = this.#evaluations.start(running.upstream, layer ? through : null, (state) => {
      const { report, problem } = state;
      const body = { model: running.upstream.id, layer, problem, report } as unknown as Json;
      this.note("evaluation", "evaluation", body).catch((error: Error) => {
        this.#host.log(`companion: ${error.message}`);
      });
    });
    return started ? this.#evaluations.state() : "running";
  }

  evaluation(): EvaluationState {
    return this.#evaluations.state();
  }

  stopEvaluation(): EvaluationState {
    this.#evaluations.stop();
    return this.#evaluations.state();
  }

  async cases(query: CasesQuery, signal: AbortSignal): Promise<CasesPage | null> {
    await this.#ready;
    return (await this.#cases?.page(query, signal)) ?? null;
  }

  async caseOf(id: string, signal: AbortSignal): Promise<CaseDetail | null> {
    await this.#ready;
    return (await this.#cases?.one(id, signal)) ?? null;
  }

  writeCounts(): WriteCounts | null {
    return this.#cases?.counts() ?? null;
  }

  async writes(): Promise<CaseWrites | null> {
    await this.#ready;
    return (await this.#cases?.writes()) ?? null;
  }

  async write(intent: CrmIntent): Promise<CaseWrite | null> {
    await this.#ready;
    const written = (await this.#cases?.put(intent)) ?? null;
    if (written !== null) this.#noteWrite(written, "put");
    return written;
  }

  async decide(id: string, decision: ConflictDecision): Promise<Wished | null> {
    await this.#ready;
    const wished = (await this.#cases?.decide(id, decision)) ?? null;
    if (wished !== null && typeof wished !== "string") this.#noteWrite(wished, decision);
    return wished;
  }

  async retryWrite(id: string): Promise<Wished | null> {
    await this.#ready;
    return (await this.#cases?.retry(id)) ?? null;
  }

  async dropWrite(id: string): Promise<Wished | null> {
    await this.#ready;
    const wished = (await this.#cases?.drop(id)) ?? null;
    if (wished !== null && typeof wished !== "string") this.#noteWrite(wished, "dropped");
    return wished;
  }

  /** What people had written and decided is accounted for, without its words; the queue has them. */
  #noteWrite({ id, kind, caseId, changes }: CaseWrite, what: string): void {
    const body = { intent: id, what, kind, case: caseId, fields: Object.keys(changes) };
    this.note("crm", "crm", body).catch((error: Error) => {
      this.#host.log(`companion: ${error.message}`);
    });
  }

  async #apply(config: CompanionConfig): Promise<void> {
    const same = JSON.stringify(this.#config.crm) === JSON.stringify(config.crm);
    if (!same || !config.enabled) {
      await this.#cases?.close();
      this.#cases = null;
    }
    this.#config = config;
    this.#running = null;
    this.#problem = "";
    if (this.#sweep !== null) clearInterval(this.#sweep);
    this.#sweep = null;
    if (!config.enabled) {
      this.#evaluations.stop();
      await this.#log?.close();
      this.#log = null;
      this.#check = NO_LOG;
      this.#problem = "the configuration has no companion section that can be used";
      return;
    }
    this.#engine ??= await import("./engine.ts");
    const engine = this.#engine;
    if (config.crm !== null && this.#cases === null) {
      const { door, folder, log } = this.#host;
      this.#cases = new engine.Cases(config.crm, { door, folder: queueFolder(folder), log });
      await this.#cases.begin();
    }
    try {
      this.#log ??= await engine.openLog(this.#host.folder, this.#now);
      this.#check = await this.#log.verify();
      this.#memory ??= new engine.AnswerMemory();
      const { door } = this.#host;
      const host = { door, log: this.#log, memory: this.#memory, now: this.#now };
      this.#running = engine.openLayer(config, host);
    } catch (error) {
      // Without its log the layer could not account for what it says.
      this.#problem = error instanceof Error ? error.message : String(error);
      if (this.#log === null) this.#check = { ...NO_LOG, ok: false, problem: this.#problem };
      this.#host.log(`companion: ${this.#problem}`);
      return;
    }
    if (config.keepDays !== null) {
      void this.#forgetOld();
      this.#sweep = setInterval(() => void this.#forgetOld(), SWEEP_INTERVAL).unref();
    }
  }

  async #open(): Promise<Running> {
    await this.#ready;
    if (this.#running === null) throw new CompanionOff(this.#problem);
    return this.#running;
  }

  async #openLog(): Promise<AccountabilityLog> {
    await this.#ready;
    if (this.#log === null) throw new CompanionOff(this.#problem);
    return this.#log;
  }

  /** Destroys the keys of conversations whose last entry is older than the configuration keeps them. */
  async #forgetOld(): Promise<void> {
    const { keepDays } = this.#config;
    const log = this.#log;
    if (keepDays === null || log === null) return;
    const limit = this.#now() - keepDays * DAY;
    try {
      const last = new Map<string, number>();
      for await (const entry of log.entries()) {
        if (!("erased" in entry)) last.set(entry.subject, entry.at);
      }
      const old = [...last].filter(([, at]) => at < limit);
      for (const [subject] of old) {
        this.#memory?.forget(subject);
        await log.eraseSubject(subject);
      }
      if (old.length > 0) {
        this.#check = await log.verify();
        this.#host.log(`companion: ${old.length} conversations older than ${keepDays} days erased`);
      }
    } catch (error) {
      this.#host.log(`companion: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function bodyOf(lines: AsyncGenerator<string, void, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await lines.next();
        if (next.done) controller.close();
        else controller.enqueue(encoder.encode(`${next.value}\n`));
      },
      async cancel() {
        await lines.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Folder of the queues of writes to CRM systems, in the log's. */
export function queueFolder(folder: string): string {
  return join(folder, "crm");
}

/** Folder of the log below a node's data. */
export function companionFolder(data: string): string {
  return join(data, "companion");
}
