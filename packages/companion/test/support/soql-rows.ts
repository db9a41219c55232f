/** A subset of SOQL on rows in memory: SELECT … FROM … WHERE … ORDER BY … LIMIT … OFFSET. */

export type Row = Readonly<Record<string, unknown>>;

export type Query = {
  readonly fields: readonly string[];
  readonly object: string;
  readonly matches: (row: Row) => boolean;
  readonly compare: (a: Row, b: Row) => number;
  readonly limit: number;
  readonly offset: number;
};

/** What the real system says to what is no SOQL. */
export class MalformedQuery extends Error {}

type Literal = string | number | boolean | null | Date;
type Part = { readonly kind: "word" | "text" | "sign"; readonly text: string };

/** Signs behind a backslash in a literal; anything else there is an error, as in the real system. */
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

export function parseSoql(soql: string): Query {
  return new Parser(cut(soql)).query();
}

export function valueAt(row: Row, path: string): unknown {
  let value: unknown = row;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null) return null;
    const found = Object.keys(value).find((key) => key.toLowerCase() === name.toLowerCase());
    value = found === undefined ? undefined : (value as Row)[found];
  }
  return value ?? null;
}

function cut(soql: string): Part[] {
  const parts: Part[] = [];
  let i = 0;
  while (i < soql.length) {
    const sign = soql[i] ?? "";
    if (/\s/.test(sign)) i++;
    else if (sign === "'") {
      let text = "";
      for (i++; soql[i] !== "'"; i++) {
        if (i >= soql.length) throw new MalformedQuery("a text without its end");
        if (soql[i] === "\n")
          throw new MalformedQuery("line breaks not allowed in string literals");
        if (soql[i] !== "\\") text += soql[i];
        else {
          const next = soql[++i] ?? "";
          // Patterns need to know what was escaped.
          if (next === "%" || next === "_") text += `\\${next}`;
          else if (ESCAPES[next] === undefined) throw new MalformedQuery("invalid string literal");
          else text += next === "\\" ? "\\\\" : ESCAPES[next];
        }
      }
      i++;
      parts.push({ kind: "text", text });
    } else {
      const word = /^[\w.:+-]+/.exec(soql.slice(i))?.[0];
      const found = word ?? /^(?:<=|>=|!=|<>|[=<>(),])/.exec(soql.slice(i))?.[0];
      if (found === undefined) throw new MalformedQuery(`unexpected token: '${sign}'`);
      parts.push({ kind: word === undefined ? "sign" : "word", text: found });
      i += found.length;
    }
  }
  return parts;
}

