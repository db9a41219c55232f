/** What a node measures of itself and its cameras, a few values at a time, for the charts. */

import {
  CAMERA_READINGS,
  type CameraStatus,
  NODE_READINGS,
  type NodeStatus,
  type Reading,
} from "@symbion/core";

/** How often values are taken, milliseconds. */
export const READING_INTERVAL = 15_000;

/** The readings of one moment (ms since 1970). A camera that is not live has missing values, not zeros. */
export function takeReadings(status: NodeStatus, at: number): Reading[] {
  const readings: Reading[] = [];
  for (const camera of status.cameras) {
    if (camera.state === "disabled") continue;
    const live = camera.state === "live";
    const values = cameraValues(camera);
    for (const [name, unit] of Object.entries(CAMERA_READINGS)) {
      const value = live ? values[name as keyof typeof CAMERA_READINGS] : null;
      const quality = live ? "good" : "missing";
      readings.push({ source: camera.id, name, at, value, unit, quality });
    }
  }
  const own: Record<keyof typeof NODE_READINGS, number> = {
    cpu: status.cpuMsPerSecond,
    memory: status.memoryBytes,
    stored: status.store.databaseBytes + status.store.clipBytes + status.store.companionBytes,
    free: status.store.freeBytes,
  };
  for (const [name, unit] of Object.entries(NODE_READINGS)) {
    const value = own[name as keyof typeof NODE_READINGS];
    readings.push({ source: "node", name, at, value, unit, quality: "good" });
  }
  return readings;
}

function cameraValues({ stats }: CameraStatus): Record<keyof typeof CAMERA_READINGS, number> {
  return {
    fps: stats.fps,
    activity: stats.activity,
    cpu: stats.cpuMsPerVideoSecond,
    bitrate: stats.bitsPerSecond,
    backlog: stats.backlogMs,
  };
}
