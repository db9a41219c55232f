/**
 * `@symbion/vision`: a vision-language model over a video stream. The codec's own signals decide which blocks of a
 * picture the model sees again; what it has seen stays in a slot-addressed cache; questions branch off from it. Runs in
 * Node and in browsers.
 */

export {
  type BranchTokens,
  type Computed,
  type PictureTokens,
  StreamMemory,
} from "./memory/memory.ts";
export {
  checkRefresh,
  type Drift,
  REFRESH,
  RefreshGate,
  type RefreshMode,
  type RefreshPolicy,
} from "./memory/refresh.ts";
export * from "./planner/index.ts";
export { type GemmaLayoutOptions, gemmaLayout } from "./stream/gemma.ts";
export { type Placed, type PromptLayout, placePicture, type TextCodec } from "./stream/layout.ts";
export { miniLayout } from "./stream/mini-layout.ts";
export type { BlockSource } from "./stream/pixels.ts";
export type { FullReason, Question, Sample, Shown, WindowAnswer } from "./stream/types.ts";
export {
  type WatchStreamOptions,
  type WindowShape,
  watchStream,
  windowShape,
} from "./stream/watch-stream.ts";
export { Watcher, type WatcherOptions } from "./stream/watcher.ts";
