/**
 * The queue of CRM intents against the conformance peer, with the real jsforce: what it does a second, and what comes
 * of it when requests and answers are lost, servers fail and other people edit the same cases meanwhile.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  atMost,
  percentile,
  plain,
  type Row,
  type RunOptions,
  within,
} from "../../../bench/rows.ts";
import type { CrmIntent } from "../src/crm/intents.ts";
import { CrmQueue } from "../src/crm/queue.ts";
import { memoryQueueStore } from "../src/crm/queue-store.ts";
import { openSample } from "../src/crm/sample.ts";
import { readMark } from "../src/crm/words.ts";
import { openFileQueue } from "../src/node/crm/file-queue-store.ts";
import { type OrgPart, startOrg } from "../test/support/crm-parts.ts";
import type { Fault } from "../test/support/salesforce-peer.ts";

/** Requests that meet a fault. */
const FAULTY = 0.3;

const FAULTS: readonly Fault[] = [
  "drop before",
  "drop after",
  "drop after",
  { status: 503, body: "[]", headers: { "retry-after": "1" } },
  { status: 500, body: "oops" },
  { status: 200, body: "<html>proxy</html>", headers: { "content-type": "text/html" } },
  { status: 200, body: '{"id": "50' },
];

/** Rows of the part `crm`. */
export async function* crmRows({ quick }: RunOptions): AsyncGenerator<Row, void, void> {
  yield* speed(quick ? 300 : 2000);
  const seeds = quick ? [1] : [1, 2, 3, 4, 5];
  yield* faults(seeds, quick ? 30 : 100, false);
  yield* faults(seeds, quick ? 30 : 100, true);
  yield* conflicts(quick ? 40 : 400);
}

