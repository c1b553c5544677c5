import { describe, expect, it } from "vitest";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { assumedModel, parametersOf } from "../../../src/simulation/assumedModel.ts";
import { simulate } from "../../../src/simulation/simulate.ts";
import { toTable } from "../../../src/table/fromObjects.ts";
import { example } from "../../lectures/printed.ts";

const plan = toTable({
  dose: [0, 1, 2, 0, 1, 2, 0, 1, 2],
  site: ["a", "a", "a", "b", "b", "b", "c", "c", "c"],
});
const parameters = {
  beta: { "(Intercept)": 10, dose: 2 },
  components: { site: 4, residual: 1 },
};

describe("assumedModel", () => {
  it("needs no response in the plan", () => {
    const model = assumedModel("y ~ dose + (1 | site)", plan, parameters);
    expect([...model.beta]).toEqual([10, 2]);
    expect(model.sigma).toBe(1);
    const n = 2000;
    const draws = simulate(model, { n, seed: 1 });
    const mean = (i: number): number => draws.reduce((sum, y) => sum + y[i]!, 0) / n;
    for (const [i, expected] of [10, 12, 14].entries()) {
      expect(Math.abs(mean(i) - expected)).toBeLessThan(4 * Math.sqrt(5 / n));
    }
  });

  it("does not look at a response that is there, missing values included", () => {
    const withResponse = toTable({
      y: [null, 1, 1, 1, 1, 1, 1, 1, 1],
      dose: [0, 1, 2, 0, 1, 2, 0, 1, 2],
      site: ["a", "a", "a", "b", "b", "b", "c", "c", "c"],
    });
    const draw = (table: typeof plan): Float64Array[] =>
      simulate(assumedModel("y ~ dose + (1 | site)", table, parameters), { n: 2, seed: 5 });
    expect(draw(withResponse)).toEqual(draw(plan));
  });

  it("with the parameters of a fit on its own plan draws what the fit draws", () => {
    const sleepstudy = example("sleepstudy.csv");
    const fit = fitFormula("Reaction ~ Days + (Days | Subject)", sleepstudy);
    const same = assumedModel("Reaction ~ Days + (Days | Subject)", sleepstudy, parametersOf(fit));
    const [a] = simulate(fit, { seed: 2 });
    const [b] = simulate(same, { seed: 2 });
    for (let i = 0; i < a!.length; i++) expect(Math.abs(a![i]! - b![i]!)).toBeLessThan(1e-9);
  });

  it.each([
    [{ ...parameters, beta: { "(Intercept)": 10 } }, "simulation/coefficients", "dose"],
    [
      { ...parameters, beta: { "(Intercept)": 10, dosis: 2 } },
      "simulation/coefficients",
      "closest is 'dose'",
    ],
    [{ ...parameters, beta: [1] }, "simulation/coefficients", "1 fixed effects"],
    [{ ...parameters, beta: [1, Number.NaN] }, "simulation/coefficients", "2 fixed effects"],
    [{ ...parameters, components: { site: 4 } }, "simulation/components", "residual"],
    [{ ...parameters, components: { site: -4, residual: 1 } }, "simulation/covariance", "site"],
    [{ ...parameters, components: { site: 4, residual: 0 } }, "simulation/covariance", "residual"],
    [{ ...parameters, components: { sight: 4, residual: 1 } }, "fit/unknown-component", "sight"],
  ])("refuses %o with %s", (wrong, code, words) => {
    expect(() => assumedModel("y ~ dose + (1 | site)", plan, wrong)).toThrowError(
      expect.objectContaining({ code, message: expect.stringContaining(words) }),
    );
  });
});
