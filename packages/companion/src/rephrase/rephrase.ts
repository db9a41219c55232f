/** A warmer text, or the neutral one: whatever is proposed, the meaning gate decides. */

import { expected } from "@symbion/core";
import { isWrittenIn, italianScore } from "../language/detect.ts";
import { LANGUAGES, type Language } from "../language/types.ts";
import { compareMeaning } from "../meaning/compare.ts";
import { GRAMMAR, proposeByGrammar } from "./grammar.ts";
import { type RephraseRequest, type Rephraser, type Rephrasing, WARMTHS } from "./types.ts";

type Proposal = { readonly text: string; readonly rules: readonly string[] };

const KEYS = ["query", "answer", "language", "warmth", "previous"];

/** A proposal longer than this many times the answer, and this many characters more, is not even compared. */
const MOST_TIMES = 3;
const MOST_MORE = 600;

/**
 * Says an answer more warmly. Never rejects but for bad use and an aborted signal: where the rephraser fails or the gate
 * has the slightest doubt, the neutral answer goes out.
 *
 * @param rephraser Default: the built-in grammar.
 * @throws {UsageError} For unknown keys or values.
 */
export async function rephrase(
  request: RephraseRequest,
  rephraser: Rephraser = GRAMMAR,
  signal?: AbortSignal,
): Promise<Rephrasing> {
  const whole = complete(request);
  if (whole.warmth === "plain" || isForeign(whole)) return unchanged(whole, false);
  if (rephraser.id === GRAMMAR.id) return byGrammar(whole);
  let proposal: Proposal | null;
  try {
    proposal = await rephraser.propose(whole, signal);
  } catch (error) {
    if (signal?.aborted === true) throw error;
    return unchanged(whole, true);
  }
  return judge(whole, proposal, rephraser.id);
}

/** The same by the built-in grammar, at once. */
export function rephraseNow(request: RephraseRequest): Rephrasing {
  const whole = complete(request);
  return isForeign(whole) ? unchanged(whole, false) : byGrammar(whole);
}

/** Kind words in one language around an answer in another help nobody. */
function isForeign({ answer, language }: Required<RephraseRequest>): boolean {
  return !isWrittenIn(answer, language);
}

/** Where the gate doubts a softened directive, the answer's own words may still be let out between kind ones. */
function byGrammar(whole: Required<RephraseRequest>): Rephrasing {
  const first = judge(whole, proposeByGrammar(whole), GRAMMAR.id);
  if (!first.fellBack) return first;
  const second = judge(whole, proposeByGrammar(whole, false), GRAMMAR.id);
  return second.fellBack ? first : second;
}

function complete(request: RephraseRequest): Required<RephraseRequest> {
  for (const key of Object.keys(request)) {
    if (!KEYS.includes(key)) throw expected(`one of ${KEYS.join(", ")}`, key, "rephrase");
  }
  const { query, answer, warmth = "kind", previous = [] } = request;
  if (typeof query !== "string") throw expected("a text", query, "rephrase: query");
  if (typeof answer !== "string") throw expected("a text", answer, "rephrase: answer");
  const language = request.language ?? languageOf(query, answer);
  if (!LANGUAGES.includes(language)) throw expected(LANGUAGES.join(", "), language, "language");
  if (!WARMTHS.includes(warmth)) throw expected(WARMTHS.join(", "), warmth, "warmth");
  return { query, answer, language, warmth, previous };
}

/** The query's language; a query that shows none ("??", "ok") is answered in the answer's. */
function languageOf(query: string, answer: string): Language {
  const asked = italianScore(query);
  const score = Math.abs(asked) >= 4 ? asked : italianScore(answer);
  return score > 0 ? "it" : "en";
}

function unchanged({ answer, language }: Required<RephraseRequest>, fellBack: boolean): Rephrasing {
  return {
    ...{ text: answer, changed: false, fellBack, proposed: null, verdict: null, rules: [] },
    language,
  };
}

function judge(
  request: Required<RephraseRequest>,
  proposal: Proposal | null,
  id: string,
): Rephrasing {
  const { answer, language } = request;
  if (proposal === null) return unchanged(request, false);
  const { text } = proposal;
  const rules = id === GRAMMAR.id ? proposal.rules : ["model"];
  if (text === answer) return unchanged(request, false);
  if (text.trim() === "" || text.length > MOST_TIMES * answer.length + MOST_MORE) {
    return {
      ...unchanged(request, true),
      proposed: text.slice(0, MOST_TIMES * answer.length + MOST_MORE),
      rules,
    };
  }
  const verdict = compareMeaning(answer, text, { language });
  return {
    text: verdict.same ? text : answer,
    changed: verdict.same,
    fellBack: !verdict.same,
    proposed: text,
    verdict,
    rules,
    language,
  };
}
