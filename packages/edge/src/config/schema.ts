// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what configurations hold
/**
 * What may stand in `symbion.yaml`: one zod object per section, with a description for every key. The same objects
 * check a file part by part (`config.ts`) and become the JSON Schema for editors (`json-schema.ts`).
 *
 * The message of an issue is a noun phrase: what would have been right. Whoever reports it adds what came, and where.
 */

import type { Severity } from "@symbion/core";
import { z } from "zod";
import { COMPANION_KEYS, companionSchema } from "./companion-schema.ts";
import { MACHINE_KEYS, machinesSchema } from "./machine-schema.ts";
import {
  accept,
  address,
  days,
  flag,
  host,
  id,
  ids,
  kinds,
  label,
  ONE_LINE,
  oneOrMore,
  seconds,
  size,
} from "./readers.ts";
import { SHARE_KEYS, shareSchema } from "./share-schema.ts";
import type { ChannelConfig, QuietHours, RecordConfig } from "./types.ts";
import { DAY_NAMES, readDay, readTimeOfDay } from "./units.ts";

/** Schemes a camera address may have: what ffmpeg can fetch over a network, and nothing that reads local files. */
export const URL_SCHEMES: readonly string[] = [
  "rtsp",
  "rtsps",
  "rtmp",
  "rtmps",
  "http",
  "https",
  "srt",
  "udp",
  "rtp",
];

/** Most entries of the lists of a configuration. */
export const LIMITS: Readonly<
  Record<"cameras" | "areas" | "questions" | "alerts" | "channels" | "plugins", number>
> = { cameras: 64, areas: 64, questions: 16, alerts: 256, channels: 32, plugins: 32 };

/** Kinds of insights that are worth a clip unless a camera says otherwise. */
export const DEFAULT_RECORD: RecordConfig = {
  kinds: ["motion", "dwell", "line-crossing", "camera-moved", "camera-covered"],
  before: 5,
  after: 5,
};

/** Keys of `node:`. */
export const nodeShape: {
  readonly name: z.ZodType<string>;
  readonly data: z.ZodType<string>;
} = {
  name: label("What the node is called on the page and in messages. Default: Symbion."),
  data: z
    .string()
    .min(1)
    .describe(
      "Folder of database and clips, relative to this file. Default: symbion-data. A change takes effect at the next start.",
    ),
};

/** Keys of `server:`. */
export const serverShape: {
  readonly host: z.ZodType<string>;
  readonly port: z.ZodType<number>;
  readonly names: z.ZodType<readonly string[]>;
} = {
  host: host(
    "Address to listen on. Default: 127.0.0.1, this machine only. Another one makes the node ask for a password.",
  ),
  port: z
    .int()
    .min(0)
    .max(65535)
    .describe("Port to listen on; 0 takes any free one. Default: 8480, or the next free one."),
  names: z
    .array(host("A host name."))
    .max(64)
    .describe("Further names under which the node is reached, behind a proxy for instance."),
};

/** Names of the simulated scenes that come with the node. */
export const SAMPLES = ["yard", "plain"] as const;

/** One of {@link SAMPLES}. */
export type SampleName = (typeof SAMPLES)[number];

/** Values of a camera's entry, its areas, questions, motion and recording apart; exactly one of `url`, `file`, `sample` is there. */
export type CameraValues = {
  readonly id: string;
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly file?: string | undefined;
  readonly sample?: SampleName | undefined;
  readonly loop?: boolean | undefined;
  readonly realtime?: boolean | undefined;
};

const cameraShape = {
  id: id("camera, used in addresses and rules"),
  name: label("What the camera is called. Default: its id.").optional(),
  url: address(
    URL_SCHEMES,
    "Address of the camera's stream. In its user and password part, ${NAME} and ${secret:NAME} are percent-encoded for you.",
    false,
  ).optional(),
  file: z.string().min(1).describe("Video file, relative to this file.").optional(),
  sample: z
    .enum(SAMPLES)
    .describe("A simulated scene that comes with the node, instead of url or file.")
    .optional(),
  loop: flag("Whether a file begins again at its end. Default: true.").optional(),
  realtime: flag("Whether a file is played at its own speed. Default: true.").optional(),
};

const SOURCES = ["url", "file", "sample"] as const;

