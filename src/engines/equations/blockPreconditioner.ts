// P: the k x k diagonal blocks of M for the coefficients of each level, and the dense block of the fixed columns. Blocks
// take the scale of coefficients and their correlations out, so the iteration does not depend on units or on Lambda.

import { choleskyInPlace, invertCholesky, solveCholesky } from "../../linalg/smallCholesky.ts";
import type { SparseLowerTriangle } from "../../model/relationship.ts";
import type { MatrixFreeEquations } from "./matrixFree.ts";

/** Returns out = P^-1 r; the inverses of all blocks are kept. */
export function blockPreconditioner(
  equations: MatrixFreeEquations,
): (r: Float64Array, out: Float64Array) => void {
  const { components, randomSize, size } = equations.unknowns;
  const blocks = components.map(({ levels, width }) => new Float64Array(levels * width * width));
  const p = size - randomSize;
  const fixed = new Float64Array(p * p);
  addRecords(equations, blocks, fixed);
  components.forEach(({ levels, width, kinship }, c) => {
    invertBlocks(blocks[c]!, equations.lambdas[c]!, levels, width, kinship.inverse);
  });
  const factor = fixed.slice();
  const definite = choleskyInPlace(factor, p);
  return (r, out) => {
    components.forEach(({ first, levels, width }, c) => {
      timesBlocks(blocks[c]!, first, levels, width, r, out);
    });
    const right = out.subarray(randomSize);
    right.set(r.subarray(randomSize));
    if (definite) solveCholesky(factor, p, right);
    else for (let j = 0; j < p; j++) right[j]! /= fixed[j + j * p]!;
  };
}

function timesBlocks(
  blocks: Float64Array,
  first: number,
  levels: number,
  width: number,
  r: Float64Array,
  out: Float64Array,
): void {
  if (width === 1) {
    for (let l = 0; l < levels; l++) out[first + l] = r[first + l]! * blocks[l]!;
    return;
  }
  for (let at = first, block = 0; block < blocks.length; at += width) {
    for (let a = 0; a < width; a++) {
      let sum = 0;
      for (let b = 0; b < width; b++) sum += blocks[block++]! * r[at + b]!;
      out[at + a] = sum;
    }
  }
}

/** Diagonal blocks of W'R^-1W: those of every level and the one of all fixed columns. */
function addRecords(
  { unknowns, records, residual }: MatrixFreeEquations,
  blocks: readonly Float64Array[],
  fixed: Float64Array,
): void {
  const { components, randomSize, size } = unknowns;
  const p = size - randomSize;
  const { units, inverses } = residual;
  const { traits: T, traitOf, rootWeights } = units;
  const { pointers, columns, values } = records;
  const componentEnds = components.map(({ first, levels, width }) => first + levels * width);

  /** adds weight * W_a' W_b within nodes */
  const addPair = (a: number, b: number, weight: number): void => {
    for (let e = pointers[a]!; e < pointers[a + 1]!; e++) {
      const x = columns[e]!;
      const vx = weight * values[e]!;
      if (x >= randomSize) {
        for (let f = pointers[b + 1]! - 1; f >= pointers[b]! && columns[f]! >= randomSize; f--) {
          fixed[x - randomSize + (columns[f]! - randomSize) * p]! += vx * values[f]!;
        }
        continue;
      }
      let c = 0;
      while (x >= componentEnds[c]!) c++;
      const { first, width } = components[c]!;
      const row = (x - first) % width;
      const start = x - row;
      const at = ((start - first) / width) * width * width + row;
      for (let f = pointers[b]!; f < pointers[b + 1]! && columns[f]! < start + width; f++) {
        if (columns[f]! >= start) blocks[c]![at + (columns[f]! - start) * width]! += vx * values[f]!;
      }
    }
  };

  for (let m = 0; m < units.patterns.length; m++) {
    for (let i = units.patternPointers[m]!; i < units.patternPointers[m + 1]!; i++) {
      for (let s = units.pointers[i]!; s < units.pointers[i + 1]!; s++) {
        const a = units.records[s]!;
        for (let t = units.pointers[i]!; t < units.pointers[i + 1]!; t++) {
          const b = units.records[t]!;
          const inverse = inverses[(m * T + traitOf[a]!) * T + traitOf[b]!]!;
          addPair(a, b, rootWeights === null ? inverse : inverse * rootWeights[a]! * rootWeights[b]!);
        }
      }
    }
  }
}

/** B <- (Lambda' B Lambda + K^-1_ll I)^-1 */
function invertBlocks(
  blocks: Float64Array,
  lambda: Float64Array,
  levels: number,
  width: number,
  inverse: SparseLowerTriangle,
): void {
  const square = width * width;
  const half = new Float64Array(square);
  const sum = new Float64Array(square);
  for (let l = 0; l < levels; l++) {
    const own = inverse.values[inverse.pointers[l]!]!;
    if (width === 1) {
      blocks[l] = 1 / (lambda[0]! * lambda[0]! * blocks[l]! + own);
      continue;
    }
    const block = blocks.subarray(l * square, (l + 1) * square);
    half.fill(0);
    sum.fill(0);
    for (let b = 0; b < width; b++) {
      for (let a = 0; a < width; a++) {
        for (let c = b; c < width; c++) {
          half[a + b * width]! += block[a + c * width]! * lambda[c + b * width]!;
        }
      }
    }
    for (let b = 0; b < width; b++) {
      for (let a = 0; a < width; a++) {
        for (let c = a; c < width; c++) sum[a + b * width]! += lambda[c + a * width]! * half[c + b * width]!;
      }
      sum[b + b * width]! += own;
    }
    choleskyInPlace(sum, width);
    invertCholesky(sum, width, block);
  }
}
