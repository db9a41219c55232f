/** The layer as an endpoint of OpenAI's interface in front of any other: `symbion companion serve`. */

import { randomUUID } from "node:crypto";
import {
  AnswerMemory,
  CompanionLayer,
  type LayerOptions,
  RULES_VERSION,
  type Turn,
  type Upstream,
  type UpstreamEnd,
} from "@symbion/companion";
import type { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { ModelApiError } from "../models/errors.ts";
import {
  type ApiServerOptions,
  clientGone,
  createApiApp,
  readApiJson,
  streamOfEvents,
  tooLarge,
} from "../models/http.ts";
import { asCompanionError } from "./errors.ts";
import { type LayerRequest, readLayerRequest } from "./requests.ts";

/** The server behind the layer. */
export type ServedUpstream = {
  /** `host:port`, for people. */
  readonly host: string;
  /** One of its models, asked with further fields; the server's first where `model` is null. */
  open(
    model: string | null,
    parameters: Readonly<Record<string, unknown>>,
    onEnd: (end: UpstreamEnd) => void,
  ): Upstream;
  /** Names of its models. */
  models(signal: AbortSignal): Promise<readonly string[]>;
};

/** How the layer is served. */
export type CompanionServerOptions = ApiServerOptions &
  Omit<LayerOptions, "upstream"> & {
    readonly upstream: ServedUpstream;
    /** Model that is asked whatever a client asks for; null: the client's. */
    readonly model: string | null;
    /** Most bytes of a request; default 1 MiB. */
    readonly bodyBytes?: number | undefined;
    /** Requests at once; default 64. */
    readonly atOnce?: number | undefined;
    /** A comment keeps a stream alive after so long, milliseconds; default 5000. */
    readonly aliveMs?: number | undefined;
    /** An error within so long of the beginning of a stream gets its status, milliseconds; default 1000. */
    readonly graceMs?: number | undefined;
  };

const DEFAULT_BODY = 1 << 20;
const DEFAULT_AT_ONCE = 64;
const DEFAULT_ALIVE = 5000;
const DEFAULT_GRACE = 1000;
/** Characters of a chunk, about: a guarded answer is there as a whole, and is sent in pieces as clients expect. */
const CHUNK = 200;

/** An answered request. */
type Answered = { readonly turn: Turn; readonly end: UpstreamEnd | null };

/** Serves the layer. */
export function createCompanionApp(options: CompanionServerOptions): Hono {
  const { host, apiKey, origins, onError = () => {}, upstream, model, ...rest } = options;
  const {
    bodyBytes = DEFAULT_BODY,
    atOnce = DEFAULT_AT_ONCE,
    aliveMs = DEFAULT_ALIVE,
    graceMs = DEFAULT_GRACE,
    ...layerOptions
  } = rest;
  const started = Math.floor(Date.now() / 1000);
  const memory = layerOptions.memory ?? new AnswerMemory();
  let busy = 0;
  const app = createApiApp({ host, apiKey, origins, onError }, asCompanionError);

  const answer = async (request: LayerRequest, signal: AbortSignal): Promise<Answered> => {
    if (busy >= atOnce) {
      throw new ModelApiError(429, `expected at most ${atOnce} requests at once, got one more`, {
        type: "rate_limit_error",
      });
    }
    busy++;
    try {
      let end: UpstreamEnd | null = null;
      const open = upstream.open(model ?? request.model, request.parameters, (told) => {
        end = told;
      });
      const layer = new CompanionLayer({ ...layerOptions, memory, upstream: open });
      const turn = await layer.respond(request.messages, request.options, signal);
      return { turn, end };
    } finally {
      busy--;
    }
  };

  app.get("/health", ({ json }) =>
    json({ status: "ok", upstream: upstream.host, rules: RULES_VERSION, busy }),
  );
  app.get("/v1/models", async (context) => {
    const { signal } = clientGone(context);
    const names = model === null ? await upstream.models(signal) : [model];
    return context.json({ object: "list", data: names.map((id) => described(id, started)) });
  });
  app.get("/v1/models/:id{.+}", async (context) => {
    const { signal } = clientGone(context);
    const id = context.req.param("id");
    const names = model === null ? await upstream.models(signal) : [model];
    if (!names.includes(id)) {
      throw new ModelApiError(
        404,
        `model: expected one that is listed, got ${JSON.stringify(id)}`,
        {
          ...{ param: "model", code: "model_not_found" },
        },
      );
    }
    return context.json(described(id, started));
  });
  app.post(
    "/v1/chat/completions",
    bodyLimit({ maxSize: bodyBytes, onError: () => tooLarge(bodyBytes) }),
    async (context) => {
      const request = readLayerRequest(await readApiJson(context));
      const { signal, leave } = clientGone(context);
      const answered = answer(request, signal);
      const head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000) };
      const named = { ...head, model: model ?? request.model };
      if (!request.stream) {
        const { turn, end } = await answered;
        context.header("X-Symbion-Turn", turn.id);
        context.header("X-Symbion-Disposition", turn.disposition);
        context.header("X-Symbion-Outcome", outcomeOf(turn));
        return context.json(whole(named, turn, end));
      }
      // What fails at once is told by its status; later the status has been sent.
      await soon(answered, graceMs);
      const chunks = chunksOf(named, answered, request.usage);
      return streamOfEvents(context, chunks, {
        leave,
        onError,
        errorOf: asCompanionError,
        aliveMs,
      });
    },
  );
  return app;
}

