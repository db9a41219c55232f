/**
 * What an empathic wrapper may say around the content: feelings, presence, thanks, leads into the content. It may not
 * advise, promise, deny or count: a sentence with a word or a turn that is not known to be harmless is an addition.
 */

import type { Language } from "../language/types.ts";
import { type Atom, keyOf } from "./atoms.ts";
import { classOf } from "./classes.ts";

const WORDS: Readonly<Record<Language, string>> = {
  en:
    "i me my mine you your yours yourself we us our it its this that these those they them their there here who what why how which " +
    "a an the and or but so as at by for from in into of on to with about through during around along than then though while because since " +
    "be was been being do did done doing have had having can could may might must would will shall let should " +
    "very really truly so quite deeply completely totally perfectly incredibly extremely especially particularly sincerely honestly " +
    "only just also too even still right now today always often sometimes again already ever together " +
    "feel feeling felt sound seem look appear imagine understand understandable understandably understood hear hearing heard see seeing " +
    "know knowing appreciate thank thanks grateful glad happy sorry sad worried worrying worry worries concern concerned concerning anxious anxiety nervous scared " +
    "scary afraid frightening frightened fear stress stressed stressful overwhelm overwhelmed overwhelming upset upsetting frustrated " +
    "frustrating frustration frustrate difficult difficulty hard tough challenging challenge challenges rough painful uncomfortable exhausting tired tiring " +
    "confusing confused unsettling distressing distress troubling bothering bother heavy lonely alone uncertain uncertainty natural normal valid common " +
    "human okay ok alright easy simple small strong brave courage strength patient patience kind kindness gentle gently warm warmly heart warmest " +
    "hope hopefully wish wishing support supporting supported supportive comfort comforting comfortable reassurance reassure care caring cares cared " +
    "help helpful helping helped share sharing shared ask asking asked question questions answer answers answering reach reaching out tell telling told " +
    "talk talking say said saying speak mention explain let's clarify clear clearly information info detail details advice guidance note keep mind remember " +
    "important matter matters worth going gone go come coming get getting through situation moment time times day days thing things lot much more bit little step steps way ways " +
    "one part place all any anything some something someone anyone everyone people many person own want need needs like best well better " +
    "good great dear friend hello hi hey welcome please yes course sure indeed hesitate free happy ready whenever if when where " +
    "go ahead further future long journey experience experiencing experienced face facing deal dealing cope coping bear handle manage live living life loved " +
    "reason reasons rightly absolutely naturally obviously wonderful wonderfully wellbeing side beside able try trying make makes making made sense give given giving " +
    "think thinking thought thoughts believe open honest trust trusting concerns emotions emotion feelings space pace breath deep listening listen follow followed following below above " +
    "put simply short brief briefly summary summarize point points start begin beginning mean means meaning after before all over again first " +
    "situation circumstances condition news topic issue problem process period current currently " +
    "trusted personal stir bring brings emotional easier clearly carried reached deserve deserves deserved look looking sympathy find finding well-being unclear big ears ear letting lets hoped hoping whatever happens happen happening wished thankful truth truthfully wholeheartedly " +
    "perfect clarity peace calm calming soothing steady sit sitting walk walking alongside company open-hearted honest honestly privilege honored honoured fully everyone's anyone's same kinds learn learned hits hit heavier heaviest harder roller coaster storm blow shaky tender vulnerable vulnerability openness " +
    "honor hold holding held carry carrying heard listening acknowledge acknowledging recognize realize realise noticed notice admire respect relate sympathize empathize regret apologize apology apologies pleased delighted relieved relief touched moved " +
    "uneasy unsure unsettled worn drained drain shaken disappointed disappointing disappointment discouraged discouraging helpless hopeless irritating irritated annoying annoyed angry anger sad sadness grief heartbreaking heartfelt tearful shocking shocked terrifying terrified daunting intimidating " +
    "stay strong warm thought thoughts send sending clearer useful soon contact touch write writing message chat back later meantime anytime whatever whichever however somewhat rather pretty extra added additional extraordinary ordinary load burden weigh weighing toll draining " +
    "team staff colleague colleagues family friends folks guidance companion assistant morning evening afternoon night regards sincerely yours best bless hug hugs hang hanging else curious encourage encouraged encouraging proud pride achievement effort efforts hardest bravely bit lots tons deal world sort kind " +
    "let lets first second foremost finally lastly then well gone wonder wondering considering given light regarding concerning around behind within without",
  it:
    "io mi me mio mia miei mie tu ti te tuo tua tuoi tue lei le la lo li gli il i l' un uno una un' suo sua suoi sue noi ci nostro nostra voi vi vostro vostra loro si se " +
    "e ed o ma che chi cosa come quando dove quanto quanta perché poiché mentre di del dello della dei degli delle dell' d' a al allo alla ai agli alle all' da dal dallo dalla dai dalle " +
    "dall' in nel nello nella nei nelle nell' con su sul sulla sui sulle sull' per tra fra questo questa questi queste quest' quello quella quelli quelle quell' ciò c' qui qua ecco " +
    "è sono sei siamo siete essere stato stata stati sia era fosse ho hai ha abbiamo hanno avere aver avuto abbia può posso puoi possa possono possiamo poter potrebbe deve debba dev' dover " +
    "vorrei voglio vuole vuoi volere fare fa faccia fatto sta sto stai stia stanno stiamo stare vedo vede vedere va vada andare " +
    "molto tanto davvero veramente proprio assolutamente completamente pienamente sinceramente profondamente del tutto così anche solo già ancora sempre ora adesso oggi insieme spesso " +
    "capisco comprendo capire comprendere comprensibile immagino immaginare sento sentire sente sentirsi sentirti senti sentito sembra sembrare pare so sapere sappia sappi sai sa " +
    "dispiace spiace mi dispiace rammarico grazie ringrazio ringraziare apprezzo gentile gentilmente cortese felice lieto lieta contento contenta triste preoccupato preoccupata preoccupazione " +
    "preoccupazioni preoccupante preoccupare preoccupa ansia ansioso ansiosa ansie paura timore timori spaventa spaventato spaventata spaventoso stress stressante stressato stressata frustrante frustrazione " +
    "difficile difficili difficoltà duro dura dure faticoso faticosa pesante doloroso dolorosa complicato complicata delicato delicata momento periodo situazione situazioni situazione disagio fastidioso fastidio " +
    "normale naturale umano umana giusto legittimo valido valida importante solo sola soli coraggio forza forte pazienza cuore affetto calore vicino vicina vicinanza accanto " +
    "spero speriamo auguro augurio aiuto aiutare aiutarla aiutarti aiuta aiutano utile utili supporto sostegno sostenere sostenerla conforto confortare accompagnare cura caro cara salve ciao buongiorno buonasera " +
    "domanda domande chiedere chieda chiedermi risposta risposte rispondere rispondo condiviso condividere condivisione parlare parlarne parlarmi dire dirmi dirle detto scrivere scritto scrivermi raccontare spiegare spiego chiarire chiaro chiara informazione " +
    "informazioni dettagli indicazioni consiglio consigli indicazione tenga tieni tenere presente mente ricordi ricorda ricordare nota noti notare bisogno necessità disposizione qualsiasi qualunque cosa cose tempo volta giorno giorni passo passi modo parte tutto tutta tutti tutte " +
    "esiti esitare esita pure certo certamente sì bene meglio po' poco dubbio dubbi chiarimento chiarimenti emozioni emozione sentimenti vissuto vivere vivendo affrontare affrontando affronta passando attraversando attraversare attraversa attraversano provare prova provando prova senso " +
    "vita persona persone qualcuno qualcosa quello che prenda prendersi prendersi libero libera pronto pronta ascolto ascoltare fiducia carissimo gentilissimo cordialmente cordiali saluti abbraccio seguito segue sotto brevemente sintesi ragione ragioni motivo motivi notizia problema condizione " +
    "mette mettono emozionale rendo rendiamo conto complicati complicate dispiaciuto dispiaciuta perfettamente convivere attesa pesare pesa amico amica alcune alcuni qualche potrebbero aiutarvi esserle esserti esservi stati state dica dimmi fianco vederla dispiaciuti ringraziarla scelto rivolgersi rivolto rivolta fatti conforti aiuti preoccupi turbata turbato scosso scossa brutto brutta brutte brutti passare supera superare supererà toccato colpito colpita sincere sentiti sentite vicini vicine sperato speranza speranze chiarezza chiarirle faccio facciamo stiamo d' s' v' m' t' n' tutt' quant' dov' com' anch' " +
    "scrive scrivi arrabbiato arrabbiata impaurito impaurita spaventati disperato disperata abbattuto abbattuta demoralizzato demoralizzata soffrendo favore stressati ferito ferita offeso offesa infastidito infastidita siano sarebbe fossero scriverci scrittoci averci averla scrivermi contattarmi contattarci contattare contatti saluto abbracci percorso resto restiamo rimango rimaniamo auguri augurarle augurarti presto sé stessa stesso capita capitare succede accade accaduto " +
    "esprimere esprima sfogo sfogarsi spaventosi stanco stanca stanchezza stancante estenuante logorante angoscia angosciante angosciato sofferenza soffrire soffre sofferto dolore tristezza scoraggiato scoraggiata scoraggiante deluso delusa incertezza incerto incerta confuso confusa confusione smarrito smarrita sopraffatto sopraffatta agitato agitata agitazione nervoso nervosa " +
    "ascoltarla ascoltarti rassicurare rassicurarla serenità sereno serena tranquillità pensiero pensieri mando inviamo invio caloroso calorosi calorosa sincero sincera sinceri profondo profonda comprensione empatia attenzione premura delicatezza dedicato dedicare fiducioso fiduciosa accolto accolta accogliere riguardo rispetto merita meriti abbastanza piuttosto particolarmente estremamente " +
    "ecco qui seguito spiegato chiaramente semplicemente intanto innanzitutto anzitutto prima tutto infine poi volentieri piacere lieti possibile quali quale ognuno chiunque ciascuno siamo saremo rimanga resti senta sentirà sentite trova trovarsi trovi vive affronti affronta attraversando star stare detto ditemi mi faccia sapere avesse dovesse ulteriori ulteriore altre altri altro altra",
};

