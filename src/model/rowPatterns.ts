import type { Matrix } from "../linalg/matrix.ts";

/** Rows of X that are alike, as those of a table of factors are: sums over records become sums over patterns. */
export interface RowPatterns {
  /** length n, pattern of every row */
  readonly codes: Int32Array;
  /** one row of each pattern */
  readonly rows: Int32Array;
}

/** With fewer rows than this to a pattern, patterns save little. */
const SHARED = 8;

/**
 * Patterns of rows that depend on some factors only: one for each combination of levels that occurs; null where the
 * factors could have too many.
 *
 * @param factors codes (0 to levels - 1, length n) of each factor, and its number of levels
 */
export function rowPatterns(
  factors: readonly { readonly codes: Int32Array; readonly levels: readonly string[] }[],
  n: number,
): RowPatterns | null {
  const cells = factors.reduce((product, { levels }) => product * levels.length, 1);
  if (cells * SHARED > n) return null;
  const codes = new Int32Array(n);
  for (const { codes: own, levels } of factors) {
    const size = levels.length;
    for (let i = 0; i < n; i++) codes[i] = codes[i]! * size + own[i]!;
  }
  const patternOf = new Int32Array(cells).fill(-1);
  const rows: number[] = [];
  for (let i = 0; i < n; i++) {
    const cell = codes[i]!;
    if (patternOf[cell]! < 0) patternOf[cell] = rows.push(i) - 1;
    codes[i] = patternOf[cell]!;
  }
  return { codes, rows: Int32Array.from(rows) };
}

/** One row of X for each pattern, patterns x p. */
export function patternMatrix(X: Matrix, { rows }: RowPatterns): Matrix {
  const values = new Float64Array(rows.length * X.columns);
  for (let j = 0, at = 0; j < X.columns; j++) {
    for (let c = 0; c < rows.length; c++, at++) values[at] = X.values[rows[c]! + j * X.rows]!;
  }
  return { rows: rows.length, columns: X.columns, values };
}

/** Sum of the weights of every pattern, the number of its rows where there are none. */
export function patternWeights(
  { codes, rows }: RowPatterns,
  weights: Float64Array | undefined,
): Float64Array {
  const sums = new Float64Array(rows.length);
  if (weights === undefined) for (let i = 0; i < codes.length; i++) sums[codes[i]!]! += 1;
  else for (let i = 0; i < codes.length; i++) sums[codes[i]!]! += weights[i]!;
  return sums;
}
