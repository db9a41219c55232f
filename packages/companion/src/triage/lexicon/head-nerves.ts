/** English phrases: head, mind, nerves, eyes, spine. */

/** Concept to phrases. */
export const HEAD_NERVES: Readonly<Record<string, string>> = {
  headache: `headache* ; migraine* ; head & $pain ; cephalgia ; head splitting|pounding|exploding ; skull ~2 $pain`,
  thunderclap: `
    thunderclap ; worst ~3 headache|pain|head ~5 life|ever|had|experienced|felt ; worst headache
    headache ~8 worst
    sudden*|abrupt*|instantly|explosive ~4 severe|terrible|excruciating|intense|violent|worst|agonizing ~2 headache|head
    severe|terrible|excruciating|intense|violent|explosive|blinding ~2 headache|head ~5 sudden*|abrupt*|seconds|minute|instant*
    hit ~4 head ~3 bat|hammer ; hit ~3 back head ; headache ~4 out nowhere|blue
    headache ~5 peak*|maxim* ; headache ~3 came ~2 sudden* ; sudden* ~4 headache ; kicked ~4 head`,
  "stiff-neck": `
    neck & stiff|stiffness|rigid|rigidity ; nuchal ; mening* signs|irritation|ism ; meningism*
    kernig* ; brudzinski* ; $cannot ~5 chin ~3 chest ; chin ~3 chest ; $pain|hurts ~5 bend* ~3 neck
    neck ~2 supple`,
  photophobia: `
    photophob*
    light & bothers|hurts|sensitive|sensitivity|intoleran*|unbearable|bright|hates|avoid*|dislike
    dark room ; $cannot ~3 stand|tolerate|bear|look ~2 light|lights`,
  confusion: `
    confus* ; disorient* ; deliri* ; not making sense ; incoher*
    altered ~2 mental|consciousness|sensorium|status|mentation|level
    mental status ~3 alter*|chang* ; doesn't|not|didn't|don't|can't ~1 recogni*
    doesn't|not|didn't know ~3 where|who|what|day|name ; nonsense ; mixed up ; delirious
    disorganized ; muddled ; talking nonsense|gibberish ; babbling
    acting|behaving|talking ~2 strange*|weird*|odd*|drunk|bizarre* ; rambling ; encephalopath*
    obtunded ; acting drunk ; gibberish ; not ~2 himself|herself|themselves
    doesn't|not|don't make|making|makes sense ; thinks ~3 year|wrong ; disorientat* ; hazy ~2 mind
    mind ~3 foggy|clouded ; mixes|mixing ~1 up ; $cannot ~3 recogni*`,
  drowsy: `
    drows* ; letharg* ; somnolen* ; stupor* ; obtund* ; sleepy|sleepier
    difficult|hard|harder|impossible|struggling|tough|unable|trouble ~3 wake|rouse|arouse|awaken|waking
    $unable ~3 wake|rouse|arouse|awaken ; won't|wont|not|can't|doesn't wake|waking|wakes ; listless
    floppy ; limp ; unarous* ; less responsive|active|alert
    not|isn't responding|responsive|reacting ; gcs
    slips|slipping|drifting consciousness|in|unconsciousness ; barely awake|conscious|responsive
    poorly responsive
    decreased|reduced|depressed|low consciousness|level|alertness|activity|responsiveness|gcs|loc
    hard|difficult|impossible ~3 wake|rouse ; sleeps|sleeping ~4 all|whole|most|than
    won't|doesn't|not|hasn't ~1 wake*|woken|woke ; very|unusually|abnormally|too sleepy ; dozy
    dazed ; groggy ; floppy ; zonked ; like ~2 rag doll`,
  unresponsive: `
    unrespons* ; unconscious ; comatose ; coma
    not|isn't|won't|doesn't respond* ~1 voice|stimuli|pain|us|me|him|her|commands|name|questions|touch
    not|isn't responding ; $unable ~3 wake|rouse|arouse|awaken
    won't|wont|doesn't|not wake|waking|wakes up? ; unarous* ; not|isn't ~1 awake
    found ~6 unconscious|unresponsive|floor|collapsed ; no response ; passed out ~4 wake`,
  seizure: `
    seizure|seizures|seizing|seized ; convuls*
    had|having|has|have|first|another|epileptic|more|multiple|every|and|with fit|fits
    shook|shaking|jerked|twitched ~2 all|over|whole ; went stiff ; rigid ~3 jerk* ; ever fit
    is|are|was|been|started fitting ; tonic clonic|clonus
    jerking ~3 movements|arms|limbs|body|legs ; shaking ~3 uncontroll*|violently ; epilep* attack
    foam* ~3 mouth ; eyes rolled ; twitching ~3 body|whole ; twitching all|allover ~1 over ; status epilepticus`,
  "seizure-long": `
      seiz*|convuls*|fit|fitting|shaking|jerking ~8 minutes|still|stop|stopping|another|again|prolonged|consciousness|repeated
      status epilepticus ; still seizing|fitting|convulsing
      repeated|multiple|cluster|back-to-back seiz*|fits|convulsions
      first|never ~4 seiz*|fit|convulsion*`,
  "febrile-seizure": "febrile seiz*|convuls*|fit",
  "one-sided-weakness": `
    $side ~2 $limb ~5 $weak|$numb ; $weak|$numb ~5 $side ~1 $limb ; hemipar* ; hemipleg*
    one|left|right-sided|sided|side weak*|numb*|paraly*
    $cannot ~3 move|lift|raise|use|grip|feel ~3 left|right|one ~1 $limb
    left|right|one ~1 arm|leg|side|hand ~3 won't|doesn't|stopped|limp|dead|useless|drift* ~2
    arm|leg|side|hand ~2 isn't|stopped|not|won't ~1 work*
    arm|leg|side|hand ~2 went|gone|feels|is|suddenly|going weak|numb|dead|limp|floppy
    dropping ~3 things|objects|cup ; pronator drift ; arm ~1 weak*|limp ; weak*|numb* ~3 arm and leg
    left|right hand ~3 weak*|clumsy|won't ; bump* ~4 into ~6 left|right|one
    $cannot ~3 feel ~2 left|right|one ~1 $limb ; keeps? ~1 drop* ~3 cup|things|fork|pen
    one|left|right ~1 $limb ~4 clumsy|useless|heavy|dead ; drags|dragging ~2 leg|foot|left|right
    lean*|veer*|list* ~3 left|right|one ~1 side? ; hemi-neglect ; ignores ~2 left|right`,
  "face-droop": `
    face|facial|mouth|smile|lip & droop*|drop*|crooked|uneven|lopsided|hangs|hanging|asymmetr*|paraly*|twisted|sagging|sags|numb*|weak*|slack|pulled|lop-sided|palsy|fell|fallen
    droop* ~3 fac*|side|mouth ; facial palsy|paralysis|asymmetry|weakness
    $cannot ~3 smile|close ~1 eye|one`,
  "bell-palsy": "$cannot ~3 close ~2 eye|eyelid ; bell* palsy ; forehead ~3 wrinkl*",
  "speech-trouble": `
    mumbles|mumbling
    speech|speaking|words|talk|talking & slur*|garbled|jumbl*|mumbl*|muddled|unclear|slow|nonsense|thick|difficulty|trouble|incoherent|impaired|loss|lost|wrong|funny|strange|weird|off
    slur* ; aphasi* ; dysphasi* ; dysarthr*
    $cannot ~3 find|get|say|speak|form|articulate|understand ~2 words|speech|properly|sentence|sentences
    $unable speak|talk ; word-finding|finding difficulty ; $cannot speak|talk|speaking|talking
    speak*|talk*|says|saying ~2 gibberish|nonsense|garbled
    words ~4 wrong|jumbled|won't|not ~2 com*|right|out ; $cannot ~3 get ~2 words
    voice ~3 nasal|slurred ; $cannot ~2 understand ~3 said|me|him|her|words|speech`,
  "vision-loss": `
    los*|lost|loss|gone|blind|blindness|blacked|dark|reduc*|decreas*|worsen* ~4 vision|sight|eyesight
    vision|sight|eyesight ~3 los*|gone|black|dark|went|disappear* ; blind|blindness|amaurosis
    $unable see ; can't|cannot|cant|couldn't see ; unable ~1 see
    curtain|shade|veil ~6 vision|eye|sight|field ; curtain|shadow|veil ~3 com*|down|across|over
    went blind ; hemianop* ; visual field* ; tunnel vision ; vision|sight ~4 dim*|dimm*
    went|gone ~1 dim ; $cannot ~2 see ~4 eye ; dark shadow ; eye ~3 blind|black|dark`,
  "vision-blur": `
      vision|sight|eyesight & blur*|fuzzy|hazy|cloudy|impair*|chang*|dim*|disturb*|problem*|deteriorat*|wors*|distort*|weird
      blurr* ; see* ~2 blur* ; halos`,
  floaters: `
      floater* ; flash* ~3 light|eye|lights ; flashing lights ; cobweb* ~4 vision|eye
      black dots|spots ~5 vision|eye ; curtain ~5 eye|vision`,
  "curtain-vision": "curtain|veil|shade|shadow ~6 vision|eye|sight|field|side",
  "double-vision": `
      double vision ; diplopia ; see* double|two ; ophthalmopleg* ; sees|seeing|see ~1 two|double
      everything|things ~3 double|two ; twice ~2 images`,
  pupil: `
      pupil* ~5 unequal|dilated|fixed|blown|mid|bigger|larger|pinpoint|constricted|nonreactive|sluggish|fixed
      pinpoint pupils ; anisocori* ; dilated pupil* ; mid dilated ; ptosis ; papilledema
      eyelid|eyelids|lid|lids ~2 droop*|drop*|hang* ; droop* ~2 eyelid|eyelids|lid|lids
      pupil|pupils ~4 big|huge|tiny|small|larger|bigger|different|uneven ; tiny pupils ; one pupil`,
  vertigo: "vertigo ; room ~2 spin* ; spinning ; everything ~2 spin*",
  ataxia: `
    unsteady ; ataxi* ; stagger* ; balance ~3 los*|problem*|poor|off|trouble
    los*|lost|poor|trouble balance ; $cannot ~3 walk straight ; falls|falling one side ; wobbl*
    clumsy ; gait ; uncoordinated ; coordination ; incoordinat* ; dysmetri* ; $unable ~2 walk|stand`,
  numbness: "$numb ; arm|leg|hand|foot|side ~2 asleep",
  weakness: "$weak",
  "leg-weakness": `
    legs|lower ~4 weak*|weaker|numb*|paraly*|buckl*|heavy|give|gave|giving
    weak*|numb*|paraly* ~4 legs|lower|both ; $cannot ~3 feel|move ~2 legs|leg|feet|toes ; paraple*
    paraparesis ; legs ~3 won't|don't ; ascending ~2 weak*|paral*
    weak* ~5 ascend*|up|spread* ~3 legs|arms ; reflexes ~3 absent|diminished|lost ; areflexi*
    foot drop ; legs|leg|knees ~4 wobbly|jelly|buckle*|give|weak*|numb|collapse*|drag*
    $cannot ~2 climb ~2 stairs ; $cannot ~2 move ~2 legs`,
  ascending: `
      ascend*
      weak*|numb* ~8 spread*|moved|mov*|climb*|progress*|going|goes|creep*|travel* ~4 up|upward|upwards|arms|hands|legs
      areflexi*`,
  saddle: `
    saddle ; $cannot|not ~2 feel ~3 wipe|wipes|wiping|toilet|bottom|urine|pee
    numb*|sensation|feeling|anesthesia|tingling ~6 groin|perine*|genital*|genitals|buttock|buttocks|anus|anal|private|bottom|crotch
    groin|genitals|buttocks|bottom|perineum|crotch|private ~5 numb* ; between legs ~4 numb*
    numb* ~3 between legs ; cauda equina`,
  sphincter: `
    incontinen*
    $cannot ~3 control|hold|feel|empty|pass ~3 bladder|bowel|bowels|urine|stool|pee|wee|water
    los*|loss|lost ~4 control ~3 bladder|bowel|bowels|urine
    bladder|bowel|bowels ~3 control ~2 lost|loss ; los*|loss ~3 bladder|bowel|bowels|urine
    wet* himself|herself|myself|themselves ; soil* himself|herself|myself ; urinary retention
    retention ; bowel control ; $cannot ~3 hold ~3 pee|urine|stool|poo|bladder|bowels
    wetting|wet|soiled|soiling ~1 himself|herself|myself|themselves|pants|bed|trousers
    pee ~3 without ~2 noticing|feeling|realizing`,
  "urine-retention": `
    $unable ~3 urinate|pee|wee|void|pass|empty|peeing|urinating|micturate
    $cannot ~2 pee|urinate|void|pass urine ; urin* retention ; retention ~1 urine
    distended|full|palpable bladder ; anuri* ; not urinat*|peed|passed
    can't|cannot|unable|can not ~2 pass ~3 urine|water|drop
    hasn't|haven't|not ~2 peed|urinated|passed ; not|n't|hasn't ~2 able ~1 pass|urinate|pee|void`,
  "back-pain": `
    back|lumbar|spine|lumbago|sacral|low-back & $pain ; $pain ~3 shoulder blades
    between shoulder blades ; backache* ; lumbago ; sciatica
    back|spine ~3 stiff|seized|spasm|went|strain* ; back spasm* ; $pain ~3 back`,
  "back-strain": `
    back & lift*|strain*|pulled|bending|garden*|twist*|moving|shovel*|carrying|digging|furniture|heavy|box|boxes|sprain*|slept|overexert*
    pulled|strained muscle back? ; mechanical back ; after lifting ; lumbago`,
  sciatica:
    "sciatica ; radiat*|shoot*|down|runs|running|goes ~4 leg|buttock|thigh ; radicul* ; straight leg",
  "neck-pain": `neck & $pain|stiff|crick ; torticollis ; wry neck ; whiplash ; slept wrong|funny|awkward*`,
  "cervical-neurology": "neck ~10 $numb|$weak",
  "head-injury": `
    head & hit|hits|hitting|injur*|bang*|bump*|struck|trauma|knock*|blow|bash*|crack*|landed|smash*|fell|whack*
    concuss* ; fell ~8 head ; skull fracture ; head injury|trauma ; knocked out|unconscious
    landed ~3 head ; head first`,
  "head-injury-sign": `
    clear|watery|straw fluid|liquid ~5 nose|ear|ears ; fluid|blood ~3 ear|ears ~2 ; raccoon|battle
    blood|fluid|bleeding ~2 from? ear|ears ; bruis* ~4 eyes|behind ear ; amnesi*
    $cannot ~2 remember ; doesn't|don't|didn't|not remember|recall ; lucid interval
    keeps|kept ~3 asking|repeating ; repeats ~2 questions`,
  "spine-injury": `
    neck|spine|back & broken|fracture* ; neck|spinal|spine injur*|trauma
    can't|cannot|unable ~3 feel|move ~2 legs|limbs ; dived|dove|diving ~4 shallow
    can't|cannot|unable ~1 move ~1 arms`,
  "repeated-vomiting": `
    vomit*|throw*|threw|puk*|sick ~6 times|repeat*|several|multiple|persistent*|constantly|everything|continu*|nonstop|keeps|projectile|bouts|episodes
    repeat*|several|multiple|persistent*|constant*|continu*|projectile|intractable|keeps|keep|kept|forceful|uncontroll*|profuse|severe ~3 vomit*|throw*|puk*|emesis|sick|threw
    $unable ~3 keep ~5 down ; can't|cannot|not|nothing|unable ~3 stay*|keep*|kept|hold* ~4 down
    vomit* everything|anything ; vomiting ~4 day|hours`,
  tremor: "tremor* ; shaking hands ; hands shake|shaking ; trembl* ; parkinson*",
  memory: "memory ; forget* ; dementia ; alzheimer*",
  "bulging-fontanelle": "fontanel* ; soft spot ; bulging ~2 head",
  aura: "aura ; zigzag ; scotoma* ; migraine ~3 known|usual|diagnosed|history ; known|usual migraine*",
  "migraine-like": `
      throbbing|pulsating|pounding|one-sided|unilateral ~6 head* ; migraine*
      head* ~8 throbbing|pulsating|pounding|nausea`,
  "tension-headache": `
      band ~3 head ; tension ~1 head* ; head* ~8 band|pressing|tight*|dull|stress|tension|mild
      mild|dull|slight|tension ~2 headache*`,
  "head-progressive": `
      headache* ~8 worse|worsening|worsen*|progressive* ~4 morning|lying|cough*|strain*|bending|over|week|weeks|month
      headache* ~6 wak*|morning ; wak* ~5 headache*`,
  hallucination: `
      hallucinat* ; hear* voices ; voices ; see* things ~4 there|aren't
      see* bugs|insects|spiders|snakes|rats ; delusion* ; paranoi* ; psychos* ; psychotic
      people ~4 following|spying|after`,
  depression: `
      depress* ; sad ; sadness ; hopeless* ; low mood ; worthless* ; lost interest ; loss interest
      anhedoni* ; crying ~3 time|day|spells ; tearful ; down ~4 weeks|months|lately ; no motivation`,
  anxiety: "anxi* ; panic* ; worry ; worries ; nervous ; stress ; stressed ; restless*",
  insomnia: `
      insomni* ; restless sleep ; fall|falling asleep because|jet ; $cannot fall asleep
      slept|sleeping|sleep ~1 badly|poorly|bad ; $cannot ~3 sleep|asleep
      sleep* ~3 problem*|trouble|difficult*|poor*|badly ; jet lag`,
  mania: "mania ; manic ; little sleep ; grandios* ; racing thoughts",
  agitation: "agitat* ; aggress* ; violent ; combative",
  "eye-pain": `
    eye|eyes|eyeball & $pain ; eye ache ; periorbital pain
    eye|eyes|eyeball ~4 hurts|hurt|painful|pain|aches|throbs ; hurts ~3 move|look`,
  "eye-red": `
    eye|eyes & red|redness|pink|bloodshot|inflamed|irritated|redd* ; conjunctivit* ; pink eye|eyes
    pinkeye ; red eye|eyes ; conjunctival`,
  "eye-discharge": `
    eye|eyes|eyelid|eyelids|lashes|eyelashes & discharge|sticky|goop|goo|crust*|gunk|mucus|watery|watering|pus|mattering|stuck|glued|tearing|gooey|gunky|runny
    sticky eye* ; teary eyes ; watery|runny eyes`,
  "eye-itch": "eye|eyes|eyelids & itch*|scratchy ; itchy|scratchy eyes",
  stye: `
    stye ; sty ; hordeolum ; chalazion ; bump|lump ~3 eyelid ; eyelid ~4 bump|lump ; blepharit*
    eyelids ~3 crust*|flak*`,
  "eye-chemical": `
    chemical*|bleach|acid|alkali|lime|cleaner|ammonia|detergent|splash*|solvent|drain|oven|glue|cement|lye ~5 eye|eyes
    eye|eyes ~8 bleach|acid|alkali|chemical*|cleaner|ammonia|lime|lye|cement`,
  "eye-injury": `
    eye & injur*|pierc*|penetrat*|cut|poked|hit|struck|metal|stuck|glass|trauma|punctur*|grinding|nail|scratch*|stab*
    something ~3 eye ; foreign ~3 eye ; hyphema ; hammering|welding|grinding|drilling ; hit ~3 eye
    hit ~2 in? eye ; flew ~3 eye`,
  "eye-penetrating": `
      eye & pierc*|penetrat*|cut|punctur*|nail|glass|stab*|bleeding|hyphema|grind*
      high-speed metal ; metal ~6 eye ; hammering ~8 eye ; eye ~10 hammering|grinding
      hammering metal`,
  "contact-lens": "contact lens|lenses ; contacts",
  subconjunctival:
    "blood ~3 white|whites ~1 eye ; subconjunctival ; burst blood vessel ~3 eye ; red ~3 white ~1 eye",
  "eye-bulging": `
    eye ~4 bulg*|protrud*|sticks ; proptosis ; exophthalmos ; hurts|pain|painful ~3 mov* ~2 eye
    eye ~4 hurts|pain|painful ~3 move|moving|moves|movement* ; pain ~3 eye movement*`,
  "temple-jaw": `
    temple|temporal|scalp & $pain ; jaw ~4 chew*|eating ; chew* ~5 jaw|hurts|pain|tires
    jaw claudication ; scalp ~2 tender*`,
};
