/** Channels: adding one by a form, removing one. Changing one is done in the file, where its secrets are. */

import type { ChannelInfo } from "@symbion/core";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { failureText, request } from "../../api/request.ts";
import { Button, Empty, Field, Panel, Problem, Segmented } from "../../parts/controls.tsx";
import { confirm } from "../../parts/dialog.tsx";
import { useLoaded, useTask } from "../../parts/task.ts";
import { href } from "../../router.ts";
import { say } from "../../state.ts";
import { CHANNEL_KIND } from "../alerts/channels.tsx";
import { slug } from "../areas/model.ts";
import { putTogether, takeApart } from "../sources/address.ts";
import { changeEntry } from "./entries.ts";

/** List of channels and the form for a new one. */
export function ChannelSettings(): JSX.Element {
  const { data, problem, reload } = useLoaded(
    (signal) => request<ChannelInfo[]>("GET", "/api/channels", { signal }),
    "channels",
  );
  const [adding, setAdding] = useState(false);
  const remove = async (channel: ChannelInfo): Promise<void> => {
    const sure = await confirm({
      title: `Remove the channel ${channel.id}?`,
      text: "Rules that name it tell nobody through it any more. What waits in it is given up.",
      yes: "Remove",
      danger: true,
    });
    if (!sure) return;
    try {
      await changeEntry("DELETE", `/api/channels/${encodeURIComponent(channel.id)}`, {});
      say("Channel removed.", "good");
      reload();
    } catch (error) {
      say(failureText(error), "bad");
    }
  };
  return (
    <>
      <Panel
        title="Channels"
        actions={
          <Button small tone="primary" icon="plus" onClick={() => setAdding(true)}>
            New channel
          </Button>
        }
      >
        <Problem text={problem} />
        {data !== null && data.length === 0 && (
          <Empty>No channel yet: alerts show on this page only.</Empty>
        )}
        <ul class="entries">
          {(data ?? []).map((channel) => (
            <li key={channel.id}>
              <span class="entry-what">
                <b>{channel.id}</b>
                <small>
                  {CHANNEL_KIND[channel.kind]} · {channel.target}
                </small>
                {channel.problem !== null && <small class="warned">{channel.problem}</small>}
              </span>
              <a class="button small" href={href("settings", ["config"])}>
                In the file
              </a>
              <Button
                small
                icon="trash"
                label={`Remove ${channel.id}`}
                onClick={() => void remove(channel)}
              />
            </li>
          ))}
        </ul>
      </Panel>
      {adding && (
        <ChannelForm
          taken={(data ?? []).map(({ id }) => id)}
          onDone={() => {
            setAdding(false);
            reload();
          }}
          onCancel={() => setAdding(false)}
        />
      )}
    </>
  );
}

type Kind = ChannelInfo["kind"];

type FieldSpec = {
  readonly key: string;
  readonly label: string;
  readonly hint: string;
  readonly needed: boolean;
  readonly secret?: boolean;
};

const LOGIN: readonly FieldSpec[] = [
  { key: "user", label: "User", hint: "if it wants one", needed: false },
  {
    key: "password",
    label: "Password",
    hint: "kept apart from the file",
    needed: false,
    secret: true,
  },
];

const FIELDS: Readonly<Record<Kind, readonly FieldSpec[]>> = {
  webpush: [
    {
      key: "contact",
      label: "Your e-mail address",
      hint: "for the push services, if something goes wrong",
      needed: false,
    },
  ],
  webhook: [
    { key: "url", label: "Address", hint: "https://example.org/hook", needed: true },
    { key: "secret", label: "Secret", hint: "signs each message", needed: false, secret: true },
  ],
  mqtt: [
    { key: "url", label: "Broker", hint: "mqtt://192.168.1.5:1883", needed: true },
    ...LOGIN,
    { key: "topic", label: "First topic level", hint: "symbion", needed: false },
  ],
  email: [
    { key: "url", label: "Mail server", hint: "smtps://smtp.example.org", needed: true },
    ...LOGIN,
    { key: "from", label: "From", hint: "node@example.org", needed: true },
    { key: "to", label: "To", hint: "you@example.org, somebody@example.org", needed: true },
  ],
};

const KINDS = Object.keys(FIELDS) as Kind[];

/** The entry as it stands in the file: empty fields are left out, credentials go into the address. */
function entryOf(kind: Kind, values: Readonly<Record<string, string>>): Record<string, unknown> {
  const { user = "", password = "", url = "", ...rest } = values;
  const entry: Record<string, unknown> = { kind };
  if (url !== "") {
    const typed = takeApart(url);
    const own = user === "" && password === "" ? typed : { url: typed.url, user, password };
    entry.url = putTogether(own);
  }
  for (const { key } of FIELDS[kind]) {
    const value = rest[key]?.trim() ?? "";
    if (value !== "") entry[key] = key === "to" ? value.split(/[\s,;]+/) : value;
  }
  return entry;
}

function ChannelForm(props: {
  readonly taken: readonly string[];
  readonly onDone: () => void;
  readonly onCancel: () => void;
}): JSX.Element {
  const { taken } = props;
  const [kind, setKind] = useState<Kind>("webpush");
  const [name, setName] = useState("");
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const task = useTask();
  const id = slug(name) || kind;
  const twice = taken.includes(id);
  const complete = FIELDS[kind].every(
    ({ key, needed }) => !needed || (values[key]?.trim() ?? "") !== "",
  );
  const type = (key: string, value: string): void =>
    setValues((before) => ({ ...before, [key]: value }));
  const save = (): void => {
    void task.run(async () => {
      const channel = entryOf(kind, values);
      await changeEntry("PUT", `/api/channels/${encodeURIComponent(id)}`, { channel });
      say("Channel added. Try it on the alerts page.", "good");
      props.onDone();
    });
  };
  return (
    <Panel title="New channel">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Segmented
          legend="Kind of channel"
          name="channel-kind"
          value={kind}
          options={KINDS.map((one) => ({ value: one, label: CHANNEL_KIND[one] }))}
          onChange={setKind}
        />
        <Field
          label="Name"
          hint={`Rules will call it ${id}.`}
          error={twice ? `There is a channel ${id} already.` : null}
        >
          <input
            type="text"
            maxLength={40}
            placeholder={kind}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </Field>
        {FIELDS[kind].map((spec) => (
          <Field key={`${kind} ${spec.key}`} label={spec.label} hint={spec.hint}>
            {spec.secret === true ? (
              <input
                type="password"
                autocomplete="new-password"
                value={values[spec.key] ?? ""}
                onInput={(event) => type(spec.key, event.currentTarget.value)}
              />
            ) : (
              <input
                type="text"
                autocomplete="off"
                autocapitalize="off"
                spellcheck={false}
                required={spec.needed}
                value={values[spec.key] ?? ""}
                onInput={(event) => type(spec.key, event.currentTarget.value)}
              />
            )}
          </Field>
        ))}
        <Problem text={task.problem} />
        <div class="form-actions">
          <Button type="submit" tone="primary" busy={task.busy} disabled={!complete || twice}>
            Add channel
          </Button>
          <Button onClick={props.onCancel}>Cancel</Button>
        </div>
      </form>
    </Panel>
  );
}
