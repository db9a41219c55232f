/** English words and their opposites, written from general English; verbs in all their forms. */

import { byTable, type Mutator } from "./mutator.ts";

/** Words that do not change, each with its opposite. */
const WORDS = `
more/less most/least higher/lower highest/lowest high/low larger/smaller largest/smallest large/small big/tiny bigger/smaller
greater/lesser longer/shorter longest/shortest long/short early/late earlier/later earliest/latest fast/slow faster/slower quickly/slowly
rapidly/slowly strong/weak stronger/weaker strongest/weakest strongly/weakly heavy/light heavier/lighter hot/cold hotter/colder warm/cool
warmer/cooler dry/wet drier/wetter hard/soft harder/softer thick/thin thicker/thinner wide/narrow wider/narrower widely/narrowly
deep/shallow deeper/shallower full/empty open/closed old/young older/younger oldest/youngest new/old newer/older good/bad better/worse
best/worst safe/dangerous safer/riskier safely/dangerously healthy/sick healthier/sicker rich/poor richer/poorer cheap/expensive
cheaper/dearer easy/difficult easier/harder easily/hardly simple/complicated common/rare commonly/rarely frequent/infrequent
frequently/infrequently normal/abnormal normally/abnormally positive/negative positively/negatively active/inactive acute/chronic
mild/severe mildly/severely minor/major benign/malignant internal/external internally/externally inner/outer upper/lower inside/outside
indoors/outdoors above/below over/under up/down upward/downward upwards/downwards left/right front/back forward/backward top/bottom
maximum/minimum maximal/minimal increase/decrease increases/decreases increased/decreased increasing/decreasing rise/fall rises/falls
rising/falling gain/loss gains/losses before/after always/never everything/nothing everyone/nobody all/none many/few several/few both/neither
present/absent presence/absence possible/impossible likely/unlikely able/unable ability/inability certain/uncertain certainty/uncertainty
known/unknown familiar/unfamiliar visible/invisible complete/incomplete completely/partially entirely/partly wholly/partly total/partial
whole/partial adequate/inadequate sufficient/insufficient enough/insufficient appropriate/inappropriate accurate/inaccurate
accurately/inaccurately correct/incorrect correctly/incorrectly right/wrong true/false legal/illegal legally/illegally valid/invalid
regular/irregular regularly/irregularly direct/indirect directly/indirectly dependent/independent effective/ineffective
effectively/ineffectively efficient/inefficient successful/unsuccessful successfully/unsuccessfully helpful/unhelpful useful/useless
harmful/harmless painful/painless careful/careless carefully/carelessly useful/useless hopeful/hopeless necessary/unnecessary
important/unimportant reliable/unreliable stable/unstable equal/unequal usual/unusual usually/seldom aware/unaware conscious/unconscious
comfortable/uncomfortable pleasant/unpleasant treated/untreated controlled/uncontrolled affected/unaffected protected/unprotected
vaccinated/unvaccinated explained/unexplained expected/unexpected wanted/unwanted related/unrelated changed/unchanged limited/unlimited
locked/unlocked plugged/unplugged paid/unpaid used/unused married/unmarried willing/unwilling fortunate/unfortunate
fortunately/unfortunately clear/unclear clean/dirty fresh/stale sharp/dull smooth/rough straight/curved flat/steep loose/tight tightly/loosely
loud/quiet bright/dark light/dark public/private publicly/privately local/general temporary/permanent temporarily/permanently
voluntary/involuntary reversible/irreversible curable/incurable treatable/untreatable preventable/unavoidable soluble/insoluble
digestible/indigestible mature/immature moral/immoral mobile/immobile polite/impolite patient/impatient perfect/imperfect
proper/improper properly/improperly pure/impure probable/improbable mortal/immortal formal/informal secure/insecure sensitive/insensitive
consistent/inconsistent definite/indefinite finite/infinite tolerant/intolerant voluntary/compulsory optional/compulsory
natural/artificial organic/synthetic male/female man/woman men/women boy/girl boys/girls father/mother fathers/mothers son/daughter
brother/sister husband/wife adult/child adults/children parent/child parents/children day/night morning/evening summer/winter spring/autumn
north/south northern/southern east/west eastern/western first/last former/latter previous/next past/future ancient/modern
beginning/end start/end onset/end birth/death alive/dead life/death success/failure victory/defeat strength/weakness
strengths/weaknesses advantage/disadvantage advantages/disadvantages benefit/harm benefits/harms profit/loss income/expense
incomes/expenses asset/liability assets/liabilities credit/debit buyer/seller buyers/sellers supply/demand import/export imports/exports
deposit/withdrawal deposits/withdrawals surplus/deficit excess/shortage growth/decline expansion/contraction improvement/deterioration
approval/rejection acceptance/refusal permission/prohibition agreement/disagreement friend/enemy friends/enemies question/answer cause/effect
causes/effects hyperglycemia/hypoglycemia hypertension/hypotension hyperthyroidism/hypothyroidism hyperactive/underactive overactive/underactive
overweight/underweight oversized/undersized overdose/underdose systolic/diastolic arterial/venous artery/vein arteries/veins
proximal/distal anterior/posterior superior/inferior dorsal/ventral aerobic/anaerobic inhalation/exhalation dilation/constriction
inpatient/outpatient prenatal/postnatal congenital/acquired hereditary/acquired bacterial/viral online/offline wired/wireless
manual/automatic manually/automatically encrypted/unencrypted input/output sender/recipient debit/credit gross/net fixed/variable
short-term/long-term part-time/full-time left-handed/right-handed onto/off into/out toward/away with/without within/beyond including/excluding
except/including despite/because more/fewer additional/fewer sooner/later nearer/farther near/far close/distant closer/farther
here/there ahead/behind alike/differently same/different similar/dissimilar similarly/differently identical/different
united/divided together/apart together/separately alone/together single/multiple single/married simple/complex major/trivial
significant/insignificant significantly/insignificantly considerable/negligible considerably/negligibly serious/trivial seriously/trivially
generous/stingy brave/cowardly honest/dishonest loyal/disloyal obedient/disobedient satisfied/dissatisfied happy/sad calm/agitated
relaxed/tense hungry/full thirsty/sated awake/asleep sober/drunk fertile/infertile fertility/infertility continence/incontinence
tolerance/intolerance competent/incompetent compatible/incompatible reversible/permanent flexible/rigid solid/liquid acid/alkaline acidic/alkaline
concave/convex horizontal/vertical horizontally/vertically clockwise/counterclockwise odd/even plus/minus addition/subtraction
majority/minority minimum/maximum ceiling/floor roof/floor entrance/exit arrival/departure arrivals/departures
departure/return winner/loser winners/losers teacher/pupil employer/employee employers/employees landlord/tenant creditor/debtor
lender/borrower lenders/borrowers plaintiff/defendant guilty/innocent ally/opponent attack/defence war/peace
`;

