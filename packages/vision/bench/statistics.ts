/** How well a score or a list of events agrees with labels. */

/** First and last frame, both included. */
export type Interval = readonly [first: number, last: number];

/**
 * Area under the ROC curve: how often a frame that is labelled has the higher score than one that is not (ties count
 * half). NaN where all frames carry the same label.
 */
export function areaUnderCurve(scores: readonly number[], labels: readonly boolean[]): number {
  const ordered = scores
    .map((score, index) => ({ score, positive: labels[index] === true }))
    .sort((a, b) => a.score - b.score);
  let ranks = 0;
  let positive = 0;
  for (let from = 0; from < ordered.length; ) {
    const tied = ordered.slice(from).findIndex(({ score }) => score !== ordered[from]?.score);
    const to = tied < 0 ? ordered.length : from + tied;
    const positives = ordered.slice(from, to).filter((one) => one.positive).length;
    ranks += positives * ((from + 1 + to) / 2);
    positive += positives;
    from = to;
  }
  const negative = ordered.length - positive;
  return (ranks - (positive * (positive + 1)) / 2) / (positive * negative);
}

/** Mean over `width` frames around each; frames outside count as 0. */
export function centredMean(values: readonly number[], width: number): number[] {
  const half = width >> 1;
  return values.map((_, at) => {
    let sum = 0;
    for (let near = at - half; near <= at + half; near++) sum += values[near] ?? 0;
    return sum / width;
  });
}

/** Intervals as one label per frame. */
export function labelFrames(frames: number, intervals: readonly Interval[]): boolean[] {
  return Array.from({ length: frames }, (_, frame) =>
    intervals.some(([first, last]) => first <= frame && frame <= last),
  );
}

/** How events match labels. */
export type Match = {
  readonly matched: number;
  readonly precision: number;
  readonly recall: number;
  /** Mean intersection over union of the matched pairs. */
  readonly overlap: number;
};

/**
 * Pairs events with labels one to one, best overlap first. A pair matches if the intersection of its intervals is at
 * least half of their union.
 */
export function matchEvents(events: readonly Interval[], labels: readonly Interval[]): Match {
  const pairs = events
    .flatMap((event) => labels.map((label) => ({ event, label, share: shareOf(event, label) })))
    .filter(({ share }) => share >= 0.5)
    .sort((a, b) => b.share - a.share);
  const used = new Set<Interval>();
  let matched = 0;
  let overlap = 0;
  for (const { event, label, share } of pairs) {
    if (used.has(event) || used.has(label)) continue;
    used.add(event).add(label);
    matched++;
    overlap += share;
  }
  return {
    matched,
    precision: events.length === 0 ? 0 : matched / events.length,
    recall: labels.length === 0 ? 0 : matched / labels.length,
    overlap: matched === 0 ? 0 : overlap / matched,
  };
}

function shareOf([a, b]: Interval, [c, d]: Interval): number {
  const common = Math.min(b, d) - Math.max(a, c) + 1;
  return common <= 0 ? 0 : common / (Math.max(b, d) - Math.min(a, c) + 1);
}
