/** Users' own tables from CSV and Parquet files. */

import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { UsageError } from "@symbion/core";
import { CsvError, parse } from "csv-parse";
import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import {
  type TableCell,
  TableCollector,
  type TableOptions,
  TableReader,
  type TableReading,
  type TableRow,
} from "../acquisition/table.ts";

/** Rows of a Parquet file that are decoded at once. */
const PARQUET_ROWS = 20_000;

/** Longest line of a CSV file. */
const MOST_LINE_BYTES = 16 << 20;

/**
 * Reads a table of machines' rows: CSV (also `.gz`; commas, semicolons or tabs) or Parquet (`.parquet`). Memory grows with what
 * is kept, not with the file; see {@link TableOptions.mostValues}.
 *
 * @param progress Told the share of the file that has been read, 0 to 1.
 * @throws UsageError naming file and line.
 */
export async function readTable(
  file: string,
  options: TableOptions = {},
  progress?: (share: number) => void,
): Promise<TableReading> {
  let collector: TableCollector | null = null;
  for await (const { reader, row } of rowsOf(file, options, progress)) {
    collector ??= new TableCollector(file, reader, options);
    if (row !== null) collector.take(row);
  }
  if (collector === null) throw emptyError(file);
  return collector.finish();
}

/**
 * Rows of a table as they stand in the file, one at a time: for replays and files of any size.
 *
 * @throws UsageError naming file and line.
 */
export async function* tableRows(
  file: string,
  options: TableOptions = {},
): AsyncGenerator<{ reader: TableReader; row: TableRow }> {
  for await (const { reader, row } of rowsOf(file, options)) {
    if (row !== null) yield { reader, row };
  }
}

type Raw = { line: number; cells: TableCell[] };

async function* rowsOf(
  file: string,
  options: TableOptions,
  progress?: (share: number) => void,
): AsyncGenerator<{ reader: TableReader; row: TableRow | null }> {
  let size: number;
  try {
    size = (await stat(file)).size;
  } catch (cause) {
    throw unreadable(file, cause);
  }
  if (size === 0) throw emptyError(file);
  const parquet = /\.(parquet|pq)$/i.test(file);
  const source = parquet ? parquetRows(file, progress) : csvRows(file, size, progress);
  let header: string[] | null = null;
  let reader: TableReader | null = null;
  for await (const { line, cells } of source) {
    if (header === null) {
      header = cells.map((cell) => String(cell ?? ""));
      continue;
    }
    // The first row tells numbers from text, so it has to be as wide as the header.
    if (reader === null && cells.length !== header.length) {
      throw new UsageError(
        `${file}:${line}: expected ${header.length} columns, got ${cells.length}`,
      );
    }
    reader ??= new TableReader(file, header, cells, options);
    yield { reader, row: reader.row(cells, line) };
  }
  if (reader === null) {
    if (header === null) throw emptyError(file);
    throw new UsageError(`${file}: expected rows below the header, got none`);
  }
}

async function* csvRows(
  file: string,
  size: number,
  progress?: (share: number) => void,
): AsyncGenerator<Raw> {
  const zipped = /\.gz$/i.test(file);
  const parser = parse({
    delimiter: await delimiterOf(file, zipped),
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: MOST_LINE_BYTES,
  });
  const bytes = createReadStream(file, { highWaterMark: 1 << 18 });
  // What goes wrong anywhere in the pipeline comes out of the parser.
  const done = (): void => {};
  if (zipped) pipeline(bytes, createGunzip(), parser, done);
  else pipeline(bytes, parser, done);
  try {
    for await (const { record, info } of parser) {
      yield { line: info.lines, cells: record };
      if (info.records % 10_000 === 0) progress?.(bytes.bytesRead / size);
    }
    progress?.(1);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    if (!(cause instanceof CsvError)) throw unreadable(file, cause);
    const line = typeof cause.lines === "number" ? `:${cause.lines}` : "";
    throw new UsageError(`${file}${line}: expected CSV, got: ${cause.message}`, { cause });
  } finally {
    bytes.destroy();
  }
}

/** The delimiter that is most frequent in the first line. */
async function delimiterOf(file: string, zipped: boolean): Promise<string> {
  const bytes = createReadStream(file, { highWaterMark: 1 << 16 });
  const text = zipped ? bytes.pipe(createGunzip()) : bytes;
  let first = "";
  try {
    for await (const chunk of text) {
      first += (chunk as Buffer).toString("utf8");
      if (first.includes("\n") || first.length > 1 << 16) break;
    }
  } catch (cause) {
    throw unreadable(file, cause);
  } finally {
    bytes.destroy();
  }
  const line = first.split("\n", 1)[0] ?? "";
  const counted = [",", ";", "\t"].map((delimiter) => ({
    delimiter,
    count: line.split(delimiter).length,
  }));
  return counted.reduce((a, b) => (b.count > a.count ? b : a)).delimiter;
}

async function* parquetRows(file: string, progress?: (share: number) => void): AsyncGenerator<Raw> {
  const handle = await open(file).catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  try {
    const { size } = await handle.stat();
    const buffer: AsyncBuffer = {
      byteLength: size,
      async slice(start, end = size) {
        const bytes = new Uint8Array(Math.max(0, end - start));
        await handle.read(bytes, 0, bytes.length, start);
        return bytes.buffer;
      },
    };
    const metadata = await parquetMetadataAsync(buffer);
    const rows = Number(metadata.num_rows);
    const names = metadata.schema.slice(1).map((element) => element.name);
    yield { line: 0, cells: names };
    for (let from = 0; from < rows; from += PARQUET_ROWS) {
      const to = Math.min(rows, from + PARQUET_ROWS);
      const chunk = await parquetReadObjects({
        file: buffer,
        metadata,
        rowStart: from,
        rowEnd: to,
      });
      for (let i = 0; i < chunk.length; i++) {
        const row = chunk[i] as Record<string, TableCell>;
        yield { line: from + i + 1, cells: names.map((name) => row[name]) };
      }
      progress?.(to / rows);
    }
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`${file}: expected Parquet, got: ${message}`, { cause });
  } finally {
    await handle.close();
  }
}

function emptyError(file: string): UsageError {
  return new UsageError(`${file}: expected a header and rows, got an empty file`);
}

function unreadable(file: string, cause: unknown): UsageError {
  const reason = (cause as NodeJS.ErrnoException)?.code ?? String(cause);
  return new UsageError(`${file}: expected a readable table, got ${reason}`, { cause });
}
