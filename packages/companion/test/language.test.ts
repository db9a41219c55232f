import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detectLanguage, isWrittenIn } from "../src/language/detect.ts";
import { fold } from "../src/language/fold.ts";
import { negationScopes } from "../src/language/negation.ts";
import { italianNumber } from "../src/language/numbers.ts";
import { quantities } from "../src/language/quantities.ts";
import { sentences } from "../src/language/sentences.ts";
import { tokens } from "../src/language/tokens.ts";
import type { Language } from "../src/language/types.ts";

const amounts = (text: string, language: Language = "en"): string[] =>
  quantities(text, language).map(
    ({ values, form, unit }) => `${form === "one" ? "" : `${form} `}${values.join(",")} ${unit}`,
  );
const parts = (text: string): string[] =>
  sentences(text).map(({ start, end }) => text.slice(start, end));
const anyText = fc.string({ unit: "binary", maxLength: 200 });

describe("folding", () => {
  it.each([
    ["５ ｍｇ", "5 mg"],
    ["5 мg", "5 mg"],
    ["nοt", "not"],
    ["𝐓𝐚𝐤𝐞", "take"],
    ["µg", "ug"],
    ["μg", "ug"],
    ["٥٠ mg", "50 mg"],
    ["do\u200bn\u2019t", "don't"],
    ["“10–20”", '"10-20"'],
    ["1½", "1 1/2"],
    ["½", "1/2"],
    ["10⁹/L", "10^9/l"],
    ["perché", "perché"],
    ["e\u0300", "è"],
  ])("reads %j as %j", (from, to) => {
    expect(fold(from)).toBe(to);
  });

  it("is at rest after one pass on plain words", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."aZ 5.,'-è😀m"), maxLength: 60 }),
        (text) => {
          expect(fold(fold(text))).toBe(fold(text));
        },
      ),
    );
  });
});

describe("tokens", () => {
  it("keep contractions, part elisions and glued units", () => {
    expect(tokens("Don't use l'acqua: 5mg b12, .5 x").map(({ text }) => text)).toEqual([
      "don't",
      "use",
      "l'",
      "acqua",
      ":",
      "5",
      "mg",
      "b12",
      ",",
      ".5",
      "x",
    ]);
  });

  it("lie in order inside the text, whatever it holds", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let end = 0;
        for (const token of tokens(text)) {
          expect(token.start).toBeGreaterThanOrEqual(Math.min(end, token.start));
          expect(token.end).toBeGreaterThan(token.start);
          expect(token.end).toBeLessThanOrEqual(text.length);
          end = token.end;
        }
      }),
    );
  });
});

describe("sentences", () => {
  it("know abbreviations, decimals, lists", () => {
    expect(parts("Dr. Smith takes 1.5 mg, e.g. at night. Then he sleeps etc. Good!")).toEqual([
      "Dr. Smith takes 1.5 mg, e.g. at night.",
      "Then he sleeps etc.",
      "Good!",
    ]);
    expect(parts("Il dott. Rossi prescrive riposo, tè, ecc. Torni domani.")).toEqual([
      "Il dott. Rossi prescrive riposo, tè, ecc.",
      "Torni domani.",
    ]);
    expect(parts("Do this:\n1. Rest.\n2. Drink water\n- or tea\n\nBye")).toEqual([
      "Do this:",
      "1. Rest.",
      "2. Drink water",
      "- or tea",
      "Bye",
    ]);
  });

  it("cover every sign that is not white space, once", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let end = 0;
        for (const span of sentences(text)) {
          expect(text.slice(end, span.start).trim()).toBe("");
          end = span.end;
        }
        expect(text.slice(end).trim()).toBe("");
      }),
    );
  });
});

describe("language", () => {
  it.each([
    ["Take two pills", "en"],
    ["chest pain", "en"],
    ["mal di testa forte", "it"],
    ["prenda due compresse", "it"],
    ["Mi sento molto stanca da ieri", "it"],
    ["What should I do now?", "en"],
    ["", "en"],
  ] as const)("of %j is %s", (text, language) => {
    expect(detectLanguage(text)).toBe(language);
  });
});

