/**
 * What one does with kind words: greet, thank, say sorry, understand, wish, offer, lead in. A clause of a wrapper has to
 * begin as one of these does; harmless words in any other order may be advice ("take a break from it").
 */

import type { Language } from "../language/types.ts";

type Parts = readonly string[];

/** One pattern of many, each a way to begin. */
function beginning(parts: Parts): RegExp {
  return new RegExp(`^(?:${parts.join("|")})(?![\\p{L}'])`, "u");
}

/** One pattern of many, each a whole clause. */
function whole(parts: Parts): RegExp {
  return new RegExp(`^(?:${parts.join("|")})$`, "u");
}

const EN_MUCH =
  "(?:(?:so|really|very|truly|quite|deeply|completely|totally|perfectly|incredibly|extremely|especially|particularly|sincerely|genuinely|just|only|also|too|even|still|certainly|definitely|absolutely|entirely|rather|pretty|much|a bit|a little|well|do|can|could|would|will|must|may|might|wholeheartedly|fully|more than|all|both|very much|alway) )*";
const EN_THIS =
  "(?:this|that|it|all (?:of )?(?:this|that)|thing|what (?:you|happen)(?: \\S+){0,5}|wait(?: \\S+){0,4}|living(?: \\S+){0,4}|dealing(?: \\S+){0,4}|coping(?: \\S+){0,4}|not knowing|_|your (?:\\S+ ){0,2}(?:feeling|worry|concern|question|frustration|reaction|anger|fear|anxiety|stress)|the (?:\\S+ ){0,1}(?:situation|wait|uncertainty))";
const EN_GOOD =
  "(?:good|great|lovely|nice|wonderful|calm|peaceful|restful|pleasant|better|warm|kind|best|friendly)";

