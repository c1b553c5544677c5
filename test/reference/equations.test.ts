// Classical models through the equations engine, K = I: average information must find lme4's optima.
import { describe, expect, it } from "vitest";
import { buildDesign } from "../../src/design/buildDesign.ts";
import { equationsEngine } from "../../src/engines/equations/equations.ts";
import { findMinimum } from "../../src/fit/findMinimum.ts";
import { parseFormula } from "../../src/formula/parseFormula.ts";
import { chooseKernels } from "../../src/linalg/chooseKernels.ts";
import { referenceCases, referenceTable } from "./referenceCase.ts";
import { componentOf } from "./thetaAt.ts";

const kernels = chooseKernels();
const cases = referenceCases().filter(({ source }) => source.package === "lme4");

describe.each(cases.map((reference) => [reference.name, reference] as const))("%s", (_, reference) => {
  it("has lme4's optimum by the mixed model equations", () => {
    const { method, ...options } = reference.options;
    const { model } = buildDesign(parseFormula(reference.formula), referenceTable(reference.data), options);
    const problem = equationsEngine.prepare(model, method, kernels);
    const { optimum, certificate } = findMinimum(problem, problem.start, undefined, {});
    expect(certificate.converged).toBe(true);
    // -2 log-likelihood; lme4's own optimizer may stop a little above the minimum, never below it
    expect(optimum.objective - reference.objective).toBeLessThan(1e-6);
    expect(optimum.objective - reference.objective).toBeGreaterThan(-1e-4);
    const estimates = problem.solve(optimum.x);
    model.random.forEach((term, t) => {
      const { covariance } = componentOf(term, reference);
      const k = covariance.length;
      const scale = Math.max(...covariance.map((row, i) => row[i]!), reference.sigma ** 2 * 1e-3);
      for (let i = 0; i < k; i++) {
        for (let j = 0; j < k; j++) {
          const gap = estimates.covariances![t]!.values[i + j * k]! - covariance[i]![j]!;
          expect(Math.abs(gap)).toBeLessThan(5e-3 * scale);
        }
      }
    });
    expect(Math.abs(estimates.sigma - reference.sigma)).toBeLessThan(1e-4 * reference.sigma);
  });
});
