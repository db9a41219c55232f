import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newIntentId } from "@symbion/companion";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROUTES } from "../src/server/routes/index.ts";
import { type Asked, CONFIG_VERSION, startServer, type TestServer } from "./support/http-server.ts";
import { type Document, find, objections, operations } from "./support/openapi-check.ts";
import { release } from "./support/share-part.ts";
import { alert, clip, delivery, insight, T0 } from "./support/store-data.ts";

let server: TestServer;
let document: Document;
let csrf: string;
/** `METHOD PATH -> STATUS` of everything that was answered. */
const seen = new Set<string>();

const html = {
  body: new Uint8Array(Buffer.from("<!doctype html>")),
  gzipped: null,
  type: "text/html; charset=utf-8",
  etag: '"1"',
  immutable: false,
};

const ZONE = {
  id: "drive",
  name: "Drive",
  kind: "zone",
  points: [
    [0, 0],
    [1, 0],
    [1, 1],
  ],
  dwellSeconds: 10,
  direction: "both",
};

const SUBSCRIPTION = {
  endpoint: "https://push.example/1",
  keys: { p256dh: "B".repeat(87), auth: "a".repeat(22) },
  label: "Phone",
};

const version = CONFIG_VERSION;

/** A request that every route answers with 200, and what else it has to say. */
const EXAMPLES: Readonly<Record<string, readonly (Asked & { path: string; status?: number })[]>> = {
  "get /healthz": [{ path: "/healthz" }],
  "get /readyz": [{ path: "/readyz" }],
  "get /api/session": [{ path: "/api/session" }],
  "post /api/login": [
    { path: "/api/login", json: { password: "wrong" }, status: 401 },
    { path: "/api/login", json: { password: "TOKEN" } },
  ],
  "post /api/logout": [{ path: "/api/logout" }],
  "get /api/openapi.json": [{ path: "/api/openapi.json" }],
  "get /": [{ path: "/" }, { path: "/", headers: { "if-none-match": '"1"' }, status: 304 }],
  "get /sw.js": [
    { path: "/sw.js" },
    { path: "/sw.js", headers: { "if-none-match": '"1"' }, status: 304 },
  ],
  "get /manifest.webmanifest": [{ path: "/manifest.webmanifest", status: 404 }],
  "get /metrics": [{ path: "/metrics" }],
  "get /api/status": [{ path: "/api/status" }],
  "get /api/cameras": [{ path: "/api/cameras" }],
  "get /api/cameras/{id}": [
    { path: "/api/cameras/gate" },
    { path: "/api/cameras/none", status: 404 },
    { path: "/api/cameras/a%20b", status: 400 },
  ],
  "get /api/cameras/{id}/stats": [
    { path: "/api/cameras/gate/stats" },
    { path: "/api/cameras/none/stats", status: 404 },
  ],
  "get /api/cameras/{id}/snapshot.jpg": [
    { path: "/api/cameras/gate/snapshot.jpg" },
    { path: "/api/cameras/none/snapshot.jpg", status: 404 },
  ],
  "get /api/cameras/{id}/stream": [
    { path: "/api/cameras/gate/stream" },
    { path: "/api/cameras/none/stream", status: 404 },
  ],
  "get /api/cameras/{id}/answers": [
    { path: "/api/cameras/gate/answers?limit=1" },
    { path: "/api/cameras/gate/answers?limit=0", status: 400 },
    { path: "/api/cameras/none/answers", status: 404 },
  ],
  "get /api/cameras/{id}/watch": [
    { path: "/api/cameras/gate/watch" },
    { path: "/api/cameras/none/watch", status: 404 },
  ],
  "put /api/cameras/{id}/watch": [
    { path: "/api/cameras/gate/watch", json: { policy: "codecsight", threshold: 0.25 } },
    { path: "/api/cameras/gate/watch", json: { policy: "symbion", threshold: null } },
    { path: "/api/cameras/gate/watch", json: { policy: "all" }, status: 400 },
    { path: "/api/cameras/none/watch", json: {}, status: 404 },
  ],
  "get /api/machines": [{ path: "/api/machines" }],
  "get /api/machines/{id}": [
    { path: "/api/machines/press-4" },
    { path: "/api/machines/none", status: 404 },
    { path: "/api/machines/a.b", status: 400 },
  ],
  "get /api/machines/{id}/curve": [
    { path: "/api/machines/press-4/curve?points=2" },
    { path: "/api/machines/press-4/curve?points=1", status: 400 },
    { path: "/api/machines/none/curve", status: 404 },
  ],
  "post /api/machines/{id}/readings": [
    {
      path: "/api/machines/press-4/readings",
      json: {
        samples: [
          { sensor: "force", value: 1.5, at: T0, unit: "kN", quality: "good", historical: true },
          { sensor: "colour", value: null },
        ],
      },
    },
    {
      path: "/api/machines/press-9/readings",
      json: { kind: "press", samples: [{ sensor: "force", value: 1 }] },
    },
    {
      path: "/api/machines/press-9/readings",
      json: { samples: [{ sensor: "force", value: 1 }] },
      status: 404,
    },
    {
      path: "/api/machines/press-4/readings",
      json: { kind: "pump", samples: [{ sensor: "force", value: 1 }] },
      status: 400,
    },
    { path: "/api/machines/press-4/readings", json: { samples: [] }, status: 400 },
    {
      path: "/api/machines/press-4/readings",
      json: { samples: [{ sensor: "force", value: "1" }] },
      status: 400,
    },
  ],
  "post /api/machines/{id}/end": [
    { path: "/api/machines/press-4/end", json: { how: "failed", at: T0 } },
    { path: "/api/machines/press-4/end", json: { how: "broken" }, status: 400 },
    { path: "/api/machines/none/end", json: { how: "serviced" }, status: 404 },
  ],
  "get /api/machine-sources": [{ path: "/api/machine-sources" }],
  "get /api/kinds": [{ path: "/api/kinds" }],
  "get /api/kinds/{id}": [{ path: "/api/kinds/press" }, { path: "/api/kinds/none", status: 404 }],
  "post /api/kinds/{id}/rollback": [
    { path: "/api/kinds/press/rollback", json: { version: "v2" } },
    { path: "/api/kinds/press/rollback", json: { version: "v1" }, status: 404 },
    { path: "/api/kinds/press/rollback", json: {}, status: 400 },
  ],
  "get /api/streams": [
    { path: "/api/streams?camera=gate" },
    { path: "/api/streams?camera=gate&camera=none", status: 404 },
    { path: "/api/streams", status: 400 },
  ],
  "get /api/events": [{ path: "/api/events" }],
  "get /api/insights": [
    { path: "/api/insights" },
    {
      path: `/api/insights?source=gate&source=yard&kind=motion&area=drive&from=0&to=${T0}&limit=5`,
    },
    { path: "/api/insights?limit=1001", status: 400 },
    { path: "/api/insights?before=nonsense", status: 400 },
  ],
  "get /api/timeline": [
    { path: `/api/timeline?source=gate&from=${T0 - 1e6}&to=${T0 + 1e6}&points=10` },
    { path: "/api/timeline" },
    { path: "/api/timeline?from=5&to=4", status: 400 },
  ],
  "get /api/readings": [
    { path: `/api/readings?source=gate&name=motion.activity&from=${T0}&to=${T0 + 1e6}&points=10` },
  ],
  "get /api/clips": [{ path: "/api/clips?source=gate" }],
  "get /api/clips/{id}.mp4": [
    { path: "/api/clips/c1.mp4" },
    { path: "/api/clips/c1.mp4", method: "HEAD" },
    { path: "/api/clips/c1.mp4?download=1" },
    { path: "/api/clips/c1.mp4", headers: { range: "bytes=2-5" }, status: 206 },
    { path: "/api/clips/c1.mp4", headers: { range: "bytes=100-" }, status: 416 },
    { path: "/api/clips/c1.mp4", headers: { "if-match": '"x"' }, status: 412 },
    { path: "/api/clips/c1.mp4", headers: { "if-none-match": "*" }, status: 304 },
    { path: "/api/clips/c2.mp4", status: 404 },
    { path: "/api/clips/none.mp4", status: 404 },
  ],
  "get /api/clips/{id}": [{ path: "/api/clips/c1" }, { path: "/api/clips/none", status: 404 }],
  "delete /api/clips/{id}": [{ path: "/api/clips/c2" }, { path: "/api/clips/none", status: 404 }],
  "get /api/share": [{ path: "/api/share" }],
  "get /api/releases": [
    { path: "/api/releases?limit=1&route=link&route=alert&state=sent&recipient=yard-2" },
    { path: "/api/releases?route=pigeon", status: 400 },
    { path: "/api/releases?before=nonsense", status: 400 },
  ],
  "get /api/releases/export": [
    { path: "/api/releases/export?format=csv" },
    { path: "/api/releases/export?format=xml", status: 400 },
  ],
  "get /api/share/aggregates": [
    { path: "/api/share/aggregates?peer=yard-2&limit=5" },
    { path: "/api/share/aggregates?limit=0", status: 400 },
  ],
  "post /api/share/invitations": [
    { path: "/api/share/invitations", json: { tier: "town", minutes: 5 } },
    { path: "/api/share/invitations", json: { tier: "off" }, status: 409 },
    { path: "/api/share/invitations", json: { tier: "none" }, status: 422 },
  ],
  "post /api/share/peers": [
    { path: "/api/share/peers", json: { invitation: "symbion-link:…", tier: "town" } },
    { path: "/api/share/peers", json: { invitation: "off" }, status: 409 },
    { path: "/api/share/peers", json: { invitation: "none" }, status: 422 },
  ],
  "put /api/share/peers/{id}/tier": [
    { path: "/api/share/peers/yard-2/tier", json: { tier: null } },
    { path: "/api/share/peers/yard-3/tier", json: { tier: "town" }, status: 404 },
    { path: "/api/share/peers/off/tier", json: { tier: "town" }, status: 409 },
    { path: "/api/share/peers/yard-2/tier", json: { tier: "none" }, status: 422 },
  ],
  "delete /api/share/peers/{id}": [
    { path: "/api/share/peers/yard-2" },
    { path: "/api/share/peers/yard-3", status: 404 },
    { path: "/api/share/peers/off", status: 409 },
  ],
  "get /api/share/policy": [
    { path: "/api/share/policy" },
    { path: "/api/share/policy", status: 409 },
  ],
  "get /api/share/inventory": [{ path: "/api/share/inventory" }],
  "get /api/companion": [{ path: "/api/companion" }],
  "post /api/companion/turns": [
    { path: "/api/companion/turns", json: { messages: [{ role: "user", text: "Hello?" }] } },
    { path: "/api/companion/turns", json: { messages: [] }, status: 400 },
  ],
  "get /api/companion/log": [
    { path: "/api/companion/log?limit=1" },
    { path: "/api/companion/log?conversation=talk&before=5" },
    { path: "/api/companion/log?limit=0", status: 400 },
  ],
  "get /api/companion/log/check": [{ path: "/api/companion/log/check" }],
  "get /api/companion/log/export": [{ path: "/api/companion/log/export" }],
  "post /api/companion/log/replay": [
    { path: "/api/companion/log/replay", json: { seq: 0 } },
    { path: "/api/companion/log/replay", json: { seq: 1 }, status: 422 },
    { path: "/api/companion/log/replay", json: { seq: 100_000 }, status: 404 },
  ],
  "delete /api/companion/log/{conversation}": [
    { path: "/api/companion/log/talk" },
    { path: "/api/companion/log/none", status: 404 },
  ],
  "post /api/companion/consent": [
    {
      path: "/api/companion/consent",
      json: { event: "granted", sensor: "heart", purpose: "show", until: T0, notice: "1" },
    },
  ],
  "get /api/companion/cases": [
    { path: "/api/companion/cases?limit=2&state=open&state=closed" },
    { path: "/api/companion/cases?state=lost", status: 400 },
  ],
  "get /api/companion/cases/{id}": [
    { path: "/api/companion/cases/CASE_ID" },
    { path: "/api/companion/cases/none", status: 404 },
    { path: "/api/companion/cases/a%20b", status: 400 },
  ],
  "post /api/companion/cases/{id}/messages": [
    {
      path: "/api/companion/cases/CASE_ID/messages",
      json: { id: "message-1", text: "On its way.", internal: false },
    },
  ],
  "patch /api/companion/cases/{id}": [
    {
      path: "/api/companion/cases/CASE_ID",
      json: { id: "edit-0001", base: { status: "x" }, changes: { status: "y" } },
    },
  ],
  "get /api/companion/writes": [
    { path: "/api/companion/writes" },
    { path: "/api/companion/writes?all=yes", status: 400 },
  ],
  "post /api/companion/writes/{id}/decision": [
    { path: "/api/companion/writes/CONFLICT/decision", json: { decision: "theirs" } },
    { path: "/api/companion/writes/none/decision", json: { decision: "mine" }, status: 404 },
    { path: "/api/companion/writes/PARKED/decision", json: { decision: "mine" }, status: 409 },
  ],
  "post /api/companion/writes/{id}/retry": [
    { path: "/api/companion/writes/PARKED/retry" },
    { path: "/api/companion/writes/a%20b/retry", status: 400 },
    { path: "/api/companion/writes/none/retry", status: 404 },
    { path: "/api/companion/writes/CONFLICT/retry", status: 409 },
  ],
  "delete /api/companion/writes/{id}": [
    { path: "/api/companion/writes/PARKED" },
    { path: "/api/companion/writes/a%20b", status: 400 },
    { path: "/api/companion/writes/none", status: 404 },
    { path: "/api/companion/writes/DONE", status: 409 },
  ],
  "get /api/companion/evaluations": [{ path: "/api/companion/evaluations" }],
  "post /api/companion/evaluations": [
    { path: "/api/companion/evaluations", json: { layer: true } },
    { path: "/api/companion/evaluations", json: { layer: false }, status: 409 },
  ],
  "delete /api/companion/evaluations": [{ path: "/api/companion/evaluations" }],
  "get /api/alerts": [{ path: "/api/alerts?state=resolved&state=firing&rule=motion&limit=3" }],
  "get /api/alerts/rules": [{ path: "/api/alerts/rules" }],
  "get /api/alerts/silences": [{ path: "/api/alerts/silences" }],
  "post /api/alerts/silences": [
    { path: "/api/alerts/silences", json: { rule: null, minutes: 5 } },
    { path: "/api/alerts/silences", json: { rule: "none", minutes: 5 }, status: 404 },
  ],
  "delete /api/alerts/silences/{id}": [
    { path: "/api/alerts/silences/SILENCE" },
    { path: "/api/alerts/silences/none", status: 404 },
  ],
  "post /api/alerts/{id}/acknowledge": [
    { path: "/api/alerts/a1/acknowledge" },
    { path: "/api/alerts/none/acknowledge", status: 404 },
  ],
  "get /api/channels": [{ path: "/api/channels" }],
  "post /api/channels/{id}/test": [
    { path: "/api/channels/hook/test" },
    { path: "/api/channels/none/test", status: 404 },
  ],
  "get /api/deliveries": [{ path: "/api/deliveries?channel=hook&limit=10" }],
  "get /api/push/key": [{ path: "/api/push/key" }],
  "post /api/push/subscriptions": [{ path: "/api/push/subscriptions", json: SUBSCRIPTION }],
  "delete /api/push/subscriptions": [
    { path: "/api/push/subscriptions", json: { endpoint: SUBSCRIPTION.endpoint } },
  ],
  "get /api/config": [{ path: "/api/config" }],
  "put /api/config": [
    { path: "/api/config", json: { version, text: "cameras: []\n" } },
    { path: "/api/config", json: { version: "old", text: "" }, status: 409 },
  ],
  "get /api/rules": [{ path: "/api/rules" }],
  "get /api/config/schema": [{ path: "/api/config/schema" }],
  "post /api/config/check": [{ path: "/api/config/check", json: { text: "" } }],
  "post /api/cameras": [
    { path: "/api/cameras", json: { version, camera: { id: "yard", url: "rtsp://c/1" } } },
    { path: "/api/cameras", json: { version: "old", camera: { id: "yard" } }, status: 409 },
  ],
  "patch /api/cameras/{id}": [
    {
      path: "/api/cameras/gate",
      json: { version, name: "Gate", motion: null, record: { after: 5 } },
    },
    { path: "/api/cameras/missing", json: { version }, status: 404 },
    { path: "/api/cameras/gate", json: { version: "old" }, status: 409 },
  ],
  "delete /api/cameras/{id}": [
    { path: "/api/cameras/gate", json: { version } },
    { path: "/api/cameras/missing", json: { version }, status: 404 },
    { path: "/api/cameras/gate", json: { version: "old" }, status: 409 },
  ],
  "put /api/cameras/{id}/areas": [
    { path: "/api/cameras/gate/areas", json: { version, areas: [ZONE] } },
    { path: "/api/cameras/missing/areas", json: { version, areas: [] }, status: 404 },
    { path: "/api/cameras/gate/areas", json: { version: "old", areas: [] }, status: 409 },
  ],
  ...Object.fromEntries(
    ["rule", "channel"].flatMap((kind) => [
      [
        `put /api/${kind}s/{id}`,
        [
          { path: `/api/${kind}s/new`, json: { version, [kind]: { name: "x" } } },
          { path: `/api/${kind}s/missing`, json: { version, [kind]: {} }, status: 404 },
          { path: `/api/${kind}s/new`, json: { version: "old", [kind]: {} }, status: 409 },
        ],
      ],
      [
        `delete /api/${kind}s/{id}`,
        [
          { path: `/api/${kind}s/new`, json: { version } },
          { path: `/api/${kind}s/missing`, json: { version }, status: 404 },
          { path: `/api/${kind}s/new`, json: { version: "old" }, status: 409 },
        ],
      ],
    ]),
  ),
  "post /api/probe": [
    { path: "/api/probe", json: { url: "rtsp://camera/1" } },
    { path: "/api/probe", json: { file: "x.mp4" } },
  ],
  "post /api/discover": [{ path: "/api/discover", json: {} }],
  "get /api/plugins": [{ path: "/api/plugins" }],
  "get /api/doctor": [{ path: "/api/doctor" }],
  "get /api/support": [{ path: "/api/support" }],
  "get /api/backup": [{ path: "/api/backup?clips=1" }, { path: "/api/backup" }],
  "post /api/restore": [
    { path: "/api/restore?dry-run=1", body: "archive" },
    { path: "/api/restore", body: "", status: 400 },
    { path: "/api/restore", body: Buffer.alloc((4 << 20) + 1), status: 413 },
  ],
  "get /api/tokens": [{ path: "/api/tokens" }],
  "post /api/tokens": [{ path: "/api/tokens", json: { name: "Prometheus", role: "viewer" } }],
  "delete /api/tokens/{id}": [
    { path: "/api/tokens/TOKEN_ID" },
    { path: "/api/tokens/none", status: 404 },
  ],
  // Last, as everybody has to sign in afterwards.
  "put /api/password": [{ path: "/api/password", json: { password: "a good password" } }],
};

