/** English phrases: chest, heart, breathing, blood vessels. */

/** Concept to phrases. */
export const HEART_LUNGS: Readonly<Record<string, string>> = {
  "chest-pain": `
    chest|substernal|retrosternal|precordial|sternum|breastbone|sternal|breast-bone & $pain
    chestpain ; angina
    chest|breastbone|sternum|retrosternal|substernal|precordial|precordium & pressure|tight|tightness|tightening|heavy|heaviness|squeezing|crushing|weight|constricting|constriction|gripping|clenching|fist|elephant|brick|band|burns|funny
    pleurisy
    heart $pain ; $pain ~2 heart ; pain centre|center|middle chest
    chest|breastbone|sternum ~5 sitting|sits|standing|stands|stepping|squeezed|strangled|bursting|sharp|stabbing|twinge*|uncomfortable|full|fullness|knot
    chest|heart ~2 hurts|hurting ; pleuritic`,
  "chest-pressure": `
    chest|breastbone|sternum|retrosternal|substernal & pressure|heavy|heaviness|squeez*|crush*|elephant|brick|vice|vise|constrict*|gripping|clenching|fist|weight
    crushing ~3 pain ; pressure ~3 chest ; substernal|retrosternal ~3 $pain|pressure
    tight* ~ chest ; chest ~3 tight*
    chest|breastbone ~5 sitting|sits|standing|stands|squeezed|fullness|knot
    someone|something|somebody|weight ~4 on ~1 chest`,
  "radiates-arm-jaw": `
    radiat*|spread*|goes|going|travel*|moves|moving|shoot*|extending|down|into|up|to ~5 left|right|both|shoulder|jaw|neck|arm|arms|teeth|shoulders ~1 arm|arms|shoulder
    radiat*|spread*|goes|going|travel*|moves|moving|shoot*|extending|down|into ~5 jaw|arm|arms|neck|shoulder|shoulders|teeth
    left|right|both arm|arms|shoulder ~4 $pain|numb|numbness|heavy|tingling|weak|feels
    $pain|numb*|tingl*|heav* ~3 left|both arm|arms ; jaw $pain ; $pain ~2 jaw|jaws ; jaw ~3 $pain
    arm numb*|pain|heavy
    left|both|right ~1 arm|arms|shoulder ~3 heavy|ache*|aching|hurts|tingl*|numb|dead
    arm|arms|jaw|neck|teeth ~3 as well|too ; pain ~6 arm|jaw`,
  "radiates-back": `
    radiat*|spread*|goes|going|through|travel*|moves|bor*|shoot* ~4 back|scapula*|interscapular|shoulder-blades|blades
    tearing|ripping ~5 back ; between shoulder blades ; through|into|to ~2 back`,
  tearing: `
      tearing|ripping|knife-like|shearing ~3 $pain|sensation|feeling
      $pain ~5 tearing|ripping|shearing ; torn|ripped ~2 apart|chest`,
  pleuritic: `
    pleuritic
    worse|worsen*|hurts|hurt|sharp|pain|increase*|aggravated|stabbing ~5 breath|breathe|breathing|inspiration|inhal*|cough|coughing|inspire
    deep breath|breaths|inspiration & $pain|hurts|worse`,
  "chest-wall": `
    reproduc* ~4 palpation|pressing|touch|pressure ; tender* ~6 rib|ribs|costochond*|chest|sternum
    chest wall ; pain|hurts ~4 press|pressing|touch|twist|palpation ; costochondritis
    pulled muscle`,
  exertional: `
    exert* ; exercis* ; climb* ; upstairs ; jogging ; swimming ; sports ; stairs ; effort
    walk* uphill|fast|quickly ; activity ; running ; on walking
    walking ~3 metres|meters|blocks|minutes`,
  "at-rest": `
      at rest ; even resting|rest|sitting ; while resting|sitting|lying|sleeping ; wakes ~3 night
      woke ~4 sleep|night ; persists ~3 rest`,
  sweating: "sweat* ; diaphore* ; clammy ; perspir*",
  palpitations: `
    palpitation*
    heart|heartbeat|pulse ~3 rac*|pound*|flutter*|skip*|irregular*|fast|rapid*|jump*|missing|thump*
    rac*|pound*|flutter*|irregular|rapid|skipped ~1 heart|heartbeat|heartbeats|pulse|beats
    tachycardi* ; tachycardic ; irregularly irregular`,
  tachycardia:
    "tachycardi* ; rapid|racing|fast heart|pulse|heartbeat|rate ; pulse|heart ~2 fast|rapid|racing|weak|thready",
  bradycardia: "bradycardi* ; slow pulse|heart|heartbeat",
  hypotension: `
      hypotens* ; low blood pressure
      blood pressure ~2 low|dropped|falling|unrecordable|undetectable
      weak|thready|feeble|impalpable pulse ; in|circulatory|septic|hypovolemic|cardiogenic shock`,
  fainting: `
    faint ; fainted ; fainting ; faints ; syncop* ; passed|passing|passes|pass out
    blacked|blacking|black|blacks out ; blacked ; blackout* ; collapse ; collapsed ; collapses
    collapsing ; lost|loses|loss|losing consciousness ; loc ; knocked out ; keeled over
    unconscious* ; out ~2 cold ; went down ; slumped ; crumpled ; dropped ~2 floor|ground
    lost ~1 conscious* ; out for ~1 minute|seconds|minutes ; came|comes ~1 round|around ; swoon*`,
  "near-fainting": `
    lightheaded* ; light headed|headed* ; dizz* ; presyncop*
    feel*|felt|nearly|almost|might|about|going ~2 faint|fainted|pass|passed|black|collapse* ; woozy
    giddy ; giddiness ; head spinning|swimming ; feels? faint ; seeing stars ; lightheaded
    light-headed ; unsteady ~2 standing ; nearly fainted|collapsed ; going ~3 pass|faint|black`,
  "no-warning": "without warning|prodrome ; suddenly ~3 collaps*|faint*",
  dyspnea: `
    short*|lack|loss breath|breathing ; breathless* ; dyspne*
    $cannot ~3 breathe|breathing|breath|respir* ; out|catch* breath ; winded
    breath* ~3 hard|harder|labored|difficult*|heavy|heavily|fast|rapid*|shallow|struggl*|trouble|worse
    labored|rapid|fast|heavy|shallow|noisy breath* ; sob ; suffocat* ; smothering|smothered ; air hunger
    tachypne* ; respiratory distress|failure
    struggling|struggles|fighting|gasping|gasp|gasps ~2 breath|breathe|air ; puff* and pant*
    not|isn't breathing well|right|properly|normally ; wheezing badly ; enough air ; panting
    pants ~3 talk*|rest ; breath* ~3 faster|heavier|harder|quickly|quick|short|laborious
    $cannot ~3 get ~3 air|breath ; hungry ~2 air ; fights|struggling ~2 breath*
    breath* ~3 difficult* ; respirat* ~3 labored|difficult*|distress`,
  "dyspnea-severe": `
    $unable ~2 breathe|breath
    $cannot ~4 speak|talk|finish|complete ~4 sentence|sentences|words|breath
    unable|cannot|can't ~3 speak|talk ; gasp* ~3 air|breath ; breathing ~3 struggl* ; suffocat*
    severe*|acute*|extreme*|marked*|profound|significant|great ~2 dyspne*|shortness|breathless*|respiratory|difficulty|trouble|wheez* ~3 breath*|distress
    severe*|acute*|extreme* dyspne*|breathless* ; severe*|acute* respiratory distress|failure
    respiratory distress|failure ; accessory muscle* ; retract* ; nasal flar* ; flaring nostrils
    chest indraw* ; indrawing ; ribs ~3 suck* ; sucking ~2 ribs|chest ; grunting ; silent chest
    tripod* ; single words ; short*|dyspne*|breath* ~5 rest
    breathless|breathlessness|dyspnea ~2 rest ; hardly|barely breathe|breath|talk|speak
    can only ~3 words ; say|speak|manage only ~2 words ; two|few words ~2 time
    neck muscles ~3 breath*|breathe ; stopped|stops breathing ; not|isn't breathing
    fight* ~3 breath* ; choking ~2 air ; breathing ~2 getting worse
    $cannot ~2 finish|complete ~2 sentence|sentences ; gasping ; between words
    ribs ~4 pull*|suck*|show* ; belly ~3 breathing ; nostrils ~2 flar*
    sucks|sucking|pulling in ~4 ribs|chest|breath*`,
  apnea: `
      apne* ~3 episode|infant|baby|minutes|seconds ; stopped|stops|stop|pauses|paused breathing
      breathing ~2 stopped|stops|pauses ; not|isn't breathing`,
  "sleep-breathing":
    "stop|stops breathing ~2 sleep ; pause|pauses ~1 breathing ~2 night|sleep|asleep",
  "sleep-apnea":
    "sleep apnea ; snor* ~8 gasp*|chok*|stop*|paus*|sleepy|tired|exhausted ; gasp* ~4 sleep ; stop* breath* ~4 sleep|asleep|night",
  orthopnea: `
    orthopnea ; short*|breath*|dyspne*|suffocat* & lying|lie|flat|supine|recumbent ; pillows
    wakes|woke|awak* ~5 breath*|gasping|air|choking|suffocat*|dyspne* ; paroxysmal nocturnal`,
  cyanosis: `
    blue|bluish|purple|gray|grey|dusky & lips|face|fingers|fingertips|tongue|mouth|lip|nails|baby|hands
    cyano* ; turn*|turned|went|goes|going blue|gray|grey
    lips|face|tongue|nails|mouth ~4 blue|bluish|purple|gray|grey|dusky|violet`,
  "low-oxygen": "hypox* ; low oxygen ; oxygen ~3 low|dropped|dropping|falling ; desaturat*",
  cough: "cough* ; bronchitis",
  "cough-productive": `
    cough* & phlegm|sputum|mucus|productive|green|yellow|rusty|purulent|catarrh ; productive cough
    phlegm ; sputum`,
  "rusty-sputum": "rust* ~2 sputum|phlegm|mucus|colored ; sputum|phlegm ~3 rust*|purulent|foul",
  "barking-cough": `
      bark* ~2 cough* ; cough* ~4 bark*|seal ; croup* ; seal ~3 cough|bark*
      seal-like|barky|brassy cough* ; sounds ~3 seal|dog ; cough* ~4 seal|dog`,
  "whoop-cough": "whoop* ; cough* ~5 vomit*|whoop* ; fits coughing ; paroxysm* ~3 cough*",
  hemoptysis: `
    hemoptysis ; cough* up blood ; cough* & blood|bloody|bloodstained
    blood* ~2 sputum|phlegm|mucus ; spit* ~3 blood ; blood streaked sputum`,
  "hemoptysis-much":
    "cough* ~3 lot|lots|cup|cups|large|much|mouthful|mouthfuls|bright|clots ~3 blood ; massive hemoptysis",
  wheeze: "wheez* ; whistling ~4 breath*|chest ; asthma attack|flare|exacerbation ; tight chested",
  stridor: `
      stridor ; strido* ; noisy|high-pitched|harsh|crowing ~3 breath*|inspir*
      high pitched|pitch ~3 breath*|sound|noise
      harsh|crowing|squeaky|high-pitched|rasping|whistling noise|sound ~6 breath*|inhal*
      noise|noises ~4 breathe|breathes|breathing ~1 in ; noisy breath* ; harsh noise|sound`,
  "throat-closing": `
    throat|airway & clos*|swell*|swollen|tight|tightness|tightening|constrict*|blocked|block*|lump
    choking feeling|sensation`,
  crackles: `
      crackles ; crepitation* ; rales ; rhonchi ; bronchial breath*
      decreased|reduced|diminished|absent breath sounds
      breath sounds ~5 decreased|reduced|diminished|absent ; dull* ~2 percussion ; consolidation
      hyperreson*`,
  "absent-breath-sounds": `
      absent|decreased|reduced|diminished breath|air sounds|entry
      breath sounds|sound ~5 absent|decreased|reduced|diminished ; hyperreson*
      trachea* ~3 deviat*|shift*`,
  murmur:
    "murmur ; gallop ; pericardial friction|rub ; friction rub ; muffled heart ; distant heart",
  jugular: "jugular ~3 disten* ; jvd ; neck veins ; raised|elevated jvp|jugular ; jvp",
  edema: `
    $swell ~3 ankle|ankles|legs|feet ; ankle|ankles|legs|feet|pedal|peripheral|leg ~3 $swell
    pitting ; generalized|body $swell ; $swell ~3 all over ; anasarca`,
  "one-leg-swollen": `
    $side ~1 leg|calf|thigh ~5 $swell|$pain|red|warm|hot ; $swell|$pain ~4 $side ~1 leg|calf|thigh
    calf|calves & $swell|$pain|tight|red|warm|hot ; $swell|$pain ~2 calf
    one leg|calf ~5 bigger|larger ; leg ~4 bigger|larger ~4 other ; leg $swell ; thigh ~2 $swell
    homan* ; deep vein|venous thrombosis ; dvt ; $swell ~3 leg ; $swell ~2 calf`,
  calf: "calf ; calves ; dvt ; homan*",
  "limb-cold": `
    leg|foot|hand|arm|toes|fingers|limb|extremity & cold|pale|white|blue|pulseless|mottled|bluish
    pulseless
    absent|no|weak|diminished ~2 pulse|pulses ~3 foot|leg|arm|wrist|limb|distal|pedal|femoral
    pulses ~4 absent|impalpable|lost
    foot|leg|hand|arm|toes|finger|fingers ~3 turned|went|gone|is|are|feels ~1 white|pale|blue|cold|icy|ice
    ice cold ; cold ~2 white|pale|numb|painful ~3 foot|leg|hand|arm`,
  "rest-pain-limb":
    "$pain & leg|foot|arm|hand|toes|limb|calf|thigh ; foot|leg|hand|arm|toes ~8 hurts|painful|pain|agony",
  "pulsating-mass":
    "pulsat* ~2 mass|lump|abdomen|swelling ; pulsing ~3 belly|abdomen|stomach|tummy ; mass ~3 pulsat* ; aneurysm",
  "unequal-pulses": `
      unequal|different|asymmetric*|discrepan*|differ* ~4 pulse*|pressure*|arms
      blood pressure|pressures ~4 differ*|unequal`,
  "heart-attack":
    "heart attack ; myocardial infarction ; having ~2 stroke|heart ; st elevation ; stemi",
  "cardiac-arrest": "cardiac arrest ; no pulse ; no heartbeat ; cpr",
  "leg-pain-walking":
    "claudication ; calf|leg|thigh|buttock ~4 walking ; walking ~6 calf|leg ~2 $pain",
  varicose: "varicose ; spider veins",
};
