/** Containers to H.264 access units and signals, in Node and in browsers. Needs mediabunny. */

export { AnnexBSplitter, type AnnexBUnit } from "./annexb.ts";
export type { MediaSource, RandomAccess } from "./bytes.ts";
export { codecString } from "./codec-string.ts";
export { MediaError, type MediaErrorCode } from "./errors.ts";
export { type FlvItem, FlvReader } from "./flv.ts";
export {
  type AccessUnit,
  abortable,
  type Container,
  type OpenOptions,
  openVideo,
  type Video,
} from "./open.ts";
export { asLive, type LiveOptions } from "./pacing.ts";
export type { FramesOptions, Picture, PixelOptions, PixelSource } from "./pixels.ts";
export {
  type ReadSignalsOptions,
  readSignals,
  type SignalOptions,
  type SignalTotals,
  signals,
} from "./signals.ts";