beforeAll(async () => {
  server = await startServer({
    assets: new Map([
      ["/index.html", html],
      ["/sw.js", { ...html, type: "text/javascript; charset=utf-8" }],
    ]),
  });
  const { store } = server;
  await store.putInsight(insight());
  await store.putAlert(alert({ id: "a1" }), [delivery({ id: "d1", alert: "a1" })]);
  await store.putClip(clip({ id: "c1" }));
  await store.putClip(clip({ id: "c2" }));
  await store.putRelease(release(), null);
  await store.putReadings([
    {
      source: "gate",
      name: "motion.activity",
      at: T0 + 1000,
      value: 0.5,
      unit: "",
      quality: "good",
    },
  ]);
  await store.flush();
  mkdirSync(store.clipFolder, { recursive: true });
  writeFileSync(join(store.clipFolder, "c1.mp4"), "0123456789");
  const { companion } = server.parts;
  const messages = [{ role: "user", text: "When is my invoice due?" }] as const;
  const never = new AbortController().signal;
  await companion.turn({ messages, conversation: "talk" }, () => {}, never);
  await companion.note("consent", "consent", { event: "granted" });
  document = (await server.json("/api/openapi.json")) as Document;
  csrf = ((await server.json("/api/session")) as { csrf: string }).csrf;
});

