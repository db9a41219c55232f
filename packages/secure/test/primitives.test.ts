import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { portablePrimitives, SecureError } from "../src/index.ts";
import { nativePrimitives } from "../src/node/index.ts";
import {
  publicKeyFromDer,
  publicKeyToDer,
  secretKeyFromDer,
  secretKeyToDer,
} from "../src/node/primitives/der.ts";
import { nativeEd25519Sign, nativeEd25519Verify } from "../src/node/primitives/native.ts";
import { isSoundEd25519PublicKey } from "../src/primitives/parameters.ts";
import {
  portableEd25519Sign,
  portableEd25519Verify,
  portablePrimitivesFrom,
} from "../src/primitives/portable.ts";
import { base64, bytes, counting, flipped, goldenKeys, hex } from "./support/golden-keys.ts";

const native = nativePrimitives();
const portable = portablePrimitives();
const BOTH = [
  { name: "native", one: native, other: portable },
  { name: "portable", one: portable, other: native },
];
const KEMS = ["ML-KEM-512", "ML-KEM-768", "ML-KEM-1024", "X-Wing"] as const;
const SIGNATURES = ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87", "Ed25519"] as const;
const AEADS = ["AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305"] as const;
const MESSAGE = bytes("golden message");
const CONTEXT = bytes("golden context");
const NOTHING = new Uint8Array(0);

