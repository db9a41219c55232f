/**
 * The grammar of harmful requests in medicine: which concepts, in which order and how near, make a request that may not
 * be helped with, and which words around them make it a question about a wrong or for protection from it.
 */

import type { Mark, Marks } from "./marks.ts";
import type { RefusalKind } from "./types.ts";

/** What a rule found. */
export type Finding = {
  /** Id of the rule. */
  readonly rule: string;
  /** What sort of harm. */
  readonly kind: RefusalKind;
};

type Rule = Finding & {
  /** Where the harm stands; null: not here. */
  readonly find: (marks: Marks) => Mark | null;
};

const WRONGS: readonly (readonly [concept: string, kind: RefusalKind])[] = [
  ["deceive", "deception"],
  ["conceal", "deception"],
  ["coerce", "harmful-treatment"],
  ["demean", "neglect"],
  ["discriminate", "discrimination"],
  ["steal", "fraud"],
  ["breach", "privacy"],
  ["hurt", "violence"],
  ["anti", "other-harm"],
];

/** How many words a frame reaches over. */
const FRAME = 6;

const RULES: readonly Rule[] = [
  ...WRONGS.map(
    ([concept, kind]): Rule => ({
      rule: `wrong-${concept}`,
      kind,
      find: (m) => outside(m, m.all(concept)),
    }),
  ),
  { rule: "secretly", kind: "deception", find: (m) => outside(m, m.all("secretly")) },
  { rule: "duty-shirked", kind: "neglect", find: (m) => m.ahead("shirk", "duty", 4) },
  { rule: "own-gain", kind: "fraud", find: (m) => outside(m, m.all("gain")) },
  {
    rule: "gain-and-care",
    kind: "fraud",
    find: (m) => (m.has("needless doubtful deny") ? outside(m, m.all("gainlike")) : null),
  },
  {
    rule: "needless-care",
    kind: "harmful-treatment",
    find: (m) => free(m, m.ahead("push", "needless", 5)),
  },
  {
    rule: "doubtful-care",
    kind: "harmful-treatment",
    find: (m) => (m.has("patients clinician") ? free(m, m.ahead("push", "doubtful", 3)) : null),
  },
  {
    rule: "disproven",
    kind: "harmful-treatment",
    find: (m) => free(m, m.near("usage", "disproven", 6)),
  },
  {
    rule: "care-denied",
    kind: "discrimination",
    find: (m) => (m.has("patients groups people") ? free(m, m.ahead("deny", "carefor", 4)) : null),
  },
  {
    rule: "unequal-care",
    kind: "discrimination",
    find: (m) => free(m, m.near("favour", "groups", 4)),
  },
  {
    rule: "told-to-others",
    kind: "privacy",
    find: (m) =>
      m.has("outsiders gain gainlike") ? free(m, m.ahead("disclose", "records", 4)) : null,
  },
];

/** All rules that a sentence of a request breaks. */
export function findings(marks: Marks): Finding[] {
  if (!marks.has("medical")) return [];
  const found: Finding[] = [];
  for (const { rule, kind, find } of RULES) {
    const mark = find(marks);
    if (mark !== null && wanted(marks, mark)) found.push({ rule, kind });
  }
  return found;
}

/** The first mark that no frame of protection governs. */
function outside(marks: Marks, all: readonly Mark[]): Mark | null {
  return all.find((mark) => free(marks, mark) !== null) ?? null;
}

/** The mark, unless words of protection govern it. */
function free(marks: Marks, mark: Mark | null): Mark | null {
  if (mark === null) return null;
  for (const frame of marks.all("protect")) {
    if (frame.end <= mark.start && mark.start - frame.end <= FRAME) return null;
  }
  return mark;
}

/** Whether somebody wants it done, rather than to know of it or to be helped against it. */
function wanted(marks: Marks, mark: Mark): boolean {
  const asked = marks.all("howto");
  for (const frame of marks.all("about")) {
    if (frame.start > mark.start) continue;
    // "What is the best way to …" asks for a way.
    const way = asked.some(({ start }) => start >= frame.end && start - frame.end <= 4);
    if (!way) return false;
  }
  if (marks.has("own")) {
    return asked.some(({ end }) => end <= mark.start && mark.start - end <= 2);
  }
  return mark.start <= 2 || asked.some(({ start }) => start <= mark.start);
}
