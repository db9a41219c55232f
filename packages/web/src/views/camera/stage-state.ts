/** What is on the large stage: signals that its picture, figures and legend read. */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { CameraArea, CameraStatus, FieldHeader } from "@symbion/core";
import { addSecond, cameras, type History, histories, NO_HISTORY } from "../../state.ts";
import type { OverlayMode } from "../../video/overlay.ts";

/** What the stage shows: one of the node's cameras, or something that stays in this browser. */
export type View =
  | { readonly kind: "camera"; readonly id: string }
  | { readonly kind: "file"; readonly file: File }
  | { readonly kind: "device" };

/** How the picture comes about. */
export type PictureState = "waiting" | "playing" | "stills" | "signals-only" | "failed";

/** What the person chose to look at; null until there is something. */
export const view: Signal<View | null> = signal(null);

/** What is drawn over the picture. */
export const overlay: Signal<OverlayMode> = signal("motion");

/** Strength of the overlay, 0 to 1. */
export const overlayStrength: Signal<number> = signal(0.85);

/** Whether tracks and their trails are drawn. */
export const showTracks: Signal<boolean> = signal(true);

/** Whether zones and lines are drawn. */
export const showAreas: Signal<boolean> = signal(true);

/** Whether somebody is drawing areas now: the editor draws them itself. */
export const editing: Signal<boolean> = signal(false);

/** How the picture comes about, and a sentence for the person where it does not. */
export const picture: Signal<{ readonly state: PictureState; readonly message: string }> = signal({
  state: "waiting",
  message: "",
});

/** Header of the last drawn field. */
export const lastField: Signal<FieldHeader | null> = signal(null);

/** Frames this page missed because it or its connection was too slow. */
export const missedFrames: Signal<number> = signal(0);

/** Milliseconds of video that have come but are not shown yet. */
export const bufferMs: Signal<number> = signal(0);

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

const localHistory: Signal<History> = signal(NO_HISTORY);

/** Status of the camera on the stage, or null. */
export const camera: ReadonlySignal<CameraStatus | null> = computed(() => {
  const current = view.value;
  if (current?.kind !== "camera") return null;
  return cameras.value.find(({ id }) => id === current.id) ?? null;
});

/** Figures of the last minute of what is on the stage. */
export const history: ReadonlySignal<History> = computed(() => {
  const current = view.value;
  if (current?.kind !== "camera") return localHistory.value;
  return histories.value.get(current.id) ?? NO_HISTORY;
});

const NO_AREAS: readonly CameraArea[] = [];

/** Areas to draw over the picture. */
export const drawnAreas: ReadonlySignal<readonly CameraArea[]> = computed(() =>
  showAreas.value && !editing.value ? (camera.value?.areas ?? NO_AREAS) : NO_AREAS,
);

/** Puts something on the stage and forgets everything about what was there before. */
export function show(next: View | null): void {
  localHistory.value = NO_HISTORY;
  localFigures.value = null;
  lastField.value = null;
  missedFrames.value = 0;
  bufferMs.value = 0;
  picture.value = { state: "waiting", message: "" };
  view.value = next;
}

/** Adds one second of a local source's figures. */
export function rememberLocal(figures: LocalFigures): void {
  localFigures.value = figures;
  localHistory.value = addSecond(
    localHistory.value,
    figures.fps,
    figures.msPerVideoSecond,
    figures.motionShare,
    figures.bitsPerSecond,
  );
}
