/** Texts within JSON schemas: whatever a model's scores are, what comes out parses and satisfies the schema. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  Constraint,
  GenerationError,
  generateText,
  type JsonSchema,
  jsonObjectGrammar,
  jsonSchemaGrammar,
  Random,
  TokenMasks,
  TokenTrie,
} from "../src/index.ts";
import { objections } from "./support/json-schema.ts";
import { randomScores, scriptedModel, wordTokenizer } from "./support/text.ts";

const tokenizer = wordTokenizer([
  '{"',
  '":',
  '": "',
  '","',
  '", "',
  '"}',
  '"},{"',
  "}}",
  "]}",
  "],",
  "[[",
  '["',
  '"]',
  "true",
  "false",
  "null",
  "123",
  "-1",
  "0.5",
  "e1",
  "name",
  "kind",
  "value",
  "the",
  " cat",
  "\n  ",
  "\n    ",
  " \n",
  '\\"',
  "\\u00",
  "ä",
  "日本",
  "🙂",
  "ab",
  "abc",
  "aaaa",
  "2026-",
  "-01",
  "e",
  'a":1',
  "tru",
  "nul",
  ": {",
  '{"a',
  '"a"',
  '"b":',
]);
const END = tokenizer.id("<end>") as number;
const trie = new TokenTrie(tokenizer);

/** A text that random scores write; they end it as soon as they may when the number of tokens runs out. */
async function randomText(
  schema: JsonSchema | null,
  seed: number,
  maxTokens = 120,
  grammar = schema === null ? jsonObjectGrammar() : jsonSchemaGrammar(schema),
): Promise<{ readonly text: string; readonly finishReason: string; readonly answer: number }> {
  const random = new Random(seed);
  const model = scriptedModel(tokenizer.size, () => randomScores(random, tokenizer.size, 3), [END]);
  const { text, finishReason, usage } = await generateText(
    model,
    tokenizer,
    [{ kind: "text", text: "?" }],
    { masks: new TokenMasks(grammar, trie), maxTokens, seed },
  );
  return { text, finishReason, answer: usage.answer };
}

/** Random schemas of everything that is supported; references go to `#/$defs/leaf` and `#/$defs/tree`. */
const { schema: schemas } = fc.letrec<{ schema: JsonSchema; leaf: JsonSchema }>((tie) => {
  const name = fc.constantFrom("a", "b", "name", "kind", 'ä"\\/~', "日本");
  const bound = fc.option(
    fc.oneof(fc.integer({ min: -1200, max: 1200 }), fc.double({ min: -50, max: 50, noNaN: true })),
    { nil: undefined },
  );
  const numeric = fc
    .tuple(
      fc.constantFrom("number", "integer"),
      bound,
      fc.boolean(),
      fc.double({ min: 1, max: 300, noNaN: true }),
      fc.boolean(),
      fc.boolean(),
    )
    .map(([type, low, above, span, capped, below]) => ({
      type,
      ...(low === undefined ? {} : { [above ? "exclusiveMinimum" : "minimum"]: low }),
      ...(capped ? { [below ? "exclusiveMaximum" : "maximum"]: (low ?? 0) + span + 1 } : {}),
    }));
  const text = fc.oneof(
    fc
      .tuple(fc.nat(3), fc.nat(5))
      .map(([least, more]) => ({ type: "string", minLength: least, maxLength: least + more })),
    fc.constantFrom(
      { type: "string" },
      { type: "string", pattern: "^[a-c]+$" },
      { type: "string", pattern: "^(?:ab|cd){1,3}x?$", maxLength: 5 },
      { type: "string", pattern: '\\d{2}-[^\\s"]' },
      { type: "string", pattern: "^[^a-zA-Z]*$", minLength: 2, maxLength: 4 },
      { type: "string", pattern: "^a|b$" },
      { type: "string", format: "date-time" },
      { type: "string", format: "uuid" },
    ),
  );
  const listed = fc.oneof(
    fc
      .constantFrom("x", 'a"b', "日本", 1.5, -7, true, null, [1, "a"], { a: [] })
      .map((value) => ({ const: value })),
    fc
      .uniqueArray(fc.constantFrom("red", "green", "greenish", 10, 1, false, null), {
        minLength: 1,
      })
      .map((values) => ({ enum: values })),
  );
  const leaf: fc.Arbitrary<JsonSchema> = fc.oneof(
    numeric,
    text,
    listed,
    fc.constantFrom(
      { type: "boolean" },
      { type: "null" },
      { type: ["string", "null", "integer"] },
      { $ref: "#/$defs/leaf" },
      { $ref: "#/$defs/tree" },
    ) as fc.Arbitrary<JsonSchema>,
  );
  const array = fc
    .tuple(
      tie("schema"),
      fc.nat(2),
      fc.option(fc.nat(2), { nil: undefined }),
      fc.array(tie("leaf"), { maxLength: 2 }),
    )
    .map(([items, least, more, first]) => ({
      type: "array",
      items,
      minItems: least,
      ...(more === undefined ? {} : { maxItems: least + more }),
      ...(first.length > 0 ? { prefixItems: first } : {}),
    }));
  const object = fc
    .tuple(
      fc.dictionary(name, tie("schema"), { maxKeys: 4 }),
      fc.subarray(["a", "b", "name", "kind"]),
      fc.constantFrom(undefined, false, { type: "integer" }, true),
    )
    .map(([properties, wanted, more]) => ({
      type: "object",
      properties,
      required: wanted.filter((one) => Object.hasOwn(properties, one)),
      ...(more === undefined ? {} : { additionalProperties: more }),
    }));
  const oneOf = tie("leaf").map((value) => ({
    oneOf: [
      { type: "object", properties: { kind: { const: "a" }, value }, required: ["kind"] },
      { type: "object", properties: { kind: { enum: ["b", "c"] } }, required: ["kind"] },
      { type: "array", items: { type: "null" } },
    ],
  }));
  return {
    leaf,
    schema: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      object,
      array,
      oneOf,
      fc.array(tie("schema"), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    ) as fc.Arbitrary<JsonSchema>,
  };
});

