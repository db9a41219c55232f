/** What the inventory of algorithms says of each. */

/** What an algorithm does, in CycloneDX's words. */
export type CryptoPrimitive =
  | "ae"
  | "combiner"
  | "drbg"
  | "hash"
  | "kdf"
  | "kem"
  | "key-agree"
  | "mac"
  | "pke"
  | "signature"
  | "xof"
  | "other";

/**
 * What a quantum computer does to it. `safe`: nothing that matters. `hybrid`: it would break this part; here it is
 * combined with a part that it does not break. `broken`: it would break it. `weak`: broken or ageing today already,
 * used only where a device of others knows nothing better.
 */
export type QuantumStanding = "safe" | "hybrid" | "broken" | "weak";

/** Where and for what an algorithm is used. */
export type CryptoPlace = {
  /** Package: `secure`, `edge`. */
  readonly package: string;
  /** What for, in a few words. */
  readonly purpose: string;
  /** Library that uses it, where the package's own sources do not name it. */
  readonly through?: string;
};

/** What authorities say; a sentence each, null where they say nothing of it. */
export type CryptoStatus = {
  /** US National Institute of Standards and Technology. */
  readonly nist: string | null;
  /** German Federal Office for Information Security, TR-02102-1. */
  readonly bsi: string | null;
  /** US National Security Agency, CNSA 2.0. */
  readonly cnsa: string | null;
  /** French cybersecurity agency. */
  readonly anssi: string | null;
};

/** One algorithm of the product. */
export type CryptoUse = {
  /** `ML-KEM-768`. */
  readonly algorithm: string;
  /** Other spellings under which it stands in the sources, lower case. */
  readonly aliases: readonly string[];
  /** Kind of algorithm. */
  readonly primitive: CryptoPrimitive;
  /** Key, digest or parameter set. */
  readonly parameters: string;
  /** Where it is specified. */
  readonly standard: string;
  /** Object identifier; null where it has none. */
  readonly oid: string | null;
  /** Bits against a classical attacker; null where that says nothing. */
  readonly classicalBits: number | null;
  /** NIST's category against a quantum computer, 0 (none) to 5. */
  readonly quantumLevel: number;
  /** What a quantum computer does to it. */
  readonly quantum: QuantumStanding;
  /** Who computes it. */
  readonly implementation: string;
  /** Packages that use it, one entry each. */
  readonly places: readonly CryptoPlace[];
  /** What authorities say of it. */
  readonly status: CryptoStatus;
  /** Last day on which it may be used (`2035-12-31`), by the strictest of those who set one; null: none is set. */
  readonly allowedUntil: string | null;
  /** Who set that day, and where. */
  readonly source: string;
  /** What takes its place, or has taken it here. */
  readonly replacedBy: string | null;
};

/** A protocol that combines algorithms. */
export type ProtocolUse = {
  /** Its name without the version, `TLS`. */
  readonly protocol: string;
  /** Version, `1.3`. */
  readonly version: string;
  /** Names of algorithms that this product demands of it; empty: the other side's choice. */
  readonly algorithms: readonly string[];
  /** Packages that speak it, one entry each. */
  readonly places: readonly CryptoPlace[];
  /** What a quantum computer does to it as it is used here. */
  readonly quantum: QuantumStanding;
  /** What the product demands, in a sentence. */
  readonly note: string;
};

/** Everything that is used, and what only looks like it. */
export type CryptoInventory = {
  /** Version of the form of this inventory. */
  readonly version: 1;
  /** When its statements were checked against their sources, `2026-11`. */
  readonly checked: string;
  /** One entry for each algorithm. */
  readonly algorithms: readonly CryptoUse[];
  /** What combines them. */
  readonly protocols: readonly ProtocolUse[];
  /** Checksums and hashes of tables, which protect against accidents, not against people. */
  /** Listed so that nobody takes them for protection. */
  readonly notCryptographic: readonly {
    readonly algorithm: string;
    readonly aliases: readonly string[];
    readonly places: readonly CryptoPlace[];
  }[];
};
