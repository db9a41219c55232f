/**
 * The accountant against golden values: those of Google's dp_accounting where they lie beside the repository, else the
 * project's own, which are computed from the definitions at 40 digits. And what a question, and a durable charge, cost.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type AccountRequest, account, type MechanismName } from "@symbion/privacy";
import { openFileLedger } from "@symbion/privacy/node";
import { goal, none, plain } from "../../../../bench/rows.ts";
import type { BenchOptions, BenchRow } from "../../src/cli/bench.ts";

type Golden = { readonly request: AccountRequest; readonly epsilon: number };
type Values = Readonly<Record<string, number | string>>;

const SHARED = new URL("../../../../../shared/data/privacy/dp/dp-golden.json", import.meta.url);
const OWN = new URL("../../../privacy/test/golden/accounting.json", import.meta.url);
/** Share by which doubles that were printed and read may differ. */
const LAST_DIGITS = 1e-12;

/** Rows of the part `accounts`. */
export async function* accountsRows(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  const golden = goldens(options);
  let below = 0;
  let most = 0;
  const times: number[] = [];
  for (const { request, epsilon } of golden) {
    const begun = process.cpuUsage();
    const found = account(request).epsilon;
    const { user, system } = process.cpuUsage(begun);
    times.push((user + system) / 1000);
    const away = found / epsilon - 1;
    if (away < -LAST_DIGITS) below++;
    most = Math.max(most, away);
  }
  yield none(`accountant: of ${golden.length} golden rows, below`, below);
  yield goal("accountant: most above, relative", most, "", "<= 0.0001", most <= 1e-4);
  times.sort((a, b) => a - b);
  yield plain("accountant: CPU of a question, median", times[times.length >> 1] ?? 0, "ms");
  yield plain("accountant: the same, slowest", times.at(-1) ?? 0, "ms");
  yield* ledgerRows(options);
}

function* ledgerRows({ quick }: BenchOptions): Generator<BenchRow, void, void> {
  const folder = mkdtempSync(join(tmpdir(), "symbion-ledger-bench-"));
  try {
    const policy = { rules: [{ purpose: "p", subject: null, rho: 1e6 }] };
    const ledger = openFileLedger(join(folder, "ledger.sqlite"), policy);
    const key = { subject: "s", purpose: "p", window: "2026-11-23" };
    const count = quick ? 50 : 400;
    const begun = process.cpuUsage();
    for (let i = 0; i < count; i++) {
      ledger.commit({ key, statistic: `slot ${i}`, rho: 0.01, memo: { owner: i, public: -i } });
    }
    const { user, system } = process.cpuUsage(begun);
    ledger.close();
    yield plain("ledger: CPU of a charge, synced to disk", (user + system) / 1000 / count, "ms");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function goldens({ note }: BenchOptions): Golden[] {
  if (!existsSync(SHARED)) {
    note("accounts: the golden values of dp_accounting are not there, the project's own are used");
    const { rows } = JSON.parse(readFileSync(OWN, "utf8")) as {
      readonly rows: readonly (AccountRequest & {
        readonly epsilon: string;
        readonly tight: number;
      })[];
    };
    return rows.map(({ epsilon, tight: _, ...request }) => ({ request, epsilon: Number(epsilon) }));
  }
  note(`accounts: golden values of ${fileURLToPath(SHARED)}`);
  const file = JSON.parse(readFileSync(SHARED, "utf8")) as Readonly<Record<string, Values[]>>;
  const rows = (name: string): readonly Values[] => file[name] ?? [];
  const row = (
    mechanism: MechanismName,
    scale: unknown,
    values: Values,
    epsilon: unknown,
    sampling: unknown = 1,
  ): Golden => ({
    request: {
      ...{ mechanism, scale: Number(scale), sensitivity: 1, count: Number(values.k ?? 1) },
      ...{ sampling: Number(sampling), delta: Number(values.delta) },
    },
    epsilon: Number(epsilon),
  });
  return [
    ...rows("laplace_composed").map((r) => row("laplace", r.b, r, r.eps_pld)),
    ...rows("gaussian_composed").map((r) => row("gaussian", r.sigma, r, r.eps_exact)),
    ...rows("poisson_gaussian").map((r) => row("gaussian", r.sigma, r, r.eps_pld, r.q)),
    ...rows("analytic_gaussian_sigma_sens1").map((r) => row("gaussian", r.sigma, r, r.eps)),
    ...rows("discrete")
      .filter((r) => r.mech === "discrete_laplace" && r.eps !== undefined)
      .map((r) => row("discrete-laplace", 1 / Number(r.param), r, r.eps)),
  ];
}