const DEFINITIONS = {
  leaf: { type: "string", maxLength: 3 },
  tree: {
    type: "object",
    properties: {
      name: { type: "string", maxLength: 4 },
      children: { type: "array", items: { $ref: "#/$defs/tree" } },
    },
    required: ["name"],
    additionalProperties: false,
  },
};

describe("text within a schema", () => {
  it("always parses and satisfies the schema, whatever the scores (random schemas)", async () => {
    const ways = new Set<string>();
    const spare = fc.oneof(fc.nat(30), fc.constant(1000));
    await fc.assert(
      fc.asyncProperty(schemas, fc.integer(), spare, async (inner, seed, more) => {
        const schema = { ...(inner as object), $defs: DEFINITIONS };
        const grammar = jsonSchemaGrammar(schema);
        const least = new TokenMasks(grammar, trie).ending(grammar.start, Infinity);
        fc.pre(least !== null);
        const most = least.length + more;
        const { text, finishReason, answer } = await randomText(schema, seed, most, grammar);
        expect(objections(JSON.parse(text), schema), text).toEqual([]);
        expect(answer).toBeLessThanOrEqual(most);
        ways.add(finishReason);
      }),
      {
        numRuns: 80,
        examples: [
          [{ type: "null" }, 1, 1000],
          [{ type: "array", items: { type: "string" }, minItems: 20 }, 1, 0],
        ],
      },
    );
    expect(ways).toEqual(new Set(["stop", "length"]));
  }, 240_000);

  it("writes any object where there is no schema", async () => {
    for (let seed = 0; seed < 10; seed++) {
      const value: unknown = JSON.parse((await randomText(null, seed)).text);
      expect(typeof value === "object" && value !== null && !Array.isArray(value)).toBe(true);
    }
  });

  it("ends in the tokens that it has, however few", async () => {
    const schema = {
      type: "array",
      items: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
    };
    for (let maxTokens = 2; maxTokens < 40; maxTokens += 3) {
      const { text, answer } = await randomText(schema, maxTokens, maxTokens);
      expect(objections(JSON.parse(text), schema)).toEqual([]);
      expect(answer).toBeLessThanOrEqual(maxTokens);
    }
  });

  it("is written in long tokens where those of one byte would be too many", async () => {
    const schema = { const: `${"aaaa".repeat(3)} cat` };
    const long = tokenizer.encode(JSON.stringify(schema.const));
    expect(long.length).toBe(6);
    const eager = scriptedModel(tokenizer.size, () =>
      new Float32Array(tokenizer.size).map((_, id) => (long.includes(id) ? 9 : 0)),
    );
    const masks = new TokenMasks(jsonSchemaGrammar(schema), trie);
    const prompt = [{ kind: "text", text: "?" }] as const;
    for (const maxTokens of [6, 9, 18]) {
      const random = await randomText(schema, 1, maxTokens);
      expect(random.text).toBe(JSON.stringify(schema.const));
      // A model that would have come to the end by itself was not cut off.
      const own = { masks, maxTokens, temperature: 0 };
      expect(await generateText(eager, tokenizer, prompt, own)).toMatchObject({
        text: JSON.stringify(schema.const),
        finishReason: "stop",
      });
    }
    const cut = await randomText(schema, 1, 5);
    expect(cut.finishReason).toBe("length");
    expect(JSON.stringify(schema.const).startsWith(cut.text)).toBe(true);
  });

  it("does not walk to an end that is far away", () => {
    const masks = new TokenMasks(jsonSchemaGrammar({ type: "null" }), trie);
    const { expressions } = masks.grammar;
    expect(masks.ending(expressions.text("a".repeat(8192)), Infinity)).toHaveLength(2048);
    expect(masks.ending(expressions.text("a".repeat(8193)), Infinity)).toBeNull();
  });

  it("allows every token of a text in the language, and the end only where it is complete", () => {
    const schema = {
      type: "object",
      properties: { name: { type: "string" }, kind: { type: "array", items: { type: "number" } } },
      required: ["name"],
    };
    const masks = new TokenMasks(jsonSchemaGrammar(schema), trie);
    const text = '{\n  "name": "the \\"cat\\" 日本🙂", "kind": [123, -1e1]\n}';
    const constraint = new Constraint(masks, tokenizer, [END]);
    const has = (token: number): boolean =>
      (((constraint.allowed()[token >> 5] as number) >>> (token & 31)) & 1) === 1;
    for (const token of tokenizer.encode(text)) {
      expect(has(token), tokenizer.bytes[token]?.join()).toBe(true);
      expect(has(END)).toBe(false);
      constraint.accept(token);
    }
    expect(has(END)).toBe(true);
    expect(constraint.finished).toBe(true);
    expect(() => constraint.accept(tokenizer.id("}}") as number)).toThrow(RangeError);
  });

  it("says for every token the same as trying its bytes one by one", () => {
    const schema = {
      type: "object",
      properties: { a: { type: "string", maxLength: 9 }, b: { $ref: "#" } },
    };
    const grammar = jsonSchemaGrammar(schema);
    const masks = new TokenMasks(grammar, trie);
    const random = new Random(3);
    let state = grammar.start;
    for (let i = 0; i < 120; i++) {
      const mask = masks.allowed(state);
      const allowed: number[] = [];
      for (const [id, bytes] of tokenizer.bytes.entries()) {
        const fits = bytes.length > 0 && masks.after(state, bytes) !== grammar.expressions.none;
        expect(((mask[id >> 5] as number) >>> (id & 31)) & 1, `token ${id}`).toBe(fits ? 1 : 0);
        if (fits) allowed.push(id);
      }
      const pick = allowed[Math.floor(random.next() * allowed.length)];
      state =
        pick === undefined
          ? grammar.start
          : masks.after(state, tokenizer.bytes[pick] as Uint8Array);
    }
  });

  it("looks at the vocabulary once per kind of place, not once per token", () => {
    const schema = {
      type: "object",
      properties: Object.fromEntries(
        Array.from({ length: 20 }, (_, i) => [
          `field ${i}`,
          { type: "string", maxLength: 2000 + i },
        ]),
      ),
      required: Array.from({ length: 20 }, (_, i) => `field ${i}`),
    };
    const masks = new TokenMasks(jsonSchemaGrammar(schema), trie);
    const constraint = new Constraint(masks, tokenizer, [END]);
    const value = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`field ${i}`, "the cat ".repeat(100)]),
    );
    let steps = 0;
    for (const token of tokenizer.encode(JSON.stringify(value))) {
      constraint.allowed();
      constraint.accept(token);
      steps++;
    }
    // A walk over the whole vocabulary at each step would look at some 300 nodes each time.
    expect(steps).toBeGreaterThan(1000);
    expect(masks.visited / steps).toBeLessThan(15);
  });

  it("wants a vocabulary that can write JSON", () => {
    const letters = {
      ...tokenizer,
      bytes: tokenizer.bytes.map((bytes) => (bytes[0] === 0x7b ? new Uint8Array(0) : bytes)),
    };
    expect(() => new TokenMasks(jsonObjectGrammar(), new TokenTrie(letters))).toThrow(
      /without "\{"/,
    );
  });
});

