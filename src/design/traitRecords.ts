import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { completeRows, droppedNote, type MissingRows, missingRows } from "./rows.ts";
import type { Weighting } from "./rowVectors.ts";
import type { Scope } from "./scope.ts";
import { type SingleTrait, traitName } from "./traits.ts";
import { checkFinite, keepRows, prepareVariables, requiredVariables, type Variables } from "./variables.ts";

/** A trait's variables over the rows in which it is recorded. */
export interface TraitData {
  readonly name: string;
  readonly formula: SingleTrait;
  readonly variables: Variables;
  /** rows of the scope, ascending; null for all */
  readonly rows: Int32Array | null;
  readonly rowCount: number;
  readonly missing: MissingRows;
  /** rows of the scope where something is missing */
  readonly dropped: number;
  /** length of the scope, 1 where nothing is missing; null for all */
  readonly complete: Int32Array | null;
}

/**
 * A trait's variables, evaluated and restricted to its records.
 *
 * @param alone whether it is the only trait: others may have no record at all in a row
 * @throws HendersonError `design/no-records`, `design/all-missing`, `design/missing`, `design/not-finite`
 */
export function traitData(
  formula: SingleTrait,
  scope: Scope,
  weighting: Weighting | null,
  policy: "omit" | "fail",
  alone: boolean,
  notes: Note[],
): TraitData {
  const variables = prepareVariables(formula, scope);
  const required = requiredVariables(formula, variables);
  const all = weighting === null ? required : [...required, weighting.variable];
  const missing = missingRows(all, scope.rowCount);
  if (!alone && missing.mask?.includes(0) === false) throw noRecords(formula, missing, scope);
  const complete = completeRows(missing, scope, policy);
  const rows = weighting === null ? complete : weighting.positiveRows(complete, notes);
  if (rows !== null) keepRows(variables, rows);
  if (!missing.finite) checkFinite(required, rows);
  return {
    name: traitName(formula),
    formula,
    variables,
    rows,
    rowCount: rows === null ? scope.rowCount : rows.length,
    missing,
    dropped: complete === null ? 0 : scope.rowCount - complete.length,
    complete,
  };
}

function noRecords(formula: SingleTrait, { counts }: MissingRows, scope: Scope): HendersonError {
  const worst = [...counts].sort((a, b) => b.count - a.count)[0]!;
  return new HendersonError(
    "design/no-records",
    `the trait ${traitName(formula)} has no record: every row has a missing value, ${worst.text} in ${worst.count} of ${scope.rowCount}`,
    {
      hint: `leave ${traitName(formula)} out, or check how missing values are written in the file`,
      source: scope.source,
      span: formula.response.span,
    },
  );
}

/** How many rows are left without a record, and the notes that say what is missing where. */
export function countDropped(traits: readonly TraitData[], scope: Scope, notes: Note[]): number {
  const total = scope.rowCount;
  const [only] = traits;
  if (traits.length === 1) {
    if (only!.dropped > 0) notes.push(droppedNote(only!.missing, only!.dropped, total));
    return only!.dropped;
  }
  const used = new Uint8Array(total);
  for (const { complete } of traits) {
    if (complete === null) used.fill(1);
    else for (const row of complete) used[row] = 1;
  }
  const dropped = used.reduce((count, one) => count - one, total);
  for (const { name, dropped: records, missing } of traits) {
    if (records === 0) continue;
    const columns = missing.counts.map(({ text, count }) => `${text}: ${count}`).join(", ");
    notes.push({
      code: "design/records-dropped",
      severity: "info",
      message: `The trait ${name} has no record in ${records} of ${total} rows because of missing values (${columns}).`,
      subject: name,
    });
  }
  if (dropped > 0) {
    notes.push({
      code: "design/rows-dropped",
      severity: "info",
      message: `${dropped} of ${total} rows ${dropped === 1 ? "was" : "were"} left out because no trait has a record there.`,
    });
  }
  return dropped;
}
