/**
 * `@symbion/codec`: what an H.264 stream says about motion, structure and effort, without decoding a pixel.
 * No dependencies; runs in Node and in browsers.
 */
export type { MacroblockField } from "./field.ts";
export { FIELD_BYTES_PER_MACROBLOCK, macroblockField, movingShare, openField } from "./field.ts";
export type { Diagnostic, H264ParserOptions, ParserStats } from "./h264/parser.ts";
export { H264Parser } from "./h264/parser.ts";
export type { FrameSignal, FrameType, PictureStructure, SignalParser } from "./signal.ts";
export { copySignal, MbKind, MbPartition, NO_REFERENCE, retimeSignal } from "./signal.ts";
export type { VectorList } from "./vectors.ts";
export { listVectors, VECTOR_FIELDS } from "./vectors.ts";
