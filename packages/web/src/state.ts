/** What the page knows of its node and of the person: signals that all views read. */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { CameraStatus, NodeStatus, Session } from "@symbion/core";

/** The node's last status, or null before the first. */
export const node: Signal<NodeStatus | null> = signal(null);

/** When {@link node} was told, milliseconds since 1970. */
export const seenAt: Signal<number> = signal(0);

/** Whether the node answers. */
export const connection: Signal<"connecting" | "open" | "lost"> = signal("connecting");

/** Who uses the page; null before the node said so. */
export const session: Signal<Session | null> = signal(null);

/** Whether the person may change things. */
export const isAdmin: ReadonlySignal<boolean> = computed(
  () => session.value?.role === "admin" && connection.value !== "lost",
);

/** Milliseconds since 1970, every second: for ages and counters that go on. */
export const now: Signal<number> = signal(Date.now());

/** Colour scheme the person chose. */
export const theme: Signal<"auto" | "light" | "dark"> = signal("auto");

/** Cameras of the last status. */
export const cameras: ReadonlySignal<readonly CameraStatus[]> = computed(
  () => node.value?.cameras ?? [],
);

/** Name of a camera for people; its id where the node no longer knows it, "Node" for the node itself. */
export function cameraName(id: string): string {
  if (id === "node") return "Node";
  return cameras.value.find((camera) => camera.id === id)?.name ?? id;
}

/** Name of an area for people; its id where it is gone. */
export function areaName(source: string, id: string): string {
  const camera = cameras.value.find((one) => one.id === source);
  return camera?.areas.find((area) => area.id === id)?.name ?? id;
}

/** Figures of a camera, one value a second, newest last. */
export type History = {
  readonly fps: readonly number[];
  readonly cpu: readonly number[];
  readonly motion: readonly number[];
  readonly bits: readonly number[];
};

/** How many seconds of figures are kept. */
export const HISTORY_SECONDS = 60;

/** An empty {@link History}. */
export const NO_HISTORY: History = { fps: [], cpu: [], motion: [], bits: [] };

/** Figures of the last minute by camera id. */
export const histories: Signal<ReadonlyMap<string, History>> = signal(new Map());

/** Adds one second to a history. */
export function addSecond(
  before: History,
  fps: number,
  cpu: number,
  motion: number,
  bits: number,
): History {
  const add = (series: readonly number[], value: number): number[] =>
    [...series, value].slice(-HISTORY_SECONDS);
  return {
    fps: add(before.fps, fps),
    cpu: add(before.cpu, cpu),
    motion: add(before.motion, motion),
    bits: add(before.bits, bits),
  };
}

/** Takes a status: the node as it is now, and one second more of every camera's figures. */
export function takeStatus(status: NodeStatus, at: number): void {
  const next = new Map<string, History>();
  for (const { id, stats } of status.cameras) {
    const before = histories.value.get(id) ?? NO_HISTORY;
    next.set(
      id,
      stats.frames === 0
        ? before
        : addSecond(
            before,
            stats.fps,
            stats.cpuMsPerVideoSecond,
            stats.motionShare,
            stats.bitsPerSecond,
          ),
    );
  }
  histories.value = next;
  node.value = status;
  seenAt.value = at;
}

/** A short message that goes away by itself. */
export type Toast = {
  readonly id: number;
  readonly text: string;
  readonly tone: "plain" | "good" | "bad";
};

/** Messages on the screen, oldest first. */
export const toasts: Signal<readonly Toast[]> = signal([]);

let nextToast = 1;

/** How long a message stays, milliseconds. */
const TOAST_TIME = 6000;

/** Shows a short message; screen readers say it politely. */
export function say(text: string, tone: Toast["tone"] = "plain"): void {
  const id = nextToast++;
  toasts.value = [...toasts.value.slice(-2), { id, text, tone }];
  setTimeout(() => {
    toasts.value = toasts.value.filter((toast) => toast.id !== id);
  }, TOAST_TIME);
}
