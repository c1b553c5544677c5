import { describe, expect, test } from "vitest";
import { createPathSolver } from "../../../../src/linalg/sparse/pathSolves.ts";
import { analyze } from "../../../../src/linalg/sparse/symbolic.ts";
import { typescriptKernels } from "../../../../src/linalg/typescript/typescriptKernels.ts";
import {
  createRandom,
  denseCholesky,
  densePermuted,
  factorInArena,
  fillFrom,
  gridGraph,
  patternOf,
  randomDominant,
} from "./sparseMatrices.ts";

describe("forward solves along paths of the elimination tree", () => {
  const pattern = patternOf(gridGraph(9, 8));
  const widths = Int32Array.from({ length: pattern.size }, (_, i) => 1 + (i % 3));
  const matrix = randomDominant(pattern, widths, createRandom(3));
  const symbolic = analyze(pattern, { widths });
  const { arena, factor } = factorInArena(symbolic, typescriptKernels, { inverse: true });
  factor.factorize(fillFrom(matrix, symbolic, arena));
  const n = matrix.size;
  const l = denseCholesky(densePermuted(matrix, symbolic), n, n);
  const solver = createPathSolver(factor, arena.f64);

  /** L^-1 b by substitution */
  function dense(b: Float64Array): Float64Array {
    const x = b.slice();
    for (let j = 0; j < n; j++) {
      x[j] = x[j]! / l[j + j * n]!;
      for (let i = j + 1; i < n; i++) x[i]! -= l[i + j * n]! * x[j]!;
    }
    return x;
  }

  test.each([[[0]], [[5, 17]], [[n - 1]], [[40, 3, 80, 3]]])("nonzeros at %j", (positions) => {
    const values = positions.map((_, e) => 1 + e);
    const b = new Float64Array(n);
    positions.forEach((at, e) => {
      b[at]! += values[e]!;
    });
    const want = dense(b);
    const rows = solver.reach(positions, positions.length);
    const out = new Float64Array(rows + 2).fill(7);
    solver.solve(positions, values, positions.length, out, 1);
    expect([out[0], out[rows + 1]]).toEqual([7, 7]);
    // the reach lists every nonzero of the solution, in order
    const nonzero = [...want].filter((x) => Math.abs(x) > 1e-14);
    const found = [...out.subarray(1, rows + 1)].filter((x) => Math.abs(x) > 1e-14);
    expect(found.length).toBe(nonzero.length);
    found.forEach((x, i) => {
      expect(Math.abs(x - nonzero[i]!)).toBeLessThan(1e-13);
    });
    expect(solver.work()).toBeGreaterThanOrEqual(rows);
  });

  test("a vector may have fewer nonzeros than its reach", () => {
    const rows = solver.reach([2, 30], 2);
    const both = new Float64Array(rows);
    solver.solve([2, 30], [1, 1], 2, both, 0);
    const parts = new Float64Array(2 * rows);
    solver.solve([2], [1], 1, parts, 0);
    solver.solve([30], [1], 1, parts, rows);
    both.forEach((x, i) => {
      expect(parts[i]! + parts[rows + i]!).toBeCloseTo(x, 13);
    });
  });
});
