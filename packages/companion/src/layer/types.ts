/** The layer's words: what goes in, what comes out, and what each stage did in between. */

import type { Language } from "../language/types.ts";
import type { Warmth } from "../rephrase/types.ts";
import type { ChatMessage } from "../sycophancy/types.ts";
import type { Disposition } from "../triage/types.ts";

/** Stages in the order in which an answer passes them. */
export const STAGES = [
  "red-flags",
  "request",
  "upstream",
  "sycophancy",
  "advice",
  "rephrasing",
  "meaning",
  "log",
] as const;

/** One of {@link STAGES}. */
export type StageName = (typeof STAGES)[number];

/** What a stage did. */
export type StageResult = {
  /** Which stage speaks. */
  readonly stage: StageName;
  /**
   * `passed`: nothing to do; `changed`: other words go on; `held`: an earlier answer stands; `refused`: the layer
   * answers itself; `skipped`: an earlier stage had decided; `failed`: it could not do its work.
   */
  readonly outcome: "passed" | "changed" | "held" | "refused" | "skipped" | "failed";
  /** One sentence for people: what it did and why. */
  readonly why: string;
  /** Ids of rules that spoke. */
  readonly rules: readonly string[];
  /** Ids of the public sources behind them. */
  readonly sources: readonly string[];
  /** The text after the stage; null before there is one. */
  readonly text: string | null;
};

/** One question and what became of it. */
export type Turn = {
  /** Unique; sorts by time. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Conversation it belongs to; also the subject of its log entry. */
  readonly conversation: string;
  /** Language of the question, and so of the answer. */
  readonly language: Language;
  /** How warm the answer was allowed to be. */
  readonly warmth: Warmth;
  /** Age in years where the person had told it, else null. */
  readonly age: number | null;
  /** The conversation, oldest first; the last message is the person's question. */
  readonly messages: readonly ChatMessage[];
  /** Indices of answers in it that the client had sent otherwise than they went out: they stand as they went out. */
  readonly restored: readonly number[];
  /** The model and its own words; null where it was not asked or did not answer. */
  readonly upstream: { readonly model: string; readonly text: string } | null;
  /** What the rephrasing model proposed; null for the built-in grammar, which needs no record. */
  readonly proposal: { readonly rephraser: string; readonly text: string | null } | null;
  /** What went out. */
  readonly answer: string;
  /** What the red-flag gate said of the question. */
  readonly disposition: Disposition;
  /** Whether the answer says that it does not know, refuses, or hands over to people. */
  readonly abstained: boolean;
  /** All of {@link STAGES}, in order. */
  readonly stages: readonly StageResult[];
  /** Version of the rules that decided: the same rules and the same records give the same verdict. */
  readonly rules: string;
};

/** What a person asks, apart from the conversation. */
export type TurnOptions = {
  /** Default: one of its own for each turn. */
  readonly conversation?: string;
  /** Default: found from the last message. */
  readonly language?: Language;
  /** Default `kind`. A cue may only ever change this. */
  readonly warmth?: Warmth;
  /** Age in years where the person has told it. */
  readonly age?: number;
};

/** A model behind the layer. */
export type Upstream = {
  /** Name for the log; no credentials. */
  readonly id: string;
  /**
   * Its answer in pieces. Rejects with `UpstreamError`.
   *
   * @param messages The conversation; the layer may have put a system message first.
   */
  answer(messages: readonly ChatMessage[], signal: AbortSignal): AsyncIterable<string>;
};