const SETS: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set(WORDS.en.split(" ").flatMap((word) => [word, keyOf(word, "en")])),
  it: new Set(WORDS.it.split(" ")),
};

/** Names of feelings: a sentence with one of them is about the person. */
const FEELINGS: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set(
    (
      "afraid scared terrified frightened fearful anxious nervous panicked panicky worried uneasy tense restless stressed overwhelmed exhausted tired drained weary fatigued " +
      "sad unhappy miserable depressed desperate hopeless helpless heartbroken devastated crushed shattered grieving lonely isolated alone lost empty numb hurt " +
      "wounded upset distressed troubled shaken shocked stunned angry furious mad annoyed irritated frustrated fed-up resentful bitter jealous ashamed guilty embarrassed humiliated " +
      "confused puzzled uncertain insecure unsure disappointed discouraged demoralized discontent dissatisfied torn stuck trapped vulnerable sensitive homesick bored impatient curious " +
      "relieved hopeful happy glad grateful thankful proud excited surprised"
    ).split(" "),
  ),
  it: new Set(
    (
      "preoccupat spaventat impaurit terrorizzat ansios nervos agitat tes inquiet stressat sopraffatt esaust stanc affaticat provat triste infelic depress disperat abbattut " +
      "demoralizzat scoraggiat distrutt devastat sconvolt addolorat sol isolat pers smarrit vuot ferit offes turbat scoss scioccat arrabbiat furios irritat infastidit frustrat " +
      "amareggiat gelos mortificat imbarazzat umiliat confus incert insicur delus avvilit bloccat vulnerabil annoiat impazient curios sollevat felic content grat orgoglios sorpres"
    )
      .split(" ")
      .flatMap((stem) => [stem, ...["o", "a", "i", "e", "he"].map((ending) => stem + ending)]),
  ),
};

