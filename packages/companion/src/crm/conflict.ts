/**
 * Three-way comparison of a case's fields: what the editor saw, what the editor wants, what is there now. A field that
 * nobody else touched is written; one that already says what is wanted needs nothing; one that somebody else changed
 * otherwise is a conflict, and nobody's words are overwritten until a person has decided.
 */

import { CrmError } from "./errors.ts";
import { CASE_FIELDS, type CaseValues, type EditCase } from "./intents.ts";

/** A value that a case's field can have. */
export type FieldValue = string | number | boolean | null;

/** A field that two sides changed differently. */
export type FieldConflict = {
  /** Which field. */
  readonly field: keyof CaseValues;
  /** What the editor saw. */
  readonly base: FieldValue;
  /** What the editor wants. */
  readonly mine: FieldValue;
  /** What is there now. */
  readonly theirs: FieldValue;
};

/** What a comparison found. */
export type Merge = {
  /** Fields to write. */
  readonly write: Partial<CaseValues>;
  /** Fields that say already what is wanted. */
  readonly same: readonly (keyof CaseValues)[];
  /** Fields that somebody else changed otherwise. */
  readonly conflicts: readonly FieldConflict[];
};

/**
 * What to do with fields in conflict. `ask`: write nothing of the edit, show it to a person. `theirs`: leave those
 * fields as they are, write the others. There is no policy that overwrites unseen.
 */
export const CONFLICT_POLICIES = ["ask", "theirs"] as const;

/** One of {@link CONFLICT_POLICIES}. */
export type ConflictPolicy = (typeof CONFLICT_POLICIES)[number];

/** An edit met somebody else's. Nothing of it was written. */
export class CrmConflict extends CrmError {
  override readonly name = "CrmConflict";
  /** All fields in conflict. */
  readonly conflicts: readonly FieldConflict[];

  constructor(caseId: string, conflicts: readonly FieldConflict[]) {
    const fields = conflicts.map(({ field }) => field).join(", ");
    super("conflict", `case ${caseId}: somebody else changed ${fields} meanwhile`);
    this.conflicts = conflicts;
  }
}

/** The wanted values of an edit. */
export function wantedValues(edit: EditCase): Partial<CaseValues> {
  const { satisfaction, ...others } = edit.changes;
  const wanted: Record<string, FieldValue> = {};
  for (const field of CASE_FIELDS) {
    if (field === "satisfaction") continue;
    const value = others[field];
    if (value !== undefined) wanted[field] = value;
  }
  if (satisfaction !== undefined) wanted.satisfaction = satisfaction.score;
  return wanted as Partial<CaseValues>;
}

/** Compares the three sides, field by field. Fields that `mine` does not name are nobody's business here. */
export function mergeFields(
  base: Partial<CaseValues>,
  mine: Partial<CaseValues>,
  theirs: CaseValues,
): Merge {
  const write: Record<string, FieldValue> = {};
  const same: (keyof CaseValues)[] = [];
  const conflicts: FieldConflict[] = [];
  for (const field of CASE_FIELDS) {
    const wanted = mine[field];
    if (wanted === undefined) continue;
    const seen = base[field] ?? null;
    const now = theirs[field];
    if (now === wanted) same.push(field);
    else if (now === seen) write[field] = wanted;
    else conflicts.push({ field, base: seen, mine: wanted, theirs: now });
  }
  return { write: write as Partial<CaseValues>, same, conflicts };
}

/** How often an edit is compared anew because the case changed between the look and the write. */
const MOST_LOOKS = 4;

/** What {@link applyEdit} needs of a system. */
export type EditHands<Mark> = {
  /** The fields as they are now, and the mark by which the system knows this state of them. */
  readonly read: () => Promise<{ readonly values: CaseValues; readonly mark: Mark }>;
  /**
   * Writes only if the record still has the mark.
   *
   * @returns False where it has not: nothing was written.
   */
  readonly write: (values: Partial<CaseValues>, mark: Mark) => Promise<boolean>;
};

/**
 * Applies an edit: look, compare, write only if nothing changed since the look, else look again.
 *
 * @throws CrmConflict where somebody else changed the same fields otherwise and the policy is `ask`.
 */
export async function applyEdit<Mark>(
  caseId: string,
  edit: EditCase,
  policy: ConflictPolicy,
  hands: EditHands<Mark>,
): Promise<{
  readonly outcome: "applied" | "already";
  readonly dropped: readonly FieldConflict[];
}> {
  const mine = wantedValues(edit);
  for (let look = 0; look < MOST_LOOKS; look++) {
    const { values, mark } = await hands.read();
    const { write, conflicts } = mergeFields(edit.base, mine, values);
    if (conflicts.length > 0 && policy === "ask") throw new CrmConflict(caseId, conflicts);
    if (Object.keys(write).length === 0) return { outcome: "already", dropped: conflicts };
    if (await hands.write(write, mark)) return { outcome: "applied", dropped: conflicts };
  }
  throw new CrmError(
    "busy",
    `case ${caseId}: changed ${MOST_LOOKS} times while it was to be edited`,
  );
}
