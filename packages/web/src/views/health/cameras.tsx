/** What each camera costs and how it fares. */

import type { CameraStatus } from "@symbion/core";
import type { JSX } from "preact";
import { ago, bitRate, count, percent, rate } from "../../format.ts";
import { Empty, Panel } from "../../parts/controls.tsx";
import { STATE_LABEL, StateDot } from "../../parts/state-dot.tsx";
import { href } from "../../router.ts";
import { cameras, now } from "../../state.ts";

/** A table with a row per camera. */
export function Cameras(): JSX.Element {
  const list = cameras.value;
  return (
    <Panel title="Cameras">
      {list.length === 0 ? (
        <Empty>No camera.</Empty>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys
        <section class="table-scroll" tabIndex={0} aria-label="Table of cameras">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Camera</th>
                <th scope="col" class="number">
                  CPU <small>ms / s of video</small>
                </th>
                <th scope="col" class="number">
                  Decoded
                </th>
                <th scope="col" class="number">
                  Frames <small>/ s</small>
                </th>
                <th scope="col" class="number">
                  Bit rate
                </th>
                <th scope="col" class="number">
                  Backlog
                </th>
                <th scope="col" class="number">
                  Damaged
                </th>
                <th scope="col" class="number">
                  Not sent
                </th>
                <th scope="col">Restarts</th>
              </tr>
            </thead>
            <tbody>
              {list.map((camera) => (
                <Row key={camera.id} camera={camera} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Panel>
  );
}

function Row({ camera }: { readonly camera: CameraStatus }): JSX.Element {
  const { stats, lastRestart } = camera;
  const live = camera.state === "live";
  const dash = (text: string): string => (live ? text : "–");
  return (
    <tr>
      <th scope="row">
        <a class="camera-cell" href={href("camera", [camera.id])}>
          <StateDot state={camera.state} />
          {camera.name}
        </a>
        {!live && (
          <small class="cell-reason">
            {STATE_LABEL[camera.state]}
            {camera.reason !== null && `: ${camera.reason}`}
          </small>
        )}
      </th>
      <td class="number">{dash(rate(stats.cpuMsPerVideoSecond))}</td>
      <td class="number">{percent(stats.decodedShare)} %</td>
      <td class="number">{dash(rate(stats.fps))}</td>
      <td class="number">{dash(bitRate(stats.bitsPerSecond).join(" "))}</td>
      <td class="number">{dash(`${Math.round(stats.backlogMs)} ms`)}</td>
      <td class="number">{count(stats.damagedFrames)}</td>
      <td class="number">{count(stats.droppedFrames)}</td>
      <td>
        {camera.restarts}
        {lastRestart !== null && (
          <small>
            {" "}
            {ago(lastRestart.at, now.value)}: {lastRestart.reason}
          </small>
        )}
      </td>
    </tr>
  );
}
