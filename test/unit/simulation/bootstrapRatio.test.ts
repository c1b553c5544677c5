import { describe, expect, it } from "vitest";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { refit } from "../../../src/predict/refit.ts";
import { bootstrapRatio } from "../../../src/simulation/bootstrapRatio.ts";
import { exactInterval } from "../../../src/simulation/exactInterval.ts";
import { simulate } from "../../../src/simulation/simulate.ts";
import { example } from "../../lectures/printed.ts";

const sleepstudy = example("sleepstudy.csv");
const penicillin = example("penicillin.csv");

describe("bootstrapRatio", () => {
  it("has the statistics of ordinary refits of responses drawn from the null model", async () => {
    const larger = fitFormula("yield ~ treat + (1 | blend)", penicillin, { method: "ML" });
    const smaller = fitFormula("yield ~ (1 | blend)", penicillin, { method: "ML" });
    const result = await bootstrapRatio(larger, smaller, { n: 40, seed: 6, workers: 1 });
    simulate(smaller, { n: 40, seed: 6 }).forEach((response, r) => {
      const statistic = 2 * (refit(larger, response).logLik - refit(smaller, response).logLik);
      expect(Math.abs(result.statistics[r]! - statistic)).toBeLessThan(1e-6);
    });
    expect(result.df).toBe(3);
    expect(result.statistic).toBeCloseTo(2 * (larger.logLik - smaller.logLik), 8);
    expect(result.p).toBe((result.asLarge + 1) / 41);
    expect(result.below).toBeCloseTo(1 - result.asLarge / 40, 14);
    expect(result.chiSquared).toBeCloseTo(0.2564, 4);
    expect(result.mixture).toBeNull();
  });

  it("tests a variance by REML where the fixed effects are the same, with the mixture beside it", async () => {
    const larger = fitFormula("Reaction ~ Days + (Days | Subject)", sleepstudy);
    const smaller = fitFormula("Reaction ~ Days + (1 | Subject)", sleepstudy);
    const result = await bootstrapRatio(larger, smaller, { n: 60, seed: 1, workers: 1 });
    expect(result.criterion).toBe("REML");
    expect(result.df).toBe(2);
    expect(result.statistic).toBeCloseTo(2 * (larger.logLik - smaller.logLik), 6);
    expect(result.asLarge).toBe(0);
    expect(result.p).toBe(1 / 61);
    // 0.5 P(chi2_1 > 42.8) + 0.5 P(chi2_2 > 42.8)
    expect(result.mixture!).toBeGreaterThan(0.5 * result.chiSquared);
    expect(result.mixture!).toBeLessThan(result.chiSquared);
  });

  it("tests the only random term against the linear model, where about half the statistics are zero", async () => {
    for (const method of ["REML", "ML"] as const) {
      const larger = fitFormula("yield ~ treat + (1 | blend)", penicillin, { method });
      const smaller = fitFormula("yield ~ treat", penicillin);
      const result = await bootstrapRatio(larger, smaller, { n: 600, seed: 2, workers: 1 });
      expect(result.criterion).toBe(method);
      expect(result.df).toBe(1);
      // balanced: the variance between blends is zero where F < 1 (REML), with F(4, 12) under the null
      const share = result.zeros / 600;
      if (method === "REML") expect(Math.abs(share - 0.5552)).toBeLessThan(0.08);
      else expect(share).toBeGreaterThan(0.5552);
      expect(result.zeros).toBe(result.boundary);
      expect(result.mixture!).toBeCloseTo(result.chiSquared / 2, 12);
    }
  });

  it("refits REML fits of different fixed effects by ML and says so", async () => {
    const larger = fitFormula("yield ~ treat + (1 | blend)", penicillin);
    const smaller = fitFormula("yield ~ (1 | blend)", penicillin);
    const result = await bootstrapRatio(larger, smaller, { n: 10, seed: 1, workers: 1 });
    expect(result.criterion).toBe("ML");
    expect(result.statistic).toBeCloseTo(4.0474, 4);
    expect(result.notes.map(({ code }) => code)).toContain("simulation/refitted");
  });

  it("refuses models that are not nested, in words that tell what to do", async () => {
    const one = fitFormula("yield ~ treat + (1 | blend)", penicillin, { method: "ML" });
    const null_ = fitFormula("yield ~ (1 | blend)", penicillin, { method: "ML" });
    const other = fitFormula("yield ~ blend + (1 | treat)", penicillin, { method: "ML" });
    const options = { n: 5, seed: 1, workers: 1 };
    const code = "simulation/not-nested";
    await expect(bootstrapRatio(null_, one, options)).rejects.toMatchObject({
      code,
      hint: expect.stringContaining("exchange"),
    });
    await expect(bootstrapRatio(one, one, options)).rejects.toMatchObject({ code });
    await expect(bootstrapRatio(other, null_, options)).rejects.toMatchObject({ code });
    await expect(bootstrapRatio(other, one, options)).rejects.toMatchObject({ code });
    const shorter = fitFormula("Reaction ~ Days + (1 | Subject)", sleepstudy, { method: "ML" });
    await expect(bootstrapRatio(one, shorter, options)).rejects.toMatchObject({
      code: "simulation/different-data",
    });
  });

  it("gives exact binomial intervals", () => {
    // binom.test of R 4.2.2
    const [low, high] = exactInterval(7, 20, 0.95);
    expect(low).toBeCloseTo(0.1539092, 7);
    expect(high).toBeCloseTo(0.5921885, 7);
    expect(exactInterval(0, 10, 0.95)[0]).toBe(0);
    expect(exactInterval(0, 10, 0.95)[1]).toBeCloseTo(0.3084971, 7);
    expect(exactInterval(10, 10, 0.95)[1]).toBe(1);
  });
});
