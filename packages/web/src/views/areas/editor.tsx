/** Zones and lines of a camera: drawing, naming, saving. */

import type {
  CameraArea,
  CameraStatus,
  ConfigDocument,
  ConfigOutcome,
  PicturePoint,
} from "@symbion/core";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ApiFailure, cameraPath, failureText, request } from "../../api/request.ts";
import { Button, Empty, Field, Panel, Problem, Segmented } from "../../parts/controls.tsx";
import { confirm } from "../../parts/dialog.tsx";
import { Icon } from "../../parts/icon.tsx";
import { useTask } from "../../parts/task.ts";
import { guardLeaving } from "../../router.ts";
import { cameras, say } from "../../state.ts";
import { Stage } from "../camera/stage.tsx";
import { lastField } from "../camera/stage-state.ts";
import { type Drawing, Surface } from "./canvas.tsx";
import {
  beginEdits,
  edit,
  KIND_LABEL,
  MIN_POINTS,
  newArea,
  objection,
  redo,
  replaceArea,
  undo,
  withIds,
  withKind,
} from "./model.ts";
import "./areas.css";

/** What people have to know before they trust a zone. */
const TRUTH = "Motion vectors show change, not presence: a person who stands still is not seen.";

const KINDS = ["zone", "line", "ignore"] as const;

const MEANING: Readonly<Record<CameraArea["kind"], string>> = {
  zone: "Motion in here is reported.",
  line: "Whatever crosses it is reported.",
  ignore: "Motion in here is overlooked: trees, a street, a screen.",
};

