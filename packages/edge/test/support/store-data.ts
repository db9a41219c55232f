/** Records for tests of the store. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Alert, Clip, Delivery, Insight, Reading } from "@symbion/core";
import type { StoreConfig } from "../../src/config/types.ts";

const MEBIBYTE = 1 << 20;

/** A moment in 2026 from which tests count, ms since 1970. */
export const T0 = Date.UTC(2026, 5, 1);

/** Folders for one test, removed with it. */
export class Folders {
  readonly #made: string[] = [];

  make(): string {
    const folder = mkdtempSync(join(tmpdir(), "symbion-store-"));
    this.#made.push(folder);
    return folder;
  }

  remove(): void {
    for (const folder of this.#made.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}

/** A configuration with room and time for everything. */
export function storeConfig(folder: string, changes: Partial<StoreConfig> = {}): StoreConfig {
  return {
    folder,
    quotaBytes: 1024 * MEBIBYTE,
    reserveBytes: 0,
    days: { readings: 1e5, insights: 1e5, alerts: 1e5, clips: 1e5 },
    ...changes,
  };
}

/** An insight; its id sorts by its beginning. */
export function insight(changes: Partial<Insight> = {}): Insight {
  const from = changes.from ?? T0;
  return {
    id: `i${String(from).padStart(14, "0")}`,
    source: "gate",
    kind: "motion",
    from,
    to: from + 5000,
    area: null,
    track: null,
    score: 0.5,
    direction: null,
    text: "Something moved",
    ...changes,
  };
}

export function alert(changes: Partial<Alert> = {}): Alert {
  return {
    id: "a1",
    rule: "drive",
    source: "gate",
    area: null,
    kind: "motion",
    severity: "warning",
    state: "firing",
    title: "Gate: motion",
    text: "Something moved",
    from: T0,
    firedAt: T0,
    resolvedAt: null,
    count: 1,
    insight: "i1",
    suppressed: null,
    acknowledgedAt: null,
    ...changes,
  };
}

export function delivery(changes: Partial<Delivery> = {}): Delivery {
  return {
    id: "d1",
    alert: "a1",
    event: "firing",
    channel: "phone",
    state: "waiting",
    createdAt: T0,
    nextAt: T0,
    attempts: 0,
    deliveredAt: null,
    result: "",
    ...changes,
  };
}

export function clip(changes: Partial<Clip> = {}): Clip {
  return {
    id: "c1",
    source: "gate",
    from: T0,
    to: T0 + 10_000,
    bytes: 1000,
    width: 640,
    height: 360,
    codec: "avc1.42c01e",
    insights: ["i1"],
    ...changes,
  };
}

export function reading(changes: Partial<Reading> = {}): Reading {
  return {
    source: "gate",
    name: "fps",
    at: T0,
    value: 25,
    unit: "1/s",
    quality: "good",
    ...changes,
  };
}
