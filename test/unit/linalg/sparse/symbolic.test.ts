import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnCounts } from "../../../../src/linalg/sparse/columnCounts.ts";
import { eliminationTree, postorder } from "../../../../src/linalg/sparse/eliminationTree.ts";
import type { SymmetricPattern } from "../../../../src/linalg/sparse/pattern.ts";
import { analyze, type SymbolicFactor } from "../../../../src/linalg/sparse/symbolic.ts";
import { createRandom, gridGraph, patternOf, randomGraph } from "./sparseMatrices.ts";

const problems = fc
  .record({
    size: fc.integer({ min: 1, max: 40 }),
    density: fc.integer({ min: 0, max: 5 }),
    seed: fc.nat(),
    last: fc.nat(4),
    widest: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ size, density, seed, last, widest }) => {
    const random = createRandom(seed);
    return {
      pattern: patternOf(randomGraph(size, size * density, random)),
      last: Math.min(last, size),
      widths: Int32Array.from({ length: size }, () => 1 + Math.floor(random() * widest)),
    };
  });

/** Rows below the diagonal of each column after elimination in the given order, by playing the game. */
function playElimination(pattern: SymmetricPattern, order: Int32Array): Set<number>[] {
  const position = inverse(order);
  const below = Array.from(order, (node, k) => {
    const all = [...pattern.indices.subarray(pattern.pointers[node]!, pattern.pointers[node + 1]!)];
    return new Set(all.map((other) => position[other]!).filter((p) => p > k));
  });
  below.forEach((rows) => {
    const parent = Math.min(...rows);
    for (const row of rows) if (row !== parent) below[parent]!.add(row);
  });
  return below;
}

function inverse(order: Int32Array): Int32Array {
  const position = new Int32Array(order.length);
  order.forEach((node, k) => {
    position[node] = k;
  });
  return position;
}

const identity = (size: number): Int32Array => Int32Array.from({ length: size }, (_, i) => i);

const rowsOf = (symbolic: SymbolicFactor, s: number): number[] => [
  ...symbolic.rows.subarray(symbolic.rowPointers[s]!, symbolic.rowPointers[s + 1]!),
];

describe("eliminationTree", () => {
  it("has as parent the first row below the diagonal", () => {
    fc.assert(
      fc.property(problems, ({ pattern }) => {
        const order = identity(pattern.size);
        const expected = playElimination(pattern, order).map((rows) => (rows.size ? Math.min(...rows) : -1));
        expect([...eliminationTree(pattern, order, order)]).toEqual(expected);
      }),
    );
  });
});

describe("postorder", () => {
  it("visits children before parents, subtrees without a break and siblings ascending", () => {
    expect([...postorder(Int32Array.of(4, 3, 4, -1, -1, 3))]).toEqual([1, 5, 3, 0, 2, 4]);
  });

  it("walks a path of 200 000 nodes", () => {
    const order = postorder(Int32Array.from({ length: 200_000 }, (_, i) => (i < 199_999 ? i + 1 : -1)));
    expect(order[199_999]).toBe(199_999);
  });
});

describe("columnCounts", () => {
  it("equals the counts found by elimination, widths included", () => {
    fc.assert(
      fc.property(problems, ({ pattern, widths }) => {
        const start = identity(pattern.size);
        const tree = eliminationTree(pattern, start, start);
        const order = postorder(tree);
        const position = inverse(order);
        const parent = Int32Array.from(order, (node) => (tree[node]! < 0 ? -1 : position[tree[node]!]!));
        const byPosition = Int32Array.from(order, (node) => widths[node]!);
        const expected = playElimination(pattern, order).map((rows, k) =>
          [k, ...rows].reduce((sum, row) => sum + byPosition[row]!, 0),
        );
        expect([...columnCounts(pattern, order, position, parent, byPosition)]).toEqual(expected);
      }),
    );
  });
});

