/**
 * The companion of the stand-in node: the real layer before the sample model, the real log in memory, the real sample of
 * a CRM system. Only the HTTP around them is the stand-in's.
 */

import type { ServerResponse } from "node:http";
import {
  AccountabilityLog,
  type ChatMessage,
  CompanionLayer,
  type CompanionStatus,
  type ConflictDecision,
  type CrmConnector,
  CrmError,
  type CrmIntent,
  CrmQueue,
  caseMetrics,
  caseWriteOf,
  countWrites,
  type ErasedEntry,
  type EvaluationState,
  evaluateModel,
  formatReport,
  type LogEntry,
  memoryLogStore,
  memoryQueueStore,
  openSample,
  readCase,
  replayTurn,
  type Setting,
  summarizeCases,
  type Turn,
  type UpstreamError,
  type Warmth,
  WORDS_TONE,
} from "@symbion/companion";
import {
  SAMPLE_EXAMPLES,
  SAMPLE_MODEL,
  sampleModel,
} from "../../../edge/src/companion/sample-model.ts";

const IDLE: EvaluationState = {
  running: false,
  layer: null,
  done: 0,
  total: 0,
  startedAt: null,
  finishedAt: null,
  problem: "",
  report: null,
  text: "",
};

/** See the file's head. */
export class FakeCompanion {
  readonly log: AccountabilityLog;
  readonly #layer: CompanionLayer;
  readonly #crm = openSample();
  #queue: CrmQueue | null = null;
  /** Whether the CRM system can be reached. */
  crmAway = false;
  /** Where it is used. */
  setting: Setting = "private";
  /** What the model does instead of answering; null: it answers. */
  failure: UpstreamError | null = null;
  #evaluation: EvaluationState = IDLE;

