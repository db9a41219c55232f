/**
 * The words of the house as zod schemas: what comes in is checked against them, and the OpenAPI document is made of
 * them. Each is compared with its TypeScript type at compile time, in both directions.
 */

import type {
  Alert,
  AlertPage,
  ApiError,
  CameraArea,
  CameraEdit,
  CameraState,
  CameraStats,
  CameraStatus,
  ChannelInfo,
  Clip,
  ClipPage,
  ConfigDocument,
  ConfigOutcome,
  Delivery,
  DeliveryPage,
  DoctorCheck,
  FoundDevice,
  Insight,
  InsightPage,
  NodeStatus,
  PicturePoint,
  ProbeResult,
  ReadingSeries,
  RestoreReport,
  Role,
  RuleInfo,
  Session,
  Silence,
  StoreStatus,
  TimelineInsight,
  TimelineStrip,
  TokenInfo,
} from "@symbion/core";
import { z } from "zod";
import type { PluginReport } from "../plugins/index.ts";

/** Schemas that have a name in the OpenAPI document. */
export const components: z.core.$ZodRegistry<{ id: string }> = z.registry<{ id: string }>();

/**
 * Names a schema in the OpenAPI document. Does not compile unless schema and type allow the same values, so neither
 * can change alone.
 */
export function named<T>(
  id: string,
): <S extends z.ZodType<T>>(schema: T extends z.output<S> ? S : never) => z.ZodType<T> {
  return (schema) => {
    components.add(schema as z.ZodType<T>, { id });
    return schema as z.ZodType<T>;
  };
}

const list = <T>(item: z.ZodType<T>): z.ZodType<readonly T[]> => z.array(item).readonly();

/** Names of cameras in addresses. */
export const cameraId: z.ZodType<string> = named<string>("CameraId")(
  z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/)
    .describe("1 to 63 letters, digits, - or _, the first a letter or digit"),
);

/** Names of everything else that addresses may hold. */
export const id: z.ZodType<string> = named<string>("Id")(
  z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/)
    .describe("1 to 128 letters, digits, -, _, . or :, the first a letter or digit"),
);

const moment = z.number().describe("milliseconds since 1970");
const share = z.number().min(0).max(1);
const count = z.int().min(0);

/** Every answer that is an error. */
export const apiError: z.ZodType<ApiError> = named<ApiError>("ApiError")(
  z.strictObject({
    error: z.string().describe("what was expected, what came, and where; one line"),
  }),
);

/** An answer that only says yes. */
export type Done = { readonly ok: true };
/** Said when a change was made. */
export const done: z.ZodType<Done> = named<Done>("Done")(z.strictObject({ ok: z.literal(true) }));

/** What somebody may do. */
export const role: z.ZodType<Role> = named<Role>("Role")(z.enum(["viewer", "admin"]));

/** Who asks. */
export const session: z.ZodType<Session> = named<Session>("Session")(
  z.strictObject({
    role: role.nullable(),
    via: z.enum(["loopback", "password", "token"]).nullable(),
    csrf: z
      .string()
      .nullable()
      .describe("to be sent as X-Symbion-CSRF with every change; null for bearer tokens"),
  }),
);

/** A token without its secret. */
export const tokenInfo: z.ZodType<TokenInfo> = named<TokenInfo>("TokenInfo")(
  z.strictObject({
    id: z.string(),
    name: z.string(),
    role,
    createdAt: moment,
    usedAt: moment.nullable(),
  }),
);

/** A point of a picture. */
export const picturePoint: z.ZodType<PicturePoint> = named<PicturePoint>("PicturePoint")(
  z.tuple([share, share]).readonly(),
);

/** A zone, line or ignored polygon. */
export const cameraArea: z.ZodType<CameraArea> = named<CameraArea>("CameraArea")(
  z.strictObject({
    id: cameraId,
    name: z.string().min(1).max(80),
    kind: z.enum(["zone", "ignore", "line"]),
    points: z.array(picturePoint).min(2).max(64).readonly(),
    dwellSeconds: z.number().min(0).max(86_400).nullable(),
    direction: z.enum(["right", "left", "both"]),
  }),
);

/** Where a camera stands. */
export const cameraState: z.ZodType<CameraState> = named<CameraState>("CameraState")(
  z.enum(["starting", "live", "retrying", "ended", "disabled"]),
);

const cameraStats: z.ZodType<CameraStats> = named<CameraStats>("CameraStats")(
  z.strictObject({
    fps: z.number().min(0),
    frames: count,
    damagedFrames: count,
    decodedFrames: count,
    decodedShare: z.number().min(0),
    videoSeconds: z.number(),
    cpuMsPerVideoSecond: z.number().min(0),
    bitsPerSecond: z.number().min(0),
    motionShare: z.number(),
    activity: z.number(),
    backlogMs: z.number(),
    watchers: count,
    droppedFrames: count,
  }),
);

