/** A publisher, its repository and devices for tests of updates. */

import {
  createIdentity,
  type Identity,
  memoryUpdateState,
  UpdateClient,
  type UpdateSource,
  type UpdateState,
} from "../../src/index.ts";
import {
  createRepository,
  folderSource,
  nativePrimitives,
  type RepositoryOptions,
  type RepositoryRoles,
  type UpdateRepository,
} from "../../src/node/index.ts";
import { temporary } from "./folders.ts";

/** The implementation that tests use. */
export const primitives = nativePrimitives();

/** Holders of keys, made once. */
const person = (seed: number): Identity =>
  createIdentity(primitives, new Uint8Array(32).fill(seed));
export const people = [
  person(11),
  person(12),
  person(13),
  person(14),
  person(15),
  person(16),
] as const;

/** A day, ms, and when the tests' days begin. */
export const DAY = 86_400_000;
export const START: number = Date.parse("2027-01-01T00:00:00Z");

/** Two of three for root and targets, one machine for the rest. */
export const roles: RepositoryRoles = {
  root: { holders: people.slice(0, 3).map((one) => one.public), threshold: 2 },
  targets: { holders: people.slice(0, 3).map((one) => one.public), threshold: 2 },
  snapshot: { holders: [people[3].public] },
  timestamp: { holders: [people[4].public] },
};

/** Everybody who signs a publication. */
export const signers: readonly Identity[] = [people[0], people[1], people[3], people[4]];

/** A clock that tests set. */
export type TestClock = { now: number };

/** A repository with one model and one configuration. */
export async function published(
  clock: TestClock = { now: START },
  options: Partial<RepositoryOptions> = {},
): Promise<{ folder: string; root: Uint8Array; repository: UpdateRepository; clock: TestClock }> {
  const folder = temporary();
  const repository = await createRepository(
    { folder, clock: () => clock.now, ...options },
    roles,
    signers,
  );
  const { root } = repository;
  await repository.publish(
    {
      add: [
        { path: "models/yard.onnx", from: new Uint8Array(100_000).fill(1), about: { for: "yard" } },
        { path: "config/tiers.json", from: new TextEncoder().encode("{}") },
      ],
    },
    signers,
  );
  return { folder, root, repository, clock };
}

/** A device. */
export function device(
  root: Uint8Array,
  sources: readonly UpdateSource[],
  clock: TestClock,
  state: UpdateState = memoryUpdateState(),
): UpdateClient {
  return new UpdateClient({ primitives, state, sources, root, clock: () => clock.now });
}

/** A source whose answers a test changes: null as it is; a function for the bytes; "gone" for none. */
export type Tampering = (path: string, bytes: Uint8Array | null) => Uint8Array | null;

/** A folder through the hands of an attacker. */
export function tampered(folder: string, tamper: Tampering, name = "attacker"): UpdateSource {
  const inner = folderSource(folder);
  return {
    name,
    async open(path, limit) {
      const parts: Uint8Array[] = [];
      const opened = await inner.open(path, limit);
      if (opened !== null) for await (const part of opened) parts.push(part);
      const bytes = opened === null ? null : Uint8Array.from(Buffer.concat(parts));
      const changed = tamper(path, bytes);
      return changed === null ? null : pieces(changed);
    },
  };
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
}
