/**
 * Plane geometry of areas: point in polygon, signed crossings of a line, distances, rasters of macroblocks. Points are
 * shares of the picture's width and height, x to the right, y down.
 *
 * Degenerate cases (a path through a corner, a point on an edge) are decided as if every path point lay an
 * infinitesimal step to the right and an even smaller one down, the same step everywhere. So nothing is counted twice
 * or not at all, and the laws hold exactly wherever the arithmetic is exact.
 */

import type { Point } from "./types.ts";

/**
 * On which side of the directed line p -> q a point lies: 1 to its right (as seen on the screen, y down), -1 to its
 * left; points on the line are decided by the step described above, 0 only where p equals q.
 */
function side(px: number, py: number, qx: number, qy: number, x: number, y: number): -1 | 0 | 1 {
  const dx = qx - px;
  const dy = qy - py;
  const cross = dx * (y - py) - dy * (x - px);
  const decided = cross !== 0 ? cross : dy !== 0 ? -dy : dx;
  return decided > 0 ? 1 : decided < 0 ? -1 : 0;
}

/**
 * Signed crossing of the step a -> b over the segment p -> q: 1 to the right of p -> q, -1 to its left, 0 none. The
 * step's points carry the infinitesimal displacement, the segment's do not.
 */
function crossing([px, py]: Point, [qx, qy]: Point, [ax, ay]: Point, [bx, by]: Point): -1 | 0 | 1 {
  const before = side(px, py, qx, qy, ax, ay);
  const after = side(px, py, qx, qy, bx, by);
  if (before === after) return 0;
  // Seen from the displaced step the segment's ends are displaced the other way, hence the point reflection.
  if (side(-ax, -ay, -bx, -by, -px, -py) === side(-ax, -ay, -bx, -by, -qx, -qy)) return 0;
  return after;
}

/**
 * Net crossings of the step `from` -> `to` over an open polyline: counted positive to the right of the line, as seen
 * from its first towards its last point, and negative to its left. A step that crosses and returns nets 0; a path
 * around the end of the line does not cross it.
 */
export function lineCrossings(line: readonly Point[], from: Point, to: Point): number {
  let net = 0;
  for (let at = 1; at < line.length; at++) {
    net += crossing(line[at - 1] as Point, line[at] as Point, from, to);
  }
  return net;
}

/**
 * Share of the step `from` -> `to` (0 to 1) at which it first meets the polyline, whichever the direction; null where
 * it does not.
 */
export function firstCrossing(line: readonly Point[], from: Point, to: Point): number | null {
  let first: number | null = null;
  for (let at = 1; at < line.length; at++) {
    const p = line[at - 1] as Point;
    const q = line[at] as Point;
    if (crossing(p, q, from, to) === 0) continue;
    const dx = q[0] - p[0];
    const dy = q[1] - p[1];
    const a = dx * (from[1] - p[1]) - dy * (from[0] - p[0]);
    const b = dx * (to[1] - p[1]) - dy * (to[0] - p[0]);
    const share = a === b ? 0 : Math.min(1, Math.max(0, a / (a - b)));
    if (first === null || share < first) first = share;
  }
  return first;
}

/**
 * Whether a point lies inside a polygon, by the non-zero winding rule (which is also how a page fills it): concave
 * and self-touching outlines work, and what an outline encloses twice is inside. The last point joins the first.
 */
export function insidePolygon(points: readonly Point[], x: number, y: number): boolean {
  let winding = 0;
  let [px, py] = points[points.length - 1] as Point;
  for (const [qx, qy] of points) {
    // Half-open in y, so that a corner at the height of the point belongs to one of its two edges.
    if (py <= y !== qy <= y) {
      const left = (qx - px) * (y - py) - (qy - py) * (x - px);
      if (py <= y ? left > 0 : left < 0) winding += py <= y ? 1 : -1;
    }
    px = qx;
    py = qy;
  }
  return winding !== 0;
}

/** Distance of a point from a polyline; `closed` adds the edge from its last to its first point. */
export function distanceToLine(
  line: readonly Point[],
  x: number,
  y: number,
  closed = false,
): number {
  let best = Number.POSITIVE_INFINITY;
  for (let at = closed ? 0 : 1; at < line.length; at++) {
    const [px, py] = line[at === 0 ? line.length - 1 : at - 1] as Point;
    const [qx, qy] = line[at] as Point;
    const dx = qx - px;
    const dy = qy - py;
    const square = dx * dx + dy * dy;
    const along =
      square === 0 ? 0 : Math.min(1, Math.max(0, ((x - px) * dx + (y - py) * dy) / square));
    best = Math.min(best, Math.hypot(x - px - along * dx, y - py - along * dy));
  }
  return best;
}

/** Area that a polygon's outline encloses, with sign; parts enclosed in opposite senses cancel. */
export function signedArea(points: readonly Point[]): number {
  let sum = 0;
  let [px, py] = points[points.length - 1] as Point;
  for (const [qx, qy] of points) {
    sum += px * qy - qx * py;
    px = qx;
    py = qy;
  }
  return sum / 2;
}

/**
 * A polygon as a mask of macroblocks: 1 where a macroblock's centre lies inside ({@link insidePolygon}), raster
 * order.
 *
 * @param width cropped width of the picture in luma samples; the last macroblocks may reach beyond it
 * @param height cropped height
 * @param into a mask of the right size in which ones are added; default: a new one
 */
export function rasterise(
  points: readonly Point[],
  mbWidth: number,
  mbHeight: number,
  width: number,
  height: number,
  into: Uint8Array = new Uint8Array(mbWidth * mbHeight),
): Uint8Array {
  for (let row = 0, mb = 0; row < mbHeight; row++) {
    // A macroblock may show in the picture though its centre is cropped: then its last visible samples decide.
    const y = Math.min(16 * row + 8, height - 0.5) / height;
    for (let column = 0; column < mbWidth; column++, mb++) {
      const x = Math.min(16 * column + 8, width - 0.5) / width;
      if (insidePolygon(points, x, y)) into[mb] = 1;
    }
  }
  return into;
}
