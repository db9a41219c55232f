/** Mean colour of a region of a picture: the only thing that leaves a frame. */

import { expected } from "@symbion/core";
import type { ColourSample } from "./rppg.ts";

/** A picture as a canvas gives it: `ImageData` is one. */
export type Picture = {
  /** Width in pixels. */
  readonly width: number;
  /** Height in pixels. */
  readonly height: number;
  /** Red, green, blue, alpha per pixel, row by row; `width * height * 4` bytes. */
  readonly data: ArrayLike<number>;
};

/** A rectangle of a picture in pixels; what lies outside the picture is left out. */
export type Region = {
  /** Left edge. */
  readonly x: number;
  /** Upper edge. */
  readonly y: number;
  /** Width, above 0. */
  readonly width: number;
  /** Height, above 0. */
  readonly height: number;
};

/** A region's colour, and how much of it looks like skin in usable light. */
export type RegionColour = ColourSample & {
  /** Share of the region's pixels that were averaged, 0 to 1; below a half the region is hardly skin. */
  readonly share: number;
};

/** Fewest pixels whose mean is steadier than the camera's noise. */
const FEWEST_PIXELS = 64;

/**
 * Mean colour of the pixels of a region that can be skin: neither black nor clipped, and not greener or bluer than they
 * are red, which holds for skin of all shades in white light. Pixels are not kept.
 *
 * @param at Seconds of the frame.
 * @returns null where fewer than 64 pixels can be skin.
 * @throws UsageError where the picture's data does not fit its size, or the region is none.
 */
export function regionColour(picture: Picture, region: Region, at: number): RegionColour | null {
  const { width, height, data } = picture;
  if (data.length !== width * height * 4) {
    throw expected(`${width * height * 4} bytes`, data.length, "regionColour: picture");
  }
  if (!(region.width > 0 && region.height > 0)) {
    throw expected("a width and a height above 0", region, "regionColour: region");
  }
  const left = Math.max(0, Math.round(region.x));
  const top = Math.max(0, Math.round(region.y));
  const right = Math.min(width, Math.round(region.x + region.width));
  const bottom = Math.min(height, Math.round(region.y + region.height));
  let red = 0;
  let green = 0;
  let blue = 0;
  let count = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const p = 4 * (y * width + x);
      const r = data[p];
      const g = data[p + 1];
      const b = data[p + 2];
      if (r < 20 || r > 250 || r < g || r < b || g < 5 || b < 5) continue;
      red += r;
      green += g;
      blue += b;
      count++;
    }
  }
  if (count < FEWEST_PIXELS) return null;
  const all = (right - left) * (bottom - top);
  return { at, red: red / count, green: green / count, blue: blue / count, share: count / all };
}
