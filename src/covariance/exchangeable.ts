// All correlations equal: C = (1 - rho) I + rho 11', positive semidefinite for rho in [-1/(k-1), 1].
// rho runs through the interval as sin(angle) runs through [-1, 1]. The Schur complement of C after j
// columns is again exchangeable, with variance minus covariance always 1 - rho; this gives the
// Cholesky factor in closed form:
//   L[j,j]^2 = (1 - rho)(1 + j rho) / (1 + (j-1) rho)
//   L[i,j]^2 = rho^2 (1 - rho) / ((1 + (j-1) rho)(1 + j rho)),  i > j >= 1
// 1 - rho and 1 + (k-1) rho are squares of sines of the half angle, never differences.

import type { Matrix } from "../linalg/matrix.ts";
import { type CorrelationPattern, startAngle } from "./correlationPattern.ts";

/** Equal correlations between k >= 2 coefficients. */
export const exchangeable: CorrelationPattern = {
  correlation(angle: number, size: number, out: Float64Array): void {
    const rho = 1 - oneMinusRho(angle, size);
    out.fill(rho);
    for (let i = 0; i < size; i++) out[i + i * size] = 1;
  },

  factor(angle: number, size: number, out: Float64Array): void {
    const rest = oneMinusRho(angle, size);
    const rho = 1 - rest;
    out.fill(0);
    out[0] = 1;
    for (let i = 1; i < size; i++) out[i] = rho;
    for (let j = 1; j < size; j++) {
      const before = 1 + (j - 1) * rho;
      const after = j === size - 1 ? onePlusRest(angle, size) : 1 + j * rho;
      out[j + j * size] = Math.sqrt((rest * after) / before);
      if (j === size - 1) break;
      const below = rho * Math.sqrt(rest / (before * after));
      for (let i = j + 1; i < size; i++) out[i + j * size] = below;
    }
  },

  slope(angle: number, size: number, out: Float64Array): void {
    const slope = (size / (size - 1) / 2) * Math.cos(angle);
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
    // the interval is [-1/(k-1), 1]: sine is -1 at its lower end and 1 at its upper
    return startAngle(1 - (2 * (1 - rho) * (size - 1)) / size);
  },
};

/** 1 - rho = k / (k - 1) (1 - sin) / 2 */
function oneMinusRho(angle: number, size: number): number {
  return (size / (size - 1)) * Math.sin(Math.PI / 4 - angle / 2) ** 2;
}

/** 1 + (k - 1) rho = k (1 + sin) / 2 */
function onePlusRest(angle: number, size: number): number {
  return size * Math.sin(Math.PI / 4 + angle / 2) ** 2;
}
