/** A minute of one figure as a line. */

import type { JSX } from "preact";
import { HISTORY_SECONDS } from "../state.ts";

const WIDTH = 120;
const HEIGHT = 34;

/** Draws `values` (newest last) from zero to their maximum, or to `top` where that is higher. */
export function Sparkline({
  values,
  top,
}: {
  readonly values: readonly number[];
  readonly top: number;
}): JSX.Element {
  const highest = Math.max(top, ...values) * 1.08;
  const step = WIDTH / (HISTORY_SECONDS - 1);
  const start = WIDTH - (values.length - 1) * step;
  const points = values.map(
    (value, index) =>
      `${(start + index * step).toFixed(1)},${(HEIGHT - 1.5 - (value / highest) * (HEIGHT - 4)).toFixed(1)}`,
  );
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {points.length > 1 && (
        <>
          <path
            class="area"
            d={`M${start.toFixed(1)},${HEIGHT}L${points.join("L")}L${WIDTH},${HEIGHT}Z`}
          />
          <path class="line" d={`M${points.join("L")}`} />
        </>
      )}
    </svg>
  );
}
