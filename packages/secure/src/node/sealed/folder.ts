/** Verifying, reading and proving what lies in the folder of a sealed log; the writer may be at work meanwhile. */

import { join } from "node:path";
import { SecureError } from "../../errors.ts";
import type { PublicIdentity } from "../../identity/types.ts";
import type { Primitives } from "../../primitives/types.ts";
import { type LogRecord, readSegment } from "../../sealed/contents.ts";
import { MerkleTree } from "../../sealed/merkle.ts";
import { type RecordProof, segmentLeaves } from "../../sealed/proof.ts";
import {
  type LogReport,
  type LogState,
  LogVerifier,
  type VerifyLogOptions,
} from "../../sealed/verify.ts";
import { nativePrimitives } from "../primitives/native.ts";
import { type DurableFiles, systemFiles } from "./files.ts";

/** Name of a segment's file. */
export function segmentName(place: number): string {
  return `segment-${String(place).padStart(8, "0")}.sealed`;
}

/** Name of the file with a segment's data keys. */
export function keysName(place: number): string {
  return `segment-${String(place).padStart(8, "0")}.keys`;
}

/** Places of the files of one kind, in order. */
export function segmentPlaces(names: readonly string[], kind: "sealed" | "keys"): number[] {
  return names
    .flatMap((name) => {
      const found = /^segment-(\d{8})\.(sealed|keys)$/.exec(name);
      return found?.[2] === kind ? [Number(found[1])] : [];
    })
    .sort((a, b) => a - b);
}

/** Reads a state of a log as JSON; null where the bytes are none. */
export function parseState(bytes: Uint8Array): LogState | null {
  try {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown;
    if (typeof value !== "object" || value === null) return null;
    const { log, size, root, at } = value as Record<string, unknown>;
    const isHex = (text: unknown, digits: number): text is string =>
      typeof text === "string" && text.length === digits && /^[0-9a-f]*$/.test(text);
    if (!isHex(log, 32) || !isHex(root, 64)) return null;
    if (!Number.isSafeInteger(size) || !Number.isSafeInteger(at)) return null;
    if ((size as number) < 0 || (at as number) < 0) return null;
    return { log, size: size as number, root, at: at as number };
  } catch {
    return null;
  }
}

/** Options of reading a folder. */
export type SealedFolderOptions = {
  /** Default: those of Node.js. */
  readonly primitives?: Primitives | undefined;
  /** Default: the system's. */
  readonly files?: DurableFiles | undefined;
};

/** Verifies all segments of a folder with the public identity alone; see `verifyLog`. */
export async function verifySealedFolder(
  folder: string,
  identity: PublicIdentity,
  options: SealedFolderOptions & Pick<VerifyLogOptions, "known"> = {},
): Promise<LogReport> {
  const { primitives = nativePrimitives(), files = systemFiles, known } = options;
  const verifier = new LogVerifier(primitives, identity, { known });
  for await (const segment of segmentsOf(files, folder)) verifier.add(segment);
  return verifier.finish();
}

/**
 * Reads all records of a folder in order, from number `from` on. Verifying is a thing of its own: reading shows what
 * opens, and says of each other record why it does not.
 */
export async function* readSealedFolder(
  folder: string,
  secretKey: Uint8Array,
  options: SealedFolderOptions & {
    /** Number of the first record that is wanted; default 0. */
    readonly from?: number | undefined;
  } = {},
): AsyncGenerator<LogRecord, void, void> {
  const { primitives = nativePrimitives(), files = systemFiles, from = 0 } = options;
  for await (const { place, bytes } of segmentsOf(files, folder)) {
    const keys = await files.read(join(folder, keysName(place)));
    for (const record of readSegment(primitives, secretKey, bytes, keys)) {
      if (record.index >= from) yield record;
    }
  }
}

/**
 * Proves that a record is in the log as it was signed last. Throws `SecureError` for a record that is not there or not
 * yet signed.
 */
export async function proveSealedRecord(
  folder: string,
  index: number,
  options: SealedFolderOptions = {},
): Promise<RecordProof> {
  const { tree, leaf, last } = await treeOf(folder, index, options);
  if (leaf === null || last === null || index >= last.size) {
    throw new SecureError(
      `record ${index}: expected one below ${last?.size ?? 0}, the signed size`,
    );
  }
  return { index, leaf, path: tree.inclusion(index, last.size), checkpoint: last };
}

/** Proves that the log of `from` records is a beginning of that of `to`: hashes for `verifyConsistency`. */
export async function proveSealedGrowth(
  folder: string,
  from: number,
  to: number,
  options: SealedFolderOptions = {},
): Promise<Uint8Array[]> {
  const { tree } = await treeOf(folder, -1, options);
  if (to > tree.size || from > to) {
    throw new SecureError(`growth from ${from} to ${to}: the log has ${tree.size} records`);
  }
  return tree.consistency(from, to);
}

async function treeOf(
  folder: string,
  index: number,
  options: SealedFolderOptions,
): Promise<{
  tree: MerkleTree;
  leaf: Uint8Array | null;
  last: RecordProof["checkpoint"] | null;
}> {
  const { primitives = nativePrimitives(), files = systemFiles } = options;
  const hash = (data: Uint8Array): Uint8Array => primitives.sha256(data);
  const tree = new MerkleTree(hash);
  let leaf: Uint8Array | null = null;
  let last: RecordProof["checkpoint"] | null = null;
  for await (const { place, bytes } of segmentsOf(files, folder)) {
    for (const one of segmentLeaves(hash, bytes)) {
      if (one.checkpoint !== null) {
        last = one.checkpoint;
        continue;
      }
      if (one.index !== tree.size) {
        throw new SecureError(`segment ${place}: expected record ${tree.size}, got ${one.index}`);
      }
      if (one.index === index) leaf = one.data.slice();
      tree.append(one.hash);
    }
  }
  return { tree, leaf, last };
}

async function* segmentsOf(
  files: DurableFiles,
  folder: string,
): AsyncGenerator<{ place: number; bytes: Uint8Array }, void, void> {
  for (const place of segmentPlaces(await files.list(folder), "sealed")) {
    const bytes = await files.read(join(folder, segmentName(place)));
    if (bytes !== null) yield { place, bytes };
  }
}
