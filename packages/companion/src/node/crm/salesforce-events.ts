/** What happened in an org: asked for by `SystemModstamp`, or told by the Streaming API (CometD). */

import { CrmError } from "../../crm/errors.ts";
import type { Reach } from "../../crm/exchange.ts";
import { type Foreign, idOf, objectOf, textOf, timeOf, timeOrNull } from "../../crm/foreign.ts";
import type { CrmEvent, CrmEvents } from "../../crm/types.ts";
import { asCrmError, type SalesforceClient } from "./salesforce-client.ts";
import type { CheckedSalesforce } from "./salesforce-options.ts";
import { soql } from "./soql.ts";

/** Transactions become visible when they end but are stamped earlier: so far back every question looks again, ms. */
const OVERLAP = 5000;

/** Rows of the overlap that are remembered; beyond that something may be told twice. */
const MOST_SEEN = 400;

/** Events that wait for a slow reader. */
const MOST_WAITING = 1000;

/** Where the questions stand, for one object. */
type Place = {
  readonly at: number;
  readonly seen: readonly string[];
  /** Last row of a question whose answer was cut: the next one goes on behind it, without the overlap. */
  readonly after: string | null;
};

type Cursor = { readonly cases: Place; readonly comments: Place };

/** Asks for what changed since a cursor. Deleted cases do not show up here. */
export async function pollSalesforce(
  client: SalesforceClient,
  cursor: string | null,
): Promise<CrmEvents> {
  if (cursor === null) {
    const { rows } = await client.query(
      "SELECT SystemModstamp FROM Case ORDER BY SystemModstamp DESC LIMIT 1",
    );
    const newest = rows.length === 0 ? 0 : timeOf(rows[0].SystemModstamp, "Case.SystemModstamp");
    const at = Math.max(newest, client.transport.serverTime ?? 0);
    const start = { at, seen: [], after: null };
    // What is there now must not be told as new when the overlap brings it up again.
    const [cases, comments] = await readBoth(client, { cases: start, comments: start });
    return {
      events: [],
      cursor: write({ cases: cases.place, comments: comments.place }),
      more: false,
    };
  }
  const [cases, comments] = await readBoth(client, parse(cursor));
  const events = [...cases.events, ...comments.events].sort(
    (a, b) => a.at - b.at || (a.id < b.id ? -1 : 1),
  );
  return {
    events,
    cursor: write({ cases: cases.place, comments: comments.place }),
    more: cases.more || comments.more,
  };
}

type Part = { readonly events: CrmEvent[]; readonly place: Place; readonly more: boolean };

async function readBoth(
  client: SalesforceClient,
  { cases, comments }: Cursor,
): Promise<[Part, Part]> {
  return [
    await readPart(client, cases, "Case", (row, id, at) => {
      const created = timeOrNull(row.CreatedDate) === at;
      return { id: `${id}@${at}`, at, kind: created ? "case-created" : "case-changed", caseId: id };
    }),
    await readPart(client, comments, "CaseComment", (row, id, at) => {
      const caseId = idOf(row.ParentId, "CaseComment.ParentId");
      return { id: `${id}@${at}`, at, kind: "message", caseId };
    }),
  ];
}

async function readPart(
  client: SalesforceClient,
  place: Place,
  object: "Case" | "CaseComment",
  eventOf: (row: Foreign, id: string, at: number) => CrmEvent,
): Promise<Part> {
  const extra = { name: object === "Case" ? "CreatedDate" : "ParentId" };
  const at = { time: place.at };
  const from = { time: Math.max(0, place.at - OVERLAP) };
  const where =
    place.after === null
      ? soql`SystemModstamp >= ${from}`
      : soql`(SystemModstamp > ${at} OR (SystemModstamp = ${at} AND Id > ${place.after}))`;
  const select = soql`SELECT Id, SystemModstamp, ${extra} FROM ${{ name: object }}`;
  const { rows, more } = await client.query(`${select} WHERE ${where} ORDER BY SystemModstamp, Id`);
  const known = new Set(place.seen);
  const marks: string[] = [];
  const events: CrmEvent[] = [];
  let newest = place.at;
  for (const row of rows) {
    const id = idOf(row.Id, `${object}.Id`);
    const at = timeOf(row.SystemModstamp, `${object}.SystemModstamp`);
    const mark = `${id}@${at.toString(36)}`;
    newest = Math.max(newest, at);
    marks.push(mark);
    if (!known.has(mark)) events.push(eventOf(row, id, at));
  }
  const isNear = (mark: string): boolean =>
    Number.parseInt(mark.slice(mark.indexOf("@") + 1), 36) >= newest - OVERLAP;
  const seen = [...new Set([...place.seen, ...marks])].filter(isNear).slice(-MOST_SEEN);
  const last = rows.at(-1);
  const after = more && last !== undefined ? idOf(last.Id, `${object}.Id`) : null;
  return { events, place: { at: newest, seen, after }, more };
}

function write(cursor: Cursor): string {
  return JSON.stringify(cursor);
}

function parse(cursor: string): Cursor {
  try {
    const { cases, comments } = objectOf(JSON.parse(cursor), "cursor");
    return { cases: placeOf(cases), comments: placeOf(comments) };
  } catch {
    throw new CrmError("rejected", "events: expected the cursor of the call before");
  }
}

function placeOf(value: unknown): Place {
  const { at, seen, after } = objectOf(value, "cursor");
  if (typeof at !== "number" || !Number.isFinite(at) || at < 0 || !Array.isArray(seen)) {
    throw new CrmError("rejected", "events: expected the cursor of the call before");
  }
  return { at, seen: seen.map(textOf), after: typeof after === "string" ? after : null };
}

