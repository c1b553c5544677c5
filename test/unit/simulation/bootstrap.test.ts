import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { equationsEngine } from "../../../src/engines/equations/equations.ts";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import type { FitOptions } from "../../../src/fit/options.ts";
import { refit } from "../../../src/predict/refit.ts";
import { bootstrap } from "../../../src/simulation/bootstrap.ts";
import { bootstrapIntervals } from "../../../src/simulation/bootstrapIntervals.ts";
import { estimateNames } from "../../../src/simulation/estimates.ts";
import { simulate } from "../../../src/simulation/simulate.ts";
import { readDelimited } from "../../../src/table/readDelimited.ts";
import { example } from "../../lectures/printed.ts";

const sleepstudy = example("sleepstudy.csv");
const penicillin = example("penicillin.csv");
const pastes = readDelimited(readFileSync(new URL("../../reference/data/Pastes.csv", import.meta.url))).table;

describe("bootstrap", () => {
  it("names what it follows as lme4's bootMer and confint do", () => {
    const fit = fitFormula("Reaction ~ Days + (Days | Subject)", sleepstudy);
    expect(estimateNames(fit.model)).toEqual([
      "(Intercept)",
      "Days",
      "sd_(Intercept)|Subject",
      "sd_Days|Subject",
      "cor_Days.(Intercept)|Subject",
      "sigma",
    ]);
  });

  const cases: readonly [string, Parameters<typeof example>[0] | "Pastes", FitOptions][] = [
    ["Reaction ~ Days + (Days | Subject)", "sleepstudy.csv", {}],
    ["Reaction ~ Days + (Days || Subject)", "sleepstudy.csv", { method: "ML" }],
    ["Reaction ~ Days + ar1(0 + factor(Days) | Subject)", "sleepstudy.csv", {}],
    ["strength ~ 1 + (1 | batch) + (1 | sample)", "Pastes", {}],
    ["strength ~ cask + (1 | batch) + (1 | sample)", "Pastes", { method: "ML" }],
    ["yield ~ treat + (1 | blend)", "penicillin.csv", { contrasts: { treat: "sum" } }],
    ["Reaction ~ Days + Subject", "sleepstudy.csv", {}],
  ];
  it.each(cases)(
    "refits %s of %s (%o) as an ordinary refit of the same response does",
    async (formula, data, options) => {
      const fit = fitFormula(formula, data === "Pastes" ? pastes : example(data), options);
      const n = 12;
      const result = await bootstrap(fit, { n, seed: 4, workers: 1 });
      const names = estimateNames(fit.model);
      expect(result.names).toEqual(names);
      const sigma = result.replicates[names.indexOf("sigma")]!;
      simulate(fit, { n, seed: 4 }).forEach((response, r) => {
        const again = refit(fit, response);
        expect(again.convergence.converged).toBe(true);
        fit.beta.forEach((_, j) => {
          const se = again.sigma * Math.sqrt(again.unscaledCovariance.values[j * (fit.beta.length + 1)]!);
          // two searches end within a small part of a standard error of each other
          expect(Math.abs(result.replicates[j]![r]! - again.beta[j]!)).toBeLessThan(2e-4 * se);
        });
        expect(Math.abs(sigma[r]! / again.sigma - 1)).toBeLessThan(2e-4);
      });
      expect(result.done).toBe(n);
      expect(result.failed).toBe(0);
    },
  );

  it("refits models of the equations engine", async () => {
    const fit = fitFormula("Reaction ~ Days + (1 | Subject)", sleepstudy, {
      components: { Subject: 1400 },
      engines: [equationsEngine],
    });
    expect(fit.engine).toBe("equations");
    const result = await bootstrap(fit, { n: 3, seed: 4, workers: 1 });
    const held = result.replicates[result.names.indexOf("sd_(Intercept)|Subject")]!;
    for (const sd of held) expect(sd).toBeCloseTo(Math.sqrt(1400), 9);
    const [sigmas] = [result.replicates[result.names.indexOf("sigma")]!];
    expect(new Set(sigmas).size).toBe(3);
  });

  it("follows a function of the fit, with the response of the replicate in its model", async () => {
    const fit = fitFormula("Reaction ~ Days + (1 | Subject)", sleepstudy);
    const result = await bootstrap(fit, {
      n: 5,
      seed: 11,
      statistic: ({ beta, model, design }) => ({
        slope: beta[1]!,
        first: model.response[0]!,
        same: Number(design!.model === model),
      }),
    });
    expect(result.names).toEqual(["slope", "first", "same"]);
    expect([...result.replicates[2]!]).toEqual([1, 1, 1, 1, 1]);
    expect([...result.replicates[1]!]).toEqual(simulate(fit, { n: 5, seed: 11 }).map((y) => y[0]));
    const standard = await bootstrap(fit, { n: 5, seed: 11, workers: 1 });
    expect([...result.replicates[0]!]).toEqual([...standard.replicates[1]!]);
  });

  it("has standard errors near those of the theory for a balanced model", async () => {
    const fit = fitFormula("Reaction ~ Days + (Days | Subject)", sleepstudy);
    const result = await bootstrap(fit, { n: 2000, seed: 1, workers: 1 });
    const rows = bootstrapIntervals(result);
    const slope = rows.find(({ name }) => name === "Days")!;
    // Var(slope) of a balanced growth curve is its sampling variance exactly; 2000 replicates know it to 1.6 %
    const se = fit.sigma * Math.sqrt(fit.unscaledCovariance.values[3]!);
    expect(Math.abs(slope.se / se - 1)).toBeLessThan(0.05);
    expect(Math.abs(slope.bias)).toBeLessThan((4 * se) / Math.sqrt(2000));
    expect(slope.lower).toBeLessThan(fit.beta[1]! - 1.7 * se);
    expect(slope.upper).toBeGreaterThan(fit.beta[1]! + 1.7 * se);
  });

  it("counts refits at the boundary and says so", async () => {
    const fit = fitFormula("yield ~ treat + (1 | blend)", penicillin);
    const result = await bootstrap(fit, { n: 200, seed: 2, workers: 1 });
    const zero = result.replicates[result.names.indexOf("sd_(Intercept)|blend")]!.filter((sd) => sd === 0);
    expect(result.boundary).toBe(zero.length);
    expect(result.boundary).toBeGreaterThan(5);
    expect(result.notes.map(({ code }) => code)).toContain("simulation/boundary-refits");
  });

  it("gives percentile, basic and normal intervals of a known sample", () => {
    const values = Float64Array.from({ length: 99 }, (_, i) => ((i * 37) % 99) + 1);
    const known = {
      names: ["t"],
      observed: Float64Array.of(40),
      replicates: [values],
      requested: 99,
      done: 99,
      seed: 1,
      workers: 1,
      notConverged: 0,
      boundary: 0,
      failed: 0,
      notes: [],
    };
    const [percentile] = bootstrapIntervals(known, { level: 0.9 });
    // order statistics (99 + 1) 0.05 and (99 + 1) 0.95
    expect([percentile!.lower, percentile!.upper]).toEqual([5, 95]);
    const [basic] = bootstrapIntervals(known, { level: 0.9, type: "basic" });
    expect([basic!.lower, basic!.upper]).toEqual([80 - 95, 80 - 5]);
    const [normal] = bootstrapIntervals(known, { level: 0.9, type: "normal" });
    const sd = Math.sqrt((99 * 100) / 12);
    expect(normal!.bias).toBe(10);
    expect(normal!.se).toBeCloseTo(sd, 10);
    expect(normal!.lower).toBeCloseTo(30 - 1.6448536269514722 * sd, 9);
  });

  it("refuses fits without data, no replicates, levels that are none", async () => {
    const fit = fitFormula("Reaction ~ Days + (1 | Subject)", sleepstudy);
    await expect(bootstrap(fit, { n: 0, seed: 1 })).rejects.toMatchObject({ code: "simulation/count" });
    await expect(bootstrap(fit, { n: 5, seed: -3 })).rejects.toMatchObject({ code: "simulation/seed" });
    await expect(bootstrap(fit, { n: 5, seed: 1, workers: 0 })).rejects.toMatchObject({
      code: "simulation/workers",
    });
    await expect(bootstrap(fit, { n: 5, seed: 1, statistic: () => ({}) })).rejects.toMatchObject({
      code: "simulation/statistic",
    });
    const empty = { ...fit, model: { ...fit.model, response: new Float64Array(0) } };
    await expect(bootstrap(empty, { n: 5, seed: 1 })).rejects.toMatchObject({ code: "fit/needs-data" });
    const one = await bootstrap(fit, { n: 1, seed: 1, workers: 1 });
    expect(() => bootstrapIntervals(one)).toThrowError(
      expect.objectContaining({ code: "simulation/too-few" }),
    );
    expect(() => bootstrapIntervals(one, { level: 1 })).toThrowError(
      expect.objectContaining({ code: "simulation/level" }),
    );
  });
});
