/** Numbers from other nodes: each statistic over time, with the band of its noise. */

import type { Aggregate } from "@symbion/core";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { ago, moment, plural } from "../../format.ts";
import { Empty, Panel } from "../../parts/controls.tsx";
import { colourAt, useScheme } from "../../parts/plot.ts";
import { now } from "../../state.ts";
import { received, share } from "./store.ts";
import { epsilonText, recipientName } from "./words.ts";
import "uplot/dist/uPlot.min.css";

const HEIGHT = 150;
/** Numbers of a statistic that are drawn: more than a chart has pixels for would not be seen. */
const MOST = 400;
/** Two of three numbers lie within one deviation, nineteen of twenty within two. */
const BAND = 2;

type Statistic = {
  readonly key: string;
  readonly peer: string;
  readonly what: string;
  /** Newest last, by the end of what was counted. */
  readonly numbers: readonly Aggregate[];
};

/** A chart for each statistic, the one that was heard of last first. */
export function Received(): JSX.Element | null {
  const list = received.value;
  const statistics = useMemo(() => byStatistic(list), [list]);
  if (share.value === null) return null;
  if (statistics.length === 0) {
    return (
      <Panel title="What other nodes told this one">
        <Empty>
          {share.value.enabled
            ? "Nothing yet. Numbers of other nodes come with noise, and with how much of it."
            : "Nothing: sharing is off."}
        </Empty>
      </Panel>
    );
  }
  return (
    <Panel
      title="What other nodes told this one"
      note={`${plural(statistics.length, "statistic")}; the bands, two deviations of the noise, hold the number without noise in 19 of 20 cases`}
      class="received"
    >
      <ul class="received-list">
        {statistics.map(({ key, ...statistic }) => (
          <Card key={key} statistic={{ key, ...statistic }} />
        ))}
      </ul>
    </Panel>
  );
}

function byStatistic(list: readonly Aggregate[]): readonly Statistic[] {
  const groups = new Map<string, Aggregate[]>();
  for (const one of list) {
    const key = JSON.stringify([one.peer, one.what, one.subject, one.unit]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else if (group.length < MOST) group.push(one);
  }
  return [...groups].map(([key, numbers]) => ({
    key,
    peer: numbers[0]?.peer ?? "",
    what: numbers[0]?.what ?? "",
    numbers: numbers.toSorted((a, b) => a.window[1] - b.window[1]),
  }));
}

/** A noisy value with as many digits as its noise lets stand. */
function noisy(value: number, deviation: number): string {
  const digits = deviation >= 2 || deviation === 0 ? 0 : deviation >= 0.2 ? 1 : 2;
  return value.toFixed(digits).replace("-", "−");
}

function Card({ statistic }: { readonly statistic: Statistic }): JSX.Element {
  const { numbers, peer, what } = statistic;
  const [hovered, setHovered] = useState<number | null>(null);
  const shown = numbers[Math.min(hovered ?? numbers.length - 1, numbers.length - 1)];
  if (shown === undefined) return <li />;
  const { value, deviation, unit, window, epsilon, tier, privacyUnit } = shown;
  return (
    <li class="received-card" data-peer={peer}>
      <p class="received-head">
        <b>{what}</b>
        <span class="soft">
          from {recipientName(peer)}, {ago(numbers.at(-1)?.at ?? 0, now.value)}
        </span>
      </p>
      <p class="received-value">
        <b class="received-number">{noisy(value, deviation)}</b>
        {unit !== "" && <span>{unit}</span>}
        <span class="received-band">
          ± {noisy(BAND * deviation, deviation)}
          {unit === "" ? "" : ` ${unit}`}
        </span>
        <span class="soft">
          {moment(window[0], now.value)} to {moment(window[1], now.value)}
        </span>
      </p>
      {numbers.length > 1 ? (
        <Chart
          numbers={numbers}
          label={`${what}, from ${recipientName(peer)}`}
          onHover={setHovered}
        />
      ) : (
        <Empty>The line begins with the next number.</Empty>
      )}
      <p class="soft">
        {epsilonText(epsilon)} for {privacyUnit}; this node is in its tier {tier}
      </p>
    </li>
  );
}

function Chart(props: {
  readonly numbers: readonly Aggregate[];
  readonly label: string;
  readonly onHover: (index: number | null) => void;
}): JSX.Element {
  const { numbers } = props;
  const box = useRef<HTMLDivElement>(null);
  const scheme = useScheme();
  const hover = useRef(props.onHover);
  hover.current = props.onHover;
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const colour = (name: string): string => colourAt(element, name);
    const axis = {
      stroke: colour("--text-soft"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { show: false },
      font: "11px system-ui",
    };
    const plot = new uPlot(
      {
        width: Math.max(120, element.clientWidth),
        height: HEIGHT,
        padding: [8, 10, 0, 0],
        legend: { show: false },
        cursor: { y: false, points: { size: 5 }, drag: { x: false, y: false } },
        scales: { x: { time: true } },
        axes: [
          { ...axis, space: 70, size: 26, values: (_, splits) => times(splits) },
          { ...axis, size: 44 },
        ],
        series: [
          {},
          { stroke: "transparent", points: { show: false } },
          { stroke: "transparent", points: { show: false } },
          { stroke: colour("--accent"), width: 2, points: { show: numbers.length < 30, size: 5 } },
        ],
        bands: [{ series: [2, 1], fill: colour("--band") }],
        hooks: { setCursor: [(u) => hover.current(u.cursor.idx ?? null)] },
      },
      [
        numbers.map(({ window }) => window[1] / 1000),
        numbers.map(({ value, deviation }) => value - BAND * deviation),
        numbers.map(({ value, deviation }) => value + BAND * deviation),
        numbers.map(({ value }) => value),
      ],
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
  }, [numbers, scheme]);
  return <div ref={box} class="received-chart" role="img" aria-label={props.label} />;
}

/** Labels of the axis of time: days where hours would repeat, seconds where minutes would. */
function times(splits: readonly number[]): string[] {
  const span = (splits.at(-1) ?? 0) - (splits[0] ?? 0);
  return splits.map((seconds) => {
    const date = new Date(seconds * 1000);
    return span > 30 * 3600
      ? date.toLocaleDateString("en-GB", { day: "numeric", month: "short" })
      : date.toLocaleTimeString("en-GB", {
          ...{ hour: "2-digit", minute: "2-digit" },
          ...(span < 600 ? { second: "2-digit" } : {}),
        });
  });
}
