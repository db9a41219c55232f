/** One camera large, with its signals, its figures, what happened, and its zones. */

import type { CameraStatus, InsightPage } from "@symbion/core";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { onLive } from "../../api/live.ts";
import { query, request } from "../../api/request.ts";
import { ago, duration, eventName, isTrouble, moment, plural } from "../../format.ts";
import { Button, Empty, Panel } from "../../parts/controls.tsx";
import { Icon } from "../../parts/icon.tsx";
import { STATE_LABEL, StateDot } from "../../parts/state-dot.tsx";
import { useLoaded } from "../../parts/task.ts";
import { go, href, route } from "../../router.ts";
import { areaName, cameras, isAdmin, node, now } from "../../state.ts";
import { AreaEditor } from "../areas/editor.tsx";
import { mergeInsight } from "../live/view.tsx";
import { Counts, Tiles } from "./figures.tsx";
import { Questions } from "./questions.tsx";
import { Stage } from "./stage.tsx";
import { editing, show } from "./stage-state.ts";
import "./camera.css";

/** Events beside the picture. */
const LATEST = 20;

/** The camera of the address. */
export function CameraView(): JSX.Element {
  const [id = "", part = ""] = route.value.rest;
  const camera = cameras.value.find((one) => one.id === id);
  useEffect(() => {
    show({ kind: "camera", id });
    return () => show(null);
  }, [id]);
  const draws = part === "areas" && camera !== undefined && isAdmin.value;
  useEffect(() => {
    editing.value = draws;
    return () => {
      editing.value = false;
    };
  }, [draws]);
  if (camera === undefined) return <Missing key={id} id={id} />;
  return (
    <div class="view">
      <CameraBar camera={camera} draws={draws} />
      {draws ? (
        <AreaEditor key={id} camera={camera} />
      ) : (
        <div class="watching">
          <div class="watch">
            <Stage />
            <Tiles />
            <Counts />
          </div>
          <aside aria-label="About this camera">
            <Questions id={id} />
            <Facts camera={camera} />
            <Areas camera={camera} />
            <Happened id={id} />
          </aside>
        </div>
      )}
    </div>
  );
}

/** How long a camera that was just added may take to show in the node's status, milliseconds. */
const ARRIVAL = 4000;

function Missing({ id }: { readonly id: string }): JSX.Element {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), ARRIVAL);
    return () => clearTimeout(timer);
  }, []);
  const text =
    node.value === null
      ? "Asking the node…"
      : late
        ? `There is no camera "${id}" (any more).`
        : "The node has just taken it on, or there is no such camera. A moment…";
  return (
    <div class="view">
      <Empty>{text}</Empty>
      <p>
        <a class="button" href={href("live")}>
          All cameras
        </a>
      </p>
    </div>
  );
}

function CameraBar(props: { readonly camera: CameraStatus; readonly draws: boolean }): JSX.Element {
  const { camera, draws } = props;
  const list = cameras.value;
  const at = list.findIndex(({ id }) => id === camera.id);
  const step = (by: number): string =>
    href("camera", [list[(at + by + list.length) % list.length]?.id ?? camera.id]);
  return (
    <div class="camera-bar">
      <a class="button quiet bare" href={href("live")} aria-label="All cameras" title="All cameras">
        <Icon name="grid" />
      </a>
      <h2>
        <StateDot state={camera.state} />
        {camera.name}
        {camera.simulated && <span class="tag">simulated</span>}
      </h2>
      <div class="camera-actions">
        {isAdmin.value && (
          <Button
            icon="zone"
            pressed={draws}
            onClick={() => go(href("camera", draws ? [camera.id] : [camera.id, "areas"]))}
          >
            {draws ? "Done" : "Draw zones"}
          </Button>
        )}
        <a class="button" href={href("timeline", [], { source: camera.id })}>
          <Icon name="timeline" />
          <span>Timeline</span>
        </a>
        {list.length > 1 && !draws && (
          <>
            <a class="button bare" href={step(-1)} aria-label="Previous camera">
              <Icon name="previous" />
            </a>
            <a class="button bare" href={step(1)} aria-label="Next camera">
              <Icon name="next" />
            </a>
          </>
        )}
      </div>
    </div>
  );
}

function Facts({ camera }: { readonly camera: CameraStatus }): JSX.Element {
  const { lastRestart, stats } = camera;
  const facts: readonly (readonly [string, string])[] = [
    ["State", STATE_LABEL[camera.state]],
    ...(camera.reason === null ? [] : ([["Reason", camera.reason]] as const)),
    ...(camera.retryAt === null
      ? []
      : ([
          ["Next try", `in ${duration(Math.max(0, (camera.retryAt - now.value) / 1000))}`],
        ] as const)),
    ["Source", camera.source],
    ["Recording", camera.recording ? "Clips of events" : "Nothing is stored"],
    [
      "Restarts",
      lastRestart === null
        ? camera.restarts.toString()
        : `${camera.restarts}, last ${ago(lastRestart.at, now.value)}: ${lastRestart.reason}`,
    ],
    ["Backlog", `${Math.round(stats.backlogMs)} ms`],
    ["Watched by", plural(stats.watchers, "page")],
  ];
  return (
    <Panel title="Camera">
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function Areas({ camera }: { readonly camera: CameraStatus }): JSX.Element {
  return (
    <Panel title="Zones and lines">
      {camera.areas.length === 0 ? (
        <Empty>None yet: motion anywhere in the picture counts.</Empty>
      ) : (
        <ul class="area-names">
          {camera.areas.map((area) => (
            <li key={area.id}>
              <Icon name={area.kind} />
              <span>{area.name}</span>
              {area.dwellSeconds !== null && area.kind === "zone" && (
                <span class="soft">stay of {area.dwellSeconds} s</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Happened({ id }: { readonly id: string }): JSX.Element {
  const { data, set } = useLoaded(
    (signal) =>
      request<InsightPage>("GET", `/api/insights${query({ source: id, limit: LATEST })}`, {
        signal,
      }),
    id,
  );
  useEffect(
    () =>
      onLive("insight", (insight) => {
        if (insight.source !== id) return;
        const items = mergeInsight(data?.items ?? [], { ...insight, clip: null }, LATEST);
        set({ items, next: data?.next ?? null });
      }),
    [id, data, set],
  );
  const items = data?.items ?? [];
  return (
    <Panel title="Latest events">
      {items.length === 0 ? (
        <Empty>Nothing has happened yet.</Empty>
      ) : (
        <ul class="happened">
          {items.map((insight) => (
            <li key={insight.id}>
              <a
                class={isTrouble(insight.kind) ? "event trouble" : "event"}
                href={href("timeline", [], { source: id, at: insight.from, event: insight.id })}
              >
                <span class={insight.to === null ? "mark going" : "mark"} aria-hidden="true" />
                <span class="event-what">
                  {eventName(insight)}
                  {insight.area !== null && (
                    <span class="event-area"> {areaName(id, insight.area)}</span>
                  )}
                </span>
                <time class="event-when" dateTime={new Date(insight.from).toISOString()}>
                  {insight.to === null ? "now" : moment(insight.from, now.value)}
                </time>
              </a>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
