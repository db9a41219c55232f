/** From a request to what the generator needs: prompt with media, options, grammar. */

import {
  type ChatMessage,
  fillPrompt,
  type GenerateOptions,
  type JsonSchema,
  jsonObjectGrammar,
  jsonSchemaGrammar,
  type PromptPart,
  type RgbImage,
  type SpanTokens,
  TokenMasks,
  TokenTrie,
  type VideoFrame,
} from "@symbion/neural";
import { badRequest } from "./errors.ts";
import { type MediaLimits, readImage, readVideo } from "./media.ts";
import type { ChatModel } from "./open.ts";
import type { ChatRequest, RequestContent } from "./requests.ts";

/** What bounds a request. */
export type ChatLimits = {
  readonly media: MediaLimits;
  /** Most images and videos of a request. */
  readonly mediaItems: number;
  /** Tokens of an answer where a request says nothing. */
  readonly defaultTokens: number;
};

/** Grammars whose masks are kept. */
const GRAMMARS_KEPT = 8;

/** Prepares requests for one model, and keeps what they share. */
export class ChatPreparer {
  readonly #chat: ChatModel;
  readonly #limits: ChatLimits;
  readonly #masks = new Map<string, TokenMasks>();
  #trie: TokenTrie | null = null;

  constructor(chat: ChatModel, limits: ChatLimits) {
    this.#chat = chat;
    this.#limits = limits;
  }

  /** The prompt of a request. @throws {ModelApiError} 400 for media that cannot be used. */
  async prompt(request: ChatRequest, signal: AbortSignal): Promise<PromptPart[]> {
    const images: RgbImage[] = [];
    const videos: VideoFrame[][] = [];
    const messages: ChatMessage[] = [];
    for (const [i, message] of request.messages.entries()) {
      const content =
        message.content === null || message.content === undefined
          ? ""
          : await this.#content(message.content, `messages[${i}].content`, images, videos, signal);
      if (message.role === "assistant") {
        const calls = message.tool_calls?.map((call, j) => ({
          ...call,
          function: {
            name: call.function.name,
            arguments: argumentsOf(
              call.function.arguments,
              `messages[${i}].tool_calls[${j}].function.arguments`,
            ),
          },
        }));
        messages.push({
          role: "assistant",
          content,
          ...(calls === undefined ? {} : { tool_calls: calls }),
        });
      } else if (message.role === "tool") {
        messages.push({ role: "tool", content, tool_call_id: message.tool_call_id });
      } else {
        messages.push({ role: message.role === "developer" ? "system" : message.role, content });
      }
    }
    const tools = request.tool_choice === "none" ? undefined : (request.tools ?? undefined);
    let text: string;
    try {
      text = this.#chat.prompt(messages, tools?.length === 0 ? undefined : tools);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw badRequest(
        "messages",
        `messages: expected a conversation that the model's template takes: ${why}`,
      );
    }
    try {
      return fillPrompt(text, this.#chat.media, images, videos);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw badRequest("messages", `messages: ${error.message}`);
    }
  }

  /** How the answer is generated. @throws {ModelApiError} @throws {GenerationError} for a schema that is not supported. */
  options(request: ChatRequest): Omit<GenerateOptions, "signal"> {
    const { defaults, contextLength, endIds } = this.#chat;
    const { response_format: format, stop } = request;
    const bias = Object.entries(request.logit_bias ?? {}).map(([id, value]): [number, number] => [
      Number(id),
      value,
    ]);
    // Nothing has a probability of 0 to be kept; the best token alone comes closest.
    const topP = request.top_p === 0 ? 1e-9 : request.top_p;
    return {
      temperature: request.temperature ?? defaults.temperature,
      topP: topP ?? defaults.topP,
      topK: request.top_k ?? defaults.topK,
      minP: request.min_p ?? defaults.minP,
      repetitionPenalty: request.repetition_penalty ?? defaults.repetitionPenalty,
      frequencyPenalty: request.frequency_penalty ?? undefined,
      presencePenalty: request.presence_penalty ?? undefined,
      logitBias: bias.length === 0 ? undefined : new Map(bias),
      seed: request.seed ?? undefined,
      logprobs: request.logprobs === true ? (request.top_logprobs ?? 0) : undefined,
      maxTokens: request.max_completion_tokens ?? request.max_tokens ?? this.#limits.defaultTokens,
      contextLength,
      stop: stop === null || stop === undefined ? [] : [stop].flat(),
      endIds,
      spans: this.#spans(),
      masks:
        format?.type === "json_object"
          ? this.#grammar(null)
          : format?.type === "json_schema"
            ? this.#grammar(format.json_schema.schema ?? true)
            : undefined,
    };
  }

