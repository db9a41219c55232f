/** The conversation, and beside it what the layer did with each answer. */

import { WARMTHS, type Warmth } from "@symbion/companion";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { moment } from "../../format.ts";
import { Button, Segmented } from "../../parts/controls.tsx";
import { Icon } from "../../parts/icon.tsx";
import { now } from "../../state.ts";
import {
  ask,
  type Exchange,
  exchanges,
  selected,
  startAnew,
  stopAsking,
  warmth,
} from "./chat-store.ts";
import { softening } from "./cue-store.ts";
import { companion } from "./store.ts";
import { marks, STAGE_PURPOSE, STAGE_TEXT, WARMTH_TEXT } from "./words.ts";
import { Work } from "./work.tsx";

/** Longest question, in characters: what the node takes with room for the conversation. */
const MOST_CHARACTERS = 20_000;

/** Chat and inspector. */
export function Chat(): JSX.Element {
  const all = exchanges.value;
  const chosen = all.find(({ index }) => index === selected.value) ?? all.at(-1) ?? null;
  return (
    <div class="chat-columns">
      <section class="panel chat" aria-label="Conversation">
        <ChatHead />
        <Messages all={all} chosen={chosen} />
        <Composer busy={all.at(-1)?.turn === null && all.at(-1)?.problem === null} />
      </section>
      <aside class="panel work" aria-label="What the layer did">
        {chosen === null ? <WorkIntroduction /> : <Work exchange={chosen} />}
      </aside>
    </div>
  );
}

function ChatHead(): JSX.Element {
  const status = companion.value;
  const gentler = softening.value && warmth.value === "kind";
  return (
    <div class="chat-head">
      <div class="chat-model">
        <b>{status?.model ?? "…"}</b>
        {status?.simulated === true && <span class="tag">simulated</span>}
      </div>
      <Segmented<Warmth>
        legend="Wording"
        name="warmth"
        value={warmth.value}
        options={WARMTHS.map((value) => ({ value, label: WARMTH_TEXT[value] }))}
        onChange={(value) => {
          warmth.value = value;
        }}
      />
      {gentler && (
        <span class="soft" role="status">
          gentler now, from a cue
        </span>
      )}
      <Button
        small
        tone="quiet"
        icon="plus"
        disabled={exchanges.value.length === 0}
        onClick={startAnew}
      >
        New conversation
      </Button>
    </div>
  );
}

function Messages(props: {
  readonly all: readonly Exchange[];
  readonly chosen: Exchange | null;
}): JSX.Element {
  const { all, chosen } = props;
  const list = useRef<HTMLDivElement>(null);
  const last = all.at(-1);
  const end = `${all.length} ${last?.turn?.id ?? ""} ${last?.problem ?? ""}`;
  // A new question and its answer are seen at once; the page does not move while somebody reads further up.
  useEffect(() => {
    const element = list.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  }, [end]);
  return (
    <div
      ref={list}
      class="messages"
      role="log"
      aria-label="Messages"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys
      tabIndex={0}
    >
      {all.length === 0 && <Beginning />}
      {all.map((one) => (
        <Message key={one.index} exchange={one} chosen={one.index === chosen?.index} />
      ))}
    </div>
  );
}

function Beginning(): JSX.Element {
  const status = companion.value;
  return (
    <div class="beginning">
      <Icon name="speech" />
      <p>
        Answers come from a model and pass the layer before you see them. Beside the conversation
        stands what the model said, what went out, and why.
      </p>
      {status?.simulated === true && (
        <p class="soft">
          The model here is a sample that follows a script. It flatters on purpose: press it, and
          see what the layer makes of that. “companion.upstream” in the configuration puts the layer
          in front of your own model.
        </p>
      )}
      {status !== null && status.examples.length > 0 && (
        <ul class="examples">
          {status.examples.map((text) => (
            <li key={text}>
              <button type="button" class="example" onClick={() => void send(text)}>
                {text}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Message(props: { readonly exchange: Exchange; readonly chosen: boolean }): JSX.Element {
  const { exchange, chosen } = props;
  const { turn, problem, question, index } = exchange;
  return (
    <div class={chosen ? "exchange chosen" : "exchange"}>
      <div class="bubble mine">
        <span class="hidden">You: </span>
        {question}
      </div>
      {problem !== null && (
        <div class="bubble theirs failed">
          <Icon name="alert" /> {problem}
        </div>
      )}
      {turn === null && problem === null && <Waiting exchange={exchange} />}
      {turn !== null && (
        <>
          <div class="bubble theirs">
            <span class="hidden">Answer: </span>
            <Paragraphs text={turn.answer} />
          </div>
          <div class="bubble-foot">
            {marks(turn).map(({ text, tone }) => (
              <span key={text} class={tone}>
                {text}
              </span>
            ))}
            <button
              type="button"
              class="why"
              aria-pressed={chosen}
              onClick={() => {
                selected.value = index;
              }}
            >
              How it came about
            </button>
            <span class="soft">{moment(turn.at, now.value)}</span>
          </div>
        </>
      )}
    </div>
  );
}

function Waiting({ exchange }: { readonly exchange: Exchange }): JSX.Element {
  const last = exchange.stages.at(-1);
  return (
    <div class="bubble theirs waiting" role="status">
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {last === undefined ? "Asking…" : `${STAGE_TEXT[last.stage]}: ${last.outcome}`}
    </div>
  );
}

/** Text with its paragraphs and lines as they are; no markup is interpreted. */
export function Paragraphs({ text }: { readonly text: string }): JSX.Element {
  return (
    <>
      {text.split(/\n{2,}/).map((paragraph, index) => (
        <p key={index}>{paragraph}</p>
      ))}
    </>
  );
}

function Composer({ busy }: { readonly busy: boolean }): JSX.Element {
  const [text, setText] = useState("");
  const submit = (): void => {
    if (text.trim() === "" || busy) return;
    setText("");
    void send(text.trim());
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        aria-label="Your message"
        placeholder="Write a message"
        rows={2}
        maxLength={MOST_CHARACTERS}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          // While a word is being composed (Japanese, accents), Enter ends the word.
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          submit();
        }}
      />
      {busy ? (
        <Button icon="close" onClick={stopAsking}>
          Stop
        </Button>
      ) : (
        <Button type="submit" tone="primary" icon="send" disabled={text.trim() === ""}>
          Send
        </Button>
      )}
    </form>
  );
}

/** A cue may make the wording gentler than was asked for, and nothing else. */
function send(text: string): Promise<void> {
  const gentler = softening.peek() && warmth.peek() === "kind";
  return ask(text, gentler ? "gentle" : warmth.peek());
}

function WorkIntroduction(): JSX.Element {
  return (
    <div class="work-introduction">
      <h2>What the layer does</h2>
      <ol>
        {(Object.keys(STAGE_TEXT) as (keyof typeof STAGE_TEXT)[]).map((stage) => (
          <li key={stage}>
            <b>{STAGE_TEXT[stage]}</b>
            <span class="soft">{STAGE_PURPOSE[stage]}</span>
          </li>
        ))}
      </ol>
      <p class="soft">
        It gives no diagnosis, reads no feelings from faces, and hands over to people where a model
        should not answer.
      </p>
    </div>
  );
}
