/** Sound to how a voice sounds: measured piece by piece, and dropped. */

import { VoiceMeter } from "@symbion/companion";
import type { SoundFrame } from "./capture/microphone.ts";
import type { Measure, Sensing } from "./sensing.ts";

/** Milliseconds between two estimates. */
const EVERY = 500;

/** Follows sound until it ends; tells how it goes twice a second. */
export async function followVoice(
  frames: AsyncIterable<SoundFrame>,
  tell: (state: Omit<Sensing, "running">) => void,
): Promise<void> {
  let meter: VoiceMeter | null = null;
  let last = 0;
  for await (const { at, samples, rate } of frames) {
    meter ??= new VoiceMeter(rate);
    meter.push(samples);
    if (at - last < EVERY) continue;
    last = at;
    const { quality, pitch, pitchRange, level, pace, pauseShare } = meter.prosody();
    const measures = [
      measure("Pitch", pitch, "Hz", 0),
      measure("Range", pitchRange, "semitones", 1),
      measure("Level", level, "dB", 0),
      measure("Pace", pace, "bursts/s", 1),
      measure("Pauses", pauseShare === null ? null : 100 * pauseShare, "%", 0),
    ].filter((one) => one !== null);
    tell({ problem: null, quality, measures });
  }
  meter?.reset();
}

function measure(name: string, value: number | null, unit: string, digits: number): Measure | null {
  return value === null ? null : { name, value: value.toFixed(digits), unit };
}
