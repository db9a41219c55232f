/** `symbion companion idre`: a user's own copy of IDRE, or other triplets, read and measured. */

import { evaluateTriplets, type Language } from "@symbion/companion";
import { readTripletFile } from "../companion/open.ts";

/** Options of `symbion companion idre`. */
export type IdreOptions = { readonly language: Language; readonly json?: true };

/** Prints what was read and what gate and score make of it. Throws `UsageError` for a file without triplets. */
export function idreCommand(file: string, options: IdreOptions): void {
  const { triplets, problems } = readTripletFile(file);
  const found = evaluateTriplets(triplets, options.language);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ file, ...found, problems })}\n`);
    return;
  }
  const share = (count: number): string => `${count} of ${found.n}`;
  const lines = [
    `${file}: ${found.n} triplets`,
    `empathy of the neutral answers ${found.before.toFixed(2)}, of the empathetic ones ${found.after.toFixed(2)} (0 to 2); higher in ${share(found.higher)}`,
    `the meaning gate lets out ${share(found.letOut)}: people also add and drop things, so this is no error rate`,
    ...problems.map((problem) => `left out: ${problem}`),
    "as examples for a model: symbion companion serve --rephrase-with URL --rephrase-examples FILE",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
