// What degrees of freedom and prediction errors are made of, against central differences of simpler quantities,
// away from the optimum too: the exact Hessian, the gradient of r2 and the derivatives of (X'V^-1 X)^-1.
import { describe, expect, it } from "vitest";
import { buildDesign } from "../../src/design/buildDesign.ts";
import type { Problem } from "../../src/engines/engine.ts";
import { prepareProblem } from "../../src/fit/fit.ts";
import { parseFormula } from "../../src/formula/parseFormula.ts";
import { type ReferenceCase, referenceCases, referenceTable } from "./referenceCase.ts";
import { thetaAt } from "./thetaAt.ts";

/** Largest data first would take minutes here and tell nothing more. */
const cases = referenceCases().filter(({ nobs, singular }) => nobs <= 1600 && !singular);

function problemOf(reference: ReferenceCase): { problem: Problem; theta: Float64Array } {
  const { method, ...options } = reference.options;
  const { model } = buildDesign(parseFormula(reference.formula), referenceTable(reference.data), options);
  return { problem: prepareProblem(model, method), theta: thetaAt(model.random, reference) };
}

/** Central difference of a vector function in one parameter, two step sizes extrapolated (error of order h^4). */
function derivative(at: (theta: Float64Array) => Float64Array, theta: Float64Array, a: number): Float64Array {
  const step = 1e-3 * Math.max(0.05, Math.abs(theta[a]!));
  const central = (h: number): Float64Array => {
    const [up, down] = [theta.slice(), theta.slice()];
    up[a]! += h;
    down[a]! -= h;
    const [high, low] = [at(up), at(down)];
    return high.map((value, i) => (value - low[i]!) / (2 * h));
  };
  const [wide, narrow] = [central(step), central(step / 2)];
  return narrow.map((value, i) => (4 * value - wide[i]!) / 3);
}

/** Largest difference relative to the largest entry. */
function discrepancy(ours: ArrayLike<number>, differences: Float64Array, floor: number): number {
  const scale = differences.reduce((most, value) => Math.max(most, Math.abs(value)), floor);
  return differences.reduce((most, value, i) => Math.max(most, Math.abs(value - ours[i]!)), 0) / scale;
}

describe.each(cases.map((reference) => [reference.name, reference] as const))("%s", (_name, reference) => {
  const { problem, theta: optimum } = problemOf(reference);
  const q = optimum.length;
  const beside = optimum.map((value, a) => value * (a % 2 === 0 ? 1.3 : 0.8) + 0.01);

  it.each([
    ["at the reference theta", optimum],
    ["beside it", beside],
  ])("has the gradient of the objective %s", (_where, theta) => {
    const gradient = Float64Array.from(problem.evaluate(theta, 1).gradient);
    const differences = Float64Array.from(
      theta,
      (_, a) => derivative((at) => Float64Array.of(problem.evaluate(at, 0).objective), theta, a)[0]!,
    );
    expect(discrepancy(gradient, differences, 1)).toBeLessThan(1e-5);
  });

  it("has the Hessian of the objective", () => {
    const { hessian } = problem.precision(beside);
    for (let a = 0; a < q; a++) {
      const column = derivative((at) => Float64Array.from(problem.evaluate(at, 1).gradient), beside, a);
      expect(discrepancy(hessian.values.subarray(a * q, (a + 1) * q), column, 1e-2)).toBeLessThan(1e-4);
    }
  });

  it("has the gradient of the penalized residual sum of squares and of the covariance of beta", () => {
    const { residualGradient, covarianceDerivatives } = problem.precision(beside);
    const own = {
      residual: Float64Array.from(residualGradient),
      covariance: covarianceDerivatives.map(({ values }) => values.slice()),
    };
    const r2 = problem.solve(beside).penalizedResidualSumOfSquares;
    const size = Math.max(...problem.solve(beside).unscaledCovariance.values.map(Math.abs));
    for (let a = 0; a < q; a++) {
      const residual = derivative(
        (at) => Float64Array.of(problem.solve(at).penalizedResidualSumOfSquares),
        beside,
        a,
      );
      expect(discrepancy([own.residual[a]!], residual, 1e-3 * r2), `r2, parameter ${a + 1}`).toBeLessThan(
        1e-4,
      );
      const covariance = derivative((at) => problem.solve(at).unscaledCovariance.values.slice(), beside, a);
      expect(discrepancy(own.covariance[a]!, covariance, 1e-3 * size), `C, parameter ${a + 1}`).toBeLessThan(
        1e-4,
      );
    }
  });
});
