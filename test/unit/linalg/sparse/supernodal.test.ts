import { describe, expect, it } from "vitest";
import type { SymmetricPattern } from "../../../../src/linalg/sparse/pattern.ts";
import { type AnalyzeOptions, analyze } from "../../../../src/linalg/sparse/symbolic.ts";
import { typescriptKernels } from "../../../../src/linalg/typescript/typescriptKernels.ts";
import { wasmKernels } from "../../../../src/linalg/wasm/loadKernels.ts";
import {
  createRandom,
  denseCholesky,
  denseInverse,
  densePermuted,
  factorInArena,
  fillFrom,
  gridGraph,
  patternOf,
  randomDominant,
  randomGraph,
} from "./sparseMatrices.ts";

interface Case {
  readonly name: string;
  readonly pattern: SymmetricPattern;
  readonly options: AnalyzeOptions;
}

const implementations = [typescriptKernels, wasmKernels({ deterministic: true })].filter(
  (kernels) => kernels !== undefined,
);
const cases = implementations.flatMap((kernels) => buildCases().map((each) => ({ ...each, kernels })));

describe.each(cases)("the supernodal factor of $name on $kernels.name", ({ pattern, options, kernels }) => {
  const random = createRandom(7);
  const widths = options.widths ?? new Int32Array(pattern.size).fill(1);
  const matrix = randomDominant(pattern, widths, random);
  const n = matrix.size;
  const symbolic = analyze(pattern, options);
  const { arena, factor, x } = factorInArena(symbolic, kernels, { inverse: true });
  const status = factor.factorize(fillFrom(matrix, symbolic, arena));
  const dense = densePermuted(matrix, symbolic);
  const l = denseCholesky(dense, n, n);

  it("equals the dense factor, with zeros outside its pattern", () => {
    expect(status).toBe(0);
    let worst = 0;
    for (let j = 0; j < n; j++) {
      for (let i = j; i < n; i++) worst = Math.max(worst, Math.abs(factor.entry(i, j) - l[i + j * n]!));
    }
    expect(worst).toBeLessThan(1e-13 * n);
  });

  it("gives the log determinant of any range of rows", () => {
    const from = Math.floor(n / 3);
    let expected = 0;
    for (let i = from; i < n; i++) expected += Math.log(l[i + i * n]! ** 2);
    expect(factor.logDeterminant(from, n)).toBeCloseTo(expected, 10);
    expect(factor.logDeterminant()).toBeCloseTo(factor.logDeterminant(0, from) + expected, 10);
  });

  it.each([1, 2, 40])("solves with %i right-hand sides and any leading part", (columns) => {
    for (const upTo of leadingSizes(n)) {
      const before = Float64Array.from({ length: n * columns }, () => random() - 0.5);
      arena.f64.set(before, x);
      factor.solveLower(x, columns, n, upTo);
      const half = arena.f64.slice(x, x + n * columns);
      factor.solveLowerTransposed(x, columns, n, upTo);
      const solution = arena.f64.slice(x, x + n * columns);
      let worst = 0;
      let touched = 0;
      for (let c = 0; c < columns; c++) {
        for (let i = 0; i < n; i++) {
          if (i >= upTo) {
            if (solution[i + c * n] !== before[i + c * n]) touched++;
            continue;
          }
          let forward = 0;
          for (let j = 0; j <= i; j++) forward += l[i + j * n]! * half[j + c * n]!;
          let full = 0;
          for (let j = 0; j < upTo; j++) full += dense[i + j * n]! * solution[j + c * n]!;
          worst = Math.max(
            worst,
            Math.abs(forward - before[i + c * n]!),
            Math.abs(full - before[i + c * n]!),
          );
        }
      }
      expect(touched).toBe(0);
      expect(worst).toBeLessThan(1e-12 * Math.max(n, 10));
    }
  });

  it("has the entries of the dense inverse of any leading part on its pattern", () => {
    for (const upTo of leadingSizes(n)) {
      const inverse = denseInverse(denseCholesky(dense, n, upTo), upTo);
      factor.selectedInverse(upTo);
      let worst = 0;
      let known = 0;
      for (let j = 0; j < upTo; j++) {
        for (let i = j; i < upTo; i++) {
          const value = factor.inverseEntry(i, j);
          if (value === null) continue;
          known++;
          worst = Math.max(worst, Math.abs(value - inverse[i + j * upTo]!));
        }
      }
      expect(known).toBeGreaterThanOrEqual(upTo);
      expect(worst).toBeLessThan(1e-12);
    }
  });

  it("gives the same digits when it is factorized again", () => {
    const before = Array.from({ length: n }, (_, i) => factor.diagonal(i));
    expect(factor.factorize(fillFrom(matrix, symbolic, arena))).toBe(0);
    expect(Array.from({ length: n }, (_, i) => factor.diagonal(i))).toEqual(before);
  });
});

