import type { Matrix } from "../linalg/matrix.ts";
import {
  addLoadingSlope,
  loadingCount,
  loadingParameters,
  loadingPlaces,
  loadingPosition,
  rectifyLoadings,
  storeLoadings,
} from "./loadings.ts";
import { principalLoadings } from "./principalAxes.ts";
import type { CovarianceStructure } from "./structure.ts";

/**
 * Phi = L L' with k factors on q coefficients, k <= q: theta is the lower trapezoid of L by columns. With k = q it is
 * the unstructured covariance.
 *
 * Source: Kirkpatrick & Meyer (2004), Genetics 168:2295, direct estimation of principal components.
 */
export function reducedRank(size: number, rank: number): CovarianceStructure {
  const places = loadingPlaces(size, rank);
  return {
    name: "rr",
    size,
    rank,
    nullity: size - rank,
    parameters: loadingParameters(size, rank),
    quadratic: true,

    start(phi: Matrix, theta: Float64Array, offset: number): void {
      storeLoadings(principalLoadings(phi.values, size, rank), size, rank, theta, offset);
    },

    factor(theta: Float64Array, offset: number, out: Matrix): void {
      out.values.fill(0);
      for (let p = 0; p < loadingCount(size, rank); p++) {
        const { i, j } = places[p]!;
        out.values[i + j * size] = theta[offset + loadingPosition(size, i, j)]!;
      }
    },

    derivative(theta: Float64Array, offset: number, index: number, out: Matrix): void {
      out.values.fill(0);
      addLoadingSlope(theta, offset, size, places[index]!, out.values);
    },

    rectify(theta: Float64Array, offset: number): void {
      rectifyLoadings(theta, offset, size, rank);
    },
  };
}
