import * as peer from "hpke";
import { describe, expect, test } from "vitest";
import { hpkeSuite, portablePrimitives, SecureError } from "../src/index.ts";
import { nativePrimitives } from "../src/node/index.ts";
import { base64, bytes, counting, flipped, goldenKeys } from "./support/golden-keys.ts";

const native = nativePrimitives();
const portable = portablePrimitives();
const TEXT = bytes("golden message");
const AAD = bytes("golden context");
const INFO = bytes("golden info");

const SUITES = [
  ["X-Wing", "HKDF-SHA256", "AES-256-GCM"],
  ["X-Wing", "HKDF-SHA256", "ChaCha20-Poly1305"],
  ["ML-KEM-768", "HKDF-SHA256", "AES-256-GCM"],
  ["ML-KEM-1024", "HKDF-SHA384", "AES-256-GCM"],
  ["ML-KEM-1024", "HKDF-SHA256", "ChaCha20-Poly1305"],
  ["ML-KEM-512", "HKDF-SHA256", "AES-128-GCM"],
] as const;

const PEER_KEM = {
  "ML-KEM-512": peer.KEM_ML_KEM_512,
  "ML-KEM-768": peer.KEM_ML_KEM_768,
  "ML-KEM-1024": peer.KEM_ML_KEM_1024,
  "X-Wing": peer.KEM_MLKEM768_X25519,
};
const PEER_KDF = { "HKDF-SHA256": peer.KDF_HKDF_SHA256, "HKDF-SHA384": peer.KDF_HKDF_SHA384 };
const PEER_AEAD = {
  "AES-128-GCM": peer.AEAD_AES_128_GCM,
  "AES-256-GCM": peer.AEAD_AES_256_GCM,
  "ChaCha20-Poly1305": peer.AEAD_ChaCha20Poly1305,
};

describe.each(SUITES)("%s, %s, %s", (kem, kdf, aead) => {
  const names = { kem, kdf, aead };
  const theirs = new peer.CipherSuite(PEER_KEM[kem], PEER_KDF[kdf], PEER_AEAD[aead]);
  const pskId = bytes("name of a key");
  const psk = counting(32, 100);

  test.each([
    { name: "native", one: native },
    { name: "portable", one: portable },
  ])("$name and the hpke package open each other's messages in turn", async ({ one }) => {
    const suite = hpkeSuite(one, names);
    const pair = one.kem(kem).generate();
    for (const secret of [undefined, { psk, pskId }]) {
      const options = { info: INFO, ...(secret === undefined ? {} : { psk: secret }) };
      const sender = suite.setupSender(pair.publicKey, options);
      const recipient = await theirs.SetupRecipient(
        await theirs.DeserializePrivateKey(pair.secretKey),
        sender.encapsulated,
        { info: INFO, ...secret },
      );
      // More than 256, so that the sequence number carries.
      for (let i = 0; i < 260; i++) {
        const sealed = sender.seal(Uint8Array.of(i & 255), AAD);
        expect(await recipient.Open(sealed, AAD)).toEqual(Uint8Array.of(i & 255));
      }
      expect(await recipient.Export(AAD, 77)).toEqual(sender.export(AAD, 77));

      const { encapsulatedSecret, ctx } = await theirs.SetupSender(
        await theirs.DeserializePublicKey(pair.publicKey),
        { info: INFO, ...secret },
      );
      const receiver = suite.setupReceiver(pair.secretKey, encapsulatedSecret, options);
      for (let i = 0; i < 3; i++) {
        expect(receiver.open(await ctx.Seal(TEXT, AAD), AAD)).toEqual(TEXT);
      }
      expect(receiver.export(AAD, 32)).toEqual(await ctx.Export(AAD, 32));
    }
  });

  test("a single message has the overhead that is promised, and opens on the other implementation", () => {
    const pair = native.kem(kem).generate();
    for (const [from, to] of [
      [native, portable],
      [portable, native],
    ] as const) {
      const sealed = hpkeSuite(from, names).seal(pair.publicKey, TEXT, AAD, { info: INFO });
      expect(sealed.length).toBe(TEXT.length + hpkeSuite(from, names).overhead);
      const opened = hpkeSuite(to, names).open(pair.secretKey, sealed, AAD, { info: INFO });
      expect(opened).toEqual(TEXT);
    }
  });
});

