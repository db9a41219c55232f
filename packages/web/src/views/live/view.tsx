/** All cameras at a glance, and what happened last. */

import type { Insight, InsightPage } from "@symbion/core";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { onLive } from "../../api/live.ts";
import { request } from "../../api/request.ts";
import { TileStreams } from "../../api/streams.ts";
import { ago, eventName, isTrouble, timeOfDay } from "../../format.ts";
import { Empty } from "../../parts/controls.tsx";
import { href } from "../../router.ts";
import { areaName, cameraName, cameras, connection, node, now, session } from "../../state.ts";
import { Tile } from "./tile.tsx";

/** Most events in the list beside the tiles. */
const LATEST = 30;

/** Tiles of all cameras, and the latest events. */
export function LiveView(): JSX.Element {
  const [streams] = useState(() => new TileStreams());
  useEffect(() => () => streams.close(), [streams]);
  const list = cameras.value;
  return (
    <div class="view live">
      {list.length === 0 ? (
        <Nothing />
      ) : (
        <ul class="tiles-grid" data-count={Math.min(list.length, 10)} aria-label="Cameras">
          {list.map((camera) => (
            <Tile key={camera.id} camera={camera} streams={streams} />
          ))}
        </ul>
      )}
      <Latest />
    </div>
  );
}

function Nothing(): JSX.Element {
  if (node.value === null) {
    return (
      <Empty>{connection.value === "lost" ? "No last state is known." : "Asking the node…"}</Empty>
    );
  }
  return (
    <div class="welcome">
      <h2>No camera yet</h2>
      <p>Find one on your network, or type its address.</p>
      <a class="button primary" href={href("sources", ["add"])}>
        Add a camera
      </a>
      <a class="button" href={href("own")}>
        Try a video file here
      </a>
    </div>
  );
}

/** Puts an insight in its place, newest first; an update replaces what it updates. */
export function mergeInsight<T extends Insight>(list: readonly T[], insight: T, most: number): T[] {
  const at = list.findIndex(({ id }) => id === insight.id);
  if (at >= 0) return list.map((one, index) => (index === at ? { ...one, ...insight } : one));
  return [insight, ...list].slice(0, most);
}

function Latest(): JSX.Element {
  const [list, setList] = useState<readonly Insight[]>([]);
  const signedIn = session.value?.role ?? null;
  useEffect(() => {
    if (signedIn === null) return;
    const ending = new AbortController();
    request<InsightPage>("GET", `/api/insights?limit=${LATEST}`, { signal: ending.signal }).then(
      (page) => setList(page.items),
      // The list stays empty; the banner already says that the node does not answer.
      () => undefined,
    );
    const stop = onLive("insight", (insight) => {
      setList((before) => mergeInsight(before, insight, LATEST));
    });
    return () => {
      ending.abort();
      stop();
    };
  }, [signedIn]);
  return (
    <aside class="latest" aria-label="Latest events">
      <div class="panel-head">
        <h2>Latest events</h2>
        <a class="more" href={href("timeline")}>
          Timeline
        </a>
      </div>
      {list.length === 0 ? (
        <Empty>Nothing has happened yet.</Empty>
      ) : (
        <ul>
          {list.map((insight) => (
            <li key={insight.id}>
              <LatestEvent insight={insight} />
            </li>
          ))}
        </ul>
      )}
    </aside>
  );
}

function LatestEvent({ insight }: { readonly insight: Insight }): JSX.Element {
  const { source, area, from, to, kind } = insight;
  const going = to === null;
  return (
    <a
      class={isTrouble(kind) ? "event trouble" : "event"}
      href={href("timeline", [], { source, at: from, event: insight.id })}
    >
      <span class={going ? "mark going" : "mark"} aria-hidden="true" />
      <span class="event-what">
        {eventName(insight)}
        {area !== null && <span class="event-area"> {areaName(source, area)}</span>}
      </span>
      <span class="event-where">{cameraName(source)}</span>
      <time class="event-when" title={timeOfDay(from)} dateTime={new Date(from).toISOString()}>
        {going ? "now" : ago(from, now.value)}
      </time>
    </a>
  );
}
