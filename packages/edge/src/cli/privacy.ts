/** `symbion privacy`: the accountant, single releases, audits of what is configured, and budgets. */

import { join } from "node:path";
import { type PrivacyBudget, type ShareStatus, UsageError } from "@symbion/core";
import {
  type AuditResult,
  account,
  accusations,
  auditRelease,
  type BudgetLedger,
  boundContributions,
  countOf,
  Grid,
  LedgerError,
  type MechanismName,
  MemoryLedger,
  PrivacyError,
  ReleaseDesk,
  sumOf,
  tierBudgets,
  windowOf,
  zcdpEpsilon,
} from "@symbion/privacy";
import { ConfigFile } from "../config/file.ts";
import type { ShareConfig, ShareRelease } from "../config/share-types.ts";
import { policyFor } from "../share/policy-file.ts";
import { statisticOf } from "../share/values.ts";
import { type Counted, columnSource, readRows } from "./privacy-table.ts";
import { withSharing } from "./sharing.ts";

/** Options of `symbion privacy account`. */
export type AccountCommandOptions = {
  readonly mechanism: MechanismName;
  readonly scale: number;
  readonly sensitivity: number;
  readonly count: number;
  readonly sampling: number;
  readonly delta: number;
  readonly json?: true;
};

/** Options of `symbion privacy release`. */
export type ReleaseCommandOptions = {
  readonly value?: number;
  readonly statistic?: "count" | "sum";
  readonly column?: string;
  readonly by?: string;
  readonly most?: number;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly rho: number;
  readonly delta: number;
  readonly ledger?: string;
  readonly subject?: string;
  readonly purpose?: string;
  readonly budget?: number;
  readonly name?: string;
  readonly json?: true;
};

/** Options of `symbion privacy audit`. */
export type AuditCommandOptions = {
  readonly config?: string;
  readonly trials: number;
  readonly confidence: number;
  readonly json?: true;
};

/** Options of `symbion privacy budget`. */
export type BudgetCommandOptions = {
  readonly config?: string;
  readonly url?: string;
  readonly json?: true;
};

/** The one recipient of single releases. */
const READER = "reader";

/** Steps from the least to the greatest value, at least, unless a grid is stated. */
const STEPS = 1000;

