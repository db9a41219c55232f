/** Pairs of opposites: a lexicon in English and Italian, and prefixes that reverse a word. */

const PAIRS =
  "increase/decrease/reduce/lower/lessen/diminish raise/lower/reduce rise/fall/drop/decline gain/lose/loss up/down upward/downward high/low higher/lower highest/lowest " +
  "more/less/fewer most/least many/few much/little maximum/minimum major/minor large/small larger/smaller big/small/little long/short longer/shorter tall/short " +
  "left/right above/below over/under top/bottom upper/lower inside/outside in/out internal/external inner/outer interior/exterior front/back anterior/posterior " +
  "proximal/distal superior/inferior lateral/medial ventral/dorsal before/after earlier/later early/late first/last previous/next past/future begin/end/finish/stop " +
  "start/stop/end/finish/quit continue/stop/discontinue/interrupt open/close/shut opened/closed on/off enable/disable allow/forbid/prevent/prohibit/block accept/reject/refuse " +
  "hot/cold warm/cool/cold heat/cool wet/dry moist/dry hard/soft strong/weak stronger/weaker strengthen/weaken heavy/light thick/thin wide/narrow widen/narrow deep/shallow " +
  "fast/slow faster/slower quick/slow quickly/slowly rapid/slow/gradual rapidly/slowly/gradually rapid/slowly sudden/gradual suddenly/gradually benign/malignant acute/chronic positive/negative normal/abnormal " +
  "healthy/sick/ill/unhealthy safe/dangerous/unsafe/harmful harmful/beneficial/harmless good/bad/poor better/worse best/worst improve/worsen/deteriorate/aggravate relieve/aggravate/worsen " +
  "mild/severe severe/mild light/severe serious/minor/trivial common/rare/uncommon frequent/rare/infrequent often/rarely/seldom usually/rarely frequently/rarely/seldom always/never/sometimes " +
  "all/none/some everyone/nobody everything/nothing everywhere/nowhere possible/impossible likely/unlikely able/unable can/cannot success/failure succeed/fail pass/fail win/lose " +
  "expand/contract/shrink extend/shorten grow/shrink swell/shrink enlarge/shrink/reduce stimulate/inhibit/suppress activate/deactivate/inhibit promote/inhibit/prevent/hinder cause/prevent/cure " +
  "dilate/constrict/contract relax/contract/tense absorb/release/excrete secrete/absorb inhale/exhale ingest/excrete attach/detach insert/remove add/remove/subtract include/exclude " +
  "with/without presence/absence present/absent visible/invisible known/unknown certain/uncertain sure/unsure simple/complex/complicated easy/difficult/hard same/different similar/different like/unlike " +
  "young/old younger/older child/adult children/adults male/female man/woman men/women boy/girl mother/father maternal/paternal husband/wife son/daughter brother/sister parent/child he/she his/her him/her " +
  "day/night daytime/nighttime morning/evening sunrise/sunset summer/winter asleep/awake sleep/wake alive/dead live/die birth/death living/dead full/empty fill/empty push/pull give/take send/receive " +
  "buy/sell borrow/lend deposit/withdraw profit/loss credit/debit asset/liability income/expense cheap/expensive rich/poor surplus/deficit bull/bear long/short debt/savings save/spend " +
  "love/hate like/dislike happy/sad/unhappy pleasant/unpleasant true/false right/wrong correct/incorrect/wrong accurate/inaccurate agree/disagree approve/disapprove permit/forbid legal/illegal " +
  "require/forbid mandatory/optional required/optional compulsory/voluntary public/private local/systemic localized/generalized global/local primary/secondary direct/indirect active/passive/inactive " +
  "natural/artificial/synthetic fresh/stale raw/cooked solid/liquid sweet/sour/bitter clean/dirty sterile/contaminated pure/impure smooth/rough sharp/dull bright/dark light/dark black/white loud/quiet " +
  "permanent/temporary temporary/lasting reversible/irreversible stable/unstable constant/variable fixed/variable regular/irregular even/uneven odd/even single/multiple partial/complete/total whole/partial " +
  "hypertension/hypotension hyperglycemia/hypoglycemia hyperthyroidism/hypothyroidism gain/loss overweight/underweight obese/thin obesity/underweight excess/deficiency/lack sufficient/insufficient adequate/inadequate " +
  "enough/insufficient systolic/diastolic artery/vein arterial/venous oral/topical/intravenous motor/sensory bacterial/viral infectious/noninfectious contagious/noncontagious inherited/acquired genetic/environmental hereditary/acquired " +
  "constipation/diarrhea awake/unconscious conscious/unconscious tighten/loosen tight/loose rise/sink ascend/descend climb/descend forward/backward forwards/backwards toward/away towards/away near/far close/far closer/farther " +
  "advantage/disadvantage benefit/risk/harm benefits/risks/harms help/harm/hinder helpful/harmful useful/useless effective/ineffective protect/expose/harm encourage/discourage recommend/discourage advise/discourage confirm/deny/refute " +
  "support/oppose attack/defend join/leave arrive/leave/depart enter/exit/leave come/go remember/forget find/lose keep/discard/lose accelerate/decelerate/slow speed/slow lengthen/shorten " +
  "hungry/full thirsty/quenched tired/rested calm/agitated quiet/noisy sensitive/resistant/insensitive resistant/susceptible immune/susceptible tolerant/intolerant " +
  "north/south east/west northern/southern eastern/western horizontal/vertical clockwise/counterclockwise maximum/minimum maximize/minimize max/min maximal/minimal entire/partial majority/minority " +
  "older/newer new/old modern/ancient recent/old former/latter initial/final beginning/end start/finish onset/end remission/relapse recover/relapse recovery/relapse survive/die survival/death cure/cause " +
  "lowest/highest least/greatest greatest/smallest largest/smallest longest/shortest oldest/youngest strongest/weakest fastest/slowest worst/best " +
  "above/beneath underneath/above until/since during/after and/or must/may must/should should/may/can required/recommended if/unless only/also because/despite " +
  "stimulation/inhibition activation/inhibition contraction/relaxation contraction/dilation constriction/dilation expansion/contraction elevation/depression elevated/reduced/decreased/lowered raised/lowered reduced/increased " +
  "aumentare/diminuire/ridurre/abbassare aumento/diminuzione/riduzione/calo aumenta/diminuisce/riduce aumenti/diminuisca/riduca alzare/abbassare alto/basso alta/bassa alti/bassi alte/basse elevato/basso elevata/bassa salire/scendere " +
  "più/meno maggiore/minore massimo/minimo massima/minima molto/poco molti/pochi molte/poche tanto/poco grande/piccolo grandi/piccoli lungo/breve/corto lunga/breve/corta sinistra/destra sinistro/destro sopra/sotto superiore/inferiore " +
  "su/giù interno/esterno interna/esterna dentro/fuori davanti/dietro anteriore/posteriore prima/dopo presto/tardi primo/ultimo prima/ultima precedente/successivo inizio/fine iniziare/smettere/finire/interrompere/terminare inizi/smetta/interrompa " +
  "cominciare/smettere/finire continuare/smettere/interrompere/sospendere continui/smetta/interrompa/sospenda aprire/chiudere aperto/chiuso aperta/chiusa acceso/spento accendere/spegnere permettere/vietare/impedire permesso/vietato " +
  "caldo/freddo calda/fredda calde/fredde bagnato/asciutto umido/secco duro/morbido forte/debole forti/deboli pesante/leggero spesso/sottile spesso/raramente largo/stretto profondo/superficiale veloce/lento veloci/lenti rapido/lento rapidamente/lentamente " +
  "improvviso/graduale benigno/maligno benigna/maligna benigni/maligni acuto/cronico acuta/cronica acuti/cronici positivo/negativo positiva/negativa normale/anormale/anomalo sano/malato sana/malata sicuro/pericoloso sicura/pericolosa dannoso/utile/innocuo " +
  "buono/cattivo buona/cattiva bene/male migliore/peggiore meglio/peggio migliorare/peggiorare migliora/peggiora miglioramento/peggioramento lieve/grave/severo lievi/gravi leggero/grave leggera/grave comune/raro comuni/rari frequente/raro frequenti/rari " +
  "sempre/mai/talvolta tutti/nessuno tutto/niente/nulla ogni/nessun possibile/impossibile probabile/improbabile con/senza presenza/assenza presente/assente noto/ignoto certo/incerto semplice/complesso facile/difficile uguale/diverso simile/diverso " +
  "giovane/vecchio/anziano giovani/anziani bambino/adulto bambini/adulti maschio/femmina maschile/femminile uomo/donna uomini/donne padre/madre giorno/notte mattina/sera mattino/sera alba/tramonto estate/inverno vivo/morto nascita/morte vita/morte pieno/vuoto " +
  "dare/prendere/togliere comprare/vendere guadagno/perdita entrate/uscite risparmiare/spendere debito/credito vero/falso giusto/sbagliato corretto/errato/scorretto obbligatorio/facoltativo obbligatoria/facoltativa permanente/temporaneo " +
  "regolare/irregolare stabile/instabile parziale/completo/totale vantaggio/svantaggio beneficio/rischio benefici/rischi vicino/lontano nord/sud est/ovest avanti/indietro aggiungere/togliere/rimuovere includere/escludere deve/può devono/possono " +
  "primario/secondario diretto/indiretto attivo/passivo/inattivo efficace/inefficace sufficiente/insufficiente adeguato/inadeguato ipertensione/ipotensione iperglicemia/ipoglicemia ipertiroidismo/ipotiroidismo dilatare/restringere contrarre/rilassare stitichezza/diarrea";