describe("analyze", () => {
  it("keeps the scalars of a node together and constrained nodes at the end in order", () => {
    fc.assert(
      fc.property(problems, ({ pattern, widths, last }) => {
        const { permutation, inversePermutation, size } = analyze(pattern, { widths, last });
        expect([...permutation].sort((a, b) => a - b)).toEqual([...identity(size)]);
        expect(inverse(permutation)).toEqual(inversePermutation);
        let scalar = 0;
        widths.forEach((width, node) => {
          for (let a = 1; a < width; a++) {
            expect(permutation[scalar + a]).toBe(permutation[scalar]! + a);
          }
          if (node >= pattern.size - last) expect(permutation[scalar]).toBe(scalar);
          scalar += width;
        });
      }),
    );
  });

  it("stores exactly the pattern of L when no zeros are allowed", () => {
    fc.assert(
      fc.property(problems, fc.integer({ min: 1, max: 9 }), ({ pattern }, maximumColumns) => {
        const symbolic = analyze(pattern, { relaxation: [], maximumColumns });
        const below = playElimination(pattern, symbolic.inversePermutation);
        for (let j = 0; j < symbolic.size; j++) {
          const stored = rowsOf(symbolic, symbolic.supernodeOf[j]!).filter((row) => row > j);
          expect(stored).toEqual([...below[j]!].sort((a, b) => a - b));
        }
      }),
    );
  });

  it("stores at least the pattern of L, in ascending lists nested up the tree", () => {
    fc.assert(
      fc.property(problems, fc.integer({ min: 1, max: 9 }), ({ pattern, last }, maximumColumns) => {
        const symbolic = analyze(pattern, { last, maximumColumns });
        const below = playElimination(pattern, symbolic.inversePermutation);
        for (let s = 0; s < symbolic.supernodeCount; s++) {
          const rows = rowsOf(symbolic, s);
          const columns = symbolic.starts[s + 1]! - symbolic.starts[s]!;
          expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
          expect(rows.slice(0, columns)).toEqual(
            Array.from({ length: columns }, (_, i) => symbolic.starts[s]! + i),
          );
          expect(columns).toBeLessThanOrEqual(maximumColumns);
          for (let i = 0; i < columns; i++) {
            for (const row of below[rows[i]!]!) expect(rows).toContain(row);
          }
          if (rows.length > columns) {
            const parent = rowsOf(symbolic, symbolic.supernodeOf[rows[columns]!]!);
            for (const row of rows.slice(columns)) expect(parent).toContain(row);
          }
        }
      }),
    );
  });

  it("counts entries and operations of a dense matrix by the formulas", () => {
    const symbolic = analyze(patternOf(randomGraph(30, 20_000, createRandom(1))));
    expect(symbolic.supernodeCount).toBe(1);
    expect(symbolic.nonzeros).toBe((30 * 31) / 2);
    expect(symbolic.flops).toBe((30 * 31 * 61) / 6);
    expect(symbolic.panelDoubles).toBe(900);
  });

  it("has far fewer supernodes for a few more stored zeros on a grid", () => {
    const pattern = patternOf(gridGraph(60, 60));
    const exact = analyze(pattern, { relaxation: [] });
    const relaxed = analyze(pattern);
    expect(relaxed.supernodeCount).toBeLessThan(exact.supernodeCount / 4);
    expect(relaxed.nonzeros).toBeLessThan(1.4 * exact.nonzeros);
    expect(relaxed.flops).toBeLessThan(1.5 * exact.flops);
  });

  it("analyzes a matrix without rows", () => {
    const symbolic = analyze(patternOf({ size: 0, edges: [] }));
    expect([symbolic.size, symbolic.supernodeCount, symbolic.panelDoubles]).toEqual([0, 0, 0]);
  });

  it.each([
    { ordering: Int32Array.of(0, 1, 1, 3) },
    { ordering: Int32Array.of(0, 1, 2) },
    { ordering: Int32Array.of(0, 1, 3, 2), last: 1 },
    { ordering: Int32Array.of(0, 1, 2, 4) },
  ])("refuses $ordering as an order of 4 rows", (options) => {
    expect(() => analyze(patternOf({ size: 4, edges: [[0, 1]] }), options)).toThrowError(
      expect.objectContaining({ code: "sparse/not-an-ordering" }),
    );
  });
});
