import type { Note } from "../../base/notes.ts";
import type { Design } from "../../design/design.ts";
import { encodeRows } from "../../design/encodeRows.ts";
import type { Recipe } from "../../design/recipe.ts";
import { columnsOf } from "../../formula/variable.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import type { Column, Table } from "../../table/table.ts";
import type { GridVariable } from "./gridVariables.ts";

/** Every coded column of the fixed part at the cells of a grid, aliased ones included. */
interface EncodedCells {
  /** cells (times traits, trait outermost) x columns of the full coding */
  readonly columns: Matrix;
  readonly offset: Float64Array;
  readonly notes: readonly Note[];
}

/** Where the offset of the cells comes from: a number, the mean of the data, or the cells if one of these columns is in it. */
export type OffsetRule =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "mean" }
  | { readonly kind: "grid"; readonly at: ReadonlySet<string> };

/**
 * The fixed part at combinations of values, by the recipe of the fit: transforms keep their constants, so that
 * `poly(x, 2)` or `log(x)` is what the model has at that x.
 *
 * @param cells for every variable the index of its value
 * @param shift added to the values of one covariate (for slopes)
 */
export function encodeCells(
  design: Design,
  table: Table,
  variables: readonly GridVariable[],
  cells: readonly (readonly number[])[],
  offset: OffsetRule,
  shift: { readonly name: string; readonly by: (value: number) => number } | null = null,
): EncodedCells {
  const columns = new Map<string, Column>();
  for (const [k, variable] of variables.entries()) {
    const original = table.columns.get(variable.name)!;
    columns.set(
      variable.name,
      cellColumn(original, variable, (i) => cells[i]![k]!, cells.length, shift),
    );
  }
  const offsets = offsetOf(design, columns, offset);
  const recipe = fullRecipe(design.recipe, offsets === null);
  const encoded = encodeRows(recipe, { rowCount: cells.length, columns }, { random: false });
  return {
    columns: encoded.fixed,
    offset: offsets === null ? encoded.offset! : new Float64Array(encoded.rowCount).fill(offsets),
    notes: encoded.notes,
  };
}

function cellColumn(
  original: Column,
  { name, values }: GridVariable,
  level: (i: number) => number,
  rows: number,
  shift: { readonly name: string; readonly by: (value: number) => number } | null,
): Column {
  switch (original.kind) {
    case "numeric": {
      const numbers = new Float64Array(rows);
      for (let i = 0; i < rows; i++) {
        const value = values[level(i)] as number;
        numbers[i] = shift?.name === name ? shift.by(value) : value;
      }
      return { kind: "numeric", name, values: numbers };
    }
    case "text": {
      const codes = new Int32Array(rows);
      for (let i = 0; i < rows; i++) codes[i] = level(i);
      return { kind: "text", name, codes, levels: values as readonly string[] };
    }
    case "logical": {
      const truths = new Uint8Array(rows);
      for (let i = 0; i < rows; i++) truths[i] = values[level(i)] === true ? 1 : 0;
      return { kind: "logical", name, values: truths };
    }
  }
}

/** The one offset of all cells, or null where it follows the cells. */
function offsetOf(
  { recipe, model }: Design,
  columns: ReadonlyMap<string, Column>,
  rule: OffsetRule,
): number | null {
  if (rule.kind === "constant") return rule.value;
  if (model.offset === undefined) return 0;
  if (rule.kind === "grid") {
    const names = new Set<string>();
    for (const { variables, offsets } of recipe.traits ?? [recipe]) {
      for (const text of offsets) columnsOf(variables[text]!.expression, names);
    }
    if ([...names].some((name) => rule.at.has(name)) && [...names].every((name) => columns.has(name))) {
      return null;
    }
  }
  return model.offset.reduce((sum, value) => sum + value, 0) / model.offset.length;
}

/** The recipe with aliased columns, and without offsets unless they are evaluated. */
function fullRecipe(recipe: Recipe, withOffsets: boolean): Recipe {
  const all = (columns: number): number[] => Array.from({ length: columns }, (_, j) => j);
  const offsets = withOffsets ? {} : { offsets: [] };
  return {
    ...recipe,
    kept: all(recipe.columns),
    random: [],
    ...offsets,
    ...(recipe.traits === undefined
      ? {}
      : { traits: recipe.traits.map((trait) => ({ ...trait, kept: all(trait.columns), ...offsets })) }),
  };
}

/**
 * From a row of coded columns to the weights of the kept coefficients, followed by what every aliased column leaves
 * over: a row x is a combination of rows of the data exactly where each aliased column has the value that the kept
 * ones give it.
 */
export function aliasedRemainders(design: Design): (columns: Matrix, row: number) => Float64Array {
  const p = design.model.fixed.names.length;
  const position = new Map<string, number>();
  for (const { trait, name, column } of design.coefficients) {
    if (column >= 0) position.set(`${trait ?? ""}\n${name}`, column);
  }
  const aliased = design.coefficients.flatMap(({ trait, column, aliasOf }, j) =>
    column >= 0
      ? []
      : [
          {
            j,
            parts: (aliasOf ?? []).map(({ name, weight }) => ({
              column: position.get(`${trait ?? ""}\n${name}`)!,
              weight,
            })),
          },
        ],
  );
  return ({ rows, values }, row) => {
    const out = new Float64Array(p + aliased.length);
    for (const [j, { column }] of design.coefficients.entries()) {
      if (column >= 0) out[column] = values[row + j * rows]!;
    }
    for (const [a, { j, parts }] of aliased.entries()) {
      let left = values[row + j * rows]!;
      for (const { column, weight } of parts) left -= weight * out[column]!;
      out[p + a] = left;
    }
    return out;
  };
}
