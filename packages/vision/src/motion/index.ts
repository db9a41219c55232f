/**
 * `@symbion/vision/motion`: what moves in front of a camera, from the stream's own signals, without a pixel or a
 * model. Runs in Node and in browsers.
 */

export { MotionAnalyzer } from "./analyzer.ts";
export { checkAreas } from "./check-areas.ts";
export type { MotionOptions, Sensitivity } from "./options.ts";
export type {
  Area,
  CameraMotion,
  MotionEvent,
  MotionEventKind,
  MotionFrame,
  Point,
  Region,
  Track,
} from "./types.ts";
