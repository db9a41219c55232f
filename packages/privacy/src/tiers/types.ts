/**
 * Trust tiers. Trust is a property of the recipient, fixed in a policy before anybody looks at data: an inverse trust T
 * of 0 (fully trusted) to 1 maps to a budget rho(T) = rhoMax * (rhoMin / rhoMax)^T.
 */

/** A tier: recipients that are trusted alike. */
export type Tier = {
  /** 1 to 64 letters, digits, blanks, dots or dashes. */
  readonly name: string;
  /** Inverse trust T, 0 to 1. */
  readonly inverseTrust: number;
};

/** Who may learn how much. Signed by the node's owner; the signature is checked before it comes here. */
export type TierPolicy = {
  /** Counts up; an older policy is refused. */
  readonly version: number;
  /** Budget of T = 0 for one release, rho, 1e-12 to 1e6. */
  readonly rhoMax: number;
  /** Budget of T = 1 for one release, rho, 1e-12 to `rhoMax`. */
  readonly rhoMin: number;
  /** At least one; names and inverse trusts unique. */
  readonly tiers: readonly Tier[];
  /** Tier of each recipient, by the recipient's id; who is not named gets nothing. */
  readonly recipients: Readonly<Record<string, string>>;
};

/** A true value that is to be told with noise. Everything in it is public but the value. */
export type Statistic = {
  /** The true value as a whole number of grid steps. */
  readonly steps: bigint;
  /** One step of the grid in the value's unit; public. */
  readonly step: number;
  /** Most that one unit of privacy changes the value, in grid steps; public, fixed before data was seen. */
  readonly sensitivity: number;
};

/** The value for one tier. */
export type TierRelease = {
  /** Name of the recipient's tier. */
  readonly tier: string;
  /** Noisy value, in the value's unit. */
  readonly value: number;
  /** Standard deviation of its noise, in the value's unit. */
  readonly deviation: number;
  /** Budget of this tier: what it and all less trusted tiers together may learn. */
  readonly rho: number;
};
