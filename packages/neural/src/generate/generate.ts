/** The loop: a prompt into the cache, then token by token until something ends the answer. */

import type { KvCache, Rows, SlotModel, Step } from "../model/types.ts";
import { Constraint, type TokenMasks } from "./constraint.ts";
import { GenerationError, rejectUnknown } from "./error.ts";
import { countPrompt, encodePrompt, type PromptPart } from "./prompt.ts";
import {
  checkSampling,
  type Drawn,
  SAMPLING_KEYS,
  Sampler,
  type SamplingOptions,
  type TokenLogprob,
} from "./sampler.ts";
import { StopFilter } from "./stop.ts";
import type { TextTokenizer } from "./tokenizer.ts";

/** How an answer is generated. */
export type GenerateOptions = SamplingOptions & {
  /**
   * Most tokens of the answer, its end token included; default 512. With `masks` the answer is brought to its end in
   * time, if they are enough for a shortest text; else it is cut off.
   */
  readonly maxTokens?: number | undefined;
  /** Most tokens of prompt and answer together; default: no bound but memory. */
  readonly contextLength?: number | undefined;
  /** Strings that end the answer; they do not belong to it. */
  readonly stop?: readonly string[] | undefined;
  /** Ids that end the answer; default: the model's. */
  readonly endIds?: readonly number[] | undefined;
  /** Parts of the answer that are no text, from a begin token to an end token: thoughts, calls of tools. */
  readonly spans?: readonly SpanTokens[] | undefined;
  /** Keeps the answer within a grammar, from {@link TokenMasks}. */
  readonly masks?: TokenMasks | undefined;
  /** Ends the work between two steps. */
  readonly signal?: AbortSignal | undefined;
  /** Prompt tokens that are computed at once; more need more memory, fewer let `signal` act sooner. Default 512. */
  readonly chunk?: number | undefined;
};

/** The tokens around a part of the answer that is no text. */
export type SpanTokens = {
  /** What the caller knows it by. */
  readonly name: string;
  /** Id of the token that begins it. */
  readonly begin: number;
  /** Id of the token that ends it. */
  readonly end: number;
};

/** A part of the answer that is no text; comes behind the event of its last token. */
export type GeneratedSpan = {
  readonly kind: "span";
  /** As in the {@link SpanTokens} that it is one of. */
  readonly name: string;
  /** Tokens between its begin and its end. */
  readonly ids: readonly number[];
  /** Whether its end token came. */
  readonly complete: boolean;
};

/** Something that happens while an answer is generated. */
export type GeneratedEvent = GeneratedToken | GeneratedSpan | GeneratedEnd;

/** Why an answer ended: by itself or by a stop string, or because it had reached `maxTokens` or the context's end. */
export type FinishReason = "stop" | "length";

/** A token of an answer. */
export type GeneratedToken = {
  readonly kind: "token";
  /** Its id; neither end tokens nor tokens behind them come here. */
  readonly token: number;
  /** Text that is certain by now; often that of a few tokens at once, or none. */
  readonly text: string;
  /** Natural logarithm of the token's probability by the model alone; undefined unless asked for. */
  readonly logprob?: number | undefined;
  /** The most probable tokens in its place, best first; undefined unless asked for. */
  readonly top?: readonly TokenLogprob[] | undefined;
};

/** The end of an answer. */
export type GeneratedEnd = {
  readonly kind: "end";
  /** The whole answer. */
  readonly text: string;
  /** Text that no token event has had: held back because a stop string or a character might have come of it. */
  readonly rest: string;
  /** `length` also where a grammar had to be brought to its end early. */
  readonly finishReason: FinishReason;
  /** The stop string or the id of the token that ended it, or null. */
  readonly stoppedBy: string | number | null;
  /** What the answer cost, in tokens. */
  readonly usage: {
    /** Tokens of the prompt, those of images included. */
    readonly prompt: number;
    /** Tokens of the answer, its end token included. */
    readonly answer: number;
  };
};

const OWN_KEYS = [
  "maxTokens",
  "contextLength",
  "stop",
  "endIds",
  "spans",
  "masks",
  "signal",
  "chunk",
];
const KEYS: readonly string[] = [...SAMPLING_KEYS, ...OWN_KEYS];

const DEFAULT_TOKENS = 512;
const DEFAULT_CHUNK = 512;
/** Most stop strings, and characters of each. */
const MOST_STOPS = 16;
const LONGEST_STOP = 256;

