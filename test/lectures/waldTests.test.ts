// Lecture 003 (Linear mixed models): confidence intervals and hypothesis tests with estimated variances. The lecture
// prints formulas; they are computed here as it writes them.
import { describe, expect, it } from "vitest";
import { chiSquaredCdf } from "../../src/distributions/gamma.ts";
import { fit as fitFormula } from "../../src/fit/fit.ts";
import { coefficientTable } from "../../src/inference/coefficients.ts";
import { denominatorOf } from "../../src/inference/denominator.ts";
import { kenwardRoger } from "../../src/inference/kenwardRoger.ts";
import { compareFits } from "../../src/inference/likelihoodRatio.ts";
import { linearHypothesis } from "../../src/inference/linearHypothesis.ts";
import { refitByLikelihood } from "../../src/predict/refit.ts";
import { example } from "./printed.ts";

const table = example("sleepstudy.csv");
const slopes = fitFormula("Reaction ~ Days + (Days | Subject)", table);

describe("C5 approximate covariance, intervals and tests of the fixed effects", () => {
  const A = denominatorOf(slopes, "none").covariance.values;

  it("C5 Cov(b-hat) is (X'V^-1X)^-1 at the estimates: Wald intervals b +- z se", () => {
    coefficientTable(slopes, { ddf: "none" }).rows.forEach(({ estimate, se, ci }, j) => {
      expect(se).toBeCloseTo(Math.sqrt(A[j + 2 * j]!), 12);
      expect(ci![0]).toBeCloseTo(estimate! - 1.959963984540054 * se!, 10);
      expect(ci![1]).toBeCloseTo(estimate! + 1.959963984540054 * se!, 10);
    });
  });

  it("C5 W = (C b - d)' (C A C')^-1 (C b - d) is compared with chi-squared on rank(C)", () => {
    const [b0, b1] = slopes.beta as unknown as [number, number];
    // C = [0 1; 1 2], d = (10, 270)
    const e = [b1 - 10, b0 + 2 * b1 - 270] as const;
    const c11 = A[3]!;
    const c12 = A[1]! + 2 * A[3]!;
    const c22 = A[0]! + 4 * A[1]! + 4 * A[3]!;
    const W = (e[0] ** 2 * c22 - 2 * e[0] * e[1] * c12 + e[1] ** 2 * c11) / (c11 * c22 - c12 * c12);
    const test = linearHypothesis(slopes, "Days = 10, (Intercept) + 2 * Days = 270", { ddf: "none" });
    expect(test.chisq / W).toBeCloseTo(1, 10);
    expect(test.df).toBe(2);
    expect(test.chisqP).toBeCloseTo(chiSquaredCdf(W, 2, { lower: false }), 12);
  });

  it("C5 the likelihood-ratio test of the same hypothesis compares fits by maximum likelihood", () => {
    const without = fitFormula("Reaction ~ 1 + (Days | Subject)", table);
    const { rows, criterion } = compareFits([without, slopes], { refit: (fit) => refitByLikelihood(fit) });
    expect(criterion).toBe("ML");
    // lme4: anova(fm0, fm1) of these two models has 23.537 on 1 df
    expect(rows[1]!.chisq).toBeCloseTo(23.537, 3);
    expect(rows[1]!.df).toBe(1);
  });

  it("C5 the standard error ignores that the variances are estimated: Kenward and Roger's is never smaller", () => {
    for (const formula of [
      "Reaction ~ Days + (1 | Subject)",
      "Reaction ~ Days + I(Days^2) + (Days | Subject)",
    ]) {
      const fit = fitFormula(formula, table, { subset: "Days < 4 | Reaction > 280" });
      const plain = coefficientTable(fit, { ddf: "none" }).rows;
      coefficientTable(fit, { ddf: kenwardRoger }).rows.forEach(({ se, df, p }, j) => {
        expect(se!).toBeGreaterThan(plain[j]!.se!);
        expect(df!).toBeLessThan(fit.nobs);
        expect(p!).toBeGreaterThan(plain[j]!.p!);
      });
    }
  });
});