/** One camera. */
export const cameraStatus: z.ZodType<CameraStatus> = named<CameraStatus>("CameraStatus")(
  z.strictObject({
    id: z.string(),
    name: z.string(),
    source: z.string().describe("file or address, credentials masked"),
    simulated: z.boolean(),
    state: cameraState,
    reason: z.string().nullable(),
    restarts: count,
    lastRestart: z.strictObject({ at: moment, reason: z.string() }).nullable(),
    retryAt: moment.nullable(),
    width: count,
    height: count,
    container: z.string(),
    areas: list(cameraArea),
    active: list(z.string()),
    recording: z.boolean(),
    stats: cameraStats,
  }),
);

const storeStatus: z.ZodType<StoreStatus> = named<StoreStatus>("StoreStatus")(
  z.strictObject({
    databaseBytes: z.number().min(0),
    clipBytes: z.number().min(0),
    companionBytes: z.number().min(0).describe("log of answers and queue of writes"),
    quotaBytes: z.number().min(0),
    freeBytes: z.number().min(0),
    writtenBytes: z.number().min(0),
    writtenBytesPerDay: z.number().min(0),
    problem: z.string().nullable(),
  }),
);

/** The whole node. */
export const nodeStatus: z.ZodType<NodeStatus> = named<NodeStatus>("NodeStatus")(
  z.strictObject({
    version: z.string(),
    uptimeSeconds: z.number().min(0),
    cpuMsPerSecond: z.number().min(0),
    memoryBytes: z.number().min(0),
    snapshots: z.boolean(),
    problems: list(z.string()),
    name: z.string(),
    config: z.strictObject({ path: z.string(), editable: z.boolean(), lastGood: z.boolean() }),
    store: storeStatus,
    firing: count,
    backlog: z.strictObject({ messages: count, oldestSeconds: z.number().min(0) }),
    cameras: list(cameraStatus),
  }),
);

/** How urgent. */
const severity = z.enum(["info", "warning", "critical"]);

const insightShape = {
  id: z.string(),
  source: z.string(),
  kind: z.string(),
  from: moment,
  to: moment.nullable(),
  area: z.string().nullable(),
  track: z.number().nullable(),
  score: z.number(),
  direction: z.enum(["right", "left"]).nullable(),
  text: z.string(),
};

/** An event, as `/api/events` tells it. */
export const insight: z.ZodType<Insight> = named<Insight>("Insight")(z.strictObject(insightShape));

/** An event with the clip that shows it. */
export const timelineInsight: z.ZodType<TimelineInsight> = named<TimelineInsight>(
  "TimelineInsight",
)(z.strictObject({ ...insightShape, clip: z.string().nullable() }));

/** States of an alert. */
export const alertState: z.ZodType<Alert["state"]> = named<Alert["state"]>("AlertState")(
  z.enum(["pending", "firing", "resolved"]),
);

/** An episode of a rule. */
export const alert: z.ZodType<Alert> = named<Alert>("Alert")(
  z.strictObject({
    id: z.string(),
    rule: z.string(),
    source: z.string(),
    area: z.string().nullable(),
    kind: z.string(),
    severity,
    state: alertState,
    title: z.string(),
    text: z.string(),
    from: moment,
    firedAt: moment.nullable(),
    resolvedAt: moment.nullable(),
    count,
    insight: z.string(),
    suppressed: z.enum(["quiet-hours", "silenced", "cool-down"]).nullable(),
    acknowledgedAt: moment.nullable(),
  }),
);

/** A notification on its way. */
export const delivery: z.ZodType<Delivery> = named<Delivery>("Delivery")(
  z.strictObject({
    id: z.string(),
    alert: z.string().nullable(),
    event: z.enum(["firing", "resolved", "test"]),
    channel: z.string(),
    state: z.enum(["waiting", "delivered", "failed"]),
    createdAt: moment,
    nextAt: moment.nullable(),
    attempts: count,
    deliveredAt: moment.nullable(),
    result: z.string(),
  }),
);

/** A stored piece of video. */
export const clip: z.ZodType<Clip> = named<Clip>("Clip")(
  z.strictObject({
    id: z.string(),
    source: z.string(),
    from: moment,
    to: moment,
    bytes: count,
    width: count,
    height: count,
    codec: z.string(),
    insights: list(z.string()),
  }),
);

const next = z.string().nullable().describe("the `before` of the following page; null at the end");

/** Pages of lists, newest first. */
export const insightPage: z.ZodType<InsightPage> = named<InsightPage>("InsightPage")(
  z.strictObject({ items: list(timelineInsight), next }),
);
/** Episodes by page. */
export const alertPage: z.ZodType<AlertPage> = named<AlertPage>("AlertPage")(
  z.strictObject({ items: list(alert), next }),
);
/** Stored video by page. */
export const clipPage: z.ZodType<ClipPage> = named<ClipPage>("ClipPage")(
  z.strictObject({ items: list(clip), next }),
);
/** Notifications by page. */
export const deliveryPage: z.ZodType<DeliveryPage> = named<DeliveryPage>("DeliveryPage")(
  z.strictObject({ items: list(delivery), next }),
);

