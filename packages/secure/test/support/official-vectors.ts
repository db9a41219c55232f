import { SecureError } from "../../src/errors.ts";
import { hpkeSuite } from "../../src/hpke/hpke.ts";
import type { HpkeKdfName } from "../../src/hpke/schedule.ts";
import { concatBytes, equalBytes, NO_BYTES } from "../../src/primitives/bytes.ts";
import type { AeadName, KemName } from "../../src/primitives/types.ts";
import type { Engine, MlDsa, MlKem } from "./engines.ts";

/** What became of a file's vectors. Every one that was loaded is in exactly one of the other counts. */
export type Tally = {
  loaded: number;
  passed: number;
  /** Not run, by reason. */
  skipped: Record<string, number>;
  /** Which failed, and how; the first few. */
  failures: string[];
  failed: number;
};

type Test = Readonly<Record<string, string>> & {
  readonly tcId: number;
  readonly result: "valid" | "invalid" | "acceptable";
  readonly flags?: readonly string[];
  readonly size: number;
  readonly testPassed: boolean;
};
type Group = Readonly<Record<string, string>> & {
  readonly tests: readonly Test[];
  readonly ivSize: number;
  readonly deterministic: boolean;
};

const ZEROS = new Uint8Array(32);

function hex(text: string | undefined): Uint8Array {
  const digits = text ?? "";
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  }
  return bytes;
}

/** What `run` yields, or null where it refuses by the one error that foreign bytes may end in. */
function orRefused<T>(run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (error instanceof SecureError) return null;
    throw error;
  }
}

/** What `run` yields, or null for any error: for calls below our interface. */
function orNull<T>(run: () => T): T | null {
  try {
    return run();
  } catch {
    return null;
  }
}

/** True or false as it turned out, or why it was not run. */
type Verdict = boolean | string;
type Check = (engine: Engine, group: Group, test: Test) => Verdict;

const same = (a: Uint8Array | null, b: string | undefined): boolean =>
  a !== null && equalBytes(a, hex(b));

const kemOf = (group: Group): MlKem => group.parameterSet as MlKem;

function prescribed(...parts: readonly Uint8Array[]): (length: number) => Uint8Array {
  let rest = concatBytes(...parts);
  return (length) => {
    if (rest.length < length) throw new Error("more randomness asked for than prescribed");
    const taken = rest.slice(0, length);
    rest = rest.slice(length);
    return taken;
  };
}

const NO_INTERNAL = "node:crypto has neither FIPS 204's internal interface nor external mu";

const kemKeygen: Check = (engine, group, test) => {
  const pair = orRefused(() => engine.primitives.kem(kemOf(group)).fromSeed(hex(test.seed)));
  return test.result === "invalid" ? pair === null : same(pair?.publicKey ?? null, test.ek);
};

const kemEncapsulate: Check = (engine, group, test) => {
  if (test.result === "invalid") {
    const kem = engine.primitives.kem(kemOf(group));
    return orRefused(() => kem.encapsulate(hex(test.ek))) === null;
  }
  if (engine.derandomised === null) {
    const kem = engine.primitives.kem(kemOf(group));
    const made = kem.encapsulate(hex(test.ek));
    return made.ciphertext.length === kem.ciphertextLength && made.sharedSecret.length === 32;
  }
  const kem = engine.derandomised(prescribed(hex(test.m))).kem(kemOf(group));
  const made = kem.encapsulate(hex(test.ek));
  return same(made.ciphertext, test.c) && same(made.sharedSecret, test.K);
};

const kemDecapsulate: Check = (engine, group, test) => {
  const kem = engine.primitives.kem(kemOf(group));
  const secret = orRefused(() => kem.decapsulate(hex(test.seed), hex(test.c)));
  return test.result === "invalid" ? secret === null : same(secret, test.K);
};

const kemExpanded: Check = (engine, group, test) => {
  const secret = orNull(() => engine.decapsulateExpanded(kemOf(group), hex(test.dk), hex(test.c)));
  return test.result === "invalid" ? secret === null : same(secret, test.K);
};

function dsaVerify(name: MlDsa): Check {
  return (engine, group, test) => {
    const scheme = engine.primitives.signature(name);
    const held = scheme.verify(hex(group.publicKey), hex(test.msg), hex(test.sig), hex(test.ctx));
    return held === (test.result === "valid");
  };
}

