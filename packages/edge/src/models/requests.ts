/** Bodies of requests, as OpenAI's interface describes them: what is supported, what is ignored, what is refused. */

import type { JsonSchema } from "@symbion/neural";
import { z } from "zod";
import { badRequest } from "./errors.ts";

/** A piece of a message's content. */
export type RequestPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image_url"; readonly image_url: { readonly url: string } }
  | { readonly type: "video_url"; readonly video_url: { readonly url: string } };

/** A message's content. */
export type RequestContent = string | readonly RequestPart[];

/** A call of a tool in the model's earlier answer. */
export type RequestToolCall = {
  readonly id: string;
  readonly type: "function";
  /** `arguments` is JSON in a string. */
  readonly function: { readonly name: string; readonly arguments: string };
};

/** A message of a conversation. */
export type RequestMessage =
  | { readonly role: "system" | "developer" | "user"; readonly content: RequestContent }
  | {
      readonly role: "assistant";
      readonly content?: RequestContent | null | undefined;
      readonly tool_calls?: readonly RequestToolCall[] | null | undefined;
    }
  | { readonly role: "tool"; readonly content: RequestContent; readonly tool_call_id: string };

/** What form an answer has to have. */
export type ResponseFormat =
  | { readonly type: "text" | "json_object" }
  | {
      readonly type: "json_schema";
      readonly json_schema: { readonly name: string; readonly schema?: JsonSchema | undefined };
    };

type Optional<T> = T | null | undefined;

/** A request for a chat completion, checked; fields as in OpenAI's interface, and a few that other servers know too. */
export type ChatRequest = {
  readonly model: string;
  readonly messages: readonly RequestMessage[];
  readonly stream?: Optional<boolean>;
  readonly stream_options?: Optional<{ readonly include_usage?: Optional<boolean> }>;
  readonly n?: Optional<number>;
  readonly max_tokens?: Optional<number>;
  readonly max_completion_tokens?: Optional<number>;
  readonly temperature?: Optional<number>;
  readonly top_p?: Optional<number>;
  readonly top_k?: Optional<number>;
  readonly min_p?: Optional<number>;
  readonly repetition_penalty?: Optional<number>;
  readonly frequency_penalty?: Optional<number>;
  readonly presence_penalty?: Optional<number>;
  readonly logit_bias?: Optional<Readonly<Record<string, number>>>;
  readonly seed?: Optional<number>;
  readonly stop?: Optional<string | readonly string[]>;
  readonly logprobs?: Optional<boolean>;
  readonly top_logprobs?: Optional<number>;
  readonly response_format?: Optional<ResponseFormat>;
  readonly tools?: Optional<readonly object[]>;
  readonly tool_choice?: unknown;
};

const textPart = z.object({ type: z.literal("text"), text: z.string() });
const imagePart = z.object({
  type: z.literal("image_url"),
  image_url: z.object({ url: z.string(), detail: z.string().optional() }),
});
const videoPart = z.object({
  type: z.literal("video_url"),
  video_url: z.object({ url: z.string() }),
});
const content = z.union([
  z.string(),
  z.array(z.discriminatedUnion("type", [textPart, imagePart, videoPart])).min(1),
]);
const toolCall = z.object({
  id: z.string(),
  type: z.literal("function"),
  function: z.object({ name: z.string(), arguments: z.string() }),
});

const message = z.discriminatedUnion("role", [
  z.object({ role: z.enum(["system", "developer"]), content, name: z.string().optional() }),
  z.object({ role: z.literal("user"), content, name: z.string().optional() }),
  z.object({
    role: z.literal("assistant"),
    content: content.nullish(),
    tool_calls: z.array(toolCall).nullish(),
    name: z.string().optional(),
    refusal: z.string().nullish(),
  }),
  z.object({ role: z.literal("tool"), content, tool_call_id: z.string() }),
]);

const tool = z.object({
  type: z.literal("function"),
  function: z.object({
    name: z.string().regex(/^[\w.-]{1,64}$/),
    description: z.string().optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
    strict: z.boolean().nullish(),
  }),
});

const schema = z.union([z.boolean(), z.record(z.string(), z.unknown())]);
const responseFormat = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text") }),
  z.object({ type: z.literal("json_object") }),
  z.object({
    type: z.literal("json_schema"),
    json_schema: z.object({
      name: z.string(),
      description: z.string().optional(),
      schema: schema.optional(),
      strict: z.boolean().nullish(),
    }),
  }),
]);

/** Fields that ask for nothing that could be left out unnoticed. */
const IGNORED: ReadonlySet<string> = new Set([
  "user",
  "metadata",
  "store",
  "service_tier",
  "parallel_tool_calls",
  "safety_identifier",
  "prompt_cache_key",
]);

const chatRequest = z.object({
  model: z.string(),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z
    .object({ include_usage: z.boolean().nullish(), include_obfuscation: z.boolean().nullish() })
    .nullish(),
  n: z.number().nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.int().min(0).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  repetition_penalty: z.number().gt(0).max(10).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  logit_bias: z.record(z.string().regex(/^\d{1,9}$/), z.number().min(-100).max(100)).nullish(),
  seed: z.int().nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  response_format: responseFormat.nullish(),
  tools: z.array(tool).max(128).nullish(),
  tool_choice: z.unknown().optional(),
});

/** Checks a body. @throws {ModelApiError} 400 naming the first field that is wrong or not supported. */
export function readChatRequest(body: unknown): ChatRequest {
  const result = chatRequest.safeParse(body);
  if (!result.success) {
    const [issue] = result.error.issues;
    const param = (issue?.path ?? []).reduce<string>(
      (at, key) =>
        typeof key === "number"
          ? `${at}[${key}]`
          : at === ""
            ? String(key)
            : `${at}.${String(key)}`,
      "",
    );
    throw badRequest(
      param === "" ? null : param,
      `${param === "" ? "body" : param}: ${issue?.message}`,
    );
  }
  const unknown = Object.keys(body as object).find(
    (key) => !Object.hasOwn(chatRequest.shape, key) && !IGNORED.has(key),
  );
  if (unknown !== undefined) {
    throw badRequest(
      unknown,
      `${unknown}: expected a supported field, got an unknown one`,
      "unsupported_parameter",
    );
  }
  const data: ChatRequest = result.data;
  if (data.n !== undefined && data.n !== null && data.n !== 1) {
    throw badRequest(
      "n",
      `n: expected 1 (this server gives one choice), got ${data.n}`,
      "unsupported_value",
    );
  }
  const { tool_choice: choice } = data;
  if (choice !== undefined && choice !== null && choice !== "auto" && choice !== "none") {
    throw badRequest(
      "tool_choice",
      `tool_choice: expected "auto" or "none", got another`,
      "unsupported_value",
    );
  }
  if (data.top_logprobs && data.logprobs !== true) {
    throw badRequest("top_logprobs", "top_logprobs: expected logprobs to be true as well");
  }
  return data;
}
