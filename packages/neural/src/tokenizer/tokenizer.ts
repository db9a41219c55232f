/**
 * Text to token ids and back, and chat messages to a prompt. The work is done by @huggingface/tokenizers and
 * @huggingface/jinja; this checks what comes from files and adds what a model that streams needs.
 */

import { Template } from "@huggingface/jinja";
import { Tokenizer as HubTokenizer } from "@huggingface/tokenizers";
import { bytesOfTokens } from "./bytes.ts";
import { TokenizerError } from "./errors.ts";
import { DecodeStream } from "./stream.ts";

/** A tokenizer's files, parsed. They come with a checkpoint and may hold anything. */
export type TokenizerFiles = {
  /** `tokenizer.json`. */
  readonly tokenizer: unknown;
  /** `tokenizer_config.json`, where there is one. */
  readonly config?: unknown;
  /** Text of `chat_template.jinja`, where there is one; it goes before a template in the configuration. */
  readonly chatTemplate?: string | undefined;
};

/** How text is encoded or decoded. */
export type TokenizerOptions = {
  /**
   * Encoding: add the tokens that begin and end a text; decoding: show special tokens. Default false for both: a
   * chat template writes its own.
   */
  readonly special?: boolean | undefined;
};

/** How a prompt is made of messages. */
export type ChatOptions = {
  /** Functions that the model may call, as the OpenAI interface describes them. */
  readonly tools?: readonly unknown[] | undefined;
  /** Let the prompt end where the model's answer begins. Default true. */
  readonly prompt?: boolean | undefined;
  /** More variables of the template, e.g. `enable_thinking`. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
};

/** A message as chat templates expect it: `content` is a text or a list of parts. */
export type ChatMessage = {
  /** Who speaks: usually `system`, `user` or `assistant`; templates refuse others. */
  readonly role: string;
  /** The text, or parts such as `{ type: "text", text }` and `{ type: "image" }`. */
  readonly content: string | readonly Readonly<Record<string, unknown>>[];
} & Readonly<Record<string, unknown>>;

/** Tokens with a role of their own, by that role. */
export type SpecialTokens = Readonly<
  Partial<Record<"bos" | "eos" | "pad" | "unk" | "sep" | "cls" | "mask", string>>
>;

const ROLES = ["bos", "eos", "pad", "unk", "sep", "cls", "mask"] as const;

/** Text to ids and back. */
export class Tokenizer {
  readonly #tokenizer: HubTokenizer;
  readonly #parsed: TokenizerJson;
  readonly #template: string | undefined;
  readonly #config: Readonly<Record<string, unknown>>;
  #compiled: Template | undefined;
  #bytes: readonly Uint8Array[] | undefined;

  /** Number of ids: the largest one and 1. */
  readonly size: number;
  /** Tokens with a role of their own. */
  readonly specialTokens: SpecialTokens;
  /** Ids of all special tokens. */
  readonly specialIds: ReadonlySet<number>;

  /** Use {@link loadTokenizer}. */
  constructor(files: TokenizerFiles) {
    this.#parsed = checkTokenizer(files.tokenizer);
    const config = files.config ?? {};
    if (!isRecord(config)) {
      throw new TokenizerError("tokenizer_config.json: expected an object, got something else");
    }
    this.#config = config;
    try {
      this.#tokenizer = new HubTokenizer(amended(this.#parsed), config);
    } catch (error) {
      throw new TokenizerError(`tokenizer.json: cannot be used: ${text(error)}`, { cause: error });
    }
    const tokens = vocabularyOf(this.#parsed);
    this.size = 1 + tokens.reduce((most, [, id]) => Math.max(most, id), -1);
    this.specialTokens = specialTokens(config);
    const roles = new Set<string | undefined>(Object.values(this.specialTokens));
    const special = (this.#parsed.added_tokens ?? []).filter(
      (token) => token.special === true || roles.has(token.content),
    );
    this.specialIds = new Set(special.map(({ id }) => id));
    this.#template = files.chatTemplate ?? templateOf(config.chat_template);
  }

  /** Ids of a text. Special tokens that are written out in it become their ids. */
  encode(text: string, options: TokenizerOptions = {}): Int32Array {
    // Lone surrogates have no place in UTF-8, which every tokenizer is defined on.
    const { ids } = this.#tokenizer.encode(text.toWellFormed(), {
      add_special_tokens: options.special ?? false,
    });
    if (!ids.every(isId)) {
      throw new TokenizerError("tokenizer.json: expected an id for every token, one has none");
    }
    return Int32Array.from(ids);
  }

  /** Text of ids. Bytes that are not UTF-8 become U+FFFD. @throws {RangeError} for an id that is no token. */
  decode(ids: Iterable<number>, options: TokenizerOptions = {}): string {
    const list: number[] = [];
    for (const id of ids) {
      if (this.#tokenizer.id_to_token(id) === undefined) {
        throw new RangeError(`expected ids of tokens, 0 to ${this.size - 1}, got ${id}`);
      }
      if (options.special || !this.specialIds.has(id)) list.push(id);
    }
    if (list.length === 0) return "";
    return this.#tokenizer.decode(list, {
      skip_special_tokens: false,
      clean_up_tokenization_spaces: false,
    });
  }

  /** Decodes ids one by one, whole characters at a time. */
  stream(options: TokenizerOptions = {}): DecodeStream {
    return new DecodeStream((ids) => this.decode(ids, options));
  }

  /** Id of a token as the vocabulary has it, or undefined. */
  id(token: string): number | undefined {
    return this.#tokenizer.token_to_id(token);
  }

  /** Token of an id as the vocabulary has it, or undefined. */
  token(id: number): string | undefined {
    return this.#tokenizer.id_to_token(id);
  }

  /**
   * What each id adds to a text, as UTF-8 bytes; empty for special tokens and unused ids. For models that are held to
   * a grammar. By id, computed once.
   */
  get bytes(): readonly Uint8Array[] {
    this.#bytes ??= bytesOfTokens(
      vocabularyOf(this.#parsed),
      this.size,
      this.specialIds,
      this.#parsed.decoder,
    );
    return this.#bytes;
  }

  /** Whether there is a chat template. */
  get hasChatTemplate(): boolean {
    return this.#template !== undefined;
  }

  /** The prompt for messages. @throws {TokenizerError} without a template, or with what the template objects to. */
  chat(messages: readonly ChatMessage[], options: ChatOptions = {}): string {
    if (this.#template === undefined) {
      throw new TokenizerError(
        "expected a chat template (chat_template.jinja, or in tokenizer_config.json), there is none",
      );
    }
    try {
      this.#compiled ??= new Template(this.#template);
      return this.#compiled.render({
        ...Object.fromEntries(
          Object.entries(this.#config).filter(([key]) => key.endsWith("_token")),
        ),
        ...Object.fromEntries(
          Object.entries(this.specialTokens).map(([role, token]) => [`${role}_token`, token]),
        ),
        messages,
        // As the Python library has it: defined, and None where there are none.
        tools: options.tools ?? null,
        documents: null,
        add_generation_prompt: options.prompt ?? true,
        ...options.variables,
      });
    } catch (error) {
      throw new TokenizerError(`chat template: ${text(error)}`, { cause: error });
    }
  }

  /**
   * Checks that ids fit a model.
   *
   * @param vocabulary Rows of the model's table of embeddings.
   * @param config The model's `config.json`: the ids that it names have to be tokens.
   * @throws {TokenizerError} saying which id does not fit.
   */
  checkModel(vocabulary: number, config: unknown = {}): void {
    if (this.size > vocabulary) {
      throw new TokenizerError(
        `tokenizer.json: expected ids up to ${vocabulary - 1}, as the model has embeddings, got ${this.size - 1} (${JSON.stringify(this.token(this.size - 1))})`,
      );
    }
    for (const [key, id] of namedIds(config)) {
      if (this.token(id) === undefined) {
        throw new TokenizerError(
          `config.json: ${key}: expected the id of a token, got ${id}: the tokenizer has ${this.size} ids`,
        );
      }
    }
  }
}

