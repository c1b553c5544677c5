// Triangular solves with many right-hand sides: split in half until the triangle is small, so that nearly all work
// is multiplication (Elmroth, Gustavson, Jonsson, Kagstrom 2004, Recursive blocked algorithms, section 3.1).
import type { Workspace } from "../workspace.ts";
import { multiply } from "./multiply.ts";
import { axpy, scale, subtractCombination } from "./vectors.ts";

const BASE = 16;
/** rows of B solved together against a small triangle, so that they stay in cache */
const STRIP = 256;

/** First part of a split in two: near the middle, a multiple of 4. */
export function firstHalf(n: number): number {
  return ((n >> 1) + 3) & ~3;
}

/** B (m x n) <- B L^-T */
export function solveRightTransposed(
  f: Float64Array,
  w: Workspace,
  m: number,
  n: number,
  l: number,
  ldl: number,
  b: number,
  ldb: number,
): void {
  if (n > BASE) {
    const n1 = firstHalf(n);
    const n2 = n - n1;
    solveRightTransposed(f, w, m, n1, l, ldl, b, ldb);
    multiply(f, w, false, m, n2, n1, -1, b, 1, ldb, l + n1, ldl, 1, b + n1 * ldb, ldb);
    solveRightTransposed(f, w, m, n2, l + n1 + n1 * ldl, ldl, b + n1 * ldb, ldb);
    return;
  }
  for (let i = 0; i < m; i += STRIP) {
    const rows = Math.min(STRIP, m - i);
    for (let j = 0; j < n; j++) {
      const y = b + i + j * ldb;
      subtractCombination(f, rows, j, l + j, ldl, b + i, ldb, y);
      scale(f, rows, 1 / f[l + j + j * ldl]!, y);
    }
  }
}

/** B (m x n) <- B L^-1 */
export function solveRight(
  f: Float64Array,
  w: Workspace,
  m: number,
  n: number,
  l: number,
  ldl: number,
  b: number,
  ldb: number,
): void {
  if (n > BASE) {
    const n1 = firstHalf(n);
    const n2 = n - n1;
    solveRight(f, w, m, n2, l + n1 + n1 * ldl, ldl, b + n1 * ldb, ldb);
    multiply(f, w, false, m, n1, n2, -1, b + n1 * ldb, 1, ldb, l + n1, 1, ldl, b, ldb);
    solveRight(f, w, m, n1, l, ldl, b, ldb);
    return;
  }
  for (let i = 0; i < m; i += STRIP) {
    const rows = Math.min(STRIP, m - i);
    for (let j = n - 1; j >= 0; j--) {
      const y = b + i + j * ldb;
      subtractCombination(f, rows, n - 1 - j, l + n - 1 + j * ldl, -1, b + i + (n - 1) * ldb, -ldb, y);
      scale(f, rows, 1 / f[l + j + j * ldl]!, y);
    }
  }
}

/** B (m x n) <- L^-1 B */
export function solveLeft(
  f: Float64Array,
  w: Workspace,
  m: number,
  n: number,
  l: number,
  ldl: number,
  b: number,
  ldb: number,
): void {
  if (m > BASE) {
    const m1 = firstHalf(m);
    const m2 = m - m1;
    solveLeft(f, w, m1, n, l, ldl, b, ldb);
    multiply(f, w, false, m2, n, m1, -1, l + m1, 1, ldl, b, 1, ldb, b + m1, ldb);
    solveLeft(f, w, m2, n, l + m1 + m1 * ldl, ldl, b + m1, ldb);
    return;
  }
  for (let j = 0; j < n; j++) {
    const x = b + j * ldb;
    for (let i = 0; i < m; i++) {
      const diagonal = l + i + i * ldl;
      const value = f[x + i]! * (1 / f[diagonal]!);
      f[x + i] = value;
      axpy(f, m - i - 1, -value, diagonal + 1, x + i + 1);
    }
  }
}

/** B (m x n) <- L^-T B */
export function solveLeftTransposed(
  f: Float64Array,
  w: Workspace,
  m: number,
  n: number,
  l: number,
  ldl: number,
  b: number,
  ldb: number,
): void {
  if (m > BASE) {
    const m1 = firstHalf(m);
    const m2 = m - m1;
    solveLeftTransposed(f, w, m2, n, l + m1 + m1 * ldl, ldl, b + m1, ldb);
    multiply(f, w, false, m1, n, m2, -1, l + m1, ldl, 1, b + m1, 1, ldb, b, ldb);
    solveLeftTransposed(f, w, m1, n, l, ldl, b, ldb);
    return;
  }
  for (let j = 0; j < n; j++) {
    const x = b + j * ldb;
    for (let i = m - 1; i >= 0; i--) {
      const row = l + i;
      const value = f[x + i]! * (1 / f[row + i * ldl]!);
      f[x + i] = value;
      for (let k = 0; k < i; k++) f[x + k]! -= f[row + k * ldl]! * value;
    }
  }
}
