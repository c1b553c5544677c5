// Lecture 000 (Rosa, Overview and derivation of the mixed model): linear models. The lecture prints data and formulas;
// the numbers below are exact fractions of the printed data.
import { describe, expect, it } from "vitest";
import { fit as fitFormula } from "../../src/fit/fit.ts";
import type { FitResult } from "../../src/fit/result.ts";
import { anovaTable } from "../../src/inference/anova.ts";
import { coefficientTable } from "../../src/inference/coefficients.ts";
import { linearHypothesis } from "../../src/inference/linearHypothesis.ts";
import { confidenceRegion, regionContains } from "../../src/inference/regions.ts";
import { waldTest } from "../../src/inference/waldTest.ts";
import { fittedValues } from "../../src/predict/fittedValues.ts";
import { toTable } from "../../src/table/fromObjects.ts";
import { example, standardErrors } from "./printed.ts";

const weightGain = example("weightgain.csv");
const flowering = example("flowering.csv");
const digits = 11;

function expectSameFit(one: FitResult, other: FitResult): void {
  const a = fittedValues(one);
  const b = fittedValues(other);
  for (let i = 0; i < a.length; i++) expect(a[i]!).toBeCloseTo(b[i]!, digits);
  expect(one.sigma).toBeCloseTo(other.sigma, digits);
  expect(one.logLik).toBeCloseTo(other.logLik, digits);
}

describe("A1 weight gain by ordinary least squares", () => {
  const difference = fitFormula("gain ~ group", weightGain);
  const cellMeans = fitFormula("gain ~ 0 + group", weightGain);
  const deviations = fitFormula("gain ~ group", weightGain, { contrasts: { group: "sum" } });

  it("A1 cell means are 157/3 and 184/3", () => {
    expect(cellMeans.model.fixed.names).toEqual(["groupcontrol", "grouptreatment"]);
    expect(cellMeans.beta[0]!).toBeCloseTo(157 / 3, digits);
    expect(cellMeans.beta[1]!).toBeCloseTo(184 / 3, digits);
  });

  it("A1 control mean and treatment difference are 157/3 and 9", () => {
    expect(difference.model.fixed.names).toEqual(["(Intercept)", "grouptreatment"]);
    expect(difference.beta[0]!).toBeCloseTo(157 / 3, digits);
    expect(difference.beta[1]!).toBeCloseTo(9, digits);
  });

  it("A1 mu + delta has mu = 341/6 and deltas -4.5 and 4.5", () => {
    expect(deviations.model.fixed.names).toEqual(["(Intercept)", "group1"]);
    expect(deviations.beta[0]!).toBeCloseTo(341 / 6, digits);
    expect(deviations.beta[1]!).toBeCloseTo(-4.5, digits);
  });

  it("A1 the three parameterizations are one fit", () => {
    expectSameFit(difference, cellMeans);
    expectSameFit(difference, deviations);
  });
});

describe("A2 flowering time, unbalanced one-way classification", () => {
  const cellMeans = fitFormula("time ~ 0 + genotype", flowering);

  it("A2 genotype means are 2.85, 2.7 and 103/30", () => {
    expect(cellMeans.model.fixed.names).toEqual(["genotypeQQ", "genotypeQq", "genotypeqq"]);
    expect(cellMeans.beta[0]!).toBeCloseTo(2.85, digits);
    expect(cellMeans.beta[1]!).toBeCloseTo(2.7, digits);
    expect(cellMeans.beta[2]!).toBeCloseTo(103 / 30, digits);
  });

  it("A2 residual variance is 0.33166.../4 and standard errors follow the group sizes", () => {
    const rss = 0.995 / 3;
    expect(cellMeans.sigma ** 2).toBeCloseTo(rss / 4, digits);
    const se = standardErrors(cellMeans);
    [2, 2, 3].forEach((size, j) => {
      expect(se[j]!).toBeCloseTo(Math.sqrt(rss / 4 / size), digits);
    });
  });

  it("A2 the reference level moves the differences, not the fit", () => {
    const againstQq = fitFormula("time ~ genotype", flowering, { reference: { genotype: "qq" } });
    expect(againstQq.model.fixed.names).toEqual(["(Intercept)", "genotypeQQ", "genotypeQq"]);
    expect(againstQq.beta[1]!).toBeCloseTo(2.85 - 103 / 30, digits);
    expectSameFit(againstQq, cellMeans);
  });
});

