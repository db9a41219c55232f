/**
 * What alerts say to people. Motion vectors show that the picture changes, not who or what is there, so the words are
 * "motion", never "person" or "car".
 */

import type { Alert, CameraArea, Delivery, Insight } from "@symbion/core";
import type { AlertRule } from "../config/types.ts";

/** A camera or machine as far as messages name it. A configuration's cameras can be given as they are. */
export type NamedCamera = {
  readonly id: string;
  readonly name: string;
  readonly areas?: readonly Pick<CameraArea, "id" | "name">[];
  /** It is a machine. */
  readonly machine?: true;
};

/** A short line and a sentence. */
export type Words = { readonly title: string; readonly text: string };

/** What happened, as the rest of a title; `place` is a zone's or line's name. */
function happening(kind: string, place: string | null): string {
  const where = place === null ? "" : ` in ${place}`;
  switch (kind) {
    case "motion":
      return `motion${where}`;
    case "dwell":
      return `motion stays${where}`;
    case "line-crossing":
      return place === null ? "motion across a line" : `motion across ${place}`;
    case "scene-cut":
      return "the picture changed at once";
    case "camera-moved":
      return "the camera was moved";
    case "camera-covered":
      return "the camera is covered";
    case "camera-frozen":
      return "the picture is frozen";
    case "source-down":
      return "no video";
    case "machine-anomaly":
      return "unusual behaviour";
    case "machine-failing":
      return "failure is expected";
    case "machine-failed":
      return "it has failed";
    case "sensor-fault":
      return place === null ? "a sensor is at fault" : `sensor ${place} is at fault`;
    case "disk":
      return "disk space runs out";
    case "node-down":
      return "the node was not running";
    default:
      return `${(kind.split(":").at(-1) ?? kind).replaceAll("-", " ")}${where}`;
  }
}

/** The name of a source for people: the camera's, the node's for `node`, else the id itself. */
export function sourceName(
  source: string,
  cameras: readonly NamedCamera[],
  nodeName: string,
): string {
  if (source === "node") return nodeName;
  return cameras.find(({ id }) => id === source)?.name ?? source;
}

/**
 * Title and sentence of an alert that an insight of a rule sets off. The sentence is the insight's own where it has
 * one. Titles are one line of at most 120 characters, sentences at most 500.
 */
export function describeAlert(
  rule: Pick<AlertRule, "name">,
  insight: Insight,
  cameras: readonly NamedCamera[],
  nodeName: string,
): Words {
  const camera = cameras.find(({ id }) => id === insight.source);
  const place =
    insight.area === null
      ? null
      : (camera?.areas?.find(({ id }) => id === insight.area)?.name ?? insight.area);
  const name = sourceName(insight.source, cameras, nodeName);
  const what = happening(insight.kind, place);
  const own = oneLine(insight.text, 500);
  return {
    title: oneLine(`${name}: ${what}`, 120),
    text: own === "" ? oneLine(`${name}: ${what} (rule ${rule.name}).`, 500) : own,
  };
}

/** Title and sentence of a message about an alert, or of a test message where there is none. */
export function describeEvent(
  event: Delivery["event"],
  alert: Alert | null,
  nodeName: string,
): Words {
  if (alert === null || event === "test") {
    return {
      title: oneLine(`${nodeName}: test message`, 120),
      text: "This channel works: alerts will arrive like this one.",
    };
  }
  if (event === "firing") return { title: alert.title, text: alert.text };
  const end = alert.resolvedAt ?? alert.firedAt ?? alert.from;
  const times = alert.count === 1 ? "one event" : `${alert.count} events`;
  return {
    title: oneLine(`Over: ${alert.title}`, 120),
    text: `It is over after ${duration(end - alert.from)} with ${times}.`,
  };
}

/** A length of time for people, from milliseconds. */
function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** A text without line breaks and control characters, cut to a length. */
export function oneLine(text: string, length: number): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
