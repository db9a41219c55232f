/**
 * Salesforce through jsforce: Case, Contact, Task, CaseComment and EmailMessage. New records carry the intent's id as
 * their external id, edits go with `If-Unmodified-Since`, changes come by the Streaming API or by asking for
 * `SystemModstamp`. The Pub/Sub API (gRPC and Avro) is not spoken.
 */

import { applyEdit } from "../../crm/conflict.ts";
import type { ApplyRequest, ApplyResult, CrmConnector } from "../../crm/connector.ts";
import { CrmError } from "../../crm/errors.ts";
import { pause, type Reach } from "../../crm/exchange.ts";
import { type Foreign, idOf, listOf, objectOf, textOf, timeOf } from "../../crm/foreign.ts";
import type { AddComment, EditCase } from "../../crm/intents.ts";
import type {
  CaseQuery,
  CaseState,
  CrmCapabilities,
  CrmCase,
  CrmChange,
  CrmContact,
  CrmEvents,
  CrmMessage,
  CrmPage,
  CrmTask,
} from "../../crm/types.ts";
import { withFeelings, withMark } from "../../crm/words.ts";
import { SalesforceClient } from "./salesforce-client.ts";
import { pollSalesforce, watchSalesforce } from "./salesforce-events.ts";
import {
  type CheckedSalesforce,
  checkSalesforce,
  type SalesforceOptions,
} from "./salesforce-options.ts";
import {
  caseFields,
  caseOf,
  changeOf,
  commentOf,
  contactOf,
  emailOf,
  fieldsOf,
  taskOf,
  valuesOf,
} from "./salesforce-rows.ts";
import { CHANGED_MEANWHILE } from "./salesforce-transport.ts";
import { soql, soqlContains, soqlName } from "./soql.ts";

/** Longest CaseComment, bytes of UTF-8. */
const MOST_COMMENT_BYTES = 4000;

const MESSAGES = 1000;

/** Opens a connector to an org. Nothing is sent yet; the first request fetches a token where none was given. */
export async function openSalesforce(
  options: SalesforceOptions,
  reach: Reach = {},
): Promise<CrmConnector> {
  const checked = checkSalesforce(options);
  return new Salesforce(checked, await SalesforceClient.open(checked, reach), reach);
}

class Salesforce implements CrmConnector {
  readonly kind = "salesforce";
  readonly label: string;
  readonly capabilities: CrmCapabilities;
  readonly watch?: NonNullable<CrmConnector["watch"]>;
  readonly #options: CheckedSalesforce;
  readonly #client: SalesforceClient;
  readonly #reach: Reach;
  #closedWords: Promise<ReadonlySet<string>> | null = null;

  constructor(options: CheckedSalesforce, client: SalesforceClient, reach: Reach) {
    this.#options = options;
    this.#client = client;
    this.#reach = reach;
    this.label = `Salesforce ${new URL(options.url).host}`;
    this.capabilities = {
      creates: "atomic",
      comments: options.ledger === null ? "lookup" : "atomic",
      edits: "second",
      events: options.channel === null ? "poll" : "stream",
      tasks: true,
      contacts: true,
      satisfaction: options.satisfactionField !== null,
    };
    const { channel } = options;
    if (channel !== null) {
      this.watch = (cursor, signal) =>
        watchSalesforce(client, options, channel, cursor, reach, signal);
    }
  }

