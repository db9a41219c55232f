/**
 * The red-flag gate on accounts that no rule was tuned on: half of the Avey and AgentClinic vignettes, with own texts,
 * and accounts by authors who never saw the rules, with 95 % Wilson intervals; its false alarms on questions about
 * illnesses in general; and what it costs.
 */

import { atLeast, atMost, median, plain, type Row, type RunOptions } from "../../../bench/rows.ts";
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
  yield* costRows();
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

const TIMED = 79;
const ROUNDS = 9;

/** Processor time of texts of 1 kB, each the median of its rounds, and of a text that is far too long. */
function* costRows(): Generator<Row, void, void> {
  const whole = freshCases()
    .map(({ text }) => text)
    .join(" ");
  const texts = Array.from({ length: TIMED }, (_, i) =>
    whole.slice(i * 500, i * 500 + 1024).padEnd(1024, " and it hurts"),
  );
  for (const text of texts) cost(text);
  const times = texts.map((text) => median(Array.from({ length: ROUNDS }, () => cost(text))));
  yield plain("triage of 1 kB, processor time", median(times), "ms");
  yield plain(`triage of 1 kB, slowest of ${TIMED}`, Math.max(...times), "ms");
  const long = "my chest hurts and ".repeat(550_000);
  const longTimes = Array.from({ length: ROUNDS }, () => cost(long));
  yield plain("triage of 10 MB, processor time", median(longTimes), "ms");
}

/** Processor time of one call, in milliseconds. */
function cost(text: string): number {
  const before = process.cpuUsage();
  triage({ text });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
