/** Italian phrases: every emergency, frequent complaints, conditions that raise a risk, and wording. */

import type { Groups } from "../pattern.ts";

/** Groups for the Italian phrases. */
export const ITALIAN_GROUPS: Groups = {
  pain: "dolore|dolori|male|mal|dolente|doloroso|dolorosa|duole|fitta|fitte|crampo|crampi|bruciore|fastidio|dolorante",
  swell: "gonfio|gonfia|gonfi|gonfie|gonfiore|gonfiata|gonfiato|gonfiano|gonfiate|gonfiati|edema",
  unable: "impossibile|incapace|riesce|riesco|riusciva|riuscivo|riuscire",
};

/** Concept to phrases. */
export const ITALIAN: Readonly<Record<string, string>> = {
  "chest-pain": `
      petto|torace|toracico|sterno|retrosternale & $pain|oppressione|peso|stretta|pressione|morsa|costrizione|stringe
      angina`,
  "chest-pressure":
    "petto|torace & oppressione|peso|stretta|pressione|morsa|costrizione|oppressivo|stringe|schiaccia*",
  "radiates-arm-jaw": `
      braccio sinistro ; irradi* ~4 braccio|mandibola|spalla|collo|mascella
      $pain ~3 mandibola|mascella|braccio ; braccio ~3 formicol*|intorpidit*|pesante|addorment*
      fino ~3 braccio|mandibola|spalla`,
  "radiates-back": "irradi* ~3 schiena|dorso ; fra|tra scapole",
  tearing: "lacerante ; strappo ~3 petto|schiena",
  pleuritic: "peggiora|fa|aumenta ~4 respir* ; respiro profondo ; quando respiro",
  exertional: "sforzo ; scale ; camminando ; cammino",
  "at-rest": "a riposo ; riposo",
  sweating: "sud* ; sudore ; sudato ; sudata",
  palpitations:
    "palpitazion* ; cardiopalmo ; cuore ~3 batte|forte|irregolare|accelerat*|impazzit* ; batticuore ; tachicardia",
  fainting:
    "sven* ; perso|perde|perdita|persa conoscenza|sensi|coscienza ; sincope ; collass* ; privo ~1 sensi ; incosciente",
  "near-fainting":
    "capogir* ; stord* ; testa gira ; gira ~2 testa ; giramenti ; vertigini ; mancamento",
  dyspnea: `
      respir* ~3 fatica|male|difficolta|affannos*|corto ; fatica|difficolta|faticare ~3 respir*
      affann* ; fiato ~3 corto|manca|mancanza ; manca* ~2 fiato|aria|respiro ; fame aria ; dispnea
      fiatone ; non riesc* ~3 respir*`,
  "dyspnea-severe": `
      non riesc* ~3 respir*|parlare|finire ; soffoc* ; $unable ~1 respirare ; dispnea ~2 riposo
      fatica* ~3 parlare ; rantol* ; non respira ; smesso respirare ; grave ~2 difficolta ~2 respir*
      boccheggia`,
  cyanosis:
    "labbra|viso|bocca|dita|faccia & blu|viola|cianotic*|bluastr* ; cianos* ; diventat* blu|viola|cianotic*",
  cough: "toss*",
  "cough-productive": "catarro ; espettorato ; muco",
  hemoptysis: "toss*|sputo|catarro|espettorato & sangue ; emottisi ; sput* sangue",
  wheeze: "fischi* ~4 respir*|petto|torace ; sibil* ; attacco ~2 asma",
  stridor: "stridore ; stridor ; respiro rumoroso",
  "barking-cough": "tosse abbaiante ; abbai*",
  "throat-closing": "gola & chiud*|stringe|gonfi*|serrata ; lingua ~2 gonfi*",
  "tongue-throat-swelling": "gola|lingua & gonfi*|chiud*|chiude",
  "face-swelling": "labbra|labbro|viso|volto|faccia|lingua|palpebre|gola & $swell",
  hives: "orticaria ; pomfi",
  anaphylaxis: "anafila* ; shock allergico",
  "allergen-exposure": `
      ape|vespa|calabrone ; puntura ; punto|punta da ; arachidi ; noccioline ; noci ; gamberi
      crostacei ; dopo mangiat* ; allerg* ; antibiotico ; penicillina ; amoxicillina`,
  sting: "puntura ~2 ape|vespa|insetto ; punto|punta ~2 ape|vespa|calabrone",
  "insect-bite": "zanzar* ; puntur* ~2 insett*|zanzar*|pulce|pulci",
  "one-leg-swollen":
    "gamba|polpaccio|coscia & $swell|$pain|rossa|rosso|calda|caldo ; polpaccio ; trombosi",
  edema: "caviglie|gambe|piedi & $swell",
  "limb-cold": "gamba|piede|mano|braccio & fredd*|pallid*|bianc*|blu",
  headache: "mal|male testa ; cefale* ; emicran* ; testa ~3 $pain|scoppia|esplode",
  thunderclap: `
      peggior* ~2 mal|cefalea|emicrania ~4 vita|mai
      mal testa ~4 improvviso|violentissimo|fortissimo|lancinante|atroce|esplosiv*
      cefalea ~3 improvvisa|a rombo|violenta
      improvviso|improvvisa|lancinante|violentissimo ~3 mal testa ; improvvisa ~3 cefalea`,
  "stiff-neck": "collo|nuca & rigid* ; rigidita nucale",
  photophobia: "fotofobia ; luce ~4 fastidio|infastidisce|sopport*",
  confusion: `
      confus* ; disorient* ; delira* ; non riconosce ; straparl* ; stato confusionale
      sconnesso|sconnesse ; frasi senza senso`,
  drowsy:
    "sonnolen* ; letargic* ; assonnat* ; difficile svegliar* ; non ~3 svegli* ; soporoso ; apatic*",
  unresponsive:
    "non risponde ; incosciente ; privo|priva ~1 sensi|coscienza ; coma ; non ~2 svegli* ; svenut* ~4 sveglia",
  seizure: "convulsion* ; crisi epilettic* ; epilettic* ; convuls*",
  "one-sided-weakness": `
      braccio|gamba|lato|mano|meta & debol*|paralizz*|intorpidit*|insensibil*|formicol*|muove|muovere|addormentat*
      emiparesi ; emiplegia ; lato sinistro|destro ; non ~4 muover* ~2 braccio|gamba|mano`,
  "face-droop":
    "bocca|viso|faccia|volto|labbro|sorriso & stort*|cadent*|paralizz*|asimmetric*|cade|storto|pende|storta",
  "speech-trouble": `
      parl* ~4 male|fatica|difficolta|biascica*|strano|impastat*|confus*|piu ; biascic*
      linguaggio ~3 confuso|impastato ; parola ~3 impastata ; non ~3 parlare ; afasia ; disartria`,
  "vision-loss": `
      non ~2 ved* ; perso|perdita|perdo|persa ~2 vista ; vista ~3 persa|oscurat*|perso|nera ; cecita
      cieco ; tenda|velo ~5 occhio|vista`,
  "curtain-vision": "tenda|velo|ombra ~5 occhio|vista|visione",
  floaters: "lampi ; mosche volanti ; flash ~3 occhio",
  "double-vision": "diplopia ; ved* doppio ; visione doppia",
  "vision-blur": "vista|visione & annebbiat*|offuscat*|sfocat*",
  vertigo: "vertigin* ; gira tutto",
  ataxia: "barcoll* ; equilibrio ; atassia ; instabil*",
  saddle: `
      intorpidit*|insensibil*|formicol* ~5 inguine|genitali|glutei|sella|perineo|cosce
      anestesia ~2 sella ; inguine|genitali|glutei ~4 intorpidit*|insensibil*`,
  sphincter: `
      incontinen* ; non ~3 trattenere|controllare ~4
      perso ~3 controllo ~4 vescica|urina|intestino|sfinteri ; pipi addosso`,
  "urine-retention": "non ~3 urinare|pisciare|pipi ; ritenzione",
  "leg-weakness":
    "gambe ~3 debol*|muov*|sento|paralizz*|cedono ; debol* ~3 gambe ; non ~3 sent* ~2 gambe",
  "back-pain":
    "schiena|lombare|lombo|dorso & $pain ; lombalgia ; colpo strega ; lombosciatalgia ; mal schiena",
  "back-strain":
    "schiena & sollev*|sforzo|strapp*|spost*|scatol*|giardin*|pesi|peso ; colpo strega ; stiramento",
  "head-injury": "testa|capo|cranic* & battut*|sbattut*|colp*|trauma|caduto|caduta|urtat*|botta",
  "repeated-vomiting":
    "vomit* ~4 volte|continu*|ripetut*|tutto|sempre|piu ; continua vomit* ; non ~2 trattiene|tratten*",
  "abdominal-pain":
    "addome|addominal*|pancia|stomaco|ventre|epigastr* & $pain ; mal|male pancia|stomaco ; coliche",
  "pain-lower-right": `
      basso destra ; destra basso ; fossa iliaca ; quadrante inferiore destro
      lato destro ~3 pancia|addome ; appendicit*`,
  "belly-rigid": "pancia|addome|ventre & dur*|rigid*|tes*|tavola ; peritonit*",
  vomiting: "vomit* ; rimett* ; rimess*",
  nausea: "nausea ; nauseat*",
  hematemesis: "vomit* & sangue|caffe ; ematemesi ; fondi caffe",
  melena: "feci ~2 ner*|piceo|picee|catrame ; melena ; nere ~2 feci",
  "rectal-bleeding":
    "sangue ~3 feci|retto|ano|gabinetto ; feci ~4 sangue ; sanguin* ~3 retto|rettale|ano ; diarrea ~3 sangue",
  "rectal-bleeding-much":
    "molto|tanto|abbondante ~2 sangue ~4 feci|retto|gabinetto|ano ; sanguinamento rettale abbondante",
  diarrhea: "diarrea ; scariche ; feci liquide ; gastroenterite ; dissenteria",
  constipation: "stitic* ; stipsi ; costipat* ; non ~2 evacu*",
  heartburn: "bruciore ~2 stomaco ; acidita ; reflusso ; digestione ; indigestione",
  jaundice: "itter* ; giall* & occhi|pelle",
  "weight-loss": "pers*|calo|perdita|dimagri* ~3 peso|chili|kg ; dimagri*",
  dehydration:
    "disidrat* ; bocca|labbra secc* ; occhi infossati ; senza lacrime ; pannolin* ~3 asciutt*",
  "not-drinking":
    "non ~2 bev*|mangia|poppa|beve|ciuccia|attacca ; rifiuta ~3 bere|latte|biberon|mangiare|seno",
  "little-urine": "non ~2 urin*|pipi ; poca|poco urina|pipi ; pannolin* ~3 asciutt*",
  dysuria: "brucio* ~4 urin*|pipi ; urin*|pipi ~4 bruci*|dolore ; cistite ; infezione ~2 urinari*",
  "urine-frequency": "urin*|pipi ~3 spesso|frequent*|continu*",
  thirst: "sete",
  ketones: "chetoacid* ; alito ~3 frutt*|aceton*",
  hematuria: "sangue|rossa|rosse ~3 urin*|pipi ; urin* ~3 sangue|rosse ; ematuria",
  "flank-pain": "fianco|reni|rene|lomb* & colica|$pain ; colica renale",
  "testicle-pain": "testicol*|scroto|palle & $pain|gonfi*",
  "vaginal-bleeding": "perdite sangue|ematiche ; sanguin* ~2 vaginal* ; perdit* ~3 sangue",
  "bleeding-soaks":
    "assorbent* ~5 ora|ogni|zupp* ; emorragia ; abbondante|abbondanti ~2 sanguin*|perdite",
  pregnant: "incinta ; gravidanza ; gestante ; settimana gestazione",
  postpartum: "partorito ; parto ; cesareo ; puerperio",
  "fetal-movement":
    "bambin*|feto|bimb* ~3 non|meno ~3 muove|muov*|scalcia ; non ~4 sent* ~4 muov*|bambin*|bimb* ; movimenti fetali",
  "labor-signs": "rott* acque ; acque rott* ; contrazion*",
  "pelvic-pain": "bassa pancia ; basso ventre ; pelvic*",
  "missed-period": "ritardo ~3 ciclo|mestruaz* ; ciclo|mestruazion* ~4 ritardo|saltat*",
  "period-pain": "dolor* mestrual* ; ciclo ~4 $pain",
  rash: "eruzione ; macchie ; esantema ; bollicine ; sfogo ; chiazze ; puntini",
  purpura: `
      petecch* ; porpora ; macchie|puntini viola|violacee|rossi non|violacei ; non scompa* ~3
      non scompai* ~4 ; violace* ~2`,
  itch: "prurit* ; prude ; prud*",
  "skin-infection":
    "pus ; infett* ; ascesso ; foruncolo ; cellulite infettiva ; rosso ~2 caldo ~2 gonfio",
  "redness-spreading": "rossore ~3 estend*|allarg*|estes* ; striscia|strisce ross*",
  burn: "ustion* ; scottat* ; bruciat* ; bruciatura",
  "burn-large":
    "ustion*|scottat*|bruciat* ~6 viso|volto|mani|estesa|grave|elettric*|chimic*|genitali|torace|terzo|schiena",
  "burn-minor": `
      piccola|lieve|leggera|superficiale ~2 ustion*|scottat*|bruciat*
      scottat*|ustion*|bruciat* ~6 dito|ferro|forno|piccol*|lieve|sole`,
  sunburn: "scottatura ~3 sole ; eritema solare ; scottat* ~3 sole",
  "electric-shock": "scossa elettrica ; folgorat* ; fulminat*",
  wound: "taglio ; tagliat* ; ferita ; graffio ; sbucciat* ; abrasion*",
  "wound-minor": "piccolo|piccola taglio|ferita|graffio ; graffio ; sbucciat* ; scheggia",
  "wound-deep": "taglio|ferita ~3 profond* ; chiodo",
  "bleeding-uncontrolled": `
      sanguin* ~4 non|abbondant*|fort* ~3 ; non ~3 ferma* ~3 sangu* ; emorragia ; perde molto sangue
      sangue ~3 zampill*`,
  "penetrating-trauma": "accoltellat* ; coltellat* ; sparat* ; arma fuoco",
  "major-trauma":
    "incidente ~2 stradale|auto|moto|macchina ; investit* ; cadut* ~4 tetto|scala|balcone|altezza",
  fall: "cadut* ; scivolat*",
  fracture: "frattur* ; rott* ~2 gamba|braccio|polso|caviglia|anca|osso ; deform*",
  "fracture-bad": "frattura esposta ; osso ~3 fuori|esce ; deform*",
  sprain: "distors* ; stort* ~2 caviglia ; slogat*",
  "muscle-strain": "stirament* ; strappo muscolare ; indolenzit*",
  "joint-pain":
    "articolaz*|ginocchi*|spalla|caviglia|anca|gomito|polso & $pain|gonfi* ; artrite ; gotta",
  "joint-hot": "ginocchio|articolazione|caviglia|alluce & cald*|ross*",
  "sore-throat": "gola & $pain|brucia|infiammat* ; mal gola ; tonsill* ; faringit*",
  "tonsil-exudate": "placche ; tonsill* ~3 bianc*|pus",
  drooling: "sbav* ; bava",
  "runny-nose":
    "raffreddor* ; raffreddat* ; naso ~3 cola|chiuso|tappato|goccia|congestion* ; rinorrea",
  sneezing: "starnut*",
  "hay-fever":
    "raffreddore da? fieno ; pollin* ; polline ; allergia ~2 stagion*|primaver*|grami* ; rinite allergica",
  nosebleed: "epistassi ; sangue ~2 naso ; naso ~3 sangu*",
  "ear-pain": "orecchi* & $pain ; mal orecchi* ; otite",
  "tooth-pain": "dent* & $pain ; mal denti",
  "canker-sore": "aft* ; afta ; ulcer* ~3 bocca",
  "cold-sore": "herpes ~1 labbro|labiale ; febbre labbro|labbra",
  acne: "acne ; brufol*",
  eczema: "eczema ; dermatite ; pelle secca",
  "fungal-skin": "piede atleta ; micosi ; fungo ; funghi ~3 pied*|unghi*",
  dandruff: "forfora",
  lice: "pidocchi",
  "eye-red": "occhi|occhio & ross*|arrossat* ; congiuntivite",
  "eye-itch": "occhi|occhio & prud*|prurit*",
  "eye-pain": "occhi|occhio & $pain",
  "eye-discharge": "occhi|occhio & secrezion*|appiccic*|lacrim*",
  "eye-chemical": "candeggina|acido|calce|detersivo|sostanza ~5 occhi|occhio",
  insomnia: "insonni* ; non ~3 dormire",
  fever: "febbre ; febbricitante ; temperatura ~2 alta",
  "high-fever": "febbre alta ; febbrone ; febbre ~3 39*|40*",
  chills: "brividi",
  fatigue: "stanc* ; spossat* ; debolezza ; affaticat*",
  "muscle-ache": "dolori muscolari ; ossa rotte ; dolori ~2 ossa",
  mottled: "pelle marezzata ; pallido sudato ; sudore freddo ; sudori freddi",
  pallor: "pallid* ; pallore",
  severe: `
      forte ; forti ; fortissim* ; grave ; atroce ; lancinante ; insopportabile ; violent* ; intens*
      terribile ; acuto ; severo`,
  sudden: "improvvis* ; colpo ; subit* ; d'improvviso ; all'improvviso",
  mild: "lieve ; leggero ; leggera ; poco ; piccol* ; modest*",
  worsening: "peggior* ; aument*",
  improving: "miglior* ; meglio ; passat*",
  recurrent: "ricorrent* ; spesso ; ogni ~2 volta|giorno|anno|primavera ; cronic* ; episodi",
  well: "sta bene ; altrimenti bene ; gioca ; sto bene",
  inconsolable: "inconsolabile ; piange ~3 continu*|smette|sempre ; pianto inconsolabile",
  heat: "colpo calore|sole ; caldo ~3 ore ; sole ~3 ore",
  drowning: "annega*",
  "smoke-co": "monossido ; fumo ; gas",
  "swallowed-dangerous":
    "ingoiat*|ingerit*|bevut*|mangiat*|inghiottit* ~4 candeggina|detersivo|pila|batteria|magnet*|veleno|acido|antigelo|sapone|funghi|benzina|varechina|diserbante",
  overdose: `
      overdose ; pres* ~4 troppe|tutte|scatola|intera|pillole|compresse|pastiglie|sonniferi
      troppe ~2 pillole|compresse|pastiglie ; intossicazione ~2 farmaci|paracetamolo`,
  choking: "soffocando ; andat* ~1 traverso ; ostruzione ~2 vie",
  "snake-bite": "vipera ; serpente ; morso ~2 serpente|vipera ; scorpione ; medusa",
  "animal-bite": "mors* ~3 cane|gatto ; cane|gatto ~3 mors*|morde",
  "tick-bite": "zecca ; zecche",
  diabetes: "diabet* ; insulina",
  "low-sugar": "ipoglicemi* ; glicemia bassa",
  hypertension: "ipertension* ; ipertes* ; pressione alta",
  "heart-disease": "infarto ; cardiopat* ; scompenso ; stent ; bypass ; angina",
  "heart-attack": "infarto ; sta|sto avendo ~2 infarto|ictus",
  smoker: "fum* ; sigarette ; fumatore",
  anticoagulant: "anticoagulant* ; warfarin ; coumadin ; eparina ; sintrom",
  "immune-low":
    "chemioterapi* ; immunodepress* ; immunosoppress* ; trapiant* ; hiv ; cortison* ; leucemia",
  "recent-surgery": "operat* ; intervento ; operazione",
  immobile: "volo ; aereo ; allettat* ; gesso ; ingessat*",
  "clot-risk": "pillola ; anticoncezional* ; trombosi ; embolia",
  asthma: "asma ; asmatic* ; inalatore",
  copd: "bpco ; enfisema",
  "tropical-travel": "africa ; kenya ; malaria ; tropic* ; india ; thailandia ; brasile ; nigeria",
  hallucination: "allucinazion* ; sent* ~2 voci ; voci",
  depression: "depress* ; triste ; tristezza",
  anxiety: "ansia ; ansios* ; panico",
  "infant-words": "neonat* ; lattante",
  "child-words": "bambin* ; bimb* ; figli*",
  "elderly-words": "anzian* ; nonn*",
};
