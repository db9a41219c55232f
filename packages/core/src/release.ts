/**
 * What leaves a node, and what that costs. A node sends nothing by itself; whatever does leave passes one door, which
 * writes a {@link Release} down before the first byte goes. Times are milliseconds since 1970.
 */

/**
 * How something leaves: `link` a quantum-safe link to another node; `alert` a notification through a channel;
 * `model` a request to a model that runs elsewhere; `crm` a request to a system of customers' cases; `fetch` a request
 * for a file, which tells the server what was asked for; `export` a file that a person carries away.
 */
export const RELEASE_ROUTES = ["link", "alert", "model", "crm", "fetch", "export"] as const;

/** One of {@link RELEASE_ROUTES}. */
export type ReleaseRoute = (typeof RELEASE_ROUTES)[number];

/**
 * What became of it: `pending` written down, not yet handed over; `sent`; `refused` by policy or budget, nothing left;
 * `failed` the other side could not be reached, or did not confirm.
 */
export const RELEASE_STATES = ["pending", "sent", "refused", "failed"] as const;

/** One of {@link RELEASE_STATES}. */
export type ReleaseState = (typeof RELEASE_STATES)[number];

/** The protection that a release had. */
export type ReleasePrivacy = {
  /** Mechanism, `discrete-gaussian` for instance. */
  readonly mechanism: string;
  /** What the noise costs under zero-concentrated differential privacy. */
  readonly rho: number;
  /** What this release took from the budget: 0 for a repeat, a difference for a better-trusted recipient. */
  readonly spentRho: number;
  /** Epsilon of {@link ReleasePrivacy.rho} at delta. */
  readonly epsilon: number;
  /** Delta, above 0 and far below 1. */
  readonly delta: number;
  /** What one unit of privacy is, in words: "one 15-minute slot of one camera". */
  readonly unit: string;
};

/** One thing that left, or was kept from leaving. */
export type Release = {
  /** Unique; sorts by time. */
  readonly id: string;
  /** When it was decided. */
  readonly at: number;
  /** Who it was for: id of a peer, of a channel, or a host's name without credentials. */
  readonly recipient: string;
  /** How it left. */
  readonly route: ReleaseRoute;
  /** What it was, in a few words: "motion per hour of yard". Never the value itself. */
  readonly what: string;
  /** What for, as the configuration says. */
  readonly purpose: string;
  /** Camera, machine or person whom it is about; null where it is about nobody. */
  readonly subject: string | null;
  /** Tier of the recipient; null where there are none. */
  readonly tier: string | null;
  /** Null: it left as it is, without noise. */
  readonly privacy: ReleasePrivacy | null;
  /** Bytes of content. */
  readonly payloadBytes: number;
  /** Bytes of security on top: handshake, record headers, tags, signatures. Exact for links, null where not known. */
  readonly securityBytes: number | null;
  /** Id of the link's session; null where there is none. */
  readonly session: string | null;
  /** What has become of it so far. */
  readonly state: ReleaseState;
  /** Why it was refused or failed, in one sentence; empty otherwise. */
  readonly reason: string;
};

/** A number with noise, as it came from another node. */
export type Aggregate = {
  /** Unique; sorts by time of arrival. */
  readonly id: string;
  /** When it came. */
  readonly at: number;
  /** Id of the peer that sent it. */
  readonly peer: string;
  /** What it counts, in the sender's words. */
  readonly what: string;
  /** Whom it is about, in the sender's words; null where it is about nobody. */
  readonly subject: string | null;
  /** Beginning and end of what was counted. */
  readonly window: readonly [number, number];
  /** The noisy value. */
  readonly value: number;
  /** Standard deviation of its noise, in the same unit. */
  readonly deviation: number;
  /** Unit symbol; empty for counts. */
  readonly unit: string;
  /** Tier under which the sender released it. */
  readonly tier: string;
  /** Epsilon of its noise, as the sender states it. */
  readonly epsilon: number;
  /** Delta that belongs to epsilon. */
  readonly delta: number;
  /** The sender's unit of privacy, in words. */
  readonly privacyUnit: string;
  /** Session through which it came. */
  readonly session: string;
};

