/** One chart: a line per source with the range between its lowest and highest values, drawn by uPlot. */

import type { ReadingSeries } from "@symbion/core";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { moment } from "../../format.ts";
import { colourAt, useScheme } from "../../parts/plot.ts";
import { cameraName } from "../../state.ts";
import { withUnit } from "./units.ts";
import "uplot/dist/uPlot.min.css";

const HEIGHT = 132;

/** Shortest span that can be looked at, milliseconds. */
const SHORTEST = 30_000;

/** Names of the series' colours in the stylesheet. */
const TONES = 6;

/** A chart. `onSelect` gets the span that the person dragged over. */
export function Chart(props: {
  readonly title: string;
  readonly series: readonly ReadingSeries[];
  readonly from: number;
  readonly to: number;
  readonly onSelect: (from: number, to: number) => void;
}): JSX.Element {
  const { title, series, from, to } = props;
  const box = useRef<HTMLDivElement>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const scheme = useScheme();
  const select = useRef(props.onSelect);
  select.current = props.onSelect;
  const unit = series[0]?.unit ?? "";
  const table = align(series);

  // The data object stands for everything in it.
  useEffect(() => {
    const element = box.current;
    if (element === null || table.at.length === 0) return;
    const colour = (name: string): string => colourAt(element, name);
    const grid = { stroke: colour("--line"), width: 1 };
    const axis = {
      stroke: colour("--text-soft"),
      grid,
      ticks: { show: false },
      font: "11px system-ui",
    };
    const plot = new uPlot(
      {
        width: Math.max(120, element.clientWidth),
        height: HEIGHT,
        padding: [8, 6, 0, 0],
        legend: { show: false },
        cursor: { y: false, points: { size: 5 }, drag: { x: true, y: false } },
        scales: { x: { time: true, range: () => [from / 1000, to / 1000] }, y: { range: bounds } },
        axes: [
          { ...axis, space: 70, size: 26, values: (_, splits) => splits.map(label(to - from)) },
          {
            ...axis,
            size: 70,
            space: 34,
            values: (_, splits) => splits.map((v) => withUnit(v, unit)),
          },
        ],
        series: [
          {},
          ...table.sources.map((_, index) => ({
            stroke: colour(`--series-${(index % TONES) + 1}`),
            width: 1.5,
            points: { size: 4, space: 16 },
          })),
        ],
        hooks: {
          setCursor: [(u) => setHovered(u.cursor.idx ?? null)],
          setSelect: [
            (u) => {
              const a = u.posToVal(u.select.left, "x") * 1000;
              const b = u.posToVal(u.select.left + u.select.width, "x") * 1000;
              if (b - a >= SHORTEST) select.current(a, b);
            },
          ],
        },
      },
      [table.at, ...table.values],
      element,
    );
    const watcher = new ResizeObserver(() => {
      plot.setSize({ width: Math.max(120, element.clientWidth), height: HEIGHT });
    });
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      plot.destroy();
    };
  }, [series, scheme]);

  const at = hovered ?? table.at.length - 1;
  const when = hovered === null ? "" : moment((table.at[at] ?? 0) * 1000);
  return (
    <section class="chart" aria-label={title}>
      <p class="chart-head">
        <b>{title}</b>
        <span class="soft">{when}</span>
      </p>
      <div class="chart-plot" ref={box} role="img" aria-label={`${title} over time`} />
      <ul class="chart-legend">
        {table.sources.map((source, index) => {
          const value = table.values[index]?.[at] ?? null;
          return (
            <li key={source}>
              <i class={`tone-${(index % TONES) + 1}`} aria-hidden="true" />
              {source !== "node" && <span>{cameraName(source)}</span>}
              <b>{value === null ? "–" : withUnit(value, unit)}</b>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

type Table = {
  readonly sources: readonly string[];
  /** Seconds. */
  readonly at: number[];
  readonly values: (number | null)[][];
};

/** Puts series with times of their own over one list of times. */
function align(series: readonly ReadingSeries[]): Table {
  const times = new Set<number>();
  for (const one of series) for (const at of one.at) times.add(at);
  const at = [...times].toSorted((a, b) => a - b);
  const place = new Map(at.map((time, index) => [time, index]));
  const values = series.map((one) => {
    const row = new Array<number | null>(at.length).fill(null);
    for (const [index, time] of one.at.entries()) {
      row[place.get(time) as number] = one.mean[index] ?? null;
    }
    return row;
  });
  return { sources: series.map(({ source }) => source), at: at.map((time) => time / 1000), values };
}

/** From zero, with room above; a flat zero still has a height. */
function bounds(_: uPlot, low: number | null, high: number | null): [number, number] {
  const top = Math.max(high ?? 0, 0);
  return [Math.min(0, low ?? 0), top === 0 ? 1 : top * 1.12];
}

function label(length: number): (seconds: number) => string {
  const days = length > 2 * 86_400_000;
  return (seconds) => {
    const date = new Date(seconds * 1000);
    const two = (value: number): string => value.toString().padStart(2, "0");
    if (days) return date.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
    const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
    return length < 600_000 ? `${time}:${two(date.getSeconds())}` : time;
  };
}
