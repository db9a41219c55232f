/** What may go to a CRM system: nothing that was inferred of a person, by the types and at run time. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AddComment,
  type CaseChanges,
  type CreateCase,
  checkIntent,
  type EditCase,
  newIntentId,
  type StatedSatisfaction,
  saysInference,
  statedFeeling,
  statedSatisfaction,
} from "../src/crm/intents.ts";
import { CrmQueue } from "../src/crm/queue.ts";
import { memoryQueueStore } from "../src/crm/queue-store.ts";
import { openSample } from "../src/crm/sample.ts";
import { readMark, withFeelings, withMark } from "../src/crm/words.ts";
import type { Arousal } from "../src/cues/types.ts";
import { idOf } from "./support/crm-parts.ts";

const comment: AddComment = {
  kind: "comment",
  id: idOf("comment"),
  case: { id: "500" },
  text: "We have sent a new one.",
  internal: false,
};
const edit: EditCase = {
  kind: "edit-case",
  id: idOf("edit"),
  case: { id: "500" },
  base: { status: "New", satisfaction: null },
  changes: { status: "Closed", satisfaction: statedSatisfaction(4) },
};
const create: CreateCase = {
  kind: "create-case",
  id: idOf("create"),
  subject: "Broken",
  description: "It broke. My mood: none of your business. I feel 100 % cheated.",
  feelings: [statedFeeling("I feel sad", "Hello. I feel sad about it.")],
};
const arousal: Arousal = {
  change: "higher",
  probability: 0.9,
  confidence: 0.7,
  sensors: ["heart"],
  why: "x",
};

describe("what may go out", () => {
  it("lets well-formed intents pass, as they are", () => {
    const person = {
      kind: "create-contact",
      id: idOf("person"),
      name: "Ada",
      email: "a@example.com",
    };
    const task = {
      kind: "create-task",
      id: idOf("task"),
      case: { intent: idOf("create") },
      subject: "Call",
      dueOn: "2026-02-28",
    };
    for (const intent of [comment, edit, create, person, task])
      expect(checkIntent(intent)).toBe(intent);
  });

  it("refuses inferred fields at run time, wherever they stand and however they are written", () => {
    const names = [
      "arousal",
      "Arousal",
      "cues",
      "sentiment",
      "sentiment_score",
      "Customer-Sentiment",
      "emotion",
      "EMOTION__c",
      "mood",
      "stress",
      "valence",
      "affect",
      "empathy",
      "heartRate",
      "heart_rate",
      "hrv",
      "RMSSD",
      "eda",
      "rppg",
      "prosody",
      "probability",
      "confidence",
      "inferredFeeling",
      "predictedCsat",
      "emozione",
      "umore",
      "se\u200bntiment",
      "ｓentiment",
    ];
    for (const name of names) {
      for (const intent of [
        { ...comment, [name]: 0.9 },
        { ...create, [name]: "angry" },
        { ...edit, changes: { ...edit.changes, [name]: 1 } },
        { ...edit, base: { ...edit.base, [name]: 1 } },
        { ...comment, case: { id: "500", [name]: 1 } },
        { ...comment, feelings: [{ ...create.feelings?.[0], [name]: 1 }] },
        { ...edit, changes: { satisfaction: { source: "customer", score: 4, [name]: 1 } } },
      ]) {
        expect(() => checkIntent(intent), name).toThrow(/nothing that was inferred/);
      }
    }
  });

  it("refuses them at compile time, also through variables", () => {
    const withArousal = { ...comment, arousal };
    // @ts-expect-error an inferred field
    const one: AddComment = withArousal;
    const withSentiment = { status: "Closed", sentiment: -0.5 };
    // @ts-expect-error an inferred field
    const two: CaseChanges = withSentiment;
    // @ts-expect-error arousal is no satisfaction
    const three: StatedSatisfaction = arousal;
    // @ts-expect-error a bare number was stated by nobody
    const four: CaseChanges = { satisfaction: 4 };
    // @ts-expect-error what a model says is not what the customer says
    const five: StatedSatisfaction = { source: "model", score: 4 };
    for (const intent of [
      one,
      { ...edit, changes: two },
      { ...edit, changes: { satisfaction: three } },
      { ...edit, changes: four },
      { ...edit, changes: { satisfaction: five } },
    ]) {
      expect(() => checkIntent(intent)).toThrow(/expected/);
    }
  });

  it("refuses a program's figures about feelings inside texts, and lets people talk", () => {
    const figures = [
      "arousal: 0.83",
      '{"change":"higher","arousal":0.9}',
      '"sentiment": "negative"',
      "Sentiment score = -0.7",
      "emotion=anger",
      "Emotion: sad (0.93)",
      "stress level: high",
      "HRV = 23 ms",
      "heart rate: 104",
      "mood is negative",
      "umore: negativo",
      "emozione = 0,8",
      "sen\u200btiment: -1",
      "ｓｅｎｔｉｍｅｎｔ: -1",
    ];
    for (const figure of figures) {
      expect(saysInference(figure), figure).toBe(true);
      expect(() => checkIntent({ ...comment, text: `Note. ${figure} (auto)` }), figure).toThrow(
        /figures about somebody/,
      );
      expect(() => checkIntent({ ...create, subject: figure.replace(/\n/g, " ") }), figure).toThrow(
        /figures about somebody/,
      );
    }
    for (const words of [
      "I understand how stressful this is.",
      "The customer says: I am in a bad mood because of you.",
      "Sentiment aside, the part is broken: 3 screws are missing.",
      "Stress test of the chair: it carries 150 kg.",
      "We are sorry for the emotional wording.",
      "Mi dispiace per lo stress: le mandiamo un corriere.",
      "The moody lamp (model Mood 3) is on stock.",
    ]) {
      expect(saysInference(words), words).toBe(false);
    }
  });

  it("takes a feeling only in words that the customer wrote", () => {
    expect(() => statedFeeling("I am sad", "I am glad")).toThrow(/stand in the customer's message/);
    expect(() =>
      checkIntent({ ...comment, feelings: [{ source: "model", words: "sad", message: "sad" }] }),
    ).toThrow(/nobody else can state it/);
    expect(() => statedSatisfaction(4.2)).toThrow(/whole number/);
    expect(() => statedSatisfaction(0)).toThrow(/whole number/);
    expect(withFeelings("Text", create.feelings)).toBe("Text\n\nThe customer wrote: “I feel sad”");
  });

  it("refuses what is no intent, with where and what", () => {
    for (const [bad, message] of [
      [null, /intent: expected an object, got null/],
      [[], /expected an object/],
      [{ ...comment, kind: "delete-case" }, /intent\.kind: expected create-case/],
      [{ ...comment, kind: "constructor" }, /intent\.kind: expected create-case/],
      [{ ...comment, extra: 1 }, /expected only/],
      [{ ...comment, id: "short" }, /intent\.id/],
      [{ ...comment, id: "x'; DROP TABLE" }, /intent\.id/],
      [{ ...comment, text: "" }, /intent\.text/],
      [{ ...comment, text: "x".repeat(30_001) }, /intent\.text/],
      [{ ...comment, internal: "no" }, /intent\.internal/],
      [{ ...comment, case: { id: "a b" } }, /intent\.case\.id/],
      [{ ...create, subject: "two\nlines" }, /intent\.subject/],
      [{ ...edit, changes: {} }, /at least one field/],
      [{ ...edit, base: {} }, /intent\.base\.status: expected what the editor saw/],
      [{ ...edit, changes: { ...edit.changes, owner: "me" } }, /expected only/],
      [
        {
          kind: "create-task",
          id: idOf("t"),
          case: { id: "500" },
          subject: "x",
          dueOn: "2026-02-30",
        },
        /intent\.dueOn/,
      ],
      [{ ...comment, constructor: 1 }, /expected only/],
    ] as const) {
      expect(() => checkIntent(bad)).toThrow(message);
    }
  });

  it("never throws anything but its own error, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true, maxDepth: 5 }),
        fc.constantFrom(comment, edit, create),
        (junk, base) => {
          for (const value of [
            junk,
            { ...base, ...(typeof junk === "object" ? junk : {}) },
            { ...base, case: junk },
            { ...base, changes: junk },
          ]) {
            try {
              checkIntent(value);
            } catch (error) {
              expect(error).toMatchObject({ name: "UsageError" });
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("keeps intents that others changed behind its back from the queue and the system", async () => {
    const queue = await CrmQueue.open(memoryQueueStore(), openSample());
    const mutable = { ...create };
    await queue.put(mutable);
    Object.assign(mutable, { sentiment: -1, description: "arousal: 0.9" });
    expect(JSON.stringify(queue.items())).not.toContain("arousal");
    await expect(queue.put({ ...comment, sentiment: -1 } as never)).rejects.toMatchObject({
      name: "UsageError",
    });
    expect(queue.items()).toHaveLength(1);
  });

  it("marks texts so that they are found again, and only at the end", () => {
    const id = newIntentId();
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(readMark(withMark("Hello\n", id))).toEqual({ text: "Hello", intent: id });
    expect(readMark(`[symbion:${id}] was quoted`)).toEqual({
      text: `[symbion:${id}] was quoted`,
      intent: null,
    });
    expect(readMark("x".repeat(500))).toEqual({ text: "x".repeat(500), intent: null });
    expect(newIntentId(1) < newIntentId(2)).toBe(true);
    const ids = new Set(Array.from({ length: 10_000 }, () => newIntentId(5)));
    expect(ids.size).toBe(10_000);
  });

  it("looks at long hostile texts in linear time", () => {
    const work = (size: number): number => {
      const text = `${"sentiment ".repeat(size / 20)}${"stress:  ".repeat(size / 20)}${" ".repeat(size / 10)}`;
      let least = Number.POSITIVE_INFINITY;
      for (let i = 0; i < 4; i++) {
        const begun = process.cpuUsage();
        saysInference(text);
        least = Math.min(least, process.cpuUsage(begun).user);
      }
      return least;
    };
    // Sixteen times the text: sixteen times the work, not the square of it.
    expect(work(1_600_000) / Math.max(work(100_000), 500)).toBeLessThan(100);
  });
});
