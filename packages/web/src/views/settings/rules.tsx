/** Alert rules as forms. */

import { type ChannelInfo, INSIGHT_KINDS } from "@symbion/core";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { failureText, request } from "../../api/request.ts";
import { kindName } from "../../format.ts";
import { Button, Check, Empty, Field, Panel, Problem, Segmented } from "../../parts/controls.tsx";
import { confirm } from "../../parts/dialog.tsx";
import { useLoaded, useTask } from "../../parts/task.ts";
import { areaName, cameraName, cameras, say } from "../../state.ts";
import { slug } from "../areas/model.ts";
import { changeEntry, type RuleEntries, type RuleEntry } from "./entries.ts";

const NEW: RuleEntry = { id: "", when: ["motion"], severity: "warning" };

const listOf = (value: string | readonly string[]): readonly string[] =>
  typeof value === "string" ? [value] : value;

/** List of rules, and the form of the chosen one. */
export function RuleSettings(): JSX.Element {
  const { data, problem, loading, reload } = useLoaded(
    (signal) => request<RuleEntries>("GET", "/api/rules", { signal }),
    "rules",
  );
  const [chosen, setChosen] = useState<string | null>(null);
  if (data === null) return loading ? <Empty>Asking the node…</Empty> : <Problem text={problem} />;
  const { rules } = data;
  const rule = chosen === "" ? NEW : rules.find(({ id }) => id === chosen);
  const remove = async (one: RuleEntry): Promise<void> => {
    const sure = await confirm({
      title: `Remove ${one.name ?? one.id}?`,
      text: "What it has reported so far stays in the list of alerts.",
      yes: "Remove",
      danger: true,
    });
    if (!sure) return;
    try {
      await changeEntry("DELETE", `/api/rules/${encodeURIComponent(one.id)}`, {});
      say("Rule removed.", "good");
      setChosen(null);
      reload();
    } catch (error) {
      say(failureText(error), "bad");
    }
  };
  return (
    <>
      <Panel
        title="Alert rules"
        actions={
          <Button small tone="primary" icon="plus" onClick={() => setChosen("")}>
            New rule
          </Button>
        }
      >
        {rules.length === 0 ? (
          <Empty>No rule yet. A rule says which events are worth telling somebody.</Empty>
        ) : (
          <ul class="entries">
            {rules.map((one) => (
              <li key={one.id}>
                <span class="entry-what">
                  <b>{one.name ?? one.id}</b>
                  <small>{describe(one)}</small>
                </span>
                <Button
                  small
                  icon="edit"
                  label={`Change ${one.name ?? one.id}`}
                  pressed={chosen === one.id}
                  onClick={() => setChosen(chosen === one.id ? null : one.id)}
                />
                <Button
                  small
                  icon="trash"
                  label={`Remove ${one.name ?? one.id}`}
                  onClick={() => void remove(one)}
                />
              </li>
            ))}
          </ul>
        )}
      </Panel>
      {rule !== undefined && (
        <RuleForm
          key={chosen}
          rule={rule}
          taken={rules.map(({ id }) => id)}
          onDone={() => {
            setChosen(null);
            reload();
          }}
          onCancel={() => setChosen(null)}
        />
      )}
    </>
  );
}

function describe(rule: RuleEntry): string {
  const parts = [listOf(rule.when).map(kindName).join(", ")];
  if (rule.cameras !== undefined) parts.push(rule.cameras.map(cameraName).join(", "));
  if (rule.areas !== undefined) parts.push(`in ${rule.areas.join(", ")}`);
  if (rule.hold !== undefined) parts.push(`for ${seconds(rule.hold)}`);
  parts.push(
    rule.notify === undefined
      ? "tells every channel"
      : rule.notify.length === 0
        ? "on the page only"
        : `tells ${rule.notify.join(", ")}`,
  );
  return parts.join("  ·  ");
}

function seconds(value: string | number): string {
  return typeof value === "number" ? `${value} s` : value;
}

/** A number where it is one; the node reads lengths of time as words, too. */
function lengthOf(text: string): string | number | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  return /^\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed;
}

