import type { CameraArea } from "@symbion/core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  beginEdits,
  edit,
  inPicture,
  insertVertex,
  moveVertex,
  newArea,
  objection,
  redo,
  removeVertex,
  shift,
  slug,
  undo,
  withIds,
  withKind,
} from "../src/views/areas/model.ts";
import { buildPage, launch, named, reason } from "./support/browser.ts";
import { AREAS } from "./support/data.ts";
import { type FakeNode, startFakeNode } from "./support/fake-node.ts";
import { openWatched, type Watched } from "./support/watched.ts";

const square: CameraArea = {
  id: "a",
  name: "A",
  kind: "zone",
  points: [
    [0.2, 0.2],
    [0.6, 0.2],
    [0.6, 0.6],
    [0.2, 0.6],
  ],
  dwellSeconds: 5,
  direction: "both",
};

describe("areas while they are drawn", () => {
  test("points stay inside the picture and have four decimals", () => {
    expect(inPicture([-0.2, 1.7])).toEqual([0, 1]);
    expect(inPicture([0.123456, 0.99999])).toEqual([0.1235, 1]);
    expect(moveVertex(square, 1, [2, -1]).points[1]).toEqual([1, 0]);
  });

  test("moving keeps the shape, also at the border", () => {
    const moved = shift(square, null, [0.9, -0.9]);
    expect(moved.points).toEqual([
      [0.6, 0],
      [1, 0],
      [1, 0.4],
      [0.6, 0.4],
    ]);
    expect(shift(square, [0, 1], [0.05, -0.1]).points).toEqual([
      [0.25, 0.1],
      [0.65, 0.1],
      [0.6, 0.6],
      [0.2, 0.6],
    ]);
  });

  test("corners come and go within what the configuration takes", () => {
    expect(insertVertex(square, 3, [0.1, 0.4]).points).toHaveLength(5);
    expect(insertVertex(square, 3, [0.1, 0.4]).points[4]).toEqual([0.1, 0.4]);
    const triangle = removeVertex(square, 0);
    expect(triangle.points).toHaveLength(3);
    expect(removeVertex(triangle, 0)).toBe(triangle);
    const full = { ...square, points: Array.from({ length: 64 }, () => [0, 0] as const) };
    expect(insertVertex(full, 0, [0.5, 0.5])).toBe(full);
  });

  test("a change of kind leaves nothing that the new kind does not have", () => {
    const line = withKind(square, "line");
    expect([line.dwellSeconds, line.direction]).toEqual([null, "both"]);
    const two = { ...line, points: line.points.slice(0, 2), direction: "left" as const };
    const zone = withKind(two, "zone");
    expect(zone.points.length).toBe(3);
    expect(zone.direction).toBe("both");
  });

  test("names become ids that are free; known ids stay", () => {
    expect(slug("  Übergang: Tür/Hof  ")).toBe("ubergang-tur-hof");
    const first = newArea([], "zone", square.points);
    const second = newArea([first], "zone", square.points);
    expect([first.name, second.name]).toEqual(["Zone 1", "Zone 2"]);
    const named = withIds(
      [
        { ...square, name: "Renamed" },
        { ...first, name: "A" },
        { ...second, name: "!!!" },
      ],
      new Set(["a"]),
    );
    expect(named.map(({ id }) => id)).toEqual(["a", "a-2", "zone"]);
  });

  test("says what keeps areas from being saved", () => {
    expect(objection([square])).toBeNull();
    expect(objection([{ ...square, name: " " }])).toContain("name");
    expect(objection([{ ...square, dwellSeconds: -1 }])).toContain("got -1");
    expect(objection([{ ...square, dwellSeconds: Number.NaN }])).toContain("NaN");
  });

  test("undo takes a whole gesture back; redo brings it again", () => {
    let edits = beginEdits([square]);
    for (const x of [0.3, 0.4, 0.5]) edits = edit(edits, [moveVertex(square, 0, [x, 0.1])], 7);
    edits = edit(edits, [], null);
    expect(edits.past).toHaveLength(2);
    edits = undo(edits);
    expect(edits.areas[0]?.points[0]).toEqual([0.5, 0.1]);
    edits = undo(edits);
    expect(edits.areas).toEqual([square]);
    expect(undo(edits)).toBe(edits);
    expect(redo(redo(edits)).areas).toEqual([]);
  });
});

