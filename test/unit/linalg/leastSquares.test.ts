import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { leastSquares } from "../../../src/linalg/leastSquares.ts";
import type { Matrix } from "../../../src/linalg/matrix.ts";

const folder = new URL("../../../../shared/data/nist/lls/", import.meta.url);

interface Reference {
  readonly model: string;
  readonly intercept: boolean;
  readonly certified: { beta: string[]; se: string[]; residual_sd: string };
}

/** -log10 of the relative error (absolute where the certified value is zero), at most 15. */
function correctDigits(value: number, certified: number): number {
  const error = certified === 0 ? Math.abs(value) : Math.abs(value - certified) / Math.abs(certified);
  return error === 0 ? 15 : Math.min(15, -Math.log10(error));
}

function readCase(name: string): { X: Matrix; y: Float64Array; reference: Reference } {
  const reference = JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as Reference;
  const [header, ...lines] = readFileSync(new URL(`${name}.csv`, folder), "utf8")
    .trim()
    .split("\n");
  const names = header!.trim().split(",");
  const rows = lines.map((line) => line.trim().split(",").map(Number));
  const column = (k: number): number[] => rows.map((row) => row[k]!);
  const columns: number[][] = reference.intercept ? [rows.map(() => 1)] : [];
  for (const term of reference.model
    .split("~")[1]!
    .split("+")
    .map((text) => text.trim())) {
    const power = /^I\((\w+)\^(\d+)\)$/.exec(term);
    if (power) columns.push(column(names.indexOf(power[1]!)).map((value) => value ** Number(power[2])));
    else if (names.includes(term)) columns.push(column(names.indexOf(term)));
  }
  const y = Float64Array.from(column(names.indexOf("y")));
  return {
    X: { rows: y.length, columns: columns.length, values: Float64Array.from(columns.flat()) },
    y,
    reference,
  };
}

const required: Readonly<Record<string, number>> = {
  Norris: 10,
  Pontius: 10,
  NoInt1: 10,
  NoInt2: 10,
  Longley: 10,
  Filip: 7,
  Wampler1: 8,
  Wampler2: 8,
  Wampler3: 8,
  Wampler4: 8,
  Wampler5: 8,
};

describe.skipIf(!existsSync(folder))(
  "leastSquares on the NIST regressions (skipped where the data are absent)",
  () => {
    it("knows every regression of the folder", () => {
      const found = readdirSync(folder)
        .filter((name) => name.endsWith(".csv"))
        .map((name) => name.slice(0, -4));
      expect(Object.keys(required).sort()).toEqual(found.sort());
    });
    it.each(Object.entries(required))(
      "%s has %d correct digits in estimates and standard errors",
      (name, digits) => {
        const { X, y, reference } = readCase(name);
        const { coefficients, residualSumOfSquares, unscaledCovariance } = leastSquares(X, y);
        const sigma = Math.sqrt(residualSumOfSquares / (X.rows - X.columns));
        const { beta, se } = reference.certified;
        const p = X.columns;
        const report = beta.map((value, j) => [
          correctDigits(coefficients[j]!, Number(value)),
          correctDigits(sigma * Math.sqrt(unscaledCovariance.values[j + j * p]!), Number(se[j])),
        ]);
        if (process.env.LRE)
          console.log(
            name,
            report.map((pair) => pair.map((v) => v.toFixed(1)).join("/")).join(" "),
            residualSumOfSquares,
          );
        for (const [estimate, error] of report) {
          expect(estimate).toBeGreaterThanOrEqual(digits);
          expect(error).toBeGreaterThanOrEqual(digits);
        }
      },
    );
  },
);

describe("leastSquares", () => {
  const n = 30;
  const x = Array.from({ length: n }, (_, i) => Math.sin(3 * i) + i / 7);
  const group = Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 1 : 0));
  const X: Matrix = { rows: n, columns: 3, values: Float64Array.from([...x.map(() => 1), ...x, ...group]) };
  const y = Float64Array.from(x, (value, i) => 2 + value - group[i]! + Math.cos(5 * i));

  it("solves the weighted normal equations", () => {
    const weights = Float64Array.from(x, (_, i) => 0.25 + (i % 4));
    const { coefficients, residuals, residualSumOfSquares, unscaledCovariance, effects } = leastSquares(
      X,
      y,
      weights,
    );
    for (let j = 0; j < 3; j++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += weights[i]! * X.values[i + j * n]! * residuals[i]!;
      expect(Math.abs(sum)).toBeLessThan(1e-13);
      // (X'WX)^-1 X'WX = I
      for (let k = 0; k < 3; k++) {
        let product = 0;
        for (let m = 0; m < 3; m++) {
          let cross = 0;
          for (let i = 0; i < n; i++) cross += weights[i]! * X.values[i + m * n]! * X.values[i + k * n]!;
          product += unscaledCovariance.values[j + 3 * m]! * cross;
        }
        expect(product).toBeCloseTo(j === k ? 1 : 0, 12);
      }
    }
    let total = 0;
    for (let i = 0; i < n; i++) {
      total += weights[i]! * y[i]! ** 2;
      const fitted = coefficients[0]! + coefficients[1]! * x[i]! + coefficients[2]! * group[i]!;
      expect(residuals[i]).toBeCloseTo(y[i]! - fitted, 13);
    }
    const explained = effects.reduce((sum, value) => sum + value * value, 0);
    expect(explained + residualSumOfSquares).toBeCloseTo(total, 11);
    // what the last column adds is what leaving it out loses
    const without = leastSquares({ rows: n, columns: 2, values: X.values.slice(0, 2 * n) }, y, weights);
    expect(effects[2]! ** 2).toBeCloseTo(without.residualSumOfSquares - residualSumOfSquares, 11);
    expect(X.values[n]).toBe(x[0]);
  });

  it("loses nothing to a response far from zero", () => {
    const shift = 2 ** 30;
    const near = leastSquares(X, y);
    const rounded = y.map((value) => value + shift);
    const far = leastSquares(X, rounded);
    const exact = leastSquares(
      X,
      rounded.map((value) => value - shift),
    );
    expect(far.coefficients[1]).toBeCloseTo(exact.coefficients[1]!, 14);
    expect(far.residualSumOfSquares).toBeCloseTo(exact.residualSumOfSquares, 13);
    expect(far.effects[2]).toBeCloseTo(exact.effects[2]!, 13);
    expect(near.coefficients[1]).toBeCloseTo(far.coefficients[1]!, 6);
  });
});
