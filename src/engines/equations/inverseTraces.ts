// What is read off the selected inverse C of the equations: traces with relationships and records, blocks of levels.

import type { Arena } from "../../linalg/kernels.ts";
import type { SupernodalFactor } from "../../linalg/sparse/supernodal.ts";
import { type Assembly, groupWidth } from "./assembly.ts";

/** Of the selected inverse that was made last. */
export interface InverseTraces {
  /** T_ab = sum_ij K^-1_ij C_ia,jb of every component (k x k, symmetric) */
  kinshipTraces(out: readonly Float64Array[]): void;
  /** sums[(m * T + t) * T + s] = sum over units of pattern m of w_s Lambda C Lambda' w_t' */
  recordTraces(fixed: boolean, sums: Float64Array): void;
  /** Lambda C_ll Lambda' of every level of a component (k x k each) */
  levelBlocks(component: number, out: Float64Array): void;
  /** C of the fixed columns, p x p, where they were inverted too */
  fixedBlock(out: Float64Array): void;
  /** Entry of C for two unknowns; null where no record or relationship joins them */
  inverseEntry(x: number, y: number): number | null;
}

/** @param lambdaOf Lambda of every group at any time: components and then fixed columns (ones) */
export function inverseTraces(
  { unknowns, symbolic, chunks, kinship }: Assembly,
  factor: SupernodalFactor,
  { f64, i32 }: Arena,
  lambdaOf: readonly Float64Array[],
): InverseTraces {
  const { components, randomSize, size, traits: T, groupTraits } = unknowns;
  const { permutation, starts } = symbolic;
  const widest = Math.max(1, ...components.map((c) => c.width));
  const block = new Float64Array(widest * widest);
  const work = new Float64Array(widest * widest);
  const work2 = new Float64Array(widest * widest);

  /** block[i + j * rows] = C at (row + i, column + j), from supernode s where its columns are in it. */
  function gatherInverse(
    s: number,
    row: number,
    rows: number,
    column: number,
    columns: number,
    map: number,
  ): void {
    const start = starts[s]!;
    const end = starts[s + 1]!;
    const ld = symbolic.rowPointers[s + 1]! - symbolic.rowPointers[s]!;
    const panel = factor.inversePanel(s);
    for (let j = 0; j < columns; j++) {
      const inside = column + j < end;
      for (let i = 0; i < rows; i++) {
        if (row === column && i < j) block[i + j * rows] = block[j + i * rows]!;
        else if (inside) block[i + j * rows] = f64[panel + (column + j - start) * ld + i32[map + row + i]!]!;
        else block[i + j * rows] = factor.inverseEntry(row + i, column + j) ?? 0;
      }
    }
  }

  function kinshipTraces(out: readonly Float64Array[]): void {
    for (const traces of out) traces.fill(0);
    for (let s = 0; s < symbolic.supernodeCount; s++) {
      const map = factor.rowPositions(s);
      const start = starts[s]!;
      const ld = symbolic.rowPointers[s + 1]! - symbolic.rowPointers[s]!;
      const panel = factor.inversePanel(s);
      for (let e = kinship.first[s]!; e < kinship.count && kinship.column[e]! < starts[s + 1]!; e++) {
        const row = kinship.row[e]!;
        const column = kinship.column[e]!;
        if (column < start) continue;
        const traces = out[kinship.component[e]!]!;
        const value = kinship.values[e]!;
        const k = components[kinship.component[e]!]!.width;
        if (k === 1) {
          traces[0]! +=
            (row === column ? 1 : 2) * value * f64[panel + (column - start) * ld + i32[map + row]!]!;
          continue;
        }
        gatherInverse(s, row, k, column, k, map);
        for (let b = 0; b < k; b++) {
          for (let a = 0; a < k; a++) {
            const mirrored = row === column ? 0 : block[b + a * k]!;
            traces[a + b * k]! += value * (block[a + b * k]! + mirrored);
          }
        }
      }
    }
  }

  function recordTraces(fixed: boolean, sums: Float64Array): void {
    sums.fill(0);
    for (let s = 0; s < symbolic.supernodeCount; s++) {
      if (!fixed && starts[s]! >= randomSize) break;
      const map = factor.rowPositions(s);
      for (let b = chunks.first[s]!; b < chunks.count && chunks.column[b]! < starts[s + 1]!; b++) {
        const row = chunks.row[b]!;
        const column = chunks.column[b]!;
        if (column < starts[s]! || (!fixed && (row >= randomSize || column >= randomSize))) continue;
        const rg = chunks.rowGroup[b]!;
        const cg = chunks.columnGroup[b]!;
        const rows = groupWidth(unknowns, rg);
        const columns = groupWidth(unknowns, cg);
        gatherInverse(s, row, rows, column, columns, map);
        congruence(lambdaOf[rg]!, rows, lambdaOf[cg]!, columns);
        const from = chunks.offset[b]!;
        const at = chunks.pattern[b]! * T * T;
        for (let c = 0; c < columns; c++) {
          const t = groupTraits[cg]![c]!;
          for (let i = 0; i < rows; i++) {
            const r = groupTraits[rg]![i]!;
            const term = work2[i + c * rows]! * chunks.values[from + i + c * rows]!;
            sums[at + r + t * T]! += term;
            if (row !== column) sums[at + t + r * T]! += term;
          }
        }
      }
    }
  }

  /** work2 = L block R' for lower triangular L (rows x rows) and R (columns x columns) */
  function congruence(L: Float64Array, rows: number, R: Float64Array, columns: number): void {
    for (let c = 0; c < columns; c++) {
      for (let i = 0; i < rows; i++) {
        let sum = 0;
        for (let l = 0; l <= i; l++) sum += L[i + l * rows]! * block[l + c * rows]!;
        work[i + c * rows] = sum;
      }
    }
    for (let c = 0; c < columns; c++) {
      for (let i = 0; i < rows; i++) {
        let sum = 0;
        for (let l = 0; l <= c; l++) sum += work[i + l * rows]! * R[c + l * columns]!;
        work2[i + c * rows] = sum;
      }
    }
  }

  return {
    kinshipTraces,
    recordTraces,
    levelBlocks(component, out) {
      const { first, levels, width } = components[component]!;
      const lambda = lambdaOf[component]!;
      for (let l = 0; l < levels; l++) {
        const at = permutation[first + l * width]!;
        for (let j = 0; j < width; j++) {
          for (let i = j; i < width; i++) {
            const value = factor.inverseEntry(at + i, at + j) ?? 0;
            block[i + j * width] = value;
            block[j + i * width] = value;
          }
        }
        congruence(lambda, width, lambda, width);
        out.set(work2.subarray(0, width * width), l * width * width);
      }
    },
    fixedBlock(out) {
      const p = size - randomSize;
      for (let j = 0; j < p; j++) {
        for (let i = 0; i < p; i++) {
          out[i + j * p] =
            factor.inverseEntry(permutation[randomSize + i]!, permutation[randomSize + j]!) ?? 0;
        }
      }
    },
    inverseEntry: (x, y) => factor.inverseEntry(permutation[x]!, permutation[y]!),
  };
}
