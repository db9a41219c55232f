/**
 * Cases of a CRM system, with their figures, and what people write to them. Every request to one elsewhere passes the
 * node's door.
 */

import { join } from "node:path";
import {
  type CaseDetail,
  type CaseMetrics,
  type CaseRecord,
  type CaseRow,
  type CaseState,
  type CasesPage,
  type CaseTone,
  type CaseWrite,
  type CaseWrites,
  type CompanionStatus,
  type ConflictDecision,
  type CrmConnector,
  CrmError,
  type CrmIntent,
  caseMetrics,
  detectLanguage,
  empathyOf,
  readCase,
  sentimentOf,
  summarizeCases,
  type WriteCounts,
} from "@symbion/companion";
import { type CrmOptions, openCrm } from "@symbion/companion/node";
import type { CrmConfig } from "../config/companion-types.ts";
import type { Door, Opened } from "../share/door.ts";
import { CaseQueue, type Wished } from "./case-queue.ts";
import { isOnThisMachine } from "./place.ts";

/** What cases need from around them. */
export type CasesHost = {
  readonly door: Pick<Door, "open">;
  /** Folder of the queues of writes, one file for each system. */
  readonly folder: string;
  /** One line for each thing the owner should know. */
  readonly log: (text: string) => void;
};

/** Which cases are wanted. */
export type CasesQuery = {
  /** Words that the subject has to contain. */
  readonly search?: string | undefined;
  /** Empty: all. */
  readonly states: readonly CaseState[];
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string | undefined;
};

/** Cases that are read at the same time. */
const AT_ONCE = 4;

/** How messages read; a message without a word that is known says nothing. */
const TONE: CaseTone = {
  sentiment: (text) => {
    const { score, known } = sentimentOf(text, detectLanguage(text));
    return known === 0 ? null : score;
  },
  empathy: (text) => empathyOf(text, detectLanguage(text)).overall,
};

const NOTHING_WAITS: WriteCounts = { waiting: 0, conflicts: 0, parked: 0 };

/** A CRM system that is asked for cases, and written to. */
export class Cases {
  readonly #config: CrmConfig;
  readonly #host: CasesHost;
  #connector: Promise<CrmConnector> | null = null;
  #queueing: Promise<CaseQueue> | null = null;
  /** The same, once it is there. */
  #queue: CaseQueue | null = null;
  #problem = "";

  constructor(config: CrmConfig, host: CasesHost) {
    this.#config = config;
    this.#host = host;
  }

  /** How it is doing. */
  status(): NonNullable<CompanionStatus["crm"]> {
    const { kind, url } = this.#config;
    const remote = url === null || isOnThisMachine(url) ? null : new URL(url).host;
    const problem = this.#queue?.problem || this.#problem;
    return { kind, remote, waiting: this.counts().waiting, problem };
  }

  /** Writes that are not done. */
  counts(): WriteCounts {
    return this.#queue?.counts() ?? NOTHING_WAITS;
  }

  /** Sends what an earlier run left waiting, and goes on sending. Never rejects. */
  async begin(): Promise<void> {
    try {
      (await this.#openQueue()).begin();
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
      this.#host.log(`crm: ${this.#problem}`);
    }
  }

  /** Writes down what shall be written to the system; it is sent as soon as that can be reached. */
  async put(intent: CrmIntent): Promise<CaseWrite> {
    return await (await this.#openQueue()).put(intent);
  }

  /** All writes that are not done, and those that were done last. */
  async writes(): Promise<CaseWrites> {
    return (await this.#openQueue()).writes();
  }

  /** A person's decision on an edit that met somebody else's. */
  async decide(id: string, decision: ConflictDecision): Promise<Wished> {
    return await (await this.#openQueue()).decide(id, decision);
  }

  /** Tries a write again that the system would not take. */
  async retry(id: string): Promise<Wished> {
    return await (await this.#openQueue()).retry(id);
  }

  /** Gives a write up. */
  async drop(id: string): Promise<Wished> {
    return await (await this.#openQueue()).drop(id);
  }

  /** Sends what is due now. Rejects with `CrmError` where that cannot be written down. */
  async send(): Promise<void> {
    await (await this.#openQueue()).send();
  }

  /** A page of cases, most recently changed first. Rejects with `CrmError`. */
  async page(query: CasesQuery, signal: AbortSignal): Promise<CasesPage> {
    return await this.#watched(async () => {
      const connector = await this.#open();
      const { search, states, limit, after } = query;
      const page = await connector.cases(
        {
          limit,
          ...(states.length === 0 ? {} : { states }),
          ...(search === undefined ? {} : { subject: search }),
          ...(after === undefined ? {} : { after }),
        },
        signal,
      );
      const rows: CaseRow[] = [];
      for (let i = 0; i < page.items.length; i += AT_ONCE) {
        const some = page.items.slice(i, i + AT_ONCE);
        rows.push(...(await Promise.all(some.map((one) => this.#row(connector, one.id, signal)))));
      }
      const metrics: CaseMetrics[] = rows.map((row) => row.metrics);
      return {
        label: connector.label,
        simulated: connector.kind === "sample",
        cases: rows,
        summary: summarizeCases(metrics),
        next: page.next,
      };
    });
  }

  /** Asks for one case, to see whether the system answers; resolves with its name. Rejects with `CrmError`. */
  async probe(signal: AbortSignal): Promise<string> {
    return await this.#watched(async () => {
      const connector = await this.#open();
      await connector.cases({ limit: 1 }, signal);
      return connector.label;
    });
  }

  /** One case. Rejects with `CrmError`, of kind `missing` where there is none. */
  async one(id: string, signal: AbortSignal): Promise<CaseDetail> {
    return await this.#watched(async () => {
      const record = await readCase(await this.#open(), id, signal);
      return { record, metrics: caseMetrics(record, TONE) };
    });
  }

  /** Lets go of connections and of the queue. */
  async close(): Promise<void> {
    const queue = await this.#queueing?.catch(() => null);
    this.#queueing = null;
    this.#queue = null;
    await queue?.close();
    const connector = await this.#connector?.catch(() => null);
    this.#connector = null;
    await connector?.close();
  }

  async #row(connector: CrmConnector, id: string, signal: AbortSignal): Promise<CaseRow> {
    const record: CaseRecord = await readCase(connector, id, signal);
    return { case: record.case, metrics: caseMetrics(record, TONE) };
  }

  /** Notes for the status what became of it; a case that is not there is no trouble of the system's. */
  async #watched<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.#problem = "";
      return result;
    } catch (error) {
      if ((error as { kind?: unknown }).kind !== "missing") {
        this.#problem = error instanceof Error ? error.message : String(error);
      }
      throw error;
    }
  }

  #open(): Promise<CrmConnector> {
    this.#connector ??= openCrm(optionsOf(this.#config), this.#reach()).catch((error: unknown) => {
      this.#connector = null;
      throw error;
    });
    return this.#connector;
  }

