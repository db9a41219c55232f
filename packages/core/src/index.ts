/**
 * `@symbion/core`: the few words that every package of Symbion shares. No dependencies; runs in Node.js
 * and in browsers. It stays small: a word enters when two packages need it.
 */

export type {
  AlertPage,
  ApiError,
  CameraEdit,
  ChannelInfo,
  ClipPage,
  ConfigDocument,
  ConfigOutcome,
  DeliveryPage,
  DoctorCheck,
  FoundDevice,
  InsightPage,
  LiveEvents,
  Page,
  ProbeResult,
  ReadingSeries,
  RestoreReport,
  Role,
  RuleInfo,
  Session,
  Silence,
  TimelineInsight,
  TimelineStrip,
  TokenInfo,
} from "./api.ts";
export type {
  CameraHeader,
  CameraState,
  CameraStats,
  CameraStatus,
  DroppedHeader,
  FieldHeader,
  FormatHeader,
  NodeStatus,
  StoreStatus,
  StreamHeader,
  UnitHeader,
} from "./camera.ts";
export { expected, UsageError } from "./errors.ts";
export {
  type Alert,
  type AlertState,
  CAMERA_READINGS,
  type Clip,
  type Delivery,
  INSIGHT_KINDS,
  type Insight,
  type InsightKind,
  NODE_READINGS,
  type Quality,
  type Reading,
  type Severity,
  type Suppression,
} from "./insight.ts";
export {
  FORECAST_PATHS,
  type ForecastPath,
  HEALTH_STATES,
  type HealthState,
  type MachineCarrier,
  type MachineCurve,
  type MachineForecast,
  type MachineHealth,
  type MachineKind,
  type MachineSample,
  type MachineSensor,
  type MachineSource,
  type MachineStatus,
  type ModelVersion,
  SENSOR_STATES,
  type SensorState,
  VERSION_REASONS,
  type VersionReason,
} from "./machine.ts";
export { maskCredentials } from "./mask.ts";
export type { CameraArea, PicturePoint, TrackBox } from "./motion.ts";
export { MAX_RECORD_BYTES, packRecord, RecordReader, type StreamRecord } from "./records.ts";
export {
  type CameraWatch,
  WATCH_POLICIES,
  type WatchAnswer,
  type WatchEdit,
  type WatchEvidence,
  type WatchFrame,
  type WatchPolicy,
  type WatchQuestion,
  type WatchStages,
  type WatchState,
  type WatchWindow,
  type WholeReason,
} from "./watch.ts";
