import { describe, expect, it } from "vitest";
import { buildDesign } from "../../../src/design/buildDesign.ts";
import { reduceResponse } from "../../../src/engines/response.ts";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { parseFormula } from "../../../src/formula/parseFormula.ts";
import { rowPatterns } from "../../../src/model/rowPatterns.ts";
import { toTable } from "../../../src/table/fromObjects.ts";

const n = 240;
const level = (text: string, i: number, count: number): string => `${text}${(i * i + i) % count}`;
const table = toTable({
  y: Array.from({ length: n }, (_, i) => Math.sin(3 * i) + (i % 5)),
  a: Array.from({ length: n }, (_, i) => level("a", i, 7)),
  b: Array.from({ length: n }, (_, i) => level("b", i >> 2, 5)),
  x: Array.from({ length: n }, (_, i) => Math.cos(i)),
  w: Array.from({ length: n }, (_, i) => 1 + (i % 4) / 2),
  g: Array.from({ length: n }, (_, i) => `g${i % 12}`),
});
const modelOf = (formula: string, weights?: string) =>
  buildDesign(parseFormula(formula), table, weights === undefined ? {} : { weights }).model;

describe("rowPatterns", () => {
  it("numbers the combinations of levels that occur, in the order in which they do", () => {
    const factors = [
      { codes: Int32Array.of(0, 1, 0, 2, 0, 1, 0, 2, ...new Int32Array(80)), levels: ["p", "q", "r"] },
      { codes: Int32Array.of(1, 0, 1, 0, 0, 0, 1, 0, ...new Int32Array(80)), levels: ["s", "t"] },
    ];
    const { codes, rows } = rowPatterns(factors, 88)!;
    expect([...codes.subarray(0, 9)]).toEqual([0, 1, 0, 2, 3, 1, 0, 2, 3]);
    expect([...rows]).toEqual([0, 1, 3, 4]);
  });

  it("is null where there could be more than an eighth as many as rows", () => {
    const factor = { codes: new Int32Array(23), levels: ["p", "q", "r"] };
    expect(rowPatterns([factor], 23)).toBe(null);
    expect(rowPatterns([{ ...factor, codes: new Int32Array(24) }], 24)?.rows.length).toBe(1);
  });
});

describe("a design of factors", () => {
  it("knows which rows of X are alike, and one with a number does not", () => {
    const { fixed } = modelOf("y ~ a + b + (1 | g)");
    const { codes, rows } = fixed.patterns!;
    for (let j = 0; j < fixed.matrix.columns; j++) {
      for (let i = 0; i < n; i++) {
        expect(fixed.matrix.values[i + j * n]).toBe(fixed.matrix.values[rows[codes[i]!]! + j * n]);
        expect(fixed.basis.values[i + j * n]).toBe(fixed.basis.values[rows[codes[i]!]! + j * n]);
      }
    }
    expect(modelOf("y ~ a + x + (1 | g)").fixed.patterns).toBe(undefined);
  });

  for (const weights of [undefined, "w"]) {
    it(`has the cross-products and the residual of its rows${weights ? ", weighted" : ""}`, () => {
      for (const formula of [
        "y ~ a + b + (1 | g)",
        "y ~ 0 + a:b + (1 | g)",
        "y ~ b + (1 | g)",
        "y ~ 1 + (1 | g)",
      ]) {
        const model = modelOf(formula, weights);
        const { patterns: _, ...fixed } = model.fixed;
        const { basis, crossproduct } = fixed;
        const p = basis.columns;
        for (let j = 0; j < p; j++) {
          for (let k = 0; k < p; k++) {
            let sum = 0;
            for (let i = 0; i < n; i++)
              sum += (model.weights?.[i] ?? 1) * basis.values[i + j * n]! * basis.values[i + k * n]!;
            expect(crossproduct.values[j + k * p]).toBeCloseTo(sum, 10);
          }
        }
        const alike = reduceResponse(model);
        const byRows = reduceResponse({ ...model, fixed });
        expect(alike.sumOfSquares / byRows.sumOfSquares).toBeCloseTo(1, 13);
        for (let k = 0; k < p; k++) {
          expect(alike.coefficients[k]).toBeCloseTo(byRows.coefficients[k]!, 12);
          expect(Math.abs(alike.crossproduct[k]!)).toBeLessThan(1e-12);
        }
        for (let i = 0; i < n; i += 11) expect(alike.residual[i]).toBeCloseTo(byRows.residual[i]!, 12);
      }
    });
  }

  it("finds the aliased columns of an incomplete table as the rows do", () => {
    const one = fitFormula("y ~ a * b + (1 | g)", table);
    const other = fitFormula("y ~ a * b + I(0 * x) + (1 | g)", table);
    const named = (fit: typeof one) => fit.notes.filter(({ code }) => code.includes("alias")).length;
    expect(named(other)).toBe(1);
    expect(one.logLik).toBeCloseTo(other.logLik, 9);
  });
});
