import type { Primitives } from "../../src/primitives/types.ts";

/** Names of the expanded parameter sets that official vectors come for. */
export type MlKem = "ML-KEM-512" | "ML-KEM-768" | "ML-KEM-1024";
/** Names of the signature parameter sets that official vectors come for. */
export type MlDsa = "ML-DSA-44" | "ML-DSA-65" | "ML-DSA-87";

/**
 * An implementation as official vectors want to see it: also below our interface, which has no expanded secret keys, no
 * prescribed randomness and no bare Ed25519. A null says that the platform has no way in.
 */
export interface Engine {
  readonly name: string;
  readonly primitives: Primitives;
  /** The primitives with prescribed randomness. */
  readonly derandomised: ((random: (length: number) => Uint8Array) => Primitives) | null;
  /** Ed25519 as RFC 8032 has it, without our context. */
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** Throws for keys or ciphertexts that are refused. */
  decapsulateExpanded(name: MlKem, secretKey: Uint8Array, ciphertext: Uint8Array): Uint8Array;
  /** Throws for keys or contexts that are refused; with `exact` null the signature is another each time. */
  signExpanded(
    name: MlDsa,
    secretKey: Uint8Array,
    message: Uint8Array,
    context: Uint8Array,
    randomness: Uint8Array,
  ): Uint8Array;
  /** Whether `signExpanded` uses the randomness it is given. */
  readonly exact: boolean;
  /** FIPS 204's internal interface (algorithms 7 and 8), over messages or over their digest mu. */
  readonly internal: {
    sign(
      name: MlDsa,
      secretKey: Uint8Array,
      input: { readonly message: Uint8Array } | { readonly mu: Uint8Array },
      randomness: Uint8Array,
    ): Uint8Array;
    verify(name: MlDsa, publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
    /** The expanded key of a seed. */
    expand(name: MlDsa, seed: Uint8Array): Uint8Array;
  } | null;
  /** FIPS 205's internal verification and key generation, by the parameter set's name. */
  readonly slhDsa: {
    verify(
      name: string,
      publicKey: Uint8Array,
      message: Uint8Array,
      signature: Uint8Array,
    ): boolean;
    generate(name: string, seed: Uint8Array): { publicKey: Uint8Array; secretKey: Uint8Array };
  } | null;
}
