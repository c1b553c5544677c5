import type { RandomTerm } from "../model/model.ts";

/**
 * A grouping factor with all random-effect columns on it. Terms that share their codes are one factor:
 * `(1 | g) + (0 + x | g)` is a factor of width 2 whose Phi is block diagonal.
 *
 * Columns are standardized so that cross-products do not cancel and results do not depend on units:
 * the user's row z and the working row z~ satisfy z = T' z~, so u~ = T u and Phi~ = T Phi T'. Scales are
 * powers of two, and a column is centred only when its mean is large against its spread, so that
 * integers stay integers; columns of ordinary size are left as they are.
 */
export interface Factor {
  readonly codes: Int32Array;
  readonly levels: number;
  /** S: random-effect columns of all terms together */
  readonly width: number;
  /** indices of the model's terms, in order */
  readonly terms: readonly number[];
  /** first column of each of those terms */
  readonly offsets: readonly number[];
  /** working columns z~, null for ones; length S */
  readonly columns: readonly (Float64Array | null)[];
  /** T, S x S column-major */
  readonly transform: Float64Array;
  /** T^-1, S x S column-major */
  readonly inverseTransform: Float64Array;
}

/** Columns between the inverse of this and this in size are not scaled. */
const ORDINARY = 8;

/** Factors of the model, the one with most random effects first: it is eliminated level by level. */
export function groupFactors(terms: readonly RandomTerm[]): Factor[] {
  const members: number[][] = [];
  for (let t = 0; t < terms.length; t++) {
    const shared = members.find((group) => terms[group[0]!]!.codes === terms[t]!.codes);
    if (shared) shared.push(t);
    else members.push([t]);
  }
  const factors = members.map((group) => standardizedFactor(terms, group));
  // A stable sort keeps the order of the formula among equals.
  return factors.sort((a, b) => b.levels * b.width - a.levels * a.width);
}

function standardizedFactor(terms: readonly RandomTerm[], group: readonly number[]): Factor {
  const columns: (Float64Array | null)[] = [];
  const offsets: number[] = [];
  for (const t of group) {
    offsets.push(columns.length);
    columns.push(...terms[t]!.basis);
  }
  const width = columns.length;
  const ones = columns.indexOf(null);
  const transform = new Float64Array(width * width);
  const inverseTransform = new Float64Array(width * width);
  const working = columns.map((column, c) => {
    let center = 0;
    let scale = 1;
    if (column !== null) {
      const { mean, deviation } = moments(column);
      // A constant column is the ones over again: centred, nothing but rounding would be left of it.
      const constant = deviation <= 1e-12 * Math.abs(mean);
      if (ones >= 0 && !constant && Math.abs(mean) > 2 * deviation) center = mean;
      const size = Math.hypot(deviation, mean - center);
      if (size > 0 && !(size > 1 / ORDINARY && size < ORDINARY)) scale = 2 ** Math.round(Math.log2(size));
    }
    transform[c + c * width] = scale;
    inverseTransform[c + c * width] = 1 / scale;
    if (center !== 0) {
      transform[ones + c * width] = center;
      inverseTransform[ones + c * width] = -center / scale;
    }
    if (column === null || (center === 0 && scale === 1)) return column;
    const standardized = new Float64Array(column.length);
    const reciprocal = 1 / scale;
    for (let i = 0; i < column.length; i++) standardized[i] = (column[i]! - center) * reciprocal;
    return standardized;
  });
  const first = terms[group[0]!]!;
  return {
    codes: first.codes,
    levels: first.levels.length,
    width,
    terms: group,
    offsets,
    columns: working,
    transform,
    inverseTransform,
  };
}

function moments(column: Float64Array): { mean: number; deviation: number } {
  const n = column.length;
  // about the first value, so that a large mean costs no digits of the deviation
  const origin = column[0]!;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const value = column[i]! - origin;
    sum += value;
    squares += value * value;
  }
  const mean = sum / n;
  return { mean: origin + mean, deviation: Math.sqrt(Math.max(0, squares / n - mean * mean)) };
}
