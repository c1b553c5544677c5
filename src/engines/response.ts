// The likelihood does not change when X gamma is added to y, so every engine works with the residual of the
// ordinary (weighted) least-squares fit: a response of 1e9 + noise then fits as well as the noise alone.

import type { Matrix } from "../linalg/matrix.ts";
import { choleskyOf, solveCholesky } from "../linalg/smallCholesky.ts";
import type { Model } from "../model/model.ts";
import { patternMatrix, type RowPatterns } from "../model/rowPatterns.ts";

/** y - offset reduced by its least-squares fit on the working fixed columns X~. */
export interface ReducedResponse {
  /** length n */
  readonly residual: Float64Array;
  /** gamma: y - offset = X~ gamma + residual; length p */
  readonly coefficients: Float64Array;
  /** X~'W residual, length p (rounding noise) */
  readonly crossproduct: Float64Array;
  /** residual' W residual */
  readonly sumOfSquares: number;
  /** sum of log weights, 0 without weights */
  readonly logWeights: number;
  /** log |T|: log |X'V^-1X| = log |X~'V^-1X~| + 2 log |T| */
  readonly logDeterminantTransform: number;
}

/** Rows that are worked on together: what they share stays in cache. */
const BLOCK = 1024;
/** A correction below this part of the residual (squared) is rounding. */
const SETTLED = 1e-28;

/** The residual's part of -2 log-likelihood with r2: dof log 2 pi sigma2 + r2 / sigma2, at the best sigma2 where none is given. */
export function residualTerms(r2: number, dof: number, sigma2: number = r2 / dof): number {
  return dof * Math.log(2 * Math.PI * sigma2) + r2 / sigma2;
}

/** Takes the least-squares fit out of y; refinement brings X~'W r to rounding level. */
export function reduceResponse(model: Model, residual?: Float64Array): ReducedResponse {
  return createReduction(model, residual)(model.response);
}

/**
 * `reduceResponse` for one response after the other; each overwrites the last.
 *
 * @param residual memory for it, length n
 */
export function createReduction(
  model: Model,
  residual: Float64Array = new Float64Array(model.response.length),
): (response: Float64Array) => ReducedResponse {
  const { offset, weights, fixed } = model;
  const { basis, transform, crossproduct } = fixed;
  const n = basis.rows;
  const p = basis.columns;
  const factor = choleskyOf(crossproduct.values, p);
  const coefficients = new Float64Array(p);
  const step = new Float64Array(p);
  const rhs = new Float64Array(p);
  const alike = fixed.patterns === undefined || p === 0 ? null : alikeRows(basis, fixed.patterns);
  const subtractFit = (): number =>
    alike === null
      ? subtractFitOfRows(residual, basis.values, step, weights, rhs)
      : subtractFitOfPatterns(residual, alike, step, weights, rhs);
  let logWeights = 0;
  if (weights) for (let i = 0; i < n; i++) logWeights += Math.log(weights[i]!);
  let logDeterminantTransform = 0;
  for (let k = 0; k < p; k++) logDeterminantTransform += Math.log(Math.abs(transform.values[k + k * p]!));
  const reduced = {
    residual,
    coefficients,
    crossproduct: rhs,
    sumOfSquares: 0,
    logWeights,
    logDeterminantTransform,
  };
  return (response) => {
    residual.set(response);
    if (offset) for (let i = 0; i < n; i++) residual[i]! -= offset[i]!;
    for (let k = 0; k < p; k++) {
      coefficients[k] = 0;
      step[k] = 0;
    }
    reduced.sumOfSquares = subtractFit();
    for (let sweep = 0; sweep < 2 && p > 0; sweep++) {
      let size = 0;
      for (let k = 0; k < p; k++) step[k] = rhs[k]!;
      solveCholesky(factor, p, step);
      for (let k = 0; k < p; k++) {
        coefficients[k]! += step[k]!;
        size += step[k]! * rhs[k]!;
      }
      if (sweep > 0 && size < SETTLED * reduced.sumOfSquares) break;
      reduced.sumOfSquares = subtractFit();
    }
    return reduced;
  };
}

