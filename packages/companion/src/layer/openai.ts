/**
 * A model behind any server that speaks OpenAI's chat completions: llama.cpp, Ollama, LM Studio, vLLM, a cloud. What it
 * sends is taken for text and nothing else: thoughts (`reasoning_content`, a leading `<think>` block) are dropped, calls
 * of tools are an error, since the layer offers none. An answer counts only when it has come to its end.
 */

import { expected } from "@symbion/core";
import { UpstreamError } from "../errors.ts";
import type { ChatMessage } from "../sycophancy/types.ts";
import { EventStreamError, eventData } from "./sse.ts";
import type { Upstream } from "./types.ts";

/** How an answer ended, as the server says. */
export type UpstreamEnd = {
  /** `stop`: by itself; `length`: cut by the limit of tokens. */
  readonly finish: "stop" | "length";
  /** Tokens of prompt and answer; null where the server does not say. */
  readonly usage: { readonly prompt: number; readonly answer: number } | null;
};

/** A server and how it is asked. */
export type OpenAiOptions = {
  /** Base address, `http://127.0.0.1:11434/v1` for instance; `/v1` is added where there is no path. No credentials. */
  readonly url: string;
  /** Name of the model; default: the first that the server lists. */
  readonly model?: string | undefined;
  /** Sent as a bearer token. */
  readonly apiKey?: string | undefined;
  /** Longest silence, before the first byte and between two pieces, in milliseconds; default 120,000. */
  readonly timeoutMs?: number | undefined;
  /** Further fields of the request: `temperature`, `max_tokens`, `seed`. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  /** Told how an answer ended; the server is asked to count tokens then. */
  readonly onEnd?: ((end: UpstreamEnd) => void) | undefined;
  /** Makes the requests; default: the runtime's `fetch`. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
};

const OPTIONS = ["url", "model", "apiKey", "timeoutMs", "parameters", "onEnd", "fetch"];
/** Fields that the layer itself decides on. */
const OWN_FIELDS = [
  ...["messages", "model", "stream", "stream_options", "n", "tools", "tool_choice", "logprobs"],
];
const SILENCE = 120_000;
/** Most bytes of an answer with all that surrounds it: thoughts may be long. */
const MOST_BYTES = 32 << 20;
/** Most bytes of an error, a list of models, or an answer that is not streamed. */
const MOST_JSON = 4 << 20;
const LONGEST_WORDS = 300;

/**
 * A server as an upstream.
 *
 * @throws {UsageError} For an address, key or field that cannot be used.
 */
export function openAiUpstream(options: OpenAiOptions): Upstream {
  const server = new Server(options);
  let { model } = options;
  return {
    get id() {
      return model ?? `the first model of ${server.host}`;
    },
    answer: async function* (messages, signal) {
      if (model === undefined) {
        const [first] = await server.models(signal);
        if (first === undefined) {
          throw new UpstreamError("refused", `${server.host}: expected a model, got none`);
        }
        model = first;
      }
      yield* server.answer(model, messages, signal);
    },
  };
}

/**
 * Names of the models that a server lists.
 *
 * @throws {UpstreamError} Where it does not answer or lists nothing that can be read.
 */
export async function upstreamModels(
  options: OpenAiOptions,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  return await new Server(options).models(signal ?? new AbortController().signal);
}

/** `host:port` of an address, for people and logs. Throws `UsageError` for an address that cannot be used. */
export function upstreamHost(url: string): string {
  return new URL(baseOf(url)).host;
}

function baseOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || (parsed.protocol !== "http:" && parsed.protocol !== "https:")) {
    throw expected("an http(s) address", parsed === null ? url : parsed.protocol, "url");
  }
  if (parsed.username !== "" || parsed.password !== "") {
    throw expected("an address without user and password (there is apiKey)", "one with", "url");
  }
  const path = parsed.pathname.replace(/\/+$/, "").replace(/\/chat\/completions$/, "");
  return `${parsed.origin}${path === "" ? "/v1" : path}`;
}

class Server {
  readonly host: string;
  readonly #base: string;
  readonly #options: OpenAiOptions;

