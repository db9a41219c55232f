/** A machine's past: what was forecast at each age, with its 90 % band, and the truth once the life is over. */

import type { MachineCurve } from "@symbion/core";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { colourAt, useScheme } from "../../parts/plot.ts";
import { life, lifeIn } from "./words.ts";
import "uplot/dist/uPlot.min.css";

const HEIGHT = 230;

/** The curve; under the pointer, or at the end, its values in words. */
export function Curve(props: {
  readonly curve: MachineCurve;
  /** Longest life that forecasts tell apart: the top of the plot. */
  readonly most: number;
  readonly lifeUnit: string;
}): JSX.Element {
  const { most, lifeUnit } = props;
  const curve = useMemo(() => known(props.curve), [props.curve]);
  const box = useRef<HTMLDivElement>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const scheme = useScheme();
  useEffect(() => {
    const element = box.current;
    if (element === null || curve.age.length === 0) return;
    const colour = (name: string): string => colourAt(element, name);
    const axis = {
      stroke: colour("--text-soft"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { show: false },
      font: "11px system-ui",
    };
    const accent = colour("--accent");
    const plot = new uPlot(
      {
        width: Math.max(120, element.clientWidth),
        height: HEIGHT,
        padding: [8, 10, 0, 0],
        legend: { show: false },
        cursor: { y: false, points: { size: 5 }, drag: { x: false, y: false } },
        scales: {
          x: { time: false },
          y: { range: () => [0, most * 1.05] },
          health: { range: [0, 1] },
        },
        axes: [
          {
            ...axis,
            size: 34,
            label: `in service (${lifeUnit})`,
            labelSize: 16,
            labelFont: axis.font,
          },
          { ...axis, size: 46, values: (_, splits) => splits.map(life) },
        ],
        series: [
          {},
          { stroke: "transparent", points: { show: false } },
          { stroke: "transparent", points: { show: false } },
          { stroke: accent, width: 2, points: { show: false } },
          { stroke: colour("--text"), width: 1.5, dash: [4, 4], points: { show: false } },
          { scale: "health", stroke: colour("--warm"), width: 1, points: { show: false } },
        ],
        bands: [{ series: [2, 1], fill: colour("--activity") }],
        hooks: { setCursor: [(u) => setHovered(u.cursor.idx ?? null)] },
      },
      [
        [...curve.age],
        [...curve.low],
        [...curve.high],
        [...curve.remaining],
        curve.truth === null ? curve.age.map(() => null) : [...curve.truth],
        [...curve.health],
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
  }, [curve, most, scheme]);

  const at = Math.min(hovered ?? curve.age.length - 1, curve.age.length - 1);
  const value = (list: readonly (number | null)[] | null): string => {
    const found = list?.[at] ?? null;
    return found === null ? "–" : life(found);
  };
  return (
    <div class="machine-curve">
      <div ref={box} role="img" aria-label="Remaining life over time in service" />
      <ul class="chart-legend">
        <li>
          at <b>{lifeIn(curve.age[at] ?? 0, lifeUnit)}</b>
        </li>
        <li>
          <i class="key-estimate" aria-hidden="true" />
          estimate <b>{value(curve.remaining)}</b>
        </li>
        <li>
          <i class="key-band" aria-hidden="true" />
          90 % band{" "}
          <b>
            {value(curve.low)} to {value(curve.high)}
          </b>
        </li>
        <li>
          <i class="key-truth" aria-hidden="true" />
          truth <b>{curve.truth === null ? "not known yet" : value(curve.truth)}</b>
        </li>
        <li>
          <i class="key-health" aria-hidden="true" />
          health <b>{curve.health[at]?.toFixed(2) ?? "–"}</b>
        </li>
      </ul>
    </div>
  );
}

/** The past from its first forecast on: before the first models there is nothing to see. */
function known(curve: MachineCurve): MachineCurve {
  const first = curve.remaining.findIndex((value) => value !== null);
  if (first <= 0) return curve;
  return {
    machine: curve.machine,
    age: curve.age.slice(first),
    at: curve.at.slice(first),
    remaining: curve.remaining.slice(first),
    low: curve.low.slice(first),
    high: curve.high.slice(first),
    health: curve.health.slice(first),
    truth: curve.truth?.slice(first) ?? null,
  };
}
