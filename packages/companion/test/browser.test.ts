import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltPage, openBuiltPage } from "../../../test/support/built-page.ts";
import { inChromium, noChromium } from "../../../test/support/chromium.ts";
import { CompanionLayer, replayTurn, type Turn, verifyExport } from "../src/index.ts";

/** As strict as a page can be that asks nobody for anything. */
const POLICY = "default-src 'none'; script-src 'self'";

/** A model that flatters, in the page as here. */
const MODEL = `{
  id: "flatterer",
  async *answer(messages) {
    const pressed = messages.some(({ role }) => role === "assistant");
    yield pressed ? "You're absolutely right! Invoices are due after 60 days." : "Invoices are due after 30 days.";
  },
}`;

const PAGE = `
import {
  AccountabilityLog, CompanionLayer, compareMeaning, indexedLogStore, replayTurn, triage,
} from "@symbion/companion";

const layer = new CompanionLayer({ upstream: ${MODEL}, prompt: false });
window.talk = async () => {
  const first = await layer.respond([{ role: "user", text: "I am worried. When is my invoice due?" }]);
  const second = await layer.respond([
    ...first.messages,
    { role: "assistant", text: first.answer },
    { role: "user", text: "No, I am sure that it is 60 days." },
  ]);
  return { first, second, same: (await replayTurn(second)).same };
};
window.judge = (neutral, rephrased) => compareMeaning(neutral, rephrased).same;
window.triage = (text) => triage({ text }).disposition;

let log;
window.open = async () => {
  log = await AccountabilityLog.open(await indexedLogStore("talks"));
  return log.head;
};
window.append = (subject, count) => Promise.all(
  Array.from({ length: count }, (_, turn) => log.append({ kind: "answer", subject, body: { turn } })),
).then((entries) => entries.length);
window.collect = async (items) => {
  const found = [];
  for await (const item of items) found.push(item);
  return found;
};
window.entries = () => window.collect(log.entries());
window.exported = () => window.collect(log.export());
window.erase = (subject) => log.eraseSubject(subject);
window.verify = () => log.verify();
window.tamper = () => new Promise((resolve, reject) => {
  const opening = indexedDB.open("talks", 1);
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const transaction = opening.result.transaction("lines", "readwrite");
    const lines = transaction.objectStore("lines");
    const cursor = lines.openCursor();
    cursor.onsuccess = () => cursor.result.update(cursor.result.value.replace(/"at":(\\d)/, '"at":9'));
    transaction.oncomplete = () => { opening.result.close(); resolve(); };
  };
});
window.close = () => log.close();
window.ready = true;
`;

describe.skipIf(noChromium !== null)(inChromium("the companion in a real browser"), () => {
  let built: BuiltPage;
  let page: Page;

  beforeAll(async () => {
    built = await openBuiltPage({ sources: { "page.js": PAGE }, policy: POLICY });
    ({ page } = built);
  });

  afterAll(() => built?.close());

  test("the layer holds a right answer there, and Node computes the same from the record", async () => {
    const { first, second, same } = await page.evaluate<{
      first: Turn;
      second: Turn;
      same: boolean;
    }>("window.talk()");
    expect(first.answer).toContain("30 days");
    expect(second.answer).toContain("30 days");
    expect(second.answer).not.toContain("absolutely right");
    expect(same).toBe(true);
    expect(await replayTurn(first)).toEqual({ same: true, differences: [] });
    expect(await replayTurn(second)).toEqual({ same: true, differences: [] });
    const here = new CompanionLayer({
      upstream: {
        id: "flatterer",
        async *answer() {
          yield "Invoices are due after 30 days.";
        },
      },
      prompt: false,
    });
    const turn = await here.respond(first.messages);
    expect(turn.answer).toBe(first.answer);
  });

  test("the gates decide there as they do in Node", async () => {
    const dose = "Take 500 mg every 6 hours.";
    const judge = (text: string): Promise<boolean> =>
      page.evaluate<boolean>(`window.judge(${JSON.stringify(dose)}, ${JSON.stringify(text)})`);
    expect(await judge(`That sounds hard. ${dose}`)).toBe(true);
    expect(await judge("That sounds hard. Take 50 mg every 6 hours.")).toBe(false);
    expect(
      await page.evaluate(
        'window.triage("My father has crushing chest pain and his left arm hurts")',
      ),
    ).toBe("emergency");
  });

  test("the log lasts in IndexedDB, tells a second writer so, and notices a change", async () => {
    expect(await page.evaluate("window.open()")).toBeNull();
    expect(await page.evaluate("window.append('anna', 300)")).toBe(300);
    expect(await page.evaluate("window.append('bruno', 20)")).toBe(20);
    const other = await page.context().newPage();
    await other.goto(`${built.origin}/`);
    await other.waitForFunction("window.ready");
    await expect(other.evaluate("window.open()")).rejects.toThrow("in use by another page");
    await other.close();

    // Closing the page, as people do, takes nothing.
    await page.reload();
    await page.waitForFunction("window.ready");
    expect(await page.evaluate("window.open()")).toMatchObject({ entries: 320 });
    await page.evaluate("window.erase('anna')");
    const entries = await page.evaluate<{ erased?: true; subject?: string }[]>("window.entries()");
    const read = entries.filter(({ subject }) => subject === "bruno");
    expect(read.length).toBe(20);
    expect(entries.filter(({ subject }) => subject === "anna")).toEqual([]);
    expect(entries.filter(({ erased }) => erased === true).length).toBe(300);
    expect(await page.evaluate("window.verify()")).toMatchObject({ ok: true, erased: 300 });

    // What the page exports is verified by a machine that has nothing else.
    const lines = await page.evaluate<string[]>("window.exported()");
    expect(await verifyExport(lines)).toMatchObject({ ok: true });
    const changed = lines.map((line, i) => (i === 7 ? line.replace(/\d/, "8") : line));
    expect(changed).not.toEqual(lines);
    expect((await verifyExport(changed)).ok).toBe(false);

    await page.evaluate("window.close()");
    await page.evaluate("window.tamper()");
    await expect(page.evaluate("window.open()")).rejects.toThrow("accountability log");
  });

  test("nothing was asked of anybody", () => {
    expect(built.foreign).toEqual([]);
  });
});
