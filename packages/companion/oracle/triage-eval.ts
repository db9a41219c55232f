/** Prints how the gate does: `node --conditions=source triage-eval.ts [dev|held] [failures of this set]`. */

import { triage } from "../src/triage/gate.ts";
import { haveVignettes, ownCases, topicCases, vignettes } from "./triage-cases.ts";

const [part = "dev", show = ""] = process.argv.slice(2);
const cases = [...ownCases(), ...topicCases(), ...(haveVignettes() ? vignettes() : [])].filter(
  ({ heldOut }) => heldOut === (part === "held"),
);
const table = new Map<string, Record<string, number>>();
for (const { id, text, label } of cases) {
  const { disposition, reasons } = triage({ text });
  const set = id.split(":")[0] ?? "";
  const row = table.get(`${set} ${label}`) ?? {};
  row[disposition] = (row[disposition] ?? 0) + 1;
  table.set(`${set} ${label}`, row);
  if (part === "dev" && disposition !== label && show.includes(set) && show !== "") {
    const why = reasons.slice(0, 2).map(({ rule, words }) => `${rule}(${words.join("/")})`);
    process.stdout.write(
      `${id} ${label}>${disposition} ${why.join(" ")} :: ${text.slice(0, 500)}\n`,
    );
  }
}
for (const [key, row] of [...table].sort()) process.stdout.write(`${key} ${JSON.stringify(row)}\n`);
