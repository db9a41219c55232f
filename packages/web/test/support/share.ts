/** A day of sharing, the same in every run but for the date: what left, to whom, and what it cost. */

import type {
  Aggregate,
  Peer,
  PrivacyBudget,
  Release,
  ReleaseState,
  ShareStatus,
} from "@symbion/core";
import type { CryptoUse, Invited, SharePolicy } from "../../src/views/share/answers.ts";
import { dice } from "./data.ts";

/** Fingerprint of this node. */
export const OWN = "7f3a-09c1-b4d2-55e8-1a6f-c03d-92be-4417";

/** Fingerprint of the first of the other nodes. */
export const OTHER = "c811-4e0f-6a27-9bd3-30f5-81ce-e2a9-7d64";

const UNIT = "one 15-minute slot of one camera";

/** A release; its id sorts by its moment. */
export function releaseAt(at: number, changes: Partial<Release> = {}): Release {
  return {
    ...{ id: `${at.toString(36).padStart(9, "0")}-${changes.recipient ?? "harbour"}`, at },
    ...{ recipient: "harbour", route: "link", purpose: "occupancy", subject: "yard" },
    ...{ what: "motion episodes per 15-minute of yard", tier: "town" },
    privacy: {
      ...{ mechanism: "discrete-gaussian", rho: 0.02, spentRho: 0.02, epsilon: 0.91 },
      ...{ delta: 1e-6, unit: UNIT },
    },
    ...{ payloadBytes: 214, securityBytes: 52, session: "5be0c1d29f3a7744", state: "sent" },
    ...{ reason: "", ...changes },
  } as Release;
}

/** What went today until `now`, newest first: numbers with noise, two notifications, one refusal, one that waits. */
export function releasesAt(now: number): Release[] {
  const list: Release[] = [];
  const random = dice(7);
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  for (let at = now - 120_000; list.length < 70; at -= 900_000) {
    const recipient = random() < 0.6 ? "harbour" : "neighbour";
    const tier = recipient === "harbour" ? "town" : "street";
    list.push(
      releaseAt(at, {
        ...{ recipient, tier, securityBytes: 22 + Math.floor(60 * random()) },
        ...(random() < 0.25
          ? { subject: "drive", what: "motion episodes per 15-minute of drive" }
          : {}),
      }),
    );
  }
  list.push(
    releaseAt(now - 65_000, {
      ...{ recipient: "phone", route: "alert", what: "alert “Motion in the street”", tier: null },
      ...{
        purpose: "notify",
        privacy: null,
        payloadBytes: 1312,
        securityBytes: null,
        session: null,
      },
    }),
    releaseAt(now - 70_000, {
      ...{ recipient: "harbour", state: "refused", payloadBytes: 0, securityBytes: null },
      ...{ id: `${(now - 70_000).toString(36).padStart(9, "0")}-refused`, session: null },
      ...{ subject: "garage", what: "motion episodes per 15-minute of garage" },
      privacy: {
        ...{ mechanism: "discrete-gaussian", rho: 0.02, spentRho: 0, epsilon: 0.91 },
        ...{ delta: 1e-6, unit: UNIT },
      },
      reason: "the budget of garage for occupancy is spent until 2026-06-02",
    }),
    releaseAt(now - 50_000, {
      ...{ recipient: "workshop", state: "pending", securityBytes: null, session: null },
      id: `${(now - 50_000).toString(36).padStart(9, "0")}-pending`,
    }),
    releaseAt(Math.max(midnight, now - 9_000_000), {
      ...{ recipient: "huggingface.co", route: "fetch", what: "file of a model", tier: null },
      ...{ purpose: "models", subject: null, privacy: null, payloadBytes: 412, session: null },
      ...{ securityBytes: null, state: "failed", reason: "no answer within 30 s" },
    }),
  );
  return list.toSorted((a, b) => (a.id < b.id ? 1 : -1));
}

/** Another node. */
export function peerAt(now: number, changes: Partial<Peer> = {}): Peer {
  return {
    ...{ id: "harbour", fingerprint: OTHER, address: "10.0.0.7:8490", tier: "town" },
    ...{ inverseTrust: 0.7, state: "connected", group: "X25519MLKEM768", sessions: 41 },
    ...{ lastAt: now - 20_000, reason: "", ...changes },
  };
}

/** Three nodes: one connected, one out of reach, one refused. */
export function peersAt(now: number): Peer[] {
  return [
    peerAt(now),
    peerAt(now, {
      ...{ id: "neighbour", address: null, tier: "street", inverseTrust: 0.3, sessions: 12 },
      ...{ fingerprint: "0d52-7781-aa3e-41c9-5f06-be9d-2c70-18f3", state: "unreachable" },
      ...{ lastAt: now - 5_400_000, reason: "no answer for 90 minutes" },
    }),
    peerAt(now, {
      ...{ id: "workshop", address: "10.0.0.9:8490", tier: null, inverseTrust: null, sessions: 0 },
      ...{ fingerprint: "e94b-3350-07dc-6e18-d2a1-40f7-8b65-c9be", state: "refused", group: null },
      ...{ lastAt: null, reason: "its key is not the one that was enrolled" },
    }),
  ];
}

