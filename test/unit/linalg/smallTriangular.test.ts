import { describe, expect, it } from "vitest";
import { solveLower, solveLowerTransposed, solveUpper } from "../../../src/linalg/smallTriangular.ts";

/** 3 x 3 column-major; what a solve must not read is NaN. */
const lower = Float64Array.of(2, 1, -3, Number.NaN, 4, 0.5, Number.NaN, Number.NaN, 8);
const upper = Float64Array.of(2, Number.NaN, Number.NaN, 1, 4, Number.NaN, -3, 0.5, 8);

describe("small triangular solves", () => {
  it("are exact where all numbers are, and read their own triangle only", () => {
    // L (1, 2, 3)', L' (1, 2, 3)' and U (1, 2, 3)' by hand; U = L'
    const forward = Float64Array.of(2, 9, 22);
    solveLower(lower, 3, forward);
    expect([...forward]).toEqual([1, 2, 3]);
    const backward = Float64Array.of(-5, 9.5, 24);
    solveLowerTransposed(lower, 3, backward);
    expect([...backward]).toEqual([1, 2, 3]);
    const above = Float64Array.of(-5, 9.5, 24);
    solveUpper(upper, 3, above);
    expect([...above]).toEqual([1, 2, 3]);
  });

  it("solve for a row of a matrix by its stride and leave the others alone", () => {
    const rows = Float64Array.of(7, -5, 7, 9.5, 7, 24);
    solveUpper(upper, 3, rows, 1, 2);
    expect([...rows]).toEqual([7, 1, 7, 2, 7, 3]);
  });
});
