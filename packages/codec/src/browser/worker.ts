/**
 * Parsing in a Worker, so that a page stays responsive. The worker file of an application is two lines:
 *
 *     import { serveSignals } from "@symbion/codec/browser";
 *     serveSignals(self);
 *
 * Frames travel one way and credits the other: the worker is never more than {@link WINDOW} frames ahead.
 */

import { MediaError, type MediaErrorCode } from "../containers/errors.ts";
import { openVideo } from "../containers/open.ts";
import { signals } from "../containers/signals.ts";
import { type CompactFrame, compactFrame } from "./compact.ts";

/** Frames a worker may be ahead of its page. */
const WINDOW = 8;

/** What a page sends to a {@link serveSignals} worker. */
export type WorkerRequest =
  | { readonly type: "open"; readonly source: Blob; readonly name: string }
  | { readonly type: "credit" };

/** What a {@link serveSignals} worker sends to its page. */
export type WorkerReply =
  | { readonly type: "info"; readonly info: VideoInfo }
  | { readonly type: "frame"; readonly frame: CompactFrame; readonly cpuMs: number }
  | { readonly type: "end" }
  | {
      readonly type: "error";
      /** Why; `internal` is a defect of ours. */
      readonly code: MediaErrorCode | "internal";
      /** What was expected, what came, where. */
      readonly message: string;
    };

/** What is known of a video before its first frame. */
export type VideoInfo = {
  /** Name of the container. */
  readonly container: string;
  /** Width in pixels; undefined in a raw byte stream. */
  readonly width: number | undefined;
  /** Height in pixels, likewise. */
  readonly height: number | undefined;
  /** Frames per second, where known. */
  readonly frameRate: number | undefined;
};

/** The part of a worker's global scope, or of a Worker, that is used. */
export type MessagePortLike = {
  /** Sends a message to the other side. */
  postMessage(message: unknown, transfer?: Transferable[]): void;
  /** Listens to the other side. */
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
};

/** Answers a page's requests inside a dedicated worker; call it once with `self`. One video per worker. */
export function serveSignals(scope: MessagePortLike): void {
  let credits = WINDOW;
  let resume: () => void = () => undefined;
  const reply = (message: WorkerReply, transfer?: Transferable[]): void =>
    scope.postMessage(message, transfer);

  const run = async (source: Blob, name: string): Promise<void> => {
    const video = await openVideo(source, { name });
    try {
      const { container, width, height, frameRate } = video;
      reply({ type: "info", info: { container, width, height, frameRate } });
      let since = performance.now();
      for await (const frame of signals(video)) {
        const compact = compactFrame(frame);
        const cpuMs = performance.now() - since;
        reply({ type: "frame", frame: compact, cpuMs }, [compact.field.buffer]);
        credits--;
        if (credits === 0) {
          await new Promise<void>((resolve) => {
            resume = resolve;
          });
        }
        since = performance.now();
      }
      reply({ type: "end" });
    } finally {
      await video.close();
    }
  };

  scope.addEventListener("message", (event: MessageEvent<WorkerRequest>) => {
    const request = event.data;
    if (request.type === "credit") {
      credits++;
      resume();
      return;
    }
    run(request.source, request.name).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      reply({
        type: "error",
        code: error instanceof MediaError ? error.code : "internal",
        message,
      });
    });
  });
}

/** A frame from a worker, with the time its parsing took there. */
export type WorkerFrame = {
  /** The frame's signal. */
  readonly frame: CompactFrame;
  /** Milliseconds the worker spent on this frame, reading included. */
  readonly cpuMs: number;
};

/**
 * Parses `source` in `worker` (one that runs {@link serveSignals}) and yields its frames. The worker is terminated
 * at the end. Throws {@link MediaError}.
 */
export async function* workerSignals(
  worker: Worker,
  source: Blob,
  options: { readonly name?: string; readonly onInfo?: (info: VideoInfo) => void } = {},
): AsyncGenerator<WorkerFrame, void, void> {
  const name = options.name ?? (source instanceof File ? source.name : "input");
  const queue: WorkerReply[] = [];
  let wake: () => void = () => undefined;
  worker.addEventListener("message", (event: MessageEvent<WorkerReply>) => {
    queue.push(event.data);
    wake();
  });
  worker.addEventListener("error", (event) => {
    queue.push({ type: "error", code: "internal", message: `${name}: ${event.message}` });
    wake();
  });
  const send = (request: WorkerRequest): void => worker.postMessage(request);
  send({ type: "open", source, name });
  try {
    while (true) {
      const reply = queue.shift();
      if (reply === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else if (reply.type === "info") options.onInfo?.(reply.info);
      else if (reply.type === "frame") {
        yield { frame: reply.frame, cpuMs: reply.cpuMs };
        send({ type: "credit" });
      } else if (reply.type === "error") {
        const prefix = `${name}: `;
        const what = reply.message.startsWith(prefix)
          ? reply.message.slice(prefix.length)
          : reply.message;
        throw new MediaError(reply.code === "internal" ? "damaged" : reply.code, name, what);
      } else return;
    }
  } finally {
    worker.terminate();
  }
}
