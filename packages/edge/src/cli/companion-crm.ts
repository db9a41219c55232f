/**
 * `symbion companion crm …`: cases of the CRM system that the configuration names, with their figures, and writing to
 * them through the queue: that of the node where one runs, else the same files without it.
 */

import { readFileSync } from "node:fs";
import {
  type CaseDetail,
  type CaseRow,
  type CaseWrite,
  type CaseWrites,
  CrmError,
  type Figure,
  newIntentId,
} from "@symbion/companion";
import { UsageError } from "@symbion/core";
import { Cases } from "../companion/cases.ts";
import { companionFolder, queueFolder } from "../companion/service.ts";
import { type CrmConfig, SAMPLE_CRM } from "../config/companion-types.ts";
import { ConfigFile } from "../config/file.ts";
import { journalDoor, journaling } from "./leaving.ts";
import { findNode, type NodeClient } from "./node-client.ts";

/** Options of the commands. */
export type CrmOptions = {
  readonly config?: string;
  /** Address of the node's page, for the commands that write. */
  readonly url?: string;
  readonly search?: string;
  readonly limit?: number;
  readonly json?: true;
};

/** Lists cases. Throws `UsageError` where the system cannot be used. */
export async function casesCommand(options: CrmOptions): Promise<void> {
  await withCases(options, async (cases) => {
    const { search, limit = 20 } = options;
    const page = await cases.page({ search, states: [], limit }, new AbortController().signal);
    if (options.json) {
      process.stdout.write(`${JSON.stringify(page)}\n`);
      return;
    }
    const { firstResponse, reopened, satisfaction, responseRate } = page.summary;
    const lines = [
      page.label,
      ...page.cases.map(lineOf),
      `median wait for a first answer ${hours(firstResponse)}; reopened ${percent(reopened)}; stated satisfaction ${figure(satisfaction)} (given by ${percent(responseRate)})`,
    ];
    process.stdout.write(`${lines.join("\n")}\n`);
  });
}

/** Shows one case. Throws `UsageError` where there is none. */
export async function caseCommand(id: string, options: CrmOptions): Promise<void> {
  await withCases(options, async (cases) => {
    const detail = await cases.one(id, new AbortController().signal);
    if (options.json) {
      process.stdout.write(`${JSON.stringify(detail)}\n`);
      return;
    }
    const { record, metrics } = detail;
    const lines = [
      lineOf({ case: record.case, metrics }),
      ...record.messages.map(
        ({ at, from, text }) =>
          `${new Date(at).toISOString()}  ${from}: ${text.replace(/\s+/g, " ").slice(0, 200)}`,
      ),
    ];
    process.stdout.write(`${lines.join("\n")}\n`);
  });
}

/** A message to a case: an answer, or a comment for people inside. */
export async function sayCommand(
  id: string,
  text: string,
  options: CrmOptions,
  internal: boolean,
): Promise<void> {
  const said = text === "-" ? readFileSync(0, "utf8") : text;
  const intent = newIntentId();
  const body = { id: intent, text: said, internal };
  await write(
    options,
    intent,
    (node) => node.change("POST", `/api/companion/cases/${encodeURIComponent(id)}/messages`, body),
    async (cases) =>
      await cases.put({ kind: "comment", id: intent, case: { id }, text: said, internal }),
  );
}

/** Sets a case's status, unless somebody else changes it from what it is now. */
export async function statusCommand(
  id: string,
  status: string,
  options: CrmOptions,
): Promise<void> {
  const intent = newIntentId();
  const path = `/api/companion/cases/${encodeURIComponent(id)}`;
  const changes = { status };
  await write(
    options,
    intent,
    async (node) => {
      const { record } = await node.get<CaseDetail>(path);
      const base = { status: record.case.status };
      return await node.change("PATCH", path, { id: intent, base, changes });
    },
    async (cases) => {
      const { record } = await cases.one(id, new AbortController().signal);
      const base = { status: record.case.status };
      return await cases.put({ kind: "edit-case", id: intent, case: { id }, base, changes });
    },
  );
}

/** Shows what waits, what is in conflict and what the system will not take. */
export async function queueCommand(options: CrmOptions): Promise<void> {
  const { node } = await findNode(options);
  const writes =
    node === null
      ? await withCases(options, (cases) => cases.writes())
      : await node.get<CaseWrites>("/api/companion/writes");
  printWrites(writes, options);
}

/** Sends what waits, where no node runs that does so by itself; tells what is left. */
export async function sendCommand(options: CrmOptions): Promise<void> {
  const { node } = await findNode(options);
  if (node !== null) {
    throw new UsageError(
      "expected no node to run, one does: it sends what waits by itself (symbion companion crm queue shows it)",
    );
  }
  const writes = await withCases(options, async (cases) => {
    await cases.send();
    return await cases.writes();
  });
  printWrites(writes, options);
}

/** Decides on an edit in conflict, tries a parked write again, or gives one up. */
export async function decideCommand(
  id: string,
  wish: "mine" | "theirs" | "retry" | "drop",
  options: CrmOptions,
): Promise<void> {
  const path = `/api/companion/writes/${encodeURIComponent(id)}`;
  const overNode = (node: NodeClient): Promise<CaseWrite> => {
    if (wish === "drop") return node.change("DELETE", path);
    if (wish === "retry") return node.change("POST", `${path}/retry`);
    return node.change("POST", `${path}/decision`, { decision: wish });
  };
  const alone = async (cases: Cases): Promise<CaseWrite> => {
    const wished =
      wish === "drop"
        ? await cases.drop(id)
        : wish === "retry"
          ? await cases.retry(id)
          : await cases.decide(id, wish);
    if (wished === "missing") throw new UsageError(`expected a write of the queue, got "${id}"`);
    if (wished === "otherwise") {
      const state = wish === "drop" ? "not done" : wish === "retry" ? "parked" : "in conflict";
      throw new UsageError(`expected a write that is ${state}, got ${id} in another state`);
    }
    return wished;
  };
  await write(options, wish === "drop" ? null : id, overNode, alone);
}

