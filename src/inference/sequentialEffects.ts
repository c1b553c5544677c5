import type { FitResult } from "../fit/result.ts";
import { choleskyOf } from "../linalg/smallCholesky.ts";

/**
 * Q'W^1/2 (y - offset) of a linear model, one entry a kept column in order: the coordinates of the response in the
 * orthonormal basis that X gives column by column. Those of a term, squared and added, are its
 * sequential sum of squares; unlike contrasts of b they stay accurate where X is nearly collinear.
 *
 * The mean is taken out of y first when there is an intercept, so its own entry is not meaningful.
 */
export function sequentialEffects(fit: FitResult): Float64Array {
  const { response, offset, weights, fixed } = fit.model;
  const n = response.length;
  const p = fixed.basis.columns;
  const center = fit.design?.recipe.intercept === true ? meanOf(response, offset) : 0;
  const effects = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const y = response[i]! - center - (offset?.[i] ?? 0);
      sum += (weights?.[i] ?? 1) * fixed.basis.values[i + j * n]! * y;
    }
    effects[j] = sum;
  }
  // X~'W X~ = L L', so Q = W^1/2 X~ L^-T
  const lower = choleskyOf(fixed.crossproduct.values, p);
  for (let j = 0; j < p; j++) {
    for (let k = 0; k < j; k++) effects[j]! -= lower[j + k * p]! * effects[k]!;
    effects[j]! /= lower[j + j * p]!;
  }
  return effects;
}

function meanOf(response: Float64Array, offset: Float64Array | undefined): number {
  let sum = 0;
  for (let i = 0; i < response.length; i++) sum += response[i]! - (offset?.[i] ?? 0);
  return sum / response.length;
}