function dsaSignSeed(name: MlDsa): Check {
  return (engine, group, test) => {
    const seed = hex(group.privateSeed);
    if (test.msg === undefined) {
      const { internal } = engine;
      if (internal === null) return NO_INTERNAL;
      const key = internal.expand(name, seed);
      return same(internal.sign(name, key, { mu: hex(test.mu) }, ZEROS), test.sig);
    }
    const primitives =
      engine.derandomised?.(prescribed(test.rnd === undefined ? ZEROS : hex(test.rnd))) ??
      engine.primitives;
    const scheme = primitives.signature(name);
    const made = orRefused(() => scheme.sign(seed, hex(test.msg), hex(test.ctx)));
    if (test.result === "invalid") return made === null;
    if (made === null || !same(scheme.fromSeed(seed).publicKey, group.publicKey)) return false;
    if (engine.derandomised !== null) return same(made, test.sig);
    // Hedged: ours must hold under the vector's key, and the vector's under ours.
    return [made, hex(test.sig)].every((signature) =>
      scheme.verify(hex(group.publicKey), hex(test.msg), signature, hex(test.ctx)),
    );
  };
}

function dsaSignExpanded(name: MlDsa): Check {
  return (engine, group, test) => {
    const key = hex(group.privateKey);
    const randomness = test.rnd === undefined ? ZEROS : hex(test.rnd);
    if (test.msg === undefined) {
      const { internal } = engine;
      if (internal === null) return NO_INTERNAL;
      return same(internal.sign(name, key, { mu: hex(test.mu) }, randomness), test.sig);
    }
    const made = orNull(() =>
      engine.signExpanded(name, key, hex(test.msg), hex(test.ctx), randomness),
    );
    if (test.result === "invalid") return made === null;
    if (engine.exact) return same(made, test.sig);
    const scheme = engine.primitives.signature(name);
    return [made ?? NO_BYTES, hex(test.sig)].every((signature) =>
      scheme.verify(hex(group.publicKey), hex(test.msg), signature, hex(test.ctx)),
    );
  };
}

const x25519: Check = (engine, _group, test) => {
  const shared = orRefused(() => engine.primitives.x25519(hex(test.private), hex(test.public)));
  // Results of all zeros are "acceptable" to the vectors, and refused by us.
  if ((test.flags ?? []).includes("ZeroSharedSecret")) return shared === null;
  return same(shared, test.shared);
};

const ed25519: Check = (engine, group, test) => {
  const { pk } = group.publicKey as unknown as { pk: string };
  const held = engine.ed25519Verify(hex(pk), hex(test.msg), hex(test.sig));
  return held === (test.result === "valid");
};

const hkdf: Check = (engine, _group, test) => {
  const okm = orRefused(() =>
    engine.primitives.hkdfSha256(hex(test.ikm), hex(test.salt), hex(test.info), test.size),
  );
  return test.result === "invalid" ? okm === null : same(okm, test.okm);
};

const AES_192 = "AES-192, which is none of our AEADs";
const OTHER_NONCE = "a nonce of another length than 12 bytes, which is refused";

function aead(nameOf: (key: Uint8Array) => AeadName | null): Check {
  return (engine, _group, test) => {
    const key = hex(test.key);
    const name = nameOf(key);
    if (name === null) return AES_192;
    const cipher = engine.primitives.aead(name);
    const sealed = concatBytes(hex(test.ct), hex(test.tag));
    const iv = hex(test.iv);
    const aad = hex(test.aad);
    let refused = false;
    const opened = orRefused(() => {
      refused = true;
      const text = cipher.open(key, iv, aad, sealed);
      refused = false;
      return text;
    });
    if (iv.length !== 12) return refused ? (test.result === "invalid" ? true : OTHER_NONCE) : false;
    if (test.result === "invalid") return opened === null && !refused;
    return same(opened, test.msg) && equalBytes(cipher.seal(key, iv, aad, hex(test.msg)), sealed);
  };
}

const wycheproof: Readonly<Record<string, Check>> = {
  aes_gcm: aead((key) =>
    key.length === 16 ? "AES-128-GCM" : key.length === 32 ? "AES-256-GCM" : null,
  ),
  chacha20_poly1305: aead(() => "ChaCha20-Poly1305"),
  ed25519,
  hkdf_sha256: hkdf,
  x25519,
  ...Object.fromEntries(
    (["512", "768", "1024"] as const).flatMap((size) => [
      [`mlkem_${size}`, kemDecapsulate],
      [`mlkem_${size}_encaps`, kemEncapsulate],
      [`mlkem_${size}_keygen_seed`, kemKeygen],
      [`mlkem_${size}_semi_expanded_decaps`, kemExpanded],
    ]),
  ),
  ...Object.fromEntries(
    (["44", "65", "87"] as const).flatMap((size) => [
      [`mldsa_${size}_verify`, dsaVerify(`ML-DSA-${size}`)],
      [`mldsa_${size}_sign_seed`, dsaSignSeed(`ML-DSA-${size}`)],
      [`mldsa_${size}_sign_noseed`, dsaSignExpanded(`ML-DSA-${size}`)],
    ]),
  ),
};

