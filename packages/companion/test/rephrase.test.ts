/** Warm words around an answer: what they may never do to it, and what they may never say. */

import { describe, expect, test } from "vitest";
import { compareMeaning } from "../src/meaning/compare.ts";
import { GRAMMAR, proposeByGrammar } from "../src/rephrase/grammar.ts";
import { rephrase, rephraseNow } from "../src/rephrase/rephrase.ts";
import type { Rephraser } from "../src/rephrase/types.ts";
import { ANSWERS, QUERIES } from "./support/warm-pairs.ts";

const LANGUAGES = ["en", "it"] as const;
const numbers = (text: string): string[] => text.match(/\d+(?:[.,:]\d+)*/g) ?? [];

describe("the built-in grammar", () => {
  test("whatever is asked and answered, its text passes the gate with all numbers in place", () => {
    let changed = 0;
    for (const language of LANGUAGES) {
      for (const query of QUERIES[language]) {
        for (const answer of ANSWERS[language]) {
          for (const warmth of ["kind", "gentle"] as const) {
            const made = rephraseNow({ query, answer, language, warmth });
            expect(made, `${query} | ${made.proposed}`).toMatchObject({ fellBack: false });
            expect(numbers(made.text)).toEqual(numbers(answer));
            if (made.changed) {
              changed++;
              expect(compareMeaning(answer, made.text, { language }).same).toBe(true);
            }
          }
        }
      }
    }
    // Most of them, or the law above would hold for doing nothing.
    expect(changed).toBeGreaterThan(320);
  });

  test("keeps every word of the answer, in its order, whatever it puts between", () => {
    const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\d]+/gu) ?? [];
    for (const language of LANGUAGES) {
      for (const query of QUERIES[language]) {
        for (const answer of ANSWERS[language]) {
          const said = words(rephraseNow({ query, answer, language, warmth: "gentle" }).text);
          let at = 0;
          for (const word of words(answer)) {
            at = said.indexOf(word, at) + 1;
            expect(at, `"${word}" of "${answer}"`).toBeGreaterThan(0);
          }
        }
      }
    }
  });

  test("is the same for the same words", async () => {
    const request = {
      query: "I am worried. How much may I take?",
      answer: "Take 500 mg every 6 hours. Drink plenty of water.",
    };
    const made = rephraseNow(request);
    expect(rephraseNow(request)).toEqual(made);
    expect(await rephrase(request)).toEqual(made);
    expect(await rephrase(request, GRAMMAR)).toEqual(made);
  });

  test("softens at most two plain directives, and never what binds", () => {
    const answer =
      "Take one tablet. Do not drive. You must rest. Call the doctor. Never double the dose. Drink the syrup. You may eat.";
    const { text } = rephraseNow({ query: "What should I do with my cough?", answer });
    expect(text.match(/please/gi)).toHaveLength(2);
    for (const kept of [
      "Do not drive.",
      "You must rest.",
      "Never double the dose.",
      "You may eat.",
    ])
      expect(text).toContain(kept);
  });

  test("leaves lists, code and tables byte for byte", () => {
    const block = "- Take the cable.\n- Wait 30 seconds.\n\n```\nOpen the file\n```\n\n| a | 5 |";
    const { text, changed } = rephraseNow({
      query: "How can I connect the printer?",
      answer: block,
    });
    expect(changed).toBe(true);
    expect(text).toContain(block);
  });

  test("adds nothing where words would be in the way", () => {
    const answer = "Canberra is the capital, not Sydney.";
    expect(rephraseNow({ query: "capital of Australia?", answer }).changed).toBe(false);
    expect(rephraseNow({ query: "ok", answer }).changed).toBe(false);
    expect(rephraseNow({ query: "I am sad", answer, warmth: "plain" }).changed).toBe(false);
    expect(rephraseNow({ query: "Please help", answer: "" })).toMatchObject({ text: "" });
    const emergency = "Call 112 now. Do not wait for the pain to pass.";
    expect(rephraseNow({ query: "I am scared, my chest hurts", answer: emergency }).text).toBe(
      emergency,
    );
    const urgent = "The card is blocked under +39 02 555 010, at any hour.";
    expect(
      rephraseNow({ query: "urgent: my card is gone, whom do I ring?", answer: urgent }).changed,
    ).toBe(false);
  });

  test("puts no kind words in front of kind words", () => {
    const answer =
      "I am sorry that you are in pain. The clinic opens at 9. Let me know how it goes.";
    expect(rephraseNow({ query: "I am worried about my back.", answer }).changed).toBe(false);
  });

  test("does not end two answers in the same way", () => {
    const query = "I am worried. When is the parcel delivered to my office?";
    const first = rephraseNow({ query, answer: "The parcel is delivered on Friday at 10:30." });
    const again = rephraseNow({ query, answer: "It weighs 3 kg.", previous: [first.text] });
    const sentences = first.text.split(/(?<=\.) /);
    expect(sentences.length).toBeGreaterThan(2);
    for (const said of [sentences[0], sentences.at(-1)]) expect(again.text).not.toContain(said);
  });

  test("answers in the language of the answer's question, and leaves foreign answers alone", () => {
    const italian = rephraseNow({
      query: "Sono preoccupata, quando arriva il referto?",
      answer: "Il referto arriva entro 3 giorni.",
    });
    expect(italian).toMatchObject({ language: "it", changed: true });
    expect(italian.text).toMatch(/preoccupata/);
    const german = "Der Befund kommt innerhalb von drei Tagen, und der Arzt ruft Sie an.";
    expect(rephraseNow({ query: "I am worried about it", answer: german }).text).toBe(german);
  });
});

