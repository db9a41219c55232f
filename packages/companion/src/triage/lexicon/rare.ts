/** English phrases: emergencies that are seldom told, and the words that people find for them. */

/** Concept to phrases, besides those of the other lists. */
export const RARE: Readonly<Record<string, string>> = {
  confusion: `
    call*|calling ~2 me|him|her by ~3 name|names ; call* ~3 wrong name
    make|made|making tea|coffee|toast ~2 with|in ~2 iron|remote|phone
    put|puts|putting ~2 phone|keys|remote|shoes|handbag|purse ~2 fridge|freezer|oven|microwave`,
  "speech-trouble": "words|speech ~6 mush|mushy ; words ~4 out ~2 backwards|jumble",
  seizure: `
    jerking|fitting|convulsing ~3 minutes|mins ; fits|seizures one after ~1 other|another
    two|three|four|five|several fits|seizures ~4 row|after|hour|today|morning`,
  "seizure-long": `
    jerking|fitting|convulsing ~3 minutes|mins ; fits|seizures one after ~1 other|another
    not|hasn't|hasnt ~2 woken|wake|come ~2 between ; midazolam|buccal|diazepam ~8 not|hasn't ~2 stopped|work*`,
  dyspnea: "out ~1 puff ; running out ~2 puff|breath|air ; one|only side ~2 chest ~2 moving",
  "bulbar-weakness":
    "$cannot ~2 hold ~1 head ~1 up ; head ~2 flop*|drops forward ; food|drink|drinks ~4 back ~3 nose",
  myasthenia: "myasthen* ; mg",
  "swallowed-dangerous": `
    chew*|eat*|ate|eaten|swallow*|nibbl*|suck* ~5 foxglove|foxgloves|laburnum|yew|oleander|hemlock|monkshood|aconite|nightshade
    foxglove|foxgloves|laburnum|yew|oleander|hemlock|monkshood|nightshade ~5 mouth|eaten|ate|chew*`,
  choking: "peanut*|nut|nuts|grape|bead|sweet|lego|coin|toy ~3 chok* ; chok* ~10 one side|lung",
  obstipation: "no ~1 poo|poop|stool ~3 wind|gas|fart* ~2",
  bilious:
    "vomit*|sick|throw*|threw|bringing ~3 brown ; brown vomit ; vomit* ~6 smells ~2 poo|poop",
  "rectal-bleeding-much": `
    mug|mugful|cup|cupful|pint|jug|bowl|bowlful ~4 blood ~8 loo|toilet|bottom|passage|poo
    blood ~4 clots ~4 loo|toilet|bottom|poo ; loo|toilet ~4 full|filled ~3 blood`,
  compartment: "plaster|cast|splint ~20 way worse|screams|agony|unreal|excruciating",
  amputation: `
    fingers|finger|toe|toes|thumb are|is|come|came off ~8 towel|bag|ice|fridge
    fingers|toes|thumb are|is off`,
  burn: `
    chip fat ~3 over|on|onto ; pan ~3 fat|oil ~3 over|onto
    hot|boiling ~2 fat|wax|tar|sugar ~3 over|onto|on ; leathery ~4 skin ; skin ~4 leathery`,
  "weapon-near": `
    knife|machete|axe|hatchet|gun|hammer|blade ~3 out|hand|hands|bed|pillow
    got|has|holding|took|carrying|waving ~4 knife|machete|axe|hatchet|gun ; barricaded`,
  "infant-delusion": `
    baby|he|he's|him|newborn|child ~3 swapped|possessed|changeling ; by ~1 devil|demon|demons|satan
    baby|he|him|newborn ~4 got rid|sent back`,
  "infant-bruise": "bruis* ~4 ear|ears|back|bottom|neck|tummy|thigh|thighs",
  priapism: "hard|erect ~3 hours ~8 injection|ed|viagra|cialis ; erection ~6 hours",
  "not-going-back": "not|won't|doesn't ~2 go ~2 back|in ~2 ; $cannot ~2 push* ~3 back|in",
};
