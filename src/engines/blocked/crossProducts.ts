// Products of vectors with the cross-products of [Z_0 | Z_1 .. Z_K | X~ r], unscaled: the data side of every
// solution. Vectors are split as the statistics are: the leaf's (level by level), the rest (by scalar position) and
// the fixed (p, or p + 1 with the response).

import type { CrossedStatistics } from "./crossedStatistics.ts";

/** Each adds sign times a product to `out`. */
export interface CrossProducts {
  /** leaf += Z_0'W Z rest */
  leafFromRest(sign: number, rest: Float64Array, out: Float64Array): void;
  /** rest += Z'W Z_0 leaf */
  restFromLeaf(sign: number, leaf: Float64Array, out: Float64Array): void;
  /** leaf += Z_0'W Z_0 leaf */
  leafFromLeaf(sign: number, leaf: Float64Array, out: Float64Array): void;
  /** rest += Z'W Z rest */
  restFromRest(sign: number, rest: Float64Array, out: Float64Array): void;
  /** leaf += Z_0'W [X~ r] fixed, over as many columns as `fixed` is long */
  leafFromFixed(sign: number, fixed: Float64Array, out: Float64Array): void;
  /** rest += Z'W [X~ r] fixed */
  restFromFixed(sign: number, fixed: Float64Array, out: Float64Array): void;
  /** fixed += [X~ r]'W Z_0 leaf, over as many columns as `out` is long */
  fixedFromLeaf(sign: number, leaf: Float64Array, out: Float64Array): void;
  /** fixed += [X~ r]'W Z rest */
  fixedFromRest(sign: number, rest: Float64Array, out: Float64Array): void;
}

export function crossProducts(statistics: CrossedStatistics): CrossProducts {
  const { leaf, base, factors, fixedColumns } = statistics;
  const { levels, width: S0, pointers, rows, values } = leaf;
  const m = fixedColumns + 1;

  return {
    leafFromRest(sign, rest, out) {
      if (S0 === 1) {
        for (let j = 0; j < levels; j++) {
          let sum = 0;
          const end = pointers[j + 1]!;
          for (let q = pointers[j]!; q < end; q++) sum += values[q]! * rest[rows[q]!]!;
          out[j]! += sign * sum;
        }
        return;
      }
      for (let j = 0; j < levels; j++) {
        for (let q = pointers[j]!; q < pointers[j + 1]!; q++) {
          const x = sign * rest[rows[q]!]!;
          for (let s = 0; s < S0; s++) out[j * S0 + s]! += values[q * S0 + s]! * x;
        }
      }
    },
    restFromLeaf(sign, x, out) {
      if (S0 === 1) {
        for (let j = 0; j < levels; j++) {
          const xj = sign * x[j]!;
          const end = pointers[j + 1]!;
          for (let q = pointers[j]!; q < end; q++) out[rows[q]!]! += values[q]! * xj;
        }
        return;
      }
      for (let j = 0; j < levels; j++) {
        for (let q = pointers[j]!; q < pointers[j + 1]!; q++) {
          let sum = 0;
          for (let s = 0; s < S0; s++) sum += values[q * S0 + s]! * x[j * S0 + s]!;
          out[rows[q]!]! += sign * sum;
        }
      }
    },
    leafFromLeaf(sign, x, out) {
      for (let j = 0; j < levels; j++) {
        for (let c = 0; c < S0; c++) {
          const xc = sign * x[j * S0 + c]!;
          for (let s = 0; s < S0; s++) out[j * S0 + s]! += leaf.a[(j * S0 + c) * S0 + s]! * xc;
        }
      }
    },
    restFromRest(sign, x, out) {
      for (let b = 0; b < base.count; b++) {
        const row = base.row[b]!;
        const column = base.column[b]!;
        const R = factors[base.rowFactor[b]!]!.width;
        const C = factors[base.columnFactor[b]!]!.width;
        let at = base.offset[b]!;
        for (let c = 0; c < C; c++) {
          const xc = sign * x[column + c]!;
          let sum = 0;
          for (let i = 0; i < R; i++, at++) {
            out[row + i]! += base.values[at]! * xc;
            sum += base.values[at]! * x[row + i]!;
          }
          if (row !== column) out[column + c]! += sign * sum;
        }
      }
    },
    leafFromFixed: (sign, fixed, out) => multiply(leaf.tails, m, sign, fixed, out),
    restFromFixed: (sign, fixed, out) => multiply(base.tails, m, sign, fixed, out),
    fixedFromLeaf: (sign, x, out) => multiplyTransposed(leaf.tails, m, sign, x, out),
    fixedFromRest: (sign, x, out) => multiplyTransposed(base.tails, m, sign, x, out),
  };
}

/** out += sign T x, T row-major with m columns, of which as many count as x is long. Two sums: one would wait for itself. */
function multiply(T: Float64Array, m: number, sign: number, x: Float64Array, out: Float64Array): void {
  const last = x.length - 1;
  for (let row = 0, at = 0; at < T.length; row++, at += m) {
    let even = 0;
    let odd = 0;
    let k = 0;
    for (; k < last; k += 2) {
      even += T[at + k]! * x[k]!;
      odd += T[at + k + 1]! * x[k + 1]!;
    }
    if (k === last) even += T[at + k]! * x[k]!;
    out[row]! += sign * (even + odd);
  }
}

/** out += sign T' x over as many columns as out is long. Two rows at a time: sums are read and written half as often. */
function multiplyTransposed(
  T: Float64Array,
  m: number,
  sign: number,
  x: Float64Array,
  out: Float64Array,
): void {
  const rows = T.length / m;
  let row = 0;
  let at = 0;
  for (; row + 1 < rows; row += 2, at += 2 * m) {
    const first = sign * x[row]!;
    const second = sign * x[row + 1]!;
    for (let k = 0; k < out.length; k++) out[k]! += T[at + k]! * first + T[at + m + k]! * second;
  }
  if (row < rows) for (let k = 0; k < out.length; k++) out[k]! += sign * x[row]! * T[at + k]!;
}
