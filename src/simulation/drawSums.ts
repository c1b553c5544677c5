// Sums of a Gaussian response without its rows. With M = [Z X~]'W[Z X~] and e ~ N(0, sigma2 W^-1),
//
//   [Z X~]'W e ~ N(0, sigma2 M),   e'W e = (sum of squares of the normals it is made of) + sigma2 chi2(n - rank M),
//
// because the rest of W^1/2 e is independent of its projection on the columns. M is factored once, level by level of the largest
// factor; what is left of its other columns by a semidefinite Cholesky, whose zero pivots are columns in the span of others.

import type { RandomStream } from "../base/random.ts";
import { chiSquaredVariate } from "../distributions/randomVariates.ts";
import type { CrossMoments } from "./crossMoments.ts";

/** A column that loses all but this part of its squared length to others is in their span. */
const NOTHING_LEFT = 1e-11;

interface SumsSampler {
  /** rank of [Z X~] */
  readonly rank: number;
  /**
   * Overwrites `leaf` (levels * S) with Z_0'W e and `rest` (m) with [rest]'W e, and returns e'W e.
   */
  draw(stream: RandomStream, sigma: number, leaf: Float64Array, rest: Float64Array): number;
}

/** Sampler for n rows. */
export function createSumsSampler(moments: CrossMoments, n: number): SumsSampler {
  const { levels, width: S, columns: m, leaf: A, coupling: C } = moments;
  const roots = new Float64Array(levels * S * S);
  /** L_j^-1 C_j, S x m each; rows without a pivot are zero */
  const scaled = C.slice();
  let rank = 0;
  for (let j = 0; j < levels; j++) {
    const block = A.slice(j * S * S, (j + 1) * S * S);
    rank += semidefiniteInPlace(block, S, diagonalOf(block, S));
    roots.set(block, j * S * S);
    for (let k = 0; k < m; k++) {
      const at = j * S * m + k * S;
      for (let s = 0; s < S; s++) {
        const pivot = block[s + s * S]!;
        let value = scaled[at + s]!;
        for (let c = 0; c < s; c++) value -= block[s + c * S]! * scaled[at + c]!;
        scaled[at + s] = pivot > 0 ? value / pivot : 0;
      }
    }
  }
  const root = moments.rest.slice();
  const size = diagonalOf(root, m);
  for (let j = 0; j < levels; j++) {
    for (let k = 0; k < m; k++) {
      for (let s = 0; s < S; s++) {
        const value = scaled[j * S * m + k * S + s]!;
        if (value === 0) continue;
        for (let l = k; l < m; l++) root[l + k * m]! -= value * scaled[j * S * m + l * S + s]!;
      }
    }
  }
  rank += semidefiniteInPlace(root, m, size);
  const z = new Float64Array(Math.max(S, m));
  const left = n - rank;
  return {
    rank,
    draw(stream, sigma, leafOut, restOut) {
      restOut.fill(0);
      let squares = 0;
      for (let j = 0; j < levels; j++) {
        for (let s = 0; s < S; s++) {
          const at = j * S * S + s;
          z[s] = roots[at + s * S]! > 0 ? sigma * stream.normal() : 0;
          squares += z[s]! * z[s]!;
          let sum = 0;
          for (let c = 0; c <= s; c++) sum += roots[at + c * S]! * z[c]!;
          leafOut[j * S + s] = sum;
        }
        const from = j * S * m;
        for (let k = 0; k < m; k++) {
          let sum = 0;
          for (let s = 0; s < S; s++) sum += scaled[from + k * S + s]! * z[s]!;
          restOut[k]! += sum;
        }
      }
      for (let k = 0; k < m; k++) z[k] = root[k + k * m]! > 0 ? sigma * stream.normal() : 0;
      for (let k = 0; k < m; k++) {
        const zk = z[k]!;
        squares += zk * zk;
        if (zk === 0) continue;
        for (let l = k; l < m; l++) restOut[l]! += root[l + k * m]! * zk;
      }
      return left > 0 ? squares + sigma * sigma * chiSquaredVariate(stream, left) : squares;
    },
  };
}

function diagonalOf(a: Float64Array, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => a[i + i * n]!);
}

/** Lower Cholesky factor in place (upper triangle ignored); columns in the span of earlier ones become zero. Returns the rank. */
function semidefiniteInPlace(a: Float64Array, n: number, size: Float64Array): number {
  let rank = 0;
  for (let j = 0; j < n; j++) {
    const pivot = a[j + j * n]!;
    if (!(pivot > NOTHING_LEFT * size[j]!)) {
      for (let i = j; i < n; i++) a[i + j * n] = 0;
      continue;
    }
    rank++;
    const d = Math.sqrt(pivot);
    a[j + j * n] = d;
    for (let i = j + 1; i < n; i++) a[i + j * n]! /= d;
    for (let k = j + 1; k < n; k++) {
      const f = a[k + j * n]!;
      if (f === 0) continue;
      for (let i = k; i < n; i++) a[i + k * n]! -= a[i + j * n]! * f;
    }
  }
  return rank;
}
