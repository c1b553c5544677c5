// First-order autoregression over equally spaced positions: C[i,j] = rho^|i-j|, rho = sin(angle).
// The Cholesky factor is
//   L[i,0] = rho^i,  L[i,j] = sqrt(1 - rho^2) rho^(i-j), i >= j >= 1,  sqrt(1 - rho^2) = |cos(angle)|.

import type { Matrix } from "../linalg/matrix.ts";
import { type CorrelationPattern, startAngle } from "./correlationPattern.ts";

/** Correlations that decay by the power of the distance between k >= 2 positions. */
export const autoregressive: CorrelationPattern = {
  correlation(angle: number, size: number, out: Float64Array): void {
    const rho = Math.sin(angle);
    let power = 1;
    for (let lag = 0; lag < size; lag++) {
      fillLag(out, size, lag, power);
      power *= rho;
    }
  },

  factor(angle: number, size: number, out: Float64Array): void {
    const rho = Math.sin(angle);
    const innovation = Math.abs(Math.cos(angle));
    out.fill(0);
    let power = 1;
    for (let lag = 0; lag < size; lag++) {
      out[lag] = power;
      for (let j = 1; j + lag < size; j++) out[j + lag + j * size] = power * innovation;
      power *= rho;
    }
  },

  slope(angle: number, size: number, out: Float64Array): void {
    const rho = Math.sin(angle);
    const rhoSlope = Math.cos(angle);
    let power = 1;
    fillLag(out, size, 0, 0);
    for (let lag = 1; lag < size; lag++) {
      fillLag(out, size, lag, lag * power * rhoSlope);
      power *= rho;
    }
  },

  estimate(phi: Matrix): number {
    return startAngle(shortestLagCorrelation(phi));
  },
};

function fillLag(out: Float64Array, size: number, lag: number, value: number): void {
  for (let j = 0; j + lag < size; j++) {
    out[j + lag + j * size] = value;
    out[j + (j + lag) * size] = value;
  }
}

/** The mean correlation at the shortest lag that has positive variances at both ends, brought to lag 1. */
function shortestLagCorrelation(phi: Matrix): number {
  const size = phi.rows;
  for (let lag = 1; lag < size; lag++) {
    let sum = 0;
    let pairs = 0;
    for (let j = 0; j + lag < size; j++) {
      const i = j + lag;
      const scale = Math.sqrt(phi.values[i + i * size]! * phi.values[j + j * size]!);
      if (!(scale > 0)) continue;
      sum += phi.values[i + j * size]! / scale;
      pairs++;
    }
    if (pairs === 0) continue;
    const mean = sum / pairs;
    if (lag % 2 === 0 && mean < 0) return 0;
    return Math.sign(mean) * Math.abs(mean) ** (1 / lag);
  }
  return 0;
}
