/** The accountability log: every answer with its reasons, whether the chain holds, and the way to erase and export. */

import type {
  ErasedEntry,
  LogCheck,
  LogEntry,
  LogPage,
  ReplayResult,
  Turn,
} from "@symbion/companion";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { query, request } from "../../api/request.ts";
import { count, moment, plural } from "../../format.ts";
import { Button, Empty, Panel, Problem } from "../../parts/controls.tsx";
import { confirm } from "../../parts/dialog.tsx";
import { useLoaded, useTask } from "../../parts/task.ts";
import { href, route } from "../../router.ts";
import { now, say } from "../../state.ts";
import { refreshCompanion } from "./store.ts";
import { DISPOSITION_TEXT, marks } from "./words.ts";
import { Stage, Words } from "./work.tsx";

/** Entries that are fetched at a time. */
const PAGE = 50;

/** All of it. */
export function Log(): JSX.Element {
  const conversation = route.value.query.get("conversation");
  const [pages, setPages] = useState(1);
  const loaded = useLoaded(async (signal) => {
    const entries: (LogEntry | ErasedEntry)[] = [];
    let before: number | null = null;
    for (let page = 0; page < pages; page++) {
      const answer: LogPage = await request<LogPage>(
        "GET",
        `/api/companion/log${query({ before, limit: PAGE })}`,
        { signal },
      );
      entries.push(...answer.entries);
      before = answer.next;
      if (before === null) break;
    }
    return { entries, more: before !== null };
  }, String(pages));
  const entries = (loaded.data?.entries ?? []).filter(
    (entry) => conversation === null || ("subject" in entry && entry.subject === conversation),
  );
  return (
    <>
      <Chain />
      <Panel
        title="Entries"
        note={conversation === null ? "newest first" : `of conversation ${short(conversation)}`}
        actions={
          conversation === null ? undefined : (
            <a class="button small" href={href("companion", ["log"])}>
              Show all
            </a>
          )
        }
      >
        <Problem text={loaded.problem} />
        {loaded.data !== null && entries.length === 0 && (
          <Empty>Nothing has been written down yet. Answers of the chat will be.</Empty>
        )}
        <ol class="log-entries">
          {entries.map((entry) => (
            <li key={entry.seq}>
              <Entry entry={entry} onErased={loaded.reload} />
            </li>
          ))}
        </ol>
        {loaded.data?.more === true && (
          <Button small onClick={() => setPages(pages + 1)} busy={loaded.loading}>
            Older entries
          </Button>
        )}
      </Panel>
    </>
  );
}

function Chain(): JSX.Element {
  const checked = useLoaded<LogCheck>(
    (signal) => request("GET", "/api/companion/log/check", { signal }),
    "",
  );
  const check = checked.data;
  return (
    <Panel
      title="The chain"
      actions={
        <>
          <Button small icon="refresh" busy={checked.loading} onClick={checked.reload}>
            Check again
          </Button>
          <a class="button small" href="/api/companion/log/export" download>
            Export
          </a>
        </>
      }
    >
      <Problem text={checked.problem} />
      {check !== null && (
        <div class={check.ok ? "chain" : "chain broken"} role="status">
          <p class="chain-verdict">
            {check.ok
              ? `${plural(check.entries, "entry").replace("entrys", "entries")}, every one as it was written`
              : "The log was changed after it was written"}
          </p>
          {check.problem !== null && <p class="bad-text">{check.problem}</p>}
          <p class="soft">
            {check.erased > 0 && <>{count(check.erased)} erased: their keys are destroyed. </>}
            {check.head !== null && (
              <>
                Head <code>{check.head.slice(0, 16)}…</code>: note it elsewhere, and nobody can cut
                the end off unseen.
              </>
            )}
          </p>
        </div>
      )}
    </Panel>
  );
}

