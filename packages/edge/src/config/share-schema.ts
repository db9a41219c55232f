/** What may stand below `share:` in `symbion.yaml`; see schema.ts for how such objects are used. */

import { z } from "zod";
import { accept, id, ids, label, seconds } from "./readers.ts";
import {
  CORE_WATTS,
  MICROJOULES_PER_BYTE,
  RADIOS,
  SHARED_STATISTICS,
  type ShareBudget,
  type ShareConfig,
  type ShareRelease,
  type ShareTier,
} from "./share-types.ts";

/** Most entries of the lists below `share:`. */
export const SHARE_LIMITS: Readonly<Record<"share.releases", number>> = { "share.releases": 64 };

const MOST_TIERS = 16;
const DAY_SECONDS = 86_400;

/** Slot and bounds unless a release says otherwise. */
const DEFAULT_SLOT = 900;
const DEFAULT_MOST = 20;

const rho = (description: string): z.ZodType<number> =>
  z.number().min(1e-9).max(1e6).describe(description);

const purpose = label("What recipients may use it for; budgets are kept by purpose.");

/** `share.listen`. */
export const listenSchema: z.ZodType<{ readonly host: string; readonly port: number }> = accept(
  'an address and a port ("127.0.0.1:8490", "[::1]:8490")',
  {
    type: "string",
    pattern: "^(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+):\\d{1,5}$",
    description:
      "Address and port at which other nodes may call over a quantum-safe link. Default: nowhere.",
  },
  (value) => {
    const parts =
      typeof value === "string"
        ? /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})$/.exec(value)
        : null;
    const port = Number(parts?.[2]);
    if (parts === null || port > 65_535) return undefined;
    return { host: (parts[1] ?? "").replace(/^\[|\]$/g, ""), port };
  },
);

/** `share.profile`. */
export const profileSchema: z.ZodType<ShareConfig["profile"]> = z
  .enum(["hybrid", "cnsa", "legacy"])
  .describe(
    "What links demand. hybrid: X25519MLKEM768; cnsa: pure ML-KEM-1024; legacy: without post-quantum keys too, logged at every session. Default: hybrid.",
  );

/** `share.keys`. */
export const keysSchema: z.ZodType<ShareConfig["keys"]> = z
  .enum(["auto", "keychain", "file"])
  .describe(
    "Where this node's keys are kept. auto: in the operating system's keychain where there is one, else in a file; with SYMBION_PASSPHRASE set, under that. Default: auto.",
  );

const tierShape = {
  name: id("tier"),
  "inverse-trust": z
    .number()
    .min(0)
    .max(1)
    .describe("0: trusted fully, 1: least. Fixed here, never computed from data."),
};

/** What `share.policy` says. */
export type PolicyValues = {
  readonly rhoMax: number;
  readonly rhoMin: number;
  readonly delta: number;
  readonly tiers: readonly ShareTier[];
};

const policyShape = {
  "rho-max": rho("Budget of one release to a tier of inverse trust 0, zCDP's rho."),
  "rho-min": rho("Budget of one release to a tier of inverse trust 1."),
  delta: z
    .number()
    .gt(0)
    .max(0.001)
    .describe("Delta for which epsilons are told. Default: 1e-6.")
    .optional(),
  tiers: z
    .array(z.strictObject(tierShape).describe("A tier: other nodes that are trusted alike."))
    .min(1)
    .max(MOST_TIERS)
    .describe("Tiers. Which peer is in which is set on the page or by symbion link."),
};

const policyObject = z.strictObject(policyShape);

/** `share.policy`, checked as a whole: with half of it nothing may leave. */
export const policySchema: z.ZodType<PolicyValues> = policyObject
  .refine((policy) => policy["rho-min"] <= policy["rho-max"], {
    message: 'at most "rho-max"',
    path: ["rho-min"],
  })
  .refine(({ tiers }) => new Set(tiers.map(({ name }) => name)).size === tiers.length, {
    message: "tiers with names of their own",
    path: ["tiers"],
  })
  .refine(
    ({ tiers }) => new Set(tiers.map((tier) => tier["inverse-trust"])).size === tiers.length,
    {
      message: "tiers with an inverse trust of their own",
      path: ["tiers"],
    },
  )
  .transform((policy) => ({
    rhoMax: policy["rho-max"],
    rhoMin: policy["rho-min"],
    delta: policy.delta ?? 1e-6,
    tiers: policy.tiers.map((tier) => ({ name: tier.name, inverseTrust: tier["inverse-trust"] })),
  }));

const releaseShape = {
  id: id("release"),
  statistic: z
    .enum(SHARED_STATISTICS)
    .describe(
      "motion-episodes, motion-seconds: per camera and slot; alerts: of the whole node; machine-health: mean of the machines in `of`, 0 to 1.",
    ),
  of: ids("camera or machine", "Cameras or machines. Default: all cameras.", 1).optional(),
  slot: seconds(
    "Length of a slot; a day is a whole number of slots. Default: 15 min.",
    1,
    DAY_SECONDS,
  ).optional(),
  most: z
    .int()
    .min(1)
    .max(1_000_000)
    .describe(
      "Larger values are cut to this; public. Default: 20 episodes or alerts, the slot's seconds.",
    )
    .optional(),
  protects: z
    .enum(["slot", "episode"])
    .describe(
      "Unit of privacy: everything within one slot, or one episode (or alert) in it. Default: slot.",
    )
    .optional(),
  tiers: ids("tier", "Tiers that are told.", 1),
  purpose,
};