/** What sympathy is about: only beside a word of feeling. */
const TOPICS: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set(
    (
      "unwell ill sick illness sickness fever pain ache headache health symptom condition diagnosis disease treatment medication medicine recovery recover recovering heal healing " +
      "result test exam wait waiting answer body sleep appointment surgery operation loss injury infection allergy money finance financial debt bill work job school child kid baby " +
      "mother father son daughter partner husband wife parent pregnancy medical physical mental emotional news decision"
    ).split(" "),
  ),
  it: new Set(
    (
      "febbre dolori mal testa salute sintomo sintomi malattia malattie diagnosi cura cure terapia farmaco farmaci medicina medicine guarigione esito esame esami attesa aspettare corpo sonno " +
      "intervento operazione perdita infezione allergia soldi denaro debito debiti bolletta lavoro scuola figlio figlia figli bambino bambina bimbo madre padre mamma papà marito moglie gravidanza " +
      "medico medica fisico fisica emotivo emotiva notizie decisione decisioni notte notti"
    ).split(" "),
  ),
};
const OWN_TOPIC = 4;

/** Turns that are harmless as a whole; they are taken out before the words are looked at. */
const TURNS: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:(?:do )?(?:not|never|no) (?:ever )?(?:hesitate|alone|(?:(?:always|at all|be|an?|very|quite|exactly|so|feel) ){0,3}(?:easy|simple|small (?:thing|matter)|fun|pleasant|ideal|alone)|your fault)|not be alone|not (?:to )?know(?:ing)? (?:what|how|why|for)|not feel (?:right|well|good|like yourself|(?:at )?(?:your|their) best)|not (?:be )?(?:what|the (?:news|answer)) you (?:be |have )?(?:hop|want|expect|look|wish)\w*(?: for)?|(?:nobody|no|no one|one) should (?:ever )?(?:have to )?(?:go through|face|bear|deal with|feel|suffer|carry) (?:this |it |that |any of this )?alone|no question be (?:ever )?too (?:small|silly|simple)|if (?:anything|something) be (?:not clear|unclear)|if (?:it|that) help|not have to (?:face|carry|bear|handle) (?:it|this|that) alone|(?:can|could) (?:not )?(?:even |only )?(?:begin to )?imagine|no (?:easy|small|simple) (?:thing|matter|way|answer)|not have to (?:face|go through|deal|handle|bear|cope|do) (?:with )?(?:this|it|that|thing) alone|oh no|take (?:good |great |the best )?care(?: of (?:yourself|you))?|take (?:all )?(?:your|the) time(?: you need)?|take (?:it|thing|everything) (?:easy|slow|slowly|(?:day|step) by (?:day|step))|take thing|take it|take a (?:moment|deep breath|breath|break)|(?:lot|much) to take in|take courage|(?:every )?step of the way|hang in there|you have got this|stay strong|(?:speedy|quick|swift|smooth|full) recovery|get well soon|feel (?:much |a (?:little|bit) )?(?:better|well)(?: very)? soon|in good hand|good idea|be (?:gentle|kind|patient) (?:with|to) yourself|(?:if|whenever|when|should) you (?:ever )?(?:have|need|want|wish|would like|feel)(?: (?:any|anything|some|more|other|further|to|else|question|doubt|concern|worry|help|support|talk|know|ask|share|up|it|like|ready|able|about|someone))*|if there be (?:any|some)thing(?: else)?(?: that)? (?:i|we) (?:can|could) (?:do|help)|(?:if|what|whatever) (?:i|we) (?:can|could) (?:do|help)|feel free to (?:reach out|ask|contact|write|message|get in touch|let (?:me|us) know|share|come back|talk)|make (?:perfect|complete|total|a lot of)? ?sense|know that|let (?:me|us) know(?: if)?|(?:a|one) (?:small )?(?:day|step|thing|moment) at a time)\b/g,
  it: /\b(?:non (?:esiti|esita|esitare|esitate)|non (?:\w+ )?(?:è|sia|sono|sei|deve essere|dev' essere|siete|sarà|devono essere|può essere)(?: (?:\w+ ){0,2}| )(?:solo|sola|soli|sole|facile|facili|semplice|semplici)|non si sente bene|non ti senti bene|non stia bene|non (?:\w+ )?(?:deve|dev'|può) essere(?: \w+){0,1} (?:facile|semplice)|(?:non è|non fosse|non sia) (?:\w+ )?chiaro|se qualcosa|non sta bene|non stai bene|mai (?:facile|semplice)|non (?:deve|devi) (?:affrontare|vivere) (?:\w+ ){0,2}(?:da )?sol[oa]|si prenda (?:\w+ )?(?:cura(?: di sé)?|tempo)|prenditi (?:\w+ )?(?:cura(?: di te)?|tempo)|abbia cura di sé|abbi cura di te|(?:sentirsi|sentirti|stare|starai|sta) (?:presto|subito|di nuovo)? ?(?:meglio|bene)|pronta guarigione|buona guarigione|non vedo l' ora|non posso che|se (?:ha|hai|avesse|avessi|dovesse avere|vuole|vuoi|desidera|desideri)(?: (?:altre|altri|ancora|ulteriori|qualsiasi|qualche|bisogno|domande|dubbi|domanda|dubbio|di|parlarne|altro|aiuto|chiarimenti|voglia|piacere))*|un (?:passo|giorno) alla volta)(?![\p{L}])/gu,
};

