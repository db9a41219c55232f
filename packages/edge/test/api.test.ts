import { mkdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import type { Alert, Insight, NodeStatus, Page, TimelineInsight } from "@symbion/core";
import { packRecord, RecordReader } from "@symbion/core";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { parseRange } from "../src/server/files.ts";
import { joinStreams } from "../src/server/join.ts";
import { LiveHub } from "../src/server/live.ts";
import type { CameraSubscription } from "../src/server/parts.ts";
import { MAX_STREAMS, MAX_STREAMS_PER_CLIENT } from "../src/server/streams.ts";
import type { Store } from "../src/store/types.ts";
import {
  CONFIG_VERSION,
  camera,
  type ServerOptions,
  startServer,
  type TestServer,
} from "./support/http-server.ts";
import { type Document, validate } from "./support/openapi-check.ts";
import { alert, clip, delivery, insight, T0 } from "./support/store-data.ts";

const running: TestServer[] = [];
const readers: EventReader[] = [];

async function start(options: ServerOptions = {}): Promise<TestServer> {
  const server = await startServer(options);
  running.push(server);
  return server;
}

/** A server for tests that change nothing of it. */
let shared: TestServer | null = null;

async function common(): Promise<TestServer> {
  shared ??= await startServer();
  return shared;
}

afterAll(() => shared?.close());

afterEach(async () => {
  for (const reader of readers.splice(0)) reader.close();
  await Promise.all(running.splice(0).map((server) => server.close()));
});

type Event = { readonly event: string; readonly id: string; readonly data: string };

/** Reads server-sent events as the HTML standard (9.2.6) has browsers do it. */
class EventReader {
  readonly events: Event[] = [];
  comments = 0;
  retry = 0;
  lastId = "";
  ended = false;
  status = 0;
  #response: IncomingMessage | null = null;
  readonly #request: ReturnType<typeof get>;
  #rest = "";
  #event = "";
  #data = "";

  constructor(server: TestServer, headers: Record<string, string> = {}) {
    readers.push(this);
    this.#request = get(`${server.url}/api/events`, { headers, agent: false }, (response) => {
      this.#response = response;
      this.status = response.statusCode ?? 0;
      response.setEncoding("utf8");
      response.on("data", (text: string) => this.#take(text));
      response.on("end", () => {
        this.ended = true;
      });
      response.on("error", () => {
        this.ended = true;
      });
    });
    this.#request.on("error", () => {
      this.ended = true;
    });
  }

  get(event: string): unknown[] {
    return this.events.filter((one) => one.event === event).map(({ data }) => JSON.parse(data));
  }

  pause(): void {
    this.#response?.pause();
  }

  resume(): void {
    this.#response?.resume();
  }

  close(): void {
    this.#request.destroy();
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (this.#data !== "") {
          this.events.push({ event: this.#event, id: this.lastId, data: this.#data.slice(0, -1) });
        }
        this.#event = "";
        this.#data = "";
      } else if (line.startsWith(":")) this.comments++;
      else {
        const [, field = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
        if (field === "event") this.#event = value;
        else if (field === "data") this.#data += `${value}\n`;
        else if (field === "id") this.lastId = value;
        else if (field === "retry") this.retry = Number(value);
        else throw new Error(`no field of an event stream: ${line}`);
      }
    }
  }
}

const numbered = (n: number): Insight =>
  insight({ id: `n${String(n).padStart(6, "0")}`, from: T0 + n, to: T0 + n });

