import { describe, expect, test } from "vitest";
import {
  createIdentity,
  DUAL_SIGNATURE_LENGTH,
  decodeRecoveryCode,
  encodeRecoveryCode,
  followRotations,
  PUBLIC_IDENTITY_LENGTH,
  parsePublicIdentity,
  parseRotation,
  portablePrimitives,
  publicIdentityBytes,
  revokeIdentity,
  rotateIdentity,
  SecureError,
  verifyIdentity,
} from "../src/index.ts";
import { nativePrimitives } from "../src/node/index.ts";
import { portablePrimitivesFrom } from "../src/primitives/portable.ts";
import { bytes, counting, flipped, goldenKeys, hex } from "./support/golden-keys.ts";

const native = nativePrimitives();
const portable = portablePrimitives();
const MESSAGE = bytes("golden message");
const FOR = "golden context";
const ML_DSA = 3309;

const [alice, bob, carol] = [1, 2, 3].map((n) => createIdentity(native, counting(32, n * 32)));
if (alice === undefined || bob === undefined || carol === undefined) throw new Error("no names");

describe("identities", () => {
  test("follow from their seed alone, on both implementations, as they always did", () => {
    const zero = portablePrimitivesFrom((length) => new Uint8Array(length));
    for (const primitives of [native, portable, zero]) {
      const identity = createIdentity(primitives, counting(32));
      expect(identity.public.fingerprint).toBe(goldenKeys.identity.fingerprint);
    }
    const signature = createIdentity(zero, counting(32)).sign(FOR, MESSAGE);
    expect(hex(native.sha256(signature))).toBe(goldenKeys.identity.signature);
    expect(createIdentity(native).public.fingerprint).not.toBe(
      createIdentity(native).public.fingerprint,
    );
    expect(() => createIdentity(native, counting(31))).toThrow(SecureError);
  });

  test("keep their seed's bytes to themselves", () => {
    const seed = native.random(32);
    const identity = createIdentity(native, seed);
    seed.fill(0);
    const signature = identity.sign(FOR, MESSAGE);
    expect(verifyIdentity(native, identity.public, FOR, MESSAGE, signature)).toBe(true);
    expect(JSON.stringify(identity)).not.toContain("secret");
    expect(Object.keys(identity)).toEqual(["public", "sign"]);
  });

  test("have a fingerprint of eight groups of four, and go through bytes unchanged", () => {
    expect(alice.public.fingerprint).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}$/);
    const data = publicIdentityBytes(alice.public);
    expect(data.length).toBe(PUBLIC_IDENTITY_LENGTH);
    expect(parsePublicIdentity(portable, data)).toEqual(alice.public);
  });

  test("are refused with a wrong length, suite, or Ed25519 key", () => {
    const data = publicIdentityBytes(alice.public);
    const refused = (bad: Uint8Array): void =>
      expect(() => parsePublicIdentity(native, bad)).toThrow(SecureError);
    refused(data.subarray(1));
    refused(Uint8Array.of(...data, 0));
    refused(new Uint8Array(0));
    const suite = data.slice();
    suite[0] = 2;
    refused(suite);
    const small = data.slice();
    small.fill(0, 1953);
    refused(small);
    const beyond = data.slice();
    beyond.fill(255, 1953);
    refused(beyond);
    expect(() => publicIdentityBytes({ ...alice.public, ed25519: counting(31) })).toThrow(
      SecureError,
    );
  });
});