/** State of the link to a peer: `waiting` nothing to send; `refused` the other side was not accepted. */
export type PeerState = "waiting" | "connected" | "unreachable" | "refused";

/** Another node that was enrolled. */
export type Peer = {
  /** Its id here. */
  readonly id: string;
  /** Fingerprint of its identity. */
  readonly fingerprint: string;
  /** `host:port` where this node calls it; null where only it calls. */
  readonly address: string | null;
  /** Its tier in the signed policy; null: nothing is released to it. */
  readonly tier: string | null;
  /** Inverse trust of the tier, 0 (fully trusted) to 1. */
  readonly inverseTrust: number | null;
  /** How the link to it is doing. */
  readonly state: PeerState;
  /** Named key exchange of the last session; null before the first. */
  readonly group: string | null;
  /** Sessions since it was enrolled. */
  readonly sessions: number;
  /** When it was last heard of; null before the first session. */
  readonly lastAt: number | null;
  /** Why it was refused or is unreachable; empty otherwise. */
  readonly reason: string;
};

/** A privacy budget: what may be learned of a subject for a purpose within a window. */
export type PrivacyBudget = {
  /** Camera, machine or person whom it protects. */
  readonly subject: string;
  /** What may be learned for it and nothing else. */
  readonly purpose: string;
  /** The window's name, `2026-11-23` for a day. */
  readonly window: string;
  /** Spent and allowed, zero-concentrated differential privacy. */
  readonly spentRho: number;
  /** Allowed within the window. */
  readonly totalRho: number;
  /** The same as epsilon at {@link PrivacyBudget.delta}. */
  readonly spentEpsilon: number;
  /** What is allowed, as epsilon. */
  readonly totalEpsilon: number;
  /** Delta of both epsilons. */
  readonly delta: number;
  /** Unit of privacy in words. */
  readonly unit: string;
  /** Releases that the filter refused in this window. */
  readonly refused: number;
};

/** What privacy and security cost since the node started. */
export type Premium = {
  /** Since when it is counted. */
  readonly since: number;
  /** Content and security that went over links, both ways, in bytes. */
  readonly payloadBytes: number;
  /** Handshakes, record headers, tags, confirmations: all on the wire that is not content. */
  readonly securityBytes: number;
  /** CPU time of noise and accounting, of sessions and of sealing, in milliseconds. */
  readonly privacyCpuMs: number;
  /** CPU time of sessions: key exchange, records, key stores. */
  readonly linkCpuMs: number;
  /** CPU time of sealing the journal of releases. */
  readonly sealCpuMs: number;
  /** Share of one core over the time counted, 0 to 1. */
  readonly coreShare: number;
  /** Estimated energy in joules: radio by bytes, processor by its time. */
  readonly radioJoules: number;
  /** Energy of all that CPU time at {@link Premium.coreWatts}. */
  readonly cpuJoules: number;
  /** What the estimate assumes: microjoules per byte, watts of a busy core. */
  readonly microjoulesPerByte: number;
  /** Watts of a busy core, as configured. */
  readonly coreWatts: number;
};

/** Everything about sharing that a page shows at once. */
export type ShareStatus = {
  /** Whether anything may leave over links. */
  readonly enabled: boolean;
  /** Fingerprint of this node's identity. */
  readonly fingerprint: string;
  /** Where keys are kept: `keychain` of the operating system, or `file`. */
  readonly keysIn: "keychain" | "file";
  /** `host:port` where peers may call; null: nowhere. */
  readonly listening: string | null;
  /** Policy profile of links. */
  readonly profile: "hybrid" | "cnsa" | "legacy";
  /** Nodes that were enrolled, in the order of their ids. */
  readonly peers: readonly Peer[];
  /** Of windows that are still open. */
  readonly budgets: readonly PrivacyBudget[];
  /** What privacy and security have cost since the start. */
  readonly premium: Premium;
  /** Releases by state since the log began. */
  readonly counts: Readonly<Record<ReleaseState, number>>;
};

/** A page of releases, newest first. */
export type ReleasePage = {
  /** Newest first. */
  readonly releases: readonly Release[];
  /** Give this back as `before` for the next page; null at the end. */
  readonly next: string | null;
};
