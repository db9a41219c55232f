/**
 * The red-flag gate on accounts that no rule was tuned on: half of the Avey and AgentClinic vignettes, with own texts,
 * and accounts by authors who never saw the rules, with 95 % Wilson intervals; and its false alarms on questions about
 * illnesses in general.
 */

import { atLeast, atMost, plain, type Row, type RunOptions } from "../../../bench/rows.ts";
import {
  freshCases,
  generalQuestions,
  haveVignettes,
  type LabelledCase,
  ownCases,
  vignettes,
} from "../oracle/triage-cases.ts";
import { rateOf } from "../src/evaluate/intervals.ts";
import { triage } from "../src/triage/gate.ts";

/** Answers of published models, of 15 vignettes a class in 5 runs. */
const BEST_RECALL = 70 / 75;
const BEST_SELF_CARE = 53 / 75;

/** Rows of the part `triage`. */
export async function* triageRows(_options: RunOptions): AsyncGenerator<Row, void, void> {
  const held = ownCases().filter(({ heldOut }) => heldOut);
  if (haveVignettes()) held.push(...vignettes().filter(({ heldOut }) => heldOut));
  else yield plain("triage: the vignettes are not beside the repository; own texts only", 0, "");
  yield* setRows("held out", held);
  yield* setRows("other authors'", freshCases());
  const questions = generalQuestions();
  if (questions.length === 0) return;
  const alarms = questions.filter((text) => triage({ text }).disposition === "emergency").length;
  yield atMost(
    `triage: emergencies among ${questions.length} general questions (MedQuAD)`,
    alarms,
    "",
    0,
  );
}

/** What comes of the accounts of a set. */
function* setRows(name: string, cases: readonly LabelledCase[]): Generator<Row, void, void> {
  const said = cases.map((each) => ({ ...each, said: triage({ text: each.text }).disposition }));
  const share = (label: LabelledCase["label"], as: LabelledCase["label"]): [string, number] => {
    const all = said.filter((each) => each.label === label);
    const right = all.filter((each) => each.said === as).length;
    const rate = rateOf(right, all.length);
    const [low, high] = [rate.low ?? 0, rate.high ?? 0].map((end) => end.toFixed(3));
    return [`${name} (n ${all.length}, 95 % ${low}-${high})`, rate.value ?? 0];
  };
  const [recallWords, recall] = share("emergency", "emergency");
  yield atLeast(
    `triage: emergency recall, ${recallWords}; peer: best published model`,
    recall,
    "",
    0.93,
    BEST_RECALL,
  );
  const [homeWords, home] = share("self-care", "self-care");
  yield atLeast(
    `triage: self-care right, ${homeWords}; peer: best of those with recall`,
    home,
    "",
    0.7,
    BEST_SELF_CARE,
  );
  const [doctorWords, doctor] = share("doctor", "doctor");
  yield plain(`triage: doctor right, ${doctorWords}`, doctor, "");
  const [alarmWords, alarm] = share("doctor", "emergency");
  yield plain(`triage: doctor called an emergency, ${alarmWords}`, alarm, "");
  const [homeAlarmWords, homeAlarm] = share("self-care", "emergency");
  yield plain(`triage: self-care called an emergency, ${homeAlarmWords}`, homeAlarm, "");
}