  /** Thoughts and tool calls of Gemma 4, where the vocabulary has their tokens. */
  #spans(): SpanTokens[] {
    return SPANS.flatMap(([name, first, last]) => {
      const begin = this.#chat.tokenizer.id(first);
      const end = this.#chat.tokenizer.id(last);
      return begin === undefined || end === undefined ? [] : [{ name, begin, end }];
    });
  }

  /** @param schema Null for any object. */
  #grammar(schema: JsonSchema | null): TokenMasks {
    const key = JSON.stringify(schema);
    const known = this.#masks.get(key);
    if (known !== undefined && known.grammar.expressions.size < MOST_STATES) return known;
    const { tokenizer, model } = this.#chat;
    const grammar = schema === null ? jsonObjectGrammar() : jsonSchemaGrammar(schema);
    this.#trie ??= new TokenTrie(tokenizer, model.vocabulary);
    const masks = new TokenMasks(grammar, this.#trie);
    this.#masks.delete(key);
    if (this.#masks.size >= GRAMMARS_KEPT)
      this.#masks.delete(this.#masks.keys().next().value as string);
    this.#masks.set(key, masks);
    return masks;
  }

  async #content(
    content: RequestContent,
    where: string,
    images: RgbImage[],
    videos: VideoFrame[][],
    signal: AbortSignal,
  ): Promise<ChatMessage["content"]> {
    if (typeof content === "string") return this.#harmless(content);
    const { media, mediaItems } = this.#limits;
    const { imagePlaceholder, videoPlaceholder } = this.#chat.media;
    const parts: Record<string, unknown>[] = [];
    for (const [i, part] of content.entries()) {
      if (part.type === "text") {
        parts.push({ type: "text", text: this.#harmless(part.text) });
        continue;
      }
      const isImage = part.type === "image_url";
      const param = `${where}[${i}].${part.type}.url`;
      if ((isImage ? imagePlaceholder : videoPlaceholder) === null) {
        throw badRequest(
          param,
          `${param}: expected text, as the model takes no ${isImage ? "images" : "videos"}`,
        );
      }
      if (images.length + videos.length >= mediaItems) {
        throw badRequest(
          param,
          `${param}: expected at most ${mediaItems} images and videos, got more`,
        );
      }
      if (part.type === "image_url") {
        images.push(await readImage(part.image_url.url, param, media, signal));
        parts.push({ type: "image" });
      } else {
        videos.push(
          await readVideo(part.video_url.url, param, this.#chat.frameRate, media, signal),
        );
        parts.push({ type: "video" });
      }
    }
    // Many templates know a message's text only as a string.
    const texts = parts.map(({ text }) => text);
    return texts.every((text) => typeof text === "string") ? texts.join("\n") : parts;
  }

  /** Breaks special tokens that are written out: a text must not end its turn or begin another's. */
  #harmless(text: string): string {
    let result = text;
    for (const special of this.#chat.specials) {
      if (special.length > 1) {
        result = result.replaceAll(special, `${special.slice(0, 1)}\u200b${special.slice(1)}`);
      }
    }
    return result;
  }
}

/** States of a grammar after which it is made anew, so that its memory does not grow for ever. */
const MOST_STATES = 200_000;

/** What Gemma 4 writes between tokens, and does not mean as text. */
const SPANS = [
  ["tool_call", "<|tool_call>", "<tool_call|>"],
  ["thought", "<|channel>", "<channel|>"],
] as const;

function argumentsOf(text: string, param: string): unknown {
  try {
    return text.trim() === "" ? {} : (JSON.parse(text) as unknown);
  } catch (error) {
    throw badRequest(param, `${param}: expected JSON, got something else: ${String(error)}`);
  }
}
