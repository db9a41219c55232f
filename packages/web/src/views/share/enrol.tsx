/** One more node: an invitation that is made here and used there, or the other way round. */

import type { Peer, ShareStatus } from "@symbion/core";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { request } from "../../api/request.ts";
import { duration } from "../../format.ts";
import { Button, Field, Panel, Problem } from "../../parts/controls.tsx";
import { useTask } from "../../parts/task.ts";
import { now, say } from "../../state.ts";
import type { Invited } from "./answers.ts";
import { Compare, copy, Fingerprint, takePeer } from "./nodes.tsx";
import { policy } from "./store.ts";
import { recipientName } from "./words.ts";

const HOLDS: readonly (readonly [minutes: string, label: string])[] = [
  ["15", "15 minutes"],
  ["60", "1 hour"],
  ["1440", "1 day"],
  ["10080", "7 days"],
];

/** Both ways. */
export function Enrol({ status }: { readonly status: ShareStatus }): JSX.Element {
  return (
    <div class="share-columns">
      <Invite status={status} />
      <Join />
    </div>
  );
}

function TierField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (tier: string) => void;
}): JSX.Element {
  const tiers = policy.value?.tiers ?? [];
  return (
    <Field label={props.label} hint="Can be changed at any time.">
      <select value={props.value} onChange={(event) => props.onChange(event.currentTarget.value)}>
        <option value="">none: told nothing</option>
        {tiers.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </Field>
  );
}

function Invite({ status }: { readonly status: ShareStatus }): JSX.Element {
  const [tier, setTier] = useState("");
  const [minutes, setMinutes] = useState("60");
  const [made, setMade] = useState<Invited | null>(null);
  const task = useTask();
  const silent = status.listening === null;
  const make = (): void => {
    void task.run(async () => {
      const body = { minutes: Number(minutes), ...(tier === "" ? {} : { tier }) };
      setMade(await request<Invited>("POST", "/api/share/invitations", { body }));
    });
  };
  return (
    <Panel title="Invite a node" class="invite">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          make();
        }}
      >
        <div class="form-row">
          <TierField label="Tier of the new node" value={tier} onChange={setTier} />
          <Field label="Holds for" hint="It enrols one node, once.">
            <select value={minutes} onChange={(event) => setMinutes(event.currentTarget.value)}>
              {HOLDS.map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </Field>
        </div>
        {silent && (
          <p class="soft">
            This node cannot be called: “share.listen” in the configuration opens a port. It can
            still join another node’s invitation.
          </p>
        )}
        <Button type="submit" icon="plus" busy={task.busy} disabled={silent}>
          Make an invitation
        </Button>
        <Problem text={task.problem} />
      </form>
      {made !== null && <Made made={made} onClose={() => setMade(null)} />}
    </Panel>
  );
}

function Made(props: { readonly made: Invited; readonly onClose: () => void }): JSX.Element {
  const { invitation, expiresAt, fingerprint } = props.made;
  const left = (expiresAt - now.value) / 1000;
  if (left <= 0) {
    return (
      <p class="note" role="status">
        The invitation is no longer valid. Make another one if it was not used.
      </p>
    );
  }
  return (
    <div class="made invitation">
      <p role="status">
        <b>The invitation is shown only now.</b> Give it to the other node in a way that nobody else
        reads: whoever has it can enrol.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys */}
      <code class="invitation-text" tabIndex={0}>
        {invitation}
      </code>
      <div class="form-actions">
        <Button small icon="copy" onClick={() => void copy(invitation)}>
          Copy
        </Button>
        <Button small tone="quiet" onClick={props.onClose}>
          Hide
        </Button>
        <span class="soft expiry">valid for {duration(left)}</span>
      </div>
      <p>When it has joined, compare: the other node has to show this fingerprint for this one.</p>
      <Fingerprint value={fingerprint} />
    </div>
  );
}

function Join(): JSX.Element {
  const [text, setText] = useState("");
  const [tier, setTier] = useState("");
  const [joined, setJoined] = useState<Peer | null>(null);
  const task = useTask();
  const join = (): void => {
    void task.run(async () => {
      const body = { invitation: text.trim(), ...(tier === "" ? {} : { tier }) };
      const peer = await request<Peer>("POST", "/api/share/peers", { body });
      takePeer(peer);
      setJoined(peer);
      setText("");
      say(`Enrolled with ${recipientName(peer.id)}.`, "good");
    });
  };
  return (
    <Panel title="Join with an invitation" class="join">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          join();
        }}
      >
        <Field label="Invitation" hint="The text that the other node showed.">
          <textarea
            class="invitation-field"
            rows={3}
            maxLength={4096}
            autocomplete="off"
            spellcheck={false}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </Field>
        <TierField label="Tier of that node" value={tier} onChange={setTier} />
        <Button type="submit" icon="chain" busy={task.busy} disabled={text.trim() === ""}>
          Join
        </Button>
        <Problem text={task.problem} />
      </form>
      {joined !== null && (
        <div class="made joined-node">
          <p role="status">
            <b>Enrolled with {recipientName(joined.id)}.</b> Its fingerprint, to be compared with
            what it shows:
          </p>
          <Fingerprint value={joined.fingerprint} />
          <Compare fingerprint={joined.fingerprint} name={recipientName(joined.id)} />
        </div>
      )}
    </Panel>
  );
}
