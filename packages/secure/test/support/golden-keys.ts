import { readFileSync } from "node:fs";

/** Own golden values, for where the official ones are absent: `golden/keys.json`, where it says how they were made. */
export const goldenKeys = JSON.parse(
  readFileSync(new URL("../golden/keys.json", import.meta.url), "utf8"),
) as {
  readonly kem: Readonly<
    Record<string, { publicKey: string; ciphertext: string; sharedSecret: string }>
  >;
  readonly signature: Readonly<Record<string, { publicKey: string; signature: string }>>;
  readonly hpke: readonly { aead: "AES-256-GCM" | "ChaCha20-Poly1305"; sealed: string }[];
  readonly identity: Readonly<
    Record<"fingerprint" | "signature" | "recoveryCode" | "rotation", string>
  >;
};

/** Bytes that count up. */
export function counting(length: number, start = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (start + i) & 255);
}

/** Text as UTF-8. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Hexadecimal digits. */
export function hex(data: Uint8Array): string {
  return Buffer.from(data).toString("hex");
}

/** Bytes of base64. */
export function base64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

/** A copy with one bit turned. */
export function flipped(data: Uint8Array, bit: number): Uint8Array {
  const copy = data.slice();
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
