/**
 * A node's store under load, to be killed: writes without pause and says on standard output what it has been told is
 * stored. `node --conditions=source store-writer.ts FOLDER ROUND`.
 */

import { writeSync } from "node:fs";
import type { Alert, Delivery, Insight } from "@symbion/core";
import { openStore } from "../src/store/index.ts";

const [, , folder = "", round = "0"] = process.argv;
const store = await openStore({
  folder,
  quotaBytes: 2 ** 30,
  reserveBytes: 0,
  days: { readings: 1e5, insights: 1e5, alerts: 1e5, clips: 1e5 },
});

/** One write per line, at once: what is printed has left this process. */
function say(kind: string, id: string): void {
  writeSync(1, `${kind} ${id}\n`);
}

say("ready", round);
for (let n = 0; ; n++) {
  const id = `${round.padStart(4, "0")}-${String(n).padStart(8, "0")}`;
  const at = Date.now();
  const insight: Insight = {
    id: `i${id}`,
    source: `camera-${n % 16}`,
    kind: "motion",
    from: at,
    to: n % 3 === 0 ? null : at + 1000,
    area: null,
    track: n,
    score: 0.5,
    direction: null,
    text: "Something moved",
  };
  const alert: Alert = {
    id: `a${id}`,
    rule: "drive",
    source: insight.source,
    area: null,
    kind: "motion",
    severity: "warning",
    state: "firing",
    title: "Motion",
    text: "Something moved",
    from: at,
    firedAt: at,
    resolvedAt: null,
    count: 1,
    insight: insight.id,
    suppressed: null,
    acknowledgedAt: null,
  };
  const delivery: Delivery = {
    id: `d${id}`,
    alert: alert.id,
    event: "firing",
    channel: "phone",
    state: "waiting",
    createdAt: at,
    nextAt: at,
    attempts: 0,
    deliveredAt: null,
    result: "",
  };
  void store.putInsight(insight).then(() => say("insight", insight.id));
  void store
    .putReadings([
      {
        source: insight.source,
        name: "fps",
        at: at + n / 1e4,
        value: n,
        unit: "",
        quality: "good",
      },
    ])
    .catch(() => undefined);
  await store.putAlert(alert, [delivery]);
  say("alert", alert.id);
  say("delivery", delivery.id);
}
