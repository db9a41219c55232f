/** The key pair with which the node identifies itself to push services (RFC 8292). */

import type { Store } from "../../store/types.ts";

/** Both keys in base64url: an uncompressed P-256 point, and its scalar. */
export type VapidKeys = { readonly publicKey: string; readonly privateKey: string };

function areKeys(value: unknown): value is VapidKeys {
  return (
    typeof value === "object" &&
    value !== null &&
    "publicKey" in value &&
    typeof value.publicKey === "string" &&
    "privateKey" in value &&
    typeof value.privateKey === "string"
  );
}

/**
 * The node's keys; made and written down at the first call. Browsers subscribe to this public key, so it has to stay:
 * another one would silence every subscription. Rejects with the store's error where they cannot be written down.
 */
export function vapidKeys(store: Store): () => Promise<VapidKeys> {
  let keys: Promise<VapidKeys> | null = null;
  const load = async (): Promise<VapidKeys> => {
    const stored = await store.state("vapid");
    if (areKeys(stored)) return stored;
    const { default: webpush } = await import("web-push");
    const made = webpush.generateVAPIDKeys();
    await store.putState("vapid", made);
    return made;
  };
  return () => {
    keys ??= load().catch((error: unknown) => {
      keys = null;
      throw error;
    });
    return keys;
  };
}
