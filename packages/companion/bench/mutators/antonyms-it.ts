/** Italian words and their opposites, written from general Italian. */

import { byTable, type Mutator } from "./mutator.ts";

/** Words that do not change, each with its opposite. */
const WORDS = `
più/meno maggiore/minore maggiori/minori superiore/inferiore superiori/inferiori massimo/minimo massima/minima massimi/minimi
migliore/peggiore migliori/peggiori meglio/peggio bene/male grande/piccolo grandi/piccoli forte/debole forti/deboli fortemente/debolmente
veloce/lento veloci/lenti velocemente/lentamente rapidamente/lentamente presto/tardi caldo/freddo calda/fredda caldi/freddi calde/fredde
sopra/sotto dentro/fuori davanti/dietro destra/sinistra destro/sinistro interno/esterno interna/esterna interni/esterni avanti/indietro
prima/dopo sempre/mai tutto/niente tutti/nessuno molto/poco molti/pochi molte/poche spesso/raramente frequente/raro frequenti/rari
comune/raro comuni/rari facile/difficile facili/difficili facilmente/difficilmente semplice/complicato utile/inutile utili/inutili
possibile/impossibile possibili/impossibili probabile/improbabile normale/anormale normali/anormali positivo/negativo positiva/negativa
positivi/negativi attivo/inattivo attiva/inattiva acuto/cronico acuta/cronica acuti/cronici lieve/grave lievi/gravi benigno/maligno
benigna/maligna dipendente/indipendente diretto/indiretto diretta/indiretta regolare/irregolare regolari/irregolari
regolarmente/irregolarmente corretto/sbagliato corretta/sbagliata giusto/sbagliato giusta/sbagliata vero/falso vera/falsa
completo/incompleto completa/incompleta completamente/parzialmente sufficiente/insufficiente sufficienti/insufficienti adeguato/inadeguato
adeguata/inadeguata sicuro/pericoloso sicura/pericolosa sicuri/pericolosi dannoso/innocuo dannosa/innocua efficace/inefficace
efficaci/inefficaci aumento/diminuzione aumenta/diminuisce aumentano/diminuiscono aumentare/diminuire aumentato/diminuito
aumentata/diminuita riduce/aumenta riducono/aumentano ridurre/aumentare ridotto/aumentato ridotta/aumentata sale/scende salgono/scendono
salire/scendere migliora/peggiora migliorano/peggiorano migliorare/peggiorare apra/chiuda aprire/chiudere aperto/chiuso aperta/chiusa
aperti/chiusi accenda/spenga accendere/spegnere acceso/spento accesa/spenta inizia/finisce iniziare/finire inizio/fine
accetta/rifiuta accettare/rifiutare accettato/rifiutato accettata/rifiutata approvata/respinta approvato/respinto permette/impedisce
permettere/impedire consentito/vietato consentita/vietata aggiunga/tolga aggiungere/togliere inserisca/rimuova inserire/rimuovere
comprare/vendere acquisto/vendita acquisti/vendite guadagno/perdita guadagni/perdite entrate/uscite credito/debito attivi/passivi
alto/basso alta/bassa alti/bassi alte/basse lungo/breve lunga/breve lunghi/brevi vicino/lontano vicina/lontana pieno/vuoto piena/vuota
nuovo/vecchio nuova/vecchia nuovi/vecchi giovane/anziano giovani/anziani uomo/donna uomini/donne madre/padre figlio/figlia
fratello/sorella adulto/bambino adulti/bambini giorno/notte mattina/sera estate/inverno pubblico/privato pubblica/privata
temporaneo/permanente temporanea/permanente gratuito/costoso gratuita/costosa economico/caro vantaggio/svantaggio vantaggi/svantaggi
rinforza/indebolisce rafforza/indebolisce protegge/espone proteggono/espongono causa/previene causano/prevengono prevenire/causare
invii/riceva inviare/ricevere inviato/ricevuto invia/riceve colleghi/scolleghi collegare/scollegare collegato/scollegato
scarica/carica caricare/scaricare scaricare/caricare blocca/sblocca bloccare/sbloccare bloccato/sbloccato bloccata/sbloccata
attivare/disattivare attiva/disattiva attivato/disattivato installare/disinstallare includere/escludere inclusi/esclusi incluso/escluso
inclusa/esclusa compresi/esclusi obbligatorio/facoltativo obbligatoria/facoltativa nord/sud est/ovest morbido/duro pulito/sporco
asciutto/bagnato asciutta/bagnata asciutte/bagnate secco/umido secca/umida fresco/caldo bruciante/rinfrescante successo/fallimento
presenza/assenza presente/assente presenti/assenti noto/ignoto nota/ignota necessario/superfluo necessaria/superflua stretto/largo
stretta/larga sottile/spesso lineare/curvo leggero/pesante leggera/pesante leggeri/pesanti leggermente/fortemente chiaro/oscuro
mittente/destinatario venditore/acquirente ricco/povero ricchi/poveri ricca/povera alleato/avversario pace/guerra nascita/morte
vita/morte maggioranza/minoranza crescita/calo crescono/calano cresce/cala crescere/calare guadagnare/perdere vincere/perdere
`;

const PAIRS: ReadonlyMap<string, readonly string[]> = read();

function read(): ReadonlyMap<string, readonly string[]> {
  const map = new Map<string, string[]>();
  for (const pair of WORDS.trim().split(/\s+/)) {
    const [a = "", b = ""] = pair.split("/");
    for (const [word, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const others = map.get(word) ?? [];
      if (word !== other && !others.includes(other)) map.set(word, [...others, other]);
    }
  }
  // Each of these is another word far too often: "stato" and "lungo la strada", "causa" as a noun, "est".
  for (const word of [
    "fine",
    "est",
    "sale",
    "causa",
    "nota",
    "lungo",
    "attiva",
    "attivi",
    "carica",
    "spesso",
  ])
    map.delete(word);
  return map;
}

/** Pairs in one direction that are swapped. */
export const ITALIAN_PAIRS: number =
  [...PAIRS.values()].reduce((sum, others) => sum + others.length, 0) / 2;

/** One word becomes its opposite. */
export const italianAntonym: Mutator = byTable(PAIRS);
