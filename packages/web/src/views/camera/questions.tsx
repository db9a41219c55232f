/** Standing questions of a camera: live answers, what they cost, and the policy that decides what the model sees. */

import type { CameraWatch, WatchEdit, WatchPolicy, WatchWindow } from "@symbion/core";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ago, count, duration, percent } from "../../format.ts";
import { Button, Empty, Panel, Problem, Segmented } from "../../parts/controls.tsx";
import { Sparkline } from "../../parts/sparkline.tsx";
import { useTask } from "../../parts/task.ts";
import { isAdmin, now } from "../../state.ts";
import { overlay } from "./stage-state.ts";
import { changeWatch, followWatch, isAsked, watch, windows } from "./watch-state.ts";
import "./questions.css";

const POLICIES: readonly {
  readonly value: WatchPolicy;
  readonly label: string;
  readonly help: string;
}[] = [
  { value: "full", label: "Full", help: "Every block of every picture, computed anew each time." },
  {
    value: "codecsight",
    label: "CodecSight",
    help: "Blocks that moved since the last keyframe, as the CodecSight paper has it.",
  },
  {
    value: "symbion",
    label: "Symbion",
    help: "Blocks that really changed: camera motion and noise taken out, none left unseen for long.",
  },
];

/** Panel of a camera that is asked something; nothing for others. */
export function Questions({ id }: { readonly id: string }): JSX.Element | null {
  useEffect(() => {
    const stop = followWatch(id);
    return () => {
      stop();
      hideKept();
    };
  }, [id]);
  const state = watch.value;
  if (state === null || !isAsked.value) return null;
  return <Board key={id} state={state} change={(edit) => changeWatch(id, edit)} />;
}

/** Kept blocks are drawn only as long as somebody asks. */
export function hideKept(): void {
  if (overlay.value === "kept") overlay.value = "motion";
}

/** Questions with their answers, what they cost, and the policy. */
export function Board(props: {
  readonly state: CameraWatch;
  readonly change: (edit: WatchEdit) => Promise<void>;
  /** Whether anybody may change the policy, as with a source of one's own. */
  readonly own?: boolean;
}): JSX.Element {
  const { state, change, own = false } = props;
  return (
    <Panel
      title="Questions"
      class="questions"
      note={state.model === "" ? undefined : state.model}
      actions={
        <Button
          small
          pressed={overlay.value === "kept"}
          onClick={() => {
            overlay.value = overlay.value === "kept" ? "motion" : "kept";
          }}
        >
          What it sees
        </Button>
      }
    >
      {state.state === "failed" && <Problem text={state.reason} />}
      {state.state === "loading" && <Empty>The model is being loaded…</Empty>}
      <ul class="answers" aria-live="polite">
        {state.questions.map(({ id: question, ask }) => (
          <Answer key={question} id={question} ask={ask} />
        ))}
      </ul>
      {state.latest !== null && <Savings state={state} />}
      <Policy state={state} change={change} own={own} />
    </Panel>
  );
}

/** The newest answer, and since when it is so. */
function Answer({ id, ask }: { readonly id: string; readonly ask: string }): JSX.Element {
  const said = windows.value.flatMap((window) => {
    const answer = window.answers.find(({ question }) => question === id);
    return answer === undefined ? [] : [{ window, answer }];
  });
  const newest = said[0];
  if (newest === undefined) {
    return (
      <li>
        <span class="ask">{ask}</span>
        <span class="answer unsure">Waiting for the first answer…</span>
      </li>
    );
  }
  const shown = (one: (typeof said)[number]): string => (one.answer.known ? one.answer.text : "");
  const changed = said.findIndex((one) => shown(one) !== shown(newest));
  const since = (changed < 0 ? said.at(-1) : said[changed - 1])?.window.to ?? newest.window.to;
  const before = changed < 0 ? undefined : said[changed]?.answer;
  const { known, text, confidence } = newest.answer;
  return (
    <li>
      <span class="ask">{ask}</span>
      <span class={known ? "answer" : "answer unsure"}>{known ? text : "Don’t know"}</span>
      <span class="sure">
        <meter min="0" max="1" value={confidence} aria-label="How sure the model is" />
        <span>{percent(confidence)} %</span>
        <span>
          {before === undefined ? "" : `before: ${before.known ? before.text : "don’t know"} · `}
          {ago(since, now.value)}
        </span>
        {!known && <span>it would say “{text}”</span>}
      </span>
    </li>
  );
}

