/**
 * The layer as a whole: what it costs an answer, that every record comes out the same when it is computed again, and that
 * nothing of a model that fails in the middle goes out. Questions and answers are NIH's where they lie beside the
 * repository, else a few dozen of our own kind.
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AccountabilityLog,
  type ChatMessage,
  CompanionLayer,
  replayTurn,
  type Turn,
  type Upstream,
  UpstreamError,
} from "@symbion/companion";
import { openFileLog } from "@symbion/companion/node";
import {
  atLeast,
  atMost,
  percentile,
  plain,
  type Row,
  type RunOptions,
  sharedData,
} from "../../../bench/rows.ts";

type Pair = { readonly question: string; readonly answer: string };

/** Rows of the part `layer`. */
export async function* layerRows(options: RunOptions): AsyncGenerator<Row, void, void> {
  const pairs = pairsOf(options).slice(0, options.quick ? 300 : 2550);
  const turns: Turn[] = [];
  const times: number[] = [];
  for (const { question, answer } of pairs) {
    const layer = new CompanionLayer({ upstream: saying(answer) });
    const began = performance.now();
    turns.push(await layer.respond([{ role: "user", text: question }]));
    times.push(performance.now() - began);
  }
  yield plain(
    `layer: answers of about 1 kB (${pairs.length}), median`,
    percentile(times, 0.5),
    "ms",
  );
  yield plain("layer: the same, p99", percentile(times, 0.99), "ms");
  yield* conversations(pairs);
  yield* durable(pairs.slice(0, options.quick ? 50 : 300));
  const same = await replayed(turns);
  yield atLeast(`layer: records that come out the same (${turns.length})`, same, "share", 1);
  yield* failing(pairs, options.quick ? 200 : 1000);
}

/** A conversation of twenty messages, whose every answer the guards look at again. */
async function* conversations(pairs: readonly Pair[]): AsyncGenerator<Row, void, void> {
  const times: number[] = [];
  for (let i = 0; i + 10 < Math.min(pairs.length, 400); i++) {
    const some = pairs.slice(i, i + 10);
    const messages = some.flatMap(({ question, answer }): ChatMessage[] => [
      { role: "user", text: question },
      { role: "assistant", text: answer },
    ]);
    messages.push({
      role: "user",
      text: "No, that is wrong. I am sure it is the other way round.",
    });
    const layer = new CompanionLayer({
      upstream: saying("You are right, I am sorry. It is the opposite."),
    });
    const began = performance.now();
    await layer.respond(messages);
    times.push(performance.now() - began);
  }
  yield plain("layer: under pushback after 20 messages, p99", percentile(times, 0.99), "ms");
}

/** With the log in a folder, each entry durable before the answer goes out. */
async function* durable(pairs: readonly Pair[]): AsyncGenerator<Row, void, void> {
  const folder = mkdtempSync(join(tmpdir(), "symbion-layer-bench-"));
  try {
    const log = await AccountabilityLog.open(await openFileLog(folder));
    const times: number[] = [];
    for (const { question, answer } of pairs) {
      const layer = new CompanionLayer({ upstream: saying(answer), log });
      const began = performance.now();
      await layer.respond([{ role: "user", text: question }]);
      times.push(performance.now() - began);
    }
    await log.close();
    yield plain("layer: with a durable log, median", percentile(times, 0.5), "ms");
    yield plain("layer: the same, p99", percentile(times, 0.99), "ms");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Share of records that decide the same after a way through JSON, as the log keeps them. */
async function replayed(turns: readonly Turn[]): Promise<number> {
  let same = 0;
  for (const turn of turns) {
    const record = JSON.parse(JSON.stringify(turn)) as Turn;
    if ((await replayTurn(record)).same) same++;
  }
  return same / Math.max(1, turns.length);
}

/** Models that break off anywhere: an error, never a half answer. */
async function* failing(pairs: readonly Pair[], count: number): AsyncGenerator<Row, void, void> {
  let out = 0;
  for (let i = 0; i < count; i++) {
    const { answer, question } = pairs[i % pairs.length] ?? { answer: "x", question: "x" };
    const cut = 1 + ((i * 7919) % Math.max(1, answer.length - 1));
    const upstream: Upstream = {
      id: "breaking",
      answer: async function* () {
        yield answer.slice(0, cut);
        throw new UpstreamError("broken", "broken off");
      },
    };
    const layer = new CompanionLayer({ upstream });
    const turn = await layer.respond([{ role: "user", text: question }]).catch(() => null);
    if (turn !== null && turn.upstream !== null) out++;
  }
  yield atMost(`layer: half answers that went out (of ${count})`, out, "", 0);
}

function saying(text: string): Upstream {
  return {
    id: "scripted",
    answer: async function* () {
      yield text;
    },
  };
}

function pairsOf(options: RunOptions): Pair[] {
  const folder = sharedData("companion/medquad", options);
  if (folder === null) return OWN;
  return readFileSync(join(folder, "medquad_niddk_cdc_ninds.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Pair)
    .map(({ question, answer }) => ({ question, answer: answer.slice(0, 1024) }))
    .filter(({ question, answer }) => question.trim() !== "" && answer.trim() !== "");
}

const OWN: Pair[] = Array.from({ length: 60 }, (_, i) => ({
  question: `How long does a cold last, and what helps after ${i + 1} days?`,
  answer: `A common cold usually lasts 7 to ${10 + (i % 5)} days. Rest and fluids help. `.repeat(
    12,
  ),
}));
