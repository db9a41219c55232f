/**
 * What an empathic wrapper may say around the content: feelings, presence, thanks, leads into the content. It may not
 * advise, promise, deny or count: a sentence with a word or a turn that is not known to be harmless is an addition.
 */

import { anyOf, wholeWords } from "../language/pattern.ts";
import type { Language, Span } from "../language/types.ts";
import type { Atom } from "./atoms.ts";
import { classOf } from "./classes.ts";
import { areKind, isSaying } from "./wrapper-acts.ts";
import { FEELINGS, isPlainWord, TOPICS } from "./wrapper-words.ts";

const OWN_TOPIC = 4;

/** Turns that are harmless as a whole; they are taken out before the words are looked at. */
const TURNS: Readonly<Record<Language, RegExp>> = {
  en: wholeWords(
    String.raw`
    (?:do )?(?:not|never|no) (?:ever )?(?:hesitate|alone|(?:(?:always|at all|be|an?|very|quite|exactly|so|feel) ){0,3}(?:easy|simple|small (?:thing|matter)|fun|pleasant|ideal|alone)|your fault)
    not be alone | not (?:to )?know(?:ing)? (?:what|how|why|for)
    not feel (?:right|well|good|like yourself|(?:at )?(?:your|their) best)
    not (?:be )?(?:what|the (?:news|answer)) you (?:be |have )?(?:hop|want|expect|look|wish)\w*(?: for)?
    (?:nobody|no|no one|one) should (?:ever )?(?:have to )?(?:go through|face|bear|deal with|feel|suffer|carry) (?:this |it |that |any of this )?alone
    no question be (?:ever )?too (?:small|silly|simple)
    if (?:anything|something) be (?:not clear|unclear) | if (?:it|that) help
    (?:it|that|this) take(?:n)? (?:(?:a lot of|lot of|real|great|much|some) )?(?:courage|strength|bravery)
    not have to (?:face|carry|bear|handle) (?:it|this|that) alone
    can not (?:even )?(?:begin to )?imagine
    no (?:easy|small|simple) (?:thing|matter|way|answer)
    not have to (?:face|go through|deal|handle|bear|cope|do) (?:with )?(?:this|it|that|thing) alone
    oh no | take (?:good |great |the best )?care(?: of (?:yourself|you))?
    take (?:it|thing|everything) (?:day|step) by (?:day|step) | take thing | take it
    take a (?:moment|deep breath|breath|break) | (?:lot|much) to take in | take courage
    (?:every )?step of the way | hang in there | you have got this | stay strong
    (?:speedy|quick|swift|smooth|full) recovery | get well soon
    feel (?:much |a (?:little|bit) )?(?:better|well)(?: very)? soon | in good hand
    good idea | be (?:gentle|kind|patient) (?:with|to) yourself
    (?:if|whenever|when|should) you (?:ever )?(?:have|need|want|wish|would like|feel)(?: (?:any|anything|some|more|other|further|to|else|question|doubt|concern|worry|help|support|talk|know|ask|share|up|it|like|ready|able|about|someone))*
    if there be (?:any|some)thing(?: else)?(?: that)? (?:i|we) (?:can|could) (?:do|help)
    (?:if|what|whatever) (?:i|we) (?:can|could) (?:do|help)
    make (?:perfect|complete|total|a lot of)? ?sense | not the only(?: person)?(?: who| to)?
    (?:as|like) if | (?:a|one) (?:small )?(?:day|step|thing|moment) at a time
  `,
    "g",
  ),
  it: /\b(?:non (?:esiti|esita|esitare|esitate)|non (?:\w+ )?(?:è|sia|sono|sei|deve essere|dev' essere|siete|sarà|devono essere|può essere)(?: (?:\w+ ){0,2}| )(?:solo|sola|soli|sole|facile|facili|semplice|semplici)|non si sente bene|non ti senti bene|non stia bene|non (?:\w+ )?(?:deve|dev'|può) essere(?: \w+){0,1} (?:facile|semplice)|(?:non è|non fosse|non sia) (?:\w+ )?chiaro|non sta bene|non stai bene|mai (?:facile|semplice)|non (?:deve|devi) (?:affrontare|vivere) (?:\w+ ){0,2}(?:da )?sol[oa]|(?:si prenda|prenditi) (?:\w+ )?cura(?: di (?:sé|lei|te|voi))?|abbia cura di sé|abbi cura di te|(?:sentirsi|sentirti|stare|starai|sta) (?:presto|subito|di nuovo)? ?(?:meglio|bene)|pronta guarigione|buona guarigione|(?:voglia|vuole|vuoi|voglia|desideri|desidera) (?:essere sicur[oa]|vederci chiaro|una risposta|saperne di più|capire(?: meglio)?|sapere)|non vedo l' ora|non (?:è|sia) (?:\w+ ){0,2}(?:la notizia|la risposta|quello|quel|ciò) che (?:\w+ )?(?:sperav|volev|aspettav|desiderav|avrebbe volut|avresti volut)\w*|(?:se )?qualcosa(?: non (?:\w+ ){0,2}è chiaro)?|non posso che|se (?:ha|hai|avesse|avessi|dovesse avere|vuole|vuoi|desidera|desideri)(?: (?:altre|altri|ancora|ulteriori|qualsiasi|qualche|bisogno|domande|dubbi|domanda|dubbio|di|parlarne|altro|aiuto|chiarimenti|voglia|piacere))*|un (?:passo|giorno) alla volta)(?![\p{L}])/gu,
};

/** Asking to be told: whatever harmless follows is what may be told. */
const TELL: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:let (?:me|us) know|tell (?:me|us))(?: if| whether)?(?![\p{L}'])/gu,
  it: /(?<![\p{L}])(?:(?:mi|ci) (?:faccia|fate) (?:pure )?sapere|(?:fammi|facci|fatemi|fateci) (?:pure )?sapere|(?:mi|ci|me lo|ce lo) dica(?: pure)?|dimmi(?: pure)?|dimmelo)(?: se)?(?![\p{L}])/gu,
};

/** Turns of phrase that deny, promise, permit or play down although each of their words is harmless. */
const REFUSED: Readonly<Record<Language, RegExp>> = {
  en: anyOf(
    /\b(?:not|no|never|nothing|none|without|unless|if|until|take)\b/,
    wholeWords(`
      (?:you|it|this|that|thing|they|all|everything) (?:will|shall)
      we (?:will|shall)(?! (?:be|gladly|help|explain|try|do our best))
      (?:will|shall|going to) (?:be(?! (?:(?:right|alway|so|very|more|than|always|only|too) )*(?:here|happy|glad|pleased|delighted|honored|listening|with you))|get|feel|pass|work)
      be (?:very )?common | best (?:to (?!you|your|all|both)|for|thing)
      good (?:to (?:go|start|try|get|do)|for)
      (?:completely|perfectly|totally|very|really|be|all) (?:well|good|easy|simple|ok|okay|alright|better)(?: now| for you| to do| again)?$
      (?:ok|okay|alright|fine|free|safe|easy|well) to (?!feel|ask|be|cry|worry|need|reach|write|say|talk|share|contact|understand)
      you (?:should|must|need|have to|can|could|may|might|want) (?:also |always |just |only |still )?(?:go(?! through)|get|start|begin|try|follow|do|make|have|give|live|handle|manage|trust|keep|come|like|want|wish|stay|hold|carry|send|leave|back)
      you should | you must(?! (?:be|feel|have (?:be|feel))) | we (?:should|must|need)
      it be (?:all )?(?:alway|(?:a |an )?(?:small|little|minor)|better|over|good(?! (?:that|of) you| question)|well|right|true|easy|simple)
      (?:people|person) like you | (?:better|more) with
      be (?:only|just) (?:a |an )?(?:small|little|simple|normal|natural)
      (?:before|after|wait) (?:go|going|a|some|the|call|see|tell|ask)
      (?:ignore|wrong|true|lie) | some more | in (?:your|the) (?:mind|head)
      as (?:often|much|many) as | little more | for now | try (?!to) | start | begin (?!to)
    `),
  ),
  it: /(?<![\p{L}])(?:non|mai|né|niente|nulla|nessun\w*|senza|se|tutto (?:andrà|si|bene|passa|va)|andrà|starà|starai|sarà|passerà|guarirà|prenda|prende|prendere|può (?:fare|dare|prendere|provare|andare|stare)|puoi (?:fare|dare|provare|andare|stare)|deve(?! (?:essere|star|sentirsi|esser))|devi(?! (?:essere|star|sentirti|esser))|meglio (?:non|fare|andare)|di più)(?![\p{L}])/u,
};

/** Small counts and calls that are no amounts: "one step at a time". */
const FIGURES = wholeWords(
  `
    grazie mille | mille grazie | tante grazie | un milione di grazie
    (?:one|a) (?:small )?(?:step|day|thing|moment) at a time | first of all
    un (?:passo|giorno) alla volta | una cosa alla volta
  `,
  "gi",
);

function figuresOf(text: string, from: number): Span[] {
  return [...text.matchAll(FIGURES)].map(({ index, 0: figure }) => ({
    start: from + index,
    end: from + index + figure.length,
  }));
}

/**
 * Whether atoms that stand only in the rephrased text say no more than a wrapper may; `own`: the neutral text's words,
 * which sympathy may be about.
 */
export function isWrapper(
  atoms: readonly Atom[],
  text: string,
  language: Language,
  own: ReadonlySet<string>,
): boolean {
  if (atoms.length === 0) return true;
  if (atoms.length > WRAPPER_LENGTH) return false;
  const figures = figuresOf(
    text.slice(atoms[0].start, atoms[atoms.length - 1].end),
    atoms[0].start,
  );
  for (const { kind, key, start } of atoms) {
    const figure = figures.some((span) => start >= span.start && start < span.end);
    if (kind === "quantity" && !figure && !/^#1\|?$/.test(key)) return false;
    if (kind === "mark" && key !== "?" && key !== "and") return false;
  }
  const clauses = readClauses(atoms, language);
  const looked = clauses.filter((clause) => !isSaying(clause, language));
  if (looked.some((clause) => REFUSED[language].test(clause))) return false;
  const line = looked.join(" ");
  const words = looked.length === 0 ? [] : line.split(" ");
  const feeling = words.some((word) => FEELINGS[language].has(word));
  const feels = feeling || FEELS[language].test(line);
  if (!feels && /\bwhen(?:ever)?\b/.test(line)) return false;
  const moves = feeling || MOVES[language].test(line);
  return (
    areKind(clauses, language, moves) &&
    words.every(
      (word) =>
        word === "_" ||
        word === "@" ||
        isPlainWord(word, language) ||
        FEELINGS[language].has(word) ||
        (feels && isTopic(word, language, own)),
    )
  );
}

/** The words of each clause, as they are compared; harmless turns are `_`, asking to be told is `@`. */
function readClauses(atoms: readonly Atom[], language: Language): string[] {
  const clauses: string[] = [];
  let last = -1;
  for (const { kind, key, clause } of atoms) {
    if (kind !== "word") continue;
    if (clause === last) clauses[clauses.length - 1] += ` ${key}`;
    else clauses.push(key);
    last = clause;
  }
  return clauses.map((line) =>
    isSaying(line, language)
      ? line
      : line.replace(TELL[language], "@").replace(TURNS[language], "_"),
  );
}

/** What makes understanding something about the person. */
const MOVES: Readonly<Record<Language, RegExp>> = {
  en: wholeWords(String.raw`
    hard | tough | rough | difficult\w* | challeng\w+ | pain\w* | frustrat\w+ | exhaust\w+
    tiring | scary | fright\w+ | stress\w* | overwhelm\w* | upset\w* | worr\w+ | concern\w*
    confus\w+ | daunting | unsettl\w+ | distress\w* | troubl\w+ | annoy\w* | disappoint\w*
    heavy | anxi\w+ | important | matter | mean | lot | alone | mind | understand\w* why
    that you | of you to
    (?:good|great|fair|excellent|important|thoughtful|valid|sensible|reasonable|common)(?: question)?$
    your (?:\S+ )?(?:feeling|concern|worry|reaction|anger|fear|frustration) be
    (?:how|what|why) you | how much
    you(?: \S+)? (?:feel|go through|come from|ask|want to know|look for|wait)
    hear (?:from )?you | see you | _
  `),
  it: /(?<![\p{L}])(?:difficil\w+|dur[oaie]|faticos\w+|pesant\w+|pesa\w*|frustrant\w+|frustrazion\w+|stress\w*|preoccup\w+|ansi\w+|paur\w+|timor\w+|delicat\w+|importan\w+|comprensibil\w+|rabbia|disagio|attesa|aspettare|(?:la|ti|vi) (?:\S+ )?(?:capisc|comprend)\w+|stato d' animo|quello che (?:prov|sent|viv)\w+|come si sent\w+|come ti sent\w+|perché|quanto|quant'|tant\w+|sperav\w+|_)(?![\p{L}])/u,
};

/** Most atoms that one sentence or clause of a wrapper has. */
const WRAPPER_LENGTH = 60;

const FEELS: Readonly<Record<Language, RegExp>> = {
  en: wholeWords(String.raw`
    sorry | understand\w* | imagine | i know | hear | sound | wish | hope | hard | tough
    difficult | exhaust\w+ | tiring | frustrat\w+ | stress\w* | scary | fright\w+ | worr\w+
    concern\w* | overwhelm\w* | upset\w* | challeng\w+ | painful | anxi\w+ | question
    ask\w* | thank | _
  `),
  it: /(?<![\p{L}])(?:dispiace|spiace|capisco|comprendo|comprensibile|immagino|so|spero|auguro|difficil\w+|dur\w+|faticos\w+|frustrant\w+|stress\w*|preoccup\w+|ansi\w+|paura|domand\w+|grazie|ringrazi\w+|_)(?![\p{L}])/u,
};

/** Verbs of the neutral text that sympathy may not repeat: they would become advice. */
const ACTS =
  /^(?:take|taking|stop\w*|start\w*|avoid\w*|use|using|eat\w*|drink\w*|call\w*|increase\w*|decrease\w*|reduc\w+|continu\w+|apply\w*|inject\w*|skip\w*|switch\w*|chang\w+|doubl\w+|buy\w*|sell\w*|invest\w*|safe|harmless|cure\w*|serious|need|prend\w+|smett\w+|evit\w+|usa\w*|mangi\w+|bev\w+|chiam\w+|aument\w+|riduc\w+|continu\w+|sospend\w+)$/;

function isTopic(word: string, language: Language, own: ReadonlySet<string>): boolean {
  if (TOPICS[language].has(word)) return true;
  return word.length >= OWN_TOPIC && own.has(word) && classOf(word) === null && !ACTS.test(word);
}

/** How a wrapper may end that what follows stands by itself: nobody hopes, hears, feels or supposes it. */
const LEADS: Readonly<Record<Language, RegExp>> = {
  en: /(?:^|(?<=\s))(?:(?:please )?(?:know|remember|note|be aware|keep in mind|bear in mind) that|(?:important|helpful|useful|good) to (?:know|remember|note|keep in mind) that|(?:can|want to|like to|let me) (?:tell|let) you (?:know )?that|here be what i (?:can|could) (?:say|tell you|share)|but|so|and|please|gently|kindly)$/,
  it: /(?:^|(?<=\s))(?:(?:sappia|sappi|tenga presente|tieni presente|ricordi|ricorda|le ricordo|ti ricordo|posso dirle|posso dirti|(?:utile|importante|bene) (?:sapere|ricordare)) che|ma|e|quindi|per favore|gentilmente)$/,
};

/** Whether an inserted beginning leads into what follows it without a break. */
export function leadsOn(atoms: readonly Atom[], language: Language): boolean {
  return LEADS[language].test(atoms.map(({ key }) => key).join(" "));
}

/** Conditions, doubts and suppositions: before a comma they govern what comes behind it. */
const GOVERNS: Readonly<Record<Language, RegExp>> = {
  en: anyOf(
    /^(?:and |but |so )*(?:if|when|whenever|as|should|unless|once|while|in case|depending|_)(?![\p{L}])/u,
    /^(?:i|we) (?:\S+ )?(?:hope|wish|imagine|guess|suppose|think|believe|feel|hear|see|gather|understand)$/u,
  ),
  it: anyOf(
    /^(?:e |ma |quindi )*(?:se|quando|qualora|come|nel caso|purché|_)(?![\p{L}])/u,
    /^(?:\S+ )?(?:spero|credo|penso|immagino|sento|capisco|suppongo)$/u,
  ),
};

/** Whether an inserted beginning makes what follows its comma depend on something. */
export function governs(atoms: readonly Atom[], language: Language): boolean {
  return readClauses(atoms, language).some((clause) => GOVERNS[language].test(clause));
}

/** Own sentences that take an answer back or leave it to the person. */
const TAKES_BACK: Readonly<Record<Language, RegExp>> = {
  en: anyOf(
    /^(?:but|however|though|although|then again|anyway|still|or|only|just|maybe|perhaps|well)(?![p{L}])(?! (?:please|know|remember|let|feel|want|a|here|checking))/,
    /\b(?:this|that|it|which)(?: \S+)? (?:be|was) (?:\S+ )?(?:right|true|correct|wrong|enough|so$)(?! (?:to|of))/,
    /\bi(?: \S+)? (?:be|was) (?:\S+ )?(?:right(?! here)|wrong|mistaken|not sure|unsure|uncertain)\b/,
    /^(?:and |but )?(?:i|we) (?:\S+ ){0,2}(?:think|believe|guess|suppose|wonder|feel (?:that|it|like)|mean|say|said|heard|hear that|imagine that|feel (?:un)?sure|be (?:\S+ )?(?:sure|unsure|uncertain|confused))\b/,
    /^(?:and |but )?(?:if|when|whenever|as|whatever|however) (?:you|it|that|this)(?: \S+){0,3}$/,
    /\b(?:whatever|however|whichever|as) you\b|\byour (?:own )?(?:choice|call|decision|gut|heart)\b/,
    /\bup to you\b/,
  ),
  it: anyOf(
    /^(?:ma|però|tuttavia|oppure|o|forse|magari|comunque|solo)(?![\p{L}])/u,
    /(?<![\p{L}])(?:questo|quello|ciò|è|sia|sarà) (?:\S+ )?(?:giust[oa]|ver[oa]|corrett[oa]|sbagliat[oa]|così|esatt[oa]|abbastanza)(?![\p{L}])/u,
    /^(?:e )?(?:\S+ )?(?:credo|penso|suppongo|mi pare|mi sembra|direi|immagino che (?:sia|è))(?![\p{L}])/u,
    /^(?:e )?(?:se|quando|come|quanto) (?:\S+ )?(?:vuole|vuoi|desidera|desideri|crede|credi|preferisce|preferisci|sente|senti)(?: \S+){0,2}$/u,
  ),
};

/** Whether an own sentence of a wrapper takes back what was said, or leaves it open. */
export function takesBack(atoms: readonly Atom[], language: Language): boolean {
  const said = atoms.filter(({ kind }) => kind === "word").map(({ key }) => key);
  return TAKES_BACK[language].test(said.join(" "));
}

/** Words that may come inside a sentence without touching what it says. */
const INSIDE: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set("gently kindly please then also".split(" ")),
  it: new Set("gentilmente cortesemente pure inoltre poi anche".split(" ")),
};

const ASKING = /^per (?:favore|piacere|cortesia|gentilezza)$/;

/** Whether all that was put somewhere is "please". */
export function onlyAsks(atoms: readonly Atom[]): boolean {
  return ASKING.test(atoms.map(({ key }) => key).join(" "));
}

/** Whether a word may be put in the middle of content. */
export function mayStandInside(key: string, language: Language): boolean {
  return INSIDE[language].has(key);
}
