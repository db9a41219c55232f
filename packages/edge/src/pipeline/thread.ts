/** Entry of a camera thread: several cameras on one worker, told what to do by {@link ToThread} messages. */

import { parentPort, type Transferable } from "node:worker_threads";
import { openInput } from "@symbion/codec/node";
import { ClipRecorder } from "../store/clip-recorder.ts";
import { Camera, type CameraHost } from "./camera.ts";
import type { FromThread, ToThread } from "./messages.ts";

/** How often counts are told, in milliseconds; and how soon after a camera has become live. */
const COUNT_INTERVAL = 1000;
const FIRST_COUNT = 100;

const port = parentPort;
if (port === null)
  throw new Error("thread.ts: expected to run in a worker thread, got the main one");

const cameras = new Map<string, Camera>();
let clipFolder: string | null = null;

function send(message: FromThread, transfer: readonly Transferable[] = []): void {
  port?.postMessage(message, transfer);
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const host: CameraHost = {
  open: ({ id, source, loop, realtime }, signal) =>
    "url" in source
      ? openInput(source.url, { signal, name: id })
      : openInput(source.file, { signal, loop, realtime }),
  onChange: (change) => {
    send({ type: "change", change });
    // Nobody has to wait a second to see that frames arrive.
    if (change.state === "live") setTimeout(tellCounts, FIRST_COUNT).unref();
  },
  onRecord: (message) => send(message, [message.record.buffer]),
  onInsight: (insight) => send({ type: "insight", insight }),
  onPlan: (frame) => send({ type: "plan", frame }),
  onSample: (id, sample) => {
    const { pixels } = sample;
    send(
      { type: "sample", id, sample },
      pixels === null ? [] : [pixels.pixels.buffer as ArrayBuffer],
    );
  },
  onFed: (id, problem) => send({ type: "fed", id, problem }),
  recorder: ({ id, record }) => {
    if (clipFolder === null || record === null) return null;
    return new ClipRecorder({
      folder: clipFolder,
      source: id,
      before: record.before,
      after: record.after,
      onClip: (clip) => send({ type: "clip", clip }),
      onProblem: (text) => send({ type: "note", id, text }),
    });
  },
  cpuMs: threadCpuMs,
};

function tellCounts(): void {
  send({
    type: "counts",
    threadCpuMs: threadCpuMs(),
    cameras: [...cameras.values()].map((camera) => camera.takeCounts()),
  });
}

const timer = setInterval(tellCounts, COUNT_INTERVAL);

port.on("message", (message: ToThread) => {
  switch (message.type) {
    case "start": {
      clipFolder = message.clipFolder;
      const camera = new Camera(message.camera, host);
      cameras.set(message.camera.id, camera);
      void camera.run();
      break;
    }
    case "end": {
      const { id } = message;
      const camera = cameras.get(id);
      cameras.delete(id);
      void camera?.stop();
      break;
    }
    case "areas":
      cameras.get(message.id)?.setAreas(message.areas);
      break;
    case "watch":
      cameras.get(message.id)?.watch(message.settings);
      break;
    case "keep-whole":
      cameras.get(message.id)?.keepWhole();
      break;
    case "join": {
      const records = cameras.get(message.id)?.join() ?? [];
      const { id, subscriber } = message;
      send(
        { type: "joined", id, subscriber, records },
        records.map((record) => record.buffer),
      );
      break;
    }
    case "unwatch":
      cameras.get(message.id)?.unwatch();
      break;
    case "keyframe": {
      const stream = cameras.get(message.id)?.lastKeyframe() ?? null;
      send({ type: "keyframe", request: message.request, stream });
      break;
    }
    case "stop":
      clearInterval(timer);
      void Promise.all([...cameras.values()].map((camera) => camera.stop())).then(() =>
        port.close(),
      );
      break;
  }
});
