/**
 * Metadata of updates in the roles of The Update Framework (TUF 1.0): `root` names keys and thresholds, `targets` the
 * files, `snapshot` the version of the targets, `timestamp` the snapshot. There are no delegations: metadata with fields
 * that are not listed here are refused. Every signature is dual, ML-DSA-65 and Ed25519.
 */

import { parsePublicIdentity, publicIdentityBytes, verifyIdentity } from "../identity/identity.ts";
import type { Identity, PublicIdentity } from "../identity/types.ts";
import type { Primitives } from "../primitives/types.ts";
import { hex } from "../sealed/bytes.ts";
import {
  canonicalBytes,
  fromBase64,
  type Json,
  type JsonObject,
  parseCanonical,
  toBase64,
} from "./canonical.ts";
import { UpdateError } from "./errors.ts";

/** The roles, each with keys of its own. */
export const UPDATE_ROLES = ["root", "targets", "snapshot", "timestamp"] as const;

/** One of {@link UPDATE_ROLES}. */
export type UpdateRole = (typeof UPDATE_ROLES)[number];

/** Who may sign for a role, and how many of them must. */
export type RoleKeys = {
  /** Ids of keys. */
  readonly keyIds: readonly string[];
  /** 1 to the number of keys. */
  readonly threshold: number;
};

type Common = {
  /** From 1; never goes back. */
  readonly version: number;
  /** Until when it is valid, ms since 1970. */
  readonly expires: number;
};

/** Which keys stand for which role. */
export type RootMetadata = Common & {
  readonly role: "root";
  /** Public identities by key id. */
  readonly keys: ReadonlyMap<string, PublicIdentity>;
  /** All four roles. */
  readonly roles: Readonly<Record<UpdateRole, RoleKeys>>;
};

/** What is said of a file: how long it is, and its hash. */
export type FileInfo = {
  /** Bytes. */
  readonly length: number;
  /** SHA-256, 64 hexadecimal digits. */
  readonly sha256: string;
};

/** A file that is published. */
export type UpdateTarget = FileInfo & {
  /** Name with folders, `models/yard.onnx` for instance. */
  readonly path: string;
  /** What the publisher says of it; keys and values are text. */
  readonly about: Readonly<Record<string, string>>;
};

/** The files. */
export type TargetsMetadata = Common & {
  readonly role: "targets";
  /** By path. */
  readonly targets: ReadonlyMap<string, UpdateTarget>;
};

/** Other metadata that belongs to these. */
export type MetadataLink = FileInfo & {
  /** Version that it must have. */
  readonly version: number;
};

/** Which targets are current. */
export type SnapshotMetadata = Common & {
  readonly role: "snapshot";
  /** The targets that belong to it. */
  readonly targets: MetadataLink;
};

/** Which snapshot is current. */
export type TimestampMetadata = Common & {
  readonly role: "timestamp";
  /** The snapshot that belongs to it. */
  readonly snapshot: MetadataLink;
};

/** Metadata by role. */
export type MetadataOf = {
  readonly root: RootMetadata;
  readonly targets: TargetsMetadata;
  readonly snapshot: SnapshotMetadata;
  readonly timestamp: TimestampMetadata;
};

/** Metadata of any role. */
export type Metadata = MetadataOf[UpdateRole];

/** Metadata with the bytes that carry them. */
export type Envelope<T extends Metadata> = {
  /** What was read. */
  readonly signed: T;
  /** Canonical bytes that the signatures cover. */
  readonly message: Uint8Array;
  /** Signatures by key id. */
  readonly signatures: ReadonlyMap<string, Uint8Array>;
};

/** Context of signatures over metadata. */
export const UPDATE_CONTEXT = "symbion update metadata";

/** Name of the suite in keys. */
const SCHEME = "ML-DSA-65+Ed25519";

/** Most keys, and most signatures of one file. */
const KEY_LIMIT = 32;

/** Most targets. */
const TARGET_LIMIT = 10_000;

/** Id of a key: SHA-256 of its canonical JSON. */
export function updateKeyId(primitives: Primitives, key: PublicIdentity): string {
  return hex(primitives.sha256(canonicalBytes(keyJson(key))));
}

function keyJson(key: PublicIdentity): JsonObject {
  return { public: toBase64(publicIdentityBytes(key)), scheme: SCHEME };
}

/** A path that names the same file everywhere and leads out of no folder. */
export function isTargetPath(path: string): boolean {
  if (path.length > 200) return false;
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/.test(path);
}