/** Activity of one camera over a span. */
export const timelineStrip: z.ZodType<TimelineStrip> = named<TimelineStrip>("TimelineStrip")(
  z.strictObject({
    source: z.string(),
    from: moment,
    bucketMs: z.number(),
    counts: list(z.number()),
    clips: list(share),
  }),
);

/** Values of one reading over a span. */
export const readingSeries: z.ZodType<ReadingSeries> = named<ReadingSeries>("ReadingSeries")(
  z.strictObject({
    source: z.string(),
    name: z.string(),
    unit: z.string(),
    at: list(moment),
    mean: list(z.number().nullable()),
    min: list(z.number().nullable()),
    max: list(z.number().nullable()),
  }),
);

/** A time without notifications. */
export const silence: z.ZodType<Silence> = named<Silence>("Silence")(
  z.strictObject({
    id: z.string(),
    rule: z.string().nullable().describe("null: every rule"),
    until: moment,
  }),
);

/** A way to tell people. */
export const channelInfo: z.ZodType<ChannelInfo> = named<ChannelInfo>("ChannelInfo")(
  z.strictObject({
    id: z.string(),
    kind: z.enum(["webpush", "webhook", "mqtt", "email"]),
    target: z.string().describe("where it goes, credentials masked"),
    problem: z.string().nullable(),
    lastDelivery: delivery.nullable(),
  }),
);

/** A rule with what it does now. */
export const ruleInfo: z.ZodType<RuleInfo> = named<RuleInfo>("RuleInfo")(
  z.strictObject({
    id: z.string(),
    name: z.string(),
    firing: count,
    silencedUntil: moment.nullable(),
  }),
);

/** The configuration file. */
export const configDocument: z.ZodType<ConfigDocument> = named<ConfigDocument>("ConfigDocument")(
  z.strictObject({
    path: z.string(),
    text: z.string(),
    version: z.string(),
    problems: list(z.string()),
  }),
);

/** What became of an edit. */
export const configOutcome: z.ZodType<ConfigOutcome> = named<ConfigOutcome>("ConfigOutcome")(
  z.strictObject({ saved: z.boolean(), version: z.string(), problems: list(z.string()) }),
);

/** A new camera. */
export const cameraEdit: z.ZodType<CameraEdit> = named<CameraEdit>("CameraEdit")(
  z.strictObject({
    id: cameraId,
    name: z.string().min(1).max(80).optional(),
    url: z.string().min(1).max(2000).optional(),
    file: z.string().min(1).max(2000).optional(),
  }),
);

/** What a source turned out to be. */
export const probeResult: z.ZodType<ProbeResult> = named<ProbeResult>("ProbeResult")(
  z.union([
    z.strictObject({
      ok: z.literal(true),
      container: z.string(),
      codec: z.string(),
      width: count,
      height: count,
      fps: z.number(),
      keyframeSeconds: z.number().nullable(),
      preview: z.string().nullable().describe("a JPEG as a data URL; null without ffmpeg"),
    }),
    z.strictObject({ ok: z.literal(false), reason: z.string() }),
  ]),
);

/** A device of the network. */
export const foundDevice: z.ZodType<FoundDevice> = named<FoundDevice>("FoundDevice")(
  z.strictObject({
    name: z.string(),
    address: z.string(),
    via: z.enum(["onvif", "mdns"]),
    urls: list(z.string()),
    detail: z.string(),
  }),
);

/** What a restore would do or has done. */
export const restoreReport: z.ZodType<RestoreReport> = named<RestoreReport>("RestoreReport")(
  z.strictObject({
    ok: z.boolean(),
    reason: z.string().nullable(),
    createdAt: moment.nullable(),
    version: z.string().nullable(),
    schema: z.number().nullable(),
    insights: count,
    alerts: count,
    clips: count,
    config: z.boolean(),
  }),
);

/** A check of the machine and the node. */
export const doctorCheck: z.ZodType<DoctorCheck> = named<DoctorCheck>("DoctorCheck")(
  z.strictObject({
    name: z.string(),
    state: z.enum(["ok", "warning", "failed"]),
    text: z.string(),
  }),
);

/** How a plug-in is doing. */
export const pluginReport: z.ZodType<PluginReport> = named<PluginReport>("PluginReport")(
  z.strictObject({
    package: z.string(),
    name: z.string(),
    state: z.enum(["starting", "running", "waiting", "disabled"]),
    problem: z.string().nullable(),
    roles: list(z.enum(["source", "operator", "sink"])),
    restarts: count,
    lastRestart: z.strictObject({ at: moment, reason: z.string() }).nullable(),
    retryAt: moment.nullable(),
    emitted: count,
    rejected: count,
    firstRejection: z.string().nullable(),
    taken: count,
    dropped: count,
    queued: count,
    lastRecordAt: moment.nullable(),
    sourceEnded: z.boolean(),
  }),
);