/** Turns of phrase that deny, promise, permit or play down although each of their words is harmless. */
const REFUSED: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:not|no|never|nothing|none|without|unless|if|until|take)\b|\b(?:(?:you|it|this|that|thing|they|we|all|everything) (?:will|shall)|(?:will|shall|going to) (?:be|get|feel|pass|help|work)|be (?:very )?common|best (?:to|for|thing)|good (?:to (?:go|start|try|get|do)|for)|(?:completely|perfectly|totally|very|really|be|all) (?:well|good|easy|simple|ok|okay|alright|better)(?: now| for you| to do| again)?$|(?:ok|okay|alright|fine|free|safe|easy|well) to (?!feel|ask|be|cry|worry|need|reach|write|say|talk|share|contact|understand)|you (?:should|must|need|have to|can|could|may|might|want) (?:also |always |just |only |still )?(?:go(?! through)|get|start|begin|try|follow|do|make|have|give|live|handle|manage|trust|keep|come|like|want|wish|stay|hold|carry|send|leave|back)|you should|you must(?! (?:be|feel|have (?:be|feel)))|we (?:should|must|need)|it be (?:all )?(?:over|good|well|right|true|easy|simple)|be (?:only|just) (?:a |an )?(?:small|little|simple|normal|natural)|(?:before|after|wait) (?:go|going|a|some|the|call|see|tell|ask)|(?:ignore|wrong|true|lie)|some more|in (?:your|the) (?:mind|head)|as (?:often|much|many) as|little more|for now|try (?!to)|start|begin (?!to))\b/,
  it: /(?<![\p{L}])(?:non|mai|né|niente|nulla|nessun\w*|senza|se|tutto (?:andrà|si|bene|passa|va)|andrà|starà|starai|sarà|passerà|guarirà|prenda|prende|prendere|può (?:fare|dare|prendere|provare|andare|stare)|puoi (?:fare|dare|provare|andare|stare)|deve(?! (?:essere|star|sentirsi|esser))|devi(?! (?:essere|star|sentirti|esser))|meglio (?:non|fare|andare)|di più)(?![\p{L}])/u,
};

