/** Keeping a rule, or everything, from telling anybody for a while. */

import { type Signal, signal } from "@preact/signals";
import type { Silence } from "@symbion/core";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { request } from "../../api/request.ts";
import { moment } from "../../format.ts";
import { Button, Field, Problem, Segmented } from "../../parts/controls.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { useTask } from "../../parts/task.ts";
import { say } from "../../state.ts";

/** Counts changes of silences, so that lists ask again. */
export const silencesChanged: Signal<number> = signal(0);

const LENGTHS = [
  { value: "15", label: "15 min" },
  { value: "60", label: "1 h" },
  { value: "480", label: "8 h" },
  { value: "until", label: "Until…" },
] as const;

/** A moment as `datetime-local` writes it, in local time. */
function localInput(at: number): string {
  const date = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 16);
}

/** Asks for how long; `rule` null offers everything only. */
export function SilenceDialog(props: {
  readonly rule: string | null;
  readonly onClose: () => void;
}): JSX.Element {
  const { rule, onClose } = props;
  const [length, setLength] = useState<(typeof LENGTHS)[number]["value"]>("60");
  const [until, setUntil] = useState(() => localInput(Date.now() + 12 * 3_600_000));
  const [scope, setScope] = useState<"rule" | "all">(rule === null ? "all" : "rule");
  const task = useTask();
  const minutes =
    length === "until"
      ? Math.ceil((new Date(until).getTime() - Date.now()) / 60_000)
      : Number(length);
  const valid = Number.isFinite(minutes) && minutes > 0;
  const silence = async (): Promise<void> => {
    const body = { rule: scope === "all" ? null : rule, minutes };
    const worked = await task.run(async () => {
      const made = await request<Silence>("POST", "/api/alerts/silences", { body });
      say(`Silent until ${moment(made.until)}.`, "good");
    });
    if (!worked) return;
    silencesChanged.value++;
    onClose();
  };
  return (
    <Dialog title="Silence" onClose={onClose}>
      <p class="dialog-text">Alerts go on firing on this page, but nobody is told.</p>
      <div class="stack">
        {rule !== null && (
          <Segmented
            legend="What to silence"
            name="silence-scope"
            value={scope}
            options={[
              { value: "rule", label: "This rule" },
              { value: "all", label: "Everything" },
            ]}
            onChange={setScope}
          />
        )}
        <Segmented
          legend="For how long"
          name="silence-length"
          value={length}
          options={LENGTHS}
          onChange={setLength}
        />
        {length === "until" && (
          <Field label="Until" error={valid ? null : "Choose a time to come."}>
            <input
              type="datetime-local"
              value={until}
              min={localInput(Date.now())}
              onInput={(event) => setUntil(event.currentTarget.value)}
            />
          </Field>
        )}
        <Problem text={task.problem} />
      </div>
      <div class="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button tone="primary" busy={task.busy} disabled={!valid} onClick={() => void silence()}>
          Silence
        </Button>
      </div>
    </Dialog>
  );
}
