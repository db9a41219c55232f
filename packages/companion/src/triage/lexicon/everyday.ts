/** English phrases: small things of every day that people ask about and that pass by themselves, and what looks like more. */

/** Concept to phrases. `everyday` hides the findings whose words stand inside its own (see `INSIDE` in `account.ts`). */
export const EVERYDAY: Readonly<Record<string, string>> = {
  everyday: `
    snor* ; stitch ~4 side|run|running|jog* ; side stitch ; growing pains ; brain freeze ; ice cream headache
    stomach|tummy|belly ~2 rumbl*|gurgl*|growl* ; rumbl*|gurgl*|growl* ~2 stomach|tummy|belly ; borborygm*
    eye|eyelid|lid ~1 twitch*|flicker*|jump* ~4 all? ; twitch*|flicker* ~2 eyelid|eye|lid
    sweaty|sweating|damp ~1 palms|feet|armpits ; palms ~2 sweat* ; blush*
    milk spots ; milia ; cradle cap ; hangnail* ; torn cuticle ; split|broken|ridged|brittle|flaky ~1 nail|nails
    razor burn|bumps|rash ; burn ~2 shav*|razor ; ingrown hair|hairs ; shav*|razor ~8 bumps|dots|sore|stings
    superglue* ; super glue* ; dead arm|leg ; slept ~2 on ~2 arm|hand|neck|shoulder|it|funny|wrong|awkward*
    slept|sleep|sleeping|lay|lain|leaning|leant|leaned|sat|sitting|knelt ~1 on ~8 pins|numb|tingl*
    sat|sitting ~2 crossed|cross-legged|legs|toilet ~6 pins|numb|dead|tingl*
    pins|numb|dead|tingl* ~12 slept|sleep|sleeping|lay|lain|leaning|leant|leaned|sat|knelt|kneeling on|crossed|cross-legged
    ears|ear|ringing|buzzing|whistling ~5 gig|concert|club|festival|fireworks|disco|speakers
    gig|concert|club|festival|fireworks|disco|speakers ~6 ringing|buzzing|whistling
    too much|many coffee|coffees|caffeine|espresso*|energy ; espresso* ; jitter* ~4 coffee|caffeine|energy
    coffee|coffees|caffeine|espressos ~6 jitter*|shak*|wired|racing|buzz* ; shaky wired
    milk|yoghurt|yogurt|food|cheese|ham|bread|egg|eggs|meat|chicken ~8 date|expired|mould*|mold*
    out date|expired ~2 milk|yoghurt|yogurt|food|cheese|ham|bread|egg|eggs ; best before ; use by
    swallow*|ate|eaten|eat ~3 pip|pips|gum|eggshell|hair|fly|bug|ladybird|sand|tissue
    swallow*|ate|eaten|eat ~3 apple|watermelon|melon|orange|grape|cherry|plum ~1 seed|seeds|stone|pip|pips
    bit|bite|bitten|biting ~2 tongue|cheek|lip ~3 eating|chewing|lunch|dinner|sandwich|toast*|apple|talking
    burnt|burned|scalded|burn ~2 tongue|mouth|lip ~4 coffee|tea|soup|pizza|hot|food|drink
    roof mouth ~5 coffee|tea|soup|pizza|hot|crisp*
    clicking|cracking|clicks|cracks|clicky ~2 knuckles|joints|knees|jaw|fingers|neck ; creaky knees
    wobbly ~1 tooth|teeth ; loose ~1 milk|baby tooth|teeth ; lost ~2 milk|baby tooth ; tooth fairy
    chaf* ; thighs ~2 rub* ; corn|callus* ~2 toe|foot|heel|sole ; callus* ; hard skin ~3 feet|foot|heel|sole
    jet lag* ; jetlag* ; stretch marks ; split ends ; static shock ; goosebumps ; yawn* ; wrinkl* ~2 fingers
    dry|tired|strained|achy|sore ~2 eyes ~4 screen|computer|laptop|screens|phone ; screen ~8 eyes ; eye strain
    strap ~3 rub* ~8 shoulder|back|skin ; apple pip|pips|seed|seeds ~12 poison* ; rub* ~3 strap|shoes|boots|collar|waistband ; freckle* ~2 sun ; greasy hair ; dark circles
    cold ~1 hands|feet ~4 winter|weather|always ; nettle* ; jellyfish ~6 sting*|stung|leg|arm|brush*|foot
    after|from ~2 spicy|chilli|chillies|curry|chili|jalape* ; chilli|chili|chillies|jalape* ~3 hands|fingers|mouth
    sunburnt|burnt ~2 nose|shoulders ; stood|trod ~2 lego ; bumped ~2 funny bone ; stub* ~2 toe ; funny bone
    dust|sand|shampoo|soap|eyelash|lash|fly|bug|suncream|sunscreen|chilli|chili|chlorine|onion|onions ~3 eye|eyes
    beetroot ; came|come|passed ~2 out ~2 nappy|poo ; forgot*|missed ~2 pill ~4 hours ; want|trying ~1 quit ; ate|eat|eaten|licked|lick ~5 play-doh|playdough|toothpaste|crayon|chalk|mud|soil|snow
    got|getting|get ~2 dust|sand|shampoo|soap|eyelash|suncream|chlorine ~3 eye|eyes
    gums ~2 bleed* ~6 floss*|brush* ; floss*|brush* ~4 gums ~2 bleed* ; hand foot ~1 mouth
    nipple|nipples ~3 sore|tender|cracked ~6 breastfe*|latch*|feeding ; quit|quitting|stop|stopping|give ~2 smok*
    eye|eyes ~4 chlorine|shampoo|soap|onion|onions|sunscreen|suncream|chilli|chili`,
};