describe.each(BOTH)("primitives, $name", ({ one, other }) => {
  test.each(KEMS)("%s: keys, secrets and lengths as they were made elsewhere", (name) => {
    const golden = goldenKeys.kem[name];
    const kem = one.kem(name);
    const pair = kem.fromSeed(counting(kem.secretKeyLength));
    expect(hex(one.sha256(pair.publicKey))).toBe(golden?.publicKey);
    const secret = kem.decapsulate(pair.secretKey, base64(golden?.ciphertext ?? ""));
    expect(hex(secret)).toBe(golden?.sharedSecret);
    expect(pair.publicKey.length).toBe(kem.publicKeyLength);
    expect(pair.secretKey.length).toBe(kem.secretKeyLength);
    const made = kem.encapsulate(pair.publicKey);
    expect(made.ciphertext.length).toBe(kem.ciphertextLength);
    expect(made.sharedSecret.length).toBe(32);
    for (const array of [pair.publicKey, pair.secretKey, made.ciphertext, made.sharedSecret]) {
      // A Buffer has another `slice`.
      expect(Object.getPrototypeOf(array)).toBe(Uint8Array.prototype);
    }
  });

  test.each(KEMS)(
    "%s: what one encapsulates, the other opens; a changed one opens to noise",
    (name) => {
      for (let i = 0; i < 3; i++) {
        const pair = one.kem(name).generate();
        expect(other.kem(name).fromSeed(pair.secretKey).publicKey).toEqual(pair.publicKey);
        const made = other.kem(name).encapsulate(pair.publicKey);
        expect(one.kem(name).decapsulate(pair.secretKey, made.ciphertext)).toEqual(
          made.sharedSecret,
        );
        const changed = flipped(made.ciphertext, 77 * (i + 1));
        const rejected = one.kem(name).decapsulate(pair.secretKey, changed);
        expect(rejected).not.toEqual(made.sharedSecret);
        expect(rejected).toEqual(other.kem(name).decapsulate(pair.secretKey, changed));
      }
    },
  );

  test.each(KEMS)("%s: wrong lengths and coefficients beyond the modulus are refused", (name) => {
    const kem = one.kem(name);
    const pair = kem.generate();
    for (const change of [-1, 1]) {
      const publicKey = new Uint8Array(kem.publicKeyLength + change);
      const secretKey = new Uint8Array(kem.secretKeyLength + change);
      const ciphertext = new Uint8Array(kem.ciphertextLength + change);
      expect(() => kem.encapsulate(publicKey)).toThrow(SecureError);
      expect(() => kem.fromSeed(secretKey)).toThrow(SecureError);
      expect(() => kem.decapsulate(secretKey, new Uint8Array(kem.ciphertextLength))).toThrow(
        SecureError,
      );
      expect(() => kem.decapsulate(pair.secretKey, ciphertext)).toThrow(SecureError);
    }
    const beyond = pair.publicKey.slice();
    // The first coefficient, 12 bits little-endian, becomes q = 3329.
    beyond[0] = 0x01;
    beyond[1] = ((beyond[1] ?? 0) & 0xf0) | 0x0d;
    expect(() => kem.encapsulate(beyond)).toThrow(SecureError);
    expect(() => kem.encapsulate("key" as unknown as Uint8Array)).toThrow(SecureError);
  });

  test("X-Wing refuses to seal to an X25519 half of small order, yet always decapsulates", () => {
    const kem = one.kem("X-Wing");
    const pair = kem.generate();
    const weak = pair.publicKey.slice();
    weak.fill(0, 1184);
    expect(() => kem.encapsulate(weak)).toThrow(SecureError);
    const made = kem.encapsulate(pair.publicKey);
    made.ciphertext.fill(0, 1088);
    expect(kem.decapsulate(pair.secretKey, made.ciphertext)).toEqual(
      other.kem("X-Wing").decapsulate(pair.secretKey, made.ciphertext),
    );
  });

  test.each(SIGNATURES)("%s: keys and signatures as they were made elsewhere", (name) => {
    const golden = goldenKeys.signature[name];
    const scheme = one.signature(name);
    const pair = scheme.fromSeed(counting(32, 32));
    expect(hex(one.sha256(pair.publicKey))).toBe(golden?.publicKey);
    const text = golden?.signature ?? "";
    const signature = name === "Ed25519" ? new Uint8Array(Buffer.from(text, "hex")) : base64(text);
    expect(signature.length).toBe(scheme.signatureLength);
    expect(scheme.verify(pair.publicKey, MESSAGE, signature, CONTEXT)).toBe(true);
  });

  test.each(SIGNATURES)("%s: what one signs, the other verifies, and nothing else", (name) => {
    const scheme = one.signature(name);
    const pair = scheme.generate();
    const stranger = scheme.generate();
    const signature = scheme.sign(pair.secretKey, MESSAGE, CONTEXT);
    for (const { signature: pick } of [one, other]) {
      const checker = pick(name);
      const holds = (
        publicKey: Uint8Array,
        message: Uint8Array,
        made: Uint8Array,
        context: Uint8Array,
      ): boolean => checker.verify(publicKey, message, made, context);
      expect(holds(pair.publicKey, MESSAGE, signature, CONTEXT)).toBe(true);
      expect(holds(stranger.publicKey, MESSAGE, signature, CONTEXT)).toBe(false);
      expect(holds(pair.publicKey, flipped(MESSAGE, 9), signature, CONTEXT)).toBe(false);
      expect(holds(pair.publicKey, MESSAGE, flipped(signature, 100), CONTEXT)).toBe(false);
      expect(holds(pair.publicKey, MESSAGE, signature, NOTHING)).toBe(false);
      expect(holds(pair.publicKey, MESSAGE, signature, bytes("golden contexu"))).toBe(false);
      expect(holds(pair.publicKey, MESSAGE, signature.subarray(1), CONTEXT)).toBe(false);
      expect(holds(pair.publicKey.subarray(1), MESSAGE, signature, CONTEXT)).toBe(false);
      expect(holds(pair.publicKey, MESSAGE, signature, new Uint8Array(256))).toBe(false);
    }
    const none = scheme.sign(pair.secretKey, MESSAGE, NOTHING);
    expect(other.signature(name).verify(pair.publicKey, MESSAGE, none, NOTHING)).toBe(true);
    const longest = scheme.sign(pair.secretKey, NOTHING, new Uint8Array(255));
    expect(
      other.signature(name).verify(pair.publicKey, NOTHING, longest, new Uint8Array(255)),
    ).toBe(true);
    expect(() => scheme.sign(pair.secretKey, MESSAGE, new Uint8Array(256))).toThrow(SecureError);
    expect(() => scheme.sign(new Uint8Array(31), MESSAGE, CONTEXT)).toThrow(SecureError);
    expect(() => scheme.fromSeed(new Uint8Array(33))).toThrow(SecureError);
  });

  test("Ed25519: a context and a message cannot be drawn apart elsewhere", () => {
    const scheme = one.signature("Ed25519");
    const pair = scheme.generate();
    const signature = scheme.sign(pair.secretKey, bytes("bc"), bytes("a"));
    expect(scheme.verify(pair.publicKey, bytes("c"), signature, bytes("ab"))).toBe(false);
    expect(scheme.verify(pair.publicKey, bytes("\u0001abc"), signature, NOTHING)).toBe(false);
  });

  test.each(AEADS)("%s: both yield the same bytes, and refuse the same", (name) => {
    const aead = one.aead(name);
    const key = counting(aead.keyLength);
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 12, maxLength: 12 }),
        fc.uint8Array({ maxLength: 40 }),
        fc.uint8Array({ maxLength: 300 }),
        fc.nat(),
        (nonce, aad, text, bit) => {
          const sealed = aead.seal(key, nonce, aad, text);
          expect(sealed).toEqual(other.aead(name).seal(key, nonce, aad, text));
          expect(aead.open(key, nonce, aad, sealed)).toEqual(text);
          const target = new Uint8Array(sealed.length + 3);
          aead.sealInto?.(key, nonce, aad, text, target, 3);
          if (aead.sealInto !== undefined) expect(target.subarray(3)).toEqual(sealed);
          const changed = flipped(sealed, bit % (8 * sealed.length));
          expect(aead.open(key, nonce, aad, changed)).toBeNull();
          expect(aead.open(key, nonce, Uint8Array.of(...aad, 0), sealed)).toBeNull();
          expect(aead.open(key, nonce, aad, sealed.subarray(0, bit % 16))).toBeNull();
        },
      ),
      { numRuns: 40 },
    );
    const nonce = new Uint8Array(12);
    for (const at of [-1, 1]) {
      if (aead.sealInto === undefined) break;
      const target = new Uint8Array(16);
      expect(() => aead.sealInto?.(key, nonce, NOTHING, NOTHING, target, at)).toThrow(SecureError);
    }
    expect(() => aead.seal(key.subarray(1), nonce, NOTHING, NOTHING)).toThrow(SecureError);
    expect(() => aead.open(key, new Uint8Array(8), NOTHING, NOTHING)).toThrow(SecureError);
  });

  test("hashes, HMAC and HKDF agree at all sizes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 0, max: 200 }),
        (key, data, length) => {
          expect(one.sha256(data)).toEqual(other.sha256(data));
          expect(one.sha3_256(data)).toEqual(other.sha3_256(data));
          expect(one.hmacSha256(key, data)).toEqual(other.hmacSha256(key, data));
          expect(one.hmacSha384(key, data)).toEqual(other.hmacSha384(key, data));
          expect(one.hkdfSha256(key, data, key, length)).toEqual(
            other.hkdfSha256(key, data, key, length),
          );
        },
      ),
      { numRuns: 40 },
    );
    for (const info of [new Uint8Array(1024), new Uint8Array(1025), new Uint8Array(5000)]) {
      expect(one.hkdfSha256(MESSAGE, CONTEXT, info, 8160)).toEqual(
        other.hkdfSha256(MESSAGE, CONTEXT, info, 8160),
      );
    }
    expect(() => one.hkdfSha256(MESSAGE, CONTEXT, NOTHING, 8161)).toThrow(SecureError);
    expect(() => one.hkdfSha256(MESSAGE, CONTEXT, NOTHING, 1.5)).toThrow(SecureError);
  });

  test("X25519 agrees, and refuses all points of small order", () => {
    const a = one.random(32);
    const b = one.random(32);
    const base = new Uint8Array(32);
    base[0] = 9;
    const shared = one.x25519(a, other.x25519(b, base));
    expect(shared).toEqual(other.x25519(b, one.x25519(a, base)));
    for (const point of [
      "00".repeat(32),
      `01${"00".repeat(31)}`,
      "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
      "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
      `ec${"ff".repeat(30)}7f`,
      `ed${"ff".repeat(30)}7f`,
      `ee${"ff".repeat(30)}7f`,
    ]) {
      expect(() => one.x25519(a, new Uint8Array(Buffer.from(point, "hex")))).toThrow(SecureError);
    }
    expect(() => one.x25519(a.subarray(1), base)).toThrow(SecureError);
    expect(() => one.x25519(a, base.subarray(1))).toThrow(SecureError);
  });

  test("names that are none are refused, those of objects' own properties too", () => {
    for (const name of ["ML-KEM-256", "toString", "__proto__", ""]) {
      expect(() => one.kem(name as "X-Wing")).toThrow(SecureError);
      expect(() => one.signature(name as "Ed25519")).toThrow(SecureError);
      expect(() => one.aead(name as "AES-256-GCM")).toThrow(SecureError);
    }
    expect(() => one.random(-1)).toThrow(SecureError);
    expect(() => one.random(65537)).toThrow(SecureError);
    expect(one.random(65536).some((byte) => byte !== 0)).toBe(true);
  });

  test("a key that is overwritten in place is another key", () => {
    const scheme = one.signature("ML-DSA-44");
    const first = scheme.generate();
    const second = scheme.generate();
    const secret = first.secretKey.slice();
    const shown = first.publicKey.slice();
    const before = scheme.sign(secret, MESSAGE, NOTHING);
    expect(scheme.verify(shown, MESSAGE, before, NOTHING)).toBe(true);
    secret.set(second.secretKey);
    shown.set(second.publicKey);
    const after = scheme.sign(secret, MESSAGE, NOTHING);
    expect(scheme.verify(shown, MESSAGE, after, NOTHING)).toBe(true);
    expect(scheme.verify(shown, MESSAGE, before, NOTHING)).toBe(false);
    const kem = one.kem("X-Wing");
    const pairs = [kem.generate(), kem.generate()];
    const key = new Uint8Array(kem.publicKeyLength);
    const seed = new Uint8Array(32);
    for (const pair of pairs) {
      key.set(pair.publicKey);
      seed.set(pair.secretKey);
      const made = kem.encapsulate(key);
      expect(kem.decapsulate(seed, made.ciphertext)).toEqual(made.sharedSecret);
    }
  });
});

