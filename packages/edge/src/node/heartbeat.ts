/** The node's own pulse: after a power cut or a killed process it knows when it was last alive, and says so. */

import type { Insight } from "@symbion/core";
import { sortableId } from "../ids.ts";
import type { Store } from "../store/types.ts";

/** How often the pulse is written, milliseconds: often enough to date an outage, seldom enough for an SD card. */
const INTERVAL = 60_000;

type Pulse = { readonly at: number; readonly clean: boolean };

function readPulse(value: unknown): Pulse | null {
  if (typeof value !== "object" || value === null) return null;
  const { at, clean } = value as Record<string, unknown>;
  return typeof at === "number" && typeof clean === "boolean" ? { at, clean } : null;
}

/** A running pulse. */
export type Heartbeat = {
  /** Says that the node ends on purpose. */
  stop(): Promise<void>;
};

/**
 * Ends what an earlier run left open (at its last pulse), reports the gap if that run did not end on purpose, and
 * begins to beat. `report` gets finished insights only.
 */
export async function startHeartbeat(
  store: Store,
  report: (insight: Insight) => Promise<void>,
  now: () => number = Date.now,
): Promise<Heartbeat> {
  const last = readPulse(await store.state("heartbeat"));
  const start = now();
  const lastAlive = Math.min(last?.at ?? start, start);
  await closeOpen(store, lastAlive, report);
  if (last !== null && !last.clean) {
    await report({
      id: sortableId(lastAlive),
      source: "node",
      kind: "node-down",
      from: lastAlive,
      to: start,
      area: null,
      track: null,
      score: 1,
      direction: null,
      text: "The node was not running: it lost power or was killed",
    });
  }
  // A store that cannot be written to says so in its status; the pulse has nothing to add.
  const beat = (clean: boolean): Promise<void> =>
    store.putState("heartbeat", { at: now(), clean } satisfies Pulse).catch(() => undefined);
  await beat(false);
  const timer = setInterval(() => void beat(false), INTERVAL);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await beat(true);
    },
  };
}

async function closeOpen(
  store: Store,
  at: number,
  report: (insight: Insight) => Promise<void>,
): Promise<void> {
  let before: string | undefined;
  do {
    const page = await store.insights({
      limit: 1000,
      open: true,
      ...(before === undefined ? {} : { before }),
    });
    // All at once: what is written together is committed together.
    await Promise.all(
      page.items.map(({ clip: _clip, ...insight }) =>
        report({ ...insight, to: Math.max(insight.from, at) }),
      ),
    );
    before = page.next ?? undefined;
  } while (before !== undefined);
}
