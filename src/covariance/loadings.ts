// Loadings of k factors on q coefficients, L: q x k. A rotation of the factors changes no covariance, so L is
// taken with zeros above its diagonal, L[i,j] = 0 for i < j, stored by columns.

import type { ParameterSpec } from "./structure.ts";

/** Number of loadings that are not zero by convention. */
export function loadingCount(size: number, rank: number): number {
  return rank * size - (rank * (rank - 1)) / 2;
}

/** Position of L[i,j], i >= j, among them. */
export function loadingPosition(size: number, i: number, j: number): number {
  return j * size - (j * (j - 1)) / 2 + (i - j);
}

/** `loading[i,j]` in the order of theta. */
export function loadingParameters(size: number, rank: number): ParameterSpec[] {
  const parameters: ParameterSpec[] = [];
  for (let j = 0; j < rank; j++) {
    for (let i = j; i < size; i++) parameters.push({ label: `loading[${i + 1},${j + 1}]`, kind: "factor" });
  }
  return parameters;
}

/** Row and column of every loading, in the order of theta. */
export function loadingPlaces(size: number, rank: number): { readonly i: number; readonly j: number }[] {
  const places: { i: number; j: number }[] = [];
  for (let j = 0; j < rank; j++) for (let i = j; i < size; i++) places.push({ i, j });
  return places;
}

/** d(L L') / dL[i,j] into `out` (q x q, zeroed before): column j of L lies in row and column i, twice at (i, i). */
export function addLoadingSlope(
  theta: Float64Array,
  offset: number,
  size: number,
  place: { readonly i: number; readonly j: number },
  out: Float64Array,
): void {
  const { i, j } = place;
  for (let m = j; m < size; m++) {
    const entry = theta[offset + loadingPosition(size, m, j)]!;
    out[i + m * size]! += entry;
    out[m + i * size]! += entry;
  }
}

/** The same covariance with nonnegative L[j,j]. */
export function rectifyLoadings(theta: Float64Array, offset: number, size: number, rank: number): void {
  for (let j = 0; j < rank; j++) {
    if (theta[offset + loadingPosition(size, j, j)]! >= 0) continue;
    for (let i = j; i < size; i++) {
      const p = offset + loadingPosition(size, i, j);
      theta[p] = 0 - theta[p]!;
    }
  }
}

/**
 * Rotates loadings to zeros above the diagonal and writes them into theta.
 *
 * @param loadings q x k by columns; overwritten
 */
export function storeLoadings(
  loadings: Float64Array,
  size: number,
  rank: number,
  theta: Float64Array,
  offset: number,
): void {
  for (let i = 0; i < rank; i++) {
    for (let j = i + 1; j < rank; j++) {
      const a = loadings[i + i * size]!;
      const b = loadings[i + j * size]!;
      const length = Math.hypot(a, b);
      if (b === 0 || length === 0) continue;
      const cosine = a / length;
      const sine = b / length;
      for (let m = 0; m < size; m++) {
        const left = loadings[m + i * size]!;
        const right = loadings[m + j * size]!;
        loadings[m + i * size] = cosine * left + sine * right;
        loadings[m + j * size] = cosine * right - sine * left;
      }
    }
  }
  for (let j = 0; j < rank; j++) {
    for (let i = j; i < size; i++) theta[offset + loadingPosition(size, i, j)] = loadings[i + j * size]!;
  }
  rectifyLoadings(theta, offset, size, rank);
}
