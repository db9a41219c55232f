/**
 * Where the sample clip's actors are in its picture: the scene's own geometry (packages/edge/samples/scene.ts) through
 * the lens of packages/edge/samples/make-scene.ts.
 */

import { type Actor, actorsAt } from "../../../edge/samples/scene.ts";

/** A box in shares of the picture. */
export type TruthBox = { x: number; y: number; width: number; height: number };

const WIDTH = 1280;
const HEIGHT = 720;
const EYE_Y = 4.7;
const EYE_Z = -1;
const PITCH = 0.235;
const FOCAL = WIDTH / 2 / Math.tan((73 / 2) * (Math.PI / 180));

function project(x: number, y: number, z: number): [number, number] {
  const dy = y - EYE_Y;
  const dz = z - EYE_Z;
  const depth = dz * Math.cos(PITCH) - dy * Math.sin(PITCH);
  const up = dy * Math.cos(PITCH) + dz * Math.sin(PITCH);
  return [0.5 + ((x / depth) * FOCAL) / WIDTH, 0.5 - ((up / depth) * FOCAL) / HEIGHT];
}

function boxOf(actor: Actor): TruthBox {
  let [left, top, right, bottom] = [9, 9, -9, -9];
  const [hx, hy, hz] = actor.half;
  for (let corner = 0; corner < 8; corner++) {
    const dx = corner & 1 ? hx : -hx;
    const dz = corner & 2 ? hz : -hz;
    const [x, y] = project(
      actor.x + dx * Math.cos(actor.yaw) - dz * Math.sin(actor.yaw),
      corner & 4 ? 2 * hy : 0,
      actor.z + dx * Math.sin(actor.yaw) + dz * Math.cos(actor.yaw),
    );
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Kind and number of an actor, the same in every frame, with its box; only those whose middle is in the picture. */
export function truthAt(seconds: number): { name: string; box: TruthBox }[] {
  return actorsAt(seconds).flatMap((actor) => {
    const box = boxOf(actor);
    const middle = box.x + box.width / 2;
    if (middle < 0 || middle > 1) return [];
    const kind = actor.lights ? "car" : actor.half[1] > 0.5 ? "person" : "cat";
    return [{ name: `${kind} ${actor.tint.join(" ")}`, box }];
  });
}
