/** Servers of OpenAI's interface as upstreams, over real connections: whatever they do, an answer is whole or an error. */

import type { ServerResponse } from "node:http";
import { createServer } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { UpstreamError } from "../src/errors.ts";
import {
  type OpenAiOptions,
  openAiUpstream,
  type UpstreamEnd,
  upstreamModels,
} from "../src/layer/openai.ts";
import { EventStreamError, eventData, LONGEST_EVENT } from "../src/layer/sse.ts";
import {
  begin,
  chunk,
  type ModelServer,
  type Script,
  startModelServer,
} from "./support/model-server.ts";

let server: ModelServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

const QUESTION = [{ role: "user", text: "hello?" }] as const;

async function serve(script: Script): Promise<string> {
  server = await startModelServer(script);
  return server.url;
}

async function ask(
  url: string,
  options: Partial<OpenAiOptions> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<string> {
  let text = "";
  const upstream = openAiUpstream({ url, model: "scripted", ...options });
  for await (const piece of upstream.answer(QUESTION, signal)) text += piece;
  return text;
}

async function failure(promise: Promise<unknown>): Promise<UpstreamError> {
  const error = await promise.then(
    (value) => expect.fail(`expected an error, got ${String(value)}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UpstreamError)) throw error;
  return error;
}

describe("answers", () => {
  test("come in pieces, with what was asked passed on", async () => {
    const url = await serve(() => ["Hel", "lo ", "wörld 🙂"]);
    let end: UpstreamEnd | null = null;
    const text = await ask(url, {
      apiKey: "key-1",
      parameters: { temperature: 0, seed: 7 },
      onEnd: (told) => {
        end = told;
      },
    });
    expect(text).toBe("Hello wörld 🙂");
    expect(end).toEqual({ finish: "stop", usage: null });
    expect(server?.asked[0]?.body).toEqual({
      ...{ model: "scripted", stream: true, temperature: 0, seed: 7 },
      messages: [{ role: "user", content: "hello?" }],
      stream_options: { include_usage: true },
    });
    expect(server?.asked[0]?.headers.authorization).toBe("Bearer key-1");
  });

  test("may come at once from a server that does not stream", async () => {
    const url = await serve((_, response) => {
      response.setHeader("Content-Type", "application/json; charset=utf-8");
      response.end(
        JSON.stringify({
          choices: [
            {
              index: 0,
              message: { role: "assistant", content: "all of it" },
              finish_reason: "stop",
            },
          ],
          usage: { prompt_tokens: 3, completion_tokens: 4 },
        }),
      );
      return null;
    });
    let end: UpstreamEnd | null = null;
    expect(
      await ask(url, {
        onEnd: (told) => {
          end = told;
        },
      }),
    ).toBe("all of it");
    expect(end).toEqual({ finish: "stop", usage: { prompt: 3, answer: 4 } });
  });

  test("are free of thoughts, in a field or in front", async () => {
    const url = await serve((_, response) => {
      begin(response);
      response.write(": a comment\r\n\r\nevent: ping\r\n\r\n");
      response.write(chunk({ role: "assistant", content: null, reasoning_content: "secret" }));
      for (const piece of ["\n<th", "ink>se", "cret </thi", "nk>\n\nThe ", "answer"]) {
        response.write(chunk({ content: piece, reasoning: "secret" }));
      }
      response.write(chunk({}, "stop"));
      response.end();
      return null;
    });
    expect(await ask(url)).toBe("The answer");
  });

  test("may end without a reason, where the stream says that it is over", async () => {
    const url = await serve((_, response) => {
      begin(response);
      response.end(`${chunk({ content: "all of it" })}data: [DONE]\n\n`);
      return null;
    });
    expect(await ask(url)).toBe("all of it");
  });

  test("keep a tag that does not stand in front", async () => {
    const url = await serve(() => ["<", "thin", "g> and <think> later"]);
    expect(await ask(url)).toBe("<thing> and <think> later");
  });

  test("of the first model where none is named", async () => {
    const url = await serve(() => "hi");
    const upstream = openAiUpstream({ url });
    for await (const _ of upstream.answer(QUESTION, new AbortController().signal));
    expect(server?.asked[0]?.body.model).toBe("scripted");
    expect(upstream.id).toBe("scripted");
    expect(await upstreamModels({ url })).toEqual(["scripted", "another"]);
  });
});

describe("what goes wrong", () => {
  /** Does something with the response and says nothing more. */
  const by =
    (act: (response: ServerResponse) => void): Script =>
    (_, response) => {
      act(response);
      return null;
    };
  /** Begins a stream, sends chunks and, last, raw text. */
  const stream = (chunks: readonly string[], last: string | Buffer = ""): Script =>
    by((response) => {
      begin(response);
      for (const one of chunks) response.write(one);
      response.end(last);
    });
  const half = chunk({ content: "half" });
  const status = (code: number, headers: Record<string, string>, body = ""): Script =>
    by((response) => response.writeHead(code, headers).end(body));
  const json = { "Content-Type": "application/json" };
  const elsewhere = { Location: "http://127.0.0.1:9/v1/chat/completions" };
  const parts = { content: [{ type: "text", text: "x" }] };
  const breaks = by((response) => {
    begin(response);
    response.write(half);
    setTimeout(() => response.destroy(), 30);
  });
  const bytes = Buffer.concat([Buffer.from("data: "), Buffer.from([0xff, 10, 10])]);
  const kinds: readonly (readonly [string, Script, UpstreamError["kind"], RegExp])[] = [
    ["half a stream", stream([half]), "broken", /to its end/],
    ["a connection that breaks", breaks, "broken", /to its end/],
    ["garbage", stream([], "data: {{{\n\n"), "broken", /JSON/],
    ["bytes that are no UTF-8", stream([], bytes), "broken", /UTF-8/],
    ["a page", status(200, { "Content-Type": "text/html" }, "<html>"), "broken", /to its end/],
    [
      "an error in the stream",
      stream([half], 'data: {"error":{"message":"out of memory"}}\n\n'),
      "refused",
      /out of memory/,
    ],
    ["a status", status(429, json, '{"error":{"message":"slow"}}'), "refused", /429.*slow/],
    ["a status without words", status(500, {}, "<h1>no</h1>"), "refused", /500.*does not say/],
    [
      "a call of a tool",
      stream([chunk({ tool_calls: [{ index: 0 }] })], chunk({}, "tool_calls")),
      "broken",
      /tool/,
    ],
    ["a filter", stream([], chunk({ content: "x" }, "content_filter")), "broken", /filter/],
    [
      "thoughts without end",
      stream([chunk({ content: "<think>on and on" })], chunk({}, "stop")),
      "broken",
      /thoughts/,
    ],
    ["a redirect", status(307, elsewhere), "unreachable", /answers/],
    ["content of another kind", stream([], chunk(parts)), "broken", /content/],
  ];
  for (const [name, script, kind, words] of kinds) {
    test(name, async () => {
      const error = await failure(ask(await serve(script)));
      expect({ kind: error.kind, message: error.message }).toEqual({
        kind,
        message: expect.stringMatching(words),
      });
    });
  }

  test("a dead server", async () => {
    const probe = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => probe.once("listening", resolve));
    const { port } = probe.address() as { port: number };
    await new Promise((resolve) => probe.close(resolve));
    const error = await failure(ask(`http://127.0.0.1:${port}/v1`));
    expect(error.kind).toBe("unreachable");
    expect(error.message).toMatch(/ECONNREFUSED/);
  });

  test("a silent server, before and in the middle", async () => {
    const silent = await failure(ask(await serve(() => new Promise(() => {})), { timeoutMs: 50 }));
    expect(silent.kind).toBe("timeout");
    await server?.close();
    const url = await serve((_, response) => {
      begin(response);
      response.write(chunk({ content: "half" }));
      return null;
    });
    expect((await failure(ask(url, { timeoutMs: 50 }))).kind).toBe("timeout");
  });

  test("a caller who leaves ends the connection", async () => {
    const url = await serve((_, response) => {
      begin(response);
      response.write(chunk({ content: "half" }));
      return null;
    });
    const leaving = new AbortController();
    const left = new Error("gone");
    setTimeout(() => leaving.abort(left), 50);
    await expect(ask(url, {}, leaving.signal)).rejects.toBe(left);
    await expect.poll(() => server?.broken.count).toBe(1);
  });

  test("a key is in no message, whatever the server says", async () => {
    const apiKey = "sk-verysecret0123456789";
    const url = await serve((asked, response) => {
      response.writeHead(401, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ error: { message: `wrong ${asked.headers.authorization}` } }));
      return null;
    });
    const { message, status } = await failure(ask(url, { apiKey }));
    expect(status).toBe(401);
    expect(message).not.toContain("verysecret");
  });

  test("options that cannot be used", () => {
    const open = (options: object) => () => openAiUpstream(options as OpenAiOptions);
    expect(open({ url: "ftp://x" })).toThrow(/http/);
    expect(open({ url: "http://user:pass@x/v1" })).toThrow(/without user/);
    expect(open({ url: "http://x", apiKey: "two words" })).toThrow(/apiKey/);
    expect(open({ url: "http://x", parameters: { stream: false } })).toThrow(/parameters/);
    expect(open({ url: "http://x", colour: 1 })).toThrow(/colour/);
  });
});

