/** English phrases: general state, circumstances, conditions that raise a risk, danger from people, and wording. */

/** Concept to phrases. */
export const GENERAL: Readonly<Record<string, string>> = {
  fever: `
      fever ; fevers ; feverish ; febrile ; pyrexi* ; high temperature
      temperature ~2 high|raised|elevated|up ; running ~2 temperature ; has|have|had|got temperature
      burning up ; hot ~2 touch ; spiking ; fever*`,
  "high-fever":
    "high|very|spiking|persistent ~2 fever|fevers ; high temperature ; fever ~4 39.*|40*|103|104|105 ; burning up",
  "low-fever":
    "low|mild|slight|low-grade ~2 fever|temperature ; low grade ; temperature ~3 slightly",
  chills: "chills ; rigor* ; shiver* ; shaking chills",
  "night-sweats": "night sweat* ; drenching ; sweat* ~3 night",
  fatigue: `
      fatigu* ; tired* ; exhaust* ; no energy ; low energy ; malais* ; worn out ; run down ; weary
      lassitude ; lack energy ; feel*|felt ~1 washed|wiped out`,
  "generally-ill": `
      unwell ; toxic ; seriously|extremely|gravely ill|sick|unwell
      looks ~2 ill|sick|unwell|toxic|awful|terrible|bad ; ill-appearing|looking ; sick-looking
      ill appearing|looking ; moribund ; distress ; seriously ill ; sepsis ; septic ; impending doom`,
  well: `
    otherwise well|healthy|fine|normal ; well-appearing ; well appearing|looking
    feels|feeling|is|looks|seems ~2 fine|well|good|ok|okay ; playing ~2 normally|happily|well
    playful ; eating ~3 drinking ~2 normally|well|fine
    drinking|drinks|feeds|feeding|eats|eating|sleeps|drink ~2 well|fine|normally|plenty
    active ~2 playful ; alert ~2 playful|active|happy|well ; healthy ; normal appetite
    appetite ~2 normal|good ; examination|exam ~4 normal|unremarkable
    vitals|vital ~3 normal|stable ; good health`,
  severe: `
      severe ; severely ; worst ; terrible ; excruciating ; unbearable ; intense ; agonizing
      horrible ; awful ; extreme ; extremely ; crushing ; violent ; intolerable ; agonising
      terribly ; agony ; 8|9|10 out|/|over 10|ten ; incapacitat* ; debilitat* ; worst ever
      screaming ; writhing ; doubled ;  marked ; acute severe ; massive ; profuse`,
  sudden: `
      sudden* ; abrupt* ; instant* ; out nowhere|blue ; all once ; acute onset ; rapid onset
      within seconds|minutes ; woke ~4 with|to|by ; came on ~3 fast|quick* ; acutely ; acute`,
  mild: `
    mild ; mildly ; slight ; slightly ; little ; minor ; bit ; small ; annoying ; irritating ; dull
    moderate ; niggling ; bearable ; tolerable`,
  worsening:
    "worse ; worsen* ; getting|gotten|got worse ; progress* ; increas* ; deteriorat* ; spreading ; spread",
  improving:
    "improv* ; better ; resolv* ; getting better ; went away ; settled ; gone now ; subsid* ; disappeared ; eased",
  recurrent: `
      recurr* ; again ; repeated* ; episodes ; intermittent* ; comes goes ; on off
      every ~3 day|week|month|spring|year|winter ; chronic* ; frequent* ; occasional* ; for years
      constantly ; long-standing ; longstanding ; persistent* ; keeps coming`,
  "poor-response": `
      not|no|without|doesn't|don't|didn't|hasn't|hasnt|isn't ~3 help*|respond*|relie*|improv*|work*|better|resolv*
      despite ~4 treatment|antibiotic*|medication*|inhaler|tablets ; treat* ~4 without ; no relief
      inhaler ~5 not|n't|doesn't|isn't|without|no ; failed ~3 treatment|antibiotics
      pump|inhaler|puffer|spray|nebuli* ~5 nothing|useless|empty ; does|doing|did nothing
      made no difference ; isn't|aren't|not doing anything|much ; gel|cream|tablets|drops|spray ~4 not|isn't enough ; not ~2 touch*|touching ; doesn't touch`,
  "work-interfere":
    "interfer* ; daily activit* ; off work ; miss* work|school ; $cannot ~2 work ; affect* ~4 work|life|sleep",
  inconsolable: `
      inconsol* ; won't stop crying ; high-pitched|pitched|shrill|weak|moaning cry*
      cry* ~3 nonstop|constantly|hours|inconsol*|non-stop ; irritab* ; fussy
      hard to soothe|console ; $unable ~3 console|soothe`,
  "irritable-infant": "inconsol* ; irritab* ; high-pitched cry* ; shrill cry",
  heat: `
    heat stroke|stroke|exhaustion|exposure ; heatstroke ; hot ~2 day|weather|car|sun|sauna|tub
    sun ~4 hours|day ; marathon ; sunstroke ; heat wave ; overheated ; left ~3 car
    c|degrees outside ; hot|scorching|sweltering weather|day|sun|heat|afternoon|car
    working|worked|ran|running|running|marching ~5 heat|sun ; unconditioned|unventilated`,
  cold: `
    hypotherm* ; cold water ; snow ; lost ~3 cold ; found ~5 cold ; freezing ; unheated
    snow|icy|ice ~3 hours|water ; shiver* stopped ; stopped shiver* ; ice-cold water`,
  drowning:
    "drown* ; submer* ; pulled ~4 water|pool|sea|lake|river|pond ; underwater ; bottom pool",
  "smoke-co": `
      carbon monoxide ; co alarm|detector ; smoke inhal* ; inhal* ~2 smoke|fumes|gas|chlorine
      fumes ; gas leak ; generator ~4 ; everyone ~4 house ~6 headache
      heater ~6 headache|dizzy|drowsy ; family ~8 same ~2 symptoms ; charcoal grill ~3 inside
      exhaust ; house fire ; faulty ~2 boiler|heater|furnace
      charcoal|coal|barbecue|bbq|grill|generator|stove|heater ~3 inside|indoors|room|tent|garage|closed|house
      indoors ~3 charcoal|barbecue|bbq|grill|generator
      everyone|all|whole|entire|both ~4 house|home|family|us ~4 headache*|dizzy|nause*|sick|faint
      monoxide`,
  poisoning: `
      poisoned|poisoning|intoxicat* ; organophosph* ; pesticide ~4 ; chemical spill ; toxic fumes
      nerve agent ; mushrooms ; cyanide ; snort* ; insecticide spray*
      spray* ~4 field|fields|crops|orchard ; sprayed ~4 fields|crop|pesticide ; poison*
      nerve gas|agent ; sprayed ~3 crops|fields ; wild mushrooms
      pesticide*|insecticide*|herbicide* ~6 skin|breath*|inhal*|sweat*|drool*|vomit*`,
  "poison-food": "food poison*",
  botulism: `
      botul* ; home canned|canning ; descending ~2 paral*|weak* ; honey ~5 infant|baby
      drooping eyelids
      preserved|canned|bottled|fermented|jarred ~3 beans|food|vegetables|fish|meat|asparagus|garlic
      home|homemade ~2 preserved|canned|bottled|conserv*`,
  "no-alcohol":
    "not|doesn't|don't|never ~2 drink* ~1 alcohol ; drinks|drink|drinking ~1 no alcohol",
  idiom:
    "stock market ; homework ; hilarious ; laugh* ; computer ; game ; team ; movie ; film ; joke*",
  "for-months": `
      long term ; longstanding ; long standing ; for|many|several years ; several|many months
      lifelong ; since childhood`,
  "for-weeks":
    "long term ; longstanding ; long standing ; for|many|several years|months ; several|many weeks|months",
  "alcohol-withdrawal": `
      stopped|quit drinking ; alcohol|drink* ~6 withdraw* ; delirium tremens
      stopped|quit ~3 drinking|alcohol ; withdrawal symptoms ; last drink`,
  alcohol: `
    alcohol* ; drunk ; drinker ; drinks heavily ; beer|wine|vodka|whiskey ~3 day|daily
    bottle|bottles|cans|pints ~2 wine|vodka|gin|whisky|whiskey|cider|beer ~4 night|nights|day|every|most ; booze`,
  "drink-problem":
    "$cannot ~2 stop ~2 drinking|booze|myself ; cut* ~1 down ~2 booze|drinking|alcohol|drink ; too much every night",
  "drug-use": `
      intravenous drug* ; iv drug* ; ivdu ; inject* ~3 drug*|heroin ; cocaine ; heroin
      methamphetamine ; drug user|abuse|use`,
  stimulant: "cocaine ; methamphetamine ; amphetamine* ; meth ; ecstasy ; crack",
  diabetes: "diabet* ; insulin ; dm type ; type 1|2|i|ii ; dm",
  "low-sugar": "hypoglyc* ; sugar ~3 low|dropped|crash* ; low ~1 blood? sugar",
  "missed-insulin":
    "ran out ~3 insulin ; stopped|missed|skipped|forgot* ~4 insulin ; insulin ~4 ran|missed|skipped",
  hypertension: "hypertens* ; high blood pressure ; htn ; blood pressure ~3 high|elevated|raised",
  "heart-disease": `
      coronary ; cad ; heart failure|disease|attack|condition|valve ; myocardial infarction ; stent*
      bypass ; angina ; cardiomyopath* ; congestive ; pacemaker ; congenital heart ; ischemic heart
      chf ; prosthetic valve ; mi`,
  "atrial-fibrillation": "atrial fib* ; afib ; a-fib ; arrhythm* ; af ; irregular heartbeat",
  smoker: "smok* ; cigarette* ; pack year* ; tobacco",
  anticoagulant: `
      warfarin ; anticoag* ; blood thinner* ; coumadin ; apixaban ; rivaroxaban ; eliquis ; xarelto
      heparin ; dabigatran ; clopidogrel ; hemophili*`,
  "immune-low": `
      chemo* ; immunosuppress* ; immunocomprom* ; transplant* ; hiv ; aids ; neutropen* ; steroids
      prednison* ; leukemia ; methotrexate ; splenectom* ; spleen ~3 removed ; no spleen ; asplen*
      sickle ; biologic* ; undergoing ~3 treatment ; weak* immune ; radiation therapy ; lymphoma`,
  cancer: "cancer ; malignan* ; tumor ; metasta* ; carcinoma ; leukemia ; lymphoma ; myeloma",
  "recent-surgery": `
      surgery ; operation ; post-operative ; postoperative ; post-op ; operated ; arthroplast*
      hip|knee replacement ; cesarean ; hysterectom* ; appendectom* ; prostatectom* ; surgical
      bypass ; had ~3 operated|operation|surgery ; replaced|replacement ~4 ago|hip|knee|valve
      c-section ; caesarean ; after ~2 operation|surgery`,
  immobile: `
      long|hour|international|transatlantic ~2 flight|drive|trip|haul ; flight ; flew ; plane
      airplane ; bedridden ; bed rest ; immobil* ; cast ; in bed ~4 days|weeks ; hours car
      car ride ; bus ride ; long-haul ; hospitalized ; nursing home ; sat ~3 hours ; plaster`,
  "clot-risk": `
      birth control ; contracept* ; pill ; estrogen ; oral contraceptive* ; hormone ~2 therapy
      blood clot* ; previous|prior clot* ; dvt ; pulmonary embol* ; thrombo* ; factor v`,
  "blood-clot-now": "pulmonary embol* ; blood clot ~3 lung|leg",
  asthma: "asthma* ; inhaler* ; puffer ; asthma pump ; ventolin ; salbutamol ; albuterol",
  copd: "copd ; emphysema ; chronic bronchitis ; chronic obstructive",
  "kidney-disease": "kidney disease|failure ; dialysis ; ckd ; renal failure|disease ; nephro*",
  "liver-disease": "cirrho* ; hepatit* ; liver disease ; varices ; portal hypertens* ; ascit*",
  epilepsy: "epilep* ; seizure disorder ; known seizures ; anti-seizure ; anticonvuls*",
  sickle: "sickle*",
  hemophilia: "hemophil* ; bleeding disorder ; von willebrand",
  "lung-puncture": "pneumothora* ; collapsed lung ; tall|thin|lanky ~2 thin|man|build",
  "tropical-travel": `
      africa* ; nigeria ; kenya ; ghana ; uganda ; tanzania ; congo ; malaria* ; tropic* ; india*
      bangladesh ; thailand ; vietnam ; indonesia ; bali ; philippines ; brazil ; amazon ; safari
      dengue ; ebola ; travel* ~6 asia|africa|south|america|haiti|caribbean|india|mexico
      return* ~4 trip|from|holiday|vacation ~3 africa|asia|india|tropic*|thailand|kenya|brazil
      sub-saharan ; caribbean ; yellow fever ; typhoid ; cameroon ; mozambique`,
  unvaccinated: `
      unvaccinat* ; not|never|isn't|wasn't|hasn't ~2 vaccinat*|immuniz* ; unimmuniz*
      not ~3 up date ; no vaccinations|vaccines|immunizations
      tetanus ~6 never|remember|unknown|overdue|expired|10|11|12|15|20`,
  "sick-contacts": `
      sick contact*
      others|sibling*|classmate*|coworker*|roommate*|children ~5 similar|same|ill|sick|cold
      daycare ; school ~3 going around
      roommate*|family|flatmate*|kids|children|colleagues|classmates|daughter|son|wife|husband ~4 same|also|too|it`,
  "emergency-word": "ambulance ; paramedic* ; resuscitat* ; dying ; life threatening",
  "er-mention": "emergency ; er ; casualty ; ambulance ; rushed ; brought in",
  "diagnosis-words": "diagnosed ; known ; chronic",
  checkup: "check up ; checkup ; routine ; screening ; follow up ; prescription ; refill",
  "lab-abnormal": `
      anemi* ; thyroid ; hyperthyroid* ; hypothyroid* ; goiter ; cholesterol
      abnormal ~2 test|lab|result* ; proteinuria
      elevated|raised|high ~2 creatinine|enzymes|liver|esr|tsh ; leukocyt* ; white ~2 cell ; wbc
      platelet*`,
  "growth-problem": `
      delay* ~2 milestones|speech|development|puberty|walking|growth ; failure thrive
      hasn't|not|isn't|didn't ~2 put|gain*|putting ~3 weight ; los*|lost ~2 weight ~6 feed*
      doesn't|not respond ~2 name no|not|won't ; no words yet ; short stature ; autis* ; adhd ; hyperactiv* ; disruptive ; developmental ; learning`,
  "menstrual-change":
    "irregular ~3 menses|menstru*|periods|cycles ; galactorrhea ; hirsut* ; hair growth",
  endocrine: `
      heat|cold intoleran* ; goiter ; thyroid ; hyperpigment* ; moon face ; striae ; bulging eyes
      exophthalm* ; enlarg* ~3 hands ; polyphagi*`,
  sleepiness: `
      daytime sleep*
      falls|fell|falling|fall asleep ~3 driving|work|reading|watching|sitting|day|talk*|eating|dinner
      narcolep*`,
  "cant-get-warm": "feel* ~2 cold",
  hiccups: "hiccup*",
  hangover: "hangover ; hungover",
  "travel-sick":
    "motion sickness ; car sick ; carsick ; seasick ; sick ~2 bus|car|boat|coach|ferry|plane ; travel sick*",
  "dry-cough-mild": "tickly cough ; mild cough ; dry cough ; slight cough",
  vaccineReaction:
    "sore arm ; after ~3 vaccin*|shot|jab|booster ; vaccin*|shot|jab ~6 arm|sore|fever",
  teething: "teething ; cutting ~2 tooth|teeth",
  "infant-words": "newborn ; neonate ; infant ; baby",
  "newborn-words":
    "newborn* ; neonat* ; 1|2|3|4|5|6|7|8|10|12 days old ; 1|2|3|4|5|6|7|8|9|10|11 week|weeks old ; one|two month old",
  "child-words": "toddler ; child ; son ; daughter ; boy ; girl ; kid",
  "age-told": "year|years|yr|month|months|week|weeks old man|woman|lady|gentleman",
  "elderly-words":
    "elderly ; old man|woman|lady|gentleman ; grandmother ; grandfather ; grandma ; grandpa ; nursing home",
  "otc-helps": `
      otc|over-the-counter|paracetamol|ibuprofen|acetaminophen|tylenol|antihistamine*|antacid*|rest ~5 help*|relie*|better|improv*|eas*
      relieved ~3 rest|paracetamol|ibuprofen|antacid*|acetaminophen|lying|antihistamine*
      better|eases|improves ~3 rest|lying|paracetamol|ibuprofen|antacid*|stretch*`,
};
