/**
 * A user's own table of machines' rows, whatever it was read from. The header says what the columns are; each row becomes
 * values with states. What is merely wrong with a row is recorded with its line; what makes the table useless is an error.
 */

import { expected, UsageError } from "@symbion/core";
import { type Channel, type Fleet, type Run, STATE_CODE } from "../fleet.ts";

/** What the columns of a table are, and how its rows are taken. Columns are named as in the header, with or without unit. */
export type TableOptions = {
  /** Column that names the machine; null: the whole table is one machine's. Default: one named machine, unit, id, ... */
  readonly machine?: string | null;
  /**
   * Column of the time in service, as a number in the life unit, or of the time, as ISO 8601; null: rows are counted.
   * Default: one named cycle, age, hours, time, ...
   */
  readonly age?: string | null;
  /**
   * Column that is true (1, true, yes, failed, ...) where a machine fails; what comes after it is the machine's next life.
   * Null: there is none. Default: one named failed, failure, event, ...
   */
  readonly event?: string | null;
  /** What a run's end means where no event column says it. Default: failed. */
  readonly ended?: "failed" | "running";
  /** Columns that measure the machine. Default: all others whose first value is a number. */
  readonly sensors?: readonly string[];
  /** Columns that tell how the machine is operated. Default: none. */
  readonly settings?: readonly string[];
  /** Columns to leave out. */
  readonly ignore?: readonly string[];
  /**
   * What lives are counted in. Default: `h` where the age column holds times, else the unit in its header or the one that it is
   * called after (`hours`), else `cycle`.
   */
  readonly lifeUnit?: string;
  /** What text in place of a number does. Default: error. */
  readonly text?: "error" | "bad";
  /** Most values (rows times sensors) that are kept in memory. Default 200 million, 1 GB. */
  readonly mostValues?: number;
};

/** A cell as readers give it. */
export type TableCell = string | number | bigint | boolean | Date | null | undefined;

/** What was wrong with rows that did not stop the reading. */
export const TABLE_FLAGS = [
  "missing",
  "infinite",
  "text",
  "no-machine",
  "no-age",
  "duplicate",
  "backward",
] as const;

/** One of {@link TABLE_FLAGS}. */
export type TableFlag = (typeof TABLE_FLAGS)[number];

/** How often something was wrong, and where first. */
export type TableFinding = {
  /** What it was. */
  readonly flag: TableFlag;
  /** Cells or rows. */
  readonly count: number;
  /** File and line of the first. */
  readonly first: string;
};

/** A table that was read. */
export type TableReading = {
  /** Its machines, by id; lives after the first have `#2`, `#3`, ... behind the id. */
  readonly fleet: Fleet;
  /** Column that named the machines, or null. */
  readonly machine: string | null;
  /** Column of the time in service, or null. */
  readonly age: string | null;
  /** Column of failures, or null. */
  readonly event: string | null;
  /** What was wrong. Duplicate rows are left out, backward ones sorted in. */
  readonly findings: readonly TableFinding[];
};

/** One row of a table. */
export type TableRow = {
  /** Line of the file. */
  readonly line: number;
  /** What the machine column says; `machine` where there is none. */
  readonly machine: string;
  /** Time in service, or milliseconds since 1970 where {@link TableReader.dated}; null: rows are counted. */
  readonly age: number | null;
  /** In the order of {@link TableReader.channels}; NaN exactly where `states` is not 0. */
  readonly values: Float32Array;
  /** Index into `SENSOR_STATES`. */
  readonly states: Uint8Array;
  /** Whether the machine fails here. */
  readonly failed: boolean;
};

const OPTIONS: readonly string[] = [
  "machine",
  "age",
  "event",
  "ended",
  "sensors",
  "settings",
  "ignore",
  "lifeUnit",
  "text",
  "mostValues",
];

const MACHINE_NAMES =
  /^(machine|unit|asset|engine|device|equipment|turbine|pump|motor)([ _-]?(id|nr|no|number|name))?$|^id$/i;