describe("a matrix that is not positive definite", () => {
  it.each([0, 5, 17, 59])("is reported by the first bad pivot, here position %i", (bad) => {
    const pattern = patternOf(gridGraph(10, 6));
    const symbolic = analyze(pattern);
    const matrix = randomDominant(pattern, new Int32Array(60).fill(1), createRandom(3));
    const node = symbolic.inversePermutation[bad]!;
    (matrix.rows[node] as Map<number, number>).set(node, -1);
    const { arena, factor } = factorInArena(symbolic, typescriptKernels);
    expect(factor.factorize(fillFrom(matrix, symbolic, arena))).toBe(bad + 1);
  });

  it("is reported when an entry is not a number", () => {
    const pattern = patternOf(gridGraph(40, 40));
    const symbolic = analyze(pattern);
    const matrix = randomDominant(pattern, new Int32Array(1600).fill(1), createRandom(3));
    const node = symbolic.inversePermutation[1500]!;
    (matrix.rows[node] as Map<number, number>).set(node, Number.NaN);
    const { arena, factor } = factorInArena(symbolic, typescriptKernels);
    expect(factor.factorize(fillFrom(matrix, symbolic, arena))).toBe(1501);
  });
});

describe.each(implementations)("the Laplacian of a box with fixed borders on $name", (kernels) => {
  const extent = [18, 17, 16];
  const pattern = patternOf(gridGraph(...extent));
  const rows = Array.from({ length: pattern.size }, (_, i) => {
    const neighbors = [...pattern.indices.subarray(pattern.pointers[i]!, pattern.pointers[i + 1]!)];
    return new Map([[i, 6], ...neighbors.map((j) => [j, -1] as const)]);
  });
  const matrix = { size: pattern.size, rows };
  const symbolic = analyze(pattern);
  const { arena, factor, x } = factorInArena(symbolic, kernels, { inverse: true });
  factor.factorize(fillFrom(matrix, symbolic, arena));

  it("has the log determinant of its known eigenvalues", () => {
    const waves = extent.map((length) =>
      Array.from({ length }, (_, k) => 2 - 2 * Math.cos((Math.PI * (k + 1)) / (length + 1))),
    );
    let expected = 0;
    for (const a of waves[0]!)
      for (const b of waves[1]!) for (const c of waves[2]!) expected += Math.log(a + b + c);
    expect(factor.logDeterminant() / expected).toBeCloseTo(1, 12);
  });

  it("has a selected inverse whose product with it has the trace of the identity", () => {
    factor.selectedInverse();
    let trace = 0;
    rows.forEach((row, i) => {
      for (const [j, value] of row) {
        trace += value * factor.inverseEntry(symbolic.permutation[i]!, symbolic.permutation[j]!)!;
      }
    });
    expect(trace / pattern.size).toBeCloseTo(1, 12);
  });

  it("has columns of its inverse in agreement with the selected entries", () => {
    for (const column of [0, 1000, pattern.size - 1]) {
      arena.f64.fill(0, x, x + pattern.size);
      arena.f64[x + column] = 1;
      factor.solveLower(x, 1, pattern.size);
      factor.solveLowerTransposed(x, 1, pattern.size);
      let compared = 0;
      for (let i = 0; i < pattern.size; i++) {
        const selected = factor.inverseEntry(i, column);
        if (selected === null) continue;
        compared++;
        expect(Math.abs(selected - arena.f64[x + i]!)).toBeLessThan(1e-13);
      }
      expect(compared).toBeGreaterThan(3);
    }
  });
});

function leadingSizes(n: number): number[] {
  return [...new Set([n, n - 1, n - 3, Math.floor(n / 2), 1])].filter((k) => k >= 1);
}

function buildCases(): Case[] {
  const random = createRandom(11);
  const list: Case[] = [];
  for (const [size, edges] of [
    [30, 20],
    [80, 120],
    [150, 250],
    [120, 900],
    [60, 1700],
  ] as const) {
    const pattern = patternOf(randomGraph(size, edges, random));
    list.push({ name: `a random graph of ${size} nodes and ${edges} edges`, pattern, options: {} });
    list.push({
      name: `the same with nodes of 1 to 3 rows and 4 constrained nodes (${size} nodes)`,
      pattern,
      options: { last: 4, widths: Int32Array.from({ length: size }, () => 1 + Math.floor(random() * 3)) },
    });
    list.push({
      name: `the same in supernodes of at most 7 columns (${size} nodes)`,
      pattern,
      options: { maximumColumns: 7, last: 2 },
    });
  }
  const arrow = { size: 90, edges: Array.from({ length: 89 }, (_, i) => [i, 89] as const) };
  const forest = {
    size: 91,
    edges: Array.from({ length: 60 }, (_, e) => [e + Math.floor(e / 2), e + Math.floor(e / 2) + 1] as const),
  };
  list.push(
    { name: "a 2-D grid", pattern: patternOf(gridGraph(15, 14)), options: {} },
    { name: "a 3-D grid", pattern: patternOf(gridGraph(6, 6, 6)), options: {} },
    { name: "an arrow with its tip constrained", pattern: patternOf(arrow), options: { last: 1 } },
    { name: "a forest", pattern: patternOf(forest), options: { last: 3 } },
    { name: "a dense matrix", pattern: patternOf(randomGraph(40, 20000, random)), options: {} },
    {
      name: "a dense matrix in parts",
      pattern: patternOf(randomGraph(70, 60000, random)),
      options: { maximumColumns: 16 },
    },
    { name: "a diagonal matrix", pattern: patternOf({ size: 12, edges: [] }), options: { last: 5 } },
    { name: "a single row", pattern: patternOf({ size: 1, edges: [] }), options: {} },
    {
      name: "a grid in natural order without amalgamation",
      pattern: patternOf(gridGraph(12, 11)),
      options: { ordering: Int32Array.from({ length: 132 }, (_, i) => i), relaxation: [] },
    },
  );
  return list;
}
