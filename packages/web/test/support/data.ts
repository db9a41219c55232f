/** A week in the life of a node, the same in every run: what the page's tests look at. */

import type {
  Alert,
  CameraArea,
  CameraStatus,
  CameraWatch,
  ChannelInfo,
  Clip,
  Delivery,
  DoctorCheck,
  FoundDevice,
  NodeStatus,
  ReadingSeries,
  RuleInfo,
  TimelineInsight,
  WatchFrame,
  WatchWindow,
} from "@symbion/core";

/** Numbers from 0 to 1 that look random and are the same in every run. */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const DAY = 86_400_000;

/** Areas of the first camera. */
export const AREAS: readonly CameraArea[] = [
  {
    id: "street",
    name: "Street",
    kind: "zone",
    points: [
      [0.02, 0.44],
      [0.98, 0.44],
      [0.98, 0.58],
      [0.02, 0.58],
    ],
    dwellSeconds: 20,
    direction: "both",
  },
  {
    id: "drive-line",
    name: "Drive",
    kind: "line",
    points: [
      [0.55, 0.64],
      [0.83, 0.64],
    ],
    dwellSeconds: null,
    direction: "right",
  },
  {
    id: "tree",
    name: "Tree",
    kind: "ignore",
    points: [
      [0.01, 0.02],
      [0.27, 0.02],
      [0.25, 0.4],
      [0.02, 0.4],
    ],
    dwellSeconds: null,
    direction: "both",
  },
];

function camera(
  id: string,
  name: string,
  change: Partial<CameraStatus> & { readonly fps?: number; readonly cpu?: number } = {},
): CameraStatus {
  const { fps = 15, cpu = 38, ...rest } = change;
  return {
    id,
    name,
    source: `rtsp://***@192.168.1.${20 + name.length}:554/stream1`,
    simulated: false,
    state: "live",
    reason: null,
    restarts: 0,
    lastRestart: null,
    retryAt: null,
    width: 1280,
    height: 720,
    container: "RTSP",
    areas: [],
    active: [],
    recording: true,
    stats: {
      fps,
      frames: 48_213,
      damagedFrames: 0,
      decodedFrames: 0,
      decodedShare: 0,
      videoSeconds: 3214,
      cpuMsPerVideoSecond: cpu,
      bitsPerSecond: 628_000,
      motionShare: 0.064,
      activity: 0.021,
      backlogMs: 3,
      watchers: 1,
      droppedFrames: 0,
    },
    ...rest,
  };
}

/** The node's cameras at a moment. */
export function camerasAt(now: number): CameraStatus[] {
  return [
    camera("yard", "Front yard", { areas: AREAS, active: ["motion"], simulated: true }),
    camera("drive", "Driveway", { fps: 25, cpu: 61, active: ["motion", "dwell"] }),
    camera("workshop", "Workshop", {
      restarts: 3,
      lastRestart: { at: now - 740_000, reason: "no data for 10 s" },
    }),
    camera("gate", "Garden gate", {
      state: "retrying",
      reason: "rtsp://***@192.168.1.31: connection refused",
      restarts: 41,
      lastRestart: { at: now - 9000, reason: "connection refused" },
      retryAt: now + 21_000,
      fps: 0,
    }),
  ];
}

/** The node's status at a moment. */
export function statusAt(cameras: readonly CameraStatus[]): NodeStatus {
  return {
    version: "0.2.0",
    uptimeSeconds: 3 * 3600 + 412,
    cpuMsPerSecond: 152,
    memoryBytes: 214e6,
    snapshots: true,
    problems: [],
    name: "Home",
    config: { path: "/home/you/symbion.yaml", editable: true, lastGood: true },
    store: {
      databaseBytes: 48.2e6,
      clipBytes: 6.1e9,
      companionBytes: 2e6,
      quotaBytes: 20e9,
      freeBytes: 41.7e9,
      writtenBytes: 182e6,
      writtenBytesPerDay: 1.35e9,
      problem: null,
    },
    firing: 1,
    backlog: { messages: 2, oldestSeconds: 94 },
    cameras,
  };
}

