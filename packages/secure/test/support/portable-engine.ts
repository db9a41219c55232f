import { ml_dsa44, ml_dsa65, ml_dsa87 } from "@noble/post-quantum/ml-dsa.js";
import { ml_kem512, ml_kem768, ml_kem1024 } from "@noble/post-quantum/ml-kem.js";
import {
  slh_dsa_sha2_192f,
  slh_dsa_sha2_192s,
  slh_dsa_sha2_256f,
  slh_dsa_shake_128f,
  slh_dsa_shake_192s,
  slh_dsa_shake_256f,
} from "@noble/post-quantum/slh-dsa.js";
import {
  portableEd25519Verify,
  portablePrimitives,
  portablePrimitivesFrom,
} from "../../src/primitives/portable.ts";
import type { Engine } from "./engines.ts";

const KEMS = { "ML-KEM-512": ml_kem512, "ML-KEM-768": ml_kem768, "ML-KEM-1024": ml_kem1024 };
const DSAS = { "ML-DSA-44": ml_dsa44, "ML-DSA-65": ml_dsa65, "ML-DSA-87": ml_dsa87 };

const SLH_DSAS: Readonly<Record<string, typeof slh_dsa_sha2_192f>> = {
  "SLH-DSA-SHA2-192f": slh_dsa_sha2_192f,
  "SLH-DSA-SHA2-192s": slh_dsa_sha2_192s,
  "SLH-DSA-SHA2-256f": slh_dsa_sha2_256f,
  "SLH-DSA-SHAKE-128f": slh_dsa_shake_128f,
  "SLH-DSA-SHAKE-192s": slh_dsa_shake_192s,
  "SLH-DSA-SHAKE-256f": slh_dsa_shake_256f,
};

function slh(name: string): typeof slh_dsa_sha2_192f {
  const scheme = SLH_DSAS[name];
  if (scheme === undefined) throw new Error(`no ${name} here`);
  return scheme;
}

/** What runs in browsers; runs in Node.js as well. */
export const portableEngine: Engine = {
  name: "portable",
  primitives: portablePrimitives(),
  derandomised: portablePrimitivesFrom,
  ed25519Verify: portableEd25519Verify,
  decapsulateExpanded: (name, secretKey, ciphertext) =>
    KEMS[name].decapsulate(ciphertext, secretKey),
  signExpanded: (name, secretKey, message, context, randomness) =>
    DSAS[name].sign(message, secretKey, { context, extraEntropy: randomness }),
  exact: true,
  internal: {
    sign: (name, secretKey, input, randomness) =>
      "mu" in input
        ? DSAS[name].internal.sign(input.mu, secretKey, {
            externalMu: true,
            extraEntropy: randomness,
          })
        : DSAS[name].internal.sign(input.message, secretKey, { extraEntropy: randomness }),
    verify(name, publicKey, message, signature) {
      try {
        return DSAS[name].internal.verify(signature, message, publicKey);
      } catch {
        return false;
      }
    },
    expand: (name, seed) => DSAS[name].keygen(seed).secretKey,
  },
  slhDsa: {
    verify(name, publicKey, message, signature) {
      const scheme = slh(name);
      try {
        return scheme.internal.verify(signature, message, publicKey);
      } catch {
        return false;
      }
    },
    generate: (name, seed) => slh(name).keygen(seed),
  },
};
