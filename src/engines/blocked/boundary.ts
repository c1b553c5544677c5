import { createMatrix, type Matrix } from "../../linalg/matrix.ts";
import { choleskyInPlace } from "../../linalg/smallCholesky.ts";
import { symmetricEigen } from "../../linalg/symmetricEigen.ts";
import type { RandomTerm } from "../../model/model.ts";
import type { CovarianceMap } from "../covarianceMap.ts";
import type { BoundaryScore } from "../engine.ts";
import type { Factor } from "../factors.ts";

/** A direction whose variance is below this part of the largest (in scaled units) has no variance. */
const NULL_VARIANCE = 1e-9;

/**
 * The directions that theta leaves without variance, with d objective / d variance along each: the gradient in
 * theta is identically zero there and says nothing.
 *
 * @param scores d objective / d Phi~ per factor at theta
 */
export function boundaryScores(
  terms: readonly RandomTerm[],
  map: CovarianceMap,
  factors: readonly Factor[],
  theta: Float64Array,
  scores: readonly Float64Array[],
): BoundaryScore[] {
  const found: BoundaryScore[] = [];
  factors.forEach((factor) => {
    factor.terms.forEach((t, index) => {
      const k = terms[t]!.covariance.size;
      const offset = factor.offsets[index]!;
      // Scaled by the columns' sizes, so that units do not decide what counts as none.
      const scale = new Float64Array(k);
      for (let a = 0; a < k; a++) scale[a] = factor.transform[(offset + a) * (factor.width + 1)]!;
      const phi = map.termPhi(t, theta);
      const scaled = createMatrix(k, k);
      let largest = 0;
      for (let a = 0; a < k; a++) {
        for (let b = 0; b < k; b++) scaled.values[a + b * k] = phi[a + b * k]! * scale[a]! * scale[b]!;
        largest = Math.max(largest, scaled.values[a + a * k]!);
      }
      if (clearlyRegular(scaled, largest)) return;
      const eigen = symmetricEigen(scaled);
      const G = map.termScore(t, scores);
      for (let c = terms[t]!.covariance.nullity ?? 0; c < k; c++) {
        if (eigen.values[c]! > NULL_VARIANCE * Math.min(1, largest)) continue;
        const direction = new Float64Array(k);
        let norm = 0;
        for (let a = 0; a < k; a++) {
          direction[a] = eigen.vectors.values[a + c * k]! * scale[a]!;
          norm += direction[a]! ** 2;
        }
        norm = Math.sqrt(norm);
        // A variance v along d adds v d d' to Phi in the user's coordinates only along the dual direction,
        // so the score is taken along the scaled eigenvector.
        let score = 0;
        for (let a = 0; a < k; a++) {
          for (let b = 0; b < k; b++) {
            const va = eigen.vectors.values[a + c * k]! / scale[a]!;
            const vb = eigen.vectors.values[b + c * k]! / scale[b]!;
            score += va * vb * G[a + b * k]!;
          }
        }
        for (let a = 0; a < k; a++) direction[a]! /= norm;
        found.push({ term: t, direction, score });
      }
    });
  });
  return found.sort((a, b) => a.term - b.term);
}

/** Whether Cholesky pivots rule out an eigenvalue near the threshold: each is at least the smallest eigenvalue of what is left. */
function clearlyRegular(phi: Matrix, largest: number): boolean {
  const k = phi.rows;
  const l = phi.values.slice();
  if (!choleskyInPlace(l, k)) return false;
  let smallest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < k; i++) {
    const pivot = l[i + i * k]!;
    smallest = Math.min(smallest, pivot * pivot);
  }
  // |Phi| = product of pivots <= eigenvalue * largest^(k-1) * k^(k-1)
  return smallest ** k > NULL_VARIANCE * 1e3 * (k * Math.max(1, largest)) ** k;
}
