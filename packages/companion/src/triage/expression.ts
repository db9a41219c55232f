/**
 * Conditions of rules: names of findings joined by `&`, `|`, `!` and brackets; `2(a, b, c)` at least two of them;
 * `a+` also where it is told of the past (for conditions that raise a risk).
 */

/** Words (as indices into the account) that a true condition rests on, or null where it is false. */
export type Condition = (has: Lookup) => readonly number[] | null;

/** Word indices of a finding, or null where the account has none; the second argument: told of the past counts too. */
export type Lookup = (name: string, past: boolean) => readonly number[] | null;

const cache = new Map<string, Condition>();

/** Compiles a condition. Throws an `Error` that names the place for one that is none: rules are ours. */
export function condition(source: string): Condition {
  const known = cache.get(source);
  if (known !== undefined) return known;
  const parts = source.match(/\d+\(|[\w.:-]+\+?|[&|!(),]/g) ?? [];
  let at = 0;
  const fail = (): never => {
    throw new Error(`no condition: "${source}" at part ${at} (${parts[at] ?? "end"})`);
  };
  const either = (): Condition => {
    const all = [both()];
    while (parts[at] === "|") {
      at++;
      all.push(both());
    }
    if (all.length === 1 && all[0] !== undefined) return all[0];
    return (has) => {
      for (const each of all) {
        const words = each(has);
        if (words !== null) return words;
      }
      return null;
    };
  };
  const both = (): Condition => {
    const all = [one()];
    while (parts[at] === "&") {
      at++;
      all.push(one());
    }
    if (all.length === 1 && all[0] !== undefined) return all[0];
    return (has) => {
      const words: number[] = [];
      for (const each of all) {
        const more = each(has);
        if (more === null) return null;
        words.push(...more);
      }
      return words;
    };
  };
  const one = (): Condition => {
    const part = parts[at++] ?? fail();
    if (part === "!") {
      const denied = one();
      return (has) => (denied(has) === null ? [] : null);
    }
    if (part === "(") {
      const inner = either();
      if (parts[at++] !== ")") fail();
      return inner;
    }
    if (/^\d+\($/.test(part)) return count(Number.parseInt(part, 10));
    if (!/^[\w.:-]+\+?$/.test(part)) return fail();
    const past = part.endsWith("+");
    const name = past ? part.slice(0, -1) : part;
    names.add(name);
    return (has) => has(name, past);
  };
  const count = (least: number): Condition => {
    const all = [either()];
    while (parts[at] === ",") {
      at++;
      all.push(either());
    }
    if (parts[at++] !== ")") fail();
    return (has) => {
      const words: number[] = [];
      let found = 0;
      for (const each of all) {
        const more = each(has);
        if (more === null) continue;
        found++;
        words.push(...more);
      }
      return found >= least ? words : null;
    };
  };
  const made = either();
  if (at < parts.length) fail();
  cache.set(source, made);
  return made;
}

const names = new Set<string>();

/** Names that the conditions compiled so far speak of. */
export function namesSpoken(): ReadonlySet<string> {
  return names;
}