/** The editor: picture with the drawing surface, list, form, and what becomes of it all. */
export function AreaEditor({ camera }: { readonly camera: CameraStatus }): JSX.Element {
  const [base, setBase] = useState<readonly CameraArea[]>(camera.areas);
  const [edits, setEdits] = useState(() => beginEdits(camera.areas));
  const [selected, setSelected] = useState<string | null>(null);
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  const [conflict, setConflict] = useState(false);
  const version = useRef<string | null>(null);
  const task = useTask();
  const { areas } = edits;
  const isDirty = useMemo(() => JSON.stringify(areas) !== JSON.stringify(base), [areas, base]);
  const area = areas.find(({ id }) => id === selected) ?? null;

  useEffect(() => {
    // Without a version nothing can be saved; saving asks again and tells why not.
    fetchVersion().then(
      (answer) => {
        version.current = answer;
      },
      () => undefined,
    );
  }, []);

  useEffect(() => {
    if (!isDirty) return;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", warn);
    const release = guardLeaving(() =>
      globalThis.confirm("The zones are not saved. Leave and lose the changes?"),
    );
    return () => {
      removeEventListener("beforeunload", warn);
      release();
    };
  }, [isDirty]);

  const change = (next: CameraArea, gesture: number | null = null): void => {
    setEdits((before) => edit(before, replaceArea(before.areas, next), gesture));
  };
  const finish = (): void => {
    if (drawing === null || drawing.points.length < MIN_POINTS[drawing.kind]) return;
    const made = newArea(areas, drawing.kind, drawing.points);
    setEdits((before) => edit(before, [...before.areas, made]));
    setSelected(made.id);
    setDrawing(null);
  };
  const remove = (id: string): void => {
    setEdits((before) =>
      edit(
        before,
        before.areas.filter((one) => one.id !== id),
      ),
    );
    if (selected === id) setSelected(null);
  };
  const begin = (kind: CameraArea["kind"]): void => {
    setSelected(null);
    setDrawing({ kind, points: [] });
  };

  useEffect(() => {
    const listener = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
      if (event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      setEdits((before) => (event.shiftKey ? redo(before) : undo(before)));
    };
    addEventListener("keydown", listener);
    return () => removeEventListener("keydown", listener);
  }, []);

  const save = (): Promise<boolean> =>
    task.run(async () => {
      version.current ??= await fetchVersion();
      const wanted = withIds(areas, new Set(base.map(({ id }) => id)));
      try {
        const path = cameraPath(camera.id, "/areas");
        const body = { version: version.current, areas: wanted };
        const outcome = await request<ConfigOutcome>("PUT", path, { body });
        version.current = outcome.version;
        if (!outcome.saved) throw new Error(outcome.problems.join(" "));
        const at = areas.findIndex(({ id }) => id === selected);
        setBase(wanted);
        setEdits(beginEdits(wanted));
        setSelected(wanted[at]?.id ?? null);
        setConflict(false);
        say("Zones saved. The node uses them from now on.", "good");
      } catch (error) {
        if (!(error instanceof ApiFailure) || error.status !== 409) throw error;
        setConflict(true);
      }
    });
  const overwrite = async (): Promise<void> => {
    version.current = null;
    await save();
  };
  const reload = async (): Promise<void> => {
    try {
      version.current = await fetchVersion();
      const fresh = await request<CameraStatus>("GET", cameraPath(camera.id));
      setBase(fresh.areas);
      setEdits(beginEdits(fresh.areas));
      setSelected(null);
      setConflict(false);
    } catch (error) {
      say(failureText(error), "bad");
    }
  };
  const discard = async (): Promise<void> => {
    const sure = await confirm({
      title: "Discard the changes?",
      text: "The zones go back to what the node uses now.",
      yes: "Discard",
      danger: true,
    });
    if (!sure) return;
    const current = cameras.value.find(({ id }) => id === camera.id)?.areas ?? base;
    setBase(current);
    setEdits(beginEdits(current));
    setSelected(null);
  };

  const width = lastField.value?.width ?? (camera.width || 1280);
  const height = lastField.value?.height ?? (camera.height || 720);
  const wrong = objection(areas);
  return (
    <div class="watching editing">
      <div class="watch">
        <Stage bar={<Hint drawing={drawing} onFinish={finish} onCancel={() => setDrawing(null)} />}>
          <Surface
            width={width}
            height={height}
            areas={areas}
            selected={selected}
            drawing={drawing}
            onSelect={setSelected}
            onChange={change}
            onDraw={(points: readonly PicturePoint[]) =>
              setDrawing((before) => (before === null ? null : { ...before, points }))
            }
            onFinish={finish}
            onCancel={() => setDrawing(null)}
          />
        </Stage>
      </div>
      <aside aria-label="Zones and lines">
        <Panel
          title="Zones and lines"
          actions={
            <>
              <Button
                icon="undo"
                label="Undo"
                tone="quiet"
                disabled={edits.past.length === 0}
                onClick={() => setEdits(undo)}
              />
              <Button
                icon="redo"
                label="Redo"
                tone="quiet"
                disabled={edits.future.length === 0}
                onClick={() => setEdits(redo)}
              />
            </>
          }
        >
          <div class="tools">
            {KINDS.map((kind) => (
              <Button
                key={kind}
                icon={kind}
                pressed={drawing?.kind === kind}
                title={MEANING[kind]}
                onClick={() => begin(kind)}
              >
                {kind === "ignore" ? "Ignore" : KIND_LABEL[kind]}
              </Button>
            ))}
          </div>
          {areas.length === 0 ? (
            <Empty>Choose what to draw, then click its corners into the picture.</Empty>
          ) : (
            <ul class="area-list">
              {areas.map((one) => (
                <li key={one.id} class={one.id === selected ? "on" : ""}>
                  <button
                    type="button"
                    aria-pressed={one.id === selected}
                    onClick={() => setSelected(one.id === selected ? null : one.id)}
                  >
                    <Icon name={one.kind} />
                    <span>{one.name === "" ? "(no name)" : one.name}</span>
                  </button>
                  <Button
                    icon="trash"
                    label={`Delete ${one.name}`}
                    tone="quiet"
                    small
                    onClick={() => remove(one.id)}
                  />
                </li>
              ))}
            </ul>
          )}
          {area !== null && <AreaForm key={area.id} area={area} onChange={change} />}
        </Panel>
        <p class="note truthful">
          <Icon name="info" />
          <span>{TRUTH}</span>
        </p>
        {conflict && (
          <div class="note bad conflict" role="alert">
            <p>
              The configuration has been changed elsewhere in the meantime, so nothing was saved.
            </p>
            <Button small onClick={() => void overwrite()}>
              Save mine all the same
            </Button>
            <Button small onClick={() => void reload()}>
              Take the other one
            </Button>
          </div>
        )}
        <Problem text={task.problem} />
        <div class="save-bar">
          <Button
            tone="primary"
            busy={task.busy}
            disabled={!isDirty || drawing !== null || wrong !== null}
            title={wrong ?? undefined}
            onClick={() => void save()}
          >
            Save
          </Button>
          <Button disabled={!isDirty || task.busy} onClick={() => void discard()}>
            Discard
          </Button>
          <span class="soft" role="status">
            {wrong ?? (isDirty ? "Not saved yet" : "All saved")}
          </span>
        </div>
      </aside>
    </div>
  );
}

