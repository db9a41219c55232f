/** Pictures of the person's own camera, reduced at once to one region: nothing is kept, nothing is sent. */

import { EventQueue } from "./queue.ts";

/** A region of the picture in shares of its width and height, 0 to 1. */
export type Region = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

/** The region's pixels at a moment. */
export type RegionPicture = {
  /** Seconds on the video's own clock. */
  readonly seconds: number;
  /** RGBA, 64 by 64 at most. */
  readonly image: ImageData;
};

/** Pixels a side that the region is reduced to: enough for a mean of skin. */
const SIDE = 64;

/** A camera that is on. */
export type LiveCamera = {
  /** For showing the person what the camera sees, mirrored or not as they like. */
  readonly stream: MediaStream;
  /** Pictures of the region; the region is asked for with each, so that the person may move it. */
  readonly pictures: AsyncIterable<RegionPicture>;
};

/** Turns the camera on until `signal` aborts. Rejects with a sentence where the person or the browser refuses. */
export async function openCamera(region: () => Region, signal: AbortSignal): Promise<LiveCamera> {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: "user" },
    audio: false,
  });
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  await video.play();
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("This browser cannot read pictures of the camera.");
  const queue = new EventQueue<RegionPicture>(8);
  const take = (_: number, { mediaTime }: { readonly mediaTime: number }): void => {
    if (signal.aborted) return;
    const { left, top, width, height } = region();
    const { videoWidth, videoHeight } = video;
    context.drawImage(
      video,
      left * videoWidth,
      top * videoHeight,
      Math.max(1, width * videoWidth),
      Math.max(1, height * videoHeight),
      0,
      0,
      SIDE,
      SIDE,
    );
    queue.push({ seconds: mediaTime, image: context.getImageData(0, 0, SIDE, SIDE) });
    video.requestVideoFrameCallback(take);
  };
  video.requestVideoFrameCallback(take);
  const stop = (): void => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
    queue.end();
  };
  signal.addEventListener("abort", stop);
  for (const track of stream.getTracks()) track.addEventListener("ended", () => queue.end());
  return { stream, pictures: queue };
}
