/**
 * Request Tracker 5 over REST2. Tickets are cases, requestors are contacts, reminders are not used: RT has no tasks in
 * this API. Edits go with the ticket's `ETag`. RT has no external ids, so what is written carries a mark that is looked
 * for after a lost answer.
 */

import { expected, UsageError } from "@symbion/core";
import { applyEdit } from "../../crm/conflict.ts";
import type { ApplyRequest, ApplyResult, CrmConnector } from "../../crm/connector.ts";
import { CrmError } from "../../crm/errors.ts";
import { type Answer, exchange, jsonOf, place, type Reach } from "../../crm/exchange.ts";
import {
  type Foreign,
  idOf,
  listOf,
  objectOf,
  textOf,
  textOrNull,
  timeOf,
  timeOrNull,
} from "../../crm/foreign.ts";
import type { AddComment, CaseValues, CreateCase, EditCase } from "../../crm/intents.ts";
import type {
  CaseQuery,
  CaseState,
  CrmCapabilities,
  CrmCase,
  CrmChange,
  CrmContact,
  CrmEvent,
  CrmEvents,
  CrmMessage,
  CrmPage,
  CrmTask,
} from "../../crm/types.ts";
import { readMark, withFeelings, withMark } from "../../crm/words.ts";
import { address, secret } from "./salesforce-options.ts";

/** Options of the Request Tracker connector. Tokens and passwords are never logged and never part of a message. */
export type RtOptions = {
  /** Says which system it is. */
  readonly kind: "rt";
  /** RT's address, as people open it; http only on the machine itself. */
  readonly url: string;
  /** A token (RT: Settings, Auth Tokens); or {@link RtOptions.user} and password. */
  readonly token?: string;
  /** Name of the account. */
  readonly user?: string;
  /** Its password. */
  readonly password?: string;
  /** Queue for new cases, and the only one that is listed. Default `General`. */
  readonly queue?: string;
  /** Statuses that mean waiting for somebody. Default `stalled`. */
  readonly waitingStatuses?: readonly string[];
  /** Statuses that mean closed. Default `resolved`, `rejected`, `deleted`. */
  readonly closedStatuses?: readonly string[];
  /** Custom field of tickets, 1 to 5, for stated satisfaction. Default: none, and satisfaction has no place. */
  readonly satisfactionField?: string;
  /** Priority from which on a ticket counts as handed up, 1 to 100,000. Default 80; RT has no other mark of it. */
  readonly escalatedFrom?: number;
};

const KNOWN = [
  "kind",
  "url",
  "token",
  "user",
  "password",
  "queue",
  "waitingStatuses",
  "closedStatuses",
  "satisfactionField",
  "escalatedFrom",
];

const TICKET_FIELDS =
  "Subject,Status,Priority,Created,LastUpdated,Resolved,Requestor,Creator,CustomFields,Queue";

/** Pages of 100 that one question reads at most. */
const MOST_PAGES = 10;

type Checked = {
  readonly url: string;
  readonly authorization: string;
  readonly queue: string;
  readonly waiting: ReadonlySet<string>;
  readonly closed: ReadonlySet<string>;
  readonly satisfactionField: string | null;
  readonly escalatedFrom: number;
};

/** Opens a connector to a Request Tracker. Nothing is sent yet. */
export function openRequestTracker(options: RtOptions, reach: Reach = {}): CrmConnector {
  return new RequestTracker(check(options), reach);
}

class RequestTracker implements CrmConnector {
  readonly kind = "rt";
  readonly label: string;
  readonly capabilities: CrmCapabilities;
  readonly #options: Checked;
  readonly #reach: Reach;

  constructor(options: Checked, reach: Reach) {
    this.#options = options;
    this.#reach = reach;
    this.label = `Request Tracker ${new URL(options.url).host}`;
    this.capabilities = {
      creates: "lookup",
      comments: "lookup",
      edits: "revision",
      events: "poll",
      tasks: false,
      contacts: true,
      satisfaction: options.satisfactionField !== null,
    };
  }