describe("numbers", () => {
  it("between bounds are exactly those, as far as digits go", async () => {
    const { step, grammar } = reader({ type: "number", minimum: -1.25, exclusiveMaximum: 20.5 });
    const accepts = (text: string): boolean => step(text).nullable;
    for (const text of [
      "-1.25",
      "-1.2",
      "0",
      "-0.5",
      "20",
      "20.4",
      "20.49999",
      "7",
      "19.99",
      "-1",
      "10",
    ]) {
      expect(accepts(text), text).toBe(true);
    }
    for (const text of [
      "-1.26",
      "-1.3",
      "-2",
      "20.5",
      "20.50",
      "20.6",
      "21",
      "100",
      "01",
      "-",
      "1.",
      "-0",
    ]) {
      expect(accepts(text), text).toBe(false);
    }
    expect(grammar.expressions.size).toBeLessThan(5000);
  });

  it("integers between bounds are exactly those", () => {
    fc.assert(
      fc.property(fc.integer({ min: -2000, max: 2000 }), fc.nat(2500), (least, span) => {
        const { step } = reader({ type: "integer", minimum: least, maximum: least + span });
        for (const value of [
          least - 1,
          least,
          least + 1,
          least + span,
          least + span + 1,
          0,
          -least,
        ]) {
          const inside = value >= least && value <= least + span;
          expect(step(String(value)).nullable, `${value} in ${least}..${least + span}`).toBe(
            inside,
          );
        }
      }),
    );
  });

  function reader(schema: JsonSchema) {
    const grammar = jsonSchemaGrammar(schema);
    const step = (text: string) => {
      let state = grammar.start;
      for (const byte of new TextEncoder().encode(text))
        state = grammar.expressions.step(state, byte);
      return state;
    };
    return { grammar, step };
  }
});

