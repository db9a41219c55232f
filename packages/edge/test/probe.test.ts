import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ProbeResult } from "@symbion/core";
import { Logging, LogLevel } from "mediabunny";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { loadClip } from "../../codec/test/support/clip.ts";
import { startRtspServer } from "../../codec/test/support/rtsp-server.ts";
import { probe } from "../src/discovery/index.ts";
import { startGuardedRtsp, startTcp } from "./support/guarded-rtsp.ts";

const noFfmpeg = spawnSync("ffmpeg", ["-version"]).error !== undefined;
const why = "needs ffmpeg (Debian: apt-get install ffmpeg)";
const sample = fileURLToPath(new URL("../samples/yard.mp4", import.meta.url));
const clips = fileURLToPath(new URL("../../codec/test/fixtures/", import.meta.url));

let folder: string;
const closing: (() => unknown)[] = [];

beforeAll(() => {
  Logging.level = LogLevel.Silent;
  folder = mkdtempSync(join(tmpdir(), "symbion-probe-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A camera that repeats a short clip with `units` pictures to the keyframe, 25 per second. */
async function camera(options: { keyframes?: boolean; seconds?: number } = {}): Promise<string> {
  const clip = loadClip("frame-cabac-p");
  const { keyframes = true, seconds = 30 } = options;
  const units = Array.from({ length: Math.ceil((25 * seconds) / clip.units.length) }, (_, round) =>
    keyframes || round === 0 ? clip.units : clip.units.filter((unit) => !unit.keyframe),
  ).flat();
  const server = await startRtspServer({
    accessUnits: (keyframes ? units : units.slice(1)).map((unit) =>
      unit.nals.filter((nal) => ((nal[0] ?? 0) & 31) < 6),
    ),
    frameRate: 25,
    parameterSets: clip.parameterSets,
  });
  closing.push(server.close);
  return server.url;
}

function reasonOf(result: ProbeResult): string {
  if (result.ok) throw new Error(`expected a refusal, got ${JSON.stringify(result)}`);
  return result.reason;
}

describe("files", () => {
  test("an MP4 file", async () => {
    const result = await probe({ file: sample }, { preview: false });
    expect(result).toEqual({
      ok: true,
      container: "MP4",
      codec: "avc1.64001f",
      width: 1280,
      height: 720,
      fps: 15,
      keyframeSeconds: 2,
      preview: null,
    });
  });

  test("a raw stream: size from its own headers, the rate at which it would be played", async () => {
    const result = await probe({ file: join(clips, "frame-cabac-p.264") }, { preview: false });
    expect(result).toMatchObject({
      ok: true,
      container: "Annex B",
      width: 128,
      height: 96,
      fps: 25,
    });
  });

  test.skipIf(noFfmpeg)("a preview of its first picture", async () => {
    const result = await probe({ file: sample });
    const preview = result.ok ? result.preview : null;
    expect(preview).toMatch(/^data:image\/jpeg;base64,\/9j\//);
    const file = join(folder, "preview.jpg");
    writeFileSync(file, Buffer.from((preview ?? "").split(",")[1] ?? "", "base64"));
    const size = ["-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0"];
    expect(execFileSync("ffprobe", [...size, file], { encoding: "utf8" }).trim()).toBe("640,360");
  });

  test("what is no video, or none that can be read, is named", async () => {
    const text = join(folder, "notes.txt");
    writeFileSync(text, "top secret\n".repeat(100));
    const empty = join(folder, "empty.mp4");
    writeFileSync(empty, "");
    const reason = async (file: string): Promise<string> => reasonOf(await probe({ file }));
    expect(await reason(text)).toMatch(/^this is not video: expected MP4/);
    expect(await reason(empty)).toBe("it is empty");
    expect(await reason(join(folder, "none.mp4"))).toBe("no such file");
    expect(await reason("/dev/zero")).toBe("expected a video file, got a pipe or device");
    expect(await reason("-")).toBe("no such file");
    expect(await reason(folder)).toBe("expected a video file, got a directory");
    expect(await reason(join(clips, "unsupported/fmo.264"))).toMatch(/^H\.264 with flexible macro/);
  });

  test("HEVC says what to do", async (context) => {
    const path = join(folder, "hevc.mp4");
    const source = ["-f", "lavfi", "-i", "testsrc2=d=0.4:s=64x64"];
    const made = spawnSync("ffmpeg", ["-v", "error", ...source, "-c:v", "libx265", path]);
    if (made.status !== 0) context.skip("needs ffmpeg with libx265");
    expect(reasonOf(await probe({ file: path }))).toMatch(
      /^its video is H\.265 \(.*\).*switch the camera, or its second stream, to H\.264$/,
    );
  });
});

describe("cameras", () => {
  if (noFfmpeg) test.skip(why);

  test.skipIf(noFfmpeg)("size, rate, keyframes and a picture of a live stream", async () => {
    const result = await probe({ url: await camera() });
    expect(result).toMatchObject({
      ok: true,
      container: "RTSP",
      codec: "avc1.4d0028",
      width: 128,
      height: 96,
      preview: expect.stringMatching(/^data:image\/jpeg/),
    });
    if (!result.ok) return;
    expect(result.fps).toBeCloseTo(25, 0);
    expect(result.keyframeSeconds).toBeCloseTo(loadClip("frame-cabac-p").units.length / 25, 1);
  });

  test.skipIf(noFfmpeg)("a password: right, wrong, none, and a wrong path", async () => {
    const inner = Number(new URL(await camera()).port);
    const account = { user: "viewer", password: "secret-word" };
    const guarded = await startGuardedRtsp(inner, account, "/stream");
    closing.push(guarded.close);
    const at = (who: string, path = "/stream"): { url: string } => ({
      url: `rtsp://${who}127.0.0.1:${guarded.port}${path}`,
    });
    const right = await probe(at("viewer:secret-word@"), { preview: false });
    expect(right).toMatchObject({ ok: true, width: 128 });
    for (const who of ["viewer:wrong-word@", ""]) {
      const reason = reasonOf(await probe(at(who)));
      expect(reason).toMatch(/^the camera refuses this user name or password \(401\)/);
      expect(reason).not.toMatch(/viewer|word@|127\.0\.0\.1/);
    }
    expect(reasonOf(await probe(at("viewer:secret-word@", "/other")))).toMatch(
      /^the camera has no stream at this path \(404\)/,
    );
  });

  test.skipIf(noFfmpeg)("nobody there, silence, rubbish, a closed door", async () => {
    const silent = await startTcp(() => undefined);
    const rubbish = await startTcp((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n".repeat(50)));
    const closed = await startTcp((socket) => socket.destroy());
    const gone = await startTcp(() => undefined);
    gone.close();
    closing.push(silent.close, rubbish.close, closed.close);
    const reason = async (port: number, timeoutMs = 30_000): Promise<string> => {
      const url = `rtsp://viewer:secret-word@127.0.0.1:${port}/stream`;
      const text = reasonOf(await probe({ url }, { timeoutMs }));
      expect(text).not.toContain("secret-word");
      expect(text).not.toContain("\n");
      return text;
    };
    expect(await reason(silent.port, 1500)).toMatch(
      /^it takes connections, but sent no picture within 1\.5 s|^no answer in time/,
    );
    expect(await reason(rubbish.port)).toMatch(/^it answers, but not with video/);
    expect(await reason(closed.port)).toMatch(
      /^it answers, but not with video|^the connection was/,
    );
    expect(await reason(gone.port)).toMatch(/^connection refused/);
  });

  test.skipIf(noFfmpeg)("video without a keyframe says so", async () => {
    const url = await camera({ keyframes: false });
    expect(reasonOf(await probe({ url }, { timeoutMs: 3000 }))).toMatch(
      /^it (?:sends video, but no keyframe|takes connections, but sent no picture) within 3 s.*keyframe \(I-frame\) interval/,
    );
  });

  test.skipIf(noFfmpeg)("a page instead of a stream", async () => {
    const server = createServer((request, response) => {
      const status = request.url === "/private" ? 401 : request.url === "/page" ? 200 : 404;
      response.writeHead(status, { "content-type": "text/html" }).end("<html>hello</html>");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => server.close());
    const address = server.address();
    const base = `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
    const reason = async (path: string): Promise<string> =>
      reasonOf(await probe({ url: `${base}${path}` }));
    expect(await reason("/page")).toMatch(/^it answers, but not with video/);
    expect(await reason("/private")).toMatch(/\(401\)/);
    expect(await reason("/none?token=abc123")).toMatch(/\(404\)/);
  });

  test("a name that nobody knows", async () => {
    const reason = reasonOf(await probe({ url: "rtsp://u:p@camera.invalid/x" }));
    expect(reason).toMatch(/^no such host \(ENOTFOUND\)|^its name cannot be resolved now/);
  });

  test("addresses that would read local files, or nothing at all", async () => {
    for (const url of ["file:///etc/passwd", "concat:/etc/passwd", "/etc/passwd", "", "rtsp://"]) {
      expect(reasonOf(await probe({ url }))).toMatch(/^expected an address beginning with rtsp:/);
    }
  });

  test("without ffmpeg it says what to install", async () => {
    const before = process.env.SYMBION_FFMPEG;
    process.env.SYMBION_FFMPEG = join(folder, "no-such-program");
    try {
      expect(reasonOf(await probe({ url: "rtsp://127.0.0.1:1/x" }))).toMatch(
        /needs ffmpeg, which is not installed \(Debian: apt-get install ffmpeg\)/,
      );
      expect(await probe({ file: sample })).toMatchObject({ ok: true, preview: null });
    } finally {
      if (before === undefined) delete process.env.SYMBION_FFMPEG;
      else process.env.SYMBION_FFMPEG = before;
    }
  });

  test("an abort ends it; unknown options and times out of range are refused", async () => {
    const abort = new AbortController();
    const silent = await startTcp(() => abort.abort());
    closing.push(silent.close);
    const url = `rtsp://127.0.0.1:${silent.port}/x`;
    if (!noFfmpeg) {
      const result = await probe({ url }, { signal: abort.signal });
      expect(result).toEqual({ ok: false, reason: "stopped before it was done" });
    }
    await expect(probe({ url }, { time: 1 } as object)).rejects.toThrow('got option "time"');
    await expect(probe({ url }, { timeoutMs: 1 })).rejects.toThrow("expected 100 to 120000");
  });
});