describe("A3 weighted least squares, Var(e) = W sigma2", () => {
  // W as the lecture writes it multiplies the variance; precision weights are its inverse
  const variances = [1, 4, 2, 0.5, 1, 2];
  const gains = [53, 46, 58, 61, 66, 57];
  const dose = [0, 1, 2, 3, 5, 8];
  const table = toTable({
    gain: gains,
    dose,
    precision: variances.map((w) => 1 / w),
    group: ["control", "control", "control", "treatment", "treatment", "treatment"],
  });
  const mean = (from: number): number => {
    const index = [from, from + 1, from + 2];
    const total = index.reduce((sum, i) => sum + 1 / variances[i]!, 0);
    return index.reduce((sum, i) => sum + gains[i]! / variances[i]!, 0) / total;
  };

  it("A3 cell means are weighted means", () => {
    const fit = fitFormula("gain ~ 0 + group", table, { weights: "precision" });
    expect(fit.beta[0]!).toBeCloseTo(mean(0), digits);
    expect(fit.beta[1]!).toBeCloseTo(mean(3), digits);
  });

  it("A3 beta = (X'W^-1 X)^-1 X'W^-1 y for a regression, with Var(beta) = (X'W^-1 X)^-1 sigma2", () => {
    const fit = fitFormula("gain ~ dose", table, { weights: "precision" });
    const sum = (f: (i: number) => number): number =>
      gains.reduce((total, _, i) => total + f(i) / variances[i]!, 0);
    const [s, sx, sxx] = [sum(() => 1), sum((i) => dose[i]!), sum((i) => dose[i]! ** 2)];
    const [sy, sxy] = [sum((i) => gains[i]!), sum((i) => dose[i]! * gains[i]!)];
    const determinant = s * sxx - sx * sx;
    const intercept = (sxx * sy - sx * sxy) / determinant;
    const slope = (s * sxy - sx * sy) / determinant;
    expect(fit.beta[0]!).toBeCloseTo(intercept, digits);
    expect(fit.beta[1]!).toBeCloseTo(slope, digits);
    const rss = sum((i) => (gains[i]! - intercept - slope * dose[i]!) ** 2);
    expect(fit.sigma ** 2).toBeCloseTo(rss / 4, digits);
    expect(standardErrors(fit)[1]!).toBeCloseTo(Math.sqrt((rss / 4) * (s / determinant)), digits);
  });

  it("A3 weights that are all one change nothing", () => {
    const ones = toTable({ gain: gains, dose, one: gains.map(() => 1) });
    expectSameFit(fitFormula("gain ~ dose", ones, { weights: "one" }), fitFormula("gain ~ dose", ones));
  });
});

