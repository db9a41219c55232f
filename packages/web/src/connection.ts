/** The page's two connections to its node: status once a second, and one camera's records. */

import { type NodeStatus, RecordReader, type StreamHeader } from "@symbion/core";
import { camera, connection, node, remember, show, view } from "./state.ts";

/** Wait before a broken stream is opened again, milliseconds. */
const RECONNECT_DELAY = 1000;

/** Follows the node's status until the page is left. */
export function followStatus(): void {
  const events = new EventSource("/api/events");
  events.addEventListener("status", (event) => {
    const status = JSON.parse(event.data as string) as NodeStatus;
    connection.value = "open";
    node.value = status;
    if (view.value === null) {
      const first = status.cameras.find(({ state }) => state !== "disabled") ?? status.cameras[0];
      if (first !== undefined) show({ kind: "camera", id: first.id });
    }
    const current = camera.value;
    if (current !== null && current.stats.frames > 0) {
      const { fps, cpuMsPerVideoSecond, motionShare, bitsPerSecond } = current.stats;
      remember(fps, cpuMsPerVideoSecond, motionShare, bitsPerSecond);
    }
  });
  events.addEventListener("error", () => {
    connection.value = "lost";
  });
}

/** Receives a camera's records until `signal` aborts, through any number of reconnections. */
export async function followCamera(
  id: string,
  signal: AbortSignal,
  onRecord: (header: StreamHeader, body: Uint8Array) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const response = await fetch(`/api/cameras/${encodeURIComponent(id)}/stream`, { signal });
      if (response.ok && response.body !== null) {
        const records = new RecordReader<StreamHeader>();
        const reader = response.body.getReader();
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          for (const { header, body } of records.push(value)) onRecord(header, body);
        }
      }
    } catch {
      // A lost connection is nothing special: the status connection tells the person.
    }
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_DELAY));
  }
}