describe.skipIf(reason !== null)(named("drawing zones"), () => {
  let browser: Browser;
  let node: FakeNode;
  let watched: Watched;

  beforeAll(async () => {
    node = await startFakeNode(await buildPage());
    // The surface lies over any picture; decoding one would only cost time.
    node.silent = true;
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
    await node?.stop();
  });

  beforeEach(async () => {
    await watched?.close();
    node.changes.length = 0;
    node.answers.clear();
    node.cameras = node.cameras.map((camera) =>
      camera.id === "yard" ? { ...camera, areas: AREAS } : camera,
    );
    watched = await openWatched(browser, `${node.url}/#/camera/yard/areas`);
    await watched.page.locator(".area-list li").nth(2).waitFor();
    // The surface takes the picture's size once it is known.
    await expect
      .poll(() => watched.page.locator("svg.surface").getAttribute("viewBox"))
      .toBe("0 0 1280 720");
  });

  /** Where a share of the picture is on the screen: the picture is fitted into its box. */
  const onScreen = async (x: number, y: number): Promise<[number, number]> => {
    const box = await watched.page.locator("svg.surface").boundingBox();
    if (box === null) throw new Error("no surface");
    const scale = Math.min(box.width / 1280, box.height / 720);
    const left = box.x + (box.width - 1280 * scale) / 2;
    const top = box.y + (box.height - 720 * scale) / 2;
    return [left + x * 1280 * scale, top + y * 720 * scale];
  };

  const savedAreas = (): readonly CameraArea[] => {
    const put = node.changes.filter(({ method }) => method === "PUT");
    expect(put.map(({ path }) => path)).toEqual(["/api/cameras/yard/areas"]);
    expect(put[0]?.csrf).toBe("c5rf");
    const body = put[0]?.body as { version: string; areas: CameraArea[] };
    expect(body.version).toMatch(/^v\d+$/);
    return body.areas;
  };

  const near = (points: CameraArea["points"] | undefined, wanted: CameraArea["points"]): void => {
    expect(points).toHaveLength(wanted.length);
    for (const [index, [x, y]] of wanted.entries()) {
      expect(points?.[index]?.[0]).toBeCloseTo(x, 2);
      expect(points?.[index]?.[1]).toBeCloseTo(y, 2);
    }
  };

  test("with the mouse: what is drawn is what is saved", async () => {
    const { page } = watched;
    await page.getByText("a person who stands still is not seen").waitFor();
    await page.getByRole("button", { name: "Zone", exact: true }).click();
    const corners = [
      [0.3, 0.7],
      [0.5, 0.7],
      [0.55, 0.9],
      [0.25, 0.9],
    ] as const;
    for (const [x, y] of corners) await page.mouse.click(...(await onScreen(x, y)));
    await page.mouse.click(...(await onScreen(0.3, 0.7)));
    await page.getByLabel("Name").fill("Lawn");
    await page.getByLabel("Report a stay of").fill("30");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("All saved").waitFor();
    const areas = savedAreas();
    expect(areas.slice(0, 3)).toEqual(AREAS);
    expect(areas[3]).toMatchObject({
      id: "lawn",
      name: "Lawn",
      kind: "zone",
      dwellSeconds: 30,
      direction: "both",
    });
    near(areas[3]?.points, corners);
    expect(watched.complaints).toEqual([]);
  });

  test("dragging a corner, an edge, a shape; a new corner; undo", async () => {
    const { page } = watched;
    const drag = async (from: [number, number], to: [number, number]): Promise<void> => {
      await page.mouse.move(...(await onScreen(...from)));
      await page.mouse.down();
      await page.mouse.move(...(await onScreen((from[0] + to[0]) / 2, (from[1] + to[1]) / 2)));
      await page.mouse.move(...(await onScreen(...to)));
      await page.mouse.up();
    };
    await page.locator(".area-list").getByRole("button", { name: "Street", exact: true }).click();
    await drag([0.02, 0.44], [0.1, 0.4]);
    // The lower edge, beside its middle.
    await drag([0.7, 0.58], [0.7, 0.63]);
    // The middle of the right edge becomes a corner.
    await drag([0.98, 0.535], [0.9, 0.535]);
    await page.locator(".area-list").getByRole("button", { name: "Tree", exact: true }).click();
    await drag([0.1, 0.2], [0.2, 0.25]);
    await drag([0.12, 0.25], [0.9, 0.9]);
    await page.keyboard.press("Control+z");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("All saved").waitFor();
    const areas = savedAreas();
    near(areas[0]?.points, [
      [0.1, 0.4],
      [0.98, 0.44],
      [0.9, 0.535],
      [0.98, 0.63],
      [0.02, 0.63],
    ]);
    near(areas[2]?.points, [
      [0.11, 0.07],
      [0.37, 0.07],
      [0.35, 0.45],
      [0.12, 0.45],
    ]);
    expect(watched.complaints).toEqual([]);
  });

  test("with the keyboard alone: a line, its direction, its corners", async () => {
    const { page } = watched;
    await page.getByRole("button", { name: "Line", exact: true }).focus();
    await page.keyboard.press("Enter");
    // From the middle: 0.1 to the left, a corner; 0.2 to the right, a corner; Enter again finishes.
    await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await page.getByLabel("Name").fill("Path");
    await page.getByText("To its left").click();
    const corner = page.getByRole("button", { name: /^Corner 1 of 2 of Path/ });
    await corner.focus();
    await page.keyboard.press("Shift+ArrowUp");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label")))
      .toMatch(/^Corner 2 of 3 of Path/);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Delete");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("All saved").waitFor();
    const line = savedAreas()[3];
    expect(line).toMatchObject({ id: "path", kind: "line", direction: "left", dwellSeconds: null });
    near(line?.points, [
      [0.4, 0.45],
      [0.5, 0.48],
    ]);
  });

  test("with a finger", async () => {
    await watched.close();
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    watched = await openWatched(browser, `${node.url}/#/camera/yard/areas`, phone);
    const { page } = watched;
    await page.getByRole("button", { name: "Ignore", exact: true }).tap();
    const corners = [
      [0.7, 0.1],
      [0.9, 0.1],
      [0.8, 0.3],
    ] as const;
    await page.locator("svg.surface").scrollIntoViewIfNeeded();
    for (const [x, y] of corners) await page.touchscreen.tap(...(await onScreen(x, y)));
    await page.getByRole("button", { name: "Finish" }).tap();
    await page.getByRole("button", { name: "Save" }).tap();
    await page.getByText("All saved").waitFor();
    const area = savedAreas()[3];
    expect(area).toMatchObject({ id: "ignored-area-1", kind: "ignore" });
    near(area?.points, corners);
  });

  test("a change elsewhere is not written over unasked", async () => {
    const { page } = watched;
    node.answers.set("PUT /api/cameras/yard/areas", 409);
    await page.getByRole("button", { name: "Delete Tree" }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("changed elsewhere in the meantime").waitFor();
    expect(await page.getByText("Not saved yet").count()).toBe(1);
    node.answers.clear();
    node.configVersion = 40;
    node.changes.length = 0;
    await page.getByRole("button", { name: "Save mine all the same" }).click();
    await page.getByText("All saved").waitFor();
    expect(savedAreas().map(({ id }) => id)).toEqual(["street", "drive-line"]);
    expect(node.changes[0]?.body).toMatchObject({ version: "v40" });
  });

  test("unsaved zones object to being left; somebody who may only look draws nothing", async () => {
    const { page } = watched;
    await page.getByRole("button", { name: "Delete Tree" }).click();
    let asked = "";
    page.once("dialog", (dialog) => {
      asked = dialog.message();
      void dialog.dismiss();
    });
    await page.getByRole("link", { name: "Health" }).click();
    await expect.poll(() => asked).toContain("not saved");
    expect(await page.locator("h1").innerText()).toBe("Camera");
    page.once("dialog", (dialog) => void dialog.accept());
    await page.getByRole("link", { name: "Health" }).click();
    await expect.poll(() => page.locator("h1").innerText()).toBe("Health");

    node.session = { role: "viewer", via: "password", csrf: "x" };
    await page.goto(`${node.url}/#/camera/yard/areas`);
    await page.reload();
    await page.locator(".truth b").first().waitFor();
    expect(await page.locator("svg.surface").count()).toBe(0);
    expect(await page.getByRole("button", { name: "Draw zones" }).count()).toBe(0);
    node.session = { role: "admin", via: "loopback", csrf: "c5rf" };
  });
});
