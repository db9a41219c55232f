/**
 * A stand-in for the node that the page's own tests run against: the built page, the interface's answers as the page
 * expects them, the sample video as every camera's stream. It records what the page asks for. That the real node
 * answers the same way is tested where the real node is.
 */

import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import {
  type Alert,
  type CameraStatus,
  type Clip,
  type LiveEvents,
  type NodeStatus,
  packRecord,
  type Release,
  type Session,
  type Silence,
  type TimelineInsight,
} from "@symbion/core";
import type { FakeCompanion } from "./companion.ts";
import {
  alertsAt,
  CHECKS,
  CONFIG,
  camerasAt,
  channelsAt,
  DEVICES,
  deliveriesAt,
  delivery,
  history,
  RULES,
  readings,
  statusAt,
  watchAt,
} from "./data.ts";
import { curveOf, kindAt, machinesAt } from "./machines.ts";
import { aggregatesAt, INVENTORY, invitedAt, peerAt, releasesAt, shareAt, TRUST } from "./share.ts";
import { readSample, SAMPLE, type SampleVideo } from "./video.ts";

/** A request for a change, as it came. */
export type Change = {
  readonly method: string;
  readonly path: string;
  readonly csrf: string | undefined;
  readonly body: unknown;
};

/** The stand-in. Tests change its state and look at what the page asked for. */
export type FakeNode = {
  readonly url: string;
  readonly changes: Change[];
  /** Paths of all requests for reading. */
  readonly reads: string[];
  session: Session;
  cameras: CameraStatus[];
  status: Partial<NodeStatus>;
  insights: TimelineInsight[];
  clips: Clip[];
  alerts: Alert[];
  silences: Silence[];
  releases: Release[];
  configText: string;
  configVersion: number;
  /** Whether cameras send nothing. */
  silent: boolean;
  /** The layer behind the page's chat; null: none. */
  companion: FakeCompanion | null;
  /** Answers to changes by `METHOD /path`; a number is the status of an error, a promise is waited for. */
  readonly answers: Map<string, unknown>;
  /** Live connections of the page now. */
  readonly streams: () => number;
  emit<K extends keyof LiveEvents>(name: K, data: LiveEvents[K]): void;
  /** Stops answering; the page finds its node gone. */
  stop(): Promise<void>;
};

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

let sample: Promise<SampleVideo> | null = null;