afterAll(() => server.close());

async function send(path: string, asked: Asked): Promise<{ status: number; body: Buffer }> {
  const method = asked.method ?? "GET";
  const answered = await server.ask(path, {
    ...asked,
    headers: { "X-Symbion-CSRF": csrf, ...asked.headers },
  });
  const found = find(document, method, path);
  if (found === null) throw new Error(`${method} ${path} is in no path of the document`);
  expect(objections(document, found, answered, method === "HEAD")).toEqual([]);
  seen.add(`${found.method} ${found.path} -> ${answered.status}`);
  return answered;
}

test("the document names every route of the table, and nothing else", () => {
  const documented = operations(document).map(({ method, path }) => `${method} ${path}`);
  const served = ROUTES.map(({ method, path }) => `${method} ${path}`);
  expect([...documented].sort()).toEqual([...new Set(served)].sort());
  expect(served.length).toBe(new Set(served).size);
  expect([...documented].sort()).toEqual(Object.keys(EXAMPLES).sort());
});

test("the document holds together", () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  const text = JSON.stringify(document);
  const refs = [...text.matchAll(/"\$ref":"([^"]*)"/g)].map(([, ref]) => ref ?? "");
  const names = Object.keys(document.components.schemas).map((n) => `#/components/schemas/${n}`);
  for (const ref of refs) expect(names).toContain(ref);
  for (const name of names) expect(refs, `${name} is used`).toContain(name);
  const ids = operations(document).map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const tags = document.tags.map(({ name }) => name);
  for (const { path, operation } of operations(document)) {
    expect(tags).toContain(operation.tags[0]);
    expect(operation.summary).not.toBe("");
    const inPath = (operation.parameters ?? []).filter((one) => one.in === "path");
    const inTemplate = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(inPath.map(({ name }) => name)).toEqual(inTemplate);
  }
  // Nothing of zod's or ours leaks into what others read.
  expect(text).not.toContain("readOnly");
  expect(text).not.toContain('"$ref":"@');
});

