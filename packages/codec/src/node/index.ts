/** Files, cameras and pixels in Node. Needs mediabunny; network streams and pixels need ffmpeg. */

export { VectorDigest } from "./digest.ts";
export { maskCredentials } from "./ffmpeg.ts";
export { type InputOptions, openInput } from "./input.ts";
export { ffmpegPixels } from "./pixels.ts";
