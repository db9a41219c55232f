/** Makes the page installable and lets it open without its node. */

import { go } from "../router.ts";

/** What the service worker tells the page. */
export type FromServiceWorker = { readonly type: "open"; readonly target: string };

/** Registers the service worker where the browser has one: on this machine's own address, or over HTTPS. */
export function installServiceWorker(): void {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register("/sw.js", { scope: "/" }).catch((error: unknown) => {
    // The page works without it; only opening it offline and push messages do not.
    console.warn("service worker:", error);
  });
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    const message = data as FromServiceWorker;
    if (message.type === "open") go(message.target);
  });
}
