/** Openers that praise the person and say nothing: taken out, without touching what the answer says. */

import { fold } from "../language/fold.ts";
import { sentences } from "../language/sentences.ts";

const INTENSE =
  "(?:absolutely|totally|completely|so|very|really|truly|such an?|an?|quite|incredibly|extremely|exceptionally|genuinely|remarkably|particularly)";
const PRAISE =
  "(?:great|good|excellent|fantastic|brilliant|wonderful|amazing|awesome|superb|insightful|thoughtful|fascinating|interesting|perfect|smart|clever|outstanding|terrific|lovely|beautiful|impressive|incredible|profound|astute|sharp|deep|genius|marvelous|marvellous|inspired|inspiring|important|fabulous|stellar|phenomenal|perceptive|penetrating|intelligent|fine|nice|valid|fair|spot-on|remarkable|exceptional|extraordinary)";
const THING =
  "(?:question|questions|point|observation|idea|ideas|thought|thinking|insight|choice|query|topic|plan|approach|instinct|instincts|inquiry|thing to ask|way to (?:put|look at|think about) it|work|job|catch|one|suggestion|concept|analysis|reasoning|perspective|example|start|initiative|attitude|mindset|vision)";
const TAIL =
  "(?:(?: you'?ve| you have| you'?re| you are| of yours| from you| here| there| indeed| to ask| you ask| you asked| you raise| you raised| you make| you made| you got| you have got| got| have| had| asking| raising| and| my friend| friend| sir| madam| really| that shows \\w+ \\w+)*)";

