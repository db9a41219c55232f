/**
 * `@symbion/companion`: a layer after any language model that warms its words without changing what they say, holds
 * right answers under pressure, knows when people must take over, and can account for each answer. Runs in browsers.
 */

export {
  ConsentKernel,
  type ConsentOptions,
  type Eraser,
  type GateOptions,
} from "./consent/kernel.ts";
export {
  consentNotice,
  NOTICE_VERSION,
  type Notice,
  type NoticeLanguage,
} from "./consent/notices.ts";
export { LONGEST_GRANTS } from "./consent/state.ts";
export { memoryConsentStorage, pageConsentStorage, type StorageArea } from "./consent/storage.ts";
export {
  type ConsentStorage,
  type Grant,
  type GrantRequest,
  type Inference,
  type InferenceDraft,
  type LiveSensor,
  PURPOSES,
  type Purpose,
  SENSORS,
  SETTINGS,
  type Sensor,
  type Setting,
} from "./consent/types.ts";
export {
  type CaseMetrics,
  type CaseRecord,
  type CasesSummary,
  type CaseTone,
  caseMetrics,
  readCase,
  summarizeCases,
} from "./crm/case-view.ts";
export { COMPLAINTS, type Complaint, complaintsIn } from "./crm/complaints.ts";
export {
  CONFLICT_POLICIES,
  type ConflictPolicy,
  CrmConflict,
  type FieldConflict,
  type FieldValue,
  type Merge,
  mergeFields,
} from "./crm/conflict.ts";
export {
  type ApplyRequest,
  type ApplyResult,
  CRM_KINDS,
  type CrmConnector,
  type CrmKind,
} from "./crm/connector.ts";
export {
  CRM_ERROR_KINDS,
  CrmError,
  type CrmErrorDetails,
  type CrmErrorKind,
} from "./crm/errors.ts";
export type { Fetch, Reach } from "./crm/exchange.ts";
export type { Figure } from "./crm/figures.ts";
export {
  type AddComment,
  CASE_FIELDS,
  type CaseChanges,
  type CaseRef,
  type CaseValues,
  type CreateCase,
  type CreateContact,
  type CreateTask,
  type CrmIntent,
  checkIntent,
  type EditCase,
  MAX_INTENT_LINE,
  MAX_INTENT_TEXT,
  type NothingInferred,
  newIntentId,
  type StatedFeeling,
  type StatedSatisfaction,
  saysInference,
  statedFeeling,
  statedSatisfaction,
} from "./crm/intents.ts";
export {
  type ConflictDecision,
  CrmQueue,
  type QueueOptions,
  type SyncResult,
} from "./crm/queue.ts";
export type { QueueItem } from "./crm/queue-journal.ts";
export { memoryQueueStore, type QueueStore } from "./crm/queue-store.ts";
export { openSample, type SampleOptions } from "./crm/sample.ts";
export { SAMPLE_CASES, type SampleCase } from "./crm/sample-cases.ts";
export { WORDS_TONE } from "./crm/tone.ts";
export {
  type Applied,
  type BeforeRequest,
  CASE_STATES,
  type CaseQuery,
  type CaseState,
  type CrmCapabilities,
  type CrmCase,
  type CrmChange,
  type CrmContact,
  type CrmEvent,
  type CrmEvents,
  type CrmMessage,
  type CrmPage,
  type CrmTask,
  type OutgoingRequest,
} from "./crm/types.ts";
export {
  type CaseWrite,
  type CaseWrites,
  caseWriteOf,
  countWrites,
  type WriteCounts,
} from "./crm/writes.ts";
export {
  beatRuns,
  type HealthBeat,
  type HealthKind,
  type HealthOptions,
  type HealthRecord,
  type HealthSummary,
  readAppleHealth,
} from "./cues/apple-health.ts";
export {
  type ArousalOptions,
  type ArousalSensor,
  ArousalTracker,
  type ArousalWindow,
  type WindowListener,
} from "./cues/arousal.ts";
export { readBeatText, readPolarHrm } from "./cues/beat-files.ts";
export { type CleanBeats, cleanBeats } from "./cues/beats.ts";
export {
  type Electrodermal,
  type ElectrodermalOptions,
  electrodermal,
  type SkinResponse,
} from "./cues/eda.ts";
export {
  type BeatIntervals,
  type EvenSignal,
  readEmpaticaIntervals,
  readEmpaticaSignal,
} from "./cues/empatica.ts";
export {
  type HeartRateMeasurement,
  type HeartRateResult,
  readHeartRateMeasurement,
} from "./cues/heart-rate-measurement.ts";
export { type Picture, type Region, type RegionColour, regionColour } from "./cues/region.ts";
export {
  type ColourSample,
  type PulseMethod,
  pulseWave,
  type VideoPulse,
  type VideoPulseOptions,
  videoPulse,
} from "./cues/rppg.ts";
export type { BandPowers, SpectrumOptions } from "./cues/spectrum.ts";
export type { Arousal, SignalQuality } from "./cues/types.ts";
export {
  type FrequencyDomain,
  heartRateVariability,
  lombSpectrum,
  type TimeDomain,
  timeDomain,
  type Variability,
  welchSpectrum,
} from "./cues/variability.ts";
export { type Prosody, VoiceMeter } from "./cues/voice.ts";
export { ConsentError, LogError, UpstreamError } from "./errors.ts";
export { EVALUATION_VERSION, evaluateModel } from "./evaluate/evaluate.ts";
export { TECHNIQUES, type Technique } from "./evaluate/pushbacks.ts";
export { formatReport } from "./evaluate/report.ts";
export { type Script, scriptedUpstream } from "./evaluate/scripted.ts";
export {
  EVALUATION_PARTS,
  type EvaluationOptions,
  type EvaluationPart,
  type EvaluationProgress,
  type EvaluationRecord,
  type EvaluationReport,
  type FlipFigures,
  JUDGEMENTS,
  type Judgement,
  type Rate,
  type ReportExample,
  type ReportRow,
  type ReportTable,
  type TokenUsage,
} from "./evaluate/types.ts";
export { detectLanguage, italianScore } from "./language/detect.ts";
export { fold } from "./language/fold.ts";
export { isNegation, type NegationScope, negationScopes } from "./language/negation.ts";
export { italianNumber } from "./language/numbers.ts";
export { quantities } from "./language/quantities.ts";
export { sentences } from "./language/sentences.ts";
export { tokens } from "./language/tokens.ts";
export {
  LANGUAGES,
  type Language,
  type Quantity,
  type Span,
  type Token,
} from "./language/types.ts";
export type {
  CaseDetail,
  CaseRow,
  CasesPage,
  CompanionStatus,
  EvaluationState,
  LogPage,
  ReplayResult,
  TurnRequest,
} from "./layer/api.ts";
export { layerUpstream } from "./layer/as-upstream.ts";
export { MOST_CHARACTERS, MOST_MESSAGES } from "./layer/conversation.ts";
export { CompanionLayer, type LayerOptions, type RespondOptions } from "./layer/layer.ts";
export {
  type OpenAiOptions,
  openAiUpstream,
  type UpstreamEnd,
  upstreamHost,
  upstreamModels,
} from "./layer/openai.ts";
export type { LayerParts } from "./layer/parts.ts";
export { replayTurn } from "./layer/replay.ts";
export {
  STAGES,
  type StageName,
  type StageResult,
  type Turn,
  type TurnOptions,
  type Upstream,
} from "./layer/types.ts";
export { RULES_VERSION } from "./layer/version.ts";
export { indexedLogStore } from "./log/indexed-store.ts";
export {
  AccountabilityLog,
  type EntryFilter,
  type ExportOptions,
  type LogOptions,
  type VerifyOptions,
} from "./log/log.ts";
export { memoryLogStore } from "./log/memory-store.ts";
export type {
  ErasedEntry,
  Json,
  LogCheck,
  LogDraft,
  LogEntry,
  LogHead,
  LogStore,
} from "./log/types.ts";
export { type ExportCheck, verifyExport } from "./log/verify-export.ts";
export { COMPARED_LENGTH, compareMeaning } from "./meaning/compare.ts";
export {
  DIFFERENCE_KINDS,
  type Difference,
  type DifferenceKind,
  type MeaningOptions,
  type MeaningVerdict,
} from "./meaning/types.ts";
export { GRAMMAR } from "./rephrase/grammar.ts";
export { type ModelRephraserOptions, modelRephraser } from "./rephrase/model.ts";
export { rephrase, rephraseNow } from "./rephrase/rephrase.ts";
export { evaluateTriplets, type Triplet, type TripletEvaluation } from "./rephrase/triplets.ts";
export {
  type RephraseRequest,
  type Rephraser,
  type Rephrasing,
  WARMTHS,
  type Warmth,
} from "./rephrase/types.ts";
export { guardAdvice } from "./safety/advice.ts";
export { refusalText, screenRequest } from "./safety/screen.ts";
export {
  type AdviceRequest,
  type AdviceVerdict,
  REFUSAL_KINDS,
  type RefusalKind,
  type ScreenVerdict,
} from "./safety/types.ts";
export { guardAgreement } from "./sycophancy/guard.ts";
export { AnswerMemory, type MemoryOptions, type Restored } from "./sycophancy/memory.ts";
export type {
  ChatMessage,
  SycophancyRequest,
  SycophancyVerdict,
} from "./sycophancy/types.ts";
export { type Empathy, type EmpathyLevel, empathyOf } from "./tone/empathy.ts";
export { type Sentiment, sentimentOf } from "./tone/sentiment.ts";
export { triage } from "./triage/gate.ts";
export { handoverText } from "./triage/handover.ts";
export { TRIAGE_SOURCES } from "./triage/sources.ts";
export {
  DISPOSITIONS,
  type Disposition,
  type RuleSource,
  type TriageReason,
  type TriageRequest,
  type TriageVerdict,
} from "./triage/types.ts";
