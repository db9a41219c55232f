import { spawnSync } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type RunningNode, runNode } from "@symbion/edge";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildPage, launch, named, reason } from "./support/browser.ts";

const SAMPLE = fileURLToPath(new URL("../../edge/samples/yard.mp4", import.meta.url));

describe.skipIf(reason !== null)(named("the page in a real browser"), () => {
  let browser: Browser;
  let node: RunningNode;
  let page: Page;
  let strangers: string[];
  let complaints: string[];

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "symbion-page-"));
    const config = join(folder, "symbion.yaml");
    const lines = [
      "cameras:",
      `  - { id: yard, name: Yard, file: ${SAMPLE} }`,
      "  - { id: broken, name: Broken, fil: x.mp4 }",
      `  - { id: gone, name: Gone, file: ${join(folder, "gone.mp4")} }`,
    ];
    await writeFile(config, `${lines.join("\n")}\n`);
    node = await runNode({
      port: 0,
      config,
      page: await buildPage(),
      handleSignals: false,
      write: () => {},
    });
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
    await node?.stop();
  });

  beforeEach(async () => {
    strangers = [];
    complaints = [];
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      const own = hostname === "127.0.0.1" || protocol === "blob:" || protocol === "data:";
      if (!own) strangers.push(request.url());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await page.goto(node.url);
  });

  afterEach(async () => {
    await page.close();
    expect(strangers).toEqual([]);
    expect(complaints).toEqual([]);
  });

  /** Different colours, and pixels that are not transparent, on a canvas. */
  const look = (id: string): Promise<{ colours: number; painted: number }> =>
    page.getByTestId(id).evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data;
      const colours = new Set<number>();
      let painted = 0;
      for (let at = 0; pixels !== undefined && at < pixels.length; at += 4 * 61) {
        if ((pixels[at + 3] as number) === 0) continue;
        painted++;
        const [r, g, b] = [pixels[at], pixels[at + 1], pixels[at + 2]] as [number, number, number];
        colours.add(((r >> 4) << 8) | ((g >> 4) << 4) | (b >> 4));
      }
      return { colours: colours.size, painted };
    });

  const truth = (): Promise<string> => page.getByTestId("truth").innerText();

  test("shows the picture, its motion and what they cost", async () => {
    await page.locator('[data-camera="yard"]').click();
    await expect
      .poll(async () => (await look("picture")).colours, { timeout: 20_000 })
      .toBeGreaterThan(30);
    await expect
      .poll(async () => (await look("overlay")).painted, { timeout: 20_000 })
      .toBeGreaterThan(50);
    await expect
      .poll(truth, { timeout: 20_000 })
      .toMatch(/Decoded\s+0\s%\s+of frames\s+[\d.]+\s+CPU-ms per second of video/);
    expect(await page.getByText("not who or what is there").count()).toBe(1);
    const before = (await look("overlay")).painted;
    for (const mode of ["Mask", "Kinds", "QP", "Bits", "Residual"]) {
      await page.getByRole("radio", { name: mode }).check({ force: true });
      await expect.poll(async () => (await look("overlay")).painted).not.toBe(before);
    }
    await page.getByRole("checkbox", { name: "Tracks" }).uncheck();
    await page.getByRole("radio", { name: "Off" }).check({ force: true });
    await expect.poll(async () => (await look("overlay")).painted).toBe(0);
  });

  test("says what is wrong: a line of the configuration, a camera that does not answer", async () => {
    await expect.poll(() => page.getByRole("alert").innerText()).toContain('did you mean "file"?');
    expect(await page.getByRole("alert").innerText()).toMatch(/symbion\.yaml:3:33/);
    const gone = page.locator('[data-camera="gone"]');
    await expect.poll(() => gone.innerText()).toContain("no such file");
    await expect.poll(() => gone.innerText(), { timeout: 20_000 }).toMatch(/\d+ restarts?/);
  });

  test("plays a dropped file in the browser", async () => {
    const transfer = await page.evaluateHandle(async () => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(0)], "none.mp4"));
      return data;
    });
    await page.dispatchEvent("body", "dragenter", { dataTransfer: transfer });
    await expect.poll(() => page.getByText("Drop the video anywhere").count()).toBe(1);
    await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
    await expect
      .poll(() => page.locator(".note.bad").innerText())
      .toContain("expected video, got 0 bytes");

    await page.getByLabel("Video file").setInputFiles(SAMPLE);
    await expect
      .poll(async () => (await look("picture")).colours, { timeout: 20_000 })
      .toBeGreaterThan(30);
    await expect
      .poll(async () => (await look("overlay")).painted, { timeout: 20_000 })
      .toBeGreaterThan(50);
    await expect
      .poll(truth, { timeout: 20_000 })
      .toMatch(/nothing uploaded:\s+[1-9]\d*\s+frames\s+[\d.]+\s+ms of parsing/);
    // The node has nothing to do with it.
    await expect
      .poll(() => node.status().cameras.map(({ stats }) => stats.watchers))
      .toEqual([0, 0, 0]);
  });

  test("reads this device's camera", async () => {
    await page.goto(`${node.url}#/own`);
    await page.getByRole("button", { name: /this device.s camera/ }).click();
    await expect
      .poll(async () => (await look("picture")).colours, { timeout: 30_000 })
      .toBeGreaterThan(3);
    await expect
      .poll(truth, { timeout: 30_000 })
      .toMatch(/nothing uploaded:\s+[1-9]\d+\s+frames\s+[\d.]+\s+ms of parsing/);
    await expect
      .poll(async () => (await look("overlay")).painted, { timeout: 20_000 })
      .toBeGreaterThan(10);
  });

  test("says so where the browser has no H.264 encoder", async () => {
    const other = await browser.newPage();
    await other.addInitScript(() => {
      Reflect.deleteProperty(globalThis, "VideoEncoder");
    });
    await other.goto(`${node.url}#/own`);
    const button = other.getByRole("button", { name: /this device.s camera/ });
    await expect.poll(() => button.isDisabled()).toBe(true);
    expect(await other.getByText("This browser has no video encoder").count()).toBe(1);
    await other.close();
  });

  const ffmpeg = spawnSync(process.env.SYMBION_FFMPEG ?? "ffmpeg", ["-version"]).status === 0;
  test.skipIf(!ffmpeg)(
    ffmpeg ? "shows still pictures without a decoder" : "still pictures (skipped: no ffmpeg here)",
    async () => {
      const other = await browser.newPage();
      await other.addInitScript(() => {
        Reflect.deleteProperty(globalThis, "VideoDecoder");
      });
      await other.goto(node.url);
      await expect
        .poll(() => other.locator('[data-camera="yard"]').innerText(), { timeout: 20_000 })
        .toContain("Still pictures");
      await other.locator('[data-camera="yard"]').click();
      await expect
        .poll(() => other.locator(".message").innerText(), { timeout: 20_000 })
        .toContain("still pictures instead");
      await expect
        .poll(() => node.status().cameras[0]?.stats.decodedFrames ?? 0, { timeout: 20_000 })
        .toBeGreaterThan(1);
      await other.close();
    },
  );

  test("works by keyboard and on a phone", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("Skip");
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wide).toBeLessThanOrEqual(0);
    await page.getByRole("button", { name: /^Colours:/ }).click();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("light");
  });
});
