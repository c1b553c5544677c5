// Eigenvalues of larger symmetric matrices: Householder reduction to tridiagonal form, then QL with implicit
// Wilkinson shifts (Golub & Van Loan 2013, algorithms 8.3.1 and 8.3.2). O(n^3) once, where Jacobi's
// method in symmetricEigen.ts needs that many operations in every sweep; prefer that one for small or graded matrices.

import { createMatrix, type Matrix } from "./matrix.ts";
import type { SymmetricEigen } from "./symmetricEigen.ts";

/** At most this many QL steps an eigenvalue; three are usual. */
const MAXIMUM_STEPS = 60;

/** Eigenvalues and eigenvectors of a symmetric n x n matrix (full storage; input not changed). */
export function tridiagonalEigen(matrix: Matrix): SymmetricEigen {
  const n = matrix.rows;
  const { diagonal, offDiagonal, basis } = tridiagonalize(matrix);
  for (let l = 0; l < n; l++) {
    for (let step = 0; step < MAXIMUM_STEPS; step++) {
      let m = l;
      while (m < n - 1 && !negligible(offDiagonal[m]!, diagonal[m]!, diagonal[m + 1]!)) m++;
      if (m === l) break;
      implicitStep(diagonal, offDiagonal, basis.values, n, l, m);
    }
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => diagonal[i]! - diagonal[j]!);
  const vectors = createMatrix(n, n);
  for (const [to, from] of order.entries()) {
    vectors.values.set(basis.values.subarray(from * n, (from + 1) * n), to * n);
  }
  return { values: Float64Array.from(order, (i) => diagonal[i]!), vectors };
}

function negligible(e: number, d0: number, d1: number): boolean {
  return Math.abs(e) <= Number.EPSILON * 0.5 * (Math.abs(d0) + Math.abs(d1));
}

/** A = Q T Q' with T tridiagonal; Q as a product of reflections formed at the end. */
function tridiagonalize(matrix: Matrix): {
  diagonal: Float64Array;
  offDiagonal: Float64Array;
  basis: Matrix;
} {
  const n = matrix.rows;
  const a = matrix.values.slice();
  const diagonal = new Float64Array(n);
  const offDiagonal = new Float64Array(n);
  const scales = new Float64Array(n);
  const w = new Float64Array(n);
  for (let k = 0; k + 1 < n; k++) {
    const v = a.subarray(k * n, (k + 1) * n);
    let squares = 0;
    for (let i = k + 1; i < n; i++) squares += v[i]! * v[i]!;
    const length = Math.sqrt(squares);
    const first = v[k + 1]!;
    const end = first > 0 ? -length : length;
    offDiagonal[k] = end;
    v[k + 1] = first - end;
    // v'v / 2 = length (length + |first|)
    const half = length * (length + Math.abs(first));
    if (k + 2 >= n || !(half > 0)) {
      offDiagonal[k] = first;
      continue;
    }
    scales[k] = 1 / half;
    reflectBothSides(a, n, k, v, w, 1 / half);
  }
  for (let k = 0; k < n; k++) diagonal[k] = a[k + k * n]!;
  const basis = createMatrix(n, n);
  const q = basis.values;
  for (let i = 0; i < n; i++) q[i + i * n] = 1;
  for (let k = n - 3; k >= 0; k--) {
    if (scales[k] === 0) continue;
    const v = a.subarray(k * n, (k + 1) * n);
    for (let j = k + 1; j < n; j++) {
      let sum = 0;
      for (let i = k + 1; i < n; i++) sum += v[i]! * q[i + j * n]!;
      sum *= scales[k]!;
      for (let i = k + 1; i < n; i++) q[i + j * n]! -= sum * v[i]!;
    }
  }
  return { diagonal, offDiagonal, basis };
}

/** The trailing block B (rows and columns after k) <- H B H with H = I - scale v v'. */
function reflectBothSides(
  a: Float64Array,
  n: number,
  k: number,
  v: Float64Array,
  w: Float64Array,
  scale: number,
): void {
  w.fill(0, k + 1);
  for (let j = k + 1; j < n; j++) {
    const factor = scale * v[j]!;
    for (let i = k + 1; i < n; i++) w[i]! += factor * a[i + j * n]!;
  }
  let overlap = 0;
  for (let i = k + 1; i < n; i++) overlap += w[i]! * v[i]!;
  overlap *= 0.5 * scale;
  for (let i = k + 1; i < n; i++) w[i]! -= overlap * v[i]!;
  for (let j = k + 1; j < n; j++) {
    const vj = v[j]!;
    const wj = w[j]!;
    for (let i = k + 1; i < n; i++) a[i + j * n]! -= v[i]! * wj + w[i]! * vj;
  }
}

/** One implicit QL step on the unreduced block l..m, its rotations applied to the columns of q. */
function implicitStep(
  d: Float64Array,
  e: Float64Array,
  q: Float64Array,
  n: number,
  l: number,
  m: number,
): void {
  const half = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  const root = Math.hypot(half, 1);
  let g = d[m]! - d[l]! + e[l]! / (half + (half >= 0 ? root : -root));
  let s = 1;
  let c = 1;
  let shift = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!;
    const b = c * e[i]!;
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      // the block split on its own
      d[i + 1]! -= shift;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1]! - shift;
    const t = (d[i]! - g) * s + 2 * c * b;
    shift = s * t;
    d[i + 1] = g + shift;
    g = c * t - b;
    const left = i * n;
    const right = left + n;
    for (let k = 0; k < n; k++) {
      const x = q[right + k]!;
      const y = q[left + k]!;
      q[right + k] = s * y + c * x;
      q[left + k] = c * y - s * x;
    }
  }
  d[l]! -= shift;
  e[l] = g;
  e[m] = 0;
}