const KINDS = ["motion", "motion", "motion", "dwell", "line-crossing", "camera-moved"] as const;

/** A week of insights, newest first, and the clips that show most of them. */
export function history(now: number): { insights: TimelineInsight[]; clips: Clip[] } {
  const roll = dice(7);
  const insights: TimelineInsight[] = [];
  const clips: Clip[] = [];
  const sources = ["yard", "drive", "workshop", "gate"];
  for (let index = 0; index < 2400; index++) {
    const source = sources[Math.floor(roll() * roll() * 4)] as string;
    const ago = index * 240_000 * (0.6 + roll() * 0.8) + 60_000 + 20_000 * roll();
    const from = Math.round(now - Math.min(ago, 6.9 * DAY));
    const kind = KINDS[Math.floor(roll() * KINDS.length)] as string;
    const length = kind === "line-crossing" ? 0 : Math.round(3000 + roll() * 40_000);
    const area =
      source !== "yard"
        ? null
        : kind === "line-crossing"
          ? "drive-line"
          : kind.startsWith("camera")
            ? null
            : "street";
    const id = `i${(from + 0).toString(36)}${index.toString(36).padStart(3, "0")}`;
    const clip = roll() < 0.75 ? `c${id.slice(1)}` : null;
    insights.push({
      id,
      source,
      kind,
      from,
      to: from + length,
      area,
      track: kind === "camera-moved" ? null : 7,
      score: 0.5 + roll() / 2,
      direction: kind === "line-crossing" ? "right" : null,
      text: `Something moved for ${Math.round(length / 1000)} s`,
      clip,
    });
    if (clip === null) continue;
    clips.push({
      id: clip,
      source,
      from: from - 5000,
      to: from - 5000 + 24_000,
      bytes: 1_885_215,
      width: 1280,
      height: 720,
      codec: "avc1.64001F",
      insights: [id],
    });
  }
  const byTime = (a: { readonly from: number }, b: { readonly from: number }): number =>
    b.from - a.from;
  insights.sort(byTime);
  insights.unshift({
    id: "inow",
    source: "drive",
    kind: "motion",
    from: now - 21_000,
    to: null,
    area: null,
    track: 12,
    score: 0.93,
    direction: null,
    text: "Something moves",
    clip: null,
  });
  return { insights, clips: clips.sort(byTime) };
}

/** Alerts, newest first. */
export function alertsAt(now: number): Alert[] {
  const base = {
    area: null,
    severity: "warning",
    count: 1,
    insight: "inow",
    suppressed: null,
    acknowledgedAt: null,
    resolvedAt: null,
  } as const;
  return [
    {
      ...base,
      id: "a9",
      rule: "drive-stay",
      source: "drive",
      kind: "dwell",
      state: "firing",
      title: "Driveway: something stays",
      text: "Something has been in the driveway for 2 min.",
      from: now - 150_000,
      firedAt: now - 120_000,
      count: 3,
    },
    {
      ...base,
      id: "a8",
      rule: "cameras",
      source: "gate",
      kind: "source-down",
      severity: "critical",
      state: "firing",
      title: "Garden gate: sends nothing",
      text: "rtsp://***@192.168.1.31: connection refused",
      from: now - 1_900_000,
      firedAt: now - 1_870_000,
      acknowledgedAt: now - 600_000,
    },
    ...Array.from({ length: 90 }, (_, index): Alert => {
      const from = now - (index + 1) * 5_400_000 - 1_000_000;
      return {
        ...base,
        id: `a${(90 - index).toString().padStart(4, "0")}`,
        rule: index % 3 === 0 ? "drive-stay" : "street",
        source: index % 3 === 0 ? "drive" : "yard",
        area: index % 3 === 0 ? null : "street",
        kind: index % 3 === 0 ? "dwell" : "motion",
        severity: index % 3 === 0 ? "warning" : "info",
        state: "resolved",
        title: index % 3 === 0 ? "Driveway: something stays" : "Front yard: motion in Street",
        text: "Something moved.",
        from,
        firedAt: from + 4000,
        resolvedAt: from + 64_000,
        count: 1 + (index % 4),
        suppressed: index % 7 === 3 ? "quiet-hours" : null,
      };
    }),
  ];
}

