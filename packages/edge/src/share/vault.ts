/** The vault of this node's keys. */

import { join } from "node:path";
import { type KeyVault, openKeyVault } from "@symbion/secure/node";
import type { ShareConfig } from "../config/share-types.ts";

/**
 * Opens the vault below a node's folder for sharing, protected as the configuration says; with `SYMBION_PASSPHRASE` set,
 * under that. Rejects with `KeyStoreError`.
 *
 * @param create Whether to make one, and so an identity, where there has never been one.
 */
export function openVault(
  folder: string,
  { keys }: Pick<ShareConfig, "keys">,
  create: boolean,
): Promise<KeyVault> {
  const { SYMBION_PASSPHRASE: passphrase } = process.env;
  return openKeyVault({
    ...{ folder: join(folder, "keys"), create },
    ...(keys === "file" ? { keychain: null } : {}),
    ...(keys === "keychain" ? { protection: "keychain" } : {}),
    ...(passphrase === undefined ? {} : { passphrase }),
  });
}
