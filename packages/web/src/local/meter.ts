/** Measures a source that runs in this browser: what the node counts for its cameras, counted here. */

import type { StreamHeader } from "@symbion/core";
import { rememberLocal } from "../views/camera/stage-state.ts";

/** Counts records and publishes figures once a second. */
export class LocalMeter {
  #frames = 0;
  #damaged = 0;
  #since = { frames: 0, at: performance.now(), ms: 0, bits: 0, motion: 0 };

  /** Ends when `signal` aborts. */
  constructor(signal: AbortSignal) {
    const timer = setInterval(() => this.#publish(), 1000);
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  }

  /** Counts a record. */
  take(header: StreamHeader): void {
    if (header.kind !== "field") return;
    this.#frames++;
    if (header.damaged) this.#damaged++;
    const since = this.#since;
    since.frames++;
    since.ms += header.cpuMs;
    since.bits += header.bits;
    since.motion += header.motionShare;
  }

  #publish(): void {
    const since = this.#since;
    const now = performance.now();
    const seconds = (now - since.at) / 1000;
    this.#since = { frames: 0, at: now, ms: 0, bits: 0, motion: 0 };
    if (since.frames === 0) return;
    // A file is played in real time, so a second of video passes in a second.
    rememberLocal({
      frames: this.#frames,
      damagedFrames: this.#damaged,
      fps: since.frames / seconds,
      msPerVideoSecond: since.ms / seconds,
      bitsPerSecond: since.bits / seconds,
      motionShare: since.motion / since.frames,
    });
  }
}