const NO_SLH = "SLH-DSA is none of our primitives, and node:crypto has not its internal interface";
const SLOW_SLH = "SLH-DSA is none of our primitives; its small sets take long in JavaScript";

const acvp: Readonly<Record<string, Check>> = {
  "mlkem-key-gen": (engine, group, test) =>
    same(
      engine.primitives.kem(kemOf(group)).fromSeed(concatBytes(hex(test.d), hex(test.z))).publicKey,
      test.ek,
    ),
  "mlkem-encap-decap": (engine, group, test) => {
    const key = hex(test.dk ?? group.dk);
    if (!same(engine.decapsulateExpanded(kemOf(group), key, hex(test.c)), test.k)) return false;
    if (group.function !== "encapsulation" || engine.derandomised === null) return true;
    const kem = engine.derandomised(prescribed(hex(test.m))).kem(kemOf(group));
    return same(kem.encapsulate(hex(test.ek)).ciphertext, test.c);
  },
  "mldsa-key-gen": (engine, group, test) => {
    const name = group.parameterSet as MlDsa;
    return same(engine.primitives.signature(name).fromSeed(hex(test.seed)).publicKey, test.pk);
  },
  "mldsa-sig-gen": (engine, group, test) => {
    if (engine.internal === null) return NO_INTERNAL;
    const randomness = group.deterministic ? ZEROS : hex(test.rnd);
    const input = { message: hex(test.message) };
    return same(
      engine.internal.sign(group.parameterSet as MlDsa, hex(test.sk), input, randomness),
      test.signature,
    );
  },
  "mldsa-sig-ver": (engine, group, test) => {
    if (engine.internal === null) return NO_INTERNAL;
    const held = engine.internal.verify(
      group.parameterSet as MlDsa,
      hex(group.pk),
      hex(test.message),
      hex(test.signature),
    );
    return held === test.testPassed;
  },
  "slhdsa-keygen": (engine, group, test) => {
    if (engine.slhDsa === null) return NO_SLH;
    if (!(group.parameterSet ?? "").endsWith("f")) return SLOW_SLH;
    const seed = concatBytes(hex(test.skSeed), hex(test.skPrf), hex(test.pkSeed));
    const pair = engine.slhDsa.generate(group.parameterSet ?? "", seed);
    return same(pair.publicKey, test.pk) && same(pair.secretKey, test.sk);
  },
  "slhdsa-sigver": (engine, group, test) => {
    if (engine.slhDsa === null) return NO_SLH;
    const held = engine.slhDsa.verify(
      group.parameterSet ?? "",
      hex(test.pk),
      hex(test.message),
      hex(test.signature),
    );
    return held === test.testPassed;
  },
};

function grouped(check: Check, file: unknown, engine: Engine, every: number): Tally {
  const { testGroups } = file as { testGroups: readonly Group[] };
  const tally = emptyTally();
  for (const group of testGroups) {
    for (const test of group.tests) {
      if (test.tcId % every !== 0) continue;
      const label = `${group.parameterSet ?? ""} ${test.tcId} ${test.result ?? ""} ${test.flags ?? ""}`;
      count(tally, label, () => check(engine, group, test));
    }
  }
  return tally;
}

function emptyTally(): Tally {
  return { loaded: 0, passed: 0, skipped: {}, failures: [], failed: 0 };
}

function count(tally: Tally, label: string, run: () => Verdict): void {
  tally.loaded++;
  let verdict: Verdict;
  try {
    verdict = run();
  } catch (error) {
    verdict = false;
    label += ` threw ${String(error)}`;
  }
  if (verdict === true) tally.passed++;
  else if (verdict === false) {
    tally.failed++;
    if (tally.failures.length < 5) tally.failures.push(label);
  } else tally.skipped[verdict] = (tally.skipped[verdict] ?? 0) + 1;
}

