/**
 * What can be done to areas while they are drawn, without a screen: every function takes areas and answers new ones.
 * Points are shares of the picture, 0 to 1, kept to four decimals (a tenth of a pixel of a 1000-pixel picture).
 */

import type { CameraArea, PicturePoint } from "@symbion/core";

/** Most points of a polygon and of a line, as the configuration takes them. */
export const MAX_POINTS: Readonly<Record<CameraArea["kind"], number>> = {
  zone: 64,
  ignore: 64,
  line: 16,
};

/** Fewest points that make a shape. */
export const MIN_POINTS: Readonly<Record<CameraArea["kind"], number>> = {
  zone: 3,
  ignore: 3,
  line: 2,
};

/** What people call the kinds. */
export const KIND_LABEL: Readonly<Record<CameraArea["kind"], string>> = {
  zone: "Zone",
  ignore: "Ignored area",
  line: "Line",
};

const round = (value: number): number => Math.round(value * 1e4) / 1e4;

/** The nearest point inside the picture. */
export function inPicture([x, y]: PicturePoint): PicturePoint {
  return [round(Math.min(1, Math.max(0, x))), round(Math.min(1, Math.max(0, y)))];
}

/** Replaces one area. */
export function replaceArea(areas: readonly CameraArea[], next: CameraArea): CameraArea[] {
  return areas.map((area) => (area.id === next.id ? next : area));
}

/** Moves one corner. */
export function moveVertex(area: CameraArea, index: number, to: PicturePoint): CameraArea {
  const points = area.points.map((point, at) => (at === index ? inPicture(to) : point));
  return { ...area, points };
}

/** Moves some corners (all of them where `indices` is null) by the same way, as far as the picture allows. */
export function shift(
  area: CameraArea,
  indices: readonly number[] | null,
  [dx, dy]: PicturePoint,
): CameraArea {
  const moved = (at: number): boolean => indices === null || indices.includes(at);
  const of = (axis: 0 | 1): number[] =>
    area.points.filter((_, at) => moved(at)).map((point) => point[axis]);
  const limit = (way: number, values: readonly number[]): number =>
    values.length === 0
      ? 0
      : Math.min(1 - Math.max(...values), Math.max(-Math.min(...values), way));
  const x = limit(dx, of(0));
  const y = limit(dy, of(1));
  const points = area.points.map((point, at) =>
    moved(at) ? inPicture([point[0] + x, point[1] + y]) : point,
  );
  return { ...area, points };
}

/** Corners at the ends of an edge; a polygon's last edge leads back to its first corner. */
export function edgeEnds(area: CameraArea, edge: number): readonly [number, number] {
  return [edge, (edge + 1) % area.points.length];
}

/** Number of edges. */
export function edgeCount(area: CameraArea): number {
  return area.kind === "line" ? area.points.length - 1 : area.points.length;
}