async function fetchVersion(): Promise<string> {
  return (await request<ConfigDocument>("GET", "/api/config")).version;
}

function Hint(props: {
  readonly drawing: Drawing | null;
  readonly onFinish: () => void;
  readonly onCancel: () => void;
}): JSX.Element {
  const { drawing } = props;
  if (drawing === null) {
    return (
      <p class="hint">
        Drag corners, edges or whole shapes; a small circle in the middle of an edge makes a new
        corner. With keys: Tab to a corner, arrows move it, Enter inserts, Delete removes.
      </p>
    );
  }
  const { kind, points } = drawing;
  const least = MIN_POINTS[kind];
  return (
    <div class="hint">
      <p>
        {points.length === 0
          ? `${KIND_LABEL[kind]}: put the first corner.`
          : points.length < least
            ? `${least - points.length} more ${least - points.length === 1 ? "corner" : "corners"} at least.`
            : kind === "line"
              ? "Go on, or finish: double click, Enter twice, or the button."
              : "Go on, or finish: click the first corner, Enter twice, or the button."}
      </p>
      <Button small tone="primary" disabled={points.length < least} onClick={props.onFinish}>
        Finish
      </Button>
      <Button small onClick={props.onCancel}>
        Cancel
      </Button>
    </div>
  );
}

function AreaForm(props: {
  readonly area: CameraArea;
  readonly onChange: (area: CameraArea, gesture: number | null) => void;
}): JSX.Element {
  const { area, onChange } = props;
  // Letters of one field are one step of undo.
  const gesture = useRef(-Math.floor(Math.random() * 1e9) - 1);
  return (
    <div class="area-form">
      <Field label="Name">
        <input
          type="text"
          value={area.name}
          maxLength={80}
          onInput={(event) =>
            onChange({ ...area, name: event.currentTarget.value }, gesture.current)
          }
        />
      </Field>
      <Segmented
        legend="Kind"
        name={`kind-${area.id}`}
        value={area.kind}
        options={KINDS.map((kind) => ({
          value: kind,
          label: kind === "ignore" ? "Ignore" : KIND_LABEL[kind],
        }))}
        onChange={(kind) => onChange(withKind(area, kind), null)}
      />
      <p class="soft">{MEANING[area.kind]}</p>
      {area.kind === "zone" && (
        <Field label="Report a stay of, seconds" hint="Empty: stays are not reported.">
          <input
            type="number"
            min="1"
            max="86400"
            step="1"
            inputMode="numeric"
            value={area.dwellSeconds ?? ""}
            onInput={(event) => {
              const { value } = event.currentTarget;
              const dwellSeconds = value === "" ? null : Number(value);
              onChange({ ...area, dwellSeconds }, gesture.current - 1);
            }}
          />
        </Field>
      )}
      {area.kind === "line" && (
        <Segmented
          legend="Crossings that count, seen along the line"
          name={`direction-${area.id}`}
          value={area.direction}
          options={[
            { value: "both", label: "Both ways" },
            { value: "left", label: "To its left" },
            { value: "right", label: "To its right" },
          ]}
          onChange={(direction) => onChange({ ...area, direction }, null)}
        />
      )}
    </div>
  );
}
