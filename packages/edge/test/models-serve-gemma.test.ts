/** A real model behind the interface: a small Gemma 4 with random weights, from a folder in Hugging Face's layout. */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode as encodePng } from "fast-png";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runCli } from "../src/cli/program.ts";
import { type ChatModel, openModel } from "../src/models/open.ts";
import { createModelsApp } from "../src/models/server.ts";
import { type Listening, listen } from "../src/server/listen.ts";
import { writeTinyGemma } from "./support/chat-model.ts";

const root = mkdtempSync(join(tmpdir(), "symbion-test-"));
const folder = join(root, "tiny-gemma");
const repository = new URL("../../..", import.meta.url).pathname;

const clip = join(root, "clip.mp4");
let hasClip = false;

beforeAll(() => {
  writeTinyGemma(folder);
  const source = "testsrc=size=96x96:rate=10:duration=3";
  const made = spawnSync("ffmpeg", [
    "-v",
    "error",
    "-f",
    "lavfi",
    "-i",
    source,
    "-pix_fmt",
    "yuv420p",
    clip,
  ]);
  hasClip = made.status === 0;
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("a model from a folder", () => {
  let chat: ChatModel;
  let server: Listening;
  let client: OpenAI;

  beforeAll(async () => {
    chat = await openModel(folder, { packed: null });
    server = await listen(createModelsApp(chat, { host: "127.0.0.1" }), "127.0.0.1", 0, true);
    client = new OpenAI({
      baseURL: `http://127.0.0.1:${server.port}/v1`,
      apiKey: "none",
      maxRetries: 0,
    });
  });
  afterAll(async () => {
    await server.close();
    await chat.close();
  });

  const ask = (content: OpenAI.Chat.ChatCompletionUserMessageParam["content"], more: object = {}) =>
    client.chat.completions.create({
      model: "tiny-gemma",
      messages: [{ role: "user", content }],
      seed: 4,
      max_tokens: 8,
      ...more,
    });

  it("knows its name, context, sampling and ends", () => {
    expect(chat).toMatchObject({
      id: "tiny-gemma",
      contextLength: 2048,
      defaults: { temperature: 1, topK: 64, topP: 0.95 },
      endIds: [1, 4],
    });
  });

  it("answers, the same for a seed, streamed or not", async () => {
    const first = await ask("hello", { temperature: 1.5 });
    const again = await ask("hello", { temperature: 1.5 });
    expect(again.choices[0]?.message.content).toBe(first.choices[0]?.message.content);
    // bos, the user's turn and the model's beginning: each byte a token.
    expect(first.usage?.prompt_tokens).toBe(
      1 + 1 + "user\nhello".length + 1 + 1 + 1 + "model\n".length,
    );
    const stream = client.chat.completions.stream({
      model: "tiny-gemma",
      messages: [{ role: "user", content: "hello" }],
      seed: 4,
      max_tokens: 8,
      temperature: 1.5,
    });
    expect((await stream.finalChatCompletion()).choices[0]?.message.content).toBe(
      first.choices[0]?.message.content,
    );
  });

  it("sees images: another one, another distribution; its tokens are counted", async () => {
    const image = (shade: number) => {
      const data = new Uint8Array(96 * 48 * 3).fill(shade);
      const png = encodePng({ width: 96, height: 48, data, channels: 3, depth: 8 });
      return {
        type: "image_url" as const,
        image_url: { url: `data:image/png;base64,${Buffer.from(png).toString("base64")}` },
      };
    };
    const probability = async (shade: number): Promise<[number, number]> => {
      const { choices, usage } = await ask([image(shade), { type: "text", text: "?" }], {
        logprobs: true,
        top_logprobs: 5,
        temperature: 0,
        max_tokens: 1,
      });
      return [
        choices[0]?.logprobs?.content?.[0]?.top_logprobs[4]?.logprob ?? Number.NaN,
        usage?.prompt_tokens ?? 0,
      ];
    };
    const [dark, tokens] = await probability(10);
    const [light] = await probability(240);
    expect(Math.abs(dark - light)).toBeGreaterThan(1e-3);
    expect((await probability(10))[0]).toBe(dark);
    // 20 tokens at most, as the folder says: 6 x 3 blocks of 48 pixels for this shape, between two special tokens.
    expect(tokens).toBe(
      1 + 1 + "user\n".length + 2 + 6 * 3 + "?".length + 1 + 1 + 1 + "model\n".length,
    );
  });

  it("sees short videos, a picture a second", async (context) => {
    if (!hasClip) return context.skip("needs ffmpeg");
    const url = `data:video/mp4;base64,${readFileSync(clip).toString("base64")}`;
    const content = [
      { type: "video_url", video_url: { url } },
    ] as unknown as OpenAI.Chat.ChatCompletionContentPart[];
    const { usage } = await ask(content, { max_tokens: 1 });
    // Three frames of 8 x 8 blocks, each behind its time and between two special tokens, with spaces between them.
    const frames = 3 * ("00:00 ".length + 2 + 64) + 2;
    expect(usage?.prompt_tokens).toBe(
      1 + 1 + "user\n".length + frames + 1 + 1 + 1 + "model\n".length,
    );
  });

  it("writes JSON that its random weights would never write", async () => {
    const schema = {
      type: "object",
      properties: {
        name: { type: "string", maxLength: 5 },
        tags: { type: "array", items: { type: "boolean" }, minItems: 2, maxItems: 2 },
      },
      required: ["name", "tags"],
      additionalProperties: false,
    };
    const { choices } = await ask("x", {
      max_tokens: 100,
      temperature: 1,
      response_format: { type: "json_schema", json_schema: { name: "x", schema } },
    });
    const value = JSON.parse(choices[0]?.message.content ?? "") as {
      name: string;
      tags: boolean[];
    };
    expect(Object.keys(value)).toEqual(["name", "tags"]);
    expect([...value.name].length).toBeLessThanOrEqual(5);
    expect(value.tags.map((tag) => typeof tag)).toEqual(["boolean", "boolean"]);
  });
});

describe("the model that comes along", () => {
  it("answers about a picture, and says that it cannot write JSON", async () => {
    const mini = await openModel("mini");
    const listening = await listen(
      createModelsApp(mini, { host: "127.0.0.1" }),
      "127.0.0.1",
      0,
      true,
    );
    try {
      const asked = new OpenAI({
        baseURL: `http://127.0.0.1:${listening.port}/v1`,
        apiKey: "none",
        maxRetries: 0,
      });
      const png = encodePng({
        width: 64,
        height: 48,
        data: new Uint8Array(64 * 48 * 3).fill(90),
        channels: 3,
        depth: 8,
      });
      const url = `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
      const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [
        {
          role: "user",
          content: [
            { type: "image_url", image_url: { url } },
            { type: "text", text: "what moved?" },
          ],
        },
      ];
      const { choices, usage } = await asked.chat.completions.create({ model: "mini", messages });
      expect(choices[0]?.finish_reason).toBe("stop");
      expect(choices[0]?.message.content).toMatch(/^[a-z0-9 ]+$/);
      // A frame's mark and 7 x 4 blocks, then the question's words between two marks.
      expect(usage?.prompt_tokens).toBeGreaterThanOrEqual(29 + 2 + 2);
      const json = asked.chat.completions.create({
        model: "mini",
        messages,
        response_format: { type: "json_object" },
      });
      await expect(json).rejects.toMatchObject({ status: 400, code: "unsupported_by_model" });
    } finally {
      await listening.close();
      await mini.close();
    }
  });
});

describe("folders that cannot be served", () => {
  const broken = (name: string, change: (at: string) => void): string => {
    const at = join(root, name);
    cpSync(folder, at, { recursive: true });
    change(at);
    return at;
  };
  it.each<[string, (at: string) => void, RegExp]>([
    ["no-config", (at) => rmSync(join(at, "config.json")), /config\.json/],
    ["no-tokenizer", (at) => rmSync(join(at, "tokenizer.json")), /no tokenizer/],
    ["no-template", (at) => rmSync(join(at, "chat_template.jinja")), /no template/],
    ["no-weights", (at) => rmSync(join(at, "model.safetensors")), /model\.safetensors/],
    ["other", (at) => writeFileSync(join(at, "config.json"), '{"model_type":"bert"}'), /gemma4/],
    [
      "cut",
      (at) =>
        writeFileSync(
          join(at, "model.safetensors"),
          readFileSync(join(at, "model.safetensors")).subarray(0, 5000),
        ),
      /model\.safetensors/,
    ],
  ])("%s", async (name, change, message) => {
    const at = broken(name, change);
    const opened = openModel(at, { packed: null });
    await expect(opened).rejects.toThrow(message);
    await expect(opened).rejects.toMatchObject({ name: "UsageError" });
  });
});

describe("symbion models serve", () => {
  const run = (args: readonly string[], env: Record<string, string> = {}): ChildProcess =>
    spawn(
      process.execPath,
      ["--conditions=source", "packages/edge/src/main.ts", "models", "serve", ...args],
      {
        cwd: repository,
        env: { ...process.env, SYMBION_MODELS: join(root, "models"), ...env },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );

  it("serves until it is told to end", async () => {
    const child = run(["--model", folder, "--port", "0", "--json"], { SYMBION_API_KEY: "sesame" });
    try {
      const { url, model } = JSON.parse(await firstLine(child)) as { url: string; model: string };
      const client = new OpenAI({ baseURL: url, apiKey: "sesame", maxRetries: 0 });
      expect((await client.models.list()).data[0]?.id).toBe(model);
      const { choices } = await client.chat.completions.create({
        model,
        messages: [{ role: "user", content: "hi" }],
        max_tokens: 3,
      });
      expect(choices).toHaveLength(1);
      await expect(
        new OpenAI({ baseURL: url, apiKey: "no", maxRetries: 0 }).models.list(),
      ).rejects.toMatchObject({ status: 401 });
    } finally {
      child.kill("SIGTERM");
    }
    expect(await exitCode(child)).toBe(0);
  });

  it.each([
    [["--model", "/nowhere/at/all"], /nowhere/],
    [["--model", "x", "--precision", "q3"], /f32, q8 or q4/],
    [["--model", "x", "--port", "99999"], /0 to 65535/],
  ])("%j is bad use", async (args, message) => {
    const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    try {
      expect(await runCli(["models", "serve", ...args])).toBe(2);
      const text = said.mock.calls.map(([line]) => String(line)).join("");
      expect(text).toMatch(message);
      expect(text.trim().split("\n")).toHaveLength(1);
    } finally {
      said.mockRestore();
    }
  });
});

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (more) => {
      text += String(more);
      if (text.includes("\n")) resolve(text.slice(0, text.indexOf("\n")));
    });
    let said = "";
    child.stderr?.on("data", (more) => {
      said += String(more);
    });
    child.once("exit", (code) => reject(new Error(`ended with ${code}: ${said}`)));
  });
}

function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once("exit", (code) => resolve(code)));
}
