/**
 * `@symbion/core`: the few words that every package of Symbion shares. No dependencies; runs in Node.js
 * and in browsers. It stays small: a word enters when two packages need it.
 */

export type {
  CameraState,
  CameraStats,
  CameraStatus,
  DroppedHeader,
  FieldHeader,
  FormatHeader,
  NodeStatus,
  StreamHeader,
  UnitHeader,
} from "./camera.ts";
export { expected, UsageError } from "./errors.ts";
export { maskCredentials } from "./mask.ts";
export { MAX_RECORD_BYTES, packRecord, RecordReader, type StreamRecord } from "./records.ts";
