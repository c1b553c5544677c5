import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  patternFromCliques,
  patternFromPairs,
  withDenseTail,
  withTrailingPath,
} from "../../../../src/linalg/sparse/pattern.ts";

const neighborsOf = (
  pattern: { readonly pointers: Int32Array; readonly indices: Int32Array },
  i: number,
): number[] => [...pattern.indices.subarray(pattern.pointers[i]!, pattern.pointers[i + 1]!)];

describe("patternFromPairs", () => {
  it("merges duplicates and mirrored pairs and drops the diagonal", () => {
    const pattern = patternFromPairs(4, [0, 2, 0, 1, 2, 3], [2, 0, 2, 1, 1, 2]);
    expect([0, 1, 2, 3].map((i) => neighborsOf(pattern, i))).toEqual([[2], [2], [0, 1, 3], [2]]);
  });

  it("keeps rows without entries and the empty matrix", () => {
    expect([...patternFromPairs(3, [], []).pointers]).toEqual([0, 0, 0, 0]);
    expect(patternFromPairs(0, [], []).indices.length).toBe(0);
  });

  it.each([3, -1, 0.5, Number.NaN])("refuses row %s of a matrix of 3", (row) => {
    expect(() => patternFromPairs(3, [row], [0])).toThrowError(
      expect.objectContaining({ code: "sparse/index-out-of-range" }),
    );
  });
});

describe("patternFromCliques", () => {
  // Small matrices with large cliques go by a bitmap, large ones with small cliques by lists.
  it.each([
    { size: 12, largest: 9 },
    { size: 70, largest: 40 },
    { size: 900, largest: 6 },
  ])("has the pattern of all pairs of members ($size rows, cliques up to $largest)", ({ size, largest }) => {
    const cliques = fc.array(fc.array(fc.nat(size - 1), { maxLength: largest }), { maxLength: 8 });
    fc.assert(
      fc.property(cliques, (list) => {
        const pointers = [0];
        const rows: number[] = [];
        const columns: number[] = [];
        for (const clique of list) {
          pointers.push(pointers.at(-1)! + clique.length);
          for (const i of clique) {
            for (const j of clique) {
              rows.push(i);
              columns.push(j);
            }
          }
        }
        expect(patternFromCliques(size, pointers, list.flat())).toEqual(
          patternFromPairs(size, rows, columns),
        );
      }),
    );
  });

  it("refuses a member that is not a row", () => {
    expect(() => patternFromCliques(3, [0, 2], [1, 3])).toThrowError(/has no row 3/);
  });
});

describe("withDenseTail", () => {
  it("adds nodes that are neighbors of all, in order", () => {
    const pattern = withDenseTail(patternFromPairs(3, [0], [2]), 2);
    expect([0, 1, 2, 3, 4].map((i) => neighborsOf(pattern, i))).toEqual([
      [2, 3, 4],
      [3, 4],
      [0, 3, 4],
      [0, 1, 2, 4],
      [0, 1, 2, 3],
    ]);
  });
});

describe("withTrailingPath", () => {
  it("joins consecutive nodes from the first on", () => {
    const pattern = withTrailingPath(patternFromPairs(5, [0, 2], [4, 3]), 2);
    expect([0, 1, 2, 3, 4].map((i) => neighborsOf(pattern, i))).toEqual([[4], [], [3], [2, 4], [0, 3]]);
  });

  it("returns a pattern that has the path already", () => {
    const pattern = patternFromPairs(4, [2, 0], [3, 1]);
    expect(withTrailingPath(pattern, 2)).toBe(pattern);
  });
});
