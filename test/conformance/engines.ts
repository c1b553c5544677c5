import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/engines/engine.ts";
import { createResponseSums } from "../../src/engines/responseSums.ts";
import type { Kernels } from "../../src/linalg/kernels.ts";
import type { Criterion } from "../../src/model/model.ts";
import { centralDifference } from "./centralDifference.ts";
import { denseLikelihood } from "./denseLikelihood.ts";
import { modelShapes, randomModel, uniform } from "./randomModels.ts";

/** What every engine owes: the textbook's objective, its exact gradient, a sound Hessian and the BLUPs. */
export function describeEngine(engine: Engine, kernels: Kernels): void {
  describe.each(Object.entries(modelShapes))(
    `${engine.name} engine, ${kernels.name} kernels: %s`,
    (_, shape) => {
      describe.each(["REML", "ML"] as const)("%s", (criterion: Criterion) => {
        const model = randomModel(shape, 11);
        const problem = engine.prepare(model, criterion, kernels);
        const q = problem.parameters.length;
        const random = uniform(5);
        const theta = Float64Array.from({ length: q }, () => 0.7 + random());
        const dense = denseLikelihood(model, theta, criterion);

        it("has the objective of the dense likelihood", () => {
          const { ok, objective } = problem.evaluate(theta, 0);
          expect(ok).toBe(true);
          expect(Math.abs(objective - dense.objective)).toBeLessThan(1e-9 * Math.abs(dense.objective));
        });

        it("has the gradient of its objective", () => {
          const gradient = Float64Array.from(problem.evaluate(theta, 1).gradient);
          for (let a = 0; a < q; a++) {
            const slope = centralDifference(theta, a, (x) => problem.evaluate(x, 0).objective);
            expect(Math.abs(gradient[a]! - slope)).toBeLessThan(2e-6 * (1 + Math.abs(slope)));
          }
        });

        it("has a Hessian that is exact, or close to it where it says average information", () => {
          const hessian = Float64Array.from(problem.evaluate(theta, 2).hessian.values);
          const exact = problem.precision(theta).hessian.values;
          let size = 0;
          for (const value of exact) size = Math.max(size, Math.abs(value));
          for (let a = 0; a < q; a++) {
            for (let b = 0; b < q; b++) {
              expect(hessian[a + b * q]!).toBeCloseTo(hessian[b + a * q]!, 9);
              const slope = centralDifference(theta, a, (x) => problem.evaluate(x, 1).gradient[b]!);
              expect(Math.abs(exact[a + b * q]! - slope)).toBeLessThan(1e-4 * (1 + size));
              if (problem.hessianKind === "exact") {
                expect(Math.abs(hessian[a + b * q]! - slope)).toBeLessThan(2e-5 * (1 + size));
              }
            }
          }
        });

        it("solves for beta, its covariance and the modes", () => {
          const solution = problem.solve(theta);
          const p = dense.beta.length;
          for (let c = 0; c < p; c++) {
            expect(relative(solution.beta[c]!, dense.beta[c]!)).toBeLessThan(1e-8);
            for (let d = 0; d < p; d++) {
              const scale = Math.sqrt(dense.unscaledCovariance[c]![c]! * dense.unscaledCovariance[d]![d]!);
              const gap = solution.unscaledCovariance.values[c + d * p]! - dense.unscaledCovariance[c]![d]!;
              expect(Math.abs(gap)).toBeLessThan(1e-8 * scale);
            }
          }
          expect(relative(solution.penalizedResidualSumOfSquares, dense.r2)).toBeLessThan(1e-9);
          expect(
            relative(criterion === "REML" ? solution.remlCriterion : solution.deviance, dense.objective),
          ).toBeLessThan(1e-9);
          model.random.forEach((_, t) => {
            expect(largestGap(solution.modes[t]!, dense.modes[t]!)).toBeLessThan(1e-8);
          });
        });

        it("knows prediction error variances and how Var(beta) moves with theta", () => {
          const precision = problem.precision(theta);
          model.random.forEach((term, t) => {
            const k = term.covariance.size;
            const expected = Float64Array.from({ length: term.levels.length * k * k }, (_, i) => {
              const l = Math.floor(i / (k * k));
              const within = i % (k * k);
              return dense.predictionError[t]![l * k + (within % k)]![l * k + Math.floor(within / k)]!;
            });
            expect(largestGap(precision.predictionErrorBlocks[t]!, expected)).toBeLessThan(1e-8);
          });
          const p = dense.beta.length;
          for (let a = 0; a < q; a++) {
            for (let c = 0; c < p * p; c++) {
              const i = c % p;
              const j = Math.floor(c / p);
              const slope = centralDifference(
                theta,
                a,
                (x) => problem.solve(x).unscaledCovariance.values[c]!,
              );
              const scale = Math.sqrt(dense.unscaledCovariance[i]![i]! * dense.unscaledCovariance[j]![j]!);
              expect(Math.abs(precision.covarianceDerivatives[a]!.values[c]! - slope)).toBeLessThan(
                // central differences of step 1e-5 of numbers that each kernel rounds its own way
                3e-6 * scale,
              );
            }
            const slope = centralDifference(theta, a, (x) => problem.solve(x).penalizedResidualSumOfSquares);
            expect(Math.abs(precision.residualGradient[a]! - slope)).toBeLessThan(1e-6 * dense.r2);
          }
        });

        it("takes another response, and is then what a new prepare gives", () => {
          const own = engine.prepare(model, criterion, kernels);
          if (own.setResponse === undefined) return;
          const noise = uniform(77);
          const response = model.response.map((y) => 3 + 0.5 * y + 4 * noise());
          own.evaluate(theta, 2);
          own.setResponse(createResponseSums(model)(response));
          const fresh = engine.prepare({ ...model, response }, criterion, kernels);
          const expected = fresh.evaluate(theta, 2);
          const found = own.evaluate(theta, 2);
          expect(relative(found.objective, expected.objective)).toBeLessThan(1e-13);
          expect(largestGap(found.gradient, expected.gradient)).toBeLessThan(1e-11);
          expect(largestGap(found.hessian.values, expected.hessian.values)).toBeLessThan(1e-11);
          const [a, b] = [own.solve(theta), fresh.solve(theta)];
          expect(largestGap(a.beta, b.beta)).toBeLessThan(1e-12);
          expect(relative(a.sigma, b.sigma)).toBeLessThan(1e-13);
          expect(relative(a.deviance, b.deviance)).toBeLessThan(1e-13);
          model.random.forEach((_, t) => {
            expect(largestGap(a.modes[t]!, b.modes[t]!)).toBeLessThan(1e-12);
          });
          own.setResponse(createResponseSums(model)(model.response));
          expect(relative(own.evaluate(theta, 0).objective, dense.objective)).toBeLessThan(1e-9);
        });

        it("stays finite and exact at zero variances, where scores replace the gradient", () => {
          const zero = new Float64Array(q);
          const { ok, objective, gradient } = problem.evaluate(zero, 2);
          expect(ok).toBe(true);
          expect(relative(objective, denseLikelihood(model, zero, criterion).objective)).toBeLessThan(1e-9);
          // structured correlations have no meaning without variance, but no slope either
          for (let a = 0; a < q; a++) expect(Math.abs(gradient[a]!)).toBeLessThan(1e-9);
          const scores = problem.boundaryScores(zero);
          expect(scores.length).toBe(model.random.reduce((sum, term) => sum + term.covariance.size, 0));
          // along one term's first sd the objective moves by score * sd^2
          const term = model.random[0]!;
          if (term.covariance.name === "us" && term.covariance.size === 1) {
            const step = 1e-3;
            const moved = Float64Array.from(zero);
            moved[0] = step;
            const slope = (problem.evaluate(moved, 0).objective - objective) / (step * step);
            expect(relative(scores[0]!.score, slope)).toBeLessThan(1e-2);
          }
        });
      });
    },
  );
}

function relative(value: number, reference: number): number {
  return Math.abs(value - reference) / Math.max(Math.abs(reference), 1e-10);
}

function largestGap(values: Float64Array, expected: Float64Array): number {
  let gap = 0;
  let size = 1;
  expect(values.length).toBe(expected.length);
  for (let i = 0; i < values.length; i++) {
    gap = Math.max(gap, Math.abs(values[i]! - expected[i]!));
    size = Math.max(size, Math.abs(expected[i]!));
  }
  return gap / size;
}
