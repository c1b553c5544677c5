// Lower triangular roots of covariances, k x k column-major.

import { createMatrix, type Matrix } from "../../linalg/matrix.ts";

/** Lower L with L L' = A for a positive semidefinite A (k x k): zero columns where nothing is left. */
export function semidefiniteRoot(A: Float64Array, k: number): Float64Array {
  const L = new Float64Array(k * k);
  for (let j = 0; j < k; j++) {
    let pivot = A[j + j * k]!;
    for (let c = 0; c < j; c++) pivot -= L[j + c * k]! ** 2;
    if (!(pivot > 1e-14 * A[j + j * k]!)) continue;
    const root = Math.sqrt(pivot);
    L[j + j * k] = root;
    for (let i = j + 1; i < k; i++) {
      let sum = A[i + j * k]!;
      for (let c = 0; c < j; c++) sum -= L[i + c * k]! * L[j + c * k]!;
      L[i + j * k] = sum / root;
    }
  }
  return L;
}

/** Lambda Lambda' as a matrix. */
export function covarianceOf(lambda: Float64Array, k: number): Matrix {
  const out = createMatrix(k, k);
  outerProduct(lambda, k, out.values);
  return out;
}

/** out = L L', k x k, L lower triangular */
export function outerProduct(L: Float64Array, k: number, out: Float64Array): void {
  for (let b = 0; b < k; b++) {
    for (let a = b; a < k; a++) {
      let sum = 0;
      for (let c = 0; c <= b; c++) sum += L[a + c * k]! * L[b + c * k]!;
      out[a + b * k] = sum;
      out[b + a * k] = sum;
    }
  }
}
