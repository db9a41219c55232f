/** English phrases: how the same findings are told at home, besides the phrases of the other lists. */

/** Concept to phrases. */
export const LAY: Readonly<Record<string, string>> = {
  "pain-any": `$pain ; killing me ; killing him ; killing her ; hurting`,
  "chest-pain": `
    chest ~3 killing|weird|funny|strange ; heart ~2 squeez*|grip*|stabb*
    $pain ~3 behind ~1 breastbone|sternum ; indigestion ~6 arm|arms|jaw|sweat*|clammy
    hurts|hurt|painful ~1 breathe|breathing`,
  "chest-pressure": `
    weight|pressure|tightness|heaviness|squeezing|brick|elephant ~3 chest|breastbone
    chest ~3 tight|heavy|band|squashed|weighed`,
  "radiates-arm-jaw": `
    $pain|tingl*|heav* ~2 both|left ~1 arms|arm ; jaw ~3 aching|throbs|sore ; down ~2 left arm
    heav*|pressure|tight*|squeez*|discomfort|burning ~3 jaw|jaws|arm|arms`,
  dyspnea: `
    $cannot ~3 catch ~1 breath ; out ~1 breath ; gulping|gasping ~2 air ; huffing|puffing
    tight ~3 breathe ; chest ~2 tight ~4 breath* ; $cannot ~2 get ~2 breath|air ; no breath
    fighting ~4 breath ; breathing ~3 funny|wrong|weird|odd|bad`,
  "dyspnea-severe": `
    two|three|one|few|couple ~2 words ~6 breathe|breath|gasp*|stop*
    stop* ~4 breath ~4 words|sentence|talk*
    $cannot ~3 finish|get|say|complete|manage|talk|speak ~3 sentence|sentences|words
    breath* ~4 every|between word|words ; fighting|struggl* ~4 every|each breath
    ribs ~3 sink*|tug*|pull*|draw* ; tugging ~3 neck|ribs|throat ; pulling ~2 in ~3 ribs|chest|neck
    skin ~4 ribs ~3 in ; shoulders ~3 breath* ; too breathless
    breathless ~3 talk|speak|eat|walk|feed ; lean* forward ~3 breath*
    frothy|froth|pink ~2 sputum|spit|froth|phlegm`,
  "reliever-fails": `
    inhaler|inhalers|puffer|reliever|pump|ventolin|salbutamol|albuterol|nebuli* ~5 nothing|useless|not|isn't|doesn't|hasn't|isn't|no|barely|stopped|fail* ~2
    not ~2 relie*|respond* ~3 inhaler|puffer|ventolin|salbutamol|albuterol
    inhaler|puffer|pump|blue ~5 10|12|15|16|20|ten|twelve|fifteen|twenty
    peak flow ~3 low|dropped|half|down ; inhaler|puffer|pump|reliever ~4 every ~2 hour|minutes`,
  cyanosis: `
    blue ~3 lips|mouth|face|fingertips
    lips|face|mouth|fingertips ~4 blue|bluish|grey|gray|purple|dusky
    gone|going|went|turned|turning ~2 blue ; gone|going|went|turned ~1 grey|gray
    he|she|baby|face|son|daughter ~4 going|gone|turned|turning|went purple|blue`,
  pallor: `
    gone|going|went|turned|looks|looking ~1 grey|gray|white|pale ; grey|white ~1 as
    drained ~2 color ; color ~2 drained|gone`,
  sweating: `sweat* ; dripping ~2 sweat ; soaked ~2 sweat ; cold sweats ; clammy`,
  cough: "hacking ; chesty",
  hemoptysis:
    "pink|red|bloody|rusty froth|spit|phlegm ; cough* ~5 red|pink ~2 ; blood ~4 cough* ; blood ~2 tissue ~3 cough*",
  "hemoptysis-much": `
      cupful|cup|spoonfuls|spoonful|lots|handful|mouthfuls ~4 blood ~4 cough*
      cough* ~6 clots|cup|cupful|mouthful|mouthfuls`,
  palpitations: `
      heart ~3 hammer*|galloping|thudding|leap*|flip*|flop*|beating|going|bounc*
      heart ~2 out ~1 chest ; heart ~2 180|170|160|190|200`,
  fainting: `
    keeled over ; hit ~1 deck ; went ~1 floor ; found ~5 floor ; dropped ~3 like ~1 stone ; fainted
    blacked out ; passed out ; collaps*`,
  "near-fainting": `
    nearly|almost ~2 passed|pass|fainted|collapsed|went ; see* stars ; head ~2 light|swim* ; faint
    wobbly ; about ~2 pass`,
  "no-warning": "no|without ~1 warning",
  unresponsive: `
    $unable ~2 wake ~2 him|her|up|them ; won't|doesn't|not|isn't ~2 wake|waking|stir|react|reacting
    not|isn't|won't|doesn't respond|responding ~2 shak*|voice|name|me|us|him|her|anyone|anything|touch|pain
    nothing ~3 shake|shook|shaking ; eyes ~2 open ~3 not`,
  drowsy: `
    $unable|hardly|barely ~2 wake|rouse|keep ~2 awake|eyes open ; hardly|barely ~3 wake|rouse|keep
    $unable ~2 stay|keep ~2 awake ; falling asleep ~3 talk*|while
    keeps|kept ~2 falling|nodding|drifting ~1 asleep|off ; so ~1 sleepy ; no energy ~3 lift|cry
    limp ~2 ; ragdoll ; just ~1 lies|lying|lie ~1 there ; wants ~3 lie ~1 there ; not ~1 with it|us
    spaced out ; glassy ~1 eyes|eyed ; eyes ~1 glazed|glassy ; out cold ; floppy ; sleepier
    very|too ~1 sleepy`,
  confusion: `
    seem*|is|he|she|was|bit|completely|totally|look*|acting|patient|became|went out it
    talk* ~3 rubbish|nonsense|gibberish|garbage|crazy ; rambling ; muddl*
    doesn't|didn't|not|don't ~2 know ~4 day|year|where|who|name|month
    doesn't|didn't|not ~2 recogni* ; not ~2 make|making ~1 sense ; mixed|mixing ~1 up
    seeing things ; not ~2 himself|herself ; delirious ; asking ~2 same ~1 question*
    put* ~3 wrong place ; wandering ~3 night|house|street ; disorient* ; thinks ~2 it's ~1 19*|war`,
  seizure: `
    body|whole|arms|legs|limbs ~4 jerk*|twitch*|convuls*|shaking ~1 ; eyes ~3 rolled|roll
    jerk* ~4 unconscious|respond ; bit ~2 tongue ~6 ; fitting ; fits ~3 stiff|jerk*|shak*
    went ~1 stiff|rigid ~4 shak*|jerk* ; froth* ~3 mouth ; foam* ~3 mouth`,
  "one-sided-weakness": `
    $cannot ~3 hold|keep|lift|raise ~3 arm|arms ~1 up? ; arm|hand|leg ~5 belong
    arm|leg|hand|side ~4 useless|dead|floppy|lifeless ; grip ~3 gone|weak|lost|useless
    dropp* ~2 things|cup|mug|fork|everything|cutlery|phone|cups|pen ~4
    arm ~2 drift*|drops|fell|falls ; bump* ~4 doors|doorframe*|door|doorway*
    one side ~3 body|face ~4 numb|weak|heavy|dead ; walk* ~3 one side ; drag* ~3 foot|leg
    leg ~3 gave|gives|buckl*|drag*`,
  "face-droop": `
    smile|mouth|face ~5 lopsided|lop|wonky|slack|slipped|skewed|fallen|melting|drooped|drooping|hanging|squint|frozen|down
    wonky ~2 smile|mouth|face ; lopsided ~2 smile|mouth|face
    one side ~3 face ~5 fall*|drop*|droop*|numb|frozen|hang*|sag*
    drool*|dribbl* ~4 one|corner|left|right ~2 mouth`,
  "speech-trouble": `
    $cannot ~2 find ~2 word|words ; $cannot ~3 get|string|put|form ~4 word|words|sentence|sentences
    word|words ~4 wrong|jumbled|funny|muddled|scrambled|rubbish|nonsense|backwards
    talk*|speak*|sound* ~3 drunk|gibberish|slurr*|funny|strange*|weird*
    sounds|sounded|sounding ~2 drunk ; like ~2 drunk ~5
    speech ~3 gone|wrong|off|funny|slow|thick|weird|slurry|odd ; slurring
    $cannot ~2 talk|speak ~2 properly|clearly|right`,
  "vision-loss": `
    $cannot ~2 see ~4 eye|side|anything|properly ; gone ~1 blind
    vision|sight ~3 vanished|went|gone|disappeared|missing|blank|blacked ; half ~3 vision|sight|see
    see ~2 half|nothing|black ; curtain|shutter|blind|grey|black|shadow ~4 eye|vision|sight
    left|right|half|side ~6 missing|gone|black|vanished ; $cannot ~2 see ~3 left|right|half`,
  "curtain-vision": "curtain|shutter|veil|shadow|blind ~6 eye|eyes|vision|sight",
  floaters:
    "flash* ~2 lights ; sparks ; flashing|sparkly|zigzag lights ; stars ~4 eyes ; lights ~3 eyes ; floating ~2 bits",
  "vision-blur": `
      $cannot ~3 see|focus ~2 well|clearly|properly|straight ; misty ~2
      vision|sight|eyes ~3 blurry|fuzzy|funny|swimming|misty
      see* ~3 spots|sparkles|halos|halo|rings ; halo|halos ~3 light|lights`,
  headache: `
    pressure|band|tightness|vice|vise|clamp ~6 head|forehead|temples
    head ~4 explod*|bursting|burst|split*|pound*|bang*|throb*|killing|thump* ; sore head`,
  "tension-headache": `
      band ~8 head ; band ~2 like ; screen|computer|desk|stress* ~8 headache|head
      headache|head ~8 screen|computer|desk|stress*`,
  thunderclap: `
    headache|head ~6 hammer|axe|bat|explosion|bomb|thunder*|kicked ; like ~4 hit|kicked|shot ~3 head
    nowhere ~4 headache ; sudden* ~5 headache ; headache ~5 worst ; never had ~3 headache like
    worst ~3 headache`,
  "stiff-neck": `
    $cannot ~2 bend|move|touch|put|lower ~3 neck|chin
    neck ~4 stiff|rigid|hurts ~4 bend*|forward|chin ; stiff neck`,
  photophobia: `
    light|lights|daylight ~3 hurt|hurts|hurting|bright|unbearable|painful|kills|stings
    hates|hating|avoid*|shield*|hiding|hide|bother* ~3 light ; curtains ~3 closed|shut|drawn
    wants ~3 dark`,
  purpura: `
    purple|dark|red|violet|blood ~3 blotch*|spots|marks|dots|patches|bruises ~5
    bruises|bruise ~3 nowhere|everywhere
    spots|rash|marks|dots|blotches ~5 don't|doesn't|not|won't|didn't|stay*|never ~3 go|fade|pale|disappear|vanish|blanch|change`,
  "glass-test": `
    fade|fades|disappear|disappears|go|goes|vanish*|blanch*|stay|stays|stayed|visible|pale|see|still|there ~6 glass|tumbler|press*|pushed|push
    glass|tumbler|press*|push ~7 fade|fades|disappear*|go|away|vanish*|blanch*|stay|stays|there|still|visible`,
  fever: `
    he|she|baby|him|her|skin|head|forehead|feels|feel|toddler|i'm|body|daughter|son feels? hot|boiling|burning|roasting|warm
    temp|temperature ~1 up|high|raised|through ; sweating ~2 shivering ; shiver* ~2 sweat* ; fever
    feverish ; burning hot ; roasting`,
  chills:
    "shiver* ; teeth chattering ; shaking ~3 cold|fever ; shakes ; shak* ~2 fever ; shivers ; goose",
  mottled: `
    hands|feet|fingers|toes ~5 freezing|icy|ice ; blotchy|marbled|patchy|mottl*
    skin ~4 blotchy|marbled|patchy|grey|cold|clammy|lacy ; cold ~3 clammy`,
  "generally-ill": `
    never|not ~2 felt|been ~2 ill|sick|bad ; going|gonna|like ~3 die|dying ~2
    feel*|think* ~4 dying|die ; really|very|so|extremely ill|poorly|sick|unwell ; going downhill
    deteriorat* ; worst ~2 ever felt ; seriously ill`,
  tachycardia: "heart|pulse ~3 racing|rapid|fast|pounding|hammering|sprinting",
  "little-urine": `
    $unable|hardly|barely|hasn't|haven't|not|no|didn't ~2 pee|peed|weed|wee|urinated|wet ~1 nappy|diaper|nappies|diapers
    passed ~1 water|urine ; hardly|barely ~3 pee|peed|urine|wee|weed|nappy|nappies|diaper
    no|not ~2 wet ~1 nappy|nappies|diaper|diapers ; nappy|nappies|diaper|diapers ~4 dry|bone
    not ~2 wee|pee|peed ~3 day|hours|since|all`,
  dehydration: `
    no tears ; sunken ~3 eyes|eye ; eyes ~2 sunken|hollow ; mouth ~3 bone|dry|parched
    soft spot ~3 sunken|dips`,
  "not-drinking": `
    won't|not|hasn't|isn't|doesn't|refus*|haven't|stopped ~3 feed|fed|feeding|eat|eaten|eating|drink*|drunk|suck*|nurse|latch
    took ~3 nothing|no ~2 milk|bottle|bottles`,
  inconsolable: `
      scream* ~5 hours|nonstop|non|every|minutes|inconsol*
      cry* ~4 weird|high|pitched|strange|different|funny ; weird|strange ~3 cry
      nothing ~3 settle*|calm*|sooth* ; won't settle`,
  "bulging-fontanelle": "soft spot ~4 bulg*|swollen|raised ; bulg* ~3 soft spot",
  hives: `
      hives ; nettle ; itchy ~2 everywhere|all ; itch* ~2 all over ; blotch* ~4 itch* ; welts
      raised ~2 itchy ; lumps ~3 itch* ~2`,
  "face-swelling": `
    lips|lip|face|eyes|eyelids|tongue ~4 swell*|swollen|puff*|ballon*|balloon*|huge|twice|fat|blown
    face|eyes ~3 puff*`,
  "tongue-throat-swelling": `
    tongue ~4 big|swell*|swollen|thick|fat|fills ; throat ~4 tight*|clos*|swell*|swollen|narrow*
    lump ~3 throat ~4 growing`,
  hoarse: "voice ~4 hoarse|gone|croak*|husky|different|changed",
  "allergen-exposure": `
    ate|eating|eaten|bite|had|after ~4 nuts|nut|peanut*|cashew*|shellfish|prawns|shrimp|sesame|egg|kiwi|strawberr*|almond*|fish|crab
    new|first ~3 antibiotic*|tablet|tablets|medicine|medication|painkiller|ibuprofen|penicillin
    wasp|bee|hornet got`,
  "bleeding-uncontrolled": `
    blood ~4 spurt*|pump*|pour*|gush*|everywhere|squirt*|soak*|spray* ; spurting
    soak*|soaked ~3 towel*|cloth*|bandage*|dressing*|tissue*|shirt|kitchen
    still|keeps|won't|continues ~2 bleed* ; bleed* ~3 heavily|badly|everywhere|lot|buckets|won't
    losing ~3 blood ; puddle|pool ~2 blood ; press* ~6 still ~2 bleed*
    bleed* ~4 not|won't|hasn't ~2 stop*|ease*|slow* ; nose ~4 pouring|bleeding ~4 minutes|hour`,
  hematemesis: `
    vomit*|sick|threw|throw*|brought|puke*|retch* ~6 blood|bloody|coffee|grounds|red|clots
    blood ~4 vomit*|sick|puke`,
  melena: `
    poo|poop|stool|stools|motions|bowel|feces ~4 black|tar|tarry
    black|tarry|tar ~4 poo|poop|stool|stools|motions
    poo|poop|stools|stool ~3 treacle|liquorice|licorice`,
  "belly-rigid": `
    abdomen|belly|stomach|tummy ~4 board|stiff|rock|wood|wooden|rigid|tense|solid|hard
    hurts|hurt|agony|pain|worse ~3 hop|hopping|jump|jumping|bumps|jolts
    $cannot ~3 stand|straighten|lie ~3 straight|up|flat ~3 pain`,
  "pain-lower-right": `
    right|bottom ~2 side|hand ~4 tummy|belly|stomach|abdomen
    moved|started|now|gone|shift* ~6 right|lower|bottom ~2 ; down ~2 right`,
  "poor-appetite": `
    off ~1 food|meals ; not|no|don't|doesn't|lost ~2 hungry|appetite|fancy|want ~2 food|eat?
    not eating`,
  obstipation: `
    not|hasn't|haven't|can't|neither|no ~3 passed|pass|passing ~4 wind|gas|stool|fart*
    $cannot ~2 fart ; poo|poop|stool|stools|bowels and|or no|nor wind|gas|farts`,
  bilious:
    "vomit*|sick|throw*|threw ~5 green|bile|fecal|yellow-green|greenish ; green ~2 vomit*|sick",
  thirst: `
      jug after jug ; drinking ~4 gallons|liters|litres|jugs|non|constantly|nonstop|lots
      can't ~2 drink enough ; always|so|very|constantly thirsty ; drink* ~5 pee*|wee*|urinat*`,
  "urine-frequency": `
      peeing|weeing ~3 non|nonstop|constantly|lot|time ; bed ~3 wetting|wet ; wet* ~2 bed
      going all time ; loo|toilet|bathroom ~4 all|every|constantly`,
  ketones:
    "pear drops ; nail ~2 varnish|polish ~3 ; breath ~4 pear|sweet|fruity|acetone|sugary|nail",
  "low-sugar": "sugar ~4 low|dropp*|crash* ; hypo ; low sugar",
  overdose: `
    more|many ~3 $drug ~4 than|prescribed|should
    took|taken|swallowed ~2 way|far|whole|all|everything|loads|bunch|lots|dozens|fistful ~5 $drug|packet|bottle|pack
    took|taken|swallowed|ate|eaten|had|got ~8 packet|bottle|pack|strip ~4 empty|half|gone|missing
    may|might|could ~3 eaten|swallowed|taken ~4 $drug|pill
    taken|took ~3 something ~4 party|club|pupils|friend
    double|twice ~3 insulin|methadone|warfarin|digoxin ; wrong ~2 medicine|medication|tablets|pills`,
  "swallowed-dangerous": `
    battery|batteries|magnet|magnets ~5 missing|gone|swallow*|mouth|ate|eaten|throat
    drank|drunk|drinking|sipped|licked|swallow*|ate|eaten|chewed|bit ~5 liquid|capsule|tablet|dishwasher|detergent|washing|descaler|thinner|screenwash|weedkiller|perfume|lamp|fuel|polish|remover|bleach|cleaner|antifreeze|mushroom*|plant|foxglove|yew|laburnum|vape|nicotine|cannabis|gummies|edible*
    ate|eaten|picked ~3 mushroom*|berries ; something ~2 poisonous
    got|gotten|getting into ~4 cleaning|cleaner|cupboard|bleach|medicine|cabinet|poison`,
  "smoke-co": `
    boiler|stove|heater|fireplace|generator|furnace|chimney ~5 up|faulty|broken|smell*|leak*|blocked|old|soot|off|inside
    co|monoxide|gas ~1 alarm|detector|leak|smell ; smell* ~2 gas
    better|clears|clear|fine|goes ~3 outside|outdoors ~3
    house|flat|home ~4 all ~3 headache*|sick|dizzy ; we ~2 all|both ~4 headache*|dizzy|sick|nause*
    cough* ~2 black ~2 ; black|sooty ~2 phlegm|spit|mucus
    burning ~1 house|flat|building|car|room|kitchen|apartment ; soot ; smoke ~3 inhal*|breath*|full
    flat|house|kitchen|building fire`,
  burn: `
    kettle|pan|saucepan|teapot|cup|mug|pot|soup|tea|coffee|water|oil|fat|gravy ~6 over ~2 himself|herself|myself|itself|him|her|me|themselves|yourself
    touched|grabbed|leant|leaned|brushed|caught ~4 oven|stove|iron|pan|kettle|grill|hob|straighteners|tongs|radiator|exhaust|rack|tray
    splash*|spit|spat ~5 hot|boiling ~2 oil|fat|water
    oven|hob|iron|straighteners|hair ~4 red ~1 mark ; steam
    boiling|scalding ~1 water|tea|coffee|oil|soup|milk|kettle|pan|pot ~4 down|over|all`,
  "burn-large": `
    pulled|tipped|knocked|spilled|spilt|fell|poured|threw ~5 over ~2 himself|herself|itself|themselves
    chest|face|stomach|belly|back|legs|leg|arm|neck|hands|genitals ~4 blister*|scald*|peeling|raw
    burn*|scald* ~5 bigger|larger ~2 than ~3 hand|palm
    firework*|petrol|flames|fire ~5 face|hands|clothes|chest|hair
    white|leathery|charred ~3 burn*|skin
    boiling|scalding ~1 water|tea|coffee|oil|soup|milk|kettle|pan|pot ~4 down|over|all
    skin ~3 coming|peeling|hanging off ~1`,
  "burn-minor": `
    small|tiny|little|coin ~3 red|burn|mark|blister ~4 ; coin|pea|fingernail ~1 sized
    slightly|bit|little red ; red mark`,
  "eye-chemical": `
    splash*|squirt*|spray*|got|went|flicked ~5 eye|eyes
    bleach|cleaner|chemical|acid|detergent|cement|plaster|lime|spray ~5 eye|eyes`,
  "electric-shock": `
      electric*|shock* ~4 socket|outlet|cable|wire|plug|appliance|mains|fence|power
      electric* shock ; zapped ; struck ~1 lightning
      jolt|shock|zap*|electrocut* ~5 volts|volt|mains|electric*|cable|socket|outlet ; volts`,
  "head-injury": `
    head|forehead|skull|temple & bump*|knock*|bang*|hit|crack*|smack*|bash*|cut|hits|struck|whack*
    fell|fall|falls ~6 head ; landed ~3 head ; concuss*`,
  "head-injury-sign": `
    clear|straw|watery fluid|liquid|stuff ~4 nose|ear|ears
    can't|cannot|doesn't|don't|not|no ~3 remember|memory|recall ~4 ; blood ~3 ear|ears
    black ~1 eyes ~4 ; behind ~1 ear ~3 bruis*`,
  "major-trauma": `
    after|in ~3 crash|accident|collision|pileup ; airbag* ; run over
    knocked ~2 over|down ~3 car|van|bus|bike|truck ; flipped ~2 car|quad
    came off ~3 motorbike|bike|horse|motorcycle ; trapped|crushed ~3 under|between
    kicked|punched|struck|landed|stamped ~4 belly|stomach|abdomen|chest|ribs|tummy|back|kidney
    kicked|trampled|thrown ~3 horse|cow|bull`,
  "major-trauma-now":
    "hit|run|knocked|struck ~4 car|truck|bus|train|van|motorcycle|lorry|motorbike|vehicle ; run over",
  "fall-height": `
      fell|fall|fallen|falls ~6 ladder|scaffold*|tree|cliff|wall|loft|attic ~5 meters|metres|feet|m|storey*|stories
      meters|metres|feet ~3 fall|drop`,
  "fracture-bad": `
    bone ~4 sticking|poking|out|through|see|visible ; see|seeing|shows|showing ~2 bone|tendon|tendons
    leg|arm|wrist|ankle|knee|finger|foot|elbow|shoulder ~5 bent|angle|wrong way|pointing|backwards|twisted|deform*
    wrong ~2 way|angle|direction ; out socket`,
  "hip-fall": `
    leg|foot ~4 shorter|turned ~1 out|rotated|twisted ; fell|fall|fallen ~8 hip|leg|groin
    hip ~8 fell|fall`,
  "cannot-bear-weight": `
    $cannot ~3 stand|walk|weight ; $unable ~2 put|bear|take ~3 weight ; $unable ~2 get ~1 up
    $unable ~2 step|steps ; won't ~2 walk|stand`,
  amputation: `
    tip|end ~3 finger|thumb|toe|ear ~3 off
    chop*|slic*|cut|sawed|ripped|tore|took|bit ~5 finger|thumb|toe|fingertip|ear|hand ~1 off
    finger|thumb|toe|hand|end|tip ~6 hanging ~3 thread|skin|off ; lost ~2 finger|fingertip|toe`,
  drowning: `
      under ~1 water ~5 ; underwater ; nearly|almost drown*
      pulled|dragged|fished|rescued ~4 pool|lake|river|sea|pond|bath|water|canal
      face down ~3 water|pool|bath ; swallowed|inhaled|breathed ~3 water ~5 cough*|pool|swim*`,
  cold: `
    pulled ~3 lake|river|sea|pond|ice ; shivering ~2 stopped ; stopped shivering
    out ~2 snow|cold ~3 hours|night ; icy|freezing ~2 water`,
  heat: `
    heat ~2 all|day ; heat|hot|sun ~4 hours|day|roof|kitchen|work* ; roofer|roofing|marathon|race
    hot skin ; dry ~1 hot skin ; locked|left ~4 hot|car`,
  "pregnant-late":
    "2*|3*|4* weeks pregnant|along ; seven|eight|nine months pregnant|along ; due ~3 week|weeks|date|days",
  "fetal-movement": `
      baby|bump|bub ~4 not|n't|hasn't|less|barely|stopped|isn't|hardly|quiet ~2 kick*|mov*|quiet|still|much
      not|haven't|can't|hardly|hasn't|less ~2 felt|feel|feeling|noticed ~3 kick*|movements|move|moving
      baby ~2 quiet ; fewer|less ~1 kicks|movements|movement`,
  "labor-signs":
    "waters ~2 gone|broke|broken|leaking|went ; contractions ; baby ~2 coming ~2 now|out ; head ~3 coming|out|visible",
  "bleeding-soaks": `
    soak*|fill*|changing|through ~4 pad|pads|towel|towels|tampon ~4 hour|hours|minutes
    pad|pads|tampon ~3 every ~3 hour|minutes ; clots ~4 size|big|plum|golf|egg|lemon
    bleed* ~4 through ~2 clothes|trousers|sheets|jeans`,
  "vaginal-bleeding": `
    pregnan* ~8 bleed*|blood|spotting ; bleed*|blood|spotting ~8 pregnan*
    bleed* ~3 down below|there ; bleed* ~5 after|since menopause
    periods ~2 stopped|finished|ended ~8 bleed*|blood|spotting ; period ~2 after ~2 years`,
  "missed-period": `
      late|missed|overdue|skipped ~2 period ; period ~4 late|missed|overdue|due|weeks late
      might ~2 pregnant ; positive ~2 test`,
  "one-side-pain": `
    one|left|right|low|lower ~2 side|sided|left|right ~3 $pain
    $pain ~3 one|left|right|low side|sided|left|right ; $pain ~2 low ~3 left|right
    stabbing ~3 low|lower`,
  "shoulder-tip": "shoulder ~2 hurts|pain|aches|tip",
  "testicle-pain": `
    ball|balls|testicle*|nut|nuts|bollock* ~5 $pain|agony|killing|swollen|swell*
    $pain|agony|terrible ~4 ball|balls|testicle*|bollock* ; $pain ~4 left|right nut|ball|testicle
    left|right nut ~4 $pain`,
  "urine-retention": `
    $unable ~2 pee|wee|urinate|pass ~2 water|urine|drop?
    $unable ~3 pass|get ~2 water|urine|drop|pee ~1 ; bladder ~3 burst*|full|exploding
    bursting ~4 $unable|pee|wee ; nothing comes ~1 out ~5 pee|wee`,
  saddle: `
    numb|numbness|tingl*|feeling|feel ~5 bum|bottom|crotch|groin|saddle|privates|genitals|backside|undercarriage|buttocks
    bum|bottom|crotch|groin|privates|genitals|saddle|between legs ~5 numb|feel|feeling|tingl*
    wipe|wiping ~5 feel|numb`,
  sphincter: `
    wet|wetting|soiled|peed|pooed|messed ~1 myself|himself|herself|pants|trousers
    without noticing|realising|realizing|knowing
    $cannot ~3 feel|control|hold ~4 pee|wee|poo|bladder|bowels|bowel
    lost ~2 control ~3 bladder|bowel|bowels|pee|poo`,
  "leg-weakness": `
    legs ~4 numb|weak|work|working|jelly|give|gave|buckl*|heavy|collaps*
    $cannot ~2 feel|move|lift ~2 leg|legs|feet|foot`,
  priapism: "erection ~6 hours|hour|won't|down|away|go ; hard ~2 hours ~3 penis",
  "one-leg-swollen": `calf|leg|thigh ~5 swollen|swell*|bigger|puffy|hot|tight|fat|twice ; swollen ~2 calf|leg|thigh`,
  immobile:
    "flight ; flown ; flew ; hip|knee op|operation|surgery ; long ~2 drive|journey|coach ; plaster ; cast",
  "clot-risk": "on pill ; contraceptive ; hrt",
  "recent-surgery": "op ; after ~3 op|operation|surgery ; stitches ~3 out ; had ~4 removed|op ~3",
  "limb-cold": `
    foot|leg|hand|arm|toes|fingers|finger|toe ~5 white|blue|ice|icy|cold|pale|purple|dusky
    cold ~2 white|blue|numb ~2 foot|leg|hand|fingers|toes`,
  compartment: `
    plaster|cast|splint ~8 blue|numb|agony|unbearable|tight|swollen|white|tingl*
    fingers|toes ~6 blue|numb ~6 plaster|cast`,
  tearing:
    "ripping|tearing|ripped|torn ~3 pain|chest|back|inside ; pain ~5 ripping|tearing|knife|ripped",
  "radiates-back": `
      between ~2 shoulder blades ; back ~2 as well|too ; through ~2 to? back ; chest ~2 back
      belly|stomach|abdomen ~2 back|into back`,
  "currant-jelly": `
      jelly ~4 poo|poop|stool|stools|nappy ; draws|drawing|pulls|pulling|pulled ~3 legs|knees ~3
      scream* ~5 every ~2 minutes`,
  necrotizing: `
      worse than ~3 looks|look ; far|much more|worse ~3 pain* ~3 looks|look
      skin|leg|area|wound|foot ~5 turning|turned|going|gone ~1 black|dark|purple|dusky|grey
      smell* ~2 rotten|foul ~3 wound`,
  "redness-spreading": `
      red|pink ~1 streak|streaks|track|tracks ; red|pink ~1 line|lines ~4 up|along|toward*|from|spread* ; track* ~4 up ~2 arm|leg
      spread* ~4 hours|fast|quickly|arm|leg|up`,
  "tetanus-signs":
    "jaw ~3 lock*|stiff|clench*|tight|seiz*|spasm*|open ; $cannot ~2 open ~2 mouth|jaw ; muscle|back ~1 spasms",
  "wound-deep": `
      step*|trod|tread|stood ~3 nail|glass|thorn|needle ; deep ~3 cut|gash|wound
      needs ~2 stitches|stitching ; gap* ~3 cut|wound ; stuck ~3 needle|nail`,
  "deep-neck":
    "floor mouth ; under ~1 tongue|chin ~3 swollen|swelling|hard ; neck ~3 swollen|swelling|swelled ~4",
  "alcohol-withdrawal": `
      stopped|quit|gave|given ~2 drinking|alcohol|drink|booze|up ; without ~2 drink|alcohol ~2 days
      not drunk|drink ~3 days|since`,
  hallucination: `
      see* ~2 insects|spiders|bugs|rats|people|things|snakes ~3 wall|walls|there|bed|skin|floor|crawling
      hear* ~3 voices ; voices ~2 head|tell*`,
  anticoagulant: "thinners ; blood thinning ; noac ; doac",
  "immune-low":
    "chemo ; no spleen ; transplant* ; low ~2 immune|white|neutrophil* ; immune ~2 suppress*|weak*|system ~2 weak|low",
  "tropical-travel": `
      ghana ; gambia ; senegal ; zambia ; zimbabwe ; angola ; malawi ; sierra leone ; ethiopia
      sudan ; mali ; borneo ; cambodia ; laos ; papua ; sri lanka ; nepal ; pakistan ; peru
      ecuador ; bolivia ; colombia ; venezuela ; jungle ; back ~3 africa|asia|tropics`,
  "snake-bite": "snake|adder|viper|scorpion ~6 bite|bit|bitten|stung|fangs|got ; fang marks",
  depression: `
    low ~4 since|weeks|months|lately|long ; feel* ~3 low|flat|empty|down|hopeless
    don't|doesn't|not|no ~2 enjoy*|joy|pleasure ; crying ~3 lot|every|often|always ; low mood
    mood|moods ~3 over|swings|swing ; $cannot concentrate ~2 ; $cannot cope ; lost ~1 interest`,
  "joint-pain": `
    kneecap|shin|heel|arch|instep|jaw|toe|hip|elbow|collarbone & $pain|hurts
    $pain ~4 kneecap|shin|toe|heel
    knee|heel|foot|hip|shoulder|elbow|wrist ~3 killing|giving|clicks|locks
    knee|ankle|hip|shoulder ~3 gives|gave|giving|give ~1 way ; bony bump ; joint ~2 ache*`,
  "tooth-pain": `tooth|teeth|gum|gums|molar & throb*|ache*|killing|sore ; toothache`,
  scabies: `
      scabies ; burrow* ; itch* ~8 between ~2 fingers ~8 night|bed|wrists
      itch* ~6 night ~10 family|husband|wife|partner|everyone`,
  "skin-infection": `
      golden|yellow|honey|honey-colored ~3 crust*|sores|scabs ; crust* ~3 golden|sores|yellow ; pus
      oozing ; smelly ~2 wound|cut`,
  "muscle-strain": `
    pulled|strained|tweaked|twinged ~2 something|muscle|back|shoulder|chest|groin|calf
    ache*|aching|sore|stiff ~6 gym|workout|run|running|gardening|exercise|marathon|moving|digging|class|training|hike|squats
    killing me|him|her ~6 run|running|marathon|gym|match|hike|squats|k ; thighs|calves|legs|arms ~6 squats
    gym|workout|gardening|exercise|training ~6 ache*|sore|stiff ; press ups ; push ups ; doms
    overdid ; cramp* ~2 calf|leg|foot|night|legs ; leg day ; muscles ~5 gym|workout|run|leg|training`,
  "chest-wall":
    "hurts|hurt|pain|sore ~4 press*|prod|push|touch|twist|lift ; press ~3 spot ; tender ~2 touch",
  teething: `
    teeth*|tooth ~5 coming|through|cutting|poking|emerg* ; new tooth|teeth
    white ~2 bump|dot ~4 gum ; gum|gums ~5 white|bump|tooth
    chew* ~3 everything|fist|fists|fingers|hands|toys ; dribbl*|drool* ~5 chew*|gum|gums|teeth*
    chew*|gum|gums|teeth* ~6 dribbl*|drool*`,
  posset: `
    brings|bringing|brought|bring ~2 up ~4 milk ; spits|spit|spitting ~1 up ; posset*
    mouthful*|little|bit|dribble|small ~4 milk ~4 feeds|feeding|feed|bottle|burp*
    milk ~4 after ~2 feeds|feeding|feed|bottle`,
  hangover: `
      hung over ; hangover ; morning|day after ~4 party|drinks|drinking|night|wedding|wine|pub|beers
      party|drinks|drinking|wine|beers|pub|booze|cocktails|wedding ~5 last night|yesterday|night
      too much ~2 wine|drink|beer|alcohol|booze ~4 ; too many ~2 beers|drinks|cocktails|wines
      drank too much ~3 ; glass|drink|beer|pint|wine|cocktail|shot ~1 too many ; over drank`,
  sunburn: `
      asleep|lay|lying|day|afternoon ~4 sun|beach|pool|garden ~8 red|burn*|sore|pink ; caught sun
      too much sun ; peeling ~4 sun|beach|holiday ; beach ~6 red|sore|pink|burn*
      sun got|caught ~1 me|him|her ; pink|red ~2 peeling`,
  "sun-exposure":
    "asleep|lay|lying|day|hours|afternoon ~4 sun|beach|sunbed|pool ; sunbath* ; sunbed",
  nosebleed: "nose bled ; nose ~2 bled|bleeds|bleeding|bleed ; blood ~2 nostril|nose",
  "wound-minor": `
      stopped|stops ~1 bleeding ~4 minute|minutes|pressure|press*|seconds|quickly|straight?
      stopped bleeding ; bled ~4 stopped ; oozing ~5 but ~2 has|stopped|now
      small|tiny|shallow|little|minor ~3 cut|graze|scratch|nick|scrape ; clean cut ; splinter
      plaster on ; graz* ~2 knee|elbow|palm|shin|hand ; piercing ~4 crust*|sore ; carpet burn
      thorn ~3`,
  "chapped-lips": "lips ~4 dry|crack*|chap*|peel*|sore ; dry|cracked|chapped|peeling ~2 lips",
  eczema:
    "dry ~3 skin|hands|elbows|lips ; hands|skin|knuckles|elbows ~2 dry|rough ; chapped ; cracked ~2 hands|heels|fingers|lips",
  wart: "black dots ~8 sole|foot|verruca ; sole|foot ~12 black dots",
  "bad-breath": "bad breath ; halitosis ; breath ~2 smells|stinks",
  "cold-sore": "cold sore ; lip ~4 tingl*|blister*",
  "canker-sore":
    "spot|spots ~4 inner|inside ~1 lip|cheek ; ulcer*|sore|sores|spot ~5 mouth|cheek|tongue|gum|lip ; mouth|tongue|cheek ~3 ulcer*|sore",
  blister: "blister* ; rubbed ~2 raw ; shoes ~3 rub*",
  itch: "itch* ; scratching",
  "insect-bite":
    "bites ; midge* ; mozzie* ; gnat* ; horsefl* ; bitten ~3 mosquito*|midge*|something|insects",
  stye: "stye ; sty ; eyelid ~3 lump|bump|pimple|spot",
  "runny-nose": `
      bunged up ; nose ~3 tap|blocked|dripping|runny|stuffy|stuffed|streaming ; blowing ~1 nose
      man flu ; cold ~3 going around|work|nursery|kids
      caught|have|got|getting|had|worst|bad|stinking|heavy cold`,
  "worst-cold": `
      worst ~1 cold|flu|hangover|headcold ; worst ~1 cold ~2 history|ever|life
      terrible|awful|horrible ~1 cold|hangover ; dying ~3 cold|flu|hangover`,
  gas: `
    farting ; windy ; trapped wind ; burp* ; belch* ; bloated ; gassy ; wind
    ate|eaten|eating ~1 too much ; overate ; big ~2 dinner|meal ; too much ~2 food|dinner`,
  constipation:
    "no bowel movement* ; not|haven't|hasn't|can't|no ~2 poo|poop|pooed|been ~2 loo|toilet|days? ; backed up ; bunged",
  hemorrhoids: "piles ; hemorrhoid*",
  diarrhea: `
      runs ; squits ; trots ; upset tummy|stomach|belly ; tummy|stomach upset
      loose ~1 poo|bowels|motions ; dodgy ~2 tummy|stomach|curry ; toilet|loo ~3 times
      loose|runny|watery poos|poo|poop|nappies|nappy|diapers`,
  "gastroenteritis-words":
    "dodgy ~2 curry|kebab|takeaway|prawns|chicken|oyster* ; something ~2 ate ; bug ~3 going ; norovirus",
  heartburn:
    "acid|sour ~3 throat|mouth|taste ; burning ~3 behind|up ~3 breastbone|throat|gullet ; burning ~2 upper belly|stomach|tummy ; indigestion ; heart burn",
  "sore-throat":
    "throat ~3 sore|hurts|scratchy|raw|rough|tickly|dry|itchy|burning ; swallow* ~2 hurts|sore ; lost voice",
  earwax: `
      wax ; ear ~4 blocked|bunged|plugged|clogged|popping|pop ; water ~3 ear
      ears|ear ~5 popped|popping|pop|full|plane|flight`,
  "otc-helps": `
    paracetamol|ibuprofen|antacid*|gaviscon|rennie|tums|tylenol|advil|nurofen|calpol|antihistamine*|cetirizine|loratadine|cream|lozenge*|painkillers|tablet|aspirin ~4 help*|eas*|better|settl*|work*|takes|edge|sort*|relie*|gone
    eas*|settl*|help*|relie*|better|goes|gone|went ~5 antacid*|paracetamol|ibuprofen|gaviscon|rennie|tums|antihistamine*|painkillers|tylenol|advil
    takes ~2 edge`,
  well: `
    plenty ~2 wet ~1 nappies|diapers ; gaining ~2 nicely|well|weight ; growing ~2 well|nicely
    happy ~2 playing|smil*|eating|feeding|child|baby|self ; smil* ~2 ; cheerful
    play* ~2 normally|happily|fine|usual ; eat*|feed*|sleep* ~5 normal|normally|usual|fine|well
    otherwise ~2 ok|okay|fine|well|good ; running ~2 around|about ; himself|herself again ; thriving
    alert ; breathing ~2 fine|ok|okay|normal*
    can|can run|walk|walks|walking ~2 fine|normally|on it ; drink* ~2 fine|ok|okay|well|normally
    kept|keeps|keep ~2 water|fluids|sips ~1 down ; feel*|feeling ~2 okay|ok|fine|better
    hungry|eating|normal|myself|himself|herself ~1 again ; ok|okay|fine|better|good now ; now ok|okay|fine|better`,
  limping:
    "with limp ; with ~1 slight|bit limp ; has|have|slight|walks limp ; bit ~1 limp ; limp ~2 walk*|when|but",
  "pale-urine": "pale|clear|light ~2 urine|pee|wee ; urine|pee|wee ~2 pale|clear|light",
  "worry-paranoid": "i'm ~1 paranoid ; being paranoid ; so paranoid ; bit paranoid",
  yeast: "thrush ; vaginal ~3 itch*|thrush",
  "period-pain": `
    $pain ~6 day ~2 period ; period|periods|menstru* ~3 $pain ; usual ~2 period
    $pain ~6 every month ~4 period* ; time month ; period ~5 breast|breasts
    breasts ~6 period|month`,
  choking:
    "hold*|clutch*|grabb* ~3 throat ; no sound ~2 out ; eating ~8 purple|blue|throat ; chok* ~4 on",
  ascending: `
    crept|creep*|crawl*|spread*|moved|moving ~4 feet|legs|toes|ankles ~6 thighs|hands|arms|up|legs|knees|fingers|waist
    start*|began ~3 feet|legs|toes ~8 hands|arms|up|fingers|thighs
    $numb|$weak ~6 feet|toes|legs ~8 hands|arms|thighs|fingers`,
  "cord-prolapse": `
      cord ~4 hanging|out|visible|see|feel|showing ~6 water|waters|vagina|between ; waters ~8 cord
      cord ~3 hanging out`,
  pregnant:
    "waters ~2 broke|gone|went|broken|leaking ; contractions ; in labor ; baby bump ; bump ~3 kick*|moving",
  "travel-sick":
    "sick ~3 boat|boats|bus|buses|coach|coaches|car|cars|ferry|ferries|planes|trains|sea ; travel sick",
  sting: "wasp|bee|hornet|bees|wasps got|get|gets|caught ~1 me|him|her",
  "muscle-ache": "muscles ~3 killing|sore|ache*|hurt",
  panic: "panic attack*",
  "many-times": "third|fourth|fifth|sixth time ; keeps ~1 coming|returning ~1 back?",
  "target-rash": "tick ~12 ring|circle|bullseye|target ; ring|circle ~8 tick",
  recurrent:
    "every ~3 days|weeks|months ; once|twice week|month|day|weekly ; three|2|3|4|5 times week|month|day|weekly ; twice weekly",
  sudden:
    "woke ~2 and|up ~2 ; out nowhere ; from one ~1 moment|minute ; like ~2 switch|flash ; all of sudden",
  pinworm: "threadworm* ; worms ; bottom|anus ~4 night",
  apnea:
    "breath* ~4 once ~2 every ; breath* ~4 every ~2 seconds ; gaps ~3 breath* ; pauses ~3 breath* ; stop* ~2 breathing",
  "missed-dialysis": "miss*|skipped ~4 dialysis ; dialysis ~10 miss*|skipped ~2",
  bruise: "black blue ; dropped ~5 on ~2 toe|foot|finger ; black eye",
  "eye-itch": "eye|eyes ~3 dry|tired|gritty",
  "body-odor":
    "smelly|sweaty|stinky feet|armpits|shoes ; body odor ; sweat* ~2 lot ~3 armpits|feet ; feet ~2 smell*|stink",
  "weight-gain":
    "weight ~2 up ; up ~3 kg|kilos|pounds|stone ; put on ~3 kg|kilos|weight|pounds|stone",
  "cant-get-warm": `always ~1 cold ; cold ~2 all time ; $cannot ~2 warm`,
  "poor-response":
    "no luck ; tried ~5 nothing|no|luck|creams|everything|still ; nothing ~2 help*|work*",
  pupil: "pupils ~2 pinpoint|tiny|huge|uneven",
  "purulent-nose": "green|yellow|thick ~2 snot|mucus|nose",
  "body-words": `
      head|face|eye|eyes|ear|ears|nose|mouth|lip|lips|tongue|tooth|teeth|gum|throat|neck|shoulder|shoulders|arm|arms|elbow|wrist|hand|hands|finger|fingers|thumb|nail|nails|chest|breast|breasts|rib|ribs|back|spine|hip|hips|groin|belly|stomach|tummy|bowel|bottom|bum|leg|legs|knee|knees|shin|calf|ankle|foot|feet|toe|toes|heel|skin|scalp|hair|heart|lung|lungs|kidney|liver|bladder|womb|period|periods|testicle|penis|vagina|muscle|muscles|bone|joint|poo|poop|pee|wee|urine|stool|stools
      symptom* ; sleep* ; ill ; sick ; sore ; poorly ; swollen ; swelling ; infection ; scar`,
  pleuritic: "hurts|hurt|painful ~1 breathe|breathing",
};
