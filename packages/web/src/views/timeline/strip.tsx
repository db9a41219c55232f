/** The horizontal timeline: a ruler, a row per camera, and the playhead. Drawn on a canvas, so that thousands of events cost nothing. */

import { effect } from "@preact/signals";
import type { CameraStatus, TimelineInsight } from "@symbion/core";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { isTrouble, moment } from "../../format.ts";
import { cameraName, cameras, now, theme } from "../../state.ts";
import { pan, type Span, ticks, zoom } from "./span.ts";
import type { Timeline } from "./store.ts";

const RULER = 28;
const ROW = 38;
const ROW_GAP = 6;

/** Pixels a finger or mouse moves before a click becomes a drag. */
const SLACK = 4;

/** Pixels between ticks of the ruler. */
const TICK_ROOM = 92;

type Colours = Readonly<
  Record<
    "text" | "soft" | "line" | "row" | "activity" | "event" | "trouble" | "clip" | "head",
    string
  >
>;

function readColours(element: HTMLElement): Colours {
  // A custom property keeps light-dark() unresolved; a real colour property resolves it.
  const probe = document.createElement("span");
  element.append(probe);
  const of = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    text: of("--text"),
    soft: of("--text-soft"),
    line: of("--line"),
    row: of("--raised"),
    activity: of("--activity"),
    event: of("--accent"),
    trouble: of("--warm"),
    clip: of("--text-soft"),
    head: of("--text"),
  };
  probe.remove();
  return colours;
}

/** The strip of the timeline. */
export function Strip({ timeline }: { readonly timeline: Timeline }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const source = timeline.filter.value.source;
  const rows = useMemo(
    () => cameras.value.filter(({ id }) => source === "" || id === source),
    // Names and number of cameras decide, not their figures.
    [source, cameras.value.map(({ id, name }) => `${id} ${name}`).join()],
  );
  const height = RULER + rows.length * (ROW + ROW_GAP);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const watcher = new ResizeObserver(() => setWidth(element.clientWidth));
    watcher.observe(element);
    setWidth(element.clientWidth);
    return () => watcher.disconnect();
  }, []);

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d") ?? null;
    if (element === null || context === null || width === 0) return;
    const scale = Math.min(3, devicePixelRatio);
    element.width = Math.round(width * scale);
    element.height = Math.round(height * scale);
    let colours = readColours(element.parentElement ?? element);
    let request = 0;
    const paint = (): void => {
      request = 0;
      context.setTransform(scale, 0, 0, scale, 0, 0);
      drawStrip(context, { width, height, rows, timeline, colours });
    };
    const later = (): void => {
      if (request === 0) request = requestAnimationFrame(paint);
    };
    const stop = effect(() => {
      // Reading them subscribes to them.
      void timeline.span.value;
      void timeline.strips.value;
      void timeline.events.value;
      void timeline.selected.value;
      void timeline.row.value;
      later();
    });
    const stopTheme = effect(() => {
      void theme.value;
      // The stylesheet follows the attribute, which is set after this effect.
      requestAnimationFrame(() => {
        colours = readColours(element.parentElement ?? element);
        later();
      });
    });
    return () => {
      stop();
      stopTheme();
      cancelAnimationFrame(request);
    };
  }, [width, height, rows, timeline]);

  usePointers(box, canvas, timeline, rows, width);

  return (
    <div class="strip" ref={box}>
      <canvas
        ref={canvas}
        class="strip-canvas"
        role="img"
        aria-label={`Activity of ${rows.length === 1 ? "one camera" : `${rows.length} cameras`}, ${timeline.events.value.length} events listed beside it`}
        style={{ height: `${height}px` }}
      />
      <ul class="strip-names" aria-hidden="true">
        {rows.map(({ id, name }) => (
          <li key={id} class={id === timeline.row.value ? "on" : ""}>
            {name}
          </li>
        ))}
      </ul>
      <Playhead timeline={timeline} width={width} height={height} />
    </div>
  );
}

