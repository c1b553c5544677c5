import { numberLabels, rankNumbers, rankText } from "../../design/levels.ts";
import type { Recipe, VariableRecipe } from "../../design/recipe.ts";
import type { Column } from "../../table/table.ts";
import { factorColumn } from "./predictorRoles.ts";

/** A level of a factor, or a value of a covariate. */
export type GridValue = number | string | boolean;

/** The levels that rows of the fit have, in their natural order, and per row of the table its level. */
export interface FoundLevels {
  readonly values: readonly GridValue[];
  readonly labels: readonly string[];
  readonly codes: Int32Array;
}

/** The levels of a column in the rows of the fit. */
export function levelsInRows(column: Column, rows: Int32Array): FoundLevels {
  switch (column.kind) {
    case "numeric": {
      const used = rows.length === column.values.length ? column.values : pick(column.values, rows);
      const ranked = rankNumbers(used);
      return {
        values: Array.from(ranked.levels),
        labels: numberLabels(ranked.levels),
        codes: spread(ranked.codes, rows, column.values.length),
      };
    }
    case "text": {
      const ranked = rankText(
        Int32Array.from(rows, (row) => column.codes[row]!),
        column.levels,
      );
      return {
        values: ranked.levels,
        labels: ranked.levels,
        codes: spread(ranked.codes, rows, column.codes.length),
      };
    }
    case "logical": {
      const values = [false, true].filter((value) =>
        rows.some((row) => column.values[row] === (value ? 1 : 0)),
      );
      const codes = new Int32Array(column.values.length).fill(-1);
      for (const row of rows) {
        const cell = column.values[row]!;
        codes[row] = cell === 255 ? -1 : values.indexOf(cell === 1);
      }
      return { values, labels: values.map(labelOfText), codes };
    }
  }
}

/** The levels in the order of the fit, where a factor of the model has just these. */
export function inOrderOfFit(name: string, found: FoundLevels, recipe: Recipe): FoundLevels {
  const factors = (recipe.traits ?? [recipe]).flatMap(({ variables }) =>
    Object.values(variables).filter(
      (variable): variable is Extract<VariableRecipe, { kind: "factor" }> =>
        variable.kind === "factor" && factorColumn(variable.expression) === name,
    ),
  );
  const ordered = factors.find(({ levels }) => found.labels.every((label) => levels.includes(label)));
  if (ordered === undefined) return found;
  const order = found.labels
    .map((_, k) => k)
    .sort((a, b) => ordered.levels.indexOf(found.labels[a]!) - ordered.levels.indexOf(found.labels[b]!));
  if (order.every((k, at) => k === at)) return found;
  const position = new Int32Array(order.length);
  for (const [at, k] of order.entries()) position[k] = at;
  return {
    values: order.map((k) => found.values[k]!),
    labels: order.map((k) => found.labels[k]!),
    codes: found.codes.map((code) => (code < 0 ? -1 : position[code]!)),
  };
}

/** Whether a column has no more than so many different values in the rows. */
export function hasAtMost(values: Float64Array, rows: Int32Array, most: number): boolean {
  const seen = new Set<number>();
  for (const row of rows) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    seen.add(value);
    if (seen.size > most) return false;
  }
  return true;
}

/** The values of some rows. */
export function pick(values: Float64Array, rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = values[rows[i]!]!;
  return out;
}

function spread(codes: Int32Array, rows: Int32Array, length: number): Int32Array {
  const out = new Int32Array(length).fill(-1);
  for (let i = 0; i < rows.length; i++) out[rows[i]!] = codes[i]!;
  return out;
}

/** How a level that is no number is written. */
export function labelOfText(value: string | boolean): string {
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  return value;
}
