/** One camera of the grid: its picture with what moves, its state, what goes on. */

import type { CameraStatus } from "@symbion/core";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { TileStreams } from "../../api/streams.ts";
import { bitRate, duration, isTrouble, kindName, percent, plural, rate } from "../../format.ts";
import { STATE_LABEL, StateDot } from "../../parts/state-dot.tsx";
import { href } from "../../router.ts";
import { connection, now } from "../../state.ts";
import { runTile } from "./run-tile.ts";

/** A link to the camera that looks like it. */
export function Tile(props: {
  readonly camera: CameraStatus;
  readonly streams: TileStreams;
}): JSX.Element {
  const { camera, streams } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const bar = useRef<HTMLSpanElement>(null);
  const [message, setMessage] = useState("");
  const areas = useRef(camera.areas);
  areas.current = camera.areas;
  // The node sends nothing of a camera that its configuration disables.
  const runs = camera.state !== "disabled";
  useEffect(() => {
    if (canvas.current === null || !runs) return;
    return runTile({
      id: camera.id,
      canvas: canvas.current,
      streams,
      areas: () => areas.current,
      onActivity: (share) => bar.current?.style.setProperty("--share", share.toFixed(3)),
      onMessage: setMessage,
    });
  }, [camera.id, streams, runs]);
  const { stats, state } = camera;
  const live = state === "live";
  const [bits, unit] = bitRate(stats.bitsPerSecond);
  // Some answer or other always holds: it says nothing on a tile.
  const active = camera.active.filter((kind) => kind !== "answer");
  const trouble = live || state === "starting" ? null : (camera.reason ?? STATE_LABEL[state]);
  return (
    <li>
      <a class="tile-link" href={href("camera", [camera.id])} data-camera={camera.id}>
        <span class="tile-screen">
          <canvas ref={canvas} role="img" aria-label={`Picture of ${camera.name}`} />
          {active.length > 0 && (
            <span class="chips">
              {active.map((kind) => (
                <span key={kind} class={isTrouble(kind) ? "chip warn" : "chip"}>
                  {kindName(kind)}
                </span>
              ))}
            </span>
          )}
          {trouble !== null && <span class="tile-message">{trouble}</span>}
          {trouble === null && message !== "" && <span class="tile-message soft">{message}</span>}
          <span
            ref={bar}
            class={live ? "activity" : "activity none"}
            aria-hidden="true"
            style={{ "--share": stats.activity.toFixed(3) }}
          />
        </span>
        <span class="tile-foot">
          <StateDot state={connection.value === "lost" ? "ended" : state} />
          <span class="tile-name">{camera.name}</span>
          {camera.simulated && <span class="tag">simulated</span>}
          <span class="tile-figures">
            {live ? (
              <>
                <span>{percent(stats.activity)} % active</span>
                <span>{rate(stats.fps)} fps</span>
                <span class="wide-only">
                  {bits} {unit}
                </span>
              </>
            ) : (
              <span>{STATE_LABEL[state]}</span>
            )}
          </span>
          {camera.restarts > 0 && (
            <span class="tile-restarts" title={camera.lastRestart?.reason}>
              {plural(camera.restarts, "restart")}
              {camera.lastRestart !== null &&
                `, last ${duration((now.value - camera.lastRestart.at) / 1000)} ago: ${camera.lastRestart.reason}`}
            </span>
          )}
        </span>
      </a>
    </li>
  );
}