/** Metadata as a JSON value. */
export function metadataJson(metadata: Metadata): JsonObject {
  const common = {
    expires: dateText(metadata.expires),
    role: metadata.role,
    version: metadata.version,
  };
  switch (metadata.role) {
    case "root": {
      const roles = UPDATE_ROLES.map((role) => {
        const { keyIds, threshold } = metadata.roles[role];
        return [role, { keys: keyIds, threshold }] as const;
      });
      const keys = [...metadata.keys].map(([id, key]) => [id, keyJson(key)] as const);
      return { ...common, keys: Object.fromEntries(keys), roles: Object.fromEntries(roles) };
    }
    case "targets": {
      const targets = [...metadata.targets].map(([path, { about, length, sha256 }]) => {
        return [path, { about, length, sha256 }] as const;
      });
      return { ...common, targets: Object.fromEntries(targets) };
    }
    case "snapshot":
      return { ...common, targets: linkJson(metadata.targets) };
    case "timestamp":
      return { ...common, snapshot: linkJson(metadata.snapshot) };
    default:
      return metadata satisfies never;
  }
}

function linkJson({ length, sha256, version }: MetadataLink): JsonObject {
  return { length, sha256, version };
}

/** `2027-01-31T00:00:00Z`; parts of a second are dropped. */
function dateText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Signs metadata with all identities; bytes of the file. */
export function signMetadata(
  primitives: Primitives,
  metadata: Metadata,
  identities: readonly Identity[],
): Uint8Array {
  const signed = metadataJson(metadata);
  const message = canonicalBytes(signed);
  const signatures = identities.map((identity) => {
    const signature = toBase64(identity.sign(UPDATE_CONTEXT, message));
    return [updateKeyId(primitives, identity.public), signature] as const;
  });
  return canonicalBytes({ signatures: Object.fromEntries(signatures), signed });
}

/** Whether enough of a role's keys have signed; each key counts once. */
export function isSignedBy(
  primitives: Primitives,
  envelope: Envelope<Metadata>,
  root: RootMetadata,
): boolean {
  const { keyIds, threshold } = root.roles[envelope.signed.role];
  let count = 0;
  for (const id of keyIds) {
    const key = root.keys.get(id);
    const signature = envelope.signatures.get(id);
    if (key === undefined || signature === undefined) continue;
    if (verifyIdentity(primitives, key, UPDATE_CONTEXT, envelope.message, signature)) count++;
    if (count >= threshold) return true;
  }
  return false;
}

/** Reads a metadata file of a role. Throws `UpdateError` (`malformed`); signatures are not looked at. */
export function parseMetadata<R extends UpdateRole>(
  primitives: Primitives,
  role: R,
  bytes: Uint8Array,
): Envelope<MetadataOf[R]> {
  const file = parseCanonical(bytes);
  if (file === undefined) malformed(role, "canonical JSON");
  const { signatures, signed } = fields(role, file, ["signatures", "signed"]);
  const found = new Map<string, Uint8Array>();
  for (const [id, value] of entries(role, signatures, KEY_LIMIT)) {
    const signature = typeof value === "string" ? fromBase64(value) : null;
    if (!isHash(id) || signature === null) malformed(role, "signatures in Base64 by key id");
    found.set(id, signature);
  }
  const metadata = readSigned(primitives, role, signed) as MetadataOf[R];
  return { signed: metadata, message: canonicalBytes(signed), signatures: found };
}

function readSigned(primitives: Primitives, role: UpdateRole, signed: Json): Metadata {
  const own = { root: ["keys", "roles"], targets: ["targets"], snapshot: ["targets"] };
  const names = role === "timestamp" ? ["snapshot"] : own[role];
  const value = fields(role, signed, ["expires", "role", "version", ...names]);
  if (value.role !== role) malformed(role, `the role ${role}`);
  const common = {
    version: whole(role, value.version, 1, "a version"),
    expires: date(role, value.expires),
  };
  switch (role) {
    case "root":
      return { ...common, role, ...readKeys(primitives, value.keys, value.roles) };
    case "targets":
      return { ...common, role, targets: readTargets(value.targets) };
    case "snapshot":
      return { ...common, role, targets: readLink(role, value.targets) };
    case "timestamp":
      return { ...common, role, snapshot: readLink(role, value.snapshot) };
    default:
      return role satisfies never;
  }
}