  async cases(query: CaseQuery = {}, signal?: AbortSignal): Promise<CrmPage<CrmCase>> {
    const { states, updatedSince, subject, after, limit = 50 } = query;
    const { queue, closed, waiting } = this.#options;
    const parts = [`Queue = ${ticketSql(queue)}`];
    const wanted = new Set<CaseState>(states ?? ["open", "waiting", "closed"]);
    if (wanted.size < 3) {
      const is = (words: ReadonlySet<string>): string =>
        [...words].map((word) => `Status = ${ticketSql(word)}`).join(" OR ") || "id = 0";
      const isNot = [...closed, ...waiting]
        .map((word) => `Status != ${ticketSql(word)}`)
        .join(" AND ");
      const either = [
        ...(wanted.has("closed") ? [is(closed)] : []),
        ...(wanted.has("waiting") ? [is(waiting)] : []),
        ...(wanted.has("open") ? [isNot || "id > 0"] : []),
      ];
      parts.push(`(${either.map((one) => `(${one})`).join(" OR ")})`);
    }
    if (updatedSince !== undefined) parts.push(`LastUpdated > ${ticketTime(updatedSince - 1000)}`);
    if (subject !== undefined) parts.push(`Subject LIKE ${ticketSql(subject)}`);
    const page = after === undefined ? 1 : pageOf(after);
    const count = Math.min(100, Math.max(1, Math.floor(limit)));
    const found = await this.#tickets(
      parts.join(" AND "),
      page,
      count,
      "LastUpdated",
      "DESC",
      signal,
    );
    const items = found.rows.map((row) => this.#caseOf(row));
    return {
      items:
        updatedSince === undefined ? items : items.filter((one) => one.updatedAt >= updatedSince),
      next: found.more ? String(page + 1) : null,
    };
  }

