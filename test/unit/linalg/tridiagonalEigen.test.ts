import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMatrix, type Matrix } from "../../../src/linalg/matrix.ts";
import { symmetricEigen } from "../../../src/linalg/symmetricEigen.ts";
import { tridiagonalEigen } from "../../../src/linalg/tridiagonalEigen.ts";

function symmetric(n: number, entry: (i: number, j: number) => number): Matrix {
  const out = createMatrix(n, n);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      out.values[i + j * n] = entry(i, j);
      out.values[j + i * n] = out.values[i + j * n]!;
    }
  }
  return out;
}

/** Largest entries of A V - V D and of V'V - I, relative to the norm of A. */
function defects(a: Matrix): readonly [number, number] {
  const n = a.rows;
  const { values, vectors } = tridiagonalEigen(a);
  const norm = Math.max(1e-300, ...a.values.map(Math.abs));
  let residual = 0;
  let orthogonality = 0;
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      let product = -values[j]! * vectors.values[i + j * n]!;
      let inner = i === j ? -1 : 0;
      for (let k = 0; k < n; k++) {
        product += a.values[i + k * n]! * vectors.values[k + j * n]!;
        inner += vectors.values[k + i * n]! * vectors.values[k + j * n]!;
      }
      residual = Math.max(residual, Math.abs(product) / norm);
      orthogonality = Math.max(orthogonality, Math.abs(inner));
    }
  }
  return [residual, orthogonality];
}

describe("tridiagonalEigen", () => {
  it("satisfies A V = V D with orthonormal V for any symmetric matrix", () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 14 })
          .chain((n) =>
            fc.tuple(
              fc.constant(n),
              fc.array(fc.integer({ min: -9, max: 9 }), { minLength: n * n, maxLength: n * n }),
            ),
          ),
        ([n, numbers]) => {
          const [residual, orthogonality] = defects(symmetric(n, (i, j) => numbers[i + j * n]!));
          expect(residual).toBeLessThan(1e-13 * n);
          expect(orthogonality).toBeLessThan(1e-13 * n);
        },
      ),
      { seed: 20, numRuns: 200 },
    );
  });

  it("has the eigenvalues of Jacobi's method, ascending", () => {
    const a = symmetric(40, (i, j) => Math.cos(i * j + i + j) / (1 + Math.abs(i - j)));
    const jacobi = symmetricEigen(a).values;
    const ours = tridiagonalEigen(a).values;
    for (const [k, value] of ours.entries()) expect(Math.abs(value - jacobi[k]!)).toBeLessThan(1e-13);
  });

  it("knows the second difference matrix, whose eigenvalues are closed-form", () => {
    const n = 100;
    const { values } = tridiagonalEigen(symmetric(n, (i, j) => (i === j ? 2 : i === j + 1 ? -1 : 0)));
    for (let k = 1; k <= n; k++) {
      expect(values[k - 1]!).toBeCloseTo(4 * Math.sin((k * Math.PI) / (2 * (n + 1))) ** 2, 13);
    }
  });

  it("handles matrices that are zero, diagonal, or of rank one", () => {
    expect([...tridiagonalEigen(createMatrix(4, 4)).values]).toEqual([0, 0, 0, 0]);
    expect([...tridiagonalEigen(symmetric(3, (i, j) => (i === j ? 3 - i : 0))).values]).toEqual([1, 2, 3]);
    const { values } = tridiagonalEigen(symmetric(30, () => 1));
    expect(values[29]!).toBeCloseTo(30, 12);
    expect(Math.abs(values[28]!)).toBeLessThan(1e-13);
    expect(tridiagonalEigen(createMatrix(0, 0)).values.length).toBe(0);
  });
});
