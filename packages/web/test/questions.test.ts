import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPage, launch, named, reason } from "./support/browser.ts";
import { planOf, watchAt, windowOf } from "./support/data.ts";
import { type FakeNode, startFakeNode } from "./support/fake-node.ts";
import { openWatched, violations, type Watched } from "./support/watched.ts";

describe.skipIf(reason !== null)(named("standing questions"), () => {
  let browser: Browser;
  let node: FakeNode;
  let watched: Watched;
  let page: Page;

  beforeAll(async () => {
    node = await startFakeNode(await buildPage());
    browser = await launch();
    watched = await openWatched(browser, `${node.url}/#/camera/yard`);
    page = watched.page;
    await page.locator(".answers li").nth(1).waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await node?.stop();
  });

  const answers = (): Promise<string[]> => page.locator(".answers .answer").allInnerTexts();

  test("are shown with their answers, and an unsure one as not known", async () => {
    expect(await answers()).toEqual(["A red car", "Don’t know"]);
    expect(await page.locator(".answers li").nth(1).innerText()).toContain("it would say “two”");
    expect(await page.getByTestId("saved").innerText()).toBe("94 %");
    expect(await violations(page)).toEqual([]);
  });

  test("change as the node answers, and keep what was said before", async () => {
    node.emit(
      "answers",
      windowOf("yard", Date.now(), [
        ["entered", "nothing happened", true],
        ["count", "one", true],
      ]),
    );
    // Another camera's answers are not this one's.
    node.emit("answers", windowOf("drive", Date.now(), [["entered", "a dog", true]]));
    await expect.poll(answers).toEqual(["Nothing happened", "One"]);
    const first = await page.locator(".answers li").first().innerText();
    expect(first).toContain("before: a red car");
  });

  test("show what the model saw: kept blocks clear, the rest dimmed", async () => {
    await page.getByRole("button", { name: "What it sees" }).click();
    const kept = [3, 4, 10];
    const painted = (): Promise<number[]> =>
      page.getByTestId("overlay").evaluate((element) => {
        const canvas = element as HTMLCanvasElement;
        const context = canvas.getContext("2d");
        const clear: number[] = [];
        for (let block = 0; block < 28; block++) {
          const x = ((block % 7) + 0.5) * (canvas.width / 7);
          const y = (Math.floor(block / 7) + 0.5) * (canvas.height / 4);
          const alpha = context?.getImageData(Math.round(x), Math.round(y), 1, 1).data[3];
          if (alpha === 0) clear.push(block);
        }
        return clear;
      });
    // Tracks and zones would paint over the blocks' middles.
    await page.getByRole("checkbox", { name: "Tracks" }).uncheck();
    await page.getByRole("checkbox", { name: "Zones" }).uncheck();
    // The stand-in's film may stand anywhere in its first two minutes: the same plan for all of them.
    for (let second = 0; second < 120; second++) node.emit("plan", planOf("yard", second, kept));
    await expect.poll(painted).toEqual(kept);
    await page.getByRole("checkbox", { name: "Tracks" }).check();
    await page.getByRole("checkbox", { name: "Zones" }).check();
  });

  test("follow the policy that is chosen, and the slider's threshold", async () => {
    await page.getByLabel("CodecSight").check();
    await expect
      .poll(() => node.changes.at(-1))
      .toMatchObject({
        method: "PUT",
        path: "/api/cameras/yard/watch",
        body: { policy: "codecsight" },
        csrf: "c5rf",
      });
    const slider = page.locator(".threshold input");
    // Until the node has taken the policy, its threshold is not known.
    await expect.poll(() => slider.isEnabled()).toBe(true);
    await slider.focus();
    const sent = (): unknown => node.changes.at(-1)?.body;
    await page.keyboard.press("ArrowRight");
    await expect.poll(sent).toEqual({ threshold: expect.closeTo(0.52, 5) as number });
    // The keyboard stays on the slider while a change is sent.
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await expect.poll(sent).toEqual({ threshold: expect.closeTo(0.56, 5) as number });
    await page.getByLabel("Full", { exact: true }).check();
    await expect.poll(() => page.locator(".threshold").count()).toBe(0);
  });

  test("say why no model answers, whatever an earlier change is answered later", async () => {
    const late = Promise.withResolvers<unknown>();
    const before = { ...watchAt("yard", Date.now()), policy: "symbion" as const };
    node.answers.set("PUT /api/cameras/yard/watch", late.promise);
    const symbion = page.getByRole("radio", { name: "Symbion" });
    await symbion.check();
    node.emit("watch", {
      ...before,
      policy: "full",
      state: "failed",
      reason: "model.safetensors: expected 12 bytes, got 3",
    });
    const why = page.getByText("model.safetensors: expected 12 bytes, got 3");
    await why.waitFor();
    late.resolve(before);
    await expect.poll(() => page.locator(".threshold input").isEnabled()).toBe(true);
    expect(await why.isVisible()).toBe(true);
    expect(await symbion.isChecked()).toBe(true);
    node.answers.clear();
  });

  test("are no business of a camera that is asked nothing", async () => {
    await page.goto(`${node.url}/#/camera/drive`);
    await page.getByRole("heading", { name: "Zones and lines" }).waitFor();
    await expect
      .poll(() => node.reads.some((path) => path === "/api/cameras/drive/watch"))
      .toBe(true);
    expect(await page.locator(".questions").count()).toBe(0);
    expect(await page.getByLabel("Kept").count()).toBe(0);
    expect(watched.complaints).toEqual([]);
    expect(watched.strangers).toEqual([]);
  });
});
