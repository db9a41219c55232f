/** Sharing for tests of the HTTP interface: one peer in one tier. */

import type { Peer, Release, ShareStatus } from "@symbion/core";
import type { SharePart } from "../../src/server/parts.ts";
import { ShareOff, ShareRefused } from "../../src/share/errors.ts";

const AT = Date.UTC(2026, 5, 1);

/** The peer that there is. */
export const PEER: Peer = {
  ...{ id: "yard-2", fingerprint: "0000-1111-2222-3333-4444-5555-6666-7777" },
  ...{ address: "127.0.0.1:8490", tier: "town", inverseTrust: 1, state: "connected" },
  ...{ group: "X25519MLKEM768", sessions: 3, lastAt: AT, reason: "" },
};

/** What is told of sharing. */
export const SHARE_STATUS: ShareStatus = {
  ...{ enabled: true, fingerprint: PEER.fingerprint, keysIn: "file", listening: "127.0.0.1:8490" },
  ...{ profile: "hybrid", peers: [PEER] },
  budgets: [
    {
      ...{ subject: "gate", purpose: "occupancy", window: "2026-06-01", spentRho: 0.5 },
      ...{ totalRho: 2, spentEpsilon: 5.2, totalEpsilon: 11, delta: 1e-6 },
      ...{ unit: "one 15-minute slot of one camera", refused: 1 },
    },
  ],
  premium: {
    ...{ since: AT, payloadBytes: 1000, securityBytes: 250, privacyCpuMs: 1.5, linkCpuMs: 2.5 },
    ...{ sealCpuMs: 0, coreShare: 0.001, radioJoules: 0.001, cpuJoules: 0.02 },
    ...{ microjoulesPerByte: 0.5, coreWatts: 5 },
  },
  counts: { pending: 0, sent: 1, refused: 0, failed: 0 },
};

/** A release; its id sorts by its moment. */
export function release(changes: Partial<Release> = {}): Release {
  const at = changes.at ?? AT;
  return {
    ...{ id: `${at.toString(36).padStart(9, "0")}-a`, at, recipient: "yard-2", route: "link" },
    ...{
      what: "motion episodes per 15-minute slot of gate",
      purpose: "occupancy",
      subject: "gate",
    },
    tier: "town",
    privacy: {
      ...{ mechanism: "discrete-gaussian", rho: 0.005, spentRho: 0.005, epsilon: 0.43 },
      ...{ delta: 1e-6, unit: "one 15-minute slot of one camera" },
    },
    ...{ payloadBytes: 200, securityBytes: 52, session: "0123456789abcdef", state: "sent" },
    ...{ reason: "", ...changes },
  } as Release;
}

/** Sharing with {@link PEER}; peers and invitations called "off" meet a node that shares nothing. */
export function sharePart(): SharePart {
  let asked = 0;
  const check = (word: string): void => {
    if (word === "off") throw new ShareOff();
    if (word === "none") throw new ShareRefused("expected an invitation or a tier, got none");
  };
  return {
    status: async () => SHARE_STATUS,
    invite: async (tier) => {
      check(tier ?? "");
      return {
        ...{ invitation: "symbion-link:127.0.0.1:8490#abc", expiresAt: AT },
        fingerprint: PEER.fingerprint,
      };
    },
    enrol: async (invitation, tier) => {
      check(invitation);
      return { ...PEER, tier };
    },
    forget: async (peer) => {
      check(peer);
      return peer === PEER.id;
    },
    setTier: async (peer, tier) => {
      check(peer);
      check(tier ?? "");
      return peer === PEER.id ? { ...PEER, tier } : null;
    },
    policy: async () => {
      if (asked++ > 0) throw new ShareOff();
      return {
        ...{ version: 1, rhoMax: 0.5, rhoMin: 0.005, signedBy: PEER.fingerprint },
        tiers: [{ name: "town", inverseTrust: 1, rho: 0.005 }],
        recipients: { "yard-2": "town" },
      };
    },
    inventory: async () => [
      {
        ...{ algorithm: "X25519MLKEM768", use: "key exchange of links", where: "links" },
        ...{ until: "no end in sight", quantumSafe: true, ageDays: null },
      },
    ],
    exportLog: async (format) => ({
      ...{ name: `releases.${format}`, type: "text/csv; charset=utf-8" },
      body: new Blob(["id\r\n"]).stream(),
    }),
  };
}
