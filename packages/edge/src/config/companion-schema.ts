/** What may stand below `companion:` in `symbion.yaml`; see schema.ts for how such objects are used. */

import type { Language, Setting, Warmth } from "@symbion/companion";
import { z } from "zod";
import {
  ANSWER_LANGUAGES,
  ANSWER_WARMTHS,
  CONFLICT_CHOICES,
  CRM_CHOICES,
  type CrmConfig,
  PLACES,
  type RephraserConfig,
  type UpstreamConfig,
} from "./companion-types.ts";
import { address, days, flag, label, oneOrMore, seconds } from "./readers.ts";

const secret = (description: string): z.ZodType<string> =>
  z
    .string()
    .regex(/^[\x21-\x7e]{1,4096}$/, "one word of visible ASCII characters")
    .describe(`${description} Best as \${secret:NAME}.`);

const server = (description: string): z.ZodType<string> =>
  address(["http", "https"], description, true).refine(
    (url) => !URL.canParse(url) || (new URL(url).username === "" && new URL(url).password === ""),
    "an address without user and password",
  );

const upstreamShape = {
  url: server(
    "Address of a server of OpenAI's interface: llama.cpp, Ollama, LM Studio, symbion models serve, a cloud.",
  ),
  model: label("Model that is asked. Default: the first that the server lists.").optional(),
  "api-key": secret("Key of the server.").optional(),
  timeout: seconds(
    "Longest silence of the server; of a model that rephrases, longest time for a proposal. Default: 2 min, 30 s.",
    1,
    3600,
  ).optional(),
  temperature: z
    .number()
    .min(0)
    .max(2)
    .describe("How freely the model chooses words, 0 to 2. Default: the server's.")
    .optional(),
  "top-p": z
    .number()
    .min(0)
    .max(1)
    .describe("Share of probability that words are chosen from, 0 to 1. Default: the server's.")
    .optional(),
  "max-tokens": z
    .int()
    .min(1)
    .max(1_000_000)
    .describe("Most tokens of an answer. Default: the server's.")
    .optional(),
  seed: z
    .int()
    .min(0)
    .max(4_294_967_295)
    .describe("Seed of the model's chance, where the server knows one.")
    .optional(),
};

const upstreamObject = z.strictObject(upstreamShape);

const rephraserShape = {
  ...upstreamShape,
  examples: z
    .string()
    .min(1)
    .describe("Your own file of triplets, IDRE for instance, relative to this file.")
    .optional(),
  shots: z
    .int()
    .min(0)
    .max(8)
    .describe("Examples that the model is shown, the nearest ones. Default: 3.")
    .optional(),
};

const rephraserObject = z.strictObject(rephraserShape);

/** Keys of the configuration and their names in OpenAI's interface. */
const PARAMETERS = [
  ["temperature", "temperature"],
  ["top-p", "top_p"],
  ["max-tokens", "max_tokens"],
  ["seed", "seed"],
] as const;

function readServer(value: z.output<typeof upstreamObject>): UpstreamConfig {
  return {
    url: value.url,
    model: value.model ?? null,
    apiKey: value["api-key"] ?? null,
    timeoutSeconds: value.timeout ?? null,
    parameters: Object.fromEntries(
      PARAMETERS.flatMap(([key, name]) => {
        const given = value[key];
        return given === undefined ? [] : [[name, given]];
      }),
    ),
  };
}

const upstreamRead: z.ZodType<UpstreamConfig> = upstreamObject.transform(readServer);

const rephraserRead: z.ZodType<RephraserConfig> = rephraserObject.transform((value) => ({
  ...readServer(value),
  ...{ examples: value.examples ?? null, shots: value.shots ?? null },
}));

/** Reads a word, which becomes null, or a mapping; what is wrong in the mapping is told of its keys. */
function wordOr<T>(
  word: string,
  mapping: z.ZodType<T>,
): (value: unknown, context: z.RefinementCtx) => T | null {
  return (value, context) => {
    if (value === word) return null;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      context.addIssue({ code: "custom", message: `${word}, or a mapping with the key "url"` });
      return z.NEVER;
    }
    const result = mapping.safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) context.addIssue({ ...issue });
    return z.NEVER;
  };
}

/** `companion.upstream`; null for the built-in sample. */
export const upstreamSchema: z.ZodType<UpstreamConfig | null> = z
  .unknown()
  .transform(wordOr("sample", upstreamRead))
  .describe(
    "The model behind the layer. sample: the built-in one, which is simulated. Default: sample.",
  );