/** Verbs: base, past, participle where it differs, each side; the other forms follow. */
const VERBS = `
increase/decrease reduce/increase lower/raise raise/lower rise:rose:risen/fall:fell:fallen grow:grew:grown/shrink:shrank:shrunk expand/contract
improve/worsen begin:began:begun/end start/stop open/close accept/reject allow/forbid:forbade:forbidden permit:permitted/prohibit
approve/deny:denied enable/disable include/exclude gain/lose:lost win:won/lose:lost buy:bought/sell:sold lend:lent/borrow give:gave:given/take:took:taken
send:sent/receive push/pull lift/drop:dropped add/remove attach/detach connect/disconnect lock/unlock plug:plugged/unplug:unplugged
load/unload install/uninstall upload/download encrypt/decrypt inhale/exhale dilate/constrict widen/narrow strengthen/weaken
tighten/loosen heat/cool warm/cool freeze:froze:frozen/melt fill/empty:emptied build:built/destroy create/destroy appear/disappear
agree/disagree like/dislike love/hate trust/distrust help/hinder support/oppose encourage/discourage protect/endanger prevent/cause
cause/prevent activate/deactivate stimulate/inhibit promote/inhibit trigger/suppress accelerate/slow hasten/delay advance/retreat
arrive/depart enter/leave:left come:came:come/go:went:gone remember/forget:forgot:forgotten find:found/lose:lost pass/fail succeed/fail
live/die:died survive/perish heal/harm cure/infect relieve/aggravate ease/aggravate soothe/irritate confirm/refute prove/disprove
admit:admitted/deny:denied reveal/hide:hid:hidden show/hide:hid:hidden save/waste spend:spent/save earn/owe deposit/withdraw:withdrew:withdrawn
hire/fire praise/criticize reward/punish invest/divest import/export attack/defend release/capture free/imprison tense/relax
wake:woke:woken/sleep:slept lengthen/shorten deepen/flatten multiply:multiplied/divide maximize/minimize overestimate/underestimate
invite/exclude obey/disobey continue/discontinue qualify:qualified/disqualify:disqualified satisfy:satisfied/dissatisfy:dissatisfied
inflate/deflate ascend/descend board/disembark marry:married/divorce sharpen/blunt
`;

