// Every case in three steps: our objective at their theta (algebra), our optimum against theirs (search), and the
// estimates (everything after). Whoever breaks something sees from the step where to look.
import { describe, expect, it } from "vitest";
import { buildDesign } from "../../src/design/buildDesign.ts";
import { fit as fitFormula, prepareProblem } from "../../src/fit/fit.ts";
import { precisionOf } from "../../src/fit/precision.ts";
import type { FitResult } from "../../src/fit/result.ts";
import { parseFormula } from "../../src/formula/parseFormula.ts";
import type { Kernels } from "../../src/linalg/kernels.ts";
import { typescriptKernels } from "../../src/linalg/typescript/typescriptKernels.ts";
import { wasmKernels } from "../../src/linalg/wasm/loadKernels.ts";
import { fittedValues } from "../../src/predict/fittedValues.ts";
import { hashOf, type ReferenceCase, referenceCases, referenceTable } from "./referenceCase.ts";
import { componentOf, thetaAt } from "./thetaAt.ts";
import { loosened, tolerancesOf } from "./tolerances.ts";

const cases = referenceCases();
const implementations = [typescriptKernels, wasmKernels({ deterministic: true }), wasmKernels()].filter(
  (kernels): kernels is Kernels => kernels !== undefined,
);
const relative = (ours: number, theirs: number): number =>
  Math.abs(ours - theirs) / Math.max(1e-300, Math.abs(theirs));

/** Options of a case without the method, for the design. */
function designOptions(reference: ReferenceCase): Omit<ReferenceCase["options"], "method"> {
  const { method: _, ...rest } = reference.options;
  return rest;
}

describe("the reference cases", () => {
  it("are at least thirty from lme4", () => {
    expect(cases.filter((reference) => reference.source.package === "lme4").length).toBeGreaterThanOrEqual(
      30,
    );
  });

  it("come from the committed scripts and data", () => {
    for (const reference of cases) {
      for (const [script, hash] of Object.entries(reference.source.scripts)) {
        expect(hash, `${reference.name}: ${script}`).toBe(hashOf(`generate/${script}`));
      }
      expect(reference.dataSha256, reference.name).toBe(hashOf(`data/${reference.data}`));
    }
  });

  it("loosen a tolerance only where a case exists, and say why", () => {
    for (const [name, { because }] of Object.entries(loosened)) {
      expect(cases.map((reference) => reference.name)).toContain(name);
      expect(because.length).toBeGreaterThan(20);
    }
  });
});

