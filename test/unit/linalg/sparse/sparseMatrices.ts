import type { Arena, Kernels } from "../../../../src/linalg/kernels.ts";
import type { PanelFill } from "../../../../src/linalg/sparse/panelFactorization.ts";
import { arenaNeed, type StorageOptions } from "../../../../src/linalg/sparse/panelStorage.ts";
import { patternFromPairs, type SymmetricPattern } from "../../../../src/linalg/sparse/pattern.ts";
import { createSupernodalFactor, type SupernodalFactor } from "../../../../src/linalg/sparse/supernodal.ts";
import type { SymbolicFactor } from "../../../../src/linalg/sparse/symbolic.ts";

/** Uniform numbers in [0, 1): mulberry32. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A list of edges of a graph on `size` nodes. */
export interface Graph {
  readonly size: number;
  readonly edges: readonly (readonly [number, number])[];
}

export function randomGraph(size: number, edgeCount: number, random: () => number): Graph {
  const edges = Array.from({ length: size > 1 ? edgeCount : 0 }, () => {
    const i = Math.floor(random() * size);
    return [i, (i + 1 + Math.floor(random() * (size - 1))) % size] as const;
  });
  return { size, edges };
}

/** Neighbors differ by one in one coordinate. */
export function gridGraph(...extent: readonly number[]): Graph {
  const size = extent.reduce((a, b) => a * b, 1);
  const edges: [number, number][] = [];
  let stride = 1;
  for (const length of extent) {
    for (let i = 0; i < size; i++) {
      if (Math.floor(i / stride) % length < length - 1) edges.push([i, i + stride]);
    }
    stride *= length;
  }
  return { size, edges };
}

export function patternOf(graph: Graph): SymmetricPattern {
  return patternFromPairs(
    graph.size,
    graph.edges.map((e) => e[0]),
    graph.edges.map((e) => e[1]),
  );
}

/** A symmetric matrix in scalar rows of the user's order: the lower and upper entries of each row. */
export interface SparseSymmetric {
  readonly size: number;
  readonly rows: readonly ReadonlyMap<number, number>[];
}

/** Random values on the blocks of a pattern, with a dominant diagonal: positive definite. */
export function randomDominant(
  pattern: SymmetricPattern,
  widths: Int32Array,
  random: () => number,
): SparseSymmetric {
  const starts = [0];
  for (const width of widths) starts.push(starts.at(-1)! + width);
  const size = starts.at(-1)!;
  const rows = Array.from({ length: size }, () => new Map<number, number>());
  for (let node = 0; node < pattern.size; node++) {
    const neighbors = [
      node,
      ...pattern.indices.subarray(pattern.pointers[node]!, pattern.pointers[node + 1]!),
    ];
    for (const other of neighbors) {
      for (let i = starts[node]!; i < starts[node + 1]!; i++) {
        for (let j = starts[other]!; j < starts[other + 1]!; j++) {
          if (i <= j) continue;
          const value = random() * 2 - 1;
          rows[i]!.set(j, value);
          rows[j]!.set(i, value);
        }
      }
    }
  }
  rows.forEach((row, i) => {
    let sum = 0.5 + random();
    for (const value of row.values()) sum += Math.abs(value);
    row.set(i, sum);
  });
  return { size, rows };
}

/** Adds the lower triangle of the permuted matrix to each panel. */
export function fillFrom(matrix: SparseSymmetric, symbolic: SymbolicFactor, arena: Arena): PanelFill {
  return (supernode, panel, ld, rowPosition) => {
    const start = symbolic.starts[supernode]!;
    for (let c = start; c < symbolic.starts[supernode + 1]!; c++) {
      for (const [j, value] of matrix.rows[symbolic.inversePermutation[c]!]!) {
        const r = symbolic.permutation[j]!;
        if (r >= c) arena.f64[panel + arena.i32[rowPosition + r]! + (c - start) * ld]! += value;
      }
    }
  };
}

export interface FactorInArena {
  readonly arena: Arena;
  readonly factor: SupernodalFactor;
  /** room for right-hand sides, size x 40 doubles */
  readonly x: number;
}

export function factorInArena(
  symbolic: SymbolicFactor,
  kernels: Kernels,
  options: StorageOptions = {},
): FactorInArena {
  const need = arenaNeed(symbolic, options);
  const arena = kernels.createArena(need.doubles + symbolic.size * 40, need.integers);
  const x = arena.doubles(symbolic.size * 40);
  return { arena, factor: createSupernodalFactor(symbolic, arena, options), x };
}

/** The matrix in factor order, dense and full; element (i, j) at i + j * size. */
export function densePermuted(matrix: SparseSymmetric, symbolic: SymbolicFactor): Float64Array {
  const dense = new Float64Array(matrix.size * matrix.size);
  matrix.rows.forEach((row, i) => {
    for (const [j, value] of row)
      dense[symbolic.permutation[i]! + symbolic.permutation[j]! * matrix.size] = value;
  });
  return dense;
}

/** Lower Cholesky factor of the leading k x k part of a dense matrix with leading dimension n, k x k. */
export function denseCholesky(a: Float64Array, n: number, k: number): Float64Array {
  const l = new Float64Array(k * k);
  for (let j = 0; j < k; j++) {
    for (let i = j; i < k; i++) {
      let sum = a[i + j * n]!;
      for (let p = 0; p < j; p++) sum -= l[i + p * k]! * l[j + p * k]!;
      l[i + j * k] = i === j ? Math.sqrt(sum) : sum / l[j + j * k]!;
    }
  }
  return l;
}

/** Full inverse of L L'. */
export function denseInverse(l: Float64Array, k: number): Float64Array {
  const inverse = new Float64Array(k * k);
  for (let c = 0; c < k; c++) {
    const x = inverse.subarray(c * k, (c + 1) * k);
    x[c] = 1;
    for (let i = 0; i < k; i++) {
      for (let p = 0; p < i; p++) x[i]! -= l[i + p * k]! * x[p]!;
      x[i]! /= l[i + i * k]!;
    }
    for (let i = k - 1; i >= 0; i--) {
      for (let p = i + 1; p < k; p++) x[i]! -= l[p + i * k]! * x[p]!;
      x[i]! /= l[i + i * k]!;
    }
  }
  return inverse;
}
