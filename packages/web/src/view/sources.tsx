/** What can be looked at: the node's cameras, a file of one's own, this device's camera. */

import { type Signal, signal } from "@preact/signals";
import type { CameraState, CameraStatus } from "@symbion/core";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { percent, rate } from "../format.ts";
import { cameraObstacle } from "../local/source.ts";
import { node, picture, show, view } from "../state.ts";
import { Icon } from "./icon.tsx";

const STATE_LABEL: Readonly<Record<CameraState, string>> = {
  starting: "Starting",
  live: "Live",
  retrying: "Reconnecting",
  ended: "Ended",
  disabled: "Not configured",
};

function CameraRow({ camera }: { readonly camera: CameraStatus }): JSX.Element {
  const current = view.value;
  const chosen = current?.kind === "camera" && current.id === camera.id;
  const { fps, motionShare } = camera.stats;
  return (
    <li>
      <button
        type="button"
        class={chosen ? "camera chosen" : "camera"}
        aria-pressed={chosen}
        onClick={() => show({ kind: "camera", id: camera.id })}
      >
        <span class={`state ${camera.state}`} aria-hidden="true" />
        <span class="who">
          <span class="name">
            {camera.name}
            {camera.simulated && <span class="tag">simulated</span>}
            <span class="status">{STATE_LABEL[camera.state]}</span>
          </span>
          <span class="detail">
            {camera.state === "live"
              ? `${rate(fps)} fps · ${percent(motionShare)}% moving`
              : (camera.reason ?? "Opening its source")}
          </span>
          {camera.restarts > 0 && (
            <span class="detail">
              {camera.restarts} restart{camera.restarts === 1 ? "" : "s"}
              {camera.state === "live" && ` · last: ${camera.lastRestart?.reason ?? ""}`}
            </span>
          )}
        </span>
      </button>
    </li>
  );
}

/** The node's cameras. */
export function CameraList(): JSX.Element {
  const cameras = node.value?.cameras ?? [];
  return (
    <section class="panel" aria-labelledby="cameras-title">
      <h2 id="cameras-title">Cameras</h2>
      {cameras.length === 0 ? (
        <p class="empty">{node.value === null ? "Asking the node…" : "No camera is configured."}</p>
      ) : (
        <ul class="cameras">
          {cameras.map((camera) => (
            <CameraRow key={camera.id} camera={camera} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** Whether something is being dragged over the page. */
export const dragging: Signal<boolean> = signal(false);

/** Looks at a dropped or chosen file. */
export function openFiles(files: FileList | null | undefined): void {
  const file = files?.[0];
  if (file !== undefined) show({ kind: "file", file });
}

/** A file or this device's camera, read in the browser. */
export function OwnSources(): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const current = view.value;
  const obstacle = cameraObstacle();
  const failed = current !== null && current.kind !== "camera" && picture.value.state === "failed";
  return (
    <section class="panel own" aria-labelledby="own-title">
      <h2 id="own-title">Try your own</h2>
      <button
        type="button"
        class={dragging.value ? "drop over" : "drop"}
        onClick={() => input.current?.click()}
      >
        <Icon name="file" />
        <span>
          <b>Drop a video</b> or choose a file
        </span>
        <small>MP4, MKV, MPEG-TS or raw H.264</small>
      </button>
      <input
        ref={input}
        type="file"
        class="hidden"
        tabIndex={-1}
        aria-label="Video file"
        accept="video/*,.mp4,.mkv,.ts,.h264,.264,.flv"
        onChange={(event) => {
          openFiles(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
      <button
        type="button"
        class="wide"
        disabled={obstacle !== null}
        aria-pressed={current?.kind === "device"}
        onClick={() => show({ kind: "device" })}
      >
        <Icon name="camera" />
        Use this device’s camera
      </button>
      {obstacle !== null && <p class="note">{obstacle}</p>}
      {failed && (
        <p class="note bad" role="alert">
          {picture.value.message}
        </p>
      )}
      <p class="note private">
        <Icon name="shield" />
        Both are read here in the browser. Nothing is uploaded or stored.
      </p>
    </section>
  );
}
