/** Pictures of skin to a pulse rate: one colour per picture is kept, for a minute. */

import {
  type ColourSample,
  regionColour,
  type SignalQuality,
  videoPulse,
} from "@symbion/companion";
import type { RegionPicture } from "./capture/camera.ts";
import type { Sensing } from "./sensing.ts";

/** Seconds of colours that are kept. */
const KEPT = 60;

/** Seconds between two estimates. */
const EVERY = 1;

/** Seconds of colours before the first one. */
const FIRST = 10;

/** Least share of the region that has to look like skin, 0 to 1. */
const LEAST_SKIN = 0.5;

/** Follows pictures until they end; tells how it goes about once a second. */
export async function followPulse(
  pictures: AsyncIterable<RegionPicture>,
  tell: (state: Omit<Sensing, "running">) => void,
): Promise<void> {
  let colours: ColourSample[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for await (const { seconds, image } of pictures) {
    const { width, height } = image;
    const colour = regionColour(image, { x: 0, y: 0, width, height }, seconds);
    const skin = colour !== null && colour.share >= LEAST_SKIN;
    if (skin) colours.push(colour);
    // A clock that jumps back is another recording.
    if (seconds < last) colours = [];
    else if (seconds - last < EVERY) continue;
    last = seconds;
    colours = colours.filter(({ at }) => at > seconds - KEPT);
    tell(stateOf(colours, skin));
  }
}

function stateOf(colours: readonly ColourSample[], skin: boolean): Omit<Sensing, "running"> {
  const poor = (why: string): Omit<Sensing, "running"> => ({
    problem: null,
    measures: [],
    quality: { usable: false, score: 0, why } satisfies SignalQuality,
  });
  if (!skin) return poor("no skin in the marked place, or too little light");
  const span = (colours.at(-1)?.at ?? 0) - (colours[0]?.at ?? 0);
  if (span < FIRST) return poor(`hold still for ${Math.ceil(FIRST - span)} more seconds`);
  const { heartRate, snrDecibels, quality } = videoPulse(colours);
  return {
    problem: null,
    quality,
    measures:
      heartRate === null
        ? []
        : [
            { name: "Pulse", value: heartRate.toFixed(0), unit: "/min" },
            { name: "Signal to noise", value: snrDecibels.toFixed(1), unit: "dB" },
          ],
  };
}
