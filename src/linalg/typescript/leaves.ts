// Elimination of block-diagonal leaves into panels of the Schur complement; see Arena.leafUpdate and Arena.leafTrace.
import type { Arena, LeafTable } from "../kernels.ts";
import { axpy, dot } from "./vectors.ts";

type Memory = Pick<Arena, "f64" | "i32">;

/** See Arena.leafUpdate. */
export function leafUpdate(
  memory: Memory,
  table: LeafTable,
  c0: number,
  c1: number,
  rowPosition: number,
  panel: number,
  ld: number,
): void {
  const { f64, i32 } = memory;
  const { rows, width, values, tailCount, tailStride, tails } = table;
  for (let c = c0; c < c1; c++) {
    const column = panel + (c - c0) * ld;
    const last = i32[table.occurrencePointer + c + 1]!;
    for (let t = i32[table.occurrencePointer + c]!; t < last; t++) {
      const e = i32[table.occurrences + t]!;
      const level = i32[table.levels + e]!;
      const end = i32[table.levelPointers + level + 1]!;
      if (width === 1) {
        const v = f64[values + e]!;
        for (let k = e; k < end; k++)
          f64[column + i32[rowPosition + i32[rows + k]!]!]! -= f64[values + k]! * v;
      } else if (width === 2) {
        const v0 = f64[values + 2 * e]!;
        const v1 = f64[values + 2 * e + 1]!;
        for (let k = e; k < end; k++) {
          const x = values + 2 * k;
          f64[column + i32[rowPosition + i32[rows + k]!]!]! -= f64[x]! * v0 + f64[x + 1]! * v1;
        }
      } else {
        for (let k = e; k < end; k++) {
          let sum = 0;
          for (let s = 0; s < width; s++) sum += f64[values + k * width + s]! * f64[values + e * width + s]!;
          f64[column + i32[rowPosition + i32[rows + k]!]!]! -= sum;
        }
      }
      for (let s = 0; s < width; s++) {
        const run = tails + (level * width + s) * tailStride;
        axpy(f64, tailCount, -f64[values + e * width + s]!, run, column + ld - tailStride);
      }
    }
  }
}

/** See Arena.leafTrace. */
export function leafTrace(
  memory: Memory,
  table: LeafTable,
  c0: number,
  c1: number,
  rowPosition: number,
  panel: number,
  ld: number,
  out: number,
): void {
  const { f64, i32 } = memory;
  const { rows, width, values, tailCount, tailStride, tails } = table;
  for (let c = c0; c < c1; c++) {
    const column = panel + (c - c0) * ld;
    const last = i32[table.occurrencePointer + c + 1]!;
    for (let t = i32[table.occurrencePointer + c]!; t < last; t++) {
      const e = i32[table.occurrences + t]!;
      const level = i32[table.levels + e]!;
      const end = i32[table.levelPointers + level + 1]!;
      const own = values + e * width;
      const half = 0.5 * f64[column + i32[rowPosition + c]!]!;
      // z = C[., e]' V with half the diagonal, then out += z v' + v z'
      for (let a = 0; a < width; a++) {
        let sum = half * f64[own + a]!;
        for (let k = e + 1; k < end; k++) {
          sum += f64[column + i32[rowPosition + i32[rows + k]!]!]! * f64[values + k * width + a]!;
        }
        sum += dot(f64, tailCount, column + ld - tailStride, tails + (level * width + a) * tailStride);
        for (let b = 0; b < width; b++) {
          const term = sum * f64[own + b]!;
          f64[out + a + b * width]! += term;
          f64[out + b + a * width]! += term;
        }
      }
    }
  }
}
