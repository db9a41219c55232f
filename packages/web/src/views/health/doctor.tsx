/** What `symbion doctor` finds, on the page. */

import type { DoctorCheck } from "@symbion/core";
import type { JSX } from "preact";
import { request } from "../../api/request.ts";
import { Button, Empty, Panel, Problem } from "../../parts/controls.tsx";
import { Icon } from "../../parts/icon.tsx";
import { useLoaded } from "../../parts/task.ts";

const LOOK = {
  ok: { icon: "check", word: "Fine" },
  warning: { icon: "info", word: "Warning" },
  failed: { icon: "alert", word: "Failed" },
} as const;

/** The checks with what they found. */
export function Doctor(): JSX.Element {
  const { data, problem, loading, reload } = useLoaded(
    (signal) => request<DoctorCheck[]>("GET", "/api/doctor", { signal }),
    "doctor",
  );
  return (
    <Panel
      title="Checks"
      actions={
        <Button small icon="refresh" busy={loading} onClick={reload}>
          Check again
        </Button>
      }
    >
      <Problem text={problem} />
      {data === null && loading && <Empty>Checking…</Empty>}
      <ul class="checks">
        {(data ?? []).map((check) => (
          <li key={check.name} class={check.state}>
            <Icon name={LOOK[check.state].icon} />
            <b>
              {check.name}
              <span class="hidden">, {LOOK[check.state].word}</span>
            </b>
            <span>{check.text}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
