import type { Insight } from "@symbion/core";
import { expect, test } from "vitest";
import { SourceWatch } from "../src/node/source-watch.ts";

function watch(): { watch: SourceWatch; insights: Insight[]; at: { now: number } } {
  const insights: Insight[] = [];
  const at = { now: 1000 };
  return {
    watch: new SourceWatch(
      (insight) => insights.push(insight),
      () => at.now,
    ),
    insights,
    at,
  };
}

test("one outage is one insight, however often the source is tried", () => {
  const { watch: sources, insights, at } = watch();
  sources.state("gate", "starting", null);
  sources.state("gate", "retrying", "connection refused");
  at.now = 2000;
  sources.state("gate", "starting", "connection refused");
  sources.state("gate", "retrying", "connection refused");
  expect(insights).toHaveLength(1);
  at.now = 3000;
  sources.state("gate", "retrying", "no data for 15 s");
  expect(insights.at(-1)).toMatchObject({
    from: 1000,
    to: null,
    text: "No video: no data for 15 s",
  });
  at.now = 9000;
  sources.state("gate", "live", null);
  expect(insights.at(-1)).toMatchObject({
    kind: "source-down",
    source: "gate",
    from: 1000,
    to: 9000,
  });
  expect(new Set(insights.map(({ id }) => id)).size).toBe(1);
  expect(sources.down.size).toBe(0);
});

test("the next outage is another one; a removed camera is not down", () => {
  const { watch: sources, insights, at } = watch();
  sources.state("gate", "retrying", "a");
  sources.state("gate", "live", null);
  at.now = 500;
  sources.state("gate", "retrying", "a");
  sources.removed("gate");
  expect(new Set(insights.map(({ id }) => id)).size).toBe(2);
  expect(insights.at(-1)).toMatchObject({ from: 500, to: 500 });
  sources.state("gate", "live", null);
  sources.removed("other");
  expect(insights).toHaveLength(4);
});

test("a clock that jumps back gives no insight that ends before it begins", () => {
  const { watch: sources, insights, at } = watch();
  sources.state("gate", "retrying", "a");
  at.now = 10;
  sources.state("gate", "live", null);
  expect(insights.at(-1)).toMatchObject({ from: 1000, to: 1000 });
});