/** Prints an upper bound of epsilon. Throws `UsageError` for a question that makes no sense. */
export function accountCommand(options: AccountCommandOptions): void {
  const { mechanism, scale, sensitivity, count, sampling, delta, json } = options;
  const result = inWords(() => account({ mechanism, scale, sensitivity, count, sampling, delta }));
  const { epsilon, method } = result;
  // JSON has no infinity.
  const shown = Number.isFinite(epsilon) ? epsilon : null;
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ epsilon: shown, method })}\n`
      : `epsilon ${Number.isFinite(epsilon) ? epsilon : "infinity"} at delta ${delta} (${method})\n`,
  );
}

/** Tells one number with noise. Throws `UsageError`: bounds that are missing, a budget that is spent, a bad table. */
export async function releaseCommand(
  table: string | undefined,
  options: ReleaseCommandOptions,
): Promise<void> {
  const counted = await countedOf(table, options);
  const { ledger, charged } = await ledgerOf(options);
  try {
    const { rho, delta, json } = options;
    const key = {
      subject: options.subject ?? "table",
      purpose: options.purpose ?? "single release",
      window: windowOf(Date.now(), "day"),
    };
    const name = options.name ?? `${counted.what} ${new Date().toISOString()}`;
    const told = inWords(() => {
      const policy = {
        ...{ version: 1, rhoMax: rho, rhoMin: rho, tiers: [{ name: READER, inverseTrust: 0 }] },
        recipients: { [READER]: READER },
      };
      return new ReleaseDesk({ policy, ledger }).tell(READER, key, name, counted.statistic);
    });
    if (!told.told) throw new UsageError(`refused: ${told.reason}`);
    const { value, deviation } = told.release;
    const result = {
      ...{ what: counted.what, value, deviation, mechanism: "discrete-gaussian", rho },
      ...{ epsilon: zcdpEpsilon(rho, delta), delta, unit: counted.unit },
      spentRho: told.spent,
      remainingRho: charged ? told.remaining : null,
    };
    process.stdout.write(
      json === true
        ? `${JSON.stringify(result)}\n`
        : `${value} (standard deviation of the noise ${deviation.toPrecision(3)})\n` +
            `${counted.what}; protects ${counted.unit}: rho ${rho}, epsilon ${result.epsilon.toPrecision(4)} at delta ${delta}\n` +
            (charged
              ? `spent rho ${told.spent}, left ${told.remaining}\n`
              : "no budget was kept (--ledger keeps one): telling it again costs again\n"),
    );
  } finally {
    ledger.close();
  }
}

/** Audits configured releases; exit code 2 where one tells more than it claims. */
export async function auditCommand(
  id: string | undefined,
  options: AuditCommandOptions,
): Promise<number> {
  const file = await ConfigFile.open(options.config ?? null);
  file.close();
  const { share } = file.current;
  const releases = share.releases.filter((release) => id === undefined || release.id === id);
  if (releases.length === 0) {
    const known = share.releases.map((release) => release.id).join(", ") || "none are configured";
    throw new UsageError(`expected a release (${known}), got ${id ?? "none"}`);
  }
  const audits = releases.flatMap((release) => auditsOf(release, share, options));
  const flagged = audits.some(({ accused }) => accused.length > 0);
  if (options.json === true) process.stdout.write(`${JSON.stringify({ flagged, audits })}\n`);
  else {
    for (const { release, tier, claim, result, accused } of audits) {
      process.stdout.write(
        `${release} for ${tier}: rho at least ${result.rho.bound.toPrecision(3)}, claimed ${claim.rho.toPrecision(3)}; ` +
          `epsilon at least ${result.epsilon.bound.toPrecision(3)}, claimed ${claim.epsilon.toPrecision(3)} ` +
          `(${result.trials} runs, confidence ${result.confidence})${accused.length === 0 ? "" : `  BROKEN: ${accused.join("; ")}`}\n`,
      );
    }
  }
  return flagged ? 2 : 0;
}

/** Prints budgets. */
export async function budgetCommand(options: BudgetCommandOptions): Promise<void> {
  const budgets = await withSharing<readonly PrivacyBudget[]>(
    options,
    async (node) => (await node.get<ShareStatus>("/api/share")).budgets,
    async (engine) => engine.state().budgets,
    async () => [],
  );
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(budgets)}\n`);
    return;
  }
  if (budgets.length === 0) process.stdout.write("nothing was told yet: no budget is in use\n");
  for (const budget of budgets) {
    const { subject, purpose, window, spentRho, totalRho, delta, unit, refused } = budget;
    process.stdout.write(
      `${window}  ${subject} for ${purpose}: rho ${spentRho.toPrecision(4)} of ${totalRho.toPrecision(4)} ` +
        `(epsilon ${budget.spentEpsilon.toPrecision(4)} of ${budget.totalEpsilon.toPrecision(4)} at delta ${delta}), ` +
        `${refused} refused; protects ${unit}\n`,
    );
  }
}

type Audited = {
  readonly release: string;
  readonly tier: string;
  readonly claim: { readonly rho: number; readonly mu: number; readonly epsilon: number };
  readonly result: AuditResult;
  readonly accused: readonly string[];
};

/** Runs the whole path of a release, desk and ledger included, on the two inputs that differ most. */
function auditsOf(
  release: ShareRelease,
  config: ShareConfig,
  { trials, confidence }: AuditCommandOptions,
): readonly Audited[] {
  const recipients = Object.fromEntries(release.tiers.map((tier) => [tier, tier]));
  const policy = policyFor(config, null, recipients);
  if (policy === null) throw new UsageError("expected share.policy, got none");
  const { delta } = config;
  return tierBudgets(policy)
    .filter(({ name }) => release.tiers.includes(name))
    .map(({ name: tier, rho }) => {
      const draw = (values: readonly number[]): (() => number) => {
        const statistic = statisticOf(release, values);
        let run = 0;
        let desk: ReleaseDesk | null = null;
        const key = { subject: "audit", purpose: release.purpose, window: "2026-01-01" };
        return () => {
          // A ledger remembers what was told: a fresh one now and then keeps the audit's memory small.
          if (run++ % 1000 === 0) {
            const rules = [{ purpose: release.purpose, subject: null, rho: 1e6 }];
            desk = new ReleaseDesk({ policy, ledger: new MemoryLedger({ rules }) });
          }
          const told = desk?.tell(tier, key, `run ${run}`, statistic);
          if (told === undefined || !told.told) throw new UsageError(`audit: ${told?.reason}`);
          return told.release.value;
        };
      };
      const [low, high] = neighbours(release);
      const result = inWords(() =>
        auditRelease(draw(low), draw(high), { trials, confidence, delta }),
      );
      const claim = { rho, mu: Math.sqrt(2 * rho), epsilon: zcdpEpsilon(rho, delta) };
      return { release: release.id, tier, claim, result, accused: accusations(result, claim) };
    });
}

