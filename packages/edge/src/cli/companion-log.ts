/** `symbion companion log …`: reading, checking, exporting and erasing an accountability log that no process has open. */

import { createReadStream, existsSync, statSync } from "node:fs";
import { createInterface } from "node:readline";
import {
  AccountabilityLog,
  type ErasedEntry,
  type LogEntry,
  LogError,
  replayTurn,
  verifyExport,
} from "@symbion/companion";
import { openFileLog } from "@symbion/companion/node";
import { UsageError } from "@symbion/core";
import { turnOf } from "../companion/entries.ts";
import { LineWriter } from "./output.ts";

/** Options of the commands. */
export type LogCommandOptions = {
  readonly conversation?: string;
  readonly clear?: readonly string[];
  readonly json?: true;
};

/** Checks a log's folder, or an exported file. Resolves with 2 where it is not as it was written. */
export async function verifyLogCommand(path: string, options: LogCommandOptions): Promise<number> {
  const stat = existsSync(path) ? statSync(path) : null;
  if (stat === null) throw new UsageError(`${path}: expected a log, got no such file or folder`);
  const check = stat.isDirectory() ? await checkFolder(path) : await checkFile(path);
  const text = check.ok
    ? `${path}: ${check.entries} entries as they were written, ${check.erased} of them erased`
    : `${path}: ${check.problem ?? "not as it was written"}`;
  process.stdout.write(options.json ? `${JSON.stringify(check)}\n` : `${text}\n`);
  return check.ok ? 0 : 2;
}

async function checkFolder(path: string): ReturnType<typeof AccountabilityLog.check> {
  const store = await inWords(openFileLog(path));
  try {
    return await AccountabilityLog.check(store);
  } finally {
    await store.close();
  }
}

async function checkFile(path: string): ReturnType<typeof verifyExport> {
  const lines = createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  return await verifyExport(lines);
}

/** Prints the entries. */
export async function showLogCommand(path: string, options: LogCommandOptions): Promise<void> {
  const { conversation: subject, json } = options;
  await withLog(path, async (log) => {
    const out = new LineWriter(process.stdout);
    for await (const entry of log.entries(subject === undefined ? {} : { subject })) {
      await out.line(json ? JSON.stringify(entry) : entryText(entry));
    }
    await out.flush();
  });
}

/** Writes the log as NDJSON. */
export async function exportLogCommand(path: string, options: LogCommandOptions): Promise<void> {
  await withLog(path, async (log) => {
    const out = new LineWriter(process.stdout);
    for await (const line of log.export({ clear: options.clear ?? [] })) await out.line(line);
    await out.flush();
  });
}

/** Destroys a conversation's key. Throws `UsageError` where the log has nothing of it. */
export async function eraseLogCommand(
  path: string,
  conversation: string,
  options: LogCommandOptions,
): Promise<void> {
  await withLog(path, async (log) => {
    if (!(await log.eraseSubject(conversation))) {
      throw new UsageError(`${path}: expected a conversation of the log, got "${conversation}"`);
    }
  });
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ conversation, erased: true })}\n`
      : `${conversation}: erased\n`,
  );
}

/** Computes every answer again. Resolves with 2 where one comes out otherwise. */
export async function replayLogCommand(path: string, options: LogCommandOptions): Promise<number> {
  let answers = 0;
  const others: { seq: number; differences: readonly string[] }[] = [];
  await withLog(path, async (log) => {
    for await (const entry of log.entries()) {
      const turn = turnOf(entry);
      if (turn === null) continue;
      answers++;
      const { same, differences } = await replayTurn(turn);
      if (!same) others.push({ seq: entry.seq, differences });
    }
  });
  const text = [
    `${path}: ${answers} answers, ${answers - others.length} come out the same`,
    ...others.map(({ seq, differences }) => `${seq}: ${differences.join("; ")}`),
  ].join("\n");
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ answers, same: answers - others.length, others })}\n`
      : `${text}\n`,
  );
  return others.length === 0 ? 0 : 2;
}

async function withLog(
  path: string,
  work: (log: AccountabilityLog) => Promise<void>,
): Promise<void> {
  if (!existsSync(path))
    throw new UsageError(`${path}: expected a log's folder, got no such folder`);
  const log = await inWords(openFileLog(path).then((store) => AccountabilityLog.open(store)));
  try {
    await inWords(work(log));
  } finally {
    await log.close();
  }
}

async function inWords<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

function entryText(entry: LogEntry | ErasedEntry): string {
  const at = new Date(entry.at).toISOString();
  if ("erased" in entry) return `${entry.seq}  ${at}  erased`;
  const turn = turnOf(entry);
  const what =
    turn === null
      ? JSON.stringify(entry.body)
      : `${turn.disposition}; ${
          turn.stages
            .filter(({ outcome }) => outcome !== "passed" && outcome !== "skipped")
            .map(({ stage, outcome }) => `${stage} ${outcome}`)
            .join(", ") || "passed"
        }; ${JSON.stringify(turn.answer.slice(0, 100))}`;
  return `${entry.seq}  ${at}  ${entry.kind}  ${entry.subject}  ${what}`;
}
