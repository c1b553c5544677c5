// The leaf eliminated level by level: any widths, weights and counts.

import type { Arena, LeafTable } from "../../linalg/kernels.ts";
import type { CrossedStatistics } from "./crossedStatistics.ts";
import type { LeafElimination } from "./leafElimination.ts";
import { createLevelWork, rootScalars } from "./levelWork.ts";

/** Doubles that `scaledElimination` reserves beside the entries. */
export function scaledNeed({ leaf, fixedColumns: p }: CrossedStatistics): number {
  return leaf.tails.length + p * p;
}

/** The leaf of any width: entries and tails of every level are scaled by its K_j or E_j'. */
export function scaledElimination(
  statistics: CrossedStatistics,
  arena: Arena,
  entries: LeafTable,
): LeafElimination {
  const { leaf, factors, factorAt, randomSize, fixedColumns: p } = statistics;
  const { levels, width: S0, pointers, rows } = leaf;
  const m = p + 1;
  const square = S0 * S0;
  const { f64 } = arena;
  const { values } = entries;
  const tails = arena.doubles(leaf.tails.length);
  const table = { ...entries, tails, tailCount: m };
  const fixedTable = { ...table, tailCount: p };
  const block = arena.doubles(p * p);
  const scalarOnly = factors.every((f) => f.width === 1);
  const k = new Float64Array(levels * square);
  const e = new Float64Array(levels * square);
  const work = createLevelWork(S0);
  const lambdaAt = new Float64Array(scalarOnly ? randomSize : 0);

  /** Widths all 1: entries and tails of level j times b[j]. */
  function scaleScalars(b: Float64Array): void {
    for (let j = 0; j < levels; j++) {
      const bj = b[j]!;
      const end = pointers[j + 1]!;
      for (let q = pointers[j]!; q < end; q++) {
        f64[values + q] = bj * lambdaAt[rows[q]!]! * leaf.values[q]!;
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

  return {
    k,
    e,
    table,
    scale(lambdas, leafPhi) {
      if (scalarOnly) {
        for (let r = 0; r < randomSize; r++) lambdaAt[r] = lambdas[factorAt[r]!]![0]!;
        const logDeterminant = rootScalars(leaf.a, leafPhi[0]!, k, e);
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
    update: (c0, c1, rowPosition, panel, ld) => arena.leafUpdate(table, c0, c1, rowPosition, panel, ld),
    subtractTails: (to) => arena.syrk(m, levels * S0, -1, tails, 1, m, to, m),
    addTrace(c0, c1, rowPosition, panel, ld, tailCount, out) {
      const counted = tailCount === 0 ? entries : fixedTable;
      arena.leafTrace(counted, c0, c1, rowPosition, panel, ld, out);
    },
    tailTrace(a, b, C) {
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
    projectedTails: () => ({ values: f64, start: tails }),
    // the tails are scaled anew from the statistics every time
    renewResponse: () => {},
  };
}
