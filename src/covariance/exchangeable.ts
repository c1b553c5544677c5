// All correlations equal: C = (1 - rho) I + rho 11', positive definite for rho in (-1/(k-1), 1).
// rho = low + (1 - low) / (1 + exp(-x)), low = -1/(k-1). The Schur complement of C after j columns
// is again exchangeable, with variance minus covariance always 1 - rho; this gives the Cholesky
// factor in closed form:
//   L[j,j]^2 = (1 - rho)(1 + j rho) / (1 + (j-1) rho)
//   L[i,j]^2 = rho^2 (1 - rho) / ((1 + (j-1) rho)(1 + j rho)),  i > j >= 1
// 1 - rho and 1 + (k-1) rho are taken from the logistic tails, never by subtraction.

import type { Matrix } from "../linalg/matrix.ts";
import { type CorrelationPattern, START_MARGIN } from "./correlationPattern.ts";

/** Equal correlations between k >= 2 coefficients. */
export const exchangeable: CorrelationPattern = {
  correlation(x: number, size: number, out: Float64Array): void {
    const rho = 1 - oneMinusRho(x, size);
    out.fill(rho);
    for (let i = 0; i < size; i++) out[i + i * size] = 1;
  },

  factor(x: number, size: number, out: Float64Array): void {
    const rest = oneMinusRho(x, size);
    const rho = 1 - rest;
    out.fill(0);
    out[0] = 1;
    for (let i = 1; i < size; i++) out[i] = rho;
    for (let j = 1; j < size; j++) {
      const before = 1 + (j - 1) * rho;
      const after = j === size - 1 ? size * logistic(x) : 1 + j * rho;
      out[j + j * size] = Math.sqrt((rest * after) / before);
      if (j === size - 1) break;
      const below = rho * Math.sqrt(rest / (before * after));
      for (let i = j + 1; i < size; i++) out[i + j * size] = below;
    }
  },

  slope(x: number, size: number, out: Float64Array): void {
    const slope = (size / (size - 1)) * logistic(x) * logistic(-x);
    out.fill(slope);
    for (let i = 0; i < size; i++) out[i + i * size] = 0;
  },

  estimate(phi: Matrix): number {
    const size = phi.rows;
    let sum = 0;
    let pairs = 0;
    for (let j = 0; j < size; j++) {
      for (let i = j + 1; i < size; i++) {
        const scale = Math.sqrt(phi.values[i + i * size]! * phi.values[j + j * size]!);
        if (!(scale > 0)) continue;
        sum += phi.values[i + j * size]! / scale;
        pairs++;
      }
    }
    const rho = pairs > 0 ? sum / pairs : 0;
    const low = -1 / (size - 1);
    const share = Math.min(1 - START_MARGIN, Math.max(START_MARGIN, (rho - low) / (1 - low)));
    return Math.log(share / (1 - share));
  },
};

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** 1 - rho = k / (k - 1) times the upper tail. */
function oneMinusRho(x: number, size: number): number {
  return (size / (size - 1)) * logistic(-x);
}
