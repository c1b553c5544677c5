// The leaf eliminated by sums over levels with equal counts.

import type { Arena, LeafTable } from "../../linalg/kernels.ts";
import type { CrossedStatistics } from "./crossedStatistics.ts";
import type { LeafElimination } from "./leafElimination.ts";
import { rootScalars } from "./levelWork.ts";
import { createSharedTails, type SharedTailsPlan, sharedTailsNeed } from "./sharedTails.ts";

/** Doubles that `sharedElimination` reserves beside the entries. */
export function sharedNeed({ fixedColumns: p }: CrossedStatistics, plan: SharedTailsPlan): number {
  return sharedTailsNeed(plan, p + 1) + (p + 1) ** 2 + p + 1;
}

/** The leaf where all factors have one column and many levels share their A_j: only entries are scaled. */
export function sharedElimination(
  statistics: CrossedStatistics,
  plan: SharedTailsPlan,
  arena: Arena,
  table: LeafTable,
): LeafElimination {
  const { leaf, factorAt, randomSize, fixedColumns: p } = statistics;
  const { levels, pointers, rows } = leaf;
  const m = p + 1;
  const { f64 } = arena;
  const { values } = table;
  const tails = createSharedTails(statistics, plan, arena);
  const block = arena.doubles(m * m);
  const row = arena.doubles(m);
  const k = new Float64Array(levels);
  const e = new Float64Array(levels);
  const lambdaAt = new Float64Array(randomSize);

  /** Entries lambda_r A_rj b_j, and the tails beside them. */
  function scaleBy(b: Float64Array): void {
    for (let j = 0; j < levels; j++) {
      const bj = b[j]!;
      const end = pointers[j + 1]!;
      for (let q = pointers[j]!; q < end; q++) {
        f64[values + q] = bj * lambdaAt[rows[q]!]! * leaf.values[q]!;
      }
    }
    tails.weigh(b, lambdaAt);
  }

  return {
    k,
    e,
    table,
    scale(lambdas, leafPhi) {
      for (let r = 0; r < randomSize; r++) lambdaAt[r] = lambdas[factorAt[r]!]![0]!;
      const logDeterminant = rootScalars(leaf.a, leafPhi[0]!, k, e);
      scaleBy(k);
      return logDeterminant;
    },
    project: () => scaleBy(e),
    update(c0, c1, rowPosition, panel, ld) {
      arena.leafUpdate(table, c0, c1, rowPosition, panel, ld);
      for (let c = c0, end = panel + ld; c < c1; c++, end += ld) tails.subtractRow(c, end - m);
    },
    subtractTails: tails.subtractProducts,
    addTrace(c0, c1, rowPosition, panel, ld, tailCount, out) {
      arena.leafTrace(table, c0, c1, rowPosition, panel, ld, out);
      if (tailCount === 0) return;
      let sum = 0;
      for (let c = c0, end = panel + ld; c < c1; c++, end += ld) {
        f64.fill(0, row, row + m);
        tails.subtractRow(c, row);
        sum -= arena.dot(tailCount, row, end - m);
      }
      f64[out]! += 2 * sum;
    },
    tailTrace(_a, _b, C) {
      f64.fill(0, block, block + m * m);
      tails.subtractProducts(block);
      let sum = 0;
      for (let c = 0; c < p; c++) {
        sum -= C[c + c * p]! * f64[block + c + c * m]!;
        for (let i = c + 1; i < p; i++) sum -= 2 * C[i + c * p]! * f64[block + i + c * m]!;
      }
      return sum;
    },
    projectedTails() {
      const out = new Float64Array(levels * m);
      for (let j = 0, at = 0; j < levels; j++) {
        for (let t = 0; t < m; t++, at++) out[at] = e[j]! * leaf.tails[at]!;
      }
      return { values: out, start: 0 };
    },
    renewResponse: tails.renewResponse,
  };
}