describe("events", () => {
  const read = async (chunks: readonly Uint8Array[]): Promise<string[]> => {
    const found: string[] = [];
    for await (const data of eventData(stream(chunks))) found.push(data);
    return found;
  };
  async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void> {
    yield* chunks;
  }

  test("are the same however their bytes are cut and their lines end", async () => {
    const data = fc
      .string({ unit: "grapheme", maxLength: 20 })
      .filter((text) => !/[\r\n]/.test(text));
    await fc.assert(
      fc.asyncProperty(
        fc.array(data, { maxLength: 8 }),
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        async (events, end, cuts) => {
          const text = events
            .map((one) => `: note${end}data: ${one}${end}id: 1${end}${end}`)
            .join("");
          const bytes = new TextEncoder().encode(text);
          const chunks: Uint8Array[] = [];
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const length = cuts[i % cuts.length] as number;
            chunks.push(bytes.subarray(at, at + length));
            at += length;
          }
          expect(await read(chunks)).toEqual(events);
        },
      ),
    );
  });

  test("without end are refused before they fill the memory", async () => {
    const piece = new TextEncoder().encode("a".repeat(1 << 16));
    const endless = Array.from({ length: LONGEST_EVENT / piece.length + 2 }, () => piece);
    await expect(read(endless)).rejects.toThrow(EventStreamError);
  });
});
