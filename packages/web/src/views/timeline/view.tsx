/** What happened: events, recordings, and a strip of time to move through them. */

import { INSIGHT_KINDS } from "@symbion/core";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { kindName } from "../../format.ts";
import { Button, Segmented, Select } from "../../parts/controls.tsx";
import { route } from "../../router.ts";
import { isForeignKey } from "../../shell/shortcuts.tsx";
import { cameras, node } from "../../state.ts";
import { Events } from "./events.tsx";
import { ClipPlayer, togglePlay } from "./player.tsx";
import { PRESETS } from "./span.ts";
import { Timeline } from "./store.ts";
import { Strip } from "./strip.tsx";
import "./timeline.css";

const HOUR = 3_600_000;
const DEFAULT_SPAN: number = 6 * HOUR;

/** Span around a moment that an address asks for. */
const AROUND = 30 * 60_000;

function open(): Timeline {
  const { query } = route.peek();
  const source = query.get("source") ?? "";
  const at = Number(query.get("at"));
  const now = Date.now();
  const recent = !(at > 0) || at > now - DEFAULT_SPAN * 0.9;
  // A node that has just begun has nothing to show over six hours.
  const isYoung = (node.peek()?.uptimeSeconds ?? HOUR) < 2700 && !(at > 0);
  const span = recent
    ? { from: now - (isYoung ? HOUR : DEFAULT_SPAN), to: now }
    : { from: at - AROUND, to: at + AROUND };
  // An address with an event names its camera too, but others may have seen it as well.
  const timeline = new Timeline(span, { source: at > 0 ? "" : source, kind: "", area: "" });
  timeline.follows.value = recent;
  if (at > 0) {
    timeline.scrub(at, source);
    timeline.selected.value = query.get("event");
  }
  return timeline;
}

/** Toolbar, player, list and strip. */
export function TimelineView(): JSX.Element {
  const address = route.value.query.toString();
  return <Visit key={address} />;
}

function Visit(): JSX.Element {
  const [timeline] = useState(open);
  useEffect(() => {
    timeline.start();
    return () => timeline.stop();
  }, [timeline]);
  useEffect(() => {
    const keys: Readonly<Record<string, () => void>> = {
      j: () => void timeline.step(1),
      ArrowRight: () => void timeline.step(1),
      k: () => void timeline.step(-1),
      ArrowLeft: () => void timeline.step(-1),
      "+": () => timeline.zoomBy(0.5),
      "-": () => timeline.zoomBy(2),
      l: () => timeline.showLast(timeline.span.value.to - timeline.span.value.from),
    };
    const listener = (event: KeyboardEvent): void => {
      if (isForeignKey(event)) return;
      const onButton =
        event.target instanceof Element && event.target.closest("button, a") !== null;
      if (event.key === " " && !onButton) {
        if (togglePlay()) event.preventDefault();
        return;
      }
      const act = keys[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", listener);
    return () => removeEventListener("keydown", listener);
  }, [timeline]);
  return (
    <div class="view timeline">
      <Toolbar timeline={timeline} />
      <div class="timeline-top">
        <ClipPlayer timeline={timeline} />
        <Events timeline={timeline} />
      </div>
      <div class="timeline-strip">
        <Strip timeline={timeline} />
      </div>
    </div>
  );
}

function Toolbar({ timeline }: { readonly timeline: Timeline }): JSX.Element {
  const { source, kind, area } = timeline.filter.value;
  const { from, to } = timeline.span.value;
  const areas = cameras.value
    .filter(({ id }) => source === "" || id === source)
    .flatMap((camera) =>
      camera.areas
        .filter((one) => one.kind !== "ignore")
        .map((one) => [one.id, source === "" ? `${one.name} (${camera.name})` : one.name] as const),
    );
  const preset = timeline.follows.value
    ? (PRESETS.find(({ length }) => Math.abs(to - from - length) < length * 0.01)?.label ?? "")
    : "";
  return (
    <div class="toolbar">
      <Select
        label="Camera"
        value={source}
        options={[["", "All cameras"], ...cameras.value.map(({ id, name }) => [id, name] as const)]}
        onChange={(next) => timeline.setFilter({ source: next, area: "" })}
      />
      <Select
        label="Kind"
        value={kind}
        options={[["", "All kinds"], ...INSIGHT_KINDS.map((one) => [one, kindName(one)] as const)]}
        onChange={(next) => timeline.setFilter({ kind: next })}
      />
      {areas.length > 0 && (
        <Select
          label="Zone or line"
          value={area}
          options={[["", "Whole picture"], ...areas]}
          onChange={(next) => timeline.setFilter({ area: next })}
        />
      )}
      <span class="toolbar-gap" />
      <Segmented
        legend="Span"
        name="span"
        value={preset}
        options={PRESETS.map(({ label }) => ({ value: label, label }))}
        onChange={(label) => {
          const found = PRESETS.find((one) => one.label === label);
          if (found !== undefined) timeline.showLast(found.length);
        }}
      />
      <div class="joined zooms">
        <Button icon="minus" label="Zoom out" onClick={() => timeline.zoomBy(2)} />
        <Button icon="plus" label="Zoom in" onClick={() => timeline.zoomBy(0.5)} />
      </div>
      <div class="joined">
        <Button icon="previous" label="Older event" onClick={() => void timeline.step(-1)} />
        <Button icon="next" label="Newer event" onClick={() => void timeline.step(1)} />
      </div>
      <Button
        icon="clock"
        pressed={timeline.follows.value}
        onClick={() => timeline.showLast(to - from)}
      >
        Now
      </Button>
    </div>
  );
}
