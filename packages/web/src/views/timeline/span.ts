/** The part of time that is shown: zooming, panning, ticks. Times are milliseconds since 1970. */

/** From when to when. */
export type Span = { readonly from: number; readonly to: number };

/** Shortest and longest span that can be shown. */
export const MIN_SPAN = 10_000;
export const MAX_SPAN: number = 90 * 86_400_000;

/** Zooms by `factor` (below 1: closer) around `at`, which stays where it is on the screen. */
export function zoom({ from, to }: Span, factor: number, at: number): Span {
  const length = Math.min(MAX_SPAN, Math.max(MIN_SPAN, (to - from) * factor));
  const share = (at - from) / (to - from);
  const start = at - share * length;
  return { from: start, to: start + length };
}

/** Moves by so many milliseconds. */
export function pan({ from, to }: Span, by: number): Span {
  return { from: from + by, to: to + by };
}

/** The span of the same length whose end is no later than a little after `now`: nothing lies in the future. */
export function notBeyond(span: Span, now: number): Span {
  const over = span.to - (now + (span.to - span.from) * 0.02);
  return over > 0 ? pan(span, -over) : span;
}

/** Moves a span as little as needed to show `at`, with room around it. */
export function reveal(span: Span, at: number): Span {
  const room = (span.to - span.from) * 0.08;
  if (at < span.from + room) return pan(span, at - room * 3 - span.from);
  if (at > span.to - room) return pan(span, at + room * 3 - span.to);
  return span;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS: readonly number[] = [
  SECOND,
  2 * SECOND,
  5 * SECOND,
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
];

/** A mark on the ruler. `strong` ones begin a day. */
export type Tick = { readonly at: number; readonly label: string; readonly strong: boolean };

/** Marks at round local times, at least `apart` milliseconds from each other. */
export function ticks({ from, to }: Span, apart: number): Tick[] {
  const step = STEPS.find((one) => one >= apart) ?? 28 * DAY;
  // Round times are round where people live: counted from a local midnight.
  const midnight = new Date(from);
  midnight.setHours(0, 0, 0, 0);
  const start = midnight.getTime();
  const result: Tick[] = [];
  for (let at = start + Math.ceil((from - start) / step) * step; at <= to; at += step) {
    const date = new Date(at);
    const strong = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0;
    result.push({ at, label: labelOf(date, step, strong), strong });
  }
  return result;
}

function labelOf(date: Date, step: number, strong: boolean): string {
  if (strong || step >= DAY) {
    return date.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short" });
  }
  const two = (value: number): string => value.toString().padStart(2, "0");
  const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return step < MINUTE ? `${minutes}:${two(date.getSeconds())}` : minutes;
}

/** Spans offered as buttons. */
export const PRESETS: readonly { readonly label: string; readonly length: number }[] = [
  { label: "1 h", length: HOUR },
  { label: "6 h", length: 6 * HOUR },
  { label: "24 h", length: DAY },
  { label: "7 d", length: 7 * DAY },
];