/** An entry of `cameras:` without its parts `areas`, `questions`, `motion` and `record`, which are checked on their own. */
export const cameraSchema: z.ZodType<CameraValues> = z
  .strictObject(cameraShape)
  .refine((camera) => SOURCES.filter((key) => camera[key] !== undefined).length === 1, {
    message: 'exactly one of "url", "file" and "sample"',
  })
  .refine((camera) => camera.url === undefined || camera.loop === undefined, {
    message: '"loop" only beside "file"',
    path: ["loop"],
  })
  .refine((camera) => camera.url === undefined || camera.realtime === undefined, {
    message: '"realtime" only beside "file"',
    path: ["realtime"],
  });

const SENSITIVITIES = ["low", "normal", "high"] as const;

/** `motion:` of a camera; null: off. */
export const motionSchema: z.ZodType<(typeof SENSITIVITIES)[number] | null> = accept(
  '"low", "normal", "high" or "off"',
  {
    enum: [...SENSITIVITIES, "off", false],
    description:
      "How easily motion is reported, or off: then only the raw signals are shown. Default: normal.",
  },
  (value) =>
    value === "off" || value === false
      ? null
      : SENSITIVITIES.find((sensitivity) => sensitivity === value),
);

/** Values of `record:` as a mapping. Times in seconds. */
export type RecordValues = {
  readonly on?: readonly string[] | undefined;
  readonly before?: number | undefined;
  readonly after?: number | undefined;
};

const recordShape = {
  on: kinds("Kinds of insights that are worth a clip.").optional(),
  before: seconds(
    "Video kept from before the event, rounded up to a keyframe. Default: 5 s.",
    0,
    60,
  ).optional(),
  after: seconds("Video kept from after the event. Default: 5 s.", 0, 600).optional(),
};

/** `record:` of a camera as a mapping. */
export const recordSchema: z.ZodType<RecordValues> = z
  .strictObject(recordShape)
  .describe("Clips of chosen events.");

/** `record:` of a camera as a word; null: no clips. */
export const recordWordSchema: z.ZodType<RecordConfig | null> = accept(
  '"off", "events" or a mapping with "on", "before" and "after"',
  {
    enum: ["off", "events", "on", true, false],
    description: `off: no clips; events: clips of ${DEFAULT_RECORD.kinds.join(", ")}.`,
  },
  (value) =>
    value === "off" || value === false
      ? null
      : value === "events" || value === "on" || value === true
        ? DEFAULT_RECORD
        : undefined,
);

const AREA_KINDS = ["zone", "ignore", "line"] as const;
const DIRECTIONS = ["right", "left", "both"] as const;

/** Values of an area's entry. */
export type AreaValues = {
  readonly id: string;
  readonly name?: string | undefined;
  readonly kind: (typeof AREA_KINDS)[number];
  readonly points: readonly (readonly [number, number])[];
  readonly dwell?: number | undefined;
  readonly direction?: (typeof DIRECTIONS)[number] | undefined;
};

const point = accept(
  "a point [x, y], both from 0 to 1",
  {
    type: "array",
    items: { type: "number", minimum: 0, maximum: 1 },
    minItems: 2,
    maxItems: 2,
  },
  (value): readonly [number, number] | undefined => {
    if (!Array.isArray(value) || value.length !== 2) return undefined;
    const [x, y] = value as unknown[];
    return isShare(x) && isShare(y) ? [x, y] : undefined;
  },
);

function isShare(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 1;
}

const areaShape = {
  id: id("area, unique within its camera"),
  name: label("What the area is called. Default: its id.").optional(),
  kind: z
    .enum(AREA_KINDS)
    .describe(
      "zone: reports motion in it; ignore: hides what moves in it; line: reports what crosses it.",
    ),
  points: z
    .array(point)
    .min(2)
    .max(64)
    .describe(
      "Corners [x, y] as shares of the picture's width and height from the top left: 3 to 64 of a zone or an ignored area, 2 to 16 of a line.",
    ),
  dwell: seconds(
    "Zones: how long something has to stay until that is reported. Default: never.",
    0.1,
    86_400,
  ).optional(),
  direction: z
    .enum(DIRECTIONS)
    .describe(
      "Lines: the crossings that count, seen from the first to the last point. Default: both.",
    )
    .optional(),
};

/** An entry of a camera's `areas:`. */
export const areaSchema: z.ZodType<AreaValues> = z
  .strictObject(areaShape)
  .refine(({ kind, points }) => kind === "line" || points.length >= 3, {
    message: "at least 3 points of a zone or an ignored area",
    path: ["points"],
  })
  .refine(({ kind, points }) => kind !== "line" || points.length <= 16, {
    message: "at most 16 points of a line",
    path: ["points"],
  })
  .refine(({ kind, dwell }) => dwell === undefined || kind === "zone", {
    message: '"dwell" only for a zone',
    path: ["dwell"],
  })
  .refine(({ kind, direction }) => direction === undefined || kind === "line", {
    message: '"direction" only for a line',
    path: ["direction"],
  });

