/**
 * Questions that only somebody who knows the person may answer: doses, changes of medicines, raw laboratory values,
 * near-starvation, ways to harm oneself or others, where to put one's money. English and Italian.
 */

import { type Lexicon, type Marks, Matcher } from "./marks.ts";
import { inDigits } from "./numbers.ts";
import type { Finding } from "./rules.ts";

const WORDS: Lexicon = {
  wish: `
    too much|too many|enough for|is that enough|safe to|ok to|okay to|should i|can i|could i|may i
    do i|must i|shall i|am i|would it|is it|can he|can she|can we|can my|should he|should she
    should we|should my|could my|does he|does she|fine if|ok if|okay if|safe if|tell me|i want
    i wanna|i need|i'd like|want to|let me|give me|help me|how do|how can|how to|how should
    how would|how often|how much|how many|how frequently|how long|what dose|what dosage|what amount
    what strength|what is the|what's the|which dose|which dosage|calculate|advise|recommend|what if
    what happens if i|or take|take more|max|maximum
    posso|devo|dovrei|possiamo|dobbiamo|voglio|vorrei|come|mi conviene|va bene|è sicuro|dimmi|quanto
    quanta|quanti|quante|ogni quanto|che dose|quale dose|ne prendo|gli do|le do|può prendere
    può smettere|calcola`,
  amount: `
    how much|how many|what dose|what dosage|which dose|which dosage|what's the dose|what amount
    what strength|right dose|correct dose|right dosage|correct dosage|maximum dose|max dose
    dose should|dosage should|dose of|dosage of|dosage for|dose for|dosing for|how often
    how frequently|how long|too much|too many|enough|calculate|dose|dosage
    quanto|quanta|quanti|quante|che dose|che dosaggio|quale dose|quale dosaggio|dose di|dosaggio di
    la dose|il dosaggio|dose massima|dose giusta|dose corretta|ogni quanto|ogni quante
    per quanti giorni|troppo|troppi|troppe|posologia`,
  together: `
    together|at once|at the same time|along with|with alcohol|and alcohol|with wine|with beer
    insieme|contemporaneamente|con l'alcol|con il vino|con la birra`,
  mine: `
    can i take|should i take|could i take|may i take|i take|ok to take|okay to take|safe to take
    can i give|should i give|can i mix|can i combine|posso prendere|posso dare|devo prendere
    posso mescolare`,
  change: `
    twice my|twice as many|twice as much|went from|go from|going from|move up to|jump to|up to
    come off of|get off my|prendere il doppio|il doppio di|il doppio della|double|doubling|triple
    halve|halving|increase|increasing|raise|up my|lower|reduce|reducing|cut|split|skip|skipping|stop
    stopping|quit|come off|coming off|wean off|taper|combine|combining|mix|mixing|take with
    together with|another|extra|more|missed|miss|restart|switch|replace|drop
    raddoppi*|triplic*|dimezz*|aument*|ridurre|ridurla|ridurlo|riduco|diminu*|salt*|smett*|sospend*
    interromp*|togliere|associare|combin*|mescol*|insieme a|insieme al|insieme all'|insieme alla
    un'altra|un altro|dimenticat*|cambiare|sostitu*`,
  intake: `
    take|takes|taking|taken|took|give|giving|gave|inject|injecting|swallow|dose|dosing|dosage|dosed
    use|need|start|administer|have|pop|snort|smoke|stop|double
    prend*|preso|presa|presi|dare|dargli|darle|dargliela|darglielo|do|somministr*|assum*|iniett*
    usare|dosaggio|dose|dosi|raddoppi*|sospend*|smett*|ingoi*`,
  me: `i|i'm|i've|me|my|we|our|myself|he|she|him|her|his
    io|mi|mio|mia|miei|mie|posso|devo|dovrei|possiamo|dobbiamo|prendo|ho|nostro|nostra|darei|suo|sua`,
  asking: `
    would it be fine|would it be ok|would it be okay|fine if i|ok if i|okay if i|safe if i
    i'd like to|i would like to|my kids|weighs|my nephew|my niece|voglio|vorrei|come faccio a
    come posso|mi conviene|mio nipote|mia nipote|mia suocera|mio suocero|gli do|le do|ne prendo
    ne do|should i|can i|could i|may i|do i|i take|i give|i need|i use|i inject|is it ok|is it okay
    is it safe|am i|i've been taking|i'm taking|i am taking|i'm on|i am on|i was prescribed|to take
    to give|for me|i want|i can|i should|to my|my son|my daughter|my baby|my child|my kid|my toddler
    my infant|my mother|my father|my mom|my mum|my dad|my wife|my husband|my grandmother
    my grandfather|my grandma|my grandpa|my dog|my cat|my partner|my brother|my sister|year old
    month old|week old|weighs|weighing|i weigh|tell me|give me|let me
    posso|devo|dovrei|possiamo|mi serve|prendo|sto prendendo|per me|mio figlio|mia figlia
    mio bambino|mia bambina|al bambino|alla bambina|mio padre|mia madre|mia moglie|mio marito
    mio nonno|mia nonna|mio fratello|mia sorella|anni|mesi|pesa|peso|kg|a mio|a mia|al mio|alla mia
    il mio|la mia|va bene se|è sicuro|dimmi|cane|gatto`,
  medicine: `
    antipsychotic*|anticonvuls*|antiepilept*|antiviral*|diuretic*|beta blocker*|mood stabil*|opioid*
    opiate*|sleeping med*|contraceptive*|thyroxine|inhalers|nitroglycerine|lexotan|bromazepam|minias
    en gocce|depakin|antipsicotic*|anticonvulsivant*|diuretic*|betabloccant*|oppioid*|oppiace*
    tachidol|toradol|aulin|nimesulide|novalgina|buscopan|plasil|lasix|medrol|prednison*|eparin*
    levotirox*|cardioaspirina|coumadin|zoloft|cipralex|daparox|rivotril|sereupin|stilnox|halcion
    melatonina|spray nasale|collirio|sciroppi|paracetamol*|acetaminophen|tylenol|tachipirina
    efferalgan|panadol|ibuprofen*|advil|motrin|nurofen|brufen|moment|oki|ketoprofen*|aspirin*
    aspirina|cardioaspirin*|naproxen|aleve|diclofenac|voltaren|celecoxib|codeine|codeina|tramadol*
    oxycodone|oxycontin|hydrocodone|vicodin|percocet|morphine|morfina|fentanyl|methadone|metadone
    buprenorphine|suboxone|naltrexone
    amoxicillin*|augmentin|penicillin*|azithromycin|zithromax|azitromicina|ciprofloxacin*
    doxycycline|doxiciclina|antibiotic*|cephalexin|clarithromycin|metronidazole|flagyl
    nitrofurantoin|bactrim|warfarin|coumadin|eliquis|apixaban|xarelto|rivaroxaban|heparin|eparina
    blood thinner*|anticoagul*|clopidogrel|plavix|metformin*|glucophage|insulin*|ozempic|wegovy
    semaglutide|mounjaro|tirzepatide|glipizide|jardiance|lantus|humalog|novorapid
    lisinopril|ramipril|enalapril|losartan|valsartan|amlodipine|metoprolol|atenolol|bisoprolol*
    propranolol*|furosemide|lasix|hydrochlorothiazide|spironolactone|digoxin|amiodarone
    nitroglycerin*|atorvastatin*|lipitor|simvastatin*|rosuvastatin|statin|statins|statine
    blood pressure pill*|blood pressure med*|heart pill*|water pill*|prednisone|prednisolone
    cortisone|cortisone|deltacortene|bentelan|betamet*|dexamethasone|steroids|levothyroxine
    synthroid|eutirox|thyroid pill*|thyroid med*
    sertraline|zoloft|fluoxetine|prozac|escitalopram|lexapro|cipralex|citalopram|paroxetine
    venlafaxine|effexor|duloxetine|bupropion|wellbutrin|mirtazapine|trazodone|amitriptyline|lithium
    litio|quetiapine|seroquel|olanzapine|risperidone|aripiprazole|haloperidol|lamotrigine|valpro*
    depakote|carbamazepine|gabapentin|pregabalin|lyrica|topiramate|keppra|levetiracetam|antidepress*
    antidepressiv*|xanax|alprazolam|valium|diazepam|lorazepam|ativan|tavor|clonazepam|klonopin
    rivotril|zolpidem|ambien|temazepam|benzodiazepine*|sleeping pill*|sleeping tablet*|sonnifer*
    adderall|ritalin|methylphenidate|concerta|vyvanse|melatonin*
    omeprazole|pantoprazole|esomeprazole|nexium|lansoprazole|ranitidine|famotidine|gaviscon|antacid*
    loperamide|imodium|laxative*|lassativ*|benadryl|diphenhydramine|cetirizine|zyrtec|loratadine
    claritin|fexofenadine|antihistamine*|antistaminic*|ventolin|albuterol|salbutamol|inhaler
    symbicort|montelukast|singulair|pseudoephedrine|sudafed|dextromethorphan|cough syrup|sciroppo
    viagra|sildenafil|cialis|tadalafil|methotrexate|hydroxychloroquine|ivermectin|colchicine
    allopurinol|tamoxifen|chemo|the pill|birth control pill*|plan b|morning after pill|pillola
    vitamin*|vitamina|supplement*|integrator*|iron tablet*|iron pill*|zinc|magnesium|potassium
    folic acid|melatonin|cbd|ketamine|mdma|lsd|cocaine|heroin|edible*|st john's wort
    medicine|medicines|medication|medications|meds|pill|pills|tablet|tablets|drug|drugs|capsule
    capsules|painkiller*|pain reliever*|antipyretic|suppositor*|eye drops|ear drops|puff|puffs
    epipen|epinephrine|medicina|medicine|medicinal*|farmac*|pastiglia|pastiglie|compress*|pillol*
    capsul*|gocce|antidolorific*|antinfiammator*|tranquillant*|ansiolitic*|suppost*
    anti inflammator*`,
  unit: `
    millilitre*|milliliter*|puff|fial*|supposte|mg|mcg|ug|milligram*|milligramm*|microgram*|iu
    tablet|tablets|pill|pills|capsule*|puffs|pastigli*|compress*|bustin*`,
  general: `
    leaflet|package insert|patient information|on the label|usual adult dose|usual dose
    recommended adult|typical dose|standard dose|foglietto|foglio illustrativo|bugiardino
    dose abituale`,
  analyte: `
    tsh|t3|t4|ft3|ft4|free t4|hba1c|a1c|hemoglobin|haemoglobin|hematocrit|emoglobina|ematocrito
    glucose|glicemia|blood sugar|fasting sugar|sugar level*|creatinine|creatinina|egfr|gfr|bun|urea
    azotemia|ast|alt|sgot|sgpt|ggt|gamma gt|got|gpt|transaminas*|alp|alkaline phosphatase|bilirubin*
    albumin*|ldl|hdl|triglycerid*|trigliceridi|cholesterol|colesterolo|psa|ca 125|ca125|cea|crp
    c reactive|pcr|ves|esr|ferritin*|ferritina|transferrin*|sideremia|serum iron|b12|folate
    vitamin d|vitamina d|calcium|calcio|sodium|sodio|potassium|potassio|magnesium|magnesio|phosphate
    wbc|rbc|plt|platelets|platelet count|piastrine|leucociti|globuli bianchi|globuli rossi
    white blood cell*|white cell*|white count|red blood cell*|red cell*|neutrophil*|neutrofili
    lymphocyt*|linfociti|eosinophil*|mcv|mch|mchc|rdw|inr|ptt|d dimer|d dimero|troponin*|bnp|pro bnp
    ck|cpk|ldh|amylase|amilasi|lipase|uric acid|acido urico|cortisol|cortisolo|testosterone
    testosterone|estradiol|estradiolo|fsh|lh|prolactin|prolattina|progesterone|progesterone|hcg
    beta hcg|amh|viral load|cd4|lactate|procalcitonin|homocysteine|anti tpo|ana titer
    rheumatoid factor|urine protein|microalbumin*`,
  result: `
    came out at|came out|came in at|what do i have|scared|wrong with me|my report|tell me what|leggi
    leggimi|interpretami|spiegami|cosa vuol dire|che vuol dire|ho|my|mine|came back|result|results
    lab|labs|blood test|blood work|bloodwork|panel|level is|levels are|level of|is it bad
    is that bad|is this bad|normal|mean|means|interpret*|worry|worried|high|low|elevated|diagnos*
    explain|read these|ok|do i have|have i got|am i|what now|advice|in range|out of range
    mio|mia|miei|mie|referto|risultat*|esami|esame|analisi|valori|valore|significa|vuol dire|normale
    normali|preoccup*|alto|alta|bassa|basso|interpret*|leggere|grave|ho un|ho il|cosa faccio|va bene`,
  range: `
    normal range|reference range|range for|normal value for|normal values for|normal level for
    what is a normal|what is a healthy|considered normal|considered high|valori normali
    valori di riferimento|intervallo di riferimento|valore normale di|valore normale del`,
  starve: `
    live on black coffee|live on coffee|living on coffee|live on water|living on water|live on ice
    survive on water|nothing but coffee|nothing but ice|nothing but fruit|on nothing but
    skip every meal|skip all meals|skip all my meals|skipping every meal|ignore hunger pang*
    ignore my hunger pang*|stop feeling hungry|laxatives before|laxatives after|laxatives to get
    laxatives so|laxatives for losing|best laxative* to lose|eat without anyone noticing i
    hide that i skip|hide that i don't eat|hide that i do not eat|throw up what|throw up everything
    bring up my food|vomit up|live on cigarettes|stop insulin to lose|skip insulin to lose
    skipping insulin to lose|diabulimia tips|vivere di solo|solo caffè|solo acqua e
    saltare tutti i pasti|salto tutti i pasti|non sentire la fame|lassativi prima|lassativi dopo
    lassativi per perdere|vomitare quello che|vomitare tutto|nascondere che non mangio
    nascondere che salto|water fast|water fasting|dry fast|dry fasting|starve|starving
    starvation diet*|starvation plan*|starvation mode|pro ana|proana|thinspo|thinspiration|pro mia
    stop eating|eat nothing|eating nothing|not eating anything|without eating anything
    as little as possible|eat as little|how little can i eat|how little should i eat|purge after
    purging after|make myself vomit|make myself throw up|throw up after|throw up my food|vomit after
    laxatives to lose|laxatives for weight|tapeworm diet|cotton ball diet|hide that i'm not eating
    hide my not eating|suppress my hunger|ignore hunger|ignore my hunger|zero calorie*|zero calories
    crash diet|only water|only drink water|nothing but water|abc diet|apple a day diet|ice diet
    become anorexic|get anorexia|how to be anorexic
    digiuno ad acqua|digiuno totale|digiuno secco|digiuno idrico|digiunare per|solo acqua
    smettere di mangiare|non mangiare niente|non mangiare nulla|mangiare il meno possibile
    vomitare dopo|farmi vomitare|lassativi per dimagrire|diventare anoressic*|dieta lampo
    dieta estrema|ignorare la fame`,
  diet: `
    diet|diets|eat|eating|meal plan|calorie*|kcal|a day|per day|daily|weight|lose|lost|fast|fasting
    slim|intake|day plan
    dieta|mangi*|piano alimentare|al giorno|giornalier*|peso|dimagr*|perdere|digiun*|caloric*`,
  kcal: `kilocalorie*|kcals|kcal|calorie|calories|kcal|cal|cals|calorie|chilocalorie`,
  lose: `
    get rid of|slim|melt|take off|togliermi|togliere|lose|losing|drop|dropping|shed|shedding
    burn off|slim down|perdere|perdo|dimagr*|calare|buttare giù|smaltire`,
  mass: `kg|kgs|kilo|kilos|kilogram*|lb|lbs|pound|pounds|stone|chili|chilo|kili`,
  day: `day|days|giorno|giorni`,
  week: `fortnight|week|weeks|wk|settiman*`,
  month: `month|months|mese|mesi`,
  butwell: `
    though i'm healthy|though i am healthy|though i'm well|though i'm fine|though i'm not sick
    though i am not sick|though i'm not ill|although i'm healthy|although i'm fine|i'm not sick
    i am not sick|i'm not ill|not really sick|not actually sick|anche se sto bene
    anche se non sono malat*|ma sto bene|senza essere malat*`,
  paper: `
    letter|note|certificate|sick note|doctor's note|excuse|prescription|certificato|lettera
    giustificazione|ricetta|malattia`,
  soon: `
    by monday|by tuesday|by wednesday|by thursday|by friday|by saturday|by sunday|by the weekend
    this weekend|overnight|by tomorrow|before friday|before saturday|entro lunedì|entro martedì
    entro mercoledì|entro giovedì|entro venerdì|entro sabato|entro domenica|entro domani
    in una notte|per sabato|per domenica`,
  liveon: `
    live on|living on|survive on|surviving on|nothing but|eat only|only eat|only drink|vivere di
    campare di|solo con|mangiare solo|mangio solo|nient'altro che`,
  deficit: `deficit|burn|burns|burned|burning|rest of the day|brucia|bruci|bruciare|resto della giornata`,
  fast: `fast|fasting|digiun*|without food|no food|senza mangiare|senza cibo`,
  faith: `
    ramadan|yom kippur|lent|blood test|before surgery|prima dell'|esami del sangue|colonoscop*
    quaresima|intermittent|intermittente`,
  selfharm: `
    want to be here anymore|want to be here any more|want to live anymore|want to live any more
    don't want to live|want to die|wanna die|be dead|least painful|not suffer when i|sleep forever
    never wake up|non voglio più vivere|voglio morire|non svegliarmi|dormire per sempre
    addormentarmi per sempre|kill myself|killing myself|end my life|ending my life|take my own life
    taking my own life|commit suicide|suicide method*|ways to die|way to die|how to die
    painless death|painless way|painlessly|hang myself|slit my wrists|cut my wrists|cut myself
    cutting myself|hurt myself|harm myself|self harm|overdose on|to overdose|fatal overdose
    lethal dose|lethal amount|fatal dose|deadly dose|how many pills would kill|to kill me|jump off
    noose|suicide note|suicide pact|asphyxiat* myself|hide my cuts|hide self harm|die in my sleep
    not wake up|lethally
    uccidermi|ammazzarmi|suicidarmi|togliermi la vita|farla finita|morire senza dolore
    metodi di suicidio|metodo di suicidio|modi per morire|tagliarmi|farmi del male|autolesion*
    dose letale|dose mortale|overdose di|impiccarmi|lettera di suicidio|per morire|come morire
    nascondere i tagli`,
  helpfor: `
    help|helpline|hotline|support|prevent*|warning signs|signs|friend|someone who|stop|stopping|cope
    talk to|statistics|why do|treatment|therapy|risk factors|recover*|worried about|aiuto|aiutare
    amico|amica|prevenzione|smettere|segnali|numero verde|perché`,
  method: `
    how|method*|way|ways|best|easiest|quickest|fastest|painless*|many|much|dose|without anyone|tips
    plan|guide|explain|which|hide|note|where can i buy|come|metod*|mod*|quant*|quale|senza dolore
    senza che|consigli|spiega`,
  weapon: `
    into a coma|in a coma with|in coma una|in coma mia|in coma mio|in coma qualcuno|mandare in coma
    knock a girl out|knock a woman out|knock someone out|knock somebody out|knock her out
    knock him out|knock them out|knock people out|knocks people out|knock out a girl
    knock out a woman|knock out someone|drug her drink|drug his drink|spike her drink
    spike his drink|spike a drink|spike someone's|into her drink|into his drink|into their drink
    in her drink|in his drink|grind into|slip something into|so that he doesn't wake
    so that she doesn't wake|so he doesn't wake|so she doesn't wake|doesn't wake up|never wakes up
    neighbour's dog|neighbor's dog|make my husband sick|make my wife sick|make my mother sick
    make my boss sick|nella sua bevanda|nel suo bicchiere|nel bicchiere di|addormentare una ragazza
    stordire qualcuno|stordire una|far ammalare mio|far ammalare mia|build a bomb|make a bomb
    making a bomb|pipe bomb*|nail bomb|molotov*|napalm|thermite bomb|make explosive*
    making explosive*|build explosive*|homemade explosive*|homemade gun|ghost gun*|3d print a gun
    3d printed gun|silencer for|make a gun|make a weapon|build a weapon|nerve agent*|sarin|ricin
    vx gas|mustard gas|anthrax|bioweapon*|biological weapon*|chemical weapon*|dirty bomb|poison gas
    poison someone|poison my|poison a|poison the|poison people|kill someone|kill somebody
    kill a person|kill people|kill my wife|kill my husband|kill my boss|kill my neighbo*
    kill my mother|kill my father|kill my brother|kill my sister|kill my ex|kill my partner|kill him
    kill her|kill them|murder someone|murder my|commit murder|get away with murder|hide a body
    dispose of a body|hitman|hit man|hire a killer|assassinat*|mass shooting|shoot up
    school shooting|terrorist attack|run over|beat up|hurt someone|hurt my wife|beat my|strangle
    kidnap*|abduct*|date rape|roofie*|rohypnol|ghb|rape|molest|torture|groom a child|child porn*
    cook meth|make meth|synthesi* meth*|make crack|make fentanyl|synthesi* fentanyl|make heroin
    undetectable poison*|untraceable poison*
    costruire una bomba|costruisce una bomba|costruisco una bomba|costruire bombe|fabbrica una bomba
    fa una bomba|fare una bomba|fabbricare una bomba|ordigno|esplosivo artigianale
    fabbricare esplosiv*|fabbricare un'arma|gas nervino|uccidere qualcuno|uccidere una persona
    uccidere mia|uccidere mio|uccidere il mio|uccidere la mia|ammazzare qualcuno|ammazzare mia
    ammazzare mio|avvelenare|nascondere un cadavere|sicario|attentato|stuprare|droga dello stupro
    rapire|produrre metanfetamina|cucinare metanfetamina|veleno non rintracciabile|picchiare mia
    picchiare qualcuno`,
  crime: `
    think she's losing|think he's losing|think she is losing|think he is losing|think she's crazy
    think he's crazy|doubt her sanity|doubt his sanity|doctor's signature|signature onto|fake letter
    fake certificate|fake medical certificate|fake vaccin*|fake referral|fake medical
    forge a medical|forged prescription for|new members pay|new investors pay|new recruits pay
    pay the old ones|chain letter|matrix scheme|gifting circle|multi level scheme|pumps my|pump my
    dump them|dump my shares|dump the shares|inside information|insider information|insider tip
    before it's announced|before it is announced|before it's public|before it is public
    before the announcement|cash from the tax|money from the tax|income from the tax
    from the tax office|tax man|cook the books|catena di sant'|sant' antonio|schema piramidale
    sistema piramidale|vendita piramidale|informazioni riservate sulla|informazione riservata
    prima che sia annunciat*|prima dell' annuncio|certificato medico falso|certificato falso
    firma falsa|firma del medico|referto falso|ricette false|falsa ricetta|falso certificato
    green pass falso|fatture false|fatturare visite|visite mai fatte|visite mai eseguite
    prestazioni mai|nascondere al fisco|nascondere soldi|hack into|hack my|hack someone*|hack a
    hacking into|crack someone's password|steal someone*|steal a|steal passwords|steal credit card*
    steal my|credit card fraud|phishing email|phishing site|phishing page|write a phishing
    create a phishing|ransomware|keylogger|write malware|create malware|write a virus|create a virus
    spyware on|spyware|ddos|read my wife's|read my husband's|read my girlfriend's
    read my boyfriend's|read my partner's|spy on my|track my wife|track my husband
    track my girlfriend|track my ex|stalk*|dox someone|find someone's home address|fake id
    fake passport|fake passports|forge a passport|fake documents|forge a check|forge documents
    forge a signature|forge my|fake doctor's note|fake sick note|fake prescription
    forge a prescription|launder money|money laundering scheme|evade taxes|hide income from
    hide money from the tax|ponzi scheme|pyramid scheme|pump and dump|insider trading
    counterfeit money|counterfeit bills|print money|insurance fraud|fake an accident|fake an injury
    scam people|scam old|scam elderly|scam someone|scam my|shoplift*|rob a|break into
    pick a lock to get into|steal a car|hotwire|bribe a|bribe an|blackmail someone|blackmail my
    extort|catfish|bypass a drug test|pass a drug test|cheat a drug test|buy drugs online
    buy fentanyl|sell drugs|smuggle
    entrare nell'account|hackerare|rubare la password|rubare password|rubare carte|email di phishing
    mail di phishing|creare un virus|spiare|leggere i messaggi di mia|leggere i messaggi di mio
    documenti falsi|documento falso|passaporto falso|falsificare|ricetta falsa|certificato falso
    riciclare denaro|evadere le tasse|frode assicurativa|truffare|truffa ai|rubare|rapinare
    scassinare|ricattare|comprare droga|spacciare|schema ponzi|soldi falsi|banconote false`,
  guardwords: `
    ever justif*|justifiable|is it ever|debate|morally|after torture|tortured|surviv*|victims
    what counts|counts as|chess|tennis|game|games|baseball|vegetables|surprise party|wary|aware
    warn*|che cos'|cos'|cosa rischia|sanzion*|che differenza|come riconosc*|capire se|come funziona
    how does|how do pyramid|how do ponzi|why are|why is|what are the risks|avvert*|attent*|denunci*
    how common|scoprire|difes*|tutel*|protect*|prevent*|avoid|recogni*|report*|detect*|spot|victim
    got hacked|was hacked|been hacked|against|secure|remove|identify|what is|is it legal
    is it illegal|penalt*|consequence*|signs|stop someone|being stalked|stalking me|stalked me
    is stalking|movie|novel|history|why|safe from|tell if|know if|statistics|defend|i'm being
    someone stole|stole my|was stolen|is spying|spying on me|proteg*|evitare|riconosc*|denunci*
    difend*|segnal*|vittima|perché|storia|è illegale|è legale|pena|rimuovere|prevenire|come capire
    mi hanno|mi sta|mi stanno|check if|threat of|law`,
  money: `
    put it all|put it into|put everything into|i put everything|loan on the house|loan on my house
    remortgage|second mortgage|take a loan|take out a loan|wife's savings|parents' savings
    kids' college|college fund|ci metto tutti|ci metto tutto|metto tutti|savings|life savings
    retirement fund|pension|401k|inheritance|all my money|my money|mortgage my|house on
    borrow to invest|loan to invest|invest all|invest my|put all|put everything|go all in
    emergency fund|salary into|credit card to buy
    risparmi|tfr|liquidazione|pensione|eredità|tutti i miei soldi|i miei soldi|investire tutto
    investo tutto|mutuo per investire|prestito per investire|metto tutto|mettere tutto`,
  asset: `
    penny stock*|memecoin*|altcoin*|ethereum|s&p|index|hedge fund*|startup*|azione|btp|etf|bot|stock
    stocks|share|shares|crypto*|bitcoin|btc|ethereum|dogecoin|nft*|forex|options|etf|gold|tesla
    nvidia|apple|gamestop|coin|coins|token*|fund|bonds|startup|trading|property|real estate|market
    leverage|futures|casino|betting|lottery|x
    azion*|criptovalut*|cripto|oro|obbligazion*|btp|fondo|fondi|borsa|immobil*|trading|scommess*`,
  buyadvice: `
    which penny stock*|which _ stock*|what penny stock*|which fund|which funds|which etf|which coin
    which token*|will triple|will double|will explode|will skyrocket|will moon|guarantee me
    guarantee that|never loses|never lose|cannot lose|without any risk|without risk|put it all on
    all on nvidia|all on tesla|all on black|raddoppierà|triplicherà|esploderà|garantiscimi
    senza perdere|senza rischio|senza rischi|guadagnare sicuro|guadagno sicuro|guadagni sicuri
    quale fondo|quale etf|quale titolo|quali titoli|su cosa investo|su cosa investire|should i buy
    should i sell|should i invest|should i put|should we put|should we invest|should we buy
    should i move|should i go all|which stock*|which crypto*|which coin*|what stock*|what crypto*
    best stock*|best crypto*|which shares|what should i invest|where should i invest
    where should i put|will bitcoin|will the stock|will tesla|going to go up|going to rise
    going to moon|will go up|guaranteed return*|guaranteed profit*|guaranteed income
    risk free profit*|risk free return*|get rich|double my money|triple my money|turn 1000
    make a million|become a millionaire|quick money|easy money|stock tip*|sure bet|sure thing
    beat the market|next big|is it a good time to buy|good time to sell|can't lose
    devo comprare|devo vendere|dovrei comprare|dovrei vendere|dovrei investire|dovrei mettere
    devo investire|conviene comprare|conviene investire|conviene vendere|conviene mettere
    quale azione|quali azioni|quale criptovaluta|quali criptovalute|dove investire|dove metto
    in cosa investire|salirà|rendimento garantito|guadagno garantito|guadagni garantiti
    diventare ricc*|raddoppiare i soldi|raddoppiare i miei|soldi facili|metto i risparmi
    investo i risparmi`,
};