describe("dual signatures", () => {
  const signature = alice.sign(FOR, MESSAGE);
  const holds = (
    made: Uint8Array,
    who = alice.public,
    context = FOR,
    message = MESSAGE,
  ): boolean => {
    const verdict = verifyIdentity(native, who, context, message, made);
    expect(verifyIdentity(portable, who, context, message, made)).toBe(verdict);
    return verdict;
  };

  test("hold for their message, context and maker only", () => {
    expect(signature.length).toBe(DUAL_SIGNATURE_LENGTH);
    expect(holds(signature)).toBe(true);
    expect(holds(signature, bob.public)).toBe(false);
    expect(holds(signature, alice.public, "another context")).toBe(false);
    expect(holds(signature, alice.public, FOR, bytes("golden messagf"))).toBe(false);
  });

  test("fall with either half: changed, stripped, swapped, or of another time", () => {
    expect(holds(flipped(signature, 8))).toBe(false);
    expect(holds(flipped(signature, 8 * ML_DSA + 8))).toBe(false);
    expect(holds(signature.subarray(0, ML_DSA))).toBe(false);
    expect(holds(signature.subarray(ML_DSA))).toBe(false);
    const empty = signature.slice();
    empty.fill(0, ML_DSA);
    expect(holds(empty)).toBe(false);
    const other = signature.slice();
    other.fill(0, 0, ML_DSA);
    expect(holds(other)).toBe(false);
    const swapped = new Uint8Array(DUAL_SIGNATURE_LENGTH);
    swapped.set(signature.subarray(ML_DSA));
    swapped.set(signature.subarray(0, ML_DSA), 64);
    expect(holds(swapped)).toBe(false);
    // The halves of two signatures that hold, over different messages.
    const second = alice.sign(FOR, bytes("second"));
    const mixed = signature.slice();
    mixed.set(second.subarray(ML_DSA), ML_DSA);
    expect(holds(mixed)).toBe(false);
    expect(holds(mixed, alice.public, FOR, bytes("second"))).toBe(false);
  });

  test("cannot be put together from two makers' halves, nor their keys to a third identity", () => {
    const theirs = bob.sign(FOR, MESSAGE);
    const mixed = signature.slice();
    mixed.set(theirs.subarray(ML_DSA), ML_DSA);
    const hybrid = { ...alice.public, ed25519: bob.public.ed25519 };
    for (const who of [alice.public, bob.public, hybrid]) expect(holds(mixed, who)).toBe(false);
  });

  test("do not pass as signatures of one scheme alone", () => {
    const context = bytes(FOR);
    const half = signature.subarray(ML_DSA);
    const { ed25519, mlDsa65 } = alice.public;
    expect(native.signature("Ed25519").verify(ed25519, MESSAGE, half, context)).toBe(false);
    const lattice = signature.subarray(0, ML_DSA);
    expect(native.signature("ML-DSA-65").verify(mlDsa65, MESSAGE, lattice, context)).toBe(false);
  });

  test("need to say what they are for", () => {
    for (const context of ["", "x".repeat(201), "ü".repeat(101)]) {
      expect(() => alice.sign(context, MESSAGE)).toThrow(SecureError);
    }
    const longest = "x".repeat(200);
    expect(holds(alice.sign(longest, MESSAGE), alice.public, longest)).toBe(true);
  });
});

