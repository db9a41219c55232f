/**
 * First answers, remembered by the layer itself: a client sends the conversation again with every question, and one that
 * rewrites what was answered would make the guard hold words that were never said.
 */

import { expected } from "@symbion/core";
import type { ChatMessage } from "./types.ts";

/** How much is remembered. */
export type MemoryOptions = {
  /** Most conversations; the one that was used longest ago goes first. 1 to 100,000. Default 1,000. */
  readonly conversations?: number;
  /** Most answers of one conversation; the oldest goes first. 1 to 1,000. Default 100. */
  readonly answers?: number;
  /** Longest answer that is kept, in characters; longer ones are not. Default 20,000. */
  readonly characters?: number;
};

/** What {@link AnswerMemory.restore} found. */
export type Restored = {
  /** The conversation with the answers as they went out. */
  readonly messages: readonly ChatMessage[];
  /** Indices of answers that had been rewritten. */
  readonly rewritten: readonly number[];
};

/** Answers by conversation and by what the person had said until then. Kept in memory only. */
export class AnswerMemory {
  readonly #most: Required<MemoryOptions>;
  readonly #answers = new Map<string, Map<string, string>>();

  /** @throws {UsageError} For bounds that cannot be used. */
  constructor(options: MemoryOptions = {}) {
    const { conversations = 1000, answers = 100, characters = 20_000 } = options;
    this.#most = { conversations, answers, characters };
    const ends = { conversations: 100_000, answers: 1000, characters: 1_000_000 };
    for (const [name, end] of Object.entries(ends)) {
      const value = this.#most[name as keyof MemoryOptions];
      if (!Number.isInteger(value) || value < 1 || value > end) {
        throw expected(`a whole number from 1 to ${end}`, value, name);
      }
    }
  }

  /** Conversations that are remembered. */
  get size(): number {
    return this.#answers.size;
  }

  /**
   * Keeps what went out.
   *
   * @param messages The conversation up to and including the question.
   */
  remember(conversation: string, messages: readonly ChatMessage[], answer: string): void {
    if (answer.length > this.#most.characters) return;
    const kept = this.#answers.get(conversation) ?? new Map<string, string>();
    this.#answers.delete(conversation);
    this.#answers.set(conversation, kept);
    const place = placeOf(messages, messages.length);
    kept.delete(place);
    kept.set(place, answer);
    trim(kept, this.#most.answers);
    trim(this.#answers, this.#most.conversations);
  }

  /** Puts the answers that went out in the place of what a client says that they were. */
  restore(conversation: string, messages: readonly ChatMessage[]): Restored {
    const kept = this.#answers.get(conversation);
    const rewritten: number[] = [];
    if (kept === undefined) return { messages, rewritten };
    const restored = messages.map((message, at) => {
      if (message.role !== "assistant") return message;
      const answer = kept.get(placeOf(messages, at));
      if (answer === undefined || answer === message.text) return message;
      rewritten.push(at);
      return { role: message.role, text: answer };
    });
    return { messages: restored, rewritten };
  }

  /** Forgets a conversation. */
  forget(conversation: string): void {
    this.#answers.delete(conversation);
  }
}

function trim(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}

/** What the person had said before a place: the number of their messages, and a mark of their words. */
function placeOf(messages: readonly ChatMessage[], end: number): string {
  let count = 0;
  let high = 0x811c9dc5;
  let low = 0x1234567;
  for (let at = 0; at < end; at++) {
    const { role, text } = messages[at];
    if (role !== "user") continue;
    count++;
    for (let unit = 0; unit < text.length; unit++) {
      const code = text.charCodeAt(unit);
      high = Math.imul(high ^ code, 0x01000193);
      low = Math.imul(low ^ (code + unit), 0x5bd1e995);
    }
    high ^= text.length;
  }
  return `${count} ${high >>> 0} ${low >>> 0}`;
}
