// L^-1 b for right-hand sides with a few nonzeros. Only the supernodes on the paths of those nonzeros to the root of the
// elimination tree take part (Gilbert 1986), which in nested models is a handful whatever the size of the system.

import type { SupernodalFactor } from "./supernodal.ts";

/** Forward solves within one reach at a time; buffers are reused. */
export interface PathSolver {
  /**
   * Sets the reach of the nonzeros: all rows of L that solutions can have.
   *
   * @param positions scalar positions of L, the first `count` of them
   * @returns the number of rows; solutions list them in ascending order
   */
  reach(positions: ArrayLike<number>, count: number): number;
  /** entries of L that one solve in the current reach goes through */
  work(): number;
  /** L^-1 of one sparse vector within the reach into out[at ..]; its positions must be among those of the reach. */
  solve(
    positions: ArrayLike<number>,
    values: ArrayLike<number>,
    count: number,
    out: Float64Array,
    at: number,
  ): void;
}

/**
 * @param f64 memory of the factor's arena
 */
export function createPathSolver(factor: SupernodalFactor, f64: Float64Array): PathSolver {
  const { symbolic } = factor;
  const { starts, supernodeOf, rowPointers, rows } = symbolic;
  const mark = new Int32Array(symbolic.supernodeCount).fill(-1);
  const path = new Int32Array(symbolic.supernodeCount);
  const dense = new Float64Array(symbolic.size);
  let round = 0;
  let length = 0;

  return {
    reach(positions, count) {
      round++;
      length = 0;
      let sorted = true;
      for (let e = 0; e < count; e++) {
        let s = supernodeOf[positions[e]!]!;
        while (mark[s] !== round) {
          mark[s] = round;
          if (length > 0 && path[length - 1]! > s) sorted = false;
          path[length++] = s;
          const below = rowPointers[s]! + starts[s + 1]! - starts[s]!;
          if (below === rowPointers[s + 1]) break;
          s = supernodeOf[rows[below]!]!;
        }
      }
      if (!sorted) path.subarray(0, length).sort();
      let total = 0;
      for (let k = 0; k < length; k++) total += starts[path[k]! + 1]! - starts[path[k]!]!;
      return total;
    },
    work() {
      let entries = 0;
      for (let k = 0; k < length; k++) {
        const s = path[k]!;
        entries += (starts[s + 1]! - starts[s]!) * (rowPointers[s + 1]! - rowPointers[s]!);
      }
      return entries;
    },
    solve(positions, values, count, out, at) {
      for (let e = 0; e < count; e++) dense[positions[e]!]! += values[e]!;
      let end = at;
      for (let k = 0; k < length; k++) {
        const s = path[k]!;
        const start = starts[s]!;
        const width = starts[s + 1]! - start;
        const list = rowPointers[s]!;
        const ld = rowPointers[s + 1]! - list;
        let column = factor.panel(s);
        for (let j = 0; j < width; j++, column += ld) {
          const value = dense[start + j]!;
          dense[start + j] = 0;
          if (value === 0) {
            out[end++] = 0;
            continue;
          }
          const x = value / f64[column + j]!;
          out[end++] = x;
          for (let i = j + 1; i < ld; i++) dense[rows[list + i]!]! -= f64[column + i]! * x;
        }
      }
    },
  };
}