/** What makes a sentence sympathy, thanks, presence or a lead: without any of it, harmless words are no wrapper. */
const FRAMES: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:sorry|understand\w*|understood|imagine|know|knowing|realize|hear|heard|sound|appreciate|thank|grateful|wish\w*|hope|feel\w*|felt|help\w*|support\w*|care|caring|glad|pleased|please|hello|hi|hey|welcome|question|alone|natural|valid|worr\w+|concern\w*|anxi\w+|stress\w*|overwhelm\w*|upset\w*|scared|afraid|sad|angry|lonely|tired|nervous|lost|write|wrote|frustrat\w+|difficult\w*|hard|tough|challeng\w+|rough|exhaust\w+|tiring|scary|fright\w+|distress\w*|troubl\w+|confus\w+|daunting|strong|courage|brave|proud|information|info|here|thought|together|great|deserve\w*|listen\w*|hug|sympathy|matter|mind|lot|answer|ask\w*|tell|share|remember|regard|warm\w*|gentle|kind\w*|patient|_)\b/,
  it: /(?<![\p{L}])(?:dispiace|spiace|capisco|comprendo|comprensibile|immagino|so|sento|grazie|ringrazio|apprezzo|spero|speriamo|auguro|aiut\w+|sostegno|supporto|cuore|vicin\w+|accanto|qui|disposizione|domand\w+|normale|naturale|preoccup\w+|ansi\w+|paura|timor\w+|stress\w*|frustrant\w+|difficil\w+|dur\w+|faticos\w+|pesante|coraggio|forza|buongiorno|buonasera|salve|ciao|gentil\w+|informazion\w+|ecco|rendo conto|dispiaciut\w+|fatto bene|fianco|dica|faccia sapere|aiuto|utile|utili|cura|fiducia|vicin\w+|complicat\w+|salut\w+|abbracci\w*|senta|sentirsi|scriv\w+|scritto|trist\w+|stanc\w+|arrabbiat\w+|sol[oa]|_)(?![\p{L}])/u,
};

