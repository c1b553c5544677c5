import { describe, expect, it } from "vitest";
import { equationsEngine } from "../../../src/engines/equations/equations.ts";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import type { FitResult } from "../../../src/fit/result.ts";
import { matrixRelationship } from "../../../src/genetics/matrixRelationship.ts";
import { createMatrix } from "../../../src/linalg/matrix.ts";
import { fittedValues } from "../../../src/predict/fittedValues.ts";
import { simulate } from "../../../src/simulation/simulate.ts";
import { toTable } from "../../../src/table/fromObjects.ts";
import { example } from "../../lectures/printed.ts";
import { impliedCovariance } from "./impliedCovariance.ts";

const sleepstudy = example("sleepstudy.csv");

/** Means and covariances of many draws lie within four standard errors of what the model says, for every row and pair. */
function expectMoments(fit: FitResult, mean: Float64Array, covariance: number[][], n = 4000): void {
  const draws = simulate(fit, { n, seed: 3 });
  const rows = mean.length;
  const average = Array.from({ length: rows }, (_, i) => draws.reduce((sum, y) => sum + y[i]!, 0) / n);
  let worst = 0;
  for (let i = 0; i < rows; i++) {
    worst = Math.max(worst, Math.abs(average[i]! - mean[i]!) / Math.sqrt(covariance[i]![i]! / n));
    for (let j = 0; j <= i; j++) {
      const found = draws.reduce((sum, y) => sum + (y[i]! - average[i]!) * (y[j]! - average[j]!), 0) / n;
      // Var(s_ij) = (v_ii v_jj + v_ij^2) / n for normal draws
      const se = Math.sqrt((covariance[i]![i]! * covariance[j]![j]! + covariance[i]![j]! ** 2) / n);
      worst = Math.max(worst, Math.abs(found - covariance[i]![j]!) / se);
    }
  }
  // the largest of some hundred to a thousand standard normals
  expect(worst).toBeLessThan(4.5);
  expect(worst).toBeGreaterThan(1);
}

describe("simulate", () => {
  const small = toTable({
    y: [5, 7, 6, 9, 8, 12, 4, 6, 9, 10, 3, 8],
    x: [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3],
    g: ["a", "a", "a", "b", "b", "b", "c", "c", "c", "d", "d", "d"],
    h: ["u", "v", "u", "v", "u", "v", "u", "v", "u", "v", "u", "v"],
    w: [1, 2, 4, 1, 2, 4, 1, 2, 4, 1, 2, 4],
    o: [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5],
  });

  it("draws with the mean and covariance of the model: slopes, crossed factors, weights, offset", () => {
    const fit = fitFormula("y ~ x + offset(o) + (x | g) + (1 | h)", small, { weights: "w" });
    const assumed: FitResult = {
      ...fit,
      covariances: [
        { rows: 2, columns: 2, values: Float64Array.of(3, -0.8, -0.8, 0.5) },
        { rows: 1, columns: 1, values: Float64Array.of(2) },
      ],
      sigma: 1.5,
    };
    expectMoments(assumed, fittedValues(fit, "mean"), impliedCovariance(assumed));
  });

  it("draws related levels with the covariance of their relationship", () => {
    const k = createMatrix(4, 4);
    k.values.set([1, 0.5, 0.25, 0, 0.5, 1.25, 0.5, 0.1, 0.25, 0.5, 1, 0.3, 0, 0.1, 0.3, 0.9]);
    const names = ["a", "b", "c", "d"];
    const columns = names.map((name, j) => [name, Array.from(k.values.slice(4 * j, 4 * j + 4))] as const);
    const { relationship: A } = matrixRelationship(toTable({ id: names, ...Object.fromEntries(columns) }), {
      name: "A",
    });
    const fit = fitFormula("y ~ x + (1 | gr(g, cov = A))", small, {
      relationships: { A },
      components: { g: 2, residual: 1 },
      engines: [equationsEngine],
    });
    const covariance = impliedCovariance(fit, [k]);
    expect(covariance[0]![11]).toBe(0);
    expect(covariance[3]![4]).toBeCloseTo(2.5, 12);
    expectMoments(fit, fittedValues(fit, "mean"), covariance);
  });

  it("draws several traits with correlated residuals within a unit", () => {
    const fit = fitFormula("mvbind(y, o) ~ x + (1 | g)", small, {
      components: {
        g: [
          [2, 0.6],
          [0.6, 1],
        ],
        residual: [
          [1.5, -0.7],
          [-0.7, 0.8],
        ],
      },
      engines: [equationsEngine],
    });
    expectMoments(fit, fittedValues(fit, "mean"), impliedCovariance(fit));
  });

  it("keeps the modes of the terms that are named", () => {
    const fit = fitFormula("Reaction ~ Days + (Days | Subject)", sleepstudy);
    const n = 3000;
    const same = simulate(fit, { n, seed: 5, randomEffects: "same" });
    const fitted = fittedValues(fit);
    for (const i of [0, 57, 179]) {
      const mean = same.reduce((sum, y) => sum + y[i]!, 0) / n;
      expect(Math.abs(mean - fitted[i]!)).toBeLessThan((4 * fit.sigma) / Math.sqrt(n));
    }
    expect(simulate(fit, { n: 2, seed: 5, randomEffects: ["Subject"] })).toEqual(same.slice(0, 2));
    expect(simulate(fit, { n: 2, seed: 5, randomEffects: [] })).toEqual(simulate(fit, { n: 2, seed: 5 }));
  });

  it("gives response r of a seed whatever the number of responses", () => {
    const fit = fitFormula("Reaction ~ Days + (1 | Subject)", sleepstudy);
    const five = simulate(fit, { n: 5, seed: 8 });
    expect(simulate(fit, { n: 2, seed: 8 })).toEqual(five.slice(0, 2));
    expect(simulate(fit, { n: 1, seed: 9 })[0]).not.toEqual(five[0]);
  });

  it("draws from a fit at the boundary", () => {
    const fit = fitFormula("Reaction ~ Days + (Days | Subject)", sleepstudy);
    const flat: FitResult = {
      ...fit,
      covariances: [{ rows: 2, columns: 2, values: Float64Array.of(4, 2, 2, 1) }],
    };
    expect(simulate(flat, { seed: 1 })[0]!.every(Number.isFinite)).toBe(true);
  });

  it.each([
    [{ n: 0, seed: 1 }, "simulation/count"],
    [{ n: 2.5, seed: 1 }, "simulation/count"],
    [{ n: Number.NaN, seed: 1 }, "simulation/count"],
    [{ seed: -1 }, "simulation/seed"],
    [{ seed: 0.5 }, "simulation/seed"],
    [{ seed: 1, randomEffects: ["Subjct"] }, "simulation/component"],
  ])("refuses %o with %s", (options, code) => {
    const fit = fitFormula("Reaction ~ Days + (1 | Subject)", sleepstudy);
    expect(() => simulate(fit, options)).toThrowError(expect.objectContaining({ code }));
  });

  it("refuses a covariance that is none", () => {
    const fit = fitFormula("Reaction ~ Days + (Days | Subject)", sleepstudy);
    const wrong = {
      ...fit,
      covariances: [{ rows: 2, columns: 2, values: Float64Array.of(1, 2, 2, 1) }],
    };
    expect(() => simulate(wrong, { seed: 1 })).toThrowError(
      expect.objectContaining({ code: "simulation/covariance" }),
    );
  });
});