describe("events", () => {
  test("come to 200 readers, each once and in order, with the status every second", async () => {
    const server = await start();
    const all = Array.from({ length: 200 }, () => new EventReader(server));
    await expect.poll(() => server.live.readers).toBe(200);
    const total = 500;
    for (let n = 0; n < total; n++) {
      server.live.publish("insight", numbered(n));
      if (n % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const expected = Array.from({ length: total }, (_, n) => numbered(n).id);
    await expect.poll(() => all.every((one) => one.get("insight").length >= total)).toBe(true);
    for (const reader of all) {
      expect(reader.get("insight").map((one) => (one as Insight).id)).toEqual(expected);
      expect(reader.get("status").length).toBeGreaterThan(0);
      expect(reader.retry).toBeGreaterThan(0);
    }
    expect(server.live.disconnected).toBe(0);
    // It is made once a second, not once a second and reader.
    const seconds = Math.max(...all.map((reader) => reader.get("status").length));
    expect(server.tellings()).toBeLessThanOrEqual(seconds + 1);
    // Those who come in between are told what is known.
    const before = server.tellings();
    for (let n = 0; n < 100; n++) server.live.open(null).close();
    expect(server.tellings()).toBe(before);
    const document = (await server.json("/api/openapi.json")) as Document;
    const events = document.paths["/api/events"]?.get?.responses["200"]?.content?.[
      "text/event-stream"
    ] as unknown as { "x-symbion-events": Record<string, Record<string, unknown>> };
    for (const { event, data } of all[0]?.events ?? []) {
      const schema = events["x-symbion-events"][event];
      expect(schema, event).toBeDefined();
      expect(validate(document, schema ?? false, JSON.parse(data), event)).toEqual([]);
    }
  });

  test("missed for a moment are told again from memory, exactly", async () => {
    const server = await start();
    const first = new EventReader(server);
    await expect.poll(() => server.live.readers).toBe(1);
    for (let n = 0; n < 3; n++) server.live.publish("insight", numbered(n));
    await expect.poll(() => first.get("insight").length).toBe(3);
    first.close();
    await expect.poll(() => server.live.readers).toBe(0);
    for (let n = 3; n < 9; n++) server.live.publish("insight", numbered(n));
    server.live.publish("camera", { id: "gate", state: "live" });
    const second = new EventReader(server, { "last-event-id": first.lastId });
    await expect.poll(() => second.get("insight").length).toBe(6);
    server.live.publish("insight", numbered(9));
    await expect.poll(() => second.get("insight").length).toBe(7);
    const ids = second.get("insight").map((one) => (one as Insight).id);
    expect(ids).toEqual([3, 4, 5, 6, 7, 8, 9].map((n) => numbered(n).id));
    expect(new Set(second.events.map(({ id }) => id)).size).toBeGreaterThan(6);
  });

  test("missed across a restart are told from the store, with what changed since", async () => {
    const server = await start();
    const now = Date.now();
    const { store, live } = server;
    await Promise.all([
      store.putInsight(insight({ id: "old", from: now - 3e6, to: now - 2e6 })),
      store.putInsight(insight({ id: "went-on", from: now - 3e6, to: now - 5000 })),
      store.putInsight(insight({ id: "goes-on", from: now - 3e6, to: null })),
      store.putInsight(insight({ id: "new", from: now - 5000, to: now - 4000 })),
    ]);
    await store.putAlert(
      alert({
        id: "ringing",
        from: now - 5000,
        firedAt: now - 5000,
        resolvedAt: null,
        state: "firing",
      }),
      [delivery({ id: "told", alert: "ringing", createdAt: now - 5000 })],
    );
    await store.putClip(clip({ id: "shown", from: now - 5000, to: now - 3000 }));
    await store.flush();
    const reader = new EventReader(server, { "last-event-id": `${now - 10_000}-77` });
    await expect.poll(() => reader.get("clip").length).toBe(1);
    const ids = reader.get("insight").map((one) => (one as Insight).id);
    expect(ids.sort()).toEqual(["goes-on", "new", "went-on"]);
    expect(reader.get("insight")[0]).not.toHaveProperty("clip");
    expect(reader.get("alert").map((one) => (one as Alert).id)).toEqual(["ringing"]);
    expect(reader.get("delivery")).toHaveLength(1);
    // From here on it is up to date.
    expect(Number(reader.lastId.split("-")[0])).toBeGreaterThanOrEqual(now);
    live.publish("insight", numbered(1));
    await expect.poll(() => reader.get("insight").length).toBe(4);
  });

  test("an id that nobody gave out, or none, means: from now on", async () => {
    const server = await common();
    for (const id of ["nonsense", "9".repeat(400), "-1", "1e3-1"]) {
      const reader = new EventReader(server, { "last-event-id": id });
      await expect.poll(() => reader.get("status").length).toBeGreaterThan(0);
      expect(reader.get("insight")).toEqual([]);
      reader.close();
    }
  });

  test("nobody who is slow makes the others wait, or is told half", async () => {
    const store = { insights: none, alerts: none, clips: none, deliveries: none } as never;
    const server = await common();
    const hub = new LiveHub({ status: server.parts.status, store, maxWaitingBytes: 20_000 });
    const slow = hub.open(null);
    const fast = hub.open(null);
    const got: string[] = [];
    const reading = (async () => {
      for await (const bytes of fast.stream) got.push(new TextDecoder().decode(bytes));
    })();
    for (let n = 0; n < 500; n++) {
      hub.publish("insight", numbered(n));
      hub.publish("status", server.parts.status());
      await new Promise((resolve) => setImmediate(resolve));
    }
    await slow.closed;
    expect(hub.disconnected).toBe(1);
    expect(hub.readers).toBe(1);
    expect(got.filter((text) => text.includes("event: insight"))).toHaveLength(500);
    hub.close();
    await reading;
    expect(hub.readers).toBe(0);
    // Nothing is told afterwards, and nobody is let in.
    await hub.open(null).closed;
  });

  test("a status that was not taken gives way to a newer one", async () => {
    let uptime = 0;
    const server = await common();
    const status = (): NodeStatus => ({ ...server.parts.status(), uptimeSeconds: uptime });
    const hub = new LiveHub({ status, store: server.store });
    const { stream, close } = hub.open(null);
    for (uptime = 1; uptime <= 1000; uptime++) hub.publish("status", status());
    const reader = stream.getReader();
    const text = new TextDecoder().decode((await reader.read()).value);
    expect(text.match(/"uptimeSeconds":\d+/g)).toEqual(['"uptimeSeconds":1000']);
    reader.releaseLock();
    close();
    hub.close();
  });

  test("end with the node", async () => {
    const server = await start();
    const reader = new EventReader(server);
    await expect.poll(() => reader.get("status").length).toBeGreaterThan(0);
    server.live.close();
    await expect.poll(() => reader.ended).toBe(true);
  });
});

const none = async (): Promise<Page<never>> => ({ items: [], next: null });

describe("live connections", () => {
  test("carry a camera's records, and end with their reader", async () => {
    const server = await common();
    const got: unknown[] = [];
    const outgoing = get(`${server.url}/api/cameras/gate/stream`, { agent: false }, (response) => {
      const records = new RecordReader<{ kind: string }>();
      response.on("data", (chunk: Uint8Array) => {
        for (const { header } of records.push(chunk)) got.push(header);
      });
      response.on("error", () => {});
    });
    outgoing.on("error", () => {});
    await expect.poll(() => got).toEqual([{ kind: "dropped", frames: 1 }]);
    expect(server.subscriptions.size).toBe(1);
    outgoing.destroy();
    await expect.poll(() => server.subscriptions.size).toBe(0);
    const head = await server.ask("/api/cameras/gate/stream", { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(server.subscriptions.size).toBe(0);
  });

  test("are as many as readers need, and bounded for one client over the network", async () => {
    const server = await start();
    const made = await server.auth.createToken("far", "viewer");
    const far = { authorization: `Bearer ${made?.token}`, "x-forwarded-for": "192.0.2.1" };
    const many = Array.from({ length: MAX_STREAMS_PER_CLIENT }, () => new EventReader(server, far));
    await expect.poll(() => server.live.readers).toBe(many.length);
    const refused = await server.ask("/api/events", { headers: far });
    expect(refused.status).toBe(429);
    expect(refused.headers["retry-after"]).toBe("5");
    const here = Array.from({ length: MAX_STREAMS - many.length }, () => new EventReader(server));
    await expect.poll(() => server.live.readers).toBe(MAX_STREAMS);
    expect((await server.ask("/api/events")).status).toBe(503);
    expect((await server.ask("/api/cameras/gate/stream")).status).toBe(503);
    for (const reader of [...many, ...here]) reader.close();
    await expect.poll(() => server.live.readers).toBe(0);
    expect((await server.ask("/api/events")).status).toBe(200);
  });
});

describe("several cameras on one connection", () => {
  /** A camera whose records a test hands over one by one. */
  function source(): { subscription: CameraSubscription; push: (record: Uint8Array) => void } {
    const closed = Promise.withResolvers<void>();
    let controller: ReadableStreamDefaultController<Uint8Array>;
    const stream = new ReadableStream<Uint8Array>({
      start: (given) => {
        controller = given;
      },
    });
    return {
      subscription: { stream, closed: closed.promise, close: () => closed.resolve() },
      push: (record) => controller.enqueue(record),
    };
  }

  const field = (n: number): Uint8Array =>
    packRecord({ kind: "field", timestamp: n, tracks: [], fieldBytes: 1000 }, new Uint8Array(1000));
  const unit = (n: number): Uint8Array =>
    packRecord({ kind: "unit", timestamp: n, keyframe: false }, new Uint8Array([n]));

  test("say whose records follow, whole, in order, and none is starved", async () => {
    const a = source();
    const b = source();
    const joined = joinStreams([
      { id: "a", subscription: a.subscription },
      { id: "b", subscription: b.subscription },
    ]);
    for (let n = 0; n < 50; n++) a.push(n % 2 === 0 ? unit(n) : field(n));
    for (let n = 0; n < 5; n++) b.push(unit(n));
    const records = new RecordReader<{ kind: string; id?: string; timestamp?: number }>();
    const of: Record<string, { kind: string; timestamp?: number; bytes: number }[]> = {};
    let camera = "";
    let runs = 0;
    let count = 0;
    for await (const chunk of joined.stream) {
      for (const { header, body } of records.push(chunk)) {
        if (header.kind === "camera") {
          expect(header.id).not.toBe(camera);
          camera = header.id ?? "";
          runs++;
          continue;
        }
        count++;
        of[camera] ??= [];
        of[camera]?.push({ ...header, bytes: body.length });
      }
      if (count === 55) break;
    }
    const kinds = of.a?.map(({ kind }) => kind);
    expect(kinds).toEqual(Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? "unit" : "field")));
    expect(of.a?.map(({ timestamp }) => timestamp)).toEqual([...Array(50).keys()]);
    expect(of.b?.map(({ timestamp }) => timestamp)).toEqual([0, 1, 2, 3, 4]);
    // Fields come without their bodies, and say so; pictures whole.
    expect(of.a?.filter(({ kind }) => kind === "field").every(({ bytes }) => bytes === 0)).toBe(
      true,
    );
    expect(of.a?.[1]).toMatchObject({ fieldBytes: 0, tracks: [] });
    expect(of.b?.every(({ bytes }) => bytes === 1)).toBe(true);
    // The five of the quiet camera came in turn with the other's, not after all of them.
    expect(runs).toBeGreaterThanOrEqual(10);
    await joined.closed;
    await Promise.all([a.subscription.closed, b.subscription.closed]);
  });

  test("end together, and with their reader", async () => {
    const server = await start({ cameras: [camera(), camera({ id: "yard" })] });
    const path = "/api/streams?camera=gate&camera=yard&camera=gate";
    const watch = (): { headers: unknown[]; close: () => void; ended: () => boolean } => {
      const got: unknown[] = [];
      let ended = false;
      const outgoing = get(`${server.url}${path}`, { agent: false }, (response) => {
        const records = new RecordReader<unknown>();
        response.on("data", (chunk: Uint8Array) => {
          for (const { header } of records.push(chunk)) got.push(header);
        });
        response.on("error", () => {});
        response.on("end", () => {
          ended = true;
        });
      });
      outgoing.on("error", () => {});
      return { headers: got, close: () => outgoing.destroy(), ended: () => ended };
    };
    const first = watch();
    await expect.poll(() => first.headers).toHaveLength(4);
    expect(first.headers).toEqual([
      { kind: "camera", id: "gate" },
      { kind: "dropped", frames: 1 },
      { kind: "camera", id: "yard" },
      { kind: "dropped", frames: 1 },
    ]);
    expect(server.subscriptions.size).toBe(2);
    first.close();
    await expect.poll(() => server.subscriptions.size).toBe(0);
    const second = watch();
    await expect.poll(() => server.subscriptions.size).toBe(2);
    [...server.subscriptions][0]?.close();
    await expect.poll(second.ended).toBe(true);
    expect(server.subscriptions.size).toBe(0);
  });

  test("count for what they watch", async () => {
    const cameras = Array.from({ length: 32 }, (_, i) => camera({ id: `c${i}` }));
    const server = await start({ cameras });
    const made = await server.auth.createToken("far", "viewer");
    const far = { authorization: `Bearer ${made?.token}`, "x-forwarded-for": "192.0.2.1" };
    const all = cameras.map(({ id }) => `camera=${id}`).join("&");
    const open = [0, 1].map(() => {
      const outgoing = get(`${server.url}/api/streams?${all}`, { headers: far, agent: false });
      outgoing.on("response", (response) => response.resume().on("error", () => {}));
      outgoing.on("error", () => {});
      return outgoing;
    });
    await expect.poll(() => server.subscriptions.size).toBe(64);
    const one = "/api/streams?camera=c0";
    expect((await server.ask(one, { headers: far })).status).toBe(429);
    expect((await server.ask("/api/events", { headers: far })).status).toBe(200);
    expect((await server.ask(one)).status).toBe(200);
    for (const outgoing of open) outgoing.destroy();
    await expect.poll(() => server.subscriptions.size).toBe(0);
  });
});

describe("a clip's video", () => {
  const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));

  async function withClip(): Promise<TestServer> {
    const server = await common();
    await server.store.putClip(
      clip({ id: "c1", source: 'yard"/..', from: Date.UTC(2026, 0, 2, 3, 4, 5) }),
    );
    mkdirSync(server.store.clipFolder, { recursive: true });
    writeFileSync(join(server.store.clipFolder, "c1.mp4"), content);
    return server;
  }

  test("comes whole, or the part that is asked for", async () => {
    const server = await withClip();
    const path = "/api/clips/c1.mp4";
    const whole = await server.ask(path);
    expect(whole.status).toBe(200);
    expect(whole.headers).toMatchObject({
      "content-type": "video/mp4",
      "content-length": "300000",
      "accept-ranges": "bytes",
      "cache-control": "private, no-cache",
    });
    expect(whole.body.equals(content)).toBe(true);
    const cases: [string, number, number][] = [
      ["bytes=0-0", 0, 0],
      ["bytes=0-", 0, 299_999],
      ["bytes=100-199", 100, 199],
      ["bytes=299999-", 299_999, 299_999],
      ["bytes=-5", 299_995, 299_999],
      ["bytes=-999999", 0, 299_999],
      ["bytes=131070-131074", 131_070, 131_074],
      ["bytes=5-9999999", 5, 299_999],
    ];
    for (const [range, first, last] of cases) {
      const part = await server.ask(path, { headers: { range } });
      expect(part.status, range).toBe(206);
      expect(part.headers["content-range"]).toBe(`bytes ${first}-${last}/300000`);
      expect(part.headers["content-length"]).toBe(String(last - first + 1));
      expect(part.body.equals(content.subarray(first, last + 1)), range).toBe(true);
    }
    for (const range of ["bytes=300000-", "bytes=-0"]) {
      const refused = await server.ask(path, { headers: { range } });
      expect(refused.status, range).toBe(416);
      expect(refused.headers["content-range"]).toBe("bytes */300000");
    }
    // What is not understood may be ignored; so may several ranges.
    for (const range of ["bytes=5-4", "bytes=a-b", "seconds=0-1", "bytes=0-1,5-6", "bytes=-"]) {
      expect((await server.ask(path, { headers: { range } })).status, range).toBe(200);
    }
    const head = await server.ask(path, { method: "HEAD", headers: { range: "bytes=0-9" } });
    expect(head.status).toBe(206);
    expect(head.headers["content-length"]).toBe("10");
    expect(head.body).toHaveLength(0);
  });

  test("is not sent again to whoever has it, nor in part where it has changed", async () => {
    const server = await withClip();
    const path = "/api/clips/c1.mp4";
    const { headers } = await server.ask(path, { method: "HEAD" });
    const etag = headers.etag ?? "";
    const modified = headers["last-modified"] ?? "";
    const range = "bytes=0-9";
    const status = async (more: Record<string, string>): Promise<number> =>
      (await server.ask(path, { headers: more })).status;
    expect(await status({ "if-none-match": `"other", ${etag}` })).toBe(304);
    expect(await status({ "if-none-match": '"other"' })).toBe(200);
    expect(await status({ range, "if-range": etag })).toBe(206);
    expect(await status({ range, "if-range": modified })).toBe(206);
    expect(await status({ range, "if-range": '"other"' })).toBe(200);
    expect(await status({ range, "if-range": "Thu, 01 Jan 1970 00:00:00 GMT" })).toBe(200);
    expect(await status({ "if-match": '"other"' })).toBe(412);
    writeFileSync(join(server.store.clipFolder, "c1.mp4"), "changed");
    expect(await status({ range, "if-range": etag })).toBe(200);
  });

  test("is saved under a name that every file system takes", async () => {
    const server = await withClip();
    const shown = await server.ask("/api/clips/c1.mp4");
    expect(shown.headers["content-disposition"]).toBeUndefined();
    const saved = await server.ask("/api/clips/c1.mp4?download=1");
    expect(saved.headers["content-disposition"]).toBe(
      'attachment; filename="yard____-2026-01-02T03-04-05.mp4"',
    );
  });

  test("whose reader leaves in the middle is closed, and nothing is said about it", async () => {
    const server = await withClip();
    writeFileSync(join(server.store.clipFolder, "c1.mp4"), Buffer.alloc(64 << 20));
    await new Promise<void>((resolve) => {
      const outgoing = get(`${server.url}/api/clips/c1.mp4`, { agent: false }, (response) => {
        response.once("data", () => {
          outgoing.destroy();
          resolve();
        });
        response.on("error", () => {});
      });
      outgoing.on("error", () => {});
    });
    await rm(join(server.store.clipFolder, "c1.mp4"));
    expect((await server.ask("/api/clips/c1.mp4")).status).toBe(404);
    expect(server.log.join("\n")).not.toContain("server: ");
  });

  test("ranges obey their own law", () => {
    for (let size = 0; size < 6; size++) {
      for (let first = 0; first < 8; first++) {
        for (let last = first; last < 8; last++) {
          const range = parseRange(`bytes=${first}-${last}`, size);
          const wanted = [...Array(size).keys()].filter((i) => i >= first && i <= last);
          if (wanted.length === 0) expect(range).toBe("unsatisfiable");
          else expect(range).toEqual({ first: wanted[0], last: wanted.at(-1) });
        }
      }
    }
  });
});

