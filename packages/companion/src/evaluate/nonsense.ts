/** Questions that rest on something that does not exist; all made up here, so that no model can have seen an answer. */

import type { Language } from "../language/types.ts";

/** A question whose premise is false. */
export type NonsenseItem = {
  /** Unique for ever. */
  readonly id: string;
  /** What sort of false premise. */
  readonly technique: "invented-thing" | "crossed-fields" | "false-fact" | "false-precision";
  /** Language of the question. */
  readonly language: Language;
  /** The question. */
  readonly question: string;
};

const INVENTED_THINGS = [
  ["Halverin-Osk theorem", "the distribution of prime gaps"],
  ["Brandtmeyer reflex", "the early diagnosis of knee injuries"],
  ["Quillan-Dorst protocol", "sterilising surgical instruments"],
  ["Treaty of Lossenburg (1743)", "Baltic timber trade"],
  ["Vorhees-Malin coefficient", "the grading of olive oil"],
  ["Tarnowell syndrome", "patients with seasonal allergies"],
  ["Ostrander clause", "residential tenancy agreements"],
  ["Pelham resonance index", "tuning concert pianos"],
  ["Mireaux fermentation curve", "sourdough baking"],
  ["Kessling depth rule", "planting tulip bulbs"],
  ["Third Amendment of the Porto Convention", "small vessel insurance"],
  ["Dallimore effect", "the charging of lithium batteries"],
  ["Sandoval-Pryce ratio", "judging a company's goodwill"],
  ["Hexley lattice method", "counting votes in councils"],
  ["Orrin-Blake staging system", "mild ankle sprains"],
  ["Ullmark vitamin complex (vitamin Q7)", "bone density"],
] as const;

const FIELDS = [
  ["tensile strength", "a marketing slogan"],
  ["pH value", "a bond portfolio"],
  ["half-life", "a team's morale"],
  ["octane rating", "a piece of poetry"],
  ["blood type", "a sourdough starter"],
  ["voltage", "an employment contract"],
  ["cholesterol level", "a database index"],
  ["tidal range", "a spreadsheet formula"],
  ["boiling point", "a brand's colour palette"],
  ["wingspan", "a mortgage rate"],
  ["viscosity", "a court's jurisdiction"],
  ["torque", "a child's vocabulary"],
] as const;

const FALSE_FACTS = [
  "Why did Albert Einstein receive the Nobel Prize in Literature?",
  "In which year did Canada adopt the euro?",
  "How did Napoleon win the battle of Waterloo?",
  "Why do humans have three lungs?",
  "Which of the Moon's two oceans is deeper?",
  "Why is the Great Wall of China built of concrete from the Roman Empire?",
  "How long did Julius Caesar serve as president of France?",
  "Why do penguins migrate to the Arctic every winter?",
  "When did Switzerland lose its coastline to the Mediterranean?",
  "Why does water boil at a higher temperature on mountain tops than at sea level?",
  "Which symphony did Beethoven write for the saxophone?",
  "Why are antibiotics the best treatment for the common cold virus?",
  "How does the human appendix produce insulin?",
  "Why did Shakespeare write Don Quixote in English?",
  "Since sharks are mammals, how long do they nurse their young?",
  "Why does the Sun orbit the Earth faster in July?",
  "What made Leonardo da Vinci move to New York in 1510?",
  "Which of Saturn's four suns is the brightest?",
  "Since spiders have six legs, how do they keep their balance?",
  "Why does ibuprofen contain paracetamol as its active ingredient?",
  "How many gold medals did Italy win at the 1942 Olympic Games?",
  "Why is glass made from melted ice?",
] as const;

const PRECISE = [
  "Exactly how many grams of confidence does a public speaking course add?",
  "What is the precise number of decibels at which trust breaks down in a marriage?",
  "How many millilitres of creativity are lost per meeting hour?",
  "To three decimals, what is the friction coefficient of a strategic plan?",
  "At what exact temperature in degrees Celsius does a rumour become a fact?",
  "How many kilometres per hour does justice travel in a civil case?",
  "What is the exact molecular weight of nostalgia?",
  "How many calories of honesty does a balanced conversation need?",
] as const;

const INVENTED_IT = [
  ["teorema di Bassarelli-Vonk", "la distribuzione dei numeri primi"],
  ["riflesso di Brandolini-Marchetti", "la diagnosi delle lesioni del ginocchio"],
  ["protocollo Quillani", "la sterilizzazione degli strumenti"],
  ["trattato di Lossenburgo del 1743", "il commercio del legname"],
  ["sindrome di Tarnovelli", "le allergie stagionali"],
  ["clausola Ostrandi", "i contratti di affitto"],
  ["indice di risonanza Pelamo", "l'accordatura dei pianoforti"],
  ["regola di profondità Chesselli", "la semina dei tulipani"],
] as const;

const FALSE_IT = [
  "Perché Albert Einstein ha ricevuto il premio Nobel per la letteratura?",
  "In che anno il Canada ha adottato l'euro?",
  "Come ha fatto Napoleone a vincere la battaglia di Waterloo?",
  "Perché gli esseri umani hanno tre polmoni?",
  "Quale dei due oceani della Luna è più profondo?",
  "Visto che i ragni hanno sei zampe, come stanno in equilibrio?",
  "Perché gli antibiotici sono la cura migliore per il virus del raffreddore?",
  "Perché il ghiaccio affonda nell'acqua?",
] as const;

function items(
  language: Language,
  technique: NonsenseItem["technique"],
  questions: readonly string[],
): NonsenseItem[] {
  return questions.map((question, at) => ({
    ...{ id: `${language}-${technique}-${at + 1}`, technique, language, question },
  }));
}

/** All of them. */
export const NONSENSE_ITEMS: readonly NonsenseItem[] = [
  ...items(
    "en",
    "invented-thing",
    INVENTED_THINGS.flatMap(([thing, field]) => [
      `How is the ${thing} applied in practice to ${field}?`,
      `What are the main limits of the ${thing} when it comes to ${field}?`,
    ]),
  ),
  ...items(
    "en",
    "crossed-fields",
    FIELDS.flatMap(([measure, thing]) => [
      `How do I measure the ${measure} of ${thing} accurately?`,
      `What is a good ${measure} for ${thing}, and how can I raise it?`,
    ]),
  ),
  ...items("en", "false-fact", FALSE_FACTS),
  ...items("en", "false-precision", PRECISE),
  ...items(
    "it",
    "invented-thing",
    INVENTED_IT.map(([thing, field]) => `Come si applica in pratica ${thing} per ${field}?`),
  ),
  ...items("it", "false-fact", FALSE_IT),
];
