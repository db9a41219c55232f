/** Cases of a CRM system, with their figures; every request to one elsewhere passes the node's door. */

import {
  type CaseDetail,
  type CaseMetrics,
  type CaseRecord,
  type CaseRow,
  type CaseState,
  type CasesPage,
  type CaseTone,
  type CompanionStatus,
  type CrmConnector,
  caseMetrics,
  detectLanguage,
  empathyOf,
  readCase,
  sentimentOf,
  summarizeCases,
} from "@symbion/companion";
import { type CrmOptions, openCrm } from "@symbion/companion/node";
import type { CrmConfig } from "../config/companion-types.ts";
import type { Door, Opened } from "../share/door.ts";
import { isOnThisMachine } from "./place.ts";

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

/** A CRM system that is asked for cases. */
export class Cases {
  readonly #config: CrmConfig;
  readonly #door: Pick<Door, "open">;
  #connector: Promise<CrmConnector> | null = null;
  #problem = "";

  constructor(config: CrmConfig, door: Pick<Door, "open">) {
    this.#config = config;
    this.#door = door;
  }

  /** How it is doing. */
  status(): NonNullable<CompanionStatus["crm"]> {
    const { kind, url } = this.#config;
    const remote = url === null || isOnThisMachine(url) ? null : new URL(url).host;
    return { kind, remote, waiting: 0, problem: this.#problem };
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

  /** One case. Rejects with `CrmError`, of kind `missing` where there is none. */
  async one(id: string, signal: AbortSignal): Promise<CaseDetail> {
    return await this.#watched(async () => {
      const record = await readCase(await this.#open(), id, signal);
      return { record, metrics: caseMetrics(record, TONE) };
    });
  }

  /** Lets go of connections. */
  async close(): Promise<void> {
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

  /** Requests leave one after the other was written down; what became of each is noted when its answer begins. */
  #reach(): Parameters<typeof openCrm>[1] {
    const { url } = this.#config;
    if (url === null || isOnThisMachine(url)) return {};
    const opened: Opened[] = [];
    return {
      beforeRequest: async ({ host, what, bytes }) => {
        opened.push(
          await this.#door.open({
            ...{ recipient: host, route: "crm", what, purpose: "shows cases", payloadBytes: bytes },
          }),
        );
      },
      fetch: async (address, init) => {
        const release = opened.shift();
        try {
          const response = await fetch(address, init);
          await release?.end({ state: "sent" });
          return response;
        } catch (error) {
          await release?.end({ state: "failed", reason: "the system could not be reached" });
          throw error;
        }
      },
    };
  }
}

function optionsOf({ kind, url, token, clientId, clientSecret, queue }: CrmConfig): CrmOptions {
  if (kind === "sample" || url === null) return { kind: "sample" };
  if (kind === "rt") {
    return {
      ...{ kind, url },
      ...(token === null ? {} : { token }),
      ...(queue === null ? {} : { queue }),
    };
  }
  return {
    ...{ kind, url },
    ...(token === null ? {} : { accessToken: token }),
    ...(clientId === null ? {} : { clientId }),
    ...(clientSecret === null ? {} : { clientSecret }),
  };
}
