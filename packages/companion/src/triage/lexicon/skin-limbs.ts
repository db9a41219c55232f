/** English phrases: skin, allergy, wounds, bones and joints, ear, nose, throat and teeth. */

/** Concept to phrases. */
export const SKIN_LIMBS: Readonly<Record<string, string>> = {
  rash: `
    rash* ; erupt* ; red|itchy|pink spots|bumps|patches|blotches ; exanthem ; maculopapular
    erythem* ; papul* ; vesic* ; welts ; blotch* ; pustul* ; spots ~3 skin|body|legs|trunk|chest
    breaking out ; broke out ; sunburn-like ; red|scaly|ring|round ~2 patch|patches|ring
    $skin ~3 bumpy|blotchy|spotty|scaly ; spotted`,
  purpura: `
    purpur* ; petechi* ; nonblanching ; non-blanching ; non blanching ; ecchymo*
    don't|doesn't|not|won't fade|blanch|disappear ~3 ; not blanch*
    fade ~5 pressed|glass|press|pressing
    purple|dark|reddish-purple|blood-colored|purplish ~3 spots|rash|blotches|dots|patches|marks
    spots|rash|dots|blotches ~4 purple|purplish|bruises ; tiny red|purple dots|spots ; pinprick
    bleeding ~2 under skin
    rash|spots|marks ~4 don't|doesn't|not|won't ~3 fade|disappear|blanch|vanish|pale
    tiny|small|pinpoint red dots|spots|points ; glass test ; tumbler`,
  hives: "hives ; urticaria* ; welts ; wheals ; nettle rash ; itchy raised",
  "face-swelling": `
    lip|lips|tongue|face|facial|mouth|eyelid|eyelids|periorbital & $swell|puffing|ballooning|blown
    angioedema ; $swell ~2 lip|lips|tongue|face|mouth ; eye|eyelid|eyelids|cheek|jaw & $swell|bulg*
    swollen ~2 eyelid|eyelids|cheek|eye ; eye ~2 bulg*|protrud*|bulging ; floor mouth ~3 $swell`,
  "tongue-throat-swelling": `
    tongue|throat|uvula|airway & puffing|$swell|clos*|tight*|thick ; throat ~3 clos*|tighten*
    throat tight* ; tongue|throat ~3 bigger|larger|big|huge|swells|fat|closing ; throat ~4 closing
    lump ~2 throat ~6 allerg*|ate|eating`,
  anaphylaxis:
    "anaphyla* ; epipen ; epi-pen ; severe allergic reaction ; auto-injector ; autoinjector",
  "allergen-exposure": `
    bee|bees|wasp|wasps|hornet|yellow|fire ~3 sting|stung|stings|bite|ant|ants|jacket ; stung
    sting|stings ; peanut* ; nuts ; shellfish ; shrimp ; prawn* ; lobster ; crab ; after eat*
    penicillin ; amoxicillin ; antibiotic*
    new medication|medicine|drug|soap|detergent|food|cosmetic ; latex ; contrast
    allerg* ~3 to|reaction ; allergic ; ate ~3 cookie|cake|peanut|nut|nuts|fish|egg|eggs|sesame|kiwi
    lisinopril|ramipril|enalapril|ace inhibitor ; cashew* ; walnut* ; almond* ; milk allergy
    hazelnut* ; seafood ; new|started ~4 antibiotic*|pill|tablet|drug|medication`,
  sting: "stung ; sting ; stings ; bee|wasp|hornet sting*",
  "insect-bite": `
      mosquito|mosquitoes|mozzie|midgie|bug|insect|flea|midge|gnat|bedbug|ant|spider|chigger & bite|bites|bitten|bit
      bitten ~3 mosquito*|bug|insect|ant|spider ; bug bite* ; bedbug*`,
  "animal-bite": `
      dog|cat|bat|monkey|raccoon|rat|fox|squirrel|human|animal|horse|skunk|hamster|stray & bite|bites|bit|bitten|scratch*|attack*
      bitten ~4 dog|cat|bat|monkey|animal|raccoon|stray ; stray|monkey|dog ~4 bite*|bit
      bites|bite ~6 dog|monkey|bat`,
  "rabies-risk": `
      bat|bats ~6 bit*|scratch*|room|found
      stray|wild|unvaccinated|unknown|street|rabid ~4 dog|cat|animal|raccoon|fox|bat ~2 ; rabies
      rabid ; raccoon|fox|skunk|monkey ~4 bit*|scratch* ; bat ~4 face|bed|tent|bedroom|woke|sleep*
      woke ~6 bat`,
  "snake-bite": `
      snake*|rattlesnake|viper|copperhead|cottonmouth|adder|cobra|scorpion|widow|jellyfish|recluse & bit|bite|bites|bitten|sting|stings|stung|struck
      snakebite* ; venomous ; envenom* ; snake ~6 bit|bitten|bite ; scorpion|viper|rattlesnake`,
  "tick-bite": "tick|ticks ; wooded ; woods ; hik* ; camping",
  "target-rash": `
      target|bull*|bulls|bullseye|bull's-eye|ring|circular|expand* ~4 rash|lesion|redness|eye
      erythema migrans ; rash ~6 expand*|target|ring|bull* ; lyme`,
  "blistering-mucosa": `
    blister*|peel*|slough* ~8 mouth|eyes|lips|genital*|mucosa* ~3 ; skin ~3 slough*|com* off
    sheets ~2 skin ; stevens* ; toxic epidermal
    mucous|mucosal ~4 ulcer*|erosion*|involvement|blister*|sore*`,
  blister: "blister*",
  itch: "itch* ; prurit*",
  "skin-infection": `
    $skin & warm|hot|pus|infect*
    red|redness|swollen|tender ~3 warm|hot|tender|swollen|painful ~4 $skin
    $skin ~5 red|redness|swollen ~2 warm|hot|tender|painful|hard ; warm ~2 red|tender ; red ~2 warm
    cellulit* ; abscess* ; boil ; boils ; erysipelas ; impetigo ; honey ~2 crust*|exudate
    crust* ~3 honey* ; infected ; infection ~3 skin|wound ; pus ; oozing ; carbuncle ; paronychia
    purulent ; redness ~4 swelling|warm*|hot ; hot ~3 swollen|tender|red ; swollen ~2 red|warm|hot
    red ~2 swollen ; weeping ; yellow crust* ; festering`,
  "redness-spreading": `
      redness|red|rash|infection|swelling|line|lines|streak|streaks ~5 spread*|streak*|up|expand*
      spread* ~3 redness|red|infection ; red streak* ; spreading ~4 fast|rapid*|quick*
      red ~1 streaks|streak|lines ; red ~1 line ~4 up|along|toward*|from|spread*
      bigger|larger|growing|grows|expanding ~6 red|redness|rash|swelling
      red|redness|rash|swelling ~8 bigger|larger|growing|grows|expanding|expands
      marked|drew ~4 border|line|pen`,
  necrotizing: `
    crepit* ; necrotiz* ; fasciitis ; gangren* ; pain ~5 proportion ; out proportion
    turning black|purple|dusky ; skin ~4 black|purple|dusky|necrotic
    spread* ~3 rapid*|fast|quick*|hours ~4 ; bullae ; hemorrhagic blister*`,
  burn: `
    burn ; burns ; burned ; burnt ; scald* ; boiling water|oil|tea|coffee
    hot water|oil|tea|coffee|iron|stove|pan|oven|grease ~4 on|over|onto|spill*|splash*
    spilled|spilt|poured|splashed ~5 boiling|scalding|hot
    boiling|scalding water|oil|soup|tea|coffee|milk|liquid|fat ; blaze ; caught fire ; flames`,
  "burn-large": `
    burn*|scald* ~10 face|hands|genital*|airway|feet|large|larger|whole|entire|chest|back|over|percent|%|third|third-degree|full|white|charred|leathery|electric*|chemical|neck|legs|half|deep|arm|blistered|buttocks|thighs ~3
    third|full degree|thickness burn* ; third-degree|full-thickness burn* ; electric* burn*
    chemical burn* ; singed ; soot ; smoke inhal* ; inhal* smoke ; charred ; leathery ; house fire
    explosion ; face|large|chest|back ~4 burn*|scald*
    boiling|scalding|hot ~3 over ~4 chest|arm|face|legs|belly|back|body|thighs|head ; caught fire
    whole|entire|both ~2 chest|arm|back|leg|legs|arms ~4 burn*
    skin ~3 peeling|hanging ~2 off|burn*`,
  "burn-minor": `
      small|minor|mild|first-degree|superficial|tiny|little|finger|fingertip|thumb|slight* ~4 burn*|scald*
      first degree burn*
      burn*|scald* ~8 finger|fingertip|small|minor|mild|superficial|thumb|coin|quarter|iron|toaster|oven|curling
      sunburn*`,
  sunburn:
    "red ~6 day ~3 sun|beach ; red ~4 sun|beach ; sunburn* ; sunbath* ; sun burn* ; too long sun ; burn* ~4 sun",
  "electric-shock":
    "electrocut* ; electric* shock|injury ; lightning ; high voltage ; shock ~4 outlet|socket|wire",
  wound: `
      cut ; cuts ; lacerat* ; wound* ; gash ; graze* ; scrape* ; scratch* ; abrasion* ; splinter
      puncture ; nick ; nicked ; skinned`,
  "wound-minor": `
      small|minor|shallow|little|superficial|tiny|paper ~3 cut|wound|scrape|graze|scratch|laceration|abrasion
      splinter ; scraped|grazed|skinned ~3 knee|elbow|hand ; paper cut ; bleeding ~2 stopped
      stopped bleeding`,
  "wound-deep": `
    deep|gaping|large|big|jagged|long ~3 cut|wound|gash|laceration|puncture
    cut|wound|gash ~8 deep|bone|tendon|gaping|open|fat|stitches|wide ; nail ~5 foot ; rust* nail
    puncture ; needs stitches ; stepped ~3 nail|glass ; dirty|soil* wound
    wound ~4 dirty|soil|manure|rust* ; stitches ; so|deep ~3 see ~2 white|fat|bone|inside|yellow
    gaping ; $cannot ~3 bend|move|feel ~2 finger|fingers|thumb|toe`,
  "tetanus-signs": `
      jaw ~2 clenched|locked|clamped ; lockjaw ; trismus ; jaw ~3 stiff|lock*|spasm*
      $cannot ~3 open ~2 mouth|jaw ; risus ; opisthotonos ; arching ~2 back`,
  "bleeding-uncontrolled": `
    bleed* ~5 won't|wont|not|doesn't|hasn't|cannot|can't|uncontroll* ~3 stop*|control*
    hasn't|won't|not|doesn't ~2 stop* ~2 bleed* ; $unable ~3 stop ~3 bleed*|blood ; spurt*
    pump* ~2 blood ; blood ~3 spurt*|pour*|gush*|everywhere|pump*
    bleed* ~4 heav*|profuse*|badly|lot|everywhere|severe* ; uncontrolled|severe|heavy|profuse bleed*
    losing ~2 lot ~1 blood ; lot blood ; soaked ~3 blood ; exsanguin* ; bleed* ~3 soak*
    still|keeps ~1 bleed* ; bleed* ~5 despite ~4 press*|pressure|minutes ; blood ~3 won't|not stop
    soak* ~3 bandage*|towel|cloth|dressing`,
  amputation: `
      amputat* ; severed ; cut off ~3 finger|toe|hand|foot|fingertip|thumb ; finger ~3 cut off
      sever* finger|hand
      chopped|sliced|torn|ripped|sawed|bitten|came off ~4 finger|fingers|thumb|toe|hand|fingertip|ear
      finger|fingers|thumb|toe|hand|fingertip|ear ~3 chopped|sliced|torn|ripped|sawed|bitten|cut|came off`,
  "penetrating-trauma": `
      stab wound|wounds ; been|got|was|getting stabbed
      stabbed ~3 chest|stomach|abdomen|leg|arm|neck|belly ; gunshot
      shot ~4 chest|leg|arm|abdomen|stomach|head|back|neck ; been shot ; impaled
      knife ~3 wound|chest|stomach|abdomen ; bullet`,
  "fall-height": `
      fell|fall|fallen|falling ~6 roof|balcony|storey|story|floor|height|window|building|scaffold*|meters
      fell ~4 ladder`,
  "major-trauma-now": "hit|struck|run|knocked ~3 car|truck|bus|train|van|motorcycle|lorry",
  "major-trauma": `
    car|motor|motorcycle|motorbike|vehicle|bicycle|bike|road|traffic|truck|bus|train|scooter ~2 accident|crash*|collision|hit|struck|wreck
    hit|struck|run|knocked ~4 car|truck|bus|train|van|vehicle|motorcycle
    fell|fall|fallen|falling ~6 roof|ladder|balcony|storey|story|floor|height|meters|feet|horse|tree|building|stairs|scaffold*
    crushed ; thrown ~3 car|horse|bike ; mva ; rta ; mvc ; pinned ~3 under`,
  fall: "fell ; fall ; fallen ; falls ; tripped ; slipped ; stumbled",
  fracture: `
      fractur* ; broken ~2 bone|arm|leg|wrist|ankle|hip|rib|collarbone|finger|toe|nose|hand|foot
      broke ~2 arm|leg|wrist|ankle|hip|finger|toe|bone|collarbone|rib|nose
      snap* ~3 heard|felt|bone ; deform* ; dislocat* ; crooked ~2 ; bent ~3 wrong|angle ; popped out`,
  "fracture-bad": `
      open fracture ; compound fracture ; bone ~4 through|sticking|skin|visible|exposed|out
      deform* ; odd|wrong|weird|strange|unnatural angle ; dislocat* ; femur ; thigh bone
      hip ~4 broken|fracture|shortened|rotated ; shortened ; externally rotated ; popped out socket`,
  "hip-fall": "hip ~12 walk|weight|stand|move|shorten*|rotated ; fell ~10 hip ; hip ~6 fell|fall",
  "cannot-bear-weight": `
      $unable ~4 weight|stand|walk ; $cannot ~3 bear|put|place ~2 weight ; $cannot ~2 walk|stand
      $unable ~1 get up ; $unable ~1 lift ~2 leg ; can't|cannot walk
      won't|refuses|refusing|refuse ~2 walk|weight|bear|stand ; limp* ; non weight
      weight bearing|bear ; bear weight`,
  "can-bear-weight":
    "can|able ~2 walk|bear|stand|move|put|hobble ~4 ; walks ~3 limp|fine|normally ; still walk ; full range",
  sprain: `
      sprain* ; twist* ~3 ankle|knee|wrist|foot ; rolled ~2 ankle
      ankle ~4 twist*|rolled|turned|sprain* ; jammed ~2 finger ; turned ~2 ankle`,
  "muscle-strain": `
      pulled ~2 muscle|hamstring|groin|calf ; strain* ~2 muscle|hamstring|calf|groin|shoulder
      muscle strain|soreness|cramp|cramps|ache|spasm ; sore muscles ; stiff ~4 workout|exercise|gym
      overdid ; shin splints ; tennis elbow ; after ~3 workout|gym|exercise|run|running|gardening
      charley horse ; leg cramps ; overuse ; bruise* ; stubbed ~2 toe`,
  "joint-pain": `
    joint|joints|knee|knees|shoulder|shoulders|wrist|wrists|ankle|ankles|elbow|elbows|hip|hips|finger|fingers|toe|toes|hand|hands|thumb|heel|foot|feet & $pain|stiff*|$swell
    arthrit* ; arthralgi* ; gout ; morning stiffness`,
  "joint-hot": `
    joint|knee|ankle|toe|wrist|elbow|hip|shoulder & hot|warm|red|inflamed ; septic arthrit*
    red ~2 hot|swollen|warm ~2 joint|knee|toe|ankle|wrist
    joint|knee|toe|ankle ~8 red ~3 hot|warm|swollen`,
  "joint-swollen": `
      joint|joints|knee|knees|ankle|ankles|wrist|wrists|elbow|finger|fingers|toe & $swell ; synovit*
      effusion ; locks|locking|catching`,
  "many-joints":
    "joints ; both ~2 hands|knees|wrists|hips|shoulders ; multiple ~1 joints ; symmetr*",
  "morning-stiffness": "stiff* ~5 morning|minutes|hour ; morning ~5 stiff*",
  "muscle-ache": `
      myalgi* ; body|muscle|muscles|general*|all ~2 aches|ache|aching|pains|achy|pain|hurts
      aches and pains ; aching all ; muscle* ~3 $pain ; achy`,
  compartment: `
      compartment syndrome ; tight ~2 cast ; cast ~4 tight|pain|numb ; pain ~4 passive
      shin|calf|leg|forearm|arm ~5 tense|rock|hard|tight ~8 pain|painful|unbearable|numb
      tense ~3 shin|calf|leg|forearm ; pain ~8 toes|fingers ~3 moved|stretched|bent`,
  "sore-throat": `
      throat & $pain|scratch*|raw|red|irritat*|burns|tickl*|dry|infect*|strep ; pharyngit* ; tonsil*
      strep ; scratchy throat`,
  "tonsil-exudate": `
      exudat* ; white|pus|yellow ~3 spots|patches|tonsils|tonsil|throat|coating
      tonsil* ~6 pus|white|exudat*|spots|patches|enlarged|swollen ; strep ; pus ~3 tonsil*|throat`,
  "muffled-voice": `
      muffled ; hot potato ; voice ~4 thick|muffled|strange|changed ; talk* strange* ; trismus
      $cannot ~4 open ~1 mouth ; uvula ~3 deviat* ; quinsy ; peritonsillar`,
  drooling: "drool* ; dribbl* ~2 saliva ; saliva ~4 swallow|dribbl*",
  hoarse:
    "hoarse* ; lost|losing voice ; laryngit* ; voice ~2 gone|lost|hoarse|croaky|raspy ; croaky ; raspy",
  "swollen-glands": `
      swollen|enlarged|tender ~3 gland|glands|node|nodes|lymph ; lymphaden*
      glands|nodes ~3 $swell|enlarged|tender ; lymph nodes ; mono ; glandular fever ; mononucle*`,
  "runny-nose": `
      runny|running|dripping|stuffy|blocked|congested|stuffed|streaming|snotty ~1 nose|nostril*
      nose ~3 running|runny|stuffy|blocked|congested|runs|drip*|stuffed|streaming ; rhinorrhea
      nasal congest*|discharge|drip|obstruct*|stuff* ; congest* ; coryza ; snot* ; head|common cold
      have|got|had|caught|bad|got|mild|a cold ; cold symptoms ; postnasal ; sniffl* ; stuffy
      cold ~2 days|week ; caught ~3 cold ; upper respiratory|uri|urti`,
  sneezing: "sneez*",
  "hay-fever": `
      hay fever ; hayfever ; pollen* ; seasonal ~2 allerg* ; allergic rhinit*
      every ~2 spring|summer ; each spring|summer
      allerg* ~4 pollen|grass|dust|cat|cats|pets|pet|season|spring|rhin* ; ragweed
      allergic conjunctiv*`,
  sinus: `
      sinus* ; facial|face|forehead|cheek|cheekbone|cheeks ~2 pressure|$pain|fullness
      pressure ~4 eyes|cheeks|forehead|face`,
  "purulent-nose":
    "green|yellow|thick|purulent|greenish|yellowish ~2 nasal|mucus|discharge|snot|nose|phlegm",
  nosebleed: "nosebleed* ; epistaxis ; nose ~3 bleed* ; bleed* ~2 nose ; bloody nose ; nose bleed*",
  "smell-loss":
    "smell|taste ~3 los*|loss|lost|gone|can't ; los*|loss|lost|no ~3 smell|taste ; anosmi*",
  "ear-pain": `
    ear|ears|earlobe & $pain|pressure|blocked|plugged|full|fullness|pulling|tugging|tug*|pull*
    earache* ; otitis ; otalgi* ; swimmer's|swimmers ear`,
  "ear-discharge":
    "ear|ears ~4 discharge|drain*|pus|fluid|leak*|ooz* ; discharge|pus ~3 ear ; otorrhea",
  mastoid: `
      behind ~2 ear ~5 $swell|$pain|red ; $swell|$pain|redness ~4 behind ~1 ear ; mastoid*
      ear ~4 sticks|sticking|protrud* out? ; ear ~3 sticks|pushed|protrudes ~2 out|forward
      behind ~1 ear|it ~3 swollen|red|tender|swelling`,
  tympanic: "tympanic ; eardrum ; ear drum",
  earwax: `
      plug ~3 ear ; ears|ear popping|pop|plugged ; earwax ; water ~2 ear|ears ; ear wax
      wax ~3 ear|ears ; ear|ears ~5 wax ; cerumen`,
  "hearing-loss":
    "hearing ~3 los*|loss|gone|reduc*|muffled|worse ; deaf* ; $cannot ~2 hear ; los* hearing",
  tinnitus: "tinnitus ; ringing|buzzing ~3 ear|ears",
  "tooth-pain": `
      tooth|teeth|gum|gums|molar|wisdom|dental & $pain|swollen|bleed*|abscess|infect*|broken|cracked|chipped
      toothache* ; gingivit* ; cavity`,
  "tooth-knocked": "tooth|teeth ~4 knocked|avuls*|fell ~1 out ; knocked out ~2 tooth|teeth",
  "canker-sore": `
      canker* ; mouth|oral|tongue|lip|gum|cheek ~3 ulcer*|sore|sores ; aphth*
      ulcer*|sore|sores ~4 mouth|tongue|gum|gums|lip|cheek ; oral thrush`,
  "cold-sore": "cold sore* ; fever blister* ; herpes labialis ; blister*|sore|tingl* ~3 lip|lips",
  acne: "acne ; spots ~2 chin|face|forehead|nose ; pimple* ; blackhead* ; zit* ; whitehead* ; comedone* ; breakout*",
  eczema: `
      eczema ; atopic dermat* ; dermatit* ; dry ~3 skin|patches|hands ; scaly ; flak* ; psoria*
      chapped ; cracked skin ; itchy ~3 patch*|elbows|knees ; flexur*`,
  "contact-rash": `
      poison ivy|oak|sumac ; nickel ; new ~3 detergent|soap|lotion|cream|perfume|jewelry|earrings
      contact dermat* ; heat rash ; prickly heat
      rash ~8 ivy|plants|hiking|gardening|necklace|watch|deodorant|belt|shaving ; razor burn
      sweat rash`,
  "diaper-rash": `
      diaper|nappy ~2 rash|area|dermatitis ; red|sore bottom ~3 diaper*|nappy|nappies
      red|redness ~3 nappy|diaper ; rash ~4 diaper|nappy|bottom|buttocks ; cradle cap`,
  "fungal-skin": `
      athlete* foot|feet ; ringworm ; tinea ; jock itch ; fungal|fungus ; between ~2 toes
      toes ~4 itch*|peel*|crack* ; itch*|peel*|crack* ~4 toes ; yellow|thick* ~2 toenail*|nail*
      toenail* ~3 yellow|thick* ; ring shaped ~2 rash|patch ; ring-shaped`,
  wart: "wart ; warts ; verruca* ; corn ; corns ; callus* ; skin tag* ; ingrown ~2 toenail|nail|hair ; molluscum",
  dandruff: "dandruff ; flaky scalp ; itchy scalp ; scalp ~4 itch*|flak* ; seborrh*",
  lice: "lice ; nits ; louse ; scabies",
  chickenpox:
    "chickenpox ; chicken pox ; varicella ; hand foot|foot, mouth ; fifth disease ; roseola ; slapped cheek",
  shingles: `
      shingles ; zoster ; dermatom* ; band ~3 blister*|rash
      blister*|rash ~8 one|left|right ~1 side|chest|back|flank|trunk
      blister*|rash ~5 stripe|band|dermatom* ; painful rash ; rash ~4 painful
      clusters ~3 vesicles|blisters ; burning ~4 rash ~4 side`,
  measles: "measles ; koplik* ; mumps ; rubella ; parotid",
  mole: `
    mole ; moles ; lesion|spot|wart ~8 grow*|chang*|bleed*|bleeds ; won't|not|doesn't|never heal*
    melanoma ; sore ~4 heal* ; pigmented ; spot ~4 chang*|grow* ; nonhealing ; non-healing
    not heal*`,
  lump: "lump ; lumps ; mass ; nodule* ; tumor* ; growth",
  bruise: "bruis* ; black eye ; contusion",
  "easy-bruising": `
      easy|easily|unexplained|without ~3 bruis* ; bruis* ~3 easily|easy|unexplained|everywhere
      gums ~2 bleed* ; bleed* gums`,
  pallor:
    "pale* ; pallor ; ashen ; mottled ; gray|grey|white|ashen skin|face|looking ; white as sheet ; looks|looking|look washed out",
  mottled: `
      mottl* ; ashen ; gray|grey ~2 skin|face|looking|color ; cold ~2 clammy ; clammy
      cool ~2 clammy|extremities ; cold hands|extremities ; capillary refill
      blotchy|marbled|patchy ~3 skin|legs|arms ; skin ~4 blotchy|marbled|mottled
      cold ~2 hands ~3 feet`,
  "hair-loss": "hair ~3 los*|loss|fall*|thin* ; alopeci* ; bald*",
  "foreign-body-nose":
    "bead|pea|bean|stone|foreign|button|toy ~5 nose|nostril|ear ; something ~3 nose|nostril|ear",
  frostbite: "frostbit* ; frozen ~3 fingers|toes ; fingers|toes|ears ~6 white|black|waxy ~4 cold",
  carpal:
    "carpal tunnel ; wrist|hand|fingers|thumb ~5 tingl*|numb* ~6 night|typing|computer|wrist ; trigger finger",
  heel: "heel ~2 $pain ; plantar fasci* ; bunion* ; flat feet",
  scalp: "scalp",
  "crush-injury": `
    crush* ~4 $limb ; $limb ~5 crush*|trapped|pinned
    slab|beam|concrete|machine|forklift|wheel ~5 $limb ; dropped ~5 on ~3 $limb`,
  "deep-neck": `
    floor ~1 mouth ; under ~2 tongue|chin|jaw ~4 $swell|$pain ; $swell|$pain ~3 under ~1 tongue|chin
    neck ~3 $swell ; $swell ~3 neck ; bull neck`,
};
