import { spawnSync } from "node:child_process";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type CameraStatus, type NodeStatus, RecordReader, type StreamHeader } from "@symbion/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { samplePath } from "../src/config/samples.ts";
import { type RunningNode, type RunOptions, runNode } from "../src/node/index.ts";
import { camera, live, NodeBench, until } from "./support/running-node.ts";

let bench: NodeBench;

async function startWith(yaml: string, options: RunOptions = {}): Promise<RunningNode> {
  await bench.write(yaml);
  return bench.start({ config: bench.config, ...options });
}

/** A request with headers that fetch() would not let through; resolves with the status code. */
function ask(url: string, headers: Record<string, string>, method = "GET"): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, method }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on("error", reject);
    asked.end();
  });
}

beforeEach(async () => {
  bench = await NodeBench.make();
});

afterEach(async () => {
  await bench.close();
});

const sample = `cameras:\n  - id: yard\n    file: ${samplePath("yard")}\n`;

test("the figures of a live camera", async () => {
  const node = await startWith(sample);
  const status = await until(async () => {
    const response = await fetch(`${node.url}api/cameras/yard/stats`);
    const body = (await response.json()) as CameraStatus;
    return body.stats.videoSeconds > 4 ? body : null;
  });
  expect(status).toMatchObject({ state: "live", width: 1280, height: 720, container: "MP4" });
  expect(status.source).toBe("yard.mp4");
  expect(status.stats.fps).toBeGreaterThan(10);
  expect(status.stats.fps).toBeLessThan(20);
  // Counted against the video's own time: a busy machine plays slower, not fewer frames per second of video.
  const perVideoSecond = status.stats.frames / status.stats.videoSeconds;
  expect(perVideoSecond).toBeGreaterThan(14);
  expect(perVideoSecond).toBeLessThan(17);
  expect(status.stats).toMatchObject({ damagedFrames: 0, decodedFrames: 0, decodedShare: 0 });
  expect(status.stats.cpuMsPerVideoSecond).toBeGreaterThan(0);
  expect(status.stats.bitsPerSecond).toBeGreaterThan(100_000);
  const all = (await (await fetch(`${node.url}api/status`)).json()) as NodeStatus;
  expect(all.cameras).toHaveLength(1);
  expect(all.memoryBytes).toBeGreaterThan(1e7);
  expect((await fetch(`${node.url}healthz`)).status).toBe(200);
  expect((await fetch(`${node.url}readyz`)).status).toBe(200);
});

test("a camera's stream carries format, pictures and signals", async () => {
  const node = await startWith(sample);
  await live(node, "yard");
  const ending = new AbortController();
  const response = await fetch(`${node.url}api/cameras/yard/stream`, { signal: ending.signal });
  expect(response.headers.get("content-type")).toBe("application/octet-stream");
  const records = new RecordReader<StreamHeader>();
  const headers: StreamHeader[] = [];
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    for (const { header, body } of records.push(chunk)) {
      headers.push(header);
      if (header.kind !== "field") continue;
      expect(header.fieldBytes).toBe(10 * 80 * 45);
      // The mask follows, a bit for each macroblock.
      expect(body.length).toBe(header.fieldBytes + (80 * 45) / 8);
    }
    if (headers.filter(({ kind }) => kind === "field").length >= 5) break;
  }
  ending.abort();
  expect(headers[0]).toMatchObject({ kind: "format", framing: "avcc" });
  expect(headers[1]).toMatchObject({ kind: "unit", keyframe: true });
  await until(() => (camera(node, "yard").stats.watchers === 0 ? true : null), 5);
});

test("a client that does not read stops nobody", async () => {
  const node = await startWith(sample);
  await live(node, "yard");
  const stuck = request(`${node.url}api/cameras/yard/stream`, (response) => response.pause());
  stuck.on("error", () => {});
  stuck.end();
  await until(() => (camera(node, "yard").stats.watchers === 1 ? true : null));
  const before = camera(node, "yard").stats.frames;
  await until(() => (camera(node, "yard").stats.frames > before + 30 ? true : null), 10);
  stuck.destroy();
  await until(() => (camera(node, "yard").stats.watchers === 0 ? true : null), 5);
});

test("a file that is missing at first is found later; the other camera does not notice", async () => {
  const late = join(bench.folder, "late.mp4");
  const node = await startWith(`${sample}  - id: late\n    file: ${late}\n`);
  const failed = await until(() => {
    const one = camera(node, "late");
    return one.state === "retrying" ? one : null;
  });
  expect(failed.reason).toContain("no such file");
  expect(failed.retryAt).not.toBeNull();
  await copyFile(samplePath("yard"), late);
  const healed = await live(node, "late");
  expect(healed.restarts).toBeGreaterThan(0);
  expect(healed.lastRestart?.reason).toContain("no such file");
  expect(await live(node, "yard")).toMatchObject({ state: "live", restarts: 0 });
});

