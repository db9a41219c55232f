/** Reading sensors in the page: each sample passes the consent kernel, becomes a few numbers, and is gone. */

import { type Signal, signal } from "@preact/signals";
import {
  type ConsentKernel,
  heartRateVariability,
  readHeartRateMeasurement,
  type Sensor,
  type SignalQuality,
} from "@symbion/companion";
import { failureText } from "../../api/request.ts";
import { openCamera, type Region } from "./capture/camera.ts";
import { heartNotifications, heartProblem } from "./capture/heart.ts";
import { openMicrophone } from "./capture/microphone.ts";
import { arousal, arousalTracker, consentKernel, list, refreshConsent } from "./cue-store.ts";
import { followPulse } from "./pulse.ts";
import { companion } from "./store.ts";
import { followVoice } from "./voice.ts";

/** A number for the person. */
export type Measure = { readonly name: string; readonly value: string; readonly unit: string };

/** How the reading of one sensor goes. */
export type Sensing = {
  readonly running: boolean;
  /** Why it ended or could not begin; null where it did neither. */
  readonly problem: string | null;
  /** Null before there is enough to judge. */
  readonly quality: SignalQuality | null;
  readonly measures: readonly Measure[];
};

const IDLE: Sensing = { running: false, problem: null, quality: null, measures: [] };

/** All sensors. */
export const sensing: Signal<Readonly<Record<Sensor, Sensing>>> = signal({
  heart: IDLE,
  skin: IDLE,
  camera: IDLE,
  microphone: IDLE,
});

/** The camera's picture for its preview; null while it is off. */
export const cameraStream: Signal<MediaStream | null> = signal(null);

/** Where skin is expected, in shares of the picture: the same place that the preview marks. */
const REGION: Region = { left: 0.38, top: 0.18, width: 0.24, height: 0.24 };

/** Beats that variability is computed from: five minutes at 72 a minute. */
const MOST_BEATS = 360;

/** How often an estimate of arousal is listed at least, milliseconds; sooner where it changes. */
const LIST_EVERY = 60_000;

const running = new Map<Sensor, AbortController>();

/** Why a sensor cannot be read in this browser, or null where it can. */
export function sensorProblem(sensor: Sensor): string | null {
  if (sensor === "heart") return heartProblem();
  if (sensor === "skin") return "No browser can read skin conductance.";
  if (isSecureContext && navigator.mediaDevices !== undefined) return null;
  return "Cameras and microphones need a secure page: open this one on the machine itself, or over HTTPS.";
}

/** Starts reading a sensor for which there is a grant. Rejects with a sentence where that does not work. */
export async function startSensing(sensor: Sensor): Promise<void> {
  const setting = companion.peek()?.setting;
  if (setting === undefined || running.has(sensor)) return;
  const kernel = consentKernel(setting);
  const ending = new AbortController();
  running.set(sensor, ending);
  update(sensor, { ...IDLE, running: true });
  try {
    // Asked before the device is touched; each sample is asked for again at the gate.
    if (!kernel.permits(sensor, "show")) throw new Error("There is no permission for that.");
    const follow = await START[sensor](kernel, ending);
    void follow()
      .catch((error: unknown) => update(sensor, { ...IDLE, problem: failureText(error) }))
      .finally(() => finish(sensor, ending));
  } catch (error) {
    finish(sensor, ending);
    throw error;
  }
}

/** Stops reading it; the device is off when this returns, or as soon as it lets go. */
export function stopSensing(sensor: Sensor): void {
  const ending = running.get(sensor);
  if (ending !== undefined) finish(sensor, ending);
}

function finish(sensor: Sensor, ending: AbortController): void {
  ending.abort();
  if (running.get(sensor) === ending) {
    running.delete(sensor);
    if (sensor === "camera") cameraStream.value = null;
    update(sensor, { ...IDLE, problem: sensing.peek()[sensor].problem });
  }
  refreshConsent();
}

function update(sensor: Sensor, next: Sensing): void {
  sensing.value = { ...sensing.peek(), [sensor]: next };
}

/** Opens the device; what it returns reads until the end. */
type Start = (kernel: ConsentKernel, ending: AbortController) => Promise<() => Promise<void>>;

const START: Readonly<Record<Sensor, Start>> = {
  heart: async (kernel, ending) => {
    const source = await heartNotifications(ending.signal);
    const gated = kernel.gate("heart", "show", source, { onStop: () => ending.abort() });
    return async () => {
      const beats: number[] = [];
      let listed = 0;
      for await (const { at, bytes } of gated) {
        const read = readHeartRateMeasurement(bytes);
        if (!read.ok) {
          update("heart", {
            ...sensing.peek().heart,
            quality: { usable: false, score: 0, why: read.why },
          });
          continue;
        }
        const { heartRate, contact, intervals } = read.measurement;
        beats.push(...intervals);
        beats.splice(0, beats.length - MOST_BEATS);
        update("heart", heartState(heartRate, contact, beats));
        listed = followArousal(kernel, at, heartRate, listed);
      }
    };
  },
  camera: async (kernel, ending) => {
    const camera = await openCamera(() => REGION, ending.signal);
    cameraStream.value = camera.stream;
    const gated = kernel.gate("camera", "show", camera.pictures, { onStop: () => ending.abort() });
    return () => followPulse(gated, (next) => update("camera", { ...next, running: true }));
  },
  microphone: async (kernel, ending) => {
    const source = await openMicrophone(ending.signal);
    const gated = kernel.gate("microphone", "show", source, { onStop: () => ending.abort() });
    return () => followVoice(gated, (next) => update("microphone", { ...next, running: true }));
  },
  skin: () => Promise.reject(new Error(sensorProblem("skin") ?? "")),
};

function heartState(heartRate: number, contact: boolean | null, beats: readonly number[]): Sensing {
  const measures: Measure[] = [{ name: "Heart rate", value: String(heartRate), unit: "/min" }];
  if (contact === false) {
    const why = "the strap does not feel skin";
    return { running: true, problem: null, measures, quality: { usable: false, score: 0, why } };
  }
  const { quality, time } = heartRateVariability(beats);
  if (time !== null) {
    measures.push(
      { name: "RMSSD", value: time.rmssd.toFixed(0), unit: "ms" },
      { name: "SDNN", value: time.sdnn.toFixed(0), unit: "ms" },
      { name: "Beats", value: String(time.count), unit: "" },
    );
  }
  return { running: true, problem: null, quality, measures };
}

/** Gives the tracker a rate and lists what it makes of it, where that may be used. Answers when it listed last. */
function followArousal(
  kernel: ConsentKernel,
  at: number,
  heartRate: number,
  listed: number,
): number {
  if (!kernel.permits("heart", "soften")) return listed;
  arousalTracker.heart(at, heartRate);
  const value = arousalTracker.estimate(at);
  const changed = arousal.peek()?.value.change !== value.change;
  let last = listed;
  // Listed before it is used, so that nothing is used that the person cannot see.
  if (value.sensors.length > 0 && (changed || at - listed >= LIST_EVERY)) {
    list(value.sensors, "soften", "arousal", {
      change: value.change,
      confidence: Number(value.confidence.toFixed(2)),
    });
    last = at;
  }
  arousal.value = { at, value };
  return last;
}
