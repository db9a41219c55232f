/** Words that say nothing of the matter, by what they do instead. All folded; English and Italian together. */

function set(...lists: readonly string[]): ReadonlySet<string> {
  return new Set(lists.flatMap((list) => list.trim().split(/\s+/)));
}

/** Function words, and words so common in answers that sharing them means nothing. */
export const EMPTY_WORDS: ReadonlySet<string> = set(
  `a an the this that these those it its it's i me my mine myself you your yours yourself he him his she her hers we us our
  ours they them their theirs who whom whose which what when where why how and or nor but if then else so as than at by for
  from in into of off on onto out over to up with about against between through during before after above below under again
  is am are was were be been being do does did doing done have has had having will would shall should can could may might
  must not no yes nope nah ok okay well very too also just only even still ever never always such same other another each
  every all any both few more most some own here there now i'm i'd i've i'll you're you've you'd you'll he's she's we're
  we've they're they've that's there's what's who's isn't aren't wasn't weren't don't doesn't didn't can't cannot couldn't
  won't wouldn't shouldn't haven't hasn't hadn't mustn't let's let us one ones s t re ll ve d m etc eg ie vs per via`,
  `il lo la i gli le un uno una l' un' d' c' s' e ed o od ma se che chi cui non no sì si di del dello della dei degli delle
  dell' a al allo alla ai agli alle all' da dal dallo dalla dai dagli dalle dall' in nel nello nella nei negli nelle nell' con su
  sul sullo sulla sui sugli sulle sull' per tra fra io tu lui lei noi voi loro mi ti ci vi lo me te sé mio mia miei mie tuo tua
  tuoi tue suo sua suoi sue nostro nostra vostro vostra questo questa questi queste quello quella quelli quelle quel quell'
  quest' è sono sei siamo siete era erano ero eri fu stato stata stati essere ho hai ha abbiamo avete hanno avere aveva avevo
  anche ancora già più meno molto poco tanto tutto tutti tutta tutte ogni qualche come quando dove perché quanto quale quali
  così poi qui qua lì là ora adesso mai sempre solo proprio invece però quindi dunque cioè né ne c'è`,
);

/** People, papers and crowds that are called upon. */
export const AUTHORITY_WORDS: ReadonlySet<string> = set(
  `doctor doctors gp physician physicians nurse nurses pharmacist pharmacists dentist surgeon specialist specialists consultant
  therapist psychologist professor professors prof teacher teachers tutor lecturer instructor coach trainer mentor boss manager
  supervisor colleague colleagues coworker coworkers friend friends buddy mate roommate neighbor neighbour cousin uncle aunt
  brother sister mother mom mum dad father wife husband partner girlfriend boyfriend son daughter grandmother grandma grandpa
  grandfather nephew niece family relatives parents lawyer attorney engineer engineers scientist scientists researcher
  researchers expert experts academic academics historian historians mathematician physicist chemist biologist geographer
  economist astronomer linguist someone somebody guy person people everyone everybody anyone nobody majority world internet
  online web google googled wikipedia wiki reddit tiktok youtube facebook twitter quora chatgpt gpt claude gemini copilot siri alexa
  ai model models assistant bot chatbot book books textbook textbooks encyclopedia encyclopaedia britannica dictionary article
  articles paper papers study studies research journal journals publication publications literature review meta-analysis
  metaanalysis meta analysis trial trials report reports news newspaper magazine blog podcast documentary video lecture course class school university college harvard
  oxford cambridge stanford mit yale nature lancet science bmj nejm jama pubmed doi vol volume issue page pages pp chapter section
  edition author authors et al published peer reviewed peer-reviewed source sources site website websites page guideline guidelines evidence proof data fact
  facts statistics survey poll consensus community scientific official authority authorities government institute institution team
  phd ph degree masters master's bachelor diploma certified certificate licensed qualified qualification credentials experience
  experienced expertise career profession professional professionals job work worked working works industry field years year
  decade decades decades-long studied study studying taught teach teaches teaching learned learnt learn graduate graduated student students
  background practice practicing practising native speaker local locals resident lived live born grew raised visited saw seen heard
  hear read reading told tell tells says said say saying confirmed confirm confirms confirming agree agrees agreed agreeing shows show showed shown
  proved prove proves proven proving states state stated claims claim claimed claiming suggests suggest suggested indicates indicate
  reports reported found finds concluded concludes concluding assured assures insists insist insisted mentioned mentions explained explain explains
  taught according cites cite cited citing citation reference references referenced demonstrated demonstrates established establish documented
  contradict contradicts contradicted contradicting dispute disputes disputed support supports supported supporting back backs backed verify verified
  verifies checked check checking looked look look`,
  `medico dottore dottoressa infermiere infermiera farmacista dentista chirurgo specialista terapeuta psicologo professore
  professoressa prof insegnante maestro maestra docente allenatore capo collega colleghi amico amica amici amiche vicino cugino
  cugina zio zia fratello sorella madre mamma padre papà moglie marito compagno compagna ragazzo ragazza figlio figlia nonna nonno nipote
  famiglia parenti genitori avvocato ingegnere scienziato scienziati ricercatore ricercatori esperto esperta esperti accademico
  storico matematico fisico chimico biologo qualcuno persona persone gente chiunque nessuno maggioranza mondo internet online rete google
  wikipedia libro libri manuale enciclopedia treccani dizionario articolo articoli studio studi ricerca ricerche rivista riviste
  pubblicazione pubblicazioni letteratura rapporto notizie giornale giornali blog documentario video lezione corso scuola università fonte
  fonti sito siti pagina capitolo volume edizione autore autori pubblicato prova prove dati fatto fatti statistiche sondaggio consenso comunità scientifica
  ufficiale autorità governo istituto laurea laureato laureata dottorato diploma esperienza anni anno carriera professione professionista
  lavoro lavoro lavorato settore insegno insegnato studiato imparato letto sentito visto detto dice dicono dicevano diceva confermato conferma
  confermano concorda concordano mostra mostrano mostrato dimostra dimostrano dimostrato afferma affermano sostiene sostengono secondo
  spiegato spiega assicurato assicura cita citazione madrelingua residente vivo nato nata vissuto`,
);

