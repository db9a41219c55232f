import { H264Parser } from "@symbion/codec";
import { openInput } from "@symbion/codec/node";
import type { CameraArea, WatchFrame } from "@symbion/core";
import { describe, expect, it } from "vitest";
import { samplePath } from "../src/config/samples.ts";
import { WatchFeed } from "../src/watch/feed.ts";

/** The whole picture. */
const EVERYTHING: CameraArea = {
  ...{ id: "all", name: "All", kind: "ignore", dwellSeconds: null, direction: "both" },
  points: [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ],
};

/** Pictures that may wait for pixels, which nobody decodes here: what is planned up to them does not depend on it. */
const PICTURES = 5;

/** What is told of the first sampled pictures of the sample clip; `change` is called before each frame. */
async function planned(
  areas: readonly CameraArea[],
  change: (feed: WatchFeed, timestamp: number) => void = () => {},
): Promise<WatchFrame[]> {
  const told: WatchFrame[] = [];
  const video = await openInput(samplePath("yard"));
  const feed = new WatchFeed(
    {
      ...{ policy: "symbion", threshold: null, columns: 7, rows: 4, blockSize: 48 },
      ...{ fps: 2, window: 8 },
    },
    {
      ...{ camera: "yard", framing: "avcc", avcC: video.avcC, areas },
      ...{ at: (timestamp) => 1000 * timestamp, parsedMs: () => 0 },
      ...{ onPlan: (frame) => told.push(frame), onSample: () => {}, onProblem: () => {} },
    },
  );
  const parser = new H264Parser({
    onFrame: (frame) => {
      change(feed, frame.timestamp);
      feed.frame(frame);
    },
  });
  if (video.avcC !== undefined) parser.configure(video.avcC);
  for await (const unit of video.accessUnits()) {
    parser.pushAccessUnit(unit.data, unit.timestamp ?? 0);
    if (told.length >= PICTURES) break;
  }
  feed.end();
  await video.close();
  return told.slice(0, PICTURES);
}

describe("what a camera's feed plans", () => {
  it("keeps nothing for what moves in an ignored part, but whole pictures as ever", async () => {
    const zone: CameraArea = { ...EVERYTHING, kind: "zone" };
    const open = await planned([zone]);
    expect(open.slice(1).some(({ kept, whole }) => kept > 0 && whole === "none")).toBe(true);
    const hidden = await planned([EVERYTHING]);
    expect(hidden.map(({ timestamp }) => timestamp)).toEqual(
      open.map(({ timestamp }) => timestamp),
    );
    expect(hidden[0]).toMatchObject({ whole: "first", kept: 28 });
    expect(hidden.slice(1).map(({ kept }) => kept)).toEqual([0, 0, 0, 0]);
  });

  it("takes areas that are drawn while it runs", async () => {
    const told = await planned([], (feed, timestamp) => {
      feed.setAreas(timestamp > 0.1 ? [EVERYTHING] : []);
    });
    expect(told.slice(1).map(({ kept }) => kept)).toEqual([0, 0, 0, 0]);
  });
});
