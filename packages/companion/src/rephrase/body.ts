/** Softer directives, and shorter paragraphs: words are put before others, none is taken out or replaced. */

import { sentences } from "../language/sentences.ts";
import type { Language } from "../language/types.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Directives that a "please" goes well with. A sentence that begins otherwise stays as it is. */
const DIRECTIVES: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: words(
    "take drink eat use avoid apply keep call contact see send check press click open close restart wait try ask tell read " +
      "write pay bring wash clean store put stop start talk speak go stay follow remove reset enter choose select install " +
      "update attach return visit fill sign measure turn unplug plug hold save upload download reply confirm",
  ),
  it: words(
    "prenda beva mangi usi eviti applichi tenga chiami contatti invii mandi controlli prema clicchi apra chiuda riavvii " +
      "attenda aspetti provi chieda legga scriva paghi porti lavi pulisca conservi metta smetta inizi parli vada rimanga " +
      "segua rimuova inserisca scelga selezioni installi aggiorni alleghi restituisca visiti compili firmi misuri spenga " +
      "accenda scolleghi colleghi salvi carichi scarichi confermi prendi bevi usa evita applica tieni chiama contatta invia " +
      "manda controlla premi apri chiudi riavvia attendi aspetta prova chiedi leggi scrivi paga porta lava conserva metti " +
      "smetti parla segui rimuovi inserisci scegli installa aggiorna misura spegni accendi",
  ),
};

/** What follows a directive, and never the same word as a noun: "use the", but not "use is". */
const OBJECTS: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: words(
    "the a an your this that these those it them one two three four five with for at on off up in into out plenty more less " +
      "only all any every to as us",
  ),
  it: words(
    "il lo la i gli le un uno una l' un' il questo questa questi queste su con per a al alla ai alle in nel nella di del della " +
      "due tre molta molto più meno solo tutti tutte almeno ogni",
  ),
};

const PLEASE: Readonly<Record<Language, string>> = { en: "Please", it: "Per favore," };

/** Directives that are softened in one answer: more sounds like begging. */
const MOST = 2;

/** Lines that stay byte for byte: lists, headings, quotes, tables, code, addresses. */
const FIXED = /^\s*(?:[-*+•#>|]|\d+[.)]|```|~~~|https?:|\S+:\/\/| {4}|\t)/;

/** Sentences in one paragraph where the wording is gentle. */
const GENTLE_SENTENCES = 2;

/** Puts "please" before the first plain directives of the prose. */
export function softenDirectives(
  text: string,
  language: Language,
): { readonly text: string; readonly count: number } {
  let count = 0;
  const lines = mapProse(text, (line) => {
    if (count >= MOST || line.trim() === "") return line;
    let made = line;
    let shift = 0;
    for (const { start, end } of sentences(line)) {
      if (count >= MOST) break;
      const sentence = line.slice(start, end);
      const [, lead = "", verb = "", next = ""] = /^(\s*)(\p{L}+)\s+(\S+)/u.exec(sentence) ?? [];
      const object = next.toLowerCase().replace(/[,;:.]+$/, "");
      const fits = OBJECTS[language].has(object) || /^\d/.test(object) || /^[ld]['’]/.test(object);
      if (!fits || !DIRECTIVES[language].has(verb.toLowerCase())) continue;
      if (verb[0] !== verb[0].toUpperCase()) continue;
      const at = start + lead.length + shift;
      const soft = `${PLEASE[language]} ${verb[0].toLowerCase()}`;
      made = made.slice(0, at) + soft + made.slice(at + 1);
      shift += soft.length - 1;
      count++;
    }
    return made;
  });
  return { text: lines, count };
}

/** Breaks long paragraphs of prose; only white space changes. */
export function shortenParagraphs(text: string): string {
  return mapProse(text, (line) => {
    const all = sentences(line);
    if (all.length <= GENTLE_SENTENCES + 1) return line;
    const parts: string[] = [];
    for (let i = 0; i < all.length; i += GENTLE_SENTENCES) {
      const last = all[Math.min(all.length, i + GENTLE_SENTENCES) - 1];
      parts.push(line.slice(all[i].start, last.end).trim());
    }
    // Where the splitter leaves anything out, the line stays whole.
    return parts.join("").replace(/\s+/g, "") === line.replace(/\s+/g, "")
      ? parts.join("\n\n")
      : line;
  });
}

/** Whether a text begins with something that no sentence can be put before on the same line. */
export function beginsFixed(text: string): boolean {
  return FIXED.test(text);
}

function mapProse(text: string, change: (line: string) => string): string {
  let fence = false;
  return text
    .split("\n")
    .map((line) => {
      if (/^\s*(?:```|~~~)/.test(line)) fence = !fence;
      return fence || FIXED.test(line) ? line : change(line);
    })
    .join("\n");
}