  async cases(query: CaseQuery = {}): Promise<CrmPage<CrmCase>> {
    const { states, updatedSince, subject, after, limit = 50 } = query;
    const parts: string[] = [];
    const closed = states?.includes("closed") ?? true;
    const open = states === undefined || states.includes("open") || states.includes("waiting");
    if (closed !== open) parts.push(`IsClosed = ${closed}`);
    if (updatedSince !== undefined) parts.push(soql`SystemModstamp >= ${{ time: updatedSince }}`);
    if (subject !== undefined) parts.push(`Subject LIKE ${soqlContains(subject)}`);
    if (after !== undefined) {
      const [time, id] = splitCursor(after);
      const at = { time };
      parts.push(soql`(SystemModstamp < ${at} OR (SystemModstamp = ${at} AND Id < ${id}))`);
    }
    const where = parts.length === 0 ? "" : ` WHERE ${parts.join(" AND ")}`;
    const count = Math.min(200, Math.max(1, Math.floor(limit)));
    const { rows } = await this.#client.query(
      `SELECT ${this.#caseFields()} FROM Case${where} ORDER BY SystemModstamp DESC, Id DESC LIMIT ${count}`,
    );
    const found = rows.map((row) => caseOf(row, this.#options));
    const last = found.length < count ? undefined : found.at(-1);
    return {
      items: states === undefined ? found : found.filter(({ state }) => states.includes(state)),
      next: last === undefined ? null : `${last.updatedAt}|${last.id}`,
    };
  }

  async case(id: string): Promise<CrmCase | null> {
    const { rows } = await this.#client.query(
      `SELECT ${this.#caseFields()} FROM Case${soql` WHERE Id = ${id} LIMIT 1`}`,
    );
    return rows.length === 0 ? null : caseOf(rows[0], this.#options);
  }

  async contact(id: string): Promise<CrmContact | null> {
    const key = this.#options.externalIdField;
    const { rows } = await this.#client.query(
      soql`SELECT Id, Name, Email, Phone, SystemModstamp, ${{ name: key }} FROM Contact WHERE Id = ${id} LIMIT 1`,
    );
    return rows.length === 0 ? null : contactOf(rows[0], this.#options);
  }

  async messages(caseId: string): Promise<readonly CrmMessage[]> {
    const comments = await this.#comments(caseId);
    const mails = await this.#client.query(
      soql`SELECT Id, TextBody, Incoming, FromAddress, MessageDate FROM EmailMessage WHERE ParentId = ${caseId} ORDER BY MessageDate DESC LIMIT ${MESSAGES}`,
    );
    return [...comments, ...mails.rows.map((row) => emailOf(row, caseId))]
      .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
      .slice(-MESSAGES);
  }

  async tasks(caseId: string): Promise<readonly CrmTask[]> {
    const key = this.#options.externalIdField;
    const { rows } = await this.#client.query(
      soql`SELECT Id, Subject, Status, IsClosed, ActivityDate, SystemModstamp, ${{ name: key }} FROM Task WHERE WhatId = ${caseId} ORDER BY SystemModstamp DESC LIMIT 200`,
    );
    return rows.map((row) => taskOf(row, caseId, this.#options));
  }

  async changes(caseId: string): Promise<readonly CrmChange[]> {
    const closed = await this.#closed();
    const stateOf = (status: string): CaseState =>
      closed.has(status) ? "closed" : this.#options.isWaiting(status) ? "waiting" : "open";
    const fields = ["Status", "IsEscalated"];
    const { rows } = await this.#client.query(
      soql`SELECT Id, Field, OldValue, NewValue, CreatedDate FROM CaseHistory WHERE CaseId = ${caseId} AND Field IN ${fields} ORDER BY CreatedDate DESC LIMIT 1000`,
    );
    return rows
      .map((row) => changeOf(row, stateOf))
      .filter((change) => change !== null)
      .reverse();
  }

