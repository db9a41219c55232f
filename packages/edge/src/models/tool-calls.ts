/** Gemma 4's calls of tools: `call:name{key:value,…}` with strings between `<|"|>` tokens. */

/** A call as OpenAI's interface has it. */
export type ToolCall = {
  readonly name: string;
  /** JSON of the arguments. */
  readonly arguments: string;
};

/** Stands for the token around strings, which has no text of its own; no character of any text. */
export const QUOTE = "\uffff";

/** Deepest nesting of arguments. */
const DEEPEST = 50;

/** Reads a call; null where it is none. Strings are between {@link QUOTE}s. */
export function parseToolCall(text: string): ToolCall | null {
  const match = /^\s*call:([\w.-]+)\s*(\{[\s\S]*\})\s*$/.exec(text);
  const [, name, body] = match ?? [];
  if (name === undefined || body === undefined) return null;
  const reader = new Reader(body);
  const value = reader.value(0);
  return value === undefined || !reader.done ? null : { name, arguments: JSON.stringify(value) };
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    this.#space();
    return this.#at === this.#text.length;
  }

  /** A value, or undefined where there is none. */
  value(depth: number): unknown {
    if (depth > DEEPEST) return undefined;
    this.#space();
    const next = this.#text[this.#at];
    if (next === "{") return this.#object(depth);
    if (next === "[") return this.#array(depth);
    if (next === QUOTE) return this.#quoted();
    const word = /^[^,\]}:\uffff]*/.exec(this.#text.slice(this.#at))?.[0] ?? "";
    this.#at += word.length;
    return literal(word.trim());
  }

  #object(depth: number): Record<string, unknown> | undefined {
    const found = new Map<string, unknown>();
    this.#at++;
    if (this.#take("}")) return {};
    do {
      this.#space();
      const key = this.#text[this.#at] === QUOTE ? this.#quoted() : this.#key();
      if (key === undefined || !this.#take(":")) return undefined;
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      found.set(key, value);
    } while (this.#take(","));
    return this.#take("}") ? Object.fromEntries(found) : undefined;
  }

  #array(depth: number): unknown[] | undefined {
    const found: unknown[] = [];
    this.#at++;
    if (this.#take("]")) return found;
    do {
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      found.push(value);
    } while (this.#take(","));
    return this.#take("]") ? found : undefined;
  }

  #quoted(): string | undefined {
    const end = this.#text.indexOf(QUOTE, this.#at + 1);
    if (end === -1) return undefined;
    const text = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return text;
  }

  #key(): string | undefined {
    const key = /^[^,\]}:{[\uffff]+/.exec(this.#text.slice(this.#at))?.[0];
    if (key === undefined) return undefined;
    this.#at += key.length;
    return key.trim();
  }

  #take(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at++;
  }
}

/** A number, true, false or null; other words are strings whose quotes the model forgot. */
function literal(word: string): unknown {
  if (word === "") return undefined;
  try {
    return JSON.parse(word) as unknown;
  } catch {
    return word;
  }
}