/** Values of an entry of a camera's `questions:`. Times in seconds. */
export type QuestionValues = {
  readonly id: string;
  readonly ask: string;
  readonly every?: number | undefined;
};

const questionShape = {
  id: id("question, unique within its camera"),
  ask: z
    .string()
    .max(200)
    .regex(new RegExp(`^(?=.*\\S)${ONE_LINE.source.slice(1)}`), "a question on one line")
    .describe("What is asked again and again while the camera runs, one line."),
  every: seconds(
    "Least time between two answers. Default: every window of the model, about a second.",
    0,
    86_400,
  ).optional(),
};

/** An entry of a camera's `questions:`. */
export const questionSchema: z.ZodType<QuestionValues> = z.strictObject(questionShape);

/** Keys of `store:`; `keep` is a mapping of its own. */
export const storeShape: {
  readonly quota: z.ZodType<number>;
  readonly reserve: z.ZodType<number>;
} = {
  quota: size("Most bytes of database and clips together. Default: 10 GB.", 10e6, "10 MB"),
  reserve: size("Bytes of the disk that stay free, whatever the quota. Default: 500 MB.", 0, "0 B"),
};

/** Keys of `store.keep:`, in days. */
export const keepShape: Readonly<
  Record<"readings" | "insights" | "alerts" | "clips", z.ZodType<number>>
> = {
  readings: days("How long measured values are kept. Default: 30 d."),
  insights: days("How long events are kept. Default: 90 d."),
  alerts: days("How long alerts are kept. Default: 365 d."),
  clips: days("How long clips are kept. Default: 14 d."),
};

const quietShape = {
  from: accept(
    'a time of day, "22:00" for instance',
    { type: "string", pattern: "^\\d{1,2}:\\d{2}$", description: "When it begins, local time." },
    readTimeOfDay,
  ),
  to: accept(
    'a time of day, "07:00" for instance',
    {
      type: "string",
      pattern: "^\\d{1,2}:\\d{2}$",
      description: "When it ends; earlier than its beginning: on the next day.",
    },
    readTimeOfDay,
  ),
  days: z
    .array(
      accept(
        `a day (${DAY_NAMES.join(", ")})`,
        { type: "string", pattern: "^(mon|tue|wed|thu|fri|sat|sun)[a-z]*$" },
        readDay,
      ),
    )
    .min(1)
    .describe("Days on which it begins. Default: every day.")
    .optional(),
};

const quietSchema = z
  .strictObject(quietShape)
  .refine(({ from, to }) => from !== to, { message: 'another time than "from"', path: ["to"] })
  .transform(
    ({ from, to, days: on }): QuietHours => ({
      from,
      to,
      days: [...new Set(on ?? [0, 1, 2, 3, 4, 5, 6])].sort((a, b) => a - b),
    }),
  );

const SEVERITIES: readonly [Severity, Severity, Severity] = ["info", "warning", "critical"];

/** Values of an entry of `alerts:`. Times in seconds. */
export type RuleValues = {
  readonly id: string;
  readonly name?: string | undefined;
  readonly when: readonly string[];
  readonly cameras?: readonly string[] | undefined;
  readonly areas?: readonly string[] | undefined;
  readonly "min-score"?: number | undefined;
  readonly hold?: number | undefined;
  readonly clear?: number | undefined;
  readonly cooldown?: number | undefined;
  readonly quiet?: readonly QuietHours[] | undefined;
  readonly severity?: Severity | undefined;
  readonly notify?: readonly string[] | undefined;
  readonly "notify-resolved"?: boolean | undefined;
};

const ruleShape = {
  id: id("rule"),
  name: label("What the rule is called. Default: its id.").optional(),
  when: kinds("Kinds of insights that set it off."),
  cameras: ids("camera or machine", "Cameras and machines it is for. Default: all.", 1).optional(),
  areas: ids("zone or line", "Zones and lines it is for. Default: everywhere.", 1).optional(),
  "min-score": z
    .number()
    .min(0)
    .max(1)
    .describe("Insights weaker than this do not count, 0 to 1. Default: 0.")
    .optional(),
  hold: seconds(
    "How long it has to go on before the alert fires. Default: 0 s.",
    0,
    86_400,
  ).optional(),
  clear: seconds(
    "An alert is over when nothing has happened for so long. Default: 10 s.",
    0,
    86_400,
  ).optional(),
  cooldown: seconds(
    "So long after an alert's end the next one is not notified. Default: 60 s.",
    0,
    604_800,
  ).optional(),
  quiet: z
    .array(quietSchema)
    .max(32)
    .describe("Times of the day at which nobody is notified.")
    .optional(),
  severity: z.enum(SEVERITIES).describe("How much it matters. Default: warning.").optional(),
  notify: ids(
    "channel",
    "Channels that tell people. Default: all; [] shows it on the page only.",
    0,
  ).optional(),
  "notify-resolved": flag("Whether its end is told, too. Default: false.").optional(),
};

