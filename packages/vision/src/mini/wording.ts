/**
 * The wordings of questions that the mini model was trained on, and how a question in other words is turned into the
 * nearest of them. The model knows some hundred words; people know more.
 */

/** Kinds of things that the model tells apart. */
export const MINI_KINDS = ["person", "car", "dog", "box", "ball", "bag", "bike"] as const;
/** One of {@link MINI_KINDS}. */
export type MiniKind = (typeof MINI_KINDS)[number];

/** Colours that it tells apart. */
export const MINI_COLOURS = ["red", "green", "blue", "yellow", "white", "black"] as const;
/** One of {@link MINI_COLOURS}. */
export type MiniColour = (typeof MINI_COLOURS)[number];

/** More than one of a kind. */
export const MINI_PLURALS: Readonly<Record<MiniKind, string>> = {
  person: "people",
  car: "cars",
  dog: "dogs",
  box: "boxes",
  ball: "balls",
  bag: "bags",
  bike: "bikes",
};

/** Families of questions. */
export const MINI_FAMILIES = [
  "motion",
  "event",
  "entered",
  "side",
  "left",
  "left behind",
  "fell",
  "lying",
  "line",
  "count",
  "colour",
  "direction",
  "presence",
  "place",
] as const;
/** One of {@link MINI_FAMILIES}. */
export type MiniFamily = (typeof MINI_FAMILIES)[number];

/** Wordings by family; `*` stands for the name of a kind, `+` for its plural or `things`. */
export const MINI_WORDINGS: Readonly<Record<MiniFamily, readonly string[]>> = {
  motion: [
    "did anything move",
    "is anything moving",
    "was there any motion",
    "did anything happen",
  ],
  event: ["what happened", "what is going on", "what did you see", "describe the scene"],
  entered: ["what entered", "what came in", "who or what entered the scene"],
  side: ["where did the * come from", "from which side did the * enter"],
  left: ["what left", "what went away", "who or what left the scene"],
  "left behind": ["was anything left behind", "did someone leave something behind"],
  fell: ["did anyone fall", "did someone fall down"],
  lying: ["is someone lying on the ground", "is anyone on the floor"],
  line: ["did anything cross the middle line", "what crossed the middle line"],
  count: ["how many + are there", "how many +"],
  colour: ["what colour is the *", "which color is the *"],
  direction: ["which way did the * go", "in which direction did the * move"],
  presence: ["is there a *", "do you see a *", "was there a *"],
  place: ["where is the *", "on which side is the *"],
};

/** Words that people use for words of the model. */
const SYNONYMS: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    someone: "anyone",
    somebody: "anyone",
    anybody: "anyone",
    something: "anything",
    human: "person",
    man: "person",
    woman: "person",
    pedestrian: "person",
    child: "person",
    persons: "people",
    men: "people",
    women: "people",
    humans: "people",
    vehicle: "car",
    van: "car",
    truck: "car",
    vehicles: "cars",
    animal: "dog",
    animals: "dogs",
    parcel: "box",
    package: "box",
    crate: "box",
    parcels: "boxes",
    packages: "boxes",
    rucksack: "bag",
    backpack: "bag",
    suitcase: "bag",
    luggage: "bag",
    bicycle: "bike",
    cyclist: "bike",
    bicycles: "bikes",
    objects: "things",
    happening: "happened",
    happen: "happened",
    enter: "entered",
    enters: "entered",
    appeared: "entered",
    arrived: "entered",
    exit: "left",
    exited: "left",
    leave: "left",
    leaves: "left",
    gone: "left",
    abandoned: "behind",
    fallen: "fall",
    falls: "fall",
    fell: "fall",
    lie: "lying",
    floor: "ground",
    crosses: "cross",
    crossed: "cross",
    crossing: "cross",
    line: "line",
    color: "colour",
    moving: "move",
    moved: "move",
    motion: "move",
    movement: "move",
    moves: "move",
    walk: "go",
    walking: "go",
    going: "go",
    went: "go",
    heading: "direction",
    see: "there",
    any: "there",
    a: "there",
    an: "there",
    side: "where",
    come: "enter from",
    came: "entered",
  }),
);

/** Words that say little about what is asked. */
const WEAK: ReadonlySet<string> = new Set(
  "the is are was did do does on in of there or what who anyone anything has have with".split(" "),
);

/** How much less a wording counts that leaves out the kind that was asked about. */
const NAMELESS_WORTH = 0.9;

/** Below this share of matching words a question is not understood. */
const LEAST_MATCH = 0.42;

/**
 * The trained wording nearest to a question, or null when none is near. Kinds have to agree, or the wording names none:
 * a question about a kind that the model doesn't know is not understood as one about another.
 */
export function nearestWording(question: string): string | null {
  const plain = words(question).join(" ");
  const asked = meaning(question);
  let best: string | null = null;
  let most = LEAST_MATCH;
  const nameless = new Set([...asked].filter((word) => !NAMES.has(word)));
  for (const wording of ALL_WORDINGS) {
    if (wording.text === plain) return wording.text;
    const score = Math.max(
      match(asked, wording.meaning),
      // "Was a bag left behind" is answered by what was left behind.
      NAMELESS_WORTH * match(nameless, wording.meaning),
    );
    if (score > most + 1e-9) {
      most = score;
      best = wording.text;
    }
  }
  return best;
}

function words(text: string): string[] {
  return text.toLowerCase().match(/[a-z]+/g) ?? [];
}

function meaning(text: string): Set<string> {
  return new Set(words(text).flatMap((word) => (SYNONYMS.get(word) ?? word).split(" ")));
}

/** Share of both questions' words that they have in common, by weight; 0 when their kinds differ. */
function match(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  let all = 0;
  for (const word of new Set([...a, ...b])) {
    const both = a.has(word) && b.has(word);
    if (!both && NAMES.has(word)) return 0;
    const weight = WEAK.has(word) ? 0.25 : 1;
    all += weight;
    if (both) common += weight;
  }
  return all === 0 ? 0 : common / all;
}

const NAMES: ReadonlySet<string> = new Set([
  ...MINI_KINDS,
  ...Object.values(MINI_PLURALS),
  "things",
]);

const ALL_WORDINGS: readonly { readonly text: string; readonly meaning: ReadonlySet<string> }[] =
  Object.values(MINI_WORDINGS)
    .flat()
    .flatMap((wording) => {
      if (wording.includes("*")) return MINI_KINDS.map((kind) => wording.replace("*", kind));
      if (!wording.includes("+")) return [wording];
      return [...Object.values(MINI_PLURALS), "things"].map((name) => wording.replace("+", name));
    })
    .map((text) => ({ text, meaning: meaning(text) }));
