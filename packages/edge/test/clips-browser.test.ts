import { copyFileSync, createReadStream, statSync, truncateSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openInput } from "@symbion/codec/node";
import type { Clip } from "@symbion/core";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, inChromium, noChromium } from "../../../test/support/chromium.ts";
import { ClipRecorder } from "../src/store/clip-recorder.ts";
import { openStore } from "../src/store/index.ts";
import { Folders, insight, storeConfig } from "./support/store-data.ts";

const SAMPLE = fileURLToPath(new URL("../samples/yard.mp4", import.meta.url));

describe.skipIf(noChromium !== null)(inChromium("clips in a real browser"), () => {
  const folders = new Folders();
  let folder: string;
  let server: Server;
  let browser: Browser;
  let page: Page;
  let clip: Clip;
  const start = Date.now() - 60_000;

  beforeAll(async () => {
    folder = folders.make();
    const clips: Clip[] = [];
    const recorder = new ClipRecorder({
      folder,
      source: "yard",
      before: 3,
      after: 4,
      onClip: (one) => clips.push(one),
      onProblem: (text) => expect.fail(text),
    });
    const video = await openInput(SAMPLE, {});
    recorder.configure(video.avcC);
    let begun = false;
    for await (const { data, timestamp = 0, keyframe } of video.accessUnits()) {
      const at = start + Math.round(timestamp * 1000);
      recorder.unit(data.slice(), timestamp, at, keyframe);
      if (!begun && timestamp >= 8) recorder.begin("i1", at);
      if (!begun && timestamp >= 8) recorder.end("i1", at + 2000);
      begun ||= timestamp >= 8;
    }
    await video.close();
    await recorder.stop();
    clip = clips[0] as Clip;

    server = createServer((request, response) => {
      const path = join(folder, (request.url ?? "").slice(1));
      if (!path.endsWith(".mp4")) {
        response.setHeader("content-type", "text/html");
        response.end("<video muted></video>");
        return;
      }
      const { size } = statSync(path);
      const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "");
      const from = Number(range?.[1] ?? 0);
      const to = range?.[2] ? Number(range[2]) : size - 1;
      response.writeHead(range === null ? 200 : 206, {
        "content-type": "video/mp4",
        "accept-ranges": "bytes",
        "content-length": to - from + 1,
        "content-range": `bytes ${from}-${to}/${size}`,
      });
      createReadStream(path, { start: from, end: to }).pipe(response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"],
    });
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
    folders.remove();
  });

  /** Loads a file and jumps about in it. */
  const scrub = (name: string, places: readonly number[]): Promise<Record<string, unknown>> =>
    page.evaluate(
      async ([source, shares]) => {
        const video = document.querySelector("video") as HTMLVideoElement;
        const once = (event: string): Promise<void> =>
          new Promise((resolve, reject) => {
            video.addEventListener(event, () => resolve(), { once: true });
            video.addEventListener("error", () => reject(new Error(video.error?.message)), {
              once: true,
            });
          });
        video.src = `/${source}`;
        await once("loadeddata");
        const shown: number[] = [];
        for (const share of shares) {
          video.currentTime = share * video.duration;
          await once("seeked");
          shown.push(video.currentTime / video.duration);
        }
        const { duration, videoWidth, videoHeight, readyState } = video;
        return { duration, videoWidth, videoHeight, readyState, shown };
      },
      [name, places] as const,
    );

  test("have their length, and can be scrubbed", async () => {
    const places = [0.9, 0.1, 0.55, 0.3, 0.98];
    const found = await scrub(`${clip.id}.mp4`, places);
    expect(found).toMatchObject({ videoWidth: 1280, videoHeight: 720 });
    expect(found.duration).toBeCloseTo((clip.to - clip.from) / 1000, 1);
    expect(found.duration).toBeGreaterThan(9);
    expect(found.shown).toEqual(places.map((place) => expect.closeTo(place, 3)));
    expect(found.readyState).toBeGreaterThanOrEqual(2);
  });

  test("that a killed node left unfinished play as well, once the store has found them", async () => {
    const data = folders.make();
    const first = await openStore(storeConfig(data));
    await first.putInsight(insight({ id: "i9", source: "yard", from: clip.from, to: clip.to }));
    await first.close();
    const part = join(first.clipFolder, "left.mp4.part");
    copyFileSync(join(folder, `${clip.id}.mp4`), part);
    truncateSync(part, Math.round(clip.bytes * 0.7));
    const found: Clip[] = [];
    const store = await openStore(storeConfig(data), {
      onRecoveredClip: (one) => found.push(one),
    });
    await expect.poll(() => found).toHaveLength(1);
    expect(found[0]).toMatchObject({ id: "left", from: clip.from, insights: ["i1", "i9"] });
    expect(await store.clip("left")).toEqual(found[0]);
    expect((await store.insights({})).items[0]?.clip).toBe("left");
    await store.close();
    copyFileSync(join(first.clipFolder, "left.mp4"), join(folder, "left.mp4"));
    const shown = await scrub("left.mp4", [0.9, 0.2]);
    expect(shown.duration).toBeCloseTo(((found[0]?.to ?? 0) - (found[0]?.from ?? 0)) / 1000, 1);
    expect(shown.shown).toEqual([expect.closeTo(0.9, 3), expect.closeTo(0.2, 3)]);
  });
});