class Parser {
  readonly #parts: readonly Part[];
  #at = 0;

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  query(): Query {
    this.#word("SELECT");
    const fields = [this.#name()];
    while (this.#take(",")) fields.push(this.#name());
    this.#word("FROM");
    const object = this.#name();
    const matches = this.#take("WHERE") ? this.#or() : () => true;
    const orders: ((a: Row, b: Row) => number)[] = [];
    if (this.#take("ORDER")) {
      this.#word("BY");
      do orders.push(this.#order());
      while (this.#take(","));
    }
    const limit = this.#take("LIMIT") ? this.#number() : Number.POSITIVE_INFINITY;
    const offset = this.#take("OFFSET") ? this.#number() : 0;
    if (this.#at < this.#parts.length) this.#fail();
    const compare = (a: Row, b: Row): number => {
      for (const order of orders) {
        const found = order(a, b);
        if (found !== 0) return found;
      }
      return 0;
    };
    return { fields, object, matches, compare, limit, offset };
  }

  #or(): (row: Row) => boolean {
    const sides = [this.#and()];
    while (this.#take("OR")) sides.push(this.#and());
    return (row) => sides.some((side) => side(row));
  }

  #and(): (row: Row) => boolean {
    const sides = [this.#not()];
    while (this.#take("AND")) sides.push(this.#not());
    return (row) => sides.every((side) => side(row));
  }

  #not(): (row: Row) => boolean {
    if (this.#take("NOT")) {
      const side = this.#not();
      return (row) => !side(row);
    }
    if (this.#take("(")) {
      const side = this.#or();
      this.#word(")");
      return side;
    }
    return this.#comparison();
  }

  #comparison(): (row: Row) => boolean {
    const field = this.#name();
    const sign = this.#next().text.toUpperCase();
    if (sign === "IN" || (sign === "NOT" && this.#take("IN"))) {
      this.#word("(");
      const values = [this.#literal()];
      while (this.#take(",")) values.push(this.#literal());
      this.#word(")");
      return (row) =>
        values.some((value) => order(valueAt(row, field), value) === 0) === (sign === "IN");
    }
    if (sign === "LIKE") {
      const pattern = likePattern(this.#next().text);
      return (row) => pattern.test(String(valueAt(row, field) ?? ""));
    }
    const wanted = this.#literal();
    return (row) => {
      const found = order(valueAt(row, field), wanted);
      switch (sign) {
        case "=":
          return found === 0;
        case "!=":
        case "<>":
          return found !== 0;
        case "<":
          return found < 0;
        case "<=":
          return found <= 0;
        case ">":
          return found > 0;
        case ">=":
          return found >= 0;
        default:
          throw new MalformedQuery(`unexpected token: '${sign}'`);
      }
    };
  }

  #order(): (a: Row, b: Row) => number {
    const field = this.#name();
    const turn = this.#take("DESC") ? -1 : 1;
    if (turn === 1) this.#take("ASC");
    return (a, b) => turn * order(valueAt(a, field), valueAt(b, field));
  }

  #literal(): Literal {
    const part = this.#next();
    if (part.kind === "text") return part.text.replace(/\\\\/g, "\\");
    const { text } = part;
    if (/^\d{4}-\d\d-\d\dT/.test(text)) return new Date(text);
    if (/^[+-]?\d+(?:\.\d+)?$/.test(text)) return Number(text);
    const word = text.toLowerCase();
    if (word === "true" || word === "false") return word === "true";
    if (word === "null") return null;
    throw new MalformedQuery(`unexpected token: '${text}'`);
  }

  #number(): number {
    const value = this.#literal();
    if (typeof value !== "number") this.#fail();
    return Number(value);
  }

  #name(): string {
    const part = this.#next();
    if (part.kind !== "word" || !/^[A-Za-z][\w.]*$/.test(part.text)) this.#fail(part);
    return part.text;
  }

  #word(text: string): void {
    if (!this.#take(text)) this.#fail();
  }

  #take(text: string): boolean {
    const part = this.#parts[this.#at];
    if (part === undefined || part.kind === "text" || part.text.toUpperCase() !== text)
      return false;
    this.#at++;
    return true;
  }

  #next(): Part {
    const part = this.#parts[this.#at++];
    if (part === undefined) return this.#fail();
    return part;
  }

  #fail(part: Part | undefined = this.#parts[this.#at]): never {
    throw new MalformedQuery(
      part === undefined ? "unexpected end" : `unexpected token: '${part.text}'`,
    );
  }
}

/** Times compare as times, texts without case, nothing before everything. */
function order(found: unknown, wanted: unknown): number {
  if (wanted instanceof Date) {
    return found === null ? -1 : Math.sign(Date.parse(String(found)) - wanted.getTime());
  }
  if (found === null || wanted === null) return found === wanted ? 0 : found === null ? -1 : 1;
  if (typeof found === "number" && typeof wanted === "number") return Math.sign(found - wanted);
  if (typeof found === "boolean") return found === wanted ? 0 : 1;
  const [a, b] = [String(found).toLowerCase(), String(wanted).toLowerCase()];
  return a === b ? 0 : a < b ? -1 : 1;
}

function likePattern(pattern: string): RegExp {
  const source = pattern.replace(/\\[%_\\]|[%_]|[\\^$.*+?()[\]{}|/]/g, (sign) => {
    if (sign === "%") return "[^]*";
    if (sign === "_") return "[^]";
    if (sign === "\\\\") return sign;
    return sign === "\\%" || sign === "\\_" ? sign.slice(1) : `\\${sign}`;
  });
  return new RegExp(`^${source}$`, "iu");
}
