/** The words of sharing as zod schemas; see schemas.ts. */

import {
  type Aggregate,
  type Peer,
  type Premium,
  type PrivacyBudget,
  RELEASE_ROUTES,
  RELEASE_STATES,
  type Release,
  type ReleasePage,
  type ReleasePrivacy,
  type ShareStatus,
} from "@symbion/core";
import { z } from "zod";
import { named } from "./schemas.ts";

const moment = z.number().describe("milliseconds since 1970");
const count = z.int().min(0);
const amount = z.number().min(0);
const share = z.number().min(0).max(1);
const list = <T>(item: z.ZodType<T>): z.ZodType<readonly T[]> => z.array(item).readonly();

/** Names of tiers. */
export const tierName: z.ZodType<string> = named<string>("TierName")(
  z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/)
    .describe("name of a tier in the configuration"),
);

const releasePrivacy: z.ZodType<ReleasePrivacy> = named<ReleasePrivacy>("ReleasePrivacy")(
  z.strictObject({
    mechanism: z.string(),
    rho: amount.describe("zero-concentrated differential privacy"),
    spentRho: amount.describe("taken from the budget; 0 for a repeat"),
    epsilon: amount,
    delta: share,
    unit: z.string().describe("unit of privacy, in words"),
  }),
);

/** One thing that left, or was kept from leaving. */
export const release: z.ZodType<Release> = named<Release>("Release")(
  z.strictObject({
    id: z.string(),
    at: moment,
    recipient: z.string(),
    route: z.enum(RELEASE_ROUTES),
    what: z.string().describe("never the value itself"),
    purpose: z.string(),
    subject: z.string().nullable(),
    tier: z.string().nullable(),
    privacy: releasePrivacy.nullable().describe("null: it left as it is, without noise"),
    payloadBytes: count,
    securityBytes: count.nullable(),
    session: z.string().nullable(),
    state: z.enum(RELEASE_STATES),
    reason: z.string(),
  }),
);

/** A page of releases. */
export const releasePage: z.ZodType<ReleasePage> = named<ReleasePage>("ReleasePage")(
  z.strictObject({ releases: list(release), next: z.string().nullable() }),
);

/** A number from another node. */
export const aggregate: z.ZodType<Aggregate> = named<Aggregate>("Aggregate")(
  z.strictObject({
    id: z.string(),
    at: moment,
    peer: z.string(),
    what: z.string(),
    subject: z.string().nullable(),
    window: z.tuple([moment, moment]).readonly(),
    value: z.number().describe("with noise"),
    deviation: amount.describe("standard deviation of the noise"),
    unit: z.string(),
    tier: z.string(),
    epsilon: amount,
    delta: share,
    privacyUnit: z.string(),
    session: z.string(),
  }),
);

/** A page of numbers from other nodes, newest first. */
export type AggregatePage = {
  readonly aggregates: readonly Aggregate[];
  /** Give this back as `before` for the next page; null at the end. */
  readonly next: string | null;
};

/** See {@link AggregatePage}. */
export const aggregatePage: z.ZodType<AggregatePage> = named<AggregatePage>("AggregatePage")(
  z.strictObject({ aggregates: list(aggregate), next: z.string().nullable() }),
);

/** Another node that was enrolled. */
export const peer: z.ZodType<Peer> = named<Peer>("Peer")(
  z.strictObject({
    id: z.string(),
    fingerprint: z.string(),
    address: z.string().nullable(),
    tier: z.string().nullable().describe("null: nothing is released to it"),
    inverseTrust: share.nullable(),
    state: z.enum(["waiting", "connected", "unreachable", "refused"]),
    group: z.string().nullable(),
    sessions: count,
    lastAt: moment.nullable(),
    reason: z.string(),
  }),
);

const privacyBudget: z.ZodType<PrivacyBudget> = named<PrivacyBudget>("PrivacyBudget")(
  z.strictObject({
    subject: z.string(),
    purpose: z.string(),
    window: z.string(),
    spentRho: amount,
    totalRho: amount,
    spentEpsilon: amount,
    totalEpsilon: amount,
    delta: share,
    unit: z.string(),
    refused: count,
  }),
);

const premium: z.ZodType<Premium> = named<Premium>("Premium")(
  z.strictObject({
    since: moment,
    payloadBytes: count,
    securityBytes: count,
    privacyCpuMs: amount,
    linkCpuMs: amount,
    sealCpuMs: amount,
    coreShare: share,
    radioJoules: amount.describe("estimated"),
    cpuJoules: amount.describe("estimated"),
    microjoulesPerByte: amount,
    coreWatts: amount,
  }),
);

/** Everything about sharing. */
export const shareStatus: z.ZodType<ShareStatus> = named<ShareStatus>("ShareStatus")(
  z.strictObject({
    enabled: z.boolean(),
    fingerprint: z.string().describe("empty while this node has no identity"),
    keysIn: z.enum(["keychain", "file"]),
    listening: z.string().nullable(),
    profile: z.enum(["hybrid", "cnsa", "legacy"]),
    peers: list(peer),
    budgets: list(privacyBudget),
    premium,
    counts: z.strictObject({ pending: count, sent: count, refused: count, failed: count }),
  }),
);

/** An invitation, shown once. */
export type Invited = {
  /** To be carried to the other node; whoever has it can enrol, once. */
  readonly invitation: string;
  /** Ms since 1970. */
  readonly expiresAt: number;
  /** Fingerprint of this node, to be compared on the other one. */
  readonly fingerprint: string;
};

/** See {@link Invited}. */
export const invited: z.ZodType<Invited> = named<Invited>("Invited")(
  z.strictObject({
    invitation: z.string().describe("shown only now"),
    expiresAt: moment,
    fingerprint: z.string(),
  }),
);

/** The policy of trust as it is signed. */
export type SharePolicy = {
  readonly version: number;
  readonly rhoMax: number;
  readonly rhoMin: number;
  readonly tiers: readonly {
    readonly name: string;
    readonly inverseTrust: number;
    /** Budget of one release to this tier. */
    readonly rho: number;
  }[];
  /** Tier by peer. */
  readonly recipients: Readonly<Record<string, string>>;
  /** Fingerprint of the identity that signed it. */
  readonly signedBy: string;
};

/** See {@link SharePolicy}. */
export const sharePolicy: z.ZodType<SharePolicy> = named<SharePolicy>("SharePolicy")(
  z.strictObject({
    version: count,
    rhoMax: amount,
    rhoMin: amount,
    tiers: list(z.strictObject({ name: z.string(), inverseTrust: share, rho: amount })),
    recipients: z.record(z.string(), z.string()).readonly(),
    signedBy: z.string(),
  }),
);

/** A use of an algorithm in this node. */
export type CryptoUse = {
  readonly algorithm: string;
  /** What it does here. */
  readonly use: string;
  /** Where: a key, a file, a connection. */
  readonly where: string;
  /** Until when it is allowed: a year, or words. */
  readonly until: string;
  /** Whether a quantum computer breaks it. */
  readonly quantumSafe: boolean;
  /** Age of the key in days; null where there is none. */
  readonly ageDays: number | null;
};

/** See {@link CryptoUse}. */
export const cryptoUse: z.ZodType<CryptoUse> = named<CryptoUse>("CryptoUse")(
  z.strictObject({
    algorithm: z.string(),
    use: z.string(),
    where: z.string(),
    until: z.string(),
    quantumSafe: z.boolean(),
    ageDays: amount.nullable(),
  }),
);
