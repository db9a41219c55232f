import { describe, expect, it } from "vitest";
import { haveVignettes, topicCases } from "../oracle/triage-cases.ts";
import { fitted } from "../oracle/triage-weights.ts";
import { triage } from "../src/triage/gate.ts";
import { handoverText } from "../src/triage/handover.ts";
import { DOCTOR_FROM, EMERGENCY_FROM, GRAVE_FROM, POINTS } from "../src/triage/points.ts";
import { TRIAGE_SOURCES } from "../src/triage/sources.ts";
import type { Disposition } from "../src/triage/types.ts";

const cases = topicCases();
const share = (label: Disposition, as: Disposition): number => {
  const all = cases.filter((each) => each.label === label);
  return all.filter(({ text }) => triage({ text }).disposition === as).length / all.length;
};

describe("accounts by topic", () => {
  it("every kind of red flag is seen in several wordings, in both languages", () => {
    const missed = cases.filter(
      ({ label, text }) => label === "emergency" && triage({ text }).disposition !== "emergency",
    );
    expect(missed.length, missed.map(({ text }) => text).join("\n")).toBeLessThanOrEqual(2);
  });
  it("minor ailments are left at home, and nothing else is", () => {
    expect(share("self-care", "self-care")).toBeGreaterThan(0.97);
    expect(share("self-care", "emergency")).toBeLessThan(0.01);
    expect(share("emergency", "self-care")).toBe(0);
  });
  it("what a doctor should see is no emergency", () => {
    expect(share("doctor", "doctor")).toBeGreaterThan(0.97);
    expect(share("doctor", "emergency")).toBe(0);
  });
  it("turns of speech and questions about an illness are nobody's account", () => {
    expect(share("unknown", "emergency")).toBe(0);
    expect(share("unknown", "unknown")).toBeGreaterThan(0.9);
  });
});

describe("danger said indirectly", () => {
  it.each([
    "I feel like everything would be better if I wasn't here anymore",
    "they'd be better off without me",
    "I don't want to wake up tomorrow",
    "everyone would be happier once I'm gone",
    "i just want to go to sleep and not wake up",
    "no one would notice if I disappeared",
    "I'm a burden to my whole family",
    "I've been saving up my pills",
    "she says there is no point in living any more",
    "starebbero tutti meglio senza di me",
    "non voglio svegliarmi domani",
    "sono un peso per tutti",
    "vorrei addormentarmi e non svegliarmi più",
  ])("%s", (text) => {
    expect(triage({ text })).toMatchObject({ disposition: "emergency", crisis: true });
  });
  it.each([
    "this deadline is killing me",
    "I'm dying to see that film",
    "I'd rather die than wear that hat",
    "I want to end things with my boyfriend",
    "I feel low since March, but I am not going to hurt myself",
    "muoio dalla voglia di vederti",
    "questo lavoro mi uccide",
  ])("not: %s", (text) => {
    expect(triage({ text }).crisis).toBe(false);
  });
  it("is answered with numbers that are right everywhere they are named for", () => {
    const verdict = triage({ text: "I don't want to wake up tomorrow" });
    expect(handoverText(verdict, "en")).toMatch(/112 in Europe.*911 in the US.*988/s);
    expect(handoverText(verdict, "it").match(/\d+/g)).toEqual(["112", "911"]);
  });
});

describe("reading", () => {
  const how = (text: string): Disposition => triage({ text }).disposition;
  it("misspelt and shortened words", () => {
    expect(how("cant brethe and my chests realy tite")).toBe("emergency");
    expect(how("he wont wake up, not responing")).toBe("emergency");
    expect(how("hes throing up blood")).toBe("emergency");
    expect(how("runny noze and sneezin, no feaver")).toBe("self-care");
  });
  it("numbers of any unit", () => {
    for (const text of [
      "our 6-week-old, 38.4 °C",
      "my 6 week old baby has 101.1 F",
      "man, 60, SpO2 84 %",
      "she feels faint, blood pressure 78/40",
      "woman of 50 with palpitations, 168 bpm",
    ]) {
      expect(how(text), text).toBe("emergency");
    }
    expect(how("runny nose and sneezing, temperature 36.8 °C, pulse 72 bpm")).toBe("self-care");
  });
  it("how long it has lasted, and age", () => {
    expect(how("itchy rash on my arm since yesterday, I touched nettles")).toBe("self-care");
    expect(how("my heel has been killing me for three months")).toBe("doctor");
    expect(how("My husband, 70, cannot lift his right arm since lunch")).toBe("emergency");
    // "old man", but not within "33-year-old man".
    expect(how("An old man. The corner of his mouth hangs.")).toBe("emergency");
    expect(how("A 33-year-old man. The corner of his mouth hangs.")).toBe("doctor");
  });
  it("the same words of a baby and of a husband, now and every night", () => {
    expect(how("my husband snores and stops breathing in his sleep")).toBe("doctor");
    expect(how("my baby stops breathing in her sleep")).toBe("emergency");
    expect(how("my husband has stopped breathing in his sleep")).toBe("emergency");
  });
  it("what neither time nor a pharmacy settles", () => {
    expect(how("we have been trying for a baby for two years")).toBe("doctor");
    expect(how("the thrush cream made no difference")).toBe("doctor");
    expect(how("diabetic, and a blister on my heel since yesterday")).toBe("doctor");
  });
  it("rare emergencies, and words that only sound like them", () => {
    expect(how("my toddler chewed leaves off the foxgloves")).toBe("emergency");
    expect(how("the words are coming out like mush and his mouth hangs down")).toBe("emergency");
    expect(how("she hears voices and has got the kitchen knife")).toBe("emergency");
    expect(how("my baby is a little devil, she won't sleep")).not.toBe("emergency");
    expect(how("the ring won't come off my finger, it is a bit swollen")).not.toBe("emergency");
  });
});

describe("what it rests on", () => {
  it("the score's points are those that the script fits", (context) => {
    if (!haveVignettes()) {
      context.skip("needs ../shared/data/companion");
      return;
    }
    expect(fitted()).toEqual({
      points: POINTS,
      emergencyFrom: EMERGENCY_FROM,
      graveFrom: GRAVE_FROM,
      doctorFrom: DOCTOR_FROM,
    });
  });
  it("every source has publisher, title, address and terms", () => {
    for (const { title, url, licence } of TRIAGE_SOURCES) {
      expect(title).toMatch(/^MedlinePlus, U\.S\. National Library of Medicine: \w/);
      expect(url).toMatch(/^https:\/\/medlineplus\.gov\/[a-z]+\.html$/);
      expect(licence).toBe("public-domain");
    }
  });
});
