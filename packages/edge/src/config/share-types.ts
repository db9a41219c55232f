/** What may leave over links, as the rest of the node takes it: checked, with defaults filled in. */

/** Numbers that can be told to other nodes. */
export const SHARED_STATISTICS = [
  "motion-episodes",
  "motion-seconds",
  "alerts",
  "machine-health",
] as const;

/** One of {@link SHARED_STATISTICS}. */
export type SharedStatistic = (typeof SHARED_STATISTICS)[number];

/** Radios with published figures of energy. */
export const RADIOS = ["ethernet", "wifi", "ble", "lte-m", "nb-iot"] as const;

/** One of {@link RADIOS}. */
export type Radio = (typeof RADIOS)[number];

/** A tier: other nodes that are trusted alike. */
export type ShareTier = {
  readonly name: string;
  /** 0: trusted fully, 1: least. */
  readonly inverseTrust: number;
};

/** A number that is told again and again. Everything in it is public. */
export type ShareRelease = {
  readonly id: string;
  readonly statistic: SharedStatistic;
  /** Cameras or machines, each a subject of its own; empty: all cameras. Nothing for `alerts`. */
  readonly of: readonly string[];
  /** Seconds; slots begin at multiples of this since 1970. */
  readonly slotSeconds: number;
  /** Values above this are cut: episodes, seconds, alerts. */
  readonly most: number;
  /** What one unit of privacy is: the whole slot, or one episode (of counts). */
  readonly protects: "slot" | "episode";
  /** Tiers that are told. */
  readonly tiers: readonly string[];
  /** What it may be used for; names the budget. */
  readonly purpose: string;
};

/** How much may be learned of one subject for a purpose within a day. */
export type ShareBudget = { readonly purpose: string; readonly rho: number };

/** The `share` section. */
export type ShareConfig = {
  /** Whether there is such a section: without it nothing leaves over links. */
  readonly enabled: boolean;
  /** `host:port` where peers may call; null: nowhere. */
  readonly listen: { readonly host: string; readonly port: number } | null;
  readonly profile: "hybrid" | "cnsa" | "legacy";
  /** Where this node's keys are kept; auto: in the keychain of the operating system where there is one. */
  readonly keys: "auto" | "keychain" | "file";
  /** Budget of one release to a tier of inverse trust 0 and 1, rho. */
  readonly rhoMax: number;
  readonly rhoMin: number;
  /** For telling epsilons. */
  readonly delta: number;
  readonly tiers: readonly ShareTier[];
  readonly releases: readonly ShareRelease[];
  readonly budgets: readonly ShareBudget[];
  /** For the estimate of energy. */
  readonly radio: Radio;
  readonly microjoulesPerByte: number;
  readonly coreWatts: number;
};

/**
 * Energy per byte in microjoules: the assumptions of "The complexity premium" in docs; Ethernet's is that of a
 * 1 Gbit/s port at 0.5 W.
 */
export const MICROJOULES_PER_BYTE: Readonly<Record<Radio, number>> = {
  ethernet: 0.004,
  wifi: 0.5,
  ble: 1.5,
  "lte-m": 30,
  "nb-iot": 130,
};

/** Watts of a busy core unless the configuration says otherwise. */
export const CORE_WATTS = 5;

/** Nothing leaves over links. */
export const NO_SHARE: ShareConfig = {
  enabled: false,
  listen: null,
  profile: "hybrid",
  keys: "auto",
  rhoMax: 0.5,
  rhoMin: 0.005,
  delta: 1e-6,
  tiers: [],
  releases: [],
  budgets: [],
  radio: "wifi",
  microjoulesPerByte: MICROJOULES_PER_BYTE.wifi,
  coreWatts: CORE_WATTS,
};
