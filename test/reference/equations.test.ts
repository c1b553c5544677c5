// Classical models through the equations engine, K = I: Newton's method and average information must find lme4's optima.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildDesign } from "../../src/design/buildDesign.ts";
import { equationsEngine } from "../../src/engines/equations/equations.ts";
import { findMinimum } from "../../src/fit/findMinimum.ts";
import { parseFormula } from "../../src/formula/parseFormula.ts";
import { chooseKernels } from "../../src/linalg/chooseKernels.ts";
import { spansConstant } from "../../src/model/spansConstant.ts";
import { toTable } from "../../src/table/fromObjects.ts";
import type { DifferentialCase } from "../differential/differentialCase.ts";
import { referenceCases, referenceTable } from "./referenceCase.ts";
import { componentOf } from "./thetaAt.ts";

const kernels = chooseKernels();
const cases = referenceCases().filter(({ source }) => source.package === "lme4");

describe.each(cases.map((reference) => [reference.name, reference] as const))("%s", (_, reference) => {
  it.each([undefined, "ai"] as const)("has lme4's optimum by the mixed model equations: %s", (algorithm) => {
    const { method, ...options } = reference.options;
    const { model } = buildDesign(parseFormula(reference.formula), referenceTable(reference.data), options);
    const problem = equationsEngine.prepare(model, method, kernels);
    const { optimum, certificate } = findMinimum(problem, problem.start, algorithm, {});
    expect(certificate.converged).toBe(true);
    // -2 log-likelihood, on both sides: the references are searched harder than lmer does
    expect(Math.abs(optimum.objective - reference.objective)).toBeLessThan(1e-8);
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

describe("random models by the mixed model equations", () => {
  const folder = new URL("../differential/cases/", import.meta.url);
  const random = readdirSync(folder)
    .map((file): DifferentialCase => JSON.parse(readFileSync(new URL(file, folder), "utf8")))
    .filter(({ linear }) => !linear);
  it.each(random.map((reference) => [reference.name, reference] as const))(
    "%s has the optimum of lme4",
    (_, reference) => {
      const { method = "REML", ...options } = reference.options;
      const { model } = buildDesign(parseFormula(reference.formula), toTable(reference.data), options);
      const problem = equationsEngine.prepare(model, method, kernels);
      for (const algorithm of [undefined, "ai"] as const) {
        const { optimum, certificate } = findMinimum(
          problem,
          problem.start,
          algorithm,
          {},
          !spansConstant(model),
        );
        expect(certificate.converged).toBe(true);
        expect(Math.abs(optimum.objective - reference.objective!)).toBeLessThan(1e-6);
      }
    },
  );
});