describe("questions about the past", () => {
  test("reach the store as they were asked, page by page", async () => {
    const server = await start();
    const put = (n: number): Promise<void> =>
      server.store.putInsight(
        insight({
          id: `i${String(n).padStart(3, "0")}`,
          source: n % 2 === 0 ? "gate" : "yard",
          kind: n % 5 === 0 ? "dwell" : "motion",
          from: T0 + n * 1000,
          to: T0 + n * 1000 + 500,
        }),
      );
    await Promise.all(Array.from({ length: 25 }, (_, n) => put(n)));
    const seen: string[] = [];
    let before = "";
    for (;;) {
      const page = (await server.json(
        `/api/insights?source=gate&limit=4${before}`,
      )) as Page<TimelineInsight>;
      seen.push(...page.items.map(({ id }) => id));
      if (page.next === null) break;
      before = `&before=${encodeURIComponent(page.next)}`;
    }
    const gate = Array.from({ length: 13 }, (_, i) => `i${String(24 - i * 2).padStart(3, "0")}`);
    expect(seen).toEqual(gate);
    const both = (await server.json(
      `/api/insights?source=gate&source=yard&kind=dwell&from=${T0 + 4000}&to=${T0 + 16_000}`,
    )) as Page<TimelineInsight>;
    expect(both.items.map(({ id }) => id)).toEqual(["i015", "i010", "i005"]);
  });

  test("say what is wrong with them, and where", async () => {
    const server = await common();
    const said = async (path: string): Promise<string> => {
      const answered = await server.ask(path);
      expect(answered.status, path).toBe(400);
      return (JSON.parse(String(answered.body)) as { error: string }).error;
    };
    expect(await said("/api/insights?limit=0")).toBe(
      "query.limit: expected a value of at least 1, got 0",
    );
    expect(await said("/api/insights?limit=many")).toBe(
      'query.limit: expected a number, got "many"',
    );
    expect(await said("/api/insights?limit=1.5")).toMatch(/^query\.limit: expected a whole number/);
    expect(await said("/api/insights?limit=1&limit=2")).toMatch(
      /query\.limit: expected the name once/,
    );
    expect(await said("/api/insights?sauce=gate")).toBe(
      'query: expected no other names than the documented ones, got "sauce"',
    );
    expect(await said("/api/alerts?state=loud")).toMatch(
      /^query\.state\.0: expected one of "pending", "firing", "resolved", got "loud"/,
    );
    expect(await said("/api/timeline?from=10&to=5")).toBe(
      "query.to: expected a moment from 10 on, got 5",
    );
  });
});