/** X-Wing: key from seed, encapsulation with prescribed randomness where that can be, decapsulation. */
function xWing(file: unknown, engine: Engine): Tally {
  const tally = emptyTally();
  for (const [i, vector] of (file as Readonly<Record<string, string>>[]).entries()) {
    count(tally, `vector ${i}`, () => {
      const kem = engine.primitives.kem("X-Wing");
      const pair = kem.fromSeed(hex(vector.seed));
      if (!same(pair.publicKey, vector.pk)) return false;
      if (!same(kem.decapsulate(pair.secretKey, hex(vector.ct)), vector.ss)) return false;
      if (engine.derandomised === null) return true;
      const made = engine
        .derandomised(prescribed(hex(vector.eseed)))
        .kem("X-Wing")
        .encapsulate(hex(vector.pk));
      return same(made.ciphertext, vector.ct) && same(made.sharedSecret, vector.ss);
    });
  }
  return tally;
}

const HPKE_KEMS: Readonly<Record<number, KemName>> = {
  64: "ML-KEM-512",
  65: "ML-KEM-768",
  66: "ML-KEM-1024",
  25722: "X-Wing",
};
const HPKE_KDFS: Readonly<Record<number, HpkeKdfName>> = { 1: "HKDF-SHA256", 2: "HKDF-SHA384" };
const HPKE_AEADS: Readonly<Record<number, AeadName>> = {
  1: "AES-128-GCM",
  2: "AES-256-GCM",
  3: "ChaCha20-Poly1305",
};

type HpkeVector = Readonly<Record<string, string>> & {
  readonly kem_id: number;
  readonly kdf_id: number;
  readonly aead_id: number;
  readonly encryptions: readonly Readonly<Record<string, string>>[];
  readonly exports: readonly { exporter_context: string; L: number; exported_value: string }[];
};

/** HPKE: what the receiver opens and exports, and what the sender seals with prescribed randomness. */
function hpke(file: unknown, engine: Engine): Tally {
  const tally = emptyTally();
  for (const vector of file as readonly HpkeVector[]) {
    const kem = HPKE_KEMS[vector.kem_id];
    const kdf = HPKE_KDFS[vector.kdf_id];
    const name = [vector.kem_id, vector.kdf_id, vector.aead_id].map((id) => `0x${id.toString(16)}`);
    count(tally, name.join(" "), () => {
      if (kem === undefined) return "a KEM that is none of ours";
      if (kdf === undefined) return "a one-stage KDF (SHAKE), which is none of ours";
      const names = { kem, kdf, aead: HPKE_AEADS[vector.aead_id] as AeadName };
      const options = { info: hex(vector.info) };
      const suite = hpkeSuite(engine.primitives, names);
      if (!same(suite.suiteId, vector.suite_id)) return false;
      const receiver = suite.setupReceiver(hex(vector.skRm), hex(vector.enc), options);
      const sender =
        engine.derandomised === null
          ? null
          : hpkeSuite(engine.derandomised(prescribed(hex(vector.ikmE))), names).setupSender(
              hex(vector.pkRm),
              options,
            );
      if (sender !== null && !same(sender.encapsulated, vector.enc)) return false;
      for (const { pt, aad, ct } of vector.encryptions) {
        if (!same(receiver.open(hex(ct), hex(aad)), pt)) return false;
        if (sender !== null && !same(sender.seal(hex(pt), hex(aad)), ct)) return false;
      }
      return vector.exports.every(({ exporter_context, L, exported_value }) =>
        [receiver, sender].every(
          (side) => side === null || same(side.export(hex(exporter_context), L), exported_value),
        ),
      );
    });
  }
  return tally;
}

/** Files of official vectors: path below the folder, and how they are checked: all of them, or every so many. */
export const VECTOR_FILES: readonly {
  readonly path: string;
  readonly run: (file: unknown, engine: Engine, every?: number) => Tally;
}[] = [
  ...Object.entries(wycheproof).map(([name, check]) => ({
    path: `wycheproof/${name}_test.json`,
    run: (file: unknown, engine: Engine, every = 1) => grouped(check, file, engine, every),
  })),
  ...Object.entries(acvp).map(([name, check]) => ({
    path: `acvp-rustcrypto/${name}.json`,
    run: (file: unknown, engine: Engine, every = 1) => grouped(check, file, engine, every),
  })),
  { path: "xwing/draft-xwing.json", run: xWing },
  { path: "xwing/rustcrypto-xwing.json", run: xWing },
  { path: "hpke-pq/hpke-pq-test-vectors.json", run: hpke },
];

/** Adds up tallies. */
export function total(tallies: readonly Tally[]): Tally {
  const all = emptyTally();
  for (const tally of tallies) {
    all.loaded += tally.loaded;
    all.passed += tally.passed;
    all.failed += tally.failed;
    all.failures.push(...tally.failures);
    for (const [reason, number] of Object.entries(tally.skipped)) {
      all.skipped[reason] = (all.skipped[reason] ?? 0) + number;
    }
  }
  return all;
}
