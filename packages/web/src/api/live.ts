/** The page's live connection: the node's status once a second, and what happens as it happens. */

import type { LiveEvents, NodeStatus, Session } from "@symbion/core";
import { connection, node, say, session, takeStatus } from "../state.ts";
import { request } from "./request.ts";

/** Header of a status that comes from this browser's memory: when it was stored, milliseconds since 1970. */
export const STORED_AT = "X-Symbion-Stored-At";

/** Name of the cache with the last status; the service worker answers from it while the node does not. */
export const STATE_CACHE = "symbion-state";

/** Wait before a refused live connection or an unanswered question is tried again, milliseconds. */
const RETRY_DELAY = 2000;

/** How often the last status is put by, milliseconds. */
const KEEP_INTERVAL = 20_000;

type Listener<K extends keyof LiveEvents> = (data: LiveEvents[K]) => void;
const listeners = new Map<string, Set<Listener<keyof LiveEvents>>>();

/** Calls `listener` with every message of that kind until the returned function is called. */
export function onLive<K extends keyof LiveEvents>(name: K, listener: Listener<K>): () => void {
  const set = listeners.get(name) ?? new Set();
  listeners.set(name, set);
  set.add(listener as Listener<keyof LiveEvents>);
  return () => set.delete(listener as Listener<keyof LiveEvents>);
}

function tell<K extends keyof LiveEvents>(name: K, data: LiveEvents[K]): void {
  for (const listener of listeners.get(name) ?? []) listener(data);
}

const NAMES: readonly (keyof LiveEvents)[] = [
  "status",
  "insight",
  "alert",
  "clip",
  "delivery",
  "camera",
  "watch",
  "plan",
  "answers",
  "machine",
  "learning",
  "release",
  "share",
  "aggregate",
];

let source: EventSource | null = null;
let keptAt = 0;

/** Asks who uses the page, then follows the node until the page is left. Without an answer: the last known state. */
export async function followNode(): Promise<void> {
  for (;;) {
    try {
      const answer = await request<Session>("GET", "/api/session");
      session.value = answer;
      if (answer.role !== null) openEvents();
      else connection.value = "open";
      return;
    } catch {
      connection.value = "lost";
      if (node.value === null) await recallStatus();
      await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY));
    }
  }
}

/** Opens the live connection anew, after signing in for instance. */
export function openEvents(): void {
  source?.close();
  const events = new EventSource("/api/events");
  source = events;
  for (const name of NAMES) {
    events.addEventListener(name, (event) => {
      const data = JSON.parse(event.data as string) as LiveEvents[typeof name];
      if (name === "status") takeLiveStatus(data as NodeStatus);
      tell(name, data);
    });
  }
  events.addEventListener("error", () => {
    if (source !== events) return;
    connection.value = "lost";
    // A refused connection (signed out, too many readers) is not tried again by the browser.
    if (events.readyState === EventSource.CLOSED) {
      source = null;
      setTimeout(() => void followNode(), RETRY_DELAY);
    }
  });
}

/** Ends the live connection and forgets what was put by: nothing of the node stays in this browser. */
export async function closeEvents(): Promise<void> {
  source?.close();
  source = null;
  node.value = null;
  if ("caches" in globalThis) await caches.delete(STATE_CACHE);
}

function takeLiveStatus(status: NodeStatus): void {
  if (connection.value === "lost" && node.value !== null) say("The node answers again.", "good");
  connection.value = "open";
  const at = Date.now();
  takeStatus(status, at);
  if (at - keptAt > KEEP_INTERVAL) {
    keptAt = at;
    void keepStatus(status, at);
  }
}

async function keepStatus(status: NodeStatus, at: number): Promise<void> {
  if (!("caches" in globalThis)) return;
  const cache = await caches.open(STATE_CACHE);
  const headers = { "Content-Type": "application/json", [STORED_AT]: at.toString() };
  await cache.put("/api/status", new Response(JSON.stringify(status), { headers }));
}

/** The last state that this browser knew, shown with its age. */
async function recallStatus(): Promise<void> {
  try {
    const response = await fetch("/api/status");
    const at = Number(response.headers.get(STORED_AT));
    if (response.ok && at > 0) takeStatus((await response.json()) as NodeStatus, at);
  } catch {
    // Nothing was put by, or there is no service worker: the page says that the node is not there.
  }
}