/** The queue itself on a system that costs nothing, then with jsforce and the peer. */
async function* speed(count: number): AsyncGenerator<Row, void, void> {
  const folder = await mkdtemp(join(tmpdir(), "symbion-queue-bench-"));
  try {
    const sample = openSample({ cases: [] });
    const queue = await CrmQueue.open(await openFileQueue(join(folder, "queue")), sample, {
      maxItems: 100_000,
    });
    const waits: number[] = [];
    for (const intent of talk(count / 4, 3)) {
      const begun = performance.now();
      await queue.put(intent);
      waits.push(performance.now() - begun);
    }
    yield plain("crm: put in, synced to disk, median", percentile(waits, 0.5), "ms");
    yield plain("crm: the same, 99th percentile", percentile(waits, 0.99), "ms");
    const begun = performance.now();
    const { applied } = await queue.sync();
    const seconds = (performance.now() - begun) / 1000;
    yield plain("crm: sent from a synced file, no network", applied / seconds, "intents/s");
    await queue.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const org = await startOrg();
  try {
    const queue = await CrmQueue.open(memoryQueueStore(), await org.open(), { maxItems: 100_000 });
    await queue.putAll(talk(count / 4, 3));
    const begun = performance.now();
    const { applied } = await queue.sync();
    const seconds = (performance.now() - begun) / 1000;
    yield plain("crm: sent by jsforce to the peer on this machine", applied / seconds, "intents/s");
  } finally {
    await org.peer[Symbol.asyncDispose]();
  }
}

async function* faults(
  seeds: readonly number[],
  cases: number,
  ledger: boolean,
): AsyncGenerator<Row, void, void> {
  const found = { wanted: 0, twice: 0, missing: 0, order: 0, requests: 0, hit: 0 };
  for (const seed of seeds) {
    const org = await startOrg();
    try {
      await faultyRun(org, seed, cases, ledger, found);
    } finally {
      await org.peer[Symbol.asyncDispose]();
    }
  }
  const name = `crm: of ${found.wanted} writes at ${FAULTY * 100} % faulty requests (${ledger ? "ledger" : "marks"})`;
  yield plain(`${name}: requests`, found.requests, "");
  yield plain(`${name}: of these faulty`, found.hit, "");
  yield atMost(`${name}: written twice`, found.twice, "", 0);
  yield atMost(`${name}: lost`, found.missing, "", 0);
  yield atMost(`${name}: cases out of order`, found.order, "", 0);
}

async function faultyRun(
  org: OrgPart,
  seed: number,
  cases: number,
  ledger: boolean,
  found: {
    wanted: number;
    twice: number;
    missing: number;
    order: number;
    requests: number;
    hit: number;
  },
): Promise<void> {
  const random = randomOf(seed);
  org.peer.fault = () => {
    found.requests++;
    if (random() >= FAULTY) return "none";
    found.hit++;
    return FAULTS[Math.floor(random() * FAULTS.length)] ?? "none";
  };
  const clock = { at: 1_000_000 };
  const options = ledger ? { ledger: { object: "Symbion_Intent__c", field: "Key__c" } } : {};
  const crm = await org.open(options, { retries: 0 });
  const settings = { now: () => clock.at, random, maxFailures: 1000, maxItems: 100_000 };
  const queue = await CrmQueue.open(memoryQueueStore(), crm, settings);
  const intents = talk(cases, 3);
  await queue.putAll(intents);
  for (let round = 0; round < 100_000; round++) {
    const { waiting, nextAt } = await queue.sync();
    if (waiting === 0) break;
    clock.at = Math.max(clock.at, nextAt ?? 0);
  }
  const counts = new Map<string, number>();
  const count = (id: string | null): void => {
    if (id !== null) counts.set(id, (counts.get(id) ?? 0) + 1);
  };
  const said = new Map<string, string[]>();
  for (const { Symbion_Id__c } of org.peer.org.rows("Case")) count(String(Symbion_Id__c));
  for (const { ParentId, CommentBody } of org.peer.org.rows("CaseComment")) {
    const { intent, text } = readMark(String(CommentBody));
    count(intent);
    said.set(String(ParentId), [...(said.get(String(ParentId)) ?? []), text]);
  }
  found.wanted += intents.length;
  for (const { id } of intents) {
    const times = counts.get(id) ?? 0;
    if (times === 0) found.missing++;
    if (times > 1) found.twice += times - 1;
  }
  for (const texts of said.values()) {
    if (texts.some((text, i) => i > 0 && text < (texts[i - 1] ?? ""))) found.order++;
  }
}

/** Edits of which every other meets an edit of the same field by somebody else, at a random moment. */
async function* conflicts(count: number): AsyncGenerator<Row, void, void> {
  const org = await startOrg();
  try {
    const random = randomOf(7);
    const { org: records } = org.peer;
    const ids = Array.from(
      { length: count },
      (_, i) => records.create("Case", { Subject: `Seen ${i}` }).Id,
    );
    const touched = new Set(ids.filter((_, i) => i % 2 === 0));
    const lastMoment = new Set([...touched].filter(() => random() < 0.5));
    for (const id of touched) {
      if (!lastMoment.has(id)) records.update("Case", id, { Subject: "Theirs" });
    }
    // The other half is touched in the last moment: after the look, right before the write.
    org.peer.fault = ({ method, path }) => {
      const id = path.split("/").at(-1) ?? "";
      if (method === "PATCH" && lastMoment.delete(id)) {
        org.clock.at += Math.floor(random() * 1500);
        records.update("Case", id, { Subject: "Theirs" });
      }
      return "none";
    };
    const queue = await CrmQueue.open(memoryQueueStore(), await org.open());
    await queue.putAll(
      ids.map((id, i) => ({
        kind: "edit-case",
        id: `edit-intent-${i}`,
        case: { id },
        base: { subject: `Seen ${i}` },
        changes: { subject: `Mine ${i}` },
      })),
    );
    const result = await queue.sync();
    const overwritten = ids.filter(
      (id) => touched.has(id) && records.get("Case", id).Subject !== "Theirs",
    );
    const name = `crm: of ${touched.size} edits that met another's`;
    yield within(`${name}: shown as conflicts`, result.conflicts, "", touched.size, touched.size);
    yield atMost(`${name}: written over it`, overwritten.length, "", 0);
    const alarms = result.conflicts - touched.size;
    yield atMost(
      `crm: of ${count - touched.size} edits that met none: shown as conflicts`,
      Math.max(0, alarms),
      "",
      0,
    );
  } finally {
    await org.peer[Symbol.asyncDispose]();
  }
}

/** Cases with comments each, all born offline. */
function talk(cases: number, comments: number): CrmIntent[] {
  const intents: CrmIntent[] = [];
  for (let i = 0; i < cases; i++) {
    const id = `case-intent-${i}`;
    intents.push({ kind: "create-case", id, subject: `Case ${i}`, description: "It broke." });
    for (let k = 0; k < comments; k++) {
      const comment = `said-intent-${i}-${k}`;
      intents.push({
        kind: "comment",
        id: comment,
        case: { intent: id },
        text: `Line ${k}`,
        internal: false,
      });
    }
  }
  return intents;
}

function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
