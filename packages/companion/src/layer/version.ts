/** Which rules decide. */

import { ADVICE } from "../safety/advice-words.ts";
import { ENGLISH } from "../safety/lexicon.ts";
import { ITALIAN } from "../safety/lexicon-it.ts";
import { BIAS, WEIGHTS } from "../safety/table.ts";
import { PUSHES } from "../sycophancy/phrases.ts";
import { DERIVED } from "../triage/derived.ts";
import { DOCTOR_RULES } from "../triage/rules-doctor.ts";
import { EMERGENCY_RULES } from "../triage/rules-emergency.ts";
import { SELF_CARE_RULES } from "../triage/rules-self-care.ts";
import { TRIAGE_SOURCES } from "../triage/sources.ts";

/** Version of the package; a test holds it to that of `package.json`. */
const PACKAGE_VERSION = "0.1.0";

const TABLES: readonly unknown[] = [
  ...[EMERGENCY_RULES, DOCTOR_RULES, SELF_CARE_RULES, DERIVED, TRIAGE_SOURCES],
  ...[ENGLISH, ITALIAN, ADVICE, BIAS, WEIGHTS, PUSHES],
];

/**
 * The package's version, which stands for the code, and a digest over the tables of rules: another one means that answers
 * may be decided otherwise.
 */
export const RULES_VERSION: string = `${PACKAGE_VERSION}+${digest(JSON.stringify(TABLES, plain))}`;

function plain(_: string, value: unknown): unknown {
  if (value instanceof RegExp) return String(value);
  return value instanceof Set ? [...value] : value;
}

/** FNV-1a over UTF-16 units, twice with different offsets: 64 bits that tell versions apart; no secret hangs on it. */
function digest(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x1b873593;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x01000193);
  }
  return [a, b].map((hash) => (hash >>> 0).toString(16).padStart(8, "0")).join("");
}