describe("A4 maximum likelihood under normality", () => {
  const unbiased = fitFormula("gain ~ group", weightGain);
  const byLikelihood = fitFormula("gain ~ group", weightGain, { method: "ML" });
  const rss = 340 / 3;

  it("A4 sigma2 is RSS/(n - k) unbiased and RSS/n by ML", () => {
    expect(unbiased.sigma ** 2).toBeCloseTo(rss / 4, digits);
    expect(byLikelihood.sigma ** 2).toBeCloseTo(rss / 6, digits);
  });

  it("A4 both have the same beta and the log-likelihood at its maximum", () => {
    const logLik = -3 * (1 + Math.log((2 * Math.PI * rss) / 6));
    expect(unbiased.logLik).toBeCloseTo(logLik, digits);
    expect(byLikelihood.logLik).toBeCloseTo(logLik, digits);
    expect(byLikelihood.beta[1]!).toBeCloseTo(unbiased.beta[1]!, digits);
  });

  it("A4 Var(beta) = (X'X)^-1 sigma2", () => {
    const se = standardErrors(unbiased);
    expect(se[0]!).toBeCloseTo(Math.sqrt(rss / 4 / 3), digits);
    expect(se[1]!).toBeCloseTo(Math.sqrt((rss / 4) * (2 / 3)), digits);
  });

  it("A4 has R's t, p and 95 % interval of the treatment difference", () => {
    // R 4.2.2: summary(lm(gain ~ group)), confint()
    const row = coefficientTable(unbiased, { level: 0.95 }).rows.find(
      ({ name }) => name === "grouptreatment",
    )!;
    expect(row.statistic).toBeCloseTo(2.07080546989, 10);
    expect(row.df).toBe(4);
    expect(row.p).toBeCloseTo(0.107132358437, 11);
    expect(row.ci![0]).toBeCloseTo(-3.06680507181, 10);
    expect(row.ci![1]).toBeCloseTo(21.0668050718, 10);
  });

  it("A4 tests any set of elements of beta: both cell means equal to 55, F = 5.011...", () => {
    const cellMeans = fitFormula("gain ~ 0 + group", weightGain);
    const test = waldTest(
      cellMeans,
      [
        [1, 0],
        [0, 1],
      ],
      [55, 55],
    );
    // two independent means of three: ((157/3 - 55)^2 + (184/3 - 55)^2) * 3 / 2 / s2
    const expected = (((157 / 3 - 55) ** 2 + (184 / 3 - 55) ** 2) * 3) / 2 / (rss / 4);
    expect(test.F).toBeCloseTo(expected, 10);
  });

  it("A4 the same set as equations, and its confidence region: an ellipse of radius sqrt(2 F(.95; 2, 4))", () => {
    const cellMeans = fitFormula("gain ~ 0 + group", weightGain);
    const test = linearHypothesis(cellMeans, "groupcontrol = 55, grouptreatment = 55");
    expect(test.F).toBeCloseTo((((157 / 3 - 55) ** 2 + (184 / 3 - 55) ** 2) * 3) / 2 / (rss / 4), 10);
    const region = confidenceRegion(cellMeans, "groupcontrol, grouptreatment");
    expect(region.center[0]!).toBeCloseTo(157 / 3, digits);
    expect(region.center[1]!).toBeCloseTo(184 / 3, digits);
    // R: qf(0.95, 2, 4) = 6.94427190999916
    expect(region.radius ** 2).toBeCloseTo(2 * 6.94427190999916, 10);
    // two independent means of three: a circle with radius^2 = 2 F s2 / 3
    for (const { length } of region.axes) {
      expect(length ** 2).toBeCloseTo((2 * 6.94427190999916 * (rss / 4)) / 3, 9);
    }
    expect(regionContains(region, [55, 55])).toBe(test.p > 0.05);
  });

  it("A4 F of the treatment is the square of its t", () => {
    const row = anovaTable(unbiased, { type: "I" }).rows.find(({ term }) => term === "group")!;
    expect(row.F).toBeCloseTo(2.07080546989 ** 2, 9);
    expect(row.p).toBeCloseTo(0.107132358437, 11);
  });
});

describe("A5 rank-deficient X", () => {
  // X = [1, control, treatment]: one column too many
  const table = toTable({
    gain: [53, 46, 58, 61, 66, 57],
    control: [1, 1, 1, 0, 0, 0],
    treated: [0, 0, 0, 1, 1, 1],
  });
  const first = fitFormula("gain ~ control + treated", table);
  const second = fitFormula("gain ~ treated + control", table);
  const full = fitFormula("gain ~ 0 + control + treated", table);

  it("A5 one column is left out and named with the columns that it equals", () => {
    const aliased = first.design!.coefficients.filter(({ column }) => column < 0);
    expect(aliased.map(({ name }) => name)).toEqual(["treated"]);
    expect(aliased[0]!.aliasOf).toEqual([
      { name: "(Intercept)", weight: 1 },
      { name: "control", weight: -1 },
    ]);
  });

  it("A5 different generalized inverses give different solutions of one fit", () => {
    expect(first.beta[0]!).toBeCloseTo(184 / 3, digits);
    expect(second.beta[0]!).toBeCloseTo(157 / 3, digits);
    expectSameFit(first, second);
    expectSameFit(first, full);
  });

  it("A5 the estimable treatment difference and its standard error do not depend on the solution", () => {
    expect(-first.beta[1]!).toBeCloseTo(9, digits);
    expect(second.beta[1]!).toBeCloseTo(9, digits);
    expect(full.beta[1]! - full.beta[0]!).toBeCloseTo(9, digits);
    expect(standardErrors(first)[1]!).toBeCloseTo(standardErrors(second)[1]!, digits);
    const se = standardErrors(full);
    expect(Math.hypot(se[0]!, se[1]!)).toBeCloseTo(standardErrors(first)[1]!, digits);
  });
});
