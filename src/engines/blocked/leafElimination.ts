// The leaf at one value of its Lambda: with W_j = Phi (I + A_j Phi)^-1 = K_j K_j' and E_j = (I + A_j Phi)^-1, the
// Schur complement loses (Lambda'A_rj K_j)(Lambda'A_rj K_j)', and traces need Lambda'A_rj E_j'.

import type { Arena, LeafTable } from "../../linalg/kernels.ts";
import type { CrossedStatistics } from "./crossedStatistics.ts";
import { createLevelWork } from "./levelWork.ts";

export interface LeafElimination {
  /** K_j and E_j at j * S0 * S0 */
  readonly k: Float64Array;
  readonly e: Float64Array;
  /** the scaled entries, K_j on the right after `scale` and E_j' after `project`, with tails of X~ and r */
  readonly table: LeafTable;
  /** the same with tails of X~ only, and without tails */
  readonly fixedTable: LeafTable;
  readonly randomTable: LeafTable;
  /** Sets K, E and the entries; returns sum log |I + A_j Phi|, NaN when that fails. */
  scale(lambdas: readonly Float64Array[], leafPhi: Float64Array): number;
  /** Replaces the entries by Lambda'A_rj E_j'. */
  project(lambdas: readonly Float64Array[]): void;
  /** The matrix at `block` (p + 1 square, lower triangle) -= sum_j T_j'T_j of the scaled tails. */
  subtractTails(block: number): void;
  /** sum_j <t_ja, C t_jb> with the rows a and b of the scaled tails over X~; C is p x p, symmetric, `block` p x p scratch. */
  tailTrace(a: number, b: number, C: Float64Array, block: number): number;
}

/** Doubles and integers that `createLeafElimination` reserves. */
export function leafNeed(statistics: CrossedStatistics): { doubles: number; integers: number } {
  const { leaf, randomSize } = statistics;
  return {
    doubles: leaf.values.length + leaf.tails.length,
    integers: 3 * leaf.rows.length + leaf.levels + randomSize + 2,
  };
}

