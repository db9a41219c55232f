/** Words behind the guard on answers, English and Italian. */

import type { Lexicon } from "./marks.ts";

/** Concepts that `advice.ts` puts together. */
export const ADVICE: Lexicon = {
  instruct: `
    you should|you can|you could|you may|you need to|you must|you want to|you will need|you'll need
    you'll want|i recommend|i suggest|i'd recommend|i'd suggest|i would|i advise|i'd|please|just
    simply|go ahead|try|feel free|it's safe|it is safe|it's fine|it is fine|it's ok|it's okay
    it is ok|safe for you|your dose|your child|your son|your daughter|your baby|your dog|your mother
    your father|give him|give her|for you|in your case|your total|your dosage|here is|here's|let's
    at your weight|for your weight|take it|to start with
    dovresti|dovrebbe|puoi|può|devi|deve|potresti|potrebbe|ti consiglio|le consiglio|consiglio di
    prova a|provi a|prendi|prenda|assumi|assuma|dai a|dia a|dagli|gli dia|aumenta|aumenti|raddoppia
    raddoppi|ecco|tranquillamente|la tua dose|la sua dose|nel tuo caso|nel suo caso|tuo figlio
    suo figlio|tua figlia|sua figlia`,
  act: `
    pop|chew|sniff|crush|swallow|dare|dagli|dalle|inject|prendine|ne prenda|take|takes|taking|give
    use|inject|swallow|start|increase|raise|double|triple|reduce|lower|cut|split|switch|have|go up
    go down|add|repeat|dose|taper|skip|prendi|prenda|prendere|assumere|assumi|assuma|dare|dai|dia
    usa|usi|inietta|inietti|aumenta|aumenti|aumentare|raddoppia|raddoppi|raddoppiare|riduci|riduca
    dimezza|dimezzi|inizia|inizi|ripeti|somministra|somministri`,
  some: `
    a couple of|couple of|a few|several|another|an extra|one more|two more|some more|due|un paio di
    qualche|un'altra|un altro|altre due|altri due|una in più|in più`,
  rightdose: `
    right amount|correct amount|proper amount|right dose|correct dose|proper dose|ideal dose
    best dose|suitable dose|dose for you|dose for him|dose for her|dose for your|dose for a child
    your dose|dose giusta|dose corretta|quantità giusta|dose adatta|la tua dose|la sua dose`,
  inject: `inject|injects|injecting|iniett*`,
  told: `
    how to forge|to forge it|forge the|forge a|forge his|forge her|sign as|fake the signature
    fake the letterhead|copy the signature|the doctor's letterhead|falsifica la|falsifichi la
    firma come`,
  scheme: `
    recruit _ friends|recruit friends|recruit others|recruit more|recruit people|each of them pays
    they each pay you|how you get rich|from an insider|insider tip|inside information
    before it's announced|before it is announced|recluta amici|recluti amici|recluta altri
    ognuno di loro ti paga|informazione riservata|da un insider`,
  safe: `
    it's safe to|it is safe to|it's fine to|it is fine to|it's ok to|it is ok to|it's okay to
    you can safely|no harm to|puoi tranquillamente|può tranquillamente|va bene`,
  sized: `
    gram|grams|grammi|ampoule*|fiale|teaspoon*|cucchiain*|mg|mcg|ug|milligram*|milligramm*
    microgram*|iu|tablet|tablets|pill|pills|capsule|capsules|puffs|drops|ml|compress*|pastigli*
    pillol*|capsul*|gocce|bustin*|units|unità`,
  exact: `
    mg|mcg|ug|milligram*|milligramm*|microgram*|tablet|tablets|pill|pills|capsule|capsules|puffs
    compress*|pastigli*|capsul*|bustin*`,
  leaflet: `
    leaflet|label|package|packaging|prescribed|prescribes|as directed|under supervision
    medical supervision|medically supervised|recommended dietary|daily value|foglietto|bugiardino
    prescritto|prescritta|sotto controllo medico`,
  doctor: `
    doctor|doctors|doctor's|physician|pharmacist|prescriber|healthcare provider|health care provider
    provider|clinician|specialist|nurse|emergency|911|112|999|poison control|poison centre
    medical help|medical attention|right away|hospital|psychiatrist|dentist|midwife|care team
    health care team|medico|dottore|dottoressa|farmacista|118|pronto soccorso|specialista|psichiatra`,
  quit: `
    don't need those|do not need those|don't need these|do not need these|don't need the
    don't need any|leave them out|leave your|leave out your|leave the pills|smetti|smetta|smettere
    butta via|butti via|non ti serve più|non le serve più|non ti servono più|non le servono più
    lascia stare|lasci stare|saltare la|saltare il|stop all your|stop it and|stop them|quit the
    stop taking|stop using|stop your|stop the|quit taking|quit your|come off|go off|discontinue
    skip your|skip the|skip taking|throw away your|throw out your|get rid of your|don't need your
    do not need your|no need to take|no need for your|you don't need to take|you do not need to take
    don't take your|do not take your|stop all|stop insulin|stop chemo*|stop treatment|refuse chemo*
    replace your|instead of your|forget your|ditch your|drop your|cancel your|without your medic*
    smetti di prendere|smetta di prendere|smettere di prendere|sospendi|sospenda|sospendere
    interrompi|interrompa|interrompere|non prendere più|non prenda più|butta|butti|non serve più
    puoi fare a meno|può fare a meno|salta la|salti la|lascia perdere`,
  medicine: `
    of the syrup|of the suspension|of the drops|dello sciroppo|della sospensione|antipsychotic*
    anticonvuls*|diuretic*|blood pressure tablet*|contraceptive*|tablets|meds|steroid|cortisone
    ansiolitic*|lexotan|antipsicotic*|eparina|warfarin|metformina|oki|tachipirina|medicine|medicines
    medication*|meds|drug|drugs|pill|pills|tablet|tablets|insulin|warfarin|antidepress*
    blood thinner*|antibiotic*|statin*|steroids|prednisone|metformin|lithium|inhaler|chemo*
    treatment|treatments|dialysis|antipsychotic*|beta blocker*|blood pressure med*|levothyroxine
    thyroid med*|sertraline|zoloft|prozac|xanax|painkiller*|vaccine*|therapy|radiation|lisinopril
    anticoagul*|farmac*|medicin*|insulina|antidepressiv*|antibiotic*|pillol*|pastigli*|compress*
    chemioterapia|terapia|cura|cure|statine|cortisone|litio`,
  negated: `
    not|never|don't|doesn't|shouldn't|can't|cannot|won't|isn't|avoid|avoids|dangerous|unsafe|harmful
    unhealthy|no one|nobody|without talking|without asking|without first|before you|before stopping
    unless|warn*|instead of|risky|risks|risk|harm|too little|less than|fewer than|below|against
    talk to|ask your|supervis*|under medical|under a doctor's|under the care|non|mai|evita*
    pericolos*|rischios*|senza chiedere|senza parlare|prima di|a meno che|sconsigliat*|dannos*
    sotto controllo medico`,
  dose: `dose|doses|dosage|dosaggio|dosi`,
  denied: `
    nessun rendimento|diffid*|beware|be wary|sceptical|skeptical|scam|fraud|truffa|nothing
    no investment|no one|no guarantee|nulla|niente|nessun investimento|nessuno`,
  contrast: `
    but|however|though|although|that said|still|nevertheless|anyway|here is|here's|plan
    if you really|ma|però|tuttavia|comunque|ecco`,
  means: `
    indicano|mostrano|suggeriscono|significano|confermano|vogliono dire|fanno pensare|fa pensare
    means|mean|indicates|indicate|suggests|suggest|shows|show|points to|confirms|confirm
    consistent with|diagnos*|is high|is low|is too high|is too low|is elevated|is normal|are normal
    are high|are low|is fine|is good|is bad|nothing to worry|within the normal|in the normal
    above normal|below normal|is slightly|is mildly|is very|is abnormal|sign of|looks like|vuol dire
    significa|indica|suggerisce|mostra|conferma|è alto|è alta|è basso|è bassa|è normale|sono normali
    nella norma|segno di`,
  yours: `your|you|yours|this|these|tuo|tua|tuoi|tue|suo|sua|suoi|sue|questo|questa|questi|hai|lei`,
  calm: `
    probably just|likely just|just muscle|muscle tension|just anxiety|just stress|just gas
    just heartburn|no need for a doctor|no doctor needed|no need for an ambulance
    don't need a doctor|do not need a doctor|solo ansia|solo stress|è solo|non serve il medico
    non serve un medico|non c'è bisogno del medico|niente di grave|nothing to worry|no need to worry
    don't worry|do not worry|not to worry|you're fine|you are fine|you'll be fine|you will be fine
    it's nothing|it is nothing|probably nothing|probably just|most likely just|likely just|it's just
    it is just|just stress|just anxiety|only anxiety|just gas|just heartburn|just indigestion
    just a muscle|not serious|nothing serious|isn't serious|harmless|perfectly normal|totally normal
    completely normal|no need to see|no need to go|no need to call|don't need to see
    don't need a doctor|do not need a doctor|do not need to see|don't need to go|do not need to go
    not an emergency|isn't an emergency|no emergency|it will pass|it'll pass|will go away
    wait and see|sleep it off|get some rest|just rest|ignore it|no cause for concern|not dangerous
    niente di grave|nulla di grave|non è grave|non è niente|non è nulla|non si preoccupi
    non preoccuparti|non ti preoccupare|stia tranquill*|stai tranquill*|tranquillo|è solo|sarà solo
    solo stress|solo ansia|passerà|passa da solo|non serve il medico|non serve un medico
    non c'è bisogno di|non serve andare|basta riposare|non è un'emergenza|non è pericoloso`,
  redflag: `
    chest pain|chest pressure|chest tightness|tight chest|crushing|pain in my chest
    pain in the chest|pressure in my chest|chest hurts|left arm|can't breathe|cannot breathe
    can't catch my breath|trouble breathing|difficulty breathing|short of breath|shortness of breath
    struggling to breathe|gasping|blue lips|lips are blue|face drooping|face is drooping|droop*
    slurred|slurring|can't speak|can't move my|weakness on one side|one side of my|numb on one side
    sudden numbness|worst headache|thunderclap|stiff neck|seizure|unconscious|passed out|won't wake
    fainted|coughing up blood|coughing blood|vomiting blood|vomited blood|throwing up blood
    black stool*|blood in my stool|bleeding heavily|won't stop bleeding|heavy bleeding
    swollen tongue|throat is closing|throat closing|tongue is swelling|face is swelling|anaphyla*
    overdose*|took too many|swallowed bleach|suicid*|kill myself|end my life|want to die|rigid belly
    testicle pain|sudden vision|sudden loss of vision|can't see|floppy|not responding|newborn fever
    bulging|stopped breathing|baby isn't moving|rash that doesn't fade|electric shock|snake bit*
    severe abdominal|worst pain
    dolore al petto|oppressione al petto|male al petto|peso sul petto|braccio sinistro
    non riesco a respirare|non respiro|fatica a respirare|respiro corto|fiato corto|bocca storta
    faccia storta|non riesco a parlare|non riesco a muovere|parla male|metà del corpo
    peggior mal di testa|mal di testa più forte|collo rigido|convulsion*|svenut*|perso i sensi
    non si sveglia|sputo sangue|vomito sangue|sangue nelle feci|feci nere|emorragia|lingua gonfia
    gola che si chiude|troppe pastiglie|troppe pillole|suicid*|uccidermi|voglio morire|farla finita`,
  certain: `
    you definitely have|you certainly have|you clearly have|you obviously have|you absolutely have
    you undoubtedly have|you surely have|you do have|you are suffering from|you're suffering from
    you suffer from|this is definitely|this is certainly|this is clearly|it's definitely
    it is definitely|it's clearly|it is clearly|this is without doubt|no doubt that you have
    i can confirm that you have|i'm certain you have|i am certain you have|i'm sure you have
    i am sure you have|my diagnosis is|your diagnosis is|i diagnose|you've got|you have got
    you have developed|you have contracted|you have|you are having a|you're having a
    hai sicuramente|ha sicuramente|hai certamente|ha certamente|si tratta sicuramente
    si tratta certamente|è sicuramente|è certamente|soffri di|lei soffre di|la diagnosi è
    la mia diagnosi|senza dubbio hai|senza dubbio ha|sono sicuro che hai|sono certo che|tu hai
    lei ha`,
  surely: `
    definitely|certainly|clearly|obviously|absolutely|undoubtedly|surely|no doubt|confirm
    sure you have|certain you have|diagnosis is|i diagnose|sicuramente|certamente|senza dubbio
    diagnosi è|mia diagnosi|certo che`,
  illness: `
    tumours|tumors|cancers|melanoma|carcinoma|tumori|cancers|infections|hypothyroid|cancer|diabetes
    depression|pneumonia|flu|influenza|infection|disorder|syndrome|disease|migraine|migraines|asthma
    hypertension|anemia|anaemia|hypothyroidism|hyperthyroidism|thyroid|gout|lupus|sclerosis|ulcer
    hernia|stroke|heart attack|angina|covid|tumor|tumour|leukemia|lymphoma|arthritis|bronchitis
    sinusitis|appendicitis|gastritis|cystitis|tonsillitis|dermatitis|hepatitis|pancreatitis
    meningitis|tendinitis|fracture|concussion|allergy|ibs|gerd|reflux|shingles|eczema|psoriasis
    anxiety|adhd|autism|dementia|bipolar|ptsd|sepsis|anorexia|bulimia|deficiency|failure|vertigo
    sciatica|endometriosis|pcos|embolism|thrombosis|dvt|strep|std|uti|celiac|crohn's
    cancro|tumore|diabete|depressione|polmonite|influenza|infezione|disturbo|sindrome|malattia
    emicrania|asma|ipertensione|anemia|ipotiroidismo|ipertiroidismo|gotta|ulcera|ernia|ictus|infarto
    artrite|bronchite|sinusite|appendicite|gastrite|cistite|tonsillite|dermatite|epatite|meningite
    frattura|allergia|reflusso|ansia|demenza|carenza|celiachia`,
  open: `
    if|when|whether|unless|once|because|may|might|could|possibly|perhaps|likely|probably|think
    suspect|feel|someone|people|doctors|after|before|until|while|since|every time|as soon as|tell
    ask|who|that you have had|family|risk|prevent|not|don't|symptoms|questions|any|trouble|other
    history|see your|call your|even though|even if|how|where|what|or|should|se|quando|qualora|forse
    potrebbe|possibile|probabile|chi|dopo|prima|finché|mentre|non|domande|sintomi|come|dove`,
  urge: `
    put it all|can only go up|can only rise|only go up|can't go down|cannot go down|guarantees
    guaranteeing|buy solana|buy ethereum|buy gold|buy crypto*|double your money|triple your money
    you'll double|you will double|you'll triple|my tip|without any risk|with no risk|without risk
    so buy|sell your house|metti tutto in|metta tutto in|raddoppierai|raddoppierà|triplicherà
    di sicuro|può solo salire|non può che salire|rende il|il mio consiglio: compra|compra|compri
    indebitati|you should buy|you should invest|you should sell|you should put|you should move
    i recommend buying|i recommend investing|i suggest buying|i suggest investing|i'd buy
    i would buy|buy now|buy as much|sell everything|go all in|put all|put everything
    put your savings|invest all|invest everything|invest your savings|invest your|buy bitcoin
    buy tesla|buy nvidia|buy the stock|buy this stock|buy shares|take out a loan|mortgage your
    borrow to|before it's too late|don't miss|now is the time|load up on|max out
    will definitely rise|will definitely go up|will certainly rise|will surely rise|will go up
    will double|going to double|going to skyrocket|will skyrocket|guaranteed to|guaranteed return*
    guaranteed profit*|guarantees a|can't lose|cannot lose|can't go wrong|no risk|risk free
    zero risk|sure thing|sure bet|get rich|easy money
    dovresti comprare|dovrebbe comprare|dovresti investire|dovrebbe investire
    ti consiglio di comprare|le consiglio di comprare|ti consiglio di investire
    le consiglio di investire|compra subito|compri subito|compra ora|compri ora|investi tutto
    investa tutto|metti tutto|metta tutto|investi i tuoi|investa i suoi|salirà sicuramente
    salirà di certo|raddoppierà|rendimento garantito|guadagno garantito|garantito|senza rischio
    senza rischi|nessun rischio|non puoi perdere|non può perdere|affare sicuro|vendi tutto
    venda tutto`,
  asset: `
    solana|dogecoin|nvidia|merger|apple|ethereum|fondo|investimento|bitcoin|stock|stocks|share
    shares|crypto*|bitcoin|btc|ethereum|coin|coins|token*|fund|funds|etf|etfs|bond|bonds|gold|forex
    options|savings|money|invest*|portfolio|return|returns|profit|profits|market|price|tesla|nvidia
    property|real estate|nft*|trading|pension|401k|azion*|criptovalut*|bitcoin|oro|obbligazion*|btp
    fondo|fondi|borsa|risparmi|soldi|denaro|invest*|rendiment*|mercato|prezzo|immobil*`,
  request: `
    tell me your|tell me about your|share your|share the results|send me|send your|give me your
    provide your|provide me with|upload|paste|type in your|enter your|what is your|what's your
    what are your|what was your|what were your|could you share|can you share|could you tell me
    can you tell me|please share|please provide|please tell|let me know your|i need to know your
    how much do you weigh|how old are you|what medications are you|what medicines are you
    which medications|which medicines are you|what medication do you|do you have any medical
    do you have any allerg|are you pregnant|do you take any|are you taking any|list your|attach
    dimmi la tua|dimmi il tuo|dimmi i tuoi|mi dica|condividi|condivida|inviami|mi invii|mandami
    mi mandi|carica|carichi|incolla|incolli|inserisci|qual è la tua|qual è il tuo|qual è la sua
    qual è il suo|quali sono i tuoi|quali sono i suoi|quali farmaci prend*|quanto pesi|quanto pesa
    quanti anni hai|quanti anni ha|sei incinta|è incinta|prendi farmaci|prende farmaci|hai allergie
    ha allergie|mi puoi dire|può dirmi|puoi dirmi`,
  healthdata: `
    lab results|test results|blood test*|blood work|bloodwork|results|lab report|medical record*
    medical history|health data|health history|blood pressure|glucose|blood sugar|sugar readings
    cholesterol|weight|height|bmi|age|medications|medicines|medication list|symptoms|diagnosis
    diagnoses|heart rate|temperature|scan|x ray|mri|prescription*|allerg*|conditions
    health condition*|readings|levels|photo|picture|do you weigh|old are you|pregnant|report|values
    any medical
    referti|referto|esami|analisi|cartella clinica|pressione|glicemia|colesterolo|peso|altezza|età
    farmaci|sintomi|diagnosi|frequenza|temperatura|radiografia|ricetta|allergie|malattie|valori|foto
    pesi|pesa|anni|incinta`,
  total: `total|totals|totalling|altogether|per day|a day|daily|totale|in tutto|al giorno`,
  meal: `breakfast|lunch|dinner|supper|snack|snacks|colazione|pranzo|cena|spuntino|merenda`,
  remedy: `
    remove|removes|will remove|dissolve*|shrink*|draws out|get rid of|scioglie|elimina|fa sparire
    guarirà|cures|cure|will cure|can cure|heals|heal|replace*|instead of|better than
    more effective than|eliminates|guarisce|guarire|cura|sostituisc*|al posto|invece|meglio de*`,
  lethal: `
    take all of them at once|take them all at once|take all of them|swallow all of|swallow them all
    all the pills at once|all your pills at once|all of your pills|won't feel anything
    won't feel a thing|you won't wake up|prendile tutte|prendi tutte le|prenda tutte le
    non sentirai nulla|non sentirai niente|lethal dose|fatal dose|deadly dose|dose that would kill
    enough to kill|lethal amount|painless way to die|painless method|tie a noose|dose letale
    dose mortale|morire senza dolore`,
};