/** Two inputs that differ in one unit of privacy, as far as it can move the number. */
function neighbours(release: ShareRelease): readonly [readonly number[], readonly number[]] {
  if (release.statistic === "machine-health") {
    const rest = release.of.slice(1).map(() => 0.5);
    return [
      [0, ...rest],
      [1, ...rest],
    ];
  }
  if (release.statistic === "motion-seconds") return [[0], [release.most]];
  const count = release.protects === "episode" ? 1 : release.most;
  return [[], Array.from({ length: count }, () => 1)];
}

/** What is told, on its grid. */
async function countedOf(
  table: string | undefined,
  options: ReleaseCommandOptions,
): Promise<Counted> {
  const { value, statistic, column, by, most = 1 } = options;
  if (table === undefined) {
    if (value === undefined) throw new UsageError("expected a table or --value, got neither");
    const grid = gridOf(options);
    return {
      what: "a number",
      unit: `one unit, which moves the number within ${grid.lower} to ${grid.upper}`,
      statistic: {
        steps: BigInt(grid.steps(value) ?? 0),
        ...{ step: grid.step, sensitivity: grid.upperSteps - grid.lowerSteps },
      },
    };
  }
  if (value !== undefined) throw new UsageError("expected a table or --value, got both");
  if (statistic === undefined) throw new UsageError("expected --statistic count or sum, got none");
  if (statistic === "sum" && column === undefined) {
    throw new UsageError("--statistic sum: expected --column, got none");
  }
  const grid = statistic === "sum" ? gridOf(options) : null;
  const rows = await readRows(table, by ?? null, column ?? null);
  const bounded = boundContributions(
    rows,
    by === undefined ? { unit: null, most: 1 } : { unit: ({ who }) => who, most },
  );
  return {
    what: grid === null ? "number of rows" : `sum of ${columnSource(column ?? "")}`,
    unit: by === undefined ? "one row" : `one ${by} (at most ${most} rows)`,
    statistic: inWords(() =>
      grid === null ? countOf(bounded) : sumOf(bounded, (row) => row.value, grid),
    ),
  };
}

/** The grid of the stated bounds, in steps of a power of two: bounds that lie between two steps are widened. */
function gridOf({ min, max, step }: ReleaseCommandOptions): Grid {
  if (min === undefined || max === undefined) {
    throw new UsageError("expected --min and --max: bounds have to be stated before looking");
  }
  if (min >= max) throw new UsageError(`expected --min below --max, got ${min} and ${max}`);
  const exponent = Math.floor(Math.log2(step ?? (max - min) / STEPS));
  if (step !== undefined && 2 ** exponent !== step) {
    throw new UsageError(`--step: expected a power of two (0.25, 1, 8), got ${step}`);
  }
  const size = 2 ** exponent;
  return inWords(
    () =>
      new Grid({
        lower: Math.floor(min / size) * size,
        upper: Math.ceil(max / size) * size,
        exponent,
      }),
  );
}

async function ledgerOf(
  options: ReleaseCommandOptions,
): Promise<{ readonly ledger: BudgetLedger; readonly charged: boolean }> {
  const { ledger: folder, subject, purpose, budget, rho } = options;
  if (folder === undefined) {
    if (subject !== undefined || purpose !== undefined || budget !== undefined) {
      throw new UsageError("--subject, --purpose and --budget: expected --ledger beside them");
    }
    const rules = [{ purpose: "single release", subject: null, rho }];
    return { ledger: new MemoryLedger({ rules }), charged: false };
  }
  if (subject === undefined || purpose === undefined || budget === undefined) {
    throw new UsageError("--ledger: expected --subject, --purpose and --budget beside it");
  }
  const { mkdir } = await import("node:fs/promises");
  const { openFileLedger } = await import("@symbion/privacy/node");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const rules = [{ purpose, subject: null, rho: budget }];
  const ledger = inWords(() => openFileLedger(join(folder, "budgets.ledger"), { rules }));
  return { ledger, charged: true };
}

/** What a person got wrong, as a `UsageError`. */
function inWords<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof PrivacyError || error instanceof LedgerError) {
      throw new UsageError(error.message, { cause: error });
    }
    throw error;
  }
}
