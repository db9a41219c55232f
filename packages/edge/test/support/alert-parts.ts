import type { Insight } from "@symbion/core";
import type { Message } from "../../src/alerts/channels/channel.ts";
import type { AlertRule } from "../../src/config/types.ts";

/** A rule that alerts at once and tells a channel `hook`, with changes. */
export function rule(changes: Partial<AlertRule> = {}): AlertRule {
  return {
    id: "yard",
    name: "Motion in the yard",
    severity: "warning",
    kinds: ["motion"],
    cameras: [],
    areas: [],
    minScore: 0,
    holdSeconds: 0,
    clearSeconds: 10,
    cooldownSeconds: 60,
    quiet: [],
    notify: ["hook"],
    notifyResolved: false,
    ...changes,
  };
}

/** Motion that goes on at camera `gate`, with changes. */
export function insight(id: string, from: number, changes: Partial<Insight> = {}): Insight {
  return {
    id,
    source: "gate",
    kind: "motion",
    from,
    to: null,
    area: null,
    track: null,
    score: 0.9,
    direction: null,
    text: "",
    ...changes,
  };
}

/** A message about an alert that fires at camera `gate`, with changes. */
export function message(changes: Partial<Message> = {}): Message {
  const at = Date.UTC(2026, 4, 4, 21, 10, 5);
  return {
    id: "a1-firing-hook",
    event: "firing",
    title: "Front gate: motion in drive",
    text: "Motion in the drive.",
    node: "cellar",
    url: null,
    at,
    alert: {
      id: "a1",
      rule: "yard",
      source: "gate",
      area: "drive",
      kind: "motion",
      severity: "warning",
      state: "firing",
      title: "Front gate: motion in drive",
      text: "Motion in the drive.",
      from: at - 2000,
      firedAt: at,
      resolvedAt: null,
      count: 1,
      insight: "i1",
      suppressed: null,
      acknowledgedAt: null,
      ruleName: "Motion in the yard",
      sourceName: "Front gate",
    },
    ...changes,
  };
}
