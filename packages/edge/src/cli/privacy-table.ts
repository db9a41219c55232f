/** Tables for `symbion privacy release`. */

import { createReadStream } from "node:fs";
import { UsageError } from "@symbion/core";
import type { Statistic } from "@symbion/privacy";
import { CsvError, parse } from "csv-parse";

/** Longest line of a table. */
const MOST_LINE_BYTES = 1 << 20;

/** A statistic with its words. */
export type Counted = {
  /** What it is; never the value. */
  readonly what: string;
  /** Unit of privacy. */
  readonly unit: string;
  readonly statistic: Statistic;
};

/** What is kept of a row. */
export type TableRow = {
  /** Whom it is about; null where no column says. */
  readonly who: string | null;
  /** Value of the column that is added up; NaN for what is no number. */
  readonly value: number;
};

/** A column's name on one short line. */
export function columnSource(column: string): string {
  return column.replace(/\s+/g, " ").slice(0, 80);
}

/** Rows of a CSV table. Throws `UsageError` naming file and line. */
export async function readRows(
  file: string,
  by: string | null,
  column: string | null,
): Promise<readonly TableRow[]> {
  let columns: { readonly by: number; readonly value: number } | null = null;
  const rows: TableRow[] = [];
  for await (const { cells, line } of rowsOf(file)) {
    if (columns === null) {
      columns = {
        by: by === null ? -1 : indexOf(cells, by, file),
        value: column === null ? -1 : indexOf(cells, column, file),
      };
      continue;
    }
    const who = cells[columns.by] ?? null;
    if (by !== null && who === null) {
      throw new UsageError(`${file}:${line}: expected a ${by}, got none`);
    }
    const text = cells[columns.value]?.trim() ?? "";
    rows.push({ who, value: text === "" ? Number.NaN : Number(text) });
  }
  if (columns === null)
    throw new UsageError(`${file}: expected a header and rows, got an empty file`);
  return rows;
}

function indexOf(header: readonly string[], name: string, file: string): number {
  const index = header.indexOf(name);
  if (index >= 0) return index;
  throw new UsageError(`${file}: expected a column "${name}", got ${header.join(", ")}`);
}

async function* rowsOf(
  file: string,
): AsyncGenerator<{ readonly cells: readonly string[]; readonly line: number }> {
  const parser = parse({
    ...{ bom: true, skip_empty_lines: true, relax_column_count: true, info: true },
    ...{ max_record_size: MOST_LINE_BYTES, trim: true },
  });
  createReadStream(file)
    .on("error", (error) => parser.destroy(error))
    .pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      readonly record: string[];
      readonly info: { readonly lines: number };
    }>) {
      yield { cells: record, line: info.lines };
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const text = error instanceof CsvError ? error.message : (error as NodeJS.ErrnoException).code;
    throw new UsageError(`${file}: expected a CSV table, got ${text}`, { cause: error });
  }
}
