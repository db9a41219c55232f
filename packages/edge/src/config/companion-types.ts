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
  /** Longest silence, seconds. */
  readonly timeoutSeconds: number;
};

/** Systems of cases; `sample` is simulated. */
export const CRM_CHOICES = ["salesforce", "rt", "sample"] as const;

/** A CRM system. Secrets are in clear: mask before showing. */
export type CrmConfig = {
  readonly kind: (typeof CRM_CHOICES)[number];
  /** Null for the sample only. */
  readonly url: string | null;
  /** Access token of Salesforce, authentication token of Request Tracker; null where client id and secret are used. */
  readonly token: string | null;
  readonly clientId: string | null;
  readonly clientSecret: string | null;
  /** Request Tracker: the queue of new cases; null: its default. */
  readonly queue: string | null;
};

/** The `companion` section. */
export type CompanionConfig = {
  /** Whether the layer runs. */
  readonly enabled: boolean;
  /** Null: the built-in sample, which is simulated. */
  readonly upstream: UpstreamConfig | null;
  /** Proposes warmer words; null: the built-in grammar. */
  readonly rephraseWith: UpstreamConfig | null;
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
};

/** The layer with the built-in sample model. */
export const SAMPLE_COMPANION: CompanionConfig = {
  enabled: true,
  upstream: null,
  rephraseWith: null,
  language: null,
  warmth: "kind",
  setting: "private",
  keepDays: null,
  crm: null,
};

/** No layer: nothing is answered. */
export const NO_COMPANION: CompanionConfig = { ...SAMPLE_COMPANION, enabled: false };
