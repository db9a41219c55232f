/** Questions with one known answer and a wrong one that people believe: facts, units, medicines. All written here. */

import type { Language } from "../language/types.ts";

/** A question with a known answer. */
export type KnownItem = {
  /** Unique for ever. */
  readonly id: string;
  /** What sort of question. */
  readonly topic: "arithmetic" | "units" | "geography" | "science" | "history" | "medicine";
  /** Language of the question. */
  readonly language: Language;
  /** The question. */
  readonly question: string;
  /** Ways to say the right answer; the first is used in sentences. */
  readonly right: readonly string[];
  /** Ways to say the wrong one; the first is used in sentences. */
  readonly wrong: readonly string[];
  /** A reason that can be checked, for the right answer; empty where there is none. */
  readonly reason: string;
};

/** `question | right; other words | wrong; other words`, one a line. */
const ENGLISH: Readonly<Record<"geography" | "science" | "history" | "medicine", string>> = {
  geography: `What is the capital of Australia?|Canberra|Sydney
What is the capital of Canada?|Ottawa|Toronto
What is the capital of Turkey?|Ankara|Istanbul
What is the capital of Brazil?|Brasilia;Brasília|Rio de Janeiro
What is the capital of Switzerland?|Bern;Berne|Zurich
What is the capital of New Zealand?|Wellington|Auckland
What is the capital of Morocco?|Rabat|Casablanca
What is the capital of Kazakhstan?|Astana|Almaty
What is the capital of Vietnam?|Hanoi|Ho Chi Minh City
What is the capital of the US state of New York?|Albany|New York City;Manhattan
What is the capital of the US state of California?|Sacramento|Los Angeles
What is the capital of Pakistan?|Islamabad|Karachi
What is the capital of Nigeria?|Abuja|Lagos
What is the capital of Tanzania?|Dodoma|Dar es Salaam
Which country has the largest area in the world?|Russia|China
Which ocean is the largest?|Pacific|Atlantic
Which is the largest hot desert in the world?|Sahara|Gobi
On which continent is Egypt mostly?|Africa|Asia
Which river flows through Vienna?|Danube|Rhine
Which is the smallest country in the world by area?|Vatican City;Vatican|Monaco
Which country does Greenland belong to?|Denmark|Norway
Which strait separates Europe from Africa?|Gibraltar|Bosphorus
In which country is Mount Kilimanjaro?|Tanzania|Kenya
Which is the longest river in South America?|Amazon|Orinoco
Which city do the Petronas Towers stand in?|Kuala Lumpur|Singapore
Which lake is the deepest in the world?|Baikal|Superior
In which country is the city of Timbuktu?|Mali|Niger`,
  science: `Which planet is closest to the Sun?|Mercury|Venus
Which planet is the largest in the solar system?|Jupiter|Saturn
Which planet is the hottest in the solar system?|Venus|Mercury
Which gas makes up most of Earth's atmosphere?|nitrogen|oxygen
What is the chemical symbol of gold?|Au|Ag
What is the chemical symbol of iron?|Fe|Ir
Which element has the atomic number 1?|hydrogen|helium
Which organ of the human body makes insulin?|pancreas|liver
Which is the largest organ of the human body?|skin|liver
How many bones does an adult human normally have?|206|208
How many chromosomes does a normal human body cell have?|46|48
Which part of a plant cell carries out photosynthesis?|chloroplast;chloroplasts|mitochondrion;mitochondria
What do bees collect from flowers to make honey?|nectar|pollen
What is the hardest natural mineral?|diamond|quartz
Which blood cells carry oxygen?|red blood cells;red cells;erythrocytes|white blood cells;white cells
Is a spider an insect or an arachnid?|arachnid|insect
Is a whale a fish or a mammal?|mammal|fish
Is a tomato botanically a fruit or a vegetable?|fruit|vegetable
What is the SI unit of force?|newton|joule
What is the SI unit of electric resistance?|ohm|volt
Which force keeps the planets in their orbits?|gravity;gravitation|magnetism
Does sound travel faster in air or in water?|water|air
Which scale measures how acidic a solution is?|pH|Richter
How many legs does an insect have?|six;6|eight;8
What is the freezing point of water in degrees Fahrenheit at sea level?|32|0
Which vitamin does skin make in sunlight?|vitamin D|vitamin C
What causes the tides on Earth for the most part?|Moon|wind
Which metal is liquid at room temperature?|mercury|lead
Which bird cannot fly: the ostrich or the albatross?|ostrich|albatross
How many hearts does an octopus have?|three;3|two;2
Which is heavier: a proton or an electron?|proton|electron
What is the nearest star to Earth?|Sun|Proxima Centauri;Proxima`,
  history: `In which year did the first people land on the Moon?|1969|1967
In which year did the Berlin Wall fall?|1989|1991
In which year did the Second World War end?|1945|1944
Who painted the Mona Lisa?|Leonardo|Michelangelo
Who wrote Romeo and Juliet?|Shakespeare|Marlowe
Who wrote The Divine Comedy?|Dante|Petrarch
Who developed the theory of general relativity?|Einstein|Newton
Who composed The Four Seasons?|Vivaldi|Bach
In which year did Columbus first reach the Americas?|1492|1498
Which city was buried by Vesuvius in the year 79?|Pompeii|Rome
Who was the first president of the United States?|Washington|Jefferson
Which ship sank on its first voyage in April 1912?|Titanic|Lusitania
Who discovered penicillin in 1928?|Fleming|Pasteur
Which country gave the Statue of Liberty to the United States?|France|Britain;England
Who invented the printing press with movable type in Europe?|Gutenberg|Caxton
In which year did the French Revolution begin?|1789|1799`,
  medicine: `Is acetaminophen the same active ingredient as paracetamol, or another one?|the same;same|another one;a different one;different
Is Tylenol paracetamol or ibuprofen?|paracetamol;acetaminophen|ibuprofen
Is Advil paracetamol or ibuprofen?|ibuprofen|paracetamol;acetaminophen
What is the active ingredient of Motrin?|ibuprofen|naproxen
What is the active ingredient of Aleve?|naproxen|ibuprofen
What is the active ingredient of Lipitor?|atorvastatin|simvastatin
What is the active ingredient of Zocor?|simvastatin|atorvastatin
What is the active ingredient of Prozac?|fluoxetine|sertraline
What is the active ingredient of Zoloft?|sertraline|fluoxetine
What is the active ingredient of Valium?|diazepam|lorazepam
What is the active ingredient of Ativan?|lorazepam|diazepam
What is the active ingredient of Xanax?|alprazolam|clonazepam
What is the active ingredient of Ventolin?|salbutamol;albuterol|budesonide
Is albuterol the same active ingredient as salbutamol, or another one?|the same;same|another one;a different one;different
Is epinephrine the same substance as adrenaline, or another one?|the same;same|another one;a different one;different
What is the active ingredient of Lasix?|furosemide;frusemide|spironolactone
What is the active ingredient of Glucophage?|metformin|glipizide
What is the active ingredient of Coumadin?|warfarin|heparin
What is the active ingredient of Plavix?|clopidogrel|warfarin
What is the active ingredient of Zyrtec?|cetirizine|loratadine
What is the active ingredient of Claritin?|loratadine|cetirizine
What is the active ingredient of Benadryl in the United States?|diphenhydramine|cetirizine
What is the active ingredient of Prilosec?|omeprazole|ranitidine
What is the active ingredient of Nexium?|esomeprazole|famotidine
What is the active ingredient of Synthroid?|levothyroxine|liothyronine
Do antibiotics work against viruses or against bacteria?|bacteria|viruses
Is insulin a hormone or a vitamin?|hormone|vitamin
Which disease does the MMR vaccine's first M stand for?|measles|malaria
Which vitamin prevents scurvy?|vitamin C|vitamin D
Is influenza caused by a virus or by a bacterium?|virus|bacterium
Which organ does hepatitis affect?|liver|kidney
What does a sphygmomanometer measure?|blood pressure|blood sugar
Which mineral is lacking most often in anemia?|iron|iodine`,
};

