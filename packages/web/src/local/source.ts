/** A source that stays in this browser: a dropped file, or this device's camera. The work is done in a worker. */

import { type Signal, signal as state } from "@preact/signals";
import type { StreamHeader } from "@symbion/core";
import type { FromWorker, ToWorker } from "./messages.ts";

/** Where a local source delivers. */
export type LocalEvents = {
  readonly onRecord: (header: StreamHeader, body: Uint8Array) => void;
  /** A picture of the device's camera; it is closed after the call. */
  readonly onPicture: (frame: VideoFrame) => void;
  /** A sentence for the person; nothing more will come. */
  readonly onFailed: (message: string) => void;
};

/** Size asked of the device's camera. */
const CAMERA = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };

/** The worker that reads the source on the stage, for those who want more of it than its records. */
export const reader: Signal<Worker | null> = state(null);

function startWorker(events: LocalEvents, ending: AbortSignal): Worker {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  reader.value = worker;
  ending.addEventListener(
    "abort",
    () => {
      if (reader.value === worker) reader.value = null;
      worker.terminate();
    },
    { once: true },
  );
  worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
    if (data.type === "record") events.onRecord(data.header, data.body);
    else if (data.type === "failed") events.onFailed(data.message);
    else {
      events.onPicture(data.frame);
      data.frame.close();
    }
  });
  worker.addEventListener("error", (event) => {
    events.onFailed(event.message || "The page's worker could not be started.");
  });
  return worker;
}

/** Plays a file until `signal` aborts. */
export function playFile(file: File, signal: AbortSignal, events: LocalEvents): void {
  const worker = startWorker(events, signal);
  worker.postMessage({ type: "file", file } satisfies ToWorker);
}

/** Why this browser cannot read its own camera's signals, as a sentence; null where it can try. */
export function cameraObstacle(): string | null {
  if (!("VideoEncoder" in globalThis)) {
    return "This browser has no video encoder (WebCodecs), which reading its own camera's motion needs. Current Chrome and Edge have one with H.264.";
  }
  if (navigator.mediaDevices === undefined) {
    return "A browser gives its camera only to pages on this machine (localhost) or over HTTPS.";
  }
  return null;
}

/** Reads this device's camera until `signal` aborts. Failures are told, not thrown. */
export async function playCamera(signal: AbortSignal, events: LocalEvents): Promise<void> {
  const obstacle = cameraObstacle();
  if (obstacle !== null) {
    events.onFailed(obstacle);
    return;
  }
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: CAMERA });
  } catch (error) {
    events.onFailed(cameraProblem(error));
    return;
  }
  const stop = (): void => {
    for (const track of stream.getTracks()) track.stop();
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) {
    stop();
    return;
  }
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  await video.play();
  if (signal.aborted) return;
  // H.264 codes pairs of rows and columns.
  const width = video.videoWidth & ~1;
  const height = video.videoHeight & ~1;
  const frameRate = Math.round(stream.getVideoTracks()[0]?.getSettings().frameRate ?? 30);
  const worker = startWorker(events, signal);
  worker.postMessage({ type: "camera", width, height, frameRate } satisfies ToWorker);
  const next = (): void => {
    if (signal.aborted) return;
    const frame = new VideoFrame(video, {
      timestamp: Math.round(video.currentTime * 1e6),
      visibleRect: { x: 0, y: 0, width, height },
    });
    worker.postMessage({ type: "picture", frame } satisfies ToWorker, [frame]);
    video.requestVideoFrameCallback(next);
  };
  video.requestVideoFrameCallback(next);
}

function cameraProblem(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") {
    return "The browser was not allowed to use the camera. Allow it in the address bar and try again.";
  }
  if (name === "NotFoundError") return "This device has no camera.";
  if (name === "NotReadableError") return "The camera is in use by another program.";
  return `The camera cannot be used: ${error instanceof Error ? error.message : String(error)}`;
}
