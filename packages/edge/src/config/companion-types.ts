/** The layer after a model, as the rest of the node takes it: checked, with defaults filled in. */

import type { Language, Setting, Warmth } from "@symbion/companion";

/** Languages of answers. Written out, so that reading a configuration does not load the layer. */
export const ANSWER_LANGUAGES = ["en", "it"] as const;

/** How warm answers may be. */
export const ANSWER_WARMTHS = ["plain", "kind", "gentle"] as const;

/** Where the layer may be used. */
export const PLACES = ["private", "workplace", "education"] as const;

/** Where a model's server is. The key is in clear: mask before showing. */
export type UpstreamConfig = {
  readonly url: string;
  /** Null: the first that the server lists. */
  readonly model: string | null;
  readonly apiKey: string | null;
  /** Longest silence, seconds; null: the default of what it is asked for. */
  readonly timeoutSeconds: number | null;
  /** Fields of requests that say how the model samples, under the names of OpenAI's interface. */
  readonly parameters: Readonly<Record<string, number>>;
};

/** A server whose model proposes warmer words. */
export type RephraserConfig = UpstreamConfig & {
  /** The user's own file of triplets, an absolute path; null: the model is shown no examples. */
  readonly examples: string | null;
  /** Examples that are shown at most; null: the default. */
  readonly shots: number | null;
};

/** Systems of cases; `sample` is simulated. */
export const CRM_CHOICES = ["salesforce", "rt", "sample"] as const;

/** Ways to deal with fields in conflict; there is none that overwrites unseen. */
export const CONFLICT_CHOICES = ["ask", "theirs"] as const;

/** A CRM system. Secrets are in clear: mask before showing. */
export type CrmConfig = {
  readonly kind: (typeof CRM_CHOICES)[number];
  /** Null for the sample only. */
  readonly url: string | null;
  /** Access token of Salesforce, authentication token of Request Tracker; null where client id and secret are used. */
  readonly token: string | null;
  readonly clientId: string | null;
  readonly clientSecret: string | null;
  /** What to do with fields that somebody else changed meanwhile: `ask` a person, or leave `theirs`. */
  readonly onConflict: (typeof CONFLICT_CHOICES)[number];
  /** Words of the status that mean waiting for somebody; null: the connector's. */
  readonly waitingStatuses: readonly string[] | null;
  /** Where stated satisfaction is kept; null: it has no place. */
  readonly satisfactionField: string | null;
  /** Request Tracker: an account's name and password, in the place of a token; null where that is used. */
  readonly user: string | null;
  readonly password: string | null;
  /** Request Tracker: the queue of new cases; null: its default. */
  readonly queue: string | null;
  /** Request Tracker: statuses that mean closed; null: the connector's. */
  readonly closedStatuses: readonly string[] | null;
  /** Request Tracker: priority from which on a case counts as handed up; null: the connector's. */
  readonly escalatedFrom: number | null;
  /** Salesforce: where tokens are fetched; null: the instance. */
  readonly loginUrl: string | null;
  /** Salesforce: version of the API; null: the connector's. */
  readonly version: string | null;
  /** Salesforce: unique text field that holds the intent's id; null: the connector's. */
  readonly externalIdField: string | null;
  /** Salesforce: object with a unique field that makes comments atomic; null: they carry a mark. */
  readonly ledger: { readonly object: string; readonly field: string } | null;
};

/** The `companion` section. */
export type CompanionConfig = {
  /** Whether the layer runs. */
  readonly enabled: boolean;
  /** Null: the built-in sample, which is simulated. */
  readonly upstream: UpstreamConfig | null;
  /** Proposes warmer words; null: the built-in grammar. */
  readonly rephraseWith: RephraserConfig | null;
  /** Whether the model is told to answer plainly, in a system message put first. */
  readonly prompt: boolean;
  /** Longest time for a model's whole answer, seconds. */
  readonly longestSeconds: number;
  /** Longest answer of a model, characters. */
  readonly longestAnswer: number;
  /** Of all answers; null: the question's. */
  readonly language: Language | null;
  readonly warmth: Warmth;
  readonly setting: Setting;
  /** Days after which a conversation's entries are erased; null: never. */
  readonly keepDays: number | null;
  /** Null: no CRM. */
  readonly crm: CrmConfig | null;
};

/** The cases that are made up. */
export const SAMPLE_CRM: CrmConfig = {
  ...{ kind: "sample", url: null, token: null, clientId: null, clientSecret: null, queue: null },
  ...{ onConflict: "ask", waitingStatuses: null, satisfactionField: null, user: null },
  ...{ password: null, closedStatuses: null, escalatedFrom: null, loginUrl: null, version: null },
  ...{ externalIdField: null, ledger: null },
};

/** The layer with the built-in sample model. */
export const SAMPLE_COMPANION: CompanionConfig = {
  enabled: true,
  upstream: null,
  rephraseWith: null,
  prompt: true,
  longestSeconds: 900,
  longestAnswer: 100_000,
  language: null,
  warmth: "kind",
  setting: "private",
  keepDays: null,
  crm: null,
};

/** No layer: nothing is answered. */
export const NO_COMPANION: CompanionConfig = { ...SAMPLE_COMPANION, enabled: false };