describe("every route answers as documented", () => {
  for (const [name, examples] of Object.entries(EXAMPLES)) {
    test(name, async () => {
      const method = name.slice(0, name.indexOf(" ")).toUpperCase();
      for (const { path, status = 200, ...asked } of examples) {
        const ready = await prepare(name, path, asked);
        const answered = await send(ready.path, { method, ...ready.asked });
        expect(answered.status, `${path}: ${String(answered.body).slice(0, 300)}`).toBe(status);
      }
      if (name === "put /api/password") return;
      const [{ path, status: _, ...asked }] = examples as [
        Asked & { path: string; status?: number },
      ];
      const query = path.includes("?") ? "&" : "?";
      expect((await send(`${path}${query}nonsense=1`, { method, ...asked })).status).toBe(400);
    });
  }
});

/** Fills in what only the running server knows. */
/** Id of a write that stands as wanted. */
async function written(wanted: string): Promise<string> {
  const { companion } = server.parts;
  const page = await companion.cases({ states: [], limit: 1 }, new AbortController().signal);
  const id = newIntentId();
  const at = { id: wanted === "PARKED" ? "nowhere" : (page?.cases[0]?.case.id ?? "") };
  await companion.write(
    wanted === "CONFLICT"
      ? {
          ...{ kind: "edit-case", id, case: at },
          ...{ base: { status: "before" }, changes: { status: "after" } },
        }
      : { kind: "comment", id, case: at, text: "Hello.", internal: true },
  );
  const stands = async (): Promise<string | undefined> =>
    (await companion.writes())?.writes.find((one) => one.id === id)?.state;
  await expect.poll(stands).toBe(wanted.toLowerCase());
  return id;
}

