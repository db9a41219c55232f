/** The build gates: house rules that no compiler or linter knows. `npm run gates` runs them alone. */
import { root } from "../tools.ts";
import { checkDocs } from "./docs.ts";
import { checkImports } from "./imports.ts";
import { checkLockfile } from "./lockfile.ts";
import { checkShape } from "./shape.ts";

const gates = {
  "documented exports": checkDocs,
  "imports along the table": checkImports,
  "lockfile for every platform": checkLockfile,
  "shape of files": checkShape,
} as const;

/** Runs every gate on the repository and prints their objections; true if there are none. */
export function runGates(): boolean {
  let passed = true;
  for (const [name, gate] of Object.entries(gates)) {
    const problems = gate(root);
    if (problems.length === 0) continue;
    passed = false;
    console.log(`Gate "${name}": ${problems.length} objection(s)`);
    for (const problem of problems) console.log(`  ${problem}`);
  }
  return passed;
}

if (import.meta.main && !runGates()) process.exitCode = 1;