/** `companion.rephrase-with`; null for the grammar. The path of examples is as it was written. */
export const rephraseSchema: z.ZodType<RephraserConfig | null> = z
  .unknown()
  .transform(wordOr("grammar", rephraserRead))
  .describe(
    "What proposes warmer words, which go out only where they say the same. Default: the built-in grammar.",
  );

/** `companion.language`. */
export const languageSchema: z.ZodType<Language> = z
  .enum(ANSWER_LANGUAGES)
  .describe("Language of all answers. Default: the question's.");

/** `companion.warmth`. */
export const warmthSchema: z.ZodType<Warmth> = z
  .enum(ANSWER_WARMTHS)
  .describe("How warm answers may be; plain leaves the words as they are. Default: kind.");

/** `companion.setting`. */
export const settingSchema: z.ZodType<Setting> = z
  .enum(PLACES)
  .describe(
    "Where it is used. At a workplace and in education nothing is inferred from bodies, whatever anybody grants. Default: private.",
  );

/** `companion.keep`. */
export const keepSchema: z.ZodType<number> = days(
  "How long conversations stay readable in the accountability log: afterwards their keys are destroyed. Default: for ever.",
);

/** `companion.prompt`. */
export const promptSchema: z.ZodType<boolean> = flag(
  "Whether the model is asked to answer plainly, in a system message put first. Default: true.",
);

/** `companion.longest`. */
export const longestSchema: z.ZodType<number> = seconds(
  "Longest time for a model's whole answer. Default: 15 min.",
  1,
  86_400,
);

/** `companion.longest-answer`. */
export const longestAnswerSchema: z.ZodType<number> = z
  .int()
  .min(1000)
  .max(1_000_000)
  .describe(
    "Longest answer of a model, in characters; of a longer one nothing goes out. Default: 100000.",
  );

const statuses = (description: string): z.ZodType<readonly string[]> =>
  oneOrMore(
    "a status as the system writes it",
    description,
    { type: "string", minLength: 1, maxLength: 80 },
    (text) => text !== "" && text.length <= 80,
  );

const salesforceName = (description: string): z.ZodType<string> =>
  z
    .string()
    .regex(/^[A-Za-z]\w{0,79}$/, "the name of a Salesforce field or object")
    .describe(description);

const crmShape = {
  kind: z.enum(CRM_CHOICES).describe("Which system. sample: simulated cases, kept in memory."),
  url: server("Address of the system; https, or http to this machine.").optional(),
  token: secret("Access token of Salesforce, authentication token of Request Tracker.").optional(),
  "on-conflict": z
    .enum(CONFLICT_CHOICES)
    .describe(
      "Fields that somebody else changed before an edit was sent. ask: a person decides; theirs: they stay. Default: ask.",
    )
    .optional(),
  "waiting-statuses": statuses("Statuses that mean waiting for somebody.").optional(),
  "satisfaction-field": label(
    "Field, 1 to 5, of satisfaction that customers stated. Default: none.",
  ).optional(),
  user: label("Account of Request Tracker, where there is no token.").optional(),
  password: z
    .string()
    .min(1)
    .max(256)
    .describe(`Its password. Best as \${secret:NAME}.`)
    .optional(),
  queue: label("Queue of Request Tracker for new cases. Default: General.").optional(),
  "closed-statuses": statuses(
    "Statuses of Request Tracker that mean closed. Default: resolved, rejected, deleted.",
  ).optional(),
  "escalated-from": z
    .int()
    .min(1)
    .max(100_000)
    .describe("Priority of Request Tracker from which on a case was handed up. Default: 80.")
    .optional(),
  "client-id": secret("Consumer key of Salesforce's client-credentials flow.").optional(),
  "client-secret": secret("Consumer secret of that flow.").optional(),
  "login-url": server("Where Salesforce's tokens are fetched. Default: url.").optional(),
  version: z
    .string()
    .regex(/^(?:4[6-9]|[5-9]\d)\.0$/, 'a version of Salesforce\'s API from "46.0" on')
    .describe('Version of Salesforce\'s API. Default: "62.0".')
    .optional(),
  "external-id-field": salesforceName(
    "Unique text field, external id, on Case, Contact and Task. Default: Symbion_Id__c.",
  ).optional(),
  ledger: z
    .strictObject({
      object: salesforceName("Its name."),
      field: salesforceName("Its unique text field."),
    })
    .describe("Object of Salesforce by which comments are written all or nothing. Default: none.")
    .optional(),
};

