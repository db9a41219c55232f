/**
 * `symbion companion compare|triage|screen|rephrase`: NDJSON from standard input, one line out for each line in, in
 * order. A line that cannot be used becomes `{"id"?, "error"}`, the rest is done, and the exit code is 2. Memory does
 * not grow with the input, and a reader that is slow slows down the reading.
 */

import {
  compareMeaning,
  LANGUAGES,
  type Rephraser,
  rephrase,
  rephraseNow,
  screenRequest,
  triage,
  WARMTHS,
} from "@symbion/companion";
import { LineWriter } from "./output.ts";

/** Longest line, in bytes. */
export const LONGEST_LINE: number = 1 << 20;

/** What a line asks for: its members as they were read. */
type Members = Readonly<Record<string, unknown>>;

/** A member that a line may have. */
type Member = {
  /** What would be right. */
  readonly what: string;
  readonly accepts: (value: unknown) => boolean;
  readonly optional?: true;
};

/** A batch command: what a line may hold, and what it is answered with. */
type Batch = {
  readonly members: Readonly<Record<string, Member>>;
  readonly answer: (line: Members) => object | Promise<object>;
};

const text: Member = { what: "a text", accepts: (value) => typeof value === "string" };
const id: Member = {
  what: "a text or number",
  accepts: (value) => typeof value === "string" || typeof value === "number",
  optional: true,
};
const choice = (known: readonly string[]): Member => ({
  what: known.join(" or "),
  accepts: (value) => typeof value === "string" && known.includes(value),
  optional: true,
});
const age: Member = {
  what: "years from 0 to 130",
  accepts: (value) => typeof value === "number" && value >= 0 && value <= 130,
  optional: true,
};
const language = choice(LANGUAGES);

/** The batch commands without a model. */
const BATCHES: Readonly<Record<"compare" | "triage" | "screen", Batch>> = {
  compare: {
    members: { id, neutral: text, rephrased: text, language },
    answer: (line) => {
      const { same, differences } = compareMeaning(
        line.neutral as string,
        line.rephrased as string,
        { ...languageOf(line) },
      );
      return { same, differences };
    },
  },
  triage: {
    members: { id, text, age },
    answer: (line) => {
      const request = { text: line.text as string };
      const verdict = triage(
        line.age === undefined ? request : { ...request, age: line.age as number },
      );
      return {
        disposition: verdict.disposition,
        rules: [...new Set(verdict.reasons.map(({ rule }) => rule))],
      };
    },
  },
  screen: {
    members: { id, text },
    answer: (line) => {
      const { refuse, why } = screenRequest(line.text as string);
      return { refuse, why };
    },
  },
};

function rephraseBatch(rephraser: Rephraser | null): Batch {
  return {
    members: { id, query: text, answer: text, language, warmth: choice(WARMTHS) },
    answer: async (line) => {
      const request = {
        query: line.query as string,
        answer: line.answer as string,
        ...languageOf(line),
        ...(line.warmth === undefined ? {} : { warmth: line.warmth as (typeof WARMTHS)[number] }),
      };
      const done = rephraser === null ? rephraseNow(request) : await rephrase(request, rephraser);
      return { text: done.text, changed: done.changed, fellBack: done.fellBack };
    },
  };
}

function languageOf({ language: found }: Members): { language?: (typeof LANGUAGES)[number] } {
  return found === undefined ? {} : { language: found as (typeof LANGUAGES)[number] };
}

/** Runs a batch command and resolves with its exit code: 2 where a line could not be used. */
export async function batchCommand(
  name: "compare" | "triage" | "screen" | "rephrase",
  rephraser: Rephraser | null = null,
  input: AsyncIterable<Uint8Array> = process.stdin,
): Promise<number> {
  const batch = name === "rephrase" ? rephraseBatch(rephraser) : BATCHES[name];
  const out = new LineWriter(process.stdout);
  let lines = 0;
  let bad = 0;
  for await (const line of linesOf(input)) {
    lines++;
    const answered = answerLine(batch, line);
    const result = answered instanceof Promise ? await answered : answered;
    if ("error" in result) bad++;
    await out.line(JSON.stringify(result));
  }
  await out.flush();
  if (bad === 0) return 0;
  process.stderr.write(
    `symbion: companion ${name}: expected ${lines} lines that can be used, got ${bad} that cannot (see their "error")\n`,
  );
  return 2;
}

function answerLine(batch: Batch, line: string | null): object | Promise<object> {
  if (line === null) return { error: `expected a line of at most ${LONGEST_LINE} bytes of UTF-8` };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { error: "expected a JSON object, got something else" };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { error: "expected a JSON object, got something else" };
  }
  const members = value as Members;
  const own = id.accepts(members.id) ? { id: members.id } : {};
  for (const key of Object.keys(members)) {
    if (!Object.hasOwn(batch.members, key)) {
      const known = Object.keys(batch.members).join(", ");
      return { ...own, error: `expected one of ${known}, got ${JSON.stringify(key.slice(0, 40))}` };
    }
  }
  for (const [key, { what, accepts, optional }] of Object.entries(batch.members)) {
    if (members[key] === undefined && optional === true) continue;
    if (!accepts(members[key])) {
      const got = members[key] === undefined ? "nothing" : `a value of type ${typeof members[key]}`;
      return { ...own, error: `${key}: expected ${what}, got ${got}` };
    }
  }
  const answered = batch.answer(members);
  return answered instanceof Promise
    ? answered.then((result) => ({ ...own, ...result }))
    : { ...own, ...answered };
}

/** Lines of UTF-8; null for one that is too long, or holds other bytes. What is behind the last line feed is a line, too. */
async function* linesOf(
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<string | null, void, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (bytes: Uint8Array): string | null => {
    try {
      return decoder.decode(bytes);
    } catch {
      return null;
    }
  };
  let held: Uint8Array[] = [];
  let length = 0;
  const keep = (bytes: Uint8Array): void => {
    length += bytes.length;
    if (length > LONGEST_LINE) held = [];
    else if (bytes.length > 0) held.push(bytes);
  };
  const take = (): string | null => {
    const line = length > LONGEST_LINE ? null : decode(Buffer.concat(held));
    held = [];
    length = 0;
    return line;
  };
  for await (const chunk of input) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      keep(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  if (length > 0) yield take();
}
