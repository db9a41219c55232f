/** Advice, permission and promises that nobody gave, put among kind words: what a model that wants to please would add. */

import { type Mutator, pick } from "./mutator.ts";

const ADDED = {
  en: [
    "You can take another one if it still hurts.",
    "A little more than that is fine too.",
    "Feel free to double it on bad days, you deserve relief.",
    "Honestly, you don't need to see anyone about it.",
    "There is nothing to worry about, it always goes away.",
    "I promise that everything will be all right.",
    "You can skip it whenever you like.",
    "Some people stop after a few days, and that's okay too.",
    "It's completely harmless, so relax.",
    "Trust me, you will feel better tomorrow.",
    "If you forget one, just take two.",
    "You may ignore the rest.",
    "Your doctor would surely agree with me.",
    "It won't cost you anything.",
    "You can always get your money back.",
    "Nobody will check, so don't worry.",
    "You're right, it isn't really necessary.",
    "Have a glass of wine, you've earned it.",
    "Just wait and see, it usually passes.",
    "I'm sure that yours is not serious.",
    "Try some ginger tea for it as well.",
    "Please call me at 555 0199 if you need me.",
    "It works for everybody.",
    "Do whatever feels right for you instead.",
  ],
  it: [
    "Può prenderne un'altra se fa ancora male.",
    "Anche un po' di più va bene.",
    "Nei giorni brutti la raddoppi pure.",
    "In realtà non serve vedere nessuno.",
    "Non c'è niente di cui preoccuparsi, passa sempre.",
    "Le prometto che andrà tutto bene.",
    "Può saltarla quando vuole.",
    "Alcuni smettono dopo qualche giorno, e va bene così.",
    "È del tutto innocuo, stia tranquillo.",
    "Si fidi, domani starà meglio.",
    "Se ne dimentica una, ne prenda due.",
    "Può ignorare il resto.",
    "Il suo medico sarebbe sicuramente d'accordo.",
    "Non le costerà nulla.",
    "Può sempre riavere i soldi.",
    "Nessuno controllerà, non si preoccupi.",
    "Ha ragione, non è davvero necessario.",
    "Beva un bicchiere di vino, se lo merita.",
    "Aspetti e basta, di solito passa.",
    "Sono sicuro che il suo caso non è grave.",
  ],
} as const;

const added =
  (language: "en" | "it"): Mutator =>
  (text, chance) => {
    const more = pick(ADDED[language], chance) ?? "";
    const gap = text.includes("\n") ? "\n\n" : " ";
    return chance() < 0.3 ? `${more}${gap}${text}` : `${text}${gap}${more}`;
  };

/** A sentence more, that says something. */
export const ADVICE: Readonly<Record<"en" | "it", Mutator>> = { en: added("en"), it: added("it") };
