/**
 * What a person reads before the first sample (Regulation (EU) 2024/1689, Article 50(3)). The version belongs to the
 * words: whoever changes a word changes it, and every grant has then to be asked for again.
 */

import type { Sensor } from "./types.ts";

/** Version of all notices, in all languages. */
export const NOTICE_VERSION = "2026-11.1";

/** Languages that notices are written in. */
export type NoticeLanguage = "en" | "it";

/** A notice, to be shown whole before a grant can be given. */
export type Notice = {
  /** To be passed on in the grant: which words were read. */
  readonly version: string;
  /** The sensor that it is about. */
  readonly sensor: Sensor;
  /** A line above the paragraphs. */
  readonly title: string;
  /** In reading order: what is sensed, what is computed, where it stays, how to stop, what it is not, where it is off. */
  readonly paragraphs: readonly string[];
};

type Words = {
  readonly titles: Readonly<Record<Sensor, string>>;
  readonly sensed: Readonly<Record<Sensor, string>>;
  readonly rest: readonly string[];
};

const ENGLISH: Words = {
  titles: {
    heart: "Your heart signal",
    skin: "Your skin's conductance",
    camera: "Colour changes of your skin, seen by the camera",
    microphone: "How your voice sounds",
  },
  sensed: {
    heart:
      "This reads the beats of your heart from a strap, a watch or a file that you choose. From them it computes heart rate, heart-rate variability and, after five minutes, whether your body is more or less aroused than your own usual.",
    skin: "This reads the electrical conductance of your skin from a device or a file that you choose. From it this computes its level, its quick rises and, after five minutes, whether your body is more or less aroused than your own usual.",
    camera:
      "This reads the average colour of a region of skin that you mark in the camera's picture. From it this computes a pulse rate, and says so when the picture is too poor. Faces are not searched for or recognised, and expressions are not read. People behind you may be in the picture: ask them first.",
    microphone:
      "This measures pitch, loudness, pauses and pace of your voice. Words are not recognised and speakers are not identified. People near you may be heard: ask them first.",
  },
  rest: [
    "If you also allow it to soften the companion's words, this is a biometric system in the sense of Article 50(3) of the EU's AI Act, and this is the notice that the Act asks for. It may make the companion's tone gentler. It never changes facts, and never names a feeling.",
    "Everything is computed on this device. No picture, sound or sample is stored or sent; results are held in memory only and are gone when you close the page. Nothing inferred goes to a customer system or to anybody else.",
    "A light shows whenever a sensor is read. You can stop at any moment with one press; it ends at once. Permission also ends by itself. You can see every result, delete any one, and delete everything.",
    "This is not a medical device. It gives no diagnosis and can be wrong. If you feel unwell, talk to a doctor; in an emergency call your local emergency number.",
    "At a workplace or in education all of this is off and cannot be switched on.",
  ],
};

const ITALIAN: Words = {
  titles: {
    heart: "Il segnale del suo cuore",
    skin: "La conduttanza della sua pelle",
    camera: "Le variazioni di colore della pelle viste dalla fotocamera",
    microphone: "Il suono della sua voce",
  },
  sensed: {
    heart:
      "Vengono letti i battiti del cuore da una fascia, da un orologio o da un file scelto da lei. Se ne calcolano la frequenza cardiaca, la sua variabilità e, dopo cinque minuti, se il suo corpo è più o meno attivato rispetto al suo solito.",
    skin: "Viene letta la conduttanza elettrica della pelle da un dispositivo o da un file scelto da lei. Se ne calcolano il livello, gli aumenti rapidi e, dopo cinque minuti, se il suo corpo è più o meno attivato rispetto al suo solito.",
    camera:
      "Viene letto il colore medio di una zona di pelle che lei indica nell'immagine della fotocamera. Se ne calcola la frequenza del polso; se l'immagine è troppo scarsa, viene detto. I volti non vengono cercati né riconosciuti e le espressioni non vengono interpretate. Altre persone potrebbero essere inquadrate: chieda prima a loro.",
    microphone:
      "Vengono misurati altezza, intensità, pause e ritmo della voce. Le parole non vengono riconosciute e chi parla non viene identificato. Altre persone vicine potrebbero essere sentite: chieda prima a loro.",
  },
  rest: [
    "Se permette anche di addolcire le parole dell'assistente, questo è un sistema biometrico ai sensi dell'articolo 50, paragrafo 3, del regolamento europeo sull'intelligenza artificiale, e questa è l'informativa che il regolamento richiede. Può rendere più gentile il tono dell'assistente. Non cambia mai i fatti e non dà mai un nome a un sentimento.",
    "Tutto viene calcolato su questo dispositivo. Nessuna immagine, nessun suono e nessun campione viene conservato o inviato; i risultati restano solo in memoria e spariscono quando chiude la pagina. Nulla di ciò che viene dedotto arriva a un sistema per i clienti o ad altre persone.",
    "Una luce si accende ogni volta che un sensore viene letto. Può fermare tutto in qualsiasi momento con un solo tocco, con effetto immediato. Il permesso scade comunque da solo. Può vedere ogni risultato, cancellarne uno qualsiasi e cancellare tutto.",
    "Questo non è un dispositivo medico. Non fa diagnosi e può sbagliare. Se non si sente bene parli con un medico; in caso di emergenza chiami il numero di emergenza locale.",
    "Sul luogo di lavoro e nell'istruzione tutto questo è spento e non può essere acceso.",
  ],
};

/** The notice about a sensor, in the version that a grant has to name. */
export function consentNotice(sensor: Sensor, language: NoticeLanguage): Notice {
  const words = language === "it" ? ITALIAN : ENGLISH;
  return {
    version: NOTICE_VERSION,
    sensor,
    title: words.titles[sensor],
    paragraphs: [words.sensed[sensor], ...words.rest],
  };
}
