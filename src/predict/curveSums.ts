import { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { encodeRows } from "../design/encodeRows.ts";
import type { RandomRecipe, Recipe } from "../design/recipe.ts";
import { precisionOf } from "../fit/precision.ts";
import type { FitResult } from "../fit/result.ts";
import { columnsOf } from "../formula/variable.ts";
import type { Column, Table } from "../table/table.ts";

/** The sum of a level's random curve over points of its covariate, as 305-day milk yield of test-day curves. */
export interface CurveSum {
  readonly level: string;
  readonly estimate: number;
  /** root of the prediction error variance; null for a fit without its rows */
  readonly se: number | null;
  /** 1 - PEV / variance of the sum; null where that is zero, for groups, and without rows */
  readonly reliability: number | null;
}

export interface CurveSumOptions {
  /** component with the random curve, `cow.A` */
  readonly component: string;
  /** column of the covariate, `dim` */
  readonly column: string;
  /** points that are summed; 6, 7, ..., 310 for 305 days */
  readonly points: ArrayLike<number>;
}

/**
 * Sums of random regression curves: k'u with k the sum of the basis over the points (Schaeffer and Dekkers 1994; Mrode
 * and Pocrnic 2023, section 10.2), for every level of the component.
 *
 * @throws HendersonError predict/curve-sums for a component that is no random regression on the column
 */
export function curveSums(fit: FitResult, { component, column, points }: CurveSumOptions): CurveSum[] {
  const t = termIndex(fit, component);
  const term = fit.model.random[t]!;
  const weights = basisSum(fit.design!.recipe, t, column, points);
  const k = weights.length;
  const blocks = fit.model.response.length === 0 ? null : precisionOf(fit).predictionErrorBlocks[t]!;
  const sigma2 = fit.sigma * fit.sigma;
  const own = quadratic(fit.covariances[t]!.values, 0, weights);
  const levels = term.relationship?.levels ?? term.levels;
  const related = term.relationship?.diagonal;
  return levels.map((level, l) => {
    let estimate = 0;
    for (let a = 0; a < k; a++) estimate += weights[a]! * fit.modes[t]![l * k + a]!;
    if (blocks === null) return { level, estimate, se: null, reliability: null };
    const pev = sigma2 * quadratic(blocks, l * k * k, weights);
    const variance = own * (related?.[l] ?? 1);
    return {
      level,
      estimate,
      se: Math.sqrt(Math.max(0, pev)),
      reliability: variance > 0 ? 1 - pev / variance : null,
    };
  });
}

function termIndex({ design, model }: FitResult, component: string): number {
  const names = model.random.map((term) => term.component);
  const t = names.indexOf(component);
  if (t < 0) {
    throw new HendersonError("predict/curve-sums", `the model has no component '${component}'`, {
      hint: `the closest is '${nearest(component, names) ?? names[0] ?? "none"}'; there are ${names.join(", ")}`,
    });
  }
  if (design === null || design.recipe.random[t]!.blocks !== undefined) {
    throw new HendersonError(
      "predict/curve-sums",
      design === null
        ? "this fit was made from a model without a formula, so its curves cannot be evaluated"
        : `'${component}' is made of several parts (traits, tied terms or several levels a row)`,
      { hint: "curves are summed for a term such as (0 + legendre(dim, 2) | gr(cow, cov = A))" },
    );
  }
  return t;
}

/** Sum over the points of the term's basis, encoded with the constants of the fit. */
function basisSum(recipe: Recipe, t: number, column: string, points: ArrayLike<number>): Float64Array {
  const term = recipe.random[t]!;
  requireCovariate(recipe, term, column);
  const rows = points.length;
  const columns = new Map<string, Column>();
  columns.set(column, { kind: "numeric", name: column, values: Float64Array.from(points) });
  for (const name of columnNames(recipe, term.groupVariables)) {
    columns.set(name, { kind: "text", name, codes: new Int32Array(rows), levels: [term.levels[0]!] });
  }
  const table: Table = { rowCount: rows, columns };
  const alone: Recipe = {
    ...recipe,
    intercept: false,
    fixed: [],
    offsets: [],
    columns: 0,
    kept: [],
    random: [term],
  };
  const { basis } = encodeRows(alone, table).random[0]!;
  return Float64Array.from(basis, (values) =>
    values === null ? rows : values.reduce((sum, value) => sum + value, 0),
  );
}

function requireCovariate(recipe: Recipe, { component, terms }: RandomRecipe, column: string): void {
  const names = columnNames(
    recipe,
    terms.flatMap((term) => term.variables),
  );
  if (names.size === 1 && names.has(column)) return;
  throw new HendersonError(
    "predict/curve-sums",
    names.size === 0
      ? `'${component}' has an intercept only, so its levels have no curves`
      : `the curves of '${component}' run over ${[...names].join(", ")}, not over '${column}' alone`,
    { hint: "name the one column that stands left of the bar" },
  );
}

function columnNames(recipe: Recipe, texts: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const text of texts) columnsOf(recipe.variables[text]!.expression, names);
  return names;
}

function quadratic(values: Float64Array, offset: number, x: Float64Array): number {
  const k = x.length;
  let sum = 0;
  for (let b = 0; b < k; b++) {
    for (let a = 0; a < k; a++) sum += x[a]! * values[offset + a + b * k]! * x[b]!;
  }
  return sum;
}