/** Starts a stand-in that serves the page in `folder`. */
export async function startFakeNode(folder: string, port = 0): Promise<FakeNode> {
  sample ??= readSample();
  const video = await sample;
  const movie = await readFile(SAMPLE);
  const began = Date.now();
  const past = history(began);
  const events = new Set<ServerResponse>();
  let streams = 0;
  const node: FakeNode = {
    url: "",
    changes: [],
    reads: [],
    session: { role: "admin", via: "loopback", csrf: "c5rf" },
    cameras: camerasAt(began),
    status: {},
    insights: past.insights,
    clips: past.clips,
    alerts: alertsAt(began),
    silences: [],
    releases: releasesAt(began),
    configText: CONFIG,
    configVersion: 1,
    silent: false,
    companion: null,
    answers: new Map(),
    streams: () => streams,
    emit: (name, data) => {
      for (const response of events) {
        response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
      }
    },
    stop: async () => {
      clearInterval(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const status = (): NodeStatus => ({ ...statusAt(node.cameras), ...node.status });
  const timer = setInterval(() => node.emit("status", status()), 500);

  const server = createServer((request, response) => {
    void handle(request, response).catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const path = decodeURIComponent(url.pathname);
    const method = request.method ?? "GET";
    const json = (body: unknown, code = 200): void => {
      response.writeHead(code, { "Content-Type": "application/json", "Cache-Control": "no-store" });
      response.end(JSON.stringify(body));
    };
    if (method !== "GET") {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const raw = Buffer.concat(chunks).toString();
      const isJson = request.headers["content-type"] === "application/json";
      const change: Change = {
        method,
        path: path + url.search,
        csrf: request.headers["x-symbion-csrf"] as string | undefined,
        body: isJson ? (JSON.parse(raw) as unknown) : raw,
      };
      node.changes.push(change);
      if (node.companion !== null && path.startsWith("/api/companion/")) {
        if (await node.companion.change(method, path, change.body, response)) return;
      }
      const answer = (await node.answers.get(`${method} ${path}`)) ?? defaultAnswer(node, change);
      if (typeof answer === "number") json({ error: `refused with ${answer}` }, answer);
      else json(answer);
      return;
    }
    node.reads.push(path + url.search);
    const fixed = node.answers.get(`GET ${path}`);
    if (fixed !== undefined) {
      if (typeof fixed === "number") json({ error: `refused with ${fixed}` }, fixed);
      else json(fixed);
      return;
    }
    if (path === "/api/session") return json(node.session);
    const told = node.companion === null ? undefined : await node.companion.read(path);
    if (told !== undefined) return json(told);
    if (path.startsWith("/api/") && node.session.role === null)
      return json({ error: "Sign in" }, 401);
    if (path === "/api/status") return json(status());
    if (path === "/api/events") {
      response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
      response.write(`event: status\ndata: ${JSON.stringify(status())}\n\n`);
      events.add(response);
      response.on("close", () => events.delete(response));
      return;
    }
    const one = /^\/api\/cameras\/([^/]+)\/stream$/.exec(path)?.[1];
    const ids = one !== undefined ? [one] : url.searchParams.getAll("camera");
    if (one !== undefined || path === "/api/streams") {
      streams++;
      response.on("close", () => {
        streams--;
      });
      const live = node.silent
        ? []
        : ids.filter((id) => node.cameras.find((c) => c.id === id)?.state === "live");
      response.writeHead(200, { "Content-Type": "application/octet-stream" });
      response.flushHeaders();
      stream(response, video, live, one === undefined);
      return;
    }
    const clip = /^\/api\/clips\/([^/]+)\.mp4$/.exec(path)?.[1];
    if (clip !== undefined) return sendMovie(request, response, movie);
    const answer = readAnswer(node, path, url.searchParams);
    if (answer !== undefined) return json(answer);
    if (path.startsWith("/api/")) return json({ error: `no ${path}` }, 404);
    const file = join(folder, path === "/" ? "index.html" : path);
    try {
      const body = await readFile(file);
      response.writeHead(200, {
        "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
        "Cache-Control": "no-cache",
        "Content-Security-Policy": POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  };

  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(node, { url });
}

/** Sends cameras' records in real time, each camera some seconds apart in the same film. */
function stream(
  response: ServerResponse,
  video: SampleVideo,
  ids: readonly string[],
  many: boolean,
): void {
  const { frames, format, avcC, fps, seconds } = video;
  const positions = ids.map((id) => {
    const wanted = ((id.length * 53 + Math.floor((Date.now() / 1000) * fps)) % frames.length) + 0;
    let key = wanted;
    while (key > 0 && frames[key]?.unit.keyframe !== true) key--;
    return { id, next: key, until: wanted, loops: 0, told: false };
  });
  const send = (): void => {
    if (response.writableLength > 4e6) return;
    for (const at of positions) {
      if (many) response.write(packRecord({ kind: "camera", id: at.id }));
      if (!at.told) {
        response.write(packRecord(format, avcC));
        at.told = true;
      }
      do {
        const frame = frames[at.next];
        if (frame === undefined) break;
        const shift = at.loops * seconds;
        const unit = { ...frame.unit, timestamp: frame.unit.timestamp + shift };
        response.write(packRecord(unit, frame.data));
        const field = { ...frame.field, timestamp: frame.field.timestamp + shift };
        if (many) response.write(packRecord({ ...field, fieldBytes: 0 }));
        else response.write(packRecord(field, frame.body));
        at.next++;
        if (at.next === frames.length) {
          at.next = 0;
          at.until = 0;
          at.loops++;
        }
      } while (at.next < at.until);
    }
  };
  const timer = setInterval(send, 1000 / fps);
  response.on("close", () => clearInterval(timer));
}

function sendMovie(request: IncomingMessage, response: ServerResponse, movie: Buffer): void {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  const headers = { "Content-Type": "video/mp4", "Accept-Ranges": "bytes" };
  if (range === null) {
    response.writeHead(200, { ...headers, "Content-Length": movie.length });
    response.end(movie);
    return;
  }
  const from = Number(range[1]);
  const to = range[2] === "" ? movie.length - 1 : Math.min(Number(range[2]), movie.length - 1);
  response.writeHead(206, {
    ...headers,
    "Content-Length": to + 1 - from,
    "Content-Range": `bytes ${from}-${to}/${movie.length}`,
  });
  response.end(movie.subarray(from, to + 1));
}

/** What reading answers; undefined where there is no such path. */
function readAnswer(node: FakeNode, path: string, search: URLSearchParams): unknown {
  const now = Date.now();
  const from = Number(search.get("from") ?? 0);
  const to = Number(search.get("to") ?? now);
  const limit = Number(search.get("limit") ?? 100);
  const before = search.get("before");
  const sources = search.getAll("source");
  const page = <T extends { readonly id: string }>(
    list: readonly T[],
  ): { readonly items: readonly T[]; readonly next: string | null } => {
    const start = before === null ? 0 : list.findIndex(({ id }) => id === before) + 1;
    const items = list.slice(start, start + limit);
    return { items, next: start + limit < list.length ? (items.at(-1)?.id ?? null) : null };
  };
  const overlaps = (one: { readonly source: string; from: number; to: number | null }): boolean =>
    one.from <= to &&
    (one.to ?? now) >= from &&
    (sources.length === 0 || sources.includes(one.source));
  switch (path) {
    case "/api/cameras":
      return node.cameras;
    case "/api/machines":
      return machinesAt(now);
    case "/api/kinds":
      return [kindAt(now)];
    case "/api/insights": {
      const kinds = search.getAll("kind");
      const areas = search.getAll("area");
      return page(
        node.insights.filter(
          (one) =>
            overlaps(one) &&
            (kinds.length === 0 || kinds.includes(one.kind)) &&
            (areas.length === 0 || areas.includes(one.area ?? "")),
        ),
      );
    }
    case "/api/clips":
      return page(node.clips.filter(overlaps));
    case "/api/timeline": {
      const points = Number(search.get("points"));
      const bucketMs = (to - from) / points;
      return node.cameras
        .filter(({ id }) => sources.length === 0 || sources.includes(id))
        .map(({ id }) => {
          const counts = new Array<number>(points).fill(0);
          const clips = new Array<number>(points).fill(0);
          const mark = (list: number[], a: number, b: number, most: number): void => {
            const last = Math.min(points - 1, Math.floor((b - from) / bucketMs));
            for (let at = Math.max(0, Math.floor((a - from) / bucketMs)); at <= last; at++) {
              list[at] = Math.min(most, (list[at] as number) + 1);
            }
          };
          for (const one of node.insights) {
            if (one.source === id && overlaps(one)) mark(counts, one.from, one.to ?? now, 1e9);
          }
          for (const one of node.clips) {
            if (one.source === id && overlaps(one)) mark(clips, one.from, one.to, 1);
          }
          return { source: id, from, bucketMs, counts, clips };
        });
    }
    case "/api/readings":
      return readings(from, to, Math.min(400, Number(search.get("points"))));
    case "/api/alerts": {
      const states = search.getAll("state");
      return page(node.alerts.filter(({ state }) => states.length === 0 || states.includes(state)));
    }
    case "/api/share":
      return shareAt(now, node.releases);
    case "/api/share/policy":
      return TRUST;
    case "/api/share/inventory":
      return INVENTORY;
    case "/api/share/aggregates":
      return { aggregates: aggregatesAt(now), next: null };
    case "/api/releases": {
      const any = (key: string, value: string): boolean => {
        const wanted = search.getAll(key);
        return wanted.length === 0 || wanted.includes(value);
      };
      const found = node.releases.filter(
        (one) =>
          one.at >= from &&
          one.at <= to &&
          any("state", one.state) &&
          any("route", one.route) &&
          any("recipient", one.recipient),
      );
      const { items, next } = page(found);
      return { releases: items, next };
    }
    case "/api/alerts/rules":
      return RULES;
    case "/api/alerts/silences":
      return node.silences;
    case "/api/rules":
      return {
        version: `v${node.configVersion}`,
        rules: [
          {
            id: "street",
            name: "Motion in the street",
            when: ["motion"],
            areas: ["street"],
            notify: ["phone"],
            hold: "2 s",
            quiet: [{ from: "22:00", to: "07:00" }],
          },
          {
            id: "drive-stay",
            name: "Somebody stays in the driveway",
            severity: "warning",
            when: ["dwell"],
            cameras: ["drive"],
            notify: ["phone", "home"],
          },
        ],
      };
    case "/api/channels":
      return channelsAt(now);
    case "/api/deliveries":
      return page(deliveriesAt(now));
    case "/api/push/key":
      return {
        key: "BEl62iUYgUivxIkv69yViEuiBIa-Ib9-SkvMeAtA3LFgDzkrxZJjSgSnfckjBJuBkr3qBUYIHBQFLXYp5Nksh8U",
      };
    case "/api/config":
      return {
        path: "/home/you/symbion.yaml",
        text: node.configText,
        version: `v${node.configVersion}`,
        problems: node.status.problems ?? [],
      };
    case "/api/doctor":
      return CHECKS;
    case "/api/tokens":
      return [
        { id: "t1", name: "Grafana", role: "viewer", createdAt: now - 9e8, usedAt: now - 30_000 },
        { id: "t2", name: "Home Assistant", role: "admin", createdAt: now - 4e8, usedAt: null },
      ];
    case "/api/plugins":
      return [];
    default: {
      const asked = /^\/api\/cameras\/([^/]+)\/(watch|answers)$/.exec(path);
      if (asked !== null) {
        const watch = watchAt(asked[1] as string, now);
        if (asked[2] === "watch") return watch;
        return watch.latest === null ? [] : [watch.latest];
      }
      const machine = /^\/api\/machines\/([^/]+)\/curve$/.exec(path)?.[1];
      if (machine !== undefined) return curveOf(machine, now);
      const camera = /^\/api\/cameras\/([^/]+)$/.exec(path)?.[1];
      if (camera !== undefined) return node.cameras.find(({ id }) => id === camera);
      const clip = /^\/api\/clips\/([^/]+)$/.exec(path)?.[1];
      if (clip !== undefined) return node.clips.find(({ id }) => id === clip);
      return undefined;
    }
  }
}

/** What a change answers where the test says nothing else. */
function defaultAnswer(node: FakeNode, { method, path, body }: Change): unknown {
  const now = Date.now();
  const sent = (typeof body === "object" ? (body ?? {}) : {}) as Record<string, unknown>;
  if (path === "/api/login") {
    if (sent.password !== "right") return 401;
    node.session = { role: "admin", via: "password", csrf: "c5rf" };
    return node.session;
  }
  if (path === "/api/probe") {
    return {
      ok: true,
      container: "RTSP",
      codec: "H.264 High",
      width: 1280,
      height: 720,
      fps: 25,
      keyframeSeconds: 2,
      preview:
        "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 9'><rect width='16' height='9' fill='%23264653'/><circle cx='11' cy='4' r='2' fill='%23e9c46a'/></svg>",
    };
  }
  if (path === "/api/discover") return DEVICES;
  if (path === "/api/config/check") return { problems: [] };
  if (path.startsWith("/api/restore")) {
    return {
      ok: true,
      reason: null,
      createdAt: now - 86_400_000,
      version: "0.2.0",
      schema: 3,
      insights: 18_204,
      alerts: 312,
      clips: 2210,
      config: true,
    };
  }
  const acknowledged = /^\/api\/alerts\/([^/]+)\/acknowledge$/.exec(path)?.[1];
  if (acknowledged !== undefined) {
    node.alerts = node.alerts.map((alert) =>
      alert.id === acknowledged ? { ...alert, acknowledgedAt: now } : alert,
    );
    return node.alerts.find(({ id }) => id === acknowledged);
  }
  if (path === "/api/alerts/silences") {
    const silence = {
      id: `s${node.silences.length}`,
      rule: sent.rule as string | null,
      until: now + (sent.minutes as number) * 60_000,
    };
    node.silences = [...node.silences, silence];
    return silence;
  }
  if (path.startsWith("/api/alerts/silences/") && method === "DELETE") {
    node.silences = node.silences.filter(({ id }) => !path.endsWith(`/${id}`));
    return { ok: true };
  }
  if (path.startsWith("/api/channels/") && path.endsWith("/test")) {
    return delivery(now, { event: "test", alert: null });
  }
  if (path === "/api/tokens") {
    const info = { id: "t3", name: sent.name, role: sent.role, createdAt: now, usedAt: null };
    return { token: "sym_8f3kq0v7w2", info };
  }
  if (path === "/api/share/invitations") return invitedAt(now);
  if (path === "/api/share/peers") {
    return peerAt(now, { id: "barn", tier: (sent.tier ?? null) as string | null, sessions: 1 });
  }
  const tiered = /^\/api\/share\/peers\/([^/]+)\/tier$/.exec(path)?.[1];
  if (tiered !== undefined) {
    return peerAt(now, { id: tiered, tier: sent.tier as string | null, inverseTrust: 0.3 });
  }
  const watched = /^\/api\/cameras\/([^/]+)\/watch$/.exec(path)?.[1];
  if (watched !== undefined) {
    const before = watchAt(watched, now);
    return { ...before, ...sent, threshold: sent.threshold ?? before.defaultThreshold };
  }
  const areas = /^\/api\/cameras\/([^/]+)\/areas$/.exec(path)?.[1];
  if (areas !== undefined) {
    node.cameras = node.cameras.map((camera) =>
      camera.id === areas ? { ...camera, areas: sent.areas as CameraStatus["areas"] } : camera,
    );
  }
  if (path === "/api/config") node.configText = sent.text as string;
  if ("version" in sent) {
    node.configVersion++;
    return { saved: true, version: `v${node.configVersion}`, problems: [] };
  }
  return { ok: true };
}