  async case(id: string, signal?: AbortSignal): Promise<CrmCase | null> {
    const found = await this.#ticket(id, signal);
    return found === null ? null : { ...this.#caseOf(found.row), revision: found.etag };
  }

  async contact(id: string, signal?: AbortSignal): Promise<CrmContact | null> {
    const answer = await this.#ask(
      "GET",
      `/user/${encodeURIComponent(id)}`,
      "read user",
      undefined,
      signal,
    );
    if (answer.status === 404) return null;
    const row = objectOf(this.#json(answer), "a user");
    const name = textOf(row.RealName);
    return {
      id: textOrNull(row.Name) ?? id,
      intent:
        textOrNull(row.FreeformContactInfo)?.match(/^\[symbion:([\w-]{8,64})\]$/)?.[1] ?? null,
      name: name === "" ? textOf(row.Name) : name,
      email: textOrNull(row.EmailAddress),
      phone: textOrNull(row.WorkPhone),
      updatedAt: timeOrNull(row.LastUpdated),
    };
  }

  async messages(caseId: string, signal?: AbortSignal): Promise<readonly CrmMessage[]> {
    const ticket = await this.#ticket(caseId, signal);
    if (ticket === null) return [];
    const customers = new Set(people(ticket.row.Requestor));
    const history = await this.#all(
      `${ticketPath(caseId)}/history?fields=Type,Created,Creator`,
      "list history",
      signal,
    );
    const said = new Map<string, Foreign>();
    for (const row of history) {
      const type = textOf(row.Type);
      if (type === "Create" || type === "Correspond" || type === "Comment") {
        said.set(idOf(row.id, "a transaction's id"), row);
      }
    }
    const parts = await this.#all(
      `${ticketPath(caseId)}/attachments?fields=Content,ContentType,TransactionId,Filename`,
      "list messages",
      signal,
    );
    const messages: CrmMessage[] = [];
    const taken = new Set<string>();
    for (const part of parts) {
      const transaction = textOf(part.TransactionId);
      const row = said.get(transaction);
      const isText = textOf(part.ContentType) === "text/plain" && textOf(part.Filename) === "";
      if (row === undefined || taken.has(transaction) || !isText) continue;
      taken.add(transaction);
      const author = nameOf(row.Creator);
      const type = textOf(row.Type);
      const { text, intent } = readMark(textOf(part.Content));
      const isCustomer = type === "Create" ? customers.size > 0 : customers.has(author ?? "");
      messages.push({
        id: transaction,
        caseId,
        at: timeOf(row.Created, "a transaction's Created"),
        from: author === "RT_System" ? "system" : isCustomer ? "customer" : "agent",
        internal: type === "Comment",
        text,
        author: type === "Create" && isCustomer ? ([...customers][0] ?? null) : author,
        intent,
      });
    }
    return messages.sort((a, b) => a.at - b.at || Number(a.id) - Number(b.id)).slice(-1000);
  }

  async tasks(): Promise<readonly CrmTask[]> {
    return [];
  }

  async changes(caseId: string, signal?: AbortSignal): Promise<readonly CrmChange[]> {
    const rows = await this.#all(
      `${ticketPath(caseId)}/history?fields=Type,Created,Field,OldValue,NewValue`,
      "list history",
      signal,
    );
    const changes: CrmChange[] = [];
    for (const row of rows) {
      const at = timeOf(row.Created, "a transaction's Created");
      const from = textOrNull(row.OldValue);
      const to = textOf(row.NewValue);
      if (row.Field === "Status") {
        const fromState = from === null ? null : this.#stateOf(from);
        changes.push({ at, what: "state", from, to, fromState, toState: this.#stateOf(to) });
      } else if (row.Field === "Priority") {
        const before = this.#isEscalated(from);
        const after = this.#isEscalated(to);
        if (before === after) continue;
        changes.push({
          at,
          what: "escalation",
          from: String(before),
          to: String(after),
          fromState: null,
          toState: null,
        });
      }
    }
    return changes.slice(-1000);
  }

  async events(cursor: string | null, signal?: AbortSignal): Promise<CrmEvents> {
    // Numbers of transactions rise in the order in which things happened: an exact cursor.
    const last = cursor === null ? null : Number(cursor);
    if (last !== null && !Number.isSafeInteger(last)) {
      throw new CrmError("rejected", "events: expected the cursor of the call before");
    }
    const query = `ObjectType = 'RT::Ticket' AND TicketQueue = ${ticketSql(this.#options.queue)}`;
    const where = last === null ? query : `${query} AND id > ${last}`;
    const order = last === null ? "DESC" : "ASC";
    const size = last === null ? 1 : 100;
    const fields = "Type,Created,ObjectId";
    const answer = await this.#ask(
      "GET",
      `/transactions?query=${encodeURIComponent(where)}&fields=${fields}&orderby=id&order=${order}&per_page=${size}`,
      "list transactions",
      undefined,
      signal,
    );
    const page = objectOf(this.#json(answer), "transactions");
    const rows = listOf(page.items, "transactions").map((one) => objectOf(one, "a transaction"));
    const newest = rows.reduce((most, { id }) => Math.max(most, Number(id) || 0), last ?? 0);
    if (last === null) return { events: [], cursor: String(newest), more: false };
    const events = rows.map(eventOf).filter((event) => event !== null);
    return { events, cursor: String(newest), more: rows.length === size };
  }

  async apply(request: ApplyRequest, signal?: AbortSignal): Promise<ApplyResult> {
    const { intent, caseId, mayHaveLanded } = request;
    switch (intent.kind) {
      case "create-case":
        return this.#create(intent, request.contactId, mayHaveLanded, signal);
      case "comment":
        return this.#comment(intent, String(caseId), mayHaveLanded, signal);
      case "edit-case":
        return this.#edit(intent, String(caseId), request, signal);
      case "create-contact": {
        const name = intent.email ?? intent.id;
        // RT knows people by name: a second user of the same one is refused by RT itself.
        const there = await this.contact(name, signal);
        if (there !== null) return { id: there.id, outcome: "already" };
        const body = {
          Name: name,
          RealName: intent.name,
          FreeformContactInfo: `[symbion:${intent.id}]`,
          ...(intent.email === undefined ? {} : { EmailAddress: intent.email }),
          ...(intent.phone === undefined ? {} : { WorkPhone: intent.phone }),
        };
        await this.#write("POST", "/user", "create user", body, {}, signal);
        return { id: name, outcome: "applied" };
      }
      case "create-task":
        throw new CrmError("rejected", "Request Tracker has no tasks in its API");
    }
  }

  async close(): Promise<void> {}

  async #create(
    intent: CreateCase,
    contactId: string | null,
    mayHaveLanded: boolean,
    signal: AbortSignal | undefined,
  ): Promise<ApplyResult> {
    if (mayHaveLanded) {
      const there = await this.#created(intent, signal);
      if (there !== null) return { id: there, outcome: "already" };
    }
    const answer = await this.#write(
      "POST",
      "/ticket",
      "create ticket",
      {
        Queue: this.#options.queue,
        Subject: intent.subject,
        Content: withMark(withFeelings(intent.description, intent.feelings), intent.id),
        ContentType: "text/plain",
        ...(contactId === null ? {} : { Requestor: contactId }),
        ...(intent.priority === undefined ? {} : { Priority: intent.priority }),
      },
      {},
      signal,
    );
    return { id: idOf(objectOf(answer, "a new ticket").id, "a ticket's id"), outcome: "applied" };
  }

  /** The ticket that an earlier try made: same subject, ours by its mark. */
  async #created(intent: CreateCase, signal: AbortSignal | undefined): Promise<string | null> {
    const query = `Queue = ${ticketSql(this.#options.queue)} AND Subject = ${ticketSql(intent.subject)} AND Creator = '__CurrentUser__'`;
    for (let page = 1; page <= MOST_PAGES; page++) {
      const { rows, more } = await this.#tickets(query, page, 100, "id", "DESC", signal);
      for (const row of rows) {
        const id = idOf(row.id, "a ticket's id");
        const [first] = await this.messages(id, signal);
        if (first?.intent === intent.id) return id;
      }
      if (!more) break;
    }
    return null;
  }

  async #comment(
    intent: AddComment,
    caseId: string,
    mayHaveLanded: boolean,
    signal: AbortSignal | undefined,
  ): Promise<ApplyResult> {
    const there = async (): Promise<string | null> =>
      (await this.messages(caseId, signal)).find((one) => one.intent === intent.id)?.id ?? null;
    if (mayHaveLanded) {
      const id = await there();
      if (id !== null) return { id, outcome: "already" };
    }
    const kind = intent.internal ? "comment" : "correspond";
    const body = {
      Content: withMark(withFeelings(intent.text, intent.feelings), intent.id),
      ContentType: "text/plain",
    };
    const path = `${ticketPath(caseId)}/${kind}`;
    try {
      await this.#write("POST", path, intent.internal ? "comment" : "reply", body, {}, signal);
    } catch (error) {
      // RT says "could not be recorded" of a ticket that is not there.
      if (!(error instanceof CrmError) || error.kind !== "rejected") throw error;
      if ((await this.#ticket(caseId, signal)) !== null) throw error;
      throw new CrmError("missing", `ticket ${caseId}: there is none`, { cause: error });
    }
    // RT does not say the new message's id; the intent's does as well.
    return { id: intent.id, outcome: "applied" };
  }

  async #edit(
    edit: EditCase,
    caseId: string,
    { onConflict }: ApplyRequest,
    signal: AbortSignal | undefined,
  ): Promise<ApplyResult> {
    const { outcome, dropped } = await applyEdit(caseId, edit, onConflict, {
      read: async () => {
        const found = await this.#ticket(caseId, signal);
        if (found === null) throw new CrmError("missing", `ticket ${caseId}: there is none`);
        return { values: this.#valuesOf(found.row), mark: found.etag };
      },
      write: async (values, etag: string) => {
        const body = this.#fieldsOf(values);
        const path = ticketPath(caseId);
        try {
          await this.#write("PUT", path, "edit ticket", body, { "if-match": etag }, signal);
          return true;
        } catch (error) {
          if (error instanceof CrmError && error.status === 412) return false;
          throw error;
        }
      },
    });
    return { id: caseId, outcome, dropped };
  }

  #fieldsOf(values: Partial<CaseValues>): Foreign {
    const { satisfactionField } = this.#options;
    if (values.escalated !== undefined) {
      throw new CrmError("rejected", "Request Tracker knows escalation as a priority: edit that");
    }
    if (values.satisfaction !== undefined && satisfactionField === null) {
      throw new CrmError(
        "rejected",
        "satisfaction has no field in this RT (crm.satisfactionField)",
      );
    }
    return {
      ...(values.subject === undefined ? {} : { Subject: values.subject }),
      ...(values.status === undefined ? {} : { Status: values.status }),
      ...(values.priority === undefined ? {} : { Priority: values.priority ?? "0" }),
      ...(values.satisfaction === undefined || satisfactionField === null
        ? {}
        : { CustomFields: { [satisfactionField]: String(values.satisfaction ?? "") } }),
    };
  }

  #caseOf(row: Foreign): CrmCase {
    const id = idOf(row.id, "a ticket's id");
    const status = textOf(row.Status);
    const state = this.#stateOf(status);
    const values = this.#valuesOf(row);
    const updatedAt = timeOf(row.LastUpdated, "a ticket's LastUpdated");
    return {
      ...values,
      id,
      number: id,
      intent: null,
      description: "",
      state,
      contact: people(row.Requestor)[0] ?? null,
      createdAt: timeOf(row.Created, "a ticket's Created"),
      updatedAt,
      closedAt: state === "closed" ? (timeOrNull(row.Resolved) ?? updatedAt) : null,
      revision: String(updatedAt),
    };
  }

  #valuesOf(row: Foreign): CaseValues {
    return {
      subject: textOf(row.Subject),
      status: textOf(row.Status),
      priority: textOrNull(row.Priority),
      escalated: this.#isEscalated(textOf(row.Priority)),
      satisfaction: this.#scoreOf(row.CustomFields),
    };
  }

  #scoreOf(fields: unknown): number | null {
    if (!Array.isArray(fields)) return null;
    for (const one of fields) {
      const { name, values } = objectOf(one, "a custom field");
      if (name !== this.#options.satisfactionField || !Array.isArray(values)) continue;
      const score = Number(values[0]);
      if (Number.isInteger(score) && score >= 1 && score <= 5) return score;
    }
    return null;
  }

  #stateOf(status: string): CaseState {
    if (this.#options.closed.has(status)) return "closed";
    return this.#options.waiting.has(status) ? "waiting" : "open";
  }

  #isEscalated(priority: string | null): boolean {
    const value = Number(priority ?? "");
    return Number.isFinite(value) && value >= this.#options.escalatedFrom;
  }

  async #ticket(
    id: string,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly row: Foreign; readonly etag: string } | null> {
    if (!TICKET_ID.test(id)) return null;
    const answer = await this.#ask("GET", ticketPath(id), "read ticket", undefined, signal);
    if (answer.status === 404) return null;
    const row = objectOf(this.#json(answer), "a ticket");
    return { row, etag: answer.headers.etag ?? "" };
  }

  async #tickets(
    query: string,
    page: number,
    count: number,
    by: string,
    order: "ASC" | "DESC",
    signal: AbortSignal | undefined,
  ): Promise<{ readonly rows: readonly Foreign[]; readonly more: boolean }> {
    const answer = await this.#ask(
      "GET",
      `/tickets?query=${encodeURIComponent(query)}&fields=${TICKET_FIELDS}&orderby=${by}&order=${order}&page=${page}&per_page=${count}`,
      "list tickets",
      undefined,
      signal,
    );
    const body = objectOf(this.#json(answer), "tickets");
    const rows = listOf(body.items, "tickets").map((one) => objectOf(one, "a ticket"));
    return { rows, more: Number(body.pages) > page };
  }

  /** All pages of a list, at most {@link MOST_PAGES} of them: the newest, as RT counts upwards. */
  async #all(
    path: string,
    what: string,
    signal: AbortSignal | undefined,
  ): Promise<readonly Foreign[]> {
    const read = async (page: number): Promise<Foreign> => {
      const paged = `${path}&per_page=100&page=${page}`;
      return objectOf(this.#json(await this.#ask("GET", paged, what, undefined, signal)), what);
    };
    const first = await read(1);
    const pages = Math.max(1, Math.floor(Number(first.pages)) || 1);
    const bodies = [first];
    for (let page = Math.max(2, pages - MOST_PAGES + 2); page <= pages; page++)
      bodies.push(await read(page));
    return bodies.flatMap(({ items }) => listOf(items, what).map((one) => objectOf(one, what)));
  }

  async #write(
    method: string,
    path: string,
    what: string,
    body: Foreign,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const answer = await this.#ask(method, path, what, { body, headers }, signal);
    const { status } = answer;
    if (status < 300) return this.#json(answer, true);
    const message = messageOf(answer);
    if (status === 412) throw new CrmError("conflict", `${what}: ${message}`, { status });
    throw this.#failure(answer, what, message, true);
  }

  async #ask(
    method: string,
    path: string,
    what: string,
    write:
      | { readonly body: Foreign; readonly headers: Readonly<Record<string, string>> }
      | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const url = `${this.#options.url}/REST/2.0${path}`;
    const headers = { authorization: this.#options.authorization, accept: "application/json" };
    const answer = await exchange(
      write === undefined
        ? { method, url, headers, what, write: false }
        : {
            method,
            url,
            what,
            write: true,
            headers: { ...headers, "content-type": "application/json", ...write.headers },
            body: JSON.stringify(write.body),
          },
      this.#reach,
      signal,
    );
    const { status } = answer;
    const isRead = write === undefined;
    if (isRead && status >= 400 && status !== 404)
      throw this.#failure(answer, what, messageOf(answer), false);
    return answer;
  }

  #failure(answer: Answer, what: string, message: string, write: boolean): CrmError {
    const { status } = answer;
    const kind =
      status === 401
        ? "login"
        : status === 403
          ? "forbidden"
          : status === 404
            ? "missing"
            : status >= 500
              ? "broken"
              : "rejected";
    return new CrmError(kind, `${place(this.#options.url)}: ${what}: ${message}`, {
      status,
      mayHaveLanded: write && status >= 500,
    });
  }

  #json(answer: Answer, write = false): unknown {
    return jsonOf(answer, this.#options.url, write);
  }
}

