/** The loop: what ends an answer, what leaves it when, and what it holds on to. */

import { describe, expect, it } from "vitest";
import {
  fillPrompt,
  type GeneratedEvent,
  type GenerateOptions,
  GenerationError,
  gemma4Layout,
  generate,
  generateText,
  HostParameters,
  type MediaLayout,
  miniGemma4,
  openGemma4,
  type PixelBlocks,
  type PromptPart,
} from "../src/index.ts";
import { openNodeExecutor } from "../src/node/index.ts";
import { randomWeights } from "./support/gemma4.ts";
import { type ScriptedModel, scriptedModel, wordTokenizer } from "./support/text.ts";

const tokenizer = wordTokenizer(
  ["hello", " wor", "ld", " stop", "ping", "日"],
  ["<end>", "<think>", "<done>"],
);
const END = tokenizer.id("<end>") as number;
const PROMPT: PromptPart[] = [{ kind: "text", text: "say:" }];

/** A model that says the given tokens, whatever comes before. */
function saying(ids: readonly number[], from = tokenizer.encode("say:").length): ScriptedModel {
  return scriptedModel(
    tokenizer.size,
    (tokens) => {
      const scores = new Float32Array(tokenizer.size);
      scores[ids[tokens.length - from] ?? END] = 100;
      return scores;
    },
    [END],
  );
}

async function events(
  model: ScriptedModel,
  options: GenerateOptions = {},
): Promise<GeneratedEvent[]> {
  const found: GeneratedEvent[] = [];
  for await (const event of generate(model, tokenizer, PROMPT, options)) found.push(event);
  return found;
}

