import { describe, expect, it } from "vitest";
import type { FitResult } from "../../../src/fit/result.ts";
import { componentTable } from "../../../src/inference/componentTable.ts";
import { deriveQuantities } from "../../../src/inference/derive.ts";
import { varianceExplained } from "../../../src/inference/varianceExplained.ts";
import { fitCase, reference } from "./varianceReference.ts";

describe("R2 and ICC beside their definitions on dense matrices in R", () => {
  for (const expected of reference.r2) {
    it(`agree for ${expected.formula}`, () => {
      const result = varianceExplained(fitCase(expected).fit);
      expect(result.fixed).toBeCloseTo(expected.fixed, 4);
      expect(result.residual / expected.residual).toBeCloseTo(1, 6);
      const random = Object.values(expected.random).sort((a, b) => a - b);
      const found = result.random.map(({ variance }) => variance).sort((a, b) => a - b);
      for (const [i, value] of found.entries()) expect(value / random[i]!).toBeCloseTo(1, 5);
      expect(result.marginal.estimate).toBeCloseTo(expected.marginal, 6);
      expect(result.conditional.estimate).toBeCloseTo(expected.conditional, 6);
      expect(result.iccAdjusted!.estimate).toBeCloseTo(expected.iccAdjusted, 6);
      expect(result.iccUnadjusted!.estimate).toBeCloseTo(expected.iccUnadjusted, 6);
    });
  }
});

describe("the standard error", () => {
  it("of the adjusted ICC is that of the ratio of the components", () => {
    const { fit } = fitCase({ data: "Penicillin", formula: "diameter ~ 1 + (1 | plate) + (1 | sample)" });
    const { rows, covariance } = componentTable(fit);
    const [icc] = deriveQuantities(
      ["icc = (plate + sample) / (plate + sample + residual)"],
      rows,
      covariance,
    );
    const { iccAdjusted, marginal } = varianceExplained(fit);
    expect(iccAdjusted!.estimate).toBeCloseTo(icc!.estimate!, 12);
    expect(iccAdjusted!.se).toBeCloseTo(icc!.se!, 12);
    expect(iccAdjusted!.lower).toBeLessThan(iccAdjusted!.estimate);
    // nothing but a mean: no variance, so no limits
    expect(marginal).toMatchObject({ estimate: 0, lower: null, upper: null });
  });

  it("of the marginal R2 adds what the coefficients and what the variances contribute", () => {
    const { fit } = fitCase({ data: "sleepstudy", formula: "Reaction ~ Days + (Days | Subject)" });
    const { marginal } = varianceExplained(fit);
    const { covariance } = componentTable(fit);
    // by differences: R2 as a function of the slope and of the four components
    const value = (slope: number, parts: readonly number[]): number => {
      const [a, b, c, residual] = parts as [number, number, number, number];
      const fixed = slope * slope * (8.25 * (180 / 179));
      return fixed / (fixed + a + 9 * b + 28.5 * c + residual);
    };
    const parts = [
      fit.covariances[0]!.values[0]!,
      fit.covariances[0]!.values[1]!,
      fit.covariances[0]!.values[3]!,
      fit.sigma ** 2,
    ];
    const slope = fit.beta[1]!;
    const gradient = parts.map((part, i) => {
      const h = 1e-5 * Math.abs(part);
      const moved = (sign: number) =>
        value(
          slope,
          parts.map((each, j) => (i === j ? each + sign * h : each)),
        );
      return (moved(1) - moved(-1)) / (2 * h);
    });
    const bySlope = (value(slope + 1e-5, parts) - value(slope - 1e-5, parts)) / 2e-5;
    let square = bySlope ** 2 * fit.sigma ** 2 * fit.unscaledCovariance.values[3]!;
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) square += gradient[i]! * gradient[j]! * covariance!.values[i + 4 * j]!;
    }
    expect(marginal.estimate).toBeCloseTo(value(slope, parts), 10);
    expect(marginal.se! / Math.sqrt(square)).toBeCloseTo(1, 7);
  });
});

describe("models beyond a random intercept", () => {
  const shares = (fit: FitResult) => {
    const { fixed, random, residual, total } = varianceExplained(fit);
    return { sum: fixed + random.reduce((all, { variance }) => all + variance, 0) + residual, total };
  };

  it("a linear model has a marginal R2 and no ICC", () => {
    const { fit } = fitCase({ data: "sleepstudy", formula: "Reaction ~ Days" });
    const result = varianceExplained(fit);
    expect(result.iccAdjusted).toBeNull();
    expect(result.marginal.estimate).toBe(result.conditional.estimate);
  });

  it("weights give the mean residual variance, and a note says so", () => {
    const { fit } = fitCase(
      { data: "sleepstudy", formula: "Reaction ~ Days + (1 | Subject)" },
      { weights: "w" },
    );
    const result = varianceExplained(fit);
    const mean = fit.model.weights!.reduce((sum, w) => sum + 1 / w, 0) / fit.nobs;
    expect(result.residual).toBeCloseTo(fit.sigma ** 2 * mean, 9);
    expect(result.notes.map(({ code }) => code)).toEqual(["inference/explained-weights"]);
    expect(shares(fit).sum).toBeCloseTo(shares(fit).total, 9);
  });
});
