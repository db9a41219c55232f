/** Requests to the layer: OpenAI's chat completions in words, and what stands in the extension field `symbion`. */

import type { ChatMessage, TurnOptions } from "@symbion/companion";
import { z } from "zod";
import { ANSWER_LANGUAGES, ANSWER_WARMTHS } from "../config/companion-types.ts";
import { badRequest, ModelApiError } from "../models/errors.ts";
import {
  type ChatRequest,
  type RequestContent,
  type RequestMessage,
  readChatRequest,
} from "../models/requests.ts";
import { conversationId, MOST_TURN_CHARACTERS, MOST_TURN_MESSAGES } from "./words.ts";

/** A request, as the layer takes it. */
export type LayerRequest = {
  readonly messages: readonly ChatMessage[];
  readonly options: TurnOptions;
  /** The model that the client asks for. */
  readonly model: string;
  readonly stream: boolean;
  /** Whether a last chunk with usage is asked for. */
  readonly usage: boolean;
  /** Fields that the model's server is given as they are. */
  readonly parameters: Readonly<Record<string, unknown>>;
};

const extension = z.strictObject({
  conversation: conversationId.optional(),
  warmth: z.enum(ANSWER_WARMTHS).optional(),
  language: z.enum(ANSWER_LANGUAGES).optional(),
  age: z.number().min(0).max(130).optional(),
});

/** Fields that only say how the model samples. */
const PASSED = [
  ...["max_tokens", "max_completion_tokens", "temperature", "top_p", "top_k", "min_p", "seed"],
  ...["repetition_penalty", "frequency_penalty", "presence_penalty", "logit_bias", "stop"],
] as const satisfies readonly (keyof ChatRequest)[];

/** Checks a body. @throws {ModelApiError} 400 for what is wrong or would pass by the guards, 413 for too much. */
export function readLayerRequest(body: unknown): LayerRequest {
  const { symbion, ...rest } = Object(body) as Record<string, unknown>;
  const request = readChatRequest(typeof body === "object" && body !== null ? rest : body);
  if (request.logprobs === true) throw unsupported("logprobs", "no probabilities of words");
  if ((request.tools ?? []).length > 0) throw unsupported("tools", "no calls of tools");
  const format = request.response_format?.type ?? "text";
  if (format !== "text") throw unsupported("response_format", "words");
  return {
    messages: readMessages(request.messages),
    options: readExtension(symbion),
    model: request.model,
    stream: request.stream === true,
    usage: request.stream_options?.include_usage === true,
    parameters: Object.fromEntries(
      PASSED.flatMap((key) => (request[key] === undefined ? [] : [[key, request[key]]])),
    ),
  };
}

function readExtension(value: unknown): TurnOptions {
  if (value === undefined || value === null) return {};
  const result = extension.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    const at = ["symbion", ...(issue?.path ?? []).map(String)].join(".");
    throw badRequest(at, `${at}: ${issue?.message}`);
  }
  const { conversation, warmth, language, age } = result.data;
  return {
    ...(conversation === undefined ? {} : { conversation }),
    ...(warmth === undefined ? {} : { warmth }),
    ...(language === undefined ? {} : { language }),
    ...(age === undefined ? {} : { age }),
  };
}

function readMessages(messages: readonly RequestMessage[]): readonly ChatMessage[] {
  if (messages.length > MOST_TURN_MESSAGES) {
    throw tooMuch(`messages: expected at most ${MOST_TURN_MESSAGES}, got ${messages.length}`);
  }
  const read = messages.map((message, index): ChatMessage => {
    const at = `messages[${index}]`;
    if (message.role === "tool") throw unsupported(`${at}.role`, "no results of tools");
    if (message.role === "assistant" && (message.tool_calls ?? []).length > 0) {
      throw unsupported(`${at}.tool_calls`, "no calls of tools");
    }
    const text = textOf(message.content ?? "", `${at}.content`);
    return { role: message.role === "developer" ? "system" : message.role, text };
  });
  const length = read.reduce((sum, { text }) => sum + text.length, 0);
  if (length > MOST_TURN_CHARACTERS) {
    throw tooMuch(`messages: expected at most ${MOST_TURN_CHARACTERS} characters, got ${length}`);
  }
  if (read.at(-1)?.role !== "user") {
    throw badRequest("messages", "messages: expected a last message of role user");
  }
  return read;
}

function textOf(content: RequestContent, at: string): string {
  if (typeof content === "string") return content;
  return content
    .map((part, index) => {
      if (part.type === "text") return part.text;
      throw unsupported(`${at}[${index}].type`, "text");
    })
    .join("\n");
}

/** What no guard could look at is not passed on. */
function unsupported(param: string, what: string): ModelApiError {
  const message = `${param}: expected ${what}, since nothing goes out that the layer cannot check`;
  return badRequest(param, message, "unsupported_value");
}

function tooMuch(message: string): ModelApiError {
  return new ModelApiError(413, message, { param: "messages", code: "request_too_large" });
}
