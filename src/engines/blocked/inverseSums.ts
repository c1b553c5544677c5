// What derivatives and prediction errors need of the selected inverse C of the system without the response.

import type { Arena } from "../../linalg/kernels.ts";
import type { SupernodalFactor } from "../../linalg/sparse/supernodal.ts";
import type { CrossedStatistics } from "./crossedStatistics.ts";
import type { LeafElimination } from "./leafElimination.ts";

export interface InverseSums {
  /**
   * sum over levels of Z_j'PZ_j of the leaf (S0 x S0); the entries of the elimination are projected afterwards.
   *
   * @param fixed   whether C holds X~
   */
  leafScore(lambdas: readonly Float64Array[], fixed: boolean, out: Float64Array): void;
  /** sum over levels of the diagonal blocks C_ll of factor f > 0 (S x S, symmetric) */
  traceBlocks(f: number, out: Float64Array): void;
  /** per level C_ll of factor f > 0 */
  inverseBlocks(f: number, out: Float64Array): void;
  /** per level of the leaf, the conditional covariance W + (Phi V)'C(Phi V) of its working modes */
  leafBlocks(
    lambdas: readonly Float64Array[],
    leafPhi: Float64Array,
    fixed: boolean,
    out: Float64Array,
  ): void;
}

/** Doubles that `createInverseSums` reserves. */
export function inverseSumsNeed(statistics: CrossedStatistics): number {
  return statistics.leaf.width ** 2;
}