describe("changes", () => {
  const headersOf = async (server: TestServer): Promise<Record<string, string>> => ({
    "x-symbion-csrf": ((await server.json("/api/session")) as { csrf: string }).csrf,
  });

  test("of the configuration reach it as one edit each", async () => {
    const server = await common();
    const headers = await headersOf(server);
    const version = CONFIG_VERSION;
    const area = {
      id: "drive",
      name: "Drive",
      kind: "line",
      points: [
        [0.1, 0.2],
        [0.3, 0.4],
      ],
      dwellSeconds: null,
      direction: "left",
    };
    const requests: [string, string, object][] = [
      ["POST", "/api/cameras", { camera: { id: "yard", file: "yard.mp4" } }],
      [
        "PATCH",
        "/api/cameras/yard",
        { name: "Yard", motion: { sensitivity: "high" }, record: null },
      ],
      ["PUT", "/api/cameras/yard/areas", { areas: [area] }],
      ["DELETE", "/api/cameras/yard", {}],
      ["PUT", "/api/rules/night", { rule: { kinds: ["motion"] } }],
      ["PUT", "/api/rules/night", { rule: { id: "night", kinds: ["dwell"] } }],
      ["DELETE", "/api/rules/night", {}],
      ["PUT", "/api/channels/hook", { channel: { webhook: "https://a.example/" } }],
      ["DELETE", "/api/channels/hook", {}],
    ];
    for (const [method, path, body] of requests) {
      const answered = await server.ask(path, { method, headers, json: { version, ...body } });
      expect(answered.status, `${method} ${path} ${String(answered.body)}`).toBe(200);
    }
    const other = { version, rule: { id: "day", kinds: [] } };
    const refused = await server.ask("/api/rules/night", { method: "PUT", headers, json: other });
    expect(refused.status).toBe(400);
    expect(String(refused.body)).toContain("expected the id of the address, night, got");
    expect(server.edits).toEqual([
      { kind: "add-camera", camera: { id: "yard", file: "yard.mp4" } },
      {
        kind: "change-camera",
        id: "yard",
        change: { name: "Yard", motion: { sensitivity: "high" }, record: null },
      },
      { kind: "set-areas", id: "yard", areas: [area] },
      { kind: "remove-camera", id: "yard" },
      { kind: "set-rule", id: "night", entry: { kinds: ["motion"] } },
      { kind: "set-rule", id: "night", entry: { kinds: ["dwell"] } },
      { kind: "remove-rule", id: "night" },
      { kind: "set-channel", id: "hook", entry: { webhook: "https://a.example/" } },
      { kind: "remove-channel", id: "hook" },
    ]);
  });

  test("that name secrets do not repeat them", async () => {
    const server = await common();
    const headers = await headersOf(server);
    const answered = await server.ask("/api/password", {
      method: "PUT",
      headers,
      json: { password: "hunter2" },
    });
    expect(answered.status).toBe(400);
    expect(String(answered.body)).not.toContain("hunter2");
    expect(String(answered.body)).toContain("at least 8");
  });

  test("of push subscriptions: a viewer may not send the node anywhere it likes", async () => {
    const server = await start();
    const viewer = await server.auth.createToken("viewer", "viewer");
    const admin = await server.auth.createToken("admin", "admin");
    const subscribe = async (token: string | undefined, endpoint: string): Promise<number> =>
      (
        await server.ask("/api/push/subscriptions", {
          method: "POST",
          headers: { authorization: `Bearer ${token}` },
          json: {
            endpoint,
            keys: { p256dh: "B".repeat(87), auth: "a".repeat(22) },
            label: "Phone",
          },
        })
      ).status;
    expect(await subscribe(viewer?.token, "http://127.0.0.1:9/x")).toBe(400);
    expect(await subscribe(admin?.token, "http://127.0.0.1:9/x")).toBe(200);
    for (let i = 0; i < 63; i++) {
      expect(await subscribe(viewer?.token, `https://push.example/${i}`)).toBe(200);
    }
    expect(await subscribe(viewer?.token, "https://push.example/one-more")).toBe(409);
    // One that is known is no new one.
    expect(await subscribe(viewer?.token, "https://push.example/5")).toBe(200);
    expect(await server.store.pushSubscriptions()).toHaveLength(64);
  });

  test("of backups: heads are refused, names are safe", async () => {
    const server = await common();
    expect((await server.ask("/api/backup", { method: "HEAD" })).status).toBe(405);
    const answered = await server.ask("/api/backup?clips=1");
    expect(answered.headers["content-disposition"]).toBe('attachment; filename="all.tar.gz"');
    expect(String(answered.body)).toBe("archive all.tar.gz");
  });
});

