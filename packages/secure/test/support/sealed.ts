/** A log for tests: its writer, its reader and its folder. */

import { createIdentity, type Identity, type KeyPair } from "../../src/index.ts";
import {
  nativePrimitives,
  openSealedLog,
  readSealedFolder,
  type SealedLog,
  type SealedLogOptions,
} from "../../src/node/index.ts";
import type { DurableFiles } from "../../src/node/sealed/files.ts";

/** The implementation that tests use unless they compare. */
export const primitives = nativePrimitives();

/** A writer's identity and a reader's key, made once: making them is what takes time. */
export const writer: Identity = createIdentity(primitives, new Uint8Array(32).fill(7));
export const stranger: Identity = createIdentity(primitives, new Uint8Array(32).fill(8));
export const reader: KeyPair = primitives.kem("X-Wing").fromSeed(new Uint8Array(32).fill(9));

/** Opens a log in a folder. */
export function openLog(
  folder: string,
  options: Partial<SealedLogOptions> = {},
): Promise<SealedLog> {
  return openSealedLog({ folder, identity: writer, recipient: reader.publicKey, ...options });
}

/** UTF-8 of a text. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Everything that is read, as text by number; what cannot be read as `(why)`. */
export async function contents(
  folder: string,
  files?: DurableFiles,
): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  for await (const { index, data, lost } of readSealedFolder(folder, reader.secretKey, { files })) {
    found.set(index, data === null ? `(${lost})` : new TextDecoder().decode(data));
  }
  return found;
}
