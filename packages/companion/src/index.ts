/**
 * `@symbion/companion`: a layer after any language model that warms its words without changing what they say, holds
 * right answers under pressure, knows when people must take over, and can account for each answer. Runs in browsers.
 */

export {
  type Grant,
  PURPOSES,
  type Purpose,
  SENSORS,
  SETTINGS,
  type Sensor,
  type Setting,
} from "./consent/types.ts";
export type { Arousal, SignalQuality } from "./cues/types.ts";
export { ConsentError, LogError, UpstreamError } from "./errors.ts";
export {
  LANGUAGES,
  type Language,
  type Quantity,
  type Span,
  type Token,
} from "./language/types.ts";
export {
  STAGES,
  type StageName,
  type StageResult,
  type Turn,
  type TurnOptions,
  type Upstream,
} from "./layer/types.ts";
export type { ErasedEntry, Json, LogCheck, LogDraft, LogEntry, LogStore } from "./log/types.ts";
export {
  DIFFERENCE_KINDS,
  type Difference,
  type DifferenceKind,
  type MeaningOptions,
  type MeaningVerdict,
} from "./meaning/types.ts";
export {
  type RephraseRequest,
  type Rephraser,
  type Rephrasing,
  WARMTHS,
  type Warmth,
} from "./rephrase/types.ts";
export {
  type AdviceRequest,
  type AdviceVerdict,
  REFUSAL_KINDS,
  type RefusalKind,
  type ScreenVerdict,
} from "./safety/types.ts";
export type {
  ChatMessage,
  SycophancyRequest,
  SycophancyVerdict,
} from "./sycophancy/types.ts";
export {
  DISPOSITIONS,
  type Disposition,
  type RuleSource,
  type TriageReason,
  type TriageRequest,
  type TriageVerdict,
} from "./triage/types.ts";