  /** Opens the queue of this system; what waits for another one stays in that one's file. */
  #openQueue(): Promise<CaseQueue> {
    this.#queueing ??= this.#open()
      .then((connector) =>
        CaseQueue.open({
          file: queueFile(this.#host.folder, this.#config),
          connector,
          onConflict: this.#config.onConflict,
          log: this.#host.log,
        }),
      )
      .then((queue) => {
        this.#queue = queue;
        return queue;
      })
      .catch((error: unknown) => {
        this.#queueing = null;
        throw error;
      });
    return this.#queueing;
  }

  /** Requests leave after they were written down; what became of each is noted when its answer begins. */
  #reach(): Parameters<typeof openCrm>[1] {
    const { url } = this.#config;
    if (url === null || isOnThisMachine(url)) return {};
    return {
      fetch: async (address, init) => {
        const { method = "GET", body } = init;
        const { host, pathname } = new URL(address);
        const writes = method !== "GET" && method !== "HEAD" && !pathname.endsWith("/token");
        const opened = await this.#letOut({
          ...{ recipient: host, route: "crm" },
          what: writes ? "a change of a case" : "a question about cases",
          purpose: writes ? "writes what a person asked for" : "shows cases",
          payloadBytes: typeof body === "string" ? Buffer.byteLength(body) : 0,
        });
        try {
          const response = await fetch(address, init);
          await opened.end({ state: "sent" });
          return response;
        } catch (error) {
          await opened.end({ state: "failed", reason: "the system could not be reached" });
          throw error;
        }
      },
    };
  }

  /** What cannot be written down does not leave; it waits as if there were no network. */
  async #letOut(draft: Parameters<Door["open"]>[0]): Promise<Opened> {
    try {
      return await this.#host.door.open(draft);
    } catch (error) {
      const why = "the request could not be written down, so it did not leave";
      throw new CrmError("unreachable", `${draft.recipient}: ${why}`, { cause: error });
    }
  }
}

/** Journal of what waits for a system; null for the sample, which forgets as well. */
function queueFile(folder: string, { kind, url }: CrmConfig): string | null {
  if (url === null) return null;
  const { host, pathname } = new URL(url);
  const name = encodeURIComponent(`${kind}-${host}${pathname.replace(/\/+$/, "")}`);
  return join(folder, `${name}.ndjson`);
}

/** Options of the connector: those that the configuration names. */
function optionsOf(config: CrmConfig): CrmOptions {
  const { kind, url, token } = config;
  if (kind === "sample" || url === null) return { kind: "sample" };
  const shared = {
    url,
    ...given("waitingStatuses", config.waitingStatuses),
    ...given("satisfactionField", config.satisfactionField),
  };
  if (kind === "rt") {
    return {
      ...{ kind, ...shared },
      ...given("token", token),
      ...given("user", config.user),
      ...given("password", config.password),
      ...given("queue", config.queue),
      ...given("closedStatuses", config.closedStatuses),
      ...given("escalatedFrom", config.escalatedFrom),
    };
  }
  return {
    ...{ kind, ...shared },
    ...given("accessToken", token),
    ...given("clientId", config.clientId),
    ...given("clientSecret", config.clientSecret),
    ...given("loginUrl", config.loginUrl),
    ...given("version", config.version),
    ...given("externalIdField", config.externalIdField),
    ...given("ledger", config.ledger),
  };
}

function given<K extends string, V>(key: K, value: V | null): { readonly [Key in K]?: V } {
  return value === null ? {} : ({ [key]: value } as { readonly [Key in K]?: V });
}
