/** Areas that come from outside (a configuration, a page), checked before anything relies on them. */

import { expected } from "@symbion/core";
import { signedArea } from "./geometry.ts";
import type { Area, Point } from "./types.ts";

const KEYS: readonly string[] = ["id", "kind", "points", "dwellSeconds", "direction"];
const KINDS: readonly unknown[] = ["zone", "ignore", "line"];
const DIRECTIONS: readonly unknown[] = [undefined, "right", "left", "both"];
const MAX_AREAS = 64;
const MAX_DWELL_SECONDS = 86_400;

/**
 * Checks areas that come from outside (a configuration, a page) and returns them as plain new values.
 *
 * @param where what to call the list in messages; entries are named `where[0]`, their parts `where[0].points[2]`
 * @throws UsageError at the first thing that is not as {@link Area} says: a key that is not known, an id that occurs
 * twice, points outside 0 to 1 or too few or too many of them, a polygon without area, a line without length
 */
export function checkAreas(value: unknown, where = "areas"): Area[] {
  if (!Array.isArray(value)) throw expected("a list of areas", value, where);
  if (value.length > MAX_AREAS) {
    throw expected(`at most ${MAX_AREAS} areas`, value.length, where);
  }
  const ids = new Set<string>();
  return value.map((entry: unknown, at) => {
    const area = checkArea(entry, `${where}[${at}]`);
    if (ids.has(area.id)) throw expected("an id of its own", area.id, `${where}[${at}].id`);
    ids.add(area.id);
    return area;
  });
}

function checkArea(value: unknown, where: string): Area {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw expected("an area with id, kind and points", value, where);
  }
  const given = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(given)) {
    if (!KEYS.includes(key)) throw expected(`one of ${KEYS.join(", ")}`, key, where);
  }
  const { id, kind, dwellSeconds, direction } = given;
  if (typeof id !== "string" || id.trim() === "" || id.length > 64) {
    throw expected("a text of 1 to 64 characters", id, `${where}.id`);
  }
  if (!KINDS.includes(kind)) throw expected("zone, ignore or line", kind, `${where}.kind`);
  const areaKind = kind as Area["kind"];
  const points = checkPoints(given.points, areaKind, `${where}.points`);
  if (dwellSeconds !== undefined) {
    if (kind !== "zone") throw expected("no dwellSeconds but on a zone", kind, where);
    const possible = typeof dwellSeconds === "number" && dwellSeconds > 0;
    if (!possible || dwellSeconds > MAX_DWELL_SECONDS) {
      throw expected("seconds above 0, at most a day", dwellSeconds, `${where}.dwellSeconds`);
    }
  }
  if (!DIRECTIONS.includes(direction)) {
    throw expected("right, left or both", direction, `${where}.direction`);
  }
  if (direction !== undefined && kind !== "line") {
    throw expected("no direction but on a line", kind, where);
  }
  return {
    id,
    kind: areaKind,
    points,
    ...(dwellSeconds === undefined ? {} : { dwellSeconds: dwellSeconds as number }),
    ...(direction === undefined ? {} : { direction: direction as NonNullable<Area["direction"]> }),
  };
}

function checkPoints(value: unknown, kind: Area["kind"], where: string): Point[] {
  const [least, most] = kind === "line" ? [2, 16] : [3, 64];
  if (!Array.isArray(value) || value.length < least || value.length > most) {
    const came = Array.isArray(value) ? `${value.length} points` : value;
    throw expected(`${least} to ${most} points`, came, where);
  }
  const points = value.map((point: unknown, at): Point => {
    const pair = Array.isArray(point) && point.length === 2 ? point : [];
    const inRange = (n: unknown): n is number => typeof n === "number" && n >= 0 && n <= 1;
    const [x, y] = pair as unknown[];
    if (!inRange(x) || !inRange(y)) {
      throw expected("[x, y], each 0 to 1", point, `${where}[${at}]`);
    }
    return [x, y];
  });
  const [x, y] = points[0];
  if (kind === "line" ? points.every((point) => point[0] === x && point[1] === y) : flat(points)) {
    throw expected(
      kind === "line" ? "a line with a length" : "a polygon with an area",
      points,
      where,
    );
  }
  return points;
}

/** Whether a polygon encloses nothing: all its points lie on one line. */
function flat(points: readonly Point[]): boolean {
  const [first] = points;
  return points.every((a) => points.every((b) => Math.abs(signedArea([first, a, b])) < 1e-9));
}