  events(cursor: string | null): Promise<CrmEvents> {
    return pollSalesforce(this.#client, cursor);
  }

  async apply(request: ApplyRequest, signal?: AbortSignal): Promise<ApplyResult> {
    const { intent, caseId } = request;
    // jsforce puts ids into paths as they are.
    for (const id of [caseId, request.contactId]) {
      if (id !== null && !/^[A-Za-z0-9]{1,32}$/.test(id)) {
        throw new CrmError("missing", `record ${id}: expected an id of Salesforce`);
      }
    }
    switch (intent.kind) {
      case "create-case":
        return this.#create("Case", intent.id, request.mayHaveLanded, {
          Subject: intent.subject,
          Description: withFeelings(intent.description, intent.feelings),
          ...(intent.priority === undefined ? {} : { Priority: intent.priority }),
          ...(request.contactId === null ? {} : { ContactId: request.contactId }),
        });
      case "create-contact": {
        const { first, last } = nameOf(intent.name);
        return this.#create("Contact", intent.id, request.mayHaveLanded, {
          LastName: last,
          ...(first === "" ? {} : { FirstName: first }),
          ...(intent.email === undefined ? {} : { Email: intent.email }),
          ...(intent.phone === undefined ? {} : { Phone: intent.phone }),
        });
      }
      case "create-task":
        return this.#create("Task", intent.id, request.mayHaveLanded, {
          WhatId: caseId,
          Subject: intent.subject,
          ...(intent.dueOn === undefined ? {} : { ActivityDate: intent.dueOn }),
        });
      case "comment":
        return this.#comment(intent, String(caseId), request.mayHaveLanded);
      case "edit-case":
        return this.#edit(intent, String(caseId), request, signal);
    }
  }

  async close(): Promise<void> {}

  /** After a lost answer a look comes first: an upsert on a record that is there would write over others' changes. */
  async #create(
    object: string,
    intent: string,
    mayHaveLanded: boolean,
    fields: Foreign,
  ): Promise<ApplyResult> {
    const key = this.#options.externalIdField;
    if (mayHaveLanded) {
      const there = await this.#byIntent(object, intent);
      if (there !== null) return { id: there, outcome: "already" };
    }
    const answer = await this.#client.run(() =>
      this.#client.connection.sobject(object).upsert({ ...fields, [key]: intent }, key),
    );
    const { id, created } = objectOf(answer, `${object} upsert`);
    const found =
      id === undefined ? await this.#byIntent(object, intent) : idOf(id, `${object}.Id`);
    if (found === null) {
      const why = `${object}: expected the new record's id, got none`;
      throw new CrmError("broken", why, { mayHaveLanded: true });
    }
    return { id: found, outcome: created === false ? "already" : "applied" };
  }

  async #byIntent(object: string, intent: string): Promise<string | null> {
    const key = { name: this.#options.externalIdField };
    const { rows } = await this.#client.query(
      soql`SELECT Id FROM ${{ name: object }} WHERE ${key} = ${intent} LIMIT 1`,
    );
    return rows.length === 0 ? null : idOf(rows[0].Id, `${object}.Id`);
  }

  async #comment(intent: AddComment, caseId: string, mayHaveLanded: boolean): Promise<ApplyResult> {
    const text = withMark(withFeelings(intent.text, intent.feelings), intent.id);
    const bytes = new TextEncoder().encode(text).length;
    if (bytes > MOST_COMMENT_BYTES) {
      const why = `a comment: expected at most ${MOST_COMMENT_BYTES} bytes with its mark, got ${bytes}`;
      throw new CrmError("rejected", why);
    }
    if (mayHaveLanded) {
      const there = await this.#commentOf(caseId, intent.id);
      if (there !== null) return { id: there, outcome: "already" };
    }
    const fields = { ParentId: caseId, CommentBody: text, IsPublished: !intent.internal };
    const { ledger } = this.#options;
    if (ledger !== null) return this.#commentAtOnce(intent.id, caseId, fields, ledger);
    const answer = await this.#client.run(() =>
      this.#client.connection.sobject("CaseComment").create(fields),
    );
    return {
      id: idOf(objectOf(answer, "a comment's answer").id, "CaseComment.Id"),
      outcome: "applied",
    };
  }

  /** The comment and its id in the ledger, both or none. */
  async #commentAtOnce(
    intent: string,
    caseId: string,
    fields: Foreign,
    ledger: { readonly object: string; readonly field: string },
  ): Promise<ApplyResult> {
    const root = `/services/data/v${this.#options.version}/sobjects`;
    const part = (object: string, body: Foreign, referenceId: string): Foreign => ({
      method: "POST",
      url: `${root}/${object}`,
      referenceId,
      body,
    });
    const answer = await this.#client.request("POST", "/composite", {
      allOrNone: true,
      compositeRequest: [
        part(soqlName(ledger.object), { [ledger.field]: intent }, "intent"),
        part("CaseComment", fields, "comment"),
      ],
    });
    const parts = listOf(objectOf(answer, "a composite answer").compositeResponse, "its parts").map(
      (one) => objectOf(one, "a part of a composite answer"),
    );
    const done = parts.find(({ referenceId }) => referenceId === "comment");
    if (done?.httpStatusCode === 201) {
      return {
        id: idOf(objectOf(done.body, "a comment's answer").id, "CaseComment.Id"),
        outcome: "applied",
      };
    }
    const code = parts
      .flatMap(({ body }) => (Array.isArray(body) ? (body as unknown[]) : []))
      .map((one) => textOf(objectOf(one, "an error").errorCode))
      .find((one) => one !== "" && one !== "PROCESSING_HALTED");
    if (code !== "DUPLICATE_VALUE") {
      throw new CrmError("rejected", `a comment: ${code ?? "refused without a reason"}`);
    }
    const there = await this.#commentOf(caseId, intent);
    return { id: there ?? intent, outcome: "already" };
  }

  async #commentOf(caseId: string, intent: string): Promise<string | null> {
    const comments = await this.#comments(caseId);
    return comments.find((comment) => comment.intent === intent)?.id ?? null;
  }

  async #comments(caseId: string): Promise<readonly CrmMessage[]> {
    const { rows } = await this.#client.query(
      soql`SELECT Id, CommentBody, IsPublished, CreatedDate, CreatedBy.Name, CreatedBy.UserType FROM CaseComment WHERE ParentId = ${caseId} ORDER BY CreatedDate DESC LIMIT ${MESSAGES}`,
    );
    return rows.map((row) => commentOf(row, caseId));
  }

  async #edit(
    edit: EditCase,
    caseId: string,
    { onConflict }: ApplyRequest,
    signal: AbortSignal | undefined,
  ): Promise<ApplyResult> {
    const { outcome, dropped } = await applyEdit(caseId, edit, onConflict, {
      read: () => this.#readForEdit(caseId, signal),
      write: async (values, changedAt: number) => {
        const fields = fieldsOf(values, this.#options);
        const headers = { "if-unmodified-since": new Date(changedAt).toUTCString() };
        try {
          await this.#client.run(() =>
            this.#client.connection.sobject("Case").update({ Id: caseId, ...fields }, { headers }),
          );
          return true;
        } catch (error) {
          if (error instanceof CrmError && error.status === CHANGED_MEANWHILE) return false;
          throw error;
        }
      },
    });
    return { id: caseId, outcome, dropped };
  }

  /**
   * The condition is a time of whole seconds, so a change within the second of the last one would not be noticed:
   * the case is read again once that second is over by the system's own clock.
   */
  async #readForEdit(
    caseId: string,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly values: ReturnType<typeof valuesOf>; readonly mark: number }> {
    const { sleep = pause } = this.#reach;
    for (let turn = 0; ; turn++) {
      const row = objectOf(
        await this.#client.request("GET", `/sobjects/Case/${encodeURIComponent(caseId)}`),
        "a Case",
      );
      const mark = timeOf(row.LastModifiedDate, "Case.LastModifiedDate");
      const { serverTime } = this.#client.transport;
      const settled = serverTime === null || serverTime >= Math.floor(mark / 1000) * 1000 + 1000;
      if (settled || turn >= 3) return { values: valuesOf(row, this.#options), mark };
      await sleep(1000, signal);
    }
  }

  async #closed(): Promise<ReadonlySet<string>> {
    this.#closedWords ??= this.#client
      .query("SELECT MasterLabel, IsClosed FROM CaseStatus")
      .then(({ rows }) => {
        const closed = rows.filter(({ IsClosed }) => IsClosed === true);
        return new Set(closed.map(({ MasterLabel }) => textOf(MasterLabel)));
      })
      .catch((error: unknown) => {
        this.#closedWords = null;
        throw error;
      });
    return this.#closedWords;
  }

  #caseFields(): string {
    return caseFields(this.#options).map(soqlName).join(", ");
  }
}

function splitCursor(after: string): [number, string] {
  const found = /^(\d{1,15})\|([A-Za-z0-9]{1,32})$/.exec(after);
  if (found === null)
    throw new CrmError("rejected", "cases: expected the `next` of the page before");
  return [Number(found[1]), found[2]];
}

/** Salesforce demands a last name. */
function nameOf(name: string): { readonly first: string; readonly last: string } {
  const words = name.trim().split(/\s+/);
  return {
    first: words.slice(0, -1).join(" ").slice(0, 40),
    last: (words.at(-1) ?? name).slice(0, 80),
  };
}
