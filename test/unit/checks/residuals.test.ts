import { describe, expect, test } from "vitest";
import { leaveOneOut } from "../../../src/checks/leaveOneOut.ts";
import { leverage } from "../../../src/checks/leverage.ts";
import { modelResiduals } from "../../../src/checks/modelResiduals.ts";
import { randomEffectsPca } from "../../../src/checks/randomEffectsPca.ts";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { naturalCovariances } from "../../../src/fit/solvedFit.ts";
import { residuals } from "../../../src/predict/residuals.ts";
import { invert, multiply } from "../../conformance/denseAlgebra.ts";
import { denseVariance } from "../../conformance/denseDeletion.ts";
import { checksCases, fitCase, referenceTable } from "./checksReference.ts";

describe.each(checksCases)("%s", (_, reference) => {
  const { fit } = fitCase(reference);

  test("hat values and Cook's distances are lme4's", () => {
    const { conditional, conditionalCooksDistance, fixed } = leverage(fit);
    conditional.forEach((h, i) => {
      expect(Math.abs(h - reference.hat[i]!)).toBeLessThan(2e-5);
      expect(Math.abs(conditionalCooksDistance[i]! - reference.cooks[i]!)).toBeLessThan(
        1e-4 * (1 + reference.cooks[i]!),
      );
    });
    expect(fixed.reduce((sum, h) => sum + h, 0)).toBeCloseTo(fit.beta.length, 9);
  });

  test("principal components of the random effects are those of lme4's rePCA", () => {
    for (const { group, relativeSd } of randomEffectsPca(fit)) {
      relativeSd!.forEach((sd, c) => {
        expect(Math.abs(sd - reference.pca[group]![c]!)).toBeLessThan(1e-4 * (1 + sd));
      });
    }
  });

  test("residuals whitened by V have the quadratic form of the likelihood", () => {
    const marginal = modelResiduals(fit, "marginal");
    const W = invert(denseVariance(fit.model, naturalCovariances(fit))).inverse;
    const white = modelResiduals(fit, "normalized-marginal");
    const rows = [...marginal].map((v) => [v]);
    const quadratic = multiply([[...marginal]], multiply(W, rows))[0]![0]!;
    expect(white.reduce((sum, v) => sum + v * v, 0)).toBeCloseTo(quadratic, 6);
    // y'Py = n - p at the REML estimate of sigma
    expect(quadratic).toBeCloseTo(fit.nobs - fit.beta.length, 5);
  });

  test("studentized residuals are deleted residuals over their standard deviation", () => {
    const { residuals: deleted, standardErrors } = leaveOneOut(fit);
    modelResiduals(fit, "studentized").forEach((t, i) => {
      expect(t).toBeCloseTo(deleted[i]! / standardErrors[i]!, 10);
    });
  });
});

describe("kinds of residuals", () => {
  const table = referenceTable("sleepstudy");
  const fit = fitFormula("Reaction ~ Days + (Days | Subject)", table);

  test("normalized residuals of independent records are the scaled ones", () => {
    const scaled = residuals(fit, "scaled");
    modelResiduals(fit, "normalized").forEach((r, i) => {
      expect(r).toBeCloseTo(scaled[i]!, 8);
    });
  });

  test("deletion residuals of a linear model are R's rstudent", () => {
    const linear = fitFormula("Reaction ~ Days", table);
    // rstudent(lm(Reaction ~ Days, sleepstudy))[c(1, 57, 180)], R 4.2.2
    const t = modelResiduals(linear, "deletion");
    expect([t[0], t[56], t[179]]).toEqual([
      expect.closeTo(-0.03893634192, 9),
      expect.closeTo(3.00942485219, 9),
      expect.closeTo(0.39083596091, 9),
    ]);
    const studentized = modelResiduals(linear, "studentized");
    t.forEach((value, i) => {
      // farther out than one residual in sigma means even farther with that record left out of sigma
      if (Math.abs(studentized[i]!) > 1) expect(Math.abs(value)).toBeGreaterThan(Math.abs(studentized[i]!));
    });
  });

  test("quantile residuals are uniform under the model and the same for a seed", () => {
    const u = modelResiduals(fit, "quantile", { n: 400, seed: 5 });
    expect(u.every((v) => v > 0 && v < 1)).toBe(true);
    expect(modelResiduals(fit, "quantile", { n: 400, seed: 5 })).toEqual(u);
    const mean = u.reduce((sum, v) => sum + v, 0) / u.length;
    // subjects are correlated, so that the mean of 18 of them has a standard deviation of about 0.07
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.2);
    const low = modelResiduals(fit, "quantile", { n: 400, seed: 5, randomEffects: "same" });
    const order = [...residuals(fit, "raw").keys()].sort((a, b) => residuals(fit)[a]! - residuals(fit)[b]!);
    expect(low[order[0]!]).toBeLessThan(0.02);
    expect(low[order.at(-1)!]).toBeGreaterThan(0.98);
    expect(() => modelResiduals(fit, "quantile", { n: 3 })).toThrow(/3 simulated responses/);
  });
});
