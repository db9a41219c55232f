/** Other nodes: who they are, how they are linked, and how one more comes to be. */

import type { Peer, ShareStatus } from "@symbion/core";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { request } from "../../api/request.ts";
import { ago, plural } from "../../format.ts";
import { Button, Empty, Field, Panel, Problem, Select } from "../../parts/controls.tsx";
import { confirm } from "../../parts/dialog.tsx";
import { Icon } from "../../parts/icon.tsx";
import { useTask } from "../../parts/task.ts";
import { href } from "../../router.ts";
import { isAdmin, now, say, session } from "../../state.ts";
import { Enrol } from "./enrol.tsx";
import { policy, share } from "./store.ts";
import {
  bareFingerprint,
  epsilonOf,
  epsilonText,
  fingerprintLines,
  isQuantumSafe,
  PEER_TEXT,
  recipientName,
} from "./words.ts";

/** This node, the others, and how to add one. */
export function Nodes(): JSX.Element | null {
  const status = share.value;
  if (status === null) return null;
  return (
    <>
      <This status={status} />
      <Panel
        title="Nodes that were enrolled"
        note={status.peers.length > 0 ? plural(status.peers.length, "node") : undefined}
      >
        {status.peers.length === 0 ? (
          <Empty>
            {status.enabled
              ? "None yet. One enrols once, with an invitation; from then on both know each other by their keys."
              : "None, and nobody can enrol."}
          </Empty>
        ) : (
          <ul class="peers">
            {status.peers.map((peer) => (
              <PeerCard key={peer.id} peer={peer} />
            ))}
          </ul>
        )}
      </Panel>
      {status.enabled && isAdmin.value && <Enrol status={status} />}
      {session.value?.role === "viewer" && (
        <p class="soft">You are signed in to look. Enrolling and forgetting takes an admin.</p>
      )}
    </>
  );
}

const PROFILE_TEXT: Readonly<Record<ShareStatus["profile"], string>> = {
  hybrid: "X25519 and ML-KEM-768 together: both would have to be broken",
  cnsa: "ML-KEM-1024, as CNSA 2.0 asks for",
  legacy: "also without post-quantum keys: every such session is logged",
};