/** Middle of an edge. */
export function middle(area: CameraArea, edge: number): PicturePoint {
  const [from, to] = edgeEnds(area, edge);
  const a = area.points[from] ?? [0, 0];
  const b = area.points[to] ?? [0, 0];
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

/** Puts a corner behind corner `index`; the area as it is where it has as many as it may. */
export function insertVertex(area: CameraArea, index: number, at: PicturePoint): CameraArea {
  if (area.points.length >= MAX_POINTS[area.kind]) return area;
  return { ...area, points: area.points.toSpliced(index + 1, 0, inPicture(at)) };
}

/** Takes a corner away; the area as it is where too few would stay. */
export function removeVertex(area: CameraArea, index: number): CameraArea {
  if (area.points.length <= MIN_POINTS[area.kind]) return area;
  return { ...area, points: area.points.toSpliced(index, 1) };
}

/** A word for addresses and files, made of a name: "Front drive" becomes `front-drive`. */
export function slug(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");
}

function unused(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  for (let number = 2; ; number++) {
    if (!taken.has(`${wanted}-${number}`)) return `${wanted}-${number}`;
  }
}

/** A new area with the drawn points and a name that is free. */
export function newArea(
  areas: readonly CameraArea[],
  kind: CameraArea["kind"],
  points: readonly PicturePoint[],
): CameraArea {
  const names = new Set(areas.map(({ name }) => name));
  const first = `${KIND_LABEL[kind]} `;
  let number = 1;
  while (names.has(first + number)) number++;
  const name = first + number;
  const id = unused(slug(name), new Set(areas.map((area) => area.id)));
  return { id, name, kind, points: points.map(inPicture), dwellSeconds: null, direction: "both" };
}

/**
 * Gives areas that the node does not know yet an id that says what they are called. Known ones keep theirs: events of
 * the past refer to it.
 */
export function withIds(areas: readonly CameraArea[], known: ReadonlySet<string>): CameraArea[] {
  const taken = new Set(areas.filter(({ id }) => known.has(id)).map(({ id }) => id));
  return areas.map((area) => {
    if (known.has(area.id)) return area;
    const id = unused(slug(area.name) || area.kind, taken);
    taken.add(id);
    return { ...area, id };
  });
}

/** Changes the kind; a line that becomes a polygon needs a third corner and gets one beside its middle. */
export function withKind(area: CameraArea, kind: CameraArea["kind"]): CameraArea {
  const points = [...area.points];
  const [a, b] = [points[0], points[1]];
  if (kind !== "line" && points.length < 3 && a !== undefined && b !== undefined) {
    points.push(inPicture([(a[0] + b[0]) / 2 - (b[1] - a[1]) / 2, (a[1] + b[1]) / 2 + 0.1]));
  }
  return {
    ...area,
    kind,
    points: points.slice(0, MAX_POINTS[kind]),
    dwellSeconds: kind === "zone" ? area.dwellSeconds : null,
    direction: kind === "line" ? area.direction : "both",
  };
}

/** What keeps areas from being saved, as a sentence; null where nothing does. */
export function objection(areas: readonly CameraArea[]): string | null {
  for (const area of areas) {
    if (area.name.trim() === "") return "Every zone and line needs a name.";
    const seconds = area.dwellSeconds;
    if (seconds !== null && !(seconds > 0 && seconds <= 86_400)) {
      return `${area.name}: expected 1 to 86400 seconds, got ${seconds}.`;
    }
  }
  return null;
}

/** Areas with what can be undone and redone. */
export type Edits = {
  readonly areas: readonly CameraArea[];
  readonly past: readonly (readonly CameraArea[])[];
  readonly future: readonly (readonly CameraArea[])[];
  /** Changes of one gesture are one step. */
  readonly gesture: number | null;
};

/** Most steps that can be undone. */
const MAX_STEPS = 200;

/** A beginning without steps. */
export function beginEdits(areas: readonly CameraArea[]): Edits {
  return { areas, past: [], future: [], gesture: null };
}

/** One step more. Changes with the same `gesture` number (a drag, for instance) are undone together. */
export function edit(
  edits: Edits,
  areas: readonly CameraArea[],
  gesture: number | null = null,
): Edits {
  if (areas === edits.areas) return edits;
  if (gesture !== null && gesture === edits.gesture) return { ...edits, areas, future: [] };
  return { areas, past: [...edits.past, edits.areas].slice(-MAX_STEPS), future: [], gesture };
}

/** One step back; the same where there is none. */
export function undo(edits: Edits): Edits {
  const areas = edits.past.at(-1);
  if (areas === undefined) return edits;
  return {
    areas,
    past: edits.past.slice(0, -1),
    future: [edits.areas, ...edits.future],
    gesture: null,
  };
}

/** One step forward; the same where there is none. */
export function redo(edits: Edits): Edits {
  const [areas, ...future] = edits.future;
  if (areas === undefined) return edits;
  return { areas, past: [...edits.past, edits.areas], future, gesture: null };
}
