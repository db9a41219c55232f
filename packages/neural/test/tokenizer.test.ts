/** Tokenizers against Python's on tokenizers trained for it (see oracle/checkpoints.py), streaming, chat, bad files. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChatMessage, loadTokenizer, type Tokenizer, TokenizerError } from "../src/index.ts";
import { loadTokenizerFolder } from "../src/node/index.ts";

type Expected = {
  readonly size: number;
  readonly texts: readonly {
    readonly text: string;
    readonly ids: readonly number[];
    readonly special: readonly number[];
    readonly shown: string;
    readonly decoded: string;
    readonly streamed: string;
  }[];
  readonly chats: readonly {
    readonly messages: readonly ChatMessage[];
    readonly tools: readonly unknown[] | null;
    readonly prompt: string;
  }[];
};

const folderOf = (name: string): string =>
  fileURLToPath(new URL(`golden/tokenizers/${name}`, import.meta.url));
const read = (name: string, file: string): string =>
  readFileSync(`${folderOf(name)}/${file}`, "utf8");
const json = (
  name: string,
): { model: { vocab: Record<string, number> } } & Record<string, unknown> =>
  JSON.parse(read(name, "tokenizer.json"));

async function load(name: string): Promise<{ tokenizer: Tokenizer; expected: Expected }> {
  const tokenizer = await loadTokenizerFolder(folderOf(name));
  if (tokenizer === null) throw new Error(`no tokenizer ${name}`);
  return { tokenizer, expected: JSON.parse(read(name, "expected.json")) };
}

function streamed(tokenizer: Tokenizer, ids: Iterable<number>): string[] {
  const stream = tokenizer.stream();
  const pieces: string[] = [];
  for (const id of ids) pieces.push(stream.push(id));
  pieces.push(stream.end());
  return pieces;
}

describe.each(["fallback", "byte-level", "word-level"])("the %s tokenizer", (name) => {
  it("gives Python's ids and texts, on odd Unicode as well", async () => {
    const { tokenizer, expected } = await load(name);
    expect(tokenizer.size).toBe(expected.size);
    for (const { text, ids, special, shown, decoded } of expected.texts) {
      expect([...tokenizer.encode(text)], text).toEqual(ids);
      expect([...tokenizer.encode(text, { special: true })], text).toEqual(special);
      expect(tokenizer.decode(ids, { special: true }), text).toBe(shown);
      expect(tokenizer.decode(ids), text).toBe(decoded);
    }
  });

  it("streams what it decodes", async () => {
    const { tokenizer, expected } = await load(name);
    for (const { text, ids, decoded } of expected.texts) {
      expect(streamed(tokenizer, ids).join(""), text).toBe(decoded);
    }
  });

  it("writes Python's prompts", async () => {
    const { tokenizer, expected } = await load(name);
    for (const { messages, tools, prompt } of expected.chats) {
      expect(tokenizer.chat(messages, tools === null ? {} : { tools })).toBe(prompt);
      expect(prompt.endsWith("<|turn>model\n")).toBe(true);
    }
    const messages = [{ role: "user", content: "hi" }];
    expect(tokenizer.chat(messages, { prompt: false })).not.toContain("model");
    expect(() => tokenizer.chat([{ role: "robot", content: "hi" }])).toThrow(TokenizerError);
    expect(() => tokenizer.chat([{ role: "robot", content: "hi" }])).toThrow(/unknown role robot/);
  });

  it("decodes any ids, and streams them in any order to the same text", async () => {
    const { tokenizer } = await load(name);
    // Bytes of their own: which of them form a character, decoders judge by runs.
    const plain = Array.from({ length: tokenizer.size }, (_, id) => id).filter(
      (id) => !/^<0x/.test(tokenizer.token(id) ?? "") && !tokenizer.decode([id]).includes("\ufffd"),
    );
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...plain), { maxLength: 40 }), (ids) => {
        expect(streamed(tokenizer, ids).join("")).toBe(tokenizer.decode(ids));
      }),
      { numRuns: 200 },
    );
  });
});

describe.each(["fallback", "byte-level"])("bytes of the %s tokenizer", (name) => {
  it("round-trip every text, and put together are the text", async () => {
    const { tokenizer } = await load(name);
    const text = fc.string({ unit: "binary", maxLength: 30 });
    fc.assert(
      fc.property(text, (given) => {
        // Marks that stand for spaces in the vocabulary come back as spaces.
        const wanted = given
          .toWellFormed()
          .replaceAll("\u2581", name === "fallback" ? " " : "\u2581");
        const ids = tokenizer.encode(given);
        if ([...ids].some((id) => tokenizer.specialIds.has(id))) return;
        expect(tokenizer.decode(ids)).toBe(wanted);
        const bytes = Buffer.concat([...ids].map((id) => tokenizer.bytes[id] ?? new Uint8Array(0)));
        expect(bytes.toString("utf8")).toBe(wanted);
        expect(streamed(tokenizer, ids).join("")).toBe(wanted);
      }),
      { numRuns: 150 },
    );
  });

  it("leave in whole characters and emoji", async () => {
    const { tokenizer } = await load(name);
    const text =
      "a \u{1f469}\u200d\u{1f4bb} b \u{1f44d}\u{1f3fd}c \u{1f1ee}\u{1f1f8}\u{1f1e9}\u{1f1ea}! \u2764\ufe0f \u0939\u093f \u20ac.";
    const ids = tokenizer.encode(text);
    // Each of these characters is several tokens here.
    expect(ids.length).toBeGreaterThan(40);
    const pieces = streamed(tokenizer, ids);
    expect(pieces.join("")).toBe(text);
    const segments = [...new Intl.Segmenter().segment(text)];
    let at = 0;
    for (const piece of pieces) {
      at += piece.length;
      const cut = segments.find(({ index, segment }) => index < at && at < index + segment.length);
      expect(cut?.segment ?? "").not.toMatch(/\p{Extended_Pictographic}|\p{Regional_Indicator}/u);
      expect(piece).not.toMatch(/\ufffd|\p{Cs}/u);
    }
  });

  it("that are no UTF-8 come out as U+FFFD and hold nothing back for ever", async () => {
    const { tokenizer } = await load(name);
    const [lead] = tokenizer.encode("\u{10ffff}");
    const ids = Array.from({ length: 40 }, () => lead ?? 0);
    const pieces = streamed(tokenizer, ids);
    expect(pieces.slice(0, 20).join("").length).toBeGreaterThan(0);
    expect(pieces.join("")).toMatch(/^\ufffd+$/);
    const [tail = 0] = tokenizer.encode("x");
    expect(streamed(tokenizer, [lead ?? 0, tail]).join("")).toBe("\ufffdx");
  });
});

describe("special tokens", () => {
  it("become ids where they are written out, and are hidden unless asked for", async () => {
    const { tokenizer } = await load("fallback");
    const id = tokenizer.id("<|image|>") ?? -1;
    expect([...tokenizer.encode("<|image|>")]).toEqual([id]);
    expect(tokenizer.decode([id])).toBe("");
    expect(tokenizer.decode([id], { special: true })).toBe("<|image|>");
    expect(tokenizer.bytes[id]).toHaveLength(0);
    expect(tokenizer.specialTokens).toEqual({
      pad: "<pad>",
      eos: "<eos>",
      bos: "<bos>",
      unk: "<unk>",
    });
  });

  it.each(["fallback", "word-level"])(
    "between words take no space from them (%s)",
    async (name) => {
      const { tokenizer } = await load(name);
      const id = tokenizer.id("<|image|>") ?? -1;
      const hidden = Array.from({ length: 12 }, () => id);
      const ids = [...tokenizer.encode("the red car")].flatMap((part) => [part, ...hidden]);
      expect(streamed(tokenizer, ids).join("")).toBe("the red car");
    },
  );

  it("in lone surrogates' company become U+FFFD", async () => {
    const { tokenizer } = await load("byte-level");
    expect(tokenizer.decode(tokenizer.encode("a\ud800b"))).toBe("a\ufffdb");
  });
});

describe("a model and a tokenizer that don't belong together", () => {
  it("are told apart by ids", async () => {
    const { tokenizer } = await load("fallback");
    tokenizer.checkModel(tokenizer.size, {
      eos_token_id: [1, 2],
      text_config: { pad_token_id: 0 },
    });
    tokenizer.checkModel(tokenizer.size + 64, { bos_token_id: null });
    expect(() => tokenizer.checkModel(tokenizer.size - 1)).toThrow(
      /tokenizer\.json: expected ids up to 632, as the model has embeddings, got 633/,
    );
    expect(() => tokenizer.checkModel(262144, { image_token_id: 258880 })).toThrow(
      /config\.json: image_token_id: expected the id of a token, got 258880: the tokenizer has 634 ids/,
    );
    const config = { text_config: { eos_token_id: 9999 } };
    expect(() => tokenizer.checkModel(262144, config)).toThrow(/text_config\.eos_token_id/);
  });

  it("ids outside the vocabulary are refused", async () => {
    const { tokenizer } = await load("word-level");
    for (const id of [-1, tokenizer.size, 0.5, Number.NaN]) {
      expect(() => tokenizer.decode([id])).toThrow(RangeError);
    }
  });
});

describe("bad files", () => {
  const sound = json("word-level");
  it.each([
    ["no object", 7, /tokenizer\.json: expected an object/],
    ["null", null, /expected an object/],
    ["no model", {}, /expected an object model/],
    ["no vocabulary", { model: {} }, /expected a model\.vocab/],
    [
      "an id that is a text",
      { model: { vocab: { a: "1" } } },
      /model\.vocab: "a": expected an id, got 1/,
    ],
    ["an id that is huge", { model: { vocab: { a: 1e12 } } }, /expected an id/],
    ["a list of anything", { model: { vocab: [1] } }, /list of \[token, score\]/],
    [
      "added tokens without ids",
      { ...sound, added_tokens: [{ content: "x" }] },
      /each of added_tokens/,
    ],
    ["added tokens that are a text", { ...sound, added_tokens: "x" }, /a list added_tokens/],
    [
      "an unknown kind of model",
      { ...sound, model: { type: "Magic", vocab: {} } },
      /a model of BPE, .*, got "Magic"/,
    ],
    [
      "an unknown kind of splitter",
      { ...sound, pre_tokenizer: { type: "Magic" } },
      /cannot be used/,
    ],
  ])("%s: is refused in words", (_, tokenizer, message) => {
    expect(() => loadTokenizer({ tokenizer })).toThrow(TokenizerError);
    expect(() => loadTokenizer({ tokenizer })).toThrow(message);
  });

  it("templates: missing, broken, in the configuration", () => {
    const messages = [{ role: "user", content: "hi" }];
    const bare = loadTokenizer({ tokenizer: sound });
    expect(bare.hasChatTemplate).toBe(false);
    expect(() => bare.chat(messages)).toThrow(/expected a chat template/);
    const broken = loadTokenizer({ tokenizer: sound, chatTemplate: "{% if %}" });
    expect(() => broken.chat(messages)).toThrow(/^chat template: /);
    const templates = [
      "{{ messages[0].content }}!",
      { default: "{{ messages[0].content }}!" },
      [
        { name: "tools", template: "no" },
        { name: "default", template: "{{ messages[0].content }}!" },
      ],
    ];
    for (const chat_template of templates) {
      expect(loadTokenizer({ tokenizer: sound, config: { chat_template } }).chat(messages)).toBe(
        "hi!",
      );
    }
    expect(() => loadTokenizer({ tokenizer: sound, config: 3 })).toThrow(/tokenizer_config\.json/);
  });
});
