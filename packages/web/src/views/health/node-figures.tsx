/** The node as a whole: processor, memory, disk, messages that wait. */

import type { NodeStatus } from "@symbion/core";
import type { ComponentChildren, JSX } from "preact";
import { byteSize, bytes, duration, percent, plural } from "../../format.ts";
import { cameras } from "../../state.ts";

function Figure(props: {
  readonly label: string;
  readonly value: string;
  readonly unit: string;
  readonly note: ComponentChildren;
  readonly tone?: "warm" | "bad";
}): JSX.Element {
  return (
    <div class={`figure ${props.tone ?? ""}`}>
      <dt>{props.label}</dt>
      <dd>
        <span class="value">{props.value}</span> <span class="unit">{props.unit}</span>
        <span class="figure-note">{props.note}</span>
      </dd>
    </div>
  );
}

/** Six figures and the disk. */
export function NodeFigures({ status }: { readonly status: NodeStatus }): JSX.Element {
  const { store, backlog } = status;
  const list = cameras.value;
  const frames = list.reduce((sum, { stats }) => sum + stats.frames, 0);
  const decoded = list.reduce((sum, { stats }) => sum + stats.decodedFrames, 0);
  const slowest = Math.max(0, ...list.map(({ stats }) => stats.backlogMs));
  const [memory, memoryUnit] = byteSize(status.memoryBytes);
  const [written, writtenUnit] = byteSize(store.writtenBytesPerDay);
  return (
    <section class="node-figures" aria-label="The node">
      <dl class="figures">
        <Figure
          label="Processor"
          value={percent(status.cpuMsPerSecond / 1000)}
          unit="% of a core"
          note={`${plural(list.length, "camera")}, up ${duration(status.uptimeSeconds)}`}
        />
        <Figure label="Memory" value={memory} unit={memoryUnit} note="resident" />
        <Figure
          label="Decoded"
          value={percent(frames === 0 ? 0 : decoded / frames)}
          unit="% of frames"
          note="everything else was read from signals"
        />
        <Figure
          label="Video backlog"
          value={Math.round(slowest).toString()}
          unit="ms"
          note="the slowest camera"
          {...(slowest > 1000 ? { tone: "warm" as const } : {})}
        />
        <Figure
          label="Messages waiting"
          value={backlog.messages.toString()}
          unit=""
          note={
            backlog.messages === 0
              ? "everything is delivered"
              : `the oldest for ${duration(backlog.oldestSeconds)}`
          }
          {...(backlog.oldestSeconds > 600 ? { tone: "warm" as const } : {})}
        />
        <Figure
          label="Written"
          value={written}
          unit={`${writtenUnit} / day`}
          note={`${bytes(store.writtenBytes)} since the start`}
        />
      </dl>
      <Disk status={status} />
    </section>
  );
}

function Disk({ status }: { readonly status: NodeStatus }): JSX.Element {
  const { databaseBytes, clipBytes, companionBytes, quotaBytes, freeBytes, problem } = status.store;
  const used = databaseBytes + clipBytes + companionBytes;
  const share = (value: number): string => `${Math.min(100, (100 * value) / quotaBytes)}%`;
  return (
    <div class="disk">
      <p class="disk-head">
        <b>Disk</b>
        <span>
          {bytes(used)} of {bytes(quotaBytes)} used
        </span>
        <span class="soft">{bytes(freeBytes)} free on the disk</span>
      </p>
      <div
        class="disk-bar"
        role="img"
        aria-label={`${Math.round((100 * used) / quotaBytes)} % of the quota in use`}
      >
        <span class="disk-clips" style={{ width: share(clipBytes) }} />
        <span class="disk-database" style={{ width: share(databaseBytes) }} />
      </div>
      <p class="disk-legend">
        <span>
          <i class="disk-clips" aria-hidden="true" />
          Clips {bytes(clipBytes)}
        </span>
        <span>
          <i class="disk-database" aria-hidden="true" />
          Events and readings {bytes(databaseBytes)}
        </span>
        {companionBytes > 0 && <span>The companion’s log {bytes(companionBytes)}</span>}
        {problem !== null && <span class="warned">{problem}</span>}
      </p>
    </div>
  );
}
