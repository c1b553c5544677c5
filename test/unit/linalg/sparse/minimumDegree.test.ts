import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minimumDegree } from "../../../../src/linalg/sparse/minimumDegree.ts";
import { analyze } from "../../../../src/linalg/sparse/symbolic.ts";
import { createRandom, type Graph, gridGraph, patternOf, randomGraph } from "./sparseMatrices.ts";

const graphs = fc
  .record({ size: fc.integer({ min: 1, max: 80 }), density: fc.nat(12), seed: fc.nat() })
  .map(({ size, density, seed }) => randomGraph(size, size * density, createRandom(seed)));

const fillOf = (graph: Graph, options = {}): number =>
  analyze(patternOf(graph), { relaxation: [], ...options }).nonzeros;

describe("minimumDegree", () => {
  it("names every node once, the constrained ones last and in order", () => {
    fc.assert(
      fc.property(graphs, fc.nat(5), (graph, last) => {
        const order = [...minimumDegree(patternOf(graph), { last })];
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from(order, (_, i) => i));
        const kept = Math.min(last, graph.size);
        expect(order.slice(graph.size - kept)).toEqual(
          Array.from({ length: kept }, (_, i) => graph.size - kept + i),
        );
      }),
    );
  });

  it("gives the same order every time", () => {
    const pattern = patternOf(randomGraph(500, 2000, createRandom(4)));
    expect(minimumDegree(pattern)).toEqual(minimumDegree(pattern));
  });

  it("gives no fill on trees, whose leaves are eliminated first", () => {
    const random = createRandom(9);
    const edges = Array.from({ length: 299 }, (_, i) => [i + 1, Math.floor(random() * (i + 1))] as const);
    expect(fillOf({ size: 300, edges })).toBe(599);
  });

  it("gives no fill on an arrow whichever end its tip is", () => {
    const edges = Array.from({ length: 99 }, (_, i) => [0, i + 1] as const);
    expect(fillOf({ size: 100, edges })).toBe(199);
  });

  it("eliminates a dense block once, after the nodes that hang on it", () => {
    const edges: [number, number][] = [];
    for (let i = 0; i < 20; i++) for (let j = 0; j < i; j++) edges.push([i, j]);
    for (let i = 0; i < 20; i++) edges.push([i, 20 + i]);
    expect(fillOf({ size: 40, edges })).toBe(20 * 2 + (20 * 21) / 2);
  });

  // R 4.2.2, Matrix 1.5-3 (CHOLMOD, AMD): Cholesky(A, perm = TRUE, LDL = FALSE, super = FALSE), sum(L@nz)
  it.each([
    { extent: [30, 30], cholmod: 10231 },
    { extent: [100, 100], cholmod: 206332 },
    { extent: [12, 12, 12], cholmod: 76038 },
    { extent: [20, 20, 20], cholmod: 842282 },
  ])("fills a grid of $extent nodes no more than CHOLMOD's AMD plus 2 percent", ({ extent, cholmod }) => {
    expect(fillOf(gridGraph(...extent))).toBeLessThan(1.02 * cholmod);
  });

  it("beats the natural order on random sparse graphs", () => {
    const graph = randomGraph(400, 700, createRandom(2));
    const natural = fillOf(graph, { ordering: Int32Array.from({ length: 400 }, (_, i) => i) });
    expect(fillOf(graph)).toBeLessThan(natural / 3);
  });

  it("does not depend on a common width of the nodes, however many times its counters start again", () => {
    // Two sides, joined at random: each of the many pivots leaves a large clique.
    const random = createRandom(6);
    const edges: [number, number][] = [];
    for (let i = 0; i < 700; i++) for (let j = 700; j < 1300; j++) if (random() < 0.8) edges.push([i, j]);
    const pattern = patternOf({ size: 1300, edges });
    const widths = new Int32Array(1300).fill(10_000);
    expect(minimumDegree(pattern, { widths })).toEqual(minimumDegree(pattern));
  });

  it("starts with the node that has the fewest neighboring rows, not the fewest neighboring nodes", () => {
    // A path 0 - 1 - 2 - 3 whose second node is 9 rows wide, and a node 4 next to 2 and 3.
    const edges = [[0, 1] as const, [1, 2] as const, [2, 3] as const, [4, 2] as const, [4, 3] as const];
    const pattern = patternOf({ size: 5, edges });
    expect(minimumDegree(pattern)[0]).toBe(0);
    expect(minimumDegree(pattern, { widths: Int32Array.of(1, 9, 1, 1, 1) })[0]).not.toBe(0);
  });

  it("puts nodes with very many neighbors behind the others", () => {
    const hub = 700;
    const edges = Array.from({ length: 3000 }, (_, i) => [hub, i] as const).filter(([a, b]) => a !== b);
    const order = minimumDegree(patternOf({ size: 3001, edges: [...edges, [2, 3], [3, 4]] }), { last: 1 });
    expect(order[2999]).toBe(hub);
    expect(order[3000]).toBe(3000);
  });

  it("orders an empty pattern and none at all", () => {
    expect([...minimumDegree(patternOf({ size: 3, edges: [] }))].sort()).toEqual([0, 1, 2]);
    expect(minimumDegree(patternOf({ size: 0, edges: [] })).length).toBe(0);
  });
});