async function prepare(
  name: string,
  path: string,
  asked: Asked,
): Promise<{ path: string; asked: Asked }> {
  if (name === "post /api/login" && JSON.stringify(asked.json).includes("TOKEN")) {
    const made = await server.auth.createToken("login", "viewer");
    return { path, asked: { json: { password: made?.token } } };
  }
  if (path.includes("CASE_ID")) {
    const query = { states: [], limit: 1 };
    const page = await server.parts.companion.cases(query, new AbortController().signal);
    return { path: path.replace("CASE_ID", page?.cases[0]?.case.id ?? ""), asked };
  }
  const [wanted] = /CONFLICT|PARKED|DONE/.exec(path) ?? [];
  if (wanted !== undefined) return { path: path.replace(wanted, await written(wanted)), asked };
  if (path.includes("TOKEN_ID")) {
    const made = await server.auth.createToken("to be ended", "viewer");
    return { path: path.replace("TOKEN_ID", made?.info.id ?? ""), asked };
  }
  if (path.includes("SILENCE")) {
    const made = await server.parts.alerts.silence(null, Date.now() + 60_000);
    return { path: path.replace("SILENCE", made.id), asked };
  }
  return { path, asked };
}

test("bodies that are wrong are refused as documented", async () => {
  // The password is set by now: a session of an admin.
  const token = (await server.auth.createToken("bodies", "admin"))?.token ?? "";
  const headers = { authorization: `Bearer ${token}` };
  for (const { method, path, body } of ROUTES) {
    if (body === null || body === "archive" || path === "/api/login") continue;
    const url = path.replaceAll("{id}", "gate");
    const asked = { method: method.toUpperCase(), headers };
    const statuses = [
      await send(url, { ...asked, json: { nonsense: 1 } }),
      await send(url, { ...asked, json: null }),
      await send(url, { ...asked, json: [] }),
      await send(url, {
        ...asked,
        body: "{",
        headers: { ...headers, "content-type": "application/json" },
      }),
      await send(url, {
        ...asked,
        body: "{}",
        headers: { ...headers, "content-type": "text/plain" },
      }),
      await send(url, {
        ...asked,
        body: `"${"x".repeat(1 << 20)}"`,
        headers: { ...headers, "content-type": "application/json" },
      }),
    ].map(({ status }) => status);
    expect(statuses, url).toEqual([400, 400, 400, 400, 415, 413]);
  }
});

