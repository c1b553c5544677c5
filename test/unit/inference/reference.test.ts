// Every number of test/reference/data/inference.json: lmerTest for mixed models, stats and car for linear ones.
import { describe, expect, it } from "vitest";
import type { FitResult } from "../../../src/fit/result.ts";
import { type AnovaTable, anovaTable } from "../../../src/inference/anova.ts";
import { coefficientTable } from "../../../src/inference/coefficients.ts";
import type { AnovaType } from "../../../src/inference/hypotheses.ts";
import { type AnovaReference, type FitReference, fitReference, reference } from "./reference.ts";

/** Largest relative difference allowed; for a p-value, of its logarithm where it is small. */
interface Tolerance {
  readonly estimate: number;
  readonly df: number;
}
// lmerTest differentiates the deviance numerically and its optimizer stops earlier than ours
const ofMixed: Tolerance = { estimate: 1e-4, df: 1e-3 };
const ofLinear: Tolerance = { estimate: 1e-8, df: 1e-12 };

function expectClose(actual: number | null, expected: number | null, relative: number, what: string): void {
  if (expected === null) expect(actual, what).toBeNull();
  else
    expect(
      Math.abs(actual! - expected) / Math.max(1e-12, Math.abs(expected)),
      `${what}: ${actual} and ${expected}`,
    ).toBeLessThan(relative);
}

function expectP(actual: number | null, expected: number | null, relative: number, what: string): void {
  const sensitivity = expected === null ? 1 : Math.max(1, 3 * Math.abs(Math.log(expected)));
  expectClose(actual, expected, relative * sensitivity, what);
}

function compareAnova(table: AnovaTable, expected: readonly AnovaReference[], tolerance: Tolerance): void {
  const rows = expected.filter(({ term }) => term !== "Residuals");
  expect(table.rows.map(({ term }) => term)).toEqual(rows.map(({ term }) => term));
  for (const [i, row] of rows.entries()) {
    const ours = table.rows[i]!;
    const what = `${table.type} ${row.term}`;
    expect(ours.numDF, what).toBe(row.numDF);
    expectClose(ours.sumSq, row.sumSq, 4 * tolerance.estimate, `${what} sum of squares`);
    expectClose(ours.F, row.F, 4 * tolerance.estimate, `${what} F`);
    if (row.denDF !== undefined) expectClose(ours.denDF, row.denDF, tolerance.df, `${what} denominator df`);
    expectP(ours.p, row.p, Math.max(tolerance.df, 4 * tolerance.estimate), `${what} p`);
  }
  const residual = expected.find(({ term }) => term === "Residuals");
  if (residual !== undefined) {
    expect(table.residual!.df).toBe(residual.numDF);
    expectClose(table.residual!.sumSq, residual.sumSq, tolerance.estimate, "residual sum of squares");
  }
}

function describeCase(name: string, spec: FitReference, tolerance: Tolerance): void {
  describe(name, () => {
    const cached: { fit?: FitResult } = {};
    const fitted = (): FitResult => {
      cached.fit ??= fitReference(spec);
      return cached.fit;
    };

    it("has the standard errors, degrees of freedom, tests and intervals of its coefficients", () => {
      const table = coefficientTable(fitted());
      const kept = table.rows.filter((row) => !row.aliased);
      expect(kept.map((row) => row.name)).toEqual(spec.coefficients.map((row) => row.name));
      for (const [i, row] of spec.coefficients.entries()) {
        const ours = kept[i]!;
        expect(Math.abs(ours.estimate! - row.estimate) / row.se, row.name).toBeLessThan(tolerance.estimate);
        expectClose(ours.se, row.se, tolerance.estimate, `${row.name} se`);
        expectClose(ours.df, row.df, tolerance.df, `${row.name} df`);
        expectP(ours.p, row.p, tolerance.df + tolerance.estimate, `${row.name} p`);
        const width = row.upper - row.lower;
        expect(Math.abs(ours.ci![0] - row.lower) / width, row.name).toBeLessThan(
          tolerance.df + tolerance.estimate,
        );
        expect(Math.abs(ours.ci![1] - row.upper) / width, row.name).toBeLessThan(
          tolerance.df + tolerance.estimate,
        );
      }
    });

    for (const [type, rows] of Object.entries(spec.anova)) {
      it(`has the type ${type} tests of its terms`, () => {
        compareAnova(anovaTable(fitted(), { type: type as AnovaType }), rows, tolerance);
      });
    }
  });
}

describe("mixed models agree with lmerTest", () => {
  for (const [name, spec] of Object.entries(reference.mixed)) describeCase(name, spec, ofMixed);
});

describe("linear models agree with lm, anova and car", () => {
  for (const [name, spec] of Object.entries(reference.linear)) describeCase(name, spec, ofLinear);
});
