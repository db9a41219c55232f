import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { offsetOf, placeOf } from "../src/views/settings/problems.ts";
import {
  addressProblem,
  isFile,
  putTogether,
  suggestName,
  takeApart,
} from "../src/views/sources/address.ts";
import { buildPage, launch, named, reason } from "./support/browser.ts";
import { alertsAt, CONFIG } from "./support/data.ts";
import { type FakeNode, startFakeNode } from "./support/fake-node.ts";
import { openWatched, type Watched } from "./support/watched.ts";

describe("addresses of cameras", () => {
  test("credentials come out and go in again, whatever is in them", () => {
    expect(takeApart(" rtsp://u:p@host:554/x ")).toEqual({
      url: "rtsp://host:554/x",
      user: "u",
      password: "p",
    });
    expect(takeApart("rtsp://10.0.0.1/x?user=@")).toEqual({
      url: "rtsp://10.0.0.1/x?user=@",
      user: "",
      password: "",
    });
    for (const [user, password] of [
      ["admin", "p@ss:w/ord?#%"],
      ["a b", ""],
      ["ü", "日本"],
    ] as const) {
      const whole = putTogether({ url: "rtsp://host/x", user, password });
      expect(new URL(whole.replace("rtsp:", "http:")).host).toBe("host");
      expect(takeApart(whole)).toEqual({ url: "rtsp://host/x", user, password });
    }
    expect(putTogether({ url: "rtsp://host/x", user: "", password: "" })).toBe("rtsp://host/x");
  });

  test("says what is no address before the node has to", () => {
    for (const right of ["", "rtsp://h/x", "HTTPS://h", "/videos/x.mp4", "./x.mp4", "C:\\x.mp4"]) {
      expect(addressProblem(right), right).toBeNull();
    }
    for (const wrong of ["192.168.1.2", "ftp://h/x", "file:///etc/passwd", "rtsp:/h"]) {
      expect(addressProblem(wrong), wrong).toContain("Expected");
    }
    expect([isFile("/x"), isFile("rtsp://x")]).toEqual([true, false]);
    expect(suggestName("/v/front-gate_2.mp4")).toBe("Front gate 2");
    expect(suggestName("rtsp://192.168.1.4:554/x")).toBe("Camera 192.168.1.4");
  });
});

describe("problems of the configuration", () => {
  test("have a place in the text", () => {
    expect(placeOf("/home/x/symbion.yaml:3:5: expected a, got b: c")).toEqual({
      line: 3,
      column: 5,
      text: "expected a, got b: c",
    });
    expect(placeOf("7:12: expected a")).toEqual({ line: 7, column: 12, text: "expected a" });
    expect(placeOf("no such file")).toEqual({ line: 0, column: 0, text: "no such file" });
    const text = "ab\n\ncdef\n";
    expect(offsetOf(text, 1, 2)).toBe(1);
    expect(offsetOf(text, 2, 9)).toBe(3);
    expect(offsetOf(text, 3, 3)).toBe(6);
    expect(offsetOf(text, 99, 1)).toBe(text.length);
  });
});

