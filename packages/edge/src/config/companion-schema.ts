/** What may stand below `companion:` in `symbion.yaml`; see schema.ts for how such objects are used. */

import type { Language, Setting, Warmth } from "@symbion/companion";
import { z } from "zod";
import {
  ANSWER_LANGUAGES,
  ANSWER_WARMTHS,
  CRM_CHOICES,
  type CrmConfig,
  PLACES,
  type UpstreamConfig,
} from "./companion-types.ts";
import { address, days, label, seconds } from "./readers.ts";

/** Silence of a model's server unless it is said otherwise, seconds. */
const DEFAULT_TIMEOUT = 120;

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
  timeout: seconds("Longest silence of the server. Default: 2 min.", 1, 3600).optional(),
};

const upstreamObject = z.strictObject(upstreamShape);

const upstreamRead: z.ZodType<UpstreamConfig> = upstreamObject.transform((value) => ({
  url: value.url,
  model: value.model ?? null,
  apiKey: value["api-key"] ?? null,
  timeoutSeconds: value.timeout ?? DEFAULT_TIMEOUT,
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

/** `companion.rephrase-with`; null for the grammar. */
export const rephraseSchema: z.ZodType<UpstreamConfig | null> = z
  .unknown()
  .transform(wordOr("grammar", upstreamRead))
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

const crmShape = {
  kind: z.enum(CRM_CHOICES).describe("Which system. sample: simulated cases, kept in memory."),
  url: server("Address of the system; https, or http to this machine.").optional(),
  token: secret("Access token of Salesforce, authentication token of Request Tracker.").optional(),
  "client-id": secret("Consumer key of Salesforce's client-credentials flow.").optional(),
  "client-secret": secret("Consumer secret of that flow.").optional(),
  queue: label("Queue of Request Tracker for new cases. Default: General.").optional(),
};

const crmObject = z.strictObject(crmShape);

/** `companion.crm`. */
export const crmSchema: z.ZodType<CrmConfig> = crmObject
  .refine(({ kind, url }) => (kind === "sample") === (url === undefined), {
    message: '"url" for every system but the sample',
    path: ["url"],
  })
  .refine(
    (crm) =>
      (crm["client-id"] === undefined) === (crm["client-secret"] === undefined) &&
      (crm["client-id"] === undefined || crm.kind === "salesforce"),
    { message: '"client-id" and "client-secret" together, for salesforce', path: ["client-id"] },
  )
  .refine(
    (crm) =>
      crm.kind === "sample" || (crm.token === undefined) !== (crm["client-id"] === undefined),
    { message: '"token", or "client-id" and "client-secret"', path: ["token"] },
  )
  .transform((crm) => ({
    kind: crm.kind,
    url: crm.url ?? null,
    token: crm.token ?? null,
    clientId: crm["client-id"] ?? null,
    clientSecret: crm["client-secret"] ?? null,
    queue: crm.queue ?? null,
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
      .union([z.literal("grammar"), upstreamObject])
      .describe(
        "What proposes warmer words, which go out only where they say the same. Default: grammar.",
      )
      .optional(),
    language: languageSchema.optional(),
    warmth: warmthSchema.optional(),
    setting: settingSchema.optional(),
    keep: keepSchema.optional(),
    crm: crmObject.describe("A CRM system whose cases are shown.").nullable().optional(),
  })
  .describe(
    "The layer after a model: gates, guards, warmer words, accountability log. Without this section nothing is answered.",
  )
  .nullable()
  .optional();

/** Keys by place below `companion:`. */
export const COMPANION_KEYS: Readonly<Record<string, readonly string[]>> = {
  companion: ["upstream", "rephrase-with", "language", "warmth", "setting", "keep", "crm"],
  "companion.upstream": Object.keys(upstreamShape),
  "companion.rephrase-with": Object.keys(upstreamShape),
  "companion.crm": Object.keys(crmShape),
};
