import { MbKind } from "@symbion/codec";
import { describe, expect, test } from "vitest";
import { CameraEstimator } from "../src/motion/camera-motion.ts";
import { Observation, observe, removeCamera } from "../src/motion/observation.ts";
import type { CameraMotion } from "../src/motion/types.ts";
import { makeFrame, type Picture, randomNumbers, thing } from "./support/signals.ts";

function estimate(picture: Omit<Picture, "index">): { camera: CameraMotion; planes: Observation } {
  const frame = makeFrame({ index: 1, ...picture });
  const planes = new Observation(frame.mbWidth, frame.mbHeight);
  observe(frame, planes);
  return { camera: new CameraEstimator().estimate(planes), planes };
}

const pan = (x: number, y: number) => (): { motion: [number, number] } => ({ motion: [x, y] });

describe("motion of the camera", () => {
  test.each([
    [0.75, 0],
    [-3, 2.25],
    [11.5, -7.75],
    [0, 30],
  ])("a pan by %d, %d samples per frame is found to a quarter of a sample", (x, y) => {
    const { camera } = estimate({ block: pan(x, y) });
    expect(Math.hypot(camera.x - x, camera.y - y)).toBeLessThan(0.25);
    expect(Math.abs(camera.zoom)).toBeLessThan(1e-3);
    expect(camera.moving).toBe(true);
  });

  test.each([1, 2, 4])("whatever the distance to the reference (%d frames)", (distance) => {
    const { camera } = estimate({ block: pan(-3, 2.25), distance });
    expect(Math.hypot(camera.x + 3, camera.y - 2.25)).toBeLessThan(0.25);
  });

  test.each([0.004, -0.006, 0.02])("growth of %d is found beside a pan", (zoom) => {
    const motion = (x: number, y: number): [number, number] => [
      2 + zoom * 16 * (x + 0.5 - 20),
      -1 + zoom * 16 * (y + 0.5 - 11.5),
    ];
    const { camera, planes } = estimate({ block: (x, y) => ({ motion: motion(x, y) }) });
    expect(Math.abs(camera.zoom - zoom)).toBeLessThan(0.1 * Math.abs(zoom));
    expect(Math.hypot(camera.x - 2, camera.y + 1)).toBeLessThan(0.25);
    removeCamera(planes, camera);
    const fastest = planes.speed.reduce((most, speed) => Math.max(most, speed), 0);
    expect(fastest).toBeLessThan(0.5);
  });

  test("things, noise and intra macroblocks do not take part", () => {
    const random = randomNumbers(4);
    const own = thing(5, 5, 10, 10, [-6, 3]);
    const { camera } = estimate({
      block: (x, y) => {
        if (random() < 0.1) return { kind: MbKind.Intra16x16 };
        if (random() < 0.15) return { motion: [20 * random() - 10, 20 * random() - 10] };
        return own(x, y) ?? { motion: [2.5 + 0.5 * random() - 0.25, 1] };
      },
    });
    expect(Math.hypot(camera.x - 2.5, camera.y - 1)).toBeLessThan(0.25);
  });
});

describe("no motion of the camera", () => {
  const still = { x: 0, y: 0, zoom: 0, moving: false };

  test("in a still picture, with things in it or without", () => {
    expect(estimate({}).camera).toEqual(still);
    expect(estimate({ block: thing(3, 3, 12, 12, [5, 0]) }).camera).toEqual(still);
  });

  test("when a lorry fills the middle", () => {
    const lorry = thing(6, 4, 28, 15, [6, 0]);
    expect(estimate({ block: lorry }).camera.moving).toBe(false);
    // Even where the rest is coded as noise instead of as standing.
    const random = randomNumbers(8);
    const noisy = (): { motion: [number, number] } => ({
      motion: [6 * random() - 3, 6 * random() - 3],
    });
    expect(estimate({ block: (x, y) => lorry(x, y) ?? noisy() }).camera.moving).toBe(false);
  });

  test("in noise", () => {
    const random = randomNumbers(2);
    const block = (): { motion: [number, number] } => ({
      motion: [8 * random() - 4, 8 * random() - 4],
    });
    expect(estimate({ block }).camera).toEqual(still);
  });

  test("where nearly all is intra coded", () => {
    const block = (x: number): { kind: MbKind } | { motion: [number, number] } =>
      x < 36 ? { kind: MbKind.Intra4x4 } : { motion: [4, 0] };
    expect(estimate({ block }).camera).toEqual(still);
  });
});
