import { describe, expect, it } from "vitest";
import type { Matrix } from "../../../src/linalg/matrix.ts";
import { fixedEffects } from "../../../src/model/fixedEffects.ts";

function fromColumns(...columns: readonly (readonly number[])[]): Matrix {
  return { rows: columns[0]!.length, columns: columns.length, values: Float64Array.from(columns.flat()) };
}

/** largest |X - basis * transform| relative to the column's largest entry */
function reconstructionError(X: Matrix, basis: Matrix, transform: Matrix): number {
  let worst = 0;
  for (let j = 0; j < X.columns; j++) {
    let size = 0;
    let error = 0;
    for (let i = 0; i < X.rows; i++) {
      let sum = 0;
      for (let k = 0; k <= j; k++)
        sum += basis.values[i + k * X.rows]! * transform.values[k + j * transform.rows]!;
      size = Math.max(size, Math.abs(X.values[i + j * X.rows]!));
      error = Math.max(error, Math.abs(sum - X.values[i + j * X.rows]!));
    }
    worst = Math.max(worst, error / size);
  }
  return worst;
}

function crossproductError(basis: Matrix, crossproduct: Matrix, weights?: Float64Array): number {
  let worst = 0;
  const n = basis.rows;
  for (let j = 0; j < basis.columns; j++) {
    for (let k = 0; k < basis.columns; k++) {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        sum += (weights?.[i] ?? 1) * basis.values[i + j * n]! * basis.values[i + k * n]!;
      }
      const scale = Math.sqrt(
        crossproduct.values[j + j * basis.columns]! * crossproduct.values[k + k * basis.columns]!,
      );
      worst = Math.max(worst, Math.abs(sum - crossproduct.values[k + j * basis.columns]!) / scale);
    }
  }
  return worst;
}

const rows = Array.from({ length: 24 }, (_, i) => i);
const one = rows.map(() => 1);
const a = (level: number) => rows.map((i) => (i % 3 === level ? 1 : 0));
const b = (level: number) => rows.map((i) => (Math.floor(i / 3) % 2 === level ? 1 : 0));
const x = rows.map((i) => Math.sin(i * 1.7) * 3);

