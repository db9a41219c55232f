/**
 * What may be written to a CRM system. A record of somebody's customer is no place for guesses: what was inferred of a
 * person (cues, arousal, sentiment, a model's idea of a feeling) has no field here, and a runtime check refuses it
 * wherever it is smuggled in. What the customer typed themselves may go, as their own words.
 */

import { expected } from "@symbion/core";

/** Longest text of an intent, in characters. A system may take less and says so then. */
export const MAX_INTENT_TEXT = 30_000;

/** Longest subject, name, status or similar line, in characters. */
export const MAX_INTENT_LINE = 255;

/**
 * Fields that no outgoing record may have. The compiler refuses an object with one of them even where it is assigned
 * from a variable; {@link checkIntent} refuses these and their relatives at run time.
 */
export type NothingInferred = {
  /** Never: it is inferred. */
  readonly arousal?: never;
  /** Never: cues stay on the device. */
  readonly cues?: never;
  /** Never: it is inferred. */
  readonly sentiment?: never;
  /** Never: it is inferred. */
  readonly emotion?: never;
  /** Never: it is inferred. */
  readonly mood?: never;
  /** Never: it is inferred. */
  readonly stress?: never;
  /** Never: it is a figure about words, for people inside. */
  readonly empathy?: never;
  /** Never: bodies' signals stay on the device. */
  readonly heartRate?: never;
  /** Never: nothing that has a probability was stated by anybody. */
  readonly probability?: never;
  /** Never: nothing that has a confidence was stated by anybody. */
  readonly confidence?: never;
};

/** Satisfaction that the customer gave as a number when asked. */
export type StatedSatisfaction = NothingInferred & {
  /** Who said it; nobody else can. */
  readonly source: "customer";
  /** 1 (worst) to 5. */
  readonly score: 1 | 2 | 3 | 4 | 5;
};

/** A feeling in the customer's own words. */
export type StatedFeeling = NothingInferred & {
  /** Who said it; nobody else can. */
  readonly source: "customer";
  /** The words, exactly as they stand in {@link StatedFeeling.message}. */
  readonly words: string;
  /** The customer's message that holds them; stays here, only the words go out. */
  readonly message: string;
};

/** A case that exists, or one that an earlier intent creates. */
export type CaseRef =
  | {
      /** The system's id. */
      readonly id: string;
    }
  | {
      /** Id of the intent that creates it. */
      readonly intent: string;
    };

/** A new case. */
export type CreateCase = NothingInferred & {
  /** Says which intent it is. */
  readonly kind: "create-case";
  /** Becomes the external id; see {@link newIntentId}. */
  readonly id: string;
  /** One line. */
  readonly subject: string;
  /** Plain text. */
  readonly description: string;
  /** Who brought it up: the system's id of a contact, or the intent that creates it, or nobody. */
  readonly contact?: CaseRef;
  /** The system's own word. */
  readonly priority?: string;
  /** What the customer said they feel, in their words. */
  readonly feelings?: readonly StatedFeeling[];
};

/** Something to be said on a case. It is always added, whatever else happened there. */
export type AddComment = NothingInferred & {
  /** Says which intent it is. */
  readonly kind: "comment";
  /** Becomes the external id or the message's mark. */
  readonly id: string;
  /** Where it is said. */
  readonly case: CaseRef;
  /** Plain text. */
  readonly text: string;
  /** Whether only people inside may read it. */
  readonly internal: boolean;
  /** What the customer said they feel, in their words. */
  readonly feelings?: readonly StatedFeeling[];
};

/** Values of a case's fields that can be edited, as a system holds them. */
export type CaseValues = {
  /** One line. */
  readonly subject: string;
  /** The system's own word. */
  readonly status: string;
  /** The system's own word; null for none. */
  readonly priority: string | null;
  /** Whether it was handed up. */
  readonly escalated: boolean;
  /** Stated satisfaction, 1 to 5; null for none. */
  readonly satisfaction: number | null;
};

