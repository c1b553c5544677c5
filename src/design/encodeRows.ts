import { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { Note } from "../base/notes.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { Table } from "../table/table.ts";
import { factorOf, numericColumn } from "./coerce.ts";
import type { EncodedRows } from "./design.ts";
import { encodeRandomRows } from "./encodeRandomRows.ts";
import { type EncodedVariable, encodeTerms } from "./encodeTerms.ts";
import { evaluate } from "./evaluate.ts";
import type { Recipe, VariableRecipe } from "./recipe.ts";
import { refuseUndefined } from "./rows.ts";
import { rowNumber, type Scope } from "./scope.ts";
import { blockDiagonal, concatenate } from "./stackTraits.ts";
import type { FactorVector } from "./vector.ts";

/** Which parts of a recipe to encode; a prediction of the mean needs no groups. */
interface EncodeOptions {
  /** false leaves the random terms out: their columns need not be in the table */
  readonly random?: boolean;
}

/**
 * Fixed columns, offset and group codes of new rows under a recipe, with the levels and constants of the
 * training data. Missing predictors are marked, unknown random levels are counted, not refused.
 *
 * @throws HendersonError `design/new-level` for a level of a fixed factor that the training data did not have,
 * `design/unknown-column`, `design/type`, `design/not-finite`
 */
export function encodeRows(recipe: Recipe, table: Table, options: EncodeOptions = {}): EncodedRows {
  const notes: Note[] = [];
  const scope = recipeScope(recipe, table, notes);
  const traits = (recipe.traits ?? [recipe]).map((trait) => encodeTraitRows(trait, scope));
  const offset = traits.every((trait) => trait.offset === null)
    ? null
    : concatenate(traits.map((trait) => trait.offset ?? new Float64Array(scope.rowCount)));
  const missing = new Uint8Array(scope.rowCount * traits.length);
  traits.forEach((trait, t) => {
    missing.set(trait.missing, t * scope.rowCount);
  });
  const random =
    options.random === false
      ? []
      : encodeRandomRows(
          recipe.random,
          traits.map(({ variables, lookup }, t) => ({ variables, lookup, first: t * scope.rowCount })),
          scope,
        );
  return {
    rowCount: missing.length,
    ...(recipe.traits === undefined ? {} : { traits: recipe.traits.map(({ name }) => name) }),
    fixed: blockDiagonal(traits.map(({ fixed }) => fixed)),
    offset,
    random,
    missing,
    notes,
  };
}

type FixedRecipe = Pick<Recipe, "variables" | "intercept" | "fixed" | "offsets" | "kept">;

/** Fixed part of one trait over all rows, and the lookup of its variables. */
function encodeTraitRows(
  recipe: FixedRecipe,
  scope: Scope,
): {
  readonly fixed: Matrix;
  readonly offset: Float64Array | null;
  readonly missing: Uint8Array;
  readonly variables: FixedRecipe["variables"];
  readonly lookup: (text: string) => EncodedVariable;
} {
  const { rowCount } = scope;
  const { variables } = recipe;
  const cache = new Map<string, EncodedVariable>();
  const missing = new Uint8Array(rowCount);
  const lookup = (text: string): EncodedVariable => {
    let found = cache.get(text);
    if (found === undefined) {
      found = encodeVariable(text, variables[text]!, scope);
      cache.set(text, found);
    }
    return found;
  };
  const markedLookup = (text: string): EncodedVariable => {
    const variable = lookup(text);
    if (variable.kind === "factor") {
      for (let i = 0; i < rowCount; i++) if (variable.codes[i]! < 0) missing[i] = 1;
    } else {
      for (let at = 0; at < variable.values.length; at++)
        if (Number.isNaN(variable.values[at])) missing[at % rowCount] = 1;
    }
    return variable;
  };
  const full = encodeTerms(recipe.intercept, recipe.fixed, markedLookup, rowCount).matrix;
  const offset = encodeOffset(recipe, scope, missing);
  const fixed = keptColumns(full, recipe.kept);
  for (let i = 0; i < rowCount; i++) {
    if (missing[i] === 1) for (let j = 0; j < fixed.columns; j++) fixed.values[i + j * rowCount] = Number.NaN;
  }
  return { fixed, offset, missing, variables, lookup };
}

function recipeScope(recipe: Recipe, table: Table, notes: Note[]): Scope {
  const factorColumns = recipe.options.factorColumns;
  return {
    table,
    rows: null,
    rowCount: table.rowCount,
    factorColumns: factorColumns === undefined ? null : new Set(factorColumns),
    source: recipe.formula,
    constants: recipe.transforms,
    learning: false,
    notes,
  };
}

function encodeVariable(text: string, recipe: VariableRecipe, scope: Scope): EncodedVariable {
  const vector = evaluate(recipe.expression, scope);
  if (recipe.kind === "factor") {
    const found = vector.kind === "factor" ? vector : factorOf(vector, scope.rowCount);
    const codes = codesUnder(found, recipe.levels, text, scope);
    return { kind: "factor", codes, levels: recipe.levels, contrast: recipe.contrast };
  }
  if (vector.kind === "numeric") {
    refuseUndefined(text, vector.values, recipe.expression, scope);
    return vector;
  }
  return {
    kind: "numeric",
    values: numericColumn(vector, recipe.expression, scope),
    columns: 1,
    labels: null,
  };
}

/** Codes under the training levels. */
function codesUnder(found: FactorVector, levels: readonly string[], text: string, scope: Scope): Int32Array {
  const position = positionsOf(found.levels, levels);
  const codes = new Int32Array(found.codes.length);
  for (let i = 0; i < codes.length; i++) {
    const code = found.codes[i]!;
    const at = code < 0 ? -1 : position[code]!;
    if (code >= 0 && at < 0) {
      const level = found.levels[code]!;
      const closest = nearest(level, levels);
      const listed = levels.slice(0, 12).join(", ") + (levels.length > 12 ? ", ..." : "");
      throw new HendersonError(
        "design/new-level",
        `${text} is '${level}' in row ${rowNumber(scope, i)}, a level without a coefficient in the fit`,
        {
          hint:
            closest === null
              ? `the levels of ${text} are ${listed}`
              : `did you mean '${closest}'? The levels are ${listed}`,
        },
      );
    }
    codes[i] = at;
  }
  return codes;
}

function positionsOf(levels: readonly string[], known: readonly string[]): Int32Array {
  const index = new Map(known.map((level, k) => [level, k]));
  return Int32Array.from(levels, (level) => index.get(level) ?? -1);
}

function encodeOffset(recipe: FixedRecipe, scope: Scope, missing: Uint8Array): Float64Array | null {
  if (recipe.offsets.length === 0) return null;
  const sum = new Float64Array(scope.rowCount);
  for (const text of recipe.offsets) {
    const { expression } = recipe.variables[text]!;
    const values = numericColumn(evaluate(expression, scope), expression, scope);
    for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + values[i]!;
  }
  for (let i = 0; i < sum.length; i++) if (Number.isNaN(sum[i])) missing[i] = 1;
  return sum;
}

function keptColumns(full: Matrix, kept: readonly number[]): Matrix {
  if (kept.length === full.columns) return full;
  const n = full.rows;
  const values = new Float64Array(n * kept.length);
  kept.forEach((j, k) => {
    values.set(full.values.subarray(j * n, (j + 1) * n), k * n);
  });
  return { rows: n, columns: kept.length, values };
}
