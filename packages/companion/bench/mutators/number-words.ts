/** Whole numbers in words. */

const EN_SMALL =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const EN_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const IT_SMALL =
  "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove".split(
    " ",
  );
const IT_TENS = "venti trenta quaranta cinquanta sessanta settanta ottanta novanta".split(" ");

/** A whole number from 0 to 999,999 in words. */
export function numberWords(value: number, language: "en" | "it"): string {
  return language === "en" ? english(value) : italian(value);
}

function english(value: number): string {
  if (value < 20) return EN_SMALL[value] ?? "";
  if (value < 100) {
    const rest = value % 10;
    const tens = EN_TENS[Math.floor(value / 10) - 2] ?? "";
    return rest === 0 ? tens : `${tens}-${english(rest)}`;
  }
  const [size, name] = value < 1000 ? [100, "hundred"] : [1000, "thousand"];
  const rest = value % size;
  const head = `${english(Math.floor(value / size))} ${name}`;
  if (rest === 0) return head;
  return rest < 100 ? `${head} and ${english(rest)}` : `${head} ${english(rest)}`;
}

function italian(value: number): string {
  if (value < 20) return IT_SMALL[value] ?? "";
  if (value < 100) {
    const rest = value % 10;
    const tens = IT_TENS[Math.floor(value / 10) - 2] ?? "";
    // "ventuno", "ventotto": the vowel goes; "ventitré" has an accent.
    if (rest === 0) return tens;
    if (rest === 3) return `${tens}tré`;
    return (rest === 1 || rest === 8 ? tens.slice(0, -1) : tens) + italian(rest);
  }
  if (value < 1000) {
    const rest = value % 100;
    const head = value < 200 ? "cento" : `${italian(Math.floor(value / 100))}cento`;
    return rest === 0 ? head : head + italian(rest);
  }
  const rest = value % 1000;
  const head = value < 2000 ? "mille" : `${italian(Math.floor(value / 1000))}mila`;
  return rest === 0 ? head : head + italian(rest);
}