describe("generate", () => {
  it("says what the model wants to say, until it ends", async () => {
    const model = saying([...tokenizer.encode("hello world")]);
    const found = await events(model);
    const texts = found.map((event) => (event.kind === "token" ? event.text : ""));
    expect(texts.join("")).toBe("hello world");
    expect(found.at(-1)).toEqual({
      kind: "end",
      text: "hello world",
      rest: "",
      finishReason: "stop",
      stoppedBy: END,
      usage: { prompt: 4, answer: 4 },
    });
    expect(model.open.count).toBe(0);
  });

  it("computes the prompt in pieces, then one token at a time, each once", async () => {
    const ids = [...tokenizer.encode("hello world")];
    const model = saying(ids);
    await events(model, { chunk: 3 });
    const prompt = [...tokenizer.encode("say:")];
    expect(model.steps).toEqual([prompt.slice(0, 3), prompt.slice(3), ...ids.map((id) => [id])]);
  });

  it("ends at a stop string, wherever tokens begin and end", async () => {
    const model = saying([...tokenizer.encode("hello stopping world")]);
    const { text, finishReason, stoppedBy } = await generateText(model, tokenizer, PROMPT, {
      stop: ["topp", "never"],
    });
    expect({ text, finishReason, stoppedBy }).toEqual({
      text: "hello s",
      finishReason: "stop",
      stoppedBy: "topp",
    });
    const found = await events(saying([...tokenizer.encode("hello stopping world")]), {
      stop: ["topp"],
    });
    // The token with the beginning of the stop string lets out what cannot belong to it, and no more.
    expect(found.map((event) => (event.kind === "token" ? event.text : event.kind))).toEqual([
      "hello",
      " s",
      "",
      "end",
    ]);
  });

  it("gives back what looked like a stop string and was none", async () => {
    const { text } = await generateText(
      saying([...tokenizer.encode("hello sto")]),
      tokenizer,
      PROMPT,
      {
        stop: ["stopping"],
      },
    );
    expect(text).toBe("hello sto");
  });

  it("ends after so many tokens", async () => {
    const { text, finishReason, usage } = await generateText(
      saying([...tokenizer.encode("hello world")]),
      tokenizer,
      PROMPT,
      { maxTokens: 2 },
    );
    expect({ text, finishReason, usage }).toEqual({
      text: "hello wor",
      finishReason: "length",
      usage: { prompt: 4, answer: 2 },
    });
  });

  it("lets a character out when it is whole, and damaged ones as U+FFFD", async () => {
    const bytes = [...new TextEncoder().encode("🙂")];
    const found = await events(saying([...bytes, 0xff]));
    const texts = found.map((event) => (event.kind === "token" ? event.text : event.kind));
    expect(texts).toEqual(["", "", "", "🙂", "\ufffd", "end"]);
    const { text, rest } = await generateText(saying(bytes.slice(0, 3)), tokenizer, PROMPT);
    expect([text, rest]).toEqual(["\ufffd", "\ufffd"]);
  });

  it("takes spans out of the text", async () => {
    const [begin, end] = [tokenizer.id("<think>") as number, tokenizer.id("<done>") as number];
    const inner = [...tokenizer.encode(" stopping")];
    const spans = [{ name: "thought", begin, end }];
    const model = saying([
      ...tokenizer.encode("hello"),
      begin,
      ...inner,
      end,
      ...tokenizer.encode(" world"),
      begin,
    ]);
    const found = await events(model, { spans, stop: ["stop"] });
    expect(found.filter(({ kind }) => kind === "span")).toEqual([
      { kind: "span", name: "thought", ids: inner, complete: true },
      { kind: "span", name: "thought", ids: [], complete: false },
    ]);
    expect(found.at(-1)).toMatchObject({ text: "hello world" });
  });

  it("keeps to the context, and says so where the prompt fills it", async () => {
    const { finishReason, usage } = await generateText(saying([1, 2, 3, 4, 5]), tokenizer, PROMPT, {
      contextLength: 6,
      maxTokens: 100,
    });
    expect([finishReason, usage.answer]).toEqual(["length", 2]);
    const full = generateText(saying([]), tokenizer, PROMPT, { contextLength: 4 });
    await expect(full).rejects.toThrow(/context's 4, got 4/);
    await expect(full).rejects.toMatchObject({ reason: "context" });
  });

  it("ends between two steps when it is aborted, and frees its cache", async () => {
    const abort = new AbortController();
    const model = saying(Array.from({ length: 100 }, () => 65));
    const seen: string[] = [];
    const run = async (): Promise<void> => {
      for await (const event of generate(model, tokenizer, PROMPT, {
        signal: abort.signal,
        maxTokens: 100,
      })) {
        seen.push(event.kind);
        if (seen.length === 3) abort.abort(new Error("enough"));
      }
    };
    await expect(run()).rejects.toThrow("enough");
    expect(seen).toHaveLength(3);
    expect(model.open.count).toBe(0);
    const before = generateText(model, tokenizer, PROMPT, {
      signal: AbortSignal.abort(new Error("no")),
    });
    await expect(before).rejects.toThrow("no");
  });

  it("frees its cache when nobody listens any more, and when the model fails", async () => {
    const model = saying([65, 66, 67]);
    for await (const _ of generate(model, tokenizer, PROMPT)) break;
    expect(model.open.count).toBe(0);
    const broken = scriptedModel(tokenizer.size, () => Promise.reject(new Error("out of memory")), [
      END,
    ]);
    await expect(generateText(broken, tokenizer, PROMPT)).rejects.toThrow("out of memory");
    expect(broken.open.count).toBe(0);
  });

  it.each<[GenerateOptions, RegExp]>([
    [{ maxTokens: 0 }, /maxTokens: expected a whole number from 1, got 0/],
    [{ stop: [""] }, /stop: expected up to 16 strings/],
    [{ temperature: -1 }, /temperature/],
    [{ max_tokens: 3 } as GenerateOptions, /max_tokens: expected an option/],
  ])("refuses %j", async (options, message) => {
    await expect(generateText(saying([]), tokenizer, PROMPT, options)).rejects.toThrow(message);
  });

  it("refuses an empty prompt, and ids that the model has not", async () => {
    await expect(generateText(saying([]), tokenizer, [])).rejects.toThrow(GenerationError);
    const beyond: PromptPart[] = [{ kind: "tokens", ids: [tokenizer.size] }];
    await expect(generateText(saying([]), tokenizer, beyond)).rejects.toThrow(
      /does not fit the model/,
    );
  });
});

describe("fillPrompt", () => {
  const blocks: PixelBlocks = {
    count: 1,
    pixels: new Float32Array(12),
    columns: new Int32Array(1),
    rows: new Int32Array(1),
    gridWidth: 1,
    gridHeight: 1,
  };
  const layout: MediaLayout = {
    imagePlaceholder: "<img>",
    videoPlaceholder: "<vid>",
    image: () => [{ kind: "blocks", blocks }],
    video: (frames) => [{ kind: "text", text: `${frames.length} frames` }],
  };
  const image = { width: 1, height: 1, data: new Uint8Array(3) };

  it("puts media in their places, in order", () => {
    const parts = fillPrompt("a<vid>b<img>c", layout, [image], [[{ image, seconds: 0 }]]);
    expect(parts).toEqual([
      { kind: "text", text: "a" },
      { kind: "text", text: "1 frames" },
      { kind: "text", text: "b" },
      { kind: "blocks", blocks },
      { kind: "text", text: "c" },
    ]);
  });

  it("says where there are more or fewer than places", () => {
    expect(() => fillPrompt("a<img>", layout, [], [])).toThrow(
      /images: expected as many .* 1, got 0/,
    );
    expect(() => fillPrompt("a", layout, [image], [])).toThrow(/0, got 1/);
  });

  it("writes Gemma 4's frames behind their times", () => {
    const { vision } = miniGemma4();
    const pixels = { width: 48, height: 48, data: new Uint8Array(48 * 48 * 3) };
    const parts = gemma4Layout(vision ?? expect.fail("sees"), { frameTokens: 4 }).video([
      { image: pixels, seconds: 0 },
      { image: pixels, seconds: 61.9 },
    ]);
    const written = parts.map((part) =>
      part.kind === "text" ? part.text : part.kind === "blocks" ? `[${part.blocks.count}]` : "",
    );
    expect(written.join("")).toBe("00:00 <|image>[4]<image|> 01:01 <|image>[4]<image|>");
  });
});

describe("generate with a real model", () => {
  it("says the same whether tokens are computed one by one or all at once", async () => {
    const config = miniGemma4({ text: { vocabulary: 300 }, tokens: { end: [299] } });
    const executor = await openNodeExecutor();
    const model = await openGemma4(executor, config, new HostParameters(randomWeights(config)));
    try {
      const image = {
        width: 96,
        height: 48,
        data: Uint8Array.from({ length: 96 * 48 * 3 }, (_, i) => (i * 7) % 256),
      };
      const layout = gemma4Layout(config.vision ?? expect.fail("sees"), {
        imageTokens: 2,
        begin: "(",
        end: ")",
      });
      const parts = [...fillPrompt("see <|image|> now", layout, [image], [])];
      const options = { temperature: 0, maxTokens: 12, logprobs: 0 } as const;
      const ids: number[] = [];
      const logprobs: number[] = [];
      for await (const event of generate(model, tokenizer, parts, options)) {
        if (event.kind !== "token") continue;
        ids.push(event.token);
        logprobs.push(event.logprob ?? Number.NaN);
      }
      expect(ids).toHaveLength(12);
      // The same answer forced into the prompt: the next token must be the one that followed, as probable as then.
      for (const at of [1, 5, 11]) {
        const again = generate(
          model,
          tokenizer,
          [...parts, { kind: "tokens", ids: ids.slice(0, at) }],
          { ...options, maxTokens: 1, chunk: 4 },
        );
        const { value } = await again.next();
        await again.return(undefined);
        expect(value).toMatchObject({ kind: "token", token: ids[at] });
        expect((value as { logprob: number }).logprob).toBeCloseTo(logprobs[at] as number, 3);
      }
    } finally {
      await model.dispose();
      await executor.dispose();
    }
  });
});
