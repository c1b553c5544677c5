// Cyclic Jacobi for small symmetric matrices (covariance parameters, covariance blocks): slow for large n,
// but the most accurate small method, also for graded matrices (Demmel & Veselic 1992).

import { createMatrix, type Matrix } from "./matrix.ts";

export interface SymmetricEigen {
  /** ascending, length n */
  readonly values: Float64Array;
  /** column k belongs to values[k]; orthonormal */
  readonly vectors: Matrix;
}

/** Eigenvalues and eigenvectors of a symmetric n x n matrix (full storage; input not changed). O(n^3) a sweep. */
export function symmetricEigen(matrix: Matrix): SymmetricEigen {
  const n = matrix.rows;
  if (n === 2) return eigenOfTwo(matrix.values);
  const a = matrix.values.slice();
  const v = createMatrix(n, n).values;
  for (let i = 0; i < n; i++) v[i + i * n] = 1;
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    let all = 0;
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < n; i++) {
        const square = a[i + j * n]! ** 2;
        all += square;
        if (i !== j) off += square;
      }
    }
    if (!(off > 1e-32 * all)) break;
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[i + i * n]! - a[j + j * n]!);
  const values = Float64Array.from(order, (i) => a[i + i * n]!);
  const vectors = createMatrix(n, n);
  order.forEach((from, to) => {
    for (let i = 0; i < n; i++) vectors.values[i + to * n] = v[i + from * n]!;
  });
  return { values, vectors };
}

/** One rotation does it: the covariance of an intercept and a slope is the case that fits meet most. */
function eigenOfTwo(m: Float64Array): SymmetricEigen {
  const a = m.slice();
  const v = Float64Array.of(1, 0, 0, 1);
  rotate(a, v, 2, 0, 1);
  const swap = a[0]! > a[3]!;
  return {
    values: swap ? Float64Array.of(a[3]!, a[0]!) : Float64Array.of(a[0]!, a[3]!),
    vectors: { rows: 2, columns: 2, values: swap ? Float64Array.of(v[2]!, v[3]!, v[0]!, v[1]!) : v },
  };
}

/** One Jacobi rotation that makes a[p,q] zero. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p + q * n]!;
  if (apq === 0) return;
  const theta = (a[q + q * n]! - a[p + p * n]!) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const akp = a[k + p * n]!;
    const akq = a[k + q * n]!;
    a[k + p * n] = c * akp - s * akq;
    a[k + q * n] = s * akp + c * akq;
  }
  for (let k = 0; k < n; k++) {
    const apk = a[p + k * n]!;
    const aqk = a[q + k * n]!;
    a[p + k * n] = c * apk - s * aqk;
    a[q + k * n] = s * apk + c * aqk;
  }
  for (let k = 0; k < n; k++) {
    const vkp = v[k + p * n]!;
    const vkq = v[k + q * n]!;
    v[k + p * n] = c * vkp - s * vkq;
    v[k + q * n] = s * vkp + c * vkq;
  }
}
