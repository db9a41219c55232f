// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what configurations hold
import {
  CASE_STATES,
  COMPLAINTS,
  DISPOSITIONS,
  LANGUAGES,
  MOST_CHARACTERS,
  MOST_MESSAGES,
  PURPOSES,
  SENSORS,
  SETTINGS,
  STAGES,
  WARMTHS,
} from "@symbion/companion";
import { describe, expect, test } from "vitest";
import {
  CASE_STATE_NAMES,
  COMPLAINT_NAMES,
  DISPOSITION_NAMES,
  MOST_TURN_CHARACTERS,
  MOST_TURN_MESSAGES,
  PURPOSE_NAMES,
  SENSOR_NAMES,
  STAGE_NAMES,
} from "../src/companion/words.ts";
import {
  ANSWER_LANGUAGES,
  ANSWER_WARMTHS,
  NO_COMPANION,
  PLACES,
  SAMPLE_COMPANION,
  SAMPLE_CRM,
} from "../src/config/companion-types.ts";
import { type Checked, checkConfig, parseConfig } from "../src/config/config.ts";
import { defaultConfig } from "../src/config/defaults.ts";
import type { NodeConfig } from "../src/config/types.ts";
import { Redactor } from "../src/doctor/redact.ts";

function read(text: string): NodeConfig {
  return parseConfig(text, "symbion.yaml", { KEY: "sk-verysecret-1", CRM_TOKEN: "crm-secret-2" });
}

function check(text: string, previous: Checked | null = null): Checked {
  const checked = checkConfig(text, "symbion.yaml", { previous });
  if ("broken" in checked) throw new Error(checked.broken.text);
  return checked;
}

describe("companion", () => {
  test("is off unless there is such a section, and has the simulated model unless another is named", () => {
    expect(read("cameras: []\n").companion).toEqual(NO_COMPANION);
    for (const text of ["companion:\n", "companion: {}\n", "companion: { upstream: sample }\n"]) {
      expect(read(text)).toMatchObject({ companion: SAMPLE_COMPANION, problems: [] });
    }
    expect(defaultConfig("/x").companion).toEqual({ ...SAMPLE_COMPANION, crm: SAMPLE_CRM });
  });

  test("is read with its defaults and secrets", () => {
    const { companion, problems } = read(`companion:
  upstream: { url: "https://models.example/v1", model: big, api-key: "\${KEY}", timeout: 30 s }
  rephrase-with: { url: "http://127.0.0.1:8085" }
  language: it
  warmth: gentle
  setting: workplace
  keep: 30 d
  crm: { kind: rt, url: "http://127.0.0.1:9080", token: "\${CRM_TOKEN}", queue: Support }
`);
    expect(problems).toEqual([]);
    expect(companion).toEqual({
      enabled: true,
      upstream: {
        ...{ url: "https://models.example/v1", model: "big", apiKey: "sk-verysecret-1" },
        timeoutSeconds: 30,
      },
      rephraseWith: {
        ...{ url: "http://127.0.0.1:8085", model: null, apiKey: null, timeoutSeconds: 120 },
      },
      ...{ language: "it", warmth: "gentle", setting: "workplace", keepDays: 30 },
      crm: {
        ...{ kind: "rt", url: "http://127.0.0.1:9080", token: "crm-secret-2", queue: "Support" },
        ...{ clientId: null, clientSecret: null },
      },
    });
  });

  test.each([
    ["upstream: gpt", /companion\.upstream: expected sample, or a mapping/],
    ['upstream: { url: "ftp://x" }', /companion\.upstream/],
    ['upstream: { url: "http://user:pw@x/v1" }', /companion\.upstream/],
    ['upstream: { url: "http://x", modle: y }', /did you mean "model"/],
    ["warmth: hot", /companion\.warmth: expected/],
    ["setting: school", /companion\.setting: expected/],
    ["keep: 30", /companion\.keep: expected/],
    ["crm: { kind: rt }", /companion\.crm/],
    ['crm: { kind: salesforce, url: "https://x", client-id: a }', /together, for salesforce/],
    ["colour: red", /companion\.colour: unknown key/],
  ])("what is wrong is told: %s", (text, words) => {
    const { problems } = read(`companion: { ${text} }\n`);
    expect(problems.join("\n")).toMatch(words);
  });

  test("a model that cannot be read is not replaced by another one", () => {
    expect(read("companion: { upstream: { url: nowhere } }\n").companion.enabled).toBe(false);
  });

  test("a place that cannot be read is the strictest, and what was good stays", () => {
    expect(read("companion: { setting: hoem }\n").companion.setting).toBe("workplace");
    const before = check(
      'companion: { setting: education, upstream: { url: "http://127.0.0.1:1/v1" } }\n',
    );
    const { config } = check("companion: { setting: hoem, upstream: { url: 7 } }\n", before);
    expect(config.companion).toEqual(before.config.companion);
    expect(config.problems).toHaveLength(2);
  });

  test("its words are the layer's", () => {
    expect([ANSWER_LANGUAGES, ANSWER_WARMTHS, PLACES]).toEqual([LANGUAGES, WARMTHS, SETTINGS]);
    expect([STAGE_NAMES, DISPOSITION_NAMES]).toEqual([STAGES, DISPOSITIONS]);
    expect([SENSOR_NAMES, PURPOSE_NAMES]).toEqual([SENSORS, PURPOSES]);
    expect([CASE_STATE_NAMES, COMPLAINT_NAMES]).toEqual([CASE_STATES, COMPLAINTS]);
    expect([MOST_TURN_MESSAGES, MOST_TURN_CHARACTERS]).toEqual([MOST_MESSAGES, MOST_CHARACTERS]);
  });

  test("its secrets are in no support bundle", () => {
    const config = read(`companion:
  upstream: { url: "https://models.example/v1", api-key: "\${KEY}" }
  crm: { kind: rt, url: "https://desk.example", token: "\${CRM_TOKEN}" }
`);
    const redactor = new Redactor();
    redactor.learn(config);
    const shown = redactor.text(
      "companion: models.example said sk-verysecret-1; desk.example said crm-secret-2",
    );
    expect(shown).not.toMatch(/verysecret|crm-secret|models\.example|desk\.example/);
    const written = redactor.config({
      companion: {
        ...{ setting: "private", warmth: "kind", language: "en", upstream: "sample" },
        crm: { kind: "rt", token: "plain-secret-3" },
      },
    });
    expect(written).toEqual({
      companion: {
        ...{ setting: "private", warmth: "kind", language: "en", upstream: "sample" },
        crm: { kind: "rt", token: "***" },
      },
    });
  });
});
