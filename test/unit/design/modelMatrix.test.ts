import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildDesign } from "../../../src/design/buildDesign.ts";
import { encodeRows } from "../../../src/design/encodeRows.ts";
import type { Recipe } from "../../../src/design/recipe.ts";
import { parseFormula } from "../../../src/formula/parseFormula.ts";
import type { Matrix } from "../../../src/linalg/matrix.ts";
import { type Cell, tableOf } from "./tables.ts";

interface MatrixCase {
  readonly formula: string;
  readonly contrasts: Record<string, string> | null;
  readonly assign: readonly number[] | number;
  readonly train: RMatrix;
  readonly new: RMatrix;
  readonly kept: readonly number[] | number;
}

interface RMatrix {
  readonly names: readonly string[] | string;
  readonly values: readonly (readonly number[])[];
}

/** R 4.2, stats and splines; see test/reference/generate/designMatrices.R */
const reference = JSON.parse(
  readFileSync(new URL("../../reference/data/designMatrices.json", import.meta.url), "utf8"),
) as { data: Record<string, Cell[]>; newdata: Record<string, Cell[]>; cases: MatrixCase[] };

const table = tableOf(reference.data);
const newTable = tableOf(reference.newdata);

function list<T>(value: T | readonly T[]): T[] {
  return Array.isArray(value) ? [...value] : [value as T];
}

/** largest difference relative to the largest entry of the column */
function difference(ours: Matrix, columns: readonly (readonly number[])[]): number {
  let worst = 0;
  columns.forEach((column, j) => {
    const size = Math.max(...column.map(Math.abs), 1e-300);
    column.forEach((value, i) => {
      const error = Math.abs(ours.values[i + j * ours.rows]! - value) / size;
      worst = Number.isNaN(error) ? Infinity : Math.max(worst, error);
    });
  });
  return worst;
}

function keptOnly(columns: readonly (readonly number[])[], kept: readonly number[]): (readonly number[])[] {
  return kept.map((j) => columns[j]!);
}

describe("model matrices", () => {
  it.each(reference.cases)("$formula $contrasts has R's columns", (one) => {
    const contrasts = one.contrasts ?? {};
    const design = buildDesign(parseFormula(one.formula), table, { contrasts });
    const kept = list(one.kept);
    expect(design.coefficients.map((coefficient) => coefficient.name)).toEqual(list(one.train.names));
    expect(design.recipe.kept).toEqual(kept);
    const shift = design.recipe.intercept ? 0 : 1;
    expect(design.coefficients.map((coefficient) => coefficient.term + shift)).toEqual(list(one.assign));
    expect(difference(design.model.fixed.matrix, keptOnly(one.train.values, kept))).toBeLessThan(2e-13);
    for (const coefficient of design.coefficients) {
      if (coefficient.column >= 0)
        expect(design.model.fixed.names[coefficient.column]).toBe(coefficient.name);
    }
  });

  it.each(reference.cases)("$formula $contrasts encodes new rows as R", (one) => {
    const design = buildDesign(parseFormula(one.formula), table, { contrasts: one.contrasts ?? {} });
    const recipe = JSON.parse(JSON.stringify(design.recipe)) as Recipe;
    const again = encodeRows(recipe, table);
    expect(again.fixed).toEqual(design.model.fixed.matrix);
    const encoded = encodeRows(recipe, newTable);
    expect(difference(encoded.fixed, keptOnly(one.new.values, list(one.kept)))).toBeLessThan(1e-11);
  });
});