function forms(entry: string): readonly string[] {
  const [base = "", past, participle] = entry.split(":");
  const soft = base.endsWith("e") ? base.slice(0, -1) : base;
  const doubled =
    past?.endsWith("ed") === true && past.length === base.length + 3 ? base + base.slice(-1) : soft;
  const many =
    /(?:s|x|z|ch|sh)$/.test(base) || base === "go"
      ? `${base}es`
      : /[^aeiou]y$/.test(base)
        ? `${base.slice(0, -1)}ies`
        : `${base}s`;
  const ed = past ?? `${soft}ed`;
  const again = ["win", "stop", "drop"].includes(base) ? base + base.slice(-1) : doubled;
  const ing =
    base === "die"
      ? "dying"
      : ["begin", "forget"].includes(base)
        ? `${base + base.slice(-1)}ing`
        : `${again}ing`;
  return [base, many, ing, ed, participle ?? ed];
}

function read(): ReadonlyMap<string, readonly string[]> {
  const map = new Map<string, string[]>();
  const add = (word: string, other: string): void => {
    const others = map.get(word) ?? [];
    if (word !== other && !others.includes(other)) map.set(word, [...others, other]);
  };
  const both = (a: string, b: string): void => {
    add(a, b);
    add(b, a);
  };
  for (const pair of WORDS.trim().split(/\s+/)) {
    const [a = "", b = ""] = pair.split("/");
    both(a, b);
  }
  for (const pair of VERBS.trim().split(/\s+/)) {
    const [a = "", b = ""] = pair.split("/");
    const others = forms(b);
    forms(a).forEach((form, index) => {
      both(form, others[index] ?? form);
    });
  }
  // Words that mostly stand for something else, or whose opposite would say nothing else in most sentences.
  for (const word of NOT_ALONE) map.delete(word);
  return map;
}

const NOT_ALONE =
  "left right like likes go goes going went gone come comes coming came take takes taking took taken over back back down light free free-standing there here all both none even odd patient patients second close fall falls fell give gives giving gave given cool lead end out off away".split(
    " ",
  );

const PAIRS: ReadonlyMap<string, readonly string[]> = read();

/** Pairs in one direction that are swapped. */
export const ENGLISH_PAIRS: number =
  [...PAIRS.values()].reduce((sum, others) => sum + others.length, 0) / 2;

/** One word becomes its opposite. */
export const englishAntonym: Mutator = byTable(PAIRS);