function Playhead(props: {
  readonly timeline: Timeline;
  readonly width: number;
  readonly height: number;
}): JSX.Element | null {
  const { timeline, width, height } = props;
  const { from, to } = timeline.span.value;
  const at = timeline.playhead.value ?? to;
  const share = (at - from) / (to - from);
  const inSight = share >= 0 && share <= 1;
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = (to - from) / (event.shiftKey ? 20 : 200);
    if (event.key === "ArrowLeft") timeline.scrub(at - step);
    else if (event.key === "ArrowRight") timeline.scrub(at + step);
    else if (event.key === "Home") timeline.scrub(from);
    else if (event.key === "End") timeline.scrub(Math.min(to, Date.now()));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      class={inSight ? "playhead" : "playhead away"}
      data-testid="playhead"
      role="slider"
      tabIndex={0}
      aria-label="Playhead"
      aria-valuemin={Math.round(from)}
      aria-valuemax={Math.round(to)}
      aria-valuenow={Math.round(Math.min(to, Math.max(from, at)))}
      aria-valuetext={`${moment(at)}${timeline.row.value === "" ? "" : `, ${cameraName(timeline.row.value)}`}`}
      style={{
        transform: `translateX(${(Math.min(1, Math.max(0, share)) * width).toFixed(1)}px)`,
        height: `${height}px`,
        "--share": share.toFixed(4),
      }}
      onKeyDown={onKeyDown}
    >
      <span class="playhead-time" aria-hidden="true">
        {moment(at, now.value)}
      </span>
    </div>
  );
}

type Painting = {
  readonly width: number;
  readonly height: number;
  readonly rows: readonly CameraStatus[];
  readonly timeline: Timeline;
  readonly colours: Colours;
};

function drawStrip(context: CanvasRenderingContext2D, painting: Painting): void {
  const { width, height, rows, timeline, colours } = painting;
  const span = timeline.span.peek();
  const perPixel = (span.to - span.from) / width;
  const x = (at: number): number => (at - span.from) / perPixel;
  context.clearRect(0, 0, width, height);
  drawRuler(context, painting, span, x);
  const strips = new Map(timeline.strips.peek().map((strip) => [strip.source, strip]));
  let most = 1;
  for (const strip of strips.values())
    for (const count of strip.counts) most = Math.max(most, count);
  for (const [index, { id }] of rows.entries()) {
    const top = RULER + index * (ROW + ROW_GAP);
    context.fillStyle = colours.row;
    context.beginPath();
    context.roundRect(0, top, width, ROW, 4);
    context.fill();
    const strip = strips.get(id);
    if (strip === undefined) continue;
    const bucket = strip.bucketMs / perPixel;
    context.fillStyle = colours.activity;
    for (const [at, count] of strip.counts.entries()) {
      if (count === 0) continue;
      // The root shows one event beside a hundred.
      const tall = Math.max(3, Math.sqrt(count / most) * (ROW - 12));
      const left = x(strip.from + at * strip.bucketMs);
      context.fillRect(left, top + ROW - 7 - tall, Math.max(1, bucket - 0.5), tall);
    }
    context.fillStyle = colours.clip;
    for (const [at, share] of strip.clips.entries()) {
      if (share <= 0) continue;
      context.globalAlpha = 0.35 + 0.55 * share;
      const left = x(strip.from + at * strip.bucketMs);
      context.fillRect(left, top + ROW - 4, Math.max(1, bucket), 2.5);
    }
    context.globalAlpha = 1;
  }
  drawEvents(context, painting, x);
}

function drawRuler(
  context: CanvasRenderingContext2D,
  { width, height, colours }: Painting,
  span: Span,
  x: (at: number) => number,
): void {
  context.font = "500 11.5px system-ui, sans-serif";
  context.textBaseline = "middle";
  context.textAlign = "left";
  const apart = ((span.to - span.from) / width) * TICK_ROOM;
  for (const { at, label, strong } of ticks(span, apart)) {
    const left = Math.round(x(at)) + 0.5;
    context.strokeStyle = colours.line;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(left, strong ? 4 : 18);
    context.lineTo(left, height);
    context.stroke();
    context.fillStyle = strong ? colours.text : colours.soft;
    context.fillText(label, left + 5, 12);
  }
}

function drawEvents(
  context: CanvasRenderingContext2D,
  { width, rows, timeline, colours }: Painting,
  x: (at: number) => number,
): void {
  const places = new Map(rows.map(({ id }, index) => [id, RULER + index * (ROW + ROW_GAP)]));
  const end = Date.now();
  const selected = timeline.selected.peek();
  for (const event of timeline.events.peek()) {
    const top = places.get(event.source);
    if (top === undefined) continue;
    const left = x(event.from);
    const right = x(event.to ?? end);
    if (right < -2 || left > width + 2) continue;
    const chosen = event.id === selected;
    context.fillStyle = isTrouble(event.kind) ? colours.trouble : colours.event;
    context.globalAlpha = chosen ? 1 : 0.82;
    context.beginPath();
    context.roundRect(left, top + 4, Math.max(3, right - left), chosen ? ROW - 12 : 7, 2);
    context.fill();
  }
  context.globalAlpha = 1;
}

