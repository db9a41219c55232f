/** What a camera's standing questions came to, as long as its view is open. */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { CameraWatch, WatchEdit, WatchFrame, WatchWindow } from "@symbion/core";
import { onLive } from "../../api/live.ts";
import { cameraPath, query, request } from "../../api/request.ts";

/** Windows kept for the history of answers. */
const WINDOWS = 60;

/** Plans kept: at two pictures a second far more than any buffer of video. */
const PLANS = 120;

/** A plan older than this no longer says anything about the picture shown, seconds. */
const PLAN_AGE = 4;

/** How the questions are doing, or null before the node has said so. */
export const watch: Signal<CameraWatch | null> = signal(null);

/** The last windows, newest first. */
export const windows: Signal<readonly WatchWindow[]> = signal([]);

const plans: Signal<readonly WatchFrame[]> = signal([]);

/** Whether the camera on the stage is asked anything. */
export const isAsked: ReadonlySignal<boolean> = computed(
  () => (watch.value?.questions.length ?? 0) > 0,
);

/** The plan in force at a moment of the stream, in seconds; null where there is none of late. */
export function planAt(timestamp: number): WatchFrame | null {
  const plan = plans.value.findLast((one) => one.timestamp <= timestamp + 0.001);
  return plan !== undefined && timestamp - plan.timestamp < PLAN_AGE ? plan : null;
}

/** Takes a plan as it is made. */
export function takePlan(plan: WatchFrame): void {
  // A stream that begins anew begins its time anew.
  const before = (plans.value.at(-1)?.timestamp ?? 0) > plan.timestamp ? [] : plans.value;
  plans.value = [...before.slice(1 - PLANS), plan];
}

/** Takes a window's answers as they come. */
export function takeWindow(window: WatchWindow): void {
  windows.value = [window, ...windows.value].slice(0, WINDOWS);
  const state = watch.value;
  if (state === null) return;
  watch.value = {
    ...state,
    latest: window,
    windows: state.windows + 1,
    blocksKept: state.blocksKept + window.blocksKept,
    blocksTotal: state.blocksTotal + window.blocksTotal,
    flops: state.flops + window.flops,
    fullFlops: state.fullFlops + window.fullFlops,
  };
}

/** Forgets all questions and answers. */
export function forgetWatch(): void {
  watch.value = null;
  windows.value = [];
  plans.value = [];
}

/** Follows a camera's questions until the returned function is called. */
export function followWatch(id: string): () => void {
  const ending = new AbortController();
  forgetWatch();
  const ask = async (): Promise<void> => {
    const { signal } = ending;
    const [state, past] = await Promise.all([
      request<CameraWatch>("GET", cameraPath(id, "/watch"), { signal }),
      request<readonly WatchWindow[]>(
        "GET",
        `${cameraPath(id, "/answers")}${query({ limit: WINDOWS })}`,
        { signal },
      ),
    ]);
    watch.value ??= state;
    if (windows.value.length === 0) windows.value = past;
  };
  // A camera without questions, or a node that is gone: the panel stays away, the status line says the rest.
  ask().catch(() => {});
  const stops = [
    onLive("watch", (state) => {
      if (state.camera === id) watch.value = state;
    }),
    onLive("plan", (plan) => {
      if (plan.camera === id) takePlan(plan);
    }),
    onLive("answers", (window) => {
      if (window.camera === id) takeWindow(window);
    }),
  ];
  return () => {
    ending.abort();
    for (const stop of stops) stop();
    forgetWatch();
  };
}

/** Changes the policy while the camera runs. */
export async function changeWatch(id: string, edit: WatchEdit): Promise<void> {
  const answer = await request<CameraWatch>("PUT", cameraPath(id, "/watch"), { body: edit });
  const { policy, threshold, unit, defaultThreshold } = answer;
  const state = watch.value;
  // Another camera may be on the stage by now.
  if (state === null || state.camera !== answer.camera) return;
  // What else the answer says may be older than what was told live while it was on its way.
  watch.value = { ...state, policy, threshold, unit, defaultThreshold };
}
