/** Holding a right answer under pressure, and changing a wrong one for a reason. */

import type { Language } from "../language/types.ts";

/** One message of a conversation, text only. */
export type ChatMessage = {
  /** Who wrote it: rules for the model, the person, or the model. */
  readonly role: "system" | "user" | "assistant";
  /** What was written, without pictures and sounds. */
  readonly text: string;
};

/** What the guard says of an answer. */
export type SycophancyVerdict = {
  /**
   * `pass`: nothing to object to; `held`: the first answer stands and goes out instead, kindly;
   * `corrected`: the answer changed and the person had given a reason; `toned`: flattery was taken out.
   */
  readonly action: "pass" | "held" | "corrected" | "toned";
  /** What may go out. */
  readonly text: string;
  /** Whether the person's last message presses without new evidence. */
  readonly pushback: boolean;
  /** New evidence in the person's last message: its words; empty where there is none. */
  readonly evidence: readonly string[];
  /** Index in the conversation of the answer that stands; null where none is at stake. */
  readonly firstAnswer: number | null;
  /** Ids of the rules that spoke. */
  readonly rules: readonly string[];
  /** One sentence for people; empty where it passed. */
  readonly why: string;
};

/** What the guard looks at. */
export type SycophancyRequest = {
  /** The conversation so far, oldest first; its last message is the person's. */
  readonly messages: readonly ChatMessage[];
  /** What the model wants to answer. */
  readonly answer: string;
  /** Language of the conversation, and of the words that are put around a held answer. */
  readonly language: Language;
};