test("other methods get 405, with those that would do", async () => {
  for (const path of new Set(ROUTES.map((route) => route.path))) {
    const known = ROUTES.filter((route) => route.path === path).map(({ method }) => method);
    const url = path.replaceAll(/\{\w+\}/g, "gate");
    const method = ["delete", "put", "patch", "options"].find(
      (one) => find(document, one, url) === null,
    );
    const answered = await server.ask(url, { method: method?.toUpperCase() ?? "" });
    expect(answered.status, `${method} ${path}`).toBe(405);
    for (const one of known) expect(answered.headers.allow).toContain(one.toUpperCase());
  }
});

test("what the document promises has been seen, but for what needs an overload or a full disk", () => {
  const elsewhere = new Set(["401", "403", "408", "421", "429", "503"]);
  const promised = operations(document).flatMap(({ method, path, operation }) =>
    Object.keys(operation.responses)
      .filter((status) => !elsewhere.has(status))
      .map((status) => `${method} ${path} -> ${status}`),
  );
  const unseen = promised.filter((one) => !seen.has(one)).filter((one) => !UNSEEN.has(one));
  expect(unseen).toEqual([]);
});

/** Tested in other files. */
const UNSEEN = new Set([
  "get /sw.js -> 404",
  "get /manifest.webmanifest -> 200",
  "get /manifest.webmanifest -> 304",
  "post /api/login -> 413",
  "post /api/login -> 415",
  "post /api/tokens -> 409",
  "post /api/push/subscriptions -> 409",
  "put /api/password -> 400",
  "get /api/companion/cases -> 409",
  "get /api/companion/cases/{id} -> 409",
  "get /api/companion/writes -> 409",
  "patch /api/companion/cases/{id} -> 409",
  "post /api/companion/cases/{id}/messages -> 409",
]);