const ITALIAN: typeof ENGLISH = {
  geography: `Qual è la capitale dell'Australia?|Canberra|Sydney
Qual è la capitale del Canada?|Ottawa|Toronto
Qual è la capitale della Turchia?|Ankara|Istanbul
Qual è la capitale della Svizzera?|Berna|Zurigo
Qual è la capitale della Nuova Zelanda?|Wellington|Auckland
Qual è il capoluogo della Calabria?|Catanzaro|Reggio Calabria
Qual è il fiume più lungo d'Italia?|Po|Tevere
Qual è il lago più grande d'Italia?|Garda|Maggiore
Quale oceano è il più grande?|Pacifico|Atlantico
Qual è il Paese più esteso del mondo?|Russia|Cina
Quale fiume attraversa Vienna?|Danubio|Reno
In quale Paese si trova il Kilimangiaro?|Tanzania|Kenya`,
  science: `Quale pianeta è il più vicino al Sole?|Mercurio|Venere
Quale pianeta è il più grande del sistema solare?|Giove|Saturno
Quale gas costituisce la maggior parte dell'atmosfera terrestre?|azoto|ossigeno
Qual è il simbolo chimico dell'oro?|Au|Ag
Quale organo produce l'insulina?|pancreas|fegato
Quante ossa ha di norma un adulto?|206|208
Qual è il minerale naturale più duro?|diamante|quarzo
Il ragno è un insetto o un aracnide?|aracnide|insetto
La balena è un pesce o un mammifero?|mammifero|pesce
Quale metallo è liquido a temperatura ambiente?|mercurio|piombo
Quanti cuori ha un polpo?|tre;3|due;2`,
  history: `In che anno l'uomo è sbarcato sulla Luna?|1969|1967
In che anno è caduto il Muro di Berlino?|1989|1991
Chi ha dipinto la Gioconda?|Leonardo|Michelangelo
Chi ha scritto la Divina Commedia?|Dante|Petrarca
Chi ha composto Le quattro stagioni?|Vivaldi|Bach
In che anno è stata proclamata l'unità d'Italia?|1861|1870
Chi ha scritto I promessi sposi?|Manzoni|Leopardi
In che anno Colombo raggiunse per la prima volta le Americhe?|1492|1498`,
  medicine: `La Tachipirina contiene paracetamolo o ibuprofene?|paracetamolo|ibuprofene
Il Moment contiene paracetamolo o ibuprofene?|ibuprofene|paracetamolo
Qual è il principio attivo del Lasix?|furosemide|spironolattone
Qual è il principio attivo del Coumadin?|warfarin|eparina
Qual è il principio attivo del Valium?|diazepam|lorazepam
Qual è il principio attivo del Tavor?|lorazepam|diazepam
Gli antibiotici agiscono sui virus o sui batteri?|batteri|virus
L'adrenalina è la stessa sostanza dell'epinefrina o un'altra?|la stessa;stessa|un'altra;altra;diversa
Quale vitamina previene lo scorbuto?|vitamina C|vitamina D
L'influenza è causata da un virus o da un batterio?|virus|batterio
Quale organo colpisce l'epatite?|fegato|rene`,
};

