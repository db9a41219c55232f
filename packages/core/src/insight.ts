/** What a node measures and understands, and what it tells people about it. Times are milliseconds since 1970. */

/** How far a value can be trusted. */
export type Quality = "good" | "uncertain" | "bad" | "missing";

/** One measured value. */
export type Reading = {
  /** Camera, machine or feed it belongs to; `node` for the node itself. */
  readonly source: string;
  /** What is measured, `motion.activity` for instance. */
  readonly name: string;
  /** When it was measured, ms since 1970. */
  readonly at: number;
  /** Null where the value is missing. */
  readonly value: number | null;
  /** Unit symbol; empty for shares and counts. */
  readonly unit: string;
  /** How far the value can be trusted. */
  readonly quality: Quality;
};

/** How much something matters. */
export type Severity = "info" | "warning" | "critical";

/**
 * Kinds of insights that the node itself has; plug-ins add their own, `PACKAGE:KIND`. The first seven come from a
 * camera's codec signals and mean change, not presence. `source-down`: a camera sends nothing or fails. `disk`: space
 * runs out. `node-down`: the node was not running. `answer`: what a standing question came to, for as long as it stayed so.
 * `machine-anomaly`: a machine behaves unusually; `machine-failing`: it is expected to fail within the horizon;
 * `machine-failed`: its life is over; `sensor-fault`: one of its sensors is silent, stuck or out of range, which is no
 * fault of the machine; `model-learned`: a new version of its models answers.
 */
export const INSIGHT_KINDS = [
  "motion",
  "dwell",
  "line-crossing",
  "scene-cut",
  "camera-moved",
  "camera-covered",
  "camera-frozen",
  "source-down",
  "disk",
  "node-down",
  "answer",
  "machine-anomaly",
  "machine-failing",
  "machine-failed",
  "sensor-fault",
  "model-learned",
] as const;

/** One of the node's own kinds. */
export type InsightKind = (typeof INSIGHT_KINDS)[number];

/** Something that was understood: an event on the timeline. Told when it begins, and again when it ends. */
export type Insight = {
  /** Unique; sorts by beginning. */
  readonly id: string;
  /** Camera it belongs to; `node` for the node itself. */
  readonly source: string;
  /** An {@link InsightKind}, or `PACKAGE:KIND` of a plug-in. */
  readonly kind: string;
  /** When it began, ms since 1970. */
  readonly from: number;
  /** Null while it goes on; equal to `from` where it has no length. */
  readonly to: number | null;
  /** Zone or line, or null for the whole picture. */
  readonly area: string | null;
  /** Track of the camera's stream, or null. */
  readonly track: number | null;
  /** Strength, 0 to 1: the strongest so far. */
  readonly score: number;
  /** Lines: the side to which it was crossed. */
  readonly direction: "right" | "left" | null;
  /** One sentence for people; why, for `source-down`. */
  readonly text: string;
};

/**
 * Where an alert stands: `pending` (seen, but not for long enough), `firing`, `resolved` (over). One alert is one
 * episode, and each episode is notified once when it fires and, where the rule asks for it, once when it is over.
 */
export type AlertState = "pending" | "firing" | "resolved";

/** Why nobody was notified of an alert that fired. */
export type Suppression = "quiet-hours" | "silenced" | "cool-down" | null;

/** One episode of an alert rule for one source and area. */
export type Alert = {
  /** Unique; sorts by beginning. */
  readonly id: string;
  /** Id of the rule. */
  readonly rule: string;
  /** Camera it is about; `node` for the node itself. */
  readonly source: string;
  /** Zone or line, or null for the whole picture. */
  readonly area: string | null;
  /** Kind of the insight that set it off. */
  readonly kind: string;
  /** How much it matters, by its rule. */
  readonly severity: Severity;
  /** Where it stands. */
  readonly state: AlertState;
  /** A short line ("Front gate: motion in drive"). */
  readonly title: string;
  /** One sentence. */
  readonly text: string;
  /** When the first insight of the episode began. */
  readonly from: number;
  /** When it began to fire, or null. */
  readonly firedAt: number | null;
  /** When it was over, or null. */
  readonly resolvedAt: number | null;
  /** Insights that belong to it. */
  readonly count: number;
  /** Id of its latest insight. */
  readonly insight: string;
  /** Why nobody was notified, or null. */
  readonly suppressed: Suppression;
  /** When a person said that it was seen, or null. */
  readonly acknowledgedAt: number | null;
};

/** One attempt, or chain of attempts, to tell somebody through one channel. */
export type Delivery = {
  /** Unique; sorts by creation. */
  readonly id: string;
  /** Alert it is about; null for a test. */
  readonly alert: string | null;
  /** What is told. */
  readonly event: "firing" | "resolved" | "test";
  /** Id of the channel. */
  readonly channel: string;
  /** `waiting` (to be tried at `nextAt`), `delivered`, `failed` (given up). */
  readonly state: "waiting" | "delivered" | "failed";
  /** When it was decided, ms since 1970. */
  readonly createdAt: number;
  /** When it is tried next (ms since 1970), or null. */
  readonly nextAt: number | null;
  /** How often it was tried. */
  readonly attempts: number;
  /** When the receiver took it (ms since 1970), or null. */
  readonly deliveredAt: number | null;
  /** What the last attempt came back with, credentials masked; empty before the first. */
  readonly result: string;
};

/** A stored piece of video, cut out of the camera's stream as it was coded. */
export type Clip = {
  /** Unique; sorts by beginning. Also its file's name, `ID.mp4`. */
  readonly id: string;
  /** Camera that it shows. */
  readonly source: string;
  /** Its first frame's time, ms since 1970. */
  readonly from: number;
  /** Its last frame's time, ms since 1970. */
  readonly to: number;
  /** Size of the file. */
  readonly bytes: number;
  /** Picture width in pixels. */
  readonly width: number;
  /** Picture height in pixels. */
  readonly height: number;
  /** Codec string, `avc1.PPCCLL`. */
  readonly codec: string;
  /** Why it was kept: ids of the insights. */
  readonly insights: readonly string[];
};

/** Readings that every node keeps of each camera, with their units (rates are means over the last few seconds). */
export const CAMERA_READINGS = {
  /** Frames per second. */
  fps: "1/s",
  /** Share of the picture that is dynamic, 0 to 1. */
  activity: "",
  /** CPU time per second of video. */
  cpu: "ms/s",
  bitrate: "bit/s",
  /** Delay of the slowest frame. */
  backlog: "ms",
} as const;

/** Readings that every node keeps of itself, source `node`, with their units. */
export const NODE_READINGS = {
  /** CPU time of the process per second: 1000 is one core. */
  cpu: "ms/s",
  memory: "B",
  /** Database and clips together. */
  stored: "B",
  /** Free on the disk. */
  free: "B",
} as const;
