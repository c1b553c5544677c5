import { describe, expect, it } from "vitest";
import type { Problem } from "../../../src/engines/engine.ts";
import { findMinimum } from "../../../src/fit/findMinimum.ts";
import { fitModel, prepareProblem } from "../../../src/fit/fit.ts";
import { typescriptKernels } from "../../../src/linalg/typescript/typescriptKernels.ts";
import { type ModelShape, modelShapes, randomModel } from "../../conformance/randomModels.ts";

const shapeNamed = (name: string): ModelShape => {
  const shape = modelShapes[name];
  if (shape === undefined) throw new Error(`no shape ${name}`);
  return shape;
};
const problemOf = (name: string, seed: number): Problem =>
  prepareProblem(randomModel(shapeNamed(name), seed), "REML", typescriptKernels);

/** The gradient points uphill until somebody has searched by values for a while. */
function misleading(problem: Problem): Problem {
  let valuesInARow = 0;
  let honest = false;
  return {
    ...problem,
    evaluate(theta, order) {
      const value = problem.evaluate(theta, order);
      valuesInARow = order === 0 ? valuesInARow + 1 : 0;
      honest ||= valuesInARow > 45;
      return order === 0 || honest ? value : { ...value, gradient: value.gradient.map((slope) => -slope) };
    },
  };
}

describe("the search for the minimum", () => {
  it.each([["random slope, correlated"], ["crossed slopes, weights and offset"], ["nested intercepts"]])(
    "comes to the same point by values as by derivatives: %s",
    (name) => {
      const model = randomModel(shapeNamed(name), 4);
      const byNewton = fitModel(model);
      const byValues = fitModel(model, { algorithm: "bobyqa" });
      expect(byNewton.convergence.optimizer).toBe("newton");
      expect(byValues.convergence.optimizer).toBe("bobyqa");
      expect(byValues.convergence.converged).toBe(true);
      expect(byValues.convergence.evaluations.gradient).toBe(0);
      expect(byValues.deviance).toBeCloseTo(byNewton.deviance, 5);
      expect(byValues.notes.map(({ code }) => code)).not.toContain("fit/fallback");
    },
  );

  it("goes on without derivatives where they lead nowhere, and names what found the point", () => {
    const honest = findMinimum(
      problemOf("random slope, correlated", 2),
      problemOf("random slope, correlated", 2).start,
      undefined,
      {},
    );
    const problem = misleading(problemOf("random slope, correlated", 2));
    const { certificate, optimum, fallback } = findMinimum(problem, problem.start, undefined, {
      keepTrace: true,
    });
    expect(fallback).toBe("values");
    expect(certificate.optimizer).toBe("bobyqa");
    expect(certificate.converged).toBe(true);
    expect(optimum.objective).toBeCloseTo(honest.optimum.objective, 8);
    expect(certificate.trace!.map(({ iteration }) => iteration)).toEqual(certificate.trace!.map((_, i) => i));
    expect(certificate.evaluations.objective).toBeGreaterThan(honest.certificate.evaluations.objective);
  });

  it("does not fall back where an algorithm is asked for by name", () => {
    const problem = misleading(problemOf("random slope, correlated", 2));
    const { certificate, optimum, fallback } = findMinimum(problem, problem.start, "newton", {});
    expect(fallback).toBe(null);
    expect(optimum.reason).not.toBe("converged");
    expect(certificate.converged).toBe(false);
  });

  it("does not fall back beyond a limit of iterations that the caller set", () => {
    const problem = problemOf("three columns", 2);
    const { optimum, certificate, fallback } = findMinimum(problem, problem.start, undefined, {
      maxIterations: 1,
    });
    expect(optimum.reason).toBe("max-iterations");
    expect(certificate.converged).toBe(false);
    expect(fallback).toBe(null);
  });

  it("begins again where starting values are out of reach, and says so", () => {
    const model = randomModel(shapeNamed("random slope, correlated"), 5);
    const usual = fitModel(model);
    const far = fitModel(model, { start: [1e4, 1e4, 1e4] });
    expect(far.convergence.converged).toBe(true);
    expect(far.deviance).toBeCloseTo(usual.deviance, 6);
    expect(far.notes.map(({ code }) => code)).toContain("fit/restart");
  });

  it("stops everything where the caller cancels, in the fallback too", () => {
    const problem = misleading(problemOf("random slope, correlated", 2));
    let calls = 0;
    const { optimum } = findMinimum(problem, problem.start, undefined, {
      onIteration: () => ++calls < 6,
    });
    expect(optimum.reason).toBe("cancelled");
    expect(calls).toBe(6);
  });
});

// Shapes and seeds that once ended at saddles: a standard deviation settled at zero beside a correlation, a start at
// zero, angles far outside their interval.
describe.each([
  ["heterogeneous ar1", [1, 2, 3, 4, 5, 6]],
  ["compound symmetry", [1, 2, 3, 4]],
  ["three columns", [1, 2, 3]],
  ["slope in the leaf, intercept outside, no fixed effects", [1, 2]],
] as const)("a minimum is certain from every start: %s", (name, seeds) => {
  it.each(seeds.map((seed) => [seed]))("seed %i", (seed) => {
    for (const criterion of ["REML", "ML"] as const) {
      const model = randomModel(shapeNamed(name), seed);
      const problem = prepareProblem(model, criterion, typescriptKernels);
      for (const value of [null, 0, 1e-8, 100, -1]) {
        const start =
          value === null ? problem.start : new Float64Array(problem.parameters.length).fill(value);
        const { certificate, optimum } = findMinimum(problem, start, undefined, {});
        expect(certificate.converged, `start ${value}, ${criterion}`).toBe(true);
        expect(optimum.iterations).toBeLessThan(400);
      }
    }
  });
});
