/**
 * A simulated system of cases in memory, for the page and for trying things out: it is no CRM, keeps nothing, sends
 * nothing, and its label says so. It behaves as a good system would: ids of intents are unique, edits are compared by
 * revision.
 */

import { applyEdit } from "./conflict.ts";
import type { ApplyRequest, ApplyResult, CrmConnector } from "./connector.ts";
import { CrmError } from "./errors.ts";
import type { CaseValues } from "./intents.ts";
import { SAMPLE_CASES, type SampleCase } from "./sample-cases.ts";
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
} from "./types.ts";
import { withFeelings } from "./words.ts";

/** With what, and when, the simulated system begins. */
export type SampleOptions = {
  /** Cases at the start. Default: {@link SAMPLE_CASES}. */
  readonly cases?: readonly SampleCase[];
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
};

const HOUR = 3_600_000;

/** The first case came in so long before the sample was opened, milliseconds. */
const BEFORE = 168 * HOUR;

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Opens the sample: the same cases each time, as old as if they had come in during the last week. */
export function openSample(options: SampleOptions = {}): CrmConnector {
  return new Sample(options);
}

class Sample implements CrmConnector {
  readonly kind = "sample";
  readonly label = "Sample (simulated, in memory)";
  readonly capabilities: CrmCapabilities = {
    creates: "atomic",
    comments: "atomic",
    edits: "revision",
    events: "poll",
    tasks: true,
    contacts: true,
    satisfaction: true,
  };
  readonly #now: () => number;
  readonly #cases = new Map<string, Writable<CrmCase>>();
  readonly #contacts = new Map<string, CrmContact>();
  readonly #messages: CrmMessage[] = [];
  readonly #tasks: CrmTask[] = [];
  readonly #changes: (CrmChange & { readonly caseId: string })[] = [];
  readonly #events: CrmEvent[] = [];
  readonly #byIntent = new Map<string, string>();
  #count = 0;

  constructor({ cases = SAMPLE_CASES, now = Date.now }: SampleOptions) {
    this.#now = now;
    const start = now() - BEFORE;
    for (const one of cases) this.#add(one, start + one.at * HOUR);
  }