const AGE_NAMES =
  /^(cycles?|age|runtime|(operating|service|run)?[ _-]?hours|time([ _-]?(in[ _-]?)?(service|cycles?|stamp|h|s))?|timestamp|date|datetime|day|t)$/i;
const EVENT_NAMES = /^(fail(ed|ure|s)?|event|fault|broken|breakdown|machine[ _-]?failure)$/i;
const MISSING_TEXT = /^(|na|n\/a|nan|-nan|null|none|nil|-|\?|#n\/a)$/i;
const INFINITE_TEXT = /^[+-]?(inf|infinity|∞)$/i;
const TRUE_TEXT = /^(1|1\.0+|true|yes|y|t|x|fail(ed|ure)?|broken|fault)$/i;
const FALSE_TEXT = /^(|0|0\.0+|false|no|n|f|ok|na|nan|null|none|-)$/i;
/** Milliseconds of the life units that a column of times can be counted in. */
const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ["s", 1000],
  ["min", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);
const NAMED_UNITS: Readonly<Record<string, string>> = {
  second: "s",
  minute: "min",
  hour: "h",
  day: "d",
};
const MOST_VALUES = 200_000_000;

type Column = { readonly name: string; readonly unit: string; readonly index: number };

/** Takes the rows of a table one at a time, with memory that does not grow. */
export class TableReader {
  /** Settings and sensors, in the order of the header. */
  readonly channels: readonly Channel[];
  /** Column that names the machines, or null. */
  readonly machine: string | null;
  /** Column of the time in service, or null. */
  readonly age: string | null;
  /** Column of failures, or null. */
  readonly event: string | null;
  /** Whether the age column holds times. */
  readonly dated: boolean;
  /** What lives are counted in. */
  readonly lifeUnit: string;
  readonly #file: string;
  readonly #columns: readonly Column[];
  readonly #machineAt: number;
  readonly #ageAt: number;
  readonly #eventAt: number;
  readonly #sensorsAt: readonly number[];
  readonly #badText: boolean;
  readonly #findings = new Map<TableFlag, { count: number; first: string }>();

  /**
   * @param file Name for messages.
   * @param header Names of the columns; a unit may follow in brackets: `T50 [°C]`.
   * @param first Cells of the first row, by which columns of numbers are told from others.
   * @throws UsageError for unknown options, columns that are not there, and a table without sensors.
   */
  constructor(
    file: string,
    header: readonly string[],
    first: readonly TableCell[],
    options: TableOptions = {},
  ) {
    for (const key of Object.keys(options)) {
      if (!OPTIONS.includes(key)) throw expected(`one of ${OPTIONS.join(", ")}`, key, "options");
    }
    this.#file = file;
    this.#columns = header.map(columnOf);
    this.#badText = options.text === "bad";
    const names = this.#columns.map((column) => column.name);
    names.forEach((name, i) => {
      if (names.indexOf(name) !== i) {
        throw expected("columns with different names", name, `${file}:1`);
      }
    });
    this.#machineAt = this.#find(options.machine, MACHINE_NAMES, "machine");
    this.#ageAt = this.#find(options.age, AGE_NAMES, "age", [this.#machineAt]);
    this.#eventAt = this.#find(options.event, EVENT_NAMES, "event", [this.#machineAt, this.#ageAt]);
    this.machine = names[this.#machineAt] ?? null;
    this.age = names[this.#ageAt] ?? null;
    this.event = names[this.#eventAt] ?? null;
    const firstAge = this.#ageAt < 0 ? null : first[this.#ageAt];
    this.dated = firstAge instanceof Date || (isText(firstAge) && timeOf(firstAge) !== null);
    this.lifeUnit = options.lifeUnit ?? (this.dated ? "h" : unitOfAge(this.#columns[this.#ageAt]));
    if (this.dated && !UNIT_MS.has(this.lifeUnit)) {
      throw expected(`one of ${[...UNIT_MS.keys()].join(", ")}`, this.lifeUnit, "lifeUnit");
    }
    const settings = (options.settings ?? []).map((name) => this.#index(name, "settings"));
    const ignored = (options.ignore ?? []).map((name) => this.#index(name, "ignore"));
    const taken = [this.#machineAt, this.#ageAt, this.#eventAt, ...settings, ...ignored];
    const sensors =
      options.sensors?.map((name) => this.#index(name, "sensors")) ??
      names.flatMap((_, i) => (!taken.includes(i) && isNumeric(first[i]) ? [i] : []));
    if (sensors.length === 0) {
      throw expected("at least one column of numbers beside machine and age", names, `${file}:1`);
    }
    this.#sensorsAt = [...new Set([...settings, ...sensors])].sort((a, b) => a - b);
    this.channels = this.#sensorsAt.map((index) => ({
      name: this.#columns[index].name,
      unit: this.#columns[index].unit,
      role: settings.includes(index) ? "setting" : "sensor",
      least: null,
      most: null,
    }));
  }

  /**
   * Takes a row; null for one that belongs to no machine or no time, which is recorded.
   *
   * @throws UsageError for a wrong number of cells, and for text in place of a number unless it shall count as bad.
   */
  row(cells: readonly TableCell[], line: number): TableRow | null {
    if (cells.length !== this.#columns.length) {
      throw new UsageError(
        `${this.#file}:${line}: expected ${this.#columns.length} columns, got ${cells.length}`,
      );
    }
    const machine = this.#machineAt < 0 ? "machine" : textOf(cells[this.#machineAt]);
    if (machine === "") {
      this.#note("no-machine", line);
      return null;
    }
    const age = this.#ageAt < 0 ? null : this.#ageOf(cells[this.#ageAt], line);
    if (age !== null && Number.isNaN(age)) {
      this.#note("no-age", line);
      return null;
    }
    const values = new Float32Array(this.#sensorsAt.length);
    const states = new Uint8Array(this.#sensorsAt.length);
    this.#sensorsAt.forEach((index, s) => {
      const value = this.#number(cells[index], index, line);
      if (typeof value === "number" && Number.isFinite(Math.fround(value))) {
        values[s] = value;
        return;
      }
      values[s] = Number.NaN;
      states[s] = value === null ? STATE_CODE.missing : STATE_CODE.bad;
      if (typeof value === "number") this.#note("infinite", line);
    });
    return { line, machine, age, values, states, failed: this.#failed(cells, line) };
  }

  /** What was wrong so far. */
  findings(): TableFinding[] {
    return TABLE_FLAGS.flatMap((flag) => {
      const found = this.#findings.get(flag);
      return found === undefined ? [] : [{ flag, ...found }];
    });
  }

  /** Records something that is wrong. */
  note(flag: TableFlag, line: number): void {
    this.#note(flag, line);
  }

  /** Milliseconds of the life unit, where the age column holds times. */
  get unitMs(): number {
    return UNIT_MS.get(this.lifeUnit) ?? Number.NaN;
  }

  #failed(cells: readonly TableCell[], line: number): boolean {
    if (this.#eventAt < 0) return false;
    const text = textOf(cells[this.#eventAt]);
    if (TRUE_TEXT.test(text)) return true;
    if (FALSE_TEXT.test(text)) return false;
    throw expected("true or false", text, this.#where(line, this.#eventAt));
  }

  #ageOf(cell: TableCell, line: number): number {
    if (this.dated) {
      const time = cell instanceof Date ? cell.getTime() : timeOf(textOf(cell));
      if (time !== null) return time;
      if (MISSING_TEXT.test(textOf(cell))) return Number.NaN;
      throw expected("a time as ISO 8601", cell, this.#where(line, this.#ageAt));
    }
    const value = this.#number(cell, this.#ageAt, line);
    return typeof value === "number" && Number.isFinite(value) ? value : Number.NaN;
  }

  /** A number, which may be infinite; null: missing; undefined: text that counts as bad. */
  #number(cell: TableCell, index: number, line: number): number | null | undefined {
    if (typeof cell === "number") {
      if (!Number.isNaN(cell)) return cell;
      this.#note("missing", line);
      return null;
    }
    if (typeof cell === "bigint" || typeof cell === "boolean") return Number(cell);
    const text = textOf(cell);
    if (MISSING_TEXT.test(text)) {
      this.#note("missing", line);
      return null;
    }
    if (INFINITE_TEXT.test(text)) return Number.POSITIVE_INFINITY;
    const value = numberOf(text);
    if (value !== null) return value;
    if (!this.#badText) throw expected("a number", text, this.#where(line, index));
    this.#note("text", line);
    return undefined;
  }

  #note(flag: TableFlag, line: number): void {
    const found = this.#findings.get(flag);
    if (found === undefined) this.#findings.set(flag, { count: 1, first: `${this.#file}:${line}` });
    else found.count++;
  }

  #where(line: number, index: number): string {
    return `${this.#file}:${line}, column ${this.#columns[index].name}`;
  }

  #find(
    name: string | null | undefined,
    usual: RegExp,
    option: string,
    taken: readonly number[] = [],
  ): number {
    if (name === null) return -1;
    if (name !== undefined) return this.#index(name, option);
    return this.#columns.findIndex((column, i) => usual.test(column.name) && !taken.includes(i));
  }

  #index(name: string, option: string): number {
    const found = this.#columns.findIndex((column) => column.name === columnOf(name, 0).name);
    if (found >= 0) return found;
    const names = this.#columns.map((column) => column.name).join(", ");
    throw expected(`a column of ${this.#file} (${names})`, name, option);
  }
}

/** Collects the rows of a table into lives. */
export class TableCollector {
  readonly #reader: TableReader;
  readonly #file: string;
  readonly #ended: "failed" | "running";
  readonly #most: number;
  readonly #lives = new Map<string, Life[]>();
  #values = 0;

  /** @param file Name for messages. */
  constructor(file: string, reader: TableReader, options: TableOptions = {}) {
    this.#reader = reader;
    this.#file = file;
    this.#ended = options.ended ?? "failed";
    this.#most = options.mostValues ?? MOST_VALUES;
  }

  /**
   * Takes a row.
   *
   * @throws UsageError if the table does not fit into the memory that it may take.
   */
  take(row: TableRow): void {
    this.#values += row.values.length;
    if (this.#values > this.#most) {
      throw new UsageError(
        `${this.#file}:${row.line}: expected at most ${this.#most} values (rows times sensors), got more; ` +
          "choose fewer sensors or fewer rows",
      );
    }
    let lives = this.#lives.get(row.machine);
    if (lives === undefined) {
      lives = [];
      this.#lives.set(row.machine, lives);
    }
    let life = lives.at(-1);
    if (life === undefined || life.failed) {
      life = new Life(row.values.length);
      lives.push(life);
    }
    life.add(row);
  }

  /** What was read. @throws UsageError if it was nothing. */
  finish(): TableReading {
    const runs: Run[] = [];
    const { channels, lifeUnit, machine, age, event, dated, unitMs } = this.#reader;
    for (const [name, lives] of this.#lives) {
      lives.forEach((life, n) => {
        const failed = life.failed || (event === null && this.#ended === "failed");
        const id = n === 0 ? name : `${name}#${n + 1}`;
        runs.push(
          life.run(id, failed ? 0 : null, dated ? unitMs : null, (flag, line) => {
            this.#reader.note(flag, line);
          }),
        );
      });
    }
    if (runs.length === 0) {
      throw new UsageError(`${this.#file}: expected rows of machines, got none`);
    }
    const findings = this.#reader.findings();
    return { fleet: { channels, lifeUnit, runs }, machine, age, event, findings };
  }
}

/** One life as it is collected: arrays that double. */
class Life {
  failed = false;
  #rows = 0;
  #age = new Float64Array(16);
  #lines = new Float64Array(16);
  #values: Float32Array;
  #states: Uint8Array;
  readonly #width: number;

  constructor(width: number) {
    this.#width = width;
    this.#values = new Float32Array(16 * width);
    this.#states = new Uint8Array(16 * width);
  }

  add(row: TableRow): void {
    if (this.#rows === this.#age.length) this.#grow();
    const at = this.#rows++;
    this.#age[at] = row.age ?? this.#rows;
    this.#lines[at] = row.line;
    this.#values.set(row.values, at * this.#width);
    this.#states.set(row.states, at * this.#width);
    this.failed ||= row.failed;
  }

  run(
    machine: string,
    remaining: number | null,
    unitMs: number | null,
    note: (flag: TableFlag, line: number) => void,
  ): Run {
    const kept = this.#inOrder(note);
    const width = this.#width;
    const values = new Float32Array(kept.length * width);
    const states = new Uint8Array(kept.length * width);
    const begin = kept.length === 0 ? 0 : this.#age[kept[0]];
    const age = Float64Array.from(kept, (i) =>
      unitMs === null ? this.#age[i] : (this.#age[i] - begin) / unitMs,
    );
    kept.forEach((i, to) => {
      values.set(this.#values.subarray(i * width, (i + 1) * width), to * width);
      states.set(this.#states.subarray(i * width, (i + 1) * width), to * width);
    });
    return { machine, rows: kept.length, age, values, states, remaining };
  }

  /** Numbers of the rows by age, each age once. */
  #inOrder(note: (flag: TableFlag, line: number) => void): number[] {
    const order = Array.from({ length: this.#rows }, (_, i) => i);
    let newest = Number.NEGATIVE_INFINITY;
    for (const i of order) {
      if (this.#age[i] < newest) note("backward", this.#lines[i]);
      newest = Math.max(newest, this.#age[i]);
    }
    order.sort((a, b) => this.#age[a] - this.#age[b] || a - b);
    return order.filter((i, at) => {
      const again = at > 0 && this.#age[order[at - 1]] === this.#age[i];
      if (again) note("duplicate", this.#lines[i]);
      return !again;
    });
  }

  #grow(): void {
    const age = new Float64Array(this.#age.length * 2);
    age.set(this.#age);
    this.#age = age;
    const lines = new Float64Array(age.length);
    lines.set(this.#lines);
    this.#lines = lines;
    const values = new Float32Array(this.#values.length * 2);
    values.set(this.#values);
    this.#values = values;
    const states = new Uint8Array(this.#states.length * 2);
    states.set(this.#states);
    this.#states = states;
  }
}

/** Name and unit of a column: `T50 [°C]`, `T50 (°C)` or `T50`. */
function columnOf(header: string, index: number): Column {
  const text = header.trim();
  const [, name, square, round] = /^(.*?)\s*(?:\[([^\]]*)\]|\(([^)]*)\))$/.exec(text) ?? [];
  if (name === undefined || name === "") return { name: text, unit: "", index };
  return { name, unit: (square ?? round ?? "").trim(), index };
}

function textOf(cell: TableCell): string {
  if (cell === null || cell === undefined) return "";
  return cell instanceof Date ? cell.toISOString() : String(cell).trim();
}

function isText(cell: TableCell): cell is string {
  return typeof cell === "string";
}

/** Whether a cell can stand in a column of numbers. */
function isNumeric(cell: TableCell): boolean {
  const text = textOf(cell);
  if (cell instanceof Date) return false;
  return numberOf(text) !== null || MISSING_TEXT.test(text) || INFINITE_TEXT.test(text);
}

function numberOf(text: string): number | null {
  if (!/^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i.test(text)) return null;
  return Number(text.replace(",", "."));
}

/** Milliseconds of an ISO 8601 date or time; null if it is none. */
function timeOf(text: string): number | null {
  if (
    !/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/.test(text)
  ) {
    return null;
  }
  // Without a zone the time is taken as UTC, so that the same file reads the same everywhere.
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/.test(text.slice(10)) ? text : `${text}Z`;
  const time = Date.parse((text.length === 10 ? text : zoned).replace(" ", "T").replace(",", "."));
  return Number.isNaN(time) ? null : time;
}

/** Unit of an age column: the one behind its name, else the one that the name is. */
function unitOfAge(column: Column | undefined): string {
  if (column === undefined) return "cycle";
  if (column.unit !== "") return column.unit;
  const found = /(?:^|[^a-z])(second|minute|hour|day)s?$/i.exec(column.name)?.[1]?.toLowerCase();
  return NAMED_UNITS[found ?? ""] ?? "cycle";
}
