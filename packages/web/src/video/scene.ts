/** Draws what is understood over a picture: areas that people drew, and tracks with their trails. */

import type { CameraArea, PicturePoint, TrackBox } from "@symbion/core";

/** Colours over video, the same in light and dark: the picture below decides about contrast, not the page. */
const TRACK = "#4fd8b8";
const AREA = "#4fd8b8";
const IGNORE = "#c8d2da";
const SHADE = "rgb(4 8 11 / 0.62)";

/** How long a trail is, points and seconds. */
const TRAIL_POINTS = 90;
const TRAIL_SECONDS = 6;

type Trail = { readonly points: [x: number, y: number, at: number][]; seen: number };

/** Where tracks have been. Times are those of the stream, in seconds. */
export class Trails {
  readonly #trails = new Map<number, Trail>();

  /** Remembers where tracks are; forgets those that are gone. */
  take(tracks: readonly TrackBox[], at: number): void {
    for (const { id, x, y, width, height } of tracks) {
      const trail = this.#trails.get(id) ?? { points: [], seen: at };
      this.#trails.set(id, trail);
      trail.seen = at;
      const last = trail.points.at(-1);
      if (last?.[2] === at) continue;
      // Where it stands rather than its middle: the lower edge is closest to the ground.
      trail.points.push([x + width / 2, y + height, at]);
      if (trail.points.length > TRAIL_POINTS) trail.points.shift();
    }
    for (const [id, trail] of this.#trails) {
      const age = at - trail.seen;
      if (age > TRAIL_SECONDS || age < 0) this.#trails.delete(id);
      else {
        while (trail.points[0] !== undefined && at - trail.points[0][2] > TRAIL_SECONDS) {
          trail.points.shift();
        }
      }
    }
  }

  /** The way of a track, oldest point first. */
  of(id: number): readonly (readonly [x: number, y: number, at: number])[] {
    return this.#trails.get(id)?.points ?? [];
  }

  /** Forgets everything. */
  clear(): void {
    this.#trails.clear();
  }
}

/** A place to draw: canvas pixels, and how many of them make one CSS pixel. */
export type Surface = {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
};

/** Draws areas: zones filled lightly, ignored polygons hatched, lines with the arrow of what counts. */
export function drawAreas(surface: Surface, areas: readonly CameraArea[], names: boolean): void {
  const { context, scale } = surface;
  for (const area of areas) {
    const points = area.points.map((point) => place(surface, point));
    if (points.length < 2) continue;
    const path = new Path2D();
    for (const [index, [x, y]] of points.entries()) {
      if (index === 0) path.moveTo(x, y);
      else path.lineTo(x, y);
    }
    if (area.kind !== "line") path.closePath();
    const colour = area.kind === "ignore" ? IGNORE : AREA;
    context.globalAlpha = 1;
    context.lineJoin = "round";
    context.setLineDash(area.kind === "ignore" ? [5 * scale, 4 * scale] : []);
    if (area.kind === "zone") {
      context.fillStyle = colour;
      context.globalAlpha = 0.1;
      context.fill(path);
      context.globalAlpha = 1;
    } else if (area.kind === "ignore") {
      context.fillStyle = "rgb(4 8 11 / 0.45)";
      context.fill(path);
    }
    context.strokeStyle = SHADE;
    context.lineWidth = 3.4 * scale;
    context.stroke(path);
    context.strokeStyle = colour;
    context.lineWidth = 1.6 * scale;
    context.stroke(path);
    context.setLineDash([]);
    if (area.kind === "line") drawDirections(surface, area, points, colour);
    if (names) {
      const [x, y] = labelPlace(points);
      drawLabel(surface, area.name, x, y, colour);
    }
  }
}

