/**
 * The page's service worker: opens the page without its node, answers with the node's last state while it does not
 * answer, and shows push messages. Nothing else of the API is ever kept.
 *
 * It is a classic script without imports, so that every browser takes it.
 */

/** The shell's files and a name that changes with them; the build writes them in. */
declare const __SHELL__: {
  readonly version: string;
  readonly files: readonly string[];
  /** Kept from the first time they are fetched on. */
  readonly heavy: readonly string[];
};

type Extendable = Event & { waitUntil(work: Promise<unknown>): void };
type Fetching = Extendable & {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
};
type Pushed = Extendable & { readonly data: { json(): unknown } | null };
type Clicked = Extendable & { readonly notification: Notification };
type Page = {
  readonly url: string;
  focus(): Promise<unknown>;
  postMessage(message: unknown): void;
};
type WorkerScope = {
  addEventListener(type: "install" | "activate", listener: (event: Extendable) => void): void;
  addEventListener(type: "fetch", listener: (event: Fetching) => void): void;
  addEventListener(type: "push", listener: (event: Pushed) => void): void;
  addEventListener(type: "notificationclick", listener: (event: Clicked) => void): void;
  skipWaiting(): Promise<void>;
  readonly location: Location;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<Page[]>;
    openWindow(url: string): Promise<unknown>;
  };
  readonly registration: {
    showNotification(title: string, options: NotificationOptions): Promise<void>;
  };
};

const worker: WorkerScope = globalThis as unknown as WorkerScope;
const SHELL: string = `symbion-shell-${__SHELL__.version}`;
const STATE: string = "symbion-state";

/** What the node sends with a push message. */
type PushMessage = {
  readonly title: string;
  readonly body: string;
  /** Alert it is about, or null for a test. */
  readonly alert: string | null;
};

worker.addEventListener("install", (event) => {
  const fill = async (): Promise<void> => {
    const cache = await caches.open(SHELL);
    await cache.addAll([...__SHELL__.files]);
    await worker.skipWaiting();
  };
  event.waitUntil(fill());
});

worker.addEventListener("activate", (event) => {
  const tidy = async (): Promise<void> => {
    for (const name of await caches.keys()) {
      if (name.startsWith("symbion-shell-") && name !== SHELL) await caches.delete(name);
    }
    await worker.clients.claim();
  };
  event.waitUntil(tidy());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (url.pathname === "/api/status") event.respondWith(statusOrLast(request));
  else if (isApi(url.pathname)) return;
  else if (request.mode === "navigate") event.respondWith(networkOrShell(request, "/"));
  else event.respondWith(shellOrNetwork(request));
});

function isApi(path: string): boolean {
  return path.startsWith("/api/") || ["/metrics", "/healthz", "/readyz", "/sw.js"].includes(path);
}

/** The node's answer; without one, the last state that the page put by. It carries its own time. */
async function statusOrLast(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await (await caches.open(STATE)).match("/api/status");
    if (kept !== undefined) return kept;
    throw error;
  }
}

/** The page itself: the newest one where the node answers, so that an update shows at once. */
async function networkOrShell(request: Request, path: string): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await (await caches.open(SHELL)).match(path);
    if (kept !== undefined) return kept;
    throw error;
  }
}

async function shellOrNetwork(request: Request): Promise<Response> {
  const cache = await caches.open(SHELL);
  const kept = await cache.match(request, { ignoreSearch: true });
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok && __SHELL__.heavy.includes(new URL(request.url).pathname)) {
    await cache.put(request, response.clone());
  }
  return response;
}

worker.addEventListener("push", (event) => {
  let message: Partial<PushMessage> = {};
  try {
    message = (event.data?.json() ?? {}) as Partial<PushMessage>;
  } catch {
    // Something else sent it: a browser wants a notification for every message all the same.
  }
  const alert = message.alert ?? null;
  const options: NotificationOptions = {
    body: message.body ?? "",
    icon: "/icon-192.png",
    badge: "/icon-192.png",
    // The end of an alert replaces its beginning.
    tag: alert ?? "test",
    data: { target: alert === null ? "/#/alerts" : `/#/alerts/${encodeURIComponent(alert)}` },
  };
  event.waitUntil(worker.registration.showNotification(message.title ?? "Symbion", options));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { target } = event.notification.data as { readonly target: string };
  const open = async (): Promise<void> => {
    const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
    const page = pages[0];
    if (page === undefined) {
      await worker.clients.openWindow(target);
      return;
    }
    page.postMessage({ type: "open", target: target.slice(1) });
    await page.focus();
  };
  event.waitUntil(open());
});
