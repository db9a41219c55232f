/** English phrases: belly, bowels, kidneys, pregnancy, sexual organs. */

/** Concept to phrases. */
export const BELLY: Readonly<Record<string, string>> = {
  "abdominal-pain": `
    $belly & $pain ; stomachache* ; bellyache* ; tummyache* ; gastralgia
    $pain ~3 right|left lower|upper
    right|left|lower|upper lower|upper|quadrant|abdomen|side ~2 $pain ; under ~2 ribs ~4 $pain
    $pain ~3 under ~2 ribs ; doubled over ; biliary colic`,
  "pain-lower-right": `
    lower right|abdominal ~2 right ; lower right ; right lower ; right iliac ; rlq ; mcburney*
    appendi* ; right ~2 groin ; moved|migrat*|shift* ~6 right|lower ; rovsing* ; psoas`,
  "pain-upper-right": `
    right upper ; upper right ; ruq ; murphy* ; under ~1 right rib|ribs ; gallstone* ; gallbladder
    right hypochond*`,
  "pain-epigastric":
    "epigastr* ; upper abdom*|stomach|belly|middle ; pit stomach ; upper ~2 abdomen",
  "pain-lower-left": "left lower ; lower left ; llq ; left iliac ; diverticul*",
  "belly-rigid": `
    rigid|board|boardlike|board-like|hard|guarding|rebound|peritoni* ~3 abdomen|abdominal|belly|stomach|tummy|tender*|guarding|like|signs
    abdomen|belly|stomach|tummy ~6 rigid|board*|hard|guarding|rebound|tense ; guarding ; rebound
    peritonit* ; peritoneal ; $pain|hurts ~5 bump*|jolt*|jump*|cough* ~3 road|ride|car
    lies|lying still ; involuntary guarding ; bowel sounds ~4 absent
    abdomen|belly|stomach|tummy ~4 board|stiff|rock|wooden|rigid|tense|solid
    $cannot ~4 touch ~2 belly|stomach|tummy|abdomen ; every ~2 bump|step|cough ~3 hurts|agony|worse`,
  distension:
    "distend* ; distens* ; bloat* ; abdomen|belly|stomach|tummy ~3 $swell ; $swell ~2 abdomen|belly|stomach|tummy ; abdomen|belly|stomach|tummy ~3 drum|blown|balloon*|tight",
  vomiting: `
    vomit* ; throw* up ; threw up ; thrown up ; puk* ; emesis ; being|been|was|got sick ; retch*
    sick ~2 times ; $unable ~3 keep ~5 down`,
  nausea: "nause* ; queas* ; feel* sick ; sick to? stomach ; upset stomach",
  hematemesis: `
    vomit*|throw*|threw|puk*|spew*|sick & blood|bloody|coffee|grounds ; hematemesis ; coffee ground*
    blood ~2 vomit ; upper gastrointestinal bleed* ; vomit* ~5 blood|bloody|red|coffee
    threw|throwing|bringing|brought|brings up ~3 blood ; blood ~3 sick|vomit|vomited`,
  bilious:
    "vomit* & green|bile|bilious|fecal|feculent ; bilious ; vomit* ~5 smells ~4 stool|poop|feces",
  melena: `
    melena ; black & stool|stools|tarry|poop|poo|feces|bowel|motions ; tarry ; tar ~4 stool|poop|poo
    stool* ~4 black|tar ; stool|stools|poo|poop|motions|bowel ~5 black|tarry|tar|jet ; jet black
    sticky black ; black ~2 sticky`,
  "rectal-bleeding": `
    blood|bloody|bleeding & stool|stools|rectum|rectal|poop|poo|feces|anus|toilet|wiping|wipe|bottom|bowel|anal|motions|diarrhea
    hematochezia ; rectal bleed* ; bloody diarrhea ; dysenter* ; currant jelly ; red jelly`,
  "rectal-bleeding-much": `
    lot|lots|large|heavy|heavily|massive|profuse|cup|cups|clots|pouring|maroon|full ~4 blood|bleeding ~6 rectum|rectal|stool|stools|toilet|bottom|anus|back|bowel
    rectum|rectal|stool|stools|toilet|bottom|anus|bowel ~8 lot|lots|large|heavy|massive|profuse|clots|maroon ~2 blood|bleeding|clots|stool|stools
    maroon stool* ; toilet ~4 full ~2 blood ; passing ~3 clots
    large|massive|profuse ~3 hematochezia|rectal`,
  "currant-jelly":
    "currant ; red jelly ; jelly-like ; drawing|draws|drew|pulling|pulls ~2 knees|legs ~5 ; intussuscept* ; sausage",
  "bright-spotting": `
      bright red ~6 paper|wip*|tissue|toilet|streak*|spot* ; hemorrhoid* ; haemorrhoid* ; piles
      streak* blood ; blood ~4 paper|tissue|wiping|wipe ; little|few|spots|drops|bit blood
      small ~1 amount|streak|spot ~1 blood`,
  hemorrhoids: "hemorrhoid* ; piles ; anal ~3 itch*|lump ; itch* ~3 anus|bottom|anal",
  diarrhea: `
      diarrhea ; diarrhoea ; diarrea
      loose|watery|frequent|runny|liquid stool|stools|motions|bowel|poo|poop ; runs ; the trots
      stool|stools ~4 loose|watery|frequent ; tummy bug ; stomach bug|flu|virus ; gastroenterit*
      food poison*`,
  "diarrhea-much": `
      rice water ; rice-water
      continuous|profuse|voluminous|severe|massive|constant ~4 diarrhea|stool|stools|watery
      diarrhea ~6 10|12|15|20|profuse|hourly|constant ~2 times? ; cholera`,
  "gastroenteritis-words": `
      gastroenterit* ; stomach|tummy bug|flu|virus ; tummy|stomach|belly ~3 off|upset|unsettled
      loo|toilet ~3 times ; food poison*
      ate ~6 chicken|seafood|buffet|restaurant|eggs|takeaway|takeout|sushi|rice|picnic|fish|salad|mayonnaise
      undercooked ; travel* diarrhea ; traveler's
      eating|ate|eaten|meal ~3 picnic|barbecue|bbq|buffet|restaurant|party|wedding|takeaway`,
  constipation: `
      constipat* ; hard|dry|infrequent stool|stools|poop|poo
      straining|strain ~4 toilet|stool|stools|bowel|go|poop|poo ; no bowel movement*
      bowel ~3 infrequent|irregular ; $unable ~2 poop|poo
      haven't|hasn't|not pooped|poo|bowel|opened|gone ; pass* hard`,
  obstipation: `
      $unable ~3 pass ~3 gas|wind|flatus|stool ; no gas|flatus|wind
      no ~2 gas|flatus|wind|stool ~2 gas|flatus|wind|stool ; smells ~3 poop|stool|feces
      not|hasn't|haven't ~2 pass* ~3 gas|wind|flatus ; obstipat* ; bowel obstruct*
      neither ~5 gas|wind|flatus ; absolute constipation ; nor gas|flatus ; high-pitched bowel`,
  heartburn: `
      heartburn ; reflux ; indigestion ; acid|sour ~3 throat|mouth|taste|stomach ; dyspep*
      regurgitat* ; gerd ; burning ~5 chest|stomach|throat ~4 eating|meal|meals|food|lying|night
      burp* ; belch*`,
  dysphagia: `
      dysphagi* ; $cannot ~3 swallow* ; swallow* ~3 difficult*|trouble|hard|pain*
      food ~3 stuck|sticks|sticking ; odynophagi* ; pain* swallow*`,
  "cannot-swallow": `
    $unable ~3 swallow ~3 ; $unable swallow|drink ~1
    cannot|can't ~3 swallow ~3 saliva|spit|water|liquids|own ; drool*
    $cannot ~2 swallow ~4 spit|saliva|water|liquids|anything|fluids
    spit*|spitting ~2 out ~2 saliva ; saliva ~3 spit*|runs|back`,
  "food-stuck": `
      swallowed ~2 fishbone|bone
      food|meat|steak|chicken|bone|pill|fishbone|something ~3 stuck|lodged|impacted ~6 throat|gullet|esophagus|chest|down
      stuck ~3 throat|esophagus|gullet ; choking on
      food|meat|steak|chicken|bone|pill|fishbone|bread|something ~1 stuck|lodged|impacted`,
  choking: `
      chok* on ; wrong way|pipe ~4 chok* ; he's|she's|is|started chok*
      chok* ~4 food|grape|nut|nuts|peanut|toy|coin|meat|candy|sweet|hot ; currently chok*
      is choking ; started choking ; inhal* ~3 peanut|nut|toy|bead|coin|object|foreign
      aspirat* ~3 peanut|nut|toy|foreign|object ; sudden* chok* ; heimlich`,
  "swallowed-dangerous": `
      swallow*|ate|ingest*|ingested|eaten ~5 battery|batteries|magnet|magnets|needle|pin|glass|blade|razor|sharp|bleach|detergent|cleaner|antifreeze|gasoline|petrol|kerosene|acid|alkali|lye|pod|pods|poison|pesticide|insecticide|rat|mushroom|mushrooms|berries|weedkiller|herbicide|paraquat|lamp|turpentine|methanol|nicotine|caustic|dishwasher|drain|toilet
      drank|drunk|drinking|drink|drinks|sipped|gulp* ~5 bleach|detergent|cleaner|antifreeze|gasoline|petrol|kerosene|acid|lye|pesticide|insecticide|weedkiller|herbicide|turpentine|methanol|caustic|paint|thinner|drain|pod|poison|oil|dishwasher|sanitizer
      button battery ; poisoned ; ate|eaten|eating|swallow* ~3 wild mushroom*|plant|berries|leaves
      magnet ~1 set ; magnets|magnet ~6 swallow*`,
  "swallowed-harmless":
    "swallow*|ingest*|ate ~4 coin|bead|button|marble|penny|gum|crayon|plum|seed|eraser",
  overdose: `
      overdos* ; got|get|gotten into ~5 pills|tablets|medicine|medication|medicines|cupboard|cabinet
      took|swallow*|taken ~3 bottle ~1 ; took|taken|taking|swallow*|ingest* ~6 too many|much
      took|taken|swallow*|ingest*|ate|eaten ~6 bottle|handful|whole|pack|packet|blister|box|30|20|40|50|60|25|15|100|double|extra ~3 $drug
      found|got ~6 grandma*|grandmother*|grandpa*|pill|medicine ~3 bottle
      empty ~2 bottle|bottles|pill|packets ; swallowed ~4 $drug ; too many ~1 $drug
      ate|eaten ~4 $drug ; heroin ~6 unconscious|breathing|blue|wake ; multiple paracetamol
      excess* ~3 paracetamol|acetaminophen|aspirin|insulin
      too much ~1 insulin|paracetamol|acetaminophen|alcohol|aspirin|heroin|fentanyl ; naloxone
      narcan ; times ~5 dose
      double|triple|quadruple|extra|several|more ~3 dose|doses|tablets|pills
      too much ~4 medicine|medication|pills|tablets ; more ~2 than ~2 prescribed
      empty|missing ~3 pill|pills|packets|bottle|blister|tablets|packs
      swallowed|took ~3 all ~4 pills|tablets|medicine|medication`,
  jaundice: `
      jaundic* ; yellow* ~1 skin|eyes|whites|sclera|discoloration
      skin|eyes|whites|sclera ~4 yellow* ; icter* ; scleral ; turn* yellow`,
  "dark-urine": `
      dark|tea-colored|cola|brown|coca-cola|tea ~2 urine|pee|colored
      urine|pee ~4 dark|brown|tea|cola|coke ; pale|clay|white|grey ~2 stool|stools
      stool|stools ~5 pale|clay ; froth*|foamy ~2 urine ; urine ~4 froth*|foamy`,
  "liver-failure": "asterixis ; flapping ; liver failure ; hepatic encephal*",
  "weight-loss": `
      los*|lost|loss|dropped|shed ~4 weight|kg|kgs|pounds|lbs|kilos|kilograms|lb|stone
      clothes|trousers|jeans ~4 hang*|falling|loose|baggy
      weight ~3 loss|lost|los*|decreas*|drop*|down ; emaciat* ; thinner ; clothes ~4 loose*`,
  "weight-gain": "gain* ~4 weight|kg|pounds|kilos|lbs ; weight ~2 gain*|increase*",
  "poor-appetite": `
      appetite ~3 los*|loss|poor|decreas*|reduc*|no|low|lost
      los*|loss|poor|decreas*|reduc*|low|no|lack appetite ; anorexi* ; not eating ; off food
      early satiety ; full quickly`,
  dehydration: `
    dehydrat* ; sunken ~2 eye|eyes|fontanel* ; eyes ~2 sunken
    dry ~2 mouth|lips|tongue|mucous|mucosa ; no tears ; without tears ; cry* ~4 tears ; skin turgor
    turgor ; no|fewer|less|few|decreas* wet? diapers|nappies|nappy|diaper
    diaper|diapers|nappy|nappies ~5 dry|fewer|wet ; parched ; capillary refill`,
  "not-drinking": `
    refus*|won't|wont|not|unable|can't|cannot|isn't|hasn't|poor|stopped|doesn't ~3 drink*|fluids|breastfeed*|nurs*|feed*|bottle|bottles|milk|oral ~1
    poor|reduced|decreased ~2 feeding|intake|oral|suck ; feed* ~3 poor*|refus*|badly|less
    hasn't eaten|drunk ; off feeds`,
  "little-urine": `
    hasn't|not|no|haven't ~2 pee|peed|urinat*|urine|wet|wee|weed|voided
    no|not|without urine|wet|pee ~3 hours|day|today|since
    little|less|decreas*|reduc*|low|scant*|minimal ~2 urine|urinat*|urination|output|diapers|nappies|pee*
    urine|urinat* ~3 little|less|decreas*|reduc*|low|scant*|output ; oligur* ; anuri* ; not urinated
    dry diaper|diapers|nappy|nappies ; fewer ~2 diaper|nappies|nappy|diapers`,
  hernia: `
      hernia ; groin|scrotal|inguinal|umbilical ~3 lump|bulge|swelling
      lump|bulge|bump|swelling ~3 groin ; pops|comes ~1 out ~6 back ~3 lie|lying|push*
      bulge ~4 groin|navel|abdomen|belly ; lump ~2 groin`,
  "hernia-stuck": `
      hernia|bulge ~8 hard|stuck|irreducible|$pain|red|push|reduce|tender|firm|purple|discolored
      irreducible ; incarcerat* ; strangulat* ; $unable ~4 push ~3 back`,
  "flank-pain": `
      flank|loin|costovertebral|cva|renal|kidney & $pain|angle ; side|back & loin|groin ~3 $pain
      kidney stone* ; renal|ureteric colic ; radiat* ~5 groin ; nephrolith*`,
  dysuria: `
    dysuri* ; burn*|$pain|sting*|stings & urin*|pee|peeing|wee|weeing|micturit*|void*
    $pain|burn*|sting* ~3 pass* water ; uti ; urinary tract infection ; urinary infection ; cystit*
    bladder infection`,
  "urine-frequency": `
      urinat*|pee|peeing|wee|toilet|bathroom|voiding|micturition ~4 frequent*|often|urgen*|constantly|more
      frequen* ~2 urin*|pee|micturition|trips ; urgency ; urinary frequency ; nocturia ; polyuri*
      excess* urin* ; urinat*|pee* ~2 lot ; need ~3 pee`,
  thirst: "thirst* ; polydips* ; drink* ~4 lot|lots|excess* ~2 water",
  ketones: `
      ketoacid* ; dka ; ketone* ; fruity ~2 breath|smell*|odor
      breath ~4 fruity|acetone|sweet|smells ; kussmaul ; acetone ; deep|rapid ~2 deep? breathing`,
  hematuria: `hematuri* ; blood|bloody|red|pink|cola|brown & urine|pee|urinat* ; clots ~3 urine`,
  "urine-leak": `
      leak* ~4 urine|pee|cough*|sneez*|laugh* ; urine ~4 leak* ; incontinen* ; bedwet*
      dribbl* ~3 urin*|pee|wee|after ; weak ~2 stream|flow ; stream ~3 weak* ; prostat*`,
  "testicle-pain": `
    testic*|testis|testes|scrot*|balls|ball|nuts|groin & $pain
    $pain ~3 testic*|testis|testes|scrot*|balls ; testicular torsion ; epididymit*`,
  "testicle-swelling":
    "testic*|testis|scrot*|balls & $swell|lump|mass|red|high|riding|hard ; cremaster*",
  priapism: `
      priapism ; erection ~8 hours|won't|painful|lasting|go|away|persistent ; paraphimos*
      foreskin ~5 stuck|back|retract*`,
  "genital-sore": `
      genital*|penis|penile|vagin*|vulv*|labia*|glans|anal|perianal & sore|sores|ulcer*|blister*|lesion*|wart*|bump*|lump|lumps|rash|spots|growth*
      chancre ; herpes ; genital warts`,
  "genital-discharge": `
      vagin*|penis|penile|urethral|genital & discharge|smell*|odor|pus|itch*
      discharge ~3 vagin*|penis|penile|urethra* ; std ; sti ; chlamydia ; gonorr*
      unprotected sex|intercourse`,
  yeast: `
      yeast infection|infections ; thrush ; white|lumpy|curdy|cheesy ~3 discharge
      cottage cheese ~3 discharge ; vaginal itch* ; vulv* itch* ; candid*`,
  "vaginal-bleeding": `
    vagin* bleed* ; vagin* ~3 $blood ; $blood ~3 vagin* ; spotting
    bleed* ~4 between periods|menopause|intercourse|sex|pregnan* ; postcoital
    postmenopausal ~2 bleed* ; bleeding ~3 down ; passed|passing ~2 clots|tissue
    pregnan* ~4 bleed*|blood ; bright red bleed* ; bleed*|blood ~6 pregnan*
    bleed* after sex|intercourse ; blood ~3 underwear ; clots ~3 vagin*`,
  "bleeding-soaks": `
    soak*|saturat*|filling ~4 pad|pads|tampon|towel|towels ; pad|pads ~4 hour|hourly ; hemorrhag*
    gush* ~3 blood ; profuse|massive|torrential ~3 bleed*|blood ; large ~2 clots`,
  "heavy-periods": `
      heavy|heavily ~2 bleed*|bleeding
      heavy|irregular|painful|prolonged|long ~2 period|periods|menses|menstru*|bleeding
      period|periods|menses|menstru* ~4 heavy|heavier|irregular|painful|long|longer ; menorrhag*
      metrorrhag* ; dysmenorrhea`,
  "period-pain": `
      period|menstru* $pain
      $pain ~4 during|with|before|each|every ~2 period|periods|menstru*|menses
      cramp* ~4 period|periods|menstru*|menses ; dysmenorrhea ; pms`,
  "missed-period": `
      miss*|late|skipp*|delayed ~2 period|periods|menses ; no period|periods|menses
      period|periods|menses|menstru* ~4 late|miss*|absent|stopped|ago|overdue|irregular ; amenorrhea
      lmp`,
  pregnant: `
      pregnan* ; gravid* ; weeks gestation|gestational ; trimester ; expecting ~2 baby ; antenatal
      primigravida ; multigravida ; weeks along ; gestation* ; ectopic`,
  "pregnant-late":
    "third trimester ; second trimester ; full term ; 7|8|9 months pregnant ; labor ; labour ; fetal",
  postpartum: `
      postpartum ; post-partum ; gave|giving|given birth ; childbirth
      delivered ~4 baby|boy|girl|weeks|days|ago ; after delivery|birth|giving ; puerper*
      weeks after ~2 delivery|birth ; had ~2 baby ~4 ago`,
  "fetal-movement": `
      fetal|foetal|baby*|baby ~3 mov* ~4 less|reduc*|decreas*|stopp*|no|not|slow*
      reduc*|decreas*|less|no|absent|not|hasn't|haven't|don't|can't|stopped|without ~3 fetal|felt|baby|feel ~3 mov*|move|kick*
      baby ~3 stopped|not|isn't|hasn't mov*|kick*`,
  "labor-signs": `
      water|waters|membranes ~1 broke|broken|breaking|ruptur*|leak* ; broken waters ; contractions
      cord ~3 out|prolapse* ; baby ~2 coming ; crowning ; leaking ~2 fluid ; gush ~2 fluid
      in labor ; see|feel ~2 cord ; cord ~4 hanging|visible|out|see ; urge ~2 push`,
  "pelvic-pain": `
      pelvic|pelvis|suprapubic|adnexal|cervical & $pain|motion
      lower abdom*|belly|tummy|stomach ~2 $pain ; $pain low|lower ~1 down|side|belly
      $pain ~3 lower abdom*|belly|tummy|stomach ; cervical motion ; iliac fossa`,
  "shoulder-tip": "shoulder tip|top ; tip shoulder ; bruised ~2 shoulder ; shoulder ~2 $pain",
  "preeclampsia-words": "preeclamp* ; pre-eclamp* ; pre eclamp* ; eclamp* ; hellp",
  menopause: "menopaus* ; hot flash* ; hot flush* ; vaginal dryness",
  "breast-lump":
    "breast|nipple|armpit|axilla* & lump|mass|nodule|discharge|retract*|dimpl*|inverted|change* ; lump ~3 breast",
  mastitis: "breast|breasts & $pain|red|hot|swollen|engorg* ; mastit*",
  infertility:
    "infertil* ; conceive ; erectile ; libido ; erection* ~3 difficult*|maintain*|problem* ; $cannot ~3 erection*",
  pinworm: "pinworm* ; threadworm* ; worms ; itch* ~4 anus|bottom ~4 night",
  gas: "flatulen* ; gassy ; farting ; bloat* ; passing gas|wind ; trapped wind",
  "infant-colic":
    "colic ; baby|infant|newborn ~8 cries|crying ~8 evening|hours|evenings ; spit* up ; posset* ; teeth* ; teething",
  tampon: `tampon* ; toxic shock ; nasal packing ; menstrual cup`,
};
