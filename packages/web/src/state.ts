/** What the page knows and what it shows: signals that the views read. */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { CameraStatus, FieldHeader, NodeStatus } from "@symbion/core";
import type { OverlayMode } from "./video/overlay.ts";

/** What the stage shows: one of the node's cameras, or something that stays in this browser. */
export type View =
  | { readonly kind: "camera"; readonly id: string }
  | { readonly kind: "file"; readonly file: File }
  | { readonly kind: "device" };

/** How the picture comes about. */
export type PictureState = "waiting" | "playing" | "stills" | "signals-only" | "failed";

/** Figures of the view, one value a second, newest last. */
export type History = {
  readonly fps: readonly number[];
  readonly cpu: readonly number[];
  readonly motion: readonly number[];
  readonly bits: readonly number[];
};

/** How many seconds of figures are kept. */
export const HISTORY_SECONDS = 60;

/** The node's last status, or null before the first. */
export const node: Signal<NodeStatus | null> = signal(null);

/** Whether the node answers. */
export const connection: Signal<"connecting" | "open" | "lost"> = signal("connecting");

/** What the person chose to look at; null until there is something. */
export const view: Signal<View | null> = signal(null);

/** What is drawn over the picture. */
export const overlay: Signal<OverlayMode> = signal("motion");

/** Strength of the overlay, 0 to 1. */
export const overlayStrength: Signal<number> = signal(0.85);

/** How the picture comes about, and a sentence for the person where it does not. */
export const picture: Signal<{ readonly state: PictureState; readonly message: string }> = signal({
  state: "waiting",
  message: "",
});

/** Header of the last drawn field. */
export const lastField: Signal<FieldHeader | null> = signal(null);

/** Frames this page missed because it or its connection was too slow. */
export const missedFrames: Signal<number> = signal(0);

/** Figures of the view. */
export const history: Signal<History> = signal({ fps: [], cpu: [], motion: [], bits: [] });

/** Figures of a file or of this device's camera, measured in this browser. */
export type LocalFigures = {
  readonly frames: number;
  readonly damagedFrames: number;
  readonly fps: number;
  /** Milliseconds of parsing per second of video. */
  readonly msPerVideoSecond: number;
  readonly bitsPerSecond: number;
  readonly motionShare: number;
};

/** Figures of the local source, or null where the view is a camera of the node. */
export const localFigures: Signal<LocalFigures | null> = signal(null);

/** Colour scheme the person chose. */
export const theme: Signal<"auto" | "light" | "dark"> = signal("auto");

/** Status of the camera on the stage, or null. */
export const camera: ReadonlySignal<CameraStatus | null> = computed(() => {
  const current = view.value;
  if (current?.kind !== "camera") return null;
  return node.value?.cameras.find(({ id }) => id === current.id) ?? null;
});

/** Forgets everything about the view before. */
export function show(next: View): void {
  history.value = { fps: [], cpu: [], motion: [], bits: [] };
  localFigures.value = null;
  lastField.value = null;
  missedFrames.value = 0;
  picture.value = { state: "waiting", message: "" };
  view.value = next;
}

/** Adds one second of figures. */
export function remember(fps: number, cpu: number, motion: number, bits: number): void {
  const add = (series: readonly number[], value: number): number[] =>
    [...series, value].slice(-HISTORY_SECONDS);
  const before = history.value;
  history.value = {
    fps: add(before.fps, fps),
    cpu: add(before.cpu, cpu),
    motion: add(before.motion, motion),
    bits: add(before.bits, bits),
  };
}