const crmObject = z.strictObject(crmShape);

/** Keys that one system knows only. */
const OF_ONE: Readonly<Record<"rt" | "salesforce", readonly (keyof typeof crmShape)[]>> = {
  rt: ["user", "password", "queue", "closed-statuses", "escalated-from"],
  salesforce: [
    ...(["client-id", "client-secret", "login-url", "version"] as const),
    ...(["external-id-field", "ledger"] as const),
  ],
};

/** `companion.crm`. */
export const crmSchema: z.ZodType<CrmConfig> = crmObject
  .superRefine((crm, context) => {
    const wrong = (key: keyof typeof crmShape, message: string): void =>
      context.addIssue({ code: "custom", message, path: [key] });
    const both = (one: keyof typeof crmShape, other: keyof typeof crmShape): boolean =>
      (crm[one] === undefined) === (crm[other] === undefined);
    if ((crm.kind === "sample") !== (crm.url === undefined)) {
      wrong("url", '"url" for every system but the sample');
    }
    if (!both("client-id", "client-secret")) {
      wrong("client-id", '"client-id" and "client-secret" together, for salesforce');
    }
    if (!both("user", "password")) wrong("user", '"user" and "password" together, for rt');
    for (const kind of ["rt", "salesforce"] as const) {
      for (const key of kind === crm.kind ? [] : OF_ONE[kind]) {
        if (crm[key] !== undefined) wrong(key, `"${key}" for ${kind} only`);
      }
    }
    if (crm.kind === "sample") {
      for (const key of ["token", "waiting-statuses", "satisfaction-field"] as const) {
        if (crm[key] !== undefined) wrong(key, "no such key for the sample");
      }
      return;
    }
    const other = crm.kind === "rt" ? "user" : "client-id";
    if ((crm.token === undefined) === (crm[other] === undefined)) {
      wrong(
        "token",
        crm.kind === "rt"
          ? '"token", or "user" and "password"'
          : '"token", or "client-id" and "client-secret"',
      );
    }
  })
  .transform((crm) => ({
    kind: crm.kind,
    url: crm.url ?? null,
    token: crm.token ?? null,
    clientId: crm["client-id"] ?? null,
    clientSecret: crm["client-secret"] ?? null,
    onConflict: crm["on-conflict"] ?? "ask",
    waitingStatuses: crm["waiting-statuses"] ?? null,
    satisfactionField: crm["satisfaction-field"] ?? null,
    user: crm.user ?? null,
    password: crm.password ?? null,
    queue: crm.queue ?? null,
    closedStatuses: crm["closed-statuses"] ?? null,
    escalatedFrom: crm["escalated-from"] ?? null,
    loginUrl: crm["login-url"] ?? null,
    version: crm.version ?? null,
    externalIdField: crm["external-id-field"] ?? null,
    ledger: crm.ledger ?? null,
  }));

/** `companion:` as a whole, for the JSON Schema. */
export const companionSchema: z.ZodType = z
  .strictObject({
    upstream: z
      .union([z.literal("sample"), upstreamObject])
      .describe(
        "The model behind the layer. sample: the built-in one, which is simulated. Default: sample.",
      )
      .optional(),
    "rephrase-with": z
      .union([z.literal("grammar"), rephraserObject])
      .describe(
        "What proposes warmer words, which go out only where they say the same. Default: grammar.",
      )
      .optional(),
    prompt: promptSchema.optional(),
    longest: longestSchema.optional(),
    "longest-answer": longestAnswerSchema.optional(),
    language: languageSchema.optional(),
    warmth: warmthSchema.optional(),
    setting: settingSchema.optional(),
    keep: keepSchema.optional(),
    crm: crmObject
      .describe("A CRM system whose cases are shown, answered and edited.")
      .nullable()
      .optional(),
  })
  .describe(
    "The layer after a model: gates, guards, warmer words, accountability log. Without this section nothing is answered.",
  )
  .nullable()
  .optional();

/** Keys by place below `companion:`. */
export const COMPANION_KEYS: Readonly<Record<string, readonly string[]>> = {
  companion: [
    ...["upstream", "rephrase-with", "prompt", "longest", "longest-answer", "language", "warmth"],
    ...["setting", "keep", "crm"],
  ],
  "companion.upstream": Object.keys(upstreamShape),
  "companion.rephrase-with": Object.keys(rephraserShape),
  "companion.crm": Object.keys(crmShape),
  "companion.crm.ledger": ["object", "field"],
};
