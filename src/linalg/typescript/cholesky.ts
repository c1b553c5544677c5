// Recursive Cholesky factor and inverse (Gustavson 1997; LAPACK dpotrf2, dtrtri, dlauum). Lower triangles only.
import type { Workspace } from "../workspace.ts";
import { multiply } from "./multiply.ts";
import { firstHalf, solveLeft, solveRight, solveRightTransposed } from "./triangular.ts";
import { dot, scale, subtractCombination } from "./vectors.ts";

const FACTOR_BASE = 32;
const INVERSE_BASE = 16;

/** A = L L' in place; 0, or the 1-based index of the first pivot that is not positive and finite. */
export function factor(f: Float64Array, w: Workspace, n: number, a: number, lda: number): number {
  if (n > FACTOR_BASE) {
    const n1 = firstHalf(n);
    const n2 = n - n1;
    const a21 = a + n1;
    const a22 = a21 + n1 * lda;
    const first = factor(f, w, n1, a, lda);
    if (first !== 0) return first;
    solveRightTransposed(f, w, n2, n1, a, lda, a21, lda);
    multiply(f, w, true, n2, n2, n1, -1, a21, 1, lda, a21, lda, 1, a22, lda);
    const second = factor(f, w, n2, a22, lda);
    return second === 0 ? 0 : second + n1;
  }
  for (let j = 0; j < n; j++) {
    const diagonal = a + j + j * lda;
    subtractCombination(f, n - j, j, a + j, lda, a + j, lda, diagonal);
    const pivot = f[diagonal]!;
    if (!(pivot > 0 && pivot < Number.POSITIVE_INFINITY)) return j + 1;
    const root = Math.sqrt(pivot);
    f[diagonal] = root;
    scale(f, n - j - 1, 1 / root, diagonal + 1);
  }
  return 0;
}

/** Lower triangle of (L L')^-1 written over L: W = L^-1, then W'W. */
export function invertFactored(f: Float64Array, w: Workspace, n: number, l: number, ldl: number): void {
  invertLower(f, w, n, l, ldl);
  crossProductLower(f, w, n, l, ldl);
}

/** L <- L^-1 */
function invertLower(f: Float64Array, w: Workspace, n: number, l: number, ldl: number): void {
  if (n > INVERSE_BASE) {
    const n1 = firstHalf(n);
    const n2 = n - n1;
    const l21 = l + n1;
    const l22 = l21 + n1 * ldl;
    solveLeft(f, w, n2, n1, l22, ldl, l21, ldl);
    solveRight(f, w, n2, n1, l, ldl, l21, ldl);
    for (let j = 0; j < n1; j++) scale(f, n2, -1, l21 + j * ldl);
    invertLower(f, w, n1, l, ldl);
    invertLower(f, w, n2, l22, ldl);
    return;
  }
  // W L = I column by column from the last; rows from below, since row i needs the entries of L above it
  for (let j = n - 1; j >= 0; j--) {
    const column = l + j * ldl;
    const inverse = 1 / f[column + j]!;
    for (let i = n - 1; i > j; i--) {
      let sum = 0;
      for (let k = j + 1; k <= i; k++) sum -= f[column + k]! * f[l + i + k * ldl]!;
      f[column + i] = sum * inverse;
    }
    f[column + j] = inverse;
  }
}

/** W <- lower triangle of W'W, W lower */
function crossProductLower(f: Float64Array, w: Workspace, n: number, a: number, lda: number): void {
  if (n > INVERSE_BASE) {
    const n1 = firstHalf(n);
    const n2 = n - n1;
    const a21 = a + n1;
    const a22 = a21 + n1 * lda;
    crossProductLower(f, w, n1, a, lda);
    multiply(f, w, true, n1, n1, n2, 1, a21, lda, 1, a21, 1, lda, a, lda);
    multiplyTransposedLower(f, w, n2, n1, a22, lda, a21, lda);
    crossProductLower(f, w, n2, a22, lda);
    return;
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += f[a + k + i * lda]! * f[a + k + j * lda]!;
      f[a + i + j * lda] = sum;
    }
  }
}

/** B (m x n) <- L'B, L lower */
function multiplyTransposedLower(
  f: Float64Array,
  w: Workspace,
  m: number,
  n: number,
  l: number,
  ldl: number,
  b: number,
  ldb: number,
): void {
  if (m > INVERSE_BASE) {
    const m1 = firstHalf(m);
    const m2 = m - m1;
    multiplyTransposedLower(f, w, m1, n, l, ldl, b, ldb);
    multiply(f, w, false, m1, n, m2, 1, l + m1, ldl, 1, b + m1, 1, ldb, b, ldb);
    multiplyTransposedLower(f, w, m2, n, l + m1 + m1 * ldl, ldl, b + m1, ldb);
    return;
  }
  for (let j = 0; j < n; j++) {
    const x = b + j * ldb;
    for (let i = 0; i < m; i++) f[x + i] = dot(f, m - i, l + i + i * ldl, x + i);
  }
}