describe("what it says of the person", () => {
  const opening = (query: string, language: "en" | "it" = "en"): string => {
    const answer =
      language === "en"
        ? "The appointment on 4 June is in room 12."
        : "La visita del 4 giugno è nella stanza 12.";
    const proposal = proposeByGrammar({ query, answer, language, warmth: "kind", previous: [] });
    return (proposal?.text ?? answer).split(answer)[0] ?? "";
  };

  test.each([
    ["I'm so worried about tomorrow", /worried/],
    ["I feel really alone since I moved here", /feel alone/],
    ["I am pregnant and scared about the test", /scared/],
    ["We have been anxious for weeks", /anxious/],
    ["my mother died on Monday and I need the papers", /sorry for your loss/],
    ["I lost my husband in March", /sorry for your loss/],
    ["I am furious, you charged me twice", /furious.*sorry/],
    ["this is the third time my order arrived broken", /sorry|letting me know/],
  ])("gives back what is stated: %s", (query, wanted) => {
    expect(opening(query)).toMatch(wanted);
  });

  test.each([
    ["Sono molto preoccupata per domani", /preoccupata/],
    ["Ho paura della visita di domani", /paura/],
    ["Ho l'ansia per la visita di domani", /ansia/],
    ["Mi sento sola da quando vivo qui", /sola/],
    ["Mio padre è morto lunedì, che documenti servono?", /perdita/],
    ["Il telefono è ancora rotto, è inaccettabile!", /dispiace/],
  ])("in Italian: %s", (query, wanted) => {
    expect(opening(query, "it")).toMatch(wanted);
  });

  test.each([
    "I'm not angry, I only want the date",
    "He said he is sad about the delay",
    "My wife is worried about it",
    "If I am worried, whom can I call?",
    "Should I be worried about this?",
    "I was told I am anxious by nature, is that true?",
    'The letter says "I am desperate". What does it mean?',
    "WHY IS THE ROOM NOT ON THE LETTER???",
    "the phone died yesterday in my pocket",
    "I lost my mother's number, where do I find it?",
    "I almost lost my father in the crowd, where is the exit?",
    "Who was the king that died in 1547?",
    "Is Pluto still not a planet of the sun?",
    "What does your service cost in a year?",
    "my laptop feels hot on the left side",
    "I'm a nervous flyer, which room is it?",
    "Translate 'I am tired' into Italian",
    "Tell me of a man who says: I am so lonely",
    "I am worried about nothing, I only want the room",
    "I am alone responsible for the keys, where is the room?",
    "I lost my sister at the airport, where is the desk?",
    "My grandfather died in 1950, is his letter still kept?",
    "My husband hits me, and I have to be there with him",
    "My wife left me, is the appointment still mine?",
  ])("names no feeling and no loss that nobody stated: %s", (query) => {
    expect(opening(query)).not.toMatch(
      /sorry|understand|feel|angry|sad|worried|anxious|desperate|loss|telling me/i,
    );
  });

  test.each([
    "Non sono arrabbiato, voglio solo la data",
    "Se ho paura, chi posso chiamare?",
    "Dice che sono triste, è vero?",
    "Sono solo due le visite di giugno?",
    "Il telefono è morto ieri in ufficio",
    "Ho perso il numero di mia madre",
  ])("nor in Italian: %s", (query) => {
    expect(opening(query, "it")).not.toMatch(/capisco|dispiace|perdita|senta|paura|triste|sola\b/i);
  });

  test.each([
    ["thanks! where is it?", /welcome/],
    ["Thank you for the quick answer. And where is it?", /welcome/],
    ["Thanks to the new law, where is it now?", /^$/],
    ["thanks for nothing, where is it", /^$/],
  ])("thanks: %s", (query, wanted) => {
    expect(opening(query)).toMatch(wanted);
  });

  test.each([
    ..."worried anxious scared afraid frightened terrified nervous stressed overwhelmed exhausted tired sad upset"
      .concat(
        " angry furious frustrated annoyed lonely confused embarrassed ashamed hopeless desperate",
      )
      .concat(
        " disappointed miserable depressed devastated heartbroken concerned helpless discouraged guilty uneasy",
      )
      .concat(" happy glad relieved excited grateful proud hopeful")
      .split(" ")
      .flatMap((word) => [[`I am ${word}`, "en"] as const, [`I feel so ${word}`, "en"] as const]),
    ..."preoccupata ansioso spaventata terrorizzato nervosa stressato esausta stanco triste arrabbiata furioso"
      .concat(
        " frustrata confuso imbarazzata disperato delusa infelice depresso scoraggiata agitato sopraffatta",
      )
      .concat(" abbattuto sconvolta demoralizzato")
      .split(" ")
      .flatMap((word) => [
        [`Sono ${word}`, "it"] as const,
        [`Mi sento molto ${word}`, "it"] as const,
      ]),
  ])("the gate lets the stated feeling be given back: %s", (query, language) => {
    const answer =
      language === "en" ? "It is in room 12 on 4 June." : "È nella stanza 12 il 4 giugno.";
    const made = rephraseNow({ query: `${query}.`, answer, language });
    expect(made).toMatchObject({ changed: true, fellBack: false });
    expect(made.text).not.toMatch(new RegExp(`^${answer.slice(0, 10)}`));
  });

  test("never claims to know, to live, or to promise", () => {
    for (const language of LANGUAGES) {
      for (const query of QUERIES[language]) {
        for (const answer of ANSWERS[language]) {
          const { text } = rephraseNow({ query, answer, language });
          const added = text.replace(answer, "");
          expect(added).not.toMatch(
            /exactly how|know how you feel|i feel\b|as a human|been there|will be (?:fine|ok|all right)|don't worry|so come si sente|non si preoccupi|andrà tutto bene/i,
          );
        }
      }
    }
  });
});