function readKeys(
  primitives: Primitives,
  keysValue: Json,
  rolesValue: Json,
): Pick<RootMetadata, "keys" | "roles"> {
  const keys = new Map<string, PublicIdentity>();
  for (const [id, value] of entries("root", keysValue, KEY_LIMIT)) {
    const key = fields("root", value, ["public", "scheme"]);
    const bytes = typeof key.public === "string" ? fromBase64(key.public) : null;
    if (key.scheme !== SCHEME || bytes === null) malformed("root", `keys of ${SCHEME} in Base64`);
    const identity = readIdentity(primitives, bytes);
    if (updateKeyId(primitives, identity) !== id) malformed("root", "key ids that fit their keys");
    keys.set(id, identity);
  }
  const value = fields("root", rolesValue, UPDATE_ROLES);
  const roleKeys = (role: UpdateRole): RoleKeys => {
    const one = fields("root", value[role], ["keys", "threshold"]);
    const ids = one.keys;
    if (!Array.isArray(ids) || new Set(ids).size !== ids.length) {
      malformed("root", `different keys of ${role}`);
    }
    if (!ids.every((id) => typeof id === "string" && keys.has(id))) {
      malformed("root", `keys of ${role} among the keys`);
    }
    const threshold = whole("root", one.threshold, 1, `a threshold of ${role}`);
    if (threshold > ids.length) malformed("root", `as many keys of ${role} as its threshold`);
    return { keyIds: ids as readonly string[], threshold };
  };
  return {
    keys,
    roles: {
      root: roleKeys("root"),
      targets: roleKeys("targets"),
      snapshot: roleKeys("snapshot"),
      timestamp: roleKeys("timestamp"),
    },
  };
}

function readIdentity(primitives: Primitives, bytes: Uint8Array): PublicIdentity {
  try {
    return parsePublicIdentity(primitives, bytes);
  } catch (error) {
    throw new UpdateError("malformed", "root: expected sound public keys, got others", {
      cause: error,
    });
  }
}

function readTargets(value: Json): ReadonlyMap<string, UpdateTarget> {
  const targets = new Map<string, UpdateTarget>();
  for (const [path, one] of entries("targets", value, TARGET_LIMIT)) {
    if (!isTargetPath(path)) malformed("targets", "paths that stay within a folder");
    const { about, length, sha256 } = fields("targets", one, ["about", "length", "sha256"]);
    const said = entries("targets", about, 64);
    if (!said.every(([, text]) => typeof text === "string")) malformed("targets", "texts");
    targets.set(path, {
      path,
      about: Object.fromEntries(said) as Record<string, string>,
      length: whole("targets", length, 0, "a length"),
      sha256: hash("targets", sha256),
    });
  }
  return targets;
}

function readLink(role: UpdateRole, value: Json): MetadataLink {
  const { length, sha256, version } = fields(role, value, ["length", "sha256", "version"]);
  return {
    length: whole(role, length, 1, "a length"),
    sha256: hash(role, sha256),
    version: whole(role, version, 1, "a version"),
  };
}

function malformed(role: UpdateRole, expected: string): never {
  throw new UpdateError("malformed", `${role}: expected ${expected}, got other bytes`);
}

function fields<K extends string>(
  role: UpdateRole,
  value: Json,
  names: readonly K[],
): Readonly<Record<K, Json>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    malformed(role, "an object");
  }
  const object = value as Readonly<Record<K, Json>>;
  const keys = Object.keys(object);
  if (keys.length !== names.length || !names.every((name) => Object.hasOwn(object, name))) {
    malformed(role, `the fields ${names.join(", ")}`);
  }
  return object;
}

function entries(role: UpdateRole, value: Json, most: number): [string, Json][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    malformed(role, "an object");
  }
  const found = Object.entries(value as JsonObject);
  if (found.length > most) malformed(role, `at most ${most} entries`);
  return found;
}

function whole(role: UpdateRole, value: Json, least: number, what: string): number {
  if (typeof value !== "number" || value < least) malformed(role, `${what} from ${least} on`);
  return value;
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function hash(role: UpdateRole, value: Json): string {
  if (typeof value !== "string" || !isHash(value)) malformed(role, "a SHA-256 in hexadecimal");
  return value;
}

function date(role: UpdateRole, value: Json): number {
  const ms = typeof value === "string" ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(ms) || dateText(ms) !== value) malformed(role, "a date as 2027-01-31T00:00:00Z");
  return ms;
}