/** Small counts and calls that are no amounts: "one step at a time". */
const FIGURES =
  /\b(?:(?:one|a) (?:small )?(?:step|day|thing|moment) at a time|first of all|un (?:passo|giorno) alla volta|una cosa alla volta)\b/;

/**
 * Whether atoms that stand only in the rephrased text say no more than a wrapper may; `own`: the neutral text's words,
 * which sympathy may be about.
 */
export function isWrapper(
  atoms: readonly Atom[],
  text: string,
  language: Language,
  own: ReadonlySet<string>,
): boolean {
  if (atoms.length === 0) return true;
  if (atoms.length > WRAPPER_LENGTH) return false;
  const said = text.slice(atoms[0].start, atoms[atoms.length - 1].end).toLowerCase();
  const figure = FIGURES.test(said);
  for (const { kind, key } of atoms) {
    if (kind === "quantity" && !figure && !/^#1\|?$/.test(key)) return false;
    if (kind === "mark" && key !== "?" && key !== "and") return false;
  }
  const line = atoms
    .filter(({ kind }) => kind === "word")
    .map(({ key }) => key)
    .join(" ")
    .replace(TURNS[language], "_");
  if (REFUSED[language].test(line)) return false;
  const words = line.split(" ");
  const feeling = words.some((word) => FEELINGS[language].has(word));
  if (!feeling && !FRAMES[language].test(line)) return false;
  const feels = feeling || FEELS[language].test(line);
  if (!feels && /\bwhen(?:ever)?\b/.test(line)) return false;
  return words.every(
    (word) =>
      word === "_" ||
      SETS[language].has(word) ||
      FEELINGS[language].has(word) ||
      (feels && isTopic(word, language, own)),
  );
}

/** Most atoms that one sentence or clause of a wrapper has. */
const WRAPPER_LENGTH = 60;

const FEELS: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:sorry|understand\w*|imagine|i know|hear|sound|wish|hope|hard|tough|difficult|exhaust\w+|tiring|frustrat\w+|stress\w*|scary|fright\w+|worr\w+|concern\w*|overwhelm\w*|upset\w*|challeng\w+|painful|anxi\w+|question|ask\w*|thank|_)\b/,
  it: /(?<![\p{L}])(?:dispiace|spiace|capisco|comprendo|comprensibile|immagino|so|spero|auguro|difficil\w+|dur\w+|faticos\w+|frustrant\w+|stress\w*|preoccup\w+|ansi\w+|paura|domand\w+|grazie|ringrazi\w+|_)(?![\p{L}])/u,
};