  async cases(query: CaseQuery = {}): Promise<CrmPage<CrmCase>> {
    const { states, updatedSince = 0, subject = "", after = "0", limit = 50 } = query;
    const from = Number(after);
    if (!Number.isSafeInteger(from) || from < 0) {
      throw new CrmError("rejected", "cases: expected the `next` of the page before");
    }
    const words = subject.toLowerCase();
    const found = [...this.#cases.values()]
      .filter((one) => states === undefined || states.includes(one.state))
      .filter((one) => one.updatedAt >= updatedSince && one.subject.toLowerCase().includes(words))
      .sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1));
    const count = Math.min(200, Math.max(1, Math.floor(limit)));
    return {
      items: found.slice(from, from + count).map((one) => ({ ...one })),
      next: from + count < found.length ? String(from + count) : null,
    };
  }

  async case(id: string): Promise<CrmCase | null> {
    const found = this.#cases.get(id);
    return found === undefined ? null : { ...found };
  }

  async contact(id: string): Promise<CrmContact | null> {
    return this.#contacts.get(id) ?? null;
  }

  async messages(caseId: string): Promise<readonly CrmMessage[]> {
    return this.#messages.filter((one) => one.caseId === caseId);
  }

  async tasks(caseId: string): Promise<readonly CrmTask[]> {
    return this.#tasks.filter((one) => one.caseId === caseId);
  }

  async changes(caseId: string): Promise<readonly CrmChange[]> {
    return this.#changes
      .filter((one) => one.caseId === caseId)
      .map(({ caseId: _, ...change }) => change)
      .sort((a, b) => a.at - b.at);
  }

  async events(cursor: string | null): Promise<CrmEvents> {
    const from = cursor === null ? this.#events.length : Number(cursor);
    if (!Number.isSafeInteger(from) || from < 0) {
      throw new CrmError("rejected", "events: expected the cursor of the call before");
    }
    return { events: this.#events.slice(from), cursor: String(this.#events.length), more: false };
  }

  async apply(request: ApplyRequest): Promise<ApplyResult> {
    const { intent, caseId } = request;
    const there = this.#byIntent.get(intent.id);
    if (there !== undefined) return { id: there, outcome: "already" };
    if (intent.kind === "edit-case") {
      const found = this.#need(caseId);
      const edited = await applyEdit(found.id, intent, request.onConflict, {
        read: async () => ({ values: valuesOf(found), mark: found.revision }),
        write: async (values, mark) => {
          if (found.revision !== mark) return false;
          this.#edit(found, values, this.#now());
          return true;
        },
      });
      return { id: found.id, ...edited };
    }
    const id = this.#create(request);
    this.#byIntent.set(intent.id, id);
    return { id, outcome: "applied" };
  }

  async close(): Promise<void> {}

  #create({ intent, caseId, contactId }: ApplyRequest): string {
    const at = this.#now();
    switch (intent.kind) {
      case "create-case": {
        const made = this.#newCase(intent.subject, contactId, at);
        made.intent = intent.id;
        made.priority = intent.priority ?? "normal";
        this.#say(
          made,
          at,
          "customer",
          false,
          withFeelings(intent.description, intent.feelings),
          null,
        );
        return made.id;
      }
      case "comment": {
        const text = withFeelings(intent.text, intent.feelings);
        return this.#say(this.#need(caseId), at, "agent", intent.internal, text, intent.id);
      }
      case "create-contact": {
        const { name, email = null, phone = null } = intent;
        const id = `contact-${++this.#count}`;
        this.#contacts.set(id, { id, intent: intent.id, name, email, phone, updatedAt: at });
        return id;
      }
      case "create-task": {
        const id = `task-${++this.#count}`;
        const { subject, dueOn = null } = intent;
        this.#tasks.push({
          id,
          caseId: this.#need(caseId).id,
          intent: intent.id,
          subject,
          status: "open",
          done: false,
          dueOn,
          updatedAt: at,
        });
        return id;
      }
      case "edit-case":
        throw new CrmError("rejected", "an edit makes no record");
    }
  }

  #add(one: SampleCase, start: number): void {
    const contact = `contact-${++this.#count}`;
    this.#contacts.set(contact, {
      id: contact,
      intent: null,
      name: one.contact,
      email: null,
      phone: null,
      updatedAt: start,
    });
    const made = this.#newCase(one.subject, contact, start);
    for (const [hours, from, internal, text] of one.said) {
      this.#say(made, start + hours * HOUR, from, internal, text, null);
    }
    for (const [hours, status] of one.states) this.#edit(made, { status }, start + hours * HOUR);
    if (one.escalatedAt !== null)
      this.#edit(made, { escalated: true }, start + one.escalatedAt * HOUR);
    made.satisfaction = one.satisfaction;
  }

  #newCase(subject: string, contact: string | null, at: number): Writable<CrmCase> {
    const number = String(1000 + this.#cases.size + 1);
    const made: Writable<CrmCase> = {
      id: `case-${number}`,
      number,
      intent: null,
      subject,
      description: "",
      status: "new",
      state: "open",
      priority: "normal",
      contact,
      escalated: false,
      satisfaction: null,
      createdAt: at,
      updatedAt: at,
      closedAt: null,
      revision: "1",
    };
    this.#cases.set(made.id, made);
    this.#tell(made, at, "case-created");
    return made;
  }

  #say(
    made: Writable<CrmCase>,
    at: number,
    from: CrmMessage["from"],
    internal: boolean,
    text: string,
    intent: string | null,
  ): string {
    const id = `message-${++this.#count}`;
    const author =
      from === "customer" ? (this.#contacts.get(made.contact ?? "")?.name ?? null) : "Sample agent";
    this.#messages.push({ id, caseId: made.id, at, from, internal, text, author, intent });
    this.#touch(made, at);
    this.#tell(made, at, "message");
    return id;
  }

  #edit(made: Writable<CrmCase>, values: Partial<CaseValues>, at: number): void {
    const { status, escalated } = values;
    if (status !== undefined && status !== made.status) {
      const fromState = made.state;
      const toState = stateOf(status);
      const change = {
        at,
        what: "state",
        from: made.status,
        to: status,
        fromState,
        toState,
      } as const;
      this.#changes.push({ caseId: made.id, ...change });
      made.state = toState;
      made.closedAt = toState === "closed" ? at : null;
    }
    if (escalated !== undefined && escalated !== made.escalated) {
      const [from, to] = [String(made.escalated), String(escalated)];
      const change = { at, what: "escalation", from, to, fromState: null, toState: null } as const;
      this.#changes.push({ caseId: made.id, ...change });
    }
    Object.assign(made, values);
    this.#touch(made, at);
    this.#tell(made, at, "case-changed");
  }

  #touch(made: Writable<CrmCase>, at: number): void {
    made.updatedAt = Math.max(made.updatedAt, at);
    made.revision = String(Number(made.revision) + 1);
  }

  #tell(made: CrmCase, at: number, kind: CrmEvent["kind"]): void {
    this.#events.push({ id: `event-${this.#events.length + 1}`, at, kind, caseId: made.id });
  }

  #need(id: string | null): Writable<CrmCase> {
    const found = this.#cases.get(id ?? "");
    if (found === undefined) throw new CrmError("missing", `case ${id}: there is none`);
    return found;
  }
}

function valuesOf({ subject, status, priority, escalated, satisfaction }: CrmCase): CaseValues {
  return { subject, status, priority, escalated, satisfaction };
}

function stateOf(status: string): CaseState {
  if (status === "closed") return "closed";
  return status === "on hold" ? "waiting" : "open";
}
