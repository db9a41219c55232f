/** Who may use the node: this session, the password, tokens for programs. */

import type { TokenInfo } from "@symbion/core";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { closeEvents } from "../../api/live.ts";
import { failureText, request } from "../../api/request.ts";
import { ago, day } from "../../format.ts";
import { Button, Empty, Field, Panel, Problem, Segmented } from "../../parts/controls.tsx";
import { confirm } from "../../parts/dialog.tsx";
import { useLoaded, useTask } from "../../parts/task.ts";
import { isAdmin, now, say, session } from "../../state.ts";

/** Fewest characters of a password; the node asks for as many. */
const SHORTEST = 10;

/** Session, password, tokens. */
export function Access(): JSX.Element {
  return (
    <>
      <ThisSession />
      {isAdmin.value && (
        <>
          <Password />
          <Tokens />
        </>
      )}
    </>
  );
}

function ThisSession(): JSX.Element {
  const current = session.value;
  const task = useTask();
  const leave = (): void => {
    void task.run(async () => {
      await request("POST", "/api/logout");
      await closeEvents();
      session.value = { role: null, via: null, csrf: null };
    });
  };
  const way =
    current?.via === "loopback"
      ? "You are on the node's own machine, so nobody has to sign in."
      : current?.via === "token"
        ? "Signed in with a token."
        : current?.via === "password"
          ? "Signed in with the password."
          : "Not known: the node does not answer.";
  return (
    <Panel
      title="You"
      actions={
        current?.via === "password" || current?.via === "token" ? (
          <Button small icon="leave" busy={task.busy} onClick={leave}>
            Sign out
          </Button>
        ) : undefined
      }
    >
      <p>
        {way}{" "}
        {current?.role === "admin"
          ? "You may change everything."
          : current?.role === "viewer"
            ? "You may look, not change."
            : ""}
      </p>
      <Problem text={task.problem} />
    </Panel>
  );
}

function Password(): JSX.Element {
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const task = useTask();
  const short = password !== "" && password.length < SHORTEST;
  const different = again !== "" && again !== password;
  const save = (): void => {
    void task.run(async () => {
      await request("PUT", "/api/password", { body: { password } });
      setPassword("");
      setAgain("");
      say("Password set. Other sessions have to sign in again.", "good");
    });
  };
  return (
    <Panel title="Password">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <div class="form-row">
          <Field
            label="New password"
            error={short ? `At least ${SHORTEST} characters.` : null}
            hint="Asked for when the node is used from elsewhere."
          >
            <input
              type="password"
              autocomplete="new-password"
              value={password}
              onInput={(event) => setPassword(event.currentTarget.value)}
            />
          </Field>
          <Field label="Once more" error={different ? "The two differ." : null}>
            <input
              type="password"
              autocomplete="new-password"
              value={again}
              onInput={(event) => setAgain(event.currentTarget.value)}
            />
          </Field>
        </div>
        <Problem text={task.problem} />
        <div class="form-actions">
          <Button
            type="submit"
            busy={task.busy}
            disabled={password === "" || short || password !== again}
          >
            Set password
          </Button>
        </div>
      </form>
    </Panel>
  );
}

function Tokens(): JSX.Element {
  const { data, problem, reload } = useLoaded(
    (signal) => request<TokenInfo[]>("GET", "/api/tokens", { signal }),
    "tokens",
  );
  const [name, setName] = useState("");
  const [role, setRole] = useState<"viewer" | "admin">("viewer");
  const [made, setMade] = useState<string | null>(null);
  const task = useTask();
  const make = (): void => {
    void task.run(async () => {
      const body = { name: name.trim(), role };
      const answer = await request<{ readonly token: string }>("POST", "/api/tokens", { body });
      setMade(answer.token);
      setName("");
      reload();
    });
  };
  const remove = async (token: TokenInfo): Promise<void> => {
    const sure = await confirm({
      title: `Remove the token ${token.name}?`,
      text: "Whatever uses it is shut out at once.",
      yes: "Remove",
      danger: true,
    });
    if (!sure) return;
    try {
      await request("DELETE", `/api/tokens/${encodeURIComponent(token.id)}`);
      reload();
    } catch (error) {
      say(failureText(error), "bad");
    }
  };
  const copy = async (): Promise<void> => {
    if (made === null) return;
    try {
      await navigator.clipboard.writeText(made);
      say("Copied.", "good");
    } catch {
      say("The browser did not allow copying: select the text instead.", "bad");
    }
  };
  return (
    <Panel title="Tokens for programs">
      <Problem text={problem} />
      {data !== null && data.length === 0 && <Empty>No token yet.</Empty>}
      <ul class="entries">
        {(data ?? []).map((token) => (
          <li key={token.id}>
            <span class="entry-what">
              <b>{token.name}</b>
              <small>
                made {day(token.createdAt, now.value)},{" "}
                {token.usedAt === null ? "never used" : `used ${ago(token.usedAt, now.value)}`}
              </small>
            </span>
            <span class="tag plain">{token.role}</span>
            <Button
              small
              icon="trash"
              label={`Remove ${token.name}`}
              onClick={() => void remove(token)}
            />
          </li>
        ))}
      </ul>
      {made !== null && (
        <div class="made" role="status">
          <p>This is the token. It is shown only now.</p>
          <code>{made}</code>
          <Button small onClick={() => void copy()}>
            Copy
          </Button>
        </div>
      )}
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          make();
        }}
      >
        <div class="form-line">
          <input
            class="select"
            type="text"
            aria-label="Name of the new token"
            placeholder="What it is for"
            maxLength={60}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <Segmented
            legend="What it may do"
            name="token-role"
            value={role}
            options={[
              { value: "viewer", label: "Look" },
              { value: "admin", label: "Change" },
            ]}
            onChange={setRole}
          />
          <Button type="submit" busy={task.busy} disabled={name.trim() === ""}>
            Make token
          </Button>
        </div>
        <Problem text={task.problem} />
      </form>
    </Panel>
  );
}
