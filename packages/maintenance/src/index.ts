/**
 * `@symbion/maintenance`: health of machines from their sensors, in Node.js and in browsers. Stages are named after
 * ISO 13374: acquisition, manipulation, detection, health assessment, prognosis, advisory.
 */

export { type DerivedChannel, Deriver, deriveChannels } from "./acquisition/derive.ts";
export {
  type FusedRow,
  type FuserState,
  type FusionOptions,
  RowFuser,
  SAMPLE_FLAGS,
  type SampleFlag,
  type SensorRecord,
} from "./acquisition/row-fuser.ts";
export {
  TABLE_FLAGS,
  type TableCell,
  TableCollector,
  type TableFinding,
  type TableFlag,
  type TableOptions,
  TableReader,
  type TableReading,
  type TableRow,
} from "./acquisition/table.ts";
export { type Conversion, conversion, convert } from "./acquisition/units.ts";
export { type Advisable, advise } from "./advisory/advise.ts";
export { BoostingError } from "./boosting/errors.ts";
export { fitBoosting } from "./boosting/fit.ts";
export { importLightgbm } from "./boosting/import-lightgbm.ts";
export { importXgboost } from "./boosting/import-xgboost.ts";
export {
  BoostedTrees,
  type BoostedTreesParts,
  type ColumnImportance,
  type Contributions,
  type Link,
} from "./boosting/trees.ts";
export type { BoostingLoss, BoostingOptions, Matrix } from "./boosting/types.ts";
export { type AutoencoderOptions, fitAutoencoder } from "./detection/autoencoder.ts";
export {
  type Calibration,
  calibrate,
  calibrateRuns,
  Debounce,
  type DebounceOptions,
  debounced,
} from "./detection/calibrate.ts";
export { DetectionError } from "./detection/errors.ts";
export { type ForestOptions, fitForest } from "./detection/forest.ts";
export { fitPrincipal, type PrincipalOptions } from "./detection/principal.ts";
export {
  type AnomalyDetector,
  DETECTOR_KINDS,
  type DetectorKind,
  type SensorRows,
  type Unusual,
} from "./detection/types.ts";
export { CalibratedDetector, decodeDetector, MachineWatch } from "./detection/watch.ts";
export {
  CMAPSS_CAP,
  CMAPSS_CHANNELS,
  CMAPSS_SETS,
  type CmapssSet,
  parseCmapss,
  parseCmapssRemaining,
} from "./evaluation/cmapss.ts";
export { type EvaluateOptions, evaluateCmapss } from "./evaluation/evaluate.ts";
export { type EvaluateTreesOptions, evaluateTrees } from "./evaluation/evaluate-trees.ts";
export {
  type Missing,
  maskFleet,
  missingText,
  NOTHING_MISSING,
  parseMissing,
  silenceSensors,
} from "./evaluation/masks.ts";
export type { ByConvention, CmapssResult } from "./evaluation/result.ts";
export {
  STREAM_SCHEDULE,
  type StreamOptions,
  type StreamResult,
  streamCmapss,
} from "./evaluation/stream.ts";
export { type Channel, type Fleet, lifeLeft, type Run, STATE_CODE, sliceRun } from "./fleet.ts";
export { Adwin, type AdwinOptions, type AdwinState } from "./learning/adwin.ts";
export type { LifeError } from "./learning/errors.ts";
export { type FitKindOptions, fitKind } from "./learning/fit-kind.ts";
export { KindModel, type KindModelParts } from "./learning/kind-model.ts";
export { runLearningJob } from "./learning/learning-job.ts";
export { createMonitor, type MonitorOptions, restoreMonitor } from "./learning/monitor.ts";
export {
  PageHinkley,
  type PageHinkleyOptions,
  type PageHinkleyState,
} from "./learning/page-hinkley.ts";
export type {
  KindDeclaration,
  KindMonitor,
  LearnedVersion,
  LearningJob,
  SensorDeclaration,
} from "./learning/types.ts";
export {
  FeatureStream,
  featureNames,
  featureSensors,
  features,
  REFERENCE_FEATURES,
} from "./manipulation/features.ts";
export {
  type IndicatorOptions,
  IndicatorProjector,
  type Indicators,
  learnIndicators,
} from "./manipulation/indicators.ts";
export {
  NO_REGIME,
  Normaliser,
  type NormaliserState,
  type RegimeStatistics,
  UNSEEN_REGIME,
} from "./manipulation/normaliser.ts";
export { NormaliserLearner } from "./manipulation/normaliser-learner.ts";
export type { FeatureSpec, FeatureTable, NormalisedRun } from "./manipulation/types.ts";
export { type RulErrors, rulErrors } from "./metrics.ts";
export {
  CheckpointEmbedder,
  type EmbeddingCheckpoint,
} from "./missing/checkpoint-embedder.ts";
export { ConditionModel, type ConditionOptions } from "./missing/conditions.ts";
export { CountDown, type CountDownLessons, type Trusted } from "./missing/count-down.ts";
export {
  type Curriculum,
  drawLoss,
  type Loss,
  lose,
  NO_LOSS,
  REFERENCE_CURRICULUM,
} from "./missing/curriculum.ts";
export { DenseNetwork } from "./missing/dense.ts";
export { ClauseVectors, type TextEmbedder } from "./missing/embedder.ts";
export {
  type MissingForecast,
  MissingSensors,
  type MissingSensorsOptions,
  MissingStream,
} from "./missing/missing-sensors.ts";
export { type NeighbourOptions, Neighbours } from "./missing/neighbours.ts";
export {
  CHOICES,
  type Choice,
  Selection,
  type SelectionState,
  situationKey,
  situationText,
} from "./missing/selection.ts";
export { SensorEmbedder } from "./missing/sensor-embedder.ts";
export { SentenceWriter } from "./missing/sentences.ts";
export {
  REFERENCE_STUDENT,
  type StudentLessons,
  type StudentOptions,
  trainStudent,
} from "./missing/student.ts";
export { teach } from "./missing/teacher.ts";
export { WearModel, type WearState } from "./missing/wear.ts";
export { type Situation, WearStream, wearFeatureNames } from "./missing/wear-stream.ts";
export {
  type Interval,
  type IntervalOptions,
  type IntervalState,
  Intervals,
  type JudgedLife,
} from "./prognosis/intervals.ts";
export {
  LIFE_MEMBERS,
  type LifeMember,
  LifeStream,
  LifeTrees,
  type LifeTreesOptions,
} from "./prognosis/life-trees.ts";
export type { Cell } from "./recurrent/cells.ts";
export { RecurrentError } from "./recurrent/errors.ts";
export {
  fitRecurrent,
  type RecurrentFitOptions,
  type RecurrentProgress,
} from "./recurrent/fit.ts";
export {
  type RecurrentAnswer,
  RecurrentModel,
  type RecurrentParts,
  type RecurrentProgram,
  type RecurrentStream,
} from "./recurrent/model.ts";
export {
  FUSIONS,
  type Fusion,
  fitStacked,
  StackedModel,
  type StackedOptions,
  type StackedParts,
  type StackedStream,
} from "./recurrent/stacked.ts";
export {
  FleetSimulator,
  type LifeEnd,
  type LivesOptions,
  SENSOR_FAULTS,
  type SensorFault,
  type SensorFaultKind,
  SIMULATED_KINDS,
  type SimulatedMachine,
  type SimulatedPosition,
  type SimulatedRow,
  type SimulatedTruth,
  type SimulatorOptions,
  simulatedKind,
  simulatedMachines,
  simulateLives,
} from "./simulator/index.ts";
