/** Italian phrases: how findings are told at home, minor ailments, and clinical words, besides `italian.ts`. */

/** Concept to phrases. */
export const ITALIAN_LAY: Readonly<Record<string, string>> = {
  "pain-any": "$pain ; fa male ; fanno male ; brucia ; dolori",
  "chest-pain": `
      petto|torace|cuore & $pain|male|fitte|brucia ; dolore ~3 petto|torace|cuore|sterno
      peso|oppressione|morsa|macigno ~2 petto|torace|stomaco`,
  "chest-pressure":
    "peso|oppressione|morsa|macigno|stretta ~3 petto|torace|sterno ; petto ~3 stretto|schiacciat*|pesa",
  "radiates-arm-jaw": `
      braccio|mandibola|mascella|spalla ~3 sinistr*|male|dolore
      va|scende|arriva|passa ~3 braccio|mandibola|spalla|collo`,
  dyspnea: `
      manca|mancano|mancava ~2 respiro|fiato|aria ; senza fiato
      respir* ~3 male|fatica|affanno|veloce ; ansim* ; non ~3 fiato ; a corto fiato|respiro`,
  "dyspnea-severe": `
      non ~3 respirare|respiro ; fatica ~2 finire ~2 frase|frasi
      non ~3 parlare|finire ~4 fiato|frase ; rientra* ~3 costole ; costole ~3 rientra*|dentro
      non ~2 respira ; smesso ~1 respirare ; due parole ~3`,
  "reliever-fails": `
      broncodilatatore|spruzzino|inalatore|ventolin|spray|salbutamolo ~4 niente|nulla|non|inutile
      non ~3 effetto|funziona|basta ~3 ventolin|inalatore|spray|broncodilatatore`,
  asthma: "asma ; broncodilatatore ; ventolin ; spruzzino",
  cyanosis:
    "labbra|viso|dita|unghie|faccia ~3 blu|viola|bluastr*|grigi*|cianotic* ; diventat* ~1 blu|viola|cianotic*|grigi*",
  choking: `
      soffoca|soffocando|soffocato|strozza|strozzando|strozzato ~4 ; andato ~2 traverso
      boccone|caramella|pezzo ~4 traverso|gola|incastrat* ; incastrat* ~3 gola`,
  "food-stuck": "incastrat*|bloccat*|fermo|fermato|rimasto ~4 gola|esofago|traverso",
  "cannot-swallow": "non ~4 deglutire|inghiottire|ingoiare ~3",
  dysphagia: "fatica|dolore|difficolta ~3 deglutire|inghiottire|ingoiare",
  fainting:
    "sven* ; perso|perde|persi|perdere ~1 sensi|conoscenza|coscienza ; caduto terra ; crollat* ; collass*",
  unresponsive: `
      non ~2 risponde|reagisce|svegli*|muove ~2 ; non ~3 svegliare|svegliarlo|svegliarla
      inconscient* ; incoscient* ; respira appena ; privo sensi`,
  seizure: `
      convulsion* ; trema* ~2 tutto|corpo ; scosse ~3 corpo|gambe|braccia
      occhi ~2 rovesciat*|girati|indietro ; bava|schiuma ~2 bocca ; crisi ~1 epilet* ; irrigidit* ~3`,
  epilepsy: "epiless* ; epilettic*",
  "one-sided-weakness": `
      non ~3 muove|muovo|muovere|sente|alza|alzare|stringe ~2 braccio|gamba|mano|lato
      braccio|gamba|mano ~4 debol*|paralizz*|intorpidit*|morto|molle|addormentat*|pesante|cade|muove
      meta corpo ; metà corpo ; cade|cadono ~3 mano|mani ; trascina ~1 gamba|piede`,
  "face-droop":
    "bocca|viso|faccia|labbro|sorriso ~3 stort*|cad*|paralizz*|pende|deviat*|giu|storto ; stort* ~2 bocca|viso|faccia",
  "speech-trouble": `
      non ~3 parlare|parla ; parla ~3 strano|male|impastat*|ubriac*|confuso|lento|piu ; biascic*
      frasi ~2 senso|sconness* ; non ~3 trova|trovare ~2 parole ; parole ~3 sbagliat*|confus*|senso`,
  "vision-loss": `
      non ~2 vede|vedo|vedere|vedeva ~4 occhio|niente|piu|bene ; perso|perde ~2 vista
      vista ~2 sparita|andata|nera ; tenda|velo|ombra ~4 occhio|vista`,
  floaters: "lucine ; lampi ; scintille ; luci ~3 occhi ; moschine ; stelline",
  "vision-blur":
    "vista|vedo|vede|visione ~3 annebbiat*|offuscat*|sfocat*|doppio|appannat*|male ; aloni",
  headache:
    "mal|male|dolore testa ; testa ~3 scoppia|martella|esplode|pulsa|male ; emicrania ; cefalea",
  thunderclap: `
      mal testa ~6 improvvis*|peggiore|fortissim*|botto|colpo|martellata|fucilata
      peggior* ~3 mal|dolore ~1 testa ; testa ~4 martellata|fucilata|scoppiata
      improvvis* ~4 mal testa`,
  "tension-headache":
    "computer|schermo|stress|lavoro|studio ~6 testa ; testa ~6 computer|schermo|stress ; cerchio testa",
  "stiff-neck": "collo|nuca ~3 rigid*|dur*|bloccat* ; non ~3 piegare ~3 collo|testa|mento",
  photophobia: "luce ~4 fastidio|male|sopport*|insopportabile|infastidisce ; non ~3 luce",
  purpura: `
      macchie|macchioline|puntini|chiazze|lividi ~3 viola|violace*|rosse|rossi|scure ~4
      non ~2 spariscono|scompaiono|sparisce|scompare|vanno|schiarisc* ~4 ; petecchie`,
  "glass-test": `
      non|restano spari*|scompa*|vanno|schiari*|li|uguali ~5 premendo|bicchiere|pressione|premo|vetro
      premendo|bicchiere|premo|vetro ~5 spari*|scompa*|via|restano|schiari*`,
  fever: `
      febbre ; febbricitante ; febbricola ; scotta ; scottava ; bollente ~1
      temperatura ~2 alta|38*|39*|40* ; caldo ~1 fronte`,
  "low-fever": "poca|leggera|un'po|lieve|po' febbre ; febbricola ; febbre 37*|bassa ; 37*",
  chills: "brividi ; trema* ~3 freddo|febbre ; tremore ~2 febbre",
  mottled: `
      pelle ~3 chiazze|marezzat*|macchiat*|grigi*|fredda ; mani ~3 gelate|fredde|ghiacciate
      sudore freddo ; suda freddo ; sudato freddo`,
  sweating: "sud* ; sudando ; sudat* ; sudore",
  confusion: `
      confus* ; delira* ; vaneggia* ; non ~2 sa ~3 dove|chi|giorno ; non ~2 riconosc* ; disorient*
      non ~2 capisce ~2 ; dice ~2 cose ~2 senso ; non connette`,
  drowsy: `
      sonnolen* ; sonnolenza ; assonnat* ; molle|mollo|moscio|floscio ~2 ; non ~2 svegli*
      dorme ~2 sempre|tutto|continuamente ; difficile ~1 svegli* ; fatica ~2 svegli* ; intontit*
      abbattut*`,
  "generally-ill":
    "sta ~2 malissimo|male ~1 davvero ; mi ~1 morire ; sembra ~2 morire ; grave ; molto malato ; condizioni gravi",
  "head-injury":
    "testa|capo|nuca|fronte & battut*|sbattut*|botta|colpo|caduto|caduta|picchiat* ; trauma cranico ; batte* ~2 testa",
  "head-injury-sign": "non ~2 ricord* ; liquido ~4 naso|orecchi* ; sangue ~2 orecchi*",
  "repeated-vomiting":
    "vomit* ~4 sempre|continua*|volte|tutto|ripetut* ; continua|continuo ~1 vomit* ; non ~3 trattene*|tiene",
  "abdominal-pain": `
      pancia|stomaco|addome|ventre & $pain|male|crampi|fitte|dolori ; mal pancia|stomaco
      crampi ~2 pancia|stomaco|addome ; colica ; coliche`,
  "belly-rigid": "pancia|addome ~2 dur*|rigid*|tavola|legno|pietra|tes*|gonfia|tavolo",
  "pain-lower-right":
    "basso ~1 destra ; destra ~2 pancia|addome|basso ; pancia|addome ~4 destra ; appendic*",
  "pain-upper-right": "sotto ~2 costole ~2 destr* ; colecist* ; cistifellea ; calcoli ~2 fegato",
  obstipation: "non ~3 aria ~3 ; non ~2 evacu* ~4 aria|gas ; occlusion*",
  distension: "pancia|addome ~2 gonfi*",
  hematemesis: "vomit* ~4 sangue|caffe|rosso|nero ; sangue ~3 vomit* ; rimett*|rimess* ~3 sangue",
  melena: "feci|cacca|popo ~3 ner*|catrame|pece ; catrame",
  "rectal-bleeding":
    "sangue ~4 feci|cacca|carta|bagno|water|ano ; feci|cacca ~4 sangue ; emorroidi ~2 sangu*",
  weakness: "debol* ; senza forze ; forze ~2",
  "bleeding-uncontrolled": `
      sangue|sangu* ~4 non ~2 ferma* ; non ~3 ferma* ~3 sangu*
      sangu* ~3 tanto|molto|tantissimo|copios*|zampill*|fiotti
      perde|perdo ~2 molto|tanto ~1 sangue ; emorragia ; zampill*`,
  "wound-deep":
    "taglio|ferita ~3 profond* ; profond* ~2 taglio|ferita ; chiodo ; vetro ~2 ; aperto ~2 ferita ; punti",
  "wound-minor": `
      piccol* ~2 taglio|ferita|graffio|taglietto ; taglietto ; graffi* ; sbucciat* ; scheggia
      spina ; non sanguina ~1 piu ; fermato ~2 subito ; smesso ~1 sanguinare ; sbucciatura`,
  hives: "orticaria ; pomfi ; prurito ~2 ovunque|tutto|dappertutto ; bolle ~2 pruriginose",
  "face-swelling":
    "faccia|labbra|lingua|occhi|palpebre|viso ~3 gonfi* ; gonfi* ~2 faccia|labbra|lingua|viso|occhi",
  "tongue-throat-swelling":
    "gola ~3 chiude|stringe|gonfi*|chiusa ; lingua ~3 gonfi*|grossa|ingrossat*",
  "throat-closing": "gola ~3 chiude|chiud*|stringe|chiusa",
  "allergen-exposure": `
      puntura|punto|punta|punse ~3 ape|vespa|calabrone|insetto ; arachidi ; noccioline ; noci
      nocciole ; gamberi ; gamberetti ; crostacei ; pesce ; fragole
      mangiat* ~3 noci|gamberi|uova|pesce|arachidi ; antibiotico ; amoxicillina ; penicillina
      nuovo ~1 farmaco`,
  sting: "ape ; vespa ; calabrone ; medusa",
  rash: "macchie ; macchioline ; bollicine ; puntini ; sfogo ; eruzione ; chiazze ; esantema ; rossore ; arrossamento",
  burn: `
    ustion* ; scottat* ; bruciat* ; bruciatura ; bollente ~2 ; acqua bollente ; olio bollente
    rovesciat* ~5 acqua|caffe|olio|te|pentola|brodo|bollente ; ferro stiro ; scottatura
    toccat* ~2 forno|ferro|fornello|pentola`,
  "burn-large": `
      bolle|vesciche ~3 petto|viso|faccia|braccio|gamba|schiena|pancia|mani ; rovesciat* ~3 addosso
      bollente ~3 addosso ; addosso ~4 bollente
      ustion* ~4 petto|viso|faccia|braccio|gamba|schiena|mani|collo ; terzo grado ; scossa ~2
      incendio`,
  "burn-minor": `
      dito|ditino|polpastrello ~4 scottat*|bruciat*|pentola|ferro|forno
      scottat*|bruciat*|ustion* ~3 dito|polpastrello|pentola|forno|ferro|poco ; po' ross*
      poco ross* ; piccol* ~1 scottatura|bruciatura|ustione`,
  "electric-shock":
    "scossa ~3 corrente|elettric*|presa|forte ; folgorat* ; corrente elettrica ; fulmine",
  "eye-chemical": `
      candeggina|detersivo|acido|calce|ammoniaca|cemento|solvente|varechina|schizz* ~4 occhi|occhio
      occhi|occhio ~5 candeggina|detersivo|acido|calce|ammoniaca|varechina`,
  "major-trauma": `
      investit* ; incidente ; travolt*
      caduto|caduta|cade ~4 scala|scale|tetto|balcone|albero|moto|cavallo|bici|metri|piano`,
  "major-trauma-now": "investit* ; travolt* ~4 ; incidente ~3 moto|auto|macchina|stradale",
  "fall-height": "cadut* ~5 tetto|balcone|metri|piano|scala|finestra|impalcatura|albero",
  "hip-fall": "cadut* ~8 anca|gamba|femore|alza* ; gamba ~3 corta|storta|ruotata|girata ; femore",
  "cannot-bear-weight":
    "non ~3 alzars*|alzarmi|alzare|camminare|cammina|appoggiare|appoggia|piedi ; non ~3 reggersi|reggermi",
  "can-bear-weight":
    "riesco|posso|riesce|puo ~2 camminare|appoggiare|muover* ; cammina ~2 bene|zoppicando",
  "fracture-bad": `
      osso ~4 esce|fuori|vede|spunta
      gamba|braccio|polso|caviglia ~3 storta|storto|piegat*|deformat* ~3 ; frattura esposta`,
  sprain: "stort* ~4 caviglia ; storta ; distorsione ; slogat* ; caviglia ~3 gonfia|girata|storta",
  "muscle-strain": `
      palestra|allenamento|corsa|ginnastica|sport ~5 dolor*|male|indolenzit*|muscol*
      dolori|dolore|indolenzit* ~5 palestra|allenamento|corsa|ginnastica|sport|trasloco ; strappo
      stiramento ; crampi ~2 polpacci*|gamb*|notturni ; acido lattico ; torcicollo ; contrattura
      dopo ~2 corsa|palestra|allenamento|partita|maratona|trasloco|giardin*|camminata|calcetto`,
  "neck-pain": "torcicollo ; collo & $pain|bloccat* ; cervicale",
  amputation: `
      tagliat*|staccat*|amputat*|mozzat* ~4 dito|falange|mano|piede ~2 via|netto|staccat*|punta
      amputat* ; dito staccato ; staccato ~2 dito`,
  drowning: "annega* ; sott'acqua ; sotto ~1 acqua ; tirat* ~3 acqua|piscina|mare|lago",
  heat: "sole ~4 giorno|ore|giornata|mattina ; caldo ~3 ore|giorno ; colpo ~1 calore|sole ; insolazione ; afa",
  cold: "assiderat* ; ipotermi* ; gelo ~3 ; neve ~3 ore",
  "smoke-co": `
      stufa|caldaia|braciere|camino|boiler|scaldabagno ~6 odore|rotta|puzza|strana|difettos*|male|perde|accesa|chius*
      odore|puzza ~2 gas ; monossido ; fumo ~3 incendio|respirat*|inalat*
      tutti ~4 testa|nausea|male|vertigini ; tutta famiglia ~4`,
  "swallowed-dangerous": `
      ingoiat*|ingerit*|bevut*|mangiat*|inghiottit*|messo ~5 candeggina|detersivo|pila|batteria|magnet*|veleno|acido|antigelo|funghi|benzina|varechina|diserbante|pastiglia|capsula|sapone|ammorbidente|bacche|solvente|trielina|alcol
      pila|batteria|calamita ~3 bottone|ingoiat*|manca ; funghi ~4 raccolt*|bosco|velenos*`,
  overdose: `
      pres*|ingoiat*|mandat*|ingerit* ~4 troppe|tropp*|tutte|scatola|intera|tante|manciata|flacone|boccetta|blister|20|30|40 ~3
      troppe|troppi|tante ~2 pillole|compresse|pastiglie|farmaci|gocce|medicine ; doppia dose ~2
      overdose ; troppa insulina
      ingoiat*|mangiat*|pres* ~3 pastiglie|pillole|compresse|medicine|farmaci|gocce ~4 nonn*|mamma|papa|mobiletto|armadietto
      figli*|bimb*|bambin*|piccol* ~6 ingoiat*|mangiat* ~3 pastiglie|pillole|compresse|medicin*|farmac*`,
  diabetes: "diabet* ; insulina ; glicemia",
  ketones: "acetone ; chetoni ; chetoacidosi ; alito ~3 acetone|frutta|dolce",
  thirst: "sete ; beve ~2 tanto|molto|continuamente|litri",
  pregnant: `
      incinta ; gravidanza ; gestazione ; aspetto ~1 bambino ; acque ~2 rott*|perse
      perso|perse|rotte ~1 acque ; contrazioni ; doglie ; pancione
      settimana|settimane|mese ~2 gravidanza ; settimo|ottavo|nono|sesto|quinto mese`,
  "vaginal-bleeding": `
      perd*|perdite|perso ~2 sangue ; incinta ~8 sangue|sanguin*|perdite
      sangue|sanguin* ~6 incinta|gravidanza ; macchie sangue`,
  "one-side-pain": "$pain|male ~3 lato|fianco|sinistra|destra|parte ; lato|fianco ~3 $pain|male",
  "pelvic-pain": "basso ventre ; bassa pancia ; ovaio ; ovaie",
  "fetal-movement":
    "non ~4 muov*|sent* ~5 bambin*|bimb*|feto|pancia|muov*|scalcia* ; bambin*|bimb* ~4 non|meno ~2 muov*|scalci*",
  "labor-signs":
    "acque ~2 rott*|perse ; rott* ~1 acque ; contrazioni ; doglie ; acque ~2 rott*|perse ; perso|perse|rotte ~1 acque",
  "preeclampsia-words": "preeclamps* ; gestosi",
  hypertension: "pressione ~2 alta|altissima ; ipertes* ; ipertensione",
  saddle: `
      non ~2 sento|sente ~3 gambe|sotto|inguine|genitali|glutei|sedere ~1
      tra|fra gambe ~4 insensibil*|intorpidit*|formicol* ; sento|sente ~3 tra|fra gambe
      intorpidit*|insensibil*|formicol* ~4 tra|fra|inguine|sedere|genitali|sella|perineo`,
  sphincter:
    "pipi ~2 addosso|letto ; fatta ~1 addosso ; perdo ~2 urina|pipi|feci ~3 ; senza ~1 accorger*",
  "urine-retention": "non ~3 urinare|pisciare|pipi ~3 ; non ~2 urin* ~3 ieri|ore|stamattina",
  "testicle-pain":
    "testicol* ~4 $pain|gonfi*|male ; $pain|male ~3 testicol* ; palla|palle ~2 gonfi*|male",
  "one-leg-swollen": "gamba|polpaccio|coscia ~3 gonfi*|dur*|rossa|calda",
  "limb-cold": "gamba|piede|mano|braccio|dita ~3 fredd*|gelat*|bianc*|blu|pallid*",
  exertional: "correva|correndo|corsa|sforzo|scale|sport|giocava",
  immobile: "volo|viaggio ~2 lungo|aereo ; gesso ; allettat* ; operat* ~2 anca|ginocchio",
  "tropical-travel": `
      africa ; kenya ; tanzania ; ghana ; senegal ; nigeria ; congo ; india ; thailandia ; brasile
      indonesia ; bali ; madagascar ; mozambico ; camerun ; uganda ; vietnam ; cambogia ; tropici
      tropicale ; filippine ; malaria ; dengue ; zanzibar`,
  "snake-bite": "vipera ; serpente ; scorpione ; morso|morsicat*|morsa ~3 vipera|serpente",
  "animal-bite": "mors* ~4 cane|gatto|ratto|scimmia|animale ; cane|gatto ~4 mors*|morde|morsicat*",
  "infant-words": "neonat* ; lattante ; bebe ; bebè ; bimb* ~2 mesi ; poppante",
  "newborn-words":
    "neonat* ; lattante ~4 settimane|giorni ; 1|2|3|4|5|6|7|8|9|10 settimane ; 1|2|due mesi",
  "not-drinking":
    "non ~3 mangia|beve|poppa|succhia|ciuccia|bere|latte|attacca ; rifiuta ~3 ; non vuole ~2 mangiare|bere|latte",
  "little-urine": "pannolin* ~3 asciutt* ; non ~3 pipi|urin*|bagna ~3 ore|ieri|stamattina|giorno",
  inconsolable:
    "piange ~3 sempre|continua*|ore|inconsol*|smette|disperat* ; pianto ~3 acut*|inconsol*|strano|lament*",
  "barking-cough": "tosse ~2 abbai*|foca|canina|metallica ; abbai*",
  stridor: "rumore|fischio ~4 inspira|respira|respir* ; respiro ~2 rumoros* ; stridore",
  drooling: "sbava* ; bava ; saliva ~3 ",
  "muffled-voice": "voce ~3 ovattat*|patata|strana|soffocat*",
  alcohol: "alcol* ; beve molto ; vino ~2 giorno ; bevitore",
  "alcohol-withdrawal": "smesso ~2 bere ; astinenza ; non beve ~3 giorni",
  hallucination: "vede ~2 cose|insetti|ragni|animali ~3 ; allucinazion* ; sent* ~2 voci ; voci ~3",
  tremor: "trem* ; tremore ; tremori",
  "immune-low":
    "chemio* ; immunodepress* ; immunosoppress* ; trapiant* ; cortisone ; leucemia ; linfoma ; senza milza",
  anticoagulant: "anticoagulant* ; coumadin ; eliquis ; xarelto ; fluidificant* ; sintrom",
  necrotizing: "pelle ~3 nera|scura|nerastra ; gangren* ; necro*",
  "skin-infection":
    "pus ; ascesso ; infett* ; foruncol* ; ross* ~2 cald*|gonfi*|dolent* ~2 ; crosticine ~2 ; impetigine",
  "redness-spreading":
    "striscia|strisce|linea|linee ross* ; ross*|rossore ~4 estend*|allarg*|sale|espand*",
  "tetanus-signs": "mandibola ~3 bloccat*|serrat*|apr* ; non ~3 aprire ~2 bocca",
  dysuria: "bruci* ~4 pipi|urin* ; pipi|urin* ~4 bruci*|male|dolore ; cistite",
  "breast-lump": "nodulo|noduli|pallina ~4 seno|mammella|ascella ; seno ~4 nodulo|pallina|duro",
  lump: "nodulo ; nodulo ~2 ; pallina ; bozzo ; massa",
  mole: "neo ~5 cambiat*|colore|cresciut*|sanguin*|forma|ingrossat* ; neo ; nei ~3 cambiat*|strani",
  depression: `
      depress* ; triste ; tristezza ; giu ~4 mesi|settimane|morale ; mi sento giu|vuoto|vuota
      non ~2 voglia ~2 niente ; piango`,
  insomnia: "insonn* ; non ~3 dormire|dormo ; dormo ~2 male|poco",
  "swollen-glands": "linfonod* ; ghiandole ~2 gonfi*",
  "hearing-loss": "non ~3 sento ~3 orecchio|bene ; sordo|sorda ; udito ~3",
  tinnitus: "acufen* ; fischio|ronzio ~3 orecchi*",
  constipation: "stitic* ; stipsi ; non ~3 bagno|scarico|evacu*|corpo ~3 ; non ~2 cacca",
  diarrhea:
    "diarrea ; scariche ; cagott* ; dissenteria ; intestino ~2 sottosopra ; feci ~2 liquide|molli",
  "gastroenteritis-words":
    "virus intestinale ; influenza intestinale ; gastroenterite ; mangiato ~3 scaduto|avariato|male",
  heartburn: `
      bruciore|bruciori ~2 stomaco ; acidita ; reflusso ; indigestione ; digerit*
      pesantezza ~2 stomaco ; rigurgito acido ; stomaco ~2 brucia ; brucia ~2 stomaco`,
  posset:
    "rigurgit* ~5 latte|poppata|poppate ; rigurgitino ; latte ~4 poppata ; dopo ~1 poppata ~5 latte|rigurgit*",
  teething: "dentin* ; denti ~3 spunt*|mett*|nascendo ; dentizione ; dente ~2 spunt*",
  "diaper-rash": `
      pannolino ~3 eritema|dermatite|rossore|irritazione|arrossat*
      eritema|dermatite|rossore|irritazione|culetto|sederino ~3 pannolino|rosso|arrossat*`,
  "infant-colic": "coliche ~3 neonat*|bimb*|lattante|gassose ; colichette",
  hangover: "sbornia ; postumi ; dopo ~2 sbronza ; bevuto ~2 troppo|tanto ~4 sera|ieri",
  "travel-sick":
    "mal ~1 auto|mare|macchina|viaggio|aereo ; mal d'auto ; chinetosi ; nausea ~4 auto|macchina|viaggio|nave|traghetto",
  earwax: "cerume ; tappo ~3 orecchi* ; orecchi* ~3 tappat*|chius*|ovattat*|acqua",
  hiccups: "singhiozz*",
  stye: "orzaiol* ; calazio",
  bruise: "livido ; lividi ; ematoma ; botta ~3 gamba|braccio|ginocchio|gomito ; ammaccat*",
  blister: "vescica ; vesciche ; bolla ~2 tallone|piede ; fiacca",
  sunburn: `
      scottatura ~2 solare|sole ; eritema solare ; scottat* ~4 sole|mare|spiaggia
      sole ~4 rosso|rossa|scottat* ; troppo ~1 sole ; preso ~2 sole ~4 ross*|spalle|scottat*
      spalle|schiena|viso ~2 ross* ~6 sole|mare|spiaggia ; eritema ~1 solare`,
  "cold-sore": "herpes ~2 labbr*|labiale ; febbre ~2 labbr* ; febbrina labbro",
  "canker-sore": "aft* ; afta ; ulcer* ~3 bocca|lingua|gengiv*|guancia",
  "fungal-skin": "piede ~1 atleta ; micosi ; fung* ~3 pied*|unghi*|pelle ; tigna",
  wart: "verruc* ; call* ~3 pied*|dit* ; duroni ; unghia incarnita ; pelo incarnito",
  dandruff: "forfora",
  lice: "pidocch* ; lendini",
  pinworm: "ossiuri ; vermi",
  "contact-rash":
    "sudamina ; dermatite contatto ; ortic* ~2 pianta ; irritazione ~3 pelle|rasatura",
  "insect-bite":
    "zanzar* ; puntur* ~2 insett*|zanzar*|pulc*|ragno|formic* ; punt* ~2 zanzar*|insett* ; pappatac*",
  eczema: "pelle ~2 secca|screpolat* ; mani ~2 screpolat*|secche ; labbra screpolate ; eczema",
  "chapped-lips": "labbra ~2 screpolat*|secche|spaccat* ; labbra ~1 secche",
  nosebleed: "epistassi ; sangue|sanguin* ~3 naso ; naso ~3 sangu*",
  hoarse: "rauc* ; raucedine ; senza voce ; voce ~2 bassa|roca|andata ; afon*",
  cough: "tosse ; tosse secca ; tossisc*",
  "runny-nose":
    "raffreddore ; raffreddat* ; naso ~3 chiuso|cola|tappato|gocciola|goccia ; influenzat*",
  "period-pain":
    "dolori ~2 mestrual*|ciclo|mestruazion* ; ciclo ~3 dolor*|male|crampi ; crampi ~2 ciclo|mestrual*",
  yeast: "candida ; prurito ~2 intimo|vaginale",
  hemorrhoids: "emorroidi",
  fatigue: "stanc* ; spossat* ; debolezza ; fiacco",
  well: `
    sta bene ; sto bene ; altrimenti ~1 bene ; gioca
    bevo|beve|mangia|dorme|cresce ~3 bene|normale|tranquill* ; tranquill* ; allegr* ; sorride
    bene ~1 resto ; ora sto|sta bene|meglio ; adesso bene|meglio`,
  mild: "leggero ; leggera ; lieve ; leggermente ; poco ; po' ; piccol* ; fastidioso",
  severe: `
      fortissim* ; forte ; atroce ; tremend* ; insopportabile ; lancinante ; violent* ; terribile
      intens* ; acut* ; peggior* ~2 mai|vita`,
  sudden: "improvvis* ; subit* ; all'improvviso ; d'improvviso ; di colpo ; punto bianco ; botto",
  recurrent:
    "ogni ~1 mese|giorno|volta|anno|settimana|primavera ; spesso ; di solito ; come ~1 sempre ; ricorrent*",
  "otc-helps": `
      paracetamolo|tachipirina|ibuprofene|moment|oki|antiacido|maalox|antistaminico ~4 passa|aiuta|meglio|calma*
      passa|meglio|calma* ~4 paracetamolo|tachipirina|ibuprofene|antiacido|antistaminico`,
  "weight-loss": "perso|persi|perdita|perde|dimagri*|calat* ~4 peso|chili|kg|kili ; dimagri*",
  gas: `
    mangiato ~2 troppo|tanto ; abbuffat* ; gonfiore ~2 pancia ; aria ~2 pancia ; flatulenza
    aria pancia ; meteorismo`,
  "sore-throat": "gola ~3 pizzica|gratta|raschia|secca|irritat*|brucia|arrossat*|rossa",
  panic: "attacc* ~1 panico",
  numbness: `
      non ~2 sento|sente ~3 piede|mano|dita|gamba|braccio|piedi|gambe|mani|piu ; insensibil*
      intorpidit* ; formicol* ; addormentat* ~2 ; bianc*|gelat*|fredd*|blu ~4 non ~1 sento|sente`,
  "pregnant-late": "settimo|ottavo|nono|sesto mese ; fine gravidanza",
  "cord-prolapse": "cordone ~5 ; ved* ~2 cordone",
  "hair-loss":
    "perdo|perde|cadono|caduta ~2 capelli ; capelli ~3 cadono|diradat* ; calvizie ; alopecia",
  "ear-discharge": "orecchi* ~3 liquido|pus|perde|cola|secrezion* ; liquido|pus ~3 orecchi*",
  "poor-response": `
      non ~3 passa|migliora|funziona|effetto|guarisce|aiuta ; nonostante ~3
      senza ~1 risultato|miglioramento|beneficio`,
  pupil: "pupill* ; palpebra|palpebre ~3 cadent*|cala*|abbass*|giu ; palpebra ~2 cade",
  ascending:
    "salendo|salita|sale|risale ~4 gambe|mani|braccia|su|cosce ; piedi|gambe ~6 mani|braccia|cosce ; dai piedi ~6",
  "eye-injury": `
      occhio|occhi ~4 colpit*|ferit*|graffiat*|scheggia|metallo|pallonata|pugno|ramo
      scheggia|metallo|qualcosa ~4 occhio`,
  "eye-penetrating": "scheggia|metallo|vetro|chiodo|ferro ~4 occhio",
  "pain-epigastric": "bocca ~1 stomaco ; alto ~2 pancia|addome ; epigastr*",
  bilious: "vomit* ~3 verde|bile|biliare ; verde ~2 vomit*",
  "currant-jelly":
    "cacca|feci ~4 gelatina|marmellata|ribes ; tira|ritira|rannicchia ~3 gambe|gambine|ginocchia",
  "dark-urine": "urin*|pipi ~3 scur*|marron*|coca|the|te|cola",
  "weight-gain": "ingrassat* ; preso|messo ~2 chili|kg|peso ; aumentat* ~2 peso",
  "poor-appetite":
    "inappeten* ; non ~2 fame|appetito ; senza appetito|fame ; perso ~1 appetito ; perdita appetito",
  hernia: "ernia ; gonfiore|bozzo ~3 inguine|ombelico",
  "hernia-stuck": "ernia ~6 dura|dolente|rientra|strozzat*|incarcerat*",
  "urine-leak":
    "perdo|perdite|perde ~2 urina|pipi ~4 tosse|tossi*|rido|starnut* ; incontinenza ; prostata",
  "testicle-swelling": "testicol* ~3 gonfi*|nodulo|duro|grosso",
  priapism: "erezione ~5 ore|passa|dolorosa|dura",
  "genital-sore":
    "genital*|pene|vagin*|vulva|labbra ~3 ulcer*|vescicol*|bolle|piag* ; herpes genitale",
  "genital-discharge":
    "perdite ~2 vaginali|gialle|bianche|maleodoranti|odore ; secrezion* ~2 pene|uretr*|vagin*",
  "heavy-periods":
    "ciclo|mestruazion* ~3 abbondant*|lung*|irregolar*|forti ; mestruazioni ~2 abbondanti",
  menopause: "menopausa ; vampate",
  mastitis: "seno ~4 rosso|dolente|caldo|duro|gonfio|dolor* ; mastite ; ingorgo",
  "rabies-risk": "pipistrello ; randagi* ; volpe ~3 mors* ; rabbia ~2 animale",
  "target-rash":
    "zecca ~12 anello|cerchio|bersaglio|macchia ; macchia ~4 anello|cerchio|bersaglio|allarg* ; eritema migrante",
  "blistering-mucosa": "vesciche|bolle ~4 bocca|occhi|labbra ; pelle ~3 stacca|sfalda|viene",
  compartment: "gesso ~8 formicol*|blu|fredd*|dolore|insensibil*|stretto",
  sinus: "sinusite ; pressione|peso|dolore ~3 fronte|zigomi|faccia|seni",
  "purulent-nose": "muco|catarro|naso ~3 verde|giallo|denso",
  "smell-loss": "non ~2 sento ~2 odori|sapori ; perso ~2 olfatto|gusto",
  chickenpox: "varicella ; sesta malattia ; quinta malattia ; mani piedi bocca",
  shingles: "fuoco ~1 antonio ; herpes zoster ; zoster",
  measles: "morbillo ; orecchioni ; parotite ; rosolia",
  "easy-bruising": "lividi ~3 senza|ovunque|facil*|spontane* ; gengive ~2 sangu*",
  "night-sweats": "sudorazion*|sudori|sudo|sudate ~2 nottur*|notte",
  "drug-use": "eroina ; cocaina ; droga ; tossicodipendent* ; siringa",
  stimulant: "cocaina ; anfetamin* ; ecstasy",
  "atrial-fibrillation": "fibrillazione ; aritmia",
  cancer: "tumore ; cancro ; metastasi",
  "kidney-disease": "dialisi ; insufficienza renale",
  "liver-disease": "cirrosi ; epatite",
  "missed-dialysis": "saltat* ~3 dialisi",
  "missed-insulin": "finit*|saltat*|dimenticat* ~3 insulina ; senza insulina",
  sickle: "falciforme ; drepanocit* ; talassodrepano*",
  hemophilia: "emofili*",
  unvaccinated: "non ~2 vaccinat* ; antitetanica ~4 mai|scadut*|ricordo|anni",
  vaccineReaction: "dopo ~2 vaccino|vaccinazione ; vaccino ~4 braccio|febbre",
  "sleep-apnea": "russ* ~3 ; apnee",
  sleepiness: "addorment* ~4 guid*|volante|lavoro|lezione",
  memory: "memoria ; dimentica* ; demenza ; alzheimer",
  "foreign-body-nose":
    "naso|orecchi* ~4 perlina|pallina|fagiolo|pisello|oggetto ; infilat* ~4 naso|orecchi*",
  "swallowed-harmless": "ingoiat*|inghiottit* ~3 moneta|monetina|bottone|perlina|biglia|nocciolo",
  "tooth-knocked": "dente ~4 saltat*|cadut*|perso|staccat* ~3 ; perso ~1 dente",
  frostbite: "congelament* ; geloni",
  carpal: "tunnel carpale ; dita|mano ~4 formicol*|addorment* ~4 notte",
  heel: `tallone ~2 $pain|male ; $pain|male ~3 tallone ; fascite plantare ; alluce valgo`,
  "morning-stiffness": "rigid* ~3 mattin* ; mattin* ~4 rigid*",
  "many-joints": "articolazioni ; entrambe ~2 mani|ginocchia",
  "joint-swollen": "ginocchio|caviglia|gomito|polso|dita ~2 gonfi*",
  "bulging-fontanelle": "fontanell*",
  "chest-wall": "fa ~1 male ~3 tocco|premo|premendo|movimento|giro ; tocco|premo ~4 male|dolore",
  tachycardia: "cuore|battito|polso ~3 veloce|accelerat*|impazzit*|mille",
  hypotension: "pressione ~2 bassa|bassissima ; ipotension*",
  orthopnea: `
      sdraiat*|disteso|distesa|coricat* ~5 respir*|fiato|soffoc*
      respir*|fiato ~4 sdraiat*|distes*|seduto|coricat* ; svegli* ~4 fame|soffoc*|fiato`,
  "low-oxygen": "ossigeno|saturazione ~2 bassa|basso",
  "hemoptysis-much": "tanto|molto ~2 sangue ~3 toss*",
  "leg-pain-walking": "gamba|polpaccio|gambe ~4 cammin* ; cammin* ~5 polpacci*|gamba|gambe ~2",
  sciatica: "sciatica ; scende ~2 gamba",
  scabies: "scabbia",
  aura: "aura",
  "spine-injury": "tuff* ~4 bassa|fondale|scoglio ; collo|schiena|colonna ~2 rott*|fratturat*",
  "deep-neck":
    "sotto ~1 lingua|mento|mandibola ~3 gonfi* ; gonfi* ~3 sotto lingua|mento|mandibola|collo",
  poisoning: "avvelenat* ; veleno ; intossicat* ; pesticid* ; diserbante",
  "poison-food": "intossicazione ~1 alimentare",
  botulism: "botulin* ; conserve ~2 casa ; conserva ~3",
  "crush-injury":
    "schiacciat* ~4 mano|piede|gamba|dito|braccio ; mano|piede|gamba|braccio ~3 schiacciat*|incastrat*",
  "many-times": "terza|quarta|quinta volta",
  "bad-breath": "alito cattivo|pesante ; alitosi",
  limping: "zoppic*",
  "body-words": `
      testa|viso|occhio|occhi|orecchio|orecchie|naso|bocca|labbro|lingua|dente|denti|gola|collo|spalla|spalle|braccio|braccia|gomito|polso|mano|mani|dito|dita|unghia|petto|seno|schiena|anca|inguine|pancia|stomaco|gamba|gambe|ginocchio|ginocchia|caviglia|piede|piedi|tallone|pelle|capelli|cuore|urina|pipi|feci|ciclo|muscolo|muscoli
      sintom* ; dorm* ; malat* ; gonfi* ; infezione`,
};
