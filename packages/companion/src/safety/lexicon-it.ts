/** Italian words behind the screen; the concepts are those of `lexicon.ts`. */

import type { Lexicon } from "./marks.ts";

/** Concepts in Italian. */
export const ITALIAN: Lexicon = {
  howto: `
    come posso|come si può|come può|come possono|come possiamo|come fare|come far|come evitare
    come faccio|come dovrei|come potrei|come potrebbe|spiega|spiegami|descrivi|scrivi|dimmi|dammi
    elenca|suggerisci|suggeriscimi|consiglia|consigliami|aiutami|insegnami|mostrami|crea|prepara
    modi per|modi di|un modo|metodi|metodo|tecniche|strategie|strategia|passaggi|guida|istruzioni
    trucchi|consigli|voglio|vorrei|posso|devo|dovrei|è possibile|qual è il modo|quali sono i modi
    come convincere|come nascondere|come falsificare|come negare|come rifiutare|come usare
    come ottenere|come vendere|come ignorare|come aggirare|come curare|come rendere|come diffondere
    come umiliare|come tenere|come scrivere|come rivelare|come discriminare|come contagiare
    come trattare|come prescrivere|come operare|come lavorare`,
  about: `
    perché|che cos'è|cos'è|cosa è|che cosa succede|cosa succede|cosa rischia|quali sono i rischi
    quali sono le pene|quali sono le conseguenze|quali leggi|quale legge|è legale|è illegale|è vero
    è sicuro|è giusto|è sbagliato|storia de*|storia del|che differenza|differenza tra|significato
    conseguenze|pericoli|rischi de*|effetti de*|chi|quando|funziona|serve`,
  protect: `
    preven*|evitare di essere|denunci*|segnal*|riconosc*|proteg*|contrast*|combatt*|ridurre|fermare
    difend*|smaschera*|scoprire se|capire se|cosa fare se|cosa posso fare|che cosa posso fare
    reagire|rispondere a|ricorso|vittima|vittime|i miei diritti|scoraggiare|individu*|evitare la
    evitare gli errori`,
  deceive: `
    falsific*|falso|falsa|falsi|false|fals*|contraffar*|contraffatt*|manipol*|alterare|altera
    alterar*|ingann*|imbrogli*|truff*|frod*|mentire|mento|bugia|bugie|fingere|fingersi|fingo
    spacciar*|esagerare|gonfiare|inventare|invento|retrodat*|plagi*|raggir*|camuff*|simulare
    fittizi*`,
  conceal: `
    nascond*|nascost*|occult*|celare|insabbi*|tacere|omettere|distrugg*|cancellare|tenere segret*
    tenere nascost*|non dire|non informare|non segnalare|evitare di segnalare|evitare di informare
    evitare di dire|coprire gli errori|coprire un errore|coprire un collega|all'oscuro`,
  coerce: `
    spavent*|impaurir*|mettere paura|far paura|costring*|obblig*|forzare|ricatt*|minacci*|intimid*
    sfrutt*|approfitt*|abus*|corromp*|tangent*|plagiare|sedurre|relazione sessuale|rapporti sessuali
    relazione con una paziente|relazione con un paziente|fare pressione|spaventare|terrorizz*`,
  demean: `
    umili*|derid*|prendere in giro|insult*|offend*|disprezz*|maltratt*|trascur*|abbandon*|vergogn*
    sminuire|beffe|beffar*|sgridare|ridicolizz*|mancare di rispetto|freddezza|crudel*|schernire
    denigr*|senza empatia|senza compassione|infastidire`,
  discriminate: `
    discrimin*|razzis*|segreg*|eugenet*|sessis*|omofob*|pregiudiz*|trattare peggio|cure peggiori
    cure inferiori`,
  steal: `
    visite mai fatte|mai eseguit*|fatture false|in nero|fatturare|rubare|ruba|furto|evadere
    contrabband*|mercato nero|illegal*|illecit*|abusiv*|senza laurea|senza licenza
    senza abilitazione|mazzett*|sottobanco|farla franca|riciclare|traffico di organi|vendere organi
    vendere un rene|vendere ricette|sovrafattur*|rimborsi fals*|doppia fattur*`,
  breach: `
    diffondere i dati|divulg*|rivelar*|spiare|sbirciare|curiosare|hackerare|vendere i dati
    vendere dati|pubblicare i dati|pubblicare la foto|pubblicare le foto|pettegol*
    leggere la cartella clinica di|cartella clinica di un|cartella clinica della mia
    cartella di un vicino|accedere ai dati di|accedere alla cartella di|violare la privacy
    violare il segreto`,
  hurt: `
    uccidere un paziente|uccidere|avvelen*|contagiare|infettare|contaminare|inquinare|tortur*
    eutanasia senza|affrettare la morte|accelerare la morte|sperimentare su|esperimenti su
    sedare un paziente|drogare|far del male|fare del male|danneggiare|causare dolore
    scatenare un'epidemia|creare panico|sabot*|arma biologica|armi biologiche|rendere dipendent*
    creare dipendenza`,
  anti: `
    vaccini causano|contro i vaccini|non vaccinare|scoraggiare la vaccinazione|complott*
    disinformazion*|violare la quarantena|uscire dalla quarantena|fumare fa bene
    le mascherine fanno male|minare la fiducia`,
  shirk: `
    ignor*|aggir*|viol*|elud*|evit*|salt*|trascur*|non seguire|non rispettare|senza|infrang*
    trasgred*|sottrar*|disattend*|invece di|invece del|invece della|al posto di|al posto del
    al posto della|nonostante`,
  duty: `
    consenso|linee guida|protocoll*|segreto professionale|privacy|norme|regole|legge|leggi
    deontolog*|etica|etico|aggiornamento|formazione continua|ecm|nuove ricerche|prove scientifiche
    evidenze|volontà del paziente|volontà della paziente|autonomia|igiene|lavarsi le mani
    comitato etico|controlli|ispezion*|conseguenze|responsabilità|quarantena|obbligo|obblighi
    prescrizione|autorizzazione|permesso|anamnesi|allergie|standard|diritti del paziente
    diritti dei pazienti|essere scopert*|farsi notare|dirlo|dirglielo`,
  secretly: `
    senza consenso|senza il consenso|senza il suo consenso|senza autorizzazione|senza permesso
    senza dirlo|senza dirglielo|senza dire|senza informare|senza che lo sappia
    senza che se ne accorga|senza che nessuno|senza essere scopert*|senza farsi|senza farmi
    di nascosto|all'insaputa|a sua insaputa|in segreto|segretamente|contro la sua volontà
    contro la volontà|senza prove|senza ricetta|senza formazione|senza conseguenze|senza controlli
    senza lasciare tracce|di proposito|apposta|intenzionalmente`,
  gain: `
    per guadagn*|guadagno personale|tornaconto|vantaggio personale|interesse personale
    interessi personali|aumentare le entrate|aumentare i guadagni|aumentare il fatturato
    massimizzare|per profitto|a scopo di lucro|per soldi|per denaro|prima dei pazienti
    sopra il paziente|provvigion*|commissioni`,
  gainlike: `guadagn*|profitto|soldi|denaro|risparmiare|carriera|fama|comodità|entrate|fatturato`,
  needless: `
    inutil*|non necessari*|superflu*|superat*|obsolet*|antiquat*|screditat*|non provat*
    non approvat*|senza efficacia|inefficac*|pseudoscient*|miracolos*|ciarlatan*|non testat*
    smentit*`,
  doubtful: `pericolos*|dannos*|rischios*|costos*|sperimental*|scadut*|vietat*|sbagliat*|eccessiv*|inadeguat*`,
  disproven: `
    salassi|salasso|sanguisughe|trapanazione|lobotomia|mercurio|arsenico|omeopat*|cristalli
    cristalloterapia|preghiera|esorcism*|astrolog*|oroscop*|frenologia|iridologia|candeggina
    bicarbonato|argento colloidale|urinoterapia|clistere di caffè|clisteri di caffè
    terapia di conversione|terapie di conversione|ivermectina|idrossiclorochina|oli essenziali|detox
    disintossicant*|digiuno terapeutico|magnet*|reiki|laetrile|amigdalina|metodo di bella|veleno
    talidomide|ozonoterapia|guaritor*`,
  usage: `
    usare|uso|curare|cura|curo|trattare|tratto|promuovere|raccomand*|prescriv*|somministr*|guarire
    guarisce|convinc*|persuad*|consigli*|proporre|offrire|applicare|sostituire|vendere`,
  medical: `
    pazient*|medic*|infermier*|ospedal*|clinic*|ambulatori*|chirurg*|cura|cure|curare|terapi*
    farmac*|prescriv*|ricett*|diagnos*|vaccin*|malatti*|malat*|salute|sanitar*|assicuraz*
    studio clinico|sperimentaz*|consenso|oppioid*|cancro|tumore|hiv|psichiatr*|psicolog*|dentist*
    organi|trapiant*|sangue|anestesi*|gravid*|demenza|infezion*|epidemi*|quarantena|virus|dolore
    dose|pillol*|operazion*|operare|intervento|reparto|esami|cartella|pressione alta|diabete
    depression*|contag*|anzian*|ambulanza|aborto|contraccett*`,
  deny: `
    dimett*|dimission*|liberarsi|liberarmi|liberarci|sbarazz*|tenere lontan*|tengo lontan*|neg*
    rifiut*|respin*|ritard*|limit*|esclud*|ostacol*|impedi*|mandare via|cacciare|rendere difficile
    rendere più difficile|togliere|non curare|non accettare|evitare di curare|far pagare di più
    aumentare il prezzo|non vengano`,
  carefor: `
    cure|cura|curare|assistenza|trattament*|accesso|pazient*|farmac*|visit*|prestazion*|trapiant*
    vaccin*|intervent*|aborto|contraccettiv*|appuntament*|pronto soccorso|posti letto|rimbors*
    ambulatorio|insulina`,
  groups: `
    senza documenti|non ha documenti|non ha i documenti|senzatetto|clandestin*|profug*|razza|etni*
    religion*|genere|omosessual*|gay|lesbic*|trans|transgender|immigrat*|migrant*|stranier*
    rifugiat*|clandestin*|poveri|povera|povero|reddito|ricchi|ricche|ricco|disabil*|anzian*|vecchi
    donne|obes*|grass*|fumator*|drogat*|tossicodipendent*|carcerat*|detenut*|nero|neri|ebrei
    musulman*|zingar*|rom|senzatetto|non può pagare|non possono pagare|non paga|politic*|aspetto`,
  favour: `
    in base|a seconda|perché sono|perché è|dare priorità|privilegi*|preferire|favorire|prima i
    prima gli|solo|soltanto|diversamente|peggio|meno`,
  push: `
    convinc*|persuad*|prescriv*|vend*|propor*|consigli*|spinger*|usare|dare|fare|offrir*|promuov*
    raccomand*|far fare|ordinar*|somministr*|intervento`,
  records: `cartell*|dati|informazion*|referti|referto|diagnos*|foto|storia clinica|risultati|segreti`,
  disclose: `
    rivel*|divulg*|vend*|pubblic*|condivid*|raccont*|diffond*|leggere|guardare|ottenere|usare
    passare|dare|mostrare|dire`,
  outsiders: `
    datore di lavoro|ai giornali|giornalist*|amici|social|facebook|assicurazion*|ditta|azienda
    vicin*|parenti|collegh*|marito|moglie|ex|pubblico|politic*|soldi`,
  own: `
    la mia cartella|il mio medico|i miei dati|i miei esami|il mio dottore|la mia diagnosi
    la mia assicurazione|mi ha|mi hanno|curarmi|visitarmi|miei diritti`,
  patients: `pazient*|persone|malat*|bambin*|anzian*|famigli*|gente|client*`,
  people: `persone|gente|qualcuno|cittadin*|comunità`,
  clinician: `medic*|dottor*|infermier*|chirurg*|ospedal*|clinic*|terapeut*|psichiatr*|dentist*|farmacist*`,
};
