// From coefficients of the working columns X~ back to the user's: X = X~ T, so beta = T^-1 beta~.

import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import { solveUpper } from "../linalg/smallTriangular.ts";
import type { Model } from "../model/model.ts";

/** beta = T^-1 (gamma_ols + gamma), length p. */
export function userCoefficients(model: Model, ols: Float64Array, gamma: Float64Array): Float64Array {
  const beta = ols.map((value, i) => value + gamma[i]!);
  solveUpper(model.fixed.transform.values, beta.length, beta);
  return beta;
}

/** T^-1 C T^-T for a symmetric C (p x p, full). */
export function userCovariance(model: Model, c: Float64Array): Matrix {
  const { columns: p, values: T } = model.fixed.transform;
  const out = createMatrix(p, p);
  const x = out.values;
  x.set(c);
  for (let column = 0; column < p; column++) solveUpper(T, p, x, column * p, 1);
  for (let row = 0; row < p; row++) solveUpper(T, p, x, row, p);
  return out;
}
