/** What can be looked at without the node: a file of one's own, this device's camera. */

import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { cameraObstacle } from "../../local/source.ts";
import { Icon } from "../../parts/icon.tsx";
import { go, href } from "../../router.ts";
import { dragging, openFiles } from "../../shell/drop.tsx";
import { picture, view } from "../camera/stage-state.ts";

/** A file or this device's camera, read in the browser. */
export function OwnSources(): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const current = view.value;
  const obstacle = cameraObstacle();
  const failed = current !== null && current.kind !== "camera" && picture.value.state === "failed";
  return (
    <section class="panel own" aria-labelledby="own-title">
      <h2 id="own-title">A video of your own</h2>
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
        onClick={() => go(href("own", ["device"]))}
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