export function createInverseSums(
  statistics: CrossedStatistics,
  arena: Arena,
  factor: SupernodalFactor,
  elimination: LeafElimination,
): InverseSums {
  const { factors, symbolic, starts, leaf, randomSize, fixedColumns: p } = statistics;
  const { levels, width: S0 } = leaf;
  const square = S0 * S0;
  const { f64, i32 } = arena;
  const trace = arena.doubles(square);
  const fixedInverse = new Float64Array(p * p);
  const { table, e } = elimination;

  function loadFixedInverse(): void {
    for (let c = 0; c < p; c++) {
      for (let i = 0; i < p; i++)
        fixedInverse[i + c * p] = factor.inverseEntry(randomSize + i, randomSize + c)!;
    }
  }

  /** Calls `visit` with every supernode that has random columns, and the end of these. */
  function forEachRandomSupernode(visit: (s: number, end: number, ld: number) => void): void {
    for (let s = 0; s < symbolic.supernodeCount && symbolic.starts[s]! < randomSize; s++) {
      const ld = symbolic.rowPointers[s + 1]! - symbolic.rowPointers[s]!;
      visit(s, Math.min(symbolic.starts[s + 1]!, randomSize), ld);
    }
  }

  return {
    leafScore(lambdas, fixed, out) {
      elimination.project(lambdas);
      f64.fill(0, trace, trace + square);
      forEachRandomSupernode((s, end, ld) => {
        const start = symbolic.starts[s]!;
        const panel = factor.inversePanel(s);
        elimination.addTrace(start, end, factor.rowPositions(s), panel, ld, fixed ? p : 0, trace);
      });
      for (let i = 0; i < square; i++) out[i] = -f64[trace + i]!;
      if (fixed && p > 0) {
        loadFixedInverse();
        for (let a = 0; a < S0; a++) {
          for (let b = 0; b <= a; b++) {
            const value = elimination.tailTrace(a, b, fixedInverse);
            out[a + b * S0]! -= value;
            if (a !== b) out[b + a * S0]! -= value;
          }
        }
      }
      for (let j = 0; j < levels; j++) {
        const at = j * square;
        for (let c = 0; c < S0; c++) {
          for (let i = 0; i < S0; i++) {
            let sum = 0;
            for (let l = 0; l < S0; l++) sum += e[at + i + l * S0]! * leaf.a[at + l + c * S0]!;
            out[i + c * S0]! += sum;
          }
        }
      }
    },
    traceBlocks(f, out) {
      const S = factors[f]!.width;
      out.fill(0);
      for (const at of starts[f]!) {
        if (S === 1) {
          const s = symbolic.supernodeOf[at]!;
          const ld = symbolic.rowPointers[s + 1]! - symbolic.rowPointers[s]!;
          out[0]! += f64[factor.inversePanel(s) + (at - symbolic.starts[s]!) * (ld + 1)]!;
          continue;
        }
        for (let c = 0; c < S; c++) {
          for (let i = c; i < S; i++) {
            const value = factor.inverseEntry(at + i, at + c)!;
            out[i + c * S]! += value;
            if (i !== c) out[c + i * S]! += value;
          }
        }
      }
    },
    inverseBlocks(f, out) {
      const S = factors[f]!.width;
      let end = 0;
      for (const at of starts[f]!) {
        for (let c = 0; c < S; c++) {
          for (let i = 0; i < S; i++) {
            out[end++] = factor.inverseEntry(at + Math.max(i, c), at + Math.min(i, c))!;
          }
        }
      }
    },
    leafBlocks(lambdas, leafPhi, fixed, out) {
      elimination.project(lambdas);
      out.fill(0);
      addRandomPairs(fixed ? p : 0, out);
      if (fixed && p > 0) addFixedPairs(out);
      finishBlocks(leafPhi, out);
    },
  };

  /** V'CV over pairs with a random entry. */
  function addRandomPairs(tailCount: number, out: Float64Array): void {
    const { values } = table;
    const tails = elimination.projectedTails();
    const m = p + 1;
    forEachRandomSupernode((s, end, ld) => {
      const rowPosition = factor.rowPositions(s);
      const panel = factor.inversePanel(s);
      const start = symbolic.starts[s]!;
      for (let c = start; c < end; c++) {
        const column = panel + (c - start) * ld;
        for (let o = i32[table.occurrencePointer + c]!; o < i32[table.occurrencePointer + c + 1]!; o++) {
          const first = i32[table.occurrences + o]!;
          const level = i32[table.levels + first]!;
          const own = values + first * S0;
          const at = level * square;
          for (let q = first; q < leaf.pointers[level + 1]!; q++) {
            const entry = f64[column + i32[rowPosition + leaf.rows[q]!]!]!;
            addPair(out, at, f64, values + q * S0, 1, own, entry, q === first);
          }
          for (let k = 0; k < tailCount; k++) {
            const row = tails.start + level * S0 * m + k;
            addPair(out, at, tails.values, row, m, own, f64[column + ld - m + k]!, false);
          }
        }
      }
    });
  }

  /** out += entry (x y' + y x'), or entry x y' on the diagonal, for x at a stride in xs and y contiguous. */
  function addPair(
    out: Float64Array,
    at: number,
    xs: Float64Array,
    x: number,
    stride: number,
    y: number,
    entry: number,
    diagonal: boolean,
  ): void {
    for (let a = 0; a < S0; a++) {
      for (let b = 0; b < S0; b++) {
        const product = xs[x + a * stride]! * f64[y + b]! * entry;
        out[at + a + b * S0]! += product;
        if (!diagonal) out[at + b + a * S0]! += product;
      }
    }
  }

  function addFixedPairs(out: Float64Array): void {
    loadFixedInverse();
    const { values: tails, start } = elimination.projectedTails();
    const m = p + 1;
    const solved = new Float64Array(p);
    for (let j = 0; j < levels; j++) {
      for (let a = 0; a < S0; a++) {
        const row = start + (j * S0 + a) * m;
        for (let i = 0; i < p; i++) {
          let sum = 0;
          for (let k = 0; k < p; k++) sum += fixedInverse[k + i * p]! * tails[row + k]!;
          solved[i] = sum;
        }
        for (let b = 0; b < S0; b++) {
          const other = start + (j * S0 + b) * m;
          let sum = 0;
          for (let k = 0; k < p; k++) sum += solved[k]! * tails[other + k]!;
          out[j * square + a + b * S0]! += sum;
        }
      }
    }
  }

  /** Phi G Phi + Phi E per level, with G = V'CV. */
  function finishBlocks(phi: Float64Array, out: Float64Array): void {
    const inner = new Float64Array(square);
    const result = new Float64Array(square);
    for (let j = 0; j < levels; j++) {
      const at = j * square;
      for (let a = 0; a < S0; a++) {
        for (let b = 0; b < S0; b++) {
          let sum = 0;
          for (let l = 0; l < S0; l++) sum += phi[a + l * S0]! * out[at + l + b * S0]!;
          inner[a + b * S0] = sum;
        }
      }
      for (let a = 0; a < S0; a++) {
        for (let b = 0; b < S0; b++) {
          let sum = 0;
          for (let l = 0; l < S0; l++) {
            sum += inner[a + l * S0]! * phi[l + b * S0]! + phi[a + l * S0]! * e[at + l + b * S0]!;
          }
          result[a + b * S0] = sum;
        }
      }
      out.set(result, at);
    }
  }
}