  constructor(options: OpenAiOptions) {
    for (const key of Object.keys(options)) {
      if (!OPTIONS.includes(key)) throw expected(`one of ${OPTIONS.join(", ")}`, key, "option");
    }
    this.#options = options;
    this.#base = baseOf(options.url);
    this.host = new URL(this.#base).host;
    const { apiKey, timeoutMs = SILENCE, parameters = {} } = options;
    if (apiKey !== undefined && !/^[\x21-\x7e]{1,4096}$/.test(apiKey)) {
      throw expected("a key of visible ASCII characters", "another", "apiKey");
    }
    if (!(timeoutMs > 0 && timeoutMs <= 3_600_000)) {
      throw expected("milliseconds above 0 and up to an hour", timeoutMs, "timeoutMs");
    }
    const own = Object.keys(parameters).find((key) => OWN_FIELDS.includes(key));
    if (own !== undefined) throw expected("fields that the layer leaves open", own, "parameters");
  }

  async models(signal: AbortSignal): Promise<readonly string[]> {
    const patience = this.#patience(signal);
    try {
      const response = await this.#ask("/models", { method: "GET" }, patience);
      const body = await json(response, patience);
      const { data } = (body ?? {}) as { data?: unknown };
      if (!Array.isArray(data)) throw this.#broken("a list of models", "something else");
      return data.flatMap(({ id }: { id?: unknown }) => (typeof id === "string" ? [id] : []));
    } catch (error) {
      throw this.#explain(error, signal, patience);
    } finally {
      patience.end();
    }
  }

  async *answer(
    model: string,
    messages: readonly ChatMessage[],
    signal: AbortSignal,
  ): AsyncGenerator<string, void, undefined> {
    const patience = this.#patience(signal);
    try {
      const body = JSON.stringify({
        ...this.#options.parameters,
        model,
        messages: messages.map(({ role, text }) => ({ role, content: text })),
        stream: true,
        ...(this.#options.onEnd === undefined ? {} : { stream_options: { include_usage: true } }),
      });
      const init = { method: "POST", body, headers: { "Content-Type": "application/json" } };
      const response = await this.#ask("/chat/completions", init, patience);
      const thoughts = new Thoughts();
      const end = { finish: null as string | null, usage: null as UpstreamEnd["usage"] };
      for await (const message of this.#messages(response, patience)) {
        // Some servers say that an answer is over by this alone.
        if (message === DONE) {
          end.finish ??= "stop";
          break;
        }
        const piece = thoughts.push(this.#piece(message, end));
        if (piece !== "") yield piece;
      }
      if (end.finish === null) throw this.#broken("an answer to its end", "a part of one");
      if (end.finish !== "stop" && end.finish !== "length") {
        throw this.#broken("an answer in words", `an end of kind ${words(end.finish)}`);
      }
      const rest = thoughts.rest();
      if (rest === null) throw this.#broken("an answer behind the model's thoughts", "none");
      if (rest !== "") yield rest;
      this.#options.onEnd?.({ finish: end.finish, usage: end.usage });
    } catch (error) {
      throw this.#explain(error, signal, patience);
    } finally {
      patience.end();
    }
  }

  /** What was streamed, message by message, and {@link DONE} at its end; an answer that came at once is one message. */
  async *#messages(response: Response, patience: Patience): AsyncGenerator<unknown, void> {
    if (/^application\/json\b/i.test(response.headers.get("content-type") ?? "")) {
      yield await json(response, patience);
      return;
    }
    for await (const data of eventData(bytes(response, patience, MOST_BYTES))) {
      const text = data.trim();
      if (text === DONE) {
        yield DONE;
        return;
      }
      if (text === "") continue;
      let message: unknown;
      try {
        message = JSON.parse(text);
      } catch {
        throw this.#broken("JSON in each event", "something else");
      }
      yield message;
    }
  }

  /** Text of a chunk or of a whole completion; notes how the answer ends. */
  #piece(message: unknown, end: { finish: string | null; usage: UpstreamEnd["usage"] }): string {
    if (typeof message !== "object" || message === null) {
      throw this.#broken("a chunk of an answer", "something else");
    }
    const { error, choices, usage } = message as Record<string, unknown>;
    if (error !== undefined && error !== null) {
      throw new UpstreamError("refused", `${this.host} broke off: ${said(error)}`);
    }
    end.usage = usageOf(usage) ?? end.usage;
    if (choices === undefined || choices === null) return "";
    if (!Array.isArray(choices)) throw this.#broken("choices", "something else");
    const choice =
      choices.find((one) => (one as { index?: unknown } | null)?.index === 0) ?? choices[0];
    if (choice === undefined) return "";
    const {
      delta,
      message: whole,
      finish_reason: finish,
    } = (choice ?? {}) as Record<string, unknown>;
    if (typeof finish === "string") end.finish = finish;
    const {
      content,
      tool_calls: calls,
      function_call: call,
    } = (delta ?? whole ?? {}) as Record<string, unknown>;
    if ((Array.isArray(calls) && calls.length > 0) || (call !== undefined && call !== null)) {
      throw this.#broken("an answer in words", "a call of a tool, which the layer does not offer");
    }
    if (content === undefined || content === null) return "";
    if (typeof content !== "string") throw this.#broken("text", "content of another kind");
    return content;
  }

  async #ask(path: string, init: RequestInit, patience: Patience): Promise<Response> {
    const { apiKey, fetch: ask = (url, more) => fetch(url, more) } = this.#options;
    const headers = new Headers(init.headers);
    if (apiKey !== undefined) headers.set("Authorization", `Bearer ${apiKey}`);
    const response = await ask(`${this.#base}${path}`, {
      ...init,
      headers,
      // A key is for the server that was named, and so are people's words.
      redirect: "error",
      signal: patience.signal,
    });
    if (response.ok) return response;
    const body = await json(response, patience).catch(() => null);
    throw new UpstreamError(
      "refused",
      `${this.host} answered with status ${response.status}: ${said((body as { error?: unknown } | null)?.error ?? body)}`,
      response.status,
    );
  }

  #patience(signal: AbortSignal): Patience {
    return new Patience(signal, this.#options.timeoutMs ?? SILENCE);
  }

