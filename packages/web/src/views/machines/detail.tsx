/** One machine: what is forecast and why, its sensors, its past. */

import type { MachineCarrier, MachineCurve, MachineSensor, MachineStatus } from "@symbion/core";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { request } from "../../api/request.ts";
import { ago, percent } from "../../format.ts";
import { Empty, Panel, Problem } from "../../parts/controls.tsx";
import { useLoaded } from "../../parts/task.ts";
import { href } from "../../router.ts";
import { now } from "../../state.ts";
import { Band, stateClass } from "./card.tsx";
import { Curve } from "./curve.tsx";
import { life, lifeIn, PATH_TEXT, remainingText, SENSOR_TEXT, stateText } from "./words.ts";

/** How often the curve is fetched anew, milliseconds. */
const REFRESH = 10_000;
/** Points of the curve: more than it has pixels would not be seen. */
const POINTS = 400;
/** Carriers shown. */
const MOST = 8;

/** Everything about a machine. */
export function Detail({ status }: { readonly status: MachineStatus }): JSX.Element {
  const path = `/api/machines/${encodeURIComponent(status.id)}/curve?points=${POINTS}`;
  const { data, problem, reload } = useLoaded(
    (signal) => request<MachineCurve>("GET", path, { signal }),
    path,
  );
  useEffect(() => {
    const timer = setInterval(reload, REFRESH);
    return () => clearInterval(timer);
  }, [reload]);
  const { forecast, health, lifeUnit } = status;
  const failure = forecast?.failure ?? null;
  return (
    <>
      <p>
        <a href={href("machines")}>All machines</a>
      </p>
      <Panel
        title={status.name}
        note={status.simulated ? "simulated" : undefined}
        class={`machine-detail ${stateClass(status)}`}
      >
        <p class="machine-head">
          <span class="machine-state">{stateText(status)}</span>
          <span class="soft">
            {lifeIn(status.age, lifeUnit)} in service
            {status.regime !== null && `, operating regime ${status.regime + 1}`}
            {status.at !== null && `, last row ${ago(status.at, now.value)}`}
          </span>
        </p>
        <p class="machine-life large">{remainingText(status)}</p>
        <Band forecast={forecast} />
        <p class="soft">
          {forecast !== null && `Forecast ${PATH_TEXT[forecast.path]}. `}
          {forecast !== null &&
            forecast.remaining !== null &&
            forecast.reason !== null &&
            `${forecast.reason}. `}
          {failure !== null &&
            `Risk of failing within ${lifeIn(failure.within, lifeUnit)}: ${percent(failure.probability)} %. `}
          {health !== null &&
            health.anomaly !== null &&
            `Unusualness ${health.anomaly.toFixed(2)} (above 1 is an anomaly).`}
        </p>
        <p class="machine-advice">{status.advice}</p>
      </Panel>
      <Panel title="Past">
        <Problem text={problem} />
        {data !== null && data.age.length > 1 ? (
          <Curve curve={data} most={forecast?.most ?? 1} lifeUnit={lifeUnit} />
        ) : (
          <Empty>No past yet.</Empty>
        )}
      </Panel>
      <div class="machine-columns">
        <Carriers
          title="What carries the forecast"
          note={`effect on the remaining life, ${lifeUnit}`}
          carriers={forecast?.carriers ?? []}
        />
        <Carriers
          title="What is unusual"
          note="part of the unusualness"
          carriers={health?.carriers ?? []}
        />
      </div>
      <Sensors sensors={status.sensors} />
    </>
  );
}

function Carriers(props: {
  readonly title: string;
  readonly note: string;
  readonly carriers: readonly MachineCarrier[];
}): JSX.Element {
  const shown = props.carriers.slice(0, MOST);
  const most = Math.max(1e-9, ...shown.map(({ effect }) => Math.abs(effect)));
  return (
    <Panel title={props.title} note={props.note}>
      {shown.length === 0 ? (
        <Empty>Nothing stands out.</Empty>
      ) : (
        <ul class="carriers">
          {shown.map(({ sensor, effect }) => (
            <li key={sensor}>
              <span>{sensor === "age" ? "time in service" : sensor}</span>
              <svg viewBox="-100 0 200 10" preserveAspectRatio="none" aria-hidden="true">
                <rect
                  class={effect < 0 ? "effect-down" : "effect-up"}
                  x={Math.min(0, (100 * effect) / most)}
                  y="1"
                  width={Math.max(1, (100 * Math.abs(effect)) / most)}
                  height="8"
                />
              </svg>
              <b>{`${effect > 0 ? "+" : effect < 0 ? "−" : ""}${life(Math.abs(effect))}`}</b>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Sensors({ sensors }: { readonly sensors: readonly MachineSensor[] }): JSX.Element {
  return (
    <Panel title="Sensors" note="a faulty sensor is no fault of the machine">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys */}
      <section class="table-scroll" tabIndex={0} aria-label="Table of sensors">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Sensor</th>
              <th scope="col" class="number">
                Newest value
              </th>
              <th scope="col">State</th>
              <th scope="col">Since</th>
            </tr>
          </thead>
          <tbody>
            {sensors.map(({ name, unit, role, value, state, since }) => (
              <tr key={name} class={state === "good" ? undefined : "sensor-fault"}>
                <th scope="row">
                  {name}
                  {role === "setting" && <small> setting</small>}
                </th>
                <td class="number">
                  {value === null ? "–" : `${Number(value.toPrecision(5))} ${unit}`}
                </td>
                <td>{SENSOR_TEXT[state]}</td>
                <td>{ago(since, now.value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}