const releaseObject = z.strictObject(releaseShape);

/** An entry of `share.releases:`. */
export const releaseSchema: z.ZodType<ShareRelease> = releaseObject
  .refine(({ slot }) => DAY_SECONDS % (slot ?? DEFAULT_SLOT) === 0, {
    message: "a length of time of which a day holds a whole number",
    path: ["slot"],
  })
  .refine(({ statistic, of }) => statistic !== "alerts" || of === undefined, {
    message: '"of" not for alerts, which are those of the whole node',
    path: ["of"],
  })
  .refine(({ statistic, of }) => statistic !== "machine-health" || of !== undefined, {
    message: '"of" for machine-health: how many machines there are has to be public',
    path: ["of"],
  })
  .refine(({ statistic, most }) => statistic !== "machine-health" || most === undefined, {
    message: '"most" not for machine-health, which is 0 to 1',
    path: ["most"],
  })
  .refine(
    ({ statistic, protects }) =>
      protects !== "episode" || statistic === "motion-episodes" || statistic === "alerts",
    { message: '"slot" where no episodes are counted', path: ["protects"] },
  )
  .transform((release): ShareRelease => {
    const slotSeconds = release.slot ?? DEFAULT_SLOT;
    const usual = release.statistic === "motion-seconds" ? Math.ceil(slotSeconds) : DEFAULT_MOST;
    return {
      id: release.id,
      statistic: release.statistic,
      of: release.of ?? [],
      slotSeconds,
      most: release.statistic === "machine-health" ? 1 : (release.most ?? usual),
      protects: release.protects ?? "slot",
      tiers: release.tiers,
      purpose: release.purpose,
    };
  });

const budgetShape = {
  purpose,
  rho: rho("Most that may be learned of one subject within one day (UTC), zCDP's rho."),
};

/** `share.budgets`. */
export const budgetsSchema: z.ZodType<readonly ShareBudget[]> = z
  .array(z.strictObject(budgetShape).describe("A budget."))
  .max(64)
  .refine((list) => new Set(list.map((one) => one.purpose)).size === list.length, {
    message: "budgets with purposes of their own",
  });

/** What `share.energy` says. */
export type EnergyValues = Pick<ShareConfig, "radio" | "microjoulesPerByte" | "coreWatts">;

const energyShape = {
  radio: z
    .enum(RADIOS)
    .describe("Radio that links go over, for the estimate of energy. Default: wifi.")
    .optional(),
  "microjoules-per-byte": z
    .number()
    .min(0)
    .max(1e6)
    .describe(
      `Energy per byte. Default: the radio's (${RADIOS.map((radio) => `${radio} ${MICROJOULES_PER_BYTE[radio]}`).join(", ")}).`,
    )
    .optional(),
  "core-watts": z
    .number()
    .min(0)
    .max(1000)
    .describe(`Power of one busy core in watts. Default: ${CORE_WATTS}.`)
    .optional(),
};

/** `share.energy`. */
export const energySchema: z.ZodType<EnergyValues> = z
  .strictObject(energyShape)
  .transform((values) => {
    const radio = values.radio ?? "wifi";
    return {
      radio,
      microjoulesPerByte: values["microjoules-per-byte"] ?? MICROJOULES_PER_BYTE[radio],
      coreWatts: values["core-watts"] ?? CORE_WATTS,
    };
  });

/** `share:` as a whole, for the JSON Schema. */
export const shareSchema: z.ZodType = z
  .strictObject({
    listen: listenSchema.optional(),
    profile: profileSchema.optional(),
    keys: keysSchema.optional(),
    policy: policyObject
      .describe("Trust tiers and what one release may tell each of them.")
      .nullable()
      .optional(),
    releases: z
      .array(releaseObject.describe("A number that is told again and again, with noise."))
      .max(SHARE_LIMITS["share.releases"])
      .describe("Numbers that leave. Default: none.")
      .nullable()
      .optional(),
    budgets: z
      .array(z.strictObject(budgetShape).describe("A budget."))
      .max(64)
      .describe("Budgets by purpose; a release of a purpose without one is refused.")
      .nullable()
      .optional(),
    energy: z
      .strictObject(energyShape)
      .describe("What the estimate of energy assumes.")
      .nullable()
      .optional(),
  })
  .describe("What may leave over quantum-safe links. Without this section nothing does.")
  .nullable()
  .optional();

/** Keys by place below `share:`. */
export const SHARE_KEYS: Readonly<Record<string, readonly string[]>> = {
  share: ["listen", "profile", "keys", "policy", "releases", "budgets", "energy"],
  "share.policy": Object.keys(policyShape),
  "share.policy.tiers.*": Object.keys(tierShape),
  "share.releases.*": Object.keys(releaseShape),
  "share.budgets.*": Object.keys(budgetShape),
  "share.energy": Object.keys(energyShape),
};
