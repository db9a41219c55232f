/** `symbion companion crm …`: cases of the CRM system that the configuration names, with their figures. */

import { type CaseRow, CrmError, type Figure } from "@symbion/companion";
import { UsageError } from "@symbion/core";
import { Cases } from "../companion/cases.ts";
import { type CrmConfig, SAMPLE_CRM } from "../config/companion-types.ts";
import { ConfigFile } from "../config/file.ts";
import type { Door } from "../share/door.ts";
import { type Journaling, journaling } from "./leaving.ts";

/** Options of the commands. */
export type CrmOptions = {
  readonly config?: string;
  readonly search?: string;
  readonly limit?: number;
  readonly json?: true;
};

/** Lists cases. Throws `UsageError` where the system cannot be used. */
export async function casesCommand(options: CrmOptions): Promise<void> {
  await withCases(options, async (cases) => {
    const { search, limit = 20 } = options;
    const page = await cases.page({ search, states: [], limit }, new AbortController().signal);
    if (options.json) {
      process.stdout.write(`${JSON.stringify(page)}\n`);
      return;
    }
    const { firstResponse, reopened, satisfaction, responseRate } = page.summary;
    const lines = [
      page.label,
      ...page.cases.map(lineOf),
      `median wait for a first answer ${hours(firstResponse)}; reopened ${percent(reopened)}; stated satisfaction ${figure(satisfaction)} (given by ${percent(responseRate)})`,
    ];
    process.stdout.write(`${lines.join("\n")}\n`);
  });
}

/** Shows one case. Throws `UsageError` where there is none. */
export async function caseCommand(id: string, options: CrmOptions): Promise<void> {
  await withCases(options, async (cases) => {
    const detail = await cases.one(id, new AbortController().signal);
    if (options.json) {
      process.stdout.write(`${JSON.stringify(detail)}\n`);
      return;
    }
    const { record, metrics } = detail;
    const lines = [
      lineOf({ case: record.case, metrics }),
      ...record.messages.map(
        ({ at, from, text }) =>
          `${new Date(at).toISOString()}  ${from}: ${text.replace(/\s+/g, " ").slice(0, 200)}`,
      ),
    ];
    process.stdout.write(`${lines.join("\n")}\n`);
  });
}

async function withCases(
  options: CrmOptions,
  work: (cases: Cases) => Promise<void>,
): Promise<void> {
  const cases = new Cases(
    await configured(options.config),
    journalDoor(await journaling(options.config)),
  );
  try {
    await work(cases);
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    throw new UsageError(error.message, { cause: error });
  } finally {
    await cases.close();
  }
}

async function configured(path: string | undefined): Promise<CrmConfig> {
  const file = await ConfigFile.open(path ?? null);
  file.close();
  const { crm } = file.current.companion;
  if (crm !== null) return crm;
  if (!file.exists) return SAMPLE_CRM;
  throw new UsageError(`${file.path}: expected a CRM system in companion.crm, got none`);
}

/** Releases of a command are written down beside the node, which takes them over. */
function journalDoor({ open }: Journaling): Pick<Door, "open"> {
  return {
    open: async ({ recipient, route, what, purpose, payloadBytes }) => {
      const at = Date.now();
      const left = open({ recipient, route, what, purpose, payloadBytes });
      return {
        release: {
          ...{ id: String(at), at, recipient, route, what, purpose, payloadBytes },
          ...{ subject: null, tier: null, privacy: null, securityBytes: null, session: null },
          ...{ state: "pending", reason: "" },
        },
        end: async (ending) => left(ending),
      };
    },
  };
}

function lineOf({ case: one, metrics }: CaseRow): string {
  const wait = metrics.firstResponse;
  const answered =
    wait === null ? "no answer yet" : `answered after ${(wait / 3_600_000).toFixed(1)} h`;
  const stated = metrics.satisfaction === null ? "" : `, satisfaction ${metrics.satisfaction} of 5`;
  return `${one.number}  ${one.state}  ${one.subject}; ${answered}${stated}`;
}

function hours({ n, value, low, high }: Figure): string {
  if (value === null || low === null || high === null) return `unknown (${n} cases)`;
  const shown = (ms: number): string => (ms / 3_600_000).toFixed(1);
  return `${shown(value)} h (${shown(low)} to ${shown(high)}, ${n} cases)`;
}

function percent({ n, value, low, high }: Figure): string {
  if (value === null || low === null || high === null) return `unknown (${n} cases)`;
  const shown = (share: number): string => (100 * share).toFixed(0);
  return `${shown(value)} % (${shown(low)} to ${shown(high)}, ${n} cases)`;
}

function figure({ n, value, low, high }: Figure): string {
  if (value === null || low === null || high === null) return `unknown (${n} cases)`;
  return `${value.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)}, ${n} cases)`;
}