/** How long a command waits for what it put in to be sent, milliseconds. */
const PATIENCE = 10_000;
const STEP = 200;

/** Puts something in, in the node that runs or without one, and tells what became of it within some seconds. */
async function write(
  options: CrmOptions,
  id: string | null,
  overNode: (node: NodeClient) => Promise<CaseWrite>,
  alone: (cases: Cases) => Promise<CaseWrite>,
): Promise<void> {
  const { node } = await findNode(options);
  const find = ({ writes }: CaseWrites): CaseWrite | undefined =>
    writes.find((one) => one.id === id);
  if (node !== null) {
    let latest = await overNode(node);
    for (let waited = 0; waited < PATIENCE && id !== null; waited += STEP) {
      latest = find(await node.get<CaseWrites>("/api/companion/writes")) ?? latest;
      if (latest.state !== "waiting" || latest.why !== "") break;
      await new Promise((resolve) => setTimeout(resolve, STEP));
    }
    printWrite(latest, options, id === null);
    return;
  }
  await withCases(options, async (cases) => {
    const put = await alone(cases);
    if (id !== null) await cases.send();
    printWrite(find(await cases.writes()) ?? put, options, id === null);
  });
}

const STATE_TEXT: Readonly<Record<CaseWrite["state"], string>> = {
  waiting: "waits to be sent",
  conflict: "in conflict: decide with crm decide ID mine|theirs",
  parked: "not taken by the system: crm retry ID, or crm drop ID",
  done: "written",
};

function printWrite(one: CaseWrite, options: CrmOptions, dropped: boolean): void {
  const text = options.json
    ? JSON.stringify(dropped ? { ...one, dropped } : one)
    : `${dropped ? "given up: " : ""}${writeLine(one)}`;
  process.stdout.write(`${text}\n`);
}

function printWrites(writes: CaseWrites, options: CrmOptions): void {
  const { waiting, conflicts, parked, problem } = writes;
  const lines = options.json
    ? [JSON.stringify(writes)]
    : [
        `waiting to be sent: ${waiting}; in conflict: ${conflicts}; not taken: ${parked}${problem === "" ? "" : `; ${problem}`}`,
        ...writes.writes.map(writeLine),
      ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function writeLine({ id, caseId, kind, text, changes, state, why, conflicts }: CaseWrite): string {
  const what =
    text === null
      ? Object.entries(changes)
          .map(([field, value]) => `${field} = ${JSON.stringify(value)}`)
          .join(", ")
      : text.replace(/\s+/g, " ").slice(0, 80);
  const others = conflicts
    .map(
      ({ field, mine, theirs }) =>
        `${field}: mine ${JSON.stringify(mine)}, theirs ${JSON.stringify(theirs)}`,
    )
    .join("; ");
  const more = [why, others].filter((part) => part !== "").join("; ");
  return `${id}  case ${caseId ?? "new"}  ${kind}: ${what}  ${STATE_TEXT[state]}${more === "" ? "" : ` (${more})`}`;
}

async function withCases<T>(options: CrmOptions, work: (cases: Cases) => Promise<T>): Promise<T> {
  const config = await configured(options.config);
  const journal = await journaling(options.config);
  const cases = new Cases(config, {
    door: journalDoor(journal),
    folder: queueFolder(companionFolder(journal.folder ?? (await dataFolder(options.config)))),
    log: () => {},
  });
  try {
    return await work(cases);
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    throw new UsageError(error.message, { cause: error });
  } finally {
    await cases.close();
  }
}

async function dataFolder(path: string | undefined): Promise<string> {
  const file = await ConfigFile.open(path ?? null);
  file.close();
  return file.current.store.folder;
}

async function configured(path: string | undefined): Promise<CrmConfig> {
  const file = await ConfigFile.open(path ?? null);
  file.close();
  const { crm } = file.current.companion;
  if (crm !== null) return crm;
  if (!file.exists) return SAMPLE_CRM;
  throw new UsageError(`${file.path}: expected a CRM system in companion.crm, got none`);
}

function lineOf({ case: one, metrics }: CaseRow): string {
  const wait = metrics.firstResponse;
  const answered =
    wait === null ? "no answer yet" : `answered after ${(wait / 3_600_000).toFixed(1)} h`;
  const stated = metrics.satisfaction === null ? "" : `, satisfaction ${metrics.satisfaction} of 5`;
  return `${one.number}  ${one.state}  ${one.subject}; ${answered}${stated}`;
}

function hours({ n, value, low, high }: Figure): string {
  if (value === null || low === null || high === null) return `unknown (${n} cases)`;
  const shown = (ms: number): string => (ms / 3_600_000).toFixed(1);
  return `${shown(value)} h (${shown(low)} to ${shown(high)}, ${n} cases)`;
}

function percent({ n, value, low, high }: Figure): string {
  if (value === null || low === null || high === null) return `unknown (${n} cases)`;
  const shown = (share: number): string => (100 * share).toFixed(0);
  return `${shown(value)} % (${shown(low)} to ${shown(high)}, ${n} cases)`;
}

function figure({ n, value, low, high }: Figure): string {
  if (value === null || low === null || high === null) return `unknown (${n} cases)`;
  return `${value.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)}, ${n} cases)`;
}
