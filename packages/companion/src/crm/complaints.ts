/** What a customer says outright: that they complain, want their money, a manager, a lawyer, or to leave. */

import { negationScopes } from "../language/negation.ts";
import { tokens } from "../language/tokens.ts";
import type { Language } from "../language/types.ts";

/** What can be said outright. `again`: it has been said or has happened before. */
export const COMPLAINTS = ["complaint", "refund", "manager", "legal", "leaving", "again"] as const;

/** One of {@link COMPLAINTS}. */
export type Complaint = (typeof COMPLAINTS)[number];

/** Words of one after the other; `*` stands for the rest of a word. */
const PHRASES: Readonly<Record<Complaint, readonly string[]>> = {
  complaint: [
    "complain*",
    "unacceptable",
    "disappoint*",
    "outrage*",
    "disgrace*",
    "ridiculous",
    "fed up",
    "terrible service",
    "awful service",
    "worst",
    "reclam*",
    "lament*",
    "inaccettabile",
    "delus*",
    "vergogn*",
    "scandalos*",
    "pessim*",
    "stufo",
    "stufa",
  ],
  refund: ["refund*", "money back", "chargeback", "rimbors*", "soldi indietro", "denaro indietro"],
  manager: [
    "manager",
    "supervisor",
    "your boss",
    "someone in charge",
    "responsabile",
    "direttore",
    "un superiore",
  ],
  legal: [
    "lawyer*",
    "solicitor*",
    "attorney*",
    "legal action",
    "small claims",
    "trading standards",
    "ombudsman",
    "sue you",
    "avvocat*",
    "vie legali",
    "azione legale",
    "denunci*",
    "associazione consumatori",
  ],
  leaving: [
    "cancel my account",
    "close my account",
    "cancel my subscription",
    "cancel my contract",
    "never again",
    "never buy",
    "never order",
    "switch to a competitor",
    "switching to",
    "chiudere il mio account",
    "disdire",
    "disdett*",
    "recedere",
    "mai piu",
    "passo alla concorrenza",
  ],
  again: [
    "third time",
    "second time",
    "several times",
    "many times",
    "once again",
    "yet again",
    "still waiting",
    "still no answer",
    "no one answers",
    "nobody answers",
    "no reply",
    "terza volta",
    "seconda volta",
    "piu volte",
    "ancora una volta",
    "ancora aspettando",
    "nessuno risponde",
    "nessuna risposta",
  ],
};

/** Phrases that deny nothing by their own negation. */
const NEGATED_ITSELF = /^(?:never|no|nobody|nessun|mai)/;

const RULES = COMPLAINTS.flatMap((kind) =>
  PHRASES[kind].map((phrase) => ({
    kind,
    words: phrase.split(" "),
    own: NEGATED_ITSELF.test(phrase),
  })),
);

const BY_FIRST = new Map<string, typeof RULES>();
for (const rule of RULES) {
  const key = rule.words[0].slice(0, 3);
  BY_FIRST.set(key, [...(BY_FIRST.get(key) ?? []), rule]);
}

/** Longest text that is looked at, in characters; of a longer one only the beginning is. */
const MOST = 20_000;

/**
 * What a text says outright, in English or Italian; a denied phrase ("no complaints") is none. Words are counted, not
 * feelings: an empty list says nothing of how somebody feels.
 */
export function complaintsIn(text: string, language: Language): Complaint[] {
  const all = tokens(text.slice(0, MOST));
  const words = all.map((token) => token.text.normalize("NFD").replace(/\p{M}/gu, ""));
  let denied: boolean[] | null = null;
  const found = new Set<Complaint>();
  for (let i = 0; i < words.length; i++) {
    for (const { kind, words: phrase, own } of BY_FIRST.get(words[i].slice(0, 3)) ?? []) {
      if (found.has(kind) || !phrase.every((word, k) => fits(words[i + k], word))) continue;
      if (!own) {
        denied ??= deniedWords(all, language);
        if (denied[i]) continue;
      }
      found.add(kind);
    }
  }
  return COMPLAINTS.filter((kind) => found.has(kind));
}

function deniedWords(all: ReturnType<typeof tokens>, language: Language): boolean[] {
  const denied = new Array<boolean>(all.length).fill(false);
  for (const { from, to } of negationScopes(all, language)) denied.fill(true, from, to);
  return denied;
}

function fits(word: string | undefined, wanted: string): boolean {
  if (word === undefined) return false;
  return wanted.endsWith("*") ? word.startsWith(wanted.slice(0, -1)) : word === wanted;
}
