/** Push messages on this device: whether they are possible, and turning them on and off. */

import { request } from "../api/request.ts";

/** Where this browser stands. `impossible` and `denied` come with a sentence for the person. */
export type PushState =
  | { readonly state: "on" | "off"; readonly why: "" }
  | { readonly state: "impossible" | "denied"; readonly why: string };

/** What this browser could do, without asking the person anything. */
export async function pushState(): Promise<PushState> {
  if (!isSecureContext) {
    return {
      state: "impossible",
      why: "Browsers deliver push messages only to pages on this machine (localhost) or over HTTPS. Put a reverse proxy with a certificate before the node, or use another channel.",
    };
  }
  if (!("serviceWorker" in navigator) || !("PushManager" in globalThis)) {
    const apple = /iPhone|iPad/.test(navigator.userAgent);
    return {
      state: "impossible",
      why: apple
        ? "On this device push messages work once the page is on the home screen: Share, then Add to Home Screen."
        : "This browser has no push messages.",
    };
  }
  if (Notification.permission === "denied") {
    return {
      state: "denied",
      why: "Notifications of this page are blocked in this browser. Allow them in the settings of the site (beside the address), then try again.",
    };
  }
  const registration = await navigator.serviceWorker.getRegistration();
  if (registration === undefined) {
    return { state: "impossible", why: "The page's service worker is not running." };
  }
  const subscription = await registration.pushManager.getSubscription();
  return { state: subscription === null ? "off" : "on", why: "" };
}

/** Asks the person for permission, subscribes, tells the node. Throws an `Error` with a sentence. */
export async function turnPushOn(): Promise<PushState> {
  if ((await Notification.requestPermission()) !== "granted") return pushState();
  const { key } = await request<{ readonly key: string }>("GET", "/api/push/key");
  const registration = await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: key,
  });
  const { endpoint, keys } = subscription.toJSON();
  try {
    await request("POST", "/api/push/subscriptions", {
      body: { endpoint, keys, label: deviceName() },
    });
  } catch (error) {
    // A subscription that the node does not know would look as if it were on.
    await subscription.unsubscribe();
    throw error;
  }
  return { state: "on", why: "" };
}

/** Ends it here and at the node. */
export async function turnPushOff(): Promise<PushState> {
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  if (subscription !== null && subscription !== undefined) {
    const { endpoint } = subscription;
    await subscription.unsubscribe();
    await request("DELETE", "/api/push/subscriptions", { body: { endpoint } });
  }
  return pushState();
}

/** What people would call this browser: "Chrome on Android". */
function deviceName(): string {
  const agent = navigator.userAgent;
  const browser =
    ["Edg", "Firefox", "Chrome", "Safari"].find((name) => agent.includes(`${name}/`)) ?? "Browser";
  const system =
    ["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"].find((name) =>
      agent.includes(name),
    ) ?? "";
  return `${browser === "Edg" ? "Edge" : browser}${system === "" ? "" : ` on ${system}`}`;
}