describe("a rephraser that cannot be trusted", () => {
  const request = {
    query: "I am worried. How much may I take?",
    answer: "Take 500 mg every 6 hours, and never more than 8 tablets in 24 hours.",
    language: "en",
  } as const;
  const proposing = (text: string): Rephraser => ({
    id: "model",
    propose: async () => ({ text, rules: ["its own"] }),
  });

  test.each([
    "I am sorry that you are worried. Take 50 mg every 6 hours, and never more than 8 tablets in 24 hours.",
    "Take 500 mg every 4 hours, and never more than 8 tablets in 24 hours.",
    "Take 500 g every 6 hours, and never more than 8 tablets in 24 hours.",
    "Take 500 mg every 6 hours, and sometimes more than 8 tablets in 24 hours.",
    "Take 500 mg every 6 hours. You need no doctor.",
    "Take five hundred and fifty mg every 6 hours, and never more than 8 tablets in 24 hours.",
    "",
    "   ",
    "x".repeat(100_000),
    "\uD800\uDC00\uD800 Take 500 mg",
  ])("what alters stays in: %j", async (text) => {
    const made = await rephrase(request, proposing(text));
    expect(made).toMatchObject({ text: request.answer, changed: false, fellBack: true });
    expect(made.proposed?.length ?? 0).toBeLessThan(2000);
  });

  test("what only warms goes out, under the model's name", async () => {
    const text = `I am sorry that you are worried. ${request.answer}`;
    expect(await rephrase(request, proposing(text))).toMatchObject({
      ...{ text, changed: true, fellBack: false, rules: ["model"] },
    });
  });

  test("nothing proposed, or a failure, is the neutral answer", async () => {
    const none: Rephraser = { id: "model", propose: async () => null };
    expect(await rephrase(request, none)).toMatchObject({ text: request.answer, fellBack: false });
    const fails: Rephraser = {
      id: "model",
      propose: () => Promise.reject(new TypeError("no connection")),
    };
    expect(await rephrase(request, fails)).toMatchObject({ text: request.answer, fellBack: true });
  });

  test("an aborted signal rejects", async () => {
    const abort = new AbortController();
    const waits: Rephraser = {
      id: "model",
      propose: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason));
        }),
    };
    const made = rephrase(request, waits, abort.signal);
    abort.abort(new DOMException("stop", "AbortError"));
    await expect(made).rejects.toThrow("stop");
  });
});