/** Rules as the page shows them. */
export const RULES: readonly RuleInfo[] = [
  { id: "street", name: "Motion in the street", firing: 0, silencedUntil: null },
  { id: "drive-stay", name: "Somebody stays in the driveway", firing: 1, silencedUntil: null },
  { id: "cameras", name: "Cameras that fail", firing: 1, silencedUntil: null },
];

/** A delivery. */
export function delivery(now: number, change: Partial<Delivery> = {}): Delivery {
  return {
    id: `d${now}`,
    alert: "a9",
    event: "firing",
    channel: "phone",
    state: "delivered",
    createdAt: now,
    nextAt: null,
    attempts: 1,
    deliveredAt: now + 240,
    result: "201 Created",
    ...change,
  };
}

/** Channels at a moment. */
export function channelsAt(now: number): ChannelInfo[] {
  return [
    {
      id: "phone",
      kind: "webpush",
      target: "2 browsers",
      problem: null,
      lastDelivery: delivery(now - 120_000),
    },
    {
      id: "home",
      kind: "mqtt",
      target: "mqtt://***@192.168.1.5:1883 symbion/…",
      problem: null,
      lastDelivery: delivery(now - 120_000, { channel: "home", result: "acknowledged" }),
    },
    {
      id: "mail",
      kind: "email",
      target: "you@example.org",
      problem: null,
      lastDelivery: delivery(now - 94_000, {
        channel: "mail",
        state: "waiting",
        nextAt: now + 60_000,
        attempts: 3,
        deliveredAt: null,
        result: "smtp.example.org: connection timed out",
      }),
    },
  ];
}

/** Deliveries, newest first. */
export function deliveriesAt(now: number): Delivery[] {
  return Array.from({ length: 40 }, (_, index) => {
    const failed = index % 9 === 4;
    return delivery(now - 120_000 - index * 900_000, {
      id: `d${index.toString().padStart(4, "0")}`,
      channel: index % 2 === 0 ? "phone" : "home",
      event: index % 5 === 2 ? "resolved" : "firing",
      state: failed ? "failed" : "delivered",
      attempts: failed ? 8 : 1,
      result: failed ? "410 Gone" : "201 Created",
    });
  });
}

/** Checks of the doctor. */
export const CHECKS: readonly DoctorCheck[] = [
  { name: "Node.js", state: "ok", text: "24.21.0" },
  { name: "ffmpeg", state: "ok", text: "5.1.9: still pictures and network cameras work" },
  { name: "Data folder", state: "ok", text: "/home/you/.symbion, 41.7 GB free" },
  { name: "Clock", state: "ok", text: "set by the network" },
  { name: "Garden gate", state: "warning", text: "connection refused 41 times" },
  { name: "Mail", state: "failed", text: "smtp.example.org: connection timed out" },
];

/** Devices on the network. */
export const DEVICES: readonly FoundDevice[] = [
  {
    name: "IPC-Bullet",
    address: "192.168.1.34",
    via: "onvif",
    urls: ["rtsp://192.168.1.34:554/Streaming/Channels/101", "rtsp://192.168.1.34:554/102"],
    detail: "Hikvision DS-2CD2043",
  },
  { name: "garage-cam", address: "192.168.1.40", via: "mdns", urls: [], detail: "" },
];

/** Names and units of the readings. */
const READINGS: readonly (readonly [name: string, unit: string, node: boolean, mean: number])[] = [
  ["cpu", "ms/s", true, 150],
  ["memory", "B", true, 214e6],
  ["stored", "B", true, 6.1e9],
  ["free", "B", true, 41.7e9],
  ["cpu", "ms/s", false, 40],
  ["fps", "1/s", false, 15],
  ["bitrate", "bit/s", false, 620_000],
  ["activity", "", false, 0.03],
  ["backlog", "ms", false, 4],
];

