/** Signals in a browser: files in a worker, the page's own camera, and pixels through WebCodecs. */

export {
  type CameraOptions,
  CameraSignals,
  type EncoderSupport,
  isEncoderSupported,
} from "./camera.ts";
export { type CompactFrame, compactFrame } from "./compact.ts";
export { webCodecsPixels } from "./pixels.ts";
export {
  type MessagePortLike,
  serveSignals,
  type VideoInfo,
  type WorkerFrame,
  type WorkerReply,
  type WorkerRequest,
  workerSignals,
} from "./worker.ts";
