/** The figures of the view: the one sentence that matters, and four lines below it. */

import type { JSX } from "preact";
import { bitRate, count, percent, rate } from "../../format.ts";
import { Sparkline } from "../../parts/sparkline.tsx";
import { bufferMs, camera, history, localFigures, missedFrames, view } from "./stage-state.ts";

/** What the picture costs, in one sentence. */
export function Truth(): JSX.Element {
  const status = camera.value;
  const local = localFigures.value;
  if (view.value?.kind !== "camera") {
    return (
      <p class="truth" data-testid="truth">
        <span>
          Read in this browser, nothing uploaded: <b>{count(local?.frames ?? 0)}</b> frames
        </span>
        <span class="dot" aria-hidden="true" />
        <span>
          <b>{rate(local?.msPerVideoSecond ?? 0)}</b> ms of parsing per second of video
        </span>
      </p>
    );
  }
  const stats = status?.stats;
  return (
    <p class="truth" data-testid="truth">
      <span>
        Decoded{" "}
        <b>
          {percent(stats?.decodedShare ?? 0)}
          {"\u202f"}%
        </b>{" "}
        of frames
      </span>
      <span class="dot" aria-hidden="true" />
      <span>
        <b>
          {stats === undefined || stats.cpuMsPerVideoSecond === 0
            ? "–"
            : rate(stats.cpuMsPerVideoSecond)}
        </b>{" "}
        CPU-ms per second of video
      </span>
    </p>
  );
}

function Tile(props: {
  readonly label: string;
  readonly value: string;
  readonly unit: string;
  readonly values: readonly number[];
  readonly top: number;
  readonly hint: string;
}): JSX.Element {
  return (
    <div class="tile" title={props.hint}>
      <dt>{props.label}</dt>
      <dd>
        <span class="value">{props.value}</span>
        <span class="unit">{props.unit}</span>
      </dd>
      <Sparkline values={props.values} top={props.top} />
    </div>
  );
}

/** Four figures with their last minute. */
export function Tiles(): JSX.Element {
  const series = history.value;
  const last = (values: readonly number[]): number => values.at(-1) ?? 0;
  const [bits, bitsUnit] = bitRate(last(series.bits));
  return (
    <dl class="tiles" aria-label="Figures of the last minute">
      <Tile
        label="Motion"
        value={percent(last(series.motion))}
        unit="% of picture"
        values={series.motion}
        top={0.02}
        hint="Share of 16 x 16 blocks that move by at least half a pixel per frame"
      />
      <Tile
        label="Frames"
        value={rate(last(series.fps))}
        unit="per second"
        values={series.fps}
        top={5}
        hint="Frames whose signals were read"
      />
      <Tile
        label="Cost"
        value={rate(last(series.cpu))}
        unit="CPU-ms / s"
        values={series.cpu}
        top={5}
        hint="Milliseconds of one CPU core for one second of video"
      />
      <Tile
        label="Stream"
        value={bits}
        unit={bitsUnit}
        values={series.bits}
        top={1000}
        hint="Size of the coded video"
      />
    </dl>
  );
}

/** Counts below the figures: frames so far, damage, misses. */
export function Counts(): JSX.Element {
  const stats = camera.value?.stats ?? null;
  const local = localFigures.value;
  const frames = stats?.frames ?? local?.frames ?? 0;
  const damaged = stats?.damagedFrames ?? local?.damagedFrames ?? 0;
  const status = camera.value;
  const parts = [
    `${count(frames)} frames read`,
    damaged > 0 ? `${count(damaged)} damaged` : "none damaged",
    ...(stats !== null && stats.decodedFrames > 0 ? [`${count(stats.decodedFrames)} decoded`] : []),
    ...(bufferMs.value > 0 ? [`${bufferMs.value} ms buffered here`] : []),
    ...(missedFrames.value > 0 ? [`${count(missedFrames.value)} not shown here`] : []),
    ...(status !== null && status.width > 0 ? [`${status.width} × ${status.height}`] : []),
    ...(status !== null && status.container !== "" ? [status.container] : []),
  ];
  return <p class="counts">{parts.join("  ·  ")}</p>;
}