describe.each(cases.map((reference) => [reference.name, reference] as const))("%s", (name, reference) => {
  const table = referenceTable(reference.data);
  const tolerance = tolerancesOf(name);
  const fitted: { result?: FitResult } = {};
  const result = (): FitResult => {
    fitted.result ??= fitFormula(reference.formula, table, reference.options);
    return fitted.result;
  };

  it("has the reference objective at the reference theta with every implementation of the kernels", () => {
    const { model } = buildDesign(parseFormula(reference.formula), table, designOptions(reference));
    expect(model.response.length).toBe(reference.nobs);
    for (const kernels of implementations) {
      const problem = prepareProblem(model, reference.options.method, kernels);
      const evaluation = problem.evaluate(thetaAt(model.random, reference), 0);
      expect(evaluation.ok, kernels.name).toBe(true);
      expect(relative(evaluation.objective, reference.objective), kernels.name).toBeLessThan(
        tolerance.algebra,
      );
    }
  });

  it("converges to an optimum not above the reference", () => {
    const { logLik, convergence } = result();
    expect(convergence.converged).toBe(true);
    expect(-2 * logLik - reference.objective).toBeLessThan(tolerance.optimum);
  });

  it("has the reference fixed effects and standard errors", () => {
    const { beta, sigma, unscaledCovariance, model, design } = result();
    expect(model.fixed.names).toEqual(reference.fixed.terms);
    const aliased = design!.coefficients
      .filter((coefficient) => coefficient.column < 0)
      .map(({ name }) => name);
    expect(aliased).toEqual(reference.aliased);
    const p = beta.length;
    for (let j = 0; j < p; j++) {
      const se = reference.fixed.se[j]!;
      const term = reference.fixed.terms[j]!;
      expect(Math.abs(beta[j]! - reference.fixed.estimates[j]!) / se, term).toBeLessThan(tolerance.estimate);
      const ours = sigma * Math.sqrt(unscaledCovariance.values[j + j * p]!);
      expect(relative(ours, se), `se of ${term}`).toBeLessThan(tolerance.standardError);
    }
  });

  it("has the reference variance parameters", () => {
    const { theta, sigma, covariances, model } = result();
    const dof = reference.nobs - (reference.options.method === "REML" ? reference.fixed.terms.length : 0);
    expect(Math.abs(sigma - reference.sigma) / (reference.sigma / Math.sqrt(2 * dof)), "sigma").toBeLessThan(
      tolerance.estimate,
    );
    let offset = 0;
    model.random.forEach((term, t) => {
      const component = componentOf(term, reference);
      const k = component.terms.length;
      expect(term.levels.length).toBe(component.levels);
      component.thetaSe?.forEach((se, a) => {
        if (se === null || reference.singular) return;
        const change = Math.abs(theta[offset + a]! - component.theta![a]!) / se;
        expect(change, `theta ${a + 1} of ${term.component}`).toBeLessThan(tolerance.estimate);
      });
      // the covariance is identified also where theta is not; its scale stands in for the standard error
      const size = Math.max(...component.covariance.map((row, i) => row[i]!), 1e-6 * reference.sigma ** 2);
      for (let i = 0; i < k; i++)
        for (let j = 0; j < k; j++) {
          const scale = Math.max(
            Math.sqrt(component.covariance[i]![i]! * component.covariance[j]![j]!),
            1e-4 * size,
          );
          const change = Math.abs(covariances[t]!.values[i + j * k]! - component.covariance[i]![j]!) / scale;
          expect(change, `${term.component}[${i + 1},${j + 1}]`).toBeLessThan(tolerance.estimate);
        }
      offset += term.covariance.parameters.length;
    });
  });

  it("has the reference criteria", () => {
    const ours = result();
    expect(ours.degreesOfFreedom).toBe(reference.df);
    expect(Math.abs(ours.logLik - reference.logLik)).toBeLessThan(tolerance.criterion);
    expect(Math.abs(ours.AIC - reference.AIC)).toBeLessThan(tolerance.criterion);
    expect(Math.abs(ours.BIC - reference.BIC)).toBeLessThan(tolerance.criterion);
    expect(Math.abs(ours.deviance - reference.deviance)).toBeLessThan(tolerance.deviance);
  });

  it("has the reference random effects and fitted values", () => {
    const ours = result();
    const { conditionalBlocks, predictionErrorBlocks } = precisionOf(ours);
    ours.model.random.forEach((term, t) => {
      const component = componentOf(term, reference);
      const k = component.terms.length;
      component.ranef.levels.forEach((level, row) => {
        const index = term.levels.indexOf(level);
        expect(index, `level ${level} of ${term.component}`).toBeGreaterThanOrEqual(0);
        for (let j = 0; j < k; j++) {
          const sd = Math.sqrt(component.covariance[j]![j]!);
          const theirs = component.ranef.estimates[row]![j]!;
          const change = Math.abs(ours.modes[t]![index * k + j]! - theirs);
          expect(change, `${term.component} ${level}`).toBeLessThanOrEqual(
            tolerance.estimate * (sd + 1e-3 * reference.sigma),
          );
          const diagonal = index * k * k + j * k + j;
          const deviations = [
            ["conditional", component.ranef.conditionalSd?.[row]?.[j], conditionalBlocks[t]![diagonal]!],
            [
              "prediction error",
              component.ranef.predictionErrorSd?.[row]?.[j],
              predictionErrorBlocks[t]![diagonal]!,
            ],
          ] as const;
          for (const [kind, theirSd, ourVariance] of deviations) {
            if (theirSd === undefined) continue;
            const error = Math.abs(ours.sigma * Math.sqrt(ourVariance) - theirSd);
            const scale = Math.max(theirSd, 1e-3 * sd, 1e-4 * reference.sigma);
            expect(error / scale, `${kind} sd of ${term.component} ${level}`).toBeLessThan(
              tolerance.estimate,
            );
          }
        }
      });
    });
    const values = fittedValues(ours);
    reference.fittedHead.forEach((theirs, i) => {
      expect(Math.abs(values[i]! - theirs) / reference.sigma, `fitted ${i + 1}`).toBeLessThan(
        tolerance.estimate,
      );
    });
  });
});