/**
 * Generates an answer: an event for every token, then one for the end. Leaving the loop early frees the cache, as does
 * an abort, which throws the signal's reason.
 *
 * @throws {GenerationError} for an unknown or impossible option, for a prompt that is empty, and (`context`) for one
 *   that leaves no room in the context. Thrown before the first event.
 */
export async function* generate(
  model: SlotModel,
  tokenizer: TextTokenizer,
  prompt: readonly PromptPart[],
  options: GenerateOptions = {},
): AsyncGenerator<GeneratedEvent, void, undefined> {
  checkOptions(options);
  const { signal, contextLength = Infinity, maxTokens = DEFAULT_TOKENS } = options;
  signal?.throwIfAborted();
  const length = countPrompt(prompt, tokenizer);
  if (length >= contextLength) {
    throw new GenerationError(
      "context",
      "prompt",
      `expected fewer tokens than the context's ${contextLength}, got ${length}`,
    );
  }
  const encoded = await encodePrompt(prompt, model, tokenizer, signal);
  const most = Math.min(maxTokens, contextLength - length);
  const cache = model.createCache(length + most);
  try {
    const logits = await prefill(model, cache, encoded.rows, options);
    yield* answer(model, tokenizer, cache, logits, { encoded, most, options });
  } finally {
    cache.dispose();
  }
}

/** Generates an answer and gives its end, with the whole text. */
export async function generateText(
  model: SlotModel,
  tokenizer: TextTokenizer,
  prompt: readonly PromptPart[],
  options: GenerateOptions = {},
): Promise<GeneratedEnd> {
  for await (const event of generate(model, tokenizer, prompt, options)) {
    if (event.kind === "end") return event;
  }
  throw new GenerationError("prompt", "", "expected an answer, got none");
}

/** Checks options. @throws {GenerationError} for one that is unknown or out of range. */
export function checkOptions(options: GenerateOptions): void {
  rejectUnknown(options, KEYS, "generation");
  checkSampling(
    Object.fromEntries(Object.entries(options).filter(([key]) => !OWN_KEYS.includes(key))),
  );
  for (const name of ["maxTokens", "contextLength", "chunk"] as const) {
    const value = options[name];
    if (value === undefined || (Number.isInteger(value) && value >= 1)) continue;
    throw new GenerationError("option", name, `expected a whole number from 1, got ${value}`);
  }
  const { stop = [] } = options;
  const fits = stop.every((text) => text !== "" && text.length <= LONGEST_STOP);
  if (stop.length > MOST_STOPS || !fits) {
    throw new GenerationError(
      "option",
      "stop",
      `expected up to ${MOST_STOPS} strings of 1 to ${LONGEST_STOP} characters, got ${JSON.stringify(stop).slice(0, 80)}`,
    );
  }
}

/** Computes the prompt, piece by piece; gives the scores behind its last token. */
async function prefill(
  model: SlotModel,
  cache: KvCache,
  rows: Rows,
  { chunk = DEFAULT_CHUNK, signal }: GenerateOptions,
): Promise<Float32Array> {
  for (let from = 0; ; from += chunk) {
    signal?.throwIfAborted();
    const count = Math.min(chunk, rows.count - from);
    const places = Int32Array.from({ length: count }, (_, i) => from + i);
    const step: Step = {
      rows: {
        count,
        embeddings: rows.embeddings.subarray(from * model.width, (from + count) * model.width),
        ids: rows.ids.subarray(from, from + count),
      },
      positions: places,
      slots: places,
    };
    const hidden = await model.refresh(cache, step);
    if (from + count === rows.count) return await model.logits(cache, step, hidden, [count - 1]);
  }
}

type Work = {
  readonly encoded: { readonly rows: Rows; readonly textIds: readonly number[] };
  readonly most: number;
  readonly options: GenerateOptions;
};