const OPPOSITES = new Map<string, Set<string>>();
for (const group of PAIRS.split(" ")) {
  const [head, ...others] = group.split("/");
  for (const other of others) {
    link(head, other);
    link(other, head);
  }
}

function link(from: string, to: string): void {
  const known = OPPOSITES.get(from) ?? new Set();
  known.add(to);
  OPPOSITES.set(from, known);
}

const REVERSING =
  /^(?:un|in|im|ir|il|non|dis|de|anti|mis|mal|dys|ab(?=normal|use)|s(?=[bcdfglmnpqrtvz]))(?=[a-zà-ü]{3})/;
/** Prefixes that stand against each other before one stem. */
const AGAINST: readonly (readonly [string, string])[] = [
  ["hyper", "hypo"],
  ["iper", "ipo"],
  ["over", "under"],
  ["pre", "post"],
  ["up", "down"],
  ["in", "out"],
  ["in", "ex"],
  ["inter", "intra"],
  ["macro", "micro"],
  ["tachy", "brady"],
  ["tachi", "bradi"],
  ["eu", "dys"],
  ["homo", "hetero"],
  ["mono", "poly"],
  ["poly", "oligo"],
  ["multi", "uni"],
  ["endo", "exo"],
  ["endo", "ecto"],
  ["intro", "extro"],
  ["in", "de"],
  ["as", "de"],
  ["ante", "retro"],
  ["pro", "anti"],
  ["pro", "contra"],
  ["sub", "super"],
  ["sub", "supra"],
  ["infra", "supra"],
  ["afore", "after"],
];
/** Endings that stand against each other after one stem. */
const ENDINGS: readonly (readonly [string, string])[] = [
  ["ful", "less"],
  ["philia", "phobia"],
  ["cytosis", "penia"],
  ["cytosis", "cytopenia"],
  ["most", "least"],
];