/** Draws tracks: box, number, and the way they came. */
export function drawTracks(
  surface: Surface,
  tracks: readonly TrackBox[],
  trails: Trails,
  at: number,
  numbers: boolean,
): void {
  const { context, scale } = surface;
  context.lineJoin = "round";
  context.lineCap = "round";
  for (const track of tracks) {
    const points = trails.of(track.id);
    for (let index = 1; index < points.length; index++) {
      const from = points[index - 1] as readonly [number, number, number];
      const to = points[index] as readonly [number, number, number];
      context.globalAlpha = Math.max(0.08, 1 - (at - to[2]) / TRAIL_SECONDS) * 0.85;
      context.beginPath();
      context.moveTo(...place(surface, [from[0], from[1]]));
      context.lineTo(...place(surface, [to[0], to[1]]));
      context.strokeStyle = TRACK;
      context.lineWidth = 2 * scale;
      context.stroke();
    }
    context.globalAlpha = 1;
    const [x, y] = place(surface, [track.x, track.y]);
    const width = track.width * surface.width;
    const height = track.height * surface.height;
    context.strokeStyle = SHADE;
    context.lineWidth = 3.4 * scale;
    context.strokeRect(x, y, width, height);
    context.strokeStyle = TRACK;
    context.lineWidth = 1.7 * scale;
    context.strokeRect(x, y, width, height);
    if (numbers) drawLabel(surface, `#${track.id}`, x + width / 2, y - 9 * scale, TRACK);
  }
  context.globalAlpha = 1;
}

function place(surface: Surface, [x, y]: PicturePoint): [number, number] {
  return [x * surface.width, y * surface.height];
}

/** Arrows across a line for the crossings that count, from its middle. */
function drawDirections(
  surface: Surface,
  area: CameraArea,
  points: readonly [number, number][],
  colour: string,
): void {
  const { context, scale } = surface;
  const middle = Math.max(0, Math.floor((points.length - 1) / 2));
  const [ax, ay] = points[middle] as [number, number];
  const [bx, by] = points[middle + 1] as [number, number];
  const length = Math.hypot(bx - ax, by - ay) || 1;
  // Seen along the line, right is a quarter turn clockwise on the screen.
  const rightX = -(by - ay) / length;
  const rightY = (bx - ax) / length;
  const sides = area.direction === "both" ? [1, -1] : [area.direction === "right" ? 1 : -1];
  for (const side of sides) {
    const ux = rightX * side;
    const uy = rightY * side;
    const startX = (ax + bx) / 2;
    const startY = (ay + by) / 2;
    const tipX = startX + ux * 22 * scale;
    const tipY = startY + uy * 22 * scale;
    const head = 6 * scale;
    const arrow = new Path2D();
    arrow.moveTo(startX, startY);
    arrow.lineTo(tipX, tipY);
    arrow.moveTo(tipX - head * (ux - uy), tipY - head * (uy + ux));
    arrow.lineTo(tipX, tipY);
    arrow.lineTo(tipX - head * (ux + uy), tipY - head * (uy - ux));
    context.strokeStyle = SHADE;
    context.lineWidth = 4 * scale;
    context.stroke(arrow);
    context.strokeStyle = colour;
    context.lineWidth = 2 * scale;
    context.stroke(arrow);
  }
}

function labelPlace(points: readonly [number, number][]): [number, number] {
  let x = 0;
  let top = Number.POSITIVE_INFINITY;
  let bottom = 0;
  for (const point of points) {
    x += point[0] / points.length;
    top = Math.min(top, point[1]);
    bottom = Math.max(bottom, point[1]);
  }
  return [x, points.length === 2 ? bottom : (top + bottom) / 2];
}

function drawLabel(surface: Surface, text: string, x: number, y: number, colour: string): void {
  const { context, scale } = surface;
  const size = 12 * scale;
  context.font = `600 ${size}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const width = context.measureText(text).width + 10 * scale;
  const left = Math.min(Math.max(x, width / 2 + 2 * scale), surface.width - width / 2 - 2 * scale);
  const middle = Math.min(Math.max(y, size), surface.height - size);
  context.fillStyle = SHADE;
  context.beginPath();
  context.roundRect(left - width / 2, middle - size * 0.75, width, size * 1.5, 4 * scale);
  context.fill();
  context.fillStyle = colour;
  context.fillText(text, left, middle + 0.5 * scale);
}