  #broken(wanted: string, got: string): UpstreamError {
    return new UpstreamError("broken", `${this.host}: expected ${wanted}, got ${got}`);
  }

  /** What anything that was thrown becomes: the caller's own reason, or an `UpstreamError`. */
  #explain(error: unknown, signal: AbortSignal, patience: Patience): unknown {
    if (signal.aborted) return signal.reason;
    if (patience.over) {
      const seconds = (this.#options.timeoutMs ?? SILENCE) / 1000;
      return new UpstreamError(
        "timeout",
        `${this.host}: expected an answer, got ${seconds} s of silence`,
      );
    }
    if (error instanceof UpstreamError) return error;
    if (error instanceof EventStreamError) {
      return new UpstreamError("broken", `${this.host}: ${error.message}`, null, { cause: error });
    }
    const { message = "", cause } = (error ?? {}) as {
      message?: string;
      cause?: { code?: string };
    };
    const why = cause?.code ?? message;
    const kind = patience.answered ? "broken" : "unreachable";
    const wanted = patience.answered ? "an answer to its end" : "a server that answers";
    return new UpstreamError(kind, `${this.host}: expected ${wanted}, got ${words(why)}`, null, {
      cause: error,
    });
  }
}

/** Ends a request that is silent for too long, or whose caller has left. */
class Patience {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal;
  readonly #ms: number;
  #timer: ReturnType<typeof setTimeout>;
  /** Whether it was silent for too long. */
  over = false;
  /** Whether anything has come. */
  answered = false;

  constructor(caller: AbortSignal, ms: number) {
    this.#caller = caller;
    this.#ms = ms;
    this.#timer = setTimeout(this.#expire, ms);
    if (caller.aborted) this.#leave();
    caller.addEventListener("abort", this.#leave, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Something came: the wait begins anew. */
  renew(): void {
    this.answered = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#expire, this.#ms);
  }

  /** Frees timer and connection. */
  end(): void {
    clearTimeout(this.#timer);
    this.#caller.removeEventListener("abort", this.#leave);
    this.#controller.abort();
  }

  readonly #expire = (): void => {
    this.over = true;
    this.#controller.abort();
  };

  readonly #leave = (): void => this.#controller.abort(this.#caller.reason);
}

/** Takes out thoughts that a model wrote before its answer. */
class Thoughts {
  #held = "";
  #state: "unknown" | "thinking" | "answering" = "unknown";

  push(piece: string): string {
    if (this.#state === "answering") return piece;
    this.#held += piece;
    if (this.#state === "unknown") {
      const begun = this.#held.trimStart();
      if (begun.length < OPEN.length && OPEN.startsWith(begun)) return "";
      this.#state = begun.startsWith(OPEN) ? "thinking" : "answering";
      if (this.#state === "answering") return this.#take(this.#held);
    }
    const at = this.#held.indexOf(CLOSE);
    if (at < 0) {
      // Thoughts themselves are not kept: only what may be the beginning of their end.
      this.#held = this.#held.slice(1 - CLOSE.length);
      return "";
    }
    this.#state = "answering";
    return this.#take(this.#held.slice(at + CLOSE.length).trimStart());
  }

  /** What was held back at the end; null where the thoughts did not end. */
  rest(): string | null {
    return this.#state === "thinking" ? null : this.#take(this.#held);
  }

  #take(text: string): string {
    this.#held = "";
    return text;
  }
}

const DONE = "[DONE]";
const OPEN = "<think>";
const CLOSE = "</think>";

async function* bytes(
  response: Response,
  patience: Patience,
  most: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  patience.renew();
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      patience.renew();
      length += value.length;
      if (length > most) throw new EventStreamError(`expected at most ${most} bytes, got more`);
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function json(response: Response, patience: Patience): Promise<unknown> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (error) {
      throw new EventStreamError("expected UTF-8, got other bytes", { cause: error });
    }
  };
  let text = "";
  for await (const chunk of bytes(response, patience, MOST_JSON)) text += decode(chunk);
  text += decode();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new EventStreamError("expected JSON, got something else", { cause: error });
  }
}

function usageOf(usage: unknown): UpstreamEnd["usage"] {
  const { prompt_tokens: prompt, completion_tokens: answer } = (usage ?? {}) as Record<
    string,
    unknown
  >;
  return typeof prompt === "number" && typeof answer === "number" ? { prompt, answer } : null;
}

/** What a server says of its error, on one short line. */
function said(error: unknown): string {
  const message = (error as { message?: unknown } | null)?.message ?? error;
  return typeof message === "string" && message !== "" ? words(message) : "it does not say why";
}

function words(text: string): string {
  const line = text
    .slice(0, 4 * LONGEST_WORDS)
    .replace(/\s+/g, " ")
    // Some servers quote the key that they did not like.
    .replace(/\b(?:sk|key|Bearer)[-_ ][A-Za-z0-9_*.-]{6,}/gi, "…")
    .trim();
  return line.length > LONGEST_WORDS ? `${line.slice(0, LONGEST_WORDS - 1)}…` : line;
}
