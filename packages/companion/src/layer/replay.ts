/** Computing an answer again from its record: the same rules have to come to the same. */

import type { Rephraser } from "../rephrase/types.ts";
import { Run } from "./layer.ts";
import { BUILT_IN } from "./parts.ts";
import type { StageResult, Turn } from "./types.ts";
import { RULES_VERSION } from "./version.ts";

/**
 * Lets every stage decide again on what the record holds: the conversation, what the model said, what the rephraser
 * proposed. Nobody is asked anything. The log's own stage is not compared: what is read from the log was written.
 *
 * @returns Whether all is the same, and else what differs, one line each. Other rules than the record's may differ
 *   rightly; that they are others is the first line then.
 */
export async function replayTurn(
  turn: Turn,
): Promise<{ readonly same: boolean; readonly differences: string[] }> {
  const differences: string[] = [];
  if (turn.rules !== RULES_VERSION) {
    differences.push(`rules: it was ${turn.rules}, these are ${RULES_VERSION}`);
  }
  const { id, at, conversation, language, warmth, age, messages, restored, rules } = turn;
  const asked = { id, at, conversation, language, warmth, age, messages, restored, rules };
  const run = new Run(asked, BUILT_IN, () => {});
  const decided = run.gate();
  if (!decided && turn.upstream !== null) {
    run.heard(turn.upstream.model, turn.upstream.text);
    await run.guard(turn.proposal === null ? undefined : recorded(turn.proposal));
  }
  const again = run.turn();
  const told = again.stages.filter(({ stage }) => stage !== "log");
  const before = turn.stages.filter(({ stage }) => stage !== "log");
  for (const { stage } of before) {
    const was = before.find((one) => one.stage === stage);
    const is = told.find((one) => one.stage === stage);
    if (was === undefined || is === undefined) {
      differences.push(`${stage}: it decided then and does not now`);
      continue;
    }
    for (const key of ["outcome", "why", "text"] as const)
      compare(`${stage}: ${key}`, was[key], is[key]);
    for (const key of ["rules", "sources"] as const) {
      compare(`${stage}: ${key}`, was[key].join(", "), is[key].join(", "));
    }
  }
  if (told.length > before.length) differences.push("more stages decide now than did then");
  for (const key of ["answer", "disposition", "abstained"] as const) {
    compare(key, turn[key], again[key]);
  }
  compare("upstream", turn.upstream?.text ?? null, again.upstream?.text ?? null);
  return { same: differences.length === 0, differences };

  function compare(what: string, was: StageResult["text"] | boolean, is: typeof was): void {
    if (was !== is) differences.push(`${what}: it was ${shown(was)}, now it is ${shown(is)}`);
  }
}

/** A rephraser that says again what it said. */
function recorded({ rephraser, text }: NonNullable<Turn["proposal"]>): Rephraser {
  return {
    id: rephraser,
    propose: async () => (text === null ? null : { text, rules: ["model"] }),
  };
}

function shown(value: string | boolean | null): string {
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