export function createLeafElimination(statistics: CrossedStatistics, arena: Arena): LeafElimination {
  const { leaf, factors, factorAt, randomSize, fixedColumns: p } = statistics;
  const { levels, width: S0, pointers, rows } = leaf;
  const m = p + 1;
  const square = S0 * S0;
  const { f64, i32 } = arena;
  const values = arena.doubles(leaf.values.length);
  const tails = arena.doubles(leaf.tails.length);
  const table = layOutTable();
  const scalarOnly = factors.every((f) => f.width === 1);
  const k = new Float64Array(levels * square);
  const e = new Float64Array(levels * square);
  const work = createLevelWork(S0);
  const scaleAt = new Float64Array(scalarOnly ? randomSize : 0);

  function layOutTable(): LeafTable {
    const rowsAt = arena.integers(rows.length);
    const levelsAt = arena.integers(rows.length);
    const occurrences = arena.integers(rows.length);
    const levelPointers = arena.integers(levels + 1);
    const occurrencePointer = arena.integers(randomSize + 1);
    i32.set(rows, rowsAt);
    i32.set(pointers, levelPointers);
    const next = new Int32Array(randomSize + 1);
    for (let q = 0; q < rows.length; q++) next[rows[q]! + 1]!++;
    for (let r = 0; r < randomSize; r++) next[r + 1]! += next[r]!;
    i32.set(next, occurrencePointer);
    for (let j = 0; j < levels; j++) {
      const end = pointers[j + 1]!;
      for (let q = pointers[j]!; q < end; q++) {
        i32[levelsAt + q] = j;
        i32[occurrences + next[rows[q]!]!++] = q;
      }
    }
    return {
      occurrencePointer,
      occurrences,
      levels: levelsAt,
      levelPointers,
      rows: rowsAt,
      width: S0,
      values,
      tailCount: m,
      tailStride: m,
      tails,
    };
  }

  /** Widths all 1: entries and tails of level j times b[j]. */
  function scaleScalars(b: Float64Array): void {
    for (let j = 0; j < levels; j++) {
      const bj = b[j]!;
      const end = pointers[j + 1]!;
      for (let q = pointers[j]!; q < end; q++) {
        f64[values + q] = bj * scaleAt[rows[q]!]! * leaf.values[q]!;
      }
      const after = (j + 1) * m;
      for (let t = j * m; t < after; t++) f64[tails + t] = bj * leaf.tails[t]!;
    }
  }

  /** Entries Lambda_r'A_rj B and tails B' T_j with B = b_j (`row` 1, `column` S0) or its transpose. */
  function scaleBlocks(lambdas: readonly Float64Array[], b: Float64Array, row: number, column: number): void {
    f64.fill(0, values, values + leaf.values.length);
    f64.fill(0, tails, tails + leaf.tails.length);
    for (let j = 0; j < levels; j++) {
      const at = j * square;
      for (let q = pointers[j]!; q < pointers[j + 1]!; ) {
        const f = factorAt[rows[q]!]!;
        const S = factors[f]!.width;
        const lambda = lambdas[f]!;
        for (let c = 0; c < S; c++) {
          for (let r = 0; r < S; r++) {
            const weight = lambda[r + c * S]!;
            if (weight === 0) continue;
            for (let s = 0; s < S0; s++) {
              let sum = 0;
              for (let l = 0; l < S0; l++) {
                sum += b[at + l * row + s * column]! * leaf.values[(q + r) * S0 + l]!;
              }
              f64[values + (q + c) * S0 + s]! += weight * sum;
            }
          }
        }
        q += S;
      }
      for (let s = 0; s < S0; s++) {
        const to = tails + (j * S0 + s) * m;
        for (let l = 0; l < S0; l++) {
          const weight = b[at + l * row + s * column]!;
          const from = (j * S0 + l) * m;
          for (let t = 0; t < m; t++) f64[to + t]! += weight * leaf.tails[from + t]!;
        }
      }
    }
  }

  /** K and E of scalar levels; returns sum log(1 + a_j phi). */
  function rootScalars(phi: number): number {
    const lambda = Math.sqrt(phi);
    let logDeterminant = 0;
    let product = 1;
    for (let j = 0; j < levels; j++) {
      const d = 1 + leaf.a[j]! * phi;
      k[j] = lambda / Math.sqrt(d);
      e[j] = 1 / d;
      product *= d;
      // One logarithm for many levels.
      if (product > 1e200) {
        logDeterminant += Math.log(product);
        product = 1;
      }
    }
    return logDeterminant + Math.log(product);
  }

  return {
    k,
    e,
    table,
    fixedTable: { ...table, tailCount: p },
    randomTable: { ...table, tailCount: 0 },
    scale(lambdas, leafPhi) {
      if (scalarOnly) {
        for (let r = 0; r < randomSize; r++) scaleAt[r] = lambdas[factorAt[r]!]![0]!;
        const logDeterminant = rootScalars(leafPhi[0]!);
        scaleScalars(k);
        return logDeterminant;
      }
      let logDeterminant = 0;
      for (let j = 0; j < levels; j++) {
        logDeterminant += work.root(leaf.a, j * square, lambdas[0]!);
        work.complement(leaf.a, j * square);
        k.set(work.k, j * square);
        e.set(work.e, j * square);
      }
      scaleBlocks(lambdas, k, 1, S0);
      return logDeterminant;
    },
    project(lambdas) {
      if (scalarOnly) scaleScalars(e);
      else scaleBlocks(lambdas, e, S0, 1);
    },
    subtractTails: (block) => arena.syrk(m, levels * S0, -1, tails, 1, m, block, m),
    tailTrace(a, b, C, block) {
      f64.fill(0, block, block + p * p);
      const stride = S0 * m;
      let sum = 0;
      if (a === b) {
        arena.syrk(p, levels, 1, tails + a * m, 1, stride, block, p);
        for (let c = 0; c < p; c++) {
          sum += C[c + c * p]! * f64[block + c + c * p]!;
          for (let i = c + 1; i < p; i++) sum += 2 * C[i + c * p]! * f64[block + i + c * p]!;
        }
        return sum;
      }
      arena.gemm(p, p, levels, 1, tails + a * m, 1, stride, tails + b * m, stride, 1, block, p);
      for (let i = 0; i < p * p; i++) sum += C[i]! * f64[block + i]!;
      return sum;
    },
  };
}
