/** Entry of the model's thread: one model for all cameras, told what to do by {@link ToModel} messages, one at a time. */

import { parentPort } from "node:worker_threads";
import { Watcher } from "@symbion/vision";
import type { FromModel, ToModel } from "./messages.ts";
import { openWatchModel, type WatchModel } from "./models.ts";

const port = parentPort;
if (port === null) {
  throw new Error("watch thread: expected to run in a worker thread, got the main one");
}

/** Moments that threads agree on, ms since 1970 with fractions. */
const now = (): number => performance.timeOrigin + performance.now();

const watchers = new Map<string, Watcher>();
let opened: WatchModel | null = null;
let last: Promise<void> = Promise.resolve();

function send(message: FromModel): void {
  port?.postMessage(message);
}

async function open(name: string): Promise<void> {
  try {
    const model = await openWatchModel(name);
    opened = model;
    const { fps, pictures } = model.layout;
    const { columns, rows } = model.layout.grid(1280, 720);
    const { blockSize } = model.model;
    send({
      type: "ready",
      name: model.model.name,
      blockSize,
      columns,
      rows,
      fps,
      window: pictures,
    });
  } catch (error) {
    send({ type: "failed", reason: error instanceof Error ? error.message : String(error) });
  }
}

function end(camera: string): void {
  watchers.get(camera)?.dispose();
  watchers.delete(camera);
}

/** Does something for a camera and says so; what goes wrong ends that camera's memory, not the thread. */
async function answer(camera: string, work: (watcher: Watcher) => Promise<void>): Promise<void> {
  let problem: string | null = null;
  const watcher = watchers.get(camera);
  if (watcher !== undefined) {
    try {
      await work(watcher);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      end(camera);
    }
  }
  send({ type: "done", camera, problem });
}

async function handle(message: ToModel): Promise<void> {
  switch (message.type) {
    case "open":
      return await open(message.model);
    case "begin": {
      const { camera, questions, policy } = message;
      end(camera);
      if (opened === null) return;
      const { model, layout } = opened;
      watchers.set(camera, new Watcher({ model, layout, questions, policy, now }));
      return;
    }
    case "change": {
      const watcher = watchers.get(message.camera);
      if (watcher === undefined) return;
      watcher.questions = message.questions;
      watcher.policy = message.policy;
      return;
    }
    case "sample":
      return await answer(message.camera, async (watcher) => {
        const found = await watcher.push(message.sample);
        if (found !== null) send({ type: "window", camera: message.camera, answer: found });
      });
    case "end":
      return await answer(message.camera, async (watcher) => {
        const found = await watcher.end();
        if (found !== null) send({ type: "window", camera: message.camera, answer: found });
        end(message.camera);
      });
    case "stop":
      for (const camera of [...watchers.keys()]) end(camera);
      await opened?.close();
      port?.close();
  }
}

port.on("message", (message: ToModel) => {
  last = last.then(() => handle(message));
});
