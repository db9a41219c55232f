import { describe, expect, it } from "vitest";
import { generalQuestions, haveVignettes, ownCases, vignettes } from "../oracle/triage-cases.ts";
import { detectLanguage } from "../src/language/detect.ts";
import { lexiconNames } from "../src/triage/account.ts";
import { DERIVED } from "../src/triage/derived.ts";
import { condition, namesSpoken } from "../src/triage/expression.ts";
import { triage } from "../src/triage/gate.ts";
import { handoverText } from "../src/triage/handover.ts";
import { DOCTOR_RULES } from "../src/triage/rules-doctor.ts";
import { EMERGENCY_RULES } from "../src/triage/rules-emergency.ts";
import { SELF_CARE_RULES } from "../src/triage/rules-self-care.ts";
import { TRIAGE_SOURCES } from "../src/triage/sources.ts";
import type { Disposition } from "../src/triage/types.ts";

const URGENCY: Readonly<Record<Disposition, number>> = {
  emergency: 3,
  doctor: 2,
  "self-care": 1,
  unknown: 0,
};
const how = (text: string): Disposition => triage({ text }).disposition;

describe("rules", () => {
  const all = [...EMERGENCY_RULES, ...DOCTOR_RULES, ...SELF_CARE_RULES];
  it("speak only of findings that an account can tell, and cite known sources", () => {
    const known = new Set([...lexiconNames(), ...DERIVED.map(([name]) => name)]);
    const sources = new Set(TRIAGE_SOURCES.map(({ id }) => id));
    for (const { when, sources: cited, why } of all) {
      condition(when);
      expect(why).toMatch(/\.$/);
      for (const id of cited) expect(sources).toContain(id);
    }
    const unknown = [...namesSpoken()].filter((name) => {
      const plain = name.replace(/\.(?:severe|sudden|mild|worsening|recurrent)$/, "");
      return !known.has(plain) && !/^(?:age|vital|for|over|short)-/.test(plain);
    });
    expect(unknown).toEqual([]);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });
  it("refuse a condition that is none", () => {
    expect(() => condition("fever & (cough")).toThrow("no condition");
  });
});

describe("laws", () => {
  const emergencies = ownCases().filter(
    ({ label, text }) => label === "emergency" && how(text) === "emergency",
  );
  const homes = ownCases().filter(
    ({ label, text }) => label !== "emergency" && label !== "unknown" && how(text) !== "emergency",
  );
  it("a list of absent findings never raises the urgency", () => {
    for (const { text } of homes) {
      if (detectLanguage(text) === "it") continue;
      const more = `${text}. No chest pain, shortness of breath, fainting, confusion, stiff neck or seizures.`;
      const before = URGENCY[how(text)];
      expect(URGENCY[how(more)], text).toBeLessThanOrEqual(Math.max(before, 1));
    }
  });
  it("a vital sign beyond its limits never lowers it", () => {
    for (const { text } of [...emergencies, ...homes]) {
      for (const sign of [
        "Pulse 140.",
        "SpO2 85%.",
        "Blood pressure 75/40.",
        "Respiratory rate 34.",
      ]) {
        expect(URGENCY[how(`${text}. ${sign}`)], text).toBeGreaterThanOrEqual(URGENCY[how(text)]);
      }
    }
  });
  it("an emergency whose every finding is denied is none", () => {
    for (const list of [
      "chest pain, shortness of breath or sweating",
      "slurred speech, facial droop or weakness of the left arm",
      "fever, stiff neck, purple spots or confusion",
      "black stools, vomiting of blood or fainting",
    ]) {
      expect(how(`A 60-year-old man has ${list.replace(" or ", " and ")}.`)).toBe("emergency");
      expect(how(`A 60-year-old man has no ${list}.`)).not.toBe("emergency");
      expect(how(`He denies ${list}.`)).not.toBe("emergency");
    }
  });
  it("British spelling is read like American", () => {
    expect(how("he has severe dyspnoea and is cyanosed")).toBe("emergency");
    expect(how("haematemesis twice today, he is pale")).toBe("emergency");
    expect(how("watery diarrhoea since yesterday, no blood, drinking fine")).toBe(
      how("watery diarrhea since yesterday, no blood, drinking fine"),
    );
  });
  it("the order of sentences mostly does not matter", () => {
    let same = 0;
    const many = [...emergencies, ...homes].filter(({ text }) => text.split(". ").length > 1);
    for (const { text } of many) {
      if (how(text.split(". ").reverse().join(". ")) === how(text)) same++;
    }
    expect(same / many.length).toBeGreaterThan(0.9);
  });
  it("others' and past illnesses are not the person's now", () => {
    expect(how("I am 30 with a runny nose and sneezing. My father died of a heart attack.")).toBe(
      "self-care",
    );
    expect(
      how("A 50-year-old woman with a history of stroke in 2010 has an itchy mosquito bite."),
    ).not.toBe("emergency");
  });
  it("information and idioms are no emergency", () => {
    for (const text of [
      "What are the symptoms of stroke?",
      "How can I prevent a heart attack?",
      "this homework is killing me",
      "I could die of laughter",
    ]) {
      expect(how(text)).toBe("unknown");
    }
  });
});

describe("people in danger", () => {
  it.each([
    "I want to kill myself",
    "voglio farla finita",
    "my husband beats me",
    "I don't want to live anymore",
  ])("%s", (text) => {
    const verdict = triage({ text });
    expect(verdict).toMatchObject({ disposition: "emergency", crisis: true });
    expect(handoverText(verdict, "en")).toContain("911");
    expect(handoverText(verdict, "it")).toContain("112");
  });
  it("says nothing where nothing is to be said, never asks, never names an illness", () => {
    expect(handoverText(triage({ text: "hello" }), "en")).toBe("");
    const told = handoverText(triage({ text: "crushing chest pain and sweating" }), "en");
    expect(told).not.toMatch(/\?|heart/);
  });
});

describe("hostile text", () => {
  it("reads a bounded part, in linear work, and never throws", () => {
    for (const piece of [
      "no ",
      "pain ~ chest ",
      "\ud800",
      "a,".repeat(9),
      "120/80 ",
      "\u202e\u0000",
      "severe sudden ",
      "((((",
    ]) {
      const text = piece.repeat(Math.ceil(10_000_000 / piece.length));
      expect(["emergency", "doctor", "self-care", "unknown"]).toContain(how(text));
    }
    expect(how("")).toBe("unknown");
  });
});

describe("measured", () => {
  it("own texts that no rule was tuned on", () => {
    const held = ownCases().filter(({ heldOut }) => heldOut);
    const right = (label: Disposition): number => {
      const all = held.filter((each) => each.label === label);
      return all.filter(({ text }) => how(text) === label).length / all.length;
    };
    expect(right("emergency")).toBeGreaterThan(0.8);
    expect(right("self-care")).toBeGreaterThan(0.7);
  });
  it("vignettes and questions beside the repository", (context) => {
    if (!haveVignettes()) {
      context.skip("needs ../shared/data/companion");
      return;
    }
    const held = vignettes().filter(({ heldOut, label }) => heldOut && label === "emergency");
    const found = held.filter(({ text }) => how(text) === "emergency").length;
    expect(found / held.length).toBeGreaterThan(0.88);
    expect(generalQuestions().filter((text) => how(text) === "emergency")).toEqual([]);
  });
});