describe("HPKE", () => {
  const suite = hpkeSuite(native, { kem: "X-Wing", aead: "AES-256-GCM" });
  const pair = native.kem("X-Wing").generate();

  test("a small record is sealed with 1,136 bytes on top", () => {
    expect(suite.overhead).toBe(1136);
    expect(suite.seal(pair.publicKey, new Uint8Array(256)).length).toBe(256 + 1136);
  });

  test.each(goldenKeys.hpke)("opens what was sealed elsewhere, $aead", ({ aead, sealed }) => {
    const secret = counting(32);
    for (const primitives of [native, portable]) {
      const one = hpkeSuite(primitives, { kem: "X-Wing", aead });
      expect(one.open(secret, base64(sealed), AAD, { info: INFO })).toEqual(TEXT);
    }
  });

  test("refuses what was changed, cut, or meant for others", () => {
    const sealed = suite.seal(pair.publicKey, TEXT, AAD, { info: INFO });
    const open = (
      message: Uint8Array,
      aad = AAD,
      info = INFO,
      secret = pair.secretKey,
    ): Uint8Array => suite.open(secret, message, aad, { info });
    expect(open(sealed)).toEqual(TEXT);
    for (let bit = 0; bit < 8 * sealed.length; bit += 997) {
      expect(() => open(flipped(sealed, bit))).toThrow(SecureError);
    }
    for (const length of [0, 1, 1119, 1120, 1135, sealed.length - 1]) {
      expect(() => open(sealed.subarray(0, length))).toThrow(SecureError);
    }
    expect(() => open(Uint8Array.of(...sealed, 0))).toThrow(SecureError);
    expect(() => open(sealed, INFO)).toThrow(SecureError);
    expect(() => open(sealed, AAD, AAD)).toThrow(SecureError);
    expect(() => open(sealed, AAD, INFO, native.random(32))).toThrow(SecureError);
    const other = hpkeSuite(native, { kem: "X-Wing", aead: "ChaCha20-Poly1305" });
    expect(() => other.open(pair.secretKey, sealed, AAD, { info: INFO })).toThrow(SecureError);
  });

  test("messages open in their order only, and a wrong one does not spend the turn", () => {
    const sender = suite.setupSender(pair.publicKey);
    const receiver = suite.setupReceiver(pair.secretKey, sender.encapsulated);
    const [first, second] = [sender.seal(bytes("1")), sender.seal(bytes("2"))];
    expect(() => receiver.open(second)).toThrow(SecureError);
    expect(receiver.open(first)).toEqual(bytes("1"));
    expect(() => receiver.open(first)).toThrow(SecureError);
    expect(receiver.open(second)).toEqual(bytes("2"));
  });

  test("modes cannot be mixed, nor pre-shared keys be short or without a name", () => {
    const psk = { psk: counting(32), pskId: bytes("id") };
    const sealed = suite.seal(pair.publicKey, TEXT, AAD, { psk });
    expect(suite.open(pair.secretKey, sealed, AAD, { psk })).toEqual(TEXT);
    expect(() => suite.open(pair.secretKey, sealed, AAD)).toThrow(SecureError);
    const wrong = { ...psk, psk: counting(32, 1) };
    expect(() => suite.open(pair.secretKey, sealed, AAD, { psk: wrong })).toThrow(SecureError);
    const renamed = { ...psk, pskId: bytes("ie") };
    expect(() => suite.open(pair.secretKey, sealed, AAD, { psk: renamed })).toThrow(SecureError);
    for (const bad of [
      { psk: counting(31), pskId: bytes("id") },
      { psk: counting(32), pskId: new Uint8Array(0) },
    ]) {
      expect(() => suite.setupSender(pair.publicKey, { psk: bad })).toThrow(SecureError);
    }
  });

  test("a closed context does nothing any more; exports are bounded", () => {
    const sender = suite.setupSender(pair.publicKey);
    expect(sender.export(AAD, 255 * 32).length).toBe(255 * 32);
    expect(() => sender.export(AAD, 255 * 32 + 1)).toThrow(SecureError);
    sender.close();
    expect(() => sender.seal(TEXT)).toThrow(SecureError);
    expect(() => sender.export(AAD, 32)).toThrow(SecureError);
  });

  test("names that are none are refused", () => {
    for (const names of [
      { kem: "X25519", aead: "AES-256-GCM" },
      { kem: "X-Wing", aead: "AES-256-CBC" },
      { kem: "X-Wing", aead: "AES-256-GCM", kdf: "SHAKE256" },
      { kem: "constructor", aead: "AES-256-GCM" },
    ]) {
      expect(() => hpkeSuite(native, names as never)).toThrow(SecureError);
    }
  });
});
