/** Mechanisms that the accountant knows, and what it answers. */

/** Noise mechanisms, as `symbion privacy account --mechanism` names them. */
export const MECHANISMS = [
  "gaussian",
  "laplace",
  "discrete-gaussian",
  "discrete-laplace",
  "randomised-response",
] as const;

/** One of {@link MECHANISMS}. */
export type MechanismName = (typeof MECHANISMS)[number];

/** A mechanism that is run `count` times on the same data. */
export type AccountRequest = {
  /** Which noise. */
  readonly mechanism: MechanismName;
  /**
   * Standard deviation parameter sigma of Gaussian mechanisms, scale b of Laplace mechanisms; for randomised response
   * the odds parameter: the truth is told with probability e^(1/scale) / (e^(1/scale) + 1). Above 0.
   */
  readonly scale: number;
  /** Most that one unit changes the true value: L2 for Gaussian mechanisms, L1 otherwise; whole for discrete ones. */
  readonly sensitivity: number;
  /** Number of runs, whole, at least 1. */
  readonly count: number;
  /** Poisson sampling rate in (0, 1]; 1: everybody takes part. */
  readonly sampling: number;
  /** Delta, 0 (pure) to below 1. */
  readonly delta: number;
};

/**
 * How an epsilon was found: `exact` closed form; `pld` privacy-loss distribution, rounded upwards; `zcdp` and `rdp` by
 * conversion; `pure` the sum of pure epsilons.
 */
export type AccountMethod = "exact" | "pld" | "zcdp" | "rdp" | "pure";

/** An upper bound of the privacy loss; never below the truth. */
export type AccountResult = {
  /** Infinity where no bound exists. */
  readonly epsilon: number;
  /** How it was found. */
  readonly method: AccountMethod;
};
