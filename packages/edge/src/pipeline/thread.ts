/** Entry of a camera thread: several cameras on one worker, told what to do by {@link ToThread} messages. */

import { parentPort, type Transferable } from "node:worker_threads";
import { openInput } from "@symbion/codec/node";
import { Camera, type CameraHost } from "./camera.ts";
import type { FromThread, ToThread } from "./messages.ts";

/** How often counts are told, in milliseconds. */
const COUNT_INTERVAL = 1000;

const port = parentPort;
if (port === null)
  throw new Error("thread.ts: expected to run in a worker thread, got the main one");

const cameras = new Map<string, Camera>();

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
  onChange: (change) => send({ type: "change", change }),
  onRecord: (message) => send(message, [message.record.buffer]),
  cpuMs: threadCpuMs,
};

const timer = setInterval(() => {
  send({
    type: "counts",
    threadCpuMs: threadCpuMs(),
    cameras: [...cameras.values()].map((camera) => camera.counts),
  });
}, COUNT_INTERVAL);

port.on("message", (message: ToThread) => {
  switch (message.type) {
    case "start": {
      const camera = new Camera(message.camera, host);
      cameras.set(message.camera.id, camera);
      void camera.run();
      break;
    }
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
      for (const camera of cameras.values()) camera.stop();
      clearInterval(timer);
      port.close();
      break;
  }
});