function RuleForm(props: {
  readonly rule: RuleEntry;
  readonly taken: readonly string[];
  readonly onDone: () => void;
  readonly onCancel: () => void;
}): JSX.Element {
  const { rule, taken } = props;
  const isNew = rule.id === "";
  const [entry, setEntry] = useState(rule);
  const [times, setTimes] = useState({
    hold: rule.hold?.toString() ?? "",
    clear: rule.clear?.toString() ?? "",
    cooldown: rule.cooldown?.toString() ?? "",
  });
  const channels = useLoaded(
    (signal) => request<ChannelInfo[]>("GET", "/api/channels", { signal }),
    "channels",
  );
  const task = useTask();
  const change = (next: Partial<RuleEntry>): void => setEntry((before) => ({ ...before, ...next }));
  const areas = cameras.value.flatMap((camera) =>
    camera.areas
      .filter(({ kind }) => kind !== "ignore")
      .map(({ id }) => ({ camera: camera.id, id })),
  );
  const quiet = entry.quiet?.[0];
  const save = (): void => {
    void task.run(async () => {
      const wanted = slug(entry.name ?? "") || "rule";
      let id = rule.id;
      for (let number = 1; id === "" || (isNew && taken.includes(id)); number++) {
        id = number === 1 ? wanted : `${wanted}-${number}`;
      }
      const { id: _, ...rest } = entry;
      const written = {
        ...rest,
        hold: lengthOf(times.hold),
        clear: lengthOf(times.clear),
        cooldown: lengthOf(times.cooldown),
      };
      await changeEntry("PUT", `/api/rules/${encodeURIComponent(id)}`, { rule: written });
      say("Rule saved.", "good");
      props.onDone();
    });
  };
  return (
    <Panel title={isNew ? "New rule" : `Change ${rule.name ?? rule.id}`}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Field label="Name">
          <input
            type="text"
            maxLength={80}
            value={entry.name ?? ""}
            onInput={(event) => change({ name: event.currentTarget.value || undefined })}
          />
        </Field>
        <Choices
          legend="When this happens"
          options={INSIGHT_KINDS.map((kind) => [kind, kindName(kind)])}
          chosen={listOf(entry.when)}
          onChange={(when) => change({ when })}
        />
        <Choices
          legend="At these cameras"
          note="none chosen: at all"
          options={cameras.value.map(({ id, name }) => [id, name])}
          chosen={entry.cameras ?? []}
          onChange={(list) => change({ cameras: list.length === 0 ? undefined : list })}
        />
        {areas.length > 0 && (
          <Choices
            legend="In these zones, across these lines"
            note="none chosen: everywhere"
            options={areas.map(({ camera, id }) => [
              id,
              `${areaName(camera, id)} (${cameraName(camera)})`,
            ])}
            chosen={entry.areas ?? []}
            onChange={(list) => change({ areas: list.length === 0 ? undefined : list })}
          />
        )}
        <div class="form-row">
          {(
            [
              ["hold", "Fires after", "0 s", "how long it has to go on"],
              ["clear", "Is over after", "10 s", "without anything new"],
              ["cooldown", "Quiet afterwards", "60 s", "before the next one is told"],
            ] as const
          ).map(([key, label, usual, hint]) => (
            <Field key={key} label={label} hint={hint}>
              <input
                type="text"
                placeholder={usual}
                value={times[key]}
                onInput={(event) => {
                  const { value } = event.currentTarget;
                  setTimes((before) => ({ ...before, [key]: value }));
                }}
              />
            </Field>
          ))}
        </div>
        <div class="form-line">
          <span class="field-label">How much it matters</span>
          <Segmented
            legend="How much it matters"
            name="severity"
            value={entry.severity ?? "warning"}
            options={[
              { value: "info", label: "Info" },
              { value: "warning", label: "Warning" },
              { value: "critical", label: "Critical" },
            ]}
            onChange={(severity) => change({ severity })}
          />
        </div>
        <Choices
          legend="Tell through"
          note={entry.notify === undefined ? "every channel" : undefined}
          options={(channels.data ?? []).map(({ id }) => [id, id])}
          chosen={entry.notify ?? (channels.data ?? []).map(({ id }) => id)}
          onChange={(notify) => change({ notify })}
        />
        <div class="form-line">
          <Check
            checked={quiet !== undefined}
            onChange={(on) => change({ quiet: on ? [{ from: "22:00", to: "07:00" }] : undefined })}
          >
            Quiet hours
          </Check>
          {quiet !== undefined && (
            <>
              <input
                type="time"
                class="select"
                aria-label="Quiet from"
                value={quiet.from}
                onInput={(event) =>
                  change({
                    quiet: [
                      { ...quiet, from: event.currentTarget.value },
                      ...(entry.quiet ?? []).slice(1),
                    ],
                  })
                }
              />
              <span>to</span>
              <input
                type="time"
                class="select"
                aria-label="Quiet until"
                value={quiet.to}
                onInput={(event) =>
                  change({
                    quiet: [
                      { ...quiet, to: event.currentTarget.value },
                      ...(entry.quiet ?? []).slice(1),
                    ],
                  })
                }
              />
            </>
          )}
        </div>
        <Check
          checked={entry["notify-resolved"] ?? false}
          onChange={(on) => change({ "notify-resolved": on || undefined })}
        >
          Tell its end, too
        </Check>
        <Problem text={task.problem} />
        <div class="form-actions">
          <Button
            type="submit"
            tone="primary"
            busy={task.busy}
            disabled={listOf(entry.when).length === 0}
          >
            Save rule
          </Button>
          <Button onClick={props.onCancel}>Cancel</Button>
        </div>
      </form>
    </Panel>
  );
}

function Choices(props: {
  readonly legend: string;
  readonly note?: string | undefined;
  readonly options: readonly (readonly [id: string, label: string])[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}): JSX.Element {
  const { chosen, options } = props;
  return (
    <fieldset class="choices">
      <legend>
        <span class="field-label">{props.legend}</span>
        {props.note !== undefined && <span class="soft"> {props.note}</span>}
      </legend>
      {options.map(([id, label]) => (
        <Check
          key={id}
          checked={chosen.includes(id)}
          onChange={(on) =>
            props.onChange(on ? [...chosen, id] : chosen.filter((one) => one !== id))
          }
        >
          {label}
        </Check>
      ))}
    </fieldset>
  );
}