/** The event whose bar is at a place, or null. */
function eventAt(
  timeline: Timeline,
  source: string,
  at: number,
  slack: number,
): TimelineInsight | null {
  let best: TimelineInsight | null = null;
  for (const event of timeline.events.peek()) {
    if (event.source !== source) continue;
    const to = event.to ?? Date.now();
    if (at < event.from - slack || at > Math.max(to, event.from) + slack) continue;
    // The shortest one that fits: long ones can be hit elsewhere.
    const length = to - event.from;
    if (best === null || length < (best.to ?? Date.now()) - best.from) best = event;
  }
  return best;
}

/** Dragging, pinching, wheeling and clicking. */
function usePointers(
  box: { readonly current: HTMLDivElement | null },
  canvas: { readonly current: HTMLCanvasElement | null },
  timeline: Timeline,
  rows: readonly CameraStatus[],
  width: number,
): void {
  useEffect(() => {
    const element = box.current;
    const surface = canvas.current;
    if (element === null || surface === null || width === 0) return;
    const pointers = new Map<number, { x: number; y: number }>();
    let drag: {
      readonly x: number;
      readonly span: Span;
      readonly source: string;
      mode: "undecided" | "pan" | "scrub";
    } | null = null;

    const placeOf = (event: MouseEvent): { x: number; y: number; at: number; source: string } => {
      const rect = surface.getBoundingClientRect();
      const x = event.clientX - rect.left;
      const y = event.clientY - rect.top;
      const { from, to } = timeline.span.peek();
      const row = rows[Math.floor((y - RULER) / (ROW + ROW_GAP))];
      return { x, y, at: from + (x / width) * (to - from), source: row?.id ?? "" };
    };
    const down = (event: PointerEvent): void => {
      if (event.button !== 0) return;
      const { x, y, at, source } = placeOf(event);
      pointers.set(event.pointerId, { x, y });
      element.setPointerCapture(event.pointerId);
      const onHead = (event.target as Element).closest(".playhead") !== null;
      const scrubs = onHead || y < RULER;
      drag = { x, span: timeline.span.peek(), source, mode: scrubs ? "scrub" : "undecided" };
      if (scrubs && !onHead) timeline.scrub(at);
    };
    const move = (event: PointerEvent): void => {
      const before = pointers.get(event.pointerId);
      if (before === undefined || drag === null) return;
      const { x, y, at } = placeOf(event);
      if (pointers.size === 2) {
        const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
        if (other !== undefined) pinch(timeline, width, before.x, x, other.x);
        pointers.set(event.pointerId, { x, y });
        drag.mode = "pan";
        drag = { ...drag, x, span: timeline.span.peek() };
        return;
      }
      pointers.set(event.pointerId, { x, y });
      if (drag.mode === "undecided" && Math.abs(x - drag.x) > SLACK) drag.mode = "pan";
      if (drag.mode === "scrub") timeline.scrub(at);
      else if (drag.mode === "pan") {
        const { from, to } = drag.span;
        timeline.show(pan(drag.span, ((drag.x - x) / width) * (to - from)));
      }
    };
    const up = (event: PointerEvent): void => {
      if (!pointers.delete(event.pointerId) || drag === null) return;
      if (drag.mode === "undecided" && event.type === "pointerup") {
        const { at, source } = placeOf(event);
        const { from, to } = timeline.span.peek();
        const hit = source === "" ? null : eventAt(timeline, source, at, ((to - from) / width) * 4);
        if (hit !== null) timeline.select(hit);
        else timeline.scrub(at, source);
      }
      if (pointers.size === 0) drag = null;
    };
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      const span = timeline.span.peek();
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        timeline.show(pan(span, (sideways / width) * (span.to - span.from)));
      } else timeline.show(zoom(span, Math.exp(event.deltaY * 0.0018), placeOf(event).at));
    };
    element.addEventListener("pointerdown", down);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", up);
    element.addEventListener("pointercancel", up);
    element.addEventListener("wheel", wheel, { passive: false });
    return () => {
      element.removeEventListener("pointerdown", down);
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", up);
      element.removeEventListener("pointercancel", up);
      element.removeEventListener("wheel", wheel);
    };
  }, [box, canvas, timeline, rows, width]);
}

/** Two fingers: the times under them stay under them. */
function pinch(timeline: Timeline, width: number, from: number, to: number, other: number): void {
  const span = timeline.span.peek();
  const before = Math.max(8, Math.abs(from - other));
  const after = Math.max(8, Math.abs(to - other));
  const at = span.from + (other / width) * (span.to - span.from);
  timeline.show(zoom(span, before / after, at));
}
