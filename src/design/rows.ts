import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import type { Expression } from "../formula/expression.ts";
import { visitColumns } from "../formula/variable.ts";
import { notFinite, truthOf } from "./coerce.ts";
import { evaluate } from "./evaluate.ts";
import { columnOf, rowNumber, type Scope } from "./scope.ts";
import type { PreparedVariable } from "./variables.ts";
import { allFinite, markMissing } from "./vector.ts";

/**
 * Rows where the condition is TRUE; null when it is TRUE everywhere.
 *
 * @throws HendersonError `design/no-rows`
 */
export function rowsOfSubset(condition: Expression, scope: Scope): Int32Array | null {
  const truth = truthOf(evaluate(condition, scope), condition, scope);
  // a condition on constants only is one value for all rows
  const rows: number[] = [];
  for (let i = 0; i < scope.rowCount; i++) if (truth[i] === 1) rows.push(i);
  if (rows.length === 0) {
    throw new HendersonError("design/no-rows", `no row satisfies the subset ${scope.source}`, {
      hint: "compare the condition with the values of its columns",
      source: scope.source,
      span: condition.span,
    });
  }
  return rows.length === scope.rowCount ? null : Int32Array.from(rows);
}

/** Which rows of a scope have missing values, and in what. */
export interface MissingRows {
  /** length rowCount, 1 where a variable is missing; null when none is */
  readonly mask: Uint8Array | null;
  /** whether every number is finite */
  readonly finite: boolean;
  /** variables with missing values and in how many rows */
  readonly counts: readonly { readonly text: string; readonly count: number }[];
}

/** Rows in which a variable is missing because a column it is made of is. */
export function missingRows(variables: Iterable<PreparedVariable>, rowCount: number): MissingRows {
  let mask: Uint8Array | null = null;
  const counts: { text: string; count: number }[] = [];
  let finite = true;
  for (const variable of variables) {
    const { vector } = variable;
    if (vector.kind === "numeric" && allFinite(vector.values)) continue;
    if (vector.kind === "numeric" || vector.kind === "constant") finite = false;
    let own = markMissing(variable.vector, rowCount, null);
    if (own === null) continue;
    if (variable.expression.kind !== "column" && variable.vector.kind === "numeric") {
      own = inputsMissing(variable.expression, variable.scope, own);
    }
    let count = 0;
    mask ??= new Uint8Array(rowCount);
    for (let i = 0; i < rowCount; i++) {
      if (own[i] === 0) continue;
      mask[i] = 1;
      count++;
    }
    if (count > 0) counts.push({ text: variable.text, count });
  }
  return { mask: counts.length === 0 ? null : mask, finite, counts };
}

/** The rows of `candidates` in which a column of the expression is missing (others are undefined results). */
function inputsMissing(expression: Expression, scope: Scope, candidates: Uint8Array): Uint8Array {
  let inputs: Uint8Array | null = null;
  visitColumns(expression, ({ name, span }) => {
    inputs = markMissing(columnOf(scope, name, span), scope.rowCount, inputs);
  });
  const found = inputs as Uint8Array | null;
  return candidates.map((value, i) => (value === 1 && found !== null && found[i] === 1 ? 1 : 0));
}

/**
 * Refuses infinite values, and those that are undefined though the columns they are made of are there.
 *
 * @throws HendersonError `design/not-finite`
 */
export function refuseUndefined(
  text: string,
  values: Float64Array,
  expression: Expression,
  scope: Scope,
): void {
  if (allFinite(values)) return;
  const n = scope.rowCount;
  const undefinedRows = new Uint8Array(n);
  for (let at = 0; at < values.length; at++) if (Number.isNaN(values[at])) undefinedRows[at % n] = 1;
  const missing =
    expression.kind === "column" ? undefinedRows : inputsMissing(expression, scope, undefinedRows);
  const at = values.findIndex((value, k) => !Number.isFinite(value) && missing[k % n] === 0);
  if (at < 0) return;
  const place = { source: scope.source, span: expression.span };
  throw notFinite(text, values[at]!, rowNumber(scope, at % n), place);
}

/**
 * Rows of the scope that are not masked; null for all.
 *
 * @throws HendersonError `design/all-missing`, `design/missing`
 */
export function completeRows(missing: MissingRows, scope: Scope, policy: "omit" | "fail"): Int32Array | null {
  const { mask, counts } = missing;
  if (mask === null) return null;
  const listed = [...counts].sort((a, b) => b.count - a.count);
  const worst = listed[0]!;
  if (policy === "fail") {
    const first = mask.indexOf(1);
    throw new HendersonError(
      "design/missing",
      `${worst.text} has ${countOf(worst.count, "missing value")}; the first incomplete row is ${rowNumber(scope, first)}`,
      {
        hint: "fill the values in, or let rows with missing values be left out",
      },
    );
  }
  let kept = 0;
  for (let i = 0; i < scope.rowCount; i++) kept += 1 - mask[i]!;
  if (kept === 0) {
    throw new HendersonError(
      "design/all-missing",
      `every row has a missing value; ${worst.text} has the most, ${worst.count} of ${scope.rowCount}`,
      { hint: `leave ${worst.text} out of the formula, or check how missing values are written in the file` },
    );
  }
  const rows = new Int32Array(kept);
  for (let i = 0, k = 0; i < scope.rowCount; i++) if (mask[i] === 0) rows[k++] = i;
  return rows;
}

/** The note about rows that were left out. */
export function droppedNote(missing: MissingRows, dropped: number, total: number): Note {
  const columns = missing.counts.map(({ text, count }) => `${text}: ${count}`).join(", ");
  return {
    code: "design/rows-dropped",
    severity: "info",
    message: `${dropped} of ${total} rows ${dropped === 1 ? "was" : "were"} left out because of missing values (${columns}).`,
  };
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