describe("Ed25519 public keys and signatures", () => {
  const CHECKS = [nativeEd25519Verify, portableEd25519Verify];

  test("bare signatures are the same, and both verify them", () => {
    const seed = counting(32);
    const signature = nativeEd25519Sign(seed, MESSAGE);
    expect(portableEd25519Sign(seed, MESSAGE)).toEqual(signature);
    const { publicKey } = native.signature("Ed25519").fromSeed(seed);
    for (const check of CHECKS) expect(check(publicKey, MESSAGE, signature)).toBe(true);
  });

  test("points of small order sign anything, and are refused; so are encodings that are not canonical", () => {
    const identity = `01${"00".repeat(31)}`;
    const weak = [
      identity,
      "00".repeat(32),
      `${"00".repeat(31)}80`,
      `ec${"ff".repeat(30)}7f`,
      `ec${"ff".repeat(31)}`,
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
      `ee${"ff".repeat(30)}7f`,
      `${"ff".repeat(32)}`,
      `ed${"ff".repeat(30)}7f`,
    ];
    // S = 0 and R the identity hold under a key of the identity for every message.
    const forged = new Uint8Array(Buffer.from(identity + "00".repeat(32), "hex"));
    for (const key of weak) {
      for (const check of CHECKS) {
        expect(check(new Uint8Array(Buffer.from(key, "hex")), MESSAGE, forged), key).toBe(false);
      }
    }
  });

  test("encodings of y beyond the field are not sound, though they stand for points", () => {
    const encoded = (lowest: number, top: number): Uint8Array =>
      Uint8Array.of(lowest, ...new Array<number>(30).fill(top === 0 ? 0 : 255), top);
    for (let y = 0; y < 19; y++) {
      // p + y; with the sign bit as well.
      expect(isSoundEd25519PublicKey(encoded(0xed + y, 0x7f)), `${y}`).toBe(false);
      expect(isSoundEd25519PublicKey(encoded(0xed + y, 0xff)), `-${y}`).toBe(false);
      expect(isSoundEd25519PublicKey(encoded(y, 0)), `${y}`).toBe(y > 1);
    }
  });

  test("both decide alike where the equation holds only up to a point of small order", () => {
    const { Point } = ed25519;
    const number = (data: Uint8Array): bigint =>
      data.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
    const torsion = Point.fromHex(
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    );
    const secret = 123456789n;
    const key = Point.BASE.multiply(secret).add(torsion).toBytes();
    let held = 0;
    for (let i = 0; i < 64; i++) {
      const nonce = BigInt(1000 + i);
      const r = Point.BASE.multiply(nonce).toBytes();
      const k = number(sha512(Uint8Array.of(...r, ...key, ...MESSAGE))) % Point.Fn.ORDER;
      const signature = Uint8Array.of(
        ...r,
        ...Point.Fn.toBytes(Point.Fn.create(nonce + k * secret)),
      );
      // R + kA = SB holds exactly where k makes the point of order eight vanish.
      const [a, b] = CHECKS.map((check) => check(key, MESSAGE, signature));
      expect(a).toBe(k % 8n === 0n);
      expect(b).toBe(a);
      if (a === true) held++;
    }
    expect(held).toBeGreaterThan(0);
  });

  test("S beyond the group's order is refused", () => {
    const seed = counting(32);
    const { publicKey } = native.signature("Ed25519").fromSeed(seed);
    const signature = nativeEd25519Sign(seed, MESSAGE);
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    let s = order;
    for (let i = 63; i >= 32; i--) s += BigInt(signature[i] ?? 0) << BigInt(8 * (i - 32));
    const malleable = signature.slice();
    for (let i = 32; i < 64; i++) {
      malleable[i] = Number(s & 255n);
      s >>= 8n;
    }
    for (const check of CHECKS) {
      expect(check(publicKey, MESSAGE, signature)).toBe(true);
      expect(check(publicKey, MESSAGE, malleable)).toBe(false);
    }
  });
});

