/**
 * Phrases of danger from oneself or from others, both languages: plain words, the indirect ones of the warning signs
 * (being a burden, not being here, goodbyes, means at hand), and turns of speech that only sound like them.
 */

/** Concept to English phrases. */
export const DANGER: Readonly<Record<string, string>> = {
  suicidal: `
    suicidal
    i|he|she|patient|feel*|thinking|thoughts|consider*|attempt*|commit|contemplat*|plan*|threat*|talk* ~3 suicid*
    suicide note|plan ; unalive
    kill|killing|killed|kills myself|himself|herself|themselves|themself
    shoot|shooting|shot|hang|hanging|hanged|drown|drowning|poison|poisoning|overdosing|stab|stabbing|throw|throwing|throws|drop|gas|gassing myself|himself|herself|themselves ~5
    going|gonna|want*|will|thinking|thought|thoughts|urge|plan*|about|threat* ~5 jump|jumping|step|stepping|walk ~4 bridge|building|train|roof|traffic|cliff|window|balcony ~1
    end|ending|ended|take|taking|took own? life ; end|ending it all ; end ~1 life ; take ~1 life ; taking ~1 life
    think*|thought*|plan*|want*|going|gonna|ready|decided|way|ways|might|just|should|about|will ~4 end|ending it|things|everything|all
    end|ending it|things|everything|myself tonight|today|now|soon|tomorrow
    want|wants|wanted|wanna|ready|plan|planning|plans|going ~2 die ; want ~2 dead
    thoughts ~2 death|dying|ending|suicide ; think* ~3 dying|death ~2 lot|always|constantly|time
    die ~3 by own ; $cannot ~2 see ~2 way out
    wish|wishes|wished|wishing|prefer|rather ~3 dead|die|died|never ~2 born|wake|existed|alive
    rather ~2 dead|die ; better off dead ; be ~2 dead ~2 than
    don't|doesn't|not|never|no|didn't ~3 want* ~2 live|exist|wake|living|alive|carry|continue
    don't|doesn't|not want ~1 be ~1 here|alive|around ; no longer wants|want ~2 live|alive|here
    don't|doesn't|not ~2 see|have ~2 future|tomorrow
    hope|hoping|pray|praying|wish|could|want|just ~4 asleep|sleep|bed ~4 not|never|don't ~2 wake
    sleep|asleep ~3 never ~2 wake ; sleep forever ; hope|hoping|pray|wish ~3 not|don't|never ~2 wake
    not|never waking up
    think*|thought*|thoughts|imagin* ~5 not ~1 being|be|existing|exist ~1 here|around|alive|anymore
    not ~1 existing|exist
    better|happier|easier|best|fine|relieved|relief|good ~5 without me
    without me ~6 better|happier|easier|fine ; better off ~3 without me
    better|happier|easier|best|relief|fine ~5 i ~2 wasn't|weren't|not|never|gone|disappeared|vanished|dead|died ~3
    i|i'm ~2 wasn't|weren't|gone|disappeared|vanished|dead|died ~6 better|happier|easier|relieved
    everyone|everybody|they|family|kids|world|people|life ~8 better|happier|easier ~5 without me|gone|disappeared
    no one ~3 miss|notice|care ~4 gone|dead|died|disappeared|here ; no one ~1 miss me
    one|nobody|anyone|anybody ~3 miss|notice|care|notices|cares ~4 gone|dead|died|disappeared|wasn't|weren't|vanished|here
    one|nobody would miss me
    burden ~3 everyone|everybody|family|kids|others|all|people|wife|husband|parents|them
    no|any|what's reason|point ~3 live|living|life|alive|here
    no|any|what's reason|point ~1 going on|carry*
    don't|doesn't|can't see ~2 point|reason ~4 anymore|living|going|alive|life|carrying
    life ~3 worth ~2 living ; nothing ~3 live for ; life ~2 pointless|meaningless|unlivable
    hate ~1 being alive ; can't|cannot face|do ~2 life|living|another day
    tired|sick ~2 living|life|being alive|existing|being here ; done ~1 living|life
    can't|cannot go on ~2 anymore|living|any longer ; can't|cannot go on|carry on
    can't|cannot live ~1 like|anymore|any longer ; no way out ; only way out
    want ~3 be over ~2 good|forever
    want|wish ~2 it|everything|all ~2 stop|end|over ~1 good|forever ; want ~1 disappear
    disappear forever ; disappear ~2 for good
    goodbye|farewell note|letter|letters|message|video
    goodbye ~5 forever|everyone|all|pills|tablets|rope|last
    wrote|written|writing|write ~3 letters|notes|goodbyes|goodbye ~4 everyone|family|kids|children|loved|all
    say*|said ~2 goodbye|goodbyes ~4 kids|children|family|everyone|everybody|all
    given|giving|gave|gives ~4 things|belongings|possessions|stuff|everything ~1 away
    collect*|saving|stockpil*|hoard*|stash* ~3 pills|tablets|medication
    pills|tablets|rope|gun|noose|blade|razor|knife ~3 ready|next ~2 me|ready
    pills|tablets|rope|gun|noose ~2 ready|hand|front ; plan ~3 end|die|kill|suicide ~2
    bought|found|got|has|have ~2 rope|noose ; overdose on purpose
    took ~5 pills|tablets|overdose ~5 purpose|die ; bridge ~4 thinking|jump* ; kms
    nothing matters ~3 anymore|more ; decided ~4 tonight|end|die ; tonight ~2 night ~2
    once|when|if|after i'm|i ~2 dead|gone ~8 fine|better|happier|easier|relieved
    better|fine|happier|easier|relieved ~5 once|when|after|if ~1 i'm|i ~2 dead|gone|died
    posted|texted|messaged|wrote|saying|says|sent|posts ~5 goodbye|goodbyes|farewell
    nobody|one|anyone ~2 care|notice ~4 if ~2 i ; if i ~8 nobody|one ~3 care|notice|miss
    drive|drove|crash* ~4 into ~3 wall|tree|lorry|river|traffic ~5 nobody|want|think|tonight
    feel* ~2 trapped ~4 ; picked|chosen|set ~2 day|date ~3 die|end`,
  "self-harm": `
    been|keeps|started|again cutting ~4 arm|arms|leg|legs|thigh|thighs|wrist|wrists
    self harm* ; self-harm* ; selfharm*
    cut|cutting|cuts|burn|burning|burns|hurt|hurting|hurts|harm|harming|injur*|punish*|starv* myself|himself|herself|themselves
    cut ~2 wrists|wrist ; slit* ~2 wrist*
    cut|cutting|cuts ~2 arms|thighs ~4 purpose|cope|feel|razor|blade`,
  "harm-others": `
    homicid*
    want|wants|wanting|thought*|thinking|voices|urge*|urges|going|gonna|might|scared|afraid|plan|plans|planning|telling|tell|tells ~5 kill|hurt|harm|stab|shoot|smother|shake|strangle|drown|attack ~2 someone|somebody|people|family|wife|husband|neighbor|neighbors|mother|father|baby|child|children|coworker|coworkers|kids|others|him|them|boss|us|son|daughter|classmates
    voices ~5 kill|hurt|harm|stab ; lose control ~4 hurt|harm ~3
    voice|voices ~5 command*|tell*|order*|say* ~6 kill|stab|hurt|harm|jump|attack
    tell* ~3 me ~2 hurt|kill|harm|stab`,
  violence: `
    husband|wife|boyfriend|girlfriend|partner|father|stepfather|ex|mother|dad|mum|mom|spouse|he|she|brother|uncle|son|carer ~6 hits|hit|beats|beat|beating|choked|chokes|strangled|strangles|punched|punches|threatens|threatened|rapes|raped|abuses|abusing|molest*|attacked|attacks|slaps|slapped|kicks|kicked|strangling|choking|throttled|shoved|shoves|dragged|burned ~2 me|us|kids|children|mother|mom|mum
    domestic violence|abuse ; raped ; forced ~3 sex|have sex ; sexual|sexually assault*
    been|was|got assaulted|mugged ; being beaten|abused|hit|stalked
    afraid|scared|frightened|terrified ~3 husband|wife|partner|boyfriend|stepfather|going home|go home|for life
    threatens|threatened|threatening ~4 kill|shoot|stab|hurt|knife|gun
    says|said|swore|promised|told|tells ~4 kill ~1 me|us|kids|children|herself|himself
    kill me ~2 leave|tell|talk ; abused at home ; molest* ; strangled ; beaten up
    held|holding|holds|pulled|pointed|came ~3 knife|gun ~3 me
    hits|hit|beats|beat|punched|choked|kicks|slapped ~1 me
    hands|hand ~3 round|around|on ~2 throat|neck ; grabbed|squeezed|grabs|grabbing ~3 throat|neck
    locked|locks ~1 me ~2 in|up|room|house ; won't|doesn't|not let ~1 me ~2 leave|out|eat|doctor
    pushed|threw|thrown ~1 me ~4 stairs|wall|floor ; touches|touched|touching ~1 me ~5 private|down
    keeps|has|got|carries ~2 knife|gun|weapon ~10 me ; said ~6 use ~2 on me ; use it on me`,
  breakup: `
      end|ending ~3 with ~3 him|her|boyfriend|girlfriend|partner|relationship
      think*|thought*|want*|plan*|going|might ~6 end|ending ~3 with ~3 him|her|boyfriend|girlfriend|partner
      end|ending ~2 relationship|subscription|contract|lease|meeting|call|marriage|job
      think*|want*|plan* ~6 end|ending ~2 relationship|subscription|contract|lease|meeting|call|marriage`,
  "death-joke": `
      rather die than ; die|dying|died|dead ~1 laugh*|see|try|embarrassment|boredom|cringe
      want ~2 die ~2 embarrass*|laugh*|cringe ; die ~2 embarrass*|shame ; to die for`,
};