/**
 * A tokenizer from its files, in Node and in browsers.
 * @throws {TokenizerError} naming the file and what is wrong with it.
 */
export function loadTokenizer(files: TokenizerFiles): Tokenizer {
  return new Tokenizer(files);
}

/**
 * The library splits at `Whitespace` with ASCII's idea of a word; the pattern spelt out is Unicode's, as the format has
 * it.
 */
function amended<T>(part: T): T {
  if (Array.isArray(part)) return part.map(amended) as T;
  if (!isRecord(part)) return part;
  const { pre_tokenizer, pretokenizers } = part;
  if (part.type === "Whitespace") {
    // Joiners are part of words there, too.
    const word = "\\w\\x{200c}\\x{200d}";
    const pattern = { Regex: `[${word}]+|[^${word}\\s]+` };
    return { type: "Split", pattern, behavior: "Removed", invert: true } as T;
  }
  return {
    ...part,
    ...(pre_tokenizer === undefined ? {} : { pre_tokenizer: amended(pre_tokenizer) }),
    ...(pretokenizers === undefined ? {} : { pretokenizers: amended(pretokenizers) }),
  };
}

type AddedToken = { readonly id: number; readonly content: string; readonly special?: unknown };

/** What is used of `tokenizer.json`. */
type TokenizerJson = {
  readonly model: {
    readonly vocab: Readonly<Record<string, number>> | readonly [string, number][];
  };
  readonly added_tokens?: readonly AddedToken[];
  readonly decoder?: unknown;
};