/** What pruning and reuse save, in all and window by window. */
function Savings({ state }: { readonly state: CameraWatch }): JSX.Element {
  const { latest } = state;
  const saved = state.fullFlops > 0 ? 1 - state.flops / state.fullFlops : 0;
  const series = windows.value
    .map((window) => savedShare(window))
    .reverse()
    .slice(-60);
  return (
    <div class="savings">
      <dl>
        <div class="saved">
          <dt>Compute saved</dt>
          <dd data-testid="saved">{percent(Math.max(0, saved))} %</dd>
        </div>
        {latest !== null && (
          <>
            <div>
              <dt>Blocks kept</dt>
              <dd>
                {count(latest.blocksKept)} of {count(latest.blocksTotal)}
              </dd>
            </div>
            <div>
              <dt>Tokens reused</dt>
              <dd>
                {count(latest.tokensReused)} of{" "}
                {count(latest.tokensReused + latest.tokensRefreshed)}
              </dd>
            </div>
            <div>
              <dt>First word after</dt>
              <dd>{count(latest.firstTokenMs)} ms</dd>
            </div>
            <div>
              <dt>Windows</dt>
              <dd>
                {count(state.windows)}, {duration((latest.to - latest.from) / 1000)} each
              </dd>
            </div>
            {state.dropped > 0 && (
              <div>
                <dt>Pictures left out</dt>
                <dd>{count(state.dropped)} (the model was busy)</dd>
              </div>
            )}
          </>
        )}
      </dl>
      <Sparkline values={series} top={1} />
    </div>
  );
}

function savedShare({ flops, fullFlops }: WatchWindow): number {
  return fullFlops > 0 ? Math.max(0, 1 - flops / fullFlops) : 0;
}

function Policy(props: {
  readonly state: CameraWatch;
  readonly change: (edit: WatchEdit) => Promise<void>;
  readonly own: boolean;
}): JSX.Element {
  const { state, change, own } = props;
  const task = useTask();
  const [draft, setDraft] = useState<number | null>(null);
  const [chosen, setChosen] = useState<WatchPolicy | null>(null);
  const waiting = useRef<WatchEdit | null>(null);
  const policy = chosen ?? state.policy;
  const threshold = draft ?? state.threshold;
  const pixels = state.unit === "px";
  const forbidden = !own && !isAdmin.value;
  // Controls stay enabled while an edit is under way, because a control that is disabled loses the keyboard: the newest edit waits.
  const send = async (edit: WatchEdit): Promise<void> => {
    waiting.current = edit;
    if (task.running()) return;
    await task.run(async () => {
      for (let next = waiting.current; next !== null; next = waiting.current) {
        waiting.current = null;
        await change(next);
      }
    });
    waiting.current = null;
    setDraft(null);
    setChosen(null);
  };
  return (
    <div class="policy">
      <Segmented
        legend="Which blocks the model is shown"
        name="policy"
        value={policy}
        options={POLICIES}
        disabled={forbidden}
        onChange={(next) => {
          setDraft(null);
          setChosen(next);
          void send({ policy: next });
        }}
      />
      <p class="soft">{POLICIES.find(({ value }) => value === policy)?.help}</p>
      {policy !== "full" && !own && (
        <label class="threshold">
          <span>Ignore changes below</span>
          <input
            type="range"
            min={pixels ? 0.05 : 0.02}
            max={pixels ? 4 : 0.98}
            step={pixels ? 0.05 : 0.02}
            value={threshold}
            // Each policy has a threshold and a unit of its own.
            disabled={forbidden || chosen !== null}
            onInput={(event) => setDraft(Number(event.currentTarget.value))}
            onChange={(event) => {
              void send({ threshold: Number(event.currentTarget.value) });
            }}
          />
          <output>{pixels ? `${threshold.toFixed(2)} px` : `${percent(threshold)} %`}</output>
          {state.threshold !== state.defaultThreshold && (
            <Button
              small
              tone="quiet"
              icon="undo"
              label="Back to the policy’s own"
              disabled={forbidden || chosen !== null}
              onClick={() => {
                setDraft(null);
                void send({ threshold: null });
              }}
            />
          )}
        </label>
      )}
      <Problem text={task.problem} />
    </div>
  );
}
