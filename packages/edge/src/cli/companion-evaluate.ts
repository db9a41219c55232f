/** `symbion companion evaluate`: how a model gives way under pressure, with intervals, as text, JSON or a page. */

import { existsSync, writeFileSync } from "node:fs";
import {
  CompanionLayer,
  type EvaluationReport,
  evaluateModel,
  formatReport,
  layerUpstream,
  UpstreamError,
} from "@symbion/companion";
import { UsageError } from "@symbion/core";
import { openUpstream } from "../companion/open.ts";
import { isOnThisMachine } from "../companion/place.ts";
import { reportPage } from "./companion-report.ts";
import { journaling } from "./leaving.ts";

/** Options of `symbion companion evaluate`. */
export type EvaluateOptions = {
  readonly upstream: string;
  readonly model?: string;
  readonly apiKeyEnv?: string;
  readonly layer?: true;
  readonly report?: string;
  readonly timeout?: number;
  readonly seed: number;
  readonly items?: number;
  readonly turns: number;
  readonly concurrency: number;
  readonly json?: true;
};

/** Questions between two lines of progress, where nobody looks at a terminal. */
const STEP = 50;

/** Evaluates and prints the report. Throws `UsageError` (exit code 2) where the server does not answer at all. */
export async function evaluateCommand(options: EvaluateOptions): Promise<void> {
  const { upstream: url, model, apiKeyEnv, timeout, report: page } = options;
  if (page !== undefined && existsSync(page)) {
    throw new UsageError(`${page}: expected no such file yet, got one; none is overwritten`);
  }
  const upstream = openUpstream({ url, model, apiKeyEnv, timeout });
  const asked = options.layer
    ? layerUpstream(new CompanionLayer({ upstream }), upstream.id)
    : upstream;
  const abort = new AbortController();
  const stop = (): void => abort.abort(new UsageError("evaluate: stopped before its end"));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const journal = isOnThisMachine(url) ? null : await journaling();
  const left = journal?.open({
    ...{ recipient: new URL(url).host, route: "model", what: "the questions of an evaluation" },
    purpose: "measures a model",
  });
  let report: EvaluationReport | null = null;
  try {
    await firstAnswer(upstream, abort.signal);
    let told = 0;
    const run = evaluateModel(asked, {
      ...{ signal: abort.signal, seed: options.seed, turns: options.turns },
      ...(options.items === undefined ? {} : { items: options.items }),
      ...{ concurrency: options.concurrency, timeoutMs: (timeout ?? 120) * 1000 },
    });
    for await (const progress of run) {
      report = progress.report ?? report;
      if (progress.done - told < STEP) continue;
      told = progress.done;
      process.stderr.write(`${progress.done} of at most ${progress.total} questions\n`);
    }
    left?.({ state: "sent" });
  } catch (error) {
    left?.({ state: "failed", reason: "it ended before its end" });
    if (!(error instanceof UpstreamError)) throw error;
    throw new UsageError(`--upstream: ${error.message}`, { cause: error });
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
  if (report === null) throw new Error("evaluate: expected a report at the end, got none");
  if (page !== undefined) writeFileSync(page, reportPage(report), { flag: "wx" });
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `${formatReport(report)}\n`);
}

/** A server that is not there is said at once, not after a thousand questions without an answer. */
async function firstAnswer(
  upstream: ReturnType<typeof openUpstream>,
  signal: AbortSignal,
): Promise<void> {
  for await (const _ of upstream.answer([{ role: "user", text: "Hello" }], signal)) return;
}