/** Readings over a span. */
export function readings(from: number, to: number, points: number): ReadingSeries[] {
  return READINGS.flatMap(([name, unit, node, mean]) =>
    (node ? ["node"] : ["yard", "drive", "workshop"]).map((source, place) => {
      const at: number[] = [];
      const values: number[] = [];
      const roll = dice(name.length * 31 + place);
      for (let index = 0; index < points; index++) {
        const time = from + ((to - from) * index) / points;
        at.push(time);
        const wave = Math.sin(time / 3_600_000 + place) * 0.2 + Math.sin(time / 400_000) * 0.06;
        values.push(mean * (1 + place * 0.4 + wave + roll() * 0.08));
      }
      return {
        source,
        name,
        unit,
        at,
        mean: values,
        min: values.map((value) => value * 0.93),
        max: values.map((value) => value * 1.08),
      };
    }),
  );
}

/** The configuration file. */
export const CONFIG = `# What this node watches
node: { name: Home }

cameras:
  - id: yard
    name: Front yard
    file: samples/yard.mp4
  - id: drive
    name: Driveway
    url: rtsp://you:\${secret:drive-password}@192.168.1.28:554/stream1

alerts:
  - id: street
    name: Motion in the street
    when: motion
    areas: [street]
    hold: 2 s
    notify: [phone]

channels:
  - { id: phone, kind: webpush }
`;

const COLUMNS = 7;
const ROWS = 4;

/** A sampled picture of which the given blocks were kept. */
export function planOf(camera: string, timestamp: number, blocks: readonly number[]): WatchFrame {
  const bytes = new Uint8Array(Math.ceil((COLUMNS * ROWS) / 8));
  for (const block of blocks) bytes[block >> 3] = (bytes[block >> 3] ?? 0) | (1 << (block & 7));
  return {
    camera,
    at: Date.now(),
    timestamp,
    columns: COLUMNS,
    rows: ROWS,
    kept: blocks.length,
    mask: Buffer.from(bytes).toString("base64"),
    whole: "none",
  };
}

/** A window with these answers, each a text and whether the model is sure of it. */
export function windowOf(
  camera: string,
  to: number,
  answers: readonly (readonly [question: string, text: string, known: boolean])[],
): WatchWindow {
  return {
    id: `${to}`,
    camera,
    from: to - 4000,
    to,
    partial: false,
    policy: "symbion",
    answers: answers.map(([question, text, known]) => ({
      question,
      ask: question,
      text,
      known,
      confidence: known ? 0.93 : 0.31,
    })),
    evidence: [{ at: to, timestamp: 3, whole: false, blocks: [3, 4] }],
    columns: COLUMNS,
    rows: ROWS,
    blocksKept: 2,
    blocksTotal: COLUMNS * ROWS,
    tokensRefreshed: 14,
    tokensReused: 210,
    flops: 6e7,
    fullFlops: 1e9,
    firstTokenMs: 41,
    stages: { parse: 1, plan: 0.2, pixels: 12, encode: 9, refresh: 11, answer: 8 },
  };
}

/** How a camera's questions are doing: two of them on the first camera, none elsewhere. */
export function watchAt(camera: string, now: number): CameraWatch {
  const asked = camera === "yard";
  const latest = asked
    ? windowOf(camera, now - 2000, [
        ["entered", "a red car", true],
        ["count", "two", false],
      ])
    : null;
  return {
    camera,
    state: asked ? "live" : "off",
    reason: null,
    model: asked ? "mini" : "",
    policy: "symbion",
    threshold: 0.5,
    unit: "probability",
    defaultThreshold: 0.5,
    questions: asked
      ? [
          { id: "entered", ask: "What entered?", every: 0 },
          { id: "count", ask: "How many people are there?", every: 0 },
        ]
      : [],
    windows: asked ? 20 : 0,
    dropped: 0,
    blocksKept: asked ? 61 : 0,
    blocksTotal: asked ? 560 : 0,
    flops: asked ? 1.2e9 : 0,
    fullFlops: asked ? 2e10 : 0,
    latest,
  };
}
