import { packRecord, RecordReader, type StreamHeader } from "@symbion/core";
import { expect, test } from "vitest";
import { Subscription } from "../src/pipeline/subscription.ts";

const LIMIT = 10_000;

function unit(keyframe: boolean, number: number): Uint8Array {
  return packRecord({ kind: "unit", timestamp: number, keyframe }, new Uint8Array(900));
}

const format = packRecord({ kind: "format", codec: "avc1.42001f", framing: "annexb" });

/** What waits in a subscription. */
async function takeQueued(subscription: Subscription): Promise<StreamHeader[]> {
  const records = new RecordReader<StreamHeader>();
  const headers: StreamHeader[] = [];
  const reader = subscription.stream.getReader();
  while (subscription.queuedBytes > 0) {
    const { value } = await reader.read();
    headers.push(...records.push(value ?? new Uint8Array(0)).map(({ header }) => header));
  }
  await reader.cancel();
  return headers;
}

test("a page that keeps up gets everything in order", async () => {
  const subscription = new Subscription({ onDropped: () => {}, onClose: () => {} }, LIMIT);
  subscription.push("unit", unit(false, -1));
  subscription.begin([format, unit(true, 0)]);
  const all = (async () => {
    const records = new RecordReader<StreamHeader>();
    const headers: StreamHeader[] = [];
    for await (const chunk of subscription.stream) {
      headers.push(...records.push(chunk).map(({ header }) => header));
    }
    return headers;
  })();
  for (let number = 1; number <= 100; number++) {
    subscription.push(number % 10 === 0 ? "key" : "unit", unit(number % 10 === 0, number));
    await new Promise((resolve) => setImmediate(resolve));
  }
  subscription.close();
  expect(await all).toHaveLength(102);
  expect(subscription.droppedFrames).toBe(0);
});

test("a slow page loses frames until a keyframe, is told, and never holds more than the bound", async () => {
  let counted = 0;
  let closed = 0;
  const subscription = new Subscription(
    {
      onDropped: (frames) => {
        counted += frames;
      },
      onClose: () => {
        closed++;
      },
    },
    LIMIT,
  );
  subscription.begin([format, unit(true, 0)]);
  for (let number = 1; number <= 95; number++) {
    const key = number % 30 === 0;
    subscription.push(key ? "key" : "unit", unit(key, number));
    expect(subscription.queuedBytes).toBeLessThanOrEqual(LIMIT);
  }
  expect(counted).toBeGreaterThan(60);
  expect(counted).toBe(subscription.droppedFrames);
  const headers = await takeQueued(subscription);
  const told = headers.filter((header) => header.kind === "dropped");
  const units = headers.filter((header) => header.kind === "unit");
  expect(told.at(-1)?.frames).toBe(counted);
  expect(units[0]).toMatchObject({ keyframe: true, timestamp: 90 });
  expect(units.at(-1)).toMatchObject({ timestamp: 95 });
  // What was sent and what was counted as lost is everything that came.
  expect(units.length + counted).toBe(96);
  expect(closed).toBe(1);
});

test("a page that joins before the first keyframe waits for it", async () => {
  const subscription = new Subscription({ onDropped: () => {}, onClose: () => {} }, LIMIT);
  subscription.begin([]);
  subscription.push("unit", unit(false, 1));
  subscription.push("format", format);
  subscription.push("key", unit(true, 2));
  subscription.push("unit", unit(false, 3));
  const headers = await takeQueued(subscription);
  const seen = headers.map((header) => (header.kind === "unit" ? header.timestamp : header.kind));
  expect(seen).toEqual(["format", 2, 3]);
  expect(subscription.droppedFrames).toBe(0);
});