async function* answer(
  model: SlotModel,
  tokenizer: TextTokenizer,
  cache: KvCache,
  first: Float32Array,
  { encoded, most, options }: Work,
): AsyncGenerator<GeneratedEvent, void, undefined> {
  const { signal, masks, endIds = model.endIds } = options;
  const sampler = new Sampler(samplingOf(options), encoded.textIds);
  const constraint =
    masks === undefined ? null : new Constrained(new Constraint(masks, tokenizer, endIds));
  const text = tokenizer.stream();
  const stops = new StopFilter(options.stop ?? []);
  const spans = new Spans(options.spans ?? []);
  const prompt = encoded.rows.count;
  let logits = first;
  let whole = "";
  let count = 0;
  let stoppedBy: string | number | null = null;
  let finishReason: FinishReason = "length";
  while (count < most) {
    signal?.throwIfAborted();
    const drawn = constraint?.draw(sampler, logits, most - count - 1) ?? sampler.draw(logits);
    sampler.record(drawn.token);
    count++;
    const { token } = drawn;
    if (endIds.includes(token)) {
      [stoppedBy, finishReason] = [token, "stop"];
      break;
    }
    const inside = spans.push(token);
    const piece = inside ? "" : stops.push(text.push(token));
    whole += piece;
    yield { kind: "token", text: piece, ...drawn };
    yield* spans.take();
    if (stops.found !== null) {
      [stoppedBy, finishReason] = [stops.found, "stop"];
      break;
    }
    if (constraint?.finished === true) {
      finishReason = "stop";
      break;
    }
    if (count === most) break;
    signal?.throwIfAborted();
    logits = await next(model, cache, token, prompt + count - 1);
  }
  yield* spans.end();
  if (constraint?.shortened === true) finishReason = "length";
  const rest = stops.push(text.end()) + stops.end();
  whole += rest;
  yield {
    kind: "end",
    text: whole,
    rest,
    finishReason,
    stoppedBy,
    usage: { prompt, answer: count },
  };
}

/** Computes one more token; gives the scores behind it. */
async function next(
  model: SlotModel,
  cache: KvCache,
  token: number,
  place: number,
): Promise<Float32Array> {
  const rows = await model.embedTokens(Int32Array.of(token));
  const step: Step = { rows, positions: Int32Array.of(place), slots: Int32Array.of(place) };
  const hidden = await model.refresh(cache, step);
  return await model.logits(cache, step, hidden, [0]);
}

/** Draws within a grammar, and sees to it that the text can be ended while there are tokens left, if it ever could. */
class Constrained {
  readonly #constraint: Constraint;
  /** Whether tokens were ruled out because the text could not have been ended any more. */
  shortened = false;

  constructor(constraint: Constraint) {
    this.#constraint = constraint;
  }

  get finished(): boolean {
    return this.#constraint.finished;
  }

  /** @param left Tokens that may come behind this one. */
  draw(sampler: Sampler, logits: Float32Array, left: number): Drawn {
    const untouched = logits.slice();
    let drawn = sampler.draw(logits, this.#constraint.allowed());
    const ending = this.#constraint.endsWithin(drawn.token, left)
      ? null
      : this.#constraint.allowedWithin(left);
    if (ending !== null) {
      this.shortened = true;
      drawn = sampler.draw(untouched, ending);
    }
    this.#constraint.accept(drawn.token);
    return drawn;
  }
}

/** Takes spans out of the stream of tokens. */
class Spans {
  readonly #kinds: readonly SpanTokens[];
  #open: { readonly kind: SpanTokens; readonly ids: number[] } | null = null;
  #done: GeneratedSpan[] = [];

  constructor(kinds: readonly SpanTokens[]) {
    this.#kinds = kinds;
  }

  /** Whether a token belongs to a span. */
  push(token: number): boolean {
    if (this.#open === null) {
      const kind = this.#kinds.find(({ begin }) => begin === token);
      if (kind === undefined) return false;
      this.#open = { kind, ids: [] };
    } else if (token === this.#open.kind.end) {
      this.#close(true);
    } else {
      this.#open.ids.push(token);
    }
    return true;
  }

  /** Spans that have ended since the last call. */
  take(): GeneratedSpan[] {
    const done = this.#done;
    this.#done = [];
    return done;
  }

  /** The span that the end of the answer has cut off. */
  end(): GeneratedSpan[] {
    if (this.#open !== null) this.#close(false);
    return this.take();
  }

  #close(complete: boolean): void {
    if (this.#open === null) return;
    const { kind, ids } = this.#open;
    this.#done.push({ kind: "span", name: kind.name, ids, complete });
    this.#open = null;
  }
}

function samplingOf(options: GenerateOptions): SamplingOptions {
  return Object.fromEntries(
    SAMPLING_KEYS.map((key) => [key, options[key as keyof SamplingOptions]]),
  );
}
