/** The conversation of this visit: what was asked, what went out, and what the layer did in between. */

import { type Signal, signal } from "@preact/signals";
import type { ChatMessage, StageResult, Turn, Warmth } from "@symbion/companion";
import { failureText, requestEvents } from "../../api/request.ts";

/** A question and what is known of its answer so far. */
export type Exchange = {
  /** Place in the conversation, from 0. */
  readonly index: number;
  readonly question: string;
  /** Stages that have ended, in their order. */
  readonly stages: readonly StageResult[];
  /** Null while the layer is at work, and where it could not answer. */
  readonly turn: Turn | null;
  /** Why there is no answer; null where there is one, or may be. */
  readonly problem: string | null;
};

/** The exchanges of the conversation, oldest first. */
export const exchanges: Signal<readonly Exchange[]> = signal([]);

/** The exchange whose inner work is shown, by its place; null: the newest. */
export const selected: Signal<number | null> = signal(null);

/** Id of the conversation in the log. */
export const conversation: Signal<string> = signal(newConversation());

/** How warm the wording may be. */
export const warmth: Signal<Warmth> = signal("kind");

let current: AbortController | null = null;

/** Starts a conversation that knows nothing of the last one. The log keeps both. */
export function startAnew(): void {
  current?.abort();
  exchanges.value = [];
  selected.value = null;
  conversation.value = newConversation();
}

/** Stops waiting for the answer that is under way. */
export function stopAsking(): void {
  current?.abort();
}

/** Asks; the exchange appears at once and fills as stages end. */
export async function ask(question: string, asked: Warmth): Promise<void> {
  const ending = new AbortController();
  current?.abort();
  current = ending;
  const index = exchanges.peek().length;
  const messages = history(question);
  exchanges.value = [
    ...exchanges.peek(),
    { index, question, stages: [], turn: null, problem: null },
  ];
  selected.value = null;
  const mine = conversation.peek();
  const change = (next: (before: Exchange) => Exchange): void => {
    if (conversation.peek() !== mine) return;
    exchanges.value = exchanges.peek().map((one) => (one.index === index ? next(one) : one));
  };
  try {
    const events = requestEvents("POST", "/api/companion/turns", {
      body: { messages, conversation: mine, warmth: asked },
      signal: ending.signal,
    });
    let ended = false;
    for await (const { event, data } of events) {
      if (event === "stage") {
        const stage = JSON.parse(data) as StageResult;
        change((one) => ({ ...one, stages: [...one.stages, stage] }));
      } else if (event === "turn") {
        const turn = JSON.parse(data) as Turn;
        change((one) => ({ ...one, turn, stages: turn.stages }));
        ended = true;
      } else if (event === "error") {
        const { message } = JSON.parse(data) as { readonly message: string };
        change((one) => ({ ...one, problem: message }));
        ended = true;
      }
    }
    if (!ended) {
      change((one) => ({ ...one, problem: "The node stopped in the middle of its answer." }));
    }
  } catch (error) {
    const problem = ending.signal.aborted ? "Stopped: nothing went out." : failureText(error);
    change((one) => ({ ...one, problem }));
  } finally {
    if (current === ending) current = null;
  }
}

/** What was said, as people saw it, with the new question at its end. */
function history(question: string): ChatMessage[] {
  const before = exchanges.peek().flatMap(({ question: text, turn }): ChatMessage[] =>
    turn === null
      ? []
      : [
          { role: "user", text },
          { role: "assistant", text: turn.answer },
        ],
  );
  return [...before, { role: "user", text: question }];
}

function newConversation(): string {
  return `page-${crypto.randomUUID()}`;
}