const EN_BEGINNINGS: Parts = [
  // Thanks.
  `(?:i|we) (?:be )?${EN_MUCH}(?:thank|appreciate|grateful|thankful)`,
  "(?:many |so many )?thank",
  // Sympathy.
  `(?:i|we) (?:be |feel |was )?${EN_MUCH}(?:sorry|apologize|sad)`,
  `${EN_MUCH}(?:sorry|apology)`,
  "(?:my|our) (?:\\S+ )?(?:heart|thought|sympathy|condolence|apology|best)",
  `(?:i|we) (?:be |feel )?${EN_MUCH}(?:understand|imagine|see|hear|tell|know|realize|recognize|acknowledge|get|sympathize|relate|feel for you|wonder|notice|respect|admire|with you)`,
  `${EN_THIS} ${EN_MUCH}(?:have )?(?:be|been|feel|sound|seem|look|make|made|hit|weigh|weighing|hurt|was)`,
  "(?:i|we)(?: \\S+){0,2} _",
  "you (?:be|do|will|need)(?: \\S+)? _",
  "(?:_|be) (?:a )?(?:understandable|natural|normal)",
  "no wonder",
  "(?:you|they|your \\S+) (?:be |have )?(?:must |may |might |seem (?:to )?|sound |look )?(?:feel|be (?:feel|going through|under|carry|deal)|have be|going through|had|not alone|seem|sound|look)",
  "(?:many|lot of|a lot of|so many|most|plenty of|other|we all|all of us|everyone|anyone|everybody|people|nobody|no one)(?: \\S+){0,4} (?:feel|worry|ask|wonder|find (?:this|it|that)|would feel|struggle with (?:this|that)|have (?:this|that|the same) (?:question|worry|concern))",
  "you (?:say|write|tell (?:me|us)|mention|said|wrote|told (?:me|us)|mentioned) (?:that )?you (?:be|feel|have|was|felt)",
  "you be asking (?:for|about|after) your",
  `(?:it (?:be|was) )?${EN_MUCH}(?:good|great|nice|lovely|wonderful) to (?:hear|know|read)(?: that you| from you)`,
  // Praise of asking, courage.
  `(?:(?:it|that|this) (?:be|was) )?(?:what )?(?:a |an )?${EN_MUCH}(?:good|great|fair|excellent|important|thoughtful|valid|sensible|reasonable|common|wonderful|understandable) (?:question|thing to ask|point to raise|of you to (?:ask|write|reach))`,
  `(?:(?:it|that) (?:be|was) )?${EN_MUCH}(?:good|great|wonderful|right|brave|kind|sensible|wise|thoughtful) (?:that|of) you (?:to )?(?:ask\\w*|wr\\w+|reach\\w*|brought|bring|share\\w*|tell|told|look\\w*|speak|spoke|talk\\w*|be (?:ask|reach|look|share|writ)\\w*)`,
  `you (?:be|was|did|do|have done|be do\\w*) ${EN_MUCH}(?:right|the right thing|well|great|a (?:good|great) thing) (?:to|by|in) (?:ask|reach|look|writ|shar|tell|speak|talk|check)\\w*`,
  "(?:it|that|this) (?:_|take\\w* (?:a lot of |real |great |much |some )?(?:courage|strength|bravery))",
  // Presence, offers.
  `(?:i|we) ${EN_MUCH}(?:be |stay |remain )?${EN_MUCH}(?:here|glad|happy|pleased|delighted|ready|available|listen\\w*|with you|by your side|beside you|alongside you|honored|like to help|like to (?:hear|listen|support)|love to (?:help|hear|explain|support)|help you|want to (?:help|support|hear|listen|acknowledge|make sure you (?:feel|have)))`,
  `(?:if|whenever|when|should) (?:you|anything|something|there|i|we|it|that)`,
  // Wishes.
  "(?:i|we) (?:be )?(?:(?:really|sincerely|truly|do|very much|just) )*(?:hope|hop\\w+|wish\\w*|send\\w*)",
  "(?:hoping|wishing|sending|hope)",
  `have (?:a|an) ${EN_GOOD}`,
  "(?:all the|all my|all our) best",
  "(?:best|kind|kindest|warm|warmest|good) (?:regard|wish|wishe)",
  // Leads into the answer.
  "here (?:be|you (?:be|will find|go))",
  "(?:let|allow) (?:me|us) (?:(?:try to|just|quickly|gladly|briefly|gently|first|help you|help) )*(?:look|go|walk|take|see|talk|think|sort|work|explain|clarify|help|share|make|start|begin|break|answer|tell|say|guide|summarize|_)",
  `(?:i|we) ${EN_MUCH}(?:be )?(?:gladly |happy to |glad to |pleased to |like to |love to |try to |do my best to )*(?:explain|walk|answer|share|clarify|tell|make (?:this|it|that) (?:clear|easy|simple)|sum|summarize|guide|go (?:through|over)|help|try|keep (?:this|it))`,
  "to (?:put it simply|answer your question|help(?: you)?|make (?:this|it) (?:clear|clearer|easier|simple))",
  "(?:in|put|simply|very)? ?(?:short|simply put|brief|other word)",
  "(?:please )?(?:know|remember|note|keep in mind|be aware|it may help to know|be assured|rest assured)",
];

/** Clauses that stand for themselves. */
const EN_WHOLE: Parts = [
  "(?:hi|hello|hey|welcome|dear|good (?:morning|afternoon|evening|day))(?: there| again| and welcome| everyone| all| (?:dear )?friend| dear)*",
  "(?:you be )?(?:most |very |more than )?welcome(?: here| back)?",
  "(?:oh|ah|ouch|oof|wow|hm+|well|okay|ok|please|_)",
  `(?:please )?feel free(?: to (?:ask|reach out|contact (?:me|us)|write|message (?:me|us)|get in touch|let (?:me|us) know|share|come back|talk)(?: .*)?)?`,
  "(?:please |just |alway |and |do )*@(?: .*)?",
  "(?:please |just |alway |and |do )*(?:reach out|write(?: to (?:me|us))?(?: back| again)?|ask(?: me| us)?(?: again| away| anything)?|get in touch|come back|contact (?:me|us)|message (?:me|us)|call on (?:me|us))(?: (?:if|whenever|when|how|what|should|any time|anytime|about|so|and|with|in case)(?: .*)?| again| any time| anytime| back)?",
  "to (?:ask|reach out|write|contact (?:me|us)|message (?:me|us)|get in touch|let (?:me|us) know|share|come back|talk)(?: .*)?",
  `(?:please |do )*(?:be|stay) (?:gentle|kind|patient|strong|well|safe|warm)(?: (?:with|to) (?:yourself|you))?`,
  "sincerely(?: yours)?|yours(?: sincerely)?|warmly|warmest|cheers|hang in there|get well soon|speedy recovery|stay strong|you have got this|god bless|bless you|big hug|hug",
  "gently|kindly|so|but|and",
  "thank god|phew|my friend|my dear|dear friend|dear",
];

