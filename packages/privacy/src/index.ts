/**
 * `@symbion/privacy`: differential privacy that is exact. Imports nothing; runs in Node.js and in browsers.
 */

export { account, accountAll } from "./accounting/account.ts";
export { gaussianDelta, gaussianEpsilon, gaussianSigma } from "./accounting/gaussian.ts";
export { RDP_ORDERS, type RdpBound, rdpEpsilon } from "./accounting/rdp.ts";
export type {
  AccountMethod,
  AccountRequest,
  AccountResult,
  MechanismName,
} from "./accounting/types.ts";
export { MECHANISMS } from "./accounting/types.ts";
export { zcdpDelta, zcdpEpsilon, zcdpRho } from "./accounting/zcdp.ts";
export type {
  Attacker,
  AttackOptions,
  Measured,
  Membership,
  ReconstructionOptions,
} from "./attacks/attacks.ts";
export {
  bestWeights,
  estimationAttack,
  linkageAttack,
  membershipAttack,
  reconstructionAttack,
} from "./attacks/attacks.ts";
export type { Defence, NoiseOptions } from "./attacks/defences.ts";
export {
  embeddedDefence,
  independentDefence,
  nestedDefence,
  rawDefence,
} from "./attacks/defences.ts";
export type { PrecisionOptions } from "./attacks/precision.ts";
export { gridTells, precisionAttack, textbookLaplaceTells } from "./attacks/precision.ts";
export {
  advantageBound,
  concentratedAdvantage,
  discreteGaussianAdvantage,
  gaussianAdvantage,
} from "./attacks/theorems.ts";
export type {
  AuditBound,
  AuditClaim,
  AuditOptions,
  AuditResult,
  Draw,
} from "./audit/audit.ts";
export { accusations, auditRelease, concentratedLoss } from "./audit/audit.ts";
export { betaQuantile, clopperPearson, incompleteBeta } from "./audit/binomial.ts";
export type { Score } from "./audit/scores.ts";
export type { TierAudit, TierAuditOptions } from "./audit/tiers.ts";
export { auditTiers } from "./audit/tiers.ts";
export { MemoryLedger } from "./budget/memory.ts";
export { type BudgetPolicy, type BudgetRule, checkBudgetPolicy } from "./budget/policy.ts";
export type { BudgetKey, BudgetLedger, BudgetState, Charge, Decision } from "./budget/types.ts";
export { WINDOW_LENGTHS, type WindowLength, windowOf } from "./budget/windows.ts";
export type { GridOptions } from "./data/grid.ts";
export { Grid } from "./data/grid.ts";
export type { Histogram, MeanParts } from "./data/statistics.ts";
export { binOf, countOf, histogramOf, meanFrom, meanOf, sumOf } from "./data/statistics.ts";
export type { BoundOptions, GateOptions, WindowOptions } from "./data/units.ts";
export {
  BoundedRecords,
  boundByWindow,
  boundContributions,
  ContributionGate,
  unitName,
} from "./data/units.ts";
export type { Embedding, EmbeddingOptions, Inverted } from "./embedding/embedding.ts";
export { createEmbedding } from "./embedding/embedding.ts";
export { BudgetError, LedgerError, PrivacyError } from "./errors.ts";
export type { RandomSource } from "./random/source.ts";
export { systemRandom } from "./random/system.ts";
export { below, belowBig } from "./random/uniform.ts";
export { bernoulli, bernoulliExp } from "./sampling/bernoulli.ts";
export { discreteGaussian, GaussianSampler } from "./sampling/gaussian.ts";
export {
  discreteLaplace,
  GeometricSampler,
  geometric,
  LaplaceSampler,
} from "./sampling/laplace.ts";
export { RandomisedResponse } from "./sampling/response.ts";
export type { Draws } from "./sampling/sampler.ts";
export { Sampler } from "./sampling/sampler.ts";
export type { Whole } from "./sampling/whole.ts";
export type { Strategy, StreamError } from "./streams/factors.ts";
export { STRATEGIES, streamError } from "./streams/factors.ts";
export type { StreamEntry, StreamOptions, StreamRelease } from "./streams/prefix.ts";
export { PrefixStream } from "./streams/prefix.ts";
export type { DeskOptions, Told } from "./tiers/desk.ts";
export { ReleaseDesk } from "./tiers/desk.ts";
export type { NestedTier, Nesting } from "./tiers/nesting.ts";
export { drawTiers, nestTiers } from "./tiers/nesting.ts";
export type { TierBudget } from "./tiers/policy.ts";
export {
  checkTierPolicy,
  policyBytes,
  policyFromBytes,
  tierBudget,
  tierBudgets,
  tierOf,
} from "./tiers/policy.ts";
export type { Statistic, Tier, TierPolicy, TierRelease } from "./tiers/types.ts";