test("a wrong camera is shown and the rest runs", async () => {
  const node = await startWith(`${sample}  - id: broken\n    fil: x.mp4\n`);
  await live(node, "yard");
  expect(camera(node, "broken").state).toBe("disabled");
  expect(node.status().problems[0]).toMatch(/symbion\.yaml:5:5: .*did you mean "file"/);
  expect(bench.lines.join("")).toContain("warning: ");
  expect((await fetch(`${node.url}api/cameras/broken/stream`)).status).toBe(404);
});

test("log lines as JSON name the address", async () => {
  const node = await startWith(sample, { json: true });
  const entries = bench.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const listening = entries.find(({ msg }) => msg === "listening");
  expect(listening).toMatchObject({ level: "info", url: node.url, cameras: 1 });
});

describe("what is refused", () => {
  test("foreign names, foreign pages, writing, other paths", async () => {
    const node = await bench.start();
    const { port } = new URL(node.url);
    expect(await ask(node.url, { host: `127.0.0.1:${port}` }, "HEAD")).toBe(503);
    expect(await ask(`${node.url}healthz`, { host: `localhost:${port}` })).toBe(200);
    expect(await ask(`${node.url}healthz`, { host: "attacker.example" })).toBe(421);
    expect(await ask(`${node.url}healthz`, { host: "127.0.0.1.attacker.example" })).toBe(421);
    expect(await ask(`${node.url}healthz`, { "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await ask(`${node.url}healthz`, {}, "POST")).toBe(405);
    expect(await ask(`${node.url}..%2f..%2fetc%2fpasswd`, {})).toBe(404);
    expect(await ask(`${node.url}api/cameras/none/stats`, {})).toBe(404);
    expect(await ask(`${node.url}api/cameras/none/snapshot.jpg`, {})).toBe(404);
  });

  test("an option nobody knows, a port in use", async () => {
    await expect(runNode({ prot: 1 } as RunOptions)).rejects.toThrow('got option "prot"');
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    await expect(bench.start({ port })).rejects.toThrow(
      `server: expected port ${port} on 127.0.0.1, got a port already in use`,
    );
    other.close();
  });
});

test("security headers and caching of the page", async () => {
  const page = join(bench.folder, "page");
  await mkdir(join(page, "assets"), { recursive: true });
  await writeFile(join(page, "index.html"), "<!doctype html><title>t</title>");
  await writeFile(join(page, "assets/app-123.js"), "export {};\n".repeat(100));
  const node = await bench.start({ page });
  const index = await fetch(node.url);
  expect(index.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(index.headers.get("cache-control")).toBe("no-cache");
  const etag = index.headers.get("etag") ?? "";
  expect((await fetch(node.url, { headers: { "if-none-match": etag } })).status).toBe(304);
  const script = await fetch(`${node.url}assets/app-123.js`);
  expect(script.headers.get("cache-control")).toContain("immutable");
  expect(script.headers.get("content-encoding")).toBe("gzip");
  expect(await script.text()).toContain("export {}");
});

const ffmpeg = spawnSync(process.env.SYMBION_FFMPEG ?? "ffmpeg", ["-version"]).status === 0;
test.skipIf(!ffmpeg)(
  ffmpeg ? "still pictures are counted as decoded" : "still pictures (skipped: no ffmpeg here)",
  async () => {
    const node = await startWith(sample);
    await until(() => (camera(node, "yard").stats.frames > 0 ? true : null));
    const jpeg = await until(async () => {
      const response = await fetch(`${node.url}api/cameras/yard/snapshot.jpg`);
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
    });
    expect([...jpeg.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    const { stats } = camera(node, "yard");
    expect(stats.decodedFrames).toBe(1);
    expect(stats.decodedShare).toBeCloseTo(1 / stats.frames, 10);
  },
);

test("a node ends within two seconds, also while somebody watches", async () => {
  const node = await startWith(sample);
  await live(node, "yard");
  const stream = await fetch(`${node.url}api/cameras/yard/stream`);
  const events = await fetch(`${node.url}api/events`);
  const reader = events.body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toContain("event: status");
  const began = performance.now();
  await node.stop();
  await node.closed;
  expect(performance.now() - began).toBeLessThan(2000);
  await Promise.allSettled([stream.arrayBuffer(), reader?.cancel()]);
  await expect(fetch(`${node.url}healthz`)).rejects.toThrow();
});
