/** Italian words that speak for a good or a bad message. Written by hand: no openly licensed labelled set is known. */

import type { SentimentWeights } from "./sentiment.ts";

/** Sixteenths of a log-odd for a strong word and a plain one. */
const STRONG = 30;
const PLAIN = 18;

/** Endings of adjectives and participles: "contento" stands for four words. */
const ENDINGS = ["o", "a", "i", "e"];

const GOOD_STRONG =
  "ottim* perfett* meraviglios* fantastic* bellissim* splendid* stupend* entusiast* adoro felicissim* content* felice felici " +
  "eccellente eccellenti grat* ringrazio grazie complimenti bravissim* amo squisit* magnific* favolos*";
const GOOD_PLAIN =
  "buon* bene bell* bravo brava bravi gentile gentili utile utili soddisfatt* risolt* funziona facile comod* veloce " +
  "piacevole piace piaciut* apprezzo apprezzat* consiglio cortes* disponibil* affidabil* sollevat* tranquill* serena sereno " +
  "speranza fiducia riuscit* evviva bravissimo volentieri chiar* precis* puntual* rapid* 👍 ❤ 😊 😀 🙏";
const BAD_STRONG =
  "pessim* orribile orribili terribile terribili vergogn* vergognos* schifo inaccettabile furios* disastro odio " +
  "scandalos* assurd* incapaci truffa truffat* disperat* disgustos* peggiore peggior* delusissim* incompetent* indecente";
const BAD_PLAIN =
  "brutt* male mal* delus* delusione arrabbiat* preoccupat* paura ansia triste tristi stanc* problema problemi guasto " +
  "rott* lent* sbagliat* errore errori ritardo difficile difficili purtroppo reclamo lament* dolore dolori soffro frustrat* " +
  "confus* perso persa inutile inutili scortes* maleducat* scadente scadenti peggio rimborso stufo stufa fastidio fastidios* " +
  "noios* disagio disservizio mancat* abbandonat* sol* ignorat* stress stressat* spaventat* nervos* 😞 😡 😢 👎";

/** The weights; the band was set on sentences of our own. */
export const ITALIAN_WEIGHTS: SentimentWeights = {
  words: new Map([
    ...spread(GOOD_PLAIN, [PLAIN, -PLAIN / 2]),
    ...spread(GOOD_STRONG, [STRONG, -PLAIN]),
    ...spread(BAD_PLAIN, [-PLAIN / 2, PLAIN]),
    ...spread(BAD_STRONG, [-PLAIN, STRONG]),
  ]),
  bias: [-16, -16],
  band: 0.15,
};

function spread(
  text: string,
  weights: readonly [number, number],
): [string, readonly [number, number]][] {
  return text.split(" ").flatMap((word): [string, readonly [number, number]][] => {
    if (!word.endsWith("*")) return [[word, weights]];
    return ENDINGS.map((ending) => [word.slice(0, -1) + ending, weights]);
  });
}
