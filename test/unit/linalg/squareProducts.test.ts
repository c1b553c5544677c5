import { describe, expect, it } from "vitest";
import { product, transpose } from "../../../src/linalg/denseProducts.ts";
import { createMatrix, type Matrix } from "../../../src/linalg/matrix.ts";
import { choleskyOf, whiten, whitenTransposed } from "../../../src/linalg/smallCholesky.ts";
import { dot, multiplyByTransposed, multiplySquare } from "../../../src/linalg/squareProducts.ts";

/** n x n with entries in (-1, 1), the same on every run. */
function square(n: number, seed: number): Matrix {
  const values = Float64Array.from({ length: n * n }, (_, i) => Math.sin(12.9898 * (i + 1) + 7 * seed));
  return { rows: n, columns: n, values };
}

function expectClose(actual: Float64Array, expected: Float64Array): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-13);
  });
}

describe.each([1, 2, 3, 5])("blocks of %i rows", (n) => {
  const a = square(n, 1);
  const b = square(n, 2);

  it("multiply like matrices", () => {
    const out = new Float64Array(n * n);
    multiplySquare(n, a.values, b.values, out);
    expectClose(out, product(a, b).values);
    multiplyByTransposed(n, a.values, b.values, out);
    expectClose(out, product(a, transpose(b)).values);
  });

  it("multiply from the middle of an array of blocks", () => {
    const blocks = Float64Array.from([...b.values, ...a.values]);
    const out = new Float64Array(n * n);
    multiplySquare(n, blocks, b.values, out, n * n);
    expectClose(out, product(a, b).values);
  });

  it("become identity when whitened by their own Cholesky factor, on either side", () => {
    const positive = product(a, transpose(a));
    for (let i = 0; i < n; i++) positive.values[i + i * n]! += 1;
    const l = choleskyOf(positive.values, n);
    const identity = createMatrix(n, n);
    for (let i = 0; i < n; i++) identity.values[i + i * n] = 1;
    const x = positive.values.slice();
    whiten(l, n, x);
    expectClose(x, identity.values);
    const lower = createMatrix(n, n);
    for (let c = 0; c < n; c++) for (let i = c; i < n; i++) lower.values[i + c * n] = l[i + c * n]!;
    const other = product(transpose(lower), lower).values;
    whitenTransposed(l, n, other);
    expectClose(other, identity.values);
  });
});

it("the dot product sums products of entries", () => {
  expect(dot(Float64Array.of(1, 2, 3), Float64Array.of(4, -5, 6))).toBe(12);
});