describe("rotation", () => {
  const first = rotateIdentity(native, alice, bob, { sequence: 1, at: 1000 });
  const second = rotateIdentity(native, bob, carol, { sequence: 2, at: 2000 });
  const end = revokeIdentity(native, carol, { sequence: 3, at: 3000 });
  const follow = (...line: Uint8Array[]): ReturnType<typeof followRotations> =>
    followRotations(native, alice.public, line);

  test("is written as it always was", () => {
    const zero = portablePrimitivesFrom((length) => new Uint8Array(length));
    const [old, next] = [counting(32), counting(32, 64)].map((s) => createIdentity(zero, s));
    if (old === undefined || next === undefined) throw new Error("no identities");
    const statement = rotateIdentity(zero, old, next, { sequence: 1, at: 1700000000000 });
    expect(statement.length).toBe(8780);
    expect(hex(native.sha256(statement))).toBe(goldenKeys.identity.rotation);
    expect(parseRotation(portable, statement)).toEqual({
      sequence: 1,
      at: 1700000000000,
      from: old.public.fingerprint,
      to: next.public,
    });
  });

  test("leads to the identity that holds now, and says which do not any more", () => {
    const names = [alice, bob, carol].map((one) => one.public.fingerprint);
    expect(follow()).toEqual({ current: alice.public, revoked: [], sequence: 0 });
    expect(follow(first).current).toEqual(bob.public);
    expect(follow(first, second)).toEqual({
      current: carol.public,
      revoked: names.slice(0, 2),
      sequence: 2,
    });
    expect(follow(first, second, end)).toEqual({ current: null, revoked: names, sequence: 3 });
    expect(followRotations(portable, bob.public, [second], 1).current).toEqual(carol.public);
  });

  test("is refused out of order, replayed, with a statement missing, branches or loops, or after the end", () => {
    const refused = (...line: Uint8Array[]): void =>
      expect(() => follow(...line)).toThrow(SecureError);
    refused(second);
    refused(second, first);
    refused(first, first);
    refused(first, end);
    const branch = rotateIdentity(native, alice, carol, { sequence: 2, at: 1500 });
    refused(first, branch);
    const loop = rotateIdentity(native, bob, alice, { sequence: 2, at: 1500 });
    refused(first, loop);
    const late = rotateIdentity(native, carol, bob, { sequence: 4, at: 4000 });
    refused(first, second, end, late);
    expect(() => followRotations(native, bob.public, [second], 2)).toThrow(SecureError);
    expect(() => rotateIdentity(native, alice, alice, { sequence: 1, at: 0 })).toThrow(SecureError);
    for (const place of [
      { sequence: 0, at: 0 },
      { sequence: 1.5, at: 0 },
      { sequence: 2 ** 32, at: 0 },
      { sequence: 1, at: -1 },
      { sequence: 1, at: Number.NaN },
    ]) {
      expect(() => rotateIdentity(native, alice, bob, place)).toThrow(SecureError);
    }
  });

  test("needs the signatures of both, and every bit of it counts", () => {
    for (let bit = 0; bit < 8 * first.length; bit += 1493) {
      expect(() => follow(flipped(first, bit)), `bit ${bit}`).toThrow(SecureError);
    }
    for (const length of [0, 3, 4, 5, 48, 3422, first.length - 1]) {
      expect(() => follow(first.subarray(0, length))).toThrow(SecureError);
    }
    // Somebody else names Alice's key as their successor without her signature.
    const stolen = first.slice();
    stolen.set(first.subarray(2034, 2034 + DUAL_SIGNATURE_LENGTH), 2034 + DUAL_SIGNATURE_LENGTH);
    expect(() => follow(stolen)).toThrow("successor");
  });
});

describe("recovery codes", () => {
  test("are twelve groups of five, and bring the secret back however they are typed", () => {
    const secret = counting(32);
    const code = encodeRecoveryCode(native, secret);
    expect(code).toBe(goldenKeys.identity.recoveryCode);
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){11}[0-9A-HJKMNP-TV-Z]{5}$/);
    const typed = code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l");
    for (const one of [code, typed, ` ${code.replaceAll("-", "")}\n`]) {
      expect(decodeRecoveryCode(portable, one)).toEqual(secret);
    }
    expect(() => encodeRecoveryCode(native, counting(31))).toThrow(SecureError);
  });

  test("every single wrong letter and every swap of neighbours is noticed, without repeating the code", () => {
    const code = encodeRecoveryCode(native, native.random(32));
    const plain = code.replaceAll("-", "");
    for (let i = 0; i < plain.length; i++) {
      const letter = plain[i] === "7" ? "8" : "7";
      const wrong = plain.slice(0, i) + letter + plain.slice(i + 1);
      expect(() => decodeRecoveryCode(native, wrong), `letter ${i}`).toThrow(SecureError);
      const [a, b] = [plain[i] ?? "", plain[i + 1] ?? ""];
      if (a === b || b === "") continue;
      const swapped = plain.slice(0, i) + b + a + plain.slice(i + 2);
      expect(() => decodeRecoveryCode(native, swapped), `swap ${i}`).toThrow(SecureError);
    }
    for (const bad of [
      "",
      plain.slice(1),
      `${plain}0`,
      `${plain.slice(1)}U`,
      `${plain.slice(1)}é`,
    ]) {
      try {
        decodeRecoveryCode(native, bad);
        expect.fail("was taken");
      } catch (error) {
        expect(error).toBeInstanceOf(SecureError);
        expect(String(error)).not.toContain(plain.slice(1, 20));
      }
    }
  });
});