/** What is told of a channel, as it comes. Replay ids let a reader go on where it was, within the org's 24 or 72 h. */
export async function* watchSalesforce(
  client: SalesforceClient,
  options: CheckedSalesforce,
  channel: string,
  cursor: string | null,
  reach: Reach,
  signal: AbortSignal,
): AsyncGenerator<{ readonly event: CrmEvent; readonly cursor: string }, void, void> {
  if (cursor !== null && !/^\d{1,18}$/.test(cursor)) {
    throw new CrmError("rejected", "watch: expected the cursor of an event of this channel");
  }
  await client.ready();
  await askDoor(options, channel, reach, 0);
  const inbox = new Inbox();
  const { StreamingExtension } = await import("jsforce/lib/api/streaming.js");
  const replay = cursor === null ? -1 : Number(cursor);
  const faye = client.connection.streaming.createClient([
    new StreamingExtension.Replay(channel, replay),
    new StreamingExtension.AuthFailure((message: unknown) => {
      const why = textOf(objectOf(message, "a refusal").error).slice(0, 200);
      inbox.fail(new CrmError("login", `${channel}: the stream was refused: ${why}`));
    }),
    { outgoing: gate(options, channel, reach, inbox) },
  ]) as unknown as Faye;
  const stop = (): void => inbox.end();
  signal.addEventListener("abort", stop, { once: true });
  try {
    if (signal.aborted) return;
    faye
      .subscribe(channel, (message: unknown) => {
        try {
          for (const one of eventsOf(message, options)) inbox.put(one);
        } catch (error) {
          inbox.fail(asCrmError(error));
        }
      })
      .then(undefined, (error: unknown) => {
        const why = textOf((error as { readonly message?: unknown } | null)?.message).slice(0, 200);
        inbox.fail(new CrmError("rejected", `${channel}: cannot be subscribed to: ${why}`));
      });
    yield* inbox.read();
  } finally {
    signal.removeEventListener("abort", stop);
    faye.disconnect();
  }
}

/** Asks the node's door; `forbidden` where it refuses. */
async function askDoor(
  { url }: CheckedSalesforce,
  channel: string,
  { beforeRequest }: Reach,
  bytes: number,
): Promise<void> {
  const what = `listen to ${channel}`;
  try {
    await beforeRequest?.({ host: new URL(url).host, what, bytes });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CrmError("forbidden", `${what}: not let out: ${why}`, { cause: error });
  }
}

/** Every message to the stream asks the node's door first. */
function gate(
  options: CheckedSalesforce,
  channel: string,
  reach: Reach,
  inbox: Inbox,
): (message: unknown, forward: (message: unknown) => void) => void {
  return (message, forward) => {
    askDoor(options, channel, reach, JSON.stringify(message).length).then(
      () => forward(message),
      (error: unknown) => inbox.fail(asCrmError(error)),
    );
  };
}

/** What is used of jsforce's Bayeux client. */
type Faye = {
  subscribe(channel: string, listener: (message: unknown) => void): PromiseLike<unknown>;
  disconnect(): void;
};

type Told = { readonly event: CrmEvent; readonly cursor: string };

const CHANGE_KINDS: ReadonlyMap<string, CrmEvent["kind"]> = new Map(
  Object.entries<CrmEvent["kind"]>({
    CREATE: "case-created",
    UPDATE: "case-changed",
    UNDELETE: "case-changed",
    DELETE: "deleted",
    GAP_CREATE: "case-created",
    GAP_UPDATE: "case-changed",
    GAP_DELETE: "deleted",
  }),
);

/** A change event of Case, or an event of the org's own with a field for the case's id. */
function eventsOf(message: unknown, { channelCaseField }: CheckedSalesforce): Told[] {
  const { payload, event } = objectOf(message, "an event");
  const fields = objectOf(payload, "an event's payload");
  const cursor = textOf(objectOf(event, "an event's head").replayId);
  if (!/^\d{1,18}$/.test(cursor)) throw new CrmError("broken", "an event: expected a replay id");
  if (fields.ChangeEventHeader === undefined) {
    const caseId = idOf(fields[channelCaseField], `an event's ${channelCaseField}`);
    const at = timeOf(fields.CreatedDate, "an event's CreatedDate");
    return [{ cursor, event: { id: `${caseId}#${cursor}`, at, kind: "case-changed", caseId } }];
  }
  const head = objectOf(fields.ChangeEventHeader, "a change's head");
  const kind = CHANGE_KINDS.get(textOf(head.changeType));
  const at = head.commitTimestamp;
  if (kind === undefined || typeof at !== "number" || !Array.isArray(head.recordIds)) {
    throw new CrmError("broken", "a change event: expected its type, time and records");
  }
  return head.recordIds.map((record) => {
    const caseId = idOf(record, "a change's record");
    return { cursor, event: { id: `${caseId}#${cursor}`, at, kind, caseId } };
  });
}

/** Events between the stream and its reader. */
class Inbox {
  readonly #told: Told[] = [];
  #failure: CrmError | null = null;
  #ended = false;
  #wake: (() => void) | null = null;

  put(told: Told): void {
    if (this.#told.length >= MOST_WAITING) {
      this.fail(
        new CrmError("busy", `more than ${MOST_WAITING} events wait: go on from the last cursor`),
      );
      return;
    }
    this.#told.push(told);
    this.#wake?.();
  }

  fail(error: CrmError): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *read(): AsyncGenerator<Told, void, void> {
    for (;;) {
      if (this.#ended) return;
      const told = this.#told.shift();
      if (told !== undefined) yield told;
      else if (this.#failure !== null) throw this.#failure;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = null;
      }
    }
  }
}
