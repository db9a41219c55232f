/** The history of all readings, one chart per name, all over the same span. */

import type { ReadingSeries } from "@symbion/core";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { query, request } from "../../api/request.ts";
import { Button, Empty, Panel, Problem, Segmented } from "../../parts/controls.tsx";
import { useLoaded } from "../../parts/task.ts";
import { node } from "../../state.ts";
import { Chart } from "./chart.tsx";
import { readingTitle } from "./units.ts";

const HOUR = 3_600_000;
const SPANS = [
  { value: "0.25", label: "15 min" },
  { value: "1", label: "1 h" },
  { value: "6", label: "6 h" },
  { value: "24", label: "24 h" },
  { value: "168", label: "7 d" },
] as const;

/** Points per series: more than a chart has pixels would not be seen. */
const POINTS = 400;

/** How often charts that end now are fetched anew, milliseconds. */
const REFRESH = 30_000;

type Window = {
  readonly from: number;
  readonly to: number;
  /** Preset in hours where it ends now, or empty. */
  readonly preset: string;
};

function last(hours: string): Window {
  const to = Date.now();
  return { from: to - Number(hours) * HOUR, to, preset: hours };
}

/** A node that has just begun has nothing to show over six hours. */
function firstSpan(): string {
  const uptime = node.peek()?.uptimeSeconds ?? 0;
  return uptime < 1200 ? "0.25" : uptime < 7200 ? "1" : "6";
}

/** Charts with their span. */
export function Charts(): JSX.Element {
  const [span, setSpan] = useState(() => last(firstSpan()));
  const path = `/api/readings${query({
    from: Math.floor(span.from),
    to: Math.ceil(span.to),
    points: POINTS,
  })}`;
  const { data, problem, loading } = useLoaded(
    (signal) => request<ReadingSeries[]>("GET", path, { signal }),
    path,
  );
  useEffect(() => {
    if (span.preset === "") return;
    const timer = setInterval(() => {
      if (!document.hidden) setSpan(last(span.preset));
    }, REFRESH);
    return () => clearInterval(timer);
  }, [span.preset]);
  const length = span.to - span.from;
  const move = (share: number): void => {
    const to = Math.min(Date.now(), span.to + length * share);
    setSpan({ from: to - length, to, preset: "" });
  };
  // The node's processor time and a camera's are different things of one name.
  const groups = Map.groupBy(data ?? [], ({ source, name }) =>
    source === "node" ? `node.${name}` : name,
  );
  return (
    <Panel
      title="History"
      note={<span class="wide-only">drag over a chart to look closer</span>}
      actions={
        <div class="chart-tools">
          <div class="joined">
            <Button small icon="previous" label="Earlier" onClick={() => move(-0.5)} />
            <Button
              small
              icon="next"
              label="Later"
              disabled={span.preset !== ""}
              onClick={() => move(0.5)}
            />
          </div>
          <Segmented
            legend="Span"
            name="health-span"
            value={span.preset}
            options={SPANS}
            onChange={(hours) => setSpan(last(hours))}
          />
        </div>
      }
    >
      <Problem text={problem} />
      {data !== null && groups.size === 0 && !loading && (
        <Empty>Nothing has been measured in this span.</Empty>
      )}
      <div class="charts">
        {[...groups].map(([name, series]) => (
          <Chart
            key={name}
            title={readingTitle(name)}
            series={series}
            from={span.from}
            to={span.to}
            onSelect={(from, to) => setSpan({ from, to, preset: "" })}
          />
        ))}
      </div>
    </Panel>
  );
}