const TICKET_ID = /^\d{1,18}$/;

function ticketPath(id: string): string {
  if (!TICKET_ID.test(id)) throw new CrmError("missing", `ticket ${id}: there is none`);
  return `/ticket/${id}`;
}

/** A text as a TicketSQL literal. */
export function ticketSql(value: string): string {
  const text = value
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    .replace(/[\u0000-\u001f\u007f]/g, " ")
    .replace(/[\\']/g, "\\$&");
  return `'${text}'`;
}

/** RT reads times in the account's zone unless they name one. */
function ticketTime(at: number): string {
  return `'${new Date(at).toISOString().slice(0, 19)}Z'`;
}

function pageOf(after: string): number {
  const page = /^\d{1,6}$/.test(after) ? Number(after) : 0;
  if (page < 1) throw new CrmError("rejected", "cases: expected the `next` of the page before");
  return page;
}

function people(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.map((one) => nameOf(one)).filter((name) => name !== null);
}

function nameOf(value: unknown): string | null {
  return typeof value === "object" && value !== null ? textOrNull((value as Foreign).id) : null;
}

function messageOf({ status, text }: Answer): string {
  try {
    const body: unknown = JSON.parse(text);
    const message: unknown = Array.isArray(body) ? body[0] : (body as Foreign | null)?.message;
    if (typeof message === "string")
      return `HTTP ${status}: ${message.replace(/\s+/g, " ").slice(0, 200)}`;
  } catch {
    // No JSON: the status has to do.
  }
  return `HTTP ${status}`;
}

function eventOf(row: Foreign): CrmEvent | null {
  const type = textOf(row.Type);
  const kind =
    type === "Create"
      ? "case-created"
      : type === "Correspond" || type === "Comment"
        ? "message"
        : type === "Status" || type === "Set" || type === "CustomField"
          ? "case-changed"
          : null;
  const caseId = textOrNull(row.ObjectId);
  if (kind === null || caseId === null) return null;
  const id = idOf(row.id, "a transaction's id");
  return { id, at: timeOf(row.Created, "a transaction's Created"), kind, caseId };
}

function check(options: RtOptions): Checked {
  for (const name of Object.keys(options)) {
    if (!KNOWN.includes(name)) throw expected(`only ${KNOWN.join(", ")}`, name, "crm");
  }
  const token = secret(options.token, "crm.token");
  const { user, password } = options;
  if (token === null && (typeof user !== "string" || typeof password !== "string")) {
    throw new UsageError("crm: expected token, or user and password, got neither");
  }
  if (typeof user === "string" && /[:\r\n]/.test(user)) {
    throw new UsageError("crm.user: expected a name without a colon, got one with it");
  }
  const { escalatedFrom = 80 } = options;
  if (!Number.isInteger(escalatedFrom) || escalatedFrom < 1 || escalatedFrom > 100_000) {
    throw expected("a whole number from 1 to 100000", escalatedFrom, "crm.escalatedFrom");
  }
  const basic = (): string =>
    `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;
  return {
    url: address(options.url, "crm.url"),
    authorization: token === null ? basic() : `token ${token}`,
    queue: options.queue ?? "General",
    waiting: new Set(options.waitingStatuses ?? ["stalled"]),
    closed: new Set(options.closedStatuses ?? ["resolved", "rejected", "deleted"]),
    satisfactionField: options.satisfactionField ?? null,
    escalatedFrom,
  };
}