describe("schemas that are refused", () => {
  it.each<[JsonSchema, string, RegExp]>([
    [{ type: "array", uniqueItems: true }, "#/uniqueItems", /supported keyword/],
    [{ properties: { a: { not: {} } } }, "#/properties/a/not", /supported keyword/],
    [{ type: "strin" }, "#/type", /got "strin"/],
    [{ $ref: "#" }, "#/$ref", /leads back/],
    [{ anyOf: [{ type: "null" }, { $ref: "#" }] }, "#/anyOf/1/$ref", /leads back/],
    [
      {
        $ref: "#/$defs/a",
        $defs: { a: { anyOf: [{ $ref: "#/$defs/b" }] }, b: { $ref: "#/$defs/a" } },
      },
      "#/$defs/b/$ref",
      /leads back/,
    ],
    [{ $ref: "#/$defs/none" }, "#/$ref", /a place in the schema/],
    [{ $ref: "https://example.org/schema" }, "#/$ref", /inside the schema/],
    [{ type: "object", properties: { next: { $ref: "#" } }, required: ["next"] }, "#", /none does/],
    [{ type: "string", pattern: "(?=a)b" }, "#/pattern", /look-around/],
    [{ type: "string", pattern: "(a)\\1" }, "#/pattern", /escapes/],
    [{ type: "string", pattern: "a{2,1}" }, "#/pattern", /counts in order/],
    [{ type: "string", pattern: "[a" }, "#/pattern", /closing \]/],
    [{ type: "string", pattern: "^(ab)+$", maxLength: 1 }, "#", /none does/],
    [{ type: "string", minLength: 3, maxLength: 2 }, "#/maxLength", /at least/],
    [{ type: "integer", minimum: 2.1, maximum: 2.9 }, "#", /none does/],
    [{ oneOf: [{ type: "integer" }, { type: "number" }] }, "#/oneOf", /0 and 1/],
    [
      {
        oneOf: [
          { type: "object", properties: { a: { const: 1 } } },
          { type: "object", properties: { a: { const: 2 } } },
        ],
      },
      "#/oneOf",
      /use anyOf/,
    ],
    [{ anyOf: [true], required: ["a"] }, "#/required", /beside anyOf/],
    [{ enum: [] }, "#/enum", /list of values/],
    [{ type: "string", format: "constructor" }, "#/format", /one of date/],
    [{ type: "object", additionalProperties: false, required: ["a"] }, "#", /none does/],
    [false, "#", /none does/],
    ["x" as unknown as JsonSchema, "#", /expected a schema/],
  ])("%j", (schema, where, message) => {
    const refused = (): unknown => jsonSchemaGrammar(schema);
    expect(refused).toThrow(GenerationError);
    expect(refused).toThrow(message);
    expect(refused).toThrow(expect.objectContaining({ where, reason: "schema" }));
  });

  it("ends in an error for anything at all, or in a grammar", () => {
    const keyword = fc.constantFrom(
      "type",
      "properties",
      "items",
      "anyOf",
      "$ref",
      "enum",
      "pattern",
      "minimum",
      "required",
      "maxItems",
      "format",
    );
    fc.assert(
      fc.property(fc.dictionary(keyword, fc.jsonValue({ maxDepth: 3 })), (schema) => {
        try {
          jsonSchemaGrammar(schema as JsonSchema);
        } catch (error) {
          expect(error).toBeInstanceOf(GenerationError);
        }
      }),
      { numRuns: 200 },
    );
  });
});
