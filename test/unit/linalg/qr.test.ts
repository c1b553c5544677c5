import { describe, expect, it } from "vitest";
import type { Matrix } from "../../../src/linalg/matrix.ts";
import {
  householderQr,
  multiplyQ,
  multiplyQTransposed,
  orthonormalBasis,
  solveR,
  solveRTransposed,
} from "../../../src/linalg/qr.ts";

/** Numbers in (-1, 1) from a linear congruence, so that failures repeat. */
function numbers(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

function random(rows: number, columns: number, seed: number): Matrix {
  return { rows, columns, values: numbers(rows * columns, seed) };
}

function column(matrix: Matrix, j: number): Float64Array {
  return matrix.values.slice(j * matrix.rows, (j + 1) * matrix.rows);
}

describe("householderQr", () => {
  it.each([
    [1, 1],
    [5, 1],
    [5, 5],
    [40, 7],
    [3, 6],
  ])("factors a %d x %d matrix: A[, pivot] = Q R", (n, p) => {
    const A = random(n, p, 7 * n + p);
    const qr = householderQr(A, new Float64Array(p).fill(1e-11));
    expect(qr.rank).toBe(Math.min(n, p));
    const Q = orthonormalBasis(qr);
    for (let j = 0; j < qr.rank; j++) {
      for (let k = 0; k < qr.rank; k++) {
        const product = column(Q, j).reduce((sum, value, i) => sum + value * Q.values[i + k * n]!, 0);
        expect(Math.abs(product - (j === k ? 1 : 0))).toBeLessThan(1e-14);
      }
    }
    for (let j = 0; j < p; j++) {
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let k = 0; k <= Math.min(j, qr.rank - 1); k++)
          sum += Q.values[i + k * n]! * qr.packed[k + j * n]!;
        expect(Math.abs(sum - A.values[i + qr.pivot[j]! * n]!)).toBeLessThan(1e-14);
      }
    }
  });

  it("moves dependent columns to the end and keeps the order of the others", () => {
    const A = random(10, 6, 3);
    for (let i = 0; i < 10; i++) {
      A.values[i + 20] = A.values[i]! + 2 * A.values[i + 10]!;
      A.values[i + 30] = 0;
    }
    const qr = householderQr(A, new Float64Array(6).fill(1e-11));
    expect(qr.rank).toBe(4);
    expect(Array.from(qr.pivot)).toEqual([0, 1, 4, 5, 2, 3]);
    const coordinates = qr.packed.slice(40, 44);
    solveR(qr, coordinates);
    Array.from([1, 2, 0, 0]).forEach((value, k) => {
      expect(coordinates[k]).toBeCloseTo(value, 13);
    });
  });

  it("multiplies by Q and its transpose, and solves with R and its transpose", () => {
    const A = random(12, 4, 5);
    const qr = householderQr(A, new Float64Array(4));
    const y = numbers(12, 9);
    const there = y.slice();
    multiplyQTransposed(qr, there);
    multiplyQ(qr, there);
    y.forEach((value, i) => {
      expect(there[i]).toBeCloseTo(value, 14);
    });
    // A'A x = R'R x
    const x = Float64Array.of(1, -2, 3, 0.5);
    const Ax = new Float64Array(12);
    for (let j = 0; j < 4; j++) for (let i = 0; i < 12; i++) Ax[i] = Ax[i]! + A.values[i + 12 * j]! * x[j]!;
    const b = Float64Array.from({ length: 4 }, (_, j) =>
      column(A, j).reduce((sum, value, i) => sum + value * Ax[i]!, 0),
    );
    solveRTransposed(qr, b);
    solveR(qr, b);
    x.forEach((value, j) => {
      expect(b[j]).toBeCloseTo(value, 12);
    });
  });

  it("is not disturbed by very large or very small columns", () => {
    const A = random(8, 3, 11);
    for (let i = 0; i < 8; i++) {
      A.values[i] = A.values[i]! * 1e200;
      A.values[i + 8] = A.values[i + 8]! * 1e-200;
    }
    expect(householderQr(A, new Float64Array(3).fill(1e-11)).rank).toBe(3);
  });
});
