import type { Arena } from "../../linalg/kernels.ts";
import type { CrossedStatistics } from "./crossedStatistics.ts";
import { scaleByLambda } from "./lambdaScaling.ts";

/** Lambda'[Z X~ r]'[Z X~ r] Lambda + I of the factors after the leaf, and adding it to panels. */
export interface BaseScaling {
  scale(lambdas: readonly Float64Array[]): void;
  /** Adds the random columns [start, end) to a panel with `ld` rows, of which X~ and r are the last. */
  add(start: number, end: number, panel: number, ld: number, rowPosition: number): void;
}

export function createBaseScaling(statistics: CrossedStatistics, arena: Arena): BaseScaling {
  const { base, factors, factorAt, randomSize, fixedColumns: p } = statistics;
  const { f64, i32 } = arena;
  const m = p + 1;
  const values = new Float64Array(base.values.length);
  const tails = new Float64Array(base.tails.length);
  const widest = Math.max(1, ...factors.slice(1).map((f) => f.width));
  const half = new Float64Array(widest * widest);
  const firstBlock = new Int32Array(randomSize + 1).fill(base.count);
  for (let b = base.count - 1; b >= 0; b--) firstBlock[base.column[b]!] = b;
  // A column inside a node belongs to the blocks of the node's first column.
  const nodeStart = new Int32Array(randomSize);
  for (let b = 0; b < base.count; b++) {
    const column = base.column[b]!;
    nodeStart.fill(column, column, column + factors[base.columnFactor[b]!]!.width);
  }
  const column = new Float64Array(randomSize);
  const scaled = new Float64Array(randomSize);

  function scaleBlock(b: number, left: Float64Array, right: Float64Array, R: number, C: number): void {
    const offset = base.offset[b]!;
    for (let c = 0; c < C; c++) {
      for (let i = 0; i < R; i++) {
        let sum = 0;
        for (let l = 0; l < C; l++) sum += base.values[offset + i + l * R]! * right[l + c * C]!;
        half[i + c * R] = sum;
      }
    }
    for (let c = 0; c < C; c++) {
      for (let i = 0; i < R; i++) {
        let sum = 0;
        for (let l = 0; l < R; l++) sum += left[l + i * R]! * half[l + c * R]!;
        values[offset + i + c * R] = sum;
      }
    }
  }

  return {
    scale(lambdas) {
      for (let b = 0; b < base.count; b++) {
        const R = factors[base.rowFactor[b]!]!.width;
        const C = factors[base.columnFactor[b]!]!.width;
        const left = lambdas[base.rowFactor[b]!]!;
        const right = lambdas[base.columnFactor[b]!]!;
        const offset = base.offset[b]!;
        if (R * C === 1) values[offset] = left[0]! * right[0]! * base.values[offset]!;
        else scaleBlock(b, left, right, R, C);
        if (base.row[b] === base.column[b]) for (let c = 0; c < C; c++) values[offset + c * (R + 1)]! += 1;
      }
      if (widest === 1) {
        for (let r = 0; r < randomSize; r++) {
          const lambda = lambdas[factorAt[r]!]![0]!;
          for (let at = r * m, end = at + m; at < end; at++) tails[at] = lambda * base.tails[at]!;
        }
        return;
      }
      for (let t = 0; t < m; t++) {
        for (let r = 0; r < randomSize; r++) column[r] = base.tails[r * m + t]!;
        scaleByLambda(statistics, lambdas, true, column, scaled);
        for (let r = 0; r < randomSize; r++) tails[r * m + t] = scaled[r]!;
      }
    },
    add(start, end, panel, ld, rowPosition) {
      for (let c = start; c < end; c++) {
        const target = panel + (c - start) * ld;
        const node = nodeStart[c]!;
        const within = c - node;
        for (let b = firstBlock[node]!; b < base.count && base.column[b] === node; b++) {
          const row = base.row[b]!;
          const R = factors[base.rowFactor[b]!]!.width;
          const from = base.offset[b]! + within * R;
          for (let i = row === node ? within : 0; i < R; i++) {
            f64[target + i32[rowPosition + row + i]!]! += values[from + i]!;
          }
        }
        const tail = target + ld - m;
        for (let t = 0; t < m; t++) f64[tail + t]! += tails[c * m + t]!;
      }
    },
  };
}
