/** The red-flag gate: an account in, how soon somebody should be seen out. */

import { detectLanguage } from "../language/detect.ts";
import { readAccount } from "./account.ts";
import { condition } from "./expression.ts";
import type { Rule } from "./rule.ts";
import { DOCTOR_RULES } from "./rules-doctor.ts";
import { EMERGENCY_RULES } from "./rules-emergency.ts";
import { SELF_CARE_RULES } from "./rules-self-care.ts";
import { type UrgencyScore, urgencyScore } from "./score.ts";
import type { Disposition, TriageReason, TriageRequest, TriageVerdict } from "./types.ts";
import { readPart } from "./words.ts";

const CRISIS_RULES = new Set(["crisis-suicide", "crisis-violence"]);
const REASONS_AT_MOST = 8;

/**
 * How urgently an account asks for help, by cited rules over what it says is so, is not, was, and for how long; where
 * no rule speaks, by a small additive score. Never a diagnosis. Reads at most `READ_AT_MOST` UTF-16 units (a longer
 * text's beginning and end), takes time linear in them, and never throws on any text.
 */
export function triage(request: TriageRequest): TriageVerdict {
  const text = readPart(typeof request.text === "string" ? request.text : "");
  const account = readAccount(text, detectLanguage(text), request.age ?? null);
  const reasons: TriageReason[] = [];
  const speak = (rules: readonly Rule[]): boolean => {
    let spoke = false;
    for (const rule of rules) {
      const words = condition(rule.when)(account.has);
      if (words === null) continue;
      spoke = true;
      if (reasons.length < REASONS_AT_MOST) reasons.push(reasonOf(rule, account.wordsAt(words)));
    }
    return spoke;
  };
  if (!account.personal) {
    return { disposition: "unknown", reasons: [], aboutHealth: false, crisis: false };
  }
  const emergency = speak(EMERGENCY_RULES);
  const crisis = reasons.some(({ rule }) => CRISIS_RULES.has(rule));
  if (emergency) return { disposition: "emergency", reasons, aboutHealth: true, crisis };
  const score = urgencyScore(account);
  const doctor = speak(DOCTOR_RULES);
  const home = speak(SELF_CARE_RULES);
  const ruled: Disposition = doctor ? "doctor" : home ? "self-care" : "unknown";
  const disposition = raised(ruled, score, account.findings, account.bodily);
  if (disposition !== ruled) {
    reasons.unshift({
      rule: "score",
      disposition,
      words: account.wordsAt(score.words),
      why: "Taken together, what is told asks for it.",
      sources: [],
    });
  }
  return {
    disposition,
    reasons,
    aboutHealth: account.findings > 0 || account.bodily,
    crisis: false,
  };
}

/** The score may ask for more than the rules, never for less. */
function raised(
  ruled: Disposition,
  score: UrgencyScore,
  findings: number,
  bodily: boolean,
): Disposition {
  if (findings === 0) return ruled === "unknown" && bodily ? "doctor" : ruled;
  if (ruled === "self-care" ? score.grave : score.emergency) return "emergency";
  if (ruled === "unknown") return "doctor";
  return ruled === "self-care" && score.doctor ? "doctor" : ruled;
}

function reasonOf(rule: Rule, words: readonly string[]): TriageReason {
  return {
    rule: rule.id,
    disposition: rule.disposition,
    words,
    why: rule.why,
    sources: rule.sources,
  };
}
