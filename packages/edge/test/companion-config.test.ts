// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what configurations hold
import { resolve } from "node:path";
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
  upstream:
    { url: "https://models.example/v1", model: big, api-key: "\${KEY}", timeout: 30 s, temperature: 0.2, top-p: 0.9, max-tokens: 500, seed: 7 }
  rephrase-with: { url: "http://127.0.0.1:8085", examples: idre.json, shots: 2 }
  prompt: no
  longest: 5 min
  longest-answer: 20000
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
        parameters: { temperature: 0.2, top_p: 0.9, max_tokens: 500, seed: 7 },
      },
      rephraseWith: {
        ...{ url: "http://127.0.0.1:8085", model: null, apiKey: null, timeoutSeconds: null },
        ...{ parameters: {}, examples: resolve("idre.json"), shots: 2 },
      },
      ...{ prompt: false, longestSeconds: 300, longestAnswer: 20_000 },
      ...{ language: "it", warmth: "gentle", setting: "workplace", keepDays: 30 },
      crm: {
        ...SAMPLE_CRM,
        ...{ kind: "rt", url: "http://127.0.0.1:9080", token: "crm-secret-2", queue: "Support" },
      },
    });
  });

  test("knows every option of the connectors that a node can use", () => {
    const { companion, problems } = read(`companion:
  crm: { kind: rt, url: "https://desk.example/rt", user: symbion, password: "two words", on-conflict: theirs, waiting-statuses: [stalled, held], closed-statuses: resolved, satisfaction-field: CSAT, escalated-from: 90 }
`);
    expect(problems).toEqual([]);
    expect(companion.crm).toEqual({
      ...SAMPLE_CRM,
      ...{ kind: "rt", url: "https://desk.example/rt", user: "symbion", password: "two words" },
      ...{ onConflict: "theirs", waitingStatuses: ["stalled", "held"], escalatedFrom: 90 },
      ...{ closedStatuses: ["resolved"], satisfactionField: "CSAT" },
    });
    const salesforce = read(`companion:
  crm: { kind: salesforce, url: "https://my.example", client-id: a, client-secret: b, login-url: "https://login.example", version: "63.0", external-id-field: Own__c, ledger: { object: L__c, field: K__c } }
`);
    expect(salesforce.problems).toEqual([]);
    expect(salesforce.companion.crm).toMatchObject({
      ...{ clientId: "a", clientSecret: "b", loginUrl: "https://login.example", version: "63.0" },
      ...{ externalIdField: "Own__c", ledger: { object: "L__c", field: "K__c" } },
    });
  });

  test.each([
    ['upstream: { url: "http://x", temperature: 3 }', /companion\.upstream\.temperature/],
    ['rephrase-with: { url: "http://x", shots: 9 }', /companion\.rephrase-with\.shots/],
    ['upstream: { url: "http://x", shots: 2 }', /companion\.upstream\.shots: unknown key/],
    ["prompt: maybe", /companion\.prompt: expected true or false/],
    ["longest: forever", /companion\.longest: expected/],
    ["longest-answer: 5", /companion\.longest-answer: expected/],
    ['crm: { kind: rt, url: "https://x", user: a }', /"user" and "password" together/],
    ['crm: { kind: rt, url: "https://x", token: t, ledger: { object: a, field: b } }', /only/],
    ['crm: { kind: salesforce, url: "https://x", token: t, queue: q }', /"queue" for rt only/],
    ['crm: { kind: salesforce, url: "https://x", token: t, version: "12.0" }', /crm\.version/],
    ['crm: { kind: rt, url: "https://x", token: t, on-conflict: mine }', /crm\.on-conflict/],
    ['crm: { kind: rt, url: "https://x", token: t, colour: red }', /crm\.colour: unknown key/],
    ["crm: { kind: sample, token: t }", /no such key for the sample/],
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
  crm: { kind: rt, url: "https://desk.example", user: "desk-account", password: "\${CRM_TOKEN}" }
`);
    const redactor = new Redactor();
    redactor.learn(config);
    const shown = redactor.text(
      "companion: models.example said sk-verysecret-1; desk.example said crm-secret-2 to desk-account",
    );
    expect(shown).not.toMatch(/verysecret|crm-secret|desk-account|models\.example|desk\.example/);
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