describe.skipIf(reason !== null)(named("forms"), () => {
  let browser: Browser;
  let node: FakeNode;
  let watched: Watched;

  beforeAll(async () => {
    node = await startFakeNode(await buildPage());
    node.silent = true;
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
    await node?.stop();
  });

  beforeEach(() => {
    node.changes.length = 0;
    node.answers.clear();
    node.status = {};
    node.alerts = alertsAt(Date.now());
    node.silences = [];
    node.configText = CONFIG;
  });

  const open = async (address: string): Promise<Page> => {
    await watched?.close();
    watched = await openWatched(browser, `${node.url}/#/${address}`);
    return watched.page;
  };

  test("wizard: found on the network, tried, named, saved; the password is nowhere to be seen", async () => {
    const page = await open("sources/add");
    await page.getByRole("button", { name: "Look", exact: true }).click();
    await page.getByRole("button", { name: /Channels\/101/ }).click();
    expect(await page.getByLabel("Address or file").inputValue()).toBe(
      "rtsp://192.168.1.34:554/Streaming/Channels/101",
    );
    await page.getByLabel("User").fill("admin");
    await page.getByLabel("Password").fill("s3cret/@");
    await page.getByRole("button", { name: "Try it" }).click();
    const works = page.getByRole("region", { name: "It works" });
    await works.waitFor();
    for (const fact of ["H.264 High", "1280 × 720", "25 per second", "every 2.0 s"]) {
      expect(await works.innerText()).toContain(fact);
    }
    expect(
      await works.getByRole("img").evaluate((img) => (img as HTMLImageElement).naturalWidth),
    ).toBeGreaterThan(0);
    expect(await page.locator("body").innerText()).not.toContain("s3cret");
    await page.getByLabel("What people call it").fill("Back door");
    await page.getByRole("button", { name: "Save camera" }).click();
    await expect.poll(() => page.locator("h1").innerText()).toBe("Camera");
    const whole = "rtsp://admin:s3cret%2F%40@192.168.1.34:554/Streaming/Channels/101";
    expect(node.changes.map(({ path, body }) => [path, body])).toEqual([
      ["/api/discover", {}],
      ["/api/probe", { url: whole }],
      [
        "/api/cameras",
        { version: expect.any(String), camera: { id: "back-door", name: "Back door", url: whole } },
      ],
    ]);
    await page.getByText("The node has just taken it on").waitFor();
    node.cameras = [
      ...node.cameras,
      { ...(node.cameras[1] as (typeof node.cameras)[0]), id: "back-door", name: "Back door" },
    ];
    await page.getByRole("button", { name: "Draw zones" }).waitFor();
    node.cameras = node.cameras.slice(0, 4);
    await page.getByText('There is no camera "back-door"').waitFor();
  });

  test("wizard: says why a source does not work, and takes a pasted password out of sight", async () => {
    const page = await open("sources/add");
    node.answers.set("POST /api/probe", { ok: false, reason: "connection refused" });
    await page.getByLabel("Address or file").fill("rtsp://me:hidden@10.0.0.9/live");
    expect(await page.getByLabel("Address or file").inputValue()).toBe("rtsp://10.0.0.9/live");
    expect(await page.getByLabel("Password").inputValue()).toBe("hidden");
    await page.getByRole("button", { name: "Try it" }).click();
    await expect.poll(() => page.getByRole("alert").innerText()).toContain("connection refused");
    expect(await page.getByRole("button", { name: "Save camera" }).count()).toBe(0);
    await page.getByLabel("Address or file").fill("ftp://10.0.0.9");
    expect(await page.getByRole("button", { name: "Try it" }).isDisabled()).toBe(true);
  });

  test("alerts: acknowledged, silenced for a while, tested", async () => {
    const page = await open("alerts");
    await page.getByRole("button", { name: "Acknowledge" }).click();
    await page.getByText("Acknowledged.").waitFor();
    expect(await page.getByRole("button", { name: "Acknowledge" }).count()).toBe(0);
    await page.getByRole("button", { name: "Silence", exact: true }).first().click();
    await page.getByText("15 min").click();
    await page.getByRole("dialog").getByRole("button", { name: "Silence" }).click();
    await page.getByText(/Somebody stays in the driveway silent until/).waitFor();
    await page.getByRole("button", { name: "Silence everything" }).click();
    await page.getByText("Until…").click();
    const later = new Date(Date.now() + 3 * 3_600_000 - new Date().getTimezoneOffset() * 60_000);
    await page.getByRole("textbox", { name: "Until" }).fill(later.toISOString().slice(0, 16));
    await page.getByRole("dialog").getByRole("button", { name: "Silence" }).click();
    await page.getByText(/Everything silent until/).waitFor();
    await page.getByRole("button", { name: "End" }).first().click();
    await expect.poll(() => page.locator(".silences li").count()).toBe(1);
    node.answers.set("POST /api/channels/home/test", 503);
    await page.getByRole("button", { name: "Test" }).first().click();
    await page.getByText("Test through phone arrived.").waitFor();
    await page.getByRole("button", { name: "Test" }).nth(1).click();
    await expect.poll(() => page.getByRole("alert").innerText()).toContain("refused with 503");
    const bodies = node.changes.map(({ method, path, body }) => [method, path, body]);
    expect(bodies[0]).toEqual(["POST", "/api/alerts/a9/acknowledge", ""]);
    expect(bodies[1]).toEqual([
      "POST",
      "/api/alerts/silences",
      { rule: "drive-stay", minutes: 15 },
    ]);
    const silence = bodies[2]?.[2] as { rule: null; minutes: number };
    expect(silence.rule).toBeNull();
    expect(Math.abs(silence.minutes - 180)).toBeLessThanOrEqual(1);
    expect(bodies[3]?.slice(0, 2)).toEqual(["DELETE", "/api/alerts/silences/s0"]);
    for (const { csrf } of node.changes) expect(csrf).toBe("c5rf");
  });

  test("alerts: what begins and ends shows by itself; older ones on demand", async () => {
    const page = await open("alerts");
    const alert = {
      ...(node.alerts[0] as (typeof node.alerts)[0]),
      id: "new",
      title: "Gate opens",
    };
    await page.locator(".alert.firing").nth(1).waitFor();
    node.emit("alert", alert);
    await page.getByText("Gate opens").waitFor();
    expect(await page.locator(".alert.firing").count()).toBe(3);
    node.emit("alert", { ...alert, state: "resolved", resolvedAt: Date.now() });
    await expect.poll(() => page.locator(".alert.firing").count()).toBe(2);
    expect(await page.locator(".alert:not(.firing)").first().innerText()).toContain("Gate opens");
    expect(await page.locator(".alert:not(.firing)").count()).toBe(51);
    await page.getByRole("button", { name: "Older episodes" }).click();
    await expect.poll(() => page.locator(".alert:not(.firing)").count()).toBe(91);
    expect(await page.getByRole("button", { name: "Older episodes" }).count()).toBe(0);
  });

  test("configuration: checked while typed, jumps to the line, is not saved over another's", async () => {
    const page = await open("settings/config");
    const area = page.getByLabel("Text of the configuration");
    await area.waitFor();
    node.answers.set("POST /api/config/check", {
      problems: ['7:5: expected "file", got "fil"'],
    });
    await area.fill(`${CONFIG}\nmore: 1\n`);
    await page.getByRole("button", { name: /^Line 7/ }).click();
    expect(
      await area.evaluate((element) => {
        const text = element as HTMLTextAreaElement;
        return text.value.slice(0, text.selectionStart).split("\n").length;
      }),
    ).toBe(7);
    expect(await page.locator(".editor-lines .wrong").innerText()).toBe("7");
    node.answers.set("PUT /api/config", {
      saved: false,
      version: "v9",
      problems: ['/home/you/symbion.yaml:7:5: expected "file", got "fil"'],
    });
    await page.keyboard.press("Control+s");
    await page.getByText("some lines cannot be used").waitFor();
    node.answers.clear();
    node.answers.set("PUT /api/config", 409);
    await page.getByRole("button", { name: "Save all the same" }).click();
    await page.getByText("changed elsewhere in the meantime").waitFor();
    node.answers.clear();
    node.configText = "node: { name: Other }\n";
    await page.getByRole("button", { name: "Take the other one" }).click();
    await expect.poll(() => area.inputValue()).toBe("node: { name: Other }\n");
    await area.fill("node: { name: Mine }\n");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved. The node uses it now.").waitFor();
    expect(node.configText).toBe("node: { name: Mine }\n");
    const forced = node.changes.filter(({ method }) => method === "PUT").map(({ body }) => body);
    expect(forced.map((body) => (body as { force?: boolean }).force)).toEqual([
      undefined,
      true,
      undefined,
    ]);
  });

  test("rules: a form keeps what it does not show", async () => {
    const page = await open("settings/rules");
    await page.getByRole("button", { name: "Change Motion in the street" }).click();
    await page.getByLabel("Name").fill("Street");
    await page.getByLabel("Stayed").check();
    await page.getByLabel("Fires after").fill("5");
    await page.getByRole("button", { name: "Save rule" }).click();
    await page.getByText("Rule saved.").waitFor();
    expect(node.changes.at(-1)).toMatchObject({
      method: "PUT",
      path: "/api/rules/street",
      body: {
        rule: {
          name: "Street",
          when: ["motion", "dwell"],
          areas: ["street"],
          notify: ["phone"],
          hold: 5,
          quiet: [{ from: "22:00", to: "07:00" }],
        },
      },
    });
    await page.getByRole("button", { name: "New rule" }).click();
    await page.getByLabel("Name").fill("Camera trouble!");
    await page.getByLabel("Motion", { exact: true }).uncheck();
    expect(await page.getByRole("button", { name: "Save rule" }).isDisabled()).toBe(true);
    await page.getByLabel("Source down").check();
    await page.getByText("Critical").click();
    await page.getByRole("button", { name: "Save rule" }).click();
    await page.getByText("Rule saved.").first().waitFor();
    await expect
      .poll(() => node.changes.at(-1))
      .toMatchObject({
        path: "/api/rules/camera-trouble",
        body: { rule: { name: "Camera trouble!", when: ["source-down"], severity: "critical" } },
      });
  });

  test("channels: one of each kind becomes an entry of the file", async () => {
    const page = await open("settings/channels");
    await page.getByRole("button", { name: "New channel" }).click();
    await page.getByText("MQTT", { exact: true }).click();
    expect(await page.getByRole("button", { name: "Add channel" }).isDisabled()).toBe(true);
    await page.getByLabel("Broker").fill("mqtt://10.0.0.5:1883");
    await page.getByLabel("User").fill("node");
    await page.getByLabel("Password").fill("p:w");
    await page.getByRole("button", { name: "Add channel" }).click();
    await page.getByText("Channel added.").waitFor();
    await page.getByRole("button", { name: "New channel" }).click();
    await page.getByText("E-mail", { exact: true }).click();
    await page.getByLabel("Name").fill("Family");
    await page.getByLabel("Mail server").fill("smtps://smtp.example.org");
    await page.getByLabel("From", { exact: true }).fill("node@example.org");
    await page.getByLabel("To", { exact: true }).fill("a@example.org, b@example.org");
    await page.getByRole("button", { name: "Add channel" }).click();
    await expect
      .poll(() =>
        node.changes.map(({ path, body }) => [path, (body as { channel: unknown }).channel]),
      )
      .toEqual([
        ["/api/channels/mqtt", { kind: "mqtt", url: "mqtt://node:p%3Aw@10.0.0.5:1883" }],
        [
          "/api/channels/family",
          {
            kind: "email",
            url: "smtps://smtp.example.org",
            from: "node@example.org",
            to: ["a@example.org", "b@example.org"],
          },
        ],
      ]);
  });

  test("restore: first what the file would bring, then, if wanted, for real", async () => {
    const page = await open("health");
    await page.getByLabel("Backup file").setInputFiles({
      name: "backup.tar.gz",
      mimeType: "application/gzip",
      buffer: Buffer.from("archive"),
    });
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/18\s204 events/).waitFor();
    expect(node.changes.map(({ path }) => path)).toEqual(["/api/restore?dry-run=1"]);
    await dialog.getByRole("button", { name: "Restore" }).click();
    await page.getByText("Restored. The node starts again with it.").waitFor();
    expect(node.changes.map(({ path, body }) => [path, body])).toEqual([
      ["/api/restore?dry-run=1", "archive"],
      ["/api/restore", "archive"],
    ]);
  });

  test("a token is shown once; a camera is changed and removed", async () => {
    const page = await open("settings/access");
    await page.getByLabel("Name of the new token").fill("Robot");
    await page.getByRole("button", { name: "Make token" }).click();
    await page.getByText("sym_8f3kq0v7w2").waitFor();
    await page.getByRole("link", { name: "This page" }).click();
    await page.getByRole("link", { name: "Access" }).click();
    await page.getByText("Grafana").waitFor();
    expect(await page.getByText("sym_8f3kq0v7w2").count()).toBe(0);
    node.changes.length = 0;
    await page.goto(`${node.url}/#/sources`);
    await page.getByRole("button", { name: "Change Driveway" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Drive");
    await page.getByLabel("Store clips of its events").uncheck();
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await page.getByRole("button", { name: "Remove Workshop" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("Workshop removed.").waitFor();
    expect(node.changes.map(({ method, path, body }) => [method, path, body])).toEqual([
      ["PATCH", "/api/cameras/drive", { version: expect.any(String), name: "Drive", record: null }],
      ["DELETE", "/api/cameras/workshop", { version: expect.any(String) }],
    ]);
  });
});
