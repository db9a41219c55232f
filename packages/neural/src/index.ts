/** Neural networks on the device: graphs, what runs them, and where their weights come from. */

export { type Gemma4AudioConfig, parseGemma4AudioConfig } from "./audio/config.ts";
export { type Gemma4Audio, type Gemma4AudioOptions, openGemma4Audio } from "./audio/encoder.ts";
export {
  GEMMA4_AUDIO_MAX_SAMPLES,
  GEMMA4_AUDIO_RATE,
  GEMMA4_MEL_BINS,
  gemma4AudioTokens,
  type MelFeatures,
  melFeatures,
  melFrames,
} from "./audio/features.ts";
export { resample } from "./audio/resample.ts";
export { monoAt, readWav, type Sound, SoundError } from "./audio/wav.ts";
export { gradients } from "./autodiff/gradients.ts";
export {
  Checkpoint,
  type CheckpointTensor,
  openCheckpoint,
  SCALES,
  shardsOf,
} from "./checkpoint/checkpoint.ts";
export { encodeCompact } from "./checkpoint/compact.ts";
export { type CheckpointType, toFloat16, toFloat32 } from "./checkpoint/dtypes.ts";
export { CheckpointError } from "./checkpoint/errors.ts";
export {
  CheckpointParameters,
  type CheckpointParametersOptions,
  type Precision,
  type WeightKind,
} from "./checkpoint/parameters.ts";
export {
  type Bits,
  BLOCK,
  type BlockLength,
  codeBytes,
  dequantise,
  quantise,
  quantiseRows,
  ROW_CODE,
} from "./checkpoint/quantise.ts";
export {
  encodeSafetensors,
  MAX_HEADER,
  parseHeader,
  readHeader,
  type SafetensorsHeader,
  type TensorInfo,
  type WrittenTensor,
} from "./checkpoint/safetensors.ts";
export { type ByteSource, memorySource } from "./checkpoint/source.ts";
export {
  MemoryWeights,
  type WeightFile,
  type WeightStore,
  type WritePiece,
} from "./checkpoint/weight-store.ts";
export {
  blockSizeOf,
  type Gemma4Config,
  type Gemma4TextConfig,
  type Gemma4Tokens,
  type Gemma4VisionConfig,
  keyValueLayer,
  type LayerKind,
  ownLayers,
  parseGemma4Config,
  type RopeConfig,
} from "./gemma4/config.ts";
export {
  type BlockGrid,
  GEMMA4_BUDGETS,
  gemma4Grid,
  gemma4ResizeImage,
  imageBlocks,
} from "./gemma4/images.ts";
export { type Gemma4Options, openGemma4 } from "./gemma4/model.ts";
export { PatchPlacer, type PatchPlaces } from "./gemma4/places.ts";
export { gemma4Precision } from "./gemma4/precision.ts";
export { GEMMA4_E2B, GEMMA4_E4B, type MiniGemma4Options, miniGemma4 } from "./gemma4/presets.ts";
export { gemma4Shapes } from "./gemma4/shapes.ts";
export {
  gemma4Embeddings,
  gemma4Head,
  gemma4Layers,
  type KeyValueStore,
  type KeyValues,
  type KindInputs,
  type LayersInputs,
  PassStore,
  perLayerRows,
} from "./gemma4/text.ts";
export {
  blockFeeds,
  gemma4Blocks,
  gemma4Sequence,
  type SequenceInputs,
  sequenceFeeds,
} from "./gemma4/training.ts";
export {
  gemma4Patches,
  gemma4Project,
  gemma4Vision,
  type PatchInputs,
  type VisionInputs,
} from "./gemma4/vision.ts";
export { Constraint, TokenMasks } from "./generate/constraint.ts";
export { GenerationError, type GenerationReason } from "./generate/error.ts";
export { type Gemma4LayoutOptions, gemma4Layout } from "./generate/gemma4-layout.ts";
export {
  checkOptions,
  type FinishReason,
  type GeneratedEnd,
  type GeneratedEvent,
  type GeneratedSpan,
  type GeneratedToken,
  type GenerateOptions,
  generate,
  generateText,
  type SpanTokens,
} from "./generate/generate.ts";
export {
  countPrompt,
  fillPrompt,
  type MediaLayout,
  type PromptPart,
  TEXT_ONLY,
  type VideoFrame,
} from "./generate/prompt.ts";
export { freshSeed, Random } from "./generate/random.ts";
export {
  type Drawn,
  Sampler,
  type SamplingOptions,
  type TokenLogprob,
} from "./generate/sampler.ts";
export {
  type JsonGrammar,
  type JsonSchema,
  jsonObjectGrammar,
  jsonSchemaGrammar,
} from "./generate/schema.ts";
export { StopFilter } from "./generate/stop.ts";
export type { TextStream, TextTokenizer } from "./generate/tokenizer.ts";
export { TokenTrie } from "./generate/trie.ts";
export { type ConvOptions, Graph, MICROSOFT, type Result } from "./graph/graph.ts";
export * from "./graph/types.ts";
export {
  type Activation,
  linear,
  mlp,
  type TransformerOptions,
  transformerBlock,
} from "./layers/dense.ts";
export { gru, lstm, type RecurrentOptions, type RecurrentResult } from "./layers/recurrent.ts";
export {
  type AttentionStyle,
  attend,
  foldMask,
  type Heads,
  headNorm,
  joinHeads,
  type RotaryTable,
  rotate,
  TRAINING_STYLE,
} from "./model/attention.ts";
export { type CachedLayer, checkStep, SlotCache } from "./model/cache.ts";
export { ModelConfigError } from "./model/config-error.ts";
export { loadGraph } from "./model/load.ts";
export { causalMask, type SlotState, slotMask, UNSEEN } from "./model/masks.ts";
export { RotaryPositions, type RotaryRows } from "./model/rope.ts";
export * from "./model/types.ts";
export { encodeModel, OPSET } from "./onnx/encode.ts";
export { HostParameters, type HostWeights } from "./parameters/host.ts";
export { type BlockMatrix, blockProduct, byteProduct } from "./parameters/products.ts";
export { TrainableParameters } from "./parameters/trainable.ts";
export type { LinearOptions, Parameters, RowReader } from "./parameters/types.ts";
export * from "./runtime/types.ts";
export {
  parseSmolVlmConfig,
  type SmolVlmConfig,
  type SmolVlmTextConfig,
  type SmolVlmVisionConfig,
  smolVlmBlockSize,
} from "./smolvlm/config.ts";
export {
  planSmolVlmImage,
  type SmolVlmImageOptions,
  type SmolVlmLayout,
  type SmolVlmTiles,
  smolVlmImagePrompt,
  splitSmolVlmImage,
} from "./smolvlm/images.ts";
export { type SmolVlmLayoutOptions, smolVlmLayout } from "./smolvlm/layout.ts";
export { openSmolVlm, type SmolVlmOptions } from "./smolvlm/model.ts";
export { type RgbImage, resizeBicubic, resizeLanczos } from "./smolvlm/resize.ts";
export {
  SmolVlmLayers,
  type SmolVlmRowInputs,
  smolVlmEmbeddings,
  smolVlmHead,
} from "./smolvlm/text.ts";
export { type SmolVlmVisionInputs, smolVlmVision, smolVlmVisionFeeds } from "./smolvlm/vision.ts";
export { TokenizerError } from "./tokenizer/errors.ts";
export type { DecodeStream } from "./tokenizer/stream.ts";
export {
  type ChatMessage,
  type ChatOptions,
  loadTokenizer,
  type SpecialTokens,
  Tokenizer,
  type TokenizerFiles,
  type TokenizerOptions,
} from "./tokenizer/tokenizer.ts";
export {
  ADAMW_NAMES,
  type AdamWNames,
  type AdamWOptions,
  adamW,
  adamWNumbers,
} from "./train/adamw.ts";
export {
  constantly,
  gaussian,
  type Initialiser,
  initialiserFor,
  normal,
  orthogonal,
  uniform,
  xavier,
} from "./train/initialisers.ts";
export { binaryCrossEntropy, crossEntropy, huber, quantile, squaredError } from "./train/losses.ts";
export { Patience, type ScheduleOptions, warmupCosine } from "./train/schedule.ts";
export {
  type Evaluation,
  type Feeds,
  type Network,
  type Objective,
  type StepResult,
  Trainer,
  type TrainerOptions,
  TrainingError,
} from "./train/trainer.ts";
