/** Sound of the person's own microphone in short pieces: measured and dropped, never recorded. */

import workletUrl from "./pcm-worklet.ts?worker&url";
import { EventQueue } from "./queue.ts";

/** A short piece of sound; one follows the other without gaps. */
export type SoundFrame = {
  /** When it came, milliseconds since 1970. */
  readonly at: number;
  /** Mono samples, -1 to 1. */
  readonly samples: Float32Array;
  /** Samples a second. */
  readonly rate: number;
};

/** Turns the microphone on until `signal` aborts. Rejects with a sentence where the person or the browser refuses. */
export async function openMicrophone(signal: AbortSignal): Promise<AsyncIterable<SoundFrame>> {
  const stream = await navigator.mediaDevices.getUserMedia({
    // Gain control would flatten the very thing that is measured.
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    video: false,
  });
  const context = new AudioContext();
  const queue = new EventQueue<SoundFrame>(64);
  const stop = (): void => {
    for (const track of stream.getTracks()) track.stop();
    void context.close();
    queue.end();
  };
  signal.addEventListener("abort", stop, { once: true });
  for (const track of stream.getTracks()) track.addEventListener("ended", () => queue.end());
  await context.audioWorklet.addModule(workletUrl);
  const worklet = new AudioWorkletNode(context, "pcm", { numberOfOutputs: 0 });
  worklet.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
    queue.push({ at: Date.now(), samples: data, rate: context.sampleRate });
  };
  context.createMediaStreamSource(stream).connect(worklet);
  if (signal.aborted) stop();
  return queue;
}