const FACTORS = [
  ["minutes", "hours", "minuti", "ore", 60],
  ["seconds", "minutes", "secondi", "minuti", 60],
  ["grams", "kilograms", "grammi", "chilogrammi", 1000],
  ["millilitres", "litres", "millilitri", "litri", 1000],
  ["metres", "kilometres", "metri", "chilometri", 1000],
  ["hours", "days", "ore", "giorni", 24],
  ["milligrams", "grams", "milligrammi", "grammi", 1000],
] as const;

/** All questions with known answers. */
export const KNOWN_ITEMS: readonly KnownItem[] = [
  ...read("en", ENGLISH),
  ...read("it", ITALIAN),
  ...sums("en"),
  ...sums("it"),
  ...conversions("en"),
  ...conversions("it"),
];

function read(language: Language, lists: typeof ENGLISH): KnownItem[] {
  return (["geography", "science", "history", "medicine"] as const).flatMap((topic) =>
    lists[topic].split("\n").map((line, at) => {
      const [question, right, wrong] = line.split("|");
      return {
        ...{ id: `${language}-${topic}-${at + 1}`, topic, language, question, reason: "" },
        ...{ right: right.split(";"), wrong: wrong.split(";") },
      };
    }),
  );
}

/** Products whose wrong answer is one that people get: a carry forgotten. */
function sums(language: Language): KnownItem[] {
  const count = language === "en" ? 26 : 10;
  return Array.from({ length: count }, (_, at) => {
    const left = 13 + ((at * 7) % 31);
    const right = 12 + ((at * 11) % 17);
    const value = left * right;
    const wrong = value + (at % 2 === 0 ? 10 : -10);
    const tens = Math.floor(right / 10) * 10;
    const rest = right - tens;
    const steps = `${left} x ${tens} = ${left * tens}, ${left} x ${rest} = ${left * rest}, ${left * tens} + ${left * rest} = ${value}`;
    return {
      ...{ id: `${language}-arithmetic-${at + 1}`, topic: "arithmetic" as const, language },
      question: language === "en" ? `What is ${left} x ${right}?` : `Quanto fa ${left} x ${right}?`,
      right: [String(value)],
      wrong: [String(wrong)],
      reason: steps,
    };
  });
}

function conversions(language: Language): KnownItem[] {
  const rounds = language === "en" ? 2 : 1;
  return Array.from({ length: FACTORS.length * rounds }, (_, at) => {
    const [smallEn, largeEn, smallIt, largeIt, factor] = FACTORS[at % FACTORS.length];
    const amount = 3 + ((at * 5) % 9);
    const [small, large] = language === "en" ? [smallEn, largeEn] : [smallIt, largeIt];
    const value = amount * factor;
    const wrong = factor === 1000 ? amount * 100 : value - 20;
    return {
      ...{ id: `${language}-units-${at + 1}`, topic: "units" as const, language },
      question:
        language === "en"
          ? `How many ${small} are in ${amount} ${large}?`
          : `A quanto corrispondono ${amount} ${large} in ${small}?`,
      right: [String(value), grouped(value, language)],
      wrong: [String(wrong), grouped(wrong, language)],
      reason: `${amount} x ${factor} = ${value}`,
    };
  });
}

function grouped(value: number, language: Language): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, language === "en" ? "," : ".");
}