/** An entry of `alerts:`. */
export const ruleSchema: z.ZodType<RuleValues> = z.strictObject(ruleShape);

/** Values of an entry of `channels:`. */
export type ChannelValues = { readonly id: string } & (
  | { readonly kind: "webpush"; readonly contact?: string | undefined }
  | {
      readonly kind: "webhook";
      readonly url: string;
      readonly secret?: string | undefined;
      readonly headers?: Readonly<Record<string, string>> | undefined;
    }
  | {
      readonly kind: "mqtt";
      readonly url: string;
      readonly topic?: string | undefined;
      readonly discovery?: string | null | undefined;
    }
  | {
      readonly kind: "email";
      readonly url: string;
      readonly from: string;
      readonly to: readonly string[];
    }
);

const MAIL = /^[^\s@<>,;]+@[^\s@<>,;]+$/;

function topic(text: unknown): string | undefined {
  return typeof text === "string" && /^[^\s+#/$][^\s+#]{0,99}$/.test(text) && !text.endsWith("/")
    ? text
    : undefined;
}

const channelShapes = {
  webpush: {
    id: id("channel"),
    kind: z.literal("webpush").describe("Push messages to browsers and phones."),
    contact: accept(
      "an e-mail address or an https:// address",
      {
        type: "string",
        description:
          "How push services reach you if the node misbehaves: an e-mail or https:// address.",
      },
      (value) => {
        if (typeof value !== "string") return undefined;
        if (MAIL.test(value) && !value.includes(":")) return `mailto:${value}`;
        const mail = value.startsWith("mailto:") && MAIL.test(value.slice(7));
        return mail || /^https:\/\/[^\s]+$/.test(value) ? value : undefined;
      },
    ).optional(),
  },
  webhook: {
    id: id("channel"),
    kind: z.literal("webhook").describe("An HTTP request to an address."),
    url: address(["http", "https"], "Where the request goes.", true),
    secret: z
      .string()
      .min(1)
      .describe("Signs the body (HMAC-SHA256); best as ${secret:NAME}.")
      .optional(),
    headers: z
      .record(
        z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "a header's name"),
        z.string().regex(ONE_LINE, "a text on one line"),
      )
      .describe("Further headers of the request.")
      .optional(),
  },
  mqtt: {
    id: id("channel"),
    kind: z.literal("mqtt").describe("Messages to an MQTT broker."),
    url: address(["mqtt", "mqtts"], "Address of the broker, with user and password.", true),
    topic: accept(
      "a topic without wildcards",
      { type: "string", description: "First level of all topics. Default: symbion." },
      topic,
    ).optional(),
    discovery: accept(
      'the prefix of Home Assistant\'s discovery topics, or "off"',
      {
        type: ["string", "boolean"],
        description: "Prefix of Home Assistant's discovery topics, or off. Default: homeassistant.",
      },
      (value): string | null | undefined =>
        value === false || value === "off" ? null : topic(value),
    ).optional(),
  },
  email: {
    id: id("channel"),
    kind: z.literal("email").describe("E-mail over SMTP."),
    url: address(["smtp", "smtps"], "Address of the mail server, with user and password.", true),
    from: z
      .string()
      .regex(
        /^(?:[^\r\n<>]*<[^\s@<>,;]+@[^\s@<>,;]+>|[^\s@<>,;]+@[^\s@<>,;]+)$/,
        "an e-mail address",
      )
      .describe("Sender; a name may stand before it: Node <node@example.org>."),
    to: oneOrMore("an e-mail address", "Addresses of the receivers.", { type: "string" }, (text) =>
      MAIL.test(text),
    ),
  },
};

/** Kinds of channels. */
export const CHANNEL_KINDS: readonly ChannelConfig["kind"][] = [
  "webpush",
  "webhook",
  "mqtt",
  "email",
];

/** An entry of `channels:`, told apart by its `kind`. */
export const channelSchema: z.ZodType<ChannelValues> = z.discriminatedUnion("kind", [
  z.strictObject(channelShapes.webpush),
  z.strictObject(channelShapes.webhook),
  z.strictObject(channelShapes.mqtt),
  z.strictObject(channelShapes.email),
]);

