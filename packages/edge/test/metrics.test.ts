import { afterEach, expect, test } from "vitest";
import { camera, type ServerOptions, startServer, type TestServer } from "./support/http-server.ts";
import { delivery, insight } from "./support/store-data.ts";

const running: TestServer[] = [];

async function start(options: ServerOptions = {}): Promise<TestServer> {
  const server = await startServer(options);
  running.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

type Family = { type: string; help: string; samples: Sample[] };
type Sample = { name: string; labels: Record<string, string>; value: number };

/**
 * Prometheus' text format 0.0.4, read as its specification says, strictly: what it does not say is an error. Written
 * from prometheus.io/docs/instrumenting/exposition_formats, not from the library that writes it.
 */
function parse(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  for (const line of text.slice(0, -1).split("\n")) {
    if (line === "") continue;
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/.exec(line);
    if (comment !== null) {
      const [, what, name = "", rest = ""] = comment;
      const family = families.get(name) ?? { type: "", help: "", samples: [] };
      if (family.samples.length > 0) throw new Error(`${name}: ${what} after its samples`);
      if (what === "TYPE") {
        if (family.type !== "") throw new Error(`${name}: a second TYPE`);
        if (!["counter", "gauge", "histogram", "summary", "untyped"].includes(rest)) {
          throw new Error(`${name}: type ${rest}`);
        }
        family.type = rest;
      } else {
        if (family.help !== "") throw new Error(`${name}: a second HELP`);
        family.help = rest;
      }
      families.set(name, family);
      continue;
    }
    if (line.startsWith("#")) continue;
    const match = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)(?: -?\d+)?$/s.exec(line);
    if (match === null) throw new Error(`no sample: ${line}`);
    const [, name = "", inside = "", number = ""] = match;
    const labels = parseLabels(inside, line);
    const value = number === "+Inf" ? Infinity : number === "-Inf" ? -Infinity : Number(number);
    if (Number.isNaN(value) && number !== "Nan" && number !== "NaN") {
      throw new Error(`no number: ${line}`);
    }
    const key = `${name}${JSON.stringify(Object.entries(labels).sort())}`;
    if (seen.has(key)) throw new Error(`twice: ${line}`);
    seen.add(key);
    const base = families.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, "");
    const family = families.get(base);
    if (family === undefined) throw new Error(`no TYPE before ${line}`);
    family.samples.push({ name, labels, value });
  }
  return families;
}

function parseLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== "") {
    const match = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"(,|$)/s.exec(rest);
    if (match === null) throw new Error(`no label: ${rest} in ${line}`);
    const [whole, name = "", value = ""] = match;
    if (name in labels) throw new Error(`label ${name} twice: ${line}`);
    labels[name] = value.replace(/\\([\\"n])/g, (_, sign: string) => (sign === "n" ? "\n" : sign));
    rest = rest.slice(whole.length);
  }
  return labels;
}

async function scrape(server: TestServer): Promise<Map<string, Family>> {
  const answered = await server.ask("/metrics");
  expect(answered.status).toBe(200);
  expect(answered.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  return parse(String(answered.body));
}

const value = (
  families: Map<string, Family>,
  name: string,
  labels: Record<string, string> = {},
): number | undefined =>
  families
    .get(name)
    ?.samples.find((sample) =>
      Object.entries(labels).every(([key, text]) => sample.labels[key] === text),
    )?.value;

test("names, units, types and help follow Prometheus' conventions", async () => {
  const server = await start();
  await server.ask("/api/status");
  const families = await scrape(server);
  expect(families.size).toBeGreaterThan(30);
  for (const [name, { type, help, samples }] of families) {
    expect(name).toMatch(/^symbion_[a-z][a-z0-9_]*$/);
    expect(help.length, name).toBeGreaterThan(10);
    expect(name.endsWith("_total"), name).toBe(type === "counter");
    // Base units only.
    expect(name, name).not.toMatch(/_(?:ms|millis|milliseconds|kb|mb|percent|minutes)(?:_|$)/);
    for (const { labels, value: number } of samples) {
      expect(Number.isFinite(number), name).toBe(true);
      if (type === "counter") expect(number, name).toBeGreaterThanOrEqual(0);
      for (const label of Object.keys(labels)) {
        if (type === "histogram" && label === "le") continue;
        expect(["le", "quantile"], name).not.toContain(label);
      }
    }
  }
});

test("histograms add up", async () => {
  const server = await start();
  for (let i = 0; i < 5; i++) await server.ask("/api/cameras");
  const family = (await scrape(server)).get("symbion_http_request_duration_seconds");
  const own = (family?.samples ?? []).filter(({ labels }) => labels.route === "/api/cameras");
  const buckets = own.filter(({ name }) => name.endsWith("_bucket"));
  const bounds = buckets.map(({ labels }) => Number(labels.le?.replace("+Inf", "Infinity")));
  expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
  expect(bounds.at(-1)).toBe(Infinity);
  const counts = buckets.map(({ value: number }) => number);
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  expect(counts.at(-1)).toBe(5);
  expect(own.find(({ name }) => name.endsWith("_count"))?.value).toBe(5);
  expect(own.find(({ name }) => name.endsWith("_sum"))?.value).toBeGreaterThan(0);
});

test("a camera's figures are those of its status, whatever it is called", async () => {
  const odd = 'yard "north"\\east\nü{}=,';
  const server = await start({
    cameras: [camera(), camera({ id: odd, state: "retrying", restarts: 7 })],
  });
  const families = await scrape(server);
  const { stats } = camera();
  const of = (name: string, id = "gate"): number | undefined =>
    value(families, `symbion_camera_${name}`, { camera: id });
  expect(of("frames_per_second")).toBe(stats.fps);
  expect(of("frames_total")).toBe(stats.frames);
  expect(of("damaged_frames_total")).toBe(stats.damagedFrames);
  expect(of("decoded_frames_total")).toBe(stats.decodedFrames);
  expect(of("dropped_frames_total")).toBe(stats.droppedFrames);
  expect(of("cpu_seconds_per_video_second")).toBeCloseTo(0.008, 12);
  expect(of("backlog_seconds")).toBeCloseTo(0.005, 12);
  expect(of("activity_ratio")).toBe(stats.activity);
  expect(of("restarts_total", odd)).toBe(7);
  const states = (families.get("symbion_camera_state")?.samples ?? []).filter(
    ({ labels }) => labels.camera === odd,
  );
  expect(states).toHaveLength(5);
  expect(states.filter(({ value: number }) => number === 1)).toEqual([
    expect.objectContaining({ labels: { camera: odd, state: "retrying" } }),
  ]);

  // A camera that is gone leaves nothing behind, and what is counted does not add up from scrape to scrape.
  server.cameras.pop();
  const later = await scrape(server);
  expect(value(later, "symbion_camera_restarts_total", { camera: odd })).toBeUndefined();
  expect(value(later, "symbion_camera_frames_total", { camera: "gate" })).toBe(stats.frames);
});

test("node, store, alerts and deliveries", async () => {
  const server = await start();
  const before = await scrape(server);
  expect(value(before, "symbion_build_info", { version: "1.2.3" })).toBe(1);
  expect(value(before, "symbion_store_quota_bytes")).toBe(server.store.status().quotaBytes);
  expect(value(before, "symbion_store_usable")).toBe(1);
  expect(value(before, "symbion_process_resident_memory_bytes")).toBeGreaterThan(1e7);
  expect(value(before, "symbion_process_cpu_seconds_total")).toBeGreaterThan(0);
  expect(value(before, "symbion_event_loop_delay_seconds", { statistic: "p99" })).toBeDefined();
  expect(value(before, "symbion_backlog_messages")).toBe(0);
  expect(value(before, "symbion_alerts_firing", { severity: "warning" })).toBe(0);

  await server.parts.alerts.take(insight({ from: Date.now(), to: null }));
  server.live.publish("delivery", delivery({ channel: "hook", state: "delivered", attempts: 1 }));
  server.live.publish("delivery", delivery({ channel: "hook", state: "waiting", attempts: 0 }));
  server.live.publish("delivery", delivery({ channel: "hook", state: "waiting", attempts: 2 }));
  const after = await scrape(server);
  expect(value(after, "symbion_alerts_firing", { severity: "warning" })).toBe(1);
  const sent = (state: string): number | undefined =>
    value(after, "symbion_deliveries_total", { channel: "hook", state });
  expect(sent("delivered")).toBe(1);
  expect(sent("waiting")).toBe(1);
  expect(sent("failed")).toBeUndefined();
});

test("requests are counted under the table's routes, however many addresses there are", async () => {
  const server = await start();
  for (let i = 0; i < 50; i++) {
    await server.ask(`/api/cameras/none-${i}`);
    await server.ask(`/nowhere/${i}`);
    await server.ask("/api/cameras", { method: `X${i}` }).catch(() => {});
  }
  const families = await scrape(server);
  const samples = families.get("symbion_http_requests_total")?.samples ?? [];
  expect(samples.length).toBeLessThan(10);
  expect(
    value(families, "symbion_http_requests_total", { route: "/api/cameras/{id}", status: "404" }),
  ).toBe(50);
  expect(
    value(families, "symbion_http_requests_total", {
      route: "other",
      method: "GET",
      status: "404",
    }),
  ).toBe(50);
});