/** Fields' new values. Satisfaction goes only as the customer stated it. */
export type CaseChanges = NothingInferred & {
  readonly [Field in Exclude<keyof CaseValues, "satisfaction">]?: CaseValues[Field];
} & {
  /** As the customer stated it. */
  readonly satisfaction?: StatedSatisfaction;
};

/** A change of fields. It never overwrites silently what somebody else has changed meanwhile. */
export type EditCase = NothingInferred & {
  /** Says which intent it is. */
  readonly kind: "edit-case";
  /** Names it in the queue. */
  readonly id: string;
  /** Which case. */
  readonly case: CaseRef;
  /** What the editor saw, for every field of {@link EditCase.changes}. */
  readonly base: Partial<CaseValues>;
  /** What it shall be. */
  readonly changes: CaseChanges;
};

/** A new person. */
export type CreateContact = NothingInferred & {
  /** Says which intent it is. */
  readonly kind: "create-contact";
  /** Becomes the external id. */
  readonly id: string;
  /** Full name. */
  readonly name: string;
  /** Address for mail. */
  readonly email?: string;
  /** Number for calls. */
  readonly phone?: string;
};

/** Something to do for a case. */
export type CreateTask = NothingInferred & {
  /** Says which intent it is. */
  readonly kind: "create-task";
  /** Becomes the external id. */
  readonly id: string;
  /** For which case. */
  readonly case: CaseRef;
  /** One line. */
  readonly subject: string;
  /** Day, `YYYY-MM-DD`. */
  readonly dueOn?: string;
};

/** Something that shall be written. */
export type CrmIntent = CreateCase | AddComment | EditCase | CreateContact | CreateTask;

/** Fields of a case that {@link EditCase} can change. */
export const CASE_FIELDS: readonly (keyof CaseValues)[] = [
  "subject",
  "status",
  "priority",
  "escalated",
  "satisfaction",
];

/** Names, and parts of names, of what is inferred; compared in small letters without separators. */
const INFERRED_NAMES = [
  "arousal",
  "cue",
  "sentiment",
  "emotion",
  "mood",
  "stress",
  "valence",
  "affect",
  "empathy",
  "heartrate",
  "hrv",
  "rmssd",
  "eda",
  "electrodermal",
  "skinconductance",
  "rppg",
  "prosody",
  "pitch",
  "probability",
  "confidence",
  "inferred",
  "predicted",
  "emozione",
  "sentimento",
  "umore",
  "attivazione",
] as const;