/** Concept to Italian phrases. */
export const ITALIAN_DANGER: Readonly<Record<string, string>> = {
  suicidal: `
    suicid* ; uccidermi ; uccidersi ; ucciders* ; ammazzarmi ; ammazzarsi ; mi uccido|ammazzo
    si vuole|voleva uccidere|ammazzare ; farla finita ; finirla ~1 tutto|qui|stasera|sempre
    mettere fine ~3 ; togliermi vita ; togliersi vita ; mi tolgo vita
    voglio|vorrei|voglia|vuole|vorrebbe|preferirei|preferisco|desider*|pens* ~3 morire|morta|morto|sparire|scomparire
    sparire|scomparire|dormire ~1 sempre ; meglio morto|morta|morire ; fossi ~1 morto|morta
    mai nat* ; penso ~3 morte
    non ~2 voglio|vuole|vorrei|voglia ~3 vivere|esserci|svegliarmi|svegliarsi|esistere|continuare ~2
    addorment* ~4 non|mai svegli* ; non svegliarmi piu ; dormire ~4 non|mai svegli*
    non ~2 vale|senso|motivo ~4 vivere|avanti ; senso ~3 vivere|vita ; nessun|senza motivo ~3 vivere
    non ~3 voglia ~1 vivere ; stanc* ~3 vivere|vita ; vivere ~2 inutile ; vita ~3 inutile|senso
    non ce faccio ~3 vivere|avanti|continuare ; non reggo ~3 vivere|avanti|vita
    non posso|riesco ~2 andare avanti ; via uscita ~2
    meglio|felici|felice|bene|sollevat*|facile ~5 senza me ; senza me ~6 meglio|felic*|bene
    meglio ~4 se ~2 non ~3 ci|fossi|esistessi ; se non ci fossi|sono ~6 meglio
    nessuno ~5 mancanza|mancherei|accorgerebbe|mancherò|piangerebbe ; peso ~2 tutti|famiglia|figli|altri|miei
    lettera|lettere|biglietto|messaggio ~2 addio ; detto|scritto|dire ~2 addio ~3
    pillole|pastiglie|compresse|corda|pistola ~3 pronte|pronta|davanti|accanto|mano
    piano ~3 morire|finita|uccid*
    buttarmi|buttarsi|buttare ~4 finestra|ponte|treno|sotto|giu|balcone ; mi butto ~3 ; impicc*
    chiudere ~2 occhi ~4 non|mai ~3 riaprir*|svegli* ; non ~2 riaprir* ~3 occhi|mai
    non ci saro ~1 piu ; domani ~3 non ~3 saro|ci ~2 piu
    deciso ~4 morire|finirla|uccidermi|farla|domani ~4 non ; se ~3 morissi|sparissi|muoio
    nessuno ~3 accorgerebbe|mancherei`,
  "self-harm": `
      autolesionis* ; tagliarmi ; voglio|vorrei|voglia|pens*|bisogno ~3 farmi male
      farsi|farmi ~1 male ~2 apposta|sola|solo ; taglio|tagli|tagliat* ~1 braccia|polsi|vene
      mi taglio ~2 apposta|braccia|gambe|polsi`,
  "harm-others":
    "voglio|voci|paura|vuole|pens* ~5 uccidere|ammazzare|far ~1 male ~4 ; voci ~5 uccid*|ammazz*|colpire",
  violence: `
      marito|compagno|fidanzato|moglie|padre|ex|lui|figlio|patrigno|convivente|madre ~5 picchi*|mena|menato|minacci*|violenta|strangola*|violentat*|schiaffegg*|botte
      violenza domestica ; mi picchia|mena|violenta|strangola ; violentat* ; stuprat* ; stupro
      mani ~2 collo|gola ; alza|alzato ~2 mani ; dice|detto|minaccia* ~5 uccid*|ammazz*
      paura ~2 marito|compagno|padre ; mi ~2 chius* casa`,
  "death-joke": `
      morire|muoio|morto|morta|muore ~1 ridere|risate|voglia|sonno|caldo|noia|vergogna|imbarazzo
      voglio|vorrei ~2 morire|sparire|sprofondare ~2 vergogna|imbarazzo|ridere`,
};
