// The inverse of the KKT matrix of minimum Frobenius norm interpolation (Powell 2004, section 2),
//   W = [ A  X' ; X  0 ],   A_kl = (y_k'y_l)^2 / 2,   X' = [ 1  Y ] (m x (n + 1)),
// from its definition. With the QR factorization X' = Q1 R and N the orthonormal complement of Q1:
//   Omega = N (N'AN)^-1 N',   Xi' = (I - Omega A) Q1 R^-T,   Upsilon = -R^-1 Q1' A Xi'.
// Powell shifts the origin by a formula that carries the errors of the old inverse along; for the few variables
// of a mixed model the definition costs little, and it forgets them.

import { choleskyInPlace } from "../../linalg/smallCholesky.ts";
import type { Interpolation } from "./interpolation.ts";

/** Forms z and b of the set from its points. False when the points determine no model: they lie too nearly on a quadric. */
export function formInverse(set: Interpolation): boolean {
  const { n, m, points, z, b } = set;
  const free = m - n - 1;
  const a = new Float64Array(m * m);
  for (let k = 0; k < m; k++) {
    for (let l = 0; l <= k; l++) {
      let product = 0;
      for (let i = 0; i < n; i++) product += points[k * n + i]! * points[l * n + i]!;
      a[k + l * m] = 0.5 * product * product;
      a[l + k * m] = a[k + l * m]!;
    }
  }
  const x = new Float64Array(m * (n + 1)).fill(1, 0, m);
  for (let i = 0; i < n; i++) for (let k = 0; k < m; k++) x[k + (i + 1) * m] = points[k * n + i]!;
  const q = orthogonalFactor(x, m, n + 1);
  if (q === null) return false;

  // Z = N L^-T with N'AN = L L'
  const complement = q.subarray((n + 1) * m);
  const an = multiply(a, complement, m, m, free);
  const l = new Float64Array(free * free);
  for (let j = 0; j < free; j++) {
    for (let i = 0; i < free; i++) {
      for (let k = 0; k < m; k++) l[i + j * free]! += complement[k + i * m]! * an[k + j * m]!;
    }
  }
  let largest = 0;
  for (let i = 0; i < free; i++) largest = Math.max(largest, l[i + i * free]!);
  if (!choleskyInPlace(l, free)) return false;
  for (let i = 0; i < free; i++) if (l[i + i * free]! ** 2 < 1e-14 * largest) return false;
  for (let j = 0; j < free; j++) {
    for (let k = 0; k < m; k++) {
      let sum = complement[k + j * m]!;
      for (let c = 0; c < j; c++) sum -= z[k + c * m]! * l[j + c * free]!;
      z[k + j * m] = sum / l[j + j * free]!;
    }
  }

  // T = Q1 R^-T, then Xi' = T - Z (Z'(A T)) and Upsilon = -T' A Xi'
  const t = q.slice(0, (n + 1) * m);
  for (let j = n; j >= 0; j--) {
    for (let k = 0; k < m; k++) {
      let sum = t[k + j * m]!;
      for (let c = j + 1; c <= n; c++) sum -= t[k + c * m]! * x[j + c * m]!;
      t[k + j * m] = sum / x[j + j * m]!;
    }
  }
  const at = multiply(a, t, m, m, n + 1);
  for (let j = 1; j <= n; j++) {
    const column = (j - 1) * (m + n);
    for (let k = 0; k < m; k++) b[k + column] = t[k + j * m]!;
    for (let c = 0; c < free; c++) {
      let product = 0;
      for (let k = 0; k < m; k++) product += z[k + c * m]! * at[k + j * m]!;
      for (let k = 0; k < m; k++) b[k + column]! -= z[k + c * m]! * product;
    }
  }
  for (let j = 0; j < n; j++) {
    for (let i = 0; i <= j; i++) {
      let sum = 0;
      for (let k = 0; k < m; k++) sum -= at[k + (i + 1) * m]! * b[k + j * (m + n)]!;
      b[m + i + j * (m + n)] = sum;
      b[m + j + i * (m + n)] = sum;
    }
  }
  return b.every(Number.isFinite) && z.every(Number.isFinite);
}

/** Householder QR: x (m x columns) is overwritten by R; returns the full m x m Q, or null when a column depends on others. */
function orthogonalFactor(x: Float64Array, m: number, columns: number): Float64Array | null {
  const q = new Float64Array(m * m);
  for (let k = 0; k < m; k++) q[k + k * m] = 1;
  const v = new Float64Array(m);
  const reflections: Float64Array[] = [];
  for (let j = 0; j < columns; j++) {
    let size = 0;
    let norm = 0;
    for (let k = 0; k < m; k++) size += x[k + j * m]! ** 2;
    for (let k = j; k < m; k++) norm += x[k + j * m]! ** 2;
    if (!(norm > 1e-20 * size)) return null;
    v.fill(0);
    for (let k = j; k < m; k++) v[k] = x[k + j * m]!;
    v[j]! += Math.sign(v[j]! || 1) * Math.sqrt(norm);
    const length = Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));
    for (let k = j; k < m; k++) v[k]! /= length;
    reflect(v, x, j, m, j, columns);
    reflections.push(v.slice());
  }
  for (let j = columns - 1; j >= 0; j--) reflect(reflections[j]!, q, j, m, j, m);
  return q;
}

/** x <- (I - 2vv') x on columns from..to, where v is zero above `first`. */
function reflect(v: Float64Array, x: Float64Array, first: number, m: number, from: number, to: number): void {
  for (let c = from; c < to; c++) {
    let product = 0;
    for (let k = first; k < m; k++) product += v[k]! * x[k + c * m]!;
    for (let k = first; k < m; k++) x[k + c * m]! -= 2 * product * v[k]!;
  }
}

/** a (rows x inner) times b (inner x columns), column-major. */
function multiply(
  a: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  columns: number,
): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let j = 0; j < columns; j++) {
    for (let k = 0; k < inner; k++) {
      const factor = b[k + j * inner]!;
      for (let i = 0; i < rows; i++) out[i + j * rows]! += a[i + k * rows]! * factor;
    }
  }
  return out;
}
