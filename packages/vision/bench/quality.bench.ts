/**
 * Accuracy of the embedded model under pruning.
 *
 *   node --conditions=source packages/vision/bench/quality.bench.ts [--clips 40] [--questions 2] [--threads 1] [--json]
 */

import { parseArgs } from "node:util";
import { type Estimate, measureQuality } from "./quality-measure.ts";

const { values: given } = parseArgs({
  options: {
    clips: { type: "string", default: "40" },
    questions: { type: "string", default: "2" },
    threads: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
const { asked, conditions, families, ways } = await measureQuality({
  clips: Number(given.clips),
  questions: Number(given.questions),
  threads: Number(given.threads),
  note: (text) => console.error(text),
});

const percent = (value: number): string => (100 * value).toFixed(1);
const range = ({ value, low, high }: Estimate): string =>
  `${percent(value)} [${percent(low)}, ${percent(high)}]`;

if (given.json) {
  console.log(JSON.stringify({ asked, conditions, families, ways }));
} else {
  console.log(`${asked} questions about held-out clips, ${given.questions} per window`);
  for (const [title, shares] of [
    ["by what sets the clips apart", conditions],
    ["by family", families],
  ] as const) {
    console.log(`\nfull recompute, ${title}: accuracy %, always the usual answer %, questions`);
    for (const { name, accuracy, guess, count } of shares) {
      console.log(`  ${name.padEnd(32)} ${range(accuracy).padEnd(22)} ${percent(guess)}  ${count}`);
    }
  }
  console.log(
    "\nfixed cameras: FLOPs saved %, blocks kept %, accuracy %, points lost, worst group",
  );
  for (const { name, saved, kept, accuracy, lost, worst } of ways) {
    console.log(
      `  ${name.padEnd(30)} ${percent(saved).padStart(6)} ${percent(kept).padStart(6)} ` +
        `${percent(accuracy).padStart(6)}  ${range(lost).padEnd(20)} ` +
        `${percent(worst.lost)} (${worst.name})`,
    );
  }
}
process.exit(0);
