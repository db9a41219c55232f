/** Single periods of a voice inside a frame: what jitter and shimmer are made of. */

/** Sums over the periods of a frame. */
export type CycleSums = {
  /** Whole periods found. */
  readonly periods: number;
  /** Their lengths together, in samples. */
  readonly periodSum: number;
  /** Changes from one length to the next together, in samples. */
  readonly periodChange: number;
  /** Their peaks together, in units of the signal. */
  readonly peakSum: number;
  /** Changes from one peak to the next together, in units of the signal. */
  readonly peakChange: number;
};

/** How far from its expected place a peak is looked for, as a share of the period. */
const REACH = 0.25;

/**
 * Follows the highest peak of a frame to both sides, period by period. Peaks are placed between samples by a parabola,
 * since at 16 kHz a sample is already one percent of a period.
 *
 * @param frame Samples.
 * @param period Expected period in samples, above 4.
 */
export function cycleSums(frame: ArrayLike<number>, period: number): CycleSums {
  const none = { periods: 0, periodSum: 0, periodChange: 0, peakSum: 0, peakChange: 0 };
  if (!(period > 4) || frame.length < 2 * period) return none;
  let top = 1;
  for (let i = 1; i + 1 < frame.length; i++) if (frame[i] > frame[top]) top = i;
  const marks = [refine(frame, top)];
  for (let at = marks[0].at; ; ) {
    const next = peakNear(frame, at + period, period);
    if (next === null) break;
    marks.push(next);
    at = next.at;
  }
  for (let at = marks[0].at; ; ) {
    const next = peakNear(frame, at - period, period);
    if (next === null) break;
    marks.unshift(next);
    at = next.at;
  }
  let periodSum = 0;
  let periodChange = 0;
  let peakSum = 0;
  let peakChange = 0;
  for (let i = 1; i < marks.length; i++) {
    const length = marks[i].at - marks[i - 1].at;
    periodSum += length;
    peakSum += marks[i].height;
    if (i === 1) continue;
    periodChange += Math.abs(length - (marks[i - 1].at - marks[i - 2].at));
    peakChange += Math.abs(marks[i].height - marks[i - 1].height);
  }
  return { periods: marks.length - 1, periodSum, periodChange, peakSum, peakChange };
}

type Mark = { readonly at: number; readonly height: number };

function peakNear(frame: ArrayLike<number>, at: number, period: number): Mark | null {
  const from = Math.ceil(at - REACH * period);
  const to = Math.floor(at + REACH * period);
  if (from < 1 || to + 1 >= frame.length) return null;
  let top = from;
  for (let i = from; i <= to; i++) if (frame[i] > frame[top]) top = i;
  return refine(frame, top);
}

function refine(frame: ArrayLike<number>, top: number): Mark {
  const [before, height, after] = [frame[top - 1], frame[top], frame[top + 1]];
  const curve = before - 2 * height + after;
  if (!(curve < 0)) return { at: top, height };
  const shift = Math.max(-0.5, Math.min(0.5, (0.5 * (before - after)) / curve));
  return { at: top + shift, height: height - 0.25 * (before - after) * shift };
}
