import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import type { Expression } from "../formula/expression.ts";
import { parseExpression } from "../formula/parseExpression.ts";
import type { TraitFormula } from "../formula/terms.ts";
import { numericColumn } from "./coerce.ts";
import { evaluate } from "./evaluate.ts";
import { refuseUndefined } from "./rows.ts";
import { rowNumber, type Scope } from "./scope.ts";
import { isFactor, type PreparedVariable, type Variables } from "./variables.ts";

/**
 * The response over the rows used.
 *
 * @param mayBeConstant no variance is to be estimated from it
 * @throws HendersonError `design/text-response`, `design/constant-response`
 */
export function responseOf(
  trait: TraitFormula,
  variables: Variables,
  rowCount: number,
  source: string,
  mayBeConstant = false,
): Float64Array {
  const { response } = trait;
  if (response.kind !== "single") return new Float64Array(rowCount);
  const { text } = response.variable;
  const variable = variables.get(text)!;
  if (isFactor(variable) && variable.vector.kind === "factor") {
    const { levels } = variable.vector;
    throw new HendersonError(
      "design/text-response",
      `the response ${text} is text (${levels
        .slice(0, 3)
        .map((level) => `'${level}'`)
        .join(", ")}${levels.length > 3 ? ", ..." : ""}), not a number`,
      {
        hint: 'use a numeric column, or make one by a comparison as in (y == "yes")',
        source,
        span: response.span,
      },
    );
  }
  const values = numericColumn(variable.vector, variable.expression, { ...variable.scope, rowCount });
  if (mayBeConstant) return values;
  const first = values[0]!;
  for (let i = 1; i < rowCount; i++) if (values[i] !== first) return values;
  throw new HendersonError(
    "design/constant-response",
    `the response ${text} is ${first} in every one of the ${rowCount} rows used`,
    {
      hint: "there is no variation to explain; check the column and the subset",
      source,
      span: response.span,
    },
  );
}

/** Sum of the offsets, or null. */
export function offsetOf(trait: TraitFormula, variables: Variables, rowCount: number): Float64Array | null {
  if (trait.fixed.offsets.length === 0) return null;
  const sum = new Float64Array(rowCount);
  for (const { text } of trait.fixed.offsets) {
    const { vector, expression, scope } = variables.get(text)!;
    const values = numericColumn(vector, expression, { ...scope, rowCount });
    for (let i = 0; i < rowCount; i++) sum[i] = sum[i]! + values[i]!;
  }
  return sum;
}

/** Weights before and after rows are chosen. */
export interface Weighting {
  readonly variable: PreparedVariable;
  /** rows among `complete` (null: all) with positive weight; null for all rows of the scope */
  positiveRows(complete: Int32Array | null, notes: Note[]): Int32Array | null;
  values(rows: Int32Array | null): Float64Array;
}

/**
 * Weights from a column or an expression.
 *
 * @throws HendersonError `design/not-finite`, and `design/weights` for a negative weight, or when no row has a positive one
 */
export function weightsOf(text: string, scope: Scope): Weighting {
  const expression: Expression = scope.table.columns.has(text)
    ? { kind: "column", name: text, span: { start: 0, end: text.length } }
    : parseExpression(text);
  const own: Scope = { ...scope, source: text, constants: {} };
  const values = numericColumn(evaluate(expression, own), expression, own);
  refuseUndefined(text, values, expression, own);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    // squares and sums of weights must stay finite
    if (!(value < 0 || value > 1e150 || (value > 0 && value < 1e-150))) continue;
    throw new HendersonError(
      "design/weights",
      `the weight in row ${rowNumber(scope, i)} is ${Number(value.toPrecision(6))}`,
      {
        hint:
          value < 0
            ? "precision weights are positive numbers, the inverse of relative variances"
            : "only ratios of weights matter: divide all of them by a typical one",
        source: text,
        span: expression.span,
      },
    );
  }
  const vector = { kind: "numeric", values, columns: 1, labels: null } as const;
  return {
    variable: { text, expression, scope: own, vector, factor: null, encoded: null, contrast: "treatment" },
    positiveRows(complete, notes) {
      const candidates = complete ?? Int32Array.from(values, (_, i) => i);
      const positive = candidates.filter((i) => values[i]! > 0);
      if (positive.length === candidates.length) return complete;
      if (positive.length === 0) {
        throw new HendersonError("design/weights", `no row has a positive weight ${text}`, {
          source: text,
          span: expression.span,
        });
      }
      const zero = candidates.length - positive.length;
      notes.push({
        code: "design/zero-weights",
        severity: "info",
        message: `${zero} row${zero === 1 ? "" : "s"} of weight zero ${zero === 1 ? "was" : "were"} left out.`,
        subject: text,
      });
      return positive;
    },
    values: (rows) => (rows === null ? values : Float64Array.from(rows, (i) => values[i]!)),
  };
}