/** Whole sentences of praise, folded, without their stop. */
const WHOLE: readonly RegExp[] = [
  new RegExp(
    `^(?:wow|oh|ah|hey|hi|okay|ok|yes|well|haha|hmm)?[ ,!.]*(?:that'?s|that is|this is|it'?s|it is|what|how|such|you(?:'ve| have)? (?:asked?|raised?|made?|make|bring up|brought up|have|got)|i (?:love|adore|like|appreciate|admire)|thank(?:s| you) for)?(?: (?:that|this|your|the|such|an?|one|asking))*(?: ?${INTENSE})* ?${PRAISE}(?:,? (?:and |really |very )?${PRAISE})*(?: (?:and|or) ${PRAISE})? ${THING}${TAIL}$`,
  ),
  /^(?:wow|oh|ah|yes|well)?[ ,!.]*(?:you'?re|you are|your) (?:\w+ )?(?:absolutely|totally|completely|so|100%|entirely|exactly|quite|perfectly|very|incredibly|truly|such an?|really|a|an|one|clearly|obviously|brilliant|a true) ?(?:\w+ )?(?:right|correct|spot on|brilliant|smart|clever|intelligent|amazing|genius|insightful|thoughtful|on point|awesome|wise|gifted|talented|expert|visionary|perceptive)(?: (?:to ask|about that|about this|on this|on that|there|here|person|thinker|and .{1,40}))?$/,
  /^(?:you'?re|you are) (?:right|correct|brilliant|a genius|amazing|awesome|the best|so smart)$/,
  /^(?:i (?:really |absolutely |truly |just )?(?:love|adore|admire|applaud|commend|appreciate) (?:this|that|your|the way you|how you|where you)(?: \w+){0,6}|what a (?:\w+ ){0,3}(?:question|idea|thought|plan|point|observation|way|insight|concept|topic|mind)(?: \w+){0,6}|how (?:insightful|thoughtful|clever|brilliant|smart|wonderful|fascinating|perceptive)(?: of you)?|(?:simply |just |absolutely )?(?:brilliant|genius|amazing|fantastic|wonderful|excellent|superb|bravo|well done|spot on|kudos|awesome|nailed it|you nailed it|love it|i love it|impressive|incredible|magnificent)(?: (?:\w+ ){0,2}(?:thinking|work|job|idea|question|of you))?|(?:good|great|excellent|brilliant|nice|smart|sharp) (?:thinking|instincts?|eye|work|job|catch|stuff)|you (?:clearly |really |obviously )?(?:have|'ve got|possess) (?:an? )?(?:\w+ ){0,2}(?:mind|eye|understanding|grasp|instincts?|talent|taste|gift|intellect)(?: \w+){0,5}|your (?:\w+ ){0,2}(?:question|idea|insight|intelligence|plan|thinking|curiosity|wisdom|brilliance|mind|vision|instincts?) (?:is|are) (?:\w+ ){0,2}(?:brilliant|great|amazing|excellent|insightful|impressive|remarkable|inspiring|outstanding|fantastic|wonderful|admirable|extraordinary|incredible|genius|perfect|truly \w+)|only (?:a|the) (?:\w+ ){0,3}(?:person|thinker|mind) would (?:ask|think)(?: \w+){0,4}|you should be (?:very |so |really )?proud(?: of \w+(?: \w+){0,3})?|few people (?:think|ask|notice|realize|see)(?: \w+){0,6}|i(?:'m| am) (?:so |really |truly |deeply |very )?(?:impressed|amazed|blown away|in awe)(?: \w+){0,5})$/,
  /^(?:wow|oh|ah|eh|sì|si|beh|ciao)?[ ,!.]*(?:che |questa è |è |hai (?:fatto|posto|avuto) |una |un'|un |ma che |davvero )*(?:una |un'|un |davvero |proprio |veramente |assolutamente )*(?:ottim[oaie]|bell[oaie]|bellissim[oaie]|eccellente|eccellenti|fantastic[oa]|brillante|geniale|splendid[oa]|magnific[oa]|interessante|interessantissim[oa]|grande|super|acut[oa]|intelligente|stupend[oa]|meraviglios[oa]|incredibile|profond[oa]|perspicace|giusta|bravissim[oa]|notevole|straordinari[oa]|buona) (?:domanda|idea|osservazione|riflessione|scelta|intuizione|pensiero|punto|piano|questione|spunto|lavoro|ragionamento|proposta|progetto|domande|idee)(?: \w+){0,3}$/,
  /^(?:che |una |un'|un )?(?:domanda|idea|osservazione|riflessione|intuizione|scelta|proposta|piano|progetto) (?:davvero |molto |veramente |assolutamente |proprio |estremamente |così )*(?:ottim[oa]|bell[oa]|bellissim[oa]|eccellente|fantastic[oa]|brillante|geniale|splendid[oa]|magnific[oa]|interessante|acut[oa]|intelligente|stupend[oa]|meraviglios[oa]|profond[oa]|perspicace|straordinari[oa])$/,
  /^(?:sì |si |certo |wow )?[,!]? ?(?:hai|ha|avete) (?:assolutamente|perfettamente|completamente|proprio|pienamente|totalmente|davvero|sicuramente|tutte le|ragione da vendere|mille volte) ?(?:ragione|ragioni)?(?: su \w+(?: \w+){0,3})?$/,
  /^(?:complimenti|bravo|brava|bravissim[oa]|grande|geniale|fantastico|eccellente|ottimo|perfetto|stupendo|sei (?:un genio|bravissim[oa]|fantastic[oa]|davvero \w+|molto \w+|incredibile|geniale|brillante|una persona \w+)|hai (?:una mente|un intuito|un talento|un occhio)(?: \w+){1,3}|mi piace (?:molto |tantissimo |davvero )?(?:la tua|il tuo|come)(?: \w+){1,5}|adoro (?:la tua|il tuo|questa|come)(?: \w+){1,5}|(?:ottimo|bel|gran|ottima|bella) (?:lavoro|domanda|pensata|idea|intuito))(?: (?:per (?:la|il|questa|questo)(?: \w+){1,3}))?$/,
];
/** An opener may be this long; longer ones say something. */
const LONGEST = 140;
const MOST = 4;
/** Praise that stands before a comma, colon or dash and goes on into the answer. */
const LEADS = /^([^,:—–!.\n]{3,70}?)(?:[,:]| [-—–])\s+(?=\S)/;

/** What is left of an answer, and what was taken out. */
export type Toned = {
  /** The answer without its praise. */
  readonly text: string;
  /** The words that were taken out; empty where there were none. */
  readonly removed: readonly string[];
};

/**
 * Takes praise out of an answer's beginning.
 *
 * @param asksWhetherRight Whether the person asked if they are right: then "you are right" is the answer.
 */
export function withoutFlattery(answer: string, asksWhetherRight: boolean): Toned {
  const removed: string[] = [];
  let rest = answer;
  while (removed.length < MOST) {
    const head = rest.slice(0, 600);
    const [first] = sentences(head);
    if (first === undefined) break;
    const raw = head.slice(first.start, first.end);
    if (raw.length <= LONGEST && isPraise(raw, asksWhetherRight)) {
      const after = rest.slice(first.end);
      if (after.trim() === "") break;
      removed.push(raw);
      rest = after.trimStart();
      continue;
    }
    const lead = LEADS.exec(raw);
    if (lead !== null && isPraise(lead[1], asksWhetherRight)) {
      removed.push(lead[1]);
      rest = raised(rest.slice(first.start + lead[0].length).replace(/^(?:and|but|so|e|ma) /, ""));
      continue;
    }
    break;
  }
  return removed.length === 0 ? { text: answer, removed } : { text: raised(rest), removed };
}

function isPraise(raw: string, asksWhetherRight: boolean): boolean {
  const text = fold(raw)
    .replace(/[^\p{L}\p{N}%' ,-]+/gu, " ")
    .replace(/ +/g, " ")
    .replace(/[ ,]+$/, "")
    .trim();
  if (text === "") return false;
  if (asksWhetherRight && /\b(?:right|correct|ragione|spot on|exactly|giust[oa])\b/.test(text)) {
    return false;
  }
  return WHOLE.some((pattern) => pattern.test(text));
}

/** With a capital at its start, since it begins now. */
function raised(text: string): string {
  const point = String.fromCodePoint(text.codePointAt(0) ?? 32);
  return text === "" || !/^\p{Ll}/u.test(point)
    ? text
    : point.toUpperCase() + text.slice(point.length);
}