function Entry(props: {
  readonly entry: LogEntry | ErasedEntry;
  readonly onErased: () => void;
}): JSX.Element {
  const { entry } = props;
  if ("erased" in entry) {
    return (
      <div class="log-erased soft">
        <span>#{entry.seq}</span> erased; that it was there is still proven{" "}
        <span>{moment(entry.at, now.value)}</span>
      </div>
    );
  }
  const turn = isTurn(entry) ? (entry.body as unknown as Turn) : null;
  return (
    <details class="log-entry">
      <summary>
        <span class="log-seq">#{entry.seq}</span>
        <span class="log-what">
          {turn === null ? entry.kind : (turn.messages.at(-1)?.text ?? "")}
        </span>
        {turn !== null &&
          marks(turn).map(({ text, tone }) => (
            <span key={text} class={tone}>
              {text}
            </span>
          ))}
        <span class="soft">{moment(entry.at, now.value)}</span>
      </summary>
      {turn === null ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys
        <pre class="log-body" tabIndex={0}>
          {JSON.stringify(entry.body, null, 2)}
        </pre>
      ) : (
        <LoggedTurn entry={entry} turn={turn} onErased={props.onErased} />
      )}
    </details>
  );
}

function LoggedTurn(props: {
  readonly entry: LogEntry;
  readonly turn: Turn;
  readonly onErased: () => void;
}): JSX.Element {
  const { entry, turn } = props;
  const [replay, setReplay] = useState<ReplayResult | null>(null);
  const task = useTask();
  const again = (): void => {
    void task.run(async () => {
      setReplay(
        await request<ReplayResult>("POST", "/api/companion/log/replay", {
          body: { seq: entry.seq },
        }),
      );
    });
  };
  const erase = async (): Promise<void> => {
    const agreed = await confirm({
      title: "Erase the conversation?",
      text: "Its key is destroyed: what was said can never be read again, by nobody. That there were entries stays proven.",
      yes: "Erase",
      danger: true,
    });
    if (!agreed) return;
    await task.run(async () => {
      await request("DELETE", `/api/companion/log/${encodeURIComponent(entry.subject)}`);
      say("The conversation is erased.", "good");
      refreshCompanion();
      props.onErased();
    });
  };
  return (
    <div class="log-turn">
      <dl class="log-facts">
        <div>
          <dt>Model</dt>
          <dd>{turn.upstream?.model ?? "not asked"}</dd>
        </div>
        <div>
          <dt>Red flags</dt>
          <dd>{DISPOSITION_TEXT[turn.disposition]}</dd>
        </div>
        <div>
          <dt>Abstained</dt>
          <dd>{turn.abstained ? "yes" : "no"}</dd>
        </div>
        {turn.restored.length > 0 && (
          <div>
            <dt>Earlier answers put back</dt>
            <dd>{turn.restored.length}, which the client had sent otherwise than they went out</dd>
          </div>
        )}
        <div>
          <dt>Rules</dt>
          <dd>{turn.rules}</dd>
        </div>
        <div>
          <dt>Entry’s hash</dt>
          <dd>
            <code>{entry.hash.slice(0, 24)}…</code>
          </dd>
        </div>
      </dl>
      <ol class="stages">
        {turn.stages.map((stage) => (
          <Stage key={stage.stage} stage={stage} />
        ))}
      </ol>
      <Words turn={turn} />
      <div class="form-actions">
        <Button small icon="redo" busy={task.busy} onClick={again}>
          Decide again
        </Button>
        <Button small tone="quiet" icon="trash" onClick={() => void erase()}>
          Erase the conversation
        </Button>
        {replay !== null && (
          <span class={replay.same ? "good-text" : "bad-text"} role="status">
            {replay.same
              ? "Decided again from the record: the same verdict and the same words."
              : `Another verdict: ${replay.differences.join("; ")}`}
          </span>
        )}
      </div>
      <Problem text={task.problem} />
    </div>
  );
}

function short(conversation: string): string {
  return conversation.length > 18 ? `${conversation.slice(0, 17)}…` : conversation;
}

function isTurn({ kind, body }: LogEntry): boolean {
  return ["answer", "handover"].includes(kind) && body instanceof Object && "stages" in body;
}
