/** Questions about a video of one's own, answered by the embedded model in this browser. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { changeLocalPolicy, watchLocally } from "../../local/watch.ts";
import { Button, Field, Panel } from "../../parts/controls.tsx";
import { Board, hideKept } from "../camera/questions.tsx";
import { watch } from "../camera/watch-state.ts";

/** What is asked unless the person asks something else. */
const SUGGESTED = "What happened?\nWhat entered?\nHow many people are there?";

/** Most questions at a time. */
const MOST = 8;

/** A form for questions, then their answers. */
export function Ask(): JSX.Element {
  const [text, setText] = useState(SUGGESTED);
  const [asked, setAsked] = useState<readonly string[] | null>(null);
  useEffect(() => {
    if (asked === null) return;
    const questions = asked.map((ask, index) => ({ id: `q${index}`, ask, every: 0 }));
    const stop = watchLocally(questions, "symbion");
    return () => {
      stop();
      hideKept();
    };
  }, [asked]);
  const state = watch.value;
  if (asked !== null && state !== null) {
    return (
      <>
        <Board
          own
          state={state}
          change={async ({ policy }) => {
            if (policy !== undefined) changeLocalPolicy(policy);
          }}
        />
        <Button onClick={() => setAsked(null)}>Ask something else</Button>
      </>
    );
  }
  const lines = text.split("\n").map((line) => line.trim());
  const questions = lines.filter((line) => line !== "").slice(0, MOST);
  return (
    <Panel title="Questions">
      <form
        class="ask-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (questions.length > 0) setAsked(questions);
        }}
      >
        <Field
          label="Ask about this video"
          hint="One question per line. The model (a few megabytes) runs in this browser and knows simulated scenes only."
        >
          <textarea rows={4} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </Field>
        <Button type="submit" tone="primary" disabled={questions.length === 0}>
          Ask
        </Button>
      </form>
    </Panel>
  );
}