const MODELS: readonly string[] = ["BPE", "WordPiece", "WordLevel", "Unigram"];

function checkTokenizer(value: unknown): TokenizerJson {
  const fail = (message: string): never => {
    throw new TokenizerError(`tokenizer.json: ${message}`);
  };
  if (!isRecord(value)) return fail("expected an object, got something else");
  const { model, added_tokens: added = [] } = value;
  if (!isRecord(model)) return fail("expected an object model, got none");
  const { type, vocab } = model;
  if (type !== undefined && !MODELS.includes(type as string)) {
    return fail(`expected a model of ${MODELS.join(", ")}, got ${JSON.stringify(type)}`);
  }
  if (Array.isArray(vocab)) {
    if (!vocab.every((entry) => Array.isArray(entry) && typeof entry[0] === "string")) {
      return fail("expected a list of [token, score] in model.vocab, got something else");
    }
  } else if (!isRecord(vocab)) {
    return fail("expected a model.vocab, got none");
  } else {
    const bad = Object.entries(vocab).find(([, id]) => !isId(id));
    if (bad !== undefined) {
      return fail(`model.vocab: ${JSON.stringify(bad[0])}: expected an id, got ${bad[1]}`);
    }
  }
  if (!Array.isArray(added)) return fail("expected a list added_tokens, got something else");
  for (const token of added) {
    if (!isRecord(token) || !isId(token.id) || typeof token.content !== "string") {
      return fail("expected an id and a content in each of added_tokens");
    }
  }
  return value as TokenizerJson;
}

/** Tokens and ids, those added last. */
function vocabularyOf({ model, added_tokens: added = [] }: TokenizerJson): [string, number][] {
  const own = Array.isArray(model.vocab)
    ? (model.vocab as [string, number][]).map(([token], id): [string, number] => [token, id])
    : Object.entries(model.vocab as Record<string, number>);
  return [...own, ...added.map(({ content, id }): [string, number] => [content, id])];
}

function isId(value: unknown): value is number {
  // 2^24 ids are more than sixty times the largest vocabulary in use.
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 24;
}

function specialTokens(config: Readonly<Record<string, unknown>>): SpecialTokens {
  const found: Partial<Record<(typeof ROLES)[number], string>> = {};
  for (const role of ROLES) {
    const value = config[`${role}_token`];
    const content = isRecord(value) ? value.content : value;
    if (typeof content === "string") found[role] = content;
  }
  return found;
}

/** The template in a configuration: one text, or several with names, of which `default` is taken. */
function templateOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (isRecord(value) && typeof value.default === "string") return value.default;
  if (!Array.isArray(value)) return undefined;
  const named = value.filter(isRecord);
  const chosen = named.find(({ name }) => name === "default") ?? named[0];
  return typeof chosen?.template === "string" ? chosen.template : undefined;
}

/** Ids that a model's configuration names, its parts' included. */
function namedIds(config: unknown, path = ""): [string, number][] {
  if (!isRecord(config)) return [];
  return Object.entries(config).flatMap(([key, value]): [string, number][] => {
    if (isRecord(value) && key.endsWith("_config")) return namedIds(value, `${path}${key}.`);
    if (!key.endsWith("_token_id")) return [];
    const ids: unknown[] = Array.isArray(value) ? value : [value];
    return ids.filter((id) => typeof id === "number").map((id) => [path + key, id]);
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