describe("fixedEffects", () => {
  it("keeps a full-rank matrix as it is and factors it into basis and transform", () => {
    const X = fromColumns(one, x, a(1), a(2));
    const { fixed, kept, aliased, condition } = fixedEffects(["1", "x", "a1", "a2"], X);
    expect(kept).toEqual([0, 1, 2, 3]);
    expect(aliased).toEqual([]);
    expect(fixed.matrix).toBe(X);
    expect(condition).toBeGreaterThan(0.1);
    expect(reconstructionError(X, fixed.basis, fixed.transform)).toBeLessThan(1e-15);
    expect(crossproductError(fixed.basis, fixed.crossproduct)).toBeLessThan(1e-14);
  });

  it("takes out a dummy that others imply and says which combination it equals", () => {
    const X = fromColumns(one, a(0), a(1), a(2), b(0), b(1));
    const result = fixedEffects(["1", "a0", "a1", "a2", "b0", "b1"], X);
    expect(result.kept).toEqual([0, 1, 2, 4]);
    expect(result.aliased).toEqual([
      {
        column: 3,
        combination: [
          { column: 0, weight: 1 },
          { column: 1, weight: -1 },
          { column: 2, weight: -1 },
        ],
      },
      {
        column: 5,
        combination: [
          { column: 0, weight: 1 },
          { column: 4, weight: -1 },
        ],
      },
    ]);
    expect(result.fixed.names).toEqual(["1", "a0", "a1", "b0"]);
    expect(reconstructionError(result.fixed.matrix, result.fixed.basis, result.fixed.transform)).toBeLessThan(
      1e-15,
    );
  });

  it("names rational combinations of numeric columns far from zero", () => {
    const year = rows.map((i) => 2000 + i / 7);
    const z = rows.map((i) => 1e6 + Math.cos(i));
    const both = rows.map((i) => 0.5 * year[i]! - z[i]! / 3 + 7);
    const result = fixedEffects(["1", "year", "z", "both"], fromColumns(one, year, z, both));
    expect(result.kept).toEqual([0, 1, 2]);
    expect(result.aliased[0]!.combination.map((part) => part.column)).toEqual([0, 1, 2]);
    expect(result.aliased[0]!.combination[1]!.weight).toBe(0.5);
    expect(result.aliased[0]!.combination[2]!.weight).toBe(-1 / 3);
    expect(result.aliased[0]!.combination[0]!.weight).toBeCloseTo(7, 6);
  });

  it("drops a column of zeros with an empty combination", () => {
    const result = fixedEffects(
      ["1", "zero", "x"],
      fromColumns(
        one,
        rows.map(() => 0),
        x,
      ),
    );
    expect(result.kept).toEqual([0, 2]);
    expect(result.aliased).toEqual([{ column: 1, combination: [] }]);
  });

  it("finds at most n independent columns", () => {
    const result = fixedEffects(["a", "b", "c"], fromColumns([1, 2], [3, 5], [7, 11]));
    expect(result.kept).toEqual([0, 1]);
    expect(result.aliased[0]!.column).toBe(2);
  });

  it("keeps two columns that differ by a part in a million, and does not lose accuracy", () => {
    const nearly = rows.map((i) => x[i]! + 1e-6 * Math.cos(3 * i));
    const X = fromColumns(one, x, nearly);
    const { fixed, kept, condition } = fixedEffects(["1", "x", "y"], X);
    expect(kept).toEqual([0, 1, 2]);
    expect(condition).toBeLessThan(1e-5);
    expect(reconstructionError(X, fixed.basis, fixed.transform)).toBeLessThan(1e-14);
    expect(crossproductError(fixed.basis, fixed.crossproduct)).toBeLessThan(1e-13);
  });

  it("does not call the tenth powers of the Filip regression dependent", () => {
    // the abscissae of NIST StRD Filip lie in [-9, -3]; equally spaced ones are as hard
    const t = Array.from({ length: 82 }, (_, i) => -9 + (6 * i) / 81);
    const X = fromColumns(...Array.from({ length: 11 }, (_, k) => t.map((value) => value ** k)));
    const { fixed, kept, condition } = fixedEffects(
      Array.from({ length: 11 }, (_, k) => `x^${k}`),
      X,
    );
    expect(kept.length).toBe(11);
    expect(condition).toBeLessThan(1e-7);
    expect(reconstructionError(X, fixed.basis, fixed.transform)).toBeLessThan(1e-13);
    expect(crossproductError(fixed.basis, fixed.crossproduct)).toBeLessThan(1e-13);
  });

  it("centres by dummies that span the constant, and finds the constant in them", () => {
    const far = rows.map((i) => 1e8 + Math.sin(i));
    const X = fromColumns(a(0), a(1), a(2), far, one);
    const { fixed, kept, aliased } = fixedEffects(["a0", "a1", "a2", "far", "one"], X);
    expect(kept).toEqual([0, 1, 2, 3]);
    expect(aliased[0]!.combination).toEqual([0, 1, 2].map((column) => ({ column, weight: 1 })));
    expect(reconstructionError(fixed.matrix, fixed.basis, fixed.transform)).toBeLessThan(1e-15);
  });

  it("does not centre by dummies one of which is itself aliased", () => {
    const result = fixedEffects(
      ["a", "b", "c", "d"],
      fromColumns([0, -1, 0], [1, 0, 1], [0, 1, 0], [2, 3, 2]),
    );
    expect(result.kept).toEqual([0, 1]);
    expect(result.aliased[1]!.combination).toEqual([
      { column: 0, weight: -3 },
      { column: 1, weight: 2 },
    ]);
  });

  it("uses the metric of the weights", () => {
    const weights = Float64Array.from(rows, (i) => 0.5 + (i % 5));
    const nearly = rows.map((i) => x[i]! + 1e-6 * Math.cos(3 * i));
    for (const X of [
      fromColumns(
        one,
        rows.map((i) => 100 + i),
        a(1),
      ),
      fromColumns(one, x, nearly),
    ]) {
      const { fixed } = fixedEffects(["1", "x", "y"], X, weights);
      expect(reconstructionError(X, fixed.basis, fixed.transform)).toBeLessThan(1e-14);
      expect(crossproductError(fixed.basis, fixed.crossproduct, weights)).toBeLessThan(1e-13);
    }
  });

  it("gives the same decision and condition whatever the scale of a column", () => {
    for (const scale of [1e-200, 1e-8, 1, 1e8, 1e200]) {
      const X = fromColumns(
        one,
        x.map((value) => value * scale),
        a(1),
      );
      const { kept, condition } = fixedEffects(["1", "x", "a1"], X);
      expect(kept).toEqual([0, 1, 2]);
      const reference = fixedEffects(["1", "x", "a1"], fromColumns(one, x, a(1)));
      expect(condition).toBeCloseTo(reference.condition, 12);
    }
  });

  it("finds the same rank in sparse and dense form of a large two-way table", () => {
    const n = 400;
    const columns: number[][] = [Array.from({ length: n }, () => 1)];
    for (let level = 0; level < 12; level++)
      columns.push(Array.from({ length: n }, (_, i) => (i % 12 === level ? 1 : 0)));
    for (let level = 0; level < 7; level++)
      columns.push(Array.from({ length: n }, (_, i) => ((i * i) % 7 === level ? 1 : 0)));
    const { kept, aliased } = fixedEffects(
      columns.map((_, j) => `c${j}`),
      fromColumns(...columns),
    );
    // squares modulo 7 take the values 0, 1, 2, 4
    expect(kept.length).toBe(1 + 11 + 3);
    expect(aliased.map((entry) => entry.column)).toEqual([12, 16, 17, 18, 19]);
    expect(aliased.filter((entry) => entry.combination.length === 0).map((entry) => entry.column)).toEqual([
      16, 18, 19,
    ]);
  });
});