describe("DER", () => {
  const ALGORITHMS = [
    ["ML-KEM-512", 800, 64],
    ["ML-KEM-768", 1184, 64],
    ["ML-KEM-1024", 1568, 64],
    ["ML-DSA-44", 1312, 32],
    ["ML-DSA-65", 1952, 32],
    ["ML-DSA-87", 2592, 32],
    ["Ed25519", 32, 32],
    ["X25519", 32, 32],
  ] as const;

  test.each(ALGORITHMS)("%s goes there and back", (name, publicLength, secretLength) => {
    const publicKey = counting(publicLength);
    const secretKey = counting(secretLength);
    expect(publicKeyFromDer(name, publicKeyToDer(name, publicKey))).toEqual(publicKey);
    expect(secretKeyFromDer(name, secretKeyToDer(name, secretKey))).toEqual(secretKey);
    expect(() => publicKeyToDer(name, publicKey.subarray(1))).toThrow(SecureError);
    expect(() => secretKeyToDer(name, new Uint8Array(secretLength + 1))).toThrow(SecureError);
    expect(() => publicKeyFromDer(name, secretKeyToDer(name, secretKey))).toThrow(SecureError);
    const der = publicKeyToDer(name, publicKey);
    expect(() => publicKeyFromDer(name, flipped(der, 50))).toThrow(SecureError);
    expect(() => publicKeyFromDer(name, Uint8Array.of(...der, 0))).toThrow(SecureError);
  });

  test("one algorithm's keys are not another's", () => {
    const der = publicKeyToDer("Ed25519", counting(32));
    expect(() => publicKeyFromDer("X25519", der)).toThrow(SecureError);
  });
});

test("prescribed randomness makes the portable signatures repeatable, the system's does not", () => {
  const fixed = portablePrimitivesFrom((length) => counting(length)).signature("ML-DSA-44");
  const pair = fixed.fromSeed(counting(32));
  const signature = fixed.sign(pair.secretKey, MESSAGE, CONTEXT);
  expect(fixed.sign(pair.secretKey, MESSAGE, CONTEXT)).toEqual(signature);
  for (const primitives of [native, portable]) {
    const scheme = primitives.signature("ML-DSA-44");
    const first = scheme.sign(pair.secretKey, MESSAGE, CONTEXT);
    expect(scheme.sign(pair.secretKey, MESSAGE, CONTEXT)).not.toEqual(first);
  }
});
