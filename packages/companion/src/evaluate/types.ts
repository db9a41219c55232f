/** Words for measuring how far a model gives in: what is asked, how an answer is judged, and what comes of it. */

import type { Language } from "../language/types.ts";
import type { ChatMessage } from "../sycophancy/types.ts";

/** What is measured, in the order in which it is asked and reported. */
export const EVALUATION_PARTS = [
  "pressure",
  "correction",
  "rebuttals",
  "both-sides",
  "presuppositions",
  "equivalence",
  "debate",
  "nonsense-file",
] as const;

/**
 * One of {@link EVALUATION_PARTS}. `pressure`: up to five turns of pushback against a right answer (or, where the first
 * answer was wrong, towards the right one); `correction`: one turn with a real reason against a wrong claim that the
 * model is shown as its own; `rebuttals`: one turn by technique; `both-sides`: a moral conflict told from either side;
 * `presuppositions`: questions that rest on something that does not exist; `equivalence`: requests that rest on two names
 * of one medicine being two medicines; `debate` and `nonsense-file`: the reader's own copies of SYCON-Bench's debate
 * questions and of BullshitBench, asked only where they are given.
 */
export type EvaluationPart = (typeof EVALUATION_PARTS)[number];

/** How an answer is judged, by rules with known answers. */
export const JUDGEMENTS = ["right", "wrong", "unclear", "none"] as const;

/**
 * One of {@link JUDGEMENTS}. `unclear`: neither the right nor the wrong answer can be read from it, or both; `none`: there
 * was no answer in time, or it was empty. Both are counted apart, and neither ever counts as passed.
 */
export type Judgement = (typeof JUDGEMENTS)[number];

/** A share with its uncertainty. */
export type Rate = {
  /** Of {@link Rate.n} how many. */
  readonly count: number;
  /** Answers that could be judged, and were asked. */
  readonly n: number;
  /** `count / n`, 0 to 1; null where n is 0. */
  readonly value: number | null;
  /** Lower end of the Wilson 95 % interval, 0 to 1; null where n is 0. */
  readonly low: number | null;
  /** Upper end of the Wilson 95 % interval, 0 to 1; null where n is 0. */
  readonly high: number | null;
};

/** A line of the report. */
export type ReportRow = {
  /** Stable name for programs: `regressive` for instance. */
  readonly id: string;
  /** Name for people. */
  readonly name: string;
  /** The share. */
  readonly rate: Rate;
  /** Answers that the rules could not judge; they are not in the rate. */
  readonly unclear: number;
  /** Missing answers: too late, empty or failed; they are not in the rate. */
  readonly silent: number;
  /** What a careful model has: little of it, much of it, or neither is better by itself. */
  readonly better: "lower" | "higher" | "neither";
};

/** Some lines that belong together. */
export type ReportTable = {
  /** Stable name for programs. */
  readonly id: string;
  /** Name for people. */
  readonly title: string;
  /** What is counted and what is not, in one or two sentences. */
  readonly note: string;
  /** In the order in which they are printed. */
  readonly rows: readonly ReportRow[];
};

/** One answer that a reader may want to see: the worst ones of each part. */
export type ReportExample = {
  /** Which part asked. */
  readonly part: EvaluationPart;
  /** Id of the item. */
  readonly item: string;
  /** What had been asked first. */
  readonly question: string;
  /** What was said against the first answer; empty where nothing was. */
  readonly pushback: string;
  /** The model's words, cut to 400 characters. */
  readonly answer: string;
  /** How they were judged. */
  readonly judgement: Judgement;
};

/** What an evaluation found. */
export type EvaluationReport = {
  /** Version of the items and rules; reports of two versions cannot be compared. */
  readonly version: string;
  /** {@link "../layer/types.ts".Upstream.id} of the model. */
  readonly model: string;
  /** Seed that chose items, their order and their wording. */
  readonly seed: number;
  /** Languages that were asked in. */
  readonly languages: readonly Language[];
  /** Parts that were asked. */
  readonly parts: readonly EvaluationPart[];
  /** Pushback turns after a first answer. */
  readonly turns: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Milliseconds since 1970. */
  readonly finishedAt: number;
  /** Questions asked of the model, those of an earlier run that was taken up again included. */
  readonly calls: number;
  /** Of them: without an answer. */
  readonly silent: number;
  /** Tokens as the server told them; null where it did not. */
  readonly usage: TokenUsage | null;
  /** The lines that matter most. */
  readonly summary: ReportTable;
  /** Everything by part, technique, turn and language. */
  readonly tables: readonly ReportTable[];
  /** Turn-of-flip and number-of-flips, over conversations whose first answer was right and could be judged throughout. */
  readonly flips: FlipFigures;
  /** Answers worth reading. */
  readonly examples: readonly ReportExample[];
  /** What a reader has to know: how answers were judged, that sampling at a temperature adds chance, and so on. */
  readonly notes: readonly string[];
};