describe("any text", () => {
  const HOSTILE: readonly [string, string][] = [
    ["ten million characters", "I am worried. ".repeat(750_000)],
    ["nothing but apostrophes", "'".repeat(200_000)],
    ["nothing but line ends", "\n".repeat(200_000)],
    ["lone surrogates", "\uD800I am sad\uDFFF take 5 mg\uD83D"],
    ["control characters", "\u0000\u0007I am\u001b[31m worried\u0085"],
    ["right to left", "\u202eI am worried 5 mg\u202c \u2067take\u2069"],
    ["zero width", "I\u200b a\u200dm wor\u2060ried: take 5\u200b0 mg"],
    ["combining marks", `a${"\u0301".repeat(50_000)}`],
    ["a prototype's name", "__proto__ constructor toString"],
  ];

  test.each(HOSTILE)("%s as a query", (_, query) => {
    const answer = "Take 500 mg every 6 hours.";
    for (const language of LANGUAGES) {
      const made = rephraseNow({ query, answer, language });
      expect(numbers(made.text)).toEqual(["500", "6"]);
    }
  });

  test.each(HOSTILE)("%s as an answer goes out as it is, or between kind words", (_, answer) => {
    const made = rephraseNow({ query: "I am worried about this", answer, language: "en" });
    const kept = made.changed ? made.text.includes(answer.trim()) : made.text === answer;
    expect(kept || made.verdict?.same === true).toBe(true);
  });

  test("bad use is told", async () => {
    const bad = (request: object): Promise<unknown> =>
      rephrase({ query: "q", answer: "a", ...request } as Parameters<typeof rephrase>[0]);
    await expect(bad({ tone: "warm" })).rejects.toThrow(/expected one of query.*tone/);
    await expect(bad({ warmth: "hot" })).rejects.toThrow(/plain, kind, gentle.*hot/);
    await expect(bad({ language: "de" })).rejects.toThrow(/en, it.*de/);
    await expect(bad({ query: 5 })).rejects.toThrow(/expected a text/);
    expect(() => rephraseNow({ query: "q", answer: null as unknown as string })).toThrow(/text/);
  });
});
