/** Colours of the overlays. */

import { MbKind } from "@symbion/codec";

/** Red, green, blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** Number of directions that are told apart. */
export const DIRECTIONS = 36;

function hsl(hue: number, saturation: number, lightness: number): Rgb {
  const chroma = (1 - Math.abs(2 * lightness - 1)) * saturation;
  const channel = (offset: number): number => {
    const k = (offset + hue / 30) % 12;
    return Math.round(255 * (lightness - (chroma / 2) * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}

/** One colour per direction; index 0 points right, going clockwise on the screen. */
export const DIRECTION_COLOURS: readonly Rgb[] = Array.from({ length: DIRECTIONS }, (_, index) =>
  hsl((170 + (index * 360) / DIRECTIONS) % 360, 0.92, 0.6),
);

/** Index into {@link DIRECTION_COLOURS} of a velocity. */
export function directionOf(x: number, y: number): number {
  const turn = Math.atan2(y, x) / (2 * Math.PI);
  return Math.round((turn < 0 ? turn + 1 : turn) * DIRECTIONS) % DIRECTIONS;
}

/** Colour, opacity and name of each macroblock kind. */
export const KIND_COLOURS: Readonly<Record<number, { rgb: Rgb; alpha: number; label: string }>> = {
  [MbKind.Missing]: { rgb: [255, 64, 64], alpha: 0.75, label: "Lost" },
  [MbKind.Intra4x4]: { rgb: [255, 176, 46], alpha: 0.72, label: "Intra 4×4" },
  [MbKind.Intra8x8]: { rgb: [255, 140, 66], alpha: 0.72, label: "Intra 8×8" },
  [MbKind.Intra16x16]: { rgb: [240, 105, 90], alpha: 0.62, label: "Intra 16×16" },
  [MbKind.IntraPcm]: { rgb: [255, 80, 160], alpha: 0.75, label: "Raw samples" },
  [MbKind.Skip]: { rgb: [90, 110, 140], alpha: 0.06, label: "Skip" },
  [MbKind.Direct]: { rgb: [104, 150, 255], alpha: 0.6, label: "Direct" },
  [MbKind.Inter]: { rgb: [60, 214, 170], alpha: 0.6, label: "Inter" },
};

const RAMP_STOPS: readonly Rgb[] = [
  [22, 30, 84],
  [74, 48, 154],
  [176, 52, 130],
  [240, 104, 72],
  [252, 190, 66],
  [250, 246, 170],
];

/** 256 colours from low to high for quantities. */
export const RAMP: readonly Rgb[] = Array.from({ length: 256 }, (_, index) => {
  const at = (index / 255) * (RAMP_STOPS.length - 1);
  const low = RAMP_STOPS[Math.floor(at)] as Rgb;
  const high = RAMP_STOPS[Math.min(RAMP_STOPS.length - 1, Math.floor(at) + 1)] as Rgb;
  const mix = at - Math.floor(at);
  const blend = (channel: 0 | 1 | 2): number =>
    Math.round(low[channel] + (high[channel] - low[channel]) * mix);
  return [blend(0), blend(1), blend(2)];
});

/** A CSS gradient of {@link RAMP}, left to right. */
export const RAMP_CSS: string = `linear-gradient(90deg, ${RAMP_STOPS.map(
  ([r, g, b]) => `rgb(${r} ${g} ${b})`,
).join(", ")})`;

/** A CSS wheel of {@link DIRECTION_COLOURS}, right at three o'clock. */
export const WHEEL_CSS: string = `conic-gradient(from 90deg, ${[
  ...DIRECTION_COLOURS,
  DIRECTION_COLOURS[0] as Rgb,
]
  .map(([r, g, b]) => `rgb(${r} ${g} ${b})`)
  .join(", ")})`;