/** residual -= X~ step; rhs = X~'W residual; returns residual'W residual. One pass over the rows. */
function subtractFitOfRows(
  residual: Float64Array,
  x: Float64Array,
  step: Float64Array,
  weights: Float64Array | undefined,
  rhs: Float64Array,
): number {
  const n = residual.length;
  const p = step.length;
  let sumOfSquares = 0;
  for (let k = 0; k < p; k++) rhs[k] = 0;
  for (let first = 0; first < n; first += BLOCK) {
    const end = Math.min(first + BLOCK, n);
    for (let k = 0; k < p; k++) {
      const size = step[k]!;
      if (size !== 0)
        for (let i = first, at = k * n + first; i < end; i++, at++) residual[i]! -= size * x[at]!;
    }
    for (let k = 0; k < p; k++) rhs[k]! += innerProduct(x, k * n + first, residual, first, end, weights);
    sumOfSquares += innerProduct(residual, first, residual, first, end, weights);
  }
  return sumOfSquares;
}

/** Rows of X~ by pattern, with scratch. */
interface AlikeRows {
  /** pattern of every row */
  readonly codes: Int32Array;
  /** one row of each pattern, count x p */
  readonly x: Float64Array;
  /** one value for each pattern */
  readonly fitted: Float64Array;
  readonly sums: Float64Array;
}

function alikeRows(basis: Matrix, patterns: RowPatterns): AlikeRows {
  const { rows: count, values: x } = patternMatrix(basis, patterns);
  return { codes: patterns.codes, x, fitted: new Float64Array(count), sums: new Float64Array(count) };
}

/** subtractFitOfRows where rows are alike: fitted values of patterns are subtracted, and sums of patterns multiplied. */
function subtractFitOfPatterns(
  residual: Float64Array,
  { codes, x, fitted, sums }: AlikeRows,
  step: Float64Array,
  weights: Float64Array | undefined,
  rhs: Float64Array,
): number {
  const count = fitted.length;
  fitted.fill(0);
  sums.fill(0);
  for (let k = 0, at = 0; k < step.length; k++) {
    for (let c = 0; c < count; c++, at++) fitted[c]! += step[k]! * x[at]!;
  }
  let sumOfSquares = 0;
  for (let i = 0; i < residual.length; i++) {
    const c = codes[i]!;
    const rest = residual[i]! - fitted[c]!;
    const weighted = weights === undefined ? rest : weights[i]! * rest;
    residual[i] = rest;
    sums[c]! += weighted;
    sumOfSquares += weighted * rest;
  }
  for (let k = 0, at = 0; k < step.length; k++) {
    let sum = 0;
    for (let c = 0; c < count; c++, at++) sum += x[at]! * sums[c]!;
    rhs[k] = sum;
  }
  return sumOfSquares;
}

/** sum of w x y over rows `first` to `end`, x starting at `at`. Four sums at a time: one would wait for itself. */
function innerProduct(
  x: Float64Array,
  at: number,
  y: Float64Array,
  first: number,
  end: number,
  weights: Float64Array | undefined,
): number {
  const shift = at - first;
  let s0 = 0;
  if (weights) {
    for (let i = first; i < end; i++) s0 += weights[i]! * x[i + shift]! * y[i]!;
    return s0;
  }
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = first;
  for (; i < end - 3; i += 4) {
    const j = i + shift;
    s0 += x[j]! * y[i]!;
    s1 += x[j + 1]! * y[i + 1]!;
    s2 += x[j + 2]! * y[i + 2]!;
    s3 += x[j + 3]! * y[i + 3]!;
  }
  for (; i < end; i++) s0 += x[i + shift]! * y[i]!;
  return s0 + s1 + (s2 + s3);
}