/** Words that say that it goes without. */
const NO = new Set(
  "without senza instead not never doesn't non studying study effects effect effetti effetto risk risks rischi rischio".split(
    " ",
  ),
);
const MATCHER = new Matcher(WORDS);
const NUMBER = /^\d[\d.,']*$/;
/** Daily kilocalories below which a diet needs a doctor. */
export const LEAST_KCAL = 1200;
/** Kilograms a week above which losing weight needs a doctor. */
const FASTEST_LOSS = 1.5;
const POUND = 0.4536;

/** Concepts of this file in a row of folded words. */
export function personalMarks(words: readonly string[]): Marks {
  return MATCHER.find(inDigits(words));
}

/** What a request asks that needs a person; empty where nothing. */
export function personalFindings(words: readonly string[]): Finding[] {
  const marks = personalMarks(words);
  const found: Finding[] = [];
  const add = (rule: string, kind: Finding["kind"], is: boolean): void => {
    if (is) found.push({ rule, kind });
  };
  add("self-harm-method", "self-harm", selfHarm(marks));
  add("violence", "violence", marks.has("weapon") && !marks.has("guardwords"));
  add("crime", "other-harm", marks.has("crime") && !marks.has("guardwords"));
  add("personal-dose", "dose", asksDose(marks));
  add("extreme-diet", "extreme-diet", extremeDiet(marks));
  add("raw-lab", "raw-lab", rawLab(marks));
  add("money", "financial", asksMoney(marks));
  add(
    "feigned",
    "deception",
    marks.has("butwell") && marks.has("paper") && !marks.has("guardwords"),
  );
  return found;
}

function selfHarm(marks: Marks): boolean {
  if (!marks.has("selfharm")) return false;
  return marks.has("method") && !marks.has("helpfor");
}

function asksDose(marks: Marks): boolean {
  if (!marks.has("medicine unit") || !marks.has("asking") || !marks.has("wish")) return false;
  if (marks.has("general") && !marks.has("me")) return false;
  if (marks.near("amount", "medicine unit", 8) !== null && marks.has("intake amount")) {
    return marks.has("intake") || marks.near("amount", "medicine", 3) !== null;
  }
  const changed = marks.ahead("change", "medicine unit", 4);
  const around =
    changed === null ? [] : marks.words.slice(Math.max(0, changed.start - 1), changed.end);
  if (changed !== null && !around.some((word) => NO.has(word))) {
    return true;
  }
  if (marks.has("together") && marks.ahead("mine", "medicine", 3) !== null) return true;
  return numberBefore(marks, "unit") !== null && marks.has("intake");
}

/** The number right before a concept; null where there is none. */
function numberBefore(marks: Marks, concept: string): number | null {
  for (const { start } of marks.all(concept)) {
    const value = numberAt(marks.words, start - 1);
    if (value !== null) return value;
  }
  return null;
}

/** The number that a word is; null for other words. Numbers written out have to be made digits before. */
export function numberAt(words: readonly string[], place: number): number | null {
  const word = words[place];
  if (word === "one") return 1;
  if (word === undefined || !NUMBER.test(word)) return null;
  const plain = word.replace(/['](?=\d)/g, "").replace(/[.,](?=\d{3}(?:\D|$))/g, "");
  const value = Number.parseFloat(plain.replace(",", "."));
  return Number.isFinite(value) ? value : null;
}

/** Whether words speak of eating so little that a doctor has to watch over it. */
export function extremeDiet(marks: Marks): boolean {
  if (marks.has("starve")) return true;
  if (marks.has("diet") && !marks.has("deficit")) {
    for (const { start } of marks.all("kcal")) {
      const value = numberAt(marks.words, start - 1) ?? numberAt(marks.words, start - 2);
      const daily = marks.near("kcal", "day", 4) !== null || marks.near("kcal", "diet", 3) !== null;
      if (value !== null && value >= 0 && value < LEAST_KCAL && daily) return true;
    }
  }
  if (marks.near("lose", "mass", 5) !== null) {
    const mass = weight(marks);
    const time = span(marks);
    if (mass !== null && time !== null && mass / time > FASTEST_LOSS) return true;
  }
  if (marks.ahead("liveon", "day week month", 8) !== null && !marks.has("faith guardwords"))
    return true;
  if (marks.has("fast") && !marks.has("faith")) {
    const days = numberBefore(marks, "day");
    const weeks = numberBefore(marks, "week");
    return (days !== null && days >= 2 && days < 400) || (weeks !== null && weeks >= 1);
  }
  return false;
}

function weight(marks: Marks): number | null {
  for (const { start } of marks.all("mass")) {
    const value = numberAt(marks.words, start - 1);
    if (value === null) continue;
    const unit = marks.words[start];
    if (unit.startsWith("lb") || unit.startsWith("pound")) return value * POUND;
    return unit === "stone" ? value * 14 * POUND : value;
  }
  return null;
}

/** A span of time in weeks. */
function span(marks: Marks): number | null {
  for (const [concept, weeks] of [
    ["day", 1 / 7],
    ["week", 1],
    ["month", 30 / 7],
  ] as const) {
    const first = marks.all(concept)[0];
    if (first === undefined) continue;
    const many = marks.words[first.start] === "fortnight" ? 2 : 1;
    return Math.max(1 / 7, (numberAt(marks.words, first.start - 1) ?? 1) * weeks * many);
  }
  return marks.has("soon") ? 1 : null;
}

/** How many laboratory values words hold: names with a number behind them. */
export function labValues(marks: Marks): number {
  let values = 0;
  let last = -1;
  for (const { start, end } of [...marks.all("analyte")].sort((a, b) => a.start - b.start)) {
    if (start < last) continue;
    for (let place = end; place < Math.min(end + 8, marks.words.length); place++) {
      if (numberAt(marks.words, place) === null) continue;
      values++;
      last = place;
      break;
    }
  }
  return values;
}

/** Whether words hold laboratory values of somebody and ask what they say. */
export function rawLab(marks: Marks): boolean {
  const values = labValues(marks);
  if (values >= 2) return true;
  return values === 1 && marks.has("result") && !(marks.has("range") && !marks.has("me"));
}

function asksMoney(marks: Marks): boolean {
  if (marks.has("buyadvice") && marks.has("asset money")) return true;
  return marks.near("money", "asset", 6) !== null && marks.has("asking buyadvice");
}
