/** What protects this node: every algorithm of the product, and the keys that it has. */

import {
  type CryptoInventory,
  cryptoInventory,
  type LinkPeer,
  type LinkProfile,
} from "@symbion/secure";
import type { KeyVault } from "@symbion/secure/node";
import type { CryptoUse } from "../server/share-schemas.ts";

const DAY = 86_400_000;

/** The key exchange that a profile of links demands. */
const EXCHANGES: Readonly<Record<LinkProfile, string>> = {
  hybrid: "X25519MLKEM768",
  cnsa: "MLKEM1024",
  legacy: "X25519MLKEM768 or X25519",
};

const NO_END = "no day is set";

/** Algorithms of the product, whether or not anything is shared. */
export function usesOfProduct(): readonly CryptoUse[] {
  const { algorithms, protocols }: CryptoInventory = cryptoInventory();
  return [
    ...algorithms.map(({ algorithm, places, allowedUntil, source, quantum }) => ({
      algorithm,
      use: places.map(({ purpose }) => purpose).join("; "),
      where: [...new Set(places.map((place) => place.package))].join(", "),
      until: allowedUntil === null ? NO_END : `${allowedUntil} (${source})`,
      quantumSafe: quantum === "safe" || quantum === "hybrid",
      ageDays: null,
    })),
    ...protocols.map(({ protocol, version, places, note, quantum }) => ({
      algorithm: `${protocol} ${version}`.trim(),
      use: `${places.map(({ purpose }) => purpose).join("; ")}: ${note}`,
      where: [...new Set(places.map((place) => place.package))].join(", "),
      ...{ until: NO_END, quantumSafe: quantum === "safe" || quantum === "hybrid", ageDays: null },
    })),
  ];
}

/** Keys of this node. */
export function usesOfNode({
  vault,
  peers,
  profile,
  now,
}: {
  readonly vault: Pick<KeyVault, "generation" | "protection">;
  readonly peers: readonly LinkPeer[];
  readonly profile: LinkProfile;
  /** Milliseconds since 1970. */
  readonly now: number;
}): readonly CryptoUse[] {
  return [
    {
      ...{
        algorithm: "ML-DSA-65+Ed25519",
        use: "identity of this node; both signatures must hold",
      },
      where: `key vault, generation ${vault.generation}, protected by ${vault.protection.kind}`,
      ...{ until: NO_END, quantumSafe: true, ageDays: null },
    },
    ...peers.map(({ id, enrolledAt, lastAt, sessions }) => ({
      algorithm: EXCHANGES[profile],
      use: `link to peer ${id}: a pre-shared key that rolls with every session (${sessions} so far)`,
      where: "store of link keys",
      ...{ until: NO_END, quantumSafe: profile !== "legacy" },
      ageDays: Math.max(0, now - (lastAt ?? enrolledAt)) / DAY,
    })),
  ];
}