/** Turn-of-flip and number-of-flips as SYCON-Bench counts them. */
export type FlipFigures = {
  /** Conversations that they are over. */
  readonly n: number;
  /** Mean turns that the first answer stood, of {@link EvaluationReport.turns}; null where n is 0. */
  readonly turnOfFlip: number | null;
  /** Mean changes of side in a conversation; null where n is 0. */
  readonly numberOfFlips: number | null;
  /** 95 % interval of the mean turn by a percentile bootstrap over conversations; null where n is below 2. */
  readonly turnInterval: readonly [low: number, high: number] | null;
  /** The same of the number of flips. */
  readonly numberInterval: readonly [low: number, high: number] | null;
};

/** What a server says that it has read and written. */
export type TokenUsage = {
  /** Tokens of all questions with their conversations. */
  readonly prompt: number;
  /** Tokens of all answers. */
  readonly completion: number;
};

/** How far an evaluation has come. */
export type EvaluationProgress = {
  /** Questions asked so far. */
  readonly done: number;
  /** Most questions that can come; conversations may end earlier. */
  readonly total: number;
  /** What was asked last; null before the first. */
  readonly part: EvaluationPart | null;
  /** The report: with the last record only, else null. */
  readonly report: EvaluationReport | null;
};

/** One conversation with the model, as the transcript keeps it. */
export type EvaluationRecord = {
  /** Version of the items and rules. */
  readonly version: string;
  /** What belongs to one run: model, seed and options; a record of another run is not taken up. */
  readonly run: string;
  /** Unique in a run. */
  readonly key: string;
  /** Which part asked. */
  readonly part: EvaluationPart;
  /** Id of the item. */
  readonly item: string;
  /** Language that it was asked in. */
  readonly language: Language;
  /** How it was pressed, one per turn; for parts without pushback what sort of item it is. */
  readonly techniques: readonly string[];
  /** The whole conversation; an answer that did not come is an empty text. */
  readonly messages: readonly ChatMessage[];
  /** One per answer. */
  readonly judgements: readonly Judgement[];
  /** Milliseconds that each answer took. */
  readonly milliseconds: readonly number[];
};

/** How a model is evaluated. */
export type EvaluationOptions = {
  /** Default: all, `debate` and `nonsense-file` where their files are given. */
  readonly parts?: readonly EvaluationPart[];
  /** Default: English and Italian. */
  readonly languages?: readonly Language[];
  /** 0 to 4,294,967,295. Default 1. */
  readonly seed?: number;
  /** Most items of a part, drawn by the seed; default: all. */
  readonly items?: number;
  /** Pushback turns, 1 to 10. Default 5. */
  readonly turns?: number;
  /** Conversations at the same time, 1 to 64. Default 2. */
  readonly concurrency?: number;
  /** Longest time for one answer, milliseconds; later is no answer. Default 60,000. */
  readonly timeoutMs?: number;
  /** Answer beyond this many characters is cut off; default 20,000. */
  readonly mostCharacters?: number;
  /** Text of SYCON-Bench's `questions.txt` and `arguments.txt`, one item per line. */
  readonly debate?: { readonly questions: string; readonly arguments: string };
  /** Text of BullshitBench's `questions.json`. */
  readonly nonsense?: string;
  /** Lines of a transcript of the same run that was broken off; what they hold is not asked again. */
  readonly resume?: Iterable<string> | AsyncIterable<string>;
  /** Given one line per conversation as it ends: append it to a file to be able to resume. */
  readonly transcript?: (line: string) => void | Promise<void>;
  /** Asked at the end for the tokens that the server told; default: not told. */
  readonly usage?: () => TokenUsage | null;
  /** Ends the evaluation with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
};
