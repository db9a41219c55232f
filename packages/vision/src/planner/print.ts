/** Plans as text: what a person looks at to see why a block was kept. */

import type { Plan } from "./planner.ts";

/** A sign per {@link Cause}, in the order of its values. */
const SIGNS = [".", "#", "i", "r", "b", "!", "s", "+"] as const;

/**
 * A plan as a heading and one line per row of blocks: `.` left out, `#` changed, `i` intra, `r` residual, `b` bits, `!`
 * damaged, `s` stale, `+` the picture is whole.
 */
export function printPlan(plan: Plan): string {
  const { columns, rows } = plan.grid;
  const signs: string[] = new Array<string>(columns * rows).fill(SIGNS[0]);
  for (const [at, block] of plan.kept.entries()) signs[block] = SIGNS[plan.causes[at]] ?? "?";
  const lines = Array.from({ length: rows }, (_, row) =>
    signs.slice(row * columns, (row + 1) * columns).join(""),
  );
  const whole = plan.whole === "none" ? "" : `, whole: ${plan.whole}`;
  const dropped = plan.dropped === 0 ? "" : `, ${plan.dropped} left for the next picture`;
  const heading =
    `picture ${plan.index} at ${plan.timestamp.toFixed(3)} s: ` +
    `${plan.kept.length} of ${columns * rows} blocks${whole}${dropped}, after ${plan.frames} frames`;
  return [heading, ...lines].join("\n");
}

/** Kept blocks as bits, rows from the top, lowest bit of the first byte first. */
export function planMask(plan: Plan): Uint8Array<ArrayBuffer> {
  const bits = new Uint8Array(Math.ceil((plan.grid.columns * plan.grid.rows) / 8));
  for (const block of plan.kept) bits[block >> 3] |= 1 << (block & 7);
  return bits;
}