  private constructor(log: AccountabilityLog) {
    this.log = log;
    const model = sampleModel();
    const fail = (): void => {
      if (this.failure !== null) throw this.failure;
    };
    this.#layer = new CompanionLayer({
      log,
      upstream: {
        id: model.id,
        async *answer(messages, signal) {
          fail();
          yield* model.answer(messages, signal);
        },
      },
    });
  }

  /** A companion with an empty log. */
  static async open(): Promise<FakeCompanion> {
    const companion = new FakeCompanion(await AccountabilityLog.open(memoryLogStore()));
    companion.#queue = await companion.#openQueue();
    return companion;
  }

  /** Somebody else sets a case's status. */
  async elsewhere(id: string, status: string): Promise<void> {
    const found = await this.#crm.case(id);
    if (found === null) throw new Error(`no case ${id}`);
    const intent: CrmIntent = {
      ...{ kind: "edit-case", id: `elsewhere-${Date.now()}`, case: { id } },
      ...{ base: { status: found.status }, changes: { status } },
    };
    await this.#crm.apply({
      ...{ intent, caseId: id, contactId: null, mayHaveLanded: false, onConflict: "ask" },
    });
  }

  #openQueue(): Promise<CrmQueue> {
    const connector: CrmConnector = Object.create(this.#crm, {
      apply: {
        value: async (...asked: Parameters<CrmConnector["apply"]>) => {
          if (this.crmAway) throw new CrmError("unreachable", "desk.example: cannot be reached");
          return await this.#crm.apply(...asked);
        },
      },
    }) as CrmConnector;
    return CrmQueue.open(memoryQueueStore(), connector, { firstWait: 50, longestWait: 100 });
  }

  /** What `GET /api/companion/writes` answers; what waits is tried first, as a node would have by then. */
  async writes(): Promise<unknown> {
    const queue = this.#queue;
    if (queue === null) throw new Error("no queue");
    const { stopped, nextAt } = await queue.sync();
    const writes = queue.items().map(caseWriteOf);
    return { ...countWrites(queue), writes: writes.toReversed(), nextAt, problem: stopped };
  }

  async #write(path: string, method: string, body: unknown): Promise<unknown> {
    const queue = this.#queue;
    if (queue === null) throw new Error("no queue");
    const [, id = ""] = /^\/api\/companion\/cases\/([^/]+)/.exec(path) ?? [];
    if (id !== "") {
      const kind = method === "PATCH" ? "edit-case" : "comment";
      return caseWriteOf(await queue.put({ kind, case: { id }, ...Object(body) } as CrmIntent));
    }
    const [, write = "", wish] = /^\/api\/companion\/writes\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
    if (write === "") return undefined;
    const item = queue.item(write);
    if (method === "DELETE") await queue.drop(write);
    else if (wish === "retry") await queue.retry(write);
    else await queue.decide(write, (body as { decision: ConflictDecision }).decision);
    return item === null ? null : caseWriteOf(item);
  }

  /** What `GET /api/companion` answers. */
  async status(): Promise<CompanionStatus> {
    return {
      model: SAMPLE_MODEL,
      simulated: true,
      examples: SAMPLE_EXAMPLES,
      remote: null,
      setting: this.setting,
      language: null,
      warmth: "kind",
      rules: this.#layer.rules,
      log: await this.log.verify(),
      crm: { kind: "sample", remote: null, waiting: 0, problem: "" },
      problem: "",
    };
  }

  /** Answers a request for reading; undefined where there is no such path. */
  async read(path: string): Promise<unknown> {
    if (path === "/api/companion") return await this.status();
    if (path === "/api/companion/log")
      return { entries: (await this.#entries()).toReversed(), next: null };
    if (path === "/api/companion/log/check") return await this.log.verify();
    if (path === "/api/companion/evaluations") return this.#evaluation;
    if (path === "/api/companion/cases") return await this.cases();
    if (path === "/api/companion/writes") return await this.writes();
    const id = /^\/api\/companion\/cases\/(.+)$/.exec(path)?.[1];
    if (id === undefined) return undefined;
    const record = await readCase(this.#crm, id);
    return { record, metrics: caseMetrics(record, WORDS_TONE) };
  }

  /** Answers a change; false where there is no such path. */
  async change(
    method: string,
    path: string,
    body: unknown,
    response: ServerResponse,
  ): Promise<boolean> {
    const json = (answer: unknown): true => {
      response.writeHead(200, { "Content-Type": "application/json" });
      response.end(JSON.stringify(answer));
      return true;
    };
    if (path === "/api/companion/turns") {
      await this.#turn(body as Asked, response);
      return true;
    }
    if (path === "/api/companion/consent") return json({ ok: true });
    if (path === "/api/companion/log/replay") {
      const { seq } = body as { readonly seq: number };
      const entry = (await this.#entries()).find((one) => one.seq === seq);
      if (entry === undefined || "erased" in entry) throw new Error("no such entry");
      return json(await replayTurn(entry.body as unknown as Turn));
    }
    if (path === "/api/companion/evaluations" && method === "POST") {
      await this.#evaluate();
      return json(this.#evaluation);
    }
    const written = await this.#write(path, method, body);
    if (written !== undefined) return json(written);
    const subject = /^\/api\/companion\/log\/(.+)$/.exec(path)?.[1];
    if (method !== "DELETE" || subject === undefined) return false;
    return json({ ok: await this.log.eraseSubject(subject) });
  }

  /** What `GET /api/companion/cases` answers. */
  async cases(): Promise<unknown> {
    const { items } = await this.#crm.cases({});
    const rows = await Promise.all(
      items.map(async (one) => {
        const record = await readCase(this.#crm, one.id);
        return { case: one, metrics: caseMetrics(record, WORDS_TONE) };
      }),
    );
    const summary = summarizeCases(rows.map(({ metrics }) => metrics));
    return { label: this.#crm.label, simulated: true, cases: rows, summary, next: null };
  }

  async #turn(asked: Asked, response: ServerResponse): Promise<void> {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    const send = (event: string, data: unknown): void => {
      response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    };
    const { messages, ...options } = asked;
    try {
      const turn = await this.#layer.respond(messages, {
        ...options,
        stages: (stage) => send("stage", stage),
      });
      send("turn", turn);
    } catch (error) {
      send("error", { message: String((error as Error).message), kind: "unreachable" });
    }
    response.end();
  }

  async #evaluate(): Promise<void> {
    const startedAt = Date.now();
    for await (const { done, total, report } of evaluateModel(sampleModel(), { items: 6 })) {
      if (report === null) continue;
      this.#evaluation = {
        ...IDLE,
        ...{ layer: false, done, total, startedAt, finishedAt: Date.now() },
        report,
        text: formatReport(report),
      };
    }
  }

  async #entries(): Promise<(LogEntry | ErasedEntry)[]> {
    const all: (LogEntry | ErasedEntry)[] = [];
    for await (const entry of this.log.entries()) all.push(entry);
    return all;
  }
}

type Asked = {
  readonly messages: readonly ChatMessage[];
  readonly conversation?: string;
  readonly warmth?: Warmth;
};