/** Values of an entry of `plugins:`. */
export type PluginValues = {
  readonly package: string;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
};

const pluginShape = {
  package: z
    .string()
    .regex(
      /^(?:\.{1,2}\/\S+|(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*)$/,
      "the name of a package, or a path beginning with ./",
    )
    .describe("Name of a package, or a path beginning with ./, relative to this file."),
  options: z
    .record(z.string(), z.unknown())
    .describe("Options of the plug-in, which checks them itself.")
    .optional(),
};

/** An entry of `plugins:`. */
export const pluginSchema: z.ZodType<PluginValues> = z.strictObject(pluginShape);

function list(item: z.ZodType, name: keyof typeof LIMITS, description: string): z.ZodType {
  return z.array(item).max(LIMITS[name]).describe(description).nullable().optional();
}

function section(shape: z.ZodRawShape, description: string): z.ZodType {
  const optional = Object.fromEntries(
    Object.entries(shape).map(([key, schema]) => [key, z.optional(schema as z.ZodType)]),
  );
  return z.strictObject(optional).describe(description).nullable().optional();
}

/** A whole file, for the JSON Schema. Checking goes part by part, so that one wrong part disables itself only. */
export const fileSchema: z.ZodType = z
  .strictObject({
    node: section(nodeShape, "The node itself."),
    server: section(
      serverShape,
      "The page and the interface. Changes take effect at the next start.",
    ),
    cameras: list(
      z
        .strictObject({
          ...cameraShape,
          motion: motionSchema.optional(),
          record: z
            .union([recordWordSchema, recordSchema])
            .describe("Which clips are stored. Default: events.")
            .optional(),
          areas: list(
            z.strictObject(areaShape).describe("An area drawn on the picture."),
            "areas",
            "Zones, lines and ignored areas of the picture.",
          ),
          questions: list(
            questionSchema.describe("A standing question."),
            "questions",
            "Questions that a vision-language model answers while the camera runs. Needs ffmpeg.",
          ),
        })
        .meta({
          description: "A camera.",
          oneOf: SOURCES.map((key) => ({ required: [key] })),
        }),
      "cameras",
      "Cameras, in the order in which they are shown.",
    ),
    store: section(
      { ...storeShape, keep: section(keepShape, "How long each class is kept.") },
      "What is kept, and how long.",
    ),
    alerts: list(
      ruleSchema.describe("A rule that turns events into alerts."),
      "alerts",
      "Rules. Without this section one rule tells all channels of cameras that are down, covered or moved, and of a full disk; [] means none.",
    ),
    channels: list(
      channelSchema.describe("A way to tell people."),
      "channels",
      "Ways to tell people.",
    ),
    plugins: list(pluginSchema.describe("A plug-in."), "plugins", "Plug-ins to load."),
    machines: machinesSchema,
    share: shareSchema,
    companion: companionSchema,
  })
  .meta({
    title: "symbion.yaml",
    description: "Configuration of a Symbion node.",
    patternProperties: { "^x-": { description: "Ignored: a place for anchors." } },
  });

/** Keys by place, for "did you mean"; `*` stands for any place in a list. */
export const KNOWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  "": [
    "node",
    "server",
    "cameras",
    "machines",
    "store",
    "alerts",
    "channels",
    "plugins",
    "share",
    "companion",
  ],
  node: Object.keys(nodeShape),
  server: Object.keys(serverShape),
  "cameras.*": [...Object.keys(cameraShape), "motion", "record", "areas", "questions"],
  "cameras.*.record": Object.keys(recordShape),
  "cameras.*.areas.*": Object.keys(areaShape),
  "cameras.*.questions.*": Object.keys(questionShape),
  store: [...Object.keys(storeShape), "keep"],
  "store.keep": Object.keys(keepShape),
  "alerts.*": Object.keys(ruleShape),
  "alerts.*.quiet.*": Object.keys(quietShape),
  "plugins.*": Object.keys(pluginShape),
  ...MACHINE_KEYS,
  ...SHARE_KEYS,
  ...COMPANION_KEYS,
};

/** Keys of a channel; of all kinds where the kind is not known. */
export function channelKeys(kind: unknown): readonly string[] {
  const shape = CHANNEL_KINDS.find((known) => known === kind);
  return shape === undefined
    ? [...new Set(Object.values(channelShapes).flatMap((keys) => Object.keys(keys)))]
    : Object.keys(channelShapes[shape]);
}