type Named = { readonly id: string; readonly created: number; readonly model: string };

function described(id: string, created: number): object {
  return { id, object: "model", created, owned_by: "upstream" };
}

function whole(named: Named, turn: Turn, end: UpstreamEnd | null): object {
  return {
    ...{ id: named.id, object: "chat.completion", created: named.created, model: named.model },
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: turn.answer, refusal: null },
        logprobs: null,
        finish_reason: finishOf(turn, end),
      },
    ],
    usage: usageOf(end),
    symbion: recordOf(turn),
  };
}

async function* chunksOf(
  named: Named,
  answered: Promise<Answered>,
  withUsage: boolean,
): AsyncGenerator<object, void, undefined> {
  const chunk = (choices: readonly object[], more: object = {}): object => ({
    ...{ id: named.id, object: "chat.completion.chunk", created: named.created },
    ...{ model: named.model, choices, ...(withUsage ? { usage: null } : {}), ...more },
  });
  const choice = (delta: object, finish: string | null = null): object => ({
    ...{ index: 0, delta, logprobs: null, finish_reason: finish },
  });
  yield chunk([choice({ role: "assistant", content: "" })]);
  const { turn, end } = await answered;
  for (const content of pieces(turn.answer)) yield chunk([choice({ content })]);
  yield chunk([choice({}, finishOf(turn, end))], { symbion: recordOf(turn) });
  if (withUsage) yield chunk([], { usage: usageOf(end) });
}

/** An answer in pieces, cut behind spaces, so that no word and no surrogate pair is torn. */
export function* pieces(text: string): Generator<string, void, undefined> {
  for (let start = 0; start < text.length; ) {
    const space = text.indexOf(" ", start + CHUNK);
    const end = space < 0 ? text.length : space + 1;
    yield text.slice(start, end);
    start = end;
  }
}

/** The record of an answer, for clients that look for it. */
function recordOf({
  id,
  conversation,
  disposition,
  abstained,
  language,
  stages,
  rules,
  upstream,
}: Turn): object {
  return {
    ...{ turn: id, conversation, disposition, abstained, language, rules },
    model: upstream?.model ?? null,
    // The texts between the stages are the log's: what was withheld is not sent out by another way.
    stages: stages.map(({ text: _, ...stage }) => stage),
  };
}

/** The strongest thing that any stage did. */
function outcomeOf({ stages }: Turn): string {
  const outcomes = stages.map(({ outcome }) => outcome);
  return (
    (["failed", "refused", "held", "changed"] as const).find((one) => outcomes.includes(one)) ??
    "passed"
  );
}

/** What the model was cut short in is still cut short; the layer's own words are whole. */
function finishOf({ answer, upstream }: Turn, end: UpstreamEnd | null): string {
  return end?.finish === "length" && upstream !== null && answer !== "" ? "length" : "stop";
}

function usageOf(end: UpstreamEnd | null): object {
  const { prompt = 0, answer = 0 } = end?.usage ?? {};
  return { prompt_tokens: prompt, completion_tokens: answer, total_tokens: prompt + answer };
}

/** Waits for a promise for at most so long; rejects where it does within that. */
async function soon(promise: Promise<unknown>, ms: number): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  // Who waits for it later hears of its failure then.
  promise.catch(() => undefined);
  try {
    await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