/** The policy in force: three tiers. */
export const TRUST: SharePolicy = {
  ...{ version: 4, rhoMax: 0.5, rhoMin: 0.005, signedBy: OWN },
  tiers: [
    { name: "family", inverseTrust: 0, rho: 0.5 },
    { name: "street", inverseTrust: 0.3, rho: 0.125594 },
    { name: "town", inverseTrust: 0.7, rho: 0.019905 },
  ],
  recipients: { harbour: "town", neighbour: "street" },
};

function budget(subject: string, spentRho: number, changes: Partial<PrivacyBudget>): PrivacyBudget {
  return {
    ...{ subject, purpose: "occupancy", window: "2026-06-01", spentRho, totalRho: 2 },
    ...{ spentEpsilon: 5.2, totalEpsilon: 12.1, delta: 1e-6, unit: UNIT, refused: 0, ...changes },
  };
}

/** Three budgets: one begun, one nearly spent, one spent. */
export const BUDGETS: readonly PrivacyBudget[] = [
  budget("yard", 0.42, { spentEpsilon: 4.74 }),
  budget("drive", 1.4, { spentEpsilon: 9.71 }),
  budget("garage", 1.995, { spentEpsilon: 12.1, refused: 6 }),
];

/** Everything about sharing. */
export function shareAt(
  now: number,
  releases: readonly Release[],
  changes: Partial<ShareStatus> = {},
): ShareStatus {
  const counted = (state: ReleaseState): number =>
    releases.filter((one) => one.state === state).length;
  return {
    ...{ enabled: true, fingerprint: OWN, keysIn: "keychain", listening: "0.0.0.0:8490" },
    ...{ profile: "hybrid", peers: peersAt(now), budgets: BUDGETS },
    premium: {
      ...{ since: now - 7_200_000, payloadBytes: 24_180, securityBytes: 5903 },
      ...{ privacyCpuMs: 310, linkCpuMs: 1240, sealCpuMs: 88, coreShare: 0.000_23 },
      ...{ radioJoules: 0.015, cpuJoules: 8.19, microjoulesPerByte: 0.5, coreWatts: 5 },
    },
    counts: {
      ...{ pending: counted("pending"), sent: counted("sent") },
      ...{ refused: counted("refused"), failed: counted("failed") },
    },
    ...changes,
  };
}

/** A node that shares nothing and never did. */
export function silentShare(now: number): ShareStatus {
  return shareAt(now, [], {
    ...{ enabled: false, fingerprint: "", keysIn: "file", listening: null, peers: [], budgets: [] },
    premium: {
      ...{ since: now - 600_000, payloadBytes: 0, securityBytes: 0, privacyCpuMs: 0, linkCpuMs: 0 },
      ...{ sealCpuMs: 0, coreShare: 0, radioJoules: 0, cpuJoules: 0 },
      ...{ microjoulesPerByte: 0.5, coreWatts: 5 },
    },
  });
}

/** A number from another node. */
export function aggregateAt(
  at: number,
  value: number,
  changes: Partial<Aggregate> = {},
): Aggregate {
  return {
    ...{ id: `${at.toString(36).padStart(9, "0")}-in`, at, peer: "harbour", subject: "quay" },
    ...{ what: "motion episodes per 15-minute of quay", window: [at - 900_000, at], value },
    ...{ deviation: 2.5, unit: "", tier: "friends", epsilon: 0.91, delta: 1e-6 },
    ...{ privacyUnit: UNIT, session: "5be0c1d29f3a7744", ...changes },
  } as Aggregate;
}

/** Half a day of two statistics of one node, newest first. */
export function aggregatesAt(now: number): Aggregate[] {
  const random = dice(3);
  return Array.from({ length: 48 }, (_, index) => {
    const at = now - 60_000 - index * 900_000;
    const value = 9 + 6 * Math.sin(index / 7) + 6 * (random() - 0.5);
    return [
      aggregateAt(at, Number(value.toFixed(2))),
      aggregateAt(at - 1, Number((0.82 + 0.1 * (random() - 0.5)).toFixed(4)), {
        ...{ what: "mean health of 8 machines every 15-minute", subject: "machines" },
        ...{ deviation: 0.05, privacyUnit: "one machine in one 15-minute slot" },
      }),
    ];
  }).flat();
}

/** Algorithms in use. */
export const INVENTORY: readonly CryptoUse[] = [
  {
    ...{ algorithm: "X25519MLKEM768", use: "key exchange of links", where: "TLS 1.3 with nodes" },
    ...{ until: "no end in sight", quantumSafe: true, ageDays: null },
  },
  {
    ...{ algorithm: "ML-DSA-65 and Ed25519", use: "identity of this node", where: "keychain" },
    ...{ until: "no end in sight", quantumSafe: true, ageDays: 12.4 },
  },
  {
    ...{ algorithm: "ECDSA P-256", use: "proves the node to push services", where: "web push" },
    ...{ until: "2035 (NIST IR 8547)", quantumSafe: false, ageDays: 0.2 },
  },
];

/** An invitation. */
export function invitedAt(now: number): Invited {
  return {
    invitation: `symbion-link:10.0.0.3:8490#${"q7Zb3xKp".repeat(9)}`,
    expiresAt: now + 3_600_000,
    fingerprint: OWN,
  };
}
