/** The vocabulary of kindness: words that a wrapper may be made of, feelings, and what sympathy may be about. */

import type { Language } from "../language/types.ts";
import { keyOf } from "./atoms.ts";

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

const PLAIN_WORDS: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set(WORDS.en.split(" ").flatMap((word) => [word, keyOf(word, "en")])),
  it: new Set(WORDS.it.split(" ")),
};

/** Families of such words, of which there are too many forms to list. */
const FAMILIES: Readonly<Record<Language, RegExp>> = {
  en: /^(?:(?:look|explain|writ|ask|shar|tell|talk|speak|reach|listen|support|help|feel|worr|concern|frustrat|stress|overwhelm|apprecia|thank|understand|imagin|wish|wonder|handl|struggl|suffer|weigh|bother|troubl|caus|annoy|irritat|upset|disappoint|exhaust|sympath|empath|apolog|regret|inconvenien|patien|gentl|warm|glad|happ|delight|pleas|reasonab|sensib|thoughtful|wonderful|courag|honest|clari|clear|simpl|summar|answer|question|messag)\w*|wrote|spoke|told|felt|caring|hoped?|hoping|love|lovely|nice|fair|brought|bring|raise|raised|found|version|overview|words?|position|shoe|pressure|lately|recently|week|weekend|such|under|through|up|out|goe|other|oh|ah|wow|certainly|gladly|cheer|calm|calmly|quickly|briefly|tricky|awful|terrible|horrible|rotten|dreadful|bumpy|sorting|sort|doing|things?|guess|surely|trusting|message|thing|only|wonderfully|luck|everything|delay|openly|further|thinking|serve|value|deserv\w+|will)$/,
  it: /^(?:(?:aver|esser|poter|dar|dir|scriv|chied|chiest|spieg|aiut|parl|contatt|ricontatt|raccont|ringrazi|ascolt|capisc|capir|comprend|compres|immagin|accompagn|rassicur|chiar|rispond|rispost|sent|scus|dispia|preoccup|frustr|stress|arrabb|rabbi|emozion|confort|sosten|sostegn|sapp|sapere|trovat|cercher|prov[oi]|augur|sper|mand|invi|salut|abbracc|grat|content|felic|liet|benissim|ottim|bell|buon|miglior|notizi|parol|semplic|messagg|pazien|attes|famigli|affett|anim|disag|inconvenien|difficolt|domand|dubb|moment|giorn|serat|settiman|situazion|fiduc|gentil|cortes|disponib|disposiz|volentier|subit|insieme|success|capitat|viv|affront|attravers|import|normal|natural|comun|uman|legittim|comprens|molt|tant|stess|altr|ulterior|qualc|qualsias|qualunq|bisogn|desider|vogli|vorre|person|condivi|accogl|apprezz|immens|sincer|profond|spiac|ricev|esprim|raggiung|rivol|riscriv|calma|vediam|guardiam|facciam|parliam|affrontiam|proviam|andiam|cominciam|iniziam|fatic|stanc|strad|pubbl)\p{L}*|mano|serve|servono|occorre|tratta|cosa|cari|cara|caro|oh|ah|più|pure|poi|lì|va|vada|vanno|ogni|volta|volte|auguro|fanno|faccio|facile|facili|dica|dico|gliel[oa]|me|li|ne|lato|tali|ben|in|chi|punto|qui|fino|trascorr\p{L}+|trascors\p{L}+|interess\p{L}+|risolv\p{L}+|pien[oa]|mente|ritardo|sarò|saremo|nuovo|fine|tien[ei]|vogliate|tu|vederci|occhi|panni)$/u,
};

/** Whether a word says nothing of a matter. */
export function isPlainWord(word: string, language: Language): boolean {
  return PLAIN_WORDS[language].has(word) || FAMILIES[language].test(word);
}

/** Names of feelings: a sentence with one of them is about the person. */
export const FEELINGS: Readonly<Record<Language, ReadonlySet<string>>> = {
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
export const TOPICS: Readonly<Record<Language, ReadonlySet<string>>> = {
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
