/** The list of events. Only rows in sight are in the page, so that thousands scroll like ten. */

import type { TimelineInsight } from "@symbion/core";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { count, day, duration, eventName, isTrouble, timeOfDay } from "../../format.ts";
import { Button, Empty } from "../../parts/controls.tsx";
import { Icon } from "../../parts/icon.tsx";
import { areaName, cameraName, now } from "../../state.ts";
import type { Timeline } from "./store.ts";

const ROW = 54;

/** Rows above and below what is in sight. */
const SPARE = 6;

/** How close to the end scrolling asks for more, pixels. */
const NEAR_END = 600;

/** The events of the span that is shown, newest first. */
export function Events({ timeline }: { readonly timeline: Timeline }): JSX.Element {
  const scroller = useRef<HTMLElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const events = timeline.events.value;
  const selected = timeline.selected.value;

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const watcher = new ResizeObserver(() => setHeight(element.clientHeight));
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);

  useEffect(() => {
    const element = scroller.current;
    const at = events.findIndex(({ id }) => id === selected);
    if (element === null || at < 0) return;
    if (at * ROW < element.scrollTop) element.scrollTop = at * ROW - ROW;
    else if ((at + 2) * ROW > element.scrollTop + element.clientHeight) {
      element.scrollTop = (at + 2) * ROW - element.clientHeight;
    }
    // New events must not scroll the list.
  }, [selected]);

  const onScroll = (): void => {
    const element = scroller.current;
    if (element === null) return;
    setTop(element.scrollTop);
    const left = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (left < NEAR_END && timeline.hasMore.value) void timeline.more();
  };

  const first = Math.max(0, Math.floor(top / ROW) - SPARE);
  const shown = events.slice(first, Math.ceil((top + height) / ROW) + SPARE);
  return (
    <section class="events" aria-label="Events">
      <div class="panel-head">
        <h2>Events</h2>
        <span class="panel-note" role="status">
          {timeline.loading.value && events.length === 0
            ? "Loading…"
            : `${count(events.length)}${timeline.hasMore.value ? " and more" : ""}`}
        </span>
      </div>
      {timeline.problem.value !== null && (
        <p class="note bad" role="alert">
          {timeline.problem.value}
        </p>
      )}
      <section
        class="events-scroll"
        ref={scroller}
        onScroll={onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys
        tabIndex={0}
        aria-label="List of events"
      >
        {events.length === 0 && !timeline.loading.value ? (
          <Empty>Nothing happened in this span.</Empty>
        ) : (
          <ul style={{ height: `${events.length * ROW}px` }}>
            {shown.map((event, index) => (
              <li
                key={event.id}
                aria-setsize={timeline.hasMore.value ? -1 : events.length}
                aria-posinset={first + index + 1}
                style={{ transform: `translateY(${(first + index) * ROW}px)` }}
              >
                <Row
                  event={event}
                  chosen={event.id === selected}
                  onChoose={() => timeline.select(event)}
                />
              </li>
            ))}
          </ul>
        )}
        {timeline.hasMore.value && (
          <Button busy={timeline.loading.value} onClick={() => void timeline.more()}>
            Older events
          </Button>
        )}
      </section>
    </section>
  );
}

function Row(props: {
  readonly event: TimelineInsight;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}): JSX.Element {
  const { event, chosen } = props;
  const { from, to } = event;
  const today = day(from) === "Today";
  const length =
    to === null
      ? `for ${duration(Math.max(0, (now.value - from) / 1000))}`
      : to > from
        ? duration((to - from) / 1000)
        : "";
  return (
    <button
      type="button"
      class={`event-row${chosen ? " on" : ""}${isTrouble(event.kind) ? " trouble" : ""}`}
      aria-pressed={chosen}
      title={event.text}
      onClick={props.onChoose}
    >
      <span class={to === null ? "mark going" : "mark"} aria-hidden="true" />
      <span class="event-what">
        {eventName(event)}
        {event.area !== null && (
          <span class="event-area"> {areaName(event.source, event.area)}</span>
        )}
      </span>
      <time class="event-when" dateTime={new Date(from).toISOString()}>
        {!today && <span>{day(from)} </span>}
        {timeOfDay(from)}
      </time>
      <span class="event-where">{cameraName(event.source)}</span>
      <span class="event-more">
        {length}
        {event.clip !== null && <Icon name="film" />}
      </span>
    </button>
  );
}
