/** Writing to a case, and what waits to be written: nothing is lost, nothing is sent twice, nothing overwritten unseen. */

import { type CaseWrite, type CrmCase, newIntentId } from "@symbion/companion";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { moment } from "../../format.ts";
import { Button, Check, Field, Panel, Problem } from "../../parts/controls.tsx";
import { useTask } from "../../parts/task.ts";
import { href } from "../../router.ts";
import { now } from "../../state.ts";
import { caseWrites, followWrites, say, setStatus, type Wish, wish } from "./case-store.ts";

/** What waits, what is in conflict, and what the system will not take; nothing where all is written. */
export function Writes(): JSX.Element | null {
  useEffect(followWrites, []);
  const known = caseWrites.value;
  if (known === null) return null;
  const open = known.writes.filter(({ state }) => state !== "done");
  if (open.length === 0) return <p class="hidden" role="status" />;
  return (
    <Panel title="Not written yet">
      <p class="writes-count" role="status">
        Waiting to be sent: {known.waiting}
        {known.conflicts > 0 && `, in conflict: ${known.conflicts}`}
        {known.parked > 0 && `, not taken: ${known.parked}`}
        {known.problem !== "" && <span class="soft">. {known.problem}</span>}
      </p>
      <ul class="writes">
        {open.map((one) => (
          <Write key={one.id} one={one} />
        ))}
      </ul>
    </Panel>
  );
}

const STATE_TEXT: Readonly<Record<CaseWrite["state"], string>> = {
  waiting: "waits",
  conflict: "conflict",
  parked: "not taken",
  done: "written",
};

function Write({ one }: { readonly one: CaseWrite }): JSX.Element {
  const task = useTask();
  const act = (what: Wish): void => void task.run(() => wish(one, what));
  return (
    <li class="write">
      <p>
        <span class={one.state === "waiting" ? "tag plain" : "tag bad"}>
          {STATE_TEXT[one.state]}
        </span>{" "}
        {one.caseId !== null && (
          <a href={href("companion", ["cases", one.caseId])}>Case {one.caseId}</a>
        )}{" "}
        <span class="soft">{moment(one.putAt, now.value)}</span>
      </p>
      <p class="case-text">{one.text ?? changesText(one)}</p>
      {one.state === "conflict" ? (
        <>
          <p>Somebody else has changed the same meanwhile. Which one holds?</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys */}
          <section class="conflict-scroll" tabIndex={0} aria-label="Table of what both wrote">
            <table class="conflict">
              <thead>
                <tr>
                  <th scope="col">Field</th>
                  <th scope="col">When you wrote</th>
                  <th scope="col">Yours</th>
                  <th scope="col">Theirs, now</th>
                </tr>
              </thead>
              <tbody>
                {one.conflicts.map(({ field, base, mine, theirs }) => (
                  <tr key={field}>
                    <th scope="row">{field}</th>
                    <td>{String(base ?? "–")}</td>
                    <td>{String(mine ?? "–")}</td>
                    <td>{String(theirs ?? "–")}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          <div class="write-actions">
            <Button small busy={task.busy} onClick={() => act("mine")}>
              Keep mine
            </Button>
            <Button small busy={task.busy} onClick={() => act("theirs")}>
              Take theirs
            </Button>
          </div>
        </>
      ) : (
        <>
          {one.why !== "" && <p class="soft">{one.why}</p>}
          <div class="write-actions">
            {one.state === "parked" && (
              <Button small busy={task.busy} onClick={() => act("retry")}>
                Try again
              </Button>
            )}
            <Button small tone="quiet" busy={task.busy} onClick={() => act("drop")}>
              Give up
            </Button>
          </div>
        </>
      )}
      <Problem text={task.problem} />
    </li>
  );
}

function changesText({ changes }: CaseWrite): string {
  return Object.entries(changes)
    .map(([field, value]) => `${field}: ${String(value)}`)
    .join(", ");
}

/** An answer or a comment, and the status. What was typed stays until the node has it on its disk. */
export function Writing({ one }: { readonly one: CrmCase }): JSX.Element {
  const [text, setText] = useState("");
  const [internal, setInternal] = useState(false);
  const [status, setWanted] = useState(one.status);
  const saying = useTask();
  const editing = useTask();
  // The same id until it is there: a request whose answer was lost is repeated, not the message.
  const message = useRef(newIntentId());
  const edit = useRef(newIntentId());
  useEffect(() => setWanted(one.status), [one.status]);
  return (
    <>
      <form
        class="case-answer"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() === "") return;
          void saying.run(async () => {
            await say(one.id, message.current, text, internal);
            message.current = newIntentId();
            setText("");
          });
        }}
      >
        <Field label={internal ? "Comment for people inside" : "Answer to the customer"}>
          <textarea
            rows={3}
            maxLength={30_000}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </Field>
        <div class="write-actions">
          <Check checked={internal} onChange={setInternal}>
            For people inside only
          </Check>
          <Button type="submit" tone="primary" busy={saying.busy} disabled={text.trim() === ""}>
            Send
          </Button>
        </div>
        <Problem text={saying.problem} />
      </form>
      <form
        class="case-status"
        onSubmit={(event) => {
          event.preventDefault();
          void editing.run(async () => {
            await setStatus(one.id, edit.current, one.status, status.trim());
            edit.current = newIntentId();
          });
        }}
      >
        <Field label="Status, in the system’s own word">
          <input
            type="text"
            value={status}
            maxLength={255}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        </Field>
        <Button
          type="submit"
          busy={editing.busy}
          disabled={status.trim() === "" || status.trim() === one.status}
        >
          Set status
        </Button>
        <Problem text={editing.problem} />
      </form>
    </>
  );
}
