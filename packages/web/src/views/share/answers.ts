/** Answers of the node about sharing that no other view needs. */

import type { Aggregate } from "@symbion/core";

/** Numbers from other nodes, newest first. */
export type AggregatePage = {
  readonly aggregates: readonly Aggregate[];
  /** Given back as `before` for the next page; null at the end. */
  readonly next: string | null;
};

/** An invitation, shown once. */
export type Invited = {
  /** To be carried to the other node; whoever has it can enrol, once. */
  readonly invitation: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Fingerprint of this node, to be compared on the other one. */
  readonly fingerprint: string;
};

/** A tier of the policy in force. */
export type PolicyTier = {
  readonly name: string;
  /** 0: trusted fully, 1: least. */
  readonly inverseTrust: number;
  /** Budget of one release to this tier, zero-concentrated differential privacy. */
  readonly rho: number;
};

/** The signed policy of trust. */
export type SharePolicy = {
  readonly version: number;
  /** Budget of one release at inverse trust 0 and 1. */
  readonly rhoMax: number;
  readonly rhoMin: number;
  readonly tiers: readonly PolicyTier[];
  /** Tier by peer. */
  readonly recipients: Readonly<Record<string, string>>;
  /** Fingerprint of the identity that signed it. */
  readonly signedBy: string;
};

/** A use of an algorithm in the node. */
export type CryptoUse = {
  readonly algorithm: string;
  /** What it does here. */
  readonly use: string;
  /** A key, a file, a connection. */
  readonly where: string;
  /** Until when it is allowed: a year, or words. */
  readonly until: string;
  /** False where a quantum computer breaks it. */
  readonly quantumSafe: boolean;
  /** Age of the key in days; null where there is none. */
  readonly ageDays: number | null;
};
