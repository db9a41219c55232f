/** A machine in the fleet: its state in a word, its remaining life as a band. */

import type { MachineForecast, MachineStatus } from "@symbion/core";
import type { JSX } from "preact";
import { memo } from "preact/compat";
import { plural } from "../../format.ts";
import { Icon } from "../../parts/icon.tsx";
import { href } from "../../router.ts";
import { machines } from "./store.ts";
import { faulty, lifeIn, PATH_TEXT, remainingText, stateText } from "./words.ts";

/** Class for the colour of a machine's state; the word stands beside it. */
export function stateClass({ state, health }: MachineStatus): string {
  if (state === "failed") return "ill";
  if (state === "silent" || state === "waiting") return "unknown";
  return health?.state ?? "unknown";
}

/** A card that is drawn again when its machine changes. */
export const Card: (props: { readonly id: string }) => JSX.Element | null = memo(({ id }) => {
  const status = machines.value.get(id)?.value;
  if (status === undefined) return null;
  const { name, simulated, forecast, lifeUnit, age } = status;
  const faults = faulty(status);
  return (
    <li class={`machine-card ${stateClass(status)}`} data-machine={id}>
      <p class="machine-head">
        <a href={href("machines", [id])}>{name.replace(" (simulated)", "")}</a>
        {simulated && <span class="tag">simulated</span>}
        <span class="machine-state">{stateText(status)}</span>
      </p>
      <p class="machine-life">{remainingText(status)}</p>
      <Band forecast={forecast} />
      <p class="soft">
        {lifeIn(age, lifeUnit)} in service
        {forecast !== null && forecast.remaining !== null && `, ${PATH_TEXT[forecast.path]}`}
      </p>
      {faults > 0 && (
        <p class="machine-faults">
          <Icon name="info" />
          {plural(faults, "sensor")} without a usable value: no fault of the machine
        </p>
      )}
    </li>
  );
});

/** Remaining life on an axis from 0 to the longest that can be told apart; the words beside it say the same. */
export function Band({ forecast }: { readonly forecast: MachineForecast | null }): JSX.Element {
  const share = (value: number): number =>
    forecast === null ? 0 : Math.max(0, Math.min(100, (100 * value) / forecast.most));
  const { remaining = null, low = null, high = null } = forecast ?? {};
  return (
    <svg class="machine-band" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect class="band-axis" x="0" y="4" width="100" height="2" />
      {remaining !== null && low !== null && (
        <rect
          class="band-interval"
          x={share(low)}
          y="2"
          width={Math.max(0.5, share(high ?? forecast?.most ?? 0) - share(low))}
          height="6"
        />
      )}
      {remaining !== null && (
        <rect
          class="band-mark"
          x={Math.max(0, share(remaining) - 0.6)}
          y="0"
          width="1.2"
          height="10"
        />
      )}
    </svg>
  );
}
