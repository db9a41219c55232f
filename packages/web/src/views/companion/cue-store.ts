/**
 * Consent and cues on the page: the kernel that every sample has to pass, what is sensed now, and the one thing that
 * the chat may make of it. Nothing of it reaches the node but that permission was given or withdrawn.
 */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import {
  type Arousal,
  ArousalTracker,
  ConsentKernel,
  type Grant,
  type Inference,
  type LiveSensor,
  NOTICE_VERSION,
  type Purpose,
  pageConsentStorage,
  type Sensor,
  type Setting,
} from "@symbion/companion";
import { request } from "../../api/request.ts";
import { now } from "../../state.ts";

/** How sure an estimate of arousal has to be before the wording may follow it, 0 to 1. */
const SURE_ENOUGH = 0.2;

/** How long the wording follows an estimate, milliseconds. */
const FRESH = 60_000;

let made: { readonly kernel: ConsentKernel; readonly setting: Setting } | null = null;

/** Grants that are live now. */
export const grants: Signal<readonly Grant[]> = signal([]);

/** Sensors that are read now, for the light. */
export const liveSensors: Signal<readonly LiveSensor[]> = signal([]);

/** What was inferred in this visit and not deleted, newest first. */
export const inferences: Signal<readonly Inference[]> = signal([]);

/** The newest estimate; null before the first. */
export const arousal: Signal<{ readonly at: number; readonly value: Arousal } | null> =
  signal(null);

/** What follows the body against its own past: fed only with a grant to soften, and forgotten with it. */
export const arousalTracker: ArousalTracker = new ArousalTracker();

/** Whether a cue asks for gentler words now: only with a grant for that, and never for longer than a minute. */
export const softening: ReadonlySignal<boolean> = computed(() => {
  const newest = arousal.value;
  if (newest === null || now.value - newest.at > FRESH) return false;
  const { change, confidence, sensors } = newest.value;
  const permitted = sensors.every((sensor) =>
    grants.value.some((grant) => grant.sensor === sensor && grant.purpose === "soften"),
  );
  return change === "higher" && confidence >= SURE_ENOUGH && permitted && sensors.length > 0;
});

/** The page's kernel. The node's configuration says where it is used; that holds for the visit. */
export function consentKernel(setting: Setting): ConsentKernel {
  if (made !== null && made.setting === setting) return made.kernel;
  made?.kernel.close();
  const kernel = new ConsentKernel({ setting, storage: pageConsentStorage(localStorage) });
  made = { kernel, setting };
  kernel.watch((live) => {
    liveSensors.value = live;
  });
  kernel.onErase(forgetArousal);
  refreshConsent();
  return kernel;
}

function forgetArousal(): void {
  arousal.value = null;
  arousalTracker.reset();
}

/** Takes over what the kernel holds now. */
export function refreshConsent(): void {
  if (made === null) return;
  grants.value = made.kernel.grants();
  liveSensors.value = made.kernel.live();
  inferences.value = made.kernel.inferences().toReversed();
}

/** Takes the person's yes, and has the node write down that it was given. */
export function give(sensor: Sensor, purpose: Purpose, forMs: number): void {
  const grant = made?.kernel.grant({ sensor, purpose, forMs, notice: NOTICE_VERSION });
  refreshConsent();
  tell("granted", sensor, purpose, grant?.until ?? null);
}

/** Withdraws it; what runs under it stops before this returns. */
export function withdraw(sensor: Sensor, purpose: Purpose): void {
  try {
    made?.kernel.revoke(sensor, purpose);
  } finally {
    if (purpose === "soften") forgetArousal();
    refreshConsent();
    tell("revoked", sensor, purpose, null);
  }
}

/** Lists something that was inferred. Whatever uses an inference calls this first. */
export function list(
  sensors: readonly Sensor[],
  purpose: Purpose,
  kind: string,
  value: unknown,
): void {
  made?.kernel.record({ sensors, purpose, kind, value });
  refreshConsent();
}

/** Deletes one inference. */
export function forget(id: number): void {
  made?.kernel.forget(id);
  refreshConsent();
}

/** Stops everything and deletes everything: grants, samples, inferences. */
export async function deleteAll(): Promise<void> {
  const before = grants.peek();
  try {
    await made?.kernel.deleteAll();
  } finally {
    refreshConsent();
    for (const { sensor, purpose } of before) tell("deleted", sensor, purpose, null);
  }
}

/** The log says that permission was given or withdrawn, never what was sensed. */
function tell(
  event: "granted" | "revoked" | "deleted",
  sensor: Sensor,
  purpose: Purpose,
  until: number | null,
): void {
  const body = { event, sensor, purpose, until, notice: NOTICE_VERSION };
  // A node out of reach does not keep anybody from withdrawing.
  void request("POST", "/api/companion/consent", { body }).catch(() => undefined);
}