/** Sayings: nothing is looked at in them. */
const EN_SAYINGS: Parts = [
  "(?:(?:please )?(?:do )?not worry|no (?:problem|worry|worri)(?: at all)?|not at all|not to worry)",
  "you be (?:really )?not bother\\w* (?:me|anyone|us)(?: at all)?",
  "(?:there be )?no such thing as a (?:silly|stupid|bad|dumb) question|(?:there be )?no (?:silly|stupid|bad|dumb) question",
  "(?:it|that) be (?:never|not|no) (?:a )?(?:bother|trouble|problem)(?: at all)?(?: to (?:answer your question|help(?: you)?))?",
  "(?:(?:always|alway|so|very) )?(?:happy|glad) to (?:help|hear (?:it|that)|be of help)",
  "(?:talk|speak) (?:to you )?soon|see you soon|bye(?: for now)?",
  "(?:i|we) (?:will )?be (?:right |alway )?here(?: (?:if|whenever|when) you (?:need|want)(?: (?:me|us|anything|to talk|help))?)?",
  "(?:i|we) (?:really )?be (?:root for|rooting for|think of|thinking of) you",
  "congratulation on (?:take|taking) the time to (?:ask|write)",
  "(?:i|we) (?:really )?value your (?:trust|patience|feedback|question|openness)",
  "please accept (?:my|our) (?:\\S+ )?(?:apology|apologi|apologie|condolence|thank)(?: for .*)?",
  "hopefully (?:this|that|it) (?:help|make (?:it|this|that) clear\\w*|answer your question|clear\\w* thing up)(?: a (?:bit|little))?",
  "what (?:a|an) (?:\\S+ )?(?:day|week|time|situation|year|night|morning)(?: (?:you|that|this|it)(?: \\S+){0,4})?",
  "you have (?:\\S+ )?(?:be|been) through (?:a lot|so much|much)",
  "you have (?:\\S+ )?put (?:a lot of|so much|much) (?:thought|work|effort|care|time) into (?:this|it|your question)",
  "you can (?:alway )?(?:write(?: to (?:me|us))?|reach (?:out to )?(?:me|us)|ask(?: me| us)?|contact (?:me|us)|message (?:me|us)|come back|talk to (?:me|us)|count on (?:me|us))(?: (?:again|any time|anytime|at any time|whenever you (?:want|like|need)))*",
  "your question be (?:a )?(?:very |really )?(?:good|great|fair|important)",
  "(?:will|would|could|can) you|you have got (?:this|it)",
];

const EN_INTERJECTION =
  /^(?:(?:oh|ah|hi|hello|hey|well|okay|ok|please|now|then|first of all|first|and|but|so|or|because|since|as|dear|friend|there|also|again|still|especially|good morning|good afternoon|good evening|of course|sure|certainly|absolutely|gladly|with pleasure|happily|yes of course) )+/;

