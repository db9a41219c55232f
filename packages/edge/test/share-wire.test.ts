import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ShareRelease } from "../src/config/share-types.ts";
import { gather, wordsOf } from "../src/share/statistics.ts";
import { Ticks } from "../src/share/ticks.ts";
import {
  decodeMessage,
  encodeItem,
  encodeMessage,
  fitting,
  MOST_MESSAGE_BYTES,
  type WireItem,
} from "../src/share/wire.ts";
import { insight } from "./support/store-data.ts";

const NOW = Date.UTC(2026, 10, 23);

const ITEM: WireItem = {
  ...{ release: "0000abc12-0000000000xyz", what: "motion episodes", subject: "gate" },
  ...{ window: [NOW - 900_000, NOW], value: 3.25, deviation: 2.5, unit: "", tier: "town" },
  ...{ epsilon: 0.43, delta: 1e-6, privacyUnit: "one 15-minute slot of one camera" },
};

describe("a message between nodes", () => {
  test("comes back as it was", () => {
    const message = encodeMessage([encodeItem(ITEM), encodeItem({ ...ITEM, subject: null })]);
    expect(decodeMessage(message, NOW)).toEqual({ items: [ITEM, { ...ITEM, subject: null }] });
  });

  test("that anybody may have written is refused in words", () => {
    const broken: readonly unknown[] = [
      { ...ITEM, value: "3" },
      { ...ITEM, value: null },
      { ...ITEM, deviation: -1 },
      { ...ITEM, window: [5, 5] },
      { ...ITEM, window: [NOW, NOW + 2 * 86_400_000] },
      { ...ITEM, release: "../../x" },
      { ...ITEM, what: "a\u0000b" },
      { ...ITEM, what: "x".repeat(201) },
      { ...ITEM, delta: 2 },
      { ...ITEM, more: 1 },
      { ...ITEM, tier: undefined },
    ];
    for (const item of broken) {
      const message = `{"symbion":"aggregates","version":1,"items":[${JSON.stringify(item)}]}`;
      expect(decodeMessage(message, NOW), message.slice(0, 80)).toHaveProperty("problem");
    }
    for (const message of [
      "",
      "null",
      "[]",
      "{}",
      '{"symbion":"aggregates","version":2,"items":[]}',
    ]) {
      expect(decodeMessage(message, NOW)).toHaveProperty("problem");
    }
    expect(decodeMessage(" ".repeat(2 * MOST_MESSAGE_BYTES + 1), NOW)).toHaveProperty("problem");
    const text = encodeMessage([encodeItem(ITEM)]);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 4 }), (at, put) => {
        const decoded = decodeMessage(text.slice(0, at) + put + text.slice(at + 1), NOW);
        expect("items" in decoded || decoded.problem.length < 200).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("holds no more than fits", () => {
    const many = Array.from({ length: 1000 }, () => ({ message: encodeItem(ITEM) }));
    const first = fitting(many);
    expect(first.length).toBeLessThan(257);
    const bytes = encodeMessage(first.map(({ message }) => message)).length;
    expect(bytes).toBeLessThanOrEqual(MOST_MESSAGE_BYTES);
    expect(fitting(many.slice(0, 3))).toHaveLength(3);
    // One that is too long by itself still goes: the link says no, not an endless loop.
    expect(fitting([{ message: "x".repeat(100_000) }])).toHaveLength(1);
  });
});

const RELEASE: ShareRelease = {
  ...{ id: "busy", statistic: "motion-episodes", of: ["gate"], slotSeconds: 900, most: 20 },
  ...{ protects: "slot", tiers: ["town"], purpose: "occupancy" },
};

describe("what a slot holds", () => {
  const SLOT = [1_000_000, 1_900_000] as const;
  const motion = [
    insight({ id: "before", from: 900_000, to: 1_100_000 }),
    insight({ id: "first", from: 1_000_000, to: 1_060_000 }),
    insight({ id: "second", from: 1_050_000, to: 1_090_000 }),
    insight({ id: "open", from: 1_890_000, to: null }),
    insight({ id: "after", from: 1_900_000, to: 1_910_000 }),
  ];
  const sources = (alerts: readonly unknown[] = []): Parameters<typeof gather>[2] => ({
    store: {
      // Two pages, as the store would give them.
      insights: async ({ before }) =>
        before === undefined
          ? { items: motion.slice(3).map((one) => ({ ...one, clip: null })), next: "x" }
          : { items: motion.slice(0, 3).map((one) => ({ ...one, clip: null })), next: null },
      alerts: async () => ({ items: alerts as never, next: null }),
    },
    machines: () =>
      [
        { id: "m1", health: { index: 0.5 } },
        { id: "m2", health: null },
      ] as never,
    cameras: () => ["gate", "yard"],
  });

  test("counts episodes that began in it, per camera", async () => {
    const jobs = await gather({ ...RELEASE, of: [] }, SLOT, sources());
    expect(jobs.map(({ subject, values }) => [subject, values.length])).toEqual([
      ["gate", 3],
      ["yard", 3],
    ]);
  });

  test("adds up seconds with motion, overlaps once", async () => {
    const [job] = await gather({ ...RELEASE, statistic: "motion-seconds" }, SLOT, sources());
    // 1,000 to 1,100 s and 1,890 to 1,900 s.
    expect(job?.values).toEqual([110]);
  });

  test("counts alerts that fired in it", async () => {
    const alerts = [{ firedAt: 1_000_001 }, { firedAt: null }, { firedAt: 1_900_000 }];
    const [job] = await gather({ ...RELEASE, statistic: "alerts", of: [] }, SLOT, sources(alerts));
    expect(job).toMatchObject({ subject: "alerts", values: [1] });
  });

  test("takes machines by name, the unknown ones as unknown", async () => {
    const of = ["m1", "m2", "m3"];
    const [job] = await gather({ ...RELEASE, statistic: "machine-health", of }, SLOT, sources());
    expect(job).toMatchObject({ subject: "machines", values: [0.5, null, null] });
  });

  test("is named in words that hold no value", () => {
    expect(wordsOf(RELEASE, "gate")).toEqual({
      ...{ what: "motion episodes per 15-minute slot of gate", unit: "" },
      privacyUnit: "one 15-minute slot of one camera",
    });
  });
});

describe("ticks", () => {
  test("come at fixed moments, skip what was slept through, and never twice", async () => {
    let now = 10_000_000;
    const due: (readonly [number, number])[] = [];
    const lines: string[] = [];
    const ticks = new Ticks({
      now: () => now,
      due: async (_, slot) => void due.push(slot),
      log: (text) => lines.push(text),
    });
    const release = { ...RELEASE, slotSeconds: 1 };
    const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));
    const at = async (moment: number): Promise<void> => {
      now = moment;
      ticks.set([release]);
      await settle();
    };
    await at(10_000_250);
    expect(due).toEqual([[9_999_000, 10_000_000]]);
    await at(10_000_999);
    expect(due).toHaveLength(1);
    await at(10_001_250);
    expect(due).toHaveLength(2);
    // Asleep over three slots.
    await at(10_005_250);
    expect(due.at(-1)).toEqual([10_004_000, 10_005_000]);
    expect(lines.join()).toContain("3 slots of busy are skipped");
    ticks.set([]);
    await settle();
    expect(due).toHaveLength(3);
  });
});
