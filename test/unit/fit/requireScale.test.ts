import { describe, expect, it } from "vitest";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { coefficientTable } from "../../../src/inference/coefficients.ts";
import { toTable } from "../../../src/table/fromObjects.ts";
import type { Table } from "../../../src/table/table.ts";

const rows = Array.from({ length: 30 }, (_, i) => ({
  y: ((i * 37) % 23) + (i % 5),
  x: ((i * 17) % 29) - 11,
  g: `g${i % 5}`,
}));
const scaled = (y: number, x: number): Table =>
  toTable(rows.map((row) => ({ ...row, y: row.y * y, x: row.x * x })));

describe("an extreme unit", () => {
  it.each([
    [1e200, 1, "y ~ x + (1 | g)", "the response has values of size 2e+201"],
    [1e-200, 1, "y ~ x + (1 | g)", "the response"],
    [1, 1e200, "y ~ x + (1 | g)", "the column 'x'"],
    [1, 1e-300, "y ~ x", "the column 'x'"],
    [1, 1e200, "y ~ 1 + (0 + x | g)", "the slope 'x' of g"],
  ])("of y times %s, x times %s in %s is refused by name", (y, x, formula, what) => {
    expect(() => fitFormula(formula, scaled(y, x))).toThrowError(
      expect.objectContaining({ code: "fit/extreme-scale", message: expect.stringContaining(what) }),
    );
  });

  it.each([
    [1e33, 1],
    [1e-33, 1],
    [1, 1e33],
    [1, 1e-33],
    [1e33, 1e-33],
  ])("short of that changes the scale of the results only (y times %s, x times %s)", (y, x) => {
    const table = coefficientTable(fitFormula("y ~ x + (1 | g)", scaled(1, 1))).rows;
    const other = coefficientTable(fitFormula("y ~ x + (1 | g)", scaled(y, x))).rows;
    expect(other[1]!.estimate! / (table[1]!.estimate! * (y / x))).toBeCloseTo(1, 6);
    expect(other[1]!.se! / (table[1]!.se! * (y / x))).toBeCloseTo(1, 6);
    expect(other[1]!.df! / table[1]!.df!).toBeCloseTo(1, 4);
    expect(other[0]!.df! / table[0]!.df!).toBeCloseTo(1, 4);
  });
});
