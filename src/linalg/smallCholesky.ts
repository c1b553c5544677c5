// Cholesky on matrices of a handful of rows, inline: a call into the kernels would cost more than the work.

import { solveLower, solveLowerTransposed } from "./smallTriangular.ts";

/** Lower Cholesky factor of a small symmetric positive definite matrix (column-major copy). */
export function choleskyOf(a: Float64Array, n: number): Float64Array {
  const l = a.slice();
  choleskyInPlace(l, n);
  return l;
}

/** In place, lower; the upper triangle is left alone. Returns false when not positive definite. */
export function choleskyInPlace(l: Float64Array, n: number): boolean {
  for (let j = 0; j < n; j++) {
    let d = l[j + j * n]!;
    for (let k = 0; k < j; k++) d -= l[j + k * n]! * l[j + k * n]!;
    if (!(d > 0)) return false;
    const root = Math.sqrt(d);
    l[j + j * n] = root;
    for (let i = j + 1; i < n; i++) {
      let s = l[i + j * n]!;
      for (let k = 0; k < j; k++) s -= l[i + k * n]! * l[j + k * n]!;
      l[i + j * n] = s / root;
    }
  }
  return true;
}

/** x <- (L L')^-1 x */
export function solveCholesky(l: Float64Array, n: number, x: Float64Array): void {
  solveLower(l, n, x);
  solveLowerTransposed(l, n, x);
}

/** X <- L^-1 X L^-T for a symmetric n x n X. */
export function whiten(l: Float64Array, n: number, x: Float64Array): void {
  for (const [outer, inner] of bothSides(n)) {
    for (let c = 0; c < n; c++) {
      for (let i = 0; i < n; i++) {
        let s = x[c * outer + i * inner]!;
        for (let k = 0; k < i; k++) s -= l[i + k * n]! * x[c * outer + k * inner]!;
        x[c * outer + i * inner] = s / l[i + i * n]!;
      }
    }
  }
}

/** X <- L^-T X L^-1 for a symmetric n x n X. */
export function whitenTransposed(l: Float64Array, n: number, x: Float64Array): void {
  for (const [outer, inner] of bothSides(n)) {
    for (let c = 0; c < n; c++) {
      for (let i = n - 1; i >= 0; i--) {
        let s = x[c * outer + i * inner]!;
        for (let k = i + 1; k < n; k++) s -= l[k + i * n]! * x[c * outer + k * inner]!;
        x[c * outer + i * inner] = s / l[i + i * n]!;
      }
    }
  }
}

/** Strides that walk the columns of an n x n matrix, then its rows. */
function bothSides(n: number): readonly (readonly [outer: number, inner: number])[] {
  return [
    [n, 1],
    [1, n],
  ];
}

/** X = (L L')^-1 as a full symmetric n x n matrix into `out`. */
export function invertCholesky(l: Float64Array, n: number, out: Float64Array): void {
  for (let c = 0; c < n; c++) {
    for (let i = 0; i < n; i++) {
      let s = i === c ? 1 : 0;
      for (let k = c; k < i; k++) s -= l[i + k * n]! * out[k + c * n]!;
      out[i + c * n] = i < c ? 0 : s / l[i + i * n]!;
    }
    for (let i = n - 1; i >= 0; i--) {
      let s = out[i + c * n]!;
      for (let k = i + 1; k < n; k++) s -= l[k + i * n]! * out[k + c * n]!;
      out[i + c * n] = s / l[i + i * n]!;
    }
  }
}
