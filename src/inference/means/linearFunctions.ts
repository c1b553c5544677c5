import { numberLabel } from "../../design/levels.ts";

/** What the rows of a table differ in: a variable of the model, or the contrasts. */
export interface Dimension {
  readonly name: string;
  readonly labels: readonly string[];
}

/** A linear function of the coefficients: a predicted mean, a slope, or a difference of such. */
export interface LinearFunction {
  /** for every dimension an index into its labels */
  readonly levels: readonly number[];
  /** weights of the kept coefficients (length p), then what aliased columns leave over: zeros where it is estimable */
  readonly weights: Float64Array;
  /** known part: the offset */
  readonly constant: number;
  /** rows of the data behind it */
  readonly count: number;
}

/** Linear functions over combinations of levels; the first dimension varies fastest, combinations may be absent. */
export interface LinearFunctions {
  readonly dimensions: readonly Dimension[];
  readonly rows: readonly LinearFunction[];
  /** length p, the kept coefficients */
  readonly coefficients: number;
}

/** The sum of functions times coefficients. */
export function combine(
  rows: readonly LinearFunction[],
  coefficients: ArrayLike<number>,
  levels: readonly number[],
): LinearFunction {
  const weights = new Float64Array(rows[0]?.weights.length ?? 0);
  let constant = 0;
  let count = 0;
  for (const [r, row] of rows.entries()) {
    const coefficient = coefficients[r]!;
    count += row.count;
    if (coefficient === 0) continue;
    constant += coefficient * row.constant;
    for (let i = 0; i < weights.length; i++) weights[i]! += coefficient * row.weights[i]!;
  }
  return { levels, weights, constant, count };
}

/**
 * Whether the data identify the function: what aliased columns leave over vanishes next to its weights. Rounding of
 * averages and of the aliases leaves 1e-12, a function that is not estimable leaves more, also of covariates far from zero.
 */
export function isEstimable({ weights }: LinearFunction, p: number): boolean {
  let left = 0;
  let size = 0;
  for (let i = 0; i < weights.length; i++) {
    const magnitude = Math.abs(weights[i]!);
    if (Number.isNaN(magnitude)) return false;
    if (i < p) size = Math.max(size, magnitude);
    else left = Math.max(left, magnitude);
  }
  return left <= 1e-9 * Math.max(size, 1);
}

/** The weights of the kept coefficients. */
export function keptWeights({ weights }: LinearFunction, p: number): Float64Array {
  return weights.subarray(0, p);
}

/** The positions of dimensions by name. */
export function positionsOf({ dimensions }: LinearFunctions, names: readonly string[]): number[] {
  return names.map((name) => dimensions.findIndex((dimension) => dimension.name === name));
}

/** Rows that share their levels in some dimensions, in order of the levels (the first varies fastest). */
export interface RowGroup {
  /** levels in those dimensions */
  readonly levels: readonly number[];
  readonly rows: readonly LinearFunction[];
}

/** The rows by their levels in the given dimensions. */
export function groupRows({ rows }: LinearFunctions, positions: readonly number[]): RowGroup[] {
  const groups = new Map<string, { levels: number[]; rows: LinearFunction[] }>();
  for (const row of rows) {
    const levels = positions.map((position) => row.levels[position]!);
    const key = levels.join(",");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { levels, rows: [row] });
    else group.rows.push(row);
  }
  return [...groups.values()].sort((a, b) => compareLevels(a.levels, b.levels));
}

/** Order of combinations: the last dimension decides first. */
function compareLevels(a: readonly number[], b: readonly number[]): number {
  for (let k = a.length - 1; k >= 0; k--) if (a[k] !== b[k]) return a[k]! - b[k]!;
  return 0;
}

/** Whether every label is a number: contrasts then show the name of the dimension with it. */
export function hasNumericLabels({ labels }: Dimension): boolean {
  return labels.length > 0 && labels.every((label) => label.trim() !== "" && Number.isFinite(Number(label)));
}

/** A number as a label of a grid. */
export function gridLabel(value: number): string {
  return numberLabel(value);
}