function This({ status }: { readonly status: ShareStatus }): JSX.Element {
  const { enabled, fingerprint, keysIn, listening, profile } = status;
  if (!enabled) return <Off />;
  return (
    <Panel title="This node" class="this-node">
      <dl class="facts">
        <div>
          <dt>Fingerprint</dt>
          <dd>
            {fingerprint === "" ? "no identity yet" : <Fingerprint value={fingerprint} copy />}
          </dd>
        </div>
        <div>
          <dt>Keys are in</dt>
          <dd>
            {keysIn === "keychain"
              ? "the keychain of the operating system"
              : "an encrypted file of this node"}
          </dd>
        </div>
        <div>
          <dt>Can be called</dt>
          <dd>
            {listening === null ? (
              "nowhere: it calls others (“share.listen” opens a port)"
            ) : (
              <>
                at <code>{listening}</code>
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>Links demand</dt>
          <dd class={profile === "legacy" ? "warned" : undefined}>{PROFILE_TEXT[profile]}</dd>
        </div>
      </dl>
    </Panel>
  );
}

const EXAMPLE = `share:
  listen: 0.0.0.0:8490
  policy:
    rho-max: 0.5
    rho-min: 0.005
    tiers:
      - { name: friends, inverse-trust: 0.3 }
  budgets:
    - { purpose: occupancy, rho: 2 }
  releases:
    - id: motion
      statistic: motion-episodes
      tiers: [friends]
      purpose: occupancy`;

function Off(): JSX.Element {
  return (
    <Panel title="Sharing is off" class="share-off">
      <p>
        The configuration has no section “share”: this node has no port for others, no keys for
        links, and tells no number to anybody. To share numbers with noise, write for instance:
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys */}
      <pre tabIndex={0}>
        <code>{EXAMPLE}</code>
      </pre>
      {isAdmin.value && (
        <p>
          <a href={href("settings", ["config"])}>Open the configuration file</a>
        </p>
      )}
    </Panel>
  );
}

/** A fingerprint that people can compare. */
export function Fingerprint(props: {
  readonly value: string;
  readonly copy?: boolean;
}): JSX.Element {
  const { value } = props;
  return (
    <span class="fingerprint">
      <code>
        {fingerprintLines(value).map((line) => (
          <span key={line}>{line}</span>
        ))}
      </code>
      {props.copy === true && (
        <Button
          small
          tone="quiet"
          icon="copy"
          label="Copy the fingerprint"
          onClick={() => void copy(value)}
        />
      )}
    </span>
  );
}

/** Puts a text on the clipboard, or says that the browser did not let it. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say("Copied.", "good");
  } catch {
    say("The browser did not allow copying: select the text instead.", "bad");
  }
}

/** How a session's keys were agreed, with a mark that says whether a quantum computer breaks it. */
function Group({ group }: { readonly group: string | null }): JSX.Element {
  if (group === null) return <span class="soft">no session yet</span>;
  return isQuantumSafe(group) ? (
    <span class="tag good marked">
      <Icon name="shield" />
      {group} · quantum-safe
    </span>
  ) : (
    <span class="tag bad marked">
      <Icon name="alert" />
      {group} · not quantum-safe
    </span>
  );
}

const DOT: Readonly<Record<Peer["state"], string>> = {
  connected: "state live",
  waiting: "state",
  unreachable: "state retrying",
  refused: "state disabled",
};

function PeerCard({ peer }: { readonly peer: Peer }): JSX.Element {
  const { id, fingerprint, address, state, group, sessions, lastAt, reason } = peer;
  const name = recipientName(id);
  const task = useTask();
  const path = `/api/share/peers/${encodeURIComponent(id)}`;
  const forget = async (): Promise<void> => {
    const agreed = await confirm({
      title: `Forget ${name}?`,
      text: "The keys for its links are destroyed, and what waits for it is dropped. To be linked again, it has to enrol again. What it was told, it knows.",
      yes: "Forget",
      danger: true,
    });
    if (!agreed) return;
    const worked = await task.run(async () => void (await request("DELETE", path)));
    if (!worked) return;
    const before = share.value;
    if (before !== null) {
      share.value = { ...before, peers: before.peers.filter((one) => one.id !== id) };
    }
    say(`${name} is forgotten.`, "good");
  };
  return (
    <li class={`peer ${state}`} data-peer={id}>
      <p class="peer-head">
        <span class={DOT[state]} aria-hidden="true" />
        <b class="peer-name" title={id}>
          {name}
        </b>
        <span class="peer-state">{PEER_TEXT[state]}</span>
        <Group group={group} />
      </p>
      {reason !== "" && <p class="peer-reason">{reason}</p>}
      <dl class="facts">
        <div>
          <dt>Tier</dt>
          <dd>
            <TierOf peer={peer} />
          </dd>
        </div>
        <div>
          <dt>Sessions</dt>
          <dd>
            {sessions}
            {lastAt === null ? ", never heard of" : `, last heard of ${ago(lastAt, now.value)}`}
          </dd>
        </div>
        <div>
          <dt>Address</dt>
          <dd>{address === null ? "it calls this node" : <code>{address}</code>}</dd>
        </div>
        <div>
          <dt>Fingerprint</dt>
          <dd>
            <Fingerprint value={fingerprint} />
          </dd>
        </div>
      </dl>
      <Compare fingerprint={fingerprint} name={name} />
      <Problem text={task.problem} />
      {isAdmin.value && (
        <p class="peer-actions">
          <Button small icon="trash" busy={task.busy} onClick={() => void forget()}>
            Forget {name}
          </Button>
        </p>
      )}
    </li>
  );
}

function TierOf({ peer }: { readonly peer: Peer }): JSX.Element {
  const name = recipientName(peer.id);
  const tiers = policy.value?.tiers ?? [];
  const delta = share.value?.budgets[0]?.delta ?? 1e-6;
  const task = useTask();
  // Counts answers: after a "no" the choice is drawn anew, as it was.
  const [turn, setTurn] = useState(0);
  if (!isAdmin.value || tiers.length === 0) return <>{peer.tier ?? "none: told nothing"}</>;
  const change = async (chosen: string): Promise<void> => {
    const tier = tiers.find(({ name }) => name === chosen) ?? null;
    const agreed = await confirm({
      title: tier === null ? `Tell ${name} nothing?` : `Put ${name} into ${tier.name}?`,
      text:
        tier === null
          ? "It stays enrolled, in no tier: nothing is released to it from now on."
          : `From now on one release tells it up to ${epsilonText(epsilonOf(tier.rho, delta))}. What it was told before stays told. A new version of the policy is signed.`,
      yes: "Sign the policy",
    });
    setTurn((before) => before + 1);
    if (!agreed) return;
    await task.run(async () => {
      const changed = await request<Peer>(
        "PUT",
        `/api/share/peers/${encodeURIComponent(peer.id)}/tier`,
        { body: { tier: tier?.name ?? null } },
      );
      takePeer(changed);
      say(tier === null ? `${name} is in no tier.` : `${name} is in ${tier.name} now.`, "good");
    });
  };
  return (
    <>
      <Select
        key={`${turn} ${task.busy}`}
        label={`Tier of ${name}`}
        value={peer.tier ?? ""}
        disabled={task.busy}
        options={[["", "none: told nothing"], ...tiers.map(({ name }) => [name, name] as const)]}
        onChange={(chosen) => void change(chosen)}
      />
      <Problem text={task.problem} />
    </>
  );
}

/** Takes a node that has changed, or is new. */
export function takePeer(peer: Peer): void {
  const before = share.value;
  if (before === null) return;
  const others = before.peers.filter(({ id }) => id !== peer.id);
  share.value = { ...before, peers: [...others, peer].toSorted((a, b) => (a.id < b.id ? -1 : 1)) };
}

/** Says whether a fingerprint that somebody read out is this one. */
export function Compare(props: {
  readonly fingerprint: string;
  readonly name: string;
}): JSX.Element {
  const [text, setText] = useState("");
  const wanted = bareFingerprint(props.fingerprint);
  const typed = bareFingerprint(text);
  const same = typed === wanted;
  const begun = !same && wanted.startsWith(typed);
  return (
    <details class="compare-fingerprint">
      <summary>Compare fingerprints</summary>
      <Field
        label={`What ${props.name} itself shows`}
        hint="Type or paste it from that node’s page, or have it read to you by telephone."
      >
        <input
          type="text"
          autocomplete="off"
          spellcheck={false}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </Field>
      {typed !== "" && (
        <p class={same ? "verdict good" : begun ? "verdict" : "verdict bad"} role="status">
          {!begun && <Icon name={same ? "check" : "alert"} />}
          {same
            ? "The same: it is the node that you mean."
            : begun
              ? "The same so far."
              : "Different: somebody else may stand in between. Forget this node."}
        </p>
      )}
    </details>
  );
}
