/** The log of releases as a file. The file leaves the node, too: it is the first line of what comes next. */

import type { Release } from "@symbion/core";
import type { Download } from "../server/parts.ts";
import type { Store } from "../store/types.ts";
import { carryAway } from "./carry.ts";
import type { Door } from "./door.ts";

/** Releases read at once. */
const PAGE = 500;

/** What {@link exportReleases} takes. */
export type ExportRequest = {
  readonly store: Pick<Store, "releases">;
  readonly door: Door;
  readonly format: "csv" | "ndjson";
  /** Who carries it away. */
  readonly client: string;
  /** Milliseconds since 1970. */
  readonly now: number;
};

const COLUMNS = [
  "id",
  "at",
  "recipient",
  "route",
  "what",
  "purpose",
  "subject",
  "tier",
  "mechanism",
  "rho",
  "spentRho",
  "epsilon",
  "delta",
  "unit",
  "payloadBytes",
  "securityBytes",
  "session",
  "state",
  "reason",
] as const;

/** All releases, newest first, as CSV (RFC 4180) or NDJSON. Rejects where the export itself cannot be written down. */
export async function exportReleases({
  store,
  door,
  format,
  client,
  now,
}: ExportRequest): Promise<Download> {
  return await carryAway(
    door,
    "the log of releases",
    () => ({
      name: `symbion-releases-${new Date(now).toISOString().slice(0, 10)}.${format}`,
      type: format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson",
      body: bodyOf(linesOf(store, format)),
    }),
    client,
  );
}

function bodyOf(lines: AsyncGenerator<string, void, undefined>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await lines.next();
        if (next.done) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      },
      async cancel() {
        await lines.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

async function* linesOf(
  store: Pick<Store, "releases">,
  format: "csv" | "ndjson",
): AsyncGenerator<string, void, undefined> {
  if (format === "csv") yield `${COLUMNS.join(",")}\r\n`;
  let before: string | undefined;
  do {
    const page = await store.releases(
      before === undefined ? { limit: PAGE } : { limit: PAGE, before },
    );
    const lines = page.items.map(format === "csv" ? csvLine : (one) => `${JSON.stringify(one)}\n`);
    if (lines.length > 0) yield lines.join("");
    before = page.next ?? undefined;
  } while (before !== undefined);
}

function csvLine(release: Release): string {
  const flat: Record<string, unknown> = { ...release.privacy, ...release };
  return `${COLUMNS.map((column) => cell(flat[column])).join(",")}\r\n`;
}

/** A cell; texts that a spreadsheet would take for a formula are kept from being one. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
