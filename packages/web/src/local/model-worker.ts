/** The worker with the model: takes sampled pictures, answers the questions, tells the page. */

import type { WatchFrame } from "@symbion/core";
import { openWebExecutor } from "@symbion/neural/web";
import { miniLayout, planMask, Watcher } from "@symbion/vision";
import { openMini } from "@symbion/vision/mini";
import type { FromModel, FromSampler, ToModel, ToSampler } from "./watch-messages.ts";

/** Pictures under way: one at work, one ready. */
const AHEAD = 2;

function send(message: FromModel): void {
  postMessage(message);
}

function fail(error: unknown): void {
  send({ type: "failed", message: error instanceof Error ? error.message : String(error) });
}

let watcher: Watcher | null = null;
let port: MessagePort | null = null;

async function open(data: Extract<ToModel, { type: "open" }>): Promise<void> {
  const executor = await openWebExecutor();
  const { model, tokenizer } = await openMini(executor);
  const { questions, policy } = data;
  watcher = new Watcher({ model, layout: miniLayout(tokenizer), questions, policy });
  port = data.port;
  send({ type: "ready", model: model.name, backend: executor.backend });
  const samples: FromSampler[] = [];
  let busy = false;
  let dropped = 0;
  const work = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    for (let next = samples.shift(); next !== undefined; next = samples.shift()) {
      if (next.dropped !== dropped) {
        dropped = next.dropped;
        send({ type: "dropped", count: dropped });
      }
      send({ type: "plan", plan: frameOf(next) });
      const answer = await watcher?.push({ ...next, readAt: performance.now() });
      if (answer !== null && answer !== undefined) send({ type: "window", window: answer });
      port?.postMessage({ type: "more", pictures: 1 } satisfies ToSampler);
    }
    busy = false;
  };
  port.addEventListener("message", (event: MessageEvent<FromSampler>) => {
    samples.push(event.data);
    work().catch(fail);
  });
  port.start();
  port.postMessage({ type: "more", pictures: AHEAD } satisfies ToSampler);
}

function frameOf({ plan }: FromSampler): WatchFrame {
  const { columns, rows } = plan.grid;
  return {
    camera: "",
    at: Date.now(),
    timestamp: plan.timestamp,
    ...{ columns, rows },
    kept: plan.kept.length,
    mask: btoa(String.fromCharCode(...planMask(plan))),
    whole: plan.whole,
  };
}

addEventListener("message", ({ data }: MessageEvent<ToModel>) => {
  if (data.type === "open") open(data).catch(fail);
  else {
    if (watcher !== null) watcher.policy = data.policy;
    port?.postMessage(data satisfies ToSampler);
  }
});
