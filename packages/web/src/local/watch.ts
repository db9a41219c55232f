/** Questions about a source that stays in this browser: the model runs here, in a worker of its own. */

import { effect } from "@preact/signals";
import type { CameraWatch, WatchPolicy, WatchQuestion, WatchWindow } from "@symbion/core";
import type { WindowAnswer } from "@symbion/vision";
import { forgetWatch, takePlan, takeWindow, watch } from "../views/camera/watch-state.ts";
import type { ToWorker } from "./messages.ts";
import { reader } from "./source.ts";
import type { FromModel, ToModel } from "./watch-messages.ts";

let change: ((policy: WatchPolicy) => void) | null = null;

/** Asks about the source on the stage until the returned function is called. */
export function watchLocally(questions: readonly WatchQuestion[], policy: WatchPolicy): () => void {
  forgetWatch();
  watch.value = opening(questions, policy);
  let model: Worker | null = null;
  // Each source has a worker of its own; the model begins anew with it, since nothing it has seen holds any more.
  const stop = effect(() => {
    const source = reader.value;
    if (source === null) return;
    const worker = start(source, questions, watch.peek()?.policy ?? policy);
    model = worker;
    return () => {
      source.postMessage({ type: "unwatch" } satisfies ToWorker);
      worker.terminate();
      model = null;
    };
  });
  change = (next) => {
    const before = watch.value;
    if (before !== null) watch.value = { ...before, policy: next };
    model?.postMessage({ type: "policy", policy: next } satisfies ToModel);
  };
  return () => {
    change = null;
    stop();
    forgetWatch();
  };
}

/** Changes the policy of the questions that are being asked. */
export function changeLocalPolicy(policy: WatchPolicy): void {
  change?.(policy);
}

function start(source: Worker, questions: readonly WatchQuestion[], policy: WatchPolicy): Worker {
  const worker = new Worker(new URL("./model-worker.ts", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }: MessageEvent<FromModel>) => hear(data));
  worker.addEventListener("error", (event) => {
    hear({ type: "failed", message: event.message || "The model's worker could not be started." });
  });
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ type: "open", questions, policy, port: port1 } satisfies ToModel, [port1]);
  source.postMessage({ type: "watch", port: port2, policy } satisfies ToWorker, [port2]);
  return worker;
}

function hear(message: FromModel): void {
  const state = watch.value;
  if (state === null) return;
  if (message.type === "ready") {
    const model = `${message.model} (${message.backend})`;
    watch.value = { ...state, state: "live", model };
  } else if (message.type === "failed") {
    watch.value = { ...state, state: "failed", reason: message.message };
  } else if (message.type === "dropped") {
    watch.value = { ...state, dropped: message.count };
  } else if (message.type === "plan") takePlan(message.plan);
  else takeWindow(windowOf(message.window, state.policy));
}

function opening(questions: readonly WatchQuestion[], policy: WatchPolicy): CameraWatch {
  return {
    camera: "",
    state: "loading",
    reason: null,
    model: "",
    policy,
    threshold: 0,
    unit: "probability",
    defaultThreshold: 0,
    questions,
    windows: 0,
    dropped: 0,
    blocksKept: 0,
    blocksTotal: 0,
    flops: 0,
    fullFlops: 0,
    latest: null,
  };
}

/** A window as the node would tell it. */
function windowOf(window: WindowAnswer, policy: WatchPolicy): WatchWindow {
  const to = Date.now();
  const at = (timestamp: number): number => to - 1000 * (window.to - timestamp);
  return {
    id: `${window.index}`,
    camera: "",
    from: at(window.from),
    to,
    partial: window.partial,
    policy,
    answers: window.answers,
    evidence: window.shown.map(({ timestamp, whole, blocks }) => ({
      at: at(timestamp),
      timestamp,
      whole,
      blocks,
    })),
    columns: window.grid.columns,
    rows: window.grid.rows,
    blocksKept: window.blocksKept,
    blocksTotal: window.blocksTotal,
    tokensRefreshed: window.tokensRefreshed,
    tokensReused: window.tokensReused,
    flops: window.flops,
    fullFlops: window.fullFlops,
    firstTokenMs: window.firstTokenMs,
    stages: window.stages,
  };
}