describe("quantities", () => {
  it.each([
    ["1.5 mg twice a day", ["1.5 mg", "2 x/d"]],
    ["two tablets every six hours", ["2 tablet", "6 h"]],
    ["38-39 °C and 120/80 mmHg", ["range 38,39 °C", "pair 120,80 mmhg"]],
    ["½ tablet, 1½ cups, a quarter of a tablet", ["0.5 tablet", "1.5 cup", "0.25 tablet"]],
    ["one hundred and fifty mg for twenty-five days", ["150 mg", "25 d"]],
    ["1,500 mg/kg per day", ["1500 mg/kg/d"]],
    ["between 2 and 3 days, two to three weeks", ["range 2,3 d", "range 2,3 wk"]],
    ["half an hour, two and a half hours, two hours and a half", ["0.5 h", "2.5 h", "2.5 h"]],
    ["12 May 2024 at 8:30 pm", ["20240512 date", "1230 clock"]],
    ["101 degrees F, 50 percent, $2.5 million", ["101 °F", "50 %", "2500000 USD"]],
    ["type II, the third day, 2nd dose", ["2 null", "3 ord", "2 ord"]],
    ["-5 °C", ["-5 °C"]],
    [".5 mg", ["0.5 mg"]],
    ["call 1-800-860-8747", ["1 null", "800 null", "860 null", "8747 null"]],
    ["a 25-year-old, a dozen eggs", ["25 yr", "12 null"]],
  ])("of %j", (text, found) => {
    expect(amounts(text)).toEqual(found);
  });

  it.each([
    ["due compresse da 500 mg ogni sei ore", ["2 tablet", "500 mg", "6 h"]],
    ["1.500 mg e 2,5 ml", ["1500 mg", "2.5 ml"]],
    ["da 2 a 3 volte al giorno", ["range 2,3 x/d"]],
    ["un quarto di compressa, mezza compressa, un'ora", ["0.25 tablet", "0.5 tablet", "1 h"]],
    ["ventuno giorni, due ore e mezzo, una dozzina", ["21 d", "2.5 h", "12 null"]],
    ["tra 2 e 4 settimane", ["range 2,4 wk"]],
    ["lei sei stanca", []],
  ])("of Italian %j", (text, found) => {
    expect(amounts(text, "it")).toEqual(found);
  });

  it("spell every number below ten thousand as digits do, in Italian", () => {
    expect(italianNumber("milleduecentotrentaquattro")).toBe(1234);
    expect(italianNumber("novemilanovecentonovantanove")).toBe(9999);
    expect(italianNumber("centotto")).toBe(108);
    expect(italianNumber("ventitré")).toBe(23);
    expect(italianNumber("casa")).toBeNull();
  });

  it("stand where they say, in order, for any text", () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom<Language>("en", "it"), (text, language) => {
        let end = 0;
        for (const quantity of quantities(text, language)) {
          expect(quantity.start).toBeGreaterThanOrEqual(end);
          expect(quantity.values.length).toBeGreaterThan(0);
          end = quantity.end;
        }
      }),
    );
  });
});

describe("negation", () => {
  it("reaches to the next turn", () => {
    const all = tokens("There is no fever or rash but a cough. Chest pain: absent.");
    const reached = negationScopes(all, "en").map(({ from, to }) =>
      all.slice(from, to).map(({ text }) => text),
    );
    expect(reached[0]).toEqual(["fever", "or", "rash"]);
    expect(negationScopes(tokens("non ha febbre ma tosse"), "it")).toHaveLength(1);
  });
});

describe("work", () => {
  it("grows with the length only, on hostile texts", () => {
    const hostile = [
      "a. ",
      "1-2-",
      "1/2/",
      "million ",
      "e\u0301",
      "\ud800",
      "half a ",
      "- \n",
      "'t",
    ];
    for (const piece of hostile) {
      const text = piece.repeat(200_000 / piece.length);
      expect(tokens(text).length).toBeLessThanOrEqual(text.length);
      expect(sentences(text).length).toBeLessThanOrEqual(text.length);
      expect(quantities(text, "en").length).toBeLessThanOrEqual(text.length);
    }
  });
});

describe("whether a text is in a language", () => {
  it.each<[string, Language, boolean]>([
    ["The warranty lasts 2 years from the date of delivery.", "en", true],
    ["The warranty lasts 2 years from the date of delivery.", "it", false],
    ["La garanzia dura 2 anni dalla consegna. Conservi lo scontrino.", "it", true],
    ["La garanzia dura 2 anni dalla consegna. Conservi lo scontrino.", "en", false],
    ["Die Garantie dauert 2 Jahre ab Lieferung. Bewahren Sie den Beleg auf.", "en", false],
    ["La garantie dure 2 ans à partir de la livraison.", "en", false],
    ["Prenda 2 compresse al giorno dopo i pasti.", "it", true],
    ["30 days", "en", true],
    ["", "it", true],
  ])("%s / %s", (text, language, expected) => {
    expect(isWrittenIn(text, language)).toBe(expected);
  });

  it("holds for any text, in bounded work", () => {
    fc.assert(fc.property(anyText, (text) => typeof isWrittenIn(text, "en") === "boolean"));
    expect(isWrittenIn("the ".repeat(1_000_000), "en")).toBe(true);
  });
});
