/** Changing and removing a camera. */

import type { CameraStatus, ConfigDocument, ConfigOutcome } from "@symbion/core";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { cameraPath, failureText, request } from "../../api/request.ts";
import { Button, Check, Field, Problem } from "../../parts/controls.tsx";
import { confirm, Dialog } from "../../parts/dialog.tsx";
import { useTask } from "../../parts/task.ts";
import { say } from "../../state.ts";
import { addressProblem, isFile, putTogether, takeApart } from "./address.ts";

async function version(): Promise<string> {
  return (await request<ConfigDocument>("GET", "/api/config")).version;
}

/** A dialog with name, address and recording; an address that is left empty stays as it is. */
export function EditSource(props: {
  readonly camera: CameraStatus;
  readonly onClose: () => void;
}): JSX.Element {
  const { camera, onClose } = props;
  const [name, setName] = useState(camera.name);
  const [address, setAddress] = useState({ url: "", user: "", password: "" });
  const [records, setRecords] = useState(camera.recording);
  const task = useTask();
  const wrong = addressProblem(address.url);
  const save = async (): Promise<void> => {
    const worked = await task.run(async () => {
      const source =
        address.url === ""
          ? {}
          : isFile(address.url)
            ? { file: address.url }
            : { url: putTogether(address) };
      const body = {
        version: await version(),
        ...(name.trim() === camera.name ? {} : { name: name.trim() }),
        ...source,
        ...(records === camera.recording ? {} : { record: records ? {} : null }),
      };
      const outcome = await request<ConfigOutcome>("PATCH", cameraPath(camera.id), { body });
      if (!outcome.saved) throw new Error(outcome.problems.join(" "));
      say("Saved.", "good");
    });
    if (worked) onClose();
  };
  return (
    <Dialog title={`Change ${camera.name}`} onClose={onClose}>
      <form
        class="wizard-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field label="Name">
          <input
            type="text"
            maxLength={80}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </Field>
        <Field label="New address" error={wrong} hint={`Empty: it stays ${camera.source}`}>
          <input
            type="text"
            inputMode="url"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            value={address.url}
            onInput={(event) => {
              const next = takeApart(event.currentTarget.value);
              setAddress((before) =>
                next.user === "" && next.password === "" ? { ...before, url: next.url } : next,
              );
            }}
          />
        </Field>
        {address.url !== "" && !isFile(address.url) && (
          <div class="wizard-pair">
            <Field label="User">
              <input
                type="text"
                autocomplete="off"
                value={address.user}
                onInput={(event) => {
                  const user = event.currentTarget.value;
                  setAddress((before) => ({ ...before, user }));
                }}
              />
            </Field>
            <Field label="Password">
              <input
                type="password"
                autocomplete="new-password"
                value={address.password}
                onInput={(event) => {
                  const password = event.currentTarget.value;
                  setAddress((before) => ({ ...before, password }));
                }}
              />
            </Field>
          </div>
        )}
        <Check checked={records} onChange={setRecords}>
          Store clips of its events
        </Check>
        <Problem text={task.problem} />
        <div class="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            tone="primary"
            busy={task.busy}
            disabled={name.trim() === "" || wrong !== null}
          >
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Asks, then removes a camera from the configuration. */
export async function removeSource(camera: CameraStatus): Promise<void> {
  const sure = await confirm({
    title: `Remove ${camera.name}?`,
    text: "The node stops watching it, and its zones go from the configuration. Events and clips of the past stay until they are too old.",
    yes: "Remove",
    danger: true,
  });
  if (!sure) return;
  try {
    const body = { version: await version() };
    const outcome = await request<ConfigOutcome>("DELETE", cameraPath(camera.id), { body });
    if (!outcome.saved) throw new Error(outcome.problems.join(" "));
    say(`${camera.name} removed.`, "good");
  } catch (error) {
    say(failureText(error), "bad");
  }
}
