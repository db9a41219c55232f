/**
 * What a regime lacks, taken from the others: where the means of a sensor follow the settings closely (a temperature that rises
 * with the speed), the mean of a regime with too few rows follows too. Where they do not, nothing is made up.
 */

import type { RegimeStatistics } from "./normaliser.ts";

/** Standard deviations by which a mean may be missed when it is predicted from the others. */
const CLOSE = 1;

/** Regimes that must be known beside those that determine the plane. */
const SPARE = 2;

/**
 * Fills in figures of regimes that have too few rows. A figure is borrowed only between settings that were seen, and only if
 * the same regression, left without each known regime in turn, finds that regime's mean within a standard deviation.
 */
export function borrow(regimes: readonly RegimeStatistics[]): RegimeStatistics[] {
  const sensors = regimes[0]?.mean.length ?? 0;
  const filled = regimes.map(({ mean, sd, borrowed, ...rest }) => ({
    ...rest,
    ...{ mean: [...mean], sd: [...sd], borrowed: [...borrowed] },
  }));
  for (let s = 0; s < sensors; s++) {
    const known = regimes.filter(({ mean }) => mean[s] !== null);
    if (known.length === regimes.length) continue;
    const points = known.map(({ settings }) => settings);
    const means = known.map(({ mean }) => mean[s] as number);
    const spread = Math.sqrt(
      known.reduce((sum, { sd }) => sum + (sd[s] as number) ** 2, 0) / known.length,
    );
    if (!follows(points, means, spread)) continue;
    const plane = planeThrough(points, means);
    regimes.forEach(({ mean, settings }, r) => {
      if (mean[s] !== null || plane === null || !within(settings, points)) return;
      filled[r].mean[s] = heightAt(plane, settings);
      filled[r].sd[s] = spread;
      filled[r].borrowed[s] = true;
    });
  }
  return filled;
}

/** Whether each mean is found from the others. */
function follows(
  points: readonly (readonly number[])[],
  means: readonly number[],
  spread: number,
): boolean {
  const moving = movingSettings(points).length;
  if (moving === 0 || points.length < moving + 1 + SPARE) return false;
  return points.every((point, left) => {
    const plane = planeThrough(
      points.filter((_, i) => i !== left),
      means.filter((_, i) => i !== left),
    );
    return plane !== null && Math.abs(heightAt(plane, point) - means[left]) <= CLOSE * spread;
  });
}

function within(point: readonly number[], points: readonly (readonly number[])[]): boolean {
  return point.every((value, c) => {
    const column = points.map((other) => other[c]);
    return value >= Math.min(...column) && value <= Math.max(...column);
  });
}

/** Settings that differ between points. */
function movingSettings(points: readonly (readonly number[])[]): number[] {
  return (points[0] ?? []).flatMap((first, c) =>
    points.some((point) => point[c] !== first) ? [c] : [],
  );
}

type Plane = { settings: number[]; origin: number[]; size: number[]; slopes: number[] };

/** Least squares; null where the points do not determine it. */
function planeThrough(
  points: readonly (readonly number[])[],
  heights: readonly number[],
): Plane | null {
  const settings = movingSettings(points);
  const origin = settings.map((c) => points.reduce((sum, p) => sum + p[c], 0) / points.length);
  const size = settings.map((c, k) => Math.max(...points.map((p) => Math.abs(p[c] - origin[k]))));
  const n = settings.length + 1;
  const matrix = Array.from({ length: n }, () => new Array<number>(n + 1).fill(0));
  points.forEach((point, i) => {
    const row = [1, ...settings.map((c, k) => (point[c] - origin[k]) / size[k])];
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < n; b++) matrix[a][b] += row[a] * row[b];
      matrix[a][n] += row[a] * heights[i];
    }
  });
  const slopes = solve(matrix);
  return slopes === null ? null : { settings, origin, size, slopes };
}

function heightAt({ settings, origin, size, slopes }: Plane, point: readonly number[]): number {
  return settings.reduce(
    (sum, c, k) => sum + (slopes[k + 1] * (point[c] - origin[k])) / size[k],
    slopes[0],
  );
}

/** Gauss's elimination of [matrix | right side]; null where it is singular. */
function solve(m: number[][]): number[] | null {
  const n = m.length;
  for (let p = 0; p < n; p++) {
    const pivot = m
      .slice(p)
      .reduce((best, row, i) => (Math.abs(row[p]) > Math.abs(m[best][p]) ? p + i : best), p);
    [m[p], m[pivot]] = [m[pivot], m[p]];
    if (!(Math.abs(m[p][p]) > 1e-9)) return null;
    for (let a = 0; a < n; a++) {
      if (a === p) continue;
      const share = m[a][p] / m[p][p];
      for (let b = p; b <= n; b++) m[a][b] -= share * m[p][b];
    }
  }
  return m.map((row, p) => row[n] / row[p]);
}