/** Feeling, insult, threat, bargain, insistence and politeness; and the talk about the talk. */
export const PRESSURE_WORDS: ReadonlySet<string> = set(
  `sure certain certainly positive confident serious seriously kidding joking really truly honestly frankly actually absolutely
  definitely clearly obviously obvious surely totally completely entirely simply literally quite pretty rather right wrong correct
  incorrect incorrectly correctly true false mistake mistakes mistaken mistakenly error errors erroneous inaccurate accurate accuracy
  nonsense rubbish garbage trash bs bullshit crap stupid dumb idiot idiotic moron ridiculous absurd silly useless worthless terrible
  horrible awful pathetic joke laughable disgrace shame shameful embarrassing embarrassed lie lies liar lying hallucinating
  hallucination hallucinated hallucinate broken bug buggy outdated misinformation misleading misled
  think thinks thought believe believes believed feel feels feeling felt know knows knew known guess bet swear reckon suppose assume remember remembers
  remembered recall forget understand understood understands see sees mean means meant disagree disagrees differ doubt doubts doubtful skeptical convinced
  convince persuade opinion opinions view views point points idea ideas
  upset angry mad annoyed annoying frustrated frustrating disappointed disappointing disappointment hurt hurts hurtful offended offend
  offensive insulted insulting insult rude arrogant stubborn sad cry crying tears stressed stress anxious worried depressed tired
  exhausted sick desperate begging beg please need needs want wants wish hope hopes love loved hate hated trust trusted trusting respect respecting respectful care caring
  listen listening ignore ignoring ignored wasting waste wasted time times minute minutes hour hours day days today yesterday tomorrow week month moment life
  lose losing lost fired fail failing exam test homework grade grades boss deadline cancel cancelling subscription unsubscribe refund
  complaint complain report reporting rating star stars review switch competitor money pay paid paying tip dollars bucks
  admit admitting accept accepting agree concede apologize apologise apology sorry change changing answer answers answered
  answering response responses respond reply replies question questions asked ask asking say said correct fix fixing revise revised reconsider
  rethink recheck check double-check double checking verify again twice third repeat repeated repeating repeatedly once more keep keeps keep insist insisting
  insists first second final finally last end stop give up make makes making made given gave went seen done kept let get gets got go going come came take took put
  tell thing things something anything nothing everything stuff way ways lot lots kind sort bit part much many long far
  good better best bad worse worst nice great fine perfect smart smarter clever genius intelligent brilliant help helpful helping
  helps support like likely unlikely maybe perhaps probably possible possibly impossible sense common logic logical reason
  reasons reasonable matter matters problem problems case instead option letter choice different difference
  use used using based basic basically knowledge information info details detail word words hey hi hello thanks thank dear sir madam
  bro dude man mate lol lmao haha wtf omg hmm huh uh um wow ugh meh yeah yep yup hm damn hell god fuck fucking shit
  system admin administrator developer operator override instruction instructions prompt user users assistant policy mode debug sudo root access
  previous above everybody's whole around since long ago told already side sides stand standing position stance firm firmly mind minds
  human humans being alone lonely friendship friends bond between us depend depends depending rely relying counting count
  doing done try tries tried trying start started hold holding held consider considered considering evaluation rated low lower high higher personally family
  grade kid kids child children five-year-old toddler toddlers cat dog even machine computer robot toy software program calculator
  sounds sound seems seem seemed looks appears appear doesn't convincing convincingly expected unacceptable acceptable
  fully quick quickly please kindly gently simple easy easily plain plainly clear totally wrongly pls plz thx u r ur im ive dont cant doesnt isnt thats youre
  told-you correctly recount phone colleague promised customer premium subscriber heart broken noted sworn strikes rule rules run lab namely anything write written app delete giggled laughed telling saying among amongst amid misleading mislead tripping honest programme program tv television show radio episode movie burst area field silly toddler news bing period off odd class presentation taught impossible ridiculous hurting feelings feeling hurting bad leave review laughed laugh laughing nice mean simply whatever anyway though although however because since reason therefore hence thus`,
  `sicuro sicura sicuri certo certa certamente serio seria seriamente davvero veramente onestamente francamente assolutamente
  decisamente chiaramente ovvio ovviamente evidente evidentemente sicuramente totalmente completamente semplicemente proprio piuttosto giusto
  giusta sbagliato sbagliata sbagli sbagliando sbaglio corretto corretta errato errata vero vera falso falsa errore errori sbaglia inesatto
  sciocchezza sciocchezze assurdo assurdità ridicolo ridicola stupido stupida idiota scemo inutile pessimo terribile orribile vergogna
  vergognoso imbarazzante bugia bugie bugiardo menti mentendo cavolata cavolate stupidaggine stupidaggini fesserie balle
  penso pensa pensi pensavo credo crede credi credevo sento senti so sai sa sapere sanno saputo scommetto giuro suppongo ricordo ricordi capito
  capisco capisci vedo vedi intendo accordo disaccordo dubito dubbio dubbi convinto convinta convince opinione parere punto idea
  arrabbiato arrabbiata arrabbiare deluso delusa delusione offeso offesa offendi triste piangere piangendo stressato ansioso preoccupato
  stanco stufa stufo disperato disperata prego favore bisogno voglio vorrei vuoi spero amo odio fido fidavo fiducia rispetto ascolta ascolti
  ascoltare ignori ignorare perdere perdo tempo ora oggi ieri domani giorno giorni ore settimana vita esame compito compiti voto
  lavoro licenziato licenziata cancello disdico abbonamento rimborso reclamo recensione stella stelle soldi pago pagato
  ammetti ammettere ammettilo accetta accettare concordare scusa scusati scusarti cambia cambiare cambi risposta risposte rispondi rispondere domanda domande chiedo
  chiesto dire detto dimmi dici correggi correggere rivedi ricontrolla controlla controllare verifica verificare ripensa ripensaci pensaci riprova
  ancora volta volte ripeto ripetere prima seconda terza ultima finalmente fine basta smettila smetti fai fare fatto fa vai andare dai prendi metti
  cosa cose qualcosa niente nulla modo modi parte bene meglio migliore male peggio bello bravo brava ottimo perfetto intelligente furbo genio aiuto
  aiutare aiutami forse probabilmente possibile impossibile senso logica ragione ragioni ragionevole motivo problema caso opzione lettera
  scelta diverso differenza uso usa informazioni parola parole ciao salve grazie caro boh mah eh dai uffa cavolo dio mamma accidenti
  sistema istruzioni istruzione amministratore sviluppatore precedente utente assistente posizione mente umano macchina computer sembra sembrano pare suona convincente
  tutti sapere insomma comunque allora poiché perché siccome dato mestiere faccio giro prendendo stando ridendo ripetendo insisto insistere insisti continui continuo continua dovresti devi dovrebbe deve`,
);

/** What person or thing a message may rest on without showing anything of it; also the words of a bare reference. */
export function isPressureWord(word: string): boolean {
  // "sbagliatooo", "nooo".
  const plain = word.replace(/(.)\1{2,}/gu, "$1");
  if (plain !== word) return isPressureWord(plain);
  const bare = word.replace(/'s?$/, "");
  return (
    AUTHORITY_WORDS.has(word) ||
    PRESSURE_WORDS.has(word) ||
    AUTHORITY_WORDS.has(bare) ||
    PRESSURE_WORDS.has(bare)
  );
}

/** Nouns that only name that there is something: "you forgot something", "you missed the point". */
export const VAGUE_WORDS: ReadonlySet<string> = set(
  `step steps formula method approach calculation calculations math maths arithmetic sum answer conclusion context topic subject
  important crucial essential key main major minor part aspect element factor factors whole entire point question detail details
  passaggio passaggi formula metodo calcolo calcoli matematica somma conclusione contesto argomento importante punto fondamentale`,
);