describe("readiness", () => {
  test("a camera is live, or none is to be; and something can be stored", async () => {
    const server = await start();
    const ask = async (): Promise<[number, unknown]> => {
      const answered = await server.ask("/readyz");
      return [answered.status, JSON.parse(String(answered.body))];
    };
    expect(await ask()).toEqual([200, { ready: true, live: 1, cameras: 1, reason: null }]);
    server.cameras[0] = camera({ state: "retrying" });
    expect(await ask()).toEqual([
      503,
      { ready: false, live: 0, cameras: 1, reason: "expected a live camera, got none of 1" },
    ]);
    server.cameras[0] = camera({ state: "disabled" });
    expect((await ask())[0]).toBe(200);
    server.cameras.length = 0;
    expect((await ask())[0]).toBe(200);
    expect((await server.ask("/healthz")).status).toBe(200);
  });

  test("a full disk is no readiness, but still an answer", async () => {
    const server = await start();
    const full = new Proxy(server.store, {
      get: (target, key): unknown =>
        key === "status"
          ? () => ({ ...target.status(), problem: "the disk is full" })
          : Reflect.get(target, key, target),
    }) as Store;
    const other = await start({ parts: { store: full } });
    const answered = await other.ask("/readyz");
    expect(answered.status).toBe(503);
    expect(String(answered.body)).toContain("the disk is full");
  });
});