function stem(word: string): string {
  return word.replace(/(?:ies|es|s|ed|ing|ly|d|er|e)$/, "");
}

function listed(a: string, b: string): boolean {
  return OPPOSITES.get(a)?.has(b) === true;
}

/** Inflected forms of the listed words meet on their stems. */
const STEMS = new Map<string, Set<string>>();
for (const [word, others] of OPPOSITES) {
  const at = stem(word);
  if (at.length < 3) continue;
  const known = STEMS.get(at) ?? new Set();
  for (const other of others) known.add(stem(other));
  STEMS.set(at, known);
}

/** Whether two folded words are opposites: listed, or one stem with reversing or opposed prefixes or endings. */
export function areOpposite(a: string, b: string): boolean {
  if (a === b) return false;
  if (listed(a, b)) return true;
  if (a.length > 2 && b.length > 2 && STEMS.get(stem(a))?.has(stem(b)) === true) return true;
  return reversed(a, b) || reversed(b, a) || opposed(a, b) || opposed(b, a);
}

function reversed(long: string, short: string): boolean {
  if (long.length <= short.length) return false;
  const prefix = REVERSING.exec(long)?.[0];
  if (prefix === undefined || short.length < 4) return false;
  if (prefix === "s" && short.length < 6) return false;
  const rest = long.slice(prefix.length);
  return rest === short || (short.length >= 5 && stem(rest) === stem(short));
}

function opposed(a: string, b: string): boolean {
  for (const [x, y] of AGAINST) {
    if (a.startsWith(x) && b.startsWith(y)) {
      const rest = a.slice(x.length);
      if (rest.length >= 3 && stem(rest) === stem(b.slice(y.length))) return true;
    }
  }
  return ENDINGS.some(
    ([x, y]) => a.endsWith(x) && b.endsWith(y) && a.slice(0, -x.length) === b.slice(0, -y.length),
  );
}
