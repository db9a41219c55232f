/**
 * The HTTP interface under many readers: each listens to the events and asks for lists, as an open page does, for all
 * of the time. Counts what each reader was told, and measures how long answers and events take.
 */

import { fork } from "node:child_process";
import { Agent, get } from "node:http";
import { fileURLToPath } from "node:url";
import { percentile } from "../../../bench/rows.ts";
import type { BenchOptions, BenchRow } from "../src/cli/bench.ts";

/** What the server's process says. */
export type ApiServerMessage =
  | { readonly type: "listening"; readonly port: number }
  | {
      readonly type: "made";
      /** Ids of the events, in the order in which they were told. */
      readonly ids: readonly string[];
      readonly cpuMs: number;
      readonly disconnected: number;
    };

/** What it is told. */
export type ApiServerOrder =
  | { readonly type: "make"; readonly seconds: number }
  | { readonly type: "stop" };

const READERS = 200;
/** Events that are stored before anybody asks. */
const STORED = 20_000;
/** Milliseconds between two questions of one reader. */
const PAUSE = 1000;

/** One reader's events: what came, and how long each was under way in milliseconds. */
type Heard = { readonly ids: string[]; readonly ms: number[]; statuses: number };

/** Measures; one row each for answers, events and loss. */
export async function* benchApi(options: BenchOptions): AsyncGenerator<BenchRow> {
  const seconds = options.quick ? 8 : 30;
  options.note(`${READERS} readers for ${seconds} s, ${STORED} events stored`);
  const server = fork(fileURLToPath(new URL("api-server.ts", import.meta.url)), [String(STORED)], {
    execArgv: ["--conditions=source"],
    serialization: "advanced",
  });
  const next = (): Promise<ApiServerMessage> =>
    new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error("the server's process ended"));
      server.once("exit", ended);
      server.once("message", (message) => {
        server.off("exit", ended);
        resolve(message as ApiServerMessage);
      });
    });
  try {
    const listening = await next();
    if (listening.type !== "listening") throw new Error("expected where it listens");
    const base = `http://127.0.0.1:${listening.port}`;
    const heard = await Promise.all(Array.from({ length: READERS }, () => listen(base)));
    const until = performance.now() + seconds * 1000;
    const answers: number[] = [];
    const failures: string[] = [];
    const asking = heard.map((_, index) => question(base, index, until, answers, failures));
    const result = next();
    server.send({ type: "make", seconds } satisfies ApiServerOrder);
    const made = await result;
    if (made.type !== "made") throw new Error("expected what was made");
    await Promise.all(asking);
    await settled(heard, made.ids.length);
    const lost = heard.reduce((sum, { ids }) => sum + missing(made.ids, ids), 0);
    const row = (name: string, value: number, unit: string, most: number | null): BenchRow => ({
      name,
      value,
      unit,
      goal: most === null ? null : most === 0 ? "0" : `<= ${most} ${unit}`,
      met: most === null ? null : value <= most,
    });
    const events = heard.flatMap(({ ms }) => ms);
    yield row("API, readers", READERS, "", null);
    yield row("API, answers", answers.length, "", null);
    yield row("API, answer p50", percentile(answers, 0.5), "ms", null);
    yield row("API, answer p99", percentile(answers, 0.99), "ms", 100);
    yield row("API, answer max", percentile(answers, 1), "ms", null);
    yield row("API, answers that failed", failures.length, "", 0);
    yield row("API, events told", events.length, "", null);
    yield row("API, event p99", percentile(events, 0.99), "ms", 100);
    yield row("API, events lost or out of order", lost + made.disconnected, "", 0);
    yield row("API, CPU of the server", made.cpuMs / seconds, "ms/s", null);
  } finally {
    if (server.connected) server.send({ type: "stop" } satisfies ApiServerOrder);
    setTimeout(() => server.kill("SIGKILL"), 5000).unref();
  }
}

/** Listens to the events; resolves when the first has come. */
function listen(base: string): Promise<Heard> {
  const heard: Heard = { ids: [], ms: [], statuses: 0 };
  return new Promise((resolve, reject) => {
    const outgoing = get(`${base}/api/events`, { agent: false }, (response) => {
      let rest = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        const at = Date.now();
        const messages = (rest + text).split("\n\n");
        rest = messages.pop() ?? "";
        for (const message of messages) {
          const data = /^data: (.*)$/m.exec(message)?.[1];
          if (data === undefined) continue;
          if (message.includes("event: insight")) {
            const { id, from } = JSON.parse(data) as { id: string; from: number };
            heard.ids.push(id);
            heard.ms.push(at - from);
          } else heard.statuses++;
          resolve(heard);
        }
      });
      response.on("error", () => {});
    });
    outgoing.on("error", reject);
  });
}

const agent = new Agent({ keepAlive: true, maxSockets: READERS });

/** What pages ask for, in turn. */
function pathOf(index: number): string {
  const now = Date.now();
  const paths = [
    `/api/insights?limit=100&from=${now - 86_400_000}`,
    "/api/status",
    `/api/timeline?from=${now - 86_400_000}&to=${now}&points=240`,
    `/api/insights?source=camera-${index % 16}&kind=motion&limit=50`,
    "/api/alerts?limit=50",
    "/api/cameras",
    "/api/clips?limit=50",
  ];
  return paths[index % paths.length] as string;
}

async function question(
  base: string,
  reader: number,
  until: number,
  answers: number[],
  failures: string[],
): Promise<void> {
  // Readers did not all begin in the same moment.
  await new Promise((resolve) => setTimeout(resolve, (reader / READERS) * PAUSE));
  for (let index = reader; performance.now() < until; index++) {
    const began = performance.now();
    const status = await ask(base + pathOf(index)).catch((error: Error) => error.message);
    const took = performance.now() - began;
    if (status === 200) answers.push(took);
    else failures.push(String(status));
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, PAUSE - took)));
  }
}

function ask(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = get(url, { agent }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
      response.on("error", reject);
    });
    outgoing.on("error", reject);
  });
}

/** Waits until everybody has heard everything, for a few seconds at most. */
async function settled(heard: readonly Heard[], count: number): Promise<void> {
  const end = performance.now() + 5000;
  while (heard.some(({ ids }) => ids.length < count) && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** How many of `told` are not where they should be in `heard`, and how many are there that were not told. */
function missing(told: readonly string[], heard: readonly string[]): number {
  let wrong = Math.abs(told.length - heard.length);
  for (let i = 0; i < Math.min(told.length, heard.length); i++) if (told[i] !== heard[i]) wrong++;
  return wrong;
}