/** Verbs of the neutral text that sympathy may not repeat: they would become advice. */
const ACTS =
  /^(?:take|taking|stop\w*|start\w*|avoid\w*|use|using|eat\w*|drink\w*|call\w*|increase\w*|decrease\w*|reduc\w+|continu\w+|apply\w*|inject\w*|skip\w*|switch\w*|chang\w+|doubl\w+|buy\w*|sell\w*|invest\w*|safe|harmless|cure\w*|serious|need|prend\w+|smett\w+|evit\w+|usa\w*|mangi\w+|bev\w+|chiam\w+|aument\w+|riduc\w+|continu\w+|sospend\w+)$/;

function isTopic(word: string, language: Language, own: ReadonlySet<string>): boolean {
  if (TOPICS[language].has(word)) return true;
  return word.length >= OWN_TOPIC && own.has(word) && classOf(word) === null && !ACTS.test(word);
}

/** Leads that keep what follows a fact or an advice: an inserted beginning must end in one, or in a clause of its own. */
const LEADS: Readonly<Record<Language, RegExp>> = {
  en: /(?:^|\b)(?:(?:know|understand|remember|note|say|said|hear|share|clear|mind|tell you|let you know|be aware|explain|mention|important|mean|helpful to know|be) that|that|here be what i (?:can|could) (?:say|tell you|share)|but|so|and|know|remember|(?:may|might|can|could|would) (?:also |really )?help(?: you)? to|would be (?:good|helpful|best) to|be (?:a good idea|helpful|important) to|it be best to|try to|please|want to|gently|kindly)$/,
  it: /(?:^|\b)(?:che|ma|e|può (?:essere (?:utile|di aiuto)|aiutare|aiutarla|aiutarti)|potrebbe (?:essere utile|aiutare|aiutarla|aiutarti)|è (?:bene|utile|importante)|cerchi di|cerca di|per favore|gentilmente)$/,
};

/** Whether an inserted beginning leads into what follows it without a break. */
export function leadsOn(atoms: readonly Atom[], language: Language): boolean {
  return LEADS[language].test(atoms.map(({ key }) => key).join(" "));
}

/** Leads that turn an order into a suggestion; they may not stand before what must or must not be done. */
const SOFTENERS: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:help (?:you )?to|(?:good|helpful|best|idea|important) to|try to|want to)$/,
  it: /\b(?:utile|aiuto|aiutar\w*|bene|importante|di)$/,
};

/** Whether an inserted beginning weakens an order. */
export function softens(atoms: readonly Atom[], language: Language): boolean {
  return SOFTENERS[language].test(atoms.map(({ key }) => key).join(" "));
}

/** Words that may come inside a sentence without touching what it says. */
const INSIDE: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set("gently kindly please then also".split(" ")),
  it: new Set("gentilmente cortesemente pure inoltre poi anche".split(" ")),
};

const ASKING = /^per (?:favore|piacere|cortesia|gentilezza)$/;

/** Whether all that was put somewhere is "please". */
export function onlyAsks(atoms: readonly Atom[]): boolean {
  return ASKING.test(atoms.map(({ key }) => key).join(" "));
}

/** Whether a word may be put in the middle of content. */
export function mayStandInside(key: string, language: Language): boolean {
  return INSIDE[language].has(key);
}
