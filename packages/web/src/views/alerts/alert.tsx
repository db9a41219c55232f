/** One episode, and what can be done about it. */

import type { Alert, Suppression } from "@symbion/core";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { request } from "../../api/request.ts";
import { ago, duration, moment, plural } from "../../format.ts";
import { Button, Problem } from "../../parts/controls.tsx";
import { Icon } from "../../parts/icon.tsx";
import { useTask } from "../../parts/task.ts";
import { href } from "../../router.ts";
import { areaName, cameraName, isAdmin, now, say } from "../../state.ts";
import { SilenceDialog } from "./silence.tsx";

const SUPPRESSED: Readonly<Record<Exclude<Suppression, null>, string>> = {
  "quiet-hours": "Nobody was told: quiet hours",
  silenced: "Nobody was told: silenced",
  "cool-down": "Nobody was told: too soon after the last one",
};

const SEVERITY: Readonly<Record<Alert["severity"], string>> = {
  info: "Info",
  warning: "Warning",
  critical: "Critical",
};

/** An episode; `onChanged` is there for those that can be acknowledged. */
export function AlertRow(props: {
  readonly alert: Alert;
  readonly chosen: boolean;
  readonly onChanged?: (alert: Alert) => void;
}): JSX.Element {
  const { alert, chosen, onChanged } = props;
  const [silencing, setSilencing] = useState(false);
  const element = useRef<HTMLLIElement>(null);
  const task = useTask();
  useEffect(() => {
    if (!chosen) return;
    element.current?.scrollIntoView({ block: "center" });
    element.current?.focus();
  }, [chosen]);
  const acknowledge = (): void => {
    void task.run(async () => {
      const path = `/api/alerts/${encodeURIComponent(alert.id)}/acknowledge`;
      onChanged?.(await request<Alert>("POST", path));
      say("Acknowledged.", "good");
    });
  };
  const firing = alert.state === "firing";
  return (
    <li
      ref={element}
      tabIndex={-1}
      class={`alert ${alert.severity}${firing ? " firing" : ""}${chosen ? " chosen" : ""}`}
    >
      <span class="alert-mark" aria-hidden="true" />
      <div class="alert-body">
        <p class="alert-title">
          <b>{alert.title}</b>
          <span class="hidden">{SEVERITY[alert.severity]}</span>
          {firing && alert.severity === "critical" && <span class="tag bad">critical</span>}
          {alert.acknowledgedAt !== null && <span class="tag plain">seen</span>}
        </p>
        {firing && alert.text !== "" && <p class="alert-text">{alert.text}</p>}
        <p class="alert-facts">
          <span>{when(alert)}</span>
          <span>
            {cameraName(alert.source)}
            {alert.area !== null && ` · ${areaName(alert.source, alert.area)}`}
          </span>
          {alert.count > 1 && <span>{plural(alert.count, "event")}</span>}
          {alert.suppressed !== null && <span>{SUPPRESSED[alert.suppressed]}</span>}
        </p>
        <Problem text={task.problem} />
      </div>
      <div class="alert-actions">
        <a
          class="button small bare"
          aria-label={`${alert.title}: on the timeline`}
          title="On the timeline"
          href={href("timeline", [], {
            source: alert.source === "node" ? null : alert.source,
            at: alert.from,
            event: alert.insight,
          })}
        >
          <Icon name="timeline" />
        </a>
        {firing && isAdmin.value && (
          <>
            <Button small icon="mute" label="Silence" onClick={() => setSilencing(true)} />
            {alert.acknowledgedAt === null && (
              <Button small icon="check" busy={task.busy} onClick={acknowledge}>
                Acknowledge
              </Button>
            )}
          </>
        )}
      </div>
      {silencing && <SilenceDialog rule={alert.rule} onClose={() => setSilencing(false)} />}
    </li>
  );
}

function when(alert: Alert): string {
  if (alert.state !== "resolved") {
    return `for ${duration(Math.max(0, (now.value - alert.from) / 1000))}, since ${moment(alert.from, now.value)}`;
  }
  const seconds = ((alert.resolvedAt ?? alert.from) - alert.from) / 1000;
  return `${moment(alert.from, now.value)}, ${ago(alert.from, now.value)}, lasted ${duration(seconds)}`;
}
