// The likelihood does not change when X gamma is added to y, so every engine works with the residual of the
// ordinary (weighted) least-squares fit: a response of 1e9 + noise then fits as well as the noise alone.

import { choleskyOf, solveCholesky } from "../linalg/smallCholesky.ts";
import type { Model } from "../model/model.ts";

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

/** The residual's part of -2 log-likelihood with r2: dof log 2 pi sigma2 + r2 / sigma2, at the best sigma2 where none is given. */
export function residualTerms(r2: number, dof: number, sigma2: number = r2 / dof): number {
  return dof * Math.log(2 * Math.PI * sigma2) + r2 / sigma2;
}

/** Takes the least-squares fit out of y; two refinement sweeps bring X~'W r to rounding level. */
export function reduceResponse(model: Model): ReducedResponse {
  return createReduction(model)(model.response);
}

/** `reduceResponse` for one response after the other; each overwrites the last. */
export function createReduction(model: Model): (response: Float64Array) => ReducedResponse {
  const { basis, transform, crossproduct } = model.fixed;
  const n = basis.rows;
  const p = basis.columns;
  const w = model.weights;
  const x = basis.values;
  const factor = choleskyOf(crossproduct.values, p);
  const residual = new Float64Array(n);
  const coefficients = new Float64Array(p);
  const rhs = new Float64Array(p);
  let logWeights = 0;
  if (w) for (let i = 0; i < n; i++) logWeights += Math.log(w[i]!);
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
  const accumulate = (): void => {
    for (let k = 0; k < p; k++) {
      const offset = k * n;
      let sum = 0;
      if (w) for (let i = 0; i < n; i++) sum += w[i]! * x[offset + i]! * residual[i]!;
      else for (let i = 0; i < n; i++) sum += x[offset + i]! * residual[i]!;
      rhs[k] = sum;
    }
  };
  return (response) => {
    residual.set(response);
    if (model.offset) for (let i = 0; i < n; i++) residual[i]! -= model.offset[i]!;
    coefficients.fill(0);
    accumulate();
    for (let sweep = 0; sweep < 2 && p > 0; sweep++) {
      solveCholesky(factor, p, rhs);
      for (let k = 0; k < p; k++) {
        const g = rhs[k]!;
        coefficients[k]! += g;
        const offset = k * n;
        for (let i = 0; i < n; i++) residual[i]! -= g * x[offset + i]!;
      }
      accumulate();
    }
    let sumOfSquares = 0;
    if (w) for (let i = 0; i < n; i++) sumOfSquares += w[i]! * residual[i]! * residual[i]!;
    else for (let i = 0; i < n; i++) sumOfSquares += residual[i]! * residual[i]!;
    reduced.sumOfSquares = sumOfSquares;
    return reduced;
  };
}