/** Fragments that carry a kind clause on. */
const EN_CONTINUES =
  /^(?:for|with|to (?:hear|see|know|feel|be|help|have|talk|ask|go)|of|in (?:this|that|your|such|any|some|feel)|at (?:this|such|any|all|time|a time)|about|especially|particularly|even|step by step|one step|one thing|one day|as well|as you|when you|while you|because you|after (?:this|that|all|such|everything)|during|during this|through|right now|today|alway\w*|again|day or night|friend|my friend|really|too|not at all|like (?:this|that)|than|thing at a time|step at a time|day at a time|whatever|however|whoever|you and|your|and your|which|who|how|what|why|like)(?![\p{L}'])/u;

const IT_MUCH =
  "(?:(?:molto|tanto|davvero|proprio|veramente|sinceramente|profondamente|del tutto|assolutamente|perfettamente|pienamente|bene|benissimo|già|anche|solo|ben|così|più che|sempre|ancora|certo|certamente|ovviamente|particolarmente|estremamente|tutto|un po'|quanto) )*";
const IT_YOU = "(?:(?:la|ti|vi|le|lo|mi|ci|me|te|gliel[oa]|glielo|te lo|ve lo|lei|tu) )*";

const IT_BEGINNINGS: Parts = [
  // Grazie.
  `(?:grazie|ringrazi\\w+|${IT_YOU}(?:ringrazi\\w+|sono grat[oa]|siamo grati)|${IT_YOU}apprezz\\w+|desidero ringraziar\\w+|vorrei ringraziar\\w+)`,
  // Dispiacere.
  `(?:mi|ci) ${IT_MUCH}(?:di)?spiace`,
  "(?:mi|ci) (?:scus[oi]\\w*|rincresce)",
  `(?:sono|siamo) ${IT_MUCH}(?:dispiaciut[oaie]|addolorat[oaie]|desolat[oaie]|rammaricat[oaie])`,
  "(?:le|ti|vi) (?:\\S+ )?(?:mie|nostre) (?:\\S+ )?(?:scuse|condoglianze)",
  // Comprensione.
  `(?:posso |possiamo |riesco a |non posso che |_ )?${IT_YOU}${IT_MUCH}(?:capisc\\w+|comprend\\w+|immagin\\w+|sent\\w+ (?:che|quanto|quant')|so (?:che|quanto|quant'|bene|come)|vedo (?:che|quanto)|mi rendo conto|ci rendiamo conto|rendo conto|mi metto nei suoi panni|posso (?:capire|comprendere|immaginare))`,
  `(?:quello|quel|ciò|questo|questa|quella|tutto questo|tutto ciò|la sua|la tua|il suo|il tuo|l'|non sapere|aspettare|convivere|vivere|affrontare|dev' essere|deve|dev'|può|potrebbe|possa|sembra|suona|dovrà|_)(?: \\S+){0,7}? ?${IT_MUCH}(?:è|essere|sia|sono|pesar\\w*|pesa|metter\\w*|spaventar\\w*|stancar\\w*|far paura|difficil\\w+|dur[oa]|faticos\\w+|frustrant\\w+|pesant\\w+|comprensibil\\w+|normal\\w+|natural\\w+|stressant\\w+|_)`,
  `(?:è|era|sarebbe|dev' essere|deve essere|sembra|pare) ${IT_MUCH}(?:stat[oa] )?${IT_MUCH}(?:un[ao]?'? )?(?:normal\\w+|natural\\w+|comprensibil\\w+|uman\\w+|giust\\w+|legittim\\w+|difficil\\w+|dur\\w+|faticos\\w+|pesant\\w+|frustrant\\w+|stressant\\w+|dolor\\w+|spiacevol\\w+|preoccupant\\w+|sconfortant\\w+|bell[ao] (?:che|domanda)|bene che (?:lo |me lo )?(?:abbia|chied|domand|scriv|ne parl)\\w*|un' ottima domanda|ottima domanda|buona domanda|domanda|preoccupazione|situazione|momento|periodo)`,
  `(?:i|le) (?:suoi|sue|tuoi|tue|vostri|vostre) \\S+ (?:\\S+ )?sono ${IT_MUCH}(?:legittim|comprensibil|normal|natural|valid|giustificat)\\w+`,
  "(?:non (?:è|sei|siete) (?:certo |certamente |affatto )?(?:l' )?(?:sol[oaie]|unic[oa])|_)",
  "(?:molt[ei]|tant[ei]|in tanti|in molti|tutti noi|chiunque|tutti)(?: \\S+){0,4} (?:si sent\\w+|si sentirebb\\w+|si chied\\w+|si fanno|si pongono|(?:fanno|pongono) (?:questa|la stessa)|chiedono|prova\\w*|si preoccup\\w+|vivono|hanno (?:lo stesso|la stessa))",
  `(?:ha|hai|avete|ha fatto|hai fatto|avete fatto) ${IT_MUCH}(?:fatto )?(?:ben\\w+|la cosa giusta)(?: \\S+)? (?:a|nel) (?:chied\\w+|domand\\w+|scriv\\w+|parl\\w+|rivolg\\w+|contatt\\w+|farl[oa])`,
  "(?:che |una |un' |è una |è un' )?(?:bella|ottima|buona|bellissima|interessante) domanda",
  "(?:ci vuole|serve|occorre) (?:molto |tanto |del )?coraggio",
  // Presenza, offerte.
  `(?:sono|siamo|resto|restiamo|rimango|rimaniamo|sarò|saremo|mi trova|ci trova|può contare|puoi contare) ${IT_MUCH}(?:qui|qua|content\\w+|felic\\w+|liet\\w+|a (?:sua|tua|vostra|completa) |a disposizione|a sua disposizione|vicin[oaie]|accanto|al (?:suo|tuo) fianco|pront[oaie]|disponibil\\w+|su di (?:me|noi)|con (?:lei|te|voi))`,
  `${IT_YOU}(?:sono|siamo|resto) (?:\\S+ )?(?:vicin[oaie]|accanto)`,
  "(?:se|quando|qualora|per qualsiasi|per ogni|in caso)",
  // Auguri.
  `(?:${IT_YOU}(?:\\S+ )?(?:auguro|auguriamo|mando|mandiamo|invio|inviamo)|auguri|${IT_MUCH}sper\\w+|ci auguriamo|mi auguro)`,
  "(?:un|tanti|i miei|i nostri|con) (?:\\S+ )?(?:abbracci\\w*|pensiero|salut\\w+|augur\\w+|affetto)",
  "(?:buon|buona|buone|buoni) (?:giornat\\w+|serat\\w+|nott\\w+|pomeriggio|fine settimana|lavoro|proseguiment\\w+|fortuna|guarigione)",
  "(?:cordiali|cari|distinti|affettuosi) saluti|cordialmente",
  // Verso la risposta.
  "ecco",
  "(?:vediam\\w+|guardiam\\w+|facciam\\w+|partiamo|cominciamo|iniziamo|andiamo|parliamon\\w+|affrontiam\\w+|proviamo)",
  `${IT_YOU}${IT_MUCH}(?:provo a |cerco di |vorrei |posso |voglio |vengo a )?${IT_YOU}(?:(?:spieg|rispond|chiar|raccont|aiut|accompagn|ascolt|rassicur)(?:o|hiamo|iamo|isco|ar\\w*|er\\w*|ir\\w*)|dire|dirle|dirti|dar\\w* una mano|poter\\w* (?:aiut\\w+|dare))`,
  "(?:in breve|in sintesi|per rispondere|detto in breve|in parole semplici|con parole semplici|innanzitutto|per prima cosa)",
  "(?:sappia|sappi|tenga presente|tieni presente|ricordi|ricorda|le ricordo|ti ricordo) (?:che|di non essere)",
  "è (?:utile|importante|bene) (?:sapere|ricordare)",
];

const IT_WHOLE: Parts = [
  "(?:ciao|salve|buongiorno|buonasera|buon pomeriggio|benvenut[oaie]|gentile (?:cliente|signora|signore)|car[oaie](?: \\S+)?)",
  "(?:oh|ah|ahi|certo|beh|ok|prego|volentieri|con piacere|_)",
  "(?:non (?:esiti|esitare|esitate)|_)(?: (?:pure )?(?:a|ad) (?:scriver\\w+|riscriver\\w+|chieder\\w+|contattar\\w+|ricontattar\\w+|parlar\\w+|dir\\w+|far\\w+ (?:altre )?(?:domande|sapere)|rivolger\\w+)(?: .*)?)?",
  "(?:pure |e )?@(?: .*)?",
  "(?:mi|ci|me lo|me ne|ce lo)? ?(?:scriva|chieda|contatti|parli|domandi)(?: pure)?(?: (?:se|quando|per|ancora|di nuovo)(?: .*)?)?|(?:scrivimi|scrivi|chiedi|chiedimi|contattami|parlamene|parlane|scriveteci)(?: pure)?(?: (?:se|quando|per|ancora|di nuovo)(?: .*)?)?",
  "(?:si prenda|prenditi|prendetevi|abbia|abbi|abbiate) (?:\\S+ )?(?:cura|riguardo)(?: di (?:sé|lei|te|voi|stess[oa]|sé stess[oa]|te stess[oa]))?",
  "per favore|gentilmente|ma|e|quindi",
  "(?:coraggio|forza|tenga duro|tieni duro|un abbraccio|abbracci|auguri|grazie|prego|di cuore|con affetto|a presto)",
];

const IT_SAYINGS: Parts = [
  "non c' è di che|di niente|di nulla|figurati|si figuri|ci mancherebbe|nessun (?:problema|disturbo)|non (?:si preoccupi|ti preoccupare|preoccuparti)",
  "non (?:mi |ci )?disturb[ai](?: affatto| per niente)?",
  "non (?:ci sono|esistono) domande (?:sciocche|stupide|banali|inutili)",
  "a presto|a risentirci|ce la (?:può|puoi) fare|forza|coraggio",
  "ne (?:ha|hai|avete) passate (?:tante|molte)|(?:ha|hai) passato (?:molto|tanto)",
  "si vede (?:quanto|che) (?:ci (?:tiene|tieni)|è importante per (?:lei|te))(?: (?:molto|tanto))?",
  "(?:le|ti|vi) (?:faccio|porgo|facciamo|porgiamo) le (?:mie|nostre|più) (?:\\S+ )?condoglianze",
  "(?:la|ti|vi) (?:prego|preghiamo) di (?:scusar\\w+|accettare le (?:mie|nostre) scuse)(?: per .*)?",
  "(?:accetti|accetta) le (?:mie|nostre) (?:\\S+ )?scuse(?: per .*)?",
  "(?:è|sarà) (?:stato )?un piacere (?:aiutar\\w+|sentir\\w+|rispondere|parlar\\w+)(?: .*)?",
  "mi fa (?:molto |tanto )?piacere(?: (?:che (?:me lo |lo )?(?:chied\\w+|abbia chiesto|scriv\\w+|mi abbia scritto)|aiutar\\w+|sentir\\w+))?",
  "(?:può|puoi|potete) (?:sempre )?(?:scriver\\w+|contattar\\w+|chieder\\w+|parlar\\w+|ricontattar\\w+|contare su di (?:me|noi))(?: (?:ancora|di nuovo|quando (?:vuole|vuoi|serve)|in qualsiasi momento|in ogni momento|se (?:serve|ha bisogno|hai bisogno)))*",
  "(?:mi |ci )?(?:scriva|scrivi|scrivimi|chieda|chiedi)(?: pure)?(?: (?:ancora|di nuovo|quando (?:vuole|vuoi|serve)|in qualsiasi momento|in ogni momento))*",
  "che (?:giornata|settimana|situazione|brutta notizia|fatica|peccato)(?: .*)?",
];

const IT_INTERJECTION =
  /^(?:(?:oh|ah|ciao|salve|buongiorno|buonasera|beh|e|ed|ma|o|oppure|quindi|perciò|perché|poiché|allora|dunque|certo|certamente|volentieri|con piacere|innanzitutto|prima di tutto|per favore|inoltre|poi|adesso|ora|anche|gentile|cara|caro|soprattutto|intanto|purtroppo) )+/;

const IT_CONTINUES =
  /^(?:per (?:la|il|lo|l'|le|i|gli|un|una|averm\\w+|averc\\w+|aver|questo|quello|tutto|quanto|lei|te|voi|esser\w*|essersi|chied\w+)|per|con|di|del|della|dell'|dei|in (?:questo|questa|un|tutto|ogni)|nel|nella|al|alla|a (?:volte|chiedere|scrivere|parlarne)|soprattutto|specialmente|anche|un passo|una cosa|passo dopo passo|come|quando (?:si|ci|ha|hai|vuole|vuoi)|mentre|in ogni momento|a qualsiasi ora|oggi|davvero|tutti|che|quanto|sempre|ancora|insieme|lei|tu|la sua|la tua|il suo|il tuo|i suoi|i tuoi)(?![\p{L}'])/u;

const BEGINS: Readonly<Record<Language, RegExp>> = {
  en: beginning(EN_BEGINNINGS),
  it: beginning(IT_BEGINNINGS),
};
const STANDS: Readonly<Record<Language, RegExp>> = { en: whole(EN_WHOLE), it: whole(IT_WHOLE) };
const SAYINGS: Readonly<Record<Language, RegExp>> = {
  en: whole(EN_SAYINGS),
  it: whole(IT_SAYINGS),
};
const INTERJECTION: Readonly<Record<Language, RegExp>> = {
  en: EN_INTERJECTION,
  it: IT_INTERJECTION,
};
const CONTINUES: Readonly<Record<Language, RegExp>> = { en: EN_CONTINUES, it: IT_CONTINUES };

/** "Understood", "known", "heard" is a feeling or a difficulty; that something works, helps or is safe is a claim. */
const PERCEIVES: Readonly<Record<Language, RegExp>> = {
  en: new RegExp(
    `^(?:${EN_THIS} ${EN_MUCH}(?:have )?(?:be|been|feel|sound|seem|look|make|made|hit|was)|you (?:say|write|tell|mention|said|wrote|told)|(?:i|we) (?:be |feel )?${EN_MUCH}(?:understand|imagine|see|hear|tell|know|realize|recognize|acknowledge|get|notice))(?![\\p{L}'])`,
    "u",
  ),
  it: /^(?:\S+ ){0,4}?(?:capisc\p{L}+|comprend\p{L}+|immagin\p{L}+|so|sento|vedo|rendo|rendiamo)(?![\p{L}])/u,
};

/** What may not go on behind a harmless turn: "take care to have it again". */
const GOES_ON = /^to (?!ask|writ|reach|talk|share|hear|know|tell|let)/;

/** Whether a clause is a saying that needs no closer look. */
export function isSaying(line: string, language: Language): boolean {
  return (
    SAYINGS[language].test(line) || SAYINGS[language].test(line.replace(INTERJECTION[language], ""))
  );
}

/**
 * Whether the clauses of a sentence are acts of kindness.
 *
 * @param clauses The words of each as they are compared; harmless turns are `_`, asking to be told is `@`.
 * @param feels Whether it is about the person: a feeling, a difficulty, that it matters.
 */
export function areKind(clauses: readonly string[], language: Language, feels: boolean): boolean {
  return clauses.every((line, i) => {
    // "Of course" leads in; by itself it is an answer.
    if (clauses.length > 1 && INTERJECTION[language].exec(`${line} `)?.[0] === `${line} `)
      return true;
    return isKind(line, language, i > 0, feels);
  });
}

function isKind(line: string, language: Language, continues: boolean, feels: boolean): boolean {
  if (STANDS[language].test(line) || isSaying(line, language)) return true;
  const said = line.replace(INTERJECTION[language], "");
  if (said !== line && STANDS[language].test(said)) return true;
  if (BEGINS[language].test(said)) return feels || !PERCEIVES[language].test(said);
  if (said.startsWith("_ ")) {
    const rest = said.slice(2);
    return !GOES_ON.test(rest) && isKind(rest, language, true, feels);
  }
  return continues && CONTINUES[language].test(said);
}
