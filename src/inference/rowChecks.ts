import type { Note } from "../base/notes.ts";
import { encodeRows } from "../design/encodeRows.ts";
import type { Recipe } from "../design/recipe.ts";
import { weightsOf } from "../design/rowVectors.ts";
import type { FitResult } from "../fit/result.ts";
import { parseExpression } from "../formula/parseExpression.ts";
import { columnsOf } from "../formula/variable.ts";
import type { Table } from "../table/table.ts";

/** Columns of new rows agree with an aliased column's combination up to this part of their size. */
const SAME = 1e-8;
const NAMED = 8;

/**
 * Rows whose mean is no combination of the rows of the fit: an aliased column differs from what it equals in the data, so
 * that the prediction would depend on which of the columns was left out.
 *
 * @param predictions null where there is none anyway
 * @param notes one is added where there are such rows
 */
export function notEstimable(
  fit: FitResult,
  table: Table,
  predictions: readonly (number | null)[],
  notes: Note[],
): ReadonlySet<number> {
  const found = new Set<number>();
  const design = fit.design!;
  const aliased = design.coefficients.flatMap((coefficient, column) =>
    coefficient.aliasOf === undefined ? [] : [{ ...coefficient, column, aliasOf: coefficient.aliasOf }],
  );
  if (aliased.length === 0) return found;
  const { fixed, rowCount } = encodeRows(allColumns(design.recipe), table, { random: false });
  const column = (name: string, trait: string | undefined): number =>
    design.coefficients.findIndex((c) => c.name === name && c.trait === trait && c.column >= 0);
  for (const { column: own, aliasOf, trait } of aliased) {
    const parts = aliasOf.map(({ name, weight }) => ({ at: column(name, trait) * rowCount, weight }));
    for (let i = 0; i < rowCount; i++) {
      if (predictions[i] === null || predictions[i] === undefined) continue;
      const value = fixed.values[i + own * rowCount]!;
      let size = Math.abs(value);
      let rest = value;
      for (const { at, weight } of parts) {
        const term = weight * fixed.values[i + at]!;
        rest -= term;
        size += Math.abs(term);
      }
      if (Math.abs(rest) > SAME * size) found.add(i);
    }
  }
  if (found.size > 0) {
    const rows = [...new Set([...found].map((i) => (i % table.rowCount) + 1))].sort((a, b) => a - b);
    const named = rows.slice(0, NAMED).join(", ");
    notes.push({
      code: "inference/row-not-estimable",
      severity: "warning",
      message: `${rows.length === 1 ? "row" : "rows"} ${named}${rows.length > NAMED ? ` and ${rows.length - NAMED} more` : ""} cannot be predicted: the data of the fit do not tell ${aliased.map(({ name }) => name).join(", ")} from other columns, and these rows need to know`,
      hint: "predict combinations of the predictors that occur in the data",
    });
  }
  return found;
}

/** The recipe with aliased columns too. */
function allColumns(recipe: Recipe): Recipe {
  const all = (columns: number): number[] => Array.from({ length: columns }, (_, j) => j);
  return {
    ...recipe,
    kept: all(recipe.columns),
    ...(recipe.traits === undefined
      ? {}
      : { traits: recipe.traits.map((trait) => ({ ...trait, kept: all(trait.columns) })) }),
  };
}

/** Precision weights of new rows where the fit has weights and the table their columns; else null, which stands for ones. */
export function rowWeights(fit: FitResult, table: Table, notes: Note[]): Float64Array | null {
  const text = fit.design?.recipe.options.weights;
  if (text === undefined) return null;
  const names = table.columns.has(text) ? [text] : [...columnsOf(parseExpression(text))];
  if (!names.every((name) => table.columns.has(name))) {
    notes.push({
      code: "inference/unit-weights",
      severity: "info",
      message: `the new rows have no weights (${text}): their residual variance is taken as that of weight 1`,
      hint: "add the column, if new observations are more or less precise than that",
    });
    return null;
  }
  const { variable } = weightsOf(text, {
    table,
    rows: null,
    rowCount: table.rowCount,
    factorColumns: null,
    source: text,
    constants: {},
    learning: false,
    notes: [],
  });
  return variable.vector.kind === "numeric" ? variable.vector.values : null;
}