/** A figure or a label of an inference, as programs print them into texts. Its parts are bounded: it is linear. */
const INFERENCE_IN_TEXT =
  /\b(?:arousal|sentiment|emotions?|valence|mood|stress|affect|empathy|hrv|rmssd|sdnn|eda|rppg|heart[ _-]?rate|emozion[ei]|sentimento|umore|attivazione|battito)(?:[ _-]{0,2}(?:score|level|label|index|change|delta|probability|confidence|state|punteggio|livello|indice))?["'”’]{0,2} {0,3}(?:[:=]|\bis\b|è) {0,3}["'“‘]{0,2}(?:[-+−]? {0,1}[0-9]|lower\b|usual\b|higher\b|raised\b|elevated\b|low\b|high\b|positive\b|negative\b|neutral\b|angry\b|anger\b|sad\b|sadness\b|happy\b|anxious\b|calm\b|fear\b|alta?\b|bassa?\b|positiv[oa]\b|negativ[oa]\b|neutr[oa]\b)/iu;

/** Signs that cannot be seen, and so can hide a name from a search. */
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

/** Whether a text holds a figure or a label that a program inferred of a person. */
export function saysInference(text: string): boolean {
  return INFERENCE_IN_TEXT.test(text.normalize("NFKC").replace(UNSEEN, ""));
}

/**
 * An id for an intent: 32 letters and digits, sorted by time, with 80 random bits.
 *
 * @param now Milliseconds since 1970.
 */
export function newIntentId(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  const tail = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${Math.max(0, Math.floor(now)).toString(16).padStart(12, "0")}${tail}`;
}

/** Satisfaction as the customer stated it. Throws `UsageError` for anything but a whole number from 1 to 5. */
export function statedSatisfaction(score: number): StatedSatisfaction {
  if (score !== 1 && score !== 2 && score !== 3 && score !== 4 && score !== 5) {
    throw expected("a whole number from 1 to 5", score, "stated satisfaction");
  }
  return { source: "customer", score };
}

/**
 * A feeling as the customer stated it.
 *
 * @param words Their words.
 * @param message Their message. Throws `UsageError` where it does not hold the words exactly.
 */
export function statedFeeling(words: string, message: string): StatedFeeling {
  const feeling: StatedFeeling = { source: "customer", words, message };
  checkFeeling(feeling as unknown as Fields, "stated feeling");
  return feeling;
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown, where: string) => void;

/**
 * Makes sure that a value is an intent and holds nothing inferred. Everything passes here on its way into the queue
 * and again on its way out.
 *
 * @throws UsageError that says which field is wrong; it never repeats an inferred value.
 */
export function checkIntent(value: unknown): CrmIntent {
  refuseInferred(value, "intent", 0);
  const fields = record(value, "intent");
  const shape = SHAPES.get(String(fields.kind));
  if (shape === undefined) {
    throw expected([...SHAPES.keys()].join(", "), fields.kind, "intent.kind");
  }
  checkShape(fields, shape.must, shape.may, "intent", ["kind"]);
  if (fields.kind === "edit-case") checkBase(fields);
  return value as CrmIntent;
}

const ID: Check = (value, where) => {
  if (typeof value !== "string" || !/^[A-Za-z0-9_-]{8,64}$/.test(value)) {
    throw expected("8 to 64 letters, digits, - or _", value, where);
  }
};

const RECORD_ID: Check = (value, where) => {
  if (typeof value !== "string" || !/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/.test(value)) {
    throw expected("a record's id", value, where);
  }
};

const LINE: Check = (value, where) => {
  if (
    typeof value !== "string" ||
    value.trim() === "" ||
    value.length > MAX_INTENT_LINE ||
    /[\r\n]/.test(value)
  ) {
    throw expected(`one line of 1 to ${MAX_INTENT_LINE} characters`, value, where);
  }
  refuseText(value, where);
};

const TEXT: Check = (value, where) => {
  if (typeof value !== "string" || value.trim() === "" || value.length > MAX_INTENT_TEXT) {
    throw expected(`1 to ${MAX_INTENT_TEXT} characters of text`, value, where);
  }
  refuseText(value, where);
};

const YES_OR_NO: Check = (value, where) => {
  if (typeof value !== "boolean") throw expected("true or false", value, where);
};

const DAY: Check = (value, where) => {
  const time =
    typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== value) {
    throw expected("a day as YYYY-MM-DD", value, where);
  }
};

const REF: Check = (value, where) => {
  const fields = record(value, where);
  if ("intent" in fields) checkShape(fields, { intent: ID }, {}, where);
  else checkShape(fields, { id: RECORD_ID }, {}, where);
};

const FEELINGS: Check = (value, where) => {
  if (!Array.isArray(value) || value.length > 10) {
    throw expected("at most 10 stated feelings", value, where);
  }
  for (const [i, feeling] of value.entries()) {
    checkFeeling(record(feeling, `${where}[${i}]`), `${where}[${i}]`);
  }
};

const SATISFACTION: Check = (value, where) => {
  const fields = record(value, where);
  checkShape(fields, { source: BY_CUSTOMER, score: SCORE }, {}, where);
};

const SCORE: Check = (value, where) => {
  if (!Number.isInteger(value) || Number(value) < 1 || Number(value) > 5) {
    throw expected("a whole number from 1 to 5", value, where);
  }
};

const BY_CUSTOMER: Check = (value, where) => {
  if (value !== "customer") throw expected('"customer": nobody else can state it', value, where);
};

const CHANGES: Check = (value, where) => {
  const fields = record(value, where);
  if (Object.keys(fields).length === 0) throw expected("at least one field", value, where);
  checkShape(
    fields,
    {},
    {
      subject: LINE,
      status: LINE,
      priority: orNull(LINE),
      escalated: YES_OR_NO,
      satisfaction: SATISFACTION,
    },
    where,
  );
};

const BASE: Check = (value, where) => {
  const any: Check = (line, at) => {
    if (typeof line !== "string" || line.length > 4 * MAX_INTENT_LINE) {
      throw expected("a line of text", line, at);
    }
  };
  checkShape(
    record(value, where),
    {},
    {
      subject: any,
      status: any,
      priority: orNull(any),
      escalated: YES_OR_NO,
      satisfaction: orNull(SCORE),
    },
    where,
  );
};

type Shape = Readonly<Record<string, Check>>;

const SHAPES: ReadonlyMap<string, { readonly must: Shape; readonly may: Shape }> = new Map(
  Object.entries<{ readonly must: Shape; readonly may: Shape }>({
    "create-case": {
      must: { id: ID, subject: LINE, description: TEXT },
      may: { contact: REF, priority: LINE, feelings: FEELINGS },
    },
    comment: {
      must: { id: ID, case: REF, text: TEXT, internal: YES_OR_NO },
      may: { feelings: FEELINGS },
    },
    "edit-case": { must: { id: ID, case: REF, base: BASE, changes: CHANGES }, may: {} },
    "create-contact": { must: { id: ID, name: LINE }, may: { email: LINE, phone: LINE } },
    "create-task": { must: { id: ID, case: REF, subject: LINE }, may: { dueOn: DAY } },
  }),
);

function checkShape(
  fields: Fields,
  must: Shape,
  may: Shape,
  where: string,
  known: readonly string[] = [],
): void {
  for (const name of Object.keys(fields)) {
    if (!Object.hasOwn(must, name) && !Object.hasOwn(may, name) && !known.includes(name)) {
      const all = [...known, ...Object.keys(must), ...Object.keys(may)];
      throw expected(`only ${all.join(", ")}`, name, where);
    }
  }
  for (const [name, check] of Object.entries(must)) check(fields[name], `${where}.${name}`);
  for (const [name, check] of Object.entries(may)) {
    if (fields[name] !== undefined) check(fields[name], `${where}.${name}`);
  }
}

function checkBase(fields: Fields): void {
  const base = record(fields.base, "intent.base");
  for (const field of Object.keys(record(fields.changes, "intent.changes"))) {
    if (base[field] === undefined) {
      throw expected(
        "what the editor saw, for every changed field",
        "nothing",
        `intent.base.${field}`,
      );
    }
  }
}

function checkFeeling(fields: Fields, where: string): void {
  checkShape(fields, { source: BY_CUSTOMER, words: TEXT, message: ANY_TEXT }, {}, where);
  if (!String(fields.message).includes(String(fields.words))) {
    throw expected("words that stand in the customer's message", fields.words, `${where}.words`);
  }
}

const ANY_TEXT: Check = (value, where) => {
  if (typeof value !== "string" || value.length > 10 * MAX_INTENT_TEXT) {
    throw expected("the customer's message", typeof value, where);
  }
};

function orNull(check: Check): Check {
  return (value, where) => {
    if (value !== null) check(value, where);
  };
}

function record(value: unknown, where: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw expected("an object", value, where);
  }
  return value as Fields;
}

/** Names are looked at before shapes, so that the message says what the objection is. */
function refuseInferred(value: unknown, where: string, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  if (depth > 6) throw expected("an intent", "something too deep", where);
  for (const [name, inner] of Object.entries(value)) {
    const plain = name
      .normalize("NFKC")
      .replace(UNSEEN, "")
      .toLowerCase()
      .replace(/[\s_-]/g, "");
    if (INFERRED_NAMES.some((word) => plain.includes(word))) {
      throw expected("nothing that was inferred of a person", `a field "${name}"`, where);
    }
    refuseInferred(inner, `${where}.${name}`, depth + 1);
  }
}

function refuseText(text: string, where: string): void {
  if (saysInference(text)) {
    throw expected(
      "words without a program's figures about somebody's feelings",
      "a text that has them",
      where,
    );
  }
}
