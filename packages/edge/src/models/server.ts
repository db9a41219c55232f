/** The OpenAI-compatible interface over one model, as a hono application. */

import { randomUUID } from "node:crypto";
import {
  type GeneratedEnd,
  type GeneratedEvent,
  type GeneratedSpan,
  type GeneratedToken,
  generate,
  type TextTokenizer,
} from "@symbion/neural";
import type { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { ChatPreparer } from "./chat.ts";
import { ModelApiError } from "./errors.ts";
import {
  type ApiServerOptions,
  clientGone,
  createApiApp,
  readApiJson,
  streamOfEvents,
  tooLarge,
} from "./http.ts";
import type { ChatModel } from "./open.ts";
import { OneAtATime } from "./queue.ts";
import { type ChatRequest, readChatRequest } from "./requests.ts";
import { parseToolCall, QUOTE } from "./tool-calls.ts";

/** How models are served. */
export type ModelsServerOptions = ApiServerOptions & {
  /** Requests that may wait for their turn; default 8. */
  readonly queue?: number | undefined;
  /** Most bytes of a request; default 32 MiB. */
  readonly bodyBytes?: number | undefined;
  /** Whether images at public http(s) addresses are fetched; default false. */
  readonly remoteMedia?: boolean | undefined;
  /** Tokens of an answer where a request says nothing; default 1024. */
  readonly defaultTokens?: number | undefined;
};

/** The application; any server can carry it. */
export type ModelsApp = Hono;

const DEFAULT_QUEUE = 8;
const DEFAULT_BODY = 32 << 20;
const DEFAULT_TOKENS = 1024;
const MOST_MEDIA = 16;

/** An answer in the making. */
type Answer = {
  readonly id: string;
  readonly created: number;
  readonly request: ChatRequest;
  readonly events: AsyncGenerator<GeneratedEvent, void, undefined>;
  /** The event that has been waited for already, so that what cannot be answered gets its status. */
  readonly first: IteratorResult<GeneratedEvent, void>;
  /** Gives up the turn. */
  release(): void;
};

/** Serves a model. */
export function createModelsApp(chat: ChatModel, options: ModelsServerOptions): ModelsApp {
  const { onError = () => {} } = options;
  const bodyBytes = options.bodyBytes ?? DEFAULT_BODY;
  const queue = new OneAtATime(options.queue ?? DEFAULT_QUEUE);
  const preparer = new ChatPreparer(chat, {
    media: { remote: options.remoteMedia ?? false, bytes: bodyBytes },
    mediaItems: MOST_MEDIA,
    defaultTokens: options.defaultTokens ?? DEFAULT_TOKENS,
  });
  const created = Math.floor(Date.now() / 1000);
  const described = { id: chat.id, object: "model", created, owned_by: "symbion" };
  const app = createApiApp(options);
  app.get("/health", ({ json }) =>
    json({ status: "ok", model: chat.id, busy: queue.busy, waiting: queue.waiting }),
  );
  app.get("/v1/models", ({ json }) => json({ object: "list", data: [described] }));
  app.get("/v1/models/:id{.+}", ({ req, json }) => {
    if (req.param("id") !== chat.id) throw unknownModel(req.param("id"), chat.id);
    return json(described);
  });
  app.post(
    "/v1/chat/completions",
    bodyLimit({ maxSize: bodyBytes, onError: () => tooLarge(bodyBytes) }),
    async (context) => {
      const request = readChatRequest(await readApiJson(context));
      if (request.model !== chat.id) throw unknownModel(request.model, chat.id);
      const { signal, leave } = clientGone(context);
      const answer = await begin(chat, preparer, queue, request, signal);
      if (request.stream !== true) return context.json(await whole(chat, answer));
      return streamOfEvents(context, chunksOf(chat, answer), { leave, onError });
    },
  );
  return app;
}

/** Waits for the request's turn and for its first token. */
async function begin(
  chat: ChatModel,
  preparer: ChatPreparer,
  queue: OneAtATime,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<Answer> {
  // What is wrong with a request is told before it waits.
  const generation = preparer.options(request);
  const release = await queue.enter(signal);
  try {
    const prompt = await preparer.prompt(request, signal);
    const events = generate(chat.model, chat.tokenizer, prompt, { ...generation, signal });
    return {
      id: `chatcmpl-${randomUUID()}`,
      created: Math.floor(Date.now() / 1000),
      request,
      events,
      first: await events.next(),
      release,
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** All events of an answer; gives up the turn behind the last one, or when they are left early. */
async function* eventsOf({
  first,
  events,
  release,
}: Answer): AsyncGenerator<GeneratedEvent, void, undefined> {
  try {
    if (first.done === true) return;
    yield first.value;
    yield* events;
  } finally {
    await events.return(undefined);
    release();
  }
}

async function whole(chat: ChatModel, answer: Answer): Promise<object> {
  const { id, created, request } = answer;
  const tokens: GeneratedToken[] = [];
  const calls: ReturnType<typeof toolCall>[] = [];
  let thought = "";
  let end: GeneratedEnd | null = null;
  for await (const event of eventsOf(answer)) {
    if (event.kind === "end") end = event;
    else if (event.kind === "token") tokens.push(event);
    else if (event.name === "thought") thought += thoughtText(event, chat.tokenizer);
    else calls.push(toolCall(event, chat.tokenizer, calls.length));
  }
  const read = calls.flatMap((call) => (call === null ? [] : [call]));
  const called = read.length > 0;
  const text = end?.text ?? "";
  return {
    id,
    object: "chat.completion",
    created,
    model: chat.id,
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: called && text === "" ? null : text,
          refusal: null,
          ...(called ? { tool_calls: read.map(({ index: _, ...call }) => call) } : {}),
          ...(thought === "" ? {} : { reasoning_content: thought }),
        },
        logprobs:
          request.logprobs === true
            ? { content: tokens.map((one) => logprobOf(one, chat.tokenizer)), refusal: null }
            : null,
        finish_reason: called ? "tool_calls" : (end?.finishReason ?? "length"),
      },
    ],
    usage: usageOf(end),
  };
}

async function* chunksOf(chat: ChatModel, answer: Answer): AsyncGenerator<object, void, undefined> {
  const { id, created, request } = answer;
  const withUsage = request.stream_options?.include_usage === true;
  const chunk = (choices: readonly object[], usage: object | null = null): object => ({
    id,
    object: "chat.completion.chunk",
    created,
    model: chat.id,
    choices,
    ...(withUsage ? { usage } : {}),
  });
  const choice = (
    delta: object,
    finish: string | null = null,
    logprobs: object | null = null,
  ): object => ({
    index: 0,
    delta,
    logprobs,
    finish_reason: finish,
  });
  yield chunk([choice({ role: "assistant", content: "" })]);
  let calls = 0;
  for await (const event of eventsOf(answer)) {
    if (event.kind === "token") {
      const logprobs =
        request.logprobs === true
          ? { content: [logprobOf(event, chat.tokenizer)], refusal: null }
          : null;
      if (event.text !== "" || logprobs !== null) {
        yield chunk([choice({ content: event.text }, null, logprobs)]);
      }
    } else if (event.kind === "span") {
      if (event.name === "thought") {
        yield chunk([choice({ reasoning_content: thoughtText(event, chat.tokenizer) })]);
        continue;
      }
      const call = toolCall(event, chat.tokenizer, calls);
      if (call === null) continue;
      calls++;
      yield chunk([choice({ tool_calls: [call] })]);
    } else {
      if (event.rest !== "") yield chunk([choice({ content: event.rest })]);
      yield chunk([choice({}, calls > 0 ? "tool_calls" : event.finishReason)]);
      if (withUsage) yield chunk([], usageOf(event));
    }
  }
}

/** A call of a tool; null for one that cannot be read. */
function toolCall(
  { ids, complete }: GeneratedSpan,
  tokenizer: TextTokenizer,
  index: number,
): { index: number; id: string; type: "function"; function: object } | null {
  const quote = tokenizer.id('<|"|>');
  const call = complete ? parseToolCall(textOf(ids, tokenizer, quote)) : null;
  return call === null
    ? null
    : { index, id: `call_${randomUUID()}`, type: "function", function: call };
}

/** What the model thought: the channel's name in the first line is no part of it. */
function thoughtText({ ids }: GeneratedSpan, tokenizer: TextTokenizer): string {
  return textOf(ids, tokenizer, undefined).replace(/^thought\n/, "");
}

function textOf(
  ids: readonly number[],
  tokenizer: TextTokenizer,
  quote: number | undefined,
): string {
  const pieces = ids.map((id) => (id === quote ? Buffer.from(QUOTE) : (tokenizer.bytes[id] ?? [])));
  return Buffer.concat(pieces.map((piece) => Uint8Array.from(piece))).toString("utf8");
}

function logprobOf(
  { token, logprob = 0, top = [] }: GeneratedToken,
  tokenizer: TextTokenizer,
): object {
  const one = (id: number, value: number): object => {
    const bytes = tokenizer.bytes[id] ?? new Uint8Array(0);
    return {
      token: Buffer.from(bytes).toString("utf8"),
      // JSON has no -Infinity; OpenAI writes this instead.
      logprob: Number.isFinite(value) ? value : -9999,
      bytes: [...bytes],
    };
  };
  return {
    ...one(token, logprob),
    top_logprobs: top.map((other) => one(other.token, other.logprob)),
  };
}

function usageOf(end: GeneratedEnd | null): object {
  const { prompt = 0, answer = 0 } = end?.usage ?? {};
  return { prompt_tokens: prompt, completion_tokens: answer, total_tokens: prompt + answer };
}

function unknownModel(asked: string, id: string): ModelApiError {
  return new ModelApiError(
    404,
    `model: expected ${JSON.stringify(id)}, got ${JSON.stringify(asked)}`,
    {
      param: "model",
      code: "model_not_found",
    },
  );
}
