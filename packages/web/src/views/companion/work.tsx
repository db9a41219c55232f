/** What became of one answer: every stage, what the model said, and what went out. */

import type { StageResult, Turn } from "@symbion/companion";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { href } from "../../router.ts";
import type { Exchange } from "./chat-store.ts";
import { wordDifference } from "./word-difference.ts";
import { OUTCOME_TEXT, OUTCOME_TONE, STAGE_PURPOSE, STAGE_TEXT, sentence } from "./words.ts";

/** The inspector of one exchange. */
export function Work({ exchange }: { readonly exchange: Exchange }): JSX.Element {
  const { turn, stages, question } = exchange;
  return (
    <>
      <div class="panel-head">
        <h2>What the layer did</h2>
        {turn !== null && <span class="panel-note">{turn.rules}</span>}
      </div>
      <p class="work-question soft">{question}</p>
      <ol class="stages">
        {stages.map((stage) => (
          <Stage key={stage.stage} stage={stage} />
        ))}
      </ol>
      {turn !== null && <Words turn={turn} />}
      {turn !== null && (
        <p class="soft">
          Written down as conversation{" "}
          <a href={href("companion", ["log"], { conversation: turn.conversation })}>
            {turn.conversation.slice(0, 13)}…
          </a>
        </p>
      )}
    </>
  );
}

/** One stage's line; those that had nothing to do are quiet. */
export function Stage({ stage }: { readonly stage: StageResult }): JSX.Element {
  const { outcome, why, rules, sources } = stage;
  const name = STAGE_TEXT[stage.stage];
  return (
    <li class={`stage ${outcome}`}>
      <span class="stage-name" title={STAGE_PURPOSE[stage.stage]}>
        {name}
      </span>
      <span class={OUTCOME_TONE[outcome]}>{OUTCOME_TEXT[outcome]}</span>
      {why !== "" && <span class="stage-why">{sentence(why)}</span>}
      {(rules.length > 0 || sources.length > 0) && (
        <span class="stage-rules">
          {rules.map((rule) => (
            <code key={rule}>{rule}</code>
          ))}
          {sources.map((source) => (
            <code key={source} class="source">
              {source}
            </code>
          ))}
        </span>
      )}
    </li>
  );
}

/** The model's words beside what went out; where they differ, word by word. */
export function Words({ turn }: { readonly turn: Turn }): JSX.Element {
  const said = turn.upstream?.text ?? null;
  const pieces = useMemo(
    () => (said === null || said === turn.answer ? null : wordDifference(said, turn.answer)),
    [said, turn.answer],
  );
  const shared = pieces?.filter(({ change }) => change === "same").length ?? 0;
  const proposal = turn.proposal?.text ?? null;
  return (
    <div class="said">
      {said === null ? (
        <p class="soft">The model was not asked, or gave no answer that could be used.</p>
      ) : said === turn.answer ? (
        <p class="soft">The model’s words went out as they are.</p>
      ) : (
        <>
          <h3>The model said</h3>
          <blockquote>{said}</blockquote>
          <h3>What went out</h3>
          <blockquote class="out">
            {pieces === null || shared === 0
              ? turn.answer
              : pieces.map(({ text, change }, index) =>
                  change === "same" ? (
                    text
                  ) : change === "added" ? (
                    <ins key={index}>{text}</ins>
                  ) : (
                    <del key={index}>{text}</del>
                  ),
                )}
          </blockquote>
        </>
      )}
      {proposal !== null && proposal !== turn.answer && (
        <details>
          <summary>What {turn.proposal?.rephraser} proposed, and was kept back</summary>
          <blockquote>{proposal}</blockquote>
        </details>
      )}
    </div>
  );
}
